"""What of a plan can be taken away: cards for crews, calendar, tracks, map and table?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.patrol_views import PlanView
    from pages._ui.page import LoadedArea, Page


def show(page: Page, here: LoadedArea, plan: PlanView) -> None:
    """Offer the files of a plan."""
    del page, here, plan
