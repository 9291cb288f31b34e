"""Views of an invented town, as the jobs would return them, for tests of the screens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import geopandas as gpd
import h3
import pandas as pd
from shapely.geometry import box, mapping, shape
from shapely.ops import unary_union

from data.access import Permission, Principal, authorise
from data.import_views import FileOutcome, ImportReport, RefusedRow
from data.jobs.areas import AreaSummary
from data.settings import Settings
from data.views import (
    AreaStatus,
    BusyPlace,
    ChangeView,
    CoverageView,
    HomeView,
    HotspotParams,
    HotspotResult,
    HotspotView,
    LensRanks,
    ProviderMonths,
    RepeatList,
    RepeatRow,
)
from geo.area import StudyArea
from geo.periods import month_range, months_before
from geo.provenance import provenance
from tests.pages import data_fakes, result_fakes, timing_fakes

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from geo.schema import Lens

FIRST, LAST = "2021-07", "2024-06"
MISSING = ("2022-09", "2022-10")
CENTRE = (53.5, -2.0)
NAMES = (
    "Queen Street",
    "<b>Pier_Head</b>",
    "Mill *Lane*",
    "Station Road",
    "Chapel Walk",
    "Dock Rd",
)
CHANGES = ("up_strong", "normal", "down_likely", "up_watch", "too_few", "normal")
TYPES = ("Anti-social behaviour", "Public order", "Shoplifting")
SUMMARY = AreaSummary("sandport", "Sandport", 2, "from May 2023", 2, False, "area-1")  # noqa: FBT003


def status(**changes: object) -> AreaStatus:
    """Return the line above every page."""
    usual = AreaStatus(
        "sandport",
        "Sandport",
        "Sandshire Police, data.police.uk",
        "Data to 30 June 2024",
        "(82 days old)",
        "amber",
        "OFFICIAL (demo)",
        "Open data: approximate places, month only.",
        "d4t4s3t",
    )
    return replace(usual, **changes)


def coverage() -> CoverageView:
    """Return 36 months of which two are missing."""
    months = tuple((m, m not in MISSING) for m in month_range(FIRST, LAST))
    rows = tuple((m, 400) for m, seen in months if seen)
    return CoverageView(
        FIRST,
        LAST,
        months,
        ("2023-01",),
        (
            ProviderMonths("police_uk", "Sandshire Police", rows, counts_for_area=True),
            ProviderMonths("police_uk", "Other Police", rows[:3], counts_for_area=False),
        ),
        "July 2021 to June 2024. No data for September and October 2022.",
    )


def town_cells() -> list[str]:
    """Return the hexagons of the town, sorted."""
    return sorted(h3.grid_disk(h3.latlng_to_cell(*CENTRE, 9), 6))


def _outline(cells: tuple[str, ...]) -> dict[str, object]:
    return dict(mapping(unary_union([shape(h3.cells_to_geo([cell])) for cell in cells])))


def hotspot(rank: int) -> HotspotView:
    """Return the hotspot of a rank from 1 to 6."""
    seed = town_cells()[rank * 19]
    cells = tuple(sorted(set(h3.grid_disk(seed, 1)) & set(town_cells())))
    lat, lon = h3.cell_to_latlng(seed)
    months = month_range(months_before(LAST, 35), LAST)
    series = tuple(
        (m, None if m in MISSING else 60 + 5 * rank + i % 12) for i, m in enumerate(months)
    )
    name = NAMES[rank - 1]
    change = ChangeView(
        CHANGES[rank - 1],
        240,
        240 + 10 * (3 - rank),
        190,
        280,
        f"{name}: 240 reports.",
        f"{name} in words: 240 reports",
    )
    return HotspotView(
        hotspot_id=f"spot-{rank}",
        rank=rank,
        name=name,
        streets=("Talbot Square", "The Strand"),
        wards=("West",) if rank < 4 else ("East",),
        patches=("West",) if rank < 4 else ("East",),
        cells=cells,
        growing_edge=(),
        n=4000 - 500 * rank,
        share=0.12,
        area_km2=0.6,
        area_share=0.03,
        cell_share=0.05,
        months_hot=22,
        months_observed=22,
        age_tag="persistent",
        age_words="Persistent: hot in all 22 months seen",
        change=change,
        trend_words="Rising by about 12% a year (4% to 21%)",
        agreement_words="Also hot on larger hexagons",
        types=((TYPES[0], 1500), (TYPES[1], 900), (TYPES[2], 100)),
        why=f"{4000 - 500 * rank:,} reports from July 2022 to June 2024.",
        series=series,
        outline=_outline(cells),
        lon=lon,
        lat=lat,
        neighbours=("spot-2", "spot-3") if rank == 1 else ("spot-1",),
        renamed_from="Old Street" if rank == 3 else None,
    )


def result(params: HotspotParams, *, hotspots: int = 6) -> HotspotResult:
    """Return what Hotspots shows for the parameters."""
    spots = tuple(hotspot(rank) for rank in range(1, hotspots + 1))
    owner = {cell: spot for spot in spots for cell in spot.cells}
    cells = town_cells()
    first = params.start or months_before(params.to, 23)
    months = month_range(first, params.to)
    seen = [m for m in months if m not in MISSING]
    frame = pd.DataFrame(
        {
            "cell": cells,
            "hotspot_id": [owner[c].hotspot_id if c in owner else "" for c in cells],
            "hotspot": [owner[c].name if c in owner else "" for c in cells],
            "n": [(i * 37) % 700 for i in range(len(cells))],
            "months_hot": [3] * len(cells),
            "months_observed": [len(seen)] * len(cells),
            "pattern": ["persistent"] * len(cells),
            "emerging_class": ["no pattern"] * len(cells),
            "place": [f"Street {i}" for i in range(len(cells))],
            "ward": ["West" if i % 2 else "East" for i in range(len(cells))],
            "patch": ["West" if i % 2 else "East" for i in range(len(cells))],
        }
    )
    return HotspotResult(
        area_id="sandport",
        area_name="Sandport",
        params=params,
        first=first,
        last=params.to,
        months_observed=len(seen),
        months_in_window=len(months),
        total=30_000,
        cells=frame,
        hotspots=spots if seen else (),
        headline="Six hotspots hold 42% of reports on 8.0% of the hexagons",
        concentration="3.2% of hexagons hold half of the reports",
        busy_places=(
            BusyPlace("East", 1, "Tram | Stop", 91, 12, 22, cells[0], None),
            BusyPlace("West", 1, "Queen Street", 910, 22, 22, cells[1], "spot-1"),
        ),
        legend_title="Reports in each hexagon, July 2022 to June 2024",
        class_edges=(10, 50, 150, 300, 600),
        compared_words="April to June, 2024 on 2023",
        chance_words="With six places compared, none is expected to look unusual by chance.",
        source_words="Source: Sandshire Police, data.police.uk, data to 30 June 2024.",
        wards_words="Wards from May 2023",
        caveats=("22 of 24 months seen.",),
        methods=(("Hexagons", "H3, resolution 9"),),
        no_data=None if seen else "No data for this period. This is not zero.",
        unjudged=None,
        events=(("2022-01", "2022-03", "Works on the promenade"),),
        breaks=(("2022-07", "Map points redrawn, July 2022"),),
        provenance=provenance("d4t4s3t", "area-1", {}),
    )


def home(hotspots: int = 6) -> HomeView:
    """Return what Home shows of a town with so many hotspots."""
    return HomeView(
        "Sandport",
        "Sandport is within normal variation, but reports are up at Queen Street",
        "**9,246** reports from April to June 2024, **9,061** in the same months of 2023.",
        "Reports at the five largest hotspots, April to June 2024",
        "Line: July 2023 to June 2024. Dashes: the year before. Breaks: no data.",
        tuple(hotspot(rank) for rank in range(1, min(hotspots, 5) + 1)),
        coverage(),
        hotspots,
        None,
        None,
        LAST,
    )


def study_area() -> StudyArea:
    """Return the outlines of the town: two wards, which serve as patches."""
    west, east = box(-2.05, 53.47, -2.0, 53.53), box(-2.0, 53.47, -1.95, 53.53)
    wards = gpd.GeoDataFrame({"name": ["East", "West"]}, geometry=[east, west], crs="EPSG:4326")
    return StudyArea(
        "sandport", "Sandport", west.union(east), wards, wards, "from May 2023",
        "EPSG:27700", "Europe/London", "area-1",
    )  # fmt: skip


def import_report() -> ImportReport:
    """Return a report with one loaded and one refused file."""
    return ImportReport(
        area_id="sandport",
        rows_read=100,
        rows_kept=90,
        rows_dropped=7,
        rows_refused=3,
        rows_no_location=5,
        rows_outside_area=20,
        rows_in_area=65,
        rows_repeated_id=1,
        rows_restated_id=0,
        rows_fixed=0,
        months=("2024-06",),
        months_missing=("2022-09", "2022-10"),
        months_replaced=(),
        dataset_version="d4t4s3t",
        changed=True,
        files=(
            FileOutcome("june.csv", "loaded", "100 rows of June 2024.", 100, 90, 7, 3),
            FileOutcome("page_*.csv", "refused", "This is a web page, not a table."),
        ),
        refused=(RefusedRow("june.csv", 12, "Month", "2099-01", "is in the future"),),
        notes=("One Crime ID came again with other content.",),
    )


@dataclass
class Town:
    """What the fake jobs answer, and what they were asked."""

    areas: tuple[AreaSummary, ...] = (SUMMARY,)
    status: AreaStatus | None = None
    hotspots: int = 6
    busy: bool = True
    unjudged: str | None = None
    fault: Exception | None = None

    def __post_init__(self) -> None:
        self.asked: list[HotspotParams] = []
        self.renamed: list[tuple[str, str]] = []
        self.ranks = LensRanks((), "")
        self.repeats: tuple[RepeatRow, ...] = ()
        self.taken_apart: list[object] = []
        self.put_back: list[object] = []
        self.loaded: list[str] = []
        self.mappings: list[object] = []
        self.report: ImportReport | None = None
        self.desk = data_fakes.Desk()
        self.register = result_fakes.Register()
        self.status = self.status or status()

    def list_areas(self, _ws: object, principal: Principal) -> tuple[AreaSummary, ...]:
        authorise(principal, Permission.VIEW)
        return self.areas

    def area_shapes(self, *_: object) -> StudyArea:
        return study_area()

    def area_status(self, _ws: object, _principal: Principal, area_id: str) -> AreaStatus:
        assert self.status is not None
        return replace(self.status, area_id=area_id, names_version=len(self.renamed))

    def coverage(self, *_: object) -> CoverageView:
        return coverage()

    def categories(self, *_: object) -> tuple[str, ...]:
        return TYPES

    def home(self, *_: object, lens: Lens = "reports") -> HomeView:
        if self.fault:
            raise self.fault
        return replace(home(self.hotspots), unjudged=self.unjudged, lens=lens)

    def lens_ranks(self, *_: object) -> LensRanks:
        return self.ranks

    def repeat_list(self, *_: object) -> RepeatList:
        return RepeatList(self.repeats, len(self.repeats))

    def ungroup(self, *args: object) -> None:
        if self.fault:
            raise self.fault
        self.taken_apart.append(args[3])

    def regroup(self, *args: object) -> None:
        self.put_back.append(args[3])

    def find_hotspots(
        self, _ws: object, _principal: Principal, _area_id: str, params: HotspotParams
    ) -> HotspotResult:
        if self.fault:
            raise self.fault
        self.asked.append(params)
        found = replace(result(params, hotspots=self.hotspots), unjudged=self.unjudged)
        return found if self.busy else replace(found, busy_places=())

    def rename_hotspot(self, *args: object) -> None:
        if self.fault:
            raise self.fault
        self.renamed.append((str(args[3]), str(args[4])))

    def hotspot_csv(self, *_: object) -> bytes:
        return b"cell,n\n"

    def import_files(self, *args: object, **options: object) -> ImportReport:
        if self.fault:
            raise self.fault
        self.loaded += [name for name, _ in args[2]]
        self.mappings.append(options["mapping"])
        return self.report or import_report()

    def load_sample(self, *_: object, progress: object) -> None:
        progress("Making reports", 1, 2)
        self.areas = (SUMMARY,)


def workspace(home: Path) -> object:
    """Return what screens read of a workspace directly."""
    return SimpleNamespace(
        settings=Settings(home=home),
        clock=SimpleNamespace(now=lambda: datetime(2024, 9, 20, tzinfo=UTC)),
        street_address=lambda _area_id: None,
        building_address=lambda _area_id: None,
        lake=SimpleNamespace(manifest=lambda: SimpleNamespace(partitions={"june": "d4t4s3t"})),
    )


def install(town: Town, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screens ask the fake town instead of the jobs."""
    opened = workspace(home)
    monkeypatch.setattr("data.workspace.Workspace.open", lambda *_, **__: opened)
    monkeypatch.setattr("data.jobs.serving.prepare_static", lambda *_: None)
    for module, names in {
        "areas": ("list_areas", "area_shapes"),
        "coverage": ("area_status", "coverage"),
        "hotspots": ("categories", "find_hotspots", "rename_hotspot"),
        "hotspot_files": ("hotspot_csv",),
        "lens_ranks": ("lens_ranks",),
        "repeat_list": ("repeat_list",),
        "repeats": ("ungroup", "regroup"),
        "home": ("home",),
        "imports": ("import_files",),
        "demo": ("load_sample",),
    }.items():
        for name in names:
            monkeypatch.setattr(f"data.jobs.{module}.{name}", getattr(town, name))
    timing_fakes.install(monkeypatch)
    data_fakes.install(town.desk, monkeypatch)
    result_fakes.install(town.register, monkeypatch)
