"""What is said of each hotspot: its name, its share, its change, and why it is one?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import h3
import numpy as np

from data.jobs.analysis import OTHER_RESOLUTION, Analysis, Window
from data.jobs.tight_spots import tight_spots_words
from data.jobs.wording import (
    COUNT_UNITS,
    UNITS,
    hot_months,
    lower_first,
    plural,
    sentence_case,
    why_here,
)
from data.views import ChangeView, HotspotParams, HotspotView
from geo.cells import outline
from geo.change import Change, assess_changes, not_compared
from geo.change_words import WORDS, sentence
from geo.comparison import months_words
from geo.naming import PlaceName, name_hotspots
from geo.periods import months_before, span_words
from geo.schema import CATEGORY, COUNT, MONTH, PLACE
from geo.trend import count_trend, trend_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from geo.clusters import HotspotCells
    from geo.comparison import Comparison
    from geo.cube import SpaceTimeCube

SERIES_MONTHS: Final = 36
PLACES_KEPT: Final = 6
WARDS_KEPT: Final = 2
WHERE_KEPT: Final = 3
LEAST_WARD_SHARE: Final = 0.1


@dataclass(frozen=True, eq=False)
class _Spots:
    """Hotspots and the positions of their cells, in the order of their rank."""

    analysis: Analysis
    params: HotspotParams
    spots: tuple[HotspotCells, ...]
    members: tuple[NDArray[np.intp], ...]
    compared: tuple[str, ...]
    """The latest months of the comparison; empty where there is none."""


def describe_hotspots(
    analysis: Analysis,
    params: HotspotParams,
    comparison: Comparison,
    *,
    names: Mapping[str, str],
    elsewhere: frozenset[str] | None,
) -> tuple[HotspotView, ...]:
    """Return the hotspots of an analysis in words, most reports (or harm) in the window first.

    Parameters
    ----------
    comparison
        Which months are compared with which; empty ones where none can be.
    names
        Names that people gave, by hotspot id.
    elsewhere
        Cells of hotspots at the other resolution; None where that cannot be said.
    """
    spots = _ranked(analysis, params, comparison.now)
    if not spots.spots:
        return ()
    changes = spot_changes(spots, comparison)
    cut = analysis.window.cut_by
    found = name_hotspots(
        analysis.spots_by_month, _named_points(spots), break_month=cut.month if cut else None
    )
    return tuple(
        _view(
            spots,
            rank,
            _Words(names.get(spot.hotspot_id), found[spot.hotspot_id], changes[rank]),
            elsewhere,
        )
        for rank, spot in enumerate(spots.spots)
    )


@dataclass(frozen=True)
class _Words:
    given: str | None
    place: PlaceName
    change: Change

    @property
    def name(self) -> str:
        """The name that people gave, else the one that was found."""
        return self.given or self.place.name


def ranked(analysis: Analysis) -> list[tuple[HotspotCells, NDArray[np.intp]]]:
    """Return the hotspots of an analysis by rank, each with the positions of its cells."""
    place = analysis.counts.study.positions()
    pairs = [(s, np.array([place[c] for c in s.cells], dtype=np.intp)) for s in analysis.spots]
    return sorted(pairs, key=lambda pair: (-float(analysis.amounts[pair[1]].sum()), pair[0].seed))


def _ranked(analysis: Analysis, params: HotspotParams, compared: tuple[str, ...]) -> _Spots:
    pairs = ranked(analysis)
    found, members = tuple(s for s, _ in pairs), tuple(at for _, at in pairs)
    return _Spots(analysis, params, found, members, compared)


def _view(spots: _Spots, rank: int, words: _Words, elsewhere: frozenset[str] | None) -> HotspotView:
    analysis, spot, at = spots.analysis, spots.spots[rank], spots.members[rank]
    study, amounts = analysis.counts.study, analysis.amounts
    n, total = float(amounts[at].sum()), float(amounts.sum())
    types = _types(analysis.shown, at)
    area_km2 = float(study.area_km2[at].sum())
    unit = COUNT_UNITS[spots.params.lens]
    hot, seen = _months_hot(spots, spot)
    streets = tuple(place for place in words.place.streets if place != words.name)
    trend = count_trend(analysis.shown.panel()[at].sum(axis=0), analysis.shown.observed)
    return HotspotView(
        hotspot_id=spot.hotspot_id,
        rank=rank + 1,
        name=words.name,
        streets=streets[:PLACES_KEPT],
        wards=words.place.wards[:WARDS_KEPT],
        patches=_regions(spots, at, "patch"),
        cells=spot.cells,
        growing_edge=spot.growing_edge,
        n=round(n),
        share=n / total if total else 0.0,
        area_km2=area_km2,
        area_share=area_km2 / float(study.area_km2.sum()),
        cell_share=len(at) / len(study.cells),
        months_hot=hot,
        months_observed=seen,
        age_tag=spot.age_tag or "persistent",
        age_words=_age_words(spots, spot, hot, seen),
        change=change_view(words.change, words.name, spots.compared, unit=unit),
        trend_words=f"Over the whole period: {lower_first(trend_words(trend, unit=unit[1]))}",
        agreement_words=agreement_words(spot.cells, spots.params.resolution, elsewhere),
        types=types,
        why=why_here(
            amount=plural(round(n), *UNITS[spots.params.lens]),
            share=n / total if total else 0.0,
            cell_share=len(at) / len(study.cells),
            when=_when(analysis.window),
            places=(words.place.name, *words.place.streets)[:WHERE_KEPT],
            top_type=types[0][0] if types else None,
        ),
        series=_series(spots, at),
        outline=outline(spot.cells),
        lon=float(study.lon[at].mean()),
        lat=float(study.lat[at].mean()),
        neighbours=_adjoining(spots, rank),
        tight_spots=_tight_spots(spots, at),
        renamed_from=words.place.name if words.given else None,
        unit=unit[1],
    )


def _when(window: Window) -> str:
    span = span_words(window.first, window.last)
    return f"in {span}" if window.first == window.last else f"from {span}"


def _months_hot(spots: _Spots, spot: HotspotCells) -> tuple[int, int]:
    """Return in how many observed months of the window the hottest cell was hot."""
    found = spots.analysis.persistence
    at = spots.analysis.counts.study.positions()[spot.hottest]
    return int(found.months_hot[at]), found.months_observed


def _age_words(spots: _Spots, spot: HotspotCells, hot: int, seen: int) -> str:
    if spots.analysis.sliced_by == "year":
        return "Hot over the last 12 months taken together"
    return f"{sentence_case(spot.age_tag or 'adopted')}: {hot_months(hot, seen)}"


def _named_points(spots: _Spots) -> pd.DataFrame:
    """Return the points of all hotspots of all months, as naming wants them."""
    analysis = spots.analysis
    counts, history = analysis.counts, analysis.history
    points = counts.reports.points
    chosen = (
        (counts.index >= 0)
        & points[MONTH].isin(history.observed_months()).to_numpy()
        & points[CATEGORY].isin(history.categories).to_numpy()
        & ~points["sink"].to_numpy()
    )
    cells = np.array(counts.study.cells)[counts.index[chosen]]
    named: pd.DataFrame = points.loc[chosen, [MONTH, PLACE, "ward", COUNT]].assign(cell=cells)
    return named


def _regions(spots: _Spots, at: NDArray[np.intp], column: str) -> tuple[str, ...]:
    """Return the wards or patches with a real share of a hotspot's reports, most first."""
    totals = _rows(spots, at).groupby(column)[COUNT].sum()
    totals = totals[totals.index != ""]
    kept = totals[totals >= LEAST_WARD_SHARE * totals.sum()]
    ranked = sorted(kept.items(), key=lambda item: (-item[1], str(item[0])))
    return tuple(str(name) for name, _ in ranked[:WARDS_KEPT])


def _rows(spots: _Spots, at: NDArray[np.intp]) -> pd.DataFrame:
    """Return the points of some cells in the window, of the chosen types, default locations out."""
    counts, shown = spots.analysis.counts, spots.analysis.shown
    points = counts.reports.points
    chosen = (
        np.isin(counts.index, at)
        & points[MONTH].isin(shown.observed_months()).to_numpy()
        & points[CATEGORY].isin(shown.categories).to_numpy()
        & ~points["sink"].to_numpy()
    )
    rows: pd.DataFrame = points[chosen]
    return rows


def _types(shown: SpaceTimeCube, at: NDArray[np.intp]) -> tuple[tuple[str, int], ...]:
    totals = shown.counts[at].sum(axis=(0, 1))
    named = [(name, int(n)) for name, n in zip(shown.categories, totals, strict=True) if n]
    return tuple(sorted(named, key=lambda pair: (-pair[1], pair[0])))


def _tight_spots(spots: _Spots, at: NDArray[np.intp]) -> str:
    """Return the tightest spots in words, where locations are exact."""
    reports, shown = spots.analysis.counts.reports, spots.analysis.shown
    if reports.snapped:
        return ""
    return tight_spots_words(
        _rows(spots, at),
        reports.area.crs_m,
        months=int(shown.observed.sum()),
        unit=COUNT_UNITS[spots.params.lens],
    )


def _series(spots: _Spots, at: NDArray[np.intp]) -> tuple[tuple[str, int | None], ...]:
    """Return 36 calendar months of reports to the window's end; None where there are no data."""
    counts = spots.analysis.counts
    last = spots.analysis.window.last
    cube = counts.spot_cube.only(list(spots.analysis.shown.categories))
    months = cube.window(months_before(last, SERIES_MONTHS - 1), last)
    monthly = months.panel()[at].sum(axis=0)
    return tuple(
        (month, int(n) if seen else None)
        for month, n, seen in zip(months.periods, monthly, months.observed, strict=True)
    )


def _adjoining(spots: _Spots, rank: int) -> tuple[str, ...]:
    adjacency = spots.analysis.counts.study.adjacency
    mine = spots.members[rank]
    return tuple(
        other.hotspot_id
        for k, (other, at) in enumerate(zip(spots.spots, spots.members, strict=True))
        if k != rank and adjacency[mine][:, at].nnz
    )


def spot_changes(spots: _Spots, comparison: Comparison) -> tuple[Change, ...]:
    """Return the change of each hotspot between the compared months, assessed together."""
    if not comparison.now:
        return tuple(not_compared(comparison.reason) for _ in spots.spots)
    history = spots.analysis.history
    panel = np.vstack([history.panel()[at].sum(axis=0) for at in spots.members])
    now, before = (
        panel[:, [history.periods.index(month) for month in months]].sum(axis=1)
        for months in (comparison.now, comparison.before)
    )
    return assess_changes(
        now,
        before,
        series=panel,
        observed=history.observed,
        months_compared=len(comparison.now),
    )


def change_view(
    change: Change,
    name: str,
    months: Sequence[str],
    *,
    preposition: Literal["at", "in"] = "at",
    unit: tuple[str, str] = UNITS["reports"],
) -> ChangeView:
    """Return a change between ``months`` and those of last year in words, as screens show it."""
    return ChangeView(
        change.key,
        change.n_now,
        change.n_before,
        change.expected_low,
        change.expected_high,
        sentence(change, name, preposition=preposition, unit=unit),
        _change_title(change, months, unit),
        unit[1],
    )


def _change_title(change: Change, months: Sequence[str], unit: tuple[str, str]) -> str:
    if not months:
        return WORDS[change.key]
    counted = f"{WORDS[change.key]}: {plural(change.n_now, *unit)} from {months_words(months)}"
    if change.expected_low is None or change.expected_high is None:
        return counted
    return f"{counted}, {change.expected_low:,} to {change.expected_high:,} expected"


def agreement_words(cells: Sequence[str], resolution: int, elsewhere: frozenset[str] | None) -> str:
    """Return how far a hotspot is one at the other resolution too."""
    other = OTHER_RESOLUTION[resolution]
    size = "larger" if other < resolution else "smaller"
    if elsewhere is None:
        return f"Cannot be checked on {size} hexagons"
    shared = sum(_counterpart(cell, other, elsewhere) for cell in cells)
    if shared == len(cells):
        return f"Also a hotspot on {size} hexagons"
    if shared:
        return f"Partly a hotspot on {size} hexagons: {shared} of its {len(cells)}"
    return f"Not a hotspot on {size} hexagons: its edges depend on the grid"


def _counterpart(cell: str, other: int, elsewhere: frozenset[str]) -> bool:
    if other < h3.get_resolution(cell):
        return h3.cell_to_parent(cell, other) in elsewhere
    return any(child in elsewhere for child in h3.cell_to_children(cell, other))
