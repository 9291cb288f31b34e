"""How does a store of any former version become one of today's?

Forward only. A migration that has been released is never edited: add another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.errors import GeoError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


class StoreError(GeoError):
    """The store of records cannot be used as it is."""


_AUDIT: Final = (
    """CREATE TABLE audit (
        entry_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        at VARCHAR NOT NULL,
        principal VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        demo BOOLEAN NOT NULL,
        action VARCHAR NOT NULL,
        subject VARCHAR NOT NULL,
        detail VARCHAR NOT NULL,
        previous_hash VARCHAR NOT NULL UNIQUE,
        entry_hash VARCHAR NOT NULL UNIQUE
    )""",
    """CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END""",
    """CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END""",
    """CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
        WHEN EXISTS (
            SELECT 1 FROM audit WHERE entry_id = NEW.entry_id
            OR previous_hash = NEW.previous_hash OR entry_hash = NEW.entry_hash
        )
        BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END""",
)

_HOTSPOT_NAMES: Final = (
    """CREATE TABLE hotspot_names (
        name_id INTEGER NOT NULL PRIMARY KEY,
        area_id VARCHAR NOT NULL,
        hotspot_id VARCHAR NOT NULL,
        version INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        given_at VARCHAR NOT NULL,
        given_by VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        UNIQUE (area_id, hotspot_id, version)
    )""",
)

_IMPORTS: Final = (
    """CREATE TABLE imports (
        import_id INTEGER NOT NULL PRIMARY KEY,
        at VARCHAR NOT NULL,
        principal VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        area_id VARCHAR,
        files JSON NOT NULL,
        counts JSON NOT NULL,
        months_replaced JSON NOT NULL,
        dataset_version VARCHAR NOT NULL,
        changed BOOLEAN NOT NULL
    )""",
)

_IMPORTING: Final = (
    """CREATE TABLE source_settings (
        settings_id INTEGER NOT NULL PRIMARY KEY,
        source VARCHAR NOT NULL,
        provider VARCHAR NOT NULL,
        version INTEGER NOT NULL,
        settings JSON NOT NULL,
        at VARCHAR NOT NULL,
        given_by VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        UNIQUE (source, provider, version)
    )""",
    """CREATE TABLE profiles (
        row_id INTEGER NOT NULL PRIMARY KEY,
        profile_id VARCHAR NOT NULL,
        version INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        content JSON NOT NULL,
        at VARCHAR NOT NULL,
        given_by VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        UNIQUE (profile_id, version)
    )""",
    """CREATE TABLE register_entries (
        entry_id INTEGER NOT NULL PRIMARY KEY,
        kind VARCHAR NOT NULL,
        area_id VARCHAR,
        key VARCHAR NOT NULL,
        version INTEGER NOT NULL,
        content JSON NOT NULL,
        batch_id VARCHAR,
        source_row INTEGER,
        at VARCHAR NOT NULL,
        given_by VARCHAR NOT NULL,
        withdrawn BOOLEAN NOT NULL,
        UNIQUE (kind, area_id, key, version)
    )""",
    """CREATE TABLE ungrouped (
        ungrouped_id INTEGER NOT NULL PRIMARY KEY,
        area_id VARCHAR NOT NULL,
        source VARCHAR NOT NULL,
        provider VARCHAR NOT NULL,
        month VARCHAR NOT NULL,
        source_ref VARCHAR,
        source_row INTEGER NOT NULL,
        at VARCHAR NOT NULL,
        given_by VARCHAR NOT NULL,
        undone_at VARCHAR
    )""",
    "CREATE INDEX ungrouped_area ON ungrouped (area_id, source, provider, month, source_row)",
    """CREATE TABLE snapshots (
        snapshot_id VARCHAR NOT NULL PRIMARY KEY,
        area_id VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        title VARCHAR NOT NULL,
        at VARCHAR NOT NULL,
        given_by VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        dataset_version VARCHAR NOT NULL,
        settings JSON NOT NULL,
        file VARCHAR NOT NULL,
        sha256 VARCHAR NOT NULL,
        months JSON NOT NULL,
        accepted JSON NOT NULL
    )""",
    """CREATE TABLE acceptances (
        acceptance_id INTEGER NOT NULL PRIMARY KEY,
        batch_id VARCHAR NOT NULL,
        held INTEGER NOT NULL,
        reason VARCHAR NOT NULL,
        at VARCHAR NOT NULL,
        given_by VARCHAR NOT NULL,
        role VARCHAR NOT NULL
    )""",
    """CREATE TABLE deletions (
        deletion_id INTEGER NOT NULL PRIMARY KEY,
        kind VARCHAR NOT NULL,
        source VARCHAR,
        provider VARCHAR,
        before VARCHAR NOT NULL,
        items JSON NOT NULL,
        counts JSON NOT NULL,
        asked_by VARCHAR NOT NULL,
        asked_role VARCHAR NOT NULL,
        asked_at VARCHAR NOT NULL,
        approved_by VARCHAR,
        approved_role VARCHAR,
        approved_at VARCHAR,
        done_at VARCHAR
    )""",
)

_INTERVENTIONS: Final = (
    """CREATE TABLE interventions (
        row_id INTEGER NOT NULL PRIMARY KEY,
        area_id VARCHAR NOT NULL,
        intervention_id VARCHAR NOT NULL,
        version INTEGER NOT NULL,
        content JSON NOT NULL,
        at VARCHAR NOT NULL,
        given_by VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        UNIQUE (area_id, intervention_id, version)
    )""",
    """CREATE TRIGGER interventions_no_update BEFORE UPDATE ON interventions
        BEGIN SELECT RAISE(ABORT, 'Versions of interventions are only added.'); END""",
    """CREATE TRIGGER interventions_no_delete BEFORE DELETE ON interventions
        BEGIN SELECT RAISE(ABORT, 'Versions of interventions are only added.'); END""",
    """CREATE TABLE evaluations (
        evaluation_id INTEGER NOT NULL PRIMARY KEY,
        area_id VARCHAR NOT NULL,
        intervention_id VARCHAR NOT NULL,
        version INTEGER NOT NULL,
        at VARCHAR NOT NULL,
        given_by VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        dataset_version VARCHAR NOT NULL,
        verdict VARCHAR NOT NULL,
        displacement_verdict VARCHAR NOT NULL,
        figures JSON NOT NULL
    )""",
    "CREATE INDEX evaluations_of ON evaluations (area_id, intervention_id, version)",
    """CREATE TRIGGER evaluations_no_update BEFORE UPDATE ON evaluations
        BEGIN SELECT RAISE(ABORT, 'Results that were seen are only added.'); END""",
    """CREATE TRIGGER evaluations_no_delete BEFORE DELETE ON evaluations
        BEGIN SELECT RAISE(ABORT, 'Results that were seen are only added.'); END""",
)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    _AUDIT,
    _HOTSPOT_NAMES,
    _IMPORTS,
    _IMPORTING,
    _INTERVENTIONS,
)
"""Statements that lead from version 0 to 1, from 1 to 2, and so on."""


def store_version(connection: Connection) -> int:
    """Return the version of the store: the number of migrations it has been through."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def migrate(connection: Connection, target: int = len(MIGRATIONS)) -> None:
    """Bring the store to a version, inside the transaction of the connection.

    Raises
    ------
    StoreError
        When the store was written by a later Hexbeat.
    """
    found = store_version(connection)
    if found > len(MIGRATIONS):
        message = f"The store has version {found}; this Hexbeat knows {len(MIGRATIONS)}."
        raise StoreError(message, "Use the Hexbeat that wrote it, or a later one.")
    for version in range(found, target):
        for statement in MIGRATIONS[version]:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"PRAGMA user_version = {version + 1}")
