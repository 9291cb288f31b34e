"""Does the page of one hotspot say why, how sure, and what next?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from data.access import Role
from data.views import HotspotParams
from geo.errors import GeoError
from pages._ui import params
from tests.pages import fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]

ONE = {"hotspot": "spot-1"}


def headings(app: AppTest) -> list[str]:
    return [one.value for one in app.header]


def test_page_says_name_reason_chart_types_certainty_and_neighbours(open_app: OpenApp) -> None:
    app = open_app("hotspot", query=ONE)
    assert app.title[0].value == "Queen Street"
    assert headings(app) == [
        "Queen Street in words\\: 240 reports",
        "Most are anti\\-social behaviour",
        "How sure we are",
        "Two other hotspots adjoin it",
        "What was tried here",
    ]
    shown = " ".join(one.value for one in app.markdown)
    assert "**Why here:** 3,500 reports" in shown
    assert "Rising by about 12% a year" in shown
    assert "**What we cannot say:** Open data" in shown
    assert len(app.get("vega_lite_chart")) == 2


def test_charts_say_in_words_what_they_show(open_app: OpenApp) -> None:
    charts = open_app("hotspot", query=ONE).get("vega_lite_chart")
    assert all(len(chart.proto.alt) > 30 for chart in charts)


def test_address_says_which_months_and_types_are_meant(town: fakes.Town, open_app: OpenApp) -> None:
    wanted = HotspotParams("2023-06", "2022-07", 8, ("Shoplifting",), "harm", True)  # noqa: FBT003
    open_app("hotspot", query=params.hotspot_query("spot-1", wanted))
    assert town.asked == [wanted]


def test_way_back_keeps_the_choice() -> None:
    wanted = HotspotParams("2024-06", "2023-07", 8, ("Shoplifting",), "harm", True)  # noqa: FBT003
    assert params.list_query("spot-1", wanted, fakes.coverage()) == {
        "hotspot": "spot-1",
        "period": "12 months to June 2024",
        "type": "Shoplifting",
        "count": "Harm (indicative)",
        "hexagons": "Larger (8)",
        "patterns": "true",
    }


def test_way_back_leaves_out_what_is_as_usual() -> None:
    usual = HotspotParams("2024-06", "2022-07")
    assert params.list_query("spot-1", usual, fakes.coverage()) == {"hotspot": "spot-1"}
    assert params.hotspot_query("spot-1", HotspotParams("2024-06")) == {
        "hotspot": "spot-1",
        "to": "2024-06",
    }


def test_impossible_address_is_explained(open_app: OpenApp) -> None:
    for query in ({"to": "June"}, {"resolution": "x"}, {"lens": "fear"}):
        app = open_app("hotspot", query={**ONE, **query})
        assert len(app.error) == 1
        assert [one.value for one in app.title] == ["This cannot be shown"]


def test_place_that_is_no_hotspot_now_is_a_finding(open_app: OpenApp) -> None:
    for query in ({}, {"hotspot": "gone"}, {**ONE, "from": "2022-09", "to": "2022-10"}):
        app = open_app("hotspot", query=query)
        assert app.title[0].value == "This place is not a hotspot in the chosen period"
        assert app.get("page_link")[0].proto.label == "See all hotspots"


def test_neighbour_opens_in_place(open_app: OpenApp) -> None:
    app = open_app("hotspot", query=ONE)
    app.button(key="near-3").click().run()
    assert app.title[0].value == "Mill \\*Lane\\*"
    assert app.query_params["hotspot"] == "spot-3"
    assert any("Renamed from Old Street" in one.value for one in app.markdown)


def test_new_name_is_given_to_the_job_and_old_answers_forgotten(
    town: fakes.Town, open_app: OpenApp
) -> None:
    app = open_app("hotspot", query=ONE)
    app.text_input(key="new-name").set_value("Clock Tower")
    next(one for one in app.button if one.label == "Save the name").click().run()
    assert town.renamed == [("spot-1", "Clock Tower")]
    assert len(town.asked) == 2


def test_refused_name_is_explained(town: fakes.Town, open_app: OpenApp) -> None:
    app = open_app("hotspot", query=ONE)
    town.fault = GeoError("The name is empty.", "Write a street.")
    next(one for one in app.button if one.label == "Save the name").click().run()
    assert app.error[0].value == "**The name is empty\\.** Write a street\\."


def test_only_roles_that_may_can_rename(open_app: OpenApp) -> None:
    app = open_app("hotspot", query=ONE, role=Role.NPT)
    assert not app.text_input


def test_hotspot_without_observed_month_or_type_says_so(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = replace(fakes.hotspot(1), series=(("2024-06", None),), types=())
    monkeypatch.setattr(
        "data.jobs.hotspots.find_hotspots",
        lambda *args: replace(fakes.result(args[3]), hotspots=(bare,)),
    )
    app = open_app("hotspot", query=ONE)
    assert app.warning
    assert "Types of report are not shown" in headings(app)
    assert not app.get("vega_lite_chart")
