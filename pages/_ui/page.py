"""What does a page know before it starts?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.access import Permission, Principal, may

if TYPE_CHECKING:
    from data.jobs.areas import AreaSummary
    from data.views import AreaStatus
    from data.workspace import Workspace


@dataclass(frozen=True, eq=False)
class LoadedArea:
    """An area with reports, and who is looking at it."""

    workspace: Workspace
    principal: Principal
    area: AreaSummary
    status: AreaStatus

    @property
    def exact(self) -> bool:
        """Whether the data hold exact places and times."""
        return self.status.mode_banner is None


@dataclass(frozen=True, eq=False)
class Page:
    """What every page starts from.

    ``area`` and ``status`` are None while there is no area, and for a role that sees none.
    """

    workspace: Workspace
    principal: Principal
    areas: tuple[AreaSummary, ...]
    area: AreaSummary | None
    status: AreaStatus | None

    @property
    def loaded(self) -> LoadedArea | None:
        """The area, where it has a month of data."""
        if self.area is None or self.status is None or not self.status.source_words:
            return None
        return LoadedArea(self.workspace, self.principal, self.area, self.status)

    def may(self, permission: Permission) -> bool:
        """Return whether the reader's role holds the permission."""
        return may(self.principal, permission)
