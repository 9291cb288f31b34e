"""Who did what, and has anybody tampered with that log?

Each entry's hash covers its content and the hash of the entry before, so that a change to any
entry breaks the chain from there on.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text

from data.store.models import AuditEntry, utc_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from data.access import Principal

FIRST_HASH: Final = "0" * 64
"""Stands for the entry before the first."""


@dataclass(frozen=True)
class ChainCheck:
    """Whether the audit log is whole.

    Attributes
    ----------
    entries
        Number of entries.
    head
        Hash of the last entry; noted elsewhere, it proves later that none was cut off.
    broken_at
        The first entry that does not fit, or that is missing; None when the log is whole.
    """

    entries: int
    head: str
    broken_at: int | None

    @property
    def whole(self) -> bool:
        """Whether no entry was changed, removed or put in."""
        return self.broken_at is None


def entry_hash(entry: AuditEntry) -> str:
    """Return the SHA-256 of an entry's content and of the hash before it, in hexadecimal."""
    content = [
        entry.previous_hash,
        entry.entry_id,
        utc_text(entry.at),
        entry.principal,
        entry.role,
        entry.demo,
        entry.action,
        entry.subject,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()


def append_entry(
    session: Session,
    principal: Principal,
    action: str,
    subject: str,
    detail: Mapping[str, object],
    now: datetime,
) -> AuditEntry:
    """Add an entry to the log, within the transaction of the session.

    Parameters
    ----------
    session
        A session that holds the write lock, so that nobody else can add an entry meanwhile.
    principal
        Who acts.
    action, subject
        What was done, and to what: ``rename_hotspot``, ``sandport/h-12``.
    detail
        Facts about it that JSON can hold; never the content of a report.
    now
        Time of the entry, with its zone.
    """
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.entry_id.desc()).limit(1)).first()
    entry = AuditEntry(
        entry_id=last.entry_id + 1 if last else 1,
        at=now,
        principal=principal.name,
        role=principal.role.value,
        demo=principal.demo,
        action=action,
        subject=subject,
        detail=json.dumps(dict(detail), sort_keys=True, ensure_ascii=False, allow_nan=False),
        previous_hash=last.entry_hash if last else FIRST_HASH,
        entry_hash="",
    )
    entry.entry_hash = entry_hash(entry)
    session.add(entry)
    return entry


def check_chain(session: Session) -> ChainCheck:
    """Return whether the log is whole, reading it from the first entry to the last."""
    head, count = FIRST_HASH, 0
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.entry_id)):
        count += 1
        fits = entry.entry_id == count and entry.previous_hash == head
        if not fits or entry.entry_hash != entry_hash(entry):
            return ChainCheck(count, head, min(count, entry.entry_id))
        head = entry.entry_hash
    highest = session.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")).scalar()
    cut_off = highest is not None and int(highest) > count
    return ChainCheck(count, head, count + 1 if cut_off else None)
