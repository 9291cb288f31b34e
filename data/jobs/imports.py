"""How do files come in, and what became of every row?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from data.access import Permission, Principal, authorise
from data.exports import to_csv_bytes
from data.ingest import load_files
from data.store.deletions import deleted_versions
from data.store.records import imports

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from data.readers.table import TableMapping
    from data.views import ImportReport
    from data.workspace import Workspace

Progress = Callable[[str, int, int], None]
Upload = tuple[str, bytes]


def import_files(
    ws: Workspace,
    principal: Principal,
    files: Sequence[Path | Upload],
    area_id: str | None,
    *,
    progress: Progress | None = None,
    mapping: TableMapping | None = None,
) -> ImportReport:
    """Load files into the data set, record it, and return what became of every row.

    Parameters
    ----------
    files
        Paths, or uploads as name and content.
    area_id
        The area whose counts the report states; the rows are stored for every area.
    progress
        Called with a sentence, how much is done, and of how much.
    mapping
        Which columns hold what, for files other than those of data.police.uk.

    Raises
    ------
    AccessError
        Where the role may not load files.
    GeoError
        Where nothing at all could be loaded.
    """
    authorise(principal, Permission.IMPORT)
    area = ws.area(area_id) if area_id else None
    now = ws.clock.now()
    _note_unrecorded(ws, principal, now)
    report = load_files(
        ws.lake, ws.engine, files, area, now=now, progress=progress, mapping=mapping
    )
    ws.store.record_import(principal, report, now=now)
    return report


def _note_unrecorded(ws: Workspace, principal: Principal, now: datetime) -> None:
    """Enter into the audit log a change of the data set whose record was cut off by a failure."""
    version = ws.lake.version
    with ws.store.read() as session:
        known = {record.dataset_version for record in imports(session)}
        known |= deleted_versions(session)
    if ws.lake.manifest().partitions and version not in known:
        detail = {"dataset_version": version, "found": "an import ended before it was recorded"}
        ws.store.record(principal, "import_found", "all areas", detail, now)


def refused_csv(report: ImportReport) -> bytes:
    """Return the refused rows as CSV: file, row, column, value, reason."""
    columns = ["file", "row", "column", "value", "reason"]
    rows = [(r.file, r.row, r.column, r.value, r.reason) for r in report.refused]
    return to_csv_bytes(pd.DataFrame(rows, columns=columns))
