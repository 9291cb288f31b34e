"""Does the day of a plan say who is where, when, in blocks of true width?"""

from __future__ import annotations

import pytest

from geo.errors import NotEnoughDataError
from geo.viz.fairness import Fifth, fairness_chart, fairness_rows
from geo.viz.gantt import GanttCrew, GanttVisit, gantt_chart, gantt_rows, span_title
from geo.viz.tokens import CREW_COLOURS, crew_look

POLICE = GanttCrew(
    "A",
    "Police 1",
    1020,
    1500,
    ((1176, 1221),),
    (GanttVisit(2, "Harbour Street", 1035, 1050, "Violence"), GanttVisit(1, "Pier", 1380, 1395)),
)
VAN = GanttCrew("F", "Cleansing van", 1050, 1290, ((1100, 1120),))


def values(chart, layer: int) -> list[dict]:
    shown = chart.chart.to_dict(context={"pre_transform": False})
    held = shown["layer"][layer].get("data", shown.get("data"))
    return shown["datasets"][held["name"]] if "name" in held else held["values"]


def test_blocks_are_as_wide_as_their_visits_and_have_the_crews_colour():
    blocks = values(gantt_chart([POLICE, VAN]), 3)
    assert [(one["start"], one["end"], one["stop"]) for one in blocks] == [
        (1035, 1050, "2"),
        (1380, 1395, "1"),
    ]
    assert {one["colour"] for one in blocks} == {"#12436d"}


def test_axis_runs_over_whole_hours_beyond_midnight():
    shown = gantt_chart([POLICE, VAN]).chart.to_dict()["layer"][0]["encoding"]["x"]
    assert shown["scale"]["domain"] == [1020, 1500]
    assert shown["axis"]["values"] == [1020 + 60 * i for i in range(9)]


def test_short_break_has_no_word():
    words = [one["words"] for one in values(gantt_chart([POLICE, VAN]), 1)]
    assert words == ["break", ""]


def test_chart_without_breaks_has_shifts_blocks_and_numbers_alone():
    bare = GanttCrew("B", "Wardens", 600, 700)
    assert len(gantt_chart([bare]).chart.to_dict()["layer"]) == 3


def test_no_crew_is_refused():
    with pytest.raises(NotEnoughDataError, match="No crew is on duty"):
        gantt_chart([])


def test_words_and_rows_say_the_same_as_the_chart():
    assert gantt_chart([POLICE, VAN]).alt == (
        "A Police 1, 17:00 to 01:00: 17:15 Harbour Street, 23:00 Pier."
        " F Cleansing van, 17:30 to 21:30: no visits."
    )
    assert gantt_rows([POLICE])[1] == ("A Police 1", "19:36 to 20:21", "", "Break", "")
    assert [row[2] for row in gantt_rows([POLICE])] == ["2", "", "1"]


def test_title_spans_all_shifts():
    title = span_title([VAN, POLICE], visit_words="15 minutes a visit")
    assert title == "Who is where, when: 17:00 to 01:00, 15 minutes a visit"


def test_no_two_of_twelve_crews_share_colour_and_dash():
    looks = {crew_look(letter) for letter in "ABCDEFGHIJKL"}
    assert len(looks) == 12
    assert crew_look("AA")[0] == CREW_COLOURS[26 % 6]


def test_fairness_has_a_dot_for_hours_and_a_diamond_for_harm():
    shown = fairness_chart([Fifth("Most deprived", 0.41, 0.38), Fifth("2nd", 0.23, 0.24)])
    points = values(shown, 1)
    assert [(one["kind"], one["share"]) for one in points[:2]] == [
        ("Share of harm", 0.38),
        ("Share of hours", 0.41),
    ]
    assert shown.alt.startswith("Most deprived: 41% of the hours, 38% of the harm. 2nd:")


def test_fairness_rows_say_both_shares_and_no_fifth_is_refused():
    assert fairness_rows([Fifth("2nd", 0.23, 0.24)]) == (("2nd", "23%", "24%"),)
    with pytest.raises(NotEnoughDataError, match="deprivation"):
        fairness_chart([])
