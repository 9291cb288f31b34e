"""Which months are set against which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.comparison import Comparison, comparison_words, latest_comparable, months_words
from geo.errors import SchemaError
from geo.periods import month_range, months_before

MONTHS = month_range("2020-07", "2022-06")


def _seen(*missing):
    return [m not in missing for m in MONTHS]


def _compared(now):
    return Comparison(now, tuple(months_before(m, 12) for m in now))


def test_latest_months_when_all_are_observed():
    found = latest_comparable(MONTHS, _seen())
    assert found.now == ("2022-04", "2022-05", "2022-06")
    assert found.before == ("2021-04", "2021-05", "2021-06")
    assert found.reason == ""


def test_a_month_when_missing_last_year_is_left_out_and_not_replaced():
    found = latest_comparable(MONTHS, _seen("2021-05"))
    assert found.now == ("2022-04", "2022-06")
    assert found.before == ("2021-04", "2021-06")


def test_a_month_when_missing_this_year_makes_room_for_an_older_one():
    found = latest_comparable(MONTHS, _seen("2022-05"))
    assert found.now == ("2022-03", "2022-04", "2022-06")


def test_months_when_more_than_a_year_old_are_not_latest():
    observed = [m in {"2020-12", "2021-01", "2021-06", "2022-06"} for m in MONTHS]
    assert latest_comparable(MONTHS, observed).now == ("2022-06",)


def test_nothing_is_compared_when_last_year_has_no_data():
    found = latest_comparable(MONTHS, _seen("2021-04", "2021-05", "2021-06"))
    assert found == Comparison((), (), "the same months of last year have no data")


def test_nothing_is_compared_when_no_month_has_data():
    assert latest_comparable(MONTHS, [False] * 24).reason == "no month has data"
    assert latest_comparable((), []).reason == "no month has data"


@pytest.mark.parametrize("month", ["2021-05", "2021-12", "2022-06"])
def test_nothing_is_compared_when_a_break_lies_between(month):
    found = latest_comparable(MONTHS, _seen(), break_month=month)
    assert found.now == ()
    assert "not comparable with earlier ones" in found.reason


@pytest.mark.parametrize("month", ["2021-04", "2020-01", "2022-07"])
def test_months_are_compared_when_the_break_lies_outside(month):
    assert len(latest_comparable(MONTHS, _seen(), break_month=month).now) == 3


def test_flags_when_there_are_fewer_than_months_are_refused():
    with pytest.raises(SchemaError, match="24 months"):
        latest_comparable(MONTHS, [True])


@given(st.lists(st.booleans(), min_size=24, max_size=24), st.integers(1, 12))
def test_both_sides_are_a_year_apart_observed_and_never_overlap(observed, count):
    found = latest_comparable(MONTHS, observed, count=count)
    seen = dict(zip(MONTHS, observed, strict=True))
    assert all(seen[m] for m in found.now + found.before)
    assert found.before == tuple(months_before(m, 12) for m in found.now)
    assert not set(found.now) & set(found.before)
    assert len(found.now) <= count
    assert bool(found.now) != bool(found.reason)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (("2022-04", "2022-05", "2022-06"), "April to June, 2022 on 2021"),
        (("2022-04", "2022-06"), "April and June, 2022 on 2021"),
        (("2022-03", "2022-04", "2022-06"), "March, April and June, 2022 on 2021"),
        (("2022-06",), "June, 2022 on 2021"),
        (("2021-12", "2022-01", "2022-02"), "December 2021 to February 2022 on a year earlier"),
        (("2021-11", "2021-12", "2022-01"), "November 2021 to January 2022 on a year earlier"),
        (("2021-11", "2022-01"), "November 2021 and January 2022 on a year earlier"),
        ((), ""),
    ],
)
def test_comparison_words_when_months_run_on_break_off_or_cross_the_year(now, words):
    assert comparison_words(_compared(now)) == words


def test_months_words_when_a_gap_crosses_the_year():
    months = ("2021-10", "2021-12", "2022-01")
    assert months_words(months) == "October, December 2021 and January 2022"
