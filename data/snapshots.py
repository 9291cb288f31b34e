"""How are published figures frozen, and read back as they were?

A snapshot is one compressed JSON file that holds finished views: nothing in it is ever computed
again, so data that were restated or deleted since do not matter. The same figures always give the
same bytes. Only known views, tables and plain values are read back; no code ever is.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from data import views
from data.errors import DataError
from data.report_keys import ReportKey
from geo.provenance import Provenance

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from data.views import CoverageView, HomeView, HotspotResult

FORMAT: Final = 1
"""Raised when a snapshot is written in another way; former ones stay readable."""

_KNOWN: Final = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (*vars(views).values(), Provenance, ReportKey)
        if isinstance(kind, type) and is_dataclass(kind)
    }
)
_IS: Final = "is"
_TABLE: Final = "table"
_RECORD: Final = "record"
_TEXT: Final = "text"
_ID_DIGITS: Final = 16


class SnapshotError(DataError):
    """A snapshot cannot be made or read."""


@dataclass(frozen=True)
class SnapshotView:
    """One published snapshot in a list."""

    snapshot_id: str
    """Safe in an address; never shown to a user."""
    area_id: str
    kind: str
    title: str
    at: datetime
    when_words: str
    """ "1 August 2022, 10:00", in British time."""
    given_by: str
    role_words: str
    dataset_version: str
    months: tuple[str, ...]
    """Months with data among those that it shows."""
    months_words: str
    """ "July 2020 to June 2022"."""
    accepted_held: int
    """Rows that were held when it was published, and accepted with a reason."""


@dataclass(frozen=True, eq=False)
class FrozenSnapshot:
    """The figures of a snapshot as they were published, as far as a role may see them."""

    view: SnapshotView
    result: HotspotResult
    home: HomeView
    coverage: CoverageView
    made: tuple[tuple[str, str], ...]
    """How these figures were made: name and value."""
    accepted: tuple[tuple[int, str], ...]
    """Rows that stayed held, and the reason."""


def content_of(document: Mapping[str, Any]) -> bytes:
    """Return the content of a snapshot: the same figures, the same bytes."""
    written = {"format": FORMAT, **{name: _plain(value) for name, value in document.items()}}
    return json.dumps(
        written, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":")
    ).encode("ascii")


def snapshot_id_of(content: bytes) -> str:
    """Return the id of a snapshot, which depends on its content alone."""
    return hashlib.sha256(content).hexdigest()[:_ID_DIGITS]


def write_snapshot(path: Path, content: bytes) -> str:
    """Write a snapshot whole and to disk, and return the SHA-256 of its file."""
    packed = gzip.compress(content, compresslevel=9, mtime=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as stream:
        stream.write(packed)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    _sync(path.parent)
    return hashlib.sha256(packed).hexdigest()


def read_snapshot(path: Path, sha256: str) -> dict[str, Any]:
    """Return what was frozen.

    Raises
    ------
    SnapshotError
        When the file is missing, is not the one that was published, or was written by a newer
        Hexbeat.
    """
    hint = f"Restore {path.name} from a backup of the folder of snapshots."
    try:
        packed = path.read_bytes()
    except OSError as error:
        message = f"The file {path.name} of this snapshot is missing or cannot be read."
        raise SnapshotError(message, hint) from error
    if hashlib.sha256(packed).hexdigest() != sha256:
        message = f"The file {path.name} is not the one that was published: it was changed."
        raise SnapshotError(message, f"{hint} Do not rely on the changed one.")
    written = json.loads(gzip.decompress(packed))
    if written["format"] > FORMAT:
        message = (
            f"This snapshot has format {written['format']}; this Hexbeat reads up to {FORMAT}."
        )
        raise SnapshotError(message, "Use the Hexbeat that published it, or a later one.")
    return {name: _restored(value) for name, value in written.items() if name != "format"}


def _plain(value: Any) -> Any:  # noqa: ANN401  (whatever a view may hold)
    """Return a value as JSON can hold it; undefined numbers are null."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _plain_parts(value)


def _plain_parts(value: Any) -> dict[str, Any]:  # noqa: ANN401
    if isinstance(value, pd.DataFrame):
        columns = [_column(str(name), value[name]) for name in value.columns]
        return {_IS: _TABLE, "columns": columns}
    if isinstance(value, Mapping):
        return {_IS: _RECORD, "pairs": [[str(k), _plain(v)] for k, v in value.items()]}
    if type(value).__name__ in _KNOWN:
        held = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {_IS: type(value).__name__, "fields": held}
    message = f"A snapshot cannot hold a {type(value).__name__}."
    raise SnapshotError(message, "Report this: the view has gained a field of a new kind.")


def _column(name: str, series: pd.Series) -> dict[str, Any]:
    numbers = isinstance(series.dtype, np.dtype) and series.dtype.kind in "iufb"
    kind = str(series.dtype) if numbers else _TEXT
    values = [None if pd.isna(item) else _plain(item) for item in series.tolist()]
    return {"name": name, "kind": kind, "values": values}


def _restored(value: Any) -> Any:  # noqa: ANN401
    """Return the value that ``_plain`` was given: tuples, but lists within a mapping."""
    if isinstance(value, list):
        return tuple(_restored(item) for item in value)
    if not isinstance(value, dict):
        return value
    kind = value[_IS]
    if kind == _TABLE:
        return pd.DataFrame({c["name"]: _series(c) for c in value["columns"]})
    if kind == _RECORD:
        return {key: _listed(item) for key, item in value["pairs"]}
    return _view(kind, value["fields"])


def _listed(value: Any) -> Any:  # noqa: ANN401
    return [_listed(item) for item in value] if isinstance(value, list) else _restored(value)


def _series(column: Mapping[str, Any]) -> pd.Series:
    if column["kind"] == _TEXT:
        return pd.Series(pd.array(column["values"], dtype="str"))
    values = [math.nan if item is None else item for item in column["values"]]
    return pd.Series(np.array(values, dtype=column["kind"]))


def _view(kind: str, held: Mapping[str, Any]) -> Any:  # noqa: ANN401
    made = _KNOWN.get(kind)
    if made is None:
        message = f"This snapshot holds a {kind}, which this Hexbeat does not know."
        raise SnapshotError(message, "Use the Hexbeat that published it.")
    known = {field.name for field in fields(made)}
    return made(**{name: _restored(item) for name, item in held.items() if name in known})


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
