"""Which reports reach the police and the council of the sample town?

Incidents are drawn from the expected rates; some are reported more than once, some are known only
as a range of time, some have no location, and a few lie beyond the boundary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from data.samples import names
from data.samples.categories import CATEGORIES, HOURS_OF_WEEK, week
from data.samples.finds import chances, missed
from geo import schema
from geo.schema import INCIDENT_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.samples.addresses import Addresses
    from data.samples.finds import Watch
    from data.samples.plane import Plane
    from data.samples.rates import Rates
    from data.samples.spec import TownSpec

POLICE_SOURCE: Final = "police_log"
COUNCIL_SOURCE: Final = "council"
CCTV_SOURCE: Final = "cctv_log"
CCTV_PROVIDER: Final = "CCTV control room"
"""Source and provider of what CCTV finds: the control room's log, and nobody else's."""
NO_LOCATION_SHARE: Final = 0.02
OUTSIDE_SHARE: Final = 0.003
BEYOND: Final = "Beyond the borough"

_MINUTE: Final = np.timedelta64(1, "m")
_LONGEST_REPEAT_MIN: Final = 55
_LONGEST_RANGE_H: Final = 21 * 24
_STREET_REACH: Final = 2
_REPEAT_REACH_M: Final = 90.0
_OUTCOMES: Final = np.array(
    [
        "Investigation complete; no suspect identified",
        "Unable to prosecute suspect",
        "Local resolution",
        "Awaiting court outcome",
    ]
)
_OUTCOME_SHARES: Final = (0.55, 0.31, 0.06, 0.08)
CCTV_SUBTYPES: Final = {
    "Begging": "Begging or vagrancy",
    "Street drinking": "Street drinking",
}
"""What the control room logs as anti-social behaviour of a kind."""
_DEGREE_M: Final = (67_900.0, 111_250.0)
"""Metres of a degree of longitude and of latitude, about, where the town lies."""
_POINTING_M: Final = 1.5
"""So exactly does an operator point at a place on the map."""

_COUNCIL: Final = np.array([c.council for c in CATEGORIES])
_CALLS: Final = np.array([c.calls for c in CATEGORIES])
_ASB: Final = [c.name for c in CATEGORIES].index("Anti-social behaviour")


@dataclass(frozen=True, eq=False)
class Scene:
    """The town that reports are drawn in.

    Attributes
    ----------
    spec
        Seed and months.
    plane, addresses
        Its ground.
    rates
        What each cell expects, and how its addresses share it.
    streets
        Name of each street line.
    watch
        What the control room can find.
    """

    spec: TownSpec
    plane: Plane
    addresses: Addresses
    rates: Rates
    streets: NDArray[np.str_]
    watch: Watch


@dataclass(frozen=True, eq=False)
class Drawn:
    """Reports as arrays in step, before they are worded.

    Attributes
    ----------
    episode
        Number of the incident behind a report, from 0; several calls share one.
    address
        Position in `Addresses`; -1 beyond the boundary.
    category
        Position in `CATEGORIES`.
    start, end
        Local minutes; equal where the moment is known.
    """

    episode: NDArray[np.int64]
    address: NDArray[np.int64]
    category: NDArray[np.int64]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]

    def take(self, rows: NDArray[np.intp]) -> Drawn:
        """Return the named rows in the order given."""
        return Drawn(
            self.episode[rows],
            self.address[rows],
            self.category[rows],
            self.start[rows],
            self.end[rows],
        )


@dataclass(frozen=True, eq=False)
class Reports:
    """Canonical incidents, and the incident behind each.

    Attributes
    ----------
    incidents
        Columns of ``INCIDENT_COLUMNS``; sorted by source, then time.
    episode, address
        Shape (rows,); see `Drawn`.
    """

    incidents: pd.DataFrame
    episode: NDArray[np.int64]
    address: NDArray[np.int64]


def draw_reports(scene: Scene) -> Reports:
    """Return every report of the town's months."""
    rng = np.random.default_rng((scene.spec.seed, 3))
    drawn = _calls(scene, _incidents(scene, rng), rng)
    council = _COUNCIL[drawn.category]
    drawn = drawn.take(np.lexsort((drawn.episode, drawn.start, ~council)))
    frame = _worded(scene, drawn, rng)
    found = (frame[schema.ORIGIN] == "cctv").to_numpy()
    made = np.flatnonzero(~missed(scene.spec, scene.watch, drawn.address, found, drawn.start))
    rank = np.where(found, 0, np.where(_COUNCIL[drawn.category], 1, 2))[made]
    rows = made[np.lexsort((drawn.start[made], rank))]
    drawn = drawn.take(rows)
    frame = _filed(frame.iloc[rows].reset_index(drop=True), drawn, found[rows], scene.spec.seed)
    return Reports(frame, drawn.episode, drawn.address)


def _incidents(scene: Scene, rng: np.random.Generator) -> Drawn:
    """Return one row for each incident: where, what and when."""
    rates = scene.rates
    count = rng.poisson(rates.expected / _CALLS / (1 - NO_LOCATION_SHARE))
    cell, month, category = (
        np.repeat(axis.ravel(), count.ravel()) for axis in np.indices(count.shape)
    )
    address = _at_address(scene.addresses, rates.pull, cell, rng)
    station = rates.station_share[month, category] * (cell == rates.station_cell)
    address[rng.random(len(cell)) < station] = rates.station_address
    start = _moment(scene.spec, month, category, rng)
    end = _range_end(scene.spec, start, category, rng)
    near = Drawn(np.arange(len(cell)), address, category, start, end)
    return _with_strays(near, rng)


def _with_strays(near: Drawn, rng: np.random.Generator) -> Drawn:
    """Return the incidents and a few more like them beyond the boundary."""
    like = rng.integers(0, len(near.episode), rng.binomial(len(near.episode), OUTSIDE_SHARE))
    rows = near.take(np.concatenate((np.arange(len(near.episode)), like)))
    rows.address[len(near.episode) :] = -1
    return Drawn(np.arange(len(rows.episode)), rows.address, rows.category, rows.start, rows.end)


def _at_address(
    addresses: Addresses,
    pull: NDArray[np.float64],
    cell: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return an address of each cell, drawn by its share."""
    edges = np.cumsum(pull)
    first = np.searchsorted(addresses.cell, np.arange(len(addresses.cells)))
    before = np.concatenate(([0.0], edges))[first]
    wanted = before[cell] + rng.random(len(cell)) * (1 - 1e-9)
    found = np.searchsorted(edges, wanted, side="right")
    last = np.searchsorted(addresses.cell, np.arange(len(addresses.cells)), side="right") - 1
    return np.asarray(np.clip(found, first[cell], last[cell]), dtype=np.int64)


def _moment(
    spec: TownSpec,
    month: NDArray[np.int64],
    category: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.datetime64]:
    """Return a local minute in each month by the category's week, shape (rows,)."""
    hour = np.zeros(len(month), dtype=np.int64)
    for k, kind in enumerate(CATEGORIES):
        rows = np.flatnonzero(category == k)
        hour[rows] = rng.choice(HOURS_OF_WEEK, len(rows), p=week(kind.rhythm))
    opening = np.array(spec.periods, dtype="datetime64[M]")
    first = opening.astype("datetime64[D]")
    days = ((opening + 1).astype("datetime64[D]") - first).astype(np.int64)[month]
    weekday = (first.astype(np.int64) + 3) % 7
    skip = (hour // 24 - weekday[month]) % 7
    weeks = (days - skip + 6) // 7
    day = skip + 7 * np.floor(rng.random(len(month)) * weeks).astype(np.int64)
    minute = (day * 24 + hour % 24) * 60 + rng.integers(0, 60, len(month))
    moment: NDArray[np.datetime64] = first[month].astype("datetime64[m]") + minute * _MINUTE
    return moment


def _range_end(
    spec: TownSpec,
    start: NDArray[np.datetime64],
    category: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.datetime64]:
    """Return when an incident was noticed at the latest; its start where the moment is known."""
    uncertain = np.array([c.uncertain for c in CATEGORIES])[category]
    span = np.array([c.span_h for c in CATEGORIES])[category] * 60.0
    minutes = np.minimum(10 + rng.gamma(1.6, 1 / 1.6, len(start)) * span, _LONGEST_RANGE_H * 60)
    minutes = np.where(rng.random(len(start)) < uncertain, np.round(minutes), 0).astype(np.int64)
    close = (np.datetime64(spec.end, "M") + 1).astype("datetime64[m]") - _MINUTE
    return np.asarray(np.minimum(start + minutes * _MINUTE, close))


def _calls(scene: Scene, incidents: Drawn, rng: np.random.Generator) -> Drawn:
    """Return one row for each report: an incident may bring more calls within the hour."""
    extra = rng.poisson(_CALLS[incidents.category] - 1)
    extra[(incidents.address < 0) | (incidents.start != incidents.end)] = 0
    again = incidents.take(np.repeat(np.arange(len(extra)), extra))
    later = np.minimum(1 + rng.exponential(14, len(again.episode)), _LONGEST_REPEAT_MIN)
    when = again.start + later.astype(np.int64) * _MINUTE
    same_month = when.astype("datetime64[M]") == again.start.astype("datetime64[M]")
    when = np.where(same_month, when, again.start)
    return Drawn(
        np.concatenate((incidents.episode, again.episode)),
        np.concatenate((incidents.address, _next_door(scene, again.address, rng))),
        np.concatenate((incidents.category, again.category)),
        np.concatenate((incidents.start, when)),
        np.concatenate((incidents.end, when)),
    )


def _next_door(
    scene: Scene, address: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return an address a few doors away in the same street and cell, or the same address."""
    doors = scene.addresses
    step = rng.integers(-_STREET_REACH, _STREET_REACH + 1, len(address))
    beside = np.clip(address + step, 0, len(doors.cell) - 1)
    alike = (doors.street[beside] == doors.street[address]) & (
        doors.cell[beside] == doors.cell[address]
    )
    away = np.hypot(doors.u[beside] - doors.u[address], doors.v[beside] - doors.v[address])
    alike &= (away <= _REPEAT_REACH_M) & (address != scene.rates.station_address)
    return np.where(alike, beside, address)


def _worded(scene: Scene, drawn: Drawn, rng: np.random.Generator) -> pd.DataFrame:
    """Return canonical incidents that no system has filed yet."""
    lon, lat, place = _located(scene, drawn, rng)
    missing = np.isnan(lon)
    columns = {
        schema.MONTH: drawn.start.astype("datetime64[M]").astype(str),
        schema.CATEGORY: np.array([c.name for c in CATEGORIES])[drawn.category],
        schema.OUTCOME: _outcomes(scene.spec, drawn, rng),
        schema.PLACE: np.where(missing, "", place),
        schema.LON: lon,
        schema.LAT: lat,
        schema.TIME_FROM: _utc(drawn.start),
        schema.TIME_TO: _utc(drawn.end),
        schema.TIME_PRECISION: np.full(len(lon), "minute"),
        schema.LOCATION_PRECISION: np.where(missing, "none", "exact"),
        schema.ORIGIN: _origins(scene, drawn, rng),
    }
    frame = pd.DataFrame(columns).reindex(columns=list(INCIDENT_COLUMNS), fill_value="")
    return frame.astype({name: "str" for name in frame if frame[name].dtype == object})


def _located(
    scene: Scene, drawn: Drawn, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.object_]]:
    """Return longitude, latitude (NaN where unknown) and street of each report."""
    doors, plane = scene.addresses, scene.plane
    lon, lat = doors.lon[drawn.address], doors.lat[drawn.address]
    place = scene.streets.astype(object)[doors.street[drawn.address]]
    stray = np.flatnonzero(drawn.address < 0)
    inland = plane.depth_m * 1.12 + rng.uniform(100, 1500, len(stray))
    along = rng.uniform(plane.south_m, plane.north_m, len(stray))
    lonlat = plane.to_earth(np.column_stack((inland, along)))
    lon[stray], lat[stray], place[stray] = lonlat[:, 0], lonlat[:, 1], BEYOND
    lost = rng.random(len(lon)) < NO_LOCATION_SHARE
    lost[stray] = False
    lon[lost] = lat[lost] = np.nan
    return lon, lat, place


def _filed(frame: pd.DataFrame, drawn: Drawn, found: NDArray[np.bool_], seed: int) -> pd.DataFrame:
    """Return reports with reference and row number in the system that holds each.

    The control room notes the moment of a find, where its operator pointed, and its own words for
    the type.
    """
    council = _COUNCIL[drawn.category]
    off = np.random.default_rng((seed, 12)).uniform(-1, 1, (2, len(found))) * found * _POINTING_M
    system = np.where(found, 0, np.where(council, 1, 2))
    sources = np.array([CCTV_SOURCE, COUNCIL_SOURCE, POLICE_SOURCE])
    providers = np.array([CCTV_PROVIDER, names.COUNCIL, names.POLICE])
    words = frame[schema.CATEGORY]
    asb = words.isin(list(CCTV_SUBTYPES)) & found
    columns: dict[str, Any] = {
        schema.LON: np.round(frame[schema.LON] + off[0] / _DEGREE_M[0], 7),
        schema.LAT: np.round(frame[schema.LAT] + off[1] / _DEGREE_M[1], 7),
        schema.SOURCE: sources[system],
        schema.PROVIDER: providers[system],
        schema.SOURCE_REF: _references(drawn, system),
        schema.SOURCE_ROW: _row_numbers(system),
        schema.SUBTYPE: words.map(CCTV_SUBTYPES).where(asb, ""),
        schema.CATEGORY: words.where(~asb, "Anti-social behaviour"),
        schema.OUTCOME: frame[schema.OUTCOME].where(~found, ""),
        schema.TIME_TO: frame[schema.TIME_TO].where(~found, frame[schema.TIME_FROM]),
    }
    filed = frame.assign(**columns)
    return filed.astype({name: "str" for name in filed if filed[name].dtype == object})


def _references(drawn: Drawn, system: NDArray[np.int64]) -> list[str]:
    """Return a number of the day in each system."""
    day = drawn.start.astype("datetime64[D]")
    texts = np.char.replace(day.astype(str), "-", "")
    key = day.astype(np.int64) + system * 10**6
    opening = np.concatenate(([True], key[1:] != key[:-1]))
    first = np.maximum.accumulate(np.where(opening, np.arange(len(key)), 0))
    number = np.arange(len(key)) - first + 1
    prefix = np.array(["CR", "SC", "MP"])[system]
    return [
        f"{p}-{t}-{n:04d}"
        for p, t, n in zip(prefix.tolist(), texts.tolist(), number.tolist(), strict=True)
    ]


def _row_numbers(system: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return row numbers from 1 within each system."""
    numbers = np.zeros(len(system), dtype=np.int64)
    for one in range(int(system.max(initial=0)) + 1):
        numbers[system == one] = np.arange(1, 1 + int((system == one).sum()))
    return numbers


def _outcomes(spec: TownSpec, drawn: Drawn, rng: np.random.Generator) -> NDArray[np.str_]:
    """Return the latest outcome of a crime; blank for ASB and the council's reports."""
    outcome = rng.choice(_OUTCOMES, len(drawn.category), p=_OUTCOME_SHARES)
    recent = drawn.start.astype("datetime64[M]") > np.datetime64(spec.end, "M") - 2
    outcome = np.where(recent, "Under investigation", outcome)
    crime = ~_COUNCIL[drawn.category] & (drawn.category != _ASB)
    return np.where(crime, outcome, "")


def _origins(scene: Scene, drawn: Drawn, rng: np.random.Generator) -> NDArray[np.str_]:
    """Return who found each: the public, the control room, police work, a partner."""
    cctv = chances(scene.watch, drawn.address, drawn.category, _hour_of_week(drawn.start))
    police = np.array([c.police for c in CATEGORIES])[drawn.category]
    partner = np.array([c.partner for c in CATEGORIES])[drawn.category]
    draw = rng.random(len(cctv)) * np.maximum(1.0, cctv + police + partner)
    steps = [draw < cctv, draw < cctv + police, draw < cctv + police + partner]
    return np.select(steps, ["cctv", "police", "partner"], "public")


def _hour_of_week(local: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return hours since Monday 00:00 local time, 0 to 167."""
    hours = local.astype("datetime64[h]").astype(np.int64)
    return np.asarray((hours + 3 * 24) % HOURS_OF_WEEK, dtype=np.int64)


def _utc(local: NDArray[np.datetime64]) -> pd.DatetimeIndex:
    """Return local minutes as UTC; the repeated hour of autumn is taken as winter time."""
    stamps = pd.DatetimeIndex(local.astype("datetime64[us]"))
    zoned = stamps.tz_localize(
        "Europe/London",
        ambiguous=np.zeros(len(stamps), dtype=bool),
        nonexistent=pd.Timedelta(hours=1),
    )
    return zoned.tz_convert("UTC")
