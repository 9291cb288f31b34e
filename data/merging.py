"""What is held once a file's rows have come to those of earlier files of the same source?

Rule
----
A row is known by its reference. The newest extract wins: rows held under a reference that comes
again are replaced, in whatever month they were. Rows without a reference are known by their
content: the same row again is the same report, unless one file holds it several times. A file that
is interpreted again never replaces rows of a later load. Loading January to March and then February
to April therefore gives the same as loading January to April.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.contents import contents_of, row_hashes
from data.hashing import distinct, hash_text
from data.import_views import Compared
from geo.schema import CATEGORY, MONTH, SOURCE_BATCH, SOURCE_REF, STATUS, SUBTYPE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from data.lake import Key, LakeWriter, RawFile


@dataclass(frozen=True, eq=False)
class _Known:
    """Rows by what they are known by."""

    rows: pa.Table
    references: NDArray[np.uint64]
    """0 for a row without a reference."""
    contents: NDArray[np.uint64]

    @classmethod
    def of(cls, rows: pa.Table) -> _Known:
        names = rows[SOURCE_REF].combine_chunks()
        hashes = np.where(
            pc.equal(names, "").to_numpy(zero_copy_only=False), np.uint64(0), hash_text(names)
        )
        return cls(rows, hashes, row_hashes(rows))

    def __len__(self) -> int:
        return len(self.references)

    def only(self, keep: NDArray[np.bool_]) -> _Known:
        return _Known(self.rows.filter(pa.array(keep)), self.references[keep], self.contents[keep])


def merge(
    writer: LakeWriter,
    pair: tuple[str, str],
    rows: pa.Table,
    raw: RawFile,
    *,
    batch_id: str,
    later: Collection[str] = (),
) -> Compared:
    """Hold the rows of a file beside those of earlier files, and return what that changed.

    Parameters
    ----------
    pair
        Source and provider of all the rows.
    rows
        Canonical incidents, of any months; may be none.
    batch_id
        Name of the load; what it brought before is replaced.
    later
        Loads that came after it: their rows stay.
    """
    new = _Known.of(rows)
    kept, gone, older = {}, [], 0
    months = set(pc.unique(rows[MONTH]).to_pylist())
    named = distinct(new.references[new.references != 0])
    again = batch_id in writer.batches
    for key, partition in writer.held_for(*pair).items():
        if not (again or key[2] in months or _share(named, writer.references(partition))):
            continue
        old = _Known.of(writer.rows(partition))
        new, dropped = _without_older(new, old, later)
        older += dropped
        stays = _stays(old, new, batch_id)
        gone.append(old.only(~stays))
        kept[key] = old.only(stays).rows
    _put(writer, pair, kept, new.rows, raw)
    return _compared(new, gone, older)


def _share(some: NDArray[np.uint64], others: NDArray[np.uint64]) -> bool:
    """Return whether two sorted lists of references have one in common."""
    if not len(some) or not len(others):
        return False
    at = np.minimum(np.searchsorted(others, some), len(others) - 1)
    return bool((others[at] == some).any())


def _batches(known: _Known) -> NDArray[np.object_]:
    names: NDArray[np.object_] = known.rows[SOURCE_BATCH].to_pandas().to_numpy(dtype=object)
    return names


def _without_older(new: _Known, old: _Known, later: Collection[str]) -> tuple[_Known, int]:
    """Return the new rows without those that a later load holds, and how many these are."""
    if not later:
        return new, 0
    theirs = old.only(np.isin(_batches(old).astype(str), sorted(later)))
    named = (new.references != 0) & np.isin(new.references, theirs.references)
    again = _as_often(new, theirs)
    return new.only(~named & ~again), int(named.sum())


def _as_often(rows: _Known, others: _Known) -> NDArray[np.bool_]:
    """Return which rows without a reference equal others, each of which matches one row alone."""
    values, counts = np.unique(others.contents[others.references == 0], return_counts=True)
    left = dict(zip(values.tolist(), counts.tolist(), strict=True))
    found = np.zeros(len(rows), dtype=np.bool_)
    unnamed = (rows.references == 0) & np.isin(rows.contents, values)
    for at in np.flatnonzero(unnamed):
        content = int(rows.contents[at])
        if left[content] > 0:
            left[content] -= 1
            found[at] = True
    return found


def _stays(old: _Known, new: _Known, batch_id: str) -> NDArray[np.bool_]:
    """Return which held rows stay: of another load, and not among the new ones."""
    stays: NDArray[np.bool_] = np.array(_batches(old) != batch_id, dtype=np.bool_)
    stays &= (old.references == 0) | ~np.isin(old.references, new.references)
    held = np.flatnonzero(stays)
    stays[held[_as_often(old.only(stays), new)]] = False
    return stays


def _put(
    writer: LakeWriter,
    pair: tuple[str, str],
    kept: dict[Key, pa.Table],
    rows: pa.Table,
    raw: RawFile,
) -> None:
    for key, table in _by_month(pair, kept, rows):
        if table.num_rows:
            writer.put(key, contents_of(table), raw)
        else:
            writer.remove([key])


def _by_month(
    pair: tuple[str, str], kept: dict[Key, pa.Table], rows: pa.Table
) -> Iterator[tuple[Key, pa.Table]]:
    """Give the rows of each month that is touched, old ones first."""
    months = set(pc.unique(rows[MONTH]).to_pylist()) | {key[2] for key in kept}
    for month in sorted(months):
        key = (*pair, month)
        mine = rows.filter(pc.equal(rows[MONTH], month))
        table = pa.concat_tables([kept[key], mine]) if key in kept else mine
        yield key, table.combine_chunks()


def _compared(new: _Known, gone: list[_Known], older: int) -> Compared:
    """Return how many of the new rows were held, as they are or otherwise."""
    references = np.concatenate([np.zeros(0, np.uint64), *(one.references for one in gone)])
    contents = np.concatenate([np.zeros(0, np.uint64), *(one.contents for one in gone)])
    same = np.isin(new.contents, contents)
    named = (new.references != 0) & np.isin(new.references, references)
    changed = named & ~same
    months = pc.unique(new.rows[MONTH].filter(pa.array(changed))).to_pylist()
    reclassified, cancelled = _how_changed(new.only(changed), gone)
    return Compared(
        new=int((~named & ~same).sum()),
        changed=int(changed.sum()),
        same=int(same.sum()),
        older=older,
        restated=tuple(sorted(months)),
        reclassified=reclassified,
        cancelled=cancelled,
    )


def _how_changed(changed: _Known, gone: list[_Known]) -> tuple[int, int]:
    """Return how many changed rows now have another type, and how many were cancelled since."""
    if not len(changed):
        return 0, 0
    now, before = _states(changed), pd.concat([_states(one) for one in gone])
    before = before[~before.index.duplicated()].reindex(now.index)
    cancelled = (now[STATUS] == "cancelled") & (before[STATUS] != "cancelled")
    reclassified = (now[CATEGORY] != before[CATEGORY]) | (now[SUBTYPE] != before[SUBTYPE])
    return int((reclassified & ~cancelled).sum()), int(cancelled.sum())


def _states(known: _Known) -> pd.DataFrame:
    """Return what rows are, by their reference."""
    names = [CATEGORY, SUBTYPE, STATUS]
    states: pd.DataFrame = known.rows.select(names).to_pandas()
    return states.set_index(known.references)
