"""Can a hidden count be derived from what is shown?"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.access import SmallNumberRule
from data.suppression import NOT_SHOWN, count_words, suppress_counts
from geo.errors import GeoError

FEWER = "fewer than 5"


def test_everything_is_shown_when_there_is_no_threshold():
    shown = suppress_counts([3, 0, 1282], threshold=None)
    assert shown.words == ("3", "0", "1,282")
    assert (shown.total, shown.group_totals.tolist()) == (1285, [1285])


def test_second_smallest_count_is_withheld_when_one_is_small():
    shown = suppress_counts([12, 3, 0, 7], threshold=5)
    assert shown.words == ("12", FEWER, "0", NOT_SHOWN)
    assert shown.total == 22
    assert np.isnan(shown.counts).tolist() == [False, True, False, True]
    assert (shown.small.tolist(), shown.withheld.tolist()) == (
        [False, True, False, False],
        [False, False, False, True],
    )


def test_a_third_count_is_withheld_when_two_lowest_values_would_add_up():
    # 1 + 5 = 6 leaves nothing but the lowest possible value of each.
    assert suppress_counts([1, 5, 9], threshold=5).words == (FEWER, NOT_SHOWN, NOT_SHOWN)


def test_nothing_more_is_withheld_when_small_counts_protect_each_other():
    assert suppress_counts([2, 3, 40], threshold=5).words == (FEWER, FEWER, "40")


@pytest.mark.parametrize("counts", [[1, 1, 1, 1, 1], [4, 4, 4]])
def test_total_is_withheld_when_it_would_give_every_small_count_away(counts):
    shown = suppress_counts(counts, threshold=5)
    assert shown.words == (FEWER,) * len(counts)
    assert shown.total is None


def test_small_group_total_is_withheld_with_another_when_the_grand_total_is_shown():
    shown = suppress_counts([3, 20, 30], ["a", "b", "c"], threshold=5)
    assert shown.groups == ("a", "b", "c")
    assert shown.words == (FEWER, NOT_SHOWN, "30")
    assert np.isnan(shown.group_totals).tolist() == [True, True, False]
    assert shown.total == 53


def test_groups_without_small_counts_stay_as_they_are():
    shown = suppress_counts([2, 8, 9, 50, 60], ["a", "a", "a", "b", "b"], threshold=5)
    assert shown.words == (FEWER, NOT_SHOWN, "9", "50", "60")
    assert shown.group_totals.tolist() == [19, 110]


def test_shown_counts_are_rounded_when_asked():
    shown = suppress_counts([12, 13, 9, 3], threshold=10, round_to=5)
    assert shown.words == ("10", "15", "fewer than 10", "fewer than 10")
    assert shown.total == 35


def test_nothing_is_wrong_when_there_are_no_counts():
    shown = suppress_counts([], [], threshold=5)
    assert (shown.words, shown.groups, shown.total) == ((), (), 0)


@pytest.mark.parametrize("threshold", [0, 1, 2])
def test_threshold_is_refused_when_it_would_name_the_count(threshold):
    with pytest.raises(GeoError, match=f"3 or more; found {threshold}"):
        suppress_counts([1], threshold=threshold)


def test_counts_are_refused_when_negative_or_without_group():
    with pytest.raises(GeoError, match="negative; found -2"):
        suppress_counts([1, -2], threshold=5)
    with pytest.raises(GeoError, match="2 counts, but 1 group names"):
        suppress_counts([1, 2], ["a"], threshold=5)


def test_count_words_when_the_rule_hides_rounds_or_does_neither():
    assert [count_words(n, SmallNumberRule()) for n in (0, 3, 1282)] == ["0", "3", "1,282"]
    assert [count_words(n, SmallNumberRule(5)) for n in (0, 4, 5)] == ["0", FEWER, "5"]
    assert count_words(1283, SmallNumberRule(10, 5)) == "1,285"


def _possible_tables(shown, labels, threshold, ceiling):
    """Return every table of counts that what is shown leaves possible."""
    choices = [
        range(1, threshold) if small else range(threshold, ceiling) if withheld else [int(count)]
        for count, small, withheld in zip(shown.counts, shown.small, shown.withheld, strict=True)
    ]
    for table in product(*choices):
        totals = [
            sum(n for n, g in zip(table, labels, strict=True) if g == k) for k in shown.groups
        ]
        seen = zip(totals, shown.group_totals, strict=True)
        if all(np.isnan(total) or total == mine for mine, total in seen) and (
            shown.total is None or sum(table) == shown.total
        ):
            yield table, totals


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.sampled_from("ab")), max_size=5),
    st.sampled_from([3, 4]),
)
def test_no_hidden_count_or_total_has_one_possible_value(rows, threshold):
    counts, labels = [n for n, _ in rows], [g for _, g in rows]
    shown = suppress_counts(counts, labels, threshold=threshold)
    tables = list(_possible_tables(shown, labels, threshold, max(counts, default=0) + 4))
    for k in np.flatnonzero(np.isnan(shown.counts)):
        assert len({table[k] for table, _ in tables}) > 1
    for k in np.flatnonzero(np.isnan(shown.group_totals)):
        assert len({totals[k] for _, totals in tables}) > 1


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from("abcd")), max_size=60),
    st.sampled_from([None, 5]),
)
def test_only_true_counts_are_shown_and_no_small_one(rows, round_to):
    counts = np.array([n for n, _ in rows], dtype=np.int64)
    shown = suppress_counts(counts, [g for _, g in rows], threshold=10, round_to=round_to)
    visible = ~np.isnan(shown.counts)
    assert not ((counts > 0) & (counts < 10) & visible).any()
    assert (np.abs(shown.counts[visible] - counts[visible]) <= (round_to or 0) / 2).all()
    assert visible[counts == 0].all()
    assert not (shown.small & shown.withheld).any()
    small_totals = (shown.group_totals > 0) & (shown.group_totals < 10)
    assert not small_totals.any()
