"""How often are the words for change right, and how often do they cry wolf?

Tables of places with 24 months of counts are drawn with a known truth and put through
`geo.change.assess_changes` as the product does. Required:

- nothing changed in any of 21 places: at most one "very likely" or stronger a table on average;
- some places changed: at least 80 % of "very likely" and 95 % of "almost certain" are right, where
  right means that the true rate moved in the direction said. A place that did not change at all
  counts as wrong.

Run ``python -m benchmarks.calibrate_change --date 2026-11-21``; it takes about a minute.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from geo.change import Change, assess_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MONTHS = 24
RESULTS = Path(__file__).parent / "results" / "calibrate_change.csv"


@dataclass(frozen=True)
class World:
    """A kind of table: how many places, how large, how noisy, and how many really changed."""

    places: int
    month_low: float = 8.0
    month_high: float = 400.0
    """Mean reports a month of the smallest and of the largest place."""
    share_changed: float = 0.0
    month_spread: float = 0.0
    """Standard deviation of the gamma wandering of a month's rate, as a share; 0 is Poisson."""
    correlation: float = 0.3
    """Likeness of neighbouring months' wandering."""


@dataclass(frozen=True)
class Tally:
    """What was said of all places of all tables of a world, and how much of it was right."""

    tables: int = 0
    strong: int = 0
    strong_right: int = 0
    likely: int = 0
    likely_right: int = 0
    watch: int = 0
    watch_right: int = 0
    unchanged: int = 0
    unchanged_outside: int = 0
    large: int = 0
    large_found: int = 0

    def __add__(self, other: Tally) -> Tally:
        mine, theirs = asdict(self), asdict(other)
        return Tally(**{name: mine[name] + theirs[name] for name in mine})

    @property
    def called_a_table(self) -> float:
        """Mean number of "very likely" and "almost certain" sentences a table."""
        return (self.strong + self.likely) / self.tables


def draw_table(world: World, random: np.random.Generator) -> tuple[Integers, Floats]:
    """Return counts by place and month, shape (m, 24), and the true log changes, shape (m,).

    Changes are of 5 to 60 % up or down, begin at any time between a year and three months before
    the end, and stay. All places share a season of +-25 %.
    """
    m = world.places
    base = np.exp(random.uniform(np.log(world.month_low), np.log(world.month_high), m))
    season = 1 + 0.25 * np.sin(2 * np.pi * (np.arange(MONTHS) / 12 + random.random()))
    size = np.log1p(random.choice([-1.0, 1.0], m) * random.uniform(0.05, 0.60, m))
    change = np.where(random.random(m) < world.share_changed, size, 0.0)
    begins = random.integers(MONTHS - 12, MONTHS - 2, m)
    level = np.exp(change[:, None] * (np.arange(MONTHS) >= begins[:, None]))
    rate = base[:, None] * season * level * _wandering(world, random)
    return random.poisson(rate), change


def tally_table(series: Integers, change: Floats) -> Tally:
    """Return what the product says of one table, and how much of it is right."""
    now, before = series[:, -3:].sum(axis=1), series[:, -15:-12].sum(axis=1)
    said = assess_changes(now, before, series=series, observed=np.ones(MONTHS))
    total = Tally(tables=1)
    for word, truth in zip(said, change, strict=True):
        total = total + _tally_place(word, float(truth))
    return total


def calibrate(world: World, *, tables: int, seed: int) -> Tally:
    """Return the tally of ``tables`` tables of this world; the same seed, the same tally."""
    random = np.random.default_rng(seed)
    total = Tally()
    for _ in range(tables):
        total = total + tally_table(*draw_table(world, random))
    return total


def worlds() -> Iterable[tuple[str, str, World]]:
    """Return every kind of table with the names of its places and of its noise."""
    wards, spots = World(21), World(9, month_low=30.0)
    kinds = [("wards", wards)] + [("hotspots", replace(spots, places=m)) for m in (5, 9, 15)]
    noises = {"Poisson": 0.0, "mild": 0.10, "strong": 0.15}
    for name, kind in kinds:
        for noise, spread in noises.items():
            for share in (0.0, 0.2, 0.5, 0.8):
                yield name, noise, replace(kind, share_changed=share, month_spread=spread)


def write_results(path: Path, *, date: str, seed: int, tables: int) -> None:
    """Write one row a world, and one for all mixed worlds of each kind and noise together."""
    rows: list[dict[str, object]] = []
    mixed: dict[tuple[str, str, int], Tally] = {}
    for number, (name, noise, world) in enumerate(worlds()):
        tally = calibrate(world, tables=tables, seed=seed + number)
        head = {"date": date, "seed": seed + number, "kind": name, "noise": noise}
        share = f"{world.share_changed:g}"
        rows.append({**head, "places": world.places, "changed": share, **_figures(tally)})
        if world.share_changed > 0:
            key = (name, noise, world.places)
            mixed[key] = mixed.get(key, Tally()) + tally
    for (name, noise, places), tally in mixed.items():
        head = {"date": date, "seed": seed, "kind": name, "noise": noise}
        rows.append({**head, "places": places, "changed": "all mixed", **_figures(tally)})
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the whole calibration and write its table."""
    parser = argparse.ArgumentParser(description="Calibrate the words for change.")
    parser.add_argument("--date", required=True, help="today, YYYY-MM-DD, for the table")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--tables", type=int, default=200, help="tables of each world")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    write_results(options.out, date=options.date, seed=options.seed, tables=options.tables)
    sys.stdout.write(f"{options.out}\n")


def _wandering(world: World, random: np.random.Generator) -> Floats:
    """Return gamma factors with mean 1, shape (m, 24), each month like the one before."""
    shape = (world.places, MONTHS)
    if world.month_spread == 0:
        return np.ones(shape)
    normal = random.standard_normal(shape)
    for t in range(1, MONTHS):
        fresh = np.sqrt(1 - world.correlation**2) * normal[:, t]
        normal[:, t] = world.correlation * normal[:, t - 1] + fresh
    variance = world.month_spread**2
    grid = np.linspace(-6.0, 6.0, 2001)
    factor = stats.gamma.ppf(stats.norm.cdf(grid), 1 / variance, scale=variance)
    return np.asarray(np.interp(normal, grid, factor))


def _tally_place(word: Change, truth: float) -> Tally:
    right = int(truth > 0 if word.key.startswith("up") else truth < 0)
    outside = word.expected_low is not None and word.expected_high is not None
    low, high = word.expected_low, word.expected_high
    outside = low is not None and high is not None and not low <= word.n_now <= high
    strong, likely = int(word.key.endswith("strong")), int(word.key.endswith("likely"))
    watch = int(word.key.endswith("watch"))
    unchanged = int(truth == 0 and word.key != "too_few")
    large = int(abs(truth) >= np.log(1.3) and word.n_before >= 100)
    return Tally(
        strong=strong,
        strong_right=strong * right,
        likely=likely,
        likely_right=likely * right,
        watch=watch,
        watch_right=watch * right,
        unchanged=unchanged,
        unchanged_outside=unchanged * int(outside),
        large=large,
        large_found=large * right * (strong + likely),
    )


def _figures(tally: Tally) -> dict[str, str | int]:
    return {
        "tables": tally.tables,
        "called_a_table": f"{tally.called_a_table:.3f}",
        "almost_certain": tally.strong,
        "almost_certain_right": _share(tally.strong_right, tally.strong),
        "very_likely": tally.likely,
        "very_likely_right": _share(tally.likely_right, tally.likely),
        "watch": tally.watch,
        "watch_right": _share(tally.watch_right, tally.watch),
        "unchanged_outside_range": _share(tally.unchanged_outside, tally.unchanged),
        "changes_of_30_percent_found": _share(tally.large_found, tally.large),
    }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else ""


if __name__ == "__main__":
    main()
