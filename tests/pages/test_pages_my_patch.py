"""Does My patch say where now, next and later, and is a visit logged in two taps?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from data.access import Role
from geo.errors import NotEnoughDataError
from pages._ui import patch
from tests import patrol_plans
from tests.pages import patrol_fakes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]

DAY = date(2026, 11, 27)
WEST = {"patch": "West"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> patrol_fakes.Desk:
    asked = patrol_fakes.Desk(stored=patrol_plans.plan(stage="accepted"))
    patrol_fakes.install(asked, monkeypatch)
    at(monkeypatch, patrol_plans.moment(DAY, 18.7))
    return asked


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(patch, "local_now", lambda _: now)


def text(app: AppTest) -> str:
    return " ".join(one.value for one in [*app.markdown, *app.caption]).replace("\\", "")


def badges(app: AppTest) -> list[str]:
    return [one.value for one in app.markdown if "-badge[:material/" in one.value]


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def test_crew_sees_now_next_and_later_in_order_of_time(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    del desk
    app = open_app("my_patch", query={**WEST, "crew": "A Police 1"})
    assert app.title[0].value == "West patch"
    words = [badge.split("]")[0].split(": ")[1] for badge in badges(app)]
    assert words[-3:] == ["Now", "Next", "Later"]
    told = text(app)
    assert "**18:36 to 18:51, 15 minutes, with C PCSO, 20:10**" in told
    assert "**Do:** Walk through, speak to shops" in told
    assert "- 17:12 to 17:27, 15 minutes: Harbour Street" in told


def test_all_crews_show_only_the_visits_of_the_patch(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    del desk
    east = text(open_app("my_patch", query={"patch": "East"}))
    assert "19:36 to 19:51" in east
    assert "18:36 to 18:51" not in east


def test_crew_of_last_night_is_still_on_duty_after_midnight() -> None:
    plan = patrol_plans.plan()
    crews = patch.on_duty(plan, patrol_plans.moment(DAY, 24.8))
    assert [(crew.letter, crew.day.day) for crew in crews] == [("A", 27), ("A", 28), ("C", 28)]
    assert patch.on_duty(None, patrol_plans.moment(DAY, 18.0)) == ()


def test_visit_is_logged_in_two_taps_with_the_defaults(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    app = open_app("my_patch", role=Role.NPT, query={**WEST, "crew": "A Police 1"})
    press(app, "Log a visit")
    press(app, "Save the visit")
    logged = desk.logged[0]
    assert (logged.place, logged.activities, logged.note) == ("p1", ("engagement",), "")
    assert (logged.left - logged.arrived).total_seconds() == 15 * 60
    assert logged.planned is not None
    assert logged.planned.visit.visit_id == "2026-11-27-A-2"
    assert "Saved: 15 minutes at Marine Square" in app.success[0].value.replace("\\", "")


def test_note_that_is_refused_keeps_the_dialog_and_says_why(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    app = press(open_app("my_patch", query=WEST), "Log a visit")
    desk.fault = NotEnoughDataError("The note seems to name somebody.", "Leave the name out.")
    press(app, "Save the visit")
    assert "seems to name somebody" in app.error[0].value
    assert desk.logged == []


@pytest.mark.parametrize("role", [Role.BID, Role.CCTV_MGR, Role.COUNCIL_MANAGER])
def test_role_that_may_not_log_has_no_button(
    desk: patrol_fakes.Desk, open_app: OpenApp, role: Role
) -> None:
    del desk
    app = open_app("my_patch", role=role, query=WEST)
    assert "Log a visit" not in [button.label for button in app.button]


def test_without_a_plan_the_busy_places_can_still_be_visited(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    desk.stored = None
    app = open_app("my_patch", query=WEST)
    assert "No plan is accepted for this week" in text(app)
    assert "Queen Street \\(910" in str(app.table[-1].value)
    press(app, "Log a visit")
    press(app, "Save the visit")
    assert desk.logged[0].planned is None


def test_promises_are_the_visits_of_the_accepted_plan(
    desk: patrol_fakes.Desk, open_app: OpenApp
) -> None:
    stop = replace(patrol_plans.stop(1), name="Marine <Square>", visits=1)
    assert desk.stored is not None
    desk.stored = replace(desk.stored, stops=(stop, *desk.stored.stops[1:]))
    told = " ".join(one.value for one in open_app("my_patch", query=WEST).markdown)
    assert "**We promised:**\n- 1 visit to Marine \\<Square\\> this week" in told
