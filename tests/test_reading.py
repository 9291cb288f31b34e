"""Are files read ahead in order, and few at a time?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from data.desk import Desk
from data.errors import FileRefusedError, FileSkippedError
from data.readers.opening import Member
from data.reading import READERS, lean_memory, read_ahead, read_file
from tests.street_files import FORCE, NOW, as_csv, asb_row, crimes


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
    found = read_file(member("may.csv", as_csv([*crimes(3), asb_row(), *crimes(1)])), Desk(NOW))
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
        read_file(member(name, content), Desk(NOW))


def test_lean_memory_puts_the_former_allocator_back(monkeypatch):
    before = pa.default_memory_pool().backend_name
    with pytest.raises(FileRefusedError), lean_memory():
        read_file(member("x.csv"), Desk(NOW))
    assert pa.default_memory_pool().backend_name == before
    monkeypatch.setattr(pa, "supported_memory_backends", lambda: ["system"])
    with lean_memory():
        assert pa.default_memory_pool().backend_name == before
