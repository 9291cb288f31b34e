"""Where do incidents rest, and which version of them is this?

One Parquet file for each source, provider and month, named after its content, and a manifest that
lists them. A writer adds files beside those in use, then replaces the manifest in one step, then
removes what nobody lists any more: whenever it is stopped, the former manifest and all of its files
are whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from threading import Event
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from data.batches import Batch, batch_as_json, batch_from_json, write_staged
from data.contents import content_hash, hash_references
from data.errors import DataError, LakeBusyError
from data.incidents import INCIDENT_SCHEMA, conformed
from data.whole_files import sync_folder, writable, write_whole
from geo.errors import GeoError
from geo.schema import LAT, LON, SOURCE_REF, SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from data.contents import Contents

FORMAT: Final = 2
"""Raised when the layout of the lake, or the rule of the content hash, changes."""
_READABLE: Final = (1, 2)

Key = tuple[str, str, str]
"""Source, provider, month."""

PATIENCE_S: Final = 30.0
_POLL_S: Final = 0.1
_MANIFEST: Final = "manifest.json"
_LOCK: Final = ".lock"
_PARTS: Final = "parts"
_STAGED: Final = "staged"
_MOSTLY_DISTINCT: Final = (SOURCE_REF, SOURCE_ROW, LON, LAT)
_NAME_DIGITS: Final = 32
_VERSION_DIGITS: Final = 12


@dataclass(frozen=True)
class RawFile:
    """The file that rows came from: its name, and SHA-256 of its content after unpacking.

    ``area`` is the id of the area that it was cut to; empty: all that the provider has.
    """

    name: str
    sha256: str
    area: str = ""


@dataclass(frozen=True)
class Partition:
    """What is held of one source, provider and month.

    ``references`` counts rows with a reference (Crime ID), ``repeated`` those of them that follow
    another row with the same one. ``content`` is the content hash of the rows. ``first_day`` and
    ``last_day`` are days of the month, 0 where rows give no day. ``area`` is the id of the area of
    which alone there are rows; empty: all that the provider has.
    """

    source: str
    provider: str
    month: str
    rows: int
    located: int
    references: int
    repeated: int
    content: str
    file: str
    raw_name: str
    raw_sha256: str
    imported_at: str
    first_day: int = 0
    last_day: int = 0
    area: str = ""

    @property
    def key(self) -> Key:
        """Source, provider, month."""
        return self.source, self.provider, self.month


@dataclass(frozen=True)
class Manifest:
    """All that is held, by source, provider and month."""

    partitions: Mapping[Key, Partition]
    batches: Mapping[str, Batch] = field(default_factory=lambda: MappingProxyType({}))
    """Loads by their id, in the order in which they came."""

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that depend on the rows held, and of which area they are."""
        held = [self.partitions[key] for key in sorted(self.partitions)]
        content = [[*one.key, one.content, *filter(None, [one.area])] for one in held]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:_VERSION_DIGITS]

    def files(self) -> frozenset[str]:
        """Return the names of the files in use."""
        return frozenset(part.file for part in self.partitions.values())


class Lake:
    """The incidents held in one folder.

    Parameters
    ----------
    root
        The folder; it is made by the first import.
    patience_s
        How long a writer waits for another one to end.
    """

    def __init__(self, root: Path, *, patience_s: float = PATIENCE_S) -> None:
        self.root = root
        self._patience_s = patience_s
        self._seen: tuple[tuple[int, int, int], Manifest] | None = None

    @property
    def version(self) -> str:
        """The dataset version; see `Manifest.version`."""
        return self.manifest().version

    def manifest(self) -> Manifest:
        """Return what is held now.

        Raises
        ------
        DataError
            Where the manifest is damaged, or was written by a newer Hexbeat.
        """
        path = self.root / _MANIFEST
        try:
            state = path.stat()
        except FileNotFoundError:
            return Manifest(MappingProxyType({}))
        stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
        if self._seen is None or self._seen[0] != stamp:
            self._seen = (stamp, _manifest_from(path))
        return self._seen[1]

    def staged_path(self, batch_id: str) -> Path:
        """Return where the columns of a batch are, while they are kept."""
        return self.root / _STAGED / f"{batch_id}.parquet"

    def path(self, partition: Partition) -> Path:
        """Return where the rows of a partition are."""
        return self.root / _PARTS / partition.file

    def read(self, key: Key) -> pa.Table:
        """Return the rows of a source, provider and month, as canonical incidents.

        Raises
        ------
        DataError
            Where nothing is held for the key, or its file is missing or damaged.
        """
        held = self.manifest().partitions.get(key)
        if held is None:
            message = f"Nothing is held for {key[1]}, {key[2]} ({key[0]})."
            raise DataError(message, "Load a file of that month.")
        return self._rows(held)

    def rows(self, partition: Partition) -> pa.Table:
        """Return the rows of a partition; see `read`."""
        return self._rows(partition)

    def damaged_files(self) -> tuple[str, ...]:
        """Return the files that are missing, or whose rows are not those that were written."""
        partitions = self.manifest().partitions
        return tuple(
            partitions[key].file for key in sorted(partitions) if self.is_damaged(partitions[key])
        )

    def is_damaged(self, partition: Partition) -> bool:
        """Return whether a partition's file is missing or holds other rows."""
        try:
            return content_hash(self._rows(partition)) != partition.content
        except DataError:
            return True

    def _rows(self, partition: Partition, columns: list[str] | None = None) -> pa.Table:
        try:
            rows = pq.read_table(self.path(partition), columns=columns, partitioning=None)
        except (OSError, pa.ArrowException) as error:
            message = f"The stored rows of {partition.provider}, {partition.month} cannot be read."
            raise DataError(message, "Load the file of that month again.") from error
        return rows if columns else conformed(rows).select(INCIDENT_SCHEMA.names)

    def references(self, partition: Partition) -> NDArray[np.uint64]:
        """Return the distinct references of a partition as 64-bit hashes, sorted.

        Hashes take little memory over many months; see `data.hashing.hash_text`.
        """
        return hash_references(self._rows(partition, [SOURCE_REF])[SOURCE_REF])

    @contextmanager
    def writing(
        self, now: datetime, *, waiting: Callable[[], None] | None = None
    ) -> Iterator[LakeWriter]:
        """Give the only writer; what it holds takes effect with its ``commit``.

        Parameters
        ----------
        now
            The present, with its time zone, written beside each partition.
        waiting
            Called once where another import is at work, before its end is waited for.

        Raises
        ------
        LakeBusyError
            Where another import is at work, and does not end in time.
        DataError
            Where the disk is full or cannot be written.
        """
        with writable():
            (self.root / _PARTS).mkdir(parents=True, exist_ok=True)
            (self.root / _STAGED).mkdir(exist_ok=True)
            lock = (self.root / _LOCK).open("w")
        with lock:
            _take_turn(lock, self._patience_s, waiting)
            writer = LakeWriter(self, now)
            try:
                yield writer
            except GeoError:
                writer.discard()
                raise


def _take_turn(lock: IO[str], patience_s: float, waiting: Callable[[], None] | None = None) -> None:
    """Wait until this is the only writer."""
    pause = Event()
    for attempt in range(round(patience_s / _POLL_S) + 1):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not attempt and waiting is not None:
                waiting()
            pause.wait(_POLL_S)
        else:
            return
    message = "Another import is at work on these data."
    raise LakeBusyError(message, "Wait until it has ended, then try again.")


class LakeWriter:
    """Adds partitions beside those in use; see `Lake.writing`."""

    def __init__(self, lake: Lake, now: datetime) -> None:
        self.before = lake.manifest()
        self._lake = lake
        self._imported_at = now.isoformat(timespec="seconds")
        self._next = dict(self.before.partitions)
        self._batches = dict(self.before.batches)
        self._references: dict[str, NDArray[np.uint64]] = {}

    def rows_held(self, key: Key) -> int:
        """Return how many rows are held of a key, those put by this writer included."""
        held = self._next.get(key)
        return held.rows if held else 0

    def put(self, key: Key, contents: Contents, raw: RawFile) -> Partition:
        """Hold these rows for a source, provider and month, instead of any others.

        Rows that are held already, in whatever order, change nothing; a damaged file of theirs is
        written anew.

        Parameters
        ----------
        key
            Source, provider, month.
        contents
            Canonical incidents of that key alone, at least one.
        """
        before = self.before.partitions.get(key)
        partition = _described(key, contents, raw, self._imported_at)
        wanted = True
        if before is not None and before.file == partition.file:
            partition = replace(before, area=partition.area)
            wanted = self._lake.is_damaged(before)
        if wanted:
            _write_parquet(self._lake.path(partition), contents.rows)
        self._next[key] = partition
        self._references[partition.file] = contents.references
        return partition

    def rows(self, partition: Partition) -> pa.Table:
        """Return the rows of a partition, put by this writer or held before."""
        return self._lake.rows(partition)

    def held_for(self, source: str, provider: str) -> dict[Key, Partition]:
        """Return what is held of a source and provider, puts of this writer included."""
        return {key: self._next[key] for key in sorted(self._next) if key[:2] == (source, provider)}

    @property
    def batches(self) -> Mapping[str, Batch]:
        """Loads by their id, those put by this writer included."""
        return self._batches

    def put_batch(self, batch: Batch, staged: pa.Table | None) -> None:
        """Record a load, and keep its columns beside the data.

        Parameters
        ----------
        staged
            Its columns as text; None leaves what is kept as it is.
        """
        if staged is not None:
            write_staged(self._lake.staged_path(batch.batch_id), staged)
        self._batches[batch.batch_id] = batch

    def forget(self, batch_id: str) -> None:
        """Keep of a load only how many rows became of what: no value, no row that waits."""
        batch = self._batches.get(batch_id)
        if batch is not None:
            self._batches[batch_id] = replace(
                batch,
                held=(),
                findings=tuple(one.without_value() for one in batch.findings),
                standing=tuple(one.without_value() for one in batch.standing),
                answers=(),
            )

    def remove(self, keys: Iterable[Key]) -> int:
        """Hold nothing of these keys any more, and return how many rows that takes away."""
        gone = [self._next.pop(key) for key in set(keys) if key in self._next]
        return sum(partition.rows for partition in gone)

    def references(self, partition: Partition) -> NDArray[np.uint64]:
        """Return the same as `Lake.references`, from memory where this writer put the rows."""
        known = self._references.get(partition.file)
        return self._lake.references(partition) if known is None else known

    def commit(self) -> Manifest:
        """Make what was put the data set, and return it."""
        after = Manifest(MappingProxyType(self._next), MappingProxyType(self._batches))
        root = self._lake.root
        if after != self.before:
            sync_folder(root / _STAGED)
            sync_folder(root / _PARTS)
            content = _as_json(after)
            write_whole(root / _MANIFEST, lambda stream: stream.write(content))
            sync_folder(root)
        self._keep_only(after)
        return after

    def discard(self) -> None:
        """Remove what was put and is in no use, so that it takes no space."""
        self._keep_only(self._lake.manifest())

    def _keep_only(self, wanted: Manifest) -> None:
        root = self._lake.root
        used = wanted.files() | {self._lake.staged_path(name).name for name in wanted.batches}
        for path in [*(root / _PARTS).iterdir(), *(root / _STAGED).iterdir()]:
            if path.name not in used:
                path.unlink()


def _described(key: Key, contents: Contents, raw: RawFile, imported_at: str) -> Partition:
    return Partition(
        *key,
        rows=contents.rows.num_rows,
        located=contents.located,
        references=contents.with_reference,
        repeated=contents.repeated,
        content=contents.content,
        file=f"{contents.content[:_NAME_DIGITS]}{contents.trace and '-'}{contents.trace}.parquet",
        raw_name=raw.name,
        raw_sha256=raw.sha256,
        imported_at=imported_at,
        first_day=contents.first_day,
        last_day=contents.last_day,
        area=raw.area,
    )


def _write_parquet(path: Path, rows: pa.Table) -> None:
    """Write rows under their final name once they are whole and on disk."""

    def write(stream: IO[bytes]) -> None:
        pq.write_table(
            rows,
            stream,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in rows.column_names if name not in _MOSTLY_DISTINCT],
            write_statistics=[LON, LAT],
            store_schema=False,  # text is read back as text, however it was encoded here
        )

    write_whole(path, write)


def _as_json(manifest: Manifest) -> bytes:
    partitions = [asdict(manifest.partitions[key]) for key in sorted(manifest.partitions)]
    batches = [batch_as_json(batch) for batch in manifest.batches.values()]
    written = {
        "format": FORMAT,
        "version": manifest.version,
        "partitions": partitions,
        "batches": batches,
    }
    return json.dumps(written, ensure_ascii=False, indent=1).encode()


def _manifest_from(path: Path) -> Manifest:
    hint = "Restore the lake folder from a backup, or delete it and load the files again."
    try:
        written = json.loads(path.read_bytes())
        if written["format"] not in _READABLE:
            message = (
                f"The stored data have format {written['format']}; this Hexbeat reads {FORMAT}."
            )
            raise DataError(message, "Use the Hexbeat that wrote them, or load the files anew.")
        held = [Partition(**item) for item in written["partitions"]]
        loads = [batch_from_json(item) for item in written.get("batches", ())]
    except (ValueError, KeyError, TypeError) as error:
        message = f"The list of stored data ({path.name}) is damaged."
        raise DataError(message, hint) from error
    manifest = Manifest(
        MappingProxyType({part.key: part for part in held}),
        MappingProxyType({load.batch_id: load for load in loads}),
    )
    if manifest.version != written["version"]:
        message = f"The list of stored data ({path.name}) was changed by hand."
        raise DataError(message, hint)
    return manifest
