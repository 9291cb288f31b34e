"""How is a camera added to the register, and how are its details changed?

What is not known stays empty: it becomes an assumption that is stated, never an invented fact.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from data.jobs import cameras as cameras_job
from pages._ui import cctv_camera_acts, look, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.cctv_views import RegisterRow, RegisterView
    from pages._ui.page import LoadedArea

_DAY: Final = "DD/MM/YYYY"
_UNKNOWN: Final = "Not known"
_YES_NO: Final[dict[bool | None, str]] = {None: _UNKNOWN, True: "Yes", False: "No"}
_NUMBERS: Final = (
    ("fov_deg", "Angle of view, degrees"),
    ("hfov_tele_deg", "Angle when zoomed in, degrees"),
    ("h_pixels", "Pixels across the picture"),
    ("height_m", "Height, metres"),
    ("max_range_m", "Longest range, metres"),
    ("night_range_m", "Range at night, metres"),
    ("timeshare", "Time share of one that turns, 0 to 1"),
)
_DAYS: Final = (
    ("live_from", "Installed on"),
    ("live_to", "Removed on"),
    ("review_due", "Review due"),
)
_TEXTS: Final = (
    ("name", "Name people say: street or square"),
    ("purpose", "Purpose: which need it answers"),
    ("dpia_ref", "Impact assessment, by reference"),
)


def show_new(
    here: LoadedArea, view: RegisterView, *, done: Callable[[str], None], back: Callable[[], None]
) -> None:
    """Show the form of a new camera; ``done`` is told its key."""
    left, right = st.columns(2, gap="large")
    with left:
        look.header("Where: click the map, or type the coordinates")
        lon, lat = cctv_camera_acts.choose_point(here, "new", None)
        bearing = cctv_camera_acts.choose_bearing("new", None)
    with right:
        look.header("What is known of it: leave empty what is not")
        first, second = st.columns(2, gap="small")
        camera_id = first.text_input("Reference", key="cam-camera_id-new", max_chars=40)
        owner = _choose(second, view, "owner", "Owner", "new", None)
        fields = _fields(view, "new", {})
        with st.container(horizontal=True):
            saved = st.button("Add it to the register", type="primary", key="cam-save-new")
            st.button("Leave without saving", key="cam-leave", on_click=back)
        if saved:
            place = {"lon": lon, "lat": lat, "bearing_deg": bearing}
            with said.trying():
                key = cameras_job.add_camera(
                    here.workspace,
                    here.principal,
                    here.area.area_id,
                    {"camera_id": camera_id, "owner": owner, **place, **fields},
                )
                cctv_camera_acts.forget("new")
                said.tell("The camera is in the register.", key)
                done(key)
                st.rerun()


def show_change(here: LoadedArea, view: RegisterView, row: RegisterRow) -> None:
    """Show the details of a camera, to be changed with a reason."""
    fields = _fields(view, row.key, row.content)
    reason = st.text_input("Reason for the change", key=f"cam-reason-{row.key}", max_chars=200)
    if st.button("Save the details", type="primary", key="cam-save"):
        with said.trying():
            cameras_job.change_camera(
                here.workspace,
                here.principal,
                here.area.area_id,
                row.key,
                fields,
                reason=reason or "",
            )
            said.tell("The details are saved; the former ones are kept.", row.key)
            st.rerun()


def _fields(view: RegisterView, of: str, content: Mapping[str, Any]) -> dict[str, object]:
    """Show the fields of a camera, and return what was entered."""
    found: dict[str, object] = {}
    for name, label in _TEXTS:
        found[name] = st.text_input(
            label, max_chars=300, key=_kept(f"cam-{name}-{of}", content.get(name) or "")
        )
    columns = st.columns(3, gap="small")
    for column, (name, label) in zip(
        columns, (("type", "Type"), ("mount", "Mounted on"), ("task", "Task")), strict=True
    ):
        found[name] = _choose(column, view, name, label, of, content.get(name))
    columns = st.columns(3, gap="small")
    for column, (name, label) in zip(columns, _DAYS, strict=True):
        found[name] = column.date_input(
            label, value=None, format=_DAY, key=_kept(f"cam-{name}-{of}", _day(content.get(name)))
        )
    row = st.columns(4, gap="small", vertical_alignment="bottom")
    for place, (name, label) in enumerate(_NUMBERS):
        found[name] = row[place % len(row)].text_input(
            label, placeholder=_UNKNOWN, key=_kept(f"cam-{name}-{of}", _number(content.get(name)))
        )
    found["privacy_zone"] = row[-1].selectbox(
        "Private places masked",
        list(_YES_NO),
        format_func=_YES_NO.__getitem__,
        key=_kept(f"cam-privacy-{of}", content.get("privacy_zone")),
    )
    return found


def _choose(
    column: Any,  # noqa: ANN401 - a column of Streamlit
    view: RegisterView,
    name: str,
    label: str,
    of: str,
    now: object,
) -> str | None:
    words: dict[str | None, str] = {None: _UNKNOWN, **dict(view.choices[name])}
    known = now if now in words else None
    chosen: str | None = column.selectbox(
        label, list(words), format_func=words.__getitem__, key=_kept(f"cam-{name}-{of}", known)
    )
    return chosen


def _kept(key: str, first: object) -> str:
    """Return the key of a widget, whose value at first is what is known."""
    st.session_state.setdefault(key, first)
    return key


def _day(stored: object) -> date | None:
    return date.fromisoformat(str(stored)) if stored else None


def _number(stored: object) -> str:
    return "" if stored is None else f"{stored:g}" if isinstance(stored, float) else str(stored)
