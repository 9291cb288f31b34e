"""Is a place's own count rising or falling over the years, and how sure is that?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from geo.errors import NotEnoughDataError, SchemaError

Floats = NDArray[np.float64]

MONTHS_NEEDED = 18
"""Fewer observed months cannot tell a trend from a season."""

REPORTS_A_YEAR_NEEDED = 20
"""Below this base no percentage is given."""

MONTHS_WITH_REPORTS_NEEDED = 6
"""With reports in fewer months than coefficients the fit would run off to infinity."""

_LEVEL = 0.05
_STEPS = 50
_CONVERGED = 1e-10


@dataclass(frozen=True)
class CountTrend:
    """How fast a place's monthly count changes, with its uncertainty.

    Attributes
    ----------
    rate_per_year
        Share by which the count changes in a year: 0.12 is 12 % more. None when undefined.
    low, high
        95 % limits of ``rate_per_year``.
    p
        Two-sided p of "no trend".
    direction
        "up" or "down" when p is 0.05 or less, else "none"; None when undefined.
    phi
        How many times more the months wander than Poisson counts would; at least 1.
    reason
        Why the trend is undefined; empty when it is not.
    """

    rate_per_year: float | None
    low: float | None
    high: float | None
    p: float | None
    direction: Literal["up", "down", "none"] | None
    phi: float | None
    reason: str = ""


def count_trend(counts: ArrayLike, observed: ArrayLike) -> CountTrend:
    """Return the yearly trend of a place's own monthly counts, season taken out.

    Parameters
    ----------
    counts
        Reports in each calendar month, shape (T,), no month left out.
    observed
        Shape (T,). Months without data are skipped; they are never zero reports.

    Returns
    -------
    CountTrend
        All None, with a reason, under 18 observed months, under 20 reports a year, or with
        reports in fewer than 6 months.

    Raises
    ------
    SchemaError
        When the shapes differ, or an observed count is negative or not a number.

    Notes
    -----
    Quasi-Poisson regression, log mean = a + b t + c sin + d cos (12 months), fitted by iteratively
    reweighted least squares. The season is always in it: over two years without it, a season of
    +-30 % passes for a trend of up to 14 % a year. Limits use Student's t, the dispersion phi
    (never under 1), and, since neighbouring months resemble each other, are widened by
    (1 + r) / (1 - r) with r the lag-1 correlation of the residuals, between 0 and 0.5.
    A trend is a description of the months seen, not a forecast.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., sections 2.5 and 6.2.
    Bartlett (1946), JRSS supplement 8:27 (variance inflation of correlated series).
    """
    y, seen = _checked(counts, observed)
    months = np.flatnonzero(seen)
    y = y[months]
    if len(y) < MONTHS_NEEDED:
        return _undefined(f"{len(y)} months were observed; a trend needs {MONTHS_NEEDED}.")
    if y.sum() * 12 < REPORTS_A_YEAR_NEEDED * len(y):
        return _undefined(f"A trend needs {REPORTS_A_YEAR_NEEDED} reports a year.")
    if (busy := np.count_nonzero(y)) < MONTHS_WITH_REPORTS_NEEDED:
        return _undefined(f"Reports fall in only {busy} of the months.")
    years = (months - months.mean()) / 12.0
    angle = 2 * np.pi * months / 12.0
    design = np.column_stack([np.ones_like(years), years, np.sin(angle), np.cos(angle)])
    beta, mean, inverse = poisson_fit(design, y)
    residuals = (y - mean) / np.sqrt(mean)
    freedom = len(y) - design.shape[1]
    phi = max(1.0, float(residuals @ residuals) / freedom)
    error = float(np.sqrt(phi * inverse[1, 1] * _widening(residuals, months)))
    return _described(float(beta[1]), error, freedom, phi)


def poisson_fit(design: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Return coefficients, fitted means and inverse information of a log-linear Poisson model.

    Parameters
    ----------
    design
        Shape (N, p), of full rank, with the constant as its first column.
    y
        Counts, shape (N,); the rows of ``design`` where they are above zero of full rank too.

    Returns
    -------
    beta, mean, inverse
        Shapes (p,), (N,), (p, p). Steps are halved until the likelihood rises.

    Raises
    ------
    NotEnoughDataError
        When 50 steps do not settle the coefficients.
    """
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(y.mean())
    for _ in range(_STEPS):
        mean = np.exp(design @ beta)
        information = design.T @ (mean[:, None] * design)
        step = np.linalg.solve(information, design.T @ (y - mean))
        while _likelihood(design, y, beta + step) < _likelihood(design, y, beta) - 1e-9:
            step = step / 2
        beta = beta + step
        if float(np.abs(step).max()) < _CONVERGED:
            break
    else:
        message = f"The fit of {len(y)} months did not settle in {_STEPS} steps."
        raise NotEnoughDataError(message, "Use a longer run of months.")
    mean = np.exp(design @ beta)
    inverse = np.linalg.inv(design.T @ (mean[:, None] * design))
    return np.asarray(beta), np.asarray(mean), np.asarray(inverse, dtype=np.float64)


def trend_words(trend: CountTrend, *, unit: str = "reports") -> str:
    """Return the trend as people say it; ``unit`` is what was counted, in the plural.

    Examples
    --------
    >>> trend_words(CountTrend(0.12, 0.04, 0.21, 0.01, "up", 1.4))
    'Rising by about 12% a year (likely range 4% to 21%)'
    >>> trend_words(CountTrend(-0.12, -0.21, -0.04, 0.01, "down", 1.4))
    'Falling by about 12% a year (likely range 4% to 21%)'
    """
    rate, low, high = trend.rate_per_year, trend.low, trend.high
    if rate is None or low is None or high is None:
        return f"Too few {unit} to give a trend"
    if trend.direction == "up":
        return f"Rising by about {rate:.0%} a year (likely range {low:.0%} to {high:.0%})"
    if trend.direction == "down":
        return f"Falling by about {-rate:.0%} a year (likely range {-high:.0%} to {-low:.0%})"
    return "No clear trend in its own counts"


def _checked(counts: ArrayLike, observed: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    y = np.asarray(counts, dtype=np.float64)
    seen = np.asarray(observed, dtype=np.bool_)
    if y.ndim != 1 or y.shape != seen.shape:
        message = f"Counts and observed months must agree; found {y.shape} and {seen.shape}."
        raise SchemaError(message, "Name every calendar month once.")
    if not bool(np.all(y[seen] >= 0)):
        message = "An observed month holds a negative count, or none."
        raise SchemaError(message, "Mark it as not observed.")
    return y, seen


def _undefined(reason: str) -> CountTrend:
    return CountTrend(None, None, None, None, None, None, reason)


def _widening(residuals: Floats, months: NDArray[np.intp]) -> float:
    """Return how much wider a variance gets because neighbouring months resemble each other."""
    adjacent = np.flatnonzero(np.diff(months) == 1)
    spread = float(residuals @ residuals) / len(residuals)
    if not len(adjacent) or spread == 0:
        return 1.0
    shared = float(residuals[adjacent] @ residuals[adjacent + 1]) / len(adjacent)
    correlation = min(0.5, max(0.0, shared / spread))
    return (1 + correlation) / (1 - correlation)


def _described(slope: float, error: float, freedom: int, phi: float) -> CountTrend:
    p = float(2 * stdtr(freedom, -abs(slope) / error))
    reach = float(stdtrit(freedom, 1 - _LEVEL / 2)) * error
    direction: Literal["up", "down", "none"] = "none"
    if p <= _LEVEL:
        direction = "up" if slope > 0 else "down"
    low, rate, high = (float(np.expm1(b)) for b in (slope - reach, slope, slope + reach))
    return CountTrend(rate, low, high, p, direction, phi)


def _likelihood(design: Floats, y: Floats, beta: Floats) -> float:
    linear = design @ beta
    return float(y @ linear - np.exp(np.minimum(linear, 700.0)).sum())
