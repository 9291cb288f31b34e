"""What does a file of a register hold, entry by entry, and which rows must wait?

Unknown columns are never read; columns about persons are named and left out; a value that cannot be
read holds its row until a person decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from data.errors import FileRefusedError
from data.profiles.personal import is_personal, personal_values, without_words
from data.readers.findings import Finding, HeldRow, RowLedger
from data.registers.checks import check_entry
from data.registers.contacts import is_generic_contact
from data.registers.moments import Calendar, joined
from data.registers.positions import Places
from data.registers.troubles import Trouble, settle
from data.registers.values import BadValueError, is_nothing, read_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from data.readers.text import TextTable
    from data.registers.fields import RegisterField, RegisterKind
    from data.registers.troubles import Content
    from data.rules import RowResult
    from geo.area import StudyArea

Entry = tuple[str, dict[str, Any], int]
"""Key, fields as JSON holds them, row number of the file."""

_NO_ANSWERS: Final[Mapping[str, str]] = MappingProxyType({})
_TOTALS: Final = re.compile(
    r"(grand |sub-?)?totals?( rows)?(\s*:.*)?|source:.*|printed\b.*", re.IGNORECASE
)
_FORMULA: Final = re.compile(r"[=@].*|[+-](?![\d.]).+", re.DOTALL)
_BY_COLUMN: Final = frozenset({"date", "moment", "month"})
_NEVER_PERSONAL: Final = frozenset({"axis", "outline", "date", "moment", "month", "clock"})
_WINDOW, _STEP = 200, 150
_HOME: Final = "Europe/London"


@dataclass(frozen=True, eq=False)
class RegisterRows:
    """What a file of a register held.

    Attributes
    ----------
    kind
        Which register.
    entries
        Rows that count, in the order of the file: key, fields, row number.
    counts
        Rows by what became of them; they add up to ``rows_read``.
    findings
        What each rule found.
    held
        Rows that wait for a person.
    notes
        How the file was read.
    columns
        Heading of each field that was found.
    """

    kind: RegisterKind
    entries: tuple[Entry, ...]
    counts: Mapping[RowResult, int]
    findings: tuple[Finding, ...]
    held: tuple[HeldRow, ...]
    notes: tuple[str, ...]
    columns: Mapping[str, str]

    @property
    def rows_read(self) -> int:
        """Rows with any value."""
        return sum(self.counts.values())


def read_register(
    text: TextTable,
    kind: RegisterKind,
    *,
    now: datetime,
    area: StudyArea | None,
    answers: Mapping[str, str] = _NO_ANSWERS,
) -> RegisterRows:
    """Return the entries that a file holds, and what became of every row.

    Parameters
    ----------
    text
        The file; points of a map file as columns ``__lon`` and ``__lat``, outlines as ``__wkt``.
    kind
        Which register it is; see ``data.registers.kinds.recognise``.
    now
        Time of the import, with its zone.
    area
        The area that it is for; None where that is not known.
    answers
        "accept" or "reject" by rule, for rows that would be held.

    Raises
    ------
    FileRefusedError
        Where columns are missing that the register cannot do without.

    Notes
    -----
    Accepting sets what is suggested, or leaves the field unknown where nothing is; a row whose
    needed field cannot be mended stays held. Rejecting keeps points as they came (lost signs,
    swapped axes), takes away points that cannot be right (lost decimal points), and otherwise
    refuses the row.
    """
    columns = kind.columns_of(text.columns)
    lacking = kind.lacks(columns)
    if lacking:
        message = f"A {kind.title.lower()} needs a column for {'; '.join(lacking)}."
        raise FileRefusedError(message, "Add it, or give the column that heading.")
    return _Reading(text, kind, columns, area, answers).read(now)


class _Reading:
    """One file on its way to entries."""

    def __init__(
        self,
        text: TextTable,
        kind: RegisterKind,
        columns: Mapping[str, str],
        area: StudyArea | None,
        answers: Mapping[str, str],
    ) -> None:
        self.text, self.kind, self.columns = text, kind, columns
        self.area, self.answers = area, answers
        self.ledger = RowLedger(text.numbers)
        self.rows = len(text.numbers)
        self.contents: list[Content] = [{} for _ in range(self.rows)]
        self.troubles: list[Trouble] = []
        self.notes = list(text.notes)

    def read(self, now: datetime) -> RegisterRows:
        self._refuse_personal_columns()
        left_out = self._leave_out_totals()
        cells = {name: self._cells(name) for name in self.columns}
        places = self._read_places(cells)
        self._read_times(cells, now)
        self._read_values(cells)
        self._check(left_out)
        live = _without_persons([one for one in self.troubles if not left_out[one.at]])
        settle(live, self.contents, self.ledger, self.answers)
        self._outside(places)
        self._repeats()
        return self._result()

    def _refuse_personal_columns(self) -> None:
        mapped = set(self.columns.values())
        for heading in self.text.columns:
            if heading not in mapped and is_personal(heading):
                message = f"The column {heading} looks like personal data. It was not loaded."
                self.ledger.note("F09", message, column=heading)

    def _leave_out_totals(self) -> NDArray[np.bool_]:
        """Mark rows of totals and footers, and return which they are."""
        columns = [column.to_pylist() for column in self.text.table.columns]
        left_out = np.zeros(self.rows, dtype=np.bool_)
        for at, row in enumerate(zip(*columns, strict=True)):
            filled = [value for value in row if value]
            lonely = len(filled) <= 1 < len(columns) - 1
            left_out[at] = lonely or bool(filled and _TOTALS.fullmatch(filled[0]))
        self.ledger.mark("F04", left_out, "dropped", "{n} of totals or remarks left out.")
        return left_out

    def _cells(self, name: str) -> list[str]:
        """Return the texts of a field, blank where nothing was entered or it is personal."""
        one = self.kind.field(name)
        texts = ["" if is_nothing(text) else text for text in self._column(name)]
        if one.type in _NEVER_PERSONAL:
            return texts
        personal = _personal(texts, one)
        heading = self.columns[name]
        message = f"{{n}} in column {heading}: a name, address or number of a person was not read."
        self.ledger.mark("F09", personal, "kept", message, column=heading)
        texts = ["" if hidden else text for text, hidden in zip(texts, personal, strict=True)]
        if one.type in {"text", "id", "list"}:
            formula = np.array([bool(_FORMULA.fullmatch(text)) for text in texts], dtype=np.bool_)
            values = pa.array(texts, pa.string())
            said = f"{{n}} in column {heading}: looks like a formula; kept as text."
            self.ledger.mark("F07", formula, "fixed", said, column=heading, values=values)
        return texts

    def _column(self, name: str) -> list[str]:
        at = self.text.columns.index(self.columns[name])
        texts: list[str] = self.text.table.column(at).to_pylist()
        return texts

    def _read_places(self, cells: Mapping[str, Sequence[str]]) -> Places | None:
        if not any(one.type == "axis" for one in self.kind.fields):
            return None
        for content in self.contents:
            content.update(lon=None, lat=None)
        if not ({"lon", "lat"} <= cells.keys() or {"easting", "northing"} <= cells.keys()):
            blank = [""] * self.rows
            cells = {"lon": blank, "lat": blank}
        places = Places(cells, self.columns, self.area, self.rows)
        found = places.read(placed=self.kind.placed)
        for at in np.flatnonzero(np.isfinite(found.lon)):
            self.contents[at].update(lon=float(found.lon[at]), lat=float(found.lat[at]))
        self.troubles += found.troubles
        return places

    def _read_times(self, cells: Mapping[str, Sequence[str]], now: datetime) -> None:
        timezone = self.area.timezone if self.area else _HOME
        calendar = Calendar(now, timezone, self.text.excel_epoch)
        for one in self.kind.fields:
            if one.type not in _BY_COLUMN:
                continue
            texts = cells.get(one.name, [""] * self.rows)
            if one.type == "moment" and "day" in cells:
                texts = joined(cells["day"], texts)
            heading = self.columns.get(one.name, "")
            values, troubles = calendar.read(one, texts, heading)
            self.troubles += troubles
            self._store(one, values)
            self._missing(one, texts)
        self.notes += calendar.notes

    def _read_values(self, cells: Mapping[str, Sequence[str]]) -> None:
        for one in self.kind.fields:
            if one.type in _BY_COLUMN or one.type == "axis":
                continue
            texts = cells.get(one.name, [""] * self.rows)
            self._store(one, [self._value(one, at, text) for at, text in enumerate(texts)])
            self._missing(one, texts)

    def _value(self, one: RegisterField, at: int, text: str) -> object:
        if not text:
            return None
        try:
            return read_value(one, text)
        except BadValueError as error:
            self.troubles.append(self._trouble(one, at, text, error))
            return error.accepted if error.sure else None

    def _trouble(self, one: RegisterField, at: int, text: str, error: BadValueError) -> Trouble:
        able = error.accepted is not None or (one.stored and not one.required)
        return Trouble(
            at,
            error.code,
            self.columns[one.name],
            error.reason,
            text,
            error.suggestion,
            {one.name: error.accepted} if able else None,
            fate="fixed" if error.sure else "held",
        )

    def _store(self, one: RegisterField, values: Sequence[object]) -> None:
        for content, value in zip(self.contents, values, strict=True):
            content[one.name] = value

    def _missing(self, one: RegisterField, texts: Sequence[str]) -> None:
        if not one.required:
            return
        heading = self.columns.get(one.name, one.name)
        self.troubles += [
            Trouble(at, "C03", heading, "nothing was entered where it is needed")
            for at, text in enumerate(texts)
            if not text
        ]

    def _check(self, left_out: NDArray[np.bool_]) -> None:
        wrong = {one.at for one in self.troubles if one.fate == "held"}
        for at, content in enumerate(self.contents):
            if left_out[at] or at in wrong:
                continue
            trouble = check_entry(self.kind.key, at, content, self.columns)
            if trouble is not None:
                self.troubles.append(trouble)

    def _outside(self, places: Places | None) -> None:
        if places is None:
            return
        lon, lat = (
            np.array([content[name] for content in self.contents], dtype=np.float64)
            for name in ("lon", "lat")
        )
        counted = self.ledger.rows_that_are("kept", "fixed")
        found = [one for one in places.outside(lon, lat) if counted[one.at]]
        settle(_without_persons(found), self.contents, self.ledger, self.answers)

    def _repeats(self) -> None:
        """Drop rows that say the same again; hold those that say something else of the same."""
        first: dict[str, int] = {}
        same, other, before = (np.zeros(self.rows, dtype=np.bool_) for _ in range(3))
        for at in np.flatnonzero(self.ledger.rows_that_are("kept", "fixed")):
            key = self.kind.key_of(self.contents[at])
            if key not in first:
                first[key] = int(at)
            elif self.contents[at] == self.contents[first[key]]:
                same[at] = True
            else:
                other[at], before[first[key]] = True, True
                first[key] = int(at) if self._newest_counts else first[key]
        self._mark_repeats(same, other, before)

    @property
    def _newest_counts(self) -> bool:
        return self.answers.get("D01") == "accept"

    def _mark_repeats(
        self, same: NDArray[np.bool_], other: NDArray[np.bool_], before: NDArray[np.bool_]
    ) -> None:
        heading = self.columns.get(self.kind.entry_key[0], "")
        mark = self.ledger.mark
        mark("D01", same, "dropped", "{n} say the same as a row before.", column=heading)
        if self._newest_counts:
            said = "{n} were replaced by a later row of the same reference."
            mark("D01", before, "dropped", said, column=heading)
            said = "{n} replace an earlier row of the same reference."
            mark("D01", other & ~before, "fixed", said, column=heading)
        elif self.answers.get("D01") == "reject":
            said = "{n} of a reference that came before were left out."
            mark("D01", other, "dropped", said, column=heading)
        else:
            mark(
                "D01",
                other,
                "held",
                "{n} have the reference of an earlier row, and say something else.",
                column=heading,
                reason="The reference came before, with other values.",
                question="Take the later rows instead of the earlier ones?",
            )

    def _result(self) -> RegisterRows:
        counted = np.flatnonzero(self.ledger.rows_that_are("kept", "fixed"))
        hidden = {one.name for one in self.kind.fields if not one.stored}
        entries = tuple(self._entry(int(at), hidden) for at in counted)
        counts = dict(self.ledger.counts)
        ragged = self.text.ragged
        if ragged:
            counts["refused"] += len(ragged)
            self.notes.append(
                f"{len(ragged):,} rows have too few or too many values, first row {ragged[0].row}."
            )
        return RegisterRows(
            self.kind,
            entries,
            MappingProxyType(counts),
            self.ledger.findings,
            self.ledger.held,
            tuple(self.notes),
            self.columns,
        )

    def _entry(self, at: int, hidden: set[str]) -> Entry:
        content = {name: value for name, value in self.contents[at].items() if name not in hidden}
        return self.kind.key_of(content), content, int(self.text.numbers[at])


def kept_columns(
    text: TextTable, kind: RegisterKind, columns: Mapping[str, str]
) -> dict[str, pa.Array]:
    """Return the columns of a register by field, without what is about a person, to be kept."""
    kept = {}
    for name, heading in columns.items():
        one, values = kind.field(name), text.column(heading)
        if one.type == "outline":
            kept[name] = values
        elif one.type in _NEVER_PERSONAL:
            kept[name] = without_words(values)
        else:
            texts = values.to_pylist()
            shown = zip(texts, _personal(texts, one), strict=True)
            kept[name] = pa.array(["" if hidden else said for said, hidden in shown], pa.string())
    return kept


def _personal(texts: Sequence[str], one: RegisterField) -> NDArray[np.bool_]:
    """Return which texts hold something about a person, shape (rows,)."""
    if one.name == "contact_post":
        return np.array([bool(text) and not is_generic_contact(text) for text in texts], np.bool_)
    if not one.long:
        found, _ = personal_values(pa.array(texts, pa.string()))
        return found
    pieces = [(at, piece) for at, text in enumerate(texts) for piece in _pieces(text)]
    found = np.zeros(len(texts), dtype=np.bool_)
    if pieces:
        hits, _ = personal_values(pa.array([piece for _, piece in pieces], pa.string()))
        found[[at for (at, _), hit in zip(pieces, hits, strict=True) if hit]] = True
    return found


def _without_persons(troubles: Sequence[Trouble]) -> list[Trouble]:
    """Return troubles whose values may be shown: one about a person is left blank."""
    personal, _ = personal_values(pa.array([one.value for one in troubles], pa.string()))
    return [
        replace(one, value="") if hidden else one
        for one, hidden in zip(troubles, personal, strict=True)
    ]


def _pieces(text: str) -> list[str]:
    """Return a long text in pieces that overlap."""
    return [text[start : start + _WINDOW] for start in range(0, len(text), _STEP)]
