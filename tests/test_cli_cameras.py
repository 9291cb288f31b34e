"""Do the commands load cameras, change them, and write what they see?"""

import json

import pandas as pd
import pytest
import shapely

from data.cctv_views import CELL_COLUMNS
from data.cli import main
from tests.cctv_places import AREA, LAT, LON, add_street_town, in_cell, keep
from tests.places import MIDDLE, NOW

CAMERAS = (
    "camera_id,owner,name,type,lon,lat,bearing,detection range,monitored\n"
    f"C1,council,Pier,dome,{LON},{LAT},,100,live\n"
    f"C2,council,Tower,fixed,{LON},{LAT},361,60,live\n"
)


@pytest.fixture
def home(ws, tmp_path, monkeypatch):
    monkeypatch.setenv("HEXBEAT_NOW", NOW.isoformat())
    add_street_town(ws, tmp_path / "pack")
    keep(ws, *in_cell(MIDDLE, "2024-07-05 21:30", 30))
    (tmp_path / "cameras.csv").write_text(CAMERAS, encoding="utf-8")
    return ws.settings.home


@pytest.fixture
def run(home, capsys):
    def command(*words, role="analyst"):
        code = main(["--home", str(home), "--role", role, *map(str, words), "--json"])
        out = capsys.readouterr()
        return json.loads(out.out) if code == 0 else (code, out.err)

    return command


@pytest.fixture
def loaded(run, tmp_path):
    run("cameras", "import", tmp_path / "cameras.csv", "--area", AREA)
    return run


def test_import_loads_the_rest_and_says_what_waits(run, tmp_path):
    found = run("cameras", "import", tmp_path / "cameras.csv", "--area", AREA)
    assert (found["rows_read"], found["new"], found["rows_held"]) == (2, 1, 1)
    assert found["waiting"][0]["reason"] == "No direction between 0 and 360 degrees."
    again = run("cameras", "import", tmp_path / "cameras.csv", "--area", AREA, "--accept", "K01")
    assert (again["new"], again["same"], again["cameras"]) == (1, 1, 2)


def test_coverage_writes_hexagons_and_totals(loaded, tmp_path):
    out = tmp_path / "cells.csv"
    found = loaded("coverage", "--area", AREA, "--at", "Fri 22", "--out", out)
    cells = pd.read_csv(out)
    assert tuple(cells.columns) == CELL_COLUMNS
    row = cells.set_index("cell").loc[MIDDLE]
    assert (row["class"], row["demand"]) == ("covered_high", 30)
    assert found["seen_share"] == pytest.approx(row["seen_share"], abs=0.001)
    assert found["hour"] == 118
    assert found["watched_share"] == found["recorded_share"] == found["seen_share"]
    assert found["demand"] == 30
    higher = loaded("coverage", "--area", AREA, "--at", "Fri 22", "--level", "identify")
    assert higher["seen_share"] < found["seen_share"]


def test_viewshed_writes_a_polygon_for_each_camera(loaded, tmp_path):
    out = tmp_path / "views.geojson"
    found = loaded("viewshed", "--area", AREA, "--out", out)
    (feature,) = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert found["views"] == 1
    assert shapely.geometry.shape(feature["geometry"]).covers(shapely.Point(LON, LAT))
    assert feature["properties"]["camera_id"] == "C1"


def test_place_puts_k_cameras_and_says_how_sure(loaded):
    found = loaded("place", "--area", AREA, "-k", 2)
    assert found["k"] == 2
    assert found["exact"]
    assert found["seen_after"] > found["seen_before"] > 0
    given = loaded("place", "--area", AREA, "-k", 1, "--site", f"A,{LON + 0.003},{LAT}")
    assert [site["site_id"] for site in given["sites"]] == ["A"]


def test_register_commands_change_one_camera(loaded):
    said = loaded("cameras", "change", "--area", AREA, "--camera", "C1", "--set",
                  f"lon={LON + 0.001}", "--reason", "New pole")  # fmt: skip
    assert said["camera"] == "C1|council"
    off = loaded("cameras", "status", "fault", "--area", AREA, "--camera", "C1", "--since",
                 "2024-08-01T10:00", "--reason", "No picture")  # fmt: skip
    assert off["words"] == "Pier: Out of order since 1 August 2024."
    added = loaded("cameras", "add", "--area", AREA, "--set", "camera_id=C9", "--set", "type=ptz")
    assert added["notices"] == ["No location: in the register, not on the map"]
    listed = loaded("cameras", "list", "--area", AREA)
    assert (listed["working"], listed["standing"]) == (1, 2)
    assert loaded("cameras", "withdraw", "--area", AREA, "--camera", "C9", "--reason", "Twice")
    assert len(loaded("cameras", "list", "--area", AREA)["cameras"]) == 1
    assert loaded("cameras", "requests", "--area", AREA)["requests"] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("coverage", "--area", AREA, "--at", "noon"), "No hour of the week"),
        (("coverage", "--area", AREA, "--level", "outline"), "no operational level 'outline'"),
        (("cameras", "withdraw", "--area", AREA, "--camera", "C7", "--reason", "x"), "no camera"),
        (("cameras", "add", "--area", AREA, "--set", "camera_id"), "FIELD=VALUE"),
        (("cameras", "add", "--area", AREA, "--set", "camera_id=X", "--set", "bearing_deg=361"),
         "no direction between 0 and 360"),
        (("place", "--area", AREA, "--site", "A,1"), "a longitude and a latitude"),
        (("cameras", "status", "off", "--area", AREA, "--camera", "C1", "--since", "late",
          "--reason", "x"), "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_exit_code_2(loaded, words, message):
    code, said = loaded(*words)
    assert code == 2
    assert message in said


def test_roles_take_away_only_what_they_may(loaded, tmp_path):
    out = tmp_path / "views.geojson"
    code, said = loaded("viewshed", "--area", AREA, "--out", out, role="council_cst")
    assert code == 2
    assert "is for the analyst and the control" in said
    assert not out.exists()
    cells = tmp_path / "cells.csv"
    code, said = loaded("coverage", "--area", AREA, "--out", cells, role="chair")
    assert (code, cells.exists()) == (2, False)
    assert loaded("coverage", "--area", AREA, "--out", cells, role="cctv_mgr")["demand"] == 30
    with_points = loaded("cameras", "list", "--area", AREA, role="cctv_mgr")["cameras"][0]
    without = loaded("cameras", "list", "--area", AREA, role="bid")["cameras"][0]
    assert (with_points["lon"] is None, without["lon"] is None) == (False, True)


@pytest.mark.usefixtures("loaded")
def test_words_for_a_terminal_say_the_finding_first(home, capsys):
    assert main(["--home", str(home), "coverage", "--area", AREA, "--at", "Fri 22"]) == 0
    assert capsys.readouterr().out.startswith("Friday 22:00: cameras see ")
    assert main(["--home", str(home), "place", "--area", AREA, "-k", "1"]) == 0
    assert capsys.readouterr().out.startswith("1 more camera would bring ")
    assert main(["--home", str(home), "cameras", "list", "--area", AREA]) == 0
    assert "1 of 1 camera works today." in capsys.readouterr().out


def test_sensitive_places_load_and_refuse(loaded, tmp_path):
    places = tmp_path / "places.csv"
    places.write_text(f"place,kind,lon,lat,radius\nSchool,school,{LON},{LAT},50\n")
    assert loaded("cameras", "import", places, "--area", AREA, "--sensitive")["new"] == 1
    found = loaded("place", "--area", AREA, "-k", 1, "--site", f"A,{LON},{LAT}")
    assert found["refused"][0]["reason"] == "It lies at School (a school)."
