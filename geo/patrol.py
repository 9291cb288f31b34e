"""What is asked of a patrol plan, and what does a plan consist of?

One planning day: places with demand by problem group and block of time, crews with shifts and
powers, travel between them, rules. Times are minutes from local midnight of the planned day that
really pass; a shift may run beyond midnight (1500 is 01:00 of the next day). On the day the clocks
change the caller gives minutes that pass, not minutes on the clock. Positions are metres.

Every part checks itself when it is made, so that a caller can leave out the one that is wrong, say
why, and still plan with the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo._patrol_parts import (
    DEFAULT_RULES,
    POLICE,
    Block,
    CctvUse,
    Crew,
    Group,
    Mode,
    PatrolRules,
    Place,
    Span,
    Travel,
    check_names,
    check_sizes,
    must,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "DEFAULT_RULES",
    "POLICE",
    "Block",
    "CctvUse",
    "CountPlan",
    "CountProblem",
    "Crew",
    "FloorResult",
    "Group",
    "Lock",
    "Mode",
    "PatrolRules",
    "Place",
    "Plan",
    "Problem",
    "Return",
    "Span",
    "Travel",
    "Unserved",
    "Visit",
    "VisitCount",
]


@dataclass(frozen=True)
class Lock:
    """A visit that a new plan must keep; at its time when one is given."""

    crew_id: str
    place_id: str
    block: int
    arrive_min: float | None = None


@dataclass(frozen=True, eq=False)
class Problem:
    """All that one day's plan is made from.

    Attributes
    ----------
    blocks
        In order, at least the guard apart.
    allowed
        Whether a crew may act on a group of problems at a place, shape (crews, places, groups);
        None when match alone decides.
    ward_floors
        Wards with the visits that they shall have.
    """

    groups: tuple[Group, ...]
    places: tuple[Place, ...]
    crews: tuple[Crew, ...]
    blocks: tuple[Block, ...]
    travel: Travel
    rules: PatrolRules = DEFAULT_RULES
    allowed: NDArray[np.bool_] | None = None
    ward_floors: tuple[tuple[str, int], ...] = ()
    locks: tuple[Lock, ...] = ()

    def __post_init__(self) -> None:
        check_names(self.groups, self.places, self.crews)
        check_sizes(self.groups, self.places, self.crews, len(self.blocks), self.allowed)
        n_points = len(self.places) + len(self.crews)
        must(
            len(self.travel.walk_min) == len(self.travel.vehicle_min) == n_points,
            f"Travel minutes are needed between {n_points} places and bases.",
            "Make the table from the same places and crews.",
        )
        gaps = [b.start_min - a.end_min for a, b in zip(self.blocks, self.blocks[1:], strict=False)]
        must(
            all(gap >= self.rules.guard_min for gap in gaps),
            f"Blocks must lie {self.rules.guard_min:g} minutes apart.",
            "Make them with draw_blocks.",
        )
        known = {place.place_id for place in self.places}, {crew.crew_id for crew in self.crews}
        for lock in self.locks:
            must(
                lock.place_id in known[0]
                and lock.crew_id in known[1]
                and 0 <= lock.block < len(self.blocks),
                "A locked visit names a place, crew or block that there is not.",
                "Unlock it, or bring the place or crew back.",
            )


@dataclass(frozen=True, eq=False)
class CountProblem:
    """What visits are shared out from where the hours of the demand are not known.

    Attributes
    ----------
    places
        Demand with one column: the week.
    hours
        Hours of each crew in the week.
    travel_min
        Typical minutes from one place to the next.
    most
        Most visits to a place for a group in the week.
    allowed
        As in `Problem`.
    """

    groups: tuple[Group, ...]
    places: tuple[Place, ...]
    crews: tuple[Crew, ...]
    hours: tuple[float, ...]
    travel_min: float = 10.0
    most: int = 21
    rules: PatrolRules = DEFAULT_RULES
    allowed: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        check_names(self.groups, self.places, self.crews)
        check_sizes(self.groups, self.places, self.crews, 1, self.allowed)
        must(
            len(self.hours) == len(self.crews) and all(0 <= one < np.inf for one in self.hours),
            "Each crew needs its hours of the week, not negative.",
            "Give the hours by crew.",
        )
        must(
            self.travel_min >= 0 and self.most >= 1,
            "Travel must not be negative, and a place may be visited once at least.",
            "Use the defaults.",
        )


@dataclass(frozen=True)
class Visit:
    """One stop of a crew.

    Attributes
    ----------
    part
        Part of the shift, counted from 0 and cut by breaks.
    order
        Place in that part, from 1.
    group_id
        The group of problems to which it brings most; the crew comes for that.
    travel_min
        From the stop before, or from the base.
    gain
        Value that would be lost without it, travel aside.
    """

    crew_id: str
    part: int
    order: int
    place_id: str
    block: int
    arrive_min: float
    leave_min: float
    group_id: str
    travel_min: float
    gain: float
    locked: bool = False


@dataclass(frozen=True)
class Return:
    """When a crew is back at its base at the end of a part of its shift."""

    crew_id: str
    part: int
    travel_min: float
    back_min: float


@dataclass(frozen=True)
class Unserved:
    """A place without a visit, with the reason."""

    place_id: str
    reason: str


@dataclass(frozen=True)
class FloorResult:
    """How many visits a ward or place shall have, and has."""

    name: str
    wanted: int
    planned: int


@dataclass(frozen=True)
class Plan:
    """One day's plan.

    Attributes
    ----------
    visits
        By crew, then by time.
    returns
        One for each part of a shift that has visits.
    value
        Demand met, less the cost of travel, with the bonus for floors.
    met, travel_min, floor_visits
        Its three parts, the last two as minutes and visits.
    unserved
        Places without a visit.
    ward_floors, place_floors
        Only those that were asked for.
    notes
        What the reader must know: crews without a stop, locks that could not be kept.
    iterations
        Rounds of improvement made.
    complete
        False when the search was stopped early.
    """

    visits: tuple[Visit, ...]
    returns: tuple[Return, ...]
    value: float
    met: float
    travel_min: float
    floor_visits: int
    unserved: tuple[Unserved, ...] = ()
    ward_floors: tuple[FloorResult, ...] = ()
    place_floors: tuple[FloorResult, ...] = ()
    notes: tuple[str, ...] = ()
    iterations: int = 0
    complete: bool = True


@dataclass(frozen=True)
class VisitCount:
    """How often a crew shall visit a place in the week, for a group of problems."""

    crew_id: str
    place_id: str
    group_id: str
    visits: int


@dataclass(frozen=True)
class CountPlan:
    """Visits a week, where the hours of the demand are not known.

    Attributes
    ----------
    counts
        By crew, then place, then group, each at least 1.
    value
        Demand met.
    """

    counts: tuple[VisitCount, ...]
    value: float
    unserved: tuple[Unserved, ...] = ()
    place_floors: tuple[FloorResult, ...] = ()
    notes: tuple[str, ...] = ()
