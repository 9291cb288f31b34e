"""How did the treated cells go month by month against what was expected, and what adds up?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.wdd import quantile

if TYPE_CHECKING:
    from geo.wdd import Wdd
    from geo.wdd_months import ZoneSeries
    from geo.windows import Windows

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ImpactPath:
    """Monthly reports that were expected, and the difference that adds up from the start.

    Attributes
    ----------
    expected, low, high
        Reports expected in the treated cells in each month of the series, shape (T,): those of the
        comparison, brought to the treated cells' level before the start. NaN without a test.
    months
        Compared months from the start on, in order.
    saved, saved_low, saved_high
        Reports fewer than expected up to each of these months, with limits.
    """

    expected: Floats
    low: Floats
    high: Floats
    months: tuple[str, ...]
    saved: Floats
    saved_low: Floats
    saved_high: Floats


def impact_path(series: ZoneSeries, found: Windows, tested: Wdd | None) -> ImpactPath:
    """Return the monthly path of the treated cells against comparison.

    Parameters
    ----------
    series, found
        As for `geo.wdd_months.monthly_wdd`.
    tested
        What that returned; None where nothing could be tested.

    Notes
    -----
    The limits share the error of the whole test: its variance is that of one month's difference
    times the months on both sides, each counted as often as it is used, squared. After n months it
    is that of n months on both sides.
    """
    nothing = np.full(len(series.periods), np.nan)
    none = np.zeros(0)
    if tested is None or tested.local.se is None:
        return ImpactPath(nothing, nothing, nothing, (), none, none, none)
    before, after = series.at(found.before), series.at(found.after)
    share = series.treated[before].sum() / series.control[before].sum()
    expected = share * series.control
    used = np.bincount(before)
    month = tested.local.se / np.sqrt(len(after) + float((used**2).sum()))
    reach = quantile(1 - tested.alpha / 2, tested.local.freedom)
    each = expected[after] - series.treated[after]
    start = expected[before] - series.treated[before]
    saved = np.cumsum(each - start)
    error = reach * month * np.sqrt(_extents(found))
    band = reach * month
    return ImpactPath(
        expected,
        np.maximum(expected - band, 0.0),
        expected + band,
        found.after,
        saved,
        saved - error,
        saved + error,
    )


def _extents(found: Windows) -> Floats:
    """Return how many months' variance the sum up to each month after holds."""
    used: dict[str, int] = {}
    extents = []
    for n, month in enumerate(found.before, 1):
        used[month] = used.get(month, 0) + 1
        extents.append(n + sum(count**2 for count in used.values()))
    return np.array(extents, dtype=np.float64)
