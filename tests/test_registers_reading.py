"""What becomes of each row of a register, by which rule, and in which words?"""

from dataclasses import replace
from datetime import UTC, datetime

import geopandas as gpd
import pytest
from shapely.geometry import box

from data.errors import FileRefusedError
from data.readers.text import read_text
from data.registers.kinds import kind_of, recognise
from data.registers.reading import read_register
from geo.area import StudyArea

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
_EDGES = box(-3.06, 53.77, -2.98, 53.88)
_FRAME = gpd.GeoDataFrame({"name": ["Blackpool"]}, geometry=[_EDGES], crs=4326)
AREA = StudyArea(
    "blackpool", "Blackpool", _EDGES, _FRAME, _FRAME, "", "EPSG:27700", "Europe/London", "v"
)
CAMERAS = "camera_id,name,lon,lat\n"
NEAR_TOWER = pytest.approx((-3.0556, 53.8156), abs=1e-4)
"""E 330600 N 436000."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_WEEK = {day: [["00:00", "24:00"]] for day in DAYS}


def read(text, *, kind=None, area=None, answers=()):
    table = read_text(text.encode(), lambda cells: recognise(cells) is not None)
    register = kind_of(kind) if kind else recognise(table.columns)
    rows = read_register(table, register, now=NOW, area=area, answers=dict(answers))
    assert rows.rows_read == table.rows_read
    return rows


def only(rows, code):
    (found,) = [finding for finding in rows.findings if finding.code == code]
    return found


def first(rows):
    return rows.entries[0][1]


def point(rows):
    return first(rows)["lon"], first(rows)["lat"]


def result(rows):
    return {name: n for name, n in rows.counts.items() if n}


# Points


def test_eastings_and_northings_become_degrees():
    rows = read("camera_id,name,easting,northing\nC1,Tower,330600,436000\n", area=AREA)
    assert point(rows) == NEAR_TOWER
    assert "easting" not in first(rows)


def test_swapped_axes_are_swapped_back():
    rows = read(CAMERAS + "C1,Tower,53.8159,-3.0553\n", area=AREA)
    assert (point(rows), result(rows)) == ((-3.0553, 53.8159), {"fixed": 1})
    assert only(rows, "G01").message == (
        "1 row in column lat, lon: latitude and longitude were swapped; they were swapped back."
    )


def test_swapped_easting_and_northing_are_proposed():
    text = "camera_id,name,easting,northing\nC1,Tower,436000,330600\n"
    rows = read(text, area=AREA)
    (held,) = rows.held
    assert (held.code, held.suggestion, result(rows)) == ("G02", "330600, 436000", {"held": 1})
    assert only(rows, "G02").question == "Swap easting and northing?"
    accepted = read(text, area=AREA, answers={"G02": "accept"})
    assert (point(accepted), result(accepted)) == (NEAR_TOWER, {"fixed": 1})


def test_lost_minus_sign_is_proposed_when_the_point_then_falls_in_the_area():
    rows = read(CAMERAS + "C1,Tower,3.05,53.81\n", area=AREA)
    (held,) = rows.held
    assert (held.code, held.value, held.suggestion) == ("G03", "53.81, 3.05", "53.81, -3.05")
    assert held.reason == ("The longitude has lost its minus sign: with it, it falls in Blackpool.")
    assert only(rows, "G03").question == "Restore the minus sign?"


@pytest.mark.parametrize(
    ("answer", "lon", "fate"), [("accept", -3.05, "fixed"), ("reject", 3.05, "kept")]
)
def test_lost_minus_sign_follows_the_answer(answer, lon, fate):
    rows = read(CAMERAS + "C1,Tower,3.05,53.81\n", area=AREA, answers={"G03": answer})
    assert (point(rows), result(rows)) == ((lon, 53.81), {fate: 1})
    assert ("G09" in {one.code for one in rows.findings}) == (answer == "reject")


@pytest.mark.parametrize("pair", [",", "0,0", "1,1", "999999,999999", "N/A,-", "-3.05,"])
def test_camera_without_location_is_kept_and_pointed_out(pair):
    rows = read(CAMERAS + f"C1,Tower,{pair}\n")
    assert (point(rows), result(rows)) == ((None, None), {"kept": 1})
    message = "1 row in column lat, lon: no location; in the register, not on the map."
    assert only(rows, "G04").message == message


def test_degrees_in_columns_of_metres_are_read_by_their_size():
    rows = read("camera_id,name,easting,northing\nC1,Tower,-3.05,53.81\n")
    assert (point(rows), result(rows)) == ((-3.05, 53.81), {"fixed": 1})
    assert "degrees in columns of metres" in only(rows, "G05").message


def test_metres_in_columns_of_degrees_are_read_by_their_size():
    rows = read(CAMERAS + "C1,Tower,330600,436000\n")
    assert (point(rows), result(rows)) == (NEAR_TOWER, {"fixed": 1})
    assert "eastings and northings in columns of degrees" in only(rows, "G05").message


def test_missing_digit_is_held_when_the_point_is_outside():
    text = "camera_id,name,easting,northing\n" + "".join(
        f"C{n},Tower,{easting},436000\n" for n, easting in enumerate((330600, 330610, 33060))
    )
    rows = read(text, area=AREA)
    (held,) = rows.held
    assert (held.code, held.row, held.value) == ("G07", 4, "33060, 436000")
    assert held.reason == "A digit is missing from the easting or northing."


@pytest.mark.parametrize("pair", ["north,53.8", "200,53.8", "-3.05,95"])
def test_point_that_cannot_be_is_held(pair):
    rows = read(CAMERAS + f"C1,Tower,{pair}\n")
    assert (rows.held[0].code, rows.held[0].reason) == ("G07", "No longitude and latitude.")
    assert point(read(CAMERAS + f"C1,Tower,{pair}\n", answers={"G07": "accept"})) == (None, None)


def test_point_outside_the_area_is_kept():
    rows = read(CAMERAS + "C1,Tower,-2.28,53.46\n", area=AREA)
    assert (result(rows), only(rows, "G09").result) == ({"kept": 1}, "kept")
    assert only(rows, "G09").message == "1 row in column lat, lon: outside Blackpool."


def test_point_within_200_metres_of_the_boundary_is_not_outside():
    rows = read(CAMERAS + "C1,Pier,-3.0620,53.81\n", area=AREA)
    assert rows.findings == ()


# Lost decimal points

LOST = "camera_id;name;lat;lon\nC1;a;461.993.881;61.418.784\nC2;b;46.204;614.579\nC3;c;;\n"


@pytest.mark.parametrize("area", [None, AREA])
def test_lost_decimal_points_are_proposed_with_or_without_an_area(area):
    rows = read(LOST, area=area)
    assert [row.suggestion for row in rows.held] == ["46.1993881, 6.1418784", "46.204, 6.14579"]
    assert result(rows) == {"kept": 1, "held": 2}
    assert "taken the decimal point for a thousands separator" in rows.held[0].reason


def test_lost_decimal_point_is_not_guessed_when_a_row_disagrees():
    rows = read(LOST + "C4;d;861.993.881;61.418.784\n")
    assert [row.suggestion for row in rows.held][-1] == ""
    assert rows.held[-1].reason == (
        "The decimal point is lost, and no repair agrees with the other rows."
    )


def test_fewer_decimals_are_found_when_points_then_fall_in_the_area():
    rows = read("camera_id;name;lat;lon\nC1;a;53.815.912;-3.055.312\n", area=AREA)
    assert rows.held[0].suggestion == "53.815912, -3.055312"
    assert rows.held[0].reason.endswith("; repaired, 1 of them fall in Blackpool.")


def test_accepted_repair_outside_the_area_is_pointed_out():
    rows = read(LOST, area=AREA, answers={"G07": "accept"})
    assert (result(rows), only(rows, "G09").rows) == ({"kept": 1, "fixed": 2}, 2)


# Camera fields


@pytest.mark.parametrize(
    ("heading", "text", "field", "value"),
    [
        ("camera:type", "panning", "type", "ptz"),
        ("camera:type", "Dome", "type", "dome"),
        ("kind", "dome360", "type", "dome"),
        ("camera:direction", "330", "bearing_deg", 330.0),
        ("camera:direction", "NW", "bearing_deg", 315.0),
        ("height", "4 m", "height_m", 4.0),
        ("height", "4", "height_m", 4.0),
        ("camera:angle", "15°", "tilt_deg", 15.0),
        ("resolution", "1920x1080", "h_pixels", 1920),
        ("speaker", "Y", "speaker", True),
        ("privacy_zone", "no", "privacy_zone", False),
        ("owner", "Local authority", "owner", "council"),
        ("installed_on", "01/02/2026", "live_from", "2026-02-01"),
        ("monitored", "recorded only", "monitored", "recorded"),
        ("monitored_hours", "24/7", "monitored_hours", ALL_WEEK),
    ],
)  # fmt: skip
def test_camera_field_is_read(heading, text, field, value):
    rows = read(f"camera_id,name,lon,lat,{heading}\nC1,Tower,-3.05,53.81,{text}\n")
    assert first(rows)[field] == value


@pytest.mark.parametrize(
    ("heading", "text", "reason"),
    [
        (
            "camera:direction",
            '"45;90"',
            "Several directions; register each camera in a row of its own.",
        ),
        ("camera:direction", "up", "No direction between 0 and 360 degrees."),
        ("height", "tall", "No number."),
        ("height", "900", "Not between 0.1 and 300."),
        ("h_pixels", "19.5", "No whole number."),
        ("speaker", "maybe", "Neither yes nor no."),
        ("monitored_hours", "busy", "No hours that can be read, such as Mon-Fri 09:00-17:00."),
    ],
)
def test_bad_value_holds_its_row(heading, text, reason):
    table = f"camera_id,name,lon,lat,{heading}\nC1,Tower,-3.05,53.81,{text}\n"
    rows = read(table)
    (held,) = rows.held
    assert (held.code, held.column, held.value, held.reason) == (
        "K01", heading, text.strip('"'), reason,
    )  # fmt: skip
    assert result(read(table, answers={"K01": "accept"})) == {"fixed": 1}
    assert result(read(table, answers={"K01": "reject"})) == {"refused": 1}


def test_word_that_is_not_known_holds_its_row():
    rows = read("camera_id,name,lon,lat,owner\nC1,Tower,-3.05,53.81,martians\n")
    assert only(rows, "K01").message == (
        "1 row in column owner: not one of council, bid, police, housing, transport, other;"
        " held until a person decides."
    )
    assert only(rows, "K01").question == "Load these rows without this value?"


def test_direction_below_zero_gets_a_full_turn():
    rows = read("camera_id,name,lon,lat,bearing\nC1,Tower,-3.05,53.81,-140\n")
    assert (first(rows)["bearing_deg"], result(rows)) == (220, {"fixed": 1})


def test_number_plate_reader_is_no_camera_that_watches():
    rows = read("id,surveillance:type,camera:type,__lon,__lat\n7,ALPR,fixed,-3.05,53.81\n")
    assert first(rows)["type"] == "anpr"


def test_damaged_reference_holds_its_row():
    rows = read(CAMERAS + "1.00E+11,Tower,-3.05,53.81\n", answers={"C02": "accept"})
    assert (rows.held[0].code, rows.held[0].reason) == (
        "C02",
        "A spreadsheet has damaged the reference.",
    )


def test_row_without_its_reference_is_held():
    rows = read(CAMERAS + "N/A,Tower,-3.05,53.81\n")
    assert (rows.held[0].code, rows.held[0].column) == ("C03", "camera_id")
    assert rows.held[0].reason == "Nothing was entered where it is needed."


# Rows


def test_totals_and_remarks_are_left_out():
    rows = read(
        CAMERAS + "C1,Tower,-3.05,53.81\nTotal,1,,\nPrinted 1 May,by the office,,\nEnd,,,\n"
    )
    assert result(rows) == {"kept": 1, "dropped": 3}
    assert only(rows, "F04").message == "3 rows of totals or remarks left out."


def test_row_with_too_many_values_is_refused():
    rows = read(CAMERAS + "C1,Tower,-3.05,53.81\nC2,Tower,-3.05,53.81,5\n")
    assert result(rows) == {"kept": 1, "refused": 1}
    assert rows.notes == ("1 rows have too few or too many values, first row 3.",)


def test_row_that_says_the_same_again_is_dropped():
    rows = read(CAMERAS + "C1,Tower,-3.05,53.81\nC1,Tower,-3.05,53.81\n")
    assert result(rows) == {"kept": 1, "dropped": 1}
    assert only(rows, "D01").message == "1 row say the same as a row before."


TWICE = CAMERAS + "C1,Tower,-3.05,53.81\nC1,Pier,-3.05,53.81\n"


@pytest.mark.parametrize(
    ("answer", "fates", "name"),
    [
        ("", {"kept": 1, "held": 1}, "Tower"),
        ("accept", {"fixed": 1, "dropped": 1}, "Pier"),
        ("reject", {"kept": 1, "dropped": 1}, "Tower"),
    ],
)
def test_reference_with_other_values_waits_for_an_answer(answer, fates, name):
    rows = read(TWICE, answers={"D01": answer})
    assert (result(rows), first(rows)["name"], len(rows.entries)) == (fates, name, 1)


def test_same_camera_number_of_two_owners_is_two_cameras():
    text = "camera_id,owner,name,lon,lat\nC1,council,Tower,-3.05,53.81\nC1,bid,Pier,-3.05,53.81\n"
    assert [key for key, _, _ in read(text).entries] == ["C1|council", "C1|bid"]


def test_text_that_looks_like_a_formula_is_kept_as_text():
    rows = read(CAMERAS + "C1,=1+1,-3.05,53.81\n")
    assert (first(rows)["name"], result(rows)) == ("=1+1", {"fixed": 1})
    assert only(rows, "F07").message == "1 row in column name: looks like a formula; kept as text."


def test_file_is_refused_when_it_lacks_a_needed_column():
    with pytest.raises(FileRefusedError, match="camera register needs a column for lon or easting"):
        read("camera_id,name\nC1,Tower\n", kind="camera")


def test_unknown_columns_are_never_stored():
    rows = read("camera_id,name,lon,lat,Secret\nC1,Tower,-3.05,53.81,TREASURE\n")
    assert "TREASURE" not in repr(rows)


# Persons

PERSONAL = ("MRS A PERSON", "01253 000000", "a.person@mail.example", "07700 900123")


@pytest.mark.parametrize(
    "heading", ["Operator", "Officer Name", "Telephone", "E-mail", "Notes", "Collar No", "DOB"]
)
@pytest.mark.parametrize("value", PERSONAL)
def test_personal_column_is_named_and_never_read(heading, value):
    rows = read(f"camera_id,name,lon,lat,{heading}\nC1,Tower,-3.05,53.81,{value}\n")
    assert value not in repr(rows)
    assert only(rows, "F09").message == (
        f"The column {heading} looks like personal data. It was not loaded."
    )


@pytest.mark.parametrize("heading", ["requested_by", "height", "owner", "purpose"])
@pytest.mark.parametrize("value", PERSONAL)
def test_personal_value_in_a_known_column_is_not_read(heading, value):
    rows = read(f"camera_id,name,lon,lat,{heading}\nC1,Tower,-3.05,53.81,{value}\n")
    assert value not in repr(rows)
    assert only(rows, "F09").message == (
        f"1 row in column {heading}: a name, address or number of a person was not read."
    )


@pytest.mark.parametrize("heading", ["lon", "live_from", "occlusion_polygon"])
@pytest.mark.parametrize("value", PERSONAL)
def test_personal_value_is_not_shown_where_it_holds_its_row(heading, value):
    cells = {"camera_id": "C1", "name": "Tower", "lon": "-3.05", "lat": "53.81", heading: value}
    rows = read(",".join(cells) + "\n" + ",".join(cells.values()) + "\n")
    assert (rows.held[0].value.replace(", ", "").replace("53.81", ""), result(rows)) == (
        "",
        {"held": 1},
    )
    assert value not in repr(rows)


def test_long_purpose_is_kept():
    purpose = "Crime and disorder in the evening economy. " * 20
    rows = read(f"camera_id,name,lon,lat,purpose\nC1,Tower,-3.05,53.81,{purpose}\n")
    assert first(rows)["purpose"] == purpose.strip()


# Fault log

FAULTS = "Camera No,Fault from,Fault to,State,Fault ref\n"


def test_fault_is_in_utc_and_open_without_an_end():
    rows = read(
        FAULTS + "C1,01/07/2026 22:05,,no picture,F1\nC2,14/03/2026 21:16,15/03/2026 08:00,off,F2\n"
    )
    assert first(rows) == {
        "camera_id": "C1",
        "from_utc": "2026-07-01T21:05:00+00:00",
        "to_utc": None,
        "state": "fault",
        "fault_ref": "F1",
    }
    assert rows.entries[0][0] == "F1|C1|2026-07-01T21:05:00+00:00"
    assert rows.entries[1][1]["to_utc"] == "2026-03-15T08:00:00+00:00"


def test_fault_log_without_states_holds_faults():
    rows = read("camera_id,from,to,fault_ref\nC1,01/07/2026 22:05,,F1\n")
    assert first(rows)["state"] == "fault"


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("31/02/2026 10:00", "T01", "No date that exists."),
        ("01/12/2026 10:00", "T04", "In the future."),
        ("01/07/2062 10:00", "T03", "A year that cannot be right."),
    ],
)
def test_time_that_cannot_be_holds_its_row(text, code, reason):
    rows = read(FAULTS + f"C1,{text},,fault,F1\n")
    (held,) = rows.held
    assert (held.code, held.value, held.reason) == (code, text, reason)


def test_year_is_mended_when_the_suggestion_is_accepted():
    table = FAULTS + "C1,01/07/2062 10:00,,fault,F1\n"
    assert read(table).held[0].suggestion == "2026-07-01T09:00:00+00:00"
    rows = read(table, answers={"T03": "accept"})
    assert (first(rows)["from_utc"], result(rows)) == ("2026-07-01T09:00:00+00:00", {"fixed": 1})


def test_end_before_start_is_turned_round_within_a_day_and_held_beyond():
    rows = read(FAULTS + "C1,02/07/2026 10:00,02/07/2026 09:00,fault,F1\n")
    assert (first(rows)["from_utc"], result(rows)) == ("2026-07-02T08:00:00+00:00", {"fixed": 1})
    assert "they were turned round" in only(rows, "T05").message
    rows = read(FAULTS + "C1,20/07/2026 10:00,02/07/2026 09:00,fault,F1\n")
    assert rows.held[0].reason == "An end more than a day before the start."


def test_day_without_a_time_is_said():
    rows = read(FAULTS + "C1,01/07/2026,,fault,F1\n")
    assert "Fault from: 1 without a time of day start at 00:00." in rows.notes


# Patrol log, teams


def test_visit_is_read_from_a_day_and_two_clocks():
    text = (
        "Task,Date,Arrived,Left,Agency,Activity,Location\n"
        "P1,14/03/2026,21:16,21:34,NPT,engagement; asb warning,Talbot Square\n"
    )
    content = first(read(text))
    assert (content["arrived"], content["minutes"]) == ("2026-03-14T21:16:00+00:00", 18)
    assert content["activity"] == ["engagement", "asb_warning"]
    assert (content["agency"], content["place"], content["lon"]) == ("npt", "Talbot Square", None)


def test_leaving_follows_from_minutes():
    content = first(read("Visit ref,Arrived,Minutes,Activity\nP1,2026-03-14 21:16,15,nothing\n"))
    assert content["left"] == "2026-03-14T21:31:00+00:00"


def test_visit_of_days_is_held():
    rows = read("Visit ref,Arrived,Left,Activity\nP1,2026-03-14 21:16,2026-03-18 21:16,nothing\n")
    assert (rows.held[0].code, rows.held[0].reason) == ("T05", "A visit of more than 24 hours.")


def test_free_note_of_a_patrol_is_never_read():
    headings = "Visit ref,Arrived,Minutes,Activity,Note\n"
    rows = read(headings + "P1,2026-03-14 21:16,15,nothing,SPOKE TO A PERSON\n")
    assert "SPOKE" not in repr(rows)
    assert only(rows, "F09").column == "Note"


def test_team_is_read_with_its_shift():
    text = (
        "Team,Agency,Size,Day,Shift start,Shift end,Break start,Break end,Base,Mode,Zone,Powers\n"
        "North,Police,2,Fri-Sat,3pm,23:00,1900,1930,Station,on foot,PSPO,dispersal; fixed penalty\n"
    )
    rows = read(text)
    assert rows.entries[0][0] == "North||fri+sat|15:00"
    content = {name: value for name, value in first(rows).items() if value is not None}
    assert content == {
        "team": "North", "agency": "police", "size": 2, "weekdays": ["fri", "sat"],
        "start": "15:00", "end": "23:00", "break_start": "19:00", "break_end": "19:30",
        "base": "Station", "mode": "walking", "zone": "PSPO",
        "powers": ["dispersal", "fixed penalty"],
    }  # fmt: skip


# Footfall, residents, services, orders


def test_footfall_is_read_by_month():
    rows = read(
        'Place,Month,Footfall,Source\nPromenade,07/2026,"1,204,310",counters\nPier,Aug 2026,5,\n'
    )
    assert first(rows) == {
        "place": "Promenade", "month": "2026-07", "count": 1_204_310, "source": "counters",
    }  # fmt: skip
    assert rows.entries[1][0] == "Pier|2026-08"


def test_residents_issue_is_one_of_eight():
    rows = read(
        "Ward,Quarter,Issue,Responses,Base\nBrunswick,2026-Q1,Drug dealing and taking,12,80\n"
    )
    assert first(rows)["issue"] == "drug dealing"
    assert rows.entries[0][0] == "Brunswick|2026-Q1|drug dealing"
    assert len(kind_of("residents_issue").field("issue").allowed) == 8


def test_more_responses_than_people_are_held():
    rows = read("Ward,Quarter,Issue,Responses,Base\nBrunswick,2026-Q1,fraud,90,80\n")
    assert rows.held[0].reason == "More responses than people who were asked."


def test_service_is_read_with_hours_by_weekday():
    text = (
        "Service,Agency,Problems,Powers,Monday,Sunday,Contact post,Commencement date\n"
        "Noise,council,noise; music,abatement notice,09:00-17:00,closed,Duty officer,01/04/2026\n"
    )
    content = first(read(text))
    assert content["hours"] == {"mon": [["09:00", "17:00"]], "sun": []}
    assert (content["contact_post"], content["commenced"]) == ("Duty officer", "2026-04-01")
    assert "monday" not in content


@pytest.mark.parametrize("contact", ["PC Adams", "j.adams@council.gov.uk", "01253 000000"])
def test_contact_that_is_a_person_is_not_read(contact):
    text = f"Service,Agency,Powers,Hours,Contact post\nNoise,council,notice,24/7,{contact}\n"
    rows = read(text)
    assert contact not in repr(rows)
    assert only(rows, "F09").column == "Contact post"


ORDERS = "Name,Order type,From,To,Powers,__wkt\n"
_SQUARE = '"POLYGON ((-3.06 53.81, -3.05 53.81, -3.05 53.82, -3.06 53.81))"'
_CROSSED = '"POLYGON ((0 50, 1 51, 1 50, 0 51, 0 50))"'


def test_order_is_read_with_its_outline():
    rows = read(
        ORDERS + f"Town centre,PSPO,01/05/2024,30/04/2027,no drinking; no begging,{_SQUARE}\n"
    )
    content = first(rows)
    assert (content["kind"], content["from"], content["to"]) == ("pspo", "2024-05-01", "2027-04-30")
    assert content["powers"] == ["no drinking", "no begging"]
    assert content["__wkt"].startswith("POLYGON")


@pytest.mark.parametrize(
    ("outline", "reason"),
    [
        ("somewhere", "No outline that can be read."),
        ("POINT (1 2)", "No outline in degrees of longitude and latitude."),
        ('"POLYGON ((330000 436000, 331000 436000, 331000 437000, 330000 436000))"',
         "No outline in degrees of longitude and latitude."),
        (_CROSSED, "An outline that crosses itself."),
    ],
)  # fmt: skip
def test_outline_that_cannot_be_is_held(outline, reason):
    rows = read(ORDERS + f"Town centre,PSPO,01/05/2024,,x,{outline}\n")
    assert (rows.held[0].code, rows.held[0].reason) == ("G07", reason)


def test_outline_without_the_crossing_is_taken_when_accepted():
    rows = read(ORDERS + f"Town centre,PSPO,01/05/2024,,x,{_CROSSED}\n", answers={"G07": "accept"})
    assert first(rows)["__wkt"].startswith("MULTIPOLYGON")


def test_order_that_ends_before_it_starts_is_held():
    rows = read(ORDERS + f"Town centre,PSPO,01/05/2024,30/04/2023,x,{_SQUARE}\n")
    assert (rows.held[0].code, rows.held[0].reason) == ("T05", "An end before the start.")


@pytest.mark.parametrize("row", ["here,5,1", "E01012662,0,1", "E01012662,5,11"])
def test_deprivation_out_of_range_is_held(row):
    assert read(f"LSOA code (2021),IMD rank,IMD decile\n{row}\n").held[0].code == "K01"


def test_year_of_the_areas_comes_from_the_heading():
    rows = read('LSOA code (2021),IMD rank,IMD decile\nE01012662,"5,006",2\n')
    assert (first(rows)["vintage"], first(rows)["rank"]) == ("2021", 5006)
    assert rows.entries[0][0] == "E01012662|2021"


def test_time_zone_is_that_of_the_area():
    rows = read(
        FAULTS + "C1,01/07/2026 22:05,,fault,F1\n", area=replace(AREA, timezone="Europe/Zurich")
    )
    assert first(rows)["from_utc"] == "2026-07-01T20:05:00+00:00"
