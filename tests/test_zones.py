"""Treated cells, rings, comparison: who is in which zone, and what is said when one is missing."""

from __future__ import annotations

import h3
import numpy as np
import pytest

from geo.errors import GridError, SchemaError
from geo.zones import Other, ZoneRules, with_controls, zones
from tests.grids import MIDDLE, disk_cells

STUDY = disk_cells(8)
FLAT = np.full((len(STUDY.cells), 12), 5.0)
AROUND = sorted(h3.grid_ring(MIDDLE, 1))


def _level(**of_cells):
    """Return 5 reports a month everywhere but in the named rings of the middle: r3=8.0."""
    counts = FLAT.copy()
    for name, level in of_cells.items():
        for cell in h3.grid_ring(MIDDLE, int(name[1:])):
            counts[STUDY.positions()[cell]] = level
    return counts


def test_zones_when_one_cell_is_treated_are_its_rings():
    drawn = zones([MIDDLE], STUDY, history=FLAT)
    assert drawn.buffer == tuple(AROUND)
    assert [len(drawn.cells_of_ring(r)) for r in range(5)] == [1, 6, 12, 18, 24]
    assert len(drawn.pool) == len(STUDY.cells) - 1 - 6 - 12
    assert (drawn.gap, drawn.match, drawn.caveats) == ((), "close", ())


def test_zones_when_drawn_never_share_a_cell_and_keep_their_distance():
    drawn = zones([MIDDLE, AROUND[0]], STUDY, history=FLAT, rules=ZoneRules(rings=2, gap=1))
    parts = [drawn.treated, drawn.gap, drawn.buffer, drawn.control, drawn.control_buffer]
    every = [cell for part in parts for cell in part]
    assert len(every) == len(set(every))
    assert set(drawn.control) | set(drawn.control_buffer) <= set(drawn.pool)
    for cell in drawn.pool:
        assert min(h3.grid_distance(cell, t) for t in drawn.treated) > 3
    assert {h3.grid_distance(cell, MIDDLE) for cell in drawn.gap} <= {1, 2}


def test_zones_when_cells_come_in_another_order_are_the_same():
    assert zones(AROUND, STUDY, history=FLAT) == zones(AROUND[::-1], STUDY, history=FLAT)


def test_controls_when_levels_differ_are_those_within_30_percent():
    drawn = zones([MIDDLE], STUDY, history=_level(r3=6.4, r4=6.6, r5=9.0, r6=2.0, r7=20, r8=20))
    assert set(drawn.control) <= set(h3.grid_ring(MIDDLE, 3))
    assert len(drawn.control) == 4


def test_controls_when_the_level_is_just_outside_are_not_chosen():
    drawn = zones([MIDDLE], STUDY, history=_level(r3=6.6, r4=6.6, r5=6.6, r6=6.6, r7=6.6, r8=5.0))
    assert set(drawn.control) <= set(h3.grid_ring(MIDDLE, 8))


def test_controls_when_the_trend_differs_are_not_chosen():
    counts = _level(r3=50, r4=50, r5=50, r6=50, r7=5, r8=5)
    for cell in h3.grid_ring(MIDDLE, 7):
        counts[STUDY.positions()[cell]] = [8.0] * 6 + [2.0] * 6
    drawn = zones([MIDDLE], STUDY, history=counts)
    assert set(drawn.control) <= set(h3.grid_ring(MIDDLE, 8))


def test_controls_when_two_years_are_known_have_the_level_of_the_first():
    early, late = _level(r3=20, r4=20, r5=20, r6=20, r7=20), FLAT
    drawn = zones([MIDDLE], STUDY, history=np.hstack([early, 6.5 * late / 5]))
    assert set(drawn.control) <= set(h3.grid_ring(MIDDLE, 8))
    assert drawn.match == "close"


def test_controls_when_types_of_place_are_known_share_that_of_the_treated():
    homes = set(h3.grid_disk(MIDDLE, 4))
    labels = ["homes" if cell in homes else "shops" for cell in STUDY.cells]
    drawn = zones([MIDDLE], STUDY, history=FLAT, labels=labels)
    assert set(drawn.control) <= homes


def test_controls_when_few_are_as_busy_are_the_nearest_with_a_caveat():
    counts = _level(r0=9.0)
    drawn = zones([MIDDLE], STUDY, history=counts)
    assert drawn.match == "wide"
    assert len(drawn.control) == 4
    assert drawn.caveats[0].startswith("Too few cells are as busy as the treated ones. The 4 near")


def test_controls_when_none_is_comparable_say_that_counts_alone_remain():
    drawn = zones([MIDDLE], STUDY, history=_level(r0=50.0))
    assert (drawn.control, drawn.control_buffer, drawn.match) == ((), (), "none")
    assert drawn.caveats == (
        (
            "No cell far enough away had a level like that of the treated cells. Only the counts "
            "before and after can be shown."
        ),
    )


def test_controls_when_nothing_was_reported_before_are_none():
    assert zones([MIDDLE], STUDY, history=FLAT * 0).match == "none"


def test_zones_when_the_area_is_too_small_for_a_pool_say_so():
    drawn = zones([MIDDLE], disk_cells(2), history=np.ones((19, 12)))
    assert drawn.pool == ()
    assert drawn.caveats[0].startswith("No cell is far enough from this and every other")


def test_zones_when_some_treated_cells_lie_outside_go_on_with_the_others():
    outside = min(h3.grid_ring(MIDDLE, 9))
    drawn = zones([MIDDLE, outside], STUDY, history=FLAT)
    assert drawn.treated == (MIDDLE,)
    assert drawn.caveats[0] == (
        "Of the 2 treated cells, 1 lies outside the area, where nothing is counted. "
        "The verdict is about the rest."
    )


@pytest.mark.parametrize(
    "cells",
    [[], ["nonsense"], [h3.cell_to_parent(MIDDLE, 8)], [h3.latlng_to_cell(54.0, -3.0, 9)]],
)
def test_zones_when_no_treated_cell_can_be_used_are_refused(cells):
    with pytest.raises(GridError):
        zones(cells, STUDY)


def test_zones_when_every_neighbour_belongs_to_another_say_what_remains():
    other = Other("Street lights", tuple(AROUND))
    drawn = zones([MIDDLE], STUDY, others=[other], history=FLAT)
    assert drawn.buffer == ()
    assert drawn.caveats[0].startswith("Every cell around the treated ones belongs to another")
    assert drawn.overlaps[0].kind == "buffer"
    assert drawn.overlaps[0].cells == tuple(AROUND)
    assert drawn.overlaps[0].sentence == (
        "6 cells belong to “Street lights”, and are around the treated ones, left out of them here."
    )


def test_controls_when_another_intervention_is_near_keep_away_from_it_too():
    far = min(h3.grid_ring(MIDDLE, 6))
    drawn = zones([MIDDLE], STUDY, others=[Other("Patrol", (far,))], history=FLAT)
    assert min(h3.grid_distance(cell, far) for cell in drawn.pool) == 3
    assert drawn.overlaps == ()


def test_overlaps_when_cells_are_shared_name_who_took_them():
    other = Other("Patrol", (MIDDLE,), (AROUND[0],))
    drawn = zones([MIDDLE], STUDY, others=[other], history=FLAT)
    assert [(each.kind, each.cells) for each in drawn.overlaps] == [
        ("treated", (MIDDLE,)),
        ("shared_buffer", (AROUND[0],)),
    ]
    assert drawn.overlaps[0].sentence == (
        "1 cell belongs to “Patrol”, and is treated here too: what changed there cannot be told "
        "apart."
    )


def test_rings_when_another_intervention_treats_a_cell_leave_it_out():
    drawn = zones([MIDDLE], STUDY, others=[Other("Patrol", (AROUND[0],))], history=FLAT)
    assert AROUND[0] not in drawn.cells_of_ring(1)
    assert drawn.cells_of_ring(0) == (MIDDLE,)


def test_controls_when_a_person_chooses_them_must_be_in_the_pool():
    drawn = zones([MIDDLE], STUDY, history=FLAT)
    chosen = with_controls(drawn, drawn.pool[:3], STUDY)
    assert chosen.control == drawn.pool[:3]
    assert set(chosen.control_buffer).isdisjoint(chosen.control)
    for wrong in ([], [AROUND[0]]):
        with pytest.raises(GridError):
            with_controls(drawn, wrong, STUDY)


def test_zones_when_the_history_has_other_cells_are_refused():
    for options in ({"history": FLAT[1:]}, {"history": -FLAT}, {"labels": ["homes"]}):
        with pytest.raises(SchemaError):
            zones([MIDDLE], STUDY, **options)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rings": 3}, {"gap": 2}, {"least_control_distance": 1}, {"level_tolerance": 0.0},
        {"most_controls": 0},
    ],
)  # fmt: skip
def test_rules_when_out_of_range_are_refused(wrong):
    with pytest.raises(GridError):
        ZoneRules(**wrong)
