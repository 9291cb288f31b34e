"""Do uncertain times spread over the right hours of the week?"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from geo.aoristic import HourOfWeek, hour_of_week_weights
from geo.errors import SchemaError

if TYPE_CHECKING:
    from pathlib import Path

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONDON = "Europe/London"


def csv_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def utc(*times: str) -> np.ndarray:
    return np.array(times, dtype="datetime64[us]")


def local(time: str) -> np.ndarray:
    if not time:
        return utc("NaT")
    moment = pd.Timestamp(time).tz_localize(LONDON).tz_convert("UTC").tz_localize(None)
    return np.array([moment.to_datetime64()])


def spread(begin: np.ndarray, end: np.ndarray, **options: bool) -> HourOfWeek:
    return hour_of_week_weights(begin, end, timezone=LONDON, **options)


def test_weights_equal_the_reference_for_every_case(shared: Path) -> None:
    folder = shared / "oracles"
    cases = json.loads((folder / "aoristic_expected.json").read_text(encoding="utf-8"))["cases"]
    rows = csv_rows(folder / "aoristic_input.csv")
    assert [case["id"] for case in cases] == [row["id"] for row in rows]
    for case, row in zip(cases, rows, strict=True):
        expected = np.zeros(168)
        for hour, weight in case["weights"].items():
            expected[DAYS.index(hour[:3]) * 24 + int(hour[4:])] = weight
        found = spread(local(row["begin"]), local(row["end"]), spread_long=True)
        np.testing.assert_allclose(found.weights, expected, atol=1e-9, err_msg=case["id"])


def test_many_rows_together_are_the_sum_of_each(shared: Path) -> None:
    rows = csv_rows(shared / "oracles/aoristic_input.csv")
    begin = np.concatenate([local(row["begin"]) for row in rows])
    end = np.concatenate([local(row["end"]) for row in rows])
    alone = sum(spread(begin[[i]], end[[i]]).weights for i in range(len(rows)))
    found = spread(begin, end)
    np.testing.assert_allclose(found.weights, alone, atol=1e-12)
    assert (found.n_used, found.n_excluded, found.n_long, found.n_swapped) == (10, 1, 1, 1)
    assert (found.n_timed, found.n_wide) == (11, 2)


def test_span_over_seven_days_is_left_out_and_counted() -> None:
    begin, end = utc("2024-01-01T12:00"), utc("2024-01-09T12:00")
    found = spread(begin, end)
    assert (found.weights.sum(), found.n_used, found.n_long, found.share_wide) == (0, 0, 1, 1.0)
    assert spread(begin, end, spread_long=True).n_used == 1


def test_span_of_exactly_seven_days_is_even() -> None:
    found = spread(utc("2024-01-01T12:20"), utc("2024-01-08T12:20"))
    np.testing.assert_allclose(found.weights, 1 / 168, atol=1e-12)


def test_shift_by_a_week_changes_nothing() -> None:
    rng = np.random.default_rng(4)
    begin = utc("2024-01-08") + rng.integers(0, 10_000, 200).astype("timedelta64[m]")
    end = begin + rng.integers(0, 5_000, 200).astype("timedelta64[m]")
    week = np.timedelta64(7, "D")
    before, after = spread(begin, end).weights, spread(begin + week, end + week).weights
    np.testing.assert_allclose(before, after, atol=1e-9)
    assert before.sum() == pytest.approx(200)


def test_summer_time_is_an_hour_ahead() -> None:
    at = utc("2024-07-01T20:30")
    assert spread(at, at).weights[21] == 1


def test_skipped_hour_gets_nothing() -> None:
    weights = spread(utc("2024-03-31T00:00"), utc("2024-03-31T02:00")).weights
    sunday = weights[6 * 24 :]
    assert sunday[:4].tolist() == [0.5, 0.0, 0.5, 0.0]


def test_repeated_hour_gets_both() -> None:
    weights = spread(utc("2024-10-27T00:00"), utc("2024-10-27T02:00")).weights
    assert weights[6 * 24 : 6 * 24 + 3].tolist() == [0.0, 1.0, 0.0]


def test_offset_of_half_an_hour_is_kept() -> None:
    at = utc("2024-01-01T00:15", "2024-01-01T00:45")
    found = hour_of_week_weights(at, at, timezone="Asia/Kolkata")
    assert found.weights[5:7].tolist() == [1.0, 1.0]


def test_wide_spans_hide_the_hours_with_the_share() -> None:
    begin = utc(*["2024-01-01T08:00"] * 10)
    end = begin + np.array([0] * 6 + [600] * 4, dtype="timedelta64[m]")
    assert spread(begin, end).why_hidden() is None
    hidden = spread(begin[1:], end[1:]).why_hidden()
    assert hidden is not None
    assert "44% of the reports" in hidden


def test_nothing_timed_says_so() -> None:
    found = spread(utc("NaT"), utc("2024-01-01T08:00"))
    assert found.why_hidden() == "No report here has a time of day."
    assert np.isnan(found.share_wide)


def test_amiss_input_is_refused() -> None:
    at = utc("2024-01-01")
    with pytest.raises(SchemaError, match="equally many"):
        spread(at, utc("2024-01-01", "2024-01-02"))
    with pytest.raises(SchemaError, match="datetime64"):
        spread(np.array([1.0]), np.array([2.0]))
    with pytest.raises(SchemaError, match="no time zone 'Europe/Atlantis'"):
        hour_of_week_weights(at, at, timezone="Europe/Atlantis")
