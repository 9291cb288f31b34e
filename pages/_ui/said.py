"""What came of the last thing that was done on the page, told where it was done?

A fault that is expected is told in its place, and the rest of the page stays, with all that was
chosen.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import GeoError
from pages._ui import errors
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE: Final = "page"
"""The place directly below the title."""
_SAID: Final = "said"


def tell(words: str, place: str = PAGE) -> None:
    """Remember what was done, for the next run to show at a place of the page."""
    st.session_state[_SAID] = (place, words)


def forget() -> None:
    """Tell nothing more of what was done before."""
    st.session_state.pop(_SAID, None)


def show(place: str = PAGE) -> None:
    """Show what was done last, if it was done here."""
    where, words = st.session_state.get(_SAID, ("", ""))
    if where == place:
        st.info(escape_markdown(words), icon=":material/check:")


@contextmanager
def trying() -> Iterator[None]:
    """Run the block; an expected fault is shown where the page then is, and the page goes on."""
    try:
        yield
    except GeoError as fault:
        forget()
        errors.show(fault)
