"""What do the screens, the command line and the documents show?

Frozen, complete and already worded, suppressed and permitted: pages only lay these out. Jobs build
them (`data.jobs`), and nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from geo.errors import SchemaError
from geo.periods import month_index

if TYPE_CHECKING:
    import pandas as pd

    from geo.provenance import Provenance
    from geo.schema import ChangeKey, Lens

LENSES: Final = ("reports", "harm")
RESOLUTIONS: Final = (8, 9, 10)

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


@dataclass(frozen=True)
class HotspotParams:
    """What the user chose; cache key, URL query, CLI options and the "how computed" box.

    Raises
    ------
    GeoError
        From ``__post_init__``: an unknown lens, a resolution outside 8 to 10, a month that does
        not read YYYY-MM, or a start after the end.
    """

    to: str
    start: str | None = None
    """None: 24 calendar months that end with ``to``."""
    resolution: int = 9
    categories: tuple[str, ...] = ()
    """Empty: all."""
    lens: Lens = "reports"
    esri_compatible: bool = False

    def __post_init__(self) -> None:
        start, end = self.start or self.to, self.to
        if month_index(start) > month_index(end):
            message = f"A period must not end before it starts; found {start} to {end}."
            raise SchemaError(message, "Choose an earlier start or a later end.")
        if self.lens not in LENSES:
            message = f"There is no lens {self.lens!r}."
            raise SchemaError(message, f"Choose one of: {', '.join(LENSES)}.")
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
    """How often people have named hotspots here; part of every cache key."""


@dataclass(frozen=True)
class RefusedRow:
    """One row that was not loaded, and why."""

    file: str
    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file."""

    file: str
    status: Literal["loaded", "unchanged", "skipped", "refused"]
    message: str
    """What was found, where first, what to do."""
    rows_read: int = 0
    rows_kept: int = 0
    rows_dropped: int = 0
    rows_refused: int = 0


@dataclass(frozen=True, eq=False)
class ImportReport:
    """What became of every row of an import: read = kept + dropped + refused."""

    area_id: str | None
    rows_read: int
    rows_kept: int
    rows_dropped: int
    rows_refused: int
    rows_no_location: int
    rows_outside_area: int | None
    """None without an area. Subsets of kept, like ``rows_no_location``."""
    rows_in_area: int | None
    rows_repeated_id: int
    """Kept: a Crime ID again in its month with other content."""
    rows_restated_id: int
    """Kept: a Crime ID again in another month."""
    rows_fixed: int
    """Kept: coordinates that were swapped and have been put right."""
    months: tuple[str, ...]
    """Months in the files of this import."""
    months_missing: tuple[str, ...]
    """Gaps between the first and the last month of the data set."""
    months_replaced: tuple[str, ...]
    dataset_version: str
    changed: bool
    files: tuple[FileOutcome, ...]
    refused: tuple[RefusedRow, ...]
    notes: tuple[str, ...]
