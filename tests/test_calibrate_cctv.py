"""Limits on camera changes hold what they promise: the committed table, and a small sample."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from benchmarks.calibrate_cctv import DRAWS, RESULTS, World, draw_places, judge, judge_town, main


@pytest.fixture(scope="module")
def table():
    with RESULTS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["draws"] for row in rows} == {str(DRAWS)}
    return rows


def _figures(table, name, **wanted):
    return [float(row[name]) for row in table if wanted.items() <= row.items()]


def _sparse(row):
    """Return whether one place with a dozen reports a year is all that is in view."""
    return row["in_view"] == row["reports_a_month"] == "1"


@pytest.mark.parametrize("form", ["places", "town"])
def test_limits_hold_in_92_to_97_percent_when_the_ratio_is_0_87(table, form):
    held = _figures([row for row in table if not _sparse(row)], "held", form=form, ratio="0.87")
    assert len(held) == (21 if form == "places" else 2)
    assert min(held) >= 0.92
    assert max(held) <= 0.97


def test_limits_of_one_place_with_a_report_a_month_are_wide_rather_than_narrow(table):
    held = _figures([row for row in table if _sparse(row)], "held", form="places", ratio="0.87")
    assert len(held) == 3
    assert 0.96 <= min(held) <= max(held) <= 0.98


@pytest.mark.parametrize("form", ["places", "town"])
def test_changes_are_said_in_at_most_7_percent_when_there_is_none(table, form):
    assert max(_figures(table, "change_said", form=form, ratio="1.0")) <= 0.07


def test_usual_limits_of_the_odds_ratio_do_not_hold(table):
    wild = {"in_view": "20", "reports_a_month": "7", "drift": "0.4", "ratio": "1.0"}
    assert _figures(table, "held", form="odds", **wild)[0] < 0.4
    assert _figures(table, "held", form="review", **wild)[0] < 0.6


def test_sample_when_drawn_again_says_the_same():
    world = World(20, 20, 7.0, 0.15, 0.87)
    first, again = (judge(world, draws=60, seed=4)["places"] for _ in range(2))
    assert first == again
    assert first.held >= 50
    assert judge_town(200.0, 1.0, draws=10, seed=4).draws == 10


def test_places_when_drawn_hold_the_true_ratio():
    random = np.random.default_rng(1)
    before, after, treated = draw_places(World(4000, 4000, 7.0, 0.02, 0.5), random)
    mine, others = (after[g].sum() / before[g].sum() for g in (treated, ~treated))
    assert mine / others == pytest.approx(0.5, rel=0.02)


def test_calibration_when_run_twice_writes_the_same_bytes(tmp_path):
    written = []
    for name in ("one.csv", "two.csv"):
        path = tmp_path / name
        main(["--date", "2026-11-25", "--draws", "2", "--out", str(path)])
        written.append(path.read_bytes())
    assert written[0] == written[1]
