"""Are reports of the same incident grouped, and others not?"""

from __future__ import annotations

import csv
import json
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from geo.errors import SchemaError
from geo.repeats import LIKELY, LINKED, NONE, RepeatRule, group_reports, linked_pairs

if TYPE_CHECKING:
    from pathlib import Path

EARTH_M = 6371008.8


def csv_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def reports(*rows: tuple[float, float, str], **columns: list[object]) -> pd.DataFrame:
    """Return reports from their minute, metres east and type."""
    start = np.datetime64("2026-07-01T21:00", "us")
    frame = pd.DataFrame(
        {
            "source": "police",
            "source_row": range(2, len(rows) + 2),
            "category": [kind for _, _, kind in rows],
            "record_kind": "asb_incident",
            "time_from": [start + np.timedelta64(int(60 * minute), "s") for minute, _, _ in rows],
            "time_precision": "minute",
            "location_precision": "exact",
            "x_m": [float(x) for _, x, _ in rows],
            "y_m": 0.0,
        }
    )
    return frame.assign(**columns)


def groups(*rows: tuple[float, float, str], **columns: list[object]) -> list[int]:
    return group_reports(reports(*rows, **columns)).group.tolist()


def busy(n: int, seed: int = 6) -> pd.DataFrame:
    """Return reports that crowd, with cameras, links' sources and rows without a minute."""
    rng = np.random.default_rng(seed)
    rows = [(m, x, k) for m, x, k in zip(
        rng.integers(0, 2000, n), rng.uniform(0, 900, n), rng.choice(["a", "b"], n), strict=True
    )]  # fmt: skip
    return reports(
        *rows,
        source=rng.choice(["police", "council"], n),
        record_kind=rng.choice(["asb_incident", "cctv_observation", "service_request"], n),
        time_precision=rng.choice(["minute", "minute", "minute", "day"], n),
        location_precision=rng.choice(["exact", "exact", "snap_point"], n),
    )


def test_groups_equal_the_reference(shared: Path) -> None:
    wanted = json.loads((shared / "oracles/dups_expected.json").read_text(encoding="utf-8"))
    rows = csv_rows(shared / "oracles/dups_input.csv")
    calls = reports(*[(0, 0, row["type"]) for row in rows])
    calls["time_from"] = pd.to_datetime([row["time"] for row in rows])
    lon, lat = (np.radians([float(row[key]) for row in rows]) for key in ("lon", "lat"))
    calls["x_m"], calls["y_m"] = EARTH_M * lon * np.cos(np.radians(53.8175)), EARTH_M * lat
    found = group_reports(calls)
    ids = np.array([row["id"] for row in rows])
    assert sorted(ids[found.group == k].tolist() for k in range(found.n_incidents)) == sorted(
        wanted["groups"]
    )
    assert found.n_incidents == wanted["n_events"]


def test_limits_are_included() -> None:
    assert groups((0, 0, "a"), (60, 100, "a")) == [0, 0]
    assert groups((0, 0, "a"), (61, 0, "a")) == [0, 1]
    assert groups((0, 0, "a"), (0, 100.1, "a")) == [0, 1]
    assert groups((0, 0, "a"), (0, 0, "b")) == [0, 1]


def test_long_chain_is_cut_after_three_hours() -> None:
    minutes = [0, 50, 100, 150, 180, 181, 230]
    assert groups(*[(m, 0, "a") for m in minutes]) == [0, 0, 0, 0, 0, 1, 1]


def test_link_joins_whatever_the_type_time_and_place() -> None:
    rows = reports((0, 0, "a"), (900, 5000, "b"), (10, 9000, "a"))
    pairs = linked_pairs(["P1", "C1", "P2"], ["", "P1", ""])
    found = group_reports(rows, linked=pairs)
    assert found.group.tolist() == [0, 0, 1]
    assert found.confidence.tolist() == [LINKED, LINKED, NONE]
    assert found.master.tolist() == [True, False, True]


def test_linked_report_brings_its_neighbour_as_likely() -> None:
    rows = reports((0, 0, "a"), (30, 5000, "b"), (40, 5050, "b"))
    found = group_reports(rows, linked=[[1, 0]])
    assert found.group.tolist() == [0, 0, 0]
    assert found.confidence.tolist() == [LINKED, LINKED, LIKELY]


def test_links_are_never_cut_apart() -> None:
    rows = reports((0, 0, "a"), (600, 0, "a"), (610, 0, "a"))
    assert group_reports(rows, linked=[[0, 1]]).group.tolist() == [0, 0, 1]


def test_reference_that_several_rows_carry_links_all() -> None:
    assert linked_pairs(["P1", "P1", "X"], ["", "", "P1"]).tolist() == [[2, 0], [2, 1]]
    assert linked_pairs(["P1", "X", ""], ["P1", "gone", ""]).tolist() == []


def test_camera_joins_a_police_report_of_any_type_within_ten_minutes() -> None:
    kinds = ["crime", "cctv_observation"]
    assert groups((0, 0, "a"), (10, 100, "b"), record_kind=kinds) == [0, 0]
    assert groups((0, 0, "a"), (11, 0, "b"), record_kind=kinds) == [0, 1]
    assert groups((0, 0, "a"), (5, 101, "b"), record_kind=kinds) == [0, 1]


def test_camera_does_not_join_a_council_request_of_another_type() -> None:
    kinds = ["service_request", "cctv_observation"]
    assert groups((0, 0, "a"), (1, 0, "b"), record_kind=kinds) == [0, 1]


def test_row_without_a_minute_or_place_stands_alone() -> None:
    rows = [(0, 0, "a"), (0, 0, "a"), (0, 0, "a")]
    assert groups(*rows, time_precision=["minute", "day", "minute"]) == [0, 1, 0]
    assert groups(*rows, x_m=[0.0, np.nan, 0.0]) == [0, 1, 0]


def test_map_points_group_only_at_the_same_point() -> None:
    snapped = ["snap_point"] * 3
    rows = [(0, 0, "a"), (5, 0, "a"), (5, 40, "a")]
    assert groups(*rows, location_precision=snapped) == [0, 0, 1]


def test_ungrouped_row_stands_alone_even_where_linked() -> None:
    rows = reports((0, 0, "a"), (5, 0, "a"), (10, 0, "a"))
    found = group_reports(rows, linked=[[1, 2]], ungrouped=[False, True, False])
    assert found.group.tolist() == [0, 1, 0]
    assert found.confidence.tolist() == [LIKELY, NONE, LIKELY]


def test_master_of_a_tie_is_the_first_source_and_row() -> None:
    rows = reports((0, 0, "a"), (0, 0, "a"), (0, 0, "a"), source=["police", "council", "council"])
    rows["source_row"] = [2, 9, 4]
    assert group_reports(rows).master.tolist() == [False, False, True]


def test_order_of_rows_is_irrelevant() -> None:
    calls = busy(400)
    calls["source_row"] = range(400)
    found = group_reports(calls)
    turn = np.random.default_rng(1).permutation(400)
    turned = group_reports(calls.iloc[turn].reset_index(drop=True))
    assert 300 < found.n_incidents < 330
    assert turned.group.tolist() == found.group[turn].tolist()
    assert turned.master.tolist() == found.master[turn].tolist()


@pytest.mark.parametrize("seed", range(8))
def test_masters_group_into_nothing_more(seed: int) -> None:
    calls = busy(500, seed)
    masters = calls[group_reports(calls).master].reset_index(drop=True)
    again = group_reports(masters)
    assert again.master.all()


@pytest.mark.parametrize("seed", range(4))
def test_no_group_spans_more_than_three_hours(seed: int) -> None:
    calls = busy(600, seed)
    calls = calls[calls["time_precision"] == "minute"]
    spans = (
        calls["time_from"].groupby(group_reports(calls).group).agg(lambda at: at.max() - at.min())
    )
    assert spans.max() <= pd.Timedelta(hours=3)
    assert spans.max() > pd.Timedelta(hours=2)


def test_many_rows_at_one_default_place_are_quick() -> None:
    n = 20_000
    kinds = (["crime"] * 19 + ["cctv_observation"]) * (n // 20)
    began = perf_counter()
    found = group_reports(reports(*[(0, 0, "a")] * n, record_kind=kinds))
    assert found.n_incidents == 1
    assert perf_counter() - began < 5


def test_no_rows_are_no_incidents() -> None:
    assert group_reports(busy(5).iloc[:0]).n_incidents == 0


def test_rule_and_columns_amiss_are_refused() -> None:
    with pytest.raises(SchemaError, match="at least 0"):
        RepeatRule(metres=-1)
    with pytest.raises(SchemaError, match="less than 60 minutes"):
        RepeatRule(span_hours=0.5)
    rows = {name: list(column) for name, column in reports((0, 0, "a")).items()}
    rows["time_from"] = np.array(rows["time_from"], dtype="datetime64[us]")
    with pytest.raises(SchemaError, match="not equally long"):
        group_reports(rows | {"x_m": [0.0, 1.0]})
