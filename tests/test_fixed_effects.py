"""Do limits come from how places differ, and is nothing said where too few places can tell?"""

from __future__ import annotations

import numpy as np
import pytest

from geo.errors import SchemaError
from geo.fixed_effects import FEWEST_UNITS, LENT, fixed_effects, own_change, smallest_fall
from geo.relative_effect import relative_effect

TREATED = np.arange(12) < 6
BEFORE = np.array([20, 30, 10, 25, 15, 20, 40, 10, 20, 30, 15, 25], dtype=float)
AFTER = np.array([12, 16, 4, 15, 6, 11, 41, 12, 18, 33, 13, 24], dtype=float)


def test_ratio_is_that_of_the_groups_whatever_the_level_of_places():
    found = fixed_effects(BEFORE, AFTER, TREATED)
    sums = [float(a[g].sum()) for g in (TREATED, ~TREATED) for a in (BEFORE, AFTER)]
    assert found.effect.irr == pytest.approx(sums[1] * sums[2] / (sums[0] * sums[3]))
    known = relative_effect((sums[0], sums[1]), (sums[2], sums[3]))
    assert found.effect.irr == pytest.approx(1 / known.res)
    assert found.effect.ci_low < found.effect.irr < found.effect.ci_high


def test_error_is_the_hc3_one_when_places_differ_much():
    after = np.array([30, 1, 15, 2, 25, 1, 60, 1, 5, 50, 2, 30], dtype=float)
    found = fixed_effects(BEFORE, after, TREATED)
    variance = 0.0
    for group in (TREATED, ~TREATED):
        total = (BEFORE + after)[group]
        p = after[group].sum() / total.sum()
        hat = total / total.sum()
        variance += (((after[group] - total * p) / (1 - hat)) ** 2).sum() / (
            total.sum() * p * (1 - p)
        ) ** 2
    assert found.effect.se == pytest.approx(np.sqrt(variance))
    assert found.phi > 5


def test_error_is_that_of_chance_when_places_agree_too_well():
    found = fixed_effects(np.full(12, 20.0), np.full(12, 20.0), TREATED)
    assert (found.effect.irr, found.phi) == (1, 0)
    assert found.effect.se == pytest.approx(np.sqrt(4 / 120))


def test_places_without_reports_are_left_out_and_counted():
    nothing = np.zeros(3)
    found = fixed_effects(
        np.append(BEFORE, nothing), np.append(AFTER, nothing), np.append(TREATED, [True] * 3)
    )
    assert (found.used, found.left_out) == (12, 3)
    assert found.effect == fixed_effects(BEFORE, AFTER, TREATED).effect


def test_few_treated_places_wander_as_the_comparison_does():
    rough = np.array([40, 10, 5, 50, 8, 11, 70, 3, 30, 20, 20, 30], dtype=float)
    one = np.arange(12) < 1
    found = fixed_effects(BEFORE, rough, one)
    calm = fixed_effects(BEFORE, BEFORE, one)
    assert found.effect.irr == pytest.approx(2 * BEFORE[1:].sum() / rough[1:].sum())
    assert calm.wander == 0
    assert calm.effect.se == pytest.approx(np.sqrt(1 / 20 + 1 / 20 + 2 / BEFORE[1:].sum()))
    assert found.wander > 0.2
    assert found.effect.se > 1.9 * calm.effect.se


def test_nothing_is_said_with_too_few_places_of_the_comparison():
    few = np.arange(12) >= FEWEST_UNITS - 1
    found = fixed_effects(BEFORE, AFTER, few)
    assert (found.effect.irr, found.smallest_fall, found.phi) == (None, None, None)
    assert found.effect.reason.startswith("Only 3 places of the comparison have reports")


def test_nothing_is_said_when_few_treated_places_have_no_reports_after():
    one = np.arange(12) < 1
    found = fixed_effects(BEFORE, np.where(one, 0, AFTER), one)
    assert found.effect.reason == "The places in view need reports before and after."


def test_nothing_is_said_when_one_place_decides_alone():
    loud = BEFORE.copy()
    loud[0] = 5000
    assert "One place holds most" in fixed_effects(loud, AFTER, TREATED).effect.reason


def test_nothing_is_said_when_a_side_has_no_reports_after():
    found = fixed_effects(BEFORE, np.where(TREATED, 0, AFTER), TREATED)
    assert found.effect.reason == "The places in view need reports before and after."


def test_own_change_is_set_against_nothing():
    found = own_change(BEFORE[:6], 2 * BEFORE[:6])
    assert found.effect.irr == pytest.approx(2)
    assert found.effect.se == pytest.approx(np.sqrt(1 / 120 + 1 / 240))
    assert (found.freedom, found.phi, found.used) == (5, 0, 6)
    known = fixed_effects(BEFORE, AFTER, TREATED)
    lent = own_change(np.array([20.0]), np.array([40.0]), like=known)
    assert lent.effect.se == pytest.approx(np.sqrt(LENT * known.wander + 1 / 20 + 1 / 40))
    assert own_change(np.array([20.0]), np.array([0.0]), like=known).effect.irr is None
    assert own_change(BEFORE[:2], AFTER[:2]).effect.reason.startswith("Only 2 places in view")
    assert own_change(BEFORE[:1], AFTER[:1]).effect.reason.startswith("Only 1 place in view has")


def test_order_of_places_is_irrelevant():
    order = np.random.default_rng(3).permutation(12)
    found = fixed_effects(BEFORE[order], AFTER[order], TREATED[order])
    assert found.effect.ci_low == pytest.approx(fixed_effects(BEFORE, AFTER, TREATED).effect.ci_low)


def test_smallest_fall_grows_with_the_error():
    found = fixed_effects(BEFORE, AFTER, TREATED)
    assert found.smallest_fall == smallest_fall(found.effect.se, found.freedom)
    assert smallest_fall(0.1, 1e6) == pytest.approx(1 - np.exp(-0.1 * (1.959964 + 0.841621)))
    assert smallest_fall(0.3, 20) > smallest_fall(0.1, 20)


def test_counts_that_cannot_be_are_refused():
    with pytest.raises(SchemaError, match="each of 12 places"):
        fixed_effects(BEFORE[:3], AFTER, TREATED)
    with pytest.raises(SchemaError, match="negative"):
        fixed_effects(-BEFORE, AFTER, TREATED)
