"""Is what is stored whole at every moment, and known by its content?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.contents import content_hash, contents_of
from data.errors import DataError, LakeBusyError
from data.hashing import hash_text
from data.incidents import INCIDENT_SCHEMA, as_incidents
from data.lake import FORMAT, Lake, RawFile
from geo.errors import SchemaError
from tests.street_files import NOW

RAW = RawFile("may.csv", "0" * 64)
MAY = ("council", "Council", "2022-05")
JUNE = ("council", "Council", "2022-06")


def reports(*categories: str, month: str = "2022-05", **columns):
    frame = pd.DataFrame(
        {
            "month": month,
            "category": list(categories),
            "lon": np.linspace(-3.05, -3.0, len(categories)),
            "lat": 53.8,
        }
    ).assign(**columns)
    return as_incidents(frame, source="council", provider="Council")


def store(lake: Lake, *tables, raw: RawFile = RAW, now: datetime = NOW):
    with lake.writing(now) as writer:
        for table in tables:
            writer.put(("council", "Council", table["month"][0].as_py()), contents_of(table), raw)
        return writer.commit()


def files_of(lake: Lake) -> dict[str, bytes]:
    return {
        str(path.relative_to(lake.root)): path.read_bytes()
        for path in sorted(lake.root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "home" / "lake")


def test_lake_is_empty_when_new(lake):
    assert dict(lake.manifest().partitions) == {}
    assert lake.version == "4f53cda18c2b"
    assert not lake.root.exists()
    with pytest.raises(DataError, match="Nothing is held for Council, 2022-05"):
        lake.read(MAY)


def test_lake_describes_what_it_holds(lake):
    table = reports(
        "Noise",
        "Litter",
        "Noise",
        source_ref=["1", "1", ""],
        lon=[-3.0, np.nan, -3.1],
        lat=[53.8, np.nan, 53.8],
    )
    held = store(lake, table).partitions[MAY]
    assert (held.rows, held.located, held.references, held.repeated) == (3, 2, 2, 1)
    assert (held.raw_name, held.raw_sha256) == (RAW.name, RAW.sha256)
    assert held.imported_at == "2026-11-21T12:00:00+00:00"
    assert lake.path(held).stem == held.content[:32]
    assert content_hash(lake.read(MAY)) == held.content == content_hash(table)
    assert lake.read(MAY).schema == INCIDENT_SCHEMA
    assert len(lake.references(held)) == 1


def test_lake_changes_nothing_when_rows_are_held_already(lake):
    store(lake, reports("Noise", "Litter"))
    before, version = files_of(lake), lake.version
    turned = reports("Noise", "Litter").take([1, 0])
    other = replace(RAW, name="again.csv")
    store(lake, turned, raw=other, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert files_of(lake) == before
    assert lake.version == version


def test_lake_version_depends_on_content_alone(lake, tmp_path):
    store(lake, reports("Noise"), reports("Litter", month="2022-06"))
    other = Lake(tmp_path / "other")
    store(other, reports("Litter", month="2022-06"), raw=replace(RAW, name="x"))
    assert other.version != lake.version
    store(other, reports("Noise"))
    assert other.version == lake.version
    assert len(lake.version) == 12


def test_lake_remembers_to_which_area_a_month_was_cut(lake):
    whole = store(lake, reports("Noise")).version
    cut = store(lake, reports("Noise"), raw=replace(RAW, area="quaytown"))
    assert [one.area for one in cut.partitions.values()] == ["quaytown"]
    assert cut.version != whole == store(lake, reports("Noise")).version


def test_lake_reads_a_manifest_that_knows_no_areas(lake):
    written = store(lake, reports("Noise"))
    path = lake.root / "manifest.json"
    told = json.loads(path.read_bytes())
    for one in told["partitions"]:
        del one["area"]
    path.write_text(json.dumps(told), encoding="utf-8")
    assert Lake(lake.root).manifest() == written


def test_lake_replaces_a_month_and_removes_the_former_file(lake):
    before = store(lake, reports("Noise"), reports("Litter", month="2022-06"))
    after = store(lake, reports("Graffiti"))
    assert lake.read(MAY)["category"].to_pylist() == ["Graffiti"]
    assert after.partitions[JUNE] == before.partitions[JUNE]
    assert {path.name for path in (lake.root / "parts").iterdir()} == after.files()


def test_lake_takes_the_last_when_a_month_is_put_twice_or_put_back(lake):
    before = store(lake, reports("Noise"))
    after = store(lake, reports("Graffiti"), reports("Noise"))
    assert after == before
    assert {path.name for path in (lake.root / "parts").iterdir()} == after.files()


def test_lake_keeps_the_former_version_when_nothing_is_committed(lake):
    store(lake, reports("Noise"))
    version = lake.version
    with lake.writing(NOW) as writer:
        writer.put(MAY, contents_of(reports("Graffiti")), RAW)
    assert lake.version == version
    assert lake.read(MAY)["category"].to_pylist() == ["Noise"]
    assert len(list((lake.root / "parts").iterdir())) == 2
    store(lake, reports("Noise"))
    assert len(list((lake.root / "parts").iterdir())) == 1


def test_lake_holds_nothing_of_a_month_that_was_removed(lake):
    store(lake, reports("Noise", "Litter"), reports("Litter", month="2022-06"))
    with lake.writing(NOW) as writer:
        assert writer.remove([MAY, ("council", "Council", "2019-01"), MAY]) == 2
        assert lake.read(MAY).num_rows == 2
        after = writer.commit()
    assert set(after.partitions) == {JUNE}
    assert {path.name for path in (lake.root / "parts").iterdir()} == after.files()


def test_lake_refuses_a_second_writer_that_has_waited_in_vain(lake):
    impatient, told = Lake(lake.root, patience_s=0), []
    with (
        lake.writing(NOW),
        pytest.raises(LakeBusyError, match="Another import"),
        impatient.writing(NOW, waiting=lambda: told.append("waiting")),
    ):
        pass
    assert told == ["waiting"]
    store(lake, reports("Noise"))


def test_lake_finds_and_repairs_damaged_files(lake):
    held = store(lake, reports("Noise"), reports("Litter", month="2022-06")).partitions
    may, june = lake.path(held[MAY]), lake.path(held[JUNE])
    assert lake.damaged_files() == ()
    may.write_bytes(june.read_bytes())
    june.unlink()
    assert set(lake.damaged_files()) == {may.name, june.name}
    with pytest.raises(DataError, match="2022-06 cannot be read"):
        lake.read(JUNE)
    version = lake.version
    store(lake, reports("Noise"), reports("Litter", month="2022-06"))
    assert (lake.damaged_files(), lake.version) == ((), version)


def damage_truncated(manifest):
    return manifest[:-20]


def damage_by_hand(manifest):
    return manifest.replace(b"2022-05", b"2022-04")


def damage_newer(manifest):
    return json.dumps(json.loads(manifest) | {"format": FORMAT + 1}).encode()


EMPTY_PARTITION = json.dumps({"format": FORMAT, "version": "", "partitions": [{}]}).encode()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (damage_truncated, "is damaged"),
        (damage_by_hand, "changed by hand"),
        (damage_newer, f"have format {FORMAT + 1}; this Hexbeat reads {FORMAT}"),
        (lambda _: EMPTY_PARTITION, "is damaged"),
    ],
)
def test_lake_says_so_when_the_manifest_is_damaged(lake, damage, words):
    store(lake, reports("Noise"))
    path = lake.root / "manifest.json"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=words) as found:
        Lake(lake.root).manifest()
    assert found.value.hint


def test_content_hash_when_rows_are_moved_or_changed():
    table = reports("Noise", "Litter")
    assert content_hash(table) == content_hash(table.take([1, 0]))
    assert content_hash(table) == content_hash(reports("Noise", "Litter", source_row=[7, 9]))
    for change in [
        {"place": ["x", ""]},
        {"lat": 53.81},
        {"lon": np.nan, "lat": np.nan},
        {"outcome": "Charged"},
        {"time_from": pd.Timestamp("2022-05-01", tz="UTC")},
    ]:
        assert content_hash(reports("Noise", "Litter", **change)) != content_hash(table)


def test_content_hash_when_text_moves_between_columns_or_rows():
    joined = reports("Noise", "Noise", place=["ab", "c"], outcome=["", ""], lon=-3.0)
    moved = reports("Noise", "Noise", place=["a", "bc"], outcome=["", ""], lon=-3.0)
    other = reports("Noise", "Noise", place=["a", "c"], outcome=["b", ""], lon=-3.0)
    assert len({content_hash(table) for table in (joined, moved, other)}) == 3


def test_content_hash_is_the_same_for_ever():
    table = reports("Noise", "Litter", place=["Café Blau", ""], source_ref=["1", ""], lat=-0.0)
    assert content_hash(table) == content_hash(reports(
        "Noise", "Litter", place=["Café Blau", ""], source_ref=["1", ""], lat=0.0
    ))  # fmt: skip
    assert content_hash(table) == (
        "38e3a177d34159dc27fbf621c45277041e0bef44cee8bfe8dc4571b27f6d093f"
    )


def test_content_hash_counts_rows_that_are_the_same():
    one, two, three = (reports(*["Noise"] * rows, lon=-3.0) for rows in (1, 2, 3))
    assert len({content_hash(table) for table in (one, two, three)}) == 3


def mixed_by_hand(value: int) -> int:
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        value = (value ^ (value >> shift)) * factor % 2**64
    return value


@given(st.lists(st.text(max_size=40)), st.integers(0, 3))
def test_hash_text_equals_the_rule_worked_by_hand(texts, start):
    hashes = []
    for text in texts[start:]:
        written = text.encode()
        state = mixed_by_hand(len(written) + 1)
        for at in range(0, len(written), 8):
            word = int.from_bytes(written[at : at + 8].ljust(8, b"\0"), "little")
            state = mixed_by_hand(state ^ word)
        hashes.append(state)
    found = hash_text(pa.array(texts, pa.string()).slice(start))
    assert found.tolist() == hashes


def test_as_incidents_fills_what_a_frame_lacks():
    table = reports("Noise", lon=np.nan, lat=np.nan)
    assert table.schema == INCIDENT_SCHEMA
    (row,) = table.to_pylist()
    assert (row["source"], row["provider"], row["source_row"]) == ("council", "Council", 1)
    assert (row["location_precision"], row["time_precision"], row["origin"]) == (
        "none", "month", "unknown",
    )  # fmt: skip
    assert (row["place"], row["time_from"]) == ("", None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"month": "2022-5"}, "YYYY-MM"),
        ({"category": ""}, "have no category; the first is row 1"),
        ({"lon": 181.0}, "no possible coordinates"),
        ({"lat": np.nan}, "no possible coordinates"),
        ({"time_from": pd.Timestamp("2022-05-01")}, "time_from has no time zone"),
    ],
)
def test_as_incidents_refuses_what_is_no_incident(changes, words):
    frame = pd.DataFrame({"month": ["2022-05"], "category": "Noise", "lon": -3.0, "lat": 53.8})
    with pytest.raises(SchemaError, match=words):
        as_incidents(frame.assign(**changes), source="council", provider="Council")
    with pytest.raises(SchemaError, match=r"\['lat'\] are absent"):
        as_incidents(frame.drop(columns="lat"), source="council", provider="Council")
