"""Do the four interventions of the sample town get the verdicts that were planted?

More towns are judged in ``benchmarks/planted_interventions.py``.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest

from benchmarks.planted_interventions import PLANTED, RESULTS
from benchmarks.shuffled_towns import count_town, score_town
from data.clock import FixedClock
from data.jobs import displacement, interventions
from data.jobs.demo import load_sample
from data.samples.spec import DEMO_TOWN, TownSpec
from data.samples.town import AREA_ID, build_town
from data.store.interventions import evaluations
from data.workspace import Workspace
from tests.places import ANALYST

NOW = datetime(2026, 9, 15, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    ws = Workspace.open(tmp_path_factory.mktemp("demo") / "home", clock=FixedClock(NOW))
    load_sample(ws, ANALYST)
    yield ws
    ws.close()


@pytest.fixture(scope="module")
def results(demo):
    """Return what is said of each intervention, by what was planted there."""
    cells = {tuple(d["cells"]): d["effect"] for d in build_town(DEMO_TOWN).truth["interventions"]}
    listed = displacement.evaluate_all(demo, ANALYST, AREA_ID)
    views = (displacement.evaluate(demo, ANALYST, AREA_ID, one.intervention_id) for one in listed)
    return {cells[view.spec.treated_cells]: view for view in views}


@pytest.mark.slow
@pytest.mark.parametrize("effect", PLANTED)
def test_planted_intervention_gets_its_verdict(results, effect):
    found = results[effect]
    assert (found.verdict, found.displacement_verdict) == PLANTED[effect]


@pytest.mark.slow
def test_planted_sizes_lie_within_the_limits(results):
    for effect in ("moved", "spread"):
        found = results[effect]
        before = found.zone("treated").before
        local = found.wdd.local
        assert local.ci_low < -0.5 * before < local.ci_high
    moved = results["moved"].wdd.displacement
    assert moved.ci_low < 0.25 * results["moved"].zone("treated").before < moved.ci_high


@pytest.mark.slow
def test_fall_is_the_same_at_every_time_of_day(results):
    found = results["moved"]
    assert len(found.shifts) == 3
    assert sum(shift.before for shift in found.shifts) < found.zone("treated").before
    for shift in found.shifts:
        assert shift.local.ci_low < -0.5 * shift.before < shift.local.ci_high


@pytest.mark.slow
def test_register_holds_what_was_chosen_before_the_start(demo):
    listed = interventions.listing(demo, ANALYST, AREA_ID)
    assert len(listed) == 4
    assert {one.versions[0].when for one in listed} == {
        "1 August 2025, 10:00",
        "1 October 2025, 10:00",
        "1 December 2025, 09:00",
    }
    for one in listed:
        assert one.late_changes == ()
        assert one.spec.mechanism
        assert len(one.spec.review_dates) == 4
    entry = demo.store.audit_entries(action="add_intervention")[0]
    assert entry.at == NOW


@pytest.mark.slow
def test_each_result_is_remembered_once(demo, results):
    with demo.store.read() as session:
        seen = evaluations(session, AREA_ID)
    assert sorted(row.intervention_id for row in seen) == sorted(
        view.intervention_id for view in results.values()
    )


@pytest.mark.slow
def test_persistent_places_are_found_when_interventions_are_planted():
    score = score_town(count_town(DEMO_TOWN))
    assert score.planted == 5
    assert score.found >= 4


def test_small_town_comes_without_interventions(tmp_path):
    ws = Workspace.open(tmp_path / "home", clock=FixedClock(NOW))
    load_sample(ws, ANALYST, spec=TownSpec(size="small", months=14))
    assert interventions.listing(ws, ANALYST, AREA_ID) == ()
    assert displacement.evaluate_all(ws, ANALYST, AREA_ID) == ()
    ws.close()


def test_recorded_benchmark_keeps_its_promises_when_read():
    with RESULTS.open(encoding="utf-8") as file:
        total = list(csv.DictReader(file))[-1]
    assert total["seed"] == "all"
    for effect in ("moved", "spread"):
        assert float(total[effect]) >= 0.9
    assert float(total["nothing"]) >= 0.8
    assert float(total["not_delivered"]) == 1.0
