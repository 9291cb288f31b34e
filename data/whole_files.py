"""How is a file written, so that it is there whole or not at all?"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from data.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file under its final name once it is whole and on disk.

    Raises
    ------
    DataError
        Where the disk is full or cannot be written; nothing of the file is left then.
    """
    part = path.with_suffix(".part")
    try:
        with writable(), part.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
    except DataError:
        part.unlink(missing_ok=True)
        raise
    with writable():
        part.replace(path)


def sync_folder(folder: Path) -> None:
    """Wait until the names of the files in a folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with writable():
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def writable() -> Iterator[None]:
    """Turn what the system says about a disk that cannot be written into words."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            message = "The disk is full: the data stay as they were."
            raise DataError(message, "Make space on the disk of the home folder.") from error
        message = f"The home folder cannot be written: {error.strerror}."
        raise DataError(message, "Check the disk, and that you may write there.") from error
