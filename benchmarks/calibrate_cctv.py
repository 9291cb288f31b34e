"""How often do limits on what a change of cameras did hold, and how often is nothing mistaken?

Towns are drawn with a known truth and judged as the product does. Every place has a level of its
own; its year's count varies twice as much as chance; and from before to after each place drifts by
itself, by a factor with mean 1 and variance 0.02, 0.15 or 0.4. Required where counts are
overdispersed and enough places are in view:

- a true ratio of 0.87: 95 % limits hold in 92 to 97 %;
- nothing: a fall or a rise is said in at most 7 %.

Set side by side are the product's form ("places"), the odds ratio with the limits of Poisson counts
("odds"), the same widened as the published review does ("review"), and the step of a whole town's
monthly series against a comparison ("town"), whose months vary twice as much as chance.

Run ``python -m benchmarks.calibrate_cctv --date 2026-11-25``; it takes some minutes of one core.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geo.fixed_effects import fixed_effects
from geo.interrupted import contrast
from geo.relative_effect import relative_effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Floats = NDArray[np.float64]
Limits = tuple[float | None, float | None]

RESULTS = Path(__file__).parent / "results" / "calibrate_cctv.csv"
DRAWS: Final = 2000
MONTHS: Final = 12
NOISE: Final = 2.0
"""Variance of a place's count over its mean."""
DRIFTS: Final = (0.02, 0.15, 0.4)
SIZES: Final = ((20, 20), (8, 32), (3, 20), (1, 20))
"""Places in view and for comparison."""
LEVELS: Final = (1.0, 7.0)
"""Reports of a place in a month."""
RATIOS: Final = (0.87, 1.0)
TOWN_LEVELS: Final = (20.0, 200.0)
TOWN_MONTHS: Final = (15, 21)
NAMES: Final = (
    "date", "seed", "form", "in_view", "comparison", "reports_a_month", "drift", "ratio", "draws",
    "held", "change_said", "fall_said", "not_told",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """A kind of town: places in view and for comparison, their level, drift, and the truth."""

    in_view: int
    comparison: int
    level: float
    drift: float
    ratio: float


@dataclass
class Tally:
    """How often limits held the truth, and how often they excluded no change."""

    draws: int = 0
    held: int = 0
    changed: int = 0
    fell: int = 0
    untold: int = 0

    def add(self, limits: Limits, truth: float) -> None:
        """Count one town."""
        self.draws += 1
        low, high = limits
        if low is None or high is None:
            self.untold += 1
            return
        self.held += low <= truth <= high
        self.changed += not low <= 1 <= high
        self.fell += high < 1

    def shares(self) -> tuple[str, ...]:
        """Return shares of the towns that could be told, and of those that could not."""
        told = self.draws - self.untold
        counts = (self.held, self.changed, self.fell)
        return (*(f"{n / told:.3f}" if told else "" for n in counts),
                f"{self.untold / self.draws:.3f}")  # fmt: skip


def worlds() -> Iterator[World]:
    """Yield every kind of town."""
    for (mine, others), level, drift, ratio in product(SIZES, LEVELS, DRIFTS, RATIOS):
        yield World(mine, others, level, drift, ratio)


def draw_places(
    world: World, random: np.random.Generator
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return a year's reports of each place before and after, and which are in view."""
    n = world.in_view + world.comparison
    treated = np.arange(n) < world.in_view
    before = MONTHS * world.level * random.gamma(2.0, 0.5, n)
    wander = random.gamma(1 / world.drift, world.drift, n)
    after = before * wander * np.where(treated, world.ratio, 1.0)
    return _counts(before, random), _counts(after, random), treated


def judge(world: World, *, draws: int, seed: int) -> dict[str, Tally]:
    """Return how often each form was right in towns of one kind."""
    random = np.random.default_rng(seed)
    tallies = {name: Tally() for name in ("places", "odds", "review")}
    for _ in range(draws):
        before, after, treated = draw_places(world, random)
        effect = fixed_effects(before, after, treated).effect
        tallies["places"].add((effect.ci_low, effect.ci_high), world.ratio)
        sums = [float(a[g].sum()) for g in (treated, ~treated) for a in (before, after)]
        odds = relative_effect((sums[0], sums[1]), (sums[2], sums[3]))
        tallies["odds"].add(_inverse(odds.low, odds.high), world.ratio)
        tallies["review"].add(_inverse(odds.low_adjusted, odds.high_adjusted), world.ratio)
    return tallies


def judge_town(level: float, ratio: float, *, draws: int, seed: int) -> Tally:
    """Return how often the step of a town's series against a comparison was right."""
    random = np.random.default_rng(seed)
    before, after = TOWN_MONTHS
    time = np.arange(before + after)
    step = np.where(time < before, 1.0, ratio)
    tally = Tally()
    for _ in range(draws):
        season = 1 + 0.25 * np.sin(2 * np.pi * (time / 12 + random.random()))
        trend = np.exp(random.normal(0, 0.005) * time)
        mean = level * season * trend
        mine, other = _counts(mean * step, random), _counts(3 * mean, random)
        found = contrast(mine, other, time, before).difference
        tally.add((found.ci_low, found.ci_high), ratio)
    return tally


def write_results(path: Path, *, date: str, seed: int, draws: int) -> None:
    """Write the table: one row for each kind of town and form of the test."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES)
        for world in worlds():
            sizes = (world.in_view, world.comparison, f"{world.level:g}", world.drift, world.ratio)
            for form, tally in judge(world, draws=draws, seed=seed).items():
                writer.writerow((date, seed, form, *sizes, tally.draws, *tally.shares()))
        for level, ratio in product(TOWN_LEVELS, RATIOS):
            tally = judge_town(level, ratio, draws=draws, seed=seed)
            sizes = (1, 1, f"{level:g}", 0.0, ratio)
            writer.writerow((date, seed, "town", *sizes, tally.draws, *tally.shares()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the whole calibration and write its table."""
    parser = argparse.ArgumentParser(description="Calibrate what is said of camera changes.")
    parser.add_argument("--date", required=True, help="today, YYYY-MM-DD, for the table")
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--draws", type=int, default=DRAWS, help="towns of each kind")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    write_results(options.out, date=options.date, seed=options.seed, draws=options.draws)
    sys.stdout.write(f"{options.out}\n")


def _counts(mean: Floats, random: np.random.Generator) -> Floats:
    """Return counts whose variance is `NOISE` times their mean."""
    rate = random.gamma(np.maximum(mean, 1e-9) / (NOISE - 1), NOISE - 1)
    return random.poisson(rate).astype(np.float64)


def _inverse(low: float | None, high: float | None) -> Limits:
    """Return limits of a rate ratio from those of the odds ratio."""
    return (None, None) if low is None or high is None else (1 / high, 1 / low)


if __name__ == "__main__":
    main()
