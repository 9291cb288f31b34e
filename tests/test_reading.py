"""Are files read ahead in order, few at a time, and are stray months told from whole ones?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from data.errors import FileRefusedError, FileSkippedError
from data.month_guard import without_strays
from data.readers.kinds import is_street_file
from data.readers.opening import Member
from data.readers.police_uk import read_street_file
from data.readers.text import read_text
from data.reading import READERS, lean_memory, read_ahead, read_file
from tests.street_files import FORCE, NOW, as_csv, asb_row, crimes

OTHER = "British Transport Police"


def member(name: str, content: bytes = b"") -> Member:
    return Member(name, lambda: content)


def test_read_ahead_gives_files_in_order_and_few_at_a_time():
    begun: list[str] = []

    def read(file: Member):
        begun.append(file.name)
        return file.name

    members = [member(f"{n}.csv") for n in range(7)]
    with ThreadPoolExecutor(READERS) as pool:
        for done, (file, coming) in enumerate(read_ahead(pool, members, read)):
            assert coming.result() == file.name == f"{done}.csv"
            assert len(begun) <= done + READERS
    assert sorted(begun) == [file.name for file in members]


def test_read_file_describes_what_will_be_stored():
    found = read_file(member("may.csv", as_csv([*crimes(3), asb_row(), *crimes(1)])), None, NOW)
    (batch,) = found.found.batches
    contents = found.contents[batch.key]
    assert batch.key == ("police_uk", FORCE, "2022-05")
    assert contents.rows is batch.table
    assert (contents.located, contents.with_reference, contents.repeated) == (4, 3, 0)
    assert (found.found.rows_dropped, len(contents.references)) == (1, 3)
    assert found.raw.name == "may.csv"


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [("x-outcomes.csv", b"", FileSkippedError), ("x.csv", b"a,b\n1,2\n", FileRefusedError)],
)
def test_read_file_says_why_when_it_reads_nothing(name, content, fault):
    with pytest.raises(fault):
        read_file(member(name, content), None, NOW)


def test_lean_memory_puts_the_former_allocator_back(monkeypatch):
    before = pa.default_memory_pool().backend_name
    with pytest.raises(FileRefusedError), lean_memory():
        read_file(member("x.csv"), None, NOW)
    assert pa.default_memory_pool().backend_name == before
    monkeypatch.setattr(pa, "supported_memory_backends", lambda: ["system"])
    with lean_memory():
        assert pa.default_memory_pool().backend_name == before


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
