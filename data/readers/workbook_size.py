"""Is a workbook whole, and does it fit into memory? Its sheets may claim cells far apart.

A sheet is read into a grid from its first to its last value. Two values in opposite corners, or a
cell that is repeated a million times, would take more memory than any machine has. Parts that are
not well formed are refused here, because the library that reads them may never come to an end.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from data.errors import FileRefusedError

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Sequence

MOST_CELLS: Final = 12_000_000
"""Cells of the grid of a sheet, blank ones included: 400 MB."""

LONGEST_CELL: Final = 200_000
"""Bytes of one value; Excel itself stops at 32,767 characters."""

_FAR: Final = re.compile(
    rb"""[\s"']r\s*=\s*["']\$?(?:[A-Za-z]{2}|[A-Za-z]?\$?(?:\d{7}|[4-9]\d{5}))"""
)
"""A cell right of column Z or below row 399,999; without one, the sheet is small enough."""

_PLACE: Final = re.compile(rb"""[\s"']r\s*=\s*["']\$?([A-Za-z]{0,12})\$?(\d{1,18})""")
_ROW_START: Final = re.compile(rb"<(?:\w+:)?row\b")
_CELL_START: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ODS_ROW: Final = re.compile(rb"<table:table-row\b")
_ODS_CELL: Final = re.compile(rb"<table:(?:covered-)?table-cell\b")
_ROWS_REPEATED: Final = re.compile(rb"""number-rows-repeated\s*=\s*["'](\d{1,18})""")
_COLUMNS_REPEATED: Final = re.compile(rb"""number-columns-repeated\s*=\s*["'](\d{1,18})""")
_NO_SHEET: Final = re.compile(r"(sharedstrings|styles|workbook|printersettings\d*)\.bin$")
_LETTERS: Final = 26
_LAST_CELL_RECORD: Final = 11


def check_extent(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse a workbook with a part that is damaged or cannot be read into memory.

    Parameters
    ----------
    archive, entries
        The workbook and its parts, whose sizes have been checked.

    Raises
    ------
    FileRefusedError
        Above ``MOST_CELLS`` or ``LONGEST_CELL``.
    ValueError
        Where a part is not well formed.
    """
    for entry in entries:
        path = entry.filename.lower()
        content = archive.read(entry)
        if path.endswith((".xml", ".rels")) or b"sheetData" in content:
            _check_form(content)
        if path.endswith("sharedstrings.xml"):
            _check_values(content)
        if path.endswith("content.xml"):
            check_cells(*_ods_extent(content))
        if b"sheetData" in content:
            check_cells(*_sheet_extent(content))
        if path.endswith(".bin") and not _NO_SHEET.search(path):
            check_cells(*_binary_extent(content))


def _check_form(content: bytes) -> None:
    parser = expat.ParserCreate("UTF-8")
    parser.StartDoctypeDeclHandler = _refuse_declaration
    try:
        parser.Parse(content, True)  # noqa: FBT003 - the library takes it by position only
    except expat.ExpatError as error:
        message = "A part of the workbook is not well formed."
        raise ValueError(message) from error


def _refuse_declaration(*_: object) -> None:
    message = "A part of the workbook declares a document type."
    raise ValueError(message)


def check_cells(rows: int, columns: int) -> None:
    """Refuse a grid that is too large.

    Raises
    ------
    FileRefusedError
        Above ``MOST_CELLS``.
    """
    if rows * columns > MOST_CELLS:
        message = (
            f"A sheet of the workbook spans {rows:,} rows and {columns:,} columns, blank ones"
            f" included; the limit is {MOST_CELLS:,} cells."
        )
        hint = "Delete the blank rows and columns around the table, or save it as CSV."
        raise FileRefusedError(message, hint)


def _check_values(content: bytes) -> None:
    if max(map(len, re.split(rb"<(?:\w+:)?si\b", content))) > LONGEST_CELL:
        message = f"A cell of the workbook holds more than {LONGEST_CELL // 1000},000 characters."
        raise FileRefusedError(message, "Delete that text, or save the table without its column.")


def _sheet_extent(content: bytes) -> tuple[int, int]:
    """Return the last row and column that a sheet of .xlsx can claim; zeros for a small one."""
    cells = content.count(b"<c ") + content.count(b"<c>") + content.count(b"<c/")
    others = any(odd in content for odd in (b":c", b"<c\n", b"<c\r", b"<c\t"))
    plain = cells == content.count(b'<c r="') and not others
    if plain and not _FAR.search(content):
        return 0, 0
    places = _PLACE.findall(content)
    labels, numbers = map(set, zip(*places, strict=True)) if places else (set(), set())
    columns = max((_column_number(label) for label in labels), default=0)
    rows = max(map(int, numbers), default=0)
    cells_of_rows = [len(_CELL_START.findall(part)) for part in _ROW_START.split(content)]
    if sum(cells_of_rows) + len(cells_of_rows) - 1 > len(places):
        rows, columns = rows + len(cells_of_rows), columns + max(cells_of_rows)
    return rows, columns


def _column_number(label: bytes) -> int:
    """Return the number of a column by its letters.

    Examples
    --------
    >>> _column_number(b"A"), _column_number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in label.upper():
        number = number * _LETTERS + letter - ord("A") + 1
    return number


def _ods_extent(content: bytes) -> tuple[int, int]:
    """Return the rows and columns of the largest grid in an .ods file, once repeats are unrolled.

    Blank cells at the end of a row and blank rows at the end of a sheet are not read.
    """
    rows = columns = total = 0
    for part in _ODS_ROW.split(content)[1:]:
        row, *cells = _ODS_CELL.split(part.split(b"</table:table-row", 1)[0])
        total += _times(_ROWS_REPEATED, row)
        width = filled = 0
        for cell in cells:
            width += _times(_COLUMNS_REPEATED, cell)
            if b"value" in cell or b"<text" in cell:
                filled = width
        if filled:
            rows, columns = total, max(columns, filled)
        if b"</table:table>" in part:
            check_cells(rows, columns)
            total = 0
    return rows, columns


def _times(repeated: re.Pattern[bytes], tag: bytes) -> int:
    found = repeated.search(tag)
    return int(found[1]) if found else 1


def _binary_extent(content: bytes) -> tuple[int, int]:
    """Return the last row and column that a sheet of .xlsb claims."""
    rows = columns = at = 0
    while at < len(content):
        kind, at = _packed_number(content, at, 2)
        size, at = _packed_number(content, at, 4)
        number = int.from_bytes(content[at : at + 4], "little")
        if kind == 0:
            rows = max(rows, number + 1)
        elif kind <= _LAST_CELL_RECORD:
            columns = max(columns, number + 1)
        at += size
    return rows, columns


def _packed_number(content: bytes, at: int, longest: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and the position behind it."""
    number = 0
    for place in range(longest):
        byte = content[at + place] if at + place < len(content) else 0
        number |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return number, at + place + 1
    return number, at + longest
