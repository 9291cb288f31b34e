"""How is it shown when a place changed, by how much in all, and how far from it?

Three panels on one scale instead of three lines in one plot; what was saved since the start; and
rings around the place. Line, dash and shape carry the zone as well as colour does. As in
`geo.viz.charts`, every function returns a chart and the sentence that says the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import altair as alt

from geo.errors import NotEnoughDataError
from geo.periods import month_index, month_words, span_words
from geo.viz._month_marks import MonthAxes, SeriesMonth, expression, gap_hatch, round_ticks
from geo.viz.charts import DescribedChart
from geo.viz.tokens import TEXT_PX, palette, zone_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.viz.tokens import Palette, Theme

PanelZone = Literal["treated", "nearby", "comparison"]

PANEL_PX: Final = 96
AXIS_PX: Final = 34
"""More height for the one panel that has the months below it."""
RING_PX: Final = 30
CLEAR_WITHIN: Final = 0.3
"""A range that holds 100 is "as expected" only where it reaches less far than this to each side."""
MOST: Final = 300.0
"""Ranges are cut here; the words say so."""

_ZONES: Final[tuple[PanelZone, ...]] = ("treated", "nearby", "comparison")
_DASHES: Final[dict[PanelZone, list[int]]] = {
    "treated": [1, 0],
    "nearby": [9, 5],
    "comparison": [2, 3],
}
_SHAPES: Final = ("circle", "square", "diamond")
_HEADROOM: Final = 1.12
_TICKS: Final = 3
_LETTER_PX: Final = 9.6
_NARROW: Final = "width < 420"
_RING_TEXT: Final = f"(containerSize()[0] < 420 ? 15 : {TEXT_PX})"
_STEPS: Final = ((130.0, 25), (260.0, 50))


class PanelMonth(NamedTuple):
    """One calendar month: reports (None is no data), and the range that was expected, if any."""

    month: str
    n: int | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Panel:
    """One zone's months.

    Attributes
    ----------
    zone
        Which line it gets.
    name
        Written inside the panel.
    months
        Every calendar month, in order; the same months in all panels.
    """

    zone: PanelZone
    name: str
    months: tuple[PanelMonth, ...]


class SavedMonth(NamedTuple):
    """Reports fewer than expected from the start up to a month, with the likely range."""

    month: str
    saved: float
    low: float
    high: float


@dataclass(frozen=True)
class RingRow:
    """One ring: reports for every expected one; None where it is undefined."""

    ring: int
    label: str
    ratio: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class _PanelAxes(MonthAxes):
    """The axes that the three panels share; only the lowest one has months below it."""

    foot: bool = False
    letters: int = 1
    """Of the longest last value of all panels, so that their months stand above one another."""

    def x(self) -> alt.X:
        scale = alt.Scale(
            domain=[-0.5, len(self.months) - 0.5],
            range=[0, expression(f"width - {_LETTER_PX * self.letters + 22}")],
            nice=False,
            zero=False,
        )
        return alt.X("at:Q", scale=scale, axis=self._month_axis() if self.foot else None)

    def y(self) -> alt.Y:
        axis = alt.Axis(
            title=None,
            labelFontSize=TEXT_PX,
            labelColor=self.colours.ink,
            values=_few_ticks(self.top),
            format=",d",
            gridColor=self.colours.grid,
            domain=False,
            ticks=False,
            minExtent=44,
            maxExtent=44,
        )
        return alt.Y("n:Q", scale=alt.Scale(domain=[0, self.top], nice=False), axis=axis)


def zone_panels(
    panels: Sequence[Panel],
    *,
    start: str,
    start_words: str,
    unit: str = "reports",
    theme: Theme = "light",
) -> tuple[DescribedChart, ...]:
    """Return one chart a zone on the same axes: range, start, line and last value.

    Parameters
    ----------
    panels
        Treated first.
    start
        First month that may have changed; a rule stands before it in every panel.
    start_words
        Written beside the rule in the first panel: "Patrols start, 1 September 2025".

    Raises
    ------
    NotEnoughDataError
        No month of one of the panels was observed.
    """
    for panel in panels:
        if all(one.n is None for one in panel.months):
            message = f"A panel of months needs one observed month; found none for {panel.name}."
            raise NotEnoughDataError(message, "Say that there is no data instead.")
    top = max(_reach(one) for panel in panels for one in panel.months) * _HEADROOM
    letters = max(len(f"{_last(panel):,}") for panel in panels)
    charts = []
    for place, panel in enumerate(panels):
        foot = place == len(panels) - 1
        height = PANEL_PX + (AXIS_PX if foot else 0)
        months = [SeriesMonth(i, one.month, one.n, None) for i, one in enumerate(panel.months)]
        colours = palette(theme)
        axes = _PanelAxes(
            months, max(top, 1.0), height, colours, unit=unit, foot=foot, letters=letters
        )
        marks = [
            *_band(axes, panel),
            *gap_hatch(axes, words_at_px=None),
            *_start_rule(axes, start, "" if place else start_words),
            *_zone_line(axes, panel, zone_lines(theme)[_ZONES.index(panel.zone)]),
        ]
        charts.append(DescribedChart(_layered(marks, height), _panel_words(axes, panel, start)))
    return tuple(charts)


def saved_chart(
    saved: Sequence[SavedMonth], *, unit: str = "reports", theme: Theme = "light", height: int = 210
) -> DescribedChart:
    """Return how many reports fewer than expected there were since the start, month by month.

    Raises
    ------
    NotEnoughDataError
        There is no month.
    """
    if not saved:
        message = "What was saved needs one month after the start; found none."
        raise NotEnoughDataError(message, "Say when the first month will be in.")
    colours, blue = palette(theme), zone_lines(theme)[0]
    rows = [
        {"at": i, "n": -one.saved, "low": -one.high, "high": -one.low, "month": one.month}
        for i, one in enumerate(saved)
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=_saved_x(saved, colours))
    y = _saved_y(saved, colours, unit, "n:Q")
    zero = alt.Chart(alt.InlineData(values=[{"n": 0}])).mark_rule(color=colours.ink, strokeWidth=2)
    last = alt.Chart(alt.InlineData(values=rows[-1:])).encode(x=_saved_x(saved, colours), y=y)
    marks = [
        base.mark_area(color=colours.grid, opacity=0.9).encode(
            y=_saved_y(saved, colours, unit, "low:Q"), y2="high:Q"
        ),
        zero.encode(y=y),
        base.mark_line(color=blue, strokeWidth=3.5).encode(y=y),
        last.mark_point(filled=True, size=90, opacity=1, color=blue),
        last.mark_text(
            align="left", dx=10, fontSize=TEXT_PX, fontWeight="bold", color=colours.ink
        ).encode(text=alt.value(_fewer_words(saved[-1].saved))),
    ]
    return DescribedChart(_layered(marks, height), _saved_words(saved, unit))


def rings_chart(rows: Sequence[RingRow], *, theme: Theme = "light") -> DescribedChart:
    """Return one row a ring: the range as a bar, the ratio as a point, and what it means in words.

    Raises
    ------
    NotEnoughDataError
        No ring has a ratio.
    """
    known = [row for row in rows if row.ratio is not None]
    if not known:
        message = f"A chart of rings needs one with a ratio; found none of {len(rows)}."
        raise NotEnoughDataError(message, "Say that there is no comparison instead.")
    colours = palette(theme)
    low = min(100 * (row.low or 0.0) for row in known)
    high = max(_cut(row.high if row.high is not None else row.ratio) for row in known)
    span = min(low, 75.0), max(high, 125.0)
    values = [_ring_values(row, zone_lines(theme)) for row in rows]
    y = alt.Y(
        "label:N",
        sort=[row.label for row in rows],
        axis=_ring_names(colours),
        scale=alt.Scale(paddingOuter=0.3),
    )
    longest = max(len(str(value["words"])) for value in values)

    def x(field: str) -> alt.X:
        return alt.X(field, scale=_ring_scale(span, longest), axis=_ring_axis(span, colours))

    shown = alt.Chart(
        alt.InlineData(values=[value for value in values if value["n"] is not None])
    ).encode(y=y)
    text = alt.Chart(alt.InlineData(values=values)).encode(y=y)
    one_hundred = alt.Chart(alt.InlineData(values=[{"n": 100}]))
    marks = [
        one_hundred.mark_rule(color=colours.ink, strokeWidth=2).encode(x=x("n:Q")),
        shown.mark_rule(strokeWidth=5, opacity=0.55).encode(
            x=x("low:Q"),
            x2="high:Q",
            color=alt.Color("colour:N", scale=None),
        ),
        shown.mark_point(filled=True, size=190, opacity=1).encode(
            x=x("n:Q"),
            color=alt.Color("colour:N", scale=None),
            shape=alt.Shape("shape:N", scale=None, legend=None),
        ),
        *_ring_texts(text, x("high:Q"), colours),
    ]
    said = "; ".join(f"{row.label}: {ring_words(row)}" for row in rows)
    chart = _layered(marks, RING_PX * len(rows) + AXIS_PX)
    return DescribedChart(chart, f"Reports for every 100 expected. {said}.")


def ring_words(row: RingRow) -> str:
    """Return what a ring's ratio and range say.

    Examples
    --------
    >>> ring_words(RingRow(0, "Treated", 0.57, 0.49, 0.66))
    '43% fewer'
    >>> ring_words(RingRow(2, "2 cells away", 1.04, 0.93, 1.16))
    'as expected'
    >>> ring_words(RingRow(3, "3 cells away", 1.1, 0.6, 1.9))
    'cannot tell'
    """
    if row.ratio is None or row.low is None or row.high is None:
        return "cannot tell"
    if row.low <= 1 <= row.high:
        narrow = row.low > 1 - CLEAR_WITHIN and row.high < 1 + CLEAR_WITHIN
        return "as expected" if narrow else "cannot tell"
    return f"{abs(row.ratio - 1):.0%} {'fewer' if row.ratio < 1 else 'more'}"


def _last(panel: Panel) -> int:
    return [one.n for one in panel.months if one.n is not None][-1]


def _reach(one: PanelMonth) -> float:
    return max(float(one.n or 0), one.high or 0.0)


def _few_ticks(top: float) -> list[int]:
    """Return zero and a round value or two: a panel is low."""
    ticks = round_ticks(top)
    while len(ticks) > _TICKS:
        ticks = ticks[::2]
    return ticks


def _band(axes: _PanelAxes, panel: Panel) -> list[alt.Chart]:
    """Return the grey of the expected range, not joined across months that have none."""
    rows: list[dict[str, Any]] = []
    for at, one in enumerate(panel.months):
        if one.low is None or one.high is None:
            continue
        joined = bool(rows) and rows[-1]["at"] == at - 1
        piece = rows[-1]["piece"] if joined else at
        rows.append({"at": at, "n": max(0.0, one.low), "high": one.high, "piece": piece})
    if not rows:
        return []
    area = axes.chart(rows).mark_area(color=axes.colours.grid, opacity=0.95)
    return [area.encode(y2="high:Q", detail="piece:N")]


def _start_rule(axes: _PanelAxes, start: str, words: str) -> list[alt.Chart]:
    at = month_index(start) - month_index(axes.months[0].month)
    if not 0 <= at <= len(axes.months):
        return []
    rule = axes.chart([{"at": at - 0.5}]).mark_rule(strokeWidth=2.5, color=axes.colours.ink)
    marks = [rule.encode(y=alt.value(0), y2=alt.value(expression("height")))]
    if words:
        late = at > len(axes.months) * 0.55
        short = expression(f"{_NARROW} ? 'Start' : {json.dumps(words)}")
        side: Any = {"align": "right" if late else "left", "dx": -8 if late else 8}
        marks += axes.words(at - 0.5, short, y_px=9, **side)
    return marks


def _zone_line(axes: _PanelAxes, panel: Panel, colour: str) -> list[alt.Chart]:
    rows: list[dict[str, Any]] = []
    for one in axes.months:
        if one.n is None:
            continue
        joined = bool(rows) and rows[-1]["at"] == one.at - 1
        piece = rows[-1]["piece"] if joined else one.at
        rows.append({"at": one.at, "n": one.n, "month": month_words(one.month), "piece": piece})
    lengths = [row["piece"] for row in rows]
    dots = [row for row in rows if row is rows[-1] or lengths.count(row["piece"]) == 1]
    line = axes.chart(rows).mark_line(
        color=colour, strokeWidth=3.5, strokeDash=_DASHES[panel.zone], clip=False
    )
    tips = [
        alt.Tooltip("month:N", title="Month"),
        alt.Tooltip("n:Q", title=axes.unit_title, format=","),
    ]
    points = axes.chart(dots).mark_point(filled=True, size=90, opacity=1, color=colour)
    last = axes.last()
    return [
        line.encode(detail="piece:N"),
        points.encode(tooltip=tips),
        *axes.words(last.at, f"{last.n:,}", n=float(last.n or 0), dx=10, fontWeight="bold"),
        *axes.words(-0.5, panel.name, y_px=9, dx=6, fontWeight="bold", color=colour),
    ]


def _panel_words(axes: _PanelAxes, panel: Panel, start: str) -> str:
    months, last = panel.months, axes.last()
    said = [
        f"{axes.unit_title} a month, {panel.name.lower()}.",
        f"{span_words(months[0].month, months[-1].month)}, start {month_words(start)}.",
        f"{month_words(last.month)}: {last.n:,}.",
    ]
    judged = [
        one for one in months if one.n is not None and one.low is not None and one.high is not None
    ]
    if judged:
        below = sum(one.n < one.low for one in judged if one.n is not None and one.low is not None)
        above = sum(
            one.n > one.high for one in judged if one.n is not None and one.high is not None
        )
        said.append(f"Of {len(judged)} months with an expected range {below} lie below it")
        said[-1] += f" and {above} above it."
    return " ".join(said)


def _saved_x(saved: Sequence[SavedMonth], colours: Palette) -> alt.X:
    words = {
        str(i): f"{month_words(one.month, year=False)[:3]} {one.month[:4]}"
        for i, one in enumerate(saved)
        if i in {0, len(saved) - 1} or one.month[5:] in {"01", "07"}
    }
    margin = _LETTER_PX * len(_fewer_words(saved[-1].saved)) + 20
    return alt.X(
        "at:Q",
        scale=alt.Scale(
            domain=[0, max(len(saved) - 1, 1)],
            range=[0, expression(f"width - {margin}")],
            nice=False,
        ),
        axis=alt.Axis(
            title=None,
            values=[int(at) for at in words],
            labelExpr=f"{json.dumps(words)}[datum.value]",
            labelFontSize=TEXT_PX,
            labelColor=colours.ink,
            labelOverlap="greedy",
            labelFlush=True,
            labelPadding=6,
            grid=False,
            ticks=False,
            domain=False,
        ),
    )


def _saved_y(saved: Sequence[SavedMonth], colours: Palette, unit: str, field: str) -> alt.Y:
    low = min(0.0, *(-one.high for one in saved))
    high = max(0.0, *(-one.low for one in saved))
    return alt.Y(
        field,
        scale=alt.Scale(domain=[low * 1.05, max(high * 1.05, 1.0)], nice=False),
        axis=alt.Axis(
            title=None,
            tickCount=4,
            format="+,d",
            labelExpr="datum.value == 0 ? '0' : datum.label",
            labelFontSize=TEXT_PX,
            labelColor=colours.ink,
            gridColor=colours.grid,
            domain=False,
            ticks=False,
            minExtent=44,
        ),
        title=f"{unit} against expected",
    )


def _fewer_words(saved: float) -> str:
    """Return a saved number in words.

    Examples
    --------
    >>> _fewer_words(129.4), _fewer_words(-7), _fewer_words(0.2)
    ('129 fewer', '7 more', 'as expected')
    """
    n = round(saved)
    return "as expected" if n == 0 else f"{abs(n):,} {'fewer' if n > 0 else 'more'}"


def _saved_words(saved: Sequence[SavedMonth], unit: str) -> str:
    last = saved[-1]
    return (
        f"{unit[:1].upper()}{unit[1:]} against expected since the start, "
        f"{span_words(saved[0].month, last.month)}: {_fewer_words(last.saved)}, likely range "
        f"{_fewer_words(last.high)} to {_fewer_words(last.low)}."
    )


def _cut(ratio: float | None) -> float:
    return MOST if ratio is None else min(MOST, 100 * ratio)


def _ring_values(row: RingRow, colours: tuple[str, str, str]) -> dict[str, Any]:
    place = min(row.ring, len(_SHAPES) - 1)
    return {
        "label": row.label,
        "n": None if row.ratio is None else _cut(row.ratio),
        "low": 100 * (row.low or 0.0),
        "high": 100.0 if row.ratio is None else _cut(row.high),
        "words": ring_words(row),
        "colour": colours[place],
        "shape": _SHAPES[place],
    }


def _ring_texts(base: alt.Chart, x: alt.X, colours: Palette) -> list[alt.Chart]:
    """Return the words at the end of each range, and their halo: a rule may lie behind them."""
    look: dict[str, Any] = {"align": "left", "dx": 10, "fontSize": expression(_RING_TEXT)}
    shown = base.encode(x=x, text="words:N")
    return [
        shown.mark_text(color=colours.ground, stroke=colours.ground, strokeWidth=5, **look),
        shown.mark_text(color=colours.ink, **look),
    ]


def _ring_names(colours: Palette) -> alt.Axis:
    return alt.Axis(
        title=None,
        labelFontSize=expression(_RING_TEXT),
        labelColor=colours.ink,
        labelLimit=200,
        labelPadding=8,
        labelOverlap=False,
        ticks=False,
        domain=False,
    )


def _ring_scale(span: tuple[float, float], letters: int) -> alt.Scale:
    room = round(letters * _LETTER_PX) + 16
    return alt.Scale(
        domain=list(span),
        range=[0, expression(f"max(width - {room} * {_RING_TEXT} / {TEXT_PX}, 40)")],
        nice=False,
        zero=False,
    )


def _ring_axis(span: tuple[float, float], colours: Palette) -> alt.Axis:
    wide = span[1] - span[0]
    step = next((step for most, step in _STEPS if wide <= most), 100)
    first = int(-(-span[0] // step)) * step
    return alt.Axis(
        title=None,
        values=list(range(first, int(span[1]) + 1, step)),
        format="d",
        labelFontSize=TEXT_PX,
        labelColor=colours.ink,
        labelFlush=False,
        gridColor=colours.grid,
        gridDash=[2, 4],
        domain=False,
        ticks=False,
        labelPadding=6,
    )


def _layered(marks: Sequence[alt.Chart], height: int) -> alt.LayerChart:
    padding = {"left": 0, "right": 0, "top": 6, "bottom": 0}
    chart = alt.LayerChart(layer=list(marks)).properties(height=height, padding=padding)
    bare: alt.LayerChart = chart.configure_view(strokeWidth=0)
    return bare
