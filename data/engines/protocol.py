"""What does Hexbeat ask of whatever counts incidents?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from geo.schema import CATEGORY, COUNT, LAT, LON, MONTH, PLACE, PROVIDER, SOURCE

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

Bounds = tuple[float, float, float, float]
"""West, south, east, north in WGS 84 degrees."""

POINT_COLUMNS: Final = (LON, LAT, PLACE, PROVIDER, SOURCE, MONTH, CATEGORY, COUNT)
COVERAGE_COLUMNS: Final = (SOURCE, PROVIDER, MONTH, "rows", "located")


class Engine(Protocol):
    """Counts incidents of the lake; it never changes them, and knows nothing of areas."""

    def count_points(
        self, bounds: Bounds, *, sources: Collection[str] | None = None
    ) -> pd.DataFrame:
        """Return the located incidents inside a box, counted by point, month and category.

        Parameters
        ----------
        bounds
            West, south, east, north in WGS 84 degrees, all included.
        sources
            Source keys to count; None for all.

        Returns
        -------
        pandas.DataFrame
            ``POINT_COLUMNS``, one row a combination with ``n`` at least 1, sorted by all columns
            from the left.
        """
        ...

    def coverage(self) -> pd.DataFrame:
        """Return which months are held: ``COVERAGE_COLUMNS``, sorted, one row a month."""
        ...
