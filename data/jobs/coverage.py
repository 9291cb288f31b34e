"""Which months are there, how old are they, and what can they not show?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from data.access import Permission, Principal, authorise
from data.engines.protocol import PARTIAL, supplied_for
from data.jobs.counts import AreaReports, area_counts, area_reports, low_months
from data.jobs.repeats import ungrouped_version
from data.jobs.wording import list_words
from data.store.records import names_version
from data.store.sources import sources_version
from data.views import AreaStatus, CoverageView, ProviderMonths
from geo.periods import last_day, last_day_words, span_words
from geo.schema import MONTH, POLICE_UK, PROVIDER, SOURCE
from geo.viz.months import months_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.workspace import Workspace

ARCHIVE_AFTER_DAYS = 400
"""Data older than this are an archive: saying their age in days would help nobody."""

OPEN_DATA_BANNER = (
    "Open data: approximate places, month only, reports cannot be grouped, violence includes"
    " incidents in the home. Times of day and patrol hours are switched off."
)


def coverage(ws: Workspace, principal: Principal, area_id: str) -> CoverageView:
    """Return which months of the area are observed, missing or thin."""
    authorise(principal, Permission.VIEW)
    reports = area_reports(ws, area_id)
    if not reports.periods:
        return CoverageView(None, None, (), (), _providers(ws, reports), "No data yet.")
    months = tuple(zip(reports.periods, (bool(o) for o in reports.observed), strict=True))
    return CoverageView(
        reports.periods[0],
        reports.periods[-1],
        months,
        low_months(area_counts(ws, area_id, 9).cube),
        _providers(ws, reports),
        coverage_sentence(months),
        tuple(sorted(set(reports.coverage.loc[reports.coverage[PARTIAL], MONTH]))),
    )


def coverage_sentence(months: Sequence[tuple[str, bool]]) -> str:
    """Return the span and the missing months in words.

    Examples
    --------
    >>> coverage_sentence([("2020-05", True), ("2020-06", False), ("2020-07", True)])
    'May to July 2020. No data for June 2020.'
    """
    span = span_words(months[0][0], months[-1][0])
    missing = [month for month, seen in months if not seen]
    if not missing:
        return f"{span}. Every month has data."
    return f"{span}. No data for {months_words(missing)}."


def area_status(ws: Workspace, principal: Principal, area_id: str) -> AreaStatus:
    """Return the line that stands under the navigation of every page."""
    authorise(principal, Permission.VIEW)
    reports = area_reports(ws, area_id)
    seen = [p for p, o in zip(reports.periods, reports.observed, strict=True) if o]
    marking = ws.settings.marking + (" (demo)" if principal.demo else "")
    if not seen:
        return AreaStatus(
            area_id, reports.area.name, "", "No data yet", "", "fresh", marking, None,
            reports.dataset_version,
        )  # fmt: skip
    age, stale = _age(ws, reports, seen[-1])
    return AreaStatus(
        area_id,
        reports.area.name,
        source_words(reports),
        f"Data to {last_day_words(seen[-1])}",
        age,
        stale,
        marking,
        OPEN_DATA_BANNER if reports.sources == (POLICE_UK,) else None,
        reports.dataset_version,
        _names_version(ws, area_id),
        ungrouped_version(ws, area_id),
    )


def _names_version(ws: Workspace, area_id: str) -> int:
    with ws.store.read() as session:
        return names_version(session, area_id) + sources_version(session)


def source_words(reports: AreaReports) -> str:
    """Return who supplied the reports: "Lancashire Constabulary, data.police.uk"."""
    named = []
    for source, provider in reports.main_providers:
        named.append(f"{provider}, data.police.uk" if source == POLICE_UK else provider)
    return list_words(named)


def _age(
    ws: Workspace, reports: AreaReports, last: str
) -> tuple[str, Literal["fresh", "amber", "red"]]:
    """Return how long ago the last day of a month was, in words, and how that looks."""
    now = ws.clock.now().astimezone(ZoneInfo(reports.area.timezone))
    days = (now.date() - last_day(last)).days
    if days > ARCHIVE_AFTER_DAYS:
        return "(archive)", "fresh"
    if days < 0:
        return "", "fresh"
    stale = ws.settings.stale(days, open_data=POLICE_UK in reports.sources)
    return f"({days} day{'' if days == 1 else 's'} old)", stale


def _providers(ws: Workspace, reports: AreaReports) -> tuple[ProviderMonths, ...]:
    """Return the months of each provider: those that count for the area first."""
    supplied = supplied_for(ws.engine.coverage(), reports.area.area_id)
    main = set(reports.main_providers)
    out = []
    for (source, provider), rows in supplied.groupby([SOURCE, PROVIDER], sort=True):
        months = tuple(zip(rows[MONTH], (int(n) for n in rows["rows"]), strict=True))
        pair = (str(source), str(provider))
        out.append(ProviderMonths(*pair, tuple(sorted(months)), pair in main))
    return tuple(sorted(out, key=lambda p: (not p.counts_for_area, p.source, p.provider)))
