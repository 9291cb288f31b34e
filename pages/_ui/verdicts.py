"""How is the verdict of an intervention shown in a list, and how does one get to it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.access import Permission
from data.jobs import result_words
from geo.errors import GeoError
from geo.verdict import EFFECT_WORDS, PLACE_WORDS
from pages._ui import cached, errors, look, navigation
from pages._ui.words import Chip, escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.displacement_views import VerdictView
    from data.intervention_views import InterventionView
    from data.views import HotspotView
    from geo.verdict import EffectKey, PlaceKey
    from pages._ui.page import LoadedArea, Page

INTERVENTION: Final = "intervention"
TASK: Final = "task"
REGISTER: Final = "register"
EDIT: Final = "edit"
SAVED: Final = "saved"
PLACE: Final = "place"
"""The hotspot whose hexagons a new intervention starts with."""
MOST_DUE_ON_HOME: Final = 4
LATEST_ON_HOME: Final = 2
_WIDTHS: Final = (6, 3, 4, 3)

EFFECT_CHIPS: Final[dict[EffectKey, Chip]] = {
    "worked": Chip(EFFECT_WORDS["worked"], "task_alt", "blue"),
    "some_effect": Chip(EFFECT_WORDS["some_effect"], "south_east", "blue"),
    "no_clear_effect": Chip(EFFECT_WORDS["no_clear_effect"], "drag_handle", "gray"),
    "backfired": Chip(EFFECT_WORDS["backfired"], "north_east", "orange"),
    "too_early": Chip(EFFECT_WORDS["too_early"], "schedule", "gray"),
    "not_delivered": Chip(EFFECT_WORDS["not_delivered"], "block", "gray"),
}
PLACE_CHIPS: Final[dict[PlaceKey, Chip]] = {
    "moved_nearby": Chip(PLACE_WORDS["moved_nearby"], "call_split", "orange"),
    "nearby_improved": Chip(PLACE_WORDS["nearby_improved"], "call_merge", "blue"),
    "no_sign": Chip(PLACE_WORDS["no_sign"], "check", "gray"),
    "cannot_tell": Chip(PLACE_WORDS["cannot_tell"], "question_mark", "gray"),
}


def wanted(register: Sequence[InterventionView]) -> InterventionView | None:
    """Return the intervention that the address names; one that is not there is said."""
    named = st.query_params.get(INTERVENTION)
    found = next((one for one in register if one.intervention_id == named), None)
    if named and found is None:
        st.info("The link names an intervention that is not in this area's register.")
    return found


def form_is_open(page: Page) -> bool:
    """Return whether the address asks for the form, and the role may fill it in."""
    return st.query_params.get(TASK) in {REGISTER, EDIT} and page.may(Permission.PLAN)


def open_list() -> None:
    """Show the list; for a button's ``on_click``."""
    st.query_params.clear()


def open_one(intervention_id: str) -> None:
    """Show one intervention; for a button's ``on_click``."""
    st.query_params.clear()
    st.query_params[INTERVENTION] = intervention_id


def open_form(intervention_id: str = "") -> None:
    """Open the form, of an intervention or for a new one; for a button's ``on_click``."""
    if intervention_id:
        open_one(intervention_id)
    st.query_params[TASK] = EDIT if intervention_id else REGISTER


def just_saved() -> bool:
    """Return whether the intervention of the address was saved a moment ago."""
    return st.query_params.get(TASK) == SAVED


def open_saved(intervention_id: str) -> None:
    """Say that an intervention was saved."""
    open_one(intervention_id)
    st.query_params[TASK] = SAVED


def show_saved(known: InterventionView) -> None:
    """Say that it is in the register, and when its result comes.

    Short, so that the reader is at the top of the page whatever the form was scrolled to.
    """
    look.title(f"{known.spec.title} is in the register")
    review = known.next_review
    when = f"Its next result is due on {review}." if review else "No review date is left."
    st.markdown(
        escape_markdown(f"{known.stage_words}. {when} Every version is kept, with who and when.")
    )
    for sentence in known.late_changes:
        look.missing(sentence)
    with st.container(horizontal=True):
        st.button(
            "Open the result",
            type="primary",
            key="open-saved",
            on_click=open_one,
            args=(known.intervention_id,),
        )
        st.button("All results", key="all", icon=":material/arrow_back:", on_click=open_list)


def show_list(page: Page, found: Sequence[VerdictView]) -> None:
    """Show every intervention with what may be said of it, what is due first."""
    look.title(result_words.list_title(found))
    due = [one for one in found if one.review_due]
    if not due:
        _show_none_due(page, found)
    rest = [one for one in found if not one.review_due]
    if found:
        _show_head()
    for place, one in enumerate([*due, *rest]):
        _show_row(one, place)
    if due:
        _register_button(page)
    st.caption(
        "An effect is “consistent with” what was done, never proof. Whether a problem moved is only"
        " asked where the treated place improved against comparison."
    )


def show_due(page: Page, here: LoadedArea) -> None:
    """Show on Home which results are due, or the latest ones, with their verdicts."""
    try:
        found = cached.verdicts(here)
    except GeoError as fault:
        errors.show(fault)
        return
    if not found:
        st.markdown(
            "None registered yet. Open a hotspot, agree what to do, and register it before it"
            " starts: its result will be listed here."
        )
        if page.may(Permission.PLAN):
            navigation.link(
                "Register an intervention", "results", key="register", query={TASK: REGISTER}
            )
        return
    due = [one for one in found if one.review_due]
    with st.container(horizontal=True, horizontal_alignment="distribute", key="row-tried-head"):
        words = "Due now, for the next meeting:" if due else "No result is due. The latest are:"
        st.markdown(words, width="content")
        navigation.link("See all results", "results", key="results", look="text")
    shown = due[:MOST_DUE_ON_HOME] or list(found)[:LATEST_ON_HOME]
    with st.container(gap=None):
        for place, one in enumerate(shown):
            _show_link_row(one, place)


def show_tried(page: Page, here: LoadedArea, spot: HotspotView) -> None:
    """Show what was tried in a hotspot, and what came of it."""
    inside = set(spot.cells)
    tried = {
        one.intervention_id
        for one in cached.interventions(here)
        if inside & set(one.spec.treated_cells)
    }
    look.header("What was tried here")
    try:
        found = [one for one in cached.verdicts(here) if one.intervention_id in tried]
    except GeoError as fault:
        errors.show(fault)
        return
    with st.container(gap=None):
        for place, one in enumerate(found):
            _show_link_row(one, place)
    if not found:
        st.markdown("Nothing is registered for this place.")
    if page.may(Permission.PLAN):
        navigation.link(
            "Register an intervention here",
            "results",
            key="register",
            query={TASK: REGISTER, PLACE: spot.hotspot_id},
        )


def show_chips(effect: EffectKey, place: PlaceKey) -> None:
    """Show both verdicts: shape, word and colour say the same."""
    for chip in chips(effect, place):
        st.badge(chip.word, icon=f":material/{chip.icon}:", color=chip.colour)


def chips(effect: EffectKey, place: PlaceKey) -> tuple[Chip, ...]:
    """Return what is said of an effect and, where it was asked, of a move."""
    asked = effect in {"worked", "some_effect"}
    return (EFFECT_CHIPS[effect], PLACE_CHIPS[place]) if asked else (EFFECT_CHIPS[effect],)


def _show_none_due(page: Page, found: Sequence[VerdictView]) -> None:
    with st.container(border=True, key="empty"):
        st.markdown(
            escape_markdown(result_words.due_words(found))
            if found
            else "Register what you plan before it starts: the place, how it will be measured and"
            " what it is compared with. Its result is then listed here."
        )
        _register_button(page)


def _register_button(page: Page) -> None:
    if page.may(Permission.PLAN):
        st.button("Register an intervention", type="primary", on_click=open_form, key="register")


def _show_head() -> None:
    with st.container(key="row-head"):
        columns = st.columns(_WIDTHS, gap="small", vertical_alignment="center")
        words = ("Intervention", "Did it work?", "Did it move?", "Review")
        for column, text in zip(columns, words, strict=True):
            column.caption(text)


def _show_row(one: VerdictView, place: int) -> None:
    shown = chips(one.verdict, one.displacement_verdict)
    with st.container(key=f"row-verdict-{place}"):
        name, effect, moved, review = st.columns(_WIDTHS, gap="small", vertical_alignment="center")
        with name, st.container(gap=None):
            st.button(
                escape_markdown(one.title),
                key=f"open-{one.intervention_id}",
                type="tertiary",
                on_click=open_one,
                args=(one.intervention_id,),
            )
            st.markdown(escape_markdown(f"{one.place_words}. {one.stage_words}"))
        for column, chip in zip((effect, moved), shown, strict=False):
            with column:
                st.badge(chip.word, icon=f":material/{chip.icon}:", color=chip.colour)
        with review:
            due = (
                "**Due now**" if one.review_due else escape_markdown(one.next_review or "None set")
            )
            st.markdown(due)


def _show_link_row(one: VerdictView, place: int) -> None:
    with st.container(
        key=f"row-tried-{place}",
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
    ):
        navigation.link(
            escape_markdown(one.title),
            "results",
            key=f"tried-{place}",
            look="text",
            query={INTERVENTION: one.intervention_id},
        )
        with st.container(horizontal=True, width="content", gap="small"):
            show_chips(one.verdict, one.displacement_verdict)
