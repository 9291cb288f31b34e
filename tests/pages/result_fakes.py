"""What the fake jobs answer about interventions, and what they were asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import h3

from data.displacement_views import (
    DisplacementView,
    MonthView,
    OriginView,
    OverlapView,
    PartView,
    RingView,
    RiseView,
    SavedView,
    TypeView,
    VerdictView,
    WddView,
    WhatIfView,
    ZoneView,
)
from data.intervention_spec import InterventionSpec
from data.intervention_views import InterventionView, VersionView
from data.jobs.zone_cells import ZoneCellView
from geo.periods import month_range
from geo.provenance import provenance

if TYPE_CHECKING:
    import pytest

    from data.access import Principal

EVIL: Final = "<b>Patrols_</b> *Quay*"
CELLS: Final = tuple(sorted(h3.grid_disk(h3.latlng_to_cell(53.5, -2.0, 9), 6)))
TREATED: Final = tuple(sorted(h3.grid_disk(h3.latlng_to_cell(53.5, -2.0, 9), 1))[:4])
NEARBY: Final = tuple(c for c in h3.grid_ring(h3.latlng_to_cell(53.5, -2.0, 9), 2))
FAR: Final = h3.grid_ring(h3.latlng_to_cell(53.5, -2.0, 9), 5)[:5]
MONTHS: Final = month_range("2022-07", "2024-06")
LATE: Final = "The comparison was changed on 3 May 2024, after results were seen: Road works."
OVERLAP: Final = "2 cells lie around those of “Lighting”, and are around the treated ones here too."


def spec(**changes: Any) -> InterventionSpec:
    usual = InterventionSpec(
        title=EVIL,
        kind="hotspot_patrol",
        treated_cells=TREATED,
        start=date(2023, 7, 1),
        lead_post="Neighbourhood sergeant",
        planned_dose="480 visits",
        delivered_dose=412.0,
        dose_unit="visits",
        review_dates=(date(2024, 1, 1), date(2024, 9, 1)),
    )
    return replace(usual, **changes)


def intervention(**changes: Any) -> InterventionView:
    first = VersionView(1, "3 May 2023, 10:05", "Sam", "Analyst", "", "", spec())
    second = replace(first, version=2, reason="Road works", changed="comparison")
    usual = InterventionView(
        intervention_id="patrols",
        area_id="sandport",
        version=2,
        spec=spec(),
        stage="running",
        stage_words="Running since 1 July 2023",
        place_words="Quay Street and Pier Road",
        next_review="1 December 2024",
        late_changes=(LATE,),
        changed_after_results=True,
        needs_reason=True,
        versions=(first, second),
    )
    return replace(usual, **changes)


def listed(**changes: Any) -> VerdictView:
    usual = VerdictView(
        "patrols",
        EVIL,
        "Quay Street and Pier Road",
        "Running since 1 July 2023",
        "1 December 2024",
        True,  # noqa: FBT003
        "some_effect",
        "moved_nearby",
        "Some effect",
        "Moved nearby",
        "Fewer.",
        "Some of it moved.",
    )
    return replace(usual, **changes)


def result(**changes: Any) -> DisplacementView:
    """Return the figures of the drawn example: 172 reports, 301 expected."""
    zones = (
        ZoneView("treated", "Treated", TREATED, 318, 172),
        ZoneView("buffer", "Nearby", NEARBY, 204, 252),
        ZoneView("control", "Comparison", FAR, 322, 305),
        ZoneView("control_buffer", "Around the comparison", FAR[:2], 210, 197),
    )
    tested = WddView(
        PartView(-129.0, 35.0, -187.0, -71.0, 0.01),
        PartView(61.0, 31.0, 10.0, 112.0, 0.04),
        PartView(-68.0, 47.0, -145.0, 9.0, 0.14),
    )
    usual = DisplacementView(
        area_id="sandport",
        area_name="Sandport",
        intervention_id="patrols",
        version=2,
        spec=spec(),
        place_words="Quay Street and Pier Road",
        verdict="some_effect",
        displacement_verdict="moved_nearby",
        tested=True,
        title="Some effect",
        displacement_title="Moved nearby",
        sentence="Reports went from 318 to 172.",
        displacement_sentence=(
            "Some of the problem probably moved to Pier Road. About 5 in every 10 prevented"
            " reports reappeared nearby."
        ),
        power_sentence="We could have seen a fall of 25% or more.",
        reason="",
        compared_words="July 2023 to June 2024 with July 2022 to June 2023",
        dose_words="Planned: 480 visits. Delivered: 412 visits.",
        caveats=(LATE, "Months vary 1.1 times more than chance alone."),
        control_changes=(LATE,),
        zones=zones,
        gap_cells=(),
        overlaps=(OverlapView("Lighting", "shared_buffer", NEARBY[:2], OVERLAP),),
        match="close",
        wdd=tested,
        poisson=None,
        poisson_adjusted=None,
        harm=None,
        phi=1.1,
        wdq=-0.47,
        wdq_reason="",
        irr=0.57,
        irr_low=0.49,
        irr_high=0.66,
        irr_p=0.01,
        trend_differs=False,
        placebo_p=0.004,
        placebo_sets=999,
        placebo_sentence="Of 999 other places of this size and level, 3 fell as much.",
        min_detectable=66.0,
        min_detectable_share=0.22,
        guard_sentence="The treated cells were not unusually high in the year before the start.",
        rings=(
            RingView(0, "Treated", TREATED, 318, 172, 0.57, 0.49, 0.66, ""),
            RingView(1, "Next door", NEARBY, 204, 252, 1.32, 1.16, 1.49, ""),
            RingView(2, "Second ring", FAR, 0, 0, None, None, None, "No reports."),
        ),
        rises=(RiseView(NEARBY[0], "Mill *Lane*", 20, 41, 19.0),),
        types=tuple(
            TypeView(f"Type {i}", 20, 10, tested.local, tested.displacement, "") for i in range(7)
        ),
        origins=(OriginView("Reported by the public", 300, 160),),
        series=tuple(_month(i, month) for i, month in enumerate(MONTHS)),
        saved=tuple(SavedView(m, 11.0 * i, 6.0 * i, 15.0 * i) for i, m in enumerate(MONTHS[12:])),
        unit="reports",
        alpha=0.1,
        methods=(("Limits hold", "90% of the time"),),
        provenance=provenance("d4t4s3t", "area-1", {}),
    )
    return replace(usual, **changes)


def _month(place: int, month: str) -> MonthView:
    side = "before" if place < 12 else "after"
    n = 26 if place < 12 else 14
    return MonthView(month, n, 20, 27, 25.0, 18.0, 32.0, side)


def not_tested(**changes: Any) -> DisplacementView:
    """Return a result that has too few reports for a test."""
    nothing = PartView(None, None, None, None, None, "Too few.")
    few = {
        "tested": False,
        "verdict": "no_clear_effect",
        "displacement_verdict": "cannot_tell",
        "sentence": "9 reports are too few for a test.",
        "power_sentence": "",
        "wdd": WddView(nothing, nothing, nothing),
        "rings": (),
        "rises": (),
        "saved": (),
    }
    return result(**few | changes)


def zone_cells() -> tuple[ZoneCellView, ...]:
    def one(cell: str, zone: Any, difference: int | None, **more: Any) -> ZoneCellView:
        base = ZoneCellView(cell, "Quay Street", zone, False, 80, 40, difference, False)  # noqa: FBT003
        return replace(base, **more)

    return (
        *(one(cell, "treated", -32) for cell in TREATED),
        *(one(cell, "nearby", 6) for cell in NEARBY[:-1]),
        one(NEARBY[-1], "nearby", None, few=True, before=None, after=None),
        *(one(cell, "comparison", None) for cell in FAR),
    )


class Register:
    """What the fake jobs answer, and what they were asked."""

    def __init__(self) -> None:
        self.interventions: list[InterventionView] = [intervention()]
        self.verdicts: list[VerdictView] = [listed()]
        self.result = result()
        self.cells = zone_cells()
        self.added: list[InterventionSpec] = []
        self.edited: list[tuple[str, InterventionSpec, str]] = []
        self.what_ifs: list[tuple[tuple[str, ...], float, tuple[str, ...]]] = []
        self.fault: Exception | None = None
        self.boundary: tuple[str, ...] = TREATED[:2]

    def listing(self, *_: object) -> tuple[InterventionView, ...]:
        return tuple(self.interventions)

    def add(
        self, _ws: object, _principal: Principal, _area: str, new: InterventionSpec
    ) -> InterventionView:
        if self.fault:
            raise self.fault
        self.added.append(new)
        view = intervention(intervention_id="new", spec=new, version=1)
        self.interventions.append(view)
        return view

    def edit(self, *args: Any, reason: str = "") -> InterventionView:
        if self.fault:
            raise self.fault
        self.edited.append((args[3], args[4], reason))
        return self.interventions[0]

    def evaluate_all(self, *_: object) -> tuple[VerdictView, ...]:
        return tuple(self.verdicts)

    def evaluate(self, *_: object) -> DisplacementView:
        if self.fault:
            raise self.fault
        return self.result

    def what_if(self, *args: Any, categories: tuple[str, ...] = ()) -> WhatIfView:
        self.what_ifs.append((args[3], args[4], categories))
        sentence = f"A fall of {args[4]}% would probably be seen after 7 months."
        return WhatIfView(7, 20.0, sentence, "Quay Street", "close", FAR, NEARBY, ())

    def zone_cells(self, *_: object) -> tuple[ZoneCellView, ...]:
        return self.cells

    def cells_of_boundary(self, *_: object) -> tuple[str, ...]:
        if self.fault:
            raise self.fault
        return self.boundary


def install(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screens ask the fake register instead of the jobs."""
    for module, names in {
        "interventions": ("listing", "add", "edit"),
        "displacement": ("evaluate", "evaluate_all", "what_if"),
        "zone_cells": ("zone_cells",),
        "place_files": ("cells_of_boundary",),
    }.items():
        for name in names:
            monkeypatch.setattr(f"data.jobs.{module}.{name}", getattr(register, name))
