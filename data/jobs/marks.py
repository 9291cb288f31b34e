"""Does a report count, by who found it, and is it at a default location?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.projection import to_metres
from geo.schema import CATEGORY, ORIGIN, POLICE_GENERATED, POLICE_UK, SETTING, SOURCE

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from data.views import Eligibility
    from geo.area import StudyArea


def counted_origins(rows: pd.DataFrame) -> pd.Series:
    """Return the origin as which each row counts.

    Open data do not say who reported: there, what only police work finds counts as police work.
    """
    unsaid = (rows[SOURCE] == POLICE_UK) & (rows[ORIGIN] == "unknown")
    return rows[ORIGIN].mask(unsaid & rows[CATEGORY].isin(POLICE_GENERATED), "police")


def eligible(rows: pd.DataFrame, eligibility: Eligibility) -> NDArray[np.bool_]:
    """Return which rows count, by their origin and setting, shape (rows,)."""
    if eligibility.is_everything:
        return np.ones(len(rows), dtype=np.bool_)
    counts = rows[ORIGIN].isin(eligibility.origins)
    if not eligibility.dwellings:
        counts &= rows[SETTING] != "dwelling"
    return counts.to_numpy(dtype=np.bool_)


def at_sinks(
    lon: NDArray[np.float64], lat: NDArray[np.float64], area: StudyArea
) -> NDArray[np.bool_]:
    """Return which points lie at a known default location of the area, such as a police station."""
    found = np.zeros(len(lon), dtype=np.bool_)
    if not area.sinks or not len(lon):
        return found
    x_m, y_m = to_metres(lon, lat, area.crs_m)
    for sink in area.sinks:
        sink_x, sink_y = to_metres([sink.lon], [sink.lat], area.crs_m)
        found |= np.hypot(x_m - sink_x[0], y_m - sink_y[0]) <= sink.radius_m
    return found
