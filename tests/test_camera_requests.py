"""Scores of requests for cameras: what each part is worth, what is unknown, what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from geo.camera_requests import CameraRequest, ScoreRule, busier_than, score_requests
from geo.errors import SchemaError

DEMAND = np.arange(10.0)
HARM = np.arange(10.0) * 100


def only(request, **options):
    (scored,) = score_requests([request], cell_demand=DEMAND, **options)
    return scored


def test_every_part_adds_its_points_when_all_is_known():
    request = CameraRequest("R1", 9.0, 900.0, 0.2, "some", 5000.0)
    scored = only(request, cell_harm=HARM)
    # Rank 0.95: 28.5 of 30 and 19 of 20; unseen 0.95 x 0.8 of 30; half of 10; three quarters of 10.
    assert scored.score == pytest.approx(28.5 + 19 + 22.8 + 5 + 7.5)
    assert scored.parts == (
        ("Demand", "28.5 of 30.0 points: busier than 95% of places"),
        ("Harm", "19.0 of 20.0 points: more harm than at 95% of places"),
        ("Not in view yet", "22.8 of 30.0 points: 20% is in view already"),
        ("Privacy", "5.0 of 10.0 points: homes or gardens come into view and have to be masked"),
        ("Cost", "7.5 of 10.0 points: £5,000"),
    )
    assert (scored.reason, scored.warnings) == ("", ())


def test_points_of_what_is_unknown_are_shared_among_the_rest():
    scored = only(CameraRequest("R1", 9.0, seen=1.0))
    assert scored.score == pytest.approx(47.5)
    assert dict(scored.parts)["Demand"].startswith("47.5 of 50.0 points")
    assert dict(scored.parts)["Cost"] == "Left out: the cost is not known"
    assert dict(scored.parts)["Harm"] == "Left out: harm is not known"


def test_a_busier_place_that_nobody_sees_scores_highest_and_unscored_ones_come_last():
    requests = [
        CameraRequest("R5", None),
        CameraRequest("R4", 9.0, seen=0.9),
        CameraRequest("R3", 9.0, seen=0.0),
        CameraRequest("R2", 2.0, seen=0.0),
        CameraRequest("R1", 2.0, seen=0.0),
    ]
    ordered = score_requests(requests, cell_demand=DEMAND)
    assert [scored.request_id for scored in ordered] == ["R3", "R4", "R1", "R2", "R5"]


def test_a_place_without_demand_earns_nothing_for_being_unseen():
    assert only(CameraRequest("R1", 0.0, seen=0.0)).score == 0
    assert busier_than(0.0, np.array([0.0, 0.0])) == 0


@pytest.mark.parametrize(
    ("request_", "demand", "reason"),
    [
        (CameraRequest("R", None), DEMAND, "The demand at its place is not known"),
        (CameraRequest("R", 0.0), np.zeros(3), "The area has no demand"),
        (CameraRequest("R", 1.0), [], "The area has no demand"),
        (
            CameraRequest("R", 9.0, privacy="refused", refused_because="It lies at a school."),
            DEMAND,
            "Refused. It lies at a school.",
        ),
    ],
)
def test_a_request_without_score_says_why(request_, demand, reason):
    (scored,) = score_requests([request_], cell_demand=demand)
    assert (scored.score, scored.parts) == (None, ())
    assert scored.reason.startswith(reason)


def test_what_is_missing_for_a_decision_is_told():
    bare = CameraRequest("R", 1.0, has_purpose=False, has_alternatives=False, has_dpia=False)
    assert [sentence.split()[0] for sentence in only(bare).warnings] == ["No", "Nothing", "No"]


def test_cost_above_the_dearest_has_no_points_and_never_fewer():
    rule = ScoreRule(0, 0, 0, 0, 100, dear_gbp=1000)
    scores = [only(CameraRequest("R", 1.0, cost_gbp=c), rule=rule).score for c in (0, 250, 9999)]
    assert scores == [100, 75, 0]


def test_nothing_that_has_points_is_known_when_only_cost_counts():
    scored = only(CameraRequest("R", 1.0), rule=ScoreRule(0, 0, 0, 0, 100))
    assert scored.score is None
    assert scored.reason.startswith("Nothing that has points")


@pytest.mark.parametrize("points", [(30, 20, 30, 10, 11), (-10, 60, 30, 10, 10)])
def test_points_that_do_not_add_up_are_refused(points):
    with pytest.raises(SchemaError, match="add up to 100"):
        ScoreRule(*points)


@pytest.mark.parametrize(
    "wrong",
    [{"demand": -1.0}, {"demand": float("nan")}, {"demand": 1.0, "seen": 1.1},
     {"demand": 1.0, "privacy": "none"}],
)  # fmt: skip
def test_impossible_values_are_refused_by_the_name_of_the_request(wrong):
    with pytest.raises(SchemaError, match="Request R7"):
        only(CameraRequest("R7", **wrong))


def test_the_rule_says_its_points_in_a_sentence():
    assert ScoreRule().words.startswith("Of 100 points, 30 are for demand, 20 for harm, 30 for")
