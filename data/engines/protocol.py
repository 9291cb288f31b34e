"""What does Hexbeat ask of whatever counts incidents?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from geo.schema import (
    CATEGORY,
    COUNT,
    LAT,
    LON,
    MONTH,
    ORIGIN,
    PLACE,
    PROVIDER,
    SETTING,
    SOURCE,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

Bounds = tuple[float, float, float, float]
"""West, south, east, north in WGS 84 degrees."""

SINK: Final = "sink"
POINT_COLUMNS: Final = (
    LON, LAT, PLACE, PROVIDER, SOURCE, MONTH, CATEGORY, ORIGIN, SETTING, SINK, COUNT,
)  # fmt: skip
PARTIAL: Final = "partial"
COVERAGE_COLUMNS: Final = (SOURCE, PROVIDER, MONTH, "rows", "located", PARTIAL)


class Engine(Protocol):
    """Counts incidents of the lake; it never changes them, and knows nothing of areas."""

    def count_points(
        self, bounds: Bounds, *, sources: Collection[str] | None = None
    ) -> pd.DataFrame:
        """Return the located incidents inside a box that may be mapped, counted by what they share.

        Sensitive rows (``sensitive_class``) and rows that are not live (``status``) are left out.

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
            from the left. ``sink``: whether the rows are marked as being at a default location.
        """
        ...

    def read_rows(
        self,
        columns: Collection[str],
        bounds: Bounds | None = None,
        *,
        sources: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """Return the live, unrestricted incidents themselves, those without a location included.

        Parameters
        ----------
        columns
            Names of ``geo.schema.INCIDENT_COLUMNS`` to read.
        bounds
            West, south, east, north in WGS 84 degrees; rows outside, or without a location, are
            then left out. None reads all.
        sources
            Source keys to read; None for all.

        Returns
        -------
        pandas.DataFrame
            The columns in the order asked for, sorted by source, provider, month and row of the
            file; times in UTC with their zone.
        """
        ...

    def coverage(self) -> pd.DataFrame:
        """Return which months are held: ``COVERAGE_COLUMNS``, sorted, one row a month.

        ``partial``: whether the month looks incomplete; see ``geo.periods.is_partial_month``.
        """
        ...
