"""What changed, in one sentence, and where?"""

from __future__ import annotations

import streamlit as st

from data.access import Permission
from pages._ui import cached, cards, charts, frame, look, navigation, params, verdicts
from pages._ui.errors import explained

page = frame.begin("home", Permission.VIEW)
here = frame.loaded_area(page)
top = st.container()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    heading, key = st.container(width="content"), st.container(key="homekey", width="content")
    lens = params.choose_lens() if here.exact else "reports"
with explained():
    view = cached.home(here, lens)

with top:
    look.title(view.title)
    with st.container(key="lead"):
        st.markdown(view.lead)
with heading:
    look.header(view.cards_title, width="content")
with key:
    st.caption(view.cards_key, width="content")
cards.show_all(view)

done, months = st.columns([3, 2], gap="large")
with months:
    look.header("Months in this picture")
    charts.month_strip(view.coverage)
    navigation.link(
        cards.link_words(view),
        "hotspots",
        key="all",
        look="main",
        icon="map",
        query=params.lens_query(view.lens),
    )
with done:
    look.header("What was done, and what came of it")
    verdicts.show_due(page, here)
