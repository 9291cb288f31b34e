"""How much can k cameras see at most, and which sites can no best choice contain?

Where an area has so many classes of points that the exact program would not end, a price on each
class gives a bound within a second, and rules most sites out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.siting_merge import Sites

ROUNDS: Final = 1000
_PATIENCE: Final = 20
_SHORTER: Final = 0.8
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Narrowed:
    """What prices tell.

    Attributes
    ----------
    bound
        No k sites see more demand than this.
    chosen
        The best k sites that were met, None if none beat what was known.
    possible
        Whether a better choice could contain a site, shape (sites,); the best one met is kept.
    """

    bound: float
    chosen: tuple[int, ...] | None
    possible: NDArray[np.bool_]


@dataclass(eq=False)
class _Search:
    """Where the search stands: the best prices, the best choice, and how far it steps."""

    prices: NDArray[np.float64]
    bound: float
    known: float
    chosen: NDArray[np.int64] | None = None
    step: float = 1.0
    waited: int = 0


def narrowed(sites: Sites, k: int, known: float, *, rounds: int = ROUNDS) -> Narrowed:
    """Return a bound on what ``k`` sites see, and which sites are worth a thought.

    Parameters
    ----------
    sites
        At least one class and, more than ``k``, sites.
    k
        At least 1.
    known
        Demand that some choice is known to see.
    rounds
        How often prices are changed.

    Notes
    -----
    The Lagrangian relaxation of "a class counts only if a site sees it", by subgradients. With
    price p of a class, k sites see at most the sum of (weight - p) plus the k largest sums of
    prices in a view. A site whose sum is so far below the k-th largest that exchanging them leaves
    less than ``known`` is in no better choice. No chance and no clock: same input, same answer.

    References
    ----------
    Galvao & ReVelle (1996), A Lagrangean heuristic for the maximal covering location problem,
    European Journal of Operational Research 88, 114-123.
    """
    total = float(sites.weight.sum())
    views = sites.hits.T.tocsr()
    prices = sites.weight / np.diff(sites.hits.indptr)
    search = _Search(prices, np.inf, known)
    for _ in range(rounds):
        worth = views @ prices
        top = np.argpartition(-worth, k - 1)[:k]
        value = total - float(prices.sum()) + float(worth[top].sum())
        up = np.zeros(sites.count)
        up[top] = 1
        seen = sites.hits @ up
        _note(search, prices, value, (top, float(sites.weight[seen > 0].sum())))
        if search.bound - search.known <= _ROUNDING * total:
            break
        if search.waited > _PATIENCE:
            search.step, search.waited = search.step * _SHORTER, 0
            prices = search.prices
            continue
        prices = _changed(prices, sites.weight, seen - 1, search.step * (value - search.known))
    chosen = None if search.chosen is None else tuple(sorted(search.chosen.tolist()))
    return Narrowed(search.bound, chosen, _possible(search, views @ search.prices, k))


def _note(
    search: _Search,
    prices: NDArray[np.float64],
    value: float,
    choice: tuple[NDArray[np.int64], float],
) -> None:
    """Keep the prices if their bound is lower, and the choice if it sees more."""
    top, seen = choice
    if seen > search.known * (1 + _ROUNDING):
        search.known, search.chosen = seen, top
    if value < search.bound:
        search.prices, search.bound, search.waited = prices, value, 0
    else:
        search.waited += 1


def _changed(
    prices: NDArray[np.float64],
    weight: NDArray[np.float64],
    slope: NDArray[np.float64],
    step: float,
) -> NDArray[np.float64]:
    """Return prices lower where several sites see a class, higher where none does, 0 to weight."""
    free = ~(((prices <= 0) & (slope > 0)) | ((prices >= weight) & (slope < 0)))
    slope = np.where(free, slope, 0.0)
    length = float(np.square(slope).sum())  # a dot product would wait for all cores
    if not length > 0:
        return prices
    return np.asarray(np.clip(prices - step / length * slope, 0, weight), dtype=np.float64)


def _possible(search: _Search, worth: NDArray[np.float64], k: int) -> NDArray[np.bool_]:
    """Return which sites can be part of a choice that sees more than the best known."""
    least = np.partition(worth, -k)[-k]
    possible = np.asarray(search.bound + worth - least >= search.known * (1 - _ROUNDING))
    possible |= worth >= least
    if search.chosen is not None:
        possible[search.chosen] = True
    return possible
