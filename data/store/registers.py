"""What stands in each register now: cameras, teams, footfall; and what stood there before?

Functions that write take the session of ``Store.change``, those that read that of ``Store.read``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, tuple_

from data.store.import_models import RegisterEntry
from data.store.migrations import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from data.access import Principal

NewEntry = tuple[str, "Mapping[str, Any]", "int | None"]
"""Key, content, row of the file."""


@dataclass(frozen=True)
class EntryCounts:
    """What became of rows that were put into a register."""

    new: int
    changed: int
    same: int


def put_entries(  # noqa: PLR0913, PLR0917  (one argument for each column)
    session: Session,
    principal: Principal,
    kind: str,
    area_id: str | None,
    entries: Sequence[NewEntry],
    batch_id: str | None,
    now: datetime,
) -> EntryCounts:
    """Put rows into a register, and return how many are new, changed and the same.

    A changed row adds a version; the same content adds nothing. Of rows with the same key the last
    counts. What is not named stays as it is: see `withdraw`.

    Parameters
    ----------
    kind, area_id
        The register, such as ``camera``, and the area it belongs to; None for no area.
    entries
        Key, content that JSON can hold, and row of the file.
    batch_id
        The import that the rows came with.
    """
    held = _latest(session, kind, area_id)
    wanted = {key: (dict(content), source_row) for key, content, source_row in entries}
    counts = dict.fromkeys(("new", "changed", "same"), 0)
    rows: list[dict[str, Any]] = []
    for key, (content, source_row) in wanted.items():
        before = held.get(key)
        fate = _fate(before, content)
        counts[fate] += 1
        if fate != "same":
            version = (before.version if before else 0) + 1
            rows.append(
                {"key": key, "version": version, "content": content, "source_row": source_row}
            )
    common = {"kind": kind, "area_id": area_id, "batch_id": batch_id, "withdrawn": False}
    _add(session, principal, rows, common, now)
    return EntryCounts(**counts)


def entries(session: Session, kind: str, area_id: str | None) -> dict[str, dict[str, Any]]:
    """Return the contents of a register by key, without withdrawn rows, sorted by key."""
    held = _latest(session, kind, area_id)
    return {key: dict(held[key].content) for key in sorted(held) if not held[key].withdrawn}


def entry_history(
    session: Session, kind: str, area_id: str | None, key: str
) -> tuple[RegisterEntry, ...]:
    """Return every version of a row of a register, oldest first."""
    wanted = select(RegisterEntry).where(
        RegisterEntry.kind == kind,
        RegisterEntry.area_id.is_not_distinct_from(area_id),
        RegisterEntry.key == key,
    )
    return tuple(session.scalars(wanted.order_by(RegisterEntry.version)))


def withdraw(
    session: Session,
    principal: Principal,
    kind: str,
    area_id: str | None,
    key: str,
    now: datetime,
) -> None:
    """Take a row out of a register; its former versions are kept.

    Raises
    ------
    StoreError
        When the register holds no such row.
    """
    before = _latest(session, kind, area_id).get(key)
    if before is None or before.withdrawn:
        message = f"The register {kind!r} holds no entry {key!r}."
        raise StoreError(message, "Choose one that it holds.")
    row = {"key": key, "version": before.version + 1, "content": before.content}
    common = {"kind": kind, "area_id": area_id, "batch_id": None, "withdrawn": True}
    _add(session, principal, [{**row, "source_row": None}], common, now)


def registers_version(session: Session, area_id: str | None) -> int:
    """Return how many versions of rows the registers of an area hold: any change adds to it."""
    wanted = select(func.count()).select_from(RegisterEntry)
    wanted = wanted.where(RegisterEntry.area_id.is_not_distinct_from(area_id))
    return int(session.scalar(wanted) or 0)


def _fate(before: RegisterEntry | None, content: Mapping[str, Any]) -> str:
    if before is None or before.withdrawn:
        return "new"
    return "same" if before.content == content else "changed"


def _latest(session: Session, kind: str, area_id: str | None) -> dict[str, RegisterEntry]:
    register = (
        RegisterEntry.kind == kind,
        RegisterEntry.area_id.is_not_distinct_from(area_id),
    )
    latest = (
        select(RegisterEntry.key, func.max(RegisterEntry.version))
        .where(*register)
        .group_by(RegisterEntry.key)
    )
    wanted = select(RegisterEntry).where(
        *register, tuple_(RegisterEntry.key, RegisterEntry.version).in_(latest)
    )
    return {row.key: row for row in session.scalars(wanted)}


def _add(
    session: Session,
    principal: Principal,
    rows: Sequence[Mapping[str, Any]],
    common: Mapping[str, Any],
    now: datetime,
) -> None:
    if rows:
        given = {**common, "at": now, "given_by": principal.name}
        session.execute(insert(RegisterEntry), [{**row, **given} for row in rows])
