"""Do the four messy files come in as they should, and every supplied file row for row?

The clock stands at 1 November 2026; the area is Blackpool by its real boundary.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pyproj import Transformer

from data import cli
from data.errors import NothingLoadedError
from data.jobs.imports import import_files
from data.workspace import Workspace
from tests.places import ANALYST
from tests.street_files import RESULTS, assert_conserved
from tests.tables import NOW

if TYPE_CHECKING:
    from pathlib import Path

SAYS = {
    "LC-20260315-0101": set(),
    "LC-20261025-0107": {"T07"},
    "LC-20260318-0105": {"D01", "G10"},
}
"""What ``by_ref`` leaves open ("if"): 00:00 comes once, October has passed, the place is named."""


@pytest.fixture
def home(shared, tmp_path, monkeypatch, capsys):
    """Return a home folder with Blackpool in it."""
    monkeypatch.setenv("HEXBEAT_NOW", NOW.isoformat())
    districts = shared / "data" / "boundaries" / "lancashire_districts.geojson"
    where = ["--boundary", str(districts), "--where", "objectid=E06000009"]
    home = tmp_path / "home"
    assert cli.main(["--home", str(home), "area", "add", "blackpool", *where]) == 0
    capsys.readouterr()
    return home


@pytest.fixture
def run(home, capsys):
    """Return a function that runs a command and returns its JSON."""

    def call(*arguments: object):
        assert cli.main(["--home", str(home), *map(str, arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def load(run, shared):
    """Return a function that imports one of the messy files."""

    def call(kind: str):
        path = shared / "fixtures" / f"{kind}_messy.csv"
        report = run("import", path, "--area", "blackpool")
        assert report["rows_read"] == sum(report[name] for name in RESULTS)
        return report

    return call


@pytest.fixture
def rows(home):
    """Return a function that gives columns of all rows that count, by reference."""

    def of(*columns: str):
        ws = Workspace.open(home)
        found = ws.engine.read_rows(["source_ref", *columns]).set_index("source_ref")
        ws.close()
        return found

    return of


@pytest.fixture
def expected(shared):
    return json.loads((shared / "fixtures" / "expected.json").read_text())


def first(report, code: str) -> str:
    return report["by_rule"][code]["messages"][0]


def test_the_storm_file_agrees_in_every_code_and_count(load, expected):
    report, wanted = load("storm"), expected["storm_messy.csv"]
    for reference, words in wanted["by_ref"].items():
        codes = SAYS.get(reference, {word[:3] for word in words if word[1:3].isdigit()})
        found = report["by_ref"].get(reference, [])
        assert codes <= {code[:3] for code in found}, reference
    links = {ref: codes for ref, codes in report["by_ref"].items() if "D02" in str(codes)}
    assert links == {
        "LC-20260314-0009": ["D02 linked_by_source"], "LC-20260314-0011": ["D02 likely"],
    }  # fmt: skip
    assert (report["rows_read"], report["rows_dropped"]) == (19, 1)
    assert report["rows_read"] - report["rows_dropped"] == wanted["data_rows"] == 18
    assert report["by_rule"]["F04"]["results"] == {"dropped": 1}
    assert first(report, "F02") == f"Column headings found on row {wanted['header_row']}."
    assert first(report, "F01") == "We read this file as Windows-1252."


def test_the_storm_file_holds_what_a_person_must_decide(load):
    report = load("storm")
    held = {(row["row"], row["code"]): row["suggestion"] for row in report["held"]}
    assert held == {
        (9, "T03"): "2026-03-16 11:05", (10, "G02"): "330860, 436180", (18, "G07"): "",
        (18, "K01"): "",
    }  # fmt: skip
    assert (report["rows_held"], report["rows_refused"]) == (3, 0)


def test_the_storm_file_keeps_17_references_and_their_facts(load, rows, run):
    report = load("storm")
    batch = report["files"][0]["batch_id"]
    run("loads", "answer", batch, "T03", "accept")
    run("loads", "answer", batch, "G02", "accept")
    run("loads", "answer", batch, "G07", "reject")
    run("loads", "answer", batch, "K01", "set", "--key", "ASB-99", "--value", "Public order")
    found = rows("place", "time_from", "lon", "lat", "origin", "category", "opening_code")
    assert len(found.index.unique()) == 16
    assert "LC-20260401-0108" not in found.index
    assert found.loc["LC-20260405-0113", "place"] == "CAFÉ <b>PROM</b>"
    assert found.loc["LC-20260405-0112", "place"].startswith("=HYPERLINK")
    times = found["time_from"].dt.strftime("%d/%m %H:%M")
    assert times["LC-20260329-0106"] == "29/03 01:30"
    assert times["LC-20261025-0107"] == "25/10 00:30"
    assert times["LC-20260316-0102"] == "16/03 11:05"
    assert times["LC-20260315-0101"] == "15/03 00:00"
    assert found.loc["LC-20260402-0109", "origin"] == "police"
    assert np.isnan(found.loc["LC-20260318-0104", "lon"])


def test_the_storm_file_has_17_distinct_references(load, expected, home):
    load("storm")
    ws = Workspace.open(home)
    (batch,) = ws.lake.manifest().batches.values()
    held = [ws.lake.rows(part) for part in ws.lake.manifest().partitions.values()]
    references = {ref for table in held for ref in table["source_ref"].to_pylist()}
    waiting = {row.row for row in batch.held}
    ws.close()
    assert len(references) + len(waiting) == expected["storm_messy.csv"]["distinct_refs"]


def test_the_police_uk_file_agrees_in_every_count(load, expected, rows):
    report, wanted = load("police_uk"), expected["police_uk_messy.csv"]
    assert report["rows_read"] == wanted["rows"] == 8
    assert report["rows_no_location"] == wanted["no_location"] == 1
    assert report["by_rule"]["D03"]["results"] == {
        "kept": 3, "dropped": wanted["crime_id_repeat"],
    }  # fmt: skip
    assert report["rows_outside_area"] == wanted["cross_force_contamination_outside_50km"] == 1
    assert report["by_rule"]["G12"]["rows"] == wanted["pre_snap_refresh_rows"] == 1
    found = rows("category", "time_precision")
    assert set(found["time_precision"]) == {wanted["time_precision"]}
    assert (found["category"] == "Anti-social behaviour").sum() == 3
    assert report["rows_in_area"] == 5


def test_the_cctv_file_agrees_when_the_police_log_is_loaded(load, rows, run):
    load("storm")
    report = load("cctv_log")
    assert first(report, "F09") == (
        "Column Operator looks like personal data. No value of it was loaded."
    )
    by_ref = {ref: set(codes) for ref, codes in report["by_ref"].items()}
    assert "D04" in by_ref["0001"]
    assert {"T02", "K01"} <= by_ref["0003"]
    assert ("T01" in by_ref["0004"], "T08" in by_ref["0005"]) == (True, True)
    asked = report["by_rule"]["T08"]
    assert asked["results"] == {"held": 2}
    assert asked["question"] == "Does the CCTV clock keep GMT all year?"
    assert "Linked police logs show that it runs an hour behind in summer." in first(report, "T08")
    run("loads", "answer", report["files"][0]["batch_id"], "T08", "accept")
    times = rows("time_from")["time_from"]
    assert times["0003"].strftime("%d/%m/%Y %H:%M") == "01/03/2026 21:30"
    assert times["LC-20260710-0114"] - times["0005"] == timedelta(minutes=2)
    assert times["0001"] - times["LC-20260314-0007"] == timedelta(minutes=2)


def test_the_cctv_file_asks_without_evidence_when_no_police_log_is_held(load):
    asked = load("cctv_log")["by_rule"]["T08"]
    assert asked["results"] == {"held": 2}
    assert "Linked" not in asked["messages"][0]


def test_the_council_file_agrees_in_every_code(load, rows, run):
    report = load("council")
    assert first(report, "F09") == (
        "Columns Complainant and Telephone look like personal data. No value of them was loaded."
    )
    assert report["by_ref"] == {
        "0012346": ["C02", "G04"], "0012347": ["G06"], "0012348": ["G01"], "0012349": ["G03"],
    }  # fmt: skip
    assert first(report, "G13").startswith("The ward in the file is ignored")
    run("loads", "answer", report["files"][0]["batch_id"], "G03", "accept")
    found = rows("lon", "lat", "location_precision")
    assert sorted(found.index) == ["0012345", "0012346", "0012347", "0012348", "0012349"]
    grid = Transformer.from_crs(4326, 27700, always_xy=True)
    here = found.loc["0012347"]
    assert grid.transform(here["lon"], here["lat"]) == pytest.approx((330600, 436000), abs=0.1)
    assert here["location_precision"] == "grid_100m"
    assert tuple(found.loc["0012348", ["lon", "lat"]]) == (-3.03, 53.8)
    assert tuple(found.loc["0012349", ["lon", "lat"]]) == (-3.05, 53.81)
    assert np.isnan(found.loc["0012346", "lon"])


SUPPLIED = ("csv", "csv.gz", "geojson", "gpkg")


@pytest.mark.slow
def test_every_supplied_file_is_accounted_for_row_by_row(shared, home):
    files = sorted(
        path
        for folder in ("data", "tables", "fixtures")
        for ending in SUPPLIED
        for path in (shared / folder).rglob(f"*.{ending}")
    )
    assert len(files) > 20
    ws = Workspace.open(home)
    for path in files:
        report = _loaded(ws, path)
        assert_conserved(report)
        refused = [one for one in report.files if one.status == "refused"]
        assert all(one.rows_read == one.rows_refused for one in refused), path.name
    ws.close()


def _loaded(ws: Workspace, path: Path):
    try:
        return import_files(ws, ANALYST, [path], "blackpool")
    except NothingLoadedError as error:
        return error.report
