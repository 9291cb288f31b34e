"""Do map, list, filters and address say the same?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import streamlit_folium

from data.access import Role
from data.views import HotspotParams
from pages._ui import maps, params, tables
from tests.pages import fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]


def headings(app: AppTest) -> list[str]:
    return [one.value for one in app.title]


def map_of(app: AppTest) -> dict[str, Any]:
    return json.loads(app.get("component_instance")[0].proto.json_args)


def links(app: AppTest) -> dict[str, str]:
    return {one.proto.label: one.proto.query_string for one in app.get("page_link")}


def test_list_opens_with_its_finding_and_the_first_row_open(open_app: OpenApp) -> None:
    app = open_app("hotspots")
    assert headings(app)[0].startswith("Six hotspots hold 42%")
    assert links(app)["Open Queen Street"] == "hotspot=spot-1&from=2022-07&to=2024-06"


def test_default_asks_for_the_last_24_months_of_all_reports(
    town: fakes.Town, open_app: OpenApp
) -> None:
    open_app("hotspots")
    assert town.asked == [HotspotParams(to="2024-06", start="2022-07")]


def test_address_restores_every_filter_and_the_chosen_hotspot(
    town: fakes.Town, open_app: OpenApp
) -> None:
    app = open_app(
        "hotspots",
        query={
            "count": "Harm (indicative)",
            "type": "Shoplifting",
            "period": "12 months to June 2024",
            "patch": "East",
            "hexagons": "Larger (8)",
            "patterns": "true",
            "hotspot": "spot-5",
        },
    )
    assert town.asked == [
        HotspotParams("2024-06", "2023-07", 8, ("Shoplifting",), "harm", esri_compatible=True)
    ]
    assert headings(app)[0] == "Three of six hotspots are in East"
    assert "Open Chapel Walk" in links(app)


def test_choosing_a_row_names_it_in_the_address(open_app: OpenApp) -> None:
    app = open_app("hotspots")
    app.button(key="choose-3").click().run()
    assert app.query_params["hotspot"] == "spot-3"
    assert "Open Mill \\*Lane\\*" in links(app)


def test_click_on_the_map_chooses_its_hotspot(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Callable[[], None]] = []
    monkeypatch.setattr(
        "pages._ui.maps.st_folium", lambda *_, on_change, **__: said.append(on_change)
    )
    chosen: list[str] = []
    monkeypatch.setattr("pages._ui.params.choose_hotspot", chosen.append)
    app = open_app("hotspots")
    for drawing in ({"properties": {"hotspot": 4}}, {"properties": {"hotspot": None}}, None):
        monkeypatch.setattr(
            "pages._ui.maps.st.session_state", {"area-map": {"last_active_drawing": drawing}}
        )
        said[-1]()
    assert chosen == ["spot-4"]
    assert not app.exception


def test_filter_keeps_the_map_frame_and_asks_no_other_server(open_app: OpenApp) -> None:
    app = open_app("hotspots")
    before = map_of(app)
    app.selectbox(key="type").select("Shoplifting").run()
    app.button(key="choose-2").click().run()
    after = map_of(app)
    assert after["script"] == before["script"]
    assert after["feature_group"] != before["feature_group"]
    assert all(url.startswith("../../app/static/") for url in before["js_links"])
    assert all(url.startswith("../../app/static/") for url in before["css_links"])
    assert before["returned_objects"] == ["last_active_drawing"]


def test_map_escapes_names(open_app: OpenApp) -> None:
    sent = map_of(open_app("hotspots"))["feature_group"]
    assert "<b>Pier_Head" not in sent
    assert "Pier_Head" in sent


def test_missing_month_shows_no_old_figure_and_leads_back(open_app: OpenApp) -> None:
    app = open_app("hotspots", query={"period": "September 2022"})
    assert "This is not zero" in app.warning[0].value
    assert not links(app).get("Open Queen Street")
    assert not app.dataframe
    assert not app.table
    next(one for one in app.button if one.label.startswith("Show the 24 months")).click().run()
    assert app.session_state["period"] == "24 months to June 2024"
    assert headings(app)[0].startswith("Six hotspots")


def test_every_month_can_be_chosen_also_those_without_data() -> None:
    labels = [period.label for period in params.periods(fakes.coverage())]
    assert labels[:3] == ["24 months to June 2024", "12 months to June 2024", "June 2024"]
    assert "September 2022" in labels
    assert len(labels) == 38


def test_find_narrows_the_list_and_says_where_the_place_is(open_app: OpenApp) -> None:
    app = open_app("hotspots", query={"find": "dock rd"})
    assert headings(app)[0] == "One of six hotspots matches"
    app = open_app("hotspots", query={"find": "street 0"})
    assert app.info[0].value.startswith("**Street 0** \\(East\\)\\: 0 reports, in no hotspot")


def test_no_match_is_a_finding_and_the_filters_can_be_cleared(open_app: OpenApp) -> None:
    app = open_app("hotspots", query={"find": "Nowhere [x](y)"})
    assert "Nowhere \\[x\\]\\(y\\)" in app.info[0].value
    assert headings(app)[0] == "No hotspots match"
    next(one for one in app.button if one.label == "Clear the filters").click().run()
    assert app.session_state["find"] == ""
    assert headings(app)[0].startswith("Six hotspots")


def test_link_that_asks_for_what_is_not_there_says_so(open_app: OpenApp) -> None:
    app = open_app("hotspots", query={"period": "May 1999", "patch": "West"})
    assert app.info[0].value.startswith('The link asks for the period "May 1999"')
    assert headings(app)[0] == "Three of six hotspots are in West"


def test_busy_places_stand_apart_from_hotspots(open_app: OpenApp) -> None:
    frame = open_app("hotspots").table[0].value
    assert list(frame["Patch"]) == ["East", "West"]
    assert frame.iloc[0, 1] == "Tram \\| Stop \\(91, 12 of 22 months\\)"
    assert frame.iloc[1, 1] == "Queen Street \\(910, 22 of 22 months, in hotspot 1\\)"


def test_table_holds_every_hexagon_by_name_and_no_cell_index(open_app: OpenApp) -> None:
    frame = open_app("hotspots").dataframe[0].value
    assert len(frame) == len(fakes.town_cells())
    assert list(frame.columns[:3]) == ["Place", "Ward", "Reports"]
    assert not frame.astype(str).apply(lambda column: column.str.startswith("8919")).any().any()
    assert frame["Reports"].is_monotonic_decreasing


def test_harm_is_never_shown_without_its_reports(open_app: OpenApp) -> None:
    app = open_app("hotspots", query={"count": "Harm (indicative)"})
    assert "3,500 days  \n2,500 reports" in [one.value for one in app.markdown]


@pytest.mark.parametrize(
    ("role", "offered"), [(Role.ANALYST, True), (Role.COUNCIL_CST, True), (Role.NPT, False)]
)
def test_hexagons_can_be_taken_away_only_by_roles_that_may(
    role: Role,
    offered: bool,  # noqa: FBT001
    open_app: OpenApp,
) -> None:
    app = open_app("hotspots", role=role)
    assert bool(app.get("download_button")) == offered


def test_smaller_hexagons_need_exact_places(town: fakes.Town, open_app: OpenApp) -> None:
    sizes = open_app("hotspots").button_group(key="hexagons")
    assert [one.content for one in sizes.proto.options] == ["Larger (8)", "Usual (9)"]
    town.status = fakes.status(mode_banner=None)
    sizes = open_app("hotspots").button_group(key="hexagons")
    assert len(sizes.proto.options) == 3


def test_answers_are_kept_by_role_and_parameters(town: fakes.Town, open_app: OpenApp) -> None:
    open_app("hotspots")
    open_app("hotspots", query={"patch": "West"})
    assert len(town.asked) == 1
    open_app("hotspots", role=Role.NPT)
    assert len(town.asked) == 2
    town.status = fakes.status(dataset_version="newer")
    open_app("hotspots")
    assert len(town.asked) == 3


def test_streamlit_folium_is_the_installed_one() -> None:
    assert streamlit_folium.st_folium.__module__.startswith("streamlit_folium")


def test_chosen_table_row_chooses_its_hotspot(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Callable[[], None]] = []
    monkeypatch.setattr(
        "pages._ui.tables.st.dataframe", lambda *_, on_select, **__: asked.append(on_select)
    )
    chosen: list[str] = []
    monkeypatch.setattr("pages._ui.params.choose_hotspot", chosen.append)
    open_app("hotspots")
    shown = fakes.result(HotspotParams("2024-06")).cells.sort_values(
        ["n", "place"], ascending=[False, True], kind="stable"
    )
    for row in ([], [0], [1], [2]):
        monkeypatch.setattr(
            "pages._ui.tables.st.session_state", {"hexagon-table": {"selection": {"rows": row}}}
        )
        asked[-1]()
    assert chosen == [owner for owner in shown["hotspot_id"][:3] if owner]


def test_hidden_counts_are_too_few_on_the_map_and_in_words() -> None:
    shown = fakes.result(HotspotParams("2024-06"))
    shown.cells["n"] = shown.cells["n"].astype("float64").where(shown.cells["n"] > 40)
    hidden = int(shown.cells["n"].isna().sum())
    cells = maps.hex_cells("sandport", "v", shown)
    assert cells.classes.count("0") == hidden
    assert sum(lines[1].startswith("Too few reports to show") for lines in cells.tips) == hidden
    assert tables.found(shown, "street 0")[0].n is None


def test_patch_without_busy_place_says_so(town: fakes.Town, open_app: OpenApp) -> None:
    town.busy = False
    shown = [one.value for one in open_app("hotspots").markdown]
    assert "No place had enough reports to be listed." in shown


def test_too_few_months_are_never_called_a_finding(town: fakes.Town, open_app: OpenApp) -> None:
    town.hotspots, town.unjudged = 0, "Hotspots need 12 months with data, and 1 was seen."
    app = open_app("hotspots")
    words = " ".join(one.value for one in app.markdown)
    assert "and 1 was seen" in words
    assert "a finding" not in words
    assert not any(one.label == "Clear the filters" for one in app.button)
