"""What stands in a register, and how does a file of one come in?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from data.access import Permission, Role, authorise
from data.readers.findings import Finding
from data.registers.points import FOLDER, LEFT_OUT, read_points, write_points
from data.registers.reading import RegisterRows, read_register
from data.registers.storing import store_register
from data.rules import ROW_RESULTS
from data.store.registers import entries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from data.access import Principal
    from data.readers.text import TextTable
    from data.registers.fields import RegisterKind
    from data.rules import RowResult
    from data.workspace import Workspace

CAMERA_POINTS: Final = frozenset({Role.ANALYST, Role.CCTV_MGR})
"""Who sees where exactly a camera stands, and what it can see."""
FEWEST_RESPONSES: Final = 10
"""Fewer residents than this are not shown."""

POINT_FIELDS: Final = frozenset(
    {
        "lon", "lat", "bearing_deg", "tilt_deg", "fov_deg", "hfov_tele_deg", "max_range_m",
        "range_id_m", "range_detect_m", "height_m", "occlusion_polygon",
    }
)  # fmt: skip
_NO_ANSWERS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class RegisterEntry:
    """One entry as the principal may see it: fields by name; None where unknown or not shown.

    ``withheld`` names the fields that hold more than is shown.
    """

    key: str
    content: Mapping[str, Any]
    withheld: tuple[str, ...] = ()


def entries_view(
    ws: Workspace, principal: Principal, kind: RegisterKind, area_id: str | None
) -> tuple[RegisterEntry, ...]:
    """Return the entries of a register, sorted by key.

    Where cameras stand is for the analyst and the control room only; the answers of fewer than ten
    residents are for the analyst only.

    Raises
    ------
    AccessError
        Where the role may see nothing.
    """
    authorise(principal, Permission.VIEW)
    with ws.store.read() as session:
        found = entries(session, kind.key, area_id)
    return tuple(_shown(key, content, kind.key, principal.role) for key, content in found.items())


def import_register(  # noqa: PLR0913 - who, what, where to, and when
    ws: Workspace,
    principal: Principal,
    text: TextTable,
    kind: RegisterKind,
    area_id: str | None,
    *,
    file_name: str,
    batch_id: str | None,
    now: datetime,
    answers: Mapping[str, str] = _NO_ANSWERS,
) -> RegisterRows:
    """Read a file of a register, keep its entries, and return what became of every row.

    Parameters
    ----------
    text
        The file.
    kind
        Which register it is; see ``data.registers.kinds.recognise``.
    area_id
        The area that it is for; None for every area.
    file_name
        Without folders; stands in the notes.
    batch_id
        The import that it belongs to.
    answers
        "accept" or "reject" by rule, for rows that would be held.

    Raises
    ------
    AccessError
        Where the role may not load files.
    FileRefusedError
        Where columns are missing.
    """
    authorise(principal, Permission.IMPORT)
    if kind.points:
        rows = _keep_points(ws, text, kind)
    else:
        area = ws.area(area_id) if area_id else None
        rows = read_register(text, kind, now=now, area=area, answers=answers)
    store_register(ws.store, principal, rows, kind, area_id, batch_id, now)
    note = f"{file_name}: read as {kind.title.lower()}."
    return replace(rows, notes=(note, *rows.notes))


def _keep_points(ws: Workspace, text: TextTable, kind: RegisterKind) -> RegisterRows:
    """Keep a list of reference points beside the records."""
    table = read_points(text)
    write_points(ws.settings.home / FOLDER, kind, table)
    lost = int(table.schema.metadata[LEFT_OUT]) + len(text.ragged)
    counts: dict[RowResult, int] = dict.fromkeys(ROW_RESULTS, 0)
    counts |= {"kept": table.num_rows, "dropped": lost}
    message = f"{lost:,} rows without a usable key or point, or with a key that came before."
    findings = (Finding("G04", lost, "dropped", message),) if lost else ()
    columns = kind.columns_of(text.columns)
    return RegisterRows(kind, (), MappingProxyType(counts), findings, (), text.notes, columns)


def _shown(key: str, content: Mapping[str, Any], kind: str, role: Role) -> RegisterEntry:
    hidden: set[str] = set()
    if kind == "camera" and role not in CAMERA_POINTS:
        hidden = {name for name in POINT_FIELDS if content.get(name) is not None}
    if kind == "residents_issue" and role is not Role.ANALYST:
        few = (content.get("responses") or 0) < FEWEST_RESPONSES
        hidden = {"responses"} if few else hidden
    shown = {name: None if name in hidden else value for name, value in content.items()}
    return RegisterEntry(key, MappingProxyType(shown), tuple(sorted(hidden)))
