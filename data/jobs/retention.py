"""What has been kept longer than agreed, and how does it go?

Nothing is deleted unless one person asked and another approved. A deletion names what goes, and may
be carried out again and again: it ends up the same, wherever it was stopped.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from data.access import Permission, Principal, authorise, may
from data.errors import DataError
from data.jobs.wording import plural
from data.profiles.known import CCTV_LOG
from data.store.deletions import INCIDENT_ROWS, SNAPSHOTS, STAGED, add_deletion, approve, deletions
from data.store.import_models import Deletion
from data.store.snapshots import remove_snapshot, snapshot_record, snapshot_records
from data.store.sources import RETENTION_MONTHS, source_settings
from geo.periods import months_before, span_words
from geo.schema import SOURCE_BATCH

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from data.lake import Key
    from data.workspace import Workspace

LOCAL_TIME: Final = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Due:
    """Something that was kept longer than agreed."""

    kind: str
    before: str
    """Month or day; what is older goes."""
    items: tuple[tuple[str, ...], ...]
    """Source, provider and month; or a file of read columns; or the id of a snapshot."""
    counts: tuple[tuple[str, int], ...]
    words: str
    """ "Council: 120 reports of January to March 2019, kept for 36 months"."""
    source: str | None = None
    provider: str | None = None


@dataclass(frozen=True)
class DeletionView:
    """A deletion that was asked for."""

    deletion_id: int
    kind: str
    before: str
    words: str
    asked_by: str
    approved_by: str | None
    done: bool


@dataclass(frozen=True)
class RetentionPlan:
    """What is past its limit, what waits for a second person, and what the limits are."""

    due: tuple[Due, ...]
    waiting: tuple[DeletionView, ...]
    """Asked for, not approved."""
    approved: tuple[DeletionView, ...]
    """Approved, not yet carried out."""
    limits: tuple[tuple[str, str], ...]


def retention_plan(ws: Workspace, principal: Principal) -> RetentionPlan:
    """Return what is past its limit and not asked for yet, and the state of what was."""
    _let_look(principal)
    now = ws.clock.now()
    with ws.store.read() as session:
        found = (*_due_rows(ws, session, now), *_due_staged(ws, now))
        found = (*found, *_due_snapshots(ws, session, now))
        asked = deletions(session)
    open_ones = [deletion for deletion in asked if deletion.done_at is None]
    known = {tuple(item) for deletion in open_ones for item in deletion.items}
    return RetentionPlan(
        tuple(due for due in found if not known.issuperset(due.items)),
        tuple(_view(one) for one in open_ones if one.approved_at is None),
        tuple(_view(one) for one in open_ones if one.approved_at is not None),
        _limits(ws),
    )


def ask_deletion(ws: Workspace, principal: Principal, due: Due) -> DeletionView:
    """Ask that something past its limit be deleted; nothing goes until another person approves.

    Raises
    ------
    DataError
        When it is not past its limit, or not there any more.
    StoreError
        When the same waits for approval already.
    """
    authorise(principal, Permission.IMPORT)
    if due not in retention_plan(ws, principal).due:
        message = "This is not, or no longer, among what is past its limit."
        raise DataError(message, "Look at the list again.")
    now = ws.clock.now()
    asked = Deletion(
        kind=due.kind,
        source=due.source,
        provider=due.provider,
        before=due.before,
        items=[list(item) for item in due.items],
        counts={**dict(due.counts), "words": due.words},
        asked_by=principal.name,
        asked_role=principal.role.value,
        asked_at=now,
        approved_by=None,
        approved_role=None,
        approved_at=None,
        done_at=None,
    )
    detail: dict[str, Any] = {**dict(due.counts), "before": due.before}
    with ws.store.change(principal, "ask_deletion", _subject(due), detail, now) as session:
        detail["deletion_id"] = add_deletion(session, asked).deletion_id
    return _view(asked)


def approve_deletion(ws: Workspace, principal: Principal, deletion_id: int) -> DeletionView:
    """Approve a deletion that another person asked for, and carry it out.

    Raises
    ------
    StoreError
        When there is none, it was approved already, or the same person asked for it.
    LakeBusyError
        When an import is at work; the approval stands, and ``run_deletions`` carries it out.
    """
    authorise(principal, Permission.APPROVE_DELETION)
    now = ws.clock.now()
    detail: dict[str, Any] = {"deletion_id": deletion_id}
    with ws.store.change(principal, "approve_deletion", "retention", detail, now) as session:
        approved = approve(session, principal, deletion_id, now)
        detail |= {"asked_by": approved.asked_by, "subject": _subject(approved)}
    return _carry_out(ws, principal, approved)


def run_deletions(ws: Workspace, principal: Principal) -> tuple[DeletionView, ...]:
    """Carry out what was approved and has not gone, and return it.

    What came back, such as from a backup of the data, goes again.
    """
    _let_look(principal)
    with ws.store.read() as session:
        approved = [one for one in deletions(session) if one.approved_at is not None]
    wanted = [one for one in approved if one.done_at is None or _still_there(ws, one)]
    return tuple(_carry_out(ws, principal, one) for one in wanted)


def _let_look(principal: Principal) -> None:
    if not may(principal, Permission.IMPORT):
        authorise(principal, Permission.APPROVE_DELETION)


def _due_rows(ws: Workspace, session: Session, now: datetime) -> list[Due]:
    this_month = now.astimezone(LOCAL_TIME).strftime("%Y-%m")
    held = ws.lake.manifest().partitions
    found = []
    for (source, provider), keys in groupby(sorted(held), key=lambda key: key[:2]):
        agreed = source_settings(session, source, provider).get(RETENTION_MONTHS)
        kept = ws.settings.retention
        months = agreed or (kept.cctv_months if source == CCTV_LOG.key else kept.rows_months)
        before = months_before(this_month, months)
        old = tuple(key for key in keys if key[2] < before)
        if old:
            rows = sum(held[key].rows for key in old)
            span = span_words(old[0][2], old[-1][2])
            words = f"{provider}: {plural(rows, 'report')} of {span}, kept for {months} months"
            counts = (("rows", rows), ("months", len(old)))
            found.append(Due(INCIDENT_ROWS, before, old, counts, words, source, provider))
    return found


def _due_staged(ws: Workspace, now: datetime) -> list[Due]:
    days = ws.settings.retention.staged_days
    limit = now - timedelta(days=days)
    folder = ws.settings.staged_path
    staged = sorted(folder.iterdir()) if folder.is_dir() else []
    old = tuple(
        (path.name,) for path in staged if datetime.fromtimestamp(path.stat().st_mtime, UTC) < limit
    )
    if not old:
        return []
    words = f"what was read of {plural(len(old), 'file')}, kept beside the data for {days} days"
    before = limit.astimezone(LOCAL_TIME).date().isoformat()
    return [Due(STAGED, before, old, (("files", len(old)),), words)]


def _due_snapshots(ws: Workspace, session: Session, now: datetime) -> list[Due]:
    years = ws.settings.retention.snapshots_years
    today = now.astimezone(LOCAL_TIME).date()
    before = f"{today.year - years:04d}-{today:%m-%d}"
    old = tuple(
        (record.snapshot_id,)
        for record in snapshot_records(session)
        if record.at.astimezone(LOCAL_TIME).date().isoformat() < before
    )
    if not old:
        return []
    words = f"{plural(len(old), 'snapshot')} published before {before}, kept for {years} years"
    return [Due(SNAPSHOTS, before, tuple(sorted(old)), (("snapshots", len(old)),), words)]


def _limits(ws: Workspace) -> tuple[tuple[str, str], ...]:
    kept = ws.settings.retention
    return (
        ("Raw uploads", "removed after the import"),
        ("What was read of a file", plural(kept.staged_days, "day")),
        ("Reports", f"{plural(kept.rows_months, 'month')}, unless agreed for the source"),
        ("CCTV logs", plural(kept.cctv_months, "month")),
        ("Figures by hexagon and month", plural(kept.cells_years, "year")),
        ("Snapshots", plural(kept.snapshots_years, "year")),
        ("Records", plural(kept.records_years, "year")),
        ("Audit log", plural(kept.audit_years, "year")),
    )


def _carry_out(ws: Workspace, principal: Principal, deletion: Deletion) -> DeletionView:
    """Delete what the deletion names, then record that it is done."""
    items: list[Any] = [tuple(item) for item in deletion.items]
    _REMOVE[deletion.kind](ws, items)
    now = ws.clock.now()
    action = "delete_expired" if deletion.done_at is None else "delete_expired_again"
    detail = {**deletion.counts, "deletion_id": deletion.deletion_id, "before": deletion.before}
    detail["approved_by"] = deletion.approved_by
    with ws.store.change(principal, action, _subject(deletion), detail, now) as session:
        record = session.get_one(Deletion, deletion.deletion_id)
        record.done_at = now
        record.counts = {**record.counts, "dataset_version": ws.lake.version}
        if deletion.kind == SNAPSHOTS:
            for (snapshot_id,) in items:
                remove_snapshot(session, snapshot_id)
    return _view(record)


def _remove_rows(ws: Workspace, keys: list[Key]) -> None:
    with ws.lake.writing(ws.clock.now()) as writer:
        loads = sorted(
            {
                batch_id
                for key in writer.before.partitions.keys() & keys
                for batch_id in ws.lake.read(key)[SOURCE_BATCH].unique().to_pylist()
                if batch_id
            }
        )
        for batch_id in loads:
            ws.lake.staged_path(batch_id).unlink(missing_ok=True)
            writer.forget(batch_id)
        writer.remove(keys)
        writer.commit()


def _remove_staged(ws: Workspace, items: list[tuple[str]]) -> None:
    for (name,) in items:
        path = ws.settings.staged_path / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _remove_snapshots(ws: Workspace, items: list[tuple[str]]) -> None:
    with ws.store.read() as session:
        records = [snapshot_record(session, snapshot_id) for (snapshot_id,) in items]
    for record in filter(None, records):
        (ws.settings.snapshots_path / record.file).unlink(missing_ok=True)


_REMOVE: Final = MappingProxyType[str, Callable[["Workspace", list[Any]], None]](
    {INCIDENT_ROWS: _remove_rows, STAGED: _remove_staged, SNAPSHOTS: _remove_snapshots}
)


def _still_there(ws: Workspace, deletion: Deletion) -> bool:
    items = [tuple(item) for item in deletion.items]
    if deletion.kind == INCIDENT_ROWS:
        return not ws.lake.manifest().partitions.keys().isdisjoint(items)
    if deletion.kind == STAGED:
        return any((ws.settings.staged_path / name).exists() for (name,) in items)
    return any((ws.settings.snapshots_path / f"{one}.json.gz").exists() for (one,) in items)


def _subject(what: Due | Deletion) -> str:
    return "/".join(filter(None, (what.kind, what.source, what.provider)))


def _view(deletion: Deletion) -> DeletionView:
    return DeletionView(
        deletion.deletion_id,
        deletion.kind,
        deletion.before,
        str(deletion.counts["words"]),
        deletion.asked_by,
        deletion.approved_by,
        deletion.done_at is not None,
    )
