"""Which sites may a camera be put to in thought?"""

from __future__ import annotations

from typing import Final

import streamlit as st

Given = tuple[tuple[str, float, float], ...]

_EXAMPLE: Final = "Taxi rank, -3.0512, 53.8175"
_PARTS: Final = 3


def choose() -> tuple[Given, tuple[str, ...]]:
    """Show own sites and those to leave out behind a button, and return both."""
    with st.popover("Choose the sites", icon=":material/add_location:"):
        text = st.text_area(
            "Only these sites: name, longitude, latitude, a line each",
            placeholder=_EXAMPLE,
            key="own-sites",
            persist_state="page",
        )
        left_out = st.text_input(
            "Leave out, by site", placeholder="S14, S230", key="sites-out", persist_state="page"
        )
    given, odd = _read(text or "")
    if odd:
        st.warning(
            f"Not read: line {odd[0]}. Write a name, a longitude and a latitude, with commas."
        )
    return given, tuple(filter(None, (one.strip() for one in (left_out or "").split(","))))


def _read(text: str) -> tuple[Given, list[int]]:
    """Return the sites, and the numbers of lines that say none."""
    given, odd = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part.strip() for part in line.rsplit(",", _PARTS - 1)]
        if not line.strip():
            continue
        try:
            name, lon, lat = parts
            given.append((name, float(lon), float(lat)))
        except ValueError:
            odd.append(number)
    return tuple(given), odd
