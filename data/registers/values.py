"""What does one text of a register stand for?

Each function returns a value that JSON can hold, or says in words what is wrong.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import shapely
from shapely.errors import ShapelyError

from data.incidents import EASTMOST, NORTHMOST
from data.profiles.model import plain
from data.registers.catalogue import WEEKDAYS
from data.registers.hours import read_clock, read_hours, read_weekdays

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.registers.fields import FieldType, RegisterField

NOTHING: Final = frozenset(
    {"", "null", "none", "nil", "n/a", "na", "nan", "-", "--", "?", "#ref!", "#n/a", "#value!",
     "#name?", "#div/0!", "(empty)", "(blank)", "unknown", "not known", "tbc"}
)  # fmt: skip
"""Words that mean that nothing was entered."""

_NUMBER: Final = re.compile(
    r"([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)\s*"
    r"(?:m|metres?|meters?|deg|degrees|°|px|pixels|mins?|minutes)?",
    re.IGNORECASE,
)
_PIXELS: Final = re.compile(r"(\d+)\s*[x\u00d7]\s*\d+", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"[^;|/,]+(\s*[;|/,]\s*[^;|/,]+)+")
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_COMPASS: Final = (
    "n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w", "wnw", "nw",
    "nnw",
)  # fmt: skip
_WINDS: Final = {"north": "n", "east": "e", "south": "s", "west": "w"}
_WORLD: Final = shapely.box(-EASTMOST, -NORTHMOST, EASTMOST, NORTHMOST)
_YES: Final = frozenset({"y", "yes", "true", "1", "on", "fitted"})
_NO: Final = frozenset({"n", "no", "false", "0", "off", "not fitted"})


class BadValueError(ValueError):
    """A text cannot be read as what its field holds.

    Parameters
    ----------
    reason
        What it is not, as the end of a sentence.
    code
        The rule that it breaks.
    accepted
        The value that can be proposed; None leaves the field unknown.
    suggestion
        That value in words.
    sure
        Whether it is taken without asking, since nothing else can be meant.
    """

    def __init__(
        self,
        reason: str,
        code: str = "K01",
        accepted: object = None,
        suggestion: str = "",
        *,
        sure: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.accepted = accepted
        self.suggestion = suggestion
        self.sure = sure


def read_value(one: RegisterField, text: str) -> object:
    """Return what a text that is not blank stands for.

    Raises
    ------
    BadValueError
        Where it cannot be read.
    """
    return _READERS[one.type](one, text)


def is_nothing(text: str) -> bool:
    """Return whether a text means that nothing was entered.

    Examples
    --------
    >>> is_nothing("(empty)"), is_nothing("N/A"), is_nothing("0")
    (True, True, False)
    """
    return text.strip().casefold() in NOTHING


def _id(_: RegisterField, text: str) -> str:
    if _SCIENTIFIC.fullmatch(text):
        reason = "a spreadsheet has damaged the reference"
        raise BadValueError(reason, "C02")
    return text


def _text(one: RegisterField, text: str) -> str | None:
    return None if text.casefold() in one.no_value else text


def _number(one: RegisterField, text: str) -> float:
    """Return a number, which may state its unit."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        reason = "no number"
        raise BadValueError(reason)
    number = float(match[1].replace(",", ""))
    if not one.least <= number <= one.most:
        reason = f"not between {one.least:g} and {one.most:,.0f}"
        raise BadValueError(reason)
    return number


def _integer(one: RegisterField, text: str) -> int:
    across = _PIXELS.fullmatch(text)
    number = _number(one, across[1] if across else text)
    if number != int(number):
        reason = "no whole number"
        raise BadValueError(reason)
    return int(number)


def _bearing(one: RegisterField, text: str) -> float:
    """Return degrees clockwise from north.

    Examples
    --------
    >>> from data.registers.catalogue import CAMERA
    >>> [read_value(CAMERA.field("bearing_deg"), text) for text in ("330", "NW", "South-West")]
    [330.0, 315.0, 225.0]
    """
    wind = plain(text)
    for word, letter in _WINDS.items():
        wind = wind.replace(word, letter)
    if wind in _COMPASS:
        return _COMPASS.index(wind) * 360 / len(_COMPASS)
    if _SEVERAL.fullmatch(text):
        reason = "several directions; register each camera in a row of its own"
        raise BadValueError(reason)
    match = _NUMBER.fullmatch(text)
    degrees = float(match[1].replace(",", "")) if match else math.nan
    if one.least <= degrees <= one.most:
        return degrees
    if -one.most < degrees < one.least:
        turned = degrees + one.most
        reason = "a direction below 0; a full turn was added"
        raise BadValueError(reason, accepted=turned, sure=True)
    reason = "no direction between 0 and 360 degrees"
    raise BadValueError(reason)


def _one_of(allowed: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    wanted = plain(text)
    for word, others in allowed.items():
        if wanted in {plain(other) for other in (word, *others)}:
            return word
    return None


def _enum(one: RegisterField, text: str) -> str:
    word = _one_of(one.allowed, text)
    if word is None:
        reason = f"not one of {', '.join(one.allowed)}"
        raise BadValueError(reason)
    return word


def _list(one: RegisterField, text: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[;|\n]", text)]
    if one.allowed and len(parts) == 1:
        parts = [part.strip() for part in re.split(r"[,/+]", text)]
    found = [part for part in parts if part and not is_nothing(part)]
    if not one.allowed:
        return list(dict.fromkeys(found))
    words = [_one_of(one.allowed, part) for part in found]
    if None in words:
        reason = f"not one of {', '.join(one.allowed)}"
        raise BadValueError(reason)
    return list(dict.fromkeys(word for word in words if word is not None))


def _yes_no(_: RegisterField, text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        reason = "neither yes nor no"
        raise BadValueError(reason)
    return word in _YES


def _clock(_: RegisterField, text: str) -> str:
    clock = read_clock(text)
    if clock is None:
        reason = "no time of day"
        raise BadValueError(reason)
    return clock


def _weekdays(_: RegisterField, text: str) -> list[str]:
    days = read_weekdays(text)
    if days is None:
        reason = "no days of the week"
        raise BadValueError(reason)
    return days


def _hours(one: RegisterField, text: str) -> dict[str, list[list[str]]]:
    """Return hours by weekday; the hours of one day where the field is that day."""
    hours = read_hours(text, one.name[:3] if one.name in WEEKDAYS else None)
    if hours is None:
        reason = "no hours that can be read, such as Mon-Fri 09:00-17:00"
        raise BadValueError(reason)
    return hours


def _outline(_: RegisterField, text: str) -> str:
    """Return a valid polygon as WKT, WGS 84 degrees."""
    try:
        shape = shapely.from_wkt(text)
    except ShapelyError as error:
        reason = "no outline that can be read"
        raise BadValueError(reason, "G07") from error
    if not shape.geom_type.endswith("Polygon") or shape.is_empty or not _WORLD.covers(shape):
        reason = "no outline in degrees of longitude and latitude"
        raise BadValueError(reason, "G07")
    if not shape.is_valid:
        mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        reason = "an outline that crosses itself"
        raise BadValueError(reason, "G07", mended.wkt, "the outline without the crossing")
    return str(shape.wkt)


_READERS: Final[Mapping[FieldType, Callable[[RegisterField, str], object]]] = {
    "id": _id,
    "text": _text,
    "number": _number,
    "bearing": _bearing,
    "integer": _integer,
    "enum": _enum,
    "list": _list,
    "clock": _clock,
    "weekdays": _weekdays,
    "hours": _hours,
    "yes_no": _yes_no,
    "outline": _outline,
}
