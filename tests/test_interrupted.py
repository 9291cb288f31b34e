"""Is a step of a series the reference one, and is nothing claimed without a comparison?"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from geo.errors import SchemaError
from geo.interrupted import NO_COMPARISON, contrast, interrupted

NAMES = ("Intercept", "t", "x", "ts", "s", "c")
TIME = np.arange(48)


@pytest.fixture
def series(shared):
    return pd.read_csv(shared / "oracles" / "its_series.csv")


def test_fit_is_the_reference_one(shared, series):
    wanted = json.loads((shared / "oracles" / "its_expected.json").read_text(encoding="utf-8"))
    start = int(series.loc[series["x"] == 1, "t"].min())
    found = interrupted(
        series["y"].to_numpy(dtype=float), series["t"].to_numpy(dtype=float), start, lags=3
    )
    for name, values in (
        ("params", found.terms),
        ("se_quasi", found.errors),
        ("se_hac3", found.errors_hac),
    ):
        assert values == pytest.approx([wanted[name][k] for k in NAMES], abs=1e-5)
    assert found.phi == pytest.approx(wanted["phi"], abs=1e-5)
    assert found.level.irr == pytest.approx(wanted["level_change_irr"], abs=1e-5)


def test_limits_are_never_narrower_than_chance(series):
    y = series["y"].to_numpy(dtype=float)
    found = interrupted(y, TIME, 30, lags=3)
    assert found.phi < 1
    assert found.level.se == pytest.approx(found.errors[2] / np.sqrt(found.phi))


def test_step_is_exact_when_the_series_has_nothing_else():
    counts = np.where(TIME < 24, 100.0, 50.0)
    found = interrupted(counts, TIME, 24)
    assert found.level.irr == pytest.approx(0.5)
    assert (found.before, found.after, found.errors_hac) == (24, 24, ())


def test_difference_is_claimed_only_against_a_comparison():
    town, other = np.where(TIME < 24, 100.0, 50.0), np.where(TIME < 24, 80.0, 64.0)
    found = contrast(town, other, TIME, 24)
    assert found.comparison.level.irr == pytest.approx(0.8)
    assert found.difference.irr == pytest.approx(0.5 / 0.8)
    assert found.difference.se == pytest.approx(
        np.hypot(found.series.level.se, found.comparison.level.se)
    )
    alone = contrast(town, None, TIME, 24)
    assert (alone.difference.irr, alone.difference.reason) == (None, NO_COMPARISON)
    assert alone.comparison is None


def test_nothing_is_said_with_fewer_than_12_months_on_a_side():
    found = interrupted(np.full(30, 10.0), np.arange(30), 19)
    assert found.level.irr is None
    assert "19 months before and 11 from the start on" in found.level.reason
    two = contrast(np.full(30, 10.0), np.full(30, 10.0), np.arange(30), 19)
    assert two.difference.reason == found.level.reason


def test_nothing_is_said_without_reports_on_a_side():
    found = interrupted(np.where(TIME < 24, 5.0, 0.0), TIME, 24)
    assert found.level.reason == "There are no reports on one side of the start."


def test_counts_that_cannot_be_are_refused():
    with pytest.raises(SchemaError):
        interrupted(np.array([1.0, -1.0]), [0, 1], 1)
