"""How do lists of cameras and fault logs come in, and how is the log shown?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs import camera_files as files_job
from data.jobs.wording import plural
from pages._ui import look, results, said
from pages._ui.uploads import KINDS
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.cctv_views import OutageRow, RegisterView
    from data.jobs.camera_files import CameraFile, WaitingRows
    from pages._ui.page import LoadedArea

_HEADS: Final = ("Camera", "State", "From", "To", "Reference")
_REPORT: Final = "camera-file"
_LAST: Final = "camera-file-last"
_ANSWERS: Final = "camera-file-answers"
_EXAMPLE: Final = "camera_id, from, to, state, fault_ref\nC14, 2026-05-02 18:00, , fault, F-1021"


def show_load(here: LoadedArea, *, empty: bool) -> None:
    """Show the ways in for a list of cameras and for a fault log."""
    look.header("Load a list of cameras, or a fault log")
    first, second = st.columns(2, gap="large")
    with first:
        file = st.file_uploader(
            "A file with headings: cameras or faults, its headings say which",
            type=list(KINDS),
            key="camera-upload",
        )
        kind = "primary" if empty else "secondary"
        if st.button("Load the file", key="camera-load", type=kind, disabled=file is None) and file:  # type: ignore[arg-type]
            _load(here, (file.name, file.getvalue()), {})
    with second:
        text = st.text_area(
            "Or paste a fault log, headings first",
            placeholder=_EXAMPLE,
            key="camera-paste",
            height=104,
        )
        if st.button("Take the pasted log", key="camera-take", disabled=not text):
            _load(here, text or "", {})
    report: CameraFile | None = st.session_state.get(_REPORT)
    if report is not None:
        _show_report(here, report)


def show_log(view: RegisterView) -> None:
    """Show the outages, open ones first."""
    names = {row.camera_id: row.name for row in view.rows}
    still = [one for one in view.outages if one.open]
    look.header(f"Fault log: {plural(len(still), 'fault')} still open")
    if still:
        results.table(_HEADS, [_row(one, names) for one in still])
    with st.expander(f"All {len(view.outages):,} faults, the latest first"):
        results.table(_HEADS, [_row(one, names) for one in view.outages])


def _row(one: OutageRow, names: Mapping[str, str]) -> tuple[str, ...]:
    name = names.get(one.camera_id, one.camera_id)
    return (name, one.state_words, one.from_words, one.to_words, one.fault_ref)


def _load(here: LoadedArea, source: tuple[str, bytes] | str, answers: dict[str, str]) -> None:
    with said.trying():
        asked = (here.workspace, here.principal, here.area.area_id)
        if isinstance(source, str):
            report = files_job.paste_faults(*asked, source, answers=answers)
        else:
            report = files_job.load_cameras(*asked, source, answers=answers)
        st.session_state[_REPORT] = report
        st.session_state[_LAST], st.session_state[_ANSWERS] = source, answers
        st.rerun()


def _show_report(here: LoadedArea, report: CameraFile) -> None:
    st.info(escape_markdown(report.words), icon=":material/check:")
    told = [*report.messages, *report.notes]
    if told:
        with st.expander("What was found in the file"):
            st.markdown("\n".join(f"- {escape_markdown(words)}" for words in told))
    if not report.waiting:
        return
    rows = [
        (f"{one.rows:,}", one.reason, one.suggestion or one.question, f"Row {one.first_row}")
        for one in report.waiting
    ]
    results.table(("Rows", "What is wrong", "What could be done", "First"), rows)
    for one in report.waiting:
        _show_answers(here, one)


def _show_answers(here: LoadedArea, waiting: WaitingRows) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(escape_markdown(f"{plural(waiting.rows, 'row')}: {waiting.reason}"))
        for answer, label in (("accept", "Take them as suggested"), ("reject", "Leave them out")):
            if st.button(label, key=f"camera-{answer}-{waiting.code}"):
                known = st.session_state.get(_ANSWERS, {})
                _load(here, st.session_state[_LAST], {**known, waiting.code: answer})
