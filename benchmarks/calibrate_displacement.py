"""How often are verdicts on interventions right, and how often do they see what is not there?

Towns of 397 hexagons with 36 months of counts are drawn with a known truth and judged as the
product does. Patches of seven hexagons share what a month brings, so that a patch's monthly count
is Poisson, or negative binomial with k = 5 or 1.5. Required of 1,000 towns each:

- nothing planted: 90 % limits hold in 87 to 93 % (85 % or more at k = 1.5); "worked" in at most
  6 % (7.5 %), "moved nearby" in at most 5 % (7.5 %);
- a fall of 40 % of which half moves next door: "moved nearby" in 80 % or more at 60 reports a
  month and Poisson counts; "cannot tell" in 80 % or more at k = 5 or 1.5, or at 2 a month.

Three forms of the test are set side by side: Poisson errors alone ("poisson"), times the root of
phi ("phi"), and the months' own spread with Student's t ("months"), which is the product's. Rows
"months and places" are the whole product, with the test against other places, in a tenth as many
towns.

Run ``python -m benchmarks.calibrate_displacement --date 2026-11-25``; it takes some minutes.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

import h3
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from geo.cells import StudyCells
from geo.cube import SpaceTimeCube
from geo.displacement import Evaluation, Plan, evaluate, level_before, plan_windows, zone_series
from geo.hexagons import adjacency
from geo.periods import month_range
from geo.verdict import CLEAR, verdict
from geo.wdd import Wdd, Weights, dispersion, wdd
from geo.wdd_months import detectable, high_before_start, monthly_wdd
from geo.zones import Zones, zones

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.windows import Windows

Floats = NDArray[np.float64]

RESULTS = Path(__file__).parent / "results" / "calibrate_displacement.csv"
MONTHS: Final = month_range("2019-01", "2021-12")
PLAN: Final = Plan("2021-01")
BEFORE: Final = 24
RADIUS: Final = 11
MIDDLE: Final = h3.latlng_to_cell(53.0, -5.0, 9)
NOISES: Final[dict[str, tuple[float, float]]] = {
    "Poisson": (0.0, 0.0),
    "k=5": (5.0, 0.0),
    "k=1.5": (1.5, 0.0),
    "k=5, like months": (5.0, 0.3),
}
"""Shape of the gamma factor of a patch's month (0: none), and likeness of neighbouring months."""
PLANTED: Final[dict[str, tuple[float, float]]] = {
    "nothing": (0.0, 0.0),
    "fall 40%, half moves": (0.4, 0.5),
    "fall 40%, none moves": (0.4, 0.0),
}
"""Share of the treated cells' reports that goes away, and share of that which moves next door."""


@dataclass(frozen=True)
class World:
    """A kind of town: reports a month in each zone, noise, and what was planted."""

    level: float
    noise: str = "Poisson"
    planted: str = "nothing"


@dataclass
class Tally:
    """What was said of all towns of a world."""

    towns: int = 0
    held: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)

    def share(self, name: str, *, of: str = "said") -> str:
        """Return how often a word was said, or limits held."""
        counter = self.said if of == "said" else self.held
        return f"{counter[name] / self.towns:.3f}"


@dataclass(frozen=True, eq=False)
class Map:
    """The hexagons of every town, and which of them share what a month brings."""

    study: StudyCells
    patch: NDArray[np.intp]
    treated: NDArray[np.intp]
    around: NDArray[np.intp]


@cache
def town_map() -> Map:
    """Return the map of every town: seven treated cells, the ring around them, other patches."""
    cells = tuple(sorted(h3.grid_disk(MIDDLE, RADIUS)))
    zero = [np.zeros(len(cells)) for _ in range(4)]
    alone = np.zeros(len(cells), dtype=np.bool_)
    study = StudyCells(9, cells, np.full(len(cells), 0.1), *zero, adjacency(cells), alone)
    treated = set(h3.grid_disk(MIDDLE, 1))
    around = {c for t in treated for c in h3.grid_disk(t, 1)} - treated
    names = [
        "treated" if c in treated else "around" if c in around else h3.cell_to_parent(c, 8)
        for c in cells
    ]
    _, patch = np.unique(names, return_inverse=True)
    marks = [np.flatnonzero([c in group for c in cells]) for group in (treated, around)]
    return Map(study, patch, marks[0], marks[1])


def draw_town(world: World, random: np.random.Generator) -> tuple[SpaceTimeCube, Floats]:
    """Return the cube of one town, and the true change of treated cells and of those around.

    Patches differ in level by about 30 %, all share a season of +-25 % and a change of the whole
    town by about 10 % from year to year.
    """
    where = town_map()
    patches = int(where.patch.max()) + 1
    level = np.exp(random.normal(0, 0.3, patches))
    level[[where.patch[where.treated[0]], where.patch[where.around[0]]]] = 1.0
    rate = (world.level / 7 * level)[where.patch]
    rate[where.around] *= 7 / len(where.around)
    season = 1 + 0.25 * np.sin(2 * np.pi * (np.arange(len(MONTHS)) / 12 + random.random()))
    years = np.repeat(np.exp(random.normal(0, 0.1, 3)), 12)
    rates = np.outer(rate, season * years)
    fall, moved = PLANTED[world.planted]
    gone = fall * rates[where.treated, BEFORE:].sum(axis=0)
    rates[where.treated, BEFORE:] *= 1 - fall
    rates[where.around, BEFORE:] += moved * gone / len(where.around)
    wander = _wandering(*NOISES[world.noise], (patches, len(MONTHS)), random)
    counts = random.poisson(rates * wander[where.patch])[:, :, None]
    study, seen = where.study, np.ones(len(MONTHS), dtype=np.bool_)
    cube = SpaceTimeCube(
        study.cells, MONTHS, ("All",), counts.astype(np.int64), seen, study.area_km2.copy()
    )
    return cube, np.array([-gone.sum(), moved * gone.sum()])


def judge(world: World, *, towns: int, seed: int, places: bool = False) -> dict[str, Tally]:
    """Return the tally of each form of the test; the same seed, the same tally.

    Parameters
    ----------
    world
        The kind of town.
    towns, seed
        How many, and of which draw.
    places
        Whether to judge with every test of the product, the one against other places included.
    """
    random = np.random.default_rng(seed)
    where = town_map()
    tallies: dict[str, Tally] = {}
    for _ in range(towns):
        cube, truth = draw_town(world, random)
        found = plan_windows(cube, PLAN)
        treated = [where.study.cells[i] for i in where.treated]
        drawn = zones(treated, where.study, history=level_before(cube, found))
        if places:
            whole = evaluate(cube, where.study, drawn, PLAN)
            _add(tallies.setdefault("months and places", Tally()), whole, truth)
            continue
        for name, form in _forms(cube, drawn, found).items():
            _add(tallies.setdefault(name, Tally()), form, truth)
    return tallies


def worlds() -> Iterable[World]:
    """Return every kind of town."""
    for noise, level in product(NOISES, (60.0, 10.0, 2.0)):
        yield World(level, noise, "nothing")
    for noise, level in product(list(NOISES)[:3], (60.0, 10.0, 2.0)):
        yield World(level, noise, "fall 40%, half moves")
    for noise in list(NOISES)[:3]:
        yield World(60.0, noise, "fall 40%, none moves")


def write_results(path: Path, *, date: str, seed: int, towns: int) -> None:
    """Write one row for each world and form of the test, as they are found."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer: csv.DictWriter[str] | None = None
        for number, world in enumerate(worlds()):
            head: dict[str, object] = {"date": date, "seed": seed + number}
            head |= {"planted": world.planted, "noise": world.noise}
            head |= {"reports_a_month": f"{world.level:g}"}
            tallies = judge(world, towns=towns, seed=seed + number)
            if world.level == 60 and world.noise == "Poisson":
                few = max(1, towns // 10)
                tallies |= judge(world, towns=few, seed=seed + number, places=True)
            for form, tally in tallies.items():
                row = {**head, "form": form, **_figures(tally)}
                if writer is None:
                    writer = csv.DictWriter(file, fieldnames=list(row), lineterminator="\n")
                    writer.writeheader()
                writer.writerow(row)
            file.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the whole calibration and write its table."""
    parser = argparse.ArgumentParser(description="Calibrate the verdicts on interventions.")
    parser.add_argument("--date", required=True, help="today, YYYY-MM-DD, for the table")
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--towns", type=int, default=1000, help="towns of each world")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    write_results(options.out, date=options.date, seed=options.seed, towns=options.towns)
    sys.stdout.write(f"{options.out}\n")


def _wandering(
    k: float, likeness: float, shape: tuple[int, int], random: np.random.Generator
) -> Floats:
    """Return gamma factors with mean 1 and shape k, each month like the one before."""
    if k == 0:
        return np.ones(shape)
    if likeness == 0:
        return random.gamma(k, 1 / k, shape)
    normal = random.standard_normal(shape)
    for t in range(1, shape[1]):
        fresh = np.sqrt(1 - likeness**2) * normal[:, t]
        normal[:, t] = likeness * normal[:, t - 1] + fresh
    grid = np.linspace(-6.0, 6.0, 2001)
    return np.asarray(np.interp(normal, grid, _gamma_of_normal(k)))


@cache
def _gamma_of_normal(k: float) -> Floats:
    grid = np.linspace(-6.0, 6.0, 2001)
    return np.asarray(stats.gamma.ppf(stats.norm.cdf(grid), k, scale=1 / k))


def _forms(cube: SpaceTimeCube, drawn: Zones, found: Windows) -> dict[str, Evaluation]:
    """Return the figures that a verdict needs, under each form of the test."""
    series = zone_series(cube, drawn)
    counts = series.counts(found)
    weights = Weights(
        control=max(1.0, counts.control[0]) / max(1.0, counts.treated[0]),
        control_buffer=max(1.0, counts.control_buffer[0]) / max(1.0, counts.buffer[0]),
    )
    year = series.at(found.history[-12:])
    rows = [row[year] for row in (series.treated, series.buffer, series.control)]
    phi = dispersion(rows)[0] or 1.0
    forms = {
        "poisson": wdd(counts, weights=weights),
        "phi": wdd(counts, weights=weights, phi=phi),
        "months": monthly_wdd(series, found),
    }
    expected = counts.treated[0] * counts.control[1] / max(1.0, counts.control[0])
    guard = high_before_start(series, found, PLAN.start)
    reason = counts.too_few()

    def figures(form: Wdd) -> Evaluation:
        least = detectable(form.local)
        return Evaluation(
            plan=PLAN,
            windows=found,
            zones=drawn,
            counts=counts,
            wdd=None if reason else form,
            poisson=None,
            poisson_adjusted=None,
            harm=None,
            wdq=None,
            ratio=None,
            placebo=None,
            rings=(),
            rises=(),
            expected=expected,
            smallest_fall=None if least is None or expected == 0 else least / expected,
            guard=guard,
            reason=reason,
            caveats=(),
        )

    return {name: figures(form) for name, form in forms.items()}


def _add(tally: Tally, found: Evaluation, truth: Floats) -> None:
    tally.towns += 1
    said = verdict(found, delivered=1.0)
    tally.said.update([said.effect, said.place])
    tally.said["not tested"] += not said.tested
    if found.wdd is None:
        return
    tally.held["tested"] += 1
    parts = {"local": truth[0], "displacement": truth[1], "total": truth.sum()}
    for name, true in parts.items():
        part = getattr(found.wdd, name)
        if part.ci_low is not None:
            tally.held[f"{name} told"] += 1
            tally.held[name] += bool(part.ci_low <= true <= part.ci_high)
    local, around = found.wdd.local, found.wdd.displacement
    tally.said["fall"] += local.p_fall is not None and local.p_fall <= CLEAR
    tally.said["rise nearby"] += around.p_rise is not None and around.p_rise <= CLEAR
    tally.said["both found"] += said.effect == "worked" and said.place == "moved_nearby"


def _figures(tally: Tally) -> dict[str, str | int]:
    held = tally.held
    names = ("local", "displacement", "total")
    cover = {f"{name}_held": _share(held[name], held[f"{name} told"]) for name in names}
    words = (
        "fall", "rise nearby", "worked", "some_effect", "no_clear_effect", "backfired",
        "moved_nearby", "nearby_improved", "no_sign", "cannot_tell", "both found", "not tested",
    )  # fmt: skip
    said = {word.replace(" ", "_"): tally.share(word) for word in words}
    return {"towns": tally.towns, **cover, **said}


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else ""


if __name__ == "__main__":
    main()
