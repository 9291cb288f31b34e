"""Registering an intervention on the map, and reading its result, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, PROJECTOR
from tests.browser.test_app import SMALL_TEXT, UPLOADER, map_frame, opened, settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Server, Visitor

    Visit = Callable[..., Visitor]

MOVED = "results?intervention=evening-patrols-oakum-street"
NOT_DELIVERED = "results?intervention=joint-weekend-patrols-juniper-avenue"
FORM = "results?task=register"
OF_HOTSPOT = """rank => {
  let found;
  map.eachLayer(l => { if (l.feature && l.feature.properties.hotspot === rank) found = l; });
  const at = map.latLngToContainerPoint(found.getBounds().getCenter());
  return [at.x, at.y];
}"""


def click_hotspot(page: Page, rank: int) -> None:
    """Click a hexagon of a hotspot on the map of the form."""
    frame = map_frame(page, "pickmap")
    x, y = frame.evaluate(OF_HOTSPOT, rank)
    box = page.locator(".st-key-pickmap iframe").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x, box["y"] + y)


def test_list_says_what_came_of_the_four_of_the_sample_town(
    visit: Visit, town_server: Server
) -> None:
    page = opened(visit, town_server, "results").page
    for word in ("Not delivered", "No clear effect", "Nearby streets improved too", "Moved nearby"):
        expect(page.locator(".stMarkdownBadge", has_text=word).first).to_be_visible()
    page.get_by_role("button", name="Evening patrols, Oakum Street").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("moved next door")


def test_zones_are_painted_with_their_differences(visit: Visit, town_server: Server) -> None:
    visitor = opened(visit, town_server, MOVED)
    frame = map_frame(visitor.page, "zonemap")
    numbers = frame.locator(".hb-num span")
    texts = numbers.all_inner_texts()
    assert sum(text.startswith("\u2212") for text in texts) >= 4
    assert numbers.first.is_visible()
    edges = frame.evaluate(
        """() => Array.from(map.getPane('hexbeat-outlines').querySelectorAll('path'))
        .map(path => [path.getAttribute('stroke'), path.getAttribute('stroke-dasharray')])"""
    )
    assert edges[1:] == [["#993404", "9 6"], ["#ffffff", None], ["#12436d", None]]
    assert visitor.faults == []


def test_registering_by_clicking_a_hotspot_leads_to_a_result(
    visit: Visit, town_server: Server
) -> None:
    page = opened(visit, town_server, FORM).page
    click_hotspot(page, 1)
    expect(page.get_by_text("A fall of 30% would probably")).to_be_visible()
    page.get_by_label("Title", exact=True).fill("Lamps mended, market")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Register it").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Lamps mended, market is in the register")
    page.get_by_role("button", name="Open the result").click()
    expect(heading).to_have_text("Too early to say whether it worked, or moved")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["results", MOVED, NOT_DELIVERED, FORM])
def test_results_have_no_accessibility_faults(
    visit: Visit, town_server: Server, path: str, theme: str
) -> None:
    page = opened(visit, town_server, path, color_scheme=theme).page
    page.wait_for_timeout(2000)
    found = [
        (fault["id"], node["html"][:200])
        for fault in Axe().run(page)["violations"]
        for node in fault["nodes"]
        if UPLOADER not in node["html"]
    ]
    assert found == []


@pytest.mark.parametrize("path", ["results", MOVED, NOT_DELIVERED, FORM])
def test_results_fit_a_phone_and_are_read_from_the_back_row(
    visit: Visit, town_server: Server, path: str
) -> None:
    page = opened(visit, town_server, path, size=PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    wide = opened(visit, town_server, path, size=PROJECTOR).page
    settled(wide)
    assert wide.evaluate(SMALL_TEXT) == []
