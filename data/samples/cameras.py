"""Where do the cameras of the sample town stand, of which kind is each, and what lies in its sight?

Dense in the centre, where twelve were renewed at once; some at busy places outside it, but none
where busy places are planted there; a few in quiet places where nothing happens. Positions are the
town's local metres; bearings are degrees clockwise from north.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely

from data.samples.buildings import in_metres
from data.samples.context import cctv_upgrade
from data.samples.network import CENTRE_U
from data.samples.plane import earth_to_metres
from geo.periods import months_before

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from data.samples.geography import Geography
    from data.samples.rates import Rates
    from data.samples.spec import TownSpec

    Floats = NDArray[np.float64]

Role = Literal[
    "renewed", "former", "bid", "fixed", "ptz", "redeployable", "quiet", "anpr", "dummy", "removed"
]
_NEAR_M: Final = 58.0
REACH_M: Final[dict[Role, float]] = {"renewed": 92.0, "former": 92.0, "ptz": 46.0}
"""So far an operator tells that somebody is there; `_NEAR_M` where nothing is said."""
TURNING: Final = frozenset({"ptz", "dome", "multi_sensor"})
"""Types that look all round, at once or in turn."""
WATCHED: Final[frozenset[Role]] = frozenset({"renewed", "former", "ptz", "fixed"})
"""On the screens of the control room in staffed hours; the others only record."""

_POLE_M: Final = 4.0
_WALL_M: Final = 40.0
_FULL_TURN: Final = 360.0
_EDGE_DEG: Final = 4.0
_EYE_DECIMALS: Final = 2


@dataclass(frozen=True)
class TownCamera:
    """A camera as it truly is; what the register says of it may be less.

    Attributes
    ----------
    x_m, y_m
        Local metres.
    street
        Busiest street at its place.
    bearing_deg, fov_deg
        Where it looks; a PTZ or dome looks everywhere, in turn.
    watched
        Whether the control room has it on its screens in staffed hours.
    """

    camera_id: str
    role: Role
    owner: str
    type: str
    mount: str
    x_m: float
    y_m: float
    street: str
    bearing_deg: float
    fov_deg: float
    live_from: date
    live_to: date | None = None
    watched: bool = False


@dataclass(frozen=True)
class _Group:
    """Cameras that are placed by one rule.

    Attributes
    ----------
    near_m, far_m
        Fewest and most metres from the town centre.
    apart_m
        From every other camera.
    kinds
        Types, in turn.
    busiest
        Whether the busiest free places come first, else the quietest.
    """

    role: Role
    count: int
    near_m: float
    far_m: float
    apart_m: float
    kinds: tuple[str, ...]
    owner: str = "council"
    mount: str = "pole"
    busiest: bool = True


_GROUPS: Final = (
    _Group("renewed", 12, 0, 1200, 140, ("ptz", "multi_sensor")),
    _Group("bid", 6, 0, 700, 75, ("dome",), owner="bid", mount="wall"),
    _Group("ptz", 14, 1050, 3600, 230, ("ptz", "ptz", "dome")),
    _Group("fixed", 4, 500, 2600, 220, ("fixed",)),
    _Group("redeployable", 3, 900, 3200, 400, ("redeployable",)),
    _Group("quiet", 5, 700, 3000, 350, ("ptz", "fixed"), busiest=False),
    _Group("anpr", 1, 1200, 3000, 200, ("anpr",), owner="police"),
    _Group("dummy", 1, 400, 2500, 200, ("dummy",)),
    _Group("removed", 2, 700, 3000, 300, ("fixed",), busiest=False),
)
_SMALL: Final = 0.4


@dataclass(frozen=True, eq=False)
class Estate:
    """Cameras, and which doors each has in sight.

    Attributes
    ----------
    cameras
        In the order of their numbers, the renewed first.
    sight
        Shape (cameras, addresses).
    """

    cameras: tuple[TownCamera, ...]
    sight: NDArray[np.bool_]

    def seen_by(self, *roles: Role) -> NDArray[np.bool_]:
        """Return which doors a watched camera of these roles has in sight, shape (a,)."""
        chosen = np.array([c.watched and c.role in roles for c in self.cameras])
        return np.asarray(self.sight[chosen].any(axis=0))


@dataclass(frozen=True, eq=False)
class _Corners:
    """Street corners: where, how much is reported near, how far from the centre, which street."""

    at: Floats
    pull: Floats
    away_m: Floats
    street: NDArray[np.str_]
    way_deg: Floats


def place_cameras(
    spec: TownSpec, ground: Geography, buildings: gpd.GeoDataFrame, rates: Rates
) -> Estate:
    """Return the town's cameras; 60 in a town of standard size."""
    rng = np.random.default_rng((spec.seed, 7))
    walls = shapely.transform(buildings.geometry.to_numpy(), earth_to_metres)
    doors = ground.plane.bend(np.column_stack((ground.addresses.u, ground.addresses.v)))
    corners = _corners(ground, rates, doors)
    free = _unplanted(ground, rates, corners)
    cameras: list[TownCamera] = []
    for group in _GROUPS:
        size = 1.0 if spec.size != "small" else _SMALL
        count = max(1, round(group.count * size))
        for corner in _places(group, count, corners, free, cameras):
            number = 1 + sum(one.owner == group.owner for one in cameras)
            cameras.append(_camera(spec, group, number, corners, corner, rng))
    placed = tuple(_mounted(camera, walls) for camera in cameras)
    placed += tuple(_former(spec, one) for one in placed if one.role == "renewed")
    return Estate(placed, _in_sight(placed, doors, walls))


def _corners(ground: Geography, rates: Rates, doors: Floats) -> _Corners:
    network = ground.network
    streets = in_metres(ground.plane, network.segments)
    ends = shapely.get_coordinates(shapely.get_point(streets, 0))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(streets, 20.0))
    at, first = np.unique(np.round(ends, 1), axis=0, return_index=True)
    weight = rates.pull * rates.expected.sum(axis=2).mean(axis=1)[ground.addresses.cell]
    tree = shapely.STRtree(shapely.points(doors))
    corner, door = tree.query(shapely.points(at), predicate="dwithin", distance=_NEAR_M)
    pull = np.bincount(corner, weight[door], minlength=len(at)).astype(np.float64)
    busiest = np.full(len(at), -1)
    order = np.lexsort((door, weight[door]))
    busiest[corner[order]] = ground.addresses.street[door[order]]
    street = np.where(busiest >= 0, busiest, first)
    way = (ahead - ends)[first]
    centre = ground.plane.bend(np.array([[CENTRE_U, 0.0]]))[0]
    return _Corners(
        at,
        pull,
        np.hypot(*(at - centre).T),
        network.name[street],
        np.rad2deg(np.arctan2(way[:, 0], way[:, 1])) % _FULL_TURN,
    )


def _unplanted(ground: Geography, rates: Rates, corners: _Corners) -> NDArray[np.bool_]:
    """Return which corners lie away from the places outside the centre that are planted."""
    outside = [place for place in rates.places if place.where == "outside"]
    planted = {cell for place in outside for cell in place.cells}
    inside = np.array([cell in planted for cell in ground.addresses.cells])
    doors = ground.addresses
    there = inside[doors.cell]
    at = ground.plane.bend(np.column_stack((doors.u[there], doors.v[there])))
    if not len(at):
        return np.ones(len(corners.at), dtype=bool)
    tree = shapely.STRtree(shapely.points(at))
    near = tree.query(shapely.points(corners.at), predicate="dwithin", distance=_NEAR_M)[0]
    free = np.ones(len(corners.at), dtype=bool)
    free[near] = False
    return free


def _places(
    group: _Group,
    count: int,
    corners: _Corners,
    free: NDArray[np.bool_],
    cameras: list[TownCamera],
) -> list[int]:
    """Return the corners where a group's cameras go, as many as there is room for."""
    fit = free & (corners.away_m >= group.near_m) & (corners.away_m <= group.far_m)
    rows = np.flatnonzero(fit & (corners.pull > 0))
    sign = -1.0 if group.busiest else 1.0
    rows = rows[np.lexsort((corners.at[rows, 1], corners.at[rows, 0], sign * corners.pull[rows]))]
    taken = [(camera.x_m, camera.y_m) for camera in cameras]
    chosen: list[int] = []
    for row in rows:
        x, y = corners.at[row]
        if all(np.hypot(x - a, y - b) >= group.apart_m for a, b in taken):
            chosen.append(int(row))
            taken.append((float(x), float(y)))
        if len(chosen) == count:
            break
    return chosen


def _camera(
    spec: TownSpec,
    group: _Group,
    number: int,
    corners: _Corners,
    corner: int,
    rng: np.random.Generator,
) -> TownCamera:
    """Return a camera at a corner, on the pavement."""
    turn = rng.uniform(0, 2 * np.pi)
    x, y = corners.at[corner] + _POLE_M * np.array([np.sin(turn), np.cos(turn)])
    before = months_before(spec.periods[0], int(rng.integers(6, 90)))
    removed = months_before(spec.end, 7) if group.role == "removed" else None
    live_from = cctv_upgrade(spec) if group.role == "renewed" else before
    kind = group.kinds[number % len(group.kinds)]
    return TownCamera(
        f"{group.owner[0].upper()}{number:02d}",
        group.role,
        group.owner,
        kind,
        group.mount,
        round(float(x), _EYE_DECIMALS),
        round(float(y), _EYE_DECIMALS),
        str(corners.street[corner]),
        round(float(corners.way_deg[corner])) % _FULL_TURN,
        _FULL_TURN if kind in TURNING else float(rng.choice([50.0, 60.0, 75.0])),
        date.fromisoformat(f"{live_from}-01"),
        date.fromisoformat(f"{removed}-15") if removed else None,
        group.role in WATCHED,
    )


def _mounted(camera: TownCamera, walls: NDArray[np.object_]) -> TownCamera:
    """Return a wall camera on the nearest wall, looking away from it."""
    if camera.mount != "wall" or not len(walls):
        return camera
    here = shapely.Point(camera.x_m, camera.y_m)
    nearest = walls[shapely.STRtree(walls).nearest(here)]
    if shapely.distance(nearest, here) > _WALL_M:
        return replace(camera, mount="pole")
    foot = shapely.get_coordinates(shapely.shortest_line(nearest, here))[0]
    away = np.array([camera.x_m, camera.y_m]) - foot
    bearing = float(np.rad2deg(np.arctan2(away[0], away[1])) % _FULL_TURN)
    return replace(
        camera,
        x_m=round(float(foot[0]), _EYE_DECIMALS),
        y_m=round(float(foot[1]), _EYE_DECIMALS),
        bearing_deg=float(round(bearing)) % _FULL_TURN,
    )


def _former(spec: TownSpec, camera: TownCamera) -> TownCamera:
    """Return the camera that stood where a renewed one stands now."""
    return replace(
        camera,
        camera_id=f"A{camera.camera_id[1:]}",
        role="former",
        type="ptz",
        live_from=date.fromisoformat(f"{months_before(spec.periods[0], 60)}-01"),
        live_to=camera.live_from,
    )


def _in_sight(
    cameras: tuple[TownCamera, ...], doors: Floats, walls: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Return which doors each camera sees: near enough, in front of it, behind no building."""
    sight = np.zeros((len(cameras), len(doors)), dtype=bool)
    eyes = np.array([_eye(camera) for camera in cameras])
    tree = shapely.STRtree(shapely.points(doors))
    reach = np.array([REACH_M.get(one.role, _NEAR_M) for one in cameras])
    camera, door = tree.query(shapely.points(eyes), predicate="dwithin", distance=reach)
    way = doors[door] - eyes[camera]
    facing = np.array([c.bearing_deg for c in cameras])[camera]
    half = np.array([c.fov_deg for c in cameras])[camera] / 2
    off = (np.rad2deg(np.arctan2(way[:, 0], way[:, 1])) - facing + 180) % _FULL_TURN - 180
    front = (np.abs(off) <= half - _EDGE_DEG) | (half >= _FULL_TURN / 2)
    camera, door = camera[front], door[front]
    rays = shapely.linestrings(np.stack((eyes[camera], doors[door]), axis=1))
    hidden = np.zeros(len(rays), dtype=bool)
    hidden[shapely.STRtree(walls).query(rays, predicate="intersects")[0]] = True
    sight[camera[~hidden], door[~hidden]] = True
    return sight


def _eye(camera: TownCamera) -> tuple[float, float]:
    """Return where a camera sees from: half a metre before its wall."""
    step = 0.5 if camera.mount == "wall" else 0.0
    turn = np.deg2rad(camera.bearing_deg)
    return camera.x_m + step * float(np.sin(turn)), camera.y_m + step * float(np.cos(turn))
