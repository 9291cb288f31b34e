"""Do register, places for more cameras, and impact say what is so, and change what they say?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from data.access import Role
from data.errors import DataError
from data.jobs import impact_card
from tests import paper_views
from tests.pages import cctv_fakes
from tests.pages.test_pages_cctv import sent, text, title

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    from tests.pages import fakes

    OpenApp = Callable[..., AppTest]

REGISTER = {"part": "Register"}
ONE = {**REGISTER, "camera": "C1|council"}
NEXT = {"part": "Where next"}
IMPACT = {"part": "Impact"}


@pytest.fixture
def control(town: fakes.Town, monkeypatch: pytest.MonkeyPatch) -> cctv_fakes.Control:
    """Return the fake control room that the screens ask."""
    del town
    asked = cctv_fakes.Control()
    cctv_fakes.install(asked, monkeypatch)
    return asked


def press(app: AppTest, label: str) -> None:
    next(one for one in app.button if one.label == label).click().run()
    assert not app.exception, app.exception[0].value


def act(open_app: OpenApp, name: str) -> AppTest:
    """Return the page with a thing to do chosen for a camera."""
    app = open_app("cctv", query=ONE)
    app.segmented_control(key="camera-act").set_value(name).run()
    return app


def test_register_lists_what_does_not_work_first_and_what_is_gone_last(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    del control
    app = open_app("cctv", query=REGISTER)
    assert title(app) == "1 of 2 cameras work today"
    listed = app.dataframe[0].value
    assert list(listed["Reference"]) == ["C1", "B1", "A1"]
    assert list(listed["Assumed"]) == ["1 assumed"] * 3
    assert "Outside Sandport: 1 camera." in text(app)


def test_chosen_camera_says_what_is_known_and_what_is_assumed(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    del control
    app = open_app("cctv", query=ONE)
    facts = dict(app.table[0].value.itertuples(index=False, name=None))
    assert facts["State"] == "Out of order since 3 May 2024"
    assert facts["Impact assessment"] == "None is named"
    assert "Its height is not known: 6 m are assumed." in text(app)


def test_role_that_may_not_edit_sees_facts_and_no_forms(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    control.register_changes = {"may_edit": False, "points_withheld": cctv_fakes.WITHHELD}
    app = open_app("cctv", query=ONE, role=Role.CHAIR)
    assert cctv_fakes.WITHHELD in text(app)
    assert not app.get("file_uploader")
    assert "Add a camera" not in [one.label for one in app.button]


def test_details_are_changed_with_a_reason(control: cctv_fakes.Control, open_app: OpenApp) -> None:
    app = act(open_app, "Details")
    app.text_input(key="cam-purpose-C1|council").input("Theft at shops")
    app.text_input(key="cam-reason-C1|council").input("New purpose")
    press(app, "Save the details")
    (name, (key, fields), options) = control.done[0]
    assert (name, key, options) == ("change_camera", "C1|council", {"reason": "New purpose"})
    assert (fields["purpose"], fields["type"], fields["height_m"]) == (
        "Theft at shops",
        "fixed",
        "",
    )
    assert "The details are saved" in text(app)


def test_fault_of_a_change_is_shown_and_nothing_is_lost(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = act(open_app, "Details")
    app.text_input(key="cam-purpose-C1|council").input("Theft at shops")
    control.fault = DataError(
        "A change needs a reason of 1 to 500 characters; found 0.", "Say why."
    )
    press(app, "Save the details")
    assert "A change needs a reason" in app.error[0].value
    assert app.text_input(key="cam-purpose-C1|council").value == "Theft at shops"


def test_camera_is_moved_to_the_coordinates_and_turned(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = act(open_app, "Move or turn")
    assert sent(app)["returned_objects"] == ["last_clicked"]
    assert '"here":[53.5,-2.0]' in sent(app)["feature_group"]
    app.number_input(key="cam-lon-C1|council").set_value(-2.01)
    press(app, "Move it")
    app.slider(key="cam-bearing-C1|council").set_value(180)
    press(app, "Turn it")
    assert [(name, args[1]) for name, args, _ in control.done] == [
        ("move_camera", (-2.01, 53.5)),
        ("turn_camera", 180.0),
    ]


def test_direction_that_nobody_knows_is_not_invented(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = act(open_app, "Move or turn")
    app.toggle(key="cam-unturned-C1|council").set_value(True)
    press(app, "Turn it")
    assert control.done[0][1] == ("C1|council", None)


def test_status_has_a_time_with_its_zone(control: cctv_fakes.Control, open_app: OpenApp) -> None:
    app = act(open_app, "Status")
    app.selectbox(key="cam-state-C1|council").set_value("fault")
    app.text_input(key="cam-why-status-C1|council").input("No picture")
    press(app, "Save the status")
    name, args, options = control.done[0]
    assert (name, args) == ("set_status", ("C1|council", "fault"))
    assert options["since"] == datetime(2024, 9, 20, tzinfo=UTC)
    assert options["reason"] == "No picture"


def test_watched_hours_are_set_for_several_cameras(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = act(open_app, "Watched hours")
    app.multiselect(key="cam-hours-of-C1|council").set_value(["C1|council", "B1|council"])
    app.text_input(key="cam-hours-C1|council").input("Fri-Sat 18:00-02:00")
    press(app, "Save the hours")
    assert control.done[0][1] == (["C1|council", "B1|council"], "Fri-Sat 18:00-02:00")
    app.toggle(key="cam-recorded-C1|council").set_value(True)
    press(app, "Save the hours")
    assert control.done[1][1][1] is None


def test_withdrawing_needs_a_reason_and_leads_back(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = act(open_app, "Withdraw")
    app.text_input(key="cam-why-withdraw-C1|council").input("Entered twice")
    press(app, "Withdraw it")
    assert control.done[0] == ("withdraw_camera", ("C1|council",), {"reason": "Entered twice"})
    assert "is withdrawn; its versions are kept" in text(app)
    assert "No camera is chosen" in [one.value for one in app.header]


def test_new_camera_is_registered_where_it_is_typed(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = open_app("cctv", query={**REGISTER, "camera": "new"})
    app.text_input(key="cam-camera_id-new").input("N1")
    app.number_input(key="cam-lon-new").set_value(-2.0)
    app.number_input(key="cam-lat-new").set_value(53.5)
    press(app, "Add it to the register")
    name, (fields,), _ = control.done[0]
    assert name == "add_camera"
    assert (fields["camera_id"], fields["lon"], fields["lat"]) == ("N1", -2.0, 53.5)
    assert (fields["bearing_deg"], fields["live_from"], fields["type"]) == (None, None, None)


def test_pasted_fault_log_is_taken_and_what_waits_is_asked(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = open_app("cctv", query=REGISTER)
    app.text_area(key="camera-paste").input("camera_id,from\nC1,2024-05-03").run()
    press(app, "Take the pasted log")
    assert control.done[0][0] == "paste_faults"
    assert "Fault log: 5 rows read, 3 new" in text(app)
    assert any("The angle is 361" in str(one.value) for one in app.table)
    press(app, "Take them as suggested")
    assert control.done[1][2] == {"answers": {"C1": "accept"}}


def test_more_cameras_are_placed_and_numbered_on_the_map(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = open_app("cctv", query={**NEXT, "more": "3", "away": "20"})
    assert title(app) == "3 more cameras would bring 5% more of demand into view"
    assert {(one.k, one.quick, one.away_m) for one in control.sites} == {
        (3, False, 20.0),
        (3, True, 20.0),
    }
    shown = text(app)
    assert "**In view:** 36% of demand now, 41% with them." in shown
    assert "Proved: no other choice" in shown
    payload = sent(app)["feature_group"]
    assert payload.count(',"new",') == 3
    assert payload.count(',"asked",') == 1
    refused = next(one.value for one in app.table if "Why" in one.value.columns)
    assert refused["Why"].iloc[0].startswith("It lies near a school")


def test_own_sites_are_read_line_by_line_and_odd_ones_named(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = open_app("cctv", query=NEXT)
    app.text_area(key="own-sites").input("Taxi rank, north, -2.0, 53.5\nnonsense")
    app.text_input(key="sites-out").input("S1, S2").run()
    assert control.sites[-1].given == (("Taxi rank, north", -2.0, 53.5),)
    assert control.sites[-1].excluded == ("S1", "S2")
    assert "Not read: line 2" in app.warning[0].value


def test_requests_are_entered_and_decided_with_a_reason(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = open_app("cctv", query=NEXT)
    assert "1 request, 1 to be decided" in [one.value for one in app.header]
    app.selectbox(key="decide-what").set_value("declined")
    app.text_input(key="decide-why").input("Lighting first")
    press(app, "Save the decision")
    assert control.done[0] == ("decide", ("R1", "declined"), {"reason": "Lighting first"})
    app.text_input(key="ask-place").input("Pier Head")
    press(app, "Enter it")
    assert control.done[1][1][0]["place"] == "Pier Head"


def test_impact_keeps_what_was_reported_apart_from_what_was_found(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = open_app("cctv", query=IMPACT)
    assert title(app) == "raw title"
    shown = text(app)
    assert "**Reported by the public and partners:** Raw sentence with 484." in shown
    assert "**Found by CCTV:** Raw sentence with 136." in shown
    heads = [one.value for one in app.header]
    assert "a label\\: no clear change" in heads
    assert "a label\\: rose" in heads
    assert len(app.get("vega_lite_chart")) == 2
    assert control.impacts[-1].start is None


def test_impact_of_the_whole_room_and_of_a_start(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    query = {"of": "The whole control room", "since": "January 2024", "until": "May 2024"}
    open_app("cctv", query={**IMPACT, **query})
    asked = control.impacts[-1]
    assert (asked.start, asked.end, asked.every_camera) == ("2024-01", "2024-05", True)


def test_months_that_exclude_each_other_are_told(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    query = {"since": "May 2024", "until": "January 2024"}
    app = open_app("cctv", query={**IMPACT, **query})
    assert "The end must not lie before the start" in app.error[0].value
    assert control.impacts == []


def test_figures_are_behind_one_click_and_say_why_one_is_missing() -> None:
    rows = impact_card.figure_rows(paper_views.impact_view())
    assert rows[0] == (
        "a label: ratio to what was expected",
        "0.98",
        "0.90 to 1.06",
        "",
    )
    assert rows[1][1:] == ("not told", "not told", "too few")


def test_paper_is_written_for_the_change_that_is_shown(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    app = open_app("cctv", query=IMPACT, role=Role.COUNCIL_MANAGER)
    next(one for one in app.text_input if one.label == "Report to").input("Leisure Committee")
    press(app, "Write it")
    assert control.papers[0].report_to == "Leisure Committee"
    assert control.papers[0].impact == paper_views.impact_view().options
    assert [one.label for one in app.get("download_button")] == ["Download Word", "Download PDF"]
    assert "2 Recommendation(s): ..." in text(app)


def test_role_that_writes_no_papers_is_offered_none(
    control: cctv_fakes.Control, open_app: OpenApp
) -> None:
    del control
    app = open_app("cctv", query=IMPACT, role=Role.NPT)
    assert "Write it" not in [one.label for one in app.button]
