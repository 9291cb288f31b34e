"""Which of the first rows of a table holds the column headings?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.errors import FileRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FEWEST_NAMED: Final = 2
"""Values that a row of unknown headings needs at least."""

WIDEST: Final = 2_000
"""Columns that a table may have."""


def heading_row(
    rows: Sequence[Sequence[str]], heading_score: Callable[[Sequence[str]], int]
) -> tuple[int | None, int]:
    """Return the position of the row of column headings, with its score.

    Parameters
    ----------
    rows
        Trimmed values of the first rows of the table.
    heading_score
        Number of known headings in a row.

    Returns
    -------
    tuple of int or None, int
        The best row, the first of equals. Where no heading is known, the first row with two values
        or more and as many as the widest. None where there is no such row.

    Examples
    --------
    >>> heading_row([["Report"], ["Log No", "Ward"], ["1", "Talbot"]], lambda row: "Ward" in row)
    (1, True)
    >>> heading_row([["Report", ""], ["A", "B"], ["1", "2"]], lambda row: 0)
    (1, 0)
    """
    scores = [heading_score(row) if any(row) else 0 for row in rows]
    best = max(scores, default=0)
    if best > 0:
        return scores.index(best), best
    named = [sum(map(bool, row)) for row in rows]
    widest = max(named, default=0)
    return (named.index(widest), 0) if widest >= FEWEST_NAMED else (None, 0)


def check_width(columns: int, row: int) -> None:
    """Refuse a table with more columns than any export has.

    Raises
    ------
    FileRefusedError
        Above ``WIDEST`` columns.
    """
    if columns > WIDEST:
        message = f"Row {row} has {columns:,} columns; the limit is {WIDEST:,}."
        raise FileRefusedError(message, "Export the table again with its own columns only.")


def no_headings(first_rows: int) -> FileRefusedError:
    """Return the fault of a table whose headings cannot be found."""
    message = f"None of the first {first_rows} rows holds column headings."
    return FileRefusedError(
        message, "Put the column headings in one row, with the records right below it."
    )
