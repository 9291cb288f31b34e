"""Which hotspots are listed, which one is chosen, and how does its row look?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs.wording import COUNT_UNITS, UNITS, list_words, number_words, plural, sentence_case
from pages._ui import look, navigation, params, tables
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.views import CoverageView, HotspotResult, HotspotView, LensRanks
    from pages._ui.page import LoadedArea
    from pages._ui.params import Choice

_MOST_FOUND: Final = 4


def listed(result: HotspotResult, choice: Choice) -> tuple[HotspotView, ...]:
    """Return the hotspots in the chosen patch that hold a place of the wanted name."""
    wanted = choice.find.casefold()
    owners = {hit.hotspot_id for hit in tables.found(result, wanted)} if wanted else set()
    return tuple(
        spot
        for spot in result.hotspots
        if (choice.patch is None or choice.patch in spot.patches)
        and (not wanted or spot.hotspot_id in owners or _named(spot, wanted))
    )


def chosen_of(spots: Sequence[HotspotView]) -> HotspotView | None:
    """Return the hotspot that the address names, else the first of the list."""
    wanted = params.chosen_hotspot()
    return next((spot for spot in spots if spot.hotspot_id == wanted), next(iter(spots), None))


def show(
    result: HotspotResult,
    choice: Choice,
    spots: Sequence[HotspotView],
    chosen: HotspotView | None,
) -> None:
    """Show the list with its finding as heading; the chosen row is open."""
    look.finding(_heading(result, choice, spots))
    with st.container(gap=None):
        with st.container(key="row-head", horizontal=True, vertical_alignment="bottom"):
            st.markdown("Hotspot", width="stretch")
            st.markdown(plural(result.months_in_window, "month"), width=_amount_px(result))
            st.markdown(escape_markdown(result.compared_words), width=270)
        for spot in spots:
            _row(spot, result, on=chosen is not None and spot.hotspot_id == chosen.hotspot_id)


def show_no_data(result: HotspotResult, coverage: CoverageView) -> None:
    """Say why nothing is listed, and lead back to a period with data."""
    look.finding(result.headline)
    if result.cannot_count:
        st.markdown("Reports can be counted: each call counts one.")
        st.button("Count reports", type="primary", on_click=params.show_reports)
        return
    way_back = params.periods(coverage)[0].label
    st.markdown(f"Choose a period with data, for example the {way_back}.")
    st.button(
        f"Show the {way_back}",
        type="primary",
        on_click=params.show_long_period,
        args=(coverage,),
    )


def show_none_match(
    here: LoadedArea, result: HotspotResult, choice: Choice, coverage: CoverageView
) -> None:
    """Say that no hotspot matches, which is a finding, or that none could be judged."""
    if result.unjudged:
        look.finding(result.headline)
        with st.container(border=True, key="empty"):
            st.markdown(escape_markdown(f"{result.unjudged} The busy places are listed below."))
        return
    where = choice.patch or here.area.area_name
    name = f' with "{choice.find}" in its name' if choice.find else ""
    look.finding("No hotspots match")
    with st.container(border=True, key="empty"):
        st.markdown(
            f"No place in {escape_markdown(where + name)} was hot in this period. That is a"
            " finding, not a fault. Its busy places are listed below."
        )
        st.button("Clear the filters", on_click=params.clear, args=(coverage, here.area.area_name))


def show_found(result: HotspotResult, choice: Choice) -> None:
    """Say where the wanted name is, hotspot or not."""
    if not choice.find:
        return
    hits = tables.found(result, choice.find)
    if not hits:
        st.info(f'No place in these data has "{escape_markdown(choice.find)}" in its name.')
        return
    words = "; ".join(_found_words(hit, result) for hit in hits[:_MOST_FOUND])
    more = len(hits) - _MOST_FOUND
    st.info(f"{words}{f'; and {more} more' if more > 0 else ''}.")


def _found_words(hit: tables.FoundPlace, result: HotspotResult) -> str:
    count = "too few to show" if hit.n is None else plural(hit.n, *UNITS[result.params.lens])
    spot = next((one for one in result.hotspots if one.hotspot_id == hit.hotspot_id), None)
    where = f"in hotspot {spot.rank}. {spot.name}" if spot else "in no hotspot"
    return f"**{escape_markdown(hit.place)}** {escape_markdown(f'({hit.ward}): {count}, {where}')}"


def caption(here: LoadedArea, result: HotspotResult, ranks: LensRanks) -> None:
    """Show what is counted, how much of it was seen, and where it comes from.

    ``ranks`` says whether the order depends on what is counted.
    """
    seen = f"{result.months_observed} of {plural(result.months_in_window, 'month')} seen."
    units = sentence_case(COUNT_UNITS[result.params.lens][1])
    parts = [
        f"{units} located in {here.area.area_name}, {seen}",
        result.counted_words,
        ranks.sentence,
        f"{result.concentration}." if result.concentration else "",
        f"{result.wards_words}." if result.wards_words else "",
        result.chance_words,
        *(result.caveats if result.params.lens == "harm" else ()),
        result.source_words,
    ]
    st.caption(escape_markdown(" ".join(filter(None, parts))))


def _row(spot: HotspotView, result: HotspotResult, *, on: bool) -> None:
    name = escape_markdown(spot.name)
    with st.container(key=f"row-{'on-' if on else ''}{spot.rank}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", key=f"line-{spot.rank}"):
            st.button(
                f"{spot.rank}. {name}",
                key=f"choose-{spot.rank}",
                type="tertiary",
                width="stretch",
                on_click=params.choose_hotspot,
                args=(spot.hotspot_id,),
            )
            st.markdown(_amount(spot, result), width=_amount_px(result))
            with st.container(width=270):
                look.chip(spot.change.key)
        if on:
            st.markdown(escape_markdown(f"{spot.why} {spot.age_words}.{_wards_words(spot)}"))
            navigation.link(
                f"Open {name}",
                "hotspot",
                key="chosen",
                look="main",
                query=params.hotspot_query(spot.hotspot_id, result.params),
            )


def _wards_words(spot: HotspotView) -> str:
    if not spot.wards:
        return ""
    return f" {'Wards' if spot.wards[1:] else 'Ward'}: {list_words(spot.wards)}."


def _amount_px(result: HotspotResult) -> int:
    """Return how wide the column of amounts is."""
    return 250 if result.params.lens == "estimated" else 150


def _amount(spot: HotspotView, result: HotspotResult) -> str:
    """Return what a hotspot adds up to; harm is never shown without its reports."""
    if result.params.lens != "harm":
        return plural(spot.n, *UNITS[result.params.lens])
    reports = plural(sum(n for _, n in spot.types), "report")
    return f"{plural(spot.n, 'day')}  \n{reports}"


def _heading(result: HotspotResult, choice: Choice, spots: Sequence[HotspotView]) -> str:
    if len(spots) == len(result.hotspots):
        return result.headline
    one = len(spots) == 1
    some, every = number_words(len(spots)), number_words(len(result.hotspots))
    if choice.find or choice.patch is None:
        return f"{sentence_case(some)} of {every} hotspots {'matches' if one else 'match'}"
    return f"{sentence_case(some)} of {every} hotspots {'is' if one else 'are'} in {choice.patch}"


def _named(spot: HotspotView, wanted: str) -> bool:
    return any(wanted in name.casefold() for name in (spot.name, *spot.streets, *spot.wards))
