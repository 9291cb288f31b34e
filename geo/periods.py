"""Which calendar months does a figure cover, and which of them were observed?"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from geo.errors import SchemaError
from geo.schema import POLICE_UK

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


LEAST_GAP_DAYS = 3
"""Days without any report at the start or end of a month that can make it look incomplete."""

PARTIAL_CHANCE = 0.001
"""A gap that comes by chance more often than this is no sign of a missing part."""


@dataclass(frozen=True)
class Break:
    """A month from which cells are not comparable with those before it."""

    month: str
    title: str


SOURCE_BREAKS: dict[str, tuple[Break, ...]] = {
    POLICE_UK: (Break("2022-07", "Map points redrawn, July 2022"),)
}
"""Breaks that come with a source: data.police.uk refreshed its list of map points in July 2022."""


def month_index(month: str) -> int:
    """Return the number of months from year 0 to ``month``.

    Examples
    --------
    >>> month_index("2022-06") - month_index("2021-12")
    6
    """
    if not _MONTH.fullmatch(month):
        message = f"A month must read YYYY-MM; found {month!r}."
        raise SchemaError(message, "Write it like 2022-06.")
    return int(month[:4]) * 12 + int(month[5:]) - 1


def month_at(index: int) -> str:
    """Return the month that ``month_index`` gave as ``index``.

    Examples
    --------
    >>> month_at(month_index("2022-06") + 7)
    '2023-01'
    """
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def month_range(first: str, last: str) -> tuple[str, ...]:
    """Return every calendar month from ``first`` to ``last``, both included.

    Examples
    --------
    >>> month_range("2021-11", "2022-01")
    ('2021-11', '2021-12', '2022-01')
    """
    return tuple(month_at(i) for i in range(month_index(first), month_index(last) + 1))


def months_before(month: str, count: int) -> str:
    """Return the month that lies ``count`` months before ``month`` (negative: after).

    Examples
    --------
    >>> months_before("2022-06", 12)
    '2021-06'
    """
    return month_at(month_index(month) - count)


def month_words(month: str, *, year: bool = True) -> str:
    """Return the month in words.

    Examples
    --------
    >>> month_words("2022-06"), month_words("2022-06", year=False)
    ('June 2022', 'June')
    """
    month_index(month)
    name = _NAMES[int(month[5:]) - 1]
    return f"{name} {month[:4]}" if year else name


def span_words(first: str, last: str) -> str:
    """Return a span of months in words, the year once where it is the same.

    Examples
    --------
    >>> span_words("2022-04", "2022-06"), span_words("2020-07", "2022-06")
    ('April to June 2022', 'July 2020 to June 2022')
    >>> span_words("2022-06", "2022-06")
    'June 2022'
    """
    if first == last:
        return month_words(first)
    return f"{month_words(first, year=first[:4] != last[:4])} to {month_words(last)}"


def is_partial_month(month: str, rows: int, first_day: int, last_day: int) -> bool:
    """Return whether a month's rows stop too early, or start too late, for a whole month.

    Parameters
    ----------
    rows
        Reports of the month, at least one.
    first_day, last_day
        First and last day of the month on which there is a report.

    Notes
    -----
    If reports fell on any day alike, a gap of so many days at the month's start or end would come
    by chance less than once in a thousand months; gaps under three days never count.

    Examples
    --------
    >>> is_partial_month("2026-10", 220, 1, 11), is_partial_month("2026-10", 220, 1, 31)
    (True, False)
    >>> is_partial_month("2026-10", 3, 4, 20)
    False
    """
    days = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
    gap = max(first_day - 1, days - last_day)
    chance: float = (1.0 - gap / days) ** rows
    return gap >= LEAST_GAP_DAYS and chance < PARTIAL_CHANCE


def last_day(month: str) -> date:
    """Return the last day of the month.

    Examples
    --------
    >>> last_day("2024-02").isoformat()
    '2024-02-29'
    """
    month_index(month)
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def last_day_words(month: str) -> str:
    """Return the last day of the month in words.

    Examples
    --------
    >>> last_day_words("2022-06"), last_day_words("2024-02")
    ('30 June 2022', '29 February 2024')
    """
    day = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
    return f"{day} {month_words(month)}"
