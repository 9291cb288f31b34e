"""Which areas are there, and how is one added?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs.wording import plural
from pages._ui import look
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from pages._ui.page import Page

_COMMAND: Final = """\
hexbeat area add ID --boundary BOUNDARY_FILE --wards WARDS_FILE --wards-vintage "from May 2023"
hexbeat import FILES... --area ID"""


def show(page: Page) -> None:
    """Show the areas, and the command that adds one."""
    look.header("Areas")
    for area in page.areas:
        streets = "with street lines" if area.streets else "without street lines"
        size = f"{plural(area.wards, 'ward')} {area.wards_vintage}"
        patches = plural(area.patches, "patch", "patches")
        words = escape_markdown(f"{size}, {patches}, {streets}.")
        st.markdown(f"**{escape_markdown(area.area_name)}**: {words}")
    if not page.areas:
        st.markdown("There is no area yet.")
    with st.expander("Add an area"):
        st.markdown(
            "An area is a boundary with its wards, in any file that geopandas reads. The analyst"
            " adds it once, on the computer that runs Hexbeat:"
        )
        st.code(_COMMAND, language=None, wrap_lines=True)
