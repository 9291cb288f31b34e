"""Which data are there, how do more come in, what became of every row, and what is published?"""

from __future__ import annotations

import streamlit as st

from data.access import Permission
from pages._ui import areas, data_parts, frame, publishing

page = frame.begin("import_data", Permission.VIEW)
opened = publishing.wanted()
if opened is not None:
    publishing.show_snapshot(page, opened)
else:
    loads = data_parts.show_title(page)
    data_parts.show_way_in(page)
    data_parts.show_decisions(page, loads)
    left, right = st.columns([11, 10], gap="large")
    with left:
        data_parts.show_publishing(page)
    with right:
        data_parts.show_sources(page)
        areas.show(page)
