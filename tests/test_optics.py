"""Tests: how far a lens shows enough of a person."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.optics import LEVELS, pixels_per_metre, range_at


@pytest.mark.parametrize(
    ("level", "range_m"),
    [("monitor", 133), ("detect", 66.3), ("observe", 26.2), ("recognise", 12.5), ("identify", 4.9)],
)
def test_range_when_the_lens_is_the_usual_one(level: str, range_m: float) -> None:
    found = range_at(1920, 60, 6, pixels_per_metre(level))
    assert found == pytest.approx(range_m, abs=0.1)


def test_range_when_zoomed_in() -> None:
    assert range_at(3840, 6, 6, 125) == pytest.approx(293.1, abs=0.1)


def test_range_is_shorter_by_the_slant_when_the_camera_hangs_higher() -> None:
    slant = 1920 / (2 * 25 * math.tan(math.radians(30)))
    assert range_at(1920, 60, 1.5, 25) == pytest.approx(slant)
    assert range_at(1920, 60, 41.5, 25) == pytest.approx(math.sqrt(slant**2 - 40**2))


def test_range_is_nothing_when_the_camera_hangs_beyond_it() -> None:
    assert range_at(1920, 60, 100, 25) == 0.0


def test_range_follows_the_arc_when_the_picture_goes_all_round() -> None:
    assert range_at(7680, 360, 1.5, 25) == pytest.approx(7680 / (25 * 2 * math.pi))


@given(st.floats(1, 359), st.floats(0.01, 1), st.integers(100, 10_000))
def test_range_never_grows_when_the_lens_gets_wider(fov: float, more: float, pixels: int) -> None:
    assert range_at(pixels, fov + more, 4, 25) <= range_at(pixels, fov, 4, 25)


def test_levels_when_read_from_the_two_standards() -> None:
    assert list(LEVELS["en_2014"].values()) == [12.5, 25, 62.5, 125, 250, 1000]
    assert list(LEVELS["iec_2025"].values()) == [20, 40, 80, 125, 250, 500, 1500]


def test_level_is_refused_when_it_belongs_to_the_other_standard() -> None:
    with pytest.raises(
        GeoError, match=r"'detect' is not an operational level of iec_2025.*outline"
    ):
        pixels_per_metre("detect", "iec_2025")


def test_standard_is_refused_when_unknown() -> None:
    with pytest.raises(GeoError, match="Choose one of en_2014, iec_2025"):
        pixels_per_metre("detect", "bs_8495")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0, 60, 6, 25), "pixels across must be above 0; found 0"),
        ((1920, 361, 6, 25), "angle of view must be above 0 and at most 360; found 361"),
        ((1920, 60, -1, 25), "height of a camera must be above 0; found -1"),
        ((1920, 60, 6, math.nan), "pixel density must be above 0; found nan"),
    ],
)
def test_range_is_refused_when_a_number_cannot_be(
    numbers: tuple[float, float, float, float], words: str
) -> None:
    with pytest.raises(GeoError, match=words):
        range_at(*numbers)
