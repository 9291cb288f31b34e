"""Can files come in, and is every row accounted for?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from data.access import Role
from geo.errors import GeoError
from pages._ui.months import calendar_html
from tests.pages import data_fakes, fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]


def loaded(app: AppTest, *names: str) -> AppTest:
    for name in names or ("june.csv",):
        app.file_uploader[0].upload(name, b"a,b\n1,2\n", "text/csv")
    app.run()
    app = app.button(key="load").click().run()
    assert not app.exception, app.exception[0].value
    return app


def texts(app: AppTest) -> str:
    return "\n".join(one.value for one in app.markdown)


def test_every_row_is_accounted_for_after_a_load(town: fakes.Town, open_app: OpenApp) -> None:
    app = loaded(open_app("import_data"))
    assert town.loaded == ["june.csv"]
    assert (
        "**100 rows read:** 90 kept as they came, 0 fixed and counted, **0 held for you**, 7"
        " dropped (totals, blank rows, exact repeats), 3 refused."
    ) in texts(app)
    assert "65 lie in this area, 20 outside it, and 5 have no location." in texts(app)
    files = app.table[0].value
    assert list(files["Outcome"]) == ["Loaded", "Refused"]
    assert files["File"][1] == "page\\_\\*\\.csv"
    assert app.get("download_button")


def test_file_that_was_refused_is_named_at_once(open_app: OpenApp) -> None:
    app = loaded(open_app("import_data"))
    assert app.warning[-1].value == "**page\\_\\*\\.csv**: This is a web page, not a table\\."


def test_held_fixed_and_refused_show_their_first_example(
    town: fakes.Town, open_app: OpenApp
) -> None:
    rules = (
        data_fakes.rule("G01", 4, "fixed", "4 rows had <b>swapped</b> axes."),
        data_fakes.rule("T03", 2, "held", "2 rows with a year that cannot be right."),
        data_fakes.rule("F02", 0, "kept", "Column headings found on row 4."),
    )
    town.report = replace(fakes.import_report(), rules=rules, rows_held=2, rows_fixed=4)
    app = loaded(open_app("import_data"))
    heads = [one.value for one in app.subheader]
    assert heads == ["Held for you: 2", "Fixed and counted: 4", "Refused: 3, dropped: 7"]
    assert "- 2 rows with a year that cannot be right\\. First: row 9, Date\\_Time. (T03)" in texts(
        app
    )
    assert "4 rows had \\<b\\>swapped\\</b\\> axes" in texts(app)
    table = app.table[-1].value
    assert list(table["Result"]) == ["Waits for you", "Counted after a fix", "Note"]


def test_the_box_for_files_is_empty_after_a_load(open_app: OpenApp) -> None:
    app = loaded(open_app("import_data"))
    assert app.button(key="load").disabled
    assert app.button(key="load").label == "Load these files"


def test_fault_of_a_load_is_explained_and_the_page_stays(
    town: fakes.Town, open_app: OpenApp
) -> None:
    app = open_app("import_data")
    town.fault = GeoError("Nothing could be read.", "Choose CSV files.")
    app = loaded(app)
    assert app.error[0].value == "**Nothing could be read\\.** Choose CSV files\\."
    assert [one.value for one in app.header].count("Publish") == 1


def test_nothing_can_be_loaded_before_a_file_is_chosen(open_app: OpenApp) -> None:
    assert open_app("import_data").button(key="load").disabled


def test_sample_town_is_offered_while_there_is_nothing(town: fakes.Town, open_app: OpenApp) -> None:
    town.areas = ()
    app = open_app("import_data")
    next(one for one in app.button if one.label == "Load the sample town").click().run()
    assert town.areas == (fakes.SUMMARY,)
    assert "Load the sample town" not in [one.label for one in app.button]


def test_months_are_shown_as_sentence_picture_and_rows(open_app: OpenApp) -> None:
    app = open_app("import_data")
    assert any("No data for September and October 2022" in one.value for one in app.markdown)
    assert "January 2023" in app.warning[0].value
    frame = app.dataframe[0].value
    assert list(frame[frame["Counts for this area"] == "No data"]["Month"]) == [
        "September 2022",
        "October 2022",
    ]


def test_calendar_names_missing_months_and_escapes_the_provider() -> None:
    coverage = fakes.coverage()
    provider = fakes.ProviderMonths("s", '"><script>', coverage.providers[0].months, True)  # noqa: FBT003
    drawn = calendar_html(provider, coverage)
    assert "No data for: September 2022, October 2022." in drawn
    assert "<script>" not in drawn
    assert drawn.count('<i class="hb-none">') == 2
    assert drawn.count("<i></i>") == 34
    assert drawn.count('<i class="hb-out">') == 12


def test_role_that_may_not_load_sees_neither_files_nor_held_rows(
    town: fakes.Town, open_app: OpenApp
) -> None:
    town.desk.loads = (data_fakes.load(data_fakes.SWAPPED),)
    town.desk.points = (data_fakes.POINT,)
    app = open_app("import_data", role=Role.NPT)
    assert not app.file_uploader
    assert app.info[0].value.startswith("Your role can see what is loaded")
    assert app.title[0].value == "Data"
    shown = texts(app) + "".join(one.value for one in app.header)
    assert "436180" not in shown
    assert "Station" not in shown
    assert not [one for one in app.button if one.label.startswith(("Take", "Leave", "Write"))]


def test_areas_and_the_command_that_adds_one_are_shown(open_app: OpenApp) -> None:
    app = open_app("import_data")
    assert any("2 wards from May 2023, 2 patches" in one.value for one in app.markdown)
    assert "hexbeat area add" in app.code[0].value
