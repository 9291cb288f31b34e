"""When does an intervention usually start, and when are its results looked at?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from data.jobs.interventions import BRITISH_TIME
from geo.periods import month_at, month_index

if TYPE_CHECKING:
    from data.workspace import Workspace

FIRST_DAYS: Final = 28
LATER_MONTHS: Final = (3, 6)


def next_month(ws: Workspace) -> date:
    """Return the first day of next month: the usual start of what is registered now."""
    today = ws.clock.now().astimezone(BRITISH_TIME).date()
    return _first_day(f"{today:%Y-%m}", 1)


def usual_reviews(start: date) -> tuple[date, ...]:
    """Return the usual days of review: 28 days, three and six months after the start.

    Examples
    --------
    >>> [day.isoformat() for day in usual_reviews(date(2026, 9, 15))]
    ['2026-10-13', '2026-12-15', '2027-03-15']
    """
    later = [_first_day(f"{start:%Y-%m}", n) for n in LATER_MONTHS]
    return (
        start + timedelta(days=FIRST_DAYS),
        *(day + timedelta(days=min(start.day, FIRST_DAYS) - 1) for day in later),
    )


def _first_day(month: str, later: int) -> date:
    return date.fromisoformat(f"{month_at(month_index(month) + later)}-01")
