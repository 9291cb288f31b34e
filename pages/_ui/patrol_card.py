"""What does a plan say in one card, and how is it accepted?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from pages._ui import look
from pages._ui.words import Chip, escape_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.patrol_views import PlanStage, PlanView

CHIPS: Final[dict[PlanStage, Chip]] = {
    "proposed": Chip("Proposed, not yet accepted", "edit_note", "yellow"),
    "accepted": Chip("Accepted", "task_alt", "blue"),
    "replaced": Chip("Replaced by a later plan", "history", "gray"),
}


def show(
    plan: PlanView,
    *,
    accept: Callable[[], None] | None,
    change: Callable[[], None] | None,
) -> None:
    """Show the finding, what is not covered, what an hour more brings and whether it is fair.

    Parameters
    ----------
    accept, change
        What the buttons do; None for a reader who may not, or a plan that is no longer open.
    """
    with st.container(border=True, key="verdict"):
        left, right = st.columns([3.4, 1], gap="large", vertical_alignment="center")
        with left:
            look.title(plan.headline)
            st.markdown(_lines(plan))
        with right:
            chip = CHIPS[plan.stage]
            st.badge(chip.word, icon=f":material/{chip.icon}:", color=chip.colour)
            if plan.stage != "proposed":
                st.caption(escape_markdown(plan.stage_words))
            if accept is not None and plan.stage == "proposed":
                st.button(
                    "Accept the plan", type="primary", width="stretch", key="accept-plan",
                    on_click=accept,
                )  # fmt: skip
            if change is not None and plan.stage != "replaced":
                st.button("Change it", width="stretch", key="change-plan", on_click=change)


def _lines(plan: PlanView) -> str:
    left_out = _line("Not covered", plan.not_covered_words)
    more = _line("One hour more", plan.hour_more_words)
    first = " ".join(filter(None, (left_out, more)))
    return "  \n".join(filter(None, (first, _line("Fairness", plan.fairness_words))))


def _line(subject: str, words: str) -> str:
    return f"**{subject}:** {escape_markdown(words)}" if words else ""
