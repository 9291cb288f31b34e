"""Which months are missing, in words, and as a strip of blocks?"""

from __future__ import annotations

import html
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from geo.periods import month_at, month_index, month_words, span_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEVER_ZERO = "Missing months are never counted as zero."


@dataclass(frozen=True)
class MonthStrip:
    """One block a month as escaped HTML, and the sentence that says the same."""

    html: str
    sentence: str


def runs_of_months(months: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return first and last month of each unbroken run, in order.

    Examples
    --------
    >>> runs_of_months(["2020-09", "2020-06", "2020-08"])
    (('2020-06', '2020-06'), ('2020-08', '2020-09'))
    """
    places = enumerate(sorted({month_index(month) for month in months}))
    runs = [[at for _, at in run] for _, run in groupby(places, key=lambda pair: pair[1] - pair[0])]
    return tuple((month_at(run[0]), month_at(run[-1])) for run in runs)


def months_words(months: Iterable[str]) -> str:
    """Return months as a list in a sentence, each year once.

    Examples
    --------
    >>> months_words(["2020-06", "2020-08", "2020-09"])
    'June, August and September 2020'
    >>> months_words(["2019-07", "2019-08", "2019-09", "2020-06", "2020-08"])
    'July to September 2019 and June and August 2020'
    """
    by_year: dict[str, list[str]] = {}
    for first, last in runs_of_months(months):
        short = month_index(last) - month_index(first) <= 1
        for start, end in [(m, m) for m in sorted({first, last})] if short else [(first, last)]:
            by_year.setdefault(end[:4], []).append(_without_year(start, end))
    return _list_words([f"{_list_words(names)} {year}" for year, names in by_year.items()])


def _without_year(first: str, last: str) -> str:
    return span_words(first, last).removesuffix(f" {last[:4]}")


def _list_words(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def gap_sentence(months: Sequence[tuple[str, bool]]) -> str:
    """Return the span of months and which of them are missing.

    Parameters
    ----------
    months
        Every calendar month of the span in order, and whether it was observed.

    Examples
    --------
    >>> gap_sentence([("2020-05", True), ("2020-06", False), ("2020-07", True)])
    'May to July 2020. Hatched: no data for June 2020. Missing months are never counted as zero.'
    """
    if not months:
        return "No months loaded."
    span = span_words(months[0][0], months[-1][0])
    missing = [month for month, observed in months if not observed]
    if not missing:
        return f"{span}. Every month has data."
    return f"{span}. Hatched: no data for {months_words(missing)}. {NEVER_ZERO}"


def month_strip_html(months: Sequence[tuple[str, bool]]) -> MonthStrip:
    """Return one block a month, hatched when missing, with a sentence that says the same.

    Parameters
    ----------
    months
        Every calendar month of the span in order, and whether it was observed.
    """
    sentence = gap_sentence(months)
    blocks = "".join(
        f'<i title="{month_words(month)}"></i>'
        if observed
        else f'<i class="hb-none" title="{month_words(month)}: no data"></i>'
        for month, observed in months
    )
    label = html.escape(sentence, quote=True)
    return MonthStrip(
        f'<div class="hb-months" role="img" aria-label="{label}">{blocks}</div>', sentence
    )
