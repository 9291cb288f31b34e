"""How does one hotspot look as a card on Home?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs.wording import number_words
from pages._ui import charts, look, navigation, params
from pages._ui.words import difference_words, escape_markdown

if TYPE_CHECKING:
    from data.views import HomeView, HotspotView
    from geo.schema import Lens

IN_A_ROW: Final = 5
_NONE_HOT: Final = (
    "**No place is a hotspot now.** That is a finding, not a fault. The map shows where reports"
    " are, and the busy places of each patch."
)


def show_all(view: HomeView) -> None:
    """Show the largest hotspots beside one another, or that there is none."""
    for column, spot in zip(st.columns(IN_A_ROW, gap="small"), view.cards, strict=False):
        with column:
            show(spot, to=view.to, lens=view.lens)
    if not view.cards:
        with st.container(border=True, key="empty"):
            st.markdown(_NONE_HOT if view.unjudged is None else _unjudged(view.unjudged))


def _unjudged(why: str) -> str:
    return f"**Hotspots cannot be judged yet.** {escape_markdown(why)}"


def link_words(view: HomeView) -> str:
    """Return where the way to the map leads: "See all eight hotspots"."""
    if not view.hotspots_count:
        return "See the map"
    if view.hotspots_count == len(view.cards[:1]):
        return "See the hotspot on the map"
    return f"See all {number_words(view.hotspots_count)} hotspots"


def show(spot: HotspotView, *, to: str | None, lens: Lens = "reports") -> None:
    """Show a hotspot with one number, its year, and a link to its own page."""
    name = escape_markdown(spot.name)
    edge = look.edge_of(spot.change)
    with st.container(border=True, height="stretch", key=f"card-{edge}-{spot.rank}", gap="xsmall"):
        st.subheader(f"{spot.rank}. {name}", anchor=False)
        look.chip(spot.change.key)
        st.markdown(difference_words(spot.change))
        charts.year(spot)
        owner = f"Owner: {spot.owner}." if spot.owner else "No owner yet."
        st.caption(escape_markdown(f"{spot.age_words}. {owner}"))
        navigation.link(
            f"Open {name}",
            "hotspot",
            key=f"card-{spot.rank}",
            query={
                params.HOTSPOT: spot.hotspot_id,
                **({"to": to} if to else {}),
                **({} if lens == "reports" else {"lens": lens}),
            },
            look="wide",
        )
