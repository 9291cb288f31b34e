"""Parts of a patrol problem check themselves, and the whole checks that they fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo.errors import SchemaError
from geo.patrol import Block, Crew, Group, Lock, PatrolRules, Travel
from tests.patrol_cases import day


def test_a_shift_is_cut_by_its_breaks_when_there_are_two():
    crew = Crew("a", "A", ("police",), 0, 0, 600, 1080, (1.0,), breaks=((840, 870), (700, 710)))
    assert crew.parts == ((600, 700), (710, 840), (870, 1080))


def test_a_break_at_the_end_leaves_no_part_behind():
    crew = Crew("a", "A", ("council",), 0, 0, 600, 900, (1.0,), breaks=((860, 920),))
    assert crew.parts == ((600, 860),)


def test_a_joint_crew_goes_where_police_must():
    assert Crew("a", "A", ("council", "police"), 0, 0, 1, 2, (1.0,)).police


def test_a_watched_place_needs_less_when_cctv_is_a_discount():
    assert Group("v", "Violence", cctv="discount").cctv_factor(0.4) == pytest.approx(0.8)
    assert Group("v", "Violence", cctv="complement").cctv_factor(0.4) == pytest.approx(1.2)
    assert Group("v", "Violence").cctv_factor(0.4) == 1.0


def test_minutes_owed_raise_demand_when_half_was_delivered():
    place = replace(day().places[0], target_min=60.0, delivered_min=30.0)
    assert place.owed_factor(0.5) == pytest.approx(1.25)
    assert replace(place, delivered_min=90.0).owed_factor(0.5) == 1.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"end_min": 500.0}, "has no shift"),
        ({"match": (1.4,)}, "lies in 0 to 1"),
        ({"base_x_m": float("nan")}, "has no base"),
        ({"agencies": ()}, "needs an agency"),
        ({"breaks": ((5.0, 4.0),)}, "ends before its start"),
    ],
)
def test_a_crew_is_refused_in_words_when_something_is_wrong(change, words):
    crew = Crew("a", "A", ("police",), 0, 0, 600, 1080, (1.0,))
    with pytest.raises(SchemaError, match=words):
        replace(crew, **change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"demand": ((-1.0,),)}, "must not be negative"),
        ({"x_m": float("inf")}, "has no position"),
        ({"windows": ((9.0, 8.0),)}, "ends before"),
        ({"cctv": 1.5}, "lies in 0 to 1"),
    ],
)
def test_a_place_is_refused_in_words_when_something_is_wrong(change, words):
    with pytest.raises(SchemaError, match=words):
        replace(day().places[0], **change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"groups": ()}, "needs a group"),
        ({"blocks": (Block(600, 700), Block(720, 800))}, "40 minutes apart"),
        ({"travel": Travel(np.zeros((2, 2)), np.zeros((2, 2)))}, "Travel minutes are needed"),
        ({"locks": (Lock("nobody", "p0", 0),)}, "there is not"),
        ({"allowed": np.ones((1, 1, 1), bool)}, "must have the shape"),
    ],
)
def test_a_problem_is_refused_in_words_when_parts_do_not_fit(change, words):
    with pytest.raises(SchemaError, match=words):
        replace(day(), **change)


def test_two_places_of_one_name_are_refused():
    problem = day()
    with pytest.raises(SchemaError, match="Two places are called 'p0'"):
        replace(problem, places=(problem.places[0],) * len(problem.places))


def test_rules_are_refused_when_gamma_is_above_one():
    with pytest.raises(SchemaError, match="gamma"):
        PatrolRules(gamma=1.2)
