"""Which rows stand beside the pictures, so that nobody needs to see a picture?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd
import streamlit as st

from data.jobs.wording import COUNT_UNITS, list_words, plural
from geo.periods import month_words
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.import_views import FileOutcome
    from data.views import BusyPlace, CoverageView, HotspotResult


class FoundPlace(NamedTuple):
    """A hexagon by name: its ward, its count (None where it is not shown), and its hotspot."""

    place: str
    ward: str
    n: int | None
    hotspot_id: str | None


Choose = Callable[[str], None]

_TABLE: Final = "hexagon-table"
_HEXAGON_COLUMNS: Final = {
    "place": "Place",
    "ward": "Ward",
    "n": "Reports",
    "months_hot": "Months hot",
    "months_observed": "Months seen",
    "hotspot": "Hotspot",
    "pattern": "Pattern",
    "emerging_class": "Emerging class",
}
_UNIT_HEADS: Final = {"reports": "Reports", "estimated": "Estimated incidents", "harm": "Harm"}
_OUTCOMES: Final = {
    "loaded": "Loaded",
    "unchanged": "Unchanged: loaded before",
    "skipped": "Skipped",
    "refused": "Refused",
}


def hexagons(result: HotspotResult, *, patch: str | None, choose: Choose) -> None:
    """Show every hexagon of the map by place name; a chosen row calls ``choose``."""
    unit = _UNIT_HEADS[result.params.lens]
    shown = result.cells if patch is None else result.cells[result.cells["patch"] == patch]
    shown = shown.sort_values(["n", "place"], ascending=[False, True], kind="stable")
    frame = shown[list(_HEXAGON_COLUMNS)].rename(columns={**_HEXAGON_COLUMNS, "n": unit})
    owners = [owner or None for owner in shown["hotspot_id"]]

    def chosen() -> None:
        rows = st.session_state[_TABLE]["selection"]["rows"]
        if rows and owners[rows[0]]:
            choose(str(owners[rows[0]]))

    st.dataframe(
        frame,
        hide_index=True,
        key=_TABLE,
        on_select=chosen,
        selection_mode="single-row",
        alt=f"Every hexagon of the map by place name, most {unit.lower()} first.",
        column_config={unit: st.column_config.NumberColumn(format="localized")},
    )


def methods(result: HotspotResult) -> None:
    """Show how the figures came about, and what they must not be used for."""
    for caveat in result.caveats:
        st.markdown(f"- {escape_markdown(caveat)}")
    frame = pd.DataFrame(
        {
            "What": [escape_markdown(name) for name, _ in result.methods],
            "How": [escape_markdown(value) for _, value in result.methods],
        }
    )
    st.table(frame, border="horizontal", hide_index=True)


def busy_places(result: HotspotResult, patch: str | None) -> None:
    """Show the three busiest places of each patch, or of the chosen one: one row a patch."""
    wanted = [place for place in result.busy_places if patch in {None, place.patch}]
    if not wanted:
        st.markdown("No place had enough reports to be listed.")
        return
    by_patch = {name: list(places) for name, places in groupby(wanted, key=lambda p: p.patch)}
    ranks = {spot.hotspot_id: spot.rank for spot in result.hotspots}
    frame = pd.DataFrame(
        {
            "Patch": [escape_markdown(name) for name in by_patch],
            f"Busy places: {COUNT_UNITS[result.params.lens][1]}, and how often among the three"
            " busiest": [
                "; ".join(_busy_words(place, ranks) for place in places)
                for places in by_patch.values()
            ],
        }
    )
    st.table(frame, border="horizontal", hide_index=True)


def _busy_words(place: BusyPlace, ranks: Mapping[str, int]) -> str:
    months = f"{place.months_in_top} of {plural(place.months_observed, 'month')}"
    rank = ranks.get(place.hotspot_id or "")
    within = f", in hotspot {rank}" if rank else ""
    return escape_markdown(f"{place.name} ({place.n:,}, {months}{within})")


def counts(rows: Sequence[tuple[str, int]]) -> None:
    """Show how many rows came to what."""
    frame = pd.DataFrame(
        {"Rows": [words for words, _ in rows], "How many": [f"{n:,}" for _, n in rows]}
    )
    st.table(frame, border="horizontal", hide_index=True, width="content")


def files(outcomes: Sequence[FileOutcome]) -> None:
    """Show what became of each file."""
    frame = pd.DataFrame(
        {
            "File": [escape_markdown(outcome.file) for outcome in outcomes],
            "Read as": [outcome.profile or "Open police data" for outcome in outcomes],
            "Outcome": [_OUTCOMES[outcome.status] for outcome in outcomes],
            "Read": [f"{outcome.rows_read:,}" for outcome in outcomes],
            "Kept": [f"{outcome.rows_kept:,}" for outcome in outcomes],
            "Fixed": [f"{outcome.rows_fixed:,}" for outcome in outcomes],
            "Held": [f"{outcome.rows_held:,}" for outcome in outcomes],
            "Dropped": [f"{outcome.rows_dropped:,}" for outcome in outcomes],
            "Refused": [f"{outcome.rows_refused:,}" for outcome in outcomes],
            "What was found": [escape_markdown(outcome.message) for outcome in outcomes],
        }
    )
    st.table(frame, border="horizontal", hide_index=True)


def months_list(names: Sequence[str]) -> str:
    """Return months YYYY-MM as a list in words."""
    return list_words([month_words(name) for name in names])


def months(coverage: CoverageView) -> None:
    """Show how many rows each provider supplied in each month."""
    supplied = {
        f"{one.provider} ({one.source})": {month: f"{rows:,}" for month, rows in one.months}
        for one in coverage.providers
    }
    names = [month for month, _ in coverage.months]
    frame = pd.DataFrame(
        {
            "Month": [month_words(month) for month in names],
            "Counts for this area": ["Yes" if seen else "No data" for _, seen in coverage.months],
            **{
                provider: [rows.get(month, "No data") for month in names]
                for provider, rows in supplied.items()
            },
        }
    )
    st.dataframe(frame, hide_index=True, alt="Rows supplied by month and provider.")


def found(result: HotspotResult, text: str) -> list[FoundPlace]:
    """Return the hexagons whose place name holds the text, most reports first."""
    cells = result.cells
    hits = cells[cells["place"].str.casefold().str.contains(text.casefold(), regex=False)]
    hits = hits.sort_values(["n", "place"], ascending=[False, True], kind="stable")
    columns = zip(hits["place"], hits["ward"], hits["n"], hits["hotspot_id"], strict=True)
    return [
        FoundPlace(place, ward, None if pd.isna(n) else round(n), owner or None)
        for place, ward, n, owner in columns
    ]
