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

from data.errors import DataError, FileRefusedError
from data.readers.coordinates import as_numbers, to_lon_lat
from data.readers.dates import read_times
from data.readers.spreadsheet import as_text, read_workbook
from data.readers.table import TableMapping, read_table
from data.readers.text import read_text
from geo.errors import CrsError
from tests.street_files import NOW

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


def table(words: str, mapping: TableMapping = DEGREES):
    return read_table(read_text(words.encode(), mapping.is_heading), mapping, now=NOW)


def rows_of(found):
    return [row for batch in found.batches for row in batch.table.to_pylist()]


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


def test_read_table_when_coordinates_are_degrees():
    found = table(
        "When,Type,X,Y\n14/03/2026 21:14,Noise,-3.05,53.81\n15/07/2026,Litter,-3.04,53.80\n"
    )
    noise, litter = rows_of(found)
    assert (noise["lon"], noise["lat"], noise["category"]) == (-3.05, 53.81, "Noise")
    assert (noise["provider"], noise["month"], noise["time_precision"]) == (
        "Council", "2026-03", "minute",
    )  # fmt: skip
    assert noise["time_from"] == noise["time_to"] == datetime(2026, 3, 14, 21, 14, tzinfo=UTC)
    assert litter["time_from"] == datetime(2026, 7, 14, 23, tzinfo=UTC)
    assert litter["time_to"] == datetime(2026, 7, 15, 23, tzinfo=UTC)
    assert litter["location_precision"] == "exact"


def test_read_table_when_coordinates_are_metres():
    found = table(
        "Ref,When,Type,X,Y,Where\n007,14/03/2026,Noise,330690,436330,Talbot Square\n", METRES
    )
    (row,) = rows_of(found)
    assert (row["source_ref"], row["place"]) == ("007", "Talbot Square")
    assert (row["lon"], row["lat"]) == pytest.approx((-3.05435, 53.81870), abs=2e-4)


def test_read_table_refuses_rows_with_number_column_value_and_reason():
    found = table(
        "When,Type,X,Y\n"
        "14/03/2062,Noise,-3.05,53.81\n"
        "14/03/1924,Noise,-3.05,53.81\n"
        "soon,Noise,-3.05,53.81\n"
        "-,Noise,-3.05,53.81\n"
        "14/03/2026,,-3.05,53.81\n"
        "14/03/2026,Noise,west,53.81\n"
        "14/03/2026,Noise,-3.05,99\n"
        "14/03/2026,Noise\n"
        "14/03/2026,Noise,-3.05,53.81\n"
    )
    assert [(bad.row, bad.column, bad.value) for bad in found.bad.listed] == [
        (2, "When", "14/03/2062"),
        (3, "When", "14/03/1924"),
        (4, "When", "soon"),
        (5, "When", ""),
        (6, "Type", ""),
        (7, "X", "west"),
        (8, "X", "-3.05"),
        (9, "", ""),
    ]
    assert (found.rows_read, found.bad.total, len(rows_of(found))) == (9, 8, 1)


def test_read_table_keeps_rows_without_location_and_swapped_ones():
    found = table(
        "When,Type,X,Y\n14/03/2026,A,,\n14/03/2026,B,0,0\n14/03/2026,C,N/A,53.8\n"
        "14/03/2026,D,53.81,-3.05\n"
    )
    rows = rows_of(found)
    assert [row["location_precision"] for row in rows] == ["none", "none", "none", "exact"]
    assert (rows[3]["lon"], found.batches[0].fixed) == (-3.05, 1)


def test_read_table_reads_spans_and_turns_short_mix_ups_round():
    mapping = TableMapping(date="When", date_to="End", category="Type", lon="X", lat="Y")
    found = table(
        "When,End,Type,X,Y\n"
        "14/01/2026 20:00,15/01/2026 08:00,A,-3,53.8\n"
        "14/01/2026 20:00,14/01/2026 18:00,B,-3,53.8\n"
        "14/01/2026 20:00,10/01/2026 18:00,C,-3,53.8\n"
        "14/01/2026 20:00,,D,-3,53.8\n"
        "14/01/2026 20:00,never,E,-3,53.8\n",
        mapping,
    )
    spans = [(r["time_from"].hour, r["time_to"] and r["time_to"].hour) for r in rows_of(found)]
    assert spans == [(20, 8), (18, 20), (20, None), (20, 20)]
    assert [note[:6] for note in found.notes if "ended" in note] == ["1 rows", "1 rows"]
    assert found.bad.listed[0].column == "End"


def test_read_table_refuses_the_file_when_a_column_is_absent_or_comes_twice():
    with pytest.raises(FileRefusedError, match=r"missing: Type, X\. The headings are: When, Y"):
        table("When,Y\n1,2\n")
    with pytest.raises(FileRefusedError, match="X comes twice"):
        table("When,Type,X,Y,x\n1,2,3,4,5\n")


def test_read_table_reads_grid_points_of_the_messy_storm_file(shared: Path):
    mapping = TableMapping(
        date="Date Time Created", category="NSIR Closing", easting="Easting", northing="Northing",
        reference="Log No", place="Location Text",
    )  # fmt: skip
    content = (shared / "fixtures" / "storm_messy.csv").read_bytes()
    found = read_table(read_text(content, mapping.is_heading), mapping, now=NOW)
    assert "Column headings found on row 4." in found.notes
    assert "Dates read as day/month/year." in found.notes
    refused = {bad.row: bad.column for bad in found.bad.listed}
    assert refused[9] == "Date Time Created"
    rows = {row["source_ref"]: row for row in rows_of(found)}
    assert rows["LC-20260318-0104"]["location_precision"] == "none"
    assert rows["LC-20260329-0106"]["time_from"] == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert found.rows_read == len(rows_of(found)) + found.bad.total


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


def test_read_workbook_reads_dates_serials_and_row_numbers():
    text = read_workbook(workbook(banner=2), DEGREES.is_heading)
    found = read_table(text, DEGREES, now=NOW)
    first, second = sorted(rows_of(found), key=lambda row: row["source_row"])
    assert (first["source_row"], second["source_row"]) == (4, 6)
    assert first["time_from"] == datetime(2026, 3, 14, 21, 30, tzinfo=UTC)
    assert second["time_from"] == datetime(2024, 3, 1, 21, 30, tzinfo=UTC)
    assert second["location_precision"] == "none"
    assert "Column headings found on row 3." in found.notes


def test_read_workbook_never_reads_hidden_sheets():
    text = read_workbook(workbook(hidden=True), DEGREES.is_heading)
    assert text.rows_read == 2
    assert text.notes == ("This workbook has hidden sheets, which were not read: 1.",)
    with pytest.raises(FileRefusedError, match="No visible sheet"):
        read_workbook(workbook(hidden=True), DEGREES.is_heading, "Names")


def test_read_workbook_refuses_what_is_no_workbook():
    with pytest.raises(FileRefusedError, match="damaged"):
        read_workbook(b"PK\x03\x04 nothing", DEGREES.is_heading)


def test_as_text_when_cells_are_dates_or_times():
    assert (as_text(date(2026, 3, 14)), as_text(time(21, 30))) == ("2026-03-14", "21:30:00")
    assert as_text("#REF!") == ""
