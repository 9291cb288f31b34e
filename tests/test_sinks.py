"""Do points that look like default locations count as people said, whoever says it at once?"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import h3

from data.jobs.sinks import decisions, point_key, say, sinks
from data.jobs.sources import agree
from data.store.sources import source_settings
from tests.places import ANALYST, MIDDLE, Reports, add_town, store, workspace

LAT, LON = h3.cell_to_latlng(MIDDLE)
PACK = f"name,lon,lat,radius_m\nStation,{LON:.6f},{LAT:.6f},50\n"


def test_known_default_location_of_the_area_is_listed_as_not_counting(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files", sinks=PACK)
    store(ws, [Reports(MIDDLE, "2024-06", 3)])
    (before,) = sinks(ws, ANALYST, "quaytown")
    assert (before.rows, before.counts_in_hotspots) == (3, False)
    say(ws, ANALYST, "quaytown", before.key, "place")
    (after,) = sinks(ws, ANALYST, "quaytown")
    assert after == replace(before, said="place", counts_in_hotspots=True)
    ws.close()


def test_nothing_is_lost_when_many_say_something_at_once(ws):
    keys = [point_key(LON + n / 1000, LAT) for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda key: say(ws, ANALYST, "quaytown", key, "sink"), keys))
    assert decisions(ws, "quaytown") == dict.fromkeys(keys, "sink")


def test_audit_log_says_of_which_point_something_was_said(ws):
    say(ws, ANALYST, "quaytown", point_key(LON, LAT), "sink")
    assert json.loads(ws.store.audit_entries()[0].detail) == {
        "point": point_key(LON, LAT),
        "said": "sink",
    }


def test_agreement_keeps_what_else_is_known_of_the_source_and_is_in_the_audit_log(ws):
    agree(ws, ANALYST, "council", "Council", agreement_ref=" DSA  7 ", retention_months=12)
    agree(ws, ANALYST, "council", "Council", agreement_ref="DSA 8")
    with ws.store.read() as session:
        assert source_settings(session, "council", "Council") == {"agreement_ref": "DSA 8"}
    detail = json.loads(ws.store.audit_entries()[0].detail)
    assert detail == {"source": "council", "provider": "Council", "agreement_ref": "DSA 8"}
