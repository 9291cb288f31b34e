"""Do a few stray rows leave a whole month as it is held?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from data.desk import Desk
from data.engines.embedded import EmbeddedEngine
from data.errors import NothingLoadedError
from data.ingest import load_files
from data.lake import Lake
from data.month_guard import without_strays
from data.readers.kinds import is_street_file
from data.readers.police_uk import read_street_file
from data.readers.table import TableMapping
from data.readers.text import read_text
from tests.street_files import FORCE, NOW, as_csv, asb_row, assert_conserved, crimes, street_row

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "British Transport Police"


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


def load(lake: Lake, *files, mapping=None):
    return load_files(lake, EmbeddedEngine(lake), files, Desk(NOW, mapping=mapping))


def street(name: str, rows) -> tuple[str, bytes]:
    return name, as_csv(rows)


def months_kept(rows, **held: int):
    """Return the months that stay as held, where so many rows of each force and month are held."""
    found = read_street_file(read_text(as_csv(rows), is_street_file), now=NOW)
    sound, kept = without_strays(found, lambda key: held.get(f"{key[1][:4]}_{key[2][5:]}", 0))
    rows_left = sum(batch.table.num_rows for batch in sound.batches)
    assert found.rows_read == rows_left + sound.rows_dropped + sound.bad.total
    assert sum(month.strays for month in kept) == sound.bad.total
    return [(month.key[1:], month.held, month.strays) for month in kept]


MAY, JUNE = crimes(4), crimes(6, month="2022-06", start=10)


def test_without_strays_keeps_a_month_when_less_than_half_of_it_comes():
    for held in (0, 4, 8):
        assert months_kept([*MAY, *JUNE], Lanc_05=held, Lanc_06=900) == []
    kept = months_kept([*MAY, *JUNE], Lanc_05=9, Lanc_06=900)
    assert kept == [((FORCE, "2022-05"), 9, 4)]


def test_without_strays_replaces_a_month_when_the_file_holds_no_other_of_the_force():
    others = [asb_row(Reported_by=OTHER, Month="2022-06")] * 9
    assert months_kept(MAY, Lanc_05=900) == []
    assert months_kept([*MAY, *others], Lanc_05=900, Brit_06=900) == []


def test_without_strays_keeps_both_months_when_they_are_equally_large():
    kept = months_kept([*MAY, *JUNE[:4]], Lanc_05=900, Lanc_06=901)
    assert kept == [((FORCE, "2022-05"), 900, 4), ((FORCE, "2022-06"), 901, 4)]
    assert months_kept([*MAY, *JUNE[:4]], Lanc_05=900) == [((FORCE, "2022-05"), 900, 4)]


def test_load_files_refuses_stray_rows_that_would_replace_a_held_month(lake):
    load(lake, street("may.csv", crimes(9)), street("april.csv", crimes(5, month="2022-04")))
    before = lake.manifest().partitions
    june = [*crimes(6, month="2022-06"), *crimes(4, start=90), *crimes(3, month="2022-04")]
    report = load(lake, street("june.csv", june))
    assert_conserved(report)
    assert (report.rows_kept, report.rows_refused) == (9, 4)
    assert (report.months, report.months_replaced) == (("2022-04", "2022-06"), ("2022-04",))
    after = lake.manifest().partitions
    assert after["police_uk", FORCE, "2022-05"] == before["police_uk", FORCE, "2022-05"]
    assert [part.rows for part in after.values()] == [3, 9, 6]
    assert {(row.file, row.column, row.value, row.reason) for row in report.refused} == {
        ("june.csv", "Month", "2022-05",
         "Would replace 9 rows of May 2022 by 4; supply that month's whole file.")
    }  # fmt: skip
    assert [row.row for row in report.refused] == [8, 9, 10, 11]
    assert report.notes[-1] == (
        f"May 2022, {FORCE}, was not replaced: june.csv holds 4 rows of it, 9 are held. Supply"
        " that month's whole file."
    )
    assert "Correct" not in report.files[0].message


def test_load_files_refuses_stray_rows_behind_a_month_of_the_same_import(lake):
    rows = [*crimes(3, month="2022-06"), *crimes(1, start=90)]
    report = load(lake, street("may.csv", crimes(9)), street("june.csv", rows))
    assert_conserved(report)
    assert (report.rows_kept, report.rows_refused) == (12, 1)
    other = Lake(lake.root.parent / "other")
    turned = load(other, street("june.csv", rows), street("may.csv", crimes(9)))
    assert_conserved(turned)
    assert (turned.rows_kept, turned.rows_dropped, turned.rows_refused) == (12, 1, 0)
    assert turned.dataset_version == report.dataset_version


def test_load_files_refuses_every_small_month_when_none_is_the_largest(lake):
    load(lake, street("may.csv", crimes(9)), street("june.csv", crimes(9, month="2022-06")))
    version = lake.version
    strays = [*crimes(2), street_row(Month="soon"), *crimes(2, month="2022-06")]
    with pytest.raises(NothingLoadedError, match="Would replace 9 rows of May 2022 by 2") as found:
        load(lake, street("strays.csv", strays))
    assert_conserved(found.value.report)
    assert (found.value.report.rows_refused, found.value.report.months) == (5, ())
    assert [row.row for row in found.value.report.refused] == [2, 3, 4, 5, 6]
    assert lake.version == version


def test_load_files_merges_rows_of_other_tables_and_takes_none_for_strays(lake):
    named = TableMapping(
        date="When", category="Type", lon="X", lat="Y", reference="Ref", provider="Council"
    )
    may = "".join(f"{n},14/05/2026,Noise,-3.05,53.81\n" for n in range(1, 6))
    load(lake, ("may.csv", f"Ref,When,Type,X,Y\n{may}".encode()), mapping=named.profile)
    rows = b"Ref,When,Type,X,Y\n9,14/06/2026,Noise,-3.05,53.81\n1,14/05/2026,Litter,-3.05,53.81\n"
    report = load(lake, ("june.csv", rows), mapping=named.profile)
    assert_conserved(report)
    assert (report.rows_refused, report.compared.new, report.compared.changed) == (0, 1, 1)
    held = [part.rows for part in lake.manifest().partitions.values()]
    assert held == [5, 1]


@pytest.mark.slow
def test_load_files_keeps_a_real_month_when_a_stray_row_of_it_comes(lake, shared: Path):
    (may,) = (shared / "data" / "police_uk").glob("*2022-05*.csv.gz")
    key = ("police_uk", FORCE, "2022-05")
    held = load(lake, may).rows_kept
    assert held > 10_000
    report = load(lake, shared / "fixtures" / "police_uk_messy.csv")
    assert_conserved(report)
    assert lake.manifest().partitions[key].rows == held
    assert report.months == ("2026-07",)
    assert (report.refused[0].value, report.rows_refused) == ("2022-05", 1)
    assert f"Would replace {held:,} rows of May 2022 by 1" in report.refused[0].reason
