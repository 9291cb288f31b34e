"""Do sites go where demand is unseen, are sensitive ones refused, and are requests scored?"""

import pytest

from data.access import AccessError, Principal, Role
from data.errors import DataError
from data.jobs import camera_requests, cameras
from data.jobs.camera_files import load_sensitive
from data.jobs.camera_siting import SitingOptions, siting, street_spots
from geo.errors import SchemaError
from tests.cctv_places import (
    AREA,
    LAT,
    LON,
    NEXT,
    add_camera,
    add_street_town,
    beside,
    house,
    in_cell,
    keep,
    params,
)
from tests.places import ANALYST, MIDDLE

FRIDAY = "2024-07-05 21:30"
DOME = {"type": "dome", "fov_deg": None, "bearing_deg": None, "range_detect_m": 200}
COUNCIL = Principal("Cy", Role.COUNCIL_CST)
PURPOSE = {"purpose": "Robbery at night", "alternatives": "Lighting", "dpia_ref": "D-9"}


@pytest.fixture
def town(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack")
    keep(ws, *in_cell(MIDDLE, FRIDAY, 30), *in_cell(NEXT[0], FRIDAY, 10))
    return ws


def _place(ws, who=ANALYST, **options):
    return siting(ws, who, AREA, params(), SitingOptions(**options))


def test_the_first_camera_goes_where_most_demand_is_unseen(town):
    view = _place(town, k=1)
    (site,) = view.sites
    assert site.cell == MIDDLE
    assert view.exact
    assert view.seen_before == 0
    assert view.seen_after == pytest.approx(site.gain)
    assert view.headline == (
        f"1 more camera would bring {site.gain_words.removesuffix(' of demand')} more of demand"
        " into view"
    )


def test_gains_fall_and_more_cameras_never_see_less(town):
    gains = [site.gain for site in _place(town, k=5).sites]
    assert gains == sorted(gains, reverse=True)
    after = [_place(town, k=k).seen_after for k in (0, 1, 3, 5)]
    assert after == sorted(after)
    assert max(after) <= 1


def test_what_a_camera_sees_already_is_not_sought_again(town):
    add_camera(town, **DOME)
    view = _place(town, k=1)
    assert view.seen_before > 0.5
    assert view.sites[0].gain < 0.25


def test_the_quick_choice_is_near_the_best_and_says_that_it_is_not_proved(town):
    best, quick = _place(town, k=3), _place(town, k=3, quick=True)
    assert quick.seen_after >= 0.63 * best.seen_after
    assert quick.seen_after <= best.seen_after + 1e-9
    assert quick.gap_words.startswith("Chosen one after the other")


def test_given_sites_are_used_and_refused_with_a_reason(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack", houses=(house(100, 20, 140, 60),))
    keep(ws, *in_cell(MIDDLE, FRIDAY, 30))
    given = (("A", LON, LAT), ("B", *beside(120, 40)), ("C", 6.1, 46.2), ("D", *beside(60)))
    view = _place(ws, k=2, given=given, excluded=("D",))
    assert [site.site_id for site in view.sites] == ["A"]
    assert {one.site_id: one.reason for one in view.refused} == {
        "B": "It lies inside a building.",
        "C": "It lies outside the area.",
        "D": "It was left out by hand.",
    }
    assert any("fewer" in words or "2" in words for words in view.caveats)


def test_sensitive_places_refuse_sites_and_requests(town):
    lon, lat = beside()
    file = (
        "places.csv",
        f"place,kind,lon,lat,radius\nQuay School,school,{lon},{lat},60\n".encode(),
    )
    assert load_sensitive(town, ANALYST, AREA, file).new == 1
    view = _place(town, k=1, given=(("A", LON, LAT), ("D", *beside(100))))
    assert [site.site_id for site in view.sites] == ["D"]
    assert view.refused[0].reason == "It lies at Quay School (a school)."
    camera_requests.add_request(
        town, ANALYST, AREA, {"place": "School gate", "lon": LON, "lat": LAT, **PURPOSE}
    )
    (row,) = camera_requests.request_view(town, ANALYST, AREA, params()).rows
    assert row.score is None
    assert row.score_words == (("Not scored", "Refused. It lies at Quay School (a school)."),)


def test_without_demand_no_site_is_judged(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack")
    view = _place(ws, k=3)
    assert (view.headline, view.sites, view.seen_after) == ("No site can be judged yet", (), None)
    assert view.no_data


def test_without_streets_sites_lie_on_open_ground(ws, tmp_path):
    add_street_town(ws, tmp_path / "pack", street=False)
    keep(ws, *in_cell(MIDDLE, FRIDAY, 30))
    assert street_spots(ws.area(AREA), 40.0)[0].size == 0
    view = _place(ws, k=1)
    assert view.sites[0].cell == MIDDLE
    assert "on open ground" in view.candidate_words


def test_points_of_sites_are_withheld_from_other_roles(town):
    mine, theirs = _place(town, k=1).sites[0], _place(town, COUNCIL, k=1).sites[0]
    assert mine.lon is not None
    assert (theirs.lon, theirs.view, theirs.cell) == (None, None, MIDDLE)


@pytest.mark.parametrize("options", [{"k": 51}, {"k": -1}, {"step_m": 0}, {"most": 501}])
def test_options_that_cannot_be_are_refused(options):
    with pytest.raises(SchemaError):
        SitingOptions(**options)


def test_requests_are_scored_by_demand_and_decided_with_a_reason(town):
    add = camera_requests.add_request
    busy = add(town, ANALYST, AREA, {"place": "Quay", "lon": LON, "lat": LAT, **PURPOSE,
               "requested_by": "Ward councillor", "privacy": "low", "cost_gbp": 5000})  # fmt: skip
    quiet = add(town, ANALYST, AREA, {"place": "Edge", "lon": beside(1500)[0], "lat": LAT})
    nowhere = add(town, ANALYST, AREA, {"place": "Somewhere"})
    view = camera_requests.request_view(town, ANALYST, AREA, params())
    assert [row.request_id for row in view.rows] == [busy, quiet, nowhere]
    assert view.rows[0].score > view.rows[1].score
    assert view.rows[2].score is None
    assert len(view.rows[1].warnings) == 3
    assert view.headline == "3 requests, 3 to be decided"
    camera_requests.decide(town, ANALYST, AREA, busy, "agreed", reason="Need is shown")
    first = camera_requests.request_view(town, ANALYST, AREA, params()).rows[0]
    assert (first.decision, first.reason) == ("agreed", "Need is shown")
    assert first.decision_words == "Agreed on 15 August 2024"
    assert town.store.audit_entries(action="camera_request")


def test_a_request_is_not_agreed_to_without_purpose_and_assessment(town):
    key = camera_requests.add_request(town, ANALYST, AREA, {"place": "Quay"})
    with pytest.raises(DataError, match="needs a purpose"):
        camera_requests.decide(town, ANALYST, AREA, key, "agreed", reason="Yes")
    with pytest.raises(DataError, match="needs a reason"):
        camera_requests.decide(town, ANALYST, AREA, key, "declined", reason="")
    with pytest.raises(DataError, match="decision needs a reason"):
        camera_requests.change_request(town, ANALYST, AREA, key, {"decision": "agreed"})
    camera_requests.change_request(town, ANALYST, AREA, key, PURPOSE)
    camera_requests.decide(town, ANALYST, AREA, key, "agreed", reason="Yes")


def test_requests_hold_no_person_and_are_entered_by_those_who_may(town):
    with pytest.raises(DataError, match="personal data"):
        camera_requests.add_request(
            town, ANALYST, AREA, {"place": "Quay", "requested_by": "Mrs Jane Doe"}
        )
    with pytest.raises(AccessError):
        camera_requests.add_request(town, COUNCIL, AREA, {"place": "Quay"})
    view = camera_requests.request_view(town, COUNCIL, AREA, params())
    assert (view.headline, view.may_edit) == ("Nobody has asked for a camera yet", False)


def test_sites_are_kept_while_only_their_number_changes_and_made_anew_with_a_camera(town):
    first = _place(town, k=1)
    key = add_camera(town, **DOME)
    second = _place(town, k=1)
    cameras.withdraw_camera(town, ANALYST, AREA, key, reason="Entered twice")
    assert second.sites[0].gain < first.sites[0].gain
    assert _place(town, k=1).sites[0].gain == pytest.approx(first.sites[0].gain)
