"""When did it happen, in UTC, from dates as people and spreadsheets write them?

One rule holds for a whole column: a row is never guessed by itself, because 01/02/2026 would then
be February in one row and January in the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
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
_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_NEVER: Final = np.datetime64("NaT", "us")
_FIRST_TIME, _LAST_TIME = np.datetime64("0002-01-01", "us"), np.datetime64("9998-12-31", "us")
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
    month_first: bool = False,
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
    month_first
        Whether a person has said that dates read month/day/year.

    Notes
    -----
    An hour that comes twice when clocks go back is taken as the first (summer time); an hour that
    does not exist when they go forward is moved on by an hour. Both are counted in ``notes``.
    """
    codes, different = pd.factorize(texts)
    how = _How(timezone, date_format, excel_epoch, month_first)
    read = _read_distinct(pd.Series(different, dtype="str"), how)
    found = read.at(codes)
    return replace(found, notes=(*_row_notes(found), *_change_words(found.doubtful)))


@dataclass(frozen=True)
class _How:
    """How a column is read; see `read_times`."""

    timezone: str
    date_format: str | None
    excel_epoch: date
    month_first: bool


def _read_distinct(texts: pd.Series, how: _How) -> Times:
    """Return the times of different texts; the only note is the rule."""
    serial = np.zeros(len(texts), dtype=np.bool_)
    notes: tuple[str, ...] = ()
    rule = ""
    timezone = how.timezone
    if how.date_format:
        local, precision, notes = _by_format(texts, how.date_format)
    else:
        local, precision, rule, serial = _by_shape(texts, how)
        notes = (f"Dates read as {rule}.",) if rule else ()
    doubtful = _clock_changes(local, timezone)
    utc = to_utc(local, timezone)
    unread = np.flatnonzero(np.isnat(local))
    instants = _instants(texts.iloc[unread])
    stated, instants = unread[~np.isnat(instants)], instants[~np.isnat(instants)]
    utc[stated], precision[stated] = instants, "minute"
    local[stated] = to_local(instants, timezone)
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
    texts: pd.Series, how: _How
) -> tuple[NDArray[np.datetime64], NDArray[np.str_], str, NDArray[np.bool_]]:
    """Return times, precisions, the rule of day and month, and which texts were numbers."""
    local = np.full(len(texts), _NEVER)
    precision = np.full(len(texts), "", dtype="<U6")
    rule = ""
    rest = np.arange(len(texts))
    values = pa.array(texts, pa.string())
    for shape, pattern in _SHAPES.items():
        written = pc.extract_regex(values, f"^{pattern}$")
        fits = written.is_valid().to_numpy(zero_copy_only=False)
        if not fits.any():
            continue
        parts = _parts(written.drop_null())
        if shape == "numbers":
            parts, rule = _in_order(parts, month_first=how.month_first)
        local[rest[fits]], precision[rest[fits]] = _assembled(parts)
        rest, values = rest[~fits], values.filter(pa.array(~fits))
    serial = np.zeros(len(texts), dtype=np.bool_)
    rows, times = _from_serials(rest, values, how.excel_epoch)
    serial[rows], local[rows] = True, times
    precision[rows] = np.where(times == times.astype("datetime64[D]"), "day", "minute")
    return local, precision, rule, serial


_Parts = dict[str, pa.Array]
"""Year, month, day and clock as text, "" where a part is not written."""


def _parts(written: pa.StructArray) -> _Parts:
    names = [field.name for field in written.type]
    return dict(zip(names, written.flatten(), strict=True))


def _in_order(parts: _Parts, *, month_first: bool) -> tuple[_Parts, str]:
    """Return the parts with day and month in place, by one rule for all rows."""
    first, second = _number(parts, "day", 1), _number(parts, "month", 1)
    day_first = ((first > _NOON) & (second <= _NOON)).any()
    if month_first or (((second > _NOON) & (first <= _NOON)).any() and not day_first):
        return {**parts, "day": parts["month"], "month": parts["day"]}, "month/day/year"
    return parts, "day/month/year"


def _assembled(parts: _Parts) -> tuple[NDArray[np.datetime64], NDArray[np.str_]]:
    """Return times and precisions from year, month, day and clock as text."""
    year, month, day = (_number(parts, name, 1) for name in ("year", "month", "day"))
    year[_is(pc.equal(pc.utf8_length(parts["year"]), len("26")))] += _CENTURY
    if "name" in parts:
        known = pc.index_in(pc.utf8_lower(parts["name"]), pa.array(_MONTHS))
        month = known.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
    hour, minute, second = (_number(parts, name, 0) for name in ("hour", "minute", "second"))
    if "half" in parts:
        twelve = hour % _NOON + _NOON * _is(pc.equal(pc.utf8_lower(parts["half"]), "pm"))
        hour = np.where(_is(pc.not_equal(parts["half"], "")), twelve, hour)
    days = calendar_days(year, month, day).astype("datetime64[us]")
    days[(hour >= _HOURS) | (minute >= _SIXTY) | (second >= _SIXTY)] = _NEVER
    clock = (hour * _SIXTY + minute) * _SIXTY + second
    timed = _is(pc.not_equal(parts["hour"], "")) if "hour" in parts else False
    words = np.where(timed, "minute", "day" if "day" in parts else "month")
    return days + clock.astype("timedelta64[s]"), np.where(np.isnat(days), "", words)


def calendar_days(
    year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]
) -> NDArray[np.datetime64]:
    """Return days of the calendar, ``datetime64[D]``, NaT where there is no such day.

    Examples
    --------
    >>> calendar_days(np.array([2026, 2026]), np.array([2, 2]), np.array([28, 29])).astype(str)
    array(['2026-02-28', 'NaT'], dtype='<U28')
    """
    can_be = (year >= MINYEAR) & (year <= MAXYEAR) & (month >= 1) & (month <= len(_MONTHS))
    months = np.where(can_be, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    can_be &= (day >= 1) & (days.astype("datetime64[M]") == months)
    return np.where(can_be, days, np.datetime64("NaT"))


def _is(found: pa.BooleanArray) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return mask


def _number(parts: _Parts, name: str, otherwise: int) -> NDArray[np.int64]:
    """Return a part as numbers, and ``otherwise`` where it is not written."""
    if name not in parts:
        return np.full(len(parts["year"]), otherwise, dtype=np.int64)
    written = pc.if_else(pc.equal(parts[name], ""), str(otherwise), parts[name])
    return np.array(written.cast(pa.int64()), dtype=np.int64)


def _instants(texts: pd.Series) -> NDArray[np.datetime64]:
    """Return the UTC times of texts that state their offset, NaT elsewhere."""
    instants = np.full(len(texts), _NEVER)
    rows = texts.str.fullmatch(_WITH_OFFSET).to_numpy(dtype=np.bool_)
    if rows.any():
        read = pd.to_datetime(texts[rows], utc=True, format="ISO8601", errors="coerce")
        instants[rows] = read.dt.tz_localize(None).to_numpy("datetime64[us]")
    return instants


def _from_serials(
    rows: NDArray[np.intp], values: pa.Array, epoch: date
) -> tuple[NDArray[np.intp], NDArray[np.datetime64]]:
    """Return those of some rows that are spreadsheet numbers, and their times."""
    numbers = _is(pc.match_substring_regex(values, f"^{_SERIAL}$"))
    days = np.array(values.filter(pa.array(numbers)).cast(pa.float64()), dtype=np.float64)
    fits = (days >= _FIRST_SERIAL) & (days <= _LAST_SERIAL)
    minutes = np.rint(days[fits] * _HOURS * _SIXTY).astype("timedelta64[m]")
    return rows[numbers][fits], np.datetime64(epoch, "us") + minutes


def _possible(times: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Return times with those that no clock of a zone knows moved to the nearest that it does."""
    moved: NDArray[np.datetime64] = np.clip(times, _FIRST_TIME, _LAST_TIME)
    return moved


def to_utc(local: NDArray[np.datetime64], timezone: str) -> NDArray[np.datetime64]:
    """Return wall-clock times of a zone as UTC, ``datetime64[us]``; see Notes of `read_times`."""
    summer = np.ones(len(local), dtype=np.bool_)
    zoned = pd.DatetimeIndex(_possible(local)).tz_localize(
        timezone, ambiguous=summer, nonexistent=pd.Timedelta(hours=1)
    )
    return zoned.tz_convert("UTC").tz_localize(None).to_numpy("datetime64[us]", copy=True)


def to_local(utc: NDArray[np.datetime64], timezone: str) -> NDArray[np.datetime64]:
    """Return UTC times on the wall clock of a zone, ``datetime64[us]``."""
    zoned = pd.DatetimeIndex(_possible(utc)).tz_localize("UTC").tz_convert(timezone)
    return zoned.tz_localize(None).to_numpy("datetime64[us]")


def _clock_changes(local: NDArray[np.datetime64], timezone: str) -> NDArray[np.bool_]:
    """Return which times fall in the hours of the clock changes."""
    wall = pd.DatetimeIndex(_possible(local))
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
