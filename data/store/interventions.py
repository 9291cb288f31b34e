"""Which interventions are there, what was chosen before they started, and when were results seen?

Functions that write take the session of ``Store.change``, those that read that of ``Store.read``.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from data.intervention_spec import CHOSEN_BEFORE
from data.store.intervention_models import Evaluation, InterventionVersion
from data.store.migrations import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from data.access import Principal

LONGEST_REASON: Final = 200
_LONGEST_ID: Final = 40


def add_intervention(
    session: Session,
    principal: Principal,
    area_id: str,
    content: Mapping[str, Any],
    at: datetime,
) -> InterventionVersion:
    """Register an intervention, and return its first version; its key comes from the title."""
    taken = set(
        session.scalars(
            select(InterventionVersion.intervention_id).where(
                InterventionVersion.area_id == area_id
            )
        )
    )
    plain = unicodedata.normalize("NFKD", str(content["title"])).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.casefold())[:_LONGEST_ID].strip("-") or "intervention"
    key, number = words, 1
    while key in taken:
        number += 1
        key = f"{words}-{number}"
    return _add(session, principal, (area_id, key, 1), content, at, "")


def revise_intervention(  # noqa: PLR0913, PLR0917  (one argument for each column)
    session: Session,
    principal: Principal,
    area_id: str,
    intervention_id: str,
    content: Mapping[str, Any],
    at: datetime,
    reason: str = "",
) -> InterventionVersion:
    """Add a version of an intervention and return it; the same content adds none.

    Raises
    ------
    StoreError
        When there is none of this key, or something that is to be chosen before the start would
        change after it without a reason.
    """
    versions = history(session, area_id, intervention_id)
    latest = versions[-1]
    if latest.content == dict(content):
        return latest
    said = " ".join(reason.split())
    if len(said) > LONGEST_REASON or not said.isprintable():
        message = f"A reason has at most {LONGEST_REASON} characters; found {len(said)}."
        raise StoreError(message, "Say it in one sentence.")
    changed = changed_choices(latest.content, content)
    if changed and not said and (started(versions, at) or seen_first(session, versions)):
        message = f"After the start the {changed[0]} changes only with a reason; found none."
        raise StoreError(message, "Say why. The reason is kept and shown beside the verdict.")
    key = (area_id, intervention_id, latest.version + 1)
    return _add(session, principal, key, content, at, said)


def interventions(session: Session, area_id: str) -> tuple[InterventionVersion, ...]:
    """Return the latest version of each intervention of an area, the last to start first."""
    rows = session.scalars(
        select(InterventionVersion)
        .where(InterventionVersion.area_id == area_id)
        .order_by(InterventionVersion.version)
    )
    latest = {row.intervention_id: row for row in rows}
    by_id = sorted(latest.values(), key=lambda row: row.intervention_id)
    return tuple(sorted(by_id, key=lambda row: str(row.content["start"]), reverse=True))


def history(
    session: Session, area_id: str, intervention_id: str
) -> tuple[InterventionVersion, ...]:
    """Return every version of an intervention, oldest first.

    Raises
    ------
    StoreError
        When there is none of this key.
    """
    wanted = select(InterventionVersion).where(
        InterventionVersion.area_id == area_id,
        InterventionVersion.intervention_id == intervention_id,
    )
    found = tuple(session.scalars(wanted.order_by(InterventionVersion.version)))
    if not found:
        message = f"There is no intervention {intervention_id!r} in this area."
        raise StoreError(message, "List them with `hexbeat intervention list`.")
    return found


def interventions_version(session: Session, area_id: str) -> int:
    """Return how many versions an area's register holds: it changes with every change of it."""
    wanted = select(func.count()).select_from(InterventionVersion)
    return int(session.scalar(wanted.where(InterventionVersion.area_id == area_id)) or 0)


def started(versions: Sequence[InterventionVersion], now: datetime) -> bool:
    """Return whether the start of any version had come while that version was the latest.

    A start that has come cannot be undone by moving it into the future.
    """
    until = [row.at for row in versions[1:]] + [now]
    return any(_start(row) <= end.date() for row, end in zip(versions, until, strict=True))


def changed_choices(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is to be chosen before the start and differs, in words: "place", "comparison"."""
    words = [word for name, word in CHOSEN_BEFORE.items() if before.get(name) != after.get(name)]
    return tuple(dict.fromkeys(words))


def late_changes(
    session: Session, versions: Sequence[InterventionVersion]
) -> tuple[tuple[str, datetime, bool, str], ...]:
    """Return what was chosen or changed after the start, oldest first.

    Returns
    -------
    tuple
        What ("comparison", or "place and comparison"; "" for the registration itself), when,
        whether results had been seen by then, and the reason.
    """
    rows = evaluations(session, versions[0].area_id, versions[0].intervention_id)
    judged = min((row.version for row in rows), default=versions[-1].version)
    found = []
    if _start(versions[0]) < versions[0].at.date():
        found.append(("", versions[0].at, False, ""))
    for k in range(1, len(versions)):
        row = versions[k]
        changed = changed_choices(versions[k - 1].content, row.content)
        after_results = judged < row.version
        if changed and (after_results or started(versions[:k], row.at)):
            found.append((" and ".join(changed), row.at, after_results, row.reason))
    return tuple(found)


def record_evaluation(  # noqa: PLR0913, PLR0917  (one argument for each column)
    session: Session,
    principal: Principal,
    version: InterventionVersion,
    dataset_version: str,
    verdicts: tuple[str, str],
    figures: Mapping[str, Any],
    at: datetime,
) -> None:
    """Record that results of a version were seen: its verdict, that of the place, the figures."""
    session.add(
        Evaluation(
            area_id=version.area_id,
            intervention_id=version.intervention_id,
            version=version.version,
            at=at,
            given_by=principal.name,
            role=principal.role.value,
            dataset_version=dataset_version,
            verdict=verdicts[0],
            displacement_verdict=verdicts[1],
            figures=dict(figures),
        )
    )


def evaluations(
    session: Session, area_id: str, intervention_id: str | None = None
) -> tuple[Evaluation, ...]:
    """Return which results were seen, oldest first; of one intervention, or of all of an area."""
    wanted = select(Evaluation).where(Evaluation.area_id == area_id)
    if intervention_id is not None:
        wanted = wanted.where(Evaluation.intervention_id == intervention_id)
    return tuple(session.scalars(wanted.order_by(Evaluation.evaluation_id)))


def seen_first(session: Session, versions: Sequence[InterventionVersion]) -> datetime | None:
    """Return when results of an intervention were seen for the first time; None for never."""
    rows = evaluations(session, versions[0].area_id, versions[0].intervention_id)
    return min((row.at for row in rows), default=None)


def _start(row: InterventionVersion) -> date:
    return date.fromisoformat(row.content["start"])


def _add(
    session: Session,
    principal: Principal,
    key: tuple[str, str, int],
    content: Mapping[str, Any],
    at: datetime,
    reason: str,
) -> InterventionVersion:
    row = InterventionVersion(
        area_id=key[0],
        intervention_id=key[1],
        version=key[2],
        content=dict(content),
        at=at,
        given_by=principal.name,
        role=principal.role.value,
        reason=reason,
    )
    session.add(row)
    session.flush()
    return row
