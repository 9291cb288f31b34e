"""A page with a map of 5,000 hexagons and one filter, for `benchmarks.redraw`."""

from __future__ import annotations

import os

import folium
import numpy as np
import streamlit as st
from streamlit_folium import st_folium

from benchmarks import maps
from benchmarks.single import lattice_cells
from geo.viz.mapkit import LEAFLET_CSS, LEAFLET_JS


class OfflineStockMap(folium.Map):
    """folium's own map, with Leaflet from this server: no other one can be asked here."""

    default_js = LEAFLET_JS
    default_css = LEAFLET_CSS


choice = st.radio("Filter", ["A", "B"])
cells = lattice_cells()
counts = np.random.default_rng(1 if choice == "A" else 2).poisson(20, len(cells))
if os.environ["HEXBEAT_BENCH_MAP"] == "own":
    base, group = maps.own_parts(cells, counts)
    st_folium(base, key="m", feature_group_to_add=group, returned_objects=[], height=700)
else:
    base = OfflineStockMap(location=[53.0, -4.5], zoom_start=12, tiles=None)
    maps.stock_layer(cells, counts).add_to(base)
    st_folium(base, key="m", returned_objects=[], height=700)
