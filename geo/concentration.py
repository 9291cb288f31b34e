"""How concentrated are reports on few places?

References
----------
Weisburd 2015, Criminology 53:133. Bernasco & Steenbeek 2017, Journal of Quantitative Criminology
33:451 (generalised Gini, for fewer reports than places).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.errors import SchemaError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from geo.autocorrelation import Floats


def _ordered(counts: ArrayLike) -> Floats:
    """Return the counts, smallest first."""
    values = np.sort(np.asarray(counts, dtype=np.float64).ravel())
    wrong = values[~((values >= 0) & (values < np.inf))]
    if wrong.size:
        message = f"Concentration needs counts of at least 0; found {wrong[0]:g}."
        raise SchemaError(message, "Take the observed months only.")
    return values


def gini(counts: ArrayLike) -> float:
    """Return the Gini coefficient: 0 is even, near 1 is all in one place; NaN without reports.

    Misleading where there are fewer reports than places: use `generalised_gini`.

    Examples
    --------
    >>> round(gini([3, 1, 1, 0, 0, 0, 0, 0, 0, 0]), 2)
    0.78
    """
    values = _ordered(counts)
    n, total = len(values), float(values.sum())
    if total == 0:
        return float("nan")
    ranked = float(np.arange(1, n + 1) @ values)
    return 2 * ranked / (n * total) - (n + 1) / n


def generalised_gini(counts: ArrayLike, *, unbiased: bool = False) -> float:
    """Return the Gini coefficient that allows for fewer reports than places.

    Parameters
    ----------
    counts
        Whole numbers, one a place.
    unbiased
        Scale so that everything in one place gives 1.

    Returns
    -------
    float
        NaN without reports; the unbiased one also with a single report or place.

    Examples
    --------
    >>> round(generalised_gini([3, 1, 1, 0, 0, 0, 0, 0, 0, 0]), 2)
    0.56
    """
    values = _ordered(counts)
    n, total = len(values), float(values.sum())
    if total == 0:
        return float("nan")
    plain = max(1.0, n / total) * (gini(values) - 1) + 1
    if not unbiased:
        return plain
    spare = min(float(n), total)
    return plain * spare / (spare - 1) if spare > 1 else float("nan")


def share_of_places_for(counts: ArrayLike, part: float = 0.5) -> float:
    """Return the smallest share of places that holds ``part`` of the reports; NaN without reports.

    Parameters
    ----------
    counts
        One a place, zeros included.
    part
        Share of all reports, above 0 and at most 1.

    Examples
    --------
    >>> share_of_places_for([22, 18, 17, 12, 11, 8, 6, 3, 2, 1])
    0.3
    """
    values = _ordered(counts)
    total = float(values.sum())
    if total == 0:
        return float("nan")
    held = np.cumsum(values[::-1])
    places = int(np.searchsorted(held, part * total * (1 - 1e-12))) + 1
    return places / len(values)


def share_held_by_busiest(counts: ArrayLike, part: float = 0.1) -> float:
    """Return the share of reports in the busiest ``part`` of places; NaN without reports.

    The number of places is rounded up.

    Examples
    --------
    >>> share_held_by_busiest([22, 18, 17, 12, 11, 8, 6, 3, 2, 1])
    0.22
    """
    values = _ordered(counts)
    total = float(values.sum())
    if total == 0:
        return float("nan")
    places = int(np.ceil(part * len(values) * (1 - 1e-12)))
    return float(values[::-1][:places].sum()) / total
