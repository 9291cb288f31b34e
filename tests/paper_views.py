"""Views of a change of cameras made by hand, for tests of the paper that is written from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import h3
import pandas as pd

from data.cctv_impact_views import (
    CctvImpactView,
    CountRow,
    EffectView,
    ImpactOptions,
    MonthPoint,
    OutputRow,
    OutputsView,
    StrandView,
)
from data.cctv_views import CameraMark, CoverageParams, CoverageView, GapRow, RemovalRow, WeekShares
from geo.periods import month_range
from geo.provenance import provenance
from tests.places import MIDDLE, all_cells

BEFORE = month_range("2022-08", "2023-07")
AFTER = month_range("2023-08", "2024-07")
NONE = EffectView(None, None, None, "too few")


def months(before: int, after: int) -> tuple[MonthPoint, ...]:
    """Return a series that is level on each side, with one more report in every third month."""
    return tuple(
        MonthPoint(month, level + (place % 3 == 0), 20, 60, side)
        for months_of, level, side in ((BEFORE, before, "before"), (AFTER, after, "after"))
        for place, month in enumerate(months_of)
    )


def strand(key: str, direction: str, level: tuple[int, int], effect: EffectView) -> StrandView:
    """Return one kind of report with so many a month before and after."""
    series = months(*level)
    totals = [
        sum(point.treated for point in series if point.compared == side)
        for side in ("before", "after")
    ]
    zones = (
        CountRow(key, "treated", "In view", *totals, "raw words"),
        CountRow(key, "ring", "Around", 243, 238, "raw words"),
        CountRow(key, "control", "Comparison", 722, 4, "raw words"),
    )
    return StrandView(
        key, "a label", direction, f"Raw sentence with {totals[0]}.", zones, effect, NONE, NONE,
        0.14, "raw", 40, 2, (), series,
    )  # fmt: skip


OUTPUTS = OutputsView(
    rows=(
        OutputRow("log", "Log entries", 4213.0, 8931.0, "4,213", "8,931"),
        OutputRow("arrests", "Arrests assisted", 7.0, 31.0, "7", "31"),
        OutputRow("uptime", "Cameras working", 0.912, 0.984, "91.2%", "98.4%"),
        OutputRow("evidence_used", "Evidence used", None, None, "not supplied", "not supplied"),
    ),
    started_by=(),
    not_supplied=("Evidence used",),
    sentence="raw",
)


def impact_view(**changes: object) -> CctvImpactView:
    """Return a whole control centre that finds twice as much, while the public reports the same."""
    view = CctvImpactView(
        area_id="quaytown",
        area_name="Quaytown",
        options=ImpactOptions(start="2023-08"),
        scope="centre",
        scope_words="The whole control centre: 12 cameras",
        change_words="Cameras renewed in the centre, from August 2023",
        place_words="Quay Street and Station Road",
        start="2023-08",
        end="2024-07",
        before_months=BEFORE,
        after_months=AFTER,
        compared_words="August 2023 to July 2024 with August 2022 to July 2023",
        verdict="detection",
        title="raw title",
        sentence="Raw verdict with 484.",
        certainty_words="raw",
        reported=strand("reported", "no_clear_change", (40, 39), EffectView(0.98, 0.9, 1.06)),
        found_by_cctv=strand("cctv", "rose", (11, 23), EffectView(2.06, 1.7, 2.5, "", "before")),
        other=None,
        displacement_verdict="no_sign",
        displacement_title="raw",
        displacement_sentence="Raw 243.",
        series=None,
        series_reason="",
        outputs=OUTPUTS,
        treated_cells=(MIDDLE,),
        ring_cells=(),
        control_cells=(),
        match_words="Comparison places were matched on their counts before.",
        outage_words="",
        context=(),
        cannot_say=("Whether fewer offences happened.",),
        caveats=(),
        source_words="Coast Police",
        methods=(("Model", "An effect for every hexagon"),),
        provenance=provenance("d1", "a1", {"start": "2023-08"}),
    )
    return replace(view, **changes)


def coverage_view(**changes: object) -> CoverageView:
    """Return coverage with one gap, one camera with little demand, and one that is broken."""
    cells = all_cells()
    kinds = ["gap" if cell == MIDDLE else "quiet" for cell in cells]
    flat = (0.5,) * 168
    view = CoverageView(
        area_id="quaytown",
        area_name="Quaytown",
        params=CoverageParams(date(2024, 8, 15)),
        headline="Cameras see 36% of demand",
        sentence="36% of demand was within view of a working camera; 24% while someone watched.",
        over_week_words="",
        not_working_words="1 of 2 cameras does not work: Secret Mast.",
        best_move_words="Moving 4 hours gives 30%.",
        seen=0.36,
        recorded=0.3,
        watched=0.24,
        demand_words="5,312 reports",
        realm_words="Ground within 9 m of a street.",
        cameras=(mark("Q1", "watched"), mark("Q2", "not_working")),
        cameras_withheld=None,
        cells=pd.DataFrame({"cell": cells, "class": kinds}),
        class_counts=(),
        week=WeekShares(
            (20.0,) * 168, flat, flat, (0.2,) * 168, (True,) * 168, (False,) * 168, "raw",
            "Most demand falls on Friday; most is watched by day.",
        ),
        week_hidden=None,
        gaps=(GapRow("Quay Street", (MIDDLE,), 87, "87", 0.1, "10%", "Friday"),),
        little_demand=(RemovalRow("Q2", "Secret Mast", 3, "3", ""),),
        hotspots_without=(),
        hotspots_words="1 of 3 hotspots has no working camera.",
        types=(),
        best_move=None,
        incident_share=None,
        incident_words="",
        caveats=(),
        source_words="Coast Police",
        methods=(),
        provenance=provenance("d1", "a1", {}),
    )  # fmt: skip
    return replace(view, **changes)


def mark(camera_id: str, state: str) -> CameraMark:
    """Return a camera on the quay."""
    lat, lon = h3.cell_to_latlng(MIDDLE)
    return CameraMark(camera_id, "Secret Mast", "Fixed", state, "raw", lon, lat, None)
