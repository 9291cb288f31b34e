"""What does Hexbeat do, by which methods, and where do these end?"""

from __future__ import annotations

import streamlit as st

from pages._ui import assurance, frame, look

page = frame.begin("about", None)
look.title("About Hexbeat: methods, limits and accessibility")
st.markdown(assurance.PURPOSE)
left, right = st.columns(2, gap="large")
with left:
    look.header("How each figure is made")
    for method in assurance.METHODS:
        with st.expander(method.name):
            st.markdown(method.how)
            st.markdown(f"**Limits:** {method.limits}")
with right:
    look.header("Before you use a figure")
    st.markdown(assurance.bullets(assurance.TRAPS))
    look.header("Fairness and privacy")
    st.markdown(assurance.bullets(assurance.FAIRNESS))
    look.header("Accessibility")
    st.markdown(assurance.ACCESSIBILITY)
    look.header("Sources, licences and version")
    st.markdown(assurance.bullets(assurance.SOURCES))
    assurance.show_version(page)
