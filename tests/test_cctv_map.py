"""Does the map of cameras send what it must, in an order that keeps what matters on top?"""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import h3
import pytest
from shapely.geometry import box, mapping

from data.basemap import write_buildings
from geo.errors import GridError
from geo.viz.cctv_map import (
    CameraPoint,
    CctvCell,
    CctvMapSpec,
    SitePoint,
    cctv_legend_html,
    cctv_map,
    cctv_payload,
    first_view,
    middle,
    runs,
    swatch,
)
from geo.viz.mapkit import MapArea

MIDDLE = h3.latlng_to_cell(53.5, -2.0, 9)
RING = sorted(h3.grid_ring(MIDDLE, 1))
FAR = min(h3.grid_ring(MIDDLE, 5))
TOWN = box(-2.05, 53.47, -1.95, 53.53)
AREA = MapArea(mapping(TOWN), (), "Cameras in Sandport", "Indicative", TOWN.bounds)
VIEW = mapping(box(-2.001, 53.499, -2.0, 53.5))
WATCHED = CameraPoint(-2.0, 53.5, "watched", VIEW, ("Camera 1", "Watched now"))
BROKEN = CameraPoint(-2.01, 53.51, "not_working", VIEW, ("Camera 2", "Not working"))


def cell(name: str, kind="quiet", tip=("Quay Street", "12 reports a year")) -> CctvCell:
    return CctvCell(name, kind, "Quay Street", tip)


def spec(**changes) -> CctvMapSpec:
    cells = (cell(MIDDLE, "gap"), cell(RING[0], "covered_high"), cell(FAR, tip=("Mill",)))
    return replace(CctvMapSpec(AREA, cells=cells, cameras=(WATCHED, BROKEN)), **changes)


def test_payload_has_one_letter_a_cell_and_each_line_of_a_tooltip_once():
    sent = cctv_payload(spec())
    assert sent["classes"] == "ghq"
    assert sent["lines"] == ["", "Quay Street", "12 reports a year", "Mill"]
    assert sent["tipLines"] == 2


def test_views_of_what_is_watched_are_drawn_last_and_sites_above():
    site = SitePoint(1, -2.0, 53.5, VIEW, ("First place",))
    sent = cctv_payload(spec(sites=(site,)))
    assert [kind for kind, _ in sent["views"]] == ["x", "w", "n"]
    assert sent["sites"] == [[53.5, -2.0, 1, "new", ["First place"]]]


def test_cameras_without_a_view_have_a_mark_alone():
    sent = cctv_payload(spec(cameras=(replace(WATCHED, view=None),)))
    assert sent["views"] == []
    assert sent["cameras"] == [[53.5, -2.0, "w", ["Camera 1", "Watched now"]]]


def test_payload_of_nothing_can_be_sent():
    sent = cctv_payload(CctvMapSpec(AREA))
    assert (sent["rings"], sent["gaps"], sent["cameras"], sent["focus"]) == ("", "", [], None)


def test_base_map_stays_the_same_when_only_the_hour_changes():
    one, _ = cctv_map(spec())
    other, _ = cctv_map(spec(cameras=(), cells=(cell(FAR, "gap"),)))
    same = [page.get_root().render().replace(page.get_name(), "map") for page in (one, other)]
    scripts = [text.split("hexbeat.start(", 1)[1].split("</script>")[0] for text in same]
    assert scripts[0].split(",", 1)[1] == scripts[1].split(",", 1)[1]


def test_words_of_the_data_cannot_end_the_script():
    _, group = cctv_map(spec(cells=(cell(MIDDLE, "gap", ("</script>{{ 1 }}",)),)))
    (layer,) = group._children.values()  # noqa: SLF001 - what folium renders
    assert "</script>" not in layer.payload
    assert "{{" not in layer.payload


def test_buildings_are_fetched_by_a_relative_address_only():
    base, _ = cctv_map(spec(buildings_url="../../app/static/buildings/town-1.json"))
    assert "hexbeat.buildings(" in base.get_root().render()
    with pytest.raises(GridError, match="relative"):
        cctv_map(spec(buildings_url="https://elsewhere.example/b.json"))


def test_adjoining_cells_of_a_class_are_one_run_and_the_largest_comes_first():
    cells = [cell(FAR, "gap"), cell(MIDDLE, "gap"), cell(RING[0], "gap"), cell(RING[3])]
    found = runs(cells, "gap")
    assert [[one.cell for one in run] for run in found] == [sorted([MIDDLE, RING[0]]), [FAR]]


def test_middle_of_a_ring_is_a_cell_of_it():
    lon, lat = middle(RING)
    assert h3.latlng_to_cell(lat, lon, 9) in RING


def test_first_view_holds_most_cameras_and_not_the_one_far_off():
    west, south, east, north = first_view([(-2.0, 53.5), (-2.01, 53.507), (-1.8, 53.6)], (0,) * 4)
    assert (west, south) == pytest.approx((-2.014, 53.496))
    assert (east, north) == pytest.approx((-1.996, 53.511))


def test_first_view_without_points_is_the_area_and_of_one_point_is_not_nothing():
    assert first_view([], (1.0, 2.0, 3.0, 4.0)) == (1.0, 2.0, 3.0, 4.0)
    west, _, east, _ = first_view([(-2.0, 53.5)], (0,) * 4)
    assert east - west == pytest.approx(0.008)


def test_legend_escapes_words_and_shows_a_swatch_each():
    text = cctv_legend_html([("gap", "Gap <30%"), ("watched", "Watched now")])
    assert "Gap &lt;30%" in text
    assert text.count("data:image/svg+xml,") == 2
    assert len({swatch(k) for k in ("gap", "covered_high", "relocate", "recorded", "new")}) == 5


def test_buildings_are_written_as_rings_without_courtyards(tmp_path):
    yard = box(-2.0, 53.5, -1.999, 53.501).difference(box(-1.9996, 53.5004, -1.9994, 53.5006))
    path = tmp_path / "b" / "town.json"
    write_buildings(path, gpd.GeoDataFrame(geometry=[yard], crs="EPSG:4326"))
    rings = json.loads(path.read_text())["rings"]
    path.unlink()
    plain = gpd.GeoDataFrame(geometry=[box(-2.0, 53.5, -1.999, 53.501)], crs="EPSG:4326")
    write_buildings(path, plain)
    assert len(rings) == len(json.loads(path.read_text())["rings"])
