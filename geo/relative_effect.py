"""What is the relative effect size that reviews of CCTV quote, and how far can it be trusted?

It is the odds ratio of reports before over after, treated over comparison: above 1 is a fall. It is
given for familiarity. Its usual limits take counts for Poisson ones, which counts of crime are not,
so that they are far too narrow; see `geo.fixed_effects` for limits that hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from scipy.stats import chi2

from geo.errors import SchemaError

if TYPE_CHECKING:
    from geo.wdd import Pair

Floats = NDArray[np.float64]

PER_REPORT: Final = 0.0008
BASE: Final = 1.2
"""Excess variance of the published review: 0.0008 for each report of the mean count, plus 1.2."""


@dataclass(frozen=True)
class RelativeEffect:
    """The relative effect size of four counts.

    Attributes
    ----------
    res, log_res
        Above 1 is a fall against comparison. None when undefined.
    variance
        Of ``log_res``, as if the counts were Poisson.
    low, high
        95 % limits of ``res`` from it.
    dispersion
        By which the variance is multiplied for the adjusted limits.
    low_adjusted, high_adjusted
        Limits from the multiplied variance.
    reason
        Why it is undefined.
    """

    res: float | None
    log_res: float | None
    variance: float | None
    low: float | None
    high: float | None
    dispersion: float | None
    low_adjusted: float | None
    high_adjusted: float | None
    reason: str = ""

    @property
    def variance_adjusted(self) -> float | None:
        """Variance times dispersion."""
        if self.variance is None or self.dispersion is None:
            return None
        return self.variance * self.dispersion


@dataclass(frozen=True)
class Pooled:
    """The relative effects of several schemes in one.

    Attributes
    ----------
    log_res, se, low, high
        With 95 % limits, on the logarithmic scale.
    q, q_p
        Cochran's Q of the schemes about one common effect, and its p.
    tau2, i2
        Variance between schemes, and its share of the whole in per cent; 0 with fixed effects.
    """

    log_res: float
    se: float
    low: float
    high: float
    q: float
    q_p: float
    tau2: float
    i2: float


def relative_effect(treated: Pair, control: Pair, *, phi: float | None = None) -> RelativeEffect:
    """Return the relative effect size with plain and adjusted limits.

    Parameters
    ----------
    treated, control
        Reports before and after.
    phi
        How many times more the counts vary than Poisson ones, where it is known; never taken as
        less than 1. Otherwise that of the published review.

    Notes
    -----
    ln RES = ln (a d / b c) with the variance 1/a + 1/b + 1/c + 1/d. Where a count is 0, a half is
    added to all four.

    References
    ----------
    Farrington, Gill, Waples and Argomaniz (2007), Journal of Experimental Criminology 3:21.

    Examples
    --------
    >>> round(relative_effect((794, 400), (1200, 1100)).res, 4)
    1.8196
    """
    counts = np.array([*treated, *control], dtype=np.float64)
    if bool((counts < 0).any()):
        message = "A count must not be negative."
        raise SchemaError(message, "Check the rows that were counted.")
    if counts[:2].sum() == 0 or counts[2:].sum() == 0:
        nothing = "There are no reports to compare."
        return RelativeEffect(None, None, None, None, None, None, None, None, nothing)
    excess = review_dispersion(counts) if phi is None else max(1.0, phi)
    if bool((counts == 0).any()):
        counts = counts + 0.5
    log_res = float(np.log(counts[0] * counts[3] / (counts[1] * counts[2])))
    variance = float((1 / counts).sum())
    low, high = _limits(log_res, variance)
    low_adjusted, high_adjusted = _limits(log_res, variance * excess)
    res = float(np.exp(log_res))
    return RelativeEffect(res, log_res, variance, low, high, excess, low_adjusted, high_adjusted)


def review_dispersion(counts: ArrayLike) -> float:
    """Return by how much the published review widens the variance of counts of this size."""
    return PER_REPORT * float(np.mean(np.asarray(counts, dtype=np.float64))) + BASE


def pooled(
    log_effects: ArrayLike, variances: ArrayLike, *, method: Literal["fixed", "random"]
) -> Pooled:
    """Return the common effect of schemes, with fixed or DerSimonian and Laird's random effects.

    Raises
    ------
    SchemaError
        When there are fewer than two schemes, or a variance is not above 0.
    """
    effects, spread = (np.asarray(a, dtype=np.float64) for a in (log_effects, variances))
    if effects.shape != spread.shape or len(effects) < 2 or not bool((spread > 0).all()):  # noqa: PLR2004
        message = f"Pool two or more schemes with variances above 0; found {len(effects)}."
        raise SchemaError(message, "Give one effect and one variance for each scheme.")
    weight = 1 / spread
    common = float((weight * effects).sum() / weight.sum())
    q = float((weight * (effects - common) ** 2).sum())
    freedom = len(effects) - 1
    tau2 = i2 = 0.0
    if method == "random":
        scale = float(weight.sum() - (weight**2).sum() / weight.sum())
        tau2 = max(0.0, (q - freedom) / scale)
        typical = freedom / scale
        i2 = 100 * tau2 / (tau2 + typical)
        weight = 1 / (spread + tau2)
        common = float((weight * effects).sum() / weight.sum())
    error = float(np.sqrt(1 / weight.sum()))
    reach = float(ndtri(0.975)) * error
    return Pooled(
        common, error, common - reach, common + reach, q, float(chi2.sf(q, freedom)), tau2, i2
    )


def _limits(log_res: float, variance: float) -> tuple[float, float]:
    reach = float(ndtri(0.975)) * float(np.sqrt(variance))
    return float(np.exp(log_res - reach)), float(np.exp(log_res + reach))
