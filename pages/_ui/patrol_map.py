"""How do a day's routes and stops come on the map of the patrol plan?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.viz.gantt import clock, minutes_of
from geo.viz.mapkit import STATIC
from geo.viz.route_map import (
    BaseMark,
    RouteLine,
    RouteMapSpec,
    StopKind,
    StopMark,
    crew_legend_html,
    route_focus,
    route_legend_html,
    route_map,
)
from pages._ui import look, maps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.patrol_views import CrewView, PlanView, StopView
    from pages._ui.page import LoadedArea

KEY: Final = "route-map"
BASE: Final = "Base"


def show(here: LoadedArea, plan: PlanView, crews: Sequence[CrewView]) -> None:
    """Show the stops with the routes of some crews of a day, and the legend."""
    stops = marks_of(plan, crews)
    address = here.workspace.building_address(here.area.area_id)
    spec = RouteMapSpec(
        replace(
            maps.area_of_map(here),
            title=f"Patrol routes and stops in {plan.area_name}",
            attribution=_attribution(plan),
            wards=(),
        ),
        routes=tuple(RouteLine(one.letter, one.route, crew_tip(one)) for one in crews),
        stops=stops,
        bases=bases_of(crews),
        theme=look.theme(),
        font_url=maps.font_url(),
        streets_url=maps.streets_url(here),
        buildings_url=f"{STATIC}{address}" if address else None,
    )
    whole = replace(spec, bases=bases_of(plan.crews), routes=())
    base, group = route_map(replace(spec, focus=route_focus(whole)))
    with st.container(key="routemap"):
        maps.draw(base, group, key=KEY)
    kinds = {one.kind for one in stops}
    st.html(route_legend_html(elsewhen="elsewhen" in kinds, left_out="left_out" in kinds))
    if crews:
        with st.container(key="crewkey"):
            st.html(crew_legend_html([(one.letter, one.team) for one in crews]))


def marks_of(plan: PlanView, crews: Sequence[CrewView]) -> tuple[StopMark, ...]:
    """Return every stop: visited by these crews, on another day or by others, or by nobody."""
    today = {visit.stop for crew in crews for visit in crew.visits}
    return tuple(_mark(stop, _kind(stop, today, plan)) for stop in plan.stops)


def bases_of(crews: Sequence[CrewView]) -> tuple[BaseMark, ...]:
    """Return where crews start: one black box for each place, with its name in the tooltip."""
    found = {(crew.base_lon, crew.base_lat): crew.base_name for crew in crews}
    return tuple(BaseMark(BASE, lon, lat, (name or BASE,)) for (lon, lat), name in found.items())


def crew_tip(crew: CrewView) -> tuple[str, ...]:
    """Return what is said of a crew on the map."""
    start, end = (clock(minutes_of(crew.day, at)) for at in (crew.start, crew.end))
    return (f"{crew.letter} {crew.team}", f"{start} to {end}", crew.mode_words)


def _kind(stop: StopView, today: set[int], plan: PlanView) -> StopKind:
    if stop.number in today:
        return "visited"
    if not stop.visits:
        return "left_out"
    return "elsewhen" if plan.hours_known else "visited"


def _mark(stop: StopView, kind: StopKind) -> StopMark:
    visits = "1 visit in the week" if stop.visits == 1 else f"{stop.visits} visits in the week"
    tip = (f"{stop.number}. {stop.name}", visits if stop.visits else "Not covered", stop.why)
    return StopMark(
        stop.number, stop.name, stop.lon, stop.lat, kind, tuple(line for line in tip if line)
    )


def _attribution(plan: PlanView) -> str:
    return plan.travel_words[0].rstrip(".") if plan.travel_words else ""
