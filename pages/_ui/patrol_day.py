"""How is one day of a plan shown: which day, which crews, and who is where, when?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs.wording import plural
from geo.viz.gantt import (
    HEADS,
    GanttCrew,
    GanttVisit,
    gantt_chart,
    gantt_rows,
    minutes_of,
    span_title,
)
from pages._ui import look, results

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from data.patrol_views import CrewView, PlanView, VisitView

_ALL: Final = "All crews"
_SHORT: Final = "%a"


def choose_crews(plan: PlanView, today: date) -> tuple[CrewView, ...]:
    """Show the days of the plan and the crews of the chosen one; return the crews to show."""
    out = [day for day in plan.days if plan.on(day)]
    if not out:
        return ()
    usual = today if today in out else max(out, key=lambda day: _visits(plan.on(day)))
    day = st.segmented_control(
        "Day",
        out,
        default=usual,
        required=True,
        format_func=day_words,
        key=f"plan-day-{plan.params.week}",
        label_visibility="collapsed",
    )
    crews = plan.on(day)
    names = {crew.letter: f"{crew.letter} {crew.team}" for crew in crews}
    chosen = st.selectbox(
        "Crew",
        [_ALL, *names],
        format_func=lambda letter: names.get(letter, _ALL),
        key=f"plan-crew-{day}",
        label_visibility="collapsed",
        width=280,
    )
    return tuple(crew for crew in crews if chosen in {_ALL, crew.letter})


def day_words(day: date) -> str:
    """Return a day of the plan as short as can be: "Fri 27"."""
    return f"{day.strftime(_SHORT)} {day.day}"


def show(plan: PlanView, crews: Sequence[CrewView]) -> None:
    """Show who is where, when, and the same as a table."""
    rows = [gantt_crew(crew) for crew in crews]
    look.header(span_title(rows, visit_words=f"{plan.params.dwell_min:g} minutes a visit"))
    with st.container(key="gantt"):
        results.draw(gantt_chart(rows, theme=look.theme()))
    visits = plural(_visits(crews), "visit")
    with st.expander(f"Show the {visits} of this day as a table"):
        results.table(HEADS, gantt_rows(rows))


def gantt_crew(crew: CrewView) -> GanttCrew:
    """Return a crew as the chart draws it."""

    def at(visit: VisitView) -> GanttVisit:
        words = f"{visit.group_words}; with {visit.with_whom}" if visit.with_whom else ""
        return GanttVisit(
            visit.stop,
            visit.place,
            minutes_of(crew.day, visit.arrive),
            minutes_of(crew.day, visit.leave),
            words or visit.group_words,
        )

    return GanttCrew(
        crew.letter,
        crew.team,
        minutes_of(crew.day, crew.start),
        minutes_of(crew.day, crew.end),
        tuple((minutes_of(crew.day, a), minutes_of(crew.day, b)) for a, b in crew.breaks),
        tuple(at(visit) for visit in crew.visits),
    )


def _visits(crews: Sequence[CrewView]) -> int:
    return sum(len(crew.visits) for crew in crews)
