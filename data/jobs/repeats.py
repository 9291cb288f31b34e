"""How many separate incidents are the reports of an area, and which reports are repeats?

Nothing is deleted: a group of repeats counts once where incidents are counted, at the place, month
and type of its first report that counts. People may take a group apart, and put it together again.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from data.access import Permission, Principal, authorise
from data.engines.protocol import POINT_COLUMNS, SINK, without_cut
from data.jobs.marks import counted_origins, eligible
from data.jobs.sinks import at_default_locations, decisions
from data.store.ungrouped import ReportKey, ungrouped_rows
from data.store.ungrouped import regroup as put_back
from data.store.ungrouped import ungroup as take_out
from geo.errors import NotEnoughDataError
from geo.projection import to_metres
from geo.repeats import NONE, X_M, Y_M, group_reports, linked_pairs
from geo.schema import (
    CATEGORY,
    COUNT,
    LAT,
    LINKED_REF,
    LOCATION_PRECISION,
    LON,
    MONTH,
    ORIGIN,
    PLACE,
    POLICE_UK,
    PROVIDER,
    QUALITY_FLAGS,
    RECORD_KIND,
    SETTING,
    SINK_FLAG,
    SOURCE,
    SOURCE_REF,
    SOURCE_ROW,
    TIME_FROM,
    TIME_PRECISION,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from data.jobs.sinks import Said
    from data.views import Eligibility
    from data.workspace import Workspace
    from geo.area import StudyArea
    from geo.repeats import RepeatRule

GROUP: Final = "group"
FOUND: Final = "found"
CONFIDENCE: Final = "confidence"
APART: Final = "apart"
POINT_KEY: Final = tuple(name for name in POINT_COLUMNS if name not in {SINK, COUNT})
REPORT_KEY: Final = (SOURCE, PROVIDER, MONTH, SOURCE_ROW, SOURCE_REF)
SINGLE_KEY: Final = (*REPORT_KEY, CATEGORY, LON, LAT, TIME_FROM)
"""What tells one report from others: two files of a month may number their rows alike."""
_READ: Final = (
    SOURCE, PROVIDER, MONTH, SOURCE_ROW, SOURCE_REF, CATEGORY, PLACE, LON, LAT, TIME_FROM,
    TIME_PRECISION, LOCATION_PRECISION, RECORD_KIND, LINKED_REF, ORIGIN, SETTING, QUALITY_FLAGS,
)  # fmt: skip

OPEN_DATA_CANNOT: Final = "Open data cannot tell repeat reports: month only."
CANNOT: Final = "These data cannot tell repeat reports: no time is known to the minute."


@dataclass(frozen=True, eq=False)
class RepeatGroups:
    """The reports of an area that belong to a group of repeats.

    Attributes
    ----------
    members
        One row a report that the rule or a source puts into a group of two or more, in the order
        of time: ``POINT_KEY``, ``REPORT_KEY``, ``time_from``, ``x_m``, ``y_m``; ``found``, the
        number of that group; ``confidence``; ``apart``, whether a person took it out; ``group``,
        the number of the group that it counts in.
    timed, untimed
        Located reports of the area whose minute is known, and the others.
    reason
        Why nothing can be told; empty where it can.
    """

    members: pd.DataFrame
    timed: int
    untimed: int
    reason: str

    def require_told(self) -> None:
        """Let the caller go on where repeats can be told.

        Raises
        ------
        NotEnoughDataError
            Where they cannot.
        """
        if self.reason:
            raise NotEnoughDataError(self.reason, "Count reports instead.")

    def repeats_at(self, points: pd.DataFrame, eligibility: Eligibility) -> NDArray[np.int64]:
        """Return how many of each point's reports repeat one that counts already, shape (points,).

        The first report of a group that counts stands for the group.
        """
        key = list(POINT_KEY)
        totals = (
            self._again(eligibility).groupby(key, sort=False).size().rename("again").reset_index()
        )
        found = points[[*key, COUNT]].merge(totals, on=key, how="left", validate="many_to_one")
        wanted = found["again"].fillna(0).to_numpy(dtype=np.int64)
        if not found.duplicated(key).any():
            return wanted
        taken = found.groupby(key, sort=False)[COUNT].cumsum() - found[COUNT]
        left: NDArray[np.int64] = np.clip(wanted - taken.to_numpy(), 0, found[COUNT].to_numpy())
        return left

    def are_repeats(self, rows: pd.DataFrame, eligibility: Eligibility) -> NDArray[np.bool_]:
        """Return which single reports repeat one that counts already, shape (rows,).

        Parameters
        ----------
        rows
            ``SINGLE_KEY``, as `Engine.read_rows` gives it: times in UTC with their zone.
        """
        key = list(SINGLE_KEY)
        bare = rows[key].assign(**{TIME_FROM: rows[TIME_FROM].dt.tz_localize(None)})
        again = self._again(eligibility)[key].drop_duplicates().assign(again=True)
        found = bare.merge(again, on=key, how="left", validate="many_to_one")
        repeats: NDArray[np.bool_] = found["again"].notna().to_numpy(dtype=np.bool_)
        return repeats

    def _again(self, eligibility: Eligibility) -> pd.DataFrame:
        """Return the members that count, without the first one of each group."""
        counting = self.members[eligible(self.members, eligibility)]
        again: pd.DataFrame = counting[counting.duplicated(GROUP).to_numpy()]
        return again


def repeat_groups(ws: Workspace, area_id: str, rule: RepeatRule) -> RepeatGroups:
    """Return the groups of repeats among the located reports of the area, by the rule.

    Notes
    -----
    Links of the sources come first. Reports at a default location are not grouped by distance:
    they share an address that none of them is at.
    """
    said = tuple(sorted(decisions(ws, area_id).items()))
    held = _Held(ws.area(area_id), ws.lake.version, said)
    return _repeat_groups(ws, held, rule, _taken_out(ws, area_id))


def ungroup(
    ws: Workspace, principal: Principal, area_id: str, reports: Sequence[ReportKey]
) -> None:
    """Say that reports are of separate incidents; each stands alone from now on."""
    _change(ws, principal, area_id, reports, apart=True)


def regroup(
    ws: Workspace, principal: Principal, area_id: str, reports: Sequence[ReportKey]
) -> None:
    """Let reports that were taken out belong to their group again."""
    _change(ws, principal, area_id, reports, apart=False)


def ungrouped_version(ws: Workspace, area_id: str) -> str:
    """Return what changes whenever a person takes a group apart or puts it together again."""
    taken = _taken_out(ws, area_id)
    return hashlib.sha256(repr(taken).encode()).hexdigest()[:12] if taken else ""


def _change(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    reports: Sequence[ReportKey],
    *,
    apart: bool,
) -> None:
    authorise(principal, Permission.EDIT_DATA)
    now = ws.clock.now()
    action = "ungroup_reports" if apart else "regroup_reports"
    rows = [f"{one.source} {one.month} row {one.source_row}" for one in reports]
    with ws.store.change(principal, action, area_id, {"rows": rows}, now) as session:
        for one in reports:
            if apart:
                take_out(session, principal, area_id, one, now)
            else:
                put_back(session, area_id, one, now)


def _taken_out(ws: Workspace, area_id: str) -> tuple[ReportKey, ...]:
    with ws.store.read() as session:
        return ungrouped_rows(session, area_id)


@dataclass(frozen=True)
class _Held:
    """Which rows are grouped: area, version of the data, what people said of default locations."""

    area: StudyArea
    dataset_version: str
    said: tuple[tuple[str, Said], ...]


@lru_cache(maxsize=8)
def _repeat_groups(
    ws: Workspace, held: _Held, rule: RepeatRule, taken_out: tuple[ReportKey, ...]
) -> RepeatGroups:
    rows = _rows_inside(ws, held)
    timed = int(((rows[TIME_PRECISION] == "minute") & rows[TIME_FROM].notna()).sum())
    if not timed:
        return RepeatGroups(_nobody(rows), 0, len(rows), _why_not(rows))
    linked = _linked(rows)
    apart = _are(rows, taken_out)
    found = group_reports(rows, rule=rule, linked=linked)
    counts = group_reports(rows, rule=rule, linked=linked, ungrouped=apart) if any(apart) else found
    told = {FOUND: found.group, CONFIDENCE: found.confidence, APART: apart, GROUP: counts.group}
    grouped = rows.assign(**told)[found.confidence != NONE]
    members = grouped.sort_values([TIME_FROM, SOURCE, SOURCE_ROW], kind="stable")
    return RepeatGroups(members.reset_index(drop=True), timed, len(rows) - timed, "")


def _nobody(rows: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, Any] = {FOUND: 0, CONFIDENCE: NONE, APART: False, GROUP: 0}
    return rows.iloc[:0].assign(**columns)


def _linked(rows: pd.DataFrame) -> NDArray[np.int64] | None:
    """Return the pairs of rows that their sources link; None where no source links any."""
    if not (rows[LINKED_REF] != "").any():
        return None
    return linked_pairs(rows[SOURCE_REF].tolist(), rows[LINKED_REF].tolist())


@lru_cache(maxsize=2)
def _rows_inside(ws: Workspace, held: _Held) -> pd.DataFrame:
    """Return the located reports inside the area, as `group_reports` and counting want them."""
    area = held.area
    rows = ws.engine.read_rows(_READ, area.boundary.bounds)
    rows = without_cut(rows, ws.engine.coverage(), area.area_id)
    rows = rows[shapely.intersects_xy(area.boundary, rows[LON], rows[LAT])].reset_index(drop=True)
    marked = rows[QUALITY_FLAGS].str.contains(SINK_FLAG, regex=False).to_numpy(dtype=np.bool_)
    sink = at_default_locations(rows, marked, area, dict(held.said))
    x_m, y_m = to_metres(rows[LON].to_numpy(), rows[LAT].to_numpy(), area.crs_m)
    prepared: pd.DataFrame = rows.assign(
        **{
            ORIGIN: counted_origins(rows),
            TIME_FROM: rows[TIME_FROM].dt.tz_localize(None),
            X_M: np.where(sink, np.nan, x_m),
            Y_M: np.where(sink, np.nan, y_m),
        }
    )
    return prepared


def _are(rows: pd.DataFrame, taken_out: tuple[ReportKey, ...]) -> NDArray[np.bool_]:
    """Return which rows people took out of their group, shape (rows,)."""
    if not taken_out:
        return np.zeros(len(rows), dtype=np.bool_)
    wanted = {astuple(one) for one in taken_out}
    keys = zip(*(rows[name] for name in REPORT_KEY), strict=True)
    return np.fromiter((key in wanted for key in keys), np.bool_, count=len(rows))


def _why_not(rows: pd.DataFrame) -> str:
    return OPEN_DATA_CANNOT if (rows[SOURCE] == POLICE_UK).all() else CANNOT
