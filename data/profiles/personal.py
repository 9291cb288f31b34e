"""Which columns and values are about a person, and so are never loaded?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from data.profiles.model import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
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
    r"free ?text|victim|suspect|offender|aggrieved|complainant|informant|caller|nominal|witness|"
    r"officer|operator|passport|national insurance|nhs n\w*|collar|vrm|occupation|religion|nationality)\b",
    re.IGNORECASE,
)
_HARMLESS: Final = frozenset(
    plain(name)
    for name in ("Caller Type", "Call Source", "Informant Type", "Caller Source", "Victim Type")
)  # fmt: skip

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

LONGEST_PLACE: Final = 200
"""Characters; a longer text is a narrative, not a place."""


def is_personal(heading: str) -> bool:
    """Return whether a column by this heading looks as if it were about a person.

    Examples
    --------
    >>> is_personal("Caller Name"), is_personal("DOB (victim)"), is_personal("Call Source")
    (True, True, False)
    >>> is_personal("E_mail"), is_personal("Street Name")
    (True, False)
    """
    name = plain(heading)
    if name in _HARMLESS:
        return False
    words = re.sub(r"[\W_]+", " ", heading)
    return name in _HEADINGS or bool(_WORDS.search(words)) or bool(_WORDS.search(heading))


def personal_columns(headings: Sequence[str]) -> tuple[str, ...]:
    """Return the headings that look personal, in order."""
    return tuple(heading for heading in headings if is_personal(heading))


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
