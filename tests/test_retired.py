"""Do months that were deleted for good stay away?"""

from __future__ import annotations

from dataclasses import replace

from data.desk import Desk
from data.engines.embedded import EmbeddedEngine
from data.ingest import load_files
from data.lake import Lake
from data.readers.kinds import is_street_file
from data.readers.police_uk import read_street_file
from data.readers.text import read_text
from data.retired import without_retired
from tests.street_files import FORCE, NOW, as_csv, street_row


def two_months() -> bytes:
    return as_csv([street_row(Month="2022-04"), street_row(Month="2022-05")])


def test_without_retired_refuses_rows_of_deleted_months():
    found = read_street_file(read_text(two_months(), is_street_file), now=NOW)
    left = without_retired(found, {("police_uk", FORCE): "2022-05"})
    assert [batch.month for batch in left.batches] == ["2022-05"]
    assert left.bad.total == 1
    assert left.bad.listed[0].row == 2
    assert left.bad.listed[0].reason.startswith("April 2022 of")
    assert without_retired(found, {("police_uk", "Another"): "2022-05"}) is found


def test_load_files_never_brings_a_deleted_month_back(tmp_path):
    lake = Lake(tmp_path / "lake")
    desk = replace(Desk(NOW), retired={("police_uk", FORCE): "2022-05"})
    report = load_files(lake, EmbeddedEngine(lake), [("two.csv", two_months())], desk)
    assert (report.rows_read, report.rows_kept, report.rows_refused) == (2, 1, 1)
    assert [key[2] for key in lake.manifest().partitions] == ["2022-05"]
