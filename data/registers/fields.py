"""What does a kind of register hold, field by field, and by which headings is each known?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from data.profiles.model import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FieldType = Literal[
    "id", "text", "number", "bearing", "integer", "enum", "list", "date", "moment", "clock",
    "month", "weekdays", "hours", "yes_no", "outline", "axis",
]  # fmt: skip
"""How the text of a field is read.

"moment" is a local date and time that becomes UTC, "clock" a time of day, "axis" one coordinate of
a point, "outline" a polygon as WKT in WGS 84 degrees.
"""

_ASIDE: Final = re.compile(r"\(where[^)]*\)|\(excluding[^)]*\)", re.IGNORECASE)
_PREFIX: Final = re.compile(r"^tags?[_:. ]", re.IGNORECASE)


@dataclass(frozen=True)
class RegisterField:
    """One field of a register.

    Attributes
    ----------
    name
        Canonical name, as it is stored.
    type
        How its text is read.
    required
        Whether an entry without it is held.
    headings
        Headings that are known for it besides its own name, the surest first.
    allowed
        Words that it may hold, each with other spellings; empty where anything goes.
    least, most
        Range of a number.
    past
        Whether a time may not lie after the import.
    long
        Whether long texts are expected.
    stored
        Whether it stands in the entry; otherwise it only serves to read others.
    no_value
        Words in small letters that other files have under the same heading, and that say nothing
        of this field.
    """

    name: str
    type: FieldType = "text"
    required: bool = False
    headings: tuple[str, ...] = ()
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    least: float = 0
    most: float = 1e9
    past: bool = False
    long: bool = False
    stored: bool = True
    no_value: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Headings without case and punctuation, the surest first.

        The field's own name comes first, unless it is listed among the headings.
        """
        known = dict.fromkeys(heading_words(name) for name in self.headings)
        own = heading_words(self.name)
        return tuple(known) if own in known else (own, *known)


@dataclass(frozen=True)
class RegisterKind:
    """One kind of register.

    Attributes
    ----------
    key, title
        Name in the records, and what people call it.
    fields
        What it may hold.
    needs
        Groups of fields; of each group one must be there for a file to be of this kind.
    marks
        Parts of headings, one of which must be there: what only such files have.
    entry_key
        Fields whose values together name an entry.
    placed
        Whether an entry belongs on the map, so that one without a point is pointed out.
    points
        Whether it is a list of reference points, which is too large for the records; see
        ``data.registers.points``.
    """

    key: str
    title: str
    fields: tuple[RegisterField, ...]
    needs: tuple[tuple[str, ...], ...]
    marks: tuple[str, ...]
    entry_key: tuple[str, ...]
    placed: bool = False
    points: bool = False

    def field(self, name: str) -> RegisterField:
        """Return the field of a name; it must be there."""
        return next(one for one in self.fields if one.name == name)

    def columns_of(self, headings: Sequence[str]) -> Mapping[str, str]:
        """Return the heading that holds each field that is there; the surest heading wins.

        Examples
        --------
        >>> from data.registers.catalogue import CAMERA
        >>> dict(CAMERA.columns_of(["type", "Type of camera", "id"]))
        {'camera_id': 'id', 'type': 'Type of camera'}
        """
        known: dict[str, str] = {}
        for heading in headings:
            known.setdefault(heading_words(heading), heading)
        found: dict[str, str] = {}
        for one in self.fields:
            free = [known[name] for name in one.names if name in known]
            free = [heading for heading in free if heading not in found.values()]
            if free:
                found[one.name] = free[0]
        return MappingProxyType(found)

    def lacks(self, columns: Mapping[str, str]) -> tuple[str, ...]:
        """Return the groups of needed fields that are not there, in words."""
        return tuple(
            " or ".join(group) for group in self.needs if not set(group).intersection(columns)
        )

    def score(self, headings: Sequence[str]) -> int:
        """Return how many fields the headings hold; 0 where the file is of another kind."""
        columns = self.columns_of(headings)
        names = [heading_words(heading) for heading in headings]
        marked = any(mark in name for mark in self.marks for name in names)
        return len(columns) if marked and not self.lacks(columns) else 0

    def key_of(self, content: Mapping[str, Any]) -> str:
        """Return what names an entry: its key fields, joined.

        Examples
        --------
        >>> from data.registers.catalogue import CAMERA
        >>> CAMERA.key_of({"camera_id": "C14", "owner": "council"})
        'C14|council'
        """
        parts = [content.get(name) for name in self.entry_key]
        words = ["+".join(part) if isinstance(part, list) else str(part or "") for part in parts]
        return "|".join(words).rstrip("|")


def heading_words(heading: str) -> str:
    """Return a heading for comparison, without asides and prefixes of exports.

    Examples
    --------
    >>> heading_words("tags_camera:type"), heading_words("IMD Rank (where 1 is most deprived)")
    ('cameratype', 'imdrank')
    """
    return plain(_PREFIX.sub("", _ASIDE.sub("", heading)))
