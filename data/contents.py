"""What identifies rows that are about to be stored, or that are stored?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.hashing import distinct, hash_text, mixed, number_bits
from data.incidents import INCIDENT_SCHEMA, LATER_COLUMNS, located
from geo.schema import MONTH, SOURCE_BATCH, SOURCE_REF, SOURCE_ROW, TIME_FROM

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NO_TIME: Final = np.array([1 << 63], dtype=np.uint64)
_OTHER_LANE: Final = np.uint64(0x9E3779B97F4A7C15)
_TRACES: Final = (SOURCE_ROW, SOURCE_BATCH)
_HASHED: Final = tuple(name for name in INCIDENT_SCHEMA.names if name not in _TRACES)


@dataclass(frozen=True, eq=False)
class Contents:
    """Rows ready to be stored, with what describes them.

    Attributes
    ----------
    rows
        Canonical incidents, at least one, text dictionary-encoded save the references.
    content
        64 hexadecimal digits that depend on the rows alone; see `content_hash`.
    located
        Rows with a location.
    with_reference
        Rows with a reference (Crime ID).
    references
        Hashes of the distinct references, sorted.
    first_day, last_day
        First and last day of the month (UTC) on which rows fall; 0 where they give no day.
    trace
        Sixteen hexadecimal digits that depend on which load brought each row, and from where in its
        file; "" where no row names its load.
    """

    rows: pa.Table
    content: str
    located: int
    with_reference: int
    references: NDArray[np.uint64]
    first_day: int = 0
    last_day: int = 0
    trace: str = ""

    @property
    def repeated(self) -> int:
        """Rows that follow another row with the same reference."""
        return self.with_reference - len(self.references)


def contents_of(table: pa.Table) -> Contents:
    """Return canonical incidents (``INCIDENT_SCHEMA``) with what describes them."""
    rows = _encoded(table)
    references = rows[SOURCE_REF].combine_chunks()
    hashes = hash_text(references)
    written = hashes[pc.not_equal(references, "").to_numpy(zero_copy_only=False)]
    sums = _row_sums(rows, hashes)
    return Contents(
        rows,
        _content(sums),
        located=int(np.count_nonzero(located(rows))),
        with_reference=len(written),
        references=distinct(written),
        **_days(table),
        trace=_trace(rows, sums),
    )


def _trace(rows: pa.Table, sums: NDArray[np.uint64]) -> str:
    """Return digits for the load and the row number of each row; "" where none names its load."""
    loads = rows[SOURCE_BATCH].combine_chunks()
    if not pc.any(pc.not_equal(loads.dictionary, "")).as_py():
        return ""
    total = sums + mixed(rows[SOURCE_ROW].to_numpy().astype(np.uint64) ^ _OTHER_LANE)
    total += hash_text(loads.dictionary)[loads.indices.to_numpy()]
    return f"{int(mixed(total).sum(dtype=np.uint64)):016x}"


def _days(table: pa.Table) -> dict[str, int]:
    """Return the first and last day of the month on which rows fall, 0 where they give no day."""
    times = table[TIME_FROM].drop_null()
    if not len(times):
        return {}
    start = np.datetime64(table[MONTH][0].as_py(), "M")
    first, last = start.astype("datetime64[D]"), (start + 1).astype("datetime64[D]") - 1
    ends = pc.min_max(times).as_py()
    days = [np.datetime64(ends[name].replace(tzinfo=None), "D") for name in ("min", "max")]
    inside = np.clip(days, first, last) - first
    return {"first_day": int(inside[0].astype(int)) + 1, "last_day": int(inside[1].astype(int)) + 1}


def content_hash(table: pa.Table) -> str:
    """Return 64 hexadecimal digits that depend on the rows alone.

    The order of the rows, their numbers in the file (``source_row``) and the load that brought
    them (``source_batch``) do not count, so that a file that comes again re-sorted, renamed or
    compressed is the same content; a row that is there twice does count twice. A later column
    counts only where it holds something: rows stored before there was one keep their hash.

    Parameters
    ----------
    table
        Canonical incidents, of ``INCIDENT_SCHEMA``.

    Notes
    -----
    SHA-256 of the number of rows and of two sums, modulo 2**64, of two hashes of each row: sums
    need no order. That two different contents agree by chance is less likely than 2**-60.
    """
    rows = _encoded(table)
    return _content(_row_sums(rows, hash_text(rows[SOURCE_REF].combine_chunks())))


def hash_references(references: pa.ChunkedArray) -> NDArray[np.uint64]:
    """Return the distinct references as hashes, sorted; "" is none."""
    return distinct(hash_text(references.filter(pc.not_equal(references, "")).combine_chunks()))


def _encoded(table: pa.Table) -> pa.Table:
    """Return the table with a dictionary for every text that comes again and again."""
    columns = {
        name: table[name].combine_chunks().dictionary_encode()
        if pa.types.is_string(table[name].type) and name != SOURCE_REF
        else table[name].combine_chunks()
        for name in INCIDENT_SCHEMA.names
    }
    return pa.table(columns)


def row_hashes(table: pa.Table) -> NDArray[np.uint64]:
    """Return a number for the content of each row, shape (rows,); see `content_hash`."""
    rows = _encoded(table)
    return mixed(_row_sums(rows, hash_text(rows[SOURCE_REF].combine_chunks())))


def _row_sums(rows: pa.Table, references: NDArray[np.uint64]) -> NDArray[np.uint64]:
    total = np.zeros(rows.num_rows, dtype=np.uint64)
    for position, name in enumerate(_HASHED, start=1):
        seed = mixed(np.array([position], dtype=np.uint64))
        if name == SOURCE_REF:
            total += mixed(references ^ seed)
        else:
            total += _column_hashes(rows[name].combine_chunks(), seed, later=name in LATER_COLUMNS)
    return total


def _content(sums: NDArray[np.uint64]) -> str:
    digest = hashlib.sha256(len(sums).to_bytes(8, "little"))
    for lane in (mixed(sums), mixed(sums ^ _OTHER_LANE)):
        digest.update(int(lane.sum(dtype=np.uint64)).to_bytes(8, "little"))
    return digest.hexdigest()


def _column_hashes(
    column: pa.Array, seed: NDArray[np.uint64], *, later: bool
) -> NDArray[np.uint64]:
    """Return a number for each value, shape (rows,) or (1,) where all values are the same.

    In a later column, "" is 0.
    """
    if pa.types.is_dictionary(column.type):
        hashes = mixed(hash_text(column.dictionary) ^ seed)
        if later:
            hashes[pc.equal(column.dictionary, "").to_numpy(zero_copy_only=False)] = 0
        return hashes if len(hashes) == 1 else hashes[column.indices.to_numpy()]
    if pa.types.is_floating(column.type):
        return mixed(number_bits(column.to_numpy(zero_copy_only=False)) ^ seed)
    if column.null_count == len(column):
        return mixed(_NO_TIME ^ seed)
    instants = column.cast(pa.int64()).fill_null(_NO_TIME.view(np.int64)[0])
    return mixed(instants.to_numpy().view(np.uint64) ^ seed)
