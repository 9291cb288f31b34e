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
RECORD_KIND: Final = "record_kind"
SUBTYPE: Final = "subtype"
ASB_QUALIFIER: Final = "asb_qualifier"
OPENING_CODE: Final = "opening_code"
CLOSING_CODE: Final = "closing_code"
GRADE: Final = "grade"
LINKED_REF: Final = "linked_ref"
CAMERA_IDS: Final = "camera_ids"
DETAILS: Final = "details"
SENSITIVE_CLASS: Final = "sensitive_class"
SETTING: Final = "setting"
STATUS: Final = "status"
QUALITY_FLAGS: Final = "quality_flags"
SOURCE_BATCH: Final = "source_batch"
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
    RECORD_KIND,
    SUBTYPE,
    ASB_QUALIFIER,
    OPENING_CODE,
    CLOSING_CODE,
    GRADE,
    LINKED_REF,
    CAMERA_IDS,
    DETAILS,
    SENSITIVE_CLASS,
    SETTING,
    STATUS,
    QUALITY_FLAGS,
    SOURCE_BATCH,
)
"""Columns of a canonical incident.

``month`` is the local calendar month as ``YYYY-MM``; ``lon`` and ``lat`` are WGS 84 degrees, NaN
where the source gives no location; ``time_from`` and ``time_to`` are UTC, NaT where unknown: equal
where the moment is known, a span where it is not. From ``record_kind`` on, "" means that the
source does not say:

- ``subtype``: a finer type than ``category``, such as "Street drinking" within anti-social
  behaviour; ``asb_qualifier``: personal, nuisance or environmental.
- ``opening_code``, ``closing_code``, ``grade``: as the source has them.
- ``linked_ref``: ``source_ref`` of another report of the same incident, of any source.
- ``camera_ids``: cameras of a CCTV log, separated by ";". ``details``: further coded facts of one
  source as a JSON object, keys sorted.
- ``sensitive_class``: why a row is never put on a map. ``setting``: "public" or "dwelling".
- ``status``: "" is live; "superseded" and "cancelled" rows are kept but never counted.
- ``quality_flags``: codes of the import rules that marked the row, sorted, separated by spaces.
- ``source_batch``: the load that brought the row; with ``source_row`` it names the row of the file.
"""

SINK_FLAG: Final = "G10"
"""Quality flag of a row at what looks like a default location, until a person has decided."""

TimePrecision = Literal["month", "day", "minute"]
LocationPrecision = Literal["snap_point", "exact", "grid_100m", "postcode", "camera", "none"]
Origin = Literal["public", "cctv", "police", "partner", "unknown"]
ORIGINS: Final[tuple[Origin, ...]] = ("public", "cctv", "police", "partner", "unknown")
RecordKind = Literal[
    "crime", "asb_incident", "psw_incident", "transport", "service_request", "cctv_observation",
    "collision", "",
]  # fmt: skip
SensitiveClass = Literal["domestic", "sexual", "hate", "mental_health", "child", ""]
Lens = Literal["reports", "estimated", "harm"]
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

POLICE_GENERATED: Final = ("Drugs", "Possession of weapons")
"""Categories that police work finds rather than anybody reports, where the source does not say."""

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
