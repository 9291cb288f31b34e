"""What did the rules find in a street-level file of data.police.uk?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from data.readers.findings import RowLedger

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.readers.findings import Finding
    from data.readers.text import TextTable

SNAP_POINTS_REDRAWN: Final = "2022-07"
"""Month from which data.police.uk used another list of map points."""
_SINKS: Final = r"(?i)^(on or near )?(police station|hospital|prison|courts?|law court)$"


def street_findings(
    text: TextTable,
    lon: NDArray[np.float64],
    *,
    keep: NDArray[np.bool_],
    fixed: NDArray[np.bool_],
    doubles: NDArray[np.bool_],
) -> tuple[Finding, ...]:
    """Return what is to be said of a file, rule by rule.

    Parameters
    ----------
    lon
        Longitudes as used, NaN without a location, shape (rows,).
    keep, fixed, doubles
        Rows that are stored, that were swapped, and that repeat an earlier row, shape (rows,).
    """
    ledger = RowLedger(text.numbers)
    place = text.column("Location")
    ledger.mark(
        "G01",
        fixed & keep,
        "fixed",
        "{n} had latitude and longitude swapped. We swapped them.",
        column="Longitude",
    )
    nowhere = keep & np.isnan(lon)
    share = nowhere.sum() / max(int(keep.sum()), 1)
    ledger.mark(
        "G04",
        nowhere,
        "kept",
        f"{{n}} have no location ({share:.1%}). They are in the totals, not on the map.",
        column="Location",
    )
    at_sink = keep & ~nowhere & _matches(place, _SINKS)
    ledger.mark(
        "G10",
        at_sink,
        "kept",
        "{n} lie at the map point of a police station, hospital, prison or court ({value}).",
        column="Location",
        values=place,
        question="Treat these points as location not known?",
    )
    _mark_points(ledger, text, keep)
    _mark_alike(ledger, text, keep, doubles)
    ledger.note("G11", "Locations are approximate: the nearest anonymised map point.")
    ledger.note("G13", "LSOA and force area in the file are ignored: all are found from the point.")
    ledger.note(
        "T09",
        "This source gives the month only. Time-of-day pictures need police or council data.",
        column="Month",
    )
    return ledger.findings


def _mark_points(ledger: RowLedger, text: TextTable, keep: NDArray[np.bool_]) -> None:
    """Mark rows from before the map points were redrawn."""
    month = text.column("Month")
    before = keep & pc.less(month, SNAP_POINTS_REDRAWN).to_numpy(zero_copy_only=False)
    ledger.mark(
        "G12",
        before,
        "kept",
        "{n} are from before July 2022, when the map points were redrawn: no hexagon is compared"
        " across that month.",
        column="Month",
        values=month,
    )


def _mark_alike(
    ledger: RowLedger, text: TextTable, keep: NDArray[np.bool_], doubles: NDArray[np.bool_]
) -> None:
    """Mark rows that equal others: separate reports without a Crime ID, repeats with one."""
    alike = keep & (_matches(text.column("Crime ID"), "^$")) & _repeated(text)
    ledger.mark(
        "D03",
        alike,
        "kept",
        "{n} without a Crime ID equal another: separate reports at one map point, all kept.",
        column="Crime ID",
    )
    ledger.mark(
        "D03",
        doubles,
        "dropped",
        "{n} with a Crime ID equal an earlier row in all columns: dropped.",
        column="Crime ID",
    )


def _matches(values: object, pattern: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.match_substring_regex(values, pattern).to_numpy(
        zero_copy_only=False
    )
    return found


def _repeated(text: TextTable) -> NDArray[np.bool_]:
    """Return which rows equal another row in what says when, where and what."""
    names = ("Month", "Reported by", "Longitude", "Latitude", "Location", "Crime type")
    state = np.zeros(len(text.numbers), dtype=np.int64)
    for name in names:
        codes = text.column(name).dictionary_encode().indices.to_numpy(zero_copy_only=False)
        pairs = state * (int(codes.max(initial=0)) + 1) + codes
        state = np.unique(pairs, return_inverse=True)[1].astype(np.int64)
    repeated: NDArray[np.bool_] = np.bincount(state, minlength=1)[state] > 1
    return repeated
