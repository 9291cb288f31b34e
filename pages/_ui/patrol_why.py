"""What is behind a plan: why each stop, what is left out, is it fair, and how sure is it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.viz.fairness import HEADS as FAIRNESS_HEADS
from geo.viz.fairness import Fifth, fairness_chart, fairness_rows
from pages._ui import look, results, tables
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.patrol_views import PlanView, ScoreRow, StopView

SHOWN: Final = 5
"""Rows of each list in sight; the rest is one click away."""
WEEK_SHOWN: Final = 10
_STOPS: Final = ("Stop", "Place", "Visits", "Crews", "Why here")
_ALL_STOPS: Final = (
    "Stop", "Place", "Ward", "Visits", "Crews", "Why here", "Best time", "What to do", "Cameras",
    "Owed",
)  # fmt: skip
_LEFT_OUT: Final = ("Stop", "Place", "Reason")
_FLOORS: Final = ("Ward", "Visits wanted", "Visits planned")
_SCORES: Final = ("Forecast", "Hit rate", "PAI", "PEI", "RRI", "Used")
_WEEK: Final = ("Stop", "Place", "Team", "Visits a week", "What for")
_UNTOLD: Final = "not told"


def show(plan: PlanView) -> None:
    """Show why each stop, what is not covered, and how hours follow harm."""
    first, second, third = st.columns([1.55, 1.25, 1], gap="large")
    with first:
        _show_stops(plan)
    with second:
        _show_left_out(plan)
    with third:
        _show_fairness(plan)
    with st.expander(f"All {len(plan.stops)} places: reasons, best time, what to do"):
        tables.wide(_ALL_STOPS, [_more(one) for one in plan.stops], what="Every place of the plan.")


def show_week(plan: PlanView) -> None:
    """Show visits a week where the hours of demand are not known, and why there are no times."""
    look.header("Visits a week: these data give no hours")
    st.markdown(escape_markdown(plan.hours_reason or ""))
    rows = [
        (str(one.stop), one.place, f"{one.letter} {one.team}".strip(), str(one.visits),
         one.group_words)
        for one in plan.week_visits
    ]  # fmt: skip
    results.table(_WEEK, rows[:WEEK_SHOWN])
    if rows[WEEK_SHOWN:]:
        with st.expander(f"All {len(rows)} rows"):
            results.table(_WEEK, rows)


def show_proof(plan: PlanView) -> None:
    """Show what was checked, how good the plan is, and what to keep in mind."""
    left, right = st.columns([1.55, 1.25], gap="large")
    with left:
        look.header("How good is it?")
        _show_list((plan.worth_words, plan.scores_words, plan.uncertainty_words))
        if plan.scores:
            with st.expander("Show the forecasts that were tried"):
                results.table(_SCORES, [_score(one) for one in plan.scores])
    with right:
        look.header("What to keep in mind")
        _show_list((*plan.travel_words, *plan.caveats))


def _show_list(told: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {escape_markdown(words)}" for words in told if words))


def show_source(plan: PlanView) -> None:
    """Show where the plan comes from, in a line and in full."""
    st.caption(
        escape_markdown(
            f"Plan {plan.params.week}, version {plan.plan_id[:8]}. {plan.check_words}"
            f" {plan.source_words} Not a prediction of individual crimes."
        )
    )
    with st.expander("How this was computed"):
        results.table(("What", "How"), plan.methods)
        st.caption(escape_markdown(f"Fingerprint {plan.provenance.fingerprint}"))


def bound_words(plan: PlanView) -> str:
    """Return how far the plan may be from the best there could be."""
    if plan.bound is None or plan.gap is None:
        return ""
    return (
        f"No plan of these hours can be worth more than {plan.gap:.1%} above this one,"
        " by an upper bound."
    )


def _show_stops(plan: PlanView) -> None:
    look.header("Why each stop")
    stops = [stop for stop in plan.stops if stop.visits]
    if not stops:
        st.markdown("No place is visited.")
        return
    results.table(_STOPS, [_stop(one) for one in stops[:SHOWN]])


def _stop(stop: StopView) -> tuple[str, ...]:
    return str(stop.number), stop.name, str(stop.visits), ", ".join(stop.crews), stop.why


def _more(stop: StopView) -> tuple[str, ...]:
    return (
        str(stop.number), stop.name, stop.ward, str(stop.visits), ", ".join(stop.crews), stop.why,
        stop.best_window, stop.do, stop.cctv_words, stop.owed_words,
    )  # fmt: skip


def _show_left_out(plan: PlanView) -> None:
    look.header("Not covered, and why")
    if not plan.unserved:
        st.markdown("Every place of the plan has a visit.")
    else:
        rows = [(str(one.number), one.place, one.reason) for one in plan.unserved]
        results.table(_LEFT_OUT, rows[:SHOWN])
        if rows[SHOWN:]:
            with st.expander(f"All {len(rows)} that are not covered"):
                results.table(_LEFT_OUT, rows)
    if plan.floors:
        with st.expander("Show the visits of each ward"):
            rows = [(one.ward, str(one.wanted), str(one.planned)) for one in plan.floors]
            results.table(_FLOORS, rows)


def _show_fairness(plan: PlanView) -> None:
    look.header("Hours (●) beside harm (◆) by deprivation")
    fifths = [Fifth(one.label, one.hours_share, one.harm_share) for one in plan.fairness]
    if not fifths:
        st.markdown(escape_markdown(plan.fairness_reason or "Fifths of deprivation are not known."))
        return
    results.draw(fairness_chart(fifths, theme=look.theme()))
    with st.expander("Show the shares as a table"):
        results.table(FAIRNESS_HEADS, fairness_rows(fifths))


def _score(one: ScoreRow) -> tuple[str, ...]:
    used = "Used" if one.used else "Baseline" if one.baseline else ""
    figures: Sequence[float | None] = (one.pai, one.pei, one.rri)
    hit = _UNTOLD if one.hit_rate is None else f"{one.hit_rate:.0%}"
    told = (_UNTOLD if figure is None else f"{figure:.2f}" for figure in figures)
    return (one.words, hit, *told, used)
