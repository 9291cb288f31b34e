"""Is this how to reach a post, rather than a person?"""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa

from data.profiles.personal import personal_values

_EMAIL: Final = re.compile(r"([A-Za-z0-9._%+-]+)@[A-Za-z0-9.-]+")
_GENERIC: Final = frozenset(
    {
        "abandoned", "admin", "anti", "asb", "behaviour", "bid", "care", "cctv", "centre",
        "cleansing", "community", "contact", "control", "council", "customer", "desk", "duty",
        "enforcement", "enquiries", "enquiry", "environment", "environmental", "fly", "fraud",
        "health", "help", "helpdesk", "highways", "housing", "info", "information", "licensing",
        "mail", "neighbourhood", "noise", "npt", "office", "parking", "parks", "patrol", "planning",
        "police", "pollution", "post", "protection", "public", "report", "reports", "room", "safe",
        "safer", "safety", "service", "services", "social", "standards", "street", "streets",
        "support", "tasking", "team", "tipping", "town", "trading", "ttcg", "vehicles", "wardens",
        "waste",
    }
)  # fmt: skip
_RANK_AND_NAME: Final = re.compile(
    r"\b(Mr|Mrs|Ms|Miss|Mx|Dr|PC|PCSO|Sgt|PS|DC|DS|Insp|Cllr|Councillor|Inspector|Sergeant)\.?\s+"
    r"[A-Z][a-z]+"
)


def is_generic_contact(text: str) -> bool:
    """Return whether a contact names a post or a shared mailbox.

    Examples
    --------
    >>> is_generic_contact("Duty officer, noise team"), is_generic_contact("PC Adams")
    (True, False)
    >>> is_generic_contact("asb.team@council.gov.uk"), is_generic_contact("j.adams@council.gov.uk")
    (True, False)
    """
    rest = text
    for match in _EMAIL.finditer(text):
        words = re.split(r"[._%+0-9-]+", match[1].casefold())
        if not all(word in _GENERIC for word in words if word):
            return False
        rest = rest.replace(match[0], " ")
    personal, _ = personal_values(pa.array([rest], pa.string()))
    return not personal[0] and not _RANK_AND_NAME.search(rest)
