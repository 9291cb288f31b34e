"""What are the lists beside the map of coverage: cameras, gaps, little demand, types, hours?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from data.cctv_views import (
    STATE_WORDS,
    CameraMark,
    GapRow,
    RemovalRow,
    StaffMoveView,
    TypeShareRow,
    WeekShares,
)
from data.jobs.camera_sight import sight
from data.jobs.camera_words import kind_words, place_notices, review_words, state_words
from data.jobs.coverage_hours import reports_seen
from data.jobs.coverage_words import NOBODY, best_move, block_words, share_words
from data.jobs.timing_words import too_small
from data.jobs.wording import lower_first, sentence_case
from data.suppression import NOT_SHOWN, count_words
from geo.coverage_demand import covered_share, gap_runs, hourly_shares
from geo.in_view import InView, demand_in_view, demand_on_points, removal_list
from geo.projection import geometry_to_degrees
from geo.staff_move import best_move as find_move
from geo.staff_move import watchable
from geo.viz.week import busiest_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import pandas as pd
    from numpy.typing import NDArray

    from data.access import SmallNumberRule
    from data.cctv_views import CameraState, CoverageParams
    from data.jobs.camera_estate import Registered
    from data.jobs.coverage_hours import CoverageWeek, Scene
    from data.jobs.demand import DemandGrid
    from geo.area import StudyArea
    from geo.cameras import Seeing

    Floats = NDArray[np.float64]

INSIDE: Final = "Inside a building: it sees nothing. Move it in the register"
NUDGED: Final = "Drawn in a wall: moved half a metre out"
VIEW_DECIMALS: Final = 6
OWN_HOUR: Final = 10
"""An hour with fewer reports is weighed by the demand of all hours."""
_BLOCK_H: Final = 4


@dataclass(frozen=True, eq=False)
class Finding:
    """Everything that the lists are made from."""

    scene: Scene
    demand: DemandGrid
    params: CoverageParams
    rule: SmallNumberRule
    shown: Floats
    """Demand of each cell as the role may see it, NaN where it may not."""
    classes: NDArray[np.str_]
    seen: Floats
    """Share of each cell at the chosen hour, or the mean of the week."""


def camera_marks(
    found: Scene, params: CoverageParams, moment: datetime, *, points: bool
) -> tuple[CameraMark, ...]:
    """Return the cameras of the map, as they are at a moment.

    Parameters
    ----------
    moment
        The chosen hour, or the day at noon.
    points
        Whether the role may see where they stand.
    """
    seen, week = found.sight, found.week
    views = _view_shapes(seen.area, seen.seeings, at_night=_is_dark(found, params))
    notices = place_notices(seen.area, found.held.cameras, params.on)
    drawn = [
        _mark(found, params, at, moment, views[at] if points else None)
        for at in range(len(seen.cameras))
        if week.standing[at]
    ]
    reasons = dict(seen.left_out)
    undrawn = [
        _undrawn(one, reasons[one.key], moment, seen.area.timezone)
        for one in found.held.cameras
        if one.key in reasons and one.stands(params.on)
    ]
    return tuple(
        _told(mark, notices.get(key, ()), points=points) for key, mark in (*drawn, *undrawn)
    )


def _mark(
    found: Scene, params: CoverageParams, at: int, moment: datetime, view: dict[str, Any] | None
) -> tuple[str, CameraMark]:
    one, state = found.sight.cameras[at], _state(found, params, at)
    words = STATE_WORDS[state]
    if state == "not_working":
        words = state_words(one, moment, found.sight.area.timezone)
    note = INSIDE if found.sight.day.inside[at] else NUDGED if found.sight.day.nudged[at] else ""
    assumed, share = found.sight.seeings[at].assumed, float(found.sight.timeshare[at])
    lon, lat = one.point or (None, None)
    kind = kind_words(one.content.get("type"))
    return one.key, CameraMark(
        one.camera_id, one.name, kind, state, words, lon, lat, view, note, assumed, share
    )


def _undrawn(
    one: Registered, reason: str, moment: datetime, timezone: str
) -> tuple[str, CameraMark]:
    lon, lat = one.point or (None, None)
    words = state_words(one, moment, timezone)
    state: CameraState = "recorded" if one.works_at(moment) else "not_working"
    kind = kind_words(one.content.get("type"))
    mark = CameraMark(one.camera_id, one.name, kind, state, words, lon, lat, None, reason)
    return one.key, mark


def _told(mark: CameraMark, notices: Sequence[str], *, points: bool) -> CameraMark:
    """Return a mark with its notices; without its point where the role may not see it."""
    notes = [one for one in (mark.note.rstrip("."), *notices) if one]
    return CameraMark(
        mark.camera_id,
        mark.name,
        mark.kind_words,
        mark.state,
        mark.state_words,
        mark.lon if points else None,
        mark.lat if points else None,
        mark.view if points else None,
        ". ".join(notes),
        mark.assumed if points else (),
        mark.timeshare,
    )


def _state(found: Scene, params: CoverageParams, at: int) -> CameraState:
    """Return the state of a camera at the chosen hour; of the day at noon where none is."""
    hour = params.hour if params.hour is not None else noon_of(params.on)
    if not found.week.working[at, hour]:
        return "not_working"
    watched = found.week.monitored[at, hour if params.hour is not None else slice(None)]
    return "watched" if np.any(watched) else "recorded"


def noon_of(on: date) -> int:
    """Return the hour of the week that stands for a day: its noon."""
    return on.weekday() * 24 + 12


def _is_dark(found: Scene, params: CoverageParams) -> bool:
    if params.hour is None:
        return params.night == "night"
    return bool(found.week.dark[params.hour])


@lru_cache(maxsize=8)
def _view_shapes(
    area: StudyArea, seeings: tuple[Seeing, ...], *, at_night: bool
) -> tuple[dict[str, Any] | None, ...]:
    """Return views as GeoJSON polygons, WGS 84; None where a camera sees nothing."""
    shapes = sight(area, seeings, at_night=at_night).polygons
    found: list[dict[str, Any] | None] = []
    for shape in shapes:
        if shapely.is_empty(shape):
            found.append(None)
            continue
        degrees = geometry_to_degrees(shape, area.crs_m)
        rounded = shapely.transform(degrees, lambda at: np.round(at, VIEW_DECIMALS))
        found.append(shapely.geometry.mapping(rounded))
    return tuple(found)


def week_shares(found: Finding) -> tuple[WeekShares | None, str | None]:
    """Return the shares by hour, or why there are none."""
    demand, week, rule = found.demand, found.scene.week, found.rule
    if demand.weights is None:
        return None, demand.reason
    total = demand.weights.sum(axis=0).astype(np.float64)
    seen, recorded, watched = (
        _known(hourly_shares(demand.weights, week.by_hour(part)), total, rule)
        for part in (week.seen, week.recorded, week.watched)
    )
    hidden = too_small(total, rule, "Single hours of demand", demand.unit)
    busiest = "" if hidden else f"{busiest_words(total, demand.unit)}."
    return (
        WeekShares(
            () if hidden else tuple(np.round(total, 3).tolist()),
            seen,
            recorded,
            watched,
            tuple(week.staffed.tolist()),
            tuple(week.dark.tolist()),
            hidden or busiest,
            _mismatch(total, np.nan_to_num(np.array(watched, dtype=np.float64)), week.staffed),
        ),
        None,
    )


def _known(shares: Floats, total: Floats, rule: SmallNumberRule) -> tuple[float | None, ...]:
    """Return shares, None in hours without demand or with too little for the role."""
    least = rule.threshold or 0
    return tuple(
        None if np.isnan(share) or 0 < reports < least else round(float(share), 4)
        for share, reports in zip(shares, total, strict=True)
    )


def _mismatch(total: Floats, watched: Floats, staffed: NDArray[np.bool_]) -> str:
    """Return when most demand falls, and when most is watched."""
    if not total.sum() > 0:
        return ""
    most = f"Most demand falls on {block_words(_top_block(total))}"
    if not staffed.any():
        return f"{most}; {NOBODY} at any time."
    seen_then = share_words(float(watched[list(_top_block(total))].mean()))
    best = block_words(_top_block(watched * total))
    return f"{most}, when {seen_then} of it is watched; most is watched on {best}."


def _top_block(values: Floats) -> tuple[int, ...]:
    """Return the four hours in a row with most, the earliest of equal ones."""
    sums = np.sum([np.roll(values, -ahead) for ahead in range(_BLOCK_H)], axis=0)
    first = int(np.argmax(np.round(sums, 6)))
    return tuple((first + ahead) % len(values) for ahead in range(_BLOCK_H))


def gap_rows(found: Finding) -> tuple[GapRow, ...]:
    """Return the gaps, adjoining hexagons of one name together, most unseen demand first."""
    demand = found.demand
    at = {cell: i for i, cell in enumerate(demand.cells)}
    rows = []
    for run in gap_runs(demand.cells, found.classes, demand.totals, found.seen):
        by_place: dict[str, list[int]] = {}
        for cell in run.cells:
            by_place.setdefault(demand.places[at[cell]], []).append(at[cell])
        rows += [_gap_row(found, place, members) for place, members in by_place.items()]

    def unseen(row: GapRow) -> float:
        members = [at[cell] for cell in row.cells]
        return round(float(demand.totals[members].sum()) * (1 - row.seen), 9)

    return tuple(sorted(rows, key=lambda row: (-unseen(row), row.cells)))


def _gap_row(found: Finding, place: str, members: list[int]) -> GapRow:
    reports = int(found.demand.reports[members].sum())
    seen = covered_share(found.demand.totals[members], found.seen[members]) or 0.0
    hidden = bool(np.isnan(found.shown[members]).any())
    small = hidden or _is_small(reports, found.rule)
    return GapRow(
        place,
        tuple(found.demand.cells[at] for at in members),
        None if small else _rounded(reports, found.rule),
        NOT_SHOWN if hidden else count_words(reports, found.rule),
        seen,
        share_words(seen),
        busiest_of(found, members),
    )


def busiest_of(found: Finding, members: Sequence[int]) -> str:
    """Return when a place is busiest: "Friday 22:00 to 02:00"; empty where it may not be said."""
    if found.demand.weights is None:
        return ""
    week = found.demand.weights[list(members)].sum(axis=0).astype(np.float64)
    block = _top_block(week)
    least = found.rule.threshold or 1
    return block_words(block) if week[list(block)].sum() >= least else ""


def removal_rows(found: Finding, moment: datetime) -> tuple[RemovalRow, ...]:
    """Return the cameras that see little demand, the least first."""
    scene, params = found.scene, found.params
    standing = np.flatnonzero(scene.week.standing)
    names = [scene.sight.cameras[at].key for at in standing]
    in_view = _in_view(found)
    few = InView(in_view.reports[standing], in_view.alone[standing])
    rows = []
    for one in removal_list(names, few):
        camera = scene.sight.cameras[int(standing[one.camera])]
        reports = round(one.reports)
        hidden = _is_small(reports, found.rule)
        note = _removal_note(camera, moment, params.on, scene.sight.area.timezone)
        rows.append(
            RemovalRow(
                camera.camera_id,
                camera.name,
                None if hidden else _rounded(reports, found.rule),
                count_words(reports, found.rule),
                note,
            )
        )
    return tuple(rows)


def _removal_note(camera: Registered, moment: datetime, on: date, timezone: str) -> str:
    """Return since when a camera does not work, and when its review is due."""
    review, _ = review_words(camera.content, on)
    notes = [] if camera.works_at(moment) else [state_words(camera, moment, timezone)]
    notes.append(
        "no review date" if review == "No review date" else f"review {lower_first(review)}"
    )
    return sentence_case("; ".join(notes))


def _in_view(found: Finding) -> InView:
    """Return the demand in the view of each camera: reports themselves, or spread over ground."""
    scene, demand = found.scene, found.demand
    seen, count = scene.sight, len(scene.sight.cameras)
    if demand.all_exact:
        camera, report = reports_seen(seen.area, seen.seeings, demand, at_night=False)
        only = np.bincount(report, minlength=len(demand.x_m))[report] == 1
        return InView(
            np.bincount(camera, minlength=count).astype(np.float64),
            np.bincount(camera[only], minlength=count).astype(np.float64),
        )
    return demand_in_view(seen.by_day, demand_on_points(demand.reports, seen.realm.cell))


def type_rows(found: Finding) -> tuple[TypeShareRow, ...]:
    """Return the shares of each type, most reports first."""
    demand, week, hour = found.demand, found.scene.week, found.params.hour
    order = np.argsort(-demand.reports_by_category.sum(axis=1), kind="stable")
    rows = []
    for at in order:
        reports = int(demand.reports_by_category[at].sum())
        if not reports:
            continue
        hidden = _is_small(reports, found.rule)
        shares = [
            None if hidden else _share_of_type(found, int(at), part, hour)
            for part in (week.seen, week.recorded, week.watched)
        ]
        words = count_words(reports, found.rule)
        rows.append(TypeShareRow(demand.categories[at], words, *shares))
    return tuple(rows)


def _share_of_type(found: Finding, at: int, part: Floats, hour: int | None) -> float | None:
    demand, hours = found.demand, found.demand.hours_by_category
    own = None if hours is None else hours[at]
    return share_of(found.scene.week, demand.by_category[at], own, part, hour)


def share_of(
    week: CoverageWeek,
    totals: Floats,
    hours: NDArray[np.float32] | None,
    part: Floats,
    hour: int | None,
) -> float | None:
    """Return the share of demand that is covered at an hour, or over the week.

    Parameters
    ----------
    totals, hours
        Demand by cell, and by cell and hour where that is known.
    part
        Shares by kind of hour.
    """
    if hours is not None and hour is None:
        return covered_share(hours, week.by_hour(part))
    return covered_share(demand_at(totals, hours, hour), week.at(part, hour))


def demand_at(totals: Floats, hours: NDArray[np.float32] | None, hour: int | None) -> Floats:
    """Return the demand by cell that an hour is weighed by: its own, or else that of all hours."""
    if hours is None or hour is None or not has_own(hours, hour):
        return totals
    return np.asarray(hours[:, hour], dtype=np.float64)


def has_own(hours: NDArray[np.float32], hour: int) -> bool:
    """Return whether enough reports fall in an hour for it to be weighed by them."""
    return float(hours[:, hour].sum()) >= OWN_HOUR


def staff_move(found: Finding) -> StaffMoveView | None:
    """Return the best move of watched hours; None where none helps or hours are not known."""
    demand, week = found.demand, found.scene.week
    if demand.weights is None or not week.staffed.any():
        return None
    gain = watchable(demand.weights, week.by_hour(week.watchable))
    move = find_move(gain, week.staffed, found.params.move_hours)
    words = best_move(move)
    if not words or move.share_before is None or move.share_after is None:
        return None
    return StaffMoveView(move.from_hours, move.to_hours, move.share_before, move.share_after, words)


def add_words(cells: pd.DataFrame, rule: SmallNumberRule, reports: NDArray[np.int64]) -> list[str]:
    """Return the demand of each hexagon in words, as the role may see it."""
    return [
        NOT_SHOWN if np.isnan(shown) and count >= (rule.threshold or 0) else count_words(
            int(count), rule)
        for shown, count in zip(cells["demand"], reports, strict=True)
    ]  # fmt: skip


def _is_small(count: int, rule: SmallNumberRule) -> bool:
    return 0 < count < (rule.threshold or 0)


def _rounded(count: int, rule: SmallNumberRule) -> int:
    step = rule.round_to
    return count if step is None else (count + step // 2) // step * step
