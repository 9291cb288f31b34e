"""What does the importer know besides the file: the present, the area, and what people answered?"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from data.profiles.model import Profile
    from data.readers.text import TextTable
    from geo.area import StudyArea

Verdict = Literal["accept", "reject", "set", "drop"]
"""What a person says of held rows: take the proposal, leave as they are, a value, leave out."""

STEPS: Final = (
    "reading the table", "reading times", "reading types", "finding places", "looking for repeats",
    "storing",
)  # fmt: skip
"""What is done with a file, in this order."""

VERDICTS: Final[tuple[Verdict, ...]] = ("accept", "reject", "set", "drop")


@dataclass(frozen=True)
class Answer:
    """What a person decided about rows that a rule holds.

    Attributes
    ----------
    code
        The rule.
    rows
        Row numbers of the file; none means every row that the rule holds, in this file.
    key
        For rule K01 the code that is meant, for all rows with it.
    column, value
        For "set": the field and what is to stand there. For K01 the category, "|", and a subtype.
    """

    code: str
    verdict: Verdict
    rows: tuple[int, ...] = ()
    key: str = ""
    column: str = ""
    value: str = ""


class Locator(Protocol):
    """Knows where addresses are."""

    def locate(self, keys: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return longitude and latitude (WGS 84) of each key, NaN where it is not known."""
        ...


@dataclass(frozen=True, eq=False)
class Context:
    """What an interpretation hangs on besides the file and its profile.

    Attributes
    ----------
    now
        The present, with its time zone.
    area
        Whose outline tells whether a place is likely; None knows none.
    answers
        What people decided about this file.
    settings
        What is agreed for the source: ``clock`` ("local" or "gmt"), ``codes`` (code to category).
    log_times
        Gives the time (UTC) of police logs by reference, to tell a recorder's clock.
    cameras
        Cameras of the register; None where there is none.
    uprns, postcodes
        Where addresses are, if such tables were loaded.
    step
        Told which of ``STEPS`` begins.
    """

    now: datetime
    area: StudyArea | None = None
    answers: tuple[Answer, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    log_times: Callable[[Sequence[str]], Mapping[str, np.datetime64]] = lambda _: {}
    cameras: frozenset[str] | None = None
    uprns: Locator | None = None
    postcodes: Locator | None = None
    step: Callable[[str], None] = lambda _: None

    def decided(self, code: str, verdict: Verdict, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return the rows for which a rule was answered so, shape (rows,)."""
        chosen = np.zeros(len(numbers), dtype=np.bool_)
        for answer in self.answers:
            if (answer.code, answer.verdict) == (code, verdict) and not answer.key:
                chosen |= np.isin(numbers, answer.rows) if answer.rows else True
        return chosen


class Columns:
    """The columns of a table that a profile names, as trimmed text by field.

    Parameters
    ----------
    text
        The table.
    profile
        Which heading holds which field.
    answers
        Values that a person set take the place of those in the file.
    """

    def __init__(self, text: TextTable, profile: Profile, answers: Sequence[Answer]) -> None:
        self.numbers = text.numbers
        self._columns = {name: text.column(heading) for name, heading in profile.columns.items()}
        self._headings = profile.columns
        for answer in answers:
            if answer.verdict == "set" and answer.column and answer.rows:
                self._set(answer)

    def _set(self, answer: Answer) -> None:
        """Let a value stand in a field, or two values side by side in a pair of fields."""
        names, values = answer.column.split(","), [answer.value]
        if len(names) > 1:
            values = [part.strip() for part in answer.value.split(",")]
        chosen = pa.array(np.isin(self.numbers, answer.rows))
        for name, value in zip(names, values, strict=False):
            if name in self._columns:
                self._columns[name] = pc.if_else(chosen, value, self._columns[name])

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.numbers)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that the file has a column for."""
        return tuple(self._columns)

    def has(self, name: str) -> bool:
        """Return whether the file has a column for the field."""
        return name in self._columns

    def heading(self, name: str) -> str:
        """Return the heading of the field as the file has it, "" without one."""
        return self._headings.get(name, "")

    def values(self, name: str) -> pa.Array:
        """Return the texts of a field, "" where the file has none."""
        found = self._columns.get(name)
        return pa.repeat("", len(self)) if found is None else found

    def given(self, name: str) -> NDArray[np.bool_]:
        """Return which rows have something in the field, shape (rows,)."""
        return is_given(self.values(name))

    def replace(self, name: str, values: pa.Array) -> None:
        """Let other texts stand in a field."""
        self._columns[name] = values

    def without(self, rows: NDArray[np.bool_]) -> pa.Table:
        """Return the columns by field without some rows, with the row numbers."""
        table = pa.table({"row": pa.array(self.numbers), **dict(sorted(self._columns.items()))})
        return table.filter(pa.array(~rows)) if rows.any() else table


def is_given(values: pa.Array) -> NDArray[np.bool_]:
    """Return which texts are not blank, shape (rows,)."""
    found: NDArray[np.bool_] = pc.not_equal(values, "").to_numpy(zero_copy_only=False)
    return found


def mapped(values: pa.Array, of: Callable[[str], Any]) -> NDArray[np.object_]:
    """Return what a function makes of each text, asking it once for each different one."""
    encoded = values.dictionary_encode()
    answers = np.empty(len(encoded.dictionary), dtype=object)
    answers[:] = [of(text) for text in encoded.dictionary.to_pylist()]
    found: NDArray[np.object_] = answers[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def texts(values: NDArray[np.object_]) -> pa.Array:
    """Return Python texts as an Arrow column."""
    return pa.array(values, pa.string())
