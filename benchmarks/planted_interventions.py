"""Do the four interventions of sample towns get the verdicts that were planted?

``python -m benchmarks.planted_interventions --date 2026-11-25 --towns 20`` writes one row for each
town and a total.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.shuffled_towns import CountedTown, count_town, score_town
from data.samples.spec import DEMO_TOWN
from geo.displacement import Plan, evaluate, level_before, plan_windows
from geo.verdict import verdict
from geo.zones import Other, zones

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULTS = Path(__file__).parent / "results" / "planted_interventions.csv"
PLANTED: Final = {
    "moved": ("worked", "moved_nearby"),
    "spread": ("worked", "nearby_improved"),
    "nothing": ("no_clear_effect", "cannot_tell"),
    "not_delivered": ("not_delivered", "cannot_tell"),
}
"""Verdict and place that each effect is to get."""


def verdicts(town: CountedTown) -> dict[str, tuple[str, str]]:
    """Return verdict and place of each intervention, by its planted effect."""
    done = town.town.truth["interventions"]
    found = {}
    for one in done:
        others = [
            Other(o["effect"], tuple(o["cells"]), zones(o["cells"], town.study).buffer)
            for o in done
            if o is not one
        ]
        plan = Plan(one["start"])
        history = level_before(town.cube, plan_windows(town.cube, plan))
        drawn = zones(one["cells"], town.study, others=others, history=history)
        dose = 0.0 if one["effect"] == "not_delivered" else 100.0
        said = verdict(evaluate(town.cube, town.study, drawn, plan), delivered=dose)
        found[one["effect"]] = (said.effect, said.place)
    return found


def measure(seeds: Sequence[int]) -> list[dict[str, object]]:
    """Return one row for each town and a total."""
    rows: list[dict[str, object]] = []
    right = dict.fromkeys(PLANTED, 0)
    hot = planted = 0
    for seed in seeds:
        town = count_town(replace(DEMO_TOWN, seed=seed))
        found, score = verdicts(town), score_town(town)
        for effect, wanted in PLANTED.items():
            right[effect] += found[effect] == wanted
        hot, planted = hot + score.found, planted + score.planted
        told = {effect: "/".join(found[effect]) for effect in PLANTED}
        rows.append({"seed": seed, **told, "persistent_found": f"{score.found} of {score.planted}"})
        print(rows[-1], flush=True)
    shares = {effect: f"{n / len(seeds):.2f}" for effect, n in right.items()}
    rows.append({"seed": "all", **shares, "persistent_found": f"{hot} of {planted}"})
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", required=True)
    parser.add_argument("--towns", type=int, default=20)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    rows = [{"date": options.date, **row} for row in measure(range(1, options.towns + 1))]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
