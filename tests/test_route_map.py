"""Does the map of routes send what it must, and stay the same map from day to day?"""

from __future__ import annotations

import html
from dataclasses import replace
from urllib.parse import unquote

import pytest
from shapely.geometry import box, mapping

from geo.errors import GridError
from geo.viz.mapkit import MapArea
from geo.viz.route_map import (
    LEAST_DEG,
    BaseMark,
    RouteLine,
    RouteMapSpec,
    StopMark,
    crew_legend_html,
    crew_swatch,
    encode_legs,
    route_focus,
    route_legend_html,
    route_map,
    route_payload,
)

TOWN = box(-2.05, 53.47, -1.95, 53.53)
AREA = MapArea(mapping(TOWN), (), "Routes in Sandport", "Streets", TOWN.bounds)
LEGS = {
    "type": "MultiLineString",
    "coordinates": [[[-2.0, 53.5], [-2.0, 53.51]], [[-2.0, 53.51], [-1.99, 53.51], [-2.0, 53.5]]],
}
ROUTE = RouteLine("B", LEGS, ("B Police 2", "17:00 to 01:00"))
PIER = StopMark(1, "Pier <Head>", -2.0, 53.51, "visited", ("1. Pier <Head>", "2 visits"))
LEFT = StopMark(2, "Mill", -1.98, 53.505, "left_out", ("2. Mill", "Too far"))
BASE = BaseMark("Base", -2.0, 53.5, ("Police station",))


def spec(**changes) -> RouteMapSpec:
    return replace(RouteMapSpec(AREA, (ROUTE,), (PIER, LEFT), (BASE,)), **changes)


def test_payload_has_colour_and_dash_of_the_crew_and_kind_of_each_stop():
    sent = route_payload(spec())
    assert sent["routes"][0][:3] == ["B", "#993404", "18 5"]
    assert sent["stops"][0] == [53.51, -2.0, 1, "v", "Pier <Head>", ["1. Pier <Head>", "2 visits"]]
    assert sent["stops"][1][3] == "x"
    assert sent["bases"] == [[53.5, -2.0, "Base", ["Police station"]]]


def test_legs_are_kept_apart_and_no_way_is_nothing():
    both = encode_legs(LEGS)
    first = encode_legs({**LEGS, "coordinates": LEGS["coordinates"][:1]})
    assert both.startswith(first)
    assert len(both) > len(first)
    assert encode_legs(None) == ""


def test_focus_holds_every_stop_base_and_corner():
    west, south, east, north = route_focus(spec()) or pytest.fail("no focus")
    assert (west < -2.0, east > -1.98) == (True, True)
    assert (south < 53.5, north > 53.51) == (True, True)


def test_focus_of_one_stop_is_not_a_point_and_of_nothing_is_none():
    west, south, east, north = route_focus(RouteMapSpec(AREA, stops=(PIER,))) or (0, 0, 0, 0)
    assert east - west == pytest.approx(LEAST_DEG)
    assert north - south == pytest.approx(LEAST_DEG)
    assert route_focus(RouteMapSpec(AREA)) is None
    assert route_payload(RouteMapSpec(AREA))["focus"] is None


def test_base_map_stays_the_same_when_only_the_day_changes():
    one, _ = route_map(spec())
    other, _ = route_map(spec(routes=(), stops=(LEFT,)))
    same = [page.get_root().render().replace(page.get_name(), "map") for page in (one, other)]
    scripts = [text.split("hexbeat.start(", 1)[1].split("</script>")[0] for text in same]
    assert scripts[0].split(",", 1)[1] == scripts[1].split(",", 1)[1]


def test_buildings_from_elsewhere_are_refused():
    with pytest.raises(GridError, match="relative"):
        route_map(spec(buildings_url="https://elsewhere.example/b.json"))


def test_legend_is_escaped_and_explains_only_what_is_shown():
    assert html.escape("A Police <1>") in crew_legend_html([("A", "Police <1>")])
    assert "Not covered" not in route_legend_html()
    assert "Not covered" in route_legend_html(left_out=True)
    assert "another day" in route_legend_html(elsewhen=True)


def test_swatch_of_a_crew_has_its_colour_and_dash():
    drawing = unquote(crew_swatch("D"))
    assert 'stroke="#801650"' in drawing
    assert 'stroke-dasharray="3 5"' in drawing
