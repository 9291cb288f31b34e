"""A tiny invented town in which cameras changed, for tests of what that achieved.

Seven hexagons about the middle are in view: the public reports ten a month in each, and cameras
find three a month there before the change and six after. Twenty-four hexagons far away have as many
reports by the public, and no finds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import h3
import pandas as pd

from data.cctv_impact_views import ImpactOptions
from data.ingest import append_incidents
from geo.periods import month_range
from geo.schema import INCIDENT_COLUMNS
from tests.cctv_places import AREA, add_street_town
from tests.places import MIDDLE, NOW, all_cells, workspace

if TYPE_CHECKING:
    from pathlib import Path

    from data.workspace import Workspace

MONTHS = month_range("2022-08", "2024-07")
START = "2023-08"
VIEW = tuple(sorted(h3.grid_disk(MIDDLE, 1)))
FAR = tuple(c for c in all_cells() if h3.grid_distance(c, MIDDLE) >= 4)[:24]
LOG, PUBLIC = "cctv_log", "police_log"
DETAILS = json.dumps(
    {
        "arrests": "1",
        "evidence": "Requested 03/02/2024; provided 15/02/2024; used",
        "police_attended": "Y",
    },
    sort_keys=True,
)
SEEN = ImpactOptions(start=START, cells=VIEW)


@dataclass(frozen=True)
class Monthly:
    """Reports of each hexagon in a month, before the change and from it on."""

    reports: tuple[int, int] = (10, 10)
    finds: tuple[int, int] = (3, 6)
    origin: str = "public"
    log_from: str = MONTHS[0]
    trend: int = 0
    """Reports of each hexagon in view that come on top every three months before the change."""


def watched_town(folder: Path, monthly: Monthly | None = None) -> Workspace:
    """Return a workspace with the town."""
    ws = workspace(folder / "home")
    add_street_town(ws, folder / "pack")
    what = monthly or Monthly()
    reports, log = [], []
    for month in MONTHS:
        after = month >= START
        for cell in VIEW:
            more = what.trend * (min(MONTHS.index(month), 12) // 3)
            reports += [_row(cell, month, what.origin)] * (what.reports[after] + more)
            if month >= what.log_from:
                log += _finds(cell, month, what.finds[after])
        for cell in FAR:
            reports += [_row(cell, month, what.origin)] * what.reports[0]
    _store(ws, reports, PUBLIC, "Coast Police")
    if log:
        _store(ws, log, LOG, "CCTV control room")
    return ws


def _finds(cell: str, month: str, n: int) -> list[dict[str, Any]]:
    """Return the log of a month: in the middle, one entry has everything that can be said."""
    rows = [_row(cell, month, "cctv", source_ref="R") for _ in range(n)]
    if cell == MIDDLE and rows:
        rows[0] |= {"details": DETAILS, "linked_ref": f"L-{month}"}
    return rows


def _row(cell: str, month: str, origin: str, **columns: Any) -> dict[str, Any]:
    lat, lon = h3.cell_to_latlng(cell)
    return {
        "month": month,
        "category": "Anti-social behaviour",
        "place": "Quay Street",
        "lon": round(lon, 6),
        "lat": round(lat, 6),
        "time_from": pd.NaT,
        "time_to": pd.NaT,
        "time_precision": "month",
        "location_precision": "exact",
        "origin": origin,
    } | columns


def _store(ws: Workspace, rows: list[dict[str, Any]], source: str, provider: str) -> None:
    frame = pd.DataFrame(rows).assign(source=source, provider=provider)
    frame = frame.assign(source_row=range(2, len(frame) + 2))
    frame = frame.reindex(columns=list(INCIDENT_COLUMNS), fill_value="").fillna(
        {"details": "", "linked_ref": "", "source_ref": ""}
    )
    for column in ("time_from", "time_to"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    append_incidents(ws.lake, frame, source=source, provider=provider, file_name="made", now=NOW)


__all__ = ["AREA", "FAR", "MONTHS", "SEEN", "START", "VIEW", "Monthly", "watched_town"]
