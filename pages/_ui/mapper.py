"""Which columns of a file of unknown kind hold what, as a person says once?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import streamlit as st

from data.jobs import mappings
from data.profiles.model import FIELDS
from pages._ui import errors, look
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.import_views import FileOutcome
    from data.profiles.model import Coding, Profile
    from geo.schema import Origin
    from pages._ui.page import Page

NOTHING: Final = "No column"
_ORIGINS: Final = {
    "unknown": "Not known, or a column says it",
    "public": "The public",
    "partner": "A partner",
    "police": "Police work",
    "cctv": "CCTV",
}


def show(page: Page, file: FileOutcome) -> Profile | None:
    """Show a choice for each thing to be named; return what was said once the button is pressed."""
    proposed = mappings.propose(file.headings)
    with st.container(border=True, key="mapper"):
        look.header("Say once what the columns hold")
        st.markdown(
            f"{escape_markdown(file.file)} is of a kind that is not known yet. Check the proposals;"
            " the next file of the same system then asks nothing. Columns that are not named are"
            " never read, and columns that look personal are not offered."
        )
        name = st.text_input("What people call these files", placeholder="Housing cases", key="m-n")
        columns = st.columns(3)
        options = [NOTHING, *file.headings]
        chosen: dict[str, str] = {}
        for at, field in enumerate(mappings.OFFERED):
            found = proposed.get(field)
            sure = f" ({found.confidence})" if found else ""
            with columns[at % 3]:
                said = st.selectbox(
                    f"{FIELDS[field]}{sure}",
                    options,
                    index=options.index(found.heading) if found else 0,
                    key=f"m-{field}",
                )
            chosen[field] = "" if said == NOTHING else said
        left, middle, right = st.columns(3)
        provider = left.text_input("Who supplies them", key="m-p")
        origin = middle.selectbox(
            "Who reported", list(_ORIGINS), format_func=_ORIGINS.__getitem__, key="m-o"
        )
        coding = right.selectbox(
            "Types of incident",
            list(mappings.CODINGS),
            format_func=lambda key: mappings.CODINGS[cast("Coding", key)],
            key="m-c",
        )
        if not st.button("Remember this and load the file", type="primary"):
            return None
        with errors.explained(None):
            made = mappings.made_profile(
                name or "",
                chosen,
                provider=provider or "",
                origin=cast("Origin", origin),
                coding=coding,
            )
            return mappings.save_mapping(page.workspace, page.principal, made)
