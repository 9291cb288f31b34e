"""What do the records of importing, publishing and deleting hold?

Settings, profiles and register entries are kept in versions, the latest of which counts. The tables
themselves are made by ``data.store.migrations``; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (the mapper reads the annotations)
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.models import Base, UtcText


class SourceSettings(Base, kw_only=True):
    """One version of what is agreed for a source and provider."""

    __tablename__ = "source_settings"
    __table_args__ = (UniqueConstraint("source", "provider", "version"),)

    settings_id: Mapped[int] = mapped_column(primary_key=True, init=False)
    source: Mapped[str]
    provider: Mapped[str]
    version: Mapped[int]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcText)
    given_by: Mapped[str]
    role: Mapped[str]


class Profile(Base, kw_only=True):
    """One version of a column mapping that was made once and is remembered."""

    __tablename__ = "profiles"
    __table_args__ = (UniqueConstraint("profile_id", "version"),)

    row_id: Mapped[int] = mapped_column(primary_key=True, init=False)
    profile_id: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcText)
    given_by: Mapped[str]
    role: Mapped[str]


class RegisterEntry(Base, kw_only=True):
    """One version of a row of a register, such as a camera or a team."""

    __tablename__ = "register_entries"
    __table_args__ = (UniqueConstraint("kind", "area_id", "key", "version"),)

    entry_id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str]
    area_id: Mapped[str | None]
    key: Mapped[str]
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    batch_id: Mapped[str | None]
    source_row: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcText)
    given_by: Mapped[str]
    withdrawn: Mapped[bool]


class Ungrouped(Base, kw_only=True):
    """A report that a person took out of a group of repeats."""

    __tablename__ = "ungrouped"

    ungrouped_id: Mapped[int] = mapped_column(primary_key=True, init=False)
    area_id: Mapped[str]
    source: Mapped[str]
    provider: Mapped[str]
    month: Mapped[str]
    source_ref: Mapped[str | None]
    source_row: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcText)
    given_by: Mapped[str]
    undone_at: Mapped[datetime | None] = mapped_column(UtcText)


class SnapshotRecord(Base, kw_only=True):
    """A published snapshot: who froze what, and the file that holds it."""

    __tablename__ = "snapshots"

    snapshot_id: Mapped[str] = mapped_column(primary_key=True)
    area_id: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcText)
    given_by: Mapped[str]
    role: Mapped[str]
    dataset_version: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    file: Mapped[str]
    sha256: Mapped[str]
    months: Mapped[list[str]] = mapped_column(JSON)
    accepted: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class Acceptance(Base, kw_only=True):
    """Held rows of one import that a person accepted as held, with the reason."""

    __tablename__ = "acceptances"

    acceptance_id: Mapped[int] = mapped_column(primary_key=True, init=False)
    batch_id: Mapped[str]
    held: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcText)
    given_by: Mapped[str]
    role: Mapped[str]


class Deletion(Base, kw_only=True):
    """A deletion of what is past its limit: asked by one person, approved by another.

    ``items`` names exactly what goes; nothing else is deleted by it.
    """

    __tablename__ = "deletions"

    deletion_id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str]
    source: Mapped[str | None]
    provider: Mapped[str | None]
    before: Mapped[str]
    items: Mapped[list[Any]] = mapped_column(JSON)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_by: Mapped[str]
    asked_role: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcText)
    approved_by: Mapped[str | None]
    approved_role: Mapped[str | None]
    approved_at: Mapped[datetime | None] = mapped_column(UtcText)
    done_at: Mapped[datetime | None] = mapped_column(UtcText)
