"""Does Home say the finding, and lead on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    from tests.pages import fakes

    OpenApp = Callable[..., AppTest]


def test_home_opens_with_the_finding_and_five_cards(open_app: OpenApp) -> None:
    app = open_app("home")
    assert app.title[0].value.startswith("Sandport is within normal variation, but")
    names = [one.value for one in app.subheader]
    assert names[0] == "1. Queen Street"
    assert names[1] == "2. \\<b\\>Pier\\_Head\\</b\\>"
    assert len(names) == 5
    assert len(app.get("vega_lite_chart")) == 5


def test_card_shows_one_number_or_says_why_none(open_app: OpenApp) -> None:
    shown = [one.value for one in open_app("home").markdown]
    assert "**20 fewer** than the year before" in shown
    assert "**As many** as the year before" in shown
    assert "**10 more** than the year before" in shown
    assert "Too few reports to compare" in shown


def test_cards_link_to_hotspots_of_the_same_month(open_app: OpenApp) -> None:
    links = open_app("home").get("page_link")
    first = next(one.proto for one in links if one.proto.label == "Open Queen Street")
    assert first.query_string == "hotspot=spot-1&to=2024-06"


@pytest.mark.parametrize(
    ("hotspots", "words"),
    [(0, "See the map"), (1, "See the hotspot on the map"), (6, "See all six hotspots")],
)
def test_way_to_the_map_says_how_many(
    hotspots: int, words: str, town: fakes.Town, open_app: OpenApp
) -> None:
    town.hotspots = hotspots
    app = open_app("home")
    assert words in [one.proto.label for one in app.get("page_link")]
    none = any("No place is a hotspot now" in one.value for one in app.markdown)
    assert none == (hotspots == 0)


def test_missing_months_are_named(open_app: OpenApp) -> None:
    captions = [one.value for one in open_app("home").caption]
    assert any("no data for September and October 2022" in text for text in captions)


def test_home_without_area_leads_to_data(town: fakes.Town, open_app: OpenApp) -> None:
    town.areas = ()
    app = open_app("home")
    assert app.title[0].value == "No reports are loaded yet"
    assert "import_data" in app.get("page_link")[0].proto.page


def test_expected_fault_is_explained_and_nothing_else_shown(
    town: fakes.Town, open_app: OpenApp
) -> None:
    town.fault = GeoError("The data set <b>is</b> damaged.", "Load June 2024 again.")
    app = open_app("home")
    assert app.error[0].value == (
        "**The data set \\<b\\>is\\</b\\> damaged\\.** Load June 2024 again\\."
    )
    assert [one.value for one in app.title] == ["This cannot be shown"]
    assert not app.exception


def test_unexpected_fault_reaches_streamlit_and_shows_no_data(
    town: fakes.Town, open_app: OpenApp
) -> None:
    town.fault = ZeroDivisionError("row 7")
    shown = open_app("home", fails=True).exception[0].value
    assert "redacted" in shown
    assert "row 7" not in shown


def test_home_never_calls_it_a_finding_when_nothing_could_be_judged(
    town: fakes.Town, open_app: OpenApp
) -> None:
    town.hotspots, town.unjudged = 0, "Hotspots need 12 months with data, and 1 was seen."
    words = " ".join(one.value for one in open_app("home").markdown)
    assert "**Hotspots cannot be judged yet.** Hotspots need 12 months" in words
    assert "a finding" not in words
