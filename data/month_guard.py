"""Would a few stray rows of a file replace a whole month?

Rule
----
Where a file holds rows of several months of one source and provider, a month that is not the
file's largest, is held already, and would come to less than half of the rows held, is *not
replaced*: its rows are refused. Where two months of the file are equally large, none of them is its
largest. A file of one month replaces that month whatever its size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from data.readers.rows import MOST_LISTED, BadRow, BadRows, Batch, FileRows
from geo.periods import month_words
from geo.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from data.lake import Key

LEAST_SHARE: Final = 0.5
"""Rows of a month supplied again, as a share of the rows held, below which it is suspect."""


@dataclass(frozen=True)
class KeptMonth:
    """A month that stays as it is held, because a file holds only stray rows of it."""

    key: Key
    held: int
    strays: int


def without_strays(
    found: FileRows, rows_held: Callable[[Key], int]
) -> tuple[FileRows, tuple[KeptMonth, ...]]:
    """Return a file's rows with the stray ones refused, and the months that stay as they are.

    Parameters
    ----------
    found
        Rows as read.
    rows_held
        How many rows are held of a source, provider and month.
    """
    strays = [batch for batch in found.batches if _is_stray(batch, found.batches, rows_held)]
    if not strays:
        return found, ()
    kept = tuple(
        KeptMonth(batch.key, rows_held(batch.key), batch.table.num_rows) for batch in strays
    )
    refused = [
        bad
        for batch, month in zip(strays, kept, strict=True)
        for bad in _refused(batch, month, found.month_heading)
    ]
    kept_keys = {month.key for month in kept}
    sound = tuple(batch for batch in found.batches if batch.key not in kept_keys)
    bad = _with(found.bad, sum(month.strays for month in kept), refused)
    return replace(found, batches=sound, bad=bad), kept


def _is_stray(batch: Batch, batches: Sequence[Batch], rows_held: Callable[[Key], int]) -> bool:
    others = [
        other.table.num_rows
        for other in batches
        if other is not batch and other.key[:2] == batch.key[:2]
    ]
    rows: int = batch.table.num_rows
    return rows <= max(others, default=0) and rows < LEAST_SHARE * rows_held(batch.key)


def _refused(batch: Batch, month: KeptMonth, heading: str) -> list[BadRow]:
    reason = (
        f"Would replace {month.held:,} rows of {month_words(batch.month)} by {month.strays:,};"
        " supply that month's whole file."
    )
    numbers = batch.table[SOURCE_ROW].slice(0, MOST_LISTED).to_pylist()
    return [BadRow(row, heading, batch.month, reason) for row in numbers]


def _with(bad: BadRows, total: int, refused: list[BadRow]) -> BadRows:
    ordered = sorted([*bad.listed, *refused], key=lambda row: row.row)
    return BadRows(bad.total + total, tuple(ordered[:MOST_LISTED]))
