"""Plans keep every rule, come close to the best there is, and say what they leave out."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace

import numba
import numpy as np
import pytest
from shapely.geometry import box

from benchmarks.patrol_optimum import best_value
from geo import _patrol_kernels, _patrol_search, _patrol_tables, patrol_solver
from geo.patrol import Block, Lock, PatrolRules
from geo.patrol_check import check_plan
from geo.patrol_hours import vary
from geo.patrol_result import (
    NO_DEMAND,
    NO_POWERS,
    NO_ZONE,
    OUT_OF_HOURS,
    POLICE_ONLY,
    TOO_FAR,
    whole_minute,
)
from geo.patrol_solver import plan_patrols, plan_week
from tests.patrol_cases import day

QUICK = PatrolRules(iterations=100)


def _reason(problem, place_id):
    return next(one.reason for one in plan_patrols(problem).unserved if one.place_id == place_id)


def _with_place(problem, **change):
    return replace(problem, places=(replace(problem.places[0], **change), *problem.places[1:]))


def test_plans_reach_the_best_there_is_when_days_are_small():
    shares = []
    for seed in range(20):
        gamma, cap = (0.6, 2) if seed % 2 else (1.0, 1)
        rules = PatrolRules(iterations=200, seed=seed, gamma=gamma, cap=cap, floor_bonus=20.0)
        problem = day(3, 2, seed, shift_min=160.0, rules=rules, ward_floors=(("w1", 1),))
        shares.append(plan_patrols(problem).value / best_value(problem))
    assert np.mean(shares) > 0.99
    assert max(shares) < 1 + 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_no_rule_is_broken_when_days_are_large(seed):
    random = np.random.default_rng(seed)
    rules = PatrolRules(iterations=60, seed=seed, cap=1 + seed % 3)
    size = int(random.integers(10, 70)), int(random.integers(2, 14))
    shift = float(random.choice([130, 240, 480]))
    problem = vary(day(*size, seed, shift_min=shift, rules=rules, ward_floors=(("w1", 4),)))
    plan = plan_patrols(problem)
    assert check_plan(problem, plan) == ()
    assert plan.visits


def test_a_plan_is_the_same_again_when_seed_and_problem_are():
    problem = day(20, 5, rules=QUICK)
    assert plan_patrols(problem) == plan_patrols(problem)
    other = plan_patrols(replace(problem, rules=replace(QUICK, seed=1)))
    assert other.visits != plan_patrols(problem).visits


def test_more_rounds_are_never_worse():
    few, many = (plan_patrols(day(30, 6, rules=PatrolRules(iterations=n))).value for n in (0, 600))
    assert many > few


def _uncompiled(monkeypatch, name):
    """Return a second copy of a module whose functions are not compiled."""
    origin = sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, origin.__file__)
    copy = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, copy)
    spec.loader.exec_module(copy)
    return copy


def test_figures_are_the_same_when_nothing_is_compiled(monkeypatch):
    problem = day(8, 4, rules=PatrolRules(iterations=25), ward_floors=(("w2", 2),))
    compiled = plan_patrols(problem)
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    kernels = _uncompiled(monkeypatch, _patrol_kernels.__name__)
    search = _uncompiled(monkeypatch, _patrol_search.__name__)
    for name in ("fill", "insert", "value_of"):
        monkeypatch.setattr(patrol_solver, name, getattr(kernels, name))
    monkeypatch.setattr(patrol_solver, "improve", search.improve)
    monkeypatch.setattr(_patrol_tables, "begin", kernels.begin)
    assert plan_patrols(problem) == compiled


def test_locked_visits_are_kept_when_the_rest_is_planned_anew():
    problem = day(20, 5, rules=QUICK)
    first = plan_patrols(problem)
    keep = first.visits[::4]
    locks = tuple(Lock(v.crew_id, v.place_id, v.block, v.arrive_min) for v in keep)
    again = replace(problem, locks=locks, rules=replace(QUICK, seed=9))
    plan = plan_patrols(again)
    assert check_plan(again, plan) == ()
    kept = {(v.crew_id, v.place_id, v.arrive_min) for v in plan.visits if v.locked}
    assert kept == {(v.crew_id, v.place_id, v.arrive_min) for v in keep}


def test_a_lock_that_cannot_be_kept_is_told_of():
    problem = replace(day(6, 2, rules=QUICK), locks=(Lock("c1", "p5", 0, 605.0),))
    plan = plan_patrols(problem)
    assert "Crew 1 to Place 5 could not be kept: it fits neither" in plan.notes[0]
    assert check_plan(problem, plan) == ()


def test_two_locks_for_one_group_in_one_block_are_told_of():
    problem = day(6, 4, rules=QUICK)
    problem = replace(problem, crews=(problem.crews[0], replace(problem.crews[0], crew_id="c1")))
    still = replace(problem.travel, walk_min=np.ones((8, 8)), vehicle_min=np.ones((8, 8)))
    problem = replace(problem, travel=still, locks=(Lock("c0", "p0", 0), Lock("c1", "p0", 0)))
    notes = plan_patrols(problem).notes
    assert "other crews fill the place in that block" in notes[0]


def test_a_cancelled_search_returns_the_best_so_far():
    shares, calls = [], iter([False, False, True])
    rules = PatrolRules(iterations=1_000)
    plan = plan_patrols(
        day(10, 3, rules=rules), progress=shares.append, cancelled=lambda: next(calls)
    )
    assert shares == [0.1, 0.2]
    assert (plan.iterations, plan.complete) == (200, False)
    assert plan.visits


def test_a_place_for_police_only_is_left_when_no_crew_has_police():
    problem = day(6, 3, rules=QUICK)
    council = tuple(replace(crew, agencies=("council",)) for crew in problem.crews)
    problem = _with_place(replace(problem, crews=council), police_only=True, floor=0)
    assert _reason(problem, "p0") == POLICE_ONLY


def test_a_place_is_left_when_it_lies_outside_every_zone():
    problem = day(6, 3, rules=QUICK)
    crews = tuple(replace(crew, zone=box(0, 0, 1, 1)) for crew in problem.crews)
    problem = replace(problem, crews=crews)
    assert _reason(problem, "p0") == NO_ZONE
    assert "its powers and zone fit no place" in plan_patrols(problem).notes[0]


def test_a_place_is_left_when_no_crew_holds_powers():
    problem = day(6, 3, rules=QUICK)
    allowed = np.ones((3, 6, 3), bool)
    allowed[:, 0] = False
    assert _reason(replace(problem, allowed=allowed), "p0") == NO_POWERS


def test_a_place_is_left_when_it_has_no_demand():
    problem = _with_place(day(6, 3, rules=QUICK), demand=((0.0, 0.0),) * 3)
    assert _reason(problem, "p0") == NO_DEMAND


def test_a_place_is_left_when_its_hours_lie_outside_the_shifts():
    problem = _with_place(day(6, 3, rules=QUICK), windows=((0.0, 300.0),))
    assert _reason(problem, "p0") == OUT_OF_HOURS


def test_a_place_is_left_when_it_is_too_far():
    problem = day(6, 3, rules=QUICK)
    far = [np.array(table) for table in (problem.travel.walk_min, problem.travel.vehicle_min)]
    for table in far:
        table[0, 1:] = table[1:, 0] = 500.0
    travel = replace(problem.travel, walk_min=far[0], vehicle_min=far[1])
    assert _reason(replace(problem, travel=travel), "p0") == TOO_FAR


def test_a_floor_is_kept_when_the_hours_allow():
    problem = _with_place(day(12, 2, 4, rules=QUICK), floor=2)
    plan = plan_patrols(problem)
    assert (plan.place_floors[0].wanted, plan.place_floors[0].planned) == (2, 2)


def test_nothing_is_planned_when_there_is_no_crew():
    problem = day(3, 0, rules=QUICK)
    plan = plan_patrols(problem)
    assert (plan.visits, plan.value, len(plan.unserved)) == ((), 0.0, 3)
    assert check_plan(problem, plan) == ()


def test_a_shift_past_midnight_has_times_after_1440():
    problem = day(6, 2, rules=QUICK)
    late = tuple(replace(c, start_min=1_380.0, end_min=1_620.0, breaks=()) for c in problem.crews)
    blocks = (Block(1_380.0, 1_480.0), Block(1_520.0, 1_620.0))
    problem = replace(problem, crews=late, blocks=blocks)
    plan = plan_patrols(problem)
    assert check_plan(problem, plan) == ()
    assert max(visit.leave_min for visit in plan.visits) > 1_440


def test_a_week_gives_less_to_places_that_had_their_minutes():
    problem = day(8, 2, rules=QUICK)
    owed = tuple(replace(place, target_min=45.0) for place in problem.places)
    problem = replace(problem, places=owed, rules=replace(QUICK, kappa=3.0))
    shares: list[float] = []
    plans = plan_week([problem] * 3, delivery=0.5, progress=shares.append)
    assert shares[-1] == 1.0
    given = {place.place_id: 0.0 for place in owed}
    for plan in plans:
        places = tuple(replace(p, delivered_min=given[p.place_id]) for p in owed)
        assert check_plan(replace(problem, places=places), plan) == ()
        for visit in plan.visits:
            given[visit.place_id] += 7.5


def test_a_start_lies_on_a_whole_minute_when_one_fits():
    assert whole_minute(10.4, 12.0, 0.0) == 11.0
    assert whole_minute(10.4, 14.0, 0.9) == 13.0
    assert whole_minute(10.4, 10.8, 0.5) == 10.4
