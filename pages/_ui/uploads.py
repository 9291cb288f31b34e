"""How do files come in through the browser, and what became of every row?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import streamlit as st

from data.access import Permission
from data.jobs import demo as demo_job
from data.jobs import imports as imports_job
from data.jobs.serving import hand_out
from data.jobs.wording import plural
from geo.errors import GeoError
from pages._ui import downloads, errors, look, mapping, tables
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.readers.table import TableMapping
    from data.import_views import ImportReport
    from pages._ui.page import Page

Progress = Callable[[str, int, int], None]

_REPORT: Final = "import-report"
_FILES: Final = "import-files"


def show(page: Page) -> None:
    """Show the way in: the sample town while there is nothing, and files of one's own."""
    if not page.may(Permission.IMPORT):
        st.info(
            "Your role can see what is loaded. The partnership intelligence analyst loads files."
        )
        return
    if page.area is None:
        _show_sample(page)
    look.header("Load files")
    st.markdown(
        "Police street files from data.police.uk (CSV, gzipped, or the ZIP archive as downloaded),"
        " or any other CSV or Excel file with coordinates and dates. Stop and search is never"
        " loaded. A month that is loaded again replaces the former one."
    )
    files = st.file_uploader(
        "Files",
        type=["csv", "gz", "zip", "xlsx"],
        accept_multiple_files=True,
        key=_FILES,
    )
    with st.expander("Name the columns of other files", expanded=_some_refused()):
        named = mapping.show()
    if st.button("Load these files", type="primary", disabled=not files):
        uploads = [(file.name, file.getvalue()) for file in files]
        _load(page, uploads, named)


def show_report(page: Page) -> None:
    """Show what became of every row of the last load."""
    report: ImportReport | None = st.session_state.get(_REPORT)
    if report is None:
        return
    look.header("What became of every row" if report.changed else "Nothing has changed")
    counts = [
        ("read", report.rows_read),
        ("kept", report.rows_kept),
        ("dropped as exact repeats", report.rows_dropped),
        ("refused", report.rows_refused),
        ("kept without a location", report.rows_no_location),
        ("kept outside this area", report.rows_outside_area),
        ("counted in this area", report.rows_in_area),
    ]
    tables.counts([(words, n) for words, n in counts if n is not None])
    tables.files(report.files)
    for note in report.notes:
        st.markdown(f"- {escape_markdown(note)}")
    if report.refused:
        downloads.refused_rows(page, report)


def _some_refused() -> bool:
    report: ImportReport | None = st.session_state.get(_REPORT)
    return report is not None and any(file.status == "refused" for file in report.files)


def _show_sample(page: Page) -> None:
    with st.container(border=True, key="sample"):
        st.markdown(
            "**There is nothing here yet.** The sample town is an invented seaside borough with 36"
            " months of invented reports. It shows what every page does."
        )
        if st.button("Load the sample town", type="primary", icon=":material/location_city:"):
            with errors.explained(None), _progress("Making the sample town") as say:
                demo_job.load_sample(page.workspace, page.principal, progress=say)
            hand_out(page.workspace)
            st.rerun()


def _load(page: Page, files: Sequence[tuple[str, bytes]], columns: TableMapping | None) -> None:
    area_id = page.area.area_id if page.area else None
    with errors.explained(None), _progress(f"Loading {plural(len(files), 'file')}") as say:
        report = imports_job.import_files(
            page.workspace, page.principal, files, area_id, progress=say, mapping=columns.profile if columns else None
        )
    st.session_state[_REPORT] = report
    st.rerun()


@contextmanager
def _progress(label: str) -> Iterator[Progress]:
    """Show how far a long job is: its sentence, and n of m."""
    with st.status(label, expanded=True) as status:
        bar = st.progress(0.0, text=label)

        def say(sentence: str, done: int, of: int) -> None:
            share = min(done / of, 1.0) if of else 0.0
            bar.progress(share, text=escape_markdown(f"{sentence}: {done} of {of}"))

        try:
            yield say
        except GeoError:
            status.update(label=f"{label}: stopped", state="error")
            raise
        status.update(label=f"{label}: done", state="complete")
