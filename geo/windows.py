"""Which months before an intervention may be set against which months after it began?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from geo.comparison import months_words
from geo.errors import SchemaError
from geo.periods import month_index, month_range, month_words, months_before

if TYPE_CHECKING:
    from collections.abc import Sequence

WindowState = Literal["ready", "not_started", "too_early", "no_history"]

MONTHS_BEFORE_NEEDED: Final = 12
"""Fewer observed months before the start cannot tell a usual level from a season."""
MONTHS_AFTER_NEEDED: Final = 3
"""With fewer pairs of months it is too early to say anything."""
_YEAR: Final = 12
_REACH: Final = 24


@dataclass(frozen=True)
class Windows:
    """Months before and after a start, pair by pair of the same calendar month.

    Attributes
    ----------
    before, after
        Months ``YYYY-MM``, as many of the one as of the other. A month of ``before`` stands twice
        when more than a year after the start is looked at.
    history
        All comparable months with data in the two years before the start, in order. They tell how
        much the months wander; only ``before`` is compared.
    left_out
        Months since the start without a partner: one of the two has no data, or a break lies
        between them.
    state
        "ready", or why nothing can be compared.
    reason
        The same in a sentence, and what can still be said; empty when ready.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    history: tuple[str, ...]
    left_out: tuple[str, ...]
    state: WindowState
    reason: str = ""


def windows(
    observed: Sequence[str],
    start: str,
    end: str | None = None,
    *,
    pre_months: int = 12,
    post_months: int = 12,
    breaks: Sequence[str] = (),
) -> Windows:
    """Return the months to compare, paired by calendar month, never month on month.

    Parameters
    ----------
    observed
        Months that have data, ``YYYY-MM``, in any order.
    start, end
        First month of the intervention, and its last one; None while it runs.
    pre_months
        How far before the start a partner may lie, 12 to 24. With 24, a month without data in the
        year before is replaced by the same month of the year before that, never by another one.
    post_months
        At most so many months from the start are looked at.
    breaks
        Months from which figures are not comparable with earlier ones.

    Returns
    -------
    Windows
        Months without data, and months across a break, are left out of both sides.

    Raises
    ------
    SchemaError
        A month that does not read YYYY-MM, an end before the start, or lengths out of range.

    Examples
    --------
    >>> found = windows([*month_range("2020-01", "2021-06")], "2021-04")
    >>> found.before, found.after
    (('2020-04', '2020-05', '2020-06'), ('2021-04', '2021-05', '2021-06'))
    >>> windows([*month_range("2020-01", "2021-05")], "2021-04").state
    'too_early'
    """
    _check_span(start, end, pre_months, post_months)
    seen = sorted(set(observed), key=month_index)
    if not seen or start > seen[-1]:
        return _none("not_started", _not_started(seen, start))
    first = max((b for b in breaks if b <= start), default="0000-01")
    stop = min((b for b in breaks if b > start), default="9999-12")
    usable = {month for month in seen if first <= month < stop}
    earliest = months_before(start, _REACH)
    history = tuple(m for m in seen if m in usable and earliest <= m < start)
    if len(history) < MONTHS_BEFORE_NEEDED:
        return _none("no_history", _too_short(history, start, first))
    last = min(months_before(start, 1 - post_months), end or "9999-12", seen[-1])
    months = month_range(start, last)
    partner = {m: _partner(m, start, usable, pre_months) for m in months}
    after = tuple(m for m in months if m in usable and partner[m])
    before = tuple(partner[m] for m in after)
    left_out = tuple(m for m in months if m not in after)
    state, reason = _readiness(after, end)
    return Windows(before, after, history, left_out, state, reason)


def left_out_words(found: Windows) -> str:
    """Return which months since the start are compared with nothing; empty when none are.

    Examples
    --------
    >>> gap = [m for m in month_range("2020-01", "2021-08") if m != "2021-05"]
    >>> left_out_words(windows(gap, "2021-04"))
    'May 2021 is left out: that month, or its partner before the start, has no comparable data.'
    """
    if not found.left_out:
        return ""
    verb, which = (
        ("is", "that month, or its partner") if len(found.left_out) == 1
        else ("are", "those months, or their partners")
    )  # fmt: skip
    words = months_words(found.left_out)
    has = "has" if verb == "is" else "have"
    return f"{words} {verb} left out: {which} before the start, {has} no comparable data."


def _partner(month: str, start: str, usable: set[str], pre_months: int) -> str:
    """Return the latest usable month of the same name before the start; empty for none."""
    back = _YEAR
    while (at := months_before(month, back)) >= start:
        back += _YEAR
    while month_index(start) - month_index(at) <= pre_months:
        if at in usable:
            return at
        at = months_before(at, _YEAR)
    return ""


def _check_span(start: str, end: str | None, pre_months: int, post_months: int) -> None:
    if month_index(start) < 0 or (end is not None and month_index(end) < month_index(start)):
        message = f"An intervention must not end before it starts; found {start} to {end}."
        raise SchemaError(message, "Correct the start or the end.")
    if not _YEAR <= pre_months <= _REACH or post_months < 1:
        found = f"{pre_months} and {post_months}"
        message = f"Compare 12 to 24 months before and at least 1 after; found {found}."
        raise SchemaError(message, "Leave both at 12 unless there is a reason.")


def _readiness(after: tuple[str, ...], end: str | None) -> tuple[WindowState, str]:
    if len(after) >= MONTHS_AFTER_NEEDED:
        return "ready", ""
    some = f"{len(after)} of the months since the start can be compared; "
    more = "Look again when there are more." if end is None else "Only the counts can be shown."
    return "too_early", f"{some}it takes {MONTHS_AFTER_NEEDED}. {more}"


def _not_started(seen: list[str], start: str) -> str:
    if not seen:
        return "No month has data. Nothing can be said before months are loaded."
    latest = month_words(seen[-1])
    return (
        f"The start, {month_words(start)}, lies after the latest data ({latest}). "
        "Until then only the level before can be shown, and how long a test would take."
    )


def _too_short(history: tuple[str, ...], start: str, first: str) -> str:
    since = f" since the break of {month_words(first)}" if first > "0000-01" else ""
    return (
        f"{len(history)} months before {month_words(start)} have data{since}; a comparison needs "
        f"{MONTHS_BEFORE_NEEDED}. Only the monthly counts can be shown."
    )


def _none(state: WindowState, reason: str) -> Windows:
    return Windows((), (), (), (), state, reason)
