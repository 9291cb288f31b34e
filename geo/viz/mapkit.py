"""How is a map of hexagons and hotspots built, so that it draws fast, offline, and never flickers?

The base map's script is the same for every view of an area: streamlit-folium builds the frame anew
when that script changes. Everything that varies with a filter goes into the feature group: the
hexagons, hotspot outlines and names, and the part of the area to look at. Leaflet, the page's font
and the street lines are fetched from the app's own server, by addresses relative to the frame.

Nothing here reads the disk or shows anything: `hotspot_map` returns folium objects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import folium
import shapely
from branca.element import MacroElement
from folium.template import Template
from shapely.geometry import mapping

from geo.errors import GridError
from geo.viz._frame_script import FRAME_SCRIPT
from geo.viz._hex_script import HEX_SCRIPT
from geo.viz._label_script import LABEL_SCRIPT
from geo.viz._map_style import map_style
from geo.viz.encoding import encode_geometries, encode_integers, script_json
from geo.viz.tokens import (
    CLASS_OPACITY,
    MAP_CHOSEN,
    MAP_CLASSES,
    MAP_EDGE,
    MAP_FEW,
    MAP_HATCH,
    MAP_HATCH_GROUND,
    MAP_INK,
    MAP_LAND,
    MAP_PAPER,
    STREET,
    STREET_CASING,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.area import StudyArea
    from geo.viz.tokens import Theme

Bounds = tuple[float, float, float, float]
"""West, south, east, north; WGS 84 degrees."""

STATIC: Final = "../../app/static/"
"""The app's static folder as seen from a component's frame, whatever the host or base path."""
LEAFLET_JS: Final = [("leaflet", f"{STATIC}vendor/leaflet/leaflet.js")]
LEAFLET_CSS: Final = [("leaflet_css", f"{STATIC}vendor/leaflet/leaflet.css")]
HINT: Final = "Arrow keys pan, plus and minus zoom. The same places are in the list."

_ADDRESS: Final = re.compile(r"[A-Za-z0-9._/~%-]+")
_SIMPLIFY_DEG: Final = 2e-5


@dataclass(frozen=True)
class WardShape:
    """A ward's name, its GeoJSON geometry (WGS 84), and where the name stands."""

    name: str
    geometry: Mapping[str, Any]
    label_lat: float
    label_lon: float


@dataclass(frozen=True)
class MapArea:
    """What every view of an area has in common; nothing in it may vary with a filter.

    Attributes
    ----------
    boundary
        GeoJSON Polygon or MultiPolygon, WGS 84.
    bounds
        West, south, east, north of what is first shown.
    title
        Accessible name of the map: "Hotspots in Blackley".
    attribution
        Plain text; markup in it is shown as it is.
    """

    boundary: Mapping[str, Any]
    wards: tuple[WardShape, ...]
    title: str
    attribution: str
    bounds: Bounds


@dataclass(frozen=True)
class HexCells:
    """The hexagons of one view, all sequences in the same order of cells.

    Attributes
    ----------
    rings
        Corners as `geo.cells.encode_rings` returns them.
    classes
        One character a cell, from `geo.viz.classes.class_characters`.
    tips
        Lines of each tooltip, as plain text: place name, then "872 reports, July 2020 to June
        2022". Lines that repeat cost nothing.
    owners
        Rank of the hotspot that each cell belongs to, or 0.
    """

    rings: Sequence[int]
    classes: str
    tips: tuple[tuple[str, ...], ...]
    owners: tuple[int, ...]

    def __post_init__(self) -> None:
        found = (len(self.classes), len(self.tips), len(self.owners))
        if len(set(found)) > 1:
            message = f"Classes, tips and owners must be of the same cells; found {found}."
            raise GridError(message, "Build all three from one sorted list of cells.")


@dataclass(frozen=True)
class HotspotMark:
    """One named hotspot: its outline (GeoJSON geometry), where its dot stands, and if chosen."""

    rank: int
    name: str
    outline: Mapping[str, Any]
    lon: float
    lat: float
    chosen: bool = False


@dataclass(frozen=True)
class HexMapSpec:
    """One view of the map.

    Attributes
    ----------
    area, theme, font_url, streets_url, names_beside
        Constant for a page: a change of any of these builds the frame anew.
    cells, hotspots, focus
        May vary with every filter. ``focus`` is what to look at, None for the whole area; the view
        moves only when it differs from the one before.
    font_url, streets_url
        Addresses relative to the frame, such as ``../../static/media/font.woff2``.
    names_beside
        Hotspot names in a column beside the town where there is room; False for numbers only.
    """

    area: MapArea
    cells: HexCells
    hotspots: tuple[HotspotMark, ...] = ()
    focus: Bounds | None = None
    theme: Theme = "light"
    font_url: str | None = None
    streets_url: str | None = None
    names_beside: bool = True


def map_area(area: StudyArea, *, title: str, attribution: str) -> MapArea:
    """Return what a map needs of a study area: outlines thinned to a few metres, ward name points.

    The thinning is for drawing only: neighbouring wards may part by a metre or two.
    """
    wards = tuple(
        WardShape(str(name), mapping(shape.simplify(_SIMPLIFY_DEG)), point.y, point.x)
        for name, shape, point in zip(
            area.wards["name"],
            area.wards.geometry,
            area.wards.geometry.representative_point(),
            strict=True,
        )
    )
    west, south, east, north = (float(side) for side in area.boundary.bounds)
    boundary = mapping(area.boundary.simplify(_SIMPLIFY_DEG))
    return MapArea(boundary, wards, title, attribution, (west, south, east, north))


def padded_bounds(outlines: Iterable[Mapping[str, Any]], *, share: float = 0.3) -> Bounds:
    """Return the bounds of the outlines (GeoJSON, WGS 84), wider by a share of size on each side.

    Raises
    ------
    GridError
        There is no outline.
    """
    shapes = [shapely.geometry.shape(outline) for outline in outlines]
    if not shapes:
        message = "Bounds need at least one outline; found none."
        raise GridError(message, "Show the whole area instead.")
    west, south, east, north = (float(side) for side in shapely.total_bounds(shapes))
    dx, dy = (east - west) * share, (north - south) * share
    return west - dx, south - dy, east + dx, north + dy


def hex_payload(
    cells: HexCells,
    hotspots: Sequence[HotspotMark] = (),
    *,
    focus: Bounds | None = None,
) -> dict[str, Any]:
    """Return what the hexagon layer sends to the browser, ready for JSON.

    About 60 bytes a cell: corners and numbers as characters, each line of a tooltip once.
    """
    lines: dict[str, int] = {"": 0}
    depth = max((len(tip) for tip in cells.tips), default=0)
    padded = (line for tip in cells.tips for line in (*tip, *[""] * (depth - len(tip))))
    places = [lines.setdefault(line, len(lines)) for line in padded]
    return {
        "rings": encode_integers(cells.rings),
        "classes": cells.classes,
        "lines": list(lines),
        "tips": encode_integers(places),
        "tipLines": depth,
        "owners": encode_integers(cells.owners),
        "spots": [_spot(mark) for mark in hotspots],
        "focus": _corners(focus) if focus else None,
        "colours": [MAP_FEW, *MAP_CLASSES],
        "hatch": [MAP_HATCH_GROUND, MAP_HATCH],
        "seam": MAP_PAPER,
        "opacity": CLASS_OPACITY,
        "ink": MAP_INK,
        "paper": MAP_PAPER,
        "chosen": MAP_CHOSEN,
    }


class Frame(MacroElement):
    """Everything about a map that does not vary: ground, wards, names, style and behaviour."""

    _template = Template(
        "{% macro script(this, kwargs) %}{{ this.scripts }}\n"
        "hexbeat.start({{ this._parent.get_name() }}, {{ this.config }});{% endmacro %}"
    )

    def __init__(
        self,
        area: MapArea,
        *,
        theme: Theme = "light",
        font_url: str | None = None,
        streets_url: str | None = None,
        names_beside: bool = True,
        street_edge: str = STREET_CASING,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Frame"
        self.scripts = FRAME_SCRIPT + LABEL_SCRIPT + HEX_SCRIPT
        self.config = script_json(
            {
                "title": area.title,
                "hint": HINT,
                "attribution": area.attribution,
                "bounds": _corners(area.bounds),
                "land": encode_geometries([area.boundary]),
                "wards": encode_geometries([ward.geometry for ward in area.wards]),
                "names": [
                    [ward.name, round(ward.label_lat, 5), round(ward.label_lon, 5)]
                    for ward in area.wards
                ],
                "style": {
                    "land": MAP_LAND,
                    "edge": MAP_EDGE,
                    "street": STREET,
                    "casing": street_edge,
                },
                "css": map_style(theme, safe_address(font_url)),
                "streets": safe_address(streets_url),
                "beside": names_beside,
            }
        )


class OfflineMap(folium.Map):
    """A Leaflet map that asks no other server for anything, with its `Frame`.

    `folium.Map.add_js_link` must not be used: it changes the list of the whole class.
    """

    default_js = LEAFLET_JS
    default_css = LEAFLET_CSS

    def __init__(self, frame: Frame, centre: tuple[float, float]) -> None:
        super().__init__(
            location=centre,
            tiles=None,
            zoom_start=12,
            zoom_snap=0.1,
            zoom_delta=0.5,
            max_zoom=18,
        )
        self.add_child(frame)


class HexLayer(folium.map.Layer):
    """The hexagons and hotspots of one view; belongs into a map that has a `Frame`."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.featureGroup();\n"
        "hexbeat.hexes({{ this.get_name() }}, {{ this.payload }});{% endmacro %}"
    )

    def __init__(self, payload: Mapping[str, Any]) -> None:
        super().__init__(name="hexagons", overlay=True, control=False)
        self._name = "HexLayer"
        self.payload = script_json(payload)


def hotspot_map(view: HexMapSpec) -> tuple[OfflineMap, folium.FeatureGroup]:
    """Return a fresh base map and the feature group that varies, for ``st_folium``.

    A click on a hexagon or a hotspot's name arrives as ``last_active_drawing`` with the properties
    ``cell`` (position in the list of cells), ``hotspot`` (rank, or None) and ``click`` (a number
    that differs for every click).

    Raises
    ------
    GridError
        An address is not relative or holds characters that do not belong into one.
    """
    west, south, east, north = view.area.bounds
    frame = Frame(
        view.area,
        theme=view.theme,
        font_url=view.font_url,
        streets_url=view.streets_url,
        names_beside=view.names_beside,
    )
    base = OfflineMap(frame, ((south + north) / 2, (west + east) / 2))
    group = folium.FeatureGroup(name="view")
    HexLayer(hex_payload(view.cells, view.hotspots, focus=view.focus)).add_to(group)
    return base, group


def _spot(mark: HotspotMark) -> dict[str, Any]:
    return {
        "rank": mark.rank,
        "name": mark.name,
        "outline": encode_geometries([mark.outline]),
        "lat": round(mark.lat, 5),
        "lon": round(mark.lon, 5),
        "on": mark.chosen,
    }


def _corners(bounds: Bounds) -> list[list[float]]:
    west, south, east, north = (round(side, 5) for side in bounds)
    return [[south, west], [north, east]]


def safe_address(url: str | None) -> str | None:
    """Return an address that may stand in a map's script.

    Raises
    ------
    GridError
        It is not relative, or holds characters that do not belong into one.
    """
    if url is not None and (not _ADDRESS.fullmatch(url) or url.startswith("//")):
        message = f"An address for the map must be relative and plain; found {url!r}."
        raise GridError(message, "Serve the file from the app's own static folder.")
    return url
