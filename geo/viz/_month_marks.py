"""Which marks make up a chart of months: axes, lines, gaps, breaks and events?

Places on the month axis are 0, 1, 2 ... for the months shown; a month reaches half a step to both
sides. Widths follow the screen, so what must clear a width is written as a Vega expression.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from geo.periods import month_index, month_words
from geo.viz.months import runs_of_months
from geo.viz.tokens import TEXT_PX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.viz.tokens import Palette

YEAR: Final = 12

_HATCH_LINES: Final = 15
_LABEL_GAP_PX: Final = 24
_AXIS_PX: Final = 44
_MOST_TICKS: Final = 6
_LETTER_PX: Final = 9.4
_MONTHS_A_LETTER: Final = 0.4
_NARROW: Final = "width < 420"
_HALF_YEARS: Final = ("01", "07")


@dataclass(frozen=True)
class SeriesMonth:
    """One month on the axis: its place, its count, and last year's count to compare it with."""

    at: int
    month: str
    n: int | None
    before: int | None


@dataclass(frozen=True)
class MonthAxes:
    """The axes that all marks of one chart share.

    Attributes
    ----------
    top
        Highest value of the y axis, which starts at zero.
    height
        Pixels, axis included.
    small
        First and last month only, and no y axis: for cards.
    unit
        What is counted, in the plural.
    """

    months: Sequence[SeriesMonth]
    top: float
    height: int
    colours: Palette
    small: bool = False
    unit: str = "reports"

    @property
    def unit_title(self) -> str:
        """What is counted, as it starts a title."""
        return self.unit[0].upper() + self.unit[1:]

    def last(self) -> SeriesMonth:
        """Return the last observed month."""
        return [one for one in self.months if one.n is not None][-1]

    def end_words(self) -> str:
        """Return what stands beside the end of the line: "June: 421"."""
        last = self.last()
        return f"{month_words(last.month, year=False)}: {last.n:,}"

    def x(self) -> alt.X:
        """Return the month axis; room for the labels is left at its right end."""
        letters = max(len(self.end_words()), len("year before"))
        margin = 10 if self.small else round(letters * _LETTER_PX) + 10
        scale = alt.Scale(
            domain=[-0.5, len(self.months) - 0.5],
            range=[4 if self.small else 0, expression(f"width - {margin}")],
            nice=False,
            zero=False,
        )
        return alt.X("at:Q", scale=scale, axis=self._month_axis())

    def y(self) -> alt.Y:
        """Return the axis of counts."""
        axis = alt.Axis(
            title=f"{self.unit_title} a month",
            titleFontSize=TEXT_PX,
            titleFontWeight="normal",
            titleColor=self.colours.ink,
            labelFontSize=TEXT_PX,
            labelColor=self.colours.ink,
            values=round_ticks(self.top),
            format=",d",
            gridColor=self.colours.grid,
            domain=False,
            ticks=False,
        )
        scale = alt.Scale(domain=[0, self.top], nice=False)
        return alt.Y("n:Q", scale=scale, axis=None if self.small else axis)

    def chart(self, rows: Sequence[dict[str, Any]]) -> alt.Chart:
        """Return a chart of rows with ``at`` and ``n`` on these axes, still without a mark."""
        return alt.Chart(alt.InlineData(values=list(rows))).encode(x=self.x(), y=self.y())

    def words(
        self,
        at: float,
        text: str | alt.ExprRef,
        *,
        y_px: float | alt.ExprRef | None = None,
        n: float = 0,
        **style: str | float | alt.ExprRef,
    ) -> list[alt.Chart]:
        """Return a text and its halo, at a height in pixels or, without one, at ``n`` reports."""
        base = self.chart([{"at": at, "n": n}])
        if y_px is not None:
            base = base.encode(y=alt.value(y_px))
        shown: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": TEXT_PX}
        shown |= {"color": self.colours.ink, **style}
        halo = {**shown, "color": self.colours.ground, "stroke": self.colours.ground}
        return [
            base.mark_text(text=text, strokeWidth=5, strokeJoin="round", **halo),
            base.mark_text(text=text, **shown),
        ]

    def _month_axis(self) -> alt.Axis:
        ends = [self.months[0], self.months[-1]]
        ticks = [one for one in self.months if one.month[5:] in _HALF_YEARS]
        words = {
            str(one.at): (
                month_words(one.month, year=False)
                if self.small
                else f"{month_words(one.month, year=False)[:3]} {one.month[:4]}"
            )
            for one in (ends if self.small else ticks)
        }
        return alt.Axis(
            values=[int(at) for at in words],
            labelExpr=f"{json.dumps(words)}[datum.value]",
            labelFontSize=TEXT_PX,
            labelColor=self.colours.ink,
            labelFlush=self.small,
            labelOverlap="greedy",
            labelPadding=6,
            title=None,
            grid=False,
            ticks=not self.small,
            tickColor=self.colours.soft,
            domain=True,
            domainColor=self.colours.soft,
            domainWidth=1.5,
        )


def round_ticks(top: float) -> list[int]:
    """Return round values from zero to ``top``, six at most.

    Examples
    --------
    >>> round_ticks(580), round_ticks(4.9)
    ([0, 100, 200, 300, 400, 500], [0, 1, 2, 3, 4])
    """
    steps = (step * 10**power for power in range(9) for step in (1, 2, 5))
    step = next(step for step in steps if top / step < _MOST_TICKS)
    return list(range(0, int(top) + 1, step))


def expression(text: str) -> alt.ExprRef:
    """Return a Vega expression, worked out by the browser."""
    return alt.ExprRef(expr=text)


def lines(axes: MonthAxes, *, dots: bool) -> list[alt.Chart]:
    """Return the dashes of the year before, the line of this year, and its dots.

    Without ``dots`` only the last month and lone months have one: a lone month has no line.
    """
    now = _pieces([(one.at, one.n, one.month) for one in axes.months])
    before = _pieces([(one.at, one.before, one.month) for one in axes.months])
    lengths = [row["piece"] for row in now]
    shown = now if dots else [r for r in now if r is now[-1] or lengths.count(r["piece"]) == 1]
    colours = axes.colours
    solid = axes.chart(now).mark_line(strokeWidth=3.5, color=colours.data_line, clip=False)
    size = 55 if dots else 110
    points = axes.chart(shown).mark_point(
        size=size, filled=True, opacity=1, color=colours.data_line
    )
    tips = [
        alt.Tooltip("month:N", title="Month"),
        alt.Tooltip("n:Q", title=axes.unit_title, format=","),
    ]
    dashed = axes.chart(before).mark_line(
        strokeDash=[5, 4], strokeWidth=2.5, color=colours.soft, clip=False
    )
    return [
        *([dashed.encode(detail="piece:N")] if before else []),
        solid.encode(detail="piece:N"),
        points.encode(tooltip=tips),
    ]


def gap_hatch(axes: MonthAxes, *, words_at_px: int | None) -> list[alt.Chart]:
    """Return diagonal lines over every missing month, and "No data" once, at the longest gap.

    Vega-Lite has no pattern fill, so each month's hatch is a set of short rules.
    """
    step = axes.top / _HATCH_LINES
    missing = [one for one in axes.months if one.n is None]
    rows = [
        {
            "at": one.at - 0.5,
            "to": one.at + 0.5,
            "n": k * step,
            "n2": (k + 1) * step,
        }
        for one in missing
        for k in range(_HATCH_LINES)
    ]
    if not rows:
        return []
    hatch = axes.chart(rows).mark_rule(strokeWidth=1.1, color=axes.colours.hatch, opacity=0.6)
    marks = [hatch.encode(x2="to:Q", y2="n2:Q")]
    if words_at_px is not None:
        marks += _gap_words(axes, [one.month for one in missing], words_at_px)
    return marks


def break_marks(axes: MonthAxes, breaks: Sequence[tuple[str, str]]) -> list[alt.Chart]:
    """Return a vertical rule with a sentence for every break; the month after the last counts."""
    marks: list[alt.Chart] = []
    for month, title in breaks:
        at = month_index(month) - month_index(axes.months[0].month)
        if not 0 < at <= len(axes.months):
            continue
        rule = axes.chart([{"at": at - 0.5}]).mark_rule(strokeWidth=2.5, color=axes.colours.ink)
        left = at > len(axes.months) / 2
        words = expression(f"{_NARROW} ? 'Break' : {json.dumps(break_words(title))}")
        marks.append(rule.encode(y=alt.value(0), y2=alt.value(expression("height"))))
        marks += axes.words(
            at - 0.5, words, y_px=8, align="right" if left else "left", dx=-7 if left else 7
        )
    return marks


def break_words(title: str) -> str:
    """Return the sentence beside a break.

    Examples
    --------
    >>> break_words("Map points redrawn, July 2022")
    'Break: map points redrawn, July 2022'
    """
    lower = title[:1].lower() if title[1:2].islower() else title[:1]
    return f"Break: {lower}{title[1:]}"


def event_bars(axes: MonthAxes, events: Sequence[tuple[str, str | None, str]]) -> list[alt.Chart]:
    """Return a bar near the base line for every event in view, its name above it.

    Events that would touch stand one above the other.
    """
    marks: list[alt.Chart] = []
    rows: list[list[tuple[float, float]]] = []
    start, size = month_index(axes.months[0].month), len(axes.months)
    for first, last, title in sorted(events, key=lambda event: event[0]):
        left = max(month_index(first) - start, 0) - 0.5
        right = min(month_index(last or first) - start, size - 1) + 0.5
        if right <= left:
            continue
        letters = len(title) * _MONTHS_A_LETTER
        late = left + letters > size
        low, high = (right - letters, right) if late else (left, max(right, left + letters))
        row = next((k for k, spans in enumerate(rows) if _free(spans, low, high)), len(rows))
        if row == len(rows):
            rows.append([])
        words = _wide_only(title) if rows[row] else title
        rows[row].append((low, high))
        marks += _event_bar(axes, (left, right), words, row, late=late)
    return marks


def end_labels(axes: MonthAxes) -> list[alt.Chart]:
    """Return the last value and "year before" at the end of the lines, clear of each other."""
    last = axes.last()
    end = len(axes.months) - 0.5
    now, before = float(last.n or 0), last.before
    colours, clear = axes.colours, _LABEL_GAP_PX / (axes.height - _AXIS_PX) * axes.top
    if before is None:
        return axes.words(
            end, axes.end_words(), n=now, dx=10, fontWeight="bold", color=colours.data_line
        )
    up, middle = now >= before, (now + before) / 2
    apart = max(abs(now - before), clear) / 2
    middle = max(middle, apart)
    high, low = middle + apart, middle - apart
    return [
        *axes.words(
            end,
            axes.end_words(),
            n=high if up else low,
            dx=10,
            fontWeight="bold",
            color=colours.data_line,
        ),
        *axes.words(end, "year before", n=low if up else high, dx=10, color=colours.soft),
    ]


def _event_bar(
    axes: MonthAxes,
    span: tuple[float, float],
    words: str | alt.ExprRef,
    row: int,
    *,
    late: bool,
) -> list[alt.Chart]:
    foot = f"height - {9 + 30 * row}"
    bar = axes.chart([{"at": span[0], "to": span[1]}]).mark_rule(
        strokeWidth=6, color=axes.colours.soft, opacity=0.9
    )
    name = axes.words(
        span[1] if late else span[0],
        words,
        y_px=expression(f"{foot} - 16"),
        align="right" if late else "left",
        limit=expression("width * 0.7"),
    )
    return [bar.encode(x2="to:Q", y=alt.value(expression(foot))), *name]


def _free(spans: Sequence[tuple[float, float]], low: float, high: float) -> bool:
    return all(high <= left or low >= right for left, right in spans)


def _wide_only(words: str) -> alt.ExprRef:
    return expression(f"{_NARROW} ? '' : {json.dumps(words)}")


def _gap_words(axes: MonthAxes, missing: Sequence[str], y_px: int) -> list[alt.Chart]:
    start = month_index(axes.months[0].month)
    runs = [(month_index(a) - start, month_index(b) - start) for a, b in runs_of_months(missing)]
    left, right = max(runs, key=lambda run: run[1] - run[0])
    late = left > len(axes.months) * 0.8
    return axes.words(
        right + 0.5 if late else left - 0.5,
        "No data",
        y_px=y_px,
        align="right" if late else "left",
        dx=-6 if late else 6,
        fontWeight="bold",
    )


def _pieces(points: Sequence[tuple[int, int | None, str]]) -> list[dict[str, Any]]:
    """Return a row for every known point, with a number for each unbroken piece of line."""
    rows: list[dict[str, Any]] = []
    for at, n, month in points:
        if n is None:
            continue
        joined = bool(rows) and rows[-1]["at"] == at - 1
        piece = rows[-1]["piece"] if joined else at
        rows.append({"at": at, "n": n, "month": month_words(month), "piece": piece})
    return rows
