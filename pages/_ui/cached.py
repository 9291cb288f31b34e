"""Which answers are kept, so that a filter that was seen before answers at once?

Answers are keyed by the dataset version, the area's version, the chosen parameters and the role,
since roles see different figures; never by a frame. They are small aggregates: Streamlit copies
what it returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs import areas as areas_job
from data.jobs import coverage as coverage_job
from data.jobs import displacement as displacement_job
from data.jobs import home as home_job
from data.jobs import hotspots as hotspots_job
from data.jobs import interventions as interventions_job
from data.jobs import lens_ranks as ranks_job
from data.jobs import repeat_list as repeats_job
from data.jobs import zone_cells as zones_job

if TYPE_CHECKING:
    from data.access import Principal
    from data.displacement_views import DisplacementView, VerdictView, WhatIfView
    from data.intervention_views import InterventionView
    from data.jobs.zone_cells import ZoneCellView
    from data.views import (
        CoverageView,
        HomeView,
        HotspotParams,
        HotspotResult,
        HotspotView,
        LensRanks,
        RepeatList,
    )
    from data.workspace import Workspace
    from geo.area import StudyArea
    from geo.schema import Lens
    from pages._ui.page import LoadedArea

Key = tuple[str, ...]
"""Versions of data set, names, groups of repeats and area, role, and whether it is a demo."""

_KEPT: Final = 64
_COUNTING: Final = "Counting reports in the hexagons"
_TESTING: Final = "Comparing each intervention with other places"


def coverage(here: LoadedArea) -> CoverageView:
    """Return which months of the area are observed, missing or thin."""
    return _coverage(versions(here), here.workspace, here.principal, here.area.area_id)


def home(here: LoadedArea, lens: Lens = "reports") -> HomeView:
    """Return what Home shows under a lens."""
    return _home(versions(here), lens, here.workspace, here.principal, here.area.area_id)


def hotspots(here: LoadedArea, params: HotspotParams) -> HotspotResult:
    """Return the hotspots of the area for the chosen parameters."""
    return _hotspots(versions(here), params, here.workspace, here.principal, here.area.area_id)


def ranks(here: LoadedArea, result: HotspotResult) -> LensRanks:
    """Return whether the order of the hotspots of a result depends on what is counted."""
    return _ranks(versions(here), result.params, result, here.workspace, here.principal)


def repeats(here: LoadedArea, result: HotspotResult, spot: HotspotView) -> RepeatList:
    """Return the groups of repeat reports of a hotspot."""
    return _repeats(
        versions(here), result.params, spot.cells, here.workspace, here.principal, here.area.area_id
    )


def interventions(here: LoadedArea) -> tuple[InterventionView, ...]:
    """Return the register of interventions; never kept, since it is small and changes."""
    return interventions_job.listing(here.workspace, here.principal, here.area.area_id)


def verdicts(here: LoadedArea) -> tuple[VerdictView, ...]:
    """Return what may be said of each intervention of the area."""
    return _verdicts(_register(here), here.workspace, here.principal, here.area.area_id)


def displacement(here: LoadedArea, intervention_id: str) -> DisplacementView:
    """Return the result of one intervention."""
    asked = here.workspace, here.principal, here.area.area_id
    return _displacement(_register(here), intervention_id, *asked)


def zone_cells(here: LoadedArea, result: DisplacementView) -> tuple[ZoneCellView, ...]:
    """Return how each hexagon of a result's zones changed."""
    named = result.intervention_id or ""
    return _zone_cells(_register(here), named, result, here.workspace, here.principal)


def what_if(
    here: LoadedArea, cells: tuple[str, ...], fall_percent: int, categories: tuple[str, ...]
) -> WhatIfView:
    """Return how long a test of a planned intervention would take."""
    asked = here.workspace, here.principal, here.area.area_id
    return _what_if(_register(here), cells, fall_percent, categories, *asked)


def study_area(here: LoadedArea) -> StudyArea:
    """Return the area's outline, wards and patches; one object for all readers, never changed."""
    return areas_job.area_shapes(here.workspace, here.principal, here.area.area_id)


def patches(here: LoadedArea) -> tuple[str, ...]:
    """Return the names of the area's patches, in order."""
    return tuple(str(name) for name in study_area(here).patches["name"])


def categories(here: LoadedArea) -> tuple[str, ...]:
    """Return the types of report that the reader's role may choose from, in order."""
    return hotspots_job.categories(here.workspace, here.principal, here.area.area_id)


def versions(here: LoadedArea) -> Key:
    """Return what an answer about the area depends on, besides what was asked."""
    return (
        here.status.dataset_version,
        str(here.status.names_version),
        here.status.ungrouped_version,
        here.area.area_id,
        here.area.version,
        here.principal.role,
        str(here.principal.demo),
    )


def _register(here: LoadedArea) -> Key:
    """Return what a result depends on: the data, every version in the register, and the day."""
    known = (f"{one.intervention_id}-{one.version}-{one.stage}" for one in interventions(here))
    return (*versions(here), here.workspace.clock.now().date().isoformat(), *known)


@st.cache_data(max_entries=_KEPT, show_spinner=_TESTING)
def _verdicts(
    key: Key, _ws: Workspace, _principal: Principal, _area_id: str
) -> tuple[VerdictView, ...]:
    del key
    return displacement_job.evaluate_all(_ws, _principal, _area_id)


@st.cache_data(max_entries=_KEPT, show_spinner=_TESTING)
def _displacement(
    key: Key, intervention_id: str, _ws: Workspace, _principal: Principal, _area_id: str
) -> DisplacementView:
    del key
    return displacement_job.evaluate(_ws, _principal, _area_id, intervention_id)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _zone_cells(
    key: Key,
    named: str,
    _result: DisplacementView,
    _ws: Workspace,
    _principal: Principal,
) -> tuple[ZoneCellView, ...]:
    del key, named
    return zones_job.zone_cells(_ws, _principal, _result)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _what_if(
    key: Key,
    cells: tuple[str, ...],
    fall_percent: int,
    categories: tuple[str, ...],
    _ws: Workspace,
    _principal: Principal,
    _area_id: str,
) -> WhatIfView:
    del key
    return displacement_job.what_if(
        _ws, _principal, _area_id, cells, fall_percent, categories=categories
    )


@st.cache_data(max_entries=_KEPT, show_spinner=_COUNTING)
def _coverage(key: Key, _ws: Workspace, _principal: Principal, _area_id: str) -> CoverageView:
    del key
    return coverage_job.coverage(_ws, _principal, _area_id)


@st.cache_data(max_entries=_KEPT, show_spinner=_COUNTING)
def _home(key: Key, lens: Lens, _ws: Workspace, _principal: Principal, _area_id: str) -> HomeView:
    del key
    return home_job.home(_ws, _principal, _area_id, lens=lens)


@st.cache_data(max_entries=_KEPT, show_spinner=_COUNTING)
def _hotspots(
    key: Key, params: HotspotParams, _ws: Workspace, _principal: Principal, _area_id: str
) -> HotspotResult:
    del key
    return hotspots_job.find_hotspots(_ws, _principal, _area_id, params)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _ranks(
    key: Key, params: HotspotParams, _result: HotspotResult, _ws: Workspace, _principal: Principal
) -> LensRanks:
    del key, params
    return ranks_job.lens_ranks(_ws, _principal, _result)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _repeats(
    key: Key,
    params: HotspotParams,
    cells: tuple[str, ...],
    _ws: Workspace,
    _principal: Principal,
    _area_id: str,
) -> RepeatList:
    del key
    return repeats_job.repeat_list(_ws, _principal, _area_id, params, cells)
