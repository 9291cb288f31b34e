"""Do the crews, powers and patrols of the sample town come in whole, and make sense together?"""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, datetime

import pytest
import shapely

from data.readers.text import read_text
from data.registers.hours import read_weekdays
from data.registers.kinds import recognise
from data.registers.reading import read_register
from data.samples import crews
from data.samples.pack import study_area
from data.samples.town import TownSpec, build_town

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def town():
    return build_town(TownSpec(seed=3, size="small", months=6))


def _read(town, heads, rows):
    stream = io.StringIO()
    csv.writer(stream).writerows([heads, *rows])
    text = read_text(stream.getvalue().encode(), lambda cells: recognise(cells) is not None)
    return read_register(text, recognise(text.columns), now=NOW, area=study_area(town))


def _contents(town, heads, rows):
    return [content for _, content, _ in _read(town, heads, rows).entries]


@pytest.fixture(scope="module")
def teams(town):
    return _contents(town, crews.TEAM_HEADS, crews.team_rows(town))


@pytest.mark.parametrize(
    ("heads", "make", "key"),
    [
        (crews.TEAM_HEADS, crews.team_rows, "team"),
        (crews.SERVICE_HEADS, crews.service_rows, "service"),
        (crews.ORDER_HEADS, crews.order_rows, "order"),
        (crews.PATROL_HEADS, crews.patrol_rows, "patrol_log"),
    ],
)
def test_every_row_counts_when_read_as_a_file(town, heads, make, key):
    rows = make(town)
    found = _read(town, heads, rows)
    assert found.kind.key == key
    assert len(found.entries) == len(rows)
    assert (found.counts["held"], found.counts["refused"], found.counts["dropped"]) == (0, 0, 0)


def test_eight_crews_of_five_agencies_have_shifts_breaks_and_bases(town, teams):
    assert len(teams) == 8
    agencies = {team["agency"] for team in teams}
    assert agencies == {"npt", "specials", "civil_enforcement", "bid_wardens", "joint"}
    assert {team["mode"] for team in teams} == {"walking", "vehicle"}
    for team in teams:
        assert team["weekdays"]
        assert team["powers"]
        assert team["break_start"] < team["break_end"]
        assert shapely.contains_xy(town.boundary, team["lon"], team["lat"])
    zones = {team["zone"] for team in teams} - {None}
    assert zones <= set(town.patches["name"])
    assert len(zones) == 1


def test_joint_crew_holds_the_powers_of_police_and_wardens(teams):
    powers = {team["team"]: set(team["powers"]) for team in teams}
    joint = powers["Joint evening patrol"]
    assert powers["NPT Central"] < joint
    assert powers["Council wardens"] < joint
    assert "arrest" not in powers["PCSO Central"] | powers["BID wardens"]


def test_powers_have_commencement_dates_and_one_is_still_to_come(town):
    services = _contents(town, crews.SERVICE_HEADS, crews.service_rows(town))
    begun = {one["service"]: one["commenced"] for one in services}
    assert max(begun.values()) == begun["Noise team"] == "2026-11-01"
    assert sum(day <= "2026-08-31" for day in begun.values()) == 7
    assert {one["agency"] for one in services} == {
        "npt", "specials", "civil_enforcement", "bid_wardens", "joint",
    }  # fmt: skip


def test_wardens_may_act_on_drinking_in_the_zone_of_the_order_only(town):
    services = _contents(town, crews.SERVICE_HEADS, crews.service_rows(town))
    wardens = next(one for one in services if one["service"] == "Council wardens")
    (order,) = _contents(town, crews.ORDER_HEADS, crews.order_rows(town))
    assert wardens["places"] == [order["name"]] == [crews.ORDER]
    assert (order["kind"], order["from"], order["to"]) == ("pspo", "2025-04-01", "2028-03-31")
    zone = shapely.from_wkt(order["__wkt"])
    assert zone.is_valid
    assert 0.01 < zone.area / town.boundary.area < 0.3
    assert zone.difference(town.boundary.buffer(1e-5)).is_empty


def test_patrols_deliver_about_half_of_what_was_planned(town):
    log = [dict(zip(crews.PATROL_HEADS, row, strict=True)) for row in crews.patrol_rows(town)]
    assert {row["Date"][3:] for row in log} <= {"07/2026", "08/2026", "09/2026"}
    weekly = sum(len(read_weekdays(crew.days)) for crew in crews.CREWS)
    planned = 3 * 15 * weekly * 62 / 7
    delivered = sum(int(row["Minutes"]) for row in log)
    assert 0.3 < delivered / planned < 0.7
    assert {row["Team"] for row in log} == {crew.team for crew in crews.CREWS}
    streets = Counter(row["Location"] for row in log)
    assert len(streets) >= 10
    assert set(streets) <= set(town.streets["name"])


def test_patrol_log_holds_no_names_of_people(town):
    found = _read(town, crews.PATROL_HEADS, crews.patrol_rows(town))
    assert not [finding for finding in found.findings if finding.code == "F09"]
    assert all(content["agency"] and content["team"] for _, content, _ in found.entries)
