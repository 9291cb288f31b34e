"""How is the camera register shown: every camera, the chosen one, and what may be changed?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from pages._ui import (
    cached_cctv,
    cctv_camera_acts,
    cctv_camera_form,
    cctv_faults,
    look,
    results,
    said,
)
from pages._ui.errors import explained
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.cctv_views import RegisterRow, RegisterView
    from pages._ui.page import LoadedArea, Page

CAMERA: Final = "camera"
"""Names the chosen camera in the address."""
NEW: Final = "new"
_TABLE: Final = "cctv-register"
_HEIGHT: Final = 560
_GONE: Final = "Not standing"
"""Those that are removed, or not yet there, come last; those that do not work come first."""
_ACTS: Final = ("Details", "Move or turn", "Status", "Watched hours", "Withdraw")


def show(page: Page, here: LoadedArea) -> None:
    """Show the register, the chosen camera, and the fault log."""
    del page
    with explained():
        view = cached_cctv.register(here)
    _show_card(view)
    said.show()
    if st.query_params.get(CAMERA) == NEW and view.may_edit:
        cctv_camera_form.show_new(here, view, done=open_camera, back=close_camera)
        return
    if view.rows:
        left, right = st.columns([1.1, 1], gap="large")
        with left:
            _show_list(view)
        with right:
            _show_chosen(here, view)
    if view.may_edit:
        cctv_faults.show_load(here, empty=not view.rows)
    if view.outages:
        cctv_faults.show_log(view)


def open_camera(key: str) -> None:
    """Choose a camera; for a button's ``on_click``."""
    st.query_params[CAMERA] = key


def close_camera() -> None:
    """Choose no camera; for a button's ``on_click``."""
    st.query_params.pop(CAMERA, None)


def chosen_of(view: RegisterView) -> RegisterRow | None:
    """Return the camera that the address names."""
    named = st.query_params.get(CAMERA)
    return next((row for row in view.rows if row.key == named), None)


def _show_card(view: RegisterView) -> None:
    with (
        st.container(border=True, key="verdict"),
        st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ),
    ):
        with st.container(gap="xsmall", width="content"):
            look.title(view.headline)
            told = [*view.notices, *filter(None, [view.points_withheld])]
            st.markdown(
                escape_markdown(" ".join(told)) if told else "Nothing in the register is odd."
            )
        if view.may_edit:
            st.button(
                "Add a camera", type="primary", key="add-camera", on_click=open_camera, args=(NEW,)
            )


def _show_list(view: RegisterView) -> None:
    look.header(f"{len(view.rows):,} cameras are registered: choose one")
    listed = sorted(
        view.rows, key=lambda row: (row.state_words == _GONE, row.works, row.name, row.key)
    )

    def chosen() -> None:
        rows = st.session_state[_TABLE]["selection"]["rows"]
        if rows:
            open_camera(listed[rows[0]].key)

    frame = pd.DataFrame(
        {
            "Camera": [row.name for row in listed],
            "State": [row.state_words for row in listed],
            "Review": [row.review_words for row in listed],
            "Assumed": [_assumed_words(row) for row in listed],
            "Kind": [row.kind_words for row in listed],
            "Worked": [row.uptime_words for row in listed],
            "Watched": [row.monitored_words for row in listed],
            "Odd": ["; ".join(row.notices) for row in listed],
            "Reference": [row.camera_id for row in listed],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=_HEIGHT,
        key=_TABLE,
        on_select=chosen,
        selection_mode="single-row",
        alt="Every registered camera: state, kind, watched hours, review, what is assumed and odd.",
    )
    names = {row.key: f"{row.name} ({row.camera_id})" for row in view.rows}
    known = chosen_of(view)
    st.selectbox(
        "Or choose by name",
        list(names),
        index=list(names).index(known.key) if known else None,
        format_func=names.__getitem__,
        placeholder="Choose a camera",
        key=f"camera-by-name-{known.key if known else ''}",
        on_change=_open_named,
        args=(f"camera-by-name-{known.key if known else ''}",),
    )


def _open_named(key: str) -> None:
    chosen = st.session_state.get(key)
    if chosen:
        open_camera(chosen)


def _assumed_words(row: RegisterRow) -> str:
    return f"{len(row.assumed)} assumed" if row.assumed else "Nothing"


def _show_chosen(here: LoadedArea, view: RegisterView) -> None:
    row = chosen_of(view)
    if row is None:
        look.header("No camera is chosen")
        st.markdown(
            "Choose one in the list to see what is known of it, what is assumed, and to change it."
        )
        return
    look.header(row.name)
    said.show(row.key)
    if not view.may_edit:
        _show_facts(row)
        return
    act = st.segmented_control(
        "What to do",
        ("Facts", *_ACTS),
        default="Facts",
        required=True,
        key="camera-act",
        label_visibility="collapsed",
    )
    if act == "Facts":
        _show_facts(row)
    elif act == "Details":
        cctv_camera_form.show_change(here, view, row)
    elif act == "Move or turn":
        cctv_camera_acts.show_place(here, row)
    elif act == "Status":
        cctv_camera_acts.show_status(here, view, row)
    elif act == "Watched hours":
        cctv_camera_acts.show_hours(here, view, row)
    else:
        cctv_camera_acts.show_withdraw(here, row, done=close_camera)


def _show_facts(row: RegisterRow) -> None:
    facts = (
        ("State", row.state_words),
        ("Kind", row.kind_words if row.counts else f"{row.kind_words}: never counts as coverage"),
        ("Owner", row.owner_words),
        ("Stands", row.live_words),
        ("Watched", row.monitored_words),
        ("Worked", row.uptime_words),
        ("Purpose", row.purpose or "Not stated"),
        ("Impact assessment", row.dpia_ref or "None is named"),
        ("Review", row.review_words),
        ("Reference", row.camera_id),
    )
    results.table(("What", "Is"), facts)
    for words in row.notices:
        look.missing(words)
    if row.assumed:
        st.markdown("**Assumed, because the register does not say:**")
        st.markdown("\n".join(f"- {escape_markdown(words)}" for words in row.assumed))
