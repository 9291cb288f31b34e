"""Which answers about cameras are kept, so that an hour that was seen before answers at once?

As in `pages._ui.cached`; the registers of the area belong to what an answer depends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs import camera_estate as estate_job
from data.jobs import cameras as cameras_job
from data.jobs import coverage_cctv as coverage_job
from pages._ui import cached

if TYPE_CHECKING:
    from data.access import Principal
    from data.cctv_views import CoverageParams, CoverageView, RegisterView
    from data.workspace import Workspace
    from pages._ui.cached import Key
    from pages._ui.page import LoadedArea

_HOURS_KEPT: Final = 256
_LOOKING: Final = "Working out what the cameras see"


def coverage(here: LoadedArea, params: CoverageParams) -> CoverageView:
    """Return what the cameras see of demand for the chosen parameters."""
    return _coverage(versions(here), params, here.workspace, here.principal, here.area.area_id)


def register(here: LoadedArea) -> RegisterView:
    """Return the register of today; never kept, since a state may end by the minute."""
    return cameras_job.register_view(here.workspace, here.principal, here.area.area_id)


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
