"""What is written to files: a row for each hexagon, a feature for each hotspot?"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from data.access import Permission, Principal, authorise
from data.exports import to_csv_bytes
from data.jobs.wording import UNITS

if TYPE_CHECKING:
    from data.views import HotspotResult, HotspotView
    from data.workspace import Workspace

CELL_COLUMNS: Final = (
    "cell", "hotspot_id", "hotspot", "n", "gistar", "p_hot", "q_value", "tier", "months_hot",
    "months_observed", "persistence", "pattern", "emerging_class", "area_km2", "unit",
    "counted",
)  # fmt: skip
"""Columns of the CSV of hexagons, in order.

``unit`` says what ``n`` counts; ``counted`` what is not counted as usual, else it is empty.
"""


def hotspot_csv(ws: Workspace, principal: Principal, result: HotspotResult) -> bytes:
    """Return the hexagons as CSV, one row each; the export is entered into the audit log."""
    _note_export(ws, principal, result, "csv")
    told = result.cells.assign(unit=UNITS[result.params.lens][1], counted=result.counted_words)
    return to_csv_bytes(told[list(CELL_COLUMNS)])


def hotspot_geojson(ws: Workspace, principal: Principal, result: HotspotResult) -> bytes:
    """Return the hotspots as GeoJSON (WGS 84), one feature each; entered into the audit log."""
    _note_export(ws, principal, result, "geojson")
    collection = {
        "type": "FeatureCollection",
        "name": f"hotspots_{result.area_id}_{result.last}",
        "unit": UNITS[result.params.lens][1],
        "counted": result.counted_words,
        "features": [_feature(spot) for spot in result.hotspots],
    }
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def summary(result: HotspotResult) -> dict[str, Any]:
    """Return the result as JSON shows it: everything but the hexagons and the outlines."""
    return {
        "area": result.area_id,
        "area_name": result.area_name,
        "from": result.first,
        "to": result.last,
        "resolution": result.params.resolution,
        "lens": result.params.lens,
        "unit": UNITS[result.params.lens][1],
        "counted": result.counted_words,
        "origins": list(result.params.eligibility.origins),
        "dwellings": result.params.eligibility.dwellings,
        "repeat_rule": asdict(result.params.repeat_rule),
        "categories": list(result.params.categories),
        "study_cells": len(result.cells),
        "months_observed": result.months_observed,
        "months_in_window": result.months_in_window,
        "total": result.total,
        "no_data": result.no_data,
        "unjudged": result.unjudged,
        "headline": result.headline,
        "concentration": result.concentration,
        "hotspots": [_properties(spot) for spot in result.hotspots],
        "busy_places": [
            {key: value for key, value in asdict(place).items() if key != "cell"}
            for place in result.busy_places
        ],
        "caveats": list(result.caveats),
        "methods": dict(result.methods),
        "wards": result.wards_words,
        "dataset_version": result.provenance.dataset_version,
        "fingerprint": result.provenance.fingerprint,
    }


def _note_export(ws: Workspace, principal: Principal, result: HotspotResult, kind: str) -> None:
    authorise(principal, Permission.EXPORT_CELLS)
    detail = {"kind": kind, "fingerprint": result.provenance.fingerprint}
    ws.store.record(principal, "export_hotspots", result.area_id, detail, ws.clock.now())


def _feature(spot: HotspotView) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": spot.hotspot_id,
        "properties": _properties(spot),
        "geometry": spot.outline,
    }


def _properties(spot: HotspotView) -> dict[str, Any]:
    """Return what is said of a hotspot, without its outline and its monthly series."""
    kept = asdict(spot)
    for name in ("outline", "series", "owner"):
        kept.pop(name)
    kept["types"] = dict(spot.types)
    return kept
