"""What do the tests say of places in view of changed cameras, for reports and for finds apart?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from data.intervention_spec import spec_of
from data.jobs.cctv_counted import kind_of, reported_origins
from data.store import interventions as register
from geo.displacement import Plan, evaluate, level_before, plan_windows, zone_series
from geo.event_study import EventMonth, event_study
from geo.fixed_effects import FixedEffects, fixed_effects, own_change
from geo.interrupted import Contrast, contrast
from geo.periods import SOURCE_BREAKS, month_index, months_before
from geo.ratio import undefined_ratio
from geo.relative_effect import RelativeEffect, relative_effect
from geo.zones import Other, ZoneRules, zones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.cctv_impact_views import ImpactOptions
    from data.jobs.cctv_change import Change
    from data.jobs.cctv_counted import Kind
    from data.jobs.counts import AreaCounts
    from data.workspace import Workspace
    from geo.cells import StudyCells
    from geo.cube import SpaceTimeCube
    from geo.displacement import Evaluation
    from geo.schema import Origin
    from geo.wdd_months import ZoneSeries
    from geo.windows import Windows
    from geo.zones import Zones

Floats = NDArray[np.float64]
Pair = tuple[int, int]

EVENT_MONTHS: Final = 12
"""So many months before the start are shown month by month."""
REPORTS_NEEDED: Final = 20
CONTROLS_WANTED: Final = 20
"""A few hexagons in view take so many for comparison: these tell how much places differ."""
WHOLE_TOWN: Final = 0.5
"""From this share of the hexagons in view on, the town itself is what changed."""
_CONTROLS_EACH: Final = 4
BESIDE: Final = "Other cameras that changed then"
_NOBODY_SAYS: Final = "These data do not say what cameras found."


@dataclass(frozen=True, eq=False)
class StrandTest:
    """One kind of report: counts by zone, the test, and months.

    Attributes
    ----------
    treated, ring, control
        Reports before and after; None without months to compare.
    effect, against
        The test, and whether it is set against comparison places or only the same places before.
    odds
        The relative effect size of the four counts.
    events
        Month by month against the comparison.
    series
        Monthly reports by zone.
    observed
        Months that can be told.
    """

    treated: Pair | None
    ring: Pair | None
    control: Pair | None
    effect: FixedEffects
    against_before: bool
    odds: RelativeEffect
    events: tuple[EventMonth, ...]
    series: ZoneSeries
    observed: tuple[str, ...]
    windows: Windows


@dataclass(frozen=True, eq=False)
class Tested:
    """Everything that was tested of one change."""

    counts: AreaCounts
    found: Evaluation
    reported: StrandTest
    cctv: StrandTest
    other: StrandTest
    town: Contrast | None
    town_reason: str
    unsaid: bool
    """Whether reports of unknown origin are the ones that are judged."""


@dataclass(frozen=True)
class _Question:
    """What is asked of the counts; equal questions on equal data have equal answers."""

    start: str
    end: str | None
    cells: tuple[str, ...]
    categories: tuple[str, ...]
    pre_months: int
    post_months: int
    out: tuple[str, ...]
    centre: bool
    beside: tuple[str, ...]


def tested(
    ws: Workspace,
    area_id: str,
    change: Change,
    options: ImpactOptions,
    out: tuple[str, ...],
) -> Tested:
    """Return what the tests say; ``out`` are months that outages spoil.

    Raises
    ------
    GridError
        When no hexagon in view lies in the area, or a type is unknown.
    """
    asked = _Question(
        change.start, options.end, change.cells, options.categories, options.pre_months,
        options.post_months, out, change.scope == "centre", change.beside,
    )  # fmt: skip
    with ws.store.read() as session:
        rows = register.interventions(session, area_id)
    others = tuple(
        (spec.title, spec.treated_cells, spec.start_month, spec.end_month)
        for spec in (spec_of(row.content) for row in rows)
        if spec.status != "cancelled" and not spec.kind.startswith("cctv_")
    )
    reported, unsaid = reported_origins(ws, area_id)
    rest: tuple[Origin, ...] = ("police",) if unsaid else ("police", "unknown")
    kinds = (kind_of(ws, area_id, reported), kind_of(ws, area_id, ("cctv",)),
             kind_of(ws, area_id, rest))  # fmt: skip
    return _tested(kinds, asked, others, unsaid=unsaid)


@lru_cache(maxsize=32)
def _tested(
    kinds: tuple[Kind, Kind, Kind],
    asked: _Question,
    others: tuple[tuple[str, tuple[str, ...], str, str | None], ...],
    *,
    unsaid: bool,
) -> Tested:
    counts = kinds[0].counts
    reports, finds, rest = (kind.cube.only(asked.categories) for kind in kinds)
    plan = _plan(counts, asked)
    drawn = _zones(counts.study, reports, asked, plan, others)
    found = evaluate(reports, counts.study, drawn, plan)
    reported = _strand(reports, drawn, plan, asked)
    town, reason = _town(reports, drawn, asked, plan.breaks)
    return Tested(
        counts,
        found,
        reported,
        _finds(finds, drawn, plan, asked, reported.effect),
        _strand(rest, drawn, plan, asked),
        town,
        reason,
        unsaid,
    )


def _plan(counts: AreaCounts, asked: _Question) -> Plan:
    sources = counts.reports.sources
    breaks = sorted({b.month for source in sources for b in SOURCE_BREAKS.get(source, ())})
    return Plan(
        asked.start,
        asked.end,
        pre_months=asked.pre_months,
        post_months=asked.post_months,
        breaks=tuple(breaks),
    )


def _zones(
    study: StudyCells,
    cube: SpaceTimeCube,
    asked: _Question,
    plan: Plan,
    others: Sequence[tuple[str, tuple[str, ...], str, str | None]],
) -> Zones:
    """Return the hexagons in view, those around, and the comparison, as for any intervention."""
    found = plan_windows(cube, plan)
    span = [*found.before, *found.after]
    beside = tuple(sorted(set(asked.beside) & set(study.cells) - set(asked.cells)))
    claims = [Other(BESIDE, beside)] if beside else []
    for title, cells, start, end in others:
        inside = tuple(sorted(set(cells) & set(study.cells)))
        if inside and span and start <= max(span) and (end is None or end >= min(span)):
            claims.append(Other(title, inside, zones(inside, study).buffer))
    history = level_before(cube, found) if found.history else None
    in_view = max(1, len(set(asked.cells) & set(study.cells)))
    rules = ZoneRules(most_controls=max(_CONTROLS_EACH, math.ceil(CONTROLS_WANTED / in_view)))
    return zones(asked.cells, study, others=claims, rules=rules, history=history)


def _strand(cube: SpaceTimeCube, drawn: Zones, plan: Plan, asked: _Question) -> StrandTest:
    """Return one kind of report, tested against comparison places."""
    series, found = zone_series(cube, drawn), plan_windows(cube, plan)
    known = bool(found.after)
    sums = series.counts(found)
    treated, ring, control = (
        (round(pair[0]), round(pair[1])) if known else None
        for pair in (sums.treated, sums.buffer, sums.control)
    )
    effect = _against_comparison(cube, drawn, found)
    if known and sums.too_few():
        few = undefined_ratio(_too_few(sums.treated, sums.control))
        effect = FixedEffects(few, None, None, effect.used, effect.left_out)
    return StrandTest(
        treated,
        ring,
        control,
        effect,
        against_before=False,
        odds=relative_effect(sums.treated, sums.control, phi=effect.phi),
        events=_events(cube, drawn, asked),
        series=series,
        observed=cube.observed_months(),
        windows=found,
    )


def _too_few(treated: tuple[float, float], control: tuple[float, float]) -> str:
    total = sum(treated) + sum(control)
    return (
        f"{total:,.0f} reports in view and in comparison places are too few for a test. Only the"
        " counts can be shown."
    )


def _per_cell(cube: SpaceTimeCube, cells: Sequence[str], months: Sequence[str]) -> Floats:
    """Return reports of cells in the months, each month as often as it is named."""
    position = {cell: i for i, cell in enumerate(cube.cells)}
    at = {month: t for t, month in enumerate(cube.periods)}
    rows, columns = [position[c] for c in cells], [at[m] for m in months]
    return np.asarray(cube.panel()[rows][:, columns].sum(axis=1), dtype=np.float64)


def _against_comparison(cube: SpaceTimeCube, drawn: Zones, found: Windows) -> FixedEffects:
    cells = [*drawn.treated, *drawn.control]
    before, after = (_per_cell(cube, cells, months) for months in (found.before, found.after))
    marks = np.arange(len(cells)) < len(drawn.treated)
    change = fixed_effects(before, after, marks)
    reason = found.reason or ("" if drawn.control else "There are no comparison places.")
    if not reason:
        return change
    return FixedEffects(undefined_ratio(reason), None, None, change.used, change.left_out)


def _finds(
    cube: SpaceTimeCube, drawn: Zones, plan: Plan, asked: _Question, like: FixedEffects
) -> StrandTest:
    """Return what cameras found: where others found next to nothing, against the same places."""
    strand = _strand(cube, drawn, plan, asked)
    found = strand.windows
    if not strand.observed:
        nothing = FixedEffects(undefined_ratio(_NOBODY_SAYS), None, None, 0, 0)
        return replace(strand, effect=nothing, treated=None, ring=None, control=None, events=())
    if strand.treated is None or found.reason:
        return strand
    if sum(strand.control or ()) >= REPORTS_NEEDED and strand.effect.effect.irr is not None:
        return strand
    before, after = (_per_cell(cube, drawn.treated, m) for m in (found.before, found.after))
    change = own_change(before, after, like=like)
    if sum(strand.treated) < REPORTS_NEEDED:
        few = f"{sum(strand.treated)} finds in view are too few for a test."
        change = FixedEffects(undefined_ratio(few), None, None, change.used, change.left_out)
    return replace(strand, effect=change, against_before=True, events=())


def _events(cube: SpaceTimeCube, drawn: Zones, asked: _Question) -> tuple[EventMonth, ...]:
    """Return the months about the start; those without data or with outages are left out."""
    first, last = months_before(asked.start, EVENT_MONTHS), asked.end or "9999-12"
    shown = [m for m in cube.periods if first <= m <= last]
    if not shown:
        return ()
    cells = [*drawn.treated, *drawn.control]
    position = {cell: i for i, cell in enumerate(cube.cells)}
    at = {month: t for t, month in enumerate(cube.periods)}
    panel = cube.panel()[[position[c] for c in cells]][:, [at[m] for m in shown]]
    zero, observed = month_index(asked.start), set(cube.observed_months())
    return event_study(
        panel.astype(np.float64),
        np.arange(len(cells)) < len(drawn.treated),
        np.array([month_index(m) - zero for m in shown], dtype=np.int64),
        np.array([m not in observed or m in asked.out for m in shown], dtype=np.bool_),
    )


def _town(
    cube: SpaceTimeCube, drawn: Zones, asked: _Question, breaks: tuple[str, ...]
) -> tuple[Contrast | None, str]:
    """Return the step of all that is in view, against all that is not; why not, if so."""
    if not asked.centre and len(drawn.treated) < WHOLE_TOWN * len(cube.cells):
        return None, "Only some cameras changed, so comparison places are the better guide."
    since = max((b for b in breaks if b <= asked.start), default="0000-01")
    until = min((b for b in breaks if b > asked.start), default="9999-12")
    months = [m for m in cube.observed_months() if since <= m < until]
    months = [m for m in months if asked.end is None or m <= asked.end]
    near = {*drawn.treated, *drawn.buffer, *drawn.gap}
    rest = [cell for cell in cube.cells if cell not in near]
    at = {month: t for t, month in enumerate(cube.periods)}
    panel = cube.panel().astype(np.float64)[:, [at[m] for m in months]]
    position = {cell: i for i, cell in enumerate(cube.cells)}
    mine = panel[[position[c] for c in drawn.treated]].sum(axis=0)
    other = panel[[position[c] for c in rest]].sum(axis=0) if rest else None
    time = [month_index(m) for m in months]
    return contrast(mine, other, time, month_index(asked.start)), ""
