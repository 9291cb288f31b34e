"""What do the screens and the command line show of an import, and of what waits for a person?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from data.readers.findings import Finding, HeldRow, MarkedRow
    from data.rules import RowResult

FileStatus = Literal["loaded", "unchanged", "skipped", "refused"]


@dataclass(frozen=True)
class RefusedRow:
    """One row that was not loaded, and why."""

    file: str
    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file: read = kept + fixed + held + dropped + refused."""

    file: str
    status: FileStatus
    message: str
    """What was found, where first, what to do."""
    rows_read: int = 0
    rows_kept: int = 0
    rows_dropped: int = 0
    rows_refused: int = 0
    rows_fixed: int = 0
    rows_held: int = 0
    batch_id: str = ""
    """Under which name it waits for answers; "" where nothing can be asked."""
    profile: str = ""
    """As what kind of file it was read."""
    headings: tuple[str, ...] = ()
    """Headings of a file of unknown kind, for a person to say what they hold."""
    personal: tuple[str, ...] = ()
    """Its headings that look personal: they are not offered."""


@dataclass(frozen=True)
class RuleOutcome:
    """What one rule found in the files of an import.

    ``row``, ``column`` and ``value`` are the first example, in ``file``.
    """

    code: str
    problem: str
    does: str
    rows: int
    result: RowResult
    message: str
    file: str
    row: int
    column: str
    value: str
    question: str


@dataclass(frozen=True)
class Compared:
    """What an import changed of rows that were held already, by reference."""

    new: int = 0
    changed: int = 0
    same: int = 0
    older: int = 0
    """Rows that did not replace what a later load holds."""
    restated: tuple[str, ...] = ()
    """Months of changed rows."""
    reclassified: int = 0
    """Of the changed rows, those that now have another type."""
    cancelled: int = 0
    """Of the changed rows, those that were cancelled since."""


@dataclass(frozen=True, eq=False)
class ImportReport:
    """What became of every row of an import: read = kept + fixed + held + dropped + refused."""

    area_id: str | None
    rows_read: int
    rows_kept: int
    rows_dropped: int
    rows_refused: int
    rows_no_location: int
    rows_outside_area: int | None
    """None without an area. Subsets of kept and fixed, like ``rows_no_location``."""
    rows_in_area: int | None
    rows_repeated_id: int
    """Kept: a Crime ID again in its month with other content."""
    rows_restated_id: int
    """Kept: a Crime ID again in another month."""
    rows_fixed: int
    """Counted after a change that can be undone."""
    months: tuple[str, ...]
    """Months in the files of this import."""
    months_missing: tuple[str, ...]
    """Gaps between the first and the last month of the data set."""
    months_replaced: tuple[str, ...]
    dataset_version: str
    changed: bool
    files: tuple[FileOutcome, ...]
    refused: tuple[RefusedRow, ...]
    notes: tuple[str, ...]
    rows_held: int = 0
    """Waiting for a person, and not counted."""
    rules: tuple[RuleOutcome, ...] = ()
    held: tuple[HeldRow, ...] = ()
    marked: tuple[MarkedRow, ...] = ()
    compared: Compared = Compared()


@dataclass(frozen=True)
class HeldGroup:
    """Rows of one load that wait for the same reason.

    Attributes
    ----------
    code, problem, question
        The rule, and what is asked.
    key
        For rule K01 the code that is not known.
    total
        How many rows wait for it; ``rows`` holds the first of them.
    can_accept, can_reject
        Whether there is a proposal, and whether the rows can be left as they are.
    field
        The field that a person can set, such as "t_reported"; "" where none can be.
    """

    code: str
    problem: str
    question: str
    key: str
    total: int
    rows: tuple[HeldRow, ...]
    can_accept: bool
    can_reject: bool
    field: str


@dataclass(frozen=True, eq=False)
class BatchView:
    """One load, with what waits in it."""

    batch_id: str
    file_name: str
    profile: str
    """What people call this kind of file."""
    imported_at: str
    """In British time."""
    counts: dict[RowResult, int]
    findings: tuple[Finding, ...]
    held: tuple[HeldRow, ...]
    answers: tuple[str, ...]
    """What was decided, one sentence each, in order."""
    accepted: str
    """Reason why the held rows may wait; "" where nobody gave one."""
    can_answer: bool
    """Whether its columns are still kept, so that something can be decided or undone."""
    agreement_ref: str
    groups: tuple[HeldGroup, ...] = ()
    """The rows that wait, by reason."""
