"""Which columns of somebody's own table hold what?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.readers.table import TableMapping
from pages._ui.errors import explained

if TYPE_CHECKING:
    from collections.abc import Mapping

_REQUIRED: Final = {"date": "Date, or date and time", "category": "Type of incident"}
_OPTIONAL: Final = {
    "lon": "Longitude",
    "lat": "Latitude",
    "easting": "Easting (British National Grid)",
    "northing": "Northing (British National Grid)",
    "date_to": "End, where the time is a span",
    "place": "Street or place",
    "reference": "Reference number",
    "provider": "Who supplied it",
    "source": "Short name of the source, such as council_noise",
}


def show() -> TableMapping | None:
    """Show a field for each thing to be named, and return the mapping once enough is named.

    A mapping that cannot be is explained, and nothing after it is shown.
    """
    st.markdown(
        "Only for files that are not from data.police.uk. Write the headings as they stand in the"
        " file. Name longitude and latitude, or easting and northing. Columns that are not named"
        " are never read. Never name a column with personal data."
    )
    left, right = st.columns(2)
    named: dict[str, str] = {}
    for position, (what, label) in enumerate({**_REQUIRED, **_OPTIONAL}.items()):
        with (left, right)[position % 2]:
            named[what] = (st.text_input(label, key=f"column-{what}") or "").strip()
    if not all(named[what] for what in _REQUIRED):
        return None
    with explained(None):
        return _mapping(named)


def _mapping(named: Mapping[str, str]) -> TableMapping:
    return TableMapping(
        date=named["date"],
        category=named["category"],
        lon=named["lon"] or None,
        lat=named["lat"] or None,
        easting=named["easting"] or None,
        northing=named["northing"] or None,
        date_to=named["date_to"] or None,
        place=named["place"] or None,
        reference=named["reference"] or None,
        source=named["source"] or "partner",
        provider=named["provider"] or "Partner reports",
    )
