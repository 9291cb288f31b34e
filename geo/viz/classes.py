"""Into which class does a cell's count fall, and how does the legend say so?

Class edges are chosen once for an area, a window length and a lens, from the counts of all types
in the reference window (the latest one of that length). They are not chosen again when a filter
narrows the months, the types or the patch: the same colour means the same count on every view.
"""

from __future__ import annotations

import html
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import NotEnoughDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

ClassEdges = tuple[int, int, int, int, int]

PROFILE: Final = (10, 50, 150, 300, 600)
"""Lower edges of the five classes at scale 1: a town's reports in 24 months."""
SCALES: Final = tuple(step * 10.0**power for power in range(-2, 6) for step in (1, 2, 5))
HIGHEST_FLOOR: Final = 10
"""Fewer reports than this are "too few" at most, however busy the area is."""

FEW: Final = "0"
NO_DATA: Final = "6"
"""Class characters: ``0`` too few, ``1`` to ``5`` the classes, ``6`` no data."""

LEGEND_CSS: Final = """\
.hb-legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;align-items:center;font-size:.92rem}
.hb-legend span{display:inline-flex;align-items:center;gap:.4rem;white-space:nowrap}
.hb-hex{display:inline-block;flex:none;position:relative;width:1.15rem;height:1.3rem;\
background:var(--hb-hatch);clip-path:polygon(50% 0,100% 25%,100% 75%,50% 100%,0 75%,0 25%)}
.hb-hex::after{content:"";position:absolute;inset:1px;clip-path:inherit;background:var(--f)}
.hb-class-1{--f:var(--hb-class-1)}.hb-class-2{--f:var(--hb-class-2)}\
.hb-class-3{--f:var(--hb-class-3)}.hb-class-4{--f:var(--hb-class-4)}\
.hb-class-5{--f:var(--hb-class-5)}.hb-few{--f:var(--hb-few)}
.hb-none{--f:repeating-linear-gradient(45deg,var(--hb-hatch-ground) 0 3px,var(--hb-hatch) 3px 5px)}
.hb-spot{background:var(--hb-ink)}.hb-spot::after{inset:3px;background:var(--hb-ground)}
.hb-months{display:flex;gap:3px;max-width:36rem}
.hb-months i{flex:1;height:1.5rem;background:var(--hb-data-line);\
border:1px solid var(--hb-data-line)}
.hb-months i.hb-none{background:var(--f)}
"""
"""Style of the legend and the month strip; the colours are `geo.viz.tokens.css_variables`."""


def class_edges(reference: ArrayLike, *, share: float = 1.0, floor: bool = True) -> ClassEdges:
    """Return the five round lower edges for the map classes.

    Parameters
    ----------
    reference
        Counts of **all types** in each study cell over the reference window, zeros included,
        shape (n,). Not the filtered counts.
    share
        The chosen types' part of the area's reports in the reference window, in (0, 1]. Edges of a
        selection of types are those of all types, made smaller by its share.
    floor
        Keep the first edge at 10 at most. False for the harm lens, whose figures are days and not
        reports.

    Notes
    -----
    The edges are 10, 50, 150, 300 and 600, times a scale of the series 1, 2, 5, 10, ... The scale
    is the one that brings the highest edge nearest, as a ratio, to the 95th percentile of the
    reference counts times the share. So about one cell in twenty is in the darkest class, and
    the edges rarely change from month to month. Edges are at least 1, and distinct.

    Raises
    ------
    NotEnoughDataError
        There is no cell, or the share is not in (0, 1].

    Examples
    --------
    >>> class_edges([0] * 90 + [650] * 10)
    (10, 50, 150, 300, 600)
    >>> class_edges([0] * 90 + [650] * 10, share=0.05)
    (1, 3, 8, 15, 30)
    """
    counts = np.asarray(reference, dtype=np.float64)
    if counts.size == 0 or not 0 < share <= 1:
        message = f"Class edges need cells and a share in (0, 1]; found {counts.size} and {share}."
        raise NotEnoughDataError(message, "Give the counts of every study cell, zeros included.")
    typical_high = max(float(np.quantile(counts, 0.95)) * share, PROFILE[-1] * SCALES[0])
    ratios = np.abs(np.log(np.array(SCALES) * PROFILE[-1] / typical_high))
    scale = SCALES[int(np.argmin(ratios))]
    edges: list[int] = []
    for edge in PROFILE:
        edges.append(max(int(np.ceil(round(edge * scale, 6))), edges[-1] + 1 if edges else 1))
    if floor:
        edges[0] = min(edges[0], HIGHEST_FLOOR)
    return edges[0], edges[1], edges[2], edges[3], edges[4]


def class_characters(counts: Sequence[float | None], edges: Sequence[int]) -> str:
    """Return one character a cell: its class, "too few" or "no data" (None).

    Examples
    --------
    >>> class_characters([0, 9, 10, 149, 600, None], (10, 50, 150, 300, 600))
    '001256'
    """
    known = np.array([0.0 if n is None else n for n in counts], dtype=np.float64)
    places = np.searchsorted(np.asarray(edges, dtype=np.float64), known, side="right")
    letters = places.astype(str).tolist()
    return "".join(NO_DATA if n is None else c for n, c in zip(counts, letters, strict=True))


def class_words(edges: Sequence[int]) -> tuple[str, ...]:
    """Return each class in words, lowest first.

    Examples
    --------
    >>> class_words((10, 50, 150, 300, 1200))
    ('10 to 49', '50 to 149', '150 to 299', '300 to 1,199', '1,200 or more')
    >>> class_words((1, 2, 3, 5, 8))[0]
    '1'
    """
    words = [
        f"{low:,}" if high - low == 1 else f"{low:,} to {high - 1:,}"
        for low, high in pairwise(edges)
    ]
    return (*words, f"{edges[-1]:,} or more")


def few_words(edges: Sequence[int]) -> str:
    """Return what grey means.

    Examples
    --------
    >>> few_words((10, 50, 150, 300, 600)), few_words((1, 2, 3, 5, 8))
    ('Fewer than 10', 'None')
    """
    return "None" if edges[0] <= 1 else f"Fewer than {edges[0]:,}"


def legend_html(
    title: str, edges: Sequence[int] | None, *, no_data: bool = True, outline: bool = True
) -> str:
    """Return the legend that stands under a map, as escaped HTML.

    Parameters
    ----------
    title
        Unit and period: "Reports in each hexagon, July 2020 to June 2022".
    edges
        Five lower edges, or None when nothing was observed and only "No data" can be on the map.
    no_data, outline
        Whether to explain the hatch and the hotspot outline.
    """
    swatches: list[tuple[str, str]] = []
    if edges is not None:
        swatches += [(f"class-{i}", words) for i, words in enumerate(class_words(edges), start=1)]
        swatches.append(("few", few_words(edges)))
    if no_data or edges is None:
        swatches.append(("none", "No data"))
    if outline and edges is not None:
        swatches.append(("spot", "Hotspot outline"))
    parts = "".join(
        f'<span><i class="hb-hex hb-{mark}"></i>{html.escape(words)}</span>'
        for mark, words in swatches
    )
    return f'<div class="hb-legend"><b>{html.escape(title)}</b>{parts}</div>'
