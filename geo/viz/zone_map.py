"""How are the zones of an intervention drawn: treated, next door, comparison, and what overlaps?

As in `geo.viz.mapkit`, the base map's script is constant; the zones are in the group that varies.
Fill and outline both carry the zone, so that a map printed in grey still tells them apart.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

import folium
import h3
from folium.template import Template

from geo.errors import GridError
from geo.hexagons import encode_rings, outline
from geo.viz._zone_script import ZONE_SCRIPT
from geo.viz.encoding import encode_geometries, encode_integers, script_json
from geo.viz.mapkit import Bounds, Frame, MapArea, OfflineMap, padded_bounds
from geo.viz.tokens import (
    MAP_EDGE,
    MAP_FEW,
    MAP_PAPER,
    ZONE_COMPARISON,
    ZONE_NEARBY,
    ZONE_NEARBY_GROUND,
    ZONE_NEARBY_HATCH,
    ZONE_TREATED,
    ZONE_TREATED_FILL,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.viz.tokens import Theme

ZoneKey = Literal["treated", "nearby", "comparison", "other"]
Swatch = Literal["treated", "nearby", "comparison", "overlap", "few"]

ZONE_WORDS: Final[dict[ZoneKey, str]] = {
    "treated": "Treated",
    "nearby": "Next door",
    "comparison": "Comparison",
    "other": "Another intervention",
}
MINUS: Final = "\N{MINUS SIGN}"
FEWER_THAN: Final = 5
"""A hexagon with fewer reports before and after is grey and has no number."""
MOST_KM: Final = (5.2, 3.3)
"""Width and height of a first view in which differences still fit into their hexagons."""

_FILLS: Final[dict[tuple[ZoneKey, bool], str]] = {
    ("treated", False): "t",
    ("nearby", False): "n",
    ("comparison", False): "c",
    ("other", False): "o",
    ("treated", True): "x",
    ("nearby", True): "y",
    ("comparison", True): "o",
    ("other", True): "o",
}
_LETTERS: Final[dict[ZoneKey, str]] = {
    "treated": "t",
    "nearby": "n",
    "comparison": "c",
    "other": "o",
}
_KM_A_DEGREE: Final = (66.0, 111.3)
"""Of longitude and latitude, in the middle of Great Britain; for choosing a first view only."""


@dataclass(frozen=True)
class ZoneCell:
    """One hexagon of a zone.

    Attributes
    ----------
    cell
        H3 index.
    zone, overlap
        Where it belongs, and whether another intervention claims it too.
    difference
        Reports against expected, rounded; None where none is told.
    few
        Too few reports to tell anything: grey, without a number.
    tip
        Lines of its tooltip, as plain text.
    """

    cell: str
    zone: ZoneKey
    tip: tuple[str, ...]
    difference: int | None = None
    few: bool = False
    overlap: bool = False


@dataclass(frozen=True)
class ZoneMapSpec:
    """One view of the zones; see `geo.viz.mapkit.HexMapSpec`."""

    area: MapArea
    cells: tuple[ZoneCell, ...]
    theme: Theme = "light"
    font_url: str | None = None
    streets_url: str | None = None


class ZoneFrame(Frame):
    """The frame of `geo.viz.mapkit` with the script that draws zones."""

    def __init__(self, view: ZoneMapSpec) -> None:
        super().__init__(
            view.area,
            theme=view.theme,
            font_url=view.font_url,
            streets_url=view.streets_url,
            names_beside=False,
        )
        self.scripts += ZONE_SCRIPT


class ZoneLayer(folium.map.Layer):
    """The zones of one intervention; belongs into a map that has a `ZoneFrame`."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.featureGroup();\n"
        "hexbeat.zones({{ this.get_name() }}, {{ this.payload }});{% endmacro %}"
    )

    def __init__(self, payload: Mapping[str, Any]) -> None:
        super().__init__(name="zones", overlay=True, control=False)
        self._name = "ZoneLayer"
        self.payload = script_json(payload)


def zone_map(view: ZoneMapSpec) -> tuple[OfflineMap, folium.FeatureGroup]:
    """Return a fresh base map and the feature group that varies, for ``st_folium``.

    Raises
    ------
    GridError
        There is no treated cell.
    """
    west, south, east, north = view.area.bounds
    base = OfflineMap(ZoneFrame(view), ((south + north) / 2, (west + east) / 2))
    group = folium.FeatureGroup(name="view")
    ZoneLayer(zone_payload(view.cells)).add_to(group)
    return base, group


def zone_payload(cells: Sequence[ZoneCell]) -> dict[str, Any]:
    """Return what the zone layer sends to the browser, ready for JSON.

    Raises
    ------
    GridError
        There is no treated cell.
    """
    treated = [one.cell for one in cells if one.zone == "treated"]
    if not treated:
        message = "A map of zones needs a treated cell; found none."
        raise GridError(message, "Show the whole area instead.")
    around = [one.cell for one in cells if one.zone in {"treated", "nearby"}]
    lines: dict[str, int] = {"": 0}
    depth = max(len(one.tip) for one in cells)
    padded = (line for one in cells for line in (*one.tip, *[""] * (depth - len(one.tip))))
    places = [lines.setdefault(line, len(lines)) for line in padded]
    return {
        "rings": encode_integers(encode_rings([one.cell for one in cells])),
        "zones": "".join(_LETTERS[one.zone] for one in cells),
        "fills": "".join("f" if one.few else _FILLS[one.zone, one.overlap] for one in cells),
        "numbers": ["" if one.few else signed(one.difference) for one in cells],
        "lines": list(lines),
        "tips": encode_integers(places),
        "tipLines": depth,
        "treated": encode_geometries([outline(treated)]),
        "around": encode_geometries([outline(around)]),
        "focus": _corners(zone_focus(cells)),
        "near": _corners(padded_bounds([outline(around)], share=0.05)),
        "edges": {"t": ZONE_TREATED, "n": ZONE_NEARBY, "c": ZONE_COMPARISON, "o": MAP_EDGE},
        "colours": {
            "treated": ZONE_TREATED,
            "treatedFill": ZONE_TREATED_FILL,
            "nearby": ZONE_NEARBY,
            "nearbyHatch": ZONE_NEARBY_HATCH,
            "nearbyGround": ZONE_NEARBY_GROUND,
            "comparison": ZONE_COMPARISON,
            "few": MAP_FEW,
            "paper": MAP_PAPER,
        },
    }


def signed(difference: int | None) -> str:
    """Return a difference with its sign, the minus sign a true one; nothing for None.

    Examples
    --------
    >>> signed(7), signed(0), signed(None), signed(-41) == MINUS + "41"
    ('+7', '0', '', True)
    """
    if difference is None:
        return ""
    sign = "+" if difference > 0 else MINUS if difference < 0 else ""
    return f"{sign}{abs(difference):,}"


def zone_focus(cells: Sequence[ZoneCell]) -> Bounds:
    """Return what to look at first: treated and nearby cells, and comparison cells as room allows.

    The nearest comparison cells come first, until the view would be so wide that differences no
    longer fit into their hexagons.
    """
    around = [one.cell for one in cells if one.zone in {"treated", "nearby"}]
    bounds = padded_bounds([outline(around)], share=0.1)
    middle = ((bounds[1] + bounds[3]) / 2, (bounds[0] + bounds[2]) / 2)
    far = [one.cell for one in cells if one.zone == "comparison"]
    for cell in sorted(far, key=lambda c: h3.great_circle_distance(middle, h3.cell_to_latlng(c))):
        wider = _joined(bounds, padded_bounds([outline([cell])], share=0.1))
        if all(size <= most for size, most in zip(_size_km(wider), MOST_KM, strict=True)):
            bounds = wider
    return bounds


def zone_legend_html(counts: Mapping[ZoneKey, int], *, overlap: bool, few: bool) -> str:
    """Return the legend that stands under a map of zones, as escaped HTML.

    Parameters
    ----------
    counts
        Cells of each zone; a zone without cells is left out.
    overlap, few
        Whether to explain the cross hatch and the grey.
    """
    shown: list[tuple[Swatch, str]] = [
        (zone, f"{ZONE_WORDS[zone]} ({counts[zone]:,})")
        for zone in ("treated", "nearby", "comparison")
        if counts.get(zone)
    ]
    if overlap:
        shown.append(("overlap", "Another intervention too"))
    if few:
        shown.append(("few", f"Fewer than {FEWER_THAN}"))
    parts = "".join(
        f'<span><img alt="" width="34" height="24" src="{swatch(zone)}">{html.escape(words)}</span>'
        for zone, words in shown
    )
    key = f"<span><b>{MINUS}41</b>reports against expected</span>"
    return f'<div class="hb-legend">{parts}{key}</div>'


def swatch(zone: Swatch) -> str:
    """Return a legend's swatch as the address of an SVG picture, in the map's own pattern."""
    rising = "M-3 13 13 -3M-3 3 3 -3M7 13 13 7"
    falling = "M-3 -3 13 13M7 -3 13 3M-3 7 3 13"
    ground, mark, edge, width, dash = {
        "treated": (ZONE_TREATED_FILL, "", ZONE_TREATED, 4.0, ""),
        "nearby": (
            ZONE_NEARBY_GROUND,
            f'<path d="{rising}" stroke="{ZONE_NEARBY_HATCH}" stroke-width="2.4"/>',
            ZONE_NEARBY,
            2.5,
            "6 4",
        ),
        "comparison": (
            MAP_PAPER,
            f'<path d="M1.6 3h2.8M6.6 8h2.8" stroke="{ZONE_COMPARISON}" stroke-width="2.8"/>',
            ZONE_COMPARISON,
            1.5,
            "",
        ),
        "overlap": (
            MAP_PAPER,
            f'<path d="{rising}{falling}" stroke="{ZONE_COMPARISON}" stroke-width="1.5"/>',
            MAP_EDGE,
            1.5,
            "",
        ),
        "few": (MAP_FEW, "", ZONE_COMPARISON, 1.5, ""),
    }[zone]
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="34" height="24">'
        '<defs><pattern id="p" width="10" height="10" patternUnits="userSpaceOnUse">'
        f'<rect width="10" height="10" fill="{ground}"/>{mark}</pattern></defs>'
        f'<rect x="2" y="2" width="30" height="20" fill="url(#p)" stroke="{edge}"'
        f' stroke-width="{width}" stroke-dasharray="{dash or "none"}"/></svg>'
    )
    return f"data:image/svg+xml,{quote(drawing)}"


def _joined(a: Bounds, b: Bounds) -> Bounds:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _size_km(bounds: Bounds) -> tuple[float, float]:
    west, south, east, north = bounds
    return (east - west) * _KM_A_DEGREE[0], (north - south) * _KM_A_DEGREE[1]


def _corners(bounds: Bounds) -> list[list[float]]:
    west, south, east, north = (round(side, 5) for side in bounds)
    return [[south, west], [north, east]]
