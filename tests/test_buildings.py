"""Do building footprints and open ground come into an area pack, whatever their file is like?"""

from __future__ import annotations

import json
import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon, box

from data import cli
from data.area_files import AreaError
from data.areas import AreaSpec, build_area, load_area, save_area
from geo.errors import CrsError, SchemaError

TOWN = box(-1.02, 53.0, -0.98, 53.02)
METRE = 1e-5
"""Of latitude, roughly, in degrees."""
HOUSE = box(-1.0, 53.01, -0.9999, 53.0101)
SHED = box(-0.999, 53.012, -0.9985, 53.0125)
PARK = box(-1.01, 53.005, -1.005, 53.008)


def _write(path, shapes, columns=None, crs="EPSG:4326"):
    frame = gpd.GeoDataFrame(columns or {}, geometry=list(shapes), crs="EPSG:4326")
    frame.to_crs(crs).to_file(path)
    return path


@pytest.fixture
def boundary(tmp_path):
    return _write(tmp_path / "town.geojson", [TOWN], {"name": ["Sandport"]})


def _pack(boundary, path, **options):
    return build_area(AreaSpec("sandport", boundary, buildings=path, **options))


@pytest.mark.parametrize(("suffix", "crs"), [("geojson", "EPSG:4326"), ("gpkg", "EPSG:27700")])
def test_footprints_come_in_when_the_file_has_any_system(boundary, tmp_path, suffix, crs):
    pack = _pack(boundary, _write(tmp_path / f"b.{suffix}", [SHED, HOUSE], crs=crs))
    frame = pack.area.buildings
    assert (len(frame), frame.crs.to_epsg(), pack.notes) == (2, 4326, ())
    assert set(frame.geom_type) == {"Polygon"}
    apart = shapely.hausdorff_distance(shapely.union_all([HOUSE, SHED]), frame.union_all())
    assert apart < METRE


def test_heights_are_numbers_when_the_file_states_them(boundary, tmp_path):
    columns = {"height": ["6.5 m", "tall", "0"]}
    other = shapely.affinity.translate(HOUSE, 0.001)
    path = _write(tmp_path / "b.gpkg", [HOUSE, SHED, other], columns)
    heights = _pack(boundary, path).area.buildings["height_m"]
    assert sorted(heights.dropna()) == [6.5]
    assert int(heights.isna().sum()) == 2


def test_metres_are_refused_when_a_geojson_names_no_system(boundary, tmp_path):
    path = tmp_path / "b.geojson"
    metres = json.loads(gpd.GeoSeries([HOUSE], crs=4326).to_crs(27700).to_json(drop_id=True))
    metres.pop("crs", None)
    path.write_text(json.dumps(metres))
    with pytest.raises(CrsError, match=r"b\.geojson run from .* not degrees") as caught:
        _pack(boundary, path)
    assert "--crs" in caught.value.hint
    assert len(_pack(boundary, path, crs="EPSG:27700").area.buildings) == 1


def test_footprints_are_put_right_or_left_out_with_counts(boundary, tmp_path):
    bow_tie = Polygon([(-1, 53.01), (-0.99, 53.011), (-0.99, 53.01), (-1, 53.011)])
    flat = Polygon([(-1, 53.01), (-0.999, 53.01), (-0.998, 53.01), (-1, 53.01)])
    shapes = [HOUSE, bow_tie, flat, Point(-1, 53.01), LineString([(-1, 53), (-1, 53.01)])]
    pack = _pack(boundary, _write(tmp_path / "b.gpkg", [*shapes, box(-1.1, 53, -1.09, 53.01)]))
    assert len(pack.area.buildings) == 3
    assert pack.area.buildings.is_valid.all()
    assert pack.notes == (
        "b.gpkg: 1 buildings crossed themselves; put right.",
        "b.gpkg: 2 shapes that are not polygons left out of the buildings.",
        "b.gpkg: 1 buildings that enclose nothing left out.",
        "b.gpkg: 1 buildings more than 300 m outside the area left out.",
    )


def test_footprints_just_outside_are_kept_when_within_the_margin(boundary, tmp_path):
    near = box(-0.98 + 0.003, 53.01, -0.98 + 0.0031, 53.0101)
    far = box(-0.98 + 0.006, 53.01, -0.98 + 0.0061, 53.0101)
    frame = _pack(boundary, _write(tmp_path / "b.gpkg", [near, far])).area.buildings
    assert len(frame) == 1
    assert frame.geometry.iloc[0].equals(near)


def test_file_is_refused_when_no_footprint_is_in_the_area(boundary, tmp_path):
    path = _write(tmp_path / "b.gpkg", [box(1, 52, 1.1, 52.1)])
    with pytest.raises(SchemaError, match=r"None of the 1 buildings in b\.gpkg lies in the area"):
        _pack(boundary, path)
    lines = _write(tmp_path / "l.gpkg", [LineString([(-1, 53.01), (-1, 53.011)])])
    with pytest.raises(SchemaError, match="None of the 1 pieces of open ground"):
        build_area(AreaSpec("sandport", boundary, open_ground=lines))


def test_pack_comes_back_the_same_when_kept(boundary, tmp_path):
    park = _write(tmp_path / "park.geojson", [PARK])
    path = _write(tmp_path / "b.gpkg", [SHED, HOUSE], {"height": [None, 7.0]})
    pack = _pack(boundary, path, open_ground=park)
    save_area(tmp_path / "areas", pack)
    again = load_area(tmp_path / "areas", "sandport")
    assert again.version == pack.area.version
    assert again.buildings.equals(pack.area.buildings)
    assert again.open_ground.equals(pack.area.open_ground)
    assert again.open_ground.crs == "EPSG:4326"


def test_version_follows_buildings_and_not_their_order(boundary, tmp_path):
    one = _pack(boundary, _write(tmp_path / "a.gpkg", [SHED, HOUSE])).area
    other = _pack(boundary, _write(tmp_path / "b.gpkg", [HOUSE, SHED])).area
    fewer = _pack(boundary, _write(tmp_path / "c.gpkg", [HOUSE])).area
    bare = build_area(AreaSpec("sandport", boundary)).area
    assert one.version == other.version
    assert len({one.version, fewer.version, bare.version}) == 3


def test_open_ground_and_buildings_are_told_apart_by_the_version(boundary, tmp_path):
    path = _write(tmp_path / "a.gpkg", [PARK])
    as_ground = build_area(AreaSpec("sandport", boundary, open_ground=path)).area
    assert as_ground.buildings is None
    assert as_ground.version != _pack(boundary, path).area.version


def test_former_pack_without_footprints_still_loads(boundary, tmp_path):
    save_area(tmp_path, build_area(AreaSpec("sandport", boundary)))
    facts_file = tmp_path / "sandport" / "area.json"
    facts = json.loads(facts_file.read_text())
    former = {k: v for k, v in facts.items() if k not in {"has_buildings", "has_open_ground"}}
    facts_file.write_text(json.dumps(former))
    area = load_area(tmp_path, "sandport")
    assert (area.buildings, area.open_ground, area.version) == (None, None, facts["version"])


def test_pack_is_refused_when_its_footprints_are_damaged(boundary, tmp_path):
    pack = _pack(boundary, _write(tmp_path / "b.gpkg", [HOUSE]))
    save_area(tmp_path, pack)
    kept = tmp_path / "sandport" / pack.area.version / "buildings.parquet"
    kept.write_bytes(b"not a table")
    with pytest.raises(AreaError, match="is damaged"):
        load_area(tmp_path, "sandport")
    kept.unlink()
    with pytest.raises(AreaError, match="lacks a file"):
        load_area(tmp_path, "sandport")


def test_60_000_footprints_load_quickly(boundary, tmp_path):
    east, north = np.meshgrid(np.linspace(-1.02, -0.98, 300), np.linspace(53, 53.02, 200))
    west, south = east.ravel(), north.ravel()
    houses = shapely.box(west, south, west + 8e-5, south + 6e-5)
    pack = _pack(boundary, _write(tmp_path / "b.gpkg", houses))
    save_area(tmp_path / "areas", pack)
    began = time.perf_counter()
    again = load_area(tmp_path / "areas", "sandport")
    assert len(again.buildings) == 60_000
    assert time.perf_counter() - began < 2


def test_command_line_takes_buildings_and_open_ground(boundary, tmp_path, capsys):
    files = {
        "--boundary": boundary,
        "--buildings": _write(tmp_path / "b.gpkg", [HOUSE, SHED]),
        "--open-ground": _write(tmp_path / "p.gpkg", [PARK]),
    }
    words = [text for pair in files.items() for text in map(str, pair)]
    home = str(tmp_path / "home")
    assert cli.main(["--home", home, "area", "add", "sandport", *words, "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["buildings"], summary["open_ground"]) == (2, True)


def test_real_footprints_load_when_cut_to_a_quarter_of_leeds(shared, tmp_path):
    path = shared / "data" / "streets" / "leeds_buildings.gpkg"
    centre = _write(tmp_path / "c.geojson", [box(-1.555, 53.785, -1.535, 53.800)])
    pack = build_area(AreaSpec("leeds", centre, buildings=path))
    frame = pack.area.buildings
    assert set(frame.geom_type) == {"Polygon"}
    assert frame.is_valid.all()
    assert 0 < len(frame) < 491
    assert any("more than 300 m outside the area" in note for note in pack.notes)
