"""Where should k cameras go, so that they bring most unseen demand into view?

The maximal covering problem on classes of ground points: solved exactly, with a proof of how far
a better answer could lie, or greedily while somebody moves a slider.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array

from geo.errors import GridError, SchemaError
from geo.siting_bound import narrowed
from geo.siting_merge import Sites

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

LARGE: Final = 8_000
"""Classes from which on prices narrow the sites first: the program alone would not end."""
LIMIT_S: Final = 10.0
"""Seconds after which the exact search stops with the best it has."""
PROVED: Final = 1e-6
"""A gap of at most this share counts as none."""
_SCALE: Final = 1e3
_ROUNDING: Final = 1e-12
_LEAST_MOVE: Final = 1e-6


@dataclass(frozen=True)
class Moves:
    """Cameras that stand and may be moved.

    Attributes
    ----------
    sites
        Where they stand, as columns of the sites.
    most
        At most so many are moved.
    cost
        Demand that a move must bring at least to be worth its trouble.

    Raises
    ------
    SchemaError
        If ``most`` or ``cost`` is below 0.
    """

    sites: tuple[int, ...] = ()
    most: int = 0
    cost: float = 0.0

    def __post_init__(self) -> None:
        if self.most < 0 or not self.cost >= 0:
            message = f"The number of moves ({self.most}) and their cost ({self.cost}) are below 0."
            raise SchemaError(message, "Use 0 for no moves, or for moves that cost nothing.")


NO_MOVES: Final = Moves()


@dataclass(frozen=True)
class Siting:
    """Where cameras go, and how good that is.

    Attributes
    ----------
    chosen
        Sites for new or moved cameras, the one that gains most first; sites that add nothing are
        left out, so that these may be fewer than asked for.
    gains
        Demand that each brings into view after those before it.
    moved
        Sites that a standing camera leaves.
    before, covered
        Demand seen by the cameras that stand, before and after; cost of moves not taken off.
    bound
        No choice has more than this, cost of moves taken off.
    gap
        How far the best possible may lie above, as a share of it; 0 where proved best.
    exact
        Whether it is proved that nothing is better.
    words
        What to know of it, as sentences: fewer sites than asked for, nothing left to see.
    """

    chosen: tuple[int, ...]
    gains: tuple[float, ...]
    moved: tuple[int, ...]
    before: float
    covered: float
    bound: float
    gap: float
    exact: bool
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Task:
    """A checked question: sites, what stands, and which sites are open."""

    sites: Sites
    k: int
    fixed: tuple[int, ...]
    moves: Moves
    allowed: tuple[int, ...]
    words: tuple[str, ...]

    @property
    def standing(self) -> tuple[int, ...]:
        return (*self.fixed, *self.moves.sites)

    @property
    def before(self) -> float:
        return self.sites.worth(self.standing)


def place_exact(
    sites: Sites,
    k: int,
    *,
    fixed: Sequence[int] = (),
    excluded: Sequence[int] = (),
    moves: Moves = NO_MOVES,
    limit_s: float = LIMIT_S,
) -> Siting:
    """Return the best places for ``k`` more cameras.

    Parameters
    ----------
    sites
        What each site sees, and the demand there.
    k
        How many cameras there are to place; more than there are sites is no fault.
    fixed
        Sites where a camera stands and stays; they do not count towards ``k``.
    excluded
        Sites that must not be used, such as those of `geo.siting_refusals`. A camera that stands
        there stays.
    moves
        Cameras that stand and may be moved, each to any open site.
    limit_s
        Seconds after which the search stops with the best it has and its gap.

    Returns
    -------
    Siting
        Never fewer than the greedy choice covers. Without sites, demand or views it is empty and
        its ``words`` say why.

    Raises
    ------
    SchemaError
        If ``k`` is below 0.
    GridError
        If a site does not exist.

    Notes
    -----
    A point counts as seen or not: cameras that stand and do not see a place all the time, such as
    those that turn, are better taken off the demand (`geo.coverage_demand.demand_on_points`) than
    given as ``fixed``. Of sites that see the same, the first is taken. Above 8,000 classes, without
    moves, prices first rule out sites that no best choice contains; if more than so many classes
    are left, the best choice that was met is given with its gap, after about a second.

    References
    ----------
    Church & ReVelle (1974), The maximal covering location problem, Papers of the Regional Science
    Association 32, 101-118.
    """
    task = _task(sites, k, fixed, excluded, moves)
    greedy, gains = _greedy(sites, task.allowed, task.standing, k)
    if not task.allowed or k + task.moves.most == 0:
        return _siting(task, (), (), task.before)
    known = sum(gains)
    chosen, moved, bound = _solve(task, known, limit_s)
    net = sites.worth(_left(task, moved) + chosen) - moves.cost * len(moved)
    if net < task.before + known:
        chosen, moved = greedy, ()
    return _siting(task, chosen, moved, bound)


def place_greedy(
    sites: Sites, k: int, *, fixed: Sequence[int] = (), excluded: Sequence[int] = ()
) -> Siting:
    """Return good places for ``k`` more cameras in milliseconds, each the best after those before.

    Parameters
    ----------
    sites, k, fixed, excluded
        As of `place_exact`.

    Returns
    -------
    Siting
        At least 1 - 1/e (63%) of what the best choice gains, in practice nearly all. The first
        sites for ``k`` are those for fewer. ``gap`` is what can be proved in passing, and far too
        cautious.

    References
    ----------
    Nemhauser, Wolsey & Fisher (1978), An analysis of approximations for maximizing submodular set
    functions, Mathematical Programming 14, 265-294. Minoux (1978), Accelerated greedy algorithms.
    """
    task = _task(sites, k, fixed, excluded, NO_MOVES)
    chosen, gains = _greedy(sites, task.allowed, task.fixed, k)
    bound = task.before
    if chosen:
        bound += min(
            sum(gains) / (1 - (1 - 1 / k) ** k),
            _largest_gains(task, ()),
            sum(gains) + _largest_gains(task, chosen),
        )
    return _siting(task, chosen, (), bound)


def _task(
    sites: Sites, k: int, fixed: Sequence[int], excluded: Sequence[int], moves: Moves
) -> _Task:
    """Return the question, checked, with the open sites that see anything, each view once."""
    if k < 0:
        message = f"The number of cameras must be 0 or more; found {k}."
        raise SchemaError(message, "Say how many there are to place.")
    strange = sorted({*fixed, *excluded, *moves.sites} - set(range(sites.count)))
    if strange:
        message = f"{len(strange)} sites do not exist, first number {strange[0]}."
        raise GridError(message, f"Sites are numbered from 0 to {sites.count - 1}.")
    movable = tuple(sorted(set(moves.sites) - set(fixed)))
    own = Moves(movable, min(moves.most, len(movable)), moves.cost)
    open_sites = sorted(set(range(sites.count)) - {*fixed, *excluded, *movable})
    task = _Task(sites, k, tuple(sorted(set(fixed))), own, _different(sites, open_sites), ())
    words = _why_none(task, len(open_sites))
    return _Task(sites, k, task.fixed, own, task.allowed, words)


def _different(sites: Sites, open_sites: Iterable[int]) -> tuple[int, ...]:
    """Return the sites that see anything; of those that see the same, the first."""
    views: dict[bytes, int] = {}
    for site in open_sites:
        view = sites.view(site)
        if len(view):
            views.setdefault(view.tobytes(), site)
    return tuple(views.values())


def _why_none(task: _Task, open_sites: int) -> tuple[str, ...]:
    """Return why fewer cameras can be placed than were asked for, as far as the sites say it."""
    reasons = (
        (not task.sites.count, "There is no site to choose from."),
        (not open_sites, "Every site is taken, excluded or refused."),
        (
            not len(task.sites.weight),
            "No demand that is not in view yet lies where a site could see it.",
        ),
        (not task.allowed, "No open site sees any demand."),
        (task.k + task.moves.most == 0, "No camera was asked for."),
    )
    first = next((reason for holds, reason in reasons if holds), None)
    if first:
        return (first,)
    if task.k > open_sites:
        sites = "1 site is" if open_sites == 1 else f"{open_sites} sites are"
        return (f"{task.k} cameras were asked for; only {sites} open.",)
    return ()


def _siting(task: _Task, chosen: Sequence[int], moved: Sequence[int], bound: float) -> Siting:
    """Return the answer in order of gain, without sites that add nothing."""
    needed = _needed(task.sites, _left(task, moved), chosen)
    gone = tuple(sorted(moved))[: max(0, len(needed) - task.k)]
    ordered, gains = _greedy(task.sites, needed, _left(task, gone), len(needed))
    covered = task.sites.worth(_left(task, gone) + ordered)
    net = covered - task.moves.cost * len(gone)
    best = max(net, bound)
    gap = (best - net) / best if best > 0 else 0.0
    exact = gap <= PROVED
    return Siting(
        chosen=ordered,
        gains=gains,
        moved=gone,
        before=task.before,
        covered=covered,
        bound=net if exact else best,
        gap=0.0 if exact else gap,
        exact=exact,
        words=task.words + _why_fewer(task, len(ordered)),
    )


def _why_fewer(task: _Task, placed: int) -> tuple[str, ...]:
    """Return a sentence where the chosen sites see all that sites can see."""
    if task.words or placed >= task.k:
        return ()
    if not placed:
        return ("The cameras that stand see all the demand that a site could see.",)
    cameras = "1 camera sees" if placed == 1 else f"{placed} cameras see"
    return (f"{cameras} all the demand that the open sites could; more would add nothing.",)


def _left(task: _Task, moved: Iterable[int]) -> tuple[int, ...]:
    """Return where cameras stand after some have left."""
    gone = set(moved)
    return tuple(site for site in task.standing if site not in gone)


def _needed(sites: Sites, standing: Sequence[int], chosen: Sequence[int]) -> tuple[int, ...]:
    """Return the chosen sites without those that the others make superfluous, last gain first."""
    kept, _ = _greedy(sites, chosen, standing, len(chosen))
    total = sites.worth((*standing, *kept)) * (1 - _ROUNDING)
    for site in reversed(kept):
        others = tuple(other for other in kept if other != site)
        if sites.worth((*standing, *others)) >= total:
            kept = others
    return kept


def _greedy(
    sites: Sites, columns: Iterable[int], standing: Sequence[int], k: int
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return up to k of the columns with their gains; gains are looked at again only when due."""
    left = np.where(sites.seen(standing), 0.0, sites.weight)
    total = float(left.sum())
    first = np.asarray(sites.hits.T @ left)
    heap = [(-round(float(first[site]) / total, 12), site) for site in columns if total > 0]
    heapify(heap)
    chosen: list[int] = []
    gains: list[float] = []
    while heap and len(chosen) < k:
        _, site = heappop(heap)
        view = sites.view(site)
        gain = float(left[view].sum())
        due = (-round(gain / total, 12), site)
        if not due[0]:
            continue
        if heap and due > heap[0]:
            heappush(heap, due)
            continue
        chosen.append(site)
        gains.append(gain)
        left[view] = 0.0
    return tuple(chosen), tuple(gains)


def _largest_gains(task: _Task, chosen: Sequence[int]) -> float:
    """Return the sum of the k largest gains after the chosen, each looked at alone."""
    seen = task.sites.seen((*task.fixed, *chosen))
    left = np.where(seen, 0.0, task.sites.weight)
    gains = np.asarray(task.sites.hits.T @ left)[list(task.allowed)]
    return float(min(np.sort(gains)[-task.k :].sum(), left.sum()))


def _solve(
    task: _Task, known: float, limit_s: float
) -> tuple[tuple[int, ...], tuple[int, ...], float]:
    """Return chosen sites, sites that are left, and the bound; none chosen where none was found."""
    columns = np.array([*task.allowed, *task.moves.sites], dtype=np.int64)
    stays = np.arange(len(columns)) >= len(task.allowed)
    unseen = ~task.sites.seen(task.fixed)
    part = Sites.of(task.sites.hits[unseen][:, columns], task.sites.weight[unseen])
    taken = float(task.sites.weight[~unseen].sum())
    if not len(part.weight):
        return (), (), taken
    if len(part.weight) > LARGE and not stays.any() and task.k < part.count:
        new, bound = _solve_large(part, task.k, known, limit_s)
        return tuple(columns[new].tolist()), (), bound + taken
    up, bound = _program(part, stays, (task.k, task.moves.most), task.moves.cost, limit_s)
    bound = min(bound, float(part.weight.sum())) + taken
    if up is None:
        return (), (), bound
    return tuple(columns[up & ~stays].tolist()), tuple(columns[~up & stays].tolist()), bound


def _solve_large(
    part: Sites, k: int, known: float, limit_s: float
) -> tuple[NDArray[np.int64], float]:
    """Return chosen sites and the bound: sites that prices rule out are left to nobody's search."""
    first = narrowed(part, k, known)
    chosen = np.array(first.chosen or (), dtype=np.int64)
    best = max(known, part.worth(chosen))
    columns = np.flatnonzero(first.possible)
    fewer = Sites.of(part.hits[:, columns], part.weight)
    if first.bound <= best * (1 + PROVED) or len(fewer.weight) > LARGE:
        return chosen, first.bound
    stays = np.zeros(len(columns), dtype=np.bool_)
    up, bound = _program(fewer, stays, (k, 0), 0.0, limit_s)
    if up is not None and fewer.worth(np.flatnonzero(up)) > best:
        chosen = columns[up]
        best = fewer.worth(np.flatnonzero(up))
    return chosen, min(first.bound, max(bound, best))


def _program(
    part: Sites,
    stays: NDArray[np.bool_],
    numbers: tuple[int, int],
    cost: float,
    limit_s: float,
) -> tuple[NDArray[np.bool_] | None, float]:
    """Return which sites have a camera, None if none was found in time, and the bound.

    A class that one site alone sees is worth its weight to that site; every other class has a
    variable that is at most the number of cameras that see it.
    """
    new, most = numbers
    scale = _SCALE / float(part.weight.sum())
    toll = max(cost * scale, _SCALE * _LEAST_MOVE)
    single = np.diff(part.hits.indptr) == 1
    shared = part.hits[~single]
    own = np.asarray(part.hits[single].T @ part.weight[single]) * scale
    rows, count = shared.shape
    standing = int(stays.sum())
    worth = np.concatenate([own + toll * stays, part.weight[~single] * scale])
    nothing = csr_array((1, rows))
    below = block_array([[-shared, eye_array(rows, format="csr")]], format="csr")
    budget = block_array([[csr_array(np.ones((1, count))), nothing]], format="csr")
    kept = block_array([[csr_array(stays[None, :].astype(float)), nothing]], format="csr")
    result = milp(
        -worth,
        integrality=np.concatenate([np.ones(count), np.zeros(rows)]),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(below, -np.inf, 0),
            LinearConstraint(budget, -np.inf, new + standing),
            LinearConstraint(kept, standing - most, np.inf),
        ],
        options={"time_limit": limit_s, "mip_rel_gap": 0.0},
    )
    bound = result.mip_dual_bound
    proved = (-float(bound) - toll * standing) / scale if bound is not None else np.inf
    up = None if result.x is None else np.asarray(result.x[:count] > 0.5, dtype=np.bool_)  # noqa: PLR2004
    return up, proved
