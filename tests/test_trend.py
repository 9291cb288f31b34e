"""The yearly trend of a place's own counts."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from geo.errors import NotEnoughDataError, SchemaError
from geo.trend import CountTrend, count_trend, poisson_fit, trend_words


def _seasonal(months, level=100.0, rate=0.0, swing=0.3):
    t = np.arange(months)
    return level * np.exp(rate * t / 12 + swing * np.sin(2 * np.pi * t / 12))


def test_fit_when_compared_with_an_interrupted_series_of_statsmodels(shared):
    series = pd.read_csv(shared / "oracles" / "its_series.csv")
    expected = json.loads((shared / "oracles" / "its_expected.json").read_text())
    names = ["t", "x", "ts", "s", "c"]
    design = np.column_stack([np.ones(len(series)), *(series[name] for name in names)])
    y = series["y"].to_numpy(dtype=float)
    beta, mean, inverse = poisson_fit(design, y)
    phi = float(((y - mean) ** 2 / mean).sum()) / (len(y) - 6)
    assert phi == pytest.approx(expected["phi"], abs=1e-5)
    for k, name in enumerate(["Intercept", *names]):
        assert beta[k] == pytest.approx(expected["params"][name], abs=1e-5)
        error = np.sqrt(phi * inverse[k, k])
        assert error == pytest.approx(expected["se_quasi"][name], abs=1e-5)


def test_fit_when_compared_with_a_general_optimiser():
    random = np.random.default_rng(4)
    design = np.column_stack([np.ones(30), np.linspace(-1, 1, 30), random.standard_normal(30)])
    y = random.poisson(np.exp(design @ [3.0, 0.5, -0.2])).astype(float)
    best = minimize(
        lambda b: float(np.exp(design @ b).sum() - y @ (design @ b)),
        np.array([np.log(y.mean()), 0.0, 0.0]),
        method="BFGS",
        options={"gtol": 1e-4},
    )
    np.testing.assert_allclose(poisson_fit(design, y)[0], best.x, atol=1e-5)


def test_trend_when_counts_grow_by_a_fifth_a_year_through_a_season():
    trend = count_trend(_seasonal(36, rate=np.log(1.2)), np.ones(36))
    assert trend.rate_per_year == pytest.approx(0.2, abs=1e-3)
    assert trend.low < 0.2 < trend.high
    assert (trend.direction, trend.phi) == ("up", 1.0)


def test_trend_when_only_the_season_moves_is_none():
    trend = count_trend(_seasonal(24, swing=0.5), np.ones(24))
    assert trend.rate_per_year == pytest.approx(0.0, abs=1e-3)
    assert trend.direction == "none"


def test_trend_when_months_are_missing_does_not_read_them_as_zero():
    counts = _seasonal(31, rate=np.log(0.8))
    observed = np.ones(31)
    observed[[6, 8, 9]] = 0
    with_gaps = count_trend(np.where(observed > 0, counts, 0.0), observed)
    assert with_gaps.rate_per_year == pytest.approx(-0.2, abs=1e-3)
    assert with_gaps.direction == "down"


def test_trend_when_what_stands_in_missing_months_changes_is_the_same():
    counts, observed = _seasonal(30, rate=0.1), np.ones(30)
    observed[3] = 0
    counts[3] = np.nan
    other = counts.copy()
    other[3] = 9_999
    assert count_trend(counts, observed) == count_trend(other, observed)


def test_phi_when_months_wander_widens_the_range():
    calm = count_trend(_seasonal(36), np.ones(36))
    shaken = _seasonal(36) * np.tile([1.3, 0.7], 18)
    wild = count_trend(shaken, np.ones(36))
    assert wild.phi > 5
    assert wild.high - wild.low > 1.5 * (calm.high - calm.low)


def test_range_when_neighbouring_months_resemble_each_other_is_wider_than_when_they_alternate():
    blocks = _seasonal(36) * np.repeat(np.tile([1.2, 0.8], 6), 3)
    alternate = _seasonal(36) * np.tile([1.2, 0.8], 18)
    slow, fast = (count_trend(c, np.ones(36)) for c in (blocks, alternate))
    assert slow.phi == pytest.approx(fast.phi, rel=0.1)
    assert slow.high - slow.low > 1.3 * (fast.high - fast.low)


def test_trend_when_fewer_than_18_months_were_observed_is_undefined():
    trend = count_trend(_seasonal(17), np.ones(17))
    assert trend.rate_per_year is None
    assert trend.reason == "17 months were observed; a trend needs 18."
    assert trend_words(trend) == "Too few reports to give a trend"


@pytest.mark.parametrize("level", [0.0, 1.5])
def test_trend_when_reports_are_fewer_than_20_a_year_is_undefined(level):
    trend = count_trend(np.full(24, level), np.ones(24))
    assert trend.direction is None
    assert trend.reason == "A trend needs 20 reports a year."


def test_trend_when_no_month_was_observed_is_undefined():
    assert count_trend([], []).rate_per_year is None


def test_trend_when_all_reports_fall_in_one_month_is_undefined():
    counts = np.zeros(24)
    counts[11] = 60
    assert count_trend(counts, np.ones(24)).reason == "Reports fall in only 1 of the months."


def test_trend_when_all_reports_fall_in_the_last_six_months_is_finite_and_up():
    counts = np.zeros(24)
    counts[-6:] = 20
    trend = count_trend(counts, np.ones(24))
    assert np.isfinite([trend.rate_per_year, trend.low, trend.high, trend.p]).all()
    assert trend.direction == "up"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(2, 300), min_size=24, max_size=40))
def test_range_always_holds_the_rate_and_agrees_with_the_direction(counts):
    trend = count_trend(counts, np.ones(len(counts)))
    assert trend.low <= trend.rate_per_year <= trend.high
    assert (trend.direction == "none") == (trend.low <= 0 <= trend.high)


def test_false_trends_when_nothing_changes_are_rare():
    random = np.random.default_rng(11)
    found = 0
    for _ in range(300):
        counts = random.poisson(_seasonal(24, level=np.exp(random.uniform(2, 5))))
        found += count_trend(counts, np.ones(24)).direction != "none"
    assert found <= 0.06 * 300


def test_trend_words_when_clear_give_the_range_and_when_not_no_percentage():
    up = CountTrend(0.123, 0.041, 0.209, 0.004, "up", 1.3)
    down = CountTrend(-0.1, -0.15, -0.04, 0.004, "down", 1.3)
    none = CountTrend(0.02, -0.1, 0.2, 0.7, "none", 1.3)
    assert trend_words(up) == "Rising by about 12% a year (likely range 4% to 21%)"
    assert trend_words(down) == "Falling by about 10% a year (likely range 4% to 15%)"
    assert trend_words(none) == "No clear trend in its own counts"


def test_counts_when_shapes_differ_or_one_is_negative_are_refused():
    with pytest.raises(SchemaError, match="must agree"):
        count_trend(np.ones(24), np.ones(23))
    with pytest.raises(SchemaError, match="negative"):
        count_trend([-1.0, *np.ones(23)], np.ones(24))


def test_fit_when_no_finite_coefficients_exist_says_so():
    design = np.column_stack([np.ones(20), np.arange(20) >= 10])
    y = np.where(np.arange(20) >= 10, 5.0, 0.0)
    with pytest.raises(NotEnoughDataError, match="did not settle"):
        poisson_fit(design, y)
