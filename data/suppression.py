"""Which small counts must stay hidden, so that no visible total gives them away?

A count from 1 to below the threshold is shown as "fewer than 5" (primary suppression). Where the
total of its group is visible, a further count is withheld, so that subtraction does not reveal it
(secondary suppression); where no further count is left, the total is withheld.

References
----------
Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapter 4.
Information Commissioner's Office, Crime-mapping and geo-spatial crime data: privacy and
transparency principles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from data.access import SmallNumberRule

NOT_SHOWN: Final = "not shown"
_SMALLEST_THRESHOLD: Final = 3


@dataclass(frozen=True, eq=False)
class SuppressedCounts:
    """Counts as they may be shown.

    Attributes
    ----------
    counts
        Shape (n,). The counts that may be shown, rounded where asked; NaN where hidden.
    small
        Shape (n,). True where the count is shown as "fewer than" the threshold.
    withheld
        Shape (n,). True where the count is not shown, to protect a small one.
    groups
        Names of the groups, sorted; g of them.
    group_totals
        Shape (g,). Totals of the groups; NaN where withheld.
    total
        Total of everything; None where withheld.
    words
        What to print for each count: "1,282", "fewer than 5", "not shown".
    """

    counts: NDArray[np.float64]
    small: NDArray[np.bool_]
    withheld: NDArray[np.bool_]
    groups: tuple[str, ...]
    group_totals: NDArray[np.float64]
    total: int | None
    words: tuple[str, ...]


def suppress_counts(
    counts: Sequence[int] | NDArray[np.integer[Any]],
    groups: Sequence[str] | None = None,
    *,
    threshold: int | None,
    round_to: int | None = None,
) -> SuppressedCounts:
    """Return counts, group totals and grand total as they may be shown together.

    Parameters
    ----------
    counts
        Shape (n,), whole numbers from 0.
    groups
        Shape (n,). The group (ward, patch) whose total is shown beside each count; None puts all
        into one group.
    threshold
        Counts from 1 to below it are hidden; None hides nothing. Zeros are shown.
    round_to
        Counts and totals that are shown are rounded to a multiple of this, halves upwards.

    Raises
    ------
    GeoError
        When the threshold is below 3, or a count is negative.

    Notes
    -----
    Guarantee: somebody who knows the method, the visible counts and the visible totals finds at
    least two possible values for each hidden count and each hidden group total. Only one set of
    groups is protected: never show totals of two overlapping sets (wards and patches) for the same
    counts. Figures that differ by one filter must come from the same suppressed table.

    Examples
    --------
    >>> suppress_counts([12, 3, 7], ["a", "a", "a"], threshold=5).words
    ('12', 'fewer than 5', 'not shown')
    """
    values = np.asarray(counts, dtype=np.int64)
    names, labels = _grouped(values.size, groups)
    _check(values, threshold)
    table = _Table(values, labels, len(names), threshold or 0)
    table.protect()
    hidden = table.small | table.withheld
    shown = np.where(hidden, np.nan, _rounded(values, round_to))
    totals = np.where(table.total_hidden, np.nan, _rounded(table.totals, round_to))
    rule_words = f"fewer than {threshold}"
    words = tuple(
        rule_words if small else NOT_SHOWN if withheld else f"{int(count):,}"
        for count, small, withheld in zip(shown, table.small, table.withheld, strict=True)
    )
    grand = None if table.grand_hidden else int(_rounded(table.totals.sum(), round_to))
    return SuppressedCounts(shown, table.small, table.withheld, names, totals, grand, words)


def count_words(count: int, rule: SmallNumberRule) -> str:
    """Return one count in words, where nothing that it is part of is shown.

    Examples
    --------
    >>> from data.access import SmallNumberRule
    >>> [count_words(n, SmallNumberRule(10, 5)) for n in (0, 9, 1282)]
    ['0', 'fewer than 10', '1,280']
    """
    if rule.threshold is not None and 0 < count < rule.threshold:
        return f"fewer than {rule.threshold}"
    return f"{int(_rounded(np.asarray(count), rule.round_to)):,}"


class _Table:
    """Counts, group totals and the grand total, and which of them are hidden so far.

    The attacker's view is one interval for each figure; in a tree of sums, one pass up and one down
    gives the exact interval.
    """

    def __init__(
        self, counts: NDArray[np.int64], labels: NDArray[np.intp], groups: int, threshold: int
    ) -> None:
        self.counts, self.labels, self.groups, self.threshold = counts, labels, groups, threshold
        self.totals = self._sum(counts).astype(np.int64)
        self.small = (counts > 0) & (counts < threshold)
        self.withheld = np.zeros(counts.size, dtype=np.bool_)
        self.total_hidden = (self.totals > 0) & (self.totals < threshold)
        self.grand_hidden = bool(0 < self.totals.sum() < threshold)

    def protect(self) -> None:
        """Hide more, the least first, until no hidden figure is determined."""
        while (exposed := self._exposed_groups()).any():
            for group in np.flatnonzero(exposed):
                if self._withhold_count(self.labels == group):
                    continue
                if self.total_hidden[group]:
                    self._widen_elsewhere()
                self.total_hidden[group] = True

    def _sum(self, values: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.bincount(self.labels, weights=values, minlength=self.groups)
        return sums.astype(np.float64)

    def _bounds(self) -> tuple[NDArray[np.float64], ...]:
        """Return lowest and highest possible counts and totals, before any subtraction."""
        low = np.where(self.withheld, self.threshold, self.counts).astype(np.float64)
        high = np.where(self.withheld, np.inf, self.counts).astype(np.float64)
        low[self.small], high[self.small] = 1, self.threshold - 1
        total_low = np.where(self.total_hidden, 0.0, self.totals).astype(np.float64)
        total_high = np.where(self.total_hidden, np.inf, self.totals)
        return (
            low,
            high,
            np.maximum(total_low, self._sum(low)),
            np.minimum(total_high, self._sum(high)),
        )

    def _exposed_groups(self) -> NDArray[np.bool_]:
        """Return the groups in which a hidden count or a hidden total has one possible value."""
        low, high, total_low, total_high = self._bounds()
        if not self.grand_hidden:
            grand = float(self.totals.sum())
            total_low, total_high = (
                np.maximum(total_low, grand - _others(total_high)),
                np.minimum(total_high, grand - _others(total_low)),
            )
        rest_low = self._sum(low)[self.labels] - low
        rest_high = self._rest_of_group(high)
        least = np.maximum(low, total_low[self.labels] - rest_high)
        most = np.minimum(high, total_high[self.labels] - rest_low)
        exposed = (self.small | self.withheld) & (least == most)
        in_group = np.asarray(self._sum(exposed.astype(np.float64)) > 0)
        return np.asarray(in_group | (self.total_hidden & (total_low == total_high)))

    def _rest_of_group(self, high: NDArray[np.float64]) -> NDArray[np.float64]:
        endless = np.isinf(high)
        finite = np.where(endless, 0.0, high)
        rest = self._sum(finite)[self.labels] - finite
        others = self._sum(endless.astype(np.float64))[self.labels] - endless
        return np.where(others > 0, np.inf, rest)

    def _withhold_count(self, among: NDArray[np.bool_]) -> bool:
        """Withhold the smallest visible count that is not zero; return whether there was one."""
        candidates = np.flatnonzero(among & (self.counts > 0) & ~self.small & ~self.withheld)
        if not candidates.size:
            return False
        self.withheld[candidates[np.argmin(self.counts[candidates])]] = True
        return True

    def _widen_elsewhere(self) -> None:
        """Withhold a count elsewhere with the total of its group, or else the grand total."""
        candidates = np.flatnonzero((self.totals > 0) & ~self.total_hidden)
        if not candidates.size:
            self.grand_hidden = True
            return
        group = candidates[np.argmin(self.totals[candidates])]
        self._withhold_count(self.labels == group)
        self.total_hidden[group] = True


def _others(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each value the sum of all the others; infinite if one of them is."""
    endless = np.isinf(values)
    finite = np.where(endless, 0.0, values)
    return np.where(endless.sum() - endless > 0, np.inf, finite.sum() - finite)


def _grouped(size: int, groups: Sequence[str] | None) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    if groups is None:
        return ("",), np.zeros(size, dtype=np.intp)
    if len(groups) != size:
        message = f"There are {size} counts, but {len(groups)} group names."
        raise GeoError(message, "Name one group for each count.")
    names = tuple(sorted(set(groups)))
    places = {name: position for position, name in enumerate(names)}
    return names, np.array([places[name] for name in groups], dtype=np.intp)


def _check(counts: NDArray[np.int64], threshold: int | None) -> None:
    if threshold is not None and threshold < _SMALLEST_THRESHOLD:
        message = f"A small-number threshold must be 3 or more; found {threshold}."
        raise GeoError(message, 'With less, "fewer than" would name the count.')
    if counts.size and int(counts.min()) < 0:
        message = f"Counts must not be negative; found {int(counts.min())}."
        raise GeoError(message, "Check the figures that were counted.")


def _rounded(counts: NDArray[np.int64], round_to: int | None) -> NDArray[np.int64]:
    if round_to is None:
        return counts
    return (counts + round_to // 2) // round_to * round_to
