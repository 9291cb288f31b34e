"""Where would k more cameras bring most unseen demand into view, and where may none stand?"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

from data.access import Permission, authorise
from data.cctv_views import RefusedSite, SiteRow, SitingView
from data.jobs.camera_optics import assumptions_of
from data.jobs.camera_sight import near_area, point_hits, sight
from data.jobs.camera_words import KIND_WORDS, sees_points
from data.jobs.coverage_cctv import demand_params, permitted
from data.jobs.coverage_hours import scene
from data.jobs.coverage_parts import demand_at, noon_of
from data.jobs.coverage_words import INDICATIVE, NO_BUILDINGS, share_words
from data.jobs.demand import demand_by_hour
from data.jobs.sensitive_places import sensitive_places
from data.jobs.wording import plural, sentence_case
from geo.cameras import Camera, seeing
from geo.coverage_demand import why_no_share
from geo.errors import SchemaError
from geo.in_view import demand_on_points
from geo.projection import geometry_to_degrees, geometry_to_metres, to_metres
from geo.provenance import provenance
from geo.siting import place_exact, place_greedy
from geo.siting_merge import Sites
from geo.siting_refusals import refusals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.access import Principal
    from data.cctv_views import CoverageParams
    from data.jobs.coverage_hours import Scene
    from data.jobs.demand import DemandGrid
    from data.workspace import Workspace
    from geo.area import StudyArea
    from geo.cameras import Seeing
    from geo.provenance import Provenance
    from geo.public_realm import PublicRealm
    from geo.siting import Siting
    from geo.siting_refusals import Sensitive

    Floats = NDArray[np.float64]

MOST_CANDIDATES: Final = 500
STEP_M: Final = 40.0
MOST_CAMERAS: Final = 50
INSIDE: Final = "It lies inside a building."
OUTSIDE: Final = "It lies outside the area."
LEFT_OUT: Final = "It was left out by hand."
_DECIMALS: Final = 6


@dataclass(frozen=True)
class SitingOptions:
    """How sites are looked for.

    Attributes
    ----------
    k
        How many cameras there are to place.
    given
        Name, longitude and latitude of each site that may be used; empty takes spots on the
        streets of the busiest hexagons.
    excluded
        Names of sites that must not be used.
    kind
        Type of the cameras.
    away_m
        How far from a sensitive place a camera must stay.
    quick
        Whether a good choice in milliseconds will do, as while a slider moves.

    Raises
    ------
    SchemaError
        From ``__post_init__``.
    """

    k: int = 5
    given: tuple[tuple[str, float, float], ...] = ()
    excluded: tuple[str, ...] = ()
    kind: str = "ptz"
    away_m: float = 0.0
    quick: bool = False
    step_m: float = STEP_M
    most: int = MOST_CANDIDATES

    def __post_init__(self) -> None:
        if not 0 <= self.k <= MOST_CAMERAS:
            message = f"The number of cameras must be from 0 to {MOST_CAMERAS}; found {self.k}."
            raise SchemaError(message, "Place fewer at a time.")
        if len(self.given) > MOST_CANDIDATES or not 1 <= self.most <= MOST_CANDIDATES:
            message = f"At most {MOST_CANDIDATES} sites can be compared."
            raise SchemaError(message, "Leave out those that are least likely.")
        if self.step_m < 1 or self.away_m < 0:
            message = "Distances between sites, and to sensitive places, cannot be so small."
            raise SchemaError(message, "Usual are 40 m and 0 m.")


@dataclass(frozen=True, eq=False)
class _Question:
    """What was asked, but for how many cameras: the same question has the same sites."""

    found: Scene
    demand: DemandGrid
    params: CoverageParams
    use: SitingOptions
    sensitive: tuple[Sensitive, ...]
    """Those of the registers, whose every change makes a new week."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.found.week, self.found.sight.realm, self.demand, self.params, self.use)

    @property
    def hour(self) -> int:
        """The hour of the week at which cameras count as working."""
        return noon_of(self.params.on) if self.params.hour is None else self.params.hour

    @property
    def dark(self) -> bool:
        """Whether it is dark then."""
        if self.params.hour is None:
            return self.params.night == "night"
        return bool(self.found.week.dark[self.hour])

    @property
    def own_demand(self) -> Floats:
        """The demand of each cell, at the chosen hour where enough is known of it."""
        return demand_at(self.demand.totals, self.demand.weights, self.params.hour)


@dataclass(frozen=True, eq=False)
class _Ground:
    """Sites, what each sees, and which are refused.

    Attributes
    ----------
    names, x_m, y_m, cell
        Of each site; ``cell`` is the position of the nearest cell.
    refused
        Reason by site.
    words
        Where the sites come from.
    before, total
        Demand in view now, and all of it.
    """

    names: tuple[str, ...]
    x_m: Floats
    y_m: Floats
    cell: NDArray[np.int64]
    seeings: tuple[Seeing, ...]
    sites: Sites
    refused: dict[int, str]
    words: str
    before: float
    total: float


def siting(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    params: CoverageParams,
    options: SitingOptions | None = None,
) -> SitingView:
    """Return where more cameras would bring most demand into view that none sees now.

    Parameters
    ----------
    params
        The day and hour, the level, and what demand is.
    options
        How many cameras, and where they may stand.

    Raises
    ------
    AccessError
        Where the role may not see demand.
    GeoError
        Where a value cannot be right.
    """
    authorise(principal, Permission.VIEW)
    params, _ = permitted(principal, params)
    use, began = options or SitingOptions(), time.perf_counter()
    found, demand = scene(ws, area_id, params), demand_by_hour(ws, area_id, demand_params(params))
    basis = replace(use, k=0, quick=False)
    asked = _Question(found, demand, params, basis, sensitive_places(ws, area_id))
    ground = _ground(asked)
    place = place_greedy if use.quick else place_exact
    chosen = place(ground.sites, use.k, excluded=sorted(ground.refused))
    no_data = why_no_share(asked.own_demand, found.week.at(found.week.seen, params.hour))
    rows = () if no_data else _rows(asked, ground, chosen, points=sees_points(principal))
    return SitingView(
        area_id=area_id,
        area_name=found.sight.area.name,
        k=use.k,
        headline=_headline(rows, use.k, no_data),
        sites=rows,
        refused=_refused_rows(asked, ground),
        seen_before=None if no_data else ground.before / ground.total,
        seen_after=None
        if no_data
        else min(1.0, (ground.before + sum(chosen.gains)) / ground.total),
        exact=chosen.exact,
        gap=chosen.gap,
        gap_words=_gap_words(chosen, quick=use.quick),
        candidates=len(ground.names),
        candidate_words=ground.words,
        caveats=_caveats(found.sight.area, use, chosen),
        seconds=round(time.perf_counter() - began, 3),
        provenance=_provenance(ws, asked, use),
        no_data=no_data or None,
    )


@lru_cache(maxsize=4)
def _ground(asked: _Question) -> _Ground:
    """Return the sites of a question and what each sees, kept while only their number changes."""
    sight_now, own = asked.found.sight, asked.own_demand
    realm, area = sight_now.realm, sight_now.area
    working = asked.found.week.working[:, asked.hour].astype(np.float64)
    seen = (sight_now.by_night if asked.dark else sight_now.by_day) @ working > 0
    weight = demand_on_points(own, realm.cell, seen.astype(np.float64))
    names, x_m, y_m, words = _spots(asked, weight)
    cell = _nearest_cells(realm, x_m, y_m)
    seeings = _seeings(asked, names, x_m, y_m)
    hits = point_hits(area, realm, seeings, at_night=asked.dark)
    before = float(demand_on_points(own, realm.cell, 1.0 - seen).sum())
    return _Ground(
        names, x_m, y_m, cell, seeings, Sites.of(hits, weight),
        _refused(asked, names, seeings), words, before, float(own.sum()),
    )  # fmt: skip


def _spots(asked: _Question, weight: Floats) -> tuple[tuple[str, ...], Floats, Floats, str]:
    """Return name and place of each site, and where they come from."""
    area, realm, use = asked.found.sight.area, asked.found.sight.realm, asked.use
    if use.given:
        names, lon, lat = zip(*use.given, strict=True)
        x_m, y_m = to_metres(lon, lat, area.crs_m)
        return tuple(names), x_m, y_m, f"{sentence_case(plural(len(names), 'site'))}, as given."
    x_m, y_m = street_spots(area, use.step_m)
    where = "on streets"
    if not len(x_m):
        x_m, y_m = _spaced(realm.x_m, realm.y_m, use.step_m)
        where = "on open ground"
    cell = _nearest_cells(realm, x_m, y_m)
    unseen = np.bincount(realm.cell, weights=weight, minlength=len(realm.cells))[cell]
    order = np.argsort(-unseen, kind="stable")
    kept = np.sort(order[unseen[order] > 0][: use.most])
    names = tuple(f"S{at + 1}" for at in range(len(kept)))
    words = (
        f"{plural(len(kept), 'site')}: spots every {use.step_m:g} m {where}, where most demand is"
        " unseen."
    )
    return names, x_m[kept], y_m[kept], words


def _nearest_cells(realm: PublicRealm, x_m: Floats, y_m: Floats) -> NDArray[np.int64]:
    """Return the cell of the public ground nearest to each spot."""
    if not len(realm) or not len(x_m):
        return np.zeros(len(x_m), dtype=np.int64)
    _, nearest = cKDTree(np.column_stack([realm.x_m, realm.y_m])).query(np.column_stack([x_m, y_m]))
    return np.asarray(realm.cell[nearest], dtype=np.int64)


def _seeings(
    asked: _Question, names: Sequence[str], x_m: Floats, y_m: Floats
) -> tuple[Seeing, ...]:
    """Return what a camera at each site may see before buildings cut it."""
    params, assumptions = asked.params, assumptions_of(asked.params.assumptions)
    return tuple(
        seeing(
            Camera(name, name, asked.use.kind, float(x), float(y)),
            params.level,
            params.standard,
            assumptions,
        )
        for name, x, y in zip(names, x_m, y_m, strict=True)
    )


def _refused(asked: _Question, names: Sequence[str], seeings: tuple[Seeing, ...]) -> dict[int, str]:
    """Return the sites that are not considered, and why."""
    area = asked.found.sight.area
    found = {at: OUTSIDE for at, one in enumerate(seeings) if not near_area(area, one.x_m, one.y_m)}
    inside = sight(area, seeings, at_night=asked.dark).inside
    found |= dict.fromkeys(np.flatnonzero(inside).tolist(), INSIDE)
    found |= {at: LEFT_OUT for at, name in enumerate(names) if name in asked.use.excluded}
    if asked.sensitive and seeings:
        x_m, y_m = [one.x_m for one in seeings], [one.y_m for one in seeings]
        close = refusals(x_m, y_m, asked.sensitive, distance_m=asked.use.away_m)
        found |= {one.site: one.reason for one in close}
    return found


def _rows(
    asked: _Question, ground: _Ground, chosen: Siting, *, points: bool
) -> tuple[SiteRow, ...]:
    """Return the chosen sites, the one that gains most first."""
    area = asked.found.sight.area
    shapes = sight(area, ground.seeings, at_night=asked.dark).polygons
    rows = []
    for rank, (at, gain) in enumerate(zip(chosen.chosen, chosen.gains, strict=True), start=1):
        spot = shapely.Point(float(ground.x_m[at]), float(ground.y_m[at]))
        where, cell = geometry_to_degrees(spot, area.crs_m), int(ground.cell[at])
        rows.append(
            SiteRow(
                rank,
                ground.names[at],
                asked.demand.places[cell],
                round(where.x, _DECIMALS) if points else None,
                round(where.y, _DECIMALS) if points else None,
                asked.demand.cells[cell],
                gain / ground.total,
                f"{share_words(gain / ground.total)} of demand",
                _geojson(shapes[at], area.crs_m) if points else None,
            )
        )
    return tuple(rows)


def _refused_rows(asked: _Question, ground: _Ground) -> tuple[RefusedSite, ...]:
    return tuple(
        RefusedSite(
            ground.names[at],
            asked.demand.places[int(ground.cell[at])],
            ground.refused[at],
        )
        for at in sorted(ground.refused)
    )


def _headline(rows: Sequence[SiteRow], k: int, no_data: str) -> str:
    if no_data:
        return "No site can be judged yet"
    if not k:
        return "No more cameras are to be placed"
    if not rows:
        return "No site would bring more demand into view"
    gain = share_words(sum(row.gain for row in rows))
    return f"{plural(len(rows), 'more camera')} would bring {gain} more of demand into view"


def _caveats(area: StudyArea, use: SitingOptions, chosen: Siting) -> tuple[str, ...]:
    kind = KIND_WORDS.get(use.kind, use.kind).lower()
    told = [
        *chosen.words,
        f"Each new camera is taken as {kind}, on a pole, with what is usual for it.",
        "Demand is spread evenly over the public ground of its hexagon.",
        "Power, cost, trees and consent are not known: look at each site.",
        NO_BUILDINGS if area.buildings is None else "",
        INDICATIVE,
    ]
    return tuple(one for one in told if one)


def _provenance(ws: Workspace, asked: _Question, use: SitingOptions) -> Provenance:
    params = asked.params
    chosen: dict[str, object] = {one: getattr(params, one) for one in params.__dataclass_fields__}
    chosen |= {f"site_{one}": getattr(use, one) for one in use.__dataclass_fields__}
    chosen["cameras"] = asked.found.held.version
    return provenance(ws.lake.version, asked.found.sight.area.version, chosen)


def _gap_words(chosen: Siting, *, quick: bool) -> str:
    """Return how good the choice is."""
    if quick:
        return "Chosen one after the other; ask for the best choice to have it proved."
    if chosen.exact:
        return "Proved: no other choice of these sites brings more into view."
    return (
        f"The search was stopped: the best choice may bring up to {share_words(chosen.gap)} more."
    )


@lru_cache(maxsize=8)
def street_spots(area: StudyArea, step_m: float) -> tuple[Floats, Floats]:
    """Return spots on the streets of an area, in metres, about a step from one another."""
    if area.streets is None or area.streets.empty:
        return np.zeros(0), np.zeros(0)
    lines = geometry_to_metres(
        shapely.multilinestrings(shapely.get_parts(area.streets.geometry.to_numpy())), area.crs_m
    )
    spots = [
        shapely.line_interpolate_point(line, np.arange(step_m / 2, line.length, step_m))
        for line in shapely.get_parts(shapely.line_merge(lines))
    ]
    at = shapely.get_coordinates(np.concatenate([*spots, np.zeros(0, dtype=object)]))
    return _spaced(at[:, 0], at[:, 1], step_m / 2)


def _spaced(x_m: Floats, y_m: Floats, step_m: float) -> tuple[Floats, Floats]:
    """Return one spot of each square of a grid, the first."""
    squares = np.column_stack([np.floor(x_m / step_m), np.floor(y_m / step_m)])
    _, first = np.unique(squares, axis=0, return_index=True)
    first.sort()
    return x_m[first], y_m[first]


def _geojson(shape: Any, crs_m: str) -> dict[str, Any]:  # noqa: ANN401 - a shapely polygon
    degrees = geometry_to_degrees(shape, crs_m)
    rounded = shapely.transform(degrees, lambda at: np.round(at, _DECIMALS))
    found: dict[str, Any] = shapely.geometry.mapping(rounded)
    return found
