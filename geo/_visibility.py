"""Which part of a sector is in sight of its apex, when walls stand in it?

A sweep over the endpoints of the walls, for many apexes at once. Between two neighbouring
endpoints, as directions from the apex, the nearest wall is one and the same, since walls do not
cross; so the nearest wall halfway between them is the edge of the view.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FULL_TURN: Final = 2 * np.pi
ARC_STEP: Final = np.radians(2.0)
"""An arc is drawn in chords of at most 2 degrees, which leave out 0.02 % of its area."""
_NARROWEST: Final = 1e-9
_OPEN: Final = -1


@dataclass(frozen=True, eq=False)
class Sectors:
    """Sectors, n of them, in metres and mathematical radians (anticlockwise from east).

    Attributes
    ----------
    x_m, y_m
        Apexes, shape (n,).
    start
        Where each sector begins.
    width
        How far it turns anticlockwise, at most a full turn.
    range_m
        Radius, above 0.
    """

    x_m: Floats
    y_m: Floats
    start: Floats
    width: Floats
    range_m: Floats

    def __len__(self) -> int:
        return len(self.x_m)


@dataclass(frozen=True, eq=False)
class _Sides:
    """Parts of walls as seen from their apex, each from ``low`` to ``high`` within the sector.

    Attributes
    ----------
    apex
        Position of the sector, shape (m,).
    at, along
        One end and the direction to the other, relative to the apex, shape (m, 2).
    least, most
        Nearest and farthest end, in metres.
    low, high
        Directions relative to the sector's start, 0 to its width.
    """

    apex: Ints
    at: Floats
    along: Floats
    least: Floats
    most: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class _Events:
    """Directions in which a view may change, by apex and angle; e distinct ones.

    Attributes
    ----------
    apex, angle
        Shape (e,). Radians from the start of the apex's sector.
    low, high
        Shape (m,). Positions of the events at which each side begins and ends.
    """

    apex: Ints
    angle: Floats
    low: Ints
    high: Ints


def visible(sectors: Sectors, walls: Floats, apex: Ints, wall: Ints) -> NDArray[np.object_]:
    """Return the polygon in sight of each apex, in metres.

    Parameters
    ----------
    sectors
        Where to look; no apex lies inside a building, or on its edge.
    walls
        From and to, shape (w, 2, 2), with the building on the left; they do not cross.
    apex, wall
        Pairs of a sector and a wall that may stand in it, shape (p,) each.

    Returns
    -------
    array of shapely polygons
        Shape (n,). They never exceed the sectors.

    Notes
    -----
    Sides that turn away from the apex are left out: whoever looks from outside sees the near side
    of a building first.

    References
    ----------
    Suri and O'Rourke (1986), Worst-case optimal algorithms for constructing visibility polygons
    with holes. Asano (1985), Trans. IECE Japan E68:557.
    """
    sides = _sides(sectors, walls, apex, wall)
    events = _events(sectors, sides)
    kept = (events.apex[1:] == events.apex[:-1]) & (np.diff(events.angle) > _NARROWEST)
    begin = np.flatnonzero(kept)
    nearest = _nearest(sides, sectors, events)[begin]
    return _polygons(sectors, sides, nearest, events, begin)


def _sides(sectors: Sectors, walls: Floats, apex: Ints, wall: Ints) -> _Sides:
    """Return what each apex has in sight of each wall, were it the only one."""
    origin = np.column_stack([sectors.x_m, sectors.y_m])[apex]
    first, last = walls[wall, 0] - origin, walls[wall, 1] - origin
    facing = _cross(first, last) < 0
    apex, first, last = apex[facing], first[facing], last[facing]
    enters, leaves = _within(first, last - first, sectors.range_m[apex])
    crosses = enters < leaves
    apex, first, along = apex[crosses], first[crosses], (last - first)[crosses]
    last = first + along * leaves[crosses, None]
    first = first + along * enters[crosses, None]
    return _turned(sectors, apex, first, last)


def _turned(sectors: Sectors, apex: Ints, first: Floats, last: Floats) -> _Sides:
    """Return sides by direction, cut to the sectors; one across a sector's start is two parts."""
    low = np.mod(np.arctan2(last[:, 1], last[:, 0]) - sectors.start[apex], FULL_TURN)
    high = low + np.mod(
        np.arctan2(first[:, 1], first[:, 0]) - np.arctan2(last[:, 1], last[:, 0]), FULL_TURN
    )
    again = np.flatnonzero(high > FULL_TURN)
    both = np.concatenate([np.arange(len(apex)), again])
    low = np.concatenate([low, np.zeros(len(again))])
    high = np.concatenate([np.minimum(high, FULL_TURN), high[again] - FULL_TURN])
    high = np.minimum(high, sectors.width[apex[both]])
    inside = np.flatnonzero(low < high)
    both = both[inside]
    at, end = first[both], last[both]
    reach = np.hypot(at[:, 0], at[:, 1]), np.hypot(end[:, 0], end[:, 1])
    return _Sides(
        apex[both],
        at,
        end - at,
        _foot(at, end - at),
        np.maximum(*reach),
        low[inside],
        high[inside],
    )


def _foot(at: Floats, along: Floats) -> Floats:
    """Return how near each side comes to its apex."""
    length = np.maximum((along * along).sum(axis=1), np.finfo(float).tiny)
    part = np.clip(-(at * along).sum(axis=1) / length, 0.0, 1.0)
    near = at + along * part[:, None]
    return np.asarray(np.hypot(near[:, 0], near[:, 1]), dtype=np.float64)


def _within(at: Floats, along: Floats, range_m: Floats) -> tuple[Floats, Floats]:
    """Return where, from 0 to 1, each wall enters and leaves the circle around its apex."""
    square = (along * along).sum(axis=1)
    half = (at * along).sum(axis=1)
    rest = half**2 - square * ((at * at).sum(axis=1) - range_m**2)
    root = np.sqrt(np.maximum(rest, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        enters, leaves = (-half - root) / square, (-half + root) / square
    beside = (rest <= 0) | (square == 0)
    return np.where(beside, 1.0, np.clip(enters, 0, 1)), np.where(
        beside, 0.0, np.clip(leaves, 0, 1)
    )


def _events(sectors: Sectors, sides: _Sides) -> _Events:
    """Return every direction at which a view may change: ends of sides, and steps of arcs."""
    steps = np.ceil(sectors.width / ARC_STEP - 1e-9).astype(np.int64)
    sector = np.repeat(np.arange(len(sectors)), steps + 1)
    step = np.arange(len(sector)) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
    arc = np.where(
        step == steps[sector], sectors.width[sector], step * (sectors.width / steps)[sector]
    )
    apex = np.concatenate([sides.apex, sides.apex, sector])
    angle = np.concatenate([sides.low, sides.high, arc])
    order = np.lexsort((angle, apex))
    apex, angle = apex[order], angle[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (apex[1:] != apex[:-1]) | (angle[1:] != angle[:-1])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.cumsum(new) - 1
    m = len(sides.low)
    return _Events(apex[new], angle[new], rank[:m], rank[m : 2 * m])


def _nearest(sides: _Sides, sectors: Sectors, events: _Events) -> Ints:
    """Return the nearest side after each event, shape (e,); -1 where nothing stands."""
    counts = events.high - events.low
    side = np.repeat(np.arange(len(counts)), counts)
    gap = np.arange(len(side)) - np.repeat(np.cumsum(counts) - counts - events.low, counts)
    middle = np.append((events.angle[:-1] + events.angle[1:]) / 2, 0.0)
    towards = _towards(middle + sectors.start[events.apex])
    distance = _distance(sides, side, towards[gap])
    best = np.full(len(middle), np.inf)
    np.minimum.at(best, gap, distance)
    nearest = np.full(len(middle), _OPEN, dtype=np.int64)
    first = distance == best[gap]
    nearest[gap[first]] = side[first]
    return nearest


def _distance(sides: _Sides, side: Ints, towards: Floats) -> Floats:
    """Return how far sides are from their apex in given directions."""
    along = sides.along[side]
    bend = _cross(towards, along)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = _cross(sides.at[side], along) / bend
    reach = np.where(np.isfinite(reach), reach, sides.least[side])
    return np.clip(reach, sides.least[side], sides.most[side])


def _polygons(
    sectors: Sectors, sides: _Sides, nearest: Ints, events: _Events, begin: Ints
) -> NDArray[np.object_]:
    """Return the views: along the nearest side, or the arc, from each direction to the next."""
    apex = events.apex[begin]
    ends = np.column_stack([events.angle[begin], events.angle[begin + 1]])
    towards = _towards(ends + sectors.start[apex][:, None])
    reach = np.repeat(sectors.range_m[apex][:, None], 2, axis=1)
    walled = np.flatnonzero(nearest != _OPEN)
    for end in (0, 1):
        reach[walled, end] = _distance(sides, nearest[walled], towards[walled, end])
    corners = towards * reach[:, :, None]
    same = (nearest[1:] == nearest[:-1]) & (nearest[1:] != _OPEN) & (apex[1:] == apex[:-1])
    wanted = np.ones((len(apex), 2), dtype=np.bool_)
    wanted[1:, 0] &= ~same
    wanted[:-1, 1] &= ~same
    return _rings(
        sectors, np.repeat(apex, 2)[wanted.ravel()], corners.reshape(-1, 2)[wanted.ravel()]
    )


def _rings(sectors: Sectors, apex: Ints, corners: Floats) -> NDArray[np.object_]:
    """Return polygons of the corners of each apex, which itself is a corner of a part turn."""
    parts = np.flatnonzero(sectors.width < FULL_TURN)
    owner = np.concatenate([parts, apex])
    at = np.concatenate([np.zeros((len(parts), 2)), corners])
    order = np.argsort(owner, kind="stable")
    owner, at = owner[order], at[order]
    at = at + np.column_stack([sectors.x_m, sectors.y_m])[owner]
    again = np.zeros(len(at), dtype=np.bool_)
    again[1:] = (owner[1:] == owner[:-1]) & (at[1:] == at[:-1]).all(axis=1)
    views = shapely.polygons(shapely.linearrings(at[~again], indices=owner[~again]))
    broken = ~shapely.is_valid(views)
    views[broken] = shapely.buffer(views[broken], 0.0)
    return np.asarray(views, dtype=object)


def _towards(angle: Floats) -> Floats:
    """Return unit vectors."""
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _cross(one: Floats, other: Floats) -> Floats:
    """Return the cross products of vectors in the plane."""
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0], dtype=np.float64)
