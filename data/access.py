"""Who is asking, and what may they do?

Deny by default: a role may do what ``PERMISSIONS`` lists for it, and nothing else. The table
follows the role table agreed by the partnership, in which every column is a limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from geo.errors import GeoError


class AccessError(GeoError):
    """The principal may not do this."""


class Permission(StrEnum):
    """One thing that can be allowed."""

    VIEW = "view"
    VIEW_BRIEFINGS = "view_briefings"
    IMPORT = "import"
    EDIT_DATA = "edit_data"
    NAME_HOTSPOTS = "name_hotspots"
    MANAGE_AREAS = "manage_areas"
    EXPORT_ROWS = "export_rows"
    EXPORT_CELLS = "export_cells"
    PUBLISH = "publish"
    PLAN = "plan"
    EDIT_CAMERAS = "edit_cameras"
    WRITE_PAPERS = "write_papers"
    AUDIT = "audit"
    APPROVE_DELETION = "approve_deletion"
    SETTINGS = "settings"

    @property
    def words(self) -> str:
        """What it allows, to follow "may" or "cannot"."""
        return _PERMISSION_WORDS[self]


class Role(StrEnum):
    """A part that somebody plays in the partnership."""

    ANALYST = "analyst"
    CHAIR = "chair"
    NPT = "npt"
    COUNCIL_CST = "council_cst"
    CCTV_MGR = "cctv_mgr"
    COUNCIL_MANAGER = "council_manager"
    COUNCIL_SERVICE = "council_service"
    BID = "bid"
    MEMBER = "member"
    IG_AUDITOR = "ig_auditor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """What the role is called."""
        return _ROLE_WORDS[self][0]

    @property
    def description(self) -> str:
        """What somebody in this role sees and does, as one sentence."""
        return _ROLE_WORDS[self][1]


@dataclass(frozen=True)
class Principal:
    """Who acts. ``demo`` marks a sign-in that nobody has checked."""

    name: str
    role: Role
    demo: bool = True


@dataclass(frozen=True)
class SmallNumberRule:
    """Which counts a role may not see: those from 1 to below ``threshold``.

    ``threshold`` None hides nothing; counts that are shown are rounded to ``round_to``.
    """

    threshold: int | None = None
    round_to: int | None = None


_PERMISSION_WORDS: Final = MappingProxyType(
    {
        Permission.VIEW: "see the map, the hotspots and the coverage of months",
        Permission.VIEW_BRIEFINGS: "read published briefings",
        Permission.IMPORT: "load files",
        Permission.EDIT_DATA: "say which reports are repeats",
        Permission.NAME_HOTSPOTS: "rename hotspots",
        Permission.MANAGE_AREAS: "add or change areas",
        Permission.EXPORT_ROWS: "download single reports",
        Permission.EXPORT_CELLS: "download figures of hexagons",
        Permission.PUBLISH: "publish snapshots",
        Permission.PLAN: "register or change interventions",
        Permission.EDIT_CAMERAS: "change the camera register",
        Permission.WRITE_PAPERS: "write papers for a committee",
        Permission.AUDIT: "read the audit log",
        Permission.APPROVE_DELETION: "approve the deletion of what is past its limit",
        Permission.SETTINGS: "change settings",
    }
)

_ROLE_WORDS: Final = MappingProxyType(
    {
        Role.ANALYST: (
            "Partnership intelligence analyst",
            "Loads the data, names hotspots and sees every report that is loaded.",
        ),
        Role.CHAIR: (
            "Chair of the tasking meeting",
            "Sees all figures and leads the monthly meeting.",
        ),
        Role.NPT: (
            "Neighbourhood officer",
            "Sees hotspots and busy places by patch: officers, PCSOs and Specials.",
        ),
        Role.COUNCIL_CST: (
            "Council community safety officer",
            "Sees hexagons without small numbers, and can download them.",
        ),
        Role.CCTV_MGR: (
            "CCTV control room manager",
            "Keeps the camera register, and sees demand on the map without small numbers.",
        ),
        Role.COUNCIL_MANAGER: (
            "Council manager",
            "Sees the map without small numbers, and reads briefings.",
        ),
        Role.COUNCIL_SERVICE: (
            "Council service",
            "Sees the tasks and figures of its own service, no police figures.",
        ),
        Role.BID: (
            "Business improvement district partner",
            "Sees shop theft and anti-social behaviour, rounded and without small numbers.",
        ),
        Role.MEMBER: (
            "Elected member",
            "Reads published briefings only.",
        ),
        Role.IG_AUDITOR: (
            "Information governance auditor",
            "Reads the audit log, and sees no reports.",
        ),
        Role.ADMIN: (
            "System administrator",
            "Changes settings, and sees no reports.",
        ),
    }
)

PERMISSIONS: Final = MappingProxyType(
    {
        Role.ANALYST: frozenset(Permission)
        - {Permission.AUDIT, Permission.APPROVE_DELETION, Permission.SETTINGS},
        Role.CHAIR: frozenset({Permission.VIEW, Permission.VIEW_BRIEFINGS, Permission.PLAN}),
        Role.NPT: frozenset({Permission.VIEW, Permission.VIEW_BRIEFINGS}),
        Role.COUNCIL_CST: frozenset(
            {
                Permission.VIEW,
                Permission.VIEW_BRIEFINGS,
                Permission.EXPORT_CELLS,
                Permission.PLAN,
            }
        ),
        Role.CCTV_MGR: frozenset(
            {
                Permission.VIEW,
                Permission.VIEW_BRIEFINGS,
                Permission.EDIT_CAMERAS,
                Permission.WRITE_PAPERS,
            }
        ),
        Role.COUNCIL_MANAGER: frozenset(
            {Permission.VIEW, Permission.VIEW_BRIEFINGS, Permission.WRITE_PAPERS}
        ),
        Role.COUNCIL_SERVICE: frozenset({Permission.VIEW_BRIEFINGS}),
        Role.BID: frozenset({Permission.VIEW, Permission.VIEW_BRIEFINGS}),
        Role.MEMBER: frozenset({Permission.VIEW_BRIEFINGS}),
        Role.IG_AUDITOR: frozenset({Permission.AUDIT, Permission.APPROVE_DELETION}),
        Role.ADMIN: frozenset({Permission.SETTINGS}),
    }
)
"""What each role may do. No role may both read the audit log and change settings."""

_UNROUNDED: Final = frozenset({Role.ANALYST, Role.CHAIR, Role.NPT})
_ROUNDED: Final = frozenset({Role.BID, Role.MEMBER})
_BID_CATEGORIES: Final = ("Anti-social behaviour", "Shoplifting")


def may(principal: Principal, permission: Permission) -> bool:
    """Return whether the principal's role holds the permission."""
    return permission in PERMISSIONS[principal.role]


def authorise(principal: Principal, permission: Permission) -> None:
    """Let the principal pass, or refuse.

    Raises
    ------
    AccessError
        When the role does not hold the permission; the hint names a role that does.

    Examples
    --------
    >>> authorise(Principal("Sam", Role.ANALYST), Permission.IMPORT)
    """
    if may(principal, permission):
        return
    holder = next(role for role in Role if permission in PERMISSIONS[role])
    message = f"The role {principal.role.label!r} cannot {permission.words}."
    raise AccessError(message, f"Ask the {_lower_first(holder.label)}, who can.")


def sign_in(role: str, name: str = "", *, demo: bool = True) -> Principal:
    """Return the principal of a role that was named in text.

    Parameters
    ----------
    role
        Key of a role, such as ``analyst``.
    name
        What the audit log calls the person; empty takes the key of the role.
    demo
        Whether nobody has checked who this is.

    Raises
    ------
    AccessError
        When there is no such role.
    """
    if role not in set(Role):
        message = f"There is no role {role!r}."
        raise AccessError(message, f"Choose one of: {', '.join(Role)}.")
    return Principal(name.strip() or role, Role(role), demo)


def small_number_rule(role: Role, *, partner: int = 5, public: int = 10) -> SmallNumberRule:
    """Return which counts a role may not see.

    Parameters
    ----------
    role
        Police roles see every count; elected members and business partners see counts from
        ``public`` on, rounded to 5; everybody else from ``partner`` on.
    partner, public
        Thresholds of the settings.
    """
    if role in _UNROUNDED:
        return SmallNumberRule()
    return SmallNumberRule(public, 5) if role in _ROUNDED else SmallNumberRule(partner)


def visible_categories(role: Role) -> tuple[str, ...] | None:
    """Return the only categories that a role may see, or None for all of them."""
    return _BID_CATEGORIES if role is Role.BID else None


def _lower_first(label: str) -> str:
    return label if label[:2].isupper() else label[0].lower() + label[1:]
