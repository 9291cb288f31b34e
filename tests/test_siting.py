"""Where k cameras should go: the best choice, the quick one, moves, refusals and odd questions."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from shapely.geometry import Point, box

import geo.siting
from geo.errors import GridError, SchemaError
from geo.siting import Moves, place_exact, place_greedy
from geo.siting_bound import narrowed
from geo.siting_merge import Sites
from geo.siting_refusals import Sensitive, refusals

# Site 0 sees points 0 to 3, site 1 sees 0 1 4, site 2 sees 2 3 5: greedy takes 0 and is wrong.
TRAP = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1], [0, 1, 0], [0, 0, 1]])


def sites(hits, weight=None):
    table = np.asarray(hits)
    return Sites.of(csr_array(table), np.ones(len(table)) if weight is None else weight)


def drawn(seed):
    """Return hits and weights of a small random town."""
    rng = np.random.default_rng(seed)
    points, count = rng.integers(3, 30), rng.integers(1, 9)
    hits = (rng.random((points, count)) < 0.3).astype(np.int8)
    return hits, rng.random(points) * (rng.random(points) > 0.2)


def worth(hits, weight, chosen):
    return float(weight[hits[:, list(chosen)].any(axis=1)].sum()) if chosen else 0.0


def best_by_trying(hits, weight, k):
    count = hits.shape[1]
    return max(worth(hits, weight, c) for c in combinations(range(count), min(k, count)))


def test_best_choice_beats_greedy_when_the_first_best_site_misleads():
    exact, greedy = place_exact(sites(TRAP), 2), place_greedy(sites(TRAP), 2)
    assert (set(exact.chosen), exact.covered, exact.gap, exact.exact) == ({1, 2}, 6.0, 0.0, True)
    assert (greedy.chosen, greedy.gains, greedy.covered) == ((0, 1), (4.0, 1.0), 5.0)
    assert greedy.bound == 6.0
    assert greedy.gap == pytest.approx(1 / 6)


@given(st.integers(0, 10_000), st.integers(0, 9))
def test_best_choice_is_that_of_trying_all(seed, k):
    hits, weight = drawn(seed)
    found, best = place_exact(sites(hits, weight), k), best_by_trying(hits, weight, k)
    assert found.covered == pytest.approx(best)
    assert found.covered == pytest.approx(worth(hits, weight, found.chosen))
    assert found.exact
    assert sum(found.gains) == pytest.approx(best)


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_greedy_reaches_63_percent_and_its_bound_holds(seed, k):
    hits, weight = drawn(seed)
    found, best = place_greedy(sites(hits, weight), k), best_by_trying(hits, weight, k)
    assert found.covered >= (1 - 1 / np.e) * best - 1e-9
    assert found.bound >= best - 1e-9
    assert list(found.gains) == sorted(found.gains, reverse=True)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([place_exact, place_greedy]))
def test_more_cameras_never_see_less(seed, place):
    hits, weight = drawn(seed)
    covered = [place(sites(hits, weight), k).covered for k in range(5)]
    assert all(after >= before - 1e-9 for before, after in pairwise(covered))


def test_greedy_choice_for_fewer_starts_that_for_more():
    hits, weight = drawn(7)
    whole = place_greedy(sites(hits, weight), 5).chosen
    assert [place_greedy(sites(hits, weight), k).chosen for k in range(1, len(whole))] == [
        whole[:k] for k in range(1, len(whole))
    ]


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_order_and_splitting_of_points_are_irrelevant(seed):
    hits, weight = drawn(seed)
    order = np.random.default_rng(seed).permutation(len(hits))
    twice = sites(np.vstack([hits, hits])[np.r_[order, order + len(hits)]], np.r_[weight, weight][
        np.r_[order, order + len(hits)]] / 2)  # fmt: skip
    once = sites(hits, weight)
    assert (twice.hits.toarray() == once.hits.toarray()).all()
    assert twice.weight == pytest.approx(once.weight)
    assert place_exact(twice, 2).chosen == place_exact(once, 2).chosen


def test_sites_that_see_the_same_count_once_and_the_first_is_taken():
    twins = sites(TRAP[:, [1, 1, 2, 2]])
    found = place_exact(twins, 3)
    assert (sorted(found.chosen), found.covered) == ([0, 2], 6.0)
    assert found.words == (
        "2 cameras see all the demand that the open sites could; more would add nothing.",
    )


def test_points_are_merged_by_the_sites_that_see_them():
    merged = sites(TRAP, [1, 2, 3, 4, 5, 0])
    assert merged.hits.toarray().tolist() == [[0, 1, 0], [1, 1, 0], [1, 0, 1]]
    assert merged.weight.tolist() == [5, 3, 7]
    assert merged.reach.tolist() == [10, 8, 7]
    assert merged.points == 6


def test_a_hit_that_is_stored_twice_or_as_nothing_is_read_right():
    odd = csr_array((np.array([1, 1, 0]), np.array([1, 1, 0]), np.array([0, 3])), shape=(1, 2))
    assert Sites.of(odd, [2.0]).hits.toarray().tolist() == [[0, 1]]


def test_a_camera_that_stands_is_no_part_of_k_and_its_view_is_no_gain():
    found = place_exact(sites(TRAP), 1, fixed=(0,))
    assert (found.before, found.covered, found.gains) == (4.0, 5.0, (1.0,))
    assert found.chosen in {(1,), (2,)}


def test_excluded_sites_are_never_chosen():
    assert place_exact(sites(TRAP), 2, excluded=(1,)).chosen == (0, 2)
    assert 0 not in place_greedy(sites(TRAP), 3, excluded=(0,)).chosen


def test_a_camera_is_moved_when_that_brings_more_than_it_costs():
    cheap = place_exact(sites(TRAP), 1, moves=Moves((0,), 1, cost=0.5))
    assert (cheap.moved, sorted(cheap.chosen), cheap.before, cheap.covered) == ((0,), [1, 2], 4, 6)
    dear = place_exact(sites(TRAP), 1, moves=Moves((0,), 1, cost=1.5))
    assert (dear.moved, dear.covered, dear.exact) == ((), 5.0, True)


def test_no_camera_is_moved_when_none_may_or_it_brings_nothing():
    assert place_exact(sites(TRAP), 0, moves=Moves((1, 2), 0)).moved == ()
    same = place_exact(sites(TRAP), 0, moves=Moves((1, 2), 2))
    assert (same.moved, same.chosen, same.covered) == ((), (), 6.0)


@given(st.integers(0, 10_000), st.integers(0, 2), st.integers(0, 2))
def test_moves_are_those_of_trying_all(seed, k, most):
    hits, weight = drawn(seed)
    hits = np.hstack([hits, hits[:, :1] * 0, hits[::-1, :1]])
    count, cost = hits.shape[1], 0.1
    found = place_exact(sites(hits, weight), k, moves=Moves((0, 1), most, cost))
    best = max(
        worth(hits, weight, (*(s for s in (0, 1) if s not in gone), *new)) - cost * len(gone)
        for n in range(most + 1)
        for gone in combinations((0, 1), n)
        for new in combinations(range(2, count), min(k + n, count - 2))
    )
    assert found.covered - cost * len(found.moved) == pytest.approx(best, abs=1e-4)
    assert len(found.moved) <= most
    assert len(found.chosen) <= k + len(found.moved)


@pytest.fixture
def every_town_is_large(monkeypatch):
    monkeypatch.setattr(geo.siting, "LARGE", 0)


@pytest.mark.usefixtures("every_town_is_large")
@pytest.mark.parametrize("seed", range(20))
def test_a_large_town_is_narrowed_and_what_is_said_of_it_holds(seed):
    hits, weight = drawn(seed)
    found, best = place_exact(sites(hits, weight), 2), best_by_trying(hits, weight, 2)
    assert found.covered == pytest.approx(worth(hits, weight, found.chosen))
    assert place_greedy(sites(hits, weight), 2).covered <= found.covered + 1e-9
    assert found.bound >= best - 1e-6
    assert not found.exact or found.covered == pytest.approx(best, rel=2e-6)


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_prices_give_a_bound_and_rule_no_better_site_out(seed):
    rng = np.random.default_rng(seed)
    hits, weight = (rng.random((40, 9)) < 0.3).astype(np.int8), rng.random(40)
    merged, best = sites(hits, weight), best_by_trying(hits, weight, 3)
    found = narrowed(merged, 3, place_greedy(merged, 3).covered)
    kept = np.flatnonzero(found.possible)
    known = max(merged.worth(found.chosen or ()), place_greedy(merged, 3).covered)
    assert found.bound >= best - 1e-6
    assert max(known, best_by_trying(hits[:, kept], weight, 3)) == pytest.approx(best)


def test_sites_that_prices_leave_are_searched_exactly(monkeypatch):
    rng = np.random.default_rng(5)
    town = sites(rng.random((400, 40)) < 0.06, rng.random(400))
    whole = place_exact(town, 6)
    monkeypatch.setattr(geo.siting, "LARGE", len(town.weight) - 1)
    found = place_exact(town, 6)
    assert found.exact
    assert found.covered == pytest.approx(whole.covered, rel=1e-6)


@pytest.mark.parametrize("place", [place_exact, place_greedy])
@pytest.mark.parametrize(
    ("hits", "weight", "k", "options", "words"),
    [
        (np.zeros((3, 0)), None, 2, {}, "There is no site to choose from."),
        (TRAP, None, 1, {"excluded": (0, 1, 2)}, "Every site is taken, excluded or refused."),
        (TRAP, np.zeros(6), 1, {}, "No demand that is not in view yet lies where a site"),
        (np.zeros((3, 2)), None, 1, {}, "No demand that is not in view yet lies where a site"),
        (TRAP * [1, 0, 0], None, 1, {"excluded": (0,)}, "No open site sees any demand."),
        (TRAP, None, 0, {}, "No camera was asked for."),
        (TRAP, None, 1, {"fixed": (1, 2)}, "The cameras that stand see all the demand"),
    ],
)  # fmt: skip
def test_nothing_is_placed_and_the_words_say_why(place, hits, weight, k, options, words):
    found = place(sites(hits, weight), k, **options)
    assert (found.chosen, found.gains, found.gap, found.exact) == ((), (), 0.0, True)
    assert found.words[0].startswith(words)
    assert len(found.words) == 1


def test_more_cameras_than_sites_use_every_site_that_adds_something():
    found = place_exact(sites(TRAP), 9)
    assert (sorted(found.chosen), found.covered) == ([1, 2], 6.0)
    assert found.words == ("9 cameras were asked for; only 3 sites are open.",)


def test_the_best_so_far_and_its_gap_are_given_when_time_is_up():
    hits, weight = np.random.default_rng(3).random((3000, 200)) < 0.05, np.ones(3000)
    found = place_exact(sites(hits, weight), 12, limit_s=1e-6)
    assert found.covered >= place_greedy(sites(hits, weight), 12).covered
    assert not found.exact
    assert 0 < found.gap < 1
    assert found.bound == pytest.approx(found.covered / (1 - found.gap))


@pytest.mark.parametrize(
    ("k", "options", "error", "message"),
    [
        (-1, {}, SchemaError, "0 or more; found -1"),
        (1, {"fixed": (3,)}, GridError, "1 sites do not exist, first number 3"),
        (1, {"excluded": (-1, 5)}, GridError, "2 sites do not exist, first number -1"),
    ],
)
def test_impossible_questions_are_refused(k, options, error, message):
    with pytest.raises(error, match=message):
        place_exact(sites(TRAP), k, **options)


@pytest.mark.parametrize("weight", [[1, 2], [1, 1, 1, 1, 1, -1], [1, 1, 1, 1, 1, np.nan]])
def test_demand_that_does_not_fit_is_refused(weight):
    with pytest.raises(GridError, match=r"points are seen|must be 0 or more"):
        sites(TRAP, weight)


def test_moves_below_nothing_are_refused():
    with pytest.raises(SchemaError, match="below 0"):
        Moves((0,), 1, cost=-1)


def test_sites_close_to_a_sensitive_place_are_refused_with_the_nearest_as_reason():
    places = [Sensitive("a school", box(0, 0, 10, 10)), Sensitive("a clinic", Point(40, 5))]
    found = refusals([5, 30, 100, 20], [5, 5, 5, 5], places, distance_m=25)
    assert [(r.site, r.reason) for r in found] == [
        (0, "It lies at a school."),
        (1, "It lies 10 m from a clinic."),
        (3, "It lies 10 m from a school."),
    ]


def test_no_site_is_refused_without_sensitive_places():
    assert refusals([5], [5], [], distance_m=25) == ()
    assert refusals([], [], [Sensitive("a school", box(0, 0, 1, 1))], distance_m=25) == ()
    with pytest.raises(SchemaError, match="0 or more"):
        refusals([5], [5], [], distance_m=-1)
