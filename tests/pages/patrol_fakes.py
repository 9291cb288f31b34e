"""What the jobs about patrols would answer, for tests of the screens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from data.access import Permission
from data.patrol_views import GroupChoice, PlanView
from pages._ui import cached_patrol
from tests import patrol_plans

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from data.patrol_views import DeliveryView, LogChoice, PlanParams
    from geo.errors import GeoError
    from pages._ui.patch_log import LoggedVisit

WEEKS = {"2026-W48": "23 to 29 Nov", "2026-W49": "30 Nov to 6 Dec"}
GROUPS = (
    GroupChoice("violence", "Violence and robbery", ("Robbery",)),
    GroupChoice("asb", "Anti-social behaviour", ("Anti-social behaviour",)),
)


@dataclass
class Desk:
    """What is stored, and what was asked."""

    teams: bool = True
    stored: PlanView | None = field(default_factory=patrol_plans.plan)
    delivered: DeliveryView | None = None
    made: PlanView = field(default_factory=lambda: patrol_plans.plan(plan_id="made"))
    fault: GeoError | None = None
    bound: float | None = 122.0
    asked: list[PlanParams] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    logged: list[LoggedVisit] = field(default_factory=list)

    def task(self, _here: object, params: PlanParams) -> Callable[..., PlanView]:
        self.asked.append(params)

        def run(say: Callable[[str, int, int], None], _stopped: object) -> PlanView:
            say("Fitting visits to shifts", 1, 2)
            if self.fault:
                raise self.fault
            return replace(self.made, params=params)

        return run

    def bound_task(self, _here: object, plan: PlanView) -> Callable[..., PlanView]:
        return lambda *_: replace(plan, bound=self.bound, gap=self.bound and 0.0142)

    def accept(self, _here: object, plan: PlanView) -> PlanView:
        if self.fault:
            raise self.fault
        self.accepted.append(plan.plan_id)
        return replace(plan, stage="accepted", stage_words="Accepted on 25 November 2026")

    def log_choice(self, _here: object) -> LogChoice:
        return patrol_plans.log_choice()

    def log_visit(self, _here: object, visit: LoggedVisit) -> str:
        if self.fault:
            raise self.fault
        self.logged.append(visit)
        return "Saved: 15 minutes at Marine Square."


def install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screens ask the desk instead of the jobs."""
    answers = {
        "has_teams": lambda _: desk.teams,
        "agencies": lambda _: tuple(one.agency for one in patrol_plans.plan().hours),
        "weeks": lambda _: dict(WEEKS),
        "roster": lambda *_: patrol_plans.plan().hours,
        "groups": lambda _: GROUPS,
        "stored": lambda _, week: desk.stored if week == patrol_plans.WEEK else None,
        "accepted_now": lambda _: desk.stored,
        "delivery": lambda _: desk.delivered,
        "task": desk.task,
        "bound_task": desk.bound_task,
        "accept": desk.accept,
        "log_choice": desk.log_choice,
        "log_visit": desk.log_visit,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(cached_patrol, name, answer)


__all__ = ["Desk", "Permission", "install"]
