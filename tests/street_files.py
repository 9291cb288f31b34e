"""Street-level files for tests, built row by row."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from data.import_views import ImportReport

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FORCE = "Lancashire Constabulary"
COLUMNS = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location",
    "LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context",
)  # fmt: skip
SEARCH_COLUMNS = (
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude",
    "Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation",
    "Object of search", "Outcome", "Outcome linked to object of search",
    "Removal of more than just outer clothing",
)  # fmt: skip


def street_row(**changes: str) -> dict[str, str]:
    """Return one burglary in Blackpool in May 2022, with changes; spaces are underscores."""
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "Crime ID": "a" * 64,
        "Month": "2022-05",
        "Reported by": FORCE,
        "Falls within": FORCE,
        "Longitude": "-3.055300",
        "Latitude": "53.817000",
        "Location": "On or near Queen Street",
        "LSOA code": "E01012673",
        "LSOA name": "Blackpool 006A",
        "Crime type": "Burglary",
        "Last outcome category": "Under investigation",
    }
    return row | {name.replace("_", " "): value for name, value in changes.items()}


def asb_row(**changes: str) -> dict[str, str]:
    """Return one report of anti-social behaviour, which has no Crime ID and no outcome."""
    asb = {"Crime_ID": "", "Crime_type": "Anti-social behaviour", "Last_outcome_category": ""}
    return street_row(**(asb | changes))


def crimes(count: int, *, month: str = "2022-05", start: int = 0) -> list[dict[str, str]]:
    """Return burglaries with different Crime IDs."""
    return [street_row(Crime_ID=f"{start + n:064x}", Month=month) for n in range(count)]


def as_csv(
    rows: Iterable[Mapping[str, str]], columns: Iterable[str] = COLUMNS, end: str = "\r\n"
) -> bytes:
    """Return rows as a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), lineterminator=end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_gzip(content: bytes) -> bytes:
    """Return content packed the same way each time."""
    return gzip.compress(content, mtime=0)


def as_zip(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a ZIP archive of named entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


RESULTS = ("rows_kept", "rows_fixed", "rows_held", "rows_dropped", "rows_refused")


def assert_conserved(report: ImportReport) -> None:
    """Check that read = kept + fixed + held + dropped + refused, for each file and in total."""
    assert report.rows_read == sum(getattr(report, name) for name in RESULTS)
    for count in ("rows_read", *RESULTS):
        assert getattr(report, count) == sum(getattr(file, count) for file in report.files)
    for file in report.files:
        assert file.rows_read == sum(getattr(file, name) for name in RESULTS)
        assert file.message.endswith((".", "…"))
