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
    OutageRow,
    RefusedSite,
    RegisterRow,
    RegisterView,
    RemovalRow,
    RequestRow,
    RequestView,
    SiteRow,
    SitingView,
    StaffMoveView,
    TypeShareRow,
    WeekShares,
    hour_words,
)
from data.jobs.camera_files import CameraFile, WaitingRows
from data.jobs.camera_words import CHOICES
from data.jobs.committee_paper import PaperFiles
from geo.provenance import provenance
from tests import paper_views

if TYPE_CHECKING:
    from collections.abc import Callable

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


def row(camera_id: str, **changes: Any) -> RegisterRow:
    content = {
        "camera_id": camera_id, "owner": "council", "name": f"{camera_id} {EVIL}", "lon": -2.0,
        "lat": 53.5, "type": "fixed", "mount": "pole", "bearing_deg": 90.0, "fov_deg": 60.0,
        "live_from": "2020-03-01", "purpose": "Disorder", "privacy_zone": True,
    }  # fmt: skip
    usual = RegisterRow(
        key=f"{camera_id}|council",
        camera_id=camera_id,
        name=f"{camera_id} {EVIL}",
        owner_words="Council",
        kind="fixed",
        kind_words="Fixed",
        works=True,
        state_words="Working",
        monitored_words="Recorded only",
        live_words="From 1 March 2020",
        purpose="Disorder",
        dpia_ref="",
        review_words="No review date",
        review_overdue=False,
        uptime_words="98% of the last 12 months",
        notices=(),
        assumed=("Its height is not known: 6 m are assumed.",),
        content=content,
    )
    return replace(usual, **changes)


def register(**changes: Any) -> RegisterView:
    """Return three cameras: one is gone, one works, one does not."""
    rows = (
        row("A1", state_words="Not standing", works=False),
        row("B1"),
        row("C1", works=False, state_words="Out of order since 3 May 2024", notices=("Outside",)),
    )
    outage = OutageRow("C1", "F-1", "Out of order", "3 May 2024, 18:00", "still so", open=True)
    usual = RegisterView(
        "sandport", "Sandport", TODAY, "1 of 2 cameras work today", rows, (outage,),
        ("Outside Sandport: 1 camera.",), may_edit=True, points_withheld=None, working=1, total=2,
        choices=CHOICES,
    )  # fmt: skip
    return replace(usual, **changes)


def siting(k: int, **changes: Any) -> SitingView:
    sites = tuple(
        SiteRow(i, f"S{i}", EVIL, -2.0 + i / 500, 53.5, MIDDLE, 0.01, "1% of demand", None)
        for i in range(1, k + 1)
    )
    usual = SitingView(
        area_id="sandport", area_name="Sandport", k=k,
        headline=f"{k} more cameras would bring 5% more of demand into view",
        sites=sites, refused=(RefusedSite("S9", EVIL, "It lies near a school."),),
        seen_before=0.36, seen_after=0.41, exact=True, gap=0.0,
        gap_words="Proved: no other choice of these sites brings more into view.",
        candidates=500, candidate_words="500 sites.", caveats=("Power is not known.",),
        seconds=0.1, provenance=provenance("d4t4s3t", "area-1", {}),
    )  # fmt: skip
    return replace(usual, **changes)


def requests(**changes: Any) -> RequestView:
    asked = RequestRow(
        "R1", EVIL, -2.0, 53.5, MIDDLE, "1 May 2024", "Ward councillor", "", "", "", "open",
        "To be decided", "", 61.0, (("Demand", "much"),), ("No assessment is named",),
    )  # fmt: skip
    usual = RequestView(
        "sandport", "Sandport", "1 request, 1 to be decided", (asked,), "By need.", may_edit=True
    )
    return replace(usual, **changes)


def camera_file() -> CameraFile:
    waiting = (WaitingRows("C1", 2, "The angle is 361", "Take it as 1?", 3, "1"),)
    return CameraFile("camera_status", "Fault log", 5, {"held": 2}, 3, 0, 0, (), waiting, ())


class Control:
    """What the fake jobs answer about cameras, and what they were asked."""

    def __init__(self) -> None:
        self.asked: list[CoverageParams] = []
        self.changes: dict[str, Any] = {}
        self.register_changes: dict[str, Any] = {}
        self.sites: list[Any] = []
        self.impacts: list[Any] = []
        self.papers: list[Any] = []
        self.done: list[tuple[str, Any, dict[str, Any]]] = []
        self.fault: Exception | None = None
        self.impact_changes: dict[str, Any] = {}

    def coverage(self, *args: Any) -> CoverageView:
        if self.fault:
            raise self.fault
        self.asked.append(args[3])
        return coverage(args[3], **self.changes)

    def estate(self, *_: object) -> object:
        return SimpleNamespace(version=len(self.done), cameras=())

    def register_view(self, *_: object) -> RegisterView:
        return register(**self.register_changes)

    def siting(self, *args: Any) -> SitingView:
        self.sites.append(args[4])
        return siting(args[4].k)

    def request_view(self, *_: object) -> RequestView:
        return requests()

    def cctv_impact(self, *args: Any) -> Any:
        self.impacts.append(args[3])
        return paper_views.impact_view(**self.impact_changes)

    def committee_paper(self, *args: Any) -> PaperFiles:
        self.papers.append(args[3])
        return PaperFiles(
            b"word", b"pdf", "Impact of *CCTV*", "OFFICIAL", "a.docx", "a.pdf",
            ("2 Recommendation(s): ...",),
        )  # fmt: skip

    def job(self, name: str, answer: Any = None) -> Callable[..., Any]:
        """Return a fake change that is remembered, or refused where a fault is set."""

        def change(*args: Any, **options: Any) -> Any:
            if self.fault:
                raise self.fault
            self.done.append((name, args[3:], options))
            return answer

        return change


def install(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screens ask the fake control room instead of the jobs."""
    for module, names in {
        "coverage_cctv": ("coverage",),
        "camera_estate": ("estate",),
        "camera_siting": ("siting",),
        "cctv_impact": ("cctv_impact",),
        "committee_paper": ("committee_paper",),
    }.items():
        for name in names:
            monkeypatch.setattr(f"data.jobs.{module}.{name}", getattr(control, name))
    monkeypatch.setattr("data.jobs.cameras.register_view", control.register_view)
    monkeypatch.setattr("data.jobs.camera_requests.request_view", control.request_view)
    for module, name, answer in (
        ("cameras", "add_camera", "N1|council"),
        ("cameras", "change_camera", None),
        ("cameras", "move_camera", None),
        ("cameras", "turn_camera", None),
        ("cameras", "set_status", None),
        ("cameras", "set_monitored", None),
        ("cameras", "withdraw_camera", None),
        ("camera_requests", "add_request", "R2"),
        ("camera_requests", "decide", None),
        ("camera_files", "paste_faults", camera_file()),
    ):
        monkeypatch.setattr(f"data.jobs.{module}.{name}", control.job(name, answer))
