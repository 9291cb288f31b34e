"""Does the order of the hotspots depend on what is counted?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from data.access import Permission, Principal, authorise
from data.jobs.analysis import analyse
from data.jobs.hotspot_views import ranked
from data.jobs.repeats import repeat_groups
from data.jobs.wording import number_words
from data.views import LENSES, LensRanks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.views import HotspotResult
    from data.workspace import Workspace
    from geo.schema import Lens

PLACES_MOVED: Final = 1
"""A hotspot that moves by no more than so many places has not moved."""
WORDS: Final[dict[Lens, str]] = {
    "reports": "reports",
    "estimated": "estimated incidents",
    "harm": "harm",
}
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
                    "ninth", "tenth")  # fmt: skip


def lens_ranks(ws: Workspace, principal: Principal, result: HotspotResult) -> LensRanks:
    """Return the rank of each hotspot of a result under every lens that the data allow.

    Parameters
    ----------
    result
        As `find_hotspots` returns it; its own lens keeps the ranks that it shows.

    Notes
    -----
    A hotspot is followed to the one that shares most of its hexagons under the other lens.
    """
    authorise(principal, Permission.VIEW)
    if not result.hotspots:
        return LensRanks((), "")
    found = {lens: _ranks(ws, result, lens) for lens in _lenses(ws, result)}
    by_spot = tuple(
        (spot.hotspot_id, tuple((lens, ranks[at]) for lens, ranks in found.items()))
        for at, spot in enumerate(result.hotspots)
    )
    return LensRanks(by_spot, _sentence(result, found))


def _lenses(ws: Workspace, result: HotspotResult) -> list[Lens]:
    cannot = repeat_groups(ws, result.area_id, result.params.repeat_rule).reason
    return [lens for lens in LENSES if lens != "estimated" or not cannot]


def _ranks(ws: Workspace, result: HotspotResult, lens: Lens) -> list[int | None]:
    """Return the rank of each hotspot of the result under a lens; None where it is none there."""
    if lens == result.params.lens:
        return [spot.rank for spot in result.hotspots]
    there = ranked(analyse(ws, result.area_id, replace(result.params, lens=lens)))
    return followed([spot.cells for spot in result.hotspots], [spot.cells for spot, _ in there])


def followed(here: Sequence[Sequence[str]], there: Sequence[Sequence[str]]) -> list[int | None]:
    """Return the rank under another lens of each hotspot, by their cells in the order of rank.

    Those that share most cells belong together, and none belongs to two.

    Examples
    --------
    >>> followed([("a", "b"), ("c", "d"), ("e",)], [("c", "x"), ("a", "b", "d")])
    [2, 1, None]
    """
    pairs = [
        (-len(set(mine).intersection(other)), at, rank)
        for at, mine in enumerate(here)
        for rank, other in enumerate(there, start=1)
        if not set(mine).isdisjoint(other)
    ]
    found: dict[int, int] = {}
    for _, at, rank in sorted(pairs):
        if at not in found and rank not in found.values():
            found[at] = rank
    return [found.get(at) for at in range(len(here))]


def _sentence(result: HotspotResult, found: dict[Lens, list[int | None]]) -> str:
    parts = [part for lens, ranks in found.items() if (part := _moved_words(result, lens, ranks))]
    return f"The order depends on what is counted: {'; '.join(parts)}." if parts else ""


def _moved_words(result: HotspotResult, lens: Lens, ranks: Sequence[int | None]) -> str:
    """Return who stands elsewhere under a lens, the largest hotspot by name; empty if nobody."""
    moved = [
        (spot, rank)
        for spot, rank in zip(result.hotspots, ranks, strict=True)
        if rank is None or abs(rank - spot.rank) > PLACES_MOVED
    ]
    if not moved:
        return ""
    spot, rank = moved[0]
    place = (
        "is no hotspot of its own"
        if rank is None
        else f"is {_ordinal(rank)}, not {_ordinal(spot.rank)}"
    )
    more = len(moved) - 1
    others = "" if not more else f", and {number_words(more)} more move{'s' * (more == 1)}"
    return f"by {WORDS[lens]} {spot.name} {place}{others}"


def _ordinal(rank: int) -> str:
    return _ORDINALS[rank - 1] if rank <= len(_ORDINALS) else f"number {rank}"
