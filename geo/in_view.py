"""How much demand lies in the view of each camera, and which cameras see little of it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

LITTLE: Final = 0.25
"""A camera sees little demand if it sees at most a quarter of what the median camera sees."""


def demand_on_points(
    demand: ArrayLike, point_cell: ArrayLike, chances: ArrayLike = 0.0
) -> NDArray[np.float64]:
    """Return the demand at each point of the public realm that nothing covers yet.

    Parameters
    ----------
    demand
        Reports of each cell, shape (n,). They are spread evenly over the points of the cell.
    point_cell
        Index of the cell of each point, shape (p,), as in ``geo.public_realm``.
    chances
        Chance that a camera covers the point already, shape (p,); 0 for all of the demand.

    Returns
    -------
    array of float
        Shape (p,). Reports of a cell without points are on none.

    Examples
    --------
    >>> demand_on_points([6, 2, 9], [0, 0, 1], [0.0, 0.5, 0.0]).tolist()
    [3.0, 1.5, 2.0]
    """
    reports = np.asarray(demand, dtype=np.float64)
    cell = np.asarray(point_cell, dtype=np.int64)
    points = np.bincount(cell, minlength=len(reports))
    each = np.divide(reports, points, out=np.zeros(len(reports)), where=points > 0)
    open_share = 1 - np.clip(np.asarray(chances, dtype=np.float64), 0, 1)
    return np.asarray(each[cell] * open_share, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class InView:
    """Demand in the view of each camera.

    Attributes
    ----------
    reports
        Shape (cameras,).
    alone
        Of these, what no other of the cameras sees, shape (cameras,).
    """

    reports: NDArray[np.float64]
    alone: NDArray[np.float64]


def demand_in_view(hits: csr_array, point_demand: ArrayLike) -> InView:
    """Return the demand in the view of each camera, for locations that are not exact.

    Parameters
    ----------
    hits
        Whether a camera sees a point, shape (points, cameras), as `geo.coverage.hits` gives it.
    point_demand
        Reports at each point, shape (points,), as `demand_on_points` gives it.
    """
    weight = np.asarray(point_demand, dtype=np.float64)
    seen = hits.astype(np.float64)
    only = np.diff(seen.tocsr().indptr) == 1
    return InView(np.asarray(seen.T @ weight), np.asarray(seen.T @ (weight * only)))


def reports_in_view(views: ArrayLike, x_m: ArrayLike, y_m: ArrayLike) -> InView:
    """Return the reports in the view of each camera, for exact locations.

    Parameters
    ----------
    views
        What each camera may see: shapely polygons in metres, shape (cameras,).
    x_m, y_m
        Where the reports are, in the same CRS, shape (reports,).

    Notes
    -----
    Not for snapped locations, where map points and not places would be counted. A report on the
    edge of a view counts as in it.
    """
    shapes = np.asarray(views, dtype=object)
    points = shapely.points(np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64))
    camera, report = shapely.STRtree(points).query(shapes, predicate="intersects")
    only = np.bincount(report, minlength=len(points))[report] == 1
    count = len(shapes)
    return InView(
        np.bincount(camera, minlength=count).astype(np.float64),
        np.bincount(camera[only], minlength=count).astype(np.float64),
    )


@dataclass(frozen=True)
class LittleDemand:
    """A camera that sees little demand.

    Attributes
    ----------
    camera
        Its position in the arrays.
    reports
        In its view.
    alone
        Of these, what no other camera sees.
    """

    camera: int
    reports: float
    alone: float


def removal_list(
    camera_ids: Sequence[str], in_view: InView, *, little: float = LITTLE
) -> tuple[LittleDemand, ...]:
    """Return the cameras that see little demand, the least first.

    Parameters
    ----------
    camera_ids
        Identifier of each camera; of equal ones the first comes first.
    in_view
        Demand in the view of each.
    little
        Listed is who sees at most this share of what the median camera sees.

    Returns
    -------
    tuple of LittleDemand
        Empty where no camera sees any demand: then nothing tells one from another.

    Notes
    -----
    A reason to ask whether a camera is still needed, never the answer: it may stand for another
    purpose, or be what keeps the demand small.
    """
    if not in_view.reports.sum() > 0:
        return ()
    most = little * float(np.median(in_view.reports))
    order = sorted(range(len(camera_ids)), key=lambda i: (in_view.reports[i], camera_ids[i]))
    return tuple(
        LittleDemand(i, float(in_view.reports[i]), float(in_view.alone[i]))
        for i in order
        if in_view.reports[i] <= most
    )
