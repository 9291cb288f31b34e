"""How does the chair say which week, how many hours, and what counts?

Pressing the button is the only way to make a plan anew: a box that is changed changes nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

import streamlit as st

from data.access import Permission
from data.patrol_views import MOST_PLACES, GroupChoice, PlanParams
from pages._ui import cached_patrol, params
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.patrol_views import AgencyHours, CctvUse
    from geo.schema import Lens
    from pages._ui.page import LoadedArea, Page

CCTV_WORDS: Final[dict[CctvUse, str]] = {
    "ignore": "Cameras make no difference",
    "discount": "Fewer visits where cameras watch",
    "complement": "More visits where cameras watch",
}
_WEEK: Final = "week"
_MOST_HOURS: Final = 2000.0
_MOST_IN_A_ROW: Final = 6


def choose_week(here: LoadedArea) -> str:
    """Show the weeks that can be planned, and return the chosen one."""
    weeks = cached_patrol.weeks(here)
    chosen: str = st.selectbox(
        "Week",
        list(weeks),
        format_func=weeks.__getitem__,
        index=min(1, len(weeks) - 1),
        key=_WEEK,
        bind="query-params",
    )
    return chosen


def show(page: Page, here: LoadedArea) -> tuple[str, PlanParams | None]:
    """Show week, hours by agency and the button; return the week, and what to plan if pressed."""
    params.say_unknown({_WEEK: list(cached_patrol.weeks(here).values())})
    with st.container(key="hours"):
        teams = len(cached_patrol.agencies(here))
        row = st.columns(
            [1.25, *[1] * min(max(teams, 1), _MOST_IN_A_ROW), 1.25], vertical_alignment="bottom"
        )
        with row[0]:
            week = choose_week(here)
        roster = cached_patrol.roster(here, week)
        chosen = {}
        for place, one in enumerate(roster):
            with row[1 + place % (len(row) - 2)]:
                chosen[one.agency] = _hours_box(one, week, frozen=not page.may(Permission.PLAN))
        with row[-1]:
            pressed = _show_button(page, roster)
    return week, _params(week, roster, chosen) if pressed else None


def choose_what_counts(here: LoadedArea, plain: PlanParams) -> None:
    """Show priorities and what else counts behind a button; they hold from the next plan on."""
    with st.popover("Change what counts", icon=":material/tune:"):
        st.caption("Holds from the next press of **Make the plan**.")
        st.selectbox(
            "Counted", list(params.LENSES), format_func=params.LENSES.__getitem__,
            index=list(params.LENSES).index(plain.lens), key="plan-lens",
        )  # fmt: skip
        for group in cached_patrol.groups(here):
            _show_group(group)
        first, second = st.columns(2, gap="small")
        first.number_input("Places", 1, MOST_PLACES, plain.places, key="plan-places")
        second.number_input("Minutes a visit", 5, 120, round(plain.dwell_min), 5, key="plan-dwell")
        first.number_input("Visits a place and day", 1, 8, plain.visits, key="plan-visits")
        second.number_input("Visits in every ward", 0, 21, plain.ward_floor, key="plan-floor")


def _show_group(group: GroupChoice) -> None:
    left, right = st.columns([1, 1], gap="small", vertical_alignment="bottom")
    left.slider(
        f"Priority: {escape_markdown(group.name)}", 0, 5, 1, key=f"plan-budget-{group.group_id}",
        help=escape_markdown(", ".join(group.categories)),
    )  # fmt: skip
    right.selectbox(
        f"Cameras and {group.name}", list(CCTV_WORDS), format_func=CCTV_WORDS.__getitem__,
        index=list(CCTV_WORDS).index(group.cctv), key=f"plan-cctv-{group.group_id}",
        label_visibility="collapsed",
    )  # fmt: skip


def counts(here: LoadedArea, base: PlanParams) -> PlanParams:
    """Return the parameters with what was chosen behind "Change what counts"."""
    state = {str(key): value for key, value in st.session_state.items()}
    if "plan-lens" not in state:
        return base
    groups = tuple(_group(group, state) for group in cached_patrol.groups(here))
    usual = groups == tuple(cached_patrol.groups(here))
    return replace(
        base,
        lens=cast("Lens", state["plan-lens"]),
        groups=() if usual else groups,
        places=int(state["plan-places"]),
        dwell_min=float(state["plan-dwell"]),
        visits=int(state["plan-visits"]),
        ward_floor=int(state["plan-floor"]),
    )


def _group(group: GroupChoice, state: Mapping[str, object]) -> GroupChoice:
    budget = state.get(f"plan-budget-{group.group_id}", group.budget)
    cctv = state.get(f"plan-cctv-{group.group_id}", group.cctv)
    return replace(group, budget=float(cast("float", budget)), cctv=cast("CctvUse", cctv))


def _hours_box(one: AgencyHours, week: str, *, frozen: bool) -> float:
    typed = st.number_input(
        escape_markdown(one.label),
        0.0,
        _MOST_HOURS,
        float(one.rostered),
        step=2.0,
        format="%g",
        key=f"hours-{week}-{one.agency}",
        disabled=frozen,
    )
    return float(typed or 0.0)


def _show_button(page: Page, roster: Sequence[AgencyHours]) -> bool:
    if not page.may(Permission.PLAN):
        st.caption("The chair makes the plan.")
        return False
    return st.button(
        "Make the plan", type="primary", width="stretch", key="make-plan", disabled=not roster
    )


def _params(week: str, roster: Sequence[AgencyHours], chosen: Mapping[str, float]) -> PlanParams:
    """Return what to plan: only hours that differ from the roster are named."""
    changed = tuple(
        (one.agency, chosen[one.agency]) for one in roster if chosen[one.agency] != one.rostered
    )
    return PlanParams(week, hours=changed)
