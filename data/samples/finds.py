"""Which incidents of the sample town does the control room find itself?

Only what a watched camera has in sight while somebody sits at the screens. Before cameras were
renewed, they found half as much at the same doors: what they missed was never reported. So reports
found by CCTV double where cameras were renewed, and what the public reports stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from data.registers.hours import DAYS, read_hours
from data.samples.categories import CATEGORIES, HOURS_OF_WEEK, week
from data.samples.context import cctv_upgrade
from data.samples.outages import draw_outages, out_of_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.samples.addresses import Addresses
    from data.samples.cameras import Estate
    from data.samples.outages import Outage
    from data.samples.rates import Rates
    from data.samples.spec import TownSpec

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

CCTV_BEFORE_UPGRADE: Final = 0.5
"""Share of what renewed cameras find now that was found at the same doors before."""
STAFFED_HOURS: Final = "Mon-Thu 10:00-22:00; Fri-Sat 10:00-23:00; Sun 10:00-22:00"
"""When somebody watches; weekend demand peaks later."""

_STATION_M: Final = 45.0
_READINESS: Final = 4.5
_MOST: Final = 0.75
_CCTV: Final = np.minimum(_MOST, _READINESS * np.array([c.cctv for c in CATEGORIES]))
_OTHERS: Final = np.array([c.police + c.partner for c in CATEGORIES])


@dataclass(frozen=True, eq=False)
class Watch:
    """What the control room can find.

    Attributes
    ----------
    estate, outages
        Cameras, and when which of them did not work.
    in_sight, renewed
        Which doors a watched camera sees, and which a renewed one sees, shape (a,).
    staffed
        Hours of the week in which somebody watches, shape (168,).
    """

    estate: Estate
    outages: tuple[Outage, ...]
    in_sight: Flags
    renewed: Flags
    staffed: Flags


def watch(spec: TownSpec, estate: Estate, addresses: Addresses, rates: Rates) -> Watch:
    """Return what the town's control room can find; nothing at the door of the police station."""
    u, v = addresses.u, addresses.v
    station = rates.station_address
    away = np.hypot(u - u[station], v - v[station]) > _STATION_M
    return Watch(
        estate,
        draw_outages(spec, estate),
        estate.seen_by("renewed", "ptz", "fixed") & away,
        estate.seen_by("renewed") & away,
        staffed_hours(),
    )


def eyes(seen: Watch, address: NDArray[np.int64], start: NDArray[np.datetime64]) -> Flags:
    """Return which watched cameras at work have each door in sight, shape (cameras, rows)."""
    watched = np.array([camera.watched for camera in seen.estate.cameras])
    at_work = watched[:, None] & ~out_of_order(seen.estate, seen.outages, start)
    return np.asarray(seen.estate.sight[:, address] & at_work)


def staffed_hours() -> Flags:
    """Return in which hours of the week the screens are watched, Monday 00:00 first, shape (168,).

    Examples
    --------
    >>> int(staffed_hours().sum()), bool(staffed_hours()[4 * 24 + 22])
    (86, True)
    """
    hours = read_hours(STAFFED_HOURS) or {}
    staffed = np.zeros(HOURS_OF_WEEK, dtype=bool)
    for day, spans in hours.items():
        for start, end in spans:
            first = 24 * DAYS.index(day)
            staffed[first + int(start[:2]) : first + int(end[:2])] = True
    return staffed


def chances(
    seen: Watch, address: NDArray[np.int64], category: NDArray[np.int64], hour: NDArray[np.int64]
) -> Floats:
    """Return the chance of each report to be found by CCTV since cameras were renewed, shape (r,).

    Parameters
    ----------
    address
        Position of the door; -1 beyond the boundary.
    hour
        Hour of the week, local time.
    """
    possible = seen.in_sight[address] & (address >= 0) & seen.staffed[hour]
    return np.where(possible, _CCTV[category], 0.0)


def missed(
    spec: TownSpec,
    seen: Watch,
    address: NDArray[np.int64],
    found: Flags,
    start: NDArray[np.datetime64],
) -> Flags:
    """Return which finds were not made: cameras were not yet renewed, or none of them worked."""
    rng = np.random.default_rng((spec.seed, 8))
    early = start.astype("datetime64[M]") < np.datetime64(cctv_upgrade(spec), "M")
    luck = rng.random(len(found)) >= CCTV_BEFORE_UPGRADE
    gone = found & early & seen.renewed[address] & luck
    rows = np.flatnonzero(found)
    gone[rows] |= ~eyes(seen, address[rows], start[rows]).any(axis=0)
    return np.asarray(gone)


def expected_with_finds(
    spec: TownSpec, rates: Rates, addresses: Addresses, seen: Watch
) -> NDArray[np.float64]:
    """Return the expected reports (n, T, K) without the finds that were not yet made."""
    doors = np.bincount(addresses.cell, rates.pull * seen.renewed)
    at_work = np.array([week(c.rhythm)[seen.staffed].sum() for c in CATEGORIES])
    share = _CCTV / np.maximum(1.0, _CCTV + _OTHERS)
    early = np.array([period < cctv_upgrade(spec) for period in spec.periods])
    lost = (1 - CCTV_BEFORE_UPGRADE) * doors[:, None] * (share * at_work)
    return np.asarray(rates.expected * (1 - lost[:, None, :] * early[:, None]), dtype=np.float64)
