"""What do people decide about rows that wait, and what follows from it?

Whatever is answered, the file is interpreted again from the columns that were kept, by the same
rules: so an answer can be taken back, and every answer stands in the audit log.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from data.access import Permission, Principal, authorise
from data.batches import no_columns, staged_sheet
from data.errors import DataError
from data.import_views import BatchView, HeldGroup
from data.interpretation.context import VERDICTS, Answer
from data.interpretation.interpret import interpret
from data.jobs.imports import desk_for
from data.jobs.wording import plural
from data.lake import RawFile
from data.loads import REGISTER, counts_of, rows_by_pair
from data.merging import merge
from data.profiles.personal import personal_values
from data.registers.kinds import kind_of
from data.registers.reading import read_register
from data.registers.storing import store_register
from data.retired import without_retired
from data.rules import ROW_RESULTS, RULES
from data.store.acceptances import accept_held, acceptances
from data.store.sources import set_source, source_settings
from geo.schema import CATEGORY, POLICE_UK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.batches import Batch
    from data.desk import Desk
    from data.lake import LakeWriter
    from data.readers.findings import HeldRow
    from data.workspace import Workspace

HOME: Final = "Europe/London"
REMEMBERED: Final = ("T08", "K01")
"""Rules whose answer holds for the next files of the source too."""
ACCEPTABLE: Final = frozenset({"T01", "T03", "T08", "G02", "G03", "G07"})
"""Rules that make a proposal."""
REJECTABLE: Final = frozenset({"T01", "T03", "T05", "T08", "G02", "G03", "G07", "G14", "K01"})
"""Rules whose rows can be left as they are."""
SETTABLE: Final = frozenset({"T01", "T03", "T04", "T05", "G02", "G03", "G07"})
"""Rules whose rows can be mended by setting the value that was looked at."""
PAIRS: Final = {
    "easting": "easting,northing",
    "northing": "easting,northing",
    "lon": "lon,lat",
    "lat": "lon,lat",
}
"""Fields that are set together, the values separated by a comma."""
MOST_SHOWN: Final = 200
_TURN: Final = Lock()
"""An answer is added to those before it, so that two at once must not read the same ones."""
_WAYS: Final = {
    "accept": "Only a proposal can be taken: set the value, or leave the rows out.",
    "reject": "Set the value, or leave the rows out.",
    "set": "Name the rows, a column of the file, and the value.",
    "drop": "Name a rule.",
}
OTHER_TYPES: Final = ("Administration", "Public safety and welfare", "Transport")
"""Types of police logs that open data do not have."""


def batches(ws: Workspace, principal: Principal) -> tuple[BatchView, ...]:
    """Return every load, the latest first, with what waits in it."""
    authorise(principal, Permission.IMPORT)
    held = ws.lake.manifest().batches.values()
    with ws.store.read() as session:
        reasons = {one.batch_id: acceptances(session, one.batch_id) for one in held}
    latest = sorted(held, key=lambda one: one.imported_at, reverse=True)
    return tuple(_view(ws, one, reasons[one.batch_id]) for one in latest)


def _view(ws: Workspace, batch: Batch, reasons: Sequence[Any]) -> BatchView:
    at = datetime.fromisoformat(batch.imported_at).astimezone(ZoneInfo(HOME))
    current = [one for one in reasons if one.held == batch.waiting]
    return BatchView(
        batch_id=batch.batch_id,
        file_name=batch.file_name,
        profile=batch.profile.title,
        imported_at=f"{at.day} {at:%B %Y, %H:%M}",
        counts={
            name: batch.counts[name] for name in ("kept", "fixed", "held", "dropped", "refused")
        },
        findings=batch.findings,
        held=batch.held,
        answers=tuple(answer_words(one) for one in batch.answers),
        accepted=current[-1].reason if current else "",
        can_answer=ws.lake.staged_path(batch.batch_id).is_file(),
        agreement_ref=batch.agreement_ref,
        groups=held_groups(batch),
    )


def held_groups(batch: Batch) -> tuple[HeldGroup, ...]:
    """Return the rows of a load that wait, by reason; unknown codes one by one."""
    by_reason: dict[tuple[str, str], list[HeldRow]] = {}
    for row in batch.held:
        key = row.value if row.code == "K01" else ""
        by_reason.setdefault((row.code, key), []).append(row)
    return tuple(_group(batch, code, key, rows) for (code, key), rows in by_reason.items())


def _group(batch: Batch, code: str, key: str, rows: list[HeldRow]) -> HeldGroup:
    register = batch.profile.source == REGISTER
    found = [one for one in batch.findings if one.code == code and one.result == "held"]
    whole = sum(one.rows for one in found) if not key else 0
    fields = {heading: field for field, heading in batch.profile.columns.items()}
    field = fields.get(rows[0].column, "") if code in SETTABLE and not register else ""
    field = PAIRS.get(field, field)
    return HeldGroup(
        code=code,
        problem=RULES[code].problem,
        question=next((one.question for one in found if one.question), "") or rows[0].reason,
        key=key,
        total=max(whole, len(rows)),
        rows=tuple(rows[:MOST_SHOWN]),
        can_accept=code == "T08" or any(row.suggestion for row in rows),
        can_reject=register or code in REJECTABLE,
        field="category" if code == "K01" else field,
    )


def answer_words(answer: Answer) -> str:
    """Return what was decided, as one sentence.

    Examples
    --------
    >>> answer_words(Answer("G02", "accept"))
    'Easting and northing swapped: the proposal was taken for all rows.'
    """
    problem = RULES[answer.code].problem
    which = f"row {answer.rows[0]:,}" if len(answer.rows) == 1 else f"{len(answer.rows):,} rows"
    which = which if answer.rows else "all rows"
    if answer.key:
        which = f"all rows with {answer.key}"
    said = {
        "accept": f"the proposal was taken for {which}",
        "reject": f"{which} stay as they are"
        if which != "all rows"
        else "all rows stay as they are",
        "set": f"{answer.value.replace('|', ', ')} was set for {which}",
        "drop": f"{which} left out",
    }[answer.verdict]
    return f"{problem}: {said}."


def answer(
    ws: Workspace, principal: Principal, batch_id: str, answers: Sequence[Answer]
) -> BatchView:
    """Add answers about rows that wait in a load, and return it as it then is.

    Raises
    ------
    AccessError
        Where the role may not load files.
    DataError
        Where there is no such load, nothing can be decided any more, or an answer cannot be.
    """
    authorise(principal, Permission.IMPORT)
    batch = _known(ws, batch_id)
    for one in answers:
        _check(one, batch)
    return _changed(ws, principal, batch_id, "answer_held", tuple(answers), None)


def undo(ws: Workspace, principal: Principal, batch_id: str, position: int) -> BatchView:
    """Take back the answer at a position, counted from 0, and return the load as it then is."""
    authorise(principal, Permission.IMPORT)
    return _changed(ws, principal, batch_id, "undo_answer", (), position)


def accept_waiting(ws: Workspace, principal: Principal, batch_id: str, reason: str) -> BatchView:
    """Let the rows of a load wait for a stated reason: publishing is then not blocked by them."""
    authorise(principal, Permission.IMPORT)
    batch = _known(ws, batch_id)
    if not reason.strip():
        message = "Rows may only wait for a stated reason."
        raise DataError(message, "Write why they can wait.")
    _check_no_person(reason)
    now = ws.clock.now()
    detail = {"held": batch.waiting, "reason": reason.strip()}
    with ws.store.change(principal, "accept_held", batch_id, detail, now) as session:
        accept_held(session, principal, batch_id, batch.waiting, reason.strip(), now)
    with ws.store.read() as session:
        return _view(ws, batch, acceptances(session, batch_id))


def _check(one: Answer, batch: Batch) -> None:
    if one.code not in RULES or one.verdict not in VERDICTS:
        message = f"{one.code} {one.verdict} is no answer."
        raise DataError(message, f"Answer a rule with one of: {', '.join(VERDICTS)}.")
    if one.verdict == "set" and not one.value.strip():
        message = "A value to set is missing."
        raise DataError(message, "Write what is to stand there.")
    _check_no_person(one.value, one.key)
    if batch.profile.source != REGISTER and not _has_effect(one, batch):
        message = f"{one.code} {one.verdict} would change nothing."
        raise DataError(message, _WAYS[one.verdict])


def _check_no_person(*said: str) -> None:
    if personal_values(pa.array(said, pa.string()))[0].any():
        message = "What was written looks like personal data, which is never stored."
        raise DataError(message, "Write it without anything about a person.")


def _has_effect(one: Answer, batch: Batch) -> bool:
    """Return whether a rule heeds such an answer."""
    if one.verdict == "set" and one.code == "K01":
        return bool(one.key or one.rows)
    if one.verdict == "set":
        named = set(one.column.split(",")) <= set(batch.profile.columns)
        return one.code in SETTABLE and bool(one.rows) and named
    heeds = {"accept": ACCEPTABLE, "reject": REJECTABLE, "drop": frozenset(RULES)}
    return one.code in heeds[one.verdict]


def _known(ws: Workspace, batch_id: str) -> Batch:
    found = ws.lake.manifest().batches.get(batch_id)
    if found is None:
        message = "There is no such load."
        raise DataError(message, "Choose one of those that are listed.")
    return found


def _changed(
    ws: Workspace,
    principal: Principal,
    batch_id: str,
    action: str,
    more: tuple[Answer, ...],
    without: int | None,
) -> BatchView:
    """Interpret a load again with other answers, and record it; one change at a time."""
    with _TURN:
        return _changed_alone(ws, principal, batch_id, action, more, without)


def _changed_alone(
    ws: Workspace,
    principal: Principal,
    batch_id: str,
    action: str,
    more: tuple[Answer, ...],
    without: int | None,
) -> BatchView:
    before = _known(ws, batch_id)
    if without is not None and not 0 <= without < len(before.answers):
        message = "There is no such answer to take back."
        raise DataError(message, "Choose one of those that are listed.")
    kept = tuple(one for at, one in enumerate(before.answers) if at != without)
    answers = (*kept, *more)
    now = ws.clock.now()
    told = more or (before.answers[without or 0],)
    if not ws.lake.staged_path(batch_id).is_file():
        raise no_columns(before)
    _remember(ws, principal, before, told, now, forget=without is not None)
    desk = desk_for(ws, before.area_id, now).with_answers({batch_id: answers})
    again = _register_again if before.profile.source == REGISTER else _incidents_again
    after = again(ws, principal, before, desk, answers)
    detail = {
        "answers": [answer_words(one) for one in told],
        "before": dict(before.counts),
        "after": dict(after.counts),
        "dataset_version": ws.lake.version,
    }
    ws.store.record(principal, action, batch_id, detail, now)
    with ws.store.read() as session:
        return _view(ws, after, acceptances(session, batch_id))


def _incidents_again(
    ws: Workspace, _principal: Principal, before: Batch, desk: Desk, answers: tuple[Answer, ...]
) -> Batch:
    with ws.lake.writing(desk.now) as writer:
        _check_unchanged(writer, before)
        sheet, changed = staged_sheet(ws.lake.staged_path(before.batch_id), before)
        text = replace(sheet.text, excel_epoch=date.fromisoformat(before.excel_epoch))
        found = interpret(
            replace(sheet, text=text),
            before.profile,
            desk.context(before.profile, before.batch_id),
            batch=before.batch_id,
            changed=changed,
        )
        found = without_retired(found, desk.retired)
        raw = RawFile(before.file_name, before.sha256)
        for pair, rows in rows_by_pair(found):
            merge(writer, pair, rows, raw, batch_id=before.batch_id, later=_later(writer, before))
        counts = counts_of(found)
        for name in ("dropped", "refused"):
            counts[name] += before.gone[name]
            counts["read"] += before.gone[name]
        after = replace(
            before, counts=counts, findings=found.findings, held=found.held, answers=answers
        )
        writer.put_batch(after, None)
        writer.commit()
    return after


def _later(writer: LakeWriter, before: Batch) -> tuple[str, ...]:
    """Return the loads that came after one; those of one import in the order of its files."""
    order = list(writer.batches)
    at = (before.imported_at, order.index(before.batch_id))
    return tuple(
        one.batch_id
        for place, one in enumerate(writer.batches.values())
        if (one.imported_at, place) > at
    )


def _register_again(
    ws: Workspace, principal: Principal, before: Batch, desk: Desk, answers: tuple[Answer, ...]
) -> Batch:
    with ws.lake.writing(desk.now) as writer:
        _check_unchanged(writer, before)
        after = _register_anew(ws, principal, before, desk, answers)
        writer.put_batch(after, None)
        writer.commit()
    return after


def _check_unchanged(writer: LakeWriter, before: Batch) -> None:
    """Let nobody answer upon a state that another person has changed: one answer would be lost."""
    if writer.batches.get(before.batch_id) != before:
        message = f"Somebody has answered for {before.file_name} meanwhile."
        raise DataError(message, "Look at what waits now, then answer again.")


def _register_anew(
    ws: Workspace, principal: Principal, before: Batch, desk: Desk, answers: tuple[Answer, ...]
) -> Batch:
    """Put the entries of a register among the records again, and return its load."""
    kind = kind_of(before.profile.key.partition(":")[2])
    sheet, _ = staged_sheet(ws.lake.staged_path(before.batch_id), before)
    verdicts = {one.code: one.verdict for one in answers}
    rows = read_register(sheet.text, kind, now=desk.now, area=desk.area, answers=verdicts)
    store_register(ws.store, principal, rows, kind, before.area_id, before.batch_id, desk.now)
    counts: dict[str, int] = {name: rows.counts.get(name, 0) for name in ROW_RESULTS}
    counts["dropped"] += before.gone["dropped"]
    counts["read"] = sum(counts.values())
    return replace(
        before,
        counts=counts,
        findings=(*before.standing, *rows.findings),
        held=rows.held,
        answers=answers,
    )


def _remember(
    ws: Workspace,
    principal: Principal,
    batch: Batch,
    answers: Sequence[Answer],
    now: datetime,
    *,
    forget: bool,
) -> None:
    """Keep answers that hold for the source, so that its next files do not ask; or forget them."""
    pair = (batch.profile.source, batch.profile.provider)
    with ws.store.read() as session:
        settings = source_settings(session, *pair)
    changed = dict(settings)
    for one in answers:
        if one.code == "T08" and one.verdict in {"accept", "reject"}:
            said = "gmt" if one.verdict == "accept" else "local"
            changed["clock"] = None if forget else said
        if one.code == "K01" and one.verdict == "set" and one.key:
            known = dict(changed.get("answers", {}))
            codes = {**known.get("codes", {}), one.key: one.value}
            if forget:
                del codes[one.key]
            changed["answers"] = {**known, "codes": codes}
    if changed != settings:
        detail = {"source": pair[0], "provider": pair[1], "settings": changed}
        with ws.store.change(principal, "set_source", batch.batch_id, detail, now) as session:
            set_source(session, principal, *pair, changed, now)


def data_title(ws: Workspace, principal: Principal, loads: Sequence[BatchView]) -> str:
    """Return what the Data page says first: whether anything waits before publishing."""
    authorise(principal, Permission.IMPORT)
    waiting = [one.counts["held"] for one in loads if one.counts["held"] and not one.accepted]
    if waiting:
        verb = "waits" if sum(waiting) == 1 else "wait"
        files = plural(len(waiting), "file")
        return f"{plural(sum(waiting), 'row')} of {files} {verb} for your answer"
    if not ws.lake.manifest().partitions:
        return "No data are loaded yet"
    out = sum(one.counts["held"] for one in loads)
    if out:
        verb = "stays" if out == 1 else "stay"
        return f"Every row is accounted for; {plural(out, 'row')} {verb} out for a stated reason"
    return "Every row is accounted for"


def change_words(before: BatchView, after: BatchView) -> str:
    """Return what answering or taking back changed of a load, as a sentence."""
    more = sum(after.counts[name] - before.counts[name] for name in ("kept", "fixed"))
    waits = after.counts["held"]
    verb = "waits" if waits == 1 else "wait"
    left = f"{plural(waits, 'row')} of this file still {verb}" if waits else "nothing waits"
    if more > 0:
        rows = plural(more, "more row")
        return f"{rows} of {after.file_name} now {_count(more)}; {left}."
    if more < 0:
        return f"{plural(-more, 'row')} of {after.file_name} no longer {_count(-more)}; {left}."
    return f"As many rows of {after.file_name} count as before; {left}."


def _count(rows: int) -> str:
    return "counts" if rows == 1 else "count"


def blockers(ws: Workspace, principal: Principal) -> tuple[str, ...]:
    """Return why nothing can be published yet: rows that wait, and no reason given."""
    return tuple(
        f"{plural(one.counts['held'], 'row')} of {one.file_name}"
        f" {'waits' if one.counts['held'] == 1 else 'wait'} for an answer. Answer, or state why"
        " nothing need be decided yet."
        for one in batches(ws, principal)
        if one.counts["held"] and not one.accepted
    )


def known_types(ws: Workspace, principal: Principal) -> tuple[str, ...]:
    """Return the types among which an unknown code can be put, those in use included."""
    authorise(principal, Permission.IMPORT)
    rows = ws.engine.coverage()
    used = set() if rows.empty else set(ws.engine.read_rows([CATEGORY])[CATEGORY].unique())
    return tuple(sorted(used | set(POLICE_UK_CATEGORIES) | set(OTHER_TYPES)))
