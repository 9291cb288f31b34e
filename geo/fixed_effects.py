"""By which share did places in view change against others, with limits that hold?

Every place has an effect of its own, which the test removes: given a place's reports before and
after together, only the share that came after counts. The errors come from how much those shares
differ between places, so that counts may vary far more than Poisson counts do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from geo.errors import SchemaError
from geo.ratio import Ratio, undefined_ratio

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

FEWEST_UNITS: Final = 4
"""Places with reports on either side, below which their spread says nothing."""
MOST_OF_ONE: Final = 0.75
"""When one place holds more of its side's reports than this, the others cannot tell its spread."""
LENT: Final = 1.25
"""A borrowed spread counts so many times: without it limits of one place hold in 92 % of towns."""
LEVEL: Final = 0.95
POWER: Final = 0.8


@dataclass(frozen=True)
class FixedEffects:
    """The change of treated places against the others.

    Attributes
    ----------
    effect
        Ratio with 95 % limits; its reason says why there is none.
    freedom
        Degrees of freedom of Student's t; None without an effect.
    phi
        How many times more the shares vary than with Poisson counts; None without an effect.
    used, left_out
        Places with reports, and places without any, which say nothing.
    wander
        Variance of a comparison place's own log ratio beyond chance; None where unknown.
    """

    effect: Ratio
    freedom: float | None
    phi: float | None
    used: int
    left_out: int
    wander: float | None = None

    @property
    def smallest_fall(self) -> float | None:
        """Smallest fall, as a share, that would be found four times in five."""
        if self.effect.se is None or self.freedom is None:
            return None
        return smallest_fall(self.effect.se, self.freedom)


@dataclass(frozen=True)
class _Side:
    """One group of places: logit of its share after, the error of that, and its freedom."""

    logit: float
    variance: float
    freedom: float
    chi2: float
    wander: float
    """Variance of a place's own log ratio beyond chance."""


def fixed_effects(before: Floats, after: Floats, treated: Marks) -> FixedEffects:
    """Return the rate ratio of treated places, an effect of its own for every place.

    Parameters
    ----------
    before, after
        Reports of each place in as many months before as after, shape (n,).
    treated
        Which places are treated, shape (n,).

    Raises
    ------
    SchemaError
        When the shapes differ, or a count is negative.

    Notes
    -----
    log mean = place + after + effect x treated x after, for Poisson counts. Given each place's
    total, the reports after are binomial; with nothing but two groups, the effect is the ratio of
    the odds of the groups. Errors are of the kind HC3: each residual over one less the share of its
    place, so that one busy place cannot hide its own spread. Limits use Student's t with Welch's
    degrees of freedom, and neither side's error is smaller than that of Poisson counts.
    Fewer than four treated places cannot tell how much they differ: they are taken to wander as
    much beyond chance as the places of the comparison do, as DerSimonian and Laird estimate it,
    and a quarter more.
    `benchmarks/calibrate_cctv.py` tells how often the limits hold.

    References
    ----------
    Hausman, Hall and Griliches (1984), Econometrica 52:909. MacKinnon and White (1985), Journal of
    Econometrics 29:305. Wooldridge (1999), Journal of Econometrics 90:77.

    Examples
    --------
    >>> import numpy as np
    >>> before = np.full(12, 20.0)
    >>> after = np.array([9, 11, 10, 10, 12, 8, 21, 19, 20, 22, 18, 20], dtype=float)
    >>> round(fixed_effects(before, after, np.arange(12) < 6).effect.irr, 2)
    0.5
    """
    if not before.shape == after.shape == treated.shape:
        message = f"Give one count before and after for each of {len(treated)} places."
        raise SchemaError(message, f"Found {before.shape}, {after.shape} and {treated.shape}.")
    if bool((before < 0).any() or (after < 0).any()):
        message = "A count must not be negative."
        raise SchemaError(message, "Leave months without data out of both sides.")
    kept = before + after > 0
    used, left_out = int(kept.sum()), int((~kept).sum())
    groups = (treated & kept, ~treated & kept)
    reason = _both_reasons(before, after, groups)
    if reason:
        return FixedEffects(undefined_ratio(reason), None, None, used, left_out)
    few = int(groups[0].sum()) < FEWEST_UNITS
    others = _side(before[groups[1]], after[groups[1]])
    mine = _side(before[groups[0]], after[groups[0]], like=others if few else None)
    variance = mine.variance + others.variance
    freedom = variance**2 / (mine.variance**2 / mine.freedom + others.variance**2 / others.freedom)
    error = float(np.sqrt(variance))
    phi = (mine.chi2 + others.chi2) / (used - 2)
    effect = ratio_from(mine.logit - others.logit, error, freedom)
    return FixedEffects(effect, freedom, phi, used, left_out, others.wander)


def own_change(before: Floats, after: Floats, *, like: FixedEffects | None = None) -> FixedEffects:
    """Return the rate ratio of places after over before, set against nothing else.

    Parameters
    ----------
    before, after
        Reports of each place in as many months before as after, shape (n,).
    like
        A test of other reports, whose comparison places lend their spread to fewer than four.

    Notes
    -----
    For reports that only exist where a camera looks: other places have none to compare with. A
    change of the whole town is not taken out.

    Examples
    --------
    >>> import numpy as np
    >>> round(own_change(np.full(5, 20.0), np.array([38, 42, 40, 41, 39.0])).effect.irr, 2)
    2.0
    """
    kept = before + after > 0
    used, left_out = int(kept.sum()), int((~kept).sum())
    lent = None
    if used < FEWEST_UNITS and like and like.wander is not None and like.freedom is not None:
        lent = _Side(0.0, 0.0, like.freedom, 0.0, like.wander)
    sums = float(before.sum()), float(after.sum())
    reason = _reason(before[kept], after[kept], "in view") if lent is None else _empty(*sums)
    if reason:
        return FixedEffects(undefined_ratio(reason), None, None, used, left_out)
    side = _side(before[kept], after[kept], like=lent)
    effect = ratio_from(side.logit, float(np.sqrt(side.variance)), side.freedom)
    phi = side.chi2 / (used - 1) if used > 1 else None
    return FixedEffects(effect, side.freedom, phi, used, left_out)


def smallest_fall(error: float, freedom: float) -> float:
    """Return the smallest fall, as a share, that 95 % limits would find four times in five.

    Examples
    --------
    >>> round(smallest_fall(0.1, 1000), 3)
    0.245
    """
    reach = student.ppf(0.5 + LEVEL / 2, freedom) + student.ppf(POWER, freedom)
    return float(1 - np.exp(-reach * error))


def ratio_from(log_ratio: float, error: float, freedom: float) -> Ratio:
    """Return a ratio with 95 % limits of Student's t.

    Examples
    --------
    >>> round(ratio_from(0.0, 0.1, 1e6).ci_high, 3)
    1.217
    """
    if not np.isfinite(error) or error <= 0:
        return undefined_ratio("The error of the ratio cannot be told from these counts.")
    reach = float(student.ppf(0.5 + LEVEL / 2, freedom)) * error
    low, middle, high = (
        float(np.exp(b)) for b in (log_ratio - reach, log_ratio, log_ratio + reach)
    )
    p = float(2 * student.sf(abs(log_ratio) / error, freedom))
    return Ratio(middle, log_ratio, error, low, high, p)


def _reason(before: Floats, after: Floats, name: str) -> str:
    """Return why a group of places with reports cannot be tested; empty where it can."""
    if len(before) < FEWEST_UNITS:
        verb = "has" if len(before) == 1 else "have"
        places = "place" if len(before) == 1 else "places"
        return (
            f"Only {len(before)} {places} {name} {verb} reports; {FEWEST_UNITS} are needed to tell"
            " how much places differ."
        )
    if before.sum() == 0 or after.sum() == 0:
        return f"The places {name} need reports before and after."
    total = before + after
    if total.max() > MOST_OF_ONE * total.sum():
        return f"One place holds most of the reports {name}, so that its change decides alone."
    return ""


def _both_reasons(before: Floats, after: Floats, groups: tuple[Marks, Marks]) -> str:
    """Return why two groups cannot be compared; a few treated places are enough."""
    mine, others = groups
    reason = _reason(before[others], after[others], "of the comparison")
    if reason or int(mine.sum()) >= FEWEST_UNITS:
        return reason or _reason(before[mine], after[mine], "in view")
    return _empty(float(before[mine].sum()), float(after[mine].sum()))


def _empty(before: float, after: float) -> str:
    return "" if before and after else "The places in view need reports before and after."


def _side(before: Floats, after: Floats, *, like: _Side | None = None) -> _Side:
    """Return one group; ``like`` lends it the spread of another where it has too few places."""
    total = before + after
    share = float(after.sum() / total.sum())
    leverage = total / total.sum()
    weight = total * share * (1 - share)
    rest = after - total * share
    chi2, freedom = float((rest**2 / weight).sum()), len(total) - 1.0
    logit = float(np.log(share / (1 - share)))
    if like is not None:
        spread = float((leverage**2 * (LENT * like.wander + 1 / weight)).sum())
        return _Side(logit, spread, like.freedom, chi2, like.wander)
    variance = float(((rest / (1 - leverage)) ** 2).sum()) / float(weight.sum()) ** 2
    beyond = (chi2 - freedom) / float((weight * (1 - leverage)).sum())
    return _Side(logit, max(variance, 1 / float(weight.sum())), freedom, chi2, max(0.0, beyond))
