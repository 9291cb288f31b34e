"""Which months are set against which: seasonal pairs, gaps, breaks, and too little history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.periods import month_range, months_before
from geo.windows import left_out_words, windows

YEARS = month_range("2019-01", "2021-12")


def test_windows_when_all_is_observed_pair_the_same_calendar_months():
    found = windows(YEARS, "2021-01")
    assert found.before == month_range("2020-01", "2020-12")
    assert found.after == month_range("2021-01", "2021-12")
    assert found.history == month_range("2019-01", "2020-12")
    assert (found.state, found.reason, found.left_out) == ("ready", "", ())


def test_windows_when_a_month_after_has_no_data_leave_its_partner_out_too():
    found = windows([m for m in YEARS if m != "2021-05"], "2021-01")
    assert "2020-05" not in found.before
    assert len(found.before) == len(found.after) == 11
    assert found.left_out == ("2021-05",)
    assert "May 2021 is left out" in left_out_words(found)


def test_windows_when_a_month_before_has_no_data_leave_its_partner_out_too():
    found = windows([m for m in YEARS if m != "2020-05"], "2021-01")
    assert "2021-05" not in found.after


def test_windows_when_two_years_may_be_used_take_the_older_partner():
    found = windows([m for m in YEARS if m != "2020-05"], "2021-01", pre_months=24)
    assert found.before[found.after.index("2021-05")] == "2019-05"


def test_windows_when_an_end_is_given_stop_there():
    found = windows(YEARS, "2021-01", "2021-03")
    assert found.after == ("2021-01", "2021-02", "2021-03")
    assert found.before == ("2020-01", "2020-02", "2020-03")


def test_windows_when_over_a_year_is_looked_at_use_a_partner_twice():
    found = windows(month_range("2018-01", "2021-03"), "2020-01", post_months=15)
    assert found.before.count("2019-02") == 2
    assert found.after[-1] == "2021-03"


def test_windows_when_a_break_follows_the_start_stop_before_it():
    found = windows(YEARS, "2021-01", breaks=("2021-07",))
    assert found.after == month_range("2021-01", "2021-06")
    assert found.left_out == month_range("2021-07", "2021-12")


def test_windows_when_a_break_leaves_less_than_a_year_before_say_so():
    found = windows(YEARS, "2021-01", breaks=("2020-07",))
    assert (found.state, found.before, found.after) == ("no_history", (), ())
    assert "6 months before January 2021 have data since the break of July 2020" in found.reason


def test_windows_when_months_before_are_under_12_say_so():
    found = windows(month_range("2020-03", "2021-12"), "2021-01")
    assert found.state == "no_history"
    assert found.reason.startswith("10 months before January 2021 have data; a comparison needs 12")


def test_windows_when_the_start_lies_after_the_data_say_what_can_be_said():
    found = windows(YEARS, "2022-04")
    assert found.state == "not_started"
    assert "lies after the latest data (December 2021)" in found.reason
    assert windows([], "2022-04").state == "not_started"


def test_windows_when_only_two_months_can_be_paired_are_too_early():
    found = windows(month_range("2020-01", "2021-02"), "2021-01")
    assert found.state == "too_early"
    assert found.reason.startswith("2 of the months since the start can be compared; it takes 3.")


@pytest.mark.parametrize(
    ("start", "end", "options"),
    [
        ("2021-05", "2021-04", {}),
        ("2021-5", None, {}),
        ("2021-05", None, {"pre_months": 6}),
        ("2021-05", None, {"post_months": 0}),
    ],
)
def test_windows_when_the_span_makes_no_sense_are_refused(start, end, options):
    with pytest.raises(SchemaError):
        windows(YEARS, start, end, **options)


@given(st.sets(st.sampled_from(YEARS)), st.sampled_from(YEARS), st.sampled_from([12, 24]))
def test_pairs_whatever_is_observed_share_their_calendar_month(observed, start, reach):
    found = windows(sorted(observed), start, pre_months=reach)
    assert len(found.before) == len(found.after)
    for before, after in zip(found.before, found.after, strict=True):
        assert before[5:] == after[5:]
        assert {before, after} <= observed
        assert months_before(start, reach) <= before < start <= after
