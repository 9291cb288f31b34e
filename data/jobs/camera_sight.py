"""What does each camera of an area see, and which of its public ground is that?

Views are kept as long as nothing changes that they rest on: where cameras stand and how they look,
the buildings, the operational level. Whether a camera works changes none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from data.jobs.camera_estate import estate
from data.jobs.camera_optics import assumptions_of, seeing_of
from geo.cells import study_cells
from geo.coverage import cell_shares, hits
from geo.errors import GeoError
from geo.projection import geometry_to_metres
from geo.public_realm import HALF_WIDTH_M, public_realm
from geo.sight import Buildings, Views, views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import geopandas as gpd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array
    from shapely.geometry.base import BaseGeometry

    from data.cctv_views import CoverageParams
    from data.jobs.camera_estate import Registered
    from data.workspace import Workspace
    from geo.area import StudyArea
    from geo.cameras import Seeing
    from geo.public_realm import PublicRealm

FAR_M: Final = 1_000.0
"""A camera so far outside the area sees nothing of it."""
LEAST_SEEN: Final = 0.1
"""A place of which a camera sees less is not one that it watches."""
RESOLUTION: Final = 9


@dataclass(frozen=True, eq=False)
class AreaSight:
    """What the cameras of an area may see, m points of public realm by n cameras.

    Attributes
    ----------
    cameras, seeings
        Those that can be drawn, n of them, whether or not they stand or work.
    day, night
        Their views, in metres.
    by_day, by_night
        Which points lie in which view, shape (m, n).
    timeshare
        Shape (n,).
    realm
        The points, and the cells that hold them.
    left_out
        Key of each camera that is not drawn, and why.
    """

    area: StudyArea
    cameras: tuple[Registered, ...]
    seeings: tuple[Seeing, ...]
    day: Views
    night: Views
    by_day: csr_array
    by_night: csr_array
    timeshare: NDArray[np.float64]
    realm: PublicRealm
    left_out: tuple[tuple[str, str], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the cameras that are drawn."""
        return tuple(one.key for one in self.cameras)


def views_of_area(ws: Workspace, area_id: str, params: CoverageParams) -> AreaSight:
    """Return what the cameras of an area may see at the level that was chosen.

    Raises
    ------
    GeoError
        Where an assumption cannot be right.
    """
    area, held = ws.area(area_id), estate(ws, area_id)
    assumptions = assumptions_of(params.assumptions)
    drawn: list[tuple[Registered, Seeing]] = []
    left_out: list[tuple[str, str]] = []
    for one in (camera for camera in held.cameras if camera.counts):
        try:
            found = seeing_of(one, area.crs_m, level=params.level, standard=params.standard,
                              assumptions=assumptions)  # fmt: skip
        except GeoError as error:
            left_out.append((one.key, error.message))
            continue
        if near_area(area, found.x_m, found.y_m):
            drawn.append((one, found))
        else:
            left_out.append((one.key, f"Camera {one.camera_id} stands outside {area.name}."))
    seeings = tuple(seen for _, seen in drawn)
    realm = realm_of(area, params.resolution, params.half_width_m)
    return AreaSight(
        area,
        tuple(one for one, _ in drawn),
        seeings,
        sight(area, seeings, at_night=False),
        sight(area, seeings, at_night=True),
        point_hits(area, realm, seeings, at_night=False),
        point_hits(area, realm, seeings, at_night=True),
        np.array([seen.timeshare for seen in seeings], dtype=np.float64),
        realm,
        tuple(left_out),
    )


def seen_cells(
    ws: Workspace,
    area_id: str,
    camera_ids: Sequence[str],
    *,
    on: date,
    least: float = LEAST_SEEN,
    resolution: int = RESOLUTION,
) -> tuple[str, ...]:
    """Return the cells of which some cameras together see a real part, if they work, sorted.

    Parameters
    ----------
    camera_ids
        Keys of the register; see `data.jobs.cameras.cameras_named`.
    on
        The day: cameras that do not stand on it see nothing.
    least
        Share of the public realm of a cell from which on it counts.
    """
    area, held = ws.area(area_id), estate(ws, area_id)
    seeings = []
    for key in camera_ids:
        one = held.camera(key)
        if one is not None and one.counts and one.stands(on):
            seeings += _usable(one, area)
    realm = realm_of(area, resolution, HALF_WIDTH_M)
    found = point_hits(area, realm, tuple(seeings), at_night=False)
    shares = cell_shares(np.asarray(found.sum(axis=1)).ravel() > 0, realm)
    return tuple(
        cell for cell, share in zip(realm.cells, np.nan_to_num(shares), strict=True)
        if share >= least
    )  # fmt: skip


def _usable(one: Registered, area: StudyArea) -> list[Seeing]:
    """Return what a camera may see, as a list; empty where its place or values cannot be used."""
    try:
        found = seeing_of(one, area.crs_m)
    except GeoError:
        return []
    return [found] if near_area(area, found.x_m, found.y_m) else []


@lru_cache(maxsize=16)
def sight(area: StudyArea, seeings: tuple[Seeing, ...], *, at_night: bool) -> Views:
    """Return the views of cameras among the buildings of an area."""
    return views(seeings, buildings_of(area), at_night=at_night)


@lru_cache(maxsize=16)
def point_hits(
    area: StudyArea, realm: PublicRealm, seeings: tuple[Seeing, ...], *, at_night: bool
) -> csr_array:
    """Return which points of the public realm lie in which views."""
    return hits(sight(area, seeings, at_night=at_night).polygons, realm)


@lru_cache(maxsize=8)
def realm_of(area: StudyArea, resolution: int, half_width_m: float) -> PublicRealm:
    """Return the public realm of an area by cell."""
    return public_realm(
        study_cells(area, resolution).cells,
        boundary_m=geometry_to_metres(area.boundary, area.crs_m),
        land_m=None if area.land is None else geometry_to_metres(area.land, area.crs_m),
        streets_m=_metres(area.streets, area.crs_m),
        buildings=buildings_of(area),
        open_m=_one(area.open_ground, area.crs_m),
        crs_m=area.crs_m,
        half_width_m=half_width_m,
    )


@lru_cache(maxsize=8)
def buildings_of(area: StudyArea) -> Buildings | None:
    """Return the footprints of an area, ready to be searched; None where none are known."""
    shapes = _metres(area.buildings, area.crs_m)
    return None if shapes is None else Buildings.of(shapes)


@lru_cache(maxsize=8)
def _far_boundary(area: StudyArea) -> BaseGeometry:
    around = geometry_to_metres(area.boundary, area.crs_m).buffer(FAR_M)
    shapely.prepare(around)
    return around


def near_area(area: StudyArea, x_m: float, y_m: float) -> bool:
    """Return whether a point lies in the area, or so near that it may be seen from there."""
    return bool(shapely.intersects_xy(_far_boundary(area), x_m, y_m))


def _metres(shapes: gpd.GeoDataFrame | None, crs_m: str) -> NDArray[np.object_] | None:
    """Return geometries in metres; None where there are none."""
    if shapes is None or shapes.empty:
        return None
    collected = shapely.geometrycollections(shapes.geometry.to_numpy())
    return np.asarray(shapely.get_parts(geometry_to_metres(collected, crs_m)), dtype=object)


def _one(shapes: gpd.GeoDataFrame | None, crs_m: str) -> BaseGeometry | None:
    parts = _metres(shapes, crs_m)
    return None if parts is None else shapely.union_all(parts)
