"""Other places of the same size: reference p, what counts as comparable, seeds and few places."""

from __future__ import annotations

import json

import h3
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.contiguity import components
from geo.errors import SchemaError
from geo.placebo import change_against_rest, comparable_sets, placebo, placebo_p
from tests.grids import MIDDLE, disk_cells

STUDY = disk_cells(11)
TREATED = np.array([cell in set(h3.grid_disk(MIDDLE, 1)) for cell in STUDY.cells])
ALLOWED = np.array([h3.grid_distance(cell, MIDDLE) > 3 for cell in STUDY.cells])


def _counts(fall=0.0, seed=0):
    random = np.random.default_rng(seed)
    before = random.poisson(100.0, len(STUDY.cells))
    return before, random.poisson(np.where(TREATED, 100.0 * (1 - fall), 100.0))


def test_p_when_compared_with_the_reference(shared):
    expected = json.loads((shared / "oracles" / "did_expected.json").read_text())["placebo"]
    rows = pd.read_csv(shared / "oracles" / "did_panel.csv")
    totals = rows.pivot_table(index="cell", columns="post", values="n", aggfunc="sum")
    change = change_against_rest(totals[0], totals[1])
    assert change.tolist() == pytest.approx(list(expected["values"].values()), abs=1e-9)
    assert change[0] == pytest.approx(expected["observed"], abs=1e-9)
    assert placebo_p(change[0], change[6:]) == expected["p_one_sided_decrease"]


def test_places_when_there_is_room_are_999_different_ones_of_the_same_kind():
    before = _counts()[0].astype(float)
    sets = comparable_sets(before, TREATED, ALLOWED, STUDY)
    assert sets.shape == (999, len(STUDY.cells))
    assert len(np.unique(sets, axis=0)) == 999
    assert set(sets.sum(axis=1)) == {7}
    assert not sets[:, ~ALLOWED].any()
    cells = np.array(STUDY.cells)
    assert {len(components(cells[each])) for each in sets[:50]} == {1}
    target = before[TREATED].sum()
    assert bool(((sets @ before >= target / 2) & (sets @ before <= target * 2)).all())


def test_p_when_the_treated_cells_halved_is_the_least_there_can_be():
    found = placebo(*_counts(fall=0.5), TREATED, ALLOWED, STUDY)
    assert (found.p, found.n) == (0.001, 999)
    assert found.sentence == "Of 999 other places of this size and level, 0 fell as much."


def test_p_when_nothing_happened_is_about_uniform():
    p = [placebo(*_counts(seed=s), TREATED, ALLOWED, STUDY, seed=s).p for s in range(12)]
    assert min(p) > 0.005
    assert 0.3 < np.mean(p) < 0.7


def test_result_when_the_seed_is_the_same_is_the_same():
    counts = _counts(seed=4)
    first, again = (placebo(*counts, TREATED, ALLOWED, STUDY, seed=7) for _ in range(2))
    assert first == again
    assert first.values != placebo(*counts, TREATED, ALLOWED, STUDY, seed=8).values


def test_p_when_fewer_than_19_places_exist_says_that_it_cannot_reach_1_in_20():
    study = disk_cells(3)
    treated = np.array([cell == MIDDLE for cell in study.cells])
    allowed = np.zeros(len(study.cells), dtype=bool)
    allowed[[study.positions()[c] for c in sorted(h3.grid_ring(MIDDLE, 3))[:5]]] = True
    found = placebo(np.full(37, 20), np.full(37, 20), treated, allowed, study)
    assert found.n == 5
    assert found.sentence.endswith("With fewer than 19 the test cannot reach 1 in 20.")


def test_p_when_no_place_is_as_busy_is_none():
    before, after = _counts()
    found = placebo(np.where(TREATED, 9_000, before), after, TREATED, ALLOWED, STUDY)
    assert (found.p, found.n) == (None, 0)
    assert found.sentence.startswith("No other place of this size is as busy")


def test_p_when_the_treated_cells_had_nothing_is_none():
    before, after = _counts()
    found = placebo(np.where(TREATED, 0, before), after, TREATED, ALLOWED, STUDY)
    assert (found.p, found.observed) == (None, None)
    assert found.sentence == "There are too few reports to set this place against others."


def test_counts_when_of_other_cells_are_refused():
    before, after = _counts()
    with pytest.raises(SchemaError):
        placebo(before[1:], after, TREATED, ALLOWED, STUDY)
    with pytest.raises(SchemaError):
        placebo(before, after, ~np.ones_like(TREATED), ALLOWED, STUDY)


@given(st.lists(st.integers(-50, 50), min_size=1), st.integers(-50, 50))
def test_p_whatever_the_places_is_never_zero_and_never_above_one(values, observed):
    p = placebo_p(observed, values)
    assert 1 / (1 + len(values)) <= p <= 1
    assert placebo_p(observed, values[::-1]) == p
