"""What did a change of cameras achieve: in reports, in what cameras find, and next door?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from data.access import AccessError, Permission, authorise, visible_categories
from data.cctv_impact_views import CctvImpactView, ImpactOptions, SeriesEffect
from data.jobs import cctv_impact_words as words
from data.jobs.camera_estate import estate
from data.jobs.cctv_change import change_of, months_out
from data.jobs.cctv_outputs import outputs
from data.jobs.cctv_strands import Frame, effect_view, strand_view
from data.jobs.cctv_tests import EVENT_MONTHS, tested
from data.jobs.counts import area_counts
from data.jobs.coverage import source_words
from data.jobs.disclosure import disclosure_for
from data.jobs.interventions import place_words
from geo.periods import month_words, months_before
from geo.provenance import provenance
from geo.verdict import PLACE_WORDS, verdict
from geo.viz.months import months_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.access import Principal
    from data.jobs.cctv_change import Change
    from data.jobs.cctv_tests import Tested
    from data.workspace import Workspace
    from geo.provenance import Provenance
    from geo.verdict import PlaceKey
    from geo.windows import Windows

RESOLUTION: Final = 9
_CAUSE: Final = "Whether the cameras caused a change: other things changed in these months too."
_UNREPORTED: Final = "What nobody reported and no camera found."
_PROSECUTED: Final = "Whether evidence led to a prosecution: only the police can say."
_ALONE: Final = (
    "What cameras found is set against the same places before: other places have next to no finds"
    " to compare with."
)
_LOG_SHORT: Final = "the control room's log does not hold all months."
_TEST: Final = (
    "Poisson regression with an effect for every hexagon; 95% limits from how much hexagons differ"
    " (HC3), never narrower than chance"
)


def cctv_impact(
    ws: Workspace, principal: Principal, area_id: str, options: ImpactOptions
) -> CctvImpactView:
    """Return what a change of cameras achieved, as the principal may see it.

    Parameters
    ----------
    options
        Which cameras, from when, and how it is looked at.

    Raises
    ------
    AccessError
        Where the role may not see figures, or not the types that are asked for.
    DataError
        Where no start is known, there are no cameras, or they see nothing.
    GridError
        Where nothing in view lies in the area, or a type is unknown.

    Notes
    -----
    Reports by the public and partners, and what cameras found, are tested apart, on the same
    hexagons and months. Reports at dwellings are left out: cameras watch public places.
    """
    authorise(principal, Permission.VIEW)
    chosen = _allowed(principal, options)
    change = change_of(ws, area_id, chosen)
    counts = area_counts(ws, area_id, RESOLUTION)
    known = counts.reports.periods
    first = months_before(change.start, EVENT_MONTHS)
    looked_at = [m for m in known if first <= m <= (chosen.end or "9999-12")]
    out, outage_words = months_out(ws, counts.reports.area, change, looked_at)
    found = tested(ws, area_id, change, chosen, out)
    shown = words.Shown(disclosure_for(ws, principal, counts.reports).rule)
    return _view(ws, _Case(area_id, chosen, change, found, shown, outage_words))


def _allowed(principal: Principal, options: ImpactOptions) -> ImpactOptions:
    """Return the options with the types that the role may see."""
    allowed = visible_categories(principal.role)
    if allowed is None:
        return options
    if not set(options.categories) <= set(allowed):
        message = "This is measured by types of report that your role does not see."
        raise AccessError(message, "Ask the partnership intelligence analyst for the result.")
    return options if options.categories else replace(options, categories=tuple(allowed))


@dataclass(frozen=True, eq=False)
class _Case:
    """One change with everything that is known of it, to be laid out for a role."""

    area_id: str
    options: ImpactOptions
    change: Change
    found: Tested
    shown: words.Shown
    outage_words: str

    @property
    def windows(self) -> Windows:
        """Months that are compared."""
        return self.found.found.windows


def _view(ws: Workspace, case: _Case) -> CctvImpactView:
    found, windows = case.found, case.windows
    drawn, reports = found.found.zones, found.counts.reports
    said = verdict(found.found, delivered=1.0, nearby=_nearby(found))
    control_room = outputs(
        ws, case.area_id, windows.before, windows.after, case.shown.rule.threshold
    )
    return CctvImpactView(
        area_id=case.area_id,
        area_name=reports.area.name,
        options=case.options,
        scope=case.change.scope,
        scope_words=case.change.scope_words,
        change_words=case.change.what,
        place_words=place_words(found.counts, drawn.treated),
        start=case.change.start,
        end=case.options.end,
        before_months=windows.before,
        after_months=windows.after,
        compared_words=_compared(windows),
        **_said(case, said.place, said.place_sentence),
        outputs=control_room,
        treated_cells=drawn.treated,
        ring_cells=drawn.buffer,
        control_cells=drawn.control,
        match_words=words.match_words(drawn),
        outage_words=case.outage_words,
        context=_context(case),
        cannot_say=_cannot_say(found),
        caveats=_caveats(case, said.caveats),
        source_words=f"{source_words(reports)}.",
        methods=_methods(case),
        provenance=_provenance(ws, case),
        no_data=None if windows.after else windows.reason,
    )


def _said(case: _Case, place: PlaceKey, moved: str) -> dict[str, Any]:
    """Return verdict, kinds of report, whether anything moved, and the whole town's series."""
    found, windows = case.found, case.windows
    ratio = found.found.ratio
    diverged = ratio is not None and bool(ratio.pretrend_differs)
    frame = Frame(case.shown, case.change.start, case.options.end, found.unsaid, diverged)
    reported = strand_view("reported", found.reported, frame)
    finds = strand_view("cctv", found.cctv, frame)
    other = strand_view("other", found.other, frame)
    early = windows.state in {"not_started", "too_early"}
    key = words.verdict_key(reported.direction, finds.direction, early=early)
    fell = reported.direction == "fell"
    place = place if fell else "cannot_tell"
    moved = f"{PLACE_WORDS[place]}." if case.shown.rule.threshold else moved
    series, series_reason = _series(case)
    counted = any(pair and any(pair) for pair in (found.other.treated, found.other.control))
    told = words.verdict_sentence(
        key, reported.sentence, (finds.sentence, finds.direction), unsaid=found.unsaid
    )
    return {
        "verdict": key,
        "title": words.title_of(key, finds.direction),
        "sentence": f"{windows.reason} {told}".strip() if windows.after else windows.reason,
        "certainty_words": words.certainty_words(reported.effect, reported.smallest_change),
        "reported": reported,
        "found_by_cctv": finds,
        "other": other if counted else None,
        "displacement_verdict": place,
        "displacement_title": words.displacement_title(found.found, place, fell=fell),
        "displacement_sentence": words.displacement_words(found.found, fell=fell, sentence=moved),
        "series": series,
        "series_reason": series_reason,
    }


def _nearby(found: Tested) -> str:
    """Return what the streets around are called."""
    drawn = found.found.zones
    treated, around = (place_words(found.counts, c) for c in (drawn.treated, drawn.buffer))
    return "the streets around" if not around or around == treated else around


def _series(case: _Case) -> tuple[SeriesEffect | None, str]:
    """Return the whole town's series, or why there is none."""
    town = case.found.town
    if town is None:
        return None, case.found.town_reason
    other = town.difference if town.comparison is None else town.comparison.level
    level, comparison, difference = (
        effect_view(ratio, case.shown) for ratio in (town.series.level, other, town.difference)
    )
    sentence = words.series_sentence(town, difference)
    months = town.series.before, town.series.after
    return SeriesEffect(level, comparison, difference, *months, sentence), ""


def _context(case: _Case) -> tuple[str, ...]:
    """Return the dated events of the compared months."""
    span = [*case.windows.before, *case.windows.after] or [case.change.start]
    return tuple(
        f"{month_words(event.start)}: {event.title}"
        for event in case.found.counts.reports.area.events
        if event.start <= max(span) and (event.end or event.start) >= min(span)
    )


def _cannot_say(found: Tested) -> tuple[str, ...]:
    """Return what these data cannot say."""
    return (_CAUSE, *((words.UNSAID,) if found.unsaid else ()), _UNREPORTED, _PROSECUTED)


def _caveats(case: _Case, weakened: Sequence[str]) -> tuple[str, ...]:
    """Return what weakens the verdict."""
    found = case.found.found
    finds = case.found.cctv
    own: tuple[str, ...] = (_ALONE,) if finds.against_before else ()
    if finds.treated is not None and finds.windows.after != case.windows.after:
        own += (f"What cameras found is compared for {_compared(finds.windows)}: {_LOG_SHORT}",)
    least = case.shown.rule.threshold
    hidden = f"For your role, counts of 1 to {(least or 1) - 1} are hidden, and others rounded."
    restricted = (hidden,) if least else ()
    few = () if found.ratio is None else found.ratio.caveats
    weakened = [one for one in weakened if one not in few or "Trends differed" in one]
    return tuple(dict.fromkeys((*case.change.notes, *own, *weakened, *restricted)))


def _methods(case: _Case) -> tuple[tuple[str, str], ...]:
    """Return the "how computed" box."""
    drawn, test = case.found.found.zones, case.found.reported.effect
    sizes = (
        f"{len(drawn.treated)} in view, {len(drawn.buffer)} around, {len(drawn.control)} for"
        " comparison"
    )
    phi = "not known" if test.phi is None else f"{test.phi:.1f} times that of chance"
    return (
        ("Compared", _compared(case.windows) or case.windows.reason),
        ("Hexagons", sizes),
        ("Verdict rests on", _TEST),
        ("Hexagons without reports", f"{test.left_out}, left out: they say nothing"),
        ("Spread between hexagons", phi),
        ("Odds ratio", "Welsh and Farrington, for familiarity; above 1 is a fall"),
        ("Moved nearby", "As for every intervention, on reports alone"),
        ("Reports at dwellings", "Left out: cameras watch public places"),
    )


def _provenance(ws: Workspace, case: _Case) -> Provenance:
    """Return where the figures come from."""
    options, change, reports = case.options, case.change, case.found.counts.reports
    parameters: dict[str, object] = {
        "cameras": ",".join(one.key for one in change.cameras) or "a place",
        "categories": ",".join(options.categories) or "all",
        "cells": ",".join(change.cells),
        "end": options.end or "",
        "months": f"{options.pre_months} before, {options.post_months} after",
        "register": estate(ws, case.area_id).version,
        "start": change.start,
    }
    return provenance(reports.dataset_version, reports.area.version, parameters, seed=0)


def _compared(found: Windows) -> str:
    if not found.after:
        return ""
    return f"{months_words(found.after)} with {months_words(found.before)}"
