"""Which reports lie in an area, in which of its cells, and which months were observed?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from data.access import Permission, Principal, authorise
from data.engines.protocol import PARTIAL, SINK, supplied_for, without_cut
from data.exports import to_csv_bytes
from data.jobs.marks import counted_origins, eligible
from data.jobs.repeats import repeat_groups
from data.jobs.sinks import at_default_locations, decisions
from data.views import EVERY_REPORT, Counted
from geo.cells import (
    PointAssignment,
    StudyCells,
    assign_points,
    assign_regions,
    cube_of_points,
    region_of_cells,
    study_cells,
    unobserved_reports,
)
from geo.errors import GridError, NotEnoughDataError
from geo.names import clean_place, is_generic
from geo.periods import month_range
from geo.schema import (
    CATEGORY,
    CELL,
    COUNT,
    FINEST_RESOLUTION_OPEN_DATA,
    LAT,
    LON,
    MONTH,
    ORIGIN,
    PERIOD,
    PLACE,
    POLICE_UK,
    PROVIDER,
    SOURCE,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.jobs.repeats import RepeatGroups
    from data.jobs.sinks import Said
    from data.workspace import Workspace
    from geo.area import StudyArea
    from geo.cube import SpaceTimeCube

MAIN_PROVIDER_SHARE = 0.05
"""A provider with at least this share of an area's reports must have supplied a month for the
month to count as observed there."""

FAR_CENTRE_M = 1000.0
"""A cell without reports takes the ward nearest to its centre, up to so far off the coast."""

LOW_MONTH_SHARE = 0.5
"""A month with less than this share of the median month is said to look incomplete."""


@dataclass(frozen=True, eq=False)
class AreaReports:
    """The located reports inside an area, grouped by point, month and category.

    Attributes
    ----------
    points
        One row a point, provider, month and category: the engine's columns, and ``ward`` and
        ``patch`` recomputed from the point.
    coverage
        Rows supplied by source, provider and month, for the providers that count for the area.
    periods, observed
        Every calendar month of the span, and whether every main provider supplied it whole.
    categories
        The categories seen in the area, in order, whatever is counted.
    counted
        What counts one: every report, or an incident, of some origins or of all.
    whole, rows
        Every report of the area, and the positions in its points of these; None for itself.
    """

    area: StudyArea
    dataset_version: str
    points: pd.DataFrame
    coverage: pd.DataFrame
    main_providers: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    observed: NDArray[np.bool_]
    categories: tuple[str, ...]
    counted: Counted = EVERY_REPORT
    whole: AreaReports | None = None
    rows: NDArray[np.intp] | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the main providers, in order."""
        return tuple(sorted({source for source, _ in self.main_providers}))

    @property
    def snapped(self) -> bool:
        """Whether any main provider gives snapped points and months only."""
        return POLICE_UK in self.sources


@dataclass(frozen=True, eq=False)
class AreaCounts:
    """The reports of an area in the cells of one resolution."""

    reports: AreaReports
    study: StudyCells
    cube: SpaceTimeCube
    """Every located report of the area in an observed month."""
    spot_cube: SpaceTimeCube
    """The same without reports at known default locations, from which hotspots are found."""
    index: NDArray[np.int32]
    """Position in ``study.cells`` of each row of ``reports.points``."""
    wards: tuple[str, ...]
    """Ward of each study cell: the one in which most of its reports lie."""
    patches: tuple[str, ...]
    places: tuple[str, ...]
    """What people call each study cell: its busiest named street, else part of its ward."""
    left_out: int
    """Located reports of the area in months that do not count as observed."""


def area_reports(ws: Workspace, area_id: str, counted: Counted = EVERY_REPORT) -> AreaReports:
    """Return the located reports inside the area, from the newest data and the newest pack.

    Parameters
    ----------
    counted
        What counts one. Which months are observed, and who supplied them, never depends on it.
    """
    said = tuple(sorted(decisions(ws, area_id).items()))
    whole = _area_reports(ws, ws.area(area_id), ws.lake.version, said)
    if counted == EVERY_REPORT:
        return whole
    groups = None if counted.repeats is None else repeat_groups(ws, area_id, counted.repeats)
    return _counted_reports(whole, counted, groups)


def area_counts(
    ws: Workspace, area_id: str, resolution: int, counted: Counted = EVERY_REPORT
) -> AreaCounts:
    """Return the reports of the area in its cells at ``resolution``, as far as they are counted.

    Raises
    ------
    GridError
        Where the resolution is finer than the points of the data allow.
    """
    reports = area_reports(ws, area_id, counted)
    if reports.snapped and resolution > FINEST_RESOLUTION_OPEN_DATA:
        message = (
            f"Resolution {resolution} is finer than these data: data.police.uk moves each report to"
            " the nearest of its map points, so smaller hexagons would show those points, not"
            " places."
        )
        raise GridError(message, "Choose resolution 8 or 9, or load data with exact locations.")
    return _area_counts(reports, resolution)


@lru_cache(maxsize=8)
def _area_reports(
    ws: Workspace, area: StudyArea, dataset_version: str, said: tuple[tuple[str, Said], ...]
) -> AreaReports:
    """Return the reports of an area; ``said`` is what people said of its default locations."""
    held = ws.engine.coverage()
    located = without_cut(ws.engine.count_points(area.boundary.bounds), held, area.area_id)
    where = located[[LON, LAT]].drop_duplicates().reset_index(drop=True)
    within = shapely.intersects_xy(area.boundary, where[LON], where[LAT])
    inside = where[within].reset_index(drop=True)
    lon, lat = inside[LON].to_numpy(), inside[LAT].to_numpy()
    inside["ward"] = assign_regions(lon, lat, area.wards, crs_m=area.crs_m)
    inside["patch"] = assign_regions(lon, lat, area.patches, crs_m=area.crs_m)
    points = located.merge(inside, on=[LON, LAT], how="inner", validate="many_to_one")
    points[SINK] = at_default_locations(points, points[SINK].to_numpy(), area, dict(said))
    points[ORIGIN] = counted_origins(points)
    supplied = supplied_for(held, area.area_id)
    main = _main_providers(points)
    pairs = zip(supplied[SOURCE], supplied[PROVIDER], strict=True)
    mine = supplied[[pair in main for pair in pairs]]
    periods, observed = _observed(mine, main)
    kinds = tuple(sorted(points[CATEGORY].unique()))
    return AreaReports(area, dataset_version, points, mine, main, periods, observed, kinds)


@lru_cache(maxsize=16)
def _counted_reports(
    whole: AreaReports, counted: Counted, groups: RepeatGroups | None
) -> AreaReports:
    """Return what is counted of the reports of an area."""
    points = whole.points
    chosen = eligible(points, counted.eligibility)
    n = points[COUNT].to_numpy()
    if groups is not None:
        n = n - groups.repeats_at(points, counted.eligibility)
    rows = np.flatnonzero(chosen & (n > 0))
    kept = points.iloc[rows].assign(**{COUNT: n[rows]}).reset_index(drop=True)
    return replace(whole, points=kept, counted=counted, whole=whole, rows=rows)


@dataclass(frozen=True, eq=False)
class _Ground:
    """The study cells of an area, what they are called, and where all its reports lie."""

    study: StudyCells
    where: PointAssignment
    wards: tuple[str, ...]
    patches: tuple[str, ...]
    places: tuple[str, ...]


@lru_cache(maxsize=8)
def _ground(whole: AreaReports, resolution: int) -> _Ground:
    """Return the ground, named after every report: names do not depend on what is counted."""
    study = study_cells(whole.area, resolution)
    points = whole.points
    where = assign_points(points[LON].to_numpy(), points[LAT].to_numpy(), study, whole.area)
    wards, patches = (_cell_regions(whole, where, study, column) for column in ("ward", "patch"))
    return _Ground(study, where, wards, patches, _places(points, where.index, wards))


@lru_cache(maxsize=16)
def _area_counts(reports: AreaReports, resolution: int) -> AreaCounts:
    ground = _ground(reports.whole or reports, resolution)
    study, points, where = ground.study, reports.points, ground.where
    if reports.rows is not None:
        where = PointAssignment(where.index[reports.rows], where.moved[reports.rows])
    sink = points[SINK].to_numpy()
    unsunk = PointAssignment(np.where(sink, -1, where.index).astype(np.int32), where.moved)
    cube = _cube(reports, where, study)
    return AreaCounts(
        reports,
        study,
        cube,
        _cube(reports, unsunk, study) if sink.any() else cube,
        where.index,
        ground.wards,
        ground.patches,
        ground.places,
        unobserved_reports(points, where, periods=reports.periods, observed=reports.observed),
    )


def _cube(reports: AreaReports, where: PointAssignment, study: StudyCells) -> SpaceTimeCube:
    return cube_of_points(
        reports.points,
        where,
        study,
        periods=reports.periods,
        observed=reports.observed,
        categories=reports.categories,
    )


def _cell_regions(
    reports: AreaReports, where: PointAssignment, study: StudyCells, column: str
) -> tuple[str, ...]:
    """Return the ward or patch of each cell: the one in which most of its reports lie."""
    area = reports.area
    regions = area.wards if column == "ward" else area.patches
    centres = assign_regions(
        study.lon, study.lat, regions, crs_m=area.crs_m, nearest_m=FAR_CENTRE_M
    )
    names = reports.points[column].to_numpy(dtype=object)
    return region_of_cells(where.index, names, reports.points[COUNT], centres=centres)


def _places(
    points: pd.DataFrame, index: NDArray[np.int32], wards: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the busiest named place of each cell, else part of its ward."""
    words = {text: "" if is_generic(text) else clean_place(text) for text in points[PLACE].unique()}
    table = pd.DataFrame(
        {"cell": index, "name": points[PLACE].map(words).to_numpy(), "n": points[COUNT].to_numpy()}
    )
    named = table[(table["cell"] >= 0) & (table["name"] != "")]
    totals = named.groupby(["cell", "name"])["n"].sum().reset_index()
    ranked = totals.sort_values(["cell", "n", "name"], ascending=[True, False, True])
    best = ranked.drop_duplicates("cell").set_index("cell")["name"]
    return tuple(
        str(best.get(i, f"Part of {ward}" if ward else "Open ground"))
        for i, ward in enumerate(wards)
    )


def _main_providers(points: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Return (source, provider) pairs with a real share of the area's reports, in order."""
    totals = points.groupby([SOURCE, PROVIDER], sort=True)[COUNT].sum()
    main = totals[totals >= MAIN_PROVIDER_SHARE * totals.sum()]
    return tuple((str(source), str(provider)) for source, provider in main.index)


def _observed(
    supplied: pd.DataFrame, main: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    """Return the calendar months of the span, and which of them every main provider supplied."""
    if supplied.empty:
        return (), np.zeros(0, dtype=np.bool_)
    periods = month_range(supplied[MONTH].min(), supplied[MONTH].max())
    by_month = supplied[~supplied[PARTIAL]].groupby(MONTH).size()
    observed = np.array([by_month.get(period, 0) == len(main) for period in periods])
    return periods, observed


def low_months(cube: SpaceTimeCube) -> tuple[str, ...]:
    """Return observed months with less than half of the median month's reports."""
    monthly = cube.panel().sum(axis=0)
    seen = monthly[cube.observed]
    if not len(seen):
        return ()
    thin = cube.observed & (monthly < LOW_MONTH_SHARE * np.median(seen))
    return tuple(p for p, low in zip(cube.periods, thin, strict=True) if low)


def last_observed(reports: AreaReports) -> str:
    """Return the last observed month.

    Raises
    ------
    NotEnoughDataError
        Where no month is observed.
    """
    seen = [p for p, o in zip(reports.periods, reports.observed, strict=True) if o]
    if not seen:
        message = f"No month of {reports.area.name} has data yet."
        raise NotEnoughDataError(message, "Load files on the Data page, or with `hexbeat import`.")
    return seen[-1]


def count_cube(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    resolution: int,
    counted: Counted = EVERY_REPORT,
) -> AreaCounts:
    """Return the counts of an area for export, at one resolution.

    Raises
    ------
    AccessError
        Where the role may not take counts away, or not choose what is counted.
    NotEnoughDataError
        Where incidents are asked for and the data cannot tell repeat reports.
    """
    authorise(principal, Permission.EXPORT_CELLS)
    if counted != Counted(repeats=counted.repeats):
        authorise(principal, Permission.EXPORT_ROWS)
    if counted.repeats is not None:
        repeat_groups(ws, area_id, counted.repeats).require_told()
    return area_counts(ws, area_id, resolution, counted)


def cube_csv(cube: SpaceTimeCube, counted: str = "") -> bytes:
    """Return the non-zero counts as CSV: cell, period, category, n.

    ``counted`` says what is not counted as usual: it then stands in a column of its own.
    """
    cell, period, category = np.nonzero(cube.counts)
    table = pd.DataFrame(
        {
            CELL: np.array(cube.cells)[cell],
            PERIOD: np.array(cube.periods)[period],
            CATEGORY: np.array(cube.categories)[category],
            COUNT: cube.counts[cell, period, category],
        }
    )
    return to_csv_bytes(table.assign(counted=counted) if counted else table)
