"""Harm weights: their sources, what is left out, and how much violence decides."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.errors import SchemaError
from geo.harm import (
    ASB,
    CCHI_NATIONAL,
    CSS_APPROXIMATE,
    VIOLENCE,
    HarmScheme,
    harm_values,
    violence_sensitivity,
)
from geo.schema import POLICE_UK_CATEGORIES

if TYPE_CHECKING:
    from pathlib import Path


def table(shared: Path, column: str) -> tuple[tuple[str, float], ...]:
    path = shared / "tables" / "harm_weights_policeuk_wide.csv"
    with path.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[column]]
    return tuple(sorted((row["policeuk_category"], float(row[column])) for row in rows))


def test_shipped_weights_are_those_of_the_table(shared):
    assert CCHI_NATIONAL.weights == table(shared, "cchi2026_national_mix_days")
    assert CSS_APPROXIMATE.weights == table(shared, "css_approx_points")


@pytest.mark.parametrize("scheme", [CCHI_NATIONAL, CSS_APPROXIMATE])
def test_a_scheme_weighs_every_open_category_but_anti_social_behaviour(scheme):
    assert {*dict(scheme.weights), ASB} == set(POLICE_UK_CATEGORIES)
    assert scheme.indicative


def test_a_local_scheme_with_weighted_asb_equals_the_reference(shared):
    case = json.loads((shared / "oracles" / "harm_expected.json").read_text())
    weights = table(shared, "cchi2026_lancashire_mix_days")
    local = HarmScheme("Local mix", "2026", "reference table", "days", weights)
    names = tuple(case["counts"])
    counts = np.array([case["counts"][name] for name in names])
    harm = harm_values(counts, names, local, asb_weight=1.0)
    assert float(harm.values) == pytest.approx(case["harm_days_lancashire"], abs=1e-6)
    assert harm.left_out == ()
    by_category = harm_values(np.diag(counts), names, local, asb_weight=1.0).values
    assert dict(zip(names, by_category, strict=True)) == pytest.approx(case["harm_by_category"])
    share = by_category[names.index(VIOLENCE)] / harm.values
    assert float(share) == pytest.approx(case["share_violence"], abs=1e-9)


def test_asb_is_left_out_and_said_unless_it_has_a_weight():
    names = (ASB, "Robbery")
    without, with_weight = (
        harm_values([[10, 2]], names, CCHI_NATIONAL, asb_weight=w) for w in (None, 1.0)
    )
    assert without.values.tolist() == [730]
    assert without.left_out == (ASB,)
    assert any(line.startswith("Anti-social behaviour is not added") for line in without.caveats)
    assert with_weight.values.tolist() == [740]
    assert not any("Anti-social" in line for line in with_weight.caveats)


def test_an_unknown_category_is_refused():
    with pytest.raises(SchemaError, match="no weight for 1 categories: 'Fly-tipping'") as caught:
        harm_values([1, 2], ("Fly-tipping", "Robbery"))
    assert "leave these reports out" in caught.value.hint


def test_an_unknown_category_is_reported_when_asked():
    harm = harm_values([1, 2], ("Fly-tipping", "Robbery"), unknown="report")
    assert float(harm.values) == 730
    assert harm.left_out == ("Fly-tipping",)
    assert harm.caveats[-1] == "Left out, having no weight in this scheme: Fly-tipping."


def test_the_figure_carries_scheme_version_and_warning():
    harm = harm_values([1], ("Robbery",), CSS_APPROXIMATE)
    assert harm.scheme is CSS_APPROXIMATE
    assert harm.caveats[0].startswith("Harm in points: ONS Crime Severity Score")
    assert any(line.startswith("Indicative") for line in harm.caveats)


def test_a_scheme_of_offences_is_not_called_indicative():
    weights = (("5D", 2035.0),)
    scheme = HarmScheme("By offence", "2026", "own file", "points", weights, indicative=False)
    assert not any("Indicative" in line for line in harm_values([1], ("5D",), scheme).caveats)


@pytest.mark.parametrize("counts", [[1, 2], 3])
def test_counts_that_do_not_fit_the_categories_are_refused(counts):
    with pytest.raises(SchemaError, match="must be the 1 categories"):
        harm_values(counts, ("Robbery",))


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_a_weight_that_is_no_number_of_at_least_zero_is_refused(weight):
    with pytest.raises(SchemaError, match="'Robbery' has"):
        CCHI_NATIONAL.with_weight("Robbery", weight)


def test_weights_out_of_order_are_refused():
    with pytest.raises(SchemaError, match="alphabetical"):
        HarmScheme("X", "1", "x", "days", (("b", 1.0), ("a", 1.0)))


def test_sensitivity_changes_violence_alone():
    tried = violence_sensitivity([[1, 1], [0, 1]], (VIOLENCE, "Robbery"))
    assert [weight for weight, _ in tried] == [10, 194, 365]
    assert [values.tolist() for _, values in tried] == [[375, 365], [559, 365], [730, 365]]


@given(arrays(np.int64, (4, 3, 13), elements=st.integers(0, 99)))
def test_harm_of_a_cube_adds_up_over_its_parts(counts):
    names = tuple(name for name, _ in CCHI_NATIONAL.weights)
    whole = harm_values(counts, names).values
    assert whole.shape == (4, 3)
    assert harm_values(counts.sum(axis=1), names).values == pytest.approx(whole.sum(axis=1))
