"""Which figures may stand in a paper for elected members, and in which words?

Every count passes here, whoever makes the paper: below the threshold it is "fewer than 10", what is
shown is rounded to 5, and where a total would give a hidden count away, more is withheld. A picture
and the totals beside it come from one table, so that neither gives the other away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from data.jobs.cctv_impact_words import BASE_NEEDED
from data.suppression import NOT_SHOWN, count_words, suppress_counts
from geo.periods import month_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.access import SmallNumberRule
    from data.cctv_impact_views import CountRow, MonthPoint, OutputRow, StrandView
    from data.suppression import SuppressedCounts

STEPS: Final = (1, 3, 6, 12)
"""Months a column, the finest first."""
MOST_HIDDEN: Final = 0.1
"""With a larger share of hidden columns, longer ones are taken."""
STEP_WORDS: Final = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}


@dataclass(frozen=True)
class ToldSeries:
    """What was reported in view of the cameras, as it may be told.

    Attributes
    ----------
    counts
        One a column, before and after in one row; None where hidden or not supplied.
    labels
        First month of each column, where it is written.
    start
        First column after the change.
    step
        Months a column; 0 for one column a side.
    before, after
        Totals in words: "about 410", "fewer than 10", "not shown".
    before_mean, after_mean
        Average a column; None where the total is not told.
    hidden
        Columns that are too small to tell, or protect one that is.
    missing
        Columns of months that were not supplied.
    """

    months: tuple[str, ...]
    counts: tuple[int | None, ...]
    labels: tuple[str, ...]
    start: int
    step: int
    before: str
    after: str
    before_mean: float | None
    after_mean: float | None
    hidden: int
    missing: int

    @property
    def told(self) -> bool:
        """Whether both totals are told as numbers."""
        return self.before_mean is not None and self.after_mean is not None

    @property
    def empty(self) -> bool:
        """Whether no column was supplied at all."""
        return self.missing == len(self.counts)

    @property
    def step_words(self) -> str:
        """What one column is: "month"."""
        return STEP_WORDS.get(self.step, "period")


def about(count: int | None, rule: SmallNumberRule) -> str:
    """Return a count on its own, as members may read it.

    Examples
    --------
    >>> from data.access import SmallNumberRule
    >>> [about(n, SmallNumberRule(10, 5)) for n in (412, 4, 0, None)]
    ['about 410', 'fewer than 10', 'none', 'not shown']
    """
    if count is None:
        return NOT_SHOWN
    said = count_words(count, rule)
    if said == "0":
        return "none"
    return said if said.startswith("fewer") else f"about {said}"


def told_series(points: Sequence[MonthPoint], rule: SmallNumberRule) -> ToldSeries | None:
    """Return the compared months in view of the cameras, in columns that are long enough to tell.

    None where there is no month on one of the sides.
    """
    before = [point for point in points if point.compared == "before"]
    after = [point for point in points if point.compared == "after"]
    if not before or not after:
        return None
    tries = [_in_steps(before, after, step, rule) for step in _steps(before, after)]
    return next((one for one in tries if one.hidden <= MOST_HIDDEN * len(one.counts)), tries[-1])


def _steps(before: Sequence[MonthPoint], after: Sequence[MonthPoint]) -> tuple[int, ...]:
    """Return the lengths of columns that fit both sides; 0 takes each side as one."""
    whole = all(point.treated is not None for point in (*before, *after))
    longer = [step for step in STEPS[1:] if not len(before) % step and not len(after) % step]
    return (1, *(longer if whole else ()), 0)


def _in_steps(
    before: Sequence[MonthPoint], after: Sequence[MonthPoint], step: int, rule: SmallNumberRule
) -> ToldSeries:
    sides = [_side(before, step, rule), _side(after, step, rule)]
    firsts = tuple(month for side in sides for month in side.months)
    return ToldSeries(
        months=firsts,
        counts=tuple(n for side in sides for n in side.counts),
        labels=_labels(firsts, step),
        start=len(sides[0].months),
        step=step,
        before=sides[0].words,
        after=sides[1].words,
        before_mean=sides[0].mean,
        after_mean=sides[1].mean,
        hidden=sum(side.hidden for side in sides),
        missing=sum(side.missing for side in sides),
    )


class _Side(NamedTuple):
    """One side of the change: its columns, and its total in words."""

    months: tuple[str, ...]
    counts: tuple[int | None, ...]
    words: str
    mean: float | None
    hidden: int
    missing: int


def _side(points: Sequence[MonthPoint], step: int, rule: SmallNumberRule) -> _Side:
    length = step or len(points)
    starts = range(0, len(points), length)
    found = [
        [p.treated for p in points[at : at + length] if p.treated is not None] for at in starts
    ]
    sums = [sum(column) for column in found if column]
    safe = suppress_counts(sums, threshold=rule.threshold, round_to=rule.round_to)
    shown = iter([None if hidden else int(n) for n, hidden in _told(safe)])
    small = 0 < sum(sums) < (rule.threshold or 0)
    total = safe.total if sums else None
    return _Side(
        months=tuple(points[at].month for at in starts),
        counts=tuple(next(shown) if column else None for column in found),
        words=about(sum(sums), rule) if small or total is not None else NOT_SHOWN,
        mean=None if total is None else total / len(sums),
        hidden=int((safe.small | safe.withheld).sum()),
        missing=sum(not column for column in found),
    )


def _told(safe: SuppressedCounts) -> list[tuple[float, bool]]:
    return list(zip(safe.counts, safe.small | safe.withheld, strict=True))


def _labels(firsts: Sequence[str], step: int) -> tuple[str, ...]:
    if step != 1:
        return tuple(f"{month_words(month, year=False)[:3]} {month[:4]}" for month in firsts)
    return tuple(
        f"Jan {month[:4]}" if month.endswith("-01") else "July" if month.endswith("-07") else ""
        for month in firsts
    )


def zone_row(row: CountRow, series: ToldSeries | None, rule: SmallNumberRule) -> tuple[str, str]:
    """Return before and after of one zone; in view of the cameras as its columns allow."""
    if row.zone == "treated" and series is not None:
        return series.before, series.after
    return about(row.before, rule), about(row.after, rule)


def effect_told(strand: StrandView, series: ToldSeries | None) -> bool:
    """Return whether the effect may be told: both counts behind it are, and there are enough."""
    enough = any(
        row.zone == "treated" and (row.before or 0) >= BASE_NEEDED for row in strand.counts
    )
    return strand.effect.ratio is not None and series is not None and series.told and enough


def output_words(row: OutputRow, rule: SmallNumberRule) -> tuple[str, str]:
    """Return a figure of the control room before and after; counts as members may read them."""
    return _output(row.before, row.before_words, rule), _output(row.after, row.after_words, rule)


def _output(value: float | None, words: str, rule: SmallNumberRule) -> str:
    if value is None or value != int(value) or not words.replace(",", "").isdigit():
        return words
    return count_words(int(value), rule)
