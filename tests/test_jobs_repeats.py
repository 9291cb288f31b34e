"""Repeat reports: one where incidents are counted, never deleted, taken apart by people."""

from __future__ import annotations

from dataclasses import replace

import h3
import numpy as np
import pytest
import shapely

from data.access import AccessError, Principal, Role
from data.jobs.counts import area_counts, area_reports, count_cube
from data.jobs.demo import load_sample
from data.jobs.home import home
from data.jobs.hotspot_files import hotspot_csv, hotspot_geojson
from data.jobs.hotspots import find_hotspots
from data.jobs.lens_ranks import followed, lens_ranks
from data.jobs.repeat_list import repeat_list
from data.jobs.repeats import OPEN_DATA_CANNOT, regroup, repeat_groups, ungroup, ungrouped_version
from data.jobs.sinks import point_key, say
from data.samples.town import AREA_ID, TownSpec, build_town
from data.views import ELIGIBLE_DEMAND, Counted, Eligibility, HotspotParams, RepeatRule
from geo.errors import NotEnoughDataError
from geo.periods import month_range, months_before
from tests.places import ANALYST, MIDDLE, Reports, add_town, all_cells, store, workspace
from tests.timed import START, Call, store_calls

RULE = RepeatRule()
ONCE = Counted(repeats=RULE)
JUNE = HotspotParams(to="2022-06", start="2022-06", lens="estimated")


def incidents(ws, counted=ONCE):
    return area_reports(ws, "quaytown", counted).points["n"].sum()


def test_sixty_calls_about_nine_nights_are_nine_incidents(ws):
    store_calls(ws, [Call(night * 1440 + k) for night in range(9) for k in range(7)][:60])
    assert incidents(ws, Counted()) == 60
    assert incidents(ws) == 9


def test_calls_of_another_type_or_hour_are_separate(ws):
    store_calls(ws, [Call(0), Call(60), Call(121), Call(1, "Noise")])
    assert incidents(ws) == 3
    assert incidents(ws, Counted(repeats=RepeatRule(minutes=61))) == 2


def test_a_group_counts_where_its_first_report_is(ws):
    late = 26 * 1440 + 2 * 60 + 50  # 30 June, 23:50 UTC
    store_calls(ws, [Call(late), Call(late + 20)])
    points = area_reports(ws, "quaytown", ONCE).points
    assert points[["month", "n"]].to_numpy().tolist() == [["2022-06", 1]]


def test_links_of_the_source_group_whatever_the_type_and_time(ws):
    store_calls(ws, [Call(0, ref="P1"), Call(600, "Noise", ref="P2", linked="P1")])
    assert incidents(ws) == 1


def test_reports_at_a_default_location_are_not_grouped(tmp_path):
    lat, lon = h3.cell_to_latlng(MIDDLE)
    ws = workspace(tmp_path / "home")
    sinks = f"name,kind,lon,lat,radius_m\nStation,police_station,{lon},{lat},50\n"
    add_town(ws, tmp_path / "files", sinks=sinks)
    store_calls(ws, [Call(0), Call(5), Call(9)])
    assert incidents(ws) == 3
    ws.close()


def test_a_point_with_marked_and_unmarked_rows_loses_each_repeat_once(ws):
    store_calls(ws, [Call(0), Call(5), Call(9), Call(3, flags="G10"), Call(4, flags="G10")])
    reports = area_reports(ws, "quaytown", ONCE).points
    assert reports[["sink", "n"]].to_numpy().tolist() == [[False, 1], [True, 2]]
    say(ws, ANALYST, "quaytown", point_key(*reports[["lon", "lat"]].iloc[0]), "place")
    assert incidents(ws) == 1


def test_an_incident_counts_when_only_its_second_report_is_eligible(ws):
    store_calls(ws, [Call(0, origin="cctv"), Call(5, origin="public"), Call(9, origin="public")])
    assert incidents(ws, Counted(Eligibility(("public",)), RULE)) == 1
    assert incidents(ws, Counted(ELIGIBLE_DEMAND, RULE)) == 1
    assert incidents(ws, Counted(Eligibility(("police",)), RULE)) == 0


def test_open_data_cannot_tell_and_give_no_figure(ws):
    store(ws, [Reports(MIDDLE, "2022-06", 30)])
    found = find_hotspots(ws, ANALYST, "quaytown", JUNE)
    assert found.cannot_count
    assert found.no_data is not None
    assert found.no_data.startswith(OPEN_DATA_CANNOT)
    assert found.cells["n"].isna().all()
    with pytest.raises(NotEnoughDataError, match="month only"):
        count_cube(ws, ANALYST, "quaytown", 9, ONCE)
    assert home(ws, ANALYST, "quaytown", lens="estimated").unjudged == found.no_data


def test_untimed_reports_beside_timed_ones_count_one_each_and_it_is_said(ws):
    whole_month = [Call(-3 * 1440), Call(25 * 1440)]
    store_calls(ws, [*whole_month, Call(0), Call(5), Call(9, precision="day")])
    found = find_hotspots(ws, ANALYST, "quaytown", JUNE)
    assert found.total == 4
    assert found.counted_words == (
        "1 report without a time to the minute cannot be grouped: each counts as one incident."
    )


MONTHS = month_range("2020-07", "2022-06")


@pytest.fixture
def hot(ws):
    """Return a town with a hotspot of 40 reports a month; in the middle each call comes twice."""
    calls = []
    for month in MONTHS:
        first, last = _minute(month), _minute(months_before(month, -1)) - 600
        others = [cell for cell in all_cells() if cell != MIDDLE]
        calls += [Call(last if k % 2 else first, cell=cell) for k, cell in enumerate(others)]
        calls += [Call(first + 1440 * k + j) for k in range(20) for j in (0, 7)]
    store_calls(ws, calls)
    return ws


def _minute(month):
    first = np.datetime64(f"{month}-01T05:00")
    return int((first - np.datetime64(START.tz_localize(None))) / np.timedelta64(1, "m"))


def test_every_figure_and_word_follows_the_lens(hot):
    params = HotspotParams(to="2022-06", lens="estimated")
    found = find_hotspots(hot, ANALYST, "quaytown", params)
    spot = found.hotspots[0]
    assert spot.n == 24 * (20 + 6)
    assert dict(spot.series)["2022-06"] == 26
    assert spot.types == (("Anti-social behaviour", 624),)
    assert spot.repeats_words == "1,104 reports, about 620 separate incidents (1.8 reports each)"
    assert spot.change.n_now == 3 * 26
    text = " ".join(
        (
            found.headline,
            found.legend_title,
            found.concentration,
            spot.why,
            spot.change.title,
            spot.change.sentence,
            spot.trend_words,
            spot.tight_spots,
            *found.caveats,
        )
    )
    assert "estimated incidents" in text
    assert "report" not in text.replace("reports each", "")


def test_reports_stay_reports_and_say_how_many_incidents_they_are(hot):
    found = find_hotspots(hot, ANALYST, "quaytown", HotspotParams(to="2022-06"))
    assert found.hotspots[0].n == found.hotspots[0].reports == 24 * 46
    assert found.hotspots[0].incidents == 624
    assert "same type, at most 100 m and 60 min" in dict(found.methods)["Repeat reports"]


def test_home_counts_by_the_lens(hot):
    view = home(hot, ANALYST, "quaytown", lens="estimated")
    assert view.cards_title.startswith("Estimated incidents at the largest hotspot")
    assert "estimated incidents from April to June 2022" in view.lead
    assert view.cards[0].unit == "estimated incidents"


def test_files_name_the_unit(hot):
    found = find_hotspots(hot, ANALYST, "quaytown", HotspotParams(to="2022-06", lens="estimated"))
    head, first, *_ = hotspot_csv(hot, ANALYST, found).decode().splitlines()
    assert head.endswith(",unit,counted")
    assert first.endswith(",estimated incidents,")
    assert b'"unit":"estimated incidents"' in hotspot_geojson(hot, ANALYST, found)


def test_another_rule_is_printed(hot):
    rule = RepeatRule(minutes=5)
    params = HotspotParams(to="2022-06", lens="estimated", repeat_rule=rule)
    found = find_hotspots(hot, ANALYST, "quaytown", params)
    assert found.hotspots[0].n == 24 * 46
    assert found.counted_words == (
        "Repeat reports: same type, at most 100 m and 5 min apart, within 3 h of the first."
    )


def test_a_group_that_is_taken_apart_counts_apart_until_it_is_put_back(ws):
    store_calls(ws, [Call(0), Call(10), Call(20), Call(2000), Call(2010)])
    before = repeat_list(ws, ANALYST, "quaytown", JUNE, [MIDDLE])
    assert [row.calls for row in before.rows] == [3, 2]
    assert before.rows[0].when == "4 June 2022, 22:00"
    assert before.rows[0].why == "Likely, by the rule: within 20 minutes and 0 m of the first"
    assert ungrouped_version(ws, "quaytown") == ""
    ungroup(ws, ANALYST, "quaytown", before.rows[0].reports)
    assert incidents(ws) == 4
    after = repeat_list(ws, ANALYST, "quaytown", JUNE, [MIDDLE])
    assert [(row.calls, row.apart) for row in after.rows] == [(3, True), (2, False)]
    assert ungrouped_version(ws, "quaytown") != ""
    regroup(ws, ANALYST, "quaytown", after.rows[0].reports)
    assert incidents(ws) == 2
    done = [entry.action for entry in ws.store.audit_entries()]
    assert {"ungroup_reports", "regroup_reports"} <= set(done)


def test_others_neither_see_nor_change_single_reports(ws):
    store_calls(ws, [Call(0), Call(10)])
    chair = Principal("Kim", Role.CHAIR)
    with pytest.raises(AccessError, match="single reports"):
        repeat_list(ws, chair, "quaytown", JUNE, [MIDDLE])
    with pytest.raises(AccessError, match="which reports are repeats"):
        ungroup(ws, chair, "quaytown", ())


def test_hotspots_are_followed_one_to_one():
    assert followed([("a", "b"), ("b", "c")], [("a", "b", "c")]) == [1, None]
    assert followed([("a",)], []) == [None]


def test_the_order_is_said_to_depend_on_the_lens_only_when_it_does(hot):
    found = find_hotspots(hot, ANALYST, "quaytown", HotspotParams(to="2022-06"))
    same = lens_ranks(hot, ANALYST, found)
    assert dict(same.ranks[0][1]) == {"reports": 1, "estimated": 1, "harm": None}
    assert same.sentence == (
        "The order depends on what is counted: by harm Quay Street is no hotspot of its own."
    )
    assert lens_ranks(hot, ANALYST, replace(found, hotspots=())).sentence == ""


def test_the_estimate_is_close_to_the_truth_of_the_sample_town(tmp_path):
    """Found: 25,053 located reports of 23,041 incidents, estimated as 23,016 (0.11% too few)."""
    ws = workspace(tmp_path / "home")
    spec = TownSpec(seed=3, size="small")
    load_sample(ws, ANALYST, spec=spec)
    town = build_town(spec)
    counts = area_counts(ws, AREA_ID, 9)
    whole = counts.reports.points["n"].sum()
    groups = repeat_groups(ws, AREA_ID, RULE)
    once = area_counts(ws, AREA_ID, 9, ONCE).reports.points["n"].sum()
    frame = town.incidents.assign(episode=town.reports.episode)
    inside = shapely.intersects_xy(ws.area(AREA_ID).boundary, frame["lon"], frame["lat"])
    true = frame[inside]["episode"].nunique()
    assert groups.timed == whole == inside.sum()
    assert once == pytest.approx(true, rel=0.005)
    ws.close()
