"""A tiny invented area with reports placed by hand, for tests of the jobs.

Its boundary is a box of about 5 km by 4 km in the sea west of Great Britain; reports lie at the
centres of named cells, so that every count can be traced by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import geopandas as gpd
import h3
import pandas as pd
from shapely.geometry import box

from data.access import Principal, Role
from data.areas import AreaSpec
from data.clock import FixedClock
from data.ingest import append_incidents
from data.jobs.areas import add_area
from data.workspace import Workspace
from geo.schema import POLICE_UK

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NOW = datetime(2024, 8, 15, 9, tzinfo=UTC)
ANALYST = Principal("Ada", Role.ANALYST, demo=True)
WEST, SOUTH, EAST, NORTH = -5.06, 52.98, -4.985, 53.016
MIDDLE = h3.latlng_to_cell((SOUTH + NORTH) / 2, (WEST + EAST) / 2, 9)
EDGES = box(WEST, SOUTH, EAST, NORTH)


@dataclass(frozen=True)
class Reports:
    """So many reports of one category in one cell in one month."""

    cell: str
    month: str
    n: int = 1
    category: str = "Burglary"
    place: str = "On or near Quay Street"


def workspace(home: Path, now: datetime = NOW) -> Workspace:
    """Return an empty workspace whose clock stands still."""
    return Workspace.open(home, clock=FixedClock(now))


def add_town(
    ws: Workspace, folder: Path, area_id: str = "quaytown", *, sinks: str = "", events: str = ""
) -> None:
    """Add the box as an area with two wards, west and east."""
    folder.mkdir(parents=True, exist_ok=True)
    middle = (WEST + EAST) / 2
    outline = gpd.GeoDataFrame({"name": ["Quaytown"]}, geometry=[EDGES], crs=4326)
    halves = [box(WEST, SOUTH, middle, NORTH), box(middle, SOUTH, EAST, NORTH)]
    wards = gpd.GeoDataFrame({"name": ["West", "East"]}, geometry=halves, crs=4326)
    outline.to_file(folder / "outline.geojson", driver="GeoJSON")
    wards.to_file(folder / "wards.geojson", driver="GeoJSON")
    extra = {}
    for name, text in (("sinks", sinks), ("events", events)):
        if text:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
            extra[name] = folder / f"{name}.csv"
    spec = AreaSpec(
        area_id=area_id,
        boundary=folder / "outline.geojson",
        wards=folder / "wards.geojson",
        wards_vintage="from May 2023",
        **extra,
    )
    add_area(ws, ANALYST, spec)


def store(
    ws: Workspace,
    reports: Iterable[Reports],
    *,
    provider: str = "Coast Police",
    source: str = POLICE_UK,
) -> None:
    """Store reports at the centres of their cells."""
    rows = []
    for batch in reports:
        lat, lon = h3.cell_to_latlng(batch.cell)
        row = {
            "source": source,
            "provider": provider,
            "month": batch.month,
            "source_ref": "",
            "source_row": 0,
            "category": batch.category,
            "outcome": "",
            "place": batch.place,
            "lon": round(lon, 6),
            "lat": round(lat, 6),
            "time_from": pd.NaT,
            "time_to": pd.NaT,
            "time_precision": "month",
            "location_precision": "snap_point",
            "origin": "unknown",
        }
        rows += [row] * batch.n
    frame = pd.DataFrame(rows).assign(source_row=range(2, len(rows) + 2))
    for column in ("time_from", "time_to"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    append_incidents(ws.lake, frame, source=source, provider=provider, file_name="made", now=NOW)


def all_cells(resolution: int = 9) -> list[str]:
    """Return the cells whose centre lies in the box, sorted."""
    return sorted(h3.geo_to_cells(EDGES, resolution))


def steady(months: Iterable[str], *, hot: Iterable[str] = (), quiet: int = 1) -> list[Reports]:
    """Return a month-by-month pattern: 40 reports in each hot cell, few everywhere else."""
    hot = set(hot)
    return [
        Reports(cell, month, 40 if cell in hot else quiet)
        for month in months
        for cell in all_cells()
    ]
