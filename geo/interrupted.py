"""Did the level of a whole town step down when something began, season and trend allowed for?

A town has no comparison inside itself. So the same step is asked for in a comparison series too,
and only the difference of the two may be claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geo.errors import SchemaError
from geo.fixed_effects import ratio_from
from geo.ratio import Ratio, undefined_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]

MONTHS_NEEDED: Final = 12
"""On either side of the start: fewer cannot tell a step from a season."""
TERMS: Final = ("level", "trend", "step", "bend", "sine", "cosine")
NO_COMPARISON: Final = (
    "There is no comparison series, so a step cannot be claimed as the change's own."
)
_STEP: Final = TERMS.index("step")
_YEAR: Final = 12
_STEPS: Final = 50
_CONVERGED: Final = 1e-12


@dataclass(frozen=True)
class Interrupted:
    """One series with a step at the start.

    Attributes
    ----------
    level
        Ratio of the level after to that before at the start; its limits are the wider ones of
        overdispersed and of autocorrelated counts, never narrower than for Poisson counts.
    terms
        Coefficients in the order of `TERMS`; empty when undefined.
    errors
        Quasi-Poisson errors of them.
    errors_hac
        Errors that allow for counts like those of the months before; empty unless asked for.
    phi
        How many times more the counts vary than Poisson ones about the fit.
    before, after
        Number of months.
    """

    level: Ratio
    terms: tuple[float, ...]
    errors: tuple[float, ...]
    errors_hac: tuple[float, ...]
    phi: float | None
    before: int
    after: int


@dataclass(frozen=True)
class Contrast:
    """The step of a series against that of a comparison series.

    Attributes
    ----------
    series, comparison
        The two fits; the second None where there is no comparison.
    difference
        Ratio of the two steps; undefined, with the reason, without a comparison.
    """

    series: Interrupted
    comparison: Interrupted | None
    difference: Ratio


def interrupted(
    counts: Floats, time: Sequence[int] | Floats, start: int, *, lags: int | None = None
) -> Interrupted:
    """Return the step of a monthly series at ``start``.

    Parameters
    ----------
    counts
        Reports of each month, shape (T,); months without data left out.
    time
        Number of each month, so that a gap counts, in order.
    start
        Number of the first month of the change.
    lags
        So many months back counts may be alike (3 is usual); None takes them as independent.

    Notes
    -----
    log mean = level + trend t + step (t >= start) + bend (t - start)+ + sine and cosine of the
    year. Quasi-Poisson: errors times the root of phi. With ``lags``, errors of Newey and West with
    Bartlett weights.

    References
    ----------
    Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46:348.
    """
    months = np.asarray(time, dtype=np.float64)
    if counts.shape != months.shape or bool((counts < 0).any()):
        message = f"Give one count, not negative, for each of {len(months)} months."
        raise SchemaError(message, "Leave months without data out.")
    after = months >= start
    sizes = int((~after).sum()), int(after.sum())
    reason = _reason(counts, after, sizes)
    fit = None if reason else _fit(_design(months, start), counts)
    if fit is None:
        words = reason or "The regression did not settle."
        return Interrupted(undefined_ratio(words), (), (), (), None, *sizes)
    design, terms, mean = fit
    freedom = len(counts) - len(TERMS)
    phi = float(((counts - mean) ** 2 / mean).sum() / freedom)
    bread: Floats = np.asarray(np.linalg.inv(design.T @ (design * mean[:, None])), np.float64)
    plain = np.sqrt(np.diag(bread))
    quasi = plain * np.sqrt(phi)
    alike = np.zeros(0) if lags is None else _hac(design, counts - mean, bread, lags)
    error = max(plain[_STEP], quasi[_STEP], *([] if lags is None else [alike[_STEP]]))
    level = ratio_from(float(terms[_STEP]), float(error), freedom)
    return Interrupted(level, _plain(terms), _plain(quasi), _plain(alike), phi, *sizes)


def contrast(
    series: Floats, comparison: Floats | None, time: Sequence[int] | Floats, start: int
) -> Contrast:
    """Return the step of a series against that of a comparison, which alone may be claimed."""
    mine = interrupted(series, time, start, lags=3)
    if comparison is None:
        return Contrast(mine, None, undefined_ratio(NO_COMPARISON))
    other = interrupted(comparison, time, start, lags=3)
    one, two = mine.level, other.level
    if one.log_irr is None or two.log_irr is None or one.se is None or two.se is None:
        return Contrast(mine, other, undefined_ratio(one.reason or two.reason))
    error = float(np.hypot(one.se, two.se))
    freedom = len(np.asarray(time)) - len(TERMS)
    return Contrast(mine, other, ratio_from(one.log_irr - two.log_irr, error, freedom))


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _reason(counts: Floats, after: NDArray[np.bool_], sizes: tuple[int, int]) -> str:
    if min(sizes) < MONTHS_NEEDED:
        return (
            f"{sizes[0]} months before and {sizes[1]} from the start on have data; {MONTHS_NEEDED}"
            " on either side are needed to tell a step from a season."
        )
    if counts[after].sum() == 0 or counts[~after].sum() == 0:
        return "There are no reports on one side of the start."
    return ""


def _design(months: Floats, start: int) -> Floats:
    angle = 2 * np.pi * months / _YEAR
    after = (months >= start).astype(np.float64)
    bend = np.maximum(0.0, months - start)
    return np.column_stack(
        [np.ones(len(months)), months, after, bend, np.sin(angle), np.cos(angle)]
    )


def _fit(design: Floats, counts: Floats) -> tuple[Floats, Floats, Floats] | None:
    """Return design, coefficients and means of the Poisson fit; None where it does not settle."""
    mean = counts + 0.5
    before = np.inf
    for _ in range(_STEPS):
        working = np.log(mean) + (counts - mean) / mean
        try:
            weighted = design * mean[:, None]
            terms = np.linalg.solve(design.T @ weighted, weighted.T @ working)
        except np.linalg.LinAlgError:
            return None
        mean = np.exp(np.clip(design @ terms, -30, 30))
        deviance = float(mean.sum() - (counts * (design @ terms)).sum())
        if abs(deviance - before) <= _CONVERGED * (1 + abs(deviance)):
            return design, np.asarray(terms, dtype=np.float64), np.asarray(mean, dtype=np.float64)
        before = deviance
    return None


def _hac(design: Floats, rest: Floats, bread: Floats, lags: int) -> Floats:
    scores = design * rest[:, None]
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (cross + cross.T)
    return np.asarray(np.sqrt(np.diag(bread @ meat @ bread)), dtype=np.float64)
