"""By how many reports did the treated cells change against their comparison, and the next ones?

The weighted displacement difference, negative for a fall. `wdd` is the published form for four to
eight Poisson counts. Real months wander more than that: `monthly_wdd` measures it month by month,
and its limits are the ones that verdicts use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Pair = tuple[float, float]

ALPHA: Final = 0.10
"""Limits hold nine times in ten, as the method's authors do it."""
REPORTS_NEEDED: Final = 20
"""Treated and comparison counts, before and after together, below which only counts are shown."""
BEFORE_NEEDED: Final = 5
"""Reports in the treated cells before, below which only counts are shown."""


@dataclass(frozen=True)
class ZoneCounts:
    """Reports before and after, in each zone.

    Attributes
    ----------
    treated, control
        Before and after.
    buffer, control_buffer
        The same of the cells around each; (0, 0) when there are none.
    """

    treated: Pair
    control: Pair
    buffer: Pair = (0.0, 0.0)
    control_buffer: Pair = (0.0, 0.0)

    def __post_init__(self) -> None:
        pairs = (self.treated, self.control, self.buffer, self.control_buffer)
        if any(not 0 <= count < np.inf for pair in pairs for count in pair):
            message = f"A count must not be negative; found {min(min(p) for p in pairs)}."
            raise SchemaError(message, "Check the rows that were counted.")

    def too_few(self) -> str:
        """Return why the counts are too small for a test; empty when they are not."""
        total = sum(self.treated) + sum(self.control)
        if total < REPORTS_NEEDED:
            return (
                f"{total:,.0f} reports in the treated and comparison cells are too few for a "
                f"test, which needs {REPORTS_NEEDED}. Only the counts can be shown."
            )
        if self.treated[0] < BEFORE_NEEDED:
            return (
                f"{self.treated[0]:,.0f} reports in the treated cells before the start are too "
                f"few for a test, which needs {BEFORE_NEEDED}. Only the counts can be shown."
            )
        return ""


@dataclass(frozen=True)
class Weights:
    """What each count is divided by.

    Attributes
    ----------
    time
        Length of the period before and after.
    treated, control, buffer, control_buffer
        Size of each zone: its number of cells, or its level.
    """

    time: Pair = (1.0, 1.0)
    treated: float = 1.0
    control: float = 1.0
    buffer: float = 1.0
    control_buffer: float = 1.0

    def __post_init__(self) -> None:
        every = (*self.time, self.treated, self.control, self.buffer, self.control_buffer)
        if min(every) <= 0:
            message = f"A weight must be above zero; found {min(every)}."
            raise SchemaError(message, "Leave out zones and periods without any extent.")


@dataclass(frozen=True)
class Estimate:
    """A change against comparison with its uncertainty; negative is a fall.

    Attributes
    ----------
    estimate
        In reports. None when undefined.
    se
        Standard error.
    z
        Estimate over standard error. None when the error is 0.
    p
        Two-sided p of "no change".
    p_fall, p_rise
        One-sided p against a fall, against a rise: small when it is clear.
    ci_low, ci_high
        Limits of the estimate.
    freedom
        Degrees of freedom of Student's t behind limits and p; None for the normal curve.
    reason
        Why something is None.
    """

    estimate: float | None
    se: float | None
    z: float | None
    p: float | None
    p_fall: float | None
    p_rise: float | None
    ci_low: float | None
    ci_high: float | None
    freedom: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Wdd:
    """The weighted displacement difference: treated cells, cells around them, and both."""

    local: Estimate
    displacement: Estimate
    total: Estimate
    alpha: float
    phi: float = 1.0


def undefined(reason: str) -> Estimate:
    """Return an estimate that does not exist, with the reason."""
    return Estimate(None, None, None, None, None, None, None, None, None, reason)


def wdd(
    counts: ZoneCounts,
    *,
    weights: Weights | None = None,
    alpha: float = ALPHA,
    phi: float = 1.0,
) -> Wdd:
    """Return the weighted displacement difference of Poisson counts.

    Parameters
    ----------
    counts
        Reports of each zone before and after.
    weights
        By default all 1. Without weights, zones must be about equally large before.
    alpha
        0.1 gives 90 % limits.
    phi
        How many times more the counts vary than Poisson counts (`dispersion`); 1 or more.

    Notes
    -----
    Each count is divided by its weights, and its variance is the count over the squared weights.
    The zones are taken to change by as many reports if nothing happened.

    References
    ----------
    Wheeler and Ratcliffe (2018), "A simple weighted displacement difference test", Crime Science
    7:11. Wheeler (2021), area and time weights, andrewpwheeler.com.

    Examples
    --------
    >>> found = wdd(ZoneCounts((207, 110), (308, 318), (178, 157), (150, 140)), alpha=0.05)
    >>> found.total.estimate, round(found.total.se, 1), round(found.total.ci_high)
    (-118.0, 39.6, -40)
    """
    scale = Weights() if weights is None else weights
    local = _difference(counts.treated, counts.control, (scale.treated, scale.control), scale.time)
    around = _difference(
        counts.buffer, counts.control_buffer, (scale.buffer, scale.control_buffer), scale.time
    )
    both = (local[0] + around[0], local[1] + around[1])
    spread = max(1.0, phi)
    parts = [
        estimated(e, float(np.sqrt(v * spread)), alpha, None) for e, v in (local, around, both)
    ]
    return Wdd(parts[0], parts[1], parts[2], alpha, spread)


def harm_wdd(
    parts: Sequence[tuple[ZoneCounts, float]],
    *,
    weights: Weights | None = None,
    alpha: float = ALPHA,
    phi: float = 1.0,
) -> Wdd:
    """Return the difference in harm: each type's counts with the harm of one report.

    Notes
    -----
    Types are taken as independent: estimates are summed with their weights, variances with the
    squared weights.
    """
    if not parts or min(harm for _, harm in parts) < 0:
        message = "Harm needs at least one type, and no negative weight."
        raise SchemaError(message, "Check the harm scheme.")
    found = [(wdd(c, weights=weights, alpha=alpha, phi=phi), harm) for c, harm in parts]

    def summed(name: str) -> Estimate:
        each = [(getattr(one, name), harm) for one, harm in found]
        error = float(np.sqrt(sum((harm * (e.se or 0.0)) ** 2 for e, harm in each)))
        return estimated(sum(harm * (e.estimate or 0.0) for e, harm in each), error, alpha, None)

    return Wdd(summed("local"), summed("displacement"), summed("total"), alpha, max(1.0, phi))


def dispersion(zone_months: ArrayLike) -> tuple[float | None, int]:
    """Return how many times more zones' months vary than Poisson counts, and on what freedom.

    Parameters
    ----------
    zone_months
        Reports before the start, shape (zones, months), months without data left out.

    Returns
    -------
    phi, freedom
        Pearson's chi-squared over its degrees of freedom, zone and month effects taken out; never
        under 1. None with fewer than two zones or months with reports.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., section 6.2.

    Examples
    --------
    >>> dispersion([[10, 20, 30], [5, 10, 15]])
    (1.0, 2)
    """
    counts = np.asarray(zone_months, dtype=np.float64)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1) if counts.size else 0
    if freedom <= 0:
        return None, 0
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    chi = float(((counts - expected) ** 2 / expected).sum())
    return max(1.0, chi / freedom), freedom


def quantile(part: float, freedom: float | None) -> float:
    """Return the quantile of Student's t, or of the normal curve for no freedom."""
    return float(ndtri(part) if freedom is None else stdtrit(freedom, part))


def tail_beyond(z: float, freedom: float | None) -> float:
    """Return how much of Student's t, or of the normal curve, lies above ``z``."""
    return float(ndtr(-z) if freedom is None else stdtr(freedom, -z))


def estimated(estimate: float, error: float, alpha: float, freedom: float | None) -> Estimate:
    """Return the estimate with limits from Student's t, or the normal curve for no freedom."""
    if error == 0:
        reason = "There are no reports to compare."
        return Estimate(estimate, 0.0, None, None, None, None, None, None, freedom, reason)
    z = estimate / error
    tail, reach = tail_beyond(abs(z), freedom), quantile(1 - alpha / 2, freedom)
    low, high = estimate - reach * error, estimate + reach * error
    fall, rise = (tail, 1 - tail) if z < 0 else (1 - tail, tail)
    return Estimate(estimate, error, z, min(1.0, 2 * tail), fall, rise, low, high, freedom)


def min_detectable(expected: ArrayLike, *, alpha: float = 0.05) -> float:
    """Return the smallest fall whose test is just significant, from Poisson counts alone.

    Parameters
    ----------
    expected
        Expected count of each of the four or eight zones and periods.
    alpha
        One-sided level.

    Notes
    -----
    z x sqrt(sum of counts): half of such falls are found. `geo.wdd_months.detectable` uses the
    months' own spread, and four in five.

    Examples
    --------
    >>> round(min_detectable([20, 20, 20, 20]), 1)
    14.7
    """
    counts = np.asarray(expected, dtype=np.float64)
    if not counts.size or not bool((counts >= 0).all()):
        message = "Expected counts must not be negative, and there must be some."
        raise SchemaError(message, "Give the expected count of each zone and period.")
    return float(ndtri(1 - alpha) * np.sqrt(counts.sum()))


def _difference(treated: Pair, control: Pair, size: Pair, time: Pair) -> tuple[float, float]:
    """Return the difference of differences and its Poisson variance."""
    estimate = variance = 0.0
    for counts, extent, sign in ((treated, size[0], 1.0), (control, size[1], -1.0)):
        for count, length, side in zip(counts, time, (-1.0, 1.0), strict=True):
            estimate += sign * side * count / (extent * length)
            variance += count / (extent * length) ** 2
    return estimate, variance
