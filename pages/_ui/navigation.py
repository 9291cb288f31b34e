"""Which screens are there, and how does one lead to another?

Screens lead on by links, not by ``st.switch_page``: that refuses to run while a filter is in the
address, and a link can be copied or opened in a tab of its own. Within a screen, buttons change the
address: a link to the screen itself would leave the address as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import streamlit as st

from data.access import Permission, Principal, may

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamlit.navigation.page import Page

LinkLook = Literal["button", "wide", "main", "text"]


@dataclass(frozen=True)
class Screen:
    """One page: its file, its title, who may open it, and whether the menu lists it."""

    stem: str
    title: str
    permission: Permission | None
    listed: bool = True


SCREENS: Final = (
    Screen("home", "Home", Permission.VIEW),
    Screen("hotspots", "Hotspots", Permission.VIEW),
    Screen("cctv", "CCTV", Permission.VIEW),
    Screen("results", "Actions & results", Permission.VIEW),
    Screen("import_data", "Data", Permission.VIEW),
    Screen("hotspot", "Hotspot", Permission.VIEW, listed=False),
    Screen("about", "About", None, listed=False),
)


def screens_for(principal: Principal) -> list[Page]:
    """Return every screen for ``st.navigation``; the menu lists those that the role may open."""
    return [
        st.Page(
            path_of(screen.stem),
            title=screen.title,
            default=screen is SCREENS[0],
            visibility="visible" if _listed(screen, principal) else "hidden",
        )
        for screen in SCREENS
    ]


def path_of(stem: str) -> str:
    """Return the file of a screen, as Streamlit names it."""
    return f"pages/{stem}.py"


def link(
    label: str,
    stem: str,
    *,
    key: str,
    look: LinkLook = "button",
    icon: str | None = None,
    query: Mapping[str, str | list[str]] | None = None,
) -> None:
    """Show a link to a screen.

    Parameters
    ----------
    label
        Verb and object, as Markdown: escape what comes from the data.
    key
        Unique on the page; with ``look`` it is the hook of the style sheet.
    look
        ``main`` for the one action of a view, ``button`` for others, ``wide`` for a button as wide
        as its column, ``row`` for a name in a list, ``text`` for a link in running text.
    query
        Address of the view to open; the area is kept without being named.
    """
    width: Literal["stretch", "content"] = "stretch" if look == "wide" else "content"
    with st.container(key=f"go-{look}-{key}", width=width):
        st.page_link(
            path_of(stem),
            label=label,
            icon=f":material/{icon}:" if icon else None,
            query_params=dict(query or {}),
            width=width,
        )


def _listed(screen: Screen, principal: Principal) -> bool:
    return screen.listed and (screen.permission is None or may(principal, screen.permission))
