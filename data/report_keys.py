"""Which report of the data set is meant?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class ReportKey:
    """One report of the data set: source, provider, month, row of its file, and its reference."""

    source: str
    provider: str
    month: str
    source_row: int
    source_ref: str | None = None
