"""How is My patch laid out, on a phone first: title, cards, promises, and the button to log?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui import cached, cached_patrol, params, patch, patch_cards, patch_log
from pages._ui.errors import explained

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.patrol_views import PlanView
    from data.views import HotspotResult
    from pages._ui.page import LoadedArea, Page
    from pages._ui.patch import PatchVisit


def show(page: Page, here: LoadedArea) -> None:
    """Show what comes now, next and later in a patch, and how to log a visit."""
    now = patch.local_now(here)
    with explained():
        plan = cached_patrol.accepted_now(here)
        busy = cached.hotspots(here, params.params_of_address(cached.coverage(here)))
    title = st.container(gap="xsmall")
    with st.container(horizontal=True, key="patchbar"):
        name = patch.choose_patch(here)
        crews = patch.on_duty(plan, now)
        letter = patch.choose_crew(crews) if crews else patch.ALL_CREWS
    with title:
        patch_cards.show_title(here, name)
    visits: tuple[PatchVisit, ...] = ()
    if plan is None:
        patch_cards.show_no_plan()
    else:
        visits = patch.visits_of(here, plan, crews, letter=letter, patch=name)
        patch_cards.show(visits)
    patch_cards.show_promises(here, plan, name)
    patch_cards.show_busy(busy, name)
    patch_log.show(page, here, visits, _places(here, plan, visits, busy, name))


def _places(
    here: LoadedArea,
    plan: PlanView | None,
    visits: Sequence[PatchVisit],
    busy: HotspotResult,
    name: str,
) -> dict[str, str]:
    """Return where a visit can be logged: today's stops, other stops of the patch, busy places."""
    found = {one.visit.place_id: one.stop.name for one in visits}
    if plan is not None:
        inside = patch.stops_in(here, plan, name)
        for stop in plan.stops:
            if stop.number in inside:
                found.setdefault(stop.place_id, stop.name)
    for place in busy.busy_places:
        if place.patch == name and place.name not in found.values():
            found[place.cell] = place.name
    return found
