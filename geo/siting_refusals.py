"""Which sites must not be considered for a camera, because a sensitive place is close by?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike
    from shapely import Geometry


@dataclass(frozen=True)
class Sensitive:
    """A place that a camera must not stand close to.

    Attributes
    ----------
    what
        In words: "a place of worship".
    outline
        Point, line or polygon in metres.
    """

    what: str
    outline: Geometry


@dataclass(frozen=True)
class Refusal:
    """A site that is not considered.

    Attributes
    ----------
    site
        Column of the sites.
    reason
        As a sentence.
    """

    site: int
    reason: str


def refusals(
    x_m: ArrayLike, y_m: ArrayLike, sensitive: Sequence[Sensitive], *, distance_m: float
) -> tuple[Refusal, ...]:
    """Return the sites that lie too close to a sensitive place, in order.

    Parameters
    ----------
    x_m, y_m
        Where the sites are, in metres, shape (sites,).
    sensitive
        Places in the same CRS.
    distance_m
        Refused is what lies at most so far away; 0 for sites inside or on the edge.

    Returns
    -------
    tuple of Refusal
        One for a site, naming the nearest place; of equally near ones the first.

    Raises
    ------
    SchemaError
        If the distance is below 0 or missing.
    """
    if not distance_m >= 0:
        message = f"The distance to sensitive places must be 0 or more; found {distance_m}."
        raise SchemaError(message, "Usual are 25 metres.")
    points = shapely.points(np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64))
    outlines = np.array([place.outline for place in sensitive], dtype=object)
    site, near = shapely.STRtree(outlines).query(
        points, predicate="dwithin", distance=float(distance_m)
    )
    away = shapely.distance(points[site], outlines[near])
    order = np.lexsort((near, away, site))
    _, first = np.unique(site[order], return_index=True)
    return tuple(
        Refusal(int(site[i]), _reason(sensitive[int(near[i])].what, float(away[i])))
        for i in order[first]
    )


def _reason(what: str, away_m: float) -> str:
    if away_m == 0:
        return f"It lies at {what}."
    return f"It lies {max(1, round(away_m))} m from {what}."
