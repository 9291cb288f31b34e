"""How is the result of one intervention laid out: the answer first, then its proofs?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.access import Permission
from data.intervention_spec import AGENCY_WORDS
from data.jobs import result_words
from data.jobs.interventions import day_words
from geo.errors import NotEnoughDataError
from geo.periods import month_words
from geo.viz.results import (
    Panel,
    PanelMonth,
    RingRow,
    SavedMonth,
    rings_chart,
    saved_chart,
    zone_panels,
)
from pages._ui import cached, intervention_form, look, verdicts, zones
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.displacement_views import DisplacementView
    from data.intervention_views import InterventionView
    from geo.viz.charts import DescribedChart
    from pages._ui.page import LoadedArea, Page

_TYPES_SHOWN: Final = 5
_BAND: Final = "Grey: the range expected as the comparison went."
_CONSISTENT: Final = "Consistent with an effect of what was done; not proof."


def show(page: Page, here: LoadedArea, known: InterventionView, result: DisplacementView) -> None:
    """Show the verdict, where, when and how far, and what is behind it."""
    _show_object(page, known)
    _show_card(page, here, known, result)
    if result.verdict == "not_delivered" or not any(zone.before for zone in result.zones):
        for sentence in result.control_changes:
            look.missing(sentence)
        _show_history(known)
        return
    left, right = st.columns([1, 1.12], gap="large")
    cells = cached.zone_cells(here, result)
    with left:
        look.header(result_words.map_title(cells))
        zones.show_map(here, result, cells)
        with st.expander("Show the map as a table"):
            zones.show_table(cells)
    with right:
        _show_series(known, result)
        _show_rings(result)
    _show_source(here, result)
    left, right = st.columns([1, 1.12], gap="large")
    with left:
        _show_saved(result)
        _show_caveats(result)
    with right:
        _show_rises(result)
        _show_types(result)
    _show_history(known)


def _show_object(page: Page, known: InterventionView) -> None:
    spec = known.spec
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        told = [
            spec.kind_words,
            spec.lead_post or AGENCY_WORDS[spec.lead_agency],
            known.stage_words,
            spec.outcome_words,
        ]
        words = " · ".join(escape_markdown(one) for one in told)
        st.markdown(f"**{escape_markdown(spec.title)}** · {words}", width="stretch")
        with st.container(horizontal=True, width="content"):
            if page.may(Permission.PLAN):
                st.button(
                    "Edit",
                    key="edit",
                    on_click=verdicts.open_form,
                    args=(known.intervention_id,),
                )
            st.button(
                "All results", key="all", icon=":material/arrow_back:", on_click=verdicts.open_list
            )


def _show_card(
    page: Page, here: LoadedArea, known: InterventionView, result: DisplacementView
) -> None:
    plain = result.verdict == "not_delivered" or not result.tested
    with st.container(border=True, key="verdict"):
        left, right = (st.container(), None) if plain else st.columns([2.6, 1], gap="large")
        with left:
            look.title(result_words.headline(result))
            show_lines(result_words.figure_lines(result, known.next_review))
            if plain:
                _show_plain_action(page, known, result)
        if right is not None:
            with right:
                show_lines(result_words.side_lines(result, known.next_review))
                with st.container(horizontal=True):
                    intervention_form.show_record(page, here, known, result)
                    _show_figures(result)


def show_lines(lines: Sequence[result_words.Line]) -> None:
    """Show lines, each with its subject in bold."""
    st.markdown("  \n".join(f"**{one.subject}:** {escape_markdown(one.words)}" for one in lines))


def _show_plain_action(page: Page, known: InterventionView, result: DisplacementView) -> None:
    if not page.may(Permission.PLAN):
        return
    missing = result.verdict == "not_delivered"
    if missing or not known.next_review:
        st.button(
            "Say what was delivered" if missing else "Set the next review",
            key="plain-action",
            type="secondary" if missing else "primary",
            on_click=verdicts.open_form,
            args=(known.intervention_id,),
        )


def _show_figures(result: DisplacementView) -> None:
    with st.popover("See the figures"):
        heads = ("Zone", "Before", "After", "Expected", "Difference", "Likely range")
        st.markdown("**Before and after**")
        table(heads, result_words.figure_rows(result))
        st.markdown(escape_markdown(result_words.technical_words(result)))


def _show_series(known: InterventionView, result: DisplacementView) -> None:
    look.header(result_words.series_title(result))
    if not result.series:
        look.missing("Single months are not shown to your role.")
        return
    start = f"Start, {day_words(known.spec.start)}"
    try:
        charts = zone_panels(
            _panels(result),
            start=known.spec.start_month,
            start_words=start,
            unit=result.unit,
            theme=look.theme(),
        )
    except NotEnoughDataError as nothing:
        look.missing(nothing.message)
        return
    with st.container(gap=None):
        for chart in charts:
            draw(chart)


def _show_rings(result: DisplacementView) -> None:
    look.header("How far: reports for every 100 expected, with likely range")
    rows = [RingRow(r.ring, r.label, r.ratio, r.ci_low, r.ci_high) for r in result.rings]
    try:
        draw(rings_chart(rows, theme=look.theme()))
    except NotEnoughDataError as nothing:
        look.missing(nothing.message)
        return
    with st.expander("Show the months and rings as tables"):
        table(("Ring", "Before", "After", "Change"), result_words.ring_rows(result))
        months = [(month_words(m.month), m.treated, m.buffer, m.control) for m in result.series]
        frame = pd.DataFrame(months, columns=["Month", "Treated", "Next door", "Comparison"])
        st.dataframe(frame, hide_index=True, alt="Reports of each zone, month by month.")


def _show_saved(result: DisplacementView) -> None:
    if not result.saved:
        return
    look.header(result_words.saved_title(result))
    months = [SavedMonth(m.month, m.saved, m.low, m.high) for m in result.saved]
    draw(saved_chart(months, unit=result.unit, theme=look.theme()))


def _show_caveats(result: DisplacementView) -> None:
    effect = result.verdict in {"worked", "some_effect", "backfired"}
    told = (*result.caveats, _CONSISTENT) if effect else result.caveats
    if not told:
        return
    look.header("What to keep in mind")
    lines = [escape_markdown(words) for words in told]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _show_rises(result: DisplacementView) -> None:
    look.header("Where reports rose most")
    if not result.rises:
        st.markdown("No hexagon rose clearly more than the comparison did.")
        return
    rows = [
        (one.place, f"{one.before:,}", f"{one.after:,}", f"{one.expected:,.0f}")
        for one in result.rises
    ]
    table(("Place", "Before", "After", "Expected"), rows)
    st.caption(
        "Outside the treated place, anywhere in the area. Among hundreds of hexagons some rise by"
        " chance: this says where to look, not what happened."
    )


def _show_types(result: DisplacementView) -> None:
    if not result.types:
        return
    look.header("By type of report")
    heads = ("Type", "Before", "After", "Here, against expected", "Next door")
    rows = result_words.type_rows(result)
    table(heads, rows[:_TYPES_SHOWN])
    if rows[_TYPES_SHOWN:]:
        with st.expander("Show the other types"):
            table(heads, rows[_TYPES_SHOWN:])
    if result.origins:
        found = [(one.label, f"{one.before:,}", f"{one.after:,}") for one in result.origins]
        table(("Who found them", "Before", "After"), found)


def _show_source(here: LoadedArea, result: DisplacementView) -> None:
    words = f"{_BAND} Compared: {result.compared_words or result.reason}."
    st.caption(escape_markdown(f"{words} {here.status.source_words}."))
    with st.expander("How this was computed"):
        table(("What", "How"), result.methods)
        st.caption(escape_markdown(f"Fingerprint {result.provenance.fingerprint}"))


def _show_history(known: InterventionView) -> None:
    with st.expander("History of versions and changes"):
        for sentence in known.late_changes:
            st.markdown(f"- {escape_markdown(sentence)}")
        rows = [
            (f"{one.version}", one.when, one.role, one.changed or "other details", one.reason)
            for one in known.versions
        ]
        table(("Version", "When", "By", "What changed", "Reason"), rows)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Show rows of text, letter by letter."""
    columns: Mapping[str, list[str]] = {
        head: [escape_markdown(row[place]) for row in rows] for place, head in enumerate(heads)
    }
    st.table(pd.DataFrame(columns), border="horizontal", hide_index=True)


def draw(described: DescribedChart) -> None:
    """Show a chart with what it says in words."""
    st.altair_chart(described.chart, width="stretch", alt=described.alt)


def _panels(result: DisplacementView) -> tuple[Panel, ...]:
    months = result.series
    treated = tuple(PanelMonth(m.month, m.treated, m.low, m.high) for m in months)
    panels = [Panel("treated", "Treated", treated)]
    if result.zone("buffer").cells:
        nearby = tuple(PanelMonth(m.month, m.buffer) for m in months)
        panels.append(Panel("nearby", "Next door", nearby))
    if result.zone("control").cells:
        control = tuple(PanelMonth(m.month, m.control) for m in months)
        panels.append(Panel("comparison", "Comparison", control))
    return tuple(panels)
