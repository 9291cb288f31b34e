"""One intervention from zones to words: planted truths, refusals, and every word."""

from __future__ import annotations

from dataclasses import replace

import h3
import numpy as np
import pytest

from geo.cube import SpaceTimeCube
from geo.displacement import (
    Plan,
    by_category,
    evaluate,
    level_before,
    plan_windows,
    planned_test,
)
from geo.errors import SchemaError
from geo.placebo import Placebo
from geo.verdict import improved, power_words, verdict
from geo.zones import Other, zones
from tests.grids import MIDDLE, MONTHS, cube_of, disk_cells, town

STUDY = disk_cells(9)
TREATED = sorted(h3.grid_disk(MIDDLE, 1))
PLAN = Plan("2021-01")


def _evaluate(panel, plan=PLAN, *, missing=(), treated=TREATED, others=()):
    cube = cube_of(STUDY, panel, missing=missing)
    history = level_before(cube, plan_windows(cube, plan))
    drawn = zones(treated, STUDY, others=others, history=history)
    return evaluate(cube, STUDY, drawn, plan)


def _keys(found, delivered=10.0):
    said = verdict(found, delivered=delivered)
    return said.effect, said.place


@pytest.fixture(scope="module")
def moved():
    return _evaluate(town(STUDY, fall=0.4, moved=0.5))


# --- planted truths -----------------------------------------------------------------------------


def test_verdict_when_half_of_a_fall_moves_next_door_says_both(moved):
    said = verdict(moved, delivered=40.0, nearby="Quay Street", review="1 July 2022")
    assert (said.effect, said.place) == ("worked", "moved_nearby")
    assert said.place_sentence.startswith("Some of the problem probably moved to Quay Street. Abou")
    assert "consistent with an effect of what was done" in said.effect_sentence
    assert said.power_sentence.startswith("We could have seen a fall of ")


def test_verdict_when_nothing_moves_sees_no_sign():
    said = verdict(_evaluate(town(STUDY, fall=0.4)), delivered=1.0)
    assert (said.effect, said.place) == ("worked", "no_sign")
    assert said.place_sentence.startswith("No sign that the problem moved next door: nearby cells ")


def test_verdict_when_benefit_spreads_says_so():
    assert _keys(_evaluate(town(STUDY, fall=0.4, moved=-0.5))) == ("worked", "nearby_improved")


def test_verdict_when_nothing_happened_is_no_clear_effect():
    said = verdict(_evaluate(town(STUDY, seed=3)), delivered=1.0)
    assert (said.effect, said.place) == ("no_clear_effect", "cannot_tell")
    assert "could be chance" in said.effect_sentence
    assert said.place_sentence.startswith("It is only asked where the treated cells improved")


def test_verdict_when_reports_rise_by_a_third_is_backfired():
    said = verdict(_evaluate(town(STUDY, fall=-0.35)), delivered=1.0)
    assert (said.effect, said.place) == ("backfired", "cannot_tell")
    assert "consistent with a harmful effect" in said.effect_sentence


def test_verdict_when_all_of_the_fall_moves_is_some_effect_at_most():
    assert _keys(_evaluate(town(STUDY, fall=0.4, moved=1.3))) == ("some_effect", "moved_nearby")


def test_verdict_when_the_fall_is_clear_but_small_is_some_effect():
    found = _evaluate(town(STUDY, fall=0.12, level=600.0))
    assert verdict(found, delivered=1.0).effect == "some_effect"


def test_verdict_when_two_reports_a_month_cannot_tell():
    for seed in range(5):
        panel = town(STUDY, fall=0.4, moved=0.5, level=2.0, seed=seed)
        assert verdict(_evaluate(panel), delivered=1.0).place == "cannot_tell"


# --- what is never said -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dose", "words"),
    [(None, "No delivery was recorded"), (0.0, "Nothing was delivered"), (-1.0, "Nothing was del")],
)
def test_worked_when_no_dose_was_delivered_is_refused(moved, dose, words):
    said = verdict(moved, delivered=dose)
    assert (said.effect, said.place, said.tested) == ("not_delivered", "cannot_tell", False)
    assert said.effect_sentence.startswith(words)


def test_words_whatever_is_found_never_say_caused():
    for fall, moves in ((0.4, 0.5), (0.4, 0.0), (0.0, 0.0), (-0.4, 0.0)):
        said = verdict(_evaluate(town(STUDY, fall=fall, moved=moves)), delivered=1.0)
        text = " ".join([said.effect_sentence, said.place_sentence, *said.caveats])
        for word in ("caused", "proves", "significant", "success", "halo"):
            assert word not in text


def test_worked_when_other_places_fell_as_much_becomes_some_effect(moved):
    values = (-2.0,) * 19 + (0.0,) * 80
    doubted = replace(moved, placebo=Placebo(0.2, -1.0, values, 0, "Of 99 places 19."))
    said = verdict(doubted, delivered=1.0)
    assert said.effect == "some_effect"
    assert said.caveats[0] == "Other places fell as much by chance. Of 99 places 19."
    few = replace(moved, placebo=Placebo(0.2, -1.0, (-2.0,) * 9, 0, "Of 9 places 9."))
    assert verdict(few, delivered=1.0).effect == "worked"


def test_words_when_comparison_was_never_as_busy_are_weaker(moved):
    wide = replace(moved, zones=replace(moved.zones, match="wide"))
    assert verdict(wide, delivered=1.0).effect == "some_effect"
    rose = _evaluate(town(STUDY, fall=-0.35))
    rose = replace(rose, zones=replace(rose.zones, match="wide"))
    said = verdict(rose, delivered=1.0)
    assert said.effect == "no_clear_effect"
    assert said.effect_sentence.endswith(
        "is more than chance, but no cells of the same level were there to compare with."
    )


def test_backfired_when_other_places_rose_as_much_is_not_said():
    found = _evaluate(town(STUDY, fall=-0.35))
    doubted = replace(found, placebo=Placebo(0.9, 1.0, (2.0,) * 30, 0, "Of 30 places 0."))
    said = verdict(doubted, delivered=1.0)
    assert said.effect == "no_clear_effect"
    assert said.effect_sentence.endswith("but other places changed as much.")


def test_worked_when_the_site_was_unusually_high_before_becomes_some_effect():
    panel = town(STUDY, fall=0.0, seed=5)
    position = STUDY.positions()
    for cell in TREATED:
        panel[position[cell], 12:24] *= 2
    found = _evaluate(panel)
    said = verdict(found, delivered=1.0)
    assert found.guard.high is True
    assert said.effect == "some_effect"
    assert "a return to their usual level" in said.caveats[0]


def test_caveats_when_comparison_was_changed_after_results_name_it_first(moved):
    said = verdict(moved, delivered=1.0, changed_after="the market closed.")
    assert said.caveats[0].endswith("changed after results were seen: the market closed.")


# --- bad input ----------------------------------------------------------------------------------


def test_verdict_when_the_start_lies_ahead_is_too_early():
    found = _evaluate(town(STUDY), Plan("2022-04"))
    said = verdict(found, delivered=None, review="1 July 2022")
    assert (said.effect, found.wdd, found.counts) == ("too_early", None, None)
    assert said.effect_sentence.endswith("Review on 1 July 2022.")


def test_verdict_when_two_months_have_passed_shows_counts_alone():
    found = _evaluate(town(STUDY, fall=0.4), Plan("2021-11"))
    assert (found.wdd, found.expected) == (None, None)
    assert found.counts.treated[0] > 0
    assert verdict(found, delivered=1.0).effect == "too_early"


def test_verdict_when_history_is_short_is_no_test():
    found = _evaluate(town(STUDY, fall=0.4), Plan("2019-06"))
    said = verdict(found, delivered=1.0)
    assert (said.effect, said.effect_title, said.tested) == (
        "no_clear_effect",
        "Cannot tell",
        False,
    )
    assert "5 months before June 2019 have data" in said.effect_sentence


def test_verdict_when_reports_are_under_20_gives_counts_and_no_figure():
    panel = np.zeros((len(STUDY.cells), len(MONTHS)), dtype=int)
    panel[:, [5, 13]] = 1
    found = _evaluate(panel, treated=[MIDDLE])
    said = verdict(found, delivered=1.0)
    assert (found.wdd, found.ratio, found.smallest_fall, said.power_sentence) == (None,) * 3 + ("",)
    assert found.reason.startswith("5 reports in the treated and comparison cells are too few")
    assert said.effect_sentence.endswith("Treated cells: 1 before, 0 after.")


def test_verdict_when_no_cell_is_comparable_gives_counts_alone():
    panel = town(STUDY)
    panel[[STUDY.positions()[cell] for cell in TREATED]] *= 30
    found = _evaluate(panel)
    assert found.reason == (
        "There are no comparison cells. Only the counts before and after can be shown."
    )
    assert verdict(found, delivered=1.0).effect_title == "Cannot tell"


def test_verdict_when_every_neighbour_is_taken_still_judges_the_treated_cells():
    others = [Other("Alley gates", tuple(h3.grid_ring(MIDDLE, 2)))]
    found = _evaluate(town(STUDY, fall=0.4), others=others)
    said = verdict(found, delivered=1.0)
    assert (said.effect, said.place) == ("worked", "cannot_tell")
    assert any(caveat.startswith("Every cell around the treated") for caveat in said.caveats)


def test_verdict_when_months_have_no_data_compares_the_others(moved):
    found = _evaluate(town(STUDY, fall=0.4, moved=0.5), missing=("2020-03", "2021-08"))
    assert len(found.windows.after) == 10
    assert any("are left out" in caveat for caveat in found.caveats)
    assert _keys(found) == ("worked", "moved_nearby")
    assert found.counts.treated[0] < moved.counts.treated[0]


@pytest.mark.parametrize("level", [0.3, 3.0, 30.0])
def test_evaluation_whatever_is_reported_gives_words_and_no_infinite_figure(level):
    study = disk_cells(5)
    for seed in range(6):
        random = np.random.default_rng(seed)
        rate = level / 7 * np.exp(random.normal(0, 1.5, (len(study.cells), 1)))
        panel = random.poisson(rate * np.ones(len(MONTHS)))
        panel[random.integers(len(panel), size=20)] = 0
        cube = cube_of(study, panel, missing=tuple(random.choice(MONTHS, 5, replace=False)))
        found = plan_windows(cube, PLAN)
        treated = random.choice(study.cells, 3, replace=False)
        drawn = zones(map(str, treated), study, history=level_before(cube, found))
        evaluation = evaluate(cube, study, drawn, PLAN)
        said = verdict(evaluation, delivered=1.0)
        assert said.effect_sentence
        assert said.place_sentence
        assert "inf" not in repr(evaluation).replace("inform", "")
        assert "nan" not in repr(evaluation)


# --- figures together ---------------------------------------------------------------------------


def test_figures_when_evaluated_agree_with_one_another(moved):
    change = moved.counts.treated[1] - moved.expected
    assert moved.wdd.local.estimate == pytest.approx(change)
    assert moved.poisson.local.estimate == pytest.approx(change)
    assert moved.poisson_adjusted.local.se >= moved.poisson.local.se
    assert moved.rings[0].counts == moved.counts.treated
    assert moved.placebo.p == 0.001
    assert improved(moved)


def test_evaluation_when_repeated_is_the_same(moved):
    assert _evaluate(town(STUDY, fall=0.4, moved=0.5)) == moved


def test_harm_when_every_report_weighs_the_same_is_the_count():
    cube = cube_of(STUDY, town(STUDY, fall=0.4))
    drawn = zones(TREATED, STUDY, history=level_before(cube, plan_windows(cube, PLAN)))
    found = evaluate(cube, STUDY, drawn, PLAN, harm={"Burglary": 10.0})
    assert found.harm.local.estimate == pytest.approx(10 * found.poisson.local.estimate)
    with pytest.raises(SchemaError):
        evaluate(cube, STUDY, drawn, PLAN, harm={})


def test_categories_when_one_of_two_fell_tell_which():
    panels = [town(STUDY, fall=0.5, seed=1), town(STUDY, seed=2)]
    counts = np.stack(panels, axis=2).astype(np.int64)
    seen = np.ones(len(MONTHS), dtype=bool)
    cube = SpaceTimeCube(
        STUDY.cells, MONTHS, ("Burglary", "Theft"), counts, seen, STUDY.area_km2.copy()
    )
    drawn = zones(TREATED, STUDY, history=level_before(cube, plan_windows(cube, PLAN)))
    fell, stayed = by_category(cube, drawn, PLAN)
    assert fell.wdd.local.p_fall < 0.001
    assert stayed.wdd.local.p > 0.1
    ahead = by_category(cube, drawn, Plan("2022-05"))[0]
    assert (ahead.wdd, ahead.reason[:9]) == (None, "The start")


def test_plan_when_asked_before_the_start_says_how_long_it_takes():
    cube = cube_of(STUDY, town(STUDY))
    found = plan_windows(cube, Plan("2021-06"))
    drawn = zones(TREATED, STUDY, history=level_before(cube, found))
    assert planned_test(cube, drawn, found, effect=0.4).months == 3


def test_study_when_it_has_other_cells_is_refused(moved):
    with pytest.raises(SchemaError):
        evaluate(cube_of(disk_cells(8), town(disk_cells(8))), STUDY, moved.zones, PLAN)
    with pytest.raises(SchemaError):
        Plan("2021-01", alpha=0.9)


def test_power_when_told_is_rounded_up_to_five_per_cent():
    assert power_words(0.30) == "We could have seen a fall of 30% or more."
    assert power_words(0.301) == "We could have seen a fall of 35% or more."
    assert power_words(None) == ""
