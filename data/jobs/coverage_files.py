"""How do coverage and views leave as files, for those who may take them away?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from data.access import AccessError, Permission, authorise, may
from data.cctv_views import CELL_COLUMNS
from data.exports import to_csv_bytes
from data.jobs.camera_words import POINTS_WITHHELD, sees_points
from data.jobs.coverage_words import INDICATIVE

if TYPE_CHECKING:
    from data.access import Principal
    from data.cctv_views import CoverageView


def coverage_csv(principal: Principal, view: CoverageView) -> bytes:
    """Return the hexagons as CSV: ``CELL_COLUMNS``; figures that the role may not see are empty.

    Raises
    ------
    AccessError
        Where the role may not take figures of hexagons away.
    """
    if not may(principal, Permission.EDIT_CAMERAS):
        authorise(principal, Permission.EXPORT_CELLS)
    return to_csv_bytes(view.cells[list(CELL_COLUMNS)])


def views_geojson(principal: Principal, view: CoverageView) -> bytes:
    """Return what each camera may see as GeoJSON polygons, WGS 84; without one where it has none.

    Raises
    ------
    AccessError
        Where the role may not see where cameras stand.
    """
    if not sees_points(principal):
        raise AccessError(POINTS_WITHHELD, "Ask the control room or the analyst.")
    features = [
        {
            "type": "Feature",
            "geometry": mark.view,
            "properties": {
                "camera_id": mark.camera_id,
                "name": mark.name,
                "kind": mark.kind_words,
                "state": mark.state,
                "state_words": mark.state_words,
                "timeshare": mark.timeshare,
                "note": mark.note,
                "assumed": list(mark.assumed),
                "lon": mark.lon,
                "lat": mark.lat,
            },
        }
        for mark in view.cameras
    ]
    found: dict[str, Any] = {
        "type": "FeatureCollection",
        "level": view.params.level,
        "standard": view.params.standard,
        "on": view.params.on.isoformat(),
        "note": INDICATIVE,
        "features": features,
    }
    return json.dumps(found, ensure_ascii=False).encode()
