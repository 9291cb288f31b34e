"""Do the coordinates of a file read as numbers, and do they lie where they can?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError

from data.incidents import EASTMOST, NORTHMOST
from geo.errors import CrsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

UK_WEST, UK_SOUTH, UK_EAST, UK_NORTH = -9.0, 49.0, 2.0, 61.0
"""WGS 84 degrees of a box around the United Kingdom."""

_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"


def as_numbers(values: pa.Array) -> NDArray[np.float64]:
    """Return text as numbers, shape (rows,); NaN where it does not read as one.

    Examples
    --------
    >>> as_numbers(pa.array(["-3.0553", "", "north", "nan"])).tolist()
    [-3.0553, nan, nan, nan]
    """
    try:
        blank = pc.equal(values, "")
        numbers = pc.if_else(blank, pa.scalar(None, pa.string()), values).cast(pa.float64())
        if pc.all(pc.is_finite(numbers)).as_py():
            return np.array(numbers.fill_null(np.nan), dtype=np.float64)
    except pa.ArrowInvalid:  # some are no numbers: find out which
        pass
    reads = pc.match_substring_regex(values, _NUMBER)
    numbers = pc.if_else(reads, values, pa.scalar(None, pa.string())).cast(pa.float64())
    return np.array(numbers.fill_null(np.nan), dtype=np.float64)


def in_united_kingdom(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points (WGS 84 degrees) lie in the box around the United Kingdom."""
    inside: NDArray[np.bool_] = (
        (lon >= UK_WEST) & (lon <= UK_EAST) & (lat >= UK_SOUTH) & (lat <= UK_NORTH)
    )
    return inside


def is_swapped(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where longitude and latitude of British points changed places.

    As given such a point lies in the Indian Ocean; the other way round, in the United Kingdom.
    """
    return in_united_kingdom(lat, lon)


def grid_metres(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points (WGS 84 degrees) in metres on a plane for short distances, NaN where unknown.

    Metres per degree at the points' middle latitude: distances up to a few kilometres are right to
    a few centimetres, wherever on earth.
    """
    known = np.isfinite(lon) & np.isfinite(lat)
    middle = float(np.median(lat[known])) if known.any() else 0.0
    geod = Geod(ellps="WGS84")
    east = abs(geod.inv(0.0, middle, 0.01, middle)[2]) * 100
    north = abs(geod.inv(0.0, middle - 0.005, 0.0, middle + 0.005)[2]) * 100
    return lon * east, lat * north


def to_lon_lat(
    x: NDArray[np.float64], y: NDArray[np.float64], crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return WGS 84 degrees of points given in ``crs``, NaN where that is not possible.

    Points more than a degree outside the area for which the CRS is made are not possible.

    Raises
    ------
    CrsError
        Where ``crs`` is unknown.
    """
    system, transformer = _system(crs)
    lon, lat = (np.array(part, dtype=np.float64) for part in transformer.transform(x, y))
    lost = (
        ~(np.isfinite(lon) & np.isfinite(lat))
        | (np.abs(lon) > EASTMOST)
        | (np.abs(lat) > NORTHMOST)
    )
    bounds = system.area_of_use
    if bounds is not None and not system.is_geographic:
        lost |= (lon < bounds.west - 1) | (lon > bounds.east + 1)
        lost |= (lat < bounds.south - 1) | (lat > bounds.north + 1)
    lon[lost] = lat[lost] = np.nan
    return lon, lat


@lru_cache(maxsize=32)
def _system(crs: str) -> tuple[CRS, Transformer]:
    """Return a system, and what turns its points into WGS 84 degrees."""
    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        message = f"The coordinate reference system {crs!r} is unknown."
        raise CrsError(message, "Write it like EPSG:27700.") from error
    return system, Transformer.from_crs(system, "EPSG:4326", always_xy=True)
