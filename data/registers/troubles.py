"""What is wrong with a row of a register, and what becomes of it once a person has answered?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.readers.findings import RowLedger
    from data.rules import RowResult

Content = dict[str, Any]
"""Fields of an entry, as JSON holds them."""

Fate = Literal["held", "kept", "fixed"]

QUESTIONS: Final = {
    "C02": "",
    "K01": "Load these rows without this value?",
    "T01": "Load these rows without this date?",
    "T03": "Take the year that is suggested?",
    "T04": "Load these rows without this date?",
    "T05": "Load these rows without the end?",
    "G02": "Swap easting and northing?",
    "G03": "Restore the minus sign?",
    "G07": "Take the coordinates that are suggested?",
    "D01": "Take the later rows instead of the earlier ones?",
}
"""What a person is asked of held rows, by rule."""


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong with one row.

    Attributes
    ----------
    at
        Position of the row in the table.
    code
        Key of ``data.rules.RULES``.
    column
        Heading.
    reason
        The end of a sentence: what the value is not.
    value
        The value; "" where it may not be shown.
    suggestion
        What would mend it, in words.
    accepted
        Fields to set when a person accepts; None where nothing can be accepted.
    rejected
        Fields to set when a person rejects; None where the row is then refused.
    fate
        What becomes of the row without an answer.
    """

    at: int
    code: str
    column: str
    reason: str
    value: str = ""
    suggestion: str = ""
    accepted: Mapping[str, Any] | None = field(default=None)
    rejected: Mapping[str, Any] | None = field(default=None)
    fate: Fate = "held"


def settle(
    troubles: Sequence[Trouble],
    contents: Sequence[Content],
    ledger: RowLedger,
    answers: Mapping[str, str],
) -> None:
    """Mark each trouble in the ledger, and set the fields that an answer changes."""
    groups: dict[tuple[str, str, str], list[Trouble]] = {}
    for trouble in troubles:
        key = (trouble.code, trouble.column, trouble.reason + trouble.fate)
        groups.setdefault(key, []).append(trouble)
    for group in groups.values():
        answer = answers.get(group[0].code, "")
        able = [one for one in group if _settled(one, answer) is not None]
        left = [one for one in group if _settled(one, answer) is None]
        _apply(able, contents, answer)
        for result, members in (("", left), (answer, able)):
            if members:
                _mark(members, ledger, result)


def _settled(trouble: Trouble, answer: str) -> RowResult | None:
    """Return what becomes of the row by the answer; None where it does not settle it."""
    if trouble.fate != "held" or answer not in {"accept", "reject"}:
        return None
    if answer == "accept":
        return None if trouble.accepted is None else "fixed"
    return "refused" if trouble.rejected is None else "kept"


def _apply(settled: Sequence[Trouble], contents: Sequence[Content], answer: str) -> None:
    for trouble in settled:
        chosen = trouble.accepted if answer == "accept" else trouble.rejected
        contents[trouble.at].update(chosen or {})


def _mark(members: Sequence[Trouble], ledger: RowLedger, answer: str) -> None:
    """Record rows with the same trouble and the same fate."""
    first = members[0]
    result = _settled(first, answer) or first.fate
    rows = len(ledger.numbers)
    where = np.zeros(rows, dtype=np.bool_)
    values, suggestions = [""] * rows, [""] * rows
    for one in members:
        where[one.at] = True
        values[one.at], suggestions[one.at] = one.value, one.suggestion
    ledger.mark(
        first.code,
        where,
        result,
        _sentence(first, result, answer),
        column=first.column,
        values=pa.array(values, pa.string()),
        reason=_upper_first(first.reason) + ".",
        suggestions=pa.array(suggestions, pa.string()),
        question=QUESTIONS.get(first.code, "") if result == "held" and _can_answer(first) else "",
    )


def _can_answer(trouble: Trouble) -> bool:
    return trouble.accepted is not None or trouble.rejected is not None


def _sentence(trouble: Trouble, result: str, answer: str) -> str:
    """Return what the analyst reads; braces of ``RowLedger.mark`` are kept for the count."""
    column = f" in column {trouble.column}" if trouble.column else ""
    text = f"{{n}}{_braced(column)}: {_braced(trouble.reason)}."
    if result == "held":
        return f"{text.removesuffix('.')}; held until a person decides."
    words = {"accept": " The suggestion was accepted.", "reject": " The suggestion was rejected."}
    return text + words.get(answer, "")


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
