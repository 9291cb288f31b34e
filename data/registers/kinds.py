"""Is this file a register, and of which kind?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.profiles.model import plain
from data.registers.catalogue import KINDS
from data.registers.fields import RegisterField, RegisterKind, heading_words
from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["KINDS", "RegisterField", "RegisterKind", "kind_of", "recognise"]

_INCIDENTS: Final = frozenset(
    plain(heading)
    for heading in (
        "Crime ID", "Crime type", "Falls within", "Last outcome category", "Log No", "Log Number",
        "Incident No", "Incident Number", "Inc No", "Incident Ref", "Incident Type", "STORM Ref",
        "STORM Log", "CAD Ref", "NSIR Closing", "NSIR Code", "NSIR Category", "Closing Code",
        "Opening Code", "Initial Type", "Crime No", "Crime Number", "Crime Ref", "Crime Reference",
        "Occurrence No", "Investigation No", "Committed From", "Committed To", "Offence",
        "Offence Code", "Offence Description", "HO Code", "HO Offence", "Service Request Ref",
        "SR Ref", "SR Type", "Case Ref", "Case Reference", "Enquiry Ref", "Request Type",
        "Complaint Type", "Complainant", "CCTV Ref", "CCTV Inc No", "Incident Log No",
        "Daily Log No", "Initiated By", "Police Log", "Police Ref", "Offense", "Offense Date",
        "Collision Severity", "Casualty Severity", "Object of search", "Self-defined ethnicity",
        "Date Received", "Call Source", "Caller", "Victim", "Suspect", "Outcome type",
    )
)  # fmt: skip
"""Headings that only files of reports have: such a file is never a register."""


def recognise(headings: Sequence[str]) -> RegisterKind | None:
    """Return the kind of register whose fields the headings hold best; None for no register.

    Examples
    --------
    >>> recognise(["camera_id", "location", "lon", "lat"]).title
    'Camera register'
    >>> recognise(["Log No", "Camera", "Date", "Status"]) is None
    True
    """
    if _INCIDENTS.intersection(heading_words(heading) for heading in headings):
        return None
    best = max(KINDS, key=lambda kind: kind.score(headings))
    return best if best.score(headings) else None


def kind_of(key: str) -> RegisterKind:
    """Return the kind of a key.

    Raises
    ------
    GeoError
        Where there is none.
    """
    for kind in KINDS:
        if kind.key == key:
            return kind
    message = f"There is no register {key!r}."
    raise GeoError(message, f"Choose one of: {', '.join(kind.key for kind in KINDS)}.")
