"""Does Hexbeat find what is planted in sample towns, and nothing where nothing can be?

1. Planted places: the named-hotspot rule on towns of several seeds. Wanted: at least 80 % of the
   planted persistent places found (one persistent hotspot holds at least half of the cells), at
   most 10 % of the persistent hotspots false (see `data.samples.score`).
2. Shuffled towns: each cell's whole series is dealt to another cell, which destroys every spatial
   pattern and keeps the steep distribution of counts. Wanted: at most 8 % of 200 such towns show a
   confident hotspot in the total of the last 24 months.

Run ``python -m benchmarks.shuffled_towns --date 2026-11-21``; it takes about two minutes.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.samples.pack import study_area
from data.samples.score import Score, score_hotspots
from data.samples.town import TownSpec, build_town
from geo.autocorrelation import hot_slices, hot_tiers
from geo.cells import StudyCells, build_cube, study_cells
from geo.clusters import HotMonths, HotspotCells, hotspots_at
from geo.concentration import share_of_places_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.samples.town import Town
    from geo.cube import SpaceTimeCube

WINDOW_MONTHS = 24
RESULTS = Path(__file__).parent / "results" / "shuffled_towns.csv"


@dataclass(frozen=True, eq=False)
class CountedTown:
    """A town with its study cells and cube."""

    town: Town
    study: StudyCells
    cube: SpaceTimeCube

    def window_total(self) -> NDArray[np.int64]:
        """Return reports by cell in the last 24 months, shape (n,)."""
        total: NDArray[np.int64] = self.cube.panel()[:, -WINDOW_MONTHS:].sum(axis=1)
        return total


def count_town(spec: TownSpec) -> CountedTown:
    """Return a town counted as the product counts any town."""
    town = build_town(spec)
    area = study_area(town)
    study = study_cells(area, 9)
    keys = ["lon", "lat", "month", "category"]
    counts = town.incidents.groupby(keys, as_index=False).size()
    cube = build_cube(
        pd.DataFrame(counts).rename(columns={"size": "n"}),
        study,
        area,
        periods=spec.periods,
        observed=np.ones(len(spec.periods), dtype=np.bool_),
        categories=sorted(town.incidents["category"].unique()),
    )
    return CountedTown(town, study, cube)


def find_hotspots(counted: CountedTown) -> tuple[HotspotCells, ...]:
    """Return the hotspots of the last 24 months by the named-hotspot rule."""
    cube, adjacency = counted.cube, counted.study.adjacency
    panel = cube.panel()
    hot = hot_slices(panel, cube.observed, adjacency).hot
    history = HotMonths(cube.cells, cube.periods, hot, panel, cube.observed, adjacency)
    return hotspots_at(history, to=cube.periods[-1])


def score_town(counted: CountedTown, kind: str = "persistent") -> Score:
    """Return how the hotspots compare with the truth; for persistent places only core ones."""
    spots = find_hotspots(counted)
    if kind == "persistent":
        spots = tuple(spot for spot in spots if spot.kind == "core")
    return score_hotspots(counted.town.truth, [spot.cells for spot in spots], kind=kind)


def shows_confident_hotspot(counted: CountedTown, rng: np.random.Generator) -> bool:
    """Return whether a shuffled version of the town shows a confident hotspot."""
    shuffled = rng.permutation(counted.window_total())
    return bool((hot_tiers(shuffled, counted.study.adjacency).tier == "confident").any())


def measure(seeds: Sequence[int], shuffles: int) -> list[dict[str, object]]:
    """Return one row of figures for each town, and a last one for all of them."""
    rows: list[dict[str, object]] = []
    total, recent, confident = Score(), Score(), 0
    for seed in seeds:
        counted = count_town(TownSpec(seed=seed))
        rng = np.random.default_rng((seed, 9))
        shown = sum(shows_confident_hotspot(counted, rng) for _ in range(shuffles))
        persistent, emerging = score_town(counted), score_town(counted, "emerging")
        half = share_of_places_for(counted.window_total())
        rows.append(_row(str(seed), persistent, emerging, (shown, shuffles), f"{half:.3f}"))
        total, recent, confident = total + persistent, recent + emerging, confident + shown
    return [*rows, _row("all", total, recent, (confident, shuffles * len(seeds)), "")]


def _row(
    seed: str, persistent: Score, emerging: Score, shuffled: tuple[int, int], half: str
) -> dict[str, object]:
    shown, shuffles = shuffled
    return {
        "seed": seed,
        "cells_with_half": half,
        "persistent_planted": persistent.planted,
        "persistent_found": persistent.found,
        "found_share": f"{persistent.found_share:.3f}",
        "persistent_hotspots": persistent.reported,
        "false_hotspots": persistent.false,
        "false_share": f"{persistent.false_share:.3f}",
        "busy_but_unplanted": persistent.unplanted - persistent.false,
        "emerging_planted": emerging.planted,
        "emerging_found": emerging.found,
        "shuffled_towns": shuffles,
        "shuffled_with_confident_hotspot": shown,
        "shuffled_share": f"{shown / shuffles:.3f}" if shuffles else "",
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all towns and write their table."""
    parser = argparse.ArgumentParser(description="Find what is planted in sample towns.")
    parser.add_argument("--date", required=True, help="today, YYYY-MM-DD, for the table")
    parser.add_argument("--towns", type=int, default=20, help="seeds 1, 2, 3 ...")
    parser.add_argument("--shuffles", type=int, default=10, help="shuffled versions of each town")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    rows = measure(range(1, options.towns + 1), options.shuffles)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["date", *rows[0]], lineterminator="\n")
        writer.writeheader()
        writer.writerows({"date": options.date, **row} for row in rows)
    sys.stdout.write(f"{options.out}\n")


if __name__ == "__main__":
    main()
