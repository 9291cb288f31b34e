"""The hotspots of a hand-made town: found, named, worded, permitted, and never made up."""

from __future__ import annotations

import json
from dataclasses import replace

import h3
import pytest

from data.access import AccessError, Principal, Role, SmallNumberRule
from data.jobs.disclosure import Disclosure
from data.jobs.home import finding, home
from data.jobs.hotspot_files import CELL_COLUMNS, hotspot_csv, hotspot_geojson, summary
from data.jobs.hotspot_views import agreement_words
from data.jobs.hotspots import area_change, categories, find_hotspots, rename_hotspot
from data.views import ChangeView, HotspotParams
from geo.errors import GeoError, GridError
from geo.periods import month_range
from tests.places import ANALYST, MIDDLE, Reports, add_town, all_cells, steady, store, workspace

MONTHS = month_range("2020-07", "2022-06")
HOT = (MIDDLE,)
PARAMS = HotspotParams(to="2022-06")


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hotspots")
    ws = workspace(folder / "home")
    add_town(
        ws,
        folder / "files",
        events="date_from,date_to,kind,title\n2021-05,,event,Big fair\n"
        "2021-06,,event,Carnival\n2022-06,,event,Carnival\n",
    )
    store(ws, steady([m for m in MONTHS if m != "2021-03"], hot=HOT))
    yield ws
    ws.close()


@pytest.fixture(scope="module")
def result(ws):
    return find_hotspots(ws, ANALYST, "quaytown", PARAMS)


def test_the_planted_place_is_the_hotspot(result):
    (spot,) = result.hotspots
    assert set(spot.cells) == set(h3.grid_disk(MIDDLE, 1))
    assert spot.name == "Quay Street"
    assert (spot.months_hot, spot.months_observed) == (23, 23)
    assert spot.age_words == "Persistent: hot in all 23 months seen"


def test_counts_and_shares_can_be_traced_by_hand(result):
    (spot,) = result.hotspots
    total = 23 * (40 + len(all_cells()) - 1)
    assert result.total == total
    assert spot.n == 23 * (40 + 6)
    assert spot.share == pytest.approx(spot.n / total)
    assert spot.cell_share == pytest.approx(len(spot.cells) / len(result.cells))


def test_a_missing_month_is_no_data_in_the_series(result):
    series = dict(result.hotspots[0].series)
    assert series["2021-03"] is None
    assert series["2020-06"] is None
    assert series["2021-02"] == 40 + 6
    assert result.caveats[0] == "23 of 24 months seen: no data for March 2021."


def test_enough_months_can_be_judged(ws, result):
    assert result.unjudged is None
    assert home(ws, ANALYST, "quaytown").unjudged is None


def test_nothing_changed_reads_as_normal_variation(result):
    assert result.hotspots[0].change.key == "normal"
    assert result.compared_words == "April to June, 2022 on 2021"


def test_the_csv_has_one_row_a_study_cell(ws, result):
    lines = hotspot_csv(ws, ANALYST, result).decode().splitlines()
    assert lines[0] == ",".join(CELL_COLUMNS)
    assert len(lines) == 1 + len(result.cells)
    hot = next(line for line in lines if line.startswith(MIDDLE)).split(",")
    assert hot[2:4] == ["Quay Street", str(23 * 40)]
    assert hot[8:12] == ["23", "23", "1.0", "persistent"]


def test_the_geojson_has_one_feature_a_hotspot(ws, result):
    collection = json.loads(hotspot_geojson(ws, ANALYST, result))
    (feature,) = collection["features"]
    assert feature["properties"]["name"] == "Quay Street"
    assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}


def test_exports_are_audited_and_the_same_inputs_give_the_same_bytes(ws, result):
    before = len(ws.store.audit_entries(action="export_hotspots"))
    again = find_hotspots(ws, ANALYST, "quaytown", PARAMS)
    assert hotspot_csv(ws, ANALYST, result) == hotspot_csv(ws, ANALYST, again)
    assert len(ws.store.audit_entries(action="export_hotspots")) == before + 2


def test_the_summary_holds_no_outline_and_can_be_json(result):
    text = json.dumps(summary(result))
    assert "outline" not in text
    assert json.loads(text)["hotspots"][0]["name"] == "Quay Street"


def test_a_window_without_data_says_so_and_holds_no_figure(ws):
    params = HotspotParams(to="2021-03", start="2021-03")
    result = find_hotspots(ws, ANALYST, "quaytown", params)
    assert result.no_data is not None
    assert result.no_data.startswith("No data for March 2021.")
    assert result.cells["n"].isna().all()
    assert result.hotspots == ()


def test_fewer_than_12_months_give_figures_but_no_hotspots(ws):
    result = find_hotspots(ws, ANALYST, "quaytown", HotspotParams(to="2021-02"))
    assert result.hotspots == ()
    assert result.total > 0
    assert result.unjudged == (
        "Hotspots need 12 months with data in the 24 months to February 2021, and 8 were seen."
        " That is not the same as no hotspots."
    )
    assert result.headline == "Hotspots cannot be judged in this period"


def test_sparse_types_are_judged_by_longer_slices(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    rare = [Reports(c, m, 2, "Robbery") for m in MONTHS for c in HOT]
    store(ws, [*steady(MONTHS, hot=HOT), *rare])
    result = find_hotspots(ws, ANALYST, "quaytown", replace(PARAMS, categories=("Robbery",)))
    assert any("sparse" in caveat for caveat in result.caveats)
    assert result.total == 24 * 2
    assert set(result.cells["emerging_class"]) == {""}
    ws.close()


def test_an_unknown_type_is_refused_with_the_choice(ws):
    with pytest.raises(GridError, match="no type 'Piracy'") as refused:
        find_hotspots(ws, ANALYST, "quaytown", replace(PARAMS, categories=("Piracy",)))
    assert "Burglary" in refused.value.hint


@pytest.mark.parametrize(
    "wrong",
    [{"to": "2022-13"}, {"lens": "fear"}, {"resolution": 7}, {"start": "2022-07"}],
)
def test_parameters_are_checked_when_made(wrong):
    with pytest.raises(GeoError):
        HotspotParams(**{"to": "2022-06", **wrong})


def test_the_harm_lens_says_what_it_is(ws):
    result = find_hotspots(ws, ANALYST, "quaytown", replace(PARAMS, lens="harm"))
    assert any("Indicative" in caveat for caveat in result.caveats)
    assert result.legend_title.startswith("Days of harm")
    assert result.total == round(244.68 * 23 * (40 + len(all_cells()) - 1))


def test_every_patch_has_its_three_busy_places(result):
    patches = {place.patch for place in result.busy_places}
    assert patches == {"East", "West"}
    assert [p.rank for p in result.busy_places if p.patch == "East"] == [1, 2, 3]


def test_a_name_that_people_gave_is_kept_and_audited(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    store(ws, steady(MONTHS, hot=HOT))
    (spot,) = find_hotspots(ws, ANALYST, "quaytown", PARAMS).hotspots
    rename_hotspot(ws, ANALYST, "quaytown", spot.hotspot_id, "The Quay")
    (renamed,) = find_hotspots(ws, ANALYST, "quaytown", PARAMS).hotspots
    assert (renamed.name, renamed.renamed_from) == ("The Quay", "Quay Street")
    (entry,) = ws.store.audit_entries(action="rename_hotspot")
    assert (entry.principal, entry.subject) == ("Ada", f"quaytown/{spot.hotspot_id}")
    ws.close()


def test_a_role_without_the_right_cannot_look_or_rename(ws, result):
    member = Principal("Mo", Role.MEMBER)
    with pytest.raises(AccessError):
        find_hotspots(ws, member, "quaytown", PARAMS)
    chair = Principal("Cy", Role.CHAIR)
    with pytest.raises(AccessError):
        rename_hotspot(ws, chair, "quaytown", result.hotspots[0].hotspot_id, "Mine")


def test_a_role_sees_only_the_types_it_may(ws):
    bid = Principal("Bo", Role.BID)
    assert categories(ws, bid, "quaytown") == ()
    with pytest.raises(GridError, match="no type"):
        find_hotspots(ws, bid, "quaytown", PARAMS)


def test_partners_see_no_small_counts_of_data_that_are_not_open(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    months = month_range("2022-05", "2022-06")
    store(ws, steady(months, hot=HOT), source="council", provider="Quay Council")
    partner = Principal("Pat", Role.COUNCIL_CST)
    shown = find_hotspots(ws, partner, "quaytown", PARAMS).cells["n"]
    full = find_hotspots(ws, ANALYST, "quaytown", PARAMS).cells["n"]
    assert (full == 2).sum() == len(all_cells()) - 1
    assert not (shown == 2).any()
    assert sorted(shown[shown > 0]) == [80]
    ws.close()


def test_sinks_are_in_the_totals_but_make_no_hotspot(tmp_path):
    ws = workspace(tmp_path / "home")
    lat, lon = h3.cell_to_latlng(MIDDLE)
    sinks = f"name,lon,lat,radius_m\nPolice station,{lon:.6f},{lat:.6f},60\n"
    add_town(ws, tmp_path / "files", sinks=sinks)
    far = all_cells()[0]
    store(ws, steady(MONTHS, hot=(MIDDLE, far)))
    result = find_hotspots(ws, ANALYST, "quaytown", PARAMS)
    assert all(MIDDLE not in spot.cells for spot in result.hotspots)
    assert any(caveat.startswith("960 reports lie at known default") for caveat in result.caveats)
    ws.close()


def test_months_before_a_break_are_not_compared(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    store(ws, steady(month_range("2021-07", "2023-06"), hot=HOT))
    result = find_hotspots(ws, ANALYST, "quaytown", HotspotParams(to="2023-06"))
    assert (result.first, result.months_in_window) == ("2022-07", 12)
    assert result.breaks == (("2022-07", "Map points redrawn, July 2022"),)
    assert {spot.change.key for spot in result.hotspots} == {"not_compared"}
    assert any("Map points redrawn" in caveat for caveat in result.caveats)
    ws.close()


def test_the_area_as_a_whole_is_compared_across_a_break(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    store(ws, steady(month_range("2021-07", "2023-06"), hot=HOT))
    change, compared = area_change(ws, "quaytown", "2023-06")
    assert compared.before == ("2022-04", "2022-05", "2022-06")
    assert (change.key, change.n_now) == ("normal", change.n_before)
    ws.close()


def test_events_of_the_last_36_months_are_named(result):
    assert result.events[0] == ("2021-05", None, "Big fair")


def test_agreement_is_worded_for_all_some_and_none():
    parents = frozenset({h3.cell_to_parent(MIDDLE, 8)})
    other = next(c for c in h3.grid_ring(MIDDLE, 3) if h3.cell_to_parent(c, 8) not in parents)
    assert agreement_words([MIDDLE], 9, parents) == "Also a hotspot on larger hexagons"
    assert agreement_words([MIDDLE, other], 9, parents).endswith("1 of its 2")
    assert agreement_words([other], 9, parents).startswith("Not a hotspot on larger")
    assert agreement_words([MIDDLE], 9, None) == "Cannot be checked on larger hexagons"
    assert agreement_words(list(parents), 8, frozenset({MIDDLE})).startswith("Also a hotspot")


def test_home_opens_on_the_finding(ws):
    view = home(ws, ANALYST, "quaytown")
    assert view.title == "Quaytown and all its hotspots are within normal variation"
    assert view.cards_title == "Reports at the largest hotspot, April to June 2022"
    assert view.lead.endswith("Keep in mind: Big fair.")
    assert len(view.cards) == 1


def test_home_without_data_says_so(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    view = home(ws, ANALYST, "quaytown")
    assert view.no_data is not None
    assert view.cards == ()
    ws.close()


def _changed(result, *keys):
    (spot,) = result.hotspots
    names = ("Quay Street", "Pier Head", "Mill Lane", "Dock Road")
    return [
        replace(spot, name=name, change=replace(spot.change, key=key))
        for name, key in zip(names, keys, strict=False)
    ]


NORMAL = "Quaytown as a whole is within normal variation"
STRONG = "almost certainly up at"
FINDINGS = [
    ("normal", ("up_strong", "normal"), f"{NORMAL}, but reports are {STRONG} Quay Street"),
    (
        "up_strong",
        ("up_likely",),
        "Reports in Quaytown are almost certainly up, and very likely up at Quay Street",
    ),
    (
        "up_likely",
        ("down_strong", "down_strong"),
        (
            "Reports in Quaytown are very likely up, but reports are almost certainly down at"
            " Quay Street and Pier Head"
        ),
    ),
    (
        "normal",
        ("up_strong",) * 4,
        f"{NORMAL}, but reports are {STRONG} Quay Street, Pier Head and two other hotspots",
    ),
    ("too_few", (), "There are too few reports in Quaytown to say what changed"),
    ("normal", ("normal", "too_few"), NORMAL),
]


@pytest.mark.parametrize(("town", "spots", "title"), FINDINGS)
def test_the_finding_is_true_of_the_figures(result, town, spots, title):
    change = ChangeView(town, 10, 10, 5, 15, "")
    assert finding("Quaytown", change, _changed(result, *spots)) == title


def test_small_numbers_of_a_hotspot_are_hidden_from_partners(result):
    (spot,) = result.hotspots
    spot = replace(
        spot,
        n=1003,
        types=(("Burglary", 1000), ("Robbery", 3)),
        series=(("2022-05", 13), ("2022-06", 2), ("2022-07", None)),
    )
    (partner,) = Disclosure(SmallNumberRule(5)).hotspots((spot,))
    assert (partner.n, partner.types) == (1003, (("Burglary", 1000),))
    assert partner.series == (("2022-05", 15), ("2022-06", 0), ("2022-07", None))
    (public,) = Disclosure(SmallNumberRule(10, 5)).hotspots((spot,))
    assert public.n == 1005
    assert Disclosure(SmallNumberRule()).hotspots((spot,)) == (spot,)
    assert Disclosure(SmallNumberRule()).caveats == ()
    assert "1 to 4 are hidden" in Disclosure(SmallNumberRule(5)).caveats[0]


def test_busy_places_with_few_reports_are_hidden_from_partners(result):
    few = replace(result.busy_places[0], n=3)
    assert Disclosure(SmallNumberRule(5)).busy_places((few,)) == ()
    assert Disclosure(SmallNumberRule()).busy_places((few,)) == (few,)


def test_home_says_so_when_nothing_can_be_compared(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    store(ws, steady(MONTHS[-3:], hot=HOT))
    view = home(ws, ANALYST, "quaytown")
    assert view.title == "Quaytown cannot be compared with last year yet"
    assert view.lead[0].isupper()
    assert view.lead.endswith("\\. Nothing is compared month on month.")
    assert view.cards_title == "Reports at hotspots"
    assert view.unjudged is not None
    assert "and 3 were seen" in view.unjudged
    ws.close()


def test_tight_spots_are_named_where_locations_are_exact(tmp_path):
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    store(ws, steady(MONTHS, hot=HOT), source="council", provider="Quay Council")
    (spot,) = find_hotspots(ws, ANALYST, "quaytown", PARAMS).hotspots
    assert spot.tight_spots == (
        "Packed closest, each within 75 metres of the next: Quay Street (960 reports)"
    )
    ws.close()


def test_open_data_have_no_tight_spots(result):
    assert result.hotspots[0].tight_spots == ""
