"""How many eligible reports fall in each place at each hour of the week?

What cameras are held against, and what patrols are planned for. A report of which only a span of
time is known is spread evenly over it. Single reports are read here and never leave the jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from data.jobs.analysis import LENS_SCHEME
from data.jobs.counts import area_counts
from data.jobs.marks import eligible
from data.jobs.repeats import repeat_groups
from data.jobs.sinks import decisions
from data.jobs.timing import MONTHS_ONLY, NO_REPORTS, TIMED, located_rows
from data.jobs.wording import COUNT_UNITS, UNITS, percent, plural
from data.views import ELIGIBLE_DEMAND, USUAL_RULE, Counted, Eligibility
from geo.aoristic import HOURS, MOST_WIDE, WEEK_MIN, WIDE_MIN
from geo.cells import assign_points
from geo.errors import GridError
from geo.harm import harm_values
from geo.projection import to_metres
from geo.schema import CATEGORY, LAT, LOCATION_PRECISION, LON, MONTH, TIME_FROM, TIME_TO
from geo.viz.months import months_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.jobs.counts import AreaCounts
    from data.jobs.repeats import RepeatGroups
    from data.workspace import Workspace
    from geo.repeats import RepeatRule
    from geo.schema import Lens

    Floats = NDArray[np.float64]

MONTHS: Final = 12
SLOT: Final = np.timedelta64(15, "m")
"""Offsets of all time zones in use are multiples of a quarter of an hour."""


@dataclass(frozen=True)
class DemandParams:
    """Which reports are demand.

    Attributes
    ----------
    until
        Last month that may count, YYYY-MM; None for the last one with data.
    months
        How many observed months up to it.
    categories
        Types; empty for all.
    lens, eligibility, repeat_rule
        What counts one, and how much.
    """

    until: str | None = None
    months: int = MONTHS
    resolution: int = 9
    categories: tuple[str, ...] = ()
    lens: Lens = "reports"
    eligibility: Eligibility = ELIGIBLE_DEMAND
    repeat_rule: RepeatRule = USUAL_RULE

    @property
    def counted(self) -> Counted:
        """What counts one under the lens."""
        return Counted(self.eligibility, self.repeat_rule if self.lens == "estimated" else None)


USUAL: Final = DemandParams()


@dataclass(frozen=True, eq=False)
class DemandGrid:
    """Eligible reports by cell, and by hour of the week where it is known.

    Attributes
    ----------
    cells, places
        The study cells, sorted, n of them; and what people call each.
    categories
        Types in order, c of them.
    totals, reports
        Shape (n,). Under the lens, and as whole reports: what small numbers are judged by.
    by_category
        Shape (c, n), under the lens; ``reports_by_category`` in whole reports.
    hours_known
        Whether enough reports have a time of day; ``reason`` says why not.
    weights
        Shape (n, 168), Monday 00:00 local time first; None where hours are not known. Reports
        without a time of day, or with a span of more than a week, are in none of it.
    hours_by_category
        Shape (c, n, 168); None as above.
    months
        The months that were seen.
    timed
        Reports in ``weights``, before any lens.
    x_m, y_m
        Where the reports with an exact location are, in metres, and ``cell_of`` the cell of each.
    """

    cells: tuple[str, ...]
    places: tuple[str, ...]
    categories: tuple[str, ...]
    totals: Floats
    reports: NDArray[np.int64]
    by_category: Floats
    reports_by_category: NDArray[np.int64]
    hours_known: bool
    reason: str
    weights: NDArray[np.float32] | None
    hours_by_category: NDArray[np.float32] | None
    months: tuple[str, ...]
    timed: int
    lens: Lens
    snapped: bool
    x_m: Floats
    y_m: Floats
    words: str
    """What counts, of which months, and how many, as sentences."""
    caveats: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """What is added up, in the plural."""
        return UNITS[self.lens][1]

    @property
    def all_exact(self) -> bool:
        """Whether every report has an exact location."""
        return not self.snapped and len(self.x_m) == int(self.reports.sum())


def demand_by_hour(ws: Workspace, area_id: str, params: DemandParams = USUAL) -> DemandGrid:
    """Return the demand of an area by cell and hour of the week; the newest are kept in memory.

    Raises
    ------
    GridError
        Where the resolution is finer than the data, or a type is not among the reports.
    NotEnoughDataError
        Where incidents are asked for and the data cannot tell repeat reports.
    """
    groups = None
    if params.lens == "estimated":
        groups = repeat_groups(ws, area_id, params.repeat_rule)
        groups.require_told()
    counts = area_counts(ws, area_id, params.resolution)
    said = tuple(sorted(decisions(ws, area_id).items()))
    rows = _Rows(located_rows(ws, area_id), (ws.lake.version, ws.area(area_id).version, said))
    return _demand(rows, counts, params, groups)


@dataclass(frozen=True)
class _Rows:
    """Single reports with what they depend on, by which they are told apart."""

    rows: pd.DataFrame
    key: tuple[object, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rows) and self.key == other.key and self.rows is other.rows

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=8)
def _demand(
    held: _Rows, counts: AreaCounts, params: DemandParams, groups: RepeatGroups | None
) -> DemandGrid:
    months = observed_months(counts, params)
    rows = _chosen(held.rows, counts, params, months, groups)
    kinds = _kinds(counts, params)
    area = counts.reports.area
    found = assign_points(rows[LON].to_numpy(), rows[LAT].to_numpy(), counts.study, area).index
    rows, cell = rows[found >= 0], found[found >= 0].astype(np.int64)
    kind = pd.Categorical(rows[CATEGORY].astype(str), categories=list(kinds)).codes.astype(np.int64)
    worth, caveats = _worth(kinds, params.lens)
    reason = _why_no_hours(rows)
    shape = (len(kinds), len(counts.study.cells))
    whole = np.bincount(kind * shape[1] + cell, minlength=shape[0] * shape[1]).reshape(shape)
    hours, timed = (None, 0) if reason else _hours(rows, kind, cell, shape, area.timezone)
    if hours is not None:
        hours *= worth[:, None, None].astype(np.float32)
    exact = (rows[LOCATION_PRECISION] == "exact").to_numpy(dtype=np.bool_)
    x_m, y_m = _metres(rows[exact], area.crs_m)
    by_kind = whole * worth[:, None]
    return DemandGrid(
        counts.study.cells,
        counts.places,
        kinds,
        by_kind.sum(axis=0),
        whole.sum(axis=0),
        by_kind,
        whole,
        not reason,
        reason,
        None if hours is None else hours.sum(axis=0),
        hours,
        months,
        timed,
        params.lens,
        counts.reports.snapped,
        x_m,
        y_m,
        _words(params, months, len(rows), timed, hours_known=not reason),
        caveats,
    )


def observed_months(counts: AreaCounts, params: DemandParams) -> tuple[str, ...]:
    """Return the latest months with data, up to the one that was asked for."""
    reports = counts.reports
    seen = [m for m, known in zip(reports.periods, reports.observed, strict=True) if known]
    until = params.until or (seen[-1] if seen else "")
    return tuple(month for month in seen if month <= until)[-params.months :]


def _chosen(
    rows: pd.DataFrame,
    counts: AreaCounts,
    params: DemandParams,
    months: Sequence[str],
    groups: RepeatGroups | None,
) -> pd.DataFrame:
    """Return the reports that count."""
    kept = rows[MONTH].isin(list(months)) & rows[CATEGORY].isin(list(_kinds(counts, params)))
    rows = rows[kept.to_numpy(dtype=np.bool_)]
    rows = rows[eligible(rows, params.eligibility)]
    return rows if groups is None else rows[~groups.are_repeats(rows, params.eligibility)]


def _kinds(counts: AreaCounts, params: DemandParams) -> tuple[str, ...]:
    known = counts.reports.categories
    if not params.categories:
        return known
    kinds = tuple(kind for kind in known if kind in params.categories)
    if not kinds:
        message = f"There is no type {params.categories[0]!r} among the reports of this area."
        raise GridError(message, f"Choose from: {', '.join(known)}.")
    return kinds


def _worth(kinds: Sequence[str], lens: str) -> tuple[Floats, tuple[str, ...]]:
    """Return what one report of each type weighs, shape (c,), and what must be said beside it."""
    if lens != "harm" or not kinds:
        return np.ones(len(kinds)), ()
    each = np.eye(len(kinds), dtype=np.int64)
    harm = harm_values(each, tuple(kinds), LENS_SCHEME, unknown="report")
    return harm.values, harm.caveats


def _why_no_hours(rows: pd.DataFrame) -> str:
    """Return why hours of the week cannot be told; empty where they can."""
    if rows.empty:
        return NO_REPORTS
    timed = rows[rows[TIMED]]
    if timed.empty:
        return MONTHS_ONLY
    begun, ended = _spans(timed)
    wide = float(np.mean((ended - begun) > np.timedelta64(WIDE_MIN, "m")))
    if wide > MOST_WIDE:
        return (
            f"Hours are too uncertain: of {percent(wide)} of the reports, only a span of more than"
            " 8 hours is known in which they happened."
        )
    return ""


def _hours(
    rows: pd.DataFrame,
    kind: NDArray[np.int64],
    cell: NDArray[np.int64],
    shape: tuple[int, int],
    timezone: str,
) -> tuple[NDArray[np.float32], int]:
    """Return reports by type, cell and hour, and how many are in it."""
    timed = rows[TIMED].to_numpy(dtype=np.bool_)
    begun, ended = _spans(rows[timed])
    short = (ended - begun) <= np.timedelta64(WEEK_MIN, "m")
    at = (kind * shape[1] + cell)[timed][short]
    owner, hour, weight = spread(begun[short], ended[short], timezone)
    flat = np.bincount(
        at[owner] * HOURS + hour, weights=weight, minlength=shape[0] * shape[1] * HOURS
    )
    return flat.reshape(*shape, HOURS).astype(np.float32), int(np.count_nonzero(short))


def spread(
    begun: NDArray[np.datetime64], ended: NDArray[np.datetime64], timezone: str
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return for each report, piece by piece, its position, the local hour of the week, and weight.

    Parameters
    ----------
    begun, ended
        UTC, shape (n,); a report weighs 1, evenly over the minutes between.

    Notes
    -----
    As in `geo.aoristic`, by quarters of an hour, each labelled with its local hour.
    """
    first = begun.astype("datetime64[m]").astype(np.int64)
    last = ended.astype("datetime64[m]").astype(np.int64)
    slot_min = int(SLOT / np.timedelta64(1, "m"))
    opening = first // slot_min
    closing = np.maximum(last - 1, first) // slot_min
    pieces = closing - opening + 1
    owner = np.repeat(np.arange(len(first)), pieces)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    slot = opening[owner] + within
    start, stop = slot * slot_min, (slot + 1) * slot_min
    length = np.maximum(last - first, 1)
    covered = np.minimum(stop, np.maximum(last, first + 1)[owner]) - np.maximum(start, first[owner])
    return owner, _labels(slot, slot_min, timezone), covered / length[owner]


def _labels(slot: NDArray[np.int64], slot_min: int, timezone: str) -> NDArray[np.int64]:
    """Return the local hour of the week of each slot."""
    unique, back = np.unique(slot, return_inverse=True)
    utc = pd.DatetimeIndex((unique * slot_min).astype("datetime64[m]").astype("datetime64[s]"))
    local = utc.tz_localize("UTC").tz_convert(timezone)
    return (local.day_of_week * 24 + local.hour).to_numpy().astype(np.int64)[back]


def _spans(rows: pd.DataFrame) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Return when each report began and ended at the latest, UTC, in order."""
    begun, ended = (
        rows[name].dt.tz_localize(None).to_numpy().astype("datetime64[us]")
        for name in (TIME_FROM, TIME_TO)
    )
    ended = np.where(np.isnat(ended), begun, ended)
    return np.minimum(begun, ended), np.maximum(begun, ended)


def _metres(rows: pd.DataFrame, crs_m: str) -> tuple[Floats, Floats]:
    return to_metres(rows[LON].to_numpy(), rows[LAT].to_numpy(), crs_m)


def _words(
    params: DemandParams, months: Sequence[str], n: int, timed: int, *, hours_known: bool
) -> str:
    """Return what counts, of which months, and how many."""
    one, many = COUNT_UNITS[params.lens]
    when = f" in {months_words(tuple(months))}" if months else ""
    words = f"Demand: {plural(n, one, many)}{when}. {params.eligibility.words}"
    if params.lens == "harm":
        words += " Each is weighed by its harm."
    if hours_known and timed < n:
        words += (
            f" Of {plural(n - timed, one, many)} the hour is not known: they are in no figure of"
            " an hour."
        )
    return words
