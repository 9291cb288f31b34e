"""What a camera sees, drawn another way: its sector without the shadows of all buildings.

Shapely alone, and every wall of every footprint as it was given, so that it shares nothing with the
sweep of the product: neither the dissolving, nor the leaving out of walls that turn away. It is the
reference for areas, and the usual way that speed is measured against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.affinity import rotate

from geo.cameras import Seeing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.sight import Buildings

STEP_DEG = 0.1
"""Arcs of the reference are off by less than a millionth."""


def sector(seeing: Seeing) -> BaseGeometry:
    """Return the whole sector, as if nothing stood in it."""
    half = seeing.fov_deg / 2
    steps = int(np.ceil(seeing.fov_deg / STEP_DEG)) + 1
    angle = np.radians(np.linspace(seeing.bearing_deg - half, seeing.bearing_deg + half, steps))
    at = np.array([seeing.x_m, seeing.y_m])
    arc = at + seeing.range_m * np.column_stack([np.sin(angle), np.cos(angle)])
    if seeing.fov_deg >= 360:
        return shapely.Polygon(arc[:-1])
    return shapely.Polygon(np.vstack([at, arc]))


def shadow_union(
    seeing: Seeing, footprints: NDArray[np.object_], tree: shapely.STRtree | None = None
) -> BaseGeometry:
    """Return the sector without the footprints, and without what each of their walls hides."""
    whole = sector(seeing)
    tree = tree or shapely.STRtree(footprints)
    near = footprints[tree.query(whole, predicate="intersects")]
    if not len(near):
        return whole
    corners, ring = shapely.get_coordinates(shapely.get_rings(near), return_index=True)
    corners = corners - [seeing.x_m, seeing.y_m]
    same = ring[1:] == ring[:-1]
    first, last = corners[:-1][same], corners[1:][same]
    across = np.abs(first[:, 0] * last[:, 1] - first[:, 1] * last[:, 0])
    seen = across > 1e-9
    quads = _shadows(first[seen], last[seen], 10 * seeing.range_m)
    apex = np.array([seeing.x_m, seeing.y_m])
    quads = shapely.transform(quads, lambda at: at + apex)
    return shapely.difference(whole, shapely.union_all(np.concatenate([near, quads])))


def _shadows(first: NDArray, last: NDArray, far_m: float) -> NDArray[np.object_]:
    """Return what walls hide from the origin, out to far away."""
    one = first / np.hypot(*first.T)[:, None]
    other = last / np.hypot(*last.T)[:, None]
    middle = one + other
    middle = middle / np.maximum(np.hypot(*middle.T), 1e-12)[:, None]
    rings = np.stack([first, last, far_m * other, far_m * middle, far_m * one, first], axis=1)
    return shapely.make_valid(shapely.polygons(rings))


def made_town(rng: np.random.Generator, houses: int = 4_000) -> NDArray[np.object_]:
    """Return footprints of an invented town: terraces that share walls, with back additions."""
    made: list[BaseGeometry] = []
    block = 0
    while len(made) < houses:
        east, north = 95.0 * (block % 24), 62.0 * (block // 24)
        turn = float(rng.uniform(-12, 12))
        for row in (0, 1):
            x = east
            for _ in range(int(rng.integers(4, 12))):
                wide, deep, back = rng.uniform(5, 8), rng.uniform(8, 11), rng.uniform(0, 5)
                side = north + (0.0 if row == 0 else 40.0)
                away = 1 if row == 0 else -1
                front = shapely.box(
                    x, min(side, side + away * deep), x + wide, max(side, side + away * deep)
                )
                y = side + away * deep
                addition = shapely.box(
                    x, min(y, y + away * back), x + wide / 2, max(y, y + away * back)
                )
                house = shapely.union(front, addition) if back > 1 else front
                made.append(rotate(house, turn, origin=(east + 40, north + 20)))
                x += wide
        block += 1
    return np.array(made[:houses], dtype=object)


def spread_cameras(
    rng: np.random.Generator, town: Buildings, n: int, *, range_m: float, fov_deg: float = 360
) -> Sequence[Seeing]:
    """Return cameras in the streets of a town, at least 30 cm from any building."""
    west, south, east, north = shapely.total_bounds(town.polygons)
    found: list[Seeing] = []
    while len(found) < n:
        x, y = rng.uniform(west, east, 500), rng.uniform(south, north, 500)
        free = town.clearance(x, y)
        for at in np.flatnonzero((free > 0.3) & (free < 30))[: n - len(found)]:
            bearing = float(rng.uniform(0, 360))
            name = f"C{len(found)}"
            found.append(
                Seeing(name, x[at], y[at], bearing, fov_deg, range_m, range_m, 1.0, wall=False)
            )
    return found
