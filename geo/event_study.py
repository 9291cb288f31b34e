"""How did places in view go against others, month by month about the change?

Before it, the points should lie about 1: where they do not, the places went apart already. Each
point is a rough one; the verdict rests on all months together (`geo.fixed_effects`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.errors import SchemaError
from geo.fixed_effects import ratio_from
from geo.ratio import Ratio, undefined_ratio

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

BASE: Final = -1
"""The month that all others are set against."""
_LEFT_OUT: Final = "The month is left out."


@dataclass(frozen=True)
class EventMonth:
    """One month: ratio of treated to other places, against the base month.

    Attributes
    ----------
    offset
        Months since the change; 0 is its first.
    change
        Ratio with 95 % limits; 1 for the base.
    left_out
        Whether it was not to be counted.
    """

    offset: int
    change: Ratio
    left_out: bool


def event_study(
    counts: Floats, treated: Marks, offsets: NDArray[np.int64], left_out: Marks
) -> tuple[EventMonth, ...]:
    """Return the change of each month against the base.

    Parameters
    ----------
    counts
        Reports of each place and month, shape (n, T).
    treated
        Which places are treated, shape (n,).
    offsets
        Months since the change, shape (T,), in order.
    left_out
        Months without data, or in which cameras were out of order, shape (T,). Where the month
        before the change is among them, the latest counted month before is the base.

    Notes
    -----
    A Poisson regression with an effect for every place, and one for every month in each of the two
    groups. Its months are ratios of the groups' totals; errors are the sandwich over places with
    Student's t, and never smaller than those of Poisson counts.
    """
    n, months = counts.shape
    if treated.shape != (n,) or offsets.shape != (months,) or left_out.shape != (months,):
        message = f"Mark each of {n} places and {months} months."
        raise SchemaError(message, "Say which places are treated and which months count.")
    usable = np.flatnonzero((offsets <= BASE) & ~left_out)
    base = int(usable[-1]) if len(usable) else None
    reason = _reason(counts, treated, base)
    found = []
    for k in range(months):
        if left_out[k]:
            change = undefined_ratio(_LEFT_OUT)
        elif base is None or reason:
            change = undefined_ratio(reason)
        elif k == base:
            change = Ratio(1.0, 0.0, 0.0, 1.0, 1.0, None)
        else:
            change = _against(counts[:, ~left_out], counts[:, k], counts[:, base], treated)
        found.append(EventMonth(int(offsets[k]), change, bool(left_out[k])))
    return tuple(found)


def _reason(counts: Floats, treated: Marks, base: int | None) -> str:
    if base is None:
        return "No month before the change can be counted."
    if not treated.any() or treated.all():
        return "Treated and comparison places are both needed."
    if counts[treated, base].sum() == 0 or counts[~treated, base].sum() == 0:
        return "The month before the change has no reports to compare with."
    return ""


def _against(counted: Floats, month: Floats, base: Floats, treated: Marks) -> Ratio:
    log_ratio = variance = chance = 0.0
    for sign, group in ((1, treated), (-1, ~treated)):
        now, then = float(month[group].sum()), float(base[group].sum())
        if now == 0:
            return undefined_ratio("There are no reports in this month to compare.")
        log_ratio += sign * float(np.log(now / then))
        total, whole = counted[group].sum(axis=1), float(counted[group].sum())
        influence = (month[group] - total * now / whole) / now
        influence = influence - (base[group] - total * then / whole) / then
        size = int(group.sum())
        variance += float((influence**2).sum()) * size / max(1, size - 1)
        chance += 1 / now + 1 / then
    error = float(np.sqrt(max(variance, chance)))
    return ratio_from(log_ratio, error, max(1, len(treated) - 2))
