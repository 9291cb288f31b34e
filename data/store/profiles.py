"""How were the columns of each system mapped, once for all?

Functions that write take the session of ``Store.change``, those that read that of ``Store.read``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from data.store.import_models import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from data.access import Principal


@dataclass(frozen=True)
class SavedProfile:
    """A mapping of columns as it holds now."""

    profile_id: str
    version: int
    name: str
    content: Mapping[str, Any]


def save_profile(
    session: Session,
    principal: Principal,
    profile_id: str,
    name: str,
    content: Mapping[str, Any],
    now: datetime,
) -> int:
    """Remember a mapping of columns, and return its version; the same one adds none."""
    latest = session.scalars(
        select(Profile)
        .where(Profile.profile_id == profile_id)
        .order_by(Profile.version.desc())
        .limit(1)
    ).first()
    if latest is not None and (latest.name, latest.content) == (name, dict(content)):
        return latest.version
    row = Profile(
        profile_id=profile_id,
        version=(latest.version if latest else 0) + 1,
        name=name,
        content=dict(content),
        at=now,
        given_by=principal.name,
        role=principal.role.value,
    )
    session.add(row)
    session.flush()
    return row.version


def profiles(session: Session) -> tuple[SavedProfile, ...]:
    """Return the latest version of each mapping, by its key."""
    rows = session.scalars(select(Profile).order_by(Profile.profile_id, Profile.version))
    latest = {row.profile_id: row for row in rows}
    return tuple(
        SavedProfile(row.profile_id, row.version, row.name, dict(row.content))
        for row in latest.values()
    )
