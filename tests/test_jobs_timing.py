"""Do the hours of the week and near repeats count the right reports, for the right people?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import h3
import numpy as np
import pandas as pd
import pytest

from data.access import AccessError, Principal, Role, SmallNumberRule
from data.ingest import append_incidents
from data.jobs.hotspots import find_hotspots
from data.jobs.repeats import ungroup
from data.jobs.sinks import point_key, say
from data.jobs.timing import LEAST_REPORTS, MONTHS_ONLY, NO_REPORTS, hour_of_week, near_repeats
from data.jobs.timing_words import near_repeat_table, near_repeat_words, too_small
from data.report_keys import ReportKey
from data.views import Eligibility, HotspotParams
from geo.near_repeats import KnoxTable
from tests.places import ANALYST, MIDDLE, NOW, Reports, store

if TYPE_CHECKING:
    from data.workspace import Workspace

PARAMS = HotspotParams("2024-07", "2024-06")
COUNCIL = Principal("Cy", Role.COUNCIL_CST, demo=True)
BUSINESS = Principal("Bo", Role.BID, demo=True)
LAT, LON = h3.cell_to_latlng(MIDDLE)
FRIDAY_NIGHT = 4 * 24 + 21


def report(time: str, until: str | None = None, **columns: Any) -> dict[str, Any]:
    """Return a burglary at the middle of the town, at a UTC time."""
    month = str(pd.Timestamp(time).strftime("%Y-%m"))
    row = {"month": month, "category": "Burglary", "lon": LON, "lat": LAT, "place": "Quay Street"}
    row |= {"time_from": time, "time_to": until or time, "time_precision": "minute"}
    return row | {"location_precision": "exact", "origin": "public"} | columns


def keep(ws: Workspace, *rows: dict[str, Any]) -> None:
    """Store rows, and some far away, so that none of their months looks like a part of one."""
    ends = [
        report(f"{month}-{day:02d} 12:00", lon=LON - 1, source_row=9000 + day)
        for month in sorted({row["month"] for row in rows})
        for day in (1, pd.Period(month).days_in_month)
    ]
    numbered = [{"source_row": 2 + at} | row for at, row in enumerate(rows)]
    frame = pd.DataFrame([*numbered, *ends])
    for column in ("time_from", "time_to"):
        frame[column] = pd.to_datetime(frame[column], utc=True, format="ISO8601")
    append_incidents(ws.lake, frame, source="log", provider="Coast", file_name="made", now=NOW)


def week(ws: Workspace, who: Principal = ANALYST, **options: Any) -> Any:
    return hour_of_week(ws, who, "quaytown", options.pop("params", PARAMS), **options)


def test_week_is_in_local_time_and_inside_the_months(ws: Workspace) -> None:
    keep(
        ws,
        report("2024-07-05 20:30"),
        report("2024-07-05 20:00", "2024-07-05 22:00"),
        report("2024-05-03 20:30"),
        report("2024-06-03 10:00"),
    )
    view = week(ws)
    assert view.hidden is None
    assert view.weights[FRIDAY_NIGHT : FRIDAY_NIGHT + 2] == (1.5, 0.5)
    assert sum(view.weights) == 3
    assert view.caption.startswith("3 reports, June to July 2024, local time.")


def test_rows_without_a_time_of_day_are_left_out_and_said(ws: Workspace) -> None:
    keep(
        ws,
        *[report("2024-07-05 20:30")] * 6,
        report("2024-07-05 00:00", time_precision="day"),
        report("2024-07-05 00:00", quality_flags="G01 T06"),
        report("2024-07-01 00:00", "2024-07-20 00:00"),
    )
    view = week(ws)
    assert sum(view.weights) == 6
    assert view.caption.endswith(
        "Left out: 2 reports without a time of day and 1 report with a span over 7 days."
    )


def test_rows_that_may_not_be_mapped_are_never_counted(ws: Workspace) -> None:
    keep(
        ws,
        report("2024-07-05 20:30"),
        report("2024-07-05 20:30", sensitive_class="domestic"),
        report("2024-07-05 20:30", status="superseded"),
        report("2024-07-05 20:30", quality_flags="G10"),
        report("2024-07-05 20:30", lon=-5.2),
    )
    assert sum(week(ws).weights) == 1


def test_hexagons_types_and_origins_narrow_the_week(ws: Workspace) -> None:
    elsewhere = min(h3.grid_ring(MIDDLE, 3))
    lat, lon = h3.cell_to_latlng(elsewhere)
    keep(
        ws,
        report("2024-07-05 20:30"),
        report("2024-07-06 20:30", lat=lat, lon=lon),
        report("2024-07-07 20:30", category="Shoplifting", origin="cctv"),
    )
    assert sum(week(ws).weights) == 3
    assert week(ws, cells=(MIDDLE,)).weights[FRIDAY_NIGHT] == 1
    assert sum(week(ws, cells=(MIDDLE,)).weights) == 2
    assert sum(week(ws, params=replace(PARAMS, categories=("Shoplifting",))).weights) == 1
    public = replace(PARAMS, eligibility=Eligibility(("public",)))
    assert sum(week(ws, params=public).weights) == 2


def test_open_data_have_no_hours_and_no_near_repeats(ws: Workspace) -> None:
    store(ws, [Reports(MIDDLE, month, 40) for month in ("2024-06", "2024-07")])
    assert week(ws).hidden == MONTHS_ONLY
    found = near_repeats(ws, ANALYST, "quaytown", PARAMS)
    assert (found.hidden, found.tables) == (MONTHS_ONLY, ())


def test_wide_spans_hide_the_week(ws: Workspace) -> None:
    keep(ws, report("2024-07-05 20:30"), report("2024-07-05 08:00", "2024-07-05 18:00"))
    assert "50% of the reports" in week(ws).hidden


def test_no_report_is_said_as_such(ws: Workspace) -> None:
    keep(ws, report("2024-07-05 20:30"))
    nothing = replace(PARAMS, categories=("Shoplifting",))
    assert week(ws, params=nothing).hidden == NO_REPORTS


def test_role_with_small_numbers_sees_no_single_hours(ws: Workspace) -> None:
    keep(ws, *[report("2024-07-05 20:30")] * 200, report("2024-07-02 03:30"))
    view = week(ws, COUNCIL)
    assert view.weights == ()
    assert "fewer than 5 reports" in view.hidden
    assert view.busiest.startswith("Busiest: Friday, ")
    assert week(ws).hidden is None


def test_role_with_small_numbers_sees_hours_without_small_ones(ws: Workspace) -> None:
    keep(ws, *[report("2024-07-05 20:30")] * 5)
    view = week(ws, COUNCIL)
    assert view.weights[FRIDAY_NIGHT] == 5
    assert view.busiest == ""
    few = [report("2024-07-06 20:30", time_precision="day")] * 3
    keep(ws, *[report("2024-07-05 20:30")] * 5, *few)
    assert "fewer than 5 reports without a time of day" in week(ws, COUNCIL).caption


def test_business_role_sees_its_types_only_and_rounded(ws: Workspace) -> None:
    thefts = [report("2024-07-05 20:30", category="Shoplifting")] * 12
    keep(ws, *thefts, *[report("2024-07-05 20:30")] * 30)
    view = week(ws, BUSINESS)
    assert view.weights[FRIDAY_NIGHT] == 10
    assert view.caption.startswith("10 reports")
    assert near_repeats(ws, BUSINESS, "quaytown", PARAMS).hidden == (
        "Your role does not see burglary or vehicle crime."
    )


def test_role_without_the_permission_is_refused(ws: Workspace) -> None:
    nobody = Principal("Al", Role.ADMIN, demo=True)
    with pytest.raises(AccessError):
        week(ws, nobody)
    with pytest.raises(AccessError):
        near_repeats(ws, nobody, "quaytown", PARAMS)


ESTIMATED = replace(PARAMS, lens="estimated")


def calls(*minutes: int, **columns: Any) -> list[dict[str, Any]]:
    """Return one call each so many minutes after 20:30 on Friday night, in UTC."""
    start = pd.Timestamp("2024-07-05 20:30")
    return [report(str(start + pd.Timedelta(at, "min")), **columns) for at in minutes]


def test_estimated_incidents_count_at_the_hour_of_their_first_report(ws: Workspace) -> None:
    keep(ws, *calls(0, 40, 55), *calls(600))
    assert week(ws).weights[FRIDAY_NIGHT : FRIDAY_NIGHT + 2] == (1, 2)
    view = week(ws, params=ESTIMATED)
    assert view.weights[FRIDAY_NIGHT : FRIDAY_NIGHT + 2] == (1, 0)
    assert sum(view.weights) == 2
    assert view.unit == "estimated incidents"
    assert view.caption.startswith(
        "2 estimated incidents, June to July 2024, local time. Repeat reports of one incident"
        " count once, at the time of the first. Where only a span of time is known, each estimated"
    )


def test_first_report_that_counts_stands_for_its_incident(ws: Workspace) -> None:
    keep(ws, *calls(0, origin="cctv"), *calls(40, 55))
    public = replace(ESTIMATED, eligibility=Eligibility(("public",)))
    view = week(ws, params=public)
    assert view.weights[FRIDAY_NIGHT : FRIDAY_NIGHT + 2] == (0, 1)
    assert sum(view.weights) == 1


def test_rows_numbered_alike_are_told_apart(ws: Workspace) -> None:
    keep(ws, *calls(0, 40, 3000, source_row=5))
    assert sum(week(ws, params=ESTIMATED).weights) == 2


def test_group_taken_apart_counts_each_report(ws: Workspace) -> None:
    keep(ws, *calls(0, 40))
    assert sum(week(ws, params=ESTIMATED).weights) == 1
    second = ReportKey("log", "Coast", "2024-07", 3, "")
    ungroup(ws, ANALYST, "quaytown", [second])
    assert sum(week(ws, params=ESTIMATED).weights) == 2


def test_harm_keeps_reports_and_says_so(ws: Workspace) -> None:
    keep(ws, *calls(0, 40))
    view = week(ws, params=replace(PARAMS, lens="harm"))
    assert (sum(view.weights), view.unit) == (2, "reports")
    assert "Reports are counted here, not harm." in view.caption


def test_incidents_that_are_few_or_wide_are_named_as_such(ws: Workspace) -> None:
    keep(ws, *calls(0, 40))
    small = week(ws, COUNCIL, params=ESTIMATED)
    assert small.hidden.endswith("some hold fewer than 5 estimated incidents.")
    keep(ws, report("2024-07-05 20:30"), report("2024-07-06 08:00", "2024-07-06 18:00"))
    assert "of 50% of the estimated incidents" in week(ws, params=ESTIMATED).hidden


def test_week_follows_the_map_in_what_it_counts(ws: Workspace) -> None:
    keep(ws, *calls(0, 20, 40, 130, 900), *calls(0, 30, category="Drugs"))
    found = find_hotspots(ws, ANALYST, "quaytown", ESTIMATED)
    assert sum(week(ws, params=ESTIMATED).weights) == found.total == 4


def test_role_that_may_not_choose_what_counts_sees_what_the_map_counts(ws: Workspace) -> None:
    keep(ws, *calls(*[0] * 5), *calls(*[0] * 6, origin="police"))
    public = replace(PARAMS, eligibility=Eligibility(("public",)))
    assert sum(week(ws, params=public).weights) == 5
    assert sum(week(ws, COUNCIL, params=public).weights) == 11


def test_point_counts_in_the_week_as_people_said(ws: Workspace) -> None:
    keep(ws, *calls(0, quality_flags="G10"), *calls(900, lon=LON + 0.004))
    assert sum(week(ws).weights) == 1
    say(ws, ANALYST, "quaytown", point_key(LON, LAT), "place")
    assert sum(week(ws).weights) == 2
    say(ws, ANALYST, "quaytown", point_key(LON + 0.004, LAT), "sink")
    assert sum(week(ws).weights) == 1


def test_near_repeats_leave_out_what_people_call_a_default_location(ws: Workspace) -> None:
    keep(ws, *burglaries(LEAST_REPORTS), *calls(*range(0, 300, 30)))
    before, _ = near_repeats(ws, ANALYST, "quaytown", PARAMS).tables
    assert before.caption.startswith("40 reports of burglary compared")
    say(ws, ANALYST, "quaytown", point_key(LON, LAT), "sink")
    after, _ = near_repeats(ws, ANALYST, "quaytown", PARAMS).tables
    assert after.caption.startswith("30 reports of burglary compared")


def burglaries(n: int, *, pairs: int = 0) -> list[dict[str, Any]]:
    """Return burglaries all over the town, the first of them repeated nearby two days later."""
    rng = np.random.default_rng(3)
    rows = []
    for i in range(n):
        lon, lat = LON + rng.uniform(-0.03, 0.03), LAT + rng.uniform(-0.015, 0.015)
        at = pd.Timestamp("2024-06-02 12:00") + pd.Timedelta(int(rng.integers(0, 55)), "D")
        rows.append(report(str(at), lon=lon, lat=lat))
        if i < pairs:
            rows.append(report(str(at + pd.Timedelta(2, "D")), lon=lon + 0.0005, lat=lat))
    return rows


def test_near_repeats_are_found_and_put_in_words(ws: Workspace) -> None:
    keep(ws, *burglaries(120, pairs=30))
    burglary, vehicles = near_repeats(ws, ANALYST, "quaytown", PARAMS).tables
    assert burglary.sentence.startswith("After a burglary, another within 100 m in the next 7 days")
    assert burglary.sentence.endswith("times as likely as by chance.")
    assert len(burglary.rows) == 20
    near = burglary.rows[4]
    assert (near.distance, near.days, near.chance_words) == (
        "Up to 100 m",
        "0 to 7 days",
        "1 in 1,000",
    )
    assert near.pairs >= 30
    assert vehicles.sentence.startswith("Too few reports of vehicle crime")


def test_near_repeats_are_not_seen_where_there_are_none(ws: Workspace) -> None:
    keep(ws, *burglaries(400))
    burglary, _ = near_repeats(ws, ANALYST, "quaytown", PARAMS).tables
    assert burglary.sentence == (
        "After a burglary, another within 100 m in the next 7 days is no more likely than by"
        " chance, as far as these reports can tell."
    )


def test_near_repeats_need_exact_places_and_known_days(ws: Workspace) -> None:
    rows = burglaries(LEAST_REPORTS + 3)
    rows[0] |= {"location_precision": "postcode"}
    rows[1] |= {"time_precision": "day"}
    rows[2] |= {"time_to": str(pd.Timestamp(rows[2]["time_from"]) + pd.Timedelta(8, "D"))}
    keep(ws, *rows)
    burglary, _ = near_repeats(ws, ANALYST, "quaytown", PARAMS).tables
    assert burglary.caption.startswith("30 reports of burglary compared")
    assert "Left out: 3 reports without an exact place and time." in burglary.caption
    keep(ws, *rows[:-1])
    burglary, _ = near_repeats(ws, ANALYST, "quaytown", PARAMS).tables
    assert burglary.sentence.startswith("Too few reports of burglary with an exact place")


def test_near_repeat_table_is_hidden_where_a_count_is_small(ws: Workspace) -> None:
    keep(ws, *burglaries(120, pairs=30))
    burglary, _ = near_repeats(ws, COUNCIL, "quaytown", PARAMS).tables
    assert burglary.rows == ()
    assert burglary.rows_hidden is not None
    assert burglary.sentence.endswith("times as likely as by chance.")


def test_near_repeats_are_rounded_and_no_small_number_is_told_to_a_role_that_must_not_see_it() -> (
    None
):
    one = np.array([[23]]), np.array([[10.0]]), np.array([[2.3]]), np.array([[0.001]])
    table = KnoxTable((0.0, 100.0), (0.0, 8.0), *one, 5000, 3, 999, 0)
    rule = SmallNumberRule(10, 5)
    shown = near_repeat_table("Burglary", table, table, rule=rule, left_out=0)
    assert shown.rows[0].pairs == 25
    assert "fewer than 10 reports of older days are left out" in shown.caption


def nearest(pairs: int, expected: float, p: float) -> KnoxTable:
    one = np.array([[pairs]]), np.array([[expected]]), np.array([[pairs / expected]])
    return KnoxTable((0.0, 100.0), (0.0, 8.0), *one, np.array([[p]]), 100, 0, 999, 0)


def test_words_are_as_sure_as_the_figures() -> None:
    after = "After a burglary, another within 100 m in the next 7 days "
    assert near_repeat_words("Burglary", nearest(23, 10.0, 0.001)) == (
        f"{after}is 2.3 times as likely as by chance."
    )
    assert near_repeat_words("Burglary", nearest(17, 10.0, 0.03)) == (
        f"{after}may be more likely than by chance: about 1.7 times."
    )
    assert "no more likely" in near_repeat_words("Burglary", nearest(12, 10.0, 0.3))
    assert near_repeat_words("Vehicle crime", nearest(4, 2.0, 0.001)).startswith(
        "Too few vehicle crimes lie close together"
    )


def test_zero_is_not_a_small_number() -> None:
    assert too_small([0, 5, 9], SmallNumberRule(5), "Hours") is None
    assert too_small([0, 0.5], SmallNumberRule(5), "Hours") == (
        "Hours are not shown to your role: some hold fewer than 5 reports."
    )
    assert too_small([1], SmallNumberRule(), "Hours") is None
