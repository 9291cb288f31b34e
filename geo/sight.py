"""What ground does each camera see, when buildings stand in the way?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo._visibility import FULL_TURN, Sectors, visible
from geo.cameras import FULL_CIRCLE_DEG

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.cameras import Seeing

    Floats = NDArray[np.float64]

OUT_M: Final = 0.5
"""A camera on a wall is moved so far out of it."""
MOST_MOVED_M: Final = 2.0
MOST_MOVED_FROM_WALL_M: Final = 5.0
"""How deep in a building a camera may be drawn and still be moved out: any, one on a wall."""
_HARD_BY_M: Final = 0.05
_GRID_M: Final = 0.001
"""Footprints are dissolved on a grid of a millimetre, which closes the cracks between them."""
_DIRECTIONS: Final = 32
_AT_ONCE_M2: Final = 64 * 150.0**2
"""Cameras are drawn together up to a sum of squared ranges, so that memory stays small."""
_POLYGON: Final = 3
_SURFACES: Final = (3, 6)
_COLLECTION: Final = 7


@dataclass(frozen=True, eq=False)
class Buildings:
    """Footprints that hide what is behind them: dissolved, and ready to be searched.

    Attributes
    ----------
    polygons
        Shape (n,). They neither overlap nor touch along an edge.
    repaired
        How many footprints crossed themselves and were mended.
    left_out
        How many had no area, and were left out.
    """

    polygons: NDArray[np.object_]
    repaired: int
    left_out: int
    _walls: Floats = field(repr=False)
    _wall_tree: shapely.STRtree = field(repr=False)
    _tree: shapely.STRtree = field(repr=False)

    @classmethod
    def of(cls, polygons: Iterable[BaseGeometry | None]) -> Buildings:
        """Return footprints in metres, mended, dissolved and indexed.

        Parameters
        ----------
        polygons
            Polygons or MultiPolygons in metres, in any order. None, points and lines count as
            ``left_out``.

        Notes
        -----
        A terrace becomes one polygon, so that nobody sees along the party walls within it.
        """
        given = np.array(list(polygons), dtype=object)
        surfaces = np.isin(shapely.get_type_id(given), (*_SURFACES, _COLLECTION))
        given = shapely.force_2d(given[surfaces])
        crossed = ~shapely.is_valid(given)
        given[crossed] = shapely.make_valid(given[crossed])
        usable = given[shapely.area(given) > 0]
        dissolved = _pieces(shapely.union_all(_pieces(usable), grid_size=_GRID_M))
        walls = _walls(dissolved)
        return cls(
            dissolved,
            repaired=int((crossed & (shapely.area(given) > 0)).sum()),
            left_out=len(surfaces) - len(usable),
            _walls=walls,
            _wall_tree=shapely.STRtree(shapely.linestrings(walls)),
            _tree=shapely.STRtree(dissolved),
        )

    def holding(self, x_m: Floats, y_m: Floats) -> NDArray[np.bool_]:
        """Return whether points lie in a building or on its edge, shape (m,)."""
        held = np.zeros(len(x_m), dtype=np.bool_)
        held[self._tree.query(shapely.points(x_m, y_m), predicate="intersects")[0]] = True
        return held

    def near(
        self, x_m: Floats, y_m: Floats, reach_m: Floats
    ) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
        """Return the walls, and pairs of a point and a wall that may lie within its reach."""
        boxes = shapely.box(x_m - reach_m, y_m - reach_m, x_m + reach_m, y_m + reach_m)
        point, wall = self._wall_tree.query(boxes)
        order = np.lexsort((wall, point))
        return self._walls, point[order], wall[order]

    def nearest_edge(self, x_m: float, y_m: float, reach_m: float) -> BaseGeometry | None:
        """Return the nearest spot on a wall within reach, as a point."""
        at = shapely.Point(x_m, y_m)
        found = self._wall_tree.query_nearest(at, max_distance=reach_m, all_matches=False)
        if not len(found):
            return None
        return shapely.get_point(shapely.shortest_line(at, self._wall_tree.geometries[found[0]]), 1)

    def clearance(self, x_m: Floats, y_m: Floats) -> Floats:
        """Return the distance from points to the nearest building, 0 inside one."""
        points = shapely.points(x_m, y_m)
        free = np.full(len(points), np.inf)
        (point, _), distance = self._tree.query_nearest(
            points, all_matches=False, return_distance=True
        )
        free[point] = distance
        return free


@dataclass(frozen=True, eq=False)
class Views:
    """What cameras see, n of them, in metres.

    Attributes
    ----------
    polygons
        Shape (n,). Empty where a camera sees nothing.
    nudged
        Shape (n,). Cameras that were drawn in or on a building, and were moved out of it.
    inside
        Shape (n,). Cameras too deep inside a building to be moved out: they see nothing.
    x_m, y_m
        Shape (n,). From where each looks.
    """

    polygons: NDArray[np.object_]
    nudged: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    x_m: Floats
    y_m: Floats


def views(
    seeings: Sequence[Seeing], buildings: Buildings | None, *, at_night: bool = False
) -> Views:
    """Return what each camera sees of the ground.

    Parameters
    ----------
    seeings
        Where each looks, in the metres of ``buildings``.
    buildings
        Footprints; None where there are none: then nothing hides anything.
    at_night
        Whether the range in the dark counts.

    Notes
    -----
    In the plane only: a building hides all behind it, whatever its height; trees, low walls,
    hoardings and slopes hide nothing. A camera on a wall stands half a metre out of it, along its
    bearing, and its own building hides like any other. A hand-drawn view is not cut by buildings;
    in the dark, by the range. Views are drawn inside the true arc, and 0.02 % too small.
    """
    town = Buildings.of([]) if buildings is None else buildings
    ranges = [each.night_range_m if at_night else each.range_m for each in seeings]
    range_m = np.array(ranges, dtype=np.float64)
    drawn = np.array([each.own_view is not None for each in seeings], dtype=np.bool_)
    x_m, y_m, nudged, inside = _stands(seeings, town, skip=drawn)
    polygons = np.full(len(seeings), shapely.Polygon(), dtype=object)
    for at in np.flatnonzero(drawn).tolist():
        polygons[at] = _hand_drawn(seeings[at], at_night=at_night)
    looking = np.flatnonzero(~drawn & ~inside & (range_m > 0))
    batch = np.cumsum(range_m[looking] ** 2) // _AT_ONCE_M2
    for some in np.split(looking, np.flatnonzero(np.diff(batch)) + 1):
        chosen = [seeings[at] for at in some]
        sectors = _sectors(chosen, x_m[some], y_m[some], range_m[some])
        polygons[some] = visible(sectors, *town.near(sectors.x_m, sectors.y_m, sectors.range_m))
    return Views(polygons, nudged, inside, x_m, y_m)


def _sectors(chosen: Sequence[Seeing], x_m: Floats, y_m: Floats, range_m: Floats) -> Sectors:
    """Return compass sectors as mathematical ones."""
    bearing = np.radians([each.bearing_deg for each in chosen])
    whole = np.array([each.fov_deg >= FULL_CIRCLE_DEG for each in chosen])
    width = np.where(whole, FULL_TURN, np.radians([each.fov_deg for each in chosen]))
    start = np.where(whole, 0.0, np.mod(np.pi / 2 - bearing - width / 2, FULL_TURN))
    return Sectors(x_m, y_m, start, width, range_m)


def _hand_drawn(each: Seeing, *, at_night: bool) -> BaseGeometry:
    """Return a hand-drawn view, at night as far as the camera sees in the dark."""
    view = each.own_view if shapely.is_valid(each.own_view) else shapely.make_valid(each.own_view)
    if not at_night or each.night_range_m >= each.range_m:
        return view
    lit = shapely.Point(each.x_m, each.y_m).buffer(each.night_range_m, quad_segs=45)
    return shapely.intersection(view, lit)


def _stands(
    seeings: Sequence[Seeing], town: Buildings, *, skip: NDArray[np.bool_]
) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return from where each camera looks, which were moved, and which are inside for good."""
    x_m = np.array([each.x_m for each in seeings], dtype=np.float64)
    y_m = np.array([each.y_m for each in seeings], dtype=np.float64)
    nudged, inside = (np.zeros(len(seeings), dtype=np.bool_) for _ in range(2))
    if not len(town.polygons) or not len(seeings):
        return x_m, y_m, nudged, inside
    wall = np.array([each.wall for each in seeings], dtype=np.bool_)
    close = np.where(wall, MOST_MOVED_M, _HARD_BY_M)
    for at in np.flatnonzero(~skip & (town.clearance(x_m, y_m) < close)).tolist():
        spot = _outside(seeings[at], town)
        inside[at] = spot is None
        if spot is not None:
            nudged[at] = spot != (x_m[at], y_m[at])
            x_m[at], y_m[at] = spot
    return x_m, y_m, nudged, inside


def _outside(each: Seeing, town: Buildings) -> tuple[float, float] | None:
    """Return where a camera in, on or by a building looks from; None when it is deep inside."""
    x_m, y_m = each.x_m, each.y_m
    if each.wall and each.fov_deg < FULL_CIRCLE_DEG:
        bearing = np.radians(each.bearing_deg)
        out = x_m + OUT_M * float(np.sin(bearing)), y_m + OUT_M * float(np.cos(bearing))
        if _free(town, *out) >= OUT_M / 2:
            return out
    if _free(town, x_m, y_m) >= (OUT_M / 2 if each.wall else _HARD_BY_M):
        return x_m, y_m
    most = MOST_MOVED_FROM_WALL_M if each.wall else MOST_MOVED_M
    edge = town.nearest_edge(x_m, y_m, most)
    return None if edge is None else _stepped_out(edge, town)


def _stepped_out(edge: BaseGeometry, town: Buildings) -> tuple[float, float] | None:
    """Return the freest spot half a metre from a spot on a wall; None where all are built up."""
    turn = np.arange(_DIRECTIONS) * (FULL_TURN / _DIRECTIONS)
    x_m = shapely.get_x(edge) + OUT_M * np.cos(turn)
    y_m = shapely.get_y(edge) + OUT_M * np.sin(turn)
    free = np.round(town.clearance(x_m, y_m), 6)
    best = int(np.argmax(free))
    return (float(x_m[best]), float(y_m[best])) if free[best] > _HARD_BY_M else None


def _free(town: Buildings, x_m: float, y_m: float) -> float:
    """Return the distance from one spot to the nearest building."""
    return float(town.clearance(np.array([x_m]), np.array([y_m]))[0])


def _pieces(geometries: BaseGeometry | NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the single polygons with an area."""
    parts = shapely.get_parts(shapely.get_parts(geometries))
    polygons = parts[(shapely.get_type_id(parts) == _POLYGON) & (shapely.area(parts) > 0)]
    return np.asarray(polygons, dtype=object)


def _walls(polygons: NDArray[np.object_]) -> Floats:
    """Return every wall from and to, shape (w, 2, 2), with the building on the left."""
    rings = shapely.get_rings(shapely.orient_polygons(polygons))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    follows = np.flatnonzero(ring[1:] == ring[:-1])
    return np.stack([corners[follows], corners[follows + 1]], axis=1)
