"""Verdicts on interventions hold what they promise: the committed table, and a seeded sample."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from benchmarks.calibrate_displacement import (
    RESULTS,
    World,
    draw_town,
    judge,
    main,
    town_map,
    worlds,
)


@pytest.fixture(scope="module")
def table():
    with RESULTS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["towns"] for row in rows if row["form"] == "months"} == {"1000"}
    return rows


def _rows(table, form="months", **wanted):
    return [row for row in table if row["form"] == form and wanted.items() <= row.items()]


def _figures(rows, name):
    return [float(row[name]) for row in rows]


PARTS = ("local_held", "displacement_held", "total_held")


@pytest.mark.parametrize("noise", ["Poisson", "k=5"])
@pytest.mark.parametrize("part", PARTS)
def test_limits_of_90_percent_hold_in_about_90_percent_of_towns(table, noise, part):
    rows = _rows(table, planted="nothing", noise=noise)
    assert len(rows) == 3
    assert min(_figures(rows, part)) >= 0.87
    assert max(_figures(rows, part)) <= 0.93


@pytest.mark.parametrize("part", PARTS)
def test_limits_hold_where_months_wander_most(table, part):
    assert min(_figures(_rows(table, planted="nothing", noise="k=1.5"), part)) >= 0.85


def test_false_words_are_as_rare_as_required(table):
    for noise, worked, moved in (
        ("Poisson", 0.06, 0.05),
        ("k=5", 0.06, 0.05),
        ("k=1.5", 0.075, 0.075),
    ):
        rows = _rows(table, planted="nothing", noise=noise)
        assert max(_figures(rows, "worked")) <= worked
        assert max(_figures(rows, "moved_nearby")) <= moved
        fell = _rows(table, planted="fall 40%, none moves", noise=noise)
        assert max(_figures(fell, "moved_nearby")) <= moved


def test_moves_are_found_where_counts_allow_and_not_guessed_elsewhere(table):
    half = {"planted": "fall 40%, half moves"}
    clear = _rows(table, **half, noise="Poisson", reports_a_month="60")
    clear += _rows(table, "months and places", **half, noise="Poisson", reports_a_month="60")
    assert len(clear) == 2
    assert min(_figures(clear, "moved_nearby")) >= 0.80
    blind = [row for row in _rows(table, **half) if row["reports_a_month"] == "2"]
    blind += [
        row for row in _rows(table, **half, reports_a_month="60") if row["noise"] != "Poisson"
    ]
    assert len(blind) == 5
    assert min(_figures(blind, "cannot_tell")) >= 0.80


def test_plain_forms_are_kept_to_compare_with(table):
    wild = _rows(table, "poisson", planted="nothing", noise="k=1.5", reports_a_month="60")
    assert float(wild[0]["local_held"]) < 0.5


def test_sample_when_drawn_again_says_the_same():
    world = World(60.0, "k=5", "fall 40%, half moves")
    first, again = (judge(world, towns=3, seed=4) for _ in range(2))
    assert first == again
    assert set(first) == {"poisson", "phi", "months"}
    assert judge(world, towns=1, seed=4, places=True)["months and places"].towns == 1


def test_towns_when_drawn_plant_what_they_say():
    random = np.random.default_rng(1)
    where = town_map()
    cube, truth = draw_town(World(600.0, planted="fall 40%, half moves"), random)
    assert (len(where.treated), len(where.around), len(cube.cells)) == (7, 12, 397)
    assert truth[1] == pytest.approx(-truth[0] / 2)
    after = cube.panel()[where.treated, 24:].sum()
    assert after == pytest.approx(-truth[0] * 0.6 / 0.4, rel=0.05)


def test_calibration_when_run_twice_writes_the_same_bytes(tmp_path):
    written = []
    for name in ("one.csv", "two.csv"):
        path = tmp_path / name
        main(["--date", "2026-11-25", "--towns", "1", "--out", str(path)])
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert written[0].count(b"\n") == 1 + 3 * len(list(worlds())) + 3
