"""Tests of pictures for paper."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations
from math import dist

import h3
import pytest
from shapely.geometry import LineString, box

from data.fonts import paper_fonts
from geo.errors import NotEnoughDataError, SchemaError
from geo.report.coverage_map import Ground, coverage_map
from geo.report.month_panels import Event, Panel, month_panels
from geo.report.pictures import chart_svg, drawing, framed, words_svg
from geo.report.week_bars import week_bars
from geo.viz.charts import trend_chart

MIDDLE = h3.latlng_to_cell(52.998, -5.02, 9)
CELLS = sorted(h3.grid_disk(MIDDLE, 1))
EDGES = box(-5.06, 52.98, -4.985, 53.016)


@pytest.fixture(scope="module")
def fonts(tmp_path_factory):
    return paper_fonts(tmp_path_factory.mktemp("home"))


def words_of(svg: str) -> list[str]:
    """Return what is written in a drawing, which must be sound XML."""
    found = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314
    return [one.text for one in found]


def columns_of(svg: str, fill: str) -> int:
    """Return how many shapes have a fill."""
    return sum(one.get("fill") == fill for one in ET.fromstring(svg).iter())  # noqa: S314


def test_words_never_become_markup():
    svg = framed(words_svg(0, 9, 'Quay <script> & "x"\x00'), 40, 20)
    assert words_of(svg) == ['Quay <script> & "x" ']


def test_same_dots_when_drawn_twice(fonts):
    svg = framed(words_svg(2, 15, "Quay"), 60, 20)
    first = drawing(svg, fonts)
    assert first.png.startswith(b"\x89PNG")
    assert first == drawing(svg, fonts)
    assert first.png != drawing(framed("", 60, 20), fonts).png


def test_chart_of_the_screen_becomes_lines_in_the_letters_of_papers(fonts):
    months = [(f"2023-{month:02d}", month) for month in range(1, 13)]
    svg = chart_svg(trend_chart(months).chart, fonts)
    assert "Hexbeat Sans" in svg
    assert "December: 12" in words_of(svg)
    assert "http" not in svg.replace("http://www.w3.org/", "")


def test_month_panels_show_columns_averages_and_what_is_hidden():
    panels = [
        Panel("Reported by the public", (40, 44, 42, 46), 42, 44),
        Panel("Found by CCTV", (10, None, 20, 25), 10, 22, "striped"),
    ]
    labels = ["Jan 2023", "", "", "Apr"]
    svg = month_panels(panels, labels, 2, start_words="Starts", events=[Event(1, 1, "a")])
    said = words_of(svg)
    assert {"Reported by the public", "Found by CCTV", "Starts", "a"} <= set(said)
    assert {"42", "44", "10", "22"} <= set(said)
    assert columns_of(svg, "#9dbfdc") == 4
    assert columns_of(svg, "url(#striped)") == 3
    assert columns_of(svg, "url(#hidden)") == 1


def test_panel_that_would_be_too_low_gets_its_own_scale_and_says_so():
    panels = [Panel("Public", (400, 400)), Panel("CCTV", (20, 40))]
    svg = month_panels(panels, ["", ""], 1, start_words="Starts.")
    assert "Starts. Each panel has its own scale." in words_of(svg)
    assert {"400", "40"} <= set(words_of(svg))


def test_panels_with_nothing_to_show_are_refused():
    with pytest.raises(NotEnoughDataError):
        month_panels([Panel("Public", (None,))], [""], 0, start_words="")
    with pytest.raises(SchemaError, match="1 counts for 2 columns"):
        month_panels([Panel("Public", (3,))], ["", ""], 0, start_words="")


def test_week_needs_168_hours():
    with pytest.raises(SchemaError, match="168"):
        week_bars((0.5,) * 24, (0.5,) * 24)
    assert "reports, few to many" not in words_of(week_bars((0.5,) * 168, (None,) * 168))
    assert "reports, few to many" in words_of(week_bars((0.5,) * 168, (0,) * 168, (1,) * 168))


def test_axis_of_the_week_fits_low_shares():
    assert "10%" in words_of(week_bars((0.06,) * 168, (0.01,) * 168))
    assert "100%" in words_of(week_bars((0.6,) * 168, (0.01,) * 168))


def test_map_counts_its_classes_and_numbers_its_gaps():
    cells = [(cell, "gap" if cell == MIDDLE else "covered_high") for cell in CELLS]
    ground = Ground(EDGES, [LineString([(-5.06, 53.0), (-4.985, 53.0)])])
    said = words_of(coverage_map(cells, ground, numbered=[[MIDDLE]]))
    assert "many reports, little in view (1)" in said
    assert "many reports, in view (6)" in said
    assert "few reports, in view (0)" in said
    assert {"1", "N", "1 km"} <= set(said)


def test_numbers_of_neighbours_do_not_cover_each_other():
    svg = coverage_map([(c, "gap") for c in CELLS], Ground(EDGES), numbered=[[c] for c in CELLS])
    discs = [one for one in ET.fromstring(svg).iter() if one.get("r") == "11"]  # noqa: S314
    places = [(float(one.get("cx")), float(one.get("cy"))) for one in discs]
    assert len(places) == 7
    assert min(dist(a, b) for a, b in combinations(places, 2)) > 22


def test_map_draws_cameras_only_where_given():
    cells = [(MIDDLE, "quiet")]
    assert columns_of(coverage_map(cells, Ground(EDGES)), "#12436d") == 1
    assert columns_of(coverage_map(cells, Ground(EDGES), cameras=[(-5.02, 53.0)]), "#12436d") == 2
    with pytest.raises(SchemaError, match="one hexagon"):
        coverage_map([], Ground(EDGES))
