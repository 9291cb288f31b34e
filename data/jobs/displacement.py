"""Did it work, and did it move: what may be said of an intervention, and to whom?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from data.access import AccessError, Permission, Principal, authorise, visible_categories
from data.displacement_views import (
    DisplacementOptions,
    DisplacementView,
    PartView,
    VerdictView,
    WddView,
    WhatIfView,
)
from data.intervention_spec import InterventionSpec, spec_of
from data.intervention_views import InterventionView
from data.jobs import displacement_parts as parts
from data.jobs.disclosure import disclosure_for
from data.jobs.impact import (
    Impact,
    Task,
    counts_for,
    impact,
    impact_by_type,
    overlapping,
    planned_zones,
)
from data.jobs.impact_shifts import impact_by_shift
from data.jobs.interventions import BRITISH_TIME, listing, place_words, view
from data.jobs.wording import COUNT_UNITS
from data.store import interventions as register
from geo.displacement import planned_test
from geo.errors import SchemaError
from geo.provenance import provenance
from geo.verdict import Verdict, verdict

if TYPE_CHECKING:
    from data.jobs.counts import AreaCounts
    from data.jobs.disclosure import Disclosure
    from data.workspace import Workspace
    from geo.displacement import Evaluation

USUAL: Final = DisplacementOptions()
DUE_DAYS: Final = 31
"""A review is due for so many days after its date."""
NOT_REGISTERED: Final = (
    "Not in the register: nobody has said what was delivered, or chosen the comparison beforehand."
)
HARM_BESIDE: Final = "The verdict counts reports; the same test in harm stands beside it."


def evaluate(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    intervention: str | InterventionSpec,
    options: DisplacementOptions = USUAL,
) -> DisplacementView:
    """Return the verdict of an intervention, and every figure behind it.

    Parameters
    ----------
    intervention
        Key of the register, or something that is not in it, which is taken as delivered.
    options
        How it is looked at.

    Raises
    ------
    AccessError
        Where the role may not see interventions, or not the types that this one is measured by.
    StoreError
        Where there is none of this key.
    GridError
        Where no treated hexagon lies in the area.

    Notes
    -----
    That results of a registered intervention were seen is recorded once for each version of it and
    of the data, so that later changes can be told apart.
    """
    authorise(principal, Permission.VIEW)
    known = (
        view(ws, principal, area_id, intervention)
        if isinstance(intervention, str)
        else intervention
    )
    case = _case(ws, principal, (area_id, _registered(ws, area_id)), known, options)
    _remember(ws, principal, case)
    return _described(ws, case)


def evaluate_all(ws: Workspace, principal: Principal, area_id: str) -> tuple[VerdictView, ...]:
    """Return the verdicts of all interventions that were not cancelled, the last to start first.

    Those that are measured by types which the role may not see are left out.
    """
    today = ws.clock.now().astimezone(BRITISH_TIME).date()
    found = []
    views = listing(ws, principal, area_id)
    registered = {known.intervention_id: known.spec for known in views}
    for known in views:
        if known.stage == "cancelled" or not _may_see(principal, known.spec):
            continue
        case = _case(ws, principal, (area_id, registered), known, USUAL)
        _remember(ws, principal, case)
        effect, place = _sentences(case)
        found.append(
            VerdictView(
                known.intervention_id,
                known.spec.title,
                known.place_words,
                known.stage_words,
                known.next_review,
                known.stage != "closed" and _due(known.spec, today),
                case.said.effect,
                case.said.place,
                case.said.effect_title,
                case.said.place_title,
                effect,
                place,
            )
        )
    return tuple(found)


def what_if(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    cells: tuple[str, ...],
    fall_percent: float,
    *,
    categories: tuple[str, ...] = (),
) -> WhatIfView:
    """Return how many months it takes until a fall of so many per cent could be seen.

    Raises
    ------
    AccessError
        Where the role may not see interventions.
    SchemaError
        Where the fall is not between 0 and 100 per cent.
    """
    authorise(principal, Permission.VIEW)
    if not 0 < fall_percent < 100:  # noqa: PLR2004 - per cent
        message = f"A hoped-for fall lies between 0 and 100 per cent; found {fall_percent:g}."
        raise SchemaError(message, "Write 30 for a fall of 30%.")
    allowed = visible_categories(principal.role)
    chosen = categories if allowed is None else tuple(allowed)
    today = ws.clock.now().astimezone(BRITISH_TIME).date()
    spec = InterventionSpec("What if", "other", cells, today, categories=chosen)
    counts, _ = counts_for(ws, area_id, spec)
    others = overlapping(spec, list(_registered(ws, area_id).values()), USUAL)
    task = Task(spec, others, USUAL)
    cube, drawn, latest = planned_zones(counts, task)
    answer = planned_test(cube, drawn, latest, effect=fall_percent / 100)
    hidden = disclosure_for(ws, principal, counts.reports).rule.threshold is not None
    return WhatIfView(
        answer.months,
        None if hidden else answer.monthly_before,
        answer.reason if not hidden or answer.months else _UNSEEN.format(fall_percent),
        place_words(counts, cells),
        drawn.match,
        drawn.control,
        drawn.buffer,
        drawn.caveats,
    )


_UNSEEN: Final = "A fall of {:g}% would probably not be seen within three years."


@dataclass(frozen=True, eq=False)
class _Case:
    """One intervention with everything that is known of it, before a role's limits."""

    area_id: str
    known: InterventionView | None
    task: Task
    impact: Impact
    said: Verdict
    cannot: str
    shown_to: Disclosure


def _case(
    ws: Workspace,
    principal: Principal,
    where: tuple[str, dict[str, InterventionSpec]],
    intervention: InterventionSpec | InterventionView,
    options: DisplacementOptions,
) -> _Case:
    """Return the case of an intervention; ``where`` is its area and all that is registered."""
    area_id, registered = where
    known = intervention if isinstance(intervention, InterventionView) else None
    spec = intervention.spec if isinstance(intervention, InterventionView) else intervention
    if not _may_see(principal, spec):
        message = "This intervention is measured by types of report that your role does not see."
        raise AccessError(message, "Ask the partnership intelligence analyst for its result.")
    counts, cannot = counts_for(ws, area_id, spec)
    own = "" if known is None else known.intervention_id
    others = [other for key, other in registered.items() if key != own]
    task = Task(spec, overlapping(spec, others, options), options)
    tested = impact(counts, task)
    shown_to = disclosure_for(ws, principal, counts.reports)
    said = _judged(counts, tested, known, cannot)
    return _Case(area_id, known, task, tested, said, cannot, shown_to)


def _judged(
    counts: AreaCounts, tested: Impact, known: InterventionView | None, cannot: str
) -> Verdict:
    """Return what the tests allow to be said, with what weakens it."""
    treated = place_words(counts, tested.found.zones.treated)
    nearby = place_words(counts, tested.found.zones.buffer)
    said = verdict(
        tested.found,
        delivered=1.0 if known is None else known.spec.delivered_dose,
        nearby="the streets around it" if not nearby or nearby == treated else nearby,
        review="" if known is None else known.next_review,
    )
    first = (NOT_REGISTERED,) if known is None else known.late_changes
    instead = (f"{cannot} Reports are counted instead.",) if cannot else ()
    spec_lens = tested.counts.reports.counted.repeats is None
    harm = (HARM_BESIDE,) if spec_lens and known and known.spec.lens == "harm" else ()
    found_by = parts.origin_caveat(parts.origin_views(tested))
    caveats = (*first, *instead, *harm, *said.caveats, *found_by, *_events(counts, tested))
    return replace(said, caveats=tuple(dict.fromkeys(caveats)))


def _events(counts: AreaCounts, tested: Impact) -> tuple[str, ...]:
    """Return the dated facts of one side of the comparison that may explain a change."""
    windows = tested.found.windows

    def titles(months: tuple[str, ...]) -> list[str]:
        return [
            event.title
            for event in counts.reports.area.events
            if any(event.start <= month <= (event.end or event.start) for month in months)
        ]

    before, after = titles(windows.before), titles(windows.after)
    found = [title for title in [*after, *before] if (title in before) != (title in after)]
    return tuple(f"Keep in mind: {title}." for title in dict.fromkeys(found))


def _registered(ws: Workspace, area_id: str) -> dict[str, InterventionSpec]:
    """Return every intervention of the area as it is now, by its key."""
    with ws.store.read() as session:
        rows = register.interventions(session, area_id)
    return {row.intervention_id: spec_of(row.content) for row in rows}


def _may_see(principal: Principal, spec: InterventionSpec) -> bool:
    allowed = visible_categories(principal.role)
    return allowed is None or (bool(spec.categories) and set(spec.categories) <= set(allowed))


def _due(spec: InterventionSpec, today: date) -> bool:
    since = today - timedelta(days=DUE_DAYS)
    return any(since <= day <= today for day in spec.review_dates)


def _remember(ws: Workspace, principal: Principal, case: _Case) -> None:
    """Record that results of a registered intervention were seen, once for each of its versions."""
    known, said = case.known, case.said
    if known is None or case.impact.found.wdd is None:
        return
    data = case.impact.counts.reports.dataset_version
    with ws.store.read() as session:
        rows = register.evaluations(session, case.area_id, known.intervention_id)
    if any((row.version, row.dataset_version) == (known.version, data) for row in rows):
        return
    now, subject = ws.clock.now(), f"{case.area_id}/{known.intervention_id}"
    detail = {
        "version": known.version,
        "dataset_version": data,
        "verdict": said.effect,
        "displacement_verdict": said.place,
    }
    with ws.store.change(principal, "evaluate_intervention", subject, detail, now) as session:
        row = register.history(session, case.area_id, known.intervention_id)[known.version - 1]
        verdicts = (said.effect, said.place)
        figures = _figures(case)
        register.record_evaluation(session, principal, row, data, verdicts, figures, now)


def _figures(case: _Case) -> dict[str, Any]:
    found = case.impact.found
    zones = {str(zone.key): [zone.before, zone.after] for zone in parts.zone_views(found)}
    tested = parts.wdd_view(found.wdd, found.reason)
    shown = {
        name: [getattr(part, key) for key in ("estimate", "ci_low", "ci_high", "p")]
        for name, part in (
            ("local", tested.local),
            ("displacement", tested.displacement),
            ("total", tested.total),
        )
    }
    return {**zones, **shown}


def _sentences(case: _Case) -> tuple[str, str]:
    """Return effect and place in words, as the role may read them."""
    threshold = case.shown_to.rule.threshold
    if threshold is None:
        return case.said.effect_sentence, case.said.place_sentence
    zones = parts.rounded_zones(parts.zone_views(case.impact.found), threshold)
    return parts.rounded_sentences(zones, case.said)


def _described(ws: Workspace, case: _Case) -> DisplacementView:
    """Return the view as the role may see it."""
    tested, spec, said, known = case.impact, case.task.spec, case.said, case.known
    found, reports = tested.found, tested.counts.reports
    effect, place = _sentences(case)
    words = DisplacementView(
        area_id=case.area_id,
        area_name=reports.area.name,
        intervention_id=None if known is None else known.intervention_id,
        version=None if known is None else known.version,
        spec=spec,
        place_words=place_words(tested.counts, found.zones.treated),
        verdict=said.effect,
        displacement_verdict=said.place,
        tested=said.tested,
        title=said.effect_title,
        displacement_title=said.place_title,
        sentence=effect,
        displacement_sentence=place,
        power_sentence=said.power_sentence,
        reason=found.reason,
        compared_words=parts.compared_words(found),
        dose_words="" if known is None else spec.dose_words,
        caveats=(*said.caveats, *case.shown_to.caveats),
        control_changes=() if known is None else known.late_changes,
        zones=parts.zone_views(found),
        gap_cells=found.zones.gap,
        overlaps=parts.overlap_views(found),
        match="chosen" if tested.chosen and found.zones.control else found.zones.match,
        unit=COUNT_UNITS["reports" if case.cannot else spec.lens][1],
        alpha=case.task.options.alpha,
        methods=parts.methods(tested),
        provenance=provenance(
            reports.dataset_version, reports.area.version, _parameters(case.task), seed=0
        ),
        wdd=parts.wdd_view(found.wdd, found.reason),
        wdq_reason=found.reason,
    )
    threshold = case.shown_to.rule.threshold
    if threshold is not None:
        return _without_figures(words, threshold)
    return _with_details(_with_tests(words, found), ws, case)


def _with_tests(view_: DisplacementView, found: Evaluation) -> DisplacementView:
    """Return the view with the figures of the further tests."""
    if found.wdd is None or found.ratio is None or found.placebo is None or found.wdq is None:
        return view_
    effect = found.ratio.effect
    return replace(
        view_,
        poisson=parts.wdd_view(found.poisson, ""),
        poisson_adjusted=parts.wdd_view(found.poisson_adjusted, ""),
        harm=None if found.harm is None else parts.wdd_view(found.harm, ""),
        phi=found.wdd.phi,
        wdq=found.wdq.quotient,
        wdq_reason=found.wdq.reason,
        irr=effect.irr,
        irr_low=effect.ci_low,
        irr_high=effect.ci_high,
        irr_p=effect.p,
        trend_differs=found.ratio.pretrend_differs,
        placebo_p=found.placebo.p,
        placebo_sets=found.placebo.n,
        placebo_sentence=found.placebo.sentence,
        min_detectable=parts.least_fall(found),
        min_detectable_share=found.smallest_fall,
        guard_sentence="" if found.guard is None else found.guard.sentence,
    )


def _with_details(view_: DisplacementView, ws: Workspace, case: _Case) -> DisplacementView:
    """Return the view with what changed where, in which types, by whom found, and when."""
    tested = case.impact
    shifts, shifts_words = impact_by_shift(ws, tested)
    return replace(
        view_,
        rings=parts.ring_views(tested.found),
        rises=parts.rise_views(tested.found, tested.counts),
        types=parts.type_views(impact_by_type(tested.counts, case.task)),
        shifts=parts.type_views(shifts),
        shifts_words=shifts_words,
        origins=parts.origin_views(tested),
        series=parts.month_views(tested),
        saved=parts.saved_views(tested),
    )


def _without_figures(words: DisplacementView, threshold: int) -> DisplacementView:
    """Return words, and totals in steps of five, for roles that may not see small numbers."""
    nothing = PartView(None, None, None, None, None, parts.NOT_SHOWN)
    return replace(
        words,
        caveats=tuple(c for c in words.caveats if not c.startswith(parts.FOUND_WORDS)),
        zones=parts.rounded_zones(words.zones, threshold),
        reason=words.title if words.reason else "",
        wdd=WddView(nothing, nothing, nothing),
        wdq_reason=parts.NOT_SHOWN,
    )


def _parameters(task: Task) -> dict[str, object]:
    spec, options = task.spec, task.options
    chosen = spec.design.control_cells
    return {
        "alpha": options.alpha,
        "categories": ",".join(spec.categories) or "all",
        "control": "matched" if chosen is None else ",".join(chosen),
        "end": spec.end_month or "",
        "gap": int(spec.design.gap_ring),
        "lens": spec.lens,
        "months": f"{options.pre_months} before, {options.post_months} after",
        "others": "; ".join(sorted(other.title for other in task.others)),
        "rings": options.rings or spec.design.rings,
        "start": spec.start_month,
        "treated": ",".join(spec.treated_cells),
    }
