"""Does any supplied file become one table, with everything that was done to it said?"""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import FileRefusedError
from data.readers import spreadsheet, text, workbook_size
from data.readers.sheets import read_sheet
from tests.street_files import as_zip

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {
    "log no", "date time created", "easting", "northing", "month", "ward", "type", "received",
    "cctv inc no", "cam no", "sr type", "date received", "crime id", "crime type", "lat", "lon",
}  # fmt: skip


def score(cells):
    return sum(cell.casefold() in KNOWN for cell in cells)


def read(content, **options):
    raw = content if isinstance(content, bytes) else content.encode()
    return read_sheet("x", raw, heading_score=score, **options)


def values(sheet):
    return [list(row.values()) for row in sheet.text.table.to_pylist()]


def said(sheet, code):
    return [found.message for found in sheet.findings if found.code == code]


def workbook(*rows, **options):
    book = openpyxl.Workbook()
    if options.get("from_1904"):
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    page = book.active
    page.title = "Log"
    for row in rows:
        page.append(list(row))
    for cells in options.get("merged", ()):
        page.merge_cells(cells)
    for name, heading in options.get("more", {}).items():
        book.create_sheet(name).append(heading)
    for name in options.get("hidden", ()):
        book[name].sheet_state = "hidden"
    for cell, value in options.get("cells", {}).items():
        page[cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "heading_row", "read_rows", "dropped", "encoding"),
    [
        ("storm_messy.csv", 4, 19, (23,), "cp1252"),
        ("council_messy.csv", 1, 5, (), "utf-8"),
        ("cctv_log_messy.csv", 1, 5, (), "utf-8"),
        ("police_uk_messy.csv", 1, 8, (), "utf-8"),
    ],
)
def test_read_sheet_counts_every_row_of_the_messy_files(
    shared: Path, name, heading_row, read_rows, dropped, encoding
):
    sheet = read((shared / "fixtures" / name).read_bytes())
    assert (sheet.heading_row, sheet.rows_read, sheet.dropped, sheet.encoding) == (
        heading_row, read_rows, dropped, encoding,
    )  # fmt: skip
    assert len(sheet.text.numbers) == read_rows - len(dropped)


def test_read_sheet_says_what_it_did_to_the_messy_storm_file(shared: Path):
    sheet = read((shared / "fixtures" / "storm_messy.csv").read_bytes())
    assert [(found.code, found.message) for found in sheet.findings] == [
        ("F01", "We read this file as Windows-1252."),
        ("F02", "Column headings found on row 4."),
        ("F04", "1 total or blank row ignored."),
    ]
    assert "CAFÉ" in "".join(sheet.text.column("Location Text").to_pylist()).upper()


def test_read_sheet_reads_the_semicolon_file_of_geneva(shared: Path):
    path = shared / "data" / "cctv" / "geneva_osm_cameras_raw_semicolon.csv"
    sheet = read(path.read_bytes())
    assert (sheet.rows_read, len(sheet.text.columns)) == (622, 22)
    assert sheet.text.column("lat")[0].as_py() == "461.993.881"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_read_sheet_finds_the_delimiter_when_values_hold_others(mark: str):
    sheet = read(
        f"Log No{mark}Type\n1{mark}a,b;c\n" if mark in "\t|" else f"Log No{mark}Type\n1{mark}a\n"
    )
    assert sheet.text.columns == ("Log No", "Type")


def test_read_sheet_prefers_the_row_with_most_known_headings():
    sheet = read("Type,of report,x\nLog No,Type,Ward\n1,Noise,Park\n")
    assert (sheet.heading_row, values(sheet)) == (2, [["1", "Noise", "Park"]])
    assert said(sheet, "F02") == ["Column headings found on row 2."]


def test_read_sheet_takes_first_of_the_widest_rows_when_no_heading_is_known():
    sheet = read("Noise report\n\nA;B,5;C\n1,5;2;3\n")
    assert (sheet.heading_row, sheet.text.columns) == (3, ("A", "B,5", "C"))
    assert values(sheet) == [["1,5", "2", "3"]]


def test_read_sheet_refuses_when_no_row_has_two_values():
    with pytest.raises(FileRefusedError, match="None of the first 30 rows holds column headings"):
        read("alone\nJANE DOE\n")


def test_read_sheet_drops_totals_footers_and_rows_with_one_value():
    sheet = read(
        "Log No,Type,Ward,Grade\n1,Noise,Park,2\nGrand Total,1,,\n,,subtotal,9\n,,,\n,Noise,,\n"
        "Printed 14/03/2026\nTotally,Noise,Park,1\n"
    )
    assert (sheet.text.numbers.tolist(), sheet.dropped) == ([2, 8], (3, 4, 6, 7))
    assert sheet.rows_read == 6
    assert said(sheet, "F04") == ["4 total or blank rows ignored."]


def test_read_sheet_keeps_rows_with_one_value_when_the_table_is_narrow():
    sheet = read("Log No,Type\n1,\n,\n2,Noise\n")
    assert (sheet.text.numbers.tolist(), sheet.dropped) == ([2, 4], ())


def test_read_sheet_keeps_ragged_rows_apart_and_counts_them():
    sheet = read("Log No,Type,Ward,Grade\n1,2\n1,Noise,Park,2\n1,2,3,4,5\n")
    assert [(bad.row, bad.value) for bad in sheet.text.ragged] == [(2, ""), (4, "")]
    assert sheet.rows_read == 3


def test_read_sheet_leaves_out_blank_values_beyond_the_headings():
    sheet = read("Log No,Type,Ward\n1,Noise,Park,\n2,Noise,Park,\n3,Noise,Park,x\n4,Noise,Park,\n")
    assert (sheet.text.columns, sheet.text.numbers.tolist()) == (
        ("Log No", "Type", "Ward"),
        [2, 3, 5],
    )
    assert [(bad.row, bad.reason) for bad in sheet.text.ragged] == [
        (4, "More values than 3 column headings.")
    ]


def test_read_sheet_refuses_when_too_many_rows_are_ragged_without_showing_one(monkeypatch, capfd):
    monkeypatch.setattr(text, "_MOST_RAGGED", 2)
    with pytest.raises(FileRefusedError) as refused:
        read("Log No,Type,Ward\nDOE,1\nDOE,2\nDOE,3\n")
    assert str(refused.value).startswith("More than 2 rows have too few or too many values. Row 2")
    assert "DOE" not in str(refused.value) + str(capfd.readouterr())
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("row", ['1,"a\n2,Noise,Park,3\n3",Noise\n', '1,N,P,"\n2,N,P,"\n'])
def test_read_sheet_refuses_when_a_value_swallows_a_row_and_closes_again(row: str):
    with pytest.raises(FileRefusedError, match="opens in row 2"):
        read("Log No,Type,Ward,Grade\n" + row)


def test_read_sheet_reads_line_ends_of_any_system():
    for end in ("\n", "\r\n", "\r"):
        sheet = read(f"Report{end}Log No,Type{end}1,Noise{end}2,Noise{end}")
        assert (sheet.heading_row, sheet.text.numbers.tolist()) == (2, [3, 4])


def test_read_sheet_keeps_accents_when_encodings_are_mixed():
    sheet = read(
        b"Log No,Type\n" + "Caf\u00e9,\u00a31\n".encode("cp1252") + "Caf\u00e9,\u00a32\n".encode()
    )
    assert values(sheet) == [["Caf\u00e9", "\u00a31"], ["Caf\u00e9", "\u00a32"]]
    assert said(sheet, "F01") == ["We read this file as Windows-1252."]
    assert said(read("Log No,Type\n1,2\n".encode("utf-16")), "F01") == [
        "We read this file as UTF-16."
    ]


def test_read_sheet_gives_headings_alone_when_there_are_no_rows():
    assert (read("Log No,Type").rows_read, read("Log No,Type\n\n").rows_read) == (0, 0)
    assert read(workbook(["Log No", "Type"])).rows_read == 0


def test_read_sheet_counts_records_when_values_run_over_lines():
    sheet = read('"Report\nof March",,,\nLog No,Type,Ward,Note\n1,N,P,"a\nb, c"\n\n2,N,P,x\n')
    assert (sheet.heading_row, sheet.text.numbers.tolist()) == (2, [3, 5])
    assert values(sheet)[0][3] == "a\nb, c"


@pytest.mark.parametrize(
    "body",
    ['1,N,P,"a\n2,N,P,b\n3,N,P,c\n', '1,N,P,"a\n2,N,P,b\n3,N,P,"c"\n4,N,P,d"\n'],
)
def test_read_sheet_refuses_when_a_quotation_mark_swallows_rows(body: str):
    with pytest.raises(FileRefusedError, match="opens in row 2 and is not closed"):
        read("Log No,Type,Ward,Note\n" + body)


def test_read_sheet_turns_words_for_nothing_into_nothing():
    sheet = read(
        "Log No,Type,Secret\n1,NULL,n/a\n2,#REF!,Nan\n3,\u00a0-\u00a0,NATO\n"
        "4,\uff2e\uff35\uff2c\uff2c,\u00a0\n"
    )
    assert values(sheet) == [["1", "", ""], ["2", "", ""], ["3", "", "NATO"], ["4", "", ""]]
    found = [finding for finding in sheet.findings if finding.code == "C03"]
    assert [(finding.rows, finding.row, finding.column) for finding in found] == [
        (4, 2, "Type"), (3, 2, ""),
    ]  # fmt: skip
    assert found[0].message == (
        "4 cells say in words that nothing was entered (column Type): treated as missing."
    )
    assert "(column 3)" in found[1].message


def test_read_sheet_never_says_what_an_unknown_first_row_holds():
    sheet = read("JANE DOE,07700 900123,N/A\nJOHN DOE,07700 900456,N/A\nTotal,,\n")
    assert sheet.heading_row == 1
    assert "DOE" not in repr(sheet.findings)


def test_read_sheet_fills_month_of_a_text_file_when_blanks_can_only_be_merged_cells():
    rows = "".join(f"{'Jan' if n == 0 else 'Feb' if n == 5 else ''},{n},Noise\n" for n in range(9))
    sheet = read("Month,Log No,Type\n" + rows + "Total,9,\n")
    assert sheet.text.column("Month").to_pylist() == ["Jan"] * 5 + ["Feb"] * 4
    assert said(sheet, "F03") == [
        "We filled 7 blank cells that were merged in Excel (column Month)."
    ]
    assert sheet.filled["Month"].tolist() == [n not in (0, 5) for n in range(9)]


@pytest.mark.parametrize(
    "column",
    [
        ["", "Jan", "", "", "", "Feb"],
        ["Jan", "", "", "", "", "Jan"],
        ["Jan", "", "Feb", "", "Mar", ""],
        ["Jan", "", "", "", "", ""],
        ["Jan", "-", "", "", "", "Feb"],
    ],
)
def test_read_sheet_fills_nothing_of_a_text_file_when_blanks_may_mean_something(column):
    rows = "".join(f"{month},{n},Noise\n" for n, month in enumerate(column))
    sheet = read("Month,Log No,Type\n" + rows)
    assert (said(sheet, "F03"), dict(sheet.filled)) == ([], {})


def test_read_sheet_fills_only_merged_cells_of_label_columns():
    sheet = read(
        workbook(
            ["Month", "Easting", "Log No", "Type"],
            ["March", 330690, 1, "Noise"],
            [None, None, 2, "Noise"],
            ["April", 330700, 3, None],
            [None, None, 4, "Litter"],
            merged=("A2:A3", "B2:B3"),
        )
    )
    assert values(sheet) == [
        ["March", "330690", "1", "Noise"],
        ["March", "", "2", "Noise"],
        ["April", "330700", "3", ""],
        ["", "", "4", "Litter"],
    ]
    assert said(sheet, "F03") == ["We filled 1 blank cell that was merged in Excel (column Month)."]
    assert sheet.filled["Month"].tolist() == [False, True, False, False]


def test_read_sheet_does_not_fill_from_headings_or_dropped_rows():
    sheet = read(
        workbook(
            ["Month", "Log No", "Type", "Ward"],
            [None, 1, "Noise", "Park"],
            ["Total", 1, None, None],
            [None, 2, "Noise", "Park"],
            merged=("A1:A2", "A3:A4"),
        )
    )
    assert (sheet.dropped, sheet.filled) == ((3,), {})
    assert sheet.text.column("Month").to_pylist() == ["", ""]


def test_read_sheet_writes_cells_of_a_workbook_as_people_would():
    moment = datetime(2026, 3, 14, 21, 30)  # noqa: DTZ001 - as Excel
    midnight = datetime(2026, 3, 15)  # noqa: DTZ001 - as Excel
    sheet = read(
        workbook(
            ["Log No", "Received", "Date", "Time", "Span", "Easting", "Flag", "Note"],
            ["0012", moment, midnight, time(21, 30), timedelta(hours=25), 331000.0, True, "#N/A"],
            [13, midnight, date(2026, 3, 14), time(0), timedelta(minutes=5), 3.5, False, " x "],
        )
    )
    assert values(sheet) == [
        ["0012", "2026-03-14 21:30:00", "2026-03-15", "21:30:00", "25:00:00", "331000", "TRUE", ""],
        ["13", "2026-03-15 00:00:00", "2026-03-14", "00:00:00", "0:05:00", "3.5", "FALSE", "x"],
    ]


def test_read_sheet_keeps_the_epoch_of_a_workbook_when_serials_count_from_1904():
    rows = (["Log No", "Received"], [1, 43890])
    assert read(workbook(*rows, from_1904=True)).text.excel_epoch == date(1904, 1, 1)
    assert read(workbook(*rows)).text.excel_epoch == date(1899, 12, 30)


def test_read_sheet_numbers_rows_when_the_table_stands_in_a_corner():
    sheet = read(workbook(cells={"C3": "Log No", "D3": "Type", "C5": 7, "D5": "Noise"}))
    assert (sheet.heading_row, sheet.text.numbers.tolist()) == (3, [5])
    assert values(sheet) == [["", "", "7", "Noise"]]


def test_read_sheet_takes_the_sheet_with_the_best_headings_and_never_a_hidden_one():
    more = {"Notes": ["a", "b"], "Names": ["Log No", "Type", "Ward"], "Data": ["Log No", "Ward"]}
    content = workbook(["Type", "x"], [1, 2], more=more, hidden=["Names"])
    sheet = read(content)
    assert (sheet.sheet, sheet.sheets) == ("Data", ("Log", "Notes", "Data"))
    assert said(sheet, "F05") == [
        "This workbook has 3 sheets. We read sheet 3, whose headings fit best.",
        "This workbook has a hidden sheet. We have not read it.",
    ]
    assert read(content, sheet="Log").rows_read == 1
    with pytest.raises(FileRefusedError):
        read(content, sheet="Names")


def test_read_sheet_refuses_when_every_sheet_is_hidden(monkeypatch):
    content = workbook(["Log No", "Type"], more={"Other": ["Log No", "Type"]}, hidden=["Log"])
    assert read(content).sheet == "Other"
    hidden = content.replace(b"x", b"x")
    monkeypatch.setattr(
        spreadsheet,
        "_book",
        lambda _: spreadsheet._Book(None, (), 1, date(1900, 1, 1)),  # noqa: SLF001
    )
    with pytest.raises(FileRefusedError, match="no visible sheet"):
        read(hidden)


def test_read_sheet_refuses_old_and_locked_workbooks():
    with pytest.raises(FileRefusedError, match="old Excel workbook"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(FileRefusedError, match="locked with a password"):
        read(b"\xd0\xcf\x11\xe0" + b"\0" * 99 + "EncryptedPackage".encode("utf-16-le"))


def test_read_sheet_refuses_macros_damage_and_other_archives():
    plain = workbook(["Log No", "Type"], [1, "Noise"])
    with zipfile.ZipFile(macros := io.BytesIO(plain), "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(FileRefusedError, match="macros"):
        read(macros.getvalue())
    for content in (plain[: len(plain) // 2], as_zip([("word/document.xml", b"<x/>")])):
        with pytest.raises(FileRefusedError, match="damaged, or not Excel"):
            read(content)


def test_read_sheet_refuses_more_columns_than_the_limit():
    with pytest.raises(FileRefusedError, match="Row 1 has 16,384 columns; the limit is 2,000"):
        read(workbook(["Log No"] * 16_384, ["1"]))
    with pytest.raises(FileRefusedError, match="Row 1 has 16,384 columns"):
        read(",".join(["Log No"] * 16_384) + "\n")


def test_read_sheet_refuses_cells_far_apart_before_they_take_memory():
    with pytest.raises(FileRefusedError, match="spans 300,000 rows and 1,000 columns"):
        read(workbook(["Log No", "Type"], cells={"ALL300000": 1}))


def test_read_sheet_refuses_a_shared_value_that_would_fill_memory():
    content = io.BytesIO(workbook(["Log No", "Type"], ["1", "Noise"]))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr(
            "xl/sharedStrings.xml", b"<sst><si><t>" + b"a" * 250_000 + b"</t></si></sst>"
        )
    with pytest.raises(FileRefusedError, match="more than 200,000 characters"):
        read(content.getvalue())


def test_read_sheet_takes_a_million_characters_in_one_cell():
    long = "a" * 1_000_000
    assert values(read(f"Log No,Type\n1,{long}\n")) == [["1", long]]


def test_read_sheet_refuses_a_sheet_with_too_much_text(monkeypatch):
    monkeypatch.setattr(spreadsheet, "_MOST_TEXT", 10)
    with pytest.raises(FileRefusedError, match="MB of text"):
        read(workbook(["Log No", "Type"], ["longer", "than ten"]))


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Log">{}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


def ods(*rows: str) -> bytes:
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        b'<manifest:file-entry manifest:full-path="/" manifest:media-type="' + kind + b'"/>'
        b"</manifest:manifest>"
    )
    body = ODS.format("".join(rows)).encode()
    return as_zip([("mimetype", kind), ("content.xml", body), ("META-INF/manifest.xml", manifest)])


def ods_row(*texts: str, times: int = 1) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    blank = '<table:table-cell table:number-columns-repeated="16000"/>'
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}{blank}</table:table-row>'


def test_read_sheet_reads_open_document_sheets():
    sheet = read(ods(ods_row("Log No", "Type"), ods_row("1", "Noise"), ods_row(times=1_000_000)))
    assert (values(sheet), sheet.sheet) == ([["1", "Noise"]], "Log")


def test_read_sheet_refuses_repeated_cells_that_fill_memory():
    with pytest.raises(FileRefusedError, match="spans 90,000,001 rows and 2 columns"):
        read(ods(ods_row("Log No", "Type"), ods_row("1", "Noise", times=90_000_000)))


def test_ods_extent_counts_repeats_up_to_the_last_value_of_a_row():
    filled = '<table:table-cell table:number-columns-repeated="900" office:value="1"/>'
    row = f"<table:table-row>{filled}<table:table-cell/></table:table-row>"
    content = (ods_row("1", times=5) + row + ods_row(times=99)).encode()
    assert workbook_size._ods_extent(content) == (6, 900)  # noqa: SLF001


@pytest.mark.parametrize(
    "content",
    [
        b"<a><table:table-row><b></a>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        ODS.format("<table:table-row>").encode(),
    ],
)
def test_read_sheet_refuses_parts_that_are_not_well_formed(content: bytes):
    with pytest.raises(FileRefusedError, match="damaged, or not Excel"):
        read(as_zip([("content.xml", content)]))


SHEET = b'<worksheet><sheetData><row r="1"><c r="A1"/></row>%s</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("cells", "extent"),
    [
        (b'<row r="9"><c r="Z9"><v>1</v></c></row>', (0, 0)),
        (b'<row r="9"><c r="AA9"/></row>', (9, 27)),
        (b'<row r="400000"><c r="A400000"/></row>', (400_000, 1)),
        (b'<row r="9"><c s="1"r="XFD1048576"/></row>', (1_048_576, 16_384)),
        (b"<row r = '9'><c r\n= 'xfd9'/></row>", (9, 16_384)),
        (b"<row><c/><c/><c/></row><row/>", (1 + 4, 1 + 3)),
        (b'<x:row r="2"><x:c r="AB2"/></x:row>', (2, 28)),
    ],
)
def test_sheet_extent_finds_the_furthest_cell_however_it_is_written(cells, extent):
    assert workbook_size._sheet_extent(SHEET % cells) == extent  # noqa: SLF001


def test_binary_extent_reads_the_corner_of_a_binary_sheet():
    row = bytes([0, 4]) + (41).to_bytes(4, "little")
    cell = bytes([2, 4]) + (6).to_bytes(4, "little")
    other = bytes([0x94, 0x01, 2]) + b"xx"
    assert workbook_size._binary_extent(row + other + cell) == (42, 7)  # noqa: SLF001


FUZZED = st.lists(
    st.one_of(
        st.sampled_from(
            [",", ";", "\n", "\r", '"', "Total", "Log No", "Month", "-", "\u202e", "=1+1", "\u00a0"]
        ),
        st.text(max_size=5),
    ),
    max_size=60,
)


@given(FUZZED)
def test_read_sheet_accounts_for_every_row_of_any_text(parts):
    try:
        sheet = read("".join(parts).encode("utf-8", "replace"))
    except FileRefusedError:
        return
    kept = sheet.text.numbers.tolist()
    every = [*kept, *(bad.row for bad in sheet.text.ragged), *sheet.dropped]
    assert len(set(every)) == len(every) == sheet.rows_read
    assert kept == sorted(kept)
    assert min(every, default=99) > sheet.heading_row


@given(st.data())
def test_read_sheet_refuses_or_reads_a_damaged_workbook(data):
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileRefusedError):
        sheet = read(bytes(content))
        assert sheet.rows_read == sheet.text.table.num_rows + len(sheet.dropped)


WORKBOOK = workbook(["Month", "Log No"], ["Jan", 1], [None, 2], merged=("A2:A3",))
