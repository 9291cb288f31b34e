"""Which hexagons and months is an intervention tested on here, and what do the tests say?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from data.jobs.analysis import LENS_SCHEME
from data.jobs.counts import area_counts
from data.jobs.repeats import repeat_groups
from data.views import EVERY_REPORT, USUAL_RULE, Counted
from geo.displacement import (
    Evaluation,
    Plan,
    by_category,
    evaluate,
    level_before,
    plan_windows,
    zone_series,
)
from geo.errors import GridError
from geo.impact_path import ImpactPath, impact_path
from geo.periods import SOURCE_BREAKS, month_index, months_before
from geo.windows import Windows
from geo.zones import Other, ZoneRules, Zones, zones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.displacement_views import DisplacementOptions
    from data.intervention_spec import InterventionSpec
    from data.jobs.counts import AreaCounts
    from data.workspace import Workspace
    from geo.cells import StudyCells
    from geo.cube import SpaceTimeCube
    from geo.displacement import ByCategory
    from geo.wdd_months import ZoneSeries

RESOLUTION: Final = 9
HISTORY_MONTHS: Final = 24


@dataclass(frozen=True)
class Task:
    """One intervention with what it is tested against; equal tasks give equal results."""

    spec: InterventionSpec
    others: tuple[InterventionSpec, ...]
    options: DisplacementOptions

    @property
    def rules(self) -> ZoneRules:
        """How its zones are drawn."""
        return _rules(self.spec, self.options.rings)


@dataclass(frozen=True, eq=False)
class Impact:
    """What was counted for one intervention, and what the tests say."""

    counts: AreaCounts
    cube: SpaceTimeCube
    found: Evaluation
    series: ZoneSeries
    path: ImpactPath
    chosen: bool
    """Whether people chose the comparison hexagons."""


def counts_for(ws: Workspace, area_id: str, spec: InterventionSpec) -> tuple[AreaCounts, str]:
    """Return the counts that the outcome measure needs, and why they cannot be had, if so.

    Where separate incidents cannot be told, the counts are those of reports.
    """
    if spec.lens != "estimated":
        return area_counts(ws, area_id, RESOLUTION, EVERY_REPORT), ""
    cannot = repeat_groups(ws, area_id, USUAL_RULE).reason
    counted = EVERY_REPORT if cannot else Counted(repeats=USUAL_RULE)
    return area_counts(ws, area_id, RESOLUTION, counted), cannot


def overlapping(
    spec: InterventionSpec, others: Sequence[InterventionSpec], options: DisplacementOptions
) -> tuple[InterventionSpec, ...]:
    """Return the interventions that run at some time of the compared months, sorted by title."""
    first = months_before(spec.start_month, options.pre_months)
    last = months_before(spec.start_month, 1 - options.post_months)
    last = min(last, spec.end_month or last)
    found = [
        other
        for other in others
        if other.status != "cancelled"
        and other.start_month <= last
        and (other.end_month is None or other.end_month >= first)
    ]
    return tuple(sorted(found, key=lambda other: (other.title, other.start)))


@lru_cache(maxsize=128)
def impact(counts: AreaCounts, task: Task) -> Impact:
    """Return what the tests say; the newest results are kept in memory.

    Raises
    ------
    GridError
        When no treated hexagon lies in the area, or none of the types is known.
    """
    cube, plan = cube_of(counts, task.spec), _plan(counts, task)
    drawn, chosen = _drawn(counts.study, cube, task, plan)
    found = evaluate(cube, counts.study, drawn, plan, harm=_harm(cube))
    series = zone_series(cube, drawn)
    return Impact(
        counts, cube, found, series, impact_path(series, found.windows, found.wdd), chosen
    )


@lru_cache(maxsize=64)
def impact_by_type(counts: AreaCounts, task: Task) -> tuple[ByCategory, ...]:
    """Return the test of each type of report, on the same hexagons and months."""
    known = impact(counts, task)
    return by_category(known.cube, known.found.zones, known.found.plan)


def planned_zones(counts: AreaCounts, task: Task) -> tuple[SpaceTimeCube, Zones, Windows]:
    """Return what a test would be made on if the intervention started now."""
    cube = cube_of(counts, task.spec)
    latest = _latest(cube, _breaks(counts))
    others = _claims(task, counts.study)
    history = level_before(cube, latest) if latest.history else None
    drawn = zones(
        task.spec.treated_cells, counts.study, others=others, rules=task.rules, history=history
    )
    return cube, drawn, latest


def cube_of(counts: AreaCounts, spec: InterventionSpec) -> SpaceTimeCube:
    """Return what is counted: the chosen types, without reports at known default locations.

    Raises
    ------
    GridError
        When none of the types is known, or none has harm.
    """
    cube = counts.spot_cube
    wanted = [name for name in spec.categories or cube.categories if name in cube.categories]
    if spec.lens == "harm":
        weighed = {name for name, _ in LENS_SCHEME.weights}
        wanted = [name for name in wanted if name in weighed]
    if not wanted and cube.categories:
        message = "None of the chosen types is among the reports of this area."
        raise GridError(message, f"Choose from: {', '.join(cube.categories)}.")
    return cube.only(wanted)


def _plan(counts: AreaCounts, task: Task) -> Plan:
    spec, options = task.spec, task.options
    return Plan(
        spec.start_month,
        spec.end_month,
        pre_months=options.pre_months,
        post_months=options.post_months,
        breaks=_breaks(counts),
        alpha=options.alpha,
    )


def _breaks(counts: AreaCounts) -> tuple[str, ...]:
    sources = counts.reports.sources
    return tuple(sorted({b.month for source in sources for b in SOURCE_BREAKS.get(source, ())}))


def _rules(spec: InterventionSpec, rings: int | None = None) -> ZoneRules:
    return ZoneRules(rings=rings or spec.design.rings, gap=int(spec.design.gap_ring))


def _claims(task: Task, study: StudyCells) -> tuple[Other, ...]:
    """Return the hexagons that the other interventions claim."""
    claims = (_claim(other, study) for other in task.others)
    return tuple(claim for claim in claims if claim is not None)


@lru_cache(maxsize=512)
def _claim(other: InterventionSpec, study: StudyCells) -> Other | None:
    known = set(study.cells)
    inside = tuple(cell for cell in other.treated_cells if cell in known)
    if not inside:
        return None
    return Other(other.title, inside, zones(inside, study, rules=_rules(other)).buffer)


def _drawn(study: StudyCells, cube: SpaceTimeCube, task: Task, plan: Plan) -> tuple[Zones, bool]:
    """Return the zones, and whether people chose the comparison."""
    chosen = task.spec.design.control_cells
    drawn = zones(
        task.spec.treated_cells,
        study,
        others=_claims(task, study),
        rules=task.rules,
        history=_history(cube, plan) if chosen is None else None,
    )
    return (drawn, False) if chosen is None else (_with_chosen(drawn, chosen, study), True)


def _with_chosen(drawn: Zones, chosen: tuple[str, ...], study: StudyCells) -> Zones:
    """Return the zones with the comparison that people chose, as far as it may serve."""
    pool = set(drawn.pool)
    control = tuple(cell for cell in chosen if cell in pool)
    left_out = len(chosen) - len(control)
    place = study.positions()
    marks = np.zeros(len(study.cells), dtype=np.int8)
    marks[[place[cell] for cell in control]] = 1
    near = study.adjacency.astype(np.int8) @ marks
    beside = tuple(c for c in drawn.pool if near[place[c]] and not marks[place[c]])
    words = f"People chose the {len(control)} comparison hexagons."
    if left_out:
        words += (
            f" {left_out} more {'lies' if left_out == 1 else 'lie'} too near to this or another"
            " intervention, or outside the area, and cannot serve."
        )
    return replace(
        drawn,
        control=control,
        control_buffer=beside,
        match="close" if control else "none",
        caveats=(words, *drawn.caveats),
    )


def _history(cube: SpaceTimeCube, plan: Plan) -> NDArray[np.float64] | None:
    """Return reports by hexagon before the start; None where too few months are known."""
    found = plan_windows(cube, plan)
    if found.state == "not_started":
        found = _latest(cube, plan.breaks)
    return level_before(cube, found) if found.history else None


def _latest(cube: SpaceTimeCube, breaks: tuple[str, ...]) -> Windows:
    """Return the windows of something that has not started: its history is the latest months."""
    seen = cube.observed_months()
    if not seen:
        return Windows((), (), (), (), "not_started", "No month has data.")
    since = max((b for b in breaks if b <= seen[-1]), default=seen[0])
    first = month_index(seen[-1]) - HISTORY_MONTHS + 1
    history = tuple(m for m in seen if m >= since and month_index(m) >= first)
    return Windows((), (), history, (), "not_started", "")


def _harm(cube: SpaceTimeCube) -> dict[str, float]:
    """Return the harm of one report by type; types without a weight count as none."""
    weights = dict(LENS_SCHEME.weights)
    return {name: float(weights.get(name, 0.0)) for name in cube.categories}
