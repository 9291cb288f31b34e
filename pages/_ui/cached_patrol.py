"""Which answers about patrols are kept, and which jobs make, accept and log?

Nothing is kept here that a press of a button may change: a plan lives in the session until it is
accepted, and in the store from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.access import Permission, Role
from geo.errors import NotEnoughDataError

if TYPE_CHECKING:
    from data.patrol_views import (
        AgencyHours,
        DeliveryView,
        GroupChoice,
        LogChoice,
        PlanParams,
        PlanView,
    )
    from pages._ui.page import LoadedArea, Page
    from pages._ui.patch_log import LoggedVisit
    from pages._ui.patrol_work import Task

_LOGGERS: Final = frozenset({Role.ANALYST, Role.CHAIR, Role.NPT, Role.COUNCIL_CST})


def may_accept(page: Page) -> bool:
    """Return whether the reader may accept a plan."""
    return page.may(Permission.PLAN)


def may_log(page: Page) -> bool:
    """Return whether the reader may log a visit."""
    return page.principal.role in _LOGGERS


def has_teams(here: LoadedArea) -> bool:
    """Return whether any team is known."""
    del here
    return False


def agencies(here: LoadedArea) -> tuple[str, ...]:
    """Return the agencies that have a team."""
    del here
    return ()


def weeks(here: LoadedArea) -> dict[str, str]:
    """Return the weeks that can be planned, with what they are called."""
    del here
    return {}


def roster(here: LoadedArea, week: str) -> tuple[AgencyHours, ...]:
    """Return the hours of each agency in a week."""
    del here, week
    return ()


def groups(here: LoadedArea) -> tuple[GroupChoice, ...]:
    """Return the usual groups of problems."""
    del here
    return ()


def stored(here: LoadedArea, week: str) -> PlanView | None:
    """Return the plan that is stored for a week."""
    del here, week
    return None


def accepted_now(here: LoadedArea) -> PlanView | None:
    """Return the accepted plan of the week that it is."""
    del here
    return None


def delivery(here: LoadedArea) -> DeliveryView | None:
    """Return what was delivered of the last accepted plans; None where there is none."""
    del here
    return None


def task(here: LoadedArea, params: PlanParams) -> Task:
    """Return the work of making a plan."""
    del here, params
    message = "No plan can be made."
    raise NotEnoughDataError(message, "Load teams first.")


def bound_task(here: LoadedArea, plan: PlanView) -> Task:
    """Return the work of finding an upper bound."""
    del here, plan
    message = "No bound can be told."
    raise NotEnoughDataError(message, "Make a plan first.")


def accept(here: LoadedArea, plan: PlanView) -> PlanView:
    """Accept a plan, and return it as it is stored."""
    del here
    return plan


def log_choice(here: LoadedArea) -> LogChoice:
    """Return what can be logged."""
    del here
    message = "Nothing can be logged."
    raise NotEnoughDataError(message, "Load teams first.")


def log_visit(here: LoadedArea, visit: LoggedVisit) -> str:
    """Save a visit, and return what was saved in words."""
    del here, visit
    return ""
