"""What is inside the files that were given, and can it be opened safely?

Nothing is ever unpacked to disk. Plain files, gzip and ZIP archives are read into memory, one
file at a time, within limits that stop compression bombs.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Final

from data.errors import FileRefusedError, FileSkippedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Upload = tuple[str, bytes]
SourceFile = Path | Upload

LARGEST_FILE: Final = 400 * 2**20
"""Bytes of one file after unpacking."""

LARGEST_ARCHIVE: Final = 8 * 2**30
"""Bytes of all tables of one archive after unpacking; all forces for three years are 4 GiB."""

HIGHEST_RATIO: Final = 100
"""Street files unpack to about seven times their size."""

HARMLESS: Final = 256 * 2**10
"""Bytes up to which the ratio does not matter."""

_TABLES: Final = (
    ".csv", ".txt", ".tsv", ".csv.gz", ".xlsx", ".xlsm", ".xlsb", ".ods",
    ".geojson", ".json", ".gpkg",
)  # fmt: skip
_WORKBOOK_PARTS: Final = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    EOFError, RuntimeError, OSError, ValueError,
)  # fmt: skip
"""What the library raises over an archive that is damaged or made by hand."""

_AGAIN: Final = "Download the file again."


@dataclass(frozen=True)
class Member:
    """One file to be read: its name for people, and how to read its content.

    ``read`` raises FileRefusedError or FileSkippedError where the content must not be loaded.
    """

    name: str
    read: Callable[[], bytes]


@contextmanager
def opened(files: Sequence[SourceFile]) -> Iterator[tuple[Member, ...]]:
    """Give every file, and every table inside archives, in the order given."""
    with ExitStack() as stack:
        members: list[Member] = []
        for file in files:
            name = file.name if isinstance(file, Path) else file[0]
            try:
                members.extend(_members(file, name, stack))
            except FileRefusedError as error:
                members.append(_failing(name, error))
        yield tuple(members)


def _failing(name: str, error: FileRefusedError | FileSkippedError) -> Member:
    def read() -> bytes:
        raise error

    return Member(name, read)


def _members(file: SourceFile, name: str, stack: ExitStack) -> list[Member]:
    if isinstance(file, Path):
        _check_path(file)
        with file.open("rb") as stream:
            start = stream.read(4)
    else:
        start = file[1][:4]
    if start == b"PK\x03\x04":
        return _archive(file, name, stack)
    if start == b"PK\x05\x06":
        message = "The archive is empty."
        raise FileRefusedError(message, _AGAIN)
    return [Member(name, lambda: unpacked(_content(file)))]


def _check_path(file: Path) -> None:
    if file.is_dir():
        message = "This is a folder, not a file."
        raise FileRefusedError(message, "Name the files inside it.")
    if not file.is_file():
        message = "There is no such file."
        raise FileRefusedError(message, "Check the name and the folder.")


def _content(file: SourceFile) -> bytes:
    if not isinstance(file, Path):
        _check_size(len(file[1]))
        return file[1]
    _check_size(file.stat().st_size)
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        raise FileRefusedError(message, "Check that you may open it.") from error


def _check_size(size: int) -> None:
    if size > LARGEST_FILE:
        message = f"The file holds {size / 2**20:,.0f} MB; the limit is {LARGEST_FILE >> 20} MB."
        raise FileRefusedError(message, "Split it by month, and load the parts.")


def unpacked(content: bytes) -> bytes:
    """Return the content, unpacked if it is gzip.

    Raises
    ------
    FileRefusedError
        Where the gzip stream is cut short, damaged, or grows more than a hundredfold.
    """
    if content[:2] != b"\x1f\x8b":
        return content
    limit = min(LARGEST_FILE, max(HARMLESS, HIGHEST_RATIO * len(content)))
    parts: list[bytes] = []
    rest = content
    while rest.strip(b"\0"):
        stream = zlib.decompressobj(wbits=31)
        try:
            parts.append(stream.decompress(rest, limit + 1))
        except zlib.error as error:
            message = "The gzip file is damaged: its content does not match its check sum."
            raise FileRefusedError(message, _AGAIN) from error
        if sum(map(len, parts)) > limit:
            raise _bomb(sum(map(len, parts)), len(content))
        if not stream.eof:
            size = sum(map(len, parts))
            message = f"The gzip file is cut short: it stops after {size:,} bytes of its table."
            raise FileRefusedError(message, f"{_AGAIN} No row of it was loaded.")
        rest = stream.unused_data
    return b"".join(parts)


def _bomb(size: int, packed: int) -> FileRefusedError:
    message = (
        f"The file unpacks from {packed:,} to {size - 1:,} bytes or more, a hundredfold: no file of"
        " reports does that."
    )
    return FileRefusedError(message, "Do not open it. Ask the sender what it is.")


def _archive(file: SourceFile, name: str, stack: ExitStack) -> list[Member]:
    source = file if isinstance(file, Path) else BytesIO(file[1])
    try:
        archive = stack.enter_context(zipfile.ZipFile(source))
    except DAMAGED as error:
        message = "The ZIP archive is damaged or cut short: its list of files cannot be read."
        raise FileRefusedError(message, f"{_AGAIN} Nothing in it was loaded.") from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if any(entry.filename in _WORKBOOK_PARTS for entry in entries):
        return [Member(name, lambda: workbook_content(_content(file), entries))]
    total = sum(entry.file_size for entry in entries if _is_table(entry.filename))
    if total > LARGEST_ARCHIVE:
        raise _bomb(total, sum(entry.compress_size for entry in entries))
    return [_entry(archive, entry, name) for entry in entries]


def workbook_content(content: bytes, entries: Sequence[zipfile.ZipInfo]) -> bytes:
    """Return a workbook unchanged, once its parts are known to be harmless.

    Raises
    ------
    FileRefusedError
        Where it holds macros, or unpacks to more than the limit or a hundredfold.
    """
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        message = "The workbook holds macros."
        raise FileRefusedError(message, "Save it as .xlsx without macros, or as CSV.")
    size = sum(entry.file_size for entry in entries)
    _check_size(size)
    if size > max(HARMLESS, HIGHEST_RATIO * len(content)):
        raise _bomb(size, len(content))
    return content


def _is_table(path: str) -> bool:
    return path.lower().endswith(_TABLES)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Member:
    shown = f"{name}/{entry.filename}"
    if leads_outside(entry.filename):
        message = f"The archive wants to write outside its folder: {entry.filename!r}."
        hint = "Do not unpack it. Download it again from where it was published."
        return _failing(shown, FileRefusedError(message, hint))
    path = PurePosixPath(entry.filename)
    if not _is_table(entry.filename) or path.parts[0] == "__MACOSX":
        message = "Not a table: nothing to load."
        return _failing(shown, FileSkippedError(message))
    return Member(shown, lambda: _entry_content(archive, entry))


def leads_outside(path: str) -> bool:
    """Return whether a path inside an archive is absolute or climbs out of its folder.

    Examples
    --------
    >>> leads_outside("2022-05/2022-05-lancashire-street.csv")
    False
    >>> leads_outside("../../etc/passwd"), leads_outside("C:/x.csv"), leads_outside("/x.csv")
    (True, True, True)
    """
    windows = PureWindowsPath(path)
    return bool(windows.anchor) or path.startswith("/") or ".." in windows.parts


def _entry_content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & 0x1:
        message = "This part of the archive is locked with a password."
        raise FileRefusedError(message, "Unlock it first, then load the file inside.")
    _check_size(entry.file_size)
    if entry.file_size > max(HARMLESS, HIGHEST_RATIO * entry.compress_size):
        raise _bomb(entry.file_size, entry.compress_size)
    try:
        with archive.open(entry) as stream:
            return unpacked(stream.read(LARGEST_FILE))
    except DAMAGED as error:
        message = f"This part of the archive is damaged: {error}."
        raise FileRefusedError(message, _AGAIN) from error
