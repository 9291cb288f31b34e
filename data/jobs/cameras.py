"""Which cameras are registered, and how is the register changed?

Each change is a new version with its audit entry and reason, in one transaction; what stood before
is kept. What is odd but possible, such as two cameras on one spot, is told and never refused.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from data.access import Permission, authorise
from data.errors import DataError
from data.jobs.camera_estate import Registered, estate, same_camera
from data.jobs.camera_fields import blank, given_reason, read_fields
from data.jobs.camera_words import register_rows
from data.registers.catalogue import CAMERA, CAMERA_STATUS
from data.store.registers import put_entries, withdraw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from data.access import Principal
    from data.cctv_views import RegisterView
    from data.store.registers import NewEntry
    from data.workspace import Workspace

_FIXED: Final = ("camera_id", "owner")
"""They name the entry: a camera with another reference is another camera."""
STATES: Final = ("working", "fault", "obscured", "moved", "off")


def register_view(
    ws: Workspace, principal: Principal, area_id: str, on: date | None = None
) -> RegisterView:
    """Return the register of an area on a day, as the principal may see it.

    Parameters
    ----------
    on
        None takes today.

    Raises
    ------
    AccessError
        Where the role may see nothing.
    """
    authorise(principal, Permission.VIEW)
    now = ws.clock.now()
    return register_rows(ws.area(area_id), estate(ws, area_id), principal, on or now.date(), now)


def add_camera(
    ws: Workspace, principal: Principal, area_id: str, fields: Mapping[str, object]
) -> str:
    """Register a camera, and return its key.

    Parameters
    ----------
    fields
        By the names of the register; what is missing is not known.

    Raises
    ------
    AccessError
        Where the role may not change the register.
    DataError
        Where a value cannot be right, or such a camera is registered already.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    content = blank(CAMERA) | read_fields(CAMERA, {"camera_id": None, **fields})
    _check_dates(content)
    ws.area(area_id)
    key = CAMERA.key_of(content)
    if estate(ws, area_id).camera(key) is not None:
        message = f"Camera {content['camera_id']} is registered already."
        raise DataError(message, "Change that one, or give another reference.")
    _store(ws, principal, "add_camera", area_id, key, content, {"camera": key})
    return key


def change_camera(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    key: str,
    fields: Mapping[str, object],
    *,
    reason: str,
) -> None:
    """Change fields of a camera, other than its reference and owner.

    Raises
    ------
    AccessError
        Where the role may not change the register.
    DataError
        Where a value cannot be right, there is no reason, or no such camera.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    _change(ws, principal, "change_camera", area_id, key, fields, reason)


def move_camera(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    key: str,
    lon_lat: tuple[float, float],
    *,
    reason: str,
) -> None:
    """Put a camera to another place, WGS 84 degrees.

    Raises
    ------
    AccessError, DataError
        As for `change_camera`.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    fields = {"lon": lon_lat[0], "lat": lon_lat[1]}
    _change(ws, principal, "move_camera", area_id, key, fields, reason)


def turn_camera(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    key: str,
    bearing_deg: float | str | None,
    *,
    reason: str,
) -> None:
    """Turn a camera; None where nobody knows its direction.

    Raises
    ------
    AccessError, DataError
        As for `change_camera`.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    fields = {"bearing_deg": bearing_deg}
    _change(ws, principal, "turn_camera", area_id, key, fields, reason)


def set_status(  # noqa: PLR0913 - who, what, where, which, since when, and why
    ws: Workspace,
    principal: Principal,
    area_id: str,
    key: str,
    state: str,
    *,
    since: datetime | None = None,
    reason: str,
) -> None:
    """Say that a camera works, or does not, since when: the fault log gets the interval.

    Parameters
    ----------
    state
        One of ``STATES``; "working" ends every open outage.
    since
        With its zone; None is now.

    Raises
    ------
    AccessError, DataError
        As for `change_camera`; also where it lies in the future, or before what it ends.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    if state not in STATES:
        message = f"There is no state {state!r}."
        raise DataError(message, f"Choose one of: {', '.join(STATES)}.")
    now = ws.clock.now()
    moment = (since or now).astimezone(UTC)
    camera, said = _camera(ws, area_id, key), given_reason(reason)
    log = _log_entries(camera, state, moment, now)
    content = {**camera.content, "status": state}
    detail = {"camera": key, "state": state, "since": moment.isoformat(), "reason": said}
    with ws.store.change(principal, "camera_status", area_id, detail, now) as session:
        put_entries(session, principal, CAMERA.key, area_id, [(key, content, None)], None, now)
        put_entries(session, principal, CAMERA_STATUS.key, area_id, log, None, now)


def set_monitored(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    keys: Sequence[str],
    hours: object,
    *,
    reason: str,
) -> None:
    """Say at which hours of the week cameras are watched.

    Parameters
    ----------
    hours
        Text such as "Fri-Sat 18:00-02:00", or spans by weekday; None where they are only recorded.

    Raises
    ------
    AccessError, DataError
        As for `change_camera`.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    said = given_reason(reason)
    if not keys:
        message = "No camera was named."
        raise DataError(message, "Choose at least one.")
    read = read_fields(CAMERA, {"monitored_hours": hours})
    read["monitored"] = "recorded" if read["monitored_hours"] is None else "live"
    rows: list[NewEntry] = [
        (key, {**_camera(ws, area_id, key).content, **read}, None) for key in keys
    ]
    now = ws.clock.now()
    detail = {"cameras": len(rows), "hours": read["monitored_hours"], "reason": said}
    with ws.store.change(principal, "camera_hours", area_id, detail, now) as session:
        put_entries(session, principal, CAMERA.key, area_id, rows, None, now)


def withdraw_camera(
    ws: Workspace, principal: Principal, area_id: str, key: str, *, reason: str
) -> None:
    """Take a camera out of the register that should not stand in it; its versions are kept.

    A camera that was taken down stays in it: give it a day of removal instead.

    Raises
    ------
    AccessError, DataError
        As for `change_camera`.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    _camera(ws, area_id, key)
    detail = {"camera": key, "reason": given_reason(reason)}
    now = ws.clock.now()
    with ws.store.change(principal, "withdraw_camera", area_id, detail, now) as session:
        withdraw(session, principal, CAMERA.key, area_id, key, now)


def _change(  # noqa: PLR0913, PLR0917 - who, what, where, which, and why
    ws: Workspace,
    principal: Principal,
    action: str,
    area_id: str,
    key: str,
    fields: Mapping[str, object],
    reason: str,
) -> None:
    camera, said = _camera(ws, area_id, key), given_reason(reason)
    read = read_fields(CAMERA, fields)
    fixed = [name for name in _FIXED if read.get(name, camera.content.get(name)) !=
             camera.content.get(name)]  # fmt: skip
    if fixed:
        message = "The reference and the owner of a camera cannot be changed: they name it."
        raise DataError(message, "Withdraw this one, and add the other.")
    content = {**camera.content, **read}
    _check_dates(content)
    changed = sorted(name for name in read if read[name] != camera.content.get(name))
    detail = {"camera": key, "fields": changed, "reason": said}
    _store(ws, principal, action, area_id, key, content, detail)


def _store(  # noqa: PLR0913, PLR0917 - who, what, where, which, and why
    ws: Workspace,
    principal: Principal,
    action: str,
    area_id: str,
    key: str,
    content: Mapping[str, Any],
    detail: Mapping[str, object],
) -> None:
    now = ws.clock.now()
    with ws.store.change(principal, action, area_id, detail, now) as session:
        put_entries(session, principal, CAMERA.key, area_id, [(key, content, None)], None, now)


def _camera(ws: Workspace, area_id: str, key: str) -> Registered:
    found = estate(ws, area_id).camera(key)
    if found is None:
        message = "The register holds no such camera."
        raise DataError(message, "Choose one that it holds; somebody may have withdrawn it.")
    return found


def _check_dates(content: Mapping[str, Any]) -> None:
    first, last = content.get("live_from"), content.get("live_to")
    if first and last and last < first:
        message = f"The camera would be removed on {last}, before it was installed on {first}."
        raise DataError(message, "Correct one of the two days.")


def _log_entries(camera: Registered, state: str, moment: datetime, now: datetime) -> list[NewEntry]:
    """Return what the fault log gets: the end of open outages, and the new one."""
    if moment > now:
        message = "A state cannot begin in the future."
        raise DataError(message, "Give the time at which it began.")
    open_ones = [one for one in camera.outages if one.end is None]
    if any(one.start > moment for one in open_ones):
        message = "The camera was out of order since a later time than that."
        raise DataError(message, "Give a time after the outage that it ends.")
    if any(one.state == state for one in open_ones):
        message = "The camera is in that state already."
        raise DataError(message, "Choose another state.")
    rows: list[NewEntry] = [
        (
            one.key,
            _log_row(camera, one.state, one.start, moment, one.fault_ref or None),
            None,
        )
        for one in open_ones
    ]
    if state != "working":
        row = _log_row(camera, state, moment, None, None)
        rows.append((CAMERA_STATUS.key_of(row), row, None))
    return rows


def _log_row(
    camera: Registered, state: str, start: datetime, end: datetime | None, fault_ref: str | None
) -> dict[str, Any]:
    return {
        "camera_id": camera.camera_id,
        "from_utc": start.isoformat(timespec="seconds"),
        "to_utc": None if end is None else end.isoformat(timespec="seconds"),
        "state": state,
        "fault_ref": fault_ref,
    }


def cameras_named(ws: Workspace, area_id: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of cameras by key or reference, in the order given.

    Raises
    ------
    DataError
        Where one is not registered, or two owners have one of that reference.
    """
    held = estate(ws, area_id).cameras
    keys = []
    for name in names:
        wanted = same_camera(name)
        found = [one.key for one in held if one.key == name] or [
            one.key for one in held if same_camera(one.camera_id) == wanted
        ]
        if len(found) != 1:
            how = "no camera" if not found else "more than one camera"
            message = f"The register holds {how} {name[:40]!r}."
            raise DataError(message, "Name its reference and owner, such as C14|council.")
        keys.append(found[0])
    return tuple(keys)
