"""How much of the demand do cameras cover, where are the gaps, and when is nobody watching?

A *share* is what `geo.coverage` says of a cell: how much of its public realm is seen, recorded or
watched, 0 to 1, NaN where the cell has no public realm. *Demand* is reports that could have been
seen. Here the two meet; all of it is sums and ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.contiguity import components
from geo.errors import GridError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

ON_IT: Final = 0.1
"""A camera is on a hotspot if it sees a tenth of the public realm of one of its cells."""
_TIE: Final = 1e-12


@dataclass(frozen=True)
class Thresholds:
    """Where the classes of cells part.

    Attributes
    ----------
    high
        Share of the cells, by demand, that count as busy.
    low
        Share of the cells, by demand, that count as having little demand.
    covered
        Share of its public realm from which on a cell counts as in view.

    Raises
    ------
    SchemaError
        If one is not between 0 and 1, or ``high`` and ``low`` overlap.
    """

    high: float = 0.2
    low: float = 0.4
    covered: float = 0.3

    def __post_init__(self) -> None:
        if not all(0 < value < 1 for value in (self.high, self.low, self.covered)):
            found = (self.high, self.low, self.covered)
            message = f"Thresholds must lie between 0 and 1; found {found}."
            raise SchemaError(message, "Usual are 0.2, 0.4 and 0.3.")
        if self.high + self.low > 1:
            message = f"The busiest {self.high:.0%} and the least busy {self.low:.0%} overlap."
            raise SchemaError(message, "Let both add up to 100% or less.")


USUAL_THRESHOLDS: Final = Thresholds()


def classify(
    demand: ArrayLike, seen: ArrayLike, thresholds: Thresholds = USUAL_THRESHOLDS
) -> NDArray[np.str_]:
    """Return the class of each cell: gap, covered_high, relocate or quiet.

    Parameters
    ----------
    demand
        Reports in each cell, shape (n,), in the order of the sorted cells.
    seen
        Share of the public realm of each cell that is seen, shape (n,); NaN where it has none.
    thresholds
        Where the classes part.

    Returns
    -------
    array of str
        Shape (n,). ``gap``: busy and not in view. ``covered_high``: busy and in view.
        ``relocate``: little demand and in view. ``quiet``: the rest.

    Notes
    -----
    The number of busy cells is rounded up, that of cells with little demand down. Of equal demand
    the first cell counts as busier. A cell without demand is never busy and always has little. A
    cell without public realm is quiet: there is nothing that a camera could see.

    Examples
    --------
    >>> classify([9, 8, 1, 0, 0], [0.1, 0.5, 0.0, 0.9, 0.0], Thresholds(high=0.4)).tolist()
    ['gap', 'covered_high', 'quiet', 'relocate', 'quiet']
    """
    reports, share = fitted(demand, seen)
    count = len(reports)
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(-reports, kind="stable")] = np.arange(count)
    busy = (rank < np.ceil(thresholds.high * count - _TIE)) & (reports > 0)
    little = (rank >= count - np.floor(thresholds.low * count + _TIE)) | (reports <= 0)
    in_view = share >= thresholds.covered
    unseen = share < thresholds.covered
    classes = np.full(count, "quiet", dtype="<U12")
    classes[little & in_view] = "relocate"
    classes[busy & in_view] = "covered_high"
    classes[busy & unseen] = "gap"
    return classes


def covered_share(demand: ArrayLike, share: ArrayLike) -> float | None:
    """Return the share of demand that is covered, or None where there is none to share.

    Parameters
    ----------
    demand
        Reports, of any shape: by cell, or by cell and hour.
    share
        Share covered, of the same shape, or by cell alone, shape (n,) or (n, 1).

    Returns
    -------
    float or None
        Sum of demand x share over sum of demand. None without demand, or where no share is known;
        `why_no_share` says which.

    Notes
    -----
    Demand in a cell without public realm counts as not covered, so that the share is never too
    high.

    Examples
    --------
    >>> covered_share([3, 1], [0.5, 0.1])
    0.4
    >>> covered_share([0, 0], [0.5, 0.1]) is None
    True
    """
    if why_no_share(demand, share):
        return None
    reports, covered = fitted(demand, share)
    return float((reports * np.nan_to_num(covered)).sum() / reports.sum())


def why_no_share(demand: ArrayLike, share: ArrayLike) -> str:
    """Return why no share of the demand can be said; empty where it can."""
    reports, covered = fitted(demand, share)
    if not reports.sum() > 0:
        return "No report counts as demand here, so that there is nothing to be covered."
    if np.isnan(covered).all():
        return "No ground is known that the public can walk on, so that no share can be said."
    return ""


def hourly_shares(demand: ArrayLike, share: ArrayLike) -> NDArray[np.float64]:
    """Return the share of demand that is covered in each hour, NaN where an hour has no demand.

    Parameters
    ----------
    demand
        Reports by cell and hour, shape (n, 168).
    share
        Share covered by cell and hour, shape (n, 168); shape (n,) where it is the same all week.

    Returns
    -------
    array of float
        Shape (168,).
    """
    reports, covered = fitted(demand, share)
    total = reports.sum(axis=0)
    met = (reports * np.nan_to_num(covered)).sum(axis=0)
    none = np.full(total.shape, np.nan)
    return np.asarray(np.divide(met, total, out=none, where=total > 0), dtype=np.float64)


@dataclass(frozen=True)
class WorstHour:
    """An hour of the week with much demand that is not covered.

    Attributes
    ----------
    hour
        0 to 167.
    demand
        Reports in that hour.
    share
        Share of them that is covered.
    """

    hour: int
    demand: float
    share: float

    @property
    def uncovered(self) -> float:
        """Reports that are not covered."""
        return self.demand * (1 - self.share)


def worst_hours(demand: ArrayLike, share: ArrayLike, *, count: int = 5) -> tuple[WorstHour, ...]:
    """Return the hours with most demand that is not covered, the worst first.

    Parameters
    ----------
    demand
        Reports by hour of the week, shape (168,).
    share
        Share covered by hour, shape (168,), as `hourly_shares` gives it.
    count
        At most so many. Of equal ones the earlier hour comes first; hours in which everything is
        covered are left out.
    """
    reports, covered = fitted(demand, share)
    missed = reports * (1 - np.nan_to_num(covered))
    order = np.argsort(-np.round(missed, 9), kind="stable")[:count]
    return tuple(
        WorstHour(int(hour), float(reports[hour]), float(np.nan_to_num(covered[hour])))
        for hour in order
        if missed[hour] > _TIE
    )


@dataclass(frozen=True)
class GapRun:
    """Gap cells that adjoin one another.

    Attributes
    ----------
    cells
        Sorted.
    demand
        Their reports.
    seen
        Share of these that is seen.
    """

    cells: tuple[str, ...]
    demand: float
    seen: float


def gap_runs(
    cells: Sequence[str], classes: ArrayLike, demand: ArrayLike, seen: ArrayLike
) -> tuple[GapRun, ...]:
    """Return the gaps, adjoining cells together, the one with most unseen demand first.

    Parameters
    ----------
    cells
        H3 cells, sorted; n of them.
    classes
        Class of each, as `classify` gives it.
    demand, seen
        Reports and share seen of each cell, shape (n,).

    Returns
    -------
    tuple of GapRun
        Of equal ones that with the first cell comes first.
    """
    reports, share = fitted(demand, seen)
    kinds = np.asarray(classes, dtype=str)
    if not len(cells) == len(kinds) == len(reports):
        found = (len(cells), len(kinds), len(reports))
        message = f"Cells, classes and demand do not fit together: {found}."
        raise GridError(message, "Take all of them from the same study area.")
    at = {cell: i for i, cell in enumerate(cells)}
    runs = []
    for group in components(np.asarray(cells, dtype=str)[kinds == "gap"].tolist()):
        members = [at[cell] for cell in group]
        met = covered_share(reports[members], share[members])
        runs.append(GapRun(group, float(reports[members].sum()), met or 0.0))
    return tuple(sorted(runs, key=lambda run: (-round(run.demand * (1 - run.seen), 9), run.cells)))


@dataclass(frozen=True)
class HotspotCover:
    """How well a hotspot is in view.

    Attributes
    ----------
    seen
        Share of its demand that is seen; None without demand or public realm.
    without
        Whether no working camera is on it.
    """

    seen: float | None
    without: bool


def hotspot_covers(
    hotspots: Sequence[Sequence[str]],
    cells: Sequence[str],
    demand: ArrayLike,
    seen: ArrayLike,
    *,
    least: float = ON_IT,
) -> tuple[HotspotCover, ...]:
    """Return for each hotspot how well working cameras see it.

    Parameters
    ----------
    hotspots
        Cells of each hotspot.
    cells
        H3 cells of the study area, sorted; n of them.
    demand, seen
        Reports and share seen of each cell, shape (n,).
    least
        A camera is on the hotspot if so much of the public realm of one of its cells is seen.

    Raises
    ------
    GridError
        If a hotspot has a cell that the study area lacks.
    """
    reports, share = fitted(demand, seen)
    at = {cell: i for i, cell in enumerate(cells)}
    strange = [cell for hotspot in hotspots for cell in hotspot if cell not in at]
    if strange:
        message = f"{len(strange)} cells of hotspots are not of the area, first {strange[0]}."
        raise GridError(message, "Use hotspots of the same area and resolution.")
    members = [np.array([at[cell] for cell in hotspot], dtype=np.int64) for hotspot in hotspots]
    return tuple(
        HotspotCover(covered_share(reports[own], share[own]), not (share[own] >= least).any())
        for own in members
    )


def fitted(demand: ArrayLike, share: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both as floats of one shape.

    Raises
    ------
    GridError
        If they do not fit, or demand is missing or below 0.
    """
    reports, covered = np.asarray(demand, dtype=np.float64), np.asarray(share, dtype=np.float64)
    if covered.ndim == 1 and reports.ndim > 1:
        covered = covered[:, None]
    if covered.shape[:1] != reports.shape[:1] or covered.ndim != reports.ndim:
        message = f"Demand and shares do not fit together: {reports.shape} and {covered.shape}."
        raise GridError(message, "Take both from the same cells, in the same order.")
    if not (reports >= 0).all():
        bad = int(np.count_nonzero(~(reports >= 0)))
        message = f"Demand must be 0 or more; {bad} values are below or missing."
        raise GridError(message, "A cell without reports has a demand of 0.")
    return reports, np.broadcast_to(covered, reports.shape)
