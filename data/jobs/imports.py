"""How do files come in, and what became of every row?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from data.access import Permission, Principal, authorise
from data.batches import profile_from_json
from data.desk import Desk
from data.exports import to_csv_bytes
from data.ingest import load_files
from data.jobs.registers import import_register
from data.registers.points import FOLDER, PointIndex
from data.registers.storing import store_register
from data.store.deletions import deleted_versions, retired_months
from data.store.profiles import profiles
from data.store.records import imports
from data.store.registers import entries
from data.store.sources import all_sources
from geo.schema import SOURCE_REF, TIME_FROM

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import numpy as np

    from data.import_views import ImportReport
    from data.profiles.model import Profile
    from data.reading import ReadRegister
    from data.registers.reading import RegisterRows
    from data.workspace import Workspace

Progress = Callable[[str, int, int], None]
Upload = tuple[str, bytes]

POLICE_LOGS = "police_cad"
"""Source of the logs that CCTV entries name."""


def import_files(  # noqa: PLR0913 - who, what, where to, and how it is read
    ws: Workspace,
    principal: Principal,
    files: Sequence[Path | Upload],
    area_id: str | None,
    *,
    progress: Progress | None = None,
    mapping: Profile | None = None,
    sheet: str | None = None,
    cut: bool = False,
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
        Which columns hold what, for files that are not known by their headings.
    sheet
        Which sheet of a workbook to read; None takes the best visible one.
    cut
        Whether whole months of open data hold rows of that area alone; they then count as
        supplied for no other.

    Raises
    ------
    AccessError
        Where the role may not load files.
    GeoError
        Where nothing at all could be loaded.
    """
    authorise(principal, Permission.IMPORT)
    now = ws.clock.now()
    desk = desk_for(ws, area_id, now, mapping=mapping, sheet=sheet)
    desk = replace(desk, cut_to=area_id) if cut and area_id else desk
    _note_unrecorded(ws, principal, now)

    def register(found: ReadRegister) -> tuple[RegisterRows, str]:
        return _registered(ws, principal, found, area_id, now)

    report = load_files(ws.lake, ws.engine, files, desk, progress=progress, register=register)
    ws.store.record_import(principal, report, now=now)
    return report


def desk_for(
    ws: Workspace,
    area_id: str | None,
    now: datetime,
    *,
    mapping: Profile | None = None,
    sheet: str | None = None,
) -> Desk:
    """Return what is known when files of an area are read."""
    with ws.store.read() as session:
        saved = tuple(profile_from_json(one.content) for one in profiles(session))
        sources = all_sources(session)
        cameras = entries(session, "camera", area_id)
        retired = retired_months(session)
    points = PointIndex.open(ws.settings.home / FOLDER)
    return Desk(
        now=now,
        area=ws.area(area_id) if area_id else None,
        mapping=mapping,
        sheet=sheet,
        saved=saved,
        sources=sources,
        retired=retired,
        log_times=lambda references: log_times(ws, references),
        cameras=frozenset(str(one["camera_id"]) for one in cameras.values()) or None,
        uprns=points or None,
        postcodes=points or None,
    )


def log_times(ws: Workspace, references: Sequence[str]) -> Mapping[str, np.datetime64]:
    """Return the time (UTC) of each police log that is held."""
    rows = ws.engine.read_rows([SOURCE_REF, TIME_FROM], sources=[POLICE_LOGS])
    rows = rows[rows[SOURCE_REF].isin(list(references)) & rows[TIME_FROM].notna()]
    times = rows[TIME_FROM].dt.tz_convert("UTC").dt.tz_localize(None)
    return dict(zip(rows[SOURCE_REF], times.to_numpy("datetime64[us]"), strict=True))


def _registered(
    ws: Workspace,
    principal: Principal,
    found: ReadRegister,
    area_id: str | None,
    now: datetime,
) -> tuple[RegisterRows, str]:
    """Put the entries of a register among the records, and say what came of it."""
    kind = found.kind
    if found.rows is None:
        rows = import_register(
            ws, principal, found.sheet.text, kind, area_id,
            file_name=found.raw.name, batch_id=found.batch_id, now=now,
        )  # fmt: skip
        return rows, f"{kind.title}: {rows.counts['kept']:,} points listed."
    counts = store_register(ws.store, principal, found.rows, kind, area_id, found.batch_id, now)
    words = (
        f"{kind.title}: {counts.new:,} new, {counts.changed:,} changed, {counts.same:,} as before."
    )
    if found.rows.counts["held"]:
        words += f" {found.rows.counts['held']:,} rows wait for an answer."
    return found.rows, words


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
