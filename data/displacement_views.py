"""What do screens, commands and documents show of whether something worked, and whether it moved?

Frozen, complete, worded and suppressed: pages only lay these out. What could not be told is None,
and a sentence says why; figures that a role may not see are None too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from geo.errors import SchemaError

if TYPE_CHECKING:
    from data.intervention_spec import InterventionSpec
    from geo.provenance import Provenance
    from geo.verdict import EffectKey, PlaceKey

ZoneKey = Literal["treated", "buffer", "control", "control_buffer"]


@dataclass(frozen=True)
class DisplacementOptions:
    """How an intervention is looked at, where it is not as usual.

    Attributes
    ----------
    alpha
        0.1 gives 90 % limits.
    rings
        1 or 2 rings around the treated hexagons; None takes what was chosen for it.
    pre_months, post_months
        How far before the start a compared month may lie, 12 to 24, and how many months from the
        start on are looked at.
    """

    alpha: float = 0.1
    rings: int | None = None
    pre_months: int = 12
    post_months: int = 12

    def __post_init__(self) -> None:
        if not 0 < self.alpha <= 0.5:  # noqa: PLR2004 - wider than one in two says nothing
            message = f"Alpha must be above 0 and at most 0.5; found {self.alpha}."
            raise SchemaError(message, "0.1 is usual: limits that hold nine times in ten.")
        if self.rings not in (None, 1, 2):
            message = f"Take one or two rings; found {self.rings}."
            raise SchemaError(message, "One ring is usual.")
        if not 12 <= self.pre_months <= 24 or self.post_months < 1:  # noqa: PLR2004 - months
            found = f"found {self.pre_months} and {self.post_months}"
            message = f"Compare 12 to 24 months before and at least 1 after; {found}."
            raise SchemaError(message, "Leave both at 12 unless there is a reason.")


@dataclass(frozen=True)
class ZoneView:
    """The hexagons of one zone, with reports in the compared months."""

    key: ZoneKey
    label: str
    """ "Treated", "Nearby", "Comparison", "Around the comparison"."""
    cells: tuple[str, ...]
    before: int | None
    after: int | None


@dataclass(frozen=True)
class PartView:
    """A change against comparison in reports; negative is a fall."""

    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    reason: str = ""


@dataclass(frozen=True)
class WddView:
    """The weighted displacement difference: treated, nearby, and both."""

    local: PartView
    displacement: PartView
    total: PartView


@dataclass(frozen=True)
class RingView:
    """One ring around the treated hexagons; ring 0 is the treated ones."""

    ring: int
    label: str
    cells: tuple[str, ...]
    before: int | None
    after: int | None
    ratio: float | None
    """Change relative to the comparison: 0.8 is a fifth fewer."""
    ci_low: float | None
    ci_high: float | None
    reason: str


@dataclass(frozen=True)
class RiseView:
    """A hexagon with many more reports than expected."""

    cell: str
    place: str
    before: int
    after: int
    expected: float


@dataclass(frozen=True)
class TypeView:
    """One type of report: the same test on the same hexagons and months."""

    category: str
    before: int
    after: int
    local: PartView | None
    displacement: PartView | None
    reason: str


@dataclass(frozen=True)
class OriginView:
    """Reports of the treated hexagons by who found them."""

    label: str
    before: int
    after: int


@dataclass(frozen=True)
class OverlapView:
    """What another intervention shares with this one."""

    title: str
    kind: str
    cells: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class MonthView:
    """One calendar month; figures are None where it has no data."""

    month: str
    treated: int | None
    buffer: int | None
    control: int | None
    expected: float | None
    """Reports expected in the treated hexagons, as the comparison went."""
    low: float | None
    high: float | None
    compared: Literal["before", "after", ""]
    """On which side of the comparison the month stands, if on any."""


@dataclass(frozen=True)
class SavedView:
    """Reports fewer than expected in the treated hexagons, from the start up to a month."""

    month: str
    saved: float
    low: float
    high: float


@dataclass(frozen=True)
class DisplacementView:
    """Did it work, and did it move: the verdict, and every figure behind it."""

    area_id: str
    area_name: str
    intervention_id: str | None
    """None where it is not in the register."""
    version: int | None
    spec: InterventionSpec
    place_words: str
    verdict: EffectKey
    displacement_verdict: PlaceKey
    tested: bool
    title: str
    """ "Worked"; "Cannot tell" where there was no test."""
    displacement_title: str
    sentence: str
    displacement_sentence: str
    power_sentence: str
    reason: str
    """Why there is no test; empty when there is one."""
    compared_words: str
    """ "April to June 2022 with April to June 2021"."""
    dose_words: str
    caveats: tuple[str, ...]
    control_changes: tuple[str, ...]
    """What was chosen or changed after the start; they stand first among the caveats too."""
    zones: tuple[ZoneView, ...]
    gap_cells: tuple[str, ...]
    overlaps: tuple[OverlapView, ...]
    match: Literal["close", "wide", "chosen", "none"]
    """How the comparison hexagons were found."""
    unit: str
    """What is counted, in the plural."""
    alpha: float
    methods: tuple[tuple[str, str], ...]
    """The "how computed" box."""
    provenance: Provenance
    wdd: WddView
    """With limits that the months give: verdicts use this one."""
    poisson: WddView | None = None
    """The published form for Poisson counts."""
    poisson_adjusted: WddView | None = None
    """The same with its errors times the root of ``phi``."""
    harm: WddView | None = None
    phi: float | None = None
    wdq: float | None = None
    wdq_reason: str = ""
    irr: float | None = None
    irr_low: float | None = None
    irr_high: float | None = None
    irr_p: float | None = None
    trend_differs: bool | None = None
    """Whether treated and comparison hexagons went apart before the start already."""
    placebo_p: float | None = None
    placebo_sets: int = 0
    placebo_sentence: str = ""
    min_detectable: float | None = None
    """Smallest fall, in reports, that would be found four times in five."""
    min_detectable_share: float | None = None
    guard_sentence: str = ""
    rings: tuple[RingView, ...] = ()
    rises: tuple[RiseView, ...] = ()
    types: tuple[TypeView, ...] = ()
    shifts: tuple[TypeView, ...] = ()
    """The same test by time of day, where the hour is known; ``category`` names the shift."""
    shifts_words: str = ""
    """On what the shifts rest, or why there are none."""
    origins: tuple[OriginView, ...] = ()
    series: tuple[MonthView, ...] = ()
    saved: tuple[SavedView, ...] = ()

    def zone(self, key: ZoneKey) -> ZoneView:
        """Return the zone of this key."""
        return next(zone for zone in self.zones if zone.key == key)


@dataclass(frozen=True)
class VerdictView:
    """One intervention in a list: what may be said of it, in two lines."""

    intervention_id: str
    title: str
    place_words: str
    stage_words: str
    next_review: str
    review_due: bool
    """Whether a review date has passed since results were last seen, or none were seen."""
    verdict: EffectKey
    displacement_verdict: PlaceKey
    verdict_title: str
    displacement_title: str
    sentence: str
    displacement_sentence: str


@dataclass(frozen=True)
class WhatIfView:
    """How long a test of a planned intervention would take."""

    months: int | None
    monthly_before: float | None
    sentence: str
    place_words: str
    match: Literal["close", "wide", "none"]
    control_cells: tuple[str, ...]
    buffer_cells: tuple[str, ...]
    caveats: tuple[str, ...]
