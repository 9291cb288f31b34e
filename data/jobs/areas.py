"""Which areas are there, and how is one added?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.access import Permission, Principal, authorise
from data.areas import AreaSpec, build_area, save_area

if TYPE_CHECKING:
    from data.workspace import Workspace
    from geo.area import StudyArea


@dataclass(frozen=True)
class AreaSummary:
    """An area's key, the name people say, and what its pack holds."""

    area_id: str
    area_name: str
    wards: int
    wards_vintage: str
    patches: int
    streets: bool
    version: str
    buildings: int = 0
    open_ground: bool = False


def list_areas(ws: Workspace, principal: Principal) -> tuple[AreaSummary, ...]:
    """Return every area, by name."""
    authorise(principal, Permission.VIEW)
    return tuple(sorted(map(_summary, ws.areas()), key=lambda a: a.area_name))


def add_area(
    ws: Workspace, principal: Principal, spec: AreaSpec
) -> tuple[AreaSummary, tuple[str, ...]]:
    """Build an area from files and keep it; return what it holds, and what was put right.

    An area of the same key is replaced; its reports need no new import.

    Raises
    ------
    AccessError
        Where the role may not add areas.
    GeoError
        Where a file cannot be used; nothing is kept then.
    """
    authorise(principal, Permission.MANAGE_AREAS)
    pack = build_area(spec)
    summary = _summary(pack.area)
    detail = {"version": summary.version, "wards": summary.wards_vintage}
    with ws.store.change(principal, "add_area", spec.area_id, detail, ws.clock.now()):
        save_area(ws.settings.areas_path, pack)
    return summary, pack.notes


def area_shapes(ws: Workspace, principal: Principal, area_id: str) -> StudyArea:
    """Return the outlines of an area, for maps."""
    authorise(principal, Permission.VIEW)
    return ws.area(area_id)


def _summary(area: StudyArea) -> AreaSummary:
    return AreaSummary(
        area.area_id,
        area.name,
        len(area.wards),
        area.wards_vintage,
        len(area.patches),
        area.streets is not None,
        area.version,
        0 if area.buildings is None else len(area.buildings),
        area.open_ground is not None,
    )
