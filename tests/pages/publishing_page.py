"""A page that holds what is published and nothing else; the session says where and who."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from data.access import Principal, Role
from data.jobs.areas import list_areas
from data.jobs.coverage import area_status
from pages._ui import publishing
from pages._ui.errors import PageEndedError
from pages._ui.page import Page
from tests.places import workspace

ws = workspace(st.session_state["home"])
principal = Principal("Ada", Role(st.session_state["role"]))
areas = list_areas(ws, principal)
page = Page(ws, principal, areas, areas[0], area_status(ws, principal, areas[0].area_id))
with suppress(PageEndedError):
    wanted = publishing.wanted()
    if wanted:
        publishing.show_snapshot(page, wanted)
    else:
        publishing.show(page, st.session_state["blockers"])
ws.close()
