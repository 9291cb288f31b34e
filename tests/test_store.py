"""Do a change and its audit entry stand or fall together, and can the log be trusted?"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import IntegrityError

import data.store.import_models
import data.store.intervention_models  # noqa: F401  (its tables count too)
from data.access import Principal, Role
from data.store.audit import FIRST_HASH
from data.store.migrations import MIGRATIONS, StoreError, migrate
from data.store.models import AuditEntry, Base
from data.store.records import hotspot_names, imports, name_history, name_hotspot
from data.store.store import COUNTS_KEPT, Store

NOW = datetime(2022, 8, 1, 9, tzinfo=UTC)
ANALYST = Principal("Sam", Role.ANALYST, demo=False)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "store.sqlite"


@pytest.fixture
def store(path):
    opened = Store.open(path)
    yield opened
    opened.close()


def _rename(store, name, hotspot_id="h1"):
    with store.change(
        ANALYST, "rename_hotspot", f"town/{hotspot_id}", {"name": name}, NOW
    ) as open_:
        name_hotspot(open_, ANALYST, "town", hotspot_id, name, NOW)


def _fail_after_renaming(store):
    with store.change(ANALYST, "rename_hotspot", "town/h1", {}, NOW) as session:
        name_hotspot(session, ANALYST, "town", "h1", "Pier Head", NOW)
        session.flush()
        raise ZeroDivisionError


def _tamper(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for trigger in ("audit_no_update", "audit_no_delete", "audit_no_replace"):
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)


def test_change_and_audit_entry_are_kept_together(store):
    _rename(store, "Pier Head")
    with store.read() as session:
        assert hotspot_names(session, "town") == {"h1": "Pier Head"}
    (entry,) = store.audit_entries()
    assert (entry.entry_id, entry.at, entry.principal) == (1, NOW, "Sam")
    assert (entry.role, entry.demo, entry.action) == ("analyst", False, "rename_hotspot")
    assert (entry.subject, json.loads(entry.detail)) == ("town/h1", {"name": "Pier Head"})
    assert entry.previous_hash == FIRST_HASH


def test_neither_is_kept_when_the_change_fails(store):
    with pytest.raises(StoreError, match="1 to 60 characters; found 0"):
        _rename(store, "   ")
    with pytest.raises(ZeroDivisionError):
        _fail_after_renaming(store)
    with store.read() as session:
        assert hotspot_names(session, "town") == {}
    assert store.audit_entries() == ()
    _rename(store, "Pier Head")
    assert store.check_chain().entries == 1


def test_neither_is_kept_when_the_audit_entry_fails(store):
    detail = {"ratio": float("nan")}
    with (
        pytest.raises(ValueError, match="not JSON compliant"),
        store.change(ANALYST, "rename_hotspot", "town/h1", detail, NOW) as session,
    ):
        name_hotspot(session, ANALYST, "town", "h1", "Pier Head", NOW)
    with store.read() as session:
        assert name_history(session, "town", "h1") == ()


def test_detail_may_be_added_to_until_the_change_ends(store):
    detail = {}
    with store.change(ANALYST, "import", "town", detail, NOW):
        detail["rows"] = 3
    assert store.audit_entries()[0].detail == '{"rows": 3}'


def test_former_names_are_kept_when_a_hotspot_is_renamed(store):
    for name in ("Pier Head", "  Pier\n Square "):
        _rename(store, name)
    _rename(store, "Bus station", "h2")
    with store.read() as session:
        assert hotspot_names(session, "town") == {"h1": "Pier Square", "h2": "Bus station"}
        assert hotspot_names(session, "elsewhere") == {}
        history = name_history(session, "town", "h1")
    assert [(row.version, row.name, row.given_by) for row in history] == [
        (1, "Pier Head", "Sam"),
        (2, "Pier Square", "Sam"),
    ]
    assert history[0].given_at == NOW


@pytest.mark.parametrize("name", ["", " \t ", "x" * 61, "Pier\x07"])
def test_name_is_refused_when_nobody_could_say_it(store, name):
    with pytest.raises(StoreError, match="1 to 60"):
        _rename(store, name)


def test_import_is_recorded_with_its_audit_entry(store):
    counts = dict.fromkeys(COUNTS_KEPT, 7) | {"rows_in_area": None}
    report = SimpleNamespace(
        area_id="town",
        files=(SimpleNamespace(file="2022-06.csv"),),
        months_replaced=("2022-06",),
        dataset_version="abc",
        changed=True,
        **counts,
    )
    store.record_import(ANALYST, report, now=NOW)
    with store.read() as session:
        (record,) = imports(session, "town")
        assert imports(session) == (record,)
        assert imports(session, "elsewhere") == ()
    assert (record.at, record.files, record.counts) == (NOW, ["2022-06.csv"], counts)
    assert (record.months_replaced, record.dataset_version) == (["2022-06"], "abc")
    (entry,) = store.audit_entries(action="import")
    assert json.loads(entry.detail)["rows_read"] == 7


def test_audit_entries_are_chosen_by_action_subject_and_number(store):
    for number in range(3):
        store.record(ANALYST, "export", f"town/{number}", {}, NOW + timedelta(hours=number))
    _rename(store, "Pier Head")
    assert [e.entry_id for e in store.audit_entries()] == [4, 3, 2, 1]
    assert [e.subject for e in store.audit_entries(action="export", limit=2)] == [
        "town/2",
        "town/1",
    ]
    assert [e.entry_id for e in store.audit_entries(subject="town/0")] == [1]


def test_times_are_kept_as_utc(store, path):
    local = datetime(2022, 8, 1, 10, tzinfo=timezone(timedelta(hours=1)))
    store.record(ANALYST, "export", "town", {}, local)
    assert store.audit_entries()[0].at.utcoffset() == timedelta(0)
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT at FROM audit").fetchone()
    assert found == ("2022-08-01T09:00:00.000000+00:00",)


def test_time_is_refused_when_it_has_no_zone(store):
    with pytest.raises(ValueError, match="time with its zone"):
        store.record(ANALYST, "export", "town", {}, datetime(2022, 8, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET principal = 'Nobody'",
        "DELETE FROM audit",
        """INSERT OR REPLACE INTO audit SELECT entry_id, at, 'Nobody', role, demo, action, subject,
        detail, previous_hash, entry_hash FROM audit WHERE entry_id = 1""",
    ],
)
def test_audit_log_refuses_to_be_changed(store, path, statement):
    _rename(store, "Pier Head")
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)
    assert store.verify_chain()


def test_chain_is_whole_when_nobody_touched_it(store):
    assert store.check_chain().head == FIRST_HASH
    for name in ("Pier Head", "Pier Square", "Pier"):
        _rename(store, name)
    check = store.check_chain()
    assert (check.entries, check.broken_at, check.whole) == (3, None, True)
    assert check.head == store.audit_entries()[0].entry_hash


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit SET principal = 'Nobody' WHERE entry_id = 2", 2),
        ("UPDATE audit SET detail = '{}' WHERE entry_id = 1", 1),
        ("UPDATE audit SET at = '2021-08-01T09:00:00.000000+00:00' WHERE entry_id = 3", 3),
        ("UPDATE audit SET demo = 1 WHERE entry_id = 3", 3),
        ("DELETE FROM audit WHERE entry_id = 1", 1),
        ("DELETE FROM audit WHERE entry_id = 2", 2),
        ("DELETE FROM audit WHERE entry_id = 3", 3),
        ("DELETE FROM audit", 1),
    ],
)
def test_chain_breaks_where_somebody_touched_it(store, path, statement, broken_at):
    for name in ("Pier Head", "Pier Square", "Pier"):
        _rename(store, name)
    _tamper(path, statement)
    assert store.check_chain().broken_at == broken_at
    assert not store.verify_chain()


def test_chain_breaks_when_an_entry_is_put_in(store, path):
    _rename(store, "Pier Head")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO audit (at, principal, role, demo, action, subject, detail, previous_hash,"
            " entry_hash) SELECT at, principal, role, demo, action, subject, detail, entry_hash,"
            " 'made up' FROM audit"
        )
    assert store.check_chain().broken_at == 2


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
def test_store_is_brought_up_to_date_from_each_version(path, version):
    path.parent.mkdir()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        migrate(connection, version)
        if version:
            connection.exec_driver_sql(
                "INSERT INTO audit VALUES (1, '2022-08-01T09:00:00.000000+00:00', 'Sam', 'analyst',"
                " 0, 'export', 'town', '{}', ?, ?)",
                (FIRST_HASH, "3" * 64),
            )
    engine.dispose()
    store = Store.open(path)
    _rename(store, "Pier Head")
    assert [e.principal for e in store.audit_entries()] == ["Sam"] * (1 + bool(version))
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


@pytest.mark.usefixtures("store")
def test_migrated_tables_are_those_of_the_models(path):
    engine = create_engine(f"sqlite:///{path}")
    found = inspect(engine)
    for name, table in Base.metadata.tables.items():
        columns = {c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(name)}
        wanted = {c.name: (str(c.type), c.nullable) for c in table.columns}
        assert columns == wanted, name
    assert set(found.get_table_names()) - {"sqlite_sequence"} == set(Base.metadata.tables)
    engine.dispose()


def test_store_is_refused_when_a_later_hexbeat_wrote_it(store, path):
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match=r"version 99; this Hexbeat knows 5\. Use the Hexbeat"):
        Store.open(path)


def test_store_is_refused_when_the_file_is_none(path):
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="not a usable store: file is not a database"):
        Store.open(path)


def test_store_keeps_every_commit_and_checks_references(store):
    with store.read() as session:
        for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            found = session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar_one()
            assert found == wanted


def test_reader_sees_the_state_before_when_somebody_writes(store):
    _rename(store, "Pier Head")
    with store.change(ANALYST, "rename_hotspot", "town/h1", {}, NOW) as session:
        name_hotspot(session, ANALYST, "town", "h1", "Pier Square", NOW)
        session.flush()
        with store.read() as reading:
            assert hotspot_names(reading, "town") == {"h1": "Pier Head"}


def test_writer_holds_the_lock_from_the_start(store, path):
    with (
        store.change(ANALYST, "export", "town", {}, NOW),
        closing(sqlite3.connect(path, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_entry_numbers_cannot_repeat(store):
    _rename(store, "Pier Head")
    (entry,) = store.audit_entries()
    fields = {c.name: getattr(entry, c.name) for c in AuditEntry.__table__.columns}
    with store.read() as session:
        session.add(AuditEntry(**fields))
        with pytest.raises(IntegrityError, match="append-only"):
            session.flush()
    assert store.verify_chain()


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from data.access import sign_in
from data.store.records import name_hotspot
from data.store.store import Store

store, who = Store.open(Path(sys.argv[1])), sign_in("analyst", sys.argv[2])
now = datetime(2022, 8, 1, 9, tzinfo=UTC)
for number in range(25):
    with store.change(who, "rename_hotspot", "town/h1", {"number": number}, now) as session:
        name_hotspot(session, who, "town", "h1", f"{who.name} {number}", now)
"""


@pytest.mark.slow
def test_nothing_is_lost_when_four_processes_write(path):
    code = Path(__file__).parents[1]
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(path), f"writer {k}"], cwd=code)
        for k in range(4)
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0] * 4
    store = Store.open(path)
    check = store.check_chain()
    assert (check.entries, check.whole) == (100, True)
    with store.read() as session:
        history = name_history(session, "town", "h1")
    store.close()
    assert [row.version for row in history] == list(range(1, 101))
    for k in range(4):
        mine = [row.name for row in history if row.given_by == f"writer {k}"]
        assert mine == [f"writer {k} {number}" for number in range(25)]


def test_writer_gives_up_when_the_turn_never_comes(path, monkeypatch):
    monkeypatch.setattr("data.store.store.WAIT_SECONDS", 0.05)
    first, second = Store.open(path), Store.open(path)
    with (
        first.change(ANALYST, "export", "town", {}, NOW),
        pytest.raises(StoreError, match="records are busy"),
    ):
        second.record(ANALYST, "export", "town", {}, NOW)
    first.close()
    second.close()
