"""Which cells adjoin one another, and which exact points lie close together?"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import h3
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.errors import GridError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

NOISE = -1
"""Label of a point that belongs to no cluster."""


def components(cells: Iterable[str], *, gap: int = 1) -> tuple[tuple[str, ...], ...]:
    """Return the cells in groups that hang together.

    Parameters
    ----------
    cells
        H3 cells of one resolution, in any order.
    gap
        1: cells that share an edge hang together. 2: so do cells with one cell between them.

    Returns
    -------
    tuple of tuple of str
        Each group sorted; groups by their first cell.

    Raises
    ------
    GridError
        If ``gap`` is not 1 or 2.

    Notes
    -----
    The groups are those of DBSCAN on the cell centres with one point enough for a cluster, and a
    reach between the spacing of the first ring and that of the second.
    """
    if gap not in (1, 2):
        message = f"The gap must be 1 or 2; found {gap}."
        raise GridError(message, "Use 1 for cells that share an edge.")
    members = sorted(set(cells))
    position = {cell: i for i, cell in enumerate(members)}
    pairs = [
        (i, position[other])
        for i, cell in enumerate(members)
        for other in h3.grid_disk(cell, gap)
        if other in position
    ]
    ends = np.fromiter(chain.from_iterable(pairs), dtype=np.int32).reshape(-1, 2)
    shape = (len(members), len(members))
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=shape)
    count, label = connected_components(graph, directed=False)
    groups: list[list[str]] = [[] for _ in range(count)]
    for cell, group in zip(members, label.tolist(), strict=True):
        groups[group].append(cell)
    return tuple(sorted(tuple(group) for group in groups))


def point_clusters(
    x_m: ArrayLike, y_m: ArrayLike, weights: ArrayLike, *, eps_m: float, min_weight: float
) -> NDArray[np.int64]:
    """Return the cluster of each point, for places with exact locations.

    Parameters
    ----------
    x_m, y_m
        Metres in a projected CRS, shape (m,).
    weights
        Reports, or harm, at each point, shape (m,); above 0.
    eps_m
        Points at most this far apart are close: 100 to 150 m gives clusters the shape of streets.
    min_weight
        Least weight within reach of a point for a cluster to grow there.

    Returns
    -------
    array of int
        Shape (m,). 0 for the heaviest cluster, then 1 ...; -1 for points in none. Whatever the
        order of the points, each gets the same cluster.

    Raises
    ------
    GridError
        If ``eps_m``, ``min_weight`` or a weight is not above 0.

    Notes
    -----
    Not for snapped locations, where clusters would show the map points and not the places.

    References
    ----------
    Ester et al. (1996), A density-based algorithm for discovering clusters, KDD-96, 226-231.
    Wheeler & Reuter (2021), Redrawing hot spots of crime, Police Quarterly 24(2), 159-184.
    """
    from sklearn.cluster import DBSCAN  # noqa: PLC0415 - seconds to import, seldom needed

    at = np.column_stack([np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)])
    heavy = np.asarray(weights, dtype=np.float64)
    if eps_m <= 0 or min_weight <= 0 or (heavy <= 0).any():
        message = f"Reach ({eps_m}), least weight ({min_weight}) and all weights must be above 0."
        raise GridError(message, "Leave points without weight out.")
    if not len(at):
        return np.empty(0, dtype=np.int64)
    places, place = np.unique(at, axis=0, return_inverse=True)
    weight = np.bincount(place.ravel(), weights=heavy).astype(np.float64)
    share = weight / min_weight * (1 + 1e-9)
    label = DBSCAN(eps=eps_m, min_samples=1).fit(places, sample_weight=share).labels_
    return _heaviest_first(label, weight)[place.ravel()]


def _heaviest_first(label: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the labels renumbered by weight; of equal ones the one met first stays first."""
    clustered = label != NOISE
    totals = np.bincount(label[clustered], weights=weight[clustered])
    rank = np.empty(len(totals) + 1, dtype=np.int64)
    rank[np.argsort(-totals, kind="stable")] = np.arange(len(totals))
    rank[NOISE] = NOISE
    return rank[label]
