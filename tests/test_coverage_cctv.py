"""Is coverage measured and said as the cameras, the hours and the demand are?"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from data.access import AccessError, Principal, Role
from data.cctv_views import CELL_COLUMNS, CoverageParams, hour_words, read_hour
from data.jobs import cameras
from data.jobs.coverage_cctv import coverage
from data.jobs.coverage_words import best_move, share_words
from data.jobs.timing import MONTHS_ONLY
from geo.errors import SchemaError
from geo.staff_move import StaffMove
from tests.cctv_places import (
    AREA,
    LON,
    NEXT,
    TODAY,
    add_camera,
    add_street_town,
    beside,
    house,
    in_cell,
    keep,
    params,
    report,
)
from tests.places import ANALYST, MIDDLE, NOW, Reports, store

FRIDAY_22 = 118
COUNCIL = Principal("Cy", Role.COUNCIL_CST)
DOME = {"type": "dome", "fov_deg": None, "bearing_deg": None, "range_detect_m": 100}
FRIDAY = "2024-07-05 21:30"
"""Friday 22:30 in local time."""


@pytest.fixture
def town(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack")
    return ws


@pytest.fixture
def watched(town):
    """A dome in the middle that is watched on Friday nights, and reports of a Friday night."""
    add_camera(town, **DOME, monitored_hours="Fri 18:00-24:00", monitored="live")
    keep(town, *in_cell(MIDDLE, FRIDAY, 30), *in_cell(NEXT[0], FRIDAY, 10))
    return town


def _see(ws, who=ANALYST, **options):
    return coverage(ws, who, AREA, params(**options))


def _cell(view, cell=MIDDLE):
    return view.cells.set_index("cell").loc[cell]


def test_the_share_of_demand_is_that_of_the_street_in_view(watched):
    view = _see(watched, hour=FRIDAY_22)
    share = _cell(view)["seen_share"]
    assert share == pytest.approx(200 / 345, rel=0.1)
    assert view.seen == pytest.approx(30 * share / 40, abs=0.001)
    assert view.seen == view.recorded == view.watched
    assert _cell(view)["public_realm_m2"] == pytest.approx(18 * 345, rel=0.1)
    assert tuple(view.cells.columns[:7]) == CELL_COLUMNS


def test_headline_says_seen_and_watched_and_never_zero_where_nobody_is_there(watched):
    at_night = _see(watched, hour=FRIDAY_22)
    percent = share_words(at_night.seen)
    assert at_night.headline == (
        f"Friday 22:00: cameras see {percent} of demand; {percent} is watched"
    )
    keep(watched, *in_cell(MIDDLE, FRIDAY, 30), *in_cell(MIDDLE, "2024-07-01 08:30", 5))
    monday = _see(watched, hour=9)
    assert monday.watched == 0
    assert monday.headline.endswith("of demand; nobody is watching")
    assert "nobody is watching" in monday.sentence
    assert len(monday.headline) <= 70


def test_shares_by_hour_have_the_demand_and_the_watch_of_each(watched):
    view = _see(watched)
    assert view.week.demand[FRIDAY_22] == sum(view.week.demand) == 40
    assert [hour for hour in range(168) if view.week.staffed[hour]] == list(range(114, 120))
    assert view.week.seen[FRIDAY_22] == pytest.approx(view.seen, abs=0.001)
    assert view.week.seen[0] is None
    assert view.week.dark[FRIDAY_22]


def test_coverage_never_rises_when_a_camera_goes_off_and_shares_stay_in_order(watched):
    add_camera(watched, "C2", lon=beside(60)[0], **DOME)
    before = _see(watched, hour=FRIDAY_22)
    cameras.set_status(
        watched, ANALYST, AREA, "C2|council", "fault", since=NOW - timedelta(9), reason="No power"
    )
    after = _see(watched, hour=FRIDAY_22)
    assert (after.cells["seen_share"].fillna(0) <= before.cells["seen_share"].fillna(0)).all()
    assert after.seen < before.seen
    for view in (before, after):
        parts = [view.cells[f"{name}_share"].fillna(0) for name in ("watched", "recorded", "seen")]
        assert (parts[0] <= parts[1]).all()
        assert (parts[1] <= parts[2]).all()
        assert (parts[2] <= 1).all()
    assert after.not_working_words == "1 of 2 cameras does not work: Camera C2."


def test_a_turning_camera_is_seen_more_than_recorded_and_two_combine_as_chances(town):
    keep(town, *in_cell(MIDDLE, FRIDAY, 30))
    turning = {"type": "ptz", "fov_deg": None, "bearing_deg": None, "range_detect_m": 100}
    add_camera(town, **turning, timeshare=0.25)
    one = _see(town, hour=FRIDAY_22)
    add_camera(town, "C2", **turning, timeshare=0.25)
    two = _see(town, hour=FRIDAY_22)
    assert one.recorded == pytest.approx(one.seen / 4, abs=0.001)
    assert two.seen == one.seen
    assert two.recorded == pytest.approx(one.seen * 0.4375, abs=0.001)


def test_coverage_has_a_date(watched):
    assert _see(watched, on=date(2023, 2, 28)).headline == "No camera stands on this day"
    assert _see(watched, on=TODAY).seen > 0


def test_at_night_a_camera_sees_as_far_as_in_the_dark(town):
    keep(town, *in_cell(MIDDLE, FRIDAY, 30))
    add_camera(town, **DOME, night_range_m=30)
    by_hour = _see(town, hour=FRIDAY_22)
    assert by_hour.seen == _see(town, hour=FRIDAY_22, night="night").seen
    assert by_hour.seen < _see(town, hour=FRIDAY_22, night="day").seen / 2


def test_classes_and_gaps_tell_where_demand_is_not_in_view(watched):
    view = _see(watched, hour=FRIDAY_22, high_share=0.05, seen_share=0.3)
    assert _cell(view)["class"] == "covered_high"
    assert _cell(view, NEXT[0])["class"] == "gap"
    (gap,) = view.gaps
    assert (gap.cells, gap.reports, gap.seen_words) == ((NEXT[0],), 10, share_words(gap.seen))
    assert gap.busiest.startswith("Friday")
    strict = _see(watched, hour=FRIDAY_22, high_share=0.05, seen_share=0.9)
    assert _cell(strict)["class"] == "gap"


def test_a_camera_that_sees_nothing_is_asked_about_with_its_review(watched):
    add_camera(watched, "C2", lat=beside(0, 400)[1], **DOME, review_due="2024-05-01")
    add_camera(watched, "C3", **DOME)
    rows = _see(watched).little_demand
    assert [(row.camera_id, row.reports) for row in rows] == [("C2", 0)]
    assert rows[0].note == "Review overdue since 1 May 2024"


def test_single_reports_in_view_are_said_for_exact_places_only(watched):
    view = _see(watched, hour=FRIDAY_22)
    assert view.incident_share == pytest.approx(0.75)
    assert "Of the 40 reports with an exact location, 75%" in view.incident_words


def test_snapped_months_have_no_hours_and_no_single_reports_and_say_why(town):
    add_camera(town, **DOME, monitored="live")
    store(town, [Reports(MIDDLE, "2024-07", 30)])
    view = _see(town, hour=FRIDAY_22)
    assert (view.week, view.week_hidden) == (None, MONTHS_ONLY)
    assert view.seen == view.watched > 0
    assert "Demand is that of all hours: these data give only the month" in view.sentence
    assert view.incident_share is None
    assert "nearest of a set of map points" in view.incident_words
    assert view.best_move is None


def test_best_move_brings_watch_to_the_demand(town):
    add_camera(town, **DOME, monitored_hours="Mon 08:00-12:00", monitored="live")
    keep(town, *in_cell(MIDDLE, FRIDAY, 30))
    move = _see(town).best_move
    assert move.from_hours == (8, 9, 10, 11)
    assert FRIDAY_22 in move.to_hours
    assert (move.share_before, round(move.share_after, 2)) == (0, round(_see(town).seen, 2))
    assert "moving 4 hours from Monday 08:00 to 12:00 to" in move.words


def test_an_area_without_cameras_demand_or_streets_is_told_in_words(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack", street=False)
    assert _see(ws).headline == "No camera is registered yet"
    add_camera(ws, **DOME)
    view = _see(ws, hour=FRIDAY_22)
    assert view.headline == "No report counts as demand in this period"
    assert view.seen is None
    assert any("no street lines" in words for words in view.caveats)
    assert any("No building footprints" in words for words in view.caveats)
    assert view.hotspots_words == "Hotspots cannot be told: no month has data."
    keep(ws, *in_cell(MIDDLE, FRIDAY, 30))
    assert 0 < _see(ws, hour=FRIDAY_22).seen < 1


def test_a_house_lowers_the_share_in_view(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack", houses=(house(20, -30, 30, 30),))
    keep(ws, *in_cell(MIDDLE, FRIDAY, 30))
    add_camera(ws, **DOME)
    assert _see(ws, hour=FRIDAY_22).seen == pytest.approx((100 + 20) / 345, rel=0.12)


def test_small_numbers_are_hidden_from_partners_in_cells_hours_types_and_lists(watched):
    keep(watched, *in_cell(MIDDLE, FRIDAY, 30), *in_cell(NEXT[1], "2024-07-01 08:30", 2,
         category="Noise"))  # fmt: skip
    view = _see(watched, COUNCIL, hour=FRIDAY_22)
    assert np.isnan(_cell(view, NEXT[1])["demand"])
    assert _cell(view, NEXT[1])["demand_words"] == "fewer than 5"
    assert view.week.demand == ()
    assert "not shown to your role" in view.week.demand_words
    assert view.week.seen[9] is None
    noise = next(row for row in view.types if row.category == "Noise")
    assert (noise.reports_words, noise.seen) == ("fewer than 5", None)
    few = _see(watched, COUNCIL, hour=9)
    assert few.seen == _see(watched, hour=9).seen
    assert few.sentence.endswith("Demand is that of all hours: few reports fall in that one.")


def test_points_and_views_are_withheld_from_other_roles_and_marks_stay(watched):
    (mine,), (theirs,) = _see(watched).cameras, _see(watched, COUNCIL).cameras
    assert mine.lon == pytest.approx(LON)
    assert mine.view["type"] == "Polygon"
    assert (theirs.lon, theirs.lat, theirs.view, theirs.assumed) == (None, None, None, ())
    assert _see(watched, COUNCIL).cameras_withheld
    with pytest.raises(AccessError):
        _see(watched, Principal("Mo", Role.MEMBER))


def test_marks_say_what_each_camera_does_at_the_hour(watched):
    add_camera(watched, "C2", status="off")
    add_camera(watched, "C3")
    add_camera(watched, "C4", lon=6.1)
    at_night = {one.camera_id: one for one in _see(watched, hour=FRIDAY_22).cameras}
    states = {name: one.state for name, one in at_night.items()}
    assert states == {
        "C1": "watched", "C2": "not_working", "C3": "recorded", "C4": "recorded",
    }  # fmt: skip
    assert at_night["C2"].state_words == "Switched off, nobody says since when"
    assert "Outside Quaytown" in at_night["C4"].note
    assert at_night["C4"].view is None


def test_another_role_may_not_choose_what_counts(watched):
    wanted = params(eligibility=replace(params().eligibility, origins=("cctv",)))
    view = coverage(watched, COUNCIL, AREA, wanted)
    assert view.caveats[0].startswith("Your role does not choose")
    assert view.seen > 0


def test_the_week_is_measured_once_and_another_hour_looked_up(watched):
    first = _see(watched, hour=FRIDAY_22)
    other = _see(watched, hour=9)
    assert first.provenance.fingerprint != other.provenance.fingerprint
    assert first.week.seen == other.week.seen
    assert other.seen > 0
    assert other.headline.startswith("Monday 09:00: cameras see ")
    assert "all hours" in other.sentence
    assert "all hours" not in first.sentence


def test_hours_are_read_as_people_write_them():
    assert [read_hour(text) for text in ("Fri 22", "fri 22:00", "Thursday 7", "Sun 23")] == [
        118, 118, 79, 167,
    ]  # fmt: skip
    assert hour_words(118) == "Friday 22:00"
    for text in ("Fri", "T 4", "Fri 24", "22", ""):
        with pytest.raises(SchemaError, match="No hour of the week"):
            read_hour(text)


@pytest.mark.parametrize(
    "options",
    [
        {"level": "see"}, {"standard": "iso"}, {"hour": 168}, {"resolution": 11}, {"months": 0},
        {"high_share": 0.7, "low_share": 0.4}, {"night": "dusk"}, {"lens": "fear"},
        {"move_hours": 0}, {"half_width_m": 0}, {"standard": "iec_2025"},
    ],
)  # fmt: skip
def test_parameters_that_cannot_be_are_refused(options):
    with pytest.raises(SchemaError):
        CoverageParams(on=TODAY, **options)


def test_a_report_over_two_hours_counts_half_in_each(town):
    add_camera(town, **DOME)
    keep(town, *[report("2024-07-05 21:00", "2024-07-05 23:00")] * 30)
    view = _see(town)
    assert view.week.demand[118:120] == (15, 15)


def test_a_move_that_changes_no_figure_is_not_proposed():
    assert not best_move(StaffMove((8, 9), (20, 21), 0.0121, 0.0124))
    assert "would make it 1.4%" in best_move(StaffMove((8, 9), (20, 21), 0.0121, 0.014))
