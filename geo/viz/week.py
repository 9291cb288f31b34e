"""At which hours of the week do reports fall, as a picture, a table and a sentence?

Seven days of 24 hours, in the five classes of the map. The sentence names the busiest hours only
where they stand out from what chance would bring.
"""

from __future__ import annotations

import html
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import numpy as np
from scipy.stats import poisson

from geo.errors import SchemaError
from geo.viz.charts import DescribedChart
from geo.viz.tokens import MAP_CLASSES, TEXT_PX, palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from geo.viz.tokens import Theme

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
REPORTS: Final = "reports"
WINDOW_H: Final = 4
"""Length of the busy times that are named."""
CHANCE: Final = 0.01
"""A busy time is named where fewer than so many even weeks would show one as busy."""
LEAST_OVER_EVEN: Final = 1.5
ALSO_BUSY: Final = 0.8
"""Other days are named with the busiest one where they reach so much of it at the same hours."""

_WEEK: Final = (len(DAYS), 24)
_STEPS: Final = (
    0.01,
    0.02,
    0.05,
    *(step * 10**power for power in range(-1, 6) for step in (1, 2, 5)),
)
_NARROW_PX: Final = 480
_ROW_PX: Final = 32
_HOURS_PX: Final = 34
"""Height of the axis of hours; Streamlit counts it in."""
_WHOLE_FROM: Final = 10
"""A week with an hour of so many is written in whole numbers."""
_PAIR: Final = 2


def week_chart(
    weights: ArrayLike,
    *,
    title: str,
    unit: str = REPORTS,
    theme: Theme = "light",
    row_px: int = _ROW_PX,
) -> DescribedChart:
    """Return seven rows of 24 hours, and the busiest hours in words.

    Parameters
    ----------
    weights
        How many fall in each hour of the week, Monday 00:00 first, shape (168,).
    title
        What is shown, for the sentence: "Reports by hour of the week at Queen Street".
    unit
        What is counted, in the plural.

    Raises
    ------
    SchemaError
        There are not 168 hours, or one is negative.
    """
    week = _week(weights)
    edges, amounts = week_edges(weights), _amounts(week)
    shown = _as_written(week)
    colours = palette(theme)
    rows = [
        {
            "day": DAYS[day],
            "from": hour,
            "to": hour + 1,
            "colour": colours.few if not week[day, hour] else _colour(shown[day, hour], edges),
            "when": f"{DAYS[day]}, {_clock(hour)} to {_clock(hour + 1)}",
            "amount": amounts[day][hour],
        }
        for day in range(len(DAYS))
        for hour in range(24)
    ]
    x, y = _axes(colours.ink)
    cells = alt.Chart(alt.InlineData(values=rows)).mark_rect(stroke=colours.ground, strokeWidth=1)
    cells = cells.encode(
        x=x,
        x2="to:Q",
        y=y,
        color=alt.Color("colour:N", scale=None),
        tooltip=[
            alt.Tooltip("when:N", title="When"),
            alt.Tooltip("amount:N", title=_capital(unit)),
        ],
    )
    chart = alt.LayerChart(layer=[cells]).properties(
        height=row_px * len(DAYS) + _HOURS_PX,
        padding={"left": 0, "right": 0, "top": 6, "bottom": 4},
    )
    return DescribedChart(
        chart.configure_view(strokeWidth=0), f"{title}. {busiest_words(weights, unit)}."
    )


def week_legend_html(weights: ArrayLike, unit: str = REPORTS) -> str:
    """Return what the colours of `week_chart` mean, as escaped HTML."""
    words = week_class_words(weights)
    swatches = [(f"class-{i}", text) for i, text in enumerate(words, start=1)]
    if (_week(weights) == 0).any():
        swatches.append(("few", "None"))
    parts = "".join(
        f'<span><i class="hb-hex hb-{mark}"></i>{html.escape(text)}</span>'
        for mark, text in swatches
    )
    title = html.escape(f"{_capital(unit)} in each hour of the week")
    return f'<div class="hb-legend"><b>{title}</b>{parts}</div>'


def week_edges(weights: ArrayLike) -> tuple[float, ...]:
    """Return the lower edges of the five classes, even steps from 0 in round numbers.

    Examples
    --------
    >>> week_edges([23.0] + [1.0] * 167)
    (0.0, 5.0, 10.0, 15.0, 20.0)
    """
    highest = float(_week(weights).max())
    step = next((step for step in _STEPS if step * len(MAP_CLASSES) >= highest), _STEPS[-1])
    return tuple(round(float(step * i), 2) for i in range(len(MAP_CLASSES)))


def week_class_words(weights: ArrayLike) -> tuple[str, ...]:
    """Return each class in words, lowest first, so that no number stands in two of them.

    Examples
    --------
    >>> week_class_words([23.0] + [1.0] * 167)
    ('Under 5', '5 to 9', '10 to 14', '15 to 19', '20 or more')
    >>> week_class_words([2.4] + [1.0] * 167)
    ('Under 0.5', '0.5 to under 1', '1 to under 1.5', '1.5 to under 2', '2 or more')
    """
    edges = week_edges(weights)
    shown = _as_written(_week(weights))
    whole = not (shown % 1).any() and not (np.array(edges) % 1).any()
    between = [_class_words(low, high, whole=whole) for low, high in pairwise(edges[1:])]
    return (f"Under {edges[1]:,g}", *between, f"{edges[-1]:,g} or more")


def _class_words(low: float, high: float, *, whole: bool) -> str:
    if not whole:
        return f"{low:,g} to under {high:,g}"
    return f"{low:,g}" if high == low + 1 else f"{low:,g} to {high - 1:,g}"


def week_table(weights: ArrayLike) -> tuple[tuple[str, ...], ...]:
    """Return one row for each hour of the day: when it begins, and how many of each day.

    Examples
    --------
    >>> week_table([2.25] + [1.0] * 166 + [0.0])[0]
    ('00:00', '2.2', '1.0', '1.0', '1.0', '1.0', '1.0', '1.0')
    """
    by_day = _amounts(_week(weights))
    return tuple((_clock(hour), *(day[hour] for day in by_day)) for hour in range(24))


def busiest_words(weights: ArrayLike, unit: str = REPORTS) -> str:
    """Return the busiest hours of the week in words, as far as any stand out.

    Parameters
    ----------
    weights
        How many fall in each hour of the week, Monday 00:00 first, shape (168,).
    unit
        What is counted, in the plural.

    Returns
    -------
    str
        Without a full stop. The four hours with most, and the other days that have at
        least 80 % as many at the same hours. A time that begins before midnight belongs to the day
        on which it begins.

    Notes
    -----
    No time is named that has less than one and a half times its even share, or that is as busy as
    one of 168 in an even week would be by chance in more than 1 of 100 weeks (Poisson, Bonferroni).

    Examples
    --------
    >>> weights = [1.0] * 168
    >>> weights[4 * 24 + 21 : 4 * 24 + 25] = [30.0] * 4
    >>> busiest_words(weights)
    'Busiest: Friday, 21:00 to 01:00, with 42% of the reports in 2% of the week'
    >>> busiest_words([1.0] * 168)
    'No time of the week stands out'
    """
    week = _week(weights)
    flat, total = week.ravel(), float(week.sum())
    if not total:
        return "No time of the week stands out"
    windows = np.sum([np.roll(flat, -ahead) for ahead in range(WINDOW_H)], axis=0).reshape(_WEEK)
    day, hour = np.unravel_index(int(np.argmax(np.round(windows, 6))), _WEEK)
    most, even = float(windows[day, hour]), total * WINDOW_H / flat.size
    by_chance = flat.size * float(poisson.sf(np.floor(most + 1e-9) - 1, even))
    if most < LEAST_OVER_EVEN * even or by_chance > CHANCE:
        return "No time of the week stands out"
    days = np.flatnonzero(windows[:, hour] >= ALSO_BUSY * most)
    share, of_week = windows[days, hour].sum() / total, len(days) * WINDOW_H / flat.size
    return (
        f"Busiest: {_days_words(days.tolist())}, {_spoken(int(hour))} to"
        f" {_spoken(int(hour) + WINDOW_H)}, with {share:.0%} of the {unit} in {of_week:.0%} of the"
        " week"
    )


def _week(weights: ArrayLike) -> NDArray[np.float64]:
    """Return the weights by day and hour, shape (7, 24)."""
    week = np.asarray(weights, dtype=np.float64)
    if week.shape != (_WEEK[0] * _WEEK[1],) or not (week >= 0).all():
        message = f"A week has 168 hours with at least 0 in each; found shape {week.shape}."
        raise SchemaError(message, "Take them from geo.aoristic.")
    return week.reshape(_WEEK)


def _axes(ink: str) -> tuple[alt.X, alt.Y]:
    narrow = f"containerSize()[0] < {_NARROW_PX}"
    look: dict[str, Any] = {
        "title": None,
        "labelFontSize": TEXT_PX,
        "labelColor": ink,
        "domain": False,
        "ticks": False,
        "grid": False,
        "labelOverlap": False,
        "labelPadding": 8,
    }
    hours = alt.Axis(
        values=[0, 6, 12, 18, 24],
        labelFlush=True,
        labelExpr=(
            f"{narrow} ? format(datum.value, '02') + ':00' : datum.value % 24 == 0 ? 'midnight'"
            " : datum.value == 12 ? 'noon' : format(datum.value, '02') + ':00'"
        ),
        **look,
    )
    days = alt.Axis(
        labelExpr=f"{narrow} ? slice(datum.label, 0, 3) : datum.label", labelFlush=False, **look
    )
    x = alt.X("from:Q", axis=hours, scale=alt.Scale(domain=[0, 24], nice=False))
    return x, alt.Y("day:N", sort=None, axis=days, scale=alt.Scale(paddingInner=0))


def _colour(amount: float, edges: Sequence[float]) -> str:
    return MAP_CLASSES[int(np.searchsorted(edges, amount, side="right")) - 1]


def _amounts(week: NDArray[np.float64]) -> list[list[str]]:
    """Return how many fall in each day and hour as text, in whole numbers where they are many."""
    places, least = (1, 0.1) if week.max() < _WHOLE_FROM else (0, 1)
    return [
        ["0" if not n else f"under {least}" if n < least else f"{n:,.{places}f}" for n in day]
        for day in week.tolist()
    ]


def _as_written(week: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the numbers that `_amounts` writes, so that colours and words agree with them."""
    return np.round(week, 1 if week.max() < _WHOLE_FROM else 0)


def _capital(unit: str) -> str:
    return unit[:1].upper() + unit[1:]


def _clock(hour: int) -> str:
    return f"{hour % 24:02d}:00"


def _spoken(hour: int) -> str:
    return _clock(hour) if hour % 24 else "midnight"


def _days_words(days: Sequence[int]) -> str:
    """Return days as runs, round the end of the week: "Friday to Sunday and Wednesday"."""
    if len(days) == len(DAYS):
        return "every day"
    starts = [day for day in days if (day - 1) % len(DAYS) not in days]
    runs = []
    for start in starts:
        length = next(n for n in range(1, len(DAYS)) if (start + n) % len(DAYS) not in days)
        names = [DAYS[(start + n) % len(DAYS)] for n in range(length)]
        runs += [f"{names[0]} to {names[-1]}"] if length > _PAIR else names
    *first, last = runs
    return f"{', '.join(first)} and {last}" if first else last
