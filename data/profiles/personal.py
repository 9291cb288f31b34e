"""Which columns and values are about a person, and so are never loaded?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.profiles.model import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_HEADINGS: Final = frozenset(
    plain(name)
    for name in (
        "Name", "Caller", "Caller Name", "Complainant", "Complainant Name", "Informant",
        "Informant Name", "Reporter", "Reporter Name", "Reportee", "Telephone", "Tel", "Tel No",
        "Phone", "Phone No",
        "Phone Number", "Mobile", "Mobile No", "Contact No", "Contact Number", "Contact Name",
        "Email", "E-mail", "Email Address", "DOB", "D.O.B.", "Date of Birth", "Birth Date", "Age",
        "Age Band", "Ageband", "Sex", "Gender", "Ethnicity", "Self-defined Ethnicity", "Religion",
        "Nationality", "Suspect", "Suspect Name", "Victim", "Victim Name", "Offender",
        "Offender Name", "Aggrieved", "Aggrieved Name", "IP Name", "Injured Party", "Witness",
        "Nominal", "Nominal Ref", "PNC ID", "PNCID", "VRM", "Vehicle Reg", "Registration",
        "Reg No", "Number Plate", "Operator", "Operator Name", "Operator ID", "Officer",
        "Officer Name", "OIC", "Reporting Officer", "Officer in Case", "Collar No", "Collar Number",
        "Staff", "Staff Name", "Staff ID", "Handler", "Call Handler", "Logged By", "Entered By",
        "Created By", "Case Officer", "Assigned To", "Notes", "Note", "Free Text", "Freetext",
        "Narrative", "Remarks", "Log Text", "Comments", "Comment", "Details", "Detail", "MO",
        "Description", "Summary", "Circumstances", "Incident Text", "Incident Details",
        "Incident Description", "Log Details", "Full Text", "History", "NI Number", "NINO",
        "NHS Number", "Home Address", "Caller Address", "Complainant Address", "Caller Postcode",
        "Caller Phone", "Caller Tel", "Victim DOB", "Suspect DOB", "First Name", "Forename",
        "Surname", "Last Name", "Middle Name", "Full Name", "Customer", "Customer Name", "Tenant",
        "Tenant Name", "Driver", "Driver Name", "Owner Name", "Contact", "Contact Details",
        "Social Media", "Signature", "Occupation", "Date of Death",
    )
)  # fmt: skip
_WORDS: Final = re.compile(
    r"\b(forename|surname|dob|birth|telephone|phone|mobile|e-?mail|ethnic\w*|gender|narrative|"
    r"client|case ?worker|social worker|applicant|patient|pupil|keyholder|claimant|next of kin|"
    r"free ?text|victim|suspect|offender|aggrieved|complainant|informant|caller|nominal|witness|"
    r"officer|operator|passport|national insurance|nhs n\w*|collar|vrm|occupation|"
    r"religion|nationality)\b",
    re.IGNORECASE,
)
_HARMLESS: Final = frozenset(
    plain(name)
    for name in ("Caller Type", "Call Source", "Informant Type", "Caller Source", "Victim Type")
)  # fmt: skip

_NAMED: Final = re.compile(r"(^|\s)name$", re.IGNORECASE)
_NAMED_THINGS: Final = re.compile(
    r"\b(street|road|ward|area|place|site|premises?|location|camera|beat|district|force|town|venue|"
    r"school|park|building|file|event|agency|organi[sz]ation|company|business|shop|store|team|"
    r"service|category|type|source|locality|authority|constituency|neighbourhood|npt|patch|"
    r"division|sector|region|county|parish|[lm]soa|borough|city|village|hotspot|zone|route|base|"
    r"system|crime|offence|incident|problem|order|feature|layer)\b",
    re.IGNORECASE,
)
_VALUES: Final = (
    ("e-mail addresses", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]*[A-Za-z]{2,}"),
    (
        "telephone numbers",
        r"(^|[^0-9A-Za-z])(\+44[ ()-]{0,2}[0-9]|0[1237][0-9])[0-9 ()-]{7,12}[0-9]($|[^0-9])",
    ),
    (
        "dates of birth",
        r"(?i)\b(d\.?o\.?b\.?|born)\W{0,3}(on )?\d{1,2}[ /.-]\w{1,9}[ /.-]\d{2,4}",
    ),
    ("names", r"\b(MR|MRS|MS|MISS|MX|Mr|Mrs|Ms|Miss|Mx)\.? +[A-Z][A-Za-z'-]*( [A-Z][A-Za-z'-]*)?"),
    (
        "National Insurance numbers",
        r"\b[A-CEGHJ-PR-TW-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b",
    ),
)  # fmt: skip

_IN_REFERENCES: Final = ("e-mail addresses", "dates of birth", "names")
_LETTERS: Final = r"\pL\pL"
_PLAIN: Final = (
    r"(?i)^([0-9 :/.,+'-]|\b(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|"
    r"sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?|mon(day)?|tue(sday)?|wed(nesday)?|"
    r"thu(rsday)?|fri(day)?|sat(urday)?|sun(day)?)\b|"
    r"(am|pm|bst|gmt|utc|st|nd|rd|th|[tzex]))*$"
)
_TELEPHONE: Final = r"^(\+44[ ()-]*|0)[1237]([ ()-]*[0-9]){8,9}$"
_GRID_REFERENCE: Final = r"^[A-Za-z]{2} ?[0-9][0-9 ]{1,12}$"
NO_VALUE: Final = "?"
"""Stands for a text where a date or a number is expected, and neither is."""

LONGEST_PLACE: Final = 200
"""Characters; a longer text is a narrative, not a place."""


def is_personal(heading: str) -> bool:
    """Return whether a column by this heading looks as if it were about a person.

    Examples
    --------
    >>> is_personal("Caller Name"), is_personal("DOB (victim)"), is_personal("Call Source")
    (True, True, False)
    >>> is_personal("E_mail"), is_personal("Client name"), is_personal("Street Name")
    (True, True, False)
    """
    name = plain(heading)
    if name in _HARMLESS:
        return False
    words = re.sub(r"[\W_]+", " ", heading).strip()
    if _NAMED.search(words) and not _NAMED_THINGS.search(words):
        return True
    return name in _HEADINGS or bool(_WORDS.search(words)) or bool(_WORDS.search(heading))


def personal_columns(headings: Sequence[str]) -> tuple[str, ...]:
    """Return the headings that look personal, in order."""
    return tuple(heading for heading in headings if is_personal(heading))


def personal_references(values: pa.Array) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Return which references hold something about a person, and what kinds those are.

    Long numbers are references here, not telephone numbers; whatever is longer than a place can be
    is a narrative.
    """
    lengths = pc.utf8_length(values).to_numpy(zero_copy_only=False)
    found: NDArray[np.bool_] = lengths > LONGEST_PLACE
    kinds = ["free text"] if found.any() else []
    worth = np.flatnonzero(~found & _matches(values, "[ @]"))
    if not len(worth):
        return found, tuple(kinds)
    texts = values.take(pa.array(worth))
    words = ~_matches(texts, "[0-9]") & _matches(texts, r"\pL\pL+\PL+\pL\pL+")
    kinds += ["names"] if words.any() else []
    found[worth] = words
    for kind, pattern in _VALUES:
        if kind in _IN_REFERENCES and (hits := _matches(texts, pattern)).any():
            kinds.append(kind)
            found[worth] |= hits
    return found, tuple(dict.fromkeys(kinds))


def without_words(values: pa.Array) -> pa.Array:
    """Return texts with `NO_VALUE` for those that are no date, number or grid reference.

    Where one of these is expected, anything else may be about a person: it is neither kept nor
    shown.

    Examples
    --------
    >>> import pyarrow as pa
    >>> without_words(pa.array(["14 May 2026", "-3.05", "SD306360", "Ada Plum", ""])).to_pylist()
    ['14 May 2026', '-3.05', 'SD306360', '?', '']
    """
    odd = _matches(values, _TELEPHONE)
    worth = np.flatnonzero(_matches(values, _LETTERS))
    if len(worth):
        texts = values.take(pa.array(worth))
        plain_ones = _matches(texts, _PLAIN) & _matches(texts, "[0-9]")
        odd[worth] = ~(plain_ones | _matches(texts, _GRID_REFERENCE))
    return pc.if_else(pa.array(odd), NO_VALUE, values) if odd.any() else values


def _matches(values: pa.Array, pattern: str) -> NDArray[np.bool_]:
    found = pc.match_substring_regex(values, pattern)
    mask: NDArray[np.bool_] = np.array(found.to_numpy(zero_copy_only=False), dtype=np.bool_)
    return mask


def personal_values(values: pa.Array) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Return which texts hold something about a person, shape (rows,), and what kinds those are."""
    found = np.zeros(len(values), dtype=np.bool_)
    kinds = []
    encoded = values.dictionary_encode()
    texts, codes = encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False)
    for kind, pattern in _VALUES:
        hits = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
        if hits.any():
            kinds.append(kind)
            found |= hits[codes]
    long = pc.greater(pc.utf8_length(texts), LONGEST_PLACE).to_numpy(zero_copy_only=False)
    if long.any():
        kinds.append("free text")
        found |= long[codes]
    return found, tuple(kinds)
