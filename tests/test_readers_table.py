"""Do other tables load by naming their columns?"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from data.desk import Desk
from data.errors import DataError, FileRefusedError, UnknownColumnsError
from data.interpretation.context import Context
from data.interpretation.interpret import interpret
from data.readers.coordinates import as_numbers, to_lon_lat
from data.readers.dates import read_times
from data.readers.opening import Member
from data.readers.sheets import read_sheet
from data.readers.spreadsheet import as_text
from data.readers.table import TableMapping
from data.reading import read_file
from geo.errors import CrsError
from tests.tables import NOW, Read, read

if TYPE_CHECKING:
    from pathlib import Path

DEGREES = TableMapping(date="When", category="Type", lon="X", lat="Y", provider="Council")
METRES = TableMapping(
    date="When", category="Type", easting="X", northing="Y", place="Where", reference="Ref"
)


def times(*texts: str, **options):
    return read_times(pd.Series(list(texts), dtype="str"), timezone="Europe/London", **options)


def utc(found):
    return np.datetime_as_string(found.utc, unit="m").tolist()


def table(*lines: str, mapping: TableMapping = DEGREES, area=None):
    return read(*lines, profile=mapping.profile, area=area)


def test_read_times_reads_a_column_day_first_when_in_doubt():
    found = times("01/02/2026", "02/01/2026 21:05")
    assert utc(found) == ["2026-02-01T00:00", "2026-01-02T21:05"]
    assert found.precision.tolist() == ["day", "minute"]
    assert found.notes == ("Dates read as day/month/year.",)


def test_read_times_reads_a_column_month_first_when_only_that_fits():
    found = times("01/02/2026", "01/31/2026")
    assert utc(found) == ["2026-01-02T00:00", "2026-01-31T00:00"]
    assert found.notes == ("Dates read as month/day/year.",)


def test_read_times_never_changes_the_rule_within_a_column():
    assert utc(times("31/01/2026", "01/31/2026")) == ["2026-01-31T00:00", "NaT"]


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("2026-01-14 21:30:10", "2026-01-14T21:30", "minute"),
        ("2026-01-14T21:30", "2026-01-14T21:30", "minute"),
        ("2026/1/4", "2026-01-04T00:00", "day"),
        ("14 March 2026", "2026-03-14T00:00", "day"),
        ("14-Mar-26 9:05 pm", "2026-03-14T21:05", "minute"),
        ("14.03.26 12:10AM", "2026-03-14T00:10", "minute"),
        ("2026-07", "2026-06-30T23:00", "month"),
        ("2026-07-01T12:00:00Z", "2026-07-01T12:00", "minute"),
        ("2026-07-01T12:00+02:00", "2026-07-01T10:00", "minute"),
        ("2026-10-25T01:30:00Z", "2026-10-25T01:30", "minute"),
        ("45352.8958", "2024-03-01T21:30", "minute"),
        ("45352", "2024-03-01T00:00", "day"),
        ("12345", "NaT", ""),
        ("31/02/2026", "NaT", ""),
        ("14/03/2026 25:00", "NaT", ""),
        ("14 Foo 2026", "NaT", ""),
        ("yesterday", "NaT", ""),
        ("", "NaT", ""),
    ],
)
def test_read_times_reads_what_people_and_spreadsheets_write(text, expected, precision):
    found = times(text)
    assert (utc(found), found.precision.tolist()) == ([expected], [precision])


def test_read_times_takes_the_local_month_when_utc_differs():
    found = times("01/07/2026 00:30")
    assert (utc(found), found.months.tolist()) == (["2026-06-30T23:30"], ["2026-07"])


def test_read_times_takes_the_first_hour_when_clocks_go_back_and_moves_on_when_forward():
    found = times("25/10/2026 01:30", "29/03/2026 01:30", "29/03/2026 03:30")
    assert utc(found) == ["2026-10-25T00:30", "2026-03-29T01:30", "2026-03-29T02:30"]
    assert found.notes[1].startswith("2 rows fall in the hour of a clock change")


def test_read_times_follows_a_stated_format():
    found = times("14032026 2130", "14/03/2026", date_format="%d%m%Y %H%M")
    assert (utc(found), found.precision.tolist()) == (["2026-03-14T21:30", "NaT"], ["minute", ""])
    assert times("2026 07", date_format="%Y %m").precision.tolist() == ["month"]
    assert times("20260714", date_format="%Y%m%d").precision.tolist() == ["day"]


def test_read_times_counts_from_1904_when_the_workbook_does():
    found = times("43890", excel_epoch=date(1904, 1, 1))
    assert utc(found) == ["2024-03-01T00:00"]


def test_a_table_is_read_when_coordinates_are_degrees():
    found = table(
        "When,Type,X,Y", "14/03/2026 21:14,Noise,-3.05,53.81", "15/07/2026,Litter,-3.04,53.80"
    )
    noise, litter = found.rows[2], found.rows[3]
    assert (noise["lon"], noise["lat"], noise["category"]) == (-3.05, 53.81, "Noise")
    assert (noise["provider"], noise["month"], noise["time_precision"]) == (
        "Council", "2026-03", "minute",
    )  # fmt: skip
    assert noise["time_from"] == noise["time_to"] == datetime(2026, 3, 14, 21, 14, tzinfo=UTC)
    assert litter["time_from"] == datetime(2026, 7, 14, 23, tzinfo=UTC)
    assert litter["time_to"] == datetime(2026, 7, 15, 23, tzinfo=UTC)
    assert litter["location_precision"] == "exact"


def test_a_table_is_read_when_coordinates_are_metres():
    found = table(
        "Ref,When,Type,X,Y,Where", "007,14/03/2026,Noise,330690,436330,Talbot Square",
        mapping=METRES,
    )  # fmt: skip
    row = found.rows[2]
    assert (row["source_ref"], row["place"]) == ("007", "Talbot Square")
    assert (row["lon"], row["lat"]) == pytest.approx((-3.05435, 53.81870), abs=2e-4)


def test_a_table_holds_rows_with_number_column_value_and_rule():
    found = table(
        "When,Type,X,Y",
        "14/03/2062,Noise,-3.05,53.81",
        "14/03/1924,Noise,-3.05,53.81",
        "soon,Noise,-3.05,53.81",
        "-,Noise,-3.05,53.81",
        "14/03/2026,,-3.05,53.81",
        "14/03/2026,Noise,west,53.81",
        "14/03/2026,Noise,-3.05,99",
        "14/03/2026,Noise",
        "14/03/2026,Noise,-3.05,53.81",
    ).found
    assert [(row.row, row.code, row.column, row.value) for row in found.held] == [
        (2, "T03", "When", "14/03/2062"),
        (3, "T03", "When", "14/03/1924"),
        (4, "T01", "When", "?"),
        (5, "T01", "When", ""),
        (6, "K01", "Type", ""),
        (7, "G07", "X", "?"),
        (8, "G07", "X", "-3.05, 99"),
    ]
    assert [bad.row for bad in found.bad.listed] == [9]
    assert (found.rows_read, found.bad.total, found.rows_held) == (9, 1, 7)


def test_a_table_keeps_rows_without_location_and_swapped_ones():
    found = table(
        "When,Type,X,Y", "14/03/2026,A,,", "14/03/2026,B,0,0", "14/03/2026,C,N/A,53.8",
        "14/03/2026,D,53.81,-3.05",
    )  # fmt: skip
    precisions = [row["location_precision"] for row in found.rows.values()]
    assert precisions == ["none", "none", "none", "exact"]
    assert found.rows[5]["lon"] == -3.05
    assert found.counts == (3, 1, 0, 0, 0)


def test_a_table_with_spans_has_short_mix_ups_turned_round():
    mapping = TableMapping(date="When", date_to="End", category="Type", lon="X", lat="Y")
    found = table(
        "When,End,Type,X,Y",
        "14/01/2026 20:00,15/01/2026 08:00,A,-3,53.8",
        "14/01/2026 20:00,14/01/2026 18:00,B,-3,53.8",
        "14/01/2026 20:00,10/01/2026 18:00,C,-3,53.8",
        "14/01/2026 20:00,,D,-3,53.8",
        "14/01/2026 20:00,never,E,-3,53.8",
        mapping=mapping,
    )
    spans = [
        (row["time_from"].hour, row["time_to"] and row["time_to"].hour)
        for row in found.rows.values()
    ]
    assert spans == [(20, 8), (18, 20), (20, None), (20, 20)]
    assert [(row.row, row.code, row.column) for row in found.found.held] == [(6, "T05", "End")]
    assert [(one.rows, one.row, one.result) for one in found.rule("T05")] == [
        (1, 6, "held"), (1, 3, "fixed"), (1, 4, "kept"),
    ]  # fmt: skip


def test_a_table_is_refused_when_a_named_column_is_absent():
    desk = Desk(NOW, mapping=DEGREES.profile)
    member = Member("log.csv", lambda: b"When,Y\n14/03/2026,2\n")
    with pytest.raises(UnknownColumnsError, match="Nobody has said yet") as refused:
        read_file(member, desk)
    assert refused.value.headings == ("When", "Y")


def test_a_table_is_refused_when_a_named_column_comes_twice():
    desk = Desk(NOW, mapping=DEGREES.profile)
    member = Member("log.csv", lambda: b"When,Type,X,Y,x\n1,2,3,4,5\n")
    with pytest.raises(FileRefusedError, match="X comes twice"):
        read_file(member, desk)


def test_a_table_of_grid_points_is_read_from_the_messy_storm_file(shared: Path):
    mapping = TableMapping(
        date="Date Time Created", category="NSIR Closing", easting="Easting", northing="Northing",
        reference="Log No", place="Location Text",
    )  # fmt: skip
    lines = (shared / "fixtures" / "storm_messy.csv").read_text("cp1252").splitlines()
    found = table(*lines, mapping=mapping)
    assert found.notes("F02") == ["Column headings found on row 4."]
    assert found.notes("T01") == ["Dates read as day/month/year."]
    assert found.held("T03") == {9: "2026-03-16 11:05"}
    rows = {row["source_ref"]: row for row in found.rows.values()}
    assert rows["LC-20260318-0104"]["location_precision"] == "none"
    assert rows["LC-20260329-0106"]["time_from"] == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert found.found.rows_read == 19


@pytest.mark.parametrize(
    "changes",
    [
        {"lon": None, "lat": None},
        {"lon": "X", "lat": None},
        {"easting": "E", "northing": "N"},
        {"lat": None, "northing": "N"},
        {"source": "police_uk"},
        {"source": "Council Noise"},
        {"provider": " "},
        {"origin": "alien"},
        {"place": "Caller Name"},
        {"timezone": "Europe/Blackpool"},
        {"timezone": "../etc"},
        {"date_format": "%d/%m/%Y %z"},
    ],
)
def test_mapping_refuses_what_cannot_be(changes):
    named = {"date": "When", "category": "Type", "lon": "X", "lat": "Y"} | changes
    with pytest.raises(DataError) as refused:
        TableMapping(**named)
    assert refused.value.hint


def test_mapping_parse_reads_the_words_of_the_command_line():
    parsed = TableMapping.parse(
        "easting=X, northing=Y,date=When,category=Type,place=,reference=Ref"
    )
    assert parsed == TableMapping(
        date="When", category="Type", easting="X", northing="Y", reference="Ref"
    )
    for words, found in [
        ("lon=X,lat=Y,date=When", "lack category"),
        ("lon=X,lat=Y,when=D,category=T", "'when=D'"),
        ("lon", "'lon'"),
    ]:
        with pytest.raises(DataError, match=found):
            TableMapping.parse(words)


def test_to_lon_lat_when_points_or_crs_are_impossible():
    x, y = np.array([330690.0, 33069.0e9]), np.array([436330.0, 0.0])
    lon, lat = to_lon_lat(x, y, "EPSG:27700")
    assert np.isnan([lon[1], lat[1]]).all()
    assert np.isfinite([lon[0], lat[0]]).all()
    with pytest.raises(CrsError, match="EPSG:99999999"):
        to_lon_lat(x, y, "EPSG:99999999")


def test_as_numbers_when_text_is_odd():
    texts = pa.array(["1", "-.5", "+2e1", "1e999", "0x1", "1,5", "inf", ""])
    assert np.nan_to_num(as_numbers(texts), nan=-9, posinf=-8).tolist() == [
        1, -0.5, 20, -8, -9, -9, -9, -9,
    ]  # fmt: skip


def workbook(*, banner: int = 0, hidden: bool = False) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Log"
    for _ in range(banner):
        page.append(["Council noise log"])
    page.append(["When", "Type", "X", "Y"])
    page.append([datetime(2026, 3, 14, 21, 30), "Noise", -3.05, 53.81])  # noqa: DTZ001 - as Excel
    page.append([None, None, None, None])
    page.append([45352.8958, "Litter", "-3.04", "#N/A"])
    if hidden:
        book.create_sheet("Names").append(["When", "Type", "X", "Y"])
        book["Names"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def named(cells) -> int:
    return len(set(DEGREES.columns) & set(cells))


def test_a_workbook_is_read_with_dates_serials_and_row_numbers():
    sheet = read_sheet("log.xlsx", workbook(banner=2), heading_score=named)
    found = Read(interpret(sheet, DEGREES.profile, Context(NOW)))
    assert sorted(found.rows) == [4, 6]
    assert found.rows[4]["time_from"] == datetime(2026, 3, 14, 21, 30, tzinfo=UTC)
    assert found.rows[6]["time_from"] == datetime(2024, 3, 1, 21, 30, tzinfo=UTC)
    assert found.rows[6]["location_precision"] == "none"
    assert found.notes("F02") == ["Column headings found on row 3."]


def test_a_workbook_is_read_without_its_hidden_sheets():
    sheet = read_sheet("log.xlsx", workbook(hidden=True), heading_score=named)
    assert sheet.text.rows_read == 2
    (hidden,) = [one.message for one in sheet.findings if one.code == "F05"]
    assert hidden == "This workbook has a hidden sheet. We have not read it."
    with pytest.raises(FileRefusedError):
        read_sheet("log.xlsx", workbook(hidden=True), heading_score=named, sheet="Names")


def test_a_workbook_is_refused_when_it_is_none():
    with pytest.raises(FileRefusedError, match="damaged"):
        read_sheet("log.xlsx", b"PK\x03\x04 nothing", heading_score=named)


def test_as_text_when_cells_are_dates_or_times():
    assert (as_text(date(2026, 3, 14)), as_text(time(21, 30))) == ("2026-03-14", "21:30:00")
    assert as_text("#REF!") == ""
