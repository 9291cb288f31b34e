"""What is done where, who leads it, and how will it be judged: the register of interventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from data.access import Permission, Principal, Role, authorise
from data.errors import DataError
from data.intervention_spec import content_of, refuse_personal, spec_of
from data.intervention_views import InterventionView, Stage, VersionView
from data.jobs.counts import AreaCounts, area_counts
from data.jobs.wording import list_words
from data.store import interventions as register
from geo.periods import month_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from data.intervention_spec import InterventionSpec
    from data.store.intervention_models import InterventionVersion
    from data.workspace import Workspace

BRITISH_TIME: Final = ZoneInfo("Europe/London")
RESOLUTION: Final = 9
_NAMED: Final = 2


def add(
    ws: Workspace, principal: Principal, area_id: str, spec: InterventionSpec
) -> InterventionView:
    """Register an intervention, and return it.

    Raises
    ------
    AccessError
        Where the role may not plan.
    DataError
        Where the place is not in the area, the start lies before the data, or a type is unknown.
    """
    authorise(principal, Permission.PLAN)
    _check(area_counts(ws, area_id, RESOLUTION), spec)
    now, content = ws.clock.now(), content_of(spec)
    detail: dict[str, object] = {"title": spec.title, "start": content["start"]}
    with ws.store.change(principal, "add_intervention", area_id, detail, now) as session:
        row = register.add_intervention(session, principal, area_id, content, now)
        detail["intervention_id"] = row.intervention_id
        key = row.intervention_id
    return view(ws, principal, area_id, key)


def edit(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    intervention_id: str,
    spec: InterventionSpec,
    *,
    reason: str = "",
) -> InterventionView:
    """Change an intervention, and return it; every former version is kept.

    Parameters
    ----------
    reason
        Needed once it has started, where the place, start, end, outcome measure, comparison or
        review dates change. It is shown beside the verdict.

    Raises
    ------
    AccessError, DataError
        As `add` does.
    StoreError
        Where there is none of this key, or a reason is needed.
    """
    authorise(principal, Permission.PLAN)
    refuse_personal(reason)
    _check(area_counts(ws, area_id, RESOLUTION), spec)
    now, content = ws.clock.now(), content_of(spec)
    subject = f"{area_id}/{intervention_id}"
    detail: dict[str, object] = {"reason": " ".join(reason.split())}
    with ws.store.change(principal, "edit_intervention", subject, detail, now) as session:
        before = register.history(session, area_id, intervention_id)[-1].content
        row = register.revise_intervention(
            session, principal, area_id, intervention_id, content, now, reason
        )
        detail["version"] = row.version
        detail["changed"] = [name for name in content if content[name] != before.get(name)]
    return view(ws, principal, area_id, intervention_id)


def listing(ws: Workspace, principal: Principal, area_id: str) -> tuple[InterventionView, ...]:
    """Return the interventions of an area, the last to start first."""
    authorise(principal, Permission.VIEW)
    counts = area_counts(ws, area_id, RESOLUTION)
    with ws.store.read() as session:
        rows = register.interventions(session, area_id)
        return tuple(_view(session, row, counts, ws.clock.now()) for row in rows)


def view(
    ws: Workspace, principal: Principal, area_id: str, intervention_id: str
) -> InterventionView:
    """Return one intervention with its versions.

    Raises
    ------
    StoreError
        Where there is none of this key.
    """
    authorise(principal, Permission.VIEW)
    counts = area_counts(ws, area_id, RESOLUTION)
    with ws.store.read() as session:
        row = register.history(session, area_id, intervention_id)[-1]
        return _view(session, row, counts, ws.clock.now())


def place_words(counts: AreaCounts, cells: Iterable[str]) -> str:
    """Return what people call a place, by its busiest named streets: two at most."""
    position = counts.study.positions()
    totals = counts.cube.panel().sum(axis=1)
    inside = [position[cell] for cell in cells if cell in position]
    ranked = sorted(inside, key=lambda i: (-int(totals[i]), i))
    names = list(dict.fromkeys(counts.places[i] for i in ranked))
    return list_words(names[:_NAMED]) if names else ""


def day_words(day: date) -> str:
    """Return a day in words.

    Examples
    --------
    >>> from datetime import date
    >>> day_words(date(2026, 5, 3))
    '3 May 2026'
    """
    return f"{day.day} {day:%B %Y}"


def change_sentence(what: str, at: datetime, *, results_seen: bool, reason: str) -> str:
    """Return one late change as a sentence to print beside a verdict.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 5, 3, tzinfo=UTC)
    >>> change_sentence("comparison", at, results_seen=False, reason="Road works")
    'The comparison was changed on 3 May 2026, after the start: Road works.'
    >>> change_sentence("", at, results_seen=False, reason="")
    'It was registered on 3 May 2026, after the start, so nothing was chosen beforehand.'
    """
    day = day_words(at.astimezone(BRITISH_TIME).date())
    if not what:
        return f"It was registered on {day}, after the start, so nothing was chosen beforehand."
    verb = "were" if " and " in what or what.endswith("dates") else "was"
    when = "after results were seen" if results_seen else "after the start"
    return f"The {what} {verb} changed on {day}, {when}: {reason.rstrip('.')}."


def _view(
    session: Session, row: InterventionVersion, counts: AreaCounts, now: datetime
) -> InterventionView:
    spec = spec_of(row.content)
    versions = register.history(session, row.area_id, row.intervention_id)
    late = register.late_changes(session, versions)
    today = now.astimezone(BRITISH_TIME).date()
    stage, words = _stage(spec, today)
    review = next((day for day in spec.review_dates if day >= today), None)
    seen = register.seen_first(session, versions) is not None
    return InterventionView(
        row.intervention_id,
        row.area_id,
        row.version,
        spec,
        stage,
        words,
        place_words(counts, spec.treated_cells),
        "" if review is None else day_words(review),
        tuple(
            change_sentence(what, at, results_seen=results, reason=reason)
            for what, at, results, reason in late
        ),
        any(results for _, _, results, _ in late),
        seen or register.started(versions, now),
        _versions(versions),
    )


def _versions(rows: Sequence[InterventionVersion]) -> tuple[VersionView, ...]:
    found = []
    for k, row in enumerate(rows):
        changed = register.changed_choices(rows[k - 1].content, row.content) if k else ()
        local = row.at.astimezone(BRITISH_TIME)
        found.append(
            VersionView(
                row.version,
                f"{day_words(local.date())}, {local:%H:%M}",
                row.given_by,
                Role(row.role).label,
                row.reason,
                list_words(changed),
                spec_of(row.content),
            )
        )
    return tuple(found)


def _stage(spec: InterventionSpec, today: date) -> tuple[Stage, str]:
    if spec.status == "cancelled":
        return "cancelled", "Cancelled"
    if spec.status == "closed":
        return "closed", "Closed"
    if today < spec.start:
        return "planned", f"Starts on {day_words(spec.start)}"
    if spec.end is not None and spec.end < today:
        return "ended", f"Ran from {day_words(spec.start)} to {day_words(spec.end)}"
    return "running", f"Running since {day_words(spec.start)}"


def _check(counts: AreaCounts, spec: InterventionSpec) -> None:
    """Let an intervention pass that can be judged in this area."""
    area, known = counts.reports.area.name, set(counts.study.cells)
    chosen = spec.design.control_cells or ()
    for what, cells in (("treated", spec.treated_cells), ("comparison", chosen)):
        outside = sum(cell not in known for cell in cells)
        if outside:
            lie = "lies" if outside == 1 else "lie"
            message = f"{outside} of the {len(cells)} {what} hexagons {lie} outside {area}."
            raise DataError(message, "Choose hexagons on the map of this area.")
    kinds = counts.reports.categories
    unknown = [name for name in spec.categories if kinds and name not in kinds]
    if unknown:
        message = f"There is no type {unknown[0]!r} among the reports of {area}."
        raise DataError(message, f"Choose from: {', '.join(kinds)}.")
    periods = counts.reports.periods
    if periods and spec.start_month < periods[0]:
        message = (
            f"The start, {day_words(spec.start)}, lies before the data of {area}, which begin in"
            f" {month_words(periods[0])}."
        )
        raise DataError(message, "Load earlier months first, or correct the start.")
