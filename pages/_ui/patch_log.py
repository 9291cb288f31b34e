"""How is a visit logged in three taps: how long, what was done, saved?

No names: a visit is a team, a place, a time and what was done. The note is optional, and a note
that looks as if it named somebody is not saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import GeoError
from pages._ui import cached_patrol, errors, patch
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from data.patrol_views import LogChoice
    from pages._ui.page import LoadedArea, Page
    from pages._ui.patch import PatchVisit

USUAL_MIN: Final = 15
_SAID: Final = "visit-said"
_OPEN: Final = "visit-open"
_LONGEST_NOTE: Final = 120


@dataclass(frozen=True)
class LoggedVisit:
    """What is saved of a visit: place, the planned visit it belongs to, times, what was done."""

    place: str
    planned: PatchVisit | None
    arrived: datetime
    left: datetime
    activities: tuple[str, ...]
    note: str


def show(
    page: Page, here: LoadedArea, visits: Sequence[PatchVisit], places: Mapping[str, str]
) -> None:
    """Keep the button to log a visit in reach, and say that one was saved.

    Parameters
    ----------
    places
        Places that can be chosen, by what identifies them, with their names.
    """
    said = st.session_state.pop(_SAID, None)
    with st.bottom:
        if said:
            st.success(escape_markdown(said), icon=":material/check:")
        if cached_patrol.may_log(page) and places:
            st.button(
                "Log a visit", type="primary", width="stretch", key="log-visit",
                icon=":material/add_location:", on_click=_open,
            )  # fmt: skip
        st.caption(f"**{escape_markdown(here.status.marking)}** · This team only")
    if st.session_state.get(_OPEN) and cached_patrol.may_log(page):
        _dialog(here, visits, places)


def _open() -> None:
    st.session_state[_OPEN] = True


def _close() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("Log a visit", on_dismiss=_close)
def _dialog(here: LoadedArea, visits: Sequence[PatchVisit], places: Mapping[str, str]) -> None:
    choice = cached_patrol.log_choice(here)
    now = patch.local_now(here)
    place = st.selectbox(
        "Where", list(places), format_func=lambda one: places.get(one, one),
        index=_usual_place(visits, places), key="log-place",
    )  # fmt: skip
    minutes = st.segmented_control(
        "How long", choice.minutes, default=_usual_minutes(choice), required=True,
        format_func="{} min".format, width="stretch", key="log-minutes",
    )  # fmt: skip
    arrived = now - timedelta(minutes=minutes or USUAL_MIN)
    st.caption(f"Arrived {arrived:%H:%M}, left {now:%H:%M}.")
    words = dict(choice.activities)
    did = st.pills(
        "What you did", list(words), selection_mode="multi", default=[next(iter(words))],
        format_func=lambda key: words.get(key, key), key="log-activity",
    )  # fmt: skip
    note = st.text_input(choice.note_words, max_chars=_LONGEST_NOTE, key="log-note")
    if st.button("Save the visit", type="primary", width="stretch", key="save-visit"):
        planned = _visit_at(visits, place)
        _save(here, LoggedVisit(place, planned, arrived, now, tuple(did or ()), note or ""))


def _save(here: LoadedArea, visit: LoggedVisit) -> None:
    try:
        said = cached_patrol.log_visit(here, visit)
    except GeoError as fault:
        errors.show(fault)
        return
    st.session_state[_SAID] = said
    _close()
    st.rerun()


def _usual_minutes(choice: LogChoice) -> int:
    return USUAL_MIN if USUAL_MIN in choice.minutes else choice.minutes[0]


def _usual_place(visits: Sequence[PatchVisit], places: Mapping[str, str]) -> int:
    """Return the place of the visit that is due now, else the next one, else the first."""
    keys = list(places)
    order = {"now": 0, "next": 1, "later": 2, "past": 3}
    for one in sorted(visits, key=lambda one: order[one.turn]):
        if one.visit.place_id in keys:
            return keys.index(one.visit.place_id)
    return 0


def _visit_at(visits: Sequence[PatchVisit], place: str) -> PatchVisit | None:
    """Return the planned visit that a logged one belongs to: at the place, the nearest turn."""
    order = {"now": 0, "past": 1, "next": 2, "later": 3}
    found = [one for one in visits if one.visit.place_id == place]
    return min(found, key=lambda one: order[one.turn], default=None)
