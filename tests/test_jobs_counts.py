"""Counts of an area: nothing inside is lost, nothing outside counts, no month is made up."""

from __future__ import annotations

import h3
import pytest

from data.access import AccessError, Principal, Role
from data.jobs.areas import area_shapes, list_areas
from data.jobs.counts import area_counts, area_reports, count_cube, cube_csv
from data.jobs.coverage import area_status, coverage, coverage_sentence
from data.jobs.hotspots import latest_month
from data.jobs.imports import import_files
from data.readers.table import TableMapping
from geo.errors import GridError, NotEnoughDataError
from tests.places import ANALYST, MIDDLE, NOW, Reports, add_town, all_cells, store


def test_a_report_counts_in_its_cell_and_month(ws):
    store(ws, [Reports(MIDDLE, "2024-01", 3), Reports(MIDDLE, "2024-02", 2, "Robbery")])
    cube = area_counts(ws, "quaytown", 9).cube
    at = cube.cells.index(MIDDLE)
    assert cube.categories == ("Burglary", "Robbery")
    assert cube.counts[at].tolist() == [[3, 0], [0, 2]]
    assert cube.total() == 5


def test_reports_outside_the_boundary_are_in_no_count(ws):
    far = h3.latlng_to_cell(53.3, -5.02, 9)
    store(ws, [Reports(MIDDLE, "2024-01", 3), Reports(far, "2024-01", 90)])
    assert area_counts(ws, "quaytown", 9).cube.total() == 3


def test_a_month_that_was_never_supplied_is_not_observed(ws):
    store(ws, [Reports(MIDDLE, "2024-01", 3), Reports(MIDDLE, "2024-03", 4)])
    cube = area_counts(ws, "quaytown", 9).cube
    assert cube.observed_months() == ("2024-01", "2024-03")
    assert cube.missing_months() == ("2024-02",)


def test_a_month_without_one_main_provider_is_not_observed(ws):
    months = ("2024-01", "2024-02", "2024-03")
    store(ws, [Reports(MIDDLE, m, 5) for m in months], provider="Coast Police")
    store(ws, [Reports(MIDDLE, m, 5) for m in months[::2]], provider="Hill Police")
    counts = area_counts(ws, "quaytown", 9)
    assert counts.cube.observed_months() == ("2024-01", "2024-03")
    assert counts.left_out == 5
    assert counts.cube.total() == 20


def test_a_stray_provider_does_not_make_months_unobserved(ws):
    store(ws, [Reports(MIDDLE, m, 50) for m in ("2024-01", "2024-02")], provider="Coast Police")
    store(ws, [Reports(MIDDLE, "2024-01", 1)], provider="Far Police")
    assert area_counts(ws, "quaytown", 9).cube.observed_months() == ("2024-01", "2024-02")


def test_another_force_does_not_fill_the_gap_of_the_areas_own(ws):
    away = h3.latlng_to_cell(53.3, -5.02, 9)
    store(ws, [Reports(MIDDLE, m, 50) for m in ("2024-01", "2024-03")], provider="Coast Police")
    store(ws, [Reports(away, "2024-02", 50)], provider="Far Police")
    assert area_counts(ws, "quaytown", 9).cube.missing_months() == ("2024-02",)


def test_a_second_area_finds_its_reports_without_a_new_import(ws, tmp_path):
    store(ws, [Reports(MIDDLE, "2024-01", 3)])
    version = ws.lake.version
    add_town(ws, tmp_path / "more", "elsewhere")
    assert area_counts(ws, "elsewhere", 9).cube.total() == 3
    assert ws.lake.version == version


def test_open_data_are_never_finer_than_resolution_9(ws):
    store(ws, [Reports(MIDDLE, "2024-01", 3)])
    with pytest.raises(GridError, match="finer than these data"):
        area_counts(ws, "quaytown", 10)


def test_exact_data_may_be_seen_at_resolution_10(ws):
    store(ws, [Reports(MIDDLE, "2024-01", 3)], source="council")
    assert area_counts(ws, "quaytown", 10).cube.total() == 3


def test_wards_and_places_are_recomputed_from_the_point(ws):
    west, east = all_cells()[0], MIDDLE
    store(ws, [Reports(c, "2024-01", 3, place="On or near Parking Area") for c in (west, east)])
    counts = area_counts(ws, "quaytown", 9)
    at = counts.study.cells.index(west)
    assert counts.wards[at] in {"West", "East"}
    assert counts.places[at] == f"Part of {counts.wards[at]}"


def test_the_cube_file_holds_the_counts_that_are_not_zero(ws):
    store(ws, [Reports(MIDDLE, "2024-01", 3)])
    counts = count_cube(ws, ANALYST, "quaytown", 9)
    assert cube_csv(counts.cube).decode() == (
        f"cell,period,category,n\n{MIDDLE},2024-01,Burglary,3\n"
    )


def test_coverage_names_missing_and_thin_months(ws):
    months = ("2024-01", "2024-02", "2024-04", "2024-05")
    store(ws, [Reports(MIDDLE, m, 2 if m == "2024-05" else 50) for m in months])
    view = coverage(ws, ANALYST, "quaytown")
    assert view.sentence == "January to May 2024. No data for March 2024."
    assert view.low == ("2024-05",)
    assert dict(view.months)["2024-03"] is False
    assert view.providers[0].months[0] == ("2024-01", 50)


def test_an_area_without_data_says_so(ws):
    assert coverage(ws, ANALYST, "quaytown").sentence == "No data yet."
    assert area_status(ws, ANALYST, "quaytown").data_to_words == "No data yet"
    assert area_reports(ws, "quaytown").periods == ()


def test_the_status_line_tells_how_old_the_data_are(ws):
    store(ws, [Reports(MIDDLE, "2024-05", 3)])
    status = area_status(ws, ANALYST, "quaytown")
    assert status.data_to_words == "Data to 31 May 2024"
    assert (NOW.date() - NOW.date().replace(month=5, day=31)).days == 76
    assert (status.age_words, status.stale) == ("(76 days old)", "amber")
    assert status.source_words == "Coast Police, data.police.uk"
    assert status.mode_banner is not None


def test_full_coverage_is_said_as_such():
    assert coverage_sentence([("2024-01", True)]) == "January 2024. Every month has data."


def test_counts_of_an_empty_area_hold_no_month(ws):
    assert area_counts(ws, "quaytown", 9).cube.periods == ()
    with pytest.raises(NotEnoughDataError, match="No month of Quaytown"):
        latest_month(ws, ANALYST, "quaytown")


def test_a_change_whose_record_was_cut_off_is_found_at_the_next_import(ws, tmp_path):
    store(ws, [Reports(MIDDLE, "2024-01", 3)])
    path = tmp_path / "log.csv"
    path.write_text("X,Y,When,Type\n-5.02,52.99,03/02/2024,Noise\n")
    mapping = TableMapping.parse("lon=X,lat=Y,date=When,category=Type").profile
    import_files(ws, ANALYST, [path], "quaytown", mapping=mapping)
    (found,) = ws.store.audit_entries(action="import_found")
    assert "before it was recorded" in str(found.detail)
    import_files(ws, ANALYST, [path], "quaytown", mapping=mapping)
    assert len(ws.store.audit_entries(action="import_found")) == 1


def test_areas_are_listed_for_those_who_may_look(ws):
    assert [area.area_name for area in list_areas(ws, ANALYST)] == ["Quaytown"]
    assert area_shapes(ws, ANALYST, "quaytown").name == "Quaytown"
    with pytest.raises(AccessError):
        list_areas(ws, Principal("Al", Role.ADMIN))
