"""How is the committee paper written, and how does it leave the page as Word and PDF?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs import committee_paper as paper_job
from pages._ui import said
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.cctv_impact_views import ImpactOptions
    from data.jobs.committee_paper import PaperFiles
    from pages._ui.page import LoadedArea

_PAPER: Final = "committee-paper"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONGEST: Final = 200


def show(here: LoadedArea, impact: ImpactOptions) -> None:
    """Show the button that writes the paper, and the files once they are there."""
    with st.popover("Write the committee paper", type="primary"):
        st.markdown(
            "The fifteen headings of the council, filled with these figures: Word to edit, PDF to"
            " be read. Small numbers are hidden for Members."
        )
        with st.form("paper", border=False):
            committee = st.text_input(
                "Report to", placeholder="Tourism and Leisure Committee", max_chars=_LONGEST
            )
            officer = st.text_input("Report of: a post, never a name", max_chars=_LONGEST)
            meeting = st.date_input("Date of the meeting", value=None, format="DD/MM/YYYY")
            promised = st.text_area("What Members were promised, one a line", height=68)
            pressed = st.form_submit_button("Write it", type="primary")
        if pressed:
            options = paper_job.PaperOptions
            with said.trying(), st.spinner("Writing the paper: figures, pictures, Word and PDF"):
                files = paper_job.committee_paper(
                    here.workspace,
                    here.principal,
                    here.area.area_id,
                    options(
                        impact=impact,
                        report_to=committee or "",
                        officer=officer or "",
                        meeting=meeting,
                        promised=tuple(filter(None, (promised or "").splitlines())),
                    ),
                )
                st.session_state[_PAPER] = (impact, files)
        made: tuple[ImpactOptions, PaperFiles] | None = st.session_state.get(_PAPER)
        if made is not None and made[0] == impact:
            _show_files(made[1])


def _show_files(files: PaperFiles) -> None:
    st.markdown(f"**{escape_markdown(files.title)}** · {escape_markdown(files.marking)}")
    with st.container(horizontal=True):
        st.download_button(
            "Download Word",
            files.docx,
            files.docx_name,
            mime=_WORD,
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "Download PDF",
            files.pdf,
            files.pdf_name,
            mime="application/pdf",
            on_click="ignore",
            icon=":material/download:",
        )
    if files.prompts:
        st.markdown("**Left for the officer to write:**")
        st.markdown("\n".join(f"- {escape_markdown(words)}" for words in files.prompts))
