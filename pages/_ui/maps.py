"""How does a map come on the page, and how does a click on it choose a hotspot?

The only module that calls ``st_folium``. The map is built fresh on every run, since
streamlit-folium adds to the map that it is given; its script is the same each time, so its frame,
zoom and position stay. Only a click comes back: panning and zooming cause no rerun.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
from shapely.geometry import shape
from streamlit_folium import st_folium

from data.jobs.wording import COUNT_UNITS, UNITS, plural
from geo.hexagons import encode_rings
from geo.periods import span_words
from geo.viz.classes import class_characters, legend_html
from geo.viz.mapkit import (
    STATIC,
    Bounds,
    HexCells,
    HexMapSpec,
    HotspotMark,
    MapArea,
    OfflineMap,
    hotspot_map,
    map_area,
    padded_bounds,
)
from pages._ui import cached, look

if TYPE_CHECKING:
    from folium import FeatureGroup

    from data.views import HotspotResult, HotspotView
    from pages._ui.page import LoadedArea

_PIXELS: Final = 700
"""Height before the style sheet gives the map the height of the screen."""

Choose = Callable[[str], None]


def show_area(
    here: LoadedArea, result: HotspotResult, *, chosen: HotspotView | None, choose: Choose
) -> None:
    """Show every hexagon and hotspot of the area; a click calls ``choose`` with a hotspot's id."""
    with st.container(key="map"):
        _show(here, result, key="area-map", chosen=chosen, focus=None, choose=choose)


def show_neighbourhood(
    here: LoadedArea, result: HotspotResult, spot: HotspotView, *, choose: Choose
) -> None:
    """Show a hotspot and what lies around it; a click calls ``choose`` with a hotspot's id."""
    focus = padded_bounds([spot.outline], share=0.6)
    with st.container(key="minimap"):
        _show(here, result, key="near-map", chosen=spot, focus=focus, choose=choose)


def legend(result: HotspotResult) -> None:
    """Show what the colours of the map mean."""
    edges = None if result.no_data else result.class_edges
    st.html(legend_html(result.legend_title, edges))


def _show(
    here: LoadedArea,
    result: HotspotResult,
    *,
    key: str,
    chosen: HotspotView | None,
    focus: Bounds | None,
    choose: Choose,
) -> None:
    spots = () if result.no_data else result.hotspots
    ids = {spot.rank: spot.hotspot_id for spot in spots}

    def clicked() -> None:
        drawing = (st.session_state.get(key) or {}).get("last_active_drawing") or {}
        rank = drawing.get("properties", {}).get("hotspot")
        if rank in ids:
            choose(ids[rank])

    base, group = hotspot_map(
        HexMapSpec(
            area=area_of_map(here),
            cells=hex_cells(here.area.area_id, here.area.version, result),
            hotspots=tuple(_mark(spot, chosen) for spot in spots),
            focus=focus,
            theme=look.theme(),
            font_url=font_url(),
            streets_url=streets_url(here),
            names_beside=focus is None,
        )
    )
    draw(base, group, key=key, clicked=clicked)


def draw(
    base: OfflineMap,
    group: FeatureGroup,
    *,
    key: str,
    clicked: Callable[[], None] | None = None,
    points: bool = False,
) -> None:
    """Show a map; ``clicked`` reads what was clicked with `clicked_cell` or from the session.

    With ``points``, `clicked_point` tells where on the map it was clicked.
    """
    returned = "last_clicked" if points else "last_active_drawing"
    st_folium(
        base,
        key=key,
        height=_PIXELS,
        use_container_width=True,
        returned_objects=[returned] if clicked else [],
        feature_group_to_add=group,
        on_change=clicked,
    )


def clicked_cell(key: str) -> int | None:
    """Return the position of the hexagon that was clicked on a map."""
    drawing = (st.session_state.get(key) or {}).get("last_active_drawing") or {}
    cell = drawing.get("properties", {}).get("cell")
    return cell if isinstance(cell, int) else None


def clicked_point(key: str) -> tuple[float, float] | None:
    """Return longitude and latitude of the point that was clicked on a map."""
    at = (st.session_state.get(key) or {}).get("last_clicked") or {}
    return (float(at["lng"]), float(at["lat"])) if at else None


def middle_of(line: Mapping[str, Any]) -> tuple[float, float]:
    """Return a point inside an outline (GeoJSON, WGS 84): longitude and latitude."""
    point = shape(line).representative_point()
    return float(point.x), float(point.y)


def _mark(spot: HotspotView, chosen: HotspotView | None) -> HotspotMark:
    on = chosen is not None and spot.hotspot_id == chosen.hotspot_id
    return HotspotMark(spot.rank, spot.name, spot.outline, spot.lon, spot.lat, on)


def hex_cells(area_id: str, version: str, result: HotspotResult) -> HexCells:
    """Return every hexagon of the area with its class, its words and the hotspot it belongs to.

    A count that is hidden from the reader's role looks like too few.
    """
    frame = result.cells
    ranks = {spot.hotspot_id: spot.rank for spot in result.hotspots}
    counts: Sequence[float | None] = [None] * len(frame) if result.no_data else frame["n"].tolist()
    when = span_words(result.first, result.last)
    lens = result.params.lens
    none = f"Cannot be told for {when}" if result.cannot_count else f"No data for {when}"
    few = f"Too few {COUNT_UNITS[lens][1]} to show, {when}"
    return HexCells(
        rings=_rings(area_id, version, result.params.resolution, frame["cell"].tolist()),
        classes=class_characters(
            [0.0 if n is not None and math.isnan(n) else n for n in counts], result.class_edges
        ),
        tips=tuple(
            (str(place), none if n is None else _tip(n, UNITS[lens], when, few))
            for place, n in zip(frame["place"], counts, strict=True)
        ),
        owners=tuple(ranks.get(owner, 0) for owner in frame["hotspot_id"]),
    )


def _tip(n: float, unit: tuple[str, str], when: str, few: str) -> str:
    return few if math.isnan(n) else f"{plural(round(n), *unit)}, {when}"


@st.cache_data(max_entries=16, show_spinner=False)
def _rings(area_id: str, version: str, resolution: int, _cells: Sequence[str]) -> list[int]:
    del area_id, version, resolution
    return encode_rings(list(_cells))


def area_of_map(here: LoadedArea) -> MapArea:
    """Return what every map of the area has in common."""
    return _map_area_of(here.area.area_id, here.area.version, here)


@st.cache_resource(max_entries=8, show_spinner=False)
def _map_area_of(area_id: str, version: str, _here: LoadedArea) -> MapArea:
    del area_id, version
    area = cached.study_area(_here)
    return map_area(
        area, title=f"Hotspots in {area.name}", attribution=f"Wards {area.wards_vintage}"
    )


def streets_url(here: LoadedArea) -> str | None:
    """Return the address of the area's street lines, as seen from the map's frame."""
    address = here.workspace.street_address(here.area.area_id)
    return f"{STATIC}{address}" if address else None


@cache
def font_url() -> str | None:
    """Return the address of the page's own font, as seen from the map's frame."""
    media = Path(st.__file__).parent / "static" / "static" / "media"
    found = next(iter(sorted(media.glob("SourceSansVF-Upright*.woff2"))), None)
    return f"../../static/media/{found.name}" if found else None
