"""Why is this place a hotspot, how does it change, and how sure are we?"""

from __future__ import annotations

import streamlit as st

from data.access import Permission
from pages._ui import cached, charts, frame, look, maps, params, place, repeats, timing, verdicts
from pages._ui.errors import explained

page = frame.begin("hotspot", Permission.VIEW)
here = frame.loaded_area(page)
with explained():
    coverage = cached.coverage(here)
    result = cached.hotspots(here, params.params_of_address(coverage))
spot = place.wanted(result)

place.show_heading(page, here, result, spot, coverage)
repeats.show_summary(result, spot, cached.ranks(here, result))
left, right = st.columns([13, 7], gap="large")
with left:
    look.header(spot.change.title)
    charts.trend(spot, result)
    types, certainty = st.columns(2, gap="large")
    with types:
        charts.types(spot)
    with certainty:
        place.show_certainty(here, result, spot)
    timing.show_week(here, result, spot)
with right:
    look.header(place.neighbours_words(spot))
    maps.show_neighbourhood(here, result, spot, choose=params.choose_hotspot)
    place.show_neighbours(result, spot)
    verdicts.show_tried(page, here, spot)
repeats.show(page, here, result, spot)
