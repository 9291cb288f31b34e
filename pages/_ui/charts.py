"""How do charts come on the page, each with what it says in words?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs.wording import types_words
from geo.errors import NotEnoughDataError
from geo.viz.charts import DescribedChart, spark_chart, trend_chart, type_bars
from geo.viz.months import month_strip_html
from pages._ui import look
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.views import CoverageView, HotspotResult, HotspotView

_YEAR_PX: Final = 132
_TREND_PX: Final = 272


def month_strip(coverage: CoverageView) -> None:
    """Show one block a month, hatched where there is no data, and the sentence that says so."""
    strip = month_strip_html(coverage.months)
    st.html(strip.html)
    st.caption(escape_markdown(strip.sentence))


def year(spot: HotspotView) -> None:
    """Show the last 12 months of a hotspot, with the year before as dashes."""
    try:
        _show(
            spark_chart(
                spot.series,
                place=spot.name,
                unit=spot.unit,
                theme=look.theme(),
                height=_YEAR_PX,
            )
        )
    except NotEnoughDataError as nothing:
        st.caption(escape_markdown(nothing.message))


def trend(spot: HotspotView, result: HotspotResult) -> None:
    """Show the last 36 months of a hotspot, with last year, gaps, events and breaks."""
    try:
        chart = trend_chart(
            spot.series,
            events=result.events,
            breaks=result.breaks,
            place=spot.name,
            unit=spot.unit,
            theme=look.theme(),
            height=_TREND_PX,
        )
    except NotEnoughDataError as nothing:
        look.missing(nothing.message)
        return
    _show(chart)
    words = "Solid: this place. Dashes: 12 months earlier. Hatched: no data."
    st.caption(escape_markdown(f"{words} {result.source_words}"))


def types(spot: HotspotView) -> None:
    """Show the commonest types of a hotspot, with count and share."""
    if not any(n for _, n in spot.types):
        look.header("Types of report are not shown")
        st.markdown(f"There are too few {spot.unit} of each type.")
        return
    look.header(types_words(spot.types))
    _show(type_bars(spot.types, place=spot.name, unit=spot.unit, theme=look.theme()))


def _show(described: DescribedChart) -> None:
    st.altair_chart(described.chart, width="stretch", alt=described.alt)
