"""Does each rule about coverage keep what was not supplied from looking like a fall?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from data.engines.protocol import PARTIAL
from data.jobs.counts import area_reports
from data.jobs.coverage import area_status, coverage
from data.jobs.imports import import_files
from geo.periods import SOURCE_BREAKS
from geo.schema import POLICE_UK
from tests.places import ANALYST, MIDDLE, Reports, add_town, store, workspace
from tests.tables import CASE


@pytest.fixture
def ws(tmp_path):
    ws = workspace(tmp_path / "home", datetime(2026, 11, 21, 9, tzinfo=UTC))
    add_town(
        ws, tmp_path / "files", events="date_from,kind,title\n2026-09-01,recording,New system\n"
    )
    yield ws
    ws.close()


def cases(month: int, days: int) -> list[str]:
    return [
        f"{month:02d}{day:02d}{n},{day:02d}/{month:02d}/2026,Graffiti,53.0,-5.02"
        for day in range(1, days + 1)
        for n in range(20)
    ]


def test_rule_m01_part_of_a_month_counts_as_not_seen(ws):
    rows = [*cases(8, 31), *cases(9, 30), *cases(10, 11)]
    import_files(ws, ANALYST, [("cases.csv", "\n".join([CASE, *rows]).encode())], "quaytown")
    months = ws.engine.coverage().set_index("month")[PARTIAL]
    assert months.to_dict() == {"2026-08": False, "2026-09": False, "2026-10": True}
    view = coverage(ws, ANALYST, "quaytown")
    assert dict(view.months) == {"2026-08": True, "2026-09": True, "2026-10": False}
    assert "No data for October 2026" in view.sentence


def test_rule_m02_months_that_nobody_supplied_are_no_data(ws):
    rows = [*cases(7, 31), *cases(9, 30)]
    content = "\n".join([CASE, *rows]).encode()
    report = import_files(ws, ANALYST, [("cases.csv", content)], "quaytown")
    assert report.months_missing == ("2026-08",)
    assert [one.message for one in report.rules if one.code == "M02"] == [
        "No data for August 2026: never zero."
    ]
    reports = area_reports(ws, "quaytown")
    observed = dict(zip(reports.periods, reports.observed, strict=True))
    assert (observed["2026-08"], observed["2026-09"]) == (False, True)


@pytest.mark.parametrize(
    ("month", "age", "stale"),
    [("2026-10", "(21 days old)", "fresh"), ("2026-09", "(52 days old)", "amber"),
     ("2026-07", "(113 days old)", "red")],
)  # fmt: skip
def test_rule_m03_old_data_say_how_old_they_are(ws, month, age, stale):
    store(ws, [Reports(MIDDLE, month, 3)], source="council", provider="Council")
    status = area_status(ws, ANALYST, "quaytown")
    assert (status.age_words, status.stale) == (age, stale)


def test_rule_m04_changes_of_recording_stand_beside_trends(ws):
    assert [event.title for event in ws.area("quaytown").events] == ["New system"]
    assert [one.month for one in SOURCE_BREAKS[POLICE_UK]] == ["2022-07"]
