"""Which reports did people take out of a group of repeats?

Functions that write take the session of ``Store.change``, those that read that of ``Store.read``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from data.report_keys import ReportKey
from data.store.import_models import Ungrouped
from data.store.migrations import StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from data.access import Principal

__all__ = ["ReportKey", "regroup", "ungroup", "ungrouped_rows"]


def ungroup(
    session: Session, principal: Principal, area_id: str, report: ReportKey, now: datetime
) -> None:
    """Take a report out of its group of repeats; one that is out already stays so."""
    if _standing(session, area_id, report) is None:
        row = Ungrouped(
            area_id=area_id,
            source=report.source,
            provider=report.provider,
            month=report.month,
            source_ref=report.source_ref,
            source_row=report.source_row,
            at=now,
            given_by=principal.name,
            undone_at=None,
        )
        session.add(row)
        session.flush()


def regroup(session: Session, area_id: str, report: ReportKey, now: datetime) -> None:
    """Let a report belong to its group again.

    Raises
    ------
    StoreError
        When nobody took it out.
    """
    row = _standing(session, area_id, report)
    if row is None:
        message = f"Row {report.source_row} of {report.month} was not taken out of a group."
        raise StoreError(message, "Choose a report that was.")
    row.undone_at = now
    session.flush()


def ungrouped_rows(session: Session, area_id: str) -> tuple[ReportKey, ...]:
    """Return the reports of an area that people took out of a group, sorted."""
    wanted = select(Ungrouped).where(Ungrouped.area_id == area_id, Ungrouped.undone_at.is_(None))
    order = (Ungrouped.source, Ungrouped.provider, Ungrouped.month, Ungrouped.source_row)
    return tuple(
        ReportKey(row.source, row.provider, row.month, row.source_row, row.source_ref)
        for row in session.scalars(wanted.order_by(*order))
    )


def _standing(session: Session, area_id: str, report: ReportKey) -> Ungrouped | None:
    wanted = select(Ungrouped).where(
        Ungrouped.area_id == area_id,
        Ungrouped.source == report.source,
        Ungrouped.provider == report.provider,
        Ungrouped.month == report.month,
        Ungrouped.source_row == report.source_row,
        Ungrouped.source_ref.is_not_distinct_from(report.source_ref),
        Ungrouped.undone_at.is_(None),
    )
    return session.scalars(wanted).first()
