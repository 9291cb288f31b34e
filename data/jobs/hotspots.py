"""Which places stay hot, under which names, and how sure is that?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from data.access import Permission, Principal, authorise, may, visible_categories
from data.jobs.analysis import LENS_SCHEME, Analysis, analyse, chosen_window, persistent_cells
from data.jobs.counts import AreaReports, area_counts, area_reports, last_observed
from data.jobs.coverage import source_words
from data.jobs.disclosure import Disclosure, disclosure_for
from data.jobs.hotspot_views import change_view, describe_hotspots
from data.jobs.repeat_views import (
    ANALYST_ONLY,
    RepeatTotals,
    counted_words,
    repeat_totals,
    with_repeats,
)
from data.jobs.repeats import repeat_groups
from data.jobs.wording import COUNT_UNITS, UNITS, headline, percent, plural, rule_words
from data.store.records import hotspot_names, name_hotspot
from data.views import (
    EVERY_REPORT,
    EVERYTHING,
    USUAL_RULE,
    BusyPlace,
    ChangeView,
    Counted,
    HotspotParams,
    HotspotResult,
    HotspotView,
)
from geo.busy import busy_places
from geo.change import assess_changes, not_compared, unusual_by_chance
from geo.change_words import chance_words
from geo.comparison import Comparison, comparison_words, latest_comparable
from geo.concentration import share_of_places_for
from geo.errors import NotEnoughDataError
from geo.harm import harm_values
from geo.periods import (
    SOURCE_BREAKS,
    last_day_words,
    month_index,
    month_range,
    months_before,
    span_words,
)
from geo.provenance import provenance
from geo.viz.classes import class_edges
from geo.viz.months import months_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.workspace import Workspace
    from geo.area import StudyArea
    from geo.schema import Lens

SERIES_MONTHS: Final = 36


def latest_month(ws: Workspace, principal: Principal, area_id: str) -> str:
    """Return the last observed month of the area."""
    authorise(principal, Permission.VIEW)
    return last_observed(area_reports(ws, area_id))


def categories(ws: Workspace, principal: Principal, area_id: str) -> tuple[str, ...]:
    """Return the types among which the principal may choose."""
    authorise(principal, Permission.VIEW)
    allowed = visible_categories(principal.role)
    found = area_reports(ws, area_id).categories
    return found if allowed is None else tuple(c for c in found if c in allowed)


def find_hotspots(
    ws: Workspace, principal: Principal, area_id: str, params: HotspotParams
) -> HotspotResult:
    """Return the hotspots of the window, the figures of every hexagon, and what must be said.

    Parameters
    ----------
    params
        What is counted, where and when; types that the role may not see are left out, and only a
        role that may see single reports chooses which of them count.

    Raises
    ------
    AccessError
        Where the role may not see hotspots.
    GridError
        Where the resolution does not fit the data, or a type is unknown.

    Notes
    -----
    A window without any observed month is no error: ``no_data`` then says so, and the hexagons
    hold no figure, which is not zero. The same where incidents are asked for and the data cannot
    tell repeat reports.
    """
    authorise(principal, Permission.VIEW)
    reports = area_reports(ws, area_id)
    asked, params = params, permitted(principal, params)
    shown_to = disclosure_for(ws, principal, reports)
    if params.lens == "estimated":
        cannot = repeat_groups(ws, area_id, params.repeat_rule).reason
        if cannot:
            return _cannot_count(_without_data(ws, reports, params), cannot)
    try:
        analysis = analyse(ws, area_id, params)
    except NotEnoughDataError:
        return _without_data(ws, reports, params)
    totals = repeat_totals(ws, analysis, params)
    comparison = compared_months(analysis)
    with ws.store.read() as session:
        names = hotspot_names(session, area_id)
    spots = describe_hotspots(
        analysis,
        params,
        comparison,
        names=names,
        elsewhere=persistent_cells(ws, area_id, params),
    )
    spots = shown_to.hotspots(with_repeats(spots, totals))
    found = _result(analysis, params, comparison, spots, shown_to)
    words = (*_refused(asked, params), *counted_words(ws, reports, params))
    return replace(
        found,
        counted_words=" ".join(words),
        caveats=(*words, *found.caveats),
        methods=(*found.methods, *_repeat_methods(params, totals)),
    )


def rename_hotspot(
    ws: Workspace, principal: Principal, area_id: str, hotspot_id: str, name: str
) -> None:
    """Give a hotspot a name; the former names and who gave them are kept."""
    authorise(principal, Permission.NAME_HOTSPOTS)
    now = ws.clock.now()
    subject = f"{area_id}/{hotspot_id}"
    with ws.store.change(principal, "rename_hotspot", subject, {"name": name}, now) as session:
        name_hotspot(session, principal, area_id, hotspot_id, name, now)


def permitted(principal: Principal, params: HotspotParams) -> HotspotParams:
    """Return the parameters as far as the role may choose them."""
    if not may(principal, Permission.EXPORT_ROWS):
        params = replace(params, eligibility=EVERYTHING, repeat_rule=USUAL_RULE)
    allowed = visible_categories(principal.role)
    if allowed is None:
        return params
    wanted = tuple(c for c in params.categories or allowed if c in allowed)
    return replace(params, categories=wanted or allowed)


def _refused(asked: HotspotParams, params: HotspotParams) -> tuple[str, ...]:
    """Return what to say where a link asked for more than the role may choose."""
    wanted = (asked.eligibility, asked.repeat_rule)
    return () if wanted == (params.eligibility, params.repeat_rule) else (ANALYST_ONLY,)


def compared_months(analysis: Analysis) -> Comparison:
    """Return the latest three observed months and the same months of last year."""
    history = analysis.history
    cut = analysis.window.cut_by
    return latest_comparable(
        history.periods, history.observed, break_month=cut.month if cut else None
    )


def area_change(
    ws: Workspace, area_id: str, to: str, counted: Counted = EVERY_REPORT
) -> tuple[ChangeView, Comparison]:
    """Return how the area as a whole changed up to ``to``, and which months are compared.

    A break in map points does not matter here: the area is the same on both sides of it.
    """
    counts = area_counts(ws, area_id, 9, counted)
    unit = UNITS["reports" if counted.repeats is None else "estimated"]
    cube = counts.cube.window(counts.cube.periods[0], to)
    compared = latest_comparable(cube.periods, cube.observed)
    name = counts.reports.area.name
    if not compared.now:
        return change_view(not_compared(compared.reason), name, (), preposition="in"), compared
    monthly = cube.panel().sum(axis=0)
    now, before = (
        int(sum(monthly[cube.periods.index(month)] for month in months))
        for months in (compared.now, compared.before)
    )
    change = assess_changes(
        [now],
        [before],
        series=monthly[None, :],
        observed=cube.observed,
        months_compared=len(compared.now),
    )[0]
    return change_view(change, name, compared.now, preposition="in", unit=unit), compared


def _result(
    analysis: Analysis,
    params: HotspotParams,
    comparison: Comparison,
    spots: tuple[HotspotView, ...],
    shown_to: Disclosure,
) -> HotspotResult:
    reports, shown = analysis.counts.reports, analysis.shown
    unit = UNITS[params.lens][1]
    return HotspotResult(
        area_id=reports.area.area_id,
        area_name=reports.area.name,
        params=params,
        first=analysis.window.first,
        last=analysis.window.last,
        months_observed=int(shown.observed.sum()),
        months_in_window=len(shown.periods),
        total=round(float(analysis.amounts.sum())),
        cells=shown_to.cells(_cells(analysis, spots)),
        hotspots=spots,
        headline=_headline(analysis, spots, unit),
        concentration=_concentration(analysis, unit),
        busy_places=shown_to.busy_places(_busy_places(analysis, spots)),
        legend_title=f"{unit.capitalize()} in each hexagon,"
        f" {span_words(analysis.window.first, analysis.window.last)}",
        class_edges=_edges(analysis, params),
        compared_words=comparison_words(comparison) if comparison.now else "",
        chance_words=_chance(analysis, spots, comparison),
        source_words=_source_words(reports),
        wards_words=wards_words(reports.area),
        caveats=(
            *_coverage_caveats(analysis),
            *analysis.caveats,
            *_sink_caveat(analysis, COUNT_UNITS[params.lens]),
            *shown_to.caveats,
        ),
        methods=_methods(analysis, params),
        no_data=None,
        unjudged=analysis.unjudged,
        events=_events(reports.area, analysis.window.last),
        breaks=_breaks(reports, analysis.window.last),
        provenance=provenance(
            reports.dataset_version, reports.area.version, _parameters(params), seed=0
        ),
    )


def _without_data(ws: Workspace, reports: AreaReports, params: HotspotParams) -> HotspotResult:
    """Return the result of a window in which nothing is known."""
    window = chosen_window(reports, params)
    span = span_words(window.first, window.last)
    study = area_counts(ws, reports.area.area_id, params.resolution)
    cells = pd.DataFrame({"cell": study.study.cells})
    for column in _FIGURES:
        cells[column] = np.nan
    for column in _WORDS:
        cells[column] = ""
    cells["area_km2"] = study.study.area_km2
    cells["place"], cells["ward"], cells["patch"] = study.places, study.wards, study.patches
    unit = UNITS[params.lens][1]
    return HotspotResult(
        area_id=reports.area.area_id,
        area_name=reports.area.name,
        params=params,
        first=window.first,
        last=window.last,
        months_observed=0,
        months_in_window=len(month_range(window.first, window.last)),
        total=0,
        cells=cells,
        hotspots=(),
        headline=f"No hotspots can be shown for {span}",
        concentration="",
        busy_places=(),
        legend_title=f"{unit.capitalize()} in each hexagon",
        class_edges=class_edges([0], floor=True),
        compared_words="",
        chance_words="",
        source_words=_source_words(reports),
        wards_words=wards_words(reports.area),
        caveats=(),
        methods=(),
        no_data=f"No data for {span}. No file for this period has been loaded. This is not zero:"
        " nothing is known.",
        unjudged=None,
        events=_events(reports.area, window.last),
        breaks=_breaks(reports, window.last),
        provenance=provenance(reports.dataset_version, reports.area.version, _parameters(params)),
    )


def _cannot_count(empty: HotspotResult, reason: str) -> HotspotResult:
    """Return the result of a lens under which these data cannot be counted."""
    return replace(
        empty,
        headline="Separate incidents cannot be told apart here",
        no_data=f"{reason} Every call about the same incident may count again, and nobody can say"
        " how often.",
        cannot_count=True,
    )


_FIGURES: Final = (
    "n", "gistar", "p_hot", "q_value", "months_hot", "months_observed", "persistence",
)  # fmt: skip
_WORDS: Final = ("hotspot_id", "hotspot", "tier", "pattern", "emerging_class")


def _cells(analysis: Analysis, spots: Sequence[HotspotView]) -> pd.DataFrame:
    """Return one row a study cell, in the order of the cells."""
    counts, tiers, persistence = analysis.counts, analysis.tiers, analysis.persistence
    owner = {cell: spot for spot in spots for cell in spot.cells}
    owners = [owner.get(cell) for cell in counts.study.cells]
    whole = analysis.amounts.astype(np.int64) if _whole(analysis.amounts) else analysis.amounts
    return pd.DataFrame(
        {
            "cell": counts.study.cells,
            "hotspot_id": [s.hotspot_id if s else "" for s in owners],
            "hotspot": [s.name if s else "" for s in owners],
            "n": whole,
            "gistar": tiers.z,
            "p_hot": tiers.p_hot,
            "q_value": tiers.q_value,
            "tier": tiers.tier,
            "months_hot": persistence.months_hot,
            "months_observed": persistence.months_observed,
            "persistence": persistence.share,
            "pattern": persistence.pattern,
            "emerging_class": analysis.emerging,
            "area_km2": counts.study.area_km2,
            "place": counts.places,
            "ward": counts.wards,
            "patch": counts.patches,
        }
    )


def _whole(values: NDArray[np.float64]) -> bool:
    return bool((values == np.rint(values)).all())


def _headline(analysis: Analysis, spots: Sequence[HotspotView], unit: str) -> str:
    if analysis.unjudged:
        return "Hotspots cannot be judged in this period"
    share, cell_share = sum(s.share for s in spots), sum(s.cell_share for s in spots)
    return headline(len(spots), share, cell_share, unit)


def _concentration(analysis: Analysis, unit: str) -> str:
    if not analysis.amounts.any():
        return f"There are no {unit} in this period"
    share = share_of_places_for(analysis.amounts, 0.5)
    return f"{percent(share)} of hexagons hold half of the {unit}"


def _busy_places(analysis: Analysis, spots: Sequence[HotspotView]) -> tuple[BusyPlace, ...]:
    counts, shown = analysis.counts, analysis.shown
    owner = {cell: spot.hotspot_id for spot in spots for cell in spot.cells}
    place = counts.study.positions()
    found = busy_places(counts.study.cells, counts.patches, shown.panel(), shown.observed)
    return tuple(
        BusyPlace(
            busy.patch,
            busy.rank,
            counts.places[place[busy.cell]],
            busy.n,
            busy.months_in_top,
            busy.months_observed,
            busy.cell,
            owner.get(busy.cell),
        )
        for busy in found
    )


def _edges(analysis: Analysis, params: HotspotParams) -> tuple[int, ...]:
    """Return the class edges: fixed for the area, the window's length and the lens."""
    cube = analysis.counts.spot_cube
    months = month_index(analysis.window.last) - month_index(analysis.window.first)
    last = cube.observed_months()[-1]
    by_type = cube.window(months_before(last, months), last).counts.sum(axis=1)
    if params.lens == "harm":
        harm = harm_values(by_type, cube.categories, LENS_SCHEME, unknown="report").values
        return class_edges(harm, floor=False)
    chosen = [k for k, name in enumerate(cube.categories) if name in analysis.shown.categories]
    share = by_type[:, chosen].sum() / max(by_type.sum(), 1)
    return class_edges(by_type.sum(axis=1), share=min(max(share, 0.001), 1.0))


def _chance(analysis: Analysis, spots: Sequence[HotspotView], comparison: Comparison) -> str:
    if not comparison.now or not spots:
        return ""
    place = analysis.counts.study.positions()
    history = analysis.history
    panel = np.vstack([history.panel()[[place[c] for c in s.cells]].sum(axis=0) for s in spots])
    columns = [history.periods.index(month) for month in comparison.before]
    expected = unusual_by_chance(
        panel[:, columns].sum(axis=1),
        series=panel,
        observed=history.observed,
        months_compared=len(comparison.now),
    )
    return chance_words(len(spots), expected)


def _source_words(reports: AreaReports) -> str:
    seen = [p for p, o in zip(reports.periods, reports.observed, strict=True) if o]
    until = f", data to {last_day_words(seen[-1])}" if seen else ""
    return f"Source: {source_words(reports)}{until}."


def wards_words(area: StudyArea) -> str:
    """Return which wards are meant: "Wards from May 2023"."""
    return f"Wards {area.wards_vintage}" if area.wards_vintage else "Wards, vintage not stated"


def _coverage_caveats(analysis: Analysis) -> tuple[str, ...]:
    shown = analysis.shown
    missing = shown.missing_months()
    if not missing:
        return ()
    seen = f"{int(shown.observed.sum())} of {len(shown.periods)} months seen"
    return (f"{seen}: no data for {months_words(missing)}.",)


def _sink_caveat(analysis: Analysis, unit: tuple[str, str]) -> tuple[str, ...]:
    shown, counts = analysis.shown, analysis.counts
    whole = counts.cube.only(list(shown.categories)).window(shown.periods[0], shown.periods[-1])
    left_out = whole.total() - shown.total()
    if not left_out:
        return ()
    lie = "lies" if left_out == 1 else "lie"
    return (
        (
            f"{plural(left_out, *unit)} {lie} at known default locations, such as a police"
            " station: counted in the totals of the area, not in its hotspots."
        ),
    )


def _events(area: StudyArea, last: str) -> tuple[tuple[str, str | None, str], ...]:
    first = months_before(last, SERIES_MONTHS - 1)
    return tuple(
        (event.start, event.end, event.title)
        for event in area.events
        if event.start <= last and (event.end or event.start) >= first
    )


def _breaks(reports: AreaReports, last: str) -> tuple[tuple[str, str], ...]:
    """Return the breaks inside the last 36 months, and one that follows them at once."""
    first, after = months_before(last, SERIES_MONTHS - 1), months_before(last, -1)
    found = {b for source in reports.sources for b in SOURCE_BREAKS.get(source, ())}
    inside = [b for b in found if first < b.month <= after]
    return tuple((b.month, b.title) for b in sorted(inside, key=lambda b: b.month))


def _parameters(params: HotspotParams) -> dict[str, object]:
    """Return the parameters by name; of what is counted, only what is not as usual."""
    told: dict[str, object] = {
        "categories": ",".join(params.categories) or "all",
        "esri_compatible": params.esri_compatible,
        "from": params.start or "24 months",
        "lens": params.lens,
        "resolution": params.resolution,
        "to": params.to,
    }
    if params.eligibility != EVERYTHING:
        told["origins"] = ",".join(params.eligibility.origins)
        told["dwellings"] = params.eligibility.dwellings
    if params.lens == "estimated" or params.repeat_rule != USUAL_RULE:
        told["repeat_rule"] = rule_words(params.repeat_rule)
    return told


_LENS_METHODS: Final[dict[Lens, str]] = {
    "reports": "reports, each counts one",
    "estimated": "estimated incidents: the repeat reports of one incident count once",
    "harm": f"{LENS_SCHEME.name} ({LENS_SCHEME.version}), indicative",
}


def _methods(analysis: Analysis, params: HotspotParams) -> tuple[tuple[str, str], ...]:
    """Return the "how computed" box."""
    study = analysis.counts.study
    area = float(study.area_km2.sum()) / len(study.cells)
    moved = plural(analysis.counts.cube.moved, *COUNT_UNITS[params.lens])
    return (
        ("Hexagons", f"{len(study.cells)}, H3 resolution {study.resolution}, {area:.3f} km2 each"),
        ("Counted", _LENS_METHODS[params.lens]),
        ("Hot in a month", "Getis-Ord Gi* with its ring, false discovery rate 5% within the month"),
        ("Confident and probable", f"{analysis.tiers.method} permutation of the window's totals"),
        ("Hotspot", "hot in 4 of 5 months seen, with its core neighbours, at most 9 hexagons"),
        ("Judged by the", analysis.sliced_by),
        ("Moved to the nearest hexagon", moved),
    )


def _repeat_methods(params: HotspotParams, totals: RepeatTotals) -> tuple[tuple[str, str], ...]:
    """Return what the "how computed" box says of repeat reports and of what is left out."""
    rule = f"{rule_words(params.repeat_rule)}; what a source links comes first"
    return (
        ("Repeat reports", totals.words if totals.incidents is None else f"{rule}: {totals.words}"),
        ("Left out", params.eligibility.left_out_words or "nothing"),
    )
