"""How do the crimes that the police service gives become rows of a street-level file?"""

from __future__ import annotations

import csv
import io
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import shapely

from data.readers.kinds import STREET_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

Crime = dict[str, Any]
"""One crime as the service gives it."""
Row = dict[str, str]
"""One row of a street-level file, by heading."""

TRANSPORT_POLICE: Final = "British Transport Police"
CATEGORY_NAMES: Final = MappingProxyType(
    {
        "anti-social-behaviour": "Anti-social behaviour",
        "bicycle-theft": "Bicycle theft",
        "burglary": "Burglary",
        "criminal-damage-arson": "Criminal damage and arson",
        "drugs": "Drugs",
        "other-crime": "Other crime",
        "other-theft": "Other theft",
        "possession-of-weapons": "Possession of weapons",
        "public-order": "Public order",
        "robbery": "Robbery",
        "shoplifting": "Shoplifting",
        "theft-from-the-person": "Theft from the person",
        "vehicle-crime": "Vehicle crime",
        "violent-crime": "Violence and sexual offences",
    }
)
"""What the published files call the categories of the service."""


def street_row(crime: Crime, force: str) -> Row:
    """Return a crime as a row of a street-level file.

    Parameters
    ----------
    crime
        As the service gives it, with a location.
    force
        Who reports the crimes of the area; those of the railways are told apart by the service.

    Raises
    ------
    KeyError, TypeError, AttributeError
        Where the crime does not hold what the service says it does.
    """
    by = TRANSPORT_POLICE if crime["location_type"] == "BTP" else force
    location, outcome = crime["location"], crime["outcome_status"] or {"category": ""}
    slug = crime["category"]
    return {
        "Crime ID": _text(crime["persistent_id"]),
        "Month": _text(crime["month"]),
        "Reported by": by,
        "Falls within": by,
        "Longitude": _text(location["longitude"]),
        "Latitude": _text(location["latitude"]),
        "Location": _text(location["street"]["name"]),
        "LSOA code": "",
        "LSOA name": "",
        "Crime type": CATEGORY_NAMES.get(slug) or slug.replace("-", " ").capitalize(),
        "Last outcome category": _text(outcome["category"]),
        "Context": _text(crime.get("context")),
    }


def _text(value: object) -> str:
    """Return a value on one line; nothing for none."""
    return "" if value is None else " ".join(str(value).split())


def rows_inside(rows: Sequence[Row], boundary: BaseGeometry) -> list[Row]:
    """Return the rows whose point lies in an area, WGS 84 lon/lat, its edge included."""
    if not rows:
        return []
    lon, lat = ([float(row[name]) for row in rows] for name in ("Longitude", "Latitude"))
    inside = shapely.intersects_xy(boundary, lon, lat)
    return [row for row, within in zip(rows, inside, strict=True) if within]


def street_csv(rows: Iterable[Row]) -> bytes:
    """Return rows as a street-level file."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, STREET_COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def count_rows(content: bytes) -> int:
    """Return how many rows a street-level file made here has."""
    return sum(1 for _ in csv.DictReader(io.StringIO(content.decode(), newline="")))


def without_providers(content: bytes, providers: Collection[str]) -> bytes:
    """Return a street-level file without the rows of some providers."""
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return street_csv(row for row in rows if row["Reported by"] not in providers)
