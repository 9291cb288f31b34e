"""How far from the treated cells did reports change, and which single cells rose most?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import gammaln, ndtr, ndtri

from geo.autocorrelation import benjamini_hochberg
from geo.errors import SchemaError
from geo.zones import OUTERMOST_RING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.cells import StudyCells
    from geo.wdd import Pair
    from geo.zones import Zones

Floats = NDArray[np.float64]

RISES_SHOWN: Final = 5
CLEAR_RISE: Final = 2.5
REPORTS_AFTER_NEEDED: Final = 5
WANDERING: Final = 1.2
"""Counts that vary so many times more than Poisson counts get wider limits."""
_FARTHEST: Final = 40.0


@dataclass(frozen=True)
class Relative:
    """How one place's counts changed relative to another's.

    Attributes
    ----------
    ratio
        Change of the place over change of the comparison: 0.8 is a fifth fewer. None when a count
        that it is divided by is 0.
    ci_low, ci_high
        95 % mid-p limits; ``ci_high`` is None where there is no upper limit.
    p
        Two-sided mid-p of "both changed alike". None with nothing to compare.
    reason
        Why something is None.
    """

    ratio: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    reason: str = ""


@dataclass(frozen=True)
class Ring:
    """One ring around the treated cells; ring 0 is the treated cells.

    Attributes
    ----------
    ring, cells
        Its number, and how many study cells it has.
    counts
        Reports before and after.
    change
        Relative to the comparison.
    q
        ``change.p`` allowing for the number of rings (Benjamini and Hochberg). None without p.
    """

    ring: int
    cells: int
    counts: Pair
    change: Relative
    q: float | None


@dataclass(frozen=True)
class Rise:
    """A cell with many more reports than expected.

    Attributes
    ----------
    cell
        H3 cell.
    before, after
        Reports.
    expected
        Reports after, if it had changed as the comparison did.
    score
        (after - expected) over the spread that chance in both periods gives.
    """

    cell: str
    before: float
    after: float
    expected: float
    score: float


def relative_change(place: Pair, comparison: Pair, *, phi: float = 1.0) -> Relative:
    """Return the ratio of two changes with exact mid-p limits.

    Parameters
    ----------
    place, comparison
        Whole counts before and after.
    phi
        Above 1.2, logarithmic limits and the normal score of p are widened by its square root.

    Notes
    -----
    Given the totals of both places and of both periods, the place's count after is Fisher's
    noncentral hypergeometric, whose odds ratio is the ratio wanted; half of the observed
    probability counts into each tail. Chance in the comparison is thereby allowed for.

    References
    ----------
    Fisher (1935), JRSS 98:39. Lancaster (1961), JASA 56:223.

    Examples
    --------
    >>> found = relative_change((100, 60), (1000, 1000))
    >>> round(found.ratio, 2), round(found.ci_low, 2), round(found.ci_high, 2)
    (0.6, 0.43, 0.83)
    """
    counts = np.array([*place, *comparison], dtype=np.float64)
    if bool((counts < 0).any() or (counts != np.floor(counts)).any()):
        message = "Counts must be whole and not negative."
        raise SchemaError(message, "Compare reports, not shares or harm.")
    if counts[:2].sum() == 0 or counts[2:].sum() == 0:
        where = "place" if counts[:2].sum() == 0 else "comparison"
        return Relative(None, None, None, None, f"The {where} has no reports in either period.")
    before, after, base, later = counts
    if base + before == 0 or later + after == 0:
        return Relative(None, None, None, None, "One of the periods has no reports.")
    support, weight = _support(counts)
    at = int(after - support[0])
    below, above = _tails(support, weight, at, 0.0)
    p = min(1.0, 2 * min(below, above))
    low = _limit(support, weight, at, upper=False) if at > 0 else None
    high = _limit(support, weight, at, upper=True) if at < len(support) - 1 else None
    whole = before > 0 and later > 0
    ratio = float(after * base / (before * later)) if whole else None
    reason = "" if whole else "A count of 0 that the ratio is divided by leaves it undefined."
    if phi > WANDERING:
        low, high, p = _widened(ratio, low, high, p, float(np.sqrt(phi)))
    return Relative(
        ratio,
        0.0 if low is None else float(np.exp(low)),
        None if high is None else float(np.exp(high)),
        p,
        reason,
    )


def rings(
    before: ArrayLike, after: ArrayLike, drawn: Zones, study: StudyCells, *, phi: float = 1.0
) -> tuple[Ring, ...]:
    """Return the change of rings 0 to 4 relative to the comparison cells beyond them.

    Parameters
    ----------
    before, after
        Reports of each study cell in the paired months, shape (n,).
    drawn
        The zones; cells of other interventions are in no ring but ring 0.
    study
        The study cells.
    phi
        As in `relative_change`.

    Notes
    -----
    Compared with every cell of the pool beyond ring 4, whatever its level: a ratio needs no like
    level, and the larger the comparison the less chance it adds. Below 1 in ring 1 is consistent
    with benefit that spread, above 1 with problems that moved.
    """
    first, later = _per_cell(before, study), _per_cell(after, study)
    position = study.positions()
    near = {cell for cell, _ in drawn.ring}
    beyond = [position[cell] for cell in drawn.pool if cell not in near]
    base = (float(first[beyond].sum()), float(later[beyond].sum()))
    found = []
    for number in range(OUTERMOST_RING + 1):
        cells = drawn.treated if number == 0 else drawn.cells_of_ring(number)
        at = [position[cell] for cell in cells]
        counts = (float(first[at].sum()), float(later[at].sum()))
        found.append((number, len(at), counts, relative_change(counts, base, phi=phi)))
    p = [np.nan if change.p is None else change.p for *_, change in found]
    q = benjamini_hochberg(p)
    return tuple(
        Ring(number, size, counts, change, None if np.isnan(each) else float(each))
        for (number, size, counts, change), each in zip(found, q, strict=True)
    )


def largest_rises(
    before: ArrayLike, after: ArrayLike, cells: Sequence[str], *, growth: float, phi: float = 1.0
) -> tuple[Rise, ...]:
    """Return the cells that rose most beyond what the comparison did, at most five.

    Parameters
    ----------
    before, after
        Reports of each cell in the paired months, shape (n,).
    cells
        Their names.
    growth
        Reports after over before in the comparison; above 0.
    phi
        How many times more counts vary than Poisson counts.

    Returns
    -------
    tuple of Rise
        Largest score first, of equal ones the first cell. Only scores of 2.5 or more with five
        reports or more after. A cell without reports before is expected to have a half.

    Notes
    -----
    (after - E) / sqrt(phi (after + growth E)), where E = before x growth: the count before wanders
    as much as the one after, and without its part one cell in thirteen would score 2.5.
    Looking at hundreds of cells finds some by chance: this says where to look, not what happened.
    """
    first, later = (np.asarray(each, dtype=np.float64) for each in (before, after))
    if first.shape != (len(cells),) or later.shape != first.shape or growth <= 0:
        message = f"Give two counts for each of {len(cells)} cells, and a growth above 0."
        raise SchemaError(message, "Use the panel of the same study cells.")
    expected = np.maximum(first, 0.5) * growth
    score = (later - expected) / np.sqrt((later + growth * expected) * max(1.0, phi))
    clear = (score >= CLEAR_RISE) & (later >= REPORTS_AFTER_NEEDED)
    order = sorted(np.flatnonzero(clear).tolist(), key=lambda i: (-score[i], cells[i]))
    return tuple(
        Rise(cells[i], float(first[i]), float(later[i]), float(expected[i]), float(score[i]))
        for i in order[:RISES_SHOWN]
    )


def _per_cell(counts: ArrayLike, study: StudyCells) -> Floats:
    array = np.asarray(counts, dtype=np.float64)
    if array.shape != (len(study.cells),):
        message = f"Give one count for each of {len(study.cells)} cells; found {array.shape}."
        raise SchemaError(message, "Use the panel of the same study cells.")
    return array


def _support(counts: Floats) -> tuple[Floats, Floats]:
    """Return every count after that the totals allow, and its log weight when nothing differs."""
    before, after, base, later = counts
    place, rest, late = before + after, base + later, after + later
    x = np.arange(max(0.0, late - rest), min(place, late) + 1)
    weight = -gammaln(x + 1) - gammaln(place - x + 1)
    weight -= gammaln(late - x + 1) + gammaln(rest - late + x + 1)
    return x, weight


def _tails(support: Floats, weight: Floats, at: int, log_ratio: float) -> tuple[float, float]:
    """Return the mid-p tails below and above the observed count."""
    tilted = weight + support * log_ratio
    share = np.exp(tilted - tilted.max())
    share = share / share.sum()
    half = share[at] / 2
    return float(share[:at].sum() + half), float(share[at + 1 :].sum() + half)


def _limit(support: Floats, weight: Floats, at: int, *, upper: bool) -> float:
    """Return the log ratio at which the observed count just stays within the limits."""

    def beyond(log_ratio: float) -> float:
        below, above = _tails(support, weight, at, log_ratio)
        return (below if upper else above) - 0.025

    return float(brentq(beyond, -_FARTHEST, _FARTHEST))


def _widened(
    ratio: float | None, low: float | None, high: float | None, p: float, factor: float
) -> tuple[float | None, float | None, float]:
    """Return the limits and p of counts that vary more than Poisson counts."""
    p = float(2 * ndtr(-abs(ndtri(p / 2)) / factor))
    if ratio is None or ratio == 0:
        return low, high, p
    middle = float(np.log(ratio))
    low = None if low is None else middle - (middle - low) * factor
    return low, None if high is None else middle + (high - middle) * factor, p
