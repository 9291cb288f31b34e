"""What does one file hold, and how are the next ones read while it is being stored?"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from data.contents import contents_of
from data.errors import FileRefusedError, UnknownColumnsError
from data.interpretation.interpret import interpret
from data.lake import Key, RawFile
from data.profiles import known as known_profiles
from data.profiles.personal import is_personal, personal_values
from data.readers.findings import shortened
from data.readers.kinds import check_name, is_street_file
from data.readers.police_uk import read_street_file
from data.readers.sheets import read_sheet
from data.readers.text import read_text
from data.registers import kinds as register_kinds
from data.registers.fields import heading_words
from data.registers.reading import read_register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor, Future

    from data.contents import Contents
    from data.desk import Desk
    from data.profiles.model import Profile
    from data.readers.opening import Member
    from data.readers.rows import FileRows
    from data.readers.tidying import Sheet
    from data.registers.fields import RegisterKind
    from data.registers.reading import RegisterRows

READERS: Final = 2
"""Threads that read files; most of the work is done outside Python's lock."""

_START: Final = 1 << 16
_REGISTER_HEADINGS: Final = frozenset(
    name for kind in register_kinds.KINDS for one in kind.fields for name in one.names
)
_ID_DIGITS: Final = 16
FEWEST_KNOWN: Final = 2
"""Known headings of a row of which only one is a word."""

_NO_HEADING: Final = re.compile(
    r"^[-+]?[0-9.,/:T -]*[0-9]{1,2}[-/.:,][0-9][0-9.,/:TZ -]*$|[0-9]{5}|@|"
    r"^(?!(19|20)[0-9]{2}$)[0-9]+$"
)
"""What no heading is: a date, a time, a number (but for a year), five digits, an address."""
LONGEST_HEADING: Final = 60


@dataclass(frozen=True, eq=False)
class ReadFile:
    """One file as read: its rows, ready to be stored by source, provider and month."""

    raw: RawFile
    found: FileRows
    contents: Mapping[Key, Contents]
    batch_id: str = ""
    epoch: str = ""
    left_out: int = 0
    """Totals and footers, which are no rows of the table."""


@dataclass(frozen=True, eq=False)
class ReadRegister:
    """One file of a register as read: no incidents, but cameras, teams and the like."""

    raw: RawFile
    kind: RegisterKind
    sheet: Sheet
    batch_id: str
    rows: RegisterRows | None
    """None for a list of reference points, which is read where it is stored."""


AnyRead = ReadFile | ReadRegister


def read_ahead(
    pool: Executor, members: Sequence[Member], read: Callable[[Member], AnyRead]
) -> Iterator[tuple[Member, Future[AnyRead]]]:
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


def read_file(member: Member, desk: Desk, step: Callable[[str], None] = lambda _: None) -> AnyRead:
    """Return the rows of a file, by the reader that fits its headings.

    Parameters
    ----------
    step
        Told which of ``data.interpretation.context.STEPS`` begins.

    Raises
    ------
    FileRefusedError, FileSkippedError
        Where the content must not be loaded.
    UnknownColumnsError
        Where nobody has said what its columns hold.
    """
    check_name(member.name)
    content = member.read()
    raw = RawFile(member.name, hashlib.sha256(content).hexdigest())
    if _starts_as_street_file(content):
        text = read_text(content, is_street_file)
        _check_rows(text.rows_read)
        return prepared(raw, read_street_file(text, now=desk.now))
    step("reading the table")
    sheet = read_sheet(member.name, content, heading_score=_score(desk), sheet=desk.sheet)
    del content  # it may be large, and is not needed any longer
    found = _of_known_columns(raw, sheet, desk)
    if found is not None:
        return found
    profile = desk.profile_for(sheet.text.columns)
    if profile is None:
        raise _unknown(sheet.text.columns)
    _check_rows(sheet.rows_read)
    sheet = replace(sheet, text=sheet.text.only(profile.columns.values()))
    return read_by_profile(raw, sheet, profile, desk, step)


def _check_rows(rows: int) -> None:
    if not rows:
        message = "The file holds column headings and no rows."
        raise FileRefusedError(message, "Its month counts as no data. Download it again.")


def _starts_as_street_file(content: bytes) -> bool:
    """Return whether one of the first lines holds the headings of a street-level file."""
    start = content[:_START].decode("utf-8-sig", errors="replace")
    lines = [line for line in start.splitlines()[:30] if "," in line and '"' not in line]
    return any(is_street_file([cell.strip() for cell in row]) for row in csv.reader(lines))


def _score(desk: Desk) -> Callable[[Sequence[str]], int]:
    """Return what says how many known headings a row of cells holds."""

    def known(cells: Sequence[str]) -> int:
        registers = sum(heading_words(cell) in _REGISTER_HEADINGS for cell in cells if cell)
        return max(known_profiles.heading_score(cells), registers)

    def score(cells: Sequence[str]) -> int:
        named = desk.heading_score(cells)
        if len(cells) > 1 and not _are_headings(known, cells):
            return named
        return max(known(cells), named)

    return score


def _are_headings(known: Callable[[Sequence[str]], int], cells: Sequence[str]) -> bool:
    """Return whether known words make a row of headings.

    Letters such as X, Y, N and E are headings beside others; alone they are answers in a row.
    """
    words = known([cell for cell in cells if len(cell) > 1])
    return words > 1 or (words == 1 and known(cells) > FEWEST_KNOWN)


def _of_known_columns(raw: RawFile, sheet: Sheet, desk: Desk) -> AnyRead | None:
    """Return the rows of a street-level file or a register; None for a table of incidents."""
    headings = sheet.text.columns
    if is_street_file(headings):
        _check_rows(sheet.text.rows_read)
        return prepared(raw, read_street_file(sheet.text, now=desk.now))
    kind = register_kinds.recognise(headings) if desk.mapping is None else None
    if kind is None:
        return None
    batch_id = f"{raw.sha256[:_ID_DIGITS]}-{kind.key}"
    answers = desk.register_answers(batch_id)
    rows = (
        None
        if kind.points
        else read_register(sheet.text, kind, now=desk.now, area=desk.area, answers=answers)
    )
    return ReadRegister(raw, kind, sheet, batch_id, rows)


def read_by_profile(
    raw: RawFile,
    sheet: Sheet,
    profile: Profile,
    desk: Desk,
    step: Callable[[str], None] = lambda _: None,
) -> ReadFile:
    """Return the incidents of a table that is read by a profile.

    Raises
    ------
    FileRefusedError
        Where a column that the profile names comes twice.
    """
    _check_once(sheet.text.columns, profile)
    batch_id = f"{raw.sha256[:_ID_DIGITS]}-{profile.key}"
    context = replace(desk.context(profile, batch_id), step=step)
    found = interpret(sheet, profile, context, batch=batch_id)
    epoch = sheet.text.excel_epoch.isoformat()
    return ReadFile(raw, found, {}, batch_id, epoch, len(sheet.dropped))


def _check_once(headings: Sequence[str], profile: Profile) -> None:
    found = Counter(heading.strip().casefold() for heading in headings)
    for heading in profile.columns.values():
        if found[heading.strip().casefold()] > 1:
            message = f"The column {heading} comes twice."
            raise FileRefusedError(message, "Rename or remove the one that is not meant.")


def _unknown(headings: Sequence[str]) -> FileRefusedError:
    """Return the fault of a table that nobody knows, with its headings if that is what they are."""
    if any(_NO_HEADING.search(name) or len(name) > LONGEST_HEADING for name in headings):
        message = "The table has no column headings: its first row holds values."
        return FileRefusedError(message, "Put the column headings above the first record.")
    said = personal_values(pa.array(headings, pa.string()))[0]
    named = [name for name, personal in zip(headings, said, strict=True) if name and not personal]
    shown = tuple(shortened(name) for name in named if not is_personal(name))
    refused = tuple(shortened(name) for name in named if is_personal(name))
    message = f"Nobody has said yet what the {len(headings)} columns of this table hold."
    hint = "Say it once on the Data page (or with --columns); it is remembered."
    return UnknownColumnsError(message, hint, shown, refused)


def prepared(raw: RawFile, found: FileRows) -> ReadFile:
    """Return rows as found together with what describes them."""
    contents = {batch.key: contents_of(batch.table) for batch in found.batches}
    batches = tuple(replace(batch, table=contents[batch.key].rows) for batch in found.batches)
    return ReadFile(raw, replace(found, batches=batches), contents)
