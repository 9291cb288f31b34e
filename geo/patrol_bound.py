"""How much better could any plan be?

An upper bound on the value of every plan that keeps the rules, for the full aim with groups,
diminishing returns and floors.

Why it holds. Let a plan visit a place with amounts S for a group. What these meet is
``f(S) = sum over m of c_m * (sum of the m largest)`` with ``c_m = gamma^(m-1) - gamma^m``, the
last ``gamma^(n-1)`` of all n. For any threshold t the m largest sum to at most ``m t`` and the sum
of ``max(s - t, 0)``: with thresholds of our choice, f is at most a constant and an amount for each
visit. A floor's ``M min(n, floor)`` is at most ``y n + (M - y) floor`` for any y in 0 to M. "At
most one crew leads for a group at a place in a block" and "at most cap crews" are charged at prices of 0
or more: a plan that keeps them is charged no more than the constant that the prices pay back. With
all that fixed, what remains falls apart into crews, each with a prize for every stop. The best
route of each is found over more routes than there are (they may forget where they were). The
constants and the best routes are therefore together no less than the value of any plan, whatever
the thresholds and prices. Those are improved step by step (subgradient); the least bound is kept.

Travel is replaced by the shortest way over other points, which only helps the routes.

References
----------
Fisher (1981), The Lagrangian relaxation method for solving integer programming problems,
Management Science 27, 1-18.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import shortest_path

from geo._bound_kernels import Labels, Onward, Part, best_route, loose_route
from geo._patrol_tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo._patrol_kernels import Fixed
    from geo.patrol import Plan, Problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PATIENT: Final = 1e-4
"""Share by which a bound must fall to count as better."""
STALE: Final = 6
"""Steps without a better bound, after which they are halved."""
LOOSE: Final = 0.6
"""Share of the steps that take the quicker, weaker routes."""
STEPS: Final = 120
REMEMBERED: Final = 8
"""Stops that a route remembers around each stop."""
ROOM: Final = 400_000
"""Partial routes that are kept; when they are more, routes remember nothing."""


@dataclass(frozen=True)
class Bound:
    """An upper bound on the value of any plan.

    Attributes
    ----------
    value
        No plan is worth more.
    gap
        Share by which the plan given may fall short; None without a plan of any value.
    steps
        Steps of improvement made.
    complete
        False when it was cancelled; the bound holds all the same.
    """

    value: float
    gap: float | None
    steps: int
    complete: bool


@dataclass(eq=False)
class _Prices:
    """Thresholds (places, groups, ranks), prices, and bonuses paid by visit, of one step."""

    threshold: Floats
    lead: Floats
    room: Floats
    place_bonus: Floats
    ward_bonus: Floats
    most: float
    """The bonus of a floor."""

    def flat(self) -> Floats:
        """Return all of them in one row."""
        return np.concatenate([one.ravel() for one in self.parts()])

    def parts(self) -> tuple[Floats, ...]:
        """Return them one by one."""
        return self.threshold, self.lead, self.room, self.place_bonus, self.ward_bonus

    def moved(self, row: Floats) -> _Prices:
        """Return prices from a row, kept where they may be."""
        pieces = np.split(row, np.cumsum([one.size for one in self.parts()])[:-1])
        first, second, third, fourth, fifth = (
            np.maximum(piece, 0.0).reshape(one.shape)
            for piece, one in zip(pieces, self.parts(), strict=True)
        )
        return _Prices(
            first,
            second,
            third,
            np.minimum(fourth, self.most),
            np.minimum(fifth, self.most),
            self.most,
        )


def upper_bound(
    problem: Problem,
    plan: Plan | None = None,
    *,
    steps: int = STEPS,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Bound:
    """Return an upper bound on the value of any plan for one day, locks set aside.

    Parameters
    ----------
    problem
        The day.
    plan
        A plan of it, to say by how much it may fall short, and to aim the steps.
    steps
        Steps of improvement; the same steps give the same bound.
    progress, cancelled
        As in `geo.patrol_solver.plan_patrols`; a bound cancelled before its first step is infinite.
    """
    fixed = tables(problem).fixed
    if not fixed.low.size:
        return Bound(0.0, None, 0, complete=True)
    value = plan.value if plan is not None else 0.0
    best, done = _descend(_Relaxed(fixed), value, steps, progress, cancelled)
    gap = float(best - value) / value if value > 0 else None
    return Bound(float(best), gap, done, complete=done == steps)


class _Pool:
    """Routes of one kind that were best at some prices."""

    def __init__(self, n_tasks: int) -> None:
        self.visits = np.zeros((1, n_tasks))
        self.costs = np.zeros(1)

    def best(self, prize: Floats) -> tuple[float, Floats]:
        """Return what the best of them is worth now, and its visits."""
        worth = self.visits @ prize + self.costs
        at = int(worth.argmax())
        return float(worth[at]), self.visits[at]

    def keep(self, visits: Floats, cost: float) -> None:
        """Add a route with the (negative) value of its travel."""
        self.visits = np.vstack([self.visits, visits])
        self.costs = np.append(self.costs, cost)


def _onward(n_stops: int, length_min: float) -> Onward:
    """Return room for what can follow."""
    shape = n_stops, int(length_min) + 2
    return Onward(
        np.full(shape, -np.inf), np.full(shape, -np.inf),
        np.full(shape, -1, np.int64), np.full(shape, -1, np.int64),
    )  # fmt: skip


class _Relaxed:
    """A day whose crews know nothing of each other but prices."""

    def __init__(self, fixed: Fixed) -> None:
        self.fixed = fixed
        n_ranks = len(fixed.powers) - 2
        self.ranks = np.arange(1, n_ranks + 1, dtype=float)
        self.shares = fixed.powers[:n_ranks] - fixed.powers[1 : n_ranks + 1]
        self.shares[-1] = fixed.powers[n_ranks - 1]
        self.minutes = np.array([shortest_path(np.maximum(one, 0.0)) for one in fixed.minutes])
        self.kinds, self.numbers = _kinds(fixed, self.minutes)
        self.labels = _labels(fixed)
        self.pools = [_Pool(fixed.low.shape[1]) for _ in self.kinds]

    def first(self) -> _Prices:
        """Return prices to begin with: thresholds at nothing, half of what a visit is worth."""
        _, n_tasks, n_groups = self.fixed.weight.shape
        worth = self._prize(np.zeros((len(self.fixed.ward), n_groups, len(self.ranks))))
        lead = np.zeros((n_tasks, n_groups))
        for kind, part in enumerate(self.kinds):
            at = np.arange(n_tasks), self.fixed.lead[part]
            lead[at] = np.maximum(lead[at], worth[kind] / 2)
        return _Prices(
            np.zeros((len(self.fixed.ward), n_groups, len(self.ranks))),
            lead,
            np.zeros(n_tasks),
            np.where(self.fixed.place_floor > 0, self.fixed.floor_bonus, 0.0),
            np.where(self.fixed.ward_floor > 0, self.fixed.floor_bonus, 0.0),
            self.fixed.floor_bonus,
        )

    def _prize(self, threshold: Floats) -> Floats:
        """Return what a visit is worth above the thresholds, shape (kinds, tasks)."""
        above = self.fixed.weight[self.kinds][..., None] - threshold[self.fixed.place]
        return np.asarray(np.maximum(above, 0.0).sum(axis=2) @ self.shares, dtype=np.float64)

    def bound(self, prices: _Prices, *, exact: bool) -> tuple[float, Floats]:
        """Return the bound at given prices, with the direction in which it rises fastest."""
        fixed = self.fixed
        prize = self._prize(prices.threshold) - prices.room
        prize += prices.place_bonus[fixed.place] + prices.ward_bonus[fixed.ward[fixed.place]]
        visits = np.zeros(prize.shape)
        total = self._constant(prices)
        for kind, part in enumerate(self.kinds):
            prize[kind] -= prices.lead[np.arange(prize.shape[1]), fixed.lead[part]]
            worth, visits[kind] = self._route(kind, prize[kind], exact=exact)
            total += self.numbers[kind] * worth
        return total, self._slope(prices, visits * self.numbers[:, None]).flat()

    def _constant(self, prices: _Prices) -> float:
        """Return what does not hang on the routes."""
        fixed = self.fixed
        floors = (prices.most - prices.place_bonus) @ fixed.place_floor
        floors += (prices.most - prices.ward_bonus) @ fixed.ward_floor
        paid = prices.lead.sum() + fixed.cap * prices.room.sum()
        return float(prices.threshold.sum(axis=(0, 1)) @ (self.shares * self.ranks) + paid + floors)

    def _slope(self, prices: _Prices, visits: Floats) -> _Prices:
        """Return the change of the bound by each price, for visits (kinds, tasks)."""
        fixed = self.fixed
        n_places, n_groups, n_ranks = prices.threshold.shape
        above = fixed.weight[self.kinds][..., None] > prices.threshold[fixed.place]
        counted = (above * visits[:, :, None, None]).sum(axis=0)
        counted = counted.reshape(n_places, -1, n_groups, n_ranks).sum(axis=1)
        lead = np.ones(prices.lead.shape)
        for kind, part in enumerate(self.kinds):
            lead[np.arange(len(lead)), fixed.lead[part]] -= visits[kind]
        by_task = visits.sum(axis=0)
        by_place = by_task.reshape(n_places, -1).sum(axis=1)
        by_ward = np.bincount(fixed.ward, by_place, len(fixed.ward_floor))
        return _Prices(
            self.shares * (self.ranks - counted),
            lead,
            fixed.cap - by_task,
            by_place - fixed.place_floor,
            np.asarray(by_ward - fixed.ward_floor, dtype=np.float64),
            prices.most,
        )

    def _route(self, kind: int, prize: Floats, *, exact: bool) -> tuple[float, Floats]:
        """Return the most that a route of one kind is worth, and its visits by task.

        Without ``exact``, of routes that only must not go straight back.
        """
        part = int(self.kinds[kind])
        stops, one = self._part(part, prize)
        visits = np.zeros(len(prize))
        if not len(stops):
            return 0.0, visits
        counts = np.zeros(len(stops), np.int64)
        onward = _onward(len(stops), self.fixed.end[part] - self.fixed.start[part])
        worth = loose_route(one, onward, counts)
        if exact:
            known = self.pools[kind]
            least, usual = known.best(prize)
            closer_counts = np.zeros_like(counts)
            closer = best_route(one, self.labels, onward, closer_counts, least)
            if closer >= 0:
                worth, counts = closer, closer_counts
                if not counts.any():
                    return worth, usual
                visits[stops] = counts
                known.keep(visits, worth - float(visits @ prize))
                return float(worth), visits
        visits[stops] = counts
        return float(worth), visits

    def _part(self, part: int, prize: Floats) -> tuple[Integers, Part]:
        """Return the tasks that are worth something to a part, and the part with them alone."""
        fixed, minutes = self.fixed, self.minutes[self.fixed.mode[part]]
        base = fixed.base[part]
        home = minutes[fixed.place, base]
        high = np.minimum(fixed.high[part], fixed.end[part] - fixed.dwell - home)
        low = np.maximum(fixed.low[part], fixed.start[part] + minutes[base, fixed.place])
        n_blocks = len(fixed.place) // len(fixed.ward)
        stops = np.flatnonzero((prize > 0) & (low <= high))
        stops = stops[np.lexsort((stops, stops % n_blocks))]
        at = fixed.place[stops]
        between = minutes[np.ix_(at, at)]
        return stops, Part(
            minutes=np.ascontiguousarray(between),
            out=np.ascontiguousarray(minutes[base, at]),
            back=np.ascontiguousarray(home[stops]),
            low=fixed.low[part, stops],
            high=high[stops],
            prize=prize[stops],
            near=_near(between, stops % n_blocks),
            start=float(fixed.start[part]),
            dwell=fixed.dwell,
            cost=fixed.travel_cost,
        )


def _near(between: Floats, block: Integers) -> Integers:
    """Return the bit by which each stop remembers each other of its block, -1 for none."""
    n = len(block)
    apart = np.where(block[:, None] == block[None, :], between + between.T, np.inf)
    np.fill_diagonal(apart, np.inf)
    order = np.argsort(apart, axis=1, kind="stable")[:, :REMEMBERED]
    near = np.full((n, n), -1, np.int64)
    rows = np.arange(n)[:, None]
    near[rows, order] = np.arange(order.shape[1])
    near[~np.isfinite(apart)] = -1
    return near


def _kinds(fixed: Fixed, minutes: Floats) -> tuple[Integers, Floats]:
    """Return one part of each kind that is alike in everything, and how many there are."""
    seen: dict[tuple[object, ...], int] = {}
    first: list[int] = []
    number: list[float] = []
    n_places = len(fixed.ward)
    for part in range(len(fixed.mode)):
        mode, base = fixed.mode[part], fixed.base[part]
        arrays = (
            minutes[mode, base, :n_places], minutes[mode, :n_places, base], fixed.low[part],
            fixed.high[part], fixed.weight[part], fixed.lead[part],
        )  # fmt: skip
        key = (mode, fixed.start[part], fixed.end[part], *(one.tobytes() for one in arrays))
        if key not in seen:
            seen[key] = len(first)
            first.append(part)
            number.append(0.0)
        number[seen[key]] += 1
    return np.array(first, np.int64), np.array(number)


def _labels(fixed: Fixed) -> Labels:
    """Return room for partial routes."""
    spans = int(max(fixed.end - fixed.start) / fixed.dwell) + 4
    sizes = (*[ROOM] * 6, len(fixed.place), spans, 1)
    return Labels(np.zeros(ROOM), np.zeros(ROOM), *(np.zeros(size, np.int64) for size in sizes))


def _descend(
    relaxed: _Relaxed,
    value: float,
    steps: int,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> tuple[float, int]:
    """Return the least bound seen, and the steps made."""
    prices = relaxed.first()
    best, best_prices, scale, stale = np.inf, prices, 1.0, 0
    loose = int(LOOSE * steps)
    for step in range(steps):
        if cancelled is not None and cancelled():
            return best, step
        bound, slope = relaxed.bound(prices, exact=step >= loose)
        stale += 1
        if bound < best - PATIENT * abs(best) or best == np.inf:
            stale = 0
        if bound < best:
            best, best_prices = bound, prices
        if stale >= STALE:
            scale, stale, prices = scale / 2, 0, best_prices
            continue
        row = prices.flat()
        slope[(row <= 0) & (slope > 0)] = 0.0
        norm = float(slope @ slope)
        aim = value if value > 0 else 0.9 * best
        if norm == 0 or bound <= aim:
            return best, steps
        prices = prices.moved(row - scale * (bound - aim) / norm * slope)
        if progress is not None:
            progress((step + 1) / steps)
    return float(best), steps
