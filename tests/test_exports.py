"""Are exported files safe to open, and the same each time?"""

from __future__ import annotations

import csv
import io
from datetime import date

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import exports
from data.exports import (
    file_name,
    neutralise,
    neutralise_frame,
    to_csv_bytes,
    to_xlsx_bytes,
)
from geo.errors import SchemaError

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def _frame():
    return pd.DataFrame(
        {
            "=place": ["=1+1", "Queen Street", None, "-3"],
            "change": [-1.5, np.nan, 2.0, np.inf],
            "n": [-1, 2, 3, 4],
            "kind": pd.Categorical(["@x", "ASB", "ASB", "ASB"]),
            "hot": [True, False, True, False],
            "month": pd.to_datetime(["2022-01-01"] * 4),
            "at": pd.to_datetime(["2022-06-30T12:00"] * 4, utc=True),
            "mixed": ["+1", -1, None, date(2022, 1, 2)],
        }
    )


def _cells(content):
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in page]


@pytest.mark.parametrize("start", [*STARTS, "  =", "\N{FULLWIDTH EQUALS SIGN}"])
def test_text_gets_an_apostrophe_when_it_could_be_a_formula(start):
    assert neutralise(f"{start}cmd") == f"'{start}cmd".replace("\r", "\n")


@given(st.text())
def test_no_text_starts_like_a_formula_once_neutralised(text):
    safe = neutralise(text)
    assert not safe.startswith(STARTS)
    assert neutralise(safe) == safe
    assert safe in {text, f"'{text}"} or "\r" in text


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_csv_reads_back_as_the_same_number_of_rows(texts):
    content = to_csv_bytes(pd.DataFrame({"place": texts, "n": 1})).decode("utf-8")
    assert b"\r" not in content.encode()
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert [row[0] for row in rows[1:]] == [neutralise(text) for text in texts]


def test_csv_keeps_numbers_and_neutralises_text():
    lines = to_csv_bytes(_frame()).decode("utf-8").splitlines()
    assert lines[0] == "'=place,change,n,kind,hot,month,at,mixed"
    assert lines[1] == "'=1+1,-1.5,-1,'@x,True,2022-01-01,2022-06-30 12:00:00+00:00,'+1"
    assert lines[2] == "Queen Street,,2,ASB,False,2022-01-01,2022-06-30 12:00:00+00:00,-1"
    assert lines[4].startswith("'-3,inf,4")


def test_csv_is_plain_utf8_with_newlines_only():
    content = to_csv_bytes(pd.DataFrame({"place": ["Café, Pier", "a\r=b"]}))
    assert content == 'place\n"Café, Pier"\n"a\n=b"\n'.encode()


def test_frame_itself_stays_when_it_is_neutralised():
    frame = _frame()
    neutralise_frame(frame)
    assert frame.loc[0, "=place"] == "=1+1"


def test_columns_stay_apart_when_their_names_repeat():
    frame = pd.DataFrame([["=a", 1]], columns=["x", "x"])
    assert to_csv_bytes(frame) == b"x,x\n'=a,1\n"


def test_workbook_holds_the_same_safe_values():
    rows = _cells(to_xlsx_bytes(_frame()))
    assert rows[0][:4] == ["'=place", "change", "n", "kind"]
    assert rows[1][:5] == ["'=1+1", -1.5, -1, "'@x", True]
    assert rows[1][5].isoformat() == "2022-01-01T00:00:00"
    assert rows[1][6:] == ["2022-06-30T12:00:00+00:00", "'+1"]
    assert rows[2][:3] == ["Queen Street", None, 2]
    assert rows[3][0] is None
    assert rows[4][:2] == ["'-3", "inf"]
    assert rows[4][7] == "2022-01-02"


def test_no_cell_of_a_workbook_is_a_formula():
    page = openpyxl.load_workbook(io.BytesIO(to_xlsx_bytes(_frame()))).active
    assert {cell.data_type for row in page for cell in row} <= {"s", "n", "b", "d"}


def test_workbook_is_the_same_bytes_when_made_at_another_time(monkeypatch):
    first = to_xlsx_bytes(_frame())
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert to_xlsx_bytes(_frame()) == first


def test_workbook_carries_no_date_of_its_making():
    properties = openpyxl.load_workbook(io.BytesIO(to_xlsx_bytes(_frame()))).properties
    assert properties.created.year == properties.modified.year == 1980


def test_characters_that_excel_cannot_hold_are_marked():
    assert _cells(to_xlsx_bytes(pd.DataFrame({"a": ["x\x00y"]}))) == [["a"], ["x\ufffdy"]]


def test_workbook_is_refused_when_text_would_be_cut_off():
    with pytest.raises(SchemaError, match="32,767 characters; found 32,768"):
        to_xlsx_bytes(pd.DataFrame({"a": ["x" * 32_768]}))


def test_workbook_is_refused_when_rows_would_be_cut_off(monkeypatch):
    monkeypatch.setattr(exports, "_EXCEL_ROWS", 4)
    with pytest.raises(SchemaError, match="Excel holds 3 rows; there are 4"):
        to_xlsx_bytes(_frame())


def test_file_name_begins_with_the_marking_and_has_no_path():
    name = file_name(["rows", "../../etc/passwd", "", "Queen St."], "csv", marking="OFFICIAL")
    assert name == "OFFICIAL_rows_etc-passwd_Queen-St.csv"
