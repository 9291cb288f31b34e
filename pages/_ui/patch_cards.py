"""What does a crew see on the phone: where now, where next, why, what to do, and who else comes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs.wording import plural
from pages._ui import cached, look, navigation, patch, tables
from pages._ui.words import Chip, escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.patrol_views import PlanView
    from data.views import HotspotResult
    from pages._ui.page import LoadedArea
    from pages._ui.patch import PatchVisit, Turn

CHIPS: Final[dict[Turn, Chip]] = {
    "now": Chip("Now", "play_arrow", "blue"),
    "next": Chip("Next", "schedule", "gray"),
    "later": Chip("Later", "more_time", "gray"),
    "past": Chip("Past", "done", "gray"),
}
SHOWN: Final = 4
"""Cards in sight; the rest of the day is one tap away."""


def show_title(here: LoadedArea, name: str) -> None:
    """Show the patch, and when this is."""
    look.title(f"{name} patch" if "patch" not in name.casefold() else name)
    now = patch.local_now(here)
    words = f"{now:%A} {now.day} {now:%B}, {now:%H:%M} · {here.status.data_to_words}"
    st.markdown(escape_markdown(words))


def show(visits: Sequence[PatchVisit]) -> None:
    """Show what comes now, next and later; what is past, and the rest, behind a tap."""
    coming = [one for one in visits if one.turn != "past"]
    for one in coming[:SHOWN]:
        _show_card(one)
    if not coming:
        with st.container(border=True, key="empty"):
            st.markdown(
                "**Nothing more is planned today.** The busy places below are always worth a visit;"
                " log it, so that it counts."
            )
    rest = coming[SHOWN:]
    if rest:
        with st.expander(f"{plural(len(rest), 'more visit')} today"):
            for one in rest:
                _show_card(one)
    past = [one for one in visits if one.turn == "past"]
    if past:
        with st.expander(f"{plural(len(past), 'visit')} earlier today"):
            for one in past:
                st.markdown(f"- {escape_markdown(f'{when_words(one)}: {one.stop.name}')}")


def when_words(one: PatchVisit) -> str:
    """Return from when to when, and for how long: "17:15 to 17:30, 15 minutes"."""
    visit = one.visit
    return f"{visit.arrive:%H:%M} to {visit.leave:%H:%M}, {visit.dwell_min:g} minutes"


def show_promises(here: LoadedArea, plan: PlanView | None, name: str) -> None:
    """Show what was promised for the patch: visits of the accepted plan, and what is under way."""
    lines = [*_planned(here, plan, name), *_under_way(here, name)]
    if lines:
        st.markdown("**We promised:**\n" + "\n".join(f"- {escape_markdown(x)}" for x in lines))


def show_busy(result: HotspotResult, name: str) -> None:
    """Show the busy places of the patch, which need no plan."""
    look.header("Busy places of the patch")
    if result.no_data:
        look.missing(result.no_data)
        return
    tables.busy_places(result, name)
    navigation.link("Open the hotspots", "hotspots", key="hotspots", query={"patch": name})


def show_no_plan() -> None:
    """Say that there is no accepted plan, and what works without one."""
    with st.container(border=True, key="empty"):
        st.markdown(
            "**No plan is accepted for this week.** Below are the busy places of the patch. A visit"
            " can be logged all the same."
        )


def _show_card(one: PatchVisit) -> None:
    stop, visit = one.stop, one.visit
    chip = CHIPS[one.turn]
    with st.container(border=True, key=f"turn-{one.turn}-{visit.visit_id}", gap=None):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            name = escape_markdown(f"{stop.number}. {stop.name}")
            with st.popover(f"**{name}**", type="tertiary"):
                _show_more(one)
            st.badge(chip.word, icon=f":material/{chip.icon}:", color=chip.colour)
        company = f", with {visit.with_whom}" if visit.with_whom else ""
        why = " ".join(filter(None, (_sentence(stop.why), _sentence(stop.cctv_words))))
        st.markdown(
            f"**{escape_markdown(when_words(one) + company)}**  \n{escape_markdown(why)}  \n"
            f"**Do:** {escape_markdown(visit.do or stop.do)}"
        )


def _show_more(one: PatchVisit) -> None:
    """Show what a tap on the place's name tells: crew, best time, powers, what was delivered."""
    told = (
        ("Crew", f"{one.crew.letter} {one.crew.team}, {one.crew.mode_words}"),
        ("Best time", one.stop.best_window),
        ("Problem", one.visit.group_words),
        ("Powers held", one.crew.powers_words),
        ("Delivered so far", one.stop.owed_words),
        ("Why this visit", one.visit.reason),
    )
    lines = [f"- **{head}:** {escape_markdown(words)}" for head, words in told if words]
    st.markdown("\n".join(lines))


def _sentence(words: str) -> str:
    return words if not words or words.endswith(".") else f"{words}."


def _planned(here: LoadedArea, plan: PlanView | None, name: str) -> list[str]:
    if plan is None:
        return []
    inside = patch.stops_in(here, plan, name)
    return [
        f"{plural(stop.visits, 'visit')} to {stop.name} this week"
        for stop in plan.stops
        if stop.number in inside and stop.visits
    ][:SHOWN]


def _under_way(here: LoadedArea, name: str) -> list[str]:
    shapes = cached.study_area(here).patches
    shapes = shapes[shapes["name"] == name]
    found = []
    for known in cached.interventions(here):
        if known.stage == "running" and patch.touches(shapes.geometry, known.spec.treated_cells):
            planned = f": {known.spec.planned_dose}" if known.spec.planned_dose else ""
            found.append(f"{known.spec.title}{planned}")
    return found
