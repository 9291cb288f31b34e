"""How do the entries of a file get into the records?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.store.registers import put_entries

if TYPE_CHECKING:
    from datetime import datetime

    from data.access import Principal
    from data.registers.fields import RegisterKind
    from data.registers.reading import RegisterRows
    from data.store.registers import EntryCounts
    from data.store.store import Store


def store_register(  # noqa: PLR0913, PLR0917 - who, what, where to, and when
    store: Store,
    principal: Principal,
    rows: RegisterRows,
    kind: RegisterKind,
    area_id: str | None,
    batch_id: str | None,
    now: datetime,
) -> EntryCounts:
    """Put the entries of a file into a register, and return how many are new, changed, the same.

    Entries and audit entry are one transaction. Neither held rows nor values are in the audit log.
    """
    detail: dict[str, object] = {"register": kind.key, "rows_read": rows.rows_read}
    detail |= {f"rows_{result}": number for result, number in rows.counts.items()}
    subject = area_id or "all areas"
    with store.change(principal, "import_register", subject, detail, now) as session:
        counts = put_entries(session, principal, kind.key, area_id, rows.entries, batch_id, now)
        detail |= {"new": counts.new, "changed": counts.changed, "same": counts.same}
    return counts
