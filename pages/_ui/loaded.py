"""What became of every row of the last load, rule by rule?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from data.jobs.wording import plural
from pages._ui import downloads, look, tables
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.import_views import ImportReport, RuleOutcome
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


def last_report() -> ImportReport | None:
    """Return what became of the last load of this visit, if there was one."""
    report: ImportReport | None = st.session_state.get(REPORT)
    return report


def show(page: Page) -> None:
    """Show what became of every row of the last load."""
    report = last_report()
    if report is None:
        return
    look.header(_title(report))
    counts = [
        ("read", report.rows_read),
        ("kept as they came", report.rows_kept),
        ("fixed and counted", report.rows_fixed),
        ("held for you", report.rows_held),
        ("dropped: totals, blank rows, exact repeats", report.rows_dropped),
        ("refused", report.rows_refused),
    ]
    inside = [
        ("without a location", report.rows_no_location),
        ("outside this area", report.rows_outside_area),
        ("in this area", report.rows_in_area),
    ]
    left, middle, right = st.columns([4, 3, 5], gap="large")
    with left:
        tables.counts(counts)
    with middle:
        st.markdown("**Of the rows that count**")
        tables.counts([(words, n) for words, n in inside if n is not None])
    with right:
        _show_compared(report)
    tables.files(report.files)
    _show_rules(report)
    for note in report.notes:
        st.markdown(f"- {escape_markdown(note)}")
    if report.refused:
        downloads.refused_rows(page, report)


def _title(report: ImportReport) -> str:
    if all(file.status == "refused" for file in report.files):
        return "Nothing was loaded"
    return "What became of every row" if report.changed else "Nothing has changed"


def _show_compared(report: ImportReport) -> None:
    """Say what is new, changed and restated against what was held."""
    compared = report.compared
    if not (compared.new or compared.changed or compared.same):
        return
    st.markdown("**Compared with what was held**")
    words = [
        (
            f"{plural(compared.new, 'row')} new, {plural(compared.changed, 'row')} changed,"
            f" {plural(compared.same, 'row')} as before."
        )
    ]
    if compared.restated:
        words.append(f"Restated: {escape_markdown(tables.months_list(compared.restated))}.")
    if compared.older:
        words.append(f"{plural(compared.older, 'row')} older than a later load: left as they were.")
    for sentence in words:
        st.markdown(sentence)


def _show_rules(report: ImportReport) -> None:
    """Show what each rule found, with the first example."""
    if not report.rules:
        return
    order = {result: at for at, result in enumerate(_ORDER)}
    found = sorted(report.rules, key=lambda rule: (not rule.rows, order[rule.result]))
    with st.expander(f"What the rules found: {plural(len(found), 'finding')}"):
        frame = pd.DataFrame(
            {
                "Rule": [f"{rule.code} {escape_markdown(rule.problem)}" for rule in found],
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
