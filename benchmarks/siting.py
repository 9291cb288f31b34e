"""How long does it take to place k cameras best, and how far off are the usual ways?

500 places for a camera on the streets of an invented town, points of street at 5 m: views of 80 m
in 4 km2, of 150 m in 16 km2, and of 150 m in 4 km2, where views overlap far more. Peers: a plain
greedy choice with numpy, and the covering model of spopt where that is installed. It gets the
merged classes: it wants a dense table, which for the points would have 115 million entries.

Run ``python -m benchmarks.siting --date YYYY-MM-DD``.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from geo.siting import place_exact, place_greedy
from geo.siting_merge import Sites

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

RESULTS = Path(__file__).resolve().parent / "results" / "siting.csv"
BLOCK_M, STREET_M, STEP_M = 100, 18, 5
CANDIDATES = 500
TOWNS = ((80, 2000), (150, 4000), (150, 2000))
LARGEST_FOR_SPOPT = 5_000
NUMBERS = (5, 20, 50)
DIRECTIONS = 72
SEED = 20261128
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One measurement."""

    measured: str
    range_m: int
    k: int
    points: int
    hits: int
    classes: int
    merge_s: float
    exact_s: float
    greedy_s: float
    gap: float
    greedy_share: float
    numpy_greedy_s: float
    numpy_points_greedy_s: float
    spopt_s: float | None
    spopt_share: float | None
    spopt_ratio: float | None


def streets(side_m: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the points of a grid of streets in metres, and reports at each, heavy in places."""
    at = np.arange(0, side_m, STEP_M, dtype=np.float64)
    x, y = (axis.ravel() for axis in np.meshgrid(at, at))
    on = (x % BLOCK_M < STREET_M) | (y % BLOCK_M < STREET_M)
    points = np.column_stack([x[on], y[on]])
    rng = np.random.default_rng(SEED)
    busy = rng.uniform(0, side_m, (30, 2))
    away, _ = KDTree(busy).query(points)
    return points, np.exp(-away / 200) * rng.gamma(2.0, 1.0, len(points))


def views(points: NDArray[np.float64], range_m: float) -> csr_array:
    """Return which points each of 500 places sees; houses cut its range in most directions."""
    rng = np.random.default_rng(SEED + 1)
    sites = points[rng.choice(len(points), CANDIDATES, replace=False)]
    free = rng.random((CANDIDATES, DIRECTIONS)) < 0.3
    reach = np.where(free, range_m, rng.uniform(9, range_m, (CANDIDATES, DIRECTIONS)))
    rows, columns = [], []
    for site, near in enumerate(KDTree(points).query_ball_point(sites, range_m)):
        close = np.asarray(near)
        way = points[close] - sites[site]
        turn = ((np.arctan2(way[:, 1], way[:, 0]) / (2 * np.pi)) % 1 * DIRECTIONS).astype(int)
        seen = close[np.hypot(way[:, 0], way[:, 1]) <= reach[site, turn % DIRECTIONS]]
        rows.append(seen)
        columns.append(np.full(len(seen), site))
    row, column = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.ones(len(row)), (row, column)), shape=(len(points), CANDIDATES))


def numpy_greedy(hits: csr_array, weight: NDArray[np.float64], k: int) -> float:
    """Return the demand that the usual greedy choice covers: all gains again for every camera."""
    by_site = hits.tocsc()
    left = weight.copy()
    for _ in range(k):
        best = int(np.argmax(by_site.T @ left))
        left[by_site.indices[by_site.indptr[best] : by_site.indptr[best + 1]]] = 0
    return float(weight.sum() - left.sum())


def spopt_best(sites: Sites, k: int) -> tuple[float, float] | None:
    """Return seconds and demand covered by spopt's covering model, None if not installed."""
    if importlib.util.find_spec("spopt") is None:
        return None
    import pulp  # noqa: PLC0415 - a peer that need not be there
    from spopt.locate import MCLP  # noqa: PLC0415

    start = time.perf_counter()
    cost = 1.0 - sites.hits.toarray()
    model = MCLP.from_cost_matrix(cost, sites.weight, service_radius=0.5, p_facilities=k)
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    seconds = time.perf_counter() - start
    chosen = [site for site, clients in enumerate(model.fac2cli) if clients]
    return seconds, sites.worth(chosen)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the best seconds of three, and the result."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def measure(today: str, range_m: int, side_m: int) -> list[Row]:
    """Return one row for each number of cameras."""
    points, weight = streets(side_m)
    hits = views(points, range_m)
    merge_s, sites = timed(lambda: Sites.of(hits, weight))
    rows = []
    for k in NUMBERS:
        exact_s, exact = timed(lambda k=k: place_exact(sites, k))
        greedy_s, greedy = timed(lambda k=k: place_greedy(sites, k))
        numpy_s, covered = timed(lambda k=k: numpy_greedy(sites.hits, sites.weight, k))
        points_s, _ = timed(lambda k=k: numpy_greedy(hits, weight, k))
        if abs(covered - greedy.covered) > 1e-6 * covered:
            raise SystemExit("Both greedy choices must cover the same.")
        peer = spopt_best(sites, k) if len(sites.weight) <= LARGEST_FOR_SPOPT else None
        rows.append(
            Row(
                today, range_m, k, len(points), hits.nnz,
                len(sites.weight), round(merge_s, 3), round(exact_s, 3), round(greedy_s, 4),
                round(exact.gap, 4), round(greedy.covered / exact.covered, 4), round(numpy_s, 4),
                round(points_s, 3), round(peer[0], 2) if peer else None,
                round(peer[1] / exact.covered, 4) if peer else None,
                round(peer[0] / exact_s) if peer else None,
            )
        )  # fmt: skip
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", required=True, help="today, YYYY-MM-DD, for the table")
    today = parser.parse_args().date
    rows = [row for town in TOWNS for row in measure(today, *town)]
    with RESULTS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(asdict(rows[0])))
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


if __name__ == "__main__":
    main()
