"""A tiny invented town with one street, one house and reports to the minute, for tests of cameras.

The town is the box of `tests.places`; its street runs from west to east through the middle hexagon,
the house stands north of the middle of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import h3
import pandas as pd
from shapely.geometry import LineString, Polygon, box

from data.areas import AreaSpec
from data.cctv_views import CoverageParams
from data.ingest import append_incidents
from data.jobs import cameras
from data.jobs.areas import add_area
from geo.projection import geometry_to_degrees, to_metres
from tests.places import ANALYST, EAST, EDGES, MIDDLE, NOW, WEST

if TYPE_CHECKING:
    from pathlib import Path

    from data.workspace import Workspace

LAT, LON = h3.cell_to_latlng(MIDDLE)
CRS = "EPSG:32630"
AREA = "quaytown"
TODAY = NOW.date()
NEXT = sorted(set(h3.grid_disk(MIDDLE, 1)) - {MIDDLE})


def metres(lon: float = LON, lat: float = LAT) -> tuple[float, float]:
    """Return a point of the town in metres."""
    x_m, y_m = to_metres([lon], [lat], CRS)
    return float(x_m[0]), float(y_m[0])


def beside(east_m: float = 0.0, north_m: float = 0.0) -> tuple[float, float]:
    """Return longitude and latitude of a spot so far from the middle of the town."""
    x_m, y_m = metres()
    spot = geometry_to_degrees(box(x_m + east_m, y_m + north_m, x_m + east_m, y_m + north_m), CRS)
    return float(spot.bounds[0]), float(spot.bounds[1])


def house(west_m: float, south_m: float, east_m: float, north_m: float) -> Polygon:
    """Return a footprint around the middle of the town, WGS 84."""
    x_m, y_m = metres()
    return geometry_to_degrees(box(x_m + west_m, y_m + south_m, x_m + east_m, y_m + north_m), CRS)


def add_street_town(
    ws: Workspace, folder: Path, *, street: bool = True, houses: tuple[Polygon, ...] = ()
) -> None:
    """Add the town; without a street, or with houses."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Any] = {}

    def write(name: str, *shapes: Any) -> None:
        path = folder / f"{name}.geojson"
        names = {"name": [f"{name} {at}" for at in range(len(shapes))]}
        gpd.GeoDataFrame(names, geometry=list(shapes), crs=4326).to_file(path, driver="GeoJSON")
        files[name] = path

    middle = (WEST + EAST) / 2
    south, north = EDGES.bounds[1], EDGES.bounds[3]
    write("boundary", EDGES)
    write("wards", box(WEST, south, middle, north), box(middle, south, EAST, north))
    if street:
        write("streets", LineString([(WEST, LAT), (EAST, LAT)]))
    if houses:
        write("buildings", *houses)
    add_area(ws, ANALYST, AreaSpec(area_id=AREA, name="Quaytown", crs=CRS, **files))


def report(time: str, until: str | None = None, **columns: Any) -> dict[str, Any]:
    """Return a theft at the middle of the town, at a UTC time."""
    row = {"month": time[:7], "category": "Theft", "lon": LON, "lat": LAT, "place": "Quay Street"}
    row |= {"time_from": time, "time_to": until or time, "time_precision": "minute"}
    return row | {"location_precision": "exact", "origin": "public"} | columns


def in_cell(cell: str, time: str, n: int = 1, **columns: Any) -> list[dict[str, Any]]:
    """Return reports at the centre of a hexagon."""
    lat, lon = h3.cell_to_latlng(cell)
    return [report(time, lon=lon, lat=lat, **columns)] * n


def keep(ws: Workspace, *rows: dict[str, Any]) -> None:
    """Store rows, and some far away, so that none of their months looks like a part of one."""
    ends = [
        report(f"{month}-{day:02d} 12:00", lon=LON - 1)
        for month in sorted({row["month"] for row in rows})
        for day in (1, pd.Period(month).days_in_month)
    ]
    frame = pd.DataFrame([*rows, *ends]).assign(source_row=range(2, len(rows) + len(ends) + 2))
    for column in ("time_from", "time_to"):
        frame[column] = pd.to_datetime(frame[column], utc=True, format="ISO8601")
    append_incidents(ws.lake, frame, source="log", provider="Coast", file_name="made", now=NOW)


def add_camera(ws: Workspace, camera_id: str = "C1", **fields: Any) -> str:
    """Register a fixed camera in the middle of the town that looks east, and return its key."""
    usual = {"camera_id": camera_id, "owner": "council", "name": f"Camera {camera_id}",
             "type": "fixed", "lon": LON, "lat": LAT, "bearing_deg": 90, "fov_deg": 60,
             "max_range_m": 60, "range_detect_m": 60, "height_m": 6, "h_pixels": 1920,
             "live_from": "2023-03-01"}  # fmt: skip
    return cameras.add_camera(ws, ANALYST, AREA, usual | fields)


def params(**options: Any) -> CoverageParams:
    """Return the usual parameters on the day of the tests."""
    return CoverageParams(on=options.pop("on", TODAY), **options)
