"""Which places of each patch are busiest month after month, hotspots or not?

Hotspots gather in the centre of a town, so that many neighbourhood teams have none. Their busy
places are what those teams work with; they are never called hotspots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.errors import GridError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

TOP = 3
"""Places listed for each patch, and how many a month's busiest are."""


@dataclass(frozen=True)
class BusyCell:
    """A cell that is often among the three busiest of its patch.

    Attributes
    ----------
    patch
        Name of the patch.
    rank
        1 to 3 within the patch.
    cell
        H3 cell.
    n
        Reports in the window's observed months.
    months_in_top
        Observed months in which it was among the three busiest cells of its patch.
    months_observed
        Of so many.
    """

    patch: str
    rank: int
    cell: str
    n: int
    months_in_top: int
    months_observed: int

    @property
    def share(self) -> float:
        """Share of the observed months in which it was among the three busiest."""
        return self.months_in_top / self.months_observed


def busy_places(
    cells: Sequence[str], patches: Sequence[str], counts: ArrayLike, observed: ArrayLike
) -> tuple[BusyCell, ...]:
    """Return the three cells of each patch that are most often among its three busiest.

    Parameters
    ----------
    cells
        H3 cells, sorted; n of them.
    patches
        Patch of each cell (`geo.regions.region_of_cells`); empty where it has none.
    counts
        Reports in the window, shape (n, T).
    observed
        Shape (T,). False where a month has no data.

    Returns
    -------
    tuple of BusyCell
        By patch and rank. Ties, within a month and in the ranking, go to the cell with more
        reports in the window, then to the first cell. A patch has fewer than three only if
        fewer of its cells have a report.

    Raises
    ------
    GridError
        If the cells, patches and counts do not fit together.
    """
    panel, seen = np.asarray(counts), np.asarray(observed, dtype=np.bool_)
    if panel.shape != (len(cells), len(seen)) or len(patches) != len(cells):
        found = (len(cells), len(patches), panel.shape, seen.shape)
        message = f"Cells, patches and counts do not fit together: {found}."
        raise GridError(message, "Take all of them from the same cube.")
    names, patch = np.unique(np.asarray(patches, dtype=str), return_inverse=True)
    panel = panel[:, seen]
    reports = panel.sum(axis=1)
    table = pd.DataFrame({"patch": names[patch], "cell": list(cells), "n": reports})
    table["months"] = _months_in_top(panel, patch, reports)
    table = table[(table["patch"] != "") & (table["n"] > 0)]
    ranked = table.sort_values(
        ["patch", "months", "n", "cell"], ascending=[True, False, False, True]
    )
    ranked["rank"] = ranked.groupby("patch").cumcount() + 1
    columns = ranked.loc[ranked["rank"] <= TOP, ["patch", "rank", "cell", "n", "months"]]
    return tuple(
        BusyCell(str(place), int(rank), str(cell), int(n), int(months), int(seen.sum()))
        for place, rank, cell, n, months in columns.itertuples(index=False, name=None)
    )


def _months_in_top(
    panel: NDArray[np.int64], patch: NDArray[np.int64], reports: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return in how many months each cell was among the three busiest of its patch, shape (n,)."""
    months = np.zeros(len(panel), dtype=np.int64)
    for slice_counts in panel.T:
        order = np.lexsort((-reports, -slice_counts, patch))
        ordered = patch[order]
        place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
        busiest = order[(place < TOP) & (slice_counts[order] > 0)]
        months[busiest] += 1
    return months
