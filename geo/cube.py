"""How many reports fell in each cell, in each month, of each category?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.errors import GridError, NotEnoughDataError
from geo.periods import month_index, month_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class SpaceTimeCube:
    """Counts of cells x periods x categories; zeros included, immutable, checked when built.

    Attributes
    ----------
    cells
        H3 cells as text, sorted; n of them.
    periods
        Every calendar month of the span, ``YYYY-MM``, without gaps; T of them.
    categories
        Sorted names; K of them.
    counts
        Reports, shape (n, T, K). Zero in months that were not observed: ask ``observed`` first.
    observed
        Shape (T,). False where a month has no data, which is never zero reports.
    area_km2
        Shape (n,). The part of each cell inside the boundary.
    moved
        Reports counted in the nearest study cell, since their own is not one.
    """

    cells: tuple[str, ...]
    periods: tuple[str, ...]
    categories: tuple[str, ...]
    counts: NDArray[np.int64]
    observed: NDArray[np.bool_]
    area_km2: NDArray[np.float64]
    moved: int = 0

    def __post_init__(self) -> None:
        shape = (len(self.cells), len(self.periods), len(self.categories))
        if self.counts.shape != shape:
            message = f"The counts must have the shape {shape}; found {self.counts.shape}."
            raise GridError(message, "Build the cube with cells, periods and categories in order.")
        if self.periods and self.periods != month_range(self.periods[0], self.periods[-1]):
            message = f"The months must follow one another; found {self.periods}."
            raise GridError(message, "Name every calendar month; mark absent ones as not observed.")
        if list(self.cells) != sorted(set(self.cells)):
            message = "The cells must be sorted and distinct."
            raise GridError(message, "Sort them, and sum the counts of repeated ones.")
        if self.counts.size and int(self.counts.min()) < 0:
            msg = "Counts must not be negative."
            raise GridError(msg, "Check the rows that were counted.")
        if self.counts[:, ~self.observed, :].any():
            message = "A month without data holds reports."
            raise GridError(message, "Mark the month as observed, or leave its reports out.")
        for array in (self.counts, self.observed, self.area_km2):
            array.flags.writeable = False

    def total(self) -> int:
        """Return the number of reports in the cube."""
        return int(self.counts.sum())

    def panel(self) -> NDArray[np.int64]:
        """Return reports of all categories, shape (n, T)."""
        return np.asarray(self.counts.sum(axis=2), dtype=np.int64)

    def observed_months(self) -> tuple[str, ...]:
        """Return the months that have data, in order."""
        return tuple(p for p, seen in zip(self.periods, self.observed, strict=True) if seen)

    def missing_months(self) -> tuple[str, ...]:
        """Return the months of the span without data, in order."""
        return tuple(p for p, seen in zip(self.periods, self.observed, strict=True) if not seen)

    def window(self, first: str, last: str) -> SpaceTimeCube:
        """Return the cube of ``first`` to ``last``; months outside the span are not observed."""
        wanted = month_range(first, last)
        if not wanted:
            message = f"A window must not end before it starts; found {first} to {last}."
            raise NotEnoughDataError(message, "Choose an earlier start.")
        start = month_index(self.periods[0]) if self.periods else 0
        counts = np.zeros((len(self.cells), len(wanted), len(self.categories)), dtype=np.int64)
        observed = np.zeros(len(wanted), dtype=np.bool_)
        for t, period in enumerate(wanted):
            s = month_index(period) - start
            if 0 <= s < len(self.periods):
                counts[:, t] = self.counts[:, s]
                observed[t] = self.observed[s]
        return SpaceTimeCube(
            self.cells, wanted, self.categories, counts, observed, self.area_km2.copy(), self.moved
        )

    def only(self, categories: Sequence[str]) -> SpaceTimeCube:
        """Return the cube of the named categories; an empty sequence means all."""
        if not categories:
            return self
        unknown = sorted(set(categories) - set(self.categories))
        if unknown:
            message = f"There is no category {unknown[0]!r} in these data."
            raise GridError(message, f"Choose from: {', '.join(self.categories)}.")
        keep = [k for k, name in enumerate(self.categories) if name in set(categories)]
        names = tuple(self.categories[k] for k in keep)
        return SpaceTimeCube(
            self.cells,
            self.periods,
            names,
            self.counts[:, :, keep],
            self.observed.copy(),
            self.area_km2.copy(),
            self.moved,
        )
