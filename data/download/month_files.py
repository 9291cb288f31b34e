"""Where do months that were downloaded wait until they are loaded?

One file a month in a folder of the area. A month's file is there whole or not at all, so that a
download that was stopped goes on where it ended.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from data.errors import DataError, LakeBusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PURPOSE: Final = "purpose.txt"


@dataclass(frozen=True)
class MonthFiles:
    """The months that wait in one folder."""

    folder: Path

    @classmethod
    def of(cls, folder: Path, purpose: str) -> MonthFiles:
        """Return the files of a folder; those that came for another purpose are removed.

        Parameters
        ----------
        folder
            Made where it is absent.
        purpose
            What the months are of: version of the area, and police force.
        """
        files = cls(folder)
        mark = folder / _PURPOSE
        if not mark.is_file() or mark.read_text(encoding="utf-8") != purpose:
            files.remove()
            files.write_whole(mark, purpose.encode())
        return files

    def months(self) -> tuple[str, ...]:
        """Return the months that are there, in order."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.csv")))

    def read(self, month: str) -> bytes:
        """Return the file of a month."""
        return self._path(month).read_bytes()

    def write(self, month: str, content: bytes) -> None:
        """Keep the file of a month.

        Raises
        ------
        DataError
            Where it cannot be written, such as on a full disk.
        """
        self.write_whole(self._path(month), content)

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def write_whole(self, path: Path, content: bytes) -> None:
        """Write a file of the folder in one step."""
        part = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        except OSError as fault:
            message = f"What was downloaded could not be written: {fault.strerror}."
            raise DataError(message, "Make room on the disk, and run it again.") from fault

    def _path(self, month: str) -> Path:
        return self.folder / f"{month}.csv"


@contextmanager
def one_at_a_time(folder: Path, area_id: str) -> Iterator[None]:
    """Let no other download of the area begin until the block has ended.

    Raises
    ------
    LakeBusyError
        Where one is at work.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{area_id}.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            message = "Another download for this area is running."
            raise LakeBusyError(message, "Wait until it has ended.") from fault
        yield
