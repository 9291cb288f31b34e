"""Does each rule about places find what it should, say so, and heed what a person answers?"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from shapely.geometry import box

from data.interpretation.context import Answer
from data.readers.kinds import is_street_file
from data.readers.police_uk import read_street_file
from data.readers.text import read_text
from geo.periods import SOURCE_BREAKS
from geo.schema import POLICE_UK
from tests.street_files import as_csv, asb_row, crimes
from tests.tables import CASE, COAST, LOG, NOW, read

WHEN = "14/03/2026 21:14,ASB - Noise"
TALBOT = (-3.05435, 53.81870)
"""WGS 84 of easting 330690, northing 436330."""


def log(*points: str, place: str = "QUAY", **options):
    rows = [f"L{n},{WHEN},{point},{place}" for n, point in enumerate(points, start=1)]
    return read(LOG, *rows, **options)


def cases(*points: str, **options):
    rows = [f"S{n},14/03/2026,Graffiti,{point}" for n, point in enumerate(points, start=1)]
    return read(CASE, *rows, **options)


def at(found, row: int) -> tuple[float, float]:
    return found.rows[row]["lon"], found.rows[row]["lat"]


def street(rows):
    return read_street_file(read_text(as_csv(rows), is_street_file), now=NOW)


def test_rule_g01_swapped_degrees_are_swapped_back():
    found = cases("-3.0500,53.8100", "53.8100,-3.0500")
    assert at(found, 2) == at(found, 3) == (-3.05, 53.81)
    (fixed,) = found.rule("G01")
    assert fixed.message == "1 row had latitude and longitude swapped. We swapped it."
    assert (fixed.row, found.counts) == (2, (1, 1, 0, 0, 0))


SWAPPED = ("436330,330690", "436180,330860", "330690,436330")


def test_rule_g02_swapped_metres_are_proposed_for_the_whole_file():
    found = log(*SWAPPED)
    assert found.held("G02") == {2: "330690, 436330", 3: "330860, 436180"}
    (asked,) = found.rule("G02")
    assert asked.message == "2 rows look like swapped eastings and northings (436330, 330690)."
    assert asked.question.startswith("These look like swapped eastings and northings: swapped, 2")
    assert "fall in Coast" in asked.question


def test_rule_g02_accepted_swaps_are_made_and_rejected_rows_stay():
    answers = (Answer("G02", "accept", (2,)), Answer("G02", "reject", (3,)))
    found = log(*SWAPPED, answers=answers)
    assert at(found, 2) == pytest.approx(TALBOT, abs=2e-4)
    assert at(found, 3)[1] == pytest.approx(52.87, abs=0.01)
    assert found.counts == (2, 1, 0, 0, 0)
    assert [one.row for one in found.rule("G09")] == [3]


def test_rule_g02_set_and_dropped_rows_are_heeded():
    said = Answer("G02", "set", (2,), column="easting,northing", value="330690, 436330")
    found = log(*SWAPPED, answers=(said, Answer("G02", "drop")))
    assert at(found, 2) == pytest.approx(TALBOT, abs=2e-4)
    assert found.counts == (2, 0, 0, 1, 0)


def test_rule_g02_is_not_asked_without_an_area():
    assert log(*SWAPPED, area=None).counts == (3, 0, 0, 0, 0)


def test_rule_g03_a_lost_minus_sign_is_proposed():
    found = cases("53.8100,3.0500", "53.8100,-3.0500")
    assert found.held("G03") == {2: "-3.05000, 53.81000"}
    (asked,) = found.rule("G03")
    assert asked.message == "1 row with a longitude that lost its minus sign (3.0500, 53.8100)."
    assert asked.question.startswith("Longitudes look positive")


@pytest.mark.parametrize(
    ("answer", "lon", "counts"),
    [
        (Answer("G03", "accept"), -3.05, (0, 1, 0, 0, 0)),
        (Answer("G03", "reject"), 3.05, (1, 0, 0, 0, 0)),
        (Answer("G03", "set", (2,), column="lon,lat", value="-3.04, 53.8"), -3.04, (1, 0, 0, 0, 0)),
        (Answer("G03", "drop"), None, (0, 0, 0, 1, 0)),
    ],
)
def test_rule_g03_heeds_the_answer(answer, lon, counts):
    found = cases("53.8100,3.0500", answers=(answer,))
    assert (found.rows[2]["lon"] if 2 in found.rows else None, found.counts) == (lon, counts)


def test_rule_g04_stand_ins_for_nowhere_count_without_a_place():
    found = log("0,0", ",", "1,1", "999999,999999", "330690,436330")
    assert found.counts == (5, 0, 0, 0, 0)
    (marked,) = found.rule("G04")
    assert marked.message == (
        "4 rows have no location (80.0%). They are in the totals, not on the map."
    )
    assert np.isnan(at(found, 2)).all()
    assert found.rows[2]["location_precision"] == "none"


def test_rule_g05_degrees_in_columns_of_metres_are_read_by_their_size():
    found = log("-3.0500,53.8100", "53.8100,-3.0500")
    assert at(found, 2) == at(found, 3) == (-3.05, 53.81)
    (fixed,) = found.rule("G05")
    assert fixed.message.startswith("2 rows held degrees in columns of metres")
    turned = cases("436330,330690")
    assert at(turned, 2) == pytest.approx(TALBOT, abs=2e-4)
    assert turned.rule("G05")[0].message.startswith("1 row held metres in columns of degrees")


@pytest.mark.parametrize("text", ["SD306360", "SD 306 360", "SD3060036000"])
def test_rule_g06_grid_references_become_coordinates(text):
    (row,) = read("Case Ref,Date Received,SR Type,Grid Ref", f"S1,14/03/2026,Graffiti,{text}",
                  area=None).rows.values()  # fmt: skip
    grid = pyproj.Transformer.from_crs(4326, 27700, always_xy=True)
    assert grid.transform(row["lon"], row["lat"]) == pytest.approx((330600, 436000), abs=0.1)
    exact = len(text) == len("SD3060036000")
    assert row["location_precision"] == ("exact" if exact else "grid_100m")


def test_rule_g06_says_how_coarse_a_reference_is():
    found = read("Case Ref,Date Received,SR Type,Grid Ref", "S1,14/03/2026,Graffiti,SD306360")
    assert found.rule("G06")[0].message == (
        "1 row had grid references as text (SD306360). References are to the nearest 100 m."
    )


def test_rule_g07_a_missing_digit_waits():
    found = log("33069,436330", "330690,436330", "330700,436400")
    (held,) = found.rule("G07")
    assert held.message == "1 row with coordinates that are cut short (33069, 436330)."
    assert (list(found.held("G07")), found.counts) == ([2], (2, 0, 1, 0, 0))


def test_rule_g07_a_whole_column_cut_to_100_metres_is_proposed():
    cut = ("3306,4363", "3307,4364")
    found = log(*cut)
    (asked,) = found.rule("G07")
    assert asked.question == "The whole column is cut to 100 metres. Lengthen it?"
    taken = log(*cut, answers=(Answer("G07", "accept"),))
    assert taken.counts == (0, 2, 0, 0, 0)
    assert taken.rows[2]["location_precision"] == "grid_100m"
    assert at(taken, 2) == pytest.approx((-3.0557, 53.8184), abs=2e-4)


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (Answer("G07", "reject", (2,)), (2, 0, 0, 0, 0)),
        (Answer("G07", "drop"), (1, 0, 0, 1, 0)),
        (Answer("G07", "set", (2,), column="easting", value="330690"), (2, 0, 0, 0, 0)),
    ],
)
def test_rule_g07_heeds_the_answer(answer, counts):
    assert log("33069,436330", "330690,436330", answers=(answer,)).counts == counts


def test_rule_g07_coordinates_that_cannot_be_wait_and_may_stay_without_a_place():
    rows = ("-330690,436330", "west,436330", "330690,436330")
    assert list(log(*rows).held("G07")) == [2, 3]
    found = log(*rows, answers=(Answer("G07", "reject"),))
    assert (found.counts, [one.rows for one in found.rule("G04")]) == ((3, 0, 0, 0, 0), [2])


def test_rule_g07_coordinates_that_are_no_numbers_wait():
    found = log("west,436330", "330690,436330")
    assert found.rule("G07")[0].message == "1 row with a coordinate that is no number (?)."


def test_rule_g08_the_british_grid_is_converted_with_its_accuracy():
    found = log("330690,436330")
    assert found.notes("G08") == [
        "British National Grid converted with an accuracy of about 5 metres."
    ]
    assert at(found, 2) == pytest.approx(TALBOT, abs=1e-4)


def test_rule_g08_web_mercator_is_converted():
    x, y = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(-3.05, 53.81)
    found = log(f"{x:.2f},{y:.2f}")
    assert at(found, 2) == pytest.approx((-3.05, 53.81), abs=1e-6)
    assert found.rule("G08")[0].message == "1 row in Web Mercator metres: converted."


def test_rule_g09_rows_outside_the_area_are_kept_and_said():
    found = log("336900,427200", "330690,436330", "334100,436330")
    (marked,) = found.rule("G09")
    assert marked.message == "1 row falls outside the area: kept, and counted nowhere in it."
    assert (marked.row, found.counts) == (2, (3, 0, 0, 0, 0))
    assert found.notes("G09")[0].startswith("1 more lies less than 200 metres beyond the outline")


@pytest.mark.parametrize(
    "place", ["BONNY ST POLICE STN", "Victoria Hospital", "HMP Quay", "Magistrates Court"]
)
def test_rule_g10_words_for_default_locations_are_marked(place):
    (asked,) = log("330690,436330", place=place).rule("G10")
    assert (asked.rows, asked.result) == (1, "kept")
    assert asked.question == "Treat these points as location not known?"


def test_rule_g10_the_busiest_points_and_listed_ones_are_marked():
    spread = [f"{330000 + n},{436000 + n}" for n in range(60)]
    found = log(*spread, *["330690,436330"] * 21)
    (asked,) = found.rule("G10")
    assert (asked.rows, asked.row) == (21, 62)
    assert "The busiest of these points holds 26% of the rows." in asked.message
    assert "G10" in found.rows[62]["quality_flags"]
    (listed,) = cases("53.8000,-3.0400", "53.8100,-3.0400").rule("G10")
    assert (listed.rows, listed.row) == (1, 2)


def test_rule_g10_the_centre_of_a_ward_is_marked_when_rows_share_it():
    wards = gpd.GeoDataFrame(
        {"name": ["Quay"]}, geometry=[box(-3.06, 53.80, -3.04, 53.82)], crs=4326
    )
    area = replace(COAST, wards=wards)
    centre = wards.to_crs(27700).centroid.iloc[0]
    points = [f"{centre.x:.0f},{centre.y:.0f}"] * 3
    assert [one.rows for one in log(*points, area=area).rule("G10")] == [3]
    assert log(*points[:2], area=area).rule("G10") == []


def test_rule_g11_open_data_say_on_or_near():
    found = street(crimes(1))
    (note,) = [one.message for one in found.findings if one.code == "G11"]
    assert note == "Locations are approximate: the nearest anonymised map point."
    (batch,) = found.batches
    assert batch.table["location_precision"].to_pylist() == ["snap_point"]


def test_rule_g12_months_before_the_points_were_redrawn_are_marked():
    found = street([*crimes(2, month="2022-06"), *crimes(1, month="2022-07", start=9)])
    (marked,) = [one for one in found.findings if one.code == "G12"]
    assert (marked.rows, marked.row) == (2, 2)
    assert "no hexagon is compared across that month" in marked.message
    assert "2022-07" in {one.month for one in SOURCE_BREAKS[POLICE_UK]}


def test_rule_g13_the_ward_of_a_file_is_ignored():
    found = read(f"{CASE},Ward", "S1,14/03/2026,Graffiti,53.81,-3.05,Elsewhere")
    assert found.notes("G13") == [
        "The ward in the file is ignored: wards are found from the point, on one vintage."
    ]
    assert "Elsewhere" not in repr(found.rows)


class Places:
    """Knows one address."""

    def locate(self, keys):
        known = np.array([key in {"100012345678", "FY1 1AA"} for key in keys.to_pylist()])
        return np.where(known, -3.05, np.nan), np.where(known, 53.81, np.nan)


ADDRESSES = (
    "Case Ref,Date Received,SR Type,UPRN,Postcode",
    "S1,14/03/2026,Graffiti,100012345678,",
    "S2,14/03/2026,Graffiti,,FY1 1AA",
    "S3,14/03/2026,Graffiti,100099999999,",
)


def test_rule_g14_addresses_are_located_by_uprn_or_postcode():
    found = read(*ADDRESSES, uprns=Places(), postcodes=Places())
    assert at(found, 2) == at(found, 3) == (-3.05, 53.81)
    precisions = [row["location_precision"] for row in found.rows.values()]
    assert precisions == ["exact", "postcode"]
    assert [one.message for one in found.rule("G14")] == [
        "1 row located by UPRN.",
        "1 row located by postcode.",
        "1 row has an address and no coordinates.",
    ]
    assert (list(found.held("G14")), found.counts) == ([4], (0, 2, 1, 0, 0))


@pytest.mark.parametrize(
    ("answer", "counts"),
    [(Answer("G14", "reject"), (3, 0, 0, 0, 0)), (Answer("G14", "drop"), (0, 0, 0, 3, 0))],
)
def test_rule_g14_rows_stay_without_a_place_or_are_left_out(answer, counts):
    found = read(*ADDRESSES, answers=(answer,))
    assert found.counts == counts
    assert all(row["location_precision"] == "none" for row in found.rows.values())


def test_rows_without_location_of_open_data_are_counted():
    found = street([asb_row(Longitude="", Latitude="", Location="No Location"), *crimes(3)])
    (marked,) = [one for one in found.findings if one.code == "G04"]
    assert marked.message == ("1 row has no location (25.0%). It is in the totals, not on the map.")
