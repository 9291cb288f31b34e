"""How is coverage laid out: the hour's answer first, then where, when, and what is out of view?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.access import Permission
from data.cctv_views import hour_words
from data.jobs import coverage_card
from data.jobs.coverage_words import share_words
from geo.viz.week_strip import (
    HEADS,
    WeekOfWatching,
    week_strip,
    week_strip_legend_html,
    week_strip_rows,
)
from pages._ui import cached_cctv, cctv, cctv_map, look, navigation, results
from pages._ui.errors import explained
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.cctv_views import CoverageParams, CoverageView, GapRow, RemovalRow
    from pages._ui.page import LoadedArea, Page

SHOWN: Final = 3
"""Rows of each list beside the map; the rest is one click away."""
_GAPS: Final = ("Place", "Reports a year", "In view", "Busiest")
_REMOVALS: Final = ("Camera", "Reports in view", "Note")


def show(page: Page, here: LoadedArea, counts: CoverageParams) -> None:
    """Show what cameras see of demand at the chosen hour."""
    card = st.container(border=True, key="verdict")
    columns = st.columns([1.45, 1], gap="large")
    left, right = (
        column.container(gap="xxsmall", key=f"cctv{i}") for i, column in enumerate(columns)
    )
    with left:
        hour = cctv.choose_hour()
    with explained():
        view = cached_cctv.coverage(here, replace(counts, hour=hour))
    with card:
        _show_card(view)
    if not view.cameras:
        _show_no_cameras(page)
        return
    with left:
        cctv_map.show_coverage(here, view)
    with right:
        _show_week(page, view)
        _show_gaps(view)
        _show_little_demand(view)
    st.caption(escape_markdown(coverage_card.source_line(view)))
    _show_more(view)


def _show_card(view: CoverageView) -> None:
    look.title(view.headline)
    lines = coverage_card.card_lines(view)
    told = " ".join(f"**{one.subject}:** {escape_markdown(one.words)}" for one in lines)
    st.markdown(told or escape_markdown(view.sentence))


def _show_no_cameras(page: Page) -> None:
    with st.container(border=True, key="empty"):
        st.markdown(
            "**No camera is known yet.** A list of cameras with their places is enough to begin:"
            " whatever it does not say is assumed in words, and can be changed. Any spreadsheet"
            " with headings will do, or the export of the control room."
        )
        if page.may(Permission.IMPORT):
            navigation.link("Load a list of cameras", "import_data", key="cameras", look="main")
        elif page.may(Permission.EDIT_CAMERAS):
            st.markdown("Open **Register** above, and load a list or add the first camera.")
        else:
            st.markdown("The control room manager or the analyst can load one.")


def _show_week(page: Page, view: CoverageView) -> None:
    week = _week_of(view)
    if week is None or view.week is None:
        look.header(coverage_card.week_title(view))
        st.markdown(
            escape_markdown(f"{view.week_hidden or ''} Places and yearly counts still work.")
        )
        if page.may(Permission.IMPORT):
            navigation.link("Load reports with times", "import_data", key="times")
        return
    hour = view.params.hour or 0
    look.header(coverage_card.week_title(view))
    drawn = week_strip(
        week,
        hour=hour,
        hour_words=hour_words(hour),
        sentence=view.week.sentence,
        theme=look.theme(),
    )
    results.draw(drawn)
    st.html(week_strip_legend_html(demand=bool(week.demand), theme=look.theme()))
    if not week.demand:
        st.caption(escape_markdown(view.week.demand_words))


def _week_of(view: CoverageView) -> WeekOfWatching | None:
    week = view.week
    if week is None:
        return None
    return WeekOfWatching(week.seen, week.recorded, week.watched, week.staffed, week.demand)


def _show_gaps(view: CoverageView) -> None:
    look.header("Gaps: busiest places out of view")
    if not view.gaps:
        st.markdown("No busy place is out of view at this hour.")
        return
    results.table(_GAPS, _gap_rows(view.gaps[:SHOWN]))


def _show_little_demand(view: CoverageView) -> None:
    look.header("Cameras that see little demand: keep, move or remove?")
    if not view.little_demand:
        st.markdown("No camera stands out for seeing little demand.")
        return
    rows = [
        (row.name, row.reports_words, row.note.split(";")[0]) for row in view.little_demand[:SHOWN]
    ]
    results.table(_REMOVALS, rows)


def _gap_rows(rows: Sequence[GapRow]) -> list[tuple[str, ...]]:
    return [
        (row.place, row.reports_words, row.seen_words, row.busiest or "Hours not known")
        for row in rows
    ]


def _removal_rows(rows: Sequence[RemovalRow]) -> list[tuple[str, ...]]:
    return [(row.name, row.reports_words, row.note) for row in rows]


def _show_more(view: CoverageView) -> None:
    """Show everything behind the first screen: full lists, tables of the pictures, caveats."""
    left, right = st.columns(2, gap="large")
    with left:
        with st.expander(f"All {len(view.gaps)} gaps"):
            results.table(_GAPS, _gap_rows(view.gaps))
        with st.expander(f"All {len(view.little_demand)} cameras that see little demand"):
            results.table(_REMOVALS, _removal_rows(view.little_demand))
        with st.expander("Hotspots without a working camera"):
            _show_hotspots(view)
        with st.expander("By type of report"):
            _show_types(view)
    with right:
        with st.expander("Show the map as a table"):
            _show_cells(view)
        with st.expander("Show the cameras as a table"):
            _show_cameras(view)
        with st.expander("Show the week as a table"):
            _show_hours(view)
        with st.expander("How this was computed, and what to keep in mind"):
            _show_methods(view)


def _show_hotspots(view: CoverageView) -> None:
    st.markdown(escape_markdown(view.hotspots_words))
    if view.hotspots_without:
        rows = [
            (row.name, row.reports_words, row.seen_words, row.busiest)
            for row in view.hotspots_without
        ]
        results.table(("Hotspot", *_GAPS[1:]), rows)


def _show_types(view: CoverageView) -> None:
    st.markdown(escape_markdown(view.incident_words))
    rows = [
        (row.category, row.reports_words, *map(_told, (row.seen, row.recorded, row.watched)))
        for row in view.types
    ]
    results.table(("Type", "Reports a year", "In view", "Recorded", "Watched"), rows)


def _show_cells(view: CoverageView) -> None:
    columns = {
        "Place": "place",
        "Class": "class_words",
        "Reports a year": "demand_words",
        "Public ground, m²": "public_realm_m2",
        "In view": "seen_share",
        "Recorded": "recorded_share",
        "Watched": "watched_share",
    }
    frame = pd.DataFrame({head: view.cells[name] for head, name in columns.items()})
    shares = {
        head: st.column_config.NumberColumn(format="percent")
        for head in ("In view", "Recorded", "Watched")
    }
    st.dataframe(
        frame,
        hide_index=True,
        column_config=shares,
        alt="Every hexagon of the map by place name, with its class and what is in view.",
    )


def _show_cameras(view: CoverageView) -> None:
    frame = pd.DataFrame(
        {
            "Camera": [one.name for one in view.cameras],
            "Kind": [one.kind_words for one in view.cameras],
            "At this hour": [one.state_words for one in view.cameras],
            "What is odd": [one.note for one in view.cameras],
            "What is assumed": [" ".join(one.assumed) for one in view.cameras],
        }
    )
    st.dataframe(frame, hide_index=True, alt="Every camera with its state at the chosen hour.")


def _show_hours(view: CoverageView) -> None:
    week = _week_of(view)
    if week is None:
        st.markdown(escape_markdown(view.week_hidden or ""))
        return
    frame = pd.DataFrame(week_strip_rows(week), columns=list(HEADS))
    st.dataframe(frame, hide_index=True, alt="What is seen, recorded and watched in every hour.")


def _show_methods(view: CoverageView) -> None:
    st.markdown(escape_markdown(view.sentence))
    st.markdown("\n".join(f"- {escape_markdown(words)}" for words in view.caveats))
    results.table(("What", "How"), view.methods)
    st.caption(escape_markdown(f"{view.source_words} Fingerprint {view.provenance.fingerprint}"))


def _told(share: float | None) -> str:
    return "not told" if share is None else share_words(share)
