"""Which outline is sent to a service, so that nothing inside an area is lost?

The outline of an area is widened a little in metres and simplified by less than that, so that it
still holds all of the area. Everything that a service gives beyond the area is dropped afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely.geometry import Polygon, box

from geo.projection import geometry_to_degrees, geometry_to_metres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

TOLERANCES_M: Final = (20.0, 50.0, 100.0, 250.0, 500.0, 1000.0)
"""How much is simplified at most; the first that makes an outline small enough is taken."""
MOST_POINTS: Final = 400
MOST_PARTS: Final = 12
SEAM_DEG: Final = 2e-5
"""Quarters overlap by so much, about two metres, so that no report falls between them."""
DECIMALS: Final = 6


def sent_outlines(boundary: BaseGeometry, crs_m: str) -> tuple[Polygon, ...]:
    """Return polygons without holes that together hold all of an area.

    Parameters
    ----------
    boundary
        Polygon or MultiPolygon, WGS 84 lon/lat; rings may touch themselves.
    crs_m
        System in metres in which the outline is widened.

    Returns
    -------
    tuple of Polygon
        WGS 84 lon/lat, rounded as it is sent; the box around the area where nothing else is small
        enough.
    """
    metres = geometry_to_metres(boundary, crs_m).buffer(0)
    for tolerance_m in TOLERANCES_M:
        plain = metres.simplify(tolerance_m / 2)
        wide = plain.buffer(2 * tolerance_m, quad_segs=4).simplify(tolerance_m)
        outlines = tuple(_filled(geometry_to_degrees(wide, crs_m)))
        small = len(outlines) <= MOST_PARTS and _points(outlines) <= MOST_POINTS
        if small and shapely.union_all(outlines).covers(boundary):
            return outlines
    around = geometry_to_degrees(metres.buffer(2 * TOLERANCES_M[0]), crs_m)
    return (box(*around.bounds),)


def quarters(outline: Polygon) -> tuple[Polygon, ...]:
    """Return the parts of an outline in the four quarters of its box, which overlap a little.

    Seams run along meridians and parallels: straight lines for a service that takes degrees for
    plane coordinates.
    """
    west, south, east, north = outline.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    boxes = (
        box(west, south, lon + SEAM_DEG, lat + SEAM_DEG),
        box(lon - SEAM_DEG, south, east, lat + SEAM_DEG),
        box(west, lat - SEAM_DEG, lon + SEAM_DEG, north),
        box(lon - SEAM_DEG, lat - SEAM_DEG, east, north),
    )
    return tuple(part for quarter in boxes for part in _polygons(outline.intersection(quarter)))


def poly_text(outline: Polygon) -> str:
    """Return an outline as the police service reads it.

    Examples
    --------
    >>> poly_text(box(-3, 53, -2.5, 54))
    '53,-2.5:54,-2.5:54,-3:53,-3'
    """
    corners = shapely.get_coordinates(outline.exterior)[:-1]
    return ":".join(f"{_decimal(lat)},{_decimal(lon)}" for lon, lat in corners)


def _decimal(degrees: float) -> str:
    return f"{degrees:.{DECIMALS}f}".rstrip("0").rstrip(".")


def _filled(geometry: BaseGeometry) -> Iterator[Polygon]:
    """Yield the outer rings of a geometry as polygons, rounded as they are sent."""
    for part in _polygons(geometry):
        ring = shapely.transform(Polygon(part.exterior), lambda at: np.round(at, DECIMALS))
        yield from _polygons(shapely.make_valid(ring))


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    parts = shapely.get_parts(geometry)
    return [part for part in parts if isinstance(part, Polygon) and part.area > 0]


def _points(outlines: tuple[Polygon, ...]) -> int:
    return sum(shapely.get_num_coordinates(outline) for outline in outlines)
