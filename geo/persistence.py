"""Which places stay hot month after month, and which have come or gone?

References
----------
Chainey 2020, Understanding Crime (share of periods hot; thresholds as in R's sfhotspot).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.emerging import ENOUGH_SLICES, final_run, too_few_slices

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from numpy.typing import ArrayLike, NDArray

    from geo.autocorrelation import Floats

PERSISTENT_SHARE: Final = 0.8
INTERMITTENT_SHARE: Final = 0.1
RECENT_PERIODS: Final = 5


@dataclass(frozen=True, eq=False)
class Persistence:
    """How often each cell was hot in the observed periods; arrays of shape (n,).

    Attributes
    ----------
    months_hot
        Observed periods in which the cell was hot.
    months_observed
        Observed periods; the same for every cell.
    share
        One over the other; NaN when nothing was observed.
    pattern
        "persistent", "emerging", "former", "intermittent" or "".
    current_run
        Observed periods in a row, up to the last, in which the cell was hot.
    last_hot
        Position of the last hot period among all T; -1 if there is none.
    provisional
        Fewer than 12 periods were observed.
    reason
        Why no cell has a pattern; None when patterns were given.
    """

    months_hot: NDArray[np.int64]
    months_observed: int
    share: Floats
    pattern: NDArray[np.str_]
    current_run: NDArray[np.int64]
    last_hot: NDArray[np.int64]
    provisional: bool
    reason: str | None


def persistence(hot: NDArray[np.bool_], observed: NDArray[np.bool_]) -> Persistence:
    """Return the persistence of each cell.

    Parameters
    ----------
    hot
        Whether the cell was significantly hot, shape (n, T).
    observed
        Shape (T,). Unobserved periods are left out of every figure.

    Notes
    -----
    The first pattern that fits: persistent (hot in at least 80 % of the observed periods), emerging
    (hot among the last five and never before), former (hot before and in none of the last five),
    intermittent (at least 10 %). No pattern is given below 10 observed periods.

    Examples
    --------
    >>> hot = np.array([[True] * 12, [False] * 11 + [True], [True] * 6 + [False] * 6])
    >>> persistence(hot, np.ones(12, dtype=bool)).pattern.tolist()
    ['persistent', 'emerging', 'former']
    """
    seen = hot[:, observed]
    months = seen.shape[1]
    months_hot = seen.sum(axis=1, dtype=np.int64)
    share = months_hot / months if months else np.full(len(hot), np.nan)
    reason = too_few_slices(months)
    pattern = np.full(len(hot), "", dtype=np.str_) if reason else _pattern(seen)
    dated = np.where(hot & observed, np.arange(hot.shape[1]), -1)
    return Persistence(
        months_hot,
        months,
        share,
        pattern,
        final_run(seen),
        dated.max(axis=1, initial=-1),
        months < ENOUGH_SLICES,
        reason,
    )


def _pattern(seen: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Return the pattern of hot periods, all of them observed."""
    months_hot, months = seen.sum(axis=1), seen.shape[1]
    before = seen[:, :-RECENT_PERIODS].any(axis=1)
    recent = seen[:, -RECENT_PERIODS:].any(axis=1)
    rules = {
        "persistent": 10 * months_hot >= round(10 * PERSISTENT_SHARE) * months,
        "emerging": recent & ~before,
        "former": before & ~recent,
        "intermittent": 10 * months_hot >= round(10 * INTERMITTENT_SHARE) * months,
    }
    return np.select(list(rules.values()), list(rules), default="")


def top_decile_share(panel: ArrayLike, observed: NDArray[np.bool_]) -> Floats:
    """Return the share of observed periods in which each cell is among the busiest tenth.

    Parameters
    ----------
    panel
        Counts, shape (n, T).
    observed
        Shape (T,).

    Returns
    -------
    ndarray
        Shape (n,); NaN when nothing was observed.

    Notes
    -----
    The tenth is rounded up to whole cells. Cells that tie with its last one are in; a cell without
    reports never is.
    """
    seen = np.asarray(panel)[:, observed]
    if not seen.size:
        return np.full(len(seen), np.nan)
    top = -(-len(seen) // 10)
    threshold = np.partition(seen, len(seen) - top, axis=0)[len(seen) - top]
    in_top = (seen >= threshold) & (seen > 0)
    return np.asarray(in_top.mean(axis=1), dtype=np.float64)


def jaccard(before: Iterable[Hashable], now: Iterable[Hashable]) -> float | None:
    """Return the share of either set that is in both; None when both are empty.

    Examples
    --------
    >>> jaccard("abc", "bcd")
    0.5
    """
    first, second = set(before), set(now)
    either = first | second
    return len(first & second) / len(either) if either else None
