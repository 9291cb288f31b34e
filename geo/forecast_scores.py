"""How well did a forecast of busy places do: how much of what happened lay where it pointed?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import xlogy

from geo.errors import GridError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEAST_EXPECTED: Final = 0.05
"""A forecast below this counts as this in the deviance, which is else infinite at nought."""


@dataclass(frozen=True)
class Scores:
    """One forecast against what came; None where it is not defined.

    Attributes
    ----------
    hit_rate
        Share of reports in the chosen cells, 0 to 1.
    pai
        Predictive accuracy index: hit rate over the chosen share of the area.
    pei
        Predictive efficiency index: reports in the chosen cells over the most that as many cells
        could have held.
    rri
        Recapture rate index: expected over actual reports in the chosen cells.
    mae, deviance
        Mean absolute error, and mean Poisson deviance, of all cells.

    References
    ----------
    Chainey, Tompson and Uhlig (2008), Security Journal 21; Levine (2008), Security Journal 21.
    """

    hit_rate: float | None
    pai: float | None
    pei: float | None
    rri: float | None
    mae: float
    deviance: float


@dataclass(frozen=True, eq=False)
class RankedScores:
    """PAI, PEI and RRI for the first cell, the first two, and so on; arrays of shape (n,).

    ``order`` holds positions, the highest expected density first; undefined is NaN.
    """

    order: NDArray[np.intp]
    pai: NDArray[np.float64]
    pei: NDArray[np.float64]
    rri: NDArray[np.float64]


def most_expected(expected: ArrayLike, k: int) -> NDArray[np.intp]:
    """Return the positions of the ``k`` cells with the highest forecast; ties by position.

    Raises
    ------
    GridError
        Where ``k`` is not between 1 and the number of cells.

    Examples
    --------
    >>> most_expected([1.0, 3.0, 3.0, 2.0], 2).tolist()
    [1, 2]
    """
    values = np.asarray(expected, dtype=np.float64)
    if not 1 <= k <= len(values):
        message = f"Between 1 and {len(values)} cells can be chosen; found {k}."
        raise GridError(message, "Choose a share of the area between 0 and 100 per cent.")
    return np.argsort(-values, kind="stable")[:k]


def score(actual: ArrayLike, expected: ArrayLike, k: int) -> Scores:
    """Return the scores of one forecast, the ``k`` highest cells of equal area chosen.

    Parameters
    ----------
    actual, expected
        Shape (n,), reports that came and that were expected; cells in sorted order, which breaks
        ties.

    Raises
    ------
    GridError
        Where the two differ in length, or ``k`` is not between 1 and their length.
    """
    came = np.asarray(actual, dtype=np.float64)
    forecast = np.asarray(expected, dtype=np.float64)
    if came.shape != forecast.shape:
        message = f"{len(came)} cells were counted and {len(forecast)} were forecast."
        raise GridError(message, "Give both for the same cells, in the same order.")
    chosen = most_expected(forecast, k)
    hits, total = float(came[chosen].sum()), float(came.sum())
    most = float(np.sort(came)[::-1][:k].sum())
    kept = np.maximum(forecast, LEAST_EXPECTED)
    rate = hits / total if total else None
    return Scores(
        rate,
        None if rate is None else rate * len(came) / k,
        hits / most if most else None,
        float(forecast[chosen].sum()) / hits if hits else None,
        float(np.abs(forecast - came).mean()),
        float(2 * np.mean(xlogy(came, came / kept) - (came - kept))),
    )


def ranked_scores(actual: ArrayLike, expected: ArrayLike, area: ArrayLike) -> RankedScores:
    """Return PAI, PEI and RRI as more and more cells of unequal area are chosen.

    Parameters
    ----------
    actual, expected, area
        Shape (n,). The highest expected density comes first, then the fewest actual.

    Notes
    -----
    PEI compares with the densest cells of the same number, so that with unequal areas it can
    exceed 1.
    """
    came, forecast, size = (np.asarray(x, dtype=np.float64) for x in (actual, expected, area))
    order = np.lexsort((came, -forecast / size))
    best = np.lexsort((-came / size,))
    share = np.cumsum(size[order]) / size.sum()
    hits = np.cumsum(came[order])
    with np.errstate(divide="ignore", invalid="ignore"):
        pai = hits / came.sum() / share
        ideal = np.cumsum(came[best]) / came.sum() / (np.cumsum(size[best]) / size.sum())
        rri = np.where(hits > 0, np.cumsum(forecast[order]) / hits, np.nan)
        return RankedScores(order, pai, pai / ideal, rri)
