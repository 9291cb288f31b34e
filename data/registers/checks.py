"""Do the fields of an entry agree with each other, and what follows from them?"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from data.registers.catalogue import WEEKDAYS
from data.registers.troubles import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.registers.troubles import Content

LONGEST_VISIT: Final = timedelta(hours=24)
"""A visit that is longer was entered wrongly."""
_LSOA: Final = re.compile(r"[EWSN]\d{2}\d{6}|[EWSN]\d{8}|95[A-Z]{2}\d{2}[A-Z]\d")
_YEAR: Final = re.compile(r"\((\d{4})\)|(?:lsoa)(\d{2})", re.IGNORECASE)


def check_entry(kind: str, at: int, content: Content, columns: Mapping[str, str]) -> Trouble | None:
    """Complete an entry from its own fields, and return what does not agree in it.

    Parameters
    ----------
    kind
        Key of the register.
    at
        Position of the row.
    content
        Fields; changed in place.
    columns
        Heading of each field.
    """
    check = _CHECKS.get(kind)
    return check(at, content, columns) if check else None


def _camera(_: int, content: Content, __: Mapping[str, str]) -> None:
    """Take a camera that reads number plates for what it is said to be."""
    if content.get("surveillance_type") == "anpr":
        content["type"] = "anpr"


def _camera_status(at: int, content: Content, columns: Mapping[str, str]) -> Trouble | None:
    """Take each row of a fault log for a fault where no column says otherwise."""
    if "state" not in columns:
        content["state"] = "fault"
    return _span(at, content, columns, "from_utc", "to_utc")


def _patrol_log(at: int, content: Content, columns: Mapping[str, str]) -> Trouble | None:
    """Minutes follow from arrival and leaving, leaving from arrival and minutes."""
    arrived, left, minutes = content["arrived"], content["left"], content["minutes"]
    if arrived and left:
        trouble = _span(at, content, columns, "arrived", "left")
        if trouble is not None and trouble.fate == "held":
            return trouble
        spent = _moment(content["left"]) - _moment(content["arrived"])
        if spent > LONGEST_VISIT:
            reason = "a visit of more than 24 hours"
            given = {"left": None, "minutes": None}
            return Trouble(at, "T05", columns["left"], reason, left, accepted=given)
        content["minutes"] = int(spent.total_seconds() // 60)
        return trouble
    if arrived and minutes is not None:
        content["left"] = (_moment(arrived) + timedelta(minutes=minutes)).isoformat()
    return None


def _span(
    at: int, content: Content, columns: Mapping[str, str], start: str, end: str
) -> Trouble | None:
    """Turn a span round that runs backwards for less than a day; hold it where it is longer."""
    first, last = content.get(start), content.get(end)
    if not first or not last or _moment(last) >= _moment(first):
        return None
    if _moment(first) - _moment(last) < timedelta(hours=24):
        content[start], content[end] = last, first
        return Trouble(
            at, "T05", columns[end], "an end before the start; they were turned round", last,
            fate="fixed",
        )  # fmt: skip
    reason = "an end more than a day before the start"
    return Trouble(at, "T05", columns[end], reason, last, accepted={end: None})


def _residents_issue(at: int, content: Content, columns: Mapping[str, str]) -> Trouble | None:
    responses, base = content["responses"], content["base"]
    if responses is None or base is None or responses <= base:
        return None
    reason = "more responses than people who were asked"
    return Trouble(at, "K01", columns["responses"], reason, str(responses))


def _service(_: int, content: Content, columns: Mapping[str, str]) -> None:
    """Hours in a column for each weekday become one field."""
    by_day: dict[str, Any] = {}
    for day in WEEKDAYS:
        by_day |= content.get(day) or {}
    if by_day and "hours" not in columns:
        content["hours"] = by_day


def _order(at: int, content: Content, columns: Mapping[str, str]) -> Trouble | None:
    first, last = content["from"], content["to"]
    if first is None or last is None or last >= first:
        return None
    reason = "an end before the start"
    return Trouble(at, "T05", columns["to"], reason, last, accepted={"to": None})


def _deprivation(at: int, content: Content, columns: Mapping[str, str]) -> Trouble | None:
    """Codes say an area; the year of the areas stands in the heading."""
    heading = columns["lsoa_code"]
    year = _YEAR.search(heading)
    if content["vintage"] is None and year is not None:
        content["vintage"] = year[1] or f"20{year[2]}"
    code = content["lsoa_code"]
    if code is not None and not _LSOA.fullmatch(code):
        return Trouble(at, "K01", heading, "no code of an area, such as E01012662", code)
    return None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


_CHECKS: Final[Mapping[str, Callable[[int, Content, Mapping[str, str]], Trouble | None]]] = {
    "camera": _camera,
    "camera_status": _camera_status,
    "patrol_log": _patrol_log,
    "residents_issue": _residents_issue,
    "service": _service,
    "order": _order,
    "deprivation": _deprivation,
}
