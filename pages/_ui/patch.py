"""Which patch and which crew does somebody look at, and what comes now, next and later?

Patch and crew are in the address, so that the link that was opened once opens the same again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

import h3
import streamlit as st
from shapely.geometry import Point

from pages._ui import cached, params

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

    from data.patrol_views import CrewView, PlanView, StopView, VisitView
    from pages._ui.page import LoadedArea

Turn = Literal["now", "next", "later", "past"]

ALL_CREWS: Final = "All crews"
SOON: Final = timedelta(minutes=10)
"""A visit is "now" from so long before it starts: the crew is on its way."""
_PATCH, _CREW = "patch", "crew"


@dataclass(frozen=True)
class PatchVisit:
    """A visit of today with its crew, its stop and its turn."""

    visit: VisitView
    crew: CrewView
    stop: StopView
    turn: Turn


def choose_patch(here: LoadedArea) -> str:
    """Show the patches of the area, and return the chosen one."""
    patches = cached.patches(here)
    params.say_unknown({_PATCH: patches})
    return st.selectbox(
        "Patch", patches, key=_PATCH, bind="query-params", label_visibility="collapsed"
    )


def choose_crew(crews: Sequence[CrewView]) -> str:
    """Show the crews that are on duty today, and return the chosen letter, or `ALL_CREWS`."""
    names = {crew.letter: f"{crew.letter} {crew.team}" for crew in crews}
    return st.selectbox(
        "Crew",
        [ALL_CREWS, *names],
        format_func=lambda letter: names.get(letter, ALL_CREWS),
        key=_CREW,
        bind="query-params",
        label_visibility="collapsed",
    )


def local_now(here: LoadedArea) -> datetime:
    """Return the time on the clock of the area."""
    zone = ZoneInfo(cached.study_area(here).timezone)
    return here.workspace.clock.now().astimezone(zone)


def on_duty(plan: PlanView | None, now: datetime) -> tuple[CrewView, ...]:
    """Return the crews of today, and those of last night whose shift has not ended."""
    if plan is None:
        return ()
    today = now.date()
    return tuple(
        crew
        for crew in plan.crews
        if crew.day == today or (crew.day < today and crew.start <= now < crew.end)
    )


def visits_of(
    here: LoadedArea, plan: PlanView, crews: Sequence[CrewView], *, letter: str, patch: str
) -> tuple[PatchVisit, ...]:
    """Return the visits of a crew, or those of all crews in a patch, in order of time."""
    now = local_now(here)
    inside = stops_in(here, plan, patch)
    stops = {stop.number: stop for stop in plan.stops}
    chosen = [
        (visit, crew, stops[visit.stop])
        for crew in crews
        for visit in crew.visits
        if (crew.letter == letter if letter != ALL_CREWS else visit.stop in inside)
    ]
    chosen.sort(key=lambda one: (one[0].arrive, one[0].letter))
    coming = [visit for visit, *_ in chosen if visit.arrive - SOON > now]
    return tuple(
        PatchVisit(visit, crew, stop, _turn(visit, now, coming)) for visit, crew, stop in chosen
    )


def stops_in(here: LoadedArea, plan: PlanView, patch: str) -> frozenset[int]:
    """Return the numbers of the plan's stops that lie in a patch."""
    patches = cached.study_area(here).patches
    shapes = patches[patches["name"] == patch].geometry
    return frozenset(
        stop.number
        for stop in plan.stops
        if any(shape.covers(Point(stop.lon, stop.lat)) for shape in shapes)
    )


def _turn(visit: VisitView, now: datetime, coming: Sequence[VisitView]) -> Turn:
    if visit.leave <= now:
        return "past"
    if visit.arrive - SOON <= now:
        return "now"
    return "next" if visit is coming[0] else "later"


def touches(shapes: Iterable[BaseGeometry], cells: Iterable[str]) -> bool:
    """Return whether a hexagon's middle lies in one of the shapes."""
    middles = [Point(lon, lat) for lat, lon in map(h3.cell_to_latlng, cells)]
    return any(shape.covers(point) for shape in shapes for point in middles)
