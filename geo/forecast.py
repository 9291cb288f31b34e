"""How many reports does next month bring to each cell, and is a cleverer forecast worth it?

A long average is hard to beat. Forecasts are tried on months that they have not seen, and the
simplest that comes close to the best is used. No forecast knows anything of people.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from geo.errors import NotEnoughDataError
from geo.forecast_scores import Scores, score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Panel = NDArray[np.float64]
    """Reports, shape (n, T); NaN in months without data."""

ForecastKey = Literal[
    "last_value", "same_month", "mean_12", "ewma_01", "ewma_03", "neighbours", "regression", "trees"
]
LADDER: Final[tuple[ForecastKey, ...]] = (
    "mean_12", "last_value", "same_month", "ewma_01", "ewma_03", "neighbours", "regression",
    "trees",
)  # fmt: skip
"""The simplest first."""
FORECAST_WORDS: Final[dict[ForecastKey, str]] = {
    "mean_12": "average of the last 12 months",
    "last_value": "last month again",
    "same_month": "the same month of the year before",
    "ewma_01": "average of all months, later ones counting a little more",
    "ewma_03": "average of all months, later ones counting much more",
    "neighbours": "average of all months, with the cells around it and the town's season",
    "regression": "regression on earlier months and the cells around",
    "trees": "decision trees on earlier months and the cells around",
}
YEAR: Final = 12
LEAST_SLICES: Final = 6
CLOSE_ENOUGH: Final = 0.02
"""A simpler forecast is used where it comes within this share of the best."""
NEIGHBOUR_WEIGHT: Final = 0.3
LEAST_INDEX: Final = 0.2
"""A month with less than this share of the usual is not blown up to the usual."""
_SLOW: Final = 0.1
_QUICK: Final = 0.3
_LEAST_TRAINING: Final = 6


@dataclass(frozen=True, eq=False)
class Ground:
    """Which cells adjoin, and which month of the year each period is.

    Attributes
    ----------
    neighbours
        For each of n cells the positions of adjoining cells, itself left out.
    months
        Calendar months 1 to 12 of the T periods, and of the one that follows.
    """

    neighbours: tuple[NDArray[np.intp], ...]
    months: tuple[int, ...]

    def around(self, panel: Panel) -> Panel:
        """Return the mean of the adjoining cells, shape of ``panel``; 0 where there is none."""
        found = np.zeros_like(panel)
        for i, near in enumerate(self.neighbours):
            if len(near):
                found[i] = panel[near].mean(axis=0)
        return found


@dataclass(frozen=True)
class ForecastScore:
    """How one forecast did on months that it had not seen: means over the slices."""

    key: ForecastKey
    words: str
    slices: tuple[Scores, ...] = field(repr=False)
    hit_rate: float | None = None
    pai: float | None = None
    pei: float | None = None
    rri: float | None = None


@dataclass(frozen=True)
class Trial:
    """Every forecast that was tried, in the order of the ladder, and the one to use.

    Attributes
    ----------
    chosen
        The simplest within 2 per cent of the best PAI.
    best
        The one of the best PAI.
    k, n_cells
        Cells chosen, of so many.
    """

    scores: tuple[ForecastScore, ...]
    chosen: ForecastKey
    best: ForecastKey
    k: int
    n_cells: int

    def of(self, key: ForecastKey) -> ForecastScore:
        """Return the scores of one forecast."""
        return next(one for one in self.scores if one.key == key)


def forecast(panel: Panel, ground: Ground, key: ForecastKey = "mean_12") -> NDArray[np.float64]:
    """Return expected reports of each cell in the month after the panel, shape (n,).

    Parameters
    ----------
    panel
        Reports, shape (n, T); NaN in every cell of a month without data.
    ground
        Neighbours, and months of the year of T + 1 periods.

    Raises
    ------
    NotEnoughDataError
        Where no month is observed, or too few for the forecast that is asked for.
    """
    seen = observed_months(panel)
    if not seen.any():
        message = "No month is observed, so that nothing can be expected."
        raise NotEnoughDataError(message, "Load at least one month; better 24.")
    known = panel[:, seen]
    if key == "last_value":
        return known[:, -1].copy()
    if key == "mean_12":
        return np.asarray(known[:, -YEAR:].mean(axis=1))
    if key == "same_month":
        return _same_month(panel, seen)
    if key in {"ewma_01", "ewma_03"}:
        return _ewma(known, _SLOW if key == "ewma_01" else _QUICK)[:, -1]
    if key == "neighbours":
        return _with_neighbours(panel, seen, ground)
    return _learned(panel, seen, ground, key)


def try_forecasts(
    panel: Panel,
    ground: Ground,
    *,
    keys: Sequence[ForecastKey] = LADDER,
    share: float = 0.05,
    slices: int = LEAST_SLICES,
) -> Trial:
    """Return how each forecast does on the last observed months, one month ahead each time.

    Parameters
    ----------
    panel
        Reports, shape (n, T); NaN in months without data.
    ground
        Neighbours, and months of the year of T (or more) periods.
    share
        Of the cells that are chosen.
    slices
        Months that are forecast, each from the months before it alone; at least 6.

    Raises
    ------
    NotEnoughDataError
        Where fewer than a year lies before the first month that is to be forecast.
    """
    observed = np.flatnonzero(observed_months(panel))
    if slices < LEAST_SLICES or len(observed) < YEAR + slices:
        message = (
            f"Trying forecasts needs {YEAR + max(slices, LEAST_SLICES)} observed months;"
            f" found {len(observed)}."
        )
        raise NotEnoughDataError(message, "Load more months; until then the average is used.")
    k = max(1, int(np.ceil(share * len(panel))))
    tested = observed[-slices:]
    scores = tuple(_tried(panel, ground, key, tested, k) for key in keys)
    known = [one for one in scores if one.pai is not None]
    best = max(known, key=lambda one: one.pai or 0.0) if known else scores[0]
    enough = (best.pai or 0.0) * (1 - CLOSE_ENOUGH)
    chosen = next((one for one in known if (one.pai or 0.0) >= enough), best)
    return Trial(scores, chosen.key, best.key, k, len(panel))


def observed_months(panel: Panel) -> NDArray[np.bool_]:
    """Return which months of a panel have data, shape (T,)."""
    return np.asarray(~np.isnan(panel).all(axis=0), dtype=np.bool_)


def _tried(
    panel: Panel, ground: Ground, key: ForecastKey, tested: NDArray[np.intp], k: int
) -> ForecastScore:
    """Return the scores of one forecast on the months at ``tested``."""
    found = []
    for t in tested:
        before = Ground(ground.neighbours, ground.months[: t + 1])
        found.append(score(panel[:, t], forecast(panel[:, :t], before, key), k))

    def mean(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return float(np.mean(known)) if known else None

    return ForecastScore(
        key,
        FORECAST_WORDS[key],
        tuple(found),
        mean([one.hit_rate for one in found]),
        mean([one.pai for one in found]),
        mean([one.pei for one in found]),
        mean([one.rri for one in found]),
    )


def _same_month(panel: Panel, seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the month a year before the next one, or the nearest earlier year that was observed.

    Where no such month was observed, the average of the last twelve.
    """
    for t in range(panel.shape[1] - YEAR, -1, -YEAR):
        if seen[t]:
            return panel[:, t].copy()
    return np.asarray(panel[:, seen][:, -YEAR:].mean(axis=1))


def _ewma(known: Panel, alpha: float) -> Panel:
    """Return the exponentially weighted mean up to each month, the first month as the start."""
    found = np.empty_like(known)
    found[:, 0] = known[:, 0]
    for t in range(1, known.shape[1]):
        found[:, t] = (1 - alpha) * found[:, t - 1] + alpha * known[:, t]
    return found


def _season(panel: Panel, seen: NDArray[np.bool_], months: Sequence[int]) -> NDArray[np.float64]:
    """Return the town's index of each calendar month, mean 1, shape (13,); 1 where unseen."""
    totals = np.where(seen, np.nansum(panel, axis=0), np.nan)
    level = np.nanmean(totals)
    index = np.ones(YEAR + 1)
    if not level:
        return index
    of = np.asarray(months[: len(totals)])
    for month in range(1, YEAR + 1):
        these = totals[(of == month) & seen]
        if len(these):
            index[month] = these.mean() / level
    return index


def _with_neighbours(panel: Panel, seen: NDArray[np.bool_], ground: Ground) -> NDArray[np.float64]:
    """Return the weighted mean of a cell and its neighbours, times the town's month index."""
    index = _season(panel, seen, ground.months)
    divisor = np.maximum(index[np.asarray(ground.months[: panel.shape[1]])], LEAST_INDEX)
    level = _ewma((panel / divisor)[:, seen], _SLOW)[:, -1:]
    mixed = (level + NEIGHBOUR_WEIGHT * ground.around(level)) / (1 + NEIGHBOUR_WEIGHT)
    return np.asarray(mixed[:, 0] * index[ground.months[panel.shape[1]]])


def _learned(
    panel: Panel, seen: NDArray[np.bool_], ground: Ground, key: ForecastKey
) -> NDArray[np.float64]:
    """Return what a model learned from earlier months expects."""
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415 - slow to import
    from sklearn.linear_model import PoissonRegressor  # noqa: PLC0415 - slow to import

    usable = [t for t in np.flatnonzero(seen) if t >= YEAR]
    if len(usable) < _LEAST_TRAINING:
        return np.asarray(panel[:, seen][:, -YEAR:].mean(axis=1))
    x = np.concatenate([_features(panel[:, :t], ground, int(t)) for t in usable])
    y = np.concatenate([panel[:, t] for t in usable])
    if not y.any():
        return np.zeros(len(panel))
    model = (
        PoissonRegressor(alpha=1e-3, max_iter=500, solver="newton-cholesky")
        if key == "regression"
        else HistGradientBoostingRegressor(
            loss="poisson", max_iter=80, learning_rate=0.08, max_leaf_nodes=15, random_state=0,
            early_stopping=False,
        )
    )  # fmt: skip
    model.fit(x, y)
    found: NDArray[np.float64] = model.predict(_features(panel, ground, panel.shape[1]))
    return found


def _features(before: Panel, ground: Ground, t: int) -> NDArray[np.float64]:
    """Return what is known of each cell before month ``t``: shape (n, 17)."""
    known = before[:, observed_months(before)]
    year = known[:, -YEAR:].mean(axis=1)
    recent = known[:, -3:].mean(axis=1)
    near = ground.around(year[:, np.newaxis])[:, 0]
    lags = np.log1p(np.column_stack([known[:, -1], recent, year, near, _ewma(known, _SLOW)[:, -1]]))
    month = np.zeros((len(before), YEAR))
    month[:, ground.months[t] - 1] = 1.0
    return np.hstack([lags, month])
