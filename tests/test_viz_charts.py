"""Charts of months and types: gaps stay gaps, breaks stop comparisons, words say the same."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import NotEnoughDataError
from geo.periods import month_at, month_index, month_range
from geo.viz.charts import spark_chart, trend_chart, type_bars
from geo.viz.months import gap_sentence, month_strip_html, months_words, runs_of_months
from geo.viz.tokens import DARK, LIGHT

MONTHS = month_range("2019-07", "2022-06")
GAPS = {*MONTHS[:5], "2020-06", "2020-08", "2020-09"}
SERIES = tuple((m, None if m in GAPS else 100 + i) for i, m in enumerate(MONTHS))
EVENTS = (("2020-03", "2021-07", "Covid-19 restrictions"),)
BREAKS = (("2022-07", "Map points redrawn, July 2022"),)


def layers(chart: Any, kind: str) -> list[dict[str, Any]]:
    """Return the layers of a kind of mark, each with its own rows."""
    spec = chart.to_dict()
    for layer in spec["layer"]:
        layer["rows"] = spec["datasets"][layer.get("data", spec.get("data"))["name"]]
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def rows(layer: dict[str, Any]) -> list[dict[str, Any]]:
    return layer["rows"]


def line_rows(chart: Any, *, dashed: bool) -> list[dict[str, Any]]:
    found = [one for one in layers(chart, "line") if ("strokeDash" in one["mark"]) == dashed]
    return rows(found[0]) if found else []


def texts(chart: Any) -> list[Any]:
    return [
        layer["mark"]["text"] for layer in layers(chart, "text") if "stroke" not in layer["mark"]
    ]


def test_trend_never_joins_months_across_a_gap():
    pieces: dict[int, list[int]] = {}
    for row in line_rows(trend_chart(SERIES).chart, dashed=False):
        pieces.setdefault(row["piece"], []).append(row["at"])
    assert list(pieces.values()) == [[5, 6, 7, 8, 9, 10], [12], list(range(15, 36))]


def test_trend_shows_the_year_before_at_the_same_place():
    before = line_rows(trend_chart(SERIES).chart, dashed=True)
    assert before[0] == {"at": 17, "n": 105, "month": "December 2020", "piece": 17}
    assert before[-1]["n"] == dict(SERIES)["2021-06"]
    assert {row["at"] for row in before} == {i + 12 for i in range(24) if MONTHS[i] not in GAPS}


def test_trend_hatches_every_missing_month_and_says_no_data_once():
    chart = trend_chart(SERIES).chart
    hatch = next(r for r in layers(chart, "rule") if r["mark"].get("opacity") == 0.6)
    assert {row["at"] + 0.5 for row in rows(hatch)} == {
        i for i, month in enumerate(MONTHS) if month in GAPS
    }
    assert all(row["to"] - row["at"] == 1 for row in rows(hatch))
    assert texts(chart).count("No data") == 1


def test_trend_has_no_hatch_when_every_month_was_observed():
    full = tuple((month, 7) for month in MONTHS)
    described = trend_chart(full)
    assert layers(described.chart, "rule") == []
    assert "Every month has data." in described.alt


def test_trend_compares_no_month_across_a_break():
    chart = trend_chart(SERIES, breaks=(("2021-10", "Records merged"),)).chart
    places = [row["at"] for row in line_rows(chart, dashed=True)]
    assert max(places) == MONTHS.index("2021-07")  # August and September 2020 have no data
    assert "year before" not in texts(chart)


def test_trend_compares_months_again_a_year_after_a_break():
    chart = trend_chart(SERIES, breaks=(("2020-10", "Records merged"),)).chart
    places = [row["at"] for row in line_rows(chart, dashed=True)]
    assert min(p for p in places if p >= MONTHS.index("2020-10")) == MONTHS.index("2021-10")


def test_trend_draws_a_break_of_the_next_month_at_its_end():
    chart = trend_chart(SERIES, breaks=BREAKS).chart
    rule = next(r for r in layers(chart, "rule") if r["mark"]["strokeWidth"] == 2.5)
    assert rows(rule) == [{"at": 35.5}]
    words = [text["expr"] for text in texts(chart) if isinstance(text, dict)]
    assert words == ["width < 420 ? 'Break' : \"Break: map points redrawn, July 2022\""]


@pytest.mark.parametrize("month", ["2019-07", "2018-01", "2022-08"])
def test_trend_leaves_out_a_break_that_is_not_in_view(month):
    chart = trend_chart(SERIES, breaks=((month, "Records merged"),)).chart
    assert not [r for r in layers(chart, "rule") if r["mark"]["strokeWidth"] == 2.5]


def test_trend_starts_at_zero_and_labels_round_values():
    chart = trend_chart(SERIES).chart
    y = layers(chart, "point")[0]["encoding"]["y"]
    assert y["scale"]["domain"][0] == 0
    assert y["axis"]["values"] == [0, 50, 100, 150]
    assert y["axis"]["title"] == "Reports a month"


def test_trend_says_the_finding_and_the_gaps_in_words():
    said = trend_chart(SERIES, events=EVENTS, breaks=BREAKS, place="Queen Street").alt
    assert said == (
        "Reports a month at Queen Street, July 2019 to June 2022. "
        "June 2022: 135, against 123 a year before. Highest: 135 in June 2022. "
        "No data for July to November 2019 and June, August and September 2020. "
        "Covid-19 restrictions: March 2020 to July 2021. Break: map points redrawn, July 2022."
    )


def test_trend_writes_the_last_observed_month_when_the_last_is_missing():
    late = (*SERIES[:-1], (MONTHS[-1], None))
    assert "May: 134" in texts(trend_chart(late).chart)
    assert "May 2022: 134" in trend_chart(late).alt


def test_trend_keeps_the_labels_apart_when_both_years_end_alike():
    same = (*SERIES[:-1], (MONTHS[-1], dict(SERIES)["2021-06"]))
    chart = trend_chart(same).chart
    ends = {
        layer["mark"]["text"]: rows(layer)[0]["n"]
        for layer in layers(chart, "text")
        if "stroke" not in layer["mark"] and layer["mark"]["text"] in ("June: 123", "year before")
    }
    assert ends["June: 123"] > ends["year before"] + 10


def test_trend_cuts_events_to_the_months_in_view_and_stacks_those_that_touch():
    events = (
        *EVENTS,
        ("2018-01", "2019-08", "Early"),
        ("2020-05", None, "One month"),
        ("2023-01", None, "Too late"),
    )
    chart = trend_chart(SERIES, events=events).chart
    bars = [r for r in layers(chart, "rule") if r["mark"]["strokeWidth"] == 6]
    spans = [(rows(bar)[0]["at"], rows(bar)[0]["to"]) for bar in bars]
    assert spans == [(-0.5, 1.5), (7.5, 24.5), (9.5, 10.5)]
    feet = [bar["encoding"]["y"]["value"]["expr"] for bar in bars]
    assert feet == ["height - 9", "height - 9", "height - 39"]
    assert "Too late" not in json.dumps(chart.to_dict())


def test_trend_is_refused_when_no_month_was_observed():
    with pytest.raises(NotEnoughDataError, match="found none of 36"):
        trend_chart(tuple((month, None) for month in MONTHS))


def test_trend_is_drawn_when_all_months_are_zero():
    described = trend_chart(tuple((month, 0) for month in MONTHS))
    y = layers(described.chart, "point")[0]["encoding"]["y"]
    assert y["axis"]["values"] == [0, 1]
    assert "June 2022: 0, against 0 a year before." in described.alt


def test_trend_takes_its_colours_from_the_theme():
    light, dark = (
        json.dumps(trend_chart(SERIES, theme=t).chart.to_dict()) for t in ("light", "dark")
    )
    assert LIGHT.data_line in light
    assert DARK.data_line in dark
    assert LIGHT.data_line not in dark


def test_trend_is_the_same_bytes_when_drawn_twice():
    first, second = (trend_chart(SERIES, events=EVENTS, breaks=BREAKS) for _ in range(2))
    assert first.chart.to_json() == second.chart.to_json()


def test_trend_keeps_titles_as_text_in_expressions():
    evil = "a'\"</script>{{7*7}} ? 1 : alert(1)"
    chart = trend_chart(SERIES, breaks=(("2021-01", evil),)).chart
    (words,) = [text["expr"] for text in texts(chart) if isinstance(text, dict)]
    assert json.loads(words.split(" : ", 1)[1]) == f"Break: {evil}"


def test_spark_shows_twelve_months_and_names_the_first_and_the_last():
    chart = spark_chart(SERIES).chart
    assert [row["at"] for row in line_rows(chart, dashed=False)] == list(range(12))
    axis = layers(chart, "line")[0]["encoding"]["x"]["axis"]
    assert axis["labelExpr"] == '{"0": "July", "11": "June"}[datum.value]'
    assert layers(chart, "line")[0]["encoding"]["y"]["axis"] is None
    assert [row["month"] for row in rows(layers(chart, "point")[0])] == ["June 2022"]


def test_spark_shows_a_lone_month_as_a_dot():
    lone = tuple((m, None if m in {"2022-01", "2022-03"} else n) for m, n in SERIES)
    points = rows(layers(spark_chart(lone).chart, "point")[0])
    assert [row["month"] for row in points] == ["February 2022", "June 2022"]


def test_spark_has_no_dashes_without_a_year_before():
    assert line_rows(spark_chart(SERIES[-12:]).chart, dashed=True) == []


def test_bars_are_five_at_most_with_count_and_share_of_all():
    types = [(f"Type {i}", 100 - 10 * i) for i in range(7)]
    described = type_bars(types, place="Queen Street")
    labels = [row["label"] for row in rows(layers(described.chart, "bar")[0])]
    assert labels == ["100 (20%)", "90 (18%)", "80 (16%)", "70 (14%)", "60 (12%)"]
    assert described.alt.startswith("Reports by type at Queen Street: Type 0 100 (20%), Type 1")


def test_bars_leave_out_types_without_reports_and_never_say_nought_per_cent():
    described = type_bars([("Drugs", 1999), ("Robbery", 1), ("Burglary", 0)])
    assert described.alt.endswith("Drugs 1,999 (100%), Robbery 1 (under 1%).")


def test_bars_may_break_long_names_in_the_middle():
    described = type_bars([("Violence and sexual offences", 3), ("Shoplifting", 1)])
    names = [row["type"] for row in rows(layers(described.chart, "bar")[0])]
    assert names == ["Violence and|sexual offences", "Shoplifting"]


def test_bars_are_refused_when_there_is_no_report():
    with pytest.raises(NotEnoughDataError, match="found none"):
        type_bars([("Drugs", 0)])


@given(st.sets(st.integers(24000, 24400)))
def test_runs_of_months_hold_exactly_the_months_given(places):
    runs = runs_of_months(month_at(place) for place in places)
    held = {i for a, b in runs for i in range(month_index(a), month_index(b) + 1)}
    assert held == places
    assert all(month_index(a) > month_index(b) + 1 for (_, b), (a, _) in pairwise(runs))


def test_months_words_name_a_run_over_new_year_with_both_years():
    assert months_words(["2020-11", "2020-12", "2021-01"]) == "November 2020 to January 2021"


def test_gap_sentence_when_nothing_is_missing_or_loaded():
    assert gap_sentence([("2022-05", True)]) == "May 2022. Every month has data."
    assert gap_sentence([]) == "No months loaded."


def test_month_strip_hatches_missing_months_and_says_so():
    strip = month_strip_html([(m, m not in GAPS) for m in MONTHS[5:]])
    assert strip.html.count("<i ") == 31
    assert strip.html.count('class="hb-none"') == 3
    assert 'title="June 2020: no data"' in strip.html
    label = re.search(r'role="img" aria-label="([^"]*)"', strip.html)
    assert label is not None
    assert label[1] == strip.sentence
    assert strip.sentence == (
        "December 2019 to June 2022. Hatched: no data for June, August and September 2020. "
        "Missing months are never counted as zero."
    )
