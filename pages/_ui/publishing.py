"""How are figures published, and how do published ones read?

The frozen figures of one snapshot are part of the Data page: its address names the snapshot, so the
view can be linked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.access import Permission
from data.exports import file_name
from data.jobs import hotspot_files as files_job
from data.jobs import hotspots as hotspots_job
from data.jobs import snapshots as snapshots_job
from data.jobs.wording import UNITS, percent, plural, sentence_case
from pages._ui import errors, look, said
from pages._ui.words import AGE_TAGS, escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.snapshots import FrozenSnapshot, SnapshotView
    from data.views import HotspotResult
    from pages._ui.page import LoadedArea, Page

SNAPSHOT: Final = "snapshot"
"""What the address calls the snapshot that is open."""
_TITLE: Final = "publish-title"
_FIRST: Final = 3


def wanted() -> str | None:
    """Return the snapshot that the address names, if any."""
    return st.query_params.get(SNAPSHOT)


def show(page: Page, blockers: Sequence[str], *, main: bool = True) -> None:
    """Show what blocks publishing, the way to publish, and what was published.

    Parameters
    ----------
    blockers
        What must be dealt with first: one sentence each, with what to do.
    main
        Whether publishing is the main thing to do on the page now.
    """
    here = page.loaded
    if here is None:
        return
    look.header("Publish")
    st.markdown(
        "Publishing freezes the figures as they are now. A snapshot reads the same for years,"
        " whatever becomes of the data."
    )
    if page.may(Permission.PUBLISH):
        _offer(here, blockers, main=main)
    with errors.explained(None):
        found = snapshots_job.snapshots(here.workspace, here.principal, here.area.area_id)
    look.header("Snapshots")
    if not found:
        st.markdown("Nothing is published yet.")
    for snapshot in found[:_FIRST]:
        _row(snapshot)
    if found[_FIRST:]:
        with st.expander(f"Snapshots before these: {len(found[_FIRST:])}"):
            for snapshot in found[_FIRST:]:
                _row(snapshot)


def show_snapshot(page: Page, snapshot_id: str) -> None:
    """Show the figures of a snapshot as they were published."""
    st.button("Back to all data", icon=":material/arrow_back:", on_click=_close)
    with errors.explained("This snapshot cannot be shown"):
        frozen = snapshots_job.reopen(page.workspace, page.principal, snapshot_id)
    look.title(frozen.view.title)
    st.markdown(escape_markdown(f"Published {_told(frozen.view)}"))
    if frozen.home.title:
        st.markdown(f"**{escape_markdown(frozen.home.title)}**")
    _hotspots(frozen.result)
    for caveat in frozen.result.caveats:
        st.markdown(f"- {escape_markdown(caveat)}")
    for held, reason in frozen.accepted:
        rows = plural(held, "row")
        st.markdown(f"- {escape_markdown(f'{rows} stayed out of the figures: {reason}')}")
    _made(frozen)
    _download(page, frozen)


def _offer(here: LoadedArea, blockers: Sequence[str], *, main: bool) -> None:
    if blockers:
        lines = "\n".join(f"- {escape_markdown(one)}" for one in blockers)
        st.warning(f"**Before anything can be published:**\n{lines}", icon=":material/block:")
    with errors.explained(None):
        last = hotspots_job.latest_month(here.workspace, here.principal, here.area.area_id)
    title = st.text_input(
        "Title of the snapshot",
        value=snapshots_job.default_title(last),
        max_chars=snapshots_job.LONGEST_TITLE,
        key=_TITLE,
        disabled=bool(blockers),
    )
    kind = "primary" if main and not blockers else "secondary"
    if st.button("Publish a snapshot", type=kind, disabled=bool(blockers), key="publish"):  # type: ignore[arg-type]
        said.forget()
        with said.trying(), st.spinner("Freezing the figures"):
            snapshot = snapshots_job.publish(
                here.workspace,
                here.principal,
                here.area.area_id,
                title=title,
                blockers=blockers,
            )
            st.info(f"Published: {escape_markdown(snapshot.title)}.", icon=":material/check:")


def _row(snapshot: SnapshotView) -> None:
    title = escape_markdown(snapshot.title)
    with st.container(border=True, key=f"snapshot-{snapshot.snapshot_id}"):
        st.markdown(f"**{title}**  \n{escape_markdown(_told(snapshot))}")
        st.button(
            f"Open {title}",
            key=f"open-{snapshot.snapshot_id}",
            on_click=_open,
            args=(snapshot.snapshot_id,),
        )


def _told(snapshot: SnapshotView) -> str:
    """Return when, by whom and from which data a snapshot was made."""
    held = snapshot.accepted_held
    accepted = f", {plural(held, 'held row')} accepted with a reason" if held else ""
    return (
        f"{snapshot.when_words} by {snapshot.given_by} ({snapshot.role_words}):"
        f" {snapshot.months_words}, {plural(len(snapshot.months), 'month')} with data, data version"
        f" {snapshot.dataset_version}{accepted}."
    )


def _open(snapshot_id: str) -> None:
    st.query_params[SNAPSHOT] = snapshot_id


def _close() -> None:
    st.query_params.pop(SNAPSHOT, None)


def _hotspots(result: HotspotResult) -> None:
    look.header(result.headline)
    st.markdown(f"**{plural(result.total, *UNITS[result.params.lens])}** in all.")
    if result.unjudged:
        st.markdown(escape_markdown(result.unjudged))
    if not result.hotspots:
        return
    unit = sentence_case(UNITS[result.params.lens][1])
    frame = pd.DataFrame(
        {
            "Rank": [str(spot.rank) for spot in result.hotspots],
            "Hotspot": [escape_markdown(spot.name) for spot in result.hotspots],
            unit: [f"{spot.n:,}" for spot in result.hotspots],
            "Share": [percent(spot.share) for spot in result.hotspots],
            "How long": [AGE_TAGS[spot.age_tag] for spot in result.hotspots],
            "Change": [escape_markdown(spot.change.sentence) for spot in result.hotspots],
        }
    )
    st.table(frame, border="horizontal", hide_index=True)


def _made(frozen: FrozenSnapshot) -> None:
    with st.expander("How these figures were made", expanded=True):
        frame = pd.DataFrame(
            {
                "What": [escape_markdown(name) for name, _ in frozen.made],
                "How": [escape_markdown(value) for _, value in frozen.made],
            }
        )
        st.table(frame, border="horizontal", hide_index=True)
        st.markdown(escape_markdown(frozen.coverage.sentence))


def _download(page: Page, frozen: FrozenSnapshot) -> None:
    if not page.may(Permission.EXPORT_CELLS):
        return
    view = frozen.view
    st.download_button(
        "Download the hexagons as CSV",
        lambda: files_job.hotspot_csv(page.workspace, page.principal, frozen.result),
        file_name(
            ["snapshot", view.area_id, frozen.result.last, view.snapshot_id],
            "csv",
            marking=page.workspace.settings.marking,
        ),
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
