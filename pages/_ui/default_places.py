"""Which points look like default locations, and what are they?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs import sinks as sinks_job
from data.jobs.wording import percent, plural
from pages._ui import errors, look
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.jobs.sinks import Said, SinkView
    from pages._ui.page import Page

_STATES: Final = {
    "": "Not decided: out of hotspots, in all totals",
    "sink": "Default location: out of hotspots, in all totals",
    "place": "A real place: counts like any other",
}
_OPEN: Final = "Not decided: counts like any other"
_SHOWN: Final = 12


def show(page: Page) -> None:
    """Show the points of the area that look like default locations, with what can be said."""
    here = page.loaded
    if here is None:
        return
    with errors.explained(None):
        found = sinks_job.sinks(here.workspace, here.principal, here.area.area_id)
    if not found:
        return
    look.header("Points that may be default locations")
    st.markdown(
        "Reports entered without a place land at a police station, a hospital or the middle of a"
        " ward. Say what each point is; the answer holds for every file."
    )
    for one in found[:_SHOWN]:
        _row(page, here.area.area_id, one)
    if found[_SHOWN:]:
        st.caption(f"{plural(len(found) - _SHOWN, 'more point')} with fewer reports.")


def _row(page: Page, area_id: str, one: SinkView) -> None:
    state = _OPEN if one.said == "" and one.counts_in_hotspots else _STATES[one.said]
    words = f"{plural(one.rows, 'report')}, {percent(one.share)} of the area. {state}"
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"sink-{one.key.replace(',', '-')}"
    ):
        st.markdown(f"**{escape_markdown(one.place)}**: {escape_markdown(words)}")
        offers: list[tuple[str, Said]] = [("Default location", "sink"), ("Real place", "place")]
        for label, said in offers:
            if one.said != said and st.button(label, key=f"{said}-{one.key}"):
                _say(page, area_id, one.key, said)
        if one.said and st.button("Take back", key=f"back-{one.key}"):
            _say(page, area_id, one.key, "")


def _say(page: Page, area_id: str, key: str, said: Said) -> None:
    with errors.explained(None):
        sinks_job.say(page.workspace, page.principal, area_id, key, said)
    st.rerun()
