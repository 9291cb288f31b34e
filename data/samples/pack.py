"""Which files make the sample town an area pack?"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import geopandas as gpd

from data.areas import AreaSpec, versioned
from data.samples import cctv, crews
from data.samples.geography import WGS84
from data.samples.town import AREA_ID
from data.samples.truth import write_truth
from geo.area import StudyArea

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from data.samples.town import Town


def write_town(town: Town, folder: Path) -> AreaSpec:
    """Write the town's area files and its truth, and return the spec that builds the area.

    Parameters
    ----------
    town
        The town.
    folder
        Made where it is absent. Gets GeoJSON (WGS 84) of boundary, wards before and after the
        boundary change, patches, streets, land, buildings and open ground; CSV of priorities,
        events and default locations; ``truth.json``. Reports of police and council are not
        written (see `append_incidents`), registers and logs are: see `write_registers`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    spec = AreaSpec(
        area_id=AREA_ID,
        boundary=folder / "boundary.geojson",
        name=town.name,
        wards=folder / "wards_after.geojson",
        wards_vintage=town.wards_vintage,
        patches=folder / "patches.geojson",
        streets=folder / "streets.geojson",
        land=folder / "land.geojson",
        crs=town.crs_m,
        timezone=town.timezone,
        priorities=folder / "priorities.csv",
        events=folder / "events.csv",
        sinks=folder / "sinks.csv",
        buildings=folder / "buildings.geojson",
        open_ground=folder / "open_ground.geojson",
    )
    _write_layer(_one(town.name, town.boundary), spec.boundary)
    _write_layer(_one("Land", town.land), folder / "land.geojson")
    _write_layer(town.wards_before, folder / "wards_before.geojson")
    _write_layer(town.wards_after, folder / "wards_after.geojson")
    _write_layer(town.patches, folder / "patches.geojson")
    _write_layer(town.streets, folder / "streets.geojson")
    _write_layer(town.buildings, folder / "buildings.geojson")
    _write_layer(town.open_ground, folder / "open_ground.geojson")
    _write_context(town, folder)
    write_truth(town.truth, folder / "truth.json")
    return spec


def write_registers(town: Town, folder: Path) -> tuple[Path, ...]:
    """Write the town's registers and logs as CSV, and return the files, the registers first.

    Parameters
    ----------
    town
        The town.
    folder
        Gets cameras, their faults, teams and shifts, services with their powers, the order's
        zone, the patrol log, and the log of the control room.
    """
    files = {
        "cameras.csv": (cctv.CAMERA_HEADS, cctv.camera_rows(town)),
        "camera_faults.csv": (cctv.FAULT_HEADS, cctv.fault_rows(town)),
        "teams.csv": (crews.TEAM_HEADS, crews.team_rows(town)),
        "services.csv": (crews.SERVICE_HEADS, crews.service_rows(town)),
        "orders.csv": (crews.ORDER_HEADS, crews.order_rows(town)),
        "patrol_log.csv": (crews.PATROL_HEADS, crews.patrol_rows(town)),
        "control_room_log.csv": (cctv.LOG_HEADS, cctv.log_rows(town)),
    }
    for name, (heads, rows) in files.items():
        _write_rows(folder / name, heads, rows)
    return tuple(folder / name for name in files)


def study_area(town: Town) -> StudyArea:
    """Return the town as analysis sees it, without writing files.

    The version differs from that of the area which `write_town` leads to: shapes are not settled.
    """
    return versioned(
        StudyArea(
            area_id=AREA_ID,
            name=town.name,
            boundary=town.boundary,
            wards=town.wards_after,
            patches=town.patches,
            wards_vintage=town.wards_vintage,
            crs_m=town.crs_m,
            timezone=town.timezone,
            version="",
            priorities=town.priorities,
            events=town.events,
            sinks=town.sinks,
            streets=town.streets,
            land=town.land,
            buildings=town.buildings,
            open_ground=town.open_ground[["geometry"]],
        )
    )


def _one(name: str, shape: BaseGeometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": [name]}, geometry=[shape], crs=WGS84)


def _write_layer(frame: gpd.GeoDataFrame, path: Path) -> None:
    frame.to_file(path, driver="GeoJSON", COORDINATE_PRECISION=7)


def _write_context(town: Town, folder: Path) -> None:
    _write_rows(folder / "priorities.csv", ("priority",), ([p] for p in town.priorities))
    heads = ("date_from", "date_to", "kind", "title", "affects", "effect_on_figures", "source")
    rows = (
        [e.start, e.end or "", e.kind, e.title, e.affects, e.effect, e.source] for e in town.events
    )
    _write_rows(folder / "events.csv", heads, rows)
    places = ([s.name, f"{s.lon:.7f}", f"{s.lat:.7f}", f"{s.radius_m:g}"] for s in town.sinks)
    _write_rows(folder / "sinks.csv", ("name", "lon", "lat", "radius_m"), places)


def _write_rows(path: Path, heads: Iterable[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)
