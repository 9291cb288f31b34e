"""How much of what was planted in a sample town is found, and how much that is found is false?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

HALF: Final = 0.5
GENUINE_RATIO: Final = 2.0
"""From so many times the town's mean cell a place is genuinely busy, planted or not."""


@dataclass(frozen=True)
class Score:
    """Planted places of one kind, and hotspots, of one or several towns.

    Attributes
    ----------
    planted, found
        Places, and those of which one hotspot holds at least half of the cells.
    reported, false
        Hotspots, and those that hold no planted cell and no genuinely busy one.
    unplanted
        Hotspots without a planted cell; of these, ``false`` are the ones not busy either.
    """

    planted: int = 0
    found: int = 0
    reported: int = 0
    false: int = 0
    unplanted: int = 0

    def __add__(self, other: Score) -> Score:
        """Return both towns' figures together."""
        return Score(
            self.planted + other.planted,
            self.found + other.found,
            self.reported + other.reported,
            self.false + other.false,
            self.unplanted + other.unplanted,
        )

    @property
    def found_share(self) -> float:
        """Share of the planted places that are found; 1 where nothing was planted."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def false_share(self) -> float:
        """Share of the hotspots that are false; 0 where there is none."""
        return self.false / self.reported if self.reported else 0.0


def score_hotspots(
    truth: Mapping[str, Any], hotspots: Sequence[Collection[str]], *, kind: str = "persistent"
) -> Score:
    """Return how the hotspots of a town compare with its truth.

    Parameters
    ----------
    truth
        As `data.samples.truth.tell_truth` returns it.
    hotspots
        Cells of each.
    kind
        Which planted places are looked for. Places of every kind count as planted for what is
        false.

    Notes
    -----
    A hotspot is false if none of its cells is planted and none truly expects ``GENUINE_RATIO``
    times the reports of the town's mean cell: the peak of a town centre is no error.
    """
    places = [set(p["cells"]) for p in truth["places"] if p["kind"] == kind]
    planted = {cell for p in truth["places"] for cell in p["cells"]}
    busy_from = GENUINE_RATIO * truth["mean_per_cell"]
    expected = truth["expected_per_month"]
    busy = {cell for cell, n in expected.items() if n >= busy_from}
    found = sum(any(len(p & set(h)) >= HALF * len(p) for h in hotspots) for p in places)
    unplanted = [h for h in hotspots if not planted & set(h)]
    false = [h for h in unplanted if not busy & set(h)]
    return Score(len(places), found, len(hotspots), len(false), len(unplanted))
