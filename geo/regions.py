"""In which ward or patch does a point lie, and to which does a cell belong?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo.projection import to_metres

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray


def assign_regions(
    lon: ArrayLike,
    lat: ArrayLike,
    regions: gpd.GeoDataFrame,
    *,
    crs_m: str,
    nearest_m: float = 300.0,
) -> NDArray[np.object_]:
    """Return the name of the ward or patch in which each point lies.

    Parameters
    ----------
    lon, lat
        WGS 84 degrees, shape (m,); NaN where a report has no location. Pass points inside the
        study area only: others near its edge would get its wards.
    regions
        Frame with the columns ``name`` and ``geometry`` (WGS 84), sorted by name.
    crs_m
        A projected CRS in metres.
    nearest_m
        A point in no region gets the nearest one within this distance, since ward outlines are
        often drawn more coarsely than the coast or the boundary.

    Returns
    -------
    array of str objects
        Names, shape (m,); an empty text where there is none. Of several regions that share a
        point, the first in ``regions``.
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    names = np.full(lon.shape, "", dtype=object)
    located = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if not len(regions) or not len(located):
        return names
    code, distinct = pd.factorize(lon[located] + 1j * lat[located])
    region = _holding(distinct, regions)
    astray = region < 0
    region[astray] = _nearest(distinct[astray], regions, crs_m, nearest_m)
    labels = np.array([*regions["name"].astype(str), ""], dtype=object)
    names[located] = labels[region][code]
    return names


def _holding(points: NDArray[np.complex128], regions: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the position of the first region that holds each point, in degrees; else -1."""
    tree = shapely.STRtree(np.asarray(regions.geometry.array))
    at = shapely.points(points.real, points.imag)
    return _first_of(tree.query(at, predicate="intersects"), len(points), len(regions))


def _nearest(
    points: NDArray[np.complex128], regions: gpd.GeoDataFrame, crs_m: str, nearest_m: float
) -> NDArray[np.int64]:
    """Return the position of the nearest region within reach, in metres; else -1."""
    polygons = shapely.transform(
        np.asarray(regions.geometry.array),
        lambda at: np.column_stack(to_metres(at[:, 0], at[:, 1], crs_m)),
    )
    at = shapely.points(*to_metres(points.real, points.imag, crs_m))
    pairs = shapely.STRtree(polygons).query_nearest(at, max_distance=nearest_m)
    return _first_of(pairs, len(points), len(regions))


def _first_of(pairs: NDArray[np.int64], points: int, regions: int) -> NDArray[np.int64]:
    """Return the first region paired with each point; -1 where there is none."""
    first = np.full(points, regions, dtype=np.int64)
    np.minimum.at(first, pairs[0], pairs[1])
    return np.where(first == regions, -1, first)


def region_of_cells(
    index: NDArray[np.int32],
    names: NDArray[np.object_],
    weights: ArrayLike,
    *,
    centres: NDArray[np.object_],
) -> tuple[str, ...]:
    """Return the ward or patch of each study cell: the one in which most of its reports lie.

    Parameters
    ----------
    index
        Position of the study cell of each point, shape (m,); -1 for none.
    names
        Ward or patch of each point, shape (m,), as from ``assign_regions``.
    weights
        Reports at each point, shape (m,).
    centres
        Ward or patch of each cell's centre, shape (n,): used where a cell has no report.

    Returns
    -------
    tuple of str
        n names; of equally large shares the first by name.

    Notes
    -----
    By reports and not by centre, since the centre of a cell on the coast may lie in the sea, and
    since a cell on a ward's edge belongs to the team that answers most of its calls.
    """
    points = pd.DataFrame({"cell": index, "region": names, "n": np.asarray(weights)})
    points = points[(points["cell"] >= 0) & (points["region"] != "") & (points["n"] > 0)]
    totals = points.groupby(["cell", "region"])["n"].sum().reset_index()
    ranked = totals.sort_values(["cell", "n", "region"], ascending=[True, False, True])
    most = ranked.drop_duplicates("cell")
    found = centres.copy()
    found[most["cell"].to_numpy()] = most["region"].to_numpy(dtype=object)
    return tuple(str(name) for name in found)
