"""What share of demand do cameras see, record and watch, where are the gaps, and when?

Everything that screen, file and paper show of coverage, permitted, suppressed and worded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from data.access import Permission, Principal, authorise, may, visible_categories
from data.cctv_views import (
    CELL_COLUMNS,
    CLASS_WORDS,
    CoverageView,
)
from data.jobs.camera_estate import half_hours
from data.jobs.camera_words import POINTS_WITHHELD, sees_points
from data.jobs.counts import area_reports
from data.jobs.coverage_caveats import caveats
from data.jobs.coverage_hotspots import hotspot_rows
from data.jobs.coverage_hours import reports_seen, scene
from data.jobs.coverage_parts import (
    Finding,
    add_words,
    camera_marks,
    gap_rows,
    has_own,
    noon_of,
    removal_rows,
    share_of,
    staff_move,
    type_rows,
    week_shares,
)
from data.jobs.coverage_words import (
    NOT_EXACT,
    SNAPPED,
    full_sentence,
    headline,
    method_rows,
    not_working,
    over_week,
    share_words,
)
from data.jobs.demand import DemandParams, demand_by_hour
from data.jobs.disclosure import disclosure_of
from data.jobs.wording import lower_first
from data.suppression import count_words, suppress_counts
from data.views import ELIGIBLE_DEMAND, USUAL_RULE
from geo.coverage_demand import Thresholds, classify, why_no_share
from geo.provenance import provenance

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from data.access import SmallNumberRule
    from data.cctv_views import CellClass, CoverageParams
    from data.jobs.demand import DemandGrid
    from data.workspace import Workspace
    from geo.provenance import Provenance

    Floats = NDArray[np.float64]

NO_CAMERAS: Final = "No camera is registered yet"
NONE_STANDS: Final = "No camera stands on this day"
NO_DEMAND: Final = "No report counts as demand in this period"
NO_GROUND: Final = "No public ground is known, so no share can be said"
ALL_HOURS: Final = "Demand is that of all hours"
MOSTLY: Final = 0.9
"""With exact locations for fewer reports, nothing is said of single reports."""
_ASKED_TOO_MUCH: Final = "Your role does not choose which reports count: the usual ones do."


def coverage(
    ws: Workspace, principal: Principal, area_id: str, params: CoverageParams
) -> CoverageView:
    """Return what cameras see of demand at an hour, or over the week of a day.

    Raises
    ------
    AccessError
        Where the role may not see demand.
    GridError
        Where the resolution does not fit the data, or a type is unknown.
    GeoError
        Where an assumption cannot be right.
    """
    authorise(principal, Permission.VIEW)
    params, refused = permitted(principal, params)
    demand = demand_by_hour(ws, area_id, demand_params(params))
    found = _finding(ws, principal, area_id, params, demand)
    return _Builder(ws, principal, found, refused).view()


def demand_params(params: CoverageParams) -> DemandParams:
    """Return which reports are demand, by what was chosen of coverage."""
    return DemandParams(
        until=f"{params.on:%Y-%m}",
        months=params.months,
        resolution=params.resolution,
        categories=params.categories,
        lens=params.lens,
        eligibility=params.eligibility,
        repeat_rule=params.repeat_rule,
    )


def permitted(
    principal: Principal, params: CoverageParams
) -> tuple[CoverageParams, tuple[str, ...]]:
    """Return the parameters as far as the role may choose them, and what was not taken."""
    refused: tuple[str, ...] = ()
    usual = (ELIGIBLE_DEMAND, USUAL_RULE)
    if not may(principal, Permission.EXPORT_ROWS) and usual != (
        params.eligibility, params.repeat_rule,
    ):  # fmt: skip
        params = replace(params, eligibility=usual[0], repeat_rule=usual[1])
        refused = (_ASKED_TOO_MUCH,)
    allowed = visible_categories(principal.role)
    if allowed is not None:
        wanted = tuple(one for one in params.categories or allowed if one in allowed)
        params = replace(params, categories=wanted or allowed)
    return params, refused


def _finding(
    ws: Workspace, principal: Principal, area_id: str, params: CoverageParams, demand: DemandGrid
) -> Finding:
    seen = scene(ws, area_id, params)
    shown_to = disclosure_of(ws, principal, area_reports(ws, area_id).sources)
    shares = seen.week.at(seen.week.seen, params.hour)
    thresholds = Thresholds(params.high_share, params.low_share, params.seen_share)
    return Finding(
        seen,
        demand,
        params,
        shown_to.rule,
        _shown_demand(demand, shown_to.rule),
        classify(demand.totals, shares, thresholds),
        shares,
    )


def _shown_demand(demand: DemandGrid, rule: SmallNumberRule) -> Floats:
    """Return the demand of each cell as the role may see it, NaN where it may not."""
    if rule.threshold is None:
        return np.asarray(demand.totals, dtype=np.float64)
    hidden = suppress_counts(demand.reports, threshold=rule.threshold, round_to=rule.round_to)
    if demand.lens != "harm":
        return np.asarray(hidden.counts, dtype=np.float64)
    return np.where(np.isnan(hidden.counts), np.nan, demand.totals)


class _Builder:
    """Puts a view together from what was found."""

    def __init__(
        self, ws: Workspace, principal: Principal, found: Finding, refused: tuple[str, ...]
    ) -> None:
        self.ws, self.principal, self.found, self.refused = ws, principal, found, refused
        self.scene, self.demand, self.params = found.scene, found.demand, found.params
        self.area = found.scene.sight.area
        self.moment = self._moment()

    def view(self) -> CoverageView:
        """Return the view."""
        shares = self._shares(self.params.hour)
        whole = shares if self.params.hour is None else self._shares(None)
        staffed = self._staffed(self.params.hour)
        no_data = self._no_data()
        cells = self._cells()
        week, week_hidden = week_shares(self.found)
        move = staff_move(self.found)
        incident, incident_words = self._incidents()
        hotspots, hotspots_words = hotspot_rows(self.ws, self.principal, self.found)
        points = sees_points(self.principal)
        classes = self._class_counts()
        return CoverageView(
            area_id=self.area.area_id,
            area_name=self.area.name,
            params=self.params,
            headline=self._headline(shares, no_data, staffed=staffed),
            sentence=self._sentence(shares, no_data, staffed=staffed),
            over_week_words=self._over_week(whole, no_data),
            not_working_words=self._not_working(),
            best_move_words="" if move is None else move.words,
            seen=shares[0],
            recorded=shares[1],
            watched=shares[2],
            demand_words=self.demand.words,
            realm_words=self.scene.sight.realm.words,
            cameras=camera_marks(self.scene, self.params, self.moment, points=points),
            cameras_withheld=None if points else POINTS_WITHHELD,
            cells=cells,
            class_counts=classes,
            week=week,
            week_hidden=week_hidden,
            gaps=gap_rows(self.found),
            little_demand=removal_rows(self.found, self.moment),
            hotspots_without=hotspots,
            hotspots_words=hotspots_words,
            types=type_rows(self.found),
            best_move=move,
            incident_share=incident,
            incident_words=incident_words,
            caveats=caveats(self.found, self.refused),
            source_words=f"Reports of {self.area.name}; camera register of the control room.",
            methods=method_rows(self.params, self.scene.sight.realm.words, self.demand.words),
            provenance=self._provenance(),
            no_data=no_data,
            totals=self._totals(shares, classes),
        )

    def _moment(self) -> datetime:
        """Return the moment that states are told of: the chosen hour, or the day at noon."""
        hour = self.params.hour if self.params.hour is not None else noon_of(self.params.on)
        return half_hours(self.params.on, self.area.timezone)[hour]

    def _shares(self, hour: int | None) -> tuple[float | None, ...]:
        """Return the shares of demand that are seen, recorded and watched."""
        week, demand = self.scene.week, self.demand
        return tuple(
            share_of(week, demand.totals, demand.weights, part, hour)
            for part in (week.seen, week.recorded, week.watched)
        )

    def _staffed(self, hour: int | None) -> bool:
        staffed = self.scene.week.staffed
        return bool(staffed.any() if hour is None else staffed[hour])

    def _no_data(self) -> str | None:
        """Return why no share of demand can be said; None where it can."""
        if not self.scene.held.cameras:
            return f"{NO_CAMERAS}."
        if not self.scene.week.standing.any():
            return f"{NONE_STANDS}."
        reason = why_no_share(self.demand.totals, self.found.seen)
        return reason or None

    def _headline(
        self, shares: tuple[float | None, ...], no_data: str | None, *, staffed: bool
    ) -> str:
        if no_data:
            known = {f"{NO_CAMERAS}.": NO_CAMERAS, f"{NONE_STANDS}.": NONE_STANDS}
            empty = NO_GROUND if self.demand.totals.sum() > 0 else NO_DEMAND
            return known.get(no_data, empty)
        seen, _, watched = shares
        if seen is None or watched is None:
            return NO_DEMAND
        return headline(self.params, seen, watched, staffed=staffed)

    def _sentence(
        self, shares: tuple[float | None, ...], no_data: str | None, *, staffed: bool
    ) -> str:
        seen, _, watched = shares
        if no_data or seen is None or watched is None:
            return no_data or f"{NO_DEMAND}."
        words = full_sentence(self.params, self.area.name, seen, watched, staffed=staffed)
        return f"{words} {self._weighed()}".strip()

    def _weighed(self) -> str:
        """Return by which demand an hour is weighed, where not by its own."""
        weights, hour = self.demand.weights, self.params.hour
        if hour is None:
            return ""
        if weights is None:
            return f"{ALL_HOURS}: {lower_first(self.demand.reason)}"
        return "" if has_own(weights, hour) else f"{ALL_HOURS}: few reports fall in that one."

    def _over_week(self, whole: tuple[float | None, ...], no_data: str | None) -> str:
        seen, _, watched = whole
        if self.params.hour is None or no_data or seen is None or watched is None:
            return ""
        return over_week(seen, watched, staffed=self._staffed(None))

    def _not_working(self) -> str:
        week, cameras = self.scene.week, self.scene.sight.cameras
        hour = self.params.hour if self.params.hour is not None else noon_of(self.params.on)
        out = np.flatnonzero(week.standing & ~week.working[:, hour])
        return not_working([cameras[at].name for at in out], int(week.standing.sum()))

    def _cells(self) -> pd.DataFrame:
        """Return one row for each hexagon."""
        week, realm, hour = self.scene.week, self.scene.sight.realm, self.params.hour
        parts = (self.found.seen, week.at(week.recorded, hour), week.at(week.watched, hour))
        columns = (
            realm.cells,
            np.round(realm.area_m2, 1),
            *(np.round(part, 4) for part in parts),
            self.found.shown,
            self.found.classes,
        )
        cells = pd.DataFrame(dict(zip(CELL_COLUMNS, columns, strict=True)))
        cells["place"] = list(self.demand.places)
        cells["demand_words"] = add_words(cells, self.found.rule, self.demand.reports)
        cells["class_words"] = [CLASS_WORDS[one] for one in self.found.classes.tolist()]
        return cells

    def _class_counts(self) -> tuple[tuple[CellClass, int], ...]:
        return tuple((key, int((self.found.classes == key).sum())) for key in CLASS_WORDS)

    def _incidents(self) -> tuple[float | None, str]:
        """Return the share of single reports that lie in view, in words, or why it is not said."""
        demand = self.demand
        total = int(demand.reports.sum())
        if demand.snapped:
            return None, SNAPPED
        if not total:
            return None, f"{NO_DEMAND}."
        if len(demand.x_m) < MOSTLY * total:
            return None, NOT_EXACT
        share = self._reports_in_view()
        if 0 < share * total < (self.found.rule.threshold or 0):
            return None, "Too few reports lie in view to say how many."
        number = count_words(len(demand.x_m), self.found.rule)
        when = "over the week" if self.params.hour is None else "at that hour"
        return share, (
            f"Of the {number} reports with an exact location, {share_words(share)} lie in the view"
            f" of a camera that works {when}, whenever they happened."
        )

    def _reports_in_view(self) -> float:
        """Return the share of reports in the view of a working camera, by kind of hour."""
        week, sight, count = self.scene.week, self.scene.sight, len(self.demand.x_m)
        hours = range(len(week.kind)) if self.params.hour is None else (self.params.hour,)
        kinds, first, times = np.unique(
            week.kind[list(hours)], return_index=True, return_counts=True
        )
        shares = np.zeros(len(kinds))
        for at, hour in enumerate(np.array(hours)[first].tolist()):
            dark = bool(week.dark[hour])
            camera, report = reports_seen(sight.area, sight.seeings, self.demand, at_night=dark)
            shares[at] = len(np.unique(report[week.working[camera, hour]])) / count
        return float(shares @ times / times.sum())

    def _provenance(self) -> Provenance:
        chosen = {name: getattr(self.params, name) for name in self.params.__dataclass_fields__}
        chosen["cameras"] = self.scene.held.version
        return provenance(self.ws.lake.version, self.area.version, chosen)

    def _totals(
        self, shares: tuple[float | None, ...], classes: tuple[tuple[CellClass, int], ...]
    ) -> tuple[tuple[str, float | int | None], ...]:
        week, hour = self.scene.week, self.params.hour
        working = week.working[:, hour if hour is not None else noon_of(self.params.on)]
        names = ("seen_share", "recorded_share", "watched_share")
        total = int(self.demand.reports.sum())
        small = 0 < total < (self.found.rule.threshold or 0)
        return (
            *zip(names, (_rounded(one) for one in shares), strict=True),
            ("demand", None if small else total),
            ("cameras", int(week.standing.sum())),
            ("cameras_working", int(working.sum())),
            ("public_realm_m2", round(float(self.scene.sight.realm.area_m2.sum()), 1)),
            *((f"cells_{name}", number) for name, number in classes),
        )


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
