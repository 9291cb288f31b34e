"""What did each rule find in a file, and which rows wait for a person?

A row can meet several rules; each rule counts it. What became of the row is one result alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from data.rules import ROW_RESULTS, RULES

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from data.rules import RowResult

LONGEST_VALUE = 60
"""Characters of a value that are shown."""

MOST_HELD_LISTED = 10_000
"""Held rows that are listed for a file; the total is always said."""


@dataclass(frozen=True)
class Finding:
    """What one rule found in one file.

    Attributes
    ----------
    code
        Key of ``data.rules.RULES``.
    rows
        Rows that it met; 0 for a finding about the file as a whole.
    result
        What became of those rows by this rule; "kept" for a flag or a note.
    message
        For the analyst: what was found, how many, what was done or is asked.
    row, column, value
        First example: row number in the file (0 without one), heading, and the value shortened.
        Never a value of a personal column.
    question
        What a person is asked; "" where nothing is.
    """

    code: str
    rows: int
    result: RowResult
    message: str
    row: int = 0
    column: str = ""
    value: str = ""
    question: str = ""

    def without_value(self) -> Finding:
        """Return the finding with nothing of the file but how many rows the rule met."""
        return Finding(self.code, self.rows, self.result, RULES[self.code].problem + ".")


@dataclass(frozen=True)
class HeldRow:
    """One row that waits for a person.

    ``row`` is the number in the file, ``suggestion`` the value that would mend ``column`` ("" where
    none can be suggested).
    """

    row: int
    code: str
    column: str
    value: str
    reason: str
    suggestion: str = ""


@dataclass(frozen=True)
class MarkedRow:
    """One row that a rule met: its number, its reference, the codes, and what became of it."""

    row: int
    reference: str
    codes: tuple[str, ...]
    result: RowResult


class RowLedger:
    """Collects what becomes of each row of a table: one result a row, any number of rules.

    Parameters
    ----------
    numbers
        Row number in the file of each row of the table, shape (rows,).

    Notes
    -----
    Results only grow stronger: kept, fixed, held, dropped, refused. Whatever is marked twice keeps
    the stronger one, so that the results always add up to the rows.
    """

    def __init__(self, numbers: NDArray[np.int64]) -> None:
        self.numbers = numbers
        self._result = np.zeros(len(numbers), dtype=np.int8)
        self._findings: list[Finding] = []
        self._flags: list[tuple[str, NDArray[np.bool_]]] = []
        self._held: list[HeldRow] = []
        self._met: list[tuple[str, RowResult, NDArray[np.bool_]]] = []

    def mark(  # noqa: PLR0913 - a rule, its rows, and what is said of them
        self,
        code: str,
        where: NDArray[np.bool_],
        result: RowResult,
        message: str,
        *,
        column: str = "",
        values: pa.Array | None = None,
        reason: str = "",
        suggestions: pa.Array | None = None,
        question: str = "",
        flagged: bool = True,
    ) -> int:
        """Record that a rule met the rows of the mask, and return how many there are.

        Parameters
        ----------
        message
            May hold ``{n}``, the number of rows with its noun ("3 rows"), and ``{value}``, the
            first value.
        column, values
            Heading and text of the column that the rule looked at, shape (rows,).
        reason, suggestions
            For held rows: why, and what would mend each.
        flagged
            Whether the code is to be kept beside each row.
        """
        positions = np.flatnonzero(where)
        if not len(positions):
            return 0
        first = positions[0]
        value = shortened(values[int(first)].as_py()) if values is not None else ""
        said = counted_rows(message, len(positions), value=value)
        self._findings.append(
            Finding(
                RULES[code].code,
                len(positions),
                result,
                said,
                int(self.numbers[first]),
                column,
                value,
                question,
            )
        )
        self._met.append((code, result, where))
        if flagged:
            self._flags.append((code, where))
        self._result[where] = np.maximum(self._result[where], ROW_RESULTS.index(result))
        if result == "held":
            self._hold(
                code,
                positions,
                column,
                values,
                reason or said,
                suggestions,
            )
        return len(positions)

    def note(self, code: str, message: str, *, column: str = "") -> None:
        """Record a finding about the file as a whole."""
        self._findings.append(Finding(RULES[code].code, 0, "kept", message, column=column))

    def _hold(
        self,
        code: str,
        positions: NDArray[np.intp],
        column: str,
        values: pa.Array | None,
        reason: str,
        suggestions: pa.Array | None,
    ) -> None:
        listed = positions[:MOST_HELD_LISTED]
        shown = _taken(values, listed)
        mended = _taken(suggestions, listed)
        self._held += [
            HeldRow(int(self.numbers[at]), code, column, shortened(text), reason, better or "")
            for at, text, better in zip(listed, shown, mended, strict=True)
        ]

    def rows_that_are(self, *results: RowResult) -> NDArray[np.bool_]:
        """Return which rows have one of the results, shape (rows,)."""
        wanted = [ROW_RESULTS.index(result) for result in results]
        mask: NDArray[np.bool_] = np.isin(self._result, wanted)
        return mask

    def met_by(self, code: str) -> NDArray[np.bool_]:
        """Return which rows a rule holds or, where it holds none, met, shape (rows,)."""
        held = [where for name, result, where in self._met if (name, result) == (code, "held")]
        met = held or [where for name, _, where in self._met if name == code]
        found: NDArray[np.bool_] = np.zeros(len(self.numbers), dtype=np.bool_)
        for where in met:
            found |= where
        return found

    def results(self) -> NDArray[np.object_]:
        """Return what became of each row, shape (rows,)."""
        return np.array(ROW_RESULTS, dtype=object)[self._result]

    def count(self, result: RowResult) -> int:
        """Return how many rows have the result."""
        return int(np.count_nonzero(self.rows_that_are(result)))

    @property
    def counts(self) -> dict[RowResult, int]:
        """Rows by result; they add up to the rows of the table."""
        return {result: self.count(result) for result in ROW_RESULTS}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What each rule found, in the order of the rules."""
        order = {code: at for at, code in enumerate(RULES)}
        return tuple(sorted(self._findings, key=lambda finding: order[finding.code]))

    @property
    def held(self) -> tuple[HeldRow, ...]:
        """The rows that wait, in the order of the file; once for each reason."""
        waiting = {int(n) for n in self.numbers[self.rows_that_are("held")]}
        ordered = sorted(self._held, key=lambda row: (row.row, row.code))
        return tuple(row for row in ordered if row.row in waiting)

    def flags(self, *only: str, without: str = "") -> NDArray[np.object_]:
        """Return the codes that marked each row, sorted and separated by spaces, shape (rows,).

        Parameters
        ----------
        only
            The codes that are wanted; none means all.
        without
            A code to leave out.
        """
        met: dict[str, NDArray[np.bool_]] = {}
        wanted = [one for one in self._flags if one[0] in (only or RULES) and one[0] != without]
        for code, where in sorted(wanted, key=lambda pair: pair[0]):
            met[code] = met[code] | where if code in met else where
        bits = np.zeros(len(self.numbers), dtype=np.int64)
        for at, where in enumerate(met.values()):
            bits |= where.astype(np.int64) << at
        kinds, which = np.unique(bits, return_inverse=True)
        words = [
            " ".join(code for at, code in enumerate(met) if kind >> at & 1)
            for kind in kinds.tolist()
        ]
        return np.array(words, dtype=object)[which]


def _taken(values: pa.Array | None, positions: NDArray[np.intp]) -> list[str | None]:
    if values is None:
        return [""] * len(positions)
    taken: list[str | None] = pc.take(values, positions).to_pylist()
    return taken


def _count(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"


_OF_ONE = {
    "have": "has", "are": "is", "were": "was", "look": "looks", "fall": "falls", "share": "shares",
    "lie": "lies", "span": "spans", "name": "names", "repeat": "repeats", "come": "comes",
    "hold": "holds",
}  # fmt: skip


_AFTERWARDS = {
    ". They are in": ". It is in", ". They make": ". It makes", "swapped them.": "swapped it.",
    ": their time": ": its time", "these are kept aside": "this one is kept aside",
    "these values were": "this value was", " were not loaded": " was not loaded",
}  # fmt: skip


def counted_rows(message: str, rows: int, *, value: str = "") -> str:
    """Return a message with the number of rows and a first value in their places."""
    return agreed(message, rows).format(n=_count(rows), value=value)


def agreed(message: str, rows: int) -> str:
    """Return a message whose verb after ``{n}`` agrees with the number of rows.

    Examples
    --------
    >>> agreed("{n} have no location.", 1)
    '{n} has no location.'
    """
    if rows == 1:
        for many, one in _OF_ONE.items():
            message = message.replace(f"{{n}} {many} ", f"{{n}} {one} ")
        for many, one in _AFTERWARDS.items():
            message = message.replace(many, one)
    return message


def shortened(value: str | None) -> str:
    """Return a value as it may stand in a list.

    Examples
    --------
    >>> shortened("2022-13")
    '2022-13'
    >>> len(shortened("x" * 500))
    60
    """
    text = value or ""
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
