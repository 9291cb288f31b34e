"""What does a text table hold: its headings, its values as text, and the row of each?"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from data.errors import FileRefusedError
from data.readers.dates import EXCEL_EPOCH
from data.readers.findings import Finding
from data.readers.headings import check_width, heading_row, no_headings
from data.readers.rows import BadRow
from data.readers.tidying import WIDE, Found, is_footer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date

    from numpy.typing import NDArray

HEADING_ROWS: Final = 30
"""Lines in which column headings are looked for."""

_DELIMITERS: Final = ",;\t|"
_WEB_PAGE: Final = re.compile(rb"\s*(<!doctype|<html|<head|<body|<\?xml|<script)", re.IGNORECASE)
_OTHER_KINDS: Final = {
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"PAR1": "a Parquet file",
    b"{": "JSON",
    b"[": "JSON",
}
_WIDEST: Final = 2_000
_LONGEST_HEADING_ROW: Final = 2**20
_MOST_LINES: Final = 100
_MOST_RAGGED: Final = 200_000
_ENCODINGS: Final = {"cp1252": "Windows-1252", "utf-16": "UTF-16"}


@dataclass(frozen=True, eq=False)
class TextTable:
    """A table whose values are all text, trimmed and never null.

    Attributes
    ----------
    columns
        Headings as supplied, trimmed.
    table
        One text column a heading, named by position: "0", "1", ...
    numbers
        Row number in the file of each row, shape (rows,); the headings' row is 1 at the top.
    ragged
        Rows with too few or too many values.
    notes
        What was done to read it, for the user.
    excel_epoch
        Day 0 of serial numbers among the values.
    broken_row
        First row with a value that runs over several lines; None without one.
    """

    columns: tuple[str, ...]
    table: pa.Table
    numbers: NDArray[np.int64]
    ragged: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
    excel_epoch: date = EXCEL_EPOCH
    broken_row: int | None = None

    def column(self, heading: str) -> pa.Array:
        """Return the values under a heading, whatever its case; it must be there."""
        names = [name.casefold() for name in self.columns]
        found = self.table.column(names.index(heading.casefold()))
        return found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()

    def only(self, headings: Collection[str]) -> TextTable:
        """Return the table with nothing under any other heading, which may be long or personal."""
        wanted = {heading.casefold() for heading in headings}
        blank = pa.repeat("", len(self.numbers))
        columns = [
            self.table.column(at) if heading.casefold() in wanted else blank
            for at, heading in enumerate(self.columns)
        ]
        return replace(self, table=pa.table(columns, names=self.table.column_names))

    @property
    def rows_read(self) -> int:
        """Rows with any value, those with too few or too many included."""
        return len(self.numbers) + len(self.ragged)


def read_text(content: bytes, is_heading: Callable[[Sequence[str]], bool]) -> TextTable:
    """Return the table in a text file.

    Parameters
    ----------
    content
        The file, unpacked; UTF-8 or Windows-1252, or UTF-16 with its mark.
    is_heading
        Whether a line, as trimmed values, holds the column headings. The first such line of 30 is
        taken, else the first line that is not blank.

    Raises
    ------
    FileRefusedError
        Where the content is empty or no table, or where a quotation mark is not closed.
    """
    check_is_text(content)
    text, notes = decoded(content)
    at, delimiter, columns = _headings(text, is_heading)
    if at:
        notes = (*notes, f"Column headings found on row {at + 1}.")
    table, numbers, ragged = _parsed(text, at, delimiter, len(columns))
    broken = _broken_row(table, numbers) if b'"' in text else None
    if broken is not None and text.count(b'"') % 2:
        raise open_quote(broken)
    found = TextTable(columns, table, numbers, tuple(ragged), notes, broken_row=broken)
    return _trimmed(found)


def find_in_text(content: bytes, heading_score: Callable[[Sequence[str]], int]) -> Found:
    """Return the table in a text file as it stands, below the best of its first rows.

    Parameters
    ----------
    content
        The file, unpacked; UTF-8 or Windows-1252, or UTF-16 with its mark.
    heading_score
        Number of known headings among the values of a row; 0 for none.

    Raises
    ------
    FileRefusedError
        Where the content is empty or no table, or where a quotation mark is not closed.

    Notes
    -----
    Row numbers count records from the top of the file: a value over several lines is one record.
    """
    check_is_text(content)
    text, notes = decoded(content)
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    head = _head(text)
    at, delimiter, columns = _best_headings([row for row, _ in head], heading_score)
    row = at + 1
    check_width(len(columns), row)
    width = len(columns) + _blank_at_the_end(head[at + 1 :], delimiter, len(columns))
    footers: list[int] = []
    found = _records(text, head[at][1], (row, delimiter, width), footers)
    table, numbers, ragged = _narrowed(*found, len(columns))
    broken = _broken_row(table, numbers) if b'"' in text else None
    if broken is not None:
        _check_quotes(text, table, numbers, delimiter)
    encoding, findings = _encoding(notes)
    read = TextTable(columns, table, numbers, ragged, notes, broken_row=broken)
    return Found(read, row, tuple(footers), findings=findings, encoding=encoding)


def _encoding(notes: tuple[str, ...]) -> tuple[str, tuple[Finding, ...]]:
    """Return how the text was read, with what the user is told of it."""
    said = " ".join(notes)
    encoding = next((code for code, name in _ENCODINGS.items() if name in said), "utf-8")
    if encoding == "utf-8":
        return encoding, ()
    return encoding, (Finding("F01", 0, "kept", f"We read this file as {_ENCODINGS[encoding]}."),)


def _head(text: bytes) -> list[tuple[str, int]]:
    """Return the first records as text, each with the position in the file where it ends."""
    records: list[tuple[str, int]] = []
    start = 0
    while len(records) < HEADING_ROWS and start < len(text):
        end = _record_end(text, start)
        line = text[start:end] if end - start <= _LONGEST_HEADING_ROW else b""
        records.append((line.decode("utf-8").strip("\r\n"), end))
        start = end
    return records


def _record_end(text: bytes, start: int) -> int:
    """Return where the record ends that begins at ``start``; a quoted value may hold lines."""
    end, quotes = start, 0
    for _ in range(_MOST_LINES):
        line_end = text.find(b"\n", end) + 1 or len(text)
        quotes += text.count(b'"', end, line_end)
        first = end == start
        end = line_end
        if first:
            first_end = line_end
        if quotes % 2 == 0:
            return end
        if end == len(text) or end - start > _LONGEST_HEADING_ROW:
            break
    return first_end


def _best_headings(
    records: Sequence[str], heading_score: Callable[[Sequence[str]], int]
) -> tuple[int, str, tuple[str, ...]]:
    """Return the position, the delimiter and the values of the record of column headings."""
    best: tuple[tuple[int, int, int], int, str, tuple[str, ...]] | None = None
    for delimiter in _DELIMITERS:
        rows = [_cells(record, delimiter) for record in records]
        if best is not None and not any(len(row) > 1 for row in rows):
            continue
        at, score = heading_row(rows, heading_score)
        if at is None:
            continue
        alike = sum(len(row) == len(rows[at]) for row in rows)
        rank = (score, alike if len(rows[at]) > 1 else 0, len(rows[at]))
        if best is None or rank > best[0]:
            best = (rank, at, delimiter, rows[at])
    if best is None:
        raise no_headings(HEADING_ROWS)
    return best[1:]


def _cells(record: str, delimiter: str) -> tuple[str, ...]:
    """Return the trimmed values of a record; none where it cannot be read as one."""
    if not record.strip():
        return ()
    if record.count(delimiter) >= _LONGEST_HEADING_ROW // 8:
        return ()
    try:
        return tuple(cell.strip() for cell in next(csv.reader([record], delimiter=delimiter)))
    except (csv.Error, StopIteration):
        return ()


def _records(
    text: bytes, start: int, shape: tuple[int, str, int], footers: list[int]
) -> tuple[pa.Table, NDArray[np.int64], tuple[BadRow, ...]]:
    """Return the rows from ``start`` on with their numbers, and the ragged ones.

    ``shape`` is the number of the headings' row, the delimiter and the number of columns. The
    numbers of ragged rows that are totals or footers are added to ``footers``.
    """
    row, delimiter, width = shape
    if start >= len(text):
        blank = {str(position): pa.array([], pa.string()) for position in range(width)}
        return pa.table(blank), np.array([], dtype=np.int64), ()
    aside = _SetAside(row, delimiter, width, [], footers)
    try:
        table = _read_csv(pa.py_buffer(text).slice(start), delimiter, width, aside)
    except FileRefusedError as error:
        raise aside.fault or error from None
    everything = np.arange(1, table.num_rows + len(aside.gone) + 1, dtype=np.int64)
    numbers = np.delete(everything, np.array(aside.gone, dtype=np.int64) - 1) + row
    return table, numbers, tuple(aside.ragged)


@dataclass
class _SetAside:
    """Notes the rows below row ``row`` that have too few or too many values.

    A fault is kept, not raised: the parser swallows what its callback raises.
    """

    row: int
    delimiter: str
    width: int
    ragged: list[BadRow]
    footers: list[int]
    gone: list[int] = field(default_factory=list)
    fault: FileRefusedError | None = None

    def __call__(self, found: pa_csv.InvalidRow) -> str:
        """Return what the parser is to do with the row."""
        number = self.row + found.number
        if _swallows(found.text, self.delimiter, self.width):
            self.fault = open_quote(number)
        elif len(self.ragged) >= _MOST_RAGGED:
            self.fault = _too_ragged(self.ragged[0])
        if self.fault is not None:
            return "error"
        self.gone.append(found.number)
        values = [value.strip(' \t\r\n"\xa0') for value in found.text.split(self.delimiter)]
        if is_footer(values, self.width):
            self.footers.append(number)
        elif any(values):
            reason = f"{found.actual_columns} values, but {found.expected_columns} column headings."
            self.ragged.append(BadRow(number, "", "", reason))
        return "skip"


def _too_ragged(first: BadRow) -> FileRefusedError:
    message = (
        f"More than {_MOST_RAGGED:,} rows have too few or too many values. Row {first.row} is the"
        f" first: {first.reason}"
    )
    return FileRefusedError(message, "Export the file again, with quotation marks around text.")


def _blank_at_the_end(below: Sequence[tuple[str, int]], delimiter: str, width: int) -> int:
    """Return how many blank values most rows have beyond the headings, as some systems write."""
    rows = [cells for record, _ in below if any(cells := _cells(record, delimiter))]
    extra = [len(cells) - width for cells in rows if not any(cells[width:])]
    usual = max(set(extra), key=extra.count, default=0)
    return usual if usual > 0 and extra.count(usual) * 2 > len(rows) else 0


def _narrowed(
    table: pa.Table, numbers: NDArray[np.int64], ragged: tuple[BadRow, ...], width: int
) -> tuple[pa.Table, NDArray[np.int64], tuple[BadRow, ...]]:
    """Return the table without the blank values beyond the headings; others make a row ragged."""
    if table.num_columns == width:
        return table, numbers, ragged
    beyond = np.zeros(len(numbers), dtype=np.bool_)
    for column in table.columns[width:]:
        beyond |= pc.not_equal(pc.utf8_trim_whitespace(column), "").to_numpy()
    reason = f"More values than {width} column headings."
    more = [BadRow(int(number), "", "", reason) for number in numbers[beyond]]
    table = table.select(table.column_names[:width]).filter(pa.array(~beyond)).combine_chunks()
    ordered = sorted((*ragged, *more), key=lambda bad: bad.row)
    return table, numbers[~beyond], tuple(ordered)


def _swallows(value: str, delimiter: str, width: int) -> bool:
    """Return whether a value or row over several lines holds what looks like another row."""
    lines = value.rstrip("\r\n").splitlines()[1:]
    return width >= WIDE and any(line.count(delimiter) >= width - 1 for line in lines)


def _check_quotes(text: bytes, table: pa.Table, numbers: NDArray[np.int64], delimiter: str) -> None:
    """Refuse a file in which a quotation mark swallows the rows that follow it."""
    unclosed = text.count(b'"') % 2
    for column in table.columns:
        broken = _over_lines(column)
        values = column.filter(broken).to_pylist()
        for row, value in zip(numbers[broken.to_numpy()].tolist(), values, strict=True):
            if unclosed or _swallows(value, delimiter, table.num_columns):
                raise open_quote(row)


def _over_lines(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.or_(pc.match_substring(column, "\n"), pc.match_substring(column, "\r"))


def _broken_row(table: pa.Table, numbers: NDArray[np.int64]) -> int | None:
    """Return the number of the first row with a value that runs over several lines."""
    broken = np.zeros(len(numbers), dtype=np.bool_)
    for column in table.columns:
        broken |= _over_lines(column).to_numpy()
    return int(numbers[broken][0]) if broken.any() else None


def check_is_text(content: bytes) -> None:
    """Refuse what is not a text table.

    Raises
    ------
    FileRefusedError
        For an empty file, a web page, a document or other binary content.
    """
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf"):
        message = "The file is empty."
        raise FileRefusedError(message, "Download or export it again.")
    if _WEB_PAGE.match(content.removeprefix(codecs.BOM_UTF8)):
        start = content.removeprefix(codecs.BOM_UTF8).split(b"\n", 1)[0].strip()
        shown = start[:40].decode("ascii", "replace")
        message = f"This is a web page saved as CSV: row 1 starts with {shown!r}."
        raise FileRefusedError(message, "Download the file again, signed in where needed.")
    for start, words in _OTHER_KINDS.items():
        if content.startswith(start):
            message = f"This is {words}, not a CSV file."
            raise FileRefusedError(message, "Export it as CSV, or save it as .xlsx.")
    if b"\0" in content and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        row = content[: content.index(b"\0")].count(b"\n") + 1
        message = f"This is not text: row {row} holds binary content."
        raise FileRefusedError(message, "Export it as CSV.")


def decoded(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the text as UTF-8 without a byte order mark, and notes on how it was read.

    Bytes that are not UTF-8 are read as Windows-1252, one by one, so that files of mixed encoding
    keep every accent.

    Examples
    --------
    >>> decoded("Café".encode("cp1252"))[0].decode()
    'Café'
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _from_utf16(content)
    body = content.removeprefix(codecs.BOM_UTF8)
    if body.isascii():
        return body, ()
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        row = body[: error.start].count(b"\n") + 1
        text = body.decode("utf-8", errors=_FALLBACK)
        notes = [
            f"Characters that are not UTF-8 were read as Windows-1252; the first is in row {row}."
        ]
        if "\ufffd" in text:
            notes.append(
                f"{text.count(chr(0xFFFD))} characters belong to neither, and show as \ufffd."
            )
        return text.encode(), tuple(notes)
    return body, ()


def _from_utf16(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    try:
        return content.decode("utf-16").encode(), ("Read as UTF-16.",)
    except UnicodeDecodeError as error:
        message = f"The UTF-16 text is damaged at byte {error.start:,}."
        raise FileRefusedError(message, "Export it again as CSV (UTF-8).") from error


_UTF_8_CHARACTER: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_FALLBACK: Final = "hexbeat-windows-1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    following = _UTF_8_CHARACTER.search(error.object, error.end)
    end = following.start() if following else len(error.object)
    return error.object[error.start : end].decode("cp1252", "replace"), end


codecs.register_error(_FALLBACK, _as_windows_1252)


def _headings(
    text: bytes, is_heading: Callable[[Sequence[str]], bool]
) -> tuple[int, str, tuple[str, ...]]:
    """Return the line number (from 0), delimiter and values of the column headings."""
    first = None
    for at, line in enumerate(text.split(b"\n", HEADING_ROWS)[:HEADING_ROWS]):
        shown = line.decode("utf-8").strip("\r\n")
        if not shown.strip():
            continue
        delimiter = max(_DELIMITERS, key=shown.count)
        cells = _cells(shown, delimiter)
        if not cells:
            message = f"Row {at + 1} cannot be read as values between {delimiter!r}."
            raise FileRefusedError(message, "Export the file again as CSV (UTF-8).")
        if len(cells) > _WIDEST:
            message = f"Row {at + 1} has {len(cells):,} columns."
            raise FileRefusedError(message, "Export the table again with its own columns only.")
        if is_heading(cells):
            return at, delimiter, cells
        first = first or (at, delimiter, cells)
    if first is None:
        message = f"The first {HEADING_ROWS} rows are blank."
        raise FileRefusedError(message, "Delete the blank rows above the column headings.")
    return first


def _parsed(
    text: bytes, at: int, delimiter: str, width: int
) -> tuple[pa.Table, NDArray[np.int64], list[BadRow]]:
    """Return the rows below the headings with their numbers, and the ragged ones."""
    body = _from_line(text, at)
    ragged: list[BadRow] = []
    gone: list[int] = []
    swallowed: list[int] = []

    def set_aside(row: pa_csv.InvalidRow) -> str:
        if "\n" in row.text.rstrip() or "\r" in row.text.rstrip():
            swallowed.append(at + row.number)
        gone.append(row.number)
        if row.text.strip(" \t\r\n" + delimiter):
            reason = f"{row.actual_columns} values, but {row.expected_columns} column headings."
            ragged.append(BadRow(at + row.number, "", "", reason))
        return "skip"

    table = _read_csv(body, delimiter, width, set_aside)
    if swallowed:
        raise open_quote(swallowed[0])
    everything = np.arange(1, table.num_rows + len(gone) + 1, dtype=np.int64)
    numbers = np.delete(everything, np.array(gone, dtype=np.int64) - 1) + at
    return table.slice(1), numbers[1:], ragged


def _read_csv(
    body: bytes | pa.Buffer,
    delimiter: str,
    width: int,
    set_aside: Callable[[pa_csv.InvalidRow], str],
) -> pa.Table:
    """Return every row as text, the headings' too; in one block, so that rows can be numbered."""
    names = [str(position) for position in range(width)]
    try:
        return pa_csv.read_csv(
            pa.BufferReader(body),
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=len(body) + 1, column_names=names
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        fault = str(error).split(":")[0]  # what follows may be a row
        message = f"This cannot be read as a table: {fault}."
        raise FileRefusedError(message, "Export it again as CSV (UTF-8).") from None


def _from_line(text: bytes, at: int) -> bytes:
    start = 0
    for _ in range(at):
        start = text.index(b"\n", start) + 1
    return text[start:]


def open_quote(row: int) -> FileRefusedError:
    """Return the fault of a quotation mark that swallows what follows it."""
    message = f"A quotation mark opens in row {row} and is not closed in its place."
    return FileRefusedError(message, "Correct that row, or export the file again.")


def _trimmed(found: TextTable) -> TextTable:
    """Return the table with values trimmed, without its blank rows."""
    columns = [pc.utf8_trim_whitespace(column.combine_chunks()) for column in found.table.columns]
    blank = np.ones(len(found.numbers), dtype=np.bool_)
    for column in columns:
        if not blank.any():
            break
        blank &= pc.equal(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    keep = ~blank
    table = pa.table(columns, names=found.table.column_names)
    if keep.all():
        return replace(found, table=table)
    table = table.filter(pa.array(keep))
    return replace(found, table=table, numbers=found.numbers[keep])
