"""Who is where, when: how is one day of a patrol plan drawn, crew by crew?

A grey bar is the shift, a dashed box the break, a block a visit in true width with the number of
its stop. Minutes run from local midnight of the day and beyond it, so that no time zone of a
reader can move a block. Numbers that do not fit into their block stand above and below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from geo.errors import NotEnoughDataError
from geo.viz.charts import DescribedChart
from geo.viz.tokens import TEXT_PX, crew_look, palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.viz.tokens import Palette, Theme

ROW_PX: Final = 62
"""Height of a crew's row."""
HEAD_PX: Final = 34
HEADS: Final = ("Crew", "When", "Stop", "Place", "What for")

_BLOCK_PX: Final = 40
_SLIM_PX: Final = 24
"""Height of a block whose number stands outside it."""
_SHIFT_PX: Final = 8
_BREAK_PX: Final = 34
_WORD_MIN: Final = 40
"""A shorter break has no word."""
_FEW_HOURS: Final = 10
_NAME_LETTERS: Final = 24
_NARROW_PX: Final = 480
_DIGIT_PX: Final = 10.5
_HOUR: Final = 60


@dataclass(frozen=True)
class GanttVisit:
    """One visit: stop number, place, minutes of the day, and what for."""

    stop: int
    place: str
    arrive_min: float
    leave_min: float
    words: str = ""


@dataclass(frozen=True)
class GanttCrew:
    """One crew: letter, name, shift and breaks in minutes of the day, and visits in order."""

    letter: str
    name: str
    start_min: float
    end_min: float
    breaks: tuple[tuple[float, float], ...] = ()
    visits: tuple[GanttVisit, ...] = ()


def gantt_chart(crews: Sequence[GanttCrew], *, theme: Theme = "light") -> DescribedChart:
    """Return one row a crew, hours on top, and the same in words.

    Raises
    ------
    NotEnoughDataError
        There is no crew.
    """
    if not crews:
        message = "No crew is on duty on this day."
        raise NotEnoughDataError(message, "Choose another day.")
    axes = _Axes(tuple(crews), palette(theme), dark=theme == "dark")
    layers = [_shifts(axes), *_breaks(axes), _blocks(axes), _numbers(axes)]
    chart = alt.LayerChart(layer=layers).properties(
        height=ROW_PX * len(crews), padding={"left": 0, "right": 8, "top": 0, "bottom": 4}
    )
    return DescribedChart(chart.configure_view(strokeWidth=0), gantt_words(crews))


def gantt_words(crews: Sequence[GanttCrew]) -> str:
    """Return what the chart shows, crew by crew.

    Examples
    --------
    >>> gantt_words(
    ...     [GanttCrew("A", "Police 1", 1020, 1500, (), (GanttVisit(2, "Pier", 1035, 1050),))]
    ... )
    'A Police 1, 17:00 to 01:00: 17:15 Pier.'
    """
    return " ".join(_crew_words(crew) for crew in crews)


def gantt_rows(crews: Sequence[GanttCrew]) -> tuple[tuple[str, ...], ...]:
    """Return every visit and break in words, crew by crew, in order of time; see `HEADS`."""
    rows: list[tuple[str, ...]] = []
    for crew in crews:
        name = f"{crew.letter} {crew.name}"
        timed = [
            (one.arrive_min, one.leave_min, str(one.stop), one.place, one.words)
            for one in crew.visits
        ]
        timed += [(start, end, "", "Break", "") for start, end in crew.breaks]
        rows += [
            (name, f"{clock(start)} to {clock(end)}", stop, place, words)
            for start, end, stop, place, words in sorted(timed)
        ]
    return tuple(rows)


def span_title(crews: Sequence[GanttCrew], *, visit_words: str) -> str:
    """Return the chart's title: from when to when, and how long a visit is.

    Examples
    --------
    >>> span_title([GanttCrew("A", "Police", 1020, 1500)], visit_words="15 minutes a visit")
    'Who is where, when: 17:00 to 01:00, 15 minutes a visit'
    """
    first = min(crew.start_min for crew in crews)
    last = max(crew.end_min for crew in crews)
    return f"Who is where, when: {clock(first)} to {clock(last)}, {visit_words}"


def clock(minutes: float) -> str:
    """Return minutes of a day, or of the night after it, as a time.

    Examples
    --------
    >>> clock(615), clock(1500)
    ('10:15', '01:00')
    """
    whole = round(minutes) % (24 * _HOUR)
    return f"{whole // _HOUR:02d}:{whole % _HOUR:02d}"


def minutes_of(day: date, when: datetime) -> float:
    """Return a local time as minutes on the clock from midnight of a day, also of the night after.

    Examples
    --------
    >>> minutes_of(date(2026, 11, 27), datetime(2026, 11, 28, 1, 0))
    1500.0
    """
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - as the clock on the wall
    return (when.replace(tzinfo=None) - midnight).total_seconds() / _HOUR


@dataclass(frozen=True)
class _Axes:
    """The axes that all layers share."""

    crews: tuple[GanttCrew, ...]
    colours: Palette
    dark: bool = False

    @property
    def domain(self) -> tuple[float, float]:
        """First and last minute, on whole hours."""
        first = min(crew.start_min for crew in self.crews)
        last = max(crew.end_min for crew in self.crews)
        return first // _HOUR * _HOUR, -(-last // _HOUR) * _HOUR

    @property
    def scale_words(self) -> str:
        """The expression of how many pixels a minute has."""
        first, last = self.domain
        return f"(width / {last - first:g})"

    @property
    def fits(self) -> str:
        """The expression of whether every number fits into its block."""
        visits = [visit for crew in self.crews for visit in crew.visits]
        least = min((visit.leave_min - visit.arrive_min for visit in visits), default=0.0)
        digits = max((len(str(visit.stop)) for visit in visits), default=1)
        return f"({self.scale_words} * {least:g} >= {_DIGIT_PX * digits + 1:g})"

    def name(self, crew: GanttCrew) -> str:
        """Return the row's name, shortened to fit beside the chart."""
        words = f"{crew.letter} {crew.name}"
        return words if len(words) <= _NAME_LETTERS else f"{words[: _NAME_LETTERS - 1].rstrip()}…"

    def x(self, name: str = "start") -> alt.X:
        first, last = self.domain
        hours = (last - first) / _HOUR
        step = _HOUR if hours <= _FEW_HOURS else 2 * _HOUR
        ticks = [first + step * i for i in range(int((last - first) // step) + 1)]
        hour = "floor(datum.value / 60) % 24"
        words = f"({hour} < 10 ? '0' : '') + {hour}"
        narrow = f"containerSize()[0] < {_NARROW_PX}"
        axis = alt.Axis(
            title=None,
            orient="top",
            values=ticks,
            labelExpr=f"{narrow} ? (datum.index % 2 < 0.5 / {len(ticks)} ? {words} : '')"
            f" : {words} + ':00'",
            labelOverlap=False,
            labelFlush=False,
            gridDash=[2, 4],
            gridColor=self.colours.grid,
            domain=False,
            ticks=False,
            labelPadding=8,
            labelFontSize=TEXT_PX,
            labelColor=self.colours.ink,
        )
        return alt.X(f"{name}:Q", axis=axis, scale=alt.Scale(domain=[first, last], nice=False))

    def y(self) -> alt.Y:
        narrow = f"containerSize()[0] < {_NARROW_PX}"
        axis = alt.Axis(
            title=None,
            domain=False,
            ticks=False,
            labelPadding=10,
            labelLimit=260,
            labelOverlap=False,
            labelFlush=False,
            labelExpr=f"{narrow} ? split(datum.label, ' ')[0] : datum.label",
            labelFontSize=TEXT_PX,
            labelColor=self.colours.ink,
        )
        order = [self.name(crew) for crew in self.crews]
        return alt.Y("crew:N", axis=axis, sort=None, scale=alt.Scale(domain=order, padding=0))

    def chart(self, rows: list[dict[str, Any]]) -> alt.Chart:
        chart: alt.Chart = alt.Chart(alt.InlineData(values=rows)).encode(
            x=self.x(), x2="end:Q", y=self.y()
        )
        return chart


def _shifts(axes: _Axes) -> alt.Chart:
    rows = [
        {"crew": axes.name(crew), "start": crew.start_min, "end": crew.end_min}
        for crew in axes.crews
    ]
    bars: alt.Chart = axes.chart(rows).mark_bar(size=_SHIFT_PX, color=axes.colours.line)
    return bars


def _breaks(axes: _Axes) -> list[alt.Chart]:
    rows = [
        {
            "crew": axes.name(crew),
            "start": start,
            "end": end,
            "middle": (start + end) / 2,
            "words": "break" if end - start >= _WORD_MIN else "",
            "tip": f"Break, {clock(start)} to {clock(end)}",
        }
        for crew in axes.crews
        for start, end in crew.breaks
    ]
    if not rows:
        return []
    box = axes.chart(rows).mark_bar(
        size=_BREAK_PX,
        color=axes.colours.ground,
        stroke=axes.colours.soft,
        strokeDash=[3, 3],
        strokeWidth=1.5,
    )
    boxes: alt.Chart = box.encode(tooltip=alt.Tooltip("tip:N", title="Crew"))
    words: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_text(
            fontSize=TEXT_PX,
            color=axes.colours.soft,
            opacity=alt.ExprRef(f"{axes.scale_words} * (datum.end - datum.start) < 52 ? 0 : 1"),
        )
        .encode(x=axes.x("middle"), y=axes.y(), text="words:N")
    )
    return [boxes, words]


def _visits(axes: _Axes) -> list[dict[str, Any]]:
    return [
        {
            "crew": axes.name(crew),
            "start": one.arrive_min,
            "end": one.leave_min,
            "middle": (one.arrive_min + one.leave_min) / 2,
            "stop": str(one.stop),
            "side": 1 if i % 2 else -1,
            "colour": crew_look(crew.letter)[0],
            "when": f"{clock(one.arrive_min)} to {clock(one.leave_min)}",
            "what": f"{one.stop}. {one.place}",
            "words": one.words,
        }
        for crew in axes.crews
        for i, one in enumerate(crew.visits)
    ]


def _blocks(axes: _Axes) -> alt.Chart:
    tips = [
        alt.Tooltip("what:N", title="Stop"),
        alt.Tooltip("when:N", title="When"),
        alt.Tooltip("words:N", title="What for"),
    ]
    blocks = axes.chart(_visits(axes)).mark_bar(
        size=alt.ExprRef(f"{axes.fits} ? {_BLOCK_PX} : {_SLIM_PX}"),
        cornerRadius=2,
        stroke=axes.colours.soft if axes.dark else axes.colours.ground,
        strokeWidth=1,
    )
    encoded: alt.Chart = blocks.encode(color=alt.Color("colour:N", scale=None), tooltip=tips)
    return encoded


def _numbers(axes: _Axes) -> alt.Chart:
    """Return the stop numbers: white inside a block, else ink above and below in turn."""
    narrow = f"containerSize()[0] < {_NARROW_PX}"
    away = _SLIM_PX / 2 + TEXT_PX / 2 + 1
    encoded: alt.Chart = (
        alt.Chart(alt.InlineData(values=_visits(axes)))
        .mark_text(
            fontSize=TEXT_PX,
            fontWeight=700,
            baseline="middle",
            dy=alt.ExprRef(f"{axes.fits} ? 0 : datum.side * {away:g}"),
            color=alt.ExprRef(f"{axes.fits} ? '#ffffff' : '{axes.colours.ink}'"),
            opacity=alt.ExprRef(f"{narrow} && !{axes.fits} ? 0 : 1"),
        )
        .encode(x=axes.x("middle"), y=axes.y(), text="stop:N")
    )
    return encoded


def _crew_words(crew: GanttCrew) -> str:
    visits = ", ".join(f"{clock(one.arrive_min)} {one.place}" for one in crew.visits)
    shift = f"{clock(crew.start_min)} to {clock(crew.end_min)}"
    return f"{crew.letter} {crew.name}, {shift}: {visits or 'no visits'}."
