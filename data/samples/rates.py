"""How many reports does each place of the sample town truly expect?

Addresses along the streets draw reports: most at the centre and the seafront, some in the older
terraces and the local centres, few in the estates. A cell's rate is the sum over its addresses,
times what is planted there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from data.samples.addresses import from_centre, mean_by_cell
from data.samples.categories import CATEGORIES, year
from data.samples.interventions import Done, changed
from data.samples.network import CENTRE_U
from data.samples.planting import (
    OUTSIDE_RADIUS_M,
    Ground,
    Place,
    choose_spots,
    describe,
    make_room,
)
from geo.periods import month_index

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.samples.addresses import Addresses, Floats
    from data.samples.plane import Plane
    from data.samples.spec import TownSpec

STATION_SHARE: Final = 0.006
"""Part of the police reports that are filed under the police station instead of their place."""

_STATION_AT: Final = (CENTRE_U + 130.0, -190.0)
_DISTRICTS_APART_M: Final = 1050.0


@dataclass(frozen=True, eq=False)
class Rates:
    """What is truly expected.

    Attributes
    ----------
    expected
        Located reports per cell, month and category, shape (n, T, K); n are ``Addresses.cells``.
    places
        What was planted.
    interventions
        What was done there; its effect is in ``expected``.
    centrality
        1 at the town centre, towards 0 away from it, shape (n,).
    pull
        Share of each address in its cell's reports, shape (a,).
    station_address, station_cell
        Position of the police station among addresses and cells.
    station_share
        Part of the reports of that cell that are filed under the station, shape (T, K).
    """

    expected: Floats
    places: tuple[Place, ...]
    centrality: Floats
    pull: Floats
    station_address: int
    station_cell: int
    station_share: Floats
    interventions: tuple[Done, ...] = ()


def expect(spec: TownSpec, plane: Plane, addresses: Addresses, streets: NDArray[np.str_]) -> Rates:
    """Return the expected reports of every cell, month and category, with what is planted.

    Parameters
    ----------
    spec
        Seed, months and effects.
    plane, addresses
        The town.
    streets
        Name of each street line, for the names of the planted places.
    """
    rng = np.random.default_rng((spec.seed, 2))
    districts = _districts(spec, plane, addresses, rng)
    draw = _attraction(addresses, districts)
    ground = _ground(addresses, districts)
    base = np.bincount(addresses.cell, draw) * rng.lognormal(0.0, 0.2, len(addresses.cells))
    spots = choose_spots(spec, ground, rng)
    base, factor = make_room(spec, base, spots)
    pull = draw * rng.lognormal(0.0, 1.2, len(draw))
    pull /= np.bincount(addresses.cell, pull)[addresses.cell]
    places = tuple(
        describe(spec, ground, base, s, _busiest_street(addresses, streets, pull, s.inside))
        for s in spots
    )
    centrality = np.exp(-ground.centre_m / 800.0)
    expected = _by_category(spec, base[:, None] * factor, centrality)
    expected, done = changed(spec, ground, expected, places)
    rates = _with_station(addresses, expected, places, centrality, pull)
    return replace(rates, interventions=done)


def _ground(addresses: Addresses, districts: Floats) -> Ground:
    u, v = mean_by_cell(addresses, addresses.u), mean_by_cell(addresses, addresses.v)
    local = np.hypot(u[:, None] - districts[:, 0], v[:, None] - districts[:, 1])
    doors = np.bincount(addresses.cell)
    away = mean_by_cell(addresses, from_centre(addresses.u, addresses.v))
    return Ground(addresses.cells, doors, away, local.min(axis=1, initial=np.inf))


def _attraction(addresses: Addresses, districts: Floats) -> Floats:
    """Return how much each address draws: centre, seafront, terraces, local centres, estates."""
    away = from_centre(addresses.u, addresses.v)
    draw = 0.07 + 0.36 * np.exp(-((away / 1900.0) ** 2)) + 15.0 * np.exp(-away / 215.0)
    draw += 0.9 * np.exp(-np.abs(addresses.u) / 170.0) * np.exp(-((addresses.v / 1700.0) ** 2))
    for u, v in districts:
        near = np.hypot(addresses.u - u, addresses.v - v)
        draw += 0.15 * np.exp(-((near / 430.0) ** 2))
    return np.asarray(draw, dtype=np.float64)


def _districts(
    spec: TownSpec, plane: Plane, addresses: Addresses, rng: np.random.Generator
) -> Floats:
    """Return local centres (u, v), well apart, outside the centre and off the edges."""
    u, v = addresses.u, addresses.v
    away = from_centre(u, v)
    fit = (u > 0.08 * plane.depth_m) & (u < 0.80 * plane.depth_m)
    fit &= (v > plane.south_m + 500) & (v < plane.north_m - 500)
    fit &= (away > OUTSIDE_RADIUS_M) & (away < 0.36 * plane.length_m)
    chosen: list[tuple[float, float]] = []
    for k in rng.permutation(np.flatnonzero(fit)):
        if all(np.hypot(u[k] - a, v[k] - b) > _DISTRICTS_APART_M for a, b in chosen):
            chosen.append((float(u[k]), float(v[k])))
        if len(chosen) == spec.scale.districts:
            break
    return np.array(chosen).reshape(-1, 2)


def _busiest_street(
    addresses: Addresses, streets: NDArray[np.str_], pull: Floats, inside: list[int]
) -> str:
    """Return the street whose addresses draw most in the given cells."""
    here = np.flatnonzero(np.isin(addresses.cell, inside))
    names, line = np.unique(streets[addresses.street[here]], return_inverse=True)
    return str(names[np.argmax(np.bincount(line, pull[here]))])


def _by_category(spec: TownSpec, rate: Floats, centrality: Floats) -> Floats:
    """Return the rate of each cell and month split by category and season, shape (n, T, K)."""
    share = np.array([c.share for c in CATEGORIES])
    central = np.array([c.central for c in CATEGORIES])
    weight = rate.sum(axis=1) / rate.sum()
    tilt = np.exp(central * (centrality[:, None] - weight @ centrality))
    mix = share * tilt / (weight @ tilt)
    mix /= mix.sum(axis=1, keepdims=True)
    months = np.array([month_index(p) % 12 for p in spec.periods])
    season = np.column_stack([year(c) for c in CATEGORIES])[months]
    expected = rate[:, :, None] * mix[:, None, :] * season[None, :, :]
    return np.asarray(expected, dtype=np.float64)


def _with_station(
    addresses: Addresses,
    expected: Floats,
    places: tuple[Place, ...],
    centrality: Floats,
    pull: Floats,
) -> Rates:
    """Return the rates after some police reports were filed under the police station."""
    near = np.hypot(addresses.u - _STATION_AT[0], addresses.v - _STATION_AT[1])
    address = int(near.argmin())
    cell = int(addresses.cell[address])
    police = np.array([not c.council for c in CATEGORIES])
    moved = expected.sum(axis=0) * police * STATION_SHARE
    expected = expected * np.where(police, 1 - STATION_SHARE, 1.0)
    expected[cell] += moved
    return Rates(expected, places, centrality, pull, address, cell, moved / expected[cell])
