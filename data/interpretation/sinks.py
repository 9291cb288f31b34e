"""Which points look like default locations, where reports land that have no place of their own?

They stay in the totals and make no hotspot until a person has said what they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc
import shapely

from geo.projection import to_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.interpretation.context import Columns, Context
    from data.interpretation.places import Where
    from data.readers.findings import RowLedger
    from geo.area import StudyArea

TOP_SHARE: Final = 0.01
LEAST_ROWS: Final = 20
CENTRE_M: Final = 5.0
LEAST_AT_CENTRE: Final = 3
_WORDS: Final = (
    r"(?i)\b(police (st(atio)?n|hq|headquarters|office)|custody (suite|office)|hospital|infirmary|"
    r"prison|hmp|(magistrates|crown|county|law|family|combined|justice)'?s? courts?|court ?house|"
    r"town hall|civic (centre|office|address))\b"
)


def mark_sinks(columns: Columns, place: Where, ledger: RowLedger, context: Context) -> None:
    """Mark rows at points that look like default locations."""
    located = np.isfinite(place.lon) & ~ledger.rows_that_are("held", "dropped", "refused")
    if not located.any():
        return
    named = located & pc.match_substring_regex(columns.values("place"), _WORDS).to_numpy(
        zero_copy_only=False
    )
    listed = located & _at_known(place, located, context.area)
    busiest, share = _busiest(place, located)
    found = named | listed | busiest
    words = f" The busiest of these points holds {share:.0%} of the rows." if busiest.any() else ""
    ledger.mark(
        "G10",
        found,
        "kept",
        "{n} share a point that looks like a default location, such as a police station. They make"
        " no hotspot until you have said what it is." + words,
        column=columns.heading("place"),
        values=columns.values("place"),
        question="Treat these points as location not known?",
    )


def _at_known(
    place: Where, located: NDArray[np.bool_], area: StudyArea | None
) -> NDArray[np.bool_]:
    """Return which rows lie at a listed default location, or on the very centre of a ward."""
    found = np.zeros(len(place.lon), dtype=np.bool_)
    if area is None:
        return found
    rows = np.flatnonzero(located)
    rows = rows[
        shapely.intersects_xy(shapely.envelope(area.boundary), place.lon[rows], place.lat[rows])
    ]
    if not len(rows):
        return found
    x, y = to_metres(place.lon[rows], place.lat[rows], area.crs_m)
    for sink in area.sinks:
        sink_x, sink_y = to_metres([sink.lon], [sink.lat], area.crs_m)
        found[rows] |= np.hypot(x - sink_x[0], y - sink_y[0]) <= sink.radius_m
    metres = area.wards.geometry.to_crs(area.crs_m).centroid
    for centre_x, centre_y in zip(metres.x, metres.y, strict=True):
        near = np.hypot(x - centre_x, y - centre_y) <= CENTRE_M
        if near.sum() >= LEAST_AT_CENTRE:
            found[rows] |= near
    return found


def _busiest(place: Where, located: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], float]:
    """Return the rows at points with more than 1 % of the located rows, and the largest share."""
    exact = located & np.isin(place.precision, ["exact", "grid_100m"])
    found = np.zeros(len(place.lon), dtype=np.bool_)
    if not exact.any():
        return found, 0.0
    points = np.round(place.lon[exact], 6) + 1j * np.round(place.lat[exact], 6)
    _, which, counts = np.unique(points, return_inverse=True, return_counts=True)
    least = max(TOP_SHARE * int(exact.sum()), LEAST_ROWS)
    found[exact] = (counts > least)[which]
    return found, float(counts.max() / exact.sum())
