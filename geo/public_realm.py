"""Which ground is open to the public, as points, and in which cell does each lie?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import shapely

from geo.errors import GeoError
from geo.hexagons import hexagons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.sight import Buildings

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

_Shapes = TypeVar("_Shapes", "BaseGeometry", "NDArray[np.object_]")

HALF_WIDTH_M: Final = 9.0
STEP_M: Final = 5.0
NO_STREETS: Final = (
    "There are no street lines, so all land outside buildings counts, gardens and yards too: "
    "shares are lower than they would be of streets."
)
_LONGEST_PIECE_M: Final = 60.0
_LINES_AT_ONCE: Final = 2_000
_MOST_POINTS: Final = 50_000_000
_NO_CELL: Final = -1
_TURN: Final = np.arctan((np.sqrt(5.0) - 1) / 2)
"""By which the grid is turned: the golden ratio keeps its rows out of line with any block plan."""


@dataclass(frozen=True, eq=False)
class PublicRealm:
    """Ground that is open to the public, as points of a square grid; m points, n cells.

    The grid is turned by 31.7 degrees: the streets of many towns run north and east, and a grid in
    line with them would count three rows of points on one street, and four on the next.

    Attributes
    ----------
    x_m, y_m
        Shape (m,), in metres.
    cell
        Shape (m,). Position in ``cells`` of the cell that holds the point.
    cells
        H3 cells as they were given.
    area_m2
        Shape (n,). Public realm of each cell: its points times the square each stands for.
    step_m
        Distance between points.
    words
        What counts, in one sentence: the denominator of every share.
    caveat
        Why it is less sure than it might be; empty when it is not.
    """

    x_m: Floats
    y_m: Floats
    cell: NDArray[np.int32]
    cells: tuple[str, ...]
    area_m2: Floats
    step_m: float
    words: str
    caveat: str = ""

    def __len__(self) -> int:
        return len(self.x_m)


@dataclass(frozen=True, eq=False)
class _Grid:
    """Points at the middle of squares whose corners are multiples of the step."""

    west: int
    south: int
    columns: int
    rows: int
    step_m: float

    @classmethod
    def over(cls, polygons: NDArray[np.object_], step_m: float) -> _Grid:
        """Return the grid that reaches over polygons; the same points whichever they are."""
        west, south, east, north = np.floor(shapely.total_bounds(polygons) / step_m).astype(int)
        grid = cls(int(west), int(south), int(east - west + 1), int(north - south + 1), step_m)
        if grid.columns * grid.rows > _MOST_POINTS:
            message = f"{grid.columns * grid.rows:,} grid points are too many."
            raise GeoError(message, "Choose a wider grid, or a smaller part of the area.")
        return grid

    def nothing(self) -> Mask:
        """Return a mask of the grid that is False everywhere, shape (rows, columns)."""
        return np.zeros((self.rows, self.columns), dtype=np.bool_)

    def x_m(self, column: NDArray[np.int64]) -> Floats:
        """Return eastings of columns."""
        return np.asarray((self.west + column + 0.5) * self.step_m, dtype=np.float64)

    def y_m(self, row: NDArray[np.int64]) -> Floats:
        """Return northings of rows."""
        return np.asarray((self.south + row + 0.5) * self.step_m, dtype=np.float64)

    def window(self, bounds: Floats) -> tuple[slice, slice]:
        """Return the rows and columns of the points within bounds (west, south, east, north)."""
        west, south, east, north = bounds / self.step_m - 0.5
        first = max(int(np.ceil(south)) - self.south, 0), max(int(np.ceil(west)) - self.west, 0)
        after = int(np.floor(north)) - self.south + 1, int(np.floor(east)) - self.west + 1
        return slice(first[0], max(after[0], 0)), slice(first[1], max(after[1], 0))


@dataclass(frozen=True, eq=False)
class _Ground:
    """What is known of the ground."""

    boundary_m: BaseGeometry
    land_m: BaseGeometry | None
    buildings: Buildings | None
    lines: NDArray[np.object_]
    half_width_m: float
    open_m: BaseGeometry | None

    def points(
        self, cells: NDArray[np.object_], step_m: float
    ) -> tuple[Floats, Floats, NDArray[np.int32]]:
        """Return the public points of cells, and the position of the cell of each."""
        if not len(cells):
            return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int32)
        cells = _turned(cells)
        grid = _Grid.over(cells, step_m)
        holder = _cell_of_points(grid, cells)
        public = holder != _NO_CELL
        if len(self.lines):
            public &= self._street_or_open(grid)
        public &= _in_polygons(grid, _turned(self.boundary_m), public)
        if self.land_m is not None:
            public &= _in_polygons(grid, _turned(self.land_m), public)
        if self.buildings is not None:
            public &= ~_in_polygons(grid, _turned(self.buildings.polygons))
        row, column = np.nonzero(public)
        at = _rotated(np.column_stack([grid.x_m(column), grid.y_m(row)]), _TURN)
        return at[:, 0], at[:, 1], holder[row, column]

    def _street_or_open(self, grid: _Grid) -> Mask:
        """Return which points lie near a street, or on open ground."""
        mask, lines = grid.nothing(), _turned(self.lines)
        for first in range(0, len(lines), _LINES_AT_ONCE):
            mask |= _near_lines(grid, lines[first : first + _LINES_AT_ONCE], self.half_width_m)
        return mask if self.open_m is None else mask | _in_polygons(grid, _turned(self.open_m))


def public_realm(  # noqa: PLR0913 - the ground has so many layers
    area_cells: Sequence[str],
    *,
    boundary_m: BaseGeometry,
    land_m: BaseGeometry | None,
    streets_m: BaseGeometry | Sequence[BaseGeometry] | NDArray[np.object_] | None,
    buildings: Buildings | None,
    crs_m: str,
    open_m: BaseGeometry | None = None,
    half_width_m: float = HALF_WIDTH_M,
    step_m: float = STEP_M,
) -> PublicRealm:
    """Return the public realm of some cells: ground near a street, and open ground.

    Parameters
    ----------
    area_cells
        H3 cells, n of them; of an area, or a few: the points of a cell are the same.
    boundary_m, land_m
        The area's polygons, and land; None where no land is known: then all is land.
    streets_m
        Centre lines. None or empty: all land outside buildings counts, and ``caveat`` says so.
    buildings
        Footprints, which are never public; None where none are known.
    crs_m
        The projected CRS in metres of all geometries.
    open_m
        Parks, squares, promenade: public whether or not near a street.
    half_width_m
        How far from a centre line ground counts as street.
    step_m
        Distance between points.

    Raises
    ------
    GeoError
        If a distance is not above 0, or there would be too many points.
    CrsError
        If the CRS is no projected one in metres.
    """
    _check_distance(half_width_m, "half width of a street")
    _check_distance(step_m, "step of the grid")
    lines = _lines(streets_m)
    ground = _Ground(boundary_m, land_m, buildings, lines, half_width_m, open_m)
    words = realm_words(
        half_width_m=half_width_m if len(lines) else None,
        step_m=step_m,
        open_ground=open_m is not None,
    )
    polygons = hexagons(area_cells, crs_m) if len(area_cells) else np.zeros(0, dtype=object)
    x_m, y_m, cell = ground.points(polygons, step_m)
    squares = np.bincount(cell, minlength=len(area_cells)).astype(np.float64)
    caveat = "" if len(lines) else NO_STREETS
    return PublicRealm(
        x_m, y_m, cell, tuple(area_cells), squares * step_m**2, step_m, words, caveat
    )


def realm_words(
    *, half_width_m: float | None = HALF_WIDTH_M, step_m: float = STEP_M, open_ground: bool = False
) -> str:
    """Return what counts as public realm, in one sentence; None: no street lines are known.

    Examples
    --------
    >>> realm_words(open_ground=True)[:76]
    'Public realm: ground within 9 m of a street centre line, parks and promenade'
    """
    if half_width_m is None:
        ground = "all land inside the boundary that is not built on"
    else:
        parks = ", parks and promenade" if open_ground else ""
        ground = (
            f"ground within {half_width_m:g} m of a street centre line{parks}, inside the "
            "boundary, on land, without buildings"
        )
    return f"Public realm: {ground}; measured at points {step_m:g} m apart."


def _rotated(at: Floats, angle: float) -> Floats:
    """Return points turned anticlockwise around the origin."""
    x, y = at[:, 0], at[:, 1]
    cos, sin = np.cos(angle), np.sin(angle)
    return np.column_stack([x * cos - y * sin, x * sin + y * cos])


def _turned(geometry: _Shapes) -> _Shapes:
    """Return geometries as the turned grid has them, in line with its rows."""
    turned: _Shapes = shapely.transform(geometry, lambda at: _rotated(at, -_TURN))
    return turned


def _check_distance(value: float, what: str) -> None:
    """Refuse a distance that is not above 0."""
    if not (np.isfinite(value) and value > 0):
        message = f"The {what} must be above 0 m; found {value:g}."
        raise GeoError(message, "The usual ones are 9 m and 5 m.")


def _lines(streets_m: BaseGeometry | Sequence[BaseGeometry] | None) -> NDArray[np.object_]:
    """Return single street lines of some length, in short pieces."""
    if streets_m is None:
        return np.zeros(0, dtype=object)
    parts = shapely.get_parts(shapely.get_parts(np.atleast_1d(np.asarray(streets_m, dtype=object))))
    parts = parts[shapely.length(parts) > 0]
    return np.asarray(shapely.segmentize(shapely.force_2d(parts), _LONGEST_PIECE_M), dtype=object)


def _near_lines(grid: _Grid, lines: NDArray[np.object_], reach_m: float) -> Mask:
    """Return which points lie within reach of a line."""
    corners, line = shapely.get_coordinates(lines, return_index=True)
    follows = np.flatnonzero(line[1:] == line[:-1])
    start, along = corners[follows], corners[follows + 1] - corners[follows]
    low = np.minimum(start, start + along) - reach_m
    high = np.maximum(start, start + along) + reach_m
    corner = np.array([grid.west, grid.south])
    first = np.ceil(low / grid.step_m - 0.5).astype(np.int64) - corner
    last = np.floor(high / grid.step_m - 0.5).astype(np.int64) - corner
    first = np.maximum(first, 0)
    last = np.minimum(last, [grid.columns - 1, grid.rows - 1])
    size = np.maximum(last - first + 1, 0)
    counts = size[:, 0] * size[:, 1]
    piece = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts)
    column = first[piece, 0] + within % size[piece, 0]
    row = first[piece, 1] + within // size[piece, 0]
    at = np.column_stack([grid.x_m(column), grid.y_m(row)]) - start[piece]
    run = along[piece]
    square = np.maximum((run * run).sum(axis=1), np.finfo(float).tiny)
    part = np.clip((at * run).sum(axis=1) / square, 0.0, 1.0)
    beside = at - run * part[:, None]
    near = (beside * beside).sum(axis=1) <= reach_m**2
    mask = grid.nothing()
    mask[row[near], column[near]] = True
    return mask


def _in_polygons(
    grid: _Grid, polygons: BaseGeometry | NDArray[np.object_], asked: Mask | None = None
) -> Mask:
    """Return which points, of those asked for, lie in any of the polygons."""
    mask = grid.nothing()
    for polygon in shapely.get_parts(polygons):
        rows, columns = grid.window(shapely.bounds(polygon))
        window = mask[rows, columns]
        if not window.size:
            continue
        wanted = ~window if asked is None else asked[rows, columns] & ~window
        row, column = np.nonzero(wanted)
        shapely.prepare(polygon)
        x_m, y_m = grid.x_m(column + columns.start), grid.y_m(row + rows.start)
        window[row, column] = shapely.contains_xy(polygon, x_m, y_m)
    return mask


def _cell_of_points(grid: _Grid, cells: NDArray[np.object_]) -> NDArray[np.int32]:
    """Return the position of the cell that holds each point of the grid; -1 where none does."""
    holder = np.full((grid.rows, grid.columns), _NO_CELL, dtype=np.int32)
    for at, cell in enumerate(cells):
        rows, columns = grid.window(shapely.bounds(cell))
        window = holder[rows, columns]
        row, column = np.nonzero(window == _NO_CELL)
        shapely.prepare(cell)
        x_m, y_m = grid.x_m(column + columns.start), grid.y_m(row + rows.start)
        held = shapely.intersects_xy(cell, x_m, y_m)
        window[row[held], column[held]] = at
    return holder
