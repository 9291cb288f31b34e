"""Which months may be compared with which: the latest ones, and the same months of last year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.errors import SchemaError
from geo.periods import month_index, month_words, months_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

_YEAR = 12


@dataclass(frozen=True)
class Comparison:
    """Two sets of the same calendar months, a year apart.

    Attributes
    ----------
    now, before
        Months ``YYYY-MM`` in order, pair by pair; both empty when nothing can be compared.
    reason
        Why nothing can be compared; empty when something can. Reads on after "Cannot compare".
    """

    now: tuple[str, ...]
    before: tuple[str, ...]
    reason: str = ""


def latest_comparable(
    periods: Sequence[str],
    observed: ArrayLike,
    *,
    count: int = 3,
    break_month: str | None = None,
) -> Comparison:
    """Return the latest observed months and the same months of last year, observed in both.

    Parameters
    ----------
    periods
        Calendar months ``YYYY-MM`` in order, shape (T,).
    observed
        Which of them have data, shape (T,).
    count
        How many of the latest observed months to take. Those that were not observed a year
        earlier are then left out, never replaced by older ones.
    break_month
        Month from which figures are not comparable with those before it.

    Returns
    -------
    Comparison
        Never month on month. Only months within a year of the latest one, so that no month is on
        both sides.

    Raises
    ------
    SchemaError
        When the months and the flags differ in number, or a month does not read YYYY-MM.

    Examples
    --------
    >>> months = ("2021-04", "2021-05", "2021-06", "2022-04", "2022-05", "2022-06")
    >>> latest_comparable(months, [True, False, True, True, True, True]).now
    ('2022-04', '2022-06')
    """
    seen = _observed_months(periods, observed)
    if not seen:
        return Comparison((), (), "no month has data")
    latest = [m for m in seen[-count:] if month_index(seen[-1]) - month_index(m) < _YEAR]
    known = set(seen)
    now = tuple(m for m in latest if months_before(m, _YEAR) in known)
    before = tuple(months_before(m, _YEAR) for m in now)
    if not now:
        return Comparison((), (), "the same months of last year have no data")
    if break_month is not None and before[0] < break_month <= now[-1]:
        reason = f"figures from {month_words(break_month)} on are not comparable with earlier ones"
        return Comparison((), (), reason)
    return Comparison(now, before)


def comparison_words(comparison: Comparison) -> str:
    """Return which months are compared, in words; empty when none are.

    Examples
    --------
    >>> comparison_words(Comparison(("2022-04", "2022-05"), ("2021-04", "2021-05")))
    'April and May, 2022 on 2021'
    >>> now = ("2021-12", "2022-01", "2022-02")
    >>> comparison_words(Comparison(now, ("2020-12", "2021-01", "2021-02")))
    'December 2021 to February 2022 on a year earlier'
    """
    now = comparison.now
    if not now:
        return ""
    if now[0][:4] != now[-1][:4]:
        return f"{months_words(now)} on a year earlier"
    names = _joined([month_words(m, year=False) for m in now], now)
    return f"{names}, {now[0][:4]} on {comparison.before[0][:4]}"


def months_words(months: Sequence[str]) -> str:
    """Return months in words, each year once, a run of three or more as a span.

    Examples
    --------
    >>> months_words(("2022-04", "2022-05", "2022-06")), months_words(("2022-04", "2022-06"))
    ('April to June 2022', 'April and June 2022')
    >>> months_words(("2021-12", "2022-01"))
    'December 2021 and January 2022'
    """
    last_of_year = {m[:4]: m for m in months}
    names = [month_words(m, year=last_of_year[m[:4]] == m) for m in months]
    return _joined(names, months)


def _joined(names: list[str], months: Sequence[str]) -> str:
    unbroken = month_index(months[-1]) - month_index(months[0]) == len(months) - 1
    if unbroken and len(months) > 2:  # noqa: PLR2004 - two months are named, not spanned
        first = names[0] if names[0][-1].isdigit() else _with_year(names[0], months)
        return f"{first} to {names[-1]}"
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _with_year(name: str, months: Sequence[str]) -> str:
    """Return the first month's name, with its year where the span crosses into another."""
    return name if months[0][:4] == months[-1][:4] else month_words(months[0])


def _observed_months(periods: Sequence[str], observed: ArrayLike) -> list[str]:
    flags: NDArray[np.bool_] = np.asarray(observed, dtype=np.bool_)
    if flags.shape != (len(periods),):
        message = f"{len(periods)} months were named, but {flags.shape} of them marked as observed."
        raise SchemaError(message, "Say of every month whether it has data.")
    return sorted(p for p, seen in zip(periods, flags, strict=True) if seen and month_index(p) >= 0)
