"""Into which blocks does a shift fall, and how much demand lies in each?

Also the chance that keeps a plan from being foretold: blocks are moved by up to half an hour, and
demand by a little. Both come from a seed, so that the same day and shift give the same plan again.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geo.patrol import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.patrol import PatrolRules, Problem

Floats = NDArray[np.float64]
HOUR: Final = 60.0
WEEK_HOURS: Final = 168
BLOCK_MIN: Final = 160.0
"""Usual length of a block: with the guard between, three in a shift of nine hours."""


def seed_of(*names: str) -> int:
    """Return a seed that is the same for the same names, such as a date and a shift.

    Examples
    --------
    >>> seed_of("2026-11-28", "late") == seed_of("2026-11-28", "late")
    True
    """
    digest = hashlib.sha256("\n".join(names).encode()).digest()
    return int.from_bytes(digest[:4], "big")


def draw_blocks(
    start_min: float, end_min: float, rules: PatrolRules, *, length_min: float = BLOCK_MIN
) -> tuple[Block, ...]:
    """Return blocks that fill a span of time, the guard apart, their borders moved by chance.

    Parameters
    ----------
    start_min, end_min
        First start and last end of the day's shifts, minutes from midnight.
    rules
        Guard, visit length, seed, and by how much borders may move.
    length_min
        Length aimed at; blocks get the nearest length that fills the span.
    """
    whole = end_min - start_min
    number = max(1, round((whole + rules.guard_min) / (length_min + rules.guard_min)))
    length = (whole - rules.guard_min * (number - 1)) / number
    if length < rules.dwell_min:
        number, length = 1, whole
    random = np.random.default_rng([rules.seed, 2])
    most = min(rules.shift_blocks_min, (length - rules.dwell_min) / 2)
    moves = np.floor(random.uniform(-most, most, number - 1)) if number > 1 else np.zeros(0)
    borders = start_min + np.arange(1, number) * (length + rules.guard_min) - rules.guard_min / 2
    borders = borders + moves
    starts = [start_min, *(borders + rules.guard_min / 2)]
    ends = [*(borders - rules.guard_min / 2), end_min]
    return tuple(Block(float(a), float(b)) for a, b in zip(starts, ends, strict=True))


def demand_in_blocks(
    by_hour: Floats, midnight: int, blocks: Sequence[Block]
) -> tuple[tuple[float, ...], ...]:
    """Return the demand of each group in each block.

    Parameters
    ----------
    by_hour
        Expected demand by group and hour of the week, Monday 00:00 first, shape (groups, 168).
    midnight
        Hour of the week at the day's midnight: 0 on Monday, 24 on Tuesday.
    blocks
        Minutes that pass from that midnight. On the day the clocks change an hour of the week is
        told from minutes that pass: the error is one hour for one night.
    """
    sums = [_in_block(by_hour, midnight, block) for block in blocks]
    return tuple(tuple(float(one[g]) for one in sums) for g in range(len(by_hour)))


def _in_block(by_hour: Floats, midnight: int, block: Block) -> Floats:
    """Return the demand of each group in one block, hours in part counted in part."""
    first, last = int(block.start_min // HOUR), int(np.ceil(block.end_min / HOUR))
    hours = np.arange(first, last)
    inside = np.minimum(block.end_min, (hours + 1) * HOUR) - np.maximum(
        block.start_min, hours * HOUR
    )
    return np.asarray(
        by_hour[:, (midnight + hours) % WEEK_HOURS] @ (inside / HOUR), dtype=np.float64
    )


def vary(problem: Problem) -> Problem:
    """Return a problem whose demand is moved by a little chance, from its seed.

    Each amount is multiplied by ``exp(sigma * N(0, 1))``. Plan, check and bound are then all of the
    varied problem.
    """
    rules = problem.rules
    random = np.random.default_rng([rules.seed, 3])
    shape = len(problem.places), len(problem.groups), len(problem.blocks)
    luck = np.exp(rules.sigma * random.standard_normal(shape))
    places = tuple(
        replace(
            place,
            demand=tuple(
                tuple(float(amount * by) for amount, by in zip(row, factors, strict=True))
                for row, factors in zip(place.demand, luck[h], strict=True)
            ),
        )
        for h, place in enumerate(problem.places)
    )
    return replace(problem, places=places)
