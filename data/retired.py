"""Which rows of a file may not come back, because their month was deleted for good?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from data.readers.rows import MOST_LISTED, BadRow, BadRows, FileRows
from data.store.deletions import retired_words
from geo.schema import SOURCE_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.readers.rows import Batch


def without_retired(found: FileRows, retired: Mapping[tuple[str, str], str]) -> FileRows:
    """Return a file's rows with those refused whose months were deleted.

    Parameters
    ----------
    retired
        Month before which nothing is loaded, by source and provider.
    """
    gone = [one for one in found.batches if one.month < retired.get(one.key[:2], "")]
    if not gone:
        return found
    refused = [bad for one in gone for bad in _refused(one, retired[one.key[:2]])]
    total = found.bad.total + sum(one.table.num_rows for one in gone)
    listed = sorted([*found.bad.listed, *refused], key=lambda bad: bad.row)[:MOST_LISTED]
    return replace(
        found,
        batches=tuple(one for one in found.batches if one not in gone),
        bad=BadRows(total, tuple(listed)),
    )


def _refused(batch: Batch, before: str) -> list[BadRow]:
    reason = retired_words(batch.provider, batch.month, before)[0]
    rows = batch.table[SOURCE_ROW].slice(0, MOST_LISTED).to_pylist()
    return [BadRow(row, "", batch.month, reason) for row in rows]
