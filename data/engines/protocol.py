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
CUT_TO: Final = "cut_to"
COVERAGE_COLUMNS: Final = (SOURCE, PROVIDER, MONTH, "rows", "located", PARTIAL, CUT_TO)


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
        ``cut_to``: id of the area of which alone there are rows, empty where all that the provider
        has is held; see ``supplied_for``.
        """
        ...


def supplied_for(supplied: pd.DataFrame, area_id: str) -> pd.DataFrame:
    """Return the months of ``Engine.coverage`` that were supplied for an area.

    What was fetched for one area says nothing of another: there, these months would look empty.
    """
    mine: pd.DataFrame = supplied[supplied[CUT_TO].isin(["", area_id])]
    return mine


def without_cut(rows: pd.DataFrame, supplied: pd.DataFrame, area_id: str) -> pd.DataFrame:
    """Return rows without those of months that were fetched for other areas alone.

    Parameters
    ----------
    rows
        Rows or points: source, provider and month among their columns.
    supplied
        The answer of ``Engine.coverage``.
    """
    key = [SOURCE, PROVIDER, MONTH]
    others = supplied[~supplied[CUT_TO].isin(["", area_id])]
    if others.empty:
        return rows
    found = rows[key].merge(others[key].assign(cut=True), on=key, how="left")
    kept: pd.DataFrame = rows[found["cut"].isna().to_numpy()]
    return kept
