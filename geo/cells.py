"""Which hexagons make up a study area, and in which of them does each report count?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import h3
import numpy as np
import pandas as pd
import shapely

from geo.cube import SpaceTimeCube
from geo.errors import GridError, SchemaError
from geo.hexagons import adjacency, areas_inside, candidate_cells, encode_rings, outline
from geo.projection import geometry_to_metres, to_metres
from geo.regions import assign_regions, region_of_cells
from geo.schema import CATEGORY, COUNT, LAT, LON, MONTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

    from geo.area import StudyArea

__all__ = [
    "PointAssignment",
    "StudyCells",
    "assign_points",
    "assign_regions",
    "build_cube",
    "cube_of_points",
    "encode_rings",
    "outline",
    "region_of_cells",
    "study_cells",
    "unobserved_reports",
]

COARSEST: Final = 8
FINEST: Final = 10
LEAST_SHARE: Final = 0.10
"""Least part of a cell that must lie inside the boundary for the cell to be studied."""
_LONGEST_EDGE_DEG: Final = 0.005
"""A straight line in degrees is bent in metres: a longer one than this is followed in steps."""


@dataclass(frozen=True, eq=False)
class StudyCells:
    """The hexagons that stand for a study area; every statistic uses exactly these.

    Attributes
    ----------
    resolution
        H3 resolution, 8 to 10.
    cells
        H3 cells as text, sorted; n of them.
    area_km2
        Shape (n,). The part of each cell inside the boundary.
    lon, lat
        Shape (n,). Cell centres, WGS 84 degrees.
    x_m, y_m
        Shape (n,). Cell centres in metres of the area's ``crs_m``.
    adjacency
        Shape (n, n). True for a cell itself, and for cells that share an edge with it.
    isolated
        Shape (n,). Cells without any neighbour among the study cells.
    """

    resolution: int
    cells: tuple[str, ...]
    area_km2: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    adjacency: csr_array
    isolated: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for array in (self.area_km2, self.lon, self.lat, self.x_m, self.y_m, self.isolated):
            array.flags.writeable = False

    def positions(self) -> dict[str, int]:
        """Return the position of each cell in ``cells``."""
        return {cell: i for i, cell in enumerate(self.cells)}


@dataclass(frozen=True, eq=False)
class PointAssignment:
    """Where points count.

    Attributes
    ----------
    index
        int32, shape (m,). Position in ``StudyCells.cells``; -1 for a point outside the boundary
        or without location.
    moved
        Shape (m,). Points inside the boundary whose own cell is not studied, so that they count
        in the nearest one that is.
    """

    index: NDArray[np.int32]
    moved: NDArray[np.bool_]


def study_cells(area: StudyArea, resolution: int) -> StudyCells:
    """Return the cells with at least a tenth of their area inside the boundary.

    Parameters
    ----------
    area
        The study area; its boundary may have parts, islands and holes.
    resolution
        H3 resolution, 8 to 10.

    Returns
    -------
    StudyCells
        Sorted by cell.

    Raises
    ------
    GridError
        If the resolution is not 8 to 10, or the area does not hold one cell.
    CrsError
        If the area's ``crs_m`` is not a projected CRS in metres that covers it.

    Notes
    -----
    Shares are areas in the plane of ``crs_m``. A rule by cell centres would lose the reports of
    cells whose centre lies in the sea, and with them whole promenades.
    """
    _check_resolution(resolution)
    fine = shapely.segmentize(area.boundary, _LONGEST_EDGE_DEG)
    boundary_m = geometry_to_metres(fine, area.crs_m)
    candidates = candidate_cells(boundary_m, resolution, area.crs_m)
    share, area_m2 = areas_inside(candidates, boundary_m, area.crs_m)
    chosen = share >= LEAST_SHARE
    cells = tuple(cell for cell, keep in zip(candidates, chosen, strict=True) if keep)
    if not cells:
        size = boundary_m.area / 1e6
        message = f"{area.name} ({size:.3f} km2) is too small to hold one cell at {resolution}."
        raise GridError(message, "Choose a finer resolution, or a larger area.")
    centres = np.array([h3.cell_to_latlng(cell) for cell in cells], dtype=np.float64)
    lat, lon = centres[:, 0].copy(), centres[:, 1].copy()
    x_m, y_m = to_metres(lon, lat, area.crs_m)
    adjoining = adjacency(cells)
    isolated = np.asarray(np.diff(adjoining.indptr) == 1)
    return StudyCells(
        resolution, cells, area_m2[chosen] / 1e6, lon, lat, x_m, y_m, adjoining, isolated
    )


def _check_resolution(resolution: int) -> None:
    if not COARSEST <= resolution <= FINEST:
        message = f"The resolution must be {COARSEST} to {FINEST}; found {resolution}."
        raise GridError(message, "Choose 9 unless there is a reason not to.")


def assign_points(
    lon: ArrayLike, lat: ArrayLike, study: StudyCells, area: StudyArea
) -> PointAssignment:
    """Return the study cell in which each point counts.

    Parameters
    ----------
    lon, lat
        WGS 84 degrees, shape (m,); NaN where a report has no location.
    study
        The cells of ``area``.
    area
        The study area. A point on its boundary counts as inside.

    Returns
    -------
    PointAssignment
        A point inside the boundary whose cell is not studied counts in the study cell whose
        centre is nearest in metres (of equally near ones the first), and is flagged as moved.

    Notes
    -----
    Each distinct coordinate is looked up once: published points are snapped to few places.
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    index = np.full(lon.shape, -1, dtype=np.int32)
    moved = np.zeros(lon.shape, dtype=np.bool_)
    located = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    code, distinct = pd.factorize(lon[located] + 1j * lat[located])
    shapely.prepare(area.boundary)
    inside = shapely.intersects_xy(area.boundary, distinct.real, distinct.imag)
    found = np.full(len(distinct), -1, dtype=np.int32)
    found[inside] = _own_cells(distinct[inside], study)
    stray = inside & (found < 0)
    found[stray] = _nearest_cells(distinct[stray], study, area.crs_m)
    index[located], moved[located] = found[code], stray[code]
    return PointAssignment(index, moved)


def _own_cells(points: NDArray[np.complex128], study: StudyCells) -> NDArray[np.int32]:
    """Return the position of the cell that each point lies in; -1 where it is not studied."""
    position = study.positions()
    pairs = zip(points.imag.tolist(), points.real.tolist(), strict=True)
    return np.fromiter(
        (position.get(h3.latlng_to_cell(lat, lon, study.resolution), -1) for lat, lon in pairs),
        dtype=np.int32,
        count=len(points),
    )


def _nearest_cells(
    points: NDArray[np.complex128], study: StudyCells, crs_m: str
) -> NDArray[np.int32]:
    """Return the position of the study cell whose centre is nearest to each point."""
    if not len(points):
        return np.empty(0, dtype=np.int32)
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import, seldom needed

    tree = cKDTree(np.column_stack([study.x_m, study.y_m]))
    at = np.column_stack(to_metres(points.real, points.imag, crs_m))
    near = min(len(study.cells), 7)
    metres, candidates = tree.query(at, k=np.arange(1, near + 1))
    equally_near = metres <= metres[:, :1] + 1e-6
    first = np.where(equally_near, candidates, len(study.cells)).min(axis=1)
    return np.asarray(first, dtype=np.int32)


def build_cube(
    counts: pd.DataFrame,
    study: StudyCells,
    area: StudyArea,
    *,
    periods: Sequence[str],
    observed: ArrayLike,
    categories: Sequence[str],
) -> SpaceTimeCube:
    """Return the cube of the counted points.

    Parameters
    ----------
    counts
        Counted points with the columns ``lon``, ``lat``, ``month``, ``category`` and ``n``, in any
        order, points outside the boundary included; further columns are summed over.
    study, area
        The study cells and their area.
    periods
        Every calendar month of the cube, ``YYYY-MM``, without gaps.
    observed
        Shape (T,). False where a month has no data.
    categories
        Categories of the cube; every category of ``counts`` must be among them.

    Returns
    -------
    SpaceTimeCube
        Its total equals the located reports inside the boundary in its observed months.

    Raises
    ------
    SchemaError
        If a column is missing, or a category is not among ``categories``.

    Notes
    -----
    Rows of other months are no part of the cube. A month that is not observed may hold rows,
    since a lesser provider may have reported while the main one did not: they are left out, and
    ``unobserved_reports`` counts them.
    """
    _check_columns(counts)
    where = assign_points(counts[LON], counts[LAT], study, area)
    return cube_of_points(
        counts, where, study, periods=periods, observed=observed, categories=categories
    )


def cube_of_points(
    counts: pd.DataFrame,
    where: PointAssignment,
    study: StudyCells,
    *,
    periods: Sequence[str],
    observed: ArrayLike,
    categories: Sequence[str],
) -> SpaceTimeCube:
    """Return the cube of counted points whose cells are known already.

    Parameters
    ----------
    counts, study, periods, observed, categories
        As for ``build_cube``.
    where
        ``assign_points`` of the rows of ``counts``.

    Returns
    -------
    SpaceTimeCube
        As from ``build_cube``.

    Raises
    ------
    SchemaError
        As for ``build_cube``.
    """
    _check_columns(counts)
    rows = _rows_in_cube(counts, where, periods, categories)
    seen = np.asarray(observed, dtype=np.bool_)
    rows = rows[seen[rows["period"]]]
    shape = (len(study.cells), len(periods), len(categories))
    flat = np.ravel_multi_index((rows["cell"], rows["period"], rows["category"]), shape)
    tally = np.zeros(shape, dtype=np.int64)
    np.add.at(tally.reshape(-1), flat, rows["n"].to_numpy())
    return SpaceTimeCube(
        study.cells,
        tuple(periods),
        tuple(categories),
        tally,
        seen.copy(),
        study.area_km2.copy(),
        int(rows.loc[rows["moved"], "n"].sum()),
    )


def unobserved_reports(
    counts: pd.DataFrame,
    where: PointAssignment,
    *,
    periods: Sequence[str],
    observed: ArrayLike,
) -> int:
    """Return the reports inside the boundary that a cube leaves out with unobserved months.

    Parameters
    ----------
    counts, where, periods, observed
        As for ``cube_of_points``.
    """
    unseen = pd.Index(periods)[~np.asarray(observed, dtype=np.bool_)]
    left_out = counts[MONTH].isin(unseen).to_numpy() & (where.index >= 0)
    return int(counts.loc[left_out, COUNT].sum())


def _check_columns(counts: pd.DataFrame) -> None:
    missing = [name for name in (LON, LAT, MONTH, CATEGORY, COUNT) if name not in counts]
    if missing:
        message = f"The counts need the column {missing[0]!r}; found {list(counts.columns)}."
        raise SchemaError(message, "Pass the counted points as an engine gives them.")


def _rows_in_cube(
    counts: pd.DataFrame,
    where: PointAssignment,
    periods: Sequence[str],
    categories: Sequence[str],
) -> pd.DataFrame:
    """Return cell, period and category as positions, with n and moved, inside the cube only."""
    kind = pd.Index(categories).get_indexer(pd.Index(counts[CATEGORY]))
    if (kind < 0).any():
        message = f"There is no category {counts[CATEGORY].iloc[int(np.argmin(kind))]!r} here."
        raise SchemaError(message, f"The cube has: {', '.join(categories)}.")
    rows = pd.DataFrame(
        {
            "cell": where.index,
            "period": pd.Index(periods).get_indexer(pd.Index(counts[MONTH])),
            "category": kind,
            "n": counts[COUNT].to_numpy(dtype=np.int64),
            "moved": where.moved,
        }
    )
    return rows[(rows["cell"] >= 0) & (rows["period"] >= 0)]
