"""Are settings, mappings, registers and acceptances kept in versions that can be traced?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from data.access import Principal, Role
from data.store.acceptances import accept_held, acceptances
from data.store.migrations import StoreError
from data.store.profiles import SavedProfile, profiles, save_profile
from data.store.registers import (
    EntryCounts,
    entries,
    entry_history,
    put_entries,
    registers_version,
    withdraw,
)
from data.store.sources import all_sources, set_source, source_settings, sources_version
from data.store.store import Store
from data.store.ungrouped import ReportKey, regroup, ungroup, ungrouped_rows

NOW = datetime(2022, 8, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ANALYST = Principal("Sam", Role.ANALYST, demo=False)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "store.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def session(store):
    with store.change(ANALYST, "import", "town", {}, NOW) as opened:
        yield opened


def test_latest_settings_of_a_source_hold(session):
    assert source_settings(session, "council", "Porttown") == {}
    first = {"agreement_ref": "ISA-7", "retention_months": 24}
    second = first | {"clock": "gmt", "answers": {"sink": True}}
    assert set_source(session, ANALYST, "council", "Porttown", first, NOW) == 1
    assert set_source(session, ANALYST, "council", "Porttown", second, LATER) == 2
    assert set_source(session, ANALYST, "council", "Porttown", second, LATER) == 2
    set_source(session, ANALYST, "cad", "Force", {"clock": "local"}, NOW)
    assert source_settings(session, "council", "Porttown") == second
    assert all_sources(session) == {
        ("cad", "Force"): {"clock": "local"},
        ("council", "Porttown"): second,
    }
    assert sources_version(session) == 3


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"colour": "red"}, "no setting 'colour'"),
        ({"retention_months": 0}, "whole number of months; found 0"),
        ({"retention_months": True}, "whole number of months; found True"),
        ({"clock": "utc"}, "local or gmt; found 'utc'"),
    ],
)
def test_setting_is_refused_when_it_cannot_be_used(session, settings, words):
    with pytest.raises(StoreError, match=words):
        set_source(session, ANALYST, "council", "Porttown", settings, NOW)


def test_latest_version_of_each_mapping_holds(session):
    assert profiles(session) == ()
    assert save_profile(session, ANALYST, "p1", "Council cases", {"Ref": "ref"}, NOW) == 1
    assert save_profile(session, ANALYST, "p1", "Council cases", {"Ref": "ref"}, LATER) == 1
    assert save_profile(session, ANALYST, "p1", "Council cases", {"No": "ref"}, LATER) == 2
    save_profile(session, ANALYST, "p0", "Log", {}, NOW)
    assert profiles(session) == (
        SavedProfile("p0", 1, "Log", {}),
        SavedProfile("p1", 2, "Council cases", {"No": "ref"}),
    )


def _put(session, *cameras, area_id="town", batch_id="b1", now=NOW):
    rows = [(key, {"range_m": range_m}, row) for row, (key, range_m) in enumerate(cameras, 2)]
    return put_entries(session, ANALYST, "camera", area_id, rows, batch_id, now)


def test_register_gains_a_version_only_when_a_row_changed(session):
    assert _put(session, ("C2", 80), ("C1", 60)) == EntryCounts(new=2, changed=0, same=0)
    counts = _put(session, ("C1", 60), ("C2", 90), ("C3", 50), batch_id="b2", now=LATER)
    assert counts == EntryCounts(new=1, changed=1, same=1)
    held = entries(session, "camera", "town")
    assert list(held.items()) == [
        ("C1", {"range_m": 60}),
        ("C2", {"range_m": 90}),
        ("C3", {"range_m": 50}),
    ]
    history = entry_history(session, "camera", "town", "C2")
    assert [(row.version, row.content["range_m"], row.batch_id) for row in history] == [
        (1, 80, "b1"),
        (2, 90, "b2"),
    ]
    assert (history[0].source_row, history[1].at) == (2, LATER)
    assert registers_version(session, "town") == 4


def test_registers_of_areas_are_apart(session):
    _put(session, ("C1", 60), area_id=None)
    assert entries(session, "camera", "town") == {}
    assert _put(session, ("C1", 60), area_id=None).same == 1
    assert entries(session, "camera", None) == {"C1": {"range_m": 60}}
    assert entries(session, "team", None) == {}


def test_withdrawn_row_is_gone_until_it_is_put_again(session):
    _put(session, ("C1", 60))
    withdraw(session, ANALYST, "camera", "town", "C1", LATER)
    assert entries(session, "camera", "town") == {}
    with pytest.raises(StoreError, match="holds no entry 'C1'"):
        withdraw(session, ANALYST, "camera", "town", "C1", LATER)
    assert _put(session, ("C1", 60)) == EntryCounts(new=1, changed=0, same=0)
    history = entry_history(session, "camera", "town", "C1")
    assert [row.withdrawn for row in history] == [False, True, False]


def test_last_of_rows_with_the_same_key_counts(session):
    assert _put(session, ("C1", 60), ("C1", 70)) == EntryCounts(new=1, changed=0, same=0)
    assert entries(session, "camera", "town") == {"C1": {"range_m": 70}}


def test_ungrouped_report_can_be_grouped_again(session):
    first = ReportKey("council", "Porttown", "2022-06", 7, "A-1")
    second = ReportKey("council", "Porttown", "2022-05", 9)
    for report in (first, second, first):
        ungroup(session, ANALYST, "town", report, NOW)
    assert ungrouped_rows(session, "town") == (second, first)
    assert ungrouped_rows(session, "elsewhere") == ()
    regroup(session, "town", second, LATER)
    assert ungrouped_rows(session, "town") == (first,)
    with pytest.raises(StoreError, match="Row 9 of 2022-05 was not taken out"):
        regroup(session, "town", second, LATER)


def test_held_rows_are_accepted_with_a_reason(session):
    accept_held(session, ANALYST, "b1", 3, "  Known  fault of June ", NOW)
    (row,) = acceptances(session, "b1")
    assert (row.held, row.reason, row.given_by, row.role) == (
        3,
        "Known fault of June",
        "Sam",
        "analyst",
    )
    assert acceptances(session, "b2") == ()


@pytest.mark.parametrize("reason", ["", " \n", "x" * 201])
def test_held_rows_are_not_accepted_without_a_reason(session, reason):
    with pytest.raises(StoreError, match="1 to 200 characters"):
        accept_held(session, ANALYST, "b1", 3, reason, NOW)
