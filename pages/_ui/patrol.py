"""How is the patrol plan laid out: hours in, plan out, then where, when and why?

The plan in view lives in the session, by area and week, until it is accepted or another is made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from data.access import Permission
from data.patrol_views import PlanParams
from geo.errors import GeoError
from pages._ui import (
    cached_patrol,
    errors,
    look,
    navigation,
    patrol_card,
    patrol_change,
    patrol_day,
    patrol_delivered,
    patrol_files,
    patrol_hours,
    patrol_map,
    patrol_why,
    patrol_work,
)
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.patrol_views import CrewView, PlanView
    from pages._ui.page import LoadedArea, Page
    from pages._ui.patrol_work import Work

_PLANS, _WORK, _BOUNDS, _FAULT = "plans", "plan-work", "plan-bounds", "plan-fault"
_BOUND: Final = "How far this plan may be from the best there could be is being worked out."


def show(page: Page, here: LoadedArea) -> None:
    """Show the plan of the chosen week, and how to make one."""
    if not cached_patrol.has_teams(here):
        _show_no_teams(page)
        return
    delivered = cached_patrol.delivery(here)
    if delivered is not None:
        patrol_delivered.show(delivered)
    week, wanted = patrol_hours.show(page, here)
    if wanted is not None:
        _begin(here, patrol_hours.counts(here, wanted))
    _follow(here)
    plan = plan_of_week(here, week)
    if plan is None:
        _show_none(page, here, week)
        return
    _show_card(page, here, plan)
    changed = patrol_change.show(plan)
    if changed is not None:
        _begin(here, changed)
        st.rerun()
    _show_body(page, here, plan)


def plan_of_week(here: LoadedArea, week: str) -> PlanView | None:
    """Return the plan of this session for the week, else the one that is stored."""
    plans: dict[tuple[str, str], PlanView] = st.session_state.setdefault(_PLANS, {})
    return plans.get((here.area.area_id, week)) or cached_patrol.stored(here, week)


def _begin(here: LoadedArea, wanted: PlanParams) -> None:
    """Start to plan beside the page; a plan in the making is stopped."""
    before: Work | None = st.session_state.get(_WORK)
    if before is not None:
        before.stopped.set()
    st.session_state.pop(_FAULT, None)
    st.session_state[_WORK] = patrol_work.start(here.workspace, cached_patrol.task(here, wanted))


def _follow(here: LoadedArea) -> None:
    """Show how far the plan in the making is; take it over once it is there."""
    work: Work | None = st.session_state.get(_WORK)
    if work is not None and work.done(within_s=patrol_work.FLASH_S):
        del st.session_state[_WORK]
        try:
            plan = work.result()
        except GeoError as fault:
            st.session_state[_FAULT] = fault
        else:
            _keep(here, plan)
            patrol_change.forget()
    elif work is not None:
        patrol_work.show_progress(here.workspace, work)
    found: GeoError | None = st.session_state.get(_FAULT)
    if found is not None:
        errors.show(found)


def _keep(here: LoadedArea, plan: PlanView) -> None:
    st.session_state.setdefault(_PLANS, {})[here.area.area_id, plan.params.week] = plan


def _show_card(page: Page, here: LoadedArea, plan: PlanView) -> None:
    def accept() -> None:
        try:
            _keep(here, cached_patrol.accept(here, plan))
        except GeoError as fault:
            st.session_state[_FAULT] = fault

    may_accept = cached_patrol.may_accept(page)
    patrol_card.show(
        plan,
        accept=accept if may_accept else None,
        change=patrol_change.open_form if page.may(Permission.PLAN) else None,
    )
    if plan.stage == "proposed" and not may_accept:
        st.caption("Not accepted yet: the chair of the tasking meeting accepts a plan.")


def _show_body(page: Page, here: LoadedArea, plan: PlanView) -> None:
    """Show where, when and why; without hours, how many visits a week."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="planbar"):
        crews: tuple[CrewView, ...] = ()
        if plan.hours_known:
            crews = patrol_day.choose_crews(plan, here.workspace.clock.now().date())
        patrol_hours.choose_what_counts(here, plan.params)
        patrol_files.show(page, here, plan)
    left, right = st.columns([1, 1.3], gap="large")
    with left:
        look.header("Where: routes by crew letter, stops by number" if crews else "Where")
        patrol_map.show(here, plan, crews)
    with right:
        if plan.hours_known and crews:
            patrol_day.show(plan, crews)
        elif plan.hours_known:
            look.header("Who is where, when")
            st.markdown("No crew is on duty in this week.")
        else:
            patrol_why.show_week(plan)
    patrol_why.show(plan)
    patrol_why.show_proof(plan)
    _show_bound(here, plan)
    patrol_why.show_source(plan)


def _show_bound(here: LoadedArea, plan: PlanView) -> None:
    """Show the upper bound, which arrives in the background and blocks nothing."""
    told = patrol_why.bound_words(plan)
    if told:
        st.markdown(escape_markdown(told))
        return
    if not plan.hours_known or plan.stage == "replaced":
        return
    works: dict[str, Work] = st.session_state.setdefault(_BOUNDS, {})
    work = works.get(plan.plan_id)
    if work is None:
        work = patrol_work.start(here.workspace, cached_patrol.bound_task(here, plan))
        works[plan.plan_id] = work
    if not work.done():
        patrol_work.watch(work, _BOUND)
        return
    _take_bound(here, plan, work)


def _take_bound(here: LoadedArea, plan: PlanView, work: Work) -> None:
    try:
        bounded = work.result()
    except GeoError as fault:
        st.caption(escape_markdown(f"An upper bound cannot be told: {fault.message}"))
        return
    told = patrol_why.bound_words(bounded)
    st.markdown(escape_markdown(told or "An upper bound cannot be told for this plan."))
    if told:
        _keep(here, replace(plan, bound=bounded.bound, gap=bounded.gap))


def _show_none(page: Page, here: LoadedArea, week: str) -> None:
    look.title("No plan is made for this week yet")
    with st.container(border=True, key="empty"):
        st.markdown(
            "**Type in the hours that each agency has, and press Make the plan.** The boxes hold"
            " what the roster says. A plan takes seconds, keeps shifts, breaks, travel and powers,"
            " and says what it leaves out and why."
            if page.may(Permission.PLAN)
            else "**The chair of the tasking meeting makes and accepts the plan.** Until then the"
            " busy places of each patch are under My patch."
        )
        navigation.link("Open my patch", "my_patch", key="patch")
    patrol_hours.choose_what_counts(here, PlanParams(week))


def _show_no_teams(page: Page) -> None:
    look.title("No teams are loaded yet, so no hours can be planned")
    with st.container(border=True, key="empty"):
        st.markdown(
            "**A list of teams is enough to begin:** team, agency, days, start and end of the"
            " shift; breaks, base, powers and zone where you have them. Any spreadsheet with"
            " headings will do. No names: a team is a post and a number of people."
        )
        if page.may(Permission.IMPORT):
            navigation.link("Load a list of teams", "import_data", key="teams", look="main")
        else:
            st.markdown("The analyst can load one, on the page Data.")
