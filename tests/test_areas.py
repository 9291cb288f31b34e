"""Does an area pack hold what its files say, in whatever form they come?"""

from __future__ import annotations

import dataclasses
import json
import shutil

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from data import area_files
from data.area_files import AreaError
from data.area_shapes import usual_crs_m
from data.areas import (
    AreaPack,
    AreaSpec,
    area_version,
    build_area,
    load_area,
    save_area,
    saved_area_ids,
    versioned,
)
from geo.area import ContextEvent, SinkLocation
from geo.errors import CrsError, SchemaError

WEST, MIDDLE, EAST = -1.02, -1.0, -0.98
SOUTH, NORTH = 53.0, 53.02
TOWN = box(WEST, SOUTH, EAST, NORTH)
HALVES = {"Eastfield": box(MIDDLE, SOUTH, EAST, NORTH), "Westgate": box(WEST, SOUTH, MIDDLE, NORTH)}


def _write(path, columns, shapes, crs="EPSG:4326", to=None):
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)
    (frame if to is None else frame.to_crs(to)).to_file(path)
    return path


@pytest.fixture
def boundary(tmp_path):
    return _write(tmp_path / "town.geojson", {"name": ["Sandport"]}, [TOWN])


@pytest.fixture
def wards(tmp_path):
    return _write(tmp_path / "wards.geojson", {"WD23NM": list(HALVES)}, HALVES.values())


def _area(boundary, **options):
    return build_area(AreaSpec("sandport", boundary, **options)).area


def _notes(boundary, **options):
    return build_area(AreaSpec("sandport", boundary, **options)).notes


def test_area_has_one_ward_when_only_a_boundary_is_given(boundary):
    pack = build_area(AreaSpec("sandport", boundary))
    area = pack.area
    assert (area.area_id, area.name, pack.notes) == ("sandport", "Sandport", ())
    assert area.boundary.equals(TOWN)
    assert area.wards["name"].tolist() == area.patches["name"].tolist() == ["Sandport"]
    assert area.wards_vintage == "vintage not stated"
    assert (area.crs_m, area.timezone) == ("EPSG:27700", "Europe/London")
    assert (area.priorities, area.events, area.sinks) == ((), (), ())
    assert area.streets is None
    assert area.land is None


def test_wards_are_named_sorted_and_serve_as_patches(boundary, wards):
    area = _area(boundary, wards=wards, wards_vintage="  from May 2023 ")
    assert area.wards["name"].tolist() == ["Eastfield", "Westgate"]
    assert area.patches.equals(area.wards)
    assert area.wards_vintage == "from May 2023"
    assert list(area.wards.columns) == ["name", "geometry"]
    assert area.wards.crs == "EPSG:4326"
    assert area.wards.geometry.iloc[1].equals(HALVES["Westgate"])


def test_patches_are_their_own_when_a_file_is_given(boundary, wards, tmp_path):
    patches = _write(tmp_path / "teams.gpkg", {"patch": ["All of it"]}, [TOWN])
    area = _area(boundary, wards=wards, patches=patches)
    assert area.patches["name"].tolist() == ["All of it"]
    assert area.wards["name"].tolist() == ["Eastfield", "Westgate"]


def test_shapes_of_one_name_become_one(boundary, tmp_path):
    rows = {"name": ["Eastfield", "Westgate", "Westgate"]}
    shapes = [HALVES["Eastfield"], box(WEST, SOUTH, -1.01, NORTH), box(-1.01, SOUTH, MIDDLE, NORTH)]
    area = _area(boundary, wards=_write(tmp_path / "w.geojson", rows, shapes))
    assert area.wards["name"].tolist() == ["Eastfield", "Westgate"]
    assert area.wards.geometry.iloc[1].equals(HALVES["Westgate"])


def test_wards_outside_or_only_touching_are_left_out_and_noted(boundary, tmp_path):
    beside = box(EAST - 0.00001, SOUTH, EAST + 0.02, NORTH)
    names, shapes = [*HALVES, "Beside"], [*HALVES.values(), beside]
    wards = _write(tmp_path / "more.geojson", {"name": names}, shapes)
    pack = build_area(AreaSpec("sandport", boundary, wards=wards))
    assert pack.area.wards["name"].tolist() == ["Eastfield", "Westgate"]
    assert pack.notes == ("more.geojson: 1 wards outside the area left out.",)


def test_a_large_ward_is_kept_when_it_holds_the_whole_area(boundary, tmp_path):
    wards = _write(tmp_path / "w.geojson", {"name": ["Moor"]}, [box(-2, 52, 0, 54)])
    assert _area(boundary, wards=wards).wards["name"].tolist() == ["Moor"]


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp"])
def test_area_is_the_same_in_any_format_and_system(wards, tmp_path, suffix):
    system = "EPSG:4326" if suffix == "geojson" else "EPSG:27700"
    other = _write(tmp_path / f"t.{suffix}", {"name": ["Sandport"]}, [TOWN], to=system)
    area = _area(other, wards=wards)
    assert shapely.hausdorff_distance(area.boundary, TOWN) < 2e-6
    assert area.wards["name"].tolist() == ["Eastfield", "Westgate"]


def test_rows_are_chosen_by_a_condition_in_any_case(tmp_path):
    path = _write(
        tmp_path / "all.geojson",
        {"Code": ["E1", "E2", "E3"], "number": [None, 2, 2], "district": ["A", "B", "C"]},
        [TOWN, *(shapely.affinity.translate(TOWN, k) for k in (1, 1.04))],
    )
    assert _area(path, where="code = e1").name == "A"
    assert _area(path, where="CODE=E2").boundary.bounds[0] == pytest.approx(WEST + 1)
    both = _area(path, where="number=2")
    assert both.name == "Sandport"
    assert both.boundary.area == pytest.approx(2 * TOWN.area)


def test_condition_is_refused_with_what_there_is(tmp_path):
    codes = [f"E{k:02d}" for k in range(12)]
    path = _write(tmp_path / "all.geojson", {"code": codes}, [TOWN] * 12)
    with pytest.raises(SchemaError) as caught:
        _area(path, where="code=E99")
    assert caught.value.message == "No row of all.geojson has code = E99."
    assert caught.value.hint == f"There are: {', '.join(codes[:10])} and 2 more."
    with pytest.raises(SchemaError, match=r"no column 'colour'\. Its columns are: code\."):
        _area(path, where="colour=red")
    with pytest.raises(SchemaError, match="must read field=value; found 'E01'"):
        _area(path, where="E01")


@pytest.mark.parametrize(
    ("columns", "options", "name"),
    [
        ({"LAD23NM": ["Sandport"], "LAD23CD": ["E1"]}, {}, "Sandport"),
        ({"area_code": ["E1"], "area_name": ["Old Town"]}, {}, "Old Town"),
        ({"code": ["E1"]}, {}, "Sandport"),
        ({"name": [None]}, {}, "Sandport"),
        ({"name": ["A"], "Known": ["B"]}, {"name_field": "known"}, "B"),
        ({"name": ["A"]}, {"name": "Said"}, "Said"),
    ],
)
def test_area_is_named_by_its_file_or_its_key(tmp_path, columns, options, name):
    assert _area(_write(tmp_path / "t.geojson", columns, [TOWN]), **options).name == name


def test_name_field_is_refused_when_no_file_has_it(boundary, wards, tmp_path):
    with pytest.raises(SchemaError, match=r"town\.geojson has no column 'colour'"):
        _area(boundary, name_field="colour")
    with pytest.raises(SchemaError, match=r"wards\.geojson has no column 'colour'"):
        _area(boundary, name_field="colour", wards=wards)
    named = _write(tmp_path / "w.geojson", {"name": ["x"], "colour": ["Red"]}, [TOWN])
    assert _area(boundary, name_field="Colour", wards=named).wards["name"].tolist() == ["Red"]


def test_wards_are_refused_when_they_have_no_names(boundary, tmp_path):
    nameless = _write(tmp_path / "w.geojson", {"code": ["E1"]}, [TOWN])
    with pytest.raises(SchemaError, match=r"No column of w\.geojson looks like a name.*are: code"):
        _area(boundary, wards=nameless)
    partly = _write(tmp_path / "v.geojson", {"name": ["A", None]}, HALVES.values())
    with pytest.raises(SchemaError, match="1 of the wards have no name"):
        _area(boundary, wards=partly)


def test_wards_are_refused_when_none_is_in_the_area(boundary, tmp_path):
    wards = _write(tmp_path / "w.geojson", {"name": ["Far"]}, [box(1, 52, 1.1, 52.1)])
    with pytest.raises(SchemaError, match=r"None of the 1 wards in w\.geojson lies in the area"):
        _area(boundary, wards=wards)


def test_boundary_is_put_right_when_it_crosses_itself(tmp_path):
    bow_tie = Polygon([(WEST, SOUTH), (EAST, NORTH), (EAST, SOUTH), (WEST, NORTH)])
    path = _write(tmp_path / "bow.geojson", {"name": ["Bow"]}, [bow_tie])
    pack = build_area(AreaSpec("bow", path))
    assert pack.area.boundary.is_valid
    assert pack.area.boundary.area == pytest.approx(TOWN.area / 2, rel=1e-4)
    assert pack.notes == ("bow.geojson: 1 outlines crossed themselves; put right.",)


def test_only_polygons_of_a_collection_count(tmp_path):
    mixed = GeometryCollection([TOWN, LineString([(0, 0), (1, 1)])])
    assert _area(_write(tmp_path / "c.geojson", {"name": ["C"]}, [mixed])).boundary.equals(TOWN)
    lines_only = GeometryCollection([LineString([(0, 0), (1, 1)])])
    with pytest.raises(SchemaError, match="encloses nothing"):
        _area(_write(tmp_path / "d.geojson", {"name": ["D"]}, [lines_only]))


def test_boundary_is_refused_when_it_is_no_polygon(tmp_path):
    line = _write(tmp_path / "l.geojson", {"name": ["x"]}, [LineString([(0, 0), (1, 1)])])
    with pytest.raises(SchemaError, match=r"boundary must be polygons; l\.geojson holds LineStr"):
        _area(line)
    flat = _write(
        tmp_path / "f.geojson", {"name": ["x"]}, [Polygon([(0, 0), (1, 1), (2, 2), (0, 0)])]
    )
    with pytest.raises(SchemaError, match=r"in f\.geojson encloses nothing"):
        _area(flat)


def test_file_is_refused_when_absent_unreadable_or_empty(tmp_path):
    with pytest.raises(SchemaError, match=r"There is no file .*absent\.geojson"):
        _area(tmp_path / "absent.geojson")
    text = tmp_path / "text.geojson"
    text.write_text("<html>not a map</html>")
    with pytest.raises(SchemaError, match=r"text\.geojson cannot be read as a map layer"):
        _area(text)
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n")
    with pytest.raises(SchemaError, match=r"table\.csv holds no shapes"):
        _area(table)
    empty = tmp_path / "empty.geojson"
    empty.write_text('{"type":"FeatureCollection","features":[]}')
    with pytest.raises(SchemaError, match=r"empty\.geojson holds no shapes"):
        _area(empty)


def test_rows_without_a_shape_are_left_out_and_noted(tmp_path):
    path = _write(tmp_path / "t.geojson", {"name": ["A", "A"]}, [TOWN, None])
    assert _notes(path) == ("t.geojson: 1 rows without a shape left out.",)


def test_first_layer_with_shapes_is_read_and_noted(tmp_path):
    path = tmp_path / "two.gpkg"
    for layer, shape in (("town", TOWN), ("sea", box(0, 0, 1, 1))):
        gpd.GeoDataFrame({"name": [layer]}, geometry=[shape], crs=4326).to_file(path, layer=layer)
    pack = build_area(AreaSpec("sandport", path))
    assert pack.area.name == "town"
    assert pack.notes == ("two.gpkg: read the layer town.",)


def _without_system(tmp_path, shape):
    path = tmp_path / "plain.shp"
    gpd.GeoDataFrame({"name": ["Sandport"]}, geometry=[shape], crs=4326).to_file(path)
    path.with_suffix(".prj").unlink()
    return path


def test_degrees_are_assumed_when_a_file_names_no_system(tmp_path):
    assert _area(_without_system(tmp_path, TOWN)).boundary.equals(TOWN)


def test_metres_are_refused_when_a_file_names_no_system(tmp_path):
    metres = box(467_000, 345_000, 468_000, 346_000)
    path = _without_system(tmp_path, metres)
    with pytest.raises(CrsError, match=r"from 467,000 to 468,000: not degrees.*pass --crs"):
        _area(path)
    west = _area(path, crs="EPSG:27700").boundary.bounds[0]
    assert west == pytest.approx(-1.004, abs=0.01)


def test_system_is_refused_when_it_cannot_lead_to_degrees(tmp_path):
    path = tmp_path / "local.gpkg"
    local = pyproj.CRS.from_wkt('LOCAL_CS["Site plan",UNIT["metre",1]]')
    gpd.GeoDataFrame({"name": ["x"]}, geometry=[box(0, 0, 9, 9)], crs=local).to_file(path)
    with pytest.raises(CrsError, match=r"local\.gpkg does not lead to degrees"):
        _area(path)


@pytest.mark.parametrize(
    ("crs", "message"),
    [("EPSG:1", "no coordinate system"), ("EPSG:4326", "not in metres"), ("EPSG:2229", "not in m")],
)
def test_system_in_metres_is_refused_when_it_is_none(boundary, crs, message):
    with pytest.raises(CrsError, match=message):
        _area(boundary, crs=crs)


@pytest.mark.parametrize(
    ("lon", "lat", "crs"),
    [
        (-3.05, 53.8, "EPSG:27700"),
        (-5.2, 50.0, "EPSG:27700"),
        (-1.2, 60.4, "EPSG:27700"),
        (-7.3, 57.6, "EPSG:27700"),
        (-5.9, 54.6, "EPSG:32630"),
        (-6.26, 53.35, "EPSG:32629"),
        (1.85, 50.95, "EPSG:32631"),
        (151.2, -33.9, "EPSG:32756"),
    ],
)
def test_usual_system_is_that_of_the_place(lon, lat, crs):
    assert usual_crs_m(Point(lon, lat).buffer(0.02)) == crs


STREETS = {
    "High Street": ("primary", [(WEST, 53.01), (EAST, 53.01)]),
    "Mill Lane": ("residential", [(MIDDLE, SOUTH), (MIDDLE, NORTH)]),
    "Ring Road": ("secondary_link", [(WEST, SOUTH), (EAST, SOUTH)]),
    "Far Road": ("trunk", [(WEST - 1, SOUTH), (WEST - 1, NORTH)]),
}


def _streets(tmp_path, extra=()):
    shapes = [LineString(points) for _, points in STREETS.values()]
    columns = {"name": list(STREETS), "highway": [kind for kind, _ in STREETS.values()]}
    for name in extra:
        columns["name"].append(name)
        columns["highway"].append("primary")
        shapes.append(Point(MIDDLE, 53.01))
    return _write(tmp_path / "streets.gpkg", columns, shapes)


def test_streets_near_the_area_are_kept_with_their_class(boundary, tmp_path):
    streets = _area(boundary, streets=_streets(tmp_path)).streets
    found = list(zip(streets["name"], streets["street_class"], strict=True))
    assert found == [("Mill Lane", 0), ("Ring Road", 1), ("High Street", 2)]


def test_streets_have_no_names_when_the_file_has_none(boundary, tmp_path):
    path = _write(tmp_path / "s.geojson", {"x": [1]}, [LineString(STREETS["Mill Lane"][1])])
    streets = _area(boundary, streets=path).streets
    assert (streets["name"].tolist(), streets["street_class"].tolist()) == ([""], [0])


def test_streets_are_refused_when_they_are_no_lines_or_elsewhere(boundary, tmp_path):
    with pytest.raises(SchemaError, match=r"Streets must be lines; town\.geojson holds Polygon"):
        _area(boundary, streets=boundary)
    far = _write(tmp_path / "f.geojson", {"name": ["x"]}, [LineString(STREETS["Far Road"][1])])
    with pytest.raises(SchemaError, match="None of the 1 street lines"):
        _area(boundary, streets=far)


def test_shapes_that_are_no_lines_are_left_out_and_noted(boundary, tmp_path):
    path = tmp_path / "mixed.geojson"
    gpd.GeoDataFrame(
        {"name": ["A", "B"]}, geometry=[LineString(STREETS["Mill Lane"][1]), TOWN], crs=4326
    ).to_file(path)
    assert _notes(boundary, streets=path) == (
        "mixed.geojson: 1 shapes that are not lines left out.",
    )


def test_land_is_cut_to_the_surroundings(boundary, tmp_path):
    land = _write(tmp_path / "land.geojson", {"x": [1]}, [box(-3, 51, 1, 55)])
    west, south, east, north = _area(boundary, land=land).land.bounds
    assert WEST - 0.01 < west < WEST
    assert NORTH < north < NORTH + 0.01
    assert (south < SOUTH, east > EAST) == (True, True)
    far = _write(tmp_path / "far.geojson", {"x": [1]}, [box(10, 51, 11, 55)])
    with pytest.raises(SchemaError, match=r"No land of far\.geojson"):
        _area(boundary, land=far)


def test_events_are_kept_when_dated_and_noted_when_not(boundary, tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        "Date_from,date_to,kind,title,affects,effect_on_figures,source\n"
        "2022-07,,geography,Points redrawn,cells,break,changelog\n"
        "2020-03-23,2022-02-24,policy,Restrictions,all,down,\n"
        "2021,,system,New system,,,\n"
        "2021,2021,event,Year of fairs,,,\n"
        "2022-05,2022-04,event,Backwards,,,\n"
        "2023/24,,recording,Rules,,,\n"
        "2022-13,,recording,No such month,,,\n",
        encoding="utf-8-sig",
    )
    pack = build_area(AreaSpec("sandport", boundary, events=path))
    assert pack.area.events == (
        ContextEvent("2020-03", "2022-02", "policy", "Restrictions", "all", "down"),
        ContextEvent("2021-01", "2021-12", "system", "New system"),
        ContextEvent("2021-01", "2021-12", "event", "Year of fairs"),
        ContextEvent("2022-05", None, "event", "Backwards"),
        ContextEvent("2022-07", None, "geography", "Points redrawn", "cells", "break", "changelog"),
    )
    assert pack.notes == (
        "events.csv, row 6: the end '2022-04' is not a date after the start; taken as open.",
        "events.csv, row 7: the date '2023/24' is not a year, month or day; left out.",
        "events.csv, row 8: the date '2022-13' is not a year, month or day; left out.",
    )


def test_priorities_are_kept_in_order_once_each(boundary, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("id,Priority\n1,Violence\n2,Anti-social  behaviour\n3,Violence\n4,\n")
    assert _area(boundary, priorities=path).priorities == ("Violence", "Anti-social behaviour")


def test_sinks_are_read_from_a_table_or_a_layer(boundary, tmp_path):
    table = tmp_path / "s.csv"
    table.write_text(
        "name,longitude,latitude,radius_m\nPolice station,-1.0,53.01,80\nHospital,-1.01,53.0,\n"
        "Nowhere,east,53\n"
    )
    pack = build_area(AreaSpec("sandport", boundary, sinks=table))
    assert pack.area.sinks == (
        SinkLocation("Hospital", -1.01, 53.0),
        SinkLocation("Police station", -1.0, 53.01, 80.0),
    )
    assert pack.notes == ("s.csv, row 4: no usable lon and lat; left out.",)
    layer = _write(tmp_path / "s.geojson", {"name": ["Town hall"]}, [Point(-1, 53.01)])
    assert _area(boundary, sinks=layer).sinks == (SinkLocation("Town hall", -1.0, 53.01),)


def test_sinks_have_the_usual_radius_when_the_table_gives_none(boundary, tmp_path):
    table = tmp_path / "s.csv"
    table.write_text("name,x,y\nPolice station,-1.0,53.01\n")
    assert [sink.radius_m for sink in _area(boundary, sinks=table).sinks] == [50.0]


@pytest.mark.parametrize("option", ["events", "priorities", "sinks"])
def test_table_is_refused_when_absent_unreadable_or_without_its_column(boundary, tmp_path, option):
    table = tmp_path / "t.csv"
    with pytest.raises(SchemaError, match="There is no file"):
        _area(boundary, **{option: table})
    table.write_text("")
    with pytest.raises(SchemaError, match=r"t\.csv cannot be read as CSV"):
        _area(boundary, **{option: table})
    table.write_bytes(b"title\n\xff\xfe\n")
    with pytest.raises(SchemaError, match=r"t\.csv cannot be read as CSV"):
        _area(boundary, **{option: table})
    table.write_text("other\n1\n")
    with pytest.raises(SchemaError, match=r"t\.csv has no column .*Its columns are: other"):
        _area(boundary, **{option: table})


@pytest.mark.parametrize("area_id", ["", "Town", "../town", "a/b", "-town", "tówn", "t" * 64, ".."])
def test_key_is_refused_when_it_is_not_safe_in_a_path(boundary, tmp_path, area_id):
    with pytest.raises(AreaError, match="small letters, digits and hyphens"):
        AreaSpec(area_id, boundary)
    with pytest.raises(AreaError):
        load_area(tmp_path, area_id)
    area = dataclasses.replace(_area(boundary), area_id=area_id)
    with pytest.raises(AreaError):
        save_area(tmp_path, AreaPack(area))


def test_time_zone_is_refused_when_there_is_none_of_that_name(boundary):
    with pytest.raises(AreaError, match="no time zone 'Europe'"):
        AreaSpec("town", boundary, timezone="Europe")


@pytest.fixture
def full(boundary, wards, tmp_path):
    for name, text in {
        "e.csv": "date_from,kind,title\n2022-07,geography,Points redrawn\n",
        "p.csv": "priority\nViolence\n",
        "s.csv": "name,lon,lat\nPolice station,-1.0,53.01\n",
    }.items():
        (tmp_path / name).write_text(text)
    return build_area(
        AreaSpec(
            "sandport",
            boundary,
            wards=wards,
            wards_vintage="from May 2023",
            streets=_streets(tmp_path),
            land=boundary,
            timezone="Europe/Dublin",
            events=tmp_path / "e.csv",
            priorities=tmp_path / "p.csv",
            sinks=tmp_path / "s.csv",
        )
    )


def test_pack_comes_back_as_it_was_kept(full, tmp_path):
    save_area(tmp_path / "areas", full)
    back = load_area(tmp_path / "areas", "sandport")
    for field in dataclasses.fields(back):
        mine, theirs = getattr(full.area, field.name), getattr(back, field.name)
        if isinstance(mine, gpd.GeoDataFrame):
            assert theirs.drop(columns="geometry").equals(mine.drop(columns="geometry"))
            assert theirs.geometry.geom_equals_exact(mine.geometry, 0).all()
            assert theirs.crs == mine.crs
        else:
            assert theirs == mine, field.name
    assert versioned(back).version == back.version
    assert area_version(tmp_path / "areas", "sandport") == back.version


def test_pack_is_geojson_that_others_can_read(full, tmp_path):
    save_area(tmp_path, full)
    folder = tmp_path / "sandport" / full.area.version
    assert sorted(path.name for path in folder.iterdir()) == [
        "boundary.geojson", "land.geojson", "patches.geojson", "streets.geojson", "wards.geojson",
    ]  # fmt: skip
    frame = gpd.read_file(folder / "wards.geojson")
    assert frame["name"].tolist() == ["Eastfield", "Westgate"]
    facts = json.loads((tmp_path / "sandport" / "area.json").read_text())
    assert (facts["name"], facts["wards_vintage"]) == ("Sandport", "from May 2023")


def test_packs_are_listed_by_key(full, tmp_path):
    areas = tmp_path / "areas"
    assert saved_area_ids(areas) == ()
    save_area(areas, full)
    save_area(areas, AreaPack(dataclasses.replace(full.area, area_id="abbey")))
    (areas / "half-made").mkdir()
    (areas / "Not A Key").mkdir()
    (areas / "Not A Key" / "area.json").write_text("{}")
    assert saved_area_ids(areas) == ("abbey", "sandport")


def test_version_stays_when_rows_come_in_another_order(tmp_path, boundary):
    names, shapes = list(HALVES), list(HALVES.values())
    one = _write(tmp_path / "one.geojson", {"name": names}, shapes)
    two = _write(tmp_path / "two.geojson", {"name": names[::-1]}, shapes[::-1])
    turned = shapely.Polygon(np.roll(shapely.get_coordinates(TOWN)[:-1], 2, axis=0)[::-1])
    other = _write(tmp_path / "turned.geojson", {"name": ["Sandport"]}, [MultiPolygon([turned])])
    assert _area(boundary, wards=one).version == _area(other, wards=two).version


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Other"},
        {"wards_vintage": "before 2023"},
        {"crs_m": "EPSG:32630"},
        {"timezone": "Europe/London"},
        {"priorities": ()},
        {"events": ()},
        {"sinks": ()},
        {"streets": None},
        {"land": None},
        {"boundary": box(WEST, SOUTH, EAST, NORTH - 1e-6)},
    ],
)
def test_version_changes_when_anything_does(full, change):
    assert versioned(dataclasses.replace(full.area, **change)).version != full.area.version


def test_version_changes_when_a_ward_is_renamed(full):
    wards = full.area.wards.assign(name=["Eastfield", "Westgate and Pier"])
    assert versioned(dataclasses.replace(full.area, wards=wards)).version != full.area.version


@given(st.floats(-179, 179), st.floats(-85, 85))
def test_coordinates_come_back_exactly(lon, lat):
    shape = area_files.shape(json.loads(json.dumps(area_files.mapping(Point(lon, lat)))))
    assert (shape.x, shape.y) == (lon, lat)


def test_former_pack_stays_when_saving_fails(full, boundary, tmp_path, monkeypatch):
    save_area(tmp_path, full)
    newer = build_area(AreaSpec("sandport", boundary))

    def fail(path, _content):
        raise OSError(28, "No space left", str(path))

    monkeypatch.setattr(area_files, "replace_file", fail)
    with pytest.raises(OSError, match="No space left"):
        save_area(tmp_path, newer)
    monkeypatch.undo()
    assert load_area(tmp_path, "sandport").version == full.area.version
    save_area(tmp_path, newer)
    assert load_area(tmp_path, "sandport").version == newer.area.version
    assert [path.name for path in (tmp_path / "sandport").iterdir() if path.is_dir()] == [
        newer.area.version
    ]


def test_saving_twice_changes_nothing(full, tmp_path):
    save_area(tmp_path, full)
    before = {path: path.read_bytes() for path in tmp_path.rglob("sandport/**/*") if path.is_file()}
    save_area(tmp_path, full)
    assert {p: p.read_bytes() for p in tmp_path.rglob("sandport/**/*") if p.is_file()} == before


def test_reader_gets_the_new_pack_when_the_former_goes_meanwhile(
    full, boundary, tmp_path, monkeypatch
):
    save_area(tmp_path, full)
    newer = build_area(AreaSpec("sandport", boundary))
    read_facts = area_files.read_facts

    def read_and_replace(folder):
        facts = read_facts(folder)
        if facts["version"] != newer.area.version:
            save_area(tmp_path, newer)
        return facts

    monkeypatch.setattr(area_files, "read_facts", read_and_replace)
    assert load_area(tmp_path, "sandport").version == newer.area.version


def test_pack_is_refused_when_absent_or_damaged(full, tmp_path):
    with pytest.raises(AreaError, match="no area 'sandport'"):
        load_area(tmp_path, "sandport")
    save_area(tmp_path, full)
    folder = tmp_path / "sandport"
    (folder / full.area.version / "boundary.geojson").write_text('{"features": []}')
    with pytest.raises(AreaError, match="pack of the area 'sandport' is damaged"):
        load_area(tmp_path, "sandport")
    shutil.rmtree(folder / full.area.version)
    with pytest.raises(AreaError, match="'sandport' lacks a file"):
        load_area(tmp_path, "sandport")
    (folder / "area.json").write_text('{"format": 99}')
    with pytest.raises(AreaError, match="a format that is not known"):
        load_area(tmp_path, "sandport")
    (folder / "area.json").write_text("{")
    with pytest.raises(AreaError, match="is damaged"):
        load_area(tmp_path, "sandport")


def test_real_area_has_21_wards_when_built_from_districts(shared):
    boundaries = shared / "data" / "boundaries"
    pack = build_area(
        AreaSpec(
            "blackpool",
            boundaries / "lancashire_districts.geojson",
            where="objectid=E06000009",
            wards=boundaries / "blackpool_wards_2025_bsc.geojson",
            wards_vintage="from May 2023",
        )
    )
    area = pack.area
    assert (area.name, len(area.wards), area.crs_m) == ("Blackpool", 21, "EPSG:27700")
    assert {"Talbot", "Claremont", "Bloomfield"} <= set(area.wards["name"])
    assert (area.boundary.is_valid, pack.notes) == (True, ())
    outline = gpd.GeoSeries([area.boundary], crs=4326).to_crs(area.crs_m)
    assert outline.area.iloc[0] / 1e6 == pytest.approx(35, abs=1)


def test_real_wards_in_metres_are_cut_down_to_the_district(shared):
    boundaries = shared / "data" / "boundaries"
    pack = build_area(
        AreaSpec(
            "blackpool",
            boundaries / "lancashire_districts.geojson",
            where="district=blackpool",
            wards=boundaries / "lancashire_wards.gpkg",
        )
    )
    known = gpd.read_file(boundaries / "blackpool_wards_2013ish.geojson")["WD13NM"]
    assert pack.area.wards["name"].tolist() == sorted(known)
    assert pack.notes == ("lancashire_wards.gpkg: 250 wards outside the area left out.",)


def test_second_real_area_says_nothing_of_the_first(shared):
    boundaries = shared / "data" / "boundaries"
    area = build_area(
        AreaSpec(
            "trafford",
            boundaries / "trafford_local_authority_district.geojson",
            wards=boundaries / "trafford_electoral_ward.geojson",
        )
    ).area
    assert (area.name, len(area.wards)) == ("Trafford", 21)


def test_context_events_of_the_tables_are_read(shared, boundary):
    tables = shared / "tables"
    pack = build_area(
        AreaSpec(
            "sandport",
            boundary,
            events=tables / "context_events.csv",
            priorities=tables / "priorities.csv",
        )
    )
    dated = {event.title: (event.start, event.end) for event in pack.area.events}
    assert dated["COVID-19 restrictions"] == ("2020-03", "2022-02")
    assert dated["police.uk snap points refreshed"] == ("2022-07", None)
    assert (len(dated), len(pack.notes)) == (17, 5)
    assert pack.area.priorities[0] == "Violence and serious violence"
