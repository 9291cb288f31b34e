"""What is counted: the same words on every screen, the analyst's choices in the address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from data.access import Role
from data.jobs.repeat_views import ANALYST_ONLY
from data.report_keys import ReportKey
from data.views import (
    ELIGIBLE_DEMAND,
    USUAL_RULE,
    Eligibility,
    HotspotParams,
    LensRanks,
    RepeatRow,
)
from geo.errors import GeoError
from geo.repeats import RepeatRule
from pages._ui import eligible, maps, params
from tests.pages import fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]

ONE = {"hotspot": "spot-1", "from": "2022-07", "to": "2024-06"}
CHOSEN = Eligibility(("public", "partner"), dwellings=False)
KEYS = (ReportKey("log", "Police", "2024-06", 2), ReportKey("log", "Police", "2024-06", 5))
ROW = RepeatRow(KEYS, "3 June 2024, 22:41", "Noise", 2, "Likely, by the rule", apart=False)


def words_of(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.title, *app.header, *app.info, *app.warning]
    return " ".join(one.value for one in parts).replace("\\", "")


def links(app: AppTest) -> dict[str, str]:
    return {one.proto.label: one.proto.query_string for one in app.get("page_link")}


def answered(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Let the fake town answer with changed views of hotspots and results."""
    of_spot = {"unit", "repeats_words", "incidents", "reports"}
    spot = {name: value for name, value in changes.items() if name in of_spot}
    rest = {name: value for name, value in changes.items() if name not in of_spot}

    def find(*args: Any) -> Any:
        found = fakes.result(args[3])
        spots = tuple(replace(one, **spot) for one in found.hotspots)
        return replace(found, hotspots=spots, **rest)

    monkeypatch.setattr("data.jobs.hotspots.find_hotspots", find)


def test_estimated_incidents_are_the_unit_of_list_table_and_caption(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(monkeypatch, unit="estimated incidents")
    app = open_app("hotspots", query={"count": "Estimated incidents"})
    assert "3,500 estimated incidents" in [one.value for one in app.markdown]
    assert "Estimated incidents located in Sandport" in words_of(app)
    assert list(app.dataframe[0].value.columns[:3]) == ["Place", "Ward", "Estimated incidents"]
    assert app.table[0].value.columns[1].startswith("Busy places: estimated incidents,")


def test_tooltips_of_the_map_name_the_unit() -> None:
    shown = fakes.result(HotspotParams("2024-06", lens="estimated"))
    shown.cells["n"] = shown.cells["n"].astype("float64").where(shown.cells["n"] > 40)
    tips = {
        lines[1].split(",")[0].split(" ", 1)[1] for lines in maps.hex_cells("s", "v", shown).tips
    }
    assert tips == {"estimated incidents", "few estimated incidents to show"}


def test_open_data_say_why_and_lead_back_to_reports(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = "Open data cannot tell repeat reports: month only."
    find = fakes.Town().find_hotspots

    def answer(*args: Any) -> Any:
        found = find(*args)
        cannot = args[3].lens == "estimated"
        return replace(found, no_data=reason, cannot_count=True) if cannot else found

    monkeypatch.setattr("data.jobs.hotspots.find_hotspots", answer)
    app = open_app("hotspots", query={"count": "Estimated incidents"})
    assert app.warning[0].value.replace("\\", "") == reason
    assert not app.dataframe
    next(one for one in app.button if one.label == "Count reports").click().run()
    assert not app.warning
    assert "count" not in app.query_params


def test_address_restores_what_the_analyst_chose(town: fakes.Town, open_app: OpenApp) -> None:
    app = open_app(
        "hotspots",
        query={"origins": ["The public", "A partner"], "dwellings": "false", "minutes": "30"},
    )
    assert (town.asked[-1].eligibility, town.asked[-1].repeat_rule) == (
        CHOSEN,
        RepeatRule(minutes=30),
    )
    link = links(app)["Open Queen Street"]
    assert "eligible=public%7Cpartner%7Cnot-at-home" in link
    assert "repeats=100-30-3" in link


def test_the_page_of_a_hotspot_reads_and_gives_back_the_choice(
    town: fakes.Town, open_app: OpenApp
) -> None:
    query = {**ONE, "eligible": "public|partner|not-at-home", "repeats": "100-30-3"}
    app = open_app("hotspot", query=query)
    assert town.asked[-1].eligibility == CHOSEN
    assert town.asked[-1].repeat_rule == RepeatRule(minutes=30)
    back = links(app)["All hotspots"]
    assert "origins=The+public&origins=A+partner&dwellings=false&minutes=30" in back


@pytest.mark.parametrize("said", [{"eligible": "fire"}, {"repeats": "a-b-c"}, {"repeats": "1-2"}])
def test_an_address_that_cannot_be_is_explained(said: dict[str, str], open_app: OpenApp) -> None:
    assert open_app("hotspot", query={**ONE, **said}).error


def test_eligible_demand_is_one_click_and_clearing_takes_it_back(
    town: fakes.Town, open_app: OpenApp
) -> None:
    app = open_app("hotspots", query={"find": "Nowhere"})
    next(one for one in app.button if one.label == "Count eligible demand only").click().run()
    assert town.asked[-1].eligibility == ELIGIBLE_DEMAND
    next(one for one in app.button if one.label == "Clear the filters").click().run()
    assert app.session_state["dwellings"] is True
    assert (town.asked[0].eligibility, town.asked[0].repeat_rule) == (Eligibility(), USUAL_RULE)


def test_only_the_analyst_may_choose_and_others_are_told(
    town: fakes.Town, open_app: OpenApp
) -> None:
    app = open_app("hotspots", query={"dwellings": "false"}, role=Role.CHAIR)
    assert not any(one.label == "Count reports at dwellings" for one in app.toggle)
    assert town.asked[-1].eligibility == Eligibility()
    assert ANALYST_ONLY in words_of(app)


def test_what_is_not_as_usual_is_printed_beside_the_figures(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(monkeypatch, counted_words=CHOSEN.words)
    assert CHOSEN.words in words_of(open_app("hotspots"))
    assert CHOSEN.words in words_of(open_app("hotspot", query=ONE))


def test_the_list_says_that_its_order_depends_on_the_lens(
    town: fakes.Town, open_app: OpenApp
) -> None:
    town.ranks = LensRanks(
        (("spot-1", (("reports", 1), ("harm", None))),), "The order depends on what is counted."
    )
    assert "The order depends on what is counted." in words_of(open_app("hotspots"))
    assert "Rank by reports 1, by harm no hotspot." in words_of(open_app("hotspot", query=ONE))


def test_home_counts_incidents_where_minutes_are_known(town: fakes.Town, open_app: OpenApp) -> None:
    assert not open_app("home").get("button_group")
    town.status = fakes.status(mode_banner=None)
    app = open_app("home", query={"lens": "Estimated incidents"})
    assert "count=Estimated+incidents" in links(app)["See all six hotspots"]
    assert links(app)["Open Queen Street"].endswith("lens=estimated")


def open_repeats(app: AppTest) -> AppTest:
    app.session_state["repeats"] = True
    return app.run()


def test_reports_stand_beside_incidents_on_the_page_of_a_hotspot(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "3,610 reports, about 2,900 separate incidents (1.2 reports each)"
    answered(monkeypatch, repeats_words=told, reports=3610, incidents=2904)
    app = open_app("hotspot", query=ONE)
    assert told in words_of(app)
    assert [one.label for one in app.expander].count("Repeat reports") == 1
    assert not any(
        one.label == "Repeat reports"
        for one in open_app("hotspot", query=ONE, role=Role.CHAIR).expander
    )


@pytest.mark.parametrize(
    ("apart", "label"), [(False, "These are separate"), (True, "Group them again")]
)
def test_the_analyst_takes_a_group_apart_and_puts_it_together(
    apart: bool,  # noqa: FBT001
    label: str,
    town: fakes.Town,
    open_app: OpenApp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered(monkeypatch, incidents=2904)
    town.repeats = (replace(ROW, apart=apart),)
    monkeypatch.setattr("pages._ui.repeats.chosen_row", lambda: 0)
    app = open_repeats(open_app("hotspot", query=ONE))
    assert "1 group of repeat reports" in words_of(app)
    next(one for one in app.button if one.label == label).click().run()
    assert (town.put_back if apart else town.taken_apart) == [KEYS]


def test_a_refused_change_of_a_group_is_explained(
    town: fakes.Town, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(monkeypatch, incidents=2904)
    town.repeats = (ROW,)
    monkeypatch.setattr("pages._ui.repeats.chosen_row", lambda: 0)
    app = open_repeats(open_app("hotspot", query=ONE))
    town.fault = GeoError("The records are busy.", "Try again.")
    next(one for one in app.button if one.label == "These are separate").click().run()
    assert "The records are busy" in app.error[0].value


def test_a_link_carries_nothing_when_everything_counts() -> None:
    usual = HotspotParams("2024-06", "2022-07")
    assert eligible.query(usual) == eligible.list_query(usual) == {}
    assert params.lens_query("reports") == {}
