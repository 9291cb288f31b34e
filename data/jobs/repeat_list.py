"""Which reports of a hotspot were taken as repeats, and why?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from data.access import Permission, Principal, authorise
from data.jobs.analysis import chosen_window
from data.jobs.counts import area_counts
from data.jobs.marks import eligible
from data.jobs.repeats import APART, CONFIDENCE, FOUND, REPORT_KEY, repeat_groups
from data.jobs.wording import plural
from data.store.ungrouped import ReportKey
from data.views import HotspotParams, RepeatList, RepeatRow
from geo.periods import month_words
from geo.repeats import LINKED, X_M, Y_M
from geo.schema import CATEGORY, LAT, LON, MONTH, TIME_FROM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.workspace import Workspace

SHOWN: Final = 50


def repeat_list(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    params: HotspotParams,
    cells: Sequence[str],
) -> RepeatList:
    """Return the groups of repeat reports in some cells, those taken apart and most calls first.

    Parameters
    ----------
    params
        Window, types, eligibility and rule.
    cells
        Of a hotspot, at the resolution of ``params``.

    Raises
    ------
    AccessError
        Where the role may not see single reports.
    """
    authorise(principal, Permission.EXPORT_ROWS)
    members = _members(ws, area_id, params, cells)
    zone = ZoneInfo(ws.area(area_id).timezone)
    sizes = members.groupby(FOUND).agg(calls=(FOUND, "size"), apart=(APART, "any"))
    several = sizes[sizes["calls"] > 1]
    ordered = several.sort_values(["apart", "calls"], ascending=[False, False], kind="stable")
    shown = [members[(members[FOUND] == number).to_numpy()] for number in ordered.index[:SHOWN]]
    return RepeatList(tuple(_row(group, zone) for group in shown), len(several))


def _members(
    ws: Workspace, area_id: str, params: HotspotParams, cells: Sequence[str]
) -> pd.DataFrame:
    """Return the reports of groups in some cells, of the window and the types."""
    members = repeat_groups(ws, area_id, params.repeat_rule).members
    counts = area_counts(ws, area_id, params.resolution)
    window = chosen_window(counts.reports, params)
    at = pd.Series(counts.index, index=pd.MultiIndex.from_frame(counts.reports.points[[LON, LAT]]))
    at = at[~at.index.duplicated()]
    place = counts.study.positions()
    inside = np.isin(
        at.reindex(pd.MultiIndex.from_frame(members[[LON, LAT]])).to_numpy(),
        [place[cell] for cell in cells],
    )
    kept = inside & members[MONTH].between(window.first, window.last).to_numpy()
    if params.categories:
        kept &= members[CATEGORY].isin(params.categories).to_numpy()
    return members[kept & eligible(members, params.eligibility)]


def _row(group: pd.DataFrame, zone: ZoneInfo) -> RepeatRow:
    """Return one group in words; its rows are in the order of time."""
    kinds = list(dict.fromkeys(group[CATEGORY]))
    return RepeatRow(
        tuple(ReportKey(*key) for key in group[list(REPORT_KEY)].itertuples(index=False)),
        _when(group[TIME_FROM], zone),
        ", ".join(kinds),
        len(group),
        _why(group),
        bool(group[APART].any()),
    )


def _when(moments: pd.Series, zone: ZoneInfo) -> str:
    """Return the earliest moment (UTC) in local time: "3 May 2025, 22:41"."""
    if not moments.notna().any():
        return "Time not known"
    local = moments.min().tz_localize("UTC").tz_convert(zone)
    return f"{local.day} {month_words(f'{local:%Y-%m}')}, {local:%H:%M}"


def _why(group: pd.DataFrame) -> str:
    """Return why the reports were grouped, and how far apart they are."""
    linked = (group[CONFIDENCE] == LINKED).any()
    start = "Linked by the source" if linked else "Likely, by the rule"
    away = np.hypot(group[X_M] - group[X_M].iloc[0], group[Y_M] - group[Y_M].iloc[0]).max()
    span = group[TIME_FROM].max() - group[TIME_FROM].min()
    if pd.isna(away) or pd.isna(span):
        return start
    minutes = plural(round(span.total_seconds() / 60), "minute")
    return f"{start}: within {minutes} and {away:,.0f} m of the first"
