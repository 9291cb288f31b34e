"""How do files come in through the browser?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import streamlit as st

from data.access import Permission
from data.errors import NothingLoadedError
from data.jobs import demo as demo_job
from data.jobs import imports as imports_job
from data.jobs.serving import hand_out
from data.jobs.wording import plural
from geo.errors import GeoError
from pages._ui import errors, loaded, look, mapper
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.profiles.model import Profile
    from pages._ui.page import Page

Progress = Callable[[str, int, int], None]

KINDS: Final = (
    "csv", "txt", "tsv", "gz", "zip", "xlsx", "xlsm", "xlsb", "ods", "json", "geojson", "gpkg",
)  # fmt: skip
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
        "Drop police files (data.police.uk, incident logs, recorded crime), council service"
        " requests, the CCTV log, registers of cameras, teams and the like. Each kind is known by"
        " its headings. Names, telephone numbers and narratives are never loaded; stop and search"
        " is refused."
    )
    files = st.file_uploader("Files", type=list(KINDS), accept_multiple_files=True, key=_FILES)
    uploads = [(file.name, file.getvalue()) for file in files or []]
    if st.button("Load these files", type="primary", disabled=not uploads):
        _load(page, uploads)
    _show_unknown(page, uploads)


def _show_unknown(page: Page, uploads: Sequence[tuple[str, bytes]]) -> None:
    """Ask what the columns hold of the first file that nobody knows."""
    report = loaded.last_report()
    unknown = [file for file in report.files if file.headings] if report else []
    mine = [(file, content) for file in unknown for content in uploads if content[0] == file.file]
    if mine:
        file, content = mine[0]
        made = mapper.show(page, file)
        if made is not None:
            _load(page, [content], made)


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


def _load(page: Page, files: Sequence[tuple[str, bytes]], mapping: Profile | None = None) -> None:
    area_id = page.area.area_id if page.area else None
    with errors.explained(None), _progress(f"Loading {plural(len(files), 'file')}") as say:
        try:
            report = imports_job.import_files(
                page.workspace, page.principal, files, area_id, progress=say, mapping=mapping
            )
        except NothingLoadedError as fault:
            report = fault.report
    st.session_state[loaded.REPORT] = report
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
