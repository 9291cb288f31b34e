"""What shape are hexagons on the ground, which of them adjoin, and how are they drawn?"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import h3
import numpy as np
import shapely
from scipy.sparse import csr_array
from shapely.geometry import mapping, shape
from shapely.geometry.polygon import orient

from geo.errors import GridError
from geo.projection import geometry_to_degrees, to_metres

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

_VERTICES_A_PIECE: Final = 256
_OUTLINE_TOLERANCE: Final = 0.1
"""Of a cell's edge: how far the outline may be simplified while candidate cells are listed."""


def candidate_cells(boundary_m: BaseGeometry, resolution: int, crs_m: str) -> tuple[str, ...]:
    """Return every cell that touches the area, and some beside it, sorted.

    Parameters
    ----------
    boundary_m
        The area's polygons, in metres of ``crs_m``.
    resolution
        H3 resolution.
    crs_m
        A projected CRS in metres.

    Notes
    -----
    H3 tests each cell against each vertex, so the outline is simplified first, and widened by
    more than it was simplified; the cells that come with that have no area inside.
    """
    tolerance_m = _OUTLINE_TOLERANCE * h3.average_hexagon_edge_length(resolution, unit="m")
    wide = boundary_m.simplify(tolerance_m).buffer(2 * tolerance_m, quad_segs=2)
    found = h3.h3shape_to_cells_experimental(
        h3.geo_to_h3shape(geometry_to_degrees(wide, crs_m)), resolution, contain="overlap"
    )
    return tuple(sorted(set(found)))


def areas_inside(
    cells: Sequence[str], boundary_m: BaseGeometry, crs_m: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of each cell inside the boundary, and that part in square metres.

    Parameters
    ----------
    cells
        H3 cells, n of them.
    boundary_m
        The area's polygons, in metres of ``crs_m``.
    crs_m
        A projected CRS in metres.

    Returns
    -------
    tuple of arrays
        Share, 0 to 1, and area in square metres; shape (n,) each.

    Notes
    -----
    Only cells that the outline runs through are cut; all others are inside or outside whole.
    """
    polygons = hexagons(cells, crs_m)
    whole = np.asarray(shapely.area(polygons), dtype=np.float64)
    area_m2 = whole.copy()
    shapely.prepare(boundary_m)
    cut = np.flatnonzero(~shapely.contains_properly(boundary_m, polygons))
    pieces = np.array(_pieces(boundary_m), dtype=object)
    of_cut, of_piece = shapely.STRtree(pieces).query(polygons[cut], predicate="intersects")
    parts = shapely.area(shapely.intersection(polygons[cut][of_cut], pieces[of_piece]))
    area_m2[cut] = np.bincount(of_cut, weights=parts, minlength=len(cut))
    return area_m2 / whole, area_m2


def hexagons(cells: Sequence[str], crs_m: str) -> NDArray[np.object_]:
    """Return the cells as polygons in metres of ``crs_m``, shape (n,)."""
    rings = [h3.cell_to_boundary(cell) for cell in cells]
    corners = np.array(list(chain.from_iterable(rings)), dtype=np.float64)
    x, y = to_metres(corners[:, 1], corners[:, 0], crs_m)
    owner = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    return np.asarray(
        shapely.polygons(shapely.linearrings(np.column_stack([x, y]), indices=owner)), dtype=object
    )


def _pieces(polygon: BaseGeometry) -> list[BaseGeometry]:
    """Return the polygon cut in halves until every piece has few vertices.

    Cutting a cell with a small piece is many times faster than with a detailed coast.
    """
    few = shapely.get_num_coordinates(polygon) <= _VERTICES_A_PIECE
    west, south, east, north = polygon.bounds
    if few or max(east - west, north - south) < 1.0:
        return [polygon]
    if east - west > north - south:
        middle = (west + east) / 2
        boxes = (west, south, middle, north), (middle, south, east, north)
    else:
        middle = (south + north) / 2
        boxes = (west, south, east, middle), (west, middle, east, north)
    halves = [polygon.intersection(shapely.box(*box)) for box in boxes]
    return [piece for half in halves if not half.is_empty for piece in _pieces(half)]


def adjacency(cells: tuple[str, ...]) -> csr_array:
    """Return who shares an edge with whom; every cell with itself. Shape (n, n)."""
    position = {cell: i for i, cell in enumerate(cells)}
    rows = [
        sorted(position[other] for other in h3.grid_disk(cell, 1) if other in position)
        for cell in cells
    ]
    starts = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int32)
    members = np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=int(starts[-1]))
    ones = np.ones(len(members), dtype=np.bool_)
    return csr_array((ones, members, starts), shape=(len(cells), len(cells)))


def outline(cells: Iterable[str]) -> dict[str, Any]:
    """Return the outline of the cells as a GeoJSON geometry.

    Parameters
    ----------
    cells
        H3 cells of one resolution, in any order.

    Returns
    -------
    dict
        A Polygon or, where the cells do not all adjoin, a MultiPolygon; WGS 84 lon/lat, six
        decimals, outer rings anticlockwise, parts in a fixed order.

    Raises
    ------
    GridError
        If there is no cell.
    """
    members = sorted(set(cells))
    if not members:
        message = "An outline needs at least one cell; found none."
        raise GridError(message, "Leave empty places out.")
    union = shape(h3.cells_to_h3shape(members).__geo_interface__)
    rounded = shapely.transform(union, lambda at: np.round(at, 6)).normalize()
    if rounded.geom_type == "Polygon":
        return _as_lists(mapping(orient(rounded)))
    parts = [_as_lists(mapping(orient(part)))["coordinates"] for part in rounded.geoms]
    return {"type": "MultiPolygon", "coordinates": parts}


def _as_lists(geometry: dict[str, Any]) -> dict[str, Any]:
    """Return a Polygon mapping with lists in place of tuples, as JSON reads back."""
    rings = [[list(at) for at in ring] for ring in geometry["coordinates"]]
    return {"type": geometry["type"], "coordinates": rings}


def encode_rings(cells: Sequence[str]) -> list[int]:
    """Return the corners of the cells as one flat list of small integers.

    Parameters
    ----------
    cells
        H3 cells, in the order in which they are to be drawn.

    Returns
    -------
    list of int
        For each cell: the number of its corners, latitude and longitude of the first corner,
        then for each further corner the difference of latitude and longitude from the corner
        before; all in 1e-5 degrees, WGS 84. The ring is not closed.

    Notes
    -----
    Corners are rounded before differences are taken: adjoining cells meet exactly, and no error
    builds up.
    """
    rings = [h3.cell_to_boundary(cell) for cell in cells]
    sizes = np.array([len(ring) for ring in rings], dtype=np.int64)
    first = np.cumsum(sizes) - sizes
    corners = np.array(list(chain.from_iterable(rings)), dtype=np.float64).reshape(-1, 2)
    whole = np.rint(corners * 1e5).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    steps[first] = whole[first]
    return np.insert(steps.ravel(), 2 * first, sizes).tolist()
