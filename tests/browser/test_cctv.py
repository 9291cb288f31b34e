"""The CCTV page in a real browser: a map that stays, and every part open to everybody."""

from __future__ import annotations

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, PROJECTOR
from tests.browser.test_app import SMALL_TEXT, UPLOADER, VIEW, map_frame, opened, settled

PARTS = ("Coverage", "Register", "Where next", "Impact")


def test_the_hour_moves_and_the_map_stays(visit, town_server):
    page = opened(visit, town_server, "cctv").page
    frame = map_frame(page, "cctvmap")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Friday 22:00: cameras see")
    frame.evaluate("() => { window.__same = 1; map.setZoom(map.getZoom() + 1); }")
    page.wait_for_timeout(600)
    before = frame.evaluate(VIEW)
    page.get_by_role("slider").first.press("ArrowRight")
    expect(heading).to_contain_text("Friday 23:00")
    settled(page)
    assert frame.evaluate("() => window.__same") == 1
    assert frame.evaluate(VIEW) == pytest.approx(before)


def test_nothing_of_cameras_is_asked_off_the_machine(visit, town_server):
    visitor = opened(visit, town_server, "cctv")
    map_frame(visitor.page, "cctvmap")
    away = [u for u in visitor.requests if not u.startswith(("data:", "blob:"))]
    assert all(
        u.startswith((town_server.address, town_server.address.replace("http", "ws"))) for u in away
    )
    assert visitor.faults == []


@pytest.mark.parametrize("part", PARTS)
def test_a_part_fits_a_phone(visit, town_server, part):
    options = {"size": PHONE, "has_touch": True, "is_mobile": True}
    page = opened(visit, town_server, f"cctv?part={part}", **options).page
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("part", PARTS)
def test_a_part_has_no_accessibility_fault(visit, town_server, part, scheme):
    page = opened(visit, town_server, f"cctv?part={part}", color_scheme=scheme).page
    found = [
        (fault["id"], node["html"][:200])
        for fault in Axe().run(page)["violations"]
        for node in fault["nodes"]
        if UPLOADER not in node["html"]
    ]
    assert found == []


def test_coverage_can_be_read_from_the_back_row(visit, town_server):
    page = opened(visit, town_server, "cctv", size=PROJECTOR).page
    assert page.evaluate(SMALL_TEXT) == []
