"""Do real registers load, with every row accounted for and nothing invented?"""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from data.readers.text import read_text
from data.registers.kinds import recognise
from data.registers.reading import read_register

NOW = datetime(2026, 11, 1, tzinfo=UTC)
GENEVA = "data/cctv/geneva_osm_cameras_raw_semicolon.csv"


def _read(content, **options):
    text = read_text(content, lambda cells: recognise(cells) is not None)
    options.setdefault("area", None)
    return read_register(text, recognise(text.columns), now=NOW, **options)


def _points_csv(path):
    """Return point features as CSV with the columns that the map reader makes."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    names = list(features[0]["properties"])
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([*names, "__lon", "__lat"])
    for feature in features:
        values = [feature["properties"][name] for name in names]
        writer.writerow(
            ["" if value is None else value for value in values]
            + feature["geometry"]["coordinates"]
        )
    return stream.getvalue().encode()


def test_geneva_gives_615_proposals_and_seven_without_location(shared):
    rows = _read((shared / GENEVA).read_bytes())
    assert dict(rows.counts) == {"kept": 7, "fixed": 0, "held": 615, "dropped": 0, "refused": 0}
    assert {(row.code, bool(row.suggestion)) for row in rows.held} == {("G07", True)}
    assert len(rows.held) == 615
    assert (rows.held[0].value, rows.held[0].suggestion) == (
        "461.993.881, 61.418.784",
        "46.1993881, 6.1418784",
    )
    (blank,) = [finding for finding in rows.findings if finding.code == "G04"]
    assert (blank.rows, blank.result, blank.row) == (7, "kept", 347)
    assert all(content["lon"] is None for _, content, _ in rows.entries)


def test_geneva_proposals_keep_the_digits_and_lie_in_the_canton(shared):
    rows = _read((shared / GENEVA).read_bytes())
    for row in rows.held:
        lat, lon = (float(part) for part in row.suggestion.split(", "))
        assert 46.12 < lat < 46.37
        assert 5.95 < lon < 6.32
        given = [part.replace(".", "").rstrip("0") for part in row.value.split(", ")]
        assert given == [
            f"{lat:.7f}".replace(".", "").rstrip("0"),
            f"{lon:.7f}".replace(".", "").rstrip("0"),
        ]


def test_geneva_loads_when_the_proposals_are_accepted(shared):
    rows = _read((shared / GENEVA).read_bytes(), answers={"G07": "accept"})
    assert (rows.counts["kept"], rows.counts["fixed"], rows.counts["held"]) == (7, 615, 0)
    content = rows.entries[0][1]
    assert (content["lat"], content["lon"], content["type"]) == (46.1993881, 6.1418784, "dome")
    assert (content["mount"], content["name"], content["bearing_deg"]) == ("ceiling", None, None)


def test_geneva_loads_without_points_when_the_proposals_are_rejected(shared):
    rows = _read((shared / GENEVA).read_bytes(), answers={"G07": "reject"})
    assert (rows.counts["kept"], rows.counts["fixed"]) == (621, 1)
    assert all(content["lon"] is None for _, content, _ in rows.entries)


def test_trafford_keeps_163_cameras_and_invents_nothing(shared):
    rows = _read((shared / "data/cctv/trafford_cctv_cameras.csv").read_bytes())
    assert (rows.rows_read, rows.counts["kept"], rows.findings) == (163, 163, ())
    key, content, row = rows.entries[0]
    assert (key, row) == ("1001", 2)
    known = {name: value for name, value in content.items() if value is not None}
    assert known == {
        "camera_id": "1001", "name": "Trafford Wharf Road", "lon": -2.284777, "lat": 53.464515,
    }  # fmt: skip


def test_switzerland_accounts_for_2143_rows(shared):
    rows = _read(_points_csv(shared / "data/cctv/switzerland_osm_surveillance.geojson"))
    counts = {"kept": 2127, "fixed": 8, "held": 8, "dropped": 0, "refused": 0}
    assert (rows.rows_read, dict(rows.counts)) == (2143, counts)
    assert "operator" not in {name for _, content, _ in rows.entries for name in content}
    types = [content["type"] for _, content, _ in rows.entries]
    assert (types.count("ptz"), types.count("dome"), types.count("anpr")) == (60, 625, 2)
    bearings = {row: content["bearing_deg"] for _, content, row in rows.entries}
    assert bearings[900] == 220
    assert {row.value for row in rows.held} == {
        "190-100", "180, 270", "90;160;270", "webcam", "guard", "public", "dome;fixed",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "blackpool_File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv",
        "blackpool_File_2_-_IoD2019_Domains_of_Deprivation.csv",
    ],
)
def test_deprivation_loads_94_areas(shared, name):
    rows = _read((shared / "data/stats" / name).read_bytes())
    assert (rows.rows_read, rows.counts["kept"]) == (94, 94)
    assert rows.entries[0][1] == {
        "lsoa_code": "E01012662",
        "lsoa_name": "Blackpool 002A",
        "rank": 5006,
        "decile": 2,
        "vintage": "2011",
    }
