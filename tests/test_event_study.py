"""Does each month stand against the month before the change, and are bad months left out?"""

from __future__ import annotations

import numpy as np
import pytest

from geo.errors import SchemaError
from geo.event_study import event_study

TREATED = np.arange(10) < 5
OFFSETS = np.arange(-3, 3)
ALL = np.zeros(6, dtype=bool)


def _counts():
    counts = np.full((10, 6), 20.0)
    counts[:5, 3:] = 10.0
    return counts


def test_months_are_ratios_to_the_month_before_the_change():
    found = event_study(_counts(), TREATED, OFFSETS, ALL)
    assert [month.offset for month in found] == [-3, -2, -1, 0, 1, 2]
    assert [month.change.irr for month in found] == pytest.approx([1, 1, 1, 0.5, 0.5, 0.5])
    base = found[2].change
    assert (base.ci_low, base.ci_high) == (1, 1)


def test_limits_are_those_of_chance_when_places_agree():
    found = event_study(_counts(), TREATED, OFFSETS, ALL)
    assert found[3].change.se == pytest.approx(np.sqrt(1 / 50 + 1 / 100 + 1 / 100 + 1 / 100))


def test_limits_widen_when_places_differ():
    counts = _counts()
    counts[:5, 3] = [50, 0, 0, 0, 0]
    found = event_study(counts, TREATED, OFFSETS, ALL)
    assert found[3].change.irr == pytest.approx(0.5)
    assert found[3].change.se > 2 * np.sqrt(0.05)


def test_months_of_outage_are_left_out_and_another_base_is_taken():
    left_out = OFFSETS == -1
    counts = _counts()
    counts[:, 2] = 999
    found = event_study(counts, TREATED, OFFSETS, left_out)
    assert (found[2].left_out, found[2].change.irr) == (True, None)
    assert found[1].change.ci_low == found[1].change.ci_high == 1
    assert found[4].change.irr == pytest.approx(0.5)


def test_month_without_reports_has_a_reason():
    counts = _counts()
    counts[:5, 4] = 0
    found = event_study(counts, TREATED, OFFSETS, ALL)
    assert found[4].change.irr is None
    assert found[4].change.reason == "There are no reports in this month to compare."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: (c, np.ones(10, dtype=bool), ALL), "both needed"),
        (lambda c: (np.where(OFFSETS == -1, 0, c), TREATED, ALL), "has no reports"),
        (lambda c: (c, TREATED, OFFSETS < 0), "No month before the change"),
    ],
)
def test_nothing_is_said_without_a_base(change, words):
    counts, treated, left_out = change(_counts())
    found = event_study(counts, treated, OFFSETS, left_out)
    assert words in found[-1].change.reason


def test_shapes_that_differ_are_refused():
    with pytest.raises(SchemaError):
        event_study(_counts(), TREATED[:4], OFFSETS, ALL)
