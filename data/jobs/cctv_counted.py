"""What is counted of each kind of report, and in which months can it be told?

A month can be told for one kind of report when everybody who tells of it has supplied that month.
So a control room's log that begins with the change hides no month of what the public reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from data.engines.protocol import PARTIAL, SINK, supplied_for
from data.jobs.counts import MAIN_PROVIDER_SHARE, AreaCounts, area_counts, area_reports
from data.views import Counted, Eligibility
from geo.cells import PointAssignment, cube_of_points
from geo.schema import COUNT, MONTH, ORIGIN, PROVIDER, SOURCE

if TYPE_CHECKING:
    from data.workspace import Workspace
    from geo.cube import SpaceTimeCube
    from geo.schema import Origin

RESOLUTION: Final = 9
UNSAID_SHARE: Final = 0.8
"""Where so much has no known origin, reports of unknown origin are the ones that are judged."""


@dataclass(frozen=True, eq=False)
class Kind:
    """Reports of some origins, at no known default location, in the months that can be told."""

    counts: AreaCounts
    cube: SpaceTimeCube


def reported_origins(ws: Workspace, area_id: str) -> tuple[tuple[Origin, ...], bool]:
    """Return whose reports are judged, and whether these are of unknown origin."""
    totals = area_reports(ws, area_id).points.groupby(ORIGIN)[COUNT].sum()
    unknown = float(totals.get("unknown", 0))
    said = float(totals.get("public", 0)) + float(totals.get("partner", 0))
    if unknown and unknown >= UNSAID_SHARE * (unknown + said):
        return ("public", "partner", "unknown"), True
    return ("public", "partner"), False


def kind_of(ws: Workspace, area_id: str, origins: tuple[Origin, ...]) -> Kind:
    """Return the reports of some origins, those at dwellings left out."""
    counts = area_counts(ws, area_id, RESOLUTION, Counted(Eligibility(origins, dwellings=False)))
    return _kind(counts, _supplied(ws, counts))


def _supplied(ws: Workspace, counts: AreaCounts) -> frozenset[str]:
    """Return the months that everybody with a real share of these reports has supplied whole."""
    totals = counts.reports.points.groupby([SOURCE, PROVIDER])[COUNT].sum()
    main = totals[totals >= MAIN_PROVIDER_SHARE * totals.sum()].index
    held = supplied_for(ws.engine.coverage(), counts.reports.area.area_id)
    held = held[~held[PARTIAL]]
    months = [
        set(held.loc[(held[SOURCE] == source) & (held[PROVIDER] == provider), MONTH].astype(str))
        for source, provider in main
    ]
    return frozenset(set.intersection(*months)) if months else frozenset()


@lru_cache(maxsize=16)
def _kind(counts: AreaCounts, supplied: frozenset[str]) -> Kind:
    reports = counts.reports
    sink = reports.points[SINK].to_numpy(dtype=np.bool_)
    index = np.where(sink, -1, counts.index).astype(np.int32)
    cube = cube_of_points(
        reports.points,
        PointAssignment(index, np.zeros(len(index), dtype=np.bool_)),
        counts.study,
        periods=reports.periods,
        observed=np.array([month in supplied for month in reports.periods], dtype=np.bool_),
        categories=reports.categories,
    )
    return Kind(counts, cube)
