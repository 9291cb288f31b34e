"""How is a camera moved, turned, reported out of order, watched at other hours, or withdrawn?

Every change needs a reason, which is kept with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from data.cctv_views import CoverageParams, read_hour
from data.jobs import cameras as cameras_job
from geo.errors import GeoError
from geo.viz.cctv_map import CctvMapSpec
from pages._ui import cached, cached_cctv, cctv, cctv_map, maps, said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from data.cctv_views import CameraMark, RegisterRow, RegisterView
    from pages._ui.page import LoadedArea

_DAY: Final = "DD/MM/YYYY"
_MAP: Final = "camera-map"
_REASONS: Final = {
    "place": "Moved after the road works",
    "bearing": "Turned towards the taxi rank",
    "status": "No picture since the storm",
    "hours": "New rota of the control room",
    "withdraw": "Entered twice",
}


def show_place(here: LoadedArea, row: RegisterRow) -> None:
    """Show where a camera stands and looks, to be moved and turned."""
    content = row.content
    point = (content["lon"], content["lat"]) if content.get("lon") is not None else None
    lon, lat = choose_point(here, row.key, point)
    bearing = choose_bearing(row.key, content.get("bearing_deg"))
    reason = _reason("place", row.key)
    with st.container(horizontal=True):
        moved = st.button("Move it", type="primary", key="cam-move", disabled=lon is None)
        turned = st.button("Turn it", key="cam-turn")
    asked = (here.workspace, here.principal, here.area.area_id, row.key)
    if moved and lon is not None and lat is not None:
        with said.trying():
            cameras_job.move_camera(*asked, (lon, lat), reason=reason)
            _done("The camera is moved; where it stood is kept.", row.key)
    if turned:
        with said.trying():
            cameras_job.turn_camera(*asked, bearing, reason=reason)
            _done("The camera is turned; where it looked is kept.", row.key)


def show_status(here: LoadedArea, view: RegisterView, row: RegisterRow) -> None:
    """Show whether a camera works, to be changed with a time."""
    words = dict(view.choices["status"])
    state = st.selectbox(
        "It is", list(words), format_func=words.__getitem__, key=f"cam-state-{row.key}"
    )
    zone = ZoneInfo(cached.study_area(here).timezone)
    now = here.workspace.clock.now().astimezone(zone)
    first, second = st.columns(2, gap="small")
    day = first.date_input("Since", value=now.date(), format=_DAY, key=f"cam-since-{row.key}")
    at = second.time_input("At", value=now.time(), key=f"cam-at-{row.key}")
    reason = _reason("status", row.key)
    if st.button("Save the status", type="primary", key="cam-status"):
        with said.trying():
            cameras_job.set_status(
                here.workspace,
                here.principal,
                here.area.area_id,
                row.key,
                state,
                since=datetime.combine(day, at, zone),
                reason=reason,
            )
            _done("The status is saved; the fault log has it.", row.key)


def show_hours(here: LoadedArea, view: RegisterView, row: RegisterRow) -> None:
    """Show at which hours cameras are watched, to be changed for several at once."""
    st.markdown("Watched now: " + row.monitored_words)
    names = {one.key: one.name for one in view.rows}
    keys = st.multiselect(
        "Cameras",
        list(names),
        default=[row.key],
        format_func=names.__getitem__,
        key=f"cam-hours-of-{row.key}",
    )
    recorded = st.toggle("Recorded only: nobody watches", key=f"cam-recorded-{row.key}")
    hours = st.text_input(
        "Watched live",
        placeholder="Mon-Thu 10:00-22:00; Fri-Sat 18:00-02:00",
        disabled=recorded,
        key=f"cam-hours-{row.key}",
    )
    reason = _reason("hours", row.key)
    if st.button("Save the hours", type="primary", key="cam-save-hours"):
        with said.trying():
            cameras_job.set_monitored(
                here.workspace,
                here.principal,
                here.area.area_id,
                keys,
                None if recorded else hours,
                reason=reason,
            )
            _done("The watched hours are saved.", row.key)


def show_withdraw(here: LoadedArea, row: RegisterRow, *, done: Callable[[], None]) -> None:
    """Show how a camera leaves the register that should not stand in it."""
    st.markdown(
        "For an entry that should not be there. A camera that was taken down stays in the register:"
        " give it a day of removal under **Details** instead."
    )
    reason = _reason("withdraw", row.key)
    if st.button("Withdraw it", key="cam-withdraw"):
        with said.trying():
            cameras_job.withdraw_camera(
                here.workspace, here.principal, here.area.area_id, row.key, reason=reason
            )
            done()
            _done(f"{row.name} is withdrawn; its versions are kept.", said.PAGE)


def choose_point(
    here: LoadedArea, of: str, known: tuple[float, float] | None
) -> tuple[float | None, float | None]:
    """Show a map and two boxes for a place, and return longitude and latitude."""
    names = (f"cam-lon-{of}", f"cam-lat-{of}")
    for at, name in enumerate(names):
        st.session_state.setdefault(name, known[at] if known else None)

    def clicked() -> None:
        point = maps.clicked_point(_MAP)
        if point is not None:
            st.session_state[names[0]], st.session_state[names[1]] = point

    lon, lat = (st.session_state[name] for name in names)
    cameras = _cameras(here)
    shown = CctvMapSpec(
        maps.area_of_map(here),
        cameras=cctv_map.cameras_of(cameras),
        here=None if lon is None or lat is None else (lon, lat),
    )
    cctv_map.draw(here, shown, cameras, key=_MAP, clicked=clicked)
    columns = st.columns(2, gap="small")
    for column, name, label in zip(columns, names, ("Longitude", "Latitude"), strict=True):
        column.number_input(label, format="%.6f", step=0.0001, key=name, placeholder="Not known")
    return st.session_state[names[0]], st.session_state[names[1]]


def choose_bearing(of: str, known: float | None) -> float | None:
    """Show a slider for a direction, and return it; None where it is not known."""
    first, second = st.columns([1, 2], gap="small", vertical_alignment="bottom")
    unknown = first.toggle("Direction not known", value=known is None, key=f"cam-unturned-{of}")
    bearing = second.slider(
        "It looks towards, degrees from north: 90 is east, 180 south",
        0,
        359,
        round(known or 0) % 360,
        disabled=unknown,
        key=f"cam-bearing-{of}",
    )
    return None if unknown else float(bearing)


def forget(of: str) -> None:
    """Let go of what was entered for a camera."""
    for key in [str(key) for key in st.session_state]:
        if key.startswith("cam-") and key.endswith(f"-{of}"):
            del st.session_state[key]


def _cameras(here: LoadedArea) -> Sequence[CameraMark]:
    """Return the cameras with their views, as they are at the usual hour."""
    usual = CoverageParams(on=here.workspace.clock.now().date(), hour=read_hour(cctv.USUAL_HOUR))
    try:
        return cached_cctv.coverage(here, usual).cameras
    except GeoError:
        return ()


def _reason(of: str, key: str) -> str:
    told: Any = st.text_input(
        "Reason", key=f"cam-why-{of}-{key}", max_chars=200, placeholder=_REASONS[of]
    )
    return told or ""


def _done(words: str, place: str) -> None:
    said.tell(words, place)
    st.rerun()
