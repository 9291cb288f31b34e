"""Is a hotspot new, building, steady or fading?

Emerging hot spot analysis: Gi* of every period, Mann-Kendall on each cell's scores, and a category
for the pattern of hot and cold periods. A period without data is skipped, never zero.

References
----------
Esri, "How Emerging Hot Spot Analysis works". Its text leaves overlaps between categories open; the
order of the table in `emerging_class` is our decision. Mann 1945, Econometrica 13:245; Kendall
1975, Rank Correlation Methods; Sen 1968, JASA 63:1379.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.autocorrelation import (
    FEWEST_PER_CELL,
    Floats,
    benjamini_hochberg,
    hot_slices,
    standardised,
    too_few_to_map,
    two_sided,
    weights,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Counts = NDArray[np.int64] | NDArray[np.float64]
Mode = Literal["default", "esri"]
SporadicText = Literal["current", "old"]
SliceKind = Literal["month", "quarter", "year"]

FEWEST_SLICES: Final = 10
ENOUGH_SLICES: Final = 12
NO_PATTERN: Final = "no pattern"
_MONTHS_OF: Final[dict[SliceKind, int]] = {"month": 1, "quarter": 3, "year": 12}
_ROWS_AT_ONCE: Final = 64


@dataclass(frozen=True, eq=False)
class MannKendall:
    """Does each series rise or fall? Arrays of shape (n,), or () for a single series.

    Attributes
    ----------
    s, var_s
        Rises less falls over all pairs of periods; its variance, corrected for ties.
    z, p
        Score with continuity correction; two-sided p-value, NaN below 4 periods.
    tau
        Kendall's tau-a.
    series
        What was tested, (n, T) or (T,).
    """

    s: Floats
    var_s: Floats
    z: Floats
    p: Floats
    tau: Floats
    series: Floats = field(repr=False)

    @cached_property
    def slope(self) -> Floats:
        """Theil-Sen slope a period, worked out when first asked for; NaN below 2 periods."""
        rows = np.atleast_2d(self.series)
        slopes = np.full(len(rows), np.nan)
        for chosen, seen in _alike(rows):
            slopes[chosen] = _median_slopes(rows[np.ix_(chosen, seen)], np.flatnonzero(seen))
        return slopes.reshape(self.series.shape[:-1])


def mann_kendall(series: ArrayLike) -> MannKendall:
    """Return the Mann-Kendall trend test of each series.

    Parameters
    ----------
    series
        Shape (n, T) or (T,), at equal steps. NaN is a period without data: it is left out of the
        test, and keeps its place in time for the slope.

    Notes
    -----
    Normal approximation, tie-corrected, with continuity correction, for independent periods: as
    ``pymannkendall.original_test``. Scores whose neighbourhood reaches into the period before are
    not independent, and then trends are over-called.

    Examples
    --------
    >>> trend = mann_kendall([1, 3, 2, 4])
    >>> float(trend.s), round(float(trend.p), 3), float(trend.slope)
    (4.0, 0.308, 0.75)
    """
    tested = np.asarray(series, dtype=np.float64)
    rows = np.atleast_2d(tested)
    s, ties = np.zeros(len(rows)), np.zeros(len(rows))
    for chosen, seen in _alike(rows):
        block = rows[np.ix_(chosen, seen)]
        s[chosen], ties[chosen] = _score(block), _ties(block)
    n = np.count_nonzero(~np.isnan(rows), axis=1).astype(np.float64)
    var_s = (n * (n - 1) * (2 * n + 5) - ties) / 18
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(s == 0, 0.0, (s - np.sign(s)) / np.sqrt(var_s))
        tau = s / (n * (n - 1) / 2)
    p = np.where(n < 4, np.nan, two_sided(z))  # noqa: PLR2004
    shape = tested.shape[:-1]
    return MannKendall(
        s.reshape(shape),
        var_s.reshape(shape),
        z.reshape(shape),
        p.reshape(shape),
        tau.reshape(shape),
        tested,
    )


def _alike(rows: Floats) -> list[tuple[NDArray[np.intp], NDArray[np.bool_]]]:
    """Return groups of rows that miss the same periods: row positions, periods present (T,)."""
    present = ~np.isnan(rows)
    if not len(rows):
        return []
    if (present == present[0]).all():
        return [(np.arange(len(rows)), present[0])]
    patterns, group = np.unique(present, axis=0, return_inverse=True)
    return [(np.flatnonzero(group == g), pattern) for g, pattern in enumerate(patterns)]


def _score(rows: Floats) -> Floats:
    """Return rises less falls over all pairs of columns."""
    columns = np.ascontiguousarray(rows.T)
    score = np.zeros(len(rows), dtype=np.int64)
    for lag in range(1, len(columns)):
        later, earlier = columns[lag:], columns[:-lag]
        signs = (later > earlier).view(np.int8) - (later < earlier).view(np.int8)
        score += np.add.reduce(signs, axis=0, dtype=np.int16)
    return score.astype(np.float64)


def _ties(rows: Floats) -> Floats:
    """Return the sum of t (t - 1) (2t + 5) over each row's groups of t equal values."""
    if not rows.size:
        return np.zeros(len(rows))
    ordered = np.sort(rows, axis=1)
    starts = np.ones(rows.shape, dtype=np.bool_)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first = np.flatnonzero(starts)
    t = np.diff(first, append=rows.size)
    terms = (t * (t - 1) * (2 * t + 5)).astype(np.float64)
    sums = np.bincount(first // rows.shape[1], weights=terms, minlength=len(rows))
    return sums.astype(np.float64, copy=False)


def _median_slopes(rows: Floats, times: NDArray[np.intp]) -> Floats:
    """Return the median slope over all pairs of columns, a unit of ``times``."""
    earlier, later = np.triu_indices(len(times), 1)
    if not len(later):
        return np.full(len(rows), np.nan)
    apart = (times[later] - times[earlier]).astype(np.float64)
    slopes = np.empty(len(rows))
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        block = rows[start : start + _ROWS_AT_ONCE]
        steps = (block.take(later, axis=1) - block.take(earlier, axis=1)) / apart
        slopes[start : start + _ROWS_AT_ONCE] = _median(steps)
    return slopes


def _median(rows: Floats) -> Floats:
    """Return the median of each row, whose values are put in another order."""
    middle = rows.shape[1] // 2
    rows.partition(middle, axis=1)
    if rows.shape[1] % 2:
        return rows[:, middle].copy()
    below: Floats = rows[:, :middle].max(axis=1)
    return (below + rows[:, middle]) / 2


def final_run(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the length of each row's run of True at its end, shape (n,)."""
    unbroken: NDArray[np.bool_] = np.logical_and.accumulate(flags[:, ::-1], axis=1)
    return np.asarray(unbroken.sum(axis=1), dtype=np.int64)


def emerging_class(
    states: NDArray[np.int8],
    trend_z: ArrayLike,
    trend_p: ArrayLike,
    *,
    alpha: float = 0.05,
    sporadic_text: SporadicText = "current",
) -> NDArray[np.str_]:
    """Return each cell's category, such as "new hot", "persistent cold" or "no pattern".

    Parameters
    ----------
    states
        Shape (n, T), observed periods only: 1 significantly hot, -1 significantly cold, 0 neither.
    trend_z, trend_p
        Mann-Kendall of each cell's scores, shape (n,). A p of at most ``alpha`` is significant.
    sporadic_text
        Esri's current wording, or the older one in which a sporadic hotspot need not be hot last.

    Notes
    -----
    The first that fits, hot before cold; cold mirrors hot with rising and falling exchanged; "90 %"
    is compared in whole numbers: new (hot last, for the first time), consecutive (one run of two or
    more up to the last), then of those hot in 90 % of periods and last: intensifying, diminishing,
    or without a trend persistent; sporadic (hot last, on and off, never cold), oscillating (hot
    last, cold before), historical (hot in 90 % of periods but not last).
    """
    significant = np.asarray(trend_p) <= alpha
    up, down = significant & (np.asarray(trend_z) > 0), significant & (np.asarray(trend_z) < 0)
    hot = _one_side(states == 1, states == -1, up, down, sporadic_text)
    cold = _one_side(states == -1, states == 1, down, up, sporadic_text)
    labels = np.where(cold != "", np.char.add(cold, " cold"), NO_PATTERN)
    return np.where(hot != "", np.char.add(hot, " hot"), labels)


def _one_side(
    mine: NDArray[np.bool_],
    other: NDArray[np.bool_],
    towards: NDArray[np.bool_],
    away: NDArray[np.bool_],
    sporadic_text: SporadicText,
) -> NDArray[np.str_]:
    """Return the category on one side, hot or cold; "" where none fits."""
    hits, run, last = mine.sum(axis=1), final_run(mine), mine[:, -1]
    mostly, never_other = 10 * hits >= 9 * mine.shape[1], ~other.any(axis=1)
    steady = mostly & last
    sporadic = ~mostly & never_other & (last | (sporadic_text == "old")) & (hits >= 1)
    rules = {
        "new": last & (hits == 1),
        "consecutive": last & (run == hits) & ~mostly,
        "intensifying": steady & towards,
        "persistent": steady & ~away,
        "diminishing": steady,
        "sporadic": sporadic,
        "oscillating": last & ~mostly,
        "historical": mostly,
    }
    return np.select(list(rules.values()), list(rules), default="")


@dataclass(frozen=True, eq=False)
class EmergingHotspots:
    """How each cell's heat developed over the window.

    Attributes
    ----------
    z, q
        Gi* score and its false discovery rate, shape (n, T); NaN in unobserved periods.
    states
        1 hot, -1 cold, 0 neither or unobserved; shape (n, T).
    trend
        Mann-Kendall of each cell's scores.
    labels
        Category of each cell; "" for all when there is a ``reason``.
    provisional
        Fewer than 12 periods were observed.
    reason
        Why there are no categories; None when there are.
    """

    z: Floats
    q: Floats
    states: NDArray[np.int8]
    trend: MannKendall
    labels: NDArray[np.str_]
    provisional: bool
    reason: str | None


def emerging_hotspots(
    panel: ArrayLike,
    observed: NDArray[np.bool_],
    adjacency: csr_array,
    *,
    mode: Mode = "default",
    alpha: float = 0.05,
    sporadic_text: SporadicText = "current",
) -> EmergingHotspots:
    """Return the emerging hot spot analysis of a window.

    Parameters
    ----------
    panel
        Counts of consecutive periods, shape (n, T).
    observed
        Shape (T,).
    mode
        "default": each period against itself, no neighbours in time, false discovery rate within
        the period, hot only. "esri": each bin against the entire cube, with the same
        neighbourhood one period before where that was observed, false discovery rate over all
        bins, hot and cold.
    alpha
        False discovery rate of a period, and level of the trend test.

    Notes
    -----
    A period against itself takes out what the whole town shares, such as a season. The score is
    then relative: one growing hotspot lowers the others', so read "diminishing" beside the cell's
    own counts. The neighbour in time makes scores alike from period to period by construction, and
    "esri" therefore over-calls change (one trend test in six or more without any true change).
    """
    counts = np.asarray(panel, dtype=np.float64)
    if mode == "esri":
        z, q, states = _cube_states(counts, observed, adjacency, alpha)
    else:
        slices = hot_slices(counts, observed, adjacency, alpha=alpha)
        z, q, states = slices.z, slices.q, slices.hot.astype(np.int8)
    trend = mann_kendall(z)
    seen = int(observed.sum())
    reason = too_few_slices(seen) or too_few_to_map(counts[:, observed].sum(axis=1))
    labels = np.full(len(counts), "", dtype=np.str_)
    if reason is None:
        labels = emerging_class(
            states[:, observed], trend.z, trend.p, alpha=alpha, sporadic_text=sporadic_text
        )
    return EmergingHotspots(z, q, states, trend, labels, seen < ENOUGH_SLICES, reason)


def too_few_slices(seen: int) -> str | None:
    """Return why ``seen`` observed periods are too few for a category; None if they suffice."""
    if seen >= FEWEST_SLICES:
        return None
    return f"Too few periods to class: {seen} observed; at least {FEWEST_SLICES} are needed."


def _cube_states(
    counts: Floats, observed: NDArray[np.bool_], adjacency: csr_array, alpha: float
) -> tuple[Floats, Floats, NDArray[np.int8]]:
    """Return score, false discovery rate and state of every bin against the entire cube."""
    z, q = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    z[:, observed] = _cube_scores(counts, observed, adjacency)
    p = two_sided(z[:, observed])
    q[:, observed] = benjamini_hochberg(p.ravel()).reshape(p.shape)
    return z, q, np.where(q <= alpha, np.sign(z), 0).astype(np.int8)


def _cube_scores(counts: Floats, observed: NDArray[np.bool_], adjacency: csr_array) -> Floats:
    """Return Gi* over cells and one period back, shape (n, observed periods).

    Counts are summed before their mean is taken off, so that equal sums have equal scores to the
    last bit, and tie in the trend test.
    """
    matrix, members = weights(adjacency, len(counts))
    seen = counts[:, observed]
    spread = np.sqrt(seen.var()) if seen.size and np.ptp(seen) > 0 else 0.0
    mean = seen.mean() if seen.size else 0.0
    sums = matrix @ np.where(observed, counts, 0.0)
    sums[:, 1:] += sums[:, :-1].copy()
    reach = observed.astype(np.float64)
    reach[1:] += observed[:-1]
    size = np.outer(members, reach)
    scores = standardised(sums - mean * size, size, np.asarray(spread), seen.size)
    return scores[:, observed]


@dataclass(frozen=True, eq=False)
class Slicing:
    """Periods long enough for the counts they hold.

    Attributes
    ----------
    kind
        "month", "quarter" (three calendar months, counted back from the last) or "year".
    panel
        Counts, shape (n, slices); zero where unobserved.
    observed
        Shape (slices,).
    periods
        Last month of each slice.
    """

    kind: SliceKind
    panel: Counts
    observed: NDArray[np.bool_]
    periods: tuple[str, ...]


def slice_months(panel: Counts, observed: NDArray[np.bool_], periods: tuple[str, ...]) -> Slicing:
    """Return the counts by month, or by quarter or year where months hold too little.

    Parameters
    ----------
    panel
        Counts by calendar month, shape (n, T).
    observed
        Shape (T,).
    periods
        Calendar months in order, T of them.

    Notes
    -----
    Slices need a mean of at least 0.5 a cell. A quarter is observed only if all its three months
    are; months before the first whole quarter are left out. The year is one slice of the observed
    months among the last twelve: hot or not hot, never a category.
    """
    kinds: tuple[SliceKind, ...] = ("month", "quarter")
    for kind in kinds:
        slicing = _coarsened(panel, observed, periods, kind)
        seen = slicing.panel[:, slicing.observed]
        if seen.size and float(np.mean(seen)) >= FEWEST_PER_CELL:
            return slicing
    recent = np.where(observed, panel, 0)[:, -12:]
    any_seen = np.array([bool(observed[-12:].any())])
    return Slicing("year", recent.sum(axis=1, keepdims=True), any_seen, periods[-1:])


def _coarsened(
    panel: Counts,
    observed: NDArray[np.bool_],
    periods: tuple[str, ...],
    kind: SliceKind,
) -> Slicing:
    """Return whole blocks of months, counted back from the last one."""
    months = _MONTHS_OF[kind]
    start = len(periods) % months
    whole: NDArray[np.bool_] = np.logical_and.reduce(observed[start:].reshape(-1, months), axis=1)
    blocks = panel[:, start:].reshape(len(panel), -1, months).sum(axis=2)
    return Slicing(kind, np.where(whole, blocks, 0), whole, periods[start + months - 1 :: months])
