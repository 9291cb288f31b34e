"""Which type of incident is a code, who reported it, and must it be kept off the map?

A code is understood by its list: an offence code exactly (``offences.csv``), anything else by the
first pattern of ``words.csv`` that it holds. A code that no pattern fits is not known, and its rows
are held. ``markers.csv`` says what is sensitive, in a home, or reported by whom.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from data.profiles.model import Coding
    from geo.schema import Origin, RecordKind, SensitiveClass


@dataclass(frozen=True)
class Coded:
    """What a code stands for.

    Attributes
    ----------
    category, subtype, kind
        Canonical words; see ``geo.schema``.
    by_police
        Whether such a record comes of police work: patrols, searches, drugs and weapons found.
    """

    category: str
    subtype: str = ""
    kind: RecordKind = ""
    by_police: bool = False


_POLICE_WORK: Final = frozenset({"Police activity", "Drugs", "Possession of weapons"})
_NO_CODE: Final = frozenset({"", "99", "999", "9999", "99999"})


@lru_cache(maxsize=8)
def _patterns(coding: Coding) -> tuple[tuple[re.Pattern[str], Coded], ...]:
    text = resources.files("data.profiles").joinpath("words.csv").read_text(encoding="utf-8")
    return tuple(
        (
            re.compile(row["pattern"], re.IGNORECASE),
            Coded(
                row["category"],
                row["subtype"],
                cast("RecordKind", row["kind"]),
                row["category"] in _POLICE_WORK,
            ),
        )
        for row in csv.DictReader(text.splitlines())
        if row["coding"] == coding
    )


@lru_cache(maxsize=8)
def _markers(about: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    text = resources.files("data.profiles").joinpath("markers.csv").read_text(encoding="utf-8")
    return tuple(
        (row["name"], re.compile(row["pattern"], re.IGNORECASE))
        for row in csv.DictReader(text.splitlines())
        if row["about"] == about
    )


def _first_marker(about: str, text: str) -> str:
    return next((name for name, pattern in _markers(about) if pattern.search(text)), "")


@lru_cache(maxsize=1)
def _offences() -> dict[str, Coded]:
    text = resources.files("data.profiles").joinpath("offences.csv").read_text(encoding="utf-8")
    return {
        code: Coded(row["category"], "", "crime", row["category"] in _POLICE_WORK)
        for row in csv.DictReader(text.splitlines())
        for code in row["codes"].split("|")
    }


def offence_code(text: str) -> str:
    """Return a Home Office offence code in one spelling.

    Examples
    --------
    >>> offence_code("008/34"), offence_code("8/N"), offence_code("8n"), offence_code("105A")
    ('8', '8N', '8N', '105A')
    """
    found = re.fullmatch(r"0*(\d+(?:\.\d+)?)\s*/?\s*([A-Za-z]?)(?:/\d+|\d{2})?", text.strip())
    return f"{found[1]}{found[2].upper()}" if found else text.strip().upper()


@lru_cache(maxsize=100_000)
def coded(coding: Coding, text: str) -> Coded | None:
    """Return what a code or label stands for; None where it is not known.

    Examples
    --------
    >>> coded("nsir", "ASB - Street drinking").subtype
    'Street drinking'
    >>> coded("offence", "28E").category, coded("nsir", "ASB-99")
    ('Burglary', None)
    """
    if coding == "free":
        return Coded(text) if text else None
    if coding == "offence" and (known := _offences().get(offence_code(text))) is not None:
        return known
    if re.fullmatch(r"(asb)?[\s-]*9{2,}", text.strip(), re.IGNORECASE):
        return None
    plain = re.sub(r"\s+", " ", text).strip()
    return next((found for pattern, found in _patterns(coding) if pattern.search(plain)), None)


@lru_cache(maxsize=100_000)
def sensitive_class(text: str, *, council: bool = False) -> SensitiveClass:
    """Return why records with this code or marker are never mapped; "" where they may be.

    Parameters
    ----------
    council
        In council files "domestic" says that a noise or a bin is that of a home.

    Examples
    --------
    >>> sensitive_class("Domestic incident"), sensitive_class("Noise - domestic", council=True)
    ('domestic', '')
    """
    found = _first_marker("sensitive", text)
    if council and found == "domestic" and not re.search(r"abuse|violence", text, re.IGNORECASE):
        return ""
    return cast("SensitiveClass", found)


@lru_cache(maxsize=100_000)
def is_exploitation(text: str) -> bool:
    """Return whether records with this code or marker are never stored at all."""
    return bool(_first_marker("exploitation", text))


@lru_cache(maxsize=100_000)
def is_dwelling(text: str) -> bool:
    """Return whether a code or place says that it happened in a home."""
    return bool(_first_marker("dwelling", text))


@lru_cache(maxsize=100_000)
def origin_of(text: str) -> Origin | None:
    """Return who reported, by a call source; None where the words are not known.

    Examples
    --------
    >>> origin_of("999"), origin_of("Officer"), origin_of("BID radio"), origin_of("Operator")
    ('public', 'police', 'partner', 'cctv')
    """
    return cast("Origin | None", _first_marker("origin", text) or None)


def is_placeholder(code: str) -> bool:
    """Return whether a code stands for "not known": all nines, with or without a letter.

    Examples
    --------
    >>> is_placeholder("C99"), is_placeholder("C14")
    (True, False)
    """
    return re.sub(r"^[A-Za-z]*[\s-]*", "", code.strip()) in _NO_CODE
