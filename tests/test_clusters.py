"""From hot cells to hotspots whose identity lasts."""

from __future__ import annotations

import re
import time

import h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.clusters import HotMonths, HotspotCells, hotspots_at, hotspots_by_month, identity_stability
from geo.contiguity import components
from geo.errors import GridError, NotEnoughDataError
from geo.hexagons import adjacency
from geo.periods import month_range
from geo.seeds import Group, identity_of, name_newcomers

CENTRE = h3.latlng_to_cell(53.81, -3.03, 9)
TOWN = tuple(sorted(h3.grid_disk(CENTRE, 6)))
TOWN_ADJACENCY = adjacency(TOWN)
MONTHS = month_range("2020-07", "2022-06")
LAST = MONTHS[-1]


def line(start, length):
    """Return cells in a straight line, the first one included."""
    return h3.grid_path_cells(start, far_east(start, length - 1))


def far_east(start, steps):
    """Return the cell so many steps along the local I axis."""
    i, j = h3.cell_to_local_ij(CENTRE, start)
    return h3.local_ij_to_cell(CENTRE, i + steps, j)


def a_history(hot, *, counts=None, gaps=(), periods=MONTHS):
    """Return hot months from {cell: months it was hot in}; {cell: reports a month}."""
    position = {cell: i for i, cell in enumerate(TOWN)}
    flags = np.zeros((len(TOWN), len(periods)), dtype=bool)
    panel = np.ones(flags.shape, dtype=np.int64)
    for cell, months in hot.items():
        flags[position[cell], [periods.index(month) for month in months]] = True
    for cell, reports in (counts or {}).items():
        panel[position[cell]] = reports
    observed = np.array([month not in gaps for month in periods])
    return HotMonths(TOWN, periods, flags, panel, observed, TOWN_ADJACENCY)


def always(*cells):
    return dict.fromkeys(cells, MONTHS)


def test_cell_is_core_when_hot_in_four_of_five_observed_months():
    far = far_east(CENTRE, 4)
    gaps = ("2020-08", "2020-09", "2021-01", "2021-02")
    observed = [month for month in MONTHS if month not in gaps]
    history = a_history({CENTRE: observed[:16], far: observed[:15]}, gaps=gaps)
    (only,) = hotspots_at(history, to=LAST)
    assert (only.core, only.growing_edge, only.kind) == ((CENTRE,), (), "core")


def test_month_without_data_counts_for_nothing_when_it_is_flagged_hot():
    gaps = MONTHS[:8]
    history = a_history({CENTRE: MONTHS[:20]}, gaps=gaps)
    assert hotspots_at(history, to=LAST) == ()
    (only,) = hotspots_at(a_history({CENTRE: MONTHS[8:21]}, gaps=gaps), to=LAST)
    assert only.kind == "core"


def test_hotspots_are_refused_when_fewer_than_twelve_months_are_observed():
    history = a_history(always(CENTRE), gaps=MONTHS[11:])
    with pytest.raises(NotEnoughDataError, match="12 observed months"):
        hotspots_at(history, to=LAST)
    assert len(hotspots_at(a_history(always(CENTRE), gaps=MONTHS[12:]), to=LAST)) == 1


def test_month_is_refused_when_it_is_not_in_the_history():
    with pytest.raises(GridError, match="2022-07 is not among"):
        hotspots_at(a_history({}), to="2022-07")


def test_hotspot_is_the_busiest_core_cell_with_its_neighbours_when_there_is_a_blob():
    blob = h3.grid_disk(CENTRE, 2)
    found = hotspots_at(a_history(always(*blob), counts={CENTRE: 9}), to=LAST)
    assert found[0].seed == CENTRE
    assert set(found[0].core) >= set(h3.grid_disk(CENTRE, 1))
    assert {cell for hotspot in found for cell in hotspot.cells} == set(blob)
    assert max(len(hotspot.cells) for hotspot in found) <= 9


def test_leftover_cell_joins_the_hotspot_beside_it_when_that_has_room():
    cells = line(CENTRE, 4)
    counts = {cells[1]: 9, cells[3]: 2}
    (only,) = hotspots_at(a_history(always(*cells), counts=counts), to=LAST)
    assert (only.seed, set(only.core)) == (cells[1], set(cells))


def test_leftover_cell_stands_alone_when_the_hotspot_beside_it_is_full():
    ring = h3.grid_ring(CENTRE, 2)
    apart = [
        cell for cell in ring if len(set(h3.grid_disk(CENTRE, 1)) & set(h3.grid_disk(cell, 1))) == 1
    ]
    assert len(apart) == 6
    cells = [*h3.grid_disk(CENTRE, 1), *apart[:3]]
    counts = {CENTRE: 9, apart[0]: 4, apart[1]: 3, apart[2]: 2}
    found = hotspots_at(a_history(always(*cells), counts=counts), to=LAST)
    assert [len(hotspot.core) for hotspot in found] == [9, 1]
    assert found[1].core == (apart[2],)


def test_leftover_cell_joins_the_hotspot_with_most_shared_edges_when_it_adjoins_two():
    i, j = h3.cell_to_local_ij(CENTRE, CENTRE)
    west = [h3.local_ij_to_cell(CENTRE, i + a, j + b) for a, b in ((-2, 0), (-1, 0))]
    east = [h3.local_ij_to_cell(CENTRE, i + a, j + b) for a, b in ((2, 1), (1, 0), (1, 1))]
    assert [h3.are_neighbor_cells(CENTRE, cell) for cell in west] == [False, True]
    assert [h3.are_neighbor_cells(CENTRE, cell) for cell in east] == [False, True, True]
    counts = {west[0]: 30, east[0]: 20}
    found = hotspots_at(a_history(always(CENTRE, *west, *east), counts=counts), to=LAST)
    assert [hotspot.seed for hotspot in found] == [west[0], east[0]]
    assert [CENTRE in hotspot.core for hotspot in found] == [False, True]


def test_recent_cell_is_the_growing_edge_when_it_adjoins_a_core_hotspot():
    edge, stale = h3.grid_ring(CENTRE, 1)[:2]
    hot = always(CENTRE) | {edge: MONTHS[-2:-1], stale: MONTHS[-3:-2]}
    (only,) = hotspots_at(a_history(hot), to=LAST)
    assert (only.core, only.growing_edge) == ((CENTRE,), (edge,))
    assert only.cells == tuple(sorted([CENTRE, edge]))


def test_last_two_months_are_observed_ones_when_the_latest_has_no_data():
    edge = h3.grid_ring(CENTRE, 1)[0]
    hot = always(CENTRE) | {edge: MONTHS[-4:-3]}
    (only,) = hotspots_at(a_history(hot, gaps=MONTHS[-2:]), to=LAST)
    assert only.growing_edge == (edge,)


def test_recent_cells_form_a_new_hotspot_when_they_adjoin_none():
    pair = line(far_east(CENTRE, 3), 2)
    hot = always(CENTRE) | {pair[0]: MONTHS[-1:], pair[1]: MONTHS[-2:-1]}
    core, new = hotspots_at(a_history(hot, counts={CENTRE: 9}), to=LAST)
    assert (core.kind, new.kind) == ("core", "new")
    assert (new.core, new.growing_edge) == (tuple(sorted(pair)), ())


def test_no_hotspot_has_more_than_nine_cells_when_its_edge_grows_on_every_side():
    flower = h3.grid_disk(CENTRE, 1)
    hot = always(*flower) | dict.fromkeys(h3.grid_ring(CENTRE, 2), MONTHS[-1:])
    found = hotspots_at(a_history(hot, counts={CENTRE: 9}), to=LAST)
    (core,) = [hotspot for hotspot in found if hotspot.kind == "core"]
    assert (len(core.core), len(core.growing_edge)) == (7, 2)
    assert sum(len(hotspot.cells) for hotspot in found) == 19


@pytest.mark.parametrize(
    ("months", "tag"),
    [(1, "new"), (2, "new"), (3, "developing"), (5, "developing"), (6, "persistent")],
)
def test_age_tag_counts_hot_months_of_the_hottest_cell_when_new(months, tag):
    pair = line(CENTRE, 2)
    hot = {pair[0]: MONTHS[-months:], pair[1]: MONTHS[-1:]}
    (only,) = hotspots_at(a_history(hot, counts={pair[1]: 9}), to=LAST)
    assert (only.age_tag, only.hot_months_of_hottest_in_last_12) == (tag, months)
    assert only.hottest == (pair[1] if months == 1 else pair[0])


def test_core_hotspot_is_persistent_when_few_of_the_last_months_were_observed():
    (only,) = hotspots_at(a_history(always(CENTRE), gaps=MONTHS[13:]), to=LAST)
    assert (only.age_tag, only.hot_months_of_hottest_in_last_12) == ("persistent", 1)


def test_seed_and_identity_stay_when_a_neighbour_becomes_busier():
    pair = line(CENTRE, 2)
    rising = [1] * 14 + [99] * 10
    history = a_history(always(*pair), counts={pair[0]: 5, pair[1]: rising})
    months = hotspots_by_month(history, to=LAST)
    assert list(months) == list(MONTHS[11:])
    assert {month[0].seed for month in months.values()} == {pair[0]}
    assert {month[0].hotspot_id for month in months.values()} == {identity_of(pair[0])}


def test_identity_goes_to_the_largest_overlap_when_the_seed_is_lost():
    cells = line(CENTRE, 3)
    hot = always(cells[1], cells[2]) | {cells[0]: MONTHS[:12]}
    history = a_history(hot, counts={cells[0]: 9, cells[1]: 8})
    months = hotspots_by_month(history, to=LAST)
    first, last = months[MONTHS[11]][0], months[LAST][0]
    assert (first.seed, last.seed) == (cells[0], cells[1])
    assert first.hotspot_id == last.hotspot_id == identity_of(cells[0])


def test_new_hotspot_keeps_its_identity_when_it_becomes_core():
    months = month_range("2019-07", "2022-06")
    history = a_history({CENTRE: months[14:]}, periods=months)
    found = hotspots_by_month(history, to=LAST)
    kinds = {month: hotspots[0].kind for month, hotspots in found.items() if hotspots}
    assert (kinds["2020-09"], kinds[LAST]) == ("new", "core")
    assert len({hotspots[0].hotspot_id for hotspots in found.values() if hotspots}) == 1


def test_identity_is_another_one_when_its_own_is_held_by_a_hotspot_that_moved_on():
    held = Group(1, [1, 2], "core", hotspot_id=identity_of("a"))
    fresh = Group(0, [0], "core")
    name_newcomers([held, fresh], ["a", "b", "c"])
    assert fresh.hotspot_id == identity_of("a", 1) != held.hotspot_id


def test_identities_are_safe_in_an_address_when_made():
    assert re.fullmatch(r"h[0-9a-f]{9}", identity_of(CENTRE))


def test_result_depends_on_the_past_alone_when_months_are_added():
    history = random_history(3, 36)
    months = hotspots_by_month(history, to=history.periods[-1])
    for t in (12, 20, 30):
        cut = HotMonths(
            TOWN,
            history.periods[: t + 1],
            history.hot[:, : t + 1],
            history.counts[:, : t + 1],
            history.observed[: t + 1],
            TOWN_ADJACENCY,
        )
        month = history.periods[t]
        assert hotspots_at(cut, to=month) == months[month] == hotspots_at(history, to=month)


def test_cells_before_a_break_are_not_used_when_it_is_passed():
    months = month_range("2019-07", "2022-06")
    history = a_history({CENTRE: months[:18], TOWN[0]: months[18:]}, periods=months)
    before = hotspots_at(history, to="2020-12", break_month="2021-01")
    after = hotspots_by_month(history, to=LAST, break_month="2021-01")
    assert [hotspot.seed for hotspot in before] == [CENTRE]
    assert list(after) == list(month_range("2021-12", LAST))
    assert [hotspot.seed for hotspot in after["2021-12"]] == [TOWN[0]]
    with pytest.raises(NotEnoughDataError):
        hotspots_at(history, to="2021-11", break_month="2021-01")


def test_adopted_hotspot_keeps_its_cells_when_the_hot_ones_change():
    flower = h3.grid_disk(CENTRE, 1)
    adopted = {"h0": {flower[0], flower[1]}}
    history = a_history(always(*flower), counts={flower[1]: 9})
    found = hotspots_at(history, to=LAST, adopted=adopted)
    (kept,) = [hotspot for hotspot in found if hotspot.hotspot_id == "h0"]
    assert (kept.core, kept.growing_edge) == (tuple(sorted(adopted["h0"])), ())
    assert (kept.seed, kept.kind) == (flower[1], "core")
    assert sum(len(hotspot.cells) for hotspot in found) == 7


def test_adopted_hotspot_has_no_age_when_it_was_not_hot_lately():
    (only,) = hotspots_at(a_history({}), to=LAST, adopted={"h0": [CENTRE]})
    assert (only.kind, only.age_tag, only.hot_months_of_hottest_in_last_12) == ("new", None, 0)


@pytest.mark.parametrize(
    ("adopted", "words"),
    [
        ({"h0": ["8919513246fffff"]}, "1 adopted cells are not studied"),
        ({"h0": []}, "has no cell"),
        ({"h0": [CENTRE], "h1": [CENTRE]}, "more than one adopted"),
    ],
)
def test_adopted_cells_are_refused_when_unknown_empty_or_claimed_twice(adopted, words):
    with pytest.raises(GridError, match=words):
        hotspots_at(a_history({}), to=LAST, adopted=adopted)


def test_history_is_refused_when_shapes_or_order_are_wrong():
    good = a_history({})
    with pytest.raises(GridError, match="do not fit"):
        HotMonths(TOWN, MONTHS, good.hot[:, 1:], good.counts, good.observed, TOWN_ADJACENCY)
    with pytest.raises(GridError, match="sorted"):
        HotMonths(TOWN[::-1], MONTHS, good.hot, good.counts, good.observed, TOWN_ADJACENCY)


def random_history(seed, length):
    """Return a town whose cells differ in how often they are hot; two months lack data."""
    rng = np.random.default_rng(seed)
    often = rng.choice([0.0, 0.05, 0.5, 0.85, 0.97], size=len(TOWN), p=[0.5, 0.2, 0.05, 0.1, 0.15])
    hot = rng.random((len(TOWN), length)) < often[:, None]
    periods = month_range("2019-07", "2023-12")[:length]
    observed = np.ones(length, dtype=bool)
    observed[[3, 14]] = False
    return HotMonths(TOWN, periods, hot, rng.poisson(4, hot.shape), observed, TOWN_ADJACENCY)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_every_core_and_recent_cell_is_in_one_hotspot_of_at_most_nine(seed):
    history = random_history(seed, 30)
    found = hotspots_at(history, to=history.periods[-1])
    cells = [cell for hotspot in found for cell in hotspot.cells]
    hot = history.hot & history.observed
    window = slice(6, 30)
    core = 5 * hot[:, window].sum(axis=1) >= 4 * history.observed[window].sum()
    expected = {TOWN[i] for i in np.flatnonzero(core | hot[:, -2:].any(axis=1))}
    assert len(cells) == len(set(cells))
    assert set(cells) == expected
    assert len({hotspot.hotspot_id for hotspot in found}) == len(found)
    for hotspot in found:
        assert len(hotspot.cells) <= 9
        assert len(components(hotspot.cells)) == 1
        is_core = {bool(core[TOWN.index(cell)]) for cell in hotspot.core}
        assert is_core == {hotspot.kind == "core"}
        assert not any(core[TOWN.index(cell)] for cell in hotspot.growing_edge)


def test_hotspots_come_by_reports_when_listed():
    history = random_history(11, 24)
    reports = dict(zip(TOWN, history.counts[:, history.observed].sum(axis=1), strict=True))
    found = hotspots_at(history, to=history.periods[-1])
    totals = [sum(reports[cell] for cell in hotspot.cells) for hotspot in found]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) > 5


def test_replay_is_fast_when_there_are_five_thousand_cells_and_36_months():
    cells = tuple(sorted(h3.grid_disk(CENTRE, 41)))
    rng = np.random.default_rng(5)
    hot = rng.random((len(cells), 36)) < np.where(rng.random(len(cells)) < 0.1, 0.9, 0.03)[:, None]
    history = HotMonths(
        cells,
        month_range("2019-07", "2022-06"),
        hot,
        rng.poisson(3, hot.shape),
        np.ones(36, dtype=bool),
        adjacency(cells),
    )
    start = time.process_time()
    found = hotspots_at(history, to="2022-06")
    assert time.process_time() - start < 3
    assert len(cells) > 5000
    assert len(found) > 100


def a_hotspot(hotspot_id, cells):
    return HotspotCells(hotspot_id, cells[0], tuple(cells), (), "core", "persistent", 12, cells[0])


def test_stability_is_the_share_kept_and_their_mean_overlap_when_compared():
    before = [a_hotspot("h1", "ab"), a_hotspot("h2", "cd"), a_hotspot("h3", "e")]
    after = [a_hotspot("h1", "ab"), a_hotspot("h2", "def"), a_hotspot("h4", "c")]
    stability = identity_stability(before, after)
    assert stability.kept_share == pytest.approx(2 / 3)
    assert stability.mean_overlap == pytest.approx((1 + 1 / 4) / 2)


def test_stability_is_undefined_when_there_was_no_hotspot():
    stability = identity_stability([], [a_hotspot("h1", "ab")])
    assert np.isnan([stability.kept_share, stability.mean_overlap]).all()
