"""Which column of a file holds what, and how is a known kind of file recognised by its headings?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.schema import Origin

Coding = Literal["nsir", "offence", "council", "cctv", "collision", "free"]
"""By which list a type of incident is understood; "free" takes it as it is."""

FIELDS: Final = MappingProxyType(
    {
        "source_ref": "Reference number",
        "t_start": "Start, or date and time it happened",
        "t_end": "End, where the time is a span",
        "t_reported": "Date and time it was reported",
        "time": "Time of day, where it has a column of its own",
        "category": "Type of incident",
        "closing_code": "Closing code",
        "opening_code": "Opening code",
        "ho_code": "Offence code",
        "asb_qualifier": "ASB qualifier",
        "grade": "Grade of response",
        "easting": "Easting",
        "northing": "Northing",
        "lat": "Latitude",
        "lon": "Longitude",
        "grid_ref": "Grid reference",
        "uprn": "UPRN",
        "postcode": "Postcode",
        "place": "Street or place",
        "domestic_flag": "Domestic abuse flag",
        "marker": "Other markers",
        "origin": "Who reported it",
        "linked_ref": "Linked report",
        "police_log_ref": "Police log that a CCTV entry belongs to",
        "camera_ids": "Camera",
        "outcome": "Outcome",
        "status": "Status",
        "arrests": "Arrests",
        "evidence": "Evidence",
        "police_attended": "Police attended",
        "ward": "Ward (found from the point instead)",
    }
)
"""What a column can hold, and what people call it."""

PLACES: Final = (("easting", "northing"), ("lon", "lat"), ("grid_ref",), ("uprn",), ("postcode",))
"""Ways to say where."""


@dataclass(frozen=True)
class Profile:
    """How one kind of file is read.

    Attributes
    ----------
    key, version
        Name and version; written beside every load.
    title
        What people call it.
    columns
        Field of ``FIELDS`` and the heading that holds it.
    source, provider, origin
        Set for every row; ``origin`` unless a column says who reported.
    coding
        By which list types are understood.
    crs
        System of easting and northing.
    timezone
        Zone of the wall clock.
    date_format
        ``strptime`` directives; None finds one rule for a column.
    """

    key: str
    version: int
    title: str
    columns: Mapping[str, str]
    source: str
    provider: str
    origin: Origin
    coding: Coding
    crs: str = "EPSG:27700"
    timezone: str = "Europe/London"
    date_format: str | None = None


@dataclass(frozen=True)
class Known:
    """A kind of file with the headings that it may have.

    Attributes
    ----------
    headings
        Field and the headings that are known for it, in any case.
    needs
        Groups of fields; of each group one must be there.
    marks
        Fields that only this kind has: they count double when kinds are compared.
    """

    key: str
    version: int
    title: str
    provider: str
    origin: Origin
    coding: Coding
    headings: Mapping[str, tuple[str, ...]]
    needs: tuple[tuple[str, ...], ...]
    marks: tuple[str, ...] = ()
    names: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {
            plain(heading): name for name, known in self.headings.items() for heading in known
        }
        object.__setattr__(self, "names", MappingProxyType(by_name))

    def match(self, headings: Sequence[str]) -> tuple[int, Profile] | None:
        """Return how well headings fit, and the profile for them; None where they do not."""
        columns: dict[str, str] = {}
        for heading in headings:
            name = self.names.get(plain(heading))
            if name is not None and name not in columns:
                columns[name] = heading
        if any(not set(group).intersection(columns) for group in self.needs):
            return None
        score = len(columns) + sum(name in columns for name in self.marks)
        profile = Profile(
            self.key,
            self.version,
            self.title,
            MappingProxyType(columns),
            self.key,
            self.provider,
            self.origin,
            self.coding,
        )
        return score, profile


def plain(heading: str) -> str:
    """Return a heading without case, punctuation and spaces, for comparison.

    Examples
    --------
    >>> plain(" X_Coord "), plain("Date/Time  Created")
    ('xcoord', 'datetimecreated')
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading).casefold())
