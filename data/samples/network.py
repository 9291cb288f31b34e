"""Which streets does the sample town have, and what are they called?

Main roads divide the drawing board into quarters; each quarter gets its own grid: its own angle,
spacing and bend, close terraces near the sea and curved estates inland. Everything is noded, so
that a street line ends wherever two streets meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from data.samples import names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.samples.plane import Plane, Points

MINOR: Final = 0
MIDDLE: Final = 1
MAIN: Final = 2
PROMENADE_U: Final = 28.0
CENTRE_U: Final = 330.0
FORESHORE_U: Final = -130.0
PIER_HALF_M: Final = 14.0

_CUT: Final = 9
_OVERSHOOT_M: Final = 0.6
_SMALLEST_QUARTER_M2: Final = 12_000.0
_PARK_M2: Final = (9e4, 6e5)
_LONG_TOWN_M: Final = 10_000.0
_CENTRE_RADIUS_M: Final = 650.0
_TERRACES_U: Final = 900.0
_SHORTEST_STREET_M: Final = 45.0
_TERRACES, _FRINGE, _FIELDS = 0.30, 0.80, 0.93
"""Shares of the depth: terraces end, some quarters are fields, all quarters are fields."""
_FRINGE_FIELDS: Final = 0.45


@dataclass(frozen=True)
class Lines:
    """Named lines on the board: geometry, name and class, in step."""

    geometry: list[LineString]
    name: list[str]
    street_class: list[int]

    def add(self, geometry: LineString, name: str, street_class: int) -> None:
        """Append one line."""
        self.geometry.append(geometry)
        self.name.append(name)
        self.street_class.append(street_class)


@dataclass(frozen=True, eq=False)
class Network:
    """Noded streets on the board, the faces between all lines, and the parks.

    Attributes
    ----------
    segments, name, street_class
        Street lines in step; street_class 0 minor, 1 middle, 2 main.
    cuts
        Unnamed lines (boundary, fields, foreshore) that only part faces.
    parks
        Name and board polygon.
    quarters
        Faces between the named roads.
    """

    segments: NDArray[np.object_]
    name: NDArray[np.str_]
    street_class: NDArray[np.int64]
    cuts: NDArray[np.object_]
    parks: tuple[tuple[str, Polygon], ...]
    quarters: NDArray[np.object_]


def board_outline(plane: Plane, rng: np.random.Generator, piers: list[LineString]) -> Polygon:
    """Return the borough on the board: foreshore, uneven inland edge, and its piers."""
    steps = np.linspace(plane.south_m, plane.north_m, max(8, round(plane.length_m / 650)))
    inland = plane.depth_m * (1 + rng.uniform(-0.09, 0.09, len(steps)))
    inland[[0, -1]] *= 0.8
    edge = list(zip(inland, steps, strict=True))
    ring = [(FORESHORE_U, plane.south_m), *edge, (FORESHORE_U, plane.north_m)]
    decks = [pier.buffer(PIER_HALF_M + 12.0, cap_style="square") for pier in piers]
    return shapely.union_all([Polygon(ring), *decks])


def lay_piers(plane: Plane) -> list[LineString]:
    """Return the piers: one off the centre, others where the town is long enough."""
    at = [90.0, -0.26 * plane.length_m, 0.27 * plane.length_m]
    count = 3 if plane.length_m > _LONG_TOWN_M else 2
    return [LineString([(PROMENADE_U, v), (-400.0 + 60 * k, v)]) for k, v in enumerate(at[:count])]


def main_lines(plane: Plane, rng: np.random.Generator) -> Lines:
    """Return the promenade, the radial roads, the square, coast-parallel and cross roads."""
    lines = Lines([], [], [])
    south, north = plane.south_m - 50.0, plane.north_m + 50.0
    bounds = (south, 0.13 * south, 0.13 * north, north)
    for name, a, b in zip(names.SEAFRONT, bounds[:-1], bounds[1:], strict=True):
        lines.add(LineString([(PROMENADE_U, a), (PROMENADE_U, b)]), name, MAIN)
    for name, angle in zip(names.RADIALS, (66.0, 36.0, 4.0, -28.0, -61.0), strict=True):
        lines.add(_radial(plane, angle + rng.uniform(-5, 5), rng), name, MAIN)
    square = Point(CENTRE_U, 0).buffer(95.0, quad_segs=2).exterior
    lines.add(LineString(square.coords), names.RING, MIDDLE)
    _add_parallels(lines, plane, rng)
    _add_crossings(lines, plane, rng)
    return lines


def _radial(plane: Plane, angle_deg: float, rng: np.random.Generator) -> LineString:
    """Return a road from the centre outwards that wanders a little."""
    reach = np.arange(0.0, plane.length_m, 700.0)
    angle = np.deg2rad(angle_deg + np.concatenate(([0.0], rng.normal(0, 2.2, len(reach) - 1))))
    u, v = CENTRE_U + reach * np.cos(angle), reach * np.sin(angle)
    return LineString(np.column_stack((u, v)))


def _add_parallels(lines: Lines, plane: Plane, rng: np.random.Generator) -> None:
    """Add the roads that run along the coast, each less straight than the one before."""
    offsets = np.linspace(820.0, plane.depth_m * 0.86, max(3, round(plane.depth_m / 950)))
    v = np.arange(plane.south_m - 60, plane.north_m + 700, 650.0)
    for k, u in enumerate(offsets):
        wander = np.cumsum(rng.normal(0, 55.0 + 12 * k, len(v)))
        wander -= np.linspace(wander[0], wander[-1], len(v))
        name = names.MAIN_ROADS[k % len(names.MAIN_ROADS)]
        line = LineString(np.column_stack((u + 0.7 * wander, v)))
        lines.add(line, name if k < len(names.MAIN_ROADS) else f"New {name}", MAIN - k % 2)


def _add_crossings(lines: Lines, plane: Plane, rng: np.random.Generator) -> None:
    """Add the roads from the promenade inland."""
    count = max(4, round(plane.length_m / 820))
    at = np.linspace(plane.south_m, plane.north_m, count + 2)[1:-1] + rng.uniform(-110, 110, count)
    u = np.arange(PROMENADE_U, plane.depth_m * 1.15, 600.0)
    for k, v in enumerate(at):
        tilt = rng.uniform(-0.12, 0.12) * (u - PROMENADE_U)
        wiggle = np.concatenate(([0.0], rng.normal(0, 45.0, len(u) - 1)))
        name = names.CROSS_ROADS[k % len(names.CROSS_ROADS)]
        name = name if k < len(names.CROSS_ROADS) else f"New {name}"
        lines.add(LineString(np.column_stack((u, v + tilt + wiggle))), name, MIDDLE)


def lay_streets(plane: Plane, rng: np.random.Generator) -> Network:
    """Return the noded network of the borough, on the board."""
    piers = lay_piers(plane)
    outline = board_outline(plane, rng, piers)
    lines = main_lines(plane, rng)
    land = outline.intersection(shapely.box(PROMENADE_U, -1e6, 1e6, 1e6))
    roads = shapely.union_all([*lines.geometry, outline.boundary])
    quarters = [q for q in _faces([roads]) if land.buffer(1.0).contains(q)]
    parks = _choose_parks(plane, quarters)
    grids, cuts = _fill_quarters(plane, rng, quarters, parks)
    pool = names.street_names(len(grids), rng)
    for line, name in zip(grids, pool, strict=True):
        lines.add(line, name, MINOR)
    for pier, name in zip(piers, names.PIERS, strict=False):
        lines.add(pier, name, MINOR)
    cuts.extend(_foreshore_cuts(plane))
    cuts.append(outline.boundary)
    return _node(lines, cuts, outline, tuple(parks), quarters)


def _faces(lines: list[shapely.Geometry]) -> list[Polygon]:
    faces = shapely.polygonize([part for line in lines for part in shapely.get_parts(line)])
    return sorted(
        shapely.get_parts(faces), key=lambda q: (round(q.centroid.y), round(q.centroid.x))
    )


def _choose_parks(plane: Plane, quarters: list[Polygon]) -> list[tuple[str, Polygon]]:
    """Return the quarters nearest to a few wished places, as parks."""
    wished = [(1500.0, 500.0), (plane.depth_m * 0.45, plane.north_m * 0.83)]
    wished += [(plane.depth_m * 0.6, plane.south_m * 0.55)]
    low, high = _PARK_M2
    fit = [q for q in quarters if low < q.area < high and q.centroid.x > _TERRACES_U]
    parks: list[tuple[str, Polygon]] = []
    for name, (u, v) in zip(names.PARKS, wished, strict=False):
        best = min(fit, key=lambda q: q.distance(Point(u, v)) + q.centroid.distance(Point(u, v)))
        if all(best is not other for _, other in parks):
            parks.append((name, best))
    return parks


def _fill_quarters(
    plane: Plane,
    rng: np.random.Generator,
    quarters: list[Polygon],
    parks: list[tuple[str, Polygon]],
) -> tuple[list[LineString], list[shapely.Geometry]]:
    """Return the local streets, and the field edges of quarters that are not built up."""
    streets: list[LineString] = []
    cuts: list[shapely.Geometry] = []
    green = {id(park) for _, park in parks}
    for quarter in quarters:
        if quarter.area < _SMALLEST_QUARTER_M2:
            continue
        u = quarter.centroid.x / plane.depth_m
        rural = (u > _FRINGE and rng.random() < _FRINGE_FIELDS) or u > _FIELDS
        if id(quarter) in green or rural:
            cuts.extend(_grid(quarter, rng, spacing=(330.0, 360.0), angle_deg=0.0, keep=1.0))
            continue
        streets.extend(_quarter_streets(quarter, u, rng))
    return streets, cuts


def _quarter_streets(quarter: Polygon, u: float, rng: np.random.Generator) -> list[LineString]:
    """Return the grid of one quarter; ``u`` is its depth inland, 0 to 1."""
    near = float(np.hypot(quarter.centroid.x - CENTRE_U, quarter.centroid.y))
    if near < _CENTRE_RADIUS_M:
        return _grid(quarter, rng, spacing=(72.0, 105.0), angle_deg=rng.uniform(-7, 7), keep=0.8)
    if u < _TERRACES:
        angle = rng.choice([0.0, 90.0]) + rng.uniform(-9, 9)
        return _grid(quarter, rng, spacing=(76.0, 190.0), angle_deg=angle, keep=0.72)
    angle, bend = rng.uniform(-45, 45), rng.uniform(18, 42)
    return _grid(quarter, rng, spacing=(98.0, 205.0), angle_deg=angle, keep=0.62, bend_m=bend)


def _grid(
    quarter: Polygon,
    rng: np.random.Generator,
    *,
    spacing: tuple[float, float],
    angle_deg: float,
    keep: float,
    bend_m: float = 0.0,
) -> list[LineString]:
    """Return long streets and the shorter ones between them, cut to the quarter.

    ``spacing`` is between long streets and between short ones, in metres; ``keep`` the share of
    short ones that exist. Short streets are offset from one row of blocks to the next.
    """
    centre = quarter.centroid
    radius = shapely.minimum_bounding_radius(quarter) + spacing[0]
    rows = np.arange(-radius, radius, spacing[0]) + rng.uniform(0, spacing[0])
    rows = rows + rng.uniform(-0.10, 0.10, len(rows)) * spacing[0]
    along = np.arange(-radius, radius + 60.0, 60.0)
    lines = [np.column_stack((np.full(len(along), row), along)) for row in rows]
    start = 0
    while start < len(rows) - 1:
        end = min(start + int(rng.integers(1, 4)), len(rows) - 1)
        places = np.arange(-radius, radius, spacing[1]) + rng.uniform(0, spacing[1])
        for place in places[rng.random(len(places)) < keep]:
            across = np.linspace(rows[start], rows[end], 2 + end - start)
            across[[0, -1]] += (-_OVERSHOOT_M, _OVERSHOOT_M)
            lines.append(np.column_stack((across, np.full(len(across), place))))
        start = end
    phase = rng.uniform(0, 2 * np.pi, 2)
    placed = [_place(line, centre, angle_deg, bend_m, phase) for line in lines]
    kept = shapely.intersection(np.array(placed), quarter.buffer(_OVERSHOOT_M))
    parts = shapely.get_parts(kept)
    long_enough = shapely.length(parts) > _SHORTEST_STREET_M
    return [p for p in parts[long_enough] if isinstance(p, LineString)]


def _place(
    line: Points, centre: Point, angle_deg: float, bend_m: float, phase: NDArray[np.float64]
) -> LineString:
    """Return a line of the quarter's own frame on the board, bent and turned."""
    p = line[:, 0] + bend_m * np.sin(line[:, 1] / 125.0 + phase[0])
    q = line[:, 1] + bend_m * np.sin(line[:, 0] / 140.0 + phase[1])
    cos, sin = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
    return LineString(np.column_stack((centre.x + cos * p - sin * q, centre.y + sin * p + cos * q)))


def _foreshore_cuts(plane: Plane) -> list[shapely.Geometry]:
    """Return the groynes, which part the foreshore between wards."""
    at = np.arange(plane.south_m + 140, plane.north_m, 260.0)
    return [LineString([(PROMENADE_U + 1, v), (FORESHORE_U - 1, v)]) for v in at]


def _node(
    lines: Lines,
    cuts: list[shapely.Geometry],
    outline: Polygon,
    parks: tuple[tuple[str, Polygon], ...],
    quarters: list[Polygon],
) -> Network:
    """Return all lines split where they meet, each with the name of the line it came from."""
    cut_parts = [part for cut in cuts for part in shapely.get_parts(cut)]
    sources = np.array([*lines.geometry, *cut_parts], dtype=object)
    inside = shapely.intersection(sources, outline.buffer(_OVERSHOOT_M))
    noded = shapely.get_parts(shapely.union_all(inside))
    noded = noded[shapely.length(noded) > 2 * _OVERSHOOT_M]
    middle = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    found, source = shapely.STRtree(sources).query_nearest(middle, all_matches=False)
    origin = np.zeros(len(noded), dtype=np.int64)
    origin[found] = source
    street_class = np.array([*lines.street_class, *[_CUT] * len(cut_parts)])[origin]
    name = np.array([*lines.name, *[""] * len(cut_parts)])[origin]
    order = np.lexsort((shapely.get_y(middle), shapely.get_x(middle), name))
    street = order[street_class[order] != _CUT]
    return Network(
        noded[street],
        name[street],
        street_class[street],
        noded[street_class == _CUT],
        parks,
        np.array(quarters, dtype=object),
    )
