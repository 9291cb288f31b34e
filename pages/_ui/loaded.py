"""What became of every row of the last load, rule by rule?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.jobs.wording import plural
from pages._ui import downloads, look, tables
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.import_views import BatchView, FileOutcome, ImportReport, RuleOutcome
    from pages._ui.page import Page

REPORT: Final = "import-report"
_RESULTS: Final = {
    "kept": "Counted, marked",
    "fixed": "Counted after a fix",
    "held": "Waits for you",
    "dropped": "No report",
    "refused": "Not loaded",
}
_ORDER: Final = ("held", "refused", "fixed", "dropped", "kept")
_FEW: Final = 3
_AT_ONCE: Final = 4


def last_report() -> ImportReport | None:
    """Return what became of the last load of this visit, if there was one."""
    report: ImportReport | None = st.session_state.get(REPORT)
    return report


def show(loads: Sequence[BatchView]) -> None:
    """Show what became of every row of the last load: how it adds up, and what was found first."""
    report = _told_report()
    if report is None:
        return
    mine = {file.batch_id for file in report.files}
    answered = any(one.answers for one in loads if one.batch_id in mine)
    look.header(_title(report))
    if report.rows_read:
        _show_figures(report)
    if answered:
        st.caption("These are the figures of the load. The answers since then stand below.")
    elif report.rows_read:
        _show_results(report)
    _show_odd(report.files)


def show_details(page: Page) -> None:
    """Show the figures of each file, every finding, and the refused rows to take away."""
    report = _told_report()
    if report is None:
        return
    if report.notes:
        st.markdown("\n".join(f"- {escape_markdown(note)}" for note in report.notes))
    with st.expander(f"File by file: {plural(len(report.files), 'file')}"):
        tables.files(report.files)
    _show_rules(report)
    if report.refused:
        downloads.refused_rows(page, report)


def _told_report() -> ImportReport | None:
    """Return the last report, unless all that it says is that the columns of a file are asked."""
    report = last_report()
    if report is None or all(file.headings for file in report.files):
        return None
    return report


def _title(report: ImportReport) -> str:
    if all(file.status == "refused" for file in report.files):
        return "Nothing was loaded"
    return "What became of every row" if report.changed else "Nothing has changed"


def _show_figures(report: ImportReport) -> None:
    """Say how the rows that were read add up, what of them counts here, and what is new."""
    read = plural(report.rows_read, "row")
    sentences = [
        (
            f"**{read} read:** {report.rows_kept:,} kept as they came, {report.rows_fixed:,} fixed"
            f" and counted, **{report.rows_held:,} held for you**, {report.rows_dropped:,} dropped"
            f" (totals, blank rows, exact repeats), {report.rows_refused:,} refused."
        )
    ]
    if report.rows_in_area is not None and report.changed:
        sentences.append(
            f"Of the rows that count, {report.rows_in_area:,} lie in this area,"
            f" {report.rows_outside_area or 0:,} outside it, and {report.rows_no_location:,} have"
            " no location."
        )
    st.markdown("  \n".join([*sentences, " ".join(_compared(report))]))


def _compared(report: ImportReport) -> list[str]:
    """Return what is new, changed and restated against what was held, as sentences."""
    compared = report.compared
    if not (compared.new or compared.changed or compared.same):
        return []
    words = [
        (
            f"Compared with what was held: {compared.new:,} new, {compared.changed:,} changed,"
            f" {compared.same:,} as before."
        )
    ]
    if compared.restated:
        words.append(f"Restated: {escape_markdown(tables.months_list(compared.restated))}.")
    if compared.older:
        words.append(f"{plural(compared.older, 'row')} older than a later load: left as they were.")
    return words


def _show_results(report: ImportReport) -> None:
    """Show what was held, fixed and refused, each with its first example."""
    if not any(rule.rows and rule.result != "kept" for rule in report.rules):
        st.markdown("Nothing had to be held, fixed, dropped or refused.")
        return
    refused = f"Refused: {report.rows_refused:,}, dropped: {report.rows_dropped:,}"
    parts = [
        (f"Held for you: {report.rows_held:,}", ("held",)),
        (f"Fixed and counted: {report.rows_fixed:,}", ("fixed",)),
        (refused, ("refused", "dropped")),
    ]
    for place, (title, results) in zip(st.columns(3, gap="large"), parts, strict=True):
        found = [rule for rule in report.rules if rule.rows and rule.result in results]
        with place:
            st.subheader(title, anchor=False)
            st.markdown("\n".join(f"- {_line(rule)}" for rule in found[:_FEW]) or "Nothing.")
            if found[_FEW:]:
                st.caption("More stand in the list of what the rules found.")


def _line(rule: RuleOutcome) -> str:
    """Return what a rule found, and where first."""
    where = _first(rule)
    return f"{escape_markdown(rule.message)} {where and f'First: {where}. '}({rule.code})"


def _show_odd(files: Sequence[FileOutcome]) -> None:
    """Say at once which files were not loaded, and what to do."""
    odd = [one for one in files if one.status in {"refused", "skipped"} and not one.headings]
    for file in odd[:_AT_ONCE]:
        words = escape_markdown(file.message)
        st.warning(f"**{escape_markdown(file.file)}**: {words}", icon=":material/warning:")
    if odd[_AT_ONCE:]:
        st.caption("More files were not loaded: see the list file by file.")


def _show_rules(report: ImportReport) -> None:
    """Show what each rule found, with the first example."""
    if not report.rules:
        return
    order = {result: at for at, result in enumerate(_ORDER)}
    found = sorted(report.rules, key=lambda rule: (not rule.rows, order[rule.result]))
    with st.expander(f"What the rules found: {plural(len(found), 'finding')}"):
        frame = pd.DataFrame(
            {
                "Rule": [f"{escape_markdown(rule.problem)} ({rule.code})" for rule in found],
                "Rows": [f"{rule.rows:,}" if rule.rows else "" for rule in found],
                "Result": [_RESULTS[rule.result] if rule.rows else "Note" for rule in found],
                "What was found": [escape_markdown(rule.message) for rule in found],
                "First example": [_first(rule) for rule in found],
                "File": [escape_markdown(rule.file) for rule in found],
            }
        )
        st.table(frame, border="horizontal", hide_index=True)


def _first(rule: RuleOutcome) -> str:
    where = f"row {rule.row:,}" if rule.row else ""
    column = escape_markdown(rule.column)
    return ", ".join(part for part in (where, column) if part)
