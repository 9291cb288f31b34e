"""Colours and classes: one source, readable, and edges that do not move with a filter."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import NotEnoughDataError
from geo.viz.classes import LEGEND_CSS, class_characters, class_edges, class_words, legend_html
from geo.viz.tokens import DARK, LIGHT, MAP_CLASSES, Palette, css_variables, palette

TOWN_24_MONTHS = np.repeat([0, 5, 67, 161, 376, 654, 1000], [60, 40, 105, 100, 62, 30, 12])


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_edges_are_the_towns_round_ones_for_24_months():
    assert class_edges(TOWN_24_MONTHS) == (10, 50, 150, 300, 600)


@pytest.mark.parametrize(
    ("divisor", "edges"),
    [
        (2, (5, 25, 75, 150, 300)),
        (8, (1, 5, 15, 30, 60)),
        (24, (1, 3, 8, 15, 30)),
        (500, (1, 2, 3, 4, 6)),
    ],
)
def test_edges_are_smaller_for_a_shorter_window(divisor, edges):
    assert class_edges(TOWN_24_MONTHS / divisor) == edges


def test_edges_keep_the_floor_of_ten_reports_but_not_of_harm():
    assert class_edges(TOWN_24_MONTHS * 5) == (10, 250, 750, 1500, 3000)
    assert class_edges(TOWN_24_MONTHS * 5, floor=False) == (50, 250, 750, 1500, 3000)


def test_edges_of_some_types_follow_their_share():
    assert class_edges(TOWN_24_MONTHS, share=0.35) == (5, 25, 75, 150, 300)
    assert class_edges(TOWN_24_MONTHS, share=0.0065) == (1, 2, 3, 4, 6)


def test_edges_of_no_reports_are_the_smallest():
    assert class_edges([0]) == (1, 2, 3, 4, 6)


@pytest.mark.parametrize(("counts", "share"), [([], 1.0), ([1], 0.0), ([1], 1.5)])
def test_edges_are_refused_without_cells_or_share(counts, share):
    with pytest.raises(NotEnoughDataError, match="Class edges need cells"):
        class_edges(counts, share=share)


@given(st.lists(st.integers(0, 10**6), min_size=1), st.floats(0.001, 1.0))
def test_edges_always_rise(counts, share):
    edges = class_edges(counts, share=share)
    assert edges[0] >= 1
    assert all(low < high for low, high in pairwise(edges))


@given(st.lists(st.one_of(st.none(), st.integers(0, 2000))))
def test_class_of_a_count_holds_it(counts):
    edges = (10, 50, 150, 300, 600)
    letters = class_characters(counts, edges)
    for n, letter in zip(counts, letters, strict=True):
        place = int(letter)
        if n is None:
            assert letter == "6"
        else:
            assert place == 0 or n >= edges[place - 1]
            assert place == 5 or n < edges[place]


def test_legend_says_both_edges_few_no_data_and_outline():
    page = legend_html("Reports in each hexagon, June 2022", (10, 50, 150, 300, 600))
    said = re.findall(r"</i>([^<]*)</span>", page)
    assert said == [
        "10 to 49", "50 to 149", "150 to 299", "300 to 599", "600 or more",
        "Fewer than 10", "No data", "Hotspot outline",
    ]  # fmt: skip
    assert "<b>Reports in each hexagon, June 2022</b>" in page


def test_legend_explains_the_hatch_alone_when_nothing_was_observed():
    page = legend_html("Reports in each hexagon", None, no_data=False)
    assert re.findall(r"</i>([^<]*)</span>", page) == ["No data"]


def test_legend_leaves_out_what_is_not_on_the_map():
    page = legend_html("Reports", (1, 2, 3, 4, 6), no_data=False, outline=False)
    assert re.findall(r"</i>([^<]*)</span>", page) == ["1", "2", "3", "4 to 5", "6 or more", "None"]


def test_legend_escapes_its_title():
    assert "<img" not in legend_html("<img src=x onerror=alert(1)>", None)


def test_legend_classes_are_in_its_style_sheet():
    page = legend_html("Reports", (10, 50, 150, 300, 600))
    for mark in set(re.findall(r"hb-[a-z0-9-]+", page)):
        assert f".{mark}" in LEGEND_CSS


def test_class_words_use_thousands_separators():
    assert class_words((10, 50, 1500, 3000, 6000))[2:] == (
        "1,500 to 2,999",
        "3,000 to 5,999",
        "6,000 or more",
    )


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "ground"), ("soft", "ground"), ("data_line", "ground"), ("ink", "chosen_row"),
        ("up", "up_ground"), ("watch", "watch_ground"), ("down", "down_ground"),
        ("normal", "normal_ground"), ("error", "error_ground"),
    ],
)  # fmt: skip
def test_text_is_readable_on_its_ground(colours: Palette, text, ground):
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


def test_white_is_readable_on_the_main_button_in_both_themes():
    assert contrast(LIGHT.primary, "#ffffff") >= 4.5
    assert contrast(DARK.primary, "#ffffff") >= 4.5


def test_map_classes_get_darker_step_by_step():
    light = [luminance(colour) for colour in MAP_CLASSES]
    assert light == sorted(light, reverse=True)


def test_css_variables_hold_every_colour_of_the_theme():
    sheet = css_variables("dark")
    assert f"--hb-up-bar:{DARK.up_bar};" in sheet
    assert f"--hb-class-5:{MAP_CLASSES[4]};" in sheet
    assert palette("dark") is DARK


@pytest.mark.parametrize(("name", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_streamlits_theme_agrees_with_the_tokens(name, colours):
    file = Path(__file__).parents[1] / ".streamlit/config.toml"
    theme = tomllib.loads(file.read_text(encoding="utf-8"))["theme"][name]
    pairs = {
        "primaryColor": colours.primary, "backgroundColor": colours.ground,
        "secondaryBackgroundColor": colours.surface, "textColor": colours.ink,
        "borderColor": colours.border, "linkColor": colours.data_line,
        "orangeTextColor": colours.up, "orangeBackgroundColor": colours.up_ground,
        "yellowTextColor": colours.watch, "yellowBackgroundColor": colours.watch_ground,
        "blueTextColor": colours.down, "blueBackgroundColor": colours.down_ground,
        "grayTextColor": colours.normal, "grayBackgroundColor": colours.normal_ground,
        "redTextColor": colours.error, "redBackgroundColor": colours.error_ground,
    }  # fmt: skip
    assert {key: theme[key] for key in pairs} == pairs
