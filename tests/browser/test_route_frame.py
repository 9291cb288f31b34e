"""The map of routes in a real browser: side by side, apart, clear of each other, and harmless."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from shapely.geometry import box, mapping
from streamlit_folium import _get_feature_group_string, _get_map_string

from geo.viz.mapkit import STATIC, MapArea
from geo.viz.route_map import BaseMark, RouteLine, RouteMapSpec, StopMark, route_map
from tests.browser.test_map_frame import EVIL, PAGE, PHONE, WIDE, site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

__all__ = ["site"]

TOWN = box(-2.03, 53.49, -1.97, 53.52)
STREET = [[-2.01, 53.50], [-2.0, 53.50], [-2.0, 53.51]]
"""Both crews walk this way."""
BASE = BaseMark("Base", -2.01, 53.50, ("Police station",))
ROUND = {
    "type": "MultiLineString",
    "coordinates": [STREET, [[-2.0, 53.51], [-1.99, 53.51]], [[-1.99, 53.51], [-2.01, 53.50]]],
}
BOXES = """() => ['stop-v', 'stop-x', 'crew', 'base'].flatMap(kind =>
  [...document.querySelectorAll('.hb-' + kind)].filter(part => part.style.opacity !== '0')
  .map(part => { const r = part.getBoundingClientRect();
    return {kind, left: r.left, right: r.right, top: r.top, bottom: r.bottom}; }))"""
NAMES = """() => [...document.querySelectorAll('.hb-place')]
  .filter(part => part.style.visibility !== 'hidden').map(part => {
    const r = part.firstChild.getBoundingClientRect();
    return {kind: 'name', left: r.left, right: r.right, top: r.top, bottom: r.bottom}; })"""
FIRST_LEG = """letter => document.querySelector('.hb-routes [data-crew=' + letter + ']')
  .getAttribute('d').match(/-?[\\d.]+ -?[\\d.]+/g).map(pair => pair.split(' ').map(Number))"""


def stop(number: int, lon: float, lat: float, name: str = "", kind: str = "visited") -> StopMark:
    words = name or f"Street {number}"
    return StopMark(number, words, lon, lat, kind, (f"{number}. {words}", EVIL))


SPEC = RouteMapSpec(
    MapArea(mapping(TOWN), (), EVIL, EVIL, TOWN.bounds),
    (RouteLine("A", ROUND, (EVIL, "17:00")), RouteLine("B", ROUND, ("B",))),
    (stop(1, -2.0, 53.51, EVIL[:24]), stop(2, -1.99, 53.51), stop(3, -1.985, 53.5, "", "left_out")),
    (BASE,),
)
CROWD = replace(
    SPEC, stops=tuple(stop(i, -2.0 + i * 1e-5, 53.505 + (i % 3) * 1e-5) for i in range(1, 31))
)


@pytest.fixture
def opened(site: tuple[Path, str], browser: Browser) -> Iterator[Callable[..., Page]]:
    root, address = site
    pages = []

    def show(*views: RouteMapSpec, size: dict[str, int] | None = None) -> Page:
        texts, base_text = [], ""
        for view in views:
            base, group = route_map(view)
            base.render()
            base_text = base_text or _get_map_string(base)
            texts.append(_get_feature_group_string(group, base))
        parts = {"static": STATIC, "base": base_text, "views": json.dumps(texts)}
        (root / "component/map/routes.html").write_text(PAGE % parts)
        page = browser.new_page(viewport=size or WIDE)
        page.faults = []
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.goto(f"{address}/component/map/routes.html")
        page.wait_for_timeout(600)
        pages.append(page)
        return page

    yield show
    for page in pages:
        page.close()


def overlaps(boxes: list[dict]) -> list[tuple[str, str]]:
    return [
        (a["kind"], b["kind"])
        for a, b in combinations(boxes, 2)
        if a["left"] < b["right"] - 1
        and b["left"] < a["right"] - 1
        and a["top"] < b["bottom"] - 1
        and b["top"] < a["bottom"] - 1
    ]


def test_crews_on_one_street_walk_five_pixels_apart(opened):
    page = opened(SPEC)
    one, two = page.evaluate(FIRST_LEG, "A"), page.evaluate(FIRST_LEG, "B")
    assert one[0][0] == pytest.approx(two[0][0], abs=0.3)
    assert abs(one[0][1] - two[0][1]) == pytest.approx(5, abs=0.3)
    assert abs(one[-1][0] - two[-1][0]) == pytest.approx(5, abs=0.3)
    assert page.faults == []


@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize("view", [SPEC, CROWD])
def test_no_disc_letter_base_or_name_covers_another(opened, view, size):
    page = opened(view, size=size)
    marks = [one for one in page.evaluate(BOXES) if "stop" not in one["kind"]]
    names = page.evaluate(NAMES)
    assert overlaps([*marks, *names]) == []
    rings = [one for one in page.evaluate(BOXES) if "stop" in one["kind"]]
    assert all(overlaps([one, ring]) == [] for one in [*marks, *names] for ring in rings)
    middles = [((a["left"] + a["right"]) / 2, (a["top"] + a["bottom"]) / 2) for a in rings]
    least = min(
        ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in combinations(middles, 2)
    )
    assert least >= rings[0]["right"] - rings[0]["left"] - 1
    assert page.faults == []


def test_names_and_tips_from_the_data_run_nothing(opened):
    page = opened(SPEC)
    page.locator(".hb-stop-v").first.hover()
    page.wait_for_timeout(300)
    assert page.locator(".hb-tip").count() == 1
    assert page.evaluate("window.broken") is None
    assert page.locator(".hb-place", has_text="<img").count() == 1


def test_another_day_leaves_nothing_of_the_first_behind(opened):
    page = opened(SPEC, replace(SPEC, routes=SPEC.routes[:1], stops=SPEC.stops[1:]))
    page.evaluate("show(1)")
    page.wait_for_timeout(300)
    assert page.locator(".hb-crew").all_inner_texts() == ["A"]
    assert page.locator(".hb-stop-v").all_inner_texts() == ["2"]
    assert page.locator(".hb-place").all_inner_texts() == ["Street 2", "Street 3"]
    assert page.locator(".hb-routes").count() == 1


def test_routes_follow_when_the_map_is_zoomed(opened):
    page = opened(SPEC)
    before = page.evaluate(FIRST_LEG, "A")
    page.evaluate("map.setZoom(map.getZoom() + 1, {animate: false})")
    page.wait_for_timeout(300)
    after = page.evaluate(FIRST_LEG, "A")
    wide = [abs(leg[0][0] - leg[1][0]) for leg in (before, after)]
    assert wide[1] == pytest.approx(2 * wide[0], rel=0.05)
    other = page.evaluate(FIRST_LEG, "B")
    assert abs(after[0][1] - other[0][1]) == pytest.approx(5, abs=0.3)
