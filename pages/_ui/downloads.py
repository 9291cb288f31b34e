"""What can be taken away as a file?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from data.access import Permission
from data.exports import file_name
from data.jobs import hotspot_files as files_job
from data.jobs import imports as imports_job

if TYPE_CHECKING:
    from data.import_views import ImportReport
    from data.views import HotspotResult
    from pages._ui.page import LoadedArea, Page


def hexagons(page: Page, here: LoadedArea, result: HotspotResult) -> None:
    """Offer the hexagons as CSV to a role that may take them away."""
    if not page.may(Permission.EXPORT_CELLS):
        return
    settings = here.workspace.settings
    st.download_button(
        "Download the hexagons as CSV",
        lambda: files_job.hotspot_csv(here.workspace, here.principal, result),
        file_name(["hexagons", here.area.area_id, result.last], "csv", marking=settings.marking),
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )


def refused_rows(page: Page, report: ImportReport) -> None:
    """Offer the rows that were not loaded, each with its reason."""
    settings = page.workspace.settings
    st.download_button(
        "Download the refused rows as CSV",
        imports_job.refused_csv(report),
        file_name(["refused-rows", report.dataset_version], "csv", marking=settings.marking),
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
