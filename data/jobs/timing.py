"""When in the week do reports fall, and does one make another close by more likely?

Both need a time of day. Where the data give the month only, the views say so and show nothing.
Single reports are read here and never leave: the views hold counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from data.access import Permission, Principal, authorise, visible_categories
from data.engines.protocol import without_cut
from data.jobs.analysis import chosen_window
from data.jobs.counts import area_counts, area_reports
from data.jobs.disclosure import disclosure_for
from data.jobs.hotspots import permitted
from data.jobs.marks import counted_origins, eligible
from data.jobs.repeats import REPORT_KEY, repeat_groups
from data.jobs.sinks import at_default_locations, decisions
from data.jobs.timing_words import near_repeat_table, too_small, week_caption
from data.jobs.wording import COUNT_UNITS
from data.timing_views import NearRepeatsView, NearRepeatTable, WeekView
from geo.aoristic import HOURS, hour_of_week_weights
from geo.near_repeats import KnoxBands, knox
from geo.projection import to_metres
from geo.schema import (
    CATEGORY,
    LAT,
    LOCATION_PRECISION,
    LON,
    MONTH,
    ORIGIN,
    PROVIDER,
    QUALITY_FLAGS,
    SETTING,
    SINK_FLAG,
    SOURCE,
    TIME_FROM,
    TIME_PRECISION,
    TIME_TO,
)
from geo.viz.week import LEAST_OVER_EVEN, WINDOW_H, busiest_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from data.access import SmallNumberRule
    from data.jobs.sinks import Said
    from data.views import HotspotParams
    from data.workspace import Workspace
    from geo.area import StudyArea

MONTHS_ONLY: Final = "These data give only the month of a report, not the hour or the day."
NO_REPORTS: Final = "There are no reports in this period."
NEAR_REPEAT_TYPES: Final = ("Burglary", "Vehicle crime")
"""Types for which research has found that one report raises the risk close by for some days."""
NEAREST: Final = KnoxBands((0.0, 100.0), (0.0, 8.0))
"""What the sentence is about: within 100 m, in the next 7 days."""
MIDNIGHT_FLAG: Final = "T06"
"""Quality flag of a row whose midnight is what the source writes when nobody knows the time."""
LEAST_REPORTS: Final = 30
"""Fewer reports of a type say nothing about near repeats."""

TIMED: Final = "timed"
_WEEK: Final = np.timedelta64(7, "D")
_COLUMNS: Final = (
    *REPORT_KEY, LON, LAT, CATEGORY, ORIGIN, SETTING, TIME_FROM, TIME_TO, TIME_PRECISION,
    LOCATION_PRECISION, QUALITY_FLAGS,
)  # fmt: skip
_KEPT: Final = (
    *REPORT_KEY, LON, LAT, CATEGORY, ORIGIN, SETTING, TIME_FROM, TIME_TO, LOCATION_PRECISION,
)  # fmt: skip
_FEW_VALUES: Final = (SOURCE, PROVIDER, MONTH, CATEGORY, ORIGIN, SETTING)


@dataclass(frozen=True, eq=False)
class _Chosen:
    """The chosen reports or incidents of an area, those at default locations left out.

    ``rows`` has a column ``timed``: whether the time of day is known, or two times between which
    it lies.
    """

    rows: pd.DataFrame
    area: StudyArea
    rule: SmallNumberRule
    months: tuple[str, str]

    @property
    def timed(self) -> pd.DataFrame:
        """The rows with a time of day."""
        kept: pd.DataFrame = self.rows[self.rows[TIMED]]
        return kept

    @property
    def reason(self) -> str | None:
        """Why nothing can be said of hours and days; None where it can."""
        if self.rows[TIMED].any():
            return None
        return MONTHS_ONLY if len(self.rows) else NO_REPORTS


def hour_of_week(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    params: HotspotParams,
    cells: Sequence[str] | None = None,
) -> WeekView:
    """Return at which hours of the week the chosen reports, or estimated incidents, fall.

    Parameters
    ----------
    params
        Which months, types and origins, and what counts one; under harm, every report does.
    cells
        Hexagons of ``params.resolution``; None is the whole area.

    Raises
    ------
    AccessError
        Where the role may not see hotspots.

    Notes
    -----
    A role that must not see small numbers sees the sentence, which sums four hours, wherever it
    sees no single hours and the sentence cannot be about a small number.
    """
    authorise(principal, Permission.VIEW)
    chosen = _chosen(ws, principal, area_id, params)
    if cells is not None:
        chosen = replace(chosen, rows=_inside(ws, area_id, params, chosen.rows, cells))
    unit = COUNT_UNITS[params.lens]
    if chosen.reason:
        return WeekView(chosen.reason, unit=unit[1])
    timed = chosen.timed
    week = hour_of_week_weights(
        _utc(timed[TIME_FROM]), _utc(timed[TIME_TO]), timezone=chosen.area.timezone
    )
    hidden = week.why_hidden(*unit)
    if hidden:
        return WeekView(hidden, unit=unit[1])
    untimed = len(chosen.rows) - len(timed)
    caption = week_caption(
        week, chosen.rule, untimed=untimed, months=chosen.months, lens=params.lens
    )
    small = too_small(week.weights, chosen.rule, "Single hours", unit[1])
    enough = week.n_used * LEAST_OVER_EVEN * WINDOW_H / HOURS >= (chosen.rule.threshold or 0)
    step = chosen.rule.round_to
    weights = week.weights if step is None else np.round(week.weights / step) * step
    return WeekView(
        small,
        () if small else tuple(weights.tolist()),
        busiest_words(week.weights, unit[1]) if enough else "",
        caption,
        unit[1],
    )


def near_repeats(
    ws: Workspace, principal: Principal, area_id: str, params: HotspotParams
) -> NearRepeatsView:
    """Return whether burglary and vehicle crime repeat close by, in words and as tables.

    Parameters
    ----------
    params
        Which months and origins; types and lens are not looked at: reports are compared.

    Raises
    ------
    AccessError
        Where the role may not see hotspots.
    """
    authorise(principal, Permission.VIEW)
    allowed = visible_categories(principal.role)
    kinds = [kind for kind in NEAR_REPEAT_TYPES if allowed is None or kind in allowed]
    if not kinds:
        return NearRepeatsView("Your role does not see burglary or vehicle crime.")
    wanted = replace(params, categories=tuple(kinds), lens="reports")
    chosen = _chosen(ws, principal, area_id, wanted)
    if chosen.reason:
        return NearRepeatsView(chosen.reason)
    return NearRepeatsView(None, tuple(_near_repeats(chosen, kind) for kind in kinds))


def _near_repeats(chosen: _Chosen, kind: str) -> NearRepeatTable:
    """Return the near repeats of one type."""
    every = chosen.rows[chosen.rows[CATEGORY] == kind]
    began, ended = _utc(every[TIME_FROM]), _utc(every[TIME_TO])
    span = np.where(np.isnat(ended), np.timedelta64(0, "us"), ended - began)
    known = every[TIMED] & (every[LOCATION_PRECISION] == "exact") & (np.abs(span) <= _WEEK)
    rows = every[known]
    if len(rows) < LEAST_REPORTS:
        return NearRepeatTable(
            kind, f"Too few reports of {kind.lower()} with an exact place and time to say.", ""
        )
    x_m, y_m = to_metres(rows[LON].to_numpy(), rows[LAT].to_numpy(), chosen.area.crs_m)
    middle = (rows[TIME_FROM] + span[known] / 2).dt.tz_convert(chosen.area.timezone)
    day = middle.dt.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    return near_repeat_table(
        kind,
        knox(x_m, y_m, day, bands=NEAREST),
        knox(x_m, y_m, day),
        rule=chosen.rule,
        left_out=len(every) - len(rows),
    )


def _chosen(ws: Workspace, principal: Principal, area_id: str, params: HotspotParams) -> _Chosen:
    """Return what counts of the chosen months, types and origins that the principal may see."""
    params = permitted(principal, params)
    reports = area_reports(ws, area_id)
    window = chosen_window(reports, params)
    allowed = visible_categories(principal.role)
    kinds = [
        kind
        for kind in params.categories or reports.categories
        if allowed is None or kind in allowed
    ]
    seen = [m for m, known in zip(reports.periods, reports.observed, strict=True) if known]
    months = [month for month in seen if window.first <= month <= window.last]
    rows = located_rows(ws, area_id)
    rows = rows[rows[MONTH].isin(months) & rows[CATEGORY].isin(kinds)]
    rows = rows[eligible(rows, params.eligibility)]
    if params.counted.repeats is not None:
        groups = repeat_groups(ws, area_id, params.counted.repeats)
        rows = rows[~groups.are_repeats(rows, params.eligibility)]
    rule = disclosure_for(ws, principal, reports).rule
    return _Chosen(rows, reports.area, rule, (window.first, window.last))


def located_rows(ws: Workspace, area_id: str) -> pd.DataFrame:
    """Return the reports inside an area, but for default locations; ``timed``: the hour is known.

    Single reports: they never leave the jobs.
    """
    said = tuple(sorted(decisions(ws, area_id).items()))
    return _located_rows(ws, ws.area(area_id), ws.lake.version, said)


@lru_cache(maxsize=2)
def _located_rows(
    ws: Workspace, area: StudyArea, dataset_version: str, said: tuple[tuple[str, Said], ...]
) -> pd.DataFrame:
    """Return the live, unrestricted reports inside the area, but for default locations.

    ``said`` is what people said of these.
    """
    del dataset_version
    rows = ws.engine.read_rows(_COLUMNS, area.boundary.bounds)
    rows = without_cut(rows, ws.engine.coverage(), area.area_id)
    shapely.prepare(area.boundary)
    flags = rows[QUALITY_FLAGS]
    marked = flags.str.contains(SINK_FLAG, regex=False).to_numpy(dtype=np.bool_)
    kept = shapely.intersects_xy(area.boundary, rows[LON], rows[LAT])
    kept &= ~at_default_locations(rows, marked, area, dict(said))
    midnight = flags.str.contains(MIDNIGHT_FLAG, regex=False)
    timed = (rows[TIME_PRECISION] == "minute") & ~midnight & rows[TIME_FROM].notna()
    rows[ORIGIN] = counted_origins(rows)
    found: pd.DataFrame = rows[list(_KEPT)].assign(**{TIMED: timed})[kept]
    return found.astype(dict.fromkeys(_FEW_VALUES, "category"))


def _inside(
    ws: Workspace, area_id: str, params: HotspotParams, rows: pd.DataFrame, cells: Sequence[str]
) -> pd.DataFrame:
    """Return the rows that count in some cells, as the hexagons of the map count them."""
    counts = area_counts(ws, area_id, params.resolution)
    place = counts.study.positions()
    at = [place[cell] for cell in cells if cell in place]
    points = counts.reports.points[[LON, LAT]][np.isin(counts.index, at)].drop_duplicates()
    within: pd.DataFrame = rows.merge(points, on=[LON, LAT], how="inner", validate="many_to_one")
    return within


def _utc(times: pd.Series) -> NDArray[np.datetime64]:
    """Return UTC times as numpy has them, without their zone."""
    bare: NDArray[np.datetime64] = times.dt.tz_localize(None).to_numpy()
    return bare.astype("datetime64[us]")
