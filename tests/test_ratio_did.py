"""The ratio form against its reference, its identity, and where it is undefined."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.ratio import Panel, ratio_did, ratio_of_counts, saturated_did

COUNTS = st.integers(1, 400)


@pytest.fixture(scope="module")
def expected(shared):
    return json.loads((shared / "oracles" / "did_expected.json").read_text())


@pytest.fixture(scope="module")
def panel(shared):
    rows = pd.read_csv(shared / "oracles" / "did_panel.csv")
    counts = rows.pivot_table(index="cell", columns="t", values="n").to_numpy(dtype=float)
    treated = rows.groupby("cell")["treated"].first().to_numpy(dtype=bool)
    return Panel(counts, treated, rows.groupby("t")["post"].first().to_numpy(dtype=bool))


def _figures(ratio):
    return [ratio.log_irr, ratio.se, ratio.irr, ratio.ci_low, ratio.ci_high, ratio.p]


def _reference(entry):
    return [entry["beta"], entry["se"], entry["irr"], *entry["ci95"], entry["p"]]


def test_ratio_when_compared_with_the_reference(panel, expected):
    found = ratio_did(panel)
    assert _figures(found.effect) == pytest.approx(
        _reference(expected["twfe_poisson_cluster"]), abs=1e-5
    )
    assert _figures(found.pretrend) == pytest.approx(
        _reference(expected["pretrend_treated_x_t"]), abs=1e-5
    )
    assert found.treated_clusters == 6
    assert found.caveats[0].startswith("With 6 treated cells the limits of the ratio are too")


def test_four_groups_when_compared_with_the_reference(panel, expected):
    found = saturated_did(panel)
    pairs = {
        "poisson": found.poisson,
        "quasipoisson": found.quasi,
        "poisson_cluster": found.clustered,
        "negbin": found.negative_binomial,
    }
    for name, ratio in pairs.items():
        assert _figures(ratio) == pytest.approx(_reference(expected[name]), abs=1e-5), name
    assert found.phi == pytest.approx(expected["quasipoisson"]["phi"], abs=1e-5)
    assert found.alpha == pytest.approx(expected["negbin"]["alpha"], abs=1e-5)


def test_ratio_of_counts_when_compared_with_the_reference(expected):
    sums = expected["sums"]
    found = ratio_of_counts(
        (sums["treated_pre"], sums["treated_post"]), (sums["control_pre"], sums["control_post"])
    )
    assert found.log_irr == pytest.approx(expected["identity"]["log_irr"], abs=1e-12)
    assert found.se == pytest.approx(expected["identity"]["se"], abs=1e-12)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_ratio_of_counts_is_the_inverse_of_the_relative_effect_size(a, b, c, d):
    found = ratio_of_counts((a, b), (c, d))
    assert found.log_irr == pytest.approx(-np.log(a * d / (b * c)), abs=1e-12)
    assert ratio_of_counts((b, a), (d, c)).irr == pytest.approx(1 / found.irr)


def test_ratio_of_counts_when_one_is_zero_adds_a_half_to_all():
    found = ratio_of_counts((10, 0), (20, 20))
    assert found.irr == pytest.approx(0.5 * 20.5 / (10.5 * 20.5))


def test_ratio_of_counts_when_a_zone_is_empty_is_undefined():
    found = ratio_of_counts((0, 0), (20, 20))
    assert (found.irr, found.p, found.reason) == (None, None, "There are no reports to compare.")
    with pytest.raises(SchemaError):
        ratio_of_counts((-1, 2), (3, 4))


def test_ratio_when_every_cell_has_another_level_and_town_a_season_is_exact():
    level, month = np.array([1.0, 5, 20, 2, 40]), np.array([3.0, 5, 9, 4, 2, 7])
    counts = np.outer(level, month)
    treated, post = np.array([1, 1, 0, 0, 0], dtype=bool), np.array([0, 0, 0, 1, 1, 1], dtype=bool)
    counts[np.ix_(treated, post)] *= 0.5
    counts[0, 5] += 1e-3
    assert ratio_did(Panel(counts, treated, post)).effect.irr == pytest.approx(0.5, abs=1e-4)


def test_ratio_when_rows_are_shuffled_stays_the_same(panel):
    order = np.random.default_rng(1).permutation(len(panel.counts))
    shuffled = Panel(panel.counts[order], panel.treated[order], panel.post)
    assert ratio_did(shuffled).effect.irr == pytest.approx(ratio_did(panel).effect.irr, abs=1e-9)
    assert ratio_did(shuffled).effect.se == pytest.approx(ratio_did(panel).effect.se, abs=1e-9)


def test_pretrend_when_treated_cells_were_falling_before_is_told():
    random = np.random.default_rng(2)
    rate = np.full((24, 24), 30.0)
    rate[:12] *= np.exp(-0.04 * np.arange(24))
    treated = np.arange(24) < 12
    found = ratio_did(Panel(random.poisson(rate).astype(float), treated, np.arange(24) >= 12))
    assert found.pretrend_differs is True
    assert found.pretrend.irr == pytest.approx(np.exp(-0.04), abs=0.02)
    assert found.caveats == (
        "Trends differed before: treated and comparison cells did not run parallel.",
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: c[:2].fill(0), "Treated and comparison cells both need reports."),
        (lambda c: c[:2, 3:].fill(0), "Treated and comparison cells both need reports before"),
        (lambda c: c[:, 3:].fill(0), "There are no months with reports on both sides"),
    ],
)
def test_ratio_when_it_cannot_be_told_has_a_reason(change, reason):
    counts = np.full((5, 6), 4.0)
    change(counts)
    treated, post = np.arange(5) < 2, np.arange(6) >= 3
    found = ratio_did(Panel(counts, treated, post)).effect
    assert found.irr is found.p is None
    assert found.reason.startswith(reason)


def test_panel_when_marks_do_not_fit_is_refused():
    with pytest.raises(SchemaError):
        Panel(np.ones((3, 4)), np.ones(4, dtype=bool), np.ones(4, dtype=bool))
    with pytest.raises(SchemaError):
        Panel(-np.ones((3, 4)), np.ones(3, dtype=bool), np.ones(4, dtype=bool))
    with pytest.raises(SchemaError):
        saturated_did(Panel(np.zeros((3, 4)), np.arange(3) < 1, np.arange(4) < 2))
