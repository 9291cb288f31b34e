"""Rings and single cells: exact limits of a ratio of ratios, and who rose most."""

from __future__ import annotations

import h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from geo.errors import SchemaError
from geo.rings import largest_rises, relative_change, rings
from geo.small_counts import compare_two_counts
from geo.zones import Other, zones
from tests.grids import MIDDLE, disk_cells

STUDY = disk_cells(9)
COUNTS = st.integers(0, 60)


def test_change_when_the_comparison_is_vast_is_that_of_two_counts():
    found = relative_change((40, 22), (4_000_000, 4_000_000))
    exact = compare_two_counts(40, 22)
    assert found.ratio == pytest.approx(exact.ratio)
    assert found.p == pytest.approx(exact.p_mid, abs=1e-4)
    assert exact.ci_low < found.ci_low < found.ratio < found.ci_high < exact.ci_high


def test_change_when_compared_with_the_hypergeometric_tails():
    found = relative_change((9, 4), (20, 25))
    frozen = stats.hypergeom(58, 13, 29)
    below = frozen.cdf(3) + frozen.pmf(4) / 2
    above = frozen.sf(4) + frozen.pmf(4) / 2
    assert found.p == pytest.approx(2 * min(below, above))
    tilted = stats.nchypergeom_fisher(58, 29, 13, found.ci_high)
    assert tilted.cdf(3) + tilted.pmf(4) / 2 == pytest.approx(0.025, abs=1e-9)
    tilted = stats.nchypergeom_fisher(58, 29, 13, found.ci_low)
    assert tilted.sf(4) + tilted.pmf(4) / 2 == pytest.approx(0.025, abs=1e-9)


@settings(max_examples=40)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_change_when_years_swap_is_the_inverse_with_the_same_p(a, b, c, d):
    there, back = relative_change((a, b), (c, d)), relative_change((b, a), (d, c))
    assert there.p == (None if back.p is None else pytest.approx(back.p))
    if there.ratio and back.ratio:
        assert there.ratio == pytest.approx(1 / back.ratio)
        assert there.ci_low == pytest.approx(1 / back.ci_high)


def test_change_when_counts_are_zero_has_open_limits_and_reasons():
    gone, new = relative_change((8, 0), (50, 50)), relative_change((0, 8), (50, 50))
    assert (gone.ratio, gone.ci_low) == (0.0, 0.0)
    assert gone.ci_high < 1
    assert (new.ratio, new.ci_high) == (None, None)
    assert new.ci_low > 1
    assert new.reason == "A count of 0 that the ratio is divided by leaves it undefined."
    assert relative_change((0, 0), (5, 5)).reason.startswith("The place has no reports")
    assert relative_change((5, 5), (0, 0)).reason.startswith("The comparison has no reports")
    assert relative_change((0, 5), (0, 5)).reason == "One of the periods has no reports."


def test_change_when_counts_wander_has_wider_limits():
    plain, wide = (relative_change((80, 50), (500, 500), phi=phi) for phi in (1.1, 4.0))
    assert plain == relative_change((80, 50), (500, 500))
    assert np.log(wide.ci_high / wide.ratio) == pytest.approx(
        2 * np.log(plain.ci_high / plain.ratio)
    )
    assert wide.p > plain.p


@pytest.mark.parametrize("wrong", [(-1, 2), (1.5, 2)])
def test_change_when_counts_are_not_whole_is_refused(wrong):
    with pytest.raises(SchemaError):
        relative_change(wrong, (1, 1))


def test_rings_when_reports_move_next_door_show_it():
    before = np.full(len(STUDY.cells), 40)
    after = before.copy()
    after[STUDY.positions()[MIDDLE]] = 10
    for cell in h3.grid_ring(MIDDLE, 1):
        after[STUDY.positions()[cell]] = 60
    drawn = zones([MIDDLE], STUDY, history=np.full((len(STUDY.cells), 12), 3.0))
    found = rings(before, after, drawn, STUDY)
    assert [ring.ring for ring in found] == [0, 1, 2, 3, 4]
    assert [ring.change.ratio for ring in found] == [0.25, 1.5, 1.0, 1.0, 1.0]
    assert found[1].counts == (240.0, 360.0)
    assert found[1].change.ci_low > 1
    assert found[0].q >= found[0].change.p


def test_rings_when_another_intervention_is_near_leave_its_cells_out():
    taken = min(h3.grid_ring(MIDDLE, 1))
    counts = np.full(len(STUDY.cells), 4)
    drawn = zones([MIDDLE], STUDY, others=[Other("Patrol", (taken,))])
    assert rings(counts, counts, drawn, STUDY)[1].cells == 5


def test_rings_when_the_comparison_is_empty_have_no_q():
    study = disk_cells(2)
    found = rings(np.ones(19), np.ones(19), zones([MIDDLE], study), study)
    assert {ring.q for ring in found} == {None}
    with pytest.raises(SchemaError):
        rings(np.ones(18), np.ones(19), zones([MIDDLE], study), study)


def test_rises_when_the_town_grows_are_those_beyond_it():
    cells = ["a", "b", "c", "d", "e"]
    found = largest_rises([20, 20, 0, 1, 100], [80, 40, 12, 4, 200], cells, growth=2.0)
    assert [rise.cell for rise in found] == ["a", "c"]
    assert found[0].score == pytest.approx(40 / np.sqrt(160))
    assert (found[1].expected, found[1].score) == (1.0, pytest.approx(11 / np.sqrt(14)))


def test_rises_when_many_are_equal_are_the_first_five():
    names = [f"cell {i}" for i in range(9)]
    found = largest_rises(np.full(9, 4), np.full(9, 40), names, growth=1.0)
    assert [rise.cell for rise in found] == names[:5]
    with pytest.raises(SchemaError):
        largest_rises([1], [1], ["a"], growth=0.0)


def test_rises_when_nothing_happened_are_rare():
    random = np.random.default_rng(1)
    called = 0
    for _ in range(200):
        before, after = random.poisson(30.0, (2, 100))
        called += len(largest_rises(before, after, [str(i) for i in range(100)], growth=1.0))
    assert called / 20_000 < 0.01
