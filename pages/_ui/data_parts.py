"""In which order does the analyst meet the parts of the Data page?

What waits for a person comes directly below the title; while nothing waits, the way in does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from data.access import Permission
from data.jobs import answers as answers_job
from pages._ui import (
    agreements,
    areas,
    default_places,
    download,
    errors,
    loaded,
    look,
    months,
    publishing,
    said,
    uploads,
    waiting,
)

if TYPE_CHECKING:
    from data.import_views import BatchView
    from pages._ui.page import Page


def show(page: Page) -> None:
    """Show every part of the page, what needs a person first."""
    loads = show_title(page)
    said.show()
    waits = bool(uploads.unknown_name()) or any(
        one.counts["held"] and not one.accepted for one in loads
    )
    if waits:
        uploads.show_unknown(page)
        loaded.show(loads)
        waiting.show(page, loads)
        loaded.show_details(page)
        _show_way_in(page)
    else:
        _show_way_in(page)
        loaded.show(loads)
        loaded.show_details(page)
        waiting.show(page, loads)
    if not waits or st.toggle("Show the points that may be default locations", key="show-sinks"):
        default_places.show(page)
    left, right = st.columns([11, 10], gap="large")
    with left:
        _show_publishing(page, main=not waits and not uploads.chosen())
    with right:
        agreements.show(page)
        areas.show(page)


def show_title(page: Page) -> tuple[BatchView, ...]:
    """Show what is so, as one sentence, and return every load for the parts below."""
    if not page.may(Permission.IMPORT):
        look.title("Data")
        return ()
    with errors.explained():
        loads = answers_job.batches(page.workspace, page.principal)
        unknown = uploads.unknown_name()
        asked = f"Say what the columns of {unknown} hold" if unknown else ""
        look.title(asked or answers_job.data_title(page.workspace, page.principal, loads))
    return loads


def _show_way_in(page: Page) -> None:
    """Show how files come in, beside the months that are there."""
    left, right = st.columns([11, 10], gap="large")
    with left:
        uploads.show(page)
        download.show(page)
    with right:
        months.show(page)


def _show_publishing(page: Page, *, main: bool) -> None:
    """Show what blocks publishing, the way to publish, and what was published."""
    blockers: tuple[str, ...] = ()
    if page.may(Permission.IMPORT):
        with errors.explained(None):
            blockers = answers_job.blockers(page.workspace, page.principal)
    publishing.show(page, blockers, main=main)
