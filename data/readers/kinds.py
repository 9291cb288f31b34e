"""What kind of file is this, by its name and its column headings?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.errors import FileRefusedError, FileSkippedError

if TYPE_CHECKING:
    from collections.abc import Sequence

STREET_COLUMNS: Final = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location",
    "LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context",
)  # fmt: skip
"""Columns of a data.police.uk street-level file, as published."""

_NEVER_NEEDED: Final = "Context"
_STREET_MARKS: Final = frozenset({"crime id", "crime type", "falls within", "lsoa code"})
_ENOUGH_MARKS: Final = 2
_SEARCH_MARKS: Final = frozenset(
    {
        "self-defined ethnicity",
        "officer-defined ethnicity",
        "object of search",
        "outcome linked to object of search",
        "removal of more than just outer clothing",
        "part of a policing operation",
    }
)
_OUTCOME_MARK: Final = "outcome type"


def check_name(name: str) -> None:
    """Refuse or skip a file whose name already says that it is never loaded.

    Raises
    ------
    FileRefusedError
        For stop-and-search files.
    FileSkippedError
        For outcomes files.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1].lower().replace("_", "-")
    if "stop-and-search" in last or "stop-search" in last:
        raise _stop_and_search()
    if last.removesuffix(".gz").endswith("-outcomes.csv"):
        raise _outcomes()


def is_street_file(columns: Sequence[str]) -> bool:
    """Return whether the headings are those of a data.police.uk street-level file.

    Raises
    ------
    FileRefusedError
        For stop-and-search files, whatever they are called, and for street files that lack a
        column or have it twice.
    FileSkippedError
        For outcomes files.
    """
    found = [column.casefold() for column in columns]
    if _SEARCH_MARKS.intersection(found):
        raise _stop_and_search()
    if _OUTCOME_MARK in found and "crime type" not in found:
        raise _outcomes()
    if len(_STREET_MARKS.intersection(found)) < _ENOUGH_MARKS:
        return False
    needed = [column for column in STREET_COLUMNS if column != _NEVER_NEEDED]
    missing = [column for column in needed if column.casefold() not in found]
    if missing:
        message = f"Columns are missing: {', '.join(missing)}."
        raise FileRefusedError(message, "Load the file as downloaded from data.police.uk.")
    twice = [column for column in STREET_COLUMNS if found.count(column.casefold()) > 1]
    if twice:
        message = f"The column {twice[0]} comes twice."
        raise FileRefusedError(message, "Load the file as downloaded from data.police.uk.")
    return True


def _stop_and_search() -> FileRefusedError:
    message = "This is a stop-and-search file. Hexbeat never loads them, and read no row of it."
    return FileRefusedError(message, "Leave it out: only street-level files are counted.")


def _outcomes() -> FileSkippedError:
    return FileSkippedError("Outcomes file: skipped. Street-level files hold the last outcome.")
