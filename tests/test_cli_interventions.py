"""Can interventions be registered and tested from the command line?"""

from __future__ import annotations

import json

import geopandas as gpd
import h3
import pytest
from shapely.geometry import box

from data import cli
from tests.treated import ALIKE, AREA, NEARBY, TREATED, treated_town

KEYS = [
    "treated", "buffer", "control", "control_buffer", "wdd", "phi", "wdq", "irr", "placebo_p",
    "min_detectable", "verdict", "displacement_verdict", "caveats",
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("treated")
    treated_town(folder).close()
    return folder / "home"


@pytest.fixture
def run(home, capsys, monkeypatch):
    """Return a function that runs a command and returns exit code, JSON (or text) and errors."""
    monkeypatch.setenv("HEXBEAT_NOW", "2024-08-15T09:00:00Z")

    def call(*arguments: str):
        code = cli.main(["--home", str(home), *arguments])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in arguments and out else out, err

    return call


@pytest.fixture
def cells(tmp_path):
    path = tmp_path / "cells.txt"
    path.write_text("# Quay Street\n" + "\n".join(TREATED).upper() + "\n\n")
    return str(path)


def test_place_is_tested_and_printed_under_the_agreed_keys(run, cells):
    asked = ("displacement", "--area", AREA, "--treated", cells, "--start", "2023-08")
    code, found, _ = run(*asked, "--json")
    assert (code, list(found)) == (0, KEYS)
    assert found["treated"] == {"cells": list(TREATED), "before": 480, "after": 192}
    assert found["buffer"]["cells"] == list(NEARBY)
    assert found["control"] == {"cells": list(ALIKE), "before": 1440, "after": 1440}
    assert list(found["wdd"]) == ["local", "displacement", "total"]
    for part in found["wdd"].values():
        assert list(part) == ["estimate", "se", "ci_low", "ci_high", "p"]
    assert found["wdd"]["local"]["estimate"] == pytest.approx(-288)
    assert found["wdq"] == pytest.approx(0)
    assert found["irr"] == pytest.approx(0.4)
    assert 0 < found["placebo_p"] <= 1
    assert 0 < found["min_detectable"] < 288
    assert found["verdict"] == "worked"
    code, words, _ = run(*asked)
    assert words.startswith("Not in the register, Quay Street: Worked. ")
    assert "Treated: 2 cells, 480 before, 192 after" in words


def test_options_reach_the_test(run, cells):
    asked = ("displacement", "--area", AREA, "--treated", cells, "--start", "2023-08", "--json")
    options = ("--end", "2024-01", "--rings", "2", "--alpha", "0.5", "--post-months", "9")
    _, usual, _ = run(*asked)
    _, found, _ = run(*asked, *options)
    assert found["treated"]["after"] == 2 * 8 * 6
    assert len(found["buffer"]["cells"]) > len(usual["buffer"]["cells"])


def test_intervention_is_registered_listed_and_tested(run, cells, tmp_path):
    controls = tmp_path / "controls.txt"
    controls.write_text("\n".join(ALIKE[:4]))
    code, added, _ = run(
        "intervention", "add", "--area", AREA, "--title", "Wardens, Quay Street",
        "--kind", "joint_patrol", "--treated", cells, "--start", "2023-08-01",
        "--category", "Burglary", "--controls", str(controls), "--review", "2024-09-01",
        "--planned", "120 hours", "--delivered", "118", "--json",
    )  # fmt: skip
    assert (code, added["intervention_id"]) == (0, "wardens-quay-street")
    assert added["late_changes"][0].startswith("It was registered on 15 August 2024")
    _, listed, _ = run("intervention", "list", "--area", AREA, "--json")
    assert listed == {"interventions": [added]}
    assert (
        "wardens-quay-street: Wardens, Quay Street (joint patrol), running since"
        in (run("intervention", "list", "--area", AREA)[1])
    )
    key = ("displacement", "--area", AREA, "--intervention", "wardens-quay-street", "--json")
    _, found, _ = run(*key)
    assert found["control"]["cells"] == list(ALIKE[:4])
    assert found["caveats"][0] == added["late_changes"][0]


def test_outline_is_given_instead_of_cells(run, tmp_path):
    lat, lon = h3.cell_to_latlng(TREATED[0])
    path = tmp_path / "place.geojson"
    shape = box(lon - 0.0002, lat - 0.0002, lon + 0.0002, lat + 0.0002)
    gpd.GeoDataFrame({"name": ["Yard"]}, geometry=[shape], crs=4326).to_file(path)
    asked = ("displacement", "--area", AREA, "--start", "2023-08", "--boundary", str(path))
    _, found, _ = run(*asked, "--json")
    assert found["treated"]["cells"] == [TREATED[0]]


def test_hotspot_is_named_instead_of_cells(run):
    _, spots, _ = run("hotspots", "--area", AREA, "--json")
    name = spots["hotspots"][0]["name"].upper()
    asked = ("displacement", "--area", AREA, "--start", "2023-08", "--json", "--hotspot")
    _, found, _ = run(*asked, name)
    assert found["treated"]["cells"] == sorted(spots["hotspots"][0]["cells"])
    code, _, err = run(*asked, "Atlantis")
    assert code == 2
    assert "There is no hotspot 'Atlantis'" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Name either a registered intervention or a place"),
        (("--intervention", "x", "--treated", "{cells}"), "Name either a registered"),
        (("--intervention", "x"), "no intervention 'x'"),
        (("--treated", "{cells}"), "needs the month in which something started"),
        (("--treated", "{cells}", "--start", "2023"), "must read YYYY-MM"),
        (("--treated", "{cells}", "--start", "2023-08", "--end", "2023-07"), "not end before"),
        (("--treated", "{cells}", "--start", "2023-08", "--alpha", "0"), "Alpha must be"),
        (("--treated", "nowhere.txt", "--start", "2023-08"), "nowhere.txt cannot be read"),
        (("--treated", "{empty}", "--start", "2023-08"), "holds no hexagon"),
        (("--boundary", "nowhere.gpkg", "--start", "2023-08"), "nowhere.gpkg cannot be read"),
        (("--treated", "{words}", "--start", "2023-08"), "1 treated cells are no hexagons"),
    ],
)
def test_what_cannot_be_tested_exits_with_2_and_a_hint(run, cells, tmp_path, arguments, words):
    (tmp_path / "empty.txt").write_text("# nothing\n")
    (tmp_path / "words.txt").write_text("Quay Street\n")
    names = {"cells": cells, "empty": tmp_path / "empty.txt", "words": tmp_path / "words.txt"}
    filled = [argument.format(**names) for argument in arguments]
    code, _, err = run("displacement", "--area", AREA, *filled)
    assert code == 2
    assert words in err
    assert "What to do:" in err


def test_empty_register_says_how_to_add(tmp_path, capsys):
    treated_town(tmp_path).close()
    cli.main(["--home", str(tmp_path / "home"), "intervention", "list", "--area", AREA])
    assert "hexbeat intervention add" in capsys.readouterr().out


def test_intervention_is_refused_when_the_role_does_not_plan(home, cells, capsys):
    code = cli.main([
        "--home", str(home), "--role", "npt", "intervention", "add", "--area", AREA, "--title",
        "Wardens", "--kind", "other", "--treated", cells, "--start", "2023-08-01",
    ])  # fmt: skip
    assert code == 2
    assert "cannot register or change interventions" in capsys.readouterr().err
