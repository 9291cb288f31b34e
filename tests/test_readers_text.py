"""Is a text table read whole, with the row number of each value?"""

from __future__ import annotations

import pyarrow as pa
import pytest

from data.errors import FileRefusedError, FileSkippedError
from data.readers import text as reader
from data.readers.kinds import check_name, is_street_file
from data.readers.text import read_text
from tests.street_files import COLUMNS, SEARCH_COLUMNS


def any_row(cells):
    return len(cells) > 1


def values(text):
    return [list(row.values()) for row in text.table.to_pylist()]


def test_read_text_trims_and_numbers_rows_when_some_are_blank_or_ragged():
    text = read_text(b"a,b\r\n 1 ,2 \r\n\r\n3\r\n,\r\n4,5,6\r\n7,8\r\n", any_row)
    assert text.columns == ("a", "b")
    assert values(text) == [["1", "2"], ["7", "8"]]
    assert text.numbers.tolist() == [2, 7]
    assert [(bad.row, bad.reason) for bad in text.ragged] == [
        (4, "1 values, but 2 column headings."),
        (6, "3 values, but 2 column headings."),
    ]
    assert text.rows_read == 4


def test_read_text_keeps_quoted_delimiters_quotes_and_line_ends():
    text = read_text(b'a,b\n"1,5","say ""hi"""\n"x\ny",2\n', any_row)
    assert values(text) == [["1,5", 'say "hi"'], ["x\ny", "2"]]
    assert text.numbers.tolist() == [2, 3]


def test_read_text_refuses_when_a_quotation_mark_is_not_closed():
    with pytest.raises(FileRefusedError, match="opens in row 3 and is not closed"):
        read_text(b'a,b\n1,2\n3,"4\n5,6\n7,8\n', any_row)


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
def test_read_text_finds_the_delimiter(mark: str):
    text = read_text(f"a{mark}b\n1,5{mark}2\n".encode(), any_row)
    assert values(text) == [["1,5", "2"]]


def test_read_text_finds_headings_below_a_banner():
    text = read_text(
        b"OFFICIAL,,\nReport,,\n,,\nWhen,What,x\n1,2,3\n", lambda cells: "When" in cells
    )
    assert text.columns == ("When", "What", "x")
    assert text.numbers.tolist() == [5]
    assert text.notes == ("Column headings found on row 4.",)


def test_read_text_keeps_accents_when_encodings_are_mixed():
    utf, windows = "Café,£\n".encode(), "Café,£\n".encode("cp1252")
    text = read_text(b"\xef\xbb\xbfa,b\n" + utf + windows, any_row)
    assert text.columns == ("a", "b")
    assert values(text) == [["Café", "£"], ["Café", "£"]]
    assert len(text.notes) == 1
    assert "Windows-1252" in text.notes[0]
    assert "row 3" in text.notes[0]


def test_read_text_says_so_when_characters_belong_to_no_encoding():
    text = read_text(b"a,b\nx\x81,2\n", any_row)
    assert values(text) == [["x\ufffd", "2"]]
    assert text.notes[1].startswith("1 character")


def test_read_text_reads_utf_8_and_utf_16():
    assert values(read_text("a,b\né,2\n".encode(), any_row)) == [["é", "2"]]
    text = read_text("a,b\né,2\n".encode("utf-16"), any_row)
    assert (values(text), text.notes) == ([["é", "2"]], ("Read as UTF-16.",))


def test_read_text_refuses_damaged_utf_16():
    with pytest.raises(FileRefusedError, match="UTF-16 text is damaged at byte"):
        read_text("a,b\n".encode("utf-16") + b"\x00", any_row)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n\t\n", "The file is empty"),
        (b"\n <!DOCTYPE html><html><body>Sign in</body>", "web page saved as CSV: row 1"),
        (b"\xef\xbb\xbf<html>", "web page"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1", "an old Excel workbook"),
        (b'{"a": 1}', "JSON"),
        (b"a,b\n1,\x00\n", "row 2 holds binary content"),
        (b"\n" * 40 + b"a,b\n", "first 30 rows are blank"),
        (b"," * 3000 + b"\n", "has 3,001 columns"),
    ],
)
def test_read_text_refuses_what_is_no_table(content: bytes, words: str):
    with pytest.raises(FileRefusedError, match=words) as refused:
        read_text(content, any_row)
    assert refused.value.hint


def test_is_street_file_when_headings_come_in_another_order():
    assert is_street_file([name.upper() for name in reversed(COLUMNS)])
    assert is_street_file(COLUMNS[:-1])
    assert not is_street_file(["Date", "Type", "Easting", "Northing"])


def test_is_street_file_refuses_when_a_column_is_missing_or_comes_twice():
    with pytest.raises(FileRefusedError, match="Columns are missing: Month, Longitude"):
        is_street_file([name for name in COLUMNS if name not in ("Month", "Longitude")])
    with pytest.raises(FileRefusedError, match="Month comes twice"):
        is_street_file([*COLUMNS, "month"])


def test_is_street_file_refuses_stop_and_search_whatever_its_name():
    with pytest.raises(FileRefusedError, match="never loads them"):
        is_street_file(SEARCH_COLUMNS)
    with pytest.raises(FileRefusedError, match="never loads them"):
        is_street_file(["When", "Where", "Object of search"])


def test_is_street_file_skips_outcomes():
    with pytest.raises(FileSkippedError, match="Outcomes file"):
        is_street_file([*COLUMNS[:9], "Outcome type"])


def test_check_name_when_name_says_what_is_inside():
    with pytest.raises(FileRefusedError, match="stop-and-search"):
        check_name("a.zip/2022-05/2022-05-x-stop-and-search.csv")
    with pytest.raises(FileRefusedError, match="stop-and-search"):
        check_name("2022_05_x_STOP_AND_SEARCH.csv.gz")
    with pytest.raises(FileSkippedError, match="Outcomes"):
        check_name("2022-05/2022-05-x-outcomes.csv.gz")
    check_name("stop-and-search/2022-05-x-street.csv")


def test_read_text_refuses_what_the_parser_cannot_read(monkeypatch):
    def fail(*_, **__):
        message = "straddling object"
        raise pa.ArrowInvalid(message)

    monkeypatch.setattr(reader.pa_csv, "read_csv", fail)
    with pytest.raises(FileRefusedError, match="cannot be read as a table: straddling object"):
        read_text(b"a,b\n1,2\n", any_row)
