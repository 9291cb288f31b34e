"""Does the Knox test count the right pairs and judge them rightly?"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from geo.errors import NotEnoughDataError, SchemaError
from geo.near_repeats import KnoxBands, KnoxTable, knox

if TYPE_CHECKING:
    from pathlib import Path

Events = tuple[np.ndarray, np.ndarray, np.ndarray]
CASES = (
    ("example", "manhattan"),
    ("example", "euclid"),
    ("events", "euclidean"),
    ("events", "manhattan"),
)


def csv_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def reference(shared: Path) -> dict[str, Any]:
    return json.loads((shared / "oracles/knox_expected.json").read_text(encoding="utf-8"))


def events_of(reference: dict[str, Any], shared: Path, name: str) -> Events:
    if name == "example":
        columns = reference["example"]["data"]
    else:
        rows = csv_rows(shared / "oracles/knox_events.csv")
        columns = {key: [row[key] for row in rows] for key in ("x", "y", "date")}
    x, y = (np.array(columns[key], dtype=float) for key in ("x", "y"))
    return x, y, np.array(columns["date"], dtype="datetime64[D]").astype(np.int64)


def edges(breaks: list[float]) -> tuple[float, ...]:
    return tuple(float("inf") if edge >= 1e12 else float(edge) for edge in breaks)


def made(n: int = 120) -> Events:
    rng = np.random.default_rng(11)
    return rng.uniform(0, 900, n), rng.uniform(0, 900, n), rng.integers(0, 60, n)


def same(one: KnoxTable, other: KnoxTable) -> None:
    assert one.observed.tolist() == other.observed.tolist()
    assert one.p.tolist() == other.p.tolist()
    np.testing.assert_array_equal(one.ratio, other.ratio)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_table_equals_the_reference(
    reference: dict[str, Any], shared: Path, name: str, case: str
) -> None:
    wanted = reference[name][case]
    bands = KnoxBands(edges(wanted["sds"]), edges(wanted["tds"]), wanted["method"])
    found = knox(*events_of(reference, shared, name), bands=bands, permutations=1999, seed=5)
    # The stated tolerances are for 9,999 permutations; one case was drawn with fewer.
    noise = (9999 / wanted["nrep"]) ** 0.5
    assert found.observed.tolist() == wanted["observed"]
    ratio = np.array([[float(one) for one in row] for row in wanted["knox_ratio"]])
    np.testing.assert_allclose(found.ratio, ratio, atol=0.03 * noise)
    exact = knox(*events_of(reference, shared, name), bands=bands, permutations=9999, seed=5)
    np.testing.assert_allclose(exact.p, wanted["p"], atol=0.01 * noise)


def test_one_threshold_equals_the_reference(reference: dict[str, Any], shared: Path) -> None:
    wanted = reference["single_threshold"]
    up_to = float(np.nextafter(wanted["eps_s"], np.inf))
    bands = KnoxBands((0, up_to, float("inf")), (0, wanted["eps_t"] + 1, float("inf")))
    found = knox(*events_of(reference, shared, "events"), bands=bands)
    assert found.observed.T.tolist() == wanted["table"]
    assert found.expected[0, 0] == pytest.approx(wanted["expected_analytic"], abs=1e-9)


def test_pair_lands_in_the_band_that_begins_at_its_distance_and_days(
    reference: dict[str, Any],
) -> None:
    pair = reference["nrc_bug"]["data"]
    x, y = ([one[key] for one in pair] for key in ("x", "y"))
    days = np.array([one["date"] for one in pair], dtype="datetime64[D]").astype(np.int64)
    found = knox(x, y, days, bands=KnoxBands((0, 100, 101, 200), (0, 3, 4, 7)))
    assert found.observed.tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_later_dates_change_nothing() -> None:
    x, y, day = made()
    same(knox(x, y, day, permutations=99), knox(x, y, day + 5000, permutations=99))


def test_moved_and_turned_points_change_nothing() -> None:
    x, y, day = made()
    turned = knox(350_000 - y, 430_000 + x, day, permutations=99)
    same(knox(x, y, day, permutations=99), turned)


def test_table_never_holds_more_than_all_pairs() -> None:
    x, y, day = made()
    everything = KnoxBands((0, 100, float("inf")), (0, 8, float("inf")))
    assert knox(x, y, day, permutations=9).observed.sum() <= 120 * 119 // 2
    assert knox(x, y, day, bands=everything, permutations=9).observed.sum() == 120 * 119 // 2


def test_same_seed_gives_the_same_table() -> None:
    same(knox(*made(), permutations=99, seed=3), knox(*made(), permutations=99, seed=3))
    other = knox(*made(), permutations=99, seed=4)
    assert other.p.tolist() != knox(*made(), permutations=99, seed=3).p.tolist()


def test_planted_near_repeats_are_found() -> None:
    x, y, day = made()
    x, y = np.append(4 * x, 4 * x[:40] + 20), np.append(4 * y, 4 * y[:40])
    found = knox(x, y, np.append(day, day[:40] + 2), permutations=199)
    assert found.p[1, 0] == pytest.approx(1 / 200)
    assert found.ratio[1, 0] > 2


def test_expected_is_the_mean_of_all_orders() -> None:
    found = knox([0, 50, 5000], [0, 0, 0], [0, 1, 40], permutations=9)
    assert found.expected[1].tolist() == pytest.approx([1 / 3, 0, 0, 0])


def test_band_without_a_pair_has_no_ratio() -> None:
    found = knox([0, 5000], [0, 0], [0, 1], permutations=9)
    assert np.isnan(found.ratio).all()
    assert (found.p == 1).all()


def test_only_the_newest_events_are_compared() -> None:
    rng = np.random.default_rng(2)
    n = 5_200
    day = np.arange(n)
    found = knox(rng.uniform(0, 9e4, n), rng.uniform(0, 9e4, n), day, permutations=1)
    assert (found.n_events, found.n_left_out) == (5_000, 200)
    newest = knox([0, 0, *[9e9] * 4_999], [0, 0, *range(0, 4_999_000, 1_000)], np.arange(5_001))
    assert newest.observed.sum() == 0


def test_amiss_events_are_refused() -> None:
    with pytest.raises(NotEnoughDataError, match="found 1"):
        knox([0], [0], [0])
    with pytest.raises(SchemaError, match="first is event 2"):
        knox([0, float("nan")], [0, 0], [0, 1])
    with pytest.raises(SchemaError, match="1 events lack a place or a whole day"):
        knox([0, 1], [0, 0], [0, 1.5])
    with pytest.raises(SchemaError, match="do not fit together"):
        knox([0, 1], [0, 0], [0])
    with pytest.raises(SchemaError, match="must rise from 0"):
        KnoxBands((0, 100, 100))
