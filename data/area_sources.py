"""What shapes does a file hold, wherever it comes from, as valid WGS 84?

Reads any vector file in any coordinate system. What was put right is said in notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import CRSError, ProjError

from geo.errors import CrsError, SchemaError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

WGS84: Final = "EPSG:4326"
DECIMALS: Final = 7
"""Of degrees, in every area pack: about one centimetre."""

_NAME_FIELDS: Final = (
    "name", "ward_name", "ward", "patch_name", "patch", "area_name", "district", "district_name",
    "lad_name", "street_name", "roadname1", "name1", "label", "title",
)  # fmt: skip
_CODED_NAME: Final = re.compile(r"[a-z]{2,6}\d{0,2}(nm|name|_name)")
_POLYGONS: Final = ("Polygon", "MultiPolygon")
_LINES: Final = ("LineString", "MultiLineString", "LinearRing")


@dataclass(frozen=True, eq=False)
class Layer:
    """Shapes of one file in WGS 84, with their columns, and notes on what was put right."""

    file: str
    shapes: gpd.GeoDataFrame
    notes: tuple[str, ...] = ()


def read_layer(path: Path, *, crs: str | None = None) -> Layer:
    """Return the shapes of a file.

    Parameters
    ----------
    path
        Any vector file; of several layers in it, the first with shapes is read.
    crs
        Coordinate system of a file that names none; None takes degrees if they can be degrees.

    Raises
    ------
    SchemaError
        When the file is absent, unreadable or without shapes.
    CrsError
        When the coordinates cannot be what the coordinate system says.
    """
    if not path.is_file():
        message = f"There is no file {path}."
        raise SchemaError(message, "Check the path and the spelling.")
    try:
        found, notes = _read_first_layer(path)
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        message = f"The file {path.name} cannot be read as a map layer."
        hint = "Save it as GeoJSON, GeoPackage or Shapefile."
        raise SchemaError(message, hint) from error
    filled = found[~(found.geometry.is_empty | found.geometry.isna())]
    if filled.empty:
        message = f"The file {path.name} holds no shapes."
        raise SchemaError(message, "Export it again with its geometry.")
    if len(filled) < len(found):
        notes += (f"{path.name}: {len(found) - len(filled)} rows without a shape left out.",)
    return Layer(path.name, _in_degrees(filled, path.name, crs), notes)


def select(layer: Layer, condition: str) -> Layer:
    """Return the rows of a layer that fulfil ``field=value``, upper and lower case alike.

    Raises
    ------
    SchemaError
        When the condition is not of that form, or no row fulfils it; the hint lists what there is.
    """
    field, equals, wanted = (part.strip() for part in condition.partition("="))
    if not (equals and field):
        message = f"A condition must read field=value; found {condition!r}."
        raise SchemaError(message, "Write it like code=E06000009.")
    column = find_field(layer, field)
    values = layer.shapes[column].map(_value_text)
    chosen = layer.shapes[(values.str.casefold() == wanted.casefold()).to_numpy()]
    if chosen.empty:
        known = sorted(set(values))
        more = f" and {len(known) - 10} more" if len(known) > 10 else ""  # noqa: PLR2004
        message = f"No row of {layer.file} has {column} = {wanted}."
        raise SchemaError(message, f"There are: {', '.join(known[:10])}{more}.")
    return Layer(layer.file, chosen.reset_index(drop=True), layer.notes)


def find_field(layer: Layer, field: str) -> str:
    """Return the layer's own spelling of a column.

    Raises
    ------
    SchemaError
        When there is no such column; the hint lists those that there are.
    """
    for column in _columns(layer):
        if column.casefold() == field.casefold():
            return column
    message = f"The file {layer.file} has no column {field!r}."
    raise SchemaError(message, f"Its columns are: {', '.join(_columns(layer)) or 'none'}.")


def has_field(layer: Layer, field: str) -> bool:
    """Return whether the layer has a column, upper and lower case alike."""
    return field.casefold() in {column.casefold() for column in _columns(layer)}


def name_field(layer: Layer, wanted: str | None = None) -> str | None:
    """Return the column that holds names: the wanted one where present, else one named like one.

    Parameters
    ----------
    layer
        Shapes with their columns.
    wanted
        A column in any spelling of upper and lower case.

    Returns
    -------
    str or None
        The layer's own spelling, such as ``name``, ``ward_name`` or ``LAD23NM``; None without one.
    """
    columns = {column.casefold(): column for column in _columns(layer)}
    if wanted is not None and wanted.casefold() in columns:
        return columns[wanted.casefold()]
    for usual in _NAME_FIELDS:
        if usual in columns:
            return columns[usual]
    return next((columns[key] for key in columns if _CODED_NAME.fullmatch(key)), None)


def names_of(layer: Layer, wanted: str | None = None) -> pd.Series[str]:
    """Return the name of each row of a layer, empty where it has none.

    Raises
    ------
    SchemaError
        When no column holds names.
    """
    column = name_field(layer, wanted)
    if column is None:
        message = f"No column of {layer.file} looks like a name."
        columns = ", ".join(_columns(layer)) or "none"
        raise SchemaError(message, f"Call one of its columns name. They are: {columns}.")
    names: pd.Series[str] = layer.shapes[column].map(_value_text)
    return names


def polygons(layer: Layer, what: str) -> Layer:
    """Return the layer with valid polygons only, those that crossed themselves put right.

    Parameters
    ----------
    layer
        Shapes in WGS 84.
    what
        What they are for, in the words of a message: "boundary".

    Raises
    ------
    SchemaError
        When a shape is not a polygon, or nothing is left of it.
    """
    kinds = sorted(set(layer.shapes.geom_type) - {*_POLYGONS, "GeometryCollection"})
    if kinds:
        message = f"The {what} must be polygons; {layer.file} holds {kinds[0]}."
        raise SchemaError(message, "Choose the layer that holds outlines.")
    shapes = layer.shapes.geometry.to_numpy()
    broken = ~shapely.is_valid(shapes)
    repaired = np.array([polygonal(shape) for shape in shapes], dtype=object)
    if shapely.is_empty(repaired).any():
        message = f"A shape of the {what} in {layer.file} encloses nothing."
        raise SchemaError(message, "Check the outline in the program that drew it.")
    notes = layer.notes
    if broken.any():
        notes += (f"{layer.file}: {int(broken.sum())} outlines crossed themselves; put right.",)
    return Layer(layer.file, layer.shapes.set_geometry(gpd.GeoSeries(repaired, crs=WGS84)), notes)


def lines(layer: Layer) -> Layer:
    """Return the layer with single lines only; other shapes are left out and noted.

    Raises
    ------
    SchemaError
        When it holds no line.
    """
    fitting = layer.shapes[layer.shapes.geom_type.isin(_LINES)]
    if fitting.empty:
        kind = layer.shapes.geom_type.iloc[0]
        message = f"Streets must be lines; {layer.file} holds {kind}."
        raise SchemaError(message, "Choose the layer that holds the middle lines of streets.")
    left_out = len(layer.shapes) - len(fitting)
    notes = (f"{layer.file}: {left_out} shapes that are not lines left out.",) if left_out else ()
    single = fitting.explode(index_parts=False).reset_index(drop=True)
    return Layer(layer.file, single, layer.notes + notes)


def polygonal(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a shape, valid and without lines or points that came with them."""
    valid = shape
    if not shapely.is_valid(shape):
        valid = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if valid.geom_type in _POLYGONS:
        return valid
    parts = shapely.get_parts(valid)
    return shapely.union_all([part for part in parts if part.geom_type in _POLYGONS])


def settle(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes in one fixed form: 7 decimals of degrees, valid, rings and parts in order.

    Parameters
    ----------
    shapes
        Shape (n,), WGS 84.
    """
    snapped = shapely.set_precision(shapely.force_2d(shapes), 10.0**-DECIMALS)
    rounded = shapely.transform(snapped, lambda degrees: np.round(degrees, DECIMALS))
    return np.asarray(shapely.normalize(shapely.set_precision(rounded, 0)), dtype=object)


def _read_first_layer(path: Path) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    layers = [name for name, kind in pyogrio.list_layers(path) if kind is not None]
    if not layers:
        return gpd.GeoDataFrame(geometry=[]), ()
    notes = () if len(layers) == 1 else (f"{path.name}: read the layer {layers[0]}.",)
    return pyogrio.read_dataframe(path, layer=layers[0]), notes


def _in_degrees(shapes: gpd.GeoDataFrame, file: str, crs: str | None) -> gpd.GeoDataFrame:
    own = shapes.crs
    if own is None or (crs and own == WGS84 and not _can_be_degrees(shapes)):
        shapes = shapes.set_crs(crs or WGS84, allow_override=True)
    try:
        placed = shapes.to_crs(WGS84).reset_index(drop=True)
    except (CRSError, ProjError) as error:
        message = f"The coordinate system of {file} does not lead to degrees: {own}."
        raise CrsError(message, "Save the file in WGS 84 (EPSG:4326).") from error
    if not _can_be_degrees(placed):
        west, _, east, _ = placed.total_bounds
        message = f"Coordinates of {file} run from {west:,.0f} to {east:,.0f}: not degrees."
        hint = "Save it with its coordinate system, or pass --crs (EPSG:27700 for British metres)."
        raise CrsError(message, hint)
    return placed


def _can_be_degrees(shapes: gpd.GeoDataFrame) -> bool:
    """Return whether all coordinates can be degrees: GeoJSON that names no system claims it."""
    west, south, east, north = shapes.total_bounds
    return bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90)  # noqa: PLR2004


def _columns(layer: Layer) -> list[str]:
    return [str(name) for name in layer.shapes.columns if name != layer.shapes.geometry.name]


def _value_text(value: object) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
