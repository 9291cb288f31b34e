"""Which place is being looked at: its outline, its wards and patches, its calendar?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class ContextEvent:
    """A dated fact that explains a figure, or breaks a series.

    ``start`` and ``end`` are months ``YYYY-MM``; ``end`` is None for an open or single-month event.
    """

    start: str
    end: str | None
    kind: str
    title: str
    affects: str = ""
    effect: str = ""
    source: str = ""


@dataclass(frozen=True)
class SinkLocation:
    """A known default location (police station, hospital) in WGS 84 degrees."""

    name: str
    lon: float
    lat: float
    radius_m: float = 50.0


@dataclass(frozen=True, eq=False)
class StudyArea:
    """An area pack, as analysis sees it.

    Attributes
    ----------
    area_id, name
        Key (``a-z0-9-``) and the name people say.
    boundary
        Polygon or MultiPolygon, WGS 84 lon/lat, valid.
    wards, patches
        Frames with columns ``name`` and ``geometry`` (WGS 84), sorted by name.
    wards_vintage
        Which wards these are, in words: "from May 2023". Printed wherever a ward is.
    crs_m
        A projected CRS in metres, such as ``EPSG:27700``.
    version
        Content hash of everything here; part of every cache key and provenance.
    streets, land
        Street lines with ``name`` and ``street_class``; land as opposed to water.
    buildings
        Footprints, one Polygon a row, with ``height_m`` (NaN where unknown), WGS 84.
    open_ground
        Parks, promenades and squares where the public walks away from streets, WGS 84.
    """

    area_id: str
    name: str
    boundary: BaseGeometry
    wards: gpd.GeoDataFrame
    patches: gpd.GeoDataFrame
    wards_vintage: str
    crs_m: str
    timezone: str
    version: str
    priorities: tuple[str, ...] = ()
    events: tuple[ContextEvent, ...] = ()
    sinks: tuple[SinkLocation, ...] = ()
    streets: gpd.GeoDataFrame | None = field(default=None, repr=False)
    land: BaseGeometry | None = field(default=None, repr=False)
    buildings: gpd.GeoDataFrame | None = field(default=None, repr=False)
    open_ground: gpd.GeoDataFrame | None = field(default=None, repr=False)
