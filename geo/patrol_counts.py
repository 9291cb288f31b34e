"""How often a week should each crew visit each place, where no hours are known?

A visit comes for one group of problems. The i-th visit to a place for a group counts
``gamma^(i-1)`` of its demand, times how well the crew fits. Every crew has so many visits as its
hours hold. Giving visits to ranks is an assignment, solved exactly: the largest amount takes the
first rank by itself, so the best assignment is the best sharing out. Floors come first.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from geo._patrol_tables import matches, may_go, scaled_demand
from geo.patrol import CountPlan, FloorResult, Unserved, VisitCount
from geo.patrol_result import NO_DEMAND, NO_POWERS, NO_ZONE, POLICE_ONLY, WORTH_LESS

if TYPE_CHECKING:
    from geo.patrol import CountProblem

Floats = NDArray[np.float64]
FIRST: Final = 1e6
"""Added to the worth of the visits that a floor asks for, so that they come first."""


def count_visits(problem: CountProblem) -> CountPlan:
    """Return visits a week by crew, place and group, worth the most that the hours allow.

    Notes
    -----
    Says nothing of times of day: those need reports with hours. With a floor, the first visits of a
    place are for its largest group.
    """
    demand = scaled_demand(problem.places, problem.groups, problem.rules, 1)[:, :, 0]
    fit = matches(problem)
    each = problem.rules.dwell_min + problem.travel_min
    room = [int(60 * hours / each + 1e-9) for hours in problem.hours]
    chosen = _assign(problem, demand, fit, room) if demand.size and sum(room) else {}
    counts = tuple(
        VisitCount(
            problem.crews[k].crew_id, problem.places[h].place_id, problem.groups[g].group_id, n
        )
        for (k, h, g), n in sorted(chosen.items())
    )
    at: Counter[int] = Counter()
    for (_, h, _), n in chosen.items():
        at[h] += n
    return CountPlan(
        counts=counts,
        value=_value(problem, demand, fit, chosen),
        unserved=tuple(
            Unserved(place.place_id, _reason(problem, demand, fit, h))
            for h, place in enumerate(problem.places)
            if not at[h]
        ),
        place_floors=tuple(
            FloorResult(place.name, place.floor, at[h])
            for h, place in enumerate(problem.places)
            if place.floor
        ),
        notes=tuple(
            f"Crew {crew.name} has no hours for a visit."
            for crew, n in zip(problem.crews, room, strict=True)
            if not n
        ),
    )


def _assign(
    problem: CountProblem, demand: Floats, fit: Floats, room: list[int]
) -> dict[tuple[int, int, int], int]:
    """Return visits by crew, place and group."""
    n_places, n_groups = demand.shape
    crew = np.repeat(np.arange(len(room)), room)
    most = min(problem.most, len(crew))
    worth = fit * demand
    ranks = problem.rules.gamma ** np.arange(most)
    items = worth[..., None] * ranks
    for h, place in enumerate(problem.places):
        group = int(worth[:, h].max(axis=0, initial=0.0).argmax())
        able = worth[:, h, group] > 0
        items[able, h, group, : place.floor] += FIRST
    table = items.reshape(len(room), -1)[crew]
    rows, columns = linear_sum_assignment(table, maximize=True)
    used = table[rows, columns] > 0
    places, groups, _ = np.unravel_index(columns[used], (n_places, n_groups, most))
    triples = zip(crew[rows[used]].tolist(), places.tolist(), groups.tolist(), strict=True)
    return dict(Counter(triples))


def _value(
    problem: CountProblem, demand: Floats, fit: Floats, chosen: dict[tuple[int, int, int], int]
) -> float:
    """Return the demand met."""
    amounts: dict[tuple[int, int], list[float]] = {}
    for (k, h, g), n in chosen.items():
        amounts.setdefault((h, g), []).extend([float(demand[h, g] * fit[k, h, g])] * n)
    return float(
        sum(
            amount * problem.rules.gamma**rank
            for row in amounts.values()
            for rank, amount in enumerate(sorted(row, reverse=True))
        )
    )


def _reason(problem: CountProblem, demand: Floats, fit: Floats, place: int) -> str:
    """Return why a place has no visit."""
    here = problem.places[place]
    if not (demand[place] > 0).any():
        return NO_DEMAND
    if (fit[:, place] * demand[place] > 0).any():
        return WORTH_LESS
    if here.police_only and not any(crew.police for crew in problem.crews):
        return POLICE_ONLY
    if problem.crews and not any(may_go(crew, here) for crew in problem.crews):
        return NO_ZONE
    return NO_POWERS
