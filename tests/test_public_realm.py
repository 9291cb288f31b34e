"""Tests: which ground is open to the public."""

from __future__ import annotations

import math
from functools import cache

import h3
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, box

from geo.errors import CrsError, GeoError
from geo.hexagons import hexagons
from geo.projection import geometry_to_degrees
from geo.public_realm import NO_STREETS, PublicRealm, public_realm, realm_words
from geo.sight import Buildings

CRS = "EPSG:27700"
WEST, SOUTH = 330_000.0, 430_000.0
BOUNDARY = box(WEST, SOUTH, WEST + 1_000, SOUTH + 1_000)
STREET = LineString([(WEST + 100, SOUTH + 500), (WEST + 900, SOUTH + 500)])

LAYERS = {
    "boundary_m": BOUNDARY,
    "land_m": None,
    "streets_m": STREET,
    "buildings": None,
    "crs_m": CRS,
}


@cache
def cells(resolution: int = 9) -> tuple[str, ...]:
    wide = geometry_to_degrees(BOUNDARY.buffer(400), CRS)
    return tuple(sorted(h3.geo_to_cells(wide, resolution)))


def realm(**layers: object) -> PublicRealm:
    return public_realm(cells(), **LAYERS | layers)


def test_realm_is_the_ground_within_9_m_when_there_is_one_street() -> None:
    found = realm()
    line_m2 = 800 * 18 + math.pi * 9**2
    assert found.area_m2.sum() == pytest.approx(line_m2, rel=0.15)
    assert len(found) * 25 == found.area_m2.sum()
    away = shapely.distance(STREET, shapely.points(found.x_m, found.y_m))
    assert away.max() <= 9
    assert found.caveat == ""


def test_realm_has_the_area_of_the_streets_when_the_grid_is_fine() -> None:
    slanted = LineString([(WEST + 100, SOUTH + 100), (WEST + 800, SOUTH + 700)])
    found = realm(streets_m=[STREET, slanted], step_m=1.0)
    truth = shapely.union_all([STREET.buffer(9), slanted.buffer(9)]).area
    assert found.area_m2.sum() == pytest.approx(truth, rel=0.002)


def test_realm_holds_exactly_the_points_of_the_buffer_when_a_street_bends() -> None:
    bend = LineString([(WEST + 100, SOUTH + 100), (WEST + 300, SOUTH + 420), (WEST + 310, SOUTH)])
    everywhere, found = realm(streets_m=None), realm(streets_m=bend)
    near = shapely.distance(bend, shapely.points(everywhere.x_m, everywhere.y_m)) <= 9
    assert 200 < near.sum() < len(everywhere)
    assert (found.x_m == everywhere.x_m[near]).all()
    assert (found.y_m == everywhere.y_m[near]).all()


def test_points_stand_5_m_apart_on_a_turned_grid_when_measured() -> None:
    found = realm(streets_m=None)
    points = shapely.points(found.x_m, found.y_m)
    away = shapely.distance(points[0], points[1:])
    assert away.min() == pytest.approx(5)
    assert len(np.unique(found.x_m.round(2))) > 0.9 * len(found)


def test_every_point_lies_in_its_cell_when_assigned() -> None:
    found = realm()
    polygons = hexagons(found.cells, CRS)[found.cell]
    assert shapely.intersects_xy(polygons, found.x_m, found.y_m).all()
    counted = np.bincount(found.cell, minlength=len(found.cells))
    assert (found.area_m2 == counted * 25).all()


def test_buildings_are_never_public_when_they_stand_by_the_street() -> None:
    house = box(WEST + 200, SOUTH + 495, WEST + 300, SOUTH + 520)
    found = realm(buildings=Buildings.of([house]))
    assert not shapely.intersects_xy(house, found.x_m, found.y_m).any()
    assert realm().area_m2.sum() - found.area_m2.sum() == pytest.approx(100 * 14, rel=0.15)


def test_open_ground_is_public_when_it_lies_away_from_streets() -> None:
    park = box(WEST + 400, SOUTH + 600, WEST + 500, SOUTH + 700)
    found = realm(open_m=park)
    assert found.area_m2.sum() - realm().area_m2.sum() == 100 * 100
    assert "parks and promenade" in found.words


def test_water_and_the_ground_beyond_the_boundary_are_left_out_when_streets_lead_there() -> None:
    pier = LineString([(WEST - 300, SOUTH + 500), (WEST + 900, SOUTH + 500)])
    found = realm(streets_m=pier, land_m=box(WEST + 500, SOUTH, WEST + 2_000, SOUTH + 1_000))
    assert found.x_m.min() > WEST + 500
    assert realm(streets_m=pier).x_m.min() > WEST


def test_all_land_counts_and_a_caveat_says_so_when_there_are_no_streets() -> None:
    house = box(WEST + 100, SOUTH + 100, WEST + 200, SOUTH + 200)
    found = realm(streets_m=None, buildings=Buildings.of([house]))
    assert found.area_m2.sum() == pytest.approx(1_000**2 - 100**2, rel=0.001)
    assert found.caveat == NO_STREETS
    assert "all land inside the boundary that is not built on" in found.words
    assert realm(streets_m=[]).caveat == NO_STREETS


def test_points_are_the_same_when_only_some_cells_are_asked_for() -> None:
    whole = realm()
    busiest = int(np.argmax(whole.area_m2))
    alone = public_realm([whole.cells[busiest]], **LAYERS)
    mine = whole.cell == busiest
    assert (alone.x_m == whole.x_m[mine]).all()
    assert (alone.y_m == whole.y_m[mine]).all()
    assert alone.area_m2[0] == whole.area_m2[busiest]


def test_streets_may_come_as_one_geometry_or_many_when_given() -> None:
    both = [STREET, LineString([(WEST + 500, SOUTH), (WEST + 500, SOUTH + 900)])]
    one = realm(streets_m=MultiLineString(both))
    assert (one.x_m == realm(streets_m=np.array(both, dtype=object)).x_m).all()


def test_realm_is_empty_when_no_cell_is_asked_for() -> None:
    found = public_realm([], **LAYERS)
    assert (len(found), len(found.area_m2), found.cells) == (0, 0, ())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"half_width_m": 0}, "half width of a street must be above 0 m; found 0"),
        ({"step_m": -5}, "step of the grid must be above 0 m; found -5"),
        ({"step_m": 0.1}, "grid points are too many"),
    ],
)
def test_realm_is_refused_when_a_distance_cannot_be(options: dict, words: str) -> None:
    with pytest.raises(GeoError, match=words):
        realm(**options)


def test_realm_is_refused_when_the_reference_system_is_in_degrees() -> None:
    with pytest.raises(CrsError, match="EPSG:4326 is not one"):
        realm(crs_m="EPSG:4326")


def test_denominator_is_one_sentence_when_told() -> None:
    assert realm_words() == (
        "Public realm: ground within 9 m of a street centre line, inside the boundary, on land, "
        "without buildings; measured at points 5 m apart."
    )
