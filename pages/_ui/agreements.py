"""Under which agreement is each source shared, and how long is it kept?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.access import Permission
from data.jobs import mappings as mappings_job
from data.jobs import sources as sources_job
from data.jobs.wording import plural
from geo.periods import span_words
from pages._ui import errors, look, said
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.jobs.sources import SourceView
    from pages._ui.page import Page

_LONGEST_MONTHS: Final = 120
_PLACE: Final = "agreements"


def show(page: Page) -> None:
    """Show every source with its agreement; who loads files may write it down."""
    with errors.explained(None):
        found = sources_job.sources(page.workspace, page.principal)
    if not found:
        return
    look.header("Sources and agreements")
    said.show(_PLACE)
    for one in found:
        span = span_words(one.first, one.last)
        agreed = one.agreement_ref or "no sharing agreement written down"
        words = f"{plural(one.rows, 'row')}, {span}; {agreed}."
        st.markdown(f"- **{escape_markdown(one.provider)}**: {escape_markdown(words)}")
    if not page.may(Permission.IMPORT):
        return
    with st.expander("Write down an agreement"):
        _form(page, found)
    _mappings(page)


def _form(page: Page, found: tuple[SourceView, ...]) -> None:
    at = st.selectbox(
        "Source", range(len(found)), format_func=lambda n: found[n].provider, key="agreement-source"
    )
    one = found[at]
    reference = st.text_input(
        "Reference of the sharing agreement or licence",
        value=one.agreement_ref,
        key=f"agreement-{at}",
        max_chars=120,
    )
    months = st.number_input(
        "Months to keep its rows (0: the usual limit)",
        min_value=0,
        max_value=_LONGEST_MONTHS,
        value=one.retention_months or 0,
        key=f"months-{at}",
    )
    if st.button("Write it down"):
        with said.trying():
            sources_job.agree(
                page.workspace,
                page.principal,
                one.source,
                one.provider,
                agreement_ref=reference or "",
                retention_months=int(months) or None,
            )
            said.tell(f"Written down for {one.provider}.", _PLACE)
            st.rerun()


def _mappings(page: Page) -> None:
    with errors.explained(None):
        saved = mappings_job.saved_mappings(page.workspace, page.principal)
    if not saved:
        return
    with st.expander(f"Mappings that are remembered: {len(saved)}"):
        for one in saved:
            columns = "; ".join(f"{what}: {heading}" for what, heading in one.columns)
            st.markdown(
                f"**{escape_markdown(one.name)}** (version {one.version}): "
                f"{escape_markdown(columns)}"
            )
