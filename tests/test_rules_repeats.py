"""Does each rule about repeats find what it should, say so, and delete nothing?"""

from __future__ import annotations

import pytest

from data.jobs.imports import import_files
from data.readers.kinds import is_street_file
from data.readers.police_uk import read_street_file
from data.readers.text import read_text
from tests.places import ANALYST, workspace
from tests.street_files import as_csv, asb_row, crimes, street_row
from tests.tables import CCTV, LOG, NOW, read


def log(*rows: str):
    """Read logs of reference, time, easting and linked log."""
    lines = []
    for row in rows:
        ref, time, easting, *linked = row.split(",")
        lines.append(f"{ref},14/03/2026 {time},ASB - Noise,{easting},436330,QUAY,{''.join(linked)}")
    return read(f"{LOG},Linked Log", *lines)


def test_rule_d01_the_newest_of_a_reference_counts_and_the_others_are_kept_aside():
    found = log("L1,21:14,330690", "L1,21:40,330690", "L1,21:20,330690", "L2,09:00,330690")
    (said,) = found.rule("D01")
    assert said.message == (
        "2 rows repeat a reference that comes again; the newest counts, these are kept aside."
    )
    assert [row["status"] for row in found.rows.values()] == ["superseded", "", "superseded", ""]
    assert found.counts == (2, 2, 0, 0, 0)


def test_rule_d02_links_of_the_source_and_likely_repeats_are_grouped():
    found = log(
        "L1,21:14,330690",
        "L2,21:31,330720,L1",
        "L3,21:40,330700",
        "L4,21:45,331900",
        "L5,23:55,330690",
    )
    assert [(one.rows, one.row) for one in found.rule("D02")] == [(1, 3), (1, 4)]
    linked, likely = [one.message for one in found.rule("D02")]
    assert linked == "1 row is linked by the source to another report of the same incident."
    assert likely == "5 reports look like 3 separate incidents; 1 row by time and place."
    assert {row.reference: row.codes for row in found.found.marked} == {
        "L2": ("D02 linked_by_source",), "L3": ("D02 likely",),
    }  # fmt: skip
    assert found.counts == (5, 0, 0, 0, 0)


def test_rule_d02_reports_of_other_types_or_far_away_are_not_grouped():
    assert log("L1,21:14,330690", "L2,21:20,330791").rule("D02") == []
    assert log("L1,21:14,330690", "L2,22:15,330690").rule("D02") == []
    (said,) = log("L1,21:14,330690", "L2,22:14,330690").rule("D02")
    assert said.rows == 1


def test_rule_d03_identical_rows_of_open_data_are_kept_unless_they_have_a_crime_id():
    rows = [*[asb_row()] * 3, *[street_row()] * 2, *crimes(1, start=9)]
    found = read_street_file(read_text(as_csv(rows), is_street_file), now=NOW)
    said = [one for one in found.findings if one.code == "D03"]
    assert [(one.rows, one.result) for one in said] == [(3, "kept"), (1, "dropped")]
    assert said[0].message == (
        "3 rows without a Crime ID equal another: separate reports at one map point, all kept."
    )
    (batch,) = found.batches
    assert (batch.table.num_rows, found.rows_dropped) == (5, 1)


def test_rule_d04_an_entry_that_names_a_police_log_is_linked_to_it():
    found = read(CCTV, "1,14/01/2026,21:16,C14,Disorder,L1", "2,14/01/2026,22:16,C14,Disorder,")
    (said,) = found.rule("D04")
    assert said.message == (
        "1 row names the police log of the same event: linked, and counted once in demand."
    )
    assert [row["linked_ref"] for row in found.rows.values()] == ["L1", ""]


@pytest.fixture
def ws(tmp_path):
    ws = workspace(tmp_path / "home", NOW)
    yield ws
    ws.close()


def test_rule_d05_later_extracts_restate_what_changed_and_say_which_months(ws):
    head, march = f"{LOG},Status", "330690,436330,QUAY"
    first = (
        f"L1,14/03/2026 21:14,ASB - Noise,{march},Open",
        f"L2,14/04/2026 21:14,ASB - Noise,{march},Open",
    )
    later = (
        f"L1,14/03/2026 21:14,Burglary,{march},Open",
        f"L2,14/04/2026 21:14,ASB - Noise,{march},Cancelled",
    )
    import_files(ws, ANALYST, [("march.csv", "\n".join([head, *first]).encode())], None)
    report = import_files(ws, ANALYST, [("april.csv", "\n".join([head, *later]).encode())], None)
    compared = report.compared
    assert (compared.new, compared.changed, compared.same) == (0, 2, 0)
    assert compared.restated == report.months_replaced == ("2026-03", "2026-04")
    rows = ws.engine.read_rows(["source_ref", "category"])
    assert rows.to_numpy().tolist() == [["L1", "Burglary"]]
