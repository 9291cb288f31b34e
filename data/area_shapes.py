"""Which wards, patches, streets and land belong to a boundary?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from data.area_sources import (
    WGS84,
    Layer,
    lines,
    name_field,
    names_of,
    polygonal,
    polygons,
    read_layer,
    settle,
)
from geo.errors import CrsError, SchemaError

if TYPE_CHECKING:
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

STREET_MARGIN_M: Final = 500.0
"""Streets this far outside the boundary are kept, for the edge of the map."""
LEAST_OVERLAP: Final = 0.02
"""A ward belongs to the area when the two share at least this part of the smaller one: outlines
drawn at different scales overlap in slivers along their edge."""

_BRITISH_GRID: Final = "EPSG:27700"
_GREAT_BRITAIN: Final = shapely.Polygon(
    [
        (-6.6, 49.8), (-3.0, 49.9), (-0.5, 50.4), (1.2, 50.8), (1.9, 51.4), (2.1, 52.9),
        (0.6, 53.8), (-1.0, 56.0), (-1.4, 57.9), (-0.4, 60.2), (-0.4, 61.0), (-2.2, 61.0),
        (-4.5, 59.3), (-8.9, 58.2), (-8.0, 56.4), (-6.9, 55.5), (-5.9, 55.25), (-5.3, 54.9),
        (-5.3, 54.3), (-5.2, 53.5), (-5.6, 51.8), (-5.6, 51.3), (-6.6, 50.3),
    ]
)  # fmt: skip
"""Roughly, lon/lat: where the British National Grid is the usual system in metres."""

MINOR_STREET, MIDDLE_STREET, MAIN_STREET = 0, 1, 2
_STREET_CLASSES: Final = {
    "motorway": MAIN_STREET,
    "trunk": MAIN_STREET,
    "primary": MAIN_STREET,
    "a road": MAIN_STREET,
    "main": MAIN_STREET,
    "2": MAIN_STREET,
    "secondary": MIDDLE_STREET,
    "tertiary": MIDDLE_STREET,
    "b road": MIDDLE_STREET,
    "minor road": MIDDLE_STREET,
    "1": MIDDLE_STREET,
}
_STREET_CLASS_FIELDS: Final = ("street_class", "highway", "roadclassification", "class", "function")


@dataclass(frozen=True, eq=False)
class Site:
    """A boundary in WGS 84, and how the files around it are to be read.

    Attributes
    ----------
    boundary
        Valid polygons, lon/lat.
    crs_m
        System in metres.
    file_crs
        System of files that name none.
    name_field
        Column that holds names, where a file has it.
    """

    boundary: BaseGeometry
    crs_m: str
    file_crs: str | None = None
    name_field: str | None = None

    def regions(self, path: Path, what: str) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
        """Return the named polygons of a file that belong to the area, sorted by name.

        Parameters
        ----------
        path
            File of polygons; those of one name become one.
        what
            What they are, in the words of a message: "wards".

        Raises
        ------
        SchemaError
            When a name is missing, or none of them belongs to the area.
        """
        layer = polygons(read_layer(path, crs=self.file_crs), what)
        named = layer.shapes[["geometry"]].assign(name=names_of(layer, self.name_field).to_numpy())
        inside = named[self._belongs(named)]
        if inside.empty:
            message = f"None of the {len(named)} {what} in {layer.file} lies in the area."
            raise SchemaError(message, f"Choose the file of {what} of this area.")
        if (inside["name"] == "").any():
            message = f"{int((inside['name'] == '').sum())} of the {what} have no name."
            raise SchemaError(message, f"Fill in the names in {layer.file}.")
        left_out = len(named) - len(inside)
        notes = (f"{layer.file}: {left_out} {what} outside the area left out.",) if left_out else ()
        outlines = {
            str(name): polygonal(shapely.union_all(group.geometry.to_numpy()))
            for name, group in inside.groupby("name", sort=True)
        }
        return regions_frame(outlines), layer.notes + notes

    def streets(self, path: Path) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
        """Return the street lines in and just around the area.

        Returns
        -------
        GeoDataFrame
            Columns ``name`` (empty where unknown), ``street_class`` (0 minor, 1 middle, 2 main) and
            ``geometry``; one LineString a row, sorted.
        tuple of str
            Notes.

        Raises
        ------
        SchemaError
            When the file holds no line near the area.
        """
        layer = lines(read_layer(path, crs=self.file_crs))
        column = name_field(layer, self.name_field)
        shapes = layer.shapes
        frame = gpd.GeoDataFrame(
            {
                "name": names_of(layer, column) if column else "",
                "street_class": _street_classes(layer),
            },
            geometry=settle(shapes.geometry.to_numpy()),
            crs=WGS84,
        )
        near = frame[frame.intersects(self._with_margin()) & ~frame.is_empty]
        if near.empty:
            message = f"None of the {len(shapes)} street lines in {layer.file} lies in the area."
            raise SchemaError(message, "Choose the file of streets of this area.")
        return in_order(near), layer.notes

    def land(self, path: Path) -> tuple[BaseGeometry, tuple[str, ...]]:
        """Return the land in and just around the area.

        Raises
        ------
        SchemaError
            When the file holds no land there.
        """
        layer = polygons(read_layer(path, crs=self.file_crs), "land")
        around = shapely.box(*self._with_margin().bounds)
        whole = shapely.union_all(layer.shapes.geometry.to_numpy())
        land = polygonal(shapely.intersection(whole, around))
        if shapely.is_empty(land):
            message = f"No land of {layer.file} lies in the area."
            raise SchemaError(message, "Choose the file of land of this area.")
        return settle_one(land), layer.notes

    def _belongs(self, named: gpd.GeoDataFrame) -> pd.Series[bool]:
        outline = gpd.GeoSeries([self.boundary], crs=WGS84).to_crs(self.crs_m).iloc[0]
        shapes = named.geometry.to_crs(self.crs_m)
        shared = shapes.make_valid().intersection(outline).area
        belongs: pd.Series[bool] = shared >= LEAST_OVERLAP * np.minimum(shapes.area, outline.area)
        return belongs

    def _with_margin(self) -> BaseGeometry:
        outline = gpd.GeoSeries([self.boundary], crs=WGS84).to_crs(self.crs_m)
        return outline.buffer(STREET_MARGIN_M).to_crs(WGS84).iloc[0]


def regions_frame(outlines: dict[str, BaseGeometry]) -> gpd.GeoDataFrame:
    """Return named outlines in WGS 84 as a frame ``name``, ``geometry``, sorted by name."""
    names = sorted(outlines)
    shapes = settle(np.array([outlines[name] for name in names], dtype=object))
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=WGS84)


def settle_one(outline: BaseGeometry) -> BaseGeometry:
    """Return one outline in its fixed form."""
    return settle(np.array([outline], dtype=object))[0]


def in_order(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return street lines in an order that does not depend on the order of the file."""
    keys = pd.DataFrame(
        {
            "street_class": streets["street_class"],
            "name": streets["name"],
            "line": shapely.to_wkb(streets.geometry.to_numpy()),
        }
    )
    order = keys.sort_values(["street_class", "name", "line"]).index
    return streets.loc[order].reset_index(drop=True)


def usual_crs_m(boundary: BaseGeometry) -> str:
    """Return the usual system in metres where the boundary lies.

    Parameters
    ----------
    boundary
        WGS 84. In Great Britain its National Grid, elsewhere the UTM zone of its middle.
    """
    if _GREAT_BRITAIN.contains(boundary):
        return _BRITISH_GRID
    return str(gpd.GeoSeries([boundary], crs=WGS84).estimate_utm_crs().to_string())


def system_in_metres(text: str) -> str:
    """Return the name of a coordinate system in metres.

    Raises
    ------
    CrsError
        When there is no such system, or it is not in metres.
    """
    try:
        system = pyproj.CRS.from_user_input(text)
    except CRSError as error:
        message = f"There is no coordinate system {text!r}."
        raise CrsError(message, "Write it like EPSG:27700.") from error
    if not (system.is_projected and system.axis_info[0].unit_name == "metre"):
        message = f"The coordinate system {text} is not in metres: {system.name}."
        raise CrsError(message, "Choose a projected one, such as EPSG:27700 in Great Britain.")
    return str(system.to_string())


def _street_classes(layer: Layer) -> pd.Series[int]:
    columns = {str(name).casefold(): name for name in layer.shapes.columns}
    column = next((columns[key] for key in _STREET_CLASS_FIELDS if key in columns), None)
    if column is None:
        return pd.Series(MINOR_STREET, index=layer.shapes.index)
    words = layer.shapes[column].astype(str).str.casefold().str.strip().str.removesuffix("_link")
    classes: pd.Series[int] = words.map(_STREET_CLASSES).fillna(MINOR_STREET).astype(int)
    return classes
