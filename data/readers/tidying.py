"""What of a table is a record, once totals, merged cells and words for nothing are dealt with?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.readers.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from data.readers.text import TextTable
    from data.rules import RowResult

TOTAL_WORDS: Final = r"^(?i:grand total|sub-?total|total|source|printed|count)\b"
"""Start of the first value of a row that is no record."""

MISSING_WORDS: Final = frozenset(
    {"null", "n/a", "na", "none", "nan", "-", "--", "\u2013", "\u2014"}
    | {"#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!"}
)
"""Values that mean that nothing was entered, in lower case."""

WIDE: Final = 4
"""Columns from which on a row with a single value is no record."""

_LONGEST_MISSING: Final = 12
_EXPORTED_MERGED: Final = frozenset({"month", "ward", "day", "district", "beat", "week"})
_MOSTLY: Final = 0.6
_NEVER_FILLED: Final = frozenset(
    {"easting", "eastings", "northing", "northings", "x", "y", "lat", "latitude", "lon", "long"}
    | {"lng", "longitude", "grid", "coordinate", "coordinates", "ref", "refs", "reference"}
    | {"number", "no", "num", "log", "id", "date", "time", "datetime", "created", "received"}
    | {"from", "to", "uprn", "usrn", "urn", "postcode", "code"}
)
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_NO_BREAK: Final = "\u00a0"


@dataclass(frozen=True)
class Merged:
    """Cells of one column that were merged: row numbers in the file, the column from 0."""

    first_row: int
    last_row: int
    column: int


@dataclass(frozen=True, eq=False)
class Found:
    """A table as it stands in a file, before anything is taken out.

    Attributes
    ----------
    text
        The rows below the headings, not yet trimmed.
    heading_row
        Row number of the headings in the file; 0 where the file has no such row.
    footers
        Row numbers of totals and footers that were met while reading.
    merged
        Merged cells; None where the kind of file cannot say.
    findings
        What was found while reading.
    encoding
        "utf-8", "utf-16" or "cp1252" for text; "" for other kinds.
    sheet, sheets
        Name of the sheet that was read, and of all that may be.
    sparse_rows
        Whether a row may have a single value, as places without attributes do.
    """

    text: TextTable
    heading_row: int
    footers: tuple[int, ...] = ()
    merged: tuple[Merged, ...] | None = None
    findings: tuple[Finding, ...] = ()
    encoding: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    sparse_rows: bool = False


@dataclass(frozen=True, eq=False)
class Sheet:
    """One table of a file, ready for the rules about its columns.

    Attributes
    ----------
    text
        The records: trimmed, with "" for what is missing, without blank rows and totals.
    dropped
        Row numbers of totals, footers and rows with next to nothing in them.
    heading_row
        Row number of the headings in the file; 0 where the file has no such row.
    filled
        Heading of each column in which merged cells were filled, with the rows, shape (rows,).
    findings
        What the rules about files found; never with a value of a cell.
    encoding
        "utf-8", "utf-16" or "cp1252" for text; "" for other kinds.
    sheet, sheets
        Name of the sheet or layer that was read, and of all that may be.

    Notes
    -----
    Names of sheets are shown to the analyst who loads the file, and stored nowhere.
    """

    text: TextTable
    dropped: tuple[int, ...] = ()
    heading_row: int = 1
    filled: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    encoding: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    @property
    def rows_read(self) -> int:
        """Rows with any value: kept, with too few or too many values, and dropped."""
        return self.text.rows_read + len(self.dropped)


def tidied(found: Found, heading_score: Callable[[Sequence[str]], int]) -> Sheet:
    """Return the records of a table as found, with what was done to get them."""
    work = _Work(found, heading_score)
    del found  # so that the values as they stood need no memory any longer
    work.trim()
    work.drop(work.totals())
    work.clear_missing()
    work.fill()
    if not work.found.sparse_rows and len(work.columns) >= WIDE:
        work.drop(work.values_a_row() < 2)  # noqa: PLR2004 - "fewer than two values"
    return work.result()


class _Work:
    """The columns of a table while rows are taken out and cells filled."""

    def __init__(self, found: Found, heading_score: Callable[[Sequence[str]], int]) -> None:
        self.names = found.text.table.column_names
        self.columns = [_whole(column) for column in found.text.table.columns]
        self.found = replace(found, text=replace(found.text, table=pa.table({})))
        self.heading_score = heading_score
        self.numbers = found.text.numbers
        self.dropped = list(found.footers)
        self.no_break: dict[int, NDArray[np.bool_]] = {}
        self.missing: dict[int, NDArray[np.bool_]] = {}
        self.filled: dict[int, NDArray[np.bool_]] = {}

    def label(self, position: int) -> str:
        """Return the heading of a column if it is known, else only where the column stands."""
        heading = self.found.text.columns[position]
        known = heading.casefold() in _EXPORTED_MERGED or self.heading_score([heading]) > 0
        return heading if known else ""

    def shown(self, position: int) -> str:
        """Return words for a column that may stand in a sentence."""
        return self.label(position) or str(position + 1)

    def trim(self) -> None:
        """Trim every value, and leave out the rows without any."""
        for position, raw in enumerate(self.columns):
            trimmed = pc.utf8_trim_whitespace(raw)
            self.columns[position] = trimmed
            if not pc.all(pc.string_is_ascii(raw), min_count=0).as_py():
                unseen = _mask(pc.match_substring(raw, _NO_BREAK)) & (_lengths(trimmed) == 0)
                self.no_break[position] = unseen
        self.keep(self.values_a_row() > 0)

    def values_a_row(self) -> NDArray[np.int64]:
        """Return how many values each row has, shape (rows,)."""
        count = np.zeros(len(self.numbers), dtype=np.int64)
        for column in self.columns:
            count += _lengths(column) > 0
        return count

    def keep(self, where: NDArray[np.bool_]) -> None:
        """Leave out the rows that are not in the mask."""
        if where.all():
            return
        mask = pa.array(where)
        for position, column in enumerate(self.columns):
            self.columns[position] = column.filter(mask)
        self.numbers = self.numbers[where]
        for masks in (self.no_break, self.missing, self.filled):
            masks.update({position: old[where] for position, old in masks.items()})

    def drop(self, where: NDArray[np.bool_]) -> None:
        """Take out rows that are no records."""
        self.dropped += self.numbers[where].tolist()
        self.keep(~where)

    def totals(self) -> NDArray[np.bool_]:
        """Return which rows begin with a word for a total or a footer, shape (rows,)."""
        total = np.zeros(len(self.numbers), dtype=np.bool_)
        pending = np.arange(len(self.numbers))
        for column in self.columns:
            if not len(pending):
                break
            values = column if len(pending) == len(column) else column.take(pa.array(pending))
            total[pending] = _mask(pc.match_substring_regex(values, TOTAL_WORDS))
            pending = pending[_lengths(values) == 0]
        return total

    def clear_missing(self) -> None:
        """Turn words for nothing into nothing."""
        for position, column in enumerate(self.columns):
            words = _missing(column)
            if words.any():
                self.columns[position] = pc.if_else(pa.array(words), "", column)
            unseen = self.no_break.get(position)
            self.missing[position] = words if unseen is None else words | unseen

    def fill(self) -> None:
        """Fill the blanks that merged cells left below their value."""
        sources = self._exported() if self.found.merged is None else self._ranges(self.found.merged)
        for position, source in sources.items():
            blank = _lengths(self.columns[position]) == 0
            full = _lengths(self.columns[position].take(pa.array(source))) > 0
            filled = blank & full & (source != np.arange(len(source)))
            if filled.any():
                self.columns[position] = self.columns[position].take(
                    pa.array(np.where(filled, source, np.arange(len(source))))
                )
                self.filled[position] = filled

    def _ranges(self, merged: tuple[Merged, ...]) -> dict[int, NDArray[np.int64]]:
        """Return for each label column the row whose value each row takes, shape (rows,)."""
        sources: dict[int, NDArray[np.int64]] = {}
        filled_to: dict[int, int] = {}
        for cells in sorted(merged, key=lambda cells: (cells.first_row, cells.last_row)):
            headings = self.found.text.columns
            above = cells.first_row <= max(self.found.heading_row, filled_to.get(cells.column, 0))
            if above or cells.column >= len(headings) or not is_label(headings[cells.column]):
                continue
            filled_to[cells.column] = cells.last_row
            first, last = np.searchsorted(self.numbers, [cells.first_row, cells.last_row + 1])
            if first < last and self.numbers[first] == cells.first_row:
                source = sources.setdefault(cells.column, np.arange(len(self.numbers)))
                source[first:last] = first
        return sources

    def _exported(self) -> dict[int, NDArray[np.int64]]:
        """Return the same for a text file whose blanks can only come from merged cells."""
        sources = {}
        for position, heading in enumerate(self.found.text.columns):
            if heading.casefold() not in _EXPORTED_MERGED or self.missing[position].any():
                continue
            full = _lengths(self.columns[position]) > 0
            if not len(full) or not full[0] or np.mean(~full) <= _MOSTLY:
                continue
            labels = self.columns[position].filter(pa.array(full))
            if len(labels) > 1 and pc.count_distinct(labels).as_py() == len(labels):
                sources[position] = np.maximum.accumulate(np.where(full, np.arange(len(full)), 0))
        return sources

    def result(self) -> Sheet:
        """Return what is left, and what was done."""
        found, text = self.found, self.found.text
        findings = (*found.findings, *self._findings())
        return Sheet(
            text=replace(
                text, table=pa.table(self.columns, names=self.names), numbers=self.numbers
            ),
            dropped=tuple(sorted(self.dropped)),
            heading_row=found.heading_row,
            filled=MappingProxyType(
                {text.columns[position]: where for position, where in self.filled.items()}
            ),
            findings=findings,
            encoding=found.encoding,
            sheet=found.sheet,
            sheets=found.sheets,
        )

    def _findings(self) -> list[Finding]:
        findings = []
        if self.found.heading_row > 1:
            words = f"Column headings found on row {self.found.heading_row}."
            findings.append(Finding("F02", 0, "kept", words))
        for position, where in self.filled.items():
            count = counted(int(where.sum()), "blank cell")
            verb = "was" if where.sum() == 1 else "were"
            words = (
                f"We filled {count} that {verb} merged in Excel (column {self.shown(position)})."
            )
            findings.append(self._finding("F03", position, where, words))
        if self.dropped:
            count = counted(len(self.dropped), "total or blank row")
            first = min(self.dropped)
            findings.append(
                Finding("F04", len(self.dropped), "dropped", f"{count} ignored.", first)
            )
        for position, where in self.missing.items():
            if where.any():
                count = counted(int(where.sum()), "cell")
                verb = "says" if where.sum() == 1 else "say"
                words = (
                    f"{count} {verb} in words that nothing was entered (column"
                    f" {self.shown(position)}): treated as missing."
                )
                findings.append(self._finding("C03", position, where, words))
        return findings

    def _finding(self, code: str, position: int, where: NDArray[np.bool_], words: str) -> Finding:
        first = int(self.numbers[np.argmax(where)])
        result: RowResult = "fixed" if code == "F03" else "kept"
        return Finding(code, int(where.sum()), result, words, first, self.label(position))


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def is_label(heading: str) -> bool:
    """Return whether a column says where or when a record belongs, and is no place, time or number.

    Examples
    --------
    >>> is_label("Month"), is_label("Ward name"), is_label("Easting"), is_label("CrimeID")
    (True, True, False, False)
    """
    words = {word.casefold() for word in _WORDS.findall(heading)}
    return bool(words) and not words & _NEVER_FILLED


def is_footer(values: Sequence[str], columns: int) -> bool:
    """Return whether the values of a row are those of a total or a footer, and not of a record.

    Examples
    --------
    >>> is_footer(["", "Grand total", "19"], 3), is_footer(["Talbot", "19"], 3)
    (True, False)
    """
    filled = [value for value in values if value]
    if not filled:
        return False
    return bool(re.match(TOTAL_WORDS[1:], filled[0])) or (columns >= WIDE and len(filled) == 1)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _lengths(column: pa.Array) -> NDArray[np.int32]:
    lengths: NDArray[np.int32] = pc.binary_length(column).to_numpy(zero_copy_only=False)
    return lengths


def _mask(found: pa.Array) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return mask


def _missing(column: pa.Array) -> NDArray[np.bool_]:
    """Return which values are words for nothing, shape (rows,)."""
    lengths = _lengths(column)
    where = np.flatnonzero((lengths > 0) & (lengths <= _LONGEST_MISSING))
    found = np.zeros(len(lengths), dtype=np.bool_)
    if len(where):
        short = column if len(where) == len(column) else column.take(pa.array(where))
        coded = short.dictionary_encode()
        values = pc.utf8_trim_whitespace(pc.utf8_normalize(coded.dictionary, form="NFKC"))
        words = _mask(pc.is_in(pc.utf8_lower(values), pa.array(sorted(MISSING_WORDS))))
        found[where] = words[coded.indices.to_numpy()]
    return found
