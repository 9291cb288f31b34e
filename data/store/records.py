"""Which names did people give to hotspots, and what was imported?

Functions that write take the session of ``Store.change``, those that read that of ``Store.read``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from data.store.migrations import StoreError
from data.store.models import HotspotName, ImportRecord

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from data.access import Principal

LONGEST_NAME: Final = 60


def name_hotspot(
    session: Session,
    principal: Principal,
    area_id: str,
    hotspot_id: str,
    name: str,
    now: datetime,
) -> HotspotName:
    """Give a hotspot a name; former names are kept with who gave them and when.

    Raises
    ------
    StoreError
        When the name is empty, longer than 60 characters or holds control characters.
    """
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= LONGEST_NAME or not cleaned.isprintable():
        message = f"A hotspot's name has 1 to {LONGEST_NAME} characters; found {len(cleaned)}."
        raise StoreError(message, "Write a name that people say, such as a street or a square.")
    known = (HotspotName.area_id == area_id, HotspotName.hotspot_id == hotspot_id)
    latest = session.scalar(select(func.max(HotspotName.version)).where(*known))
    row = HotspotName(
        area_id=area_id,
        hotspot_id=hotspot_id,
        version=(latest or 0) + 1,
        name=cleaned,
        given_at=now,
        given_by=principal.name,
        role=principal.role.value,
    )
    session.add(row)
    return row


def hotspot_names(session: Session, area_id: str) -> dict[str, str]:
    """Return the current name of each hotspot that people have named, by hotspot id."""
    wanted = select(HotspotName).where(HotspotName.area_id == area_id)
    rows = session.scalars(wanted.order_by(HotspotName.hotspot_id, HotspotName.version))
    return {row.hotspot_id: row.name for row in rows}


def names_version(session: Session, area_id: str) -> int:
    """Return how often people have named hotspots of an area: it changes with every name."""
    wanted = select(func.count()).select_from(HotspotName).where(HotspotName.area_id == area_id)
    return int(session.scalar(wanted) or 0)


def name_history(session: Session, area_id: str, hotspot_id: str) -> tuple[HotspotName, ...]:
    """Return every name that people gave to a hotspot, oldest first."""
    wanted = select(HotspotName).where(
        HotspotName.area_id == area_id, HotspotName.hotspot_id == hotspot_id
    )
    return tuple(session.scalars(wanted.order_by(HotspotName.version)))


def add_import(  # noqa: PLR0913  (one argument for each column)
    session: Session,
    principal: Principal,
    now: datetime,
    *,
    area_id: str | None,
    files: tuple[str, ...],
    counts: dict[str, int | None],
    months_replaced: tuple[str, ...],
    dataset_version: str,
    changed: bool,
) -> ImportRecord:
    """Record an import.

    Parameters
    ----------
    session, principal, now
        Transaction, who imports, and when.
    area_id
        Area that the import was for; None for none.
    files
        Names of the files, without folders.
    counts
        Numbers of rows by what became of them, such as ``rows_read``.
    months_replaced
        Months ``YYYY-MM`` whose former rows were replaced.
    dataset_version
        Version of the data set after the import.
    changed
        Whether the import changed the data set.
    """
    row = ImportRecord(
        at=now,
        principal=principal.name,
        role=principal.role.value,
        area_id=area_id,
        files=list(files),
        counts=dict(counts),
        months_replaced=list(months_replaced),
        dataset_version=dataset_version,
        changed=changed,
    )
    session.add(row)
    return row


def imports(session: Session, area_id: str | None = None) -> tuple[ImportRecord, ...]:
    """Return the imports, oldest first; of one area, or of all."""
    wanted = select(ImportRecord).order_by(ImportRecord.import_id)
    if area_id is not None:
        wanted = wanted.where(ImportRecord.area_id == area_id)
    return tuple(session.scalars(wanted))
