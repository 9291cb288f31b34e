"""What does a workbook hold, as a table of text?"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import FileRefusedError
from data.readers.dates import EXCEL_EPOCH
from data.readers.findings import Finding
from data.readers.headings import check_width, heading_row, no_headings
from data.readers.opening import DAMAGED, workbook_content
from data.readers.text import HEADING_ROWS, TextTable
from data.readers.tidying import Found, Merged
from data.readers.workbook_size import check_extent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from python_calamine import CalamineSheet

_MISSING: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_FROM_1904: Final = re.compile(rb"""date1904\s*=\s*["'](1|true)["']""", re.IGNORECASE)
_WORKBOOK_1904: Final = date(1904, 1, 1)
_EXACT: Final = 1e15
_NOTHING: Final = timedelta(0)
_AT_ONCE: Final = 5_000
_MOST_TEXT: Final = 400 * 2**20
_MIDNIGHT: Final = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"


@dataclass(frozen=True, eq=False)
class _Page:
    """One visible sheet, whose cells can be read."""

    name: str
    cells: CalamineSheet

    def rows(self) -> Iterator[Sequence[object]]:
        """Give the values of each row from the top of the sheet, from column A."""
        before = [""] * (self.cells.start[1] if self.cells.start else 0)
        if not before:
            yield from self.cells.iter_rows()
            return
        for row in self.cells.iter_rows():
            yield [*before, *row]

    def first_rows(self) -> list[tuple[str, ...]]:
        """Return the first rows as trimmed text."""
        return [tuple(map(as_text, row)) for row in islice(self.rows(), HEADING_ROWS)]


@dataclass(frozen=True, eq=False)
class _Book:
    """The sheets of a workbook that may be read."""

    open_sheet: Callable[[str], CalamineSheet]
    visible: tuple[str, ...]
    hidden: int
    epoch: date

    def pages(self, sheet: str | None = None) -> Iterator[_Page]:
        """Give each visible sheet, or the one that is named."""
        for name in self.visible:
            if sheet in (None, name):
                yield _Page(name, self.open_sheet(name))


def is_workbook(content: bytes) -> bool:
    """Return whether the content is packed as workbooks are."""
    return content.startswith(b"PK\x03\x04")


def find_in_workbook(
    content: bytes, heading_score: Callable[[Sequence[str]], int], sheet: str | None = None
) -> Found:
    """Return the table of a workbook as it stands, below the best of the first rows of a sheet.

    Parameters
    ----------
    content
        An .xlsx, .xlsm, .xlsb or .ods file.
    heading_score
        Number of known headings among the values of a row; 0 for none.
    sheet
        Name of the sheet; None takes the visible one with the best headings, the first of equals.

    Raises
    ------
    FileRefusedError
        Where the workbook is damaged, holds macros, is too large, or has no headings.
    """
    book = _book(content)
    best: tuple[int, int, _Page] | None = None
    for page in book.pages(sheet):
        at, score = heading_row(page.first_rows(), heading_score)
        if at is not None and (best is None or score > best[1]):
            best = at, score, page
    if best is None:
        raise no_headings(HEADING_ROWS) if book.visible else _nothing_visible()
    at, _, page = best
    return Found(
        _text_below(page, at, book.epoch),
        at + 1,
        merged=_merged(page.cells),
        findings=_sheet_findings(book, page.name, chosen=sheet is not None),
        sheet=page.name,
        sheets=book.visible,
    )


def _nothing_visible() -> FileRefusedError:
    message = "The workbook has no visible sheet. Hidden sheets are never read."
    return FileRefusedError(message, "Show the sheet in Excel, save the file, and load it again.")


def _sheet_findings(book: _Book, name: str, *, chosen: bool) -> tuple[Finding, ...]:
    findings = []
    if len(book.visible) > 1:
        why = "as asked" if chosen else "whose headings fit best"
        words = (
            f"This workbook has {len(book.visible)} sheets. We read sheet"
            f" {book.visible.index(name) + 1}, {why}."
        )
        findings.append(Finding("F05", 0, "kept", words))
    if book.hidden:
        one = book.hidden == 1
        words = (
            f"This workbook has {'a' if one else book.hidden} hidden sheet{'' if one else 's'}. We"
            f" have not read {'it' if one else 'them'}."
        )
        findings.append(Finding("F05", 0, "kept", words))
    return tuple(findings)


def _merged(cells: CalamineSheet) -> tuple[Merged, ...]:
    """Return the merged cells of a sheet that hold several rows, as rows of their first column."""
    return tuple(
        Merged(first + 1, last + 1, column)
        for (first, column), (last, _) in cells.merged_cell_ranges or ()
        if last > first
    )


def _text_below(page: _Page, at: int, epoch: date) -> TextTable:
    """Return the rows below the headings as text, each with its row number in the sheet."""
    rows = page.rows()
    headings = next(islice(rows, at, None))
    check_width(len(headings), at + 1)
    width = len(headings)
    parts: list[pa.Table] = []
    whole_days = [True] * width
    size = 0
    while block := list(islice(rows, _AT_ONCE)):
        columns = [[row[position] for row in block] for position in range(width)]
        arrays = [_text_column(column, whole_days, n) for n, column in enumerate(columns)]
        size += sum(array.nbytes for array in arrays)
        _check_text(size)
        parts.append(pa.table(arrays, names=list(map(str, range(width)))))
    names = tuple(as_text(cell) for cell in headings)
    return TextTable(names, *_joined(parts, whole_days, at + 2), excel_epoch=epoch)


def _check_text(size: int) -> None:
    if size > _MOST_TEXT:
        message = f"The sheet holds more than {_MOST_TEXT >> 20} MB of text."
        raise FileRefusedError(message, "Split it by month, and load the parts.")


def _joined(parts: list[pa.Table], whole_days: list[bool], first_row: int) -> tuple[pa.Table, Any]:
    """Return blocks of rows as one table, with their row numbers; dates alone lose their 00:00."""
    if not parts:
        names = list(map(str, range(len(whole_days))))
        blank = [pa.array([], pa.string()) for _ in names]
        return pa.table(blank, names=names), np.array([], dtype=np.int64)
    table = pa.concat_tables(parts)
    columns = [
        pc.replace_substring_regex(column, _MIDNIGHT, r"\1")
        if whole and pc.any(pc.match_substring_regex(column.slice(0, HEADING_ROWS * 50), _MIDNIGHT))
        else column
        for column, whole in zip(table.columns, whole_days, strict=True)
    ]
    numbers = np.arange(first_row, first_row + table.num_rows, dtype=np.int64)
    return pa.table(columns, names=table.column_names), numbers


def _text_column(cells: list[object], whole_days: list[bool], position: int) -> pa.Array:
    """Return the text of some cells of a column; notes whether a date among them has a time."""
    kinds = set(map(type, cells))
    if datetime in kinds and whole_days[position]:
        whole_days[position] = not any(
            isinstance(cell, datetime) and cell.time() != time(0) for cell in cells
        )
    if kinds <= {str}:
        return _array(cells)
    turned = _TEXT if date not in kinds else _TEXT | {date: _midnight_text}
    return _array([cell if type(cell) is str else turned[type(cell)](cell) for cell in cells])


def _midnight_text(day: date) -> str:
    return f"{day.isoformat()} 00:00:00"


def _array(texts: list[Any]) -> pa.Array:
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        whole = [text.encode("utf-8", "replace").decode() for text in texts]
        return pa.array(whole, pa.string())


def as_text(cell: object) -> str:
    """Return a cell's value as trimmed text, dates year first.

    Examples
    --------
    >>> as_text(datetime(2026, 3, 14, 21, 30)), as_text(331000.0), as_text(None), as_text("#N/A")
    ('2026-03-14 21:30:00', '331000', '', '')
    >>> as_text(timedelta(hours=25, minutes=5)), as_text(True), as_text(45352.8958)
    ('25:05:00', 'TRUE', '45352.8958')
    """
    text = str(cell).strip() if isinstance(cell, str) else _TEXT[type(cell)](cell)
    return "" if text in _MISSING else text


def _moment_text(moment: datetime) -> str:
    half = timedelta(milliseconds=500) if moment.microsecond and moment.year < MAXYEAR else _NOTHING
    return (moment + half).replace(microsecond=0).isoformat(" ")


def _number_text(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < _EXACT else repr(number)


def _span_text(span: timedelta) -> str:
    seconds = round(abs(span.total_seconds()))
    sign = "-" if span < timedelta(0) else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


_TEXT: Final[dict[type, Callable[[Any], str]]] = {
    type(None): lambda _: "",
    str: str,
    int: str,
    bool: lambda truth: "TRUE" if truth else "FALSE",
    float: _number_text,
    datetime: _moment_text,
    date: date.isoformat,
    time: lambda clock: clock.replace(microsecond=0).isoformat(),
    timedelta: _span_text,
}


def _book(content: bytes) -> _Book:
    """Return the visible sheets of a workbook, once it is known to fit into memory."""
    from python_calamine import (  # noqa: PLC0415 - seldom needed
        CalamineError,
        CalamineWorkbook,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    epoch = _checked(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged() from error

    def open_sheet(name: str) -> CalamineSheet:
        try:
            cells: CalamineSheet = book.get_sheet_by_name(name)
        except (CalamineError, OSError, ValueError) as error:
            raise _damaged() from error
        return cells

    visible = tuple(page.name for page in pages if page.visible == SheetVisibleEnum.Visible)
    return _Book(open_sheet, visible, len(pages) - len(visible), epoch)


def _checked(content: bytes) -> date:
    """Return day 0 of the serial numbers of a workbook, which is small enough and has no macros."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            workbook_content(content, entries)
            check_extent(archive, entries)
            names = {entry.filename for entry in entries}
            book = archive.read("xl/workbook.xml") if "xl/workbook.xml" in names else b""
    except FileRefusedError:
        raise
    except DAMAGED as error:
        raise _damaged() from error
    return _WORKBOOK_1904 if _FROM_1904.search(book) else EXCEL_EPOCH


def _damaged() -> FileRefusedError:
    message = "The workbook is damaged, or not Excel."
    return FileRefusedError(message, "Open it in Excel and save it as .xlsx or CSV.")
