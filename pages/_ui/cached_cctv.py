"""Which answers about cameras are kept, so that an hour that was seen before answers at once?

As in `pages._ui.cached`; the registers of the area belong to what an answer depends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs import camera_estate as estate_job
from data.jobs import camera_requests as requests_job
from data.jobs import camera_siting as siting_job
from data.jobs import cameras as cameras_job
from data.jobs import cctv_impact as impact_job
from data.jobs import coverage_cctv as coverage_job
from pages._ui import cached

if TYPE_CHECKING:
    from data.access import Principal
    from data.cctv_impact_views import CctvImpactView, ImpactOptions
    from data.cctv_views import (
        CoverageParams,
        CoverageView,
        RegisterView,
        RequestView,
        SitingView,
    )
    from data.jobs.camera_siting import SitingOptions
    from data.workspace import Workspace
    from pages._ui.cached import Key
    from pages._ui.page import LoadedArea

_HOURS_KEPT: Final = 256
_KEPT: Final = 64
_LOOKING: Final = "Working out what the cameras see"
_PLACING: Final = "Trying places for cameras"
_COMPARING: Final = "Comparing places in view with others, before and after"


def coverage(here: LoadedArea, params: CoverageParams) -> CoverageView:
    """Return what the cameras see of demand for the chosen parameters."""
    return _coverage(versions(here), params, here.workspace, here.principal, here.area.area_id)


def register(here: LoadedArea) -> RegisterView:
    """Return the register of today; never kept, since a state may end by the minute."""
    return cameras_job.register_view(here.workspace, here.principal, here.area.area_id)


def siting(here: LoadedArea, params: CoverageParams, options: SitingOptions) -> SitingView:
    """Return where more cameras would help most."""
    asked = (here.workspace, here.principal, here.area.area_id)
    return _siting(versions(here), params, options, *asked)


def requests(here: LoadedArea, params: CoverageParams) -> RequestView:
    """Return the requests for cameras with their scores."""
    return _requests(versions(here), params, here.workspace, here.principal, here.area.area_id)


def impact(here: LoadedArea, options: ImpactOptions) -> CctvImpactView:
    """Return what a change of cameras achieved."""
    return _impact(versions(here), options, here.workspace, here.principal, here.area.area_id)


def versions(here: LoadedArea) -> Key:
    """Return what an answer depends on: the data, the registers, and the day."""
    held = estate_job.estate(here.workspace, here.area.area_id)
    today = here.workspace.clock.now().date().isoformat()
    return (*cached.versions(here), today, str(held.version))


@st.cache_data(max_entries=_HOURS_KEPT, show_spinner=_LOOKING)
def _coverage(
    key: Key, params: CoverageParams, _ws: Workspace, _principal: Principal, _area_id: str
) -> CoverageView:
    del key
    return coverage_job.coverage(_ws, _principal, _area_id, params)


@st.cache_data(max_entries=_KEPT, show_spinner=_PLACING)
def _siting(
    key: Key,
    params: CoverageParams,
    options: SitingOptions,
    _ws: Workspace,
    _principal: Principal,
    _area_id: str,
) -> SitingView:
    del key
    return siting_job.siting(_ws, _principal, _area_id, params, options)


@st.cache_data(max_entries=_KEPT, show_spinner=_LOOKING)
def _requests(
    key: Key, params: CoverageParams, _ws: Workspace, _principal: Principal, _area_id: str
) -> RequestView:
    del key
    return requests_job.request_view(_ws, _principal, _area_id, params)


@st.cache_data(max_entries=_KEPT, show_spinner=_COMPARING)
def _impact(
    key: Key, options: ImpactOptions, _ws: Workspace, _principal: Principal, _area_id: str
) -> CctvImpactView:
    del key
    return impact_job.cctv_impact(_ws, _principal, _area_id, options)
