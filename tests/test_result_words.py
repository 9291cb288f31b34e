"""Words of a result: true of the figures beside them, never more than they allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from data.displacement_views import PartView, WddView
from data.jobs import result_words
from data.jobs.review_dates import usual_reviews
from tests.pages import result_fakes

NOTHING = PartView(None, None, None, None, None, "All taken.")


def with_local(low: float, high: float):
    middle = (low + high) / 2
    part = PartView(middle, 30.0, low, high, 0.1)
    wdd = replace(result_fakes.result().wdd, local=part)
    told = {"verdict": "no_clear_effect", "displacement_verdict": "cannot_tell"}
    return result_fakes.result(wdd=wdd, **told)


@pytest.mark.parametrize(
    ("effect", "place", "words"),
    [
        ("worked", "no_sign", "It worked here, and there is no sign that it moved"),
        ("worked", "nearby_improved", "It worked here, and nearby streets improved too"),
        ("some_effect", "cannot_tell", "Some effect here; we cannot tell yet whether it moved"),
        ("backfired", "cannot_tell", "It backfired: more reports than expected"),
        ("too_early", "cannot_tell", "Too early to say whether it worked, or moved"),
        ("not_delivered", "cannot_tell", "Not delivered, so there is nothing to judge"),
    ],
)
def test_headline_joins_the_verdicts_and_fits_on_a_line(effect, place, words):
    told = result_words.headline(result_fakes.result(verdict=effect, displacement_verdict=place))
    assert told == words
    assert len(told) <= 70


def test_headline_says_chance_only_where_the_range_holds_no_change():
    chance = "No clear effect: the change could be chance"
    assert result_words.headline(with_local(-20, 60)) == chance
    rose = "No clear effect: reports rose, but by less than a fifth"
    assert result_words.headline(with_local(10, 60)) == rose


def test_move_is_not_judged_where_nothing_improved():
    lines = result_words.figure_lines(with_local(-20, 60), "")
    assert lines[1].words.endswith("only judged where treated streets improved.")


def test_next_door_says_why_when_it_could_not_be_tested():
    wdd = WddView(result_fakes.result().wdd.local, NOTHING, NOTHING)
    lines = result_words.figure_lines(result_fakes.result(wdd=wdd), "")
    assert [line.words for line in lines[1:]] == ["All taken."]


def test_figures_leave_out_what_was_not_told():
    hidden = result_fakes.not_tested()
    rows = result_words.figure_rows(hidden)
    assert [(row.expected, row.difference, row.likely) for row in rows] == [("", "", "")] * 4
    zone = replace(hidden.zones[0], before=None, after=None)
    assert result_words.figure_rows(replace(hidden, zones=(zone,)))[0].before == "not told"


def test_map_title_counts_what_the_map_shows():
    cells = result_fakes.zone_cells()
    assert (
        result_words.map_title(cells) == "Where: every treated hexagon fell; every neighbour rose"
    )
    mixed = (replace(cells[0], difference=5), *cells[1:])
    assert result_words.map_title(mixed).startswith("Where: 3 of 4 treated hexagons fell")
    none = [replace(cell, difference=None) for cell in cells]
    assert result_words.map_title(none) == "Where: the places that are compared"


def test_series_title_counts_months_outside_the_expected_range():
    found = result_fakes.result()
    months = [replace(m, treated=25) if m.month > "2024-03" else m for m in found.series]
    title = result_words.series_title(replace(found, series=tuple(months)))
    assert title == "When: treated was below its expected range in 9 of 12 months since the start"
    inside = tuple(replace(m, treated=25) for m in found.series)
    assert "stayed in its expected range" in result_words.series_title(
        replace(found, series=inside)
    )


def test_list_title_names_what_is_due():
    due = [result_fakes.listed(), result_fakes.listed(verdict="not_delivered")]
    told = result_words.list_title(due)
    assert told == "Two results are due: one had some effect and one was not delivered"
    quiet = [result_fakes.listed(review_due=False)]
    assert result_words.list_title(quiet) == "No result is due now"


def test_tip_of_a_hexagon_hides_few_and_agrees_with_the_map():
    cells = result_fakes.zone_cells()
    assert result_words.cell_tip(cells[0], "Treated") == (
        "Quay Street",
        "Treated: 80 before, 40 after, 32 fewer than expected",
    )
    few = next(cell for cell in cells if cell.few)
    assert "fewer than 5" in result_words.cell_tip(few, "Next door")[1]


def test_usual_reviews_stay_in_their_months():
    assert usual_reviews(date(2026, 11, 30))[1:] == (date(2027, 2, 28), date(2027, 5, 28))
