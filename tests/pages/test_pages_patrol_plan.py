"""Does the patrol plan say its finding first, re-plan only when asked, and name who may accept?"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from data.access import Role
from data.patrol_views import LockChoice, PlanParams
from geo.errors import NotEnoughDataError
from tests import patrol_plans
from tests.pages import patrol_fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]

WEEK = {"week": "23 to 29 Nov"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> patrol_fakes.Desk:
    asked = patrol_fakes.Desk()
    patrol_fakes.install(asked, monkeypatch)
    return asked


def text(app: AppTest) -> str:
    return " ".join(one.value for one in [*app.markdown, *app.caption]).replace("\\", "")


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def sent(app: AppTest) -> dict:
    element = app.get("component_instance")[0]
    return json.loads(element.proto.json_args)


def test_card_says_the_finding_what_is_left_out_and_whether_it_is_fair(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    app = open_app("patrol_plan", query=WEEK)
    assert app.title[0].value == patrol_plans.plan().headline
    told = text(app)
    assert "**Not covered:** Grange Road, Queens Drive (too far)" in told
    assert "**Fairness:** The most deprived fifth" in told
    assert desk.asked == []


def test_week_without_a_plan_says_how_to_make_one(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    desk.stored = None
    app = open_app("patrol_plan", query=WEEK)
    assert app.title[0].value == "No plan is made for this week yet"
    assert "Make the plan" in labels(app)


def test_without_teams_the_page_says_how_to_load_them(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    desk.teams = False
    app = open_app("patrol_plan")
    assert app.title[0].value.startswith("No teams are loaded yet")
    assert not app.number_input


def test_changed_hours_change_nothing_until_the_button_is_pressed(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    app = open_app("patrol_plan", query=WEEK)
    app.number_input(key="hours-2026-W48-npt").set_value(24.0).run()
    assert desk.asked == []
    press(app, "Make the plan")
    assert desk.asked == [PlanParams("2026-W48", hours=(("npt", 24.0),))]


def test_made_plan_replaces_the_one_in_view_and_can_be_accepted(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    desk.made = replace(desk.made, headline="70 hours reach 63% of hotspot harm")
    app = press(open_app("patrol_plan", query=WEEK, role=Role.CHAIR), "Make the plan")
    assert app.title[0].value == "70 hours reach 63% of hotspot harm"
    press(app, "Accept the plan")
    assert desk.accepted == ["made"]
    assert "Accept the plan" not in labels(app)
    assert "Accepted on 25 November 2026" in text(app)


def test_plan_that_cannot_be_made_leaves_the_old_one_in_view(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    desk.fault = NotEnoughDataError("No crew has any hours.", "Type in hours.")
    app = press(open_app("patrol_plan", query=WEEK), "Make the plan")
    assert "No crew has any hours" in app.error[0].value
    assert app.title[0].value == patrol_plans.plan().headline


def test_officer_sees_the_plan_but_can_neither_make_nor_accept_one(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    app = open_app("patrol_plan", query=WEEK, role=Role.NPT)
    assert not {"Make the plan", "Accept the plan", "Change it"} & set(labels(app))
    assert all(box.disabled for box in app.number_input if box.key.startswith("hours-"))
    assert desk.asked == []


def test_map_shows_routes_of_the_day_and_stops_that_are_left_out(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    del desk
    app = open_app("patrol_plan", query=WEEK)
    group = sent(app)["feature_group"]
    for part in (
        '["A","#12436d"',
        '["F","#6d5b00"',
        '"x","Grange Road"',
        '"v","Marine Square"',
    ):
        assert part in group
    key = sent(app)["key"]
    app.selectbox(key="plan-crew-2026-11-27").select("B").run()
    assert sent(app)["key"] == key
    assert '["A","#12436d"' not in sent(app)["feature_group"]
    assert '"e","North Parade"' in sent(app)["feature_group"]


def test_month_only_data_show_visits_a_week_and_no_times(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    desk.stored = patrol_plans.month_plan()
    app = open_app("patrol_plan", query=WEEK)
    heads = [head.value.replace("\\", "") for head in app.header]
    assert "Visits a week: these data give no hours" in heads
    assert not [head for head in heads if head.startswith("Who is where")]
    assert "no hours can be planned" in text(app)


def test_bound_arrives_and_is_told(desk: patrol_fakes.Desk, open_app: OpenApp) -> None:
    del desk
    app = open_app("patrol_plan", query=WEEK)
    app.run()
    assert "No plan of these hours can be worth more than 1.4% above this one" in text(app)


def test_bound_that_cannot_be_told_is_said(desk: patrol_fakes.Desk, open_app: OpenApp) -> None:
    desk.bound = None
    app = open_app("patrol_plan", query=WEEK)
    app.run()
    assert "An upper bound cannot be told for this plan" in text(app)


def test_replaced_plan_can_neither_be_accepted_nor_changed(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    desk.stored = patrol_plans.plan(stage="replaced", stage_words="Replaced on 24 November 2026")
    app = open_app("patrol_plan", query=WEEK)
    assert not {"Accept the plan", "Change it"} & set(labels(app))
    assert "Replaced on 24 November 2026" in text(app)


def test_place_left_out_and_visit_kept_are_asked_of_the_next_plan(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    app = press(open_app("patrol_plan", query=WEEK), "Change it")
    app.multiselect(key="plan-kept").select("2026-11-27-A-1")
    app.multiselect(key="plan-out").select("p3").run()
    press(app, "Plan the rest again")
    friday = patrol_plans.FRIDAY
    assert desk.asked[0].left_out == ("p3",)
    assert desk.asked[0].locks == (LockChoice(friday, f"A-{friday}", "p2", 17 * 60 + 12.0),)


def test_moved_visit_is_locked_to_its_new_crew(desk: patrol_fakes.Desk, open_app: OpenApp) -> None:
    app = press(open_app("patrol_plan", query=WEEK), "Change it")
    friday = patrol_plans.FRIDAY
    app.selectbox(key="plan-move-to-2026-11-27-A-1").select(f"B-{friday}").run()
    press(app, "Move it")
    press(app, "Plan the rest again")
    assert desk.asked[0].locks == (LockChoice(friday, f"B-{friday}", "p2", 17 * 60 + 12.0),)


def test_swapped_visits_change_crew_and_time(desk: patrol_fakes.Desk, open_app: OpenApp) -> None:
    app = press(open_app("patrol_plan", query=WEEK), "Change it")
    friday = patrol_plans.FRIDAY
    app.selectbox(key="plan-swap-2026-11-27-A-1").select("2026-11-27-C-2").run()
    press(app, "Swap them")
    press(app, "Plan the rest again")
    assert set(desk.asked[0].locks) == {
        LockChoice(friday, f"C-{friday}", "p2", 18 * 60 + 30.0),
        LockChoice(friday, f"A-{friday}", "p7", 17 * 60 + 12.0),
    }


def test_what_was_promised_stands_above_the_hours(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    desk.delivered = patrol_plans.delivery()
    app = open_app("patrol_plan", query=WEEK)
    told = text(app)
    assert "**Of 120 planned hours 71 were delivered; 3 places had no visit**" in told
    assert ":orange-badge[:material/block: Not delivered]" in told
    assert told.index("Of 120 planned hours") < told.index("**Not covered:**")


def test_priorities_hold_from_the_next_plan(desk: patrol_fakes.Desk, open_app: OpenApp) -> None:
    app = open_app("patrol_plan", query=WEEK)
    app.slider(key="plan-budget-violence").set_value(3)
    app.selectbox(key="plan-lens").select("reports").run()
    assert desk.asked == []
    press(app, "Make the plan")
    asked = desk.asked[0]
    assert asked.lens == "reports"
    assert [group.budget for group in asked.groups] == [3.0, 1.0]
