"""Which adjoining cells make up one hotspot, and is it the same hotspot as last month's?

Persistent cells of a real town form one blob round its centre, which is no use to a meeting. So
each hotspot is a seed cell with its neighbours, and the seeds are carried from month to month:
a place that people talk about keeps its identity, its name and nearly all of its cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from geo.errors import GridError, NotEnoughDataError
from geo.seeds import Group, GroupKind, MonthState, name_newcomers, regroup, shared_cells

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

AgeTag = Literal["new", "developing", "persistent"]

WINDOW_MONTHS: Final = 24
LEAST_MONTHS_OBSERVED: Final = 12
CORE_MONTHS: Final = (4, 5)
"""A core cell is hot in at least 4 of 5 observed months of the window."""
RECENT_MONTHS: Final = 2
AGE_MONTHS: Final = 12
DEVELOPING_FROM: Final = 3
PERSISTENT_FROM: Final = 6


@dataclass(frozen=True, eq=False)
class HotMonths:
    """Which cells were hot in which months, over the whole history.

    Attributes
    ----------
    cells
        H3 cells as text, sorted; n of them.
    periods
        Every calendar month, ``YYYY-MM``, without gaps; T of them.
    hot
        Shape (n, T). Significant hot in that month (false discovery rate within the month).
    counts
        Shape (n, T). Reports, or harm.
    observed
        Shape (T,). False where a month has no data; such a month is skipped, never zero.
    adjacency
        Shape (n, n). True for cells that share an edge; the diagonal is ignored.

    Raises
    ------
    GridError
        If the shapes do not fit together, or the cells are not sorted.
    """

    cells: tuple[str, ...]
    periods: tuple[str, ...]
    hot: NDArray[np.bool_]
    counts: NDArray[np.int64] | NDArray[np.float64]
    observed: NDArray[np.bool_]
    adjacency: csr_array

    def __post_init__(self) -> None:
        shape = (len(self.cells), len(self.periods))
        found = (self.hot.shape, self.counts.shape, self.adjacency.shape, self.observed.shape)
        if found != (shape, shape, (shape[0], shape[0]), shape[1:]):
            message = f"Hot months of {shape[0]} cells and {shape[1]} months do not fit: {found}."
            raise GridError(message, "Take all of them from the same cube.")
        if list(self.cells) != sorted(set(self.cells)):
            message = "The cells must be sorted and distinct."
            raise GridError(message, "Take them from the cube.")


@dataclass(frozen=True)
class HotspotCells:
    """The cells of one hotspot at one month.

    Attributes
    ----------
    hotspot_id
        Stable from month to month, derived from the first seed cell; safe in a URL.
    seed
        The cell that the hotspot is built round.
    core
        Sorted. Its cells other than the growing edge: all core cells where ``kind`` is "core".
    growing_edge
        Sorted. Adjoining cells that were hot lately, without being core.
    kind
        "core": it holds a core cell; "new": it holds none, so it is new or developing.
    age_tag
        By the hot months of its hottest cell in the last 12; None for an adopted hotspot that
        was not hot in any of them.
    hot_months_of_hottest_in_last_12
        What the age tag is made from.
    hottest
        The cell with the most hot months in the last 12; of equal ones that with most reports in
        the window, then the first.
    """

    hotspot_id: str
    seed: str
    core: tuple[str, ...]
    growing_edge: tuple[str, ...]
    kind: GroupKind
    age_tag: AgeTag | None
    hot_months_of_hottest_in_last_12: int
    hottest: str

    @property
    def cells(self) -> tuple[str, ...]:
        """All of its cells, sorted."""
        return tuple(sorted((*self.core, *self.growing_edge)))


@dataclass(frozen=True)
class IdentityStability:
    """How far this month's hotspots are last month's.

    Attributes
    ----------
    kept_share
        Share of last month's identities that live on; NaN where there was none.
    mean_overlap
        Mean over those of shared cells / all cells of both months (Jaccard); NaN where none.
    """

    kept_share: float
    mean_overlap: float


def hotspots_at(
    history: HotMonths,
    *,
    to: str,
    break_month: str | None = None,
    adopted: Mapping[str, Collection[str]] | None = None,
) -> tuple[HotspotCells, ...]:
    """Return the hotspots of the 24 calendar months that end with ``to``.

    Parameters
    ----------
    history
        Hot months of the whole history; months after ``to`` do not matter.
    to
        Last month of the window.
    break_month
        A month from which cells are not comparable with those before it: earlier months are not
        used. One that lies after ``to`` does not matter.
    adopted
        Cells of the hotspots that the group has adopted, by id: they keep exactly these.

    Returns
    -------
    tuple of HotspotCells
        Most reports in the window first; of equal ones the first by seed.

    Raises
    ------
    NotEnoughDataError
        If the window holds fewer than 12 observed months.
    GridError
        If ``to`` is not a month of the history, or an adopted cell is unknown or claimed twice.

    Notes
    -----
    1. Core cells are hot in at least 4 of 5 observed months of the window. Last month's seeds
       that are still core come first, then the unassigned core cell with most reports; each takes
       its unassigned core neighbours. A leftover single cell joins the adjoining hotspot with
       which it shares most edges while that has at most 8 cells.
    2. Any other cell hot in one of the last two observed months is the growing edge of the core
       hotspot with which it shares most edges, while that has at most 8 cells; else it is new,
       and new cells form hotspots by the same rule.
    3. An identity follows its seed. Where the seed is lost, it goes to the hotspot without
       identity that shares most cells with it.

    Seeds are replayed from the first month with 12 observed months, so that the result depends
    on the data alone and not on what was shown before.
    """
    return hotspots_by_month(history, to=to, break_month=break_month, adopted=adopted)[to]


def hotspots_by_month(
    history: HotMonths,
    *,
    to: str,
    break_month: str | None = None,
    adopted: Mapping[str, Collection[str]] | None = None,
) -> dict[str, tuple[HotspotCells, ...]]:
    """Return the hotspots of each month from the first with 12 observed months up to ``to``.

    Parameters, order and errors are those of ``hotspots_at``.
    """
    states = _states(history, to, break_month)
    if to not in states:
        message = f"Hotspots need {LEAST_MONTHS_OBSERVED} observed months; {to} has fewer."
        raise NotEnoughDataError(message, "Load more months, or choose another end.")
    fixed = _adopted_groups(history.cells, adopted or {})
    neighbours = _neighbours(history.adjacency)
    found: dict[str, tuple[HotspotCells, ...]] = {}
    groups: list[Group] = []
    for month, state in states.items():
        groups = regroup(state, groups, fixed, neighbours)
        name_newcomers(groups, history.cells)
        found[month] = _as_hotspots(groups, state, history.cells)
    return found


def _states(history: HotMonths, to: str, break_month: str | None) -> dict[str, MonthState]:
    """Return what is known at the end of each month that has enough observed months behind it."""
    if to not in history.periods:
        message = f"{to} is not among the {len(history.periods)} months of the history."
        raise GridError(message, "Extend the months; mark those without data as not observed.")
    last = history.periods.index(to)
    months = np.array(history.periods)
    comparable = months >= (break_month if break_month and break_month <= to else months[0])
    seen = history.observed & comparable
    hot = history.hot & seen
    return {
        history.periods[t]: _state(hot, history.counts, seen, t)
        for t in range(last + 1)
        if seen[max(0, t + 1 - WINDOW_MONTHS) : t + 1].sum() >= LEAST_MONTHS_OBSERVED
    }


def _state(
    hot: NDArray[np.bool_],
    counts: NDArray[np.int64] | NDArray[np.float64],
    seen: NDArray[np.bool_],
    t: int,
) -> MonthState:
    """Return what is known at the end of month ``t``; ``hot`` is False where not ``seen``."""
    window = slice(max(0, t + 1 - WINDOW_MONTHS), t + 1)
    lately = slice(max(0, t + 1 - AGE_MONTHS), t + 1)
    observed = seen[window]
    least, of = CORE_MONTHS
    recent = np.flatnonzero(observed)[-RECENT_MONTHS:] + window.start
    reports = np.asarray(counts[:, window][:, observed].sum(axis=1), dtype=np.float64)
    return MonthState(
        core=of * hot[:, window].sum(axis=1) >= least * int(observed.sum()),
        recent=np.asarray(hot[:, recent].any(axis=1)),
        hot_lately=hot[:, lately].sum(axis=1, dtype=np.int64),
        reports=reports,
        busiest_first=np.argsort(-reports, kind="stable").tolist(),
    )


def _neighbours(adjacency: csr_array) -> list[list[int]]:
    """Return for each cell the positions of those beside it, sorted."""
    members, starts = adjacency.indices, adjacency.indptr
    rows = (members[starts[i] : starts[i + 1]].tolist() for i in range(adjacency.shape[0]))
    return [sorted(set(row) - {i}) for i, row in enumerate(rows)]


def _adopted_groups(cells: Sequence[str], adopted: Mapping[str, Collection[str]]) -> list[Group]:
    """Return the adopted hotspots as groups, by id; each month sets their seed and kind."""
    position = {cell: i for i, cell in enumerate(cells)}
    unknown = sorted({cell for members in adopted.values() for cell in members} - set(cells))
    if unknown or not all(adopted.values()):
        message = f"{len(unknown)} adopted cells are not studied, or a hotspot has no cell."
        raise GridError(message, "Review the adopted hotspots: the study area has changed.")
    groups = []
    for hotspot_id in sorted(adopted):
        body = sorted(position[cell] for cell in set(adopted[hotspot_id]))
        groups.append(Group(body[0], body, "core", hotspot_id=hotspot_id))
    claimed_twice = shared_cells(groups)
    if claimed_twice:
        message = f"{len(claimed_twice)} cells belong to more than one adopted hotspot."
        raise GridError(message, "Review the adopted hotspots: each cell may be in one only.")
    return groups


def _as_hotspots(
    groups: Sequence[Group], state: MonthState, cells: Sequence[str]
) -> tuple[HotspotCells, ...]:
    """Return the groups as hotspots, most reports first."""
    busiest = sorted(groups, key=lambda group: (-_reports(group, state), group.seed))
    return tuple(_as_hotspot(group, state, cells) for group in busiest)


def _reports(group: Group, state: MonthState) -> float:
    return float(state.reports[sorted(group.members())].sum())


def _as_hotspot(group: Group, state: MonthState, cells: Sequence[str]) -> HotspotCells:
    hottest = max(
        sorted(group.members()), key=lambda i: (int(state.hot_lately[i]), float(state.reports[i]))
    )
    months = int(state.hot_lately[hottest])
    return HotspotCells(
        group.hotspot_id,
        cells[group.seed],
        tuple(cells[i] for i in sorted(group.body)),
        tuple(cells[i] for i in sorted(group.edge)),
        group.kind,
        _age_tag(group.kind, months),
        months,
        cells[hottest],
    )


def _age_tag(kind: GroupKind, months: int) -> AgeTag | None:
    """Return the age in words.

    A core hotspot was hot in at least ten months of the window: where few of the last twelve
    months were observed, it is still not new.
    """
    if kind == "core" or months >= PERSISTENT_FROM:
        return "persistent"
    if months >= DEVELOPING_FROM:
        return "developing"
    return "new" if months else None


def identity_stability(
    previous: Sequence[HotspotCells], current: Sequence[HotspotCells]
) -> IdentityStability:
    """Return how many identities live on, and how far their cells are the same.

    Parameters
    ----------
    previous, current
        The hotspots of one month and of the next.
    """
    now = {hotspot.hotspot_id: set(hotspot.cells) for hotspot in current}
    before = {hotspot.hotspot_id: set(hotspot.cells) for hotspot in previous}
    overlaps = [
        len(cells & now[identity]) / len(cells | now[identity])
        for identity, cells in before.items()
        if identity in now
    ]
    kept = len(overlaps) / len(before) if before else float("nan")
    return IdentityStability(kept, float(np.mean(overlaps)) if overlaps else float("nan"))
