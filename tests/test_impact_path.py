"""Does the monthly path add up to the test that it belongs to?"""

from __future__ import annotations

import numpy as np
import pytest

from geo.impact_path import impact_path
from geo.periods import month_range
from geo.wdd_months import ZoneSeries, monthly_wdd
from geo.windows import windows

PERIODS = month_range("2020-01", "2022-12")


def _series(after: float) -> ZoneSeries:
    rng = np.random.default_rng(4)
    control = rng.poisson(100, len(PERIODS)).astype(float)
    treated = rng.poisson(50, len(PERIODS)).astype(float)
    treated[24:] = np.round(treated[24:] * after)
    return ZoneSeries(PERIODS, treated, control, treated, control)


@pytest.mark.parametrize("last", ["2022-06", "2022-12"])
def test_sum_and_limits_are_those_of_the_test_at_the_last_month(last):
    series = _series(0.5)
    found = windows([p for p in PERIODS if p <= last], "2022-01")
    tested = monthly_wdd(series, found)
    path = impact_path(series, found, tested)
    assert path.months[-1] == last
    assert path.saved[-1] == pytest.approx(-tested.local.estimate)
    assert path.saved_low[-1] == pytest.approx(-tested.local.ci_high)
    assert path.saved_high[-1] == pytest.approx(-tested.local.ci_low)


def test_path_widens_month_by_month_and_expects_the_level_before():
    series = _series(1.0)
    found = windows(PERIODS, "2022-01")
    path = impact_path(series, found, monthly_wdd(series, found))
    width = path.saved_high - path.saved_low
    assert (np.diff(width) > 0).all()
    before = series.at(found.before)
    assert path.expected[before].sum() == pytest.approx(series.treated[before].sum())
    assert (path.low < path.expected).all()


def test_path_is_empty_when_nothing_was_tested():
    series = _series(1.0)
    path = impact_path(series, windows(PERIODS, "2022-12"), None)
    assert path.months == ()
    assert np.isnan(path.expected).all()


def test_path_counts_a_month_twice_when_two_years_are_looked_at():
    series = _series(0.5)
    found = windows(PERIODS, "2021-01", post_months=24)
    tested = monthly_wdd(series, found)
    path = impact_path(series, found, tested)
    assert len(path.months) == 24
    assert path.saved_low[-1] == pytest.approx(-tested.local.ci_high)
