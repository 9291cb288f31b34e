"""How sure is a change against comparison, when months wander more than chance alone?

The months themselves tell: what the treated cells have above their share of the comparison is
followed month by month, and the spread of that difference is the uncertainty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geo.errors import SchemaError
from geo.periods import month_index
from geo.wdd import ALPHA, Estimate, Wdd, ZoneCounts, dispersion, estimated, quantile, undefined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.windows import Windows

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

POWER: Final = 0.80
"""A change counts as one that could have been seen when it is found four times in five."""
LONGEST_TEST_MONTHS: Final = 36
FREEDOM_NEEDED: Final = 6
"""With less, months tell nothing about how much they wander."""
_MOST_LIKE: Final = 0.5


@dataclass(frozen=True, eq=False)
class ZoneSeries:
    """Monthly reports of each zone.

    Attributes
    ----------
    periods
        Calendar months ``YYYY-MM`` in order, T of them.
    treated, control, buffer, control_buffer
        Shape (T,). Months without data are never read.
    """

    periods: tuple[str, ...]
    treated: Floats
    control: Floats
    buffer: Floats
    control_buffer: Floats

    def __post_init__(self) -> None:
        for row in (self.treated, self.control, self.buffer, self.control_buffer):
            if row.shape != (len(self.periods),) or bool((row < 0).any()):
                message = f"Each zone needs {len(self.periods)} counts, none of them negative."
                raise SchemaError(message, "Sum the cells of each zone by month.")

    def at(self, months: Sequence[str]) -> Places:
        """Return the positions of the months."""
        position = {month: t for t, month in enumerate(self.periods)}
        return np.array([position[month] for month in months], dtype=np.intp)

    def counts(self, found: Windows) -> ZoneCounts:
        """Return the reports of each zone in the paired months before and after."""
        sides = (self.at(found.before), self.at(found.after))

        def pair(row: Floats) -> tuple[float, float]:
            return float(row[sides[0]].sum()), float(row[sides[1]].sum())

        return ZoneCounts(
            pair(self.treated), pair(self.control), pair(self.buffer), pair(self.control_buffer)
        )


@dataclass(frozen=True)
class _Contrast:
    """Treated less their share of the comparison: its sum, and the two variances of that sum."""

    estimate: float
    poisson: float
    monthly: float
    freedom: int


def monthly_wdd(series: ZoneSeries, found: Windows, *, alpha: float = ALPHA) -> Wdd:
    """Return the weighted displacement difference with limits that the months themselves give.

    Parameters
    ----------
    series
        Monthly reports of the zones.
    found
        Which months are compared, and which tell how much they wander.
    alpha
        0.1 gives 90 % limits.

    Returns
    -------
    Wdd
        A part is undefined, with a reason, where a zone or its comparison had no report before.

    Notes
    -----
    Comparison counts are divided by comparison over treated before (area weights by level, not by
    cells), so that a change of the whole town by a share cancels whatever the sizes. The months'
    differences lose the mean of their year before the start, and of the months after it; what is
    left gives their variance, on as many degrees of freedom, widened by (1 + r) / (1 - r) where
    neighbouring months resemble each other, r shrunk by its own chance. A count cannot wander less
    than chance: the limits are the wider of Student's t with this variance and the normal curve
    with the Poisson one. Large comparison sets are pooled, so that they add little noise.
    Calibration: `benchmarks/calibrate_displacement.py`.

    References
    ----------
    Wheeler and Ratcliffe (2018), Crime Science 7:11. Bartlett (1946), JRSS supplement 8:27.
    """
    groups = _groups(series, found)
    local = _contrast(series.treated, series.control, series, found, groups)
    around = _contrast(series.buffer, series.control_buffer, series, found, groups)
    phi = dispersion(_zone_months(series, found))[0] or 1.0
    if local is None:
        missing = undefined(_nothing("treated"))
        return Wdd(missing, missing, missing, alpha, phi)
    first = _described(local[1], alpha)
    if around is None:
        missing = undefined(_nothing("buffer"))
        return Wdd(first, missing, missing, alpha, phi)
    both = _summed(
        local[0] + around[0], local[1].poisson + around[1].poisson, series, found, groups
    )
    return Wdd(first, _described(around[1], alpha), _described(both, alpha), alpha, phi)


def detectable(part: Estimate, *, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """Return the smallest change, in reports, that would be found with this power.

    Parameters
    ----------
    part
        Of `monthly_wdd`.
    alpha
        Two-sided level of its limits; a change in one direction is tested at half of it.
    power
        Share of such changes that would be found.
    """
    if part.se is None or part.se == 0:
        return None
    return part.se * (quantile(1 - alpha / 2, part.freedom) + quantile(power, part.freedom))


@dataclass(frozen=True)
class WhatIf:
    """How long a test of a planned intervention would take.

    Attributes
    ----------
    months
        Months until the effect would be seen four times in five. None when it would take more
        than three years, or cannot be told.
    monthly_before
        Mean reports a month in the treated cells in the year before.
    reason
        A sentence, also when there is an answer.
    """

    months: int | None
    monthly_before: float | None
    reason: str


def what_if(series: ZoneSeries, history: Sequence[str], *, effect: float = 0.3) -> WhatIf:
    """Return how many months it takes until a fall of ``effect`` could be seen.

    Parameters
    ----------
    series
        Monthly reports of the zones; buffer and its comparison are not read.
    history
        Comparable months with data before the start (`geo.windows.Windows.history`).
    effect
        The fall that is hoped for, as a share of the reports: 0.3 is 30 %.

    Raises
    ------
    SchemaError
        If ``effect`` is not between 0 and 1.
    """
    if not 0 < effect < 1:
        message = f"A hoped-for fall must be a share between 0 and 1; found {effect}."
        raise SchemaError(message, "Write 0.3 for 30%.")
    months = series.at(history)
    treated, control = series.treated[months], series.control[months]
    if len(months) <= FREEDOM_NEEDED or treated.sum() == 0 or control.sum() == 0:
        few = "Before the start there is too little data, or no comparison, to say how long."
        return WhatIf(None, None, few)
    share = treated.sum() / control.sum()
    level = float(treated[-12:].mean())
    blocks = _by_year(np.array([month_index(m) for m in history]), month_index(history[-1]) + 1)
    monthly, freedom = _monthly_variance(treated - share * control, blocks, months)
    least = float(treated.mean() + share**2 * control.mean())
    for n in range(3, LONGEST_TEST_MONTHS + 1):
        repeats = np.bincount(np.arange(n) % 12)
        error = float(np.sqrt(max(monthly, least) * (n + repeats @ repeats)))
        needed = error * (quantile(0.95, freedom) + quantile(POWER, freedom))
        if effect * level * n >= needed:
            words = f"A fall of {effect:.0%} would probably be seen after {n} months."
            return WhatIf(n, level, words)
    words = f"A fall of {effect:.0%} would probably not be seen within three years: "
    return WhatIf(None, level, f"{words}about {level:.0f} reports a month wander too much.")


@dataclass(frozen=True)
class Guard:
    """Whether a place may have been chosen because it happened to be high.

    Attributes
    ----------
    high
        Whether the year before the start was extraordinarily high against the year before that
        and against comparison. None when it cannot be told.
    counts
        Treated and comparison reports, 13 to 24 months before and in the last 12 months.
    p
        One-sided p of "no higher than a year earlier".
    sentence
        For the screen; also when it cannot be told.
    """

    high: bool | None
    counts: ZoneCounts | None
    p: float | None
    sentence: str


def high_before_start(series: ZoneSeries, found: Windows, start: str) -> Guard:
    """Return whether a fall may only be a return to the usual level.

    Parameters
    ----------
    series, found
        As for `monthly_wdd`.
    start
        First month of the intervention.

    Notes
    -----
    Months 12 to 1 before the start are set against the same months a year earlier, just as
    `monthly_wdd` sets months after it against those before. A place chosen for its last year alone
    tends to fall by itself.
    """
    first = month_index(start)
    known = {month_index(month): month for month in found.history}
    late = [i for i in range(first - 12, first) if i in known and i - 12 in known]
    sentence = "Data do not reach back far enough to say whether the last year was unusually high."
    if len(late) * 2 <= FREEDOM_NEEDED + 2:
        return Guard(None, None, None, sentence)
    before, after = series.at([known[i - 12] for i in late]), series.at([known[i] for i in late])
    groups = [before, after]
    made = _shares(series.treated, series.control, before, after)
    if made is None:
        return Guard(None, None, None, sentence)
    each, poisson = made
    part = _described(_spread(each, poisson, before, after, groups), ALPHA)
    rows = (series.treated, series.control)
    pairs = [(float(row[before].sum()), float(row[after].sum())) for row in rows]
    counts = ZoneCounts(pairs[0], pairs[1])
    high = part.p_rise is not None and part.p_rise <= ALPHA / 2
    sentence = (
        "The treated cells were unusually high in the year before the start, so part of any fall "
        "may be a return to their usual level."
        if high
        else "The treated cells were not unusually high in the year before the start."
    )
    return Guard(high, counts, part.p_rise, sentence)


def _contrast(
    treated: Floats, control: Floats, series: ZoneSeries, found: Windows, groups: list[Places]
) -> tuple[Floats, _Contrast] | None:
    """Return the monthly differences and their contrast; None where a level before is zero."""
    before, after = series.at(found.before), series.at(found.after)
    made = _shares(treated, control, before, after)
    if made is None:
        return None
    each, poisson = made
    return each, _spread(each, poisson, before, after, groups)


def _shares(
    treated: Floats, control: Floats, before: Places, after: Places
) -> tuple[Floats, float] | None:
    """Return treated less their share of the comparison by month, and the Poisson variance."""
    level, against = float(treated[before].sum()), float(control[before].sum())
    if level == 0 or against == 0:
        return None
    share = level / against
    repeats = np.bincount(before, minlength=len(treated))
    twice = float((repeats**2 * (treated + share**2 * control)).sum())
    poisson = twice + float((treated[after] + share**2 * control[after]).sum())
    return treated - share * control, poisson


def _summed(
    each: Floats, poisson: float, series: ZoneSeries, found: Windows, groups: list[Places]
) -> _Contrast:
    return _spread(each, poisson, series.at(found.before), series.at(found.after), groups)


def _spread(
    each: Floats, poisson: float, before: Places, after: Places, groups: list[Places]
) -> _Contrast:
    months = np.concatenate(groups)
    blocks = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    variance, freedom = _monthly_variance(each[months], blocks, months)
    repeats = np.bincount(before)
    extent = len(after) + float((repeats**2).sum())
    estimate = float(each[after].sum() - each[before].sum())
    return _Contrast(estimate, poisson, variance * extent, freedom)


def _monthly_variance(each: Floats, blocks: Places, months: Places) -> tuple[float, int]:
    """Return the variance of one month's difference, and its degrees of freedom."""
    sizes = np.bincount(blocks)
    rest = each - (np.bincount(blocks, weights=each) / np.maximum(sizes, 1))[blocks]
    freedom = int((sizes[sizes > 0] - 1).sum())
    if freedom <= 0:
        return 0.0, 1
    adjacent = np.flatnonzero((np.diff(months) == 1) & (np.diff(blocks) == 0))
    spread = float(rest @ rest) / len(rest)
    like = 0.0
    if len(adjacent) and spread > 0:
        shared = float(rest[adjacent] @ rest[adjacent + 1]) / len(adjacent)
        like = min(_MOST_LIKE, max(0.0, shared / spread))
        like *= like**2 / (like**2 + 1 / len(adjacent))
    return float(rest @ rest) / freedom * (1 + like) / (1 - like), freedom


def _described(found: _Contrast, alpha: float) -> Estimate:
    """Return the estimate with the wider of the Poisson and the monthly limits."""
    chance = estimated(found.estimate, float(np.sqrt(found.poisson)), alpha, None)
    if found.freedom < FREEDOM_NEEDED:
        return chance
    wandering = estimated(found.estimate, float(np.sqrt(found.monthly)), alpha, found.freedom)
    if wandering.ci_high is None or chance.ci_high is None or chance.ci_high >= wandering.ci_high:
        return chance
    return wandering


def _groups(series: ZoneSeries, found: Windows) -> list[Places]:
    """Return the months in groups that have a mean of their own: years before, months after."""
    history = series.at(found.history)
    after = series.at(found.after)
    calendar = np.array([month_index(month) for month in found.history])
    first = calendar.max() + 1 if len(calendar) else 0
    years = _by_year(calendar, first)
    return [history[years == year] for year in np.unique(years)] + [after]


def _by_year(calendar: NDArray[np.int64], first: int) -> Places:
    """Return how many whole years before ``first`` each month lies."""
    return np.asarray((first - 1 - calendar) // 12, dtype=np.intp)


def _zone_months(series: ZoneSeries, found: Windows) -> Floats:
    months = series.at(found.history)
    rows = (series.treated, series.buffer, series.control)
    return np.array([row[months] for row in rows])


def _nothing(zone: str) -> str:
    where = "treated cells" if zone == "treated" else "cells around them"
    return f"The {where}, or their comparison, had no report before the start."
