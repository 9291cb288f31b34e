"""The cube is checked when it is built, and never turns a missing month into zero."""

from __future__ import annotations

import numpy as np
import pytest

from geo.cube import SpaceTimeCube
from geo.errors import GeoError, GridError, NotEnoughDataError

CELLS = ("a", "b")
MONTHS = ("2022-01", "2022-02", "2022-03")
TYPES = ("Burglary", "Robbery")


def cube(**changes):
    counts = np.zeros((2, 3, 2), dtype=np.int64)
    counts[0, 0] = (3, 1)
    counts[1, 2] = (0, 5)
    parts = {
        "cells": CELLS,
        "periods": MONTHS,
        "categories": TYPES,
        "counts": counts,
        "observed": np.array([True, False, True]),
        "area_km2": np.array([0.1, 0.1]),
    }
    return SpaceTimeCube(**{**parts, **changes})


def test_total_and_panel_sum_over_types():
    assert cube().total() == 9
    assert cube().panel().tolist() == [[4, 0, 0], [0, 0, 5]]


def test_months_are_observed_or_missing():
    assert cube().observed_months() == ("2022-01", "2022-03")
    assert cube().missing_months() == ("2022-02",)


def test_a_cube_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        cube().counts[0, 0, 0] = 7


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"periods": MONTHS[:2]}, "must have the shape"),
        ({"periods": ("2022-01", "2022-03", "2022-04")}, "must follow one another"),
        ({"cells": ("b", "a")}, "sorted and distinct"),
        ({"counts": np.full((2, 3, 2), -1)}, "must not be negative"),
        ({"observed": np.zeros(3, dtype=bool)}, "month without data holds reports"),
    ],
)
def test_a_wrong_cube_is_refused(changes, words):
    with pytest.raises(GridError, match=words):
        cube(**changes)


def test_a_window_beyond_the_span_is_not_observed():
    wide = cube().window("2021-12", "2022-04")
    assert wide.periods == ("2021-12", *MONTHS, "2022-04")
    assert wide.observed.tolist() == [False, True, False, True, False]
    assert wide.total() == 9


def test_a_narrow_window_keeps_its_months_only():
    assert cube().window("2022-02", "2022-03").total() == 5


def test_a_window_must_not_end_before_it_starts():
    with pytest.raises(NotEnoughDataError, match="must not end before"):
        cube().window("2022-03", "2022-01")


def test_a_window_of_an_empty_cube_is_empty():
    empty = cube(
        periods=(), counts=np.zeros((2, 0, 2), dtype=np.int64), observed=np.zeros(0, dtype=bool)
    )
    assert empty.window("2022-01", "2022-02").missing_months() == ("2022-01", "2022-02")


def test_types_can_be_chosen():
    assert cube().only(["Robbery"]).total() == 6
    assert cube().only([]).categories == TYPES


def test_an_unknown_type_is_refused_with_the_choice():
    with pytest.raises(GeoError, match="no category 'Piracy'") as refused:
        cube().only(["Piracy"])
    assert "Burglary, Robbery" in str(refused.value)
