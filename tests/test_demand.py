"""Does demand count the right reports in the right cell and hour?"""

import numpy as np
import pytest

from data.jobs.demand import DemandParams, demand_by_hour, spread
from data.jobs.timing import MONTHS_ONLY, NO_REPORTS
from data.views import EVERYTHING
from geo.aoristic import hour_of_week_weights
from geo.errors import GridError
from tests.cctv_places import AREA, add_street_town, in_cell, keep, report
from tests.places import MIDDLE, Reports, store

FRIDAY_21 = 4 * 24 + 21


@pytest.fixture
def town(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack")
    return ws


def _at(grid, cell=MIDDLE):
    return grid.cells.index(cell)


def test_a_report_counts_in_its_cell_and_local_hour(town):
    keep(town, report("2024-07-05 20:30"), report("2024-07-05 20:00", "2024-07-05 22:00"))
    grid = demand_by_hour(town, AREA)
    assert grid.hours_known
    assert grid.totals[_at(grid)] == grid.totals.sum() == 2
    assert np.flatnonzero(grid.weights.sum(axis=0)).tolist() == [FRIDAY_21, FRIDAY_21 + 1]
    assert grid.weights[_at(grid), FRIDAY_21] == 1.5
    assert grid.hours_by_category.sum() == pytest.approx(2)
    assert grid.all_exact


def test_only_eligible_reports_of_the_last_months_count(town):
    keep(
        town,
        report("2024-07-05 20:30"),
        report("2024-07-05 20:30", origin="cctv"),
        report("2024-07-05 20:30", origin="police"),
        report("2024-07-05 20:30", setting="dwelling"),
        report("2024-06-05 20:30"),
    )
    assert demand_by_hour(town, AREA).reports.sum() == 2
    assert demand_by_hour(town, AREA, DemandParams(months=1)).reports.sum() == 1
    assert demand_by_hour(town, AREA, DemandParams(until="2024-06")).months == ("2024-06",)
    assert demand_by_hour(town, AREA, DemandParams(eligibility=EVERYTHING)).reports.sum() == 5


def test_reports_without_an_hour_count_in_no_hour_and_are_told(town):
    keep(
        town,
        *[report("2024-07-05 20:30")] * 2,
        report("2024-07-05 00:00", time_precision="day"),
        report("2024-07-01 00:00", "2024-07-20 00:00"),
    )
    grid = demand_by_hour(town, AREA)
    assert (grid.reports.sum(), grid.timed, grid.weights.sum()) == (4, 2, 2)
    assert "Of 2 reports the hour is not known" in grid.words


def test_hours_are_not_told_where_most_times_are_long_spans(town):
    keep(town, report("2024-07-05 20:30"), report("2024-07-05 00:00", "2024-07-05 20:00"))
    grid = demand_by_hour(town, AREA)
    assert not grid.hours_known
    assert grid.reason.startswith("Hours are too uncertain: of 50% of the reports")


def test_types_are_kept_apart_and_an_unknown_one_is_refused(town):
    keep(
        town, report("2024-07-05 20:30"), *in_cell(MIDDLE, "2024-07-05 20:30", 3, category="Noise")
    )
    grid = demand_by_hour(town, AREA)
    assert grid.categories == ("Noise", "Theft")
    assert grid.by_category.sum(axis=1).tolist() == [3, 1]
    assert demand_by_hour(town, AREA, DemandParams(categories=("Theft",))).reports.sum() == 1
    with pytest.raises(GridError, match="no type 'Arson'"):
        demand_by_hour(town, AREA, DemandParams(categories=("Arson",)))


def test_month_only_data_have_no_hours_and_say_why(town):
    store(town, [Reports(MIDDLE, "2024-07", 3)])
    grid = demand_by_hour(town, AREA)
    assert (grid.hours_known, grid.reason, grid.weights) == (False, MONTHS_ONLY, None)
    assert grid.totals.sum() == 3
    assert grid.snapped


def test_without_reports_there_is_no_demand_and_no_fault(town):
    grid = demand_by_hour(town, AREA)
    assert (grid.totals.sum(), grid.reason, grid.months) == (0, NO_REPORTS, ())


def test_harm_weighs_hours_as_it_weighs_totals(town):
    keep(town, *in_cell(MIDDLE, "2024-07-05 20:30", 2, category="Robbery"))
    grid = demand_by_hour(town, AREA, DemandParams(lens="harm"))
    assert grid.totals.sum() > 2
    assert grid.weights.sum() == pytest.approx(grid.totals.sum())
    assert grid.reports.sum() == 2


def test_hours_agree_with_the_aoristic_weights_of_all_reports():
    rng = np.random.default_rng(5)
    begun = np.datetime64("2024-03-20T00:00") + rng.integers(0, 20 * 1440, 400)
    ended = begun + rng.integers(0, 3000, 400) * rng.integers(0, 2, 400)
    owner, hour, weight = spread(begun, ended, "Europe/London")
    known = hour_of_week_weights(begun, ended, timezone="Europe/London").weights
    assert np.bincount(hour, weights=weight, minlength=168) == pytest.approx(known)
    assert np.bincount(owner, weights=weight) == pytest.approx(np.ones(400))
