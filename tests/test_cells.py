"""Study cells, points in cells, wards of points, and the cube that comes of them."""

from __future__ import annotations

import json
import time

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.area import StudyArea
from geo.cells import (
    assign_points,
    assign_regions,
    build_cube,
    cube_of_points,
    encode_rings,
    outline,
    region_of_cells,
    study_cells,
    unobserved_reports,
)
from geo.errors import CrsError, GridError, SchemaError
from geo.hexagons import areas_inside, candidate_cells, hexagons
from geo.projection import geometry_to_degrees, geometry_to_metres, to_metres

BNG = "EPSG:27700"
LON, LAT = -3.03, 53.81
BOX = shapely.box(LON, LAT, LON + 0.03, LAT + 0.02)
WARDS = gpd.GeoDataFrame(
    {"name": ["East", "West"]},
    geometry=[
        shapely.box(LON + 0.015, LAT, LON + 0.03, LAT + 0.02),
        shapely.box(LON, LAT, LON + 0.015, LAT + 0.02),
    ],
    crs="EPSG:4326",
)


def an_area(boundary=BOX, crs_m=BNG):
    return StudyArea("a", "Seaside", boundary, WARDS, WARDS, "2023", crs_m, "Europe/London", "1")


@pytest.fixture(scope="module")
def study():
    return study_cells(an_area(), 9)


def exact_share(cell, boundary):
    """Return the share of a cell inside, by plain intersection with a finely stepped outline."""
    polygon = hexagons([cell], BNG)[0]
    fine = geometry_to_metres(shapely.segmentize(boundary, 0.0005), BNG)
    return polygon.intersection(fine).area / polygon.area


def test_study_cells_are_those_with_a_tenth_inside_when_checked_one_by_one(study):
    near = candidate_cells(geometry_to_metres(BOX, BNG), 9, BNG)
    expected = tuple(cell for cell in near if exact_share(cell, BOX) >= 0.1)
    assert study.cells == expected == tuple(sorted(set(expected)))


def test_area_inside_is_exact_when_a_cell_is_cut(study):
    whole = shapely.area(hexagons(study.cells, BNG)) / 1e6
    share = np.array([exact_share(cell, BOX) for cell in study.cells])
    np.testing.assert_allclose(study.area_km2, whole * share, rtol=1e-4)
    assert (share < 0.999).any()
    assert (share > 0.9999999).any()


def test_areas_of_all_cells_add_up_to_the_area_when_none_is_left_out():
    boundary = geometry_to_metres(BOX, BNG)
    _, area_m2 = areas_inside(candidate_cells(boundary, 9, BNG), boundary, BNG)
    assert area_m2.sum() == pytest.approx(boundary.area, rel=1e-4)


def test_detailed_outline_gives_the_same_cells_when_it_has_thousands_of_vertices(study):
    detailed = an_area(shapely.segmentize(BOX, 0.00001))
    assert shapely.get_num_coordinates(detailed.boundary) > 9000
    again = study_cells(detailed, 9)
    assert again.cells == study.cells
    np.testing.assert_allclose(again.area_km2, study.area_km2, rtol=1e-4)


def test_wavy_coast_gives_exact_areas_when_it_is_cut_in_pieces():
    angle = np.linspace(0, 2 * np.pi, 3001)[:-1]
    reach = 0.012 + 0.002 * np.sin(40 * angle)
    coast = np.column_stack([LON + 1.6 * reach * np.cos(angle), LAT + reach * np.sin(angle)])
    island = shapely.Polygon(coast)
    cells = study_cells(an_area(island), 9)
    share = np.array([exact_share(cell, island) for cell in cells.cells])
    whole = shapely.area(hexagons(cells.cells, BNG)) / 1e6
    np.testing.assert_allclose(cells.area_km2, whole * share, rtol=1e-6)


def test_island_and_hole_are_respected_when_the_boundary_has_parts():
    hole = shapely.box(LON + 0.008, LAT + 0.006, LON + 0.022, LAT + 0.014)
    middle = h3.latlng_to_cell(LAT + 0.01, LON + 0.015, 9)
    island = shapely.Polygon(
        [(lon, lat) for lat, lon in h3.cell_to_boundary(h3.latlng_to_cell(LAT, LON + 0.08, 9))]
    )
    cells = study_cells(an_area(shapely.MultiPolygon([BOX.difference(hole), island])), 9)
    assert middle not in cells.cells
    assert h3.latlng_to_cell(LAT, LON + 0.08, 9) in cells.cells
    alone = [cell for cell, flag in zip(cells.cells, cells.isolated, strict=True) if flag]
    assert alone == [h3.latlng_to_cell(LAT, LON + 0.08, 9)]


def test_adjacency_is_ring_one_with_self_when_compared_with_h3(study):
    dense = study.adjacency.toarray()
    assert dense.dtype == np.bool_
    for i, cell in enumerate(study.cells):
        expected = set(h3.grid_disk(cell, 1)) & set(study.cells)
        assert {study.cells[j] for j in np.flatnonzero(dense[i])} == expected


def test_centres_are_those_of_h3_when_in_degrees_and_in_metres(study):
    lat, lon = h3.cell_to_latlng(study.cells[3])
    assert (study.lon[3], study.lat[3]) == (lon, lat)
    x, y = to_metres([lon], [lat], BNG)
    assert (study.x_m[3], study.y_m[3]) == (x[0], y[0])


def test_arrays_cannot_be_changed_when_cells_are_built(study):
    with pytest.raises(ValueError, match="read-only"):
        study.area_km2[0] = 1.0


@pytest.mark.parametrize("resolution", [7, 11, -1])
def test_resolution_is_refused_when_it_is_not_eight_to_ten(resolution):
    with pytest.raises(GridError, match="8 to 10") as fault:
        study_cells(an_area(), resolution)
    assert fault.value.hint


def test_area_is_refused_when_it_is_too_small_to_hold_a_cell():
    dot = shapely.box(LON, LAT, LON + 0.0005, LAT + 0.0005)
    with pytest.raises(GridError, match="too small to hold one cell"):
        study_cells(an_area(dot), 9)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2229", "nonsense"])
def test_crs_is_refused_when_it_is_not_projected_in_metres(crs):
    with pytest.raises(CrsError):
        study_cells(an_area(crs_m=crs), 9)


def test_points_are_refused_when_the_crs_does_not_reach_them():
    with pytest.raises(CrsError, match="1 points lie outside the reach"):
        to_metres([200.0, LON], [100.0, LAT], BNG)


def test_projection_comes_back_when_turned_round():
    back = geometry_to_degrees(geometry_to_metres(BOX, BNG), BNG)
    np.testing.assert_allclose(back.bounds, BOX.bounds, atol=1e-7)


def test_county_is_covered_fast_when_it_has_five_thousand_cells():
    county = an_area(shapely.segmentize(shapely.box(LON, LAT, LON + 0.36, LAT + 0.19), 0.0005))
    start = time.process_time()
    cells = study_cells(county, 9)
    assert len(cells.cells) > 5000
    assert time.process_time() - start < 3


def test_points_get_their_cell_when_inside(study):
    lon, lat = [LON + 0.01, LON + 0.02, LON + 0.01], [LAT + 0.01, LAT + 0.01, LAT + 0.01]
    where = assign_points(lon, lat, study, an_area())
    expected = [h3.latlng_to_cell(a, o, 9) for o, a in zip(lon, lat, strict=True)]
    assert [study.cells[i] for i in where.index] == expected
    assert where.index.dtype == np.int32
    assert not where.moved.any()


def test_points_get_no_cell_when_outside_or_without_location(study):
    lon, lat = [np.nan, 0.0, LON - 0.2, LON + 0.01], [np.nan, 0.0, LAT, np.nan]
    where = assign_points(lon, lat, study, an_area())
    assert where.index.tolist() == [-1, -1, -1, -1]
    assert not where.moved.any()


def test_point_counts_when_it_lies_on_the_boundary(study):
    where = assign_points([LON, LON], [LAT, LAT + 0.01], study, an_area())
    assert (where.index >= 0).all()


def test_point_is_moved_to_the_nearest_cell_when_its_own_is_not_studied(study):
    edge = np.linspace(LON, LON + 0.03, 400)
    where = assign_points(edge, np.full(400, LAT), study, an_area())
    own = [h3.latlng_to_cell(LAT, lon, 9) for lon in edge]
    assert where.moved.tolist() == [cell not in study.cells for cell in own]
    assert 0 < where.moved.sum() < 400
    x, y = to_metres(edge, np.full(400, LAT), BNG)
    for i in np.flatnonzero(where.moved)[::10]:
        assert where.index[i] == np.argmin(np.hypot(study.x_m - x[i], study.y_m - y[i]))


def test_no_point_gives_no_assignment_when_the_list_is_empty(study):
    assert assign_points([], [], study, an_area()).index.shape == (0,)


def test_wards_are_named_when_points_lie_in_near_or_far_from_them():
    lon = [LON + 0.02, LON + 0.01, LON + 0.015, LON - 0.001, LON - 0.1, np.nan]
    names = assign_regions(lon, [LAT + 0.01] * 6, WARDS, crs_m=BNG)
    assert names.tolist() == ["East", "West", "East", "West", "", ""]
    strict = assign_regions([LON - 0.001], [LAT + 0.01], WARDS, crs_m=BNG, nearest_m=10)
    assert strict.tolist() == [""]


def test_no_ward_is_named_when_there_is_none():
    assert assign_regions([LON], [LAT], WARDS.iloc[:0], crs_m=BNG).tolist() == [""]


def test_cell_belongs_to_the_ward_with_most_of_its_reports():
    index = np.array([0, 0, 1, 1, -1, 3], dtype=np.int32)
    names = np.array(["West", "East", "West", "East", "West", ""], dtype=object)
    centres = np.array(["East", "East", "East", "West"], dtype=object)
    found = region_of_cells(index, names, [3, 2, 4, 4, 90, 9], centres=centres)
    assert found == ("West", "East", "East", "West")
    assert centres.tolist() == ["East", "East", "East", "West"]


def counted(rows):
    return pd.DataFrame(rows, columns=["lon", "lat", "month", "category", "n"])


ROWS = [
    (LON + 0.01, LAT + 0.01, "2022-01", "Drugs", 2),
    (LON + 0.01, LAT + 0.01, "2022-03", "Drugs", 5),
    (LON + 0.02, LAT + 0.01, "2022-01", "Burglary", 3),
    (LON + 0.02, LAT + 0.01, "2022-02", "Burglary", 70),
    (LON + 0.01, LAT + 0.01, "2021-12", "Burglary", 80),
    (LON + 0.90, LAT + 0.01, "2022-01", "Burglary", 90),
    (np.nan, np.nan, "2022-01", "Burglary", 100),
]
SPAN = {
    "periods": ("2022-01", "2022-02", "2022-03"),
    "observed": [True, False, True],
    "categories": ("Burglary", "Drugs"),
}


def test_cube_holds_every_report_when_it_is_inside_and_observed(study):
    cube = build_cube(counted(ROWS), study, an_area(), **SPAN)
    here = study.cells.index(h3.latlng_to_cell(LAT + 0.01, LON + 0.01, 9))
    there = study.cells.index(h3.latlng_to_cell(LAT + 0.01, LON + 0.02, 9))
    assert cube.total() == 10
    assert cube.counts[here].tolist() == [[0, 2], [0, 0], [0, 5]]
    assert cube.counts[there].tolist() == [[3, 0], [0, 0], [0, 0]]
    assert (cube.cells, cube.moved) == (study.cells, 0)
    assert cube.missing_months() == ("2022-02",)


def test_reports_of_unobserved_months_are_counted_when_left_out(study):
    rows = counted(ROWS)
    where = assign_points(rows["lon"], rows["lat"], study, an_area())
    span = {key: SPAN[key] for key in ("periods", "observed")}
    assert unobserved_reports(rows, where, **span) == 70


def test_cube_states_the_moved_reports_when_there_are_some(study):
    edge = np.linspace(LON, LON + 0.03, 400)
    where = assign_points(edge, np.full(400, LAT), study, an_area())
    rows = counted([(lon, LAT, "2022-01", "Drugs", 2) for lon in edge])
    cube = cube_of_points(rows, where, study, **SPAN)
    assert (cube.total(), cube.moved) == (800, 2 * int(where.moved.sum()))


def test_cube_is_refused_when_a_column_or_a_category_is_missing(study):
    with pytest.raises(SchemaError, match="column 'month'"):
        build_cube(counted(ROWS).drop(columns="month"), study, an_area(), **SPAN)
    with pytest.raises(SchemaError, match="no category 'Drugs'"):
        build_cube(counted(ROWS), study, an_area(), **{**SPAN, "categories": ("Burglary",)})


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-0.005, 0.035), st.floats(-0.005, 0.025), st.integers(0, 2), st.integers(0, 9)
        ),
        max_size=40,
    ),
    st.randoms(use_true_random=False),
)
def test_cube_is_the_same_when_rows_come_in_another_order(points, shuffle):
    area, months = an_area(), SPAN["periods"]
    study = study_cells(area, 8)
    rows = [(LON + x, LAT + y, months[t], "Drugs", n) for x, y, t, n in points]
    cube = build_cube(counted(rows), study, area, **SPAN)
    inside = [shapely.intersects_xy(BOX, row[0], row[1]) and row[2] != "2022-02" for row in rows]
    assert cube.total() == sum(row[4] for row, keep in zip(rows, inside, strict=True) if keep)
    shuffle.shuffle(rows)
    again = build_cube(counted(rows), study, area, **SPAN)
    assert (again.counts == cube.counts).all()
    assert again.moved == cube.moved


def test_outline_is_one_ring_when_cells_adjoin(study):
    flower = h3.grid_disk(study.cells[20], 1)
    shape = outline(flower)
    assert shape == outline(reversed(flower))
    assert shape == json.loads(json.dumps(shape))
    assert shape["type"] == "Polygon"
    assert len(shape["coordinates"]) == 1
    assert len(shape["coordinates"][0]) == 19
    assert shapely.is_ccw(shapely.linearrings(shape["coordinates"][0]))
    assert all(round(number, 6) == number for at in shape["coordinates"][0] for number in at)


def test_outline_has_parts_and_holes_when_cells_leave_some_out(study):
    ring = h3.grid_ring(study.cells[20], 1)
    far = h3.grid_ring(study.cells[20], 6)[0]
    parts = outline([*ring, far])["coordinates"]
    assert sorted(len(part) for part in parts) == [1, 2]
    assert len(outline(ring)["coordinates"]) == 2


def test_outline_is_refused_when_there_is_no_cell():
    with pytest.raises(GridError, match="at least one cell"):
        outline([])


def decoded(numbers):
    """Return the rings that a list of numbers stands for, in 1e-5 degrees."""
    rings, at = [], 0
    while at < len(numbers):
        size = numbers[at]
        steps = np.array(numbers[at + 1 : at + 1 + 2 * size]).reshape(size, 2)
        rings.append(np.cumsum(steps, axis=0).tolist())
        at += 1 + 2 * size
    return rings


def test_rings_come_back_when_they_are_decoded(study):
    numbers = encode_rings(study.cells)
    expected = [
        [[round(lat * 1e5), round(lon * 1e5)] for lat, lon in h3.cell_to_boundary(cell)]
        for cell in study.cells
    ]
    assert decoded(numbers) == expected
    assert len(json.dumps(numbers)) < 90 * len(study.cells)
    assert encode_rings([]) == []
