"""What is the best plan of a very small day, when every plan is tried?"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo._patrol_kernels import Fixed
    from geo.patrol import Problem

from geo._patrol_tables import tables


def best_value(problem: Problem) -> float:
    """Return the value of the best plan: every set of visits of every crew is tried."""
    fixed = tables(problem).fixed
    parts = [_sets(fixed, part) for part in range(len(fixed.mode))]
    return max(_value(fixed, plan) for plan in product(*parts) if _fits(fixed, plan))


def _sets(fixed: Fixed, part: int) -> list[tuple[frozenset[int], float]]:
    """Return every set of tasks that a part can serve, with the least travel."""
    least: dict[frozenset[int], float] = {}
    for route, travel in _routes(fixed, part, (), float(fixed.start[part]), 0.0):
        tasks = frozenset(route)
        least[tasks] = min(travel, least.get(tasks, np.inf))
    return list(least.items())


def _routes(
    fixed: Fixed, part: int, route: tuple[int, ...], free: float, travelled: float
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield every route that goes on from one, itself included when it reaches the base."""
    minutes = fixed.minutes[fixed.mode[part]]
    base = fixed.base[part]
    here = fixed.place[route[-1]] if route else base
    home = minutes[here, base] if route else 0.0
    if free + home <= fixed.end[part] + 1e-9:
        yield route, travelled + home
    for task in range(len(fixed.place)):
        if task in route:
            continue
        leg = minutes[here, fixed.place[task]]
        start = max(fixed.low[part, task], free + leg)
        if start <= fixed.high[part, task] + 1e-9:
            yield from _routes(fixed, part, (*route, task), start + fixed.dwell, travelled + leg)


def _fits(fixed: Fixed, plan: tuple[tuple[frozenset[int], float], ...]) -> bool:
    """Return whether no place has too many crews in a block, or two that come for one group."""
    seen: set[tuple[int, int]] = set()
    for task in range(len(fixed.place)):
        there = [part for part, (tasks, _) in enumerate(plan) if task in tasks]
        leads = {(task, int(fixed.lead[part, task])) for part in there}
        if len(there) > fixed.cap or len(leads) < len(there):
            return False
        seen |= leads
    return True


def _value(fixed: Fixed, plan: tuple[tuple[frozenset[int], float], ...]) -> float:
    """Return the value of a plan."""
    amounts: dict[tuple[int, int], list[float]] = {}
    at_place = np.zeros(len(fixed.ward), int)
    at_ward = np.zeros(len(fixed.ward_floor), int)
    for part, (tasks, _) in enumerate(plan):
        for task in tasks:
            place = int(fixed.place[task])
            at_place[place] += 1
            at_ward[fixed.ward[place]] += 1
            for group, amount in enumerate(fixed.weight[part, task]):
                amounts.setdefault((place, group), []).append(float(amount))
    met = sum(
        amount * fixed.powers[rank]
        for row in amounts.values()
        for rank, amount in enumerate(sorted(row, reverse=True))
    )
    floors = np.minimum(at_place, fixed.place_floor).sum()
    floors += np.minimum(at_ward, fixed.ward_floor).sum()
    travel = sum(minutes for _, minutes in plan)
    return float(met - fixed.travel_cost * travel + fixed.floor_bonus * floors)
