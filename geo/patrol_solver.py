"""Which crew should be where, and when?

Visits are put in one by one where they add most, then part of the plan is taken out and put back
again and again (ruin and recreate); what is better stays, what is a little worse may stay early on.
The number of rounds is set beforehand, never a time: the same problem and seed give the same plan.

References
----------
Schrimpf et al. (2000), Record breaking optimization results using the ruin and recreate principle,
Journal of Computational Physics 159, 139-171.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geo._patrol_kernels import fill, insert, value_of
from geo._patrol_search import improve
from geo._patrol_tables import Tables, empty_state, tables
from geo.patrol import Block, Crew, Group, PatrolRules, Place, Plan, Problem, Travel
from geo.patrol_result import plan_of, why_not_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo._patrol_kernels import State

BATCH: Final = 100
"""Rounds between two looks at progress and cancelling."""
DRAWS: Final = 1 << 16
SLIP: Final = 0.5
"""Worsening, in mean value of a visit, that may stay at the start; it falls to nothing."""


def plan_patrols(
    problem: Problem,
    *,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """Return the best plan found for one day.

    Never infeasible: what cannot be served is listed with the reason.

    Parameters
    ----------
    problem
        Places, crews, blocks, rules, visits to keep.
    progress
        Called between batches with the share done, 0 to 1.
    cancelled
        Asked between batches; when it says yes, the best plan so far is returned.

    Returns
    -------
    Plan
        The same for the same problem; ``complete`` is False when it was cancelled.

    Notes
    -----
    Where several windows of a place cut one block, only the longest stretch is used.
    """
    made = tables(problem)
    state, notes = _with_locks(problem, made)
    rounds, complete = 0, True
    if problem.places and made.parts and problem.blocks:
        fill(made.fixed, state, np.ones(len(made.fixed.place)), 1.0)
        state, rounds = _search(problem.rules, made, state, progress, cancelled)
        complete = rounds >= problem.rules.iterations
    total = value_of(made.fixed, state)
    plan = plan_of(problem, made, state, total)
    return replace(
        plan,
        notes=notes + plan.notes,
        iterations=rounds,
        complete=complete,
    )


def plan_week(
    days: Sequence[Problem],
    *,
    delivery: float = 1.0,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Plan, ...]:
    """Return a plan for each day, in order; what one day gives a place, the next need not.

    Parameters
    ----------
    days
        One problem for each day; places are told apart by their identifiers, and their
        ``target_min`` and ``delivered_min`` are those of the week.
    delivery
        Share of planned minutes that is expected to be delivered.
    progress, cancelled
        As in `plan_patrols`.
    """
    given: dict[str, float] = {}
    plans: list[Plan] = []
    for number, day in enumerate(days):
        places = tuple(
            replace(place, delivered_min=place.delivered_min + given.get(place.place_id, 0.0))
            for place in day.places
        )

        def share(part: float, number: int = number) -> None:
            if progress is not None:
                progress((number + part) / len(days))

        plan = plan_patrols(replace(day, places=places), progress=share, cancelled=cancelled)
        for visit in plan.visits:
            minutes = delivery * (visit.leave_min - visit.arrive_min)
            given[visit.place_id] = given.get(visit.place_id, 0.0) + minutes
        plans.append(plan)
    return tuple(plans)


def _with_locks(problem: Problem, made: Tables) -> tuple[State, tuple[str, ...]]:
    """Return a plan of the locked visits alone, with a sentence for each that cannot be kept."""
    fixed = made.fixed
    blocks = len(problem.blocks)
    crews = {crew.crew_id: k for k, crew in enumerate(problem.crews)}
    places = {place.place_id: h for h, place in enumerate(problem.places)}
    wanted = []
    for lock in problem.locks:
        task = places[lock.place_id] * blocks + lock.block
        for part, (crew, _) in enumerate(made.parts):
            if crew == crews[lock.crew_id]:
                _pin(fixed.low, fixed.high, (part, task), lock.arrive_min)
        wanted.append((lock, crews[lock.crew_id], task))
    state = empty_state(fixed)
    notes: list[str] = []
    for lock, crew, task in wanted:
        ready = [r for r, (k, _) in enumerate(made.parts) if k == crew and state.spot[task, r] >= 0]
        reason = why_not_kept(problem, lock, taken=_full(made, state, crew, task), fits=bool(ready))
        if reason:
            notes.append(reason)
        else:
            insert(fixed, state, ready[0], task)
            fixed.locked[ready[0], task] = 1
    return state, tuple(notes)


def _pin(low: np.ndarray, high: np.ndarray, at: tuple[int, int], arrive: float | None) -> None:
    """Let a visit start at one time only; never, where that lies outside what is possible."""
    if arrive is None or low[at] > high[at]:
        return
    possible = low[at] <= arrive <= high[at]
    low[at], high[at] = (arrive, arrive) if possible else (np.inf, -np.inf)


def _full(made: Tables, state: State, crew: int, task: int) -> bool:
    """Return whether a place has no room for a crew in a block."""
    leads = {int(made.fixed.lead[r, task]) for r, (k, _) in enumerate(made.parts) if k == crew}
    taken = any(state.taken[task, lead] > 0 for lead in leads)
    return taken or bool(state.visits[task] >= made.fixed.cap)


def _search(
    rules: PatrolRules,
    made: Tables,
    start: State,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> tuple[State, int]:
    """Return the best plan found from a first one, with the rounds made."""
    fixed = made.fixed
    random = np.random.default_rng(rules.seed)
    states = (start, empty_state(fixed), empty_state(fixed))
    states[1].numbers[:], states[1].counts[:] = start.numbers, start.counts
    liking, cursor = np.ones(len(fixed.place)), np.zeros(1, np.int64)
    visits = max(1, int(start.length.sum()))
    warmth = SLIP * max(0.0, float(start.met.sum())) / visits
    done = 0
    while done < rules.iterations:
        if cancelled is not None and cancelled():
            break
        size = min(BATCH, rules.iterations - done)
        left = 1.0 - (done + np.arange(size)) / rules.iterations
        slips = warmth * left**2 * random.exponential(size=size)
        cursor[0] = 0
        improve(fixed, states, liking, random.random(DRAWS), slips, cursor)
        done += size
        if progress is not None:
            progress(done / rules.iterations)
    return states[0], done


def warm_up() -> None:
    """Let numba compile the search, once for all later plans."""
    still = np.zeros((2, 2))
    plan_patrols(
        Problem(
            groups=(Group("any", "Any"),),
            places=(Place("place", "Place", 0.0, 0.0, "ward", ((1.0,),)),),
            crews=(Crew("crew", "Crew", ("council",), 0.0, 0.0, 0.0, 60.0, (1.0,)),),
            blocks=(Block(0.0, 60.0),),
            travel=Travel(still, still),
            rules=PatrolRules(iterations=1),
        )
    )
