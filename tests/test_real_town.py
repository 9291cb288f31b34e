"""28 real months of one force, from the files to the hotspots of one of its towns.

Every count is compared with an independent one, made with pandas and h3 alone.
"""

from __future__ import annotations

import csv
import json

import geopandas as gpd
import h3
import pandas as pd
import pytest
import shapely

from data import cli

MISSING = ["2020-06", "2020-08", "2020-09"]


@pytest.fixture(scope="module")
def boundary(shared):
    districts = gpd.read_file(shared / "data" / "boundaries" / "lancashire_districts.geojson")
    return districts.loc[districts["objectid"] == "E06000009"].geometry.union_all()


@pytest.fixture(scope="module")
def counted(shared, boundary):
    """Return an independent count by own cell, month and type, and the rows behind it."""
    months = []
    for file in sorted((shared / "data" / "police_uk").glob("*-street.csv.gz")):
        rows = pd.read_csv(file, dtype={"Context": "str"})
        months.append(rows[~(rows["Crime ID"].notna() & rows.duplicated())])
    rows = pd.concat(months, ignore_index=True)
    located = rows.dropna(subset=["Longitude", "Latitude"])
    inside = shapely.intersects_xy(boundary, located["Longitude"], located["Latitude"])
    town = located[inside]
    cells = [
        h3.latlng_to_cell(lat, lon, 9)
        for lat, lon in zip(town["Latitude"], town["Longitude"], strict=True)
    ]
    by_cell = town.assign(cell=cells).groupby(["cell", "Month", "Crime type"]).size()
    return {"rows": len(rows), "no_location": len(rows) - len(located), "by_cell": by_cell}


@pytest.fixture(scope="module")
def home(shared, tmp_path_factory):
    """Return a home with the real files loaded through the command line."""
    home = tmp_path_factory.mktemp("real")
    edges = shared / "data" / "boundaries"
    add = [
        "area", "add", "blackpool",
        "--boundary", edges / "lancashire_districts.geojson", "--where", "objectid=E06000009",
        "--wards", edges / "blackpool_wards_2025_bsc.geojson", "--wards-vintage", "from May 2023",
    ]  # fmt: skip
    assert cli.main(["--home", str(home), *map(str, add)]) == 0
    return home


@pytest.fixture(scope="module")
def hexbeat(home):
    """Return a function that runs a command on the home."""

    def call(*arguments: object) -> int:
        return cli.main(["--home", str(home), *map(str, arguments)])

    return call


@pytest.fixture(scope="module")
def files(shared):
    return sorted((shared / "data" / "police_uk").glob("*-street.csv.gz"))


@pytest.fixture(scope="module")
def loaded(hexbeat, files):
    assert hexbeat("import", *files, "--area", "blackpool") == 0


def test_every_row_is_accounted_for(hexbeat, files, counted, capsys):
    assert hexbeat("import", *files, "--area", "blackpool", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["rows_read"] == 498_151
    kept, dropped = report["rows_kept"], report["rows_dropped"]
    assert (kept, dropped) == (counted["rows"], 498_151 - counted["rows"])
    assert report["rows_refused"] == 0
    assert report["rows_no_location"] == counted["no_location"]
    assert report["rows_in_area"] == int(counted["by_cell"].sum())
    assert report["months_missing"] == MISSING
    assert len(report["months"]) == 28


@pytest.mark.usefixtures("loaded")
def test_loading_the_same_files_again_changes_nothing(hexbeat, files, capsys):
    capsys.readouterr()
    hexbeat("cube", "--area", "blackpool", "--json")
    before = json.loads(capsys.readouterr().out)["dataset_version"]
    hexbeat("import", *reversed(files), "--json")
    again = json.loads(capsys.readouterr().out)
    assert (again["changed"], again["dataset_version"]) == (False, before)


@pytest.mark.usefixtures("loaded")
def test_the_cube_equals_an_independent_count(hexbeat, counted, tmp_path, capsys):
    out = tmp_path / "cube.csv"
    capsys.readouterr()
    assert hexbeat("cube", "--area", "blackpool", "--out", out, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    cube = pd.read_csv(out).set_index(["cell", "period", "category"])["n"]
    assert (told["study_cells"], told["reports_moved"]) == (409, 3)
    assert cube.sum() == counted["by_cell"].sum() == told["reports"]
    own = counted["by_cell"].reindex(cube.index, fill_value=0)
    assert (cube - own).abs().sum() == 3
    assert not set(cube.index.get_level_values("period")) & set(MISSING)


@pytest.mark.usefixtures("loaded")
def test_the_hotspots_are_ones_that_people_know(hexbeat, tmp_path, capsys):
    out = tmp_path / "cells.csv"
    capsys.readouterr()
    assert hexbeat(
        "hotspots", "--area", "blackpool", "--to", "2022-06", "--out", out, "--json"
    ) == 0  # fmt: skip
    found = json.loads(capsys.readouterr().out)
    names = [spot["name"] for spot in found["hotspots"]]
    assert 5 <= len(names) <= 15
    assert max(len(spot["cells"]) for spot in found["hotspots"]) <= 9
    assert {"Talbot Square", "Queen Street"} & set(names)
    assert not {"Nightclub", "Parking Area"} & set(names)
    assert (found["months_observed"], found["months_in_window"]) == (22, 24)
    assert {place["patch"] for place in found["busy_places"]} == _wards(found)
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == 409
    assert sum(int(row["n"]) for row in rows) == found["total"]


def _wards(found):
    patches = {place["patch"] for place in found["busy_places"]}
    assert len(patches) == 21
    return patches


@pytest.mark.usefixtures("loaded")
def test_counts_of_a_single_month_equal_the_file(hexbeat, counted, tmp_path, capsys):
    out = tmp_path / "month.csv"
    month = "2022-06"
    hexbeat("hotspots", "--area", "blackpool", "--from", month, "--to", month, "--out", out)
    capsys.readouterr()
    rows = csv.DictReader(out.read_text().splitlines())
    by_month = counted["by_cell"].xs(month, level="Month").sum()
    assert sum(int(row["n"]) for row in rows) == by_month


@pytest.mark.usefixtures("loaded")
def test_a_second_area_needs_no_second_import(hexbeat, shared, capsys):
    edges = shared / "data" / "boundaries" / "lancashire_districts.geojson"
    capsys.readouterr()
    hexbeat("area", "add", "next-door", "--boundary", edges, "--where", "objectid=E06000008")
    capsys.readouterr()
    assert hexbeat("cube", "--area", "next-door", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["reports"] > 50_000
    assert told["missing_months"] == MISSING
