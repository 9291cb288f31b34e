"""Who is looking, at which area, and may they see this page?

``app.py`` opens the frame on every run, then runs the page, whose first statement is ``begin``. A
server that nobody has used yet runs a page's file alone, without ``app.py`` and its sign-in: then
no frame is open, and ``begin`` remembers the wanted page and sends the reader through ``app.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

import streamlit as st

from data.access import PERMISSIONS, Permission, Principal, Role, may, sign_in
from data.jobs import areas as areas_job
from data.jobs import coverage as coverage_job
from data.jobs.serving import served_workspace
from data.jobs.wording import lower_first
from pages._ui import look, navigation, params
from pages._ui.errors import end_page, explained
from pages._ui.page import LoadedArea, Page
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.jobs.areas import AreaSummary
    from data.views import AreaStatus

_OPEN: Final = "frame-open"
_WISH: Final = "frame-wish"
_ROLE: Final = "demo-role"
_AREA: Final = "area"
_AGE: Final = {"fresh": "{}", "amber": ":yellow-badge[{}]", "red": ":red-badge[{}]"}


def demo_principal() -> Principal:
    """Return who is looking: in a demo, whoever chooses a role, the analyst at first."""
    return sign_in(st.session_state.get(_ROLE, Role.ANALYST))


def resume() -> None:
    """Go on to the page that was wanted before the sign-in, if any."""
    wish = st.session_state.pop(_WISH, None)
    if wish is not None:
        stem, query = wish
        st.switch_page(navigation.path_of(stem), query_params=query)


def open_frame(principal: Principal) -> None:
    """Show what stands above every page, and let the page of this run begin."""
    look.apply_style()
    with explained():
        workspace = served_workspace()
        areas = (
            areas_job.list_areas(workspace, principal) if may(principal, Permission.VIEW) else ()
        )
        with st.container(
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
            key="shell",
        ):
            area = _choose_area(areas)
            status = coverage_job.area_status(workspace, principal, area.area_id) if area else None
            _show_status(principal, status, named=not areas[1:])
            _show_sign_in(principal, status.marking if status else workspace.settings.marking)
    st.session_state[_OPEN] = Page(workspace, principal, areas, area, status)


def begin(stem: str, permission: Permission | None) -> Page:
    """Return what the page starts from: the first statement of every page.

    Parameters
    ----------
    stem
        File name of the page without its ending.
    permission
        What the reader's role must hold; None for a page that every role may read.
    """
    page: Page | None = st.session_state.pop(_OPEN, None)
    if page is None:
        query = {name: st.query_params.get_all(name) for name in st.query_params}
        st.session_state[_WISH] = (stem, query)
        st.switch_page("app.py")
    if permission is not None and not page.may(permission):
        _refuse(page.principal, permission)
    return page


def loaded_area(page: Page) -> LoadedArea:
    """Return the area that has reports; where there is none, say how to load some, and stop."""
    here = page.loaded
    if here is None:
        _nothing_loaded()
    return here


def close_frame() -> None:
    """Show what stands below every page."""
    with st.container(horizontal=True, vertical_alignment="center", key="foot", gap="medium"):
        navigation.link("About, methods and accessibility", "about", key="about", look="text")
        st.caption(
            "Hexbeat shows reports about places, never people. It does not predict who will offend."
        )


def _choose_area(areas: tuple[AreaSummary, ...]) -> AreaSummary | None:
    if not areas[1:]:
        return next(iter(areas), None)
    names = {area.area_id: area.area_name for area in areas}
    params.say_unknown({_AREA: list(names.values())})
    chosen = st.selectbox(
        "Area",
        list(names),
        format_func=names.__getitem__,
        key=_AREA,
        bind="query-params",
        label_visibility="collapsed",
        width=260,
    )
    return next(area for area in areas if area.area_id == chosen)


def _show_status(principal: Principal, status: AreaStatus | None, *, named: bool) -> None:
    if status is None:
        words = "No area yet" if may(principal, Permission.VIEW) else "This role sees no figures"
        st.markdown(words, width="content")
        return
    age = _AGE[status.stale].format(escape_markdown(status.age_words)) if status.age_words else ""
    parts = [
        f"**{escape_markdown(status.area_name)}**" if named else "",
        escape_markdown(status.source_words),
        f"**{escape_markdown(status.data_to_words)}** {age}",
    ]
    st.markdown(" · ".join(filter(None, parts)), width="content")


def _show_sign_in(principal: Principal, marking: str) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", width="content", gap="small", key="signed-in"
    ):
        st.markdown(f":material/shield: **{escape_markdown(marking)}**", width="content")
        with st.popover(f"Signed in as {_role_words(principal)}", type="tertiary"):
            st.selectbox(
                "Demo sign-in: look as",
                list(Role),
                format_func=lambda role: Role(role).label,
                key=_ROLE,
                help="Nobody checks who you are in the demo. Never load personal data here.",
            )
            st.caption(escape_markdown(principal.role.description))


def _nothing_loaded() -> NoReturn:
    look.title("No reports are loaded yet")
    with st.container(border=True, key="empty"):
        st.markdown(
            "**There is nothing to show yet.** Load police files, or the sample town, an invented"
            " seaside borough that shows what every page does."
        )
        navigation.link("Load data", "import_data", key="load", look="main", icon="upload_file")
    end_page()


def _role_words(principal: Principal) -> str:
    label = principal.role.label
    return label if label[:2].isupper() else lower_first(label)


def _refuse(principal: Principal, permission: Permission) -> NoReturn:
    """Say what this role can do instead, and stop."""
    look.title(f"This page is not for the role of {principal.role.label}")
    st.markdown(f"It is for roles that may {escape_markdown(permission.words)}.")
    can = [one.words for one in Permission if one in PERMISSIONS[principal.role]]
    st.markdown("This role can:\n" + "\n".join(f"- {escape_markdown(words)}" for words in can))
    end_page()
