"""What does a found plan say: visits with times, what is left out, and why?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo._patrol_tables import may_go
from geo.patrol import FloorResult, Lock, Plan, Problem, Return, Unserved, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo._patrol_kernels import Fixed, State
    from geo._patrol_tables import Tables

NO_DEMAND = "There is no demand in the hours of this plan."
POLICE_ONLY = "Only police may go there, and no crew has any."
NO_ZONE = "It lies outside the zone of every crew."
NO_POWERS = "No crew holds the powers that its problems need."
OUT_OF_HOURS = "No crew that may go there is on shift when it may be visited."
TOO_FAR = "It is too far: no crew that may go there could be back in time."
WORTH_LESS = "Visits elsewhere meet more demand in the hours there are."


def plan_of(problem: Problem, made: Tables, state: State, value: float) -> Plan:
    """Return a plan in words and times; rounds and locks are filled in by the caller."""
    visits: list[Visit] = []
    returns: list[Return] = []
    random = np.random.default_rng([problem.rules.seed, 1])
    for part in range(len(made.parts)):
        if state.length[part]:
            new, back = _timed(problem, made, state, part, random)
            visits.extend(new)
            returns.append(back)
    served = {visit.place_id for visit in visits}
    unserved = tuple(
        Unserved(place.place_id, reason_left_out(made, h, problem))
        for h, place in enumerate(problem.places)
        if place.place_id not in served
    )
    wards, floors = _ward_floors(problem, visits), _place_floors(problem, visits)
    return Plan(
        visits=tuple(visits),
        returns=tuple(returns),
        value=float(value),
        met=float(state.met.sum()),
        travel_min=float(state.travelled.sum()),
        floor_visits=sum(min(one.wanted, one.planned) for one in (*wards, *floors)),
        unserved=unserved,
        ward_floors=wards,
        place_floors=floors,
        notes=tuple(_idle(problem, made, {visit.crew_id for visit in visits})),
    )


def _timed(
    problem: Problem, made: Tables, state: State, part: int, random: np.random.Generator
) -> tuple[list[Visit], Return]:
    """Return one part's visits with times, and its way back."""
    fixed, (crew, number) = made.fixed, made.parts[part]
    minutes = fixed.minutes[fixed.mode[part]]
    crew_id = problem.crews[crew].crew_id
    point, free, n = int(fixed.base[part]), float(fixed.start[part]), int(state.length[part])
    visits: list[Visit] = []
    for i, task in enumerate(state.route[part, :n].tolist()):
        place, block = divmod(task, len(problem.blocks))
        leg = float(minutes[point, place])
        span = max(float(fixed.low[part, task]), free + leg), float(state.late[part, i + 1])
        luck = float(random.random()) / (n - i) if problem.rules.draw_starts else 0.0
        arrive = whole_minute(*span, luck)
        visits.append(
            Visit(
                crew_id=crew_id,
                part=number,
                order=i + 1,
                place_id=problem.places[place].place_id,
                block=block,
                arrive_min=arrive,
                leave_min=arrive + fixed.dwell,
                group_id=problem.groups[int(fixed.lead[part, task])].group_id,
                travel_min=leg,
                gain=_loss_without(fixed, state, part, task),
                locked=bool(fixed.locked[part, task]),
            )
        )
        point, free = place, arrive + fixed.dwell
    leg = float(minutes[point, fixed.base[part]])
    return visits, Return(crew_id, number, leg, free + leg)


def whole_minute(earliest: float, latest: float, luck: float) -> float:
    """Return a start ``luck`` of the way from earliest to latest, on a whole minute if one fits."""
    latest = max(earliest, latest)
    drawn = np.floor(earliest + luck * (latest - earliest))
    if drawn < earliest:
        drawn = np.ceil(earliest)
    return float(drawn) if drawn <= latest else earliest


def _loss_without(fixed: Fixed, state: State, part: int, task: int) -> float:
    """Return the demand that would not be met without one visit."""
    place = fixed.place[task]
    n = int(state.at_place[place])
    lost = 0.0
    for group in range(fixed.weight.shape[2]):
        amounts = state.amounts[place, group, :n]
        i = int(np.flatnonzero(amounts == fixed.weight[part, task, group])[0])
        rest = np.delete(amounts, i)
        lost += float(amounts @ fixed.powers[:n] - rest @ fixed.powers[: n - 1])
    return lost


def _ward_floors(problem: Problem, visits: list[Visit]) -> tuple[FloorResult, ...]:
    """Return visits wanted and planned for each ward with a floor."""
    ward = {place.place_id: place.ward for place in problem.places}
    at = [ward[visit.place_id] for visit in visits]
    return tuple(FloorResult(name, n, at.count(name)) for name, n in problem.ward_floors)


def _place_floors(problem: Problem, visits: list[Visit]) -> tuple[FloorResult, ...]:
    """Return visits wanted and planned for each place with a floor."""
    at = [visit.place_id for visit in visits]
    return tuple(
        FloorResult(place.name, place.floor, at.count(place.place_id))
        for place in problem.places
        if place.floor
    )


def reason_left_out(made: Tables, place: int, problem: Problem) -> str:
    """Return why a place has no visit."""
    wanted = made.demand[place].sum(axis=1) > 0
    if not wanted.any() and not problem.places[place].floor:
        return NO_DEMAND
    useful = made.match[:, place, :][:, wanted] if wanted.any() else made.match[:, place, :]
    able = np.flatnonzero(useful.max(axis=1, initial=0.0) > 0)
    if not len(able):
        return _no_crew(problem, place)
    parts = np.array([r for r, (k, _) in enumerate(made.parts) if k in set(able.tolist())], int)
    tasks = np.flatnonzero(made.fixed.place == place)
    open_at = made.fixed.low[np.ix_(parts, tasks)] <= made.fixed.high[np.ix_(parts, tasks)]
    if not open_at.any():
        return OUT_OF_HOURS
    return WORTH_LESS if reachable(made.fixed, parts, tasks).any() else TOO_FAR


def _no_crew(problem: Problem, place: int) -> str:
    """Return why no crew may act at a place."""
    here = problem.places[place]
    if here.police_only and not any(crew.police for crew in problem.crews):
        return POLICE_ONLY
    if problem.crews and not any(may_go(crew, here) for crew in problem.crews):
        return NO_ZONE
    return NO_POWERS


def reachable(
    fixed: Fixed, parts: NDArray[np.int64], tasks: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return whether each part could serve each task alone, shape (parts, tasks)."""
    there = fixed.minutes[
        fixed.mode[parts][:, None], fixed.base[parts][:, None], fixed.place[tasks]
    ]
    back = fixed.minutes[fixed.mode[parts][:, None], fixed.place[tasks], fixed.base[parts][:, None]]
    low, high = fixed.low[np.ix_(parts, tasks)], fixed.high[np.ix_(parts, tasks)]
    arrive = np.maximum(low, fixed.start[parts][:, None] + there)
    return (arrive <= high) & (arrive + fixed.dwell + back <= fixed.end[parts][:, None])


def _idle(problem: Problem, made: Tables, busy: set[str]) -> Iterator[str]:
    """Yield a sentence for each crew without a stop."""
    tasks = np.arange(len(made.fixed.place))
    for k, crew in enumerate(problem.crews):
        if crew.crew_id in busy:
            continue
        parts = np.array([r for r, (one, _) in enumerate(made.parts) if one == k], int)
        rows = np.ix_(parts, tasks)
        if not (made.match[k].max(axis=1, initial=0.0) > 0).any():
            why = "its powers and zone fit no place"
        elif not (made.fixed.low[rows] <= made.fixed.high[rows]).any():
            why = "no place that it may visit can be visited in its shift"
        elif not reachable(made.fixed, parts, tasks).any():
            why = "its base is too far from every place that it may visit"
        else:
            why = "nothing that it could add is worth the way"
        yield f"Crew {crew.name} has no stop: {why}."


def why_not_kept(problem: Problem, lock: Lock, *, taken: bool, fits: bool) -> str:
    """Return why a locked visit cannot be kept; empty when it can."""
    if fits and not taken:
        return ""
    crew = next(one for one in problem.crews if one.crew_id == lock.crew_id)
    place = next(one for one in problem.places if one.place_id == lock.place_id)
    why = "other crews fill the place in that block"
    if not taken:
        why = "it fits neither its shift, powers and zone nor the other locked visits"
    return f"The locked visit of crew {crew.name} to {place.name} could not be kept: {why}."
