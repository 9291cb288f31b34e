"""What does any supplied file hold, as one table of text with what was found on the way?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.errors import FileRefusedError
from data.readers.spatial import is_spatial, read_spatial
from data.readers.spreadsheet import find_in_workbook, is_workbook
from data.readers.text import find_in_text
from data.readers.tidying import Sheet, tidied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Sheet", "read_sheet"]

_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")


def read_sheet(
    name: str,
    content: bytes,
    *,
    heading_score: Callable[[Sequence[str]], int],
    sheet: str | None = None,
) -> Sheet:
    """Return the table in a file of any kind that Hexbeat reads.

    Parameters
    ----------
    name
        Name of the file; what it holds decides, not its ending.
    content
        The file, unpacked: text (CSV), .xlsx, .xlsm without macros, .xlsb, .ods, GeoJSON or
        GeoPackage.
    heading_score
        Number of known headings among the values of a row; 0 for none.
    sheet
        Name of the sheet or layer; None takes the one with the best headings. Hidden sheets are
        never read.

    Raises
    ------
    FileRefusedError
        Where the content is damaged, locked, holds macros, is too large, or is no table.
    """
    if content.startswith(_OLD_OFFICE):
        raise _old_office(content)
    if is_workbook(content):
        return tidied(find_in_workbook(content, heading_score, sheet), heading_score)
    if is_spatial(content):
        return read_spatial(name, content, heading_score, sheet)
    return tidied(find_in_text(content, heading_score), heading_score)


def _old_office(content: bytes) -> FileRefusedError:
    if _LOCKED in content:
        message = "The workbook is locked with a password."
        return FileRefusedError(message, "Save it without a password, then load it again.")
    message = "This is an old Excel workbook (.xls), which may hold macros."
    return FileRefusedError(message, "Open it in Excel, and save it as .xlsx or CSV.")
