"""Month by month, did reports in view go as those elsewhere, before a change and after it?

Each month is a point with its range: reports for every 100 that were expected as other places
went, the month before the change being 100. Before the change the points should lie about 100;
where they do not, the comparison was no good one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from geo.errors import NotEnoughDataError
from geo.periods import month_words
from geo.viz.charts import DescribedChart
from geo.viz.tokens import TEXT_PX, palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.viz.tokens import Palette, Theme

HEIGHT_PX: Final = 230
MOST: Final = 300.0
"""Ranges are cut here."""
HEADS: Final = ("Month", "For every 100 expected", "95% limits", "Counted")

_HUNDRED: Final = 100.0
_NARROW_PX: Final = 480
_STEPS: Final = ((50.0, 10), (110.0, 25), (MOST, 100))


@dataclass(frozen=True)
class EventRow:
    """One month: its ratio to what was expected, None where it cannot be told."""

    month: str
    offset: int
    ratio: float | None
    low: float | None
    high: float | None
    left_out: bool = False
    reason: str = ""


def event_chart(rows: Sequence[EventRow], *, theme: Theme = "light") -> DescribedChart:
    """Return months as points with ranges, a rule at the change and one at 100.

    Raises
    ------
    NotEnoughDataError
        No month can be told.
    """
    shown = [row for row in rows if row.ratio is not None and not row.left_out]
    if not shown:
        message = f"A chart of months needs one that can be told; found none of {len(rows)}."
        raise NotEnoughDataError(message, "Say why there is none instead.")
    axes = _Axes(rows, shown, palette(theme))
    colours = axes.colours
    points = alt.Chart(alt.InlineData(values=[_values(row) for row in shown])).encode(x=axes.x())
    hundred = alt.Chart(alt.InlineData(values=[{"n": _HUNDRED}]))
    change = alt.Chart(alt.InlineData(values=[{"at": -0.5, "t": "Change", "n": axes.top}]))
    text = change.mark_text(
        align="left", dx=8, dy=8, baseline="top", fontSize=TEXT_PX, fontWeight=700,
        color=colours.ink,
    )  # fmt: skip
    layers = [
        hundred.mark_rule(color=colours.soft, strokeWidth=2).encode(y=axes.y("n")),
        change.mark_rule(color=colours.ink, strokeWidth=2.5).encode(x=axes.x()),
        text.encode(x=axes.x(), y=axes.y("n"), text="t:N"),
        points.mark_rule(color=colours.data_line, strokeWidth=3, opacity=0.5).encode(
            y=axes.y("low"), y2="high:Q"
        ),
        points.mark_point(
            filled=True, size=70, opacity=1, color=colours.data_line
        ).encode(y=axes.y("n"), tooltip=_tips()),
    ]  # fmt: skip
    chart = alt.LayerChart(layer=layers).properties(
        height=HEIGHT_PX, padding={"left": 0, "right": 8, "top": 6, "bottom": 0}
    )
    return DescribedChart(chart.configure_view(strokeWidth=0), _words(shown, rows))


def event_rows(rows: Sequence[EventRow]) -> tuple[tuple[str, ...], ...]:
    """Return each month in words: name, for every 100 expected, limits, whether it counts.

    Examples
    --------
    >>> event_rows([EventRow("2024-12", 0, 0.964, 0.75, 1.24)])
    (('December 2024', '96', '75 to 124', 'Yes'),)
    """
    return tuple(
        (
            month_words(row.month),
            "not told" if row.ratio is None else f"{row.ratio * _HUNDRED:.0f}",
            _limits(row),
            (row.reason or "No") if row.left_out else "Yes",
        )
        for row in rows
    )


@dataclass(frozen=True)
class _Axes:
    rows: Sequence[EventRow]
    shown: Sequence[EventRow]
    colours: Palette

    @property
    def top(self) -> float:
        """The highest value that is drawn."""
        highest = max(_cut(row.high if row.high is not None else row.ratio) for row in self.shown)
        return max(highest * 1.05, 125.0)

    def x(self) -> alt.X:
        first, last = self.rows[0].offset, self.rows[-1].offset
        labels = {row.offset: _short(row.month) for row in self.rows}
        every = [row.offset for row in self.rows if row.offset % 6 == 0]
        words = "{" + ",".join(f"'{at}':'{labels[at]}'" for at in every) + "}"
        axis = alt.Axis(
            title=None,
            values=every,
            labelExpr=(
                f"containerSize()[0] < {_NARROW_PX} && datum.value % 12 != 0 ? ''"
                f" : {words}[datum.value]"
            ),
            labelOverlap=False,
            grid=False,
            **self._look(),
        )
        scale = alt.Scale(domain=[first - 0.7, last + 0.7], nice=False, zero=False)
        return alt.X("at:Q", axis=axis, scale=scale)

    def y(self, name: str) -> alt.Y:
        lowest = min(_cut(row.low if row.low is not None else row.ratio) for row in self.shown)
        low = min(lowest * 0.95, 75.0)
        step = next(step for most, step in _STEPS if self.top - low <= most)
        values = [n for n in range(0, int(self.top) + 1, step) if n >= low]
        axis = alt.Axis(title=None, values=values, gridColor=self.colours.grid, **self._look())
        return alt.Y(f"{name}:Q", axis=axis, scale=alt.Scale(domain=[low, self.top], nice=False))

    def _look(self) -> dict[str, Any]:
        return {
            "labelFontSize": TEXT_PX,
            "labelColor": self.colours.ink,
            "labelPadding": 8,
            "domain": False,
            "ticks": False,
        }


def _short(month: str) -> str:
    """Return a month as an axis has room for it: "Dec 2024"."""
    name, year = month_words(month).split(" ")
    return f"{name[:3]} {year}"


def _values(row: EventRow) -> dict[str, Any]:
    ratio = _cut(row.ratio)
    return {
        "at": row.offset,
        "n": ratio,
        "low": ratio if row.low is None else _cut(row.low),
        "high": ratio if row.high is None else _cut(row.high),
        "month": month_words(row.month),
        "words": f"{ratio:.0f}",
        "limits": _limits(row),
    }


def _tips() -> list[alt.Tooltip]:
    names = ("month", "words", "limits")
    return [alt.Tooltip(f"{n}:N", title=t) for n, t in zip(names, HEADS, strict=False)]


def _cut(ratio: float | None) -> float:
    return min((ratio or 0.0) * _HUNDRED, MOST)


def _limits(row: EventRow) -> str:
    if row.low is None or row.high is None:
        return "not told"
    return f"{row.low * _HUNDRED:.0f} to {row.high * _HUNDRED:.0f}"


def _words(shown: Sequence[EventRow], rows: Sequence[EventRow]) -> str:
    """Return how many months held what was expected, before the change and after it."""
    said = [
        "Reports for every 100 expected, month by month, the month before the change being 100."
    ]
    for name, part in (
        ("Before the change", [row for row in shown if row.offset < -1]),
        ("After it", [row for row in shown if row.offset >= 0]),
    ):
        held = [row for row in part if (row.low or 0.0) <= 1 <= (row.high or MOST)]
        said.append(f"{name}, {len(held)} of {len(part)} months held 100 in their range.")
    out = [month_words(row.month) for row in rows if row.left_out]
    said.append(f"Left out: {', '.join(out)}." if out else "No month is left out.")
    return " ".join(said)
