"""How does a file, or a pasted table, of cameras, faults or sensitive places come in?

The readers of the importer read it; what a row holds that cannot be right waits, and the rest
loads.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from data.access import Permission, authorise
from data.errors import FileRefusedError
from data.jobs.wording import plural
from data.readers.opening import opened
from data.readers.sheets import read_sheet
from data.registers.camera_kinds import SENSITIVE_PLACE
from data.registers.catalogue import CAMERA, CAMERA_STATUS
from data.registers.fields import heading_words
from data.registers.kinds import recognise
from data.registers.reading import read_register
from data.registers.storing import store_register

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.access import Principal
    from data.readers.findings import HeldRow
    from data.readers.opening import SourceFile
    from data.registers.fields import RegisterKind
    from data.registers.reading import RegisterRows
    from data.workspace import Workspace

KINDS: Final = (CAMERA, CAMERA_STATUS)
PASTED: Final = "pasted table"
_NO_ANSWERS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class WaitingRows:
    """Rows of a file that wait for an answer, by what is wrong with them."""

    code: str
    rows: int
    reason: str
    question: str
    first_row: int
    suggestion: str


@dataclass(frozen=True)
class CameraFile:
    """What became of one file of cameras or faults."""

    register: str
    title: str
    rows_read: int
    counts: Mapping[str, int]
    new: int
    changed: int
    same: int
    messages: tuple[str, ...]
    """What each rule found, as sentences."""
    waiting: tuple[WaitingRows, ...]
    notes: tuple[str, ...]

    @property
    def words(self) -> str:
        """What became of it, as a sentence."""
        waits = self.counts.get("held", 0)
        held = f" {plural(waits, 'row')} {'waits' if waits == 1 else 'wait'} for an answer."
        return (
            f"{self.title}: {plural(self.rows_read, 'row')} read, {self.new:,} new,"
            f" {self.changed:,} changed, {self.same:,} as before.{held if waits else ''}"
        )


def load_cameras(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    file: SourceFile,
    *,
    answers: Mapping[str, str] = _NO_ANSWERS,
    kind: RegisterKind | None = None,
) -> CameraFile:
    """Load a file of cameras or of their faults into the register of an area.

    Parameters
    ----------
    file
        A path, or an upload as name and content.
    answers
        "accept" or "reject" by rule, for rows that would wait. The same file may be loaded again
        with them: what it holds already stays as it is.
    kind
        Which register it is; None lets its headings say.

    Raises
    ------
    AccessError
        Where the role may not change the register.
    FileRefusedError
        Where it is neither, or damaged.
    """
    authorise(principal, Permission.EDIT_CAMERAS)
    area, now = ws.area(area_id), ws.clock.now()
    with opened([file]) as members:
        if len(members) != 1:
            message = f"One file is needed; found {len(members)}."
            raise FileRefusedError(message, "Load one file at a time.")
        name, content = members[0].name, members[0].read()
    sheet = read_sheet(name, content, heading_score=_score)
    kind = kind or _kind(sheet.text.columns)
    rows = read_register(sheet.text, kind, now=now, area=area, answers=answers)
    counts = store_register(ws.store, principal, rows, kind, area_id, None, now)
    return _report(rows, kind, (counts.new, counts.changed, counts.same))


def paste_faults(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    text: str,
    *,
    answers: Mapping[str, str] = _NO_ANSWERS,
) -> CameraFile:
    """Load a fault log that was pasted, with its headings, from a spreadsheet or a CSV file.

    Raises
    ------
    AccessError, FileRefusedError
        As for `load_cameras`.
    """
    file = (PASTED, text.strip().encode())
    return load_cameras(ws, principal, area_id, file, answers=answers, kind=CAMERA_STATUS)


def load_sensitive(
    ws: Workspace, principal: Principal, area_id: str, file: SourceFile
) -> CameraFile:
    """Load the places where no camera may look: points with a radius, or outlines.

    Raises
    ------
    AccessError, FileRefusedError
        As for `load_cameras`.
    """
    return load_cameras(ws, principal, area_id, file, kind=SENSITIVE_PLACE)


def _kind(headings: Sequence[str]) -> RegisterKind:
    found = recognise(headings)
    if found in KINDS:
        return found
    what = f"a {found.title.lower()}" if found else "neither cameras nor faults"
    message = f"The file is {what}: the headings of a camera register or fault log are missing."
    raise FileRefusedError(message, "Name the columns, such as camera_id, type, lon and lat.")


def _score(cells: Sequence[str]) -> int:
    return sum(heading_words(cell) in _HEADINGS for cell in cells if cell)


def _report(rows: RegisterRows, kind: RegisterKind, stored: tuple[int, int, int]) -> CameraFile:
    messages = dict.fromkeys(f"{one.code} {one.message}" for one in rows.findings if one.rows)
    return CameraFile(
        kind.key,
        kind.title,
        rows.rows_read,
        MappingProxyType({str(name): number for name, number in rows.counts.items()}),
        *stored,
        tuple(messages),
        _waiting(rows),
        rows.notes,
    )


def _waiting(rows: RegisterRows) -> tuple[WaitingRows, ...]:
    """Return what waits, a line for each rule and reason, the most rows first."""
    groups: dict[tuple[str, str], list[HeldRow]] = {}
    for one in rows.held:
        groups.setdefault((one.code, one.reason), []).append(one)
    asked = {one.code: one.question for one in rows.findings if one.question}
    found = [
        WaitingRows(code, len(held), reason, asked.get(code, ""), held[0].row, held[0].suggestion)
        for (code, reason), held in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.rows, one.code)))


_HEADINGS: Final = frozenset(
    name for kind in (*KINDS, SENSITIVE_PLACE) for one in kind.fields for name in one.names
)
