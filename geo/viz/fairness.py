"""Do the hours of a plan follow harm, from the most deprived fifth of areas to the least?

A dot is the share of hours, a diamond the share of harm; a line joins the two. Shape and place
carry what colour does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import altair as alt

from geo.errors import NotEnoughDataError
from geo.viz.charts import DescribedChart
from geo.viz.tokens import TEXT_PX, palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.viz.tokens import Palette, Theme

ROW_PX: Final = 38
HEADS: Final = ("Areas by deprivation", "Share of hours", "Share of harm")

_STEPS: Final = ((0.12, 0.05), (0.3, 0.1), (0.65, 0.2), (9.0, 0.25))


@dataclass(frozen=True)
class Fifth:
    """One fifth of areas: its words, its share of hours and of harm, 0 to 1."""

    label: str
    hours: float
    harm: float


def fairness_chart(fifths: Sequence[Fifth], *, theme: Theme = "light") -> DescribedChart:
    """Return a pair of marks for each fifth, and the same in words.

    Raises
    ------
    NotEnoughDataError
        There is no fifth.
    """
    if not fifths:
        message = "Shares by deprivation cannot be told."
        raise NotEnoughDataError(message, "Load the index of deprivation for the area.")
    colours = palette(theme)
    rows = [
        {"fifth": one.label, "kind": kind, "share": share, "low": low, "high": high}
        for one in fifths
        for low, high in [sorted((one.hours, one.harm))]
        for kind, share in (("Share of harm", one.harm), ("Share of hours", one.hours))
    ]
    base = alt.Chart(alt.InlineData(values=rows))
    y = _y(fifths, colours)
    top = max(max(one.hours, one.harm) for one in fifths)
    joined = base.mark_rule(color=colours.soft, strokeWidth=2).encode(
        x=_x("low", top, colours), x2="high:Q", y=y
    )
    points = base.mark_point(
        filled=True, opacity=1, size=170, stroke=colours.ground, strokeWidth=1
    ).encode(
        x=_x("share", top, colours),
        y=y,
        color=alt.Color(
            "kind:N",
            legend=None,
            scale=alt.Scale(
                domain=["Share of harm", "Share of hours"],
                range=[colours.up_bar, colours.data_line],
            ),
        ),
        shape=alt.Shape(
            "kind:N",
            legend=None,
            scale=alt.Scale(
                domain=["Share of harm", "Share of hours"], range=["diamond", "circle"]
            ),
        ),
        tooltip=[
            alt.Tooltip("fifth:N", title="Areas"),
            alt.Tooltip("kind:N", title="What"),
            alt.Tooltip("share:Q", title="Share", format=".0%"),
        ],
    )
    chart = alt.LayerChart(layer=[joined, points]).properties(
        height=ROW_PX * len(fifths), padding={"left": 0, "right": 12, "top": 4, "bottom": 0}
    )
    return DescribedChart(chart.configure_view(strokeWidth=0), fairness_words(fifths))


def fairness_words(fifths: Sequence[Fifth]) -> str:
    """Return what the chart shows.

    Examples
    --------
    >>> fairness_words([Fifth("Most deprived", 0.41, 0.38)])
    'Most deprived: 41% of the hours, 38% of the harm.'
    """
    return " ".join(
        f"{one.label}: {one.hours:.0%} of the hours, {one.harm:.0%} of the harm." for one in fifths
    )


def fairness_rows(fifths: Sequence[Fifth]) -> tuple[tuple[str, ...], ...]:
    """Return each fifth in words; see `HEADS`."""
    return tuple((one.label, f"{one.hours:.0%}", f"{one.harm:.0%}") for one in fifths)


def _x(name: str, top: float, colours: Palette) -> alt.X:
    step = next(step for most, step in _STEPS if top <= most)
    ticks = [round(step * i, 2) for i in range(int(top / step) + 2)]
    axis = alt.Axis(
        title=None,
        values=ticks,
        format=".0%",
        gridColor=colours.grid,
        domain=False,
        ticks=False,
        labelPadding=8,
        labelFontSize=TEXT_PX,
        labelColor=colours.ink,
    )
    scale = alt.Scale(domain=[0, max(ticks[-2], top * 1.08)], nice=False)
    return alt.X(f"{name}:Q", axis=axis, scale=scale)


def _y(fifths: Sequence[Fifth], colours: Palette) -> alt.Y:
    axis = alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        labelPadding=10,
        labelLimit=240,
        labelOverlap=False,
        labelFlush=False,
        labelFontSize=TEXT_PX,
        labelColor=colours.ink,
    )
    order = [one.label for one in fifths]
    return alt.Y("fifth:N", axis=axis, sort=None, scale=alt.Scale(domain=order))
