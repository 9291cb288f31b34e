"""How is it shown what a change of cameras achieved, and apart from it, what they found?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.access import Permission
from data.jobs import impact_card
from geo.errors import NotEnoughDataError
from geo.periods import month_words
from geo.viz.charts import trend_chart
from geo.viz.event_chart import HEADS, EventRow, event_chart, event_rows
from pages._ui import cached, cached_cctv, cctv_paper, look, navigation, results
from pages._ui.errors import explained
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.cctv_impact_views import CctvImpactView, ImpactOptions, StrandView
    from pages._ui.page import LoadedArea, Page

_CHANGED: Final = "Those that changed then"
_ROOM: Final = "The whole control room"
_CHOSEN: Final = "Cameras I choose"
_WHICH: Final = (_CHANGED, _ROOM, _CHOSEN)
_FOUND_START: Final = "When most cameras went live"
_LATEST: Final = "The latest month"
_TREND_PX: Final = 250


def show(page: Page, here: LoadedArea) -> None:
    """Show what a change of cameras achieved, and offer the paper on it."""
    card = st.container(border=True, key="verdict")
    options = _choose(here)
    if not cached_cctv.register(here).rows:
        with card:
            look.title("No change of cameras can be looked at yet")
            st.markdown("Load a list of cameras with the days on which they were installed.")
            navigation.link("Load a list of cameras", "import_data", key="cameras")
        return
    with explained():
        view = cached_cctv.impact(here, options)
    with card:
        _show_card(page, here, view)
    if view.no_data:
        return
    left, right = st.columns(2, gap="large")
    with left:
        _show_strand(view, view.reported)
        _show_events(view)
    with right:
        _show_strand(view, view.found_by_cctv)
        _show_outputs(view)
    _show_rest(here, view)


def _choose(here: LoadedArea) -> ImpactOptions:
    """Show which cameras and which months are looked at, and return it."""
    months = [month for month, seen in cached.coverage(here).months if seen]
    words = {month_words(month): month for month in reversed(months)}
    register = cached_cctv.register(here)
    names = {row.key: f"{row.name} ({row.camera_id})" for row in register.rows}
    with st.container(horizontal=True, vertical_alignment="bottom", key="impact"):
        which = st.selectbox("Cameras", _WHICH, key="of", bind="query-params", width=290)
        chosen = (
            st.multiselect(
                "Which", list(names), format_func=names.__getitem__, key="these", width=420
            )
            if which == _CHOSEN
            else []
        )
        start = st.selectbox(
            "Changed in", [_FOUND_START, *words], key="since", bind="query-params", width=300
        )
        end = st.selectbox(
            "Look at up to", [_LATEST, *words], key="until", bind="query-params", width=260
        )
        types = st.multiselect(
            "Types of report",
            cached.categories(here),
            key="outcome",
            bind="query-params",
            placeholder="All types",
            width=300,
        )
    with explained():
        return impact_card.options_of(
            words.get(start),
            words.get(end),
            camera_ids=tuple(chosen),
            every_camera=which == _ROOM,
            categories=tuple(types),
        )


def _show_card(page: Page, here: LoadedArea, view: CctvImpactView) -> None:
    left, right = st.columns([2.6, 1], gap="large")
    with left:
        look.title(view.title)
        if view.no_data:
            st.markdown(escape_markdown(view.no_data))
            return
        results.show_lines(impact_card.card_lines(view))
    with right:
        results.show_lines(impact_card.side_lines(view))
        with st.container(horizontal=True):
            if page.may(Permission.WRITE_PAPERS):
                cctv_paper.show(here, view.options)
            with st.popover("See the figures"):
                _show_figures(view)


def _show_figures(view: CctvImpactView) -> None:
    results.table(impact_card.FIGURE_HEADS, impact_card.figure_rows(view))
    if view.series is not None:
        st.markdown(escape_markdown(view.series.sentence))
    elif view.series_reason:
        st.markdown(escape_markdown(view.series_reason))
    results.table(("What", "How"), view.methods)
    st.caption(escape_markdown(f"Fingerprint {view.provenance.fingerprint}"))


def _show_strand(view: CctvImpactView, strand: StrandView) -> None:
    look.header(impact_card.strand_title(strand))
    rows = [(row.label, row.words) for row in strand.counts]
    results.table(("Where", "Before and after"), rows)
    try:
        chart = trend_chart(
            [(one.month, one.treated) for one in strand.months],
            breaks=[(view.start, "Change of cameras")],
            place="places in view of the cameras",
            theme=look.theme(),
            height=_TREND_PX,
        )
    except NotEnoughDataError as nothing:
        st.caption(escape_markdown(f"Single months are not shown. {nothing.message}"))
        return
    results.draw(chart)
    key = "Solid: places in view of the cameras. Dashes: 12 months earlier. Hatched: no data."
    st.caption(escape_markdown(f"{strand.smallest_words} {key}"))


def _show_events(view: CctvImpactView) -> None:
    rows = [
        EventRow(one.month, one.offset, one.estimate, one.low, one.high, one.left_out, one.reason)
        for one in view.reported.events
    ]
    look.header("Month by month: reports for every 100 expected")
    try:
        results.draw(event_chart(rows, theme=look.theme()))
    except NotEnoughDataError:
        st.markdown("Single months cannot be told: too few reports, or not for your role.")
        return
    st.caption(
        "Expected: as the comparison places went. Bars: 95% limits. Before the change, points"
        " should lie about 100; where they do not, the comparison was no good one."
    )
    with st.expander("Show the months as a table"):
        frame = pd.DataFrame(event_rows(rows), columns=list(HEADS))
        st.dataframe(frame, hide_index=True, alt="Every month with its range, and if it counts.")


def _show_outputs(view: CctvImpactView) -> None:
    look.header("What the control room did")
    st.markdown(escape_markdown(view.outputs.sentence))
    rows = [
        (row.label, row.before_words, row.after_words)
        for row in (*view.outputs.rows, *view.outputs.started_by)
    ]
    results.table(("Figure", "Before", "After"), rows)
    notes = [f"{row.label}: {row.note}" for row in view.outputs.rows if row.note]
    if notes:
        st.caption(escape_markdown(" ".join(notes)))


def _show_rest(here: LoadedArea, view: CctvImpactView) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        look.header(view.displacement_title)
        st.markdown(escape_markdown(view.displacement_sentence))
        look.header("What happened in these months")
        _show_list(view.context or ("No event is entered for these months.",))
    with right:
        look.header("What these data cannot say")
        _show_list(view.cannot_say)
        look.header("What to keep in mind")
        _show_list((*view.caveats, view.match_words, view.outage_words))
    st.caption(escape_markdown(f"{view.source_words} {here.status.data_to_words}."))


def _show_list(lines: tuple[str, ...]) -> None:
    st.markdown("\n".join(f"- {escape_markdown(words)}" for words in lines if words))
