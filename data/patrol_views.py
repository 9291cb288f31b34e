"""What do screens, commands and cards show of a joint patrol plan, and of what was delivered?

Frozen, complete, worded, suppressed and checked: a plan that failed its check never comes here.
What could not be told is None, and a sentence says why. A *stop* is a place of the plan, a *crew* a
team on one shift of one day, a *visit* one crew at one stop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from data.views import ELIGIBLE_DEMAND, LENSES, USUAL_RULE, Counted, Eligibility
from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from geo.provenance import Provenance
    from geo.repeats import RepeatRule
    from geo.schema import Lens

CctvUse = Literal["ignore", "discount", "complement"]
PlanStage = Literal["proposed", "accepted", "replaced"]
DeliveryState = Literal["delivered", "part", "not_delivered", "to_come", "unplanned"]

ISO_WEEK: Final = re.compile(r"\d{4}-W(0[1-9]|[1-4]\d|5[0-3])")
MOST_PLACES: Final = 120
DELIVERY_WORDS: Final[dict[DeliveryState, str]] = {
    "delivered": "Delivered",
    "part": "Partly delivered",
    "not_delivered": "Not delivered",
    "to_come": "Still to come",
    "unplanned": "Not planned",
}


@dataclass(frozen=True)
class GroupChoice:
    """A group of problems, and the share of all effort that the tasking group gives it.

    Attributes
    ----------
    categories
        Types of report that it holds.
    budget
        Priority; budgets are scaled to a sum of 1.
    cctv
        Whether places that cameras watch need a visit less, more, or as any other.
    """

    group_id: str
    name: str
    categories: tuple[str, ...]
    budget: float = 1.0
    cctv: CctvUse = "ignore"


@dataclass(frozen=True)
class LockChoice:
    """A visit that a new plan must keep, as the user sees it; at its time where one is given."""

    day: date
    crew_id: str
    place_id: str
    arrive_min: float | None = None


@dataclass(frozen=True)
class PlanParams:
    """What the chair chose; cache key, URL query and CLI options.

    Attributes
    ----------
    week
        ISO week, ``2026-W48``.
    hours
        Agency and crew-hours of the week; agencies that are not named have what the roster has.
    groups
        Problem groups with budgets; empty for the usual ones.
    places
        How many of the busiest places may be visited, 1 to 120.
    visits
        Visits to a place and day that are worth most, for each group.
    dwell_min
        Length of a visit.
    ward_floor
        Visits in the week that every ward with a place shall have, if the hours allow.
    months
        Observed months that demand is taken from.
    locks
        Visits to keep.
    left_out
        Places that shall not be visited.
    seed
        Same seed, same inputs: same plan. None takes the week.

    Raises
    ------
    SchemaError
        From ``__post_init__``.
    """

    week: str
    hours: tuple[tuple[str, float], ...] = ()
    groups: tuple[GroupChoice, ...] = ()
    lens: Lens = "harm"
    eligibility: Eligibility = ELIGIBLE_DEMAND
    repeat_rule: RepeatRule = USUAL_RULE
    places: int = 40
    visits: int = 3
    dwell_min: float = 15.0
    ward_floor: int = 1
    months: int = 12
    locks: tuple[LockChoice, ...] = ()
    left_out: tuple[str, ...] = ()
    seed: int | None = None

    def __post_init__(self) -> None:
        if not ISO_WEEK.fullmatch(self.week):
            message = f"A week reads YYYY-Www, such as 2026-W48; found {self.week!r}."
            raise SchemaError(message, "Monday is its first day.")
        if self.lens not in LENSES:
            message = f"There is no lens {self.lens!r}."
            raise SchemaError(message, f"Choose one of: {', '.join(LENSES)}.")
        _between("number of places", self.places, 1, MOST_PLACES)
        _between("number of visits to a place", self.visits, 1, 8)
        _between("length of a visit in minutes", self.dwell_min, 5, 120)
        _between("number of visits in every ward", self.ward_floor, 0, 21)
        _between("number of months", self.months, 1, 36)
        for agency, hours in self.hours:
            _between(f"number of hours of {agency}", hours, 0, 10_000)
        if any(group.budget < 0 for group in self.groups):
            message = "The priority of a problem group must not be negative."
            raise SchemaError(message, "Use 0 to leave it out.")
        object.__setattr__(self, "hours", tuple(sorted(self.hours)))
        object.__setattr__(self, "left_out", tuple(sorted(set(self.left_out))))

    @property
    def counted(self) -> Counted:
        """What counts one under the lens."""
        return Counted(self.eligibility, self.repeat_rule if self.lens == "estimated" else None)


def _between(what: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        message = f"The {what} must be from {least:g} to {most:g}; found {value:g}."
        raise SchemaError(message, "Choose a value in between.")


@dataclass(frozen=True)
class AgencyHours:
    """Hours of one agency: what the roster of the week has, and what the plan may use."""

    agency: str
    label: str
    """ "Neighbourhood police, hours"."""
    rostered: float
    used: float
    crews: int


@dataclass(frozen=True)
class StopView:
    """A place of the plan, numbered by demand; also when nobody goes there."""

    number: int
    place_id: str
    hotspot_id: str | None
    name: str
    ward: str
    lon: float
    lat: float
    cells: tuple[str, ...]
    visits: int
    minutes: float
    crews: tuple[str, ...]
    """Letters, such as ("A", "C")."""
    why: str
    """One sentence: "Most violence of the week; Friday 22:00 to 02:00"."""
    do: str
    """What to do there, by the problem groups and powers."""
    best_window: str
    """ "Friday, 21:00 to 01:00"; empty where hours are not known."""
    cctv_words: str
    """ "Watched on Friday evening: 42%"; empty where there are no cameras."""
    owed_words: str
    """ "30 of 90 minutes were delivered last week"; empty where nothing was planned."""
    harm_share: float
    """Of the demand of all places, 0 to 1."""
    fifth: int | None


@dataclass(frozen=True)
class VisitView:
    """One crew at one stop."""

    visit_id: str
    """Stable within the plan: day, crew and order."""
    day: date
    crew_id: str
    letter: str
    order: int
    stop: int
    place_id: str
    place: str
    arrive: datetime
    leave: datetime
    """Aware, British time."""
    dwell_min: float
    group_id: str
    group_words: str
    reason: str
    do: str
    with_whom: str
    """Who else is there in the same span: "C PCSO, 20:10"; empty for nobody."""
    travel_min: float
    locked: bool = False


@dataclass(frozen=True)
class CrewView:
    """A team on one shift of one day, with its route."""

    crew_id: str
    """Stable: team and day."""
    letter: str
    """A, B, ... by team: the same on every day of the week."""
    team: str
    agencies: tuple[str, ...]
    agency_words: str
    size: int
    mode_words: str
    day: date
    start: datetime
    end: datetime
    breaks: tuple[tuple[datetime, datetime], ...]
    base_name: str
    base_lon: float
    base_lat: float
    powers_words: str
    visits: tuple[VisitView, ...]
    route: dict[str, Any] | None
    """GeoJSON MultiLineString, WGS 84, a line for each leg, the last one back to base."""


@dataclass(frozen=True)
class UnservedView:
    """A stop without a visit, and why."""

    number: int
    place: str
    reason: str


@dataclass(frozen=True)
class FloorView:
    """Visits that a ward shall have, and has."""

    ward: str
    wanted: int
    planned: int


@dataclass(frozen=True)
class FairnessRow:
    """Share of hours beside share of harm of one fifth of deprivation, 1 the most deprived."""

    fifth: int
    label: str
    hours_share: float
    harm_share: float


@dataclass(frozen=True)
class ScoreRow:
    """One forecast that was tried on months it had not seen."""

    words: str
    hit_rate: float | None
    pai: float | None
    pei: float | None
    rri: float | None
    used: bool
    baseline: bool


@dataclass(frozen=True)
class WeekVisits:
    """Visits a week to a place, where the hours of demand are not known."""

    stop: int
    place: str
    team: str
    letter: str
    group_words: str
    visits: int


@dataclass(frozen=True)
class PlanView:
    """A checked plan of one week, ready to be laid out."""

    area_id: str
    area_name: str
    params: PlanParams
    plan_id: str
    """Of the content: the same plan has the same id."""
    stage: PlanStage
    stage_words: str
    """ "Proposed, not yet accepted", "Accepted on 25 November 2026 by the chair"."""
    headline: str
    """At most 70 characters: "68 hours reach 61% of hotspot harm; three places are left out"."""
    not_covered_words: str
    hour_more_words: str
    fairness_words: str
    hours: tuple[AgencyHours, ...]
    days: tuple[date, ...]
    stops: tuple[StopView, ...]
    crews: tuple[CrewView, ...]
    """Empty where hours are not known."""
    unserved: tuple[UnservedView, ...]
    floors: tuple[FloorView, ...]
    fairness: tuple[FairnessRow, ...]
    fairness_reason: str | None
    """Why there are no fifths of deprivation; None where there are."""
    hours_known: bool
    hours_reason: str | None
    """Why only visits a week can be told; None where hours are known."""
    week_visits: tuple[WeekVisits, ...]
    """Where hours are not known."""
    value: float
    bound: float | None
    """Upper bound of the value, where it was computed."""
    gap: float | None
    """(bound - value) / bound."""
    check_words: str
    """ "Checked: 77 visits keep all 11 rules."."""
    travel_words: tuple[str, ...]
    scores: tuple[ScoreRow, ...]
    scores_words: str
    """Which forecast is used and why; why none could be tried."""
    worth_words: str
    """Held-out harm met per hour beside the same hours spread evenly; why it cannot be said."""
    uncertainty_words: str
    caveats: tuple[str, ...]
    """Teams or places that were left out, with why, among them."""
    methods: tuple[tuple[str, str], ...]
    source_words: str
    provenance: Provenance

    def on(self, day: date) -> tuple[CrewView, ...]:
        """Return the crews of a day, by letter."""
        return tuple(crew for crew in self.crews if crew.day == day)


@dataclass(frozen=True)
class DeliveredRow:
    """Planned against delivered minutes of one place in one month, beside its reports."""

    place: str
    month: str
    planned_min: float
    delivered_min: float
    visits_planned: int
    visits_delivered: int
    state: DeliveryState
    state_words: str
    reports: int | None
    reports_words: str
    reports_before_words: str
    """The same month a year before, in words."""


@dataclass(frozen=True)
class PersonHoursRow:
    """Person-hours of an agency at a place in a month, planned and delivered."""

    month: str
    agency: str
    place: str
    planned: float
    delivered: float
    activities: tuple[tuple[str, int], ...]
    """Activity and how often it was logged."""


@dataclass(frozen=True)
class DeliveryView:
    """What was promised, what was delivered, and what came of it: opens next month's meeting."""

    headline: str
    """ "Of 120 planned hours 71 were delivered; 3 places had no visit"."""
    sentences: tuple[str, ...]
    rows: tuple[DeliveredRow, ...]
    person_hours: tuple[PersonHoursRow, ...]
    unmatched: int
    """Logged visits at no place of a plan."""
    unmatched_words: str
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class LogChoice:
    """What can be logged: three taps, no names."""

    minutes: tuple[int, ...]
    activities: tuple[tuple[str, str], ...]
    """Key and words."""
    note_words: str
    """The warning beside the note."""


def agency_words(agencies: Iterable[str], labels: dict[str, str]) -> str:
    """Return agencies as a list in words.

    Examples
    --------
    >>> agency_words(["npt", "cst"], {"npt": "Neighbourhood police", "cst": "council"})
    'Neighbourhood police and council'
    """
    named = [labels.get(agency, agency) for agency in agencies]
    if len(named) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(named)
    return f"{', '.join(named[:-1])} and {named[-1]}"
