"""What is a patrol plan made from: which groups, places, crews, rules and travel?

Use them through `geo.patrol`, which says what times and positions mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Span = tuple[float, float]
"""Start and end, in minutes."""
Mode = Literal["walk", "vehicle"]
CctvUse = Literal["ignore", "discount", "complement"]

POLICE: Final = "police"
"""The agency whose crews, alone or joint, may visit a place that is for police only."""


def must(holds: bool, message: str, hint: str) -> None:  # noqa: FBT001
    """Raise a SchemaError unless something holds."""
    if not holds:
        raise SchemaError(message, hint)


def _unique(ids: Iterable[str], what: str) -> None:
    """Raise a SchemaError when an identifier occurs twice."""
    seen: set[str] = set()
    for one in ids:
        must(one not in seen, f"Two {what} are called {one!r}.", "Give each its own identifier.")
        seen.add(one)


@dataclass(frozen=True)
class Group:
    """A group of problems, with the share of all effort that the tasking group gives it.

    Attributes
    ----------
    budget
        Priority; all budgets are scaled to a sum of 1.
    cctv
        Whether a place that is watched needs a visit less (``discount``), more (``complement``),
        or as much as any other (``ignore``).
    cctv_strength
        By how much at a place that is watched entirely, 0 to 1.
    """

    group_id: str
    name: str
    budget: float = 1.0
    cctv: CctvUse = "ignore"
    cctv_strength: float = 0.5

    def __post_init__(self) -> None:
        must(
            0 <= self.budget < np.inf,
            f"The priority of {self.name} must not be negative; found {self.budget}.",
            "Give it a share between 0 and 1.",
        )
        must(
            0 <= self.cctv_strength <= 1,
            f"The strength of CCTV for {self.name} must lie in 0 to 1; found {self.cctv_strength}.",
            "A half is the usual choice.",
        )

    def cctv_factor(self, share: float) -> float:
        """Return by what the demand of a place is multiplied when ``share`` of it is watched."""
        sign = {"ignore": 0.0, "discount": -1.0, "complement": 1.0}[self.cctv]
        return 1.0 + sign * self.cctv_strength * share


@dataclass(frozen=True)
class Block:
    """A span of time within which a place is visited once for a group; a visit lies inside it."""

    start_min: float
    end_min: float

    def __post_init__(self) -> None:
        must(
            self.end_min > self.start_min,
            f"A block must end after its start; found {self.start_min:g} to {self.end_min:g}.",
            "Count the minutes after midnight on from 1,440.",
        )


@dataclass(frozen=True)
class Place:
    """A place that may be visited.

    Attributes
    ----------
    demand
        Expected reports or harm, a row for each group, a column for each block. Where no hours are
        known, one column for the whole week.
    windows
        When visits may take place; empty for any time.
    floor
        Visits that the place shall have in any case, if the hours allow.
    police_only
        No crew without police goes there.
    cctv
        Share of the place that working cameras watch, 0 to 1.
    target_min, delivered_min
        Minutes wanted and given so far; what is owed raises the demand.
    fifth
        Fifth of deprivation, 1 the most deprived; None when it is not known.
    """

    place_id: str
    name: str
    x_m: float
    y_m: float
    ward: str
    demand: tuple[tuple[float, ...], ...]
    windows: tuple[Span, ...] = ()
    floor: int = 0
    police_only: bool = False
    cctv: float = 0.0
    target_min: float = 0.0
    delivered_min: float = 0.0
    fifth: int | None = None

    def __post_init__(self) -> None:
        must(
            bool(np.isfinite(self.x_m) and np.isfinite(self.y_m)),
            f"{self.name} has no position.",
            "Give it a point, or leave the place out.",
        )
        amounts = [amount for row in self.demand for amount in row]
        must(
            all(0 <= amount < np.inf for amount in amounts),
            f"The demand at {self.name} must not be negative.",
            "Check the demand by block.",
        )
        must(
            all(end > start for start, end in self.windows),
            f"A window of {self.name} ends before its start.",
            "Count the minutes after midnight on from 1,440.",
        )
        must(
            0 <= self.cctv <= 1
            and self.floor >= 0
            and min(self.target_min, self.delivered_min) >= 0,
            f"The share watched of {self.name} lies in 0 to 1, and no number is negative.",
            "Check its CCTV share, floor and minutes.",
        )

    def owed_factor(self, kappa: float) -> float:
        """Return by what its demand is multiplied for minutes that were not delivered."""
        if self.target_min <= 0:
            return 1.0
        return 1.0 + kappa * max(0.0, (self.target_min - self.delivered_min) / self.target_min)


@dataclass(frozen=True)
class Crew:
    """People who patrol together; a joint crew has several agencies and the powers of all.

    Attributes
    ----------
    match
        How well it deals with each group of problems, 0 (cannot) to 1, in the order of groups.
    breaks
        Spans spent at the base.
    zone
        Ground it does not leave, metres; None for anywhere.
    size
        People, for person-hours.
    """

    crew_id: str
    name: str
    agencies: tuple[str, ...]
    base_x_m: float
    base_y_m: float
    start_min: float
    end_min: float
    match: tuple[float, ...]
    mode: Mode = "walk"
    breaks: tuple[Span, ...] = ()
    zone: BaseGeometry | None = None
    size: int = 2

    def __post_init__(self) -> None:
        must(
            bool(np.isfinite(self.base_x_m) and np.isfinite(self.base_y_m)),
            f"Crew {self.name} has no base.",
            "Give it the place where its shift begins.",
        )
        must(
            -np.inf < self.start_min < self.end_min < np.inf,
            f"Crew {self.name} has no shift: it must end after it starts.",
            "Give start and end; a shift past midnight ends on the next day.",
        )
        must(
            all(0 <= one <= 1 for one in self.match),
            f"How well crew {self.name} fits a problem lies in 0 to 1.",
            "0 means that it holds no power for it.",
        )
        must(
            all(end > start for start, end in self.breaks),
            f"A break of crew {self.name} ends before its start.",
            "Count the minutes after midnight on from 1,440.",
        )
        must(
            bool(self.agencies) and self.size >= 1,
            f"Crew {self.name} needs an agency and at least one person.",
            "Name the agency; a joint crew names each.",
        )

    @property
    def police(self) -> bool:
        """Whether police go along."""
        return POLICE in self.agencies

    @property
    def parts(self) -> tuple[Span, ...]:
        """The shift without its breaks; each part starts and ends at the base."""
        parts: list[Span] = []
        start = self.start_min
        for pause, again in sorted(self.breaks):
            if start < min(pause, self.end_min):
                parts.append((start, min(pause, self.end_min)))
            start = max(start, again)
        if start < self.end_min:
            parts.append((start, self.end_min))
        return tuple(parts)


@dataclass(frozen=True)
class PatrolRules:
    """How visits are weighed and timed.

    Attributes
    ----------
    dwell_min
        Length of a visit. Guidance, not law: short stops of 10 to 16 minutes did best in one study.
    gamma
        What each further visit to a place counts against the one before, for the same group.
    guard_min
        Least minutes between two blocks, hence between two visits to a place for a group.
    cap
        Most crews at a place in one block; each comes for another group of problems.
    travel_cost
        Value lost by a minute of travel. A place's demand averages 100 a day.
    floor_bonus
        Value of each visit that a floor asks for.
    kappa
        Weight of minutes owed.
    sigma
        Chance added to demand, so that plans cannot be foretold; standard deviation of its
        logarithm.
    shift_blocks_min
        Most minutes by which the blocks are moved, for the same reason.
    draw_starts
        Whether a visit starts at a time drawn from those that change nothing else.
    seed, iterations
        Same seed, same iterations, same problem: same plan.
    """

    dwell_min: float = 15.0
    gamma: float = 0.6
    guard_min: float = 40.0
    cap: int = 2
    travel_cost: float = 0.1
    floor_bonus: float = 250.0
    kappa: float = 0.5
    sigma: float = 0.15
    shift_blocks_min: float = 30.0
    draw_starts: bool = True
    seed: int = 0
    iterations: int = 8_000

    def __post_init__(self) -> None:
        must(
            self.dwell_min > 0 and self.cap >= 1 and self.iterations >= 0 and self.seed >= 0,
            "A visit has a length, a place room for a crew, and neither seed nor number of rounds "
            "is negative.",
            "Use the defaults.",
        )
        must(0 <= self.gamma <= 1, f"gamma must lie in 0 to 1; found {self.gamma}.", "Use 0.6.")
        others = (self.guard_min, self.travel_cost, self.floor_bonus, self.kappa, self.sigma)
        must(
            min(*others, self.shift_blocks_min) >= 0,
            "No rule of a plan is negative.",
            "Use the defaults.",
        )


DEFAULT_RULES: Final = PatrolRules()


@dataclass(frozen=True, eq=False)
class Travel:
    """Minutes between all places and bases.

    Attributes
    ----------
    walk_min, vehicle_min
        From row to column; first the places in their order, then the crews' bases in theirs.
    words
        How they were found: by street network or straight line.
    """

    walk_min: Floats
    vehicle_min: Floats
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for table in (self.walk_min, self.vehicle_min):
            square = table.ndim == 2 and table.shape[0] == table.shape[1]  # noqa: PLR2004
            must(square, "A table of travel minutes has as many rows as columns.", "Make it anew.")
            must(
                not bool((table < 0).any() or np.isnan(table).any()),
                "Travel minutes must be known and not negative.",
                "Use a straight line where no street leads.",
            )

    def of(self, mode: Mode) -> Floats:
        """Return the minutes of a way to travel."""
        return self.walk_min if mode == "walk" else self.vehicle_min


def check_names(
    groups: tuple[Group, ...], places: tuple[Place, ...], crews: tuple[Crew, ...]
) -> None:
    """Raise a SchemaError unless every identifier is there once, and there is a group."""
    must(bool(groups), "A plan needs a group of problems.", "Choose at least one.")
    _unique((group.group_id for group in groups), "groups of problems")
    _unique((place.place_id for place in places), "places")
    _unique((crew.crew_id for crew in crews), "crews")


def check_sizes(
    groups: tuple[Group, ...],
    places: tuple[Place, ...],
    crews: tuple[Crew, ...],
    n_blocks: int,
    allowed: NDArray[np.bool_] | None,
) -> None:
    """Raise a SchemaError unless tables have a row and column for everything."""
    for place in places:
        must(
            len(place.demand) == len(groups) and all(len(row) == n_blocks for row in place.demand),
            f"The demand at {place.name} needs {len(groups)} groups and {n_blocks} blocks.",
            "Give a row for each group and a column for each block.",
        )
    for crew in crews:
        must(
            len(crew.match) == len(groups),
            f"Crew {crew.name} needs its match with {len(groups)} groups of problems.",
            "Give a number for each group.",
        )
    shape = (len(crews), len(places), len(groups))
    must(
        allowed is None or allowed.shape == shape,
        f"The table of who may do what must have the shape {shape}.",
        "Give a row for each crew, place and group.",
    )
