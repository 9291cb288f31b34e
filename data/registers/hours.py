"""At which hours of which weekdays is somebody there?"""

from __future__ import annotations

import re
from typing import Final

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Weekdays as they are stored."""

Hours = dict[str, list[list[str]]]
"""Weekday to spans, each a start and an end "HH:MM"; midnight at the end is "24:00"."""

_NOON, _DAY, _SIXTY = 12, 24, 60
_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?(?::\d{2})?\s*(?P<half>am|pm|hrs|h)?",
    re.IGNORECASE,
)
_ONE_DAY: Final = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|"
    r"sun(?:day)?)s?"
)
_SPAN_OF_DAYS: Final = re.compile(
    rf"({_ONE_DAY})(?:\s*(?:-|\u2013|to)\s*({_ONE_DAY}))?", re.IGNORECASE
)
_MANY_DAYS: Final = {
    "daily": DAYS,
    "every day": DAYS,
    "all days": DAYS,
    "7 days": DAYS,
    "weekdays": DAYS[:5],
    "weekends": DAYS[5:],
    "weekend": DAYS[5:],
}
_ALWAYS: Final = frozenset({"24/7", "24 hours", "24h", "all day", "always", "24 hours a day"})
_NEVER: Final = frozenset({"closed", "none", "off"})
_TIMES: Final = re.compile(
    r"(\d[\d:.]*\s*(?:am|pm)?)\s*(?:-|\u2013|to)\s*(\d[\d:.]*\s*(?:am|pm)?)", re.IGNORECASE
)
_PART: Final = re.compile(rf"[;\n]|,(?=\s*{_ONE_DAY}[^,;]*\d)", re.IGNORECASE)


def read_clock(text: str) -> str | None:
    """Return a time of day as HH:MM; None where it is none.

    Examples
    --------
    >>> read_clock("9pm"), read_clock("0730"), read_clock("24:00"), read_clock("25:00")
    ('21:00', '07:30', '24:00', None)
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").lower()
    if half in {"am", "pm"}:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + _NOON * (half == "pm")
    if minute >= _SIXTY or hour * _SIXTY + minute > _DAY * _SIXTY:
        return None
    return f"{hour:02}:{minute:02}"


def read_weekdays(text: str) -> list[str] | None:
    """Return the weekdays that a text names, in order; None where it names none.

    Examples
    --------
    >>> read_weekdays("Fri-Sun"), read_weekdays("Mon, Wed"), read_weekdays("soon")
    (['fri', 'sat', 'sun'], ['mon', 'wed'], None)
    """
    words = text.strip().casefold()
    if words in _MANY_DAYS:
        return list(_MANY_DAYS[words])
    rest = re.sub(r"[\s,;/&+]|and", "", _SPAN_OF_DAYS.sub("", words))
    found = _SPAN_OF_DAYS.findall(words)
    if rest or not found:
        return None
    named = {day for first, last in found for day in _from_to(first, last)}
    return [day for day in DAYS if day in named]


def _from_to(first: str, last: str) -> tuple[str, ...]:
    start = DAYS.index(first[:3])
    end = DAYS.index(last[:3]) if last else start
    return tuple(DAYS[at % len(DAYS)] for at in range(start, end + 1 + 7 * (end < start)))


def read_hours(text: str, day: str | None = None) -> Hours | None:
    """Return hours by weekday; None where they cannot be read.

    Parameters
    ----------
    text
        Such as "Mon-Fri 09:00-17:00; Sat 10-14", "24/7"; the hours alone where ``day`` is given.
    day
        The weekday that the hours are of.

    Examples
    --------
    >>> read_hours("Sat-Sun 10:00-14:00; Mon 9am-5pm")["mon"]
    [['09:00', '17:00']]
    >>> read_hours("closed", "sun")
    {'sun': []}
    """
    if day is not None:
        spans = _spans(text)
        return None if spans is None else {day: spans}
    found: Hours = {}
    for part in filter(None, (part.strip() for part in _PART.split(text))):
        if part.casefold() in _ALWAYS:
            found |= {one: [["00:00", "24:00"]] for one in DAYS}
            continue
        cut = re.search(r"\d(?! days)|closed|all day", part, re.IGNORECASE)
        days = read_weekdays(part[: cut.start()].strip(" :,")) if cut else None
        spans = _spans(part[cut.start() :]) if cut else None
        if days is None or spans is None:
            return None
        for one in days:
            found.setdefault(one, []).extend(spans)
    return {one: found[one] for one in DAYS if one in found} or None


def _spans(text: str) -> list[list[str]] | None:
    """Return spans of hours; None where they cannot be read."""
    words = text.strip().casefold()
    if words in _NEVER:
        return []
    if words in _ALWAYS:
        return [["00:00", "24:00"]]
    rest = re.sub(r"[\s,&]|and", "", _TIMES.sub("", words))
    spans = [[read_clock(first), read_clock(last)] for first, last in _TIMES.findall(words)]
    if rest or not spans:
        return None
    known = [[one for one in span if one is not None] for span in spans]
    return known if all(len(span) == len(("start", "end")) for span in known) else None
