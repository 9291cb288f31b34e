"""Which points look like default locations, and what are they?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.access import Permission
from data.jobs import sinks as sinks_job
from data.jobs.wording import percent, plural
from pages._ui import errors, look, said
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.jobs.sinks import Said, SinkView
    from pages._ui.page import LoadedArea, Page

_PLACE: Final = "sinks"
_STATES: Final = {
    "": "not decided, so out of hotspots and in all totals",
    "sink": "default location, so out of hotspots and in all totals",
    "place": "a real place, so it counts like any other",
}
_OPEN: Final = "not decided, so it counts like any other"
_FIRST: Final = 4
_SMALL: Final = 0.0005
"""Share below which a percentage would read 0."""


def show(page: Page) -> None:
    """Show the points of the area that look like default locations, with what can be said."""
    here = page.loaded
    if here is None or not page.may(Permission.IMPORT):
        return
    with errors.explained(None):
        found = _found(here)
    if not found:
        return
    undecided = [one for one in found if not one.said]
    look.header(_title(len(undecided)))
    st.markdown(
        "Reports entered without a place land at a police station, a hospital or the middle of a"
        " ward. Say what each point is; the answer holds for every file."
    )
    said.show(_PLACE)
    for one in undecided[:_FIRST]:
        _row(here, one)
    _fold(here, f"Points with fewer reports: {len(undecided[_FIRST:])}", undecided[_FIRST:])
    decided = [one for one in found if one.said]
    _fold(here, f"Decided: {plural(len(decided), 'point')}", decided)


def _title(undecided: int) -> str:
    if not undecided:
        return "Every point that may be a default location is decided"
    verb = "be a default location" if undecided == 1 else "be default locations"
    return f"{plural(undecided, 'point')} may {verb}"


def _fold(here: LoadedArea, title: str, points: Sequence[SinkView]) -> None:
    if points:
        with st.expander(title):
            for one in points:
                _row(here, one)


def _found(here: LoadedArea) -> tuple[SinkView, ...]:
    versions = (here.status.dataset_version, here.area.version, str(here.principal.role))
    return _sinks((here.area.area_id, *versions), here)


@st.cache_data(max_entries=8, show_spinner=False)
def _sinks(key: tuple[str, ...], _here: LoadedArea) -> tuple[SinkView, ...]:
    """Return the points; kept for a dataset version, an area and a role until one is decided."""
    return sinks_job.sinks(_here.workspace, _here.principal, key[0])


def _row(here: LoadedArea, one: SinkView) -> None:
    state = _OPEN if one.said == "" and one.counts_in_hotspots else _STATES[one.said]
    share = f" ({percent(one.share)} of the area)" if one.share >= _SMALL else ""
    words = f"{plural(one.rows, 'report')}{share}; {state}"
    where = f", {one.ward}" if one.ward else ""
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"line-{one.key.replace(',', '-')}"
    ):
        place = escape_markdown(f"{one.place}{where}")
        st.markdown(f"**{place}**: {escape_markdown(words)}")
        offers: list[tuple[str, Said]] = [("Default location", "sink"), ("Real place", "place")]
        for label, answer in offers:
            if not one.said and st.button(label, key=f"{answer}-{one.key}"):
                _say(here, one, answer)
        if one.said and st.button("Take back", key=f"back-{one.key}"):
            _say(here, one, "")


def _say(here: LoadedArea, one: SinkView, answer: Said) -> None:
    with said.trying():
        sinks_job.say(here.workspace, here.principal, here.area.area_id, one.key, answer)
        _sinks.clear()
        now = _STATES[answer] if answer else "not decided any more"
        said.tell(f"{one.place}: {now}.", _PLACE)
        st.rerun()
