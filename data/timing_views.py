"""What do the screens show of the hours of the week and of near repeats?

Frozen, complete and already worded, suppressed and permitted: pages only lay these out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WeekView:
    """At which hours of the week reports, or estimated incidents, fall."""

    hidden: str | None
    """Why nothing is shown, as a sentence; None where it is."""
    weights: tuple[float, ...] = ()
    """How many in each of 168 hours, Monday 00:00 local time first; empty where hidden."""
    busiest: str = ""
    """ "Busiest: Friday, 21:00 to 01:00, with 9% of the reports in 2% of the week"; empty where it
    may not be said."""
    caption: str = ""
    """What is counted, how sure its times are, and what is left out."""
    unit: str = "reports"
    """What is counted, in the plural."""


@dataclass(frozen=True)
class NearRepeatRow:
    """Pairs of reports in one band of distance and of time."""

    distance: str
    days: str
    pairs: int
    by_chance: float
    """Pairs that chance alone would give."""
    ratio: float | None
    """Pairs over those by chance; None where there can be none."""
    chance_words: str
    """How often chance does as much: "1 in 1,000"."""


@dataclass(frozen=True)
class NearRepeatTable:
    """Whether one report makes another of its type close by and soon more likely."""

    category: str
    sentence: str
    caption: str
    """What was compared and what was left out."""
    rows: tuple[NearRepeatRow, ...] = ()
    rows_hidden: str | None = None
    """Why there are no rows, as a sentence; None where there are."""


@dataclass(frozen=True)
class NearRepeatsView:
    """Near repeats of the types for which they are known to matter."""

    hidden: str | None
    """Why nothing is shown, as a sentence; None where it is."""
    tables: tuple[NearRepeatTable, ...] = ()
