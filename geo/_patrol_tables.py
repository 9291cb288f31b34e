"""How does a day of patrol look as arrays?

The machinery of `geo.patrol_solver`, `geo.patrol_bound` and `geo.patrol_explain`. The checker does
not use it: it works everything out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from geo._patrol_kernels import Fixed, State, begin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.patrol import CountProblem, Crew, Group, PatrolRules, Place, Problem, Span

Floats = NDArray[np.float64]
Number = TypeVar("Number", np.float64, np.int64)
Bools = NDArray[np.bool_]
NEVER: Span = (np.inf, -np.inf)


@dataclass(frozen=True, eq=False)
class Tables:
    """A problem as arrays, with the way back to its names.

    Attributes
    ----------
    fixed
        What the search reads.
    parts
        Crew, as a position, and the number of its part, for each part.
    demand
        Scaled demand with what is owed and what CCTV does, shape (places, groups, blocks).
    match
        How well each crew deals with each group at each place, shape (crews, places, groups).
    """

    fixed: Fixed
    parts: tuple[tuple[int, int], ...]
    demand: Floats
    match: Floats


def scaled_demand(
    places: Sequence[Place], groups: Sequence[Group], rules: PatrolRules, n_blocks: int
) -> Floats:
    """Return demand, 100 a place on average before debt and CCTV (places, groups, blocks)."""
    raw = np.array([place.demand for place in places], float)
    raw = raw.reshape(len(places), len(groups), n_blocks)
    budgets = np.array([group.budget for group in groups])
    share = budgets / budgets.sum() if budgets.sum() > 0 else budgets
    sums = raw.sum(axis=(0, 2))
    scale = np.divide(100.0 * len(places) * share, sums, out=np.zeros_like(sums), where=sums > 0)
    owed = np.array([place.owed_factor(rules.kappa) for place in places]).reshape(-1, 1, 1)
    seen = [[group.cctv_factor(place.cctv) for group in groups] for place in places]
    factors = np.array(seen, float).reshape(len(places), len(groups), 1)
    return np.asarray(raw * scale[None, :, None] * owed * factors, dtype=np.float64)


def may_go(crew: Crew, place: Place) -> bool:
    """Return whether a crew may be at a place at all: police only, zone."""
    if place.police_only and not crew.police:
        return False
    return crew.zone is None or bool(shapely.intersects_xy(crew.zone, place.x_m, place.y_m))


def matches(problem: Problem | CountProblem) -> Floats:
    """Return how well each crew deals with each group at each place: 0 where it must not."""
    shape = (len(problem.crews), len(problem.places), len(problem.groups))
    match = np.zeros(shape)
    for k, crew in enumerate(problem.crews):
        for h, place in enumerate(problem.places):
            if may_go(crew, place):
                match[k, h] = crew.match
    return match if problem.allowed is None else match * problem.allowed


def longest(span: Span, windows: Sequence[Span]) -> Span:
    """Return the longest stretch of a span that lies in one window; the first of equals."""
    if not windows:
        return span
    cut = [(max(span[0], low), min(span[1], high)) for low, high in windows]
    return max(cut, key=lambda one: one[1] - one[0])


def tables(problem: Problem) -> Tables:
    """Return a problem as arrays."""
    demand = scaled_demand(problem.places, problem.groups, problem.rules, len(problem.blocks))
    match = matches(problem)
    parts = tuple((k, i) for k, crew in enumerate(problem.crews) for i in range(len(crew.parts)))
    of_part = np.array([k for k, _ in parts], dtype=np.int64)
    spans = [problem.crews[k].parts[i] for k, i in parts]
    low, high = _starts(problem, spans, match.max(axis=2, initial=0.0)[of_part] > 0)
    weight, lead = _weights(demand, match, of_part)
    wards = sorted({place.ward for place in problem.places})
    wanted = dict(problem.ward_floors)
    rules = problem.rules
    fixed = Fixed(
        minutes=np.array([problem.travel.of("walk"), problem.travel.of("vehicle")], float),
        mode=np.array([int(problem.crews[k].mode != "walk") for k, _ in parts], np.int64),
        base=of_part + len(problem.places),
        start=np.array([span[0] for span in spans], float),
        end=np.array([span[1] for span in spans], float),
        low=low,
        high=high,
        weight=weight,
        lead=lead,
        place=np.repeat(np.arange(len(problem.places)), len(problem.blocks)),
        ward=np.array([wards.index(place.ward) for place in problem.places], np.int64),
        place_floor=np.array([place.floor for place in problem.places], np.int64),
        ward_floor=np.array([wanted.get(ward, 0) for ward in wards], np.int64),
        rank=_ranks(problem.places),
        locked=np.zeros(low.shape, np.int64),
        powers=rules.gamma ** np.arange(rules.cap * len(problem.blocks) + 2, dtype=float),
        dwell=float(rules.dwell_min),
        travel_cost=float(rules.travel_cost),
        floor_bonus=float(rules.floor_bonus),
        cap=int(rules.cap),
    )
    return Tables(fixed, parts, demand, match)


def _starts(problem: Problem, spans: Sequence[Span], may: Bools) -> tuple[Floats, Floats]:
    """Return earliest and latest starts, shape (parts, tasks); ``may`` is (parts, places)."""
    shape = (len(spans), len(problem.places), len(problem.blocks))
    low, high = np.full(shape, NEVER[0]), np.full(shape, NEVER[1])
    for h, place in enumerate(problem.places):
        for b, block in enumerate(problem.blocks):
            start, end = longest((block.start_min, block.end_min), place.windows)
            for r, span in enumerate(spans):
                first, last = max(start, span[0]), min(end, span[1]) - problem.rules.dwell_min
                if may[r, h] and first <= last:
                    low[r, h, b], high[r, h, b] = first, last
    return low.reshape(len(spans), -1), high.reshape(len(spans), -1)


def _weights(
    demand: Floats, match: Floats, of_part: NDArray[np.int64]
) -> tuple[Floats, NDArray[np.int64]]:
    """Return demand met (parts, tasks, groups), and the group to which most is brought."""
    weight = np.einsum("hgb,khg->khbg", demand, match)
    by_match = np.broadcast_to(match.argmax(axis=2)[..., None], weight.shape[:3])
    lead = np.where(weight.max(axis=3, initial=0.0) > 0, weight.argmax(axis=3), by_match)
    n_tasks = weight.shape[1] * weight.shape[2]
    flat = weight.reshape(len(weight), n_tasks, weight.shape[3])
    return (
        np.ascontiguousarray(flat[of_part]),
        np.ascontiguousarray(lead.reshape(len(weight), n_tasks)[of_part]),
    )


def _ranks(places: Sequence[Place]) -> NDArray[np.int64]:
    """Return how many places lie nearer to each place than each other."""
    at = np.array([(place.x_m, place.y_m) for place in places], float).reshape(-1, 2)
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    return np.argsort(np.argsort(apart, axis=1, kind="stable"), axis=1, kind="stable")


def empty_state(fixed: Fixed) -> State:
    """Return a plan without visits."""
    n_parts, n_tasks, n_groups = fixed.weight.shape
    n_places = len(fixed.ward)
    spare = (fixed.end - fixed.start) / fixed.dwell
    most = int(min(n_tasks, max(spare, default=0.0))) + 2
    numbers, views = _carved(
        np.float64,
        {
            "early": (n_parts, most + 2),
            "late": (n_parts, most + 2),
            "travelled": (n_parts,),
            "amounts": (n_places, n_groups, len(fixed.powers)),
            "met": (n_places,),
            "gain": (n_tasks, n_parts),
            "detour": (n_tasks, n_parts),
        },
    )
    counts, whole = _carved(
        np.int64,
        {
            "route": (n_parts, most),
            "length": (n_parts,),
            "visits": (n_tasks,),
            "taken": (n_tasks, n_groups),
            "at_place": (n_places,),
            "at_ward": (len(fixed.ward_floor),),
            "spot": (n_tasks, n_parts),
            "dirty": (n_parts,),
        },
    )
    state = State(numbers=numbers, counts=counts, **views, **whole)
    state.spot[:] = -1
    begin(fixed, state)
    return state


def _carved(
    kind: type[Number], shapes: Mapping[str, tuple[int, ...]]
) -> tuple[NDArray[Number], dict[str, NDArray[Number]]]:
    """Return one long array of zeros, and the views of given shapes that fill it."""
    sizes = [int(np.prod(shape)) for shape in shapes.values()]
    whole = np.zeros(sum(sizes), kind)
    pieces = np.split(whole, np.cumsum(sizes)[:-1])
    return whole, {
        name: piece.reshape(shape)
        for (name, shape), piece in zip(shapes.items(), pieces, strict=True)
    }
