"""Can files come in, and is every row accounted for?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.access import Role
from geo.errors import GeoError
from pages._ui.months import calendar_html
from tests.pages import fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]


def load(app: AppTest) -> AppTest:
    app.file_uploader[0].upload("june.csv", b"a,b\n1,2\n", "text/csv")
    app.run()
    return next(one for one in app.button if one.label == "Load these files").click().run()


def test_every_row_is_accounted_for_after_a_load(town: fakes.Town, open_app: OpenApp) -> None:
    app = load(open_app("import_data"))
    assert town.loaded == ["june.csv"]
    rows = dict(zip(*app.table[0].value.T.to_numpy().tolist(), strict=True))
    assert rows["read"] == "100"
    assert (rows["kept"], rows["dropped as exact repeats"], rows["refused"]) == ("90", "7", "3")
    assert rows["counted in this area"] == "65"
    files = app.table[1].value
    assert list(files["Outcome"]) == ["Loaded", "Refused"]
    assert files["File"][1] == "page\\_\\*\\.csv"
    assert app.get("download_button")


def test_fault_of_a_load_is_explained(town: fakes.Town, open_app: OpenApp) -> None:
    app = open_app("import_data")
    town.fault = GeoError("Nothing could be read.", "Choose CSV files.")
    app = load(app)
    assert app.error[0].value.startswith("**Nothing could be read")
    assert not app.table


def test_nothing_can_be_loaded_before_a_file_is_chosen(open_app: OpenApp) -> None:
    app = open_app("import_data")
    assert next(one for one in app.button if one.label == "Load these files").disabled


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


def test_role_that_may_not_load_sees_the_months_only(open_app: OpenApp) -> None:
    app = open_app("import_data", role=Role.NPT)
    assert not app.file_uploader
    assert app.info[0].value.startswith("Your role can see what is loaded")


def test_columns_with_personal_data_cannot_be_named(open_app: OpenApp) -> None:
    app = open_app("import_data")
    for what, column in {"date": "When", "category": "Suspect", "lon": "x", "lat": "y"}.items():
        app.text_input(key=f"column-{what}").set_value(column)
    app.run()
    assert "personal data" in app.error[0].value


def test_areas_and_the_command_that_adds_one_are_shown(open_app: OpenApp) -> None:
    app = open_app("import_data")
    assert any("2 wards from May 2023, 2 patches" in one.value for one in app.markdown)
    assert "hexbeat area add" in app.code[0].value
