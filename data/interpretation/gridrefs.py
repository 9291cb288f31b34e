"""Which point is a British grid reference such as SD 306 360?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from data.interpretation.context import mapped
from data.readers.coordinates import to_lon_lat

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_REFERENCE: Final = re.compile(r"([A-HJ-Za-hj-z]{2})\s*(\d+)\s*(\d*)")
_LETTERS: Final = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_SQUARE_M: Final = 100_000
_FIVE: Final = 5
_COARSE_DIGITS: Final = 3


def grid_reference(text: str) -> tuple[float, float, int] | None:
    """Return easting and northing in metres (EPSG:27700) and the step of a reference in metres.

    The point is the south-west corner of the square that the reference names; None where the text
    is no reference, or has an odd number of digits.

    Examples
    --------
    >>> grid_reference("SD306360"), grid_reference("SD 30600 36000"), grid_reference("Beach")
    ((330600.0, 436000.0, 100), (330600.0, 436000.0, 1), None)
    """
    found = _REFERENCE.fullmatch(text.strip())
    if found is None:
        return None
    digits = found[2] + found[3]
    if (
        len(digits) % 2
        or not digits
        or len(digits) > 2 * _FIVE
        or (found[3] and len(found[2]) != len(found[3]))
    ):
        return None
    first, second = (_LETTERS.index(letter) for letter in found[1].upper())
    east = ((first - 2) % _FIVE) * _FIVE + second % _FIVE
    north = 19 - (first // _FIVE) * _FIVE - second // _FIVE
    half = len(digits) // 2
    step = 10 ** (_FIVE - half)
    x = east * _SQUARE_M + int(digits[:half]) * step
    y = north * _SQUARE_M + int(digits[half:]) * step
    return float(x), float(y), step


def grid_references(
    values: pa.Array,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return longitude and latitude (WGS 84, NaN: no reference) and which are to 100 m or more."""
    found = mapped(values, grid_reference)
    known = np.array([point is not None for point in found], dtype=np.bool_)
    lon, lat = np.full(len(found), np.nan), np.full(len(found), np.nan)
    coarse = np.zeros(len(found), dtype=np.bool_)
    if known.any():
        points = np.array(found[known].tolist(), dtype=np.float64)
        lon[known], lat[known] = to_lon_lat(points[:, 0], points[:, 1], "EPSG:27700")
        coarse[known] = points[:, 2] >= 10 ** (_FIVE - _COARSE_DIGITS)
    return lon, lat, coarse
