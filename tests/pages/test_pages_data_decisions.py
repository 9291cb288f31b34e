"""Are default locations, agreements, mappings and snapshots decided on the Data page?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.pages.data_fakes import NO_DATE, POINT, SWAPPED, load, unknown_report
from tests.pages.test_pages_data import loaded, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    from tests.pages import fakes

    OpenApp = Callable[..., AppTest]


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception[0].value
    return app


def asked(town: fakes.Town, open_app: OpenApp) -> AppTest:
    """Return the page once a file came that nobody knows."""
    town.report = unknown_report()
    return loaded(open_app("import_data"), "housing.csv")


def choose(app: AppTest, **columns: str) -> AppTest:
    for field, heading in columns.items():
        app.selectbox(key=f"m-{field}-housing.csv").set_value(heading)
    return app.run()


def main_buttons(app: AppTest) -> list[str]:
    return [one.label for one in app.button if one.proto.type == "primary" and not one.disabled]


def test_columns_of_an_unknown_file_are_asked_with_proposals(
    town: fakes.Town, open_app: OpenApp
) -> None:
    app = asked(town, open_app)
    assert app.title[0].value == "Say what the columns of housing\\.csv hold"
    northing = app.selectbox(key="m-northing-housing.csv")
    assert (northing.label, northing.value) == ("Northing (sure)", "OS North")
    assert app.info[0].value == "Refused as personal, and not offered: Notes."
    assert "Notes" not in northing.options
    easting = app.selectbox(key="m-easting-housing.csv")
    assert (easting.label, easting.value) == ("Easting (likely)", "Grid_East")
    assert "Not chosen, so not read: Opened on, Kind of \\<case\\>." in [
        one.value for one in app.caption
    ]
    assert main_buttons(app) == ["Remember this and load the file"]


def test_mapping_that_lacks_something_says_what_and_keeps_what_was_chosen(
    town: fakes.Town, open_app: OpenApp
) -> None:
    app = choose(asked(town, open_app), t_reported="Opened on", easting="Grid_East")
    app = click(app, "m-load")
    assert app.error[0].value.startswith("**Nobody has said which column holds\\: type of incident")
    assert app.selectbox(key="m-t_reported-housing.csv").value == "Opened on"
    assert app.selectbox(key="m-easting-housing.csv").value == "Grid_East"
    assert town.desk.mapped == []


def test_mapping_is_remembered_and_the_file_loaded(town: fakes.Town, open_app: OpenApp) -> None:
    app = asked(town, open_app)
    app.text_input(key="m-name-housing.csv").set_value("Housing cases")
    app = choose(app, t_reported="Opened on", category="Kind of <case>", easting="Grid_East")
    town.report = None
    app = click(app, "m-load")
    [made] = town.desk.mapped
    assert dict(made.columns) == {
        "t_reported": "Opened on",
        "category": "Kind of <case>",
        "easting": "Grid_East",
        "northing": "OS North",
    }
    assert (made.title, made.source) == ("Housing cases", "housing_cases")
    assert town.loaded == ["housing.csv", "housing.csv"]
    assert town.mappings == [None, made]
    assert app.title[0].value == "Every row is accounted for"
    assert "Mappings that are remembered: 1" in [one.label for one in app.expander]


def test_unknown_file_can_be_let_go(town: fakes.Town, open_app: OpenApp) -> None:
    app = click(asked(town, open_app), "m-drop")
    assert app.header[0].value == "Load files"
    assert town.desk.mapped == []


def test_default_location_is_decided_and_taken_back(town: fakes.Town, open_app: OpenApp) -> None:
    town.desk.points = (POINT,)
    app = open_app("import_data")
    assert "1 point may be a default location" in [one.value for one in app.header]
    assert "**Police \\*Station\\*, West**: 94 reports \\(2%" in texts(app)
    app = click(app, f"sink-{POINT.key}")
    assert app.info[0].value.startswith("Police \\*Station\\*\\: default location")
    assert "Every point that may be a default location is decided" in [
        one.value for one in app.header
    ]
    app = click(app, f"back-{POINT.key}")
    assert town.desk.said == [(POINT.key, "sink"), (POINT.key, "")]
    assert f"place-{POINT.key}" in {one.key for one in app.button}


def test_default_locations_are_folded_while_rows_wait(town: fakes.Town, open_app: OpenApp) -> None:
    town.desk.points, town.desk.loads = (POINT,), (load(NO_DATE),)
    app = open_app("import_data")
    assert f"sink-{POINT.key}" not in {one.key for one in app.button}
    app.toggle(key="show-sinks").set_value(True).run()
    assert f"sink-{POINT.key}" in {one.key for one in app.button}


def test_agreement_is_written_down(town: fakes.Town, open_app: OpenApp) -> None:
    app = open_app("import_data")
    assert "no sharing agreement written down" in texts(app)
    app.text_input(key="agreement-0").set_value("ISA 2026/14")
    app.number_input(key="months-0").set_value(24)
    next(one for one in app.button if one.label == "Write it down").click().run()
    assert town.desk.agreed == [("council", "Sandport Council", "ISA 2026/14", 24)]
    assert app.info[0].value == "Written down for Sandport Council\\."


def test_nothing_is_published_while_rows_wait(town: fakes.Town, open_app: OpenApp) -> None:
    town.desk.loads = (load(SWAPPED),)
    app = open_app("import_data")
    assert "2 rows of storm\\_\\*\\.csv wait for an answer" in app.warning[-1].value
    assert app.button(key="publish").disabled
    assert main_buttons(app) == []


def test_publishing_is_free_once_a_reason_is_given(town: fakes.Town, open_app: OpenApp) -> None:
    town.desk.loads = (load(SWAPPED, accepted="The force will say"),)
    app = open_app("import_data")
    assert main_buttons(app) == ["Publish a snapshot"]
    app = click(app, "publish")
    assert town.desk.published == ["Tactical assessment, June 2024"]
    assert app.info[-1].value == "Published: June \\*2024\\*."
    assert "open-snap-1" in {one.key for one in app.button}


def test_snapshot_reads_as_published_and_leads_back(town: fakes.Town, open_app: OpenApp) -> None:
    town.desk.published = ["June"]
    app = click(open_app("import_data"), "open-snap-1")
    assert app.title[0].value == "June \\*2024\\*"
    assert "- 1 row stayed out of the figures\\: The \\*force\\* will tell us" in texts(app)
    assert app.table[0].value["Hotspot"][1] == "\\<b\\>Pier\\_Head\\</b\\>"
    next(one for one in app.button if one.label == "Back to all data").click().run()
    assert app.title[0].value == "Every row is accounted for"
