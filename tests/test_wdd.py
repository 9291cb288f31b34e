"""The weighted displacement difference and quotient: published values, properties, refusals."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.periods import month_range
from geo.wdd import Weights, ZoneCounts, dispersion, harm_wdd, min_detectable, undefined, wdd
from geo.wdd_months import ZoneSeries, detectable, high_before_start, monthly_wdd, what_if
from geo.wdq import wdq
from geo.windows import windows

PAIRS = st.tuples(st.integers(0, 500), st.integers(0, 500))
MONTHS = month_range("2019-01", "2021-12")


@pytest.fixture(scope="module")
def reference(shared):
    return json.loads((shared / "oracles" / "wdd_expected.json").read_text())


def _arguments(case):
    args = case["args"]
    none = [0, 0]
    counts = ZoneCounts(
        treated=tuple(args["treated"]),
        control=tuple(args["control"]),
        buffer=tuple(args.get("disp_treated", none)),
        control_buffer=tuple(args.get("disp_control", none)),
    )
    control, treated, around_control, around = args.get("area_weights", [1, 1, 1, 1])
    weights = Weights(
        tuple(args.get("time_weights", [1, 1])), treated, control, around, around_control
    )
    return counts, weights, args.get("alpha", 0.1)


def _series(treated, control, buffer=None, control_buffer=None):
    rows = [treated, control, buffer, control_buffer]
    filled = [np.zeros(len(MONTHS)) if r is None else np.asarray(r, dtype=float) for r in rows]
    return ZoneSeries(MONTHS, *filled)


def _poisson(seed=0, fall=0.0, level=60.0):
    random = np.random.default_rng(seed)
    season = 1 + 0.25 * np.sin(2 * np.pi * np.arange(36) / 12)
    rate = level * season
    after = np.where(np.arange(36) >= 24, 1 - fall, 1.0)
    return _series(
        random.poisson(rate * after), random.poisson(4 * rate),
        random.poisson(rate), random.poisson(4 * rate),
    )  # fmt: skip


# --- published values ---------------------------------------------------------------------------


def test_wdd_when_compared_with_the_reference(reference):
    for case in reference["cases"]:
        counts, weights, alpha = _arguments(case)
        found, expected = wdd(counts, weights=weights, alpha=alpha), case["expected"]
        got = [found.local.estimate, found.local.se, found.displacement.estimate]
        got += [found.displacement.se, found.total.estimate, found.total.se, found.total.z]
        got += [found.total.ci_low, found.total.ci_high]
        names = ["Est_Local", "SE_Local", "Est_Displace", "SE_Displace", "Est_Total", "SE_Total"]
        names += ["Z", "LowCI", "HighCI"]
        assert got == pytest.approx([expected[name] for name in names], abs=1e-9), case["id"]


def test_harm_wdd_when_compared_with_the_reference(reference):
    harm = reference["harm"]
    parts = [
        (ZoneCounts(tuple(harm["treated"][name]), tuple(harm["control"][name])), weight)
        for name, weight in zip(harm["treated"], harm["weights"], strict=True)
    ]
    found, expected = harm_wdd(parts, alpha=harm["alpha"]).total, harm["expected"]
    got = [found.estimate, found.se, found.z, found.ci_low, found.ci_high]
    names = ["HarmEst", "SE_HarmEst", "Z", "LowCI", "HighCI"]
    assert got == pytest.approx([expected[name] for name in names], abs=1e-9)


def test_smallest_fall_when_compared_with_the_reference(shared):
    cases = json.loads((shared / "oracles" / "wdd_power.json").read_text())["cases"]
    for case in cases:
        counts = [case["mean_per_area"]] * case["areas"]
        assert min_detectable(counts, alpha=case["alpha"]) == pytest.approx(case["mdr"], abs=1e-9)


def test_phi_when_compared_with_the_reference(shared):
    case = json.loads((shared / "oracles" / "overdispersion_expected.json").read_text())
    table = np.array([row[2] for row in case["table"]]).reshape(2, 12)
    phi, freedom = dispersion(table)
    assert freedom == case["df"]
    assert phi == pytest.approx(case["phi"], abs=1e-6)
    cells, count = case["wdd_per_cell"], case["wdd_per_cell"]["counts"]
    counts = ZoneCounts((count["T0"], count["T1"]), (count["C0"], count["C1"]))
    size = cells["area_weights_cells"]
    weights = Weights(treated=size["treated"], control=size["control"])
    plain, wide = (wdd(counts, weights=weights, phi=each).local for each in (1.0, phi))
    got = [plain.estimate, plain.se, plain.z, wide.se, wide.z]
    names = ["est", "se", "z", "se_adj", "z_adj"]
    assert got == pytest.approx([cells[name] for name in names], abs=1e-6)


def test_wdq_when_compared_with_the_reference(shared):
    cases = json.loads((shared / "oracles" / "wdq_expected.json").read_text())["cases"]
    for case in cases:
        found, expected = wdq(case["response"], case["buffer"], case["control"]), case["expected"]
        got = [found.gross_effect, found.net_effect, found.success, found.buffer]
        got.append(found.total_net_effect)
        names = ["GE", "NE", "success", "buffer", "TNE"]
        assert got == pytest.approx([expected[name] for name in names], abs=1e-12)
        if case["id"] == "no_response_effect":
            assert (found.quotient, found.reading) == (None, None)
        else:
            assert found.quotient == pytest.approx(expected["WDQ"], abs=1e-12)


@pytest.mark.parametrize(
    ("buffer", "reading"),
    [
        ((100, 40), "benefit_larger"), ((80, 60), "benefit"), ((80, 80), "none"),
        ((80, 95), "partly_moved"), ((80, 120), "all_moved"), ((80, 140), "more_than_moved"),
    ],
)  # fmt: skip
def test_wdq_when_the_treated_cells_improved_is_read(buffer, reading):
    assert wdq((100, 60), buffer, (500, 500)).reading == reading


def test_wdq_when_a_control_count_is_zero_is_undefined():
    found = wdq((100, 60), (80, 80), (0, 10))
    assert (found.quotient, found.success, found.net_effect) == (None, None, None)
    assert found.reason == "The comparison cells had no report before or after."


# --- properties ---------------------------------------------------------------------------------


@given(PAIRS, PAIRS)
def test_wdd_when_treated_and_control_swap_changes_sign(treated, control):
    there, back = wdd(ZoneCounts(treated, control)).local, wdd(ZoneCounts(control, treated)).local
    assert there.estimate == -back.estimate
    assert there.se == back.se
    if there.se:
        assert there.p_fall == pytest.approx(back.p_rise)


@given(PAIRS, PAIRS, st.integers(0, 300))
def test_wdd_when_both_rise_alike_keeps_its_estimate(treated, control, more):
    lifted = ZoneCounts((treated[0], treated[1] + more), (control[0], control[1] + more))
    assert wdd(lifted).local.estimate == wdd(ZoneCounts(treated, control)).local.estimate


@given(PAIRS, PAIRS, st.integers(2, 9))
def test_wdd_when_weights_and_counts_grow_alike_keeps_its_estimate(treated, control, times):
    larger = ZoneCounts(tuple(times * n for n in treated), control)
    found = wdd(larger, weights=Weights(treated=times)).local.estimate
    assert found == pytest.approx(wdd(ZoneCounts(treated, control)).local.estimate)


def test_wdd_when_there_are_no_reports_is_undefined_with_a_reason():
    found = wdd(ZoneCounts((0, 0), (0, 0))).local
    assert (found.z, found.p, found.ci_low) == (None, None, None)
    assert found.reason == "There are no reports to compare."


@pytest.mark.parametrize("wrong", [(-1, 2), (float("nan"), 1), (float("inf"), 1)])
def test_counts_when_negative_or_no_numbers_are_refused(wrong):
    with pytest.raises(SchemaError):
        ZoneCounts(wrong, (1, 1))


def test_weights_and_harm_when_not_above_zero_are_refused():
    with pytest.raises(SchemaError):
        Weights(time=(0, 1))
    with pytest.raises(SchemaError):
        harm_wdd([])
    with pytest.raises(SchemaError):
        min_detectable([1, -1])


def test_too_few_when_totals_are_under_20_or_before_under_5_gives_a_sentence():
    assert ZoneCounts((6, 3), (5, 5)).too_few().startswith("19 reports in the treated and compari")
    assert ZoneCounts((4, 9), (50, 50)).too_few().startswith("4 reports in the treated cells bef")
    assert ZoneCounts((5, 5), (5, 5)).too_few() == ""


def test_phi_when_there_is_one_zone_or_none_is_none():
    assert dispersion([[3, 4, 5]]) == (None, 0)
    assert dispersion([[0, 0], [0, 0]]) == (None, 0)


# --- month by month -----------------------------------------------------------------------------


def test_monthly_wdd_when_the_whole_town_falls_by_a_share_is_nil():
    treated = np.tile(np.arange(10.0, 22.0), 3)
    treated[24:] *= 0.5
    found = monthly_wdd(_series(treated, 7 * treated), windows(MONTHS, "2021-01"))
    assert found.local.estimate == pytest.approx(0.0, abs=1e-9)
    assert found.displacement.estimate is None
    assert found.displacement.reason.startswith("The cells around them, or their comparison")


def test_monthly_wdd_when_counts_are_tripled_in_the_control_keeps_its_estimate():
    series, found = _poisson(3, fall=0.4), windows(MONTHS, "2021-01")
    tripled = replace(series, control=3 * series.control)
    one, three = (monthly_wdd(each, found).local for each in (series, tripled))
    assert one.estimate == pytest.approx(three.estimate)
    assert three.se <= one.se


def test_monthly_wdd_when_months_wander_is_wider_than_the_poisson_form():
    wild = np.tile([10.0, 110.0, 40.0, 90.0, 20.0, 80.0], 6)[
        np.random.default_rng(1).permutation(36)
    ]
    series, found = _series(wild, np.full(36, 200.0)), windows(MONTHS, "2021-01")
    local = monthly_wdd(series, found).local
    counts = series.counts(found)
    plain = wdd(counts, weights=Weights(control=counts.control[0] / counts.treated[0])).local
    assert local.se > 2 * plain.se
    assert local.freedom == 33
    assert local.estimate == pytest.approx(plain.estimate)


def test_monthly_wdd_when_months_do_not_wander_is_as_wide_as_chance():
    flat = _series(np.full(36, 50.0), np.full(36, 200.0))
    local = monthly_wdd(flat, windows(MONTHS, "2021-01")).local
    assert local.freedom is None
    assert local.se == pytest.approx(np.sqrt(24 * 50 + 24 * 200 / 16))


def test_monthly_wdd_when_a_month_has_no_data_does_not_read_it():
    series = _poisson(5)
    observed = [m for m in MONTHS if m not in ("2020-05", "2021-02")]
    found = windows(observed, "2021-01")
    spoilt = replace(series, treated=series.treated.copy())
    for month in ("2020-05", "2021-05", "2021-02"):
        spoilt.treated[MONTHS.index(month)] = 9_999
    assert monthly_wdd(spoilt, found) == monthly_wdd(series, found)


def test_monthly_wdd_when_treated_had_nothing_before_is_undefined():
    nothing = np.where(np.arange(36) < 24, 0.0, 9.0)
    found = monthly_wdd(_series(nothing, np.full(36, 50.0)), windows(MONTHS, "2021-01"))
    assert found.local.estimate is found.total.estimate is None
    assert "had no report before the start" in found.local.reason


def test_total_when_both_parts_exist_is_their_sum():
    found = monthly_wdd(_poisson(7, fall=0.3), windows(MONTHS, "2021-01"))
    assert found.total.estimate == pytest.approx(found.local.estimate + found.displacement.estimate)


def test_series_when_a_zone_has_another_length_is_refused():
    with pytest.raises(SchemaError):
        ZoneSeries(MONTHS, *(np.zeros(35) for _ in range(4)))


# --- what could be seen -------------------------------------------------------------------------


def test_smallest_fall_when_errors_double_doubles():
    local = monthly_wdd(_poisson(2), windows(MONTHS, "2021-01")).local
    assert detectable(replace(local, se=2 * local.se)) == pytest.approx(2 * detectable(local))
    assert detectable(undefined("no reason")) is None


def test_what_if_when_the_hoped_for_fall_is_larger_needs_fewer_months():
    history = windows(MONTHS, "2021-01").history
    half, fifth = (what_if(_poisson(4), history, effect=e) for e in (0.5, 0.2))
    assert half.months < fifth.months
    assert half.reason == f"A fall of 50% would probably be seen after {half.months} months."


def test_what_if_when_reports_are_few_says_that_three_years_are_not_enough():
    found = what_if(_poisson(4, level=1), windows(MONTHS, "2021-01").history, effect=0.1)
    assert found.months is None
    assert "not be seen within three years" in found.reason


def test_what_if_when_there_is_nothing_before_says_so():
    empty = what_if(_series(np.zeros(36), np.ones(36)), MONTHS[:24])
    assert (empty.months, empty.monthly_before) == (None, None)
    with pytest.raises(SchemaError):
        what_if(_poisson(), MONTHS[:24], effect=30)


def test_guard_when_the_last_year_was_high_says_so():
    series, found = _poisson(6), windows(MONTHS, "2021-01")
    assert high_before_start(series, found, "2021-01").high is False
    lifted = np.where((np.arange(36) >= 12) & (np.arange(36) < 24), 1.6, 1.0) * series.treated
    guard = high_before_start(replace(series, treated=np.round(lifted)), found, "2021-01")
    assert guard.high is True
    assert "a return to their usual level" in guard.sentence


def test_guard_when_data_begin_a_year_before_cannot_tell():
    found = windows(MONTHS[12:], "2021-01")
    guard = high_before_start(_poisson(6), found, "2021-01")
    assert (guard.high, guard.p, guard.counts) == (None, None, None)
