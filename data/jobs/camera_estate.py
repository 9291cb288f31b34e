"""Which cameras does an area have, and at which hours of a week does each work and is it watched?

Single outages and points are read here; what a role may see is decided by the jobs that show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from data.jobs.daylight import dark_hours
from data.registers.catalogue import CAMERA, CAMERA_STATUS
from data.registers.hours import DAYS
from data.store.registers import entries, registers_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from data.workspace import Workspace
    from geo.area import StudyArea

HOURS: Final = 168
NEVER_COVER: Final = frozenset({"dummy", "anpr", "body_or_vehicle"})
"""Types that stand for no coverage: not a picture of a place, or none at all."""
NOT_WORKING: Final = frozenset({"off", "fault", "obscured"})
"""States in which a camera sees nothing; one that was moved still works."""

_DAY_MIN: Final = 24 * 60
_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True)
class Outage:
    """One interval of the fault log: UTC, ``end`` None where it is open."""

    key: str
    camera_id: str
    state: str
    start: datetime
    end: datetime | None
    fault_ref: str = ""

    def holds(self, moment: datetime) -> bool:
        """Return whether the moment lies in it."""
        return self.start <= moment and (self.end is None or moment < self.end)


@dataclass(frozen=True, eq=False)
class Registered:
    """One camera as it is stored, and its outages, oldest first."""

    key: str
    content: Mapping[str, Any]
    outages: tuple[Outage, ...] = ()

    @property
    def camera_id(self) -> str:
        """What people call it by."""
        return str(self.content["camera_id"])

    @property
    def name(self) -> str:
        """The name of its place, or else its reference."""
        return str(self.content.get("name") or self.camera_id)

    @property
    def counts(self) -> bool:
        """Whether its type counts as coverage."""
        return self.content.get("type") not in NEVER_COVER

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude, WGS 84; None where it has no location."""
        lon, lat = self.content.get("lon"), self.content.get("lat")
        return None if lon is None or lat is None else (float(lon), float(lat))

    def stands(self, on: date) -> bool:
        """Return whether it is installed, and not yet removed, on a day."""
        since, until = day_of(self.content.get("live_from")), day_of(self.content.get("live_to"))
        return (since is None or since <= on) and (until is None or on < until)

    def out_at(self, moment: datetime) -> Outage | None:
        """Return the outage in which a moment lies, if any."""
        return next((one for one in self.outages if one.holds(moment)), None)

    @property
    def always_out(self) -> bool:
        """Whether the register says that it does not work, and the fault log not since when."""
        out = self.content.get("status") in NOT_WORKING
        return out and all(one.end is not None for one in self.outages)

    def works_at(self, moment: datetime) -> bool:
        """Return whether it works at a moment, where it stands."""
        return not self.always_out and self.out_at(moment) is None

    @property
    def watched_hours(self) -> NDArray[np.bool_]:
        """At which hours of the week somebody watches it, shape (168,)."""
        hours = self.content.get("monitored_hours")
        if hours:
            return week_of(hours)
        return np.full(HOURS, self.content.get("monitored") == "live", dtype=np.bool_)

    def uptime(self, now: datetime) -> float | None:
        """Return the share of the last 12 months in which it worked; None where it is too new."""
        since = day_of(self.content.get("live_from"))
        start = now - _YEAR
        if since is not None:
            start = max(start, datetime.combine(since, time(), UTC))
        if now - start < timedelta(days=1) or self.always_out:
            return None
        return 1 - _covered(self.outages, start, now) / (now - start).total_seconds()


@dataclass(frozen=True, eq=False)
class Estate:
    """Every camera of an area, by key; ``version`` changes with any change of its registers."""

    area_id: str
    version: int
    cameras: tuple[Registered, ...]
    stray: tuple[Outage, ...] = ()
    """Outages of cameras that the register does not hold."""

    @property
    def has_log(self) -> bool:
        """Whether a fault log was ever kept: without one, nobody knows what worked."""
        return bool(self.stray) or any(one.outages for one in self.cameras)

    def camera(self, key: str) -> Registered | None:
        """Return the camera of a key; None where there is none."""
        return next((one for one in self.cameras if one.key == key), None)


@dataclass(frozen=True, eq=False)
class WeekStates:
    """What holds at each hour of the week that contains a day.

    Attributes
    ----------
    keys
        Of the cameras that count and stand on that day.
    working, watched
        Shape (cameras, 168).
    dark
        Shape (168,).
    """

    keys: tuple[str, ...]
    working: NDArray[np.bool_]
    watched: NDArray[np.bool_]
    dark: NDArray[np.bool_]


def estate(ws: Workspace, area_id: str) -> Estate:
    """Return the cameras of an area as they are registered now."""
    with ws.store.read() as session:
        version = registers_version(session, area_id)
    return _estate(ws, area_id, version)


@lru_cache(maxsize=8)
def _estate(ws: Workspace, area_id: str, version: int) -> Estate:
    with ws.store.read() as session:
        cameras = entries(session, CAMERA.key, area_id)
        log = entries(session, CAMERA_STATUS.key, area_id)
    outages = _outages(log)
    known = {same_camera(content["camera_id"]) for content in cameras.values()}
    stray = tuple(one for name, found in outages.items() if name not in known for one in found)
    registered = tuple(
        Registered(key, content, outages.get(same_camera(content["camera_id"]), ()))
        for key, content in cameras.items()
    )
    return Estate(area_id, version, registered, stray)


def same_camera(camera_id: object) -> str:
    """Return a reference as it is compared between register and fault log."""
    return "".join(str(camera_id).casefold().split())


def _outages(log: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Outage, ...]]:
    """Return the outages of each camera; a row that says it works ends those before it."""
    by_camera: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for key, row in log.items():
        by_camera.setdefault(same_camera(row["camera_id"]), []).append((key, row))
    return {name: _intervals(rows) for name, rows in by_camera.items()}


def _intervals(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[Outage, ...]:
    mended = sorted(
        datetime.fromisoformat(row["from_utc"]) for _, row in rows if row.get("state") == "working"
    )
    found = []
    for key, row in rows:
        if row.get("state") not in NOT_WORKING:
            continue
        start = datetime.fromisoformat(row["from_utc"])
        end = datetime.fromisoformat(row["to_utc"]) if row.get("to_utc") else None
        again = next((moment for moment in mended if moment > start), None)
        end = again if end is None else end
        found.append(
            Outage(key, str(row["camera_id"]), str(row["state"]), start, end,
                   str(row.get("fault_ref") or ""))
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.start))


def week_states(held: Estate, area: StudyArea, on: date) -> WeekStates:
    """Return what holds at each hour of the week, Monday to Sunday, that contains a day.

    Notes
    -----
    A camera works in an hour when it works at its half. Which cameras stand is taken from the day
    itself, for the whole week.
    """
    return _week_states(held, on, area.timezone, *_middle(area))


@lru_cache(maxsize=32)
def _week_states(held: Estate, on: date, timezone: str, lon: float, lat: float) -> WeekStates:
    halves = half_hours(on, timezone)
    standing = [one for one in held.cameras if one.counts and one.stands(on)]
    shape = (len(standing), HOURS)
    working = np.array(
        [[one.works_at(moment) for moment in halves] for one in standing], dtype=np.bool_
    ).reshape(shape)
    watched = np.array([one.watched_hours for one in standing], dtype=np.bool_).reshape(shape)
    dark = np.array(dark_hours(halves, lon, lat), dtype=np.bool_)
    return WeekStates(tuple(one.key for one in standing), working, watched & working, dark)


def half_hours(on: date, timezone: str) -> tuple[datetime, ...]:
    """Return the half of each hour of the week that contains a day, in UTC."""
    monday = on - timedelta(days=on.weekday())
    zone = ZoneInfo(timezone)
    return tuple(
        datetime.combine(
            monday + timedelta(days=hour // 24), time(hour % 24, 30), tzinfo=zone
        ).astimezone(UTC)
        for hour in range(HOURS)
    )


def _middle(area: StudyArea) -> tuple[float, float]:
    west, south, east, north = area.boundary.bounds
    return (west + east) / 2, (south + north) / 2


def week_of(hours: Mapping[str, Sequence[Sequence[str]]]) -> NDArray[np.bool_]:
    """Return which hours of the week lie in spans by weekday, shape (168,).

    A span that ends before it starts runs past midnight into the next day. An hour counts where at
    least half of it lies inside.

    Examples
    --------
    >>> np.flatnonzero(week_of({"sun": [["22:00", "02:00"]]})).tolist()
    [0, 1, 166, 167]
    """
    minutes = np.zeros(7 * _DAY_MIN, dtype=np.bool_)
    for at, day in enumerate(DAYS):
        for first, last in hours.get(day, ()):
            start, end = _minutes(first), _minutes(last)
            length = end - start + _DAY_MIN * (end <= start)
            minutes[(at * _DAY_MIN + start + np.arange(length)) % minutes.size] = True
    return np.asarray(minutes.reshape(HOURS, 60).mean(axis=1) >= 0.5)  # noqa: PLR2004 - half


def day_of(text: object) -> date | None:
    """Return a day as it is stored; None where there is none."""
    return date.fromisoformat(str(text)[:10]) if text else None


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _covered(outages: Sequence[Outage], start: datetime, end: datetime) -> float:
    """Return for how many seconds of a span at least one outage holds."""
    total, reached = 0.0, start
    for one in outages:
        first, last = max(one.start, reached), min(one.end or end, end)
        if last > first:
            total += (last - first).total_seconds()
            reached = last
    return total
