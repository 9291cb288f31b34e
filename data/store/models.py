"""What does one operational record hold?

Audit entries are only ever added. Names of hotspots are kept in versions, the latest of which
counts. The tables themselves are made by ``data.store.migrations``; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class UtcText(TypeDecorator[datetime]):
    """A time with its zone, kept as UTC text that sorts: ``2022-08-01T09:00:00.000000+00:00``."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the text that is stored."""
        return None if value is None else utc_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the time that was stored, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class Base(MappedAsDataclass, DeclarativeBase):
    """All records."""


class AuditEntry(Base, kw_only=True):
    """Who did what to what, and when; chained by hashes to the entry before."""

    __tablename__ = "audit"

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcText)
    principal: Mapped[str]
    role: Mapped[str]
    demo: Mapped[bool]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]
    previous_hash: Mapped[str]
    entry_hash: Mapped[str]


class HotspotName(Base, kw_only=True):
    """One version of the name that people gave to a hotspot."""

    __tablename__ = "hotspot_names"
    __table_args__ = (UniqueConstraint("area_id", "hotspot_id", "version"),)

    name_id: Mapped[int] = mapped_column(primary_key=True, init=False)
    area_id: Mapped[str]
    hotspot_id: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(UtcText)
    given_by: Mapped[str]
    role: Mapped[str]


class ImportRecord(Base, kw_only=True):
    """What one import read, and what became of the data set."""

    __tablename__ = "imports"

    import_id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(UtcText)
    principal: Mapped[str]
    role: Mapped[str]
    area_id: Mapped[str | None]
    files: Mapped[list[str]] = mapped_column(JSON)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    months_replaced: Mapped[list[str]] = mapped_column(JSON)
    dataset_version: Mapped[str]
    changed: Mapped[bool]


def utc_text(moment: datetime) -> str:
    """Return a time as UTC text with microseconds.

    Raises
    ------
    ValueError
        When the time has no zone.
    """
    if moment.tzinfo is None:
        message = f"A record needs a time with its zone; found {moment.isoformat()}."
        raise ValueError(message)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
