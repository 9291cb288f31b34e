"""Which figures may this role see, so that screen, table, file and tooltip agree?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from data.access import Principal, SmallNumberRule, small_number_rule
from data.jobs.wording import repeats_words
from data.suppression import suppress_counts
from geo.schema import POLICE_UK

if TYPE_CHECKING:
    import pandas as pd

    from data.jobs.counts import AreaReports
    from data.views import BusyPlace, HotspotView
    from data.workspace import Workspace

STATISTICS: Final = ("gistar", "p_hot", "q_value")
SERIES_STEP: Final = 5
"""A series that holds a small month is shown in steps of this many reports."""


@dataclass(frozen=True)
class Disclosure:
    """What is hidden from a role. Published open data are anonymised already: nothing is."""

    rule: SmallNumberRule

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be said beside the figures that this role sees."""
        if self.rule.threshold is None:
            return ()
        return (
            (
                f"For your role, counts of 1 to {self.rule.threshold - 1} are hidden, and a monthly"
                f" line that holds one is shown in steps of {SERIES_STEP}."
            ),
        )

    def cells(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Return the hexagons with small counts, and what would give them away, left empty."""
        if self.rule.threshold is None:
            return cells
        hidden = suppress_counts(
            cells["n"].round().astype("int64").to_numpy(),
            threshold=self.rule.threshold,
            round_to=self.rule.round_to,
        )
        shown = cells.assign(n=hidden.counts)
        shown.loc[np.isnan(hidden.counts), list(STATISTICS)] = np.nan
        return shown

    def hotspots(self, spots: tuple[HotspotView, ...]) -> tuple[HotspotView, ...]:
        """Return the hotspots with small counts of types and months left out, and rounding."""
        return spots if self.rule.threshold is None else tuple(self._spot(s) for s in spots)

    def busy_places(self, places: tuple[BusyPlace, ...]) -> tuple[BusyPlace, ...]:
        """Return the busy places that have enough reports to be shown."""
        least = self.rule.threshold
        if least is None:
            return places
        return tuple(replace(p, n=self._rounded(p.n)) for p in places if p.n >= least)

    def _spot(self, spot: HotspotView) -> HotspotView:
        least = self.rule.threshold or 0
        types = tuple((name, self._rounded(n)) for name, n in spot.types if n >= least)
        small = any(n is not None and 0 < n < least for _, n in spot.series)
        series = tuple(
            (month, _nearest(n, SERIES_STEP) if n is not None and small else n)
            for month, n in spot.series
        )
        reports = self._rounded(spot.reports)
        incidents = None if spot.incidents is None else self._rounded(spot.incidents)
        told = spot.repeats_words if incidents is None else repeats_words(reports, incidents)
        return replace(
            spot,
            n=self._rounded(spot.n),
            types=types,
            series=series,
            tight_spots="",
            reports=reports,
            incidents=incidents,
            repeats_words=told,
        )

    def _rounded(self, n: int) -> int:
        step = self.rule.round_to
        return n if step is None else _nearest(n, step)


def _nearest(n: int, step: int) -> int:
    return (n + step // 2) // step * step


def disclosure_for(ws: Workspace, principal: Principal, reports: AreaReports) -> Disclosure:
    """Return what the principal may see of these reports."""
    return disclosure_of(ws, principal, reports.sources)


def disclosure_of(ws: Workspace, principal: Principal, sources: tuple[str, ...]) -> Disclosure:
    """Return what the principal may see of reports of these sources."""
    if sources == (POLICE_UK,):
        return Disclosure(SmallNumberRule())
    return Disclosure(
        small_number_rule(
            principal.role,
            partner=ws.settings.small_number_partner,
            public=ws.settings.small_number_public,
        )
    )
