"""May only those who plan register interventions, and is every later change told?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data.access import AccessError, Principal, Role
from data.errors import DataError
from data.intervention_spec import Design
from data.jobs import interventions
from data.store.migrations import StoreError
from tests.places import ANALYST, NOW
from tests.treated import ALIKE, AREA, BEFORE_START, OUTSIDE, TREATED, at, spec, treated_town


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    ws = treated_town(tmp_path_factory.mktemp("treated"))
    yield ws
    ws.close()


@pytest.fixture
def early(town):
    return at(town, BEFORE_START)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.CHAIR, Role.COUNCIL_CST])
def test_intervention_is_registered_by_those_who_plan(early, role):
    added = interventions.add(early, Principal("Sam", role), AREA, spec(title=f"Plan of {role}"))
    assert added.spec.title == f"Plan of {role}"
    assert (added.version, added.stage, added.needs_reason) == (1, "planned", False)
    assert added.stage_words == "Starts on 1 August 2023"
    assert added.next_review == "1 November 2023"
    assert added.place_words == "Quay Street"
    entry = early.store.audit_entries(action="add_intervention", limit=1)[0]
    assert json.loads(entry.detail)["intervention_id"] == added.intervention_id
    assert interventions.view(early, ANALYST, AREA, added.intervention_id) == added


@pytest.mark.parametrize("role", [Role.NPT, Role.CCTV_MGR, Role.BID, Role.MEMBER, Role.ADMIN])
def test_intervention_is_refused_when_the_role_does_not_plan(early, role):
    with pytest.raises(AccessError, match="cannot register or change interventions"):
        interventions.add(early, Principal("Sam", role), AREA, spec())


def test_stage_follows_the_day(town, early):
    key = interventions.add(early, ANALYST, AREA, spec(end=date(2024, 3, 31))).intervention_id
    running = interventions.view(at(town, datetime(2024, 3, 31, tzinfo=UTC)), ANALYST, AREA, key)
    assert (running.stage, running.stage_words) == ("running", "Running since 1 August 2023")
    ended = interventions.view(town, ANALYST, AREA, key)
    assert (ended.stage, ended.needs_reason) == ("ended", True)
    assert ended.stage_words == "Ran from 1 August 2023 to 31 March 2024"
    assert ended.next_review == "1 December 2024"
    for status, words in (("closed", "Closed"), ("cancelled", "Cancelled")):
        shut = interventions.edit(town, ANALYST, AREA, key, replace(ended.spec, status=status))
        assert (shut.stage, shut.stage_words) == (status, words)


def test_change_after_the_start_is_told_with_its_reason(town, early):
    key = interventions.add(early, ANALYST, AREA, spec()).intervention_id
    other = spec(design=Design(2))
    with pytest.raises(StoreError, match="the comparison changes only with a reason"):
        interventions.edit(town, ANALYST, AREA, key, other)
    edited = interventions.edit(town, ANALYST, AREA, key, other, reason="Road works next door.")
    assert edited.late_changes == (
        "The comparison was changed on 15 August 2024, after the start: Road works next door.",
    )
    assert [v.changed for v in edited.versions] == ["", "comparison"]
    assert (edited.versions[1].when, edited.versions[1].given_by) == (
        "15 August 2024, 10:00",
        "Ada",
    )
    assert edited.versions[0].spec.design == Design(1)
    entry = town.store.audit_entries(action="edit_intervention", limit=1)[0]
    assert json.loads(entry.detail) == {
        "changed": ["design"],
        "reason": "Road works next door.",
        "version": 2,
    }


def test_registration_after_the_start_is_told(town):
    added = interventions.add(town, ANALYST, AREA, spec())
    assert added.late_changes == (
        "It was registered on 15 August 2024, after the start, so nothing was chosen beforehand.",
    )
    assert added.needs_reason


def test_reason_is_refused_when_it_names_a_person(town, early):
    key = interventions.add(early, ANALYST, AREA, spec()).intervention_id
    with pytest.raises(DataError, match="looks like personal data"):
        interventions.edit(town, ANALYST, AREA, key, spec(lens="harm"), reason="Mr Smith said so")


def test_last_to_start_is_listed_first(early):
    late = interventions.add(early, ANALYST, AREA, spec(title="Late", start=date(2023, 9, 1)))
    listed = interventions.listing(early, Principal("Sam", Role.NPT), AREA)
    assert listed[0] == late
    assert all(view.spec.start == date(2023, 8, 1) for view in listed[1:])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"treated_cells": (*TREATED, OUTSIDE)}, "1 of the 3 treated hexagons lies outside"),
        ({"design": Design(control_cells=(*ALIKE, OUTSIDE))}, "1 of the 7 comparison"),
        ({"categories": ("Piracy",)}, "no type 'Piracy' among the reports of Quaytown"),
        ({"start": date(2022, 7, 31)}, "lies before the data of Quaytown, which begin in August"),
    ],
)
def test_intervention_is_refused_when_it_cannot_be_judged_here(early, changes, words):
    with pytest.raises(DataError, match=words) as caught:
        interventions.add(early, ANALYST, AREA, spec(**changes))
    assert caught.value.hint


def test_start_may_lie_in_the_future(town):
    plan = spec(start=date(2024, 10, 1), review_dates=())
    added = interventions.add(town, ANALYST, AREA, plan)
    assert NOW.date() < added.spec.start
    assert (added.stage, added.late_changes) == ("planned", ())
