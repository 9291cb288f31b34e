from __future__ import annotations

import numpy as np
import pytest

from geo.errors import SchemaError
from geo.patrol_worth import Stay, worth

FRIDAY_22 = 118


def reports():
    came = np.zeros((4, 168))
    came[0, FRIDAY_22] = 16.0
    came[1, 10] = 8.0
    return came


def test_an_hour_at_the_busiest_place_meets_four_times_as_much_as_an_even_hour():
    found = worth(reports(), 8, [Stay(0, FRIDAY_22 * 60, FRIDAY_22 * 60 + 60)])
    assert (found.planned, found.even, found.ratio, found.hours) == (2.0, 0.5, 4.0, 1.0)
    assert found.anytime == pytest.approx(24 / 8 / 4 / 168)


def test_a_stay_across_two_hours_counts_its_share_of_each():
    found = worth(reports(), 8, [Stay(0, FRIDAY_22 * 60 + 45, FRIDAY_22 * 60 + 75)])
    assert found.hours == pytest.approx(0.5)
    assert found.planned == pytest.approx(1.0)


def test_a_stay_past_sunday_night_runs_into_monday():
    came = np.zeros((1, 168))
    came[0, 0] = 6.0
    found = worth(came, 1, [Stay(0, 168 * 60 - 30, 168 * 60 + 30)])
    assert found.planned == pytest.approx(3.0)


def test_nothing_is_said_without_stays_or_reports():
    assert worth(reports(), 8, []).ratio is None
    nothing = worth(np.zeros((2, 168)), 8, [Stay(0, 0, 15)])
    assert (nothing.planned, nothing.even, nothing.ratio) == (0.0, 0.0, None)


def test_the_same_hour_at_every_place_is_worth_what_an_even_hour_is():
    rng = np.random.default_rng(3)
    came = rng.poisson(2.0, (5, 168)).astype(float)
    found = worth(came, 4, [Stay(i, 600, 615) for i in range(5)])
    assert found.ratio == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("came", "weeks", "stay"),
    [
        (np.zeros((2, 24)), 1, Stay(0, 0, 1)),
        (np.zeros((2, 168)), 0, Stay(0, 0, 1)),
        (np.zeros((2, 168)), 1, Stay(2, 0, 1)),
        (np.zeros((2, 168)), 1, Stay(0, 5, 1)),
    ],
)
def test_what_cannot_be_is_refused(came, weeks, stay):
    with pytest.raises(SchemaError):
        worth(came, weeks, [stay])
