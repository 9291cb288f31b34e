"""What do screens, commands and documents show of what cameras see, against demand, by hour?

Frozen, complete, worded, suppressed and permitted: pages only lay these out. What could not be told
is None, and a sentence says why. *Seen* lies in the view of a working camera; *recorded* is the
chance that one points there; *watched* is the same of cameras that somebody monitors at that hour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from data.views import ELIGIBLE_DEMAND, LENSES, USUAL_RULE, Counted, Eligibility
from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import pandas as pd

    from geo.provenance import Provenance
    from geo.repeats import RepeatRule
    from geo.schema import Lens

Standard = Literal["en_2014", "iec_2025"]
Night = Literal["hour", "day", "night"]
CameraState = Literal["watched", "recorded", "not_working"]
CellClass = Literal["gap", "covered_high", "relocate", "quiet"]
Decision = Literal["open", "agreed", "declined", "deferred"]

HOURS: Final = 168
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STANDARD_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"en_2014": "BS EN 62676-4:2015", "iec_2025": "IEC 62676-4:2025"}
)
LEVEL_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en_2014": MappingProxyType(
            {
                "monitor": "Monitor: see that a crowd moves (12.5 px/m)",
                "detect": "Detect: see that somebody is there (25 px/m)",
                "observe": "Observe: see what somebody wears (62.5 px/m)",
                "recognise": "Recognise: know somebody again (125 px/m)",
                "identify": "Identify: say who it is (250 px/m)",
                "inspect": "Inspect: see every detail (1,000 px/m)",
            }
        ),
        "iec_2025": MappingProxyType(
            {
                "overview": "Overview (20 px/m)",
                "outline": "Outline (40 px/m)",
                "discern": "Discern (80 px/m)",
                "perceive": "Perceive (125 px/m)",
                "characterise": "Characterise (250 px/m)",
                "validate": "Validate (500 px/m)",
                "scrutinise": "Scrutinise (1,500 px/m)",
            }
        ),
    }
)
"""Operational levels of each standard, lowest first, as a choice on screen."""
USUAL_LEVEL: Final[Mapping[str, str]] = MappingProxyType(
    {"en_2014": "detect", "iec_2025": "overview"}
)
CLASS_WORDS: Final[Mapping[CellClass, str]] = MappingProxyType(
    {
        "gap": "Gap: high demand, little in view",
        "covered_high": "High demand, in view",
        "relocate": "Little demand, in view",
        "quiet": "Other places",
    }
)
STATE_WORDS: Final[Mapping[CameraState, str]] = MappingProxyType(
    {"watched": "Working, watched now", "recorded": "Working, recorded only",
     "not_working": "Not working"}
)  # fmt: skip
DECISION_WORDS: Final[Mapping[Decision, str]] = MappingProxyType(
    {"open": "To be decided", "agreed": "Agreed", "declined": "Declined", "deferred": "Put off"}
)
CELL_COLUMNS: Final = (
    "cell", "public_realm_m2", "seen_share", "recorded_share", "watched_share", "demand", "class",
)  # fmt: skip
"""Columns of the file that the command writes."""
_HOUR: Final = re.compile(r"([a-z]{3,9})\s+(\d{1,2})(?::00)?", re.IGNORECASE)
_FEWEST_LETTERS: Final = 3


def hour_words(hour: int) -> str:
    """Return an hour of the week in words.

    Examples
    --------
    >>> hour_words(118), hour_words(0)
    ('Friday 22:00', 'Monday 00:00')
    """
    return f"{DAYS[hour // 24]} {hour % 24:02}:00"


def read_hour(text: str) -> int:
    """Return the hour of the week that a text names.

    Raises
    ------
    SchemaError
        Where it names none.

    Examples
    --------
    >>> read_hour("Fri 22"), read_hour("friday 22:00"), read_hour("Mon 0")
    (118, 118, 0)
    """
    match = _HOUR.fullmatch(text.strip())
    day = match[1].casefold() if match else ""
    days = [at for at, name in enumerate(DAYS) if day and name.casefold().startswith(day)]
    if match is None or len(days) != 1 or int(match[2]) >= HOURS // 7:
        message = f"No hour of the week could be read from {text!r}."
        raise SchemaError(message, 'Name a day and an hour, such as "Fri 22".')
    return days[0] * 24 + int(match[2])


@dataclass(frozen=True)
class CoverageParams:
    """What the user chose; cache key, URL query, CLI options and the "how computed" box.

    Attributes
    ----------
    on
        The day: which cameras stand, and in whose week hours are looked at.
    hour
        Hour of the week, Monday 00:00 local time is 0; None is the whole week.
    level, standard
        How much a picture must show, and by which table.
    night
        Whether it is dark: as the hour of that week says, or always by day or by night.
    resolution
        Of the hexagons.
    categories
        Types of report that are demand; empty for all.
    lens, eligibility, repeat_rule
        What counts one.
    months
        How many observed months up to ``on`` are demand.
    high_share, low_share, seen_share
        The busiest cells, the least busy ones, and from which share on a cell counts as in view.
    move_hours
        How many watched hours the best move shifts.
    half_width_m
        How far the public realm reaches from the middle of a street.
    assumptions
        Name and value of each assumption about cameras that is not as usual; names as in
        ``geo.cameras.Assumptions``.

    Raises
    ------
    SchemaError
        From ``__post_init__``.
    """

    on: date
    hour: int | None = None
    level: str = "detect"
    standard: Standard = "en_2014"
    night: Night = "hour"
    resolution: int = 9
    categories: tuple[str, ...] = ()
    lens: Lens = "reports"
    eligibility: Eligibility = ELIGIBLE_DEMAND
    repeat_rule: RepeatRule = USUAL_RULE
    months: int = 12
    high_share: float = 0.2
    low_share: float = 0.4
    seen_share: float = 0.3
    move_hours: int = 4
    half_width_m: float = 9.0
    assumptions: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        self._check_words()
        self._check_numbers()
        object.__setattr__(self, "categories", tuple(sorted(set(self.categories))))
        object.__setattr__(self, "assumptions", tuple(sorted(self.assumptions)))

    @property
    def counted(self) -> Counted:
        """What counts one under the lens."""
        return Counted(self.eligibility, self.repeat_rule if self.lens == "estimated" else None)

    def _check_words(self) -> None:
        _one_of("standard", self.standard, LEVEL_WORDS)
        _one_of("operational level", self.level, LEVEL_WORDS[self.standard])
        _one_of("kind of light", self.night, ("hour", "day", "night"))
        _one_of("lens", self.lens, LENSES)

    def _check_numbers(self) -> None:
        if self.hour is not None:
            _between("hour of the week", self.hour, 0, HOURS - 1)
        _between("resolution", self.resolution, 8, 10)
        _between("number of months", self.months, 1, 36)
        _between("share of the busiest hexagons", self.high_share, 0.01, 0.99)
        _between("share of the least busy hexagons", self.low_share, 0.01, 0.99)
        _between("share in view", self.seen_share, 0.01, 0.99)
        _between("number of hours to move", self.move_hours, 1, 24)
        _between("half width of a street", self.half_width_m, 1, 50)
        if self.high_share + self.low_share > 1:
            message = "The busiest and the least busy hexagons overlap."
            raise SchemaError(message, "Let both shares add up to 100% or less.")


def _one_of(what: str, value: str, allowed: Iterable[str]) -> None:
    known = tuple(allowed)
    if value not in known:
        message = f"There is no {what} {value!r}."
        raise SchemaError(message, f"Choose one of: {', '.join(known)}.")


def _between(what: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        message = f"The {what} must be from {least:g} to {most:g}; found {value:g}."
        raise SchemaError(message, "Choose a value in between.")


@dataclass(frozen=True)
class CameraMark:
    """One camera on the map, in its table and in its tooltip."""

    camera_id: str
    name: str
    kind_words: str
    """ "Pan, tilt and zoom"."""
    state: CameraState
    state_words: str
    """ "Not working since 3 March 2026"."""
    lon: float | None
    lat: float | None
    """None where the role may not see where cameras stand."""
    view: dict[str, Any] | None
    """GeoJSON polygon of what it may see, WGS 84; None where withheld, unknown or not counted."""
    note: str = ""
    """What is odd about it: "Inside a building", "Outside the area"; empty where nothing is."""
    assumed: tuple[str, ...] = ()
    """What is assumed, as sentences."""
    timeshare: float | None = None
    """Share of the time that it points at any one place of its view."""


@dataclass(frozen=True)
class WeekShares:
    """The shares of demand by hour of the week, 168 each, Monday 00:00 first.

    A share is None in an hour without demand.
    """

    demand: tuple[float, ...]
    """Reports a year in each hour; empty where the role may not see single hours."""
    seen: tuple[float | None, ...]
    recorded: tuple[float | None, ...]
    watched: tuple[float | None, ...]
    staffed: tuple[bool, ...]
    """Whether anybody watches at all: no staffed hour is "nobody is watching", never 0%."""
    dark: tuple[bool, ...]
    demand_words: str
    """ "Busiest: Friday, 21:00 to 01:00, ..."; why hours of demand are hidden, where they are."""
    sentence: str
    """The mismatch: "Most demand falls at ...; most is watched at ..."."""


@dataclass(frozen=True)
class GapRow:
    """A run of adjoining hexagons with much demand, little of which is in view."""

    place: str
    cells: tuple[str, ...]
    reports: int | None
    reports_words: str
    """Reports a year: "412", "fewer than 5"."""
    seen: float
    seen_words: str
    """ "12%"."""
    busiest: str
    """ "Friday, 21:00 to 01:00"; empty where hours are not known."""


@dataclass(frozen=True)
class RemovalRow:
    """A camera that sees little demand."""

    camera_id: str
    name: str
    reports: int | None
    reports_words: str
    note: str
    """ "review overdue since 1 May 2026", "not working since 3 March 2026"; may be empty."""


@dataclass(frozen=True)
class HotspotGapRow:
    """A hotspot with no working camera on it."""

    hotspot_id: str
    name: str
    reports_words: str
    seen_words: str
    busiest: str


@dataclass(frozen=True)
class TypeShareRow:
    """Shares of the demand of one type, at the chosen hour or over the week."""

    category: str
    reports_words: str
    seen: float | None
    recorded: float | None
    watched: float | None


@dataclass(frozen=True)
class StaffMoveView:
    """The best move of some watched hours."""

    from_hours: tuple[int, ...]
    to_hours: tuple[int, ...]
    share_before: float
    share_after: float
    words: str
    """ "You watch during 61% of demand; moving 4 hours from Tuesday ... gives 68%."."""


@dataclass(frozen=True, eq=False)
class CoverageView:
    """Everything that the page shows of coverage, and what the command line writes."""

    area_id: str
    area_name: str
    params: CoverageParams
    headline: str
    """At most 70 characters: "Friday 22:00: cameras see 36% of demand; 24% is watched"."""
    sentence: str
    """In full, for print: "36% of public-place demand in ... was within view of a working camera;
    24% while someone was watching."."""
    over_week_words: str
    """The same over the whole week; empty where the headline says it already."""
    not_working_words: str
    """ "7 of 60 cameras do not work: ..."."""
    best_move_words: str
    """Empty where no move helps or hours are not known."""
    seen: float | None
    recorded: float | None
    watched: float | None
    """Shares of demand at the chosen hour, or over the week; None without demand or streets."""
    demand_words: str
    """What demand is: months, what counts, what is left out, and how many reports."""
    realm_words: str
    """The denominator: "Share of the ground within 9 m of a street centre line ..."."""
    cameras: tuple[CameraMark, ...]
    cameras_withheld: str | None
    """Why points and views are not shown; None where they are."""
    cells: pd.DataFrame
    """One row a cell, sorted: CELL_COLUMNS, with ``place``, ``demand_words``, ``class_words``
    beside; ``demand`` is reports a year over the whole week, NaN where not shown."""
    class_counts: tuple[tuple[CellClass, int], ...]
    week: WeekShares | None
    week_hidden: str | None
    """Why there are no hours; None where there are."""
    gaps: tuple[GapRow, ...]
    little_demand: tuple[RemovalRow, ...]
    hotspots_without: tuple[HotspotGapRow, ...]
    hotspots_words: str
    """ "3 of 9 hotspots have no working camera"; why it cannot be said."""
    types: tuple[TypeShareRow, ...]
    best_move: StaffMoveView | None
    incident_share: float | None
    """Share of single reports that lie in view."""
    incident_words: str
    """The share as a sentence, or why these data cannot give it."""
    caveats: tuple[str, ...]
    source_words: str
    methods: tuple[tuple[str, str], ...]
    """The "how computed" box: name and value."""
    provenance: Provenance
    no_data: str | None = None
    """Why no share of demand can be said at all; None when it can."""
    totals: tuple[tuple[str, float | int | None], ...] = ()
    """Name and value, as the command line writes them."""


@dataclass(frozen=True)
class OutageRow:
    """One interval in which a camera did not work."""

    camera_id: str
    fault_ref: str
    state_words: str
    from_words: str
    to_words: str
    """ "still so" where it is open."""
    open: bool


@dataclass(frozen=True)
class RegisterRow:
    """One camera of the register; fields that the role may not see are None."""

    key: str
    """Names the entry in every change."""
    camera_id: str
    name: str
    owner_words: str
    kind: str
    kind_words: str
    works: bool
    state_words: str
    monitored_words: str
    """ "Friday and Saturday 18:00 to 02:00", "Recorded only", "Not stated: taken as recorded"."""
    live_words: str
    """ "From 1 March 2023"."""
    purpose: str
    dpia_ref: str
    review_words: str
    """ "Due 1 May 2026", "Overdue since ...", "No review date"."""
    review_overdue: bool
    uptime_words: str
    """Over the last 12 months: "98.2% of the time"."""
    notices: tuple[str, ...]
    assumed: tuple[str, ...]
    content: Mapping[str, Any]
    """The fields as stored, for the form."""
    counts: bool = True
    """Whether its type counts as coverage."""


@dataclass(frozen=True)
class RegisterView:
    """The register of an area on a day."""

    area_id: str
    area_name: str
    on: date
    headline: str
    """ "57 of 60 cameras work today; 4 reviews are overdue"."""
    rows: tuple[RegisterRow, ...]
    outages: tuple[OutageRow, ...]
    """Open ones first, then the latest."""
    notices: tuple[str, ...]
    """Two on one spot, outside the area: told, never refused."""
    may_edit: bool
    points_withheld: str | None
    working: int
    total: int
    """Cameras that stand on that day and count as coverage."""
    choices: Mapping[str, tuple[tuple[str, str], ...]]
    """For forms: field, then value and words: type, owner, mount, status, monitored."""


@dataclass(frozen=True)
class SiteRow:
    """One place that a camera was put to in thought."""

    rank: int
    site_id: str
    place: str
    lon: float | None
    lat: float | None
    cell: str
    gain: float
    """Share of demand that comes into view with it, after those before."""
    gain_words: str
    view: dict[str, Any] | None


@dataclass(frozen=True)
class RefusedSite:
    """A place that was not considered, and why."""

    site_id: str
    place: str
    reason: str


@dataclass(frozen=True)
class SitingView:
    """Where k more cameras would see most of what nobody sees yet."""

    area_id: str
    area_name: str
    k: int
    headline: str
    """ "5 more cameras would bring 12% more of demand into view"."""
    sites: tuple[SiteRow, ...]
    refused: tuple[RefusedSite, ...]
    seen_before: float | None
    seen_after: float | None
    exact: bool
    gap: float
    """How far the best possible may lie above, as a share of it; 0 where exact."""
    gap_words: str
    candidates: int
    candidate_words: str
    """Where candidates come from, and what each is taken to be able to see."""
    caveats: tuple[str, ...]
    seconds: float
    provenance: Provenance
    no_data: str | None = None


@dataclass(frozen=True)
class RequestRow:
    """One request for a camera, scored."""

    request_id: str
    place: str
    lon: float | None
    lat: float | None
    cell: str
    asked_on: str
    requested_by: str
    """A role, never a person: "Ward councillor", "BID"."""
    purpose: str
    alternatives: str
    dpia_ref: str
    decision: Decision
    decision_words: str
    reason: str
    score: float | None
    """0 to 100; None where there is no demand to score by."""
    score_words: tuple[tuple[str, str], ...]
    """What the score rests on: demand, already in view, new in view, privacy."""
    warnings: tuple[str, ...] = ()
    """ "No data protection impact assessment is named"."""


@dataclass(frozen=True)
class RequestView:
    """The requests of an area, highest score first."""

    area_id: str
    area_name: str
    headline: str
    """ "6 requests, 2 to be decided"."""
    rows: tuple[RequestRow, ...]
    score_rule: str
    """How scores are made, as a sentence."""
    may_edit: bool
