"""Blackpool to June 2022, from the published files: what the rules make of a real town."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import csv

from geo.area import StudyArea
from geo.autocorrelation import hot_slices
from geo.busy import busy_places
from geo.cells import (
    StudyCells,
    assign_points,
    assign_regions,
    cube_of_points,
    region_of_cells,
    study_cells,
)
from geo.clusters import HotMonths, HotspotCells, hotspots_by_month, identity_stability
from geo.names import clean_place, is_generic
from geo.naming import name_hotspots
from geo.periods import month_range

if TYPE_CHECKING:
    from geo.cube import SpaceTimeCube

COLUMNS = {
    "Longitude": "lon",
    "Latitude": "lat",
    "Location": "place",
    "Month": "month",
    "Crime type": "category",
}
BNG = "EPSG:27700"


@dataclass(frozen=True)
class Town:
    """Everything that these tests look at."""

    area: StudyArea
    study: StudyCells
    points: pd.DataFrame
    moved: int
    cube: SpaceTimeCube
    months: dict[str, tuple[HotspotCells, ...]]


@pytest.fixture(scope="module")
def published(shared):
    """Return every row of the 28 files, counted by point, place, month and category."""
    files = sorted((shared / "data/police_uk").glob("*-lancashire-street.csv.gz"))
    wanted = csv.ConvertOptions(include_columns=list(COLUMNS))
    rows = pa.concat_tables([csv.read_csv(file, convert_options=wanted) for file in files])
    table = rows.rename_columns(list(COLUMNS.values()))
    keys = list(COLUMNS.values())
    return (
        table.group_by(keys)
        .aggregate([([], "count_all")])
        .to_pandas()
        .rename(columns={"count_all": "n"})
    )


@pytest.fixture(scope="module")
def town(shared, published):
    folder = shared / "data/boundaries"
    districts = gpd.read_file(folder / "lancashire_districts.geojson").set_index("objectid")
    wards = gpd.read_file(folder / "blackpool_wards_2025_bsc.geojson").to_crs("EPSG:4326")
    wards = wards[["name", "geometry"]].sort_values("name", ignore_index=True)
    outline = districts.geometry["E06000009"]
    area = StudyArea("b", "Blackpool", outline, wards, wards, "2023", BNG, "Europe/London", "1")
    study = study_cells(area, 9)
    where = assign_points(published["lon"], published["lat"], study, area)
    periods = month_range("2019-12", "2022-06")
    cube = cube_of_points(
        published,
        where,
        study,
        periods=periods,
        observed=np.isin(periods, published["month"].unique()),
        categories=sorted(published["category"].unique()),
    )
    hot = hot_slices(cube.panel(), cube.observed, study.adjacency).hot
    history = HotMonths(cube.cells, periods, hot, cube.panel(), cube.observed, study.adjacency)
    points = published.assign(cell=where.index)[where.index >= 0]
    points["ward"] = assign_regions(points["lon"], points["lat"], wards, crs_m=BNG)
    moved = int(published.loc[where.moved, "n"].sum())
    months = hotspots_by_month(history, to="2022-06")
    return Town(area, study, points, moved, cube, months)


def names_at(town, month):
    """Return the names of the hotspots of a month, by id, most reports first."""
    cells = np.array(town.study.cells)
    points = town.points.assign(cell=cells[town.points["cell"]])
    months = {at: hotspots for at, hotspots in town.months.items() if at <= month}
    return {key: place.name for key, place in name_hotspots(months, points).items()}


def test_study_area_has_the_known_cells_at_each_resolution(town):
    assert len(town.study.cells) == 409
    assert len(study_cells(town.area, 8).cells) == 66
    assert not town.study.isolated.any()
    assert town.study.area_km2.sum() == pytest.approx(34.8, abs=0.05)


def test_no_located_report_inside_the_boundary_is_lost(town):
    assert (town.cube.total(), town.cube.moved, town.moved) == (76_449, 3, 3)
    assert town.cube.missing_months() == ("2020-06", "2020-08", "2020-09")


def test_talbot_square_is_studied_though_its_cell_centre_lies_in_the_sea(town):
    at = town.points[town.points["place"] == "On or near Talbot Square"]
    position = int(at["cell"].iloc[0])
    centre = assign_points(
        [town.study.lon[position]], [town.study.lat[position]], town.study, town.area
    )
    assert at["n"].sum() == 450
    assert centre.index.tolist() == [-1]


def test_every_report_lies_in_one_of_the_wards(town):
    assert town.points["ward"].nunique() == 21
    assert (town.points["ward"] != "").all()


def test_hotspots_are_five_to_fifteen_of_at_most_nine_cells_in_every_month(town):
    for hotspots in town.months.values():
        assert 5 <= len(hotspots) <= 15
        assert max(len(hotspot.cells) for hotspot in hotspots) <= 9
    last = town.months["2022-06"]
    assert [len(hotspot.cells) for hotspot in last] == [9, 8, 5, 4, 6, 4, 4, 2]
    assert {(hotspot.kind, hotspot.age_tag) for hotspot in last} == {("core", "persistent")}


def test_identities_and_cells_last_from_month_to_month(town):
    rolling = list(town.months.values())[-8:]
    pairs = pairwise(rolling)
    steps = [identity_stability(before, after) for before, after in pairs]
    assert np.mean([step.kept_share for step in steps]) > 0.98
    assert min(step.kept_share for step in steps[1:]) == 1.0
    assert np.mean([step.mean_overlap for step in steps]) > 0.93


def test_core_cells_last_even_better_than_the_growing_edges(town):
    rolling = list(town.months.values())[-7:]
    for before, after in pairwise(rolling):
        now = {hotspot.hotspot_id: set(hotspot.core) for hotspot in after}
        kept = [(set(old.core), now[old.hotspot_id]) for old in before]
        assert np.mean([len(old & new) / len(old | new) for old, new in kept]) > 0.97


def test_names_are_those_that_people_say(town):
    names = names_at(town, "2022-06")
    assert list(names) == [hotspot.hotspot_id for hotspot in town.months["2022-06"]]
    assert next(iter(names.values())) == "Queen Street"
    assert {"Bank Hey Street", "Gorton Street", "Cheltenham Road"} <= set(names.values())
    assert len(set(names.values())) == len(names) == 8
    assert not any(is_generic(name) for name in names.values())


def test_at_most_two_of_seven_names_change_when_half_a_year_passes(town):
    before, after = names_at(town, "2021-12"), names_at(town, "2022-06")
    changed = [key for key in before if key in after and before[key] != after[key]]
    assert len(before) == 7
    assert len(changed) <= 2


def test_hotspots_hold_far_more_reports_than_their_share_of_cells(town):
    last = [cell for hotspot in town.months["2022-06"] for cell in hotspot.cells]
    panel = town.cube.window("2020-07", "2022-06").panel().sum(axis=1)
    share = panel[np.isin(town.cube.cells, last)].sum() / panel.sum()
    assert share == pytest.approx(0.47, abs=0.02)
    assert len(last) / len(town.cube.cells) == pytest.approx(0.10, abs=0.01)


def test_every_ward_has_three_busy_places_with_names(town):
    window = town.cube.window("2020-07", "2022-06")
    centres = assign_regions(
        town.study.lon, town.study.lat, town.area.wards, crs_m=BNG, nearest_m=1000
    )
    points = town.points
    patches = region_of_cells(
        points["cell"].to_numpy(),
        points["ward"].to_numpy(dtype=object),
        points["n"].to_numpy(),
        centres=centres,
    )
    busy = busy_places(window.cells, patches, window.panel(), window.observed)
    assert pd.Series([place.patch for place in busy]).value_counts().eq(3).all()
    assert len({place.patch for place in busy}) == 21
    assert min(place.months_in_top for place in busy) >= 3
    assert {place.months_observed for place in busy} == {22}


def test_no_kind_of_place_is_left_when_all_published_names_are_looked_at(published):
    places = published.groupby("place")["n"].sum()
    assert len(places) == 14_279
    kinds = [place for place in places.index if is_generic(place)]
    numbered = [place for place in kinds if any(sign.isdigit() for sign in place)]
    assert (len(kinds), len(numbered)) == (76, 55)
    named = {clean_place(place) for place in places.index if not is_generic(place)}
    assert not any("/" in name or "'S" in name or "On or near" in name for name in named)
    kind_words = ("Area", "Station", "Centre", "Building", "Terminal", "Services", "Stadium")
    assert [name for name in named if name.endswith(kind_words)] == []
