"""The command line does what the screens do, and says so in JSON and exit codes."""

from __future__ import annotations

import csv
import gzip
import json
import socket

import pytest

from data import cli
from data.jobs import serving
from data.jobs.demo import load_sample
from data.samples.town import TownSpec
from tests.places import ANALYST, EAST, NORTH, SOUTH, WEST, workspace

HEAD = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)


def row(month="2024-01", lon="-5.02", lat="52.99", kind="Anti-social behaviour", ref=""):
    return f"{ref},{month},Coast Police,Coast Police,{lon},{lat},On or near Quay Street,,,{kind},,"


def table(path):
    return list(csv.DictReader(path.read_text().splitlines()))


@pytest.fixture
def run(tmp_path, capsys):
    """Return a function that runs a command and returns exit code, JSON (or text) and errors."""

    def call(*arguments: str):
        code = cli.main(["--home", str(tmp_path / "home"), *arguments])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in arguments and out else out, err

    return call


@pytest.fixture
def boundary(tmp_path):
    ring = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"CODE": "Q1", "name": "Quay"}, "geometry": shape}
    path = tmp_path / "edges.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


@pytest.fixture
def quay(run, boundary):
    """Add the area; return the runner."""
    code, _, err = run("area", "add", "quay", "--boundary", str(boundary), "--where", "code=Q1")
    assert (code, err) == (0, "")
    return run


def test_an_area_is_added_and_listed(quay):
    _, found, _ = quay("area", "list", "--json")
    assert [(a["area_id"], a["area_name"]) for a in found["areas"]] == [("quay", "Quay")]
    assert "quay: Quay, 1 wards" in quay("area", "list")[1]


def test_an_empty_list_says_how_to_add_an_area(run):
    assert "hexbeat area add" in run("area", "list")[1]


def test_import_prints_numbers_that_add_up(quay, tmp_path):
    path = tmp_path / "2024-01-coast-street.csv.gz"
    rows = [
        row(), row(), row(lon="", lat=""), row(lon="-1.0"),
        row(ref="a" * 64, kind="Burglary"), row(ref="a" * 64, kind="Burglary"), row(month="x"),
    ]  # fmt: skip
    path.write_bytes(gzip.compress("\n".join([HEAD, *rows, ""]).encode()))
    code, report, _ = quay("import", str(path), "--area", "quay", "--json")
    assert code == 0
    assert report["rows_read"] == 7
    assert report["rows_kept"] == 5
    assert (report["rows_dropped"], report["rows_refused"]) == (1, 1)
    assert (report["rows_no_location"], report["rows_outside_area"]) == (1, 1)
    assert report["rows_in_area"] == 3
    assert report["months"] == ["2024-01"]


def test_import_in_words_names_what_was_refused(quay, tmp_path):
    path = tmp_path / "2024-01-coast-street.csv"
    path.write_text("\n".join([HEAD, row(), row(month="x"), ""]))
    refused = tmp_path / "refused.csv"
    code, words, _ = quay("import", str(path), "--area", "quay", "--refused", str(refused))
    assert code == 0
    assert words.startswith("2 rows read: 1 kept, 0 fixed, 0 held, 0 dropped, 1 refused.")
    (bad,) = table(refused)
    assert (bad["row"], bad["column"], bad["value"]) == ("3", "Month", "x")


def test_rows_that_wait_are_listed_answered_and_taken_back(quay, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("When,Type,X,Y\n03/02/2024,Noise,-5.02,52.99\nsoon,Noise,-5.02,52.99\n")
    columns = "lon=X,lat=Y,date=When,category=Type"
    _, words, _ = quay("import", str(path), "--area", "quay", "--columns", columns)
    assert words.startswith("2 rows read: 1 kept, 0 fixed, 1 held, 0 dropped, 0 refused.")
    assert "T01 1 row with a date that cannot be read (?)." in words
    (load,) = quay("loads", "list", "--json")[1]["batches"]
    batch = load["batch_id"]
    assert quay("loads", "list")[1] == f"{batch}: log.csv (Table with named columns), 1 row waits\n"
    said = ["--rows", "3", "--column", "t_start", "--value", "2024-02-04"]
    _, view, _ = quay("loads", "answer", batch, "T01", "set", *said, "--json")
    assert (view["counts"]["kept"], view["counts"]["held"]) == (2, 0)
    _, words, _ = quay("loads", "undo", batch, "1")
    assert words == "log.csv: 1 kept, 0 fixed, 1 held, 0 dropped, 0 refused.\n"
    _, view, _ = quay("loads", "accept", batch, "Asked for it", "--json")
    assert view["accepted"] == "Asked for it"


def test_an_answer_that_cannot_be_exits_with_2_and_a_hint(quay):
    code, _, err = quay("loads", "answer", "nothing", "T03", "drop", "--rows", "3;4")
    assert (code, "--rows 5,8,13" in err) == (2, True)
    code, _, err = quay("loads", "answer", "nothing", "T03", "accept")
    assert (code, "What to do:" in err) == (2, True)


def test_nothing_that_can_be_loaded_exits_with_2_and_a_hint(quay, tmp_path):
    path = tmp_path / "page.csv"
    path.write_text("<!DOCTYPE html><html></html>")
    code, report, err = quay("import", str(path), "--json")
    assert (code, report["rows_read"]) == (2, 0)
    assert [file["status"] for file in report["files"]] == ["refused"]
    assert "What to do:" in err


def test_an_unknown_area_exits_with_2(run):
    code, _, err = run("cube", "--area", "nowhere", "--json")
    assert code == 2
    assert "nowhere" in err


def test_a_role_that_may_not_import_is_refused(tmp_path):
    code = cli.main(["--home", str(tmp_path / "home"), "--role", "member", "import", "x.csv"])
    assert code == 2


def test_cube_and_hotspots_write_their_files(quay, tmp_path):
    rows = [row(month=f"2024-{m:02d}") for m in range(1, 7) for _ in range(3)]
    path = tmp_path / "street.csv"
    path.write_text("\n".join([HEAD, *rows, ""]))
    quay("import", str(path), "--area", "quay")
    cube = tmp_path / "cube.csv"
    _, counted, _ = quay("cube", "--area", "quay", "--out", str(cube), "--json")
    assert (counted["reports"], counted["reports_moved"]) == (18, 0)
    assert sum(int(line["n"]) for line in table(cube)) == 18
    cells, spots = tmp_path / "cells.csv", tmp_path / "spots.geojson"
    _, found, _ = quay(
        "hotspots", "--area", "quay", "--out", str(cells), "--out", str(spots), "--json"
    )
    assert found["to"] == "2024-06"
    assert (found["months_observed"], found["months_in_window"]) == (6, 24)
    assert sum(int(line["n"]) for line in table(cells)) == 18
    assert json.loads(spots.read_text())["features"] == []
    assert "18 reports in" in quay("cube", "--area", "quay")[1]
    words = quay("hotspots", "--area", "quay")[1]
    assert "Hotspots cannot be judged in this period" in words
    assert "and 6 were seen" in words
    assert found["unjudged"] in words


def test_an_out_file_of_another_kind_is_refused(quay, tmp_path):
    path = tmp_path / "street.csv"
    path.write_text("\n".join([HEAD, row(), ""]))
    quay("import", str(path), "--area", "quay")
    code, _, err = quay("hotspots", "--area", "quay", "--out", str(tmp_path / "x.pdf"))
    assert code == 2
    assert ".csv or .geojson" in err


def test_a_month_without_data_is_said_in_words(quay, tmp_path):
    path = tmp_path / "street.csv"
    path.write_text("\n".join([HEAD, row(month="2024-01"), row(month="2024-03"), ""]))
    words = quay("import", str(path), "--area", "quay")[1]
    assert "No data for February 2024: never shown as zero." in words
    said = quay("hotspots", "--area", "quay", "--from", "2024-02", "--to", "2024-02")[1]
    assert said.startswith("No data for February 2024.")


def test_another_table_is_loaded_by_naming_its_columns(quay, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("X,Y,When,Type\n-5.02,52.99,03/01/2024 21:30,Noise\n")
    columns = "lon=X,lat=Y,date=When,category=Type"
    code, report, _ = quay("import", str(path), "--area", "quay", "--columns", columns, "--json")
    assert code == 0
    assert (report["rows_kept"], report["rows_in_area"], report["months"]) == (1, 1, ["2024-01"])


def test_the_doctor_finds_a_sound_home(quay):
    code, found, _ = quay("doctor", "--json")
    assert code == 0
    assert all(check["ok"] for check in found["checks"])


def test_the_doctor_finds_a_damaged_file(quay, tmp_path):
    path = tmp_path / "street.csv"
    path.write_text("\n".join([HEAD, row(), ""]))
    quay("import", str(path), "--area", "quay")
    for part in (tmp_path / "home" / "lake").rglob("*.parquet"):
        part.write_bytes(b"gone")
    code, _, err = quay("doctor")
    assert code == 2
    assert "FAIL Stored reports" in err
    assert "Load the files of those months again." in err


def test_the_demo_loads_the_town_once(tmp_path):
    ws = workspace(tmp_path / "home")
    said = []
    small = TownSpec(size="small", months=14)
    assert load_sample(ws, ANALYST, spec=small, progress=lambda *step: said.append(step))
    assert said[-1] == ("The sample town is ready", 3, 3)
    version = ws.lake.version
    assert not load_sample(ws, ANALYST, spec=small)
    assert ws.lake.version == version
    ws.close()


def test_the_demo_without_serving_loads_only(run, monkeypatch):
    monkeypatch.setattr("data.jobs.demo.build_town", _no_town)
    run("area", "list")
    with pytest.raises(AssertionError):
        run("demo", "--no-serve")


def _no_town(spec):
    message = f"the town was to be built from {spec}"
    raise AssertionError(message)


def test_serving_runs_streamlit_in_the_folder_of_the_app(run, monkeypatch, tmp_path):
    ran = {}
    monkeypatch.setattr(serving.runpy, "run_module", lambda name, **_: ran.update(module=name))
    monkeypatch.setattr(serving.os, "chdir", lambda folder: ran.update(folder=folder))
    monkeypatch.setattr(serving, "warm_up", lambda: ran.update(warm=True))
    monkeypatch.setattr(serving.sys, "argv", [])
    monkeypatch.setenv("HEXBEAT_HOME", "elsewhere")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    code, out, _ = run("serve", "--port", "8765")
    assert code == 0
    assert "http://localhost:8765" in out
    assert (ran["module"], ran["folder"]) == ("streamlit", serving.APP_ROOT)
    assert "--server.headless=true" in serving.sys.argv
    assert serving.os.environ["HEXBEAT_HOME"] == str(tmp_path / "home")


def test_the_newest_hotspots_are_ready_before_the_first_reader(quay, tmp_path, monkeypatch):
    path = tmp_path / "street.csv"
    path.write_text("\n".join([HEAD, row(), ""]))
    quay("import", str(path))
    monkeypatch.setenv("HEXBEAT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(serving, "APP_ROOT", tmp_path / "app")
    serving.forget_workspace()
    serving.warm_up()
    ws = serving.served_workspace()
    assert serving.served_workspace() is ws
    assert (tmp_path / "app" / "static" / "vendor" / "leaflet" / "leaflet.js").is_file()
    serving.forget_workspace()
    ws.close()


def test_a_port_in_use_is_said_before_anything_starts(run):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        code, _, err = run("serve", "--port", str(other.getsockname()[1]))
    assert code == 2
    assert "is in use" in err


def test_progress_is_said_on_standard_error_only(quay, tmp_path):
    path = tmp_path / "street.csv"
    path.write_text("\n".join([HEAD, row(), ""]))
    _, out, err = quay("import", str(path))
    assert "Reading" not in out
    assert err != ""


def test_what_counts_is_chosen_and_said(quay, tmp_path):
    path, out = tmp_path / "street.csv", tmp_path / "cube.csv"
    path.write_text("\n".join([HEAD, row(), row(kind="Drugs", ref="a"), ""]))
    quay("import", str(path))
    code, summary, _ = quay("cube", "--area", "quay", "--eligible", "--out", str(out), "--json")
    assert (code, summary["reports"], summary["unit"]) == (0, 1, "reports")
    assert "generated by police work" in summary["counted"]
    assert table(out)[0]["counted"] == summary["counted"]
    _, words, _ = quay("cube", "--area", "quay", "--origins", "police")
    assert words.startswith("1 report in")
    assert "Counted: generated by police work" in words


def test_open_data_refuse_to_count_incidents_and_a_wrong_rule_is_explained(quay, tmp_path):
    path = tmp_path / "street.csv"
    path.write_text("\n".join([HEAD, row(), ""]))
    quay("import", str(path))
    code, _, err = quay("cube", "--area", "quay", "--lens", "estimated")
    assert (code, "month only" in err) == (2, True)
    code, found, _ = quay("hotspots", "--area", "quay", "--lens", "estimated", "--json")
    assert (code, found["unit"], found["hotspots"]) == (0, "estimated incidents", [])
    code, _, err = quay("hotspots", "--area", "quay", "--repeats", "100,60")
    assert (code, "three numbers" in err) == (2, True)
    code, _, err = quay("hotspots", "--area", "quay", "--repeats", "100,90,1")
    assert (code, "A group spans 1 hours" in err) == (2, True)
