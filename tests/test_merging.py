"""Do overlapping extracts come to the same rows, in whatever pieces and order they are loaded?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.desk import Desk
from data.engines.embedded import EmbeddedEngine
from data.ingest import load_files
from data.interpretation.context import Answer
from data.jobs import answers as job
from data.jobs.imports import import_files
from data.lake import Lake
from tests.places import ANALYST, workspace
from tests.street_files import assert_conserved
from tests.tables import LOG, NOW

MONTHS = ("01", "02", "03", "04")
CODES = ("ASB - Noise", "Burglary", "ASB-99", "Domestic incident", "CSE concern")
PLACES = ("QUAY", "PIER", "")
SETTINGS = settings(max_examples=10, deadline=None)

report = st.tuples(
    st.sampled_from(MONTHS),
    st.integers(1, 28),
    st.sampled_from(CODES),
    st.sampled_from(PLACES),
    st.booleans(),
)
reports = st.lists(report, min_size=1, max_size=14)


def lines(made) -> list[tuple[str, str]]:
    """Return month and line of each report; every second kind of them has no reference."""
    rows = []
    for number, (month, day, code, place, named) in enumerate(made):
        reference = f"L{number}" if named else ""
        rows.append(
            (month, f"{reference},{day:02d}/{month}/2026 21:14,{code},330690,436330,{place}")
        )
    return rows


def log(rows, *months: str) -> bytes:
    return "\n".join([LOG, *[line for month, line in rows if month in (months or MONTHS)]]).encode()


def load(lake: Lake, *contents: bytes, minutes: int = 0):
    """Load logs that hold any rows, one after the other."""
    found = None
    for at, content in enumerate(contents):
        if content.count(b"\n"):
            desk = Desk(NOW + timedelta(minutes=minutes + at))
            files = [(f"{at}.csv", content)]
            found = load_files(lake, EmbeddedEngine(lake), files, desk)
            assert_conserved(found)
    return found


@SETTINGS
@given(reports)
def test_overlapping_extracts_equal_the_whole(tmp_path_factory, made):
    rows, folder = lines(made), tmp_path_factory.mktemp("lakes")
    pieces, whole = Lake(folder / "pieces"), Lake(folder / "whole")
    load(pieces, log(rows, "01", "02", "03"), log(rows, "02", "03", "04"))
    load(whole, log(rows))
    assert pieces.version == whole.version


@SETTINGS
@given(reports, st.randoms(use_true_random=False))
def test_a_file_that_comes_twice_or_in_another_order_changes_nothing(
    tmp_path_factory, made, random
):
    rows, lake = lines(made), Lake(tmp_path_factory.mktemp("lakes") / "lake")
    load(lake, log(rows))
    version = lake.version
    again = load(lake, log(rows), minutes=5)
    assert (again.changed, again.files[0].status, lake.version) == (False, "unchanged", version)
    random.shuffle(rows)
    load(lake, log(rows), minutes=9)
    assert lake.version == version


@SETTINGS
@given(reports)
def test_the_order_of_files_is_irrelevant_when_their_references_differ(tmp_path_factory, made):
    rows, folder = lines([(*one[:4], True) for one in made]), tmp_path_factory.mktemp("lakes")
    first, second = log(rows[::2]), log(rows[1::2])
    one, other = Lake(folder / "one"), Lake(folder / "other")
    load(one, first, second)
    load(other, second, first)
    assert one.version == other.version


@SETTINGS
@given(reports, st.lists(st.integers(0, 13), max_size=5), st.booleans())
def test_answering_an_old_load_replaces_no_row_of_a_later_one(
    tmp_path_factory, made, again, dropped
):
    rows = lines(made)
    chosen = [rows[at] for at in again if at < len(rows)]
    later = [(month, line.replace("PIER", "MOLE")) for month, line in chosen]
    ws = workspace(tmp_path_factory.mktemp("home"), NOW)
    import_files(ws, ANALYST, [("old.csv", log(rows))], None)
    (batch,) = ws.lake.manifest().batches
    if later:
        late = replace(ws, clock=type(ws.clock)(NOW + timedelta(days=1)))
        import_files(late, ANALYST, [("new.csv", log(later))], None)
    held = stored(ws, but=batch)
    verdict = "drop" if dropped else "reject"
    said = Answer("G04" if dropped else "K01", verdict, tuple(range(2, 30)))
    job.answer(ws, ANALYST, batch, [said])
    assert stored(ws, but=batch) == held
    ws.close()


def stored(ws, *, but: str) -> list[tuple[str, ...]]:
    """Return what every load but one holds, sorted."""
    partitions = ws.lake.manifest().partitions.values()
    rows = [row for part in partitions for row in ws.lake.rows(part).to_pylist()]
    names = ("source_batch", "source_ref", "month", "place")
    return sorted(tuple(row[name] for name in names) for row in rows if row[names[0]] != but)


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


def places(lake: Lake) -> list[str]:
    tables = [lake.rows(part) for part in lake.manifest().partitions.values()]
    return sorted(place for table in tables for place in table["place"].to_pylist())


def row(ref: str, place: str = "QUAY", month: str = "03") -> str:
    return f"{ref},14/{month}/2026 21:14,ASB - Noise,330690,436330,{place}"


def test_a_reference_that_moves_to_another_month_leaves_the_former(lake):
    load(
        lake,
        f"{LOG}\n{row('L1')}\n{row('L2')}".encode(),
        f"{LOG}\n{row('L1', month='05')}".encode(),
    )
    held = {key[2]: part.rows for key, part in lake.manifest().partitions.items()}
    assert held == {"2026-03": 1, "2026-05": 1}
    found = load(lake, f"{LOG}\n{row('L2', month='06')}".encode(), minutes=9)
    assert found.compared.changed == 1
    assert [key[2] for key in lake.manifest().partitions] == ["2026-05", "2026-06"]


def test_rows_without_reference_are_held_as_often_as_the_file_with_most_has_them(lake):
    twice, thrice = (f"{LOG}\n" + "\n".join([row("")] * n) for n in (2, 3))
    load(lake, twice.encode(), thrice.encode(), twice.encode())
    assert places(lake) == ["QUAY"] * 3


def test_a_held_row_of_a_later_extract_leaves_what_is_held(lake):
    load(lake, f"{LOG}\n{row('L1')}".encode())
    found = load(lake, f"{LOG}\n{row('L1', 'PIER').replace('2026', '2062')}\n{row('L2')}".encode(),
                 minutes=1)  # fmt: skip
    assert (found.rows_held, places(lake)) == (1, ["QUAY", "QUAY"])


def test_sources_do_not_meet_when_their_references_are_the_same(lake):
    case = "Case Ref,Date Received,SR Type,Location\nL1,14/03/2026,Graffiti,PIER"
    load(lake, f"{LOG}\n{row('L1')}".encode(), case.encode())
    assert places(lake) == ["PIER", "QUAY"]


def test_two_files_of_one_import_are_merged_in_their_order(lake):
    files = [
        ("a.csv", f"{LOG}\n{row('L1')}".encode()),
        ("b.csv", f"{LOG}\n{row('L1', 'PIER')}".encode()),
    ]
    found = load_files(lake, EmbeddedEngine(lake), files, Desk(NOW))
    assert_conserved(found)
    assert places(lake) == ["PIER"]


def test_the_first_of_two_files_of_one_import_replaces_nothing_when_it_is_answered(tmp_path):
    ws = workspace(tmp_path / "home", NOW)
    held = row("L1").replace("2026", "2062")
    files = [
        ("a.csv", f"{LOG}\n{held}\n{row('L2')}".encode()),
        ("b.csv", f"{LOG}\n{row('L1', 'PIER')}".encode()),
    ]
    first = import_files(ws, ANALYST, files, None).files[0].batch_id
    job.answer(ws, ANALYST, first, [Answer("T03", "accept")])
    assert places(ws.lake) == ["PIER", "QUAY"]
    ws.close()
