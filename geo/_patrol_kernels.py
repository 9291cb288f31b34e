"""What changes in a plan when a visit comes in or goes out, and what is the best to come in?

The machinery of `geo.patrol_solver`, on arrays. A *task* is a place in a block: its number is
``place * blocks + block``. A *part* is a crew's shift between breaks. Functions are compiled by
numba on first use; with its compiler switched off they run as they stand and give the same figures:
all chance is drawn beforehand, and no sum is reordered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Function = TypeVar("Function", bound="Callable[..., object]")

SMALL: Final = 1e-9
"""Value and minutes that are taken for nothing."""


def compiled(function: Function) -> Function:
    """Return a function that numba compiles when it is first called, kept on disk if it can be."""
    return _compiled(function, outside=True)


def inside(function: Function) -> Function:
    """Return the same for a function that only compiled ones call: it compiles in half the time."""
    return _compiled(function, outside=False)


def _compiled(function: Function, *, outside: bool) -> Function:
    """Return a compiled function, with or without the way in from Python."""
    compiler: Any = numba.njit
    ways = {"nogil": True, "no_cfunc_wrapper": True, "no_cpython_wrapper": not outside}
    try:
        return cast("Function", compiler(cache=True, **ways)(function))
    except RuntimeError:
        return cast("Function", compiler(**ways)(function))


class Fixed(NamedTuple):
    """What a search does not change."""

    minutes: Floats
    """Travel (2, points, points): walking, driving."""
    mode: Integers
    """Of each part: row of ``minutes``."""
    base: Integers
    """Of each part: its point."""
    start: Floats
    end: Floats
    low: Floats
    """Earliest start of a visit (parts, tasks)."""
    high: Floats
    """Latest start of a visit; below ``low`` where the part must not serve the task."""
    weight: Floats
    """Demand met (parts, tasks, groups)."""
    lead: Integers
    """Group to which a part brings most (parts, tasks)."""
    place: Integers
    """Of each task."""
    ward: Integers
    """Of each place."""
    place_floor: Integers
    ward_floor: Integers
    rank: Integers
    """How many places lie nearer (places, places)."""
    locked: Integers
    """Whether a visit must stay (parts, tasks)."""
    powers: Floats
    """gamma to the power of 0, 1, 2 ..."""
    dwell: float
    travel_cost: float
    floor_bonus: float
    cap: int


class State(NamedTuple):
    """A plan in the making; every array is a view into one of the first two."""

    numbers: Floats
    counts: Integers
    route: Integers
    """Tasks in order (parts, most visits)."""
    length: Integers
    early: Floats
    """Earliest start at each stop; column 0 is the base."""
    late: Floats
    """Latest start at each stop; the one behind the last visit is the base."""
    travelled: Floats
    """Minutes of each part."""
    visits: Integers
    """Of each task."""
    taken: Integers
    """Whether somebody leads there for a group (tasks, groups)."""
    amounts: Floats
    """Demand met by each visit, largest first (places, groups, most visits)."""
    at_place: Integers
    at_ward: Integers
    met: Floats
    """Demand met at each place."""
    gain: Floats
    """Demand met in addition by one visit more (tasks, parts)."""
    detour: Floats
    """Minutes of travel in addition (tasks, parts)."""
    spot: Integers
    """Where in the route; -1 for nowhere (tasks, parts)."""
    dirty: Integers
    """Parts whose times are to be worked out again."""


@inside
def copy_state(source: State, target: State) -> None:
    """Make one state equal to another."""
    for i in range(len(source.numbers)):
        target.numbers[i] = source.numbers[i]
    for i in range(len(source.counts)):
        target.counts[i] = source.counts[i]


@inside
def time_part(fixed: Fixed, state: State, part: int) -> None:
    """Work out earliest and latest starts and the travel of one part."""
    minutes = fixed.minutes[fixed.mode[part]]
    base = fixed.base[part]
    n = state.length[part]
    point, free, travelled = base, fixed.start[part], 0.0
    state.early[part, 0] = free
    for i in range(n):
        task = state.route[part, i]
        leg = minutes[point, fixed.place[task]]
        travelled += leg
        start = max(fixed.low[part, task], free + leg)
        state.early[part, i + 1] = start
        point, free = fixed.place[task], start + fixed.dwell
    if n > 0:
        travelled += minutes[point, base]
    state.travelled[part] = travelled
    point, until = base, fixed.end[part]
    state.late[part, n + 1] = until
    for i in range(n - 1, -1, -1):
        task = state.route[part, i]
        until -= minutes[fixed.place[task], point] + fixed.dwell
        until = min(until, fixed.high[part, task])
        state.late[part, i + 1] = until
        point = fixed.place[task]


@inside
def find_spot(fixed: Fixed, state: State, part: int, task: int) -> None:
    """Find where in a part a task costs the least travel."""
    minutes = fixed.minutes[fixed.mode[part]]
    here, base = fixed.place[task], fixed.base[part]
    low, high = fixed.low[part, task], fixed.high[part, task]
    n = state.length[part]
    best, spot = np.inf, -1
    before = base
    for i in range(n + 1):
        free = state.early[part, i] + (fixed.dwell if i > 0 else 0.0)
        if free > high:
            break
        after = fixed.place[state.route[part, i]] if i < n else base
        if state.late[part, i + 1] >= low + fixed.dwell:
            start = max(low, free + minutes[before, here])
            leave = start + fixed.dwell + minutes[here, after]
            if start <= high and leave <= state.late[part, i + 1]:
                extra = minutes[before, here] + minutes[here, after]
                if n > 0:
                    extra -= minutes[before, after]
                if extra < best:
                    best, spot = extra, i
        before = after
    state.detour[task, part] = best
    state.spot[task, part] = spot


@inside
def find_spots(fixed: Fixed, state: State, part: int) -> None:
    """Find the spots of all tasks in a part."""
    for task in range(len(fixed.place)):
        if fixed.low[part, task] <= fixed.high[part, task]:
            find_spot(fixed, state, part, task)


@inside
def weigh_place(fixed: Fixed, state: State, place: int) -> None:
    """Work out the demand met at a place, and what one visit more would meet."""
    n, n_groups = state.at_place[place], state.amounts.shape[1]
    met = 0.0
    for group in range(n_groups):
        for i in range(n):
            met += fixed.powers[i] * state.amounts[place, group, i]
    state.met[place] = met
    blocks = len(fixed.place) // len(fixed.ward)
    for task in range(place * blocks, (place + 1) * blocks):
        for part in range(len(fixed.mode)):
            if fixed.low[part, task] > fixed.high[part, task]:
                continue
            gain = 0.0
            for group in range(n_groups):
                amount = fixed.weight[part, task, group]
                i = 0
                while i < n and state.amounts[place, group, i] >= amount:
                    i += 1
                gain += fixed.powers[i] * amount
                for j in range(i, n):
                    lost = fixed.powers[j] - fixed.powers[j + 1]
                    gain -= lost * state.amounts[place, group, j]
            state.gain[task, part] = gain


@inside
def tally(fixed: Fixed, state: State, part: int, task: int, sign: int) -> None:
    """Count a visit in (sign 1) or out (sign -1)."""
    place = fixed.place[task]
    n = state.at_place[place]
    for group in range(state.amounts.shape[1]):
        amount = fixed.weight[part, task, group]
        row = state.amounts[place, group]
        i = 0
        if sign > 0:
            while i < n and row[i] >= amount:
                i += 1
            for j in range(n, i, -1):
                row[j] = row[j - 1]
            row[i] = amount
        else:
            while row[i] != amount:
                i += 1
            for j in range(i, n - 1):
                row[j] = row[j + 1]
            row[n - 1] = 0.0
    state.visits[task] += sign
    state.taken[task, fixed.lead[part, task]] += sign
    state.at_place[place] += sign
    state.at_ward[fixed.ward[place]] += sign


@compiled
def insert(fixed: Fixed, state: State, part: int, task: int) -> None:
    """Put a task into a part at its spot, with all that follows from it."""
    spot, n = state.spot[task, part], state.length[part]
    for i in range(n, spot, -1):
        state.route[part, i] = state.route[part, i - 1]
    state.route[part, spot] = task
    state.length[part] = n + 1
    tally(fixed, state, part, task, 1)
    weigh_place(fixed, state, fixed.place[task])
    time_part(fixed, state, part)
    find_spots(fixed, state, part)


@inside
def remove(fixed: Fixed, state: State, part: int, position: int) -> None:
    """Take a visit out; `settle` works out what follows."""
    task = state.route[part, position]
    if fixed.locked[part, task] == 1:
        return
    n = state.length[part]
    for i in range(position, n - 1):
        state.route[part, i] = state.route[part, i + 1]
    state.length[part] = n - 1
    tally(fixed, state, part, task, -1)
    weigh_place(fixed, state, fixed.place[task])
    state.dirty[part] = 1


@inside
def settle(fixed: Fixed, state: State) -> None:
    """Work out times and spots of the parts that lost visits."""
    for part in range(len(fixed.mode)):
        if state.dirty[part] == 1:
            time_part(fixed, state, part)
            find_spots(fixed, state, part)
            state.dirty[part] = 0


@inside
def floor_visits(fixed: Fixed, state: State) -> int:
    """Return how many visits count towards a floor."""
    total = 0
    for place in range(len(fixed.place_floor)):
        total += min(state.at_place[place], fixed.place_floor[place])
    for ward in range(len(fixed.ward_floor)):
        total += min(state.at_ward[ward], fixed.ward_floor[ward])
    return total


@compiled
def value_of(fixed: Fixed, state: State) -> float:
    """Return the value of a plan."""
    value = 0.0
    for place in range(len(state.met)):
        value += state.met[place]
    for part in range(len(state.travelled)):
        value -= fixed.travel_cost * state.travelled[part]
    return float(value + fixed.floor_bonus * floor_visits(fixed, state))


@inside
def net_gain(fixed: Fixed, state: State, part: int, task: int) -> float:
    """Return the value that a visit more would add."""
    place = fixed.place[task]
    net = state.gain[task, part] - fixed.travel_cost * state.detour[task, part]
    if state.at_place[place] < fixed.place_floor[place]:
        net += fixed.floor_bonus
    ward = fixed.ward[place]
    if state.at_ward[ward] < fixed.ward_floor[ward]:
        net += fixed.floor_bonus
    return float(net)


@compiled
def fill(fixed: Fixed, state: State, liking: Floats, thrift: float) -> None:
    """Put in the best visit, again and again, until none adds value.

    ``liking`` multiplies each task's score by chance; ``thrift`` 1 divides it by the minutes that
    the visit takes, 0 does not.
    """
    while True:
        best, best_part, best_task = 0.0, -1, -1
        for task in range(len(fixed.place)):
            if state.visits[task] >= fixed.cap:
                continue
            for part in range(len(fixed.mode)):
                if state.spot[task, part] < 0 or state.taken[task, fixed.lead[part, task]] > 0:
                    continue
                net = net_gain(fixed, state, part, task)
                if net <= SMALL:
                    continue
                took = thrift * state.detour[task, part] + fixed.dwell
                score = liking[task] * net / took
                if score > best:
                    best, best_part, best_task = score, part, task
        if best_part < 0:
            return
        insert(fixed, state, int(best_part), int(best_task))


@compiled
def begin(fixed: Fixed, state: State) -> None:
    """Work out everything for a plan without visits."""
    for part in range(len(fixed.mode)):
        time_part(fixed, state, part)
        find_spots(fixed, state, part)
    for place in range(len(fixed.ward)):
        weigh_place(fixed, state, place)
