"""What does a file of places hold, as a table of text with a column for the place?"""

from __future__ import annotations

import re
import threading
import warnings
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import FileRefusedError
from data.readers.findings import Finding
from data.readers.headings import check_width
from data.readers.text import TextTable
from data.readers.tidying import Found, Sheet, tidied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

LON: Final = "__lon"
LAT: Final = "__lat"
"""Headings of the coordinates of points, in degrees (WGS 84) wherever the file says what its
coordinates are; as they stand in the file otherwise."""

WKT: Final = "__wkt"
"""Heading of outlines and lines as well-known text, longitude first (WGS 84)."""

_WGS_84: Final = "EPSG:4326"
_GEOPACKAGE: Final = b"SQLite format 3\0"
_DRIVERS: Final = frozenset({"GeoJSON", "GPKG"})
_AGAIN: Final = "Export it again as GeoJSON or GeoPackage."
_POINT: Final = 0
_INSTRUCTIONS: Final = re.compile(rb"gdal_streamed_alg", re.IGNORECASE)
"""Mark of a file that holds no places, but makes the library open other files or addresses."""

_ONE_AT_A_TIME: Final = threading.Lock()


def is_spatial(content: bytes) -> bool:
    """Return whether the content begins as GeoJSON or GeoPackage do."""
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") or content.startswith(_GEOPACKAGE)


def read_spatial(
    name: str,  # noqa: ARG001 - what the file holds decides
    content: bytes,
    heading_score: Callable[[Sequence[str]], int],
    layer: str | None = None,
) -> Sheet:
    """Return the places of a GeoJSON or GeoPackage file.

    Parameters
    ----------
    content
        The file. It is read from memory; nothing of it is written to disk.
    heading_score
        Number of known headings among the names of the attributes.
    layer
        Name of the layer; None takes the one with the best headings, the first of equals.

    Returns
    -------
    Sheet
        Attributes as text, then ``__lon`` and ``__lat`` where there are points, and ``__wkt`` where
        there are lines or outlines. Rows count places from 1; there is no row of headings.

    Raises
    ------
    FileRefusedError
        Where the content is damaged or holds no places.

    Notes
    -----
    Nested properties are left out. A place without geometry, or with coordinates that are no
    numbers, has blank coordinates.
    """
    if not content.startswith(_GEOPACKAGE) and _INSTRUCTIONS.search(content):
        raise _no_places()
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        layers, chosen, meta, table = _read(content, heading_score, layer)
    columns = _attributes(table, meta)
    columns |= _places(table, meta)
    if not table.num_rows or not columns:
        message = "The file holds no places."
        raise FileRefusedError(message, _AGAIN)
    check_width(len(columns), 1)
    found = Found(
        TextTable(
            tuple(columns),
            pa.table(list(columns.values()), names=[str(at) for at in range(len(columns))]),
            np.arange(1, table.num_rows + 1, dtype=np.int64),
            notes=_notes(meta),
        ),
        heading_row=0,
        merged=(),
        findings=_layer_findings(layers, chosen),
        sheet=layers[chosen],
        sheets=layers,
        sparse_rows=True,
    )
    return tidied(found, heading_score)


def _read(
    content: bytes, heading_score: Callable[[Sequence[str]], int], layer: str | None
) -> tuple[tuple[str, ...], int, dict[str, Any], pa.Table]:
    """Return the layers' names, which one is chosen, what describes it, and its rows."""
    import pyogrio  # noqa: PLC0415 - slow to import, seldom needed
    from pyogrio.raw import read_arrow  # noqa: PLC0415

    def described(at: int) -> dict[str, Any]:
        found: dict[str, Any] = pyogrio.read_info(content, layer=at)
        if found["driver"] not in _DRIVERS:
            raise _no_places()
        return found

    try:
        layers = tuple(_layer_name(row[0]) for row in pyogrio.list_layers(content))
        infos = {at: described(at) for at, name in enumerate(layers) if layer in (None, name)}
        chosen = max(infos, key=lambda at: heading_score(list(infos[at]["fields"])), default=-1)
        info = infos.get(chosen) or _no_layer()
        options = {"DATE_AS_STRING": "YES"} if info["driver"] == "GeoJSON" else {}
        meta, table = read_arrow(content, layer=chosen, datetime_as_string=True, **options)
    except (RuntimeError, ValueError, OSError, pa.ArrowException) as error:
        raise _no_places() from error
    return layers, chosen, {**info, **meta}, table


def _layer_name(name: object) -> str:
    """Return the name of a layer; "" for one that has none but what the library called it."""
    return "" if str(name).startswith("pyogrio_") else str(name)


def _no_places() -> FileRefusedError:
    message = "The file of places is damaged, or neither GeoJSON nor GeoPackage."
    return FileRefusedError(message, _AGAIN)


def _no_layer() -> NoReturn:
    message = "The file has no such layer, or none at all."
    raise FileRefusedError(message, "Check the name of the layer.")


def _attributes(table: pa.Table, meta: dict[str, Any]) -> dict[str, pa.Array]:
    """Return the attributes as text, without nested ones, by their heading."""
    columns = {}
    described = zip(meta["fields"], meta["ogr_subtypes"], strict=True)
    for at, (heading, subtype) in enumerate(described):
        values = table.column(at).combine_chunks()
        if subtype == "OFSTJSON" or pa.types.is_nested(values.type):
            continue
        if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
            continue
        columns[str(heading).strip()] = _texts(values)
    return columns


def _texts(values: pa.Array) -> pa.Array:
    """Return values as text, "" for none; bytes that are no text become \ufffd."""
    texts = pc.fill_null(values.cast(pa.string()), "")
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        raw = texts.cast(pa.binary()).to_pylist()
        return pa.array([value.decode("utf-8", "replace") for value in raw], pa.string())
    return texts


def _places(table: pa.Table, meta: dict[str, Any]) -> dict[str, pa.Array]:
    """Return the columns for the place of each row."""
    import shapely  # noqa: PLC0415 - as above

    if meta["geometry_type"] is None or table.num_columns == len(meta["fields"]):
        return {}
    packed = table.column(table.num_columns - 1).to_numpy()
    shapes = shapely.from_wkb(packed, on_invalid="ignore")
    kinds = shapely.get_type_id(shapes)
    single = (kinds == shapely.GeometryType.MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    points = (kinds == _POINT) | single
    others = (kinds > _POINT) & ~single & ~shapely.is_empty(shapes)
    columns: dict[str, pa.Array] = {}
    if points.any() or not others.any():
        x, y = _degrees(shapely.get_x(shapes), shapely.get_y(shapes), meta["crs"])
        columns |= {LON: _number_texts(x, y), LAT: _number_texts(y, x)}
    if others.any():
        columns[WKT] = _outlines(shapes, others, meta["crs"])
    return columns


def _degrees(
    x: NDArray[np.float64], y: NDArray[np.float64], crs: str | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude (WGS 84), NaN where there are none, shape (rows,) each."""
    if crs in (None, _WGS_84):
        return x, y
    from pyproj import Transformer  # noqa: PLC0415 - as above
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    try:
        lon, lat = Transformer.from_crs(crs, _WGS_84, always_xy=True).transform(x, y)
    except ProjError as error:
        message = "The coordinate system of the file is not known."
        raise FileRefusedError(message, "Export it again in WGS 84.") from error
    return np.asarray(lon), np.asarray(lat)


def _number_texts(values: NDArray[np.float64], partners: NDArray[np.float64]) -> pa.Array:
    """Return coordinates as text, blank where either of the pair is no number."""
    sound = np.isfinite(values) & np.isfinite(partners)
    texts = pa.array(np.round(np.where(sound, values, 0.0), 9)).cast(pa.string())
    return pc.if_else(pa.array(sound), texts, "")


def _outlines(shapes: NDArray[np.object_], where: NDArray[np.bool_], crs: str | None) -> pa.Array:
    """Return the shapes of the mask as well-known text (WGS 84), "" for all others."""
    import shapely  # noqa: PLC0415 - as above

    def turned(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(_degrees(points[:, 0], points[:, 1], crs))

    texts = np.full(len(shapes), "", dtype=object)
    turned_shapes = shapely.transform(shapely.force_2d(shapes[where]), turned)
    bounds = shapely.bounds(turned_shapes)
    written = shapely.to_wkt(turned_shapes, rounding_precision=8)
    texts[where] = np.where(np.isfinite(bounds).all(axis=1), written, "")
    return pa.array(texts, pa.string())


def _notes(meta: dict[str, Any]) -> tuple[str, ...]:
    crs = meta["crs"]
    if crs is None:
        return ("The file does not say what its coordinates are: taken as they stand.",)
    return () if crs == _WGS_84 else ("Coordinates were turned into longitude and latitude.",)


def _layer_findings(layers: tuple[str, ...], chosen: int) -> tuple[Finding, ...]:
    if len(layers) < 2:  # noqa: PLR2004 - one layer needs no word
        return ()
    words = f"This file has {len(layers)} layers. We read layer {chosen + 1}."
    return (Finding("F05", 0, "kept", words),)
