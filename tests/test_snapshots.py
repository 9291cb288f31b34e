"""Are published figures the same for ever, whatever becomes of the data?"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import fields, replace

import pandas as pd
import pytest

from data.access import AccessError, Principal, Role
from data.jobs.home import home
from data.jobs.hotspot_files import hotspot_csv, hotspot_geojson, summary
from data.jobs.hotspots import find_hotspots
from data.jobs.snapshots import PublishingBlockedError, default_title, publish, reopen, snapshots
from data.snapshots import SnapshotError, content_of, read_snapshot, snapshot_id_of, write_snapshot
from data.store.acceptances import accept_held
from data.store.sources import set_source
from data.views import HotspotParams
from geo.periods import month_range
from tests.places import ANALYST, MIDDLE, NOW, Reports, add_town, steady, store, workspace

MONTHS = month_range("2020-07", "2022-06")
PARAMS = HotspotParams(to="2022-06")
PARTNER = Principal("Pat", Role.COUNCIL_CST)


@pytest.fixture
def ws(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    rare = [Reports(MIDDLE, month, 1, "Robbery") for month in MONTHS[:3]]
    made = [*steady([m for m in MONTHS if m != "2021-03"], hot=(MIDDLE,)), *rare]
    store(ws, made, source="council", provider="Quay Council")
    yield ws
    ws.close()


def publish_it(ws, **options):
    return publish(ws, ANALYST, "quaytown", **{"title": "June", **options})


def file_of(ws, snapshot):
    return ws.settings.snapshots_path / f"{snapshot.snapshot_id}.json.gz"


def restate(ws):
    store(ws, steady(MONTHS, hot=()), source="council", provider="Quay Council")


def assert_same(found, wanted):
    for field in fields(wanted):
        one, other = getattr(found, field.name), getattr(wanted, field.name)
        if isinstance(other, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
        else:
            assert one == other, field.name


def test_snapshot_keeps_every_figure_when_the_data_are_restated(ws):
    before = find_hotspots(ws, ANALYST, "quaytown", PARAMS)
    front = home(ws, ANALYST, "quaytown")
    files = [make(ws, ANALYST, before) for make in (hotspot_csv, hotspot_geojson)]
    snapshot = publish_it(ws)
    restate(ws)
    assert find_hotspots(ws, ANALYST, "quaytown", PARAMS).total != before.total
    frozen = reopen(ws, ANALYST, snapshot.snapshot_id)
    assert_same(frozen.result, before)
    assert_same(frozen.home, front)
    assert [make(ws, ANALYST, frozen.result) for make in (hotspot_csv, hotspot_geojson)] == files
    assert summary(frozen.result) == summary(before)


def test_snapshot_reads_the_same_when_area_and_data_are_gone(ws):
    snapshot = publish_it(ws)
    first = reopen(ws, ANALYST, snapshot.snapshot_id)
    with ws.lake.writing(NOW) as writer:
        writer.remove(writer.before.partitions)
        writer.commit()
    for file in ws.settings.areas_path.rglob("*"):
        if file.is_file():
            file.unlink()
    assert_same(reopen(ws, ANALYST, snapshot.snapshot_id).result, first.result)


def test_publishing_the_same_twice_is_one_snapshot(ws):
    first = publish_it(ws)
    content = file_of(ws, first).read_bytes()
    again = publish(ws, replace(ANALYST, name="Bea"), "quaytown", title=" June ", params=PARAMS)
    assert again == first
    assert file_of(ws, first).read_bytes() == content
    assert snapshots(ws, ANALYST, "quaytown") == (first,)
    assert len(ws.store.audit_entries(action="publish")) == 1
    assert publish_it(ws, title="July").snapshot_id != first.snapshot_id


def test_snapshot_says_what_it_is(ws):
    with ws.store.change(ANALYST, "source", "council", {}, NOW) as session:
        agreed = {"agreement_ref": "ISA-7"}
        set_source(session, ANALYST, "council", "Quay Council", agreed, NOW)
        accept_held(session, ANALYST, "b1", 3, "Known fault", NOW)
    snapshot = publish_it(ws)
    assert (snapshot.title, snapshot.kind, snapshot.given_by) == ("June", "tactical", "Ada")
    assert (snapshot.when_words, snapshot.dataset_version) == (
        "15 August 2024, 10:00",
        ws.lake.version,
    )
    assert (len(snapshot.months), snapshot.months_words) == (23, "July 2020 to June 2022")
    assert snapshot.accepted_held == 3
    frozen = reopen(ws, ANALYST, snapshot.snapshot_id)
    made = dict(frozen.made)
    assert made["Data version"] == ws.lake.version
    assert made["Counted"] == "reports, each counts one"
    assert made["Sharing agreements"] == "council, Quay Council: ISA-7"
    assert frozen.accepted == ((3, "Known fault"),)
    assert frozen.coverage.sentence == "July 2020 to June 2022. No data for March 2021."


def test_snapshot_hides_small_numbers_from_the_role_that_reopens_it(ws):
    snapshot = publish_it(ws)
    shown = reopen(ws, PARTNER, snapshot.snapshot_id)
    live = find_hotspots(ws, PARTNER, "quaytown", PARAMS)
    assert_same(shown.result, live)
    assert_same(shown.home, home(ws, PARTNER, "quaytown"))
    assert ("Robbery", 3) in reopen(ws, ANALYST, snapshot.snapshot_id).result.hotspots[0].types
    assert "Robbery" not in dict(shown.result.hotspots[0].types)


def test_nothing_is_published_while_something_blocks_it(ws):
    with pytest.raises(PublishingBlockedError, match=r"yet: 3 rows are held\. 1 question is open"):
        publish_it(ws, blockers=("3 rows are held.", "1 question is open."))
    assert not ws.settings.snapshots_path.exists()
    assert snapshots(ws, ANALYST, "quaytown") == ()


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ANALYST])
def test_nobody_but_the_analyst_publishes(tmp_path, role):
    ws = workspace(tmp_path)
    with pytest.raises(AccessError, match="cannot publish snapshots"):
        publish(ws, Principal("Sam", role), "quaytown", title="June")
    ws.close()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.COUNCIL_SERVICE, Role.IG_AUDITOR, Role.ADMIN])
def test_roles_without_figures_open_no_snapshot(tmp_path, role):
    ws = workspace(tmp_path)
    with pytest.raises(AccessError):
        reopen(ws, Principal("Mo", role), "any")
    with pytest.raises(AccessError):
        snapshots(ws, Principal("Mo", role), "quaytown")
    ws.close()


def test_business_partner_opens_no_snapshot_of_other_types(ws):
    snapshot = publish_it(ws)
    with pytest.raises(AccessError, match="types that the role"):
        reopen(ws, Principal("Bo", Role.BID), snapshot.snapshot_id)


def test_changed_file_is_refused_until_it_is_restored(ws):
    snapshot = publish_it(ws)
    file, whole = file_of(ws, snapshot), file_of(ws, snapshot).read_bytes()
    text = gzip.decompress(whole).decode().replace("Quay Street", "Quiet Street")
    file.write_bytes(gzip.compress(text.encode(), mtime=0))
    with pytest.raises(SnapshotError, match=r"not the one that was published.*from a backup"):
        reopen(ws, ANALYST, snapshot.snapshot_id)
    file.unlink()
    with pytest.raises(SnapshotError, match="missing"):
        reopen(ws, ANALYST, snapshot.snapshot_id)
    file.write_bytes(whole)
    assert reopen(ws, ANALYST, snapshot.snapshot_id).view == snapshot


def test_snapshot_of_a_newer_hexbeat_is_refused(tmp_path):
    packed = gzip.compress(json.dumps({"format": 2}).encode(), mtime=0)
    path = tmp_path / "s.json.gz"
    path.write_bytes(packed)
    with pytest.raises(SnapshotError, match=r"format 2; this Hexbeat reads up to 1\. Use the"):
        read_snapshot(path, hashlib.sha256(packed).hexdigest())


def test_values_come_back_as_they_were(tmp_path):
    table = pd.DataFrame(
        {"n": [1.5, float("nan")], "k": [1, 2], "yes": [True, False], "word": ["é\u2028\"'", ""]}
    )
    document = {"table": table, "pairs": (("a", 1), ("b", None)), "map": {"z": 1, "a": [2.5]}}
    content = content_of(document)
    path = tmp_path / "s.json.gz"
    found = read_snapshot(path, write_snapshot(path, content))
    pd.testing.assert_frame_equal(found["table"], table)
    assert found["pairs"] == document["pairs"]
    assert list(found["map"].items()) == [("z", 1), ("a", [2.5])]
    assert content_of(found) == content
    assert b"NaN" not in content
    assert content.isascii()


def test_nothing_but_known_kinds_is_frozen_or_read(tmp_path):
    with pytest.raises(SnapshotError, match="cannot hold a set"):
        content_of({"things": {1, 2}})
    content = b'{"format":1,"thing":{"is":"Popen","fields":{"args":"x"}}}'
    path = tmp_path / "s.json.gz"
    sha256 = write_snapshot(path, content)
    with pytest.raises(SnapshotError, match="holds a Popen"):
        read_snapshot(path, sha256)


def test_id_depends_on_the_content_alone():
    assert snapshot_id_of(content_of({"a": 1, "b": 2})) == snapshot_id_of(
        content_of({"b": 2, "a": 1})
    )
    assert snapshot_id_of(content_of({"a": 1})) != snapshot_id_of(content_of({"a": 2}))


@pytest.mark.parametrize(("title", "words"), [("", "found 0"), ("x" * 81, "found 81")])
def test_title_is_refused_when_nobody_could_say_it(ws, title, words):
    with pytest.raises(SnapshotError, match=words):
        publish_it(ws, title=title)


def test_month_without_data_is_not_published(ws):
    with pytest.raises(SnapshotError, match="No data for March 2021"):
        publish_it(ws, params=HotspotParams(to="2021-03", start="2021-03"))


def test_default_title_names_the_month():
    assert default_title("2022-06") == "Tactical assessment, June 2022"
