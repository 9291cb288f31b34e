"""The sample town: its ground, its reports, its truth, and the area pack made of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely

from data.areas import build_area
from data.engines.embedded import EmbeddedEngine
from data.ingest import append_incidents
from data.lake import Lake
from data.samples import names
from data.samples.blocks import joined, shared_edges
from data.samples.categories import CATEGORIES, week, year
from data.samples.geography import lay_out
from data.samples.pack import write_town
from data.samples.score import Score, score_hotspots
from data.samples.spec import DEMO_TOWN, SCALES, PlantedIntervention
from data.samples.town import PlantedPlaces, Town, TownSpec, build_town
from data.samples.truth import write_truth
from geo.errors import GeoError, NotEnoughDataError, SchemaError
from geo.schema import INCIDENT_COLUMNS, POLICE_UK_CATEGORIES

SMALL = TownSpec(seed=3, size="small")
NOW = datetime(2026, 9, 15, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def town() -> Town:
    return build_town(SMALL)


@pytest.fixture(scope="module")
def reports(town) -> pd.DataFrame:
    return town.incidents


def test_town_is_the_same_when_built_twice(town):
    again = build_town(SMALL)
    pd.testing.assert_frame_equal(again.incidents, town.incidents)
    assert again.truth == town.truth
    assert again.boundary.wkb == town.boundary.wkb
    assert again.streets.to_wkb().equals(town.streets.to_wkb())


def test_reports_differ_when_the_seed_differs(town):
    other = build_town(TownSpec(seed=4, size="small"))
    assert other.truth["places"] != town.truth["places"]
    assert not other.boundary.equals(town.boundary)


def test_ground_stays_when_effects_and_months_change(town):
    bare = lay_out(TownSpec(seed=3, size="small", months=2, end="2025-02", effects=()))
    assert bare.boundary.wkb == town.boundary.wkb
    assert bare.streets.to_wkb().equals(town.streets.to_wkb())


# --- the ground


def test_boundary_lies_in_the_sea_when_read_as_british_grid(town):
    west, south, east, north = town.boundary.bounds
    assert -5.1 < west < east < -4.6
    assert 52.3 < south < north < 52.55
    metres = gpd.GeoSeries([town.boundary], crs="EPSG:4326").to_crs(town.crs_m)
    assert metres.area.iloc[0] / 1e6 == pytest.approx(SCALES["small"].area_km2, rel=0.1)
    assert town.boundary.geom_type == "Polygon"


@pytest.mark.parametrize("layer", ["wards_before", "wards_after", "patches"])
def test_regions_tile_the_borough_when_laid_together(town, layer):
    regions = getattr(town, layer)
    assert list(regions.columns) == ["name", "geometry"]
    assert set(regions.geom_type) == {"Polygon"}
    assert regions.is_valid.all()
    assert regions["name"].is_unique
    assert regions["name"].is_monotonic_increasing
    assert regions.union_all().symmetric_difference(town.boundary).area < 1e-12
    areas = shapely.area(regions.geometry.to_numpy())
    assert areas.sum() == pytest.approx(town.boundary.area, rel=1e-9)


def test_wards_change_when_the_review_takes_effect(town):
    wards = town.truth["wards"]
    assert (wards["before"], wards["after"]) == (9, 8)
    assert names.RENAMED_WARD in wards["new"]
    assert len(wards["gone"]) == 2
    assert 1 <= len(wards["unchanged"]) < wards["after"]
    assert wards["changed_from"] == "2025-05"
    assert town.wards_vintage == "from May 2025"


def test_patches_hold_whole_wards_when_compared(town):
    wards, patches = (f.geometry.to_numpy() for f in (town.wards_after, town.patches))
    shared = shapely.area(shapely.intersection(wards[:, None], patches[None, :]))
    share = shared / shapely.area(wards)[:, None]
    assert share.max(axis=1) == pytest.approx(np.ones(len(wards)), abs=1e-6)
    assert len(town.patches) < len(town.wards_after)


def test_streets_end_where_they_meet_when_noded(town):
    streets = town.streets
    assert set(streets.geom_type) == {"LineString"}
    assert set(streets["street_class"]) == {0, 1, 2}
    assert (streets["name"] != "").all()
    assert {"Promenade", "Marine Square", "Saltmere Pier"} <= set(streets["name"])
    left, _ = shapely.STRtree(streets.geometry).query(streets.geometry, predicate="crosses")
    assert len(left) <= 0.002 * len(streets)


def test_land_ends_at_the_sea_wall_when_drawn(town):
    ashore = town.boundary.intersection(town.land).area / town.boundary.area
    assert 0.9 < ashore < 0.99
    west = shapely.box(*town.boundary.bounds).bounds[0]
    assert town.land.bounds[0] < west + 0.02


def test_street_names_are_distinct_when_many_are_asked_for():
    many = names.street_names(9000, np.random.default_rng(2))
    assert len(set(many)) == 9000
    assert not set(many) & set(names.CROSS_ROADS)


def test_blocks_that_are_cut_off_change_owner_when_joined():
    blocks = np.array([shapely.box(k, 0, k + 1, 1) for k in range(5)])
    edges = shared_edges(blocks)
    assert sorted(zip(edges.left.tolist(), edges.right.tolist(), strict=True))[:3] == [
        (0, 1),
        (1, 0),
        (1, 2),
    ]
    assert joined(np.array([0, 0, 1, 0, 1]), edges).tolist() in ([0, 0, 1, 1, 1], [0, 0, 0, 0, 1])


# --- the reports


def test_reports_are_canonical_when_listed(reports):
    assert tuple(reports.columns) == INCIDENT_COLUMNS
    assert str(reports["time_from"].dtype) == "datetime64[us, UTC]"
    texts = reports.drop(columns=["lon", "lat", "time_from", "time_to", "source_row"])
    assert {str(kind) for kind in texts.dtypes} == {"str"}
    assert not texts.isna().to_numpy().any()
    assert set(reports["origin"]) == {"public", "cctv", "police", "partner"}
    assert set(reports["time_precision"]) == {"minute"}
    by_source = reports.groupby("source")["source_row"]
    assert (by_source.max() == by_source.size()).all()
    assert not reports["source_ref"].duplicated().any()


def test_police_and_council_report_their_own_types_when_listed(reports):
    police = reports[reports["source"] == "police_log"]
    council = reports[reports["source"] == "council"]
    assert set(police["provider"]) == {names.POLICE}
    assert set(police["category"]) == set(POLICE_UK_CATEGORIES)
    assert {"Noise", "Fly-tipping", "Street drinking", "Begging"} < set(council["category"])
    assert 0.1 < len(council) / len(reports) < 0.25


def test_month_is_the_local_month_when_the_clock_has_changed(reports):
    local = reports["time_from"].dt.tz_convert("Europe/London")
    assert (local.dt.strftime("%Y-%m") == reports["month"]).all()
    assert sorted(reports["month"].unique()) == list(SMALL.periods)
    assert (local.dt.tz_localize(None) - reports["time_from"].dt.tz_localize(None)).nunique() == 2


def test_times_are_ranges_when_nobody_saw_it(reports):
    assert (reports["time_to"] >= reports["time_from"]).all()
    last = reports["time_to"].max().tz_convert("Europe/London")
    assert last.strftime("%Y-%m") <= SMALL.end
    ranged = reports["time_to"] > reports["time_from"]
    shares = ranged.groupby(reports["category"]).mean()
    assert shares["Burglary"] == pytest.approx(0.75, abs=0.06)
    assert shares["Noise"] == 0


def test_reports_lie_in_the_borough_when_located(town, reports):
    located = reports["location_precision"] == "exact"
    assert (located == reports["lon"].notna()).all()
    inside = shapely.contains_xy(town.boundary, reports["lon"], reports["lat"])
    told = town.truth["reports"]
    assert int((~located).sum()) == told["no_location"]
    assert int((located & ~inside).sum()) == told["outside_area"] > 0
    assert told["no_location"] / told["reports"] == pytest.approx(0.02, abs=0.005)
    assert (reports.loc[~located, "place"] == "").all()


def test_place_is_the_street_beside_when_a_report_is_located(town, reports):
    inside = reports[reports["lon"].notna() & (reports["place"] != "Beyond the borough")]
    some = inside.sample(200, random_state=1)
    streets = town.streets.to_crs(town.crs_m).dissolve("name").geometry
    points = gpd.GeoSeries.from_xy(some["lon"], some["lat"], crs="EPSG:4326").to_crs(town.crs_m)
    away = points.distance(streets.loc[some["place"]].set_axis(points.index))
    assert away.max() < 12


def test_repeat_calls_are_near_and_soon_when_an_incident_has_several(town, reports):
    episode = pd.Series(town.reports.episode, index=reports.index)
    calls = reports.groupby(episode)
    assert len(calls) == town.truth["reports"]["incidents"]
    several = reports[episode.duplicated(keep=False) & reports["lon"].notna()]
    group = several.groupby(episode.loc[several.index])
    alike = several[several["origin"] != "cctv"].groupby(episode)["category"]
    assert (alike.min() == alike.max()).all()
    assert (group["time_from"].max() - group["time_from"].min()).max() <= pd.Timedelta("60min")
    spread = (group["lat"].max() - group["lat"].min()) * 111_000
    assert 1 < spread.max() <= 200
    assert 1.04 < len(reports) / len(calls) < 1.2


def test_types_keep_their_hours_and_seasons_when_counted(reports):
    local = reports["time_from"].dt.tz_convert("Europe/London").dt
    shops = reports["category"] == "Shoplifting"
    assert local.hour[shops].between(9, 18).mean() > 0.8
    night = reports["category"] == "Public order"
    late = local.hour.isin([22, 23, 0, 1, 2])
    assert late[night].mean() > 1.5 * late[shops].mean()
    asb = reports[reports["category"] == "Anti-social behaviour"]["month"].str[5:]
    assert asb.isin(["06", "07", "08"]).sum() > 1.25 * asb.isin(["12", "01", "02"]).sum()


def test_week_and_year_are_shares_when_summed():
    for category in CATEGORIES:
        assert week(category.rhythm).sum() == pytest.approx(1)
        assert year(category).mean() == pytest.approx(1)
    assert sum(c.share for c in CATEGORIES) == pytest.approx(1)
    assert [c.name for c in CATEGORIES] == sorted(c.name for c in CATEGORIES)
    friday_night, monday_night = 5 * 24 + 1, 1 * 24 + 1
    assert week("night")[friday_night] > 1.5 * week("night")[monday_night]


def test_most_drugs_are_found_by_police_work(reports):
    drugs = reports[reports["category"] == "Drugs"]["origin"]
    assert (drugs == "police").mean() == pytest.approx(0.8, abs=0.08)


def test_police_station_draws_reports_when_it_is_a_default_location(town, reports):
    sink = town.sinks[0]
    at = (reports["lon"] == sink.lon) & (reports["lat"] == sink.lat)
    assert at.sum() > 0.004 * len(reports)
    assert h3.latlng_to_cell(sink.lat, sink.lon, 9) == town.truth["police_station"]["cell"]


# --- the truth


def test_planted_places_are_three_times_their_surroundings_when_told(town):
    expected = town.truth["expected_per_month"]
    steady = [p for p in town.truth["places"] if p["kind"] == "persistent"]
    assert {p["where"] for p in steady} == {"centre", "outside"}
    for place in steady:
        cells = set(place["cells"])
        around = {c for cell in cells for c in h3.grid_disk(cell, 1)} - cells
        beside = np.mean([expected[c] for c in around if c in expected])
        assert [expected[c] for c in cells] == pytest.approx([3 * beside] * len(cells), rel=0.12)
        assert 2 <= len(cells) <= 5
        assert all(set(h3.grid_disk(c, 1)) & (cells - {c}) for c in cells)


def test_emerging_and_fading_places_change_when_their_months_come():
    effects = (PlantedPlaces("emerging", 1, months=4), PlantedPlaces("fading", 1, months=6))
    town = build_town(TownSpec(seed=2, size="small", months=24, effects=effects))
    monthly = town.rates.expected.sum(axis=2)
    row = {cell: k for k, cell in enumerate(town.geography.addresses.cells)}
    emerging, fading = town.truth["places"]
    assert (emerging["active_from"], emerging["active_to"]) == ("2026-05", "2026-08")
    assert (fading["active_from"], fading["active_to"]) == ("2024-09", "2026-02")
    new = monthly[row[emerging["cells"][0]]]
    assert new[20:].sum() / new[8:12].sum() == pytest.approx(3)
    old = monthly[row[fading["cells"][0]]]
    assert old[18:].sum() / old[6:12].sum() == pytest.approx(1 / 3)


def test_reports_follow_the_expected_rates_when_counted(town, reports):
    inside = reports[reports["lon"].notna() & (reports["place"] != "Beyond the borough")]
    cells = [h3.latlng_to_cell(y, x, 9) for x, y in zip(inside["lon"], inside["lat"], strict=True)]
    counted = pd.Series(cells).value_counts() / len(SMALL.periods)
    told = pd.Series(town.truth["expected_per_month"])
    assert set(counted.index) <= set(told.index)
    assert counted.sum() == pytest.approx(SCALES["small"].reports_per_month, rel=0.03)
    error = (counted.reindex(told.index).fillna(0) - told) / np.sqrt(told / len(SMALL.periods))
    assert np.abs(error).max() < 6


def test_truth_is_read_back_when_written(town, tmp_path):
    path = tmp_path / "truth.json"
    write_truth(town.truth, path)
    assert json.loads(path.read_text(encoding="utf-8")) == town.truth


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: TownSpec(size="huge"), GeoError),
        (lambda: TownSpec(months=0), NotEnoughDataError),
        (lambda: TownSpec(end="2026-13"), SchemaError),
        (lambda: PlantedPlaces("fading", 1, cells=(0, 3)), GeoError),
        (lambda: PlantedPlaces("fading", 1, cells=(3, 8)), GeoError),
        (lambda: PlantedPlaces("fading", 1, ratio=0), NotEnoughDataError),
        (lambda: PlantedIntervention("moved", "treated", 0, 0), NotEnoughDataError),
    ],
    ids=["size", "months", "end", "no cell", "too many cells", "ratio", "no month"],
)
def test_spec_is_refused_when_it_cannot_be(make, error):
    with pytest.raises(error) as caught:
        make()
    assert caught.value.hint


def test_town_is_refused_when_it_has_no_room():
    many = TownSpec(size="small", effects=(PlantedPlaces("persistent", 60),))
    with pytest.raises(NotEnoughDataError, match="no free spot"):
        build_town(many)
    heavy = TownSpec(size="small", effects=(PlantedPlaces("persistent", 1, quarter=40.0),))
    with pytest.raises(NotEnoughDataError, match="more than the 700 reports"):
        build_town(heavy)


def test_long_town_gets_a_third_pier_when_large():
    ground = lay_out(TownSpec(seed=1, size="large"))
    assert set(names.PIERS) <= set(ground.streets["name"])
    assert len(ground.wards_after) == SCALES["large"].wards


# --- interventions

DONE = TownSpec(
    seed=2,
    size="small",
    months=24,
    effects=(PlantedPlaces("treated", 3, cells=(2, 3)),),
    interventions=(
        PlantedIntervention("moved", "treated", 0, 12),
        PlantedIntervention("spread", "treated", 1, 6),
        PlantedIntervention("not_delivered", "treated", 2, 6),
    ),
)


def test_rates_change_from_the_start_when_something_was_done():
    town, bare = build_town(DONE), build_town(replace(DONE, interventions=()))
    assert [d["effect"] for d in town.truth["interventions"]] == [
        "moved",
        "spread",
        "not_delivered",
    ]
    assert bare.truth["interventions"] == []
    row = {cell: k for k, cell in enumerate(town.geography.addresses.cells)}
    with_it, without = town.rates.expected.sum(axis=2), bare.rates.expected.sum(axis=2)
    for done in town.truth["interventions"]:
        first = DONE.periods.index(done["start"])
        inside, beside = ([row[c] for c in done[key]] for key in ("cells", "beside"))
        assert with_it[inside, :first] == pytest.approx(without[inside, :first], rel=0.01)
        for cells, factor in ((inside, "treated_factor"), (beside, "beside_factor")):
            now = with_it[cells, first:].sum() / without[cells, first:].sum()
            assert now == pytest.approx(done[factor], rel=0.01)


def test_half_of_the_fall_turns_up_beside_when_it_moved():
    done = build_town(DONE).truth["interventions"][0]
    bare = build_town(replace(DONE, interventions=())).truth["expected_per_month"]
    fall = (1 - done["treated_factor"]) * sum(bare[c] for c in done["cells"])
    rise = (done["beside_factor"] - 1) * sum(bare[c] for c in done["beside"])
    assert done["treated_factor"] == 0.5
    assert rise / fall == pytest.approx(0.5, rel=0.02)
    assert done["start"] == "2025-09"


def test_nothing_changes_when_it_was_not_delivered():
    done = build_town(DONE).truth["interventions"][2]
    assert (done["treated_factor"], done["beside_factor"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("planned", "words"),
    [
        (PlantedIntervention("moved", "treated", 3, 6), "3 treated places; found number 3"),
        (PlantedIntervention("moved", "treated", 0, 25), "24 months; an intervention runs 25"),
    ],
)
def test_intervention_is_refused_when_it_cannot_be_planted(planned, words):
    with pytest.raises(NotEnoughDataError, match=words):
        build_town(replace(DONE, interventions=(planned,)))


def test_town_of_the_demonstration_holds_four_interventions():
    assert [one.effect for one in DEMO_TOWN.interventions] == [
        "moved",
        "spread",
        "nothing",
        "not_delivered",
    ]
    assert DEMO_TOWN.planted[:3] == TownSpec().planted[:3]


# --- scoring


def test_score_counts_found_and_false_when_hotspots_are_compared():
    truth = {
        "places": [
            {"kind": "persistent", "cells": ["a", "b", "c"]},
            {"kind": "persistent", "cells": ["d", "e"]},
            {"kind": "fading", "cells": ["f"]},
        ],
        "mean_per_cell": 5.0,
        "expected_per_month": {"a": 30.0, "g": 12.0, "h": 4.0},
    }
    score = score_hotspots(truth, [["a", "b"], ["h", "i"], ["g"], ["f", "h"], ["c", "x"]])
    assert score == Score(planted=2, found=1, reported=5, false=1, unplanted=2)
    assert (score.found_share, score.false_share) == (0.5, 0.2)
    both = score + Score(2, 2, 5, 0, 0)
    assert (both.found_share, both.false_share) == (0.75, 0.1)
    assert (Score().found_share, Score().false_share) == (1.0, 0.0)


# --- the area pack and the lake


def test_area_is_built_when_the_town_was_written(town, tmp_path):
    pack = build_area(write_town(town, tmp_path / "pack"))
    area = pack.area
    assert (area.area_id, area.name, area.crs_m) == ("saltmere", "Saltmere", "EPSG:27700")
    assert list(area.wards["name"]) == list(town.wards_after["name"])
    assert list(area.patches["name"]) == list(town.patches["name"])
    assert area.wards_vintage == "from May 2025"
    assert area.priorities == town.priorities
    assert area.events == town.events
    assert [s.name for s in area.sinks] == ["Saltmere police station"]
    assert area.streets is not None
    assert set(area.streets["name"]) == set(town.streets["name"])
    assert area.land is not None
    assert area.buildings is not None
    assert len(area.buildings) == SCALES["small"].buildings
    assert len(area.open_ground) == len(town.open_ground) == 5
    assert area.boundary.symmetric_difference(town.boundary).area < 1e-9
    assert (tmp_path / "pack" / "wards_before.geojson").is_file()


def test_every_report_is_stored_when_the_town_is_loaded(reports, tmp_path):
    lake = Lake(tmp_path / "lake")
    for (source, provider), rows in reports.groupby(["source", "provider"]):
        told = append_incidents(
            lake, rows, source=source, provider=provider, file_name="Saltmere", now=NOW
        )
        assert told.rows_kept == len(rows)
    located = reports.dropna(subset=["lon"])
    counted = EmbeddedEngine(lake).count_points((-6.0, 52.0, -4.0, 53.0))
    assert int(counted["n"].sum()) == len(located)
