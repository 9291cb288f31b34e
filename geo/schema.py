"""What is a canonical incident, and which words are closed sets?"""

from __future__ import annotations

from typing import Final, Literal

SOURCE: Final = "source"
PROVIDER: Final = "provider"
MONTH: Final = "month"
SOURCE_REF: Final = "source_ref"
SOURCE_ROW: Final = "source_row"
CATEGORY: Final = "category"
OUTCOME: Final = "outcome"
PLACE: Final = "place"
LON: Final = "lon"
LAT: Final = "lat"
TIME_FROM: Final = "time_from"
TIME_TO: Final = "time_to"
TIME_PRECISION: Final = "time_precision"
LOCATION_PRECISION: Final = "location_precision"
ORIGIN: Final = "origin"
COUNT: Final = "n"
CELL: Final = "cell"
PERIOD: Final = "period"

INCIDENT_COLUMNS: Final = (
    SOURCE,
    PROVIDER,
    MONTH,
    SOURCE_REF,
    SOURCE_ROW,
    CATEGORY,
    OUTCOME,
    PLACE,
    LON,
    LAT,
    TIME_FROM,
    TIME_TO,
    TIME_PRECISION,
    LOCATION_PRECISION,
    ORIGIN,
)
"""Columns of a canonical incident.

``month`` is the local calendar month as ``YYYY-MM``; ``lon`` and ``lat`` are WGS 84 degrees, NaN
where the source gives no location; ``time_from`` and ``time_to`` are UTC, NaT where unknown.
"""

TimePrecision = Literal["month", "day", "minute"]
LocationPrecision = Literal["snap_point", "exact", "none"]
Origin = Literal["public", "cctv", "police", "partner", "unknown"]
Lens = Literal["reports", "harm"]
ChangeKey = Literal[
    "up_strong",
    "up_likely",
    "up_watch",
    "normal",
    "down_watch",
    "down_likely",
    "down_strong",
    "too_few",
    "not_compared",
]

POLICE_UK: Final = "police_uk"
"""Source key of data.police.uk street-level files."""

POLICE_UK_CATEGORIES: Final = (
    "Anti-social behaviour",
    "Bicycle theft",
    "Burglary",
    "Criminal damage and arson",
    "Drugs",
    "Other crime",
    "Other theft",
    "Possession of weapons",
    "Public order",
    "Robbery",
    "Shoplifting",
    "Theft from the person",
    "Vehicle crime",
    "Violence and sexual offences",
)

FINEST_RESOLUTION_OPEN_DATA: Final = 9
"""Snapped points of data.police.uk are no finer than a cell of this resolution."""
