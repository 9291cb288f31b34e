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
from pages._ui import loaded, look, mapper, said
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.import_views import FileOutcome, ImportReport
    from data.profiles.model import Profile
    from pages._ui.page import Page

Progress = Callable[[str, int, int], None]
Upload = tuple[str, bytes]

KINDS: Final = (
    "csv", "txt", "tsv", "gz", "zip", "xlsx", "xlsm", "xlsb", "ods", "json", "geojson", "gpkg",
)  # fmt: skip
_FILES: Final = "import-files"
_ROUND: Final = "import-round"
_UNKNOWN: Final = "import-unknown"


def show(page: Page) -> None:
    """Show the way in: the sample town while there is nothing, and files of one's own."""
    if not page.may(Permission.IMPORT):
        st.info(
            "Your role can see what is loaded. The partnership intelligence analyst loads files."
        )
        return
    files = chosen()
    if page.area is None:
        _show_sample(page, main=not files)
    look.header("Load files")
    st.markdown(
        "Drop police files (data.police.uk, incident logs, recorded crime), council service"
        " requests, the CCTV log, registers of cameras, teams and the like. Each kind is known by"
        " its headings. Names, telephone numbers and narratives are never loaded; stop and search"
        " is refused."
    )
    st.file_uploader("Files", type=list(KINDS), accept_multiple_files=True, key=_key())
    main = bool(files) and not unknown_name()
    label = "Load these files" if len(files) != 1 else "Load this file"
    if st.button(label, type="primary" if main else "secondary", disabled=not files, key="load"):
        _load(page, files)


def chosen() -> list[Upload]:
    """Return the files that were dropped and not yet let go: name and content."""
    return [(file.name, file.getvalue()) for file in st.session_state.get(_key()) or []]


def unknown_name() -> str:
    """Return the name of the first file in the box whose kind nobody knows, "" for none."""
    return next((file.file for file, _ in _unknown()), "")


def show_unknown(page: Page) -> None:
    """Ask what the columns hold of the first file that nobody knows."""
    found = _unknown()
    if not found:
        return
    file, content = found[0]
    made, dropped = mapper.show(page, file)
    if dropped:
        _settle(file.file)
        st.rerun()
    if made is not None:
        _load(page, [content], made)


def _key() -> str:
    """Return the name of the box for files: a new one each time that its files are done."""
    return f"{_FILES}-{st.session_state.get(_ROUND, 0)}"


def _unknown() -> list[tuple[FileOutcome, Upload]]:
    """Return the files nobody knows that are still in the box, each with its content."""
    waiting: list[FileOutcome] = st.session_state.get(_UNKNOWN, [])
    contents = {name: (name, content) for name, content in chosen()}
    return [(file, contents[file.file]) for file in waiting if file.file in contents]


def _settle(*names: str) -> None:
    """Ask no more about files of these names; when nothing is asked, let go of all of them."""
    waiting: list[FileOutcome] = st.session_state.get(_UNKNOWN, [])
    left = [file for file in waiting if file.file not in names]
    st.session_state[_UNKNOWN] = left
    if not left:
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _show_sample(page: Page, *, main: bool) -> None:
    with st.container(border=True, key="sample"):
        st.markdown(
            "**There is nothing here yet.** The sample town is an invented seaside borough with 36"
            " months of invented reports. It shows what every page does."
        )
        kind = "primary" if main else "secondary"
        if st.button("Load the sample town", type=kind, icon=":material/location_city:"):  # type: ignore[arg-type]
            with said.trying(), progress("Making the sample town") as say:
                demo_job.load_sample(page.workspace, page.principal, progress=say)
                hand_out(page.workspace)
                st.rerun()


def _load(page: Page, files: Sequence[Upload], mapping: Profile | None = None) -> None:
    area_id = page.area.area_id if page.area else None
    with said.trying(), progress(f"Loading {plural(len(files), 'file')}") as say:
        try:
            report = imports_job.import_files(
                page.workspace, page.principal, files, area_id, progress=say, mapping=mapping
            )
        except NothingLoadedError as fault:
            report = fault.report
        _loaded(report, [name for name, _ in files])
        st.rerun()


def _loaded(report: ImportReport, names: Sequence[str]) -> None:
    """Keep what came of a load, and what is still to be asked."""
    said.forget()
    st.session_state[loaded.REPORT] = report
    asked = [file for file in report.files if file.headings]
    before: list[FileOutcome] = st.session_state.get(_UNKNOWN, [])
    st.session_state[_UNKNOWN] = [*(one for one in before if one.file not in names), *asked]
    _settle()


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Show how far a long job is: its sentence, and n of m."""
    with st.status(label, expanded=True) as status:
        bar = st.progress(0.0, text=label)

        def say(sentence: str, done: int, of: int) -> None:
            share = min(done / of, 1.0) if of else 0.0
            text = f"{sentence}: {done} of {of}" if of else sentence
            bar.progress(share, text=escape_markdown(text))

        try:
            yield say
        except GeoError:
            status.update(label=f"{label}: stopped", state="error")
            raise
        status.update(label=f"{label}: done", state="complete")
