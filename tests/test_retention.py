"""Does what is past its limit go for good, when two people say so, and nothing else?"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pandas as pd
import pytest

from data.access import AccessError, Principal, Role
from data.contents import contents_of
from data.errors import DataError
from data.incidents import as_incidents
from data.jobs import retention
from data.jobs.imports import import_files
from data.jobs.retention import (
    approve_deletion,
    ask_deletion,
    retention_plan,
    run_deletions,
)
from data.jobs.snapshots import publish, snapshots
from data.lake import Lake, RawFile
from data.store.deletions import deleted_versions, retired_before, retired_words
from data.store.migrations import StoreError
from data.store.sources import set_source
from geo.periods import month_range
from tests.places import ANALYST, MIDDLE, NOW, Reports, add_town, steady, store, workspace

AUDITOR = Principal("Ida", Role.IG_AUDITOR)
COUNCIL, POLICE = ("council", "Quay Council"), ("police_uk", "Coast Police")
OLD, KEPT = ("2021-06", "2021-07"), ("2021-08", "2024-06")


@pytest.fixture
def ws(tmp_path):
    """Return a workspace on 15 August 2024: months before August 2021 are past 36 months."""
    ws = workspace(tmp_path / "home")
    rows = [Reports(MIDDLE, month, 2) for month in (*OLD, *KEPT)]
    store(ws, rows, source=COUNCIL[0], provider=COUNCIL[1])
    yield ws
    ws.close()


def months_held(ws, source="council"):
    return [month for name, _, month in sorted(ws.lake.manifest().partitions) if name == source]


def files_of(ws):
    return {path.name for path in (ws.lake.root / "parts").iterdir()}


def asked(ws):
    (due,) = retention_plan(ws, ANALYST).due
    return ask_deletion(ws, ANALYST, due)


def agree(ws, months, source=COUNCIL):
    with ws.store.change(ANALYST, "source", "council", {}, NOW) as session:
        set_source(session, ANALYST, *source, {"retention_months": months}, NOW)


def actions(ws):
    return [entry.action for entry in reversed(ws.store.audit_entries())]


def test_plan_names_months_past_their_limit_and_deletes_nothing(ws):
    (due,) = retention_plan(ws, ANALYST).due
    assert due.items == tuple((*COUNCIL, month) for month in OLD)
    assert (due.before, dict(due.counts)) == ("2021-08", {"rows": 4, "months": 2})
    assert due.words == "Quay Council: 4 reports of June to July 2021, kept for 36 months"
    assert months_held(ws) == [*OLD, *KEPT]
    assert retention_plan(ws, AUDITOR).due == (due,)


def test_limit_of_a_source_wins_over_the_usual_one(ws):
    store(ws, [Reports(MIDDLE, "2021-07")])
    agree(ws, 37)
    council, police = retention_plan(ws, ANALYST).due
    assert (council.before, council.items) == ("2021-07", ((*COUNCIL, "2021-06"),))
    assert (police.before, police.items) == ("2021-08", ((*POLICE, "2021-07"),))


def test_cctv_logs_have_the_limit_that_is_told(ws):
    store(ws, [Reports(MIDDLE, "2022-07"), Reports(MIDDLE, "2022-08")], source="cctv_log")
    cctv = retention_plan(ws, ANALYST).due[0]
    assert (cctv.source, cctv.before, len(cctv.items)) == ("cctv_log", "2022-08", 1)
    assert cctv.words.endswith("kept for 24 months")


def test_nothing_goes_before_a_second_person_approves(ws):
    deletion = asked(ws)
    assert run_deletions(ws, ANALYST) == ()
    assert months_held(ws) == [*OLD, *KEPT]
    plan = retention_plan(ws, ANALYST)
    assert (plan.due, plan.waiting) == ((), (deletion,))
    with ws.store.read() as session:
        assert retired_before(session, "council") is None


def test_approved_months_go_and_stay_away(ws):
    deletion = asked(ws)
    done = approve_deletion(ws, AUDITOR, deletion.deletion_id)
    assert (done.asked_by, done.approved_by, done.done) == ("Ada", "Ida", True)
    assert months_held(ws) == list(KEPT)
    assert files_of(ws) == ws.lake.manifest().files()
    assert actions(ws)[-3:] == ["ask_deletion", "approve_deletion", "delete_expired"]
    detail = json.loads(ws.store.audit_entries(limit=1)[0].detail)
    assert (detail["rows"], detail["before"], detail["approved_by"]) == (4, "2021-08", "Ida")
    with ws.store.read() as session:
        assert retired_before(session, "council") == "2021-08"
        assert retired_before(session, "council", "Another Council") is None
        assert retired_before(session, "police_uk") is None
        assert deleted_versions(session) == {ws.lake.version}
    assert retention_plan(ws, ANALYST).due == ()


@pytest.mark.parametrize("name", ["Ada", " ada "])
def test_one_person_cannot_ask_and_approve(ws, name):
    deletion = asked(ws)
    with pytest.raises(StoreError, match=r"cannot approve it\. A second person"):
        approve_deletion(ws, Principal(name, Role.IG_AUDITOR), deletion.deletion_id)
    assert months_held(ws) == [*OLD, *KEPT]


def test_deletion_is_approved_once_and_only_when_it_was_asked(ws):
    deletion = asked(ws)
    approve_deletion(ws, AUDITOR, deletion.deletion_id)
    with pytest.raises(StoreError, match="was approved by Ida already"):
        approve_deletion(ws, AUDITOR, deletion.deletion_id)
    with pytest.raises(StoreError, match="no deletion 99"):
        approve_deletion(ws, AUDITOR, 99)


def test_roles_ask_and_approve_as_agreed(ws):
    (due,) = retention_plan(ws, ANALYST).due
    with pytest.raises(AccessError, match="cannot load files"):
        ask_deletion(ws, AUDITOR, due)
    deletion = ask_deletion(ws, ANALYST, due)
    with pytest.raises(AccessError, match="cannot approve the deletion"):
        approve_deletion(ws, Principal("Bea", Role.ANALYST), deletion.deletion_id)
    with pytest.raises(AccessError, match="cannot approve the deletion"):
        retention_plan(ws, Principal("Cy", Role.CHAIR))


def test_only_what_is_past_its_limit_can_be_asked_for(ws):
    (due,) = retention_plan(ws, ANALYST).due
    agree(ws, 60)
    with pytest.raises(DataError, match="past its limit"):
        ask_deletion(ws, ANALYST, due)


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("step", ["approved", "manifest", "files", "recorded"])
def test_run_ends_a_deletion_that_was_stopped_anywhere(ws, monkeypatch, step):
    deletion = asked(ws)

    def killed(*_arguments, **_options):
        raise KilledError

    with monkeypatch.context() as stopped:
        if step == "approved":
            stopped.setattr(Lake, "writing", killed)
        if step == "manifest":
            stopped.setattr("data.lake.write_whole", killed)
        if step == "files":
            stopped.setattr("pathlib.Path.unlink", killed)
        if step == "recorded":
            stopped.setattr(retention, "_view", killed)
        with pytest.raises(KilledError):
            approve_deletion(ws, AUDITOR, deletion.deletion_id)
    assert Lake(ws.lake.root).damaged_files() == ()
    run_deletions(ws, ANALYST)
    assert months_held(ws) == list(KEPT)
    assert files_of(ws) == ws.lake.manifest().files()
    assert actions(ws).count("delete_expired") == 1
    assert run_deletions(ws, ANALYST) == ()
    assert ws.store.verify_chain()


def test_months_that_a_backup_brought_back_go_again(ws):
    approve_deletion(ws, AUDITOR, asked(ws).deletion_id)
    store(ws, [Reports(MIDDLE, OLD[0], 2)], source=COUNCIL[0], provider=COUNCIL[1])
    assert [one.done for one in run_deletions(ws, ANALYST)] == [True]
    assert months_held(ws) == list(KEPT)
    assert actions(ws)[-1] == "delete_expired_again"


def test_columns_that_old_rows_could_be_made_from_go_with_them(ws):
    frame = pd.DataFrame({"month": "2021-05", "category": ["Noise"], "source_batch": "b1"})
    rows = contents_of(as_incidents(frame.assign(lon=-5.0, lat=53.0), source="a", provider="A"))
    with ws.lake.writing(NOW) as writer:
        writer.put(("a", "A", "2021-05"), rows, RawFile("made", "0"))
        writer.commit()
    staged = ws.settings.staged_path
    staged.mkdir(parents=True, exist_ok=True)
    for name in ("b1", "b2"):
        (staged / f"{name}.parquet").write_bytes(b"rows")
    due = retention_plan(ws, ANALYST).due[0]
    deletion = ask_deletion(ws, ANALYST, due)
    assert (staged / "b1.parquet").exists()
    approve_deletion(ws, AUDITOR, deletion.deletion_id)
    assert not (staged / "b1.parquet").exists()
    assert months_held(ws, "a") == []


def test_values_of_rows_that_waited_go_with_the_months_of_their_file(ws):
    content = (
        b"Log No,Date Time Created,NSIR Closing,Easting,Northing\n"
        b"L1,03/04/2020 10:00,ASB - Noise,330700,436300\n"
        b"L2,04/04/2020 25:61,ASB - Noise,330700,436300\n"
    )
    import_files(ws, ANALYST, [("log.csv", content)], None)
    manifest = ws.lake.root / "manifest.json"
    assert "04/04/2020 25:61" in manifest.read_text()
    due = [one for one in retention_plan(ws, ANALYST).due if one.source == "police_cad"]
    approve_deletion(ws, AUDITOR, ask_deletion(ws, ANALYST, due[0]).deletion_id)
    assert "25:61" not in manifest.read_text()
    (batch,) = ws.lake.manifest().batches.values()
    assert (batch.held, batch.counts["held"]) == ((), 1)


def test_staged_imports_go_after_their_days(ws):
    staged = ws.settings.staged_path
    for name, day in (("old", 1), ("young", 31)):
        (staged / name).mkdir(parents=True)
        (staged / name / "rows.parquet").write_bytes(b"rows")
        moment = datetime(2024, 7, day, tzinfo=UTC).timestamp()
        os.utime(staged / name, (moment, moment))
    due = retention_plan(ws, ANALYST).due[-1]
    assert (due.kind, due.items, due.before) == ("staged_imports", (("old",),), "2024-07-16")
    approve_deletion(ws, AUDITOR, ask_deletion(ws, ANALYST, due).deletion_id)
    assert [path.name for path in staged.iterdir()] == ["young"]


def test_snapshots_go_after_their_years(tmp_path):
    ws = workspace(tmp_path / "home", datetime(2024, 2, 29, 12, tzinfo=UTC))
    add_town(ws, tmp_path / "files")
    store(ws, steady(month_range("2023-02", "2024-01"), hot=(MIDDLE,)))
    snapshot = publish(ws, ANALYST, "quaytown", title="January")
    ws.close()
    for day, found in (((2, 28), 0), ((3, 2), 1)):
        ws = workspace(tmp_path / "home", datetime(2030, *day, tzinfo=UTC))
        due = [one for one in retention_plan(ws, ANALYST).due if one.kind == "snapshots"]
        assert len(due) == found
    approve_deletion(ws, AUDITOR, ask_deletion(ws, ANALYST, due[0]).deletion_id)
    assert snapshots(ws, ANALYST, "quaytown") == ()
    assert not (ws.settings.snapshots_path / f"{snapshot.snapshot_id}.json.gz").exists()
    ws.close()


def test_limits_are_listed(ws):
    limits = dict(retention_plan(ws, ANALYST).limits)
    assert limits["Reports"] == "36 months, unless agreed for the source"
    assert (limits["Snapshots"], limits["CCTV logs"]) == ("6 years", "24 months")


def test_refusal_says_what_to_do():
    message, hint = retired_words("Council", "2019-05", "2020-01")
    assert message.startswith("May 2019 of Council was deleted at the end of its time")
    assert hint.startswith("Leave out the older months")


def test_import_after_a_deletion_finds_nothing_odd(ws):
    approve_deletion(ws, AUDITOR, asked(ws).deletion_id)
    head = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name"
    head += ",Crime type,Last outcome category,Context"
    line = ",2024-01,Coast Police,Coast Police,-5.02,52.99,On or near Quay Street,,,Burglary,,"
    import_files(ws, ANALYST, [("2024-01-coast-street.csv", f"{head}\n{line}\n".encode())], None)
    assert actions(ws)[-1] == "import"
    assert "import_found" not in actions(ws)
