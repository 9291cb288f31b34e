"""What is written down of a file that was read by a profile or a register?"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from data.batches import ROW, Batch
from data.incidents import INCIDENT_SCHEMA
from data.profiles.model import Profile
from data.registers.reading import kept_columns
from data.rules import ROW_RESULTS
from geo.schema import LAT, LON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from data.desk import Desk
    from data.readers.findings import Finding
    from data.readers.rows import FileRows
    from data.reading import AnyRead, ReadFile, ReadRegister
    from data.registers.reading import RegisterRows
    from data.rules import RowResult

REGISTER: Final = "register"
"""Source of batches that hold no incidents."""
_OF_THE_FILE: Final = ("F01", "F02", "F04", "F05", "F08", "C01", "C03")


def rows_by_pair(found: FileRows) -> Iterator[tuple[tuple[str, str], pa.Table]]:
    """Give the rows of a file by source and provider; none of a file whose rows all wait."""
    pairs: dict[tuple[str, str], list[pa.Table]] = {}
    for batch in found.batches:
        pairs.setdefault((batch.source, batch.provider), []).append(batch.table)
    if not pairs and found.profile is not None:
        pairs[found.profile.source, found.profile.provider] = [INCIDENT_SCHEMA.empty_table()]
    for pair in sorted(pairs):
        yield pair, pa.concat_tables(pairs[pair])


def counts_of(found: FileRows) -> dict[str, int]:
    """Return the rows of a file by what became of them; they add up to ``read``."""
    counted = sum(batch.table.num_rows for batch in found.batches)
    fixed = sum(batch.fixed for batch in found.batches)
    return {
        "read": found.rows_read,
        "kept": counted - fixed,
        "fixed": fixed,
        "held": found.rows_held,
        "dropped": found.rows_dropped,
        "refused": found.bad.total,
    }


def standing(found: FileRows) -> tuple[Finding, ...]:
    """Return the findings about a file that hold whatever is answered."""
    return tuple(
        finding
        for finding in found.findings
        if (finding.code in _OF_THE_FILE and finding.rows == 0)
        or finding.result == "refused"
        or (finding.code == "F04" and finding.result == "dropped")
        or (finding.code == "F09" and finding.rows == 0)
    )


def batch_of(file: ReadFile, desk: Desk) -> tuple[Batch, pa.Table]:
    """Return what is written down of a file, and its columns as they are kept."""
    found = file.found
    profile, staged = found.profile, found.staged
    if profile is None or staged is None:
        message = "only a file that was read by a profile makes a batch"
        raise ValueError(message)
    counts = counts_of(found)
    gone = {"dropped": file.left_out, "refused": counts["refused"]}
    batch = Batch(
        **_origin(file, profile, desk),
        counts=counts,
        gone=gone,
        standing=standing(found),
        findings=found.findings,
        held=found.held,
        excel_epoch=file.epoch,
    )
    return batch, staged


def register_batch_of(file: ReadRegister, rows: RegisterRows, desk: Desk) -> tuple[Batch, pa.Table]:
    """Return what is written down of a register's file, and its columns as they are kept."""
    text = file.sheet.text
    columns = dict(rows.columns)
    refused = rows.counts.get("refused", 0)
    profile = Profile(
        f"{REGISTER}:{rows.kind.key}", 1, rows.kind.title, MappingProxyType(columns), REGISTER,
        rows.kind.title, "unknown", "free",
    )  # fmt: skip
    dropped = len(file.sheet.dropped)
    counts = {"read": rows.rows_read + dropped, **_all_results(rows.counts)}
    counts["dropped"] += dropped
    batch = Batch(
        **_origin(file, profile, desk),
        counts=counts,
        gone={"dropped": dropped, "refused": refused},
        standing=file.sheet.findings,
        findings=(*file.sheet.findings, *rows.findings),
        held=rows.held,
        excel_epoch=text.excel_epoch.isoformat(),
    )
    kept = kept_columns(text, rows.kind, columns)
    return batch, pa.table({ROW: pa.array(text.numbers), **kept})


def _origin(file: AnyRead, profile: Profile, desk: Desk) -> dict[str, Any]:
    """Return what is written down of any file: where it comes from, and what people decided."""
    return {
        "batch_id": file.batch_id,
        "file_name": file.raw.name,
        "sha256": file.raw.sha256,
        "profile": profile,
        "area_id": desk.area.area_id if desk.area is not None else None,
        "imported_at": desk.now.isoformat(timespec="microseconds"),
        "agreement_ref": desk.agreement(profile),
        "answers": tuple(desk.answers.get(file.batch_id, ())),
    }


def _all_results(counts: Mapping[RowResult, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in ROW_RESULTS}


def located_rows(found: FileRows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of the rows that count, NaN where unknown."""
    tables = [batch.table for batch in found.batches]
    if not tables:
        return np.zeros(0), np.zeros(0)
    rows = pa.concat_tables(tables)
    return rows[LON].to_numpy(), rows[LAT].to_numpy()
