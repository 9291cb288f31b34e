"""By which share did the treated cells change against the others, over all cells and months?

Difference in differences on the ratio scale: a Poisson regression with an effect for every cell
and every month, whose errors allow for anything that happens within a cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln, ndtr, ndtri

from geo.errors import SchemaError

if TYPE_CHECKING:
    from geo.wdd import Pair

Floats = NDArray[np.float64]

CLUSTERS_NEEDED: Final = 10
"""Treated cells below which errors by cell are too small: the placebo test is better."""
TREND_P: Final = 0.10
TREND_A_YEAR: Final = 0.20
_STEPS: Final = 50
_CONVERGED: Final = 1e-10


@dataclass(frozen=True)
class Ratio:
    """A rate ratio of treated to other cells, after over before.

    Attributes
    ----------
    irr
        0.7 is 30 % fewer than expected. None when undefined.
    log_irr, se
        Its logarithm, and the error of that.
    ci_low, ci_high
        95 % limits of ``irr``.
    p
        Two-sided p of "no change".
    reason
        Why it is undefined.
    """

    irr: float | None
    log_irr: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Panel:
    """Counts of treated and comparison cells, in months before and after.

    Attributes
    ----------
    counts
        Shape (n, T); months without data left out.
    treated
        Shape (n,).
    post
        Shape (T,).
    time
        Shape (T,). Number of each month, so that a gap counts as one. By default 0 ... T - 1.
    """

    counts: Floats
    treated: NDArray[np.bool_]
    post: NDArray[np.bool_]
    time: Floats | None = None

    def __post_init__(self) -> None:
        n, months = self.counts.shape
        if self.treated.shape != (n,) or self.post.shape != (months,):
            message = f"Mark each of {n} cells and {months} months; found "
            found = f"{message}{self.treated.shape} and {self.post.shape}."
            raise SchemaError(found, "Say which cells are treated and which months come after.")
        if not bool((self.counts >= 0).all()):
            message = "The panel holds a negative count, or none."
            raise SchemaError(message, "Leave months without data out.")


@dataclass(frozen=True)
class RatioDid:
    """The ratio form of the test with what is needed to judge it.

    Attributes
    ----------
    effect
        With cell and month effects, errors clustered by cell.
    phi
        How many times more the counts vary than Poisson counts about this fit; None if undefined.
    pretrend
        Ratio by which treated cells moved against the others in each month before the start.
    pretrend_differs
        Whether that is too much for parallel paths: p below 0.1, or over 20 % a year. None when
        it cannot be told.
    treated_clusters
        Number of treated cells with reports.
    caveats
        Sentences.
    """

    effect: Ratio
    phi: float | None
    pretrend: Ratio
    pretrend_differs: bool | None
    treated_clusters: int
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class SaturatedDid:
    """The four-group form with errors of four kinds, to show how much they matter."""

    poisson: Ratio
    quasi: Ratio
    clustered: Ratio
    negative_binomial: Ratio
    phi: float
    alpha: float


def undefined_ratio(reason: str) -> Ratio:
    """Return a ratio that does not exist, with the reason."""
    return Ratio(None, None, None, None, None, None, reason)


def ratio_did(panel: Panel) -> RatioDid:
    """Return the rate ratio of the treated cells with errors clustered by cell.

    Notes
    -----
    log mean = cell + month + effect x treated x after. Given the total of each cell, its months
    are multinomial, so that cell effects need not be fitted. The error is the sandwich over cells
    with the usual correction for few of them. The trend before the start is fitted in the same way
    with treated x month. That no trend is found is no proof that there was none.

    References
    ----------
    Hausman, Hall and Griliches (1984), Econometrica 52:909. Wooldridge (1999), Journal of
    Econometrics 90:77.
    """
    effect, phi = _cell_and_month(panel, panel.post.astype(np.float64))
    before = ~panel.post
    time = np.arange(len(panel.post), dtype=np.float64) if panel.time is None else panel.time
    earlier = Panel(panel.counts[:, before], panel.treated, panel.post[before])
    pretrend, _ = _cell_and_month(earlier, time[before])
    clusters = int((panel.counts[panel.treated].sum(axis=1) > 0).sum())
    differs = _differs(pretrend)
    caveats = []
    if effect.irr is not None and clusters < CLUSTERS_NEEDED:
        noun = "cell" if clusters == 1 else "cells"
        caveats.append(
            f"With {clusters} treated {noun} the limits of the ratio are too narrow; the test "
            "against other places is the better guide."
        )
    if differs:
        caveats.append("Trends differed before: treated and comparison cells did not run parallel.")
    return RatioDid(effect, phi, pretrend, differs, clusters, tuple(caveats))


def ratio_of_counts(treated: Pair, control: Pair) -> Ratio:
    """Return the rate ratio of four Poisson counts.

    Parameters
    ----------
    treated, control
        Reports before and after.

    Notes
    -----
    ln (T1 C0 / T0 C1), with the error sqrt(1/T0 + 1/T1 + 1/C0 + 1/C1): the negative logarithm of
    Welsh and Farrington's relative effect size. Where a count is 0, a half is added to all four.

    Examples
    --------
    >>> round(ratio_of_counts((388, 350), (1592, 2149)).irr, 4)
    0.6683
    """
    counts = np.array([*treated, *control], dtype=np.float64)
    if bool((counts < 0).any()):
        message = "A count must not be negative."
        raise SchemaError(message, "Check the rows that were counted.")
    if counts[:2].sum() == 0 or counts[2:].sum() == 0:
        return undefined_ratio("There are no reports to compare.")
    if bool((counts == 0).any()):
        counts = counts + 0.5
    beta = float(np.log(counts[1] * counts[2] / (counts[0] * counts[3])))
    return _ratio(beta, float(np.sqrt((1 / counts).sum())))


def saturated_did(panel: Panel) -> SaturatedDid:
    """Return the ratio of the four groups with Poisson, quasi, clustered and NB errors.

    Raises
    ------
    SchemaError
        When one of the four groups has no report.
    """
    treated, post = panel.treated[:, None], panel.post[None, :]
    group = np.asarray(2 * np.broadcast_to(treated, panel.counts.shape) + post, dtype=np.int64)
    totals = np.bincount(group.ravel(), weights=panel.counts.ravel(), minlength=4)
    means = np.asarray(totals, dtype=np.float64)
    size = np.bincount(group.ravel(), minlength=4)
    if means.min() == 0:
        message = "Treated and other cells both need reports before and after."
        raise SchemaError(message, "Use the four counts with `ratio_of_counts`.")
    mean = means / size
    beta = float(np.log(mean[3] * mean[0] / (mean[2] * mean[1])))
    fitted = mean[group]
    phi = float(((panel.counts - fitted) ** 2 / fitted).sum() / (group.size - 4))
    plain = float(np.sqrt((1 / means).sum()))
    alpha = _negative_binomial_alpha(panel.counts, fitted)
    wide = float(np.sqrt((1 / (size * mean / (1 + alpha * mean))).sum()))
    return SaturatedDid(
        _ratio(beta, plain),
        _ratio(beta, plain * float(np.sqrt(phi))),
        _ratio(beta, _clustered_error(panel, group, means, fitted)),
        _ratio(beta, wide),
        phi,
        alpha,
    )


def _clustered_error(
    panel: Panel, group: NDArray[np.int64], means: Floats, fitted: Floats
) -> float:
    """Return the error of the four-group contrast, clustered by cell."""
    cells = len(panel.counts)
    rest = panel.counts - fitted
    signs = np.array([1.0, -1.0, -1.0, 1.0])
    influence = (rest * (signs / means)[group]).sum(axis=1)
    correction = cells / (cells - 1) * (group.size - 1) / (group.size - 4)
    return float(np.sqrt(correction * (influence**2).sum()))


def _negative_binomial_alpha(counts: Floats, fitted: Floats) -> float:
    """Return the likeliest excess: variance is mean + alpha x mean squared."""

    def loss(log_alpha: float) -> float:
        size = np.exp(-log_alpha)
        each = gammaln(counts + size) - gammaln(size) + size * np.log(size / (size + fitted))
        return -float((each + counts * np.log(fitted / (size + fitted))).sum())

    found = minimize_scalar(loss, bounds=(-12.0, 5.0), method="bounded", options={"xatol": 1e-10})
    return float(np.exp(found.x))


def _cell_and_month(panel: Panel, along: Floats) -> tuple[Ratio, float | None]:
    """Return the ratio for treated x ``along`` with cell and month effects, and phi."""
    cells = panel.counts.sum(axis=1) > 0
    months = panel.counts.sum(axis=0) > 0
    counts = panel.counts[cells][:, months]
    treated = panel.treated[cells]
    x = np.outer(treated, along[months])
    reason = _not_fit(counts, treated, along[months])
    if reason:
        return undefined_ratio(reason), None
    try:
        fit = _fit(counts, x)
        error = None if fit is None else _sandwich(counts, fit[1], x)
    except np.linalg.LinAlgError:
        fit = error = None
    if fit is None or error is None:
        return undefined_ratio("The regression did not settle."), None
    beta, mean = fit
    freedom = counts.size - counts.shape[0] - counts.shape[1]
    phi = float(((counts - mean) ** 2 / mean).sum() / freedom) if freedom > 0 else None
    return _ratio(beta, error), phi


def _not_fit(counts: Floats, treated: NDArray[np.bool_], along: Floats) -> str:
    if not treated.any() or treated.all():
        return "Treated and comparison cells both need reports."
    if len(np.unique(along)) < 2:  # noqa: PLR2004 - before and after
        return "There are no months with reports on both sides of the start."
    step = along > along.min()
    for group in (treated, ~treated):
        if counts[group][:, step].sum() == 0 or counts[group][:, ~step].sum() == 0:
            return "Treated and comparison cells both need reports before and after."
    if len(treated) < 3:  # noqa: PLR2004 - an error over cells needs some
        return "There are too few cells for errors by cell."
    return ""


def _moments(mean: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Return month and effect columns less each cell's weighted mean: (n, T, T) is never built.

    Returns
    -------
    information
        Of month effects (the first fixed) and of the effect, shape (T, T).
    centred
        ``x`` less its weighted mean in each cell, shape (n, T).
    """
    total = mean.sum(axis=1, keepdims=True)
    centred = x - (mean * x).sum(axis=1, keepdims=True) / total
    months = np.diag(mean.sum(axis=0)) - mean.T @ (mean / total)
    cross = (mean * centred).sum(axis=0)
    information = np.empty((mean.shape[1], mean.shape[1]))
    information[:-1, :-1] = months[1:, 1:]
    information[:-1, -1] = information[-1, :-1] = cross[1:]
    information[-1, -1] = (mean * centred**2).sum()
    return information, centred


def _fit(counts: Floats, x: Floats) -> tuple[float, Floats] | None:
    """Return the effect and the fitted means, or None where the steps do not settle."""
    total = counts.sum(axis=1, keepdims=True)
    months = np.log(counts.sum(axis=0) / counts.sum())
    beta = np.append(months[1:] - months[0], 0.0)

    def expected(at: Floats) -> tuple[Floats, float]:
        linear = np.append(0.0, at[:-1]) + at[-1] * x
        linear = linear - linear.max(axis=1, keepdims=True)
        weight = np.exp(linear)
        share = weight / weight.sum(axis=1, keepdims=True)
        return total * share, float((counts * np.log(np.maximum(share, 1e-300))).sum())

    mean, likelihood = expected(beta)
    for _ in range(_STEPS):
        information, centred = _moments(mean, x)
        gradient = np.append((counts - mean).sum(axis=0)[1:], (counts * centred).sum())
        step = np.linalg.solve(information, gradient)
        new_mean, new_likelihood = expected(beta + step)
        while new_likelihood < likelihood - 1e-9 and np.abs(step).max() > _CONVERGED:
            step = step / 2
            new_mean, new_likelihood = expected(beta + step)
        beta, mean, likelihood = beta + step, new_mean, new_likelihood
        if float(np.abs(step).max()) < _CONVERGED:
            return float(beta[-1]), mean
    return None


def _sandwich(counts: Floats, mean: Floats, x: Floats) -> float:
    """Return the error of the effect, clustered by cell."""
    information, centred = _moments(mean, x)
    cells, months = counts.shape
    scores = np.column_stack([(counts - mean)[:, 1:], ((counts - mean) * centred).sum(axis=1)])
    bread = np.linalg.inv(information)
    fitted = cells + months
    correction = cells / (cells - 1) * (counts.size - 1) / (counts.size - fitted)
    influence = scores @ bread[:, -1]
    return float(np.sqrt(correction * (influence**2).sum()))


def _differs(pretrend: Ratio) -> bool | None:
    if pretrend.p is None or pretrend.log_irr is None:
        return None
    return pretrend.p < TREND_P or abs(pretrend.log_irr) * 12 > TREND_A_YEAR


def _ratio(beta: float, error: float) -> Ratio:
    if not np.isfinite(error) or error <= 0:
        return undefined_ratio("The error of the ratio cannot be told from these counts.")
    reach = float(ndtri(0.975)) * error
    low, middle, high = (float(np.exp(b)) for b in (beta - reach, beta, beta + reach))
    return Ratio(middle, beta, error, low, high, float(2 * ndtr(-abs(beta) / error)))
