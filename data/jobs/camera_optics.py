"""How does a camera of the register stand in the geometry, and what of it is only assumed?"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

import shapely
from shapely.errors import ShapelyError

from geo.cameras import Assumptions, Camera, seeing
from geo.errors import GeoError, SchemaError
from geo.projection import geometry_to_metres, to_metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from data.jobs.camera_estate import Registered
    from geo.cameras import Seeing
    from geo.optics import Standard

USUAL_TYPE: Final = "fixed"
TYPE_ASSUMED: Final = "Its type is not stated: it is taken for a fixed camera."
MOVED: Final = "It was moved: what is registered of its view may not be right."

_NUMBERS: Final = (
    "bearing_deg", "fov_deg", "hfov_tele_deg", "h_pixels", "height_m", "max_range_m",
    "range_detect_m", "range_id_m", "timeshare", "night_range_m",
)  # fmt: skip
_METRES: Final = re.compile(
    r"(?:ir|infrared)?\s*(\d+(?:\.\d+)?)\s*(?:m|metres?)(?:\s*ir)?", re.IGNORECASE
)


def assumptions_of(changed: Sequence[tuple[str, float]]) -> Assumptions:
    """Return the usual assumptions with some changed.

    Raises
    ------
    SchemaError
        Where one is not known.
    GeoError
        Where one cannot be right.
    """
    known = {one.name for one in fields(Assumptions)}
    strange = [name for name, _ in changed if name not in known]
    if strange:
        message = f"There is no assumption {strange[0]!r}."
        raise SchemaError(message, f"Choose from: {', '.join(sorted(known))}.")
    return replace(Assumptions(), **dict(changed))


def geo_camera(one: Registered, crs_m: str | None) -> Camera:
    """Return a camera of the register in metres; at the origin where no system is named.

    Raises
    ------
    GeoError
        Where it has no location, or a value that cannot be right.
    """
    content = one.content
    x_m, y_m = (0.0, 0.0) if crs_m is None else _position(one, crs_m)
    numbers = {name: _number(content.get(name)) for name in _NUMBERS}
    if numbers["night_range_m"] is None:
        numbers["night_range_m"] = _night(content.get("night"))
    return Camera(
        one.key,
        one.name,
        str(content.get("type") or USUAL_TYPE),
        x_m,
        y_m,
        mount=content.get("mount"),
        own_view=None if crs_m is None else _own_view(content.get("occlusion_polygon"), crs_m),
        **numbers,
    )


def seeing_of(
    one: Registered,
    crs_m: str | None,
    *,
    level: str = "detect",
    standard: Standard = "en_2014",
    assumptions: Assumptions | None = None,
) -> Seeing:
    """Return what a camera of the register may see, with everything that is assumed of it.

    Raises
    ------
    GeoError
        As for `geo_camera`, and for types that never count as coverage.
    """
    found = seeing(geo_camera(one, crs_m), level, standard, assumptions)
    said = () if one.content.get("type") else (TYPE_ASSUMED,)
    moved = (MOVED,) if one.content.get("status") == "moved" else ()
    return replace(found, assumed=(*said, *moved, *found.assumed))


def assumed_of(one: Registered) -> tuple[str, ...]:
    """Return what is assumed of a camera, as sentences; why it cannot be used where it cannot."""
    if not one.counts:
        return ("Cameras of its type never count as coverage.",)
    try:
        return seeing_of(one, None).assumed
    except GeoError as error:
        return (error.message,)


def _position(one: Registered, crs_m: str) -> tuple[float, float]:
    if one.point is None:
        message = f"Camera {one.camera_id} has no location."
        raise SchemaError(message, "Give it one in the register.")
    x_m, y_m = to_metres([one.point[0]], [one.point[1]], crs_m)
    return float(x_m[0]), float(y_m[0])


def _own_view(text: object, crs_m: str) -> BaseGeometry | None:
    if not text:
        return None
    try:
        return geometry_to_metres(shapely.from_wkt(str(text)), crs_m)
    except ShapelyError:
        return None


def _number(value: Any) -> float | None:  # noqa: ANN401 - what JSON holds
    return None if value is None else float(value)


def _night(text: object) -> float | None:
    """Return the range that words on night vision name: "IR 30 m"."""
    match = _METRES.fullmatch(str(text or "").strip())
    return float(match[1]) if match and float(match[1]) > 0 else None
