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
_KEY_STEP: Final = 16.0
"""More than two turns: directions of apex k are sorted together as k * 16 + angle."""
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
        Directions relative to the sector's start, as keys (apex * 16 + radians).
    """

    apex: Ints
    at: Floats
    along: Floats
    least: Floats
    most: Floats
    low: Floats
    high: Floats


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
    keys = _events(sectors, sides)
    owner = (keys // _KEY_STEP).astype(np.int64)
    kept = (owner[1:] == owner[:-1]) & (np.diff(keys) > _NARROWEST)
    begin = np.flatnonzero(kept)
    nearest = _nearest(sides, sectors, keys, owner)[begin]
    return _polygons(sectors, sides, nearest, keys, begin)


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
    at, end, base = first[both], last[both], apex[both] * _KEY_STEP
    reach = np.hypot(at[:, 0], at[:, 1]), np.hypot(end[:, 0], end[:, 1])
    return _Sides(
        apex[both],
        at,
        end - at,
        _foot(at, end - at),
        np.maximum(*reach),
        base + low[inside],
        base + high[inside],
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


def _events(sectors: Sectors, sides: _Sides) -> Floats:
    """Return every direction at which the view may change, as sorted distinct keys."""
    steps = np.ceil(sectors.width / ARC_STEP - 1e-9).astype(np.int64)
    owner = np.repeat(np.arange(len(sectors)), steps)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(steps) - steps, steps)
    arcs = owner * _KEY_STEP + step * (sectors.width / steps)[owner]
    ends = np.arange(len(sectors)) * _KEY_STEP + sectors.width
    return np.unique(np.concatenate([sides.low, sides.high, arcs, ends]))


def _nearest(sides: _Sides, sectors: Sectors, keys: Floats, owner: Ints) -> Ints:
    """Return the nearest side after each key, shape (keys,); -1 where nothing stands."""
    start, stop = np.searchsorted(keys, sides.low), np.searchsorted(keys, sides.high)
    counts = stop - start
    side = np.repeat(np.arange(len(counts)), counts)
    gap = np.arange(len(side)) - np.repeat(np.cumsum(counts) - counts - start, counts)
    middle = np.append((keys[:-1] + keys[1:]) / 2, keys[-1]) - owner * _KEY_STEP
    towards = _towards(middle + sectors.start[owner])
    distance = _distance(sides, side, towards[gap])
    best = np.full(len(keys), np.inf)
    np.minimum.at(best, gap, distance)
    nearest = np.full(len(keys), _OPEN, dtype=np.int64)
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
    sectors: Sectors, sides: _Sides, nearest: Ints, keys: Floats, begin: Ints
) -> NDArray[np.object_]:
    """Return the views: along the nearest side, or the arc, from each direction to the next."""
    apex = (keys[begin] // _KEY_STEP).astype(np.int64)
    ends = np.column_stack([keys[begin], keys[begin + 1]]) - (apex * _KEY_STEP)[:, None]
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
