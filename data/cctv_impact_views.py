"""What do screens, commands and papers show of what a change of cameras achieved?

Frozen, complete, worded and suppressed: pages and papers only lay these out. What could not be told
is None, and a sentence says why. Reports by the public and partners, and what cameras found, always
stand apart: more watching finds more, and that is not more crime.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from geo.errors import SchemaError

if TYPE_CHECKING:
    from geo.provenance import Provenance
    from geo.verdict import PlaceKey

ChangeKind = Literal["cctv_install", "cctv_move", "cctv_staffing"]
Scope = Literal["camera", "group", "centre", "place"]
StrandKey = Literal["reported", "cctv", "other"]
ZoneKey = Literal["treated", "ring", "control"]
ImpactKey = Literal["fell", "rose", "detection", "no_clear_change", "too_early", "cannot_tell"]
Direction = Literal["fell", "rose", "no_clear_change", "cannot_tell"]

IMPACT_TITLES: Final[dict[ImpactKey, str]] = {
    "fell": "Fewer reports than expected",
    "rose": "More reports than expected",
    "detection": "More was found, not more reported",
    "no_clear_change": "No clear change",
    "too_early": "Too early to say",
    "cannot_tell": "Cannot tell",
}
ZONE_WORDS: Final[dict[ZoneKey, str]] = {
    "treated": "In view of the cameras",
    "ring": "Streets around the view",
    "control": "Comparison places",
}
STRAND_WORDS: Final[dict[StrandKey, str]] = {
    "reported": "Reported by the public and partners",
    "cctv": "Found by CCTV",
    "other": "Found by police work, or origin not known",
}
NOT_SUPPLIED: Final = "not supplied"
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class ImpactOptions:
    """Which change of cameras is looked at, and how.

    Attributes
    ----------
    start, end
        First month of the change, ``YYYY-MM``, and the last month looked at. Without a start, the
        month in which most of the cameras went live.
    camera_ids
        The cameras that changed; none means those that went live within three months of the start,
        and where there are none, the whole control centre.
    every_camera
        Whether the whole control centre is looked at, whenever its cameras went live.
    cells
        The hexagons that are taken as seen, instead of the views of the cameras.
    kind
        What changed: new cameras, moved ones, or longer watching.
    title
        What people call the change; empty for a plain one.
    categories
        Types of report; none means all.
    pre_months, post_months
        How far before the start a compared month may lie, 12 to 24, and how many months from the
        start on are compared.
    """

    start: str | None = None
    end: str | None = None
    camera_ids: tuple[str, ...] = ()
    cells: tuple[str, ...] | None = None
    kind: ChangeKind = "cctv_install"
    title: str = ""
    every_camera: bool = False
    categories: tuple[str, ...] = ()
    pre_months: int = 12
    post_months: int = 12

    def __post_init__(self) -> None:
        for name, month in (("start", self.start), ("end", self.end)):
            if month is not None and not _MONTH.fullmatch(month):
                message = f"The {name} must be a month, YYYY-MM; found {month!r}."
                raise SchemaError(message, "Write the month as 2023-03.")
        if self.start and self.end and self.end < self.start:
            message = f"The end must not lie before the start; found {self.start} to {self.end}."
            raise SchemaError(message, "Exchange the two months.")
        if not 12 <= self.pre_months <= 24 or self.post_months < 1:  # noqa: PLR2004 - months
            found = f"found {self.pre_months} and {self.post_months}"
            message = f"Compare 12 to 24 months before and at least 1 after; {found}."
            raise SchemaError(message, "Leave both at 12 unless there is a reason.")
        for name in ("camera_ids", "categories", "cells"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, tuple(sorted(set(value))))


@dataclass(frozen=True)
class CountRow:
    """Reports of one strand in one zone; None where not told to this role, or not known."""

    strand: StrandKey
    zone: ZoneKey
    label: str
    """ "In view of the cameras"."""
    before: int | None
    after: int | None
    words: str
    """ "from 412 to 398"; "from fewer than 10 to about 25"; "not known"."""


@dataclass(frozen=True)
class EffectView:
    """A ratio of reports after to before, in view of the cameras over the comparison places."""

    ratio: float | None
    """0.87 is 13% fewer than expected."""
    low: float | None
    high: float | None
    """95% limits."""
    reason: str = ""
    """Why there is no figure; empty where there is one."""
    against: Literal["comparison", "before"] = "comparison"
    """What it is set against: comparison places, or only the same places before."""


@dataclass(frozen=True)
class EventPoint:
    """One month of the event study, against the month before the change."""

    month: str
    offset: int
    """Months since the change; -1 is the base."""
    estimate: float | None
    low: float | None
    high: float | None
    left_out: bool
    """Whether the month does not count: no data, or a camera was out of order."""
    reason: str = ""


@dataclass(frozen=True)
class MonthPoint:
    """Reports of one calendar month; None where it has no data or the role may not see it."""

    month: str
    treated: int | None
    ring: int | None
    control: int | None
    compared: Literal["before", "after", ""]


@dataclass(frozen=True)
class SeriesEffect:
    """A change of the whole town's level at the start: an interrupted time series."""

    level: EffectView
    """The step at the start in what cameras see, season and trend allowed for."""
    comparison: EffectView
    """The same step where no camera sees."""
    difference: EffectView
    """The first over the second; only this may be claimed."""
    months_before: int
    months_after: int
    sentence: str


@dataclass(frozen=True)
class StrandView:
    """What became of one kind of report."""

    key: StrandKey
    label: str
    direction: Direction
    sentence: str
    """In plain words, with counts and certainty."""
    counts: tuple[CountRow, ...]
    """Treated, ring, control."""
    effect: EffectView
    """The verdict rests on this one: an effect for every hexagon, robust limits."""
    odds_ratio: EffectView
    """The relative effect size, for familiarity; above 1 is a fall. Its limits are those of plain
    Poisson counts."""
    odds_ratio_adjusted: EffectView
    """The same with limits widened by how much these counts vary."""
    smallest_change: float | None
    """Smallest fall, as a share, that would be found four times in five."""
    smallest_words: str
    units_used: int
    units_left_out: int
    """Hexagons without any report, which say nothing."""
    events: tuple[EventPoint, ...] = ()
    months: tuple[MonthPoint, ...] = ()


@dataclass(frozen=True)
class OutputRow:
    """One figure of the control room; None was not supplied."""

    key: str
    label: str
    before: float | None
    after: float | None
    before_words: str
    after_words: str
    """ "13,654", "98.2%", "not supplied"."""
    note: str = ""


@dataclass(frozen=True)
class OutputsView:
    """What the control room did, in the compared months."""

    rows: tuple[OutputRow, ...]
    started_by: tuple[OutputRow, ...]
    """Log entries by who started them; empty where nobody says."""
    not_supplied: tuple[str, ...]
    """Labels of the figures that nobody supplied, to be asked for."""
    sentence: str


@dataclass(frozen=True)
class CctvImpactView:
    """What a change of cameras achieved: the verdict, and every figure behind it."""

    area_id: str
    area_name: str
    options: ImpactOptions
    scope: Scope
    scope_words: str
    """ "The whole control centre: 60 cameras"."""
    change_words: str
    """ "Cameras renewed in the centre, from January 2025"."""
    place_words: str
    """ "Harbour Street and Station Road"."""
    start: str
    end: str | None
    before_months: tuple[str, ...]
    after_months: tuple[str, ...]
    compared_words: str
    """ "January 2025 to December 2025 with January 2024 to December 2024"."""
    verdict: ImpactKey
    title: str
    """At most 70 characters."""
    sentence: str
    """The verdict in plain words, with counts and certainty."""
    certainty_words: str
    """What could have been seen, and how sure the verdict is."""
    reported: StrandView
    found_by_cctv: StrandView
    other: StrandView | None
    """Counts alone, of what neither people nor cameras reported; None where there is none."""
    displacement_verdict: PlaceKey
    displacement_title: str
    displacement_sentence: str
    series: SeriesEffect | None
    """For the whole control centre; None for single cameras, and where it cannot be made."""
    series_reason: str
    outputs: OutputsView
    treated_cells: tuple[str, ...]
    ring_cells: tuple[str, ...]
    control_cells: tuple[str, ...]
    match_words: str
    """How the comparison places were found."""
    outage_words: str
    context: tuple[str, ...]
    """Dated events of the compared months: "January 2025: Cameras renewed in the centre"."""
    cannot_say: tuple[str, ...]
    """What these data cannot say."""
    caveats: tuple[str, ...]
    source_words: str
    methods: tuple[tuple[str, str], ...]
    """The "how computed" box: name and value."""
    provenance: Provenance
    no_data: str | None = None
    """Why nothing at all can be compared; None where something can."""
