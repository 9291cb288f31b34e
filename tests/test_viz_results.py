"""Charts and map of a result: three panels on one scale, what was saved, rings, zones."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import h3
import pytest
from shapely.geometry import box, mapping
from streamlit_folium import _get_feature_group_string, _get_map_string, generate_js_hash

from geo.errors import GridError, NotEnoughDataError
from geo.periods import month_range
from geo.viz.mapkit import MapArea
from geo.viz.results import (
    Panel,
    PanelMonth,
    RingRow,
    SavedMonth,
    ring_words,
    rings_chart,
    saved_chart,
    zone_panels,
)
from geo.viz.tokens import LIGHT, ZONE_NEARBY, ZONE_TREATED
from geo.viz.zone_map import (
    MOST_KM,
    ZoneCell,
    ZoneMapSpec,
    signed,
    swatch,
    zone_focus,
    zone_legend_html,
    zone_map,
    zone_payload,
)

MONTHS = month_range("2024-09", "2026-08")
GAP = "2025-02"
EVIL = "<img src=x>{{evil}}"
CENTRE = h3.latlng_to_cell(53.82, -3.04, 9)
NEARBY = h3.grid_ring(CENTRE, 1)
FAR = h3.grid_ring(CENTRE, 5)[:2]
AREA = MapArea(
    mapping(box(-3.1, 53.78, -2.98, 53.86)), (), "Zones", "Wards", (-3.1, 53.78, -2.98, 53.86)
)


def panel(zone: str = "treated", n: int = 20, **changes: Any) -> Panel:
    months = tuple(
        PanelMonth(m, None, None, None) if m == GAP else PanelMonth(m, n + i, 10.0, 30.0)
        for i, m in enumerate(MONTHS)
    )
    return replace(Panel(zone, zone.capitalize(), months), **changes)


def layers(chart: Any, kind: str) -> list[dict[str, Any]]:
    spec = chart.to_dict()
    for layer in spec["layer"]:
        layer["rows"] = spec["datasets"][layer.get("data", spec.get("data"))["name"]]
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def three() -> tuple[Any, ...]:
    panels = [panel(), panel("nearby", 5), panel("comparison", 30)]
    return zone_panels(panels, start="2025-09", start_words="Patrols start")


def test_panels_share_one_scale_and_differ_by_colour_and_dash():
    charts = three()
    lines = [layers(one.chart, "line")[0] for one in charts]
    assert len({str(line["encoding"]["y"]["scale"]["domain"]) for line in lines}) == 1
    assert len({str(line["encoding"]["x"]["scale"]) for line in lines}) == 1
    assert [line["mark"]["strokeDash"] for line in lines] == [[1, 0], [9, 5], [2, 3]]
    assert [line["mark"]["color"] for line in lines] == [ZONE_TREATED, ZONE_NEARBY, LIGHT.soft]


def test_panels_join_no_months_across_a_gap_in_line_or_range():
    chart = three()[0].chart
    for kind in ("line", "area"):
        rows = layers(chart, kind)[0]["rows"]
        assert {row["piece"] for row in rows} == {0, 6}
        assert MONTHS.index(GAP) not in {row["at"] for row in rows}


def test_start_is_ruled_in_every_panel_and_said_in_the_first():
    texts = []
    for one in three():
        rules = [r for r in layers(one.chart, "rule") if r["mark"].get("strokeWidth") == 2.5]
        assert rules[0]["rows"] == [{"at": 11.5, "n": 0}] or rules[0]["rows"] == [{"at": 11.5}]
        texts.append(json.dumps([t["mark"]["text"] for t in layers(one.chart, "text")]))
    assert ["Patrols start" in text for text in texts] == [True, False, False]


def test_only_the_last_panel_has_months_below_it():
    charts = three()
    assert [one.chart.to_dict()["height"] for one in charts] == [96, 96, 130]
    axes = [layers(one.chart, "line")[0]["encoding"]["x"]["axis"] for one in charts]
    assert [axis is None for axis in axes] == [True, True, False]


def test_last_value_stands_beside_the_line_and_words_count_months_outside_the_range():
    first = three()[0]
    assert "43" in [t["mark"]["text"] for t in layers(first.chart, "text")]
    assert first.alt == (
        "Reports a month, treated. September 2024 to August 2026, start September 2025. "
        "August 2026: 43. Of 23 months with an expected range 0 lie below it and 13 above it."
    )


def test_panels_without_any_month_are_refused():
    empty = panel(months=(PanelMonth("2025-01", None),))
    with pytest.raises(NotEnoughDataError, match="Treated"):
        zone_panels([empty], start="2025-01", start_words="")


def test_saved_falls_below_zero_and_says_so():
    months = [SavedMonth(m, 10.0 * i, 5.0 * i, 15.0 * i) for i, m in enumerate(MONTHS[12:])]
    described = saved_chart(months)
    assert layers(described.chart, "line")[0]["rows"][-1]["n"] == -110
    assert described.alt == (
        "Reports against expected since the start, September 2025 to August 2026: 110 fewer, "
        "likely range 165 fewer to 55 fewer."
    )
    with pytest.raises(NotEnoughDataError):
        saved_chart([])


@pytest.mark.parametrize(
    ("ratio", "low", "high", "words"),
    [
        (0.57, 0.49, 0.66, "43% fewer"),
        (1.32, 1.16, 1.49, "32% more"),
        (0.98, 0.89, 1.08, "as expected"),
        (1.1, 0.71, 1.3, "cannot tell"),
        (None, 0.0, None, "cannot tell"),
        (3.0, 1.2, None, "cannot tell"),
    ],
)
def test_ring_words_say_as_expected_only_where_the_range_is_narrow(ratio, low, high, words):
    assert ring_words(RingRow(1, "Next door", ratio, low, high)) == words


def test_rings_carry_range_shape_and_words_around_a_rule_at_100():
    rows = [
        RingRow(0, "Treated", 0.57, 0.49, 0.66),
        RingRow(1, "Next door", 1.32, 1.16, 9.9),
        RingRow(2, "Second ring", 1.0, 0.9, 1.1),
        RingRow(3, "Third ring", None, 0.0, None),
    ]
    described = rings_chart(rows)
    points = layers(described.chart, "point")[0]["rows"]
    assert [row["shape"] for row in points] == ["circle", "square", "diamond"]
    assert points[1]["high"] == 300
    assert layers(described.chart, "rule")[0]["rows"] == [{"n": 100}]
    assert "Treated: 43% fewer; Next door: 32% more; Second ring: as expected" in described.alt
    with pytest.raises(NotEnoughDataError):
        rings_chart(rows[3:])


def cells() -> tuple[ZoneCell, ...]:
    return (
        ZoneCell(CENTRE, "treated", ("Treated", EVIL), -41),
        *(ZoneCell(cell, "nearby", ("Next door",), 7) for cell in NEARBY[:4]),
        ZoneCell(NEARBY[4], "nearby", ("Next door", "Fewer than 5"), few=True),
        ZoneCell(NEARBY[5], "other", ("Another",), overlap=True),
        *(ZoneCell(cell, "comparison", ("Comparison",)) for cell in FAR),
    )


def test_zone_payload_tells_zones_fills_and_numbers_apart():
    payload = zone_payload(cells())
    assert payload["zones"] == "tnnnnnocc"
    assert payload["fills"] == "tnnnnfocc"
    assert payload["numbers"] == ["\u221241", *["+7"] * 4, "", "", "", ""]
    assert payload["lines"][:4] == ["", "Treated", EVIL, "Next door"]


def test_zone_payload_is_refused_without_a_treated_cell():
    with pytest.raises(GridError, match="needs a treated cell"):
        zone_payload(cells()[1:])


def test_first_view_holds_near_comparison_cells_and_not_far_ones():
    near = zone_focus(cells())
    far = h3.grid_ring(CENTRE, 30)[0]
    assert zone_focus((*cells(), ZoneCell(far, "comparison", ()))) == near
    for cell in FAR:
        lat, lon = h3.cell_to_latlng(cell)
        assert near[0] < lon < near[2]
        assert near[1] < lat < near[3]
    assert (near[3] - near[1]) * 111.3 <= MOST_KM[1]


def test_zone_map_keeps_its_base_and_escapes_text():
    def scripts(view: ZoneMapSpec) -> tuple[str, str]:
        base, group = zone_map(view)
        base.render()
        return _get_map_string(base), _get_feature_group_string(group, base)

    whole, part = scripts(ZoneMapSpec(AREA, cells())), scripts(ZoneMapSpec(AREA, cells()[:1]))
    assert generate_js_hash(whole[0], "map") == generate_js_hash(part[0], "map")
    assert whole[1] != part[1]
    assert "<img" not in whole[1]
    assert "{{" not in whole[1]
    assert "http" not in whole[0].replace("http://www.w3.org/2000/svg", "")


def test_legend_shows_each_pattern_once_with_its_count():
    shown = zone_legend_html({"treated": 5, "nearby": 12, "comparison": 0}, overlap=True, few=False)
    assert shown.count("<img") == 3
    assert "Treated (5)" in shown
    assert "Comparison" not in shown
    assert "Fewer than" not in shown
    assert 'stroke-dasharray="6 4"' in unquote(swatch("nearby"))
    assert len({swatch(key) for key in ("treated", "nearby", "comparison", "overlap", "few")}) == 5


def test_differences_have_a_true_minus_sign():
    assert [signed(n) for n in (-1234, 0, 3, None)] == ["\u22121,234", "0", "+3", ""]
