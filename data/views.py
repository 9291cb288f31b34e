"""What do the screens, the command line and the documents show?

Frozen, complete and already worded, suppressed and permitted: pages only lay these out. Jobs build
them (`data.jobs`), and nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from geo.errors import SchemaError
from geo.periods import month_index
from geo.repeats import RepeatRule
from geo.schema import ORIGINS

if TYPE_CHECKING:
    import pandas as pd

    from data.report_keys import ReportKey
    from geo.provenance import Provenance
    from geo.schema import ChangeKey, Lens, Origin

LENSES: Final = ("reports", "estimated", "harm")
RESOLUTIONS: Final = (8, 9, 10)
MOST_REPEAT: Final = (1000, 720, 24)
"""Widest rule for repeat reports: metres, minutes, hours of a group."""

AgeTag = Literal["new", "developing", "persistent"]


@dataclass(frozen=True)
class ChangeView:
    """The latest observed months against the same months of last year, in calibrated words."""

    key: ChangeKey
    n_now: int
    n_before: int
    expected_low: int | None
    expected_high: int | None
    sentence: str
    """ "A real increase at Queen Street is very likely: 1,282 reports, 810 to 1,030 expected." """
    title: str = ""
    """ "Very likely up: 1,282 reports from April to June 2022, 810 to 1,030 expected"."""
    unit: str = "reports"
    """What ``n_now`` and ``n_before`` count, in the plural."""


@dataclass(frozen=True)
class HotspotView:
    """One named hotspot, ready to be laid out."""

    hotspot_id: str
    """Stable across months and safe in a URL; never shown to a user."""
    rank: int
    name: str
    streets: tuple[str, ...]
    """Other places inside it, most reports first; the name itself left out."""
    wards: tuple[str, ...]
    patches: tuple[str, ...]
    cells: tuple[str, ...]
    growing_edge: tuple[str, ...]
    """Those of ``cells`` that are its growing edge."""
    n: int
    """Reports in the window (or harm, rounded, under the harm lens)."""
    share: float
    """Of the area's total, 0 to 1."""
    area_km2: float
    area_share: float
    cell_share: float
    months_hot: int
    months_observed: int
    age_tag: AgeTag
    age_words: str
    """ "Persistent: hot in all 22 months seen". """
    change: ChangeView
    trend_words: str
    """Trend of its own counts with uncertainty: "Rising by about 12% a year (4% to 21%)". """
    agreement_words: str
    """How far resolutions 8 and 9 agree: "Also hot on larger hexagons". """
    types: tuple[tuple[str, int], ...]
    """Category and reports in the window, most first; all of them."""
    why: str
    """One sentence: why here."""
    series: tuple[tuple[str, int | None], ...]
    """36 calendar months to the window's end: month and reports; None is no data."""
    outline: dict[str, Any]
    """GeoJSON geometry, WGS 84."""
    lon: float
    lat: float
    neighbours: tuple[str, ...]
    """Ids of adjoining hotspots, by rank."""
    tight_spots: str = ""
    """Where inside it reports lie close together; empty for approximate locations."""
    owner: str | None = None
    renamed_from: str | None = None
    unit: str = "reports"
    """What ``types`` and ``series`` count, in the plural."""
    reports: int = 0
    """Reports in the window, whatever the lens."""
    incidents: int | None = None
    """Estimated separate incidents in the window; None where the data cannot tell."""
    repeats_words: str = ""
    """ "3,610 reports, about 2,900 separate incidents (1.2 reports each)"."""


@dataclass(frozen=True)
class BusyPlace:
    """One of the three cells most often among a patch's monthly three busiest; not a hotspot."""

    patch: str
    rank: int
    name: str
    n: int
    months_in_top: int
    months_observed: int
    cell: str
    hotspot_id: str | None
    """The hotspot that this cell also belongs to, if any."""


@dataclass(frozen=True)
class ProviderMonths:
    """Which months one provider has supplied, for the coverage calendar."""

    source: str
    provider: str
    months: tuple[tuple[str, int], ...]
    """Month and rows supplied."""
    counts_for_area: bool
    """Whether a month without this provider is "no data" for the area."""


@dataclass(frozen=True)
class CoverageView:
    """Which months are observed, and which are missing or thin."""

    first: str | None
    last: str | None
    months: tuple[tuple[str, bool], ...]
    """Every calendar month of the span: month, observed."""
    low: tuple[str, ...]
    """Observed months with less than half of the usual number of reports."""
    providers: tuple[ProviderMonths, ...]
    sentence: str
    """ "December 2019 to June 2022. No data for June, August and September 2020." """
    partial: tuple[str, ...] = ()
    """Months of which only a part was supplied: they count as not seen."""


@dataclass(frozen=True)
class Eligibility:
    """Which reports count, by who found them and by where they were.

    Rows that are never mapped (domestic and other sensitive ones) count under none of these.

    Raises
    ------
    GeoError
        From ``__post_init__``: an unknown origin, or none at all.
    """

    origins: tuple[Origin, ...] = ORIGINS
    """Kept in the order of `geo.schema.ORIGINS`."""
    dwellings: bool = True
    """Whether reports at dwellings count too."""

    def __post_init__(self) -> None:
        unknown = [name for name in self.origins if name not in ORIGINS]
        if unknown or not self.origins:
            found = f"There is no origin {unknown[0]!r}" if unknown else "No origin is chosen"
            message = f"{found}: nothing could be counted."
            raise SchemaError(message, f"Choose from: {', '.join(ORIGINS)}.")
        ordered = tuple(name for name in ORIGINS if name in self.origins)
        object.__setattr__(self, "origins", ordered)

    @property
    def is_everything(self) -> bool:
        """Whether every report counts."""
        return self.dwellings and len(self.origins) == len(ORIGINS)

    @property
    def left_out_words(self) -> str:
        """What is left out, as a list; empty where nothing is."""
        left_out = [ORIGIN_WORDS[name] for name in ORIGINS if name not in self.origins]
        if not self.dwellings:
            left_out.append("reports at dwellings")
        return _listed(left_out, "and") if left_out else ""

    @property
    def words(self) -> str:
        """What counts and what is left out, as a sentence to print beside the figures.

        Examples
        --------
        >>> Eligibility(("public", "partner"), dwellings=False).words
        'Counted: reported by the public or by a partner, in public places; found by CCTV, \
generated by police work and of unknown origin are left out.'
        >>> Eligibility(dwellings=False).words
        'Counted: whoever reported it, in public places; reports at dwellings are left out.'
        """
        left_out = [ORIGIN_WORDS[name] for name in ORIGINS if name not in self.origins]
        where = "" if self.dwellings else ", in public places"
        if not left_out:
            rest = "nothing is left out" if self.dwellings else "reports at dwellings are left out"
            return f"Counted: whoever reported it{where}; {rest}."
        kept = _listed([ORIGIN_WORDS[name] for name in self.origins], "or")
        kept = kept.replace(" or reported by", " or by").replace(", reported by", ", by")
        verb = "is" if len(left_out) == 1 else "are"
        return f"Counted: {kept}{where}; {_listed(left_out, 'and')} {verb} left out."


def _listed(words: list[str], link: str) -> str:
    *first, last = words
    return f"{', '.join(first)} {link} {last}" if first else last


ORIGIN_WORDS: Final[dict[Origin, str]] = {
    "public": "reported by the public",
    "cctv": "found by CCTV",
    "police": "generated by police work",
    "partner": "reported by a partner",
    "unknown": "of unknown origin",
}
EVERYTHING: Final = Eligibility()
ELIGIBLE_DEMAND: Final = Eligibility(("public", "partner", "unknown"), dwellings=False)
"""What may drive patrols: what people and partners report in public places.

Police work and CCTV are left out, since more of either finds more, which would call for more.
"""


@dataclass(frozen=True)
class Counted:
    """What one is: a report, or an incident that repeat reports were grouped into."""

    eligibility: Eligibility = EVERYTHING
    repeats: RepeatRule | None = None
    """None: every report counts one."""


EVERY_REPORT: Final = Counted()
USUAL_RULE: Final = RepeatRule()


@dataclass(frozen=True)
class RepeatRow:
    """One group of repeat reports of a hotspot, or one that a person has taken apart."""

    reports: tuple[ReportKey, ...]
    when: str
    """Local time of the first: "3 May 2025, 22:41"."""
    kind: str
    calls: int
    why: str
    apart: bool
    """Whether a person has said that these are separate."""


@dataclass(frozen=True)
class RepeatList:
    """The groups of repeat reports of a hotspot, most calls first."""

    rows: tuple[RepeatRow, ...]
    total: int
    """How many there are; ``rows`` may hold the first of them only."""


@dataclass(frozen=True)
class LensRanks:
    """Which place each hotspot has under each lens, and whether the order depends on it."""

    ranks: tuple[tuple[str, tuple[tuple[Lens, int | None], ...]], ...]
    """By hotspot id, lens by lens; None where it is no hotspot under that lens."""
    sentence: str
    """Empty where no hotspot moves by more than one place."""


@dataclass(frozen=True)
class HotspotParams:
    """What the user chose; cache key, URL query, CLI options and the "how computed" box.

    Raises
    ------
    GeoError
        From ``__post_init__``: an unknown lens, a resolution outside 8 to 10, a month that does
        not read YYYY-MM, a start after the end, or too wide a rule for repeat reports.
    """

    to: str
    start: str | None = None
    """None: 24 calendar months that end with ``to``."""
    resolution: int = 9
    categories: tuple[str, ...] = ()
    """Empty: all."""
    lens: Lens = "reports"
    esri_compatible: bool = False
    eligibility: Eligibility = EVERYTHING
    repeat_rule: RepeatRule = USUAL_RULE

    @property
    def counted(self) -> Counted:
        """What counts one under the lens."""
        return Counted(self.eligibility, self.repeat_rule if self.lens == "estimated" else None)

    def __post_init__(self) -> None:
        start, end = self.start or self.to, self.to
        if month_index(start) > month_index(end):
            message = f"A period must not end before it starts; found {start} to {end}."
            raise SchemaError(message, "Choose an earlier start or a later end.")
        if self.lens not in LENSES:
            message = f"There is no lens {self.lens!r}."
            raise SchemaError(message, f"Choose one of: {', '.join(LENSES)}.")
        rule = self.repeat_rule
        asked = (rule.metres, rule.minutes, rule.span_hours)
        if any(one > most for one, most in zip(asked, MOST_REPEAT, strict=True)):
            message = f"Repeat reports are at most 1,000 m, 720 min and 24 h apart; found {asked}."
            raise SchemaError(message, "The usual rule is 100 m, 60 min and 3 h.")
        if self.resolution not in RESOLUTIONS:
            message = f"The resolution must be 8, 9 or 10; found {self.resolution}."
            raise SchemaError(message, "Choose 9 unless there is a reason not to.")


@dataclass(frozen=True, eq=False)
class HotspotResult:
    """Everything that Hotspots shows, and what the command line writes."""

    area_id: str
    area_name: str
    params: HotspotParams
    first: str
    """First month of the window (after a break, if one falls inside)."""
    last: str
    months_observed: int
    months_in_window: int
    total: int
    cells: pd.DataFrame
    """One row a study cell, sorted by cell: cell, hotspot_id, hotspot, n, gistar, p_hot, q_value,
    tier, months_hot, months_observed, persistence, pattern, emerging_class, area_km2, place, ward,
    patch."""
    hotspots: tuple[HotspotView, ...]
    headline: str
    """ "Nine hotspots hold 42% of reports on 8% of the hexagons"."""
    concentration: str
    """ "3.2% of hexagons hold half of the reports"."""
    busy_places: tuple[BusyPlace, ...]
    legend_title: str
    """ "Reports in each hexagon, July 2020 to June 2022"."""
    class_edges: tuple[int, ...]
    """Five lower edges; below the first is "fewer than". Fixed for the period."""
    compared_words: str
    """ "April to June, 2022 on 2021"; empty when nothing can be compared."""
    chance_words: str
    """ "With nine places compared, about one may look unusual by chance."."""
    source_words: str
    wards_words: str
    """ "Wards from May 2023"."""
    caveats: tuple[str, ...]
    methods: tuple[tuple[str, str], ...]
    """The "how computed" box: name and value."""
    no_data: str | None
    """Why nothing can be shown (a wholly missing period); None when it can."""
    unjudged: str | None
    """Why hotspots cannot be judged (too few months); None when they can, even if there is none."""
    events: tuple[tuple[str, str | None, str], ...]
    """Context events inside the last 36 months: first month, last month, title."""
    breaks: tuple[tuple[str, str], ...]
    """Breaks: month, title."""
    provenance: Provenance
    counted_words: str = ""
    """What is not counted as usual, to be printed beside the figures; empty when all is."""
    cannot_count: bool = False
    """Whether ``no_data`` says that these data cannot tell, rather than that there are none."""


@dataclass(frozen=True, eq=False)
class HomeView:
    """Everything that Home shows."""

    area_name: str
    title: str
    """The finding, one sentence."""
    lead: str
    """The two figures and the context event that explains them (Markdown, escaped)."""
    cards_title: str
    """ "Reports at the five largest hotspots, April to June 2022"."""
    cards_key: str
    """ "Line: July 2021 to June 2022. Dashes: the year before. Breaks: no data."."""
    cards: tuple[HotspotView, ...]
    coverage: CoverageView
    hotspots_count: int
    no_data: str | None
    unjudged: str | None
    """Why hotspots cannot be judged; None when they can."""
    to: str | None
    """Last month of the window."""
    lens: Lens = "reports"


@dataclass(frozen=True)
class AreaStatus:
    """The ruled line under the navigation."""

    area_id: str
    area_name: str
    source_words: str
    """ "Lancashire Constabulary, data.police.uk"."""
    data_to_words: str
    """ "Data to 30 June 2022"."""
    age_words: str
    """ "(archive)", "(82 days old)"."""
    stale: Literal["fresh", "amber", "red"]
    marking: str
    """ "OFFICIAL (demo)"."""
    mode_banner: str | None
    """What open data cannot show; None with exact data."""
    dataset_version: str
    names_version: int = 0
    """How often people named hotspots here or said what sources are; part of every cache key."""
    ungrouped_version: str = ""
    """Changes whenever people take groups of repeat reports apart; part of every cache key."""
