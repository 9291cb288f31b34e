"""Mann-Kendall, emerging hotspot categories in both modes, slices of sparse counts."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from geo import emerging as em
from geo.autocorrelation import benjamini_hochberg, exact_p_values, gi_star, two_sided
from geo.periods import month_range

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

STATE = {"H": 1, "C": -1, ".": 0}


def linked(n: int, links: list[tuple[int, int]]) -> csr_array:
    """Return the adjacency of n cells, each its own neighbour."""
    matrix = np.eye(n, dtype=bool)
    for i, j in links:
        matrix[i, j] = matrix[j, i] = True
    return csr_array(matrix)


def chain(n: int) -> csr_array:
    return linked(n, [(i, i + 1) for i in range(n - 1)])


def reference(shared: Path, name: str) -> dict:
    return json.loads((shared / "oracles" / name).read_text())


def oracle_cube(shared: Path) -> tuple[NDArray[np.int64], csr_array]:
    folder = shared / "oracles"
    expected = reference(shared, "ehsa_expected.json")
    cells = {cell: i for i, cell in enumerate(expected["cells"])}
    months = {month: t for t, month in enumerate(expected["periods"])}
    panel = np.zeros((len(cells), len(months)), dtype=np.int64)
    with (folder / "ehsa_cube.csv").open() as file:
        for row in csv.DictReader(file):
            panel[cells[row["h3"]], months[row["period"]]] = int(row["n"])
    with (folder / "ehsa_edges.csv").open() as file:
        links = [(cells[e["from"]], cells[e["to"]]) for e in csv.DictReader(file)]
    return panel, linked(len(cells), links)


def states(*sequences: str) -> NDArray[np.int8]:
    return np.array([[STATE[mark] for mark in text] for text in sequences], dtype=np.int8)


def label(sequence: str, z: float = 0.0, p: float = 1.0, text: em.SporadicText = "current") -> str:
    return str(em.emerging_class(states(sequence), [z], [p], sporadic_text=text)[0])


def test_mann_kendall_equals_pymannkendall(shared):
    for name, case in reference(shared, "mannkendall_expected.json")["series"].items():
        found = em.mann_kendall(case["x"])
        for field in ("s", "var_s", "z", "tau", "slope"):
            assert getattr(found, field) == pytest.approx(case[field], abs=1e-6), (name, field)
        if len(case["x"]) >= 4:
            assert float(found.p) == pytest.approx(case["p"], abs=1e-6), name
        else:
            assert np.isnan(found.p), name


def test_mann_kendall_equals_r(shared):
    series = reference(shared, "mannkendall_expected.json")["series"]
    for name, case in reference(shared, "mannkendall_expected_R.json")["series"].items():
        if name not in {"short3", "flat"}:
            found = em.mann_kendall(series[name]["x"])
            assert float(found.s) == case["S"]
            assert float(found.var_s) == pytest.approx(case["varS"], rel=1e-5)
            assert float(found.p) == pytest.approx(case["p"], abs=1e-5)


def test_mann_kendall_of_many_series_equals_one_by_one():
    rows = np.random.default_rng(4).poisson(2, size=(150, 11)).astype(float)
    rows[3, 2] = rows[5, :6] = rows[9] = np.nan
    rows[11, 1:] = np.nan
    together = em.mann_kendall(rows)
    for i in (0, 3, 5, 9, 11, 149):
        alone = em.mann_kendall(rows[i])
        for field in ("s", "var_s", "z", "p", "tau", "slope"):
            np.testing.assert_equal(getattr(together, field)[i], getattr(alone, field))


def test_a_missing_period_leaves_the_test_but_keeps_its_place_in_time():
    found = em.mann_kendall([1.0, 2.0, np.nan, 4.0, 5.0])
    assert float(found.s) == 6
    assert float(found.var_s) == pytest.approx(4 * 3 * 13 / 18)
    assert float(found.slope) == pytest.approx(1.0)


@pytest.mark.parametrize("length", [0, 1])
def test_trend_of_less_than_two_periods_is_undefined(length):
    found = em.mann_kendall(np.ones((2, length)))
    assert found.s.tolist() == [0, 0]
    assert np.isnan(found.p).all()
    assert np.isnan(found.tau).all()
    assert np.isnan(found.slope).all()


def test_trend_of_no_series_is_empty():
    found = em.mann_kendall(np.ones((0, 12)))
    assert found.p.shape == found.slope.shape == (0,)


@given(arrays(np.float64, (3, 13), elements=st.integers(-4, 4).map(float)))
def test_reversing_a_series_turns_its_trend_and_keeps_p(rows):
    forward, backward = em.mann_kendall(rows), em.mann_kendall(rows[:, ::-1])
    np.testing.assert_array_equal(backward.s, -forward.s)
    np.testing.assert_array_equal(backward.p, forward.p)
    np.testing.assert_array_equal(backward.slope, -forward.slope)


def test_a_long_series_is_scored_without_overflow():
    found = em.mann_kendall(np.arange(400))
    assert float(found.s) == 400 * 399 / 2
    assert float(found.tau) == 1


@pytest.mark.parametrize("text", ["current", "old"])
def test_categories_equal_the_truth_table(shared, text):
    rows = reference(shared, "ehsa_category_truth.json")["rows"]
    assert len(rows) == 24
    field = "expected" if text == "current" else "expected_old_text"
    found = {
        row["id"]: em.emerging_class(
            states(row["seq"]),
            [row["trend_sign"]],
            [row["trend_p"]],
            alpha=row["alpha"],
            sporadic_text=text,
        )[0]
        for row in rows
    }
    assert found == {row["id"]: row[field] for row in rows}


@pytest.mark.parametrize(
    ("sequence", "z", "p", "expected"),
    [
        ("HHHHHHHHHHHH", 2.0, 0.05, "intensifying hot"),
        ("HHHHHHHHHHHH", -2.0, 0.05, "diminishing hot"),
        ("HHHHHHHHHHHH", -2.0, np.nan, "persistent hot"),
        ("C.H........H", 0.0, 1.0, "oscillating hot"),
        ("H", 0.0, np.nan, "new hot"),
        ("HHHHHHHHHHHC", 0.0, 1.0, "historical hot"),
    ],
)
def test_category_of_sequences_beyond_the_table(sequence, z, p, expected):
    assert label(sequence, z, p) == expected


def test_older_text_lets_a_sporadic_hotspot_end_without_heat():
    assert label("..HH........") == "no pattern"
    assert label("..HH........", text="old") == "sporadic hot"
    assert label("..H.........", text="old") == "sporadic hot"
    assert label("..HC........", text="old") == "no pattern"


@given(
    arrays(np.int8, (4, 12), elements=st.integers(0, 1)),
    arrays(np.float64, 4, elements=st.sampled_from([-3.0, 0.0, 3.0])),
    st.sampled_from(["current", "old"]),
)
def test_cold_mirrors_hot_where_a_series_is_one_sided(hot, z, text):
    p = np.where(z == 0, 1.0, 0.01)
    warm = em.emerging_class(hot, z, p, sporadic_text=text)
    cold = em.emerging_class(-hot, -z, p, sporadic_text=text)
    assert [name.replace("hot", "cold") for name in warm] == cold.tolist()


def test_default_mode_equals_the_reference(shared):
    panel, adjacency = oracle_cube(shared)
    expected = reference(shared, "ehsa_labels.json")["default_slice_N0_analytic_BH_hot_only"]
    scores = reference(shared, "ehsa_expected.json")["z"]["slice_k0"]
    found = em.emerging_hotspots(panel, np.ones(12, dtype=bool), adjacency)
    np.testing.assert_allclose(found.z, scores, atol=1e-8, rtol=0)
    np.testing.assert_allclose(found.q, expected["q"], atol=1e-8, rtol=0)
    assert found.states.tolist() == expected["hot"]
    assert found.labels.tolist() == expected["label"]
    assert (found.provisional, found.reason) == (False, None)


def test_exact_slices_equal_the_confident_reference(shared):
    panel, adjacency = oracle_cube(shared)
    expected = reference(shared, "ehsa_labels.json")["confident_slice_N0_exact_hot_only"]
    p_hot = [exact_p_values(panel[:, t], adjacency).p_hot for t in range(12)]
    q = benjamini_hochberg(np.array(p_hot).T)
    trend = em.mann_kendall(gi_star(panel, adjacency))
    hot = (q <= 0.05).astype(np.int8)
    np.testing.assert_allclose(q, expected["q_hot"], atol=1e-9, rtol=0)
    np.testing.assert_allclose(trend.z, expected["mk_z"], atol=1e-6)
    np.testing.assert_allclose(trend.p, expected["mk_p"], atol=1e-6)
    assert hot.tolist() == expected["hot"]
    assert em.emerging_class(hot, trend.z, trend.p).tolist() == expected["label"]


def test_esri_mode_equals_the_reference(shared):
    panel, adjacency = oracle_cube(shared)
    expected = reference(shared, "ehsa_expected.json")
    labels = reference(shared, "ehsa_labels.json")["esri_compatible_entire_N1_analytic_BH"]
    found = em.emerging_hotspots(panel, np.ones(12, dtype=bool), adjacency, mode="esri")
    np.testing.assert_allclose(found.z, expected["z"]["entire_cube_k1"], atol=1e-8, rtol=0)
    np.testing.assert_allclose(found.q, expected["q_bh_entire_cube_k1"], atol=1e-8, rtol=0)
    for field in ("s", "var_s", "z", "p", "tau", "slope"):
        reference_values = [row[field] for row in expected["mk_entire_cube_k1"]]
        np.testing.assert_allclose(getattr(found.trend, field), reference_values, atol=1e-6)
    assert found.states.tolist() == labels["sig"]
    assert found.labels.tolist() == labels["label"]


def test_esri_scores_without_a_neighbour_in_time_equal_the_reference(shared):
    """Every second month missing: no bin has a month before it, so only the cube's spread stays."""
    panel, adjacency = oracle_cube(shared)
    spread_out = np.zeros((61, 24), dtype=np.int64)
    spread_out[:, ::2] = panel
    observed = np.arange(24) % 2 == 0
    found = em.emerging_hotspots(spread_out, observed, adjacency, mode="esri")
    expected = reference(shared, "ehsa_expected.json")["z"]["entire_cube_k0"]
    np.testing.assert_allclose(found.z[:, ::2], expected, atol=1e-8, rtol=0)
    assert np.isnan(found.z[:, 1::2]).all()
    assert not found.states[:, 1::2].any()


def test_equal_sums_tie_in_the_trend_of_esri_mode():
    rng = np.random.default_rng(0)
    panel = rng.integers(0, 5, size=(40, 12))
    panel[:3] = rng.permuted(np.tile([[0], [1], [4]], (1, 12)), axis=0)
    trend = em.emerging_hotspots(panel, np.ones(12, dtype=bool), chain(40), mode="esri").trend
    assert len(np.unique(trend.series[1, 1:])) == 1


def moving_town(months: int) -> NDArray[np.int64]:
    return np.random.default_rng(8).poisson(3, size=(40, months))


@pytest.mark.parametrize("mode", ["default", "esri"])
def test_what_stands_in_an_unobserved_month_never_matters(mode):
    panel, observed = moving_town(14), np.arange(14) != 5
    other = panel.copy()
    other[:, 5] = 0
    first, second = (
        em.emerging_hotspots(counts, observed, chain(40), mode=mode) for counts in (panel, other)
    )
    np.testing.assert_array_equal(first.z, second.z)
    np.testing.assert_array_equal(first.labels, second.labels)
    assert np.isnan(first.q[:, 5]).all()


def test_default_mode_skips_an_unobserved_month_as_if_it_were_not_there():
    panel, observed = moving_town(14), np.arange(14) != 5
    gap = em.emerging_hotspots(panel, observed, chain(40))
    short = em.emerging_hotspots(panel[:, observed], np.ones(13, dtype=bool), chain(40))
    np.testing.assert_array_equal(gap.states[:, observed], short.states)
    np.testing.assert_array_equal(gap.labels, short.labels)
    np.testing.assert_array_equal(gap.trend.p, short.trend.p)


@pytest.mark.parametrize(
    ("months", "provisional", "reason"),
    [
        (9, True, "Too few periods to class: 9 observed; at least 10 are needed."),
        (10, True, None),
        (11, True, None),
        (12, False, None),
    ],
)
def test_labels_need_ten_periods_and_are_provisional_below_twelve(months, provisional, reason):
    found = em.emerging_hotspots(moving_town(months), np.ones(months, dtype=bool), chain(40))
    assert (found.provisional, found.reason) == (provisional, reason)
    assert ((found.labels == "") == (reason is not None)).all()


def test_labels_are_withheld_where_the_map_is_too_small():
    found = em.emerging_hotspots(moving_town(12)[:20], np.ones(12, dtype=bool), chain(20))
    assert found.reason == "Too few to map: 20 hexagons; at least 30 are needed."


@pytest.mark.parametrize("mode", ["default", "esri"])
@pytest.mark.parametrize("observed_months", [0, 12])
def test_a_window_without_reports_or_months_is_undefined_not_an_error(mode, observed_months):
    observed = np.arange(12) < observed_months
    found = em.emerging_hotspots(np.zeros((40, 12)), observed, chain(40), mode=mode)
    assert np.isnan(found.z).all()
    assert not found.states.any()
    assert found.reason is not None


@settings(max_examples=25)
@given(arrays(np.int64, (6, 4), elements=st.integers(0, 9)), st.lists(st.booleans(), min_size=4))
def test_esri_scores_equal_a_dense_space_time_neighbourhood(panel, flags):
    observed = np.array(flags[:4])
    adjacency = chain(6).toarray()
    found = em.emerging_hotspots(panel, observed, chain(6), mode="esri")
    months = np.flatnonzero(observed)
    reach = (months[:, None] == months) | (months[:, None] - 1 == months)
    bins = panel[:, months].T.ravel()
    if not bins.size or np.ptp(bins) == 0:
        assert np.isnan(found.z).all()
        return
    links = np.kron(reach, adjacency).astype(float)
    size, n = links.sum(axis=1), len(bins)
    room = (n * size - size**2) / (n - 1)
    room[room == 0] = np.nan
    expected = (links @ bins - bins.mean() * size) / (bins.std() * np.sqrt(room))
    np.testing.assert_allclose(found.z[:, months].T.ravel(), expected, atol=1e-9)


def test_two_sided_p_of_a_well_known_score():
    assert two_sided(np.array([1.959963984540054, -1.959963984540054])) == pytest.approx(0.05)


MONTHS = month_range("2021-05", "2022-06")


def test_months_stay_months_when_they_hold_half_a_report_a_cell():
    panel, observed = np.tile([[1], [0]], (1, 14)), np.ones(14, dtype=bool)
    slicing = em.slice_months(panel, observed, MONTHS)
    assert slicing.kind == "month"
    assert slicing.periods == MONTHS
    np.testing.assert_array_equal(slicing.panel, panel)


def test_sparse_months_become_quarters_counted_back_from_the_last():
    panel, observed = np.tile([[1], [0], [0], [0]], (1, 14)), np.arange(14) != 4
    panel[:, 4] = 0
    slicing = em.slice_months(panel, observed, MONTHS)
    assert slicing.kind == "quarter"
    assert slicing.periods == ("2021-09", "2021-12", "2022-03", "2022-06")
    assert slicing.observed.tolist() == [False, True, True, True]
    assert slicing.panel[0].tolist() == [0, 3, 3, 3]


def test_sparse_quarters_become_one_slice_of_the_last_twelve_months():
    panel, observed = np.zeros((20, 14), dtype=int), np.arange(14) != 5
    panel[0] = 1
    slicing = em.slice_months(panel, observed, MONTHS)
    assert slicing.kind == "year"
    assert slicing.periods == ("2022-06",)
    assert slicing.panel.tolist() == [[11]] + [[0]] * 19
    assert slicing.observed.tolist() == [True]


def test_a_window_without_data_is_one_unobserved_slice():
    slicing = em.slice_months(np.zeros((3, 14)), np.zeros(14, dtype=bool), MONTHS)
    assert (slicing.kind, slicing.observed.tolist()) == ("year", [False])
