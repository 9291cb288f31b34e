"""How do the zones of an intervention come on a map, and how is a place chosen on one?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.jobs import result_words
from geo.hexagons import outline
from geo.viz.mapkit import HexMapSpec, HotspotMark, hotspot_map
from geo.viz.zone_map import (
    ZONE_WORDS,
    ZoneCell,
    ZoneMapSpec,
    signed,
    zone_legend_html,
    zone_map,
)
from pages._ui import look, maps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from data.displacement_views import DisplacementView
    from data.jobs.zone_cells import ZoneCellView
    from data.views import HotspotResult
    from geo.viz.zone_map import ZoneKey
    from pages._ui.page import LoadedArea

_PICKER: Final = "place-map"
_THIS_PLACE: Final = "This place"


def show_map(here: LoadedArea, result: DisplacementView, cells: Sequence[ZoneCellView]) -> None:
    """Show the zones with their differences, the legend, and what overlaps."""
    area = replace(maps.area_of_map(here), title=f"Zones of {result.spec.title}")
    base, group = zone_map(
        ZoneMapSpec(
            area=area,
            cells=tuple(_zone_cell(one) for one in cells),
            theme=look.theme(),
            font_url=maps.font_url(),
            streets_url=maps.streets_url(here),
        )
    )
    with st.container(key="zonemap"):
        maps.draw(base, group, key="zone-map")
    st.html(
        zone_legend_html(
            _counts(cells),
            overlap=any(one.overlap or one.zone == "other" for one in cells),
            few=any(one.few for one in cells),
        )
    )
    for overlap in result.overlaps:
        look.missing(overlap.sentence)


def show_table(cells: Sequence[ZoneCellView]) -> None:
    """Show the rows of the map."""
    st.dataframe(
        pd.DataFrame(
            {
                "Place": [one.place for one in cells],
                "Zone": [ZONE_WORDS[one.zone] for one in cells],
                "Before": [_told(one, one.before) for one in cells],
                "After": [_told(one, one.after) for one in cells],
                "Against expected": [signed(one.difference) for one in cells],
            }
        ),
        hide_index=True,
        alt="Every hexagon of the map by place name, treated ones first.",
    )


def show_picker(
    here: LoadedArea,
    hotspots: HotspotResult,
    chosen: Sequence[str],
    toggle: Callable[[str], None],
) -> None:
    """Show every hexagon by its reports and the chosen place; a click calls ``toggle``."""
    cells = hotspots.cells["cell"].tolist()

    def clicked() -> None:
        place = maps.clicked_cell(_PICKER)
        if place is not None and place < len(cells):
            toggle(str(cells[place]))

    area = replace(
        maps.area_of_map(here), title=f"Choose the place in {here.area.area_name} by clicking"
    )
    base, group = hotspot_map(
        HexMapSpec(
            area=area,
            cells=maps.hex_cells(here.area.area_id, here.area.version, hotspots),
            hotspots=_this_place(hotspots, chosen),
            theme=look.theme(),
            font_url=maps.font_url(),
            streets_url=maps.streets_url(here),
            names_beside=False,
        )
    )
    with st.container(key="pickmap"):
        maps.draw(base, group, key=_PICKER, clicked=clicked)
    maps.legend(hotspots)


def _this_place(hotspots: HotspotResult, chosen: Sequence[str]) -> tuple[HotspotMark, ...]:
    """Return the outlines of the hotspots, and that of the chosen place last."""
    marks = [
        HotspotMark(spot.rank, spot.name, spot.outline, spot.lon, spot.lat)
        for spot in hotspots.hotspots
    ]
    if chosen:
        line = outline(chosen)
        lon, lat = maps.middle_of(line)
        marks.append(HotspotMark(0, _THIS_PLACE, line, lon, lat, chosen=True))
    return tuple(marks)


def _zone_cell(one: ZoneCellView) -> ZoneCell:
    return ZoneCell(
        one.cell,
        one.zone,
        result_words.cell_tip(one, ZONE_WORDS[one.zone]),
        difference=one.difference,
        few=one.few,
        overlap=one.overlap,
    )


def _counts(cells: Sequence[ZoneCellView]) -> dict[ZoneKey, int]:
    return {zone: len([one for one in cells if one.zone == zone]) for zone in ZONE_WORDS}


def _told(one: ZoneCellView, n: int | None) -> str:
    if n is None:
        return "fewer than 5" if one.few else "not told"
    return f"{n:,}"
