"""Which snapshots were published, and where do they lie?

Functions that write take the session of ``Store.change``, those that read that of ``Store.read``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from data.store.import_models import SnapshotRecord

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def snapshot_record(session: Session, snapshot_id: str) -> SnapshotRecord | None:
    """Return the record of a snapshot; None where there is none."""
    return session.get(SnapshotRecord, snapshot_id)


def snapshot_records(session: Session, area_id: str | None = None) -> tuple[SnapshotRecord, ...]:
    """Return the records of snapshots, latest first; of one area, or of all."""
    wanted = select(SnapshotRecord).order_by(SnapshotRecord.at.desc(), SnapshotRecord.snapshot_id)
    if area_id is not None:
        wanted = wanted.where(SnapshotRecord.area_id == area_id)
    return tuple(session.scalars(wanted))


def remove_snapshot(session: Session, snapshot_id: str) -> bool:
    """Remove the record of a snapshot, and return whether there was one."""
    record = session.get(SnapshotRecord, snapshot_id)
    if record is None:
        return False
    session.delete(record)
    return True
