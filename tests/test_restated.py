"""What is said when a later extract changes past records, and of a month that is not whole?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from data.desk import Desk
from data.engines.embedded import EmbeddedEngine
from data.ingest import load_files
from data.lake import Lake

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HEAD = "Log No,Date Time Created,NSIR Closing,Easting,Northing,Status"
FIRST = (
    "L1,03/04/2026 10:00,ASB - Noise,330700,436300,",
    "L2,04/04/2026 11:00,ASB - Noise,330800,436200,",
    "L3,05/04/2026 12:00,ASB - Noise,330900,436100,",
)
AGAIN = (
    "L1,03/04/2026 10:00,ASB - Street drinking,330700,436300,",
    "L2,04/04/2026 11:00,ASB - Noise,330800,436200,Cancelled",
    "L3,05/04/2026 12:00,ASB - Noise,330900,436100,",
    "L4,06/04/2026 13:00,ASB - Noise,330900,436100,",
)


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


def load(lake: Lake, *rows: str):
    content = "\n".join((HEAD, *rows, "")).encode()
    return load_files(lake, EmbeddedEngine(lake), [("log.csv", content)], Desk(NOW))


def rule(report, code: str):
    return [one for one in report.rules if one.code == code]


def test_rule_d05_says_how_many_past_records_changed_and_how(lake):
    load(lake, *FIRST)
    report = load(lake, *AGAIN)
    assert (report.compared.new, report.compared.changed, report.compared.same) == (1, 2, 1)
    assert report.compared.restated == ("2026-04",)
    (found,) = rule(report, "D05")
    expected = "Since the last load 2 past records changed (1 reclassified, 1 cancelled)."
    assert found.message == expected
    assert report.months_replaced == ("2026-04",)


def test_cancelled_records_are_kept_and_counted_no_more(lake):
    load(lake, *FIRST)
    load(lake, *AGAIN)
    held = lake.manifest().partitions.values()
    assert sum(part.rows for part in held) == 4
    points = EmbeddedEngine(lake).count_points((-4, 53, -2, 55))
    assert points["n"].sum() == 3


def test_rule_d05_says_nothing_when_nothing_changed(lake):
    load(lake, *FIRST)
    assert rule(load(lake, *FIRST), "D05") == []


def test_rule_m01_says_which_month_looks_incomplete(lake):
    rows = [
        f"L{day}-{n},{day:02d}/09/2026 1{n}:00,ASB - Noise,330700,436300,"
        for day in range(1, 12)
        for n in range(3)
    ]
    (found,) = rule(load(lake, *rows), "M01")
    assert found.rows == 33
    assert found.message.startswith("September 2026 of Police incident logs looks incomplete")
    assert "days 1 to 11" in found.message
    supplied = EmbeddedEngine(lake).coverage()
    assert supplied["partial"].tolist() == [True]


def test_rule_m01_leaves_a_whole_month_and_a_thin_one_alone(lake):
    whole = [f"W{day},{day:02d}/08/2026 10:00,ASB - Noise,330700,436300," for day in range(1, 32)]
    assert rule(load(lake, *whole), "M01") == []
    assert rule(load(lake, "T1,09/07/2026 10:00,ASB - Noise,330700,436300,"), "M01") == []
