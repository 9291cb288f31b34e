"""Which months are there, as a picture, as a sentence and as rows?"""

from __future__ import annotations

import html
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from data.jobs.wording import plural
from geo.periods import month_words
from geo.schema import POLICE_UK
from pages._ui import cached, look, tables
from pages._ui.errors import explained
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.views import CoverageView, ProviderMonths
    from pages._ui.page import Page

_INITIALS = "JFMAMJJASOND"


def show(page: Page) -> None:
    """Show the coverage calendar of every provider that counts for the area."""
    if page.loaded is None:
        return
    with explained(None):
        coverage = cached.coverage(page.loaded)
    look.header("Months loaded")
    st.markdown(f"{escape_markdown(coverage.sentence)} Missing months are never counted as zero.")
    for provider in coverage.providers:
        if provider.counts_for_area:
            st.caption(escape_markdown(_provider_words(provider)))
            st.html(calendar_html(provider, coverage))
    others = [
        one for one in coverage.providers if not one.counts_for_area and one.source != POLICE_UK
    ]
    _show_others(others)
    if coverage.partial:
        names = ", ".join(month_words(month) for month in coverage.partial)
        look.missing(f"Only a part was supplied: {names}. These months count as not seen.")
    if coverage.low:
        names = ", ".join(month_words(month) for month in coverage.low)
        look.missing(f"Less than half of the usual reports: {names}. These may be incomplete.")
    with st.expander("Show the months as a table"):
        tables.months(coverage)
    st.caption(f"Dataset version {escape_markdown(page.loaded.status.dataset_version)}.")


def _show_others(providers: Sequence[ProviderMonths]) -> None:
    """Say which months other sources have: a month without them is not missing for the area."""
    if not providers:
        return
    with st.expander(f"Months of {plural(len(providers), 'other source')}"):
        for one in providers:
            names = tables.months_list([month for month, _ in one.months])
            st.markdown(f"- **{escape_markdown(one.provider)}**: {escape_markdown(names)}")


def calendar_html(provider: ProviderMonths, coverage: CoverageView) -> str:
    """Return a grid of years by months: solid is loaded, hatched is no data, blank is outside.

    Its accessible name says the same as a sentence; the text is escaped.
    """
    rows = dict(provider.months)
    missing = [month_words(month) for month, _ in coverage.months if month not in rows]
    says = f"Months of {provider.provider}. No data for: {', '.join(missing) or 'no month'}."
    heads = "".join(f"<b>{initial}</b>" for initial in _INITIALS)
    body = "".join(
        f"<b>{year}</b>{_year_html(year, {month for month, _ in months}, rows)}"
        for year, months in groupby(coverage.months, key=lambda pair: pair[0][:4])
    )
    return (
        f'<div class="hb-calendar" role="img" aria-label="{html.escape(says)}"><b></b>{heads}{body}'
        "</div>"
    )


def _provider_words(provider: ProviderMonths) -> str:
    of_police_uk = provider.source == POLICE_UK
    return f"{provider.provider}, data.police.uk" if of_police_uk else provider.provider


def _year_html(year: str, inside: set[str], rows: Mapping[str, int]) -> str:
    months = [f"{year}-{number:02d}" for number in range(1, 13)]
    kinds = ["" if m in rows else "hb-none" if m in inside else "hb-out" for m in months]
    return "".join(f'<i class="{kind}"></i>' if kind else "<i></i>" for kind in kinds)
