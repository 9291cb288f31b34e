"""What is seen, recorded and watched of each place in each hour of a week?

Many hours are alike: the same cameras work, the same are watched, and it is dark or not. Each kind
of hour is measured once, and kept, so that another hour is only looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from data.jobs.camera_estate import estate, week_states
from data.jobs.camera_sight import point_hits, sight, views_of_area
from geo.coverage import cell_shares, coverage_at, point_chances

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from data.cctv_views import CoverageParams, Night
    from data.jobs.camera_estate import Estate
    from data.jobs.camera_sight import AreaSight
    from data.jobs.demand import DemandGrid
    from data.workspace import Workspace
    from geo.area import StudyArea
    from geo.cameras import Seeing
    from geo.public_realm import PublicRealm

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CoverageWeek:
    """What holds in each hour of a week, n cells, c cameras, u kinds of hour.

    Attributes
    ----------
    kind
        Which kind of hour each is, shape (168,).
    seen, recorded, watched, watchable
        Shares of the public realm of each cell by kind of hour, shape (u, n), NaN where a cell has
        none. ``watchable`` is what would be watched if somebody watched in every hour.
    standing
        Which cameras stand on the day, shape (c,).
    working, monitored
        Shape (c, 168).
    dark
        Shape (168,).
    """

    kind: NDArray[np.int64]
    seen: Floats
    recorded: Floats
    watched: Floats
    watchable: Floats
    standing: Mask
    working: Mask
    monitored: Mask
    dark: Mask

    @property
    def staffed(self) -> Mask:
        """Whether anybody watches in each hour, shape (168,)."""
        return np.asarray(self.monitored.any(axis=0))

    def by_hour(self, shares: Floats) -> Floats:
        """Return shares by cell and hour, shape (n, 168), 0 where a cell has no public realm."""
        return np.nan_to_num(shares[self.kind].T)

    def at(self, shares: Floats, hour: int | None) -> Floats:
        """Return shares by cell at an hour; the mean over the week where none is given."""
        if hour is not None:
            return np.asarray(shares[self.kind[hour]])
        times = np.bincount(self.kind, minlength=len(shares)) / len(self.kind)
        return np.asarray(times @ shares)


@dataclass(frozen=True, eq=False)
class Scene:
    """The cameras of an area, what they may see, and what holds in the hours of a week."""

    held: Estate
    sight: AreaSight
    week: CoverageWeek


def scene(ws: Workspace, area_id: str, params: CoverageParams) -> Scene:
    """Return what the cameras of an area see in the week of a day.

    Raises
    ------
    GeoError
        Where an assumption cannot be right.
    """
    held, found = estate(ws, area_id), views_of_area(ws, area_id, params)
    week = _week(
        held, found.area, found.realm, found.keys, found.seeings, (params.on, params.night)
    )
    return Scene(held, found, week)


@lru_cache(maxsize=16)
def _week(
    held: Estate,
    area: StudyArea,
    realm: PublicRealm,
    keys: tuple[str, ...],
    seeings: tuple[Seeing, ...],
    when: tuple[date, Night],
) -> CoverageWeek:
    on, night = when
    states = week_states(held, area, on)
    row = {key: at for at, key in enumerate(states.keys)}
    standing = np.array([key in row for key in keys], dtype=np.bool_)
    working, watched = (
        _aligned(mask, [row.get(key) for key in keys]) for mask in (states.working, states.watched)
    )
    dark = _dark(states.dark, night)
    able = [(one := held.camera(key)) is not None and one.watched_hours.any() for key in keys]
    columns, kind = np.unique(
        np.vstack([working, watched, dark[None, :]]), axis=1, return_inverse=True
    )
    count = len(keys)
    hours = _Hours(
        realm,
        point_hits(area, realm, seeings, at_night=False),
        point_hits(area, realm, seeings, at_night=True),
        np.array([one.timeshare for one in seeings], dtype=np.float64),
        np.array(able, dtype=np.bool_),
    )
    shares = [
        hours.shares(column[:count], column[count:-1], dark=bool(column[-1]))
        for column in columns.T
    ]
    seen, recorded, watching, watchable = (np.array(part) for part in zip(*shares, strict=True))
    return CoverageWeek(
        np.asarray(kind, dtype=np.int64).ravel(), seen, recorded, watching, watchable, standing,
        working, watched, dark,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Hours:
    """What shares of an hour are measured from."""

    realm: PublicRealm
    by_day: csr_array
    by_night: csr_array
    timeshare: Floats
    monitored_ever: Mask

    def shares(self, working: Mask, watched: Mask, *, dark: bool) -> tuple[Floats, ...]:
        """Return what is seen, recorded, watched, and would be watched, of each cell."""
        hits = self.by_night if dark else self.by_day
        found = coverage_at(hits, self.timeshare, working, watched, self.realm)
        able = point_chances(hits, self.timeshare, working & self.monitored_ever)
        return found.seen, found.recorded, found.watched, cell_shares(able, self.realm)


def _dark(by_sun: Mask, night: Night) -> Mask:
    """Return in which hours it is dark, as the sun or the user says."""
    return by_sun if night == "hour" else np.full(by_sun.shape, night == "night", dtype=np.bool_)


def _aligned(mask: Mask, rows: list[int | None]) -> Mask:
    """Return rows of a mask in another order, False where there is none."""
    found = np.zeros((len(rows), mask.shape[1]), dtype=np.bool_)
    for at, row in enumerate(rows):
        if row is not None:
            found[at] = mask[row]
    return found


@lru_cache(maxsize=8)
def reports_seen(
    area: StudyArea, seeings: tuple[Seeing, ...], demand: DemandGrid, *, at_night: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of a camera and a report in its view, for reports with an exact location."""
    shapes = sight(area, seeings, at_night=at_night).polygons
    tree = shapely.STRtree(shapely.points(demand.x_m, demand.y_m))
    camera, report = tree.query(shapes, predicate="intersects")
    return np.asarray(camera, dtype=np.int64), np.asarray(report, dtype=np.int64)
