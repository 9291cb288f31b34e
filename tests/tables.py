"""Small tables of incidents for tests, read by the rules of the importer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import geopandas as gpd
from shapely.geometry import box

from data.interpretation.context import Context
from data.interpretation.interpret import interpret
from data.profiles import known
from data.readers.sheets import read_sheet
from geo.area import SinkLocation, StudyArea
from geo.projection import geometry_to_degrees

if TYPE_CHECKING:
    from data.interpretation.context import Answer
    from data.profiles.model import Profile
    from data.readers.findings import Finding
    from data.readers.rows import FileRows

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
NO_SHAPES = gpd.GeoDataFrame({"name": [], "geometry": []}, crs=4326)
COAST = StudyArea(
    "coast", "Coast", geometry_to_degrees(box(329_000, 432_000, 334_000, 442_000), "EPSG:27700"),
    NO_SHAPES, NO_SHAPES, "", "EPSG:27700", "Europe/London", "1",
    sinks=(SinkLocation("Yard", -3.04, 53.80),),
)  # fmt: skip
"""A box of 5 km by 10 km of British grid: easting 329000 to 334000, northing 432000 to 442000."""

LOG = "Log No,Date Time Created,NSIR Closing,Easting,Northing,Location Text"
CRIME = "Crime No,Committed From,Committed To,Offence,Easting,Northing"
CASE = "Case Ref,Date Received,SR Type,Latitude,Longitude"
CCTV = "CCTV Inc No,Date,Time,Cam No,Incident Type,Police Log"


@dataclass(frozen=True, eq=False)
class Read:
    """A table as interpreted, with short ways to ask what became of it."""

    found: FileRows

    @property
    def rows(self) -> dict[int, dict[str, Any]]:
        """The incidents that count, by row number of the file."""
        every = [row for batch in self.found.batches for row in batch.table.to_pylist()]
        return {row["source_row"]: row for row in every}

    def rule(self, code: str) -> list[Finding]:
        """Return what a rule found about rows."""
        return [one for one in self.found.findings if one.code == code and one.rows]

    def notes(self, code: str) -> list[str]:
        """Return what a rule said of the file as a whole."""
        return [one.message for one in self.found.findings if one.code == code and not one.rows]

    def held(self, code: str) -> dict[int, str]:
        """Return the suggestion for each row that a rule holds, by row number."""
        return {row.row: row.suggestion for row in self.found.held if row.code == code}

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """Rows kept, fixed, held, dropped, refused."""
        counted = sum(batch.table.num_rows for batch in self.found.batches)
        fixed = sum(batch.fixed for batch in self.found.batches)
        found = (
            counted - fixed, fixed, self.found.rows_held, self.found.rows_dropped,
            self.found.bad.total,
        )  # fmt: skip
        assert sum(found) == self.found.rows_read
        return found


def read(
    *lines: str,
    profile: Profile | None = None,
    area: StudyArea | None = COAST,
    answers: tuple[Answer, ...] = (),
    encoding: str = "utf-8",
    **known_besides: Any,
) -> Read:
    """Return a CSV table as the rules leave it, with the checks that hold for every table."""
    content = ("\n".join(lines) + "\n").encode(encoding)
    sheet = read_sheet("table.csv", content, heading_score=_score(profile))
    how = profile or known.recognised(sheet.text.columns)
    assert how is not None
    context = Context(NOW, area, answers, **known_besides)
    return Read(interpret(sheet, how, context, batch="load"))


def _score(profile: Profile | None):
    named = set(profile.columns.values()) if profile else set()
    return lambda cells: max(known.heading_score(cells), len(named & set(cells)))
