"""Which points look like default locations, and what did people say of them?

A report entered without a place lands where a system puts it: the police station, the hospital, the
middle of a ward. Such points stay in the totals and make no hotspot until a person says that they
are real places. What is said holds for an area, for every file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely

from data.access import Permission, Principal, authorise
from data.errors import DataError
from data.jobs.marks import at_sinks
from data.store.sources import set_source, source_settings
from geo.names import clean_place
from geo.schema import COUNT, LAT, LON, PLACE, POLICE_UK, SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from data.workspace import Workspace
    from geo.area import StudyArea

Said = Literal["sink", "place", ""]
"""A default location; a real place; nobody has said yet."""

SINKS: Final = "sinks"
_OPEN_DATA_WORDS: Final = (
    r"(?i)^(?:on or near )?(?:police station|hospital|prison|courts?|law court)$"
)
_MOST: Final = 50


@dataclass(frozen=True)
class SinkView:
    """One point that looks like a default location.

    ``key`` is not shown to users; ``share`` is its part of the area's located reports.
    """

    key: str
    place: str
    rows: int
    share: float
    said: Said
    counts_in_hotspots: bool
    ward: str = ""
    """Where it lies, since many points share a name such as "Hospital"."""


def point_key(lon: float, lat: float) -> str:
    """Return the name under which a point is remembered: to about a metre.

    Examples
    --------
    >>> point_key(-3.0512345, 53.8)
    '-3.05123,53.80000'
    """
    return f"{lon:.5f},{lat:.5f}"


def decisions(ws: Workspace, area_id: str) -> Mapping[str, Said]:
    """Return what people said of points of an area, by the points' keys."""
    with ws.store.read() as session:
        settings = source_settings(session, SINKS, area_id)
    said: dict[str, Said] = dict(settings.get("answers", {}).get(SINKS, {}))
    return said


def what_was_said(
    lon: NDArray[np.float64], lat: NDArray[np.float64], said: Mapping[str, Said]
) -> list[Said]:
    """Return what people said of each point, "" where they said nothing."""
    if not said:
        return [""] * len(lon)
    return [said.get(point_key(x, y), "") for x, y in zip(lon, lat, strict=True)]


def at_default_locations(
    points: pd.DataFrame,
    marked: NDArray[np.bool_],
    area: StudyArea,
    said: Mapping[str, Said],
) -> NDArray[np.bool_]:
    """Return which points lie at a default location; what people said of one goes before all else.

    Parameters
    ----------
    points
        ``lon`` and ``lat`` in WGS 84 degrees.
    marked
        Whether the rows themselves are marked as being at one, shape (points,).
    """
    lon, lat = points[LON].to_numpy(), points[LAT].to_numpy()
    told = np.array(what_was_said(lon, lat, said), dtype=np.str_)
    sink: NDArray[np.bool_] = (marked | at_sinks(lon, lat, area) | (told == "sink")) & (
        told != "place"
    )
    return sink


def sinks(ws: Workspace, principal: Principal, area_id: str) -> tuple[SinkView, ...]:
    """Return the points of an area that look like default locations, the busiest first."""
    authorise(principal, Permission.IMPORT)
    area = ws.area(area_id)
    points = ws.engine.count_points(area.boundary.bounds)
    points = points[shapely.intersects_xy(area.boundary, points[LON], points[LAT])]
    said = decisions(ws, area_id)
    total = int(points[COUNT].sum())
    named = points[PLACE].str.contains(_OPEN_DATA_WORDS, regex=True) & (points[SOURCE] == POLICE_UK)
    keys = [point_key(lon, lat) for lon, lat in zip(points[LON], points[LAT], strict=True)]
    sink = at_default_locations(points, points["sink"].to_numpy(), area, said)
    points = points.assign(key=keys, named=named, sink=sink)
    wanted = points["sink"] | points["named"] | points["key"].isin(list(said))
    found = [_view(key, rows, total, said) for key, rows in points[wanted].groupby("key")]
    first = sorted(found, key=lambda one: (-one.rows, one.key))[:_MOST]
    return tuple(replace(one, ward=_ward(one.key, area)) for one in first)


def _ward(key: str, area: StudyArea) -> str:
    """Return the ward in which a point lies, "" for none."""
    lon, _, lat = key.partition(",")
    point = shapely.Point(float(lon), float(lat))
    inside = area.wards[area.wards.intersects(point)]
    return "" if inside.empty else str(inside["name"].iloc[0])


def _view(key: object, rows: pd.DataFrame, total: int, said: Mapping[str, Said]) -> SinkView:
    by_place = rows.groupby(PLACE)[COUNT].sum().sort_values(ascending=False, kind="stable")
    answer = said.get(str(key), "")
    return SinkView(
        str(key),
        clean_place(str(by_place.index[0])) or "A point without a name",
        int(rows[COUNT].sum()),
        float(rows[COUNT].sum()) / max(total, 1),
        answer,
        not bool(rows["sink"].any()),
    )


def say(ws: Workspace, principal: Principal, area_id: str, key: str, said: Said) -> None:
    """Remember what a point is; "" takes back what was said.

    Raises
    ------
    AccessError
        Where the role may not load files.
    DataError
        Where a point or an answer cannot be.
    """
    authorise(principal, Permission.IMPORT)
    if said not in {"sink", "place", ""} or key.count(",") != 1:
        message = "A point is a default location or a real place."
        raise DataError(message, "Choose one of the two.")
    now = ws.clock.now()
    detail = {"point": key, "said": said}
    with ws.store.change(principal, "say_sink", area_id, detail, now) as session:
        settings = source_settings(session, SINKS, area_id)
        answers = dict(settings.get("answers", {}))
        known = {name: value for name, value in answers.get(SINKS, {}).items() if name != key}
        if said:
            known[key] = said
        changed = {**settings, "answers": {**answers, SINKS: known}}
        set_source(session, principal, SINKS, area_id, changed, now)
