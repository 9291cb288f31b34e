"""Do files of places become tables with longitude and latitude?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely.geometry import LineString, MultiPoint, Point, Polygon

from data.errors import FileRefusedError
from data.readers.sheets import read_sheet

if TYPE_CHECKING:
    from pathlib import Path


def score(cells):
    return sum(cell in ("id", "name", "kind") for cell in cells)


def read(content, **options):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_sheet("x.geojson", raw, heading_score=score, **options)


def rows(sheet):
    columns = sheet.text.columns
    return [dict(zip(columns, row.values(), strict=True)) for row in sheet.text.table.to_pylist()]


def features(*pairs, **more):
    listed = [
        {"type": "Feature", "properties": properties, "geometry": geometry}
        for properties, geometry in pairs
    ]
    return {"type": "FeatureCollection", "features": listed} | more


def point(*coordinates):
    return {"type": "Point", "coordinates": list(coordinates)}


def geopackage(tmp_path: Path, layers, crs="EPSG:27700"):
    path = tmp_path / "x.gpkg"
    for name, frame in layers.items():
        pyogrio.write_dataframe(gpd.GeoDataFrame(frame, crs=crs), path, layer=name)
    return path.read_bytes()


def test_read_spatial_reads_the_swiss_cameras_whole(shared: Path):
    path = shared / "data" / "cctv" / "switzerland_osm_surveillance.geojson"
    sheet = read(path.read_bytes())
    assert (sheet.rows_read, len(sheet.text.numbers), sheet.heading_row) == (2143, 2143, 0)
    first = rows(sheet)[0]
    assert (first["id"], first["__lon"], first["__lat"]) == ("29773946", "8.820002", "47.2284849")


def test_read_spatial_gives_attributes_as_text_without_nested_ones():
    sheet = read(
        features(
            ({"id": "007", "n": 3, "x": 1.5, "on": "2026-03-14", "in": {"a": 1}}, point(-3, 53.8)),
            ({"id": " N/A ", "n": None, "x": 2, "on": None, "in": None}, None),
        )
    )
    assert rows(sheet) == [
        {"id": "007", "n": "3", "x": "1.5", "on": "2026-03-14", "__lon": "-3", "__lat": "53.8"},
        {"id": "", "n": "", "x": "2", "on": "", "__lon": "", "__lat": ""},
    ]
    assert [(found.code, found.column) for found in sheet.findings] == [("C03", "id")]
    assert sheet.dropped == ()


def test_read_spatial_turns_grid_metres_into_degrees(tmp_path: Path):
    frame = {"name": ["a", "b"], "geometry": [Point(330690, 436330), MultiPoint([(0, 0)])]}
    first, second = rows(read(geopackage(tmp_path, {"places": frame})))
    assert float(first["__lon"]) == pytest.approx(-3.05435, abs=2e-4)
    assert float(first["__lat"]) == pytest.approx(53.81870, abs=2e-4)
    assert float(second["__lat"]) == pytest.approx(49.7668, abs=2e-3)


def test_read_spatial_keeps_longitude_first_when_the_file_names_its_axes():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    (row,) = rows(read(features(({"id": 1}, point(330690, 436330)), crs=crs)))
    assert float(row["__lon"]) == pytest.approx(-3.05435, abs=2e-4)


def test_read_spatial_gives_outlines_beside_points_when_kinds_are_mixed():
    line = {"type": "LineString", "coordinates": [[-3, 53.8, 5], [-3.1, 53.9, 5]]}
    first, second = rows(read(features(({"id": 1}, point(-3, 53.8)), ({"id": 2}, line))))
    assert (first["__lon"], first["__lat"], first["__wkt"]) == ("-3", "53.8", "")
    assert (second["__lon"], second["__wkt"]) == ("", "LINESTRING (-3 53.8, -3.1 53.9)")


def test_read_spatial_gives_only_outlines_when_there_are_no_points(tmp_path: Path):
    square = Polygon([(330000, 436000), (331000, 436000), (331000, 437000)])
    frame = {"name": ["a"], "geometry": [square]}
    sheet = read(geopackage(tmp_path, {"wards": frame}))
    assert sheet.text.columns == ("name", "__wkt")
    shape = shapely.from_wkt(rows(sheet)[0]["__wkt"])
    assert shape.bounds[0] == pytest.approx(-3.0647, abs=1e-3)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 1e300])
def test_read_spatial_leaves_coordinates_blank_when_they_are_no_numbers(wrong, tmp_path: Path):
    frame = {"name": ["a"], "geometry": [Point(wrong, 1)]}
    (row,) = rows(read(geopackage(tmp_path, {"places": frame})))
    assert (row["name"], row["__lon"], row["__lat"]) == ("a", "", "")


def test_read_spatial_leaves_metres_as_they_stand_when_the_file_says_degrees():
    (row,) = rows(read(features(({"id": 1}, point(330690, 436330)))))
    assert (row["__lon"], row["__lat"]) == ("330690", "436330")


def test_read_spatial_takes_the_layer_with_the_best_headings(tmp_path: Path):
    place = [Point(330690, 436330)]
    layers = {
        "other": {"q": ["a"], "geometry": place},
        "cameras": {"id": ["1"], "kind": ["dome"], "geometry": place},
        "line": {"id": ["1"], "geometry": [LineString([(0, 0), (1, 1)])]},
    }
    content = geopackage(tmp_path, layers)
    sheet = read(content)
    assert (sheet.sheet, sheet.sheets) == ("cameras", ("other", "cameras", "line"))
    assert [found.message for found in sheet.findings] == [
        "This file has 3 layers. We read layer 2."
    ]
    assert read(content, sheet="other").text.columns[0] == "q"
    with pytest.raises(FileRefusedError, match="no such layer"):
        read(content, sheet="absent")


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"a": 1}',
        b'{"type": "Topology", "objects": {}}',
        b'{"type":"FeatureCollection","features":[' + b"[" * 100_000,
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":',
        b"SQLite format 3\0" + b"x" * 500,
    ],
)
def test_read_spatial_refuses_what_is_damaged_or_holds_no_places(content: bytes):
    with pytest.raises(FileRefusedError, match="damaged, or neither GeoJSON nor GeoPackage"):
        read(content)


def test_read_spatial_refuses_when_there_is_no_place():
    with pytest.raises(FileRefusedError, match="holds no places"):
        read(features())


def test_read_spatial_refuses_when_the_geopackage_is_cut_short(shared: Path):
    content = (shared / "data" / "boundaries" / "lancashire_wards.gpkg").read_bytes()
    with pytest.raises(FileRefusedError):
        read(content[: len(content) // 2])


def test_read_spatial_refuses_a_file_that_would_open_another(tmp_path: Path, monkeypatch):
    other = tmp_path / "other.geojson"
    other.write_text(json.dumps(features(({"id": 1}, point(-3, 53.8)))))
    command = f"gdal vector pipeline ! read {other}"
    monkeypatch.setattr(pyogrio, "list_layers", lambda _: pytest.fail("was opened"))
    with pytest.raises(FileRefusedError, match="neither GeoJSON nor GeoPackage"):
        read({"type": "gdal_streamed_alg", "command_line": command})


def test_read_spatial_reads_text_that_is_no_text(tmp_path: Path):
    frame = {"name": ["abcdefgh"], "geometry": [Point(330690, 436330)]}
    content = geopackage(tmp_path, {"places": frame}).replace(b"abcdefgh", b"abc\xffefgh")
    assert rows(read(content))[0]["name"] == "abc\ufffdefgh"
