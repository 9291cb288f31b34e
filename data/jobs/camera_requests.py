"""Who asked for a camera, what does each request rest on, and what was decided?

A score orders what people look at; people decide, with a reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from data.access import Permission, authorise, may
from data.cctv_views import DECISION_WORDS, RequestRow, RequestView
from data.errors import DataError
from data.jobs.camera_estate import day_of
from data.jobs.camera_fields import blank, given_reason, read_fields
from data.jobs.camera_words import sees_points
from data.jobs.coverage_cctv import demand_params, permitted
from data.jobs.coverage_hours import scene
from data.jobs.demand import demand_by_hour
from data.jobs.interventions import day_words
from data.jobs.sensitive_places import sensitive_places
from data.jobs.wording import plural
from data.registers.camera_kinds import CAMERA_REQUEST
from data.store.registers import entries, put_entries
from geo.camera_requests import USUAL_RULE, CameraRequest, score_requests
from geo.cells import assign_points, study_cells
from geo.projection import to_metres
from geo.siting_refusals import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    from data.access import Principal
    from data.cctv_views import CoverageParams, Decision
    from data.jobs.demand import DemandParams
    from data.workspace import Workspace
    from geo.camera_requests import ScoredRequest, ScoreRule


def add_request(
    ws: Workspace, principal: Principal, area_id: str, fields: Mapping[str, object]
) -> str:
    """Enter a request, and return its reference.

    Parameters
    ----------
    fields
        By the names of the register; without a reference it gets the next number.

    Raises
    ------
    AccessError
        Where the role may not change the register.
    DataError
        Where a value cannot be right, or the reference is taken.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    ws.area(area_id)
    held, now = _held(ws, area_id), ws.clock.now()
    given = {"place": None, "asked_on": now.date(), "decision": "open", **fields}
    reference = str(given.get("request_id") or f"R{len(held) + 1}")
    content = blank(CAMERA_REQUEST) | read_fields(
        CAMERA_REQUEST, {**given, "request_id": reference}
    )
    if reference in held:
        message = f"There is a request {reference} already."
        raise DataError(message, "Give another reference, or leave it empty.")
    _store(ws, principal, area_id, reference, content, {"request": reference, "is": "new"})
    return reference


def decide(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    request_id: str,
    decision: Decision,
    *,
    reason: str,
) -> None:
    """Enter what was decided of a request, and why.

    Raises
    ------
    AccessError
        Where the role may not change the register.
    DataError
        Where there is no such request or decision, or no reason; also where a request without a
        purpose or an impact assessment would be agreed to.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    held, said = _held(ws, area_id), given_reason(reason)
    before = held.get(request_id)
    if before is None:
        message = "There is no such request."
        raise DataError(message, "Choose one of the list.")
    if decision not in DECISION_WORDS:
        message = f"There is no decision {decision!r}."
        raise DataError(message, f"Choose one of: {', '.join(DECISION_WORDS)}.")
    if decision == "agreed" and not (before.get("purpose") and before.get("dpia_ref")):
        message = "A camera needs a purpose and an impact assessment before it is agreed to."
        raise DataError(message, "Enter both with the request first.")
    now = ws.clock.now()
    content = {**before, "decision": decision, "reason": said}
    content["decided_on"] = None if decision == "open" else now.date().isoformat()
    detail = {"request": request_id, "decision": decision, "reason": said}
    _store(ws, principal, area_id, request_id, content, detail)


def change_request(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    request_id: str,
    fields: Mapping[str, object],
) -> None:
    """Change what a request says; decisions have a way of their own.

    Raises
    ------
    AccessError, DataError
        As for `decide`.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    before = _held(ws, area_id).get(request_id)
    fixed = {"request_id", "decision", "reason", "decided_on"}.intersection(fields)
    if before is None or fixed:
        message = "There is no such request." if before is None else "A decision needs a reason."
        raise DataError(message, "Choose one of the list, or decide on it.")
    read = read_fields(CAMERA_REQUEST, fields)
    detail = {"request": request_id, "fields": sorted(read)}
    _store(ws, principal, area_id, request_id, {**before, **read}, detail)


def request_view(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    params: CoverageParams,
    rule: ScoreRule = USUAL_RULE,
) -> RequestView:
    """Return the requests of an area with their scores, the highest first.

    Raises
    ------
    AccessError
        Where the role may see nothing.
    """
    authorise(principal, Permission.VIEW)
    params, _ = permitted(principal, params)
    held, area = _held(ws, area_id), ws.area(area_id)
    scored, cells = _scored(ws, area_id, held, params, rule)
    points = sees_points(principal)
    rows = tuple(
        _row(one, held[one.request_id], cells.get(one.request_id, ""), points=points)
        for one in scored
    )
    waiting = sum(row.decision == "open" for row in rows)
    headline = f"{plural(len(rows), 'request')}, {waiting:,} to be decided"
    return RequestView(
        area_id,
        area.name,
        headline if rows else "Nobody has asked for a camera yet",
        rows,
        rule.words,
        may(principal, Permission.EDIT_CAMERAS),
    )


def _scored(
    ws: Workspace,
    area_id: str,
    held: Mapping[str, Mapping[str, Any]],
    params: CoverageParams,
    rule: ScoreRule,
) -> tuple[tuple[ScoredRequest, ...], dict[str, str]]:
    """Return the scores, and the cell of each request with a location."""
    if not held:
        return (), {}
    wanted = demand_params(params)
    demand = demand_by_hour(ws, area_id, wanted)
    harm = demand_by_hour(ws, area_id, _with_harm(wanted))
    seen = scene(ws, area_id, params)
    shares = seen.week.at(seen.week.seen, params.hour)
    at = _cells_of(ws, area_id, held, params.resolution)
    refused = _refused(ws, area_id, held)
    asked = [
        _request(key, content, at.get(key), (demand.totals, harm.totals, shares), refused)
        for key, content in held.items()
    ]
    scored = score_requests(asked, cell_demand=demand.totals, cell_harm=harm.totals, rule=rule)
    return scored, {key: demand.cells[cell] for key, cell in at.items()}


def _request(
    key: str,
    content: Mapping[str, Any],
    cell: int | None,
    figures: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    refused: Mapping[str, str],
) -> CameraRequest:
    """Return what is known of one request; ``figures`` are demand, harm and share seen by cell."""
    demand, harm, seen = (None if cell is None else float(one[cell]) for one in figures)
    return CameraRequest(
        key,
        demand,
        harm,
        None if seen is None or np.isnan(seen) else seen,
        "refused" if key in refused else content.get("privacy"),
        content.get("cost_gbp"),
        refused.get(key, ""),
        bool(content.get("purpose")),
        bool(content.get("alternatives")),
        bool(content.get("dpia_ref")),
    )


def _with_harm(wanted: DemandParams) -> DemandParams:
    return replace(wanted, lens="harm")


def _placed(held: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    return {
        key: (float(one["lon"]), float(one["lat"]))
        for key, one in held.items()
        if one.get("lon") is not None and one.get("lat") is not None
    }


def _cells_of(
    ws: Workspace, area_id: str, held: Mapping[str, Mapping[str, Any]], resolution: int
) -> dict[str, int]:
    """Return the position of the cell of each request that lies in the area."""
    placed, area = _placed(held), ws.area(area_id)
    if not placed:
        return {}
    lon, lat = (np.array(axis) for axis in zip(*placed.values(), strict=True))
    index = assign_points(lon, lat, study_cells(area, resolution), area).index
    return {key: int(at) for key, at in zip(placed, index, strict=True) if at >= 0}


def _refused(ws: Workspace, area_id: str, held: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return why requests at sensitive places are refused."""
    placed, sensitive = _placed(held), sensitive_places(ws, area_id)
    if not placed or not sensitive:
        return {}
    lon, lat = zip(*placed.values(), strict=True)
    x_m, y_m = to_metres(lon, lat, ws.area(area_id).crs_m)
    keys = tuple(placed)
    return {keys[one.site]: one.reason for one in refusals(x_m, y_m, sensitive, distance_m=0)}


def _row(one: ScoredRequest, content: Mapping[str, Any], cell: str, *, points: bool) -> RequestRow:
    decision: Decision = content.get("decision") or "open"
    decided = day_of(content.get("decided_on"))
    words = DECISION_WORDS[decision]
    return RequestRow(
        request_id=one.request_id,
        place=str(content["place"]),
        lon=content.get("lon") if points else None,
        lat=content.get("lat") if points else None,
        cell=cell,
        asked_on=_day_words(day_of(content.get("asked_on"))),
        requested_by=str(content.get("requested_by") or "Not stated"),
        purpose=str(content.get("purpose") or ""),
        alternatives=str(content.get("alternatives") or ""),
        dpia_ref=str(content.get("dpia_ref") or ""),
        decision=decision,
        decision_words=f"{words} on {day_words(decided)}" if decided else words,
        reason=str(content.get("reason") or ""),
        score=one.score,
        score_words=one.parts or (("Not scored", one.reason),),
        warnings=one.warnings,
    )


def _day_words(day: date | None) -> str:
    return day_words(day) if day else ""


def _held(ws: Workspace, area_id: str) -> dict[str, dict[str, Any]]:
    with ws.store.read() as session:
        return entries(session, CAMERA_REQUEST.key, area_id)


def _store(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    key: str,
    content: Mapping[str, Any],
    detail: Mapping[str, object],
) -> None:
    now = ws.clock.now()
    kind = CAMERA_REQUEST.key
    with ws.store.change(principal, "camera_request", area_id, detail, now) as session:
        put_entries(session, principal, kind, area_id, [(key, content, None)], None, now)
