"""What do canonical incidents look like in Arrow?

Rows know nothing of any study area: areas are looked at later, from the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from geo.errors import SchemaError
from geo.periods import month_index
from geo.schema import (
    CATEGORY,
    INCIDENT_COLUMNS,
    LAT,
    LOCATION_PRECISION,
    LON,
    MONTH,
    ORIGIN,
    PROVIDER,
    RECORD_KIND,
    SOURCE,
    SOURCE_ROW,
    TIME_FROM,
    TIME_PRECISION,
    TIME_TO,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

EASTMOST, NORTHMOST = 180, 90
"""Largest longitude and latitude in degrees."""

_NUMBERS: Final = {
    SOURCE_ROW: pa.int32(),
    LON: pa.float64(),
    LAT: pa.float64(),
    TIME_FROM: pa.timestamp("us", "UTC"),
    TIME_TO: pa.timestamp("us", "UTC"),
}
INCIDENT_SCHEMA: Final = pa.schema(
    [(name, _NUMBERS.get(name, pa.string())) for name in INCIDENT_COLUMNS]
)
"""Canonical columns in order; text is never null, a missing number or time is."""

LATER_COLUMNS: Final = INCIDENT_COLUMNS[INCIDENT_COLUMNS.index(RECORD_KIND) :]
"""Columns that the first lakes did not have; where a file lacks them they are blank."""


def conformed(table: pa.Table) -> pa.Table:
    """Return stored rows with every canonical column, blank where the file has none."""
    lacking = [name for name in LATER_COLUMNS if name not in table.column_names]
    for name in lacking:
        table = table.append_column(name, pa.repeat("", table.num_rows))
    return table


def located(table: pa.Table) -> NDArray[np.bool_]:
    """Return which rows have a location, shape (rows,)."""
    has_both: NDArray[np.bool_] = np.isfinite(table[LON].to_numpy() + table[LAT].to_numpy())
    return has_both


def as_incidents(frame: pd.DataFrame, *, source: str, provider: str) -> pa.Table:
    """Return a frame of canonical incidents as an Arrow table of ``INCIDENT_SCHEMA``.

    Parameters
    ----------
    frame
        Columns of ``INCIDENT_COLUMNS``. ``month``, ``category``, ``lon`` and ``lat`` (WGS 84
        degrees) are needed; the others may be absent. ``source`` and ``provider`` are set for
        every row.

    Raises
    ------
    SchemaError
        Where a needed column is absent, a month does not read YYYY-MM, a category is blank, a
        coordinate is out of range, or a time has no time zone.
    """
    _check(frame)
    rows = len(frame)
    filled = {SOURCE: source, PROVIDER: provider}
    columns = []
    for item in INCIDENT_SCHEMA:
        if item.name in filled:
            columns.append(pa.repeat(filled[item.name], rows))
        elif item.name in frame:
            columns.append(_column(frame[item.name], item.type))
        else:
            columns.append(_absent(item.name, frame))
    return pa.table(columns, schema=INCIDENT_SCHEMA)


def _check(frame: pd.DataFrame) -> None:
    missing = [name for name in (MONTH, CATEGORY, LON, LAT) if name not in frame]
    if missing:
        message = f"Incidents need the columns month, category, lon and lat; {missing} are absent."
        raise SchemaError(message, "Name the columns as in geo.schema.INCIDENT_COLUMNS.")
    for month in frame[MONTH].astype(str).unique():
        month_index(month)
    blank = frame[CATEGORY].isna() | (frame[CATEGORY] == "")
    if blank.any():
        message = f"{int(blank.sum())} incidents have no category; the first is row {_at(blank)}."
        raise SchemaError(message, "Give each incident a category.")
    half = frame[LON].isna() ^ frame[LAT].isna()
    lost = half | (frame[LON].abs() > EASTMOST) | (frame[LAT].abs() > NORTHMOST)
    if lost.any():
        message = (
            f"{int(lost.sum())} incidents have no possible coordinates;"
            f" the first is row {_at(lost)}."
        )
        raise SchemaError(message, "Use WGS 84 degrees, and leave both empty where unknown.")
    for name in (TIME_FROM, TIME_TO):
        if name in frame and getattr(frame[name].dt, "tz", None) is None:
            message = f"The column {name} has no time zone."
            raise SchemaError(message, "Convert it to UTC first.")


def _at(mask: pd.Series) -> int:
    return int(np.flatnonzero(mask.to_numpy())[0]) + 1


def _column(values: pd.Series, kind: pa.DataType) -> pa.Array:
    array = pa.Array.from_pandas(values)
    if pa.types.is_string(kind):
        return array.cast(pa.string()).fill_null("")
    if pa.types.is_floating(kind):
        return array.cast(kind).fill_null(np.nan)
    return array.cast(kind)


def _absent(name: str, frame: pd.DataFrame) -> pa.Array:
    """Return what stands for a column that a source does not have."""
    rows = len(frame)
    if name == SOURCE_ROW:
        return pa.array(np.arange(1, rows + 1, dtype=np.int32))
    if name in (TIME_FROM, TIME_TO):
        return pa.nulls(rows, _NUMBERS[name])
    if name == LOCATION_PRECISION:
        return pa.array(np.where(frame[LON].isna(), "none", "exact"), pa.string())
    words = {TIME_PRECISION: "month", ORIGIN: "unknown"}
    return pa.repeat(words.get(name, ""), rows)
