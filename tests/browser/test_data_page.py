"""Does the analyst come from messy files to a snapshot in the browser, with nothing in the way?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from pyproj import Transformer

from geo.periods import month_range
from tests.browser.conftest import PHONE, PROJECTOR, Server, Visitor
from tests.browser.test_app import SMALL_TEXT, UPLOADER, settled
from tests.places import EDGES, MIDDLE, add_town, steady, store, workspace

if TYPE_CHECKING:
    from pathlib import Path

Visit = Callable[..., Visitor]

LON, LAT = EDGES.centroid.x, EDGES.centroid.y
EAST, NORTH = (
    round(xy) for xy in Transformer.from_crs(4326, 27700, always_xy=True).transform(LON, LAT)
)
LOG = f"""Report: ASB logs,,,,,
Log No,Date Time Created,NSIR Closing,Location Text,Easting,Northing
Q-1,14/05/2024 21:14,ASB - Rowdy or inconsiderate,QUAY ST,{EAST},{NORTH}
Q-2,15/05/2062 11:05,ASB - Rowdy or inconsiderate,QUAY ST,{EAST},{NORTH}
Q-3,16/05/2024 14:20,ASB - Street drinking,QUAY ST,{NORTH},{EAST}
Q-4,17/05/2024 19:15,ASB-99,QUAY ST,{EAST},{NORTH}
Total,4,,,,
"""
REQUESTS = f"""Service Request Ref,Date Received,SR Type,Latitude,Longitude,Complainant
R-1,13/05/2024,Fly-tipping,{LAT:.4f},{LON:.4f},A PERSON
R-2,14/05/2024,Graffiti,{LAT:.4f},{-LON:.4f},A PERSON
"""
HEADINGS = "Opened on,Kind of case,Grid_East,OS North,Notes"
FILES = {"storm.csv": LOG, "council.csv": REQUESTS}
RUNNING = """() => document.querySelector('[data-testid="stApp"]')
  .getAttribute('data-test-script-state') === 'notRunning'"""
DARK = """() => getComputedStyle(document.querySelector('[data-testid="stApp"]'))
  .backgroundColor === 'rgb(16, 23, 30)'"""
PATIENCE_MS = 30_000
NARROW = "() => document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def quay_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a small town and two years of its open data."""
    folder = tmp_path_factory.mktemp("quay")
    ws = workspace(folder / "home")
    add_town(ws, folder / "files")
    store(ws, steady(month_range("2022-07", "2024-06"), hot=(MIDDLE,)))
    ws.close()
    return folder / "home"


@pytest.fixture(scope="module")
def quay_server(start_server: Callable[[Path], Server], quay_home: Path) -> Server:
    """Return a server of the small town."""
    return start_server(quay_home)


def opened(visit: Visit, server: Server, **options: object) -> Visitor:
    visitor = visit(**options)
    visitor.page.goto(f"{server.address}/import_data")
    quiet(visitor.page)
    return visitor


def quiet(page: Page) -> None:
    """Wait until the page is drawn and nothing runs any more."""
    settled(page)
    page.wait_for_function(RUNNING)


def drop(page: Page, files: dict[str, str]) -> None:
    """Drop files into the box and load them."""
    page.locator("input[type=file]").first.set_input_files(
        [
            {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
            for name, text in files.items()
        ]
    )
    page.locator(".st-key-load button:enabled").click()
    page.get_by_role("heading", name=re.compile("^(What became|Nothing has changed)")).wait_for()
    quiet(page)


def group(page: Page, code: str) -> Locator:
    return page.locator(f"[class*='st-key-held-'][class*='-{code}-']")


def says(page: Page, title: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title, timeout=PATIENCE_MS)
    quiet(page)


def faults_of(page: Page) -> list[tuple[str, str]]:
    return [
        (fault["id"], node["html"][:200])
        for fault in Axe().run(page)["violations"]
        for node in fault["nodes"]
        if UPLOADER not in node["html"]
    ]


def held_rows_can_be_read_everywhere(page: Page) -> None:
    """Check the page with rows that wait: in both themes, from the back row, on a phone."""
    assert page.evaluate(SMALL_TEXT) == []
    assert faults_of(page) == []
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(DARK)
    quiet(page)
    assert faults_of(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    quiet(page)
    buttons = page.locator("[class*='st-key-held-'] button")
    assert buttons.count() >= 10
    assert all(buttons.nth(i).bounding_box()["height"] >= 43.5 for i in range(buttons.count()))
    assert page.evaluate(NARROW) <= PHONE["width"]
    page.set_viewport_size(PROJECTOR)
    quiet(page)


def test_messy_files_become_a_snapshot_that_opens_again(visit, quay_server):
    visitor = opened(visit, quay_server)
    page = visitor.page
    says(page, "Every row is accounted for")
    drop(page, FILES)
    says(page, "4 rows of 2 files wait for your answer")
    expect(page.get_by_role("button", name="Publish a snapshot")).to_be_disabled()
    expect(page.get_by_text("A PERSON")).to_have_count(0)
    held_rows_can_be_read_everywhere(page)

    group(page, "T03").get_by_role("button", name="Take the proposal").click()
    says(page, "3 rows of 2 files wait for your answer")
    expect(page.get_by_text("1 more row of storm.csv now counts")).to_be_visible(
        timeout=PATIENCE_MS
    )
    group(page, "G02").get_by_role("button", name="Take the proposal").click()
    says(page, "2 rows of 2 files wait for your answer")
    group(page, "K01").get_by_role("combobox").fill("Anti-social")
    page.get_by_role("option", name="Anti-social behaviour").click()
    group(page, "K01").get_by_role("button", name="Set this type").click()
    says(page, "1 row of 1 file waits for your answer")
    group(page, "G03").get_by_role("button", name="Take the proposal").click()
    says(page, "Every row is accounted for")

    page.get_by_role("button", name="Publish a snapshot").click()
    expect(page.get_by_text("Published: Tactical assessment")).to_be_visible(timeout=PATIENCE_MS)
    quiet(page)
    page.get_by_role("button", name="Open Tactical assessment").click()
    says(page, re.compile("^Tactical assessment"))
    expect(page.get_by_role("button", name="Back to all data")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("cell", name="Quay Street", exact=True)).to_be_visible(
        timeout=PATIENCE_MS
    )
    other = visit()
    other.page.goto(page.url)
    expect(other.page.get_by_role("cell", name="Quay Street", exact=True)).to_be_visible(
        timeout=PATIENCE_MS
    )
    page.get_by_role("button", name="Back to all data").click()
    says(page, "Every row is accounted for")

    hosts = {urlparse(url).hostname for url in visitor.requests if not url.startswith("data:")}
    assert hosts <= {"localhost", None}
    assert visitor.faults == []


def test_columns_of_an_unknown_file_are_named_once(visit, quay_server):
    page = opened(visit, quay_server).page
    text = f"{HEADINGS}\n01/0%d/2024 10:00,Noise,{EAST},{NORTH},x\n"
    page.locator("input[type=file]").first.set_input_files(
        {"name": "housing.csv", "mimeType": "text/csv", "buffer": (text % 4).encode()}
    )
    page.locator(".st-key-load button:enabled").click()
    says(page, "Say what the columns of housing.csv hold")
    expect(page.get_by_text("Refused as personal, and not offered: Notes.")).to_be_visible(
        timeout=PATIENCE_MS
    )
    page.get_by_role("textbox", name="What people call these files").fill("Housing cases")
    page.keyboard.press("Tab")
    for label, heading in (
        ("Date and time it was reported", "Opened on"),
        ("Type of incident", "Kind of case"),
    ):  # easting and northing are proposed rightly
        quiet(page)
        page.get_by_role("combobox", name=re.compile(label)).first.fill(heading)
        page.get_by_role("option", name=heading).click()
    quiet(page)
    page.get_by_role("button", name="Remember this and load the file").click()
    says(page, "Every row is accounted for")
    drop(page, {"housing-may.csv": text % 5})
    says(page, "Every row is accounted for")
    expect(page.get_by_text("1 row read:")).to_be_visible(timeout=PATIENCE_MS)
