"""Share of months hot, patterns, busiest tenth, overlap of sets."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.persistence import jaccard, persistence, top_decile_share

ALL_24 = np.ones(24, dtype=bool)


def hot(*sequences: str) -> np.ndarray:
    return np.array([[mark == "H" for mark in text] for text in sequences])


def pattern(text: str) -> str:
    return str(persistence(hot(text), np.ones(len(text), dtype=bool)).pattern[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H" * 20 + "." * 4, "persistent"),
        ("H" * 19 + "." * 5, "former"),
        ("H" * 18 + "....H.", "intermittent"),
        ("." * 19 + "H....", "emerging"),
        ("." * 19 + "HHHHH", "emerging"),
        ("H" + "." * 23, "former"),
        ("H" + "." * 22 + "H", ""),
        ("H.H" + "." * 20 + "H", "intermittent"),
        ("." * 24, ""),
        ("H" * 8 + "HH", "persistent"),
        ("H" * 32 + "." * 8, "persistent"),
    ],
)
def test_pattern_is_the_first_that_fits(text, expected):
    assert pattern(text) == expected


def test_exactly_a_tenth_is_intermittent():
    assert pattern("H" + "." * 18 + "H") == "intermittent"
    assert pattern("H" + "." * 19 + "H") == ""


def test_unobserved_months_are_left_out_of_every_figure():
    observed = np.ones(26, dtype=bool)
    observed[[3, 25]] = False
    marks = hot("H" * 26, "." * 25 + "H", "." * 24 + "HH")
    found = persistence(marks, observed)
    assert found.months_observed == 24
    assert found.months_hot.tolist() == [24, 0, 1]
    assert found.share.tolist() == [1.0, 0.0, 1 / 24]
    assert found.current_run.tolist() == [24, 0, 1]
    assert found.last_hot.tolist() == [24, -1, 24]
    assert found.pattern.tolist() == ["persistent", "", "emerging"]


def test_current_run_counts_back_from_the_last_observed_month():
    found = persistence(hot("H" * 12 + "." * 9 + "HHH", "H" * 23 + "."), ALL_24)
    assert found.current_run.tolist() == [3, 0]
    assert found.last_hot.tolist() == [23, 22]


@pytest.mark.parametrize(
    ("months", "named", "provisional"),
    [(9, "", True), (10, "persistent", True), (12, "persistent", False)],
)
def test_patterns_need_ten_months_and_are_provisional_below_twelve(months, named, provisional):
    found = persistence(hot("H" * months), np.ones(months, dtype=bool))
    assert (found.pattern[0], found.provisional) == (named, provisional)
    assert (found.reason is None) == bool(named)
    assert found.share[0] == 1.0


def test_nothing_observed_is_undefined_with_a_reason():
    found = persistence(hot("HH", ".."), np.zeros(2, dtype=bool))
    assert np.isnan(found.share).all()
    assert found.last_hot.tolist() == [-1, -1]
    assert found.months_hot.tolist() == [0, 0]
    assert found.reason == "Too few periods to class: 0 observed; at least 10 are needed."


def test_shares_equal_the_reference(shared):
    case = json.loads((shared / "oracles" / "ehsa_labels.json").read_text())
    case = case["default_slice_N0_analytic_BH_hot_only"]
    found = persistence(np.array(case["hot"], dtype=bool), np.ones(12, dtype=bool))
    np.testing.assert_allclose(found.share, case["P_share"], atol=1e-12)


@given(arrays(np.bool_, (5, 15)), arrays(np.bool_, 15))
def test_months_add_up_and_core_cells_are_the_persistent_ones(marks, observed):
    found = persistence(marks, observed)
    assert (found.current_run <= found.months_hot).all()
    assert ((found.last_hot >= 0) == (found.months_hot > 0)).all()
    if found.reason is None:
        np.testing.assert_array_equal(found.pattern == "persistent", found.share >= 0.8)


def test_busiest_tenth_is_rounded_up_with_ties_in_and_zeros_out():
    panel = np.zeros((11, 3), dtype=int)
    panel[:, 0] = np.arange(11)
    panel[[2, 4, 6], 1] = 5
    share = top_decile_share(panel, np.ones(3, dtype=bool))
    assert share.tolist() == [0, 0, 1 / 3, 0, 1 / 3, 0, 1 / 3, 0, 0, 1 / 3, 1 / 3]


def test_busiest_tenth_skips_unobserved_months():
    panel = np.tile(np.arange(10)[:, None], (1, 4))
    panel[0, 3] = 99
    assert top_decile_share(panel, np.array([True, True, True, False]))[[0, 9]].tolist() == [0, 1]
    assert np.isnan(top_decile_share(panel, np.zeros(4, dtype=bool))).all()


def test_overlap_is_the_part_of_either_set_in_both():
    assert jaccard(["a", "b", "b"], ["b", "c"]) == pytest.approx(1 / 3)
    assert jaccard([], ["a"]) == 0
    assert jaccard([], []) is None


@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_overlap_is_the_same_both_ways(first, second):
    assert jaccard(first, second) == jaccard(second, first)
    assert jaccard(first, first) in {1.0, None}
