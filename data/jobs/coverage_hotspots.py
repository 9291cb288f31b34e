"""Which hotspots have no working camera in view?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from data.access import Principal
from data.cctv_views import HotspotGapRow
from data.jobs.coverage_parts import busiest_of
from data.jobs.coverage_words import share_words
from data.jobs.hotspots import find_hotspots
from data.jobs.wording import plural
from data.suppression import count_words
from data.views import HotspotParams
from geo.coverage_demand import hotspot_covers
from geo.errors import GeoError

if TYPE_CHECKING:
    from data.jobs.coverage_parts import Finding
    from data.views import HotspotView
    from data.workspace import Workspace

NO_PERIOD: Final = "Hotspots cannot be told: no month has data."


def hotspot_rows(
    ws: Workspace, principal: Principal, found: Finding
) -> tuple[tuple[HotspotGapRow, ...], str]:
    """Return the hotspots with no working camera, and how many there are, in words."""
    demand, params = found.demand, found.params
    if not demand.months:
        return (), NO_PERIOD
    wanted = HotspotParams(
        to=demand.months[-1], resolution=params.resolution, categories=params.categories
    )
    area = found.scene.sight.area
    anybody = Principal(principal.role.value, principal.role, principal.demo)
    spots, why = _hotspots(ws, anybody, area.area_id, wanted, (ws.lake.version, area.version))
    if why or not spots:
        return (), why or "There is no hotspot in this period."
    at = {cell: i for i, cell in enumerate(demand.cells)}
    inside = [[cell for cell in spot.cells if cell in at] for spot in spots]
    covers = hotspot_covers(inside, demand.cells, demand.totals, found.seen)
    rows = []
    for spot, cells, one in zip(spots, inside, covers, strict=True):
        if one.without:
            members = [at[cell] for cell in cells]
            reports = int(np.sum(demand.reports[members]))
            rows.append(
                HotspotGapRow(
                    spot.hotspot_id,
                    spot.name,
                    count_words(reports, found.rule),
                    share_words(one.seen or 0.0),
                    busiest_of(found, members),
                )
            )
    return tuple(rows), _words(len(rows), len(spots))


def _words(without: int, spots: int) -> str:
    if not without:
        return f"Every one of {plural(spots, 'hotspot')} has a working camera in view."
    verb = "has" if without == 1 else "have"
    return f"{without:,} of {plural(spots, 'hotspot')} {verb} no working camera in view."


@lru_cache(maxsize=16)
def _hotspots(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    params: HotspotParams,
    versions: tuple[str, str],
) -> tuple[tuple[HotspotView, ...], str]:
    """Return the hotspots, or why they cannot be told; ``versions`` are those of the data."""
    del versions
    try:
        result = find_hotspots(ws, principal, area_id, params)
    except GeoError as error:
        return (), error.message
    return result.hotspots, result.no_data or result.unjudged or ""
