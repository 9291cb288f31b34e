"""Where does a camera look, how wide and how far, and what of that is only assumed?"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import shapely

from geo.errors import GeoError
from geo.optics import Standard, pixels_per_metre, range_at

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

TURNING: Final = frozenset({"ptz"})
ALL_ROUND: Final = frozenset({"dome", "multi_sensor"})
COVERING: Final = frozenset({"fixed", "redeployable"}) | TURNING | ALL_ROUND
NOT_COVERING: Final = frozenset({"anpr", "dummy", "body_or_vehicle"})
"""Types that never count as coverage: they watch plates, nothing, or no fixed place."""

FULL_CIRCLE_DEG: Final = 360.0
_ON_A_BUILDING: Final = ("wall", "roof", "building", "facade", "façade", "bracket")
_PX_DETECT: Final = pixels_per_metre("detect")
_PX_IDENTIFY: Final = pixels_per_metre("identify")


@dataclass(frozen=True)
class Camera:
    """What a register says about one camera; None where it says nothing.

    Attributes
    ----------
    camera_id, name
        Key, and the name people say.
    type
        One of ``COVERING`` or ``NOT_COVERING``.
    x_m, y_m
        Position in metres of the area's CRS.
    bearing_deg
        Where it faces, clockwise from north, 0 to 360.
    fov_deg, hfov_tele_deg
        Horizontal angle of view, and that when zoomed in.
    h_pixels
        Pixels across the picture; of a camera that looks all round, across its whole view.
    height_m
        Above the ground.
    max_range_m
        Beyond it, nothing counts, whatever the optics say.
    range_detect_m, range_id_m
        Measured ranges at which it detects and identifies: they stand for the optics.
    mount
        In words: pole, wall, roof.
    timeshare
        Of a camera that turns: share of the time in which it looks at a given spot of its view.
    night_range_m
        Beyond it, nothing counts in the dark.
    own_view
        Hand-drawn view in metres of the area's CRS. It beats all of the above, and buildings.
    """

    camera_id: str
    name: str
    type: str
    x_m: float
    y_m: float
    bearing_deg: float | None = None
    fov_deg: float | None = None
    hfov_tele_deg: float | None = None
    h_pixels: float | None = None
    height_m: float | None = None
    max_range_m: float | None = None
    range_detect_m: float | None = None
    range_id_m: float | None = None
    mount: str | None = None
    timeshare: float | None = None
    night_range_m: float | None = None
    own_view: BaseGeometry | None = None

    def __post_init__(self) -> None:
        if self.type not in COVERING | NOT_COVERING:
            message = f"Camera {self.camera_id}: there is no camera type {self.type!r}."
            raise GeoError(message, f"Choose one of {', '.join(sorted(COVERING | NOT_COVERING))}.")
        if not (math.isfinite(self.x_m) and math.isfinite(self.y_m)):
            message = f"Camera {self.camera_id} has no position."
            raise GeoError(message, "Give its longitude and latitude, or easting and northing.")
        for field, (least, most, unit) in _BOUNDS.items():
            self._check(field, least, most, unit)
        if self.own_view is not None and not self.own_view.area > 0:
            message = f"Camera {self.camera_id}: its hand-drawn view has no area."
            raise GeoError(message, "Draw it again, or leave it out.")

    def _check(self, field: str, least: float, most: float, unit: str) -> None:
        """Refuse a number beyond its bounds; ``least`` itself is allowed for bearings only."""
        value: float | None = getattr(self, field)
        if value is None:
            return
        open_below = field != "bearing_deg"
        if math.isfinite(value) and least <= value <= most and not (open_below and value == least):
            return
        bounds = f"above {least:g} and at most {most:g}" if open_below else f"{least:g} to {most:g}"
        words = f"Camera {self.camera_id}: its {_WORDS[field]}"
        message = f"{words} must be {bounds}{unit}; found {value:g}."
        raise GeoError(message, "Correct it in the register, or leave it empty if not known.")


_BOUNDS: Final[dict[str, tuple[float, float, str]]] = {
    "bearing_deg": (0, 360, " degrees"),
    "fov_deg": (0, 360, " degrees"),
    "hfov_tele_deg": (0, 360, " degrees"),
    "h_pixels": (0, 100_000, ""),
    "height_m": (0, 300, " m"),
    "max_range_m": (0, 5_000, " m"),
    "range_detect_m": (0, 5_000, " m"),
    "range_id_m": (0, 5_000, " m"),
    "timeshare": (0, 1, ""),
    "night_range_m": (0, 5_000, " m"),
}
_WORDS: Final = {
    "bearing_deg": "bearing",
    "fov_deg": "angle of view",
    "hfov_tele_deg": "angle of view when zoomed in",
    "h_pixels": "number of pixels across",
    "height_m": "height",
    "max_range_m": "longest range",
    "range_detect_m": "detection range",
    "range_id_m": "identification range",
    "timeshare": "time share",
    "night_range_m": "range at night",
}


@dataclass(frozen=True)
class Assumptions:
    """What is assumed of a camera where its register says nothing; each is a setting.

    Attributes
    ----------
    fov_deg
        Angle of view of a camera that does not turn.
    tele_deg
        Angle of view of a turning camera when zoomed in.
    h_pixels, all_round_pixels
        Pixels across the picture; across the whole view of a camera that looks all round.
    height_m
        Above the ground.
    unknown_bearing_m
        Radius of the circle that stands for a camera of which nobody knows where it faces.
    turning_range_m
        Longest range of a turning camera whose zoom is not known.
    longest_m
        Nothing counts beyond it, unless the register gives a range.
    turning_timeshare
        Share of the time in which a turning camera looks at a given spot of its view.
    """

    fov_deg: float = 60.0
    tele_deg: float = 20.0
    h_pixels: float = 1920.0
    all_round_pixels: float = 7680.0
    height_m: float = 6.0
    unknown_bearing_m: float = 50.0
    turning_range_m: float = 100.0
    longest_m: float = 200.0
    turning_timeshare: float = 0.25

    def __post_init__(self) -> None:
        most = {"fov_deg": 360.0, "tele_deg": 360.0, "turning_timeshare": 1.0}
        most |= dict.fromkeys(("unknown_bearing_m", "turning_range_m", "longest_m"), 5_000.0)
        for field in fields(self):
            value = getattr(self, field.name)
            limit = most.get(field.name, math.inf)
            if not (math.isfinite(value) and 0 < value <= limit):
                bounds = "above 0" if math.isinf(limit) else f"above 0 and at most {limit:g}"
                message = f"The assumption {field.name} must be {bounds}; found {value:g}."
                raise GeoError(message, "Choose another value.")


@dataclass(frozen=True)
class Seeing:
    """What one camera may see before buildings cut it.

    Attributes
    ----------
    camera_id, x_m, y_m
        The camera, and where it is.
    bearing_deg, fov_deg
        Middle and width of the sector; 360 wide when it looks, turns or may face all round.
    range_m, night_range_m
        By day and in the dark. 0 when it shows no spot of the ground in enough detail.
    timeshare
        Share of the time in which it looks at a given spot of this view.
    wall
        Whether it hangs on a building.
    assumed
        Plain sentences: everything above that the register did not say.
    own_view
        The hand-drawn view that stands for the sector, in metres.
    """

    camera_id: str
    x_m: float
    y_m: float
    bearing_deg: float
    fov_deg: float
    range_m: float
    night_range_m: float
    timeshare: float
    wall: bool
    assumed: tuple[str, ...] = ()
    own_view: BaseGeometry | None = None


def covers(type: str) -> bool:  # noqa: A002 - the register's word
    """Return whether cameras of a type can count as coverage.

    Examples
    --------
    >>> covers("ptz"), covers("dummy")
    (True, False)
    """
    return type in COVERING


def seeing(
    camera: Camera,
    level: str = "detect",
    standard: Standard = "en_2014",
    assumptions: Assumptions | None = None,
) -> Seeing:
    """Return what a camera may see at an operational level, and what of that is assumed.

    Parameters
    ----------
    camera
        One that ``covers``.
    level, standard
        How much of a person must be visible: see ``geo.optics.LEVELS``.
    assumptions
        What stands in for what the register does not say; the usual ones by default.

    Raises
    ------
    GeoError
        If the camera's type is no coverage, or the level is not known.

    Notes
    -----
    The range is the smaller of what the optics give at the level and the camera's longest range.
    A measured range of the register stands for both: the detection range for levels of up to
    25 pixels per metre, the identification range for 250. A camera whose direction is not known
    is a circle of at most ``unknown_bearing_m``, in which each spot is recorded for the part of
    the circle that its angle of view fills.
    """
    if not covers(camera.type):
        message = f"Camera {camera.camera_id} is of type {camera.type}, which is never coverage."
        raise GeoError(message, "Leave it out.")
    density = pixels_per_metre(level, standard)
    use = assumptions or Assumptions()
    said: list[str] = []
    bearing_deg, fov_deg, range_m, part = _view(camera, density, use, said)
    return Seeing(
        camera.camera_id,
        camera.x_m,
        camera.y_m,
        bearing_deg,
        fov_deg,
        range_m,
        timeshare=part * _timeshare(camera, use, said),
        night_range_m=_night_range(camera, range_m, said),
        wall=on_a_building(camera.mount),
        assumed=tuple(said),
        own_view=camera.own_view,
    )


def on_a_building(mount: str | None) -> bool:
    """Return whether a mount, in the words of a register, hangs a camera on a building."""
    return mount is not None and any(word in mount.lower() for word in _ON_A_BUILDING)


def _view(
    camera: Camera, density: float, use: Assumptions, said: list[str]
) -> tuple[float, float, float, float]:
    """Return bearing, width, range, and the part of the view that is seen if nothing turns."""
    if camera.own_view is not None:
        range_m = float(shapely.hausdorff_distance(camera.own_view, _position(camera)))
        return 0.0, FULL_CIRCLE_DEG, range_m, 1.0
    bearing_deg, fov_deg, lens_deg = _direction(camera, use, said)
    range_m = _range(camera, density, lens_deg, use, said)
    if bearing_deg is not None:
        return bearing_deg, fov_deg, range_m, 1.0
    range_m = min(range_m, use.unknown_bearing_m)
    part = lens_deg / FULL_CIRCLE_DEG
    said.insert(0, _unknown_bearing_words(range_m, part))
    return 0.0, fov_deg, range_m, part


def _position(camera: Camera) -> BaseGeometry:
    """Return the camera's position as a point in metres."""
    return shapely.Point(camera.x_m, camera.y_m)


def _direction(
    camera: Camera, use: Assumptions, said: list[str]
) -> tuple[float | None, float, float]:
    """Return the bearing (None: not known), the width of the view and the angle of the lens."""
    if camera.type in TURNING:
        return camera.bearing_deg or 0.0, FULL_CIRCLE_DEG, _zoomed(camera, use)
    lens_deg = camera.fov_deg
    if lens_deg is None and camera.type in ALL_ROUND:
        said.append("Its angle of view is not known: it is taken to look all round.")
        lens_deg = FULL_CIRCLE_DEG
    if lens_deg is None:
        said.append(f"Its angle of view is not known: {use.fov_deg:g} degrees are assumed.")
        lens_deg = use.fov_deg
    if lens_deg >= FULL_CIRCLE_DEG:
        return 0.0, FULL_CIRCLE_DEG, FULL_CIRCLE_DEG
    width_deg = FULL_CIRCLE_DEG if camera.bearing_deg is None else lens_deg
    return camera.bearing_deg, width_deg, lens_deg


def _zoomed(camera: Camera, use: Assumptions) -> float:
    """Return the angle of view of a turning camera when zoomed in."""
    if camera.hfov_tele_deg is not None:
        return camera.hfov_tele_deg
    widest = use.tele_deg if camera.fov_deg is None else camera.fov_deg
    return min(widest, use.tele_deg)


def _range(
    camera: Camera, density: float, lens_deg: float, use: Assumptions, said: list[str]
) -> float:
    """Return how far the camera shows enough of a person, by day."""
    measured = _measured(camera, density)
    if measured is not None:
        return measured
    reach_m = range_at(_pixels(camera, use, said), lens_deg, _height(camera, use, said), density)
    if camera.max_range_m is not None:
        reach_m = min(reach_m, camera.max_range_m)
    elif camera.type in TURNING and camera.hfov_tele_deg is None:
        said.append(
            f"How far it zooms in is not known: a view of {lens_deg:g} degrees, and at most "
            f"{use.turning_range_m:g} m, are assumed."
        )
        reach_m = min(reach_m, use.turning_range_m)
    elif reach_m > use.longest_m:
        said.append(
            f"Its lens would reach {reach_m:,.0f} m: nothing is counted beyond {use.longest_m:g} m."
        )
        reach_m = use.longest_m
    if reach_m == 0:
        said.append("At this level it shows no spot of the ground in enough detail.")
    return reach_m


def _measured(camera: Camera, density: float) -> float | None:
    """Return the measured range that the register gives for a pixel density."""
    if density <= _PX_DETECT:
        return camera.range_detect_m
    return camera.range_id_m if density == _PX_IDENTIFY else None


def _pixels(camera: Camera, use: Assumptions, said: list[str]) -> float:
    """Return the pixels across the picture."""
    if camera.h_pixels is not None:
        return camera.h_pixels
    all_round = camera.type in ALL_ROUND and camera.fov_deg is None
    pixels = use.all_round_pixels if all_round else use.h_pixels
    said.append(f"Its resolution is not known: {pixels:,.0f} pixels across are assumed.")
    return pixels


def _height(camera: Camera, use: Assumptions, said: list[str]) -> float:
    """Return the height above the ground."""
    if camera.height_m is not None:
        return camera.height_m
    said.append(f"Its height is not known: {use.height_m:g} m is assumed.")
    return use.height_m


def _unknown_bearing_words(range_m: float, part: float) -> str:
    """Return what is assumed of a camera of which nobody knows where it faces."""
    return (
        f"Which way it faces is not known: a circle of {range_m:.0f} m is assumed, of which it "
        f"sees {part:.0%} at a time."
    )


def _timeshare(camera: Camera, use: Assumptions, said: list[str]) -> float:
    """Return the share of the time in which the camera looks at a spot of what it may face."""
    if camera.timeshare is not None:
        return camera.timeshare
    if camera.type not in TURNING:
        return 1.0
    said.append(
        f"How much of the time it looks at one spot is not known: {use.turning_timeshare:.0%} "
        "is assumed."
    )
    return use.turning_timeshare


def _night_range(camera: Camera, range_m: float, said: list[str]) -> float:
    """Return the range in the dark, never more than by day."""
    if camera.night_range_m is not None:
        return min(range_m, camera.night_range_m)
    said.append("Its range at night is not known: the range by day is assumed.")
    return range_m
