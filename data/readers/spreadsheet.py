"""What does an Excel workbook hold, as a table of text?"""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from data.errors import FileRefusedError
from data.readers.text import HEADING_ROWS, TextTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MISSING: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})


def read_workbook(
    content: bytes, is_heading: Callable[[Sequence[str]], bool], sheet: str | None = None
) -> TextTable:
    """Return the table of a workbook.

    Parameters
    ----------
    content
        An .xlsx file.
    is_heading
        Whether a row, as trimmed text, holds the column headings; the first such row of 30 is
        taken.
    sheet
        Name of the sheet; None takes the first visible one with such a row. Hidden sheets are
        never read.

    Raises
    ------
    FileRefusedError
        Where the workbook is damaged, or no visible sheet has the headings.
    """
    import openpyxl  # noqa: PLC0415 - slow to import, seldom needed
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        message = "The workbook is damaged, or not Excel."
        raise FileRefusedError(message, "Open it in Excel and save it as .xlsx or CSV.") from error
    hidden = [page.title for page in book.worksheets if page.sheet_state != "visible"]
    notes = [f"This workbook has hidden sheets, which were not read: {len(hidden)}."] * bool(hidden)
    for page in book.worksheets:
        if page.title in hidden or sheet not in (None, page.title):
            continue
        rows = [tuple(as_text(cell) for cell in row) for row in page.iter_rows(values_only=True)]
        at = next((n for n, row in enumerate(rows[:HEADING_ROWS]) if is_heading(row)), None)
        if at is not None:
            notes += [f"Column headings found on row {at + 1}."] * bool(at)
            return _table(rows, at, tuple(notes), book.epoch.date())
    message = f"No visible sheet has the column headings in its first {HEADING_ROWS} rows."
    raise FileRefusedError(message, "Check the names of the columns, and of the sheet.")


def as_text(cell: object) -> str:
    """Return a cell's value as trimmed text, dates year first.

    Examples
    --------
    >>> as_text(datetime(2026, 3, 14, 21, 30)), as_text(331000.0), as_text(None), as_text("#N/A")
    ('2026-03-14 21:30:00', '331000', '', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    return "" if text in _MISSING else text


def _table(
    rows: Sequence[tuple[str, ...]], at: int, notes: tuple[str, ...], epoch: date
) -> TextTable:
    width = len(rows[at])
    below = [
        (number, (*row, *[""] * width)[:width])
        for number, row in enumerate(rows[at + 1 :], start=at + 2)
        if any(row)
    ]
    columns = [[row[position] for _, row in below] for position in range(width)]
    arrays = [pa.array(column, pa.string()) for column in columns]
    table = pa.table(arrays, names=[str(position) for position in range(width)])
    numbers = np.array([number for number, _ in below], dtype=np.int64)
    return TextTable(rows[at], table, numbers, (), notes, epoch)
