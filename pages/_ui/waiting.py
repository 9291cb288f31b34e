"""Which rows wait for a person, and what can be said of them in a click?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.interpretation.context import Answer
from data.jobs import answers as answers_job
from data.jobs.wording import plural
from pages._ui import errors, look
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.import_views import BatchView, HeldGroup
    from data.interpretation.context import Verdict
    from pages._ui.page import Page

_CHOOSE: Final = "Choose a type"
_FEW: Final = 5


def show(page: Page, loads: tuple[BatchView, ...]) -> None:
    """Show what waits, load by load, with the answers that can be given."""
    waiting = [one for one in loads if one.counts["held"] or one.answers]
    if not waiting:
        return
    look.header("Rows that wait for an answer")
    st.markdown(
        "These rows are not counted until you decide. Every answer is written down and can be taken"
        " back."
    )
    for load in waiting:
        _show_load(page, load)


def _show_load(page: Page, load: BatchView) -> None:
    with st.container(border=True, key=f"load-{load.batch_id}"):
        held = load.counts["held"]
        state = f"{plural(held, 'row')} to decide" if held else "Nothing waits"
        st.subheader(escape_markdown(f"{load.file_name}: {state}"), anchor=False)
        st.caption(escape_markdown(f"{load.profile}, loaded {load.imported_at}"))
        if not load.can_answer:
            st.info("The columns of this file are no longer kept. Load it again to decide anew.")
        else:
            for group in load.groups:
                _show_group(page, load, group)
            _show_answers(page, load)
        if held:
            _show_reason(page, load)


def _show_group(page: Page, load: BatchView, group: HeldGroup) -> None:
    name = f"{load.batch_id}-{group.code}-{group.key}"
    code = f" “{group.key}”" if group.key else ""
    rows = plural(group.total, "row")
    st.markdown(
        f"**{escape_markdown(f'{group.problem}{code}: {rows}')}** ({group.code})  \n"
        f"{escape_markdown(group.question)}"
    )
    frame = pd.DataFrame(
        {
            "Row of the file": [f"{row.row:,}" for row in group.rows[:_FEW]],
            "Column": [escape_markdown(row.column) for row in group.rows[:_FEW]],
            "Value": [escape_markdown(row.value) for row in group.rows[:_FEW]],
            "Proposal": [escape_markdown(row.suggestion) or "None" for row in group.rows[:_FEW]],
        }
    )
    st.table(frame, border="horizontal", hide_index=True)
    if group.total > _FEW:
        st.caption(f"The first {_FEW} of {group.total:,}.")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _show_choices(page, load, group, name)
    if len(group.rows) > 1 or group.field:
        with st.expander("Decide row by row"):
            _show_single(page, load, group, name)


def _show_choices(page: Page, load: BatchView, group: HeldGroup, name: str) -> None:
    if group.code == "K01":
        kinds = [_CHOOSE, *answers_job.known_types(page.workspace, page.principal)]
        kind = st.selectbox("What is it?", kinds, key=f"kind-{name}", width=320)
        if st.button("Set for all of them", key=f"set-{name}", disabled=kind == _CHOOSE):
            _say(page, load, Answer(group.code, "set", key=group.key, value=kind))
    rows = tuple(row.row for row in group.rows) if group.key else ()
    offers: list[tuple[str, Verdict, bool]] = [
        ("Take the proposal for all", "accept", group.can_accept),
        ("Leave all as they are", "reject", group.can_reject),
        ("Leave all of them out", "drop", group.code != "T08"),
    ]
    for label, verdict, possible in offers:
        if possible and st.button(label, key=f"{verdict}-{name}"):
            listed = tuple(row.row for row in group.rows) if verdict == "drop" else rows
            _say(page, load, Answer(group.code, verdict, rows=listed))


def _show_single(page: Page, load: BatchView, group: HeldGroup, name: str) -> None:
    row = st.selectbox(
        "Row of the file",
        [one.row for one in group.rows],
        format_func=lambda number: f"{number:,}",
        key=f"row-{name}",
        width=200,
    )
    chosen = next(one for one in group.rows if one.row == row)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if chosen.suggestion and st.button("Take its proposal", key=f"accept-one-{name}"):
            _say(page, load, Answer(group.code, "accept", rows=(row,)))
        if group.can_reject and st.button("Leave it as it is", key=f"reject-one-{name}"):
            _say(page, load, Answer(group.code, "reject", rows=(row,)))
        if st.button("Leave it out", key=f"drop-one-{name}"):
            _say(page, load, Answer(group.code, "drop", rows=(row,)))
    if not group.field:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        value = st.text_input(
            "The right value", value=chosen.suggestion or chosen.value, key=f"value-{name}-{row}"
        )
        if st.button("Set it", key=f"set-one-{name}"):
            column = "" if group.code == "K01" else group.field
            said = Answer(group.code, "set", rows=(row,), column=column, value=value or "")
            _say(page, load, said)


def _show_answers(page: Page, load: BatchView) -> None:
    if not load.answers:
        return
    with st.expander(f"Decided so far: {len(load.answers)}"):
        for at, words in enumerate(load.answers):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(escape_markdown(words))
                if st.button("Take this back", key=f"undo-{load.batch_id}-{at}"):
                    with errors.explained(None), st.spinner("Reading the file again"):
                        answers_job.undo(page.workspace, page.principal, load.batch_id, at)
                    st.rerun()


def _show_reason(page: Page, load: BatchView) -> None:
    if load.accepted:
        st.markdown(f"These rows may wait: {escape_markdown(load.accepted)}")
        return
    with st.expander("Let them wait, and publish without them"):
        reason = st.text_input("Why can they wait?", key=f"reason-{load.batch_id}", max_chars=300)
        if st.button("Let them wait", key=f"wait-{load.batch_id}", disabled=not reason):
            with errors.explained(None):
                answers_job.accept_waiting(
                    page.workspace, page.principal, load.batch_id, reason or ""
                )
            st.rerun()


def _say(page: Page, load: BatchView, said: Answer) -> None:
    """Give an answer, and show the page as it then is."""
    with errors.explained(None), st.spinner("Reading the file again"):
        answers_job.answer(page.workspace, page.principal, load.batch_id, [said])
    st.rerun()
