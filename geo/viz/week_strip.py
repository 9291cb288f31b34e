"""At which hours do cameras record and does somebody watch, and when does demand fall?

One strip of 168 hours: what is recorded as a light area, what is watched as a dark one, both in
steps; demand below in the five classes of the map; a rule at the chosen hour. Where nobody watches
there is no dark area, and the table says "nobody", never 0%.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import altair as alt
import numpy as np

from geo.errors import SchemaError
from geo.viz.charts import DescribedChart
from geo.viz.tokens import MAP_CLASSES, TEXT_PX, palette, watch_colours
from geo.viz.week import DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.viz.tokens import Palette, Theme

HOURS: Final = 168
STRIP_PX: Final = 192
"""Height, with the days below."""
NOBODY: Final = "nobody"
HEADS: Final = ("When", "Seen", "Recorded", "Watched", "Reports a year")

_ROOM: Final = 1.3
"""Height of the axis over the highest share: room for the words at the rule."""
_STRIP: Final = (-0.20, -0.05)
"""Where the strip of demand lies, as shares of the highest share."""
_HALF: Final = 84
_STEPS: Final = ((0.12, 0.05), (0.3, 0.1), (0.7, 0.2), (9.0, 0.25))
_NARROW_PX: Final = 480


@dataclass(frozen=True)
class WeekOfWatching:
    """168 hours from Monday 00:00: shares of demand (None where there is none) and who watches.

    Raises
    ------
    SchemaError
        There are not 168 of each; ``demand`` may be empty.
    """

    seen: tuple[float | None, ...]
    recorded: tuple[float | None, ...]
    watched: tuple[float | None, ...]
    staffed: tuple[bool, ...]
    demand: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        found = [len(part) for part in (self.seen, self.recorded, self.watched, self.staffed)]
        found += [len(self.demand)] if self.demand else []
        if set(found) != {HOURS}:
            message = f"A week has {HOURS} hours; found {found}."
            raise SchemaError(message, "Give every hour, None where nothing is known.")


def week_strip(
    week: WeekOfWatching, *, hour: int | None, hour_words: str, sentence: str, theme: Theme
) -> DescribedChart:
    """Return the strip of a week with a rule at an hour, and what it says in words.

    Parameters
    ----------
    hour
        None draws no rule.
    hour_words
        "Friday 22:00"; stands at the rule.
    sentence
        The finding, for those who cannot see the strip.
    """
    top = max([one for one in week.recorded if one is not None], default=0.0) or 0.1
    axes = _Axes(top, palette(theme))
    recorded, watched, line = watch_colours(theme)
    steps = _steps(week)
    layers = [
        _area(axes, steps, "recorded").mark_area(
            color=recorded, interpolate="step-after", line={"color": line, "strokeWidth": 1.6}
        ),
        _area(axes, steps, "watched").mark_area(color=watched, interpolate="step-after"),
    ]
    if week.demand:
        layers.append(_demand(axes, week))
    if hour is not None:
        layers += _rule(axes, hour, hour_words)
    layers.append(_hover(axes, week))
    chart = alt.LayerChart(layer=layers).properties(
        height=STRIP_PX, padding={"left": 0, "right": 4, "top": 4, "bottom": 0}
    )
    words = [sentence, _hour_sentence(week, hour, hour_words) if hour is not None else ""]
    return DescribedChart(chart.configure_view(strokeWidth=0), " ".join(filter(None, words)))


def week_strip_rows(week: WeekOfWatching) -> tuple[tuple[str, ...], ...]:
    """Return every hour in words: when, seen, recorded, watched, reports a year.

    Examples
    --------
    >>> none, half = (None,) * 168, (0.5,) * 168
    >>> unwatched = WeekOfWatching(half, half, (0.0,) * 168, (False,) * 168)
    >>> week_strip_rows(unwatched)[25]
    ('Tuesday 01:00', '50%', '50%', 'nobody', 'not shown')
    """
    return tuple(
        (
            f"{DAYS[at // 24]} {at % 24:02d}:00",
            _percent(week.seen[at]),
            _percent(week.recorded[at]),
            _percent(week.watched[at]) if week.staffed[at] else NOBODY,
            f"{week.demand[at]:,.1f}" if week.demand else "not shown",
        )
        for at in range(HOURS)
    )


def week_strip_legend_html(*, demand: bool, theme: Theme) -> str:
    """Return what the strip's colours mean, as escaped HTML."""
    recorded, watched, line = watch_colours(theme)
    shown = [
        (_box(34, [recorded], line), "recorded"),
        (_box(34, [watched], watched), "watched"),
    ]
    if demand:
        shown.append((_box(75, MAP_CLASSES, palette(theme).soft), "demand, low to high"))
    parts = "".join(f"<span>{picture}{html.escape(words)}</span>" for picture, words in shown)
    return f'<div class="hb-legend">{parts}</div>'


def demand_classes(demand: Sequence[float]) -> tuple[int, ...]:
    """Return the class of each hour, 0 to 4, in even steps from nothing to the most.

    Examples
    --------
    >>> demand_classes([0.0, 1.9, 2.0, 10.0])
    (0, 0, 1, 4)
    """
    hours = np.asarray(demand, dtype=np.float64)
    most = float(hours.max(initial=0.0))
    if not most > 0:
        return (0,) * len(hours)
    places = np.minimum(np.floor(hours / most * len(MAP_CLASSES)), len(MAP_CLASSES) - 1)
    return tuple(int(place) for place in places)


@dataclass(frozen=True)
class _Axes:
    """The axes that all layers share."""

    top: float
    colours: Palette

    def x(self, name: str = "h") -> alt.X:
        short = "['Mon','Tue','Wed','Thu','Fri','Sat','Sun']"
        axis = alt.Axis(
            title=None,
            values=[12 + 24 * day for day in range(len(DAYS))],
            labelExpr=(
                f"containerSize()[0] < {_NARROW_PX} ?"
                f" slice({short}[floor(datum.value / 24)], 0, 2) : {short}[floor(datum.value / 24)]"
            ),
            labelOverlap=False,
            **self._look(),
        )
        scale = alt.Scale(domain=[0, HOURS], nice=False, zero=False)
        return alt.X(f"{name}:Q", axis=axis, scale=scale)

    def y(self, name: str) -> alt.Y:
        step = next(step for most, step in _STEPS if self.top <= most)
        ticks = [round(step * i, 2) for i in range(round(self.top * 1.15 / step) + 1)]
        axis = alt.Axis(title=None, values=ticks, format=".0%", grid=True, **self._grid())
        domain = [self.top * _STRIP[0], self.top * _ROOM]
        return alt.Y(f"{name}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))

    def _look(self) -> dict[str, Any]:
        return {
            "labelFontSize": TEXT_PX,
            "labelColor": self.colours.ink,
            "labelPadding": 8,
            "domain": False,
            "ticks": False,
            "grid": False,
        }

    def _grid(self) -> dict[str, Any]:
        look = {**self._look(), "gridColor": self.colours.grid}
        del look["grid"]
        return look


def _steps(week: WeekOfWatching) -> list[dict[str, float | None]]:
    """Return one row an hour, and one more so that the last hour has its width."""
    rows: list[dict[str, float | None]] = [
        {
            "h": at,
            "recorded": week.recorded[at],
            "watched": week.watched[at] if week.staffed[at] else 0.0,
        }
        for at in range(HOURS)
    ]
    return [*rows, {**rows[-1], "h": HOURS}]


def _area(axes: _Axes, rows: list[dict[str, float | None]], name: str) -> alt.Chart:
    values = alt.InlineData(values=[{"h": row["h"], "share": row[name]} for row in rows])
    return alt.Chart(values).encode(x=axes.x(), y=axes.y("share"))


def _demand(axes: _Axes, week: WeekOfWatching) -> alt.Chart:
    low, high = (axes.top * share for share in _STRIP)
    rows = [
        {"h": at, "to": at + 1, "low": low, "high": high, "colour": MAP_CLASSES[place]}
        for at, place in enumerate(demand_classes(week.demand))
    ]
    chart = alt.Chart(alt.InlineData(values=rows)).mark_rect()
    encoded: alt.Chart = chart.encode(
        x=axes.x(),
        x2="to:Q",
        y=axes.y("low"),
        y2="high:Q",
        color=alt.Color("colour:N", scale=None),
    )
    return encoded


def _rule(axes: _Axes, hour: int, words: str) -> list[alt.Chart]:
    """Return a rule through the middle of the hour, and its words on the side that has room."""
    late = hour >= _HALF
    rows = [{"h": hour + 0.5, "low": axes.top * _STRIP[0], "high": axes.top * _ROOM, "t": words}]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=axes.x())
    rule = base.mark_rule(color=axes.colours.ink, strokeWidth=3)
    text = base.mark_text(
        align="right" if late else "left",
        dx=-8 if late else 8,
        dy=10,
        fontSize=TEXT_PX,
        fontWeight=700,
        color=axes.colours.ink,
        baseline="middle",
    )
    return [
        rule.encode(y=axes.y("low"), y2="high:Q"),
        text.encode(y=axes.y("high"), text="t:N"),
    ]


def _hover(axes: _Axes, week: WeekOfWatching) -> alt.Chart:
    """Return columns that nobody sees, for the words of each hour."""
    keys = ("when", "seen", "recorded", "watched", "demand")
    rows = [
        {
            "h": at,
            "to": at + 1,
            "low": axes.top * _STRIP[0],
            "high": axes.top * _ROOM,
            **dict(zip(keys, row, strict=True)),
        }
        for at, row in enumerate(week_strip_rows(week))
    ]
    tips = [alt.Tooltip(f"{key}:N", title=title) for key, title in zip(keys, HEADS, strict=True)]
    chart = alt.Chart(alt.InlineData(values=rows)).mark_rect(opacity=0)
    encoded: alt.Chart = chart.encode(
        x=axes.x(), x2="to:Q", y=axes.y("low"), y2="high:Q", tooltip=tips
    )
    return encoded


def _hour_sentence(week: WeekOfWatching, hour: int, words: str) -> str:
    recorded, watched = _percent(week.recorded[hour]), _percent(week.watched[hour])
    then = f"{watched} watched" if week.staffed[hour] else "nobody is watching"
    return f"{words}: {recorded} of demand recorded, {then}."


def _percent(share: float | None) -> str:
    if share is None:
        return "not told"
    return f"{share:.0%}" if share == 0 or round(share, 2) > 0 else "under 1%"


def _box(width: int, colours: Sequence[str], edge: str) -> str:
    """Return a swatch of one or more colours, side by side, as an image."""
    each = (width - 4) / len(colours)
    bands = "".join(
        f'<rect x="{2 + i * each}" y="3" width="{each}" height="18" fill="{colour}"/>'
        for i, colour in enumerate(colours)
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="24">{bands}'
        f'<rect x="2" y="3" width="{width - 4}" height="18" fill="none" stroke="{edge}"'
        ' stroke-width="1.5"/></svg>'
    )
    address = f"data:image/svg+xml,{quote(drawing)}"
    return f'<img alt="" width="{width}" height="24" src="{address}">'
