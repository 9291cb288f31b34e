"""Which points of the ground are the same to every site, and what is each such class worth?

Points that the same sites see are one class: nothing is lost by deciding about them together, and
600,000 points become some thousand classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, csr_array

from geo.errors import GridError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Sites:
    """Places where a camera could stand, and what each would see.

    Attributes
    ----------
    hits
        Whether a site sees a class of points, shape (classes, sites), 0 or 1.
    weight
        Demand of each class, shape (classes,), above 0.
    points
        How many points went in.
    """

    hits: csr_array
    weight: NDArray[np.float64]
    points: int

    @classmethod
    def of(cls, hits: csr_array, weight: ArrayLike) -> Sites:
        """Return the sites with points that the same sites see merged.

        Parameters
        ----------
        hits
            Whether a site sees a point, shape (points, sites), as `geo.coverage.hits` gives it.
        weight
            Demand of each point that nothing covers yet, shape (points,), as
            `geo.coverage_demand.demand_on_points` gives it.

        Raises
        ------
        GridError
            If the two do not fit, or a weight is missing or below 0.

        Notes
        -----
        Points without weight, or that no site sees, are left out. The order of the points is
        irrelevant.
        """
        worth = np.asarray(weight, dtype=np.float64)
        if worth.shape != hits.shape[:1]:
            message = f"{hits.shape[0]} points are seen, {worth.size} have a demand."
            raise GridError(message, "Give the demand of every point, in the same order.")
        if not (np.isfinite(worth) & (worth >= 0)).all():
            message = "The demand of a point must be 0 or more, and known."
            raise GridError(message, "Leave out points without a cell.")
        classes, merged = _merged(_clean(hits), worth)
        return cls(classes, merged, len(worth))

    @property
    def count(self) -> int:
        """How many sites there are."""
        return int(self.hits.shape[1])

    @property
    def reach(self) -> NDArray[np.float64]:
        """Demand that each site sees, shape (sites,)."""
        return np.asarray(self.hits.T @ self.weight, dtype=np.float64)

    def view(self, site: int) -> NDArray[np.int32]:
        """Return the classes that a site sees, in order."""
        ends = self._by_site.indptr
        return np.asarray(self._by_site.indices[ends[site] : ends[site + 1]])

    @cached_property
    def _by_site(self) -> csc_array:
        columns = self.hits.tocsc()
        columns.sort_indices()
        return columns

    def worth(self, chosen: ArrayLike) -> float:
        """Return the demand that the chosen sites see together."""
        return float(self.weight[self.seen(chosen)].sum())

    def seen(self, chosen: ArrayLike) -> NDArray[np.bool_]:
        """Return whether each class is seen by one of the chosen sites, shape (classes,)."""
        up = np.zeros(self.count)
        up[np.asarray(chosen, dtype=np.int64)] = 1
        return np.asarray(self.hits @ up > 0, dtype=np.bool_)


def _clean(hits: csr_array) -> csr_array:
    """Return the hits as sorted rows without stored zeros, and every hit once."""
    rows = csr_array(hits, copy=True)
    rows.sum_duplicates()
    rows.eliminate_zeros()
    return rows


def _merged(rows: csr_array, weight: NDArray[np.float64]) -> tuple[csr_array, NDArray[np.float64]]:
    """Return one row for each set of sites with its summed weight, shorter sets first."""
    length = np.where(weight > 0, np.diff(rows.indptr), 0)
    columns: list[NDArray[np.int64]] = []
    sizes: list[NDArray[np.int64]] = []
    weights: list[NDArray[np.float64]] = []
    for size in np.unique(length[length > 0]).tolist():
        own = np.flatnonzero(length == size)
        sets = rows.indices[rows.indptr[own][:, None] + np.arange(size)].astype(">u4")
        # Equal rows have equal bytes; in this byte order their order is that of the sites.
        key = np.ascontiguousarray(sets).view(np.dtype((np.void, 4 * size))).ravel()
        _, first, group = np.unique(key, return_index=True, return_inverse=True)
        columns.append(sets[first].astype(np.int64).ravel())
        sizes.append(np.full(len(first), size))
        weights.append(np.bincount(group.ravel(), weights=weight[own]).astype(np.float64))
    if not weights:
        return csr_array((0, rows.shape[1])), np.empty(0)
    ends = np.concatenate([[0], np.cumsum(np.concatenate(sizes))])
    seen = np.concatenate(columns)
    classes = csr_array((np.ones(len(seen)), seen, ends), shape=(len(ends) - 1, rows.shape[1]))
    return classes, np.concatenate(weights)
