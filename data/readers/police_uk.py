"""How does a data.police.uk street-level file become canonical incidents?

Rules
-----
- The source gives the month only, and map points instead of places: ``time_precision`` is
  "month", ``location_precision`` "snap_point". ``Falls within`` and the LSOA columns are not used:
  every geography is computed anew from the point. ``Context`` is ignored.
- *Refused*, with row, column, value and reason: a month that does not read YYYY-MM or lies in the
  future; no force or no crime type; coordinates that are not numbers, or lie outside the United
  Kingdom; a row with too few or too many values.
- *Not located*, and kept: either coordinate blank, 0,0, or "No Location".
- *Fixed*, and kept: longitude and latitude swapped.
- *Dropped*: a row with a Crime ID of which all 12 columns equal those of an earlier row. Rows
  without a Crime ID (anti-social behaviour) are separate reports and all kept.
- A Crime ID that comes again with other content is kept. The first row of a Crime ID in a month is
  the report; each further row of that Crime ID in the same month is *repeated*. The first row is
  *restated* if the Crime ID is held for another month too: in each of its months but one. This
  does not depend on the order in which files are loaded; see ``data.ingest``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.readers.coordinates import UK_EAST, UK_NORTH, UK_SOUTH, UK_WEST, as_numbers, is_swapped
from data.readers.kinds import STREET_COLUMNS
from data.readers.rows import FileRows, RowCheck, incident_table, split_by_month
from data.readers.street_findings import street_findings
from data.readers.text import open_quote
from geo.schema import (
    CATEGORY,
    LAT,
    LOCATION_PRECISION,
    LON,
    MONTH,
    ORIGIN,
    OUTCOME,
    PLACE,
    POLICE_UK,
    POLICE_UK_CATEGORIES,
    PROVIDER,
    SOURCE,
    SOURCE_REF,
    SOURCE_ROW,
    TIME_FROM,
    TIME_PRECISION,
    TIME_TO,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from numpy.typing import NDArray

    from data.readers.text import TextTable

NO_LOCATION: Final = "No Location"
_MONTH: Final = r"[0-9]{4}-(0[1-9]|1[0-2])"


def read_street_file(text: TextTable, *, now: datetime) -> FileRows:
    """Return the incidents of a street-level file.

    Parameters
    ----------
    text
        The table with the columns of a street-level file, in any order.
    now
        The present, with its time zone; later months are refused.

    Raises
    ------
    FileRefusedError
        Where a value runs over several lines: no such file has one, so that a quotation mark is
        out of place, and the rows behind it cannot be trusted.
    """
    if text.broken_row is not None:
        raise open_quote(text.broken_row)
    check = RowCheck(text.numbers, text.ragged)
    _check_words(text, check, now)
    lon, lat, swapped = _coordinates(text, check)
    doubles = _identical(text, check.sound)
    keep = check.sound & ~doubles
    table = _incidents(text, lon, lat).filter(pa.array(keep))
    fixed = swapped & np.isfinite(lon)
    return FileRows(
        rows_read=text.rows_read,
        batches=split_by_month(table, fixed[keep]),
        rows_dropped=int(doubles.sum()),
        bad=check.result(),
        notes=(*text.notes, *_unknown_types(table)),
        findings=street_findings(text, lon, keep=keep, fixed=fixed, doubles=doubles),
    )


def _check_words(text: TextTable, check: RowCheck, now: datetime) -> None:
    month = text.column("Month")
    unread = _where(month, lambda text: re.fullmatch(_MONTH, text) is None)
    check.refuse(unread, "Month", month, "A month must read YYYY-MM.")
    present = now.strftime("%Y-%m")
    check.refuse(
        _where(month, lambda text: text > present), "Month", month, "This month is in the future."
    )
    for heading in ("Reported by", "Crime type"):
        values = text.column(heading)
        blank = _where(values, lambda text: text == "")
        check.refuse(blank, heading, values, f"{heading} is blank.")


def _where(values: pa.Array, wrong: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Return which values are wrong, asking once for each of the few that there are."""
    encoded = values.dictionary_encode()
    verdicts = [wrong(text) for text in encoded.dictionary.to_pylist()]
    flags: NDArray[np.bool_] = np.array(verdicts, dtype=np.bool_)[encoded.indices.to_numpy()]
    return flags


def _coordinates(
    text: TextTable, check: RowCheck
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return longitude, latitude (NaN: no location), and which rows were swapped; refuse others."""
    texts = text.column("Longitude"), text.column("Latitude")
    lon, lat = (as_numbers(values) for values in texts)
    blank = np.zeros(len(lon), dtype=np.bool_)
    for values in texts:
        blank |= pc.equal(values, "").to_numpy(zero_copy_only=False)
    for heading, values, numbers in zip(("Longitude", "Latitude"), texts, (lon, lat), strict=True):
        wrong = ~np.isfinite(numbers) & pc.not_equal(values, "").to_numpy(zero_copy_only=False)
        check.refuse(wrong, heading, values, "A coordinate must be a number.")
    nowhere = blank | ((lon == 0) & (lat == 0))
    nowhere |= pc.equal(text.column("Location"), NO_LOCATION).to_numpy(zero_copy_only=False)
    lon[nowhere] = lat[nowhere] = np.nan
    swapped = is_swapped(lon, lat)
    lon[swapped], lat[swapped] = lat[swapped], lon[swapped]
    reason = "The point lies outside the United Kingdom (longitude -9 to 2, latitude 49 to 61)."
    check.refuse((lon < UK_WEST) | (lon > UK_EAST), "Longitude", texts[0], reason)
    check.refuse((lat < UK_SOUTH) | (lat > UK_NORTH), "Latitude", texts[1], reason)
    return lon, lat, swapped


def _identical(text: TextTable, sound: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which sound rows have a Crime ID and equal an earlier sound row in all 12 columns."""
    references = text.column("Crime ID")
    codes = references.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    has_id = pc.not_equal(references, "").to_numpy(zero_copy_only=False) & sound
    again = has_id & (np.bincount(codes[has_id], minlength=codes.max(initial=0) + 1)[codes] > 1)
    positions = np.flatnonzero(again)
    present = {name.casefold() for name in text.columns}
    headings = [name for name in STREET_COLUMNS if name.casefold() in present]
    wanted = pa.array(positions)
    rows = zip(*(text.column(name).take(wanted).to_pylist() for name in headings), strict=True)
    seen: set[tuple[str, ...]] = set()
    doubles = np.zeros(len(sound), dtype=np.bool_)
    for position, row in zip(positions, rows, strict=True):
        doubles[position] = row in seen
        seen.add(row)
    return doubles


def _incidents(text: TextTable, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> pa.Table:
    rows = len(lon)
    located = pa.array(np.isfinite(lon))
    place = text.column("Location")
    return incident_table(
        {
            SOURCE: pa.repeat(POLICE_UK, rows),
            PROVIDER: text.column("Reported by"),
            MONTH: text.column("Month"),
            SOURCE_REF: text.column("Crime ID"),
            SOURCE_ROW: pa.array(text.numbers),
            CATEGORY: text.column("Crime type"),
            OUTCOME: text.column("Last outcome category"),
            PLACE: pc.if_else(pc.equal(place, NO_LOCATION), "", place),
            LON: pa.array(lon),
            LAT: pa.array(lat),
            TIME_FROM: pa.nulls(rows),
            TIME_TO: pa.nulls(rows),
            TIME_PRECISION: pa.repeat("month", rows),
            LOCATION_PRECISION: pc.if_else(located, "snap_point", "none"),
            ORIGIN: pa.repeat("unknown", rows),
        }
    )


def _unknown_types(table: pa.Table) -> tuple[str, ...]:
    counts = pc.value_counts(table[CATEGORY]).to_pylist()
    unknown = sorted(
        (item["values"], item["counts"])
        for item in counts
        if item["values"] not in POLICE_UK_CATEGORIES
    )
    return tuple(
        f"Crime type “{name}” is not among the 14 of data.police.uk; {rows:,} kept under that name."
        for name, rows in unknown
    )
