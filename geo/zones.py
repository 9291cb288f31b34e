"""Which cells are treated, which lie around them, and which may serve as comparison?

All of it is decided from where things are and from the months before the start, never from what
came after.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import h3
import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import GridError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.cells import StudyCells

Floats = NDArray[np.float64]
OverlapKind = Literal["treated", "buffer", "shared_buffer"]
Match = Literal["close", "wide", "none"]

OUTERMOST_RING: Final = 4
WIDE_FACTOR: Final = 3.0
"""Where too few cells are as busy, cells down to a third and up to three times are taken."""
_TREND_REACH: Final = 2.5
_TREND_SHARE: Final = 0.4
_YEAR: Final = 12
_ALL_TAKEN: Final = (
    "Every cell around the treated ones belongs to another intervention, so nothing can be said "
    "on whether the problem moved. The treated cells can still be compared."
)
_NOTHING_AROUND: Final = (
    "No cell of the area lies around the treated ones, so nothing can be said on whether the "
    "problem moved. The treated cells can still be compared."
)
_NO_POOL: Final = (
    "No cell is far enough from this and every other intervention to compare with. Only the "
    "counts before and after can be shown."
)
_NO_CONTROL: Final = (
    "No cell far enough away had a level like that of the treated cells. Only the counts before "
    "and after can be shown."
)
_NO_CONTROL_BUFFER: Final = (
    "The comparison cells have no cells around them, so nothing can be said on whether the "
    "problem moved. The treated cells can still be compared."
)


@dataclass(frozen=True)
class Other:
    """Another intervention that runs at some time of this one.

    Attributes
    ----------
    title
        As people know it.
    cells, buffer
        Its treated cells, and the cells around them that it claims.
    """

    title: str
    cells: tuple[str, ...]
    buffer: tuple[str, ...] = ()


@dataclass(frozen=True)
class ZoneRules:
    """How zones are drawn.

    Attributes
    ----------
    rings
        1 or 2 rings of cells around the treated ones (after the gap) are the buffer.
    gap
        0 or 1: a ring between treated cells and buffer that counts for neither, for locations
        that are snapped to map points.
    least_control_distance
        Comparison cells are at least so many cells away from any treated cell.
    level_tolerance
        A comparison cell's monthly mean before may differ by this share.
    most_controls
        At most so many comparison cells for each treated one.
    """

    rings: int = 1
    gap: int = 0
    least_control_distance: int = 3
    level_tolerance: float = 0.30
    most_controls: int = 4

    def __post_init__(self) -> None:
        if self.rings not in (1, 2) or self.gap not in (0, 1):
            message = f"Take 1 or 2 rings and a gap of 0 or 1; found {self.rings} and {self.gap}."
            raise GridError(message, "One ring without a gap is usual.")
        if self.least_control_distance < 2 or not 0 < self.level_tolerance < 1:  # noqa: PLR2004
            message = "Comparison cells need a distance of 2 or more, a tolerance of 0 to 1."
            raise GridError(message, "A distance of 3 and a tolerance of 0.3 are usual.")
        if self.most_controls < 1:
            message = f"Allow at least 1 comparison cell; found {self.most_controls}."
            raise GridError(message, "Four for each treated cell are usual.")


@dataclass(frozen=True)
class Overlap:
    """Cells that two interventions claim."""

    title: str
    kind: OverlapKind
    cells: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Zones:
    """The cells of an intervention and of its comparison; all sorted, none in two zones.

    Attributes
    ----------
    treated, gap, buffer
        Where something was done, the ring between if any, and the cells around.
    pool
        Every cell that may serve as comparison.
    control, control_buffer
        Those of the pool that do, and those of the pool around them.
    match
        "close": the comparison had the treated cells' level before; "wide": it is the nearest in
        level that there is; "none": there is no comparison.
    overlaps
        What other interventions claim of the treated cells and of the buffer.
    foreign
        Study cells that other interventions treat.
    ring
        Distance 0 to 4 of the study cells from the treated ones, sorted by cell; further ones are
        not named.
    caveats
        Sentences on what is missing, and what can still be said.
    """

    treated: tuple[str, ...]
    gap: tuple[str, ...]
    buffer: tuple[str, ...]
    pool: tuple[str, ...]
    control: tuple[str, ...]
    control_buffer: tuple[str, ...]
    match: Match
    overlaps: tuple[Overlap, ...]
    foreign: tuple[str, ...]
    ring: tuple[tuple[str, int], ...]
    caveats: tuple[str, ...]

    def cells_of_ring(self, number: int) -> tuple[str, ...]:
        """Return the study cells at this distance that no other intervention treats."""
        foreign = set(self.foreign) - set(self.treated)
        return tuple(cell for cell, ring in self.ring if ring == number and cell not in foreign)


def zones(
    treated: Iterable[str],
    study: StudyCells,
    *,
    others: Sequence[Other] = (),
    rules: ZoneRules | None = None,
    history: ArrayLike | None = None,
    labels: Sequence[str] | None = None,
) -> Zones:
    """Return the zones of an intervention.

    Parameters
    ----------
    treated
        Treated cells, in any order.
    study
        The study cells.
    others
        Interventions that overlap in time.
    rules
        How zones are drawn.
    history
        Reports before the start by study cell and month, shape (n, months), months without data
        left out, in order: two years if there are (`geo.displacement.level_before`). Without it
        no comparison cells are chosen, only the pool.
    labels
        Type of place of each study cell, shape (n,): comparison cells then need a type that
        occurs among the treated ones.

    Returns
    -------
    Zones
        The same for the same cells in any order.

    Raises
    ------
    GridError
        When no treated cell is a study cell, or cells have another resolution.
    SchemaError
        When ``history`` or ``labels`` have another number of cells.

    Notes
    -----
    A cell matches when its monthly mean is within 30 % of the treated cells' mean, and its change
    between the two halves of the months differs from theirs by no more than half, or two and a
    half standard errors of Poisson counts if that is more. The nearest in level are taken, at most
    four for each treated cell. Where fewer match than there are treated cells, the nearest within a
    factor of three are taken instead, whatever their trend, and the caveats say so.
    With two years of history, level and trend are those of the first, so that chance in the months
    that are compared does not choose cells: with cells chosen on those months, limits of 90 % would
    hold in 96 % of towns. Whether trends ran parallel up to the start is told by `geo.ratio`.
    """
    chosen = ZoneRules() if rules is None else rules
    inside, caveats = _inside(treated, study)
    far = max(OUTERMOST_RING, chosen.least_control_distance, chosen.gap + chosen.rings)
    ring = _rings(inside, study, far)
    of_others = {cell for other in others for cell in other.cells}
    gap = {cell for cell, r in ring.items() if 1 <= r <= chosen.gap}
    around = {cell for cell, r in ring.items() if chosen.gap < r <= chosen.gap + chosen.rings}
    buffer = around - of_others
    caveats += _buffer_caveats(around, buffer)
    taken = _claimed(others, chosen.least_control_distance)
    near = {cell for cell, r in ring.items() if r < chosen.least_control_distance}
    pool = tuple(c for c in study.cells if c not in near and c not in taken and c not in around)
    control, match = _matched(inside, pool, study, chosen, _levels(study, history, labels))
    beside = _beside(control, pool, study)
    caveats += _control_caveats(pool, control, match, beside, known=history is not None)
    return Zones(
        inside,
        tuple(sorted(gap - of_others)),
        tuple(sorted(buffer)),
        pool,
        control,
        beside,
        match,
        _overlaps(inside, around, buffer, others),
        tuple(sorted(of_others & set(study.cells))),
        tuple(sorted((cell, r) for cell, r in ring.items() if r <= OUTERMOST_RING)),
        tuple(caveats),
    )


def with_controls(drawn: Zones, control: Iterable[str], study: StudyCells) -> Zones:
    """Return the zones with comparison cells that a person chose.

    Parameters
    ----------
    drawn
        From `zones`.
    control
        Cells of its pool, at least one.
    study
        The same study cells.

    Raises
    ------
    GridError
        When there is no cell, or one of them is not in the pool.
    """
    chosen = tuple(sorted(set(control)))
    foreign = set(chosen) - set(drawn.pool)
    if not chosen or foreign:
        message = f"{len(foreign)} of the {len(chosen)} chosen cells may not serve as comparison."
        raise GridError(message, "Choose at least one cell away from every intervention.")
    return replace(drawn, control=chosen, control_buffer=_beside(chosen, drawn.pool, study))


@dataclass(frozen=True, eq=False)
class _History:
    """What is known of each study cell before the start."""

    counts: Floats
    labels: tuple[str, ...]


def _inside(treated: Iterable[str], study: StudyCells) -> tuple[tuple[str, ...], list[str]]:
    """Return the treated cells that are studied, and a caveat for the others."""
    wanted = sorted(set(treated))
    if not wanted:
        message = "An intervention needs at least one treated cell; found none."
        raise GridError(message, "Choose cells on the map, or a hotspot.")
    for cell in wanted:
        if not h3.is_valid_cell(cell) or h3.get_resolution(cell) != study.resolution:
            message = f"Treated cells must be hexagons of resolution {study.resolution}."
            raise GridError(message, "Choose the cells again on the map of this area.")
    known = set(study.cells)
    inside = tuple(cell for cell in wanted if cell in known)
    outside = len(wanted) - len(inside)
    if not inside:
        message = f"None of the {len(wanted)} treated cells lies in this area."
        raise GridError(message, "Choose the area that they lie in.")
    if not outside:
        return inside, []
    verb = "lies" if outside == 1 else "lie"
    told = f"Of the {len(wanted)} treated cells, {outside} {verb} outside the area, where nothing"
    return inside, [f"{told} is counted. The verdict is about the rest."]


def _rings(treated: tuple[str, ...], study: StudyCells, far: int) -> dict[str, int]:
    """Return how far each study cell is from the nearest treated one, up to ``far``."""
    known = set(study.cells)
    reached: dict[str, int] = {}
    for distance in range(far + 1):
        disk = {other for cell in treated for other in h3.grid_disk(cell, distance)}
        for cell in disk & known:
            reached.setdefault(cell, distance)
    return reached


def _claimed(others: Sequence[Other], distance: int) -> set[str]:
    """Return the cells too near to another intervention to serve as comparison."""
    cells = {cell for other in others for cell in other.cells}
    claimed = {near for cell in cells for near in h3.grid_disk(cell, distance - 1)}
    return claimed | {cell for other in others for cell in other.buffer}


def _levels(
    study: StudyCells, history: ArrayLike | None, labels: Sequence[str] | None
) -> _History | None:
    n = len(study.cells)
    if labels is not None and len(labels) != n:
        message = f"The area has {n} cells, but {len(labels)} types of place were given."
        raise SchemaError(message, "Name one type of place for each cell.")
    if history is None:
        return None
    counts = np.asarray(history, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != n or not bool((counts >= 0).all()):  # noqa: PLR2004
        message = f"The history must be {n} cells x months, not negative; found {counts.shape}."
        raise SchemaError(message, "Give the panel of the same study cells.")
    return _History(counts, tuple(labels or ("",) * n))


def _matched(
    treated: tuple[str, ...],
    pool: tuple[str, ...],
    study: StudyCells,
    rules: ZoneRules,
    known: _History | None,
) -> tuple[tuple[str, ...], Match]:
    """Return the comparison cells, and how well they match."""
    if known is None or not pool or not known.counts.shape[1]:
        return (), "none"
    position = study.positions()
    mine = np.array([position[cell] for cell in treated])
    theirs = np.array([position[cell] for cell in pool])
    types = {known.labels[i] for i in mine}
    usual = _usual_months(known.counts, mine)
    level = usual.mean(axis=1)
    target = float(level[mine].mean())
    if target == 0:
        return (), "none"
    same = np.array([known.labels[i] in types for i in theirs])
    ratio = level[theirs] / target
    close = same & (np.abs(ratio - 1) <= rules.level_tolerance)
    close &= _like_trend(usual, mine, theirs)
    most = rules.most_controls * len(treated)
    if close.sum() >= len(treated):
        return _nearest(pool, ratio, close, most), "close"
    wide = same & (ratio >= 1 / WIDE_FACTOR) & (ratio <= WIDE_FACTOR)
    if wide.sum() >= min(3, len(treated)):
        return _nearest(pool, ratio, wide, most), "wide"
    return (), "none"


def _usual_months(counts: Floats, mine: NDArray[np.intp]) -> Floats:
    """Return the months before the last year if they are a year with reports, otherwise all."""
    months = counts.shape[1]
    earlier = counts[:, : months - _YEAR] if months >= 2 * _YEAR else counts
    return earlier if earlier[mine].sum() > 0 else counts


def _nearest(
    pool: tuple[str, ...], ratio: Floats, eligible: NDArray[np.bool_], most: int
) -> tuple[str, ...]:
    """Return the eligible cells nearest in level, of equally near ones the first."""
    apart = np.where(eligible, np.abs(np.log(np.maximum(ratio, 1e-9))), np.inf)
    order = np.argsort(np.round(apart, 9), kind="stable")[: min(most, int(eligible.sum()))]
    return tuple(sorted(pool[i] for i in order))


def _like_trend(
    counts: Floats, mine: NDArray[np.intp], theirs: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return which cells changed between the halves of the history as the treated ones did."""
    half = counts.shape[1] // 2
    if half == 0:
        return np.ones(len(theirs), dtype=np.bool_)
    early, late = counts[:, :half].sum(axis=1), counts[:, counts.shape[1] - half :].sum(axis=1)
    mine_early, mine_late = early[mine].sum() + 0.5, late[mine].sum() + 0.5
    a, b = early[theirs] + 0.5, late[theirs] + 0.5
    apart = np.log(b / a) - np.log(mine_late / mine_early)
    error = np.sqrt(1 / a + 1 / b + 1 / mine_early + 1 / mine_late)
    return np.asarray(np.abs(apart) <= np.maximum(_TREND_SHARE, _TREND_REACH * error))


def _beside(control: tuple[str, ...], pool: tuple[str, ...], study: StudyCells) -> tuple[str, ...]:
    """Return the cells of the pool that adjoin a comparison cell and are none themselves."""
    if not control:
        return ()
    position = study.positions()
    chosen = np.zeros(len(study.cells), dtype=np.int8)
    chosen[[position[cell] for cell in control]] = 1
    near = study.adjacency.astype(np.int8) @ chosen
    return tuple(c for c in pool if near[position[c]] > 0 and not chosen[position[c]])


def _buffer_caveats(around: set[str], buffer: set[str]) -> list[str]:
    if buffer:
        return []
    return [_ALL_TAKEN if around else _NOTHING_AROUND]


def _control_caveats(
    pool: tuple[str, ...],
    control: tuple[str, ...],
    match: Match,
    beside: tuple[str, ...],
    *,
    known: bool,
) -> list[str]:
    if not pool:
        return [_NO_POOL]
    if not known:
        return []
    if match == "none":
        return [_NO_CONTROL]
    caveats = []
    if match == "wide":
        caveats.append(
            f"Too few cells are as busy as the treated ones. The {len(control)} nearest in level "
            "are the comparison, brought to the same level; read the verdict with care."
        )
    if not beside:
        caveats.append(_NO_CONTROL_BUFFER)
    return caveats


def _overlaps(
    treated: tuple[str, ...], around: set[str], buffer: set[str], others: Sequence[Other]
) -> tuple[Overlap, ...]:
    """Return what each other intervention shares with this one, by its title."""
    found = []
    for other in sorted(others, key=lambda o: o.title):
        theirs = set(other.cells)
        shares: tuple[tuple[OverlapKind, set[str], str], ...] = (
            (
                "treated",
                theirs & set(treated),
                "treated here too: what changed there cannot be told apart",
            ),
            ("buffer", theirs & around, "around the treated ones, left out of them here"),
            (
                "shared_buffer",
                set(other.buffer) & buffer,
                "around the treated ones here too: a move may come from either",
            ),
        )
        for kind, cells, words in shares:
            if cells:
                found.append(_overlap(other.title, kind, cells, words))
    return tuple(found)


def _overlap(title: str, kind: OverlapKind, cells: set[str], words: str) -> Overlap:
    owns = "lies around those of" if kind == "shared_buffer" else "belongs to"
    if len(cells) > 1:
        owns = owns.replace("lies", "lie").replace("belongs", "belong")
    noun = "cell" if len(cells) == 1 else "cells"
    sentence = (
        f"{len(cells)} {noun} {owns} “{title}”, and {'is' if len(cells) == 1 else 'are'} {words}."
    )
    return Overlap(title, kind, tuple(sorted(cells)), sentence)
