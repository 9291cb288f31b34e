"""How are files loaded, and what waits answered, without a browser?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import DataError
from data.interpretation.context import VERDICTS, Answer
from data.jobs import answers as answers_job
from data.jobs import imports
from data.readers.table import TableMapping
from geo.viz.months import months_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from data.access import Principal
    from data.import_views import BatchView, ImportReport
    from data.workspace import Workspace

Outcome = tuple[dict[str, Any], str]

MOST_SHOWN = 100


def load(
    ws: Workspace,
    principal: Principal,
    options: argparse.Namespace,
    say: Callable[[str, int, int], None],
) -> Outcome:
    """Load files, and return what became of every row."""
    named = TableMapping.parse(options.columns) if options.columns else None
    report = imports.import_files(
        ws,
        principal,
        [Path(name) for name in options.files],
        options.area,
        progress=say,
        mapping=named.profile if named else None,
        sheet=options.sheet or (named.sheet if named else None),
    )
    if options.refused:
        Path(options.refused).write_bytes(imports.refused_csv(report))
    return summary(report), words(report)


def summary(report: ImportReport) -> dict[str, Any]:
    """Return the report of an import as JSON shows it."""
    found = asdict(report)
    found["refused"] = found["refused"][:MOST_SHOWN]
    found["by_rule"] = by_rule(report)
    found["by_ref"] = by_reference(report)
    return found


def by_reference(report: ImportReport) -> dict[str, list[str]]:
    """Return the rules that the rows of each reference met."""
    found: dict[str, list[str]] = {}
    for row in report.marked:
        if row.reference:
            met = found.setdefault(row.reference, [])
            met += [code for code in row.codes if code not in met]
    return found


def by_rule(report: ImportReport) -> dict[str, dict[str, Any]]:
    """Return what each rule found, over all files, with the first message and example."""
    found: dict[str, dict[str, Any]] = {}
    for one in report.rules:
        entry = found.setdefault(
            one.code,
            {
                "rows": 0, "results": {}, "messages": [], "question": one.question,
                "first": {
                    "file": one.file, "row": one.row, "column": one.column, "value": one.value,
                },
            },
        )  # fmt: skip
        entry["rows"] += one.rows
        entry["results"][one.result] = entry["results"].get(one.result, 0) + one.rows
        if one.message not in entry["messages"]:
            entry["messages"].append(one.message)
    return found


def words(report: ImportReport) -> str:
    """Return the report of an import as a person reads it in a terminal."""
    lines = [
        (
            f"{report.rows_read:,} rows read: {report.rows_kept:,} kept, {report.rows_fixed:,}"
            f" fixed, {report.rows_held:,} held, {report.rows_dropped:,} dropped,"
            f" {report.rows_refused:,} refused."
        ),
        f"Of the rows that count {report.rows_no_location:,} have no location.",
    ]
    if report.rows_in_area is not None:
        lines.append(
            f"{report.rows_in_area:,} lie in the area, {report.rows_outside_area:,} outside it"
            " (kept for other areas, in no count of this one)."
        )
    if report.months_missing:
        lines.append(f"No data for {months_words(report.months_missing)}: never shown as zero.")
    lines += [f"{f.file}: {f.message}" for f in report.files if f.status != "loaded" or f.batch_id]
    lines += dict.fromkeys(f"{rule.code} {rule.message}" for rule in report.rules)
    lines += report.notes
    change = "" if report.changed else " (nothing changed)"
    return "\n".join([*lines, f"Dataset version {report.dataset_version}{change}."])


def list_batches(ws: Workspace, principal: Principal, _options: argparse.Namespace) -> Outcome:
    """Return every load with what waits in it."""
    found = answers_job.batches(ws, principal)
    lines = [
        f"{one.batch_id}: {one.file_name} ({one.profile}), {_waiting(one.counts['held'])}"
        for one in found
    ]
    return {"batches": [asdict(one) for one in found]}, "\n".join(
        lines
    ) or "Nothing was loaded yet."


def _waiting(rows: int) -> str:
    return "1 row waits" if rows == 1 else f"{rows:,} rows wait"


def answer(ws: Workspace, principal: Principal, options: argparse.Namespace) -> Outcome:
    """Answer rows that wait, and return the load as it then is."""
    said = Answer(
        options.code,
        options.verdict,
        _row_numbers(options.rows or ""),
        options.key or "",
        options.column or "",
        options.value or "",
    )
    return _shown(answers_job.answer(ws, principal, options.batch, [said]))


def _row_numbers(words: str) -> tuple[int, ...]:
    """Return row numbers as written with commas; none where nothing is written."""
    parts = [part.strip() for part in words.split(",")] if words.strip() else []
    if not all(part.isdecimal() for part in parts):
        message = "The rows are no numbers separated by commas."
        raise DataError(message, "Write them like --rows 5,8,13.")
    return tuple(int(part) for part in parts)


def undo(ws: Workspace, principal: Principal, options: argparse.Namespace) -> Outcome:
    """Take back an answer, and return the load as it then is."""
    return _shown(answers_job.undo(ws, principal, options.batch, options.number - 1))


def accept(ws: Workspace, principal: Principal, options: argparse.Namespace) -> Outcome:
    """Let rows wait for a stated reason."""
    return _shown(answers_job.accept_waiting(ws, principal, options.batch, options.reason))


def _shown(view: BatchView) -> Outcome:
    counts = ", ".join(f"{rows:,} {name}" for name, rows in view.counts.items())
    lines = [f"{view.file_name}: {counts}."]
    lines += [f"{at}. {said}" for at, said in enumerate(view.answers, start=1)]
    return asdict(view), "\n".join(lines)


def add_import_options(command: argparse.ArgumentParser) -> None:
    """Name the options of the command that loads files."""
    command.add_argument("files", nargs="+", metavar="FILES")
    command.add_argument("--area", help="also count what lies in this area")
    command.add_argument(
        "--columns",
        help='for other tables: "lon=X,lat=Y,date=When,category=Type[,place=,reference=,crs=]"',
    )
    command.add_argument(
        "--sheet", help="which sheet of a workbook (default: the best visible one)"
    )
    command.add_argument("--refused", help="write the refused rows to this CSV file")


def add_answer_options(command: argparse.ArgumentParser) -> None:
    """Name the options of the command that answers rows which wait."""
    command.add_argument("batch", metavar="LOAD")
    command.add_argument("code", metavar="RULE", help="such as G02")
    command.add_argument("verdict", choices=VERDICTS)
    command.add_argument("--rows", help="row numbers of the file, by commas (default: all)")
    command.add_argument("--key", help="for K01: the code that is meant")
    command.add_argument("--column", help="with set: the field, such as t_reported")
    command.add_argument("--value", help="with set: what is to stand there")
