"""How do the hours of the week and near repeats come on the page?

Answers are kept as in `pages._ui.cached`: by the versions of data and area, the parameters, the
hexagons and the role.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.jobs import timing as timing_job
from data.jobs.wording import sentence_case
from data.views import HotspotParams
from geo.viz.week import DAYS, week_chart, week_legend_html, week_table
from pages._ui import cached, look
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.access import Principal
    from data.timing_views import NearRepeatsView, NearRepeatTable, WeekView
    from data.views import HotspotResult, HotspotView
    from data.workspace import Workspace
    from pages._ui.cached import Key
    from pages._ui.page import LoadedArea

NEAR_REPEATS: Final = "near-repeats"
_KEPT: Final = 64
_COMPARING: Final = "Comparing pairs of reports"
_NO_RATIO: Final = "None"


def show_week(here: LoadedArea, result: HotspotResult, spot: HotspotView) -> None:
    """Show at which hours of the week the reports of a hotspot fall, or why not."""
    view = _week(
        cached.versions(here),
        result.params,
        spot.cells,
        here.workspace,
        here.principal,
        here.area.area_id,
    )
    if view.hidden and not view.busiest:
        st.caption(escape_markdown(f"Hours of the week are not shown. {view.hidden}"))
        return
    look.header(view.busiest)
    if view.hidden:
        st.caption(escape_markdown(f"{view.hidden} {view.caption}"))
        return
    counted = sentence_case(view.unit)
    title = f"{counted} by hour of the week at {spot.name}"
    drawn = week_chart(view.weights, title=title, unit=view.unit, theme=look.theme())
    st.altair_chart(drawn.chart, width="stretch", alt=drawn.alt)
    st.html(week_legend_html(view.weights, view.unit))
    st.caption(escape_markdown(view.caption))
    with st.expander("Show the week as a table"):
        st.caption(escape_markdown(f"{counted} from each full hour to the next."))
        rows = [dict(zip(("From", *DAYS), row, strict=True)) for row in week_table(view.weights)]
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)


@st.fragment
def show_near_repeats(here: LoadedArea, result: HotspotResult) -> None:
    """Show whether burglary and vehicle crime repeat close by; pairs are counted once it is open.

    Types and lens of the result do not matter, so that a filter does not count them again.
    """
    title = "Near repeats: burglary and vehicle crime"
    with st.expander(title, key=NEAR_REPEATS, on_change="rerun") as part:
        if not part.open:
            return
        asked = result.params
        view = _near_repeats(
            cached.versions(here),
            HotspotParams(asked.to, asked.start, eligibility=asked.eligibility),
            here.workspace,
            here.principal,
            here.area.area_id,
        )
        if view.hidden:
            st.markdown(escape_markdown(view.hidden))
        for table in view.tables:
            _show_near_repeats(table)


def _show_near_repeats(table: NearRepeatTable) -> None:
    st.subheader(escape_markdown(table.category), anchor=False)
    st.markdown(escape_markdown(table.sentence))
    if table.rows:
        frame = pd.DataFrame(
            {
                "Distance": [row.distance for row in table.rows],
                "Days between": [row.days for row in table.rows],
                "Pairs": [f"{row.pairs:,}" for row in table.rows],
                "By chance": [f"{row.by_chance:,.1f}" for row in table.rows],
                "Times chance": [
                    _NO_RATIO if row.ratio is None else f"{row.ratio:.1f}" for row in table.rows
                ],
                "Chance does as much": [row.chance_words for row in table.rows],
            }
        )
        st.dataframe(
            frame,
            hide_index=True,
            height="content",
            alt=f"{table.category}: pairs by distance and days between.",
        )
    said = " ".join(words for words in (table.rows_hidden, table.caption) if words)
    if said:
        st.caption(escape_markdown(said))


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _week(
    key: Key,
    params: HotspotParams,
    cells: tuple[str, ...],
    _ws: Workspace,
    _principal: Principal,
    _area_id: str,
) -> WeekView:
    del key
    return timing_job.hour_of_week(_ws, _principal, _area_id, params, cells)


@st.cache_data(max_entries=_KEPT, show_spinner=_COMPARING)
def _near_repeats(
    key: Key, params: HotspotParams, _ws: Workspace, _principal: Principal, _area_id: str
) -> NearRepeatsView:
    del key
    return timing_job.near_repeats(_ws, _principal, _area_id, params)
