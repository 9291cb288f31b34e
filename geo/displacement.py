"""What do all the tests say about one intervention, in its treated cells and around them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.errors import SchemaError
from geo.placebo import Placebo, placebo
from geo.ratio import Panel, RatioDid, ratio_did
from geo.rings import Ring, Rise, largest_rises, rings
from geo.wdd import ALPHA, Wdd, Weights, ZoneCounts, harm_wdd, wdd
from geo.wdd_months import (
    Guard,
    WhatIf,
    ZoneSeries,
    detectable,
    high_before_start,
    monthly_wdd,
    what_if,
)
from geo.wdq import Wdq, wdq
from geo.windows import Windows, left_out_words, windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.cells import StudyCells
    from geo.cube import SpaceTimeCube
    from geo.zones import Zones

__all__ = [
    "ByCategory",
    "Evaluation",
    "Plan",
    "by_category",
    "evaluate",
    "level_before",
    "plan_windows",
    "planned_test",
    "zone_series",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """When an intervention ran, and how it is looked at.

    Attributes
    ----------
    start, end
        First month ``YYYY-MM``, and the last one; None while it runs.
    pre_months, post_months, breaks
        As in `geo.windows.windows`.
    alpha
        0.1 gives 90 % limits.
    seed
        Of the choice of other places.
    """

    start: str
    end: str | None = None
    pre_months: int = 12
    post_months: int = 12
    breaks: tuple[str, ...] = ()
    alpha: float = ALPHA
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.alpha <= 0.5:  # noqa: PLR2004 - wider than one in two says nothing
            message = f"Alpha must be above 0 and at most 0.5; found {self.alpha}."
            raise SchemaError(message, "0.1 is usual.")


@dataclass(frozen=True)
class Evaluation:
    """Every figure about one intervention; what could not be told is None, with a reason.

    Attributes
    ----------
    plan, windows, zones
        What was compared with what.
    counts
        Reports of each zone in the paired months. None when there are no pairs.
    wdd
        The test with limits that the months give: verdicts use this one.
    poisson, poisson_adjusted
        The published form, and the same with its error times the root of phi.
    harm
        The published form in harm, overdispersion allowed for. None without weights.
    wdq, ratio, placebo
        Further tests.
    rings, rises
        Where things changed.
    expected
        Reports that the treated cells would have had after, had they changed as the comparison.
    smallest_fall
        Smallest fall that would be found four times in five, as a share of ``expected``. Above 1
        not even the end of all reports would be.
    guard
        Whether the place was unusually high before.
    reason
        Why there is no test; empty when there is one.
    caveats
        Sentences.
    """

    plan: Plan
    windows: Windows
    zones: Zones
    counts: ZoneCounts | None
    wdd: Wdd | None
    poisson: Wdd | None
    poisson_adjusted: Wdd | None
    harm: Wdd | None
    wdq: Wdq | None
    ratio: RatioDid | None
    placebo: Placebo | None
    rings: tuple[Ring, ...]
    rises: tuple[Rise, ...]
    expected: float | None
    smallest_fall: float | None
    guard: Guard | None
    reason: str
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class ByCategory:
    """The test of one category of reports."""

    category: str
    counts: ZoneCounts
    wdd: Wdd | None
    reason: str = ""


def plan_windows(cube: SpaceTimeCube, plan: Plan) -> Windows:
    """Return the months of the cube that the plan compares."""
    return windows(
        cube.observed_months(),
        plan.start,
        plan.end,
        pre_months=plan.pre_months,
        post_months=plan.post_months,
        breaks=plan.breaks,
    )


def level_before(cube: SpaceTimeCube, found: Windows) -> Floats:
    """Return reports of each cell in the months of the history, for `geo.zones.zones`."""
    position = {month: t for t, month in enumerate(cube.periods)}
    months = [position[month] for month in found.history]
    return np.asarray(cube.panel()[:, months], dtype=np.float64)


def zone_series(cube: SpaceTimeCube, drawn: Zones) -> ZoneSeries:
    """Return the monthly reports of each zone; months without data hold zeros that are not read."""
    panel = cube.panel().astype(np.float64)
    position = {cell: i for i, cell in enumerate(cube.cells)}

    def summed(cells: Sequence[str]) -> Floats:
        return np.asarray(panel[[position[cell] for cell in cells]].sum(axis=0))

    return ZoneSeries(
        cube.periods,
        summed(drawn.treated),
        summed(drawn.control),
        summed(drawn.buffer),
        summed(drawn.control_buffer),
    )


def planned_test(
    cube: SpaceTimeCube, drawn: Zones, found: Windows, *, effect: float = 0.3
) -> WhatIf:
    """Return how long it would take to see a fall of ``effect``, before anything is done."""
    return what_if(zone_series(cube, drawn), found.history, effect=effect)


def evaluate(
    cube: SpaceTimeCube,
    study: StudyCells,
    drawn: Zones,
    plan: Plan,
    *,
    harm: Mapping[str, float] | None = None,
) -> Evaluation:
    """Return every test of one intervention.

    Parameters
    ----------
    cube
        Reports of the study cells.
    study
        The same cells.
    drawn
        From `geo.zones.zones`, made before looking at the months after the start.
    plan
        When it ran.
    harm
        Harm of one report by category, for the test in harm.

    Raises
    ------
    SchemaError
        When cube and study differ, or a category has no harm.

    Notes
    -----
    With fewer than 20 reports in treated and comparison cells, or 5 in the treated ones before,
    counts alone are given.
    """
    if cube.cells != study.cells:
        message = "The cube holds other cells than the study area."
        raise SchemaError(message, "Build both from the same area and resolution.")
    found = plan_windows(cube, plan)
    caveats = _caveats(drawn, found)
    if not found.after:
        return _untested(plan, found, drawn, None, found.reason, caveats)
    series = zone_series(cube, drawn)
    counts = series.counts(found)
    reason = found.reason or _no_comparison(drawn) or counts.too_few()
    if not reason and counts.control[0] == 0:
        reason = "The comparison cells had no report before. Only the counts can be shown."
    if reason:
        return _untested(plan, found, drawn, counts, reason, caveats)
    return _tested(_Case(cube, study, drawn, plan, found), series, counts, caveats, harm)


def by_category(
    cube: SpaceTimeCube, drawn: Zones, plan: Plan, *, categories: Sequence[str] = ()
) -> tuple[ByCategory, ...]:
    """Return the test of each category on the same cells and months; an empty sequence is all.

    Notes
    -----
    With many categories one in ten lies outside its 90 % limits by chance: read them as hints.
    """
    found = plan_windows(cube, plan)
    results = []
    for name in categories or cube.categories:
        series = zone_series(cube.only((name,)), drawn)
        if not found.after:
            results.append(ByCategory(name, ZoneCounts((0, 0), (0, 0)), None, found.reason))
            continue
        counts = series.counts(found)
        reason = found.reason or _no_comparison(drawn) or counts.too_few()
        tested = None if reason else monthly_wdd(series, found, alpha=plan.alpha)
        results.append(ByCategory(name, counts, tested, reason))
    return tuple(results)


@dataclass(frozen=True, eq=False)
class _Case:
    """One intervention with the data that it is tested on."""

    cube: SpaceTimeCube
    study: StudyCells
    drawn: Zones
    plan: Plan
    found: Windows

    def per_cell(self, months: Sequence[str]) -> Floats:
        """Return the reports of each study cell in the months, shape (n,)."""
        position = {month: t for t, month in enumerate(self.cube.periods)}
        columns = [position[month] for month in months]
        return np.asarray(self.cube.panel()[:, columns].sum(axis=1), dtype=np.float64)

    def marks(self, cells: Sequence[str]) -> NDArray[np.bool_]:
        """Return which study cells are among the given ones, shape (n,)."""
        chosen = set(cells)
        return np.array([cell in chosen for cell in self.study.cells])


def _tested(
    case: _Case,
    series: ZoneSeries,
    counts: ZoneCounts,
    caveats: list[str],
    harm: Mapping[str, float] | None,
) -> Evaluation:
    plan, found, drawn = case.plan, case.found, case.drawn
    main = monthly_wdd(series, found, alpha=plan.alpha)
    weights = _weights(counts)
    before, after = case.per_cell(found.before), case.per_cell(found.after)
    growth = counts.control[1] / counts.control[0]
    expected = counts.treated[0] * growth
    least = detectable(main.local, alpha=plan.alpha)
    ratio = ratio_did(_panel(case))
    return Evaluation(
        plan=plan,
        windows=found,
        zones=drawn,
        counts=counts,
        wdd=main,
        poisson=wdd(counts, weights=weights, alpha=plan.alpha),
        poisson_adjusted=wdd(counts, weights=weights, alpha=plan.alpha, phi=main.phi),
        harm=None if harm is None else _harm(case, weights, main.phi, harm),
        wdq=wdq(counts.treated, counts.buffer, counts.control),
        ratio=ratio,
        placebo=placebo(
            before,
            after,
            case.marks(drawn.treated),
            case.marks(drawn.pool),
            case.study,
            seed=plan.seed,
        ),
        rings=rings(before, after, drawn, case.study, phi=main.phi),
        rises=_rises(case, before, after, growth, main.phi),
        expected=expected,
        smallest_fall=None if least is None or expected == 0 else least / expected,
        guard=high_before_start(series, found, plan.start),
        reason="",
        caveats=(*caveats, *ratio.caveats),
    )


def _rises(
    case: _Case, before: Floats, after: Floats, growth: float, phi: float
) -> tuple[Rise, ...]:
    """Return the largest rises outside the treated cells."""
    if growth <= 0:
        return ()
    outside = ~case.marks(case.drawn.treated)
    cells = [cell for cell, out in zip(case.study.cells, outside, strict=True) if out]
    return largest_rises(before[outside], after[outside], cells, growth=growth, phi=phi)


def _weights(counts: ZoneCounts) -> Weights:
    """Return weights that bring each comparison to the level of what it is compared with."""

    def level(place: tuple[float, float], comparison: tuple[float, float]) -> float:
        return comparison[0] / place[0] if place[0] > 0 and comparison[0] > 0 else 1.0

    return Weights(
        control=level(counts.treated, counts.control),
        control_buffer=level(counts.buffer, counts.control_buffer),
    )


def _panel(case: _Case) -> Panel:
    """Return treated and comparison cells in all months of the history and of those after."""
    months = [*case.found.history, *case.found.after]
    position = {month: t for t, month in enumerate(case.cube.periods)}
    columns = [position[month] for month in months]
    cells = [*case.drawn.treated, *case.drawn.control]
    where = case.study.positions()
    counts = case.cube.panel()[[where[cell] for cell in cells]][:, columns]
    treated = np.arange(len(cells)) < len(case.drawn.treated)
    post = np.arange(len(months)) >= len(case.found.history)
    time = np.array(columns, dtype=np.float64)
    return Panel(counts.astype(np.float64), treated, post, time)


def _harm(case: _Case, weights: Weights, phi: float, harm: Mapping[str, float]) -> Wdd:
    unknown = sorted(set(case.cube.categories) - set(harm))
    if unknown:
        message = f"{len(unknown)} categories have no harm weight; the first is {unknown[0]!r}."
        raise SchemaError(message, "Leave them out of the cube, or choose another scheme.")
    parts = []
    for name in case.cube.categories:
        series = zone_series(case.cube.only((name,)), case.drawn)
        parts.append((series.counts(case.found), harm[name]))
    return harm_wdd(parts, weights=weights, alpha=case.plan.alpha, phi=phi)


def _no_comparison(drawn: Zones) -> str:
    if drawn.control:
        return ""
    return "There are no comparison cells. Only the counts before and after can be shown."


def _caveats(drawn: Zones, found: Windows) -> list[str]:
    gaps = left_out_words(found)
    overlaps = [overlap.sentence for overlap in drawn.overlaps]
    return [*drawn.caveats, *overlaps, *([gaps] if gaps else [])]


def _untested(
    plan: Plan,
    found: Windows,
    drawn: Zones,
    counts: ZoneCounts | None,
    reason: str,
    caveats: list[str],
) -> Evaluation:
    return Evaluation(
        plan=plan,
        windows=found,
        zones=drawn,
        counts=counts,
        wdd=None,
        poisson=None,
        poisson_adjusted=None,
        harm=None,
        wdq=None,
        ratio=None,
        placebo=None,
        rings=(),
        rises=(),
        expected=None,
        smallest_fall=None,
        guard=None,
        reason=reason,
        caveats=tuple(caveats),
    )
