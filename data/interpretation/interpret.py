"""What becomes of every row of a file: canonical incident, held, dropped or refused?

A pure function of the file, its profile and what people answered: the same three give the same
rows, so that an answer can be taken back at any time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.interpretation.codes import read_what
from data.interpretation.context import Columns, texts
from data.interpretation.places import read_where
from data.interpretation.references import (
    mark_likely,
    mark_links,
    mark_repeated,
    read_references,
)
from data.interpretation.sinks import mark_sinks
from data.interpretation.times import read_when
from data.profiles.personal import (
    personal_columns,
    personal_references,
    personal_values,
    without_words,
)
from data.readers.findings import Finding, MarkedRow, RowLedger, counted_rows
from data.readers.rows import BadRows, FileRows, incident_table, split_by_month
from geo import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from data.interpretation.codes import What
    from data.interpretation.context import Context
    from data.interpretation.places import Where
    from data.interpretation.references import References
    from data.interpretation.times import When
    from data.profiles.model import Profile
    from data.readers.tidying import Sheet

MOST_MARKED: Final = 2_000
MARKS: Final = "__marks"
"""Column of staged text: codes of rules that changed a row before it was staged."""
CHANGED_BEFORE: Final = ("F03", "F09")
NOT_KEPT: Final = "D02"
"""Not kept beside a row: which reports are one incident is found anew from all that is held."""
_NUMBERS: Final = frozenset(
    {"easting", "northing", "lat", "lon", "t_start", "t_end", "t_reported", "time"}
)
_REFERENCES: Final = frozenset({"source_ref", "linked_ref", "police_log_ref", "uprn"})
_FORMULA: Final = r"^[=+@\t\r-]"
_FREE_TEXTS: Final = ("place", "category", "closing_code", "opening_code", "outcome", "source_ref")
_FACTS: Final = ("arrests", "evidence", "police_attended")


def interpret(
    sheet: Sheet,
    profile: Profile,
    context: Context,
    *,
    batch: str = "",
    changed: Mapping[str, NDArray[np.bool_]] | None = None,
) -> FileRows:
    """Return the incidents of a file, and what became of every row.

    Parameters
    ----------
    sheet
        The table as found.
    profile
        Which column holds what.
    context
        The present, the area, and what is known and was answered.
    batch
        Name of this load, written beside every row.
    changed
        Rows that a rule had changed when the file was first read, where it is read again.
    """
    text = sheet.text
    columns = Columns(text, profile, context.answers)
    ledger = RowLedger(text.numbers)
    _note_columns(sheet, profile, ledger)
    _mark_changed(changed or {}, ledger)
    _mark_filled(sheet, profile, ledger)
    _keep_out_personal(columns, ledger)
    _mark_accents(sheet, columns, ledger)
    _drop(context, ledger)
    context.step("reading times")
    when = read_when(columns, profile, ledger, context, text.excel_epoch)
    context.step("reading types")
    what = read_what(columns, profile, ledger, context)
    context.step("finding places")
    place = read_where(columns, profile, ledger, context)
    _mark_formulas(columns, ledger)
    mark_sinks(columns, place, ledger, context)
    _drop_all(context, ledger)
    context.step("looking for repeats")
    references = read_references(columns, ledger)
    superseded = np.zeros(len(columns), dtype=np.bool_)
    if profile.coding != "collision":  # one reference there names every casualty of a collision
        superseded = mark_repeated(columns, references, when, ledger)
    links = mark_links(columns, references, ledger)
    what.status[superseded & (what.status == "")] = "superseded"
    table = _incidents(columns, profile, when, what, place, references, ledger, batch)
    del when, what, place  # which the table now holds
    links = mark_likely(table, links, ledger)
    counted = ledger.rows_that_are("kept", "fixed")
    table = table.filter(pa.array(counted))
    fixed = ledger.rows_that_are("fixed")[counted]
    return FileRows(
        rows_read=text.rows_read + len(sheet.dropped),
        batches=split_by_month(table, fixed) if counted.any() else (),
        rows_dropped=ledger.count("dropped") + len(sheet.dropped),
        bad=BadRows(ledger.count("refused") + len(text.ragged), text.ragged),
        notes=text.notes,
        month_heading=columns.heading("t_start") or columns.heading("t_reported"),
        rows_held=ledger.count("held"),
        held=ledger.held,
        findings=_findings(sheet, ledger),
        marked=_marked(references, links, ledger),
        staged=_staged(columns, ledger),
        profile=profile,
    )


def _staged(columns: Columns, ledger: RowLedger) -> pa.Table:
    """Return the columns as text, without refused rows, to interpret the file again."""
    refused = ledger.rows_that_are("refused")
    marks = pa.array(ledger.flags(*CHANGED_BEFORE)[~refused], pa.string())
    return columns.without(refused).append_column(MARKS, marks)


def _findings(sheet: Sheet, ledger: RowLedger) -> tuple[Finding, ...]:
    ragged = len(sheet.text.ragged)
    found = [*sheet.findings, *ledger.findings]
    if ragged:
        first = sheet.text.ragged[0]
        words = "{n} have more or fewer values than there are headings; not loaded."
        found.append(Finding("F08", ragged, "refused", counted_rows(words, ragged), first.row))
    return tuple(sorted(found, key=lambda finding: "FCTGDKM".index(finding.code[0])))


def _note_columns(sheet: Sheet, profile: Profile, ledger: RowLedger) -> None:
    personal = personal_columns(sheet.text.columns)
    if personal:
        verb = "looks" if len(personal) == 1 else "look"
        noun = "Column" if len(personal) == 1 else "Columns"
        ledger.note(
            "F09",
            f"{noun} {_list(personal)} {verb} like personal data. No value of"
            f" {'it' if len(personal) == 1 else 'them'} was loaded.",
            column=", ".join(personal),
        )
    used = set(profile.columns.values())
    others = [
        name for name in sheet.text.columns if name and name not in used and name not in personal
    ]
    if others:
        ledger.note("C01", f"{len(others)} other columns were not read.")
    if "ward" in profile.columns:
        ledger.note(
            "G13",
            "The ward in the file is ignored: wards are found from the point, on one vintage.",
            column=profile.columns["ward"],
        )


def _list(words: tuple[str, ...]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _keep_out_personal(columns: Columns, ledger: RowLedger) -> None:
    """Blank values that say something about a person, before anything else reads them."""
    for name in columns.names:
        values = columns.values(name)
        if name in _NUMBERS:
            columns.replace(name, without_words(values))
            continue
        check = personal_references if name in _REFERENCES else personal_values
        found, kinds = check(values)
        ledger.mark(
            "F09",
            found,
            "fixed",
            f"{{n}} held {_list(kinds or ('',))} in {columns.heading(name)}: these values were left"
            " out.",
            column=columns.heading(name),
        )
        if found.any():
            columns.replace(name, pc.if_else(pa.array(found), "", values))


def _mark_changed(changed: Mapping[str, NDArray[np.bool_]], ledger: RowLedger) -> None:
    for code, rows in changed.items():
        ledger.mark(code, rows, "fixed", "{n} were changed when the file was first read.")


def _mark_filled(sheet: Sheet, profile: Profile, ledger: RowLedger) -> None:
    used = set(profile.columns.values())
    for heading, rows in sheet.filled.items():
        if heading in used:
            words = f"{{n}}: blank cells of {heading} were filled that were merged in Excel."
            ledger.mark("F03", rows, "fixed", words, column=heading)


def _mark_accents(sheet: Sheet, columns: Columns, ledger: RowLedger) -> None:
    """Mark rows with letters that hang on how the file was read."""
    if not any(finding.code == "F01" for finding in sheet.findings):
        return
    found = np.zeros(len(columns), dtype=np.bool_)
    for name in columns.names:
        ascii_only = pc.string_is_ascii(columns.values(name))
        found |= ~ascii_only.to_numpy(zero_copy_only=False)
    ledger.mark("F01", found, "kept", "{n} hold letters beyond ASCII, read as Windows-1252.")


_LEFT_OUT: Final = "{n} left out, as was decided."


def _drop(context: Context, ledger: RowLedger) -> None:
    """Leave out the rows that a person named."""
    for answer in context.answers:
        if answer.verdict == "drop" and answer.rows:
            rows = np.isin(ledger.numbers, answer.rows)
            ledger.mark(answer.code, rows, "dropped", _LEFT_OUT)


def _drop_all(context: Context, ledger: RowLedger) -> None:
    """Leave out all rows that a rule holds, where a person said so."""
    for answer in context.answers:
        if answer.verdict == "drop" and not answer.rows and not answer.key:
            ledger.mark(answer.code, ledger.met_by(answer.code), "dropped", _LEFT_OUT)


def _mark_formulas(columns: Columns, ledger: RowLedger) -> None:
    for name in _FREE_TEXTS:
        values = columns.values(name)
        ledger.mark(
            "F07",
            pc.match_substring_regex(values, _FORMULA).to_numpy(zero_copy_only=False),
            "fixed",
            "{n} with a value that looks like a formula: stored as text.",
            column=columns.heading(name),
        )


def _incidents(  # noqa: PLR0913, PLR0917 - the parts that a row is put together from
    columns: Columns,
    profile: Profile,
    when: When,
    what: What,
    place: Where,
    references: References,
    ledger: RowLedger,
    batch: str,
) -> pa.Table:
    rows = len(columns)
    return incident_table(
        {
            schema.SOURCE: pa.repeat(profile.source, rows),
            schema.PROVIDER: pa.repeat(profile.provider, rows),
            schema.MONTH: pa.array(when.months, pa.string()),
            schema.SOURCE_REF: references.own,
            schema.SOURCE_ROW: pa.array(columns.numbers),
            schema.CATEGORY: texts(what.category),
            schema.OUTCOME: columns.values("outcome"),
            schema.PLACE: columns.values("place"),
            schema.LON: pa.array(place.lon),
            schema.LAT: pa.array(place.lat),
            schema.TIME_FROM: pa.array(when.start),
            schema.TIME_TO: pa.array(when.end),
            schema.TIME_PRECISION: pa.array(when.precision, pa.string()),
            schema.LOCATION_PRECISION: texts(place.precision),
            schema.ORIGIN: texts(what.origin),
            schema.RECORD_KIND: texts(what.kind),
            schema.SUBTYPE: texts(what.subtype),
            schema.ASB_QUALIFIER: texts(what.qualifier),
            schema.OPENING_CODE: columns.values("opening_code"),
            schema.CLOSING_CODE: columns.values(
                "closing_code" if columns.has("closing_code") else "ho_code"
            ),
            schema.GRADE: columns.values("grade"),
            schema.LINKED_REF: references.linked,
            schema.CAMERA_IDS: pc.replace_substring_regex(
                columns.values("camera_ids"), r"\s*[;,]\s*", ";"
            ),
            schema.DETAILS: _details(columns),
            schema.SENSITIVE_CLASS: texts(what.sensitive),
            schema.SETTING: texts(what.setting),
            schema.STATUS: texts(what.status),
            schema.QUALITY_FLAGS: texts(ledger.flags(without=NOT_KEPT)),
            schema.SOURCE_BATCH: pa.repeat(batch, rows),
        }
    )


def _details(columns: Columns) -> pa.Array:
    """Return the coded facts that only some sources have, as JSON objects with sorted keys."""
    present = [name for name in _FACTS if columns.has(name)]
    if not present:
        return pa.repeat("", len(columns))
    rows = zip(*(columns.values(name).to_pylist() for name in present), strict=True)
    facts = [
        {name: value for name, value in zip(present, row, strict=True) if value} for row in rows
    ]
    return pa.array(
        [json.dumps(fact, ensure_ascii=False, sort_keys=True) if fact else "" for fact in facts]
    )


def _marked(
    references: References, links: NDArray[np.object_], ledger: RowLedger
) -> tuple[MarkedRow, ...]:
    """Return the first rows that any rule marked, with their reference and what became of them."""
    flags = ledger.flags()
    positions = np.flatnonzero(flags != "")[:MOST_MARKED]
    result: NDArray[np.object_] = ledger.results()
    refused = ledger.rows_that_are("refused")
    own = references.own.take(pa.array(positions)).to_pylist()
    return tuple(
        MarkedRow(
            int(ledger.numbers[at]),
            "" if refused[at] else reference,
            tuple(_code_words(code, links[at]) for code in str(flags[at]).split(" ")),
            result[at],
        )
        for at, reference in zip(positions, own, strict=True)
    )


def _code_words(code: str, link: str) -> str:
    return f"{code} {link}" if code == "D02" and link else code
