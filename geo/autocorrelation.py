"""Where do counts cluster more than chance would have it?

Getis-Ord Gi* on the cells of a study area, its exact permutation p-values, and the false discovery
rate. ``adjacency`` is everywhere a binary ``scipy.sparse.csr_array`` of shape (n, n), each cell its
own neighbour; edge cells simply have fewer members. The statistics know nothing of the population
at risk: a town centre is hot, which is right for a patrol and wrong for a personal risk.

References
----------
Getis & Ord 1992, Geographical Analysis 24:189. Ord & Getis 1995, Geographical Analysis 27:286.
Caldas de Castro & Singer 2006, Geographical Analysis 38:180.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.special import ndtr

from geo.errors import GridError, SchemaError

Floats = NDArray[np.float64]

FEWEST_CELLS: Final = 30
FEWEST_REPORTS: Final = 60
FEWEST_PER_CELL: Final = 0.5
CONFIDENT_RATE: Final = 0.05
PROBABLE_RATE: Final = 0.20
DRAWS: Final = 9_999
MOST_BINS: Final = 1_000_000
"""Above this many possible neighbourhood sums the null is sampled rather than enumerated."""


@dataclass(frozen=True, eq=False)
class PermutationPValues:
    """How unusual each neighbourhood sum is if the values lay anywhere; arrays of shape (n,).

    Attributes
    ----------
    p_hot, p_cold
        Chance of a sum at least, or at most, as large as the one observed.
    p_two
        Two-sided: twice the smaller of the two, at most 1.
    lag
        Sum over the cell and its neighbours.
    members
        Number of cells in that sum, the cell itself included.
    """

    p_hot: Floats
    p_cold: Floats
    p_two: Floats
    lag: Floats
    members: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class HotTiers:
    """Which cells of one map are hot, and how sure that is; arrays of shape (n,).

    Attributes
    ----------
    z
        Gi* score; NaN where it is undefined.
    p_hot
        One-sided permutation p-value.
    q_value
        ``p_hot`` after the false discovery rate over the cells.
    tier
        "confident" (q at most 0.05), "probable" (at most 0.20) or "".
    method
        Whether the null was enumerated or sampled.
    reason
        Why no cell has a tier, when there is too little to map; else None.
    """

    z: Floats
    p_hot: Floats
    q_value: Floats
    tier: NDArray[np.str_]
    method: Literal["exact", "sampled"]
    reason: str | None


@dataclass(frozen=True, eq=False)
class HotSlices:
    """Which cells are hot in each period; arrays of shape (n, T).

    ``z`` and ``q`` (two-sided, false discovery rate within the period) are NaN and ``hot`` is False
    in periods that were not observed.
    """

    z: Floats
    q: Floats
    hot: NDArray[np.bool_]


def weights(adjacency: csr_array, cells: int) -> tuple[csr_array, Floats]:
    """Return the adjacency as numbers and the members of each neighbourhood, shape (n,).

    Raises
    ------
    GridError
        If the shape is not (n, n), an entry is not 1, or a cell is not its own neighbour.
    """
    if adjacency.shape != (cells, cells):
        message = f"{cells} values need an adjacency of {cells} cells; found {adjacency.shape}."
        raise GridError(message, "Take values and adjacency from the same study cells.")
    matrix = csr_array(adjacency, dtype=np.float64)
    if not ((matrix.data == 1).all() and (matrix.diagonal() == 1).all()):
        message = "Adjacency must hold 1 for the cell itself and each neighbour, and nothing else."
        raise GridError(message, "Build it with geo.cells.study_cells.")
    return matrix, np.diff(matrix.indptr).astype(np.float64)


def standardised(excess: Floats, members: Floats, spread: Floats, cells: float) -> Floats:
    """Return z of neighbourhood sums above their expectation, NaN where the variance is 0.

    Parameters
    ----------
    excess
        Sum of the members less ``members`` times the mean.
    members
        Cells in the sum; broadcast against ``excess``, like ``spread``.
    spread
        Population standard deviation of the values.
    cells
        Number of values that the members are drawn from.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        size = (cells * members - members**2) / (cells - 1)
        scores: Floats = excess / np.sqrt(np.where(size > 0, size, np.nan))
        scores /= np.where(spread > 0, spread, np.nan)
        return scores


def gi_star(values: ArrayLike, adjacency: csr_array) -> Floats:
    """Return the Gi* score of each cell, in each period at once.

    Parameters
    ----------
    values
        Counts or harm, shape (n,) or (n, T). A period with a NaN is NaN throughout.

    Returns
    -------
    ndarray
        z, of the shape of ``values``. NaN, never infinite, where the variance is 0: all values
        equal, or a cell whose neighbourhood is the whole study area. A cell without neighbours is
        scored on its own value.

    Notes
    -----
    Binary weights, the cell itself included, population standard deviation: equal to
    ``esda.G_Local(transform="B", star=True).Zs`` and ``spdep::localG``.

    Examples
    --------
    >>> line = csr_array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1], [0, 0, 1, 1]])
    >>> gi_star([5, 5, 0, 0], line).round(2)
    array([ 1.73,  1.  , -1.  , -1.73])
    """
    field = np.asarray(values, dtype=np.float64)
    cells = len(field)
    matrix, members = weights(adjacency, cells)
    spread = np.where(np.ptp(field, axis=0) > 0, field.std(axis=0), 0.0)
    per_row = members.reshape((-1,) + (1,) * (field.ndim - 1))
    return standardised(matrix @ field - per_row * field.mean(axis=0), per_row, spread, cells)


def gi(values: ArrayLike, adjacency: csr_array) -> Floats:
    """Return the Gi score: is the surrounding hot, leaving the cell itself out?

    Shapes as in `gi_star`. Mean, spread and number of cells are those of the other cells. NaN also
    for a cell without neighbours. Equal to ``esda.G_Local(transform="B", star=False).Zs``.
    """
    field = np.asarray(values, dtype=np.float64)
    others = len(field) - 1
    matrix, members = weights(adjacency, others + 1)
    centred = field - field.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = -centred / others
        variance = ((centred**2).sum(axis=0) - centred**2) / others - mean**2
    tolerance = 1e-12 * (centred**2).max(axis=0, initial=0.0)
    spread = np.sqrt(np.where(variance > tolerance, variance, 0.0))
    neighbours = members.reshape((-1,) + (1,) * (field.ndim - 1)) - 1
    return standardised(matrix @ centred - centred - neighbours * mean, neighbours, spread, others)


def permutation_null(counts: NDArray[np.int64], most_members: int) -> list[Floats]:
    """Return the exact chance of every sum of m counts drawn without replacement, m = 0, 1, ...

    Parameters
    ----------
    counts
        Whole numbers of at least 0, shape (n,).
    most_members
        Largest m wanted, at most n.

    Returns
    -------
    list of ndarray
        ``null[m][s]`` is the chance of the sum s; each adds up to 1.

    Notes
    -----
    Equal counts enter together, smallest first: of m draws from the first N + c counts the number
    that falls on the c newcomers is hypergeometric. The zeros of a sparse map are thus one step,
    and arrays stay short until the few large counts arrive. All terms are positive, so that far
    tails keep their relative precision.
    """
    largest = np.sort(counts)[::-1][:most_members]
    null = np.zeros((most_members + 1, int(largest.sum()) + 1))
    null[0, 0] = 1.0
    width = [1] + [0] * most_members
    seen = 0
    for value, repeats in zip(*(a.tolist() for a in np.unique_counts(counts)), strict=True):
        for m in range(min(most_members, seen + repeats), 0, -1):
            ways = comb(seen + repeats, m)
            null[m, : width[m]] *= comb(seen, m) / ways
            for j in range(max(1, m - seen), min(m, repeats) + 1):
                share = comb(repeats, j) * comb(seen, m - j) / ways
                end = j * value + width[m - j]
                null[m, j * value : end] += share * null[m - j, : width[m - j]]
                width[m] = max(width[m], end)
        seen += repeats
    return [row[:w] for row, w in zip(null, width, strict=True)]


def exact_p_values(counts: ArrayLike, adjacency: csr_array) -> PermutationPValues:
    """Return exact p-values of the neighbourhood sums if counts were exchangeable over the cells.

    Parameters
    ----------
    counts
        Whole numbers of at least 0, shape (n,).

    Raises
    ------
    SchemaError
        If a count is negative or not a whole number type.

    Notes
    -----
    Unconditional: the cell's own count is drawn too. The conditional permutation of other packages
    holds it fixed, and so tests the surroundings only. Honest under "nothing is clustered"; loses
    power where many cells are truly hot, since their counts are in the null.
    """
    field = np.asarray(counts)
    if not np.issubdtype(field.dtype, np.integer) or (field.size and field.min() < 0):
        message = f"Exact p-values need whole counts of at least 0; found {field.dtype} values."
        raise SchemaError(message, "Use sampled_p_values for harm and other measured values.")
    whole = field.astype(np.int64)
    matrix, members = weights(adjacency, len(whole))
    lag, sizes = np.rint(matrix @ whole).astype(np.int64), members.astype(np.int64)
    null = permutation_null(whole, int(sizes.max(initial=0)))
    p_hot, p_cold = np.ones(len(whole)), np.ones(len(whole))
    for m in np.unique(sizes):
        of_size = sizes == m
        p_hot[of_size] = np.cumsum(null[m][::-1])[::-1][lag[of_size]]
        p_cold[of_size] = np.cumsum(null[m])[lag[of_size]]
    return _p_values(p_hot, p_cold, lag, sizes)


def sampled_p_values(
    values: ArrayLike, adjacency: csr_array, rng: np.random.Generator, draws: int = DRAWS
) -> PermutationPValues:
    """Return the p-values of `exact_p_values` from random draws, for values such as harm.

    Parameters
    ----------
    values
        Shape (n,), any numbers.
    draws
        Random sets of cells. The smallest p-value is 1 / (1 + ``draws``).

    Notes
    -----
    The first m of an ordered draw without replacement are a random m-set, so one set of draws
    serves every neighbourhood size. p = (1 + as extreme) / (1 + draws).
    """
    field = np.asarray(values, dtype=np.float64)
    matrix, members = weights(adjacency, len(field))
    lag, sizes = matrix @ field, members.astype(np.int64)
    picks = _ordered_draws(len(field), int(sizes.max(initial=0)), draws, rng)
    sums = np.cumsum(field[picks], axis=1)
    p_hot, p_cold = np.ones(len(field)), np.ones(len(field))
    slack = 1e-9 * np.abs(field).max(initial=0.0)
    for m in np.unique(sizes):
        of_size, drawn = sizes == m, np.sort(sums[:, m - 1])
        below = np.searchsorted(drawn, lag[of_size] - slack, side="left")
        p_hot[of_size] = (1 + draws - below) / (1 + draws)
        up_to = np.searchsorted(drawn, lag[of_size] + slack, side="right")
        p_cold[of_size] = (1 + up_to) / (1 + draws)
    return _p_values(p_hot, p_cold, lag, sizes)


def _ordered_draws(
    cells: int, size: int, draws: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return ordered draws without replacement, shape (draws, size)."""
    picks = np.empty((draws, size), dtype=np.int64)
    for k in range(size):
        pick = rng.integers(0, cells - k, size=draws)
        for earlier in np.sort(picks[:, :k], axis=1).T:
            pick += pick >= earlier
        picks[:, k] = pick
    return picks


def _p_values(
    p_hot: Floats, p_cold: Floats, lag: NDArray[np.generic], members: NDArray[np.int64]
) -> PermutationPValues:
    hot, cold = np.minimum(p_hot, 1.0), np.minimum(p_cold, 1.0)
    two = np.minimum(1.0, 2.0 * np.minimum(hot, cold))
    return PermutationPValues(hot, cold, two, lag.astype(np.float64), members)


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Return false discovery rate q-values; each column of a two-dimensional array is a family.

    NaN stays NaN and is not counted.

    Examples
    --------
    >>> benjamini_hochberg([0.01, float("nan"), 0.04, 0.03])
    array([0.03,  nan, 0.04, 0.04])
    """
    values = np.asarray(p, dtype=np.float64)
    families = np.ascontiguousarray(np.atleast_2d(values.T))
    order = np.argsort(families, axis=1)
    tests = np.count_nonzero(~np.isnan(families), axis=1, keepdims=True)
    ranks = np.arange(1, families.shape[1] + 1)
    ordered = np.take_along_axis(families, order, axis=1) * (tests / ranks)
    smallest = np.fmin.accumulate(ordered[:, ::-1], axis=1)[:, ::-1]
    q = np.empty_like(families)
    np.put_along_axis(q, order, smallest, axis=1)
    q[np.isnan(families)] = np.nan
    return q.T.reshape(values.shape)


def too_few_to_map(reports: ArrayLike, *, unit: str = "reports") -> str | None:
    """Return why these counts, shape (n,), are too few to call any cell hot; None if they suffice.

    Examples
    --------
    >>> too_few_to_map([2] * 29)
    'Too few to map: 29 hexagons; at least 30 are needed.'
    """
    counts = np.asarray(reports)
    cells, total = len(counts), float(counts.sum())
    if cells < FEWEST_CELLS:
        return f"Too few to map: {cells} hexagons; at least {FEWEST_CELLS} are needed."
    needed = max(float(FEWEST_REPORTS), FEWEST_PER_CELL * cells)
    if total < needed:
        return f"Too few to map: {total:,.0f} {unit}; at least {np.ceil(needed):,.0f} are needed."
    return None


def hot_tiers(
    values: ArrayLike,
    adjacency: csr_array,
    *,
    reports: ArrayLike | None = None,
    unit: str = "reports",
    rng: np.random.Generator | None = None,
) -> HotTiers:
    """Return the cells of one map that are hot beyond chance, in two tiers.

    Parameters
    ----------
    values
        Counts or harm of the whole window, shape (n,), at least 0.
    reports
        Counts behind ``values`` where these are harm, for the rule of too few; default ``values``.
    unit
        What these counts are of, in the plural.
    rng
        For values that are not whole numbers, or too large to enumerate; default: seed 0.

    Notes
    -----
    Scores and p-values are returned even when there are too few to map; only the tier is withheld.
    A map of more than 250 cells that is sampled gets more draws than 9,999, so that one hot cell
    can still pass the false discovery rate.
    """
    field = np.asarray(values)
    whole = bool((field == np.rint(field)).all())
    size = int(np.diff(adjacency.indptr).max(initial=0))
    exact = whole and float(np.sort(field)[::-1][:size].sum()) < MOST_BINS
    if exact:
        p_hot = exact_p_values(np.rint(field).astype(np.int64), adjacency).p_hot
    else:
        draws = max(DRAWS, 40 * len(field))
        p_hot = sampled_p_values(field, adjacency, rng or np.random.default_rng(0), draws).p_hot
    reason = too_few_to_map(field if reports is None else reports, unit=unit)
    q = benjamini_hochberg(p_hot)
    tier = np.where(q <= CONFIDENT_RATE, "confident", np.where(q <= PROBABLE_RATE, "probable", ""))
    shown = tier if reason is None else np.full_like(tier, "")
    z = gi_star(field, adjacency)
    return HotTiers(z, p_hot, q, shown, "exact" if exact else "sampled", reason)


def two_sided(z: Floats) -> Floats:
    """Return the analytic two-sided p-value of a z-score."""
    return np.asarray(2.0 * ndtr(-np.abs(z)), dtype=np.float64)


def hot_slices(
    panel: ArrayLike,
    observed: NDArray[np.bool_],
    adjacency: csr_array,
    *,
    alpha: float = CONFIDENT_RATE,
) -> HotSlices:
    """Return the cells that are hot in each observed period, period by period.

    Parameters
    ----------
    panel
        Counts, shape (n, T).
    observed
        Shape (T,). A period without data is skipped, never zero.
    alpha
        False discovery rate within a period.

    Notes
    -----
    Analytic p-values over-call a single map of skewed counts: use `hot_tiers` for one map, and
    this only where repetition over the periods guards against chance.
    """
    field = np.asarray(panel, dtype=np.float64)
    z, q = np.full(field.shape, np.nan), np.full(field.shape, np.nan)
    z[:, observed] = gi_star(field[:, observed], adjacency)
    q[:, observed] = benjamini_hochberg(two_sided(z[:, observed]))
    return HotSlices(z, q, (q <= alpha) & (z > 0))
