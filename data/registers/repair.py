"""What were coordinates before a spreadsheet took their decimal point for a thousands separator?

A spreadsheet that separates thousands with dots reads 46.1993881 as 461993881 and shows
461.993.881: the digits are there, only the place of the point is lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

MOST_DECIMALS: Final = 7
"""Decimals with which coordinates are stored, about a centimetre."""
OTHER_DECIMALS: Final = (6, 5)
"""Tried only where points then fall inside the area, and with seven decimals none does."""
FROM_MEDIAN_DEG: Final = 1.0
"""How far a repaired coordinate may lie from the middle of its column."""

_MANGLED: Final = re.compile(r"[+-]?\d{1,3}(?:[.,'\u2019 ]\d{3}){2,}")
_NOT_DIGITS: Final = re.compile(r"\D")


def is_mangled(texts: Sequence[str]) -> bool:
    """Return whether a column of coordinates has lost its decimal points.

    Examples
    --------
    >>> is_mangled(["46.204", "461.993.881"]), is_mangled(["46.1993881"])
    (True, False)
    """
    return any(_MANGLED.fullmatch(text) for text in texts)


def repaired_axis(texts: Sequence[str], most: float, decimals: int) -> NDArray[np.float64]:
    """Return the coordinates of one mangled column in degrees, shape (rows,).

    NaN where there is none, or where the repaired one does not agree with the others.

    Parameters
    ----------
    texts
        The column.
    most
        Largest degree that the axis has: 180 or 90.
    decimals
        With how many decimals the longest coordinates of the column were written.

    Notes
    -----
    All rows share the number of digits before the point, which the longest row tells. A row whose
    point stood elsewhere differs from the median by far more than a degree, and is not repaired.
    Coordinates between -1 and 1 may have lost their leading zeros, and are not repaired either.

    Examples
    --------
    >>> repaired_axis(["461.993.881", "46.204", ""], 90, 7).tolist()
    [46.1993881, 46.204, nan]
    """
    digits = [_NOT_DIGITS.sub("", text) for text in texts]
    before_point = max((len(one) for one in digits), default=0) - decimals
    found = np.full(len(texts), np.nan)
    if before_point < 1:
        return found
    for row, (one, text) in enumerate(zip(digits, texts, strict=True)):
        if len(one) >= before_point:
            sign = "-" if text.startswith("-") else ""
            found[row] = float(f"{sign}{one[:before_point]}.{one[before_point:]}")
    found[np.abs(found) > most] = np.nan
    if np.isfinite(found).any():
        found[np.abs(found - np.nanmedian(found)) > FROM_MEDIAN_DEG] = np.nan
    return found


def repaired(
    lon: Sequence[str],
    lat: Sequence[str],
    inside: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.bool_]] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mangled longitudes and latitudes as degrees, NaN where they cannot be repaired.

    Parameters
    ----------
    lon, lat
        Two columns, at least one of them mangled.
    inside
        Which points lie in the area, where one is known: evidence for the number of decimals.
    """
    usual = _both(lon, lat, MOST_DECIMALS)
    if inside is None or inside(*usual).any():
        return usual
    for decimals in OTHER_DECIMALS:
        other = _both(lon, lat, decimals)
        if inside(*other).any():
            return other
    return usual


def _both(
    lon: Sequence[str], lat: Sequence[str], decimals: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x = repaired_axis(lon, 180, decimals) if is_mangled(lon) else _plain(lon)
    y = repaired_axis(lat, 90, decimals) if is_mangled(lat) else _plain(lat)
    lost = ~(np.isfinite(x) & np.isfinite(y))
    x[lost] = y[lost] = np.nan
    return x, y


def _plain(texts: Sequence[str]) -> NDArray[np.float64]:
    found = np.full(len(texts), np.nan)
    for row, text in enumerate(texts):
        if re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
            found[row] = float(text)
    return found
