"""Are settings read as they are written, and refused when they cannot hold?"""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.clock import FixedClock, SystemClock, clock_for
from data.settings import Retention, Settings, SettingsError, read_settings

CODE = Path(__file__).parents[1]


def test_settings_when_nothing_is_set(monkeypatch):
    monkeypatch.chdir("/")
    settings = read_settings(environ={})
    assert settings == Settings(home=Path("/var"))
    assert (settings.tile_url, settings.marking, settings.now) == (None, "OFFICIAL", None)
    assert settings.store_path == Path("/var/store.sqlite")
    assert settings.areas_path == Path("/var/areas")
    assert settings.lake_path == Path("/var/lake")
    assert settings.exports_path == Path("/var/exports")


def test_settings_when_all_are_set(tmp_path):
    settings = read_settings(
        environ={
            "HEXBEAT_HOME": str(tmp_path),
            "HEXBEAT_TILE_URL": " http://localhost:9000/{z}/{x}/{y}.png ",
            "HEXBEAT_STALE_OPEN_DAYS": "80",
            "HEXBEAT_STALE_OWN_DAYS": "40",
            "HEXBEAT_STALE_RED_DAYS": "100",
            "HEXBEAT_MEMORY_MB": "256",
            "HEXBEAT_MARKING": "official-sensitive",
            "HEXBEAT_SMALL_NUMBER_PARTNER": "6",
            "HEXBEAT_SMALL_NUMBER_PUBLIC": "12",
            "HEXBEAT_NOW": "2022-08-01T10:00:00+01:00",
        }
    )
    assert settings == Settings(
        home=tmp_path,
        tile_url="http://localhost:9000/{z}/{x}/{y}.png",
        stale_open_days=80,
        stale_own_days=40,
        stale_red_days=100,
        memory_limit_mb=256,
        marking="OFFICIAL-SENSITIVE",
        small_number_partner=6,
        small_number_public=12,
        now=datetime(2022, 8, 1, 9, tzinfo=UTC),
    )


def test_home_when_given_wins_over_the_environment(tmp_path):
    assert read_settings(tmp_path, environ={"HEXBEAT_HOME": "/elsewhere"}).home == tmp_path


def test_environment_of_the_process_is_read_when_none_is_given(monkeypatch, tmp_path):
    monkeypatch.setenv("HEXBEAT_HOME", str(tmp_path))
    assert read_settings().home == tmp_path


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("MEMORY_MB", "lots", "HEXBEAT_MEMORY_MB must be a whole number; found 'lots'."),
        ("MEMORY_MB", "63", "The memory limit is 63 MB; it needs 64 MB or more."),
        ("MARKING", "SECRET", "There is no marking 'SECRET'."),
        ("SMALL_NUMBER_PARTNER", "2", "Small numbers for partners and for the public are 2 and 10"),
        ("SMALL_NUMBER_PUBLIC", "4", "Small numbers for partners and for the public are 5 and 4."),
        ("STALE_RED_DAYS", "60", "Ages of (75, 45) days turn amber, but 60 days turn red."),
        ("NOW", "yesterday", "HEXBEAT_NOW must be a time with its zone; found 'yesterday'."),
        ("NOW", "2022-08-01T09:00:00", "The fixed time 2022-08-01T09:00:00 has no time zone."),
    ],
)
def test_setting_is_refused_when_it_cannot_hold(name, text, message):
    with pytest.raises(SettingsError) as caught:
        read_settings(environ={f"HEXBEAT_{name}": text})
    assert caught.value.message.startswith(message)
    assert caught.value.hint


def test_marking_is_refused_when_settings_are_made_by_hand():
    with pytest.raises(SettingsError, match="no marking 'SECRET'"):
        Settings(marking="SECRET")


@pytest.mark.parametrize(
    ("age_days", "open_data", "expected"),
    [
        (75, True, "fresh"),
        (76, True, "amber"),
        (90, True, "amber"),
        (91, True, "red"),
        (45, False, "fresh"),
        (46, False, "amber"),
        (91, False, "red"),
    ],
)
def test_age_turns_amber_and_red_when_beyond_the_limits(age_days, open_data, expected):
    assert Settings().stale(age_days, open_data=open_data) == expected


def test_clock_stands_still_when_the_settings_fix_the_time():
    moment = datetime(2022, 8, 1, 9, tzinfo=UTC)
    assert clock_for(Settings(now=moment)) == FixedClock(moment)
    assert clock_for(Settings(now=moment)).now() == moment


def test_clock_tells_the_time_of_the_machine_when_nothing_is_fixed():
    clock = clock_for(Settings())
    assert isinstance(clock, SystemClock)
    assert clock.now().tzinfo is UTC
    assert clock.now() <= clock.now()


def test_fixed_clock_is_refused_when_it_has_no_zone():
    with pytest.raises(ValueError, match="needs a time zone"):
        FixedClock(datetime(2022, 8, 1))  # noqa: DTZ001


def test_only_the_clock_reads_the_time():
    readers = {"now", "utcnow", "today", "time", "time_ns"}
    owners = {"datetime", "date", "time"}
    found = {
        path.relative_to(CODE).as_posix()
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in readers
        and isinstance(node.value, ast.Name)
        and node.value.id in owners
    }
    assert found == {"data/clock.py"}


def _modules() -> list[Path]:
    return sorted(path for room in ("geo", "data") for path in (CODE / room).rglob("*.py"))


def test_limits_of_keeping_when_some_are_set():
    found = read_settings(environ={"HEXBEAT_RETAIN_ROWS_MONTHS": "48"}).retention
    assert found == Retention(rows_months=48)
    assert (found.staged_days, found.snapshots_years, found.cctv_months) == (30, 6, 24)


def test_limit_of_keeping_is_refused_when_it_is_nothing():
    with pytest.raises(SettingsError, match="Set HEXBEAT_RETAIN_AUDIT_YEARS to 1 or more"):
        read_settings(environ={"HEXBEAT_RETAIN_AUDIT_YEARS": "0"})
