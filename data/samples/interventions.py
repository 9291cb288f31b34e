"""What is done at planted places of the sample town, and what truly comes of it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.errors import NotEnoughDataError

if TYPE_CHECKING:
    from data.samples.addresses import Floats
    from data.samples.planting import Ground, Place
    from data.samples.spec import InterventionEffect, PlantedIntervention, TownSpec

TREATED_FACTOR: Final = 0.5
MOVED_SHARE: Final = 0.5
"""Part of the fall that turns up in the cells around the place."""
SPREAD_FACTOR: Final = 0.75
"""What benefit that spreads leaves of the reports in the cells around the place."""


@dataclass(frozen=True)
class Done:
    """An intervention as it truly was.

    Attributes
    ----------
    effect, start
        What came of it, from which month on.
    place
        Name of the planted place.
    cells, beside
        Treated H3 cells, and those around them; sorted.
    treated_factor, beside_factor
        What the rates of both were multiplied with from the start on, every type and month alike.
    """

    effect: InterventionEffect
    start: str
    place: str
    cells: tuple[str, ...]
    beside: tuple[str, ...]
    treated_factor: float
    beside_factor: float


def changed(
    spec: TownSpec, ground: Ground, expected: Floats, places: tuple[Place, ...]
) -> tuple[Floats, tuple[Done, ...]]:
    """Return the expected reports (n, T, K) after what was done, and what that was.

    Raises
    ------
    NotEnoughDataError
        Where an intervention names a place that is not planted, or begins before the town does.
    """
    position = {cell: k for k, cell in enumerate(ground.cells)}
    after = expected.copy()
    done = []
    for planned in spec.interventions:
        place = _place(planned, places)
        if planned.months > spec.months:
            message = f"The town has {spec.months} months; an intervention runs {planned.months}."
            raise NotEnoughDataError(message, "Ask for more months, or a later start.")
        inside = [position[cell] for cell in place.cells]
        around = ground.ring(inside)
        first = spec.months - planned.months
        factors = _factors(planned, expected[inside, first:], expected[around, first:])
        after[inside, first:] *= factors[0]
        after[around, first:] *= factors[1]
        beside = tuple(ground.cells[k] for k in around)
        start = spec.periods[first]
        done.append(Done(planned.effect, start, place.name, place.cells, beside, *factors))
    return after, tuple(done)


def _factors(planned: PlantedIntervention, inside: Floats, around: Floats) -> tuple[float, float]:
    """Return what the rates of the place, and around it, are multiplied with."""
    if planned.effect == "spread":
        return TREATED_FACTOR, SPREAD_FACTOR
    if planned.effect != "moved":
        return 1.0, 1.0
    fall = (1 - TREATED_FACTOR) * inside.sum()
    return TREATED_FACTOR, float(1 + MOVED_SHARE * fall / around.sum())


def _place(planned: PlantedIntervention, places: tuple[Place, ...]) -> Place:
    alike = [place for place in places if place.kind == planned.kind]
    if planned.nth >= len(alike):
        message = f"The town has {len(alike)} {planned.kind} places; found number {planned.nth}."
        raise NotEnoughDataError(message, "Plant the place that the intervention names.")
    return alike[planned.nth]
