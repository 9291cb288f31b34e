from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from geo.errors import GridError, NotEnoughDataError
from geo.forecast import LADDER, Ground, forecast, try_forecasts
from geo.forecast_scores import most_expected, ranked_scores, score

ORACLE_NAMES = {
    "last_value": "last_value",
    "mean12": "mean_12",
    "ewma0.1": "ewma_01",
    "ewma0.3": "ewma_03",
    "same_month_last_year": "same_month",
}


def ground(n, t, first=1):
    return Ground(
        tuple(np.array([j for j in (i - 1, i + 1) if 0 <= j < n]) for i in range(n)),
        tuple((first - 1 + s) % 12 + 1 for s in range(t + 1)),
    )


def noise(n=40, t=30, seed=1):
    rng = np.random.default_rng(seed)
    level = rng.gamma(1.0, 3.0, n)
    return rng.poisson(level[:, None], (n, t)).astype(np.float64)


@pytest.mark.parametrize("name", sorted(ORACLE_NAMES))
def test_baselines_equal_the_reference_values(shared, name):
    wanted = json.loads((shared / "oracles/forecast_expected.json").read_text())
    long = pd.read_csv(shared / "oracles/forecast_panel.csv")
    panel = long.pivot_table(index="h3", columns="t", values="n").sort_index().to_numpy(float)
    key = ORACLE_NAMES[name]
    trial = try_forecasts(panel, ground(*panel.shape), keys=[key], share=0.05)
    found, expected = trial.scores[0], wanted["results"][name]
    assert trial.k == wanted["k"]
    for ours, theirs in (("hit_rate", "hit_rate"), ("pai", "pai"), ("pei", "pei"), ("rri", "rri")):
        values = [getattr(one, ours) for one in found.slices]
        assert values == pytest.approx(expected[theirs], rel=1e-9)
    assert np.mean([one.mae for one in found.slices]) == pytest.approx(expected["mae"], rel=1e-9)
    deviance = np.mean([one.deviance for one in found.slices])
    assert deviance == pytest.approx(expected["poisson_deviance_clip05"], rel=1e-9)
    assert found.pai == pytest.approx(expected["mean_pai"], rel=1e-9)


def test_ranked_scores_equal_the_reference_values(shared):
    oracle = json.loads((shared / "oracles/pai_expected.json").read_text())
    table, wanted = pd.DataFrame(oracle["input"]), pd.DataFrame(oracle["expected"])
    found = ranked_scores(table["obs"], table["pred"], table["area"])
    assert table["id"].to_numpy()[found.order].tolist() == wanted["id"].tolist()
    np.testing.assert_allclose(found.pai, wanted["PAI"], rtol=1e-9)
    np.testing.assert_allclose(found.pei, wanted["PEI"], rtol=1e-9)
    np.testing.assert_allclose(found.rri, wanted["RRI"].astype(float), rtol=1e-9)


def test_scores_are_undefined_when_nothing_happened():
    found = score([0, 0, 0], [1.0, 2.0, 3.0], 1)
    assert (found.hit_rate, found.pai, found.pei, found.rri) == (None, None, None, None)
    assert found.mae == pytest.approx(2.0)


def test_a_perfect_forecast_has_an_efficiency_of_one():
    came = np.array([5.0, 0, 1, 9, 2])
    found = score(came, came, 2)
    assert found.pei == 1.0
    assert found.pai == pytest.approx(14 / 17 / (2 / 5))
    assert found.deviance == pytest.approx(2 * 0.05 / 5)


def test_scores_refuse_cells_that_do_not_match():
    with pytest.raises(GridError, match="3 cells were counted and 2 were forecast"):
        score([1, 2, 3], [1, 2], 1)
    with pytest.raises(GridError, match="Between 1 and 3"):
        most_expected([1, 2, 3], 4)


def test_the_average_of_a_year_leaves_months_without_data_out():
    panel = np.array([[2.0, np.nan, 4.0], [0.0, np.nan, 1.0]])
    assert forecast(panel, ground(2, 3)).tolist() == [3.0, 0.5]
    assert forecast(panel, ground(2, 3), "last_value").tolist() == [4.0, 1.0]


def test_the_same_month_goes_back_another_year_when_one_is_missing():
    panel = np.full((1, 30), 1.0)
    panel[0, 6] = 7.0
    panel[0, 18] = np.nan
    assert forecast(panel, ground(1, 30), "same_month").tolist() == [7.0]
    assert forecast(panel[:, :8] * 0 + 2, ground(1, 8), "same_month").tolist() == [2.0]


def test_the_season_raises_the_expected_summer():
    months = ground(3, 36)
    season = np.array([1 + 0.5 * (m in {7, 8}) for m in months.months[:36]])
    panel = 20 * np.tile(season, (3, 1))
    found = forecast(panel[:, :30], ground(3, 30), "neighbours")
    assert found == pytest.approx(30.0, rel=0.02)


def test_neighbours_lift_an_empty_cell_beside_a_busy_one():
    panel = np.zeros((3, 24))
    panel[1] = 13.0
    found = forecast(panel, ground(3, 24), "neighbours")
    assert found == pytest.approx([13 * 0.3 / 1.3, 13 / 1.3, 13 * 0.3 / 1.3])


@pytest.mark.parametrize("key", ["regression", "trees"])
def test_learned_forecasts_are_the_same_every_time(key):
    panel = noise()
    first, again = (forecast(panel, ground(*panel.shape), key) for _ in range(2))
    assert np.array_equal(first, again)
    assert (first >= 0).all()
    assert np.corrcoef(first, panel.mean(axis=1))[0, 1] > 0.9


def test_learned_forecasts_fall_back_to_the_average_when_months_are_few():
    panel = noise(t=14)
    wanted = forecast(panel, ground(*panel.shape))
    assert np.array_equal(forecast(panel, ground(*panel.shape), "trees"), wanted)
    empty = np.zeros((4, 30))
    assert not forecast(empty, ground(4, 30), "regression").any()


def test_the_simplest_forecast_near_the_best_is_chosen():
    trial = try_forecasts(noise(n=30, t=26), ground(30, 26))
    assert [one.key for one in trial.scores] == list(LADDER)
    best, chosen = trial.of(trial.best), trial.of(trial.chosen)
    assert chosen.pai >= 0.98 * best.pai
    simpler = LADDER[: LADDER.index(trial.chosen)]
    assert all(trial.of(key).pai < 0.98 * best.pai for key in simpler)


def test_forecasts_know_nothing_of_the_month_that_they_expect():
    panel = noise()
    changed = panel.copy()
    changed[:, -1] += 50
    before, after = (
        try_forecasts(p, ground(*p.shape), keys=["mean_12", "neighbours", "regression"])
        for p in (panel, changed)
    )
    for one, other in zip(before.scores, after.scores, strict=True):
        assert one.slices[:-1] == other.slices[:-1]


def test_forecasts_refuse_too_few_months():
    with pytest.raises(NotEnoughDataError, match="needs 18 observed months; found 15"):
        try_forecasts(noise(t=15), ground(40, 15))
    with pytest.raises(NotEnoughDataError, match="No month is observed"):
        forecast(np.full((2, 3), np.nan), ground(2, 3))
