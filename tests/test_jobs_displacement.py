"""Is it said what became of a place, to those who may read it, and nothing that is not known?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import h3
import pandas as pd
import pytest

from data.access import AccessError, Permission, Principal, Role
from data.displacement_views import DisplacementOptions
from data.intervention_spec import Design
from data.jobs import displacement, interventions
from data.jobs.impact import overlapping
from data.store.interventions import evaluations
from data.store.migrations import StoreError
from geo.errors import GridError, SchemaError
from tests.places import ANALYST, MIDDLE, add_town, all_cells, workspace
from tests.timed import START as CALLS_FROM
from tests.timed import Call, store_calls
from tests.treated import (
    ALIKE,
    AREA,
    BEFORE_START,
    MONTHS,
    NEARBY,
    OUTSIDE,
    START,
    TREATED,
    at,
    spec,
    treated_town,
)

CST = Principal("Cas", Role.COUNCIL_CST)


@pytest.fixture(scope="module")
def fallen(tmp_path_factory):
    """Return the town in which reports fell, and none came up nearby."""
    ws = treated_town(tmp_path_factory.mktemp("fallen"))
    yield ws
    ws.close()


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """Return the town, of a council's own source, in which some came up nearby."""
    ws = treated_town(tmp_path_factory.mktemp("moved"), source="council", beside=3)
    yield ws
    ws.close()


def _registered(ws, **changes):
    early = at(ws, BEFORE_START)
    return interventions.add(early, ANALYST, AREA, spec(**changes)).intervention_id


def test_fall_is_told_with_the_counts_behind_it(fallen):
    found = displacement.evaluate(fallen, ANALYST, AREA, spec())
    assert (found.verdict, found.title) == ("worked", "Worked")
    zones = {zone.key: (zone.before, zone.after) for zone in found.zones}
    assert zones["treated"] == (2 * 20 * 12, 2 * 8 * 12)
    assert zones["buffer"] == (len(NEARBY) * 12, len(NEARBY) * 12)
    assert zones["control"] == (6 * 20 * 12, 6 * 20 * 12)
    assert found.zone("treated").cells == TREATED
    assert found.zone("buffer").cells == NEARBY
    assert found.zone("control").cells == ALIKE
    assert found.wdd.local.estimate == pytest.approx(-288)
    assert found.wdd.displacement.estimate == pytest.approx(0)
    assert found.wdd.total.estimate == pytest.approx(-288)
    assert "went from 480 to 192; as the comparison went, 480 were expected" in found.sentence
    assert "consistent with" in found.sentence
    assert found.compared_words == "August 2023 to July 2024 with August 2022 to July 2023"
    assert found.match == "close"


def test_months_carry_what_was_expected_and_what_adds_up(fallen):
    found = displacement.evaluate(fallen, ANALYST, AREA, spec())
    assert [month.month for month in found.series] == list(MONTHS)
    first, last = found.series[0], found.series[-1]
    assert (first.treated, first.control, first.compared) == (40, 120, "before")
    assert (last.treated, last.buffer, last.compared) == (16, len(NEARBY), "after")
    assert last.expected == pytest.approx(40)
    assert last.low < 40 < last.high
    assert [one.saved for one in found.saved] == pytest.approx([24 * n for n in range(1, 13)])
    assert [(ring.ring, ring.before, ring.after) for ring in found.rings][:1] == [(0, 480, 192)]
    assert [one.category for one in found.types] == ["Burglary"]
    assert found.types[0].local == found.wdd.local


def test_rise_nearby_is_told_when_part_moved(moved):
    found = displacement.evaluate(moved, ANALYST, AREA, spec())
    assert found.displacement_verdict == "moved_nearby"
    rise = len(NEARBY) * 2 * 12
    assert found.wdd.displacement.estimate == pytest.approx(rise)
    assert "reappeared nearby" in found.displacement_sentence
    assert {rise.before for rise in found.rises} == {12}
    assert {rise.cell for rise in found.rises} <= set(NEARBY)


@pytest.mark.parametrize("dose", [0.0, None])
def test_nothing_worked_when_it_was_not_delivered(fallen, dose):
    key = _registered(fallen, delivered_dose=dose)
    found = displacement.evaluate(fallen, ANALYST, AREA, key)
    assert (found.verdict, found.tested) == ("not_delivered", False)
    assert "no change can be put down to it" in found.sentence
    with fallen.store.read() as session:
        (seen,) = evaluations(session, AREA, key)
    assert (seen.verdict, seen.figures["treated"]) == ("not_delivered", [480, 192])


def test_result_is_remembered_once_and_later_changes_are_told(fallen):
    key = _registered(fallen)
    for _ in range(2):
        found = displacement.evaluate(fallen, ANALYST, AREA, key)
    with fallen.store.read() as session:
        (seen,) = evaluations(session, AREA, key)
    assert (seen.version, seen.verdict, seen.given_by) == (1, found.verdict, "Ada")
    assert seen.figures["treated"] == [480, 192]
    assert len(fallen.store.audit_entries(subject=f"{AREA}/{key}")) == 1
    chosen = spec(design=Design(control_cells=ALIKE[:3]))
    interventions.edit(fallen, ANALYST, AREA, key, chosen, reason="Three are a building site")
    changed = displacement.evaluate(fallen, ANALYST, AREA, key)
    (sentence,) = changed.control_changes
    assert sentence == (
        "The comparison was changed on 15 August 2024, after results were seen: Three are a"
        " building site."
    )
    assert changed.caveats[0] == changed.control_changes[0]
    assert (changed.match, changed.zone("control").cells) == ("chosen", ALIKE[:3])
    with fallen.store.read() as session:
        assert [row.version for row in evaluations(session, AREA, key)] == [1, 2]


def test_chosen_comparison_that_is_too_near_cannot_serve(fallen):
    plan = spec(design=Design(control_cells=(*ALIKE[:2], NEARBY[0])))
    found = displacement.evaluate(fallen, ANALYST, AREA, plan)
    assert found.zone("control").cells == ALIKE[:2]
    assert any("1 more lies too near" in words for words in found.caveats)


def test_nothing_is_said_of_what_has_not_started(fallen):
    plan = spec(start=date(2024, 9, 1), review_dates=())
    found = displacement.evaluate(fallen, ANALYST, AREA, plan)
    assert (found.verdict, found.displacement_verdict) == ("too_early", "cannot_tell")
    assert found.reason.startswith("The start, September 2024, lies after the latest data")
    assert {(zone.before, zone.after) for zone in found.zones} == {(None, None)}
    assert found.zone("control").cells
    assert (found.wdd.local.estimate, found.phi, found.saved) == (None, None, ())


def test_nothing_is_said_without_a_year_before(fallen):
    key = _registered(fallen, start=date(2023, 2, 1))
    found = displacement.evaluate(fallen, ANALYST, AREA, key)
    with fallen.store.read() as session:
        assert evaluations(session, AREA, key) == ()
    assert not found.tested
    assert found.reason.startswith("6 months before February 2023 have data")
    assert found.wdd.local.reason == found.reason


def test_only_counts_are_given_when_they_are_few(fallen):
    quiet = next(c for c in all_cells() if h3.grid_distance(c, MIDDLE) > 8)
    plan = spec(treated_cells=(quiet,), start=date(2024, 5, 1), review_dates=())
    found = displacement.evaluate(fallen, ANALYST, AREA, plan)
    assert (found.tested, found.wdd.local.estimate) == (False, None)
    assert "Only the counts can be shown" in found.reason
    assert found.zone("treated").before == 3


def test_overlap_is_told_when_every_nearby_cell_is_taken(tmp_path):
    ws = treated_town(tmp_path)
    key = _registered(ws)
    _registered(ws, title="All around", treated_cells=NEARBY)
    found = displacement.evaluate(ws, ANALYST, AREA, key)
    assert found.zone("buffer").cells == ()
    assert found.displacement_verdict == "cannot_tell"
    assert any("belongs to another intervention" in words for words in found.caveats)
    assert {overlap.title for overlap in found.overlaps} == {"All around"}
    ws.close()


def test_place_outside_the_area_is_refused(fallen):
    with pytest.raises(GridError, match="None of the 1 treated cells lies in this area"):
        displacement.evaluate(fallen, ANALYST, AREA, spec(treated_cells=(OUTSIDE,)))
    part = spec(treated_cells=(*TREATED, OUTSIDE))
    found = displacement.evaluate(fallen, ANALYST, AREA, part)
    assert any("outside the area" in words for words in found.caveats)


def test_result_says_that_nobody_registered_it(fallen):
    found = displacement.evaluate(fallen, ANALYST, AREA, spec())
    assert found.caveats[0].startswith("Not in the register")
    assert (found.intervention_id, found.version) == (None, None)


def test_options_change_what_is_looked_at(fallen):
    usual = displacement.evaluate(fallen, ANALYST, AREA, spec())
    wide = displacement.evaluate(
        fallen, ANALYST, AREA, spec(), DisplacementOptions(alpha=0.5, rings=2, post_months=6)
    )
    assert len(wide.zone("buffer").cells) > len(usual.zone("buffer").cells)
    assert wide.zone("treated").after == 2 * 8 * 6
    width = usual.wdd.local.ci_high - usual.wdd.local.ci_low
    assert wide.wdd.local.ci_high - wide.wdd.local.ci_low < width
    assert wide.provenance.fingerprint != usual.provenance.fingerprint


@pytest.mark.parametrize(
    "wrong",
    [{"alpha": 0.0}, {"alpha": 0.6}, {"rings": 3}, {"pre_months": 11}, {"post_months": 0}],
)
def test_options_are_refused_when_they_cannot_be(wrong):
    with pytest.raises(SchemaError) as caught:
        DisplacementOptions(**wrong)
    assert caught.value.hint


def test_reports_are_counted_when_incidents_cannot_be_told(fallen):
    found = displacement.evaluate(fallen, ANALYST, AREA, spec(lens="estimated"))
    assert found.unit == "reports"
    assert any("Reports are counted instead" in words for words in found.caveats)


def test_harm_stands_beside_the_verdict(fallen):
    key = _registered(fallen, lens="harm")
    found = displacement.evaluate(fallen, ANALYST, AREA, key)
    assert displacement.HARM_BESIDE in found.caveats
    ratio = found.harm.local.estimate / found.wdd.local.estimate
    assert ratio == pytest.approx(found.harm.total.estimate / found.wdd.total.estimate)
    assert ratio > 100


def test_what_police_work_finds_is_told(tmp_path):
    ws = treated_town(tmp_path, category="Drugs")
    found = displacement.evaluate(ws, ANALYST, AREA, spec())
    assert [(o.label, o.before, o.after) for o in found.origins] == [
        ("Generated by police work", 480, 192)
    ]
    assert any(c.startswith("Cameras and police work found 480") for c in found.caveats)
    ws.close()


def test_no_time_of_day_is_told_when_the_data_have_none(fallen):
    found = displacement.evaluate(fallen, ANALYST, AREA, spec())
    assert found.shifts == ()
    assert found.shifts_words.startswith("These data give only the month")


def _calls(month, cell, n, clock, precision="minute"):
    """Return calls on many days of the month, so that it is a whole one."""
    length = pd.Period(month).days_in_month
    days = [f"{month}-{1 + 11 * k % length:02d}T{clock}" for k in range(n)]
    offsets = [pd.Timestamp(day, tz="Europe/London") - CALLS_FROM for day in days]
    minutes = [int(offset.total_seconds() // 60) for offset in offsets]
    return [Call(minute, cell=cell, precision=precision) for minute in minutes]


def test_move_to_another_time_of_day_is_told(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    calls = []
    for month in MONTHS:
        calls += _calls(month, MIDDLE, 20, "23:30" if month >= START else "21:00")
        calls += _calls(month, MIDDLE, 5, "12:00", precision="day")
        for cell in ALIKE:
            calls += _calls(month, cell, 25, "21:00") + _calls(month, cell, 5, "23:30")
    store_calls(ws, calls)
    found = displacement.evaluate(ws, ANALYST, AREA, spec(treated_cells=(MIDDLE,)))
    assert [(s.category, s.before, s.after) for s in found.shifts] == [
        ("Evening, 15:00 to 23:00", 240, 0),
        ("Night, 23:00 to 07:00", 0, 240),
        ("Day, 07:00 to 15:00", 0, 0),
    ]
    assert found.shifts[0].local.estimate == pytest.approx(-240)
    assert found.zone("treated").before == found.zone("treated").after == 25 * 12
    assert found.shifts_words.startswith("The hour is known for 98% of the reports")
    ws.close()


def test_only_words_and_rounded_totals_are_shown_when_the_role_may_not_see_more(moved):
    whole = displacement.evaluate(moved, ANALYST, AREA, spec())
    shown = displacement.evaluate(moved, CST, AREA, spec())
    assert (shown.verdict, shown.displacement_verdict) == (
        whole.verdict,
        whole.displacement_verdict,
    )
    for zone, known in zip(shown.zones, whole.zones, strict=True):
        assert zone.cells == known.cells
        assert abs(zone.before - known.before) <= 2
        assert zone.before % 5 == zone.after % 5 == 0
    assert "from about 480 to about 190" in shown.sentence
    assert {part.estimate for part in (shown.wdd.local, shown.wdd.total)} == {None}
    hidden = (shown.rings, shown.rises, shown.types, shown.series, shown.saved, shown.origins)
    assert set(hidden) == {()}
    assert (shown.shifts, shown.shifts_words) == ((), "")
    assert (shown.phi, shown.irr, shown.placebo_p, shown.min_detectable) == (None,) * 4
    assert any("counts of 1 to 4 are hidden" in words for words in shown.caveats)


def test_small_totals_are_not_shown_when_the_role_may_not_see_them(moved):
    quiet = next(c for c in all_cells() if h3.grid_distance(c, MIDDLE) > 8)
    plan = spec(treated_cells=(quiet,), start=date(2024, 5, 1), review_dates=())
    shown = displacement.evaluate(moved, CST, AREA, plan)
    assert (shown.zone("treated").before, shown.zone("treated").after) == (None, None)
    assert not any(letter.isdigit() for letter in shown.sentence + shown.reason)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN, Role.COUNCIL_SERVICE])
def test_result_is_refused_when_the_role_may_not_see_the_map(fallen, role):
    with pytest.raises(AccessError, match=Permission.VIEW.words):
        displacement.evaluate(fallen, Principal("Sam", role), AREA, spec())


def test_business_partner_sees_only_what_is_measured_by_their_types(fallen):
    bid = Principal("Bo", Role.BID)
    with pytest.raises(AccessError, match="types of report that your role does not see"):
        displacement.evaluate(fallen, bid, AREA, spec())
    assert displacement.evaluate_all(fallen, bid, AREA) == ()


def test_list_agrees_with_each_result(moved):
    keys = [_registered(moved), _registered(moved, title="Never done", delivered_dose=0.0)]
    gone = _registered(moved, title="Given up", status="cancelled")
    listed = {v.intervention_id: v for v in displacement.evaluate_all(moved, ANALYST, AREA)}
    assert set(listed) == set(keys)
    assert gone not in listed
    for key in keys:
        found = displacement.evaluate(moved, ANALYST, AREA, key)
        assert listed[key].verdict == found.verdict
        assert listed[key].sentence == found.sentence
        assert listed[key].displacement_title == found.displacement_title
    first = listed[keys[0]]
    assert (first.next_review, first.review_due) == ("1 December 2024", True)


def test_others_count_only_when_they_run_in_the_compared_months():
    usual = DisplacementOptions()
    spans = {
        "long before": (date(2021, 1, 1), date(2022, 7, 31)),
        "just before": (date(2021, 1, 1), date(2022, 8, 1)),
        "open": (date(2021, 1, 1), None),
        "last month": (date(2024, 7, 31), None),
        "after": (date(2024, 8, 1), None),
    }
    others = [
        spec(title=title, start=start, end=end, review_dates=())
        for title, (start, end) in spans.items()
    ]
    found = overlapping(spec(), [*others, spec(title="cancelled", status="cancelled")], usual)
    assert [other.title for other in found] == ["just before", "last month", "open"]
    short = spec(end=date(2024, 1, 31))
    assert [o.title for o in overlapping(short, others, usual)] == ["just before", "open"]


def test_unknown_intervention_is_refused(fallen):
    with pytest.raises(StoreError, match="no intervention 'x'"):
        displacement.evaluate(fallen, ANALYST, AREA, "x")


def test_plan_says_how_long_a_test_would_take(fallen):
    soon = displacement.what_if(fallen, ANALYST, AREA, ALIKE[:1], 60)
    late = displacement.what_if(fallen, ANALYST, AREA, ALIKE[:1], 25)
    assert soon.months == 3
    assert soon.sentence == "A fall of 60% would probably be seen after 3 months."
    assert soon.monthly_before == pytest.approx(20)
    assert late.months is None or late.months > soon.months
    assert soon.match == "close"


@pytest.mark.parametrize("percent", [0, 100, -5])
def test_plan_is_refused_when_the_fall_cannot_be(fallen, percent):
    with pytest.raises(SchemaError, match="between 0 and 100 per cent"):
        displacement.what_if(fallen, ANALYST, AREA, TREATED, percent)


def test_plan_hides_the_level_when_the_role_may_not_see_it(moved):
    shown = displacement.what_if(moved, CST, AREA, ALIKE[:1], 60)
    assert (shown.months, shown.monthly_before) == (3, None)
    unseen = displacement.what_if(moved, CST, AREA, NEARBY[:1], 2)
    assert unseen.months is None
    assert "about" not in unseen.sentence


def test_same_figures_come_from_the_same_data(fallen):
    first = displacement.evaluate(fallen, ANALYST, AREA, spec())
    turned = replace(spec(), treated_cells=tuple(reversed(TREATED)))
    assert displacement.evaluate(fallen, ANALYST, AREA, turned) == first
