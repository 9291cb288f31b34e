"""When was it, from a column of dates or times of a register?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from data.readers.dates import read_times
from data.registers.hours import read_clock
from data.registers.troubles import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from numpy.typing import NDArray

    from data.readers.dates import Times
    from data.registers.fields import RegisterField

FIRST_YEAR: Final = 1970
"""No camera, order or shift of today is older."""
YEARS_AHEAD: Final = 30
"""No order ends later."""

_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[/-](\d{4})")
_MONTH_NAME: Final = re.compile(r"([A-Za-z]{3})[a-z]*[ -]+(\d{4}|\d{2})")


class Calendar:
    """Reads columns of dates by one rule a column.

    Parameters
    ----------
    now
        Time of the import.
    timezone
        Zone of the wall clock.
    excel_epoch
        Day 0 of serial numbers in the file.
    """

    def __init__(self, now: datetime, timezone: str, excel_epoch: date) -> None:
        self.now = np.datetime64(now.replace(tzinfo=None) - (now.utcoffset() or now - now), "us")
        self.timezone = timezone
        self.excel_epoch = excel_epoch
        self.notes: list[str] = []

    def read(
        self, one: RegisterField, texts: Sequence[str], heading: str
    ) -> tuple[list[Any], list[Trouble]]:
        """Return the values of a column, None where there is none, and what is wrong."""
        ready = [_month_text(text) for text in texts] if one.type == "month" else list(texts)
        series = pd.Series(ready, dtype="str")
        times = read_times(series, timezone=self.timezone, excel_epoch=self.excel_epoch)
        self._remember(one, times, heading)
        values = _values(one, times)
        troubles = []
        for at, text in enumerate(texts):
            trouble = self._trouble(one, text, times, at, heading) if text else None
            if trouble is not None:
                troubles.append(trouble)
                values[at] = None
        return values, troubles

    def _remember(self, one: RegisterField, times: Times, heading: str) -> None:
        self.notes += [f"{heading}: {note}" for note in times.notes]
        if one.type == "moment":
            days = int(np.count_nonzero(times.precision == "day"))
            if days:
                self.notes.append(f"{heading}: {days:,} without a time of day start at 00:00.")

    def _trouble(
        self, one: RegisterField, text: str, times: Times, at: int, heading: str
    ) -> Trouble | None:
        local, utc = times.local[at], times.utc[at]
        unknown = None if one.required else {one.name: None}
        if np.isnat(local) or (times.precision[at] == "month" and one.type != "month"):
            return Trouble(at, "T01", heading, "no date that exists", text, accepted=unknown)
        year, this_year = _year(local), _year(self.now)
        if not FIRST_YEAR <= year <= this_year + (0 if one.past else YEARS_AHEAD):
            return self._wrong_year(one, text, times, at, heading)
        if one.past and utc > self.now:
            return Trouble(at, "T04", heading, "in the future", text, accepted=unknown)
        return None

    def _wrong_year(
        self, one: RegisterField, text: str, times: Times, at: int, heading: str
    ) -> Trouble:
        """Suggest the same day of the latest year that is not in the future."""
        this_year = _year(self.now)
        for year in (this_year, this_year - 1):
            moved = _in_year(times, at, year, self.timezone)
            if moved is not None and moved.utc[0] <= self.now:
                value = _values(one, moved)[0]
                mended = {one.name: value}
                reason = "a year that cannot be right"
                return Trouble(at, "T03", heading, reason, text, str(value), mended)
        return Trouble(at, "T03", heading, "a year that cannot be right", text)


def joined(days: Sequence[str], clocks: Sequence[str]) -> list[str]:
    """Return times of day with the day of their row before them, where a row has both.

    Examples
    --------
    >>> joined(["14/03/2026", "14/03/2026"], ["21:16", "15/03/2026 00:10"])
    ['14/03/2026 21:16', '15/03/2026 00:10']
    """
    return [
        f"{day} {read_clock(clock)}" if day and read_clock(clock) else clock
        for day, clock in zip(days, clocks, strict=True)
    ]


def _values(one: RegisterField, times: Times) -> list[Any]:
    if one.type == "month":
        found: NDArray[np.str_] = times.months
    elif one.type == "date":
        found = np.datetime_as_string(times.local, unit="D")
    else:
        utc = np.datetime_as_string(times.utc, unit="s")
        found = np.array([f"{text}+00:00" for text in utc], dtype=np.str_)
    known = ~np.isnat(times.local)
    return [str(text) if there else None for text, there in zip(found, known, strict=True)]


def _year(moment: np.datetime64) -> int:
    return int(str(moment)[:4])


def _in_year(times: Times, at: int, year: int, timezone: str) -> Times | None:
    """Return one time moved to another year; None where that year lacks the day."""
    text = f"{year}{str(times.local[at])[4:16]}".replace("T", " ")
    if times.precision[at] != "minute":
        text = text[:10]
    moved = read_times(pd.Series([text], dtype="str"), timezone=timezone)
    return None if np.isnat(moved.local[0]) else moved


def _month_text(text: str) -> str:
    """Return a month as the dates reader knows it.

    Examples
    --------
    >>> _month_text("03/2026"), _month_text("Mar 26"), _month_text("2026-03")
    ('2026-03', '1 Mar 26', '2026-03')
    """
    numbers = _MONTH_YEAR.fullmatch(text)
    if numbers:
        return f"{numbers[2]}-{int(numbers[1]):02}"
    named = _MONTH_NAME.fullmatch(text)
    return f"1 {named[1]} {named[2]}" if named else text
