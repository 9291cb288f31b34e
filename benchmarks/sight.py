"""How fast, and how exactly, is it found what 200 cameras see among 4,000 footprints?

``python -m benchmarks.sight`` measures beside the usual way, the union of the shadows of all walls
taken from the sector (shapely), in the same run on the same machine, and writes
``benchmarks/results/sight.csv``. Preparing the footprints is timed apart: it is done once a town.
The time beside it is the usual way's with its search tree ready made.
"""

from __future__ import annotations

import csv
import statistics
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.sight import Buildings, views
from tests.shadows import made_town, shadow_union, spread_cameras

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo.cameras import Seeing

RESULTS = Path(__file__).resolve().parent / "results" / "sight.csv"
FOOTPRINTS = 4_000
CAMERAS = 200
RUNS = 5
RANGES = (80, 150)
ANGLES = (360, 60)
SECONDS = {80: 1.0, 150: 4.0}
"""The most that all cameras may take, by range."""
MEAN_ERROR, WORST_ERROR = 0.001, 0.01
COLUMNS = (
    "measured", "range_m", "fov_deg", "cameras", "footprints", "prepare_s", "hexbeat_s",
    "shadow_union_s", "ratio", "mean_error", "worst_error",
)  # fmt: skip


def median_seconds(job: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median duration of ``runs`` runs after one that is not counted."""
    job()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def area_errors(seen: Sequence[object], truth: Sequence[object]) -> np.ndarray:
    """Return the area that only one of two drawings of each view has, over that of the second."""
    theirs = np.asarray(truth, dtype=object)
    apart = shapely.area(shapely.symmetric_difference(np.asarray(seen, dtype=object), theirs))
    return apart / shapely.area(theirs)


def measured(footprints: np.ndarray, seeings: Sequence[Seeing], runs: int = RUNS) -> dict:
    """Return seconds of both ways, and how far they are apart."""
    prepare = median_seconds(lambda: Buildings.of(footprints), 1)
    town = Buildings.of(footprints)
    own = median_seconds(lambda: views(seeings, town), runs)
    tree = shapely.STRtree(footprints)
    start = time.perf_counter()
    truth = [shadow_union(each, footprints, tree) for each in seeings]
    peer = time.perf_counter() - start
    wrong = area_errors(views(seeings, town).polygons, truth)
    return {
        "cameras": len(seeings),
        "footprints": len(footprints),
        "prepare_s": f"{prepare:.3f}",
        "hexbeat_s": f"{own:.4f}",
        "shadow_union_s": f"{peer:.3f}",
        "ratio": f"{peer / own:.0f}",
        "mean_error": f"{wrong.mean():.6f}",
        "worst_error": f"{wrong.max():.6f}",
    }


def within_bars(row: dict) -> bool:
    """Return whether a measured row keeps what was promised of time and error."""
    quick = float(row["hexbeat_s"]) <= SECONDS[int(row["range_m"])]
    exact = float(row["mean_error"]) <= MEAN_ERROR and float(row["worst_error"]) <= WORST_ERROR
    return quick and exact


def main() -> None:
    """Measure every range and angle, print the rows and write them down."""
    rng = np.random.default_rng(20260)
    footprints = made_town(rng, FOOTPRINTS)
    town = Buildings.of(footprints)
    rows = []
    for range_m in RANGES:
        for fov_deg in ANGLES:
            seeings = spread_cameras(rng, town, CAMERAS, range_m=range_m, fov_deg=fov_deg)
            row = {"measured": date.today().isoformat(), "range_m": range_m, "fov_deg": fov_deg}  # noqa: DTZ011
            row |= measured(footprints, seeings)
            rows.append(row)
            print(row, "within" if within_bars(row) else "BEYOND WHAT WAS PROMISED")
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
