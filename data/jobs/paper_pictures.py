"""Which pictures does the paper on a change of cameras have?

Each title is the finding, and each picture's words say the same to those who cannot see it. Cameras
are not drawn: where they stand is for the control room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.cctv_impact_views import STRAND_WORDS
from data.jobs.paper_background import DIRECTIONS, LETTERS, MOST_GAPS, Told
from data.jobs.wording import list_words, lower_first, plural
from geo.errors import NotEnoughDataError
from geo.periods import month_index, month_words
from geo.report.coverage_map import Ground, coverage_map
from geo.report.month_panels import Event, Panel, month_panels
from geo.report.paper import Picture
from geo.report.pictures import drawing
from geo.report.week_bars import week_bars

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.cctv_impact_views import StrandView
    from data.cctv_views import CellClass, CoverageView
    from data.jobs.paper_figures import ToldSeries
    from geo.area import StudyArea
    from geo.report.paper import Block


def paper_pictures(told: Told, area: StudyArea, fonts: Sequence[Path]) -> dict[str, Block]:
    """Return the pictures by the key of their place; those without figures are left out."""
    found = {
        "months": _months(told, fonts),
        "week": _week(told, fonts) if told.coverage is not None else None,
        "map": _map(told.coverage, area, fonts) if told.coverage is not None else None,
    }
    return {key: picture for key, picture in found.items() if picture is not None}


def _months(told: Told, fonts: Sequence[Path]) -> Picture | None:
    shown = [
        (strand, series)
        for strand, series in (
            (told.impact.reported, told.reported),
            (told.impact.found_by_cctv, told.found),
        )
        if series is not None
    ]
    if not shown:
        return None
    lead = shown[0][1]
    same = [(strand, series) for strand, series in shown if series.months == lead.months]
    panels = [_panel(strand, series) for strand, series in same]
    events = _events(told, lead)
    start = f"The rule marks the start, {month_words(told.impact.start)}. Thick lines are averages."
    try:
        svg = month_panels(panels, lead.labels, lead.start, start_words=start, events=events)
    except NotEnoughDataError:
        return None
    drawn = drawing(svg, fonts)
    findings = [f"{_subject(strand)} {DIRECTIONS[strand.direction]}" for strand, _ in same]
    said = "; ".join([findings[0], *(lower_first(one) for one in findings[1:])])
    totals = " ".join(
        f"{_subject(strand)}: {series.before} before, {series.after} after."
        for strand, series in same
    )
    hidden = sum(series.hidden for _, series in same)
    return Picture(
        png=drawn.png,
        svg=drawn.svg,
        alt=f"Columns by {lead.step_words}, before and after the start. {totals}",
        caption=f"{said}, in view of the cameras",
        note=(
            f"Reports a {lead.step_words} in view of the cameras, rounded to"
            f" {told.rule.round_to or 1}."
            + (f" Hatched: too small to show, or not supplied ({hidden})." if hidden else "")
            + (" Letters: see what else happened." if events else "")
            + f" Source: {told.impact.source_words}"
        ),
    )


def _panel(strand: StrandView, series: ToldSeries) -> Panel:
    return Panel(
        STRAND_WORDS[strand.key],
        series.counts,
        series.before_mean,
        series.after_mean,
        "striped" if strand.key == "cctv" else "plain",
    )


def _subject(strand: StrandView) -> str:
    return "Incidents found by CCTV" if strand.key == "cctv" else "Reports by public and partners"


def _events(told: Told, series: ToldSeries) -> tuple[Event, ...]:
    """Return the events under the columns that hold their months."""
    firsts = [month_index(month) for month in series.months]
    found = []
    for letter, event in zip(LETTERS, told.events, strict=False):
        first, last = month_index(event.start), month_index(event.end or event.start)
        inside = [
            at
            for at, start in enumerate(firsts)
            if start <= last and first < (firsts[at + 1] if at + 1 < len(firsts) else start + 12)
        ]
        if inside:
            found.append(Event(inside[0], inside[-1], letter))
    return tuple(found)


def _week(told: Told, fonts: Sequence[Path]) -> Picture | None:
    week = told.coverage.week if told.coverage is not None else None
    if week is None or told.coverage is None:
        return None
    least = told.rule.threshold or 0
    safe = bool(week.demand) and all(n == 0 or n >= least for n in week.demand)
    drawn = drawing(week_bars(week.recorded, week.watched, week.demand if safe else ()), fonts)
    return Picture(
        png=drawn.png,
        svg=drawn.svg,
        alt=f"Areas by hour of the week. {told.coverage.sentence} {week.sentence}",
        caption=week.sentence.rstrip(".") or "What is recorded and watched, by hour of the week",
        note="Share of public-place demand in view of working cameras, by hour of the week.",
    )


def _map(view: CoverageView, area: StudyArea, fonts: Sequence[Path]) -> Picture | None:
    classes: list[tuple[str, CellClass]] = [
        (str(cell), kind)
        for cell, kind in zip(view.cells["cell"], view.cells["class"], strict=True)
        if kind in {"gap", "covered_high", "relocate", "quiet"}
    ]
    if not classes:
        return None
    gaps = view.gaps[:MOST_GAPS]
    streets = () if area.streets is None else area.streets.geometry.to_numpy()
    svg = coverage_map(
        classes,
        Ground(area.boundary, streets, area.land),
        numbered=[gap.cells for gap in gaps],
    )
    drawn = drawing(svg, fonts)
    names = list_words([f"{number} {gap.place}" for number, gap in enumerate(gaps, start=1)])
    found = "Where there are many reports and little in view"
    if gaps:
        found += f": {plural(len(gaps), 'place is', 'places are')} numbered, the busiest first"
    return Picture(
        png=drawn.png,
        svg=drawn.svg,
        alt=f"Map of {area.name} in hexagons. {found}" + (f": {names}." if gaps else "."),
        caption=found,
        note=(
            "Numbers as in the table below. Cameras are not drawn."
            f" {view.realm_words} Source: {view.source_words}"
        ),
    )
