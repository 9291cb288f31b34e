"""Where are operational records kept, so that each change and its audit entry stand together?

SQLite in write-ahead mode: readers never wait, writers take turns (``BEGIN IMMEDIATE``), a
committed change survives a loss of power (``synchronous = FULL``).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, event, select
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from data.store.audit import ChainCheck, append_entry, check_chain
from data.store.migrations import StoreError, migrate
from data.store.models import AuditEntry
from data.store.records import add_import

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

    from data.access import Principal
    from data.import_views import ImportReport

COUNTS_KEPT: Final = (
    "rows_read",
    "rows_kept",
    "rows_dropped",
    "rows_refused",
    "rows_no_location",
    "rows_outside_area",
    "rows_in_area",
    "rows_repeated_id",
    "rows_restated_id",
    "rows_fixed",
    "rows_held",
)
"""Numbers of an import report that its record keeps."""
WAIT_SECONDS: Final = 30
"""How long a writer waits for its turn."""


class Store:
    """Operational records: changes with their audit entries, and readings of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = sessionmaker(engine, expire_on_commit=False)
        self._writing = sessionmaker(
            engine.execution_options(hexbeat_writes=True), expire_on_commit=False
        )

    @classmethod
    def open(cls, path: Path) -> Store:
        """Return the store at a path, made or brought up to date where needed.

        Raises
        ------
        StoreError
            When the file is not a store, or was written by a later Hexbeat.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = _engine(path)
        try:
            with engine.execution_options(hexbeat_writes=True).begin() as connection:
                migrate(connection)
        except DatabaseError as error:
            engine.dispose()
            message = f"The file {path.name} is not a usable store: {error.orig}."
            raise StoreError(message, "Move it away, or restore it from a backup.") from error
        except StoreError:
            engine.dispose()
            raise
        return cls(engine)

    @contextmanager
    def change(
        self,
        principal: Principal,
        action: str,
        subject: str,
        detail: Mapping[str, object],
        now: datetime,
    ) -> Iterator[Session]:
        """Open a transaction that holds a change and its audit entry: both are kept, or neither.

        Parameters
        ----------
        principal
            Who acts.
        action, subject
            What is done, and to what.
        detail
            Facts that JSON can hold; read when the body has ended, so that it may add to them.
        now
            Time of the change, with its zone.

        Raises
        ------
        StoreError
            When other writers did not let go in time, or the disk is full.
        """
        try:
            with self._writing.begin() as session:
                _take_turn(session)
                yield session
                append_entry(session, principal, action, subject, detail, now)
        except OperationalError as error:
            message = f"The records could not be written: {error.orig}."
            raise StoreError(message, "Make space on the disk of the home folder.") from error

    def record(
        self,
        principal: Principal,
        action: str,
        subject: str,
        detail: Mapping[str, object],
        now: datetime,
    ) -> None:
        """Write an audit entry of something that changes no record, such as an export."""
        with self.change(principal, action, subject, detail, now):
            pass

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that sees one state of the records and does not wait for writers."""
        with self._reading() as session:
            yield session

    def audit_entries(
        self, *, action: str | None = None, subject: str | None = None, limit: int | None = None
    ) -> tuple[AuditEntry, ...]:
        """Return entries of the audit log, latest first.

        Parameters
        ----------
        action, subject
            Only entries with this action, or on this subject.
        limit
            At most so many.
        """
        wanted = select(AuditEntry).order_by(AuditEntry.entry_id.desc()).limit(limit)
        if action is not None:
            wanted = wanted.where(AuditEntry.action == action)
        if subject is not None:
            wanted = wanted.where(AuditEntry.subject == subject)
        with self.read() as session:
            return tuple(session.scalars(wanted))

    def record_import(self, principal: Principal, report: ImportReport, *, now: datetime) -> None:
        """Record an import with its audit entry.

        Parameters
        ----------
        principal
            Who imports.
        report
            What became of files and rows; neither values nor refused rows are kept.
        now
            Time of the import, with its zone.
        """
        files = tuple(outcome.file for outcome in report.files)
        counts = {name: getattr(report, name) for name in COUNTS_KEPT}
        detail = {**counts, "files": list(files), "dataset_version": report.dataset_version}
        with self.change(principal, "import", report.area_id or "", detail, now) as session:
            add_import(
                session,
                principal,
                now,
                area_id=report.area_id,
                files=files,
                counts=counts,
                months_replaced=report.months_replaced,
                dataset_version=report.dataset_version,
                changed=report.changed,
            )

    def check_chain(self) -> ChainCheck:
        """Return how far the audit log is whole, and where it breaks."""
        with self.read() as session:
            return check_chain(session)

    def verify_chain(self) -> bool:
        """Return whether the audit log is whole."""
        return self.check_chain().whole

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def _take_turn(session: Session) -> None:
    """Take the write lock now, not at the first statement."""
    try:
        session.connection()
    except OperationalError as error:
        message = f"The records are busy: nothing could be written for {WAIT_SECONDS} seconds."
        raise StoreError(message, "Try again; if it stays, restart Hexbeat.") from error


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path.absolute()}", connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("hexbeat_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
