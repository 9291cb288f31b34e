"""Which part of the CCTV page is shown, and what counts on it?

Part, hour and everything that was changed of what counts are in the address, so that a copied link
shows the same view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, cast

import streamlit as st

from data.cctv_views import (
    HOURS,
    LEVEL_WORDS,
    STANDARD_WORDS,
    USUAL_LEVEL,
    CoverageParams,
    Night,
    Standard,
    hour_words,
    read_hour,
)
from pages._ui import cached, params

if TYPE_CHECKING:
    from pages._ui.page import LoadedArea

Part = Literal["Coverage", "Register", "Where next", "Impact"]

PARTS: Final[tuple[Part, ...]] = ("Coverage", "Register", "Where next", "Impact")
USUAL_HOUR: Final = "Friday 22:00"
NIGHT_WORDS: Final[dict[Night, str]] = {
    "hour": "As it is at that hour",
    "day": "Always by day",
    "night": "Always in the dark",
}
ASSUMED: Final = (
    ("fov_deg", "Angle of view, degrees", 60.0),
    ("unknown_bearing_m", "Circle of a camera whose direction is not known, metres", 50.0),
    ("turning_range_m", "Longest range of a turning camera, metres", 100.0),
    ("turning_timeshare", "Share of time that a turning camera looks at one spot", 0.25),
    ("height_m", "Height, metres", 6.0),
)
"""Field, words and usual value of what is assumed where the register says nothing."""

_COUNTING: Final[tuple[Part, ...]] = ("Coverage", "Where next")
_PART, _HOUR = "part", "hour"
_LEVEL, _STANDARD, _NIGHT, _DAY, _TYPES = "level", "standard", "light", "day", "demand"
_BUSIEST, _QUIETEST, _IN_VIEW, _MOVE = "busiest", "quietest", "in-view", "move"
_DAY_FORMAT: Final = "DD/MM/YYYY"


def choose(here: LoadedArea) -> tuple[Part, CoverageParams]:
    """Show the parts of the page and what counts, and return what is chosen of both.

    Raises
    ------
    SchemaError
        Where choices of the address exclude each other.
    """
    params.say_unknown({_PART: PARTS})
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="cctvparts",
    ):
        part = st.segmented_control(
            "Part of the page",
            PARTS,
            default="Coverage",
            required=True,
            key=_PART,
            bind="query-params",
            label_visibility="collapsed",
        )
        with st.popover(
            "Change what counts", icon=":material/tune:", disabled=part not in _COUNTING
        ):
            counts = _choose_what_counts(here)
    return part, counts


def choose_hour() -> int:
    """Show the hours of the week as one slider, and return the chosen one."""
    words = [hour_words(hour) for hour in range(HOURS)]
    params.say_unknown({_HOUR: words})
    chosen = st.select_slider(
        "Hour of the week", words, value=USUAL_HOUR, key=_HOUR, bind="query-params",
        persist_state="page",
    )  # fmt: skip
    return read_hour(chosen)


def _choose_what_counts(here: LoadedArea) -> CoverageParams:
    today = here.workspace.clock.now().date()
    level, standard, night = _choose_sight()
    day = st.date_input(
        "Cameras that stand on", value=today, format=_DAY_FORMAT, key=_DAY, bind="query-params"
    )
    types = st.multiselect(
        "Types of report", cached.categories(here), key=_TYPES, bind="query-params",
        placeholder="All types",
    )  # fmt: skip
    high = _percent("Busiest hexagons, share of all: much demand", 5, 50, 20, _BUSIEST)
    low = _percent("Least busy hexagons, share of all: little demand", 10, 50, 40, _QUIETEST)
    seen = _percent("In view from this share of the public ground on", 5, 90, 30, _IN_VIEW)
    move = st.slider("Watched hours that may be moved", 1, 12, 4, key=_MOVE, bind="query-params")
    assumptions = _choose_assumptions()
    return CoverageParams(
        on=day,
        level=level,
        standard=standard,
        night=night,
        categories=tuple(types),
        high_share=high,
        low_share=low,
        seen_share=seen,
        move_hours=move,
        assumptions=assumptions,
    )


def _choose_sight() -> tuple[str, Standard, Night]:
    standard = cast(
        "Standard",
        st.selectbox(
            "Standard", list(STANDARD_WORDS), format_func=STANDARD_WORDS.__getitem__,
            key=_STANDARD, bind="query-params",
        ),
    )  # fmt: skip
    levels = LEVEL_WORDS[standard]
    level = st.selectbox(
        "What a picture must show",
        list(levels),
        index=list(levels).index(USUAL_LEVEL[standard]),
        format_func=levels.__getitem__,
        key=f"{_LEVEL}-{standard}",
        bind="query-params",
    )
    night = st.selectbox(
        "Light", list(NIGHT_WORDS), format_func=NIGHT_WORDS.__getitem__, key=_NIGHT,
        bind="query-params",
    )  # fmt: skip
    return level, standard, night


def _percent(label: str, least: int, most: int, usual: int, key: str) -> float:
    chosen = st.slider(
        label, least, most, usual, step=5, format="%d%%", key=key, bind="query-params"
    )
    return chosen / 100


def _choose_assumptions() -> tuple[tuple[str, float], ...]:
    """Show what is assumed of cameras, and return what is not as usual."""
    found = []
    with st.expander("What is assumed where the register says nothing"):
        for field, words, usual in ASSUMED:
            value = st.number_input(
                words, min_value=0.01, value=usual, format="%g", key=f"assume-{field}"
            )
            if value != usual:
                found.append((field, float(value)))
    return tuple(found)
