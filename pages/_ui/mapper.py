"""Which columns of a file of unknown kind hold what, as a person says once?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import streamlit as st

from data.jobs import mappings
from data.jobs.wording import list_words
from data.profiles.model import FIELDS
from pages._ui import look, said
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.import_views import FileOutcome
    from data.jobs.mappings import Proposed
    from data.profiles.model import Coding, Profile
    from geo.schema import Origin
    from pages._ui.page import Page

NOTHING: Final = "No column"
_PARTS: Final = (
    ("When (one of them)", ("t_reported", "t_start", "t_end", "time")),
    ("What (one of them)", ("category", "closing_code", "opening_code", "ho_code")),
    (
        "Where (a pair, or one of the others)",
        ("easting", "northing", "lon", "lat", "grid_ref", "uprn", "postcode", "place"),
    ),
)
_ORIGINS: Final = {
    "unknown": "Not known, or a column says it",
    "public": "The public",
    "partner": "A partner",
    "police": "Police work",
    "cctv": "CCTV",
}
_WIDTH: Final = 4


def show(page: Page, file: FileOutcome) -> tuple[Profile | None, bool]:
    """Ask what the columns hold; return what was said, and whether the file is to be let go."""
    proposed = mappings.propose(file.headings)
    with st.container(border=True, key="mapper"):
        look.header("Say it once, for every file of this kind")
        st.markdown(
            f"Nothing of {escape_markdown(file.file)} is loaded yet. Check the proposals and choose"
            " the rest; the next file of the same system then asks nothing. What is not chosen is"
            " never read."
        )
        if file.personal:
            names = escape_markdown(list_words(file.personal))
            st.info(f"Refused as personal, and not offered: {names}.", icon=":material/shield:")
        said_of = _ask_names(file.file)
        chosen = _ask_columns(file, proposed)
        unread = [name for name in file.headings if name not in chosen.values()]
        if unread:
            st.caption(f"Not chosen, so not read: {escape_markdown(', '.join(unread))}.")
        fault = st.container()
        with st.container(horizontal=True, gap="small"):
            pressed = st.button("Remember this and load the file", type="primary", key="m-load")
            dropped = st.button("Do not load this file", key="m-drop")
        made = None
        if pressed:
            with fault, said.trying():
                made = _made(page, said_of, chosen)
    return made, dropped


def _ask_names(scope: str) -> dict[str, str]:
    """Return what people call the files, who supplies them, who reports, and the list of types."""
    places = st.columns(_WIDTH)
    name = places[0].text_input("What people call these files", key=f"m-name-{scope}")
    provider = places[1].text_input("Who supplies them", key=f"m-provider-{scope}")
    origin = places[2].selectbox(
        "Who reports", list(_ORIGINS), format_func=_ORIGINS.__getitem__, key=f"m-reporter-{scope}"
    )
    coding = places[3].selectbox(
        "How types are written",
        list(mappings.CODINGS),
        format_func=lambda key: mappings.CODINGS[cast("Coding", key)],
        key=f"m-coding-{scope}",
    )
    return {"name": name, "provider": provider, "origin": origin, "coding": coding}


def _ask_columns(file: FileOutcome, proposed: Mapping[str, Proposed]) -> dict[str, str]:
    """Return the heading that was chosen for each field, "" for none."""
    chosen: dict[str, str] = {}
    for title, fields in _PARTS:
        st.subheader(title, anchor=False)
        chosen |= _ask(file, fields, proposed)
    named = {field for _, fields in _PARTS for field in fields}
    rest = [field for field in mappings.OFFERED if field not in named]
    with st.expander("More that a column can hold", expanded=bool(set(rest) & set(proposed))):
        chosen |= _ask(file, rest, proposed)
    return chosen


def _ask(
    file: FileOutcome, fields: Sequence[str], proposed: Mapping[str, Proposed]
) -> dict[str, str]:
    options = [NOTHING, *file.headings]
    chosen: dict[str, str] = {}
    for start in range(0, len(fields), _WIDTH):
        for place, field in zip(st.columns(_WIDTH), fields[start : start + _WIDTH], strict=False):
            found = proposed.get(field)
            sure = f" ({found.confidence})" if found else ""
            answer = place.selectbox(
                f"{FIELDS[field]}{sure}",
                options,
                index=options.index(found.heading) if found else 0,
                key=f"m-{field}-{file.file}",
            )
            chosen[field] = "" if answer == NOTHING else answer
    return chosen


def _made(page: Page, said_of: Mapping[str, str], chosen: Mapping[str, str]) -> Profile:
    made = mappings.made_profile(
        said_of["name"] or "",
        chosen,
        provider=said_of["provider"] or "",
        origin=cast("Origin", said_of["origin"]),
        coding=cast("Coding", said_of["coding"]),
    )
    return mappings.save_mapping(page.workspace, page.principal, made)
