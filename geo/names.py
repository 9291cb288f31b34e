"""What do people call a place, and which words in the data never name one?"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import ArrayLike

GENERIC_PLACES: Final = (
    "Airport/Airfield",
    "Bus/Coach Station",
    "Car Park",
    "Conference/Exhibition Centre",
    "Ferry Terminal",
    "Further/Higher Educational Building",
    "Hospital",
    "Motorway",
    "Motorway Service Area",
    "Nightclub",
    "No Fixed Location",
    "No Location",
    "Not Known",
    "Park/Open Space",
    "Parking Area",
    "Pedestrian Subway",
    "Petrol Station",
    "Pier",
    "Police Station",
    "Prison",
    "Race Track",
    "Shopping Area",
    "Sports/Recreation Area",
    "Supermarket",
    "Theatre/Concert Hall",
    "Theme/Adventure Park",
    "Unknown",
)
"""Kinds of place that data.police.uk gives where a map point has no street name, and words for
"nowhere": many places share each of them, so none names one."""

_NEAR = re.compile(r"^\s*on\s+or\s+near\b[\s:,-]*", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_SLASH = re.compile(r"\s*/\s*")
_CAPITAL_POSSESSIVE = re.compile(r"(?<=\w)(['\u2019])S\b")
_CAPITALS_ONLY = re.compile(r"[^a-z]*")
_ROAD_NUMBER = re.compile(
    r"(?:motorway\s)?(?:[AB]\d{1,4}(?:\(M\))?|M\d{1,3})(?:\s(?:junction|jct\.?|j)\s?\d+\w?)?",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    rf"(?:the\s)?(?:{'|'.join(re.escape(name) for name in GENERIC_PLACES)})s?"
    r"(?:\s*[-\u2013,:;(\[#].*|\s+(?:no\.?\s*)?\d.*|\s+[a-z])?",
    re.IGNORECASE,
)
_ORDINALS: Final = ("Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth")


def clean_place(text: str) -> str:
    """Return a place as people write it.

    Parameters
    ----------
    text
        A place as the source gives it.

    Returns
    -------
    str
        Without "On or near", with single spaces, and with the possessive s in lower case. Empty
        where nothing is left.

    Examples
    --------
    >>> clean_place("On or near St Bede'S Avenue")
    "St Bede's Avenue"
    >>> clean_place("  On or near  O'Connell Street ")
    "O'Connell Street"
    """
    place = _SLASH.sub("/", _SPACES.sub(" ", _NEAR.sub("", text))).strip()
    if _CAPITALS_ONLY.fullmatch(place):
        return place
    return _CAPITAL_POSSESSIVE.sub(r"\1s", place)


def is_generic(text: str) -> bool:
    """Return whether the text is a kind of place, a road number or nothing, so names no place.

    Parameters
    ----------
    text
        A place, cleaned or not.

    Notes
    -----
    Numbered and suffixed forms count ("Parking Area 2", "Supermarket (north)"); a street that
    holds such a word does not ("Pier Street"). A road number alone does: the A6 has no place.

    Examples
    --------
    >>> is_generic("On or near Parking Area"), is_generic("Further/higher Educational Building")
    (True, True)
    >>> is_generic("Hospital Street"), is_generic("M55")
    (False, True)
    """
    place = clean_place(text)
    return not place or any(rule.fullmatch(place) for rule in (_GENERIC, _ROAD_NUMBER))


def rank_places(places: Iterable[str], reports: ArrayLike, limit: int) -> tuple[str, ...]:
    """Return the places that can name a hotspot, most reports first.

    Parameters
    ----------
    places
        Places as the source gives them, m of them; the same one may come again.
    reports
        Reports at each, shape (m,).
    limit
        The most names to return.

    Returns
    -------
    tuple of str
        Cleaned, distinct, without generic ones; of equally many reports the first by name.
    """
    table = pd.DataFrame({"place": list(places), "n": reports})
    totals = table.groupby("place")["n"].sum()
    named = [(clean_place(str(at)), n) for at, n in totals.items() if not is_generic(str(at))]
    if not named:
        return ()
    merged = pd.DataFrame(named, columns=["name", "n"]).groupby("name")["n"].sum().reset_index()
    ranked = merged.sort_values(["n", "name"], ascending=[False, True])
    return tuple(ranked["name"].head(limit))


def distinct_names(
    candidates: Sequence[Sequence[str]],
    wards: Sequence[str],
    *,
    former: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """Return one short name for each hotspot, no two alike.

    Parameters
    ----------
    candidates
        For each hotspot, in the order of their rank, its places, most reports first, as from
        ``rank_places``.
    wards
        For each hotspot the ward (or patch) in which most of its reports lie; may be empty.
    former
        For each hotspot last month's name; empty where it had none. It is kept while it is among
        the hotspot's places: a name that a meeting knows should not follow every small shift.

    Returns
    -------
    tuple of str
        Each hotspot's former name, else its first place that no other hotspot has taken. Where
        all are taken, its first place with the ward; where it has no place, "Part of" its ward.

    Examples
    --------
    >>> distinct_names([["Queen Street"], ["Queen Street", "Dickson Road"], []], ["A", "A", "B"])
    ('Queen Street', 'Dickson Road', 'Part of B')
    """
    names = _names_kept(candidates, former or [""] * len(candidates))
    taken = {name.casefold() for name in names if name}
    for rank, (places, ward) in enumerate(zip(candidates, wards, strict=True)):
        if not names[rank]:
            ways = _ways_to_name(places, ward)
            names[rank] = next(name for name in ways if name.casefold() not in taken)
            taken.add(names[rank].casefold())
    return tuple(names)


def _names_kept(candidates: Sequence[Sequence[str]], former: Sequence[str]) -> list[str]:
    """Return the former name of each hotspot that still has such a place; empty for the rest."""
    kept: list[str] = []
    for places, name in zip(candidates, former, strict=True):
        kept.append(name if name in places and name not in kept else "")
    return kept


def _ways_to_name(places: Sequence[str], ward: str) -> Iterator[str]:
    """Yield names for a hotspot, best first, without end."""
    yield from places
    if places and ward:
        yield f"{places[0]} ({ward})"
    part = f"part of {ward}" if ward else "place without a street name"
    yield part[0].upper() + part[1:]
    for ordinal in _ORDINALS:
        yield f"{ordinal} {part}"
    for number in count(len(_ORDINALS) + 2):
        yield f"{number}th {part}"
