"""Do buildings and cameras of the sample town stand where they may, and is what they see true?"""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pytest
import shapely

from data.clock import FixedClock
from data.jobs.demo import load_sample
from data.profiles.coding import coded
from data.readers.text import read_text
from data.registers.kinds import recognise
from data.registers.reading import read_register
from data.samples import cctv
from data.samples.buildings import SETBACK_M
from data.samples.finds import eyes, staffed_hours
from data.samples.pack import study_area, write_registers
from data.samples.spec import DEMO_TOWN, SCALES
from data.samples.town import AREA_ID, TownSpec, build_town
from data.store.registers import entries
from data.workspace import Workspace
from geo.cameras import Camera, seeing
from geo.projection import to_metres
from geo.sight import Buildings, views
from tests.places import ANALYST

SMALL = TownSpec(seed=3, size="small", months=24)
_NUMBERS = {
    "Longitude", "Latitude", "Bearing", "Field of view", "Tele hfov", "Horizontal pixels", "Height",
}  # fmt: skip
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def town():
    return build_town(DEMO_TOWN)


@pytest.fixture(scope="module")
def small():
    return build_town(SMALL)


@pytest.fixture(scope="module")
def rows(town):
    return [dict(zip(cctv.CAMERA_HEADS, row, strict=True)) for row in cctv.camera_rows(town)]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    ws = Workspace.open(tmp_path_factory.mktemp("demo") / "home", clock=FixedClock(NOW))
    load_sample(ws, ANALYST, spec=SMALL)
    yield ws
    ws.close()


# --- buildings


def test_about_3000_buildings_stand_and_none_on_a_street(town):
    walls = town.buildings.to_crs(town.crs_m)
    assert 2_900 <= len(walls) <= SCALES["standard"].buildings
    assert set(walls.geom_type) == {"Polygon"}
    assert walls.is_valid.all()
    streets = shapely.STRtree(town.streets.to_crs(town.crs_m).geometry)
    _, away = streets.query_nearest(walls.geometry, return_distance=True, all_matches=False)
    assert away.min() > SETBACK_M - 1


def test_no_building_stands_in_a_park_in_the_sea_or_over_another(town):
    walls = town.buildings.geometry.to_numpy()
    open_ground = town.open_ground.union_all().buffer(-1e-5)
    assert not shapely.intersects(open_ground, walls).any()
    assert shapely.covered_by(walls, town.land).all()
    left, right = shapely.STRtree(walls).query(walls, predicate="overlaps")
    assert len(left) == len(right) == 0


def test_doors_of_reports_stand_before_the_walls(town):
    walls = town.buildings.union_all()
    shapely.prepare(walls)
    doors = town.geography.addresses
    assert not shapely.contains_xy(walls, doors.lon, doors.lat).any()


def test_small_town_has_400_buildings_near_its_centre(small):
    assert len(small.buildings) == 400
    assert (small.buildings["height_m"] > 5).all()


# --- the register


def test_register_holds_60_cameras_of_mixed_kinds(town, rows):
    assert len(rows) == len({row["Camera No"] for row in rows}) == 60
    kinds = Counter(row["Type"] for row in rows)
    assert {"ptz", "fixed", "dome", "multi_sensor", "redeployable"} < set(kinds)
    assert (kinds["anpr"], kinds["dummy"]) == (1, 1)
    assert {row["Owner"] for row in rows} == {"council", "bid", "police"}
    assert {row["Mount"] for row in rows} == {"pole", "wall"}
    assert rows[0]["Camera name"].startswith("C01 ")
    renewed = [row for row in rows if row["Installed"] == "01/12/2024"]
    assert len(renewed) == 12
    assert sum(row["Removed"] == "01/12/2024" for row in rows) == 12
    assert sum(bool(row["Removed"]) for row in rows) == 14
    assert town.truth["cctv_upgrade"]["renewed"] == [row["Camera No"] for row in renewed]


def test_register_lacks_what_registers_lack(rows):
    still = [row for row in rows if row["Type"] in {"fixed", "redeployable"}]
    assert 2 <= sum(row["Bearing"] == "" for row in still) < len(still)
    assert 2 <= sum(row["Field of view"] == "" for row in still) < len(still)
    assert any(row["DPIA reference"] == "" for row in rows)
    due = ["".join(reversed(row["Review date"].split("/"))) for row in rows if row["Review date"]]
    assert 5 <= sum(day < "20260901" for day in due) < len(due)


def test_cameras_stand_in_the_open_inside_the_borough(town, rows):
    points = gpd.GeoSeries.from_xy(
        [float(row["Longitude"]) for row in rows], [float(row["Latitude"]) for row in rows]
    )
    assert shapely.contains(town.boundary, points.to_numpy()).all()
    inner = town.buildings.to_crs(town.crs_m).buffer(-0.2).to_crs("EPSG:4326").union_all()
    assert not shapely.intersects(inner, points.to_numpy()).any()


def test_quiet_cameras_see_little_and_busy_planted_places_are_gaps(town):
    estate, doors = town.watch.estate, town.geography.addresses
    weight = town.rates.pull * town.rates.expected.sum(axis=2).mean(axis=1)[doors.cell]
    quiet = np.array([camera.role == "quiet" for camera in estate.cameras])
    assert quiet.sum() == 5
    assert (estate.sight[quiet] @ weight).max() < 0.5
    outside = [p for p in town.truth["places"] if p["where"] == "outside"]
    cells = {cell for place in outside for cell in place["cells"]}
    inside = np.isin(np.array(doors.cells)[doors.cell], list(cells))
    seen = estate.sight.any(axis=0)
    assert weight[inside & seen].sum() / weight[inside].sum() < 0.1


def test_screens_are_left_before_weekend_demand_peaks(town):
    staffed = staffed_hours()
    friday = 4 * 24
    assert staffed[friday + 10 : friday + 23].all()
    assert not staffed[friday + 23 : friday + 34].any()
    hours = {camera.watched for camera in town.watch.estate.cameras}
    assert hours == {True, False}


def test_fault_log_has_three_open_faults(town):
    outages = town.watch.outages
    kinds = {camera.camera_id: camera.role for camera in town.watch.estate.cameras}
    still = [one for one in outages if one.end is None]
    assert sorted(kinds[one.camera_id] for one in still) == ["fixed", "ptz", "quiet"]
    assert {one.start.date() for one in still} == {date(2026, 5, 2), date(2026, 7, 11)}
    assert 30 <= len(outages) <= 80
    assert all(one.start < one.end for one in outages if one.end)


@pytest.mark.parametrize(
    ("heads", "make", "key"),
    [
        (cctv.CAMERA_HEADS, cctv.camera_rows, "camera"),
        (cctv.FAULT_HEADS, cctv.fault_rows, "camera_status"),
    ],
)
def test_every_row_is_kept_when_read_as_a_file(town, heads, make, key):
    lines = [heads, *make(town)]
    stream = io.StringIO()
    csv.writer(stream).writerows(lines)
    text = read_text(stream.getvalue().encode(), lambda cells: recognise(cells) is not None)
    kind = recognise(text.columns)
    found = read_register(text, kind, now=NOW, area=study_area(town))
    assert (kind.key, found.counts["kept"]) == (key, len(lines) - 1)
    assert found.findings == ()


# --- what cameras find


def test_finds_double_where_cameras_were_renewed_and_public_reports_stay(town):
    reports, month = town.incidents, town.truth["cctv_upgrade"]["month"]
    seen = town.watch.renewed[town.reports.address] & (town.reports.address >= 0)
    late = (reports["month"] >= month).to_numpy()
    assert (late.any(), month) == (True, "2024-12")

    def a_month(origin, where, when):
        rows = (reports["origin"] == origin).to_numpy() & where & when
        return rows.sum() / reports["month"][when].nunique()

    found = a_month("cctv", seen, late) / a_month("cctv", seen, ~late)
    town_wide = a_month("public", ~seen, late) / a_month("public", ~seen, ~late)
    public = a_month("public", seen, late) / a_month("public", seen, ~late)
    assert found == pytest.approx(2.0, rel=0.2)
    assert public / town_wide == pytest.approx(1.0, abs=0.08)
    elsewhere = a_month("cctv", ~seen, late) / a_month("cctv", ~seen, ~late)
    assert elsewhere == pytest.approx(1.0, abs=0.35)


def test_truth_tells_what_the_renewal_did(town):
    told = town.truth["cctv_upgrade"]
    assert (told["found_ratio"], told["public_ratio"], told["share_before"]) == (2.0, 1.0, 0.5)
    assert (len(told["renewed"]), len(told["former"])) == (12, 12)
    assert 5 <= len(told["cells"]) <= 20


def test_only_watched_cameras_at_work_find_anything(town):
    found = np.flatnonzero((town.incidents["origin"] == "cctv").to_numpy())
    local = town.incidents["time_from"].iloc[found].dt.tz_convert(town.timezone)
    hour = (local.dt.day_of_week * 24 + local.dt.hour).to_numpy()
    assert staffed_hours()[hour].all()
    seen = eyes(town.watch, town.reports.address[found], local.dt.tz_localize(None).to_numpy())
    assert seen.any(axis=0).all()
    assert len(found) > 800


def test_finds_lie_in_the_view_that_the_register_gives(town, rows):
    """Sight is drawn by other code, from what the register says."""
    walls = Buildings.of(town.buildings.to_crs(town.crs_m).geometry)
    watched = [row for row in rows if row["Monitoring"] == "live"]
    polygons = views([seeing(_as_registered(row, town.crs_m)) for row in watched], walls).polygons
    found = town.incidents[(town.incidents["origin"] == "cctv") & town.incidents["lon"].notna()]
    x, y = to_metres(found["lon"], found["lat"], town.crs_m)
    seen = shapely.intersects_xy(shapely.union_all(polygons), x, y)
    assert seen.mean() > 0.97


def _as_registered(row, crs_m):
    number = {name: float(row[name]) if row[name] else None for name in row if name in _NUMBERS}
    x, y = to_metres([number["Longitude"]], [number["Latitude"]], crs_m)
    return Camera(
        row["Camera No"], row["Camera name"], row["Type"], float(x[0]), float(y[0]),
        bearing_deg=number["Bearing"], fov_deg=number["Field of view"],
        hfov_tele_deg=number["Tele hfov"], h_pixels=number["Horizontal pixels"],
        height_m=number["Height"], mount=row["Mount"],
    )  # fmt: skip


def test_log_names_working_cameras_and_known_types(town):
    log = [dict(zip(cctv.LOG_HEADS, row, strict=True)) for row in cctv.log_rows(town)]
    known = {camera.camera_id for camera in town.watch.estate.cameras}
    assert {name for row in log for name in row["Camera"].split(";")} <= known
    types = {row["Incident Type"] for row in log}
    assert all(coded("cctv", words) for words in types)
    assert {"Assault", "Street drinking", "Begging or vagrancy"} < types
    assert len({row["CCTV Ref"] for row in log}) == len(log)


def test_outputs_are_there_and_no_better_since_the_renewal(town):
    log = [dict(zip(cctv.LOG_HEADS, row, strict=True)) for row in cctv.log_rows(town)]
    asked = [row for row in log if row["Evidence"].startswith("Requested")]
    given = [row for row in asked if "; provided" in row["Evidence"]]
    used = [row for row in given if row["Evidence"].endswith("; used")]
    assert len(asked) / len(log) == pytest.approx(0.27, abs=0.05)
    assert len(log) > len(asked) > len(given) > len(used) > 50
    arrests = sum(int(row["Arrests"]) for row in log)
    assert 0.05 < arrests / len(log) < 0.13
    assert all(row["Police Attended"] == "Y" for row in log if row["Arrests"] == "1")


def test_log_comes_in_as_it_is_and_nothing_counts_twice(small, loaded):
    want = small.incidents
    supplied = loaded.engine.coverage()
    assert int(supplied["rows"].sum()) == len(want)
    columns = ["source_ref", "category", "subtype", "lon", "lat", "time_from", "time_to", "origin"]
    rows = loaded.engine.read_rows(columns, sources=["cctv_log"])
    mine = want[want["source"] == "cctv_log"]
    assert set(rows["origin"]) == {"cctv"}
    both = rows.merge(mine, on="source_ref", suffixes=("", "_made"))
    assert len(both) == len(rows) == len(mine) > 200
    for name in ("category", "subtype", "time_from", "time_to"):
        assert (both[name] == both[f"{name}_made"]).all(), name
    assert np.allclose(both["lon"], both["lon_made"], atol=1e-7, equal_nan=True)


def test_registers_are_held_when_the_town_is_loaded(loaded):
    with loaded.store.read() as session:
        held = {
            kind: len(entries(session, kind, AREA_ID))
            for kind in ("camera", "camera_status", "team", "service", "order", "patrol_log")
        }
    assert (held["camera"], held["team"], held["service"], held["order"]) == (26, 8, 8, 1)
    assert held["camera_status"] > 3
    assert held["patrol_log"] > 300
    area = loaded.area(AREA_ID)
    assert (len(area.buildings), len(area.open_ground)) == (400, 5)


def test_log_is_read_whole_when_the_clock_stands_before_the_last_month(tmp_path):
    early = FixedClock(datetime(2025, 1, 1, tzinfo=UTC))
    ws = Workspace.open(tmp_path / "home", clock=early)
    spec = TownSpec(seed=3, size="small", months=2)
    load_sample(ws, ANALYST, spec=spec)
    assert int(ws.engine.coverage()["rows"].sum()) == len(build_town(spec).incidents)
    ws.close()


def test_files_are_the_same_bytes_when_written_twice(small, tmp_path):
    again = build_town(SMALL)
    for town, name in ((small, "one"), (again, "two")):
        (tmp_path / name).mkdir()
        write_registers(town, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) == 7
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert small.buildings.to_wkb().equals(again.buildings.to_wkb())
    with (tmp_path / "one" / "cameras.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 26
