"""Is it said what a change of cameras achieved, and is what cameras find never read as crime?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from data.access import AccessError, Principal, Role
from data.cctv_impact_views import NOT_SUPPLIED, ImpactOptions
from data.errors import DataError
from data.jobs import cameras
from data.jobs.cctv_change import NO_LOG
from data.jobs.cctv_impact import cctv_impact
from data.jobs.cctv_impact_words import DETECTION, DIVERGED, HIDDEN, UNSAID, title_of, verdict_key
from data.jobs.cctv_outputs import days_between
from geo.errors import SchemaError
from tests.cctv_places import add_camera
from tests.places import ANALYST, MIDDLE
from tests.watched_town import AREA, FAR, MONTHS, SEEN, START, VIEW, Monthly, watched_town

MANAGER = Principal("Mo", Role.COUNCIL_MANAGER)
YEAR = 12
DOME = {"type": "dome", "fov_deg": None, "bearing_deg": None, "range_detect_m": 150,
        "max_range_m": 150, "live_from": "2023-08-01"}  # fmt: skip


def _town(tmp_path_factory, name, monthly=None):
    return watched_town(tmp_path_factory.mktemp(name), monthly)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Return the town in which cameras find twice as much, and reports stay as they were."""
    ws = _town(tmp_path_factory, "watched")
    yield ws
    ws.close()


@pytest.fixture(scope="module")
def cameras_town(tmp_path_factory):
    """Return the same town with cameras: one that changed, an older one, and a dummy."""
    ws = _town(tmp_path_factory, "cameras")
    add_camera(ws, "NEW", **DOME)
    add_camera(ws, "OLD", **DOME | {"live_from": "2019-01-01"})
    add_camera(ws, "SHAM", type="dummy")
    yield ws
    ws.close()


def _counts(strand):
    return {row.zone: (row.before, row.after) for row in strand.counts}


def test_detection_is_told_when_only_finds_double(town):
    found = cctv_impact(town, ANALYST, AREA, SEEN)
    assert (found.verdict, found.title) == ("detection", "More was found, not more reported")
    assert found.sentence.endswith(DETECTION)
    assert "Reports found by CCTV in view of the cameras went from 252 to 504" in found.sentence
    assert "about twice as many" in found.sentence
    assert "went from 840 to 840; as the comparison places went, 840 were expected" in (
        found.sentence
    )
    assert "may be chance: no clear change" in found.sentence


def test_reports_and_finds_are_counted_apart(town):
    found = cctv_impact(town, ANALYST, AREA, SEEN)
    n = len(VIEW) * YEAR
    assert _counts(found.reported)["treated"] == (10 * n, 10 * n)
    assert _counts(found.found_by_cctv)["treated"] == (3 * n, 6 * n)
    assert _counts(found.reported)["control"] == (10 * YEAR * len(FAR), 10 * YEAR * len(FAR))
    assert _counts(found.found_by_cctv)["control"] == (0, 0)
    assert found.other is None
    assert (found.treated_cells, found.control_cells) == (VIEW, FAR)
    assert not set(found.ring_cells) & {*VIEW, *FAR}


def test_reports_stand_against_comparison_and_finds_against_themselves(town):
    found = cctv_impact(town, ANALYST, AREA, SEEN)
    assert found.reported.effect.ratio == pytest.approx(1)
    assert found.reported.effect.against == "comparison"
    assert found.reported.odds_ratio.ratio == pytest.approx(1)
    assert found.reported.units_used == len(VIEW) + len(FAR)
    assert found.found_by_cctv.effect.ratio == pytest.approx(2)
    assert found.found_by_cctv.effect.against == "before"
    assert any("against the same places before" in words for words in found.caveats)


def test_months_stand_about_the_start(town):
    strand = cctv_impact(town, ANALYST, AREA, SEEN).reported
    assert [point.offset for point in strand.events] == list(range(-12, 12))
    assert (strand.events[11].estimate, strand.events[11].low) == (1, 1)
    assert [month.month for month in strand.months] == list(MONTHS)
    assert (strand.months[0].treated, strand.months[0].compared) == (70, "before")
    assert strand.months[-1].compared == "after"


def test_fall_is_told_with_its_limits_and_nothing_moved(tmp_path_factory):
    ws = _town(tmp_path_factory, "fell", Monthly(reports=(10, 7), finds=(3, 3)))
    found = cctv_impact(ws, ANALYST, AREA, SEEN)
    assert (found.verdict, found.reported.direction) == ("fell", "fell")
    assert found.reported.effect.ratio == pytest.approx(0.7)
    assert found.reported.odds_ratio.ratio == pytest.approx(1 / 0.7)
    assert "30% fewer than expected" in found.sentence
    assert "other causes are possible" in found.sentence
    assert DETECTION not in found.sentence
    assert found.displacement_verdict != "moved_nearby"
    ws.close()


def test_rise_is_doubted_when_places_went_apart_before(tmp_path_factory):
    ws = _town(tmp_path_factory, "apart", Monthly(finds=(0, 0), trend=2))
    found = cctv_impact(ws, ANALYST, AREA, SEEN)
    assert found.reported.direction == "rose"
    assert found.reported.sentence.endswith(DIVERGED)
    ws.close()


def test_whether_it_moved_is_not_asked_when_nothing_fell(town):
    found = cctv_impact(town, ANALYST, AREA, SEEN)
    assert found.displacement_verdict == "cannot_tell"
    assert "nothing that could have moved" in found.displacement_sentence


def test_rise_is_not_called_detection_when_people_report_more_too(tmp_path_factory):
    ws = _town(tmp_path_factory, "rose", Monthly(reports=(10, 15)))
    found = cctv_impact(ws, ANALYST, AREA, SEEN)
    assert found.verdict == "rose"
    assert "the public and partners reported more than expected too" in found.sentence
    assert DETECTION not in found.sentence
    ws.close()


def test_rise_cannot_be_told_from_watching_when_nobody_says_who_found_it(tmp_path_factory):
    monthly = Monthly(reports=(10, 15), finds=(0, 0), origin="unknown")
    ws = _town(tmp_path_factory, "unsaid", monthly)
    found = cctv_impact(ws, ANALYST, AREA, SEEN)
    assert found.sentence.endswith(UNSAID)
    assert UNSAID in found.cannot_say
    assert found.reported.label == "Reports, whoever found them"
    assert found.found_by_cctv.direction == "cannot_tell"
    assert _counts(found.found_by_cctv)["treated"] == (None, None)
    ws.close()


def test_log_that_begins_with_the_change_is_no_rise(tmp_path_factory):
    ws = _town(tmp_path_factory, "late", Monthly(log_from=START))
    found = cctv_impact(ws, ANALYST, AREA, SEEN)
    assert found.found_by_cctv.direction == "cannot_tell"
    assert found.found_by_cctv.sentence.startswith("0 months before August 2023 have data")
    assert found.found_by_cctv.months[0].treated is None
    assert DETECTION not in found.sentence
    assert _counts(found.reported)["treated"] == (840, 840)
    rows = {row.key: row for row in found.outputs.rows}
    assert (rows["log_entries"].before_words, rows["log_entries"].after) == (NOT_SUPPLIED, 504)
    ws.close()


def test_control_room_is_told_and_what_is_missing_is_named(town):
    found = cctv_impact(town, ANALYST, AREA, SEEN).outputs
    rows = {row.key: (row.before, row.after) for row in found.rows}
    assert rows["log_entries"] == (252, 504)
    assert rows["incidents"] == rows["arrests"] == rows["evidence_requested"] == (YEAR, YEAR)
    assert rows["evidence_provided"] == rows["evidence_used"] == (YEAR, YEAR)
    assert rows["evidence_days"] == (12, 12)
    assert rows["evidence_overwritten"] == (0, 0)
    assert rows["uptime"] == (None, None)
    assert found.not_supplied == ("Cameras in working order",)
    assert [(row.key, row.after) for row in found.started_by] == [("cctv", 504)]


def test_small_counts_are_hidden_and_others_rounded_for_partners(tmp_path_factory):
    ws = _town(tmp_path_factory, "small", Monthly(finds=(0, 0)))
    quiet = ImpactOptions(start="2024-05", cells=VIEW[:1])
    found = cctv_impact(ws, MANAGER, AREA, replace(quiet, categories=()))
    assert _counts(found.reported)["treated"] == (30, 30)
    assert found.reported.counts[0].words == "from about 30 to about 30"
    assert any("counts of 1 to 4 are hidden" in words for words in found.caveats)
    ws.close()
    few = _town(tmp_path_factory, "fewer", Monthly(reports=(1, 1), finds=(0, 0)))
    hidden = cctv_impact(few, MANAGER, AREA, quiet)
    assert _counts(hidden.reported)["treated"] == (None, None)
    assert hidden.reported.counts[0].words == "from fewer than 5 to fewer than 5"
    assert hidden.reported.odds_ratio.reason in {HIDDEN, hidden.reported.effect.reason}
    assert hidden.reported.effect.ratio is None
    assert {point.treated for point in hidden.reported.months} <= {None, 0}
    few.close()


def test_ratios_are_rounded_for_partners_and_not_for_the_analyst(tmp_path_factory):
    ws = _town(tmp_path_factory, "rounded", Monthly(reports=(9, 8)))
    for who, digits in ((MANAGER, True), (ANALYST, False)):
        ratio = cctv_impact(ws, who, AREA, SEEN).reported.effect.ratio
        assert (ratio == round(ratio, 2)) is digits
    ws.close()


def test_one_hexagon_borrows_the_spread_of_the_comparison(town):
    found = cctv_impact(town, ANALYST, AREA, replace(SEEN, cells=(MIDDLE,)))
    assert found.reported.effect.ratio == pytest.approx(1)
    assert found.found_by_cctv.effect.ratio == pytest.approx(2)
    assert found.verdict == "detection"


def test_cameras_that_went_live_then_are_the_change(cameras_town):
    found = cctv_impact(cameras_town, ANALYST, AREA, ImpactOptions(start=START))
    assert (found.scope, found.scope_words) == ("camera", "One camera: Camera NEW")
    assert MIDDLE in found.treated_cells
    assert found.change_words == "New cameras, from August 2023"
    assert found.series is None
    assert found.outage_words == NO_LOG
    named = cctv_impact(cameras_town, ANALYST, AREA, ImpactOptions(camera_ids=("new",)))
    assert (named.start, named.treated_cells) == (START, found.treated_cells)


def test_whole_control_centre_has_a_series_against_the_rest_of_the_town(cameras_town):
    options = ImpactOptions(start=START, every_camera=True, title="New control centre")
    found = cctv_impact(cameras_town, ANALYST, AREA, options)
    assert found.scope_words == "The whole control centre: 2 cameras"
    assert found.change_words == "New control centre, from August 2023"
    assert (found.series.months_before, found.series.months_after) == (12, 12)
    assert found.series.difference.ratio == pytest.approx(1, abs=1e-6)
    assert "compared with where no camera sees" in found.series.sentence


def test_months_with_outages_are_left_out_month_by_month(tmp_path_factory):
    ws = _town(tmp_path_factory, "out")
    key = add_camera(ws, "NEW", **DOME)
    for state, day in (("fault", 2), ("working", 20)):
        since = datetime(2024, 3, day, tzinfo=UTC)
        cameras.set_status(ws, ANALYST, AREA, key, state, since=since, reason="Storm")
    found = cctv_impact(ws, ANALYST, AREA, ImpactOptions(start=START))
    assert [p.month for p in found.reported.events if p.left_out] == ["2024-03"]
    assert "March 2024 is left out" in found.outage_words
    uptime = next(row for row in found.outputs.rows if row.key == "uptime")
    assert uptime.after == pytest.approx(1 - 18 / 31 / 12, abs=0.001)
    ws.close()


def test_change_is_refused_when_it_cannot_be_placed(town, cameras_town):
    with pytest.raises(DataError, match="holds no camera"):
        cctv_impact(town, ANALYST, AREA, ImpactOptions(start=START))
    with pytest.raises(DataError, match="needs the month"):
        cctv_impact(town, ANALYST, AREA, ImpactOptions(cells=VIEW))
    with pytest.raises(DataError, match="None of the named cameras"):
        cctv_impact(cameras_town, ANALYST, AREA, ImpactOptions(camera_ids=("SHAM",)))
    with pytest.raises(DataError, match="no camera 'C99'"):
        cctv_impact(cameras_town, ANALYST, AREA, ImpactOptions(camera_ids=("C99",)))
    with pytest.raises(DataError, match="see no public ground"):
        cctv_impact(cameras_town, ANALYST, AREA, ImpactOptions("2018-01", every_camera=True))


@pytest.mark.parametrize(
    ("start", "verdict", "words"),
    [
        ("2024-09", "too_early", "lies after the latest data"),
        ("2024-06", "too_early", "it takes 3"),
        ("2023-01", "cannot_tell", "a comparison needs 12"),
    ],
)
def test_nothing_is_claimed_when_months_are_missing(town, start, verdict, words):
    found = cctv_impact(town, ANALYST, AREA, replace(SEEN, start=start))
    assert found.verdict == verdict
    assert words in found.sentence
    assert found.reported.effect.ratio is None
    assert (found.no_data is None) == bool(found.after_months)


def test_only_roles_that_see_figures_may_ask(town):
    with pytest.raises(AccessError):
        cctv_impact(town, Principal("Al", Role.MEMBER), AREA, SEEN)
    burglary = replace(SEEN, categories=("Burglary",))
    with pytest.raises(AccessError, match="your role does not see"):
        cctv_impact(town, Principal("Bo", Role.BID), AREA, burglary)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": "2023-13"},
        {"start": "2023-08", "end": "2023-07"},
        {"pre_months": 11},
        {"post_months": 0},
    ],
)
def test_options_are_refused_when_they_cannot_be(wrong):
    with pytest.raises(SchemaError) as caught:
        ImpactOptions(**wrong)
    assert caught.value.hint


def test_same_question_has_the_same_fingerprint(town):
    first, again = (cctv_impact(town, ANALYST, AREA, SEEN) for _ in range(2))
    other = cctv_impact(town, ANALYST, AREA, replace(SEEN, end="2024-05"))
    assert first.provenance == again.provenance
    assert first.provenance.fingerprint != other.provenance.fingerprint
    assert other.after_months[-1] == "2024-05"


def test_finds_and_fewer_reports_together_are_a_fall():
    assert verdict_key("fell", "rose", early=False) == "fell"
    assert title_of("fell", "rose") == "Fewer reports than expected, while cameras found more"
    assert verdict_key("cannot_tell", "rose", early=False) == "cannot_tell"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Requested 03/02/2025; provided 15/02/2025; used", 12),
        ("Requested 03/02/2025; overwritten", None),
        ("Requested 31/02/2025; provided 15/03/2025", None),
        ("Requested 15/02/2025; provided 03/02/2025", None),
    ],
)
def test_days_until_evidence_are_those_between_its_dates(text, days):
    assert days_between(text) == days
