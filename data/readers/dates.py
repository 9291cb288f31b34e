"""When did it happen, in UTC, from dates as people and spreadsheets write them?

One rule holds for a whole column: a row is never guessed by itself, because 01/02/2026 would then
be February in one row and January in the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

EXCEL_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of Excel's serial numbers (1900 date system)."""

_CLOCK: Final = (
    r"(?:[ T,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp][Mm])?)?"
)
_SHAPES: Final = {
    "year first": r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK,
    "numbers": r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4}|\d{2})" + _CLOCK,
    "month named": r"(?P<day>\d{1,2})[- ]*(?P<name>[A-Za-z]{3})[a-z]*[- ,]*(?P<year>\d{4}|\d{2})"
    + _CLOCK,
    "month only": r"(?P<year>\d{4})-(?P<month>\d{2})",
}
_WITH_OFFSET: Final = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})"
_SERIAL: Final = r"\d{5}(\.\d+)?"
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}
_NOON, _HOURS, _SIXTY, _CENTURY = 12, 24, 60, 2000


@dataclass(frozen=True, eq=False)
class Times:
    """Times of the rows of a column.

    Attributes
    ----------
    local
        Local wall-clock time without zone, ``datetime64[us]``, NaT where unreadable, shape (rows,).
    utc
        The same instants in UTC, ``datetime64[us]``, shape (rows,).
    precision
        "minute", "day", "month" or "" (unreadable), shape (rows,).
    notes
        The rule that was used, and what the clock changes did, for the user.
    serial
        Texts that were spreadsheet numbers, shape (rows,).
    doubtful
        Times in the hour of a clock change, shape (rows,).
    rule
        "day/month/year" or "month/day/year" where the column holds such dates, else "".
    """

    local: NDArray[np.datetime64]
    utc: NDArray[np.datetime64]
    precision: NDArray[np.str_]
    notes: tuple[str, ...]
    serial: NDArray[np.bool_]
    doubtful: NDArray[np.bool_]
    rule: str = ""

    def at(self, rows: NDArray[np.intp]) -> Times:
        """Return the times at the positions, in that order, with the same notes."""
        return replace(
            self,
            local=self.local[rows],
            utc=self.utc[rows],
            precision=self.precision[rows],
            serial=self.serial[rows],
            doubtful=self.doubtful[rows],
        )

    @property
    def months(self) -> NDArray[np.str_]:
        """Local month as YYYY-MM, "NaT" where unreadable, shape (rows,)."""
        return np.datetime_as_string(self.local, unit="M")


def read_times(
    texts: pd.Series,
    *,
    timezone: str,
    date_format: str | None = None,
    excel_epoch: date = EXCEL_EPOCH,
) -> Times:
    """Return the times that a column of text stands for.

    Parameters
    ----------
    texts
        Trimmed text, "" where there is none.
    timezone
        Zone of the wall clock, such as Europe/London. Where an offset is written, it is respected.
    date_format
        ``strptime`` directives; None finds the rule from the whole column, day first in doubt.
    excel_epoch
        Day 0 of serial numbers in this workbook.

    Notes
    -----
    An hour that comes twice when clocks go back is taken as the first (summer time); an hour that
    does not exist when they go forward is moved on by an hour. Both are counted in ``notes``.
    """
    codes, different = pd.factorize(texts)
    read = _read_distinct(pd.Series(different, dtype="str"), timezone, date_format, excel_epoch)
    found = read.at(codes)
    return replace(found, notes=(*_row_notes(found), *_change_words(found.doubtful)))


def _read_distinct(
    texts: pd.Series, timezone: str, date_format: str | None, excel_epoch: date
) -> Times:
    """Return the times of different texts; the only note is the rule."""
    serial = np.zeros(len(texts), dtype=np.bool_)
    notes: tuple[str, ...] = ()
    rule = ""
    if date_format:
        local, precision, notes = _by_format(texts, date_format)
    else:
        local, precision, rule, serial = _by_shape(texts, excel_epoch)
        notes = (f"Dates read as {rule}.",) if rule else ()
    doubtful = _clock_changes(local, timezone)
    utc = to_utc(local, timezone)
    instants = _instants(texts)
    stated = ~np.isnat(instants) & np.isnat(local)
    utc[stated], precision[stated] = instants[stated], "minute"
    local[stated] = to_local(instants[stated], timezone)
    return Times(local, utc, precision, notes, serial, doubtful, rule)


def _row_notes(found: Times) -> tuple[str, ...]:
    serials = int(found.serial.sum())
    return (*found.notes, *([f"{serials:,} dates were Excel numbers."] if serials else []))


_Read = tuple[NDArray[np.datetime64], NDArray[np.str_], tuple[str, ...]]


def _by_format(texts: pd.Series, date_format: str) -> _Read:
    read = pd.to_datetime(texts, format=date_format, errors="coerce")
    local = read.to_numpy("datetime64[us]", copy=True)
    fine = "minute" if re.search(r"%[HIXcT]", date_format) else "day"
    if not re.search(r"%[djcxDeF]", date_format):
        fine = "month"
    precision = np.where(np.isnat(local), "", fine)
    return local, precision.astype(np.str_), (f"Dates read as {date_format}.",)


def _by_shape(
    texts: pd.Series, epoch: date
) -> tuple[NDArray[np.datetime64], NDArray[np.str_], str, NDArray[np.bool_]]:
    """Return times, precisions, the rule of day and month, and which texts were numbers."""
    local = np.full(len(texts), np.datetime64("NaT", "us"))
    precision = np.full(len(texts), "", dtype="<U6")
    rule = ""
    rest = np.arange(len(texts))
    for shape, pattern in _SHAPES.items():
        parts = texts.iloc[rest].str.extract(f"^{pattern}$")
        fits = parts["year"].notna().to_numpy()
        if not fits.any():
            continue
        found = parts[fits]
        if shape == "numbers":
            found, rule = _in_order(found)
        local[rest[fits]], precision[rest[fits]] = _assembled(found)
        rest = rest[~fits]
    return local, precision, rule, _add_serials(texts, epoch, local, precision)


def _in_order(parts: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the parts with day and month in place, by one rule for all rows."""
    first, second = parts["day"].astype(int), parts["month"].astype(int)
    day_first = ((first > _NOON) & (second <= _NOON)).any()
    if ((second > _NOON) & (first <= _NOON)).any() and not day_first:
        return parts.rename(columns={"day": "month", "month": "day"}), "month/day/year"
    return parts, "day/month/year"


def _assembled(parts: pd.DataFrame) -> tuple[NDArray[np.datetime64], NDArray[np.str_]]:
    """Return times and precisions from year, month, day and clock as text."""
    year, month, day = (_number(parts, name, 1) for name in ("year", "month", "day"))
    year = year + (parts["year"].str.len() == len("26")).to_numpy(dtype=np.int64) * _CENTURY
    if "name" in parts:
        month[:] = parts["name"].str.lower().map(_MONTHS).fillna(0)
    hour, minute, second = (_number(parts, name, 0) for name in ("hour", "minute", "second"))
    if "half" in parts:
        afternoon = parts["half"].str.lower()
        twelve = hour % _NOON + _NOON * (afternoon == "pm").to_numpy()
        written = afternoon.notna().to_numpy()
        hour[written] = twelve[written]
    days = pd.to_datetime(
        pd.DataFrame({"year": year, "month": month, "day": day}), errors="coerce"
    ).to_numpy("datetime64[us]", copy=True)
    days[(hour >= _HOURS) | (minute >= _SIXTY) | (second >= _SIXTY)] = np.datetime64("NaT")
    clock = (hour * _SIXTY + minute) * _SIXTY + second
    timed = parts["hour"].notna().to_numpy() if "hour" in parts else np.zeros(len(parts), np.bool_)
    words = np.where(timed, "minute", "day" if "day" in parts else "month")
    return days + clock.astype("timedelta64[s]"), np.where(np.isnat(days), "", words)


def _number(parts: pd.DataFrame, name: str, otherwise: int) -> NDArray[np.int64]:
    """Return a part as numbers, and ``otherwise`` where it is not written."""
    if name not in parts:
        return np.full(len(parts), otherwise, dtype=np.int64)
    numbers = pd.to_numeric(parts[name], errors="coerce").fillna(otherwise)
    return numbers.to_numpy(dtype=np.int64, copy=True)


def _instants(texts: pd.Series) -> NDArray[np.datetime64]:
    """Return the UTC times of texts that state their offset, NaT elsewhere."""
    instants = np.full(len(texts), np.datetime64("NaT", "us"))
    rows = texts.str.fullmatch(_WITH_OFFSET).to_numpy(dtype=np.bool_)
    if rows.any():
        read = pd.to_datetime(texts[rows], utc=True, format="ISO8601", errors="coerce")
        instants[rows] = read.dt.tz_localize(None).to_numpy("datetime64[us]")
    return instants


def _add_serials(
    texts: pd.Series, epoch: date, local: NDArray[np.datetime64], precision: NDArray[np.str_]
) -> NDArray[np.bool_]:
    """Fill in the times that are spreadsheet numbers, and return which those are."""
    rows = texts.str.fullmatch(_SERIAL).to_numpy(dtype=np.bool_, copy=True)
    days = pd.to_numeric(texts[rows]).astype("float64")
    fits = days.between(_FIRST_SERIAL, _LAST_SERIAL).to_numpy()
    rows[np.flatnonzero(rows)[~fits]] = False
    if not rows.any():
        return rows
    minutes = np.rint(days[fits].to_numpy() * _HOURS * _SIXTY).astype("int64")
    start = np.datetime64(epoch, "us")
    local[rows] = start + minutes.astype("timedelta64[m]")
    precision[rows] = np.where(minutes % (_HOURS * _SIXTY) == 0, "day", "minute")
    return rows


def to_utc(local: NDArray[np.datetime64], timezone: str) -> NDArray[np.datetime64]:
    """Return wall-clock times of a zone as UTC, ``datetime64[us]``; see Notes of `read_times`."""
    summer = np.ones(len(local), dtype=np.bool_)
    zoned = pd.DatetimeIndex(local).tz_localize(
        timezone, ambiguous=summer, nonexistent=pd.Timedelta(hours=1)
    )
    return zoned.tz_convert("UTC").tz_localize(None).to_numpy("datetime64[us]", copy=True)


def to_local(utc: NDArray[np.datetime64], timezone: str) -> NDArray[np.datetime64]:
    """Return UTC times on the wall clock of a zone, ``datetime64[us]``."""
    zoned = pd.DatetimeIndex(utc).tz_localize("UTC").tz_convert(timezone)
    return zoned.tz_localize(None).to_numpy("datetime64[us]")


def _clock_changes(local: NDArray[np.datetime64], timezone: str) -> NDArray[np.bool_]:
    """Return which times fall in the hours of the clock changes."""
    wall = pd.DatetimeIndex(local)
    known = wall.tz_localize(timezone, ambiguous="NaT", nonexistent="NaT")
    doubtful: NDArray[np.bool_] = np.asarray(known.isna(), dtype=np.bool_) & ~np.isnat(local)
    return doubtful


def _change_words(doubtful: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return a note where rows fall in the hours of the clock changes."""
    rows = int(doubtful.sum())
    if not rows:
        return ()
    note = (
        f"{rows:,} rows fall in the hour of a clock change: an hour that comes twice was taken"
        " as summer time, a missing one moved on by an hour."
    )
    return (note,)
