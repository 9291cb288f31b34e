"""Where does a point lie in metres?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError as ProjectionFault

from geo.errors import CrsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

WGS84 = "EPSG:4326"


@lru_cache(maxsize=32)
def _transformer(crs_m: str) -> pyproj.Transformer:
    """Return the transformer from WGS 84 lon/lat to a projected CRS in metres."""
    try:
        crs = pyproj.CRS.from_user_input(crs_m)
    except ProjectionFault as fault:
        message = f"There is no coordinate reference system {crs_m!r}."
        raise CrsError(message, "Name a projected one in metres, such as EPSG:27700.") from fault
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    if not crs.is_projected or units != {"metre"}:
        message = f"Distances need a projected reference system in metres; {crs_m} is not one."
        raise CrsError(message, "For Great Britain use EPSG:27700.")
    return pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)


def to_metres(
    lon: ArrayLike, lat: ArrayLike, crs_m: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return eastings and northings of WGS 84 points.

    Parameters
    ----------
    lon, lat
        Degrees, WGS 84, shape (m,).
    crs_m
        A projected CRS in metres.

    Returns
    -------
    tuple of arrays
        x and y in metres of ``crs_m``, shape (m,) each.

    Raises
    ------
    CrsError
        If the CRS is unknown, is not projected in metres, or does not reach a point.
    """
    x, y = _transformer(crs_m).transform(np.asarray(lon, float), np.asarray(lat, float))
    beyond = ~(np.isfinite(x) & np.isfinite(y))
    if beyond.any():
        message = f"{int(beyond.sum())} points lie outside the reach of {crs_m}."
        raise CrsError(message, "Check the area's reference system, and the order of lon and lat.")
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def geometry_to_metres(geometry: BaseGeometry, crs_m: str) -> BaseGeometry:
    """Return a WGS 84 geometry in the metres of ``crs_m``.

    Raises
    ------
    CrsError
        As for ``to_metres``.
    """
    return shapely.transform(
        geometry, lambda at: np.column_stack(to_metres(at[:, 0], at[:, 1], crs_m))
    )


def geometry_to_degrees(geometry: BaseGeometry, crs_m: str) -> BaseGeometry:
    """Return a geometry in metres of ``crs_m`` as WGS 84 lon/lat."""
    back = _transformer(crs_m)
    return shapely.transform(
        geometry,
        lambda at: np.column_stack(back.transform(at[:, 0], at[:, 1], direction="INVERSE")),
    )
