"""Which rows wait for a person, and what can be said of them in a click?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.access import Permission
from data.interpretation.context import Answer
from data.jobs import answers as answers_job
from data.jobs.wording import plural
from pages._ui import loaded, look, said
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.access import Principal
    from data.import_views import BatchView, HeldGroup
    from data.interpretation.context import Verdict
    from data.readers.findings import HeldRow
    from data.workspace import Workspace
    from pages._ui.page import Page

_CHOOSE: Final = "Choose a type"
_FEW: Final = 3
_LONGEST: Final = 60
_LOADS: Final = 12
_ONE: Final[dict[Verdict, str]] = {
    "accept": "Take the proposal",
    "reject": "Leave it as it is",
    "drop": "Leave it out",
}
_ALL: Final[dict[Verdict, str]] = {
    "accept": "Take the proposal for all",
    "reject": "Leave all as they are",
    "drop": "Leave all of them out",
}


def show(page: Page, loads: Sequence[BatchView]) -> None:
    """Show what waits, load by load, with the answers that can be given; then what was said."""
    if not page.may(Permission.IMPORT):
        return
    waiting = [one for one in loads if one.counts["held"]]
    if waiting:
        look.header("Rows that wait for an answer")
        st.markdown(
            "These rows are not counted until you decide. Every answer is written down and can be"
            " taken back."
        )
    for load in sorted(waiting, key=lambda one: bool(one.accepted)):
        _show_load(page, load)
    _show_decided(page, [one for one in loads if one.answers])


def _show_load(page: Page, load: BatchView) -> None:
    held = plural(load.counts["held"], "row")
    with st.container(border=True, key=f"load-{load.batch_id}"):
        state = f"{held} out for a stated reason" if load.accepted else f"{held} to decide"
        st.subheader(escape_markdown(f"{load.file_name}: {state}"), anchor=False)
        st.caption(escape_markdown(f"{load.profile}, loaded {load.imported_at}"))
        said.show(load.batch_id)
        if load.accepted:
            st.markdown(f"**Why nothing need be decided yet:** {escape_markdown(load.accepted)}")
            if not st.toggle("Decide now all the same", key=f"again-{load.batch_id}"):
                return
        if not load.can_answer:
            st.info("The columns of this file are no longer kept. Load it again to decide.")
        else:
            for group in load.groups:
                _show_group(page, load, group)
        if not load.accepted:
            _show_reason(page, load)


def _show_group(page: Page, load: BatchView, group: HeldGroup) -> None:
    """Show one reason why rows wait: what was found at the left, what can be said at the right."""
    name = f"{load.batch_id}-{group.code}-{group.key}"
    code = f" “{group.key}”" if group.key else ""
    title = escape_markdown(f"{group.problem}{code}: {plural(group.total, 'row')}")
    with st.container(key=f"held-{name}"):
        left, right = st.columns([11, 10], gap="large")
        with left:
            st.markdown(f"**{title}** ({group.code})  \n{escape_markdown(group.question)}")
            st.markdown("\n".join(f"- {_example(row)}" for row in group.rows[:_FEW]))
            if group.total > _FEW:
                st.caption(f"The first {_FEW} of {group.total:,}.")
        with right:
            _show_choices(page, load, group, name)
            _show_single(page, load, group, name)


def _example(row: HeldRow) -> str:
    column = f", {row.column}" if row.column else ""
    value = f": “{_short(row.value)}”" if row.value else ""
    words = escape_markdown(f"Row {row.row:,}{column}{value}")
    if not row.suggestion:
        return words
    return f"{words}. Proposal: **{escape_markdown(_short(row.suggestion))}**"


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def _show_choices(page: Page, load: BatchView, group: HeldGroup, name: str) -> None:
    """Show what can be said of all rows of a group at once."""
    if group.code == "K01":
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            kind = _type(page, "What is it?", f"kind-{name}")
            if st.button("Set this type", key=f"set-{name}", disabled=kind == _CHOOSE):
                _say(page, load, Answer(group.code, "set", key=group.key, value=kind))
    rows = tuple(row.row for row in group.rows)
    whole = len(rows) == group.total
    words = _ONE if group.total == 1 else _ALL
    offers: list[tuple[Verdict, bool, tuple[int, ...]]] = [
        ("accept", group.can_accept, rows if group.key and whole else ()),
        ("reject", group.can_reject, rows if group.key and whole else ()),
        ("drop", group.code != "T08", rows if whole else ()),
    ]
    with st.container(horizontal=True, gap="small"):
        for verdict, possible, which in offers:
            if possible and st.button(words[verdict], key=f"{verdict}-{name}"):
                key = "" if whole else group.key
                _say(page, load, Answer(group.code, verdict, rows=which, key=key))


def _show_single(page: Page, load: BatchView, group: HeldGroup, name: str) -> None:
    """Show what can be said of one row of a group."""
    several = len(group.rows) > 1
    settable = bool(group.field) and (several or group.code != "K01")
    if not several and not settable:
        return
    with st.expander("Decide row by row" if several else "Set the right value"):
        row = group.rows[0]
        if several:
            row = _choose_row(group, name)
            _show_single_choices(page, load, group, row)
        if settable:
            _show_value(page, load, group, row, name)


def _choose_row(group: HeldGroup, name: str) -> HeldRow:
    number = st.selectbox(
        "Row of the file",
        [one.row for one in group.rows],
        format_func=lambda row: f"{row:,}",
        key=f"row-{name}",
        width=200,
    )
    chosen = next(one for one in group.rows if one.row == number)
    st.markdown(_example(chosen))
    return chosen


def _show_single_choices(page: Page, load: BatchView, group: HeldGroup, row: HeldRow) -> None:
    name = f"{load.batch_id}-{group.code}-{group.key}"
    offers: list[tuple[Verdict, bool]] = [
        ("accept", bool(row.suggestion)),
        ("reject", group.can_reject),
        ("drop", True),
    ]
    with st.container(horizontal=True, gap="small"):
        for verdict, possible in offers:
            label = _ONE[verdict].replace("the proposal", "its proposal")
            if possible and st.button(label, key=f"{verdict}-one-{name}"):
                _say(page, load, Answer(group.code, verdict, rows=(row.row,)))


def _show_value(page: Page, load: BatchView, group: HeldGroup, row: HeldRow, name: str) -> None:
    """Show where the right value of a row is written, or the right type chosen."""
    key = f"value-{name}-{row.row}"
    coded = group.code == "K01"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if coded:
            value = _type(page, "What is this one?", key)
        else:
            usual = row.suggestion or row.value
            value = st.text_input("The right value", value=usual, key=key) or ""
        label = f"Set row {row.row:,}"
        if st.button(label, key=f"set-one-{name}", disabled=coded and value == _CHOOSE):
            column = "" if coded else group.field
            _say(page, load, Answer(group.code, "set", rows=(row.row,), column=column, value=value))


def _type(page: Page, label: str, key: str) -> str:
    report = loaded.last_report()
    since = (report.dataset_version if report else "", str(page.principal.role))
    types = _types(since, page.workspace, page.principal)
    return st.selectbox(label, [_CHOOSE, *types], key=key, width=320)


@st.cache_data(max_entries=8, show_spinner=False, ttl="1h")
def _types(key: tuple[str, str], _ws: Workspace, _principal: Principal) -> tuple[str, ...]:
    """Return the types among which to choose; kept from one load to the next."""
    del key
    return answers_job.known_types(_ws, _principal)


def _show_reason(page: Page, load: BatchView) -> None:
    rows = "this row" if load.counts["held"] == 1 else "these rows"
    with st.expander(f"Publish without {rows}, for a reason"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            reason = st.text_input(
                "Why can the answer wait?", key=f"reason-{load.batch_id}", max_chars=300
            )
            pressed = st.button("Let it wait", key=f"wait-{load.batch_id}")
        st.caption("The reason is printed in every snapshot. Name no person in it.")
        if pressed:
            with said.trying():
                answers_job.accept_waiting(
                    page.workspace, page.principal, load.batch_id, reason or ""
                )
                said.tell("Written down. Publishing is not blocked by it.", load.batch_id)
                st.rerun()


def _show_decided(page: Page, loads: Sequence[BatchView]) -> None:
    """Show the answers that were given, each with the way to take it back."""
    if not loads:
        return
    with st.expander(f"Decided so far, in {plural(len(loads), 'file')}: see it or take it back"):
        for load in loads[:_LOADS]:
            st.markdown(f"**{escape_markdown(load.file_name)}**, loaded {load.imported_at}")
            if not load.can_answer:
                st.caption("The columns of this file are no longer kept: nothing can be changed.")
            for at, words in enumerate(load.answers):
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.markdown(escape_markdown(words), width="content")
                    name = f"undo-{load.batch_id}-{at}"
                    if load.can_answer and st.button("Take this back", key=name):
                        _take_back(page, load, at)


def _take_back(page: Page, load: BatchView, at: int) -> None:
    with said.trying(), st.spinner("Reading the file again"):
        after = answers_job.undo(page.workspace, page.principal, load.batch_id, at)
        _told(load, after, "Taken back")
        st.rerun()


def _say(page: Page, load: BatchView, answer: Answer) -> None:
    """Give an answer, and show the page as it then is."""
    with said.trying(), st.spinner("Reading the file again"):
        after = answers_job.answer(page.workspace, page.principal, load.batch_id, [answer])
        _told(load, after, after.answers[-1].rstrip("."))
        st.rerun()


def _told(before: BatchView, after: BatchView, what: str) -> None:
    """Say what was done: at the load while something waits there, else below the title."""
    waits = after.counts["held"] and not after.accepted
    change = answers_job.change_words(before, after)
    said.tell(f"{what}. {change}", after.batch_id if waits else said.PAGE)
