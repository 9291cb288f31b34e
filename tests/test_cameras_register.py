"""Does the camera register change as people say, and does it tell what is odd?"""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from data.access import AccessError, Principal, Role
from data.errors import DataError, FileRefusedError
from data.jobs import camera_files, cameras
from data.jobs.camera_estate import estate, half_hours, week_of, week_states
from data.jobs.camera_words import hours_words
from data.jobs.daylight import dark_hours, sun_height_deg
from data.store.registers import entry_history
from tests.places import ANALYST, NOW, add_town

CONTROL_ROOM = Principal("Cleo", Role.CCTV_MGR)
PIER = {"camera_id": "C1", "owner": "council", "name": "Pier", "type": "fixed", "lon": -5.02,
        "lat": 53.0, "bearing_deg": 90, "live_from": date(2023, 3, 1)}  # fmt: skip
KEY = "C1|council"


@pytest.fixture
def town(ws, tmp_path):
    add_town(ws, tmp_path / "pack")
    return ws


@pytest.fixture
def pier(town):
    assert cameras.add_camera(town, CONTROL_ROOM, "quaytown", PIER) == KEY
    return town


def _row(ws, principal=CONTROL_ROOM, on=None):
    (row,) = cameras.register_view(ws, principal, "quaytown", on).rows
    return row


def test_each_change_is_a_version_with_its_audit_entry_and_reason(pier):
    cameras.move_camera(pier, CONTROL_ROOM, "quaytown", KEY, (-5.01, 53.01), reason="New pole")
    cameras.turn_camera(pier, CONTROL_ROOM, "quaytown", KEY, "NW", reason="Turned to the square")
    with pier.store.read() as session:
        history = entry_history(session, "camera", "quaytown", KEY)
    assert [(one.content["lon"], one.content["bearing_deg"]) for one in history] == [
        (-5.02, 90), (-5.01, 90), (-5.01, 315),
    ]  # fmt: skip
    (entry,) = pier.store.audit_entries(action="turn_camera")
    assert '"reason":"Turned to the square"' in entry.detail.replace(": ", ":")
    assert '"fields":["bearing_deg"]' in entry.detail.replace(": ", ":")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("bearing_deg", 361, "direction cannot be taken: no direction between 0 and 360 degrees"),
        ("max_range_m", 0, "longest range cannot be taken: not between 1 and 5,000; found 0"),
        ("fov_deg", 361, "angle of view cannot be taken: not between 0.1 and 360"),
        ("lat", 91, "latitude must be from -90 to 90"),
        ("lon", "east", "longitude must be from"),
        ("live_from", "2023-02-30", "day of installation is no date"),
        ("live_to", "2022-01-01", "before it was installed"),
        ("type", "eye", "type cannot be taken: not one of ptz, fixed"),
        ("monitored_hours", {"fri": [["18:00", "late"]]}, "monitored hours cannot be read"),
        ("purpose", "asked for by Mr Smith", "looks like personal data"),
        ("camera_id", "C2", "cannot be changed"),
        ("colour", "red", "no field 'colour'"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_in_words(pier, field, value, words):
    with pytest.raises(DataError) as caught:
        cameras.change_camera(pier, ANALYST, "quaytown", KEY, {field: value}, reason="Try")
    assert words in caught.value.message
    assert "Smith" not in caught.value.message
    assert _row(pier).content["bearing_deg"] == 90


def test_what_is_not_known_is_an_assumption_and_no_error(town):
    cameras.add_camera(town, ANALYST, "quaytown", {"camera_id": "C9", "bearing_deg": ""})
    (row,) = cameras.register_view(town, ANALYST, "quaytown").rows
    assert row.content["bearing_deg"] is None
    assert row.assumed[0] == "Its type is not stated: it is taken for a fixed camera."
    assert any("Which way it faces is not known" in words for words in row.assumed)
    assert row.notices == ("No location: in the register, not on the map",)


def test_a_change_without_a_reason_is_refused(pier):
    with pytest.raises(DataError, match="needs a reason"):
        cameras.turn_camera(pier, ANALYST, "quaytown", KEY, 10, reason="  ")
    assert not pier.store.audit_entries(action="turn_camera")


def test_two_cameras_on_one_spot_and_one_outside_are_told_and_not_refused(pier):
    cameras.add_camera(pier, ANALYST, "quaytown", {**PIER, "camera_id": "C2"})
    cameras.add_camera(pier, ANALYST, "quaytown", {**PIER, "camera_id": "C3", "lon": 6.1})
    view = cameras.register_view(pier, ANALYST, "quaytown")
    told = {row.camera_id: row.notices for row in view.rows}
    assert told["C1"] == told["C2"] == ("On one spot with 1 other camera",)
    assert told["C3"] == ("Outside Quaytown",)
    assert view.notices == ("On one spot: 2 cameras.", "Outside Quaytown: 1 camera.")


def test_a_camera_is_registered_once(pier):
    with pytest.raises(DataError, match="registered already"):
        cameras.add_camera(pier, ANALYST, "quaytown", PIER)


def test_a_fault_opens_an_outage_and_working_ends_it(pier):
    start, end = NOW - timedelta(days=9), NOW - timedelta(days=2)
    cameras.set_status(
        pier, CONTROL_ROOM, "quaytown", KEY, "fault", since=start, reason="No picture"
    )
    assert not _row(pier).works
    assert _row(pier).state_words == "Out of order since 6 August 2024"
    cameras.set_status(pier, CONTROL_ROOM, "quaytown", KEY, "working", since=end, reason="New lens")
    (outage,) = estate(pier, "quaytown").cameras[0].outages
    assert (outage.start, outage.end) == (start, end)
    assert _row(pier).works
    assert _row(pier).uptime_words == "98% of the last 12 months"
    view = cameras.register_view(pier, ANALYST, "quaytown")
    assert view.headline == "1 of 1 camera works today"
    assert view.outages[0].to_words == "13 August 2024, 10:00"


def test_a_state_cannot_begin_in_the_future_or_end_before_its_start(pier):
    with pytest.raises(DataError, match="in the future"):
        cameras.set_status(
            pier, ANALYST, "quaytown", KEY, "off", since=NOW + timedelta(1), reason="Works"
        )
    cameras.set_status(pier, ANALYST, "quaytown", KEY, "off", reason="Road works")
    with pytest.raises(DataError, match="in that state already"):
        cameras.set_status(pier, ANALYST, "quaytown", KEY, "off", reason="Road works")
    with pytest.raises(DataError, match="since a later time"):
        cameras.set_status(
            pier, ANALYST, "quaytown", KEY, "working", since=NOW - timedelta(1), reason="Back"
        )


def test_dates_of_installation_and_removal_say_what_stands(pier):
    cameras.change_camera(
        pier, ANALYST, "quaytown", KEY, {"live_to": date(2024, 1, 1)}, reason="Taken down"
    )
    working = [
        cameras.register_view(pier, ANALYST, "quaytown", day).headline
        for day in (date(2023, 2, 28), date(2023, 3, 1), date(2023, 12, 31), date(2024, 1, 1))
    ]
    assert [words[:11] for words in working] == [
        "0 of 0 came", "1 of 1 came", "1 of 1 came", "0 of 0 came",
    ]  # fmt: skip


def test_outages_and_monitored_hours_hold_at_their_hours_of_the_week(pier):
    cameras.set_monitored(
        pier, CONTROL_ROOM, "quaytown", [KEY], "Fri-Sat 22:00-02:00", reason="New rota"
    )
    monday = datetime(2024, 8, 12, 9, tzinfo=UTC)
    cameras.set_status(
        pier, CONTROL_ROOM, "quaytown", KEY, "fault", since=monday, reason="No power"
    )
    states = week_states(estate(pier, "quaytown"), pier.area("quaytown"), date(2024, 8, 15))
    assert states.working[0, :10].all()
    assert not states.working[0, 10:].any()
    assert not states.watched.any()
    watched = estate(pier, "quaytown").cameras[0].watched_hours
    assert np.flatnonzero(watched).tolist() == [118, 119, 120, 121, 142, 143, 144, 145]


def test_hours_over_midnight_run_into_the_next_day_and_the_next_week():
    assert np.flatnonzero(week_of({"sun": [["23:00", "01:00"]]})).tolist() == [0, 167]
    assert week_of({"mon": [["00:00", "24:00"]]}).sum() == 24


def test_hours_are_said_with_the_days_that_share_them():
    everyday = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
    assert hours_words({**everyday, "sun": [["00:00", "24:00"]]}) == "All day, every day"
    assert hours_words({"mon": [["09:00", "17:00"]]}) == "Monday 09:00 to 17:00"


def test_a_withdrawn_camera_leaves_the_register_and_its_versions_stay(pier):
    cameras.withdraw_camera(pier, ANALYST, "quaytown", KEY, reason="Entered twice")
    assert not estate(pier, "quaytown").cameras
    with pier.store.read() as session:
        assert len(entry_history(session, "camera", "quaytown", KEY)) == 2


@pytest.mark.parametrize("role", [Role.CHAIR, Role.COUNCIL_CST, Role.BID, Role.NPT])
def test_other_roles_change_nothing_and_see_no_points(pier, role):
    somebody = Principal("Sam", role)
    with pytest.raises(AccessError, match="cannot change the camera register"):
        cameras.turn_camera(pier, somebody, "quaytown", KEY, 10, reason="Try")
    with pytest.raises(AccessError):
        camera_files.paste_faults(pier, somebody, "quaytown", "camera_id,from,state\nC1,,fault")
    view = cameras.register_view(pier, somebody, "quaytown")
    assert view.rows[0].content["lon"] is None
    assert view.points_withheld
    assert not view.may_edit


def test_a_pasted_fault_log_loads_what_it_can_and_says_what_waits(pier):
    pasted = (
        "Camera No\tFault from\tCleared\tState\n"
        "C1\t01/08/2024 10:00\t02/08/2024 10:00\tno picture\n"
        "C1\t31/02/2024 10:00\t\tfault\n"
        "C77\t03/08/2024 10:00\t\tdirty\n"
    )
    found = camera_files.paste_faults(pier, CONTROL_ROOM, "quaytown", pasted)
    assert (found.rows_read, found.new, found.counts["held"]) == (3, 2, 1)
    assert [(one.code, one.rows) for one in found.waiting] == [("T01", 1)]
    assert "1 row waits for an answer" in found.words
    view = cameras.register_view(pier, CONTROL_ROOM, "quaytown")
    told = "Rows of the fault log that name a camera which is not registered: 1."
    assert told in view.notices


def test_a_file_of_bad_cameras_loads_the_rest(town):
    text = (
        "camera_id,type,lon,lat,bearing,range,angle of view\n"
        "A,fixed,-5.02,53.0,361,60,60\nB,fixed,-5.02,53.0,90,0,60\nC,fixed,-5.02,53.0,90,60,\n"
        "D,fixed,-5.02,53.0,90,60,60\n"
    )
    file = ("cameras.csv", text.encode())
    found = camera_files.load_cameras(town, CONTROL_ROOM, "quaytown", file)
    assert (found.new, found.counts["held"]) == (2, 2)
    reasons = " ".join(one.reason for one in found.waiting)
    assert "No direction between 0 and 360 degrees" in reasons
    assert "Not between 1 and 5,000" in reasons
    again = camera_files.load_cameras(
        town, CONTROL_ROOM, "quaytown", file, answers={"K01": "accept"}
    )
    assert (again.new, again.same, again.counts["held"]) == (2, 2, 0)


def test_a_file_of_something_else_is_refused(town):
    file = ("teams.csv", b"team,agency,shift start,shift end\nRed,police,18:00,02:00\n")
    with pytest.raises(FileRefusedError, match="teams and shifts"):
        camera_files.load_cameras(town, ANALYST, "quaytown", file)


def test_real_camera_files_load(town, shared):
    folder = shared / "data" / "cctv"
    trafford = camera_files.load_cameras(
        town, ANALYST, "quaytown", folder / "trafford_cctv_cameras.csv"
    )
    swiss = camera_files.load_cameras(
        town, ANALYST, "quaytown", folder / "switzerland_osm_surveillance.geojson"
    )
    geneva = camera_files.load_cameras(
        town, ANALYST, "quaytown", folder / "geneva_osm_cameras_raw_semicolon.csv"
    )
    assert (trafford.new, swiss.rows_read, swiss.counts["held"]) == (163, 2143, 8)
    assert [(one.code, one.rows) for one in geneva.waiting] == [("G07", 615)]


def test_the_sun_stands_where_the_almanac_says():
    noon = datetime(2024, 3, 20, 12, 7, tzinfo=UTC)
    assert sun_height_deg(noon, 0.0, 0.0) == pytest.approx(90, abs=0.5)
    winter = half_hours(date(2024, 12, 21), "Europe/London")
    dark = dark_hours(winter, -3.05, 53.82)
    assert [hour for hour in range(24) if not dark[hour]] == list(range(8, 17))
