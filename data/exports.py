"""How do figures leave the app as files that are safe to open?

A cell of text that a spreadsheet would take for a formula gets a leading apostrophe, in CSV and in
Excel. The same frame always gives the same bytes.

References
----------
OWASP, "CSV Injection": characters that start a formula.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.settings import Marking

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MODIFIED: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")
_EXCEL_ROWS: Final = 1_048_576
_EXCEL_TEXT: Final = 32_767
_UNSAFE_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")


def neutralise(text: str) -> str:
    """Return the text as no spreadsheet will run it.

    Line ends become newlines: a carriage return alone ends a row, but is not quoted in CSV.

    Examples
    --------
    >>> neutralise("=HYPERLINK(1)"), neutralise("Queen Street")
    ("'=HYPERLINK(1)", 'Queen Street')
    """
    safe = f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
    return safe.replace("\r\n", "\n").replace("\r", "\n")


def neutralise_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its text and headings neutralised; numbers and dates stay as they are.

    Parameters
    ----------
    frame
        Any frame; text may stand in ``str``, ``object`` or categorical columns.
    """
    columns = {k: _neutralise_column(frame.iloc[:, k]) for k in range(frame.shape[1])}
    safe = pd.DataFrame(columns, index=frame.index)
    safe.columns = pd.Index([neutralise(str(name)) for name in frame.columns])
    return safe


def to_csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""Return the frame as CSV: plain UTF-8, commas, ``\n`` ends a row, no index.

    Undefined values are empty.
    """
    text: str = neutralise_frame(frame).to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8")


def to_xlsx_bytes(frame: pd.DataFrame, *, sheet: str = "Hexbeat") -> bytes:
    """Return the frame as an Excel workbook of one sheet, headings in bold and kept in view.

    Parameters
    ----------
    frame
        At most 1,048,575 rows.
    sheet
        Name of the sheet.

    Raises
    ------
    SchemaError
        When Excel cannot hold the frame; nothing is cut off.
    """
    if len(frame) >= _EXCEL_ROWS:
        message = f"Excel holds {_EXCEL_ROWS - 1:,} rows; there are {len(frame):,}."
        raise SchemaError(message, "Download CSV, or choose a shorter period.")
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, seldom needed
    from openpyxl.styles import Font  # noqa: PLC0415

    workbook = Workbook()
    page = workbook.active
    page.title = sheet
    page.freeze_panes = "A2"
    safe = neutralise_frame(frame)
    page.append([_excel_value(name) for name in safe.columns])
    for row in safe.itertuples(index=False, name=None):
        page.append([_excel_value(value) for value in row])
    for cell in page[1]:
        cell.font = Font(bold=True)
    written = io.BytesIO()
    workbook.save(written)
    return _dateless(written.getvalue())


def file_name(parts: Iterable[str], extension: str, *, marking: Marking) -> str:
    """Return a file name that begins with the protective marking.

    Examples
    --------
    >>> file_name(["hotspots", "Sandport", "2022-06"], "csv", marking="OFFICIAL")
    'OFFICIAL_hotspots_Sandport_2022-06.csv'
    """
    cleaned = (_UNSAFE_IN_NAMES.sub("-", part).strip("-.") for part in parts)
    return "_".join([marking, *filter(None, cleaned)]) + f".{extension}"


def _neutralise_column(series: pd.Series) -> pd.Series:
    kinds = pd.api.types
    if kinds.is_numeric_dtype(series) or kinds.is_datetime64_any_dtype(series):
        return series
    return series.astype("object").map(_neutralise_any)


def _neutralise_any(value: object) -> object:
    return neutralise(value) if isinstance(value, str) else value


def _excel_value(value: Any) -> object:  # noqa: ANN401  (whatever a frame may hold)
    if isinstance(value, str):
        return _excel_text(value)
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value.tzinfo else value.to_pydatetime()
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not math.isfinite(plain):
        return str(plain)
    return plain if isinstance(plain, bool | int | float | datetime) else _excel_text(str(plain))


def _excel_text(text: str) -> str:
    if len(text) > _EXCEL_TEXT:
        message = f"A cell of Excel holds {_EXCEL_TEXT:,} characters; found {len(text):,}."
        raise SchemaError(message, "Download CSV instead.")
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 - as above

    legal: str = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", neutralise(text))
    return legal


def _dateless(workbook: bytes) -> bytes:
    """Return the workbook with every date of its making set to a fixed one."""
    from openpyxl.xml.constants import ARC_CORE  # noqa: PLC0415 - as above

    fixed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as source,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == ARC_CORE:
                content = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return fixed.getvalue()
