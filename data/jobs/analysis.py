"""What do the methods find in the chosen window, before it is put into words?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from data.jobs.counts import AreaCounts, AreaReports, area_counts
from data.jobs.wording import COUNT_UNITS, sentence_case
from geo.autocorrelation import HotTiers, hot_slices, hot_tiers
from geo.clusters import LEAST_MONTHS_OBSERVED, HotMonths, HotspotCells, hotspots_by_month
from geo.emerging import emerging_hotspots, slice_months
from geo.errors import GridError, NotEnoughDataError
from geo.harm import CCHI_NATIONAL, harm_values
from geo.periods import SOURCE_BREAKS, Break, month_words, months_before
from geo.persistence import Persistence, persistence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from data.views import HotspotParams
    from data.workspace import Workspace
    from geo.cube import SpaceTimeCube

WINDOW_MONTHS: Final = 24
LENS_SCHEME: Final = CCHI_NATIONAL
MONTHS_OF: Final = {"month": 1, "quarter": 3, "year": 12}
OTHER_RESOLUTION: Final = {8: 9, 9: 8, 10: 9}
"""At which resolution a hotspot is looked at again, to see whether the grid made it."""


@dataclass(frozen=True)
class Window:
    """The months that are counted, and the break that cut them short."""

    first: str
    last: str
    cut_by: Break | None


@dataclass(frozen=True, eq=False)
class Analysis:
    """What the methods find; arrays are in the order of ``counts.study.cells``.

    Attributes
    ----------
    history
        Counts of the chosen types by cell and month, from the break (if any) to the window's end.
    shown
        The same for the chosen window.
    amounts
        Counts or harm of the window's total, shape (n,).
    """

    counts: AreaCounts
    window: Window
    history: SpaceTimeCube
    shown: SpaceTimeCube
    amounts: NDArray[np.float64]
    tiers: HotTiers
    persistence: Persistence
    emerging: tuple[str, ...]
    sliced_by: Literal["month", "quarter", "year"]
    spots_by_month: Mapping[str, tuple[HotspotCells, ...]]
    """Hotspots of each month since the first with 12 observed months."""
    unjudged: str | None
    """Why there can be no hotspots: too few months could be judged."""
    caveats: tuple[str, ...]

    @property
    def spots(self) -> tuple[HotspotCells, ...]:
        """The hotspots of the window's last month."""
        return self.spots_by_month.get(self.window.last, ())


def chosen_window(reports: AreaReports, params: HotspotParams) -> Window:
    """Return the window of the parameters, cut at the last break of its sources."""
    first = params.start or months_before(params.to, WINDOW_MONTHS - 1)
    breaks = [b for source in reports.sources for b in SOURCE_BREAKS.get(source, ())]
    inside = [b for b in breaks if first < b.month <= params.to]
    if not inside:
        return Window(first, params.to, None)
    latest = max(inside, key=lambda b: b.month)
    return Window(latest.month, params.to, latest)


def analyse(ws: Workspace, area_id: str, params: HotspotParams) -> Analysis:
    """Return what the methods find; the newest results are kept in memory.

    Raises
    ------
    NotEnoughDataError
        Where no month of the window has data.
    GridError
        Where a category is unknown, or the resolution does not fit the data.
    """
    counts = area_counts(ws, area_id, params.resolution, params.counted)
    return _analyse(counts, params)


@lru_cache(maxsize=32)
def _analyse(counts: AreaCounts, params: HotspotParams) -> Analysis:
    window = chosen_window(counts.reports, params)
    cube = _of_types(counts.spot_cube, params.categories)
    shown = cube.window(window.first, window.last)
    if not shown.observed.any():
        message = f"No month from {window.first} to {window.last} has data."
        raise NotEnoughDataError(message, "Choose a period with data.")
    history = cube.window(_history_start(cube, window), window.last)
    amounts, harm_caveats = _lens(shown, params.lens)
    adjacency = counts.study.adjacency
    found = _hot_months(history, adjacency, params.lens)
    last = slice(-len(shown.periods), None)
    spots, unjudged = _spots(history, found, counts, params)
    labels, class_caveats = _emerging(shown, counts, params, found.kind)
    reports = shown.panel().sum(axis=1)
    unit = COUNT_UNITS[params.lens][1]
    tiers = hot_tiers(amounts, adjacency, reports=reports, unit=unit, rng=np.random.default_rng(0))
    caveats = (*_window_caveats(window, found.kind, unit), *harm_caveats, *class_caveats)
    if tiers.reason:
        caveats = (*caveats, tiers.reason)
    return Analysis(
        counts,
        window,
        history,
        shown,
        amounts,
        tiers,
        persistence(found.hot[:, last], found.judged[last]),
        labels,
        found.kind,
        spots,
        unjudged,
        caveats,
    )


def _of_types(cube: SpaceTimeCube, categories: Sequence[str]) -> SpaceTimeCube:
    if not categories:
        return cube
    known = [c for c in categories if c in cube.categories]
    if not known:
        message = f"There is no type {categories[0]!r} among the reports of this area."
        raise GridError(message, f"Choose from: {', '.join(cube.categories)}.")
    return cube.only(known)


def _history_start(cube: SpaceTimeCube, window: Window) -> str:
    """Return the first month of which cells may be compared with those of the window."""
    return window.cut_by.month if window.cut_by else min(cube.periods[0], window.first)


def _lens(cube: SpaceTimeCube, lens: str) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return counts, or harm, of the window by cell, with what must be said beside it."""
    by_type = cube.counts.sum(axis=1)
    if lens != "harm":
        return by_type.sum(axis=1).astype(np.float64), ()
    harm = harm_values(by_type, cube.categories, LENS_SCHEME, unknown="report")
    return harm.values, harm.caveats


def _panel(cube: SpaceTimeCube, lens: str) -> NDArray[np.float64]:
    """Return counts, or harm, by cell and month."""
    if lens != "harm":
        return cube.panel().astype(np.float64)
    return harm_values(cube.counts, cube.categories, LENS_SCHEME, unknown="report").values


@dataclass(frozen=True, eq=False)
class _HotMonths:
    """Hot cells by month (n, T), the months that could be judged (T,), and by what slice."""

    hot: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    kind: Literal["month", "quarter", "year"]


def _hot_months(history: SpaceTimeCube, adjacency: csr_array, lens: str) -> _HotMonths:
    """Return in which months each cell was hot.

    Where months hold too few reports, a quarter (or the last year) is judged as a whole, and its
    verdict stands for each of its months.
    """
    sliced = slice_months(history.panel(), history.observed, history.periods)
    months = MONTHS_OF[sliced.kind]
    panel = _panel(history, lens)
    if sliced.kind == "month":
        return _HotMonths(
            hot_slices(panel, history.observed, adjacency).hot, history.observed.copy(), "month"
        )
    slices = len(sliced.observed)
    covered = min(slices * months, len(history.periods))
    recent = np.where(history.observed, panel, 0.0)[:, -covered:]
    blocks = np.add.reduceat(recent, np.arange(0, covered, months), axis=1)
    hot = hot_slices(blocks, sliced.observed, adjacency).hot
    judged = np.zeros(len(history.periods), dtype=np.bool_)
    judged[-covered:] = np.repeat(sliced.observed, months)[-covered:]
    spread = np.zeros(panel.shape, dtype=np.bool_)
    spread[:, -covered:] = np.repeat(hot, months, axis=1)[:, -covered:]
    judged &= history.observed
    return _HotMonths(spread & judged, judged, sliced.kind)


def _spots(
    history: SpaceTimeCube, found: _HotMonths, counts: AreaCounts, params: HotspotParams
) -> tuple[Mapping[str, tuple[HotspotCells, ...]], str | None]:
    """Return the cells of the hotspots of each month, or why there are none."""
    months = HotMonths(
        history.cells,
        history.periods,
        found.hot,
        _panel(history, params.lens),
        found.judged,
        counts.study.adjacency,
    )
    try:
        return hotspots_by_month(months, to=params.to), None
    except NotEnoughDataError:
        seen = int(found.judged[-WINDOW_MONTHS:].sum())
        return {}, (
            f"Hotspots need {LEAST_MONTHS_OBSERVED} months with data in the {WINDOW_MONTHS} months"
            f" to {month_words(params.to)}, and {seen} {'was' if seen == 1 else 'were'} seen. That"
            " is not the same as no hotspots."
        )


def _emerging(
    shown: SpaceTimeCube, counts: AreaCounts, params: HotspotParams, kind: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the emerging class of each cell, or empty ones with the reason."""
    if kind != "month":
        unit = COUNT_UNITS[params.lens][1]
        reason = f"Too few {unit} a month for emerging classes: judged by the {kind} instead."
        return ("",) * len(shown.cells), (reason,)
    result = emerging_hotspots(
        _panel(shown, params.lens),
        shown.observed,
        counts.study.adjacency,
        mode="esri" if params.esri_compatible else "default",
    )
    caveats = [result.reason] if result.reason else []
    if result.provisional and not result.reason:
        caveats.append("Emerging classes are provisional: fewer than 12 months were seen.")
    if params.esri_compatible:
        caveats.append("The ESRI-compatible mode over-calls change: read its classes with care.")
    return tuple(str(label) for label in result.labels), tuple(caveats)


def _window_caveats(window: Window, kind: str, unit: str) -> tuple[str, ...]:
    caveats = []
    if window.cut_by:
        caveats.append(
            f"{window.cut_by.title}: hexagons before and after are not compared, so months before"
            " it are left out."
        )
    if kind != "month":
        sparse = f"{sentence_case(unit)} of these types are sparse"
        caveats.append(f"{sparse}: hot places are judged by the {kind}.")
    return tuple(caveats)


def persistent_cells(ws: Workspace, area_id: str, params: HotspotParams) -> frozenset[str] | None:
    """Return the cells that are hotspots at the other resolution; None where that cannot be said.

    Open data have no resolution finer than 9, so 9 is compared with 8 and the reverse.
    """
    other = replace(params, resolution=OTHER_RESOLUTION[params.resolution])
    spots = analyse(ws, area_id, other).spots
    return frozenset(cell for spot in spots for cell in spot.cells) if spots else None
