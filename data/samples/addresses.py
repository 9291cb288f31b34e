"""Where are the doors of the sample town, and in which hexagon is each?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import h3
import numpy as np
import shapely
from numpy.typing import NDArray

from data.samples.network import CENTRE_U, Network

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from data.samples.plane import Plane

RESOLUTION: Final = 9
_SPACING_M: Final = 30.0
_SETBACK_M: Final = 9.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Addresses:
    """Doors along the streets, sorted by cell, then street.

    Attributes
    ----------
    u, v, lon, lat
        On the board and in WGS 84, shape (a,).
    street
        Position of the street line in `Network`, shape (a,).
    cell
        Position in ``cells``, shape (a,), ascending.
    cells
        H3 cells of resolution 9 that hold an address, sorted.
    """

    u: Floats
    v: Floats
    lon: Floats
    lat: Floats
    street: NDArray[np.int64]
    cell: NDArray[np.int64]
    cells: tuple[str, ...]


def line_addresses(plane: Plane, network: Network, boundary: BaseGeometry) -> Addresses:
    """Return doors every 30 m on both sides of every street, inside the boundary (WGS 84)."""
    length = shapely.length(network.segments)
    count = np.floor(length / _SPACING_M).astype(np.int64)
    street = np.repeat(np.arange(len(length)), count)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    along = (number + 0.5) * np.repeat(length / np.maximum(count, 1), count)
    lines = network.segments[street]
    here = shapely.get_coordinates(shapely.line_interpolate_point(lines, along))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines, along - 1.0))
    way = (here - ahead) / np.maximum(np.hypot(*(here - ahead).T), 1e-9)[:, None]
    aside = np.column_stack((-way[:, 1], way[:, 0])) * _SETBACK_M
    board = np.concatenate((here + aside, here - aside))
    lonlat = plane.to_earth(board)
    inside = shapely.contains_xy(boundary, lonlat)
    return _in_cells(board[inside], lonlat[inside], np.concatenate((street, street))[inside])


def _in_cells(board: Floats, lonlat: Floats, street: NDArray[np.int64]) -> Addresses:
    text = [
        h3.latlng_to_cell(lat, lon, RESOLUTION)
        for lon, lat in zip(lonlat[:, 0].tolist(), lonlat[:, 1].tolist(), strict=True)
    ]
    cells, cell = np.unique(np.array(text), return_inverse=True)
    order = np.lexsort((board[:, 1], board[:, 0], street, cell))
    return Addresses(
        board[order, 0],
        board[order, 1],
        lonlat[order, 0],
        lonlat[order, 1],
        street[order],
        cell[order],
        tuple(cells.tolist()),
    )


def from_centre(u: Floats, v: Floats) -> Floats:
    """Return metres from the town centre of board points, the coast counting a little less."""
    return np.asarray(np.hypot(u - CENTRE_U, 0.8 * v), dtype=np.float64)


def mean_by_cell(addresses: Addresses, value: Floats) -> Floats:
    """Return the mean of an address's value by cell."""
    mean = np.bincount(addresses.cell, value) / np.bincount(addresses.cell)
    return np.asarray(mean, dtype=np.float64)
