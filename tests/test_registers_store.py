"""Do registers get into the records once, with their audit entry, and who sees what of them?"""

import json
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from data.access import AccessError, Principal, Role
from data.errors import FileRefusedError
from data.jobs.registers import entries_view, import_register
from data.readers.text import read_text
from data.registers.kinds import kind_of, recognise
from data.registers.points import LEFT_OUT, PointIndex, read_points, write_points
from data.registers.reading import read_register
from data.registers.storing import store_register
from data.store.registers import entry_history
from tests.places import ANALYST, NOW, workspace

CAMERA = kind_of("camera")
CAMERAS = "camera_id,owner,name,type,bearing,lon,lat\n"
TOWER = "C1,council,Tower,fixed,90,-3.05,53.81\n"
UPRNS = (
    "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n"
    "000012,330600,436000,53.81,-3.05\n12,330600,436000,53.99,-3.99\n1.00E+11,1,1,53.8,-3\n"
    "100012345678,330700,436100,53.82,-3.04\n99,,,,\n"
)


@pytest.fixture
def ws(tmp_path):
    opened = workspace(tmp_path)
    yield opened
    opened.close()


def _text(content):
    return read_text(content.encode(), lambda cells: recognise(cells) is not None)


def _load(ws, content, principal=ANALYST, now=NOW, **options):
    text = _text(content)
    options = {"file_name": "register.csv", "batch_id": "b1", "now": now, **options}
    return import_register(ws, principal, text, recognise(text.columns), None, **options)


def test_entries_are_counted_as_new_changed_and_the_same(ws):
    def put(content):
        rows = read_register(_text(CAMERAS + content), CAMERA, now=NOW, area=None)
        counts = store_register(ws.store, ANALYST, rows, CAMERA, "town", "b1", NOW)
        return counts.new, counts.changed, counts.same

    assert put(TOWER) == (1, 0, 0)
    assert put(TOWER) == (0, 0, 1)
    assert put(TOWER.replace("90", "180") + "C2,bid,Pier,dome,,-3.06,53.82\n") == (1, 1, 0)
    with ws.store.read() as session:
        history = entry_history(session, "camera", "town", "C1|council")
    assert [one.content["bearing_deg"] for one in history] == [90, 180]


def test_import_is_audited_without_values(ws):
    _load(ws, CAMERAS + TOWER + "C2,martians,Pier,dome,,-3.06,53.82\n")
    (entry,) = ws.store.audit_entries(action="import_register")
    assert json.loads(entry.detail) == {
        "register": "camera", "rows_read": 2, "rows_kept": 1, "rows_fixed": 0, "rows_held": 1,
        "rows_dropped": 0, "rows_refused": 0, "new": 1, "changed": 0, "same": 0,
    }  # fmt: skip
    assert ws.store.verify_chain()


def test_held_row_is_stored_once_it_is_accepted(ws):
    content = CAMERAS + "C2,martians,Pier,dome,,-3.06,53.82\n"
    assert _load(ws, content).entries == ()
    assert entries_view(ws, ANALYST, CAMERA, None) == ()
    _load(ws, content, answers={"K01": "accept"}, now=NOW + timedelta(hours=1))
    (entry,) = entries_view(ws, ANALYST, CAMERA, None)
    assert (entry.key, entry.content["owner"], entry.content["name"]) == ("C2", None, "Pier")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ANALYST])
def test_nobody_but_the_analyst_loads_registers(ws, role):
    with pytest.raises(AccessError, match="cannot load files"):
        _load(ws, CAMERAS + TOWER, Principal("Bo", role))


@pytest.mark.parametrize("role", [Role.ANALYST, Role.CCTV_MGR])
def test_camera_point_is_shown_to_the_analyst_and_the_control_room(ws, role):
    _load(ws, CAMERAS + TOWER)
    (entry,) = entries_view(ws, Principal("Bo", role), CAMERA, None)
    assert (entry.content["lon"], entry.content["lat"], entry.withheld) == (-3.05, 53.81, ())


@pytest.mark.parametrize(
    "role", [Role.CHAIR, Role.NPT, Role.COUNCIL_CST, Role.COUNCIL_MANAGER, Role.BID]
)
def test_camera_point_is_withheld_from_others(ws, role):
    _load(ws, CAMERAS + TOWER)
    (entry,) = entries_view(ws, Principal("Bo", role), CAMERA, None)
    assert entry.withheld == ("bearing_deg", "lat", "lon")
    assert "53.81" not in repr(entry)
    assert (entry.content["name"], entry.content["type"]) == ("Tower", "fixed")


@pytest.mark.parametrize("role", [Role.MEMBER, Role.COUNCIL_SERVICE, Role.IG_AUDITOR, Role.ADMIN])
def test_register_is_closed_to_roles_without_a_map(ws, role):
    with pytest.raises(AccessError):
        entries_view(ws, Principal("Bo", role), CAMERA, None)


@pytest.mark.parametrize(
    ("role", "shown"), [(Role.ANALYST, [9, 10]), (Role.CHAIR, [None, 10]), (Role.BID, [None, 10])]
)
def test_answers_of_fewer_than_ten_residents_are_for_the_analyst(ws, role, shown):
    _load(ws, "Ward,Quarter,Issue,Responses,Base\nA,2024-Q1,fraud,9,80\nB,2024-Q1,fraud,10,80\n")
    found = entries_view(ws, Principal("Bo", role), kind_of("residents_issue"), None)
    assert [entry.content["responses"] for entry in found] == shown


def test_note_says_what_the_file_was_read_as(ws):
    assert _load(ws, CAMERAS + TOWER).notes[0] == "register.csv: read as camera register."


# Reference points


def test_points_are_read_by_key_without_those_that_cannot_be_used():
    table = read_points(_text(UPRNS))
    assert table.to_pydict() == {
        "key": ["100012345678", "12"], "lon": [-3.04, -3.05], "lat": [53.82, 53.81],
    }  # fmt: skip
    assert table.schema.metadata[LEFT_OUT] == b"3"


def test_postcode_points_come_from_the_grid():
    table = read_points(_text("Postcode,Eastings,Northings\nfy1 4bj,330600,436000\nnone,1,1\n"))
    assert table["key"].to_pylist() == ["FY14BJ"]
    assert table["lon"][0].as_py() == pytest.approx(-3.0556, abs=1e-4)
    assert table["lat"][0].as_py() == pytest.approx(53.8156, abs=1e-4)


@pytest.mark.parametrize("headings", ["Street,Town,Shop", "UPRN,Latitude,Easting"])
def test_file_is_refused_when_it_lists_no_points(headings):
    with pytest.raises(FileRefusedError, match="no list of reference points"):
        read_points(_text(f"{headings}\n1,2,3\n"))


def test_points_are_found_in_any_writing(ws):
    rows = _load(ws, UPRNS)
    assert dict(rows.counts) == {"kept": 2, "fixed": 0, "held": 0, "dropped": 3, "refused": 0}
    _load(ws, "pcds,lat,long\nFY1 4BJ,53.8,-3.1\n")
    index = PointIndex.open(ws.settings.home / "points")
    keys = pa.array(["fy14bj", "0000012", "13", "", "1.00E+11", "12", "100012345678"])
    lon, lat = index.locate(keys)
    nan = np.nan
    np.testing.assert_array_equal(lon, [-3.1, -3.05, nan, nan, nan, -3.05, -3.04])
    np.testing.assert_array_equal(lat, [53.8, 53.81, nan, nan, nan, 53.81, 53.82])


def test_new_list_takes_the_place_of_the_former(tmp_path):
    kind = kind_of("uprn_points")
    for lon in (-3.0, -3.1):
        write_points(tmp_path, kind, pa.table({"key": ["7"], "lon": [lon], "lat": [53.8]}))
    assert PointIndex.open(tmp_path).locate(pa.array(["7"]))[0].tolist() == [-3.1]
    assert [path.name for path in tmp_path.iterdir()] == ["uprn_points.parquet"]


def test_index_without_lists_finds_nothing(tmp_path):
    index = PointIndex.open(tmp_path / "absent")
    assert not index
    assert np.isnan(index.locate(pa.array(["7", "FY1 4BJ"]))[0]).all()
