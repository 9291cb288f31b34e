"""How do cameras, their sight and classes of demand come on the map of the CCTV page?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs.coverage_words import share_words
from geo.viz.cctv_map import (
    CameraPoint,
    CctvCell,
    CctvMapSpec,
    Swatch,
    around,
    cctv_legend_html,
    cctv_map,
    first_view,
    middle,
    runs,
)
from geo.viz.mapkit import STATIC, Bounds
from pages._ui import look, maps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from data.cctv_views import CameraMark, CoverageView, SiteRow
    from pages._ui.page import LoadedArea

KEY: Final = "cctv-map"
NAMED_GAPS: Final = 12
_NO_STREET: Final = "Part of "
"""So begins the name of a hexagon without a street: no name for a map."""
_INDICATIVE: Final = "Views are indicative: flat ground, cut by buildings alone"


def show_coverage(here: LoadedArea, view: CoverageView) -> None:
    """Show cameras, what they see, and classes of demand, with the legend."""
    cells = cells_of(view)
    shown = CctvMapSpec(
        replace(maps.area_of_map(here), title=f"Cameras and demand in {view.area_name}"),
        cells=cells,
        cameras=cameras_of(view.cameras),
        names=_names(view, cells),
    )
    draw(here, shown, view.cameras, key=KEY)
    with st.container(key="cctvkey"):
        st.html(cctv_legend_html(_legend(view)))
    if view.cameras_withheld:
        st.info(view.cameras_withheld, icon=":material/lock:")


def draw(
    here: LoadedArea,
    shown: CctvMapSpec,
    cameras: Sequence[CameraMark],
    *,
    key: str,
    clicked: Callable[[], None] | None = None,
) -> None:
    """Show a map that first looks at where most cameras are; a click calls ``clicked``."""
    address = here.workspace.building_address(here.area.area_id)
    base, group = cctv_map(
        replace(
            shown,
            area=replace(shown.area, wards=(), attribution=_INDICATIVE),
            focus=shown.focus or _first_view(cameras, shown.area.bounds),
            theme=look.theme(),
            font_url=maps.font_url(),
            streets_url=maps.streets_url(here),
            buildings_url=f"{STATIC}{address}" if address else None,
        )
    )
    with st.container(key="cctvmap"):
        maps.draw(base, group, key=key, clicked=clicked, points=clicked is not None)


def focus_on(sites: Sequence[SiteRow]) -> Bounds | None:
    """Return a view of all sites; None where their places may not be shown."""
    points = [(one.lon, one.lat) for one in sites if one.lon is not None and one.lat is not None]
    return around(points) if points else None


def cells_of(view: CoverageView) -> tuple[CctvCell, ...]:
    """Return every hexagon that has public ground or demand, with its class and its words."""
    frame = view.cells
    frame = frame[(frame["public_realm_m2"] > 0) | (frame["class"] != "quiet")]
    columns = ("cell", "class", "place", "demand_words", "seen_share", "class_words")
    return tuple(
        CctvCell(cell, kind, place, (place, *_cell_tip(demand, seen, words)))
        for cell, kind, place, demand, seen, words in zip(
            *(frame[name].tolist() for name in columns), strict=True
        )
    )


def cameras_of(marks: Sequence[CameraMark]) -> tuple[CameraPoint, ...]:
    """Return the cameras whose places may be shown."""
    return tuple(
        CameraPoint(one.lon, one.lat, one.state, one.view, camera_tip(one))
        for one in marks
        if one.lon is not None and one.lat is not None
    )


def camera_tip(one: CameraMark) -> tuple[str, ...]:
    """Return what is said of a camera on the map."""
    return tuple(filter(None, (one.name, one.kind_words, one.state_words, one.note)))


def _cell_tip(demand: str, seen: float, words: str) -> tuple[str, ...]:
    ground = (
        "No public ground"
        if math.isnan(seen)
        else f"{share_words(seen)} of its public ground in view"
    )
    return (f"{demand} reports a year", ground, words)


def _names(view: CoverageView, cells: Sequence[CctvCell]) -> tuple[tuple[str, float, float], ...]:
    """Return names of the largest gaps and of what is in view, with where they stand."""
    named = [(row.place, middle(row.cells)) for row in view.gaps[:NAMED_GAPS]]
    named += [
        (run[0].place, middle([one.cell for one in run])) for run in runs(cells, "covered_high")
    ]
    once: dict[str, tuple[float, float]] = {}
    for place, at in named:
        if not place.startswith(_NO_STREET):
            once.setdefault(place, at)
    return tuple((place, *at) for place, at in once.items())


def _legend(view: CoverageView) -> list[tuple[Swatch, str]]:
    least = f"{view.params.seen_share:.0%}"
    counts = dict(view.class_counts)
    shown: list[tuple[Swatch, str]] = [("gap", f"Gap: high demand, under {least} in view")]
    if counts.get("covered_high"):
        shown.append(("covered_high", "High demand, in view"))
    if counts.get("relocate"):
        shown.append(("relocate", "In view, little demand"))
    if not view.cameras_withheld:
        states = {one.state for one in view.cameras}
        words = (
            ("watched", "Watched now"),
            ("recorded", "Recorded only"),
            ("not_working", "Not working"),
        )
        shown += [(state, text) for state, text in words if state in states]
    return shown


def _first_view(cameras: Sequence[CameraMark], area: Bounds) -> Bounds:
    points = [(one.lon, one.lat) for one in cameras if one.lon is not None and one.lat is not None]
    return first_view(points, area)
