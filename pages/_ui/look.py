"""What do screens say with style: colours of the theme, certainty chips, and nothing else?"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import streamlit as st

from geo.viz.classes import LEGEND_CSS
from geo.viz.tokens import Theme, css_variables
from pages._ui.words import AGE_TAGS, CHIPS, escape_markdown

if TYPE_CHECKING:
    from data.views import AgeTag, ChangeView
    from geo.schema import ChangeKey

ASSETS: Final = Path(__file__).parent
FAVICON: Final = str(ASSETS / "favicon.png")


def theme() -> Theme:
    """Return the reader's theme: the browser's wish, or what was chosen in the menu."""
    return "dark" if st.context.theme.type == "dark" else "light"


def apply_style() -> None:
    """Put the style sheet and the logo of the theme on the page."""
    theme_now = theme()
    st.html(f"<style>{css_variables(theme_now)}{LEGEND_CSS}{_style_sheet()}</style>")
    st.logo(str(ASSETS / f"logo-{theme_now}.svg"), size="large")


def chip(key: ChangeKey) -> None:
    """Show a certainty word: shape, word and colour say the same."""
    shown = CHIPS[key]
    st.badge(shown.word, icon=f":material/{shown.icon}:", color=shown.colour)


def age_chip(tag: AgeTag) -> None:
    """Show how long a place has been a hotspot."""
    st.badge(AGE_TAGS[tag], icon=":material/history:", color="gray")


def edge_of(change: ChangeView) -> str:
    """Return which edge a card has: up, watch, down or none."""
    return {"orange": "up", "yellow": "watch", "blue": "down"}.get(CHIPS[change.key].colour, "none")


def title(text: str) -> None:
    """Show the largest text of the page, letter by letter."""
    st.title(escape_markdown(text), anchor=False)


def finding(text: str) -> None:
    """Show the finding that stands above a list: the page's title, in the size of a heading."""
    with st.container(key="finding"):
        title(text)


def header(text: str, *, width: Literal["stretch", "content"] = "stretch") -> None:
    """Show the heading of a part of the page, letter by letter."""
    st.header(escape_markdown(text), anchor=False, width=width)


def missing(why: str) -> None:
    """Say that nothing is known, which is not zero."""
    st.warning(escape_markdown(why), icon=":material/info:")


@cache
def _style_sheet() -> str:
    return (ASSETS / "style.css").read_text(encoding="utf-8")
