"""What share of each place do cameras see, record and watch?

*Seen* lies in the view of a working camera. *Recorded* is the chance that a working camera points
there at a given moment; *watched* the same, of cameras that somebody monitors live.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csc_array, csr_array

from geo.errors import SchemaError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from geo.public_realm import PublicRealm

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares of each cell's public realm, 0 to 1, shape (n,); NaN where a cell has none.

    Attributes
    ----------
    seen
        In the view of a working camera.
    recorded
        Chance that a working camera points there, averaged over the cell: at most ``seen``.
    watched
        The same of cameras that are monitored: at most ``recorded``.
    """

    seen: Floats
    recorded: Floats
    watched: Floats


def hits(polygons: NDArray[np.object_], realm: PublicRealm) -> csr_array:
    """Return which points of the public realm lie in which views.

    Parameters
    ----------
    polygons
        Views in metres, n of them; empty ones hold nothing.
    realm
        The points, m of them.

    Returns
    -------
    csr_array of bool
        Shape (m, n): points x cameras.
    """
    polygons = np.asarray(polygons, dtype=object)
    order = np.lexsort((realm.x_m, realm.y_m))
    x_m, y_m = realm.x_m[order], realm.y_m[order]
    held = [order[_held(polygon, x_m, y_m)] for polygon in polygons]
    starts = np.cumsum([0, *(len(points) for points in held)])
    points = np.concatenate([*held, np.zeros(0, dtype=np.int64)])
    shape = (len(realm), len(polygons))
    return csc_array((np.ones(len(points), dtype=np.bool_), points, starts), shape=shape).tocsr()


def point_chances(hits: csr_array, timeshare: ArrayLike, active: ArrayLike | None = None) -> Floats:
    """Return the chance that at least one camera points at each spot, shape (m,).

    Parameters
    ----------
    hits
        Points x cameras.
    timeshare
        Share of the time in which each camera looks at a spot of its view, shape (n,).
    active
        Cameras that count, shape (n,); all by default.

    Notes
    -----
    1 - prod(1 - timeshare): cameras turn independently of each other.

    Examples
    --------
    >>> one_spot = csr_array(np.array([[True, True]]))
    >>> point_chances(one_spot, [0.25, 0.25]).tolist()
    [0.4375]
    """
    share = np.asarray(timeshare, dtype=np.float64)
    if share.shape != (hits.shape[1],) or not bool(((share >= 0) & (share <= 1)).all()):
        message = f"Time shares of {hits.shape[1]} cameras must each lie between 0 and 1."
        raise SchemaError(message, "Give one for each camera, in the order of the views.")
    with np.errstate(divide="ignore"):
        missing = np.log1p(-share)
    if active is not None:
        missing = np.where(np.asarray(active, dtype=np.bool_), missing, 0.0)
    return np.asarray(np.abs(np.expm1(hits @ missing)), dtype=np.float64)


def cell_shares(chances: ArrayLike, realm: PublicRealm) -> Floats:
    """Return the mean of the points of each cell, shape (n,); NaN where it has no public realm."""
    return _shares(np.asarray(chances), realm.cell, _points(realm))


def coverage_at(
    hits: csr_array,
    timeshare: ArrayLike,
    working: ArrayLike,
    watched_mask: ArrayLike,
    realm: PublicRealm,
) -> Shares:
    """Return what working cameras see, record and watch of each cell at one moment.

    Parameters
    ----------
    hits
        Points x cameras.
    timeshare
        As in ``point_chances``.
    working
        Cameras that work at the moment, shape (n,).
    watched_mask
        Cameras that are monitored at the moment, shape (n,); one that does not work is not.
    realm
        The points.

    Notes
    -----
    Only points in some view are counted: most of a town lies in none.
    """
    points = _points(realm)
    rows = np.flatnonzero(np.diff(hits.indptr))
    near, cell = hits[rows], realm.cell[rows]
    works = np.asarray(working, dtype=np.bool_)
    watches = works & np.asarray(watched_mask, dtype=np.bool_)
    return Shares(
        _shares(near @ works.astype(np.float64) > 0, cell, points),
        _shares(point_chances(near, timeshare, works), cell, points),
        _shares(point_chances(near, timeshare, watches), cell, points),
    )


def _points(realm: PublicRealm) -> NDArray[np.int64]:
    """Return how many points each cell has, shape (n,)."""
    return np.bincount(realm.cell, minlength=len(realm.cells))


def _shares(chances: Floats, cell: NDArray[np.int32], points: NDArray[np.int64]) -> Floats:
    """Return what chances come to in each cell, over its points; NaN where it has none."""
    total = np.bincount(cell, weights=chances, minlength=len(points))
    share = np.full(len(points), np.nan)
    np.divide(total, points, out=share, where=points > 0)
    return np.asarray(np.minimum(share, 1.0), dtype=np.float64)


def _held(polygon: object, x_m: Floats, y_m: Floats) -> NDArray[np.int64]:
    """Return the points, sorted by y, that a polygon holds."""
    if shapely.is_empty(polygon):
        return np.zeros(0, dtype=np.int64)
    west, south, east, north = shapely.bounds(polygon)
    first, after = np.searchsorted(y_m, south, "left"), np.searchsorted(y_m, north, "right")
    across = x_m[first:after]
    boxed = first + np.flatnonzero((across >= west) & (across <= east))
    shapely.prepare(polygon)
    held = shapely.contains_xy(polygon, x_m[boxed], y_m[boxed])
    return np.asarray(boxed[held], dtype=np.int64)
