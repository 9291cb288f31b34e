"""A joint plan of one week in an invented town, as the job would return it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from data.patrol_views import (
    AgencyHours,
    CrewView,
    DeliveredRow,
    DeliveryView,
    FairnessRow,
    FloorView,
    LogChoice,
    PersonHoursRow,
    PlanParams,
    PlanView,
    ScoreRow,
    StopView,
    UnservedView,
    VisitView,
    WeekVisits,
)
from geo.provenance import provenance

if TYPE_CHECKING:
    from collections.abc import Sequence

LONDON: Final = ZoneInfo("Europe/London")
WEEK: Final = "2026-W48"
FRIDAY: Final = date(2026, 11, 27)
DAYS: Final = tuple(date(2026, 11, 23) + timedelta(days=i) for i in range(7))
STEP: Final = 0.0021
"""Degrees of latitude between two streets of the town's grid."""
CORNER: Final = (53.492, -2.012)
STOPS: Final = (
    ("Marine Square", 3, 9), ("Harbour Street", 2, 7), ("Bus station", 6, 6),
    ("Fisher Row", 1, 11), ("Market Street", 4, 12), ("South Parade", 1, 3),
    ("Chapel Street", 7, 10), ("Victoria Park", 8, 15), ("North Parade", 3, 18),
    ("Albert Road", 6, 17), ("Grange Road", 12, 10), ("Queens Drive", 11, 4),
)  # fmt: skip
LEFT_OUT: Final = {
    10: "Needs police powers: no police hours are left.",
    11: "It is too far: no crew that may go there could be back in time.",
    12: "It is too far: no crew that may go there could be back in time.",
}
BASE: Final = (9, 11)
CREWS: Final = (
    ("A", "Police 1", ("npt",), 17.0, 25.0, (19.6, 20.3),
     ((2, 17.2), (1, 18.6), (6, 21.2), (2, 23.1))),
    ("B", "Police 2 with council", ("npt", "cst"), 17.5, 24.5, (20.8, 21.5),
     ((1, 18.1), (4, 20.0), (5, 22.0), (1, 23.6))),
    ("C", "PCSO", ("npt",), 17.0, 22.0, (20.1, 20.8), ((3, 17.3), (7, 18.5), (8, 19.6), (3, 21.0))),
    ("D", "Council wardens", ("cst",), 17.0, 23.0, (20.2, 20.8), ((5, 17.8), (9, 19.4), (4, 21.4))),
    ("E", "BID rangers", ("bid",), 18.0, 22.0, None, ((1, 18.5), (5, 20.6))),
    ("F", "Cleansing van", ("cleansing",), 17.5, 21.5, None, ((3, 17.9), (6, 20.2))),
)  # fmt: skip
AGENCIES: Final = (
    ("npt", "Police, hours", 40.0, 3), ("cst", "Council wardens, hours", 16.0, 1),
    ("bid", "BID rangers, hours", 8.0, 1), ("cleansing", "Cleansing, hours", 4.0, 1),
)  # fmt: skip


def point(column: float, row: float, corner: tuple[float, float] = CORNER) -> tuple[float, float]:
    """Return longitude and latitude of a corner of the grid."""
    return round(corner[1] + column * STEP * 1.7, 6), round(corner[0] + row * STEP * 0.6, 6)


def moment(day: date, hour: float) -> datetime:
    """Return the time of a day, also beyond its midnight."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    return midnight + timedelta(minutes=round(hour * 60))


def stop(number: int, corner: tuple[float, float] = CORNER) -> StopView:
    """Return one stop."""
    name, column, row = STOPS[number - 1]
    lon, lat = point(column, row, corner)
    crews = tuple(c[0] for c in CREWS if number in {at for at, _ in c[6]})
    visits = sum(at == number for c in CREWS for at, _ in c[6])
    return StopView(
        number, f"p{number}", f"spot-{number}", name, "Marine", lon, lat, (), visits, 15.0 * visits,
        crews, f"{70 - 5 * number} reports, mostly street drinking; Friday 21:00 to 01:00",
        "Walk through, speak to shops; warden leads on the alcohol order",
        "Friday, 21:00 to 01:00", "Watched on Friday evening: 42%",
        "30 of 90 minutes were delivered last week" if number == 1 else "",
        round(0.2 / number, 3), 1 if number < 6 else 4,
    )  # fmt: skip


def _street(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the corners between two, first along the row, then along the column."""
    columns = range(a[0], b[0], 1 if b[0] > a[0] else -1)
    rows = range(a[1], b[1], 1 if b[1] > a[1] else -1)
    return [*((c, a[1]) for c in columns), *((b[0], r) for r in rows), b]


def route(stops: Sequence[int], corner: tuple[float, float] = CORNER) -> dict[str, Any]:
    """Return a way from base along stops and back, a line for each leg."""
    ends = [BASE, *(STOPS[number - 1][1:] for number in stops), BASE]
    legs = [[list(point(c, r, corner)) for c, r in _street(a, b)] for a, b in pairwise(ends)]
    return {"type": "MultiLineString", "coordinates": legs}


def crew(place: int, day: date = FRIDAY, corner: tuple[float, float] = CORNER) -> CrewView:
    """Return one crew of a day with its visits."""
    letter, team, agencies, start, end, rest, visited = CREWS[place]
    crew_id = f"{letter}-{day.isoformat()}"
    visits = tuple(
        VisitView(
            f"{day.isoformat()}-{letter}-{i}", day, crew_id, letter, i, number, f"p{number}",
            STOPS[number - 1][0], moment(day, hour), moment(day, hour + 0.25), 15.0, "violence",
            "Violence and robbery", "Most violence of the week", "Walk through, speak to shops",
            "C PCSO, 20:10" if (letter, number) == ("A", 1) else "", 6.0, locked=False,
        )
        for i, (number, hour) in enumerate(visited, start=1)
    )  # fmt: skip
    lon, lat = point(*BASE, corner)
    return CrewView(
        crew_id, letter, team, agencies, team, 2, "Walking", day, moment(day, start),
        moment(day, end), ((moment(day, rest[0]), moment(day, rest[1])),) if rest else (),
        "Police station", lon, lat, "Dispersal, alcohol confiscation", visits,
        route([number for number, _ in visited], corner),
    )  # fmt: skip


def plan(corner: tuple[float, float] = CORNER, **changes: Any) -> PlanView:
    """Return the plan of a week in which crews are out on Friday and, two of them, on Saturday."""
    crews = [crew(i, FRIDAY, corner) for i in range(len(CREWS))]
    crews += [crew(i, FRIDAY + timedelta(days=1), corner) for i in (0, 2)]
    found = PlanView(
        area_id="sandport",
        area_name="Sandport",
        params=PlanParams(WEEK),
        plan_id="plan-1",
        stage="proposed",
        stage_words="Proposed, not yet accepted",
        headline="68 hours reach 61% of hotspot harm; three places are left out",
        not_covered_words="Grange Road, Queens Drive (too far), Albert Road (needs police powers).",
        hour_more_words="One more police hour reaches Albert Road.",
        fairness_words="The most deprived fifth has 38% of the harm and gets 41% of the hours.",
        hours=tuple(AgencyHours(a, label, n, n, k) for a, label, n, k in AGENCIES),
        days=DAYS,
        stops=tuple(stop(number, corner) for number in range(1, len(STOPS) + 1)),
        crews=tuple(crews),
        unserved=tuple(UnservedView(n, STOPS[n - 1][0], why) for n, why in LEFT_OUT.items()),
        floors=(FloorView("Marine", 1, 9),),
        fairness=(
            FairnessRow(1, "Most deprived", 0.41, 0.38),
            FairnessRow(2, "2nd", 0.23, 0.24),
            FairnessRow(3, "3rd", 0.15, 0.17),
            FairnessRow(4, "4th", 0.13, 0.13),
            FairnessRow(5, "Least deprived", 0.08, 0.08),
        ),
        fairness_reason=None,
        hours_known=True,
        hours_reason=None,
        week_visits=(),
        value=120.0,
        bound=None,
        gap=None,
        check_words="Checked: 20 visits keep all 11 rules.",
        travel_words=("Walking times from the street network.",),
        scores=(
            ScoreRow("Same hours, last 12 months", 0.31, 3.1, 0.6, 1.0, used=True, baseline=True),
            ScoreRow("Regression", 0.32, None, None, None, used=False, baseline=False),
        ),
        scores_words="The average of the last 12 months is used: nothing was 2% better.",
        worth_words="On months it had not seen, the plan met 2.1 times the harm of even hours.",
        uncertainty_words="A place has 40 to 70 reports a year.",
        caveats=("Team NPT Night has no shift and is left out.",),
        methods=(("Places", "Hotspots and the busiest hexagons"),),
        source_words="Source: Sandshire Police, data to 31 August 2026.",
        provenance=provenance("d4t4s3t", "area-1", {}),
    )
    return replace(found, **changes)


def month_plan() -> PlanView:
    """Return the plan of data that give only the month: visits a week, no hours."""
    return plan(
        headline="68 hours give 24 visits a week to nine places",
        crews=(),
        hours_known=False,
        hours_reason="These data give only the month: no hours can be planned.",
        week_visits=tuple(
            WeekVisits(n, STOPS[n - 1][0], "Police 1", "A", "Violence and robbery", 3)
            for n in range(1, 10)
        ),
    )


def delivery() -> DeliveryView:
    """Return what was delivered of an earlier plan."""
    return DeliveryView(
        headline="Of 120 planned hours 71 were delivered; 3 places had no visit",
        sentences=("Marine Square had 12 of 14 visits; reports fell from 64 to 51.",),
        rows=(
            DeliveredRow("Marine Square", "2026-10", 210, 180, 14, 12, "part", "Partly delivered",
                         51, "51 reports", "64 in October 2025"),
            DeliveredRow("Mill Lane", "2026-10", 60, 0, 4, 0, "not_delivered", "Not delivered",
                         None, "Too few to show", "Too few to show"),
        ),
        person_hours=(PersonHoursRow("2026-10", "Police", "Marine Square", 7.0, 6.0,
                                     (("engagement", 4),)),),
        unmatched=2,
        unmatched_words="Two logged visits were at no place of a plan.",
        caveats=("October is not complete.",),
    )  # fmt: skip


def log_choice() -> LogChoice:
    """Return what can be logged."""
    return LogChoice(
        (5, 15, 30),
        (
            ("engagement", "Spoke to people"),
            ("stop_check", "Stop check"),
            ("nothing", "Nothing seen"),
        ),
        "Note (no names or descriptions)",
    )
