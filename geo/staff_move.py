"""Which staffed hours of the control room would watch more demand at another time?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.coverage_demand import fitted
from geo.errors import NotEnoughDataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

HOURS: Final = 168
"""Hours of the week; 0 is Monday 00:00 local time."""


def watchable(demand: ArrayLike, share_if_watched: ArrayLike) -> NDArray[np.float64]:
    """Return which share of the week's demand is watched in each hour, if somebody watches then.

    Parameters
    ----------
    demand
        Reports by cell and hour, shape (n, 168).
    share_if_watched
        Share watched by cell and hour, shape (n, 168) or (n,), as if the control room were staffed.

    Returns
    -------
    array of float
        Shape (168,), at most 1 in sum; NaN without demand. For `best_move`.
    """
    reports, covered = fitted(demand, share_if_watched)
    total = reports.sum()
    if not total > 0:
        return np.full(reports.shape[1], np.nan)
    return np.asarray((reports * np.nan_to_num(covered)).sum(axis=0) / total, dtype=np.float64)


@dataclass(frozen=True)
class StaffMove:
    """The best move of one block of staffed hours.

    Attributes
    ----------
    from_hours, to_hours
        Hours of the week, in order; empty where no move helps.
    share_before, share_after
        Share of the week's demand that is watched; None without demand.
    reason
        Why no move helps; empty where one does.
    """

    from_hours: tuple[int, ...]
    to_hours: tuple[int, ...]
    share_before: float | None
    share_after: float | None
    reason: str = ""

    @property
    def helps(self) -> bool:
        """Whether there is a move that raises the share."""
        return bool(self.to_hours)


def best_move(watched_gain: ArrayLike, staffed: ArrayLike, n_hours: int) -> StaffMove:
    """Return the move of ``n_hours`` staffed hours to unstaffed ones that watches most demand.

    Parameters
    ----------
    watched_gain
        Share of the week's demand that is watched in each hour if somebody watches then, shape
        (168,), as `watchable` gives it.
    staffed
        Whether somebody watches, shape (168,).
    n_hours
        How many hours to move.

    Returns
    -------
    StaffMove
        One block of consecutive staffed hours becomes one block of consecutive unstaffed hours,
        on any day; a block may run over midnight, and from Sunday to Monday.

    Raises
    ------
    NotEnoughDataError
        If the arrays do not have 168 hours, or ``n_hours`` is not from 1 to 24.

    Notes
    -----
    Exact: all pairs of blocks are compared. As the two never overlap, the best is the staffed
    block that loses least with the unstaffed one that gains most; of equal ones the earliest. It
    may cut a shift in two: somebody who knows the rota has to look at it.
    """
    gain, on = np.asarray(watched_gain, dtype=np.float64), np.asarray(staffed, dtype=np.bool_)
    if gain.shape != (HOURS,) or on.shape != (HOURS,) or not 1 <= n_hours <= HOURS // 7:
        message = f"A move is of 1 to 24 of {HOURS} hours; found {n_hours}, {gain.shape}."
        raise NotEnoughDataError(message, "Give every hour of the week, Monday 00:00 first.")
    if np.isnan(gain).any():
        return StaffMove((), (), None, None, "There is no demand to be watched.")
    before = float(gain[on].sum())
    block = (np.arange(HOURS)[:, None] + np.arange(n_hours)) % HOURS
    worth = np.round(gain[block].sum(axis=1), 12)
    leave, take = on[block].all(axis=1), ~on[block].any(axis=1)
    reason = _why_no_move(worth, leave, take, n_hours)
    if reason:
        return StaffMove((), (), before, before, reason)
    first = int(np.argmin(np.where(leave, worth, np.inf)))
    then = int(np.argmax(np.where(take, worth, -np.inf)))
    after = before - float(gain[block[first]].sum()) + float(gain[block[then]].sum())
    return StaffMove(tuple(block[first].tolist()), tuple(block[then].tolist()), before, after)


def _why_no_move(
    worth: NDArray[np.float64], leave: NDArray[np.bool_], take: NDArray[np.bool_], n_hours: int
) -> str:
    hours = "1 hour" if n_hours == 1 else f"{n_hours} hours in a row"
    if not leave.any():
        return f"At no time is anybody watching for {hours}."
    if not take.any():
        return f"At no time is nobody watching for {hours}."
    if worth[take].max() <= worth[leave].min():
        return f"No move of {hours} would watch more demand."
    return ""
