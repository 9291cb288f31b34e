"""How fast are the single steps beside the libraries that do the same?"""

from __future__ import annotations

import statistics
import time
import warnings
from typing import TYPE_CHECKING

import folium
import h3
import numpy as np
import pymannkendall
from esda.getisord import G_Local
from libpysal.weights import W
from scipy.sparse import csr_array

from geo.autocorrelation import gi_star
from geo.emerging import mann_kendall

if TYPE_CHECKING:
    from collections.abc import Callable

CELLS = 5_000
MONTHS = 36
PEER_SLICES = 3
PEER_SERIES = 200
Row = tuple[str, float, float, str]


def _median(job: Callable[[], object], runs: int = 5) -> float:
    job()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def lattice_cells() -> list[str]:
    """Return 5,000 adjoining cells of an invented place."""
    return sorted(h3.grid_disk(h3.latlng_to_cell(53.0, -4.5, 9), 41))[:CELLS]


def _lattice() -> tuple[list[str], csr_array, W]:
    """Return the cells, and who neighbours whom, for Hexbeat and for the peers."""
    cells = lattice_cells()
    place = {cell: i for i, cell in enumerate(cells)}
    near = {c: [k for k in h3.grid_ring(c, 1) if k in place] for c in cells}
    rows = [place[c] for c in cells for _ in range(len(near[c]) + 1)]
    columns = [place[k] for c in cells for k in (c, *near[c])]
    ones = np.ones(len(rows), dtype=np.float64)
    adjacency = csr_array((ones, (rows, columns)), shape=(CELLS, CELLS))
    return cells, adjacency, W(near, id_order=cells, silence_warnings=True)


def gi_star_row() -> Row:
    """Return the row for Gi* of all slices; esda's time is scaled up from three slices."""
    _, adjacency, weights = _lattice()
    panel = np.random.default_rng(1).poisson(3.0, (CELLS, MONTHS)).astype(np.float64)

    def peer() -> None:
        for t in range(PEER_SLICES):
            G_Local(panel[:, t], weights, transform="B", star=True, permutations=0)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = _median(peer) * MONTHS / PEER_SLICES
    return "Gi*, 5,000 x 36 (esda)", _median(lambda: gi_star(panel, adjacency)), theirs, "s"


def mann_kendall_row() -> Row:
    """Return the row for Mann-Kendall; pymannkendall's time is scaled up from 200 series."""
    series = np.random.default_rng(2).normal(size=(CELLS, MONTHS))

    def peer() -> None:
        for row in series[:PEER_SERIES]:
            pymannkendall.original_test(row)

    theirs = _median(peer) * CELLS / PEER_SERIES
    return "Mann-Kendall (pymannkendall)", _median(lambda: mann_kendall(series)), theirs, "s"


def map_build_row() -> Row:
    """Return the row for building the map of 5,000 cells, against folium's GeoJson."""
    from benchmarks import maps  # noqa: PLC0415

    cells, _, _ = _lattice()
    counts = np.random.default_rng(3).poisson(20, CELLS)
    own = _median(lambda: maps.own_map(cells, counts), 3)
    stock = _median(lambda: maps.stock_map(cells, counts), 3)
    return f"map build, 5,000 cells (folium {folium.__version__})", own, stock, "s"
