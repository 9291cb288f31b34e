"""What do the columns of a file of unknown kind hold, as a person says once?"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from data.access import Permission, Principal, authorise
from data.batches import profile_as_json
from data.errors import DataError
from data.profiles.known import KNOWN
from data.profiles.model import FIELDS, PLACES, Profile, plain
from data.profiles.personal import is_personal
from data.store.profiles import profiles, save_profile
from geo.schema import POLICE_UK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.profiles.model import Coding
    from data.workspace import Workspace
    from geo.schema import Origin

NEEDED: Final = (("t_start", "t_reported"), ("category", "closing_code", "ho_code"))
OFFERED: Final = (
    "t_reported", "t_start", "t_end", "time", "category", "closing_code", "opening_code",
    "ho_code", "easting", "northing", "lon", "lat", "grid_ref", "uprn", "postcode", "place",
    "source_ref", "linked_ref", "origin", "domestic_flag", "status", "outcome",
)  # fmt: skip
"""Fields that are offered, in the order in which they are asked."""

CODINGS: Final[Mapping[Coding, str]] = MappingProxyType(
    {
        "free": "As they are written in the file",
        "nsir": "Police incident codes",
        "offence": "Offence codes or titles",
        "council": "Council request types",
        "cctv": "CCTV incident types",
    }
)
_LIKE: Final = 0.75


@dataclass(frozen=True)
class Proposed:
    """Which heading seems to hold a field, and how sure that is: "sure" or "likely"."""

    heading: str
    confidence: str


@dataclass(frozen=True)
class SavedMapping:
    """A mapping that was made before."""

    name: str
    version: int
    provider: str
    columns: tuple[tuple[str, str], ...]
    """What each column holds, and its heading."""


def propose(headings: Sequence[str]) -> dict[str, Proposed]:
    """Return which heading seems to hold each field.

    Examples
    --------
    >>> propose(["Grid_East", "OS North", "Opened on"])["northing"]
    Proposed(heading='OS North', confidence='sure')
    """
    found: dict[str, Proposed] = {}
    names = {name: field for known in reversed(KNOWN) for name, field in known.names.items()}
    for heading in headings:
        field = names.get(plain(heading))
        if field is not None:
            found.setdefault(field, Proposed(heading, "sure"))
    taken = {one.heading for one in found.values()}
    for heading in headings:
        close = difflib.get_close_matches(plain(heading), list(names), n=1, cutoff=_LIKE)
        if close and heading not in taken:
            found.setdefault(names[close[0]], Proposed(heading, "likely"))
    return {name: one for name, one in found.items() if name in FIELDS}


def made_profile(
    name: str,
    columns: Mapping[str, str],
    *,
    provider: str = "",
    origin: Origin = "unknown",
    coding: Coding = "free",
    date_format: str | None = None,
) -> Profile:
    """Return the profile that a person's words make.

    Parameters
    ----------
    name
        What people call such files; the source is named after it.
    columns
        Field and heading.

    Raises
    ------
    DataError
        Where something that is needed is not named, or a column looks personal.
    """
    named = {field: heading for field, heading in columns.items() if heading}
    for group in NEEDED:
        if not set(group).intersection(named):
            words = " or ".join(FIELDS[field].lower() for field in group)
            message = f"Nobody has said which column holds: {words}."
            raise DataError(message, "Choose a heading for it.")
    if not any(set(group) <= set(named) for group in PLACES):
        message = "Nobody has said which columns hold the place."
        raise DataError(
            message, "Choose easting and northing, longitude and latitude, or one more."
        )
    personal = [heading for heading in named.values() if is_personal(heading)]
    if personal:
        message = f"The column {personal[0]!r} looks like personal data, which is not loaded."
        raise DataError(message, "Choose another one, or leave it out.")
    source = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    if not source or source == POLICE_UK or not source[0].isalpha():
        message = "The files need a name that starts with a letter."
        raise DataError(message, "Write what people call them, such as Housing cases.")
    return Profile(
        f"mapped_{source}", 1, name.strip(), MappingProxyType(named), source,
        provider.strip() or name.strip(), origin, coding, date_format=date_format,
    )  # fmt: skip


def save_mapping(ws: Workspace, principal: Principal, profile: Profile) -> Profile:
    """Remember a mapping, so that the next such file asks nothing; return it with its version.

    A mapping that is remembered already adds no version.
    """
    authorise(principal, Permission.IMPORT)
    now = ws.clock.now()
    with ws.store.read() as session:
        known = [one for one in profiles(session) if one.profile_id == profile.key]
    version = known[0].version + 1 if known else 1
    if known:
        same = replace(profile, version=known[0].version)
        if profile_as_json(same) == known[0].content:
            return same
    made = replace(profile, version=version)
    detail = {"name": profile.title, "version": version, "columns": dict(profile.columns)}
    with ws.store.change(principal, "save_mapping", profile.key, detail, now) as session:
        save_profile(session, principal, made.key, made.title, profile_as_json(made), now)
    return made


def saved_mappings(ws: Workspace, principal: Principal) -> tuple[SavedMapping, ...]:
    """Return the mappings that were made before."""
    authorise(principal, Permission.IMPORT)
    with ws.store.read() as session:
        found = profiles(session)
    return tuple(
        SavedMapping(
            one.name,
            one.version,
            str(one.content["provider"]),
            tuple(
                (FIELDS[field], heading) for field, heading in dict(one.content["columns"]).items()
            ),
        )
        for one in found
    )
