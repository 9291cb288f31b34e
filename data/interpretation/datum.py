"""Are degrees given on the British datum of 1936 instead of that of satellites?

The two lie about 100 metres apart, so that every point lands a street away. Rows that name a street
of the area tell: if they lie much closer to their streets once converted, the column is converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from data.interpretation.context import mapped
from data.readers.coordinates import to_lon_lat
from geo.names import clean_place
from geo.projection import to_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.interpretation.context import Columns, Context
    from data.interpretation.places import Where
    from data.readers.findings import RowLedger
    from geo.area import StudyArea

OSGB36: Final = "EPSG:4277"
LEAST_ROWS: Final = 20
FAR_M: Final = 30.0
BETTER: Final = 0.5


def convert_datum(
    columns: Columns,
    place: Where,
    ledger: RowLedger,
    context: Context,
    rows: NDArray[np.bool_],
) -> None:
    """Convert the rows of a mask to WGS 84 where the streets they name show that they are not."""
    area = context.area
    if area is None or area.streets is None or not rows.any():
        return
    lon, lat = place.lon.copy(), place.lat.copy()
    lon[rows], lat[rows] = to_lon_lat(place.lon[rows], place.lat[rows], OSGB36)
    usable = rows & np.isfinite(lon)
    named, lines = _named_streets(columns, area, usable)
    if len(named) < LEAST_ROWS:
        return
    before = np.median(_distances(place.lon[named], place.lat[named], lines, area))
    after = np.median(_distances(lon[named], lat[named], lines, area))
    if before < FAR_M or after > BETTER * before:
        return
    place.lon[usable], place.lat[usable] = lon[usable], lat[usable]
    ledger.mark(
        "G08",
        usable,
        "fixed",
        f"{{n}} were on the British datum of 1936: they lay {before:.0f} metres from the streets"
        f" they name, now {after:.0f}. Converted with an accuracy of about 5 metres.",
        column=columns.heading("lon"),
    )


def _named_streets(
    columns: Columns, area: StudyArea, rows: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """Return the rows that name a street of the area, and that street in metres for each."""
    streets = area.streets
    if streets is None or "name" not in streets:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=object)
    metres = streets.to_crs(area.crs_m)
    names = pd.Series(metres["name"]).fillna("").astype(str).str.casefold()
    by_name = metres.geometry.groupby(names.to_numpy()).agg(shapely.union_all)
    said = mapped(columns.values("place"), lambda text: clean_place(text).casefold())
    known = {name for name in by_name.index if name}
    at = np.flatnonzero(rows & np.array([name in known for name in said], dtype=np.bool_))
    lines = np.array([by_name[name] for name in said[at]], dtype=object)
    return at, lines


def _distances(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    lines: NDArray[np.object_],
    area: StudyArea,
) -> NDArray[np.float64]:
    x_m, y_m = to_metres(lon, lat, area.crs_m)
    found: NDArray[np.float64] = shapely.distance(shapely.points(x_m, y_m), lines)
    return found
