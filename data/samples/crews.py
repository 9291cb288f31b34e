"""Who patrols the sample town, with which powers, and what did they deliver of late?

Eight crews of five agencies. Wardens may act on street drinking and begging inside the order's zone
only. Nobody has a name here: a crew is a post and a number of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely

from data.registers.hours import DAYS
from data.samples.buildings import in_metres, to_earth
from data.samples.network import CENTRE_U, PROMENADE_U
from geo.periods import months_before

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from data.samples.town import Town

Rows = list[list[str]]

TEAM_HEADS: Final = (
    "Team", "Agency", "Team type", "Size", "Shift days", "Shift start", "Shift end", "Break start",
    "Break end", "Base", "Longitude", "Latitude", "Mode", "Zone", "Powers",
)  # fmt: skip
SERVICE_HEADS: Final = (
    "Service", "Agency", "Problems", "Powers", "Places", "Hours", "Contact post",
    "Commencement date", "End date",
)  # fmt: skip
ORDER_HEADS: Final = ("Order name", "Order type", "In force from", "In force to", "Powers", "WKT")
PATROL_HEADS: Final = (
    "Task", "Date", "Arrived", "Left", "Planned minutes", "Minutes", "Agency", "Team", "Activity",
    "Location", "Longitude", "Latitude",
)  # fmt: skip
ORDER: Final = "Town centre and promenade order"
LOGGED_MONTHS: Final = 2
"""The patrol log holds so many of the last months."""

_POLICE: Final = "arrest; stop and search; dispersal; alcohol confiscation; public spaces order"
_PCSO: Final = "dispersal; alcohol confiscation; public spaces order"
_WARDEN: Final = "public spaces order; fixed penalty: litter; community protection notice"
_VISIT_MIN: Final = 15
_DONE: Final = 0.6
_PLACES: Final = 24
_VISITS: Final = 3


@dataclass(frozen=True)
class Crew:
    """One crew; ``base`` is a key of `_bases`, ``reach`` the central patch or the whole town.

    Shifts run from ``start`` to ``end`` on ``days``; an end before the start is the next morning.
    """

    team: str
    agency: str
    kind: str
    size: int
    days: str
    start: str
    end: str
    rest: tuple[str, str]
    base: str
    mode: str
    reach: Literal["centre", "town"]
    powers: str


CREWS: Final = (
    Crew("NPT Central", "npt", "constables", 2, "Wed-Sun", "15:00", "23:00",
         ("18:30", "19:00"), "Police station", "walking", "centre", _POLICE),
    Crew("NPT Response", "npt", "constables", 2, "Thu-Sat", "18:00", "02:00",
         ("21:30", "22:00"), "Police station", "vehicle", "town", _POLICE),
    Crew("PCSO Central", "npt", "PCSO", 2, "Mon-Sat", "12:00", "20:00",
         ("15:30", "16:00"), "Police station", "walking", "centre", _PCSO),
    Crew("Specials", "specials", "special constables", 4, "Fri-Sat", "19:00", "03:00",
         ("22:30", "23:00"), "Police station", "walking", "centre", _POLICE),
    Crew("Council wardens", "civil_enforcement", "wardens", 2, "Mon-Sun", "10:00", "18:00",
         ("13:00", "13:30"), "Town hall", "walking", "town", _WARDEN),
    Crew("Civil enforcement van", "civil_enforcement", "enforcement officers", 2, "Tue-Sat",
         "12:00", "20:00", ("16:00", "16:30"), "Depot", "vehicle", "town", _WARDEN),
    Crew("BID wardens", "bid_wardens", "wardens", 2, "Mon-Sat", "10:00", "18:00",
         ("13:30", "14:00"), "Town hall", "walking", "centre", "alcohol confiscation"),
    Crew("Joint evening patrol", "joint", "constable, PCSO and wardens", 4, "Fri-Sat", "17:00",
         "01:00", ("20:30", "21:00"), "Town hall", "vehicle", "town",
         f"{_POLICE}; fixed penalty: litter; community protection notice"),
)  # fmt: skip

_NIGHT_LIFE: Final = (
    "Violence and sexual offences; Anti-social behaviour; Street drinking; Begging; Public order"
)
_SERVICES: Final = (
    ("Neighbourhood policing", "npt", f"{_NIGHT_LIFE}; Robbery; Shoplifting", _POLICE, "",
     "Mon-Sun 08:00-24:00", "Neighbourhood inspector", -60),
    ("Police community support", "npt", "Anti-social behaviour; Street drinking; Begging", _PCSO,
     "", "Mon-Sat 08:00-22:00", "Neighbourhood sergeant", -60),
    ("Special constabulary", "specials", _NIGHT_LIFE, _POLICE, "", "Fri-Sat 18:00-03:00",
     "Specials coordinator", -48),
    ("Council wardens", "civil_enforcement", "Street drinking; Begging; Anti-social behaviour",
     "public spaces order", ORDER, "Mon-Sun 10:00-18:00", "Head of public protection", -16),
    ("Environmental enforcement", "civil_enforcement", "Litter; Fly-tipping; Noise",
     "fixed penalty: litter; community protection notice", "", "Mon-Sat 08:00-20:00",
     "Enforcement manager", -36),
    ("BID wardens", "bid_wardens", "Street drinking", "alcohol confiscation", ORDER,
     "Mon-Sat 10:00-18:00", "BID manager", -4),
    ("Joint evening patrol", "joint", f"{_NIGHT_LIFE}; Litter",
     f"{_POLICE}; fixed penalty: litter", "", "Fri-Sat 17:00-01:00", "Community safety officer",
     -6),
    ("Noise team", "civil_enforcement", "Noise", "abatement notice", "", "Fri-Sun 19:00-02:00",
     "Duty officer", 3),
)  # fmt: skip
"""The last column: months from the last one to the commencement; 3 is not yet in force."""

_ACTIVITIES: Final = ("engagement", "asb warning", "stop check", "nothing", "dispersal")
_ACTIVITY_SHARES: Final = (0.46, 0.16, 0.08, 0.24, 0.06)


def team_rows(town: Town) -> Rows:
    """Return the crews and their shifts by `TEAM_HEADS`."""
    bases, patch = _bases(town), _central_patch(town)
    return [
        [
            crew.team, crew.agency, crew.kind, str(crew.size), crew.days, crew.start, crew.end,
            *crew.rest, crew.base, *bases[crew.base], crew.mode,
            patch if crew.reach == "centre" else "", crew.powers,
        ]
        for crew in CREWS
    ]  # fmt: skip


def service_rows(town: Town) -> Rows:
    """Return who may act on what, where and since when, by `SERVICE_HEADS`."""
    return [
        [*facts, f"{_month_start(months_before(town.spec.end, -months)):%d/%m/%Y}", ""]
        for *facts, months in _SERVICES
    ]


def order_rows(town: Town) -> Rows:
    """Return the one public spaces protection order by `ORDER_HEADS`."""
    start = _month_start(months_before(town.spec.end, 16))
    end = _month_start(months_before(town.spec.end, -20)) - timedelta(days=1)
    rules = "no street drinking; no begging near cash machines; no fouling of doorways"
    zone = shapely.to_wkt(order_zone(town), rounding_precision=6)
    return [[ORDER, "PSPO", f"{start:%d/%m/%Y}", f"{end:%d/%m/%Y}", rules, zone]]


def order_zone(town: Town) -> BaseGeometry:
    """Return where the order holds, WGS 84: the centre, and the promenade beside it."""
    plane = town.geography.plane
    middle = shapely.Point(CENTRE_U, 0.0).buffer(480.0, quad_segs=4)
    front = shapely.box(2.0, -1100.0, PROMENADE_U + 40.0, 1100.0)
    zone = to_earth(in_metres(plane, [shapely.union_all([middle, front])]))[0]
    return shapely.intersection(zone, town.boundary)


def patrol_rows(town: Town) -> Rows:
    """Return the visits of the last months by `PATROL_HEADS`: about half of what was planned."""
    rng = np.random.default_rng((town.spec.seed, 11))
    places = _busy_doors(town)
    first = _month_start(months_before(town.spec.end, LOGGED_MONTHS - 1))
    last = _month_start(months_before(town.spec.end, -1))
    rows: Rows = []
    for day in (first + timedelta(days=k) for k in range((last - first).days)):
        for crew in (c for c in CREWS if DAYS[day.weekday()] in _days(c.days)):
            rows += _shift_rows(town, crew, day, places, rng, len(rows))
    return rows


def _shift_rows(
    town: Town,
    crew: Crew,
    day: date,
    places: list[int],
    rng: np.random.Generator,
    before: int,
) -> Rows:
    """Return the visits of one shift that took place."""
    start = datetime.fromisoformat(f"{day}T{crew.start}")
    reach = places[:10] if crew.reach == "centre" else places
    doors = town.geography.addresses
    rows: Rows = []
    for visit in range(_VISITS):
        wait = 25 + 150 * visit + int(rng.integers(0, 40))
        stayed = int(np.clip(rng.normal(11, 4), 4, 25))
        door = reach[int(len(reach) * rng.random() ** 1.6)]
        activity = str(rng.choice(_ACTIVITIES, p=_ACTIVITY_SHARES))
        if rng.random() > _DONE:
            continue
        arrived = start + timedelta(minutes=wait)
        left = arrived + timedelta(minutes=stayed)
        rows.append([
            f"P-{before + len(rows) + 1:04d}", f"{arrived:%d/%m/%Y}", f"{arrived:%H:%M}",
            f"{left:%H:%M}", str(_VISIT_MIN), str(stayed), crew.agency, crew.team, activity,
            str(town.geography.network.name[doors.street[door]]),
            f"{doors.lon[door]:.7f}", f"{doors.lat[door]:.7f}",
        ])  # fmt: skip
    return rows


def _busy_doors(town: Town) -> list[int]:
    """Return a door of each of the busiest cells, the busiest first."""
    cells = town.geography.addresses.cell
    busy = np.argsort(-town.rates.expected.sum(axis=(1, 2)), kind="stable")[:_PLACES]
    pull = town.rates.pull
    return [int(rows[np.argmax(pull[rows])]) for rows in (np.flatnonzero(cells == k) for k in busy)]


def _bases(town: Town) -> dict[str, tuple[str, str]]:
    """Return longitude and latitude of each base."""
    plane, station = town.geography.plane, town.sinks[0]
    hall, depot = plane.to_earth(np.array([[CENTRE_U + 60.0, 30.0], [1500.0, -400.0]])).tolist()
    points = {
        "Police station": (station.lon, station.lat),
        "Town hall": (hall[0], hall[1]),
        "Depot": (depot[0], depot[1]),
    }
    return {name: (f"{lon:.7f}", f"{lat:.7f}") for name, (lon, lat) in points.items()}


def _central_patch(town: Town) -> str:
    """Return the name of the neighbourhood patch around the middle of the town."""
    lon, lat = town.geography.plane.to_earth(np.array([[CENTRE_U, 0.0]]))[0]
    inside = shapely.intersects_xy(town.patches.geometry.to_numpy(), lon, lat)
    return str(town.patches["name"].iloc[int(np.argmax(inside))])


def _days(text: str) -> tuple[str, ...]:
    first, last = (DAYS.index(part.lower()) for part in text.split("-"))
    return DAYS[first : last + 1]


def _month_start(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
