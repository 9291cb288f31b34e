"""Study cells and cubes of an invented town, for tests of interventions; no boundary needed."""

from __future__ import annotations

import h3
import numpy as np

from geo.cells import StudyCells
from geo.cube import SpaceTimeCube
from geo.hexagons import adjacency
from geo.periods import month_range

MIDDLE = h3.latlng_to_cell(53.0, -5.0, 9)
MONTHS = month_range("2019-01", "2021-12")
"""Two years before, and one after, the start in 2021-01."""


def disk_cells(radius: int, centre: str = MIDDLE) -> StudyCells:
    """Return all cells within ``radius`` of the centre."""
    cells = tuple(sorted(h3.grid_disk(centre, radius)))
    zero = [np.zeros(len(cells)) for _ in range(4)]
    adjoining = adjacency(cells)
    isolated = np.asarray(np.diff(adjoining.indptr) == 1)
    return StudyCells(9, cells, np.full(len(cells), 0.1), *zero, adjoining, isolated)


def cube_of(study: StudyCells, panel: np.ndarray, months=MONTHS, missing=()) -> SpaceTimeCube:
    """Return a cube of one category; the reports of missing months are dropped."""
    seen = np.array([month not in missing for month in months])
    counts = np.where(seen, panel, 0).astype(np.int64)[:, :, None]
    return SpaceTimeCube(study.cells, months, ("Burglary",), counts, seen, study.area_km2.copy())


def town(study: StudyCells, *, fall=0.0, moved=0.0, level=60.0, seed=1) -> np.ndarray:
    """Return Poisson reports by cell and month: level in the seven middle cells, and in ring 2.

    From 2021-01 the middle falls by the share ``fall``, of which the share ``moved`` reappears in
    the ring around it.
    """
    season = 1 + 0.25 * np.sin(2 * np.pi * np.arange(len(MONTHS)) / 12)
    rate = np.full((len(study.cells), 1), level / 7) * season
    position = study.positions()
    middle = [position[c] for c in h3.grid_disk(MIDDLE, 1)]
    around = [position[c] for c in h3.grid_ring(MIDDLE, 2)]
    rate[around] *= 7 / 12
    gone = fall * rate[middle, 24:].sum(axis=0)
    rate[middle, 24:] *= 1 - fall
    rate[around, 24:] += moved * gone / len(around)
    return np.random.default_rng(seed).poisson(rate)
