"""What is the best route of one crew, when places have prices?

The machinery of `geo.patrol_bound`: labels that run forward in time. A route here remembers only
those places it came by that lie near where it is (an ng-route), so it may come back to a place that
it has forgotten. It can only be worth more than a route that remembers all, never less.

References
----------
Baldacci, Mingozzi & Roberti (2011), New route relaxation and pricing strategies for the vehicle
routing problem, Operations Research 59, 1269-1283.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo._patrol_kernels import compiled, inside

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TINY: Final = 1e-9


class Part(NamedTuple):
    """One part of a shift, with the stops that are worth something, in order of their blocks."""

    minutes: Floats
    """Between stops (stops, stops)."""
    out: Floats
    """From the base."""
    back: Floats
    """To the base."""
    low: Floats
    high: Floats
    """Latest start, from which the base can still be reached in time."""
    prize: Floats
    near: Integers
    """Bit by which the row remembers the column; -1 when it does not."""
    start: float
    dwell: float
    cost: float


class Onward(NamedTuple):
    """The most that can follow at each stop from each minute on: best, and best by another way."""

    best: Floats
    """(stops, minutes)."""
    other: Floats
    best_next: Integers
    """Stop that follows; -1 for the base."""
    other_next: Integers


class Labels(NamedTuple):
    """Room for partial routes."""

    time: Floats
    value: Floats
    stop: Integers
    memory: Integers
    parent: Integers
    following: Integers
    """Next label at the same stop."""
    queued: Integers
    """Next label of the same span of time."""
    alive: Integers
    first: Integers
    """First label at each stop."""
    spans: Integers
    """First label of each span of time."""
    used: Integers
    """One number: labels in use."""


@inside
def remembered(part: Part, memory: int, stop: int, onward: int) -> int:
    """Return the memory on arrival at ``onward`` of a route that leaves ``stop``."""
    kept = 0
    if part.near[onward, stop] >= 0:
        kept = 1 << part.near[onward, stop]
    if memory != 0:
        for one in range(part.near.shape[0]):
            bit = part.near[stop, one]
            if bit >= 0 and (memory >> bit) & 1 and part.near[onward, one] >= 0:
                kept |= 1 << part.near[onward, one]
    return kept


@inside
def dominated(labels: Labels, stop: int, time: float, value: float, memory: int) -> int:
    """Return 1 if a label is no better than one there is; drop those that it betters."""
    at = labels.first[stop]
    before = -1
    while at >= 0:
        onward = labels.following[at]
        own, its = memory, labels.memory[at]
        if labels.time[at] <= time and labels.value[at] >= value and (its & ~own) == 0:
            return 1
        if time <= labels.time[at] and value >= labels.value[at] and (own & ~its) == 0:
            labels.alive[at] = 0
            if before < 0:
                labels.first[stop] = onward
            else:
                labels.following[before] = onward
        else:
            before = at
        at = onward
    return 0


@inside
def minute_of(part: Part, time: float) -> int:
    """Return the minute, rounded down, of a time."""
    return int(time - part.start + TINY)


@inside
def follow(onward: Onward, stop: int, minute: int, before: int) -> float:
    """Return the most that can follow at a stop when it does not lead straight back."""
    if onward.best_next[stop, minute] == before:
        return float(onward.other[stop, minute])
    return float(onward.best[stop, minute])


@inside
def look_ahead(part: Part, onward: Onward, stop: int, minute: int) -> None:
    """Work out the most that can follow at one stop from one minute on."""
    best, other = -part.cost * part.back[stop], -np.inf
    best_next, other_next = -1, -1
    free = part.start + minute + part.dwell
    for then in range(len(part.prize)):
        leg = part.minutes[stop, then]
        time = max(part.low[then], free + leg)
        if then == stop or time > part.high[then]:
            continue
        value = part.prize[then] - part.cost * leg
        value += follow(onward, then, minute_of(part, time), stop)
        if value > best:
            other, other_next = best, best_next
            best, best_next = value, then
        elif value > other:
            other, other_next = value, then
    onward.best[stop, minute], onward.best_next[stop, minute] = best, best_next
    onward.other[stop, minute], onward.other_next[stop, minute] = other, other_next


@compiled
def loose_route(part: Part, onward: Onward, counts: Integers) -> float:
    """Return the value of the best route that only must not go straight back; count its visits.

    Times are rounded down to minutes, in favour of the route.
    """
    for minute in range(onward.best.shape[1] - 1, -1, -1):
        for stop in range(len(part.prize)):
            time = part.start + minute
            if part.low[stop] < time + 1 and time <= part.high[stop]:
                look_ahead(part, onward, stop, minute)
    best, stop, minute, before = 0.0, -1, 0, -1
    for first in range(len(part.prize)):
        time = max(part.low[first], part.start + part.out[first])
        if time <= part.high[first]:
            at = minute_of(part, time)
            value = part.prize[first] - part.cost * part.out[first] + onward.best[first, at]
            if value > best:
                best, stop, minute = value, first, at
    counts[:] = 0
    while stop >= 0:
        counts[stop] += 1
        then = onward.best_next[stop, minute]
        if then == before and before >= 0:
            then = onward.other_next[stop, minute]
        if then >= 0:
            time = part.start + minute + part.dwell + part.minutes[stop, then]
            minute = minute_of(part, max(part.low[then], time))
        before, stop = stop, then
    return best


@inside
def add(
    part: Part, labels: Labels, new: tuple[float, float], stop: int, link: tuple[int, int]
) -> int:
    """Add a label of time and value at a stop, with memory and parent; 0 when there is no room."""
    time, value = new
    memory, parent = link
    if dominated(labels, stop, time, value, memory) == 1:
        return 1
    at = labels.used[0]
    if at >= len(labels.time):
        return 0
    labels.used[0] = at + 1
    labels.time[at], labels.value[at] = time, value
    labels.stop[at], labels.memory[at], labels.parent[at] = stop, memory, parent
    labels.alive[at] = 1
    labels.following[at] = labels.first[stop]
    labels.first[stop] = at
    span = int((time - part.start) / part.dwell)
    if parent >= 0:
        span = max(span, int((labels.time[parent] - part.start) / part.dwell) + 1)
    labels.queued[at] = labels.spans[span]
    labels.spans[span] = at
    return 1


@inside
def extend(part: Part, labels: Labels, onward: Onward, at: int, least: float) -> int:
    """Extend a label to every stop from which more than ``least`` may come; 0 without room."""
    stop, memory = labels.stop[at], labels.memory[at]
    free = labels.time[at] + part.dwell
    for then in range(len(part.prize)):
        if then == stop or free > part.high[then]:
            continue
        bit = part.near[stop, then]
        if bit >= 0 and (memory >> bit) & 1:
            continue
        leg = part.minutes[stop, then]
        time = max(part.low[then], free + leg)
        if time > part.high[then]:
            continue
        value = labels.value[at] + part.prize[then] - part.cost * leg
        if value + follow(onward, then, minute_of(part, time), stop) <= least:
            continue
        link = remembered(part, memory, stop, then), at
        if add(part, labels, (time, value), then, link) == 0:
            return 0
    return 1


@inside
def set_out(part: Part, labels: Labels, onward: Onward, least: float) -> int:
    """Begin anew with a label at every first stop; 0 when there is no room."""
    labels.used[0] = 0
    labels.first[:] = -1
    labels.spans[:] = -1
    for stop in range(len(part.prize)):
        time = max(part.low[stop], part.start + part.out[stop])
        if time > part.high[stop]:
            continue
        value = part.prize[stop] - part.cost * part.out[stop]
        if value + onward.best[stop, minute_of(part, time)] <= least:
            continue
        if add(part, labels, (time, value), stop, (0, -1)) == 0:
            return 0
    return 1


@compiled
def best_route(part: Part, labels: Labels, onward: Onward, counts: Integers, least: float) -> float:
    """Return the value of the best route above ``least`` and count its visits, -1 without room.

    Labels are taken by spans of time as long as a visit, so that no label is bettered by a later
    one after it was extended, unless both lie in one span. What cannot come to more than ``least``
    is left; when nothing does, ``least`` is returned, and no visits.
    """
    if set_out(part, labels, onward, least) == 0:
        return -1.0
    best, last = least, -1
    for span in range(len(labels.spans)):
        at = labels.spans[span]
        while at >= 0:
            if labels.alive[at] == 1:
                home = labels.value[at] - part.cost * part.back[labels.stop[at]]
                if home > best + TINY:
                    best, last = home, at
                if extend(part, labels, onward, at, best) == 0:
                    return -1.0
            at = labels.queued[at]
    counts[:] = 0
    while last >= 0:
        counts[labels.stop[last]] += 1
        last = labels.parent[last]
    return best
