"""Cells that adjoin, clusters of exact points, and the busy places of each patch."""

from __future__ import annotations

import json

import h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.busy import busy_places
from geo.contiguity import components, point_clusters
from geo.errors import GridError
from geo.projection import to_metres

CENTRE = h3.latlng_to_cell(53.81, -3.03, 9)


def test_components_are_those_of_the_oracle_with_and_without_a_gap(shared):
    oracle = json.loads((shared / "oracles/components_expected.json").read_text())
    for gap in (1, 2):
        expected = oracle[f"components_k{gap}"]
        found = components(reversed(oracle["cells"]), gap=gap)
        assert len(found) == expected["n"]
        assert [list(group) for group in found] == expected["groups"]


def test_point_clusters_of_centres_are_components_as_in_the_oracle(shared):
    oracle = json.loads((shared / "oracles/components_expected.json").read_text())
    cells = np.array(oracle["cells"])
    lat, lon = np.array([h3.cell_to_latlng(cell) for cell in cells]).T
    x, y = to_metres(lon, lat, "EPSG:27700")
    eps_m = oracle["dbscan_eps_m"]
    label = point_clusters(x, y, np.ones(len(cells)), eps_m=eps_m, min_weight=1)
    groups = sorted(tuple(sorted(cells[label == k])) for k in range(label.max() + 1))
    assert groups == list(components(cells))
    few = point_clusters(x, y, np.ones(len(cells)), eps_m=eps_m, min_weight=3)
    expected = oracle["dbscan_min_samples3"]
    assert sorted(cells[few == -1]) == expected["noise"]
    assert few.max() + 1 == expected["n_clusters"]


def test_gap_is_refused_when_it_is_not_one_or_two():
    with pytest.raises(GridError, match="1 or 2"):
        components([CENTRE], gap=3)


def test_no_component_is_found_when_there_is_no_cell():
    assert components([]) == ()


def test_heaviest_cluster_comes_first_and_weights_add_up_when_points_coincide():
    x = [0, 0, 50, 1000, 1000, 5000]
    label = point_clusters(x, [0] * 6, [1, 1, 1, 4, 4, 2], eps_m=100, min_weight=3)
    assert label.tolist() == [1, 1, 1, 0, 0, -1]


def test_cluster_starts_when_fractions_add_up_to_the_least_weight():
    label = point_clusters(np.arange(10), np.zeros(10), [0.1] * 10, eps_m=100, min_weight=1)
    assert label.tolist() == [0] * 10


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(30)))
def test_clusters_are_the_same_when_points_come_in_another_order(order):
    rng = np.random.default_rng(2)
    x, y, weight = rng.uniform(0, 600, 30), rng.uniform(0, 600, 30), rng.integers(1, 4, 30)
    label = point_clusters(x, y, weight, eps_m=110, min_weight=5)
    again = point_clusters(x[order], y[order], weight[order], eps_m=110, min_weight=5)
    assert label.max() >= 1
    assert again.tolist() == label[order].tolist()


@pytest.mark.parametrize(("eps_m", "weight"), [(0, 1), (100, 0), (100, -1)])
def test_points_are_refused_when_reach_or_weight_is_not_positive(eps_m, weight):
    with pytest.raises(GridError, match="above 0"):
        point_clusters([1.0], [1.0], [weight], eps_m=eps_m, min_weight=1)


def test_no_cluster_is_found_when_there_is_no_point():
    assert point_clusters([], [], [], eps_m=100, min_weight=1).shape == (0,)


BUSY_CELLS = ("a", "b", "c", "d", "e", "f", "g")
BUSY_PATCHES = ("North", "North", "North", "North", "South", "South", "")
BUSY_COUNTS = np.array(
    [
        [5, 0, 5, 90],
        [4, 1, 0, 90],
        [3, 1, 1, 0],
        [2, 1, 3, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 0],
        [9, 9, 9, 9],
    ]
)


def test_busy_places_are_most_often_in_the_top_three_when_worked_by_hand():
    found = busy_places(BUSY_CELLS, BUSY_PATCHES, BUSY_COUNTS, [True, True, True, False])
    rows = [(b.patch, b.rank, b.cell, b.n, b.months_in_top, b.months_observed) for b in found]
    assert rows == [
        ("North", 1, "c", 5, 3, 3),
        ("North", 2, "a", 10, 2, 3),
        ("North", 3, "d", 6, 2, 3),
        ("South", 1, "e", 1, 1, 3),
    ]
    assert found[1].share == pytest.approx(2 / 3)


def test_patch_gets_three_places_when_one_was_never_in_the_top():
    counts = np.array([[9, 9], [8, 8], [7, 7], [1, 0]])
    found = busy_places("abcd", ["North"] * 4, counts, [True, True])
    assert [busy.cell for busy in found] == ["a", "b", "c"]
    late = busy_places("abcd", ["North"] * 4, counts[[3, 0, 1, 2]], [True, True])
    assert [(busy.cell, busy.months_in_top) for busy in late] == [("b", 2), ("c", 2), ("d", 2)]


def test_busy_places_are_refused_when_shapes_do_not_fit():
    with pytest.raises(GridError, match="do not fit"):
        busy_places(BUSY_CELLS, BUSY_PATCHES[1:], BUSY_COUNTS, [True] * 4)
