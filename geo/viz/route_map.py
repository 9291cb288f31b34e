"""How is a day's patrol drawn: routes by crew letter, stops by number, and what is left out?

As in `geo.viz.mapkit`, the base map's script is constant; the day's routes are in the group that
varies. A crew is told by letter, colour and dash; a stop that nobody visits has a dashed ring and
a minus, so that a map printed in grey still tells all apart.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

import folium
import numpy as np
from folium.template import Template

from geo.viz._route_script import ROUTE_SCRIPT
from geo.viz.cctv_map import CctvFrame, CctvMapSpec
from geo.viz.encoding import PRECISION, encode_integers, script_json
from geo.viz.mapkit import Bounds, MapArea, OfflineMap
from geo.viz.tokens import MAP_INK, MAP_PAPER, crew_look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.viz.tokens import Theme

StopKind = Literal["visited", "elsewhen", "left_out"]
"""On the map's day; on another day of the plan; on none."""

LEAST_DEG: Final = 0.006
"""A view is at least so wide and high."""
_LETTERS: Final[dict[StopKind, str]] = {"visited": "v", "elsewhen": "e", "left_out": "x"}
_PAD: Final = 0.09
"""Share of the size that is added on each side, for names and discs at the edge."""


@dataclass(frozen=True)
class RouteLine:
    """One crew's way through a day.

    Attributes
    ----------
    letter
        A, B, ...: decides colour and dash.
    route
        GeoJSON MultiLineString, WGS 84, a line for each leg, the last one back to base; None where
        no way is known.
    tip
        Lines of the tooltip of its letter.
    """

    letter: str
    route: Mapping[str, Any] | None
    tip: tuple[str, ...]


@dataclass(frozen=True)
class StopMark:
    """One stop: its number, its name, where it is, and what is said of it."""

    number: int
    name: str
    lon: float
    lat: float
    kind: StopKind
    tip: tuple[str, ...]


@dataclass(frozen=True)
class BaseMark:
    """Where crews start and end: what the black box says, where it is, and its full name."""

    words: str
    lon: float
    lat: float
    tip: tuple[str, ...]


@dataclass(frozen=True)
class RouteMapSpec:
    """One view of a day; see `geo.viz.mapkit.HexMapSpec`.

    Attributes
    ----------
    area, theme, font_url, streets_url, buildings_url
        Constant for a page: a change of any of these builds the frame anew.
    routes, stops, bases, focus
        May vary with day and plan. Stops come in the order of their numbers: where room is short,
        the first keep their names.
    """

    area: MapArea
    routes: tuple[RouteLine, ...] = ()
    stops: tuple[StopMark, ...] = ()
    bases: tuple[BaseMark, ...] = ()
    focus: Bounds | None = None
    theme: Theme = "light"
    font_url: str | None = None
    streets_url: str | None = None
    buildings_url: str | None = None


class RouteFrame(CctvFrame):
    """The frame of `geo.viz.cctv_map`, which knows buildings, with the script that draws routes."""

    def __init__(self, view: RouteMapSpec) -> None:
        super().__init__(
            CctvMapSpec(
                view.area,
                theme=view.theme,
                font_url=view.font_url,
                streets_url=view.streets_url,
                buildings_url=view.buildings_url,
            )
        )
        self.scripts += ROUTE_SCRIPT


class RouteLayer(folium.map.Layer):
    """Routes and stops of one day; belongs into a map that has a `RouteFrame`."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.featureGroup();\n"
        "hexbeat.routes({{ this.get_name() }}, {{ this.payload }});{% endmacro %}"
    )

    def __init__(self, payload: Mapping[str, Any]) -> None:
        super().__init__(name="routes", overlay=True, control=False)
        self._name = "RouteLayer"
        self.payload = script_json(payload)


def route_map(view: RouteMapSpec) -> tuple[OfflineMap, folium.FeatureGroup]:
    """Return a fresh base map and the feature group that varies, for ``st_folium``.

    Raises
    ------
    GridError
        An address is not relative or holds characters that do not belong into one.
    """
    west, south, east, north = view.area.bounds
    base = OfflineMap(RouteFrame(view), ((south + north) / 2, (west + east) / 2))
    group = folium.FeatureGroup(name="view")
    RouteLayer(route_payload(view)).add_to(group)
    return base, group


def route_payload(view: RouteMapSpec) -> dict[str, Any]:
    """Return what the layer sends to the browser, ready for JSON."""
    focus = view.focus or route_focus(view)
    return {
        "routes": [_route(one) for one in view.routes],
        "stops": [
            [*_point(one.lon, one.lat), one.number, _LETTERS[one.kind], one.name, list(one.tip)]
            for one in view.stops
        ],
        "bases": [[*_point(one.lon, one.lat), one.words, list(one.tip)] for one in view.bases],
        "focus": _corners(focus) if focus else None,
        "ink": MAP_INK,
        "paper": MAP_PAPER,
    }


def encode_legs(route: Mapping[str, Any] | None) -> str:
    """Return the lines of a GeoJSON MultiLineString in the encoding of the hexagons.

    Examples
    --------
    >>> encode_legs({"type": "MultiLineString", "coordinates": [[[-2.0, 53.5], [-2.0, 53.501]]]})
    'C_fpeI~reKgE?'
    >>> encode_legs(None)
    ''
    """
    numbers: list[int] = []
    for leg in (route or {}).get("coordinates", ()):
        corners = np.rint(np.asarray(leg, dtype=np.float64)[:, 1::-1] * PRECISION).astype(np.int64)
        steps = np.diff(corners, axis=0, prepend=np.zeros((1, 2), np.int64))
        numbers += [len(corners), *steps.ravel().tolist()]
    return encode_integers(numbers) if numbers else ""


def route_focus(view: RouteMapSpec) -> Bounds | None:
    """Return what to look at: every stop, base and route of the day; None where there is nothing.

    Stops of other days count, so that the view does not jump from day to day.
    """
    points = [(one.lon, one.lat) for one in view.stops]
    points += [(one.lon, one.lat) for one in view.bases]
    for one in view.routes:
        points += [tuple(at[:2]) for leg in (one.route or {}).get("coordinates", ()) for at in leg]
    if not points:
        return None
    at = np.asarray(points, dtype=np.float64)
    (west, south), (east, north) = at.min(axis=0), at.max(axis=0)
    dx = max((east - west) * _PAD, (LEAST_DEG - (east - west)) / 2)
    dy = max((north - south) * _PAD, (LEAST_DEG - (north - south)) / 2)
    return float(west - dx), float(south - dy), float(east + dx), float(north + dy)


def route_legend_html(*, elsewhen: bool = False, left_out: bool = False) -> str:
    """Return the legend under the map, as escaped HTML: stops of other days, and those left out."""
    shown = [(_stop_swatch(), "Stop, numbered as in the table")]
    if elsewhen:
        shown.append((_quiet_swatch(), "Visited on another day"))
    if left_out:
        shown.append((_left_out_swatch(), "Not covered"))
    return _legend(shown)


def crew_legend_html(crews: Sequence[tuple[str, str]]) -> str:
    """Return letter, line and words of each crew, for screens whose chart has no room for names."""
    return _legend([(crew_swatch(letter), f"{letter} {words}") for letter, words in crews])


def _legend(shown: Sequence[tuple[str, str]]) -> str:
    parts = "".join(
        f'<span><img alt="" height="24" src="{picture}">{html.escape(words)}</span>'
        for picture, words in shown
    )
    return f'<div class="hb-legend">{parts}</div>'


def crew_swatch(letter: str) -> str:
    """Return a crew's line in its colour and dash as the address of an SVG picture."""
    colour, dash = crew_look(letter)
    return _svg(
        48,
        '<path d="M2 12h44" stroke="#fff" stroke-width="10"/>'
        f'<path d="M2 12h44" stroke="{colour}" stroke-width="5"'
        f' stroke-dasharray="{dash or "none"}"/>',
    )


def _stop_swatch() -> str:
    return _svg(
        24, f'<circle cx="12" cy="12" r="10" fill="#fff" stroke="{MAP_INK}" stroke-width="3"/>'
    )


def _quiet_swatch() -> str:
    return _svg(
        24, f'<circle cx="12" cy="12" r="8" fill="#fff" stroke="{MAP_INK}" stroke-width="1.5"/>'
    )


def _left_out_swatch() -> str:
    return _svg(
        24,
        f'<circle cx="12" cy="12" r="10" fill="#fff" stroke="{MAP_INK}" stroke-width="2.5"'
        f' stroke-dasharray="4 3"/><path d="M7.5 12h9" stroke="{MAP_INK}" stroke-width="3"/>',
    )


def _svg(width: int, inner: str) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="24">'
    return f"data:image/svg+xml,{quote(f'{head}{inner}</svg>')}"


def _route(one: RouteLine) -> list[Any]:
    colour, dash = crew_look(one.letter)
    return [one.letter, colour, dash, encode_legs(one.route), list(one.tip)]


def _point(lon: float, lat: float) -> list[float]:
    return [round(lat, 6), round(lon, 6)]


def _corners(bounds: Iterable[float]) -> list[list[float]]:
    west, south, east, north = (round(side, 5) for side in bounds)
    return [[south, west], [north, east]]
