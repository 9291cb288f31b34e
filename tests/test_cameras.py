"""Tests: what a camera may see, and what of that is assumed."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from shapely.geometry import Point, box

from geo.cameras import Assumptions, Camera, covers, on_a_building, seeing
from geo.errors import GeoError

FIXED = Camera(
    "C1",
    "Quay Street",
    "fixed",
    100.0,
    200.0,
    bearing_deg=90,
    fov_deg=60,
    h_pixels=1920,
    height_m=6,
    mount="pole",
    night_range_m=30,
)
PTZ = replace(FIXED, type="ptz", bearing_deg=None, fov_deg=None, timeshare=0.4)


def test_seeing_assumes_nothing_when_the_register_says_it_all() -> None:
    found = seeing(FIXED)
    assert (found.bearing_deg, found.fov_deg, found.timeshare, found.wall) == (90, 60, 1, False)
    assert found.range_m == pytest.approx(66.4, abs=0.05)
    assert found.night_range_m == 30
    assert found.assumed == ()


def test_seeing_is_a_circle_of_50_m_when_it_is_unknown_which_way_it_faces() -> None:
    found = seeing(replace(FIXED, bearing_deg=None))
    assert (found.fov_deg, found.range_m) == (360, 50)
    assert found.timeshare == pytest.approx(60 / 360)
    (words,) = found.assumed
    assert words == (
        "Which way it faces is not known: "
        "a circle of 50 m is assumed, of which it sees 17% at a time."
    )


def test_seeing_is_a_smaller_circle_when_the_lens_reaches_less() -> None:
    found = seeing(replace(FIXED, bearing_deg=None), "identify")
    assert found.range_m == pytest.approx(4.9, abs=0.05)
    assert "a circle of 5 m is assumed" in found.assumed[0]


def test_every_assumption_is_told_when_the_register_gives_a_position_only() -> None:
    found = seeing(Camera("C2", "Pier", "fixed", 0, 0))
    assert [words.split(":")[0] for words in found.assumed] == [
        "Which way it faces is not known",
        "Its angle of view is not known",
        "Its resolution is not known",
        "Its height is not known",
        "Its range at night is not known",
    ]
    assert found.night_range_m == found.range_m == 50


def test_assumptions_are_used_when_they_are_edited() -> None:
    use = Assumptions(fov_deg=90, h_pixels=3840, height_m=1.5, unknown_bearing_m=40)
    found = seeing(Camera("C2", "Pier", "fixed", 0, 0, bearing_deg=0), assumptions=use)
    assert (found.fov_deg, found.range_m) == (90, pytest.approx(3840 / 50))
    assert "Its resolution is not known: 3,840 pixels across are assumed." in found.assumed
    assert seeing(Camera("C2", "Pier", "fixed", 0, 0), assumptions=use).range_m == 40


def test_seeing_turns_all_round_when_the_camera_is_a_ptz() -> None:
    found = seeing(replace(PTZ, bearing_deg=200, fov_deg=60, hfov_tele_deg=30))
    assert (found.fov_deg, found.timeshare, found.assumed) == (
        360,
        0.4,
        (),
    )
    assert found.range_m == pytest.approx(143.2, abs=0.1)


def test_a_ptz_reaches_100_m_when_its_zoom_is_not_known() -> None:
    found = seeing(replace(PTZ, timeshare=None))
    assert (found.range_m, found.timeshare) == (100, 0.25)
    assert found.assumed == (
        "How far it zooms in is not known: a view of 20 degrees, and at most 100 m, are assumed.",
        "How much of the time it looks at one spot is not known: 25% is assumed.",
    )


def test_nothing_is_counted_beyond_200_m_when_only_the_lens_would_reach_further() -> None:
    far = replace(PTZ, h_pixels=3840, hfov_tele_deg=6)
    found = seeing(far)
    assert found.range_m == 200
    assert found.assumed == ("Its lens would reach 1,465 m: nothing is counted beyond 200 m.",)
    assert seeing(replace(far, max_range_m=400)).range_m == 400


def test_a_dome_looks_all_round_when_its_angle_is_not_known() -> None:
    found = seeing(replace(FIXED, type="dome", bearing_deg=None, fov_deg=None, h_pixels=7680))
    assert (found.fov_deg, found.timeshare) == (360, 1)
    assert found.range_m == pytest.approx(48.7, abs=0.05)
    assert found.assumed == ("Its angle of view is not known: it is taken to look all round.",)


def test_a_dome_is_a_sector_when_angle_and_bearing_are_known() -> None:
    found = seeing(replace(FIXED, type="dome"))
    assert (found.bearing_deg, found.fov_deg) == (90, 60)


def test_a_view_needs_no_bearing_when_it_goes_all_round() -> None:
    assert seeing(replace(FIXED, bearing_deg=None, fov_deg=360)).timeshare == 1


def test_range_is_the_shorter_when_the_register_gives_the_longest() -> None:
    assert seeing(replace(FIXED, max_range_m=40)).range_m == 40
    assert seeing(replace(FIXED, max_range_m=90)).range_m == pytest.approx(66.4, abs=0.05)


@pytest.mark.parametrize(
    ("level", "range_m"),
    [("monitor", 85), ("detect", 85), ("observe", 26.2), ("recognise", 12.5), ("identify", 22)],
)
def test_measured_ranges_stand_for_the_optics_when_given(level: str, range_m: float) -> None:
    measured = replace(FIXED, range_detect_m=85, range_id_m=22, max_range_m=80)
    assert seeing(measured, level).range_m == pytest.approx(range_m, abs=0.1)


def test_range_follows_the_newer_standard_when_asked() -> None:
    assert seeing(FIXED, "perceive", "iec_2025").range_m == seeing(FIXED, "recognise").range_m


def test_seeing_says_so_when_the_camera_hangs_too_high_for_the_level() -> None:
    found = seeing(replace(FIXED, height_m=30), "identify")
    assert found.range_m == 0
    assert found.assumed == ("At this level it shows no spot of the ground in enough detail.",)


def test_a_hand_drawn_view_beats_everything_when_given() -> None:
    drawn = box(90, 190, 140, 200)
    found = seeing(replace(FIXED, own_view=drawn, max_range_m=5, night_range_m=None))
    assert found.own_view is drawn
    assert found.range_m == pytest.approx(math.hypot(40, 10), abs=1e-9)
    assert found.assumed == ("Its range at night is not known: the range by day is assumed.",)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("bearing_deg", 361, "its bearing must be 0 to 360 degrees; found 361"),
        ("bearing_deg", -1, "its bearing must be 0 to 360 degrees; found -1"),
        ("max_range_m", 0, "its longest range must be above 0 and at most 5000 m; found 0"),
        ("fov_deg", 0, "its angle of view must be above 0 and at most 360 degrees; found 0"),
        ("height_m", -3, "its height must be above 0"),
        ("timeshare", 1.5, "its time share must be above 0 and at most 1; found 1.5"),
        ("h_pixels", math.nan, "its number of pixels across must be above 0"),
        ("type", "webcam", "there is no camera type 'webcam'"),
        ("x_m", math.nan, "has no position"),
        ("own_view", Point(0, 0), "its hand-drawn view has no area"),
    ],
)
def test_camera_is_refused_when_a_value_cannot_be(field: str, value: object, words: str) -> None:
    with pytest.raises(GeoError, match=f"Camera C1.*{words}"):
        replace(FIXED, **{field: value})


def test_bearings_of_0_and_360_are_the_same_when_read() -> None:
    assert seeing(replace(FIXED, bearing_deg=0)).fov_deg == 60
    assert seeing(replace(FIXED, bearing_deg=360)).fov_deg == 60


def test_assumption_is_refused_when_it_cannot_be() -> None:
    with pytest.raises(GeoError, match="turning_timeshare must be above 0 and at most 1; found 2"):
        Assumptions(turning_timeshare=2)
    with pytest.raises(GeoError, match="h_pixels must be above 0; found 0"):
        Assumptions(h_pixels=0)


@pytest.mark.parametrize("kind", ["anpr", "dummy", "body_or_vehicle"])
def test_seeing_is_refused_when_the_type_is_no_coverage(kind: str) -> None:
    assert not covers(kind)
    with pytest.raises(GeoError, match="never coverage"):
        seeing(replace(FIXED, type=kind))


def test_mounts_are_known_when_written_in_the_words_of_a_register() -> None:
    hangs = {mount: on_a_building(mount) for mount in ("Wall bracket", "Roof edge", "8 m pole")}
    assert hangs == {"Wall bracket": True, "Roof edge": True, "8 m pole": False}
    assert not on_a_building(None)
