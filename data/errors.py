"""Which faults do files, the lake and the engines expect?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.errors import GeoError

if TYPE_CHECKING:
    from data.import_views import ImportReport


class DataError(GeoError):
    """Something stored, or about to be stored, is not as it must be."""


class FileRefusedError(DataError):
    """A file cannot be loaded: what was found, where first, and what to do."""


class FileSkippedError(DataError):
    """A file is sound but holds nothing that Hexbeat counts."""


class LakeBusyError(DataError):
    """Another import is writing to the same lake."""


class NothingLoadedError(DataError):
    """None of the files could be loaded.

    Parameters
    ----------
    report
        What became of every file and row, for those who want to see all of it.
    """

    def __init__(self, message: str, hint: str, report: ImportReport) -> None:
        super().__init__(message, hint)
        self.report = report


class UnknownColumnsError(FileRefusedError):
    """Nobody has said what the columns of a table hold.

    Parameters
    ----------
    headings
        The headings, those that look personal left out.
    personal
        Those that look personal, such as "Notes"; none that itself names a person.
    """

    def __init__(
        self,
        message: str,
        hint: str,
        headings: tuple[str, ...],
        personal: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, hint)
        self.headings = headings
        self.personal = personal
