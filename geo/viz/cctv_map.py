"""How are cameras drawn: what they see, where demand is out of view, and what is asked for?

As in `geo.viz.mapkit`, the base map's script is constant, so that frame, zoom and position stay
while the hour moves; everything that varies is in the group. Classes of hexagons are pattern and
outline, sight is plain blue: a map printed in grey still tells them apart.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

import folium
import h3
import numpy as np
from folium.template import Template

from geo.hexagons import encode_rings, outline
from geo.viz._cctv_script import CCTV_SCRIPT
from geo.viz.encoding import encode_geometries, encode_integers, script_json
from geo.viz.mapkit import Bounds, Frame, MapArea, OfflineMap, safe_address
from geo.viz.tokens import (
    BUILDING,
    GAP_EDGE,
    GAP_GROUND,
    GAP_HATCH,
    MAP_INK,
    MAP_PAPER,
    NOT_WORKING,
    QUIET_EDGE,
    SEEN,
    SEEN_FILL,
    STREET_EDGE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.viz.tokens import Theme

CellKey = Literal["gap", "covered_high", "relocate", "quiet"]
CameraKey = Literal["watched", "recorded", "not_working"]
SiteKind = Literal["new", "asked"]
Swatch = Literal["gap", "covered_high", "relocate", "watched", "recorded", "not_working", "new"]

MOST_KM: Final = (3.2, 1.7)
"""Width and height of a first view in which single views can still be made out."""
LEAST_DEG: Final = 0.006
"""A first view is at least so wide and high."""

_CELL_LETTERS: Final[Mapping[CellKey, str]] = MappingProxyType(
    {"gap": "g", "covered_high": "h", "relocate": "r", "quiet": "q"}
)
_CAMERA_LETTERS: Final[Mapping[CameraKey, str]] = MappingProxyType(
    {"not_working": "x", "recorded": "r", "watched": "w"}
)
"""Those that matter more are drawn later."""
_KM_A_DEGREE: Final = (66.0, 111.3)
"""Of longitude and latitude, in the middle of Great Britain; for choosing a first view only."""
_PAD: Final = 0.004


@dataclass(frozen=True)
class CctvCell:
    """One hexagon: its class, what people call it, and the lines of its tooltip."""

    cell: str
    kind: CellKey
    place: str
    tip: tuple[str, ...]


@dataclass(frozen=True)
class CameraPoint:
    """One camera: where it stands, its state, what it may see (GeoJSON), and its tooltip."""

    lon: float
    lat: float
    state: CameraKey
    view: Mapping[str, Any] | None
    tip: tuple[str, ...]


@dataclass(frozen=True)
class SitePoint:
    """A place where a camera could stand, or was asked for: a number, its view, its tooltip."""

    number: int
    lon: float
    lat: float
    view: Mapping[str, Any] | None
    tip: tuple[str, ...]
    kind: SiteKind = "new"


@dataclass(frozen=True)
class CctvMapSpec:
    """One view of the cameras; see `geo.viz.mapkit.HexMapSpec`.

    Attributes
    ----------
    area, theme, font_url, streets_url, buildings_url
        Constant for a page: a change of any of these builds the frame anew.
    cells, cameras, sites, here, names, focus
        May vary. ``here`` is a longitude and latitude to point at; ``names`` are texts with
        longitude and latitude, the most important first; the view moves only when ``focus``
        differs from the one before.
    """

    area: MapArea
    cells: tuple[CctvCell, ...] = ()
    cameras: tuple[CameraPoint, ...] = ()
    sites: tuple[SitePoint, ...] = ()
    here: tuple[float, float] | None = None
    names: tuple[tuple[str, float, float], ...] = ()
    focus: Bounds | None = None
    theme: Theme = "light"
    font_url: str | None = None
    streets_url: str | None = None
    buildings_url: str | None = None


class CctvFrame(Frame):
    """The frame of `geo.viz.mapkit` with the script that draws cameras, and buildings."""

    _template = Template(
        "{% macro script(this, kwargs) %}{{ this.scripts }}\n"
        "hexbeat.start({{ this._parent.get_name() }}, {{ this.config }});\n"
        "{% if this.buildings %}hexbeat.buildings({{ this._parent.get_name() }},"
        " {{ this.buildings }});{% endif %}{% endmacro %}"
    )

    def __init__(self, view: CctvMapSpec) -> None:
        super().__init__(
            view.area,
            theme=view.theme,
            font_url=view.font_url,
            streets_url=view.streets_url,
            names_beside=False,
            street_edge=STREET_EDGE,
        )
        self.scripts += CCTV_SCRIPT
        address = safe_address(view.buildings_url)
        self.buildings = script_json({"address": address, "colour": BUILDING}) if address else ""


class CctvLayer(folium.map.Layer):
    """Cameras, sight and classes of one hour; belongs into a map that has a `CctvFrame`."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.featureGroup();\n"
        "hexbeat.cctv({{ this.get_name() }}, {{ this.payload }});{% endmacro %}"
    )

    def __init__(self, payload: Mapping[str, Any]) -> None:
        super().__init__(name="cctv", overlay=True, control=False)
        self._name = "CctvLayer"
        self.payload = script_json(payload)


def cctv_map(view: CctvMapSpec) -> tuple[OfflineMap, folium.FeatureGroup]:
    """Return a fresh base map and the feature group that varies, for ``st_folium``.

    Raises
    ------
    GridError
        An address is not relative or holds characters that do not belong into one.
    """
    west, south, east, north = view.area.bounds
    base = OfflineMap(CctvFrame(view), ((south + north) / 2, (west + east) / 2))
    group = folium.FeatureGroup(name="view")
    CctvLayer(cctv_payload(view)).add_to(group)
    return base, group


def cctv_payload(view: CctvMapSpec) -> dict[str, Any]:
    """Return what the layer sends to the browser, ready for JSON."""
    cells = view.cells
    lines: dict[str, int] = {"": 0}
    depth = max((len(one.tip) for one in cells), default=0)
    padded = (line for one in cells for line in (*one.tip, *[""] * (depth - len(one.tip))))
    places = [lines.setdefault(line, len(lines)) for line in padded]
    gaps = [one.cell for one in cells if one.kind == "gap"]
    return {
        "rings": encode_integers(encode_rings([one.cell for one in cells])) if cells else "",
        "classes": "".join(_CELL_LETTERS[one.kind] for one in cells),
        "lines": list(lines),
        "tips": encode_integers(places),
        "tipLines": depth,
        "gaps": encode_geometries([outline(gaps)]) if gaps else "",
        "views": _views(view),
        "cameras": [
            [*_point(one.lon, one.lat), _CAMERA_LETTERS[one.state], list(one.tip)]
            for one in view.cameras
        ],
        "sites": [
            [*_point(one.lon, one.lat), one.number, one.kind, list(one.tip)] for one in view.sites
        ],
        "here": _point(*view.here) if view.here else None,
        "names": [[text, *_point(lon, lat)] for text, lon, lat in view.names],
        "focus": _corners(view.focus) if view.focus else None,
        "colours": {
            "seen": SEEN,
            "seenFill": SEEN_FILL,
            "gapEdge": GAP_EDGE,
            "gapHatch": GAP_HATCH,
            "gapGround": GAP_GROUND,
            "quiet": QUIET_EDGE,
            "off": NOT_WORKING,
            "ink": MAP_INK,
        },
    }


def runs(cells: Sequence[CctvCell], kind: CellKey) -> tuple[tuple[CctvCell, ...], ...]:
    """Return the hexagons of a class, those that adjoin together, the largest run first."""
    left = {one.cell: one for one in cells if one.kind == kind}
    found = []
    while left:
        waiting, members = [next(iter(left))], []
        while waiting:
            one = left.pop(waiting.pop(), None)
            if one is not None:
                members.append(one)
                waiting += [near for near in h3.grid_ring(one.cell, 1) if near in left]
        found.append(tuple(sorted(members, key=lambda one: one.cell)))
    return tuple(sorted(found, key=lambda run: (-len(run), run[0].cell)))


def middle(cells: Iterable[str]) -> tuple[float, float]:
    """Return longitude and latitude of the cell in the middle of some: a place for their name."""
    at = {cell: h3.cell_to_latlng(cell) for cell in cells}
    lat, lon = np.mean(list(at.values()), axis=0)
    near = min(at, key=lambda cell: (h3.great_circle_distance((lat, lon), at[cell]), cell))
    return at[near][1], at[near][0]


def first_view(points: Sequence[tuple[float, float]], area: Bounds) -> Bounds:
    """Return what to look at first: where most of the points are, as wide as can still be read.

    Parameters
    ----------
    points
        Longitude and latitude of every camera, whatever its state, so that the view is the same at
        every hour; without any, the whole area is shown.
    """
    if not points:
        return area
    at = np.array(points, dtype=np.float64)
    wide, high = (most / km for most, km in zip(MOST_KM, _KM_A_DEGREE, strict=True))
    near = (np.abs(at[:, None, 0] - at[None, :, 0]) <= wide / 2) & (
        np.abs(at[:, None, 1] - at[None, :, 1]) <= high / 2
    )
    return around(at[near[int(np.argmax(near.sum(axis=1)))]].tolist())


def around(points: Sequence[Sequence[float]]) -> Bounds:
    """Return bounds of some points (longitude and latitude), with room on each side."""
    at = np.array(points, dtype=np.float64)
    west, south = at.min(axis=0) - _PAD
    east, north = at.max(axis=0) + _PAD
    if east - west < LEAST_DEG or north - south < LEAST_DEG:
        west, east, south, north = west - _PAD, east + _PAD, south - _PAD, north + _PAD
    return float(west), float(south), float(east), float(north)


def cctv_legend_html(shown: Sequence[tuple[Swatch, str]]) -> str:
    """Return a legend as escaped HTML: each swatch in the map's own pattern, with its words."""
    parts = "".join(
        f'<span><img alt="" width="{width}" height="24" src="{swatch(kind)}">'
        f"{html.escape(words)}</span>"
        for kind, words in shown
        for width in (34 if kind in _GROUNDS else 24,)
    )
    return f'<div class="hb-legend">{parts}</div>'


_RISING: Final = "M-3 13 13 -3M-3 3 3 -3M7 13 13 7"
_GROUNDS: Final[Mapping[str, tuple[str, str, str, float, str]]] = MappingProxyType(
    {
        "gap": (
            "#fbeed6",
            f'<path d="{_RISING}" stroke="{GAP_HATCH}" stroke-opacity=".8" stroke-width="1.8"/>',
            GAP_EDGE,
            3.0,
            "",
        ),
        "covered_high": ("#bcd2e6", "", SEEN, 2.5, ""),
        "relocate": (
            MAP_PAPER,
            f'<path d="M1.6 3h2.8M6.6 8h2.8" stroke="{SEEN}" stroke-width="2.8"/>',
            SEEN,
            1.5,
            "4 3",
        ),
        "new": ("#b5c4d3", "", MAP_INK, 2.5, "8 5"),
    }
)
"""Ground, mark, edge, its width and its dash of the classes."""
_MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "watched": f'<circle cx="12" cy="12" r="10" fill="{SEEN}" stroke="#fff" stroke-width="2"/>'
        '<circle cx="12" cy="12" r="3.4" fill="#fff"/>',
        "recorded": f'<circle cx="12" cy="12" r="8" fill="#fff" stroke="{SEEN}"'
        ' stroke-width="4.2"/>',
        "not_working": f'<rect x="2" y="2" width="20" height="20" fill="#fff" stroke="{MAP_INK}"'
        f' stroke-width="2.6"/><path d="M6.5 6.5l11 11M17.5 6.5l-11 11" stroke="{MAP_INK}"'
        ' stroke-width="2.8"/>',
    }
)


def swatch(kind: Swatch) -> str:
    """Return a legend's swatch as the address of an SVG picture."""
    head = '<svg xmlns="http://www.w3.org/2000/svg"'
    if kind in _MARKS:
        drawing = f'{head} width="24" height="24">{_MARKS[kind]}</svg>'
        return f"data:image/svg+xml,{quote(drawing)}"
    ground, mark, edge, width, dash = _GROUNDS[kind]
    drawing = (
        f'{head} width="34" height="24"><defs><pattern id="p" width="10" height="10"'
        ' patternUnits="userSpaceOnUse">'
        f'<rect width="10" height="10" fill="{ground}"/>{mark}</pattern></defs>'
        f'<rect x="2" y="2" width="30" height="20" fill="url(#p)" stroke="{edge}"'
        f' stroke-width="{width}" stroke-dasharray="{dash or "none"}"/></svg>'
    )
    return f"data:image/svg+xml,{quote(drawing)}"


def _views(view: CctvMapSpec) -> list[list[str]]:
    """Return the polygons of sight, what matters most last."""
    order = list(_CAMERA_LETTERS.values())
    cameras = [
        (_CAMERA_LETTERS[one.state], encode_geometries([one.view]))
        for one in view.cameras
        if one.view
    ]
    cameras.sort(key=lambda pair: order.index(pair[0]))
    sites = [("n", encode_geometries([one.view])) for one in view.sites if one.view]
    return [list(pair) for pair in chain(cameras, sites)]


def _point(lon: float, lat: float) -> list[float]:
    return [round(lat, 6), round(lon, 6)]


def _corners(bounds: Bounds) -> list[list[float]]:
    west, south, east, north = (round(side, 5) for side in bounds)
    return [[south, west], [north, east]]
