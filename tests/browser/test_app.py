"""The app as its users meet it: a real server, a real browser, the sample town or a real one."""

from __future__ import annotations

import calendar
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, WebSocket, expect

from tests.browser.conftest import PHONE, PROJECTOR, Server, Visitor

Visit = Callable[..., Visitor]

SCREENSHOT = Path(__file__).parents[2] / "docs" / "screenshot.png"
PAGES = ("", "hotspots", "hotspot", "results", "import_data", "about")
PAINTED = """() => {
  const canvas = document.querySelector('canvas.leaflet-zoom-animated');
  if (!canvas) return 0;
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = new Set();
  for (let i = 0; i < pixels.length; i += 400)
    if (pixels[i + 3] > 200) seen.add([pixels[i], pixels[i + 1], pixels[i + 2]].join());
  return seen.size;
}"""
UPLOADER = "stFileUploaderDropzone"
"""Streamlit's own markup, which a page cannot change: named in the accessibility statement."""
VIEW = "() => [map.getZoom(), map.getCenter().lat, map.getCenter().lng]"
SMALL_TEXT = """() => {
  const small = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), box = walk.currentNode.parentElement;
    if (!text || !box.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    if (box.closest('script, style, noscript, svg, [data-testid="stIconMaterial"]')) continue;
    const area = box.getBoundingClientRect(), size = parseFloat(getComputedStyle(box).fontSize);
    if (area.width > 1 && area.height > 1 && size < 17.95) small.push(size + ' ' + text);
  }
  return small;
}"""


def opened(visit: Visit, server: Server, path: str, **options: object) -> Visitor:
    """Open a page and wait until it has been drawn."""
    visitor = visit(**options)
    visitor.page.goto(f"{server.address}/{path}")
    settled(visitor.page)
    return visitor


def settled(page: Page) -> None:
    """Wait until a finding stands on the page and the script has ended."""
    page.locator("h1, h2").first.wait_for()
    page.wait_for_function("() => !document.querySelector('[data-testid=\"stStatusWidget\"]')")
    page.wait_for_function("() => !document.querySelector('[data-testid=\"stSkeleton\"]')")


def map_frame(page: Page, key: str = "map") -> Frame:
    """Return the frame of the map, once it is painted."""
    handle = page.locator(f".st-key-{key} iframe").element_handle()
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_function(f"() => ({PAINTED})() > 4")
    return frame


def test_no_request_leaves_the_machine(visit, town_server):
    visitor = opened(visit, town_server, "")
    for path in PAGES[1:]:
        visitor.page.goto(f"{town_server.address}/{path}")
        settled(visitor.page)
    hosts = {urlparse(url).hostname for url in visitor.requests if not url.startswith("data:")}
    assert hosts <= {"localhost", None}
    assert len(visitor.requests) > 50
    assert visitor.faults == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opened_first_on_a_cold_server_goes_through_sign_in(
    visit, start_server, town_home, path
):
    server = start_server(town_home)
    visitor = opened(visit, server, path)
    expect(visitor.page.get_by_text("OFFICIAL (demo)")).to_be_visible()
    expect(visitor.page.get_by_text("Signed in as")).to_be_visible()
    assert urlparse(visitor.page.url).path == f"/{path}"


def test_home_says_the_finding_before_any_picture(visit, town_server):
    page = opened(visit, town_server, "").page
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Saltmere")
    cards = page.locator("[class*='st-key-card-']")
    expect(cards).to_have_count(5)
    assert page.locator("iframe").count() == 0


def test_home_shows_fewer_than_12_numbers(visit, town_server):
    text = opened(visit, town_server, "").page.locator(".stMainBlockContainer").inner_text()
    months = "|".join(calendar.month_name[1:])
    text = re.sub(rf"(\d+ )?({months}) (\d{{4}})?", " ", text)
    text = re.sub(r"(?m)^\d+\. |hot in .* seen|\(\d+ days old\)|\b20\d\d\b", " ", text)
    assert len(re.findall(r"\d[\d,.%]*", text)) < 12


def test_the_map_is_painted_and_names_its_hotspots(visit, town_server):
    page = opened(visit, town_server, "hotspots").page
    frame = map_frame(page)
    names = page.locator("[class*='st-key-row-'] button p").all_inner_texts()
    assert names
    assert names[0].split(". ", 1)[1] in frame.locator("body").inner_text()


def test_choosing_in_the_list_keeps_frame_zoom_and_place(visit, town_server):
    page = opened(visit, town_server, "hotspots").page
    frame = map_frame(page)
    frame.evaluate("() => { window.__same = 1; map.setZoom(map.getZoom() + 1); }")
    page.wait_for_timeout(600)
    before = frame.evaluate(VIEW)
    page.locator("[class*='st-key-row-'] button").nth(2).click()
    expect(page.locator("[class*='st-key-row-on'] button p").first).to_contain_text("3. ")
    page.wait_for_timeout(600)
    assert frame.evaluate("() => window.__same") == 1
    assert frame.evaluate(VIEW) == pytest.approx(before)


def test_a_filter_keeps_the_frame_and_changes_the_map(visit, town_server):
    page = opened(visit, town_server, "hotspots").page
    frame = map_frame(page)
    frame.evaluate("() => { window.__same = 1; }")
    before = frame.evaluate(VIEW)
    page.get_by_text("Harm (indicative)").click()
    expect(page.locator(".hb-legend")).to_contain_text("Days of harm")
    page.wait_for_timeout(800)
    assert frame.evaluate("() => window.__same") == 1
    assert frame.evaluate(VIEW) == pytest.approx(before)
    assert "lens=" in page.url or "count=" in page.url


def test_a_click_on_the_map_chooses_in_the_list(visit, town_server):
    page = opened(visit, town_server, "hotspots").page
    frame = map_frame(page)
    frame.locator(".hb-call span").filter(has_text=re.compile(r"^\s*2\D")).first.click()
    expect(page.locator("[class*='st-key-row-on'] button p").first).to_contain_text("2. ")


def test_panning_and_zooming_cause_no_rerun(visit, town_server):
    visitor = visit()
    sent: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(len(frame)))

    visitor.page.on("websocket", listen)
    visitor.page.goto(f"{town_server.address}/hotspots")
    settled(visitor.page)
    frame = map_frame(visitor.page)
    visitor.page.wait_for_timeout(1500)
    before = len(sent)
    for _ in range(3):
        frame.evaluate("() => { map.panBy([80, 40], {animate: false}); }")
        visitor.page.wait_for_timeout(300)
    frame.evaluate("() => { map.zoomIn(1); }")
    visitor.page.wait_for_timeout(1000)
    assert len(sent) == before


def test_a_copied_link_restores_the_view(visit, town_server):
    page = opened(visit, town_server, "hotspots").page
    page.get_by_text("Harm (indicative)").click()
    expect(page.locator(".hb-legend")).to_contain_text("Days of harm")
    page.locator("[class*='st-key-row-'] button").nth(1).click()
    expect(page.locator("[class*='st-key-row-on'] button p").first).to_contain_text("2. ")
    name = page.locator("[class*='st-key-row-on'] button p").first.inner_text()
    other = visit()
    other.page.goto(page.url)
    settled(other.page)
    expect(other.page.locator(".hb-legend")).to_contain_text("Days of harm")
    expect(other.page.locator("[class*='st-key-row-on'] button p").first).to_have_text(name)


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_never_scrolls_sideways(visit, town_server, path):
    visitor = opened(visit, town_server, path, size=PHONE, has_touch=True, is_mobile=True)
    width = visitor.page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


@pytest.mark.parametrize("path", PAGES)
def test_text_can_be_read_from_the_back_row(visit, town_server, path):
    page = opened(visit, town_server, path, size=PROJECTOR).page
    assert page.evaluate(SMALL_TEXT) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_accessibility_fault(visit, town_server, path, scheme):
    page = opened(visit, town_server, path, color_scheme=scheme).page
    found = [
        (fault["id"], node["html"][:200])
        for fault in Axe().run(page)["violations"]
        for node in fault["nodes"]
        if UPLOADER not in node["html"]
    ]
    assert found == []


def test_touch_targets_are_large_enough_for_a_thumb(visit, town_server):
    visitor = opened(visit, town_server, "hotspots", size=PHONE, has_touch=True, is_mobile=True)
    rows = visitor.page.locator("[class*='st-key-row-'] button")
    assert all(rows.nth(i).bounding_box()["height"] >= 43.5 for i in range(rows.count()))


def test_a_missing_month_is_said_and_never_drawn_as_zero(visit, real_server):
    address = "hotspots?period=August+2020"
    page = opened(visit, real_server, address).page
    expect(page.get_by_text("No data for August 2020.").first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("No hotspots can be shown"))).to_be_visible()


def test_the_real_town_opens_on_names_that_people_know(visit, real_server):
    page = opened(visit, real_server, "hotspots").page
    map_frame(page)
    expect(page.get_by_text("1. Queen Street")).to_be_visible()
    expect(page.get_by_text("22 of 24 months seen").first).to_be_visible()
    assert not page.get_by_text(re.compile("89[0-9a-f]{13}")).count()


def test_the_picture_of_the_readme_is_of_this_app(visit, town_server, tmp_path, pytestconfig):
    page = opened(visit, town_server, "hotspots").page
    map_frame(page)
    page.wait_for_timeout(800)
    shot = tmp_path / "screenshot.png"
    page.screenshot(path=shot)
    assert shot.stat().st_size > 50_000
    if pytestconfig.getoption("--write-screenshot"):
        shutil.copy(shot, SCREENSHOT)
    assert SCREENSHOT.is_file()
