"""Gi*, exact and sampled permutation p-values, false discovery rate, tiers."""

from __future__ import annotations

import csv
import json
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array
from scipy.stats import hypergeom

from geo import autocorrelation as ac
from geo.errors import GridError, SchemaError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def linked(n: int, links: list[tuple[int, int]]) -> csr_array:
    """Return the adjacency of n cells, each its own neighbour."""
    matrix = np.eye(n, dtype=bool)
    for i, j in links:
        matrix[i, j] = matrix[j, i] = True
    return csr_array(matrix)


def chain(n: int) -> csr_array:
    return linked(n, [(i, i + 1) for i in range(n - 1)])


def lattice(rows: int, columns: int) -> csr_array:
    """Return six-neighbour cells on a skewed grid."""
    cell = np.arange(rows * columns).reshape(rows, columns)
    links = [*zip(cell[:-1].flat, cell[1:].flat, strict=True)]
    links += zip(cell[:, :-1].flat, cell[:, 1:].flat, strict=True)
    links += zip(cell[1:, :-1].flat, cell[:-1, 1:].flat, strict=True)
    return linked(cell.size, [(int(i), int(j)) for i, j in links])


def oracle_map(shared: Path) -> tuple[NDArray[np.int64], csr_array]:
    folder = shared / "oracles"
    with (folder / "gistar_input.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (folder / "gistar_edges.csv").open() as file:
        edges = list(csv.DictReader(file))
    position = {row["h3"]: i for i, row in enumerate(rows)}
    links = [(position[e["from"]], position[e["to"]]) for e in edges]
    return np.array([int(row["n"]) for row in rows]), linked(len(rows), links)


def reference(shared: Path, name: str) -> dict:
    return json.loads((shared / "oracles" / name).read_text())


def as_floats(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if v is None else v for v in values], dtype=float)


def test_gi_star_equals_esda_on_the_reference_map(shared):
    counts, adjacency = oracle_map(shared)
    expected = as_floats(reference(shared, "gistar_expected.json")["gistar_z"])
    np.testing.assert_allclose(ac.gi_star(counts, adjacency), expected, atol=1e-9, rtol=0)


def test_gi_equals_esda_and_is_undefined_for_the_island(shared):
    counts, adjacency = oracle_map(shared)
    expected = as_floats(reference(shared, "gistar_expected.json")["gi_z"])
    assert np.isnan(expected).sum() == 1
    np.testing.assert_allclose(ac.gi(counts, adjacency), expected, atol=1e-9, rtol=0)


def test_both_scores_equal_the_flower_and_its_centre_is_undefined(shared):
    case = reference(shared, "gistar_flower7.json")
    at = {cell: i for i, cell in enumerate(case["cells"])}
    links = [(at[a], at[b]) for a, others in case["neighbours"].items() for b in others]
    adjacency = linked(7, links)
    star = as_floats(case["gistar_z"])
    np.testing.assert_allclose(ac.gi_star(case["y"], adjacency), star, atol=1e-9)
    np.testing.assert_allclose(ac.gi(case["y"], adjacency), as_floats(case["gi_z"]), atol=1e-9)
    assert np.isnan(ac.gi_star(case["y"], adjacency)[0])


def test_both_scores_equal_the_published_docstring(shared):
    case = reference(shared, "gistar_esda_doctest.json")
    points = np.array(case["points"], dtype=float)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    adjacency = csr_array(apart <= case["threshold"])
    star = case["gistar_z_B"]
    np.testing.assert_allclose(ac.gi_star(case["y"], adjacency), star, atol=1e-7)
    np.testing.assert_allclose(ac.gi(case["y"], adjacency), case["gi_z_B"], atol=1e-7)


@pytest.mark.parametrize("value", [0.0, 0.1, 7.0])
def test_scores_are_undefined_when_all_values_are_equal(value):
    field = np.full(9, value)
    assert np.isnan(ac.gi_star(field, lattice(3, 3))).all()
    assert np.isnan(ac.gi(field, lattice(3, 3))).all()


def test_gi_is_undefined_when_the_other_cells_are_all_equal():
    scores = ac.gi([0.1, 0.1, 9.3, 0.1, 0.1], chain(5))
    assert np.isnan(scores[2])
    assert np.isfinite(scores[[0, 1, 3, 4]]).all()


def test_periods_are_scored_at_once_as_one_by_one():
    panel = np.random.default_rng(3).poisson(2, size=(20, 4)).astype(float)
    panel[:, 2] = np.nan
    together = ac.gi_star(panel, lattice(4, 5))
    for t in (0, 1, 3):
        np.testing.assert_allclose(together[:, t], ac.gi_star(panel[:, t], lattice(4, 5)))
    assert np.isnan(together[:, 2]).all()
    np.testing.assert_allclose(ac.gi(panel, lattice(4, 5))[:, 3], ac.gi(panel[:, 3], lattice(4, 5)))


@given(
    arrays(np.int64, 12, elements=st.integers(0, 50)), st.integers(-9, 99), st.floats(0.01, 1000)
)
def test_scores_stay_when_a_constant_is_added_or_all_are_multiplied(counts, constant, factor):
    before = ac.gi_star(counts, lattice(3, 4))
    np.testing.assert_allclose(ac.gi_star(counts + constant, lattice(3, 4)), before, atol=1e-9)
    np.testing.assert_allclose(ac.gi_star(counts * factor, lattice(3, 4)), before, atol=1e-7)


def test_adjacency_of_another_size_is_refused():
    with pytest.raises(GridError, match="4 values need an adjacency of 4 cells"):
        ac.gi_star([1, 2, 3, 4], chain(5))


@pytest.mark.parametrize("wrong", [2 * np.eye(3), np.ones((3, 3)) - np.eye(3)])
def test_adjacency_that_is_not_binary_with_self_is_refused(wrong):
    with pytest.raises(GridError, match="Adjacency must hold 1"):
        ac.gi_star([1, 2, 3], csr_array(wrong))


def test_exact_p_values_equal_the_reference(shared):
    counts, adjacency = oracle_map(shared)
    expected = reference(shared, "gistar_exact_perm.json")
    found = ac.exact_p_values(counts, adjacency)
    assert found.lag.tolist() == expected["lag"]
    assert found.members.tolist() == expected["m"]
    for name in ("p_hot", "p_cold", "p_two"):
        np.testing.assert_allclose(getattr(found, name), expected[name], atol=1e-9, rtol=0)
    q_two = ac.benjamini_hochberg(found.p_two)
    np.testing.assert_allclose(q_two, expected["bh_two_q"], atol=1e-9)
    hot = ac.gi_star(counts, adjacency) > 0
    assert (hot & (q_two <= 0.05)).sum() == expected["n_hot_bh_two"]
    assert (ac.benjamini_hochberg(found.p_hot) <= 0.05).sum() == expected["n_hot_bh_one_sided"]


@given(arrays(np.int64, st.integers(1, 8), elements=st.integers(0, 9)))
def test_the_null_equals_the_enumeration_of_all_subsets(counts):
    null = ac.permutation_null(counts, len(counts))
    for m, chances in enumerate(null):
        sums = [sum(chosen) for chosen in combinations(counts.tolist(), m)]
        expected = np.bincount(sums) / len(sums)
        np.testing.assert_allclose(chances, expected, atol=1e-12, rtol=1e-12)


@given(arrays(np.int64, st.integers(10, 60), elements=st.integers(0, 300)), st.integers(1, 7))
def test_the_null_sums_to_one_with_the_mean_of_m_draws(counts, m):
    chances = ac.permutation_null(counts, m)[m]
    assert (chances >= 0).all()
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    assert chances @ np.arange(len(chances)) == pytest.approx(m * counts.mean(), rel=1e-9, abs=1e-9)


def test_the_far_tail_keeps_its_precision_when_counts_are_large():
    counts = np.r_[np.arange(402), 2_000 + np.arange(7)]
    chances = ac.permutation_null(counts, 7)[7]
    assert len(chances) == 7 * 2_000 + 21 + 1
    assert chances[-1] == pytest.approx(hypergeom.pmf(7, 409, 7, 7), rel=1e-10)
    assert chances.sum() == pytest.approx(1, abs=1e-12)


@given(st.permutations(range(12)), arrays(np.int64, 12, elements=st.integers(0, 40)))
def test_exact_p_values_follow_the_cells_when_these_are_reordered(order, counts):
    adjacency, order = lattice(3, 4), np.array(order)
    shuffled = csr_array(adjacency.toarray()[np.ix_(order, order)])
    before, after = (
        ac.exact_p_values(counts, adjacency),
        ac.exact_p_values(counts[order], shuffled),
    )
    np.testing.assert_array_equal(after.p_hot, before.p_hot[order])
    np.testing.assert_array_equal(after.p_cold, before.p_cold[order])


@given(arrays(np.int64, 12, elements=st.integers(0, 40)))
def test_p_hot_falls_as_the_sum_grows_and_both_tails_cover_everything(counts):
    found = ac.exact_p_values(counts, lattice(3, 4))
    assert (found.p_hot + found.p_cold >= 1 - 1e-12).all()
    for m in np.unique(found.members):
        of_size = found.members == m
        order = np.argsort(found.lag[of_size], kind="stable")
        assert (np.diff(found.p_hot[of_size][order]) <= 1e-12).all()


@given(arrays(np.int64, 12, elements=st.integers(0, 40)))
def test_reporting_everything_twice_changes_no_score_and_no_p_value(counts):
    np.testing.assert_allclose(
        ac.gi_star(2 * counts, lattice(3, 4)), ac.gi_star(counts, lattice(3, 4)), atol=1e-9
    )
    once, twice = (ac.exact_p_values(k * counts, lattice(3, 4)).p_hot for k in (1, 2))
    np.testing.assert_array_equal(once, twice)


def test_a_lone_spike_is_unusual_by_its_own_count():
    counts = np.ones(49, dtype=int)
    counts[24] = 60
    found = ac.exact_p_values(counts, lattice(7, 7))
    assert found.p_hot[24] == pytest.approx(7 / 49)


@pytest.mark.parametrize("wrong", [[1.5, 2, 3], [-1, 2, 3]])
def test_exact_p_values_refuse_what_is_not_a_count(wrong):
    with pytest.raises(SchemaError, match="whole counts of at least 0"):
        ac.exact_p_values(wrong, chain(3))


def test_sampled_p_values_agree_with_the_exact_ones(shared):
    counts, adjacency = oracle_map(shared)
    exact = ac.exact_p_values(counts, adjacency)
    sampled = ac.sampled_p_values(counts.astype(float), adjacency, np.random.default_rng(1))
    for name in ("p_hot", "p_cold", "p_two"):
        np.testing.assert_allclose(getattr(sampled, name), getattr(exact, name), atol=0.025)
    assert sampled.p_hot.min() >= 1 / 10_000
    np.testing.assert_array_equal(sampled.members, exact.members)


def test_sampled_p_values_repeat_with_the_same_seed():
    field = np.random.default_rng(0).gamma(0.5, 9, size=20)
    first, second = (
        ac.sampled_p_values(field, lattice(4, 5), np.random.default_rng(7), 500) for _ in "ab"
    )
    np.testing.assert_array_equal(first.p_hot, second.p_hot)


def test_a_sum_that_ties_with_every_draw_is_not_unusual():
    found = ac.sampled_p_values(np.full(9, 0.1), lattice(3, 3), np.random.default_rng(0), 99)
    assert found.p_hot.tolist() == [1.0] * 9
    assert found.p_cold.tolist() == [1.0] * 9


def test_a_random_draw_never_takes_a_cell_twice():
    everyone = csr_array(np.ones((5, 5)))
    found = ac.sampled_p_values([1.0, 2.0, 4.0, 8.0, 16.0], everyone, np.random.default_rng(0), 99)
    assert found.p_hot.tolist() == [1.0] * 5
    assert found.p_cold.tolist() == [1.0] * 5


def test_false_discovery_rate_equals_the_reference(shared):
    expected = reference(shared, "gistar_expected.json")
    q = ac.benjamini_hochberg(expected["gistar_p_two_sided"])
    np.testing.assert_allclose(q, expected["bh_q"], atol=1e-9)
    assert (q <= 0.05).tolist() == expected["bh_reject_05"]


def test_false_discovery_rate_leaves_out_what_is_undefined():
    q = ac.benjamini_hochberg([0.01, np.nan, 0.5])
    assert q[[0, 2]].tolist() == [0.02, 0.5]
    assert np.isnan(q[1])
    assert np.isnan(ac.benjamini_hochberg([np.nan, np.nan])).all()


@given(arrays(np.float64, (9, 3), elements=st.floats(0, 1) | st.just(np.nan)))
def test_false_discovery_rate_takes_each_column_as_a_family(p):
    q = ac.benjamini_hochberg(p)
    for t in range(3):
        np.testing.assert_array_equal(q[:, t], ac.benjamini_hochberg(p[:, t]))
    assert (q[~np.isnan(q)] >= p[~np.isnan(p)]).all()


def planted_map() -> NDArray[np.int64]:
    counts = np.random.default_rng(5).poisson(2, size=(12, 12))
    counts[5:8, 5:8] = 30
    return counts.ravel()


def test_tiers_are_the_false_discovery_rate_of_exact_p_values():
    counts, adjacency = planted_map(), lattice(12, 12)
    tiers = ac.hot_tiers(counts, adjacency)
    q = ac.benjamini_hochberg(ac.exact_p_values(counts, adjacency).p_hot)
    np.testing.assert_array_equal(tiers.tier == "confident", q <= 0.05)
    np.testing.assert_array_equal(tiers.tier == "probable", (q > 0.05) & (q <= 0.2))
    assert tiers.tier[6 * 12 + 6] == "confident"
    assert (tiers.method, tiers.reason) == ("exact", None)


def test_tiers_of_harm_are_sampled_and_find_the_same_place():
    counts, adjacency = planted_map(), lattice(12, 12)
    tiers = ac.hot_tiers(counts * 194.21, adjacency, reports=counts, rng=np.random.default_rng(2))
    assert tiers.method == "sampled"
    assert tiers.tier[6 * 12 + 6] == "confident"
    assert tiers.p_hot == pytest.approx(ac.hot_tiers(counts, adjacency).p_hot, abs=0.03)


def test_a_large_map_gets_draws_enough_for_a_single_hot_cell():
    harm = np.random.default_rng(4).gamma(1, 9, size=(25, 25))
    harm[5:8, 5:8] += 900
    p_hot = ac.hot_tiers(harm.ravel(), lattice(25, 25)).p_hot
    assert p_hot.min() * harm.size < 0.05


def test_tiers_of_huge_counts_are_sampled_and_repeat_without_a_generator():
    counts, adjacency = planted_map() * 100_000, lattice(12, 12)
    first, second = ac.hot_tiers(counts, adjacency), ac.hot_tiers(counts, adjacency)
    assert first.method == "sampled"
    np.testing.assert_array_equal(first.p_hot, second.p_hot)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (np.full(29, 9), "Too few to map: 29 hexagons; at least 30 are needed."),
        (np.r_[59, [0] * 35], "Too few to map: 59 reports; at least 60 are needed."),
        (np.r_[99, [0] * 199], "Too few to map: 99 reports; at least 100 are needed."),
    ],
)
def test_no_cell_has_a_tier_when_there_is_too_little(counts, words):
    tiers = ac.hot_tiers(counts, chain(len(counts)))
    assert tiers.reason == words
    assert set(tiers.tier.tolist()) == {""}
    assert np.isfinite(tiers.p_hot).all()


def test_harm_is_mapped_only_when_the_reports_behind_it_suffice():
    harm = np.linspace(0.5, 365, 36)
    few = ac.hot_tiers(harm, lattice(6, 6), reports=np.ones(36, dtype=int))
    assert few.reason == "Too few to map: 36 reports; at least 60 are needed."
    assert ac.hot_tiers(harm, lattice(6, 6)).reason is None


def test_exactly_enough_to_map_has_no_reason():
    assert ac.too_few_to_map([2] * 30) is None
    assert ac.too_few_to_map([0.5] * 120) is None


def test_slices_skip_periods_without_data():
    panel = np.tile(planted_map()[:, None], (1, 3))
    panel[:, 1] = 0
    slices = ac.hot_slices(panel, np.array([True, False, True]), lattice(12, 12))
    assert np.isnan(slices.z[:, 1]).all()
    assert np.isnan(slices.q[:, 1]).all()
    assert not slices.hot[:, 1].any()
    np.testing.assert_array_equal(slices.hot[:, 0], slices.hot[:, 2])
    assert slices.hot[6 * 12 + 6, 0]


def test_slices_never_call_a_cold_cell_hot():
    counts = np.random.default_rng(1).poisson(50, size=(12, 12))
    counts[3:6, 3:6] = 0
    slices = ac.hot_slices(counts.reshape(-1, 1), np.array([True]), lattice(12, 12))
    cold = 4 * 12 + 4
    assert slices.q[cold, 0] <= 0.05
    assert slices.z[cold, 0] < 0
    assert not slices.hot[cold, 0]


@settings(max_examples=20)
@given(arrays(np.int64, (12, 3), elements=st.integers(0, 20)))
def test_hot_slices_are_those_within_the_rate_and_above_expectation(panel):
    slices = ac.hot_slices(panel, np.ones(3, dtype=bool), lattice(3, 4), alpha=0.3)
    q = ac.benjamini_hochberg(ac.two_sided(ac.gi_star(panel, lattice(3, 4))))
    np.testing.assert_array_equal(slices.hot, (q <= 0.3) & (slices.z > 0))


def test_few_random_maps_show_a_confident_hotspot():
    rng, adjacency = np.random.default_rng(2026), lattice(15, 15)
    maps = (rng.negative_binomial(0.3, 0.3 / 3.3, size=225) for _ in range(100))
    false_alarms = sum("confident" in ac.hot_tiers(counts, adjacency).tier for counts in maps)
    assert false_alarms <= 10
