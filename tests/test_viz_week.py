"""Does the picture of the week show and say the hours that its weights hold?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from geo.errors import SchemaError
from geo.viz.tokens import LIGHT, MAP_CLASSES
from geo.viz.week import (
    busiest_words,
    week_chart,
    week_class_words,
    week_edges,
    week_legend_html,
    week_table,
)


def week(*busy: tuple[int, int, float], even: float = 1.0) -> np.ndarray:
    """Return a week with the same in every hour but some: weekday, hour, reports."""
    weights = np.full(168, even)
    for day, hour, n in busy:
        weights[(day * 24 + hour) % 168] = n
    return weights


def night(day: int, n: float) -> list[tuple[int, int, float]]:
    return [(day, hour, n) for hour in range(21, 25)]


def cells(weights: np.ndarray) -> list[dict[str, Any]]:
    spec = week_chart(weights, title="Reports").chart.to_dict()
    layer = spec["layer"][0]
    return spec["datasets"][layer.get("data", spec.get("data"))["name"]]


def test_every_hour_of_the_week_is_a_cell_from_monday_midnight() -> None:
    rows = cells(week((2, 5, 7.5)))
    assert len(rows) == 168
    assert (rows[0]["day"], rows[0]["from"], rows[-1]["day"]) == ("Monday", 0, "Sunday")
    busy = rows[2 * 24 + 5]
    assert (busy["when"], busy["amount"]) == ("Wednesday, 05:00 to 06:00", "7.5")


def test_colours_are_the_map_classes_and_grey_for_none() -> None:
    rows = cells(week((0, 0, 0.0), (0, 1, 5.0), (0, 2, 25.0)))
    assert [row["colour"] for row in rows[:4]] == [
        LIGHT.few,
        MAP_CLASSES[1],
        MAP_CLASSES[4],
        MAP_CLASSES[0],
    ]


def test_axis_says_days_and_hours_in_words() -> None:
    encoding = week_chart(week(), title="Reports").chart.to_dict()["layer"][0]["encoding"]
    assert encoding["x"]["axis"]["values"] == [0, 6, 12, 18, 24]
    assert "midnight" in encoding["x"]["axis"]["labelExpr"]
    assert encoding["y"]["sort"] is None


def test_legend_explains_each_colour_and_grey_only_where_it_is_shown() -> None:
    assert week_class_words(week((0, 0, 0.9), even=0.1))[0] == "Under 0.2"
    legend = week_legend_html(week((0, 0, 23.0)))
    assert legend.count("hb-class-") == 5
    assert "None" not in legend
    assert "None" in week_legend_html(week((0, 0, 0.0)))


def test_classes_of_whole_numbers_share_no_number() -> None:
    assert week_class_words(week((0, 0, 100.0))) == (
        "Under 20", "20 to 39", "40 to 59", "60 to 79", "80 or more",
    )  # fmt: skip
    assert week_class_words(week((0, 0, 5.0))) == ("Under 1", "1", "2", "3", "4 or more")


def test_classes_of_parts_say_that_the_upper_end_is_not_in_them() -> None:
    assert week_class_words(week((0, 0, 5.0), (0, 1, 1.5))) == (
        "Under 1", "1 to under 2", "2 to under 3", "3 to under 4", "4 or more",
    )  # fmt: skip
    assert week_class_words(week((0, 0, 2.0)))[1] == "0.5 to under 1"


def test_colour_is_of_the_number_that_is_written() -> None:
    rows = cells(week((0, 0, 100.0), (0, 1, 39.7), (0, 2, 39.4), (0, 3, 0.3)))
    written = [(row["amount"], row["colour"]) for row in rows[1:4]]
    assert written == [
        ("40", MAP_CLASSES[2]), ("39", MAP_CLASSES[1]), ("under 1", MAP_CLASSES[0]),
    ]  # fmt: skip


def test_unit_stands_in_sentence_legend_and_tooltip() -> None:
    weights, unit = week(*night(4, 30.0)), "estimated incidents"
    drawn = week_chart(weights, title="Incidents", unit=unit)
    assert "of the estimated incidents in 2% of the week" in drawn.alt
    tooltip = drawn.chart.to_dict()["layer"][0]["encoding"]["tooltip"]
    assert [one["title"] for one in tooltip] == ["When", "Estimated incidents"]
    legend = week_legend_html(weights, unit)
    assert "<b>Estimated incidents in each hour of the week</b>" in legend
    assert "reports" not in (drawn.alt + legend).lower()
    assert "&lt;i&gt;" in week_legend_html(weights, "<i>")


def test_edges_reach_the_busiest_hour() -> None:
    for most in (0.04, 1.0, 49.9, 51.0, 7_000.0):
        edges = week_edges(week((0, 0, most), even=0.01))
        assert edges[1] * 5 >= most
        assert edges[0] == 0


def test_chart_says_title_and_busiest_hours() -> None:
    described = week_chart(week(*night(4, 30.0)), title="Reports at Quay Street")
    assert described.alt.startswith("Reports at Quay Street. Busiest: Friday, 21:00 to 01:00")


def test_busiest_names_each_day_that_is_as_busy_at_these_hours() -> None:
    two = busiest_words(week(*night(4, 30.0), *night(5, 28.0)))
    assert two.startswith("Busiest: Friday and Saturday, 21:00 to 01:00, with ")
    three = busiest_words(week(*[cell for day in (5, 6, 7) for cell in night(day, 30.0)]))
    assert three.startswith("Busiest: Saturday to Monday, 21:00 to 01:00")
    every = busiest_words(week(*[cell for day in range(7) for cell in night(day, 30.0)]))
    assert every.startswith("Busiest: every day, 21:00 to 01:00, with 86% of the reports in 17%")


def test_busiest_leaves_out_a_day_that_is_clearly_less_busy() -> None:
    words = busiest_words(week(*night(4, 30.0), *night(5, 20.0)))
    assert words.startswith("Busiest: Friday, 21:00 to 01:00, with 33% of the reports in 2% ")


def test_nothing_is_named_busy_in_an_even_or_empty_week() -> None:
    for weights in (week(), week(even=0.0), week(*night(4, 1.4), even=1.0)):
        assert busiest_words(weights) == "No time of the week stands out"


def test_chance_alone_is_seldom_named_busy() -> None:
    rng = np.random.default_rng(8)
    named = sum(
        busiest_words(rng.multinomial(n, [1 / 168] * 168)) != "No time of the week stands out"
        for n in (12, 40, 150, 600)
        for _ in range(100)
    )
    assert named <= 4


def test_table_holds_each_hour_of_each_day() -> None:
    table = week_table(week((6, 23, 123.4)))
    assert len(table) == 24
    assert table[23] == ("23:00", "1", "1", "1", "1", "1", "1", "123")
    assert week_table(week((0, 0, 10.0), even=0.2))[0] == ("00:00", "10", *["under 1"] * 6)
    assert week_table(week((0, 0, 9.0), even=0.0))[0] == ("00:00", "9.0", *["0"] * 6)
    assert week_table(week((0, 0, 9.0), even=0.04))[0] == ("00:00", "9.0", *["under 0.1"] * 6)


def test_weights_amiss_are_refused() -> None:
    with pytest.raises(SchemaError, match="168 hours"):
        week_chart([1.0] * 24, title="Reports")
    with pytest.raises(SchemaError, match="at least 0"):
        busiest_words([-1.0] * 168)
