"""How does the analyst fetch months from the public police service?"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.access import Permission
from data.jobs import downloads as downloads_job
from geo.errors import GeoError
from geo.periods import month_words
from pages._ui import said
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.jobs.areas import AreaSummary
    from data.jobs.downloads import DownloadReport, PoliceMonths, Progress
    from pages._ui.page import Page

_REPORT: Final = "download-report"
_LABEL: Final = "Fetching from data.police.uk"


def show(page: Page) -> None:
    """Show the months to choose, what is sent, and what came of the last download."""
    if page.area is None or not page.may(Permission.IMPORT):
        return
    report: DownloadReport | None = st.session_state.get(_REPORT)
    mine = report is not None and report.area_id == page.area.area_id
    with st.expander("Fetch from data.police.uk", expanded=mine):
        if report is not None and mine:
            _show_report(report)
        wanted = _choose(page, page.area)
    if wanted is not None:
        _fetch(page, wanted)


def _choose(page: Page, area: AreaSummary) -> PoliceMonths | None:
    """Return the months that are wanted once the button is pressed; None before."""
    name = escape_markdown(area.area_name)
    st.markdown(
        "The archive ZIP from data.police.uk, downloaded by hand and loaded above, stays the"
        " recommended way: it has whole months for every area of a force, and the reports without a"
        f" location. Fetching brings the reports inside {name} only."
    )
    st.markdown(
        f"The button sends the outline of {name} and a point inside it to data.police.uk, and"
        " nothing else. Months that are loaded already are left as they are."
    )
    months = downloads_job.likely_months(page.workspace)
    left, right = st.columns(2)
    first = left.selectbox("From", months, format_func=month_words, key="download-from")
    last = right.selectbox("To", months, format_func=month_words, key="download-to")
    if not st.button("Fetch these months"):
        return None
    chosen = []
    with said.trying():
        chosen = [downloads_job.PoliceMonths(area.area_id, first, last)]
    return next(iter(chosen), None)


def _fetch(page: Page, wanted: PoliceMonths) -> None:
    with said.trying(), _progress() as say:
        report = downloads_job.download_police(page.workspace, page.principal, wanted, progress=say)
        st.session_state[_REPORT] = report
        st.rerun()


def _show_report(report: DownloadReport) -> None:
    st.markdown(f"**{escape_markdown(downloads_job.summary_words(report))}**")
    frame = pd.DataFrame(
        {
            "Month": [month_words(one.month) for one in report.months],
            "What became of it": [escape_markdown(one.words) for one in report.months],
        }
    )
    st.table(frame, border="horizontal", hide_index=True)
    loaded = report.import_report
    if loaded is not None:
        st.markdown(f"{loaded.rows_kept:,} of {loaded.rows_read:,} rows were loaded.")
    st.caption(downloads_job.NO_LOCATION_WORDS)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show how far the download is: its sentence, and n of m."""
    with st.status(_LABEL, expanded=True) as status:
        bar = st.progress(0.0, text=_LABEL)

        def say(sentence: str, done: int, of: int) -> None:
            share = min(done / of, 1.0) if of else 0.0
            bar.progress(share, text=escape_markdown(f"{sentence}: {done} of {of}"))

        try:
            yield say
        except GeoError:
            status.update(label=f"{_LABEL}: stopped", state="error")
            raise
        status.update(label=f"{_LABEL}: done", state="complete")
