"""Does each rule about files find what it should, and say so, in an import from end to end?"""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest

from data.errors import NothingLoadedError
from data.exports import to_csv_bytes
from data.jobs.imports import import_files
from tests.places import ANALYST, workspace
from tests.street_files import as_zip, assert_conserved
from tests.tables import LOG, NOW


@pytest.fixture
def ws(tmp_path):
    ws = workspace(tmp_path / "home", NOW)
    yield ws
    ws.close()


def load(ws, name: str, content: bytes, **options):
    report = import_files(ws, ANALYST, [(name, content)], None, **options)
    assert_conserved(report)
    return report


def log(*rows: str, above: str = "") -> bytes:
    return "\n".join([*above.splitlines(), LOG, *rows, ""]).encode()


def row(ref: str = "L1", place: str = "QUAY", day: int = 14, easting: str = "330690") -> str:
    return f"{ref},{day}/03/2026 21:14,ASB - Noise,{easting},436330,{place}"


def messages(report, code: str) -> list[str]:
    return [one.message for one in report.rules if one.code == code]


def places(ws) -> list[str]:
    return ws.engine.read_rows(["place"])["place"].tolist()


def workbook(rows, *, merged: str = "", hidden: bool = False) -> bytes:
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    if merged:
        book.active.merge_cells(merged)
    if hidden:
        book.create_sheet("People").append(["ZEBEDEE QUILTER"])
        book["People"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(ref: str, place: str | None, easting: int | None = 330690):
    return [ref, "14/03/2026 21:14", "ASB - Noise", easting, 436330, place]


def test_rule_f01_a_windows_file_keeps_its_letters(ws):
    report = load(ws, "log.csv", log(row(place="CAFÉ £1")).decode().encode("cp1252"))
    assert "We read this file as Windows-1252." in messages(report, "F01")
    assert places(ws) == ["CAFÉ £1"]


def test_rule_f02_headings_are_found_below_banner_rows(ws):
    report = load(ws, "log.csv", log(row(), above="MARKING,,\nReport: logs,,\n,,\nby beat,,"))
    assert messages(report, "F02") == ["Column headings found on row 5."]
    assert report.rows_kept == 1


def test_rule_f03_only_merged_cells_are_filled(ws):
    table = [LOG.split(","), cells("L1", "QUAY"), cells("L2", None, None), cells("L3", None)]
    report = load(ws, "log.xlsx", workbook(table, merged="F2:F3"))
    assert "We filled 1 blank cell that was merged in Excel (column Location Text)." in messages(
        report, "F03"
    )
    assert sorted(places(ws)) == ["", "QUAY", "QUAY"]
    assert (report.rows_fixed, report.rows_no_location) == (1, 1)


def test_rule_f04_totals_and_blank_rows_are_dropped_and_counted(ws):
    report = load(ws, "log.csv", log(row(), "Total,1,,,,", ",,,,,", "Printed 1 April,,,,,"))
    assert (report.rows_read, report.rows_kept, report.rows_dropped) == (3, 1, 2)
    assert messages(report, "F04") == ["2 total or blank rows ignored."]


def test_rule_f05_hidden_sheets_are_not_read(ws):
    report = load(ws, "log.xlsx", workbook([LOG.split(","), cells("L1", "QUAY")], hidden=True))
    assert messages(report, "F05") == ["This workbook has a hidden sheet. We have not read it."]
    with pytest.raises(NothingLoadedError):
        load(ws, "log.xlsx", workbook([LOG.split(",")], hidden=True), sheet="People")


def test_rule_f06_the_same_file_again_changes_nothing(ws):
    first = load(ws, "log.csv", log(row()))
    again = load(ws, "copy.csv", log(row()))
    assert (again.changed, again.files[0].status) == (False, "unchanged")
    assert again.dataset_version == first.dataset_version
    assert "Held already: nothing changed." in again.files[0].message


def test_rule_f06_an_overlap_says_what_is_held_changed_and_new(ws):
    load(ws, "march.csv", log(row("L1"), row("L2", day=15)))
    report = load(ws, "april.csv", log(row("L2", "PIER", day=15), row("L1"), row("L3")))
    assert "1 held already; 1 changed; 1 new." in report.files[0].message
    assert (report.compared.new, report.compared.changed, report.compared.same) == (1, 1, 1)
    assert sorted(places(ws)) == ["PIER", "QUAY", "QUAY"]


def test_rule_f07_formulas_are_text_here_and_in_every_export(ws):
    report = load(ws, "log.csv", log(row(place='"=HYPERLINK(""http://x"",""Y"")"')))
    assert messages(report, "F07") == [
        "1 row with a value that looks like a formula: stored as text."
    ]
    assert (report.rows_fixed, places(ws)) == (1, ['=HYPERLINK("http://x","Y")'])
    written = to_csv_bytes(pd.DataFrame({"place": places(ws)})).decode().splitlines()[1]
    assert not written.strip('"').startswith("=")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("log.zip", as_zip([("log.csv", b"0" * 3_000_000)]), "a hundredfold"),
        ("log.csv", b"%PDF-1.7 \x00\x01\x02", "not"),
        ("log.xls", b"\xd0\xcf\x11\xe0" + b"0" * 600, "old Excel workbook"),
        ("log.xlsm", as_zip([("xl/workbook.xml", b"<x/>"), ("xl/vbaProject.bin", b"x")]), "macros"),
    ],
)
def test_rule_f08_files_of_another_kind_are_refused_whole(ws, name, content, words):
    with pytest.raises(NothingLoadedError, match=words) as refused:
        load(ws, name, content)
    assert refused.value.report.rows_read == 0
    assert not ws.lake.manifest().partitions


def test_rule_f08_files_above_the_limit_are_refused(ws, monkeypatch):
    monkeypatch.setattr("data.readers.opening.LARGEST_FILE", 1 << 20)
    with pytest.raises(NothingLoadedError, match=r"The file holds 2 MB; the limit is \d+ MB"):
        load(ws, "log.csv", b"x" * (2 << 20))


def test_rule_f08_rows_with_other_numbers_of_values_are_refused(ws):
    report = load(ws, "log.csv", log(*[row(f"L{n}") for n in range(9)], row() + ",more"))
    assert (report.rows_kept, report.rows_refused) == (9, 1)
    assert messages(report, "F08") == [
        "1 row has more or fewer values than there are headings; not loaded."
    ]


def test_rule_f09_personal_columns_are_never_loaded(ws):
    content = (f"{LOG},Caller Name,DOB\n{row()},ZEBEDEE QUILTER,03/07/1961\n").encode()
    report = load(ws, "log.csv", content)
    assert messages(report, "F09") == [
        "Columns Caller Name and DOB look like personal data. No value of them was loaded."
    ]
    assert report.rows_kept == 1
    assert "QUILTER" not in repr(report)


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("MRS Z QUILTER 2 QUAY ST", "names"),
        ("ring 07700 900123", "telephone numbers"),
        ("z.quilter@example.org", "e-mail addresses"),
        ("QUAY born 03/07/1961", "dates of birth"),
        ("NI AB123456C", "National Insurance numbers"),
        ("word " * 50, "free text"),
    ],
)
def test_rule_f09_personal_values_in_other_columns_are_left_out(ws, place, kind):
    report = load(ws, "log.csv", log(row(place=place.strip())))
    assert (report.rows_fixed, places(ws)) == (1, [""])
    assert messages(report, "F09") == [
        f"1 row held {kind} in Location Text: this value was left out."
    ]
