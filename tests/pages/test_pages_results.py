"""Does the page of results say the verdict first, what it rests on, and what it cannot say?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from data.access import Role
from data.errors import DataError
from tests.pages import fakes, result_fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]

ONE = {"intervention": "patrols"}
NEW = {"task": "register"}
EDIT = {**ONE, "task": "edit"}
NOT_DELIVERED = {"verdict": "not_delivered", "displacement_verdict": "cannot_tell"}


def text(app: AppTest) -> str:
    return " ".join(one.value for one in [*app.markdown, *app.caption]).replace("\\", "")


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_list_says_how_many_are_due_and_what_they_say(open_app: OpenApp) -> None:
    app = open_app("results")
    assert app.title[0].value == "One result is due\\: one had some effect"
    assert "Register an intervention" in labels(app)
    assert "**Due now**" in text(app)


def test_list_escapes_titles_and_opens_one(open_app: OpenApp) -> None:
    app = open_app("results")
    button = next(one for one in app.button if "Patrols" in one.label)
    assert button.label.startswith("\\<b\\>Patrols\\_")
    button.click().run()
    assert app.title[0].value.startswith("Some effect here")


def test_list_says_when_the_next_is_where_none_is_due(town: fakes.Town, open_app: OpenApp) -> None:
    town.register.verdicts = [result_fakes.listed(review_due=False, verdict="worked")]
    app = open_app("results")
    assert app.title[0].value == "No result is due now; one of one intervention worked"
    assert "The next review is of" in text(app)
    assert "1 December 2024" in text(app)


def test_empty_register_says_what_to_do(town: fakes.Town, open_app: OpenApp) -> None:
    town.register.verdicts, town.register.interventions = [], []
    app = open_app("results")
    assert app.title[0].value == "No intervention is registered yet"
    assert "Register what you plan before it starts" in text(app)


def test_verdict_stands_first_with_three_lines_of_figures(open_app: OpenApp) -> None:
    app = open_app("results", query=ONE)
    assert app.title[0].value == "Some effect here, and some of it probably moved next door"
    shown = text(app)
    assert (
        "**Treated streets:** 172 reports, 301 expected. That is 129 fewer (likely range 71 to 187"
        " fewer)."
    ) in shown
    assert (
        "**Next door:** 252 reports, 191 expected. About 5 in every 10 prevented reports"
        " reappeared there."
    ) in shown
    assert "68 fewer, but the likely range runs from 145 fewer to 9 more" in shown
    assert "**Delivered:** 412 visits; planned: 480 visits." in shown
    assert "**We could have seen:** a fall of 25% or more." in shown


def test_titles_of_pictures_are_true_of_their_numbers(open_app: OpenApp) -> None:
    app = open_app("results", query=ONE)
    heads = [one.value.replace("\\", "") for one in app.header]
    assert "Where: every treated hexagon fell; every neighbour rose" in heads
    assert (
        "When: treated was below its expected range in all twelve months since the start" in heads
    )
    assert "So far: 121 fewer reports in the treated streets, up to June 2024" in heads
    assert len(app.get("vega_lite_chart")) == 5
    assert all(len(chart.proto.alt) > 30 for chart in app.get("vega_lite_chart"))


def test_figures_are_behind_one_click_with_the_technical_words(open_app: OpenApp) -> None:
    app = open_app("results", query=ONE)
    figures = next(one.value for one in app.table if "Expected" in one.value.columns)
    assert list(figures["Likely range"])[:2] == ["71 to 187 fewer", "10 to 112 more"]
    assert "Weighted displacement difference \u221268 (standard error 47" in text(app)
    assert "Displacement quotient \u22120.47" in text(app)


def test_overlap_is_a_warning_and_changes_after_results_are_said(open_app: OpenApp) -> None:
    app = open_app("results", query=ONE)
    assert "around the treated ones here too" in app.warning[0].value
    assert result_fakes.LATE in text(app)


def test_not_delivered_shows_no_figures_and_cannot_be_recorded(
    town: fakes.Town, open_app: OpenApp
) -> None:
    town.register.result = result_fakes.result(**NOT_DELIVERED)
    app = open_app("results", query=ONE)
    assert app.title[0].value == "Not delivered, so there is nothing to judge"
    assert "“Worked” cannot be recorded." in text(app)
    assert "172" not in text(app)
    assert "Save the verdict" not in labels(app)
    assert "Say what was delivered" in labels(app)
    assert app.get("vega_lite_chart") == []


def test_too_few_says_so_and_shows_no_expected_figure(town: fakes.Town, open_app: OpenApp) -> None:
    town.register.result = result_fakes.not_tested()
    app = open_app("results", query=ONE)
    assert app.title[0].value == "We cannot tell yet whether it worked, or moved"
    assert "9 reports are too few for a test." in text(app)
    assert "**Next review:** 1 December 2024" in text(app)


def test_single_months_are_left_out_for_a_role_that_may_not_see_them(
    town: fakes.Town, open_app: OpenApp
) -> None:
    town.register.result = result_fakes.result(series=(), rings=(), saved=(), types=(), rises=())
    app = open_app("results", query=ONE, role=Role.COUNCIL_MANAGER)
    assert "not shown to your role" in app.warning[1].value
    assert "Edit" not in labels(app)
    assert "Register an intervention" not in labels(open_app("results", role=Role.COUNCIL_MANAGER))


def test_form_is_not_for_a_role_that_may_not_plan(open_app: OpenApp) -> None:
    app = open_app("results", query=NEW, role=Role.NPT)
    assert app.title[0].value.startswith("One result is due")


def test_unknown_intervention_of_a_link_is_said(open_app: OpenApp) -> None:
    app = open_app("results", query={"intervention": "gone"})
    assert "not in this area's register" in app.info[0].value


def test_registering_takes_place_title_and_usual_reviews(
    town: fakes.Town, open_app: OpenApp
) -> None:
    app = open_app("results", query=NEW)
    app.text_input(key="iv-title").input("Evening patrols, Quay Street")
    app.multiselect(key="iv-cells").set_value(list(result_fakes.TREATED)).run()
    assert town.register.what_ifs[-1] == (result_fakes.TREATED, 30, ())
    assert "A fall of 30% would probably be seen after 7 months" in (
        app.info[0].value.replace("\\", "")
    )
    app.button(key="iv-save").click().run()
    (added,) = town.register.added
    assert added.title == "Evening patrols, Quay Street"
    assert added.treated_cells == result_fakes.TREATED
    assert added.start == date(2024, 10, 1)
    assert added.review_dates == (date(2024, 10, 29), date(2025, 1, 1), date(2025, 4, 1))
    assert app.title[0].value == "Evening patrols, Quay Street is in the register"
    app.button(key="open-saved").click().run()
    assert app.title[0].value.startswith("Some effect here")


def test_form_starts_with_the_hexagons_of_the_hotspot_in_the_address(open_app: OpenApp) -> None:
    app = open_app("results", query={**NEW, "place": "spot-1"})
    assert set(app.multiselect(key="iv-cells").value) == set(fakes.hotspot(1).cells)


def test_hotspot_is_added_to_what_is_chosen(open_app: OpenApp) -> None:
    app = open_app("results", query=NEW)
    app.selectbox(key="iv-spot").set_value("spot-2").run()
    app.button(key="iv-add-spot").click().run()
    assert set(app.multiselect(key="iv-cells").value) == set(fakes.hotspot(2).cells)


def test_new_start_moves_the_reviews(open_app: OpenApp) -> None:
    app = open_app("results", query=NEW)
    app.date_input(key="iv-start").set_value(date(2025, 3, 15)).run()
    assert app.date_input(key="iv-review-First").value == date(2025, 4, 12)


def test_refused_registration_is_explained_and_keeps_what_was_written(
    town: fakes.Town, open_app: OpenApp
) -> None:
    town.register.fault = DataError("A title has 1 to 80 characters; found 0.", "Say what is done.")
    app = open_app("results", query=NEW)
    app.text_input(key="iv-post").input("Sergeant").run()
    app.button(key="iv-save").click().run()
    assert "A title has 1 to 80 characters" in app.error[0].value
    assert app.text_input(key="iv-post").value == "Sergeant"


def test_edit_hands_on_the_change_and_its_reason(town: fakes.Town, open_app: OpenApp) -> None:
    app = open_app("results", query=EDIT)
    assert app.text_input(key="iv-title").value == result_fakes.EVIL
    app.number_input(key="iv-delivered").set_value(480.0)
    app.text_input(key="iv-reason").input("Log completed").run()
    app.button(key="iv-save").click().run()
    ((named, changed, reason),) = town.register.edited
    assert (named, reason) == ("patrols", "Log completed")
    assert changed == replace(result_fakes.spec(), delivered_dose=480.0)


def test_new_start_of_a_registered_one_leaves_its_reviews(open_app: OpenApp) -> None:
    app = open_app("results", query=EDIT)
    app.date_input(key="iv-start").set_value(date(2023, 8, 1)).run()
    assert app.date_input(key="iv-review-First").value == date(2024, 1, 1)


@pytest.mark.parametrize("needed", [True, False])
def test_reason_is_asked_for_after_the_start_only(
    town: fakes.Town,
    open_app: OpenApp,
    needed: bool,  # noqa: FBT001
) -> None:
    town.register.interventions = [result_fakes.intervention(needs_reason=needed)]
    app = open_app("results", query=EDIT)
    assert ("iv-reason" in [one.key for one in app.text_input]) == needed


def test_recorded_verdict_closes_or_sets_the_next_review(
    town: fakes.Town, open_app: OpenApp
) -> None:
    app = open_app("results", query=ONE)
    app.text_input(key="record-lesson").input("Keep the late shift")
    next(one for one in app.button if one.label == "Save the verdict").click().run()
    named, changed, reason = town.register.edited[0]
    assert (named, changed.status) == ("patrols", "open")
    assert changed.review_dates[-1] == date(2025, 1, 1)
    assert reason == "Verdict of the meeting: Some effect. Keep the late shift"
    app.selectbox(key="record-then").set_value("Close it")
    next(one for one in app.button if one.label == "Save the verdict").click().run()
    assert town.register.edited[1][1] == replace(result_fakes.spec(), status="closed")


def test_home_shows_what_is_due_with_its_verdicts(open_app: OpenApp) -> None:
    app = open_app("home")
    shown = text(app)
    assert "Some effect" in shown
    assert "Moved nearby" in shown
    assert "Due now, for the next meeting" in shown


def test_hotspot_says_what_was_tried_there(town: fakes.Town, open_app: OpenApp) -> None:
    place = result_fakes.spec(treated_cells=fakes.hotspot(1).cells[:2])
    town.register.interventions = [result_fakes.intervention(spec=place)]
    app = open_app("hotspot", query={"hotspot": "spot-1"})
    assert "What was tried here" in [one.value for one in app.header]
    assert "Moved nearby" in text(app)
    other = open_app("hotspot", query={"hotspot": "spot-6"})
    assert "Nothing is registered for this place." in text(other)
