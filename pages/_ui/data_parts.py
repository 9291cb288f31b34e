"""In which order does the analyst meet the parts of the Data page?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from data.access import Permission
from data.jobs import answers as answers_job
from pages._ui import (
    agreements,
    default_places,
    download,
    errors,
    loaded,
    look,
    months,
    publishing,
    uploads,
    waiting,
)

if TYPE_CHECKING:
    from data.import_views import BatchView
    from pages._ui.page import Page


def show_title(page: Page) -> tuple[BatchView, ...]:
    """Show what is so, as one sentence, and return every load for the parts below."""
    if not page.may(Permission.IMPORT):
        look.title("Data")
        return ()
    with errors.explained():
        loads = answers_job.batches(page.workspace, page.principal)
        look.title(answers_job.data_title(page.workspace, page.principal, loads))
    return loads


def show_way_in(page: Page) -> None:
    """Show how files come in, beside the months that are there, and what the last load brought."""
    left, right = st.columns([11, 10], gap="large")
    with left:
        uploads.show(page)
        download.show(page)
    with right:
        months.show(page)
    loaded.show(page)


def show_decisions(page: Page, loads: tuple[BatchView, ...]) -> None:
    """Show what waits for the analyst: held rows, and points that may be default locations."""
    if not page.may(Permission.IMPORT):
        return
    waiting.show(page, loads)
    default_places.show(page)


def show_publishing(page: Page) -> None:
    """Show what blocks publishing, the way to publish, and what was published."""
    blockers: tuple[str, ...] = ()
    if page.may(Permission.IMPORT):
        with errors.explained(None):
            blockers = answers_job.blockers(page.workspace, page.principal)
    publishing.show(page, blockers)


def show_sources(page: Page) -> None:
    """Show every source with its agreement."""
    agreements.show(page)
