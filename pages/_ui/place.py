"""What stands around the chart on the page of one hotspot?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from data.access import Permission
from data.jobs import hotspots as hotspots_job
from data.jobs.wording import number_words, sentence_case
from geo.errors import GeoError
from pages._ui import errors, look, navigation, params
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.views import CoverageView, HotspotResult, HotspotView
    from pages._ui.page import LoadedArea, Page


def wanted(result: HotspotResult) -> HotspotView:
    """Return the hotspot that the address names; where there is none, say so, and stop."""
    named = params.chosen_hotspot()
    found = next((spot for spot in result.hotspots if spot.hotspot_id == named), None)
    if found is None:
        _not_a_hotspot(result)
    return found


def show_heading(
    page: Page,
    here: LoadedArea,
    result: HotspotResult,
    spot: HotspotView,
    coverage: CoverageView,
) -> None:
    """Show the name, how it changed, how long it has been hot, and why it is here."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.title(escape_markdown(spot.name), anchor=False, width="content")
            look.chip(spot.change.key)
            look.age_chip(spot.age_tag)
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            if page.may(Permission.NAME_HOTSPOTS):
                _rename_form(here, spot)
            navigation.link(
                "All hotspots",
                "hotspots",
                key="all",
                icon="arrow_back",
                query=params.list_query(spot.hotspot_id, result.params, coverage),
            )
    formerly = f" Renamed from {spot.renamed_from}." if spot.renamed_from else ""
    st.markdown(f"**Why here:** {escape_markdown(f'{spot.why} {spot.age_words}.{formerly}')}")


def show_certainty(here: LoadedArea, result: HotspotResult, spot: HotspotView) -> None:
    """Show how sure the figures are, and what nobody can say from them."""
    look.header("How sure we are")
    sure = [
        spot.change.sentence,
        spot.trend_words,
        spot.agreement_words,
        spot.tight_spots,
        result.chance_words,
    ]
    st.markdown(escape_markdown(" ".join(f"{words.rstrip('.')}." for words in sure if words)))
    cannot = here.status.mode_banner or "Reports show where people report, not all that happens."
    st.markdown(f"**What we cannot say:** {escape_markdown(cannot)}")


def show_neighbours(result: HotspotResult, spot: HotspotView) -> None:
    """Show the hotspots that adjoin a hotspot, each a button that opens it here."""
    near = [other for other in result.hotspots if other.hotspot_id in spot.neighbours]
    with st.container(gap=None):
        for other in near:
            with st.container(
                key=f"row-near-{other.rank}",
                horizontal=True,
                horizontal_alignment="distribute",
                vertical_alignment="center",
            ):
                st.button(
                    f"{other.rank}. {escape_markdown(other.name)}",
                    key=f"near-{other.rank}",
                    type="tertiary",
                    on_click=params.choose_hotspot,
                    args=(other.hotspot_id,),
                )
                look.chip(other.change.key)


def neighbours_words(spot: HotspotView) -> str:
    """Return how many hotspots adjoin a hotspot, as a heading: "Two other hotspots adjoin it"."""
    n = len(spot.neighbours)
    return sentence_case(
        f"{number_words(n)} other hotspot{' adjoins' if n == 1 else 's adjoin'} it"
    )


def _not_a_hotspot(result: HotspotResult) -> NoReturn:
    look.title("This place is not a hotspot in the chosen period")
    if result.no_data:
        look.missing(result.no_data)
    with st.container(border=True, key="empty"):
        st.markdown(
            "The address may be of another period, another area or other data. A place leaves the"
            " list when it is no longer hot: that is a finding, not a fault."
        )
        navigation.link("See all hotspots", "hotspots", key="all", look="main")
    errors.end_page()


def _rename_form(here: LoadedArea, spot: HotspotView) -> None:
    with st.popover("Rename", icon=":material/edit:"), st.form("rename", border=False):
        name = st.text_input(
            "Name that people say",
            value=spot.name,
            max_chars=60,
            key="new-name",
            help="A street, a square or a landmark; never the name of a person or a business.",
        )
        if st.form_submit_button("Save the name", type="primary"):
            _rename(here, spot, name or "")


def _rename(here: LoadedArea, spot: HotspotView, name: str) -> None:
    try:
        hotspots_job.rename_hotspot(
            here.workspace, here.principal, here.area.area_id, spot.hotspot_id, name
        )
    except GeoError as fault:
        errors.show(fault)
        return
    st.rerun()
