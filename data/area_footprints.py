"""Which buildings, parks and promenades lie in and around an area?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.area_sources import WGS84, read_layer, settle
from geo.errors import SchemaError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from data.area_shapes import Site

FOOTPRINT_MARGIN_M: Final = 300.0
"""Buildings this far outside the boundary are kept: they still cut what a camera inside sees."""

BUILDINGS: Final = "buildings"
OPEN_GROUND: Final = "pieces of open ground"

_HEIGHT_FIELDS: Final = (
    "height", "height_m", "building_height", "building:height", "relhmax", "relh2",
)  # fmt: skip
_NUMBER: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*m?\s*")


@dataclass(frozen=True, eq=False)
class _Outlines:
    """Polygons, the row of the file each came from, and notes on what was left out."""

    shapes: NDArray[np.object_]
    row: NDArray[np.intp]
    notes: tuple[str, ...] = ()


def buildings(path: Path, site: Site) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return the building footprints in and just around an area.

    Parameters
    ----------
    path
        Any vector file; its system is read from it, or is that of the site.
    site
        Boundary, and how files are to be read.

    Returns
    -------
    GeoDataFrame
        ``height_m`` (NaN where unknown) and ``geometry``: one valid Polygon a row, WGS 84, sorted.
    tuple of str
        What was put right or left out, with counts.

    Raises
    ------
    SchemaError
        When no footprint lies in or near the area.
    """
    layer = read_layer(path, crs=site.file_crs)
    near = _near(layer.shapes, layer.file, site, BUILDINGS)
    frame = gpd.GeoDataFrame(
        {"height_m": _heights(layer.shapes)[near.row]}, geometry=near.shapes, crs=WGS84
    )
    return _in_order(frame), layer.notes + near.notes


def open_ground(path: Path, site: Site) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return parks, promenades and squares in and just around an area: ``geometry``, WGS 84.

    Raises
    ------
    SchemaError
        When none lies in or near the area.
    """
    layer = read_layer(path, crs=site.file_crs)
    near = _near(layer.shapes, layer.file, site, OPEN_GROUND)
    return _in_order(gpd.GeoDataFrame(geometry=near.shapes, crs=WGS84)), layer.notes + near.notes


def _near(shapes: gpd.GeoDataFrame, file: str, site: Site, what: str) -> _Outlines:
    """Return the polygons that lie within the margin of the boundary."""
    found = _polygons(shapes.geometry.to_numpy(), file, what)
    outline = gpd.GeoSeries([site.boundary], crs=WGS84).to_crs(site.crs_m)
    around = outline.buffer(FOOTPRINT_MARGIN_M).to_crs(WGS84).iloc[0]
    shapely.prepare(around)
    inside = np.flatnonzero(shapely.intersects(around, found.shapes))
    if not len(inside):
        message = f"None of the {len(shapes):,} {what} in {file} lies in the area."
        raise SchemaError(message, f"Choose the file of {what} of this area.")
    settled = settle(found.shapes[inside])
    whole = ~shapely.is_empty(settled)
    beyond = len(found.shapes) - len(inside)
    notes = found.notes + _counted(
        file,
        (beyond, f"{what} more than {FOOTPRINT_MARGIN_M:g} m outside the area left out"),
        (int((~whole).sum()), f"{what} smaller than a centimetre left out"),
    )
    parts, part = shapely.get_parts(settled[whole], return_index=True)
    return _Outlines(parts, found.row[inside][whole][part], notes)


def _polygons(shapes: NDArray[np.object_], file: str, what: str) -> _Outlines:
    """Return valid polygons only, those that crossed themselves put right."""
    areal = np.isin(shapely.get_type_id(shapes), (3, 6))
    row = np.flatnonzero(areal)
    kept = shapes[row].copy()
    broken = np.flatnonzero(~shapely.is_valid(kept))
    kept[broken] = shapely.make_valid(kept[broken], method="structure", keep_collapsed=False)
    flat = shapely.is_empty(kept) | (shapely.area(kept) == 0)
    repaired = len(broken) - int(flat[broken].sum())
    notes = _counted(
        file,
        (repaired, f"{what} crossed themselves; put right"),
        (int((~areal).sum()), f"shapes that are not polygons left out of the {what}"),
        (int(flat.sum()), f"{what} that enclose nothing left out"),
    )
    return _Outlines(kept[~flat], row[~flat], notes)


def _counted(file: str, *found: tuple[int, str]) -> tuple[str, ...]:
    return tuple(f"{file}: {count:,} {words}." for count, words in found if count)


def _heights(shapes: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return heights in metres, NaN where the file states none that can be one."""
    columns = {str(name).casefold(): name for name in shapes.columns}
    column = next((columns[key] for key in _HEIGHT_FIELDS if key in columns), None)
    if column is None:
        return np.full(len(shapes), np.nan)
    texts = shapes[column].astype("string").str.extract(_NUMBER, expand=False)
    height = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(height > 0, height, np.nan)


def _in_order(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return shapes in an order that does not depend on the order of the file."""
    keys = pd.DataFrame({"shape": shapely.to_wkb(frame.geometry.to_numpy())})
    keys = keys.assign(**frame.drop(columns="geometry"))
    return frame.loc[keys.sort_values(keys.columns.tolist()).index].reset_index(drop=True)
