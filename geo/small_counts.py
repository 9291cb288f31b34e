"""Do two counts differ by more than chance, and how far does one count wander?

The figures of this module stay in the method box. The words that users read come from
`geo.change`, which also allows for counts that wander more than a Poisson count does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scipy import stats

from geo.errors import SchemaError


@dataclass(frozen=True)
class TwoCounts:
    """How count ``b`` (this year) compares with count ``a`` (last year).

    Attributes
    ----------
    ratio
        Rate of b over rate of a. None when a is 0.
    ci_low, ci_high
        95 % limits of the ratio. ``ci_high`` is None (no upper limit) when a is 0, both are
        when a and b are.
    p_mid
        Two-sided mid-p of "the rates are equal", by doubling. None when a and b are 0.
    reason
        Why something is None; empty when nothing is.
    """

    ratio: float | None
    ci_low: float | None
    ci_high: float | None
    p_mid: float | None
    reason: str = ""


def compare_two_counts(
    a: int, b: int, *, exposure_a: float = 1.0, exposure_b: float = 1.0
) -> TwoCounts:
    """Return the ratio of two Poisson rates with exact limits and the mid-p value.

    Parameters
    ----------
    a, b
        Counts of last year and of this year.
    exposure_a, exposure_b
        What each count was exposed to: months, or the town's totals of the same years when the
        question is "did this ward move differently from the town?".

    Returns
    -------
    TwoCounts
        Limits are Clopper-Pearson's for the share b / (a + b), turned into a ratio.

    Raises
    ------
    SchemaError
        A negative count, or an exposure that is not above zero.

    Notes
    -----
    Given a + b, b is binomial. The two-sided value doubles the smaller mid-p tail, so that (3, 0)
    gives 0.125; taking half of the observed mass off a two-sided exact value once gives 0.1875.
    Assumes Poisson counts: repeat callers make real counts wander more, and p too small.

    References
    ----------
    Lancaster (1961), "Significance tests in discrete distributions", JASA 56:223.
    Clopper and Pearson (1934), Biometrika 26:404.

    Examples
    --------
    >>> result = compare_two_counts(210, 265)
    >>> round(result.ratio, 3), round(result.ci_low, 3), round(result.p_mid, 4)
    (1.262, 1.049, 0.0116)
    """
    share = _share_if_equal(a, b, exposure_a, exposure_b)
    total = a + b
    if total == 0:
        return TwoCounts(None, None, None, None, "There are no reports in either period.")
    odds_scale = exposure_a / exposure_b
    low = float(stats.beta.ppf(0.025, b, a + 1)) if b else 0.0
    high = float(stats.beta.ppf(0.975, b + 1, a)) if a else None
    at = float(stats.binom.pmf(b, total, share))
    below = float(stats.binom.cdf(b - 1, total, share)) + at / 2
    above = float(stats.binom.sf(b, total, share)) + at / 2
    return TwoCounts(
        ratio=b / a * odds_scale if a else None,
        ci_low=low / (1 - low) * odds_scale,
        ci_high=None if high is None else high / (1 - high) * odds_scale,
        p_mid=min(1.0, 2 * min(below, above)),
        reason="" if a else "There were no reports in the earlier period, so there is no ratio.",
    )


def e_test(a: int, b: int, *, exposure_a: float = 1.0, exposure_b: float = 1.0) -> float:
    """Return the two-sided p of the E-test that two Poisson rates are equal.

    Notes
    -----
    `scipy.stats.poisson_means_test`, whose statistic uses the unpooled variance. With unequal
    exposures the pooled form differs a lot (100 in 10 and 25 in 5: 0.0006 here, 0.0015 there),
    so always name this one "E-test, unpooled".

    References
    ----------
    Krishnamoorthy and Thomson (2004), "A more powerful test for comparing two Poisson means",
    Journal of Statistical Planning and Inference 119:23.

    Examples
    --------
    >>> round(e_test(6, 2), 4)
    0.1749
    """
    _share_if_equal(a, b, exposure_a, exposure_b)
    return float(stats.poisson_means_test(b, exposure_b, a, exposure_a).pvalue)


def exact_conditional_p(
    a: int,
    b: int,
    *,
    exposure_a: float = 1.0,
    exposure_b: float = 1.0,
    tails: Literal["likelihood", "doubling"] = "likelihood",
) -> float:
    """Return the two-sided exact p of "the rates are equal", given the total of both counts.

    Parameters
    ----------
    a, b, exposure_a, exposure_b
        As in `compare_two_counts`.
    tails
        "likelihood" adds up all outcomes no likelier than the one seen, as R's `poisson.test`
        does; "doubling" doubles the smaller tail.

    Examples
    --------
    >>> exact_conditional_p(3, 0)
    0.25
    """
    share = _share_if_equal(a, b, exposure_a, exposure_b)
    total = a + b
    if total == 0:
        return 1.0
    if tails == "likelihood":
        return float(stats.binomtest(b, total, share).pvalue)
    below = float(stats.binom.cdf(b, total, share))
    above = float(stats.binom.sf(b - 1, total, share))
    return min(1.0, 2 * min(below, above))


def poisson_limits(expected: float, *, coverage: float = 0.95) -> tuple[int, int]:
    """Return the counts between which a Poisson count with this mean stays.

    Parameters
    ----------
    expected
        The mean, above zero.
    coverage
        0.95 for a warning line, 0.998 for an action line of a control chart.

    Returns
    -------
    tuple of int
        Lower and upper limit, both still inside.

    Examples
    --------
    >>> poisson_limits(10), poisson_limits(10, coverage=0.998)
    ((4, 17), (2, 21))
    """
    if expected <= 0:
        message = f"The expected count must be above zero; found {expected}."
        raise SchemaError(message, "A place without any expected report has no limits.")
    tail = (1 - coverage) / 2
    return int(stats.poisson.ppf(tail, expected)), int(stats.poisson.ppf(1 - tail, expected))


def count_interval(count: int, *, coverage: float = 0.95) -> tuple[float, float]:
    """Return the exact limits of the mean behind one Poisson count.

    References
    ----------
    Garwood (1936), "Fiducial limits for the Poisson distribution", Biometrika 28:437.

    Examples
    --------
    >>> low, high = count_interval(3)
    >>> round(low, 3), round(high, 3)
    (0.619, 8.767)
    """
    if count < 0:
        message = f"A count must not be negative; found {count}."
        raise SchemaError(message, "Check the rows that were counted.")
    tail = (1 - coverage) / 2
    low = float(stats.gamma.ppf(tail, count)) if count else 0.0
    return low, float(stats.gamma.ppf(1 - tail, count + 1))


def _share_if_equal(a: int, b: int, exposure_a: float, exposure_b: float) -> float:
    """Return the share of all reports that b would have if the rates were equal."""
    if a < 0 or b < 0:
        message = f"A count must not be negative; found {min(a, b)}."
        raise SchemaError(message, "Check the rows that were counted.")
    if exposure_a <= 0 or exposure_b <= 0:
        message = f"An exposure must be above zero; found {min(exposure_a, exposure_b)}."
        raise SchemaError(message, "Compare only periods that were observed.")
    return exposure_b / (exposure_a + exposure_b)
