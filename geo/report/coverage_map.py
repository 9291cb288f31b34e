"""Where do cameras see the places with most reports, as one drawing for paper?

Streets stay light; the class of a hexagon is a pattern and an outline, so that it prints in grey.
No camera is drawn unless its place is given: where cameras stand is not for every reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import h3
import numpy as np
import shapely

from geo.errors import SchemaError
from geo.report.pictures import WIDTH_PX, framed, words_svg
from geo.viz.tokens import MAP_LAND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

CellClass = Literal["gap", "covered_high", "relocate", "quiet"]

LEGEND: Final[tuple[tuple[CellClass, str], ...]] = (
    ("gap", "many reports, little in view"),
    ("covered_high", "many reports, in view"),
    ("relocate", "few reports, in view"),
)

_HIGH_PX: Final = 440.0
_EDGE_PX: Final = 10.0
_M_A_DEGREE: Final = 111_320.0
_SEA: Final = "#eef1f3"
_FILLS: Final[dict[CellClass, str]] = {
    "gap": "url(#gap)",
    "covered_high": "#9dbfdc",
    "relocate": "url(#dots)",
    "quiet": "none",
}
_PATTERNS: Final = (
    '<defs><pattern id="gap" width="7" height="7" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="7" height="7" fill="#fff7e6"/>'
    '<rect width="3" height="7" fill="#993404"/></pattern>'
    '<pattern id="dots" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect width="8" height="8" fill="#f7fafd"/><circle cx="4" cy="4" r="1.5" fill="#12436d"/>'
    "</pattern></defs>"
)
_SCALES_M: Final = (100, 200, 250, 500, 1000, 2000, 5000)
_LONGEST_SCALE_PX: Final = 150
_DISC_PX: Final = 11
_PUSHES: Final = 20


@dataclass(frozen=True)
class Ground:
    """What lies below the hexagons, WGS 84 lon/lat.

    Attributes
    ----------
    boundary
        Of the area.
    streets
        Lines; may be empty.
    land
        What is not sea; None where it is not known.
    """

    boundary: BaseGeometry
    streets: Sequence[BaseGeometry] = ()
    land: BaseGeometry | None = None


class _Frame(NamedTuple):
    """Degrees to pixels: the same scale in both directions, north up."""

    west: float
    north: float
    wide: float
    """Pixels a degree of longitude."""
    tall: float
    width: float
    height: float

    def path(self, shape: BaseGeometry) -> str:
        """Return the outline or the line of a shape."""
        parts = shapely.get_parts(shape)
        return "".join(self._part(part) for part in parts)

    def _part(self, part: BaseGeometry) -> str:
        if part.geom_type == "Polygon":
            rings = (part.exterior, *part.interiors)
            return "".join(f"{self._line(ring)}Z" for ring in rings)
        return self._line(part)

    def _line(self, line: BaseGeometry) -> str:
        return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in self.at(shapely.get_coordinates(line)))

    def at(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where places (n, 2), lon/lat, lie on the drawing."""
        return (places - [self.west, self.north]) * [self.wide, -self.tall]


def coverage_map(
    cells: Sequence[tuple[str, CellClass]],
    ground: Ground,
    *,
    numbered: Sequence[Sequence[str]] = (),
    cameras: Sequence[tuple[float, float]] = (),
) -> str:
    """Return the hexagons of an area by class, as SVG.

    Parameters
    ----------
    cells
        Each hexagon with its class.
    numbered
        Runs of hexagons that get 1, 2, 3 ... as in the table beside.
    cameras
        Places of cameras, lon/lat; leave it empty where the reader may not know them.

    Raises
    ------
    SchemaError
        When there is no hexagon.
    """
    if not cells:
        message = "A map of what cameras see needs one hexagon; found none."
        raise SchemaError(message, "Leave the map out and say why.")
    shapes = shapely.union_all([_outline([cell]) for cell, _ in cells])
    frame = _frame(shapely.union_all([shapes, ground.boundary]).bounds)
    parts = [
        _PATTERNS,
        *_ground(ground, frame),
        *_hexagons(cells, frame),
        *_discs(numbered, frame),
        *_cameras(cameras, frame),
        *_scale(frame),
    ]
    clip = (
        f'<clipPath id="map"><rect width="{frame.width:g}" height="{frame.height:g}"/></clipPath>'
    )
    drawn = f'{clip}<g clip-path="url(#map)">{"".join(parts)}</g>'
    legend, tall = _legend(cells, frame)
    return framed(drawn + legend, WIDTH_PX, frame.height + tall)


def _frame(bounds: tuple[float, float, float, float]) -> _Frame:
    west, south, east, north = bounds
    shrink = cos(radians((south + north) / 2))
    wide_m, tall_m = (east - west) * shrink, north - south
    scale = min((WIDTH_PX - 2 * _EDGE_PX) / wide_m, (_HIGH_PX - 2 * _EDGE_PX) / tall_m)
    spare = (WIDTH_PX - wide_m * scale) / 2
    return _Frame(
        west=west - spare / (scale * shrink),
        north=north + _EDGE_PX / scale,
        wide=scale * shrink,
        tall=scale,
        width=WIDTH_PX,
        height=round(tall_m * scale + 2 * _EDGE_PX),
    )


def _outline(cells: Sequence[str]) -> BaseGeometry:
    return shapely.geometry.shape(h3.cells_to_h3shape(list(cells)).__geo_interface__)


def _ground(ground: Ground, frame: _Frame) -> list[str]:
    land = ground.land if ground.land is not None else ground.boundary
    whole = f'<rect width="{frame.width:g}" height="{frame.height:g}"'
    parts = [
        f'{whole} fill="{_SEA}"/>',
        f'<path d="{frame.path(land)}" fill="{MAP_LAND}"/>',
    ]
    if len(ground.streets):
        lines = "".join(frame.path(street) for street in ground.streets)
        parts.append(f'<path d="{lines}" fill="none" stroke="#cfcabd" stroke-width=".9"/>')
    edge = f'<path d="{frame.path(ground.boundary)}" fill="none"'
    parts.append(f'{edge} stroke="#87929b" stroke-width="1.2" stroke-dasharray="6 3"/>')
    return parts


def _hexagons(cells: Sequence[tuple[str, CellClass]], frame: _Frame) -> list[str]:
    parts = []
    for kind in ("quiet", "relocate", "covered_high", "gap"):
        inside = sorted(cell for cell, found in cells if found == kind)
        if not inside:
            continue
        shape = "".join(frame.path(_outline([cell])) for cell in inside)
        line = '#b9c0c6" stroke-width=".4' if kind == "quiet" else '#59626a" stroke-width=".6'
        parts.append(
            f'<path d="{shape}" fill="{_FILLS[kind]}" fill-opacity=".82" stroke="{line}"/>'
        )
        if kind == "gap":
            whole = frame.path(_outline(inside))
            for colour, width in (("#ffffff", 6), ("#662506", 3)):
                parts.append(
                    f'<path d="{whole}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
                )
    return parts


def _discs(numbered: Sequence[Sequence[str]], frame: _Frame) -> list[str]:
    if not numbered:
        return []
    middles = [_outline(run).representative_point() for run in numbered]
    parts = []
    for number, (x, y) in enumerate(_apart(frame.at(shapely.get_coordinates(middles))), start=1):
        disc = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_DISC_PX}" fill="#ffffff"'
        parts.append(f'{disc} stroke="#0b0c0c" stroke-width="2.5"/>')
        parts.append(words_svg(x, y + 5, str(number), size=14, anchor="middle", bold=True))
    return parts


def _apart(middles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return discs that touched pushed apart, each as far as the other."""
    moved = middles.copy()
    for _ in range(_PUSHES):
        for one in range(len(moved)):
            for other in range(one):
                way = moved[one] - moved[other]
                length = float(np.hypot(*way))
                short = 2 * _DISC_PX + 3 - length
                if short > 0:
                    step = way / length if length > 0 else np.array([1.0, 0.0])
                    moved[one] += step * short / 2
                    moved[other] -= step * short / 2
    return moved


def _cameras(cameras: Sequence[tuple[float, float]], frame: _Frame) -> list[str]:
    parts = []
    for x, y in frame.at(np.asarray(cameras, dtype=np.float64).reshape(-1, 2)):
        disc = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#12436d"'
        parts.append(f'{disc} stroke="#ffffff" stroke-width="1.2"/>')
    return parts


def _scale(frame: _Frame) -> list[str]:
    """Return a scale bar and the arrow to the north."""
    per_m = frame.tall / _M_A_DEGREE
    length = max((m for m in _SCALES_M if m * per_m <= _LONGEST_SCALE_PX), default=_SCALES_M[0])
    x, y = 14.0, frame.height - 14.0
    name = f"{length} m" if length < 1000 else f"{length // 1000} km"  # noqa: PLR2004 - metres
    bar = f'<path d="M{x:g},{y:g}h{length * per_m:.1f}" stroke="#0b0c0c" stroke-width="3"/>'
    arrow = '<path d="M0,-26 L7,-8 L0,-12 L-7,-8 Z" fill="#0b0c0c"/>'
    place = f"translate({frame.width - 24:g},42)"
    north = words_svg(0, 8, "N", size=14, anchor="middle", bold=True)
    return [
        bar,
        words_svg(x, y - 7, name, size=14, halo=True),
        f'<g transform="{place}">{arrow}{north}</g>',
    ]


def _legend(cells: Sequence[tuple[str, CellClass]], frame: _Frame) -> tuple[str, float]:
    """Return the legend below the map, with the number of hexagons of each class."""
    parts, x, y = [], 0.0, frame.height + 10
    for kind, words in LEGEND:
        n = sum(found == kind for _, found in cells)
        said = f"{words} ({n})"
        line = '#662506" stroke-width="2.5' if kind == "gap" else '#59626a" stroke-width=".8'
        shape = f'x="{x + 2:g}" y="{y:g}" width="28" height="18"'
        parts.append(f'<rect {shape} fill="{_FILLS[kind]}" stroke="{line}"/>')
        parts.append(words_svg(x + 37, y + 14, said, size=14))
        x += 37 + 6.6 * len(said) + 16
    return "".join(parts), 34.0
