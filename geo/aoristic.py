"""At which hours of the week do reports fall, when many of them only know a span of time?

A burglary found in the evening happened at any minute since the morning. Each report weighs 1,
spread evenly over the minutes in which it can have happened (aoristic weights).

References
----------
Ratcliffe & McCullagh 1998, International Journal of Geographical Information Science 12:751.
Ratcliffe 2000, International Journal of Geographical Information Science 14:669.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import SchemaError

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

HOURS: Final = 168
"""Hours of a week; hour 0 is Monday 00:00 to 01:00, local time."""
WEEK_MIN: Final = 7 * 24 * 60
WIDE_MIN: Final = 8 * 60
"""A report whose span is longer says little about its hour."""
MOST_WIDE: Final = 0.4
"""With a larger share of such reports, hours are not shown."""

_SLOT_MIN: Final = 15
"""Offsets of all time zones in use are multiples of a quarter of an hour."""
_SLOTS_A_DAY: Final = 24 * 60 // _SLOT_MIN
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_WEEKDAY: Final = 3
"""1 January 1970 was a Thursday."""


@dataclass(frozen=True, eq=False)
class HourOfWeek:
    """How reports spread over the hours of the week.

    Attributes
    ----------
    weights
        Shape (168,): weekday * 24 + hour, Monday 0, local time; the sum is ``n_used``.
    n_used
        Reports in ``weights``.
    n_excluded
        Reports left out because nobody knows when their span begins.
    n_long
        Reports whose span is over 7 days: left out, unless they were asked to be spread.
    n_wide
        Reports whose span is over 8 hours, those over 7 days among them.
    n_swapped
        Reports whose end lay before their begin; the two were swapped.
    n_timed
        Reports with a begin, whatever their span.
    """

    weights: Floats
    n_used: int
    n_excluded: int
    n_long: int
    n_wide: int
    n_swapped: int
    n_timed: int

    @property
    def share_wide(self) -> float:
        """Share of the weight of the timed reports from spans over 8 hours; NaN without any."""
        return self.n_wide / self.n_timed if self.n_timed else float("nan")

    def why_hidden(self, one: str = "report", many: str = "reports") -> str | None:
        """Return why the hours must not be shown; None where they may be.

        Parameters
        ----------
        one, many
            What was counted.
        """
        if not self.n_timed:
            return f"No {one} here has a time of day."
        if self.share_wide > MOST_WIDE:
            return (
                f"Too uncertain to show: of {self.share_wide:.0%} of the {many}, only a span of"
                " more than 8 hours is known in which they happened."
            )
        return None


def hour_of_week_weights(
    begin: ArrayLike, end: ArrayLike, *, timezone: str, spread_long: bool = False
) -> HourOfWeek:
    """Return how reports spread over the hours of the week.

    Parameters
    ----------
    begin, end
        UTC ``datetime64``, shape (n,); NaT where unknown. Give only reports whose time is known to
        the minute: leave out days, months, and rows whose midnight is a default (rule T06).
    timezone
        Name of the local time zone, such as "Europe/London".
    spread_long
        Whether a report with a span over 7 days weighs 1/168 in every hour, or is left out.

    Returns
    -------
    HourOfWeek

    Raises
    ------
    SchemaError
        Where begin and end do not fit together, or there is no such time zone.

    Notes
    -----
    A span is half-open, [begin, end). A report without an end, or whose end is its begin, is a
    point in the hour of its begin; one without a begin is left out and counted. Minutes are
    counted in UTC and each is labelled with its local hour, so that the hour that a clock change
    repeats gets both, and the one that it skips gets none.

    Examples
    --------
    >>> import numpy as np
    >>> at = np.array(["2024-01-01T01:50"], dtype="datetime64[us]")
    >>> until = np.array(["2024-01-01T02:10"], dtype="datetime64[us]")
    >>> hour_of_week_weights(at, until, timezone="Europe/London").weights[1:3]
    array([0.5, 0.5])
    """
    zone = _zone(timezone)
    started, ended = _times(begin), _times(end)
    if started.shape != ended.shape:
        message = f"Begin and end must be equally many; found {started.shape}, {ended.shape}."
        raise SchemaError(message, "Take both from the same rows.")
    timed = ~np.isnat(started)
    started, ended = started[timed], ended[timed]
    ended = np.where(np.isnat(ended), started, ended)
    first = np.minimum(started, ended).astype(np.int64)
    last = np.maximum(started, ended).astype(np.int64)
    span = last - first
    long = span > WEEK_MIN
    weights = _short_weights(first[~long], last[~long], zone)
    if spread_long:
        weights += np.count_nonzero(long) / HOURS
    n_timed, n_long = len(first), int(np.count_nonzero(long))
    return HourOfWeek(
        weights=weights,
        n_used=n_timed if spread_long else n_timed - n_long,
        n_excluded=int(np.count_nonzero(~timed)),
        n_long=n_long,
        n_wide=int(np.count_nonzero(span > WIDE_MIN)),
        n_swapped=int(np.count_nonzero(ended < started)),
        n_timed=n_timed,
    )


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        message = f"There is no time zone {timezone!r}."
        raise SchemaError(message, 'Name it like "Europe/London".') from fault


def _times(values: ArrayLike) -> NDArray[np.datetime64]:
    """Return times in whole minutes."""
    times = np.asarray(values)
    if not np.issubdtype(times.dtype, np.datetime64):
        message = f"Times must be UTC datetime64; found {times.dtype}."
        raise SchemaError(message, "Convert them to UTC and drop their time zone.")
    return times.astype("datetime64[m]")


def _short_weights(first: Whole, last: Whole, zone: ZoneInfo) -> Floats:
    """Return the weights of spans, in minutes since 1970 UTC, that are at most 7 days long.

    The quarters of an hour that a span covers whole are added as a step up where they begin and a
    step down where they end, so that the work grows with the reports and not with their spans.
    """
    if not len(first):
        return np.zeros(HOURS)
    opening, closing = first // _SLOT_MIN, np.maximum(last - 1, first) // _SLOT_MIN
    start = int(opening.min())
    slots = int(closing.max()) - start + 1
    opening, closing = opening - start, closing - start
    a_minute = 1.0 / np.maximum(last - first, 1)
    several = closing > opening
    head = np.where(several, _SLOT_MIN * (opening + start + 1) - first, 1.0 / a_minute)
    tail = np.where(several, last - _SLOT_MIN * (closing + start), 0)
    by_slot: Floats = (
        np.bincount(opening, weights=head * a_minute, minlength=slots)
        + np.bincount(closing, weights=tail * a_minute, minlength=slots)
        + _whole_slots(opening[several] + 1, closing[several], a_minute[several], slots)
    )
    weights = np.bincount(_labels(start, slots, zone), weights=by_slot, minlength=HOURS)
    return np.asarray(weights, dtype=np.float64)


def _whole_slots(opening: Whole, closing: Whole, a_minute: Floats, slots: int) -> Floats:
    """Return the weight in each slot of spans that cover the slots [opening, closing) whole."""
    ends = slots + 1
    up = np.bincount(opening, weights=a_minute, minlength=ends)
    down = np.bincount(closing, weights=a_minute, minlength=ends)
    spans = np.bincount(opening, minlength=ends) - np.bincount(closing, minlength=ends)
    covered = np.cumsum(spans)[:slots] > 0
    return np.where(covered, _SLOT_MIN * np.cumsum(up - down)[:slots], 0.0)


def _labels(start: int, slots: int, zone: ZoneInfo) -> Whole:
    """Return the local hour of the week of each slot from ``start`` on, shape (slots,)."""
    first_day = start // _SLOTS_A_DAY
    days = (start + slots - 1) // _SLOTS_A_DAY - first_day + 1
    at_midnight = [
        _offset(day * _SLOTS_A_DAY, zone) for day in range(first_day, first_day + days + 1)
    ]
    offsets = np.repeat(np.array(at_midnight[:-1], dtype=np.int64), _SLOTS_A_DAY)
    for day in np.flatnonzero(np.diff(at_midnight)):
        into = int(day) * _SLOTS_A_DAY
        for slot in range(into, into + _SLOTS_A_DAY):
            offsets[slot] = _offset(first_day * _SLOTS_A_DAY + slot, zone)
    begin = start - first_day * _SLOTS_A_DAY
    slot_min = _SLOT_MIN * np.arange(start, start + slots)
    local_hour = (slot_min + offsets[begin : begin + slots]) // 60
    return (local_hour + 24 * _EPOCH_WEEKDAY) % HOURS


def _offset(slot: int, zone: ZoneInfo) -> int:
    """Return how many minutes local time is ahead of UTC in a slot."""
    ahead = (_EPOCH + timedelta(minutes=_SLOT_MIN * slot)).astimezone(zone).utcoffset()
    return 0 if ahead is None else int(ahead.total_seconds() // 60)
