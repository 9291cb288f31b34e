"""What do a place's months and types look like, with gaps shown as gaps?

Every function returns a chart and the sentence that says the same to those who cannot see it. The
month axis counts months instead of using dates, so that a reader's time zone cannot move a label.
A missing month is hatched and no line crosses it; the y axis starts at zero; labels stand on the
lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import altair as alt

from geo.errors import NotEnoughDataError
from geo.periods import month_words, months_before, span_words
from geo.viz._month_marks import (
    YEAR,
    MonthAxes,
    SeriesMonth,
    break_marks,
    break_words,
    end_labels,
    event_bars,
    gap_hatch,
    lines,
)
from geo.viz.months import months_words
from geo.viz.tokens import TEXT_PX, palette

if TYPE_CHECKING:
    from geo.viz.tokens import Theme

Series = Sequence[tuple[str, int | None]]
"""Month (``YYYY-MM``) and reports; None is no data. Every calendar month, in order."""
Events = Sequence[tuple[str, str | None, str]]
"""First month, last month (None: one month only) and title."""
Breaks = Sequence[tuple[str, str]]
"""First month that cannot be compared with those before it, and title."""

_HEADROOM: Final = 1.22
"""Height of the y axis over the highest month: room for the sentences above the lines."""
_MOST_TYPES: Final = 5
_WRAP_AT: Final = 18
_NARROW_PX: Final = 420


@dataclass(frozen=True, eq=False)
class DescribedChart:
    """A chart, and its finding and gaps in words for ``alt=``."""

    chart: alt.LayerChart
    alt: str


def trend_chart(  # noqa: PLR0913  (what is shown, and how)
    series: Series,
    *,
    events: Events = (),
    breaks: Breaks = (),
    place: str = "this place",
    unit: str = "reports",
    theme: Theme = "light",
    height: int = 318,
) -> DescribedChart:
    """Return the chart of a place's months with the year before, gaps, events and breaks.

    Parameters
    ----------
    series
        Usually 36 months. The last value and the year before it are written beside the lines.
    events
        Context events, as bars on the base line.
    breaks
        A break may lie in the month after the last. Months after a break are not compared with
        months before it, so the dashes leave them out.
    place
        For the sentence: "Reports a month at Queen Street ...".
    unit
        What is counted, in the plural; for the axis and the sentence.
    height
        Pixels, axis included.

    Raises
    ------
    NotEnoughDataError
        No month of the series was observed.
    """
    months = _months(series, breaks)
    axes = MonthAxes(months, _highest(months) * _HEADROOM, height, palette(theme), unit=unit)
    layers = [
        *gap_hatch(axes, words_at_px=32 if breaks else 8),
        *break_marks(axes, breaks),
        *event_bars(axes, events),
        *lines(axes, dots=True),
        *end_labels(axes),
    ]
    words = _trend_words(months, events, breaks, f"{axes.unit_title} a month at {place}")
    return DescribedChart(_finish(layers, height), words)


def spark_chart(
    series: Series,
    *,
    breaks: Breaks = (),
    place: str = "this place",
    unit: str = "reports",
    theme: Theme = "light",
    height: int = 140,
) -> DescribedChart:
    """Return the small line of a card: the last 12 months, and dashes for the 12 before.

    Raises
    ------
    NotEnoughDataError
        No month of the last twelve was observed.
    """
    months = _months(series, breaks, last=YEAR)
    colours = palette(theme)
    axes = MonthAxes(months, _highest(months) * 1.1, height, colours, small=True, unit=unit)
    layers = [*gap_hatch(axes, words_at_px=None), *lines(axes, dots=False)]
    words = _trend_words(months, (), breaks, f"{axes.unit_title} a month at {place}")
    return DescribedChart(_finish(layers, height), words)


def type_bars(
    types: Sequence[tuple[str, int]],
    *,
    place: str = "this place",
    unit: str = "reports",
    theme: Theme = "light",
    row_px: int = 44,
) -> DescribedChart:
    """Return bars of the commonest types, five at most, with count and share of all types.

    Parameters
    ----------
    types
        All types with their reports, most first; shares are of their sum.

    Raises
    ------
    NotEnoughDataError
        There is no report.
    """
    total = sum(n for _, n in types)
    if total <= 0:
        message = "Bars by type need at least one report; found none."
        raise NotEnoughDataError(message, "Leave the chart out and say that there were none.")
    rows: list[dict[str, int | str]] = [
        {"type": _wrapped(name), "n": n, "label": f"{n:,} ({_percent(n / total)})"}
        for name, n in types[:_MOST_TYPES]
        if n > 0
    ]
    chart = _finish(_bars(rows, theme), row_px * len(rows))
    words = ", ".join(f"{name} {row['label']}" for (name, _), row in zip(types, rows, strict=False))
    return DescribedChart(chart, f"{_start(unit)} by type at {place}: {words}.")


def _bars(rows: Sequence[dict[str, int | str]], theme: Theme) -> list[alt.Chart]:
    colours = palette(theme)
    label_px = max(len(str(row["label"])) for row in rows) * 9 + 14
    x = alt.X(
        "n:Q",
        axis=None,
        scale=alt.Scale(
            domainMin=0, nice=False, range=[0, alt.ExprRef(expr=f"max(width - {label_px}, 20)")]
        ),
    )
    names = alt.Axis(
        title=None,
        labelExpr=(
            f"containerSize()[0] < {_NARROW_PX} ? split(datum.label, '|')"
            " : replace(datum.label, '|', ' ')"
        ),
        labelFontSize=TEXT_PX,
        labelColor=colours.ink,
        labelLimit=320,
        labelPadding=8,
        labelOverlap=False,
        ticks=False,
        domain=False,
    )
    base = alt.Chart(alt.InlineData(values=list(rows))).encode(
        x=x, y=alt.Y("type:N", sort=None, axis=names)
    )
    labels = base.mark_text(align="left", dx=8, fontSize=TEXT_PX, color=colours.ink)
    return [
        base.mark_bar(color=colours.data_line, height=24),
        labels.encode(text=alt.Text("label:N")),
    ]


def _months(series: Series, breaks: Breaks, *, last: int | None = None) -> list[SeriesMonth]:
    """Return the last months with the count a year before, where no break lies between the two."""
    known = dict(series)
    return [
        SeriesMonth(at, month, n, known.get(before) if _comparable(before, month, breaks) else None)
        for at, (month, n) in enumerate(series[-last:] if last else series)
        for before in [months_before(month, YEAR)]
    ]


def _comparable(before: str, month: str, breaks: Breaks) -> bool:
    return not any(before < at <= month for at, _ in breaks)


def _highest(months: Sequence[SeriesMonth]) -> float:
    counts = [n for one in months for n in (one.n, one.before) if n is not None]
    if all(one.n is None for one in months):
        message = f"A chart of months needs one observed month; found none of {len(months)}."
        raise NotEnoughDataError(message, "Say that there is no data instead.")
    return max(*counts, 1)


def _finish(layers: Sequence[alt.Chart], height: int) -> alt.LayerChart:
    padding = {"left": 0, "right": 0, "top": 6, "bottom": 0}
    chart = alt.LayerChart(layer=list(layers)).properties(height=height, padding=padding)
    bare: alt.LayerChart = chart.configure_view(strokeWidth=0)
    return bare


def _trend_words(months: Sequence[SeriesMonth], events: Events, breaks: Breaks, what: str) -> str:
    seen = [(one.n, one) for one in months if one.n is not None]
    n, last = seen[-1]
    high, peak = max(seen, key=lambda pair: pair[0])
    said = [f"{what}, {span_words(months[0].month, months[-1].month)}."]
    before = f", against {last.before:,} a year before" if last.before is not None else ""
    said.append(f"{month_words(last.month)}: {n:,}{before}.")
    said.append(f"Highest: {high:,} in {month_words(peak.month)}.")
    missing = [one.month for one in months if one.n is None]
    said.append(f"No data for {months_words(missing)}." if missing else "Every month has data.")
    shown = months[0].month, months[-1].month
    said += [
        f"{title}: {span_words(first, last_month or first)}."
        for first, last_month, title in events
        if first <= shown[1] and (last_month or first) >= shown[0]
    ]
    said += [f"{break_words(title)}." for month, title in breaks if month > shown[0]]
    return " ".join(said)


def _start(unit: str) -> str:
    return unit[0].upper() + unit[1:]


def _percent(share: float) -> str:
    return f"{share:.0%}" if round(share, 2) > 0 else "under 1%"


def _wrapped(name: str) -> str:
    """Return the name with ``|`` where a narrow screen may break it: after the middle word."""
    words = name.split(" ")
    if len(name) <= _WRAP_AT or len(words) == 1:
        return name
    cuts = range(1, len(words))
    cut = min(cuts, key=lambda i: max(len(" ".join(words[:i])), len(" ".join(words[i:]))))
    return f"{' '.join(words[:cut])}|{' '.join(words[cut:])}"
