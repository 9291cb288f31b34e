"""What time is it?

The only module that reads the time; everything else is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from data.settings import Settings


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """Return the time in UTC, with its zone."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """Return the time in UTC, with its zone."""
        return datetime.now(UTC)  # noqa: TID251  (the one place that reads the time)


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still, for tests and replays.

    Raises
    ------
    ValueError
        When ``moment`` has no time zone.
    """

    moment: datetime

    def __post_init__(self) -> None:
        if self.moment.tzinfo is None:
            message = f"A fixed clock needs a time zone; found {self.moment.isoformat()}."
            raise ValueError(message)

    def now(self) -> datetime:
        """Return the fixed time in UTC, with its zone."""
        return self.moment.astimezone(UTC)


def clock_for(settings: Settings) -> Clock:
    """Return the clock that the settings ask for: fixed when they name a time."""
    return SystemClock() if settings.now is None else FixedClock(settings.now)
