"""Where inside a hotspot do reports lie close together, when locations are exact?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.jobs.wording import list_words, plural
from geo.contiguity import point_clusters
from geo.names import rank_places
from geo.projection import to_metres
from geo.schema import COUNT, LAT, LON, PLACE

if TYPE_CHECKING:
    import pandas as pd

REACH_M: Final = 75.0
"""Reports at most this far apart are close: about half a street block."""
LEAST_A_YEAR: Final = 10
LEAST_SHARE: Final = 0.04
"""So many of a hotspot's reports must lie within reach of a point for a tight spot to grow there;
in a busy centre a fixed number would join the whole of it."""
SHOWN: Final = 3


def tight_spots_words(
    rows: pd.DataFrame,
    crs_m: str,
    *,
    months: int,
    unit: tuple[str, str] = ("report", "reports"),
) -> str:
    """Return the tightest spots of one hotspot in words; empty where there are none.

    Parameters
    ----------
    rows
        Counted points of the hotspot with exact locations: ``lon``, ``lat``, ``place``, ``n``.
    crs_m
        A projected CRS in metres.
    months
        Observed months that the points are of.
    unit
        One and many of what was counted.

    References
    ----------
    Wheeler & Reuter (2021), Redrawing hot spots of crime, Police Quarterly 24(2), 159-184.
    """
    total = int(rows[COUNT].sum())
    x_m, y_m = to_metres(rows[LON].to_numpy(), rows[LAT].to_numpy(), crs_m)
    least = max(LEAST_A_YEAR * months / 12, LEAST_SHARE * total)
    cluster = point_clusters(x_m, y_m, rows[COUNT], eps_m=REACH_M, min_weight=least)
    spots: dict[str, int] = {}
    for label in range(int(cluster.max(initial=-1)) + 1):
        inside = rows[cluster == label]
        names = rank_places(inside[PLACE], inside[COUNT], 1)
        if names and names[0] not in spots and len(spots) < SHOWN:
            spots[names[0]] = int(inside[COUNT].sum())
    if not spots:
        return ""
    listed = [f"{name} ({plural(n, *unit)})" for name, n in spots.items()]
    return f"Packed closest, each within {REACH_M:.0f} metres of the next: {list_words(listed)}"
