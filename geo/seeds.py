"""How do cells group round seeds that are carried from month to month?

The machinery of `geo.clusters`, on positions of cells instead of cells.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

GroupKind = Literal["core", "new"]

MOST_CELLS: Final = 9
"""No hotspot has more cells than this, its growing edge included."""


@dataclass(eq=False)
class Group:
    """Cells that make up one hotspot in one month, as positions."""

    seed: int
    body: list[int]
    """The seed, its neighbours and leftover single cells."""
    kind: GroupKind
    edge: list[int] = field(default_factory=list)
    """Its growing edge."""
    hotspot_id: str = ""
    """Empty until the group has an identity."""

    def members(self) -> set[int]:
        """Return all of its cells."""
        return {*self.body, *self.edge}

    def has_room(self) -> bool:
        """Return whether one more cell may join."""
        return len(self.body) + len(self.edge) < MOST_CELLS


@dataclass(frozen=True, eq=False)
class MonthState:
    """What is known of each cell at the end of one month; arrays of shape (n,)."""

    core: NDArray[np.bool_]
    recent: NDArray[np.bool_]
    """Hot in one of the last observed months."""
    hot_lately: NDArray[np.int64]
    """Hot months among the last twelve."""
    reports: NDArray[np.float64]
    """In the window."""
    busiest_first: list[int]
    """All positions, most reports first, ties by position."""


def regroup(
    state: MonthState,
    previous: Sequence[Group],
    adopted: Sequence[Group],
    neighbours: Sequence[Sequence[int]],
) -> list[Group]:
    """Return this month's groups; those whose seed lives on have their identity already.

    Parameters
    ----------
    state
        The month.
    previous
        Last month's groups, senior ones first.
    adopted
        Groups whose cells are fixed.
    neighbours
        For each cell the positions of those that share an edge with it.

    Returns
    -------
    list of Group
        Adopted, core, new; among these carried ones first.
    """
    fixed = [_fixed(group, state) for group in adopted]
    free = set(range(len(neighbours))).difference(*(group.body for group in fixed))
    core = [i for i in state.busiest_first if state.core[i] and i in free]
    recent = [i for i in state.busiest_first if state.recent[i] and not state.core[i] and i in free]
    core_groups = _grow(core, previous, neighbours, "core")
    left = _attach_edges(recent, core_groups, neighbours)
    groups = [*fixed, *core_groups, *_grow(left, previous, neighbours, "new")]
    _hand_on_identities(groups, previous)
    return groups


def _fixed(group: Group, state: MonthState) -> Group:
    """Return an adopted group with its cells, its busiest cell as seed and its present kind."""
    seed = max(sorted(group.body), key=lambda i: float(state.reports[i]))
    kind: GroupKind = "core" if any(state.core[i] for i in group.body) else "new"
    return Group(seed, list(group.body), kind, hotspot_id=group.hotspot_id)


def _grow(
    pool: Sequence[int],
    previous: Sequence[Group],
    neighbours: Sequence[Sequence[int]],
    kind: GroupKind,
) -> list[Group]:
    """Return the cells of the pool, busiest first, grouped round carried and then new seeds."""
    free = set(pool)
    groups = [
        Group(old.seed, [old.seed], kind, hotspot_id=old.hotspot_id)
        for old in previous
        if old.seed in free
    ]
    free.difference_update(group.seed for group in groups)
    for group in groups:
        _take_neighbours(group, free, neighbours)
    carried = len(groups)
    for seed in pool:
        if seed in free:
            free.discard(seed)
            groups.append(Group(seed, [seed], kind))
            _take_neighbours(groups[-1], free, neighbours)
    return _join_singles(groups, carried, neighbours)


def _take_neighbours(group: Group, free: set[int], neighbours: Sequence[Sequence[int]]) -> None:
    taken = free.intersection(neighbours[group.seed])
    group.body.extend(sorted(taken))
    free -= taken


def _join_singles(
    groups: list[Group], carried: int, neighbours: Sequence[Sequence[int]]
) -> list[Group]:
    """Return the groups after each leftover single cell has joined one that it adjoins.

    A carried seed is no leftover: it keeps its identity, be it alone.
    """
    alone = [group for group in groups[carried:] if len(group.body) == 1]
    stay = [*groups[:carried], *(group for group in groups[carried:] if len(group.body) > 1)]
    owner = _owners(stay)
    for single in alone:
        host = _best_host(single.seed, stay, owner, neighbours)
        if host is None:
            stay.append(single)
        else:
            host.body.append(single.seed)
    return stay


def _owners(groups: Sequence[Group]) -> dict[int, int]:
    """Return for each cell in a body the place of its group."""
    return {cell: place for place, group in enumerate(groups) for cell in group.body}


def _best_host(
    cell: int,
    groups: Sequence[Group],
    owner: Mapping[int, int],
    neighbours: Sequence[Sequence[int]],
) -> Group | None:
    """Return the group with room that shares most edges with the cell; senior ones first."""
    edges = Counter(
        owner[other]
        for other in neighbours[cell]
        if other in owner and groups[owner[other]].has_room()
    )
    if not edges:
        return None
    return groups[min(edges, key=lambda place: (-edges[place], place))]


def _attach_edges(
    recent: Sequence[int], groups: Sequence[Group], neighbours: Sequence[Sequence[int]]
) -> list[int]:
    """Give each core group its growing edge; return the cells that adjoin none with room."""
    owner = _owners(groups)
    left = []
    for cell in recent:
        host = _best_host(cell, groups, owner, neighbours)
        if host is None:
            left.append(cell)
        else:
            host.edge.append(cell)
    return left


def _hand_on_identities(groups: Sequence[Group], previous: Sequence[Group]) -> None:
    """Give each identity that lost its seed to the group without one that shares most cells."""
    used = {group.hotspot_id for group in groups}
    heir_of = {
        cell: place
        for place, group in enumerate(groups)
        if not group.hotspot_id
        for cell in group.members()
    }
    shared = Counter(
        (rank, heir_of[cell])
        for rank, old in enumerate(previous)
        if old.hotspot_id not in used
        for cell in old.members()
        if cell in heir_of
    )
    for rank, place in sorted(shared, key=lambda claim: (-shared[claim], claim)):
        identity = previous[rank].hotspot_id
        if not groups[place].hotspot_id and identity not in used:
            groups[place].hotspot_id = identity
            used.add(identity)


def name_newcomers(groups: Sequence[Group], cells: Sequence[str]) -> None:
    """Give each group without identity one that is made from its seed cell."""
    used = {group.hotspot_id for group in groups}
    for group in groups:
        attempt = 0
        while not group.hotspot_id:
            identity = identity_of(cells[group.seed], attempt)
            attempt += 1
            if identity not in used:
                group.hotspot_id = identity
                used.add(identity)


def identity_of(cell: str, attempt: int = 0) -> str:
    """Return an identity made from a seed cell: "h" and nine hexadecimal digits.

    Parameters
    ----------
    cell
        H3 cell.
    attempt
        Above 0 where another hotspot has the identity already: it began at this cell, and has
        moved on.

    Examples
    --------
    >>> identity_of("89195132463ffff") == identity_of("89195132463ffff")
    True
    """
    text = f"{cell}:{attempt}" if attempt else cell
    return "h" + hashlib.sha256(text.encode()).hexdigest()[:9]


def shared_cells(groups: Iterable[Group]) -> list[int]:
    """Return the cells that more than one group claims, sorted."""
    claims = Counter(cell for group in groups for cell in group.body)
    return sorted(cell for cell, times in claims.items() if times > 1)
