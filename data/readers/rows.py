"""What does a reader hand on: rows by provider and month, and the rows it refused?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.incidents import INCIDENT_SCHEMA, LATER_COLUMNS
from data.profiles.personal import without_words
from data.readers.findings import shortened
from geo.schema import MONTH, PROVIDER, SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.profiles.model import Profile
    from data.readers.findings import Finding, HeldRow, MarkedRow

MOST_LISTED: Final = 10_000
"""Refused rows that are listed for a file; the total is always said."""


@dataclass(frozen=True)
class BadRow:
    """One row that cannot be loaded. ``row`` counts the column headings as row 1."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class BadRows:
    """The rows of a file that cannot be loaded, in the order of the file."""

    total: int = 0
    listed: tuple[BadRow, ...] = ()


@dataclass(frozen=True)
class Batch:
    """The rows of one source, provider and month, all of them kept.

    ``fixed`` counts those whose swapped coordinates were put right.
    """

    source: str
    provider: str
    month: str
    table: pa.Table
    fixed: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """Source, provider, month."""
        return self.source, self.provider, self.month


@dataclass(frozen=True)
class FileRows:
    """What a reader found: read = rows of the batches + held + dropped + refused.

    Attributes
    ----------
    month_heading
        Heading of the column that the month of a row was read from.
    rows_held, held
        How many rows wait for a person, and the first of them.
    findings, marked
        What each rule found, and the first rows that rules met.
    staged
        The columns that were read, by field, as text, so that the file can be interpreted again;
        None where nothing can be asked or undone. Nothing personal, no refused row.
    profile
        How the file was read; None for street-level files.
    """

    rows_read: int
    batches: tuple[Batch, ...]
    rows_dropped: int = 0
    bad: BadRows = field(default_factory=BadRows)
    notes: tuple[str, ...] = ()
    month_heading: str = "Month"
    rows_held: int = 0
    held: tuple[HeldRow, ...] = ()
    findings: tuple[Finding, ...] = ()
    marked: tuple[MarkedRow, ...] = ()
    staged: pa.Table | None = None
    profile: Profile | None = None


class RowCheck:
    """Collect which rows of a file cannot be loaded; a row's first reason counts.

    Parameters
    ----------
    numbers
        Row number in the file of each row of the table, shape (rows,).
    already
        Rows that could not even be put into the table.
    """

    def __init__(self, numbers: NDArray[np.int64], already: Sequence[BadRow] = ()) -> None:
        self.numbers = numbers
        self.sound: NDArray[np.bool_] = np.ones(len(numbers), dtype=np.bool_)
        self._total = len(already)
        self._listed = list(already[:MOST_LISTED])

    def refuse(self, where: NDArray[np.bool_], column: str, values: pa.Array, reason: str) -> None:
        """Refuse the rows of the mask that are still sound, for ``reason``."""
        positions = np.flatnonzero(where & self.sound)
        if not len(positions):
            return
        self.sound[positions] = False
        self._total += len(positions)
        listed = positions[:MOST_LISTED]
        shown = without_words(pc.take(values, pa.array(listed))).to_pylist()
        for position, value in zip(listed, shown, strict=True):
            row = BadRow(int(self.numbers[position]), column, shortened(value), reason)
            self._listed.append(row)

    def result(self) -> BadRows:
        """Return the refused rows in the order of the file."""
        ordered = sorted(self._listed, key=lambda bad: bad.row)
        return BadRows(self._total, tuple(ordered[:MOST_LISTED]))


def split_by_month(table: pa.Table, fixed: NDArray[np.bool_]) -> tuple[Batch, ...]:
    """Return the rows of each source, provider and month, in order.

    Parameters
    ----------
    table
        Canonical incidents, of ``INCIDENT_SCHEMA``.
    fixed
        Which rows had swapped coordinates, shape (rows,).
    """
    names = [SOURCE, PROVIDER, MONTH]
    values = [pc.unique(table[name]).to_pylist() for name in names]
    if all(len(found) == 1 for found in values):
        source, provider, month = (found[0] for found in values)
        return (Batch(source, provider, month, table, int(fixed.sum())),)
    groups = table.select(names).group_by(names).aggregate([]).to_pylist()
    ordered = sorted((group[SOURCE], group[PROVIDER], group[MONTH]) for group in groups)
    batches = []
    for key in ordered:
        mask = np.ones(table.num_rows, dtype=np.bool_)
        for name, value in zip(names, key, strict=True):
            mask &= pc.equal(table[name], value).to_numpy()
        batches.append(Batch(*key, table.filter(pa.array(mask)), int(fixed[mask].sum())))
    return tuple(batches)


def incident_table(columns: dict[str, pa.Array]) -> pa.Table:
    """Return columns as canonical incidents, in the order and types of the schema.

    Later columns may be left out: they are blank then.
    """
    rows = len(columns[MONTH])
    blank = pa.repeat("", rows)
    arrays = [
        (columns.get(item.name, blank) if item.name in LATER_COLUMNS else columns[item.name]).cast(
            item.type
        )
        for item in INCIDENT_SCHEMA
    ]
    return pa.table(arrays, schema=INCIDENT_SCHEMA)
