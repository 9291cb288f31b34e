"""How is a plan changed by hand: visits kept, moved or swapped, places left out, the rest anew?"""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Final

import streamlit as st

from data.patrol_views import LockChoice
from geo.viz.gantt import clock, minutes_of
from pages._ui import look, patrol_day
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.patrol_views import CrewView, PlanParams, PlanView, VisitView

OPEN: Final = "plan-change"
MOVES: Final = "plan-moves"
_DAY_MIN: Final = 24 * 60
_KEPT, _OUT, _REST = "plan-kept", "plan-out", "plan-keep-rest"


def open_form() -> None:
    """Open the form, or close it; for a button's ``on_click``."""
    st.session_state[OPEN] = not st.session_state.get(OPEN, False)


def forget() -> None:
    """Close the form, and forget what was moved."""
    for key in (OPEN, MOVES, _KEPT, _OUT, _REST):
        st.session_state.pop(key, None)


def show(plan: PlanView) -> PlanParams | None:
    """Show the form; return what to plan once the button is pressed."""
    if not st.session_state.get(OPEN):
        return None
    with st.container(border=True, key="changing"):
        look.header("Change the plan, then plan the rest again")
        left, right = st.columns(2, gap="large")
        with left:
            _show_kept(plan)
        with right:
            _show_move(plan)
        _show_moves(plan)
        pressed = st.button("Plan the rest again", type="primary", key="replan")
    return _changed(plan) if pressed else None


def _show_kept(plan: PlanView) -> None:
    visits = {visit.visit_id: visit for crew in plan.crews for visit in crew.visits}
    st.session_state.setdefault(_KEPT, [name for name, visit in visits.items() if visit.locked])
    st.multiselect(
        "Visits to keep as they are",
        list(visits),
        format_func=lambda name: visit_words(visits[name]) if name in visits else name,
        key=_KEPT,
        placeholder="Choose visits",
    )
    st.toggle("Keep every other visit too, where it still fits", key=_REST)
    names = {stop.place_id: f"{stop.number}. {stop.name}" for stop in plan.stops}
    st.session_state.setdefault(_OUT, [one for one in plan.params.left_out if one in names])
    st.multiselect(
        "Places to leave out",
        list(names),
        format_func=lambda place: names.get(place, place),
        key=_OUT,
        placeholder="Choose places",
    )


def _show_move(plan: PlanView) -> None:
    visits = {visit.visit_id: visit for crew in plan.crews for visit in crew.visits}
    if not visits:
        st.markdown("Without hours there are no visits to move.")
        return
    chosen = st.selectbox(
        "Move a visit", list(visits), format_func=lambda name: visit_words(visits[name]),
        key="plan-move",
    )  # fmt: skip
    visit = visits[chosen]
    crews = {crew.crew_id: crew for crew in plan.crews}
    first, second = st.columns([2, 1], gap="small")
    target = first.selectbox(
        "To the crew", list(crews), format_func=lambda name: crew_words(crews[name]),
        index=list(crews).index(visit.crew_id), key=f"plan-move-to-{chosen}",
    )  # fmt: skip
    at = second.time_input(
        "At", value=time(visit.arrive.hour, visit.arrive.minute), step=300,
        key=f"plan-move-at-{chosen}",
    )  # fmt: skip
    others = {name: one for name, one in visits.items() if one.crew_id != visit.crew_id}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button("Move it", key="plan-move-add"):
            _add([_moved(visit, crews[target], at)])
        other = st.selectbox(
            "Or swap it with", list(others),
            format_func=lambda name: visit_words(others[name]), index=None,
            placeholder="A visit of another crew", key=f"plan-swap-{chosen}", width="stretch",
        )  # fmt: skip
        if st.button("Swap them", key="plan-swap-add", disabled=other is None) and other:
            _add(_swapped(visit, others[other]))


def _show_moves(plan: PlanView) -> None:
    """Show what was moved so far, each with the way to take it back."""
    names = {stop.place_id: stop.name for stop in plan.stops}
    crews = {crew.crew_id: crew for crew in plan.crews}
    for place, lock in enumerate(_moves()):
        with st.container(horizontal=True, vertical_alignment="center"):
            crew = crews.get(lock.crew_id)
            when = clock(lock.arrive_min) if lock.arrive_min is not None else "any time"
            words = f"{names.get(lock.place_id, lock.place_id)} to {crew_words(crew)}, {when}"
            st.markdown(escape_markdown(words), width="content")
            st.button("Take it back", key=f"plan-unmove-{place}", on_click=_remove, args=(place,))


def visit_words(visit: VisitView) -> str:
    """Return a visit in a line: "Fri 27, 20:00, A at 1. Marine Square"."""
    when = f"{visit.arrive:%H:%M}"
    return (
        f"{patrol_day.day_words(visit.day)}, {when}, {visit.letter} at {visit.stop}. {visit.place}"
    )


def crew_words(crew: CrewView | None) -> str:
    """Return a crew in a line: "A Police 1, Fri 27"."""
    if crew is None:
        return "a crew that is no longer on duty"
    return f"{crew.letter} {crew.team}, {patrol_day.day_words(crew.day)}"


def _changed(plan: PlanView) -> PlanParams:
    """Return the parameters of the plan with what was kept, moved and left out."""
    visits = [visit for crew in plan.crews for visit in crew.visits]
    kept, out = set(st.session_state[_KEPT]), tuple(st.session_state[_OUT])
    moves = _moves()
    moved = {(lock.day, lock.place_id) for lock in moves}
    locks = [
        _lock(visit)
        for visit in visits
        if (visit.visit_id in kept or st.session_state[_REST])
        and (visit.day, visit.place_id) not in moved
        and visit.place_id not in out
    ]
    return replace(plan.params, locks=(*locks, *moves), left_out=out)


def _lock(visit: VisitView) -> LockChoice:
    return LockChoice(visit.day, visit.crew_id, visit.place_id, minutes_of(visit.day, visit.arrive))


def _moved(visit: VisitView, crew: CrewView, at: time) -> LockChoice:
    """Return the visit with another crew or time, on the side of midnight where its shift is."""
    start, end = (minutes_of(crew.day, when) for when in (crew.start, crew.end))
    minutes = 60.0 * at.hour + at.minute
    nearest = min((minutes, minutes + _DAY_MIN), key=lambda one: abs(one - (start + end) / 2))
    return LockChoice(crew.day, crew.crew_id, visit.place_id, nearest)


def _swapped(one: VisitView, two: VisitView) -> list[LockChoice]:
    return [
        LockChoice(two.day, two.crew_id, one.place_id, minutes_of(two.day, two.arrive)),
        LockChoice(one.day, one.crew_id, two.place_id, minutes_of(one.day, one.arrive)),
    ]


def _moves() -> list[LockChoice]:
    found: list[LockChoice] = st.session_state.setdefault(MOVES, [])
    return found


def _add(locks: Sequence[LockChoice]) -> None:
    st.session_state[MOVES] = [*_moves(), *locks]


def _remove(place: int) -> None:
    del _moves()[place]
