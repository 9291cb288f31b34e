"""Do street-level files become the incidents that their rules promise?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from data.errors import FileRefusedError
from data.incidents import INCIDENT_SCHEMA, LATER_COLUMNS
from data.readers.kinds import is_street_file
from data.readers.police_uk import read_street_file
from data.readers.text import read_text
from tests.street_files import COLUMNS, FORCE, NOW, as_csv, asb_row, crimes, street_row

if TYPE_CHECKING:
    from pathlib import Path


def read(rows, columns=COLUMNS):
    return read_bytes(as_csv(rows, columns))


def read_bytes(content: bytes):
    return read_street_file(read_text(content, is_street_file), now=NOW)


def kept(found):
    return sum(batch.table.num_rows for batch in found.batches)


def assert_conserved(found):
    assert found.rows_read == kept(found) + found.rows_dropped + found.bad.total


def test_read_street_file_when_row_is_plain():
    (batch,) = read([street_row()]).batches
    assert batch.table.schema == INCIDENT_SCHEMA
    assert (batch.source, batch.provider, batch.month) == ("police_uk", FORCE, "2022-05")
    assert batch.table.to_pylist() == [
        {
            "source": "police_uk",
            "provider": FORCE,
            "month": "2022-05",
            "source_ref": "a" * 64,
            "source_row": 2,
            "category": "Burglary",
            "outcome": "Under investigation",
            "place": "On or near Queen Street",
            "lon": -3.0553,
            "lat": 53.817,
            "time_from": None,
            "time_to": None,
            "time_precision": "month",
            "location_precision": "snap_point",
            "origin": "unknown",
            **dict.fromkeys(LATER_COLUMNS, ""),
        }
    ]


def test_read_street_file_gives_same_rows_when_columns_are_in_another_order():
    rows = [street_row(), asb_row()]
    turned = read(rows, list(reversed(COLUMNS)))
    assert turned.batches[0].table.equals(read(rows).batches[0].table)


def test_read_street_file_reads_the_messy_fixture(shared: Path):
    found = read_bytes((shared / "fixtures" / "police_uk_messy.csv").read_bytes())
    assert_conserved(found)
    assert (found.rows_read, found.rows_dropped, found.bad.total) == (8, 1, 0)
    by_month = {batch.month: batch.table for batch in found.batches}
    assert {month: table.num_rows for month, table in by_month.items()} == {
        "2022-05": 1,
        "2026-07": 6,
    }
    july = by_month["2026-07"]
    assert july["category"].to_pylist().count("Anti-social behaviour") == 3
    assert np.isnan(july["lon"].to_numpy()).sum() == 1
    assert july["source_row"].to_pylist() == [2, 3, 4, 5, 6, 7]


def test_read_street_file_drops_a_row_when_it_has_a_crime_id_and_all_columns_equal():
    found = read([street_row(), asb_row(), street_row(), asb_row(), street_row()])
    assert_conserved(found)
    assert (found.rows_dropped, kept(found)) == (2, 3)
    assert found.batches[0].table["source_row"].to_pylist() == [2, 3, 5]


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "Crime ID"])
def test_read_street_file_keeps_a_crime_id_again_when_any_column_differs(column: str):
    other = {
        "Month": "2022-04", "Longitude": "-3.01", "Latitude": "53.8", "Crime type": "Robbery",
    }.get(column, "Other")  # fmt: skip
    found = read([street_row(), street_row() | {column: other}])
    assert (found.rows_dropped, kept(found)) == (0, 2)


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"Month": "May 2022"}, "Month", "May 2022"),
        ({"Month": "2022-13"}, "Month", "2022-13"),
        ({"Month": ""}, "Month", ""),
        ({"Month": "2026-12"}, "Month", "2026-12"),
        ({"Reported_by": ""}, "Reported by", ""),
        ({"Crime_type": ""}, "Crime type", ""),
        ({"Longitude": "west"}, "Longitude", "?"),
        ({"Latitude": "nan"}, "Latitude", "?"),
        ({"Latitude": "1e999"}, "Latitude", "1e999"),
        ({"Longitude": "3.0553"}, "Longitude", "3.0553"),
        ({"Latitude": "95.1"}, "Latitude", "95.1"),
    ],
)
def test_read_street_file_refuses_a_row_with_its_reason(change, column: str, value: str):
    found = read([*crimes(3), street_row(**change)])
    assert_conserved(found)
    assert kept(found) == 3
    (bad,) = found.bad.listed
    assert (bad.row, bad.column, bad.value) == (5, column, value)
    assert bad.reason.endswith(".")


def test_read_street_file_keeps_the_present_month():
    assert kept(read([street_row(Month="2026-11")])) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"Longitude": "", "Latitude": ""},
        {"Longitude": "", "Latitude": "53.8"},
        {"Longitude": "0", "Latitude": "0.000000"},
        {"Location": "No Location"},
    ],
)
def test_read_street_file_keeps_a_row_without_location(change):
    found = read([street_row(**change)])
    (row,) = found.batches[0].table.to_pylist()
    assert np.isnan([row["lon"], row["lat"]]).all()
    assert row["location_precision"] == "none"
    assert found.bad.total == 0


def test_read_street_file_puts_swapped_coordinates_right():
    found = read([street_row(Longitude="53.817", Latitude="-3.0553"), asb_row()])
    (batch,) = found.batches
    assert batch.fixed == 1
    assert batch.table["lon"].to_pylist() == [-3.0553, -3.0553]
    assert batch.table["lat"].to_pylist() == [53.817, 53.817]


def test_read_street_file_keeps_and_notes_an_unknown_crime_type():
    found = read([street_row(Crime_type="Piracy"), asb_row()])
    assert "Piracy" in found.batches[0].table["category"].to_pylist()
    assert found.notes == (
        "Crime type “Piracy” is not among the 14 of data.police.uk; 1 kept under that name.",
    )


def test_read_street_file_splits_forces_and_months():
    rows = [street_row(), asb_row(Month="2022-04"), asb_row(Reported_by="British Transport Police")]
    found = read([*rows, street_row(Longitude="53.8", Latitude="-3.0", Crime_ID="b" * 64)])
    assert [(b.provider, b.month, b.table.num_rows, b.fixed) for b in found.batches] == [
        ("British Transport Police", "2022-05", 1, 0),
        (FORCE, "2022-04", 1, 0),
        (FORCE, "2022-05", 2, 1),
    ]


def test_read_street_file_refuses_a_row_when_values_are_missing():
    found = read_bytes(as_csv(crimes(2)) + b"c,2022-05,Lancashire\r\n" + as_csv([asb_row()])[-150:])
    assert_conserved(found)
    assert found.bad.listed[0].row == 4
    assert found.bad.listed[0].reason == "3 values, but 12 column headings."


def test_read_street_file_refuses_the_file_when_a_value_runs_over_lines():
    rows = [*crimes(2), street_row(Location="On or\nnear"), asb_row()]
    with pytest.raises(FileRefusedError, match="quotation mark opens in row 4"):
        read(rows)


def test_read_street_file_trims_and_keeps_accents_and_formulas_as_text():
    found = read([street_row(Location="On or near  Café ", Last_outcome_category="=1+1")])
    (row,) = found.batches[0].table.to_pylist()
    assert (row["place"], row["outcome"]) == ("On or near  Café", "=1+1")
