"""Does the CCTV page say what cameras see at the chosen hour, and what they do not?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from data.access import Role
from data.cctv_views import LEVEL_WORDS
from data.errors import DataError
from data.jobs import coverage_card
from tests.pages import cctv_fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    from tests.pages import fakes

    OpenApp = Callable[..., AppTest]

UNWATCHED = cctv_fakes.week(
    sentence="Most demand falls on Friday 20:00 to 00:00; nobody is watching at any time."
)


@pytest.fixture
def control(town: fakes.Town, monkeypatch: pytest.MonkeyPatch) -> cctv_fakes.Control:
    """Return the fake control room that the screens ask."""
    del town
    asked = cctv_fakes.Control()
    cctv_fakes.install(asked, monkeypatch)
    return asked


def text(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.info, *app.warning]
    return " ".join(one.value for one in shown).replace("\\", "")


def title(app: AppTest) -> str:
    return str(app.title[0].value).replace("\\", "")


def sent(app: AppTest, place: int = 0) -> dict[str, Any]:
    """Return what a map sends to the browser."""
    found: dict[str, Any] = json.loads(app.get("component_instance")[place].proto.json_args)
    return found


def test_card_says_the_hour_and_what_the_week_brings(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = open_app("cctv")
    assert title(app) == "Friday 22:00: cameras see 36% of demand; 24% is watched"
    shown = text(app)
    assert "**Over the week:** 39% of demand in view, 17% is watched." in shown
    assert "**Not working:** 1 of 3 cameras." in shown
    assert (
        "**Best move of 4 watched hours:** from Monday 17:00 to 21:00 to Saturday 22:00 to 02:00;"
        " watched rises from 17% to 20%."
    ) in shown
    assert control.asked[-1].hour == 118


def test_hour_comes_from_the_address_and_moves_with_the_slider(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = open_app("cctv", query={"hour": "Tuesday 06:00"})
    assert control.asked[-1].hour == 30
    app.select_slider[0].set_value("Tuesday 07:00").run()
    assert control.asked[-1].hour == 31
    assert title(app).startswith("Tuesday 07:00: cameras see")


def test_map_keeps_its_script_when_the_hour_changes(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = open_app("cctv")
    before = sent(app)
    control.changes = {"cameras": (cctv_fakes.mark("C1", "not_working"),)}
    app.select_slider[0].set_value("Tuesday 07:00").run()
    after = sent(app)
    assert before["script"] == after["script"]
    assert before["feature_group"] != after["feature_group"]
    assert before["returned_objects"] == []


def test_lists_show_three_rows_and_all_are_one_click_away(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    del control
    app = open_app("cctv")
    sizes = [len(one.value) for one in app.table if "Busiest" in one.value.columns]
    assert sizes == [3, 5, 1]
    assert "All 5 gaps" in [one.label for one in app.expander]
    assert "All 4 cameras that see little demand" in [one.label for one in app.expander]


def test_names_of_places_are_shown_letter_by_letter(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    del control
    app = open_app("cctv")
    gaps = next(one.value for one in app.table if "Busiest" in one.value.columns)
    assert gaps["Place"].iloc[0].startswith("\\<b\\>Quay\\_")
    assert "</b>" not in sent(app)["feature_group"]


def test_role_without_points_sees_classes_and_a_sentence_why(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    hidden = cctv_fakes.mark("C1", "watched", lon=None, lat=None, view=None)
    control.changes = {"cameras": (hidden,), "cameras_withheld": cctv_fakes.WITHHELD}
    app = open_app("cctv", role=Role.CHAIR)
    payload = sent(app)["feature_group"]
    assert '"cameras":[]' in payload
    assert '"views":[]' in payload
    assert cctv_fakes.WITHHELD in text(app)


def test_without_cameras_the_page_says_how_to_load_them(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    control.changes = {"cameras": (), "headline": "No camera is registered yet"}
    app = open_app("cctv")
    assert app.title[0].value == "No camera is registered yet"
    assert "A list of cameras with their places is enough to begin" in text(app)
    assert not app.get("component_instance")
    assert "can load one" in text(open_app("cctv", role=Role.NPT))


def test_month_only_data_say_what_is_missing_and_what_still_works(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    control.changes = {"week": None, "week_hidden": "These data give only the month."}
    app = open_app("cctv")
    assert "The hours are not shown" in [one.value for one in app.header]
    assert "These data give only the month. Places and yearly counts still work." in text(app)
    assert not app.get("vega_lite_chart")


def test_week_says_in_words_what_it_shows(control: cctv_fakes.Control, open_app: OpenApp) -> None:
    del control
    app = open_app("cctv")
    heads = [one.value.replace("\\", "") for one in app.header]
    assert "Most demand: Friday 20:00 to 00:00, 24% of it watched" in heads
    alt = app.get("vega_lite_chart")[0].proto.alt
    assert alt.endswith("Friday 22:00: 36% of demand recorded, 24% watched.")


def test_title_of_the_week_says_nobody_where_nobody_watches() -> None:
    params = cctv_fakes.CoverageParams(on=cctv_fakes.TODAY)
    view = cctv_fakes.coverage(params, week=UNWATCHED)
    title = coverage_card.week_title(view)
    assert title == "Most demand: Friday 20:00 to 00:00, nobody is watching"


def test_card_without_a_move_or_a_fault_says_less() -> None:
    params = cctv_fakes.CoverageParams(on=cctv_fakes.TODAY)
    cameras = (cctv_fakes.mark("C1", "watched"),)
    view = cctv_fakes.coverage(params, best_move=None, cameras=cameras)
    assert [one.subject for one in coverage_card.card_lines(view)] == [
        "Over the week",
        "Not working",
    ]
    assert coverage_card.card_lines(view)[1].words == "none."


def test_what_counts_is_in_the_address(control: cctv_fakes.Control, open_app: OpenApp) -> None:
    query = {"busiest": "10", "in-view": "50", "light": "Always in the dark"}
    query["level-en_2014"] = LEVEL_WORDS["en_2014"]["recognise"]
    open_app("cctv", query=query)
    asked = control.asked[-1]
    assert (asked.high_share, asked.seen_share) == (0.1, 0.5)
    assert (asked.level, asked.night) == ("recognise", "night")
    assert asked.on == cctv_fakes.TODAY


def test_fault_is_told_where_the_figures_would_be(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    control.fault = DataError("The assumption cannot be right.", "Choose another value.")
    app = open_app("cctv")
    assert "The assumption cannot be right." in app.error[0].value.replace("\\", "")
