"""Which figures were published, and how do they read, whatever became of the data since?"""

from __future__ import annotations

from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from data.access import AccessError, Permission, Principal, Role, authorise, visible_categories
from data.jobs.analysis import LENS_SCHEME
from data.jobs.answers import blockers as held_rows
from data.jobs.counts import area_reports
from data.jobs.coverage import coverage
from data.jobs.disclosure import disclosure_of
from data.jobs.home import home
from data.jobs.hotspots import find_hotspots, latest_month
from data.jobs.wording import list_words
from data.snapshots import (
    FrozenSnapshot,
    SnapshotError,
    SnapshotView,
    content_of,
    read_snapshot,
    snapshot_id_of,
    write_snapshot,
)
from data.store.acceptances import all_acceptances
from data.store.import_models import SnapshotRecord
from data.store.snapshots import snapshot_record, snapshot_records
from data.store.sources import AGREEMENT_REF, all_sources
from data.views import HotspotParams
from geo.periods import span_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from data.views import HotspotResult
    from data.workspace import Workspace

LONGEST_TITLE: Final = 80
TACTICAL: Final = "tactical"
KINDS: Final = (TACTICAL, "strategic")
BRITISH_TIME: Final = ZoneInfo("Europe/London")


class PublishingBlockedError(SnapshotError):
    """Something must be dealt with before anything is published."""


def publish(  # noqa: PLR0913  (what is published, of what kind, and what speaks against it)
    ws: Workspace,
    principal: Principal,
    area_id: str,
    *,
    title: str,
    kind: str = TACTICAL,
    params: HotspotParams | None = None,
    blockers: Sequence[str] = (),
) -> SnapshotView:
    """Freeze the figures of an area as they are now, and return the snapshot.

    Publishing the same figures under the same title again gives the same snapshot.

    Parameters
    ----------
    title
        What people call it, such as "Tactical assessment, June 2022".
    params
        What is counted, where and when; None takes the usual view of the last month with data.
    blockers
        What must be dealt with first besides rows that wait for an answer, one sentence each.

    Raises
    ------
    PublishingBlockedError
        When anything blocks it.
    SnapshotError
        When there is nothing to publish, or the data changed meanwhile.
    """
    authorise(principal, Permission.PUBLISH)
    found = tuple(dict.fromkeys((*blockers, *held_rows(ws, principal))))
    if found:
        message = f"Nothing can be published yet: {' '.join(found)}"
        raise PublishingBlockedError(message, "Deal with it on the Data page, then publish.")
    checked = _checked_title(title, kind)
    params = params or HotspotParams(to=latest_month(ws, principal, area_id))
    document = _frozen(ws, principal, area_id, params)
    content = content_of({**document, "title": checked, "kind": kind})
    snapshot_id = snapshot_id_of(content)
    path = ws.settings.snapshots_path / f"{snapshot_id}.json.gz"
    sha256 = write_snapshot(path, content)
    record = SnapshotRecord(
        snapshot_id=snapshot_id,
        area_id=area_id,
        kind=kind,
        title=checked,
        at=ws.clock.now(),
        given_by=principal.name,
        role=principal.role.value,
        dataset_version=document["hotspots"].provenance.dataset_version,
        settings=document["settings"],
        file=path.name,
        sha256=sha256,
        months=list(document["months"]),
        accepted=[dict(item) for item in document["accepted"]],
    )
    return _view(_recorded(ws, principal, record))


def default_title(to: str) -> str:
    """Return what the snapshot of a month is called when nobody gives it a title."""
    return f"Tactical assessment, {span_words(to, to)}"


def snapshots(ws: Workspace, principal: Principal, area_id: str) -> tuple[SnapshotView, ...]:
    """Return the published snapshots of an area, latest first."""
    authorise(principal, Permission.VIEW)
    with ws.store.read() as session:
        return tuple(_view(record) for record in snapshot_records(session, area_id))


def reopen(ws: Workspace, principal: Principal, snapshot_id: str) -> FrozenSnapshot:
    """Return a snapshot's figures as they were published; nothing is computed again.

    Small numbers are hidden as the role of the reader asks, by the rules of today.

    Raises
    ------
    SnapshotError
        When there is no such snapshot, or its file is not the one that was published.
    AccessError
        When it holds types that the role may not see.
    """
    authorise(principal, Permission.VIEW)
    with ws.store.read() as session:
        record = snapshot_record(session, snapshot_id)
    if record is None:
        message = "There is no such snapshot."
        raise SnapshotError(message, "Choose one from the list of snapshots.")
    document = read_snapshot(ws.settings.snapshots_path / record.file, record.sha256)
    result, front = document["hotspots"], document["home"]
    _permit(principal, result)
    shown_to = disclosure_of(ws, principal, document["sources"])
    return FrozenSnapshot(
        _view(record),
        replace(
            result,
            cells=shown_to.cells(result.cells),
            hotspots=shown_to.hotspots(result.hotspots),
            busy_places=shown_to.busy_places(result.busy_places),
            caveats=(*result.caveats, *shown_to.caveats),
        ),
        replace(front, cards=shown_to.hotspots(front.cards)),
        document["coverage"],
        document["made"],
        tuple((item["held"], item["reason"]) for item in document["accepted"]),
    )


def _checked_title(title: str, kind: str) -> str:
    cleaned = " ".join(title.split())
    if not 0 < len(cleaned) <= LONGEST_TITLE or not cleaned.isprintable():
        message = f"A snapshot's title has 1 to {LONGEST_TITLE} characters; found {len(cleaned)}."
        raise SnapshotError(message, "Write what people will look for, such as the month.")
    if kind not in KINDS:
        message = f"There is no kind of snapshot {kind!r}."
        raise SnapshotError(message, f"Choose one of: {', '.join(KINDS)}.")
    return cleaned


def _frozen(
    ws: Workspace, principal: Principal, area_id: str, params: HotspotParams
) -> dict[str, Any]:
    """Return everything that a snapshot holds, but its title and kind."""
    result = find_hotspots(ws, principal, area_id, params)
    if result.no_data:
        raise SnapshotError(result.no_data, "Choose a month with data.")
    months = coverage(ws, principal, area_id)
    front = home(ws, principal, area_id, to=params.to, lens=params.lens)
    reports = area_reports(ws, area_id)
    if ws.lake.version != result.provenance.dataset_version:
        message = "The data changed while they were being published."
        raise SnapshotError(message, "Look at the figures again, then publish.")
    settings = _settings(ws, result)
    return {
        "area_id": area_id,
        "sources": reports.sources,
        "hotspots": result,
        "home": front,
        "coverage": months,
        "settings": settings,
        "made": _made(result, settings),
        "months": [m for m, seen in months.months if seen and result.first <= m <= result.last],
        "accepted": _accepted(ws),
    }


def _settings(ws: Workspace, result: HotspotResult) -> dict[str, Any]:
    with ws.store.read() as session:
        agreements = {
            f"{source}, {provider}": settings[AGREEMENT_REF]
            for (source, provider), settings in all_sources(session).items()
            if settings.get(AGREEMENT_REF)
        }
    return {
        "params": asdict(result.params),
        "small_number_partner": ws.settings.small_number_partner,
        "small_number_public": ws.settings.small_number_public,
        "harm_scheme": LENS_SCHEME.name,
        "harm_version": LENS_SCHEME.version,
        "harm_source": LENS_SCHEME.source,
        "counting_rule": dict(result.methods).get("Counted", ""),
        "methods": [list(pair) for pair in result.methods],
        "area_version": result.provenance.area_version,
        "method_version": result.provenance.method_version,
        "code_version": _code_version(),
        "fingerprint": result.provenance.fingerprint,
        "agreements": agreements,
    }


def _made(result: HotspotResult, settings: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the box "How these figures were made"."""
    hidden = (
        f"below {settings['small_number_partner']} hidden from partners, below"
        f" {settings['small_number_public']} from business partners and elected members"
    )
    agreements = [f"{who}: {ref}" for who, ref in settings["agreements"].items()]
    return (
        ("Months", span_words(result.first, result.last)),
        ("Types", list_words(result.params.categories) if result.params.categories else "all"),
        *((("Which reports count", result.counted_words),) if result.counted_words else ()),
        *result.methods,
        ("Harm weights", f"{settings['harm_scheme']} ({settings['harm_version']})"),
        ("Small numbers", hidden),
        *((("Sharing agreements", "; ".join(agreements)),) if agreements else ()),
        ("Data version", result.provenance.dataset_version),
        ("Area version", settings["area_version"]),
        ("Method version", settings["method_version"]),
        ("Hexbeat version", settings["code_version"]),
        ("Fingerprint", settings["fingerprint"]),
    )


def _accepted(ws: Workspace) -> list[dict[str, Any]]:
    with ws.store.read() as session:
        return [
            {
                "batch_id": row.batch_id,
                "held": row.held,
                "reason": row.reason,
                "at": row.at.isoformat(),
                "given_by": row.given_by,
            }
            for row in all_acceptances(session)
        ]


def _recorded(ws: Workspace, principal: Principal, record: SnapshotRecord) -> SnapshotRecord:
    """Record a snapshot unless it is known; a known one keeps who published it first."""
    subject = f"{record.area_id}/{record.snapshot_id}"
    with ws.store.read() as session:
        known = snapshot_record(session, record.snapshot_id)
    if known is not None and known.sha256 == record.sha256:
        return known
    detail = {"title": record.title, "sha256": record.sha256}
    detail |= {"dataset_version": record.dataset_version}
    with ws.store.change(principal, "publish", subject, detail, record.at) as session:
        known = snapshot_record(session, record.snapshot_id)
        if known is not None:
            known.sha256 = record.sha256
            return known
        session.add(record)
    return record


def _permit(principal: Principal, result: HotspotResult) -> None:
    allowed = visible_categories(principal.role)
    shown = result.params.categories
    if allowed is not None and not (shown and set(shown) <= set(allowed)):
        message = f"This snapshot counts types that the role {principal.role.label!r} may not see."
        raise AccessError(message, "Ask for one of the types that you may see.")


def _view(record: SnapshotRecord) -> SnapshotView:
    months = tuple(record.months)
    return SnapshotView(
        record.snapshot_id,
        record.area_id,
        record.kind,
        record.title,
        record.at,
        when_words(record.at),
        record.given_by,
        Role(record.role).label,
        record.dataset_version,
        months,
        span_words(months[0], months[-1]) if months else "no month with data",
        sum(item["held"] for item in record.accepted),
    )


def when_words(moment: datetime) -> str:
    """Return a time in British time, in words.

    Examples
    --------
    >>> from datetime import datetime, timezone
    >>> when_words(datetime(2022, 8, 1, 9, 5, tzinfo=timezone.utc))
    '1 August 2022, 10:05'
    """
    local = moment.astimezone(BRITISH_TIME)
    return f"{local.day} {local:%B %Y, %H:%M}"


def _code_version() -> str:
    try:
        return version("hexbeat")
    except PackageNotFoundError:
        return "not installed"
