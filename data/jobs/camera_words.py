"""How is a camera, and the register of an area, said in words, as a role may see it?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from data.access import Permission, may
from data.cctv_views import DAYS, OutageRow, RegisterRow, RegisterView
from data.jobs.camera_estate import NEVER_COVER, NOT_WORKING, day_of
from data.jobs.camera_optics import assumed_of
from data.jobs.interventions import day_words
from data.jobs.registers import CAMERA_POINTS, POINT_FIELDS
from data.jobs.wording import list_words, percent, plural, sentence_case
from data.registers.catalogue import CAMERA
from data.registers.hours import DAYS as SHORT_DAYS
from data.registers.positions import OUTSIDE_M
from geo.errors import CrsError
from geo.projection import geometry_to_metres, to_metres

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from data.access import Principal
    from data.jobs.camera_estate import Estate, Outage, Registered
    from geo.area import StudyArea

KIND_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ptz": "Pan, tilt and zoom", "fixed": "Fixed", "dome": "All-round dome",
        "multi_sensor": "Several lenses", "redeployable": "Redeployable", "anpr": "Number plates",
        "dummy": "Dummy", "body_or_vehicle": "Body or vehicle",
    }
)  # fmt: skip
OWNER_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "council": "Council", "bid": "Business improvement district", "police": "Police",
        "housing": "Housing association", "transport": "Transport", "other": "Other",
    }
)  # fmt: skip
STATUS_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"working": "Working", "fault": "Out of order", "obscured": "Obscured", "moved": "Moved",
     "off": "Switched off"}
)  # fmt: skip
MONITORED_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"live": "Watched live", "recorded": "Recorded only"}
)
POINTS_WITHHELD: Final = (
    "For your role, places stand for cameras: where each stands is for the analyst and the control"
    " room."
)
SAME_SPOT_M: Final = 1.0
"""Cameras so near to each other are pointed out."""
_MOST_OUTAGES: Final = 200


def kind_words(kind: object) -> str:
    """Return a type of camera in words."""
    return KIND_WORDS.get(str(kind), "Type not stated")


def sees_points(principal: Principal) -> bool:
    """Return whether the principal may see where exactly cameras stand, and what each sees."""
    return principal.role in CAMERA_POINTS


def hours_words(hours: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """Return hours by weekday in words, days with the same hours together.

    Examples
    --------
    >>> hours_words({"fri": [["18:00", "02:00"]], "sat": [["18:00", "02:00"]], "sun": []})
    'Friday and Saturday 18:00 to 02:00'
    """
    by_span: dict[str, list[str]] = {}
    for short, name in zip(SHORT_DAYS, DAYS, strict=True):
        spans = ", ".join(f"{first} to {last}" for first, last in hours.get(short, ()))
        if spans:
            by_span.setdefault(spans, []).append(name)
    if list(by_span) == ["00:00 to 24:00"] and len(by_span["00:00 to 24:00"]) == len(DAYS):
        return "All day, every day"
    parts = [
        f"{'every day' if len(days) == len(DAYS) else list_words(days)} {spans}"
        for spans, days in by_span.items()
    ]
    return sentence_case("; ".join(parts)) or "Never"


def monitored_words(content: Mapping[str, Any]) -> str:
    """Return when a camera is watched, in words."""
    if content.get("monitored_hours"):
        return hours_words(content["monitored_hours"])
    said = {"live": "Watched: hours are not stated, all are taken", "recorded": "Recorded only"}
    return said.get(str(content.get("monitored")), "Not stated: taken as recorded only")


def state_words(camera: Registered, moment: datetime, timezone: str) -> str:
    """Return whether a camera works at a moment, and since when not."""
    outage = camera.out_at(moment)
    if outage is not None:
        return f"{STATUS_WORDS[outage.state]} since {_day(outage.start, timezone)}"
    status = str(camera.content.get("status"))
    if status in NOT_WORKING and camera.always_out:
        return f"{STATUS_WORDS[status]}, nobody says since when"
    if status == "moved":
        return "Moved: its view may not be right"
    return "Working"


def review_words(content: Mapping[str, Any], on: date) -> tuple[str, bool]:
    """Return when a camera is due for review, and whether it is overdue."""
    due = day_of(content.get("review_due"))
    if due is None:
        return "No review date", False
    if due < on:
        return f"Overdue since {day_words(due)}", True
    return f"Due {day_words(due)}", False


def register_rows(
    area: StudyArea, held: Estate, principal: Principal, on: date, now: datetime
) -> RegisterView:
    """Return the register of an area on a day, as a role may see it."""
    shown = sees_points(principal)
    notices = place_notices(area, held.cameras, on)
    rows = tuple(
        _row(one, area, on, now, notices.get(one.key, ()), shown=shown) for one in held.cameras
    )
    if not held.has_log:
        rows = tuple(replace(row, uptime_words="No fault log") for row in rows)
    standing = [row for row, one in zip(rows, held.cameras, strict=True) if _counts(one, on)]
    working = sum(row.works for row in standing)
    return RegisterView(
        area.area_id,
        area.name,
        on,
        _headline(rows, working, len(standing), now, on),
        rows,
        _outages(held, area.timezone),
        _register_notices(held, rows),
        may(principal, Permission.EDIT_CAMERAS),
        None if shown else POINTS_WITHHELD,
        working,
        len(standing),
        CHOICES,
    )


def _counts(one: Registered, on: date) -> bool:
    return one.counts and one.stands(on)


def _row(
    one: Registered,
    area: StudyArea,
    on: date,
    now: datetime,
    notices: Sequence[str],
    *,
    shown: bool,
) -> RegisterRow:
    content = one.content
    review, overdue = review_words(content, on)
    moment = _moment(on, now, area.timezone)
    uptime = one.uptime(now)
    hidden = frozenset() if shown else POINT_FIELDS
    return RegisterRow(
        key=one.key,
        camera_id=one.camera_id,
        name=one.name,
        owner_words=OWNER_WORDS.get(str(content.get("owner")), "Not stated"),
        kind=str(content.get("type") or ""),
        kind_words=kind_words(content.get("type")),
        works=one.works_at(moment) and one.stands(on),
        state_words=state_words(one, moment, area.timezone) if one.stands(on) else "Not standing",
        monitored_words=monitored_words(content),
        live_words=_live_words(content),
        purpose=str(content.get("purpose") or ""),
        dpia_ref=str(content.get("dpia_ref") or ""),
        review_words=review,
        review_overdue=overdue,
        uptime_words="Not known" if uptime is None else f"{percent(uptime)} of the last 12 months",
        notices=tuple(notices),
        assumed=assumed_of(one) if shown else (),
        content=MappingProxyType(
            {name: None if name in hidden else value for name, value in content.items()}
        ),
        counts=one.counts,
    )


def _moment(on: date, now: datetime, timezone: str) -> datetime:
    """Return now on the day of today, else noon of the day."""
    local = now.astimezone(ZoneInfo(timezone))
    if on == local.date():
        return now
    return local.replace(year=on.year, month=on.month, day=on.day, hour=12, minute=0)


def _live_words(content: Mapping[str, Any]) -> str:
    first, last = day_of(content.get("live_from")), day_of(content.get("live_to"))
    words = f"From {day_words(first)}" if first else "Since nobody knows when"
    return f"{words}, removed {day_words(last)}" if last else words


def _headline(
    rows: Sequence[RegisterRow], working: int, standing: int, now: datetime, on: date
) -> str:
    if not rows:
        return "No camera is registered yet"
    when = "today" if on == now.date() else f"on {day_words(on)}"
    overdue = sum(row.review_overdue for row in rows)
    reviews = f"; {plural(overdue, 'review')} {'is' if overdue == 1 else 'are'} overdue"
    verb = "works" if working == 1 else "work"
    return f"{working:,} of {plural(standing, 'camera')} {verb} {when}{reviews if overdue else ''}"


def place_notices(
    area: StudyArea, cameras: Sequence[Registered], on: date
) -> dict[str, tuple[str, ...]]:
    """Return what is odd about where each camera stands, by key: told, never refused."""
    placed = [one for one in cameras if one.point is not None and one.stands(on)]
    found: dict[str, list[str]] = {one.key: [] for one in cameras}
    for one in cameras:
        if one.point is None:
            found[one.key].append("No location: in the register, not on the map")
    if placed:
        _outside(area, placed, found)
        _on_one_spot(area, placed, found)
    return {key: tuple(words) for key, words in found.items() if words}


def _outside(area: StudyArea, placed: Sequence[Registered], found: dict[str, list[str]]) -> None:
    near = geometry_to_metres(area.boundary, area.crs_m).buffer(OUTSIDE_M)
    shapely.prepare(near)
    for one in placed:
        metres = _metres(one, area.crs_m)
        if metres is None or not shapely.intersects_xy(near, *metres):
            found[one.key].append(f"Outside {area.name}")


def _on_one_spot(
    area: StudyArea, placed: Sequence[Registered], found: dict[str, list[str]]
) -> None:
    metres = {one.key: _metres(one, area.crs_m) for one in placed}
    known = {key: point for key, point in metres.items() if point is not None}
    if not known:
        return
    tree = shapely.STRtree(shapely.points(list(known.values())))
    near = tree.query(tree.geometries, predicate="dwithin", distance=SAME_SPOT_M)
    for key, others in zip(known, np.bincount(near[0]) - 1, strict=True):
        if others:
            found[key].append(f"On one spot with {plural(int(others), 'other camera')}")


def _metres(one: Registered, crs_m: str) -> tuple[float, float] | None:
    """Return where a camera stands; None beyond the reach of the reference system."""
    lon, lat = one.point or (0.0, 0.0)
    try:
        x_m, y_m = to_metres([lon], [lat], crs_m)
    except CrsError:
        return None
    return float(x_m[0]), float(y_m[0])


def _register_notices(held: Estate, rows: Sequence[RegisterRow]) -> tuple[str, ...]:
    """Return what is odd about the register, a line for each kind of thing."""
    told = Counter(words.split(" with ")[0] for row in rows for words in row.notices)
    lines = [f"{words}: {plural(n, 'camera')}." for words, n in sorted(told.items())]
    never = sum(row.kind in NEVER_COVER for row in rows)
    if never:
        kinds = "dummies, number plate cameras, and those on bodies or vehicles"
        counts = "counts" if never == 1 else "count"
        lines.append(f"{plural(never, 'camera')} never {counts} as coverage: {kinds}.")
    if held.stray:
        n = len(held.stray)
        lines.append(f"Rows of the fault log that name a camera which is not registered: {n:,}.")
    return tuple(lines)


def _outages(held: Estate, timezone: str) -> tuple[OutageRow, ...]:
    """Return the outages, open ones first, then the latest."""
    every = [one for camera in held.cameras for one in camera.outages]
    every.sort(key=lambda one: (one.end is not None, -one.start.timestamp(), one.camera_id))
    return tuple(_outage_row(one, timezone) for one in every[:_MOST_OUTAGES])


def _outage_row(one: Outage, timezone: str) -> OutageRow:
    until = "still so" if one.end is None else _moment_words(one.end, timezone)
    return OutageRow(
        one.camera_id,
        one.fault_ref,
        STATUS_WORDS[one.state],
        _moment_words(one.start, timezone),
        until,
        one.end is None,
    )


def _moment_words(moment: datetime, timezone: str) -> str:
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{day_words(local.date())}, {local:%H:%M}"


def _day(moment: datetime, timezone: str) -> str:
    return day_words(moment.astimezone(ZoneInfo(timezone)).date())


def _pairs(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(words.items())


CHOICES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "type": _pairs(KIND_WORDS),
        "owner": _pairs(OWNER_WORDS),
        "status": _pairs(STATUS_WORDS),
        "monitored": _pairs(MONITORED_WORDS),
        "mount": (("pole", "Pole"), ("wall", "Wall"), ("roof", "Roof")),
        "task": tuple((task, sentence_case(task)) for task in CAMERA.field("task").allowed),
    }
)
"""What forms offer: value and words, by field."""
