"""Which buildings stand along the streets of the sample town, and where is open ground?

Every block between streets gets walls set back from its streets: yards behind shops in the centre,
facing rows of terraces around it, looser rows in the estates, and here and there a large shed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from data.samples.network import CENTRE_U, PROMENADE_U
from data.samples.plane import metres_to_earth

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from data.samples.network import Network
    from data.samples.plane import Plane
    from data.samples.spec import TownSpec

    Shapes = NDArray[np.object_]
    Floats = NDArray[np.float64]

SETBACK_M: Final = 11.0
"""From the middle line of a street to the walls beside it; doors of reports are nearer."""
SQUARE_M: Final = 95.0
"""Radius of the open square in the middle of the town."""

_STEP_M: Final = 60.0
_CENTRE_M: Final = 520.0
_TERRACES_M: Final = 1900.0
_DEPTH_M: Final = 9.5
_CENTRE_DEPTH_M: Final = 15.0
_SHED_SETBACK_M: Final = 22.0
_SHED_FROM_M2: Final = 9_000.0
_SHEDS: Final = 0.05
_EMPTY_PLOTS: Final = 0.1
_FIELD_EDGE_M: Final = 60.0
_LARGEST_BLOCK_M2: Final = 60_000.0
_SMALLEST_M2: Final = 45.0
_FAR_M: Final = 1e4
_WALK_M: Final = (2.0, PROMENADE_U - 6.0)
_WGS84: Final = "EPSG:4326"


@dataclass(frozen=True, eq=False)
class _Blocks:
    """Blocks to build on, local metres: outline, long direction, distance to the town centre."""

    outline: Shapes
    middle: Floats
    along: Floats
    away_m: Floats


def draw_buildings(spec: TownSpec, plane: Plane, network: Network) -> gpd.GeoDataFrame:
    """Return footprints ``height_m``, ``geometry`` (WGS 84 Polygons), nearest to the centre first.

    None stands on a street, in a park, on the square or on the foreshore.
    """
    rng = np.random.default_rng((spec.seed, 6))
    streets = in_metres(plane, network.segments)
    blocks = _blocks(plane, network, streets)
    walls, block = _walls(blocks, rng)
    walls = _clear_of(streets, walls)
    parts, part = shapely.get_parts(walls, return_index=True)
    block = block[part]
    fit = shapely.area(parts) > _SMALLEST_M2
    fit &= rng.random(len(parts)) > _EMPTY_PLOTS * (blocks.away_m[block] > _TERRACES_M)
    parts, away = parts[fit], blocks.away_m[block[fit]]
    nearest = np.argsort(away, kind="stable")[: spec.scale.buildings]
    heights = np.where(away < _CENTRE_M, 12.5, 7.5) + rng.integers(0, 4, len(parts))
    return gpd.GeoDataFrame(
        {"height_m": heights[nearest]}, geometry=to_earth(parts[nearest]), crs=_WGS84
    )


def draw_open_ground(
    plane: Plane, parks: gpd.GeoDataFrame, boundary: BaseGeometry
) -> gpd.GeoDataFrame:
    """Return parks, the promenade's walk and the central square: ``name``, ``geometry``."""
    walk = shapely.box(_WALK_M[0], plane.south_m, _WALK_M[1], plane.north_m)
    more = shapely.intersection(plane.draw([walk, _square()]), boundary)
    names = [*parks["name"], "Promenade", "Marine Square"]
    return gpd.GeoDataFrame({"name": names}, geometry=[*parks.geometry, *more], crs=_WGS84)


def in_metres(plane: Plane, shapes: Shapes | list[BaseGeometry]) -> Shapes:
    """Return shapes of the board in the town's local metres."""
    dense = shapely.segmentize(np.array(shapes, dtype=object), _STEP_M)
    return np.asarray(shapely.transform(dense, plane.bend), dtype=object)


def to_earth(shapes: Shapes) -> Shapes:
    """Return shapes in local metres on Earth, WGS 84."""
    return np.asarray(shapely.transform(shapes, metres_to_earth), dtype=object)


def _square() -> BaseGeometry:
    """Return the central square, inside its ring of streets, on the board."""
    ring: BaseGeometry = shapely.Point(CENTRE_U, 0.0).buffer(SQUARE_M, quad_segs=2)
    return ring


def _blocks(plane: Plane, network: Network, streets: Shapes) -> _Blocks:
    """Return the blocks that are built on."""
    cuts = in_metres(plane, network.cuts)
    faces = shapely.get_parts(shapely.polygonize(np.concatenate((streets, cuts))))
    faces = faces[shapely.area(faces) < _LARGEST_BLOCK_M2]
    inside = shapely.point_on_surface(faces)
    shore = shapely.box(-1e4, plane.south_m - 1e3, PROMENADE_U, plane.north_m + 1e3)
    green = in_metres(plane, [shore, *(park for _, park in network.parks)])
    bare = shapely.intersects(green[:, None], inside[None, :]).any(axis=0)
    bare |= shapely.area(shapely.intersection(faces, in_metres(plane, [_square()])[0])) > 1.0
    faces = faces[~bare & (_field_edge_m(faces, cuts) < _FIELD_EDGE_M)]
    middle = shapely.get_coordinates(shapely.centroid(faces))
    faces, middle = (a[np.lexsort((middle[:, 1], middle[:, 0]))] for a in (faces, middle))
    centre = plane.bend(np.array([[CENTRE_U, 0.0]]))[0]
    return _Blocks(faces, middle, _long_way(faces), np.hypot(*(middle - centre).T))


def _field_edge_m(faces: Shapes, cuts: Shapes) -> Floats:
    """Return how much of each face's edge is no street but the edge of a field."""
    face, cut = shapely.STRtree(cuts).query(faces, predicate="intersects")
    shared = shapely.length(shapely.intersection(shapely.boundary(faces)[face], cuts[cut]))
    return np.bincount(face, shared, minlength=len(faces)).astype(np.float64)


def _long_way(faces: Shapes) -> Floats:
    """Return the unit vector along the longer side of each face, shape (n, 2)."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(faces)).reshape(-1, 5, 2)
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]
    longer = np.where((np.hypot(*one.T) > np.hypot(*other.T))[:, None], one, other)
    return np.asarray(longer / np.hypot(*longer.T)[:, None], dtype=np.float64)


def _walls(blocks: _Blocks, rng: np.random.Generator) -> tuple[Shapes, NDArray[np.intp]]:
    """Return what stands in each block, and which block that is."""
    count = len(blocks.outline)
    luck = rng.random((count, 3))
    central = blocks.away_m < _CENTRE_M
    terraces = blocks.away_m < _TERRACES_M
    shed = ~central & (luck[:, 0] < _SHEDS) & (shapely.area(blocks.outline) > _SHED_FROM_M2)
    front = shapely.buffer(
        blocks.outline, -np.where(shed, _SHED_SETBACK_M, SETBACK_M), join_style="mitre"
    )
    depth = np.where(central, _CENTRE_DEPTH_M, _DEPTH_M)
    yard = shapely.buffer(blocks.outline, -(SETBACK_M + depth), join_style="mitre")
    walls = np.where(shed, front, shapely.difference(front, yard))
    gap = np.where(central, 5.0, np.where(terraces, 7.0, 14.0))
    lengthwise = shapely.buffer(_through(blocks, blocks.along, central), gap / 2, cap_style="flat")
    walls = np.where(shed, walls, shapely.difference(walls, lengthwise))
    across = np.column_stack((-blocks.along[:, 1], blocks.along[:, 0]))
    alley = shapely.buffer(_through(blocks, across, central), gap / 2, cap_style="flat")
    cut = luck[:, 1] < np.where(central, 0.0, 0.12)
    walls = np.where(cut, shapely.difference(walls, alley), walls)
    built = np.flatnonzero(~shapely.is_empty(walls))
    return walls[built], built


def _through(blocks: _Blocks, way: Floats, half: NDArray[np.bool_]) -> Shapes:
    """Return a line through the middle of each block; only from the middle on where ``half``."""
    start = blocks.middle - np.where(half, 0.0, _FAR_M)[:, None] * way
    ends = np.stack((start, blocks.middle + _FAR_M * way), axis=1)
    return np.asarray(shapely.linestrings(ends), dtype=object)


def _clear_of(streets: Shapes, walls: Shapes) -> Shapes:
    """Return the walls without what would stand on a street that ends inside a block."""
    wall, street = shapely.STRtree(streets).query(
        walls, predicate="dwithin", distance=SETBACK_M - 0.5
    )
    clear = walls.copy()
    for k in np.unique(wall):
        roads = shapely.union_all(streets[street[wall == k]])
        clear[k] = shapely.difference(walls[k], shapely.buffer(roads, SETBACK_M, quad_segs=6))
    return clear
