"""How is a plan taken apart and put together again, many thousand times a second?

The machinery of `geo.patrol_solver`; what a plan is made of stands in `geo._patrol_kernels`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo._patrol_kernels import (
    SMALL,
    Fixed,
    State,
    compiled,
    copy_state,
    fill,
    inside,
    remove,
    settle,
    value_of,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST: Final = 12
"""Places whose visits, or single visits, are taken out at once."""
SPREAD: Final = 0.6
"""Chance by which a task is liked more than another."""


@inside
def draw(draws: Floats, cursor: Integers) -> float:
    """Return the next number drawn from 0 to 1, starting again at the end."""
    number = draws[cursor[0]]
    cursor[0] = (cursor[0] + 1) % len(draws)
    return float(number)


@inside
def draw_below(draws: Floats, cursor: Integers, n: int) -> int:
    """Return the next whole number drawn from 0 to n - 1."""
    return min(n - 1, int(draw(draws, cursor) * n))


@inside
def take_run(fixed: Fixed, state: State, draws: Floats, cursor: Integers) -> None:
    """Take a run of visits out of one part, or all of it."""
    part = draw_below(draws, cursor, len(fixed.mode))
    n = state.length[part]
    if n == 0:
        return
    size = 1 + draw_below(draws, cursor, n)
    first = draw_below(draws, cursor, n - size + 1)
    for position in range(first + size - 1, first - 1, -1):
        remove(fixed, state, part, position)


@inside
def take_near(fixed: Fixed, state: State, draws: Floats, cursor: Integers) -> None:
    """Take out the visits of some places that lie together, in all blocks or one of them."""
    blocks = len(fixed.place) // len(fixed.ward)
    centre = draw_below(draws, cursor, len(fixed.ward))
    nearest = 1 + draw_below(draws, cursor, min(len(fixed.ward), MOST))
    block = draw_below(draws, cursor, 2 * blocks)
    for part in range(len(fixed.mode)):
        for position in range(state.length[part] - 1, -1, -1):
            task = state.route[part, position]
            one_block = block < blocks and task % blocks != block
            if fixed.rank[centre, fixed.place[task]] < nearest and not one_block:
                remove(fixed, state, part, position)


@inside
def take_any(fixed: Fixed, state: State, draws: Floats, cursor: Integers) -> None:
    """Take out some visits, each as likely as the other."""
    total = 0
    for part in range(len(fixed.mode)):
        total += state.length[part]
    if total == 0:
        return
    share = (1 + draw_below(draws, cursor, min(total, MOST))) / total
    for part in range(len(fixed.mode)):
        for position in range(state.length[part] - 1, -1, -1):
            if draw(draws, cursor) < share:
                remove(fixed, state, part, position)


@inside
def ruin(fixed: Fixed, state: State, draws: Floats, cursor: Integers) -> None:
    """Take a few visits out in a way that is drawn."""
    way = draw_below(draws, cursor, 3)
    if way == 0:
        take_run(fixed, state, draws, cursor)
    elif way == 1:
        take_near(fixed, state, draws, cursor)
    else:
        take_any(fixed, state, draws, cursor)
    settle(fixed, state)


@compiled
def improve(
    fixed: Fixed,
    states: tuple[State, State, State],
    liking: Floats,
    draws: Floats,
    slips: Floats,
    cursor: Integers,
) -> float:
    """Ruin and recreate as many times as there are slips; return the best value.

    ``states`` are the best plan, the present one and a spare. A round is kept when it is not worse
    than the present plan by more than its slip. ``liking`` is room for a number by task; ``cursor``
    says which draw comes next.
    """
    best, present, trial = states
    best_value, value = value_of(fixed, best), value_of(fixed, present)
    for i in range(len(slips)):
        copy_state(present, trial)
        ruin(fixed, trial, draws, cursor)
        spread = SPREAD * draw(draws, cursor)
        thrift = draw(draws, cursor)
        for task in range(len(liking)):
            liking[task] = 1.0 + spread * (draw(draws, cursor) - 0.5)
        fill(fixed, trial, liking, thrift)
        now = value_of(fixed, trial)
        if now >= value - slips[i]:
            copy_state(trial, present)
            value = now
            if now > best_value + SMALL:
                copy_state(trial, best)
                best_value = now
    return best_value
