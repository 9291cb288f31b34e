"""Does a workspace join what lies in one home folder, and what does it hand to the browser?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, box
from xstatic.pkg import leaflet

from data.areas import AreaPack, AreaSpec, build_area, save_area
from data.basemap import street_pack
from data.clock import FixedClock
from data.settings import SettingsError
from data.workspace import Workspace, prepare_static

CLOCK = FixedClock(datetime(2022, 8, 1, 9, tzinfo=UTC))


@pytest.fixture
def workspace(tmp_path):
    opened = Workspace.open(tmp_path / "home", clock=CLOCK)
    yield opened
    opened.close()


def _streets(*rows):
    names, classes, lines = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"name": list(names), "street_class": list(classes)},
        geometry=[LineString(line) for line in lines],
        crs="EPSG:4326",
    )


def _add_area(workspace, tmp_path, area_id="sandport", name="Sandport", *, streets=True):
    town = tmp_path / "town.geojson"
    gpd.GeoDataFrame({"name": [name]}, geometry=[box(-1, 53, -0.98, 53.02)], crs=4326).to_file(town)
    lines = tmp_path / "streets.geojson"
    _streets(("High Street", 2, [(-1, 53.01), (-0.98, 53.01)])).to_file(lines)
    spec = AreaSpec(area_id, town, streets=lines if streets else None)
    pack = build_area(spec)
    save_area(workspace.settings.areas_path, pack)
    return pack.area


def test_workspace_joins_everything_of_one_home(workspace, tmp_path):
    home = tmp_path / "home"
    assert workspace.settings.home == home
    assert workspace.clock.now() == CLOCK.moment
    assert workspace.lake.root == home / "lake"
    assert workspace.store.audit_entries() == ()
    assert workspace.engine.coverage().empty
    assert (home / "store.sqlite").is_file()
    assert workspace.areas() == ()


def test_clock_is_fixed_when_the_environment_names_a_time(tmp_path, monkeypatch):
    monkeypatch.setenv("HEXBEAT_NOW", "2022-08-01T09:00:00Z")
    monkeypatch.setenv("HEXBEAT_HOME", str(tmp_path))
    workspace = Workspace.open()
    assert workspace.clock == CLOCK
    workspace.close()


def test_home_is_refused_when_it_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="cannot be made: Not a directory"):
        Workspace.open(tmp_path / "file" / "home")


def test_area_is_read_again_only_when_its_pack_changes(workspace, tmp_path):
    first = _add_area(workspace, tmp_path)
    assert workspace.area_ids() == ("sandport",)
    assert workspace.area("sandport").version == first.version
    assert workspace.area("sandport") is workspace.area("sandport")
    second = _add_area(workspace, tmp_path, name="Sandport Bay")
    assert workspace.area("sandport").version == second.version != first.version
    assert [area.name for area in workspace.areas()] == ["Sandport Bay"]


def test_workspaces_are_keys_of_a_cache(workspace, tmp_path):
    other = Workspace.open(tmp_path / "home", clock=CLOCK)
    assert len({workspace, other}) == 2
    other.close()


def test_leaflet_is_copied_as_installed(workspace, tmp_path):
    prepare_static(tmp_path / "app", workspace)
    vendor = tmp_path / "app" / "static" / "vendor" / "leaflet"
    copied = sorted(str(path.relative_to(vendor)) for path in vendor.rglob("*") if path.is_file())
    assert copied == [
        "images/layers-2x.png", "images/layers.png", "images/marker-icon-2x.png",
        "images/marker-icon.png", "images/marker-shadow.png", "leaflet.css", "leaflet.js",
    ]  # fmt: skip
    for name in copied:
        assert (vendor / name).read_bytes() == (Path(leaflet.BASE_DIR) / name).read_bytes()
    assert b"Leaflet 1.9.3" in (vendor / "leaflet.js").read_bytes()[:200]


def test_static_files_stay_when_prepared_again_and_come_back_when_changed(workspace, tmp_path):
    _add_area(workspace, tmp_path)
    prepare_static(tmp_path, workspace)
    files = [path for path in (tmp_path / "static").rglob("*") if path.is_file()]
    before = {path: path.stat().st_mtime_ns for path in files}
    prepare_static(tmp_path, workspace)
    assert {path: path.stat().st_mtime_ns for path in files} == before
    script = tmp_path / "static" / "vendor" / "leaflet" / "leaflet.js"
    script.write_text("alert('changed')")
    prepare_static(tmp_path, workspace)
    assert script.stat().st_size > 100_000
    assert sorted(path for path in (tmp_path / "static").rglob("*") if path.is_file()) == sorted(
        files
    )


def test_only_areas_with_streets_have_a_file_of_them(workspace, tmp_path):
    area = _add_area(workspace, tmp_path)
    _add_area(workspace, tmp_path, "plain", streets=False)
    prepare_static(tmp_path, workspace)
    address = f"streets/sandport-{area.version}.json"
    assert workspace.street_address("sandport") == address
    assert workspace.street_address("plain") is None
    found = [path.name for path in (tmp_path / "static" / "streets").iterdir()]
    assert found == [f"sandport-{area.version}.json"]
    assert json.loads((tmp_path / "static" / address).read_bytes()) == {
        "lines": [[2, [5301000, -100000, 0, 2000]]],
        "labels": [["High Street", 5301000, -99000, 0]],
    }


def test_street_file_holds_nothing_but_lines_and_labels(workspace, tmp_path):
    _add_area(workspace, tmp_path)
    prepare_static(tmp_path, workspace)
    (path,) = (tmp_path / "static" / "streets").iterdir()
    assert set(json.loads(path.read_bytes())) == {"lines", "labels"}
    assert not list((tmp_path / "static").rglob("*.parquet"))


def test_labels_stand_on_the_longest_line_of_each_name_longest_street_first():
    pack = json.loads(
        street_pack(
            _streets(
                ("Short", 0, [(0, 0), (0.001, 0)]),
                ("Long", 0, [(0, 0), (0.001, 0)]),
                ("Long", 0, [(0.01, 0), (0.01, 0.004)]),
                ("", 1, [(0, 0), (1, 1)]),
                ("Dot", 1, [(0, 0), (0.000001, 0)]),
            )
        )
    )
    assert pack["labels"] == [["Long", 200, 1000, 90], ["Short", 0, 50, 0]]
    assert [kind for kind, _ in pack["lines"]] == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ([(0, 0), (0.01, 0.01)], 45),
        ([(0.01, 0.01), (0, 0)], 45),
        ([(0, 0.01), (0.01, 0)], -45),
        ([(0, 60), (0.02, 60.01)], 45),
        ([(0, 0), (0.001, 0), (0.001, 0.1)], 90),
    ],
)
def test_labels_turn_with_the_street_and_stay_upright(line, turn):
    ((_, _, _, found),) = json.loads(street_pack(_streets(("A", 0, line))))["labels"]
    assert found == turn


@given(
    st.lists(
        st.tuples(st.integers(-18_000_000, 18_000_000), st.integers(-9_000_000, 9_000_000)),
        min_size=2,
        max_size=8,
        unique=True,
    )
)
def test_lines_come_back_from_their_deltas(points):
    line = [(lon / 1e5, lat / 1e5) for lon, lat in points]
    ((_, deltas),) = json.loads(street_pack(_streets(("", 0, line))))["lines"]
    lat, lon = np.array(deltas).reshape(-1, 2).cumsum(axis=0).T
    assert list(zip(lon.tolist(), lat.tolist(), strict=True)) == points


def test_same_streets_give_the_same_bytes(workspace, tmp_path):
    area = _add_area(workspace, tmp_path)
    assert street_pack(area.streets) == street_pack(workspace.area("sandport").streets)


def test_area_pack_without_streets_is_kept_as_such(workspace, tmp_path):
    area = _add_area(workspace, tmp_path, streets=False)
    save_area(workspace.settings.areas_path, AreaPack(area))
    assert workspace.area("sandport").streets is None
