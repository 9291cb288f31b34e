"""Which reports of a hotspot were taken as repeats, and what can the analyst say of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.access import Permission
from data.jobs import repeats as repeats_job
from data.jobs.wording import plural
from geo.errors import GeoError
from pages._ui import cached, errors
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.views import HotspotResult, HotspotView, LensRanks, RepeatRow
    from pages._ui.page import LoadedArea, Page

_TABLE: Final = "repeat-table"
_LENS_WORDS: Final = {"reports": "by reports", "estimated": "by incidents", "harm": "by harm"}


def show_summary(result: HotspotResult, spot: HotspotView, ranks: LensRanks) -> None:
    """Show how many incidents the reports are, the rank under each lens, and what is left out."""
    words = [spot.repeats_words.rstrip(".") + "." if spot.repeats_words else ""]
    found = dict(ranks.ranks).get(spot.hotspot_id, ())
    if found:
        places = [
            f"{_LENS_WORDS[lens]} {'no hotspot' if rank is None else rank}" for lens, rank in found
        ]
        words.append(f"Rank {', '.join(places)}.")
    said = " ".join(word for word in words if word)
    with st.container(gap="xsmall"):
        if said:
            st.markdown(f"**Reports and incidents:** {escape_markdown(said)}")
        if result.counted_words:
            st.caption(escape_markdown(result.counted_words))


def show(page: Page, here: LoadedArea, result: HotspotResult, spot: HotspotView) -> None:
    """Show the groups of repeat reports to a role that may see single reports."""
    if spot.incidents is None or not page.may(Permission.EXPORT_ROWS):
        return
    with st.expander("Repeat reports", key="repeats", on_change="rerun") as part:
        if part.open:
            _show(page, here, result, spot)


def _show(page: Page, here: LoadedArea, result: HotspotResult, spot: HotspotView) -> None:
    found = cached.repeats(here, result, spot)
    if not found.rows:
        st.markdown("No reports here were taken as repeats of one another.")
        return
    most = "" if found.total == len(found.rows) else f" The {len(found.rows)} largest are listed."
    st.markdown(
        f"{plural(found.total, 'group')} of repeat reports.{most} Nothing is deleted: choose a row"
        " to say that its reports are separate."
    )
    st.dataframe(
        pd.DataFrame(
            {
                "First report": [row.when for row in found.rows],
                "Type": [row.kind for row in found.rows],
                "Calls": [row.calls for row in found.rows],
                "Why grouped": [_why(row) for row in found.rows],
            }
        ),
        hide_index=True,
        key=_TABLE,
        on_select="rerun",
        selection_mode="single-row",
        alt=f"Groups of repeat reports at {spot.name}, those taken apart and most calls first.",
    )
    chosen = chosen_row()
    if chosen is not None and chosen < len(found.rows) and page.may(Permission.EDIT_DATA):
        _offer(here, found.rows[chosen])


def chosen_row() -> int | None:
    """Return the position of the chosen row of the table; None where none is."""
    rows = st.session_state[_TABLE]["selection"]["rows"]
    return rows[0] if rows else None


def _why(row: RepeatRow) -> str:
    return "Taken apart: these count as separate incidents" if row.apart else row.why


def _offer(here: LoadedArea, row: RepeatRow) -> None:
    """Offer to take the chosen group apart, or to put it together again."""
    if row.apart:
        st.button("Group them again", on_click=_change, args=(here, row), key="regroup")
    else:
        st.button("These are separate", on_click=_change, args=(here, row), key="ungroup")


def _change(here: LoadedArea, row: RepeatRow) -> None:
    change = repeats_job.regroup if row.apart else repeats_job.ungroup
    try:
        change(here.workspace, here.principal, here.area.area_id, row.reports)
    except GeoError as fault:
        errors.show(fault)
