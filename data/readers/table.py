"""How does any table with coordinates and dates become canonical incidents?"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import UTC
from typing import TYPE_CHECKING, Final, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import DataError, FileRefusedError
from data.readers.coordinates import as_numbers, is_swapped, to_lon_lat
from data.readers.dates import Times, read_times, to_utc
from data.readers.rows import FileRows, RowCheck, incident_table, split_by_month
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
    PROVIDER,
    SOURCE,
    SOURCE_REF,
    SOURCE_ROW,
    TIME_FROM,
    TIME_PRECISION,
    TIME_TO,
    Origin,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from data.readers.text import TextTable

BRITISH_NATIONAL_GRID: Final = "EPSG:27700"
EARLIEST_YEAR: Final = 1990
LONGEST_MIX_UP: Final = np.timedelta64(24, "h")

_PERSONAL: Final = frozenset(
    (
        "name", "caller", "caller name", "complainant", "informant", "reporter", "telephone",
        "phone", "mobile", "email", "dob", "date of birth", "age", "gender", "ethnicity", "suspect",
        "victim", "offender", "aggrieved", "nominal", "pnc id", "vrm", "operator", "officer",
        "collar no", "notes", "free text", "narrative", "remarks", "log text",
    )
)  # fmt: skip
_MISSING: Final = ("", "-", "NULL", "N/A", "n/a", "NA", "#N/A", "#REF!", "None", "nan")


@dataclass(frozen=True)
class TableMapping:
    """Which columns of a table hold what.

    Attributes
    ----------
    date
        Column of the date, or date and time.
    category
        Column of the type of incident.
    lon, lat
        Columns of WGS 84 degrees; or
    easting, northing
        columns of metres in ``crs``.
    date_to
        Column of the end, where the time is a span.
    place, reference, outcome
        Optional columns. Columns that are not named are never read.
    source
        Key of the source, ``a-z0-9_``; with ``provider`` and month it says what a later file
        replaces.
    provider
        Who supplied the table, as people say it.
    date_format
        ``strptime`` directives; None finds one rule for the column, day first in doubt.
    sheet
        Sheet of a workbook; None takes the first visible one with the columns.

    Raises
    ------
    DataError
        Where coordinates are not named in one way, a personal column is named, or a value is not
        possible.
    """

    date: str
    category: str
    lon: str | None = None
    lat: str | None = None
    easting: str | None = None
    northing: str | None = None
    crs: str = BRITISH_NATIONAL_GRID
    date_to: str | None = None
    place: str | None = None
    reference: str | None = None
    outcome: str | None = None
    source: str = "partner"
    provider: str = "Partner reports"
    origin: Origin = "unknown"
    timezone: str = "Europe/London"
    date_format: str | None = None
    sheet: str | None = None

    def __post_init__(self) -> None:
        degrees, metres = (self.lon, self.lat), (self.easting, self.northing)
        if all(degrees) == all(metres) or any(degrees) == any(metres):
            message = "Coordinates must be named as lon and lat, or as easting and northing."
            raise DataError(message, "Name one pair of columns.")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.source) or self.source == POLICE_UK:
            message = f"The source {self.source!r} cannot be used."
            raise DataError(message, "Use small letters, such as council_noise; not police_uk.")
        if not self.provider.strip() or self.origin not in get_args(Origin):
            message = f"Provider {self.provider!r} or origin {self.origin!r} cannot be used."
            raise DataError(message, f"The origin is one of {', '.join(get_args(Origin))}.")
        if "%z" in (self.date_format or ""):
            message = "A date format cannot hold an offset (%z)."
            raise DataError(message, "Leave the format out: offsets are recognised.")
        personal = [name for name in self.columns if name.casefold() in _PERSONAL]
        if personal:
            message = f"The column {personal[0]!r} looks like personal data, which is not loaded."
            raise DataError(message, "Name another column, or leave it out.")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            message = f"The time zone {self.timezone!r} is unknown."
            raise DataError(message, "Write it like Europe/London.") from error

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that are read."""
        named = (
            self.date, self.category, self.lon, self.lat, self.easting, self.northing,
            self.date_to, self.place, self.reference, self.outcome,
        )  # fmt: skip
        return tuple(name for name in named if name)

    @classmethod
    def parse(cls, words: str) -> TableMapping:
        """Return the mapping that is written as ``lon=X,lat=Y,date=When,category=Type``.

        Raises
        ------
        DataError
            Where a part does not read ``what=column``, or ``what`` is unknown or absent.

        Examples
        --------
        >>> TableMapping.parse("easting=X,northing=Y,date=When,category=Type").crs
        'EPSG:27700'
        """
        named: dict[str, str] = {}
        known = [item.name for item in fields(cls)]
        for part in filter(None, (part.strip() for part in words.split(","))):
            what, equals, column = (piece.strip() for piece in part.partition("="))
            if not equals or what not in known:
                message = f"{part!r} does not say which column is what."
                raise DataError(message, f"Write what=column; what is one of {', '.join(known)}.")
            if column:
                named[what] = column
        absent = [what for what in ("date", "category") if what not in named]
        if absent:
            message = f"The columns lack {' and '.join(absent)}."
            raise DataError(message, "Write it like lon=X,lat=Y,date=When,category=Type.")
        return cls(**named)  # type: ignore[arg-type]  # origin is checked on the way in

    def is_heading(self, cells: Sequence[str]) -> bool:
        """Return whether a row holds the headings of all columns that are read."""
        found = {cell.casefold() for cell in cells}
        return all(name.casefold() in found for name in self.columns)


def read_table(text: TextTable, mapping: TableMapping, *, now: datetime) -> FileRows:
    """Return the incidents of a table.

    Parameters
    ----------
    text
        The table, with the columns that the mapping names.
    mapping
        Which columns hold what.
    now
        The present, with its time zone; later dates are refused.

    Raises
    ------
    FileRefusedError
        Where a column is absent or comes twice.
    CrsError
        Where the CRS of the mapping is unknown.

    Notes
    -----
    Nothing is dropped as a duplicate: whether two rows are one event cannot be told from any
    table. Rows whose date, category or coordinates cannot be read are refused; rows with blank or
    0,0 coordinates are kept without a location.
    """
    _check_headings(text, mapping)
    check = RowCheck(text.numbers, text.ragged)
    category = _values(text, mapping.category)
    check.refuse(_is(category, ""), mapping.category, category, "The category is blank.")
    dates = _values(text, mapping.date)
    check.refuse(_is(dates, ""), mapping.date, dates, "The date is blank.")
    start = _times(text, mapping.date, mapping, check, now)
    time_from, time_to, notes = _span(text, mapping, start, check, now)
    lon, lat, swapped = _coordinates(text, mapping, check)
    keep = pa.array(check.sound)
    rows = len(lon)
    table = incident_table(
        {
            SOURCE: pa.repeat(mapping.source, rows),
            PROVIDER: pa.repeat(mapping.provider, rows),
            MONTH: pa.array(start.months),
            SOURCE_REF: _values(text, mapping.reference),
            SOURCE_ROW: pa.array(text.numbers),
            CATEGORY: category,
            OUTCOME: _values(text, mapping.outcome),
            PLACE: _values(text, mapping.place),
            LON: pa.array(lon),
            LAT: pa.array(lat),
            TIME_FROM: pa.array(time_from),
            TIME_TO: pa.array(time_to),
            TIME_PRECISION: pa.array(start.precision),
            LOCATION_PRECISION: pc.if_else(pa.array(np.isfinite(lon)), "exact", "none"),
            ORIGIN: pa.repeat(mapping.origin, rows),
        }
    ).filter(keep)
    return FileRows(
        rows_read=text.rows_read,
        batches=split_by_month(table, swapped[check.sound]),
        bad=check.result(),
        notes=(*text.notes, *start.notes, *notes),
        month_heading=mapping.date,
    )


def _check_headings(text: TextTable, mapping: TableMapping) -> None:
    found = [name.casefold() for name in text.columns]
    missing = [name for name in mapping.columns if name.casefold() not in found]
    if missing:
        headings = ", ".join(text.columns[:12])
        message = f"Columns are missing: {', '.join(missing)}. The headings are: {headings}."
        raise FileRefusedError(message, "Name the columns as the file has them.")
    twice = [name for name in mapping.columns if found.count(name.casefold()) > 1]
    if twice:
        message = f"The column {twice[0]} comes twice."
        raise FileRefusedError(message, "Give the columns different names.")


def _values(text: TextTable, heading: str | None) -> pa.Array:
    """Return the values of a column, "" where missing or where the table has no such column."""
    if heading is None:
        return pa.repeat("", len(text.numbers))
    values = text.column(heading)
    missing = pc.is_in(values, value_set=pa.array(_MISSING))
    return pc.if_else(missing, "", values)


def _is(values: pa.Array, word: str) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = pc.equal(values, word).to_numpy(zero_copy_only=False)
    return same


def _times(
    text: TextTable, heading: str, mapping: TableMapping, check: RowCheck, now: datetime
) -> Times:
    values = _values(text, heading)
    times = read_times(
        pd.Series(values.to_pylist(), dtype="str"),
        timezone=mapping.timezone,
        date_format=mapping.date_format,
        excel_epoch=text.excel_epoch,
    )
    unreadable = np.isnat(times.local) & ~_is(values, "")
    check.refuse(unreadable, heading, values, "This does not read as a date.")
    early = times.local < np.datetime64(f"{EARLIEST_YEAR}-01-01")
    check.refuse(early, heading, values, f"The year is before {EARLIEST_YEAR}.")
    present = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us")
    late = times.utc > present
    check.refuse(late, heading, values, "This date is in the future.")
    return times


def _span(
    text: TextTable, mapping: TableMapping, start: Times, check: RowCheck, now: datetime
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64], tuple[str, ...]]:
    """Return from and to in UTC: a minute is both, a day all of it, a month neither."""
    never = np.datetime64("NaT", "us")
    is_month = start.precision == "month"
    time_from = np.where(is_month, never, start.utc)
    next_day = to_utc(start.local + np.timedelta64(1, "D"), mapping.timezone)
    time_to = np.where(start.precision == "day", next_day, time_from)
    if mapping.date_to is None:
        return time_from, time_to, ()
    end = _times(text, mapping.date_to, mapping, check, now)
    time_to = np.where(np.isnat(end.utc) | is_month, time_to, end.utc)
    backwards = time_to < time_from
    short = backwards & (time_from - time_to < LONGEST_MIX_UP)
    lost = backwards & ~short
    first, last = np.where(short, time_to, time_from), np.where(short, time_from, time_to)
    notes = _backwards_words(int(short.sum()), int(lost.sum()))
    return first, np.where(lost, never, last), notes


def _backwards_words(turned: int, lost: int) -> tuple[str, ...]:
    notes = []
    if turned:
        notes.append(f"{turned:,} rows ended before they began by less than a day: turned round.")
    if lost:
        notes.append(f"{lost:,} rows ended a day or more before they began: the end was left out.")
    return tuple(notes)


def _coordinates(
    text: TextTable, mapping: TableMapping, check: RowCheck
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return longitude, latitude (NaN: no location), and which rows were swapped; refuse others."""
    metres = mapping.lon is None
    headings = (mapping.easting, mapping.northing) if metres else (mapping.lon, mapping.lat)
    texts = [_values(text, heading) for heading in headings]
    x, y = (as_numbers(values) for values in texts)
    for heading, values, numbers in zip(headings, texts, (x, y), strict=True):
        wrong = ~np.isfinite(numbers) & ~_is(values, "")
        check.refuse(wrong, str(heading), values, "A coordinate must be a number.")
    nowhere = ~np.isfinite(x) | ~np.isfinite(y) | ((x == 0) & (y == 0))
    x[nowhere] = y[nowhere] = np.nan
    swapped = np.zeros(len(x), dtype=np.bool_)
    if not metres:
        swapped = is_swapped(x, y)
        x[swapped], y[swapped] = y[swapped], x[swapped]
    lon, lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
    lon[~nowhere], lat[~nowhere] = to_lon_lat(
        x[~nowhere], y[~nowhere], mapping.crs if metres else "EPSG:4326"
    )
    reason = "The point lies where these coordinates cannot."
    check.refuse(~np.isfinite(lon) & ~nowhere, str(headings[0]), texts[0], reason)
    return lon, lat, swapped
