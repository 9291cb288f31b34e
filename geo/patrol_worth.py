"""Would a plan's hours have met more harm than the same hours spread evenly?

Asked of reports that the plan has not seen. What is met is not what is prevented: the answer says
whether crews would have been where and when reports came, not that reports would not have come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HOURS: Final = 168
_HOUR_MIN: Final = 60.0


@dataclass(frozen=True)
class Stay:
    """Minutes spent at a place: its position, and the minutes of the week from Monday 00:00.

    ``end_min`` may lie beyond the week's last minute: it then runs into Monday.
    """

    place: int
    start_min: float
    end_min: float


@dataclass(frozen=True)
class Worth:
    """Harm, or reports, met by an hour at a place; None where nothing can be said.

    Attributes
    ----------
    planned
        By an hour of the plan's stays.
    even
        By an hour of the same length spread over all places alike, at the same times.
    anytime
        By an hour spread over all places and the whole week alike.
    ratio
        ``planned`` over ``even``.
    hours
        Of the plan's stays.
    """

    planned: float | None
    even: float | None
    anytime: float | None
    ratio: float | None
    hours: float


def worth(came: NDArray[np.float64], weeks: float, stays: Sequence[Stay]) -> Worth:
    """Return what an hour of the stays would have met, and what it would have met if spread evenly.

    Parameters
    ----------
    came
        Harm or reports that came in the unseen months, shape (places, 168), hour 0 is Monday 00:00
        local time.
    weeks
        How many weeks these months have.
    stays
        The plan's visits of one week.

    Raises
    ------
    SchemaError
        Where shapes, weeks or stays cannot be.
    """
    _check(came, weeks, stays)
    spent = np.zeros_like(came)
    for stay in stays:
        hours, shares = _hours_of(stay)
        np.add.at(spent[stay.place], hours, shares)
    total = float(spent.sum())
    if not total or not len(came):
        return Worth(None, None, None, None, total)
    rate = came / weeks
    planned = float((rate * spent).sum()) / total
    even = float((rate.mean(axis=0) * spent.sum(axis=0)).sum()) / total
    return Worth(planned, even, float(rate.mean()), planned / even if even else None, total)


def _hours_of(stay: Stay) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the hours of the week that a stay touches, and how much of each it fills."""
    first, last = int(stay.start_min // _HOUR_MIN), int(np.ceil(stay.end_min / _HOUR_MIN))
    edges = np.arange(first, last + 1) * _HOUR_MIN
    inside = np.clip(edges, stay.start_min, stay.end_min)
    return np.arange(first, last) % HOURS, np.diff(inside) / _HOUR_MIN


def _check(came: NDArray[np.float64], weeks: float, stays: Sequence[Stay]) -> None:
    if came.ndim != 2 or came.shape[1] != HOURS or weeks <= 0:  # noqa: PLR2004 - a table
        message = (
            f"Reports by place and {HOURS} hours of some weeks are needed;"
            f" found {came.shape}, {weeks:g} weeks."
        )
        raise SchemaError(message, "Count the unseen months by hour.")
    wrong = [one for one in stays if not (0 <= one.place < len(came))]
    wrong += [one for one in stays if one.end_min < one.start_min or one.start_min < 0]
    if wrong:
        message = f"A stay is at a known place and ends after it starts; found {wrong[0]}."
        raise SchemaError(message, "Take the stays from a plan of the same places.")
