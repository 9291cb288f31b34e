"""Tests: what cameras see when buildings stand in the way."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from benchmarks.sight import RESULTS, within_bars
from geo.cameras import Seeing
from geo.sight import Buildings, views
from tests.shadows import made_town, sector, shadow_union, spread_cameras

if TYPE_CHECKING:
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from geo.sight import Views

ALL_ROUND = Seeing("C1", 0.0, 0.0, 0.0, 360.0, 50.0, 50.0, 1.0, wall=False)
EAST = replace(ALL_ROUND, bearing_deg=90.0, fov_deg=90.0)
CIRCLE = math.pi * 50**2
HOUSE = box(10, -5, 20, 5)
WALL_CAMERA = replace(EAST, wall=True)


def one(seeing: Seeing, *buildings: BaseGeometry, at_night: bool = False) -> BaseGeometry:
    return views([seeing], Buildings.of(buildings), at_night=at_night).polygons[0]


def all_of(seeing: Seeing, *buildings: BaseGeometry) -> Views:
    return views([seeing], Buildings.of(buildings))


def errors(seeings: list[Seeing], seen: Views, footprints: np.ndarray) -> np.ndarray:
    tree = shapely.STRtree(footprints)
    truth = np.array([shadow_union(each, footprints, tree) for each in seeings])
    apart = shapely.area(shapely.symmetric_difference(truth, seen.polygons))
    return apart / shapely.area(truth)


def test_view_is_the_whole_circle_when_nothing_stands_in_it() -> None:
    assert one(ALL_ROUND).area == pytest.approx(CIRCLE, rel=0.0003)
    assert views([ALL_ROUND], None).polygons[0].equals(one(ALL_ROUND))


def test_view_is_a_quarter_when_the_angle_is_90_degrees() -> None:
    view = one(EAST)
    assert view.area == pytest.approx(CIRCLE / 4, rel=0.0003)
    assert view.contains(Point(30, 0))
    assert not view.intersects(Point(-1, 0))
    assert view.bounds == pytest.approx((0, -35.355, 50, 35.355), abs=0.01)


@pytest.mark.parametrize(("bearing", "ahead"), [(0, (0, 30)), (180, (0, -30)), (270, (-30, 0))])
def test_view_lies_ahead_when_the_camera_faces_another_way(
    bearing: float, ahead: tuple[float, float]
) -> None:
    view = one(replace(EAST, bearing_deg=bearing))
    assert view.contains(Point(ahead))
    assert view.centroid.distance(Point(ahead)) < 5


def test_house_hides_what_is_behind_it_when_it_stands_in_the_view() -> None:
    view = one(ALL_ROUND, HOUSE)
    hidden = math.atan(0.5)
    assert view.area == pytest.approx(CIRCLE - 50**2 * hidden + 10 * 5, rel=0.0003)
    assert view.contains(Point(9.99, 0))
    assert not view.intersects(Point(15, 0))
    assert not view.intersects(Point(40, 0))


def test_camera_in_a_courtyard_sees_the_courtyard_when_walls_close_it() -> None:
    court = box(-30, -30, 30, 30).difference(box(-8, -6, 8, 6))
    assert one(ALL_ROUND, court).area == pytest.approx(16 * 12)


def test_terrace_is_one_wall_when_its_houses_touch() -> None:
    houses = [box(10, y, 20, y + 6) for y in range(-30, 30, 6)]
    assert len(Buildings.of(houses).polygons) == 1
    assert not one(ALL_ROUND, *houses).intersects(box(10.01, -10, 50, 10))


def test_crack_of_a_millimetre_shows_nothing_when_houses_nearly_touch() -> None:
    halves = box(10, -10, 20, 0), box(10, 0.0004, 20, 10)
    assert one(ALL_ROUND, *halves).equals(one(ALL_ROUND, box(10, -10, 20, 10)))


def test_night_is_the_shorter_view_when_the_camera_sees_less_in_the_dark() -> None:
    dim = replace(ALL_ROUND, night_range_m=25.0)
    assert one(dim, at_night=True).area == pytest.approx(CIRCLE / 4, rel=0.0003)
    assert one(dim).area == pytest.approx(CIRCLE, rel=0.0003)


def test_view_is_empty_when_the_range_is_nothing() -> None:
    seen = all_of(replace(ALL_ROUND, range_m=0.0), HOUSE)
    assert seen.polygons[0].is_empty
    assert not seen.inside[0]


def test_wall_camera_does_not_see_through_its_host_when_it_hangs_on_it() -> None:
    host = box(-10, -5, 0, 5)
    seen = all_of(replace(WALL_CAMERA, fov_deg=180.0), host)
    assert (seen.x_m[0], seen.y_m[0]) == pytest.approx((0.5, 0))
    assert seen.nudged[0]
    assert seen.polygons[0].area == pytest.approx(CIRCLE / 2, rel=0.0003)
    back = all_of(replace(WALL_CAMERA, bearing_deg=270.0), host)
    assert back.polygons[0].area < 2


def test_wall_camera_is_moved_along_its_bearing_when_drawn_in_its_host() -> None:
    seen = all_of(replace(WALL_CAMERA, x_m=-0.2), box(-10, -5, 0, 5))
    assert (seen.x_m[0], seen.y_m[0]) == pytest.approx((0.3, 0))


def test_wall_camera_stands_off_when_it_looks_along_its_wall() -> None:
    seen = all_of(replace(WALL_CAMERA, bearing_deg=0.0), box(-10, -5, 0, 5))
    assert seen.x_m[0] == pytest.approx(0.5)
    open_sky = 50**2 / 2 * (math.pi / 4 + math.atan(0.5 / 5))
    assert seen.polygons[0].area == pytest.approx(open_sky + 0.5 * 4.5 / 2, rel=0.0003)


def test_wall_camera_stays_when_no_building_is_near() -> None:
    seen = all_of(WALL_CAMERA, box(100, 100, 110, 110))
    assert (seen.x_m[0], seen.nudged[0]) == (0, False)


def test_pole_camera_is_moved_to_the_nearest_outside_when_drawn_in_a_building() -> None:
    seen = all_of(ALL_ROUND, box(-20, -20, 1, 20))
    assert (seen.x_m[0], seen.y_m[0]) == pytest.approx((1.5, 0))
    assert seen.nudged[0]
    assert seen.polygons[0].contains(Point(40, 0))


def test_pole_camera_stays_when_it_is_beside_a_building() -> None:
    seen = all_of(ALL_ROUND, box(-20, -20, -0.2, 20))
    assert (seen.x_m[0], seen.nudged[0]) == (0, False)


def test_camera_sees_nothing_when_it_is_deep_inside_a_building() -> None:
    seen = all_of(ALL_ROUND, box(-20, -20, 20, 20))
    assert seen.inside[0]
    assert not seen.nudged[0]
    assert seen.polygons[0].is_empty


def test_camera_on_a_building_may_be_drawn_deeper_when_its_mount_says_so() -> None:
    house = box(-20, -20, 4, 20)
    assert all_of(ALL_ROUND, house).inside[0]
    assert all_of(replace(ALL_ROUND, wall=True), house).x_m[0] == pytest.approx(4.5)


def test_camera_in_a_gap_of_hands_breadth_sees_nothing_when_it_cannot_stand_free() -> None:
    gap = box(-20, -20, 0.02, 20), box(0.06, -20, 20, 20)
    assert all_of(ALL_ROUND, *gap).inside[0]


def test_hand_drawn_view_is_taken_whole_when_buildings_stand_in_it() -> None:
    drawn = box(0, -20, 40, 20)
    by_hand = replace(ALL_ROUND, own_view=drawn, night_range_m=20.0)
    assert one(by_hand, HOUSE).equals(drawn)
    assert one(by_hand, HOUSE, at_night=True).area == pytest.approx(math.pi * 200, rel=0.001)


def test_footprint_is_mended_and_counted_when_it_crosses_itself() -> None:
    bow = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    found = Buildings.of([bow, box(30, 0, 40, 10)])
    assert (found.repaired, found.left_out) == (1, 0)
    assert shapely.area(found.polygons).sum() == pytest.approx(50 + 100)


def test_footprints_are_left_out_and_counted_when_they_have_no_area() -> None:
    odd = [
        None,
        Point(0, 0),
        LineString([(0, 0), (1, 1)]),
        Polygon(),
        Polygon([(0, 0), (1, 1), (0, 0)]),
    ]
    found = Buildings.of([*odd, MultiPolygon([HOUSE, box(30, 0, 40, 5)])])
    assert (found.left_out, found.repaired, len(found.polygons)) == (5, 0, 2)


def test_heights_are_ignored_when_footprints_have_them() -> None:
    flat = shapely.force_3d(HOUSE, 7.0)
    assert one(ALL_ROUND, flat).equals(one(ALL_ROUND, HOUSE))


def test_nothing_is_seen_when_there_are_no_cameras() -> None:
    assert len(views([], Buildings.of([HOUSE])).polygons) == 0


@pytest.mark.parametrize(("range_m", "fov_deg"), [(80, 360), (80, 60), (150, 360), (150, 60)])
def test_views_agree_with_the_union_of_shadows_when_the_town_is_dense(
    range_m: float, fov_deg: float
) -> None:
    rng = np.random.default_rng(7)
    footprints = made_town(rng, 1_500)
    town = Buildings.of(footprints)
    seeings = list(spread_cameras(rng, town, 25, range_m=range_m, fov_deg=fov_deg))
    wrong = errors(seeings, views(seeings, town), footprints)
    assert wrong.mean() < 0.001
    assert wrong.max() < 0.01


def test_views_agree_with_the_union_of_shadows_when_the_town_is_real(shared: Path) -> None:
    streets = gpd.read_file(shared / "data/streets/leeds_buildings.gpkg").to_crs(27700)
    footprints = shapely.get_parts(shapely.make_valid(streets.geometry.to_numpy()))
    town = Buildings.of(footprints)
    assert (town.repaired, town.left_out) == (0, 0)
    seeings = list(spread_cameras(np.random.default_rng(3), town, 40, range_m=150))
    wrong = errors(seeings, views(seeings, town), footprints)
    assert wrong.mean() < 0.001
    assert wrong.max() < 0.01


@pytest.mark.parametrize("range_m", [80, 400])
def test_views_are_the_same_when_asked_again_alone_or_in_another_order(range_m: float) -> None:
    rng = np.random.default_rng(5)
    footprints = made_town(rng, 200)
    town, turned = Buildings.of(footprints), Buildings.of(footprints[::-1])
    seeings = list(spread_cameras(rng, town, 20, range_m=range_m))
    again = views(seeings, town).polygons
    assert shapely.equals_exact(views(seeings, town).polygons, again).all()
    assert shapely.equals(views(seeings, turned).polygons, again).all()
    alone = [views([each], town).polygons[0] for each in seeings]
    assert shapely.equals_exact(np.array(alone), again).all()


def test_recorded_figures_keep_what_was_promised_of_time_and_error() -> None:
    with RESULTS.open(encoding="utf-8") as rows:
        found = list(csv.DictReader(rows))
    assert [(row["range_m"], row["fov_deg"]) for row in found] == [
        ("80", "360"),
        ("80", "60"),
        ("150", "360"),
        ("150", "60"),
    ]
    assert all(row["cameras"] == "200" and row["footprints"] == "4000" for row in found)
    assert all(within_bars(row) for row in found)


boxes = st.builds(
    lambda x, y, wide, deep: box(x, y, x + wide, y + deep),
    *(st.floats(-60, 60), st.floats(-60, 60), st.floats(0.5, 40), st.floats(0.5, 40)),
)
cameras = st.builds(
    lambda bearing, fov, reach: replace(
        ALL_ROUND, bearing_deg=bearing, fov_deg=fov, range_m=reach, night_range_m=reach
    ),
    *(st.floats(0, 360), st.floats(5, 360), st.floats(5, 100)),
)


@effort(max_examples=150)
@given(cameras, st.lists(boxes, max_size=8))
def test_view_is_within_its_sector_and_in_no_building_always(
    seeing: Seeing, buildings: list[BaseGeometry]
) -> None:
    seen = all_of(seeing, *buildings)
    view = seen.polygons[0]
    stands = replace(seeing, x_m=float(seen.x_m[0]), y_m=float(seen.y_m[0]))
    assert view.is_valid
    assert view.difference(sector(stands)).area < 1e-3
    assert view.intersection(shapely.union_all(buildings)).area < 0.2


@effort(max_examples=150)
@given(cameras, st.lists(boxes, min_size=1, max_size=8))
def test_view_is_as_the_union_of_shadows_says_always(
    seeing: Seeing, buildings: list[BaseGeometry]
) -> None:
    seen = all_of(seeing, *buildings)
    if seen.inside[0]:
        assert Point(0, 0).distance(shapely.union_all(buildings)) < 0.05
        return
    stands = replace(seeing, x_m=float(seen.x_m[0]), y_m=float(seen.y_m[0]))
    truth = shadow_union(stands, np.array(buildings, dtype=object))
    assert view_error(seen.polygons[0], truth) < 0.3 + 0.002 * truth.area


def view_error(view: BaseGeometry, truth: BaseGeometry) -> float:
    return view.symmetric_difference(truth).area


@effort(max_examples=80)
@given(cameras, st.lists(boxes, max_size=8), st.floats(1.0, 3.0))
def test_view_grows_with_the_range_always(
    seeing: Seeing, buildings: list[BaseGeometry], more: float
) -> None:
    town = Buildings.of(buildings)
    near, far = views([seeing, replace(seeing, range_m=seeing.range_m * more)], town).polygons
    assert far.area >= near.area * (1 - 1e-9)


@effort(max_examples=80)
@given(cameras, st.lists(boxes, min_size=1, max_size=8))
def test_view_never_grows_when_a_building_is_added_always(
    seeing: Seeing, buildings: list[BaseGeometry]
) -> None:
    more, fewer = all_of(seeing, *buildings), all_of(seeing, *buildings[:-1])
    if (more.x_m[0], more.y_m[0]) == (fewer.x_m[0], fewer.y_m[0]):
        assert more.polygons[0].area <= fewer.polygons[0].area + 0.3
