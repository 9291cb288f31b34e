"""Classes of cells, shares of demand by hour, gaps, hotspots, removal, and moved hours."""

from __future__ import annotations

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from shapely.geometry import box

from geo.coverage_demand import (
    Thresholds,
    classify,
    covered_share,
    gap_runs,
    hotspot_covers,
    hourly_shares,
    why_no_share,
    worst_hours,
)
from geo.errors import GridError, NotEnoughDataError, SchemaError
from geo.in_view import InView, demand_in_view, demand_on_points, removal_list, reports_in_view
from geo.staff_move import best_move, watchable

CENTRE = h3.latlng_to_cell(53.81, -3.03, 9)
CELLS = sorted([CENTRE, *h3.grid_ring(CENTRE, 1), *h3.grid_ring(CENTRE, 4)])


def week(**hours):
    """Return 168 zeros with the values of h0, h1 ... put in."""
    values = np.zeros(168)
    for name, value in hours.items():
        values[int(name[1:])] = value
    return values


def test_each_class_is_given_to_the_cell_that_it_describes():
    demand = [50, 40, 9, 8, 7, 6, 5, 4, 3, 2]
    seen = [0.29, 0.3, 0.0, 0.9, 0.0, 0.9, 0.3, 0.29, 0.9, 0.0]
    assert classify(demand, seen).tolist() == [
        "gap", "covered_high", "quiet", "quiet", "quiet", "quiet",
        "relocate", "quiet", "relocate", "quiet",
    ]  # fmt: skip


def test_of_equal_demand_the_first_cell_is_busy():
    assert classify([5] * 5, [0.0] * 5).tolist() == ["gap"] + ["quiet"] * 4


def test_a_cell_without_demand_is_never_a_gap_and_always_has_little():
    assert classify([0] * 5, [0.0, 0.9, 0.0, 0.9, 0.0]).tolist() == [
        "quiet", "relocate", "quiet", "relocate", "quiet",
    ]  # fmt: skip


def test_a_cell_without_public_realm_is_quiet_and_no_cells_have_no_class():
    assert classify([9, 1], [np.nan, np.nan]).tolist() == ["quiet", "quiet"]
    assert classify([], []).tolist() == []


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1)), min_size=1, max_size=40))
def test_so_many_cells_are_busy_as_the_threshold_says(cells):
    demand, seen = (np.array(column) for column in zip(*cells, strict=True))
    busy = np.isin(classify(demand, seen), ["gap", "covered_high"]).sum()
    assert busy == min(np.ceil(0.2 * len(cells) - 1e-9), np.count_nonzero(demand))


@pytest.mark.parametrize("values", [(0.6, 0.5, 0.3), (0.0, 0.4, 0.3), (0.2, 0.4, 1.0)])
def test_thresholds_that_overlap_or_leave_nothing_are_refused(values):
    with pytest.raises(SchemaError, match=r"overlap|between 0 and 1"):
        Thresholds(*values)


def test_share_of_demand_weighs_each_cell_by_its_reports():
    assert covered_share([8, 2, 10], [0.5, 1.0, 0.0]) == pytest.approx(0.3)
    assert covered_share([[8, 0], [2, 10]], [0.5, 1.0]) == pytest.approx(0.8)


def test_demand_where_nobody_can_walk_counts_as_not_covered():
    assert covered_share([5, 5], [np.nan, 1.0]) == 0.5


def test_a_share_that_cannot_be_said_is_none_with_a_reason():
    assert covered_share([0, 0], [1.0, 1.0]) is None
    assert why_no_share([0, 0], [1.0, 1.0]).startswith("No report counts as demand")
    assert covered_share([1, 1], [np.nan, np.nan]) is None
    assert why_no_share([1, 1], [np.nan, np.nan]).startswith("No ground is known")
    assert covered_share([], []) is None
    assert why_no_share([1], [0.0]) == ""


def test_demand_below_nothing_or_of_other_cells_is_refused():
    with pytest.raises(GridError, match="do not fit"):
        covered_share([1, 2], [0.5])
    with pytest.raises(GridError, match="1 values are below or missing"):
        covered_share([1, -2], [0.5, 0.5])


def test_shares_by_hour_are_undefined_only_in_hours_without_demand():
    demand = np.vstack([week(h0=3, h5=1), week(h0=1)])
    shares = hourly_shares(demand, [0.5, 1.0])
    assert shares[0] == pytest.approx(0.625)
    assert shares[5] == 0.5
    assert np.isnan(np.delete(shares, [0, 5])).all()


def test_shares_by_hour_follow_cameras_that_are_watched_only_then():
    demand = np.ones((2, 168))
    share = np.zeros((2, 168))
    share[:, 118] = [1.0, 0.5]
    assert hourly_shares(demand, share)[118] == 0.75
    assert hourly_shares(demand, share)[117] == 0.0


def test_shares_by_hour_add_up_to_that_of_the_week():
    rng = np.random.default_rng(1)
    demand, share = rng.random((6, 168)), rng.random((6, 168))
    by_hour = (hourly_shares(demand, share) * demand.sum(axis=0)).sum() / demand.sum()
    assert by_hour == pytest.approx(covered_share(demand, share))


def test_worst_hours_have_most_uncovered_demand_and_ties_go_to_the_earlier():
    demand, share = week(h3=4, h9=10, h20=2, h50=6), week(h3=0.5, h9=0.9, h50=1.0)
    found = worst_hours(demand, np.where(demand > 0, share, np.nan))
    assert [(hour.hour, hour.uncovered) for hour in found] == [
        (3, 2.0), (20, 2.0), (9, pytest.approx(1.0)),
    ]  # fmt: skip
    assert worst_hours(week(), week()) == ()


def test_gaps_that_adjoin_are_one_and_the_largest_comes_first():
    ring, far = sorted(h3.grid_ring(CENTRE, 1))[:1], sorted(h3.grid_ring(CENTRE, 4))[:1]
    gaps = {CENTRE: (10, 0.1), ring[0]: (30, 0.2), far[0]: (39, 0.0)}
    demand = [gaps.get(cell, (0, 0))[0] for cell in CELLS]
    seen = [gaps.get(cell, (0, 0))[1] for cell in CELLS]
    kinds = ["gap" if cell in gaps else "quiet" for cell in CELLS]
    first, second = gap_runs(CELLS, kinds, demand, seen)
    assert (first.cells, first.demand, first.seen) == ((far[0],), 39, 0)
    assert second.cells == tuple(sorted([CENTRE, ring[0]]))
    assert (second.demand, second.seen) == (40, pytest.approx(0.175))


def test_gaps_of_other_cells_are_refused_and_no_gap_is_no_run():
    assert gap_runs(CELLS, ["quiet"] * len(CELLS), np.ones(len(CELLS)), np.ones(len(CELLS))) == ()
    with pytest.raises(GridError, match="do not fit together"):
        gap_runs(CELLS, ["gap"], [1], [0])


def test_a_hotspot_is_without_camera_when_no_tenth_of_any_cell_is_seen():
    seen = [0.09, 0.5, np.nan, 0.1]
    cells, demand = ["a", "b", "c", "d"], [10, 0, 10, 5]
    found = hotspot_covers([["a", "c"], ["b"], ["a", "d"]], cells, demand, seen)
    assert [cover.without for cover in found] == [True, False, False]
    assert [cover.seen for cover in found] == [
        pytest.approx(0.045), None, pytest.approx(1.4 / 15),
    ]  # fmt: skip


def test_a_hotspot_of_another_area_is_refused():
    with pytest.raises(GridError, match="1 cells of hotspots are not of the area"):
        hotspot_covers([["a", "z"]], ["a"], [1], [0.5])


def test_demand_on_points_is_that_of_the_cells_less_what_is_covered():
    point_cell = [0, 0, 0, 1]
    assert demand_on_points([6, 2, 9], point_cell).tolist() == [2, 2, 2, 2]
    assert demand_on_points([6, 2, 9], point_cell, [1, 0.5, 0, 0.25]).tolist() == [0, 1, 2, 1.5]


def test_demand_in_view_tells_what_one_camera_alone_sees():
    hits = csr_array(np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0]]))
    found = demand_in_view(hits, [4.0, 3.0, 9.0])
    assert found.reports.tolist() == [7, 4, 0]
    assert found.alone.tolist() == [3, 0, 0]


def test_reports_in_view_are_counted_where_locations_are_exact():
    views = [box(0, 0, 10, 10), box(5, 0, 20, 10), box(50, 50, 60, 60)]
    found = reports_in_view(views, [1, 7, 15, 10, 99], [5, 5, 5, 5, 5])
    assert found.reports.tolist() == [3, 3, 0]
    assert found.alone.tolist() == [1, 1, 0]
    assert reports_in_view([], [1], [1]).reports.tolist() == []


def test_removal_list_holds_cameras_far_below_the_median_least_first():
    seen = InView(np.array([100.0, 25.0, 0.0, 100.0, 0.0, 26.0, 300.0]), np.zeros(7))
    found = removal_list(list("gfedcba"), seen, little=0.5)
    assert [(row.camera, row.reports) for row in found] == [(4, 0), (2, 0)]
    wide = removal_list(list("gfedcba"), seen, little=1.0)
    assert [row.camera for row in wide] == [4, 2, 1, 5]


def test_removal_list_is_empty_when_no_camera_sees_any_demand():
    assert removal_list(["a", "b"], InView(np.zeros(2), np.zeros(2))) == ()
    assert removal_list([], InView(np.zeros(0), np.zeros(0))) == ()


def test_what_is_watchable_adds_up_to_the_share_of_the_week():
    demand = np.vstack([week(h0=3, h1=1), week(h1=4)])
    gain = watchable(demand, [0.5, 1.0])
    assert (gain[0], gain[1], gain.sum()) == (1.5 / 8, 4.5 / 8, 6 / 8)
    assert np.isnan(watchable(np.zeros((2, 168)), [0.5, 1.0])).all()


def test_best_move_takes_the_quietest_block_to_the_busiest_free_one():
    gain = week(h10=0.1, h11=0.02, h12=0.03, h40=0.2, h41=0.1, h42=0.3)
    staffed = np.zeros(168, dtype=bool)
    staffed[10:14] = True
    move = best_move(gain, staffed, 2)
    assert (move.from_hours, move.to_hours) == ((12, 13), (41, 42))
    assert (move.share_before, move.share_after) == (pytest.approx(0.15), pytest.approx(0.52))
    assert move.helps


def test_best_move_runs_from_sunday_into_monday():
    staffed = np.zeros(168, dtype=bool)
    staffed[50:52] = True
    assert best_move(week(h167=0.2, h0=0.2), staffed, 2).to_hours == (167, 0)


@given(st.integers(0, 1000), st.integers(1, 4))
def test_best_move_is_that_of_trying_every_pair(seed, n):
    rng = np.random.default_rng(seed)
    gain, staffed = rng.random(168) / 168, np.repeat(rng.random(24) < 0.5, 7)
    blocks = [[(i + j) % 168 for j in range(n)] for i in range(168)]
    gains = [
        gain[to].sum() - gain[leave].sum()
        for leave in blocks if staffed[leave].all()
        for to in blocks if not staffed[to].any()
    ]  # fmt: skip
    move = best_move(gain, staffed, n)
    assert move.share_before == pytest.approx(gain[staffed].sum())
    assert move.share_after - move.share_before == pytest.approx(max(0, *gains), abs=1e-9)


@pytest.mark.parametrize(
    ("gain", "staffed", "reason"),
    [
        (week(h5=1), np.zeros(168, dtype=bool), "At no time is anybody watching for 4 hours"),
        (week(h5=1), np.ones(168, dtype=bool), "At no time is nobody watching for 4 hours"),
        (week(h5=1), np.arange(168) < 6, "No move of 4 hours in a row would watch more demand"),
        (np.full(168, np.nan), np.arange(168) < 9, "There is no demand to be watched"),
    ],
)
def test_no_hours_are_moved_and_the_reason_is_given(gain, staffed, reason):
    gain = gain + week(h0=1, h1=1, h2=1, h3=1, h4=1)
    move = best_move(gain, staffed, 4)
    assert (move.helps, move.from_hours, move.to_hours) == (False, (), ())
    assert move.share_before == move.share_after
    assert move.reason.startswith(reason)


@pytest.mark.parametrize(("hours", "n"), [(167, 2), (168, 0), (168, 25)])
def test_a_move_of_no_hours_or_of_half_a_week_is_refused(hours, n):
    with pytest.raises(NotEnoughDataError, match="1 to 24"):
        best_move(np.zeros(hours), np.zeros(hours, dtype=bool), n)
