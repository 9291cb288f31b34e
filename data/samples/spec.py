"""Which sample town is wanted: how large, how long, from which seed, and what planted in it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from geo.errors import GridError, NotEnoughDataError
from geo.periods import month_range, months_before

Size = Literal["small", "standard", "large"]
PlaceKind = Literal["persistent", "emerging", "fading", "treated"]
InterventionEffect = Literal["moved", "spread", "nothing", "not_delivered"]
Where = Literal["centre", "outside"]

MOST_CELLS: Final = 7
"""Of a planted place: a cell and its six neighbours."""


@dataclass(frozen=True)
class Scale:
    """How large a town is.

    Attributes
    ----------
    area_km2
        Land inside the boundary, about.
    reports_per_month
        Police and council together, about.
    wards, patches
        Wards after the boundary change (one more before it), and neighbourhood teams.
    districts
        Local centres outside the town centre.
    buildings
        Footprints, at most: those nearest to the centre.
    """

    area_km2: float
    reports_per_month: int
    wards: int
    patches: int
    districts: int
    buildings: int


SCALES: Final[dict[Size, Scale]] = {
    "small": Scale(12.5, 700, 8, 4, 3, 400),
    "standard": Scale(35.0, 2000, 17, 8, 8, 3000),
    "large": Scale(90.0, 5000, 36, 14, 18, 7000),
}


@dataclass(frozen=True)
class PlantedPlaces:
    """Places of a few adjoining cells that are made busier than their surroundings.

    Attributes
    ----------
    kind
        ``persistent`` in every month; ``emerging`` in the last ``months`` only; ``fading`` in all
        but the last ``months``; ``treated`` in every month, until an intervention changes it.
    count
        How many places.
    where
        In the town centre or outside it.
    ratio
        Reports in a planted cell over the mean of the cells around the place.
    cells
        Fewest and most cells of a place, both included.
    months
        See ``kind``; unused by persistent places.
    quarter
        Least reports of the cells around a place, as a multiple of the town's mean cell. Where
        little happens, three times little is no hotspot of the town.

    Raises
    ------
    GeoError
        From ``__post_init__``: sizes or numbers that cannot be planted.
    """

    kind: PlaceKind
    count: int
    where: Where = "outside"
    ratio: float = 3.0
    cells: tuple[int, int] = (2, 5)
    months: int = 5
    quarter: float = 1.8

    def __post_init__(self) -> None:
        fewest, most = self.cells
        if not 1 <= fewest <= most <= MOST_CELLS:
            message = f"A planted place has 1 to {MOST_CELLS} cells; found {fewest} to {most}."
            raise GridError(message, "Give the fewest and the most cells, in this order.")
        if self.count < 0 or self.ratio <= 0 or self.months < 1:
            message = f"Planted places need a count, ratio and months above zero; found {self}."
            raise NotEnoughDataError(message, "Leave the effect out to plant nothing.")


@dataclass(frozen=True)
class PlantedIntervention:
    """Something that is done at one of the planted places, and what truly comes of it.

    Attributes
    ----------
    effect
        ``moved``: the place's reports are halved, and half of the fall turns up in the cells around
        it. ``spread``: they are halved, and the cells around it gain a little too. ``nothing``: it
        is delivered and changes nothing. ``not_delivered``: nothing is done.
    kind, nth
        Of the place: the ``nth`` planted one of its kind, from 0.
    months
        It began with the last ``months`` of the town, and still runs.

    Raises
    ------
    GeoError
        From ``__post_init__``: less than one month.
    """

    effect: InterventionEffect
    kind: PlaceKind
    nth: int
    months: int

    def __post_init__(self) -> None:
        if self.months < 1 or self.nth < 0:
            message = f"An intervention runs for at least one month; found {self.months}."
            raise NotEnoughDataError(message, "Leave it out to plant none.")


DEFAULT_EFFECTS: Final = (
    PlantedPlaces("persistent", 2, "centre", cells=(2, 4), quarter=1.8),
    PlantedPlaces("persistent", 3, "outside", cells=(3, 4)),
    PlantedPlaces("emerging", 2, "outside", cells=(3, 4), months=5, quarter=1.6),
    PlantedPlaces("fading", 2, "outside", cells=(3, 4), months=8, quarter=1.4),
)
"""What the standard town holds; a small town holds fewer (see `TownSpec.planted`)."""

SMALL_EFFECTS: Final = (
    PlantedPlaces("persistent", 1, "centre", cells=(2, 3)),
    PlantedPlaces("persistent", 1, "outside", cells=(3, 3)),
    PlantedPlaces("emerging", 1, "outside", cells=(2, 2), months=5),
)


@dataclass(frozen=True)
class TownSpec:
    """Everything that decides a sample town; equal specs give equal bytes.

    Attributes
    ----------
    seed
        Of every random stream.
    months
        Calendar months of reports, ``end`` the last of them.
    end
        Last month, ``YYYY-MM``.
    size
        Key of `SCALES`.
    effects
        What is planted; None means what suits the size.
    interventions
        What is done at planted places; by default nothing.

    Raises
    ------
    GeoError
        From ``__post_init__``: an unknown size, no month, or a month that does not read YYYY-MM.

    Examples
    --------
    >>> TownSpec(months=3, end="2026-02").periods
    ('2025-12', '2026-01', '2026-02')
    """

    seed: int = 19
    months: int = 36
    end: str = "2026-08"
    size: Size = "standard"
    effects: tuple[PlantedPlaces, ...] | None = None
    interventions: tuple[PlantedIntervention, ...] = ()

    def __post_init__(self) -> None:
        if self.size not in SCALES:
            message = f"There is no town size {self.size!r}."
            raise GridError(message, f"Choose from: {', '.join(SCALES)}.")
        if self.months < 1:
            message = f"A town needs at least one month; found {self.months}."
            raise NotEnoughDataError(message, "Ask for 36 months.")
        months_before(self.end, 0)

    @property
    def scale(self) -> Scale:
        """How large the town is."""
        return SCALES[self.size]

    @property
    def periods(self) -> tuple[str, ...]:
        """Every month of reports, in order."""
        return month_range(months_before(self.end, self.months - 1), self.end)

    @property
    def planted(self) -> tuple[PlantedPlaces, ...]:
        """What is planted in this town."""
        if self.effects is not None:
            return self.effects
        return SMALL_EFFECTS if self.size == "small" else DEFAULT_EFFECTS


DEMO_EFFECTS: Final = (
    *DEFAULT_EFFECTS[:3],
    PlantedPlaces("treated", 2, "outside", cells=(4, 4), quarter=1.8),
)
"""What the town of the demonstration holds: two places are treated instead of fading."""
DEMO_INTERVENTIONS: Final = (
    PlantedIntervention("moved", "treated", 0, 12),
    PlantedIntervention("spread", "treated", 1, 12),
    PlantedIntervention("nothing", "persistent", 2, 10),
    PlantedIntervention("not_delivered", "persistent", 3, 8),
)
DEMO_TOWN: Final = TownSpec(effects=DEMO_EFFECTS, interventions=DEMO_INTERVENTIONS)
"""The town that `hexbeat demo` loads."""
