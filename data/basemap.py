"""What does the map's frame fetch from the server: Leaflet, street lines, and buildings?

The pack of street lines is JSON: ``{"lines": [[street_class, [lat, lon, dlat, dlon, ...]], ...],
"labels": [[name, lat, lon, turn], ...]}``. Coordinates are whole 1e-5 degrees (about a metre); of
each line the first point is absolute, each further one the difference from the one before.
``street_class`` is 0 minor, 1 middle, 2 main. A label stands once for each street name, longest
street first, in the middle of its longest line; ``turn`` is degrees anticlockwise from east, from
-90 to 90, along the line. The pack of buildings is ``{"rings": text}``, in the encoding of
`geo.viz.encoding`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from xstatic.pkg import leaflet

from data.area_files import replace_file
from geo.viz.encoding import encode_geometries

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.area import StudyArea

LEAFLET_ADDRESS: Final = "vendor/leaflet"
"""Folder of Leaflet inside the static folder."""

_LEAFLET_FILES: Final = (
    "leaflet.js",
    "leaflet.css",
    "images/layers.png",
    "images/layers-2x.png",
    "images/marker-icon.png",
    "images/marker-icon-2x.png",
    "images/marker-shadow.png",
)
_PER_DEGREE: Final = 100_000


def copy_leaflet(static: Path) -> None:
    """Copy Leaflet from the installed Python package into the static folder, where it differs.

    Parameters
    ----------
    static
        Folder that the server hands out.
    """
    source, target = Path(leaflet.BASE_DIR), static / LEAFLET_ADDRESS
    for name in _LEAFLET_FILES:
        _write_where_different(target / name, (source / name).read_bytes())


def street_address(area: StudyArea) -> str:
    """Return where the area's street lines are, seen from the static folder.

    The name changes with the area's version, so that a browser may keep what it has fetched.
    """
    return f"streets/{area.area_id}-{area.version}.json"


def write_streets(path: Path, streets: gpd.GeoDataFrame) -> None:
    """Write street lines as the map's frame reads them, where the file differs.

    Parameters
    ----------
    path
        File to write.
    streets
        Columns ``name``, ``street_class``, ``geometry`` (LineString, WGS 84).
    """
    _write_where_different(path, street_pack(streets))


def building_address(area: StudyArea) -> str:
    """Return where the area's building footprints are, seen from the static folder."""
    return f"buildings/{area.area_id}-{area.version}.json"


def write_buildings(path: Path, buildings: gpd.GeoDataFrame) -> None:
    """Write the outlines of buildings as the map's frame reads them, where the file differs.

    Parameters
    ----------
    path
        File to write.
    buildings
        Polygons, WGS 84; courtyards are left out.
    """
    parts = shapely.get_parts(buildings.geometry.to_numpy())
    outlines = [shapely.geometry.mapping(shapely.Polygon(part.exterior)) for part in parts]
    content = {"rings": encode_geometries(outlines)}
    _write_where_different(path, json.dumps(content).encode("ascii"))


def street_pack(streets: gpd.GeoDataFrame) -> bytes:
    """Return street lines as compact JSON; the form is described above.

    Parameters
    ----------
    streets
        Columns ``name``, ``street_class``, ``geometry`` (LineString, WGS 84).
    """
    rows = zip(streets["name"], streets["street_class"], streets.geometry, strict=True)
    longest: dict[str, tuple[float, NDArray[np.int64]]] = {}
    lengths: dict[str, float] = {}
    lines = []
    for name, street_class, line in rows:
        points = _whole_points(shapely.get_coordinates(line))
        if len(points) < 2:  # noqa: PLR2004  (shorter than a metre)
            continue
        lines.append([int(street_class), np.diff(points, axis=0, prepend=0).ravel().tolist()])
        length = float(_steps(points).sum())
        lengths[name] = lengths.get(name, 0.0) + length
        if length > longest.get(name, (0.0, points))[0]:
            longest[name] = (length, points)
    order = sorted(filter(None, lengths), key=lambda name: (-lengths[name], name))
    labels = [[name, *_middle(longest[name][1])] for name in order]
    content = {"lines": lines, "labels": labels}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _whole_points(lon_lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return points as whole lat, lon in 1e-5 degrees, shape (n, 2), repeats left out."""
    points = np.rint(lon_lat[:, ::-1] * _PER_DEGREE).astype(np.int64)
    new = np.any(np.diff(points, axis=0) != 0, axis=1)
    return points[np.concatenate(([True], new))]


def _steps(points: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the length of each step in 1e-5 degrees of latitude."""
    north, east = _north_east(points)
    return np.hypot(north, east)


def _north_east(points: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    step = np.diff(points, axis=0).astype(np.float64)
    return step[:, 0], step[:, 1] * np.cos(np.radians(points[0, 0] / _PER_DEGREE))


def _middle(points: NDArray[np.int64]) -> tuple[int, int, int]:
    """Return lat and lon half-way along a line, and which way it turns there."""
    steps = _steps(points)
    reached = np.cumsum(steps)
    at = int(np.searchsorted(reached, reached[-1] / 2))
    part = (reached[-1] / 2 - (reached[at] - steps[at])) / steps[at]
    lat, lon = np.rint(points[at] + part * (points[at + 1] - points[at])).astype(int)
    north, east = _north_east(points)
    turn = round(float(np.degrees(np.arctan2(north[at], east[at]))))
    return int(lat), int(lon), turn - 180 if turn > 90 else turn + 180 if turn < -90 else turn  # noqa: PLR2004


def _write_where_different(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, content)
