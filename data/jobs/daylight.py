"""At which hours of a week is it dark at a place?"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

DARK_BELOW_DEG: Final = -6.0
"""Below this height of the sun it is dark: civil twilight has ended."""
DARK_WORDS: Final = (
    "Dark is when the sun stands more than 6 degrees below the horizon, by the astronomer's"
    " formula for the middle of the area; clouds and street lamps are not known."
)

_EPOCH: Final = datetime(2000, 1, 1, 12, tzinfo=UTC)
_DAY_S: Final = 86_400


def sun_height_deg(moment: datetime, lon: float, lat: float) -> float:
    """Return how high the sun stands, in degrees; below 0 it is under the horizon.

    Parameters
    ----------
    moment
        With its zone.
    lon, lat
        Degrees, WGS 84.

    Notes
    -----
    Good to about a tenth of a degree, which is a minute of time; refraction is left out.

    References
    ----------
    The Astronomical Almanac, section C: low-precision formulas for the Sun.

    Examples
    --------
    >>> noon = datetime(2024, 6, 21, 12, 2, tzinfo=UTC)
    >>> round(sun_height_deg(noon, 0.0, 51.5), 1)
    61.9
    """
    days = (moment - _EPOCH).total_seconds() / _DAY_S
    mean_deg = (280.460 + 0.9856474 * days) % 360
    anomaly = math.radians((357.528 + 0.9856003 * days) % 360)
    along = math.radians(mean_deg + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt = math.radians(23.439 - 0.0000004 * days)
    declination = math.asin(math.sin(tilt) * math.sin(along))
    ascension = math.atan2(math.cos(tilt) * math.sin(along), math.cos(along))
    sidereal = math.radians((280.46061837 + 360.98564736629 * days + lon) % 360)
    angle, north = sidereal - ascension, math.radians(lat)
    height = math.sin(north) * math.sin(declination)
    height += math.cos(north) * math.cos(declination) * math.cos(angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))


def dark_hours(moments: Sequence[datetime], lon: float, lat: float) -> tuple[bool, ...]:
    """Return at which moments it is dark."""
    return tuple(sun_height_deg(moment, lon, lat) < DARK_BELOW_DEG for moment in moments)
