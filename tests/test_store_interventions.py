"""Is what was chosen before an intervention started kept, whatever is changed later?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import h3
import pytest

from data.access import Principal, Role
from data.errors import DataError
from data.intervention_spec import Design, InterventionSpec, content_of, spec_of
from data.store.interventions import (
    add_intervention,
    changed_choices,
    evaluations,
    history,
    interventions,
    interventions_version,
    late_changes,
    record_evaluation,
    revise_intervention,
    seen_first,
    started,
)
from data.store.migrations import StoreError
from data.store.store import Store

ANALYST = Principal("Sam", Role.ANALYST, demo=False)
MIDDLE = h3.latlng_to_cell(53.0, -5.02, 9)
RING = sorted(set(h3.grid_ring(MIDDLE, 3)))
APRIL, MAY, JULY = (datetime(2026, month, 3, 9, tzinfo=UTC) for month in (4, 5, 7))


def planned(**changes) -> InterventionSpec:
    usual = InterventionSpec(
        title="Evening patrols, Quay Street",
        kind="hotspot_patrol",
        treated_cells=(MIDDLE,),
        start=date(2026, 5, 1),
        review_dates=(date(2026, 8, 1),),
    )
    return replace(usual, **changes)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "store.sqlite")
    yield opened
    opened.close()


def _add(store, spec=None, at=APRIL):
    with store.change(ANALYST, "add_intervention", "town", {}, at) as session:
        content = content_of(spec or planned())
        return add_intervention(session, ANALYST, "town", content, at).intervention_id


def _revise(store, key, spec, at, reason=""):
    with store.change(ANALYST, "revise_intervention", f"town/{key}", {}, at) as session:
        return revise_intervention(session, ANALYST, "town", key, content_of(spec), at, reason)


def _late(store, key):
    with store.read() as session:
        return late_changes(session, history(session, "town", key))


def _see(store, key, at):
    with store.change(ANALYST, "evaluate_intervention", f"town/{key}", {}, at) as session:
        row = history(session, "town", key)[-1]
        record_evaluation(session, ANALYST, row, "abc", ("worked", "none"), {"n": 3}, at)


def test_intervention_is_read_back_as_it_was_given(store):
    spec = planned(
        end=date(2026, 9, 30),
        categories=("Noise", "Burglary"),
        partners=("Council, wardens",),
        design=Design(2, gap_ring=True, control_cells=tuple(reversed(RING[:3]))),
        delivered_dose=12.5,
    )
    key = _add(store, spec)
    assert key == "evening-patrols-quay-street"
    with store.read() as session:
        (row,) = interventions(session, "town")
        assert interventions(session, "elsewhere") == ()
    assert spec_of(row.content) == spec
    assert spec.categories == ("Burglary", "Noise")
    assert spec.design.control_cells == tuple(RING[:3])
    assert (row.version, row.at, row.given_by, row.role) == (1, APRIL, "Sam", "analyst")


def test_key_gets_a_number_when_the_title_is_taken(store):
    keys = [_add(store) for _ in range(3)]
    assert keys == [f"evening-patrols-quay-street{end}" for end in ("", "-2", "-3")]
    assert _add(store, planned(title="…")) == "intervention"


def test_choice_changes_freely_before_the_start(store):
    key = _add(store)
    row = _revise(store, key, planned(design=Design(2)), APRIL)
    assert row.version == 2
    assert _revise(store, key, planned(design=Design(2)), MAY).version == 2
    assert _late(store, key) == ()


def test_choice_changes_only_with_a_reason_after_the_start(store):
    key = _add(store)
    other = planned(design=Design(2), treated_cells=(MIDDLE, RING[0]))
    with pytest.raises(StoreError, match="After the start the place changes only with a reason"):
        _revise(store, key, other, MAY, "  ")
    _revise(store, key, other, MAY, " Road works  close by ")
    assert _late(store, key) == (("place and comparison", MAY, False, "Road works close by"),)
    with store.read() as session:
        rows = history(session, "town", key)
        assert interventions_version(session, "town") == 2
    assert [len(row.content["treated_cells"]) for row in rows] == [1, 2]


def test_dose_and_words_change_without_a_reason_after_the_start(store):
    key = _add(store)
    assert _revise(store, key, planned(delivered_dose=40.0), JULY).version == 2
    assert _late(store, key) == ()


def test_start_cannot_be_undone_when_it_has_come(store):
    key = _add(store)
    later = planned(start=date(2026, 7, 20))
    _revise(store, key, later, MAY, "Team was late")
    with store.read() as session:
        assert started(history(session, "town", key), MAY)
    with pytest.raises(StoreError, match="comparison changes only with a reason"):
        _revise(store, key, replace(later, design=Design(2)), JULY)


def test_start_may_be_moved_before_it_comes(store):
    key = _add(store)
    _revise(store, key, planned(start=date(2026, 7, 20)), APRIL)
    with store.read() as session:
        assert not started(history(session, "town", key), JULY)
    _revise(store, key, planned(start=date(2026, 7, 20), design=Design(2)), JULY)
    assert _late(store, key) == ()


def test_change_is_told_apart_when_results_had_been_seen(store):
    key = _add(store)
    _see(store, key, MAY)
    _revise(store, key, planned(lens="estimated"), JULY, "Many repeat calls")
    assert _late(store, key) == (("outcome measure", JULY, True, "Many repeat calls"),)
    with store.read() as session:
        assert seen_first(session, history(session, "town", key)) == MAY
        (row,) = evaluations(session, "town", key)
        assert evaluations(session, "town") == (row,)
    assert (row.version, row.verdict, row.figures) == (1, "worked", {"n": 3})


def test_registration_after_the_start_is_told(store):
    key = _add(store, at=JULY)
    assert _late(store, key) == (("", JULY, False, ""),)


def test_choices_that_differ_are_named_once():
    one, other = content_of(planned()), content_of(planned(categories=("Noise",), lens="harm"))
    assert changed_choices(one, other) == ("outcome measure",)
    assert changed_choices(one, one) == ()


@pytest.mark.parametrize("table", ["interventions", "evaluations"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = ''", "DELETE FROM {}"])
def test_register_refuses_to_be_overwritten(store, tmp_path, table, statement):
    _see(store, _add(store), JULY)
    with (
        closing(sqlite3.connect(tmp_path / "store.sqlite")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only added"),
    ):
        connection.execute(statement.format(table))


def test_unknown_intervention_is_refused(store):
    with pytest.raises(StoreError, match="no intervention 'x'"):
        _revise(store, "x", planned(), MAY)


def test_reason_is_refused_when_it_is_long(store):
    key = _add(store)
    with pytest.raises(StoreError, match="at most 200 characters; found 201"):
        _revise(store, key, planned(lens="harm"), MAY, "x" * 201)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "1 to 80 characters; found 0"),
        ({"title": "Quay\x07"}, "1 to 80 characters"),
        ({"kind": "magic"}, "no kind 'magic'"),
        ({"lead_agency": "army"}, "no lead agency 'army'"),
        ({"lens": "people"}, "no lens 'people'"),
        ({"treated_cells": ()}, "1 to 100 hexagons; found 0"),
        ({"treated_cells": ("abc",)}, "1 treated cells are no hexagons of resolution 9"),
        ({"treated_cells": (h3.cell_to_parent(MIDDLE, 8),)}, "no hexagons of resolution 9"),
        ({"design": Design(3)}, "One or two rings of cells are looked at for a move; found 3"),
        ({"design": Design(control_cells=(MIDDLE,))}, "1 are treated too"),
        ({"design": Design(control_cells=())}, "found none"),
        ({"end": date(2026, 4, 30)}, "end before it starts; found 2026-05-01 to 2026-04-30"),
        ({"review_dates": (date(2026, 5, 1),)}, "reviewed after the start; found 2026-05-01"),
        ({"delivered_dose": -1.0}, "0 or more; found -1.0"),
        ({"mechanism": "x" * 401}, "at most 400 characters; found 401"),
        ({"lead_post": "Mr Harold Smith"}, "looks like personal data"),
        ({"mechanism": "more people about " * 12 + "call 01253 123456"}, "like personal data"),
    ],
)
def test_intervention_is_refused_when_it_cannot_be(changes, words):
    with pytest.raises(DataError, match=words) as caught:
        planned(**changes)
    assert caught.value.hint
    assert "Harold" not in str(caught.value)


def test_words_say_what_is_measured_and_given():
    spec = planned(planned_dose="120 hours")
    assert spec.outcome_words == "reports of all types"
    assert spec.dose_words == "Planned: 120 hours. Nobody has said what was delivered."
    given = replace(spec, delivered_dose=0.0, categories=("Noise", "Litter"), lens="estimated")
    assert given.dose_words == "Planned: 120 hours. Delivered: 0 hours."
    assert given.outcome_words == "estimated incidents of Litter and Noise"
    assert (spec.start_month, spec.end_month, spec.kind_words) == (
        "2026-05",
        None,
        "Hotspot patrol",
    )
