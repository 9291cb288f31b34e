"""Does the embedded engine count as an independent count does?"""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest

from data.engines.embedded import EmbeddedEngine
from data.engines.protocol import COVERAGE_COLUMNS, POINT_COLUMNS, Engine
from data.errors import DataError
from data.ingest import append_incidents
from data.lake import Lake
from geo.errors import GeoError
from tests.street_files import NOW

BOX = (-3.1, 53.7, -3.0, 53.9)


def reports(seed: int, rows: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "month": rng.choice(["2022-05", "2022-06"], rows),
            "category": rng.choice(["Noise", "Litter"], rows),
            "place": rng.choice(["Queen Street", "", "O'Neill's <b>"], rows),
            "lon": rng.choice([-3.2, -3.1, -3.05, -3.0], rows),
            "lat": rng.choice([53.7, 53.8, 53.95], rows),
        }
    )
    frame.loc[rng.random(rows) < 0.1, ["lon", "lat"]] = np.nan
    return frame


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "lake")
    for seed, source in enumerate(["council", "sample"]):
        append_incidents(
            lake, reports(seed), source=source, provider=source.title(), file_name="x", now=NOW
        )
    return lake


def counted_by_hand(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    west, south, east, north = BOX
    inside = frame[frame["lon"].between(west, east) & frame["lat"].between(south, north)]
    shared = {"origin": "unknown", "setting": "", "sink": False}
    keyed = inside.assign(source=source, provider=source.title(), **shared)
    return keyed.groupby(list(POINT_COLUMNS[:-1])).size().rename("n").reset_index()


def test_count_points_equals_a_count_by_hand(lake):
    engine: Engine = EmbeddedEngine(lake)
    by_hand = pd.concat(
        [counted_by_hand(reports(0), "council"), counted_by_hand(reports(1), "sample")]
    )
    expected = by_hand.sort_values(list(POINT_COLUMNS)).reset_index(drop=True)
    pd.testing.assert_frame_equal(engine.count_points(BOX), expected, check_dtype=False)


def test_count_points_counts_only_the_sources_asked_for(lake):
    found = EmbeddedEngine(lake).count_points(BOX, sources=["sample"])
    assert found["n"].sum() == counted_by_hand(reports(1), "sample")["n"].sum()
    assert set(found["source"]) == {"sample"}


def test_count_points_keeps_its_columns_when_nothing_is_found(lake, tmp_path):
    found = EmbeddedEngine(lake).count_points((10, 10, 11, 11))
    none = EmbeddedEngine(Lake(tmp_path / "new")).count_points(BOX)
    assert len(found) == len(none) == 0
    assert found.dtypes.equals(none.dtypes)
    assert tuple(found.columns) == POINT_COLUMNS


def test_count_points_refuses_bounds_in_the_wrong_order(lake):
    with pytest.raises(GeoError, match="west, south, east, north"):
        EmbeddedEngine(lake).count_points((-3.0, 53.7, -3.1, 53.9))


def test_count_points_says_so_when_a_file_is_missing(lake):
    for path in (lake.root / "parts").iterdir():
        path.unlink()
    with pytest.raises(DataError, match="missing or damaged"):
        EmbeddedEngine(lake).count_points(BOX)


@pytest.mark.parametrize("missing_first", [True, False])
def test_read_rows_says_so_or_reads_again_when_files_are_gone(lake, monkeypatch, missing_first):
    engine, connect = EmbeddedEngine(lake), duckdb.connect
    if missing_first:
        for path in (lake.root / "parts").iterdir():
            path.unlink()
        with pytest.raises(DataError, match="missing or damaged"):
            engine.read_rows(["category"])
        return

    def import_first(*arguments, **options):
        monkeypatch.setattr(duckdb, "connect", connect)
        append_incidents(
            lake, reports(7), source="council", provider="Council", file_name="y", now=NOW
        )
        return connect(*arguments, **options)

    monkeypatch.setattr(duckdb, "connect", import_first)
    found = engine.read_rows(["lon"], sources=["council"])
    expected = EmbeddedEngine(lake).read_rows(["lon"], sources=["council"])
    pd.testing.assert_frame_equal(found, expected)


def test_count_points_counts_again_when_an_import_replaces_files_meanwhile(lake, monkeypatch):
    engine = EmbeddedEngine(lake)
    connect = duckdb.connect

    def import_first(*arguments, **options):
        monkeypatch.setattr(duckdb, "connect", connect)
        append_incidents(
            lake, reports(7), source="council", provider="Council", file_name="y", now=NOW
        )
        return connect(*arguments, **options)

    monkeypatch.setattr(duckdb, "connect", import_first)
    found = engine.count_points(BOX, sources=["council"])
    assert found["n"].sum() == counted_by_hand(reports(7), "council")["n"].sum()


def test_count_points_writes_nothing(lake):
    before = sorted(path for path in lake.root.rglob("*"))
    EmbeddedEngine(lake).count_points(BOX)
    assert sorted(path for path in lake.root.rglob("*")) == before


def test_coverage_lists_every_month(lake, tmp_path):
    found = EmbeddedEngine(lake).coverage()
    assert tuple(found.columns) == COVERAGE_COLUMNS
    assert found[["source", "month"]].to_numpy().tolist() == [
        ["council", "2022-05"],
        ["council", "2022-06"],
        ["sample", "2022-05"],
        ["sample", "2022-06"],
    ]
    assert found["rows"].sum() == 600
    assert set(found["cut_to"]) == {""}
    assert found["located"].sum() == sum(reports(seed)["lon"].notna().sum() for seed in (0, 1))
    none = EmbeddedEngine(Lake(tmp_path / "new")).coverage()
    assert none.dtypes.equals(found.dtypes)
