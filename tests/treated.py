"""A tiny invented town in which something was done, for tests of interventions.

Two treated hexagons fall from 20 reports a month to 8 in the month of the start; six others, far
away, stay at 20; everywhere else there is one report a month.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import h3

from data.clock import FixedClock
from data.intervention_spec import InterventionSpec
from geo.periods import month_range
from tests.places import MIDDLE, Reports, add_town, all_cells, store, workspace

if TYPE_CHECKING:
    from pathlib import Path

    from data.workspace import Workspace

AREA = "quaytown"
MONTHS = month_range("2022-08", "2024-07")
START = "2023-08"
BEFORE_START = datetime(2023, 7, 3, 9, tzinfo=UTC)
TREATED = tuple(sorted([MIDDLE, min(h3.grid_ring(MIDDLE, 1))]))
NEARBY = tuple(sorted({c for t in TREATED for c in h3.grid_disk(t, 1)} - set(TREATED)))
ALIKE = tuple(sorted(set(h3.grid_ring(MIDDLE, 5)) & set(all_cells()))[::3][:6])
OUTSIDE = h3.latlng_to_cell(54.0, -3.0, 9)


def spec(**changes) -> InterventionSpec:
    usual = InterventionSpec(
        title="Evening patrols, Quay Street",
        kind="hotspot_patrol",
        treated_cells=TREATED,
        start=date(2023, 8, 1),
        review_dates=(date(2023, 11, 1), date(2024, 8, 1), date(2024, 12, 1)),
        planned_dose="120 hours",
        delivered_dose=110.0,
    )
    return replace(usual, **changes)


def treated_town(
    folder: Path, *, source: str = "police_uk", beside: int = 1, category: str = "Burglary"
) -> Workspace:
    """Return a workspace with the town; ``beside`` is what each nearby hexagon holds after."""
    ws = workspace(folder / "home")
    add_town(ws, folder / "files")
    rows = []
    for month in MONTHS:
        after = month >= START
        for cell in all_cells():
            n = 1
            if cell in TREATED:
                n = 8 if after else 20
            elif cell in ALIKE:
                n = 20
            elif cell in NEARBY and after:
                n = beside
            rows.append(Reports(cell, month, n, category))
    store(ws, rows, source=source)
    return ws


def at(ws: Workspace, moment: datetime) -> Workspace:
    """Return the same workspace at another time."""
    return replace(ws, clock=FixedClock(moment))
