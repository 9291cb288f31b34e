"""What the fake jobs answer about cameras, and what they were asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import h3
import pandas as pd
from shapely.geometry import Point, mapping

from data.cctv_views import (
    CELL_COLUMNS,
    CLASS_WORDS,
    CameraMark,
    CoverageParams,
    CoverageView,
    GapRow,
    HotspotGapRow,
    RemovalRow,
    StaffMoveView,
    TypeShareRow,
    WeekShares,
    hour_words,
)
from geo.provenance import provenance

if TYPE_CHECKING:
    import pytest

EVIL: Final = "<b>Quay_</b> *Street*"
MIDDLE: Final = h3.latlng_to_cell(53.5, -2.0, 9)
CELLS: Final = tuple(sorted(h3.grid_disk(MIDDLE, 3)))
GAP: Final = tuple(sorted(h3.grid_ring(MIDDLE, 1))[:3])
WITHHELD: Final = "For your role, places stand for cameras."
TODAY: Final = date(2024, 9, 20)


def mark(camera_id: str, state: Any, east: float = 0.0, **changes: Any) -> CameraMark:
    words = {
        "watched": "Working, watched now",
        "recorded": "Working, recorded only",
        "not_working": "Out of order since 3 May 2024",
    }
    view = dict(mapping(Point(-2.0 + east, 53.5).buffer(0.001)))
    usual = CameraMark(
        camera_id, f"{camera_id} {EVIL}", "Fixed", state, words[state], -2.0 + east, 53.5, view,
        assumed=("Its height is not known: 6 m are assumed.",),
    )  # fmt: skip
    return replace(usual, **changes)


def week(**changes: Any) -> WeekShares:
    staffed = tuple(at % 24 >= 10 for at in range(168))
    half = (0.36,) * 168
    usual = WeekShares(
        demand=tuple(float(at % 24) for at in range(168)),
        seen=half,
        recorded=half,
        watched=tuple(0.24 if on else 0.0 for on in staffed),
        staffed=staffed,
        dark=tuple(at % 24 < 6 for at in range(168)),
        demand_words="Busiest: Friday, 21:00 to 01:00.",
        sentence="Most demand falls on Friday 20:00 to 00:00, when 24% of it is watched; most is"
        " watched on Saturday 13:00 to 17:00.",
    )
    return replace(usual, **changes)


def cells() -> pd.DataFrame:
    kinds = ["gap" if c in GAP else "covered_high" if c == MIDDLE else "quiet" for c in CELLS]
    columns = (CELLS, 900.0, 0.04, 0.03, 0.02, 94.0, kinds)
    frame = pd.DataFrame(dict(zip(CELL_COLUMNS, columns, strict=True)))
    frame["place"] = EVIL
    frame["demand_words"] = "94"
    frame["class_words"] = [CLASS_WORDS[kind] for kind in kinds]
    return frame


def coverage(params: CoverageParams, **changes: Any) -> CoverageView:
    """Return the figures of the drawn example: 36% seen, 24% watched."""
    when = hour_words(params.hour or 0)
    gaps = tuple(
        GapRow(f"{EVIL} {i}", GAP, 94 - i, f"{94 - i}", 0.04, "4%", "Friday 21:00 to 01:00")
        for i in range(5)
    )
    little = tuple(
        RemovalRow(f"C{i}", f"C{i} {EVIL}", i, f"{i}", "Review due 1 March 2027") for i in range(4)
    )
    usual = CoverageView(
        area_id="sandport",
        area_name="Sandport",
        params=params,
        headline=f"{when}: cameras see 36% of demand; 24% is watched",
        sentence="36% of public-place demand in Sandport was within view; 24% was watched.",
        over_week_words="Over the whole week: 39% of demand in view, 17% is watched.",
        not_working_words="1 of 3 cameras does not work: C3.",
        best_move_words="Somebody watches 17% of demand over the week; moving 4 hours ...",
        seen=0.36,
        recorded=0.36,
        watched=0.24,
        demand_words="Demand: 7,000 reports in July 2023 to June 2024. Counted: all.",
        realm_words="Public realm: ground within 9 m of a street centre line.",
        cameras=(mark("C1", "watched"), mark("C2", "recorded", 0.01), mark("C3", "not_working")),
        cameras_withheld=None,
        cells=cells(),
        class_counts=(("gap", 3), ("covered_high", 1), ("relocate", 0), ("quiet", 33)),
        week=week(),
        week_hidden=None,
        gaps=gaps,
        little_demand=little,
        hotspots_without=(HotspotGapRow("h1", EVIL, "412", "0.6%", "Friday 20:00 to 00:00"),),
        hotspots_words="1 of 9 hotspots has no working camera in view.",
        types=(TypeShareRow("Drugs", "5,473", 0.4, 0.3, None),),
        best_move=StaffMoveView((17, 18, 19, 20), (142, 143, 144, 145), 0.17, 0.2, ""),
        incident_share=0.3,
        incident_words="Of the 7,000 reports, 30% lie in view.",
        caveats=("Which way 3 cameras look is not known.",),
        source_words="Reports of Sandport.",
        methods=(("Level", "Detect"),),
        provenance=provenance("d4t4s3t", "area-1", {}),
    )
    return replace(usual, **changes)


class Control:
    """What the fake jobs answer about cameras, and what they were asked."""

    def __init__(self) -> None:
        self.asked: list[CoverageParams] = []
        self.changes: dict[str, Any] = {}
        self.fault: Exception | None = None

    def coverage(self, *args: Any) -> CoverageView:
        if self.fault:
            raise self.fault
        self.asked.append(args[3])
        return coverage(args[3], **self.changes)

    def estate(self, *_: object) -> object:
        return SimpleNamespace(version=len(self.asked), cameras=())


def install(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screens ask the fake control room instead of the jobs."""
    for module, names in {"coverage_cctv": ("coverage",), "camera_estate": ("estate",)}.items():
        for name in names:
            monkeypatch.setattr(f"data.jobs.{module}.{name}", getattr(control, name))
