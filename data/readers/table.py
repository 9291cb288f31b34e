"""Which columns of any table with coordinates and dates hold what?"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.errors import DataError
from data.profiles.model import Profile
from data.profiles.personal import is_personal
from geo.schema import POLICE_UK, Origin

BRITISH_NATIONAL_GRID: Final = "EPSG:27700"


@dataclass(frozen=True)
class TableMapping:
    """Which columns of a table hold what.

    Attributes
    ----------
    date
        Column of the date, or date and time.
    category
        Column of the type of incident.
    lon, lat
        Columns of WGS 84 degrees; or
    easting, northing
        columns of metres in ``crs``.
    date_to
        Column of the end, where the time is a span.
    place, reference, outcome
        Optional columns. Columns that are not named are never read.
    source
        Key of the source, ``a-z0-9_``; with ``provider`` and month it says what a later file
        replaces.
    provider
        Who supplied the table, as people say it.
    date_format
        ``strptime`` directives; None finds one rule for the column, day first in doubt.
    sheet
        Sheet of a workbook; None takes the first visible one with the columns.

    Raises
    ------
    DataError
        Where coordinates are not named in one way, a personal column is named, or a value is not
        possible.
    """

    date: str
    category: str
    lon: str | None = None
    lat: str | None = None
    easting: str | None = None
    northing: str | None = None
    crs: str = BRITISH_NATIONAL_GRID
    date_to: str | None = None
    place: str | None = None
    reference: str | None = None
    outcome: str | None = None
    source: str = "partner"
    provider: str = "Partner reports"
    origin: Origin = "unknown"
    timezone: str = "Europe/London"
    date_format: str | None = None
    sheet: str | None = None

    def __post_init__(self) -> None:
        degrees, metres = (self.lon, self.lat), (self.easting, self.northing)
        if all(degrees) == all(metres) or any(degrees) == any(metres):
            message = "Coordinates must be named as lon and lat, or as easting and northing."
            raise DataError(message, "Name one pair of columns.")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.source) or self.source == POLICE_UK:
            message = f"The source {self.source!r} cannot be used."
            raise DataError(message, "Use small letters, such as council_noise; not police_uk.")
        if not self.provider.strip() or self.origin not in get_args(Origin):
            message = f"Provider {self.provider!r} or origin {self.origin!r} cannot be used."
            raise DataError(message, f"The origin is one of {', '.join(get_args(Origin))}.")
        if "%z" in (self.date_format or ""):
            message = "A date format cannot hold an offset (%z)."
            raise DataError(message, "Leave the format out: offsets are recognised.")
        personal = [name for name in self.columns if is_personal(name)]
        if personal:
            message = f"The column {personal[0]!r} looks like personal data, which is not loaded."
            raise DataError(message, "Name another column, or leave it out.")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            message = f"The time zone {self.timezone!r} is unknown."
            raise DataError(message, "Write it like Europe/London.") from error

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that are read."""
        named = (
            self.date, self.category, self.lon, self.lat, self.easting, self.northing,
            self.date_to, self.place, self.reference, self.outcome,
        )  # fmt: skip
        return tuple(name for name in named if name)

    @classmethod
    def parse(cls, words: str) -> TableMapping:
        """Return the mapping that is written as ``lon=X,lat=Y,date=When,category=Type``.

        Raises
        ------
        DataError
            Where a part does not read ``what=column``, or ``what`` is unknown or absent.

        Examples
        --------
        >>> TableMapping.parse("easting=X,northing=Y,date=When,category=Type").crs
        'EPSG:27700'
        """
        named: dict[str, str] = {}
        known = [item.name for item in fields(cls)]
        for part in filter(None, (part.strip() for part in words.split(","))):
            what, equals, column = (piece.strip() for piece in part.partition("="))
            if not equals or what not in known:
                message = f"{part!r} does not say which column is what."
                raise DataError(message, f"Write what=column; what is one of {', '.join(known)}.")
            if column:
                named[what] = column
        absent = [what for what in ("date", "category") if what not in named]
        if absent:
            message = f"The columns lack {' and '.join(absent)}."
            raise DataError(message, "Write it like lon=X,lat=Y,date=When,category=Type.")
        return cls(**named)  # type: ignore[arg-type]  # origin is checked on the way in

    @property
    def profile(self) -> Profile:
        """How a table with these columns is read."""
        named = {
            "t_start": self.date, "t_end": self.date_to, "category": self.category,
            "lon": self.lon, "lat": self.lat, "easting": self.easting, "northing": self.northing,
            "place": self.place, "source_ref": self.reference, "outcome": self.outcome,
        }  # fmt: skip
        return Profile(
            f"table_{self.source}",
            1,
            "Table with named columns",
            MappingProxyType({name: column for name, column in named.items() if column}),
            self.source,
            self.provider,
            self.origin,
            "free",
            self.crs,
            self.timezone,
            self.date_format,
        )
