"""Did it work, and did it move, to another time of day?"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from data.jobs.repeats import repeat_groups
from data.jobs.timing import MONTHS_ONLY, TIMED, located_rows
from data.jobs.wording import percent
from data.views import EVERYTHING
from geo.cells import assign_points
from geo.displacement import by_category
from geo.schema import CATEGORY, LAT, LON, MONTH, TIME_FROM, TIME_TO

if TYPE_CHECKING:
    import pandas as pd

    from data.jobs.impact import Impact
    from data.workspace import Workspace
    from geo.cube import SpaceTimeCube
    from geo.displacement import ByCategory

SHIFTS: Final = ("Day, 07:00 to 15:00", "Evening, 15:00 to 23:00", "Night, 23:00 to 07:00")
"""The three usual shifts, in local time."""
LONGEST_SPAN: Final = np.timedelta64(60, "m")
"""A report whose time is known no better than this has no shift."""
_FIRST_HOUR: Final = 7
_SHIFT_HOURS: Final = 8


@lru_cache(maxsize=64)
def impact_by_shift(ws: Workspace, case: Impact) -> tuple[tuple[ByCategory, ...], str]:
    """Return the test of each shift on the same hexagons and months, and on what it rests.

    Returns
    -------
    tests, words
        No tests where no time of day is known; the words then say so.
    """
    rows = _rows(ws, case)
    known = rows[TIMED] & ((rows[TIME_TO] - rows[TIME_FROM]).fillna(_none()).abs() <= LONGEST_SPAN)
    timed = rows[known]
    if timed.empty:
        return (), MONTHS_ONLY
    share = percent(len(timed) / len(rows))
    words = f"The hour is known for {share} of the reports; only these are compared by time of day."
    return by_category(_cube(timed, case), case.found.zones, case.found.plan), words


def _none() -> np.timedelta64:
    return np.timedelta64(0, "m")


def _rows(ws: Workspace, case: Impact) -> pd.DataFrame:
    """Return the single reports behind the cube."""
    reports = case.counts.reports
    rows = located_rows(ws, reports.area.area_id)
    rows = rows[rows[MONTH].isin(case.cube.observed_months())]
    rows = rows[rows[CATEGORY].isin(case.cube.categories)]
    if reports.counted.repeats is not None:
        groups = repeat_groups(ws, reports.area.area_id, reports.counted.repeats)
        rows = rows[~groups.are_repeats(rows, EVERYTHING)]
    return rows


def _cube(timed: pd.DataFrame, case: Impact) -> SpaceTimeCube:
    """Return reports by hexagon, month and shift."""
    counts, cube = case.counts, case.cube
    points = timed[[LON, LAT]].drop_duplicates()
    where = assign_points(
        points[LON].to_numpy(), points[LAT].to_numpy(), counts.study, counts.reports.area
    )
    placed = timed.merge(points.assign(at=where.index), on=[LON, LAT], validate="many_to_one")
    placed = placed[placed["at"] >= 0]
    hour = placed[TIME_FROM].dt.tz_convert(counts.reports.area.timezone).dt.hour.to_numpy()
    shift = (hour - _FIRST_HOUR) % 24 // _SHIFT_HOURS
    month = placed[MONTH].astype("str").map({m: t for t, m in enumerate(cube.periods)}).to_numpy()
    shape = (len(cube.cells), len(cube.periods), len(SHIFTS))
    filled = np.zeros(shape, dtype=np.int64)
    np.add.at(filled, (placed["at"].to_numpy(), month, shift), 1)
    return replace(
        cube,
        categories=SHIFTS,
        counts=filled,
        observed=cube.observed.copy(),
        area_km2=cube.area_km2.copy(),
        moved=0,
    )
