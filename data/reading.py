"""What does one file hold, and how are the next ones read while it is being stored?"""

from __future__ import annotations

import hashlib
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from data.contents import contents_of
from data.errors import FileRefusedError
from data.lake import Key, RawFile
from data.readers.kinds import check_name, is_street_file
from data.readers.police_uk import read_street_file
from data.readers.spreadsheet import read_workbook
from data.readers.table import TableMapping, read_table
from data.readers.text import TextTable, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor, Future
    from datetime import datetime

    from data.contents import Contents
    from data.readers.opening import Member
    from data.readers.rows import FileRows

READERS: Final = 2
"""Threads that read files; most of the work is done outside Python's lock."""

_HEADINGS_SHOWN: Final = 6
_NAME_COLUMNS: Final = (
    "Load street-level files of data.police.uk, or name the columns of this table."
)


@dataclass(frozen=True, eq=False)
class ReadFile:
    """One file as read: its rows, ready to be stored by source, provider and month."""

    raw: RawFile
    found: FileRows
    contents: Mapping[Key, Contents]


def read_ahead(
    pool: Executor, members: Sequence[Member], read: Callable[[Member], ReadFile]
) -> Iterator[tuple[Member, Future[ReadFile]]]:
    """Give each file in order, with its rows to come.

    At most two files are in memory at a time: the one in use, and the one that is read meanwhile.
    """
    rest = iter(members)
    begun = deque((member, pool.submit(read, member)) for member in islice(rest, READERS))
    while begun:
        yield begun.popleft()
        begun.extend((member, pool.submit(read, member)) for member in islice(rest, 1))


@contextmanager
def lean_memory() -> Iterator[None]:
    """Let Arrow take memory from the allocator that gives most of it back, if this build has it.

    Over 28 files, read by two threads, the process then grows by 80 MB less.
    """
    if "jemalloc" not in pa.supported_memory_backends():
        yield
        return
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.jemalloc_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def read_file(member: Member, mapping: TableMapping | None, now: datetime) -> ReadFile:
    """Return the rows of a file, by the reader that fits its headings.

    Raises
    ------
    FileRefusedError, FileSkippedError
        Where the content must not be loaded.
    """
    check_name(member.name)
    content = member.read()
    raw = RawFile(member.name, hashlib.sha256(content).hexdigest())
    return prepared(raw, _rows(content, mapping, now))


def prepared(raw: RawFile, found: FileRows) -> ReadFile:
    """Return rows as found together with what describes them."""
    contents = {batch.key: contents_of(batch.table) for batch in found.batches}
    batches = tuple(replace(batch, table=contents[batch.key].rows) for batch in found.batches)
    return ReadFile(raw, replace(found, batches=batches), contents)


def _rows(content: bytes, mapping: TableMapping | None, now: datetime) -> FileRows:
    """Return the incidents of a file by the reader that fits its headings."""
    text = _text(content, mapping)
    street = is_street_file(text.columns)
    if not text.rows_read:
        message = "The file holds column headings and no rows."
        raise FileRefusedError(message, "Its month counts as no data. Download it again.")
    if street:
        return read_street_file(text, now=now)
    if mapping is not None:
        return read_table(text, mapping, now=now)
    shown = ", ".join(repr(name[:30]) for name in text.columns[:_HEADINGS_SHOWN])
    message = f"The columns are not those of a street-level file: row 1 holds {shown}."
    raise FileRefusedError(message, _NAME_COLUMNS)


def _text(content: bytes, mapping: TableMapping | None) -> TextTable:
    def is_heading(cells: Sequence[str]) -> bool:
        return is_street_file(cells) or (mapping is not None and mapping.is_heading(cells))

    if not content.startswith(b"PK\x03\x04"):
        return read_text(content, is_heading)
    if mapping is None:
        message = "This is an Excel workbook."
        raise FileRefusedError(message, _NAME_COLUMNS)
    return read_workbook(content, is_heading, mapping.sheet)
