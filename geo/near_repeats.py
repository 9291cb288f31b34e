"""After one event, is another one close by and soon more likely than chance would have it?

The Knox test counts pairs of events by how far apart they are in space and in time, and asks how
many such pairs there would be if the same places had the same dates in any order.

References
----------
Knox 1964, Applied Statistics 13:25. Johnson & Bowers 2004, European Journal of Criminology 1:237.
Ratcliffe & Rengert 2008, Security Journal 21:58.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from geo.errors import NotEnoughDataError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Metric = Literal["euclidean", "manhattan"]

DISTANCE_BREAKS: Final = (0.0, 0.1, 100.0, 200.0, 300.0, 400.0)
"""Metres; the first band is "the same location"."""
TIME_BREAKS: Final = (0.0, 8.0, 15.0, 22.0, 29.0)
"""Days: 0 to 7, 8 to 14, 15 to 21, 22 to 28."""
MOST_EVENTS: Final = 5_000
PERMUTATIONS: Final = 999


@dataclass(frozen=True, eq=False)
class KnoxTable:
    """Pairs of events by distance and time; arrays of shape (distance bands, time bands).

    Attributes
    ----------
    distance_breaks, time_breaks
        Edges of the bands, in metres and days. Bands are half-open: [from, to).
    observed
        Pairs found.
    expected
        Pairs to expect if the dates were in any order: the mean over all permutations.
    ratio
        Observed over expected; NaN where there is no such pair and no permutation had one.
    p
        (1 + permutations with at least as many pairs) / (1 + permutations).
    n_events
        Events compared: the newest 5,000 at most.
    n_left_out
        Older events that were left out.
    permutations, seed
        How ``p`` was drawn.
    """

    distance_breaks: tuple[float, ...]
    time_breaks: tuple[float, ...]
    observed: Whole
    expected: Floats
    ratio: Floats
    p: Floats
    n_events: int
    n_left_out: int
    permutations: int
    seed: int


@dataclass(frozen=True)
class KnoxBands:
    """Into which bands pairs are sorted.

    Attributes
    ----------
    distance_breaks, time_breaks
        Metres and days from 0 upwards; the last edge may be infinite. Bands are half-open, so that
        a pair 100 metres apart lies in the band that begins at 100.
    metric
        How distance is taken: straight, or along a street grid.

    Raises
    ------
    SchemaError
        Where edges do not rise from 0.
    """

    distance_breaks: tuple[float, ...] = DISTANCE_BREAKS
    time_breaks: tuple[float, ...] = TIME_BREAKS
    metric: Metric = "euclidean"

    def __post_init__(self) -> None:
        for name, edges in (("distance", self.distance_breaks), ("time", self.time_breaks)):
            rising = all(low < high for low, high in pairwise(edges))
            if len(edges) <= 1 or edges[0] != 0 or not rising:
                message = f"The {name} breaks must rise from 0; found {edges}."
                raise SchemaError(message, "Give at least two, such as 0 and 100.")


def knox(
    x_m: ArrayLike,
    y_m: ArrayLike,
    day: ArrayLike,
    *,
    bands: KnoxBands | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> KnoxTable:
    """Return how many pairs of events are close in space and in time, against chance.

    Parameters
    ----------
    x_m, y_m
        Metres, shape (n,).
    day
        Whole days since any date, shape (n,).
    bands
        Default: the same location, then 100 m steps to 400 m; weeks to 28 days.
    permutations, seed
        Of the dates over the events. The same seed gives the same table.

    Raises
    ------
    NotEnoughDataError
        With fewer than two events.
    SchemaError
        Where the arrays are not equally long, or hold a missing place or a part of a day.

    Notes
    -----
    At most 5,000 events are compared: the newest; the rest are counted as left out. Only pairs
    within the last finite distance are looked at one by one; how many pairs there are in all in a
    time band is the same in every permutation. Neither snapped locations nor months will do: every
    pair at the same map point would be "the same location".

    Examples
    --------
    >>> knox([0, 0], [0, 100], [0, 3]).observed.tolist()[2]
    [1, 0, 0, 0]
    """
    chosen = bands or KnoxBands()
    places, days, left_out = _newest(x_m, y_m, day)
    pairs, row = _near_pairs(places, chosen)
    rng = np.random.default_rng(seed)
    band_of_days = _band_of_days(days, chosen.time_breaks)
    totals = _pairs_by_time(days, chosen.time_breaks)
    observed = _table(days, pairs, row, band_of_days, totals, chosen)
    at_least = np.zeros_like(observed)
    most = np.zeros_like(observed)
    for _ in range(permutations):
        drawn = _table(rng.permutation(days), pairs, row, band_of_days, totals, chosen)
        at_least += drawn >= observed
        most = np.maximum(most, drawn)
    expected = _expected(len(days), row, totals, chosen)
    never = (observed == 0) & (most == 0)
    ratio = np.divide(observed, expected, out=np.full_like(expected, np.nan), where=~never)
    return KnoxTable(
        chosen.distance_breaks,
        chosen.time_breaks,
        observed,
        expected,
        ratio,
        (1 + at_least) / (1 + permutations),
        len(days),
        left_out,
        permutations,
        seed,
    )


def _newest(x_m: ArrayLike, y_m: ArrayLike, day: ArrayLike) -> tuple[Floats, Whole, int]:
    """Return places, shape (n, 2), and days of the newest events, and how many were left out."""
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    days = np.asarray(day, dtype=np.float64)
    if x.ndim != 1 or not x.shape == y.shape == days.shape:
        message = f"Places and days do not fit together: {x.shape}, {y.shape}, {days.shape}."
        raise SchemaError(message, "Take all of them from the same rows.")
    if len(x) <= 1:
        message = f"Near repeats need at least two events; found {len(x)}."
        raise NotEnoughDataError(message, "Choose a longer period.")
    amiss = ~np.isfinite(x + y + days) | (days != np.floor(days))
    if amiss.any():
        at = int(np.flatnonzero(amiss)[0]) + 1
        message = f"{int(amiss.sum())} events lack a place or a whole day; the first is event {at}."
        raise SchemaError(message, "Leave them out, and count days in whole numbers.")
    kept = np.argsort(days, kind="stable")[-MOST_EVENTS:]
    whole = days[kept].astype(np.int64)
    return np.column_stack([x, y])[kept], whole - whole.min(), len(x) - len(kept)


def _near_pairs(places: Floats, bands: KnoxBands) -> tuple[Whole, Whole]:
    """Return the pairs within the finite distance bands, shape (m, 2), and the band of each."""
    edges = np.array([edge for edge in bands.distance_breaks if np.isfinite(edge)])
    norm = 1.0 if bands.metric == "manhattan" else 2.0
    pairs = cKDTree(places).query_pairs(edges[-1], p=norm, output_type="ndarray")
    apart = np.linalg.norm(places[pairs[:, 0]] - places[pairs[:, 1]], ord=norm, axis=1)
    row = np.searchsorted(edges, apart, side="right") - 1
    inside = row < len(edges) - 1
    return pairs[inside].astype(np.int64), row[inside]


def _band_of_days(days: Whole, time_breaks: Sequence[float]) -> Whole:
    """Return the time band of each possible difference in days; the last number means none."""
    band: Whole = np.searchsorted(time_breaks, np.arange(int(days.max()) + 1), side="right") - 1
    return band


def _pairs_by_time(days: Whole, time_breaks: Sequence[float]) -> Whole:
    """Return how many of all pairs fall into each time band, shape (time bands,)."""
    ordered, selves = np.sort(days), np.arange(len(days))
    within = [
        int((np.searchsorted(ordered, ordered + edge, side="left") - selves).sum())
        for edge in time_breaks[1:]
    ]
    counted = np.array([len(days), *within], dtype=np.int64)
    return counted[1:] - counted[:-1]


def _table(
    days: Whole, pairs: Whole, row: Whole, band_of_days: Whole, totals: Whole, bands: KnoxBands
) -> Whole:
    """Return the pairs by distance and time band for one order of the days."""
    columns, rows = len(totals), _finite_bands(bands)
    column = band_of_days[np.abs(days[pairs[:, 0]] - days[pairs[:, 1]])]
    flat = np.bincount(row * (columns + 1) + column, minlength=rows * (columns + 1))
    near: Whole = flat.reshape(rows, columns + 1)[:, :columns]
    return near if rows == len(bands.distance_breaks) - 1 else _and_the_rest(near, totals)


def _and_the_rest(near: Whole, totals: Whole) -> Whole:
    """Return the table with a last row for all pairs further apart."""
    return np.vstack([near, totals - near.sum(axis=0)])


def _finite_bands(bands: KnoxBands) -> int:
    return sum(bool(np.isfinite(edge)) for edge in bands.distance_breaks) - 1


def _expected(n_events: int, row: Whole, totals: Whole, bands: KnoxBands) -> Floats:
    """Return the mean of the table over all orders of the days."""
    every_pair = n_events * (n_events - 1) // 2
    rows = _finite_bands(bands)
    by_distance = np.bincount(row, minlength=rows)
    if rows < len(bands.distance_breaks) - 1:
        by_distance = np.append(by_distance, every_pair - by_distance.sum())
    return np.outer(by_distance, totals) / every_pair
