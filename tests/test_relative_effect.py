"""Is the relative effect size the published one, and are schemes pooled as the reference does?"""

from __future__ import annotations

import json

import pytest

from geo.errors import SchemaError
from geo.relative_effect import pooled, relative_effect


@pytest.fixture
def oracle(shared):
    return json.loads((shared / "oracles" / "cctv_res_expected.json").read_text(encoding="utf-8"))


def _effects(oracle):
    return [relative_effect((r["a"], r["b"]), (r["c"], r["d"])) for r in oracle["table"]]


def test_effect_is_the_reference_one_for_every_scheme(oracle):
    for found, wanted in zip(_effects(oracle), oracle["effects"], strict=True):
        assert found.res == pytest.approx(wanted["RES"], abs=1e-9)
        assert found.log_res == pytest.approx(wanted["LRES"], abs=1e-9)
        assert found.variance == pytest.approx(wanted["V"], abs=1e-9)
        assert found.dispersion == pytest.approx(wanted["D"], abs=1e-9)
        assert found.variance_adjusted == pytest.approx(wanted["Vadj"], abs=1e-9)
        assert found.low_adjusted < found.low < found.res < found.high < found.high_adjusted


@pytest.mark.parametrize("name", ["FE", "FE_adj", "DL_adj"])
def test_schemes_are_pooled_as_the_reference_pools_them(oracle, name):
    effects, wanted = _effects(oracle), oracle["pooled"][name]
    adjusted = name.endswith("adj")
    spread = [e.variance_adjusted if adjusted else e.variance for e in effects]
    method = "random" if name.startswith("DL") else "fixed"
    found = pooled([e.log_res for e in effects], spread, method=method)
    assert (found.log_res, found.se) == pytest.approx((wanted["lres"], wanted["se"]), abs=1e-9)
    assert (found.low, found.high) == pytest.approx(wanted["ci"], abs=1e-9)
    if name.startswith("DL"):
        assert (found.tau2, found.i2) == pytest.approx((wanted["tau2"], wanted["I2"]), abs=1e-9)
    else:
        assert (found.q, found.q_p) == pytest.approx((wanted["Q"], wanted["Qp"]), abs=1e-9)
        assert (found.tau2, found.i2) == (0, 0)


def test_own_dispersion_is_used_when_known_and_never_narrows():
    plain = relative_effect((100, 80), (200, 210), phi=0.3)
    wide = relative_effect((100, 80), (200, 210), phi=4.0)
    assert (plain.low_adjusted, plain.high_adjusted) == (plain.low, plain.high)
    assert wide.dispersion == 4.0
    assert wide.low_adjusted < plain.low


def test_effect_has_a_half_added_when_a_count_is_zero():
    found = relative_effect((10, 0), (10, 10))
    assert found.res == pytest.approx(10.5 * 10.5 / (0.5 * 10.5))


def test_effect_is_undefined_without_reports_on_one_side():
    found = relative_effect((0, 0), (10, 10))
    assert (found.res, found.variance_adjusted) == (None, None)
    assert found.reason


def test_wrong_figures_are_refused():
    with pytest.raises(SchemaError, match="must not be negative"):
        relative_effect((-1, 2), (3, 4))
    with pytest.raises(SchemaError, match="two or more schemes"):
        pooled([0.1], [0.2], method="fixed")
    with pytest.raises(SchemaError, match="variances above 0"):
        pooled([0.1, 0.2], [0.2, 0.0], method="fixed")
