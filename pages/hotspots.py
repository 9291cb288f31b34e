"""Where do reports persist, and did that change?"""

from __future__ import annotations

import streamlit as st

from data.access import Permission
from pages._ui import cached, downloads, frame, lists, look, maps, params, tables, timing
from pages._ui.errors import explained

page = frame.begin("hotspots", Permission.VIEW)
here = frame.loaded_area(page)
with explained():
    coverage = cached.coverage(here)
    choice = params.choose(
        coverage,
        area_name=here.area.area_name,
        categories=cached.categories(here),
        patches=cached.patches(here),
        exact=here.exact,
        analyst=page.may(Permission.EXPORT_ROWS),
    )
    result = cached.hotspots(here, choice.params)
spots = lists.listed(result, choice)
chosen = lists.chosen_of(spots)

left, right = st.columns([10, 11], gap="medium")
with left:
    if result.no_data:
        look.missing(result.no_data)
    maps.show_area(here, result, chosen=chosen, choose=params.choose_hotspot)
    maps.legend(result)
with right:
    if result.no_data:
        lists.show_no_data(result, coverage)
    else:
        lists.show_found(result, choice)
        if spots:
            lists.show(result, choice, spots, chosen)
        else:
            lists.show_none_match(here, result, choice, coverage)
        lists.caption(here, result, cached.ranks(here, result))

if not result.no_data:
    look.header("Busy places of each patch")
    st.caption(
        "The three busiest hexagons of each patch, month by month. They are not hotspots: a quiet"
        " patch has busy places too."
    )
    tables.busy_places(result, choice.patch)
    with st.expander("Show the map as a table"):
        tables.hexagons(result, patch=choice.patch, choose=params.choose_hotspot)
        downloads.hexagons(page, here, result)
    with st.expander("How this was computed"):
        tables.methods(result)
    timing.show_near_repeats(here, result)
