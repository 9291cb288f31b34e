"""When did which camera of the sample town not work?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.periods import months_before

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.samples.cameras import Estate, Role
    from data.samples.spec import TownSpec

_OFTEN: Final = 0.9
"""Faults of a camera over all months, on average; the renewed break down less."""
_SELDOM: Final = 0.2
_LONGEST_DAYS: Final = 24
_OPEN: Final[tuple[tuple[Role, int, int], ...]] = (("fixed", 3, 2), ("quiet", 3, 2), ("ptz", 1, 11))
"""Still open at the end: kind of camera, months before the last one, day."""
_STATES: Final = ("no picture", "fault", "obscured", "no power", "out of position")


@dataclass(frozen=True)
class Outage:
    """A camera did not work from one local moment to another; ``end`` is None while it is open."""

    camera_id: str
    start: datetime
    end: datetime | None
    state: str
    reference: str


def draw_outages(spec: TownSpec, estate: Estate) -> tuple[Outage, ...]:
    """Return the fault log of all months, by time; three faults are open at its end."""
    rng = np.random.default_rng((spec.seed, 9))
    found: list[tuple[datetime, datetime | None, str, str]] = []
    for camera in estate.cameras:
        first = max(camera.live_from, date.fromisoformat(f"{spec.periods[0]}-01"))
        last = min(camera.live_to or date.max, date.fromisoformat(f"{spec.end}-01"))
        days = (last - first).days - _LONGEST_DAYS
        seldom = camera.role in {"renewed", "former"}
        count = int(rng.poisson(_SELDOM if seldom else _OFTEN))
        for _ in range(count if days > 0 and camera.type != "dummy" else 0):
            start = _moment(first + timedelta(days=int(rng.integers(days))), rng)
            back = start + timedelta(days=int(rng.integers(1, 4 if seldom else _LONGEST_DAYS)))
            found.append((start, back, camera.camera_id, str(rng.choice(_STATES))))
    found += [(start, None, one, "no picture") for start, one in _open(spec, estate)]
    found.sort(key=lambda row: (row[0], row[2]))
    return tuple(
        Outage(camera_id, start, back, state, f"F-{101 + number}")
        for number, (start, back, camera_id, state) in enumerate(found)
    )


def out_of_order(
    estate: Estate, outages: tuple[Outage, ...], when: NDArray[np.datetime64]
) -> NDArray[np.bool_]:
    """Return which cameras did not work at each local moment, shape (cameras, moments)."""
    out = np.array([_absent(c.live_from, c.live_to, when) for c in estate.cameras])
    number = {camera.camera_id: k for k, camera in enumerate(estate.cameras)}
    for one in outages:
        during = when >= np.datetime64(one.start)
        if one.end is not None:
            during &= when < np.datetime64(one.end)
        out[number[one.camera_id]] |= during
    return out


def _absent(
    live_from: date, live_to: date | None, when: NDArray[np.datetime64]
) -> NDArray[np.bool_]:
    absent = when < np.datetime64(live_from)
    return absent if live_to is None else absent | (when >= np.datetime64(live_to))


def _open(spec: TownSpec, estate: Estate) -> list[tuple[datetime, str]]:
    """Return the last camera of some kinds, and since when it does not work."""
    found = []
    for role, months, day in _OPEN:
        last = [c.camera_id for c in estate.cameras if c.role == role][-1:]
        start = datetime.fromisoformat(f"{months_before(spec.end, months)}-{day:02d}T08:30")
        found += [(start, camera_id) for camera_id in last]
    return found


def _moment(day: date, rng: np.random.Generator) -> datetime:
    """Return a moment of a day in working hours."""
    minutes = int(rng.integers(8 * 60, 17 * 60))
    return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60)  # noqa: DTZ001
