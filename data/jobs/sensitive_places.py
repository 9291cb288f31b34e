"""Where may no camera look, and which sites are refused for it?"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import shapely
from shapely.errors import ShapelyError

from data.registers.camera_kinds import SENSITIVE_PLACE
from data.store.registers import entries
from geo.errors import GeoError
from geo.projection import geometry_to_metres
from geo.siting_refusals import Sensitive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from data.workspace import Workspace

USUAL_RADIUS_M: Final = 25.0
"""How far a place reaches that is given as a point without a radius."""
_KIND_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"school": "a school", "dwelling": "homes", "worship": "a place of worship",
     "health": "a place of care", "refuge": "a refuge"}
)  # fmt: skip


def sensitive_places(ws: Workspace, area_id: str) -> tuple[Sensitive, ...]:
    """Return the places where no camera may look, in metres; those without a shape are left out."""
    crs_m = ws.area(area_id).crs_m
    with ws.store.read() as session:
        held = entries(session, SENSITIVE_PLACE.key, area_id)
    found = []
    for content in held.values():
        outline = _outline(content, crs_m)
        if outline is not None:
            found.append(Sensitive(_called(content), outline))
    return tuple(found)


def _called(content: Mapping[str, Any]) -> str:
    kind = _KIND_WORDS.get(str(content.get("kind")), "")
    return f"{content['place']} ({kind})" if kind else str(content["place"])


def _outline(content: Mapping[str, Any], crs_m: str) -> BaseGeometry | None:
    try:
        if content.get("__wkt"):
            return geometry_to_metres(shapely.from_wkt(str(content["__wkt"])), crs_m)
        if content.get("lon") is None or content.get("lat") is None:
            return None
        point = shapely.Point(float(content["lon"]), float(content["lat"]))
        radius = float(content.get("radius_m") or USUAL_RADIUS_M)
        return geometry_to_metres(point, crs_m).buffer(radius)
    except (ShapelyError, GeoError):
        return None
