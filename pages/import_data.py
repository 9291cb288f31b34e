"""Which data are there, how do more come in, and what became of every row?"""

from __future__ import annotations

import streamlit as st

from data.access import Permission
from pages._ui import areas, download, frame, look, months, uploads

page = frame.begin("import_data", Permission.VIEW)
look.title("Data")
uploads.show_report(page)
left, right = st.columns([11, 10], gap="large")
with left:
    uploads.show(page)
    download.show(page)
with right:
    months.show(page)
    areas.show(page)
