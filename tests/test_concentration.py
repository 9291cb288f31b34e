"""Gini coefficients and the share of places that holds a part of the reports."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.concentration import generalised_gini, gini, share_held_by_busiest, share_of_places_for
from geo.errors import SchemaError

COUNTS = st.lists(st.integers(0, 50), min_size=1, max_size=30)


def test_every_reference_case_is_reproduced(shared):
    cases = json.loads((shared / "oracles" / "gini_expected.json").read_text())["cases"]
    assert len(cases) == 9
    for name, case in cases.items():
        x, n = case["x"], case["n_units"]
        assert gini(x) == pytest.approx(case["gini"], abs=1e-12), name
        assert generalised_gini(x) == pytest.approx(case["gini_generalised"], abs=1e-12), name
        unbiased = generalised_gini(x, unbiased=True)
        assert unbiased == pytest.approx(case["gini_generalised_unbiased"], abs=1e-12), name
        assert gini(x) * n / (n - 1) == pytest.approx(case["gini_unbiased"], abs=1e-12), name
        assert 100 * share_of_places_for(x, 0.25) == pytest.approx(case["pct_units_for_25"]), name
        assert 100 * share_of_places_for(x) == pytest.approx(case["pct_units_for_50"]), name
        assert share_held_by_busiest(x) == pytest.approx(case["share_top_decile"]), name


@pytest.mark.parametrize(
    "figure", [gini, generalised_gini, share_of_places_for, share_held_by_busiest]
)
def test_figures_are_undefined_without_reports(figure):
    assert math.isnan(figure([0, 0, 0]))
    assert math.isnan(figure([]))


def test_unbiased_is_undefined_for_one_report_or_place():
    assert math.isnan(generalised_gini([1, 0, 0], unbiased=True))
    assert math.isnan(generalised_gini([9], unbiased=True))


def test_unbiased_is_one_when_two_reports_share_a_place():
    assert generalised_gini([2, 0, 0], unbiased=True) == pytest.approx(1.0)


def test_a_part_that_is_met_exactly_needs_no_further_place():
    assert share_of_places_for([1] * 10, 0.3) == 0.3
    assert share_of_places_for([3, 0, 0, 0], 1.0) == 0.25


@pytest.mark.parametrize("wrong", [[-1, 2], [float("nan"), float("nan")]])
def test_counts_below_zero_or_missing_are_refused(wrong):
    with pytest.raises(SchemaError, match="counts of at least 0"):
        gini(wrong)


def test_a_single_missing_count_is_refused():
    with pytest.raises(SchemaError, match="counts of at least 0"):
        gini([1.0, float("nan"), 2.0])


@given(COUNTS, st.randoms())
def test_order_of_places_is_irrelevant(counts, random):
    shuffled = random.sample(counts, len(counts))
    assert gini(shuffled) == pytest.approx(gini(counts), nan_ok=True)
    assert share_of_places_for(shuffled) == pytest.approx(share_of_places_for(counts), nan_ok=True)


@given(COUNTS.filter(any))
def test_generalised_gini_lies_between_even_and_all_in_one(counts):
    assert -1e-12 <= generalised_gini(counts) <= gini(counts) + 1e-12 <= 1


@given(COUNTS.filter(any), st.floats(0.01, 1), st.floats(0.01, 1))
def test_more_reports_need_no_fewer_places(counts, first, second):
    low, high = sorted((first, second))
    assert share_of_places_for(counts, low) <= share_of_places_for(counts, high)
    held = share_held_by_busiest(counts, share_of_places_for(counts, high))
    assert held >= high - 1e-9


def test_an_array_of_any_shape_counts_as_places():
    assert gini(np.array([[3, 1], [1, 0]])) == gini([3, 1, 1, 0])
