"""What was promised last time, what was delivered, and what came of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.periods import month_words
from pages._ui import tables
from pages._ui.words import Chip, escape_markdown

if TYPE_CHECKING:
    from data.patrol_views import DeliveredRow, DeliveryState, DeliveryView, PersonHoursRow

CHIPS: Final[dict[DeliveryState, Chip]] = {
    "delivered": Chip("Delivered", "task_alt", "blue"),
    "part": Chip("Partly delivered", "contrast", "yellow"),
    "not_delivered": Chip("Not delivered", "block", "orange"),
    "to_come": Chip("Still to come", "schedule", "gray"),
    "unplanned": Chip("Not planned", "more_horiz", "gray"),
}
SHOWN: Final = 4
_SENTENCES: Final = 2
_ROWS: Final = ("Place", "Month", "Minutes", "Visits", "Delivered", "Reports", "A year before")
_WHAT: Final = "Planned against delivered minutes of each place, beside its reports."
_HOURS: Final = ("Month", "Agency", "Place", "Hours planned", "Hours delivered", "Activities")


def show(found: DeliveryView) -> None:
    """Show the last accepted plan's delivery in a few lines, and its tables behind a click."""
    with st.container(border=True, key="delivered"):
        st.markdown(f"**{escape_markdown(found.headline)}**")
        for sentence in found.sentences[:_SENTENCES]:
            st.markdown(escape_markdown(sentence))
        _show_chips(found)
        with st.expander("Show planned against delivered, place by place"):
            tables.wide(_ROWS, [row_words(row) for row in found.rows], what=_WHAT)
            for sentence in (*found.sentences[_SENTENCES:], found.unmatched_words, *found.caveats):
                if sentence:
                    st.markdown(f"- {escape_markdown(sentence)}")
            if found.person_hours:
                rows = [_hours(row) for row in found.person_hours]
                tables.wide(_HOURS, rows, what="Person-hours by agency, place and month.")


def row_words(row: DeliveredRow) -> tuple[str, ...]:
    """Return one place of one month in words: delivered of planned, beside its reports."""
    return (
        row.place,
        month_words(row.month),
        f"{row.delivered_min:,.0f} of {row.planned_min:,.0f}",
        f"{row.visits_delivered} of {row.visits_planned}",
        row.state_words,
        row.reports_words,
        row.reports_before_words,
    )


def _show_chips(found: DeliveryView) -> None:
    """Show the places with most minutes promised, each with what became of it."""
    rows = sorted(found.rows, key=lambda row: -row.planned_min)[:SHOWN]
    if not rows:
        return
    with st.container(horizontal=True, gap="medium"):
        for row in rows:
            with st.container(horizontal=True, width="content", vertical_alignment="center"):
                st.markdown(escape_markdown(row.place), width="content")
                chip = CHIPS[row.state]
                st.badge(chip.word, icon=f":material/{chip.icon}:", color=chip.colour)


def _hours(row: PersonHoursRow) -> tuple[str, ...]:
    did = ", ".join(f"{words} {n}" for words, n in row.activities)
    return (
        month_words(row.month), row.agency, row.place, f"{row.planned:,.1f}",
        f"{row.delivered:,.1f}", did,
    )  # fmt: skip
