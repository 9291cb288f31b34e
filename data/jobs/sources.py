"""What is agreed for each source: under which agreement it is shared, and how long it is kept?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from data.access import Permission, Principal, authorise
from data.store.sources import set_source, source_settings
from geo.schema import POLICE_UK

if TYPE_CHECKING:
    from data.workspace import Workspace

OPEN_LICENCE: Final = "Open Government Licence v3.0"


@dataclass(frozen=True)
class SourceView:
    """One source with what is agreed for it.

    ``agreement_ref`` is "" where none was given; ``retention_months`` None where the usual limit
    holds; ``clock`` "" where nobody has said.
    """

    source: str
    provider: str
    rows: int
    first: str
    last: str
    agreement_ref: str
    retention_months: int | None
    clock: str


def sources(ws: Workspace, principal: Principal) -> tuple[SourceView, ...]:
    """Return every source that is held, with its months and what is agreed."""
    authorise(principal, Permission.VIEW)
    supplied = ws.engine.coverage()
    found = []
    with ws.store.read() as session:
        for (source, provider), rows in supplied.groupby(["source", "provider"], sort=True):
            agreed = source_settings(session, str(source), str(provider))
            usual = OPEN_LICENCE if source == POLICE_UK else ""
            found.append(
                SourceView(
                    str(source),
                    str(provider),
                    int(rows["rows"].sum()),
                    str(rows["month"].min()),
                    str(rows["month"].max()),
                    str(agreed.get("agreement_ref") or usual),
                    agreed.get("retention_months"),
                    str(agreed.get("clock") or ""),
                )
            )
    return tuple(found)


def agree(
    ws: Workspace,
    principal: Principal,
    source: str,
    provider: str,
    *,
    agreement_ref: str,
    retention_months: int | None = None,
) -> None:
    """Write down under which agreement a source is shared, and how long its rows are kept.

    Raises
    ------
    AccessError
        Where the role may not load files.
    StoreError
        Where the number of months cannot be.
    """
    authorise(principal, Permission.IMPORT)
    now = ws.clock.now()
    detail: dict[str, Any] = {"source": source, "provider": provider}
    with ws.store.change(principal, "set_source", source, detail, now) as session:
        settings = source_settings(session, source, provider)
        settings["agreement_ref"] = " ".join(agreement_ref.split())
        settings.pop("retention_months", None)
        if retention_months is not None:
            settings["retention_months"] = retention_months
        detail |= settings
        set_source(session, principal, source, provider, settings, now)
