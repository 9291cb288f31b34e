"""Does the strip of a week show when somebody watches, and when demand falls?"""

from __future__ import annotations

from typing import Any

import pytest

from geo.errors import SchemaError
from geo.viz.tokens import MAP_CLASSES
from geo.viz.week_strip import (
    WeekOfWatching,
    demand_classes,
    week_strip,
    week_strip_legend_html,
    week_strip_rows,
)

HALF: tuple[float | None, ...] = (0.5,) * 168
DAY = tuple(at % 24 >= 10 for at in range(168))
WATCHED = tuple(0.3 if on else 0.0 for on in DAY)
DEMAND = tuple(float(at % 24) for at in range(168))
WEEK = WeekOfWatching(HALF, HALF, WATCHED, DAY, DEMAND)


def drawn(week: WeekOfWatching = WEEK, hour: int | None = 118) -> dict[str, Any]:
    chart = week_strip(
        week, hour=hour, hour_words="Friday 22:00", sentence="Unwatched at night.", theme="light"
    )
    return chart.chart.to_dict()


def rows_of(spec: dict[str, Any], at: int) -> list[dict[str, Any]]:
    source = spec["layer"][at]["data"]
    return source.get("values") or spec["datasets"][source["name"]]


def marks(spec: dict[str, Any]) -> list[str]:
    return [layer["mark"]["type"] for layer in spec["layer"]]


def test_recorded_and_watched_are_steps_and_demand_lies_below():
    spec = drawn()
    assert marks(spec) == ["area", "area", "rect", "rule", "text", "rect"]
    assert spec["layer"][0]["mark"]["interpolate"] == "step-after"
    strip = rows_of(spec, 2)
    assert (strip[0]["colour"], strip[23]["colour"]) == (MAP_CLASSES[0], MAP_CLASSES[4])
    assert strip[0]["high"] < 0


def test_last_hour_has_its_width():
    assert [row["h"] for row in rows_of(drawn(), 0)][-2:] == [167, 168]


def test_rule_stands_in_the_hour_and_its_words_where_there_is_room():
    late, early = drawn(hour=118), drawn(hour=3)
    assert rows_of(late, 3)[0]["h"] == 118.5
    assert late["layer"][4]["mark"]["align"] == "right"
    assert early["layer"][4]["mark"]["align"] == "left"
    assert "rule" not in marks(drawn(hour=None))


def test_hours_without_demand_are_gaps_and_never_zero():
    unknown = (None, *HALF[1:])
    spec = drawn(WeekOfWatching(unknown, unknown, (None, *WATCHED[1:]), DAY))
    assert rows_of(spec, 0)[0]["share"] is None
    assert "rect" in marks(spec)
    assert marks(spec).count("rect") == 1


def test_table_says_nobody_where_nobody_watches():
    rows = week_strip_rows(WEEK)
    assert rows[0] == ("Monday 00:00", "50%", "50%", "nobody", "0.0")
    assert rows[118] == ("Friday 22:00", "50%", "50%", "30%", "22.0")


def test_alt_text_says_the_finding_and_the_hour():
    chart = week_strip(WEEK, hour=0, hour_words="Monday 00:00", sentence="Dark.", theme="dark")
    assert chart.alt == "Dark. Monday 00:00: 50% of demand recorded, nobody is watching."


def test_no_demand_has_one_class():
    assert demand_classes([0.0, 0.0]) == (0, 0)


def test_legend_leaves_demand_out_where_it_is_not_shown():
    assert "demand" in week_strip_legend_html(demand=True, theme="light")
    assert "demand" not in week_strip_legend_html(demand=False, theme="dark")


def test_a_week_of_other_than_168_hours_is_refused():
    with pytest.raises(SchemaError, match="168 hours"):
        WeekOfWatching(HALF[:167], HALF, HALF, DAY)
