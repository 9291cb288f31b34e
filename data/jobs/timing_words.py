"""How are uncertain times and near repeats said in plain English, for this role?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from data.jobs.wording import COUNT_UNITS, percent, plural
from data.timing_views import NearRepeatRow, NearRepeatTable
from geo.periods import span_words

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from data.access import SmallNumberRule
    from geo.aoristic import HourOfWeek
    from geo.near_repeats import KnoxTable
    from geo.schema import Lens

SURE: Final = 0.01
"""Where chance does as much more seldom than this, the sentence is plain."""
PERHAPS: Final = 0.05
FEWEST_PAIRS: Final = 10
"""With fewer pairs, found and by chance together, nothing is said."""
NOUNS: Final = {
    "Burglary": ("burglary", "burglaries"),
    "Vehicle crime": ("vehicle crime", "vehicle crimes"),
}

_REPORTS: Final = COUNT_UNITS["reports"]
_LENS_WORDS: Final[dict[Lens, tuple[str, ...]]] = {
    "estimated": ("Repeat reports of one incident count once, at the time of the first.",),
    "harm": ("Reports are counted here, not harm.",),
}
_WHOLE_FROM: Final = 10
_SAME_PLACE_M: Final = 1.0


def amount_words(n: int, rule: SmallNumberRule, unit: tuple[str, str] = _REPORTS) -> str:
    """Return a number of reports as a role may read it.

    Parameters
    ----------
    unit
        One and many of what is counted.

    Examples
    --------
    >>> from data.access import SmallNumberRule
    >>> amount_words(3, SmallNumberRule()), amount_words(3, SmallNumberRule(5))
    ('3 reports', 'fewer than 5 reports')
    >>> amount_words(1238, SmallNumberRule(10, 5))
    '1,240 reports'
    """
    if rule.threshold is not None and 0 < n < rule.threshold:
        return f"fewer than {rule.threshold} {unit[1]}"
    return plural(_rounded(n, rule.round_to or 1), *unit)


def _rounded(n: int, step: int) -> int:
    return (n + step // 2) // step * step


def too_small(
    counts: ArrayLike, rule: SmallNumberRule, what: str, unit: str = _REPORTS[1]
) -> str | None:
    """Return why counts stay hidden from a role, None where they need not.

    Parameters
    ----------
    what
        What is hidden, at the start of a sentence: "Single hours".
    unit
        What is counted, in the plural.
    """
    shown = np.asarray(counts)
    if rule.threshold is None or not ((shown > 0) & (shown < rule.threshold)).any():
        return None
    return f"{what} are not shown to your role: some hold fewer than {rule.threshold} {unit}."


def week_caption(
    week: HourOfWeek,
    rule: SmallNumberRule,
    *,
    untimed: int,
    months: tuple[str, str],
    lens: Lens = "reports",
) -> str:
    """Return what an hour-of-week picture counts, how sure its times are, and what it leaves out.

    Parameters
    ----------
    untimed
        Reports without a time of day, besides those that the weights left out.
    months
        First and last month.
    lens
        What is counted: under harm, reports.
    """
    unit = COUNT_UNITS[lens]
    spread = f"Where only a span of time is known, each {unit[0]} is spread evenly over it"
    wide = f"; {percent(week.share_wide)} of the {unit[1]} have a span of over 8 hours"
    said = [
        f"{amount_words(week.n_used, rule, unit)}, {span_words(*months)}, local time.",
        *_LENS_WORDS.get(lens, ()),
        f"{spread}{wide if week.n_wide else ''}.",
    ]
    without = untimed + week.n_excluded
    left_out = []
    if without:
        left_out.append(f"{amount_words(without, rule, unit)} without a time of day")
    if week.n_long:
        left_out.append(f"{amount_words(week.n_long, rule, unit)} with a span over 7 days")
    said += [f"Left out: {' and '.join(left_out)}."] if left_out else []
    return " ".join(said)


def near_repeat_table(
    kind: str, nearest: KnoxTable, bands: KnoxTable, *, rule: SmallNumberRule, left_out: int
) -> NearRepeatTable:
    """Return the near repeats of one type in words and as rows.

    Parameters
    ----------
    kind
        One of ``NOUNS``.
    nearest
        One band: within so many metres, and so many days.
    bands
        The bands of the rows.
    left_out
        Reports of the type without an exact place or time.
    """
    hidden = too_small(bands.observed, rule, "Counts by distance and time")
    return NearRepeatTable(
        kind,
        near_repeat_words(kind, nearest),
        _near_repeat_caption(kind, bands, rule, left_out),
        () if hidden else _rows(bands, rule.round_to or 1),
        hidden,
    )


def near_repeat_words(kind: str, nearest: KnoxTable) -> str:
    """Return whether one report makes another close by more likely, as a sentence."""
    one, many = NOUNS[kind]
    pairs, expected = int(nearest.observed[0, 0]), float(nearest.expected[0, 0])
    if pairs + expected < FEWEST_PAIRS:
        return f"Too few {many} lie close together to say whether one makes another more likely."
    p, ratio = float(nearest.p[0, 0]), pairs / expected
    where = f"within {nearest.distance_breaks[-1]:.0f} m in the next"
    after = f"After a {one}, another {where} {nearest.time_breaks[-1] - 1:.0f} days"
    times = f"{ratio:.0f}" if ratio >= _WHOLE_FROM else f"{ratio:.1f}"
    if p > PERHAPS or ratio <= 1:
        return f"{after} is no more likely than by chance, as far as these reports can tell."
    if p > SURE:
        return f"{after} may be more likely than by chance: about {times} times."
    return f"{after} is {times} times as likely as by chance."


def _near_repeat_caption(kind: str, bands: KnoxTable, rule: SmallNumberRule, left_out: int) -> str:
    compared = f"{amount_words(bands.n_events, rule)} of {NOUNS[kind][0]} compared"
    said = [
        f"{compared}, each on the day in the middle of its span.",
        "By chance: if the same places had the same days in any order.",
    ]
    if bands.n_left_out:
        older = f"{amount_words(bands.n_left_out, rule)} of older days"
        said.append(f"Only the newest are compared: {older} are left out.")
    if left_out:
        said.append(f"Left out: {amount_words(left_out, rule)} without an exact place and time.")
    return " ".join(said)


def _rows(bands: KnoxTable, step: int) -> tuple[NearRepeatRow, ...]:
    return tuple(
        NearRepeatRow(
            _distance_words(near, far),
            f"{first:.0f} to {after - 1:.0f} days",
            _rounded(int(bands.observed[row, column]), step),
            round(float(bands.expected[row, column]), 1),
            _ratio(float(bands.ratio[row, column])),
            _chance_words(float(bands.p[row, column])),
        )
        for row, (near, far) in enumerate(pairwise(bands.distance_breaks))
        for column, (first, after) in enumerate(pairwise(bands.time_breaks))
    )


def _distance_words(near: float, far: float) -> str:
    if far < _SAME_PLACE_M:
        return "Same place"
    return f"Up to {far:.0f} m" if near < _SAME_PLACE_M else f"{near:.0f} to {far:.0f} m"


def _ratio(ratio: float) -> float | None:
    return None if np.isnan(ratio) else round(ratio, 1)


def _chance_words(p: float) -> str:
    """Return how often chance does as much.

    Examples
    --------
    >>> _chance_words(0.001), _chance_words(0.36), _chance_words(0.97)
    ('1 in 1,000', '1 in 3', 'Nearly always')
    """
    return "Nearly always" if p > 2 / 3 else f"1 in {round(1 / p):,}"
