"""Can every row that waits be answered in clicks, and the answer be taken back?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from data.errors import DataError
from data.interpretation.context import Answer
from tests.pages.data_fakes import NO_DATE, SWAPPED, UNKNOWN_CODE, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    from tests.pages import fakes

    OpenApp = Callable[..., AppTest]

G02, K01, T01 = "load-1-G02-", "load-1-K01-ASB-99", "load-1-T01-"


def texts(app: AppTest) -> str:
    return "\n".join(one.value for one in app.markdown)


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception[0].value
    return app


def keys(app: AppTest) -> set[str]:
    return {str(one.key) for one in app.button}


@pytest.fixture
def app(town: fakes.Town, open_app: OpenApp) -> AppTest:
    town.desk.loads = (load(SWAPPED, UNKNOWN_CODE, NO_DATE),)
    return open_app("import_data")


def test_title_says_how_many_rows_wait_and_what_waits_comes_first(app: AppTest) -> None:
    assert app.title[0].value == "4 rows of 1 file wait for your answer"
    assert app.header[0].value == "Rows that wait for an answer"
    assert app.subheader[0].value == "storm\\_\\*\\.csv\\: 4 rows to decide"


def test_title_when_nothing_waits(open_app: OpenApp) -> None:
    app = open_app("import_data")
    assert app.title[0].value == "Every row is accounted for"
    assert app.header[0].value == "Load files"


def test_title_says_which_rows_stay_out_for_a_reason(town: fakes.Town, open_app: OpenApp) -> None:
    town.desk.loads = (load(NO_DATE, accepted="The force will say"),)
    app = open_app("import_data")
    assert app.title[0].value == ("Every row is accounted for; 1 row stays out for a stated reason")
    assert app.header[0].value == "Load files"


def test_a_reason_to_wait_shows_rows_values_and_proposals_letter_by_letter(app: AppTest) -> None:
    shown = texts(app)
    assert "**Easting and northing swapped\\: 2 rows** (G02)" in shown
    assert "- Row 10, Easting\\: “436180, 330860”. Proposal: **330860, 436180**" in shown
    assert "\\<b\\>436\\_181\\</b\\>" in shown
    assert "<b>" not in shown


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        (f"accept-{G02}", Answer("G02", "accept")),
        (f"reject-{G02}", Answer("G02", "reject")),
        (f"drop-{G02}", Answer("G02", "drop", rows=(10, 11))),
        (f"drop-{T01}", Answer("T01", "drop", rows=(5,))),
        (f"reject-{K01}", Answer("K01", "reject", rows=(18,))),
        (f"accept-one-{G02}", Answer("G02", "accept", rows=(10,))),
        (f"drop-one-{G02}", Answer("G02", "drop", rows=(10,))),
        (
            f"set-one-{T01}",
            Answer("T01", "set", rows=(5,), column="t_start", value="13/13/2026"),
        ),
    ],
)
def test_a_click_gives_the_answer(town: fakes.Town, app: AppTest, key: str, answer: Answer) -> None:
    click(app, key)
    assert town.desk.answered == [("load-1", answer)]


def test_only_what_a_rule_heeds_is_offered(app: AppTest) -> None:
    assert f"reject-{T01}" not in keys(app)
    assert f"accept-{K01}" not in keys(app)
    assert app.button(key=f"drop-{T01}").label == "Leave it out"
    assert app.button(key=f"drop-{G02}").label == "Leave all of them out"


def test_row_without_a_proposal_has_none_to_take(town: fakes.Town, app: AppTest) -> None:
    app.selectbox(key=f"row-{G02}").set_value(11).run()
    assert f"accept-one-{G02}" not in keys(app)
    app.text_input(key=f"value-{G02}-11").set_value("330861, 436181").run()
    click(app, f"set-one-{G02}")
    [(_, said)] = town.desk.answered
    assert (said.rows, said.column, said.value) == (
        (11,), "easting,northing", "330861, 436181",
    )  # fmt: skip


def test_unknown_code_gets_a_type(town: fakes.Town, app: AppTest) -> None:
    assert app.button(key=f"set-{K01}").disabled
    app.selectbox(key=f"kind-{K01}").set_value("Noise").run()
    click(app, f"set-{K01}")
    assert town.desk.answered == [("load-1", Answer("K01", "set", key="ASB-99", value="Noise"))]


def test_what_an_answer_changed_is_said_where_it_was_given(app: AppTest) -> None:
    app = click(app, f"accept-{G02}")
    assert app.info[0].value == (
        "Easting and northing swapped\\: the proposal was taken for all rows\\. 1 more row of"
        " storm\\_\\*\\.csv now counts; 2 rows of this file still wait\\."
    )
    assert f"accept-{G02}" not in keys(app)


def test_fault_of_an_answer_is_told_and_the_rest_stays(town: fakes.Town, app: AppTest) -> None:
    town.desk.fault = DataError("Another import is at work.", "Try again.")
    app = click(app, f"accept-{G02}")
    assert app.error[0].value == "**Another import is at work\\.** Try again\\."
    assert f"drop-{T01}" in keys(app)


def test_an_answer_is_taken_back(town: fakes.Town, open_app: OpenApp) -> None:
    words = ("The *first*.", "The second.")
    town.desk.loads = (load(answers=words),)
    app = open_app("import_data")
    assert "The \\*first\\*\\." in texts(app)
    app = click(app, "undo-load-1-1")
    assert town.desk.undone == [("load-1", 1)]
    assert app.info[0].value.startswith("Taken back\\. As many rows of storm")


def test_rows_may_wait_for_a_reason(town: fakes.Town, app: AppTest) -> None:
    app = click(app, "wait-load-1")
    assert app.error[0].value.startswith("**Rows may only wait for a stated reason")
    app.text_input(key="reason-load-1").set_value("The *force* will say").run()
    app = click(app, "wait-load-1")
    assert town.desk.reasons == [("load-1", "The *force* will say")]
    assert "The \\*force\\* will say" in texts(app)
    assert f"accept-{G02}" not in keys(app)
    app.toggle(key="again-load-1").set_value(True).run()
    assert f"accept-{G02}" in keys(app)


def test_nothing_can_be_answered_once_the_columns_are_gone(
    town: fakes.Town, open_app: OpenApp
) -> None:
    town.desk.loads = (load(SWAPPED, can_answer=False, answers=("One.",)),)
    app = open_app("import_data")
    assert "no longer kept" in app.info[0].value
    assert not [key for key in keys(app) if key.startswith(("accept-", "drop-", "undo-"))]


def test_long_values_are_cut_short(town: fakes.Town, open_app: OpenApp) -> None:
    row = replace(NO_DATE.rows[0], value="x" * 5000)
    town.desk.loads = (load(replace(NO_DATE, rows=(row,))),)
    assert f"“{'x' * 60}…”" in texts(open_app("import_data"))


def test_code_of_more_rows_than_are_shown_is_answered_by_its_name(
    town: fakes.Town, open_app: OpenApp
) -> None:
    town.desk.loads = (load(replace(UNKNOWN_CODE, total=500)),)
    click(open_app("import_data"), f"drop-{K01}")
    assert town.desk.answered == [("load-1", Answer("K01", "drop", key="ASB-99"))]
