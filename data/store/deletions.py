"""Which deletions were asked for, who approved them, and which months never come back?

Functions that write take the session of ``Store.change``, those that read that of ``Store.read``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from data.store.import_models import Deletion
from data.store.migrations import StoreError
from geo.periods import month_words

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from data.access import Principal

INCIDENT_ROWS: Final = "incident_rows"
STAGED: Final = "staged_imports"
SNAPSHOTS: Final = "snapshots"


def add_deletion(session: Session, deletion: Deletion) -> Deletion:
    """Record that a deletion is asked for.

    Raises
    ------
    StoreError
        When the same is asked for already, and waits for an answer.
    """
    for waiting in deletions(session):
        same = (waiting.kind, waiting.source, waiting.provider) == (
            deletion.kind,
            deletion.source,
            deletion.provider,
        )
        if same and waiting.approved_at is None:
            message = f"Deletion {waiting.deletion_id} of the same waits for approval already."
            raise StoreError(message, "Have it approved first.")
    session.add(deletion)
    session.flush()
    return deletion


def approve(session: Session, principal: Principal, deletion_id: int, now: datetime) -> Deletion:
    """Record that a second person approves a deletion: from now on those months are retired.

    Raises
    ------
    StoreError
        When there is none, it is approved already, or the same person asked for it.
    """
    deletion = session.get(Deletion, deletion_id)
    if deletion is None:
        message = f"There is no deletion {deletion_id}."
        raise StoreError(message, "Choose one of those that wait for approval.")
    if deletion.approved_at is not None:
        message = f"Deletion {deletion_id} was approved by {deletion.approved_by} already."
        raise StoreError(message, "Carry it out with: hexbeat retention run")
    if _person(deletion.asked_by) == _person(principal.name):
        message = f"{deletion.asked_by} asked for deletion {deletion_id}, and cannot approve it."
        raise StoreError(message, "A second person must approve it.")
    deletion.approved_by = principal.name
    deletion.approved_role = principal.role.value
    deletion.approved_at = now
    return deletion


def deletions(session: Session) -> tuple[Deletion, ...]:
    """Return all deletions, oldest first."""
    return tuple(session.scalars(select(Deletion).order_by(Deletion.deletion_id)))


def retired_before(session: Session, source: str, provider: str | None = None) -> str | None:
    """Return the month before which nothing of a source may be loaded again; None for no limit.

    Parameters
    ----------
    provider
        None takes the latest month of all providers of the source.
    """
    wanted = select(Deletion.before).where(
        Deletion.kind == INCIDENT_ROWS,
        Deletion.source == source,
        Deletion.approved_at.is_not(None),
    )
    if provider is not None:
        wanted = wanted.where(Deletion.provider == provider)
    return max(session.scalars(wanted), default=None)


def retired_months(session: Session) -> dict[tuple[str, str], str]:
    """Return the month before which nothing may be loaded again, by source and provider."""
    approved = select(Deletion.source, Deletion.provider, Deletion.before).where(
        Deletion.kind == INCIDENT_ROWS, Deletion.approved_at.is_not(None)
    )
    found: dict[tuple[str, str], str] = {}
    for source, provider, before in session.execute(approved):
        pair = (str(source), str(provider))
        found[pair] = max(found.get(pair, ""), str(before))
    return found


def retired_words(provider: str, month: str, before: str) -> tuple[str, str]:
    """Return why a retired month is not loaded, and what to do.

    Examples
    --------
    >>> retired_words("Council", "2019-05", "2020-01")[0]
    'May 2019 of Council was deleted at the end of its time: nothing before January 2020 is loaded.'
    """
    message = (
        f"{month_words(month)} of {provider} was deleted at the end of its time: nothing before"
        f" {month_words(before)} is loaded."
    )
    return message, "Leave out the older months, or agree on a longer time for this source."


def deleted_versions(session: Session) -> frozenset[str]:
    """Return the versions that the data set had right after rows were deleted."""
    done = (deletion.counts.get("dataset_version") for deletion in deletions(session))
    return frozenset(filter(None, done))


def _person(name: str) -> str:
    return " ".join(name.split()).casefold()
