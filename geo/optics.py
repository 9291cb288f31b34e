"""How far away does a lens still show enough of a person?"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Mapping

Standard = Literal["en_2014", "iec_2025"]

LEVELS: Final[Mapping[Standard, Mapping[str, float]]] = MappingProxyType(
    {
        "en_2014": MappingProxyType(
            {
                "monitor": 12.5,
                "detect": 25.0,
                "observe": 62.5,
                "recognise": 125.0,
                "identify": 250.0,
                "inspect": 1000.0,
            }
        ),
        "iec_2025": MappingProxyType(
            {
                "overview": 20.0,
                "outline": 40.0,
                "discern": 80.0,
                "perceive": 125.0,
                "characterise": 250.0,
                "validate": 500.0,
                "scrutinise": 1500.0,
            }
        ),
    }
)
"""Pixels per metre at the target: EN 62676-4:2014 and IEC 62676-4:2025."""

TARGET_HEIGHT_M: Final = 1.5
"""Height above the ground of what is looked at: the chest of a person."""

_WIDEST_FLAT_DEG: Final = 120.0


def pixels_per_metre(level: str, standard: Standard = "en_2014") -> float:
    """Return the pixel density that an operational level asks for.

    Raises
    ------
    GeoError
        If the standard or the level is not known.

    Examples
    --------
    >>> pixels_per_metre("detect")
    25.0
    >>> pixels_per_metre("perceive", "iec_2025")
    125.0
    """
    if standard not in LEVELS:
        message = f"There is no table of operational levels called {standard!r}."
        raise GeoError(message, f"Choose one of {', '.join(LEVELS)}.")
    table = LEVELS[standard]
    if level not in table:
        message = f"{level!r} is not an operational level of {standard}."
        raise GeoError(message, f"Choose one of {', '.join(table)}.")
    return table[level]


def range_at(h_pixels: float, fov_deg: float, height_m: float, px_per_m: float) -> float:
    """Return the ground distance, in metres, out to which the picture has a pixel density.

    Parameters
    ----------
    h_pixels
        Pixels across the picture.
    fov_deg
        Horizontal angle of view, above 0 and at most 360 degrees.
    height_m
        Height of the camera above the ground.
    px_per_m
        Pixels per metre that are asked for at the target.

    Returns
    -------
    float
        0 where even the spot below the camera has fewer pixels per metre.

    Raises
    ------
    GeoError
        If a number is not above 0, or the angle is above 360.

    Notes
    -----
    A lens shows ``2 * slant * tan(fov / 2)`` metres across its picture; the slant runs from the
    camera to the chest of a person, 1.5 m above the ground. Lenses wider than 120 degrees do not
    draw onto a plane: their width is held at that of 120 degrees until the arc around the camera
    is longer, so that a wider lens never reaches further.

    References
    ----------
    EN 62676-4:2014; IEC 62676-4:2025 (pixel densities).

    Examples
    --------
    >>> round(range_at(1920, 60, 6, 25), 1), round(range_at(1920, 60, 6, 250), 1)
    (66.4, 4.9)
    """
    _check(h_pixels, "The number of pixels across")
    _check(fov_deg, "The angle of view", most=360.0)
    _check(height_m, "The height of a camera")
    _check(px_per_m, "The pixel density")
    slant_m = h_pixels / (px_per_m * _width_per_metre(fov_deg))
    above_m = height_m - TARGET_HEIGHT_M
    return math.sqrt(max(slant_m**2 - above_m**2, 0.0))


def _width_per_metre(fov_deg: float) -> float:
    """Return the metres across the picture at one metre from the lens."""
    widest = 2 * math.tan(math.radians(_WIDEST_FLAT_DEG) / 2)
    if fov_deg >= _WIDEST_FLAT_DEG:
        return max(widest, math.radians(fov_deg))
    return 2 * math.tan(math.radians(fov_deg) / 2)


def _check(value: float, what: str, *, most: float = math.inf) -> None:
    """Refuse a number that is not above 0 and finite, or is above ``most``."""
    if not (math.isfinite(value) and 0 < value <= most):
        bounds = "above 0" if math.isinf(most) else f"above 0 and at most {most:g}"
        message = f"{what} must be {bounds}; found {value:g}."
        raise GeoError(message, "Correct it in the register, or leave it empty if it is not known.")
