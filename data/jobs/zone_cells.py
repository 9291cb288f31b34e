"""How did each hexagon of an intervention change, for the map of its zones?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from data.access import Permission, Principal, authorise
from data.displacement_views import DisplacementOptions
from data.intervention_spec import spec_of
from data.jobs.disclosure import disclosure_for
from data.jobs.impact import Task, counts_for, impact, overlapping
from data.store import interventions as register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.displacement_views import DisplacementView
    from data.jobs.impact import Impact
    from data.workspace import Workspace
    from geo.wdd import Pair

Zone = Literal["treated", "nearby", "comparison", "other"]
FEWER_THAN: Final = 5
"""A hexagon with fewer reports before and after gets no number."""


@dataclass(frozen=True)
class ZoneCellView:
    """One hexagon of an intervention's zones.

    Attributes
    ----------
    cell, place
        Its index, and what people call it.
    zone, overlap
        Where it belongs, and whether another intervention claims it too.
    before, after, difference
        Reports in the compared months, and after against expected. None where not told.
    few
        Whether it had too few reports for a number.
    """

    cell: str
    place: str
    zone: Zone
    overlap: bool
    before: int | None
    after: int | None
    difference: int | None
    few: bool


def zone_cells(
    ws: Workspace,
    principal: Principal,
    result: DisplacementView,
    options: DisplacementOptions | None = None,
) -> tuple[ZoneCellView, ...]:
    """Return every hexagon of the zones of a result, treated first.

    Parameters
    ----------
    result
        Of `data.jobs.displacement.evaluate`; what was counted for it is still in memory.

    Notes
    -----
    Expected is what the hexagon had before, times the growth of the comparison (treated) or of the
    hexagons around the comparison (nearby): the differences of a zone add up to its estimate but
    for rounding. Roles that may not see small numbers see the zones without figures.
    """
    authorise(principal, Permission.VIEW)
    looked_at = DisplacementOptions() if options is None else options
    counts, _ = counts_for(ws, result.area_id, result.spec)
    with ws.store.read() as session:
        rows = register.interventions(session, result.area_id)
    others = [spec_of(row.content) for row in rows if row.intervention_id != result.intervention_id]
    task = Task(result.spec, overlapping(result.spec, others, looked_at), looked_at)
    tested = impact(counts, task)
    hidden = disclosure_for(ws, principal, counts.reports).rule.threshold is not None
    return _listed(tested, hidden=hidden)


def _listed(tested: Impact, *, hidden: bool) -> tuple[ZoneCellView, ...]:
    found = tested.found
    drawn, windows = found.zones, found.windows
    shared = {cell for overlap in drawn.overlaps for cell in overlap.cells}
    told = found.counts is not None and not hidden
    before, after = (_per_cell(tested, months) for months in (windows.before, windows.after))
    control, beside = (0.0, 0.0), (0.0, 0.0)
    if found.counts is not None:
        control, beside = found.counts.control, found.counts.control_buffer
    near = {cell for cell, ring in drawn.ring if ring <= 1 + len(drawn.gap)}
    zones: tuple[tuple[Zone, Sequence[str], float | None], ...] = (
        ("treated", drawn.treated, _growth(control)),
        ("nearby", drawn.buffer, _growth(beside)),
        ("other", [c for c in drawn.foreign if c in near and c not in drawn.treated], None),
        ("comparison", drawn.control, None),
    )
    place = tested.counts.study.positions()
    views = []
    for zone, cells, growth in zones:
        for cell in cells:
            at = place[cell]
            pair = (round(before[at]), round(after[at])) if told else (None, None)
            few = bool(told and max(before[at], after[at]) < FEWER_THAN)
            change = None if growth is None or few else round(after[at] - before[at] * growth)
            views.append(
                ZoneCellView(
                    cell,
                    tested.counts.places[at],
                    zone,
                    cell in shared,
                    None if few else pair[0],
                    None if few else pair[1],
                    change if told else None,
                    few,
                )
            )
    return tuple(views)


def _growth(pair: Pair) -> float | None:
    """Return by what the comparison multiplied its reports; None without any before."""
    return pair[1] / pair[0] if pair[0] else None


def _per_cell(tested: Impact, months: Sequence[str]) -> NDArray[np.float64]:
    """Return the reports of each study cell in the months, each as often as it is named."""
    position = {month: t for t, month in enumerate(tested.cube.periods)}
    columns = [position[month] for month in months]
    return np.asarray(tested.cube.panel()[:, columns].sum(axis=1), dtype=np.float64)
