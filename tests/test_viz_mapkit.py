"""The map that is sent to the browser: compact, constant where it must be, and never markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import folium
import geopandas as gpd
import h3
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box, mapping
from streamlit_folium import _get_feature_group_string, _get_map_string, generate_js_hash

from geo.area import StudyArea
from geo.errors import GridError
from geo.hexagons import encode_rings, outline
from geo.viz import _frame_script, _hex_script, _label_script
from geo.viz.encoding import encode_geometries, encode_integers, script_json
from geo.viz.mapkit import (
    STATIC,
    HexCells,
    HexLayer,
    HexMapSpec,
    HotspotMark,
    MapArea,
    OfflineMap,
    WardShape,
    hex_payload,
    hotspot_map,
    map_area,
    padded_bounds,
)

EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>{{ 7 * 7 }}'\"&\u2028"
CELLS = tuple(sorted(h3.grid_disk(h3.latlng_to_cell(53.8, -3.0, 9), 2)))
SQUARE = mapping(box(-3.1, 53.7, -2.9, 53.9))
AREA = MapArea(
    boundary=SQUARE,
    wards=(WardShape("North", mapping(box(-3.1, 53.8, -2.9, 53.9)), 53.85, -3.0),),
    title="Hotspots in the town",
    attribution="Boundaries: somebody",
    bounds=(-3.1, 53.7, -2.9, 53.9),
)


def decoded(text: str) -> list[int]:
    """Read encoded integers as the browser does."""
    out, value, shift = [], 0, 0
    for letter in text:
        bits = ord(letter) - 63
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            out.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    return out


def hex_cells(**changes: object) -> HexCells:
    tips = tuple(("Queen Street", f"{i} reports") for i, _ in enumerate(CELLS))
    cells = HexCells(encode_rings(CELLS), "1" * len(CELLS), tips, (0,) * len(CELLS))
    return replace(cells, **changes)


def mark(*, rank: int = 1, name: str = "Queen Street", chosen: bool = False) -> HotspotMark:
    return HotspotMark(rank, name, outline(CELLS[:2]), -3.0, 53.8, chosen)


def scripts(spec: HexMapSpec) -> tuple[str, str]:
    """Return the two scripts as streamlit-folium sends them."""
    base, group = hotspot_map(spec)
    base.render()
    script = _get_map_string(base)
    return script, _get_feature_group_string(group, base)


@given(st.lists(st.integers(-(2**29), 2**29 - 1)))
def test_encoded_integers_come_back_as_they_were(numbers):
    assert decoded(encode_integers(numbers)) == numbers


def test_encoded_integers_equal_the_published_example():
    assert encode_integers([3850000, -12020000, 220000, -75000]) == "_p~iF~ps|U_ulLnnqC"


def test_geometries_are_encoded_ring_by_ring_without_the_closing_corner():
    ring = [(0.0, 1.0), (0.0, 2.0), (0.5, 1.0), (0.0, 1.0)]
    hole = [(0.1, 1.1), (0.2, 1.1), (0.1, 1.2), (0.1, 1.1)]
    shape = {"type": "MultiPolygon", "coordinates": [[ring, hole]]}
    first = [3, 100000, 0, 100000, 0, -100000, 50000]
    second = [3, 110000, 10000, 0, 10000, 10000, -10000]
    assert decoded(encode_geometries([shape])) == first + second


def test_no_geometries_are_encoded_as_nothing():
    assert encode_geometries([]) == ""


@given(st.text())
def test_script_json_is_the_same_value_and_holds_nothing_that_ends_a_script(text):
    written = script_json({"place": text})
    assert json.loads(written) == {"place": text}
    assert not re.search(r"[<>&'\u2028\u2029]|\{[{%#]", written)


def test_script_json_escapes_template_marks_when_braces_follow_each_other():
    assert script_json("{{{%{#{x}") == r'"\u007b\u007b\u007b%\u007b#{x}"'


def test_payload_holds_each_line_of_the_tooltips_once():
    payload = hex_payload(hex_cells(tips=(("Queen Street", "3 reports"), *[("3 reports",)] * 18)))
    assert payload["lines"] == ["", "Queen Street", "3 reports"]
    assert decoded(payload["tips"])[:6] == [1, 2, 2, 0, 2, 0]
    assert payload["tipLines"] == 2


def test_payload_corners_are_those_of_the_cells():
    rings = decoded(hex_payload(hex_cells())["rings"])
    lat, lon = h3.cell_to_boundary(CELLS[0])[0]
    assert rings[:3] == [6, round(lat * 1e5), round(lon * 1e5)]
    assert len(rings) == 13 * len(CELLS)


def test_payload_marks_the_chosen_hotspot_and_rounds_positions():
    spots = hex_payload(hex_cells(), [mark(), mark(rank=2, chosen=True)])["spots"]
    assert [(spot["rank"], spot["on"]) for spot in spots] == [(1, False), (2, True)]
    assert (spots[0]["lat"], spots[0]["lon"]) == (53.8, -3.0)


def test_payload_is_refused_when_sequences_are_of_different_cells():
    with pytest.raises(GridError, match=r"\(19, 19, 18\)"):
        hex_cells(owners=(0,) * 18)


def test_payload_of_five_thousand_cells_is_below_half_a_megabyte():
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(53.83, -3.03, 10), 41))[:5000]
    tips = tuple(
        (f"Place {i % 1300} Street", f"{i % 900} reports, July 2020 to June 2022")
        for i in range(5000)
    )
    spec = HexMapSpec(AREA, HexCells(encode_rings(cells), "3" * 5000, tips, (0,) * 5000))
    base, group = scripts(spec)
    assert len(group) < 300_000
    assert len(base) + len(group) < 500_000


def test_base_script_is_the_same_when_only_the_view_changes():
    spec = HexMapSpec(AREA, hex_cells(), (mark(),))
    other = replace(
        spec,
        cells=hex_cells(classes="6" * len(CELLS)),
        hotspots=(mark(chosen=True), mark(rank=2, name="Bank Hey Street")),
        focus=(-3.01, 53.79, -2.99, 53.81),
    )
    keys = {generate_js_hash(scripts(view)[0], "map") for view in (spec, other, spec)}
    assert len(keys) == 1
    assert scripts(spec)[1] != scripts(other)[1]


def test_base_script_changes_with_the_theme():
    spec = HexMapSpec(AREA, hex_cells())
    dark = replace(spec, theme="dark")
    assert generate_js_hash(scripts(spec)[0]) != generate_js_hash(scripts(dark)[0])


def test_same_view_gives_the_same_scripts():
    spec = HexMapSpec(AREA, hex_cells(), (mark(),), focus=(-3.01, 53.79, -2.99, 53.81))
    assert scripts(spec)[1] == scripts(spec)[1]


def test_map_asks_only_the_apps_own_static_folder():
    base, _ = hotspot_map(HexMapSpec(AREA, hex_cells()))
    page = base.get_root().render()
    links = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert links == [f"{STATIC}vendor/leaflet/leaflet.js", f"{STATIC}vendor/leaflet/leaflet.css"]
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)


def test_stock_map_keeps_its_own_links():
    assert OfflineMap.default_js is not folium.Map.default_js
    assert len(folium.Map.default_js) > 1


@pytest.mark.parametrize("where", ["tip", "hotspot", "ward", "title", "attribution"])
def test_text_from_the_data_is_never_markup_nor_template(where):
    area = {
        "ward": replace(AREA, wards=(replace(AREA.wards[0], name=EVIL),)),
        "title": replace(AREA, title=EVIL),
        "attribution": replace(AREA, attribution=EVIL),
    }.get(where, AREA)
    cells = hex_cells(tips=((EVIL,),) * len(CELLS)) if where == "tip" else hex_cells()
    name = EVIL if where == "hotspot" else "Queen Street"
    sent = "".join(scripts(HexMapSpec(area, cells, (mark(name=name),))))
    assert r"\u003cimg src=x" in sent
    assert "<img" not in sent
    assert "</script" not in sent
    assert "\u2028" not in sent
    assert r"\u007b{ 7 * 7 }}" in sent


def test_rendered_page_does_not_evaluate_text_as_a_template():
    base, group = hotspot_map(HexMapSpec(AREA, hex_cells(), (mark(name="{{ 7 * 7 }}"),)))
    group.add_to(base)
    page = base.get_root().render()
    assert r"\u007b{ 7 * 7 }}" in page
    assert '"name":"49"' not in page


def test_scripts_hold_nothing_that_folium_or_streamlit_folium_would_change():
    text = _frame_script.FRAME_SCRIPT + _label_script.LABEL_SCRIPT + _hex_script.HEX_SCRIPT
    assert not re.search(r"\{[{%#]|map_div|drawnItems|alert\(|innerHTML\s*=|</", text)


@pytest.mark.parametrize("url", ["//other.example/x.json", "https://x/y", "a b", "x'y", ""])
def test_address_is_refused_when_it_is_not_plain_and_relative(url):
    with pytest.raises(GridError, match="relative and plain"):
        hotspot_map(HexMapSpec(AREA, hex_cells(), streets_url=url))
    with pytest.raises(GridError, match="relative and plain"):
        hotspot_map(HexMapSpec(AREA, hex_cells(), font_url=url))


def test_font_and_streets_are_named_in_the_base_script():
    spec = HexMapSpec(
        AREA, hex_cells(), font_url="../../static/media/a.woff2", streets_url=f"{STATIC}s/a.json"
    )
    base, group = scripts(spec)
    assert r"url(\u0027../../static/media/a.woff2\u0027)" in base
    assert f'"streets":"{STATIC}s/a.json"' in base
    assert "a.json" not in group


def test_focus_travels_with_the_view_as_south_west_and_north_east():
    payload = hex_payload(hex_cells(), focus=(-3.0100004, 53.79, -2.99, 53.81))
    assert payload["focus"] == [[53.79, -3.01], [53.81, -2.99]]
    assert hex_payload(hex_cells())["focus"] is None


def test_padded_bounds_are_wider_on_each_side():
    got = padded_bounds([mapping(box(0, 10, 2, 14)), mapping(box(1, 10, 4, 12))], share=0.25)
    assert got == (-1.0, 9.0, 5.0, 15.0)


def test_padded_bounds_need_an_outline():
    with pytest.raises(GridError, match="found none"):
        padded_bounds([])


def test_map_area_places_ward_names_inside_their_wards():
    shapes = [box(-3.1, 53.7, -3.0, 53.9), box(-3.0, 53.7, -2.9, 53.9)]
    wards = gpd.GeoDataFrame({"name": ["East", "West"]}, geometry=shapes, crs=4326)
    area = StudyArea(
        "town", "Town", box(-3.1, 53.7, -2.9, 53.9), wards, wards, "from May 2023",
        "EPSG:27700", "Europe/London", "v1",
    )  # fmt: skip
    drawn = map_area(area, title="Hotspots in Town", attribution="Somebody")
    assert [ward.name for ward in drawn.wards] == ["East", "West"]
    for ward, shape in zip(drawn.wards, shapes, strict=True):
        assert shape.contains(shapely.Point(ward.label_lon, ward.label_lat))
    assert drawn.bounds == (-3.1, 53.7, -2.9, 53.9)


def test_layer_belongs_to_no_layer_control():
    layer = HexLayer(hex_payload(hex_cells()))
    assert not layer.control
    assert layer.overlay
