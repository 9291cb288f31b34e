"""The checker finds whatever is wrong with a plan, and nothing in one that is right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shapely.geometry import box

from geo.patrol import Lock, PatrolRules
from geo.patrol_check import check_plan, clock, shift_parts
from geo.patrol_solver import plan_patrols
from tests.patrol_cases import day

RULES = PatrolRules(iterations=100, draw_starts=False)


@pytest.fixture(scope="module")
def good():
    problem = day(20, 6, 2, rules=RULES, ward_floors=(("w0", 2),))
    plan = plan_patrols(problem)
    assert check_plan(problem, plan) == ()
    return problem, plan


def _first(plan, **change):
    return replace(plan, visits=(replace(plan.visits[0], **change), *plan.visits[1:]))


def _found(problem, plan, words):
    return any(words in finding for finding in check_plan(problem, plan))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"arrive_min": 600.0, "leave_min": 615.0}, "it cannot be there before"),
        ({"leave_min": 900.0}, "the visit lasts"),
        ({"block": 1}, "leaves its block"),
        ({"block": 7}, "no such block"),
        ({"part": 1}, "no such part"),
        ({"travel_min": 0.5}, "the way takes"),
        ({"order": 3}, "it is stop 1"),
        ({"place_id": "nowhere"}, "not in the problem"),
        ({"group_id": "none"}, "it comes for"),
    ],
)
def test_a_changed_visit_is_found(good, change, words):
    assert _found(good[0], _first(good[1], **change), words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 1.0}, "The value of the plan"),
        ({"met": 1.0}, "The demand met"),
        ({"travel_min": 1.0}, "The travel of"),
        ({"floor_visits": 99}, "number of visits for floors"),
        ({"unserved": ()}, "The places left out"),
        ({"returns": ()}, "ends at the base"),
        ({"ward_floors": ()}, "Visits by ward"),
        ({"place_floors": ()}, "Visits of places with a floor"),
    ],
)
def test_a_changed_figure_is_found(good, change, words):
    assert _found(good[0], replace(good[1], **change), words)


def test_a_value_off_by_a_millionth_is_found(good):
    problem, plan = good
    assert check_plan(problem, replace(plan, value=plan.value * (1 + 3e-6)))
    assert not check_plan(problem, replace(plan, value=plan.value * (1 + 1e-8)))


def test_a_return_at_another_time_is_found(good):
    problem, plan = good
    back = replace(plan.returns[0], back_min=plan.returns[0].back_min + 5)
    assert _found(problem, replace(plan, returns=(back, *plan.returns[1:])), "The return of crew")


def _for_place(problem, place_id, **change):
    places = [replace(p, **change) if p.place_id == place_id else p for p in problem.places]
    return replace(problem, places=tuple(places))


def _for_crew(problem, crew_id, **change):
    crews = [replace(c, **change) if c.crew_id == crew_id else c for c in problem.crews]
    return replace(problem, crews=tuple(crews))


def test_a_place_for_police_is_found_when_a_council_crew_goes_there(good):
    problem, plan = good
    visit = next(v for v in plan.visits if v.crew_id == "c1")
    assert _found(_for_place(problem, visit.place_id, police_only=True), plan, "only police")


def test_a_zone_and_a_shift_that_are_left_are_found(good):
    problem, plan = good
    visit = plan.visits[0]
    outside = _for_crew(problem, visit.crew_id, zone=box(-2, -2, -1, -1))
    assert _found(outside, plan, "outside the crew's zone")
    shorter = _for_crew(problem, visit.crew_id, end_min=visit.leave_min - 1)
    assert _found(shorter, plan, "off shift or on its break")
    assert _found(shorter, plan, "minutes late")


def test_a_window_and_a_lack_of_powers_are_found(good):
    problem, plan = good
    visit = plan.visits[0]
    closed = _for_place(problem, visit.place_id, windows=((0.0, 60.0),))
    assert _found(closed, plan, "not to be visited then")
    powerless = _for_crew(problem, visit.crew_id, match=(0.0, 0.0, 0.0))
    assert _found(powerless, plan, "holds no power")


def test_too_many_crews_and_visits_too_close_are_found(good):
    problem, plan = good
    visit = plan.visits[0]
    twin = replace(visit, crew_id="c4" if visit.crew_id != "c4" else "c2")
    crowded = replace(plan, visits=(*plan.visits, twin))
    strict = replace(problem, rules=replace(problem.rules, cap=1))
    assert _found(strict, crowded, "1 may come")
    same = replace(problem, crews=tuple(replace(c, match=(1.0, 0.0, 0.0)) for c in problem.crews))
    assert _found(same, crowded, "two crews come for violence")
    soon = replace(visit, block=1, arrive_min=visit.leave_min + 5, leave_min=visit.leave_min + 20)
    assert _found(same, replace(plan, visits=(visit, soon)), "are 5 minutes apart")


def test_a_lock_that_is_missing_or_moved_is_found(good):
    problem, plan = good
    visit = plan.visits[0]
    lock = Lock(visit.crew_id, visit.place_id, visit.block, visit.arrive_min + 3)
    locked = replace(problem, locks=(lock,))
    assert _found(locked, plan, "is missing")
    assert _found(locked, _first(plan, locked=True), "was moved")


def test_minutes_are_told_as_a_clock():
    assert [clock(605), clock(1_500), clock(1_439.6)] == ["10:05", "01:00", "00:00"]


def test_a_shift_is_cut_as_the_problem_says():
    crew = replace(day().crews[0], breaks=((700.0, 720.0), (590.0, 610.0)))
    assert shift_parts(crew) == list(crew.parts) == [(610, 700), (720, 840)]
