"""The map's frame in a real browser, with the scripts that streamlit-folium would send."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import h3
import pytest
from playwright.sync_api import Browser, Page
from shapely.geometry import box, mapping, shape
from streamlit_folium import _get_feature_group_string, _get_map_string
from xstatic.pkg import leaflet

from geo.hexagons import encode_rings, outline
from geo.viz.mapkit import (
    STATIC,
    HexCells,
    HexMapSpec,
    HotspotMark,
    MapArea,
    WardShape,
    hotspot_map,
    padded_bounds,
)

EVIL = '<img src=x onerror="window.broken=1"></script><script>window.broken=1</script>'
CENTRE = h3.latlng_to_cell(53.82, -3.04, 9)
CELLS = tuple(sorted(h3.grid_disk(CENTRE, 8)))
SPOTS = tuple(h3.grid_disk(cell, 1) for cell in sorted(h3.grid_ring(CENTRE, 4))[:3])
NAMES = ("Queen Street", EVIL[:24], "Bank Hey Street")
LAND = padded_bounds([outline(CELLS)], share=0)
OWNERS = tuple(
    next((rank for rank, spot in enumerate(SPOTS, 1) if cell in spot), 0) for cell in CELLS
)
WARDS = tuple(
    WardShape(f"Ward {i}", mapping(box(-3.06, 53.79, -3.02, 53.85)), 53.8 + i * 0.004, -3.04)
    for i in range(11)
)
WIDE = {"width": 1400, "height": 700}
PHONE = {"width": 328, "height": 320}

PAGE = """<!doctype html><html lang="en"><head><title>Component</title>
<link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, maximum-scale=1.0, user-scalable=no">
<link rel="stylesheet" href="%(static)svendor/leaflet/leaflet.css"></head>
<body><div id="map_div" style="height:700px"></div>
<script src="%(static)svendor/leaflet/leaflet.js"></script>
<script>%(base)s; window.map = map_div; window.feature_group = [];</script>
<script>
const views = %(views)s;
window.reported = [];
window.show = function (i) {
  feature_group.forEach(group => map.removeLayer(group));
  eval(views[i]);
  feature_group.at(-1).on('click', e => reported.push(e.layer.toGeoJSON().properties));
};
show(0);
</script></body></html>"""

Opened = Callable[..., Page]


def spec(*, chosen: int = 1, no_data: bool = False, **changes: object) -> HexMapSpec:
    area = MapArea(mapping(box(*LAND)), WARDS, EVIL, EVIL, LAND)
    tips = tuple((EVIL if i % 2 else "Place", f"{i} reports") for i, _ in enumerate(CELLS))
    classes = ("6" if no_data else "3") * len(CELLS)
    marks = []
    for rank, (cells, name) in enumerate(zip(SPOTS, NAMES, strict=True), 1):
        line = outline(cells)
        at = shape(line).representative_point()
        marks.append(HotspotMark(rank, name, line, at.x, at.y, chosen=rank == chosen))
    cells = HexCells(encode_rings(CELLS), classes, tips, OWNERS)
    return replace(HexMapSpec(area, cells, () if no_data else tuple(marks)), **changes)


def page_of(*views: HexMapSpec) -> str:
    texts, base_text = [], ""
    for view in views:
        base, group = hotspot_map(view)
        base.render()
        base_text = base_text or _get_map_string(base)
        texts.append(_get_feature_group_string(group, base))
    # As a script inside a page, where `</` would end it; streamlit-folium's own way is laxer.
    return PAGE % {"static": STATIC, "base": base_text, "views": json.dumps(texts)}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    root = tmp_path_factory.mktemp("site")
    vendor = root / "app/static/vendor/leaflet"
    vendor.mkdir(parents=True)
    for name in ("leaflet.js", "leaflet.css"):
        (vendor / name).write_bytes((Path(leaflet.BASE_DIR) / name).read_bytes())
    (root / "component/map").mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield root, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def opened(browser: Browser, site: tuple[Path, str]) -> Iterator[Opened]:
    root, address = site
    contexts = []

    def opening(*views: HexMapSpec, viewport: dict[str, int] = WIDE, touch: bool = False) -> Page:
        context = browser.new_context(viewport=viewport, has_touch=touch, is_mobile=touch)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.on("console", lambda m: page.faults.append(m.text) if m.type == "error" else None)
        page.on(
            "request",
            lambda r: None if r.url.startswith(address) else page.faults.append(r.url),
        )
        (root / "component/map/index.html").write_text(page_of(*views), encoding="utf-8")
        page.goto(f"{address}/component/map/index.html")
        page.wait_for_timeout(300)
        return page

    yield opening
    for context in contexts:
        context.close()


def pixel(page: Page, cell: int) -> tuple[float, float]:
    x, y = page.evaluate(
        """cell => { let found; map.eachLayer(l => { if (l.hexbeat === cell) found = l; });
        const at = map.latLngToContainerPoint(found.getBounds().getCenter());
        return [at.x, at.y]; }""",
        cell,
    )
    return x, y


def visible(page: Page, kind: str) -> list[dict[str, float | str]]:
    return page.evaluate(
        """kind => Array.from(document.querySelectorAll(kind + ' span'))
        .filter(e => getComputedStyle(e).visibility === 'visible')
        .map(e => { const r = e.getBoundingClientRect(); return {text: e.textContent,
          left: r.left, right: r.right, top: r.top, bottom: r.bottom}; })""",
        kind,
    )


def test_map_fills_its_frame_and_is_named_when_opened(opened):
    page = opened(spec())
    facts = page.evaluate(
        """() => ({title: document.title, role: map.getContainer().getAttribute('role'),
        label: map.getContainer().getAttribute('aria-label'),
        view: document.querySelector('meta[name=viewport]').content,
        zoom: document.querySelector('.leaflet-control-zoom-in').offsetHeight,
        scale: document.querySelector('.leaflet-control-scale').textContent,
        size: [map.getSize().x, map.getSize().y, document.documentElement.scrollHeight]})"""
    )
    assert facts["title"] == EVIL
    assert facts["role"] == "region"
    assert facts["label"].startswith(f"{EVIL}. Arrow keys pan")
    assert "user-scalable" not in facts["view"]
    assert facts["zoom"] >= 44
    assert facts["scale"].endswith("m")
    assert facts["size"] == [1400, 700, 700]


def test_text_from_the_data_is_shown_as_text_and_nothing_leaves_the_server(opened):
    page = opened(spec())
    page.mouse.move(*pixel(page, 1))
    assert page.locator(".hb-tip").inner_text() == f"{EVIL}\n1 reports"
    assert EVIL in page.locator(".leaflet-control-attribution").inner_text()
    assert NAMES[1] in page.locator(".hb-call").nth(1).inner_text()
    assert page.evaluate("window.broken") is None
    assert page.faults == []


def test_click_reports_position_and_hotspot_every_time(opened):
    page = opened(spec())
    cell = OWNERS.index(2)
    for _ in range(2):
        page.mouse.click(*pixel(page, cell))
        page.wait_for_timeout(600)
    first, second = page.evaluate("reported")
    assert (first["cell"], first["hotspot"]) == (cell, 2)
    assert second["click"] > first["click"]


def test_click_on_a_name_counts_as_a_click_on_its_hotspot(opened):
    page = opened(spec())
    page.locator(".hb-call", has_text="Bank Hey Street").locator("span").click()
    (report,) = page.evaluate("reported")
    assert report["hotspot"] == 3
    assert OWNERS[report["cell"]] == 3


def test_names_touch_nothing_and_stand_beside_the_town(opened):
    page = opened(spec())
    calls, wards = visible(page, ".hb-call"), visible(page, ".hb-ward")
    west = page.evaluate("west => map.latLngToContainerPoint([53.82, west]).x", LAND[0])
    assert [call["text"].lstrip("123") for call in calls] == list(NAMES)
    assert all(call["right"] < west for call in calls)
    assert 0 < len(wards) <= len(WARDS)
    boxes = calls + wards
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart = a["right"] <= b["left"] or b["right"] <= a["left"]
            assert apart or a["bottom"] <= b["top"] or b["bottom"] <= a["top"], (a, b)


def test_change_of_view_keeps_position_and_leaves_nothing_behind(opened):
    page = opened(spec(), spec(no_data=True), spec(chosen=2))
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(500)
    before = page.evaluate("[map.getZoom(), map.getCenter().lat, map.getCenter().lng]")
    layers = page.evaluate("Object.keys(map._layers).length")
    page.evaluate("show(1)")
    assert page.locator(".hb-call, .hb-pin, .hb-dot").count() == 0
    page.evaluate("show(2)")
    page.evaluate("show(0)")
    assert page.evaluate("Object.keys(map._layers).length") == layers
    assert page.evaluate("[map.getZoom(), map.getCenter().lat, map.getCenter().lng]") == before
    assert page.locator("canvas").count() == 1
    assert page.faults == []


def test_chosen_hotspot_is_outlined_last(opened):
    page = opened(spec(chosen=2))
    strokes = page.evaluate(
        """() => Array.from(map.getPane('hexbeat-outlines').querySelectorAll('path'))
        .map(path => path.getAttribute('stroke') + path.getAttribute('stroke-width'))"""
    )
    assert strokes == ["#ffffff5"] * 2 + ["#0b0c0c2.6"] * 2 + ["#ffffff10", "#12436d6"]


def test_view_follows_the_size_until_the_map_is_moved(opened):
    page = opened(spec())
    first = page.evaluate("map.getZoom()")
    page.set_viewport_size({"width": 1400, "height": 400})
    page.wait_for_timeout(300)
    smaller = page.evaluate("map.getZoom()")
    assert smaller < first
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(500)
    page.set_viewport_size(WIDE)
    page.wait_for_timeout(300)
    assert page.evaluate("map.getZoom()") == pytest.approx(smaller + 0.5)


def test_focus_moves_the_view_only_when_it_differs(opened):
    near = padded_bounds([outline(SPOTS[0])])
    page = opened(spec(focus=near), spec(focus=near, chosen=2), spec())
    close = page.evaluate("map.getZoom()")
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(500)
    page.evaluate("show(1)")
    assert page.evaluate("map.getZoom()") == pytest.approx(close + 0.5)
    page.evaluate("show(2)")
    assert page.evaluate("map.getZoom()") < close - 1


def test_phone_shows_pins_or_dots_and_no_names(opened):
    page = opened(spec(), viewport=PHONE, touch=True)
    assert visible(page, ".hb-call") == []
    assert visible(page, ".hb-ward") == []
    pins, dots = visible(page, ".hb-pin"), visible(page, ".hb-dot")
    assert "1" in [pin["text"] for pin in pins]
    assert len(pins) + len(dots) == 3


def touches(page: Page, *paths: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """Move one finger a path, all at once."""
    session = page.context.new_cdp_session(page)
    steps = 6
    for step in range(steps + 1):
        points = [
            {"x": x + (x2 - x) * step / steps, "y": y + (y2 - y) * step / steps, "id": i}
            for i, ((x, y), (x2, y2)) in enumerate(paths)
        ]
        kind = "touchMove" if step else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(30)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(400)


def test_phone_leaves_one_finger_to_the_page_and_moves_with_two(opened):
    page = opened(spec(), viewport=PHONE, touch=True)
    centre = "[map.getCenter().lat, map.getCenter().lng]"
    start = page.evaluate(centre)
    touches(page, ((160, 200), (160, 100)))
    assert page.evaluate(centre) == start
    touches(page, ((120, 200), (120, 120)), ((200, 200), (200, 120)))
    assert page.evaluate(centre)[0] < start[0]
    assert page.faults == []


def test_street_lines_and_names_come_by_address(opened, site):
    root, _ = site
    pack = {
        "lines": [[2, [5382000, -306000, 0, 4000]], [0, [5381900, -306000, 0, 4000]]],
        "labels": [[EVIL, 5382100, -304000, 10], ["Queen Street", 5381900, -304000, 0]],
    }
    (root / "app/static/streets.json").write_text(json.dumps(pack), encoding="utf-8")
    page = opened(spec(no_data=True, streets_url=f"{STATIC}streets.json"))
    page.wait_for_function("document.querySelectorAll('canvas').length === 2")
    assert visible(page, ".hb-street") == []
    page.evaluate("void map.setView([53.82, -3.04], 17, {animate: false})")
    assert {name["text"] for name in visible(page, ".hb-street")} == {EVIL, "Queen Street"}
    assert page.evaluate("window.broken") is None


def test_map_is_drawn_with_a_warning_when_street_lines_are_missing(opened):
    page = opened(spec(streets_url=f"{STATIC}absent.json"))
    assert page.locator(".hb-call").count() == 3
    assert all("404" in fault for fault in page.faults)
