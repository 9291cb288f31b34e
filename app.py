"""The frame of every page: configuration, sign-in, navigation by role, and the page itself."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from pages._ui import frame, look, navigation
from pages._ui.errors import PageEndedError

principal = frame.demo_principal()
chosen = st.navigation(navigation.screens_for(principal), position="top")
st.set_page_config(
    page_title=f"{chosen.title} - Hexbeat",
    page_icon=look.FAVICON,
    layout="wide",
    menu_items={"Get help": None, "Report a bug": None, "About": None},
)
frame.resume()
with suppress(PageEndedError):
    frame.open_frame(principal)
    chosen.run()
frame.close_frame()
