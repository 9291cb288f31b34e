"""Two small counts: exact values, and the traps that other packages fall into."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.autocorrelation import benjamini_hochberg
from geo.errors import SchemaError
from geo.small_counts import (
    compare_two_counts,
    count_interval,
    e_test,
    exact_conditional_p,
    poisson_limits,
)

COUNTS = st.integers(0, 400)


@pytest.fixture(scope="module")
def two_counts(shared):
    return json.loads((shared / "oracles" / "poisson_two_counts_py.json").read_text())


@pytest.fixture(scope="module")
def wards(shared):
    return json.loads((shared / "oracles" / "ward_change_expected.json").read_text())


def _exposed(case):
    """k1 of the reference is this year, k2 last year."""
    return (case["k2"], case["k1"]), {"exposure_a": case["n2"], "exposure_b": case["n1"]}


def test_two_counts_when_compared_with_the_reference(two_counts):
    for case in two_counts["two_sample"]:
        counts, exposures = _exposed(case)
        result = compare_two_counts(*counts, **exposures)
        assert result.p_mid == pytest.approx(case["midp_doubling_two_sided"], abs=1e-6)
        low, high = case["ratio_ci95_exact_cp"]
        assert result.ci_low == pytest.approx(low, abs=1e-6)
        assert result.ci_high == (None if high is None else pytest.approx(high, abs=1e-6))


def test_e_test_when_compared_with_the_reference(two_counts):
    for case in two_counts["two_sample"]:
        counts, exposures = _exposed(case)
        expected = case["scipy_poisson_means_test_two_sided"]
        assert e_test(*counts, **exposures) == pytest.approx(expected, abs=1e-6)


def test_exact_p_when_compared_with_the_reference(two_counts):
    for case in two_counts["two_sample"]:
        counts, exposures = _exposed(case)
        likelihood = exact_conditional_p(*counts, **exposures)
        doubled = exact_conditional_p(*counts, **exposures, tails="doubling")
        assert likelihood == pytest.approx(case["scipy_binomtest_minlike"], abs=1e-9)
        assert doubled == pytest.approx(case["exact_cond_doubling_two_sided"], abs=1e-9)


def test_e_test_when_compared_with_published_values():
    assert round(e_test(3, 0), 4) == 0.0884
    assert round(e_test(6, 2), 4) == 0.1749
    assert e_test(3, 0, exposure_a=100, exposure_b=100) == pytest.approx(0.08837900929018157)


def test_count_interval_when_compared_with_garwood(two_counts):
    for case in two_counts["one_sample"]:
        assert count_interval(case["count"]) == pytest.approx(case["garwood_95"], abs=1e-6)


def test_ward_table_when_compared_with_the_reference(wards):
    for row in wards["rows"]:
        if row["ward"] == "Norbreck":
            continue
        result = compare_two_counts(row["last"], row["this"])
        assert result.p_mid == pytest.approx(row["p_midp"], abs=1e-9)
        assert (result.ci_low, result.ci_high) == pytest.approx(tuple(row["ratio_ci95"]), abs=1e-9)
        exact = exact_conditional_p(row["last"], row["this"])
        assert exact == pytest.approx(row["p_vs_no_change_exact"], abs=1e-9)


def test_ward_table_when_each_ward_is_set_against_the_borough(wards):
    exposures = {"exposure_a": wards["total_last"], "exposure_b": wards["total_this"]}
    for row in wards["rows"]:
        if row["last"] + row["this"]:
            p = exact_conditional_p(row["last"], row["this"], **exposures)
            assert p == pytest.approx(row["p_vs_borough_trend"], abs=1e-9)


def test_many_wards_when_false_discoveries_are_limited(wards):
    rows = wards["rows"]
    p = [compare_two_counts(row["last"], row["this"]).p_mid for row in rows]
    q = benjamini_hochberg([np.nan if value is None else value for value in p])
    expected = [row.get("bh_q_midp", np.nan) for row in rows]
    np.testing.assert_allclose(q, expected, atol=1e-9, equal_nan=True)


def test_poisson_limits_when_compared_with_the_reference(wards):
    for row in wards["poisson_limits"]:
        assert poisson_limits(row["expected"]) == (row["lo95"], row["hi95"])
        assert poisson_limits(row["expected"], coverage=0.998) == (row["lo998"], row["hi998"])


def test_mid_p_when_three_fall_to_none_doubles_the_tail():
    assert compare_two_counts(3, 0).p_mid == pytest.approx(0.125, abs=1e-12)


def test_e_test_when_exposures_differ_is_the_unpooled_one():
    assert e_test(25, 100, exposure_a=5, exposure_b=10) == pytest.approx(0.000574719, abs=1e-8)


def test_two_counts_when_both_are_zero_are_undefined_with_a_reason():
    result = compare_two_counts(0, 0)
    assert (result.ratio, result.ci_low, result.ci_high, result.p_mid) == (None,) * 4
    assert result.reason == "There are no reports in either period."
    assert exact_conditional_p(0, 0) == 1.0


def test_ratio_when_the_earlier_count_is_zero_is_undefined_but_has_a_lower_limit():
    result = compare_two_counts(0, 3)
    assert result.ratio is None
    assert result.ci_high is None
    assert result.ci_low == pytest.approx(0.413231355030894)
    assert "no ratio" in result.reason


def test_ratio_when_the_later_count_is_zero_is_zero_not_undefined():
    result = compare_two_counts(3, 0)
    assert (result.ratio, result.ci_low) == (0.0, 0.0)
    assert result.ci_high == pytest.approx(2.4199518933533923)


@given(a=st.integers(1, 400), b=st.integers(1, 400))
def test_swapping_the_years_inverts_the_ratio_and_keeps_p(a, b):
    there, back = compare_two_counts(a, b), compare_two_counts(b, a)
    assert there.p_mid == pytest.approx(back.p_mid, rel=1e-9)
    assert there.ratio * back.ratio == pytest.approx(1.0)
    assert there.ci_low * back.ci_high == pytest.approx(1.0, rel=1e-6)


@given(a=COUNTS, b=COUNTS)
def test_mid_p_is_never_above_the_doubled_exact_p(a, b):
    if a + b:
        assert compare_two_counts(a, b).p_mid <= exact_conditional_p(a, b, tails="doubling") + 1e-9


@pytest.mark.parametrize(
    ("call", "found"),
    [
        (lambda: compare_two_counts(-1, 3), "found -1"),
        (lambda: e_test(3, -2), "found -2"),
        (lambda: exact_conditional_p(3, 2, exposure_a=0), "found 0"),
        (lambda: poisson_limits(0), "found 0"),
        (lambda: count_interval(-4), "found -4"),
    ],
    ids=["two counts", "e-test", "exposure", "limits", "interval"],
)
def test_impossible_counts_when_given_are_refused(call, found):
    with pytest.raises(SchemaError, match=found):
        call()
