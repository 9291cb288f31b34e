"""Where is something planted in the sample town, and how do its rates make room for it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import h3
import numpy as np

from geo.errors import NotEnoughDataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from data.samples.addresses import Floats
    from data.samples.spec import PlaceKind, PlantedPlaces, TownSpec, Where

CENTRE_RADIUS_M: Final = 1200.0
OUTSIDE_RADIUS_M: Final = 1560.0
BUSIEST: Final = 15.0
"""Most reports of an unplanted cell, as a multiple of the mean cell's; about a real resort's."""

_PEAK_RADIUS_M: Final = 650.0
_LOCAL_RADIUS_M: Final = 330.0
_FEWEST_ADDRESSES: Final = 25
_APART_RINGS: Final = 2


@dataclass(frozen=True)
class Place:
    """A planted place.

    Attributes
    ----------
    kind, where, ratio
        Of its effect.
    name
        Its busiest street.
    cells
        H3 cells, sorted.
    active
        Months in which it is at its ratio.
    surroundings_per_month
        Mean reports a month of the cells around it, season aside.
    """

    kind: PlaceKind
    where: Where
    name: str
    cells: tuple[str, ...]
    active: tuple[str, ...]
    ratio: float
    surroundings_per_month: float


@dataclass(frozen=True, eq=False)
class Spot:
    """Where one effect is planted: positions of its cells, and of those around it."""

    effect: PlantedPlaces
    inside: list[int]
    around: list[int]


@dataclass(frozen=True, eq=False)
class Ground:
    """The cells of a town as planting sees them.

    Attributes
    ----------
    cells
        H3 cells with an address, sorted; n of them.
    doors
        Addresses in each, shape (n,).
    centre_m, local_m
        Distance to the town centre and to the nearest local centre, shape (n,).
    """

    cells: tuple[str, ...]
    doors: NDArray[np.int64]
    centre_m: Floats
    local_m: Floats
    _position: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_position", {c: k for k, c in enumerate(self.cells)})

    @property
    def built(self) -> NDArray[np.bool_]:
        """Which cells are built up, shape (n,)."""
        return self.doors >= _FEWEST_ADDRESSES

    def disk(self, place: Iterable[int], rings: int) -> list[int]:
        """Return the positions of cells within ``rings`` of a place, itself included."""
        found = {c for k in place for c in h3.grid_disk(self.cells[k], rings)}
        return sorted(self._position[c] for c in found if c in self._position)

    def ring(self, place: list[int]) -> list[int]:
        """Return the positions of the cells that adjoin a place."""
        return [k for k in self.disk(place, 1) if k not in place]

    def starts(self, where: Where, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return cells where a place may start: the wished ones first, then all others there."""
        if where == "centre":
            allowed = self.centre_m < CENTRE_RADIUS_M
            wished = allowed & (self.centre_m > _PEAK_RADIUS_M)
        else:
            allowed = self.centre_m > OUTSIDE_RADIUS_M
            wished = allowed & (self.local_m < _LOCAL_RADIUS_M)
        first = rng.permutation(np.flatnonzero(wished & self.built))
        others = rng.permutation(np.flatnonzero(allowed & ~wished & self.built))
        return np.concatenate((first, others))


def choose_spots(spec: TownSpec, ground: Ground, rng: np.random.Generator) -> list[Spot]:
    """Return a spot for every planted place, none adjoining the surroundings of another.

    Raises
    ------
    NotEnoughDataError
        Where the town has no room for all.
    """
    taken: set[int] = set()
    spots: list[Spot] = []
    for effect in spec.planted:
        for _ in range(effect.count):
            size = int(rng.integers(effect.cells[0], effect.cells[1] + 1))
            spot = _first_free(ground, effect, size, taken, rng)
            spots.append(spot)
            taken.update(ground.disk(spot.inside, _APART_RINGS))
    return spots


def _first_free(
    ground: Ground, effect: PlantedPlaces, size: int, taken: set[int], rng: np.random.Generator
) -> Spot:
    """Return a compact spot of ``size`` cells, clear of others and of the town's edge."""
    for start in ground.starts(effect.where, rng):
        inside = _grown(ground, int(start), size, rng)
        around = ground.ring(inside)
        clear = not taken & set(inside) and bool(ground.built[around].all())
        if len(inside) == size and clear and len(around) >= size + 4:
            return Spot(effect, sorted(inside), around)
    message = f"There is no free spot for a planted place of {size} cells."
    raise NotEnoughDataError(message, "Plant fewer places, or ask for a larger town.")


def _grown(ground: Ground, start: int, size: int, rng: np.random.Generator) -> list[int]:
    """Return a compact set of up to ``size`` built cells that holds ``start``."""
    inside = [start]
    while len(inside) < size:
        ring = [k for k in ground.ring(inside) if ground.built[k]]
        if not ring:
            break
        touching = np.array([len(set(ground.disk([k], 1)) & set(inside)) for k in ring])
        inside.append(ring[int(rng.choice(np.flatnonzero(touching == touching.max())))])
    return inside


def make_room(spec: TownSpec, base: Floats, spots: list[Spot]) -> tuple[Floats, Floats]:
    """Return base rates (n,) and factors (n, T) that hold the effects and sum to the total.

    The surroundings of a spot are raised to its effect's ``quarter``, and its cells to their mean;
    the rest of the town gives way: the scale of ``base`` is found by bisection.

    Raises
    ------
    NotEnoughDataError
        Where what is planted needs more reports than the town has.
    """
    total = spec.scale.reports_per_month
    usual = total / len(base)
    factor = np.ones((len(base), spec.months))
    for spot in spots:
        months = np.flatnonzero(active(spot.effect, spec))
        factor[np.array(spot.inside)[:, None], months] = spot.effect.ratio
    mean = factor.mean(axis=1)

    def settled(scale: float) -> Floats:
        rate = np.minimum(scale * base, BUSIEST * usual)
        for spot in spots:
            rate[spot.around] = np.maximum(rate[spot.around], spot.effect.quarter * usual)
            rate[spot.inside] = rate[spot.around].mean()
        return rate

    if (settled(0.0) * mean).sum() > 0.9 * total:
        message = f"The planted places need more than the {total} reports a month of this town."
        raise NotEnoughDataError(message, "Plant fewer places, or ask for a larger town.")
    low, high = 0.0, 20.0 * total / base.sum()
    for _ in range(60):
        middle = (low + high) / 2
        short = (settled(middle) * mean).sum() < total
        low, high = (middle, high) if short else (low, middle)
    return settled(low), factor


def active(effect: PlantedPlaces, spec: TownSpec) -> NDArray[np.bool_]:
    """Return in which months a place is at its ratio, shape (T,)."""
    last = np.arange(spec.months) >= spec.months - effect.months
    if effect.kind in {"persistent", "treated"}:
        return np.ones(spec.months, dtype=np.bool_)
    return np.asarray(last if effect.kind == "emerging" else ~last, dtype=np.bool_)


def describe(spec: TownSpec, ground: Ground, base: Floats, spot: Spot, name: str) -> Place:
    """Return a planted place as the truth tells it."""
    months = active(spot.effect, spec)
    return Place(
        spot.effect.kind,
        spot.effect.where,
        name,
        tuple(ground.cells[k] for k in spot.inside),
        tuple(p for p, on in zip(spec.periods, months, strict=True) if on),
        spot.effect.ratio,
        float(base[spot.around].mean()),
    )
