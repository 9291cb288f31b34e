"""Which files does Hexbeat know by their headings?

``headings.csv`` holds the headings of the systems that police forces and councils use, as far as
they are published; anything else is mapped once by hand and remembered.
"""

from __future__ import annotations

import csv
from importlib import resources
from typing import TYPE_CHECKING, Final

from data.profiles.model import Known, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.profiles.model import Profile

_EVERY_KIND: Final = "*"


def _table() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the headings of each kind by field."""
    text = resources.files("data.profiles").joinpath("headings.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["profile"], {})[row["field"]] = tuple(row["headings"].split("|"))
    return found


_HEADINGS: Final = _table()


def _headings(kind: str) -> dict[str, tuple[str, ...]]:
    """Return the headings of a kind, those that every kind shares included."""
    shared, own = _HEADINGS[_EVERY_KIND], _HEADINGS[kind]
    return {name: shared.get(name, ()) + own.get(name, ()) for name in {**shared, **own}}


POLICE_CAD: Final = Known(
    key="police_cad",
    version=1,
    title="Police incident log (command and control)",
    provider="Police incident logs",
    origin="unknown",
    coding="nsir",
    headings=_headings("police_cad"),
    needs=(("t_reported",), ("closing_code", "opening_code")),
    marks=("source_ref", "closing_code", "opening_code", "grade"),
)
POLICE_RMS: Final = Known(
    key="police_rms",
    version=1,
    title="Recorded crime",
    provider="Recorded crime",
    origin="unknown",
    coding="offence",
    headings=_headings("police_rms"),
    needs=(("t_start", "t_reported"), ("ho_code", "category")),
    marks=("source_ref", "ho_code", "t_start", "t_end"),
)
COUNCIL: Final = Known(
    key="council",
    version=1,
    title="Council service requests",
    provider="Council service requests",
    origin="public",
    coding="council",
    headings=_headings("council"),
    needs=(("t_reported",), ("category",)),
    marks=("source_ref", "t_reported", "uprn"),
)
CCTV_LOG: Final = Known(
    key="cctv_log",
    version=1,
    title="CCTV control room log",
    provider="CCTV control room",
    origin="cctv",
    coding="cctv",
    headings=_headings("cctv_log"),
    needs=(("t_start",), ("category",), ("camera_ids", "police_log_ref", "evidence")),
    marks=("source_ref", "camera_ids", "police_log_ref", "evidence", "arrests"),
)
COLLISIONS: Final = Known(
    key="stats19",
    version=1,
    title="Road casualties and collisions",
    provider="Road casualties",
    origin="unknown",
    coding="collision",
    headings=_headings("stats19"),
    needs=(("t_start",), ("category",), ("source_ref",)),
    marks=("source_ref", "category"),
)

KNOWN: Final = (POLICE_CAD, POLICE_RMS, COUNCIL, CCTV_LOG, COLLISIONS)
"""In the order in which a tie is decided."""

_ALL: Final = frozenset(name for known in KNOWN for name in known.names)


def recognised(headings: Sequence[str]) -> Profile | None:
    """Return the profile of the known kind that headings fit best; None where none fits.

    Examples
    --------
    >>> found = recognised(["Log No", "Date Time Created", "NSIR Closing", "Easting", "Northing"])
    >>> found.key, found.columns["t_reported"]
    ('police_cad', 'Date Time Created')
    """
    fits = [found for found in (known.match(headings) for known in KNOWN) if found is not None]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def heading_score(cells: Sequence[str]) -> int:
    """Return how many cells of a row are headings that any known kind of file has."""
    return sum(plain(cell) in _ALL for cell in cells if cell)
