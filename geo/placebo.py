"""How often does a place of the same size change as much without anything being done there?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import SchemaError

if TYPE_CHECKING:
    from geo.cells import StudyCells

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_SETS: Final = 999
SETS_NEEDED: Final = 19
"""With fewer other places the p cannot be 0.05 or less."""
BAND: Final = 2.0
"""Other places have at least half and at most twice the treated cells' reports before."""
_BATCHES: Final = 6


@dataclass(frozen=True)
class Placebo:
    """The treated cells' change among those of other places.

    Attributes
    ----------
    p
        One-sided: how often a place falls at least as much. None with no place to compare with.
    observed
        Standardised change of the treated cells against the rest of the town.
    values
        The same of the other places, ascending.
    seed
        Of the choice of places.
    sentence
        What this says, also when it says little.
    """

    p: float | None
    observed: float | None
    values: tuple[float, ...]
    seed: int
    sentence: str

    @property
    def n(self) -> int:
        """How many other places there were."""
        return len(self.values)


def placebo(
    before: ArrayLike,
    after: ArrayLike,
    treated: ArrayLike,
    allowed: ArrayLike,
    study: StudyCells,
    *,
    seed: int = 0,
) -> Placebo:
    """Return how the treated cells' change compares with that of other places of their size.

    Parameters
    ----------
    before, after
        Reports of each study cell in the paired months, shape (n,).
    treated
        Which cells are treated, shape (n,).
    allowed
        Cells that other places may be made of: far from every intervention, shape (n,).
    study
        The study cells.
    seed
        Of the choice of places; the same seed gives the same places.

    Notes
    -----
    Other places are sets of as many adjoining cells with half to twice the reports before, at most
    999 different ones, grown at random. The statistic is (after - E) / sqrt(E), where E is the
    count before times the change of all allowed cells outside the set. Places may overlap one
    another.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), JASA 105:493 (placebo tests in space).
    """
    first, later = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    mine, free = np.asarray(treated, dtype=np.bool_), np.asarray(allowed, dtype=np.bool_)
    n = len(study.cells)
    if any(array.shape != (n,) for array in (first, later, mine, free)) or not mine.any():
        message = f"Give one count and one mark for each of {n} cells, and treat at least one."
        raise SchemaError(message, "Use the panel of the same study cells.")
    free = free & ~mine
    sets = comparable_sets(first, mine, free, study, seed=seed)
    observed = float(_change(mine[None, :], first, later, free)[0])
    if not np.isfinite(observed):
        words = "There are too few reports to set this place against others."
        return Placebo(None, None, (), seed, words)
    values = np.sort(_change(sets, first, later, free))
    values = values[np.isfinite(values)]
    p = placebo_p(observed, values) if len(values) else None
    return Placebo(p, observed, tuple(values.tolist()), seed, _sentence(p, len(values)))


def placebo_p(observed: float, values: ArrayLike) -> float:
    """Return the share of places that fall at least as much, this one among them.

    Examples
    --------
    >>> placebo_p(-3.0, [-1.0, 0.0, 1.0])
    0.25
    """
    others = np.asarray(values, dtype=np.float64)
    return float((1 + (others <= observed).sum()) / (1 + others.size))


def change_against_rest(before: ArrayLike, after: ArrayLike) -> Floats:
    """Return each place's change less the mean change of all others, shape (n,).

    Examples
    --------
    >>> change_against_rest([10, 10, 10], [4, 10, 12]).tolist()
    [-7.0, 2.0, 5.0]
    """
    change = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    return np.asarray(change - (change.sum() - change) / (change.size - 1))


def comparable_sets(
    before: Floats, treated: Flags, allowed: Flags, study: StudyCells, *, seed: int = 0
) -> Flags:
    """Return different sets of adjoining cells, as many and about as busy as the treated ones.

    Returns
    -------
    array of bool
        Shape (sets, n); at most 999 sets.
    """
    size, target = int(treated.sum()), float(before[treated].sum())
    sets = np.zeros((0, len(before)), dtype=np.bool_)
    random = np.random.default_rng(seed)
    for _ in range(_BATCHES):
        seeds = _seeds(before, allowed, target / size)
        if not len(seeds):
            break
        grown = _grow(random, seeds, allowed, study, size)
        total = grown @ before
        kept = (grown.sum(axis=1) == size) & (total >= target / BAND) & (total <= target * BAND)
        known = len(sets)
        sets = _distinct(np.concatenate([sets, grown[kept]]))
        if len(sets) >= MOST_SETS or len(sets) == known:
            break
    return sets[:MOST_SETS]


def _seeds(before: Floats, allowed: Flags, level: float) -> NDArray[np.intp]:
    """Return cells to grow from: those of a like level, or all if there are none."""
    like = allowed & (before >= level / BAND) & (before <= level * BAND)
    return np.flatnonzero(like if like.any() else allowed)


def _grow(
    random: np.random.Generator,
    seeds: NDArray[np.intp],
    allowed: Flags,
    study: StudyCells,
    size: int,
) -> Flags:
    """Return sets grown from random seeds, cell by adjoining cell; some stay too small."""
    liking = random.random((MOST_SETS, len(allowed)), dtype=np.float32)
    grown = np.zeros((MOST_SETS, len(allowed)), dtype=np.bool_)
    rows = np.arange(MOST_SETS)
    grown[rows, random.choice(seeds, MOST_SETS)] = True
    links = study.adjacency.astype(np.float32)
    for _ in range(size - 1):
        reached = (links @ grown.T.astype(np.float32)).T > 0
        wanted = np.where(reached & allowed & ~grown, liking, -1.0)
        best = wanted.argmax(axis=1)
        can = wanted[rows, best] >= 0
        grown[rows[can], best[can]] = True
    return grown


def _distinct(sets: Flags) -> Flags:
    """Return the sets without repeats, in the order in which they were found."""
    _, first = np.unique(np.packbits(sets, axis=1), axis=0, return_index=True)
    return sets[np.sort(first)]


def _change(sets: Flags, before: Floats, after: Floats, free: Flags) -> Floats:
    """Return the standardised change of each set against the allowed cells outside it."""
    first, later = sets @ before, sets @ after
    outside = free & ~sets
    growth_before, growth_after = outside @ before, outside @ after
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = first * growth_after / growth_before
        return np.asarray((later - expected) / np.sqrt(expected))


def _sentence(p: float | None, places: int) -> str:
    if p is None:
        return "No other place of this size is as busy, so it cannot be set against others."
    noun = "place" if places == 1 else "places"
    fell = round(p * (places + 1)) - 1
    base = f"Of {places} other {noun} of this size and level, {fell} fell as much."
    if places < SETS_NEEDED:
        return f"{base} With fewer than {SETS_NEEDED} the test cannot reach 1 in 20."
    return base
