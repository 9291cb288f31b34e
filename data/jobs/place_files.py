"""Which hexagons does a boundary file mean, for the place of an intervention?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from data.access import Permission, Principal, authorise
from data.area_sources import polygons, read_layer
from data.errors import DataError
from data.jobs.counts import area_counts

if TYPE_CHECKING:
    from data.workspace import Workspace

RESOLUTION: Final = 9
MOST_BYTES: Final = 20_000_000
_KINDS: Final = (".geojson", ".json", ".gpkg", ".kml", ".zip")
KINDS: Final = tuple(kind.removeprefix(".") for kind in _KINDS)
"""Endings of the files that are read; a shapefile comes as ZIP."""


def cells_of_boundary(
    ws: Workspace, principal: Principal, area_id: str, name: str, content: bytes
) -> tuple[str, ...]:
    """Return the study hexagons whose centre lies inside a file's polygons, sorted.

    Parameters
    ----------
    name, content
        The file as it was uploaded; only its ending is used of the name.

    Raises
    ------
    DataError
        Where the file is of another kind, too large, or holds no hexagon's centre.
    SchemaError
        Where it cannot be read, or holds no polygon.
    """
    authorise(principal, Permission.PLAN)
    ending = Path(name).suffix.casefold()
    if ending not in _KINDS or len(content) > MOST_BYTES:
        message = "A boundary file is GeoJSON, GeoPackage, KML or a zipped shapefile, under 20 MB."
        raise DataError(message, "Save the boundary as one of these, or click the hexagons.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"boundary{ending}"
        path.write_bytes(content)
        layer = polygons(read_layer(path), "places")
    outline = shapely.union_all(layer.shapes.geometry.to_numpy())
    study = area_counts(ws, area_id, RESOLUTION).study
    inside = np.flatnonzero(shapely.contains_xy(outline, study.lon, study.lat))
    if not inside.size:
        message = "No hexagon of this area has its centre inside the file's boundary."
        raise DataError(message, "Check that the file is of this area, or click the hexagons.")
    return tuple(study.cells[i] for i in inside)
