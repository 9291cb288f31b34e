"""How are requests for cameras listed, entered and decided, each with its score and reason?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.cctv_views import DECISION_WORDS
from data.jobs import camera_requests as requests_job
from pages._ui import look, results, said
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.cctv_views import RequestRow, RequestView
    from pages._ui.page import LoadedArea

_HEADS: Final = ("No.", "Place", "Score", "Asked by", "Purpose", "Decision", "Reason")
_PRIVACY: Final[dict[str | None, str]] = {
    None: "Not known",
    "low": "Low",
    "some": "Some",
    "high": "High",
}


def show(here: LoadedArea, view: RequestView) -> None:
    """Show the requests of an area, the highest score first."""
    look.header(view.headline)
    said.show("requests")
    if view.rows:
        rows = [
            (
                f"{place}",
                row.place,
                _score(row),
                row.requested_by,
                row.purpose or "Not stated",
                row.decision_words,
                row.reason,
            )
            for place, row in enumerate(view.rows, start=1)
        ]
        results.table(_HEADS, rows)
        with st.expander("What each score rests on"):
            st.markdown(escape_markdown(view.score_rule))
            for row in view.rows:
                _show_parts(row)
    if view.may_edit:
        left, right = st.columns(2, gap="large")
        with left:
            _show_add(here)
        with right:
            if view.rows:
                _show_decide(here, view)


def _score(row: RequestRow) -> str:
    return "Not scored" if row.score is None else f"{row.score:.0f} of 100"


def _show_parts(row: RequestRow) -> None:
    parts = "; ".join(f"{name}: {words}" for name, words in row.score_words)
    st.markdown(f"**{escape_markdown(row.place)}** {escape_markdown(parts)}")
    for words in row.warnings:
        look.missing(words)


def _show_add(here: LoadedArea) -> None:
    with st.expander("Enter a request"), st.form("request", border=False, clear_on_submit=False):
        place = st.text_input("Place", max_chars=120, key="ask-place")
        first, second = st.columns(2, gap="small")
        lon = first.text_input("Longitude", key="ask-lon")
        lat = second.text_input("Latitude", key="ask-lat")
        by = st.text_input("Asked by: a role, never a name", max_chars=80, key="ask-by")
        purpose = st.text_input("Purpose: which need it answers", max_chars=300, key="ask-purpose")
        others = st.text_input("What else was considered", max_chars=300, key="ask-others")
        first, second, third = st.columns(3, gap="small", vertical_alignment="bottom")
        dpia = first.text_input("Impact assessment", max_chars=80, key="ask-dpia")
        privacy = second.selectbox(
            "Loss of privacy", list(_PRIVACY), format_func=_PRIVACY.__getitem__, key="ask-privacy"
        )
        cost = third.text_input("Cost, pounds", key="ask-cost")
        if st.form_submit_button("Enter it"):
            with said.trying():
                reference = requests_job.add_request(
                    here.workspace,
                    here.principal,
                    here.area.area_id,
                    {
                        "place": place,
                        "lon": lon,
                        "lat": lat,
                        "requested_by": by,
                        "purpose": purpose,
                        "alternatives": others,
                        "dpia_ref": dpia,
                        "privacy": privacy,
                        "cost_gbp": cost,
                    },
                )
                said.tell(f"Request {reference} is entered.", "requests")
                st.rerun()


def _show_decide(here: LoadedArea, view: RequestView) -> None:
    names = {row.request_id: f"{row.place} ({row.request_id})" for row in view.rows}
    with st.expander("Decide on a request"), st.form("decide", border=False):
        named = st.selectbox("Request", list(names), format_func=names.__getitem__, key="decide-on")
        decision = st.selectbox(
            "Decision",
            list(DECISION_WORDS),
            format_func=DECISION_WORDS.__getitem__,
            key="decide-what",
        )
        reason = st.text_input("Reason", max_chars=300, key="decide-why")
        if st.form_submit_button("Save the decision"):
            with said.trying():
                requests_job.decide(
                    here.workspace,
                    here.principal,
                    here.area.area_id,
                    named,
                    decision,
                    reason=reason or "",
                )
                said.tell("The decision is saved with its reason.", "requests")
                st.rerun()
