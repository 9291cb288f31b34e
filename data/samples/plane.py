"""Where on Earth does a point of the town's drawing board lie?

The board has ``u`` metres inland from the sea wall and ``v`` metres along the coast (north is
positive, 0 is the town centre). Bending the board gives the bay, and every street follows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

CENTRE_LON: Final = -4.80
CENTRE_LAT: Final = 52.42
"""Open sea in Cardigan Bay: inside the British National Grid, 30 km from the nearest town."""

CRS_M: Final = "EPSG:27700"
TIMEZONE: Final = "Europe/London"

_LOCAL: Final = (
    f"+proj=tmerc +lat_0={CENTRE_LAT} +lon_0={CENTRE_LON} +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m"
)
_DEGREES: Final = "+proj=longlat +ellps=WGS84"
_DECIMALS: Final = 7
_STEP_M: Final = 60.0
_TILT: Final = np.deg2rad(-5.0)

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """The drawing board of one town.

    Attributes
    ----------
    length_m, depth_m
        Along the coast and inland.
    south_m
        ``v`` of the southern end; the northern end is ``south_m + length_m``.
    phases
        Three angles that shape the bay.
    """

    length_m: float
    depth_m: float
    phases: tuple[float, float, float]

    @property
    def south_m(self) -> float:
        """``v`` of the southern end of the town."""
        return -0.54 * self.length_m

    @property
    def north_m(self) -> float:
        """``v`` of the northern end of the town."""
        return 0.46 * self.length_m

    def bend(self, board: Points) -> Points:
        """Return local metres east and north, shape (n, 2), of board points (u, v)."""
        u, v = board[:, 0], board[:, 1]
        wave = 2 * np.pi * v / self.length_m
        coast = self.length_m * (
            0.045 * np.cos(0.9 * wave + self.phases[0])
            + 0.011 * np.sin(2.7 * wave + self.phases[1])
        )
        east = u + coast * (0.35 + 0.65 * np.exp(-np.maximum(u, 0.0) / 1700.0))
        north = v + 55.0 * np.sin(2 * np.pi * u / 2300.0 + self.phases[2])
        cos, sin = np.cos(_TILT), np.sin(_TILT)
        return np.column_stack((cos * east - sin * north, sin * east + cos * north))

    def to_earth(self, board: Points) -> Points:
        """Return WGS 84 longitude and latitude, shape (n, 2), of board points (u, v)."""
        return metres_to_earth(self.bend(board))

    def draw(self, shapes: Sequence[BaseGeometry] | NDArray[np.object_]) -> NDArray[np.object_]:
        """Return board geometries on Earth (WGS 84), with vertices at most 60 m apart."""
        dense = shapely.segmentize(np.array(shapes, dtype=object), _STEP_M)
        return np.asarray(shapely.transform(dense, self.to_earth), dtype=object)


def metres_to_earth(metres: Points) -> Points:
    """Return WGS 84 lon, lat (n, 2), to about 1 cm, of the town's local metres (n, 2)."""
    lon, lat = _transformer(inverse=True).transform(metres[:, 0], metres[:, 1])
    return np.round(np.column_stack((lon, lat)), _DECIMALS)


def earth_to_metres(lonlat: Points) -> Points:
    """Return the town's local metres (n, 2) of WGS 84 lon, lat (n, 2)."""
    east, north = _transformer(inverse=False).transform(lonlat[:, 0], lonlat[:, 1])
    return np.column_stack((east, north))


def _transformer(*, inverse: bool) -> Transformer:
    ends = (_LOCAL, _DEGREES) if inverse else (_DEGREES, _LOCAL)
    return Transformer.from_crs(*ends, always_xy=True)
