"""Which held rows did people accept as held, and why?

Functions that write take the session of ``Store.change``, those that read that of ``Store.read``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from data.store.import_models import Acceptance
from data.store.migrations import StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from data.access import Principal

LONGEST_REASON: Final = 200


def accept_held(
    session: Session,
    principal: Principal,
    batch_id: str,
    held: int,
    reason: str,
    now: datetime,
) -> Acceptance:
    """Record that so many held rows of an import stay held, and why.

    Raises
    ------
    StoreError
        When there is no reason, or one longer than 200 characters.
    """
    cleaned = " ".join(reason.split())
    if not 0 < len(cleaned) <= LONGEST_REASON or not cleaned.isprintable():
        message = f"A reason has 1 to {LONGEST_REASON} characters; found {len(cleaned)}."
        raise StoreError(message, "Write why these rows may stay out of the figures.")
    row = Acceptance(
        batch_id=batch_id,
        held=held,
        reason=cleaned,
        at=now,
        given_by=principal.name,
        role=principal.role.value,
    )
    session.add(row)
    session.flush()
    return row


def acceptances(session: Session, batch_id: str) -> tuple[Acceptance, ...]:
    """Return what was accepted of an import, oldest first."""
    wanted = select(Acceptance).where(Acceptance.batch_id == batch_id)
    return tuple(session.scalars(wanted.order_by(Acceptance.acceptance_id)))


def all_acceptances(session: Session) -> tuple[Acceptance, ...]:
    """Return what was accepted of all imports, oldest first."""
    return tuple(session.scalars(select(Acceptance).order_by(Acceptance.acceptance_id)))
