"""What is each hotspot called, which streets and wards lie in it, and has its name lasted?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clusters import WINDOW_MONTHS
from geo.errors import SchemaError
from geo.names import clean_place, distinct_names, is_generic
from geo.periods import month_index, months_before
from geo.schema import CELL, COUNT, MONTH, PLACE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo.clusters import HotspotCells

WARD: Final = "ward"
NAME_LASTS: Final = 0.75
"""A hotspot keeps its name while that place has this share of its busiest place's reports."""


@dataclass(frozen=True)
class PlaceName:
    """What a hotspot is called, and where it lies.

    Attributes
    ----------
    name
        Short, and no other hotspot's.
    streets
        Its busiest named places, most reports first; the name itself left out.
    wards
        Wards in which its reports lie, most reports first.
    """

    name: str
    streets: tuple[str, ...]
    wards: tuple[str, ...]


def name_hotspots(
    months: Mapping[str, Sequence[HotspotCells]],
    points: pd.DataFrame,
    *,
    break_month: str | None = None,
) -> dict[str, PlaceName]:
    """Return the names of the last month's hotspots, by id.

    Parameters
    ----------
    months
        Hotspots of each month, in order, as from `geo.clusters.hotspots_by_month`.
    points
        Counted points of observed months with the columns ``cell`` (H3 text), ``month``,
        ``place``, ``ward`` and ``n``, in any order.
    break_month
        As for `geo.clusters.hotspots_by_month`.

    Returns
    -------
    dict
        Hotspot id to name, most reports first.

    Raises
    ------
    SchemaError
        If a column is missing.

    Notes
    -----
    Names are replayed with the seeds: a hotspot keeps its name from month to month while that
    place has at least three quarters of the reports of its busiest named place. So names depend
    on the data alone, and do not follow every small shift.
    """
    missing = [name for name in (CELL, MONTH, PLACE, WARD, COUNT) if name not in points]
    if missing:
        message = f"The points need the column {missing[0]!r}; found {list(points.columns)}."
        raise SchemaError(message, "Assign cells and wards to the counted points first.")
    every_cell = {cell for hotspots in months.values() for spot in hotspots for cell in spot.cells}
    points = points[points[CELL].isin(every_cell)]
    places, wards = _tally(points, _clean_names(points[PLACE])), _tally(points, points[WARD])
    former: dict[str, str] = {}
    named: dict[str, PlaceName] = {}
    for month, hotspots in months.items():
        first = _window_start(month, break_month)
        streets = places.ranked(hotspots, first, month)
        around = [_labels(row) for row in wards.ranked(hotspots, first, month)]
        ids = [spot.hotspot_id for spot in hotspots]
        names = distinct_names(
            [_labels(row) for row in streets],
            [next(iter(row), "") for row in around],
            former=[
                _lasting(former.get(spot, ""), row) for spot, row in zip(ids, streets, strict=True)
            ],
        )
        former = dict(zip(ids, names, strict=True))
        named = {
            spot: PlaceName(name, tuple(street for street, _ in row if street != name), ward)
            for spot, name, row, ward in zip(ids, names, streets, around, strict=True)
        }
    return named


def _labels(row: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    return tuple(label for label, _ in row)


def _lasting(name: str, streets: Sequence[tuple[str, int]]) -> str:
    """Return the name where its place still has enough reports; else an empty text."""
    most = max((n for _, n in streets), default=0)
    return name if dict(streets).get(name, -1) >= NAME_LASTS * most else ""


def _window_start(month: str, break_month: str | None) -> str:
    """Return the first month of the window that ends with ``month``."""
    first = months_before(month, WINDOW_MONTHS - 1)
    return max(first, break_month) if break_month and break_month <= month else first


def _clean_names(places: pd.Series[str]) -> pd.Series[str]:
    """Return the places cleaned; empty where generic."""
    clean = {raw: "" if is_generic(raw) else clean_place(raw) for raw in places.unique()}
    return places.map(clean)


@dataclass(frozen=True, eq=False)
class _Tally:
    """Reports by cell, month and label; arrays of shape (m,)."""

    labels: NDArray[np.object_]
    """Sorted, shape (k,)."""
    label: NDArray[np.int64]
    cells: pd.Index[str]
    cell: NDArray[np.int64]
    month: NDArray[np.int64]
    """As from `geo.periods.month_index`."""
    n: NDArray[np.int64]

    def ranked(
        self, hotspots: Sequence[HotspotCells], first: str, last: str
    ) -> list[tuple[tuple[str, int], ...]]:
        """Return labels and reports of each hotspot, most reports first, ties by label."""
        owner = np.full(len(self.cells), -1, dtype=np.int64)
        for place, hotspot in enumerate(hotspots):
            position = self.cells.get_indexer(pd.Index(hotspot.cells))
            owner[position[position >= 0]] = place
        inside = (self.month >= month_index(first)) & (self.month <= month_index(last))
        use = inside & (owner[self.cell] >= 0)
        key = owner[self.cell[use]] * len(self.labels) + self.label[use]
        size = len(hotspots) * len(self.labels)
        totals = np.bincount(key, weights=self.n[use], minlength=size)
        rows = totals.reshape(len(hotspots), len(self.labels))
        order = np.argsort(-rows, axis=1, kind="stable")
        return [
            tuple((str(self.labels[k]), int(row[k])) for k in ranks[: np.count_nonzero(row)])
            for row, ranks in zip(rows, order, strict=True)
        ]


def _tally(points: pd.DataFrame, labels: pd.Series[str]) -> _Tally:
    """Return the reports by cell, month and label; rows with an empty label are left out."""
    table = points[[CELL, MONTH]].assign(label=labels, n=points[COUNT])
    table = table[table["label"] != ""]
    sums = table.groupby([CELL, MONTH, "label"], sort=True)["n"].sum().reset_index()
    label, names = pd.factorize(sums["label"], sort=True)
    cell, cells = pd.factorize(sums[CELL], sort=True)
    return _Tally(
        np.asarray(names, dtype=object),
        np.asarray(label, dtype=np.int64),
        pd.Index(cells),
        np.asarray(cell, dtype=np.int64),
        sums[MONTH].map(month_index).to_numpy(dtype=np.int64),
        sums["n"].to_numpy(dtype=np.int64),
    )
