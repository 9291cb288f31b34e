"""Do views of an area's cameras rest on what its register and its buildings say?"""

import numpy as np
import pytest
import shapely

from data.cctv_views import LEVEL_WORDS
from data.jobs import camera_sight, cameras
from data.jobs.camera_estate import estate
from data.jobs.camera_optics import assumptions_of, geo_camera, seeing_of
from data.jobs.camera_sight import seen_cells, views_of_area
from geo.errors import GeoError
from geo.optics import LEVELS
from tests.cctv_places import AREA, add_camera, add_street_town, house, metres, params
from tests.places import ANALYST, MIDDLE


@pytest.fixture
def town(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack")
    return ws


def test_levels_on_screen_are_those_of_the_optics():
    assert {name: list(levels) for name, levels in LEVEL_WORDS.items()} == {
        name: list(levels) for name, levels in LEVELS.items()
    }


def test_a_camera_sees_the_sector_that_its_register_says(town):
    add_camera(town)
    found = views_of_area(town, AREA, params())
    (view,) = found.day.polygons
    x_m, y_m = metres()
    assert view.area == pytest.approx(np.pi * 60**2 / 6, rel=0.001)
    assert shapely.contains_xy(view, x_m + 50, y_m)
    assert not shapely.contains_xy(view, x_m - 5, y_m)
    assert found.keys == ("C1|council",)


def test_a_house_hides_what_is_behind_it(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack", houses=(house(20, -30, 40, 30),))
    add_camera(ws)
    (view,) = views_of_area(ws, AREA, params()).day.polygons
    x_m, y_m = metres()
    assert shapely.contains_xy(view, x_m + 15, y_m)
    assert not shapely.contains_xy(view, x_m + 50, y_m)


def test_a_camera_deep_inside_a_house_sees_nothing_and_the_rest_is_drawn(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack", houses=(house(-20, -20, 20, 20),))
    add_camera(ws)
    add_camera(ws, "C2", type="dome", lon=-5.0)
    found = views_of_area(ws, AREA, params())
    assert found.day.inside.tolist() == [True, False]
    assert [view.is_empty for view in found.day.polygons] == [True, False]


def test_at_night_the_range_in_the_dark_counts(town):
    add_camera(town, night_range_m=30)
    add_camera(town, "C2", night="IR 20 m")
    found = views_of_area(town, AREA, params())
    ratio = [
        night.area / day.area
        for day, night in zip(found.day.polygons, found.night.polygons, strict=True)
    ]
    assert ratio == pytest.approx([1 / 4, 1 / 9], rel=0.01)


def test_cameras_outside_without_a_place_or_of_no_coverage_are_left_out(town):
    add_camera(town, lon=6.1, lat=46.2)
    add_camera(town, "C2", lon=None, lat=None)
    add_camera(town, "C3", type="dummy")
    found = views_of_area(town, AREA, params())
    assert found.keys == ()
    assert [words for _, words in found.left_out] == [
        "Camera C1 stands outside Quaytown.", "Camera C2 has no location.",
    ]  # fmt: skip
    assert found.by_day.shape == (len(found.realm), 0)


def test_views_are_kept_when_only_the_status_changes_and_made_anew_when_a_camera_turns(town):
    key = add_camera(town)
    before = views_of_area(town, AREA, params()).day
    cameras.set_status(town, ANALYST, AREA, key, "off", reason="Road works")
    assert views_of_area(town, AREA, params()).day is before
    cameras.turn_camera(town, ANALYST, AREA, key, 180, reason="Turned")
    assert views_of_area(town, AREA, params()).day is not before


def test_a_higher_level_sees_less_and_an_assumption_changes_what_is_not_known(town):
    add_camera(town, range_detect_m=None, max_range_m=None)
    areas = [
        views_of_area(town, AREA, params(level=level)).day.polygons[0].area
        for level in ("detect", "observe", "recognise", "identify")
    ]
    assert areas == sorted(areas, reverse=True)
    add_camera(town, "C2", type="ptz", max_range_m=None, range_detect_m=None)
    usual = views_of_area(town, AREA, params())
    other = views_of_area(town, AREA, params(assumptions=(("turning_timeshare", 0.5),)))
    assert usual.timeshare.tolist() == [1, 0.25]
    assert other.timeshare.tolist() == [1, 0.5]
    with pytest.raises(GeoError, match="no assumption 'colour'"):
        assumptions_of([("colour", 1.0)])


def test_a_hand_drawn_view_beats_the_sector(town):
    view = house(-10, -10, 10, 10)
    add_camera(town, occlusion_polygon=view.wkt)
    (found,) = views_of_area(town, AREA, params()).day.polygons
    assert found.area == pytest.approx(400, rel=0.001)


def test_cells_seen_need_a_standing_camera_and_a_real_part(town):
    key = add_camera(town, type="dome", fov_deg=None, range_detect_m=120, max_range_m=120)
    assert MIDDLE in seen_cells(town, AREA, [key], on=params().on)
    assert seen_cells(town, AREA, [key], on=params().on, least=0.99) == ()
    assert seen_cells(town, AREA, [key], on=params().on.replace(year=2022)) == ()
    assert seen_cells(town, AREA, ["nobody"], on=params().on) == ()


def test_what_is_assumed_is_said_of_the_type_too(town):
    add_camera(town, type=None, bearing_deg=None)
    (one,) = estate(town, AREA).cameras
    assert geo_camera(one, None).type == "fixed"
    assert seeing_of(one, None).assumed[0].startswith("Its type is not stated")


def test_the_realm_is_made_once_for_an_area(town):
    area = town.area(AREA)
    assert camera_sight.realm_of(area, 9, 9.0) is camera_sight.realm_of(area, 9, 9.0)
    middle = camera_sight.realm_of(area, 9, 9.0)
    at = middle.cells.index(MIDDLE)
    assert middle.area_m2[at] == pytest.approx(18 * 350, rel=0.15)
