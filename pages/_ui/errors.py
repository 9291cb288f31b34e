"""How is an expected fault told?

Only the faults that Hexbeat expects: anything else reaches Streamlit's own handler, which shows no
data (``client.showErrorDetails``) and writes the fault to the server's log.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from geo.errors import GeoError
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator


class PageEndedError(Exception):
    """The page has said all it can; ``app.py`` goes on with what stands below every page.

    Not ``st.stop``: after it, nothing can be shown any more.
    """


def end_page() -> NoReturn:
    """Show nothing more of this page."""
    raise PageEndedError


@contextmanager
def explained(heading: str | None = "This cannot be shown") -> Iterator[None]:
    """Run the block; an expected fault is shown, and nothing after it, so no old figure stays.

    Parameters
    ----------
    heading
        Title of the page that shows the fault; None below a title.
    """
    try:
        yield
    except GeoError as fault:
        if heading is not None:
            st.title(heading, anchor=False)
        show(fault)
        end_page()


def show(fault: GeoError) -> None:
    """Show what was found, and what to do about it."""
    text = f"**{escape_markdown(fault.message)}**"
    if fault.hint:
        text = f"{text} {escape_markdown(fault.hint)}"
    st.error(text, icon=":material/error:")
