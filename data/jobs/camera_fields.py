"""What did somebody enter of a camera, and can it be so?

Each field is read as the importer reads it; a value that cannot be right is refused in plain words,
one that is not known stays empty and becomes a stated assumption.
"""

from __future__ import annotations

from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from data.errors import DataError
from data.intervention_spec import refuse_personal
from data.registers.contacts import is_generic_contact
from data.registers.hours import DAYS, read_clock
from data.registers.values import BadValueError, is_nothing, read_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.registers.fields import RegisterField, RegisterKind

LONGEST: Final = 500
"""Characters of a text."""
UNKNOWN_HINT: Final = "Correct it, or leave it empty if it is not known."
FIELD_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "camera_id": "reference", "owner": "owner", "name": "name", "lon": "longitude",
        "lat": "latitude", "type": "type", "mount": "mount", "bearing_deg": "direction",
        "tilt_deg": "tilt", "fov_deg": "angle of view",
        "hfov_tele_deg": "angle of view when zoomed in", "h_pixels": "number of pixels across",
        "max_range_m": "longest range", "range_id_m": "identification range",
        "range_detect_m": "detection range", "height_m": "height",
        "occlusion_polygon": "hand-drawn view", "speaker": "loudspeaker",
        "live_from": "day of installation", "live_to": "day of removal",
        "monitored_hours": "monitored hours", "monitored": "monitoring",
        "timeshare": "time share", "task": "operational requirement", "night": "night vision",
        "night_range_m": "range at night", "status": "status", "purpose": "purpose",
        "dpia_ref": "impact assessment", "review_due": "review date",
        "privacy_zone": "privacy masking", "requested_by": "requesting role",
        "contact_post": "contact post", "place": "place", "kind": "kind", "radius_m": "radius",
        "__wkt": "outline", "why": "reason", "request_id": "reference",
        "asked_on": "day of the request", "alternatives": "alternatives considered",
        "decision": "decision", "decided_on": "day of the decision",
        "reason": "reason for the decision", "privacy": "privacy impact", "cost_gbp": "cost",
    }
)  # fmt: skip
"""What each field is called on screen and in messages."""

_LON_MOST, _LAT_MOST = 180.0, 90.0
_YEARS: Final = (1970, 2100)


def read_fields(kind: RegisterKind, given: Mapping[str, object]) -> dict[str, Any]:
    """Return fields as a register stores them, from what was entered.

    Parameters
    ----------
    kind
        The register.
    given
        Text, number, day, yes or no by field; None or an empty text where it is not known.

    Raises
    ------
    DataError
        At the first value that cannot be right; no text that somebody wrote is repeated in it.
    """
    known = {one.name for one in kind.fields if one.stored}
    unknown = sorted(set(given) - known)
    if unknown:
        message = f"The register has no field {unknown[0]!r}."
        raise DataError(message, f"Choose from: {', '.join(sorted(known))}.")
    return {name: _field(kind.field(name), value) for name, value in given.items()}


def blank(kind: RegisterKind) -> dict[str, Any]:
    """Return an entry in which nothing is known."""
    return {one.name: None for one in kind.fields if one.stored}


def given_reason(reason: str) -> str:
    """Return a reason that may be kept.

    Raises
    ------
    DataError
        Where there is none, it is too long, or it looks like personal data.
    """
    text = " ".join(reason.split())
    if not 0 < len(text) <= LONGEST:
        message = f"A change needs a reason of 1 to {LONGEST} characters; found {len(text)}."
        raise DataError(message, "Say in a sentence why, such as “Turned after the road works”.")
    refuse_personal(text)
    return text


def _field(one: RegisterField, value: object) -> Any:  # noqa: ANN401 - what JSON holds
    if value is None or (isinstance(value, str) and is_nothing(value)):
        return _nothing(one)
    if isinstance(value, (date, datetime)) or one.type == "date":
        return _day(one, value)
    if one.type == "axis":
        return _axis(one, value)
    if one.type == "hours" and not isinstance(value, str):
        return _hours(one, value)
    if isinstance(value, bool):
        return value
    return _text(one, str(value).strip())


def _nothing(one: RegisterField) -> None:
    if one.required:
        message = f"The {_called(one)} is missing."
        raise DataError(message, "It is needed.")


def _text(one: RegisterField, text: str) -> object:
    if one.type in {"text", "id", "list"}:
        _check_text(one, text)
    try:
        return read_value(one, text)
    except BadValueError as error:
        shown = "" if one.type in {"text", "id", "list"} else f"; found {text[:40]}"
        message = f"The {_called(one)} cannot be taken: {error.reason}{shown}."
        raise DataError(message, UNKNOWN_HINT) from None


def _check_text(one: RegisterField, text: str) -> None:
    if len(text) > LONGEST or not text.isprintable():
        message = f"The {_called(one)} has at most {LONGEST} characters on one line."
        raise DataError(message, "Say it in a sentence or two.")
    refuse_personal(text)
    if one.name == "contact_post" and not is_generic_contact(text):
        message = "The contact post looks like a person, whom the register never names."
        raise DataError(message, "Name a post or a shared mailbox.")


def _day(one: RegisterField, value: object) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        message = f"The {_called(one)} is no date that exists."
        raise DataError(message, "Write it as YYYY-MM-DD.") from None
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        message = f"The {_called(one)} has a year that cannot be right: {day.year}."
        raise DataError(message, "Correct the year.")
    return day.isoformat()[:10]


def _axis(one: RegisterField, value: object) -> float:
    most = _LON_MOST if one.name == "lon" else _LAT_MOST
    try:
        degrees = float(str(value))
    except ValueError:
        degrees = float("nan")
    if not -most <= degrees <= most:
        message = f"The {_called(one)} must be from {-most:g} to {most:g} degrees."
        raise DataError(message, "Choose the place on the map, or correct it.")
    return round(degrees, 7)


def _hours(one: RegisterField, value: object) -> dict[str, list[list[str]]]:
    """Return hours by weekday that were chosen, rather than written."""
    given = dict(value) if hasattr(value, "keys") else {}  # type: ignore[call-overload]
    spans = [span for day in given.values() for span in day]
    clocks = [read_clock(str(clock)) for span in spans for clock in span]
    if not given or set(given) - set(DAYS) or None in clocks:
        message = f"The {_called(one)} cannot be read."
        raise DataError(
            message, "Give a start and an end for each weekday, such as 18:00 to 02:00."
        )
    return {
        day: [[read_clock(str(clock)) or "" for clock in span] for span in given[day]]
        for day in DAYS
        if given.get(day)
    }


def _called(one: RegisterField) -> str:
    return FIELD_WORDS.get(one.name, one.name.replace("_", " "))
