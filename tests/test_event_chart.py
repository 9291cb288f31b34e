"""Do months before and after a change come as points with ranges, and in words?"""

from __future__ import annotations

import pytest

from geo.errors import NotEnoughDataError
from geo.viz.event_chart import EventRow, event_chart, event_rows

ROWS = (
    EventRow("2024-10", -2, 1.1, 0.9, 1.3),
    EventRow("2024-11", -1, 1.0, 1.0, 1.0),
    EventRow("2024-12", 0, 0.7, 0.5, 0.9),
    EventRow("2025-01", 1, None, None, None, left_out=True, reason="Camera out of order"),
    EventRow("2025-02", 2, 4.0, 0.9, 6.0),
)


def values(at, rows=ROWS):
    spec = event_chart(rows).chart.to_dict()
    source = spec["layer"][at]["data"]
    return source.get("values") or spec["datasets"][source["name"]]


def test_months_are_points_for_every_100_and_ranges_are_cut():
    points = values(4)
    assert [(one["at"], round(one["n"])) for one in points] == [
        (-2, 110),
        (-1, 100),
        (0, 70),
        (2, 300),
    ]
    assert points[-1]["high"] == 300


def test_the_change_stands_between_two_months():
    assert values(1)[0]["at"] == -0.5


def test_alt_text_counts_months_that_held_100_and_names_those_left_out():
    said = event_chart(ROWS, theme="dark").alt
    assert "Before the change, 1 of 1 months held 100 in their range." in said
    assert "After it, 1 of 2 months held 100 in their range." in said
    assert said.endswith("Left out: January 2025.")


def test_table_says_why_a_month_is_left_out():
    assert event_rows(ROWS)[3] == ("January 2025", "not told", "not told", "Camera out of order")
    assert event_rows(ROWS)[2] == ("December 2024", "70", "50 to 90", "Yes")


def test_a_chart_without_any_month_is_refused():
    with pytest.raises(NotEnoughDataError, match="found none of 1"):
        event_chart(ROWS[3:4])
