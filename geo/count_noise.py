"""How much do the counts of places wander by themselves, more than Poisson counts would?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from geo.errors import SchemaError

Floats = NDArray[np.float64]

USUAL_SPREAD: Final = 0.10
"""Of one month's count, where the data do not tell: between wards (8 %) and hotspots (17 %)."""
USUAL_MONTHS: Final = 6.0
"""How many observed month pairs `USUAL_SPREAD` counts for."""
MONTH_CORRELATION: Final = 0.3
"""Assumed likeness of neighbouring months' wandering; falls off as its powers."""

_BLOCK: Final = 3
_PAIR_NEEDED: Final = 20
_SWEEPS: Final = 10


@dataclass(frozen=True)
class CountNoise:
    """How much a count wanders about its true rate, beyond Poisson chance.

    Attributes
    ----------
    spread
        Standard deviation of the wandering of one period's count, as a share of it: 0.07 is 7 %.
    month_spread
        The same of one month's count.
    pairs
        Months of places, each with its own month a year earlier, that it was learned from.
    """

    spread: float
    month_spread: float
    pairs: int

    def phi(self, count: float) -> float:
        """Return variance over mean of a period's count with this mean; 1 is Poisson."""
        return 1.0 + count * self.spread**2


def count_noise(series: ArrayLike, observed: ArrayLike, *, months_compared: int = 3) -> CountNoise:
    """Return how much counts of ``months_compared`` months wander.

    Parameters
    ----------
    series
        Reports by place and calendar month, shape (m, T), no month left out.
    observed
        Which months have data, shape (T,).
    months_compared
        Length of the periods that are to be compared, in months.

    Returns
    -------
    CountNoise
        With too little to learn from, close to `USUAL_SPREAD`.

    Raises
    ------
    SchemaError
        When the shapes do not fit, or an observed month holds a negative count.

    Notes
    -----
    Each month is set against the same month of last year, so that the season cancels. In blocks of
    three months, counted back from the last, the log ratios lose the place's own mean and, with
    three places or more, the month's mean over places. So neither a real change between blocks nor
    a town-wide month counts as wandering. What is left, over Poisson chance, is the variance by
    Paule and Mandel's equation, with six pseudo-observations at the usual value. Within a block
    neighbouring months look too much alike; that is undone under the assumed correlation.
    Pairs under 20 reports are left out: their log ratios are too coarse.

    References
    ----------
    Paule and Mandel (1982), Journal of Research of the NBS 87:377.
    DerSimonian and Kacker (2007), Contemporary Clinical Trials 28:105.
    """
    counts, seen = _checked(series, observed)
    ratio, variance, usable = _blocks(*_yearly_pairs(counts, seen))
    known_mean = 2 * USUAL_SPREAD**2
    between = counts.shape[0] >= _BLOCK
    freedom = _degrees_of_freedom(usable, months_removed=between)

    def surplus(extra: float) -> float:
        weight = np.where(usable, 1.0 / (variance + extra), 0.0)
        rest = _residuals(ratio, weight, months_removed=between)
        seen_spread = float((weight * rest**2).sum()) + USUAL_MONTHS * known_mean / extra
        return seen_spread - freedom - USUAL_MONTHS

    within = float(brentq(surplus, 1e-9, 100.0, xtol=1e-7, rtol=1e-3))
    month = np.sqrt(within / 2 / (1 - _mean_correlation(_BLOCK)))
    return CountNoise(
        spread=float(month * np.sqrt(_variance_of_mean(months_compared))),
        month_spread=float(month),
        pairs=int(usable.sum()),
    )


def _checked(series: ArrayLike, observed: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    counts = np.asarray(series, dtype=np.float64)
    seen = np.asarray(observed, dtype=np.bool_)
    if counts.ndim != 2 or seen.shape != counts.shape[1:]:  # noqa: PLR2004 - places x months
        message = f"The series must be places x months; found {counts.shape} and {seen.shape}."
        raise SchemaError(message, "Name every calendar month, and whether it was observed.")
    if not bool(np.all(counts[:, seen] >= 0)):
        message = "An observed month holds a negative count, or none."
        raise SchemaError(message, "Mark it as not observed.")
    return np.where(seen, counts, 0.0), seen


def _yearly_pairs(
    counts: Floats, seen: NDArray[np.bool_]
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return log ratios on a year earlier, their Poisson variance, and which can be used."""
    later, earlier = counts[:, 12:] + 0.5, counts[:, :-12] + 0.5
    if counts.shape[1] <= 12:  # noqa: PLR2004 - months in a year
        later = earlier = np.zeros((counts.shape[0], 0))
    both = seen[12:] & seen[: len(seen[12:])]
    usable = both & (later + earlier - 1 >= _PAIR_NEEDED)
    return np.log(later / earlier), 1 / later + 1 / earlier, usable


def _blocks(
    ratio: Floats, variance: Floats, usable: NDArray[np.bool_]
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the same in the shape (m, blocks, 3), the last block ending with the last month."""
    places, months = ratio.shape
    ahead = ((0, 0), (-months % _BLOCK, 0))
    shape = (places, -1, _BLOCK) if months else (places, 0, _BLOCK)
    return (
        np.pad(ratio, ahead).reshape(shape),
        np.pad(variance, ahead, constant_values=1.0).reshape(shape),
        np.pad(usable, ahead).reshape(shape),
    )


def _residuals(ratio: Floats, weight: Floats, *, months_removed: bool) -> Floats:
    """Return ratios less each place's block mean and, if asked, each month's mean."""
    rest = ratio
    for _ in range(_SWEEPS if months_removed else 1):
        rest = rest - _weighted_mean(rest, weight, axis=2)
        if months_removed:
            rest = rest - _weighted_mean(rest, weight, axis=0)
    return rest


def _weighted_mean(values: Floats, weight: Floats, *, axis: int) -> Floats:
    total = weight.sum(axis=axis, keepdims=True)
    summed = (values * weight).sum(axis=axis, keepdims=True)
    return np.asarray(np.divide(summed, total, out=np.zeros_like(summed), where=total > 0))


def _degrees_of_freedom(usable: NDArray[np.bool_], *, months_removed: bool) -> int:
    """Return usable pairs less the means taken off them, block by block."""
    freedom = 0
    for b in range(usable.shape[1]):
        block = usable[:, b]
        rows, columns = int(block.any(axis=1).sum()), int(block.any(axis=0).sum())
        off = rows + columns - 1 if months_removed and rows else rows
        freedom += max(0, int(block.sum()) - off)
    return freedom


def _mean_correlation(months: int) -> float:
    """Return the mean correlation between two different months of a period."""
    if months < 2:  # noqa: PLR2004 - a pair needs two
        return 0.0
    lags = np.arange(1, months)
    pairs = (months - lags) * MONTH_CORRELATION**lags
    return float(2 * pairs.sum() / (months * (months - 1)))


def _variance_of_mean(months: int) -> float:
    """Return the variance of a period's wandering over that of one month's."""
    return (1 + (months - 1) * _mean_correlation(months)) / months
