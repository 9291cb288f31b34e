"""Which references can be trusted, which come twice, and which rows are one incident?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.interpretation.addresses import DAMAGED
from data.interpretation.context import is_given
from data.readers.coordinates import grid_metres
from geo.repeats import LIKELY, LINKED, REPORT_COLUMNS, X_M, Y_M, group_reports, linked_pairs
from geo.schema import (
    CATEGORY,
    LAT,
    LINKED_REF,
    LON,
    SOURCE_REF,
    STATUS,
    SUBTYPE,
    TIME_FROM,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.interpretation.context import Columns
    from data.interpretation.times import When
    from data.readers.findings import RowLedger
    from geo.repeats import ReportGroups

_LOOKED_AT = (*REPORT_COLUMNS[:-2], LON, LAT, SUBTYPE, SOURCE_REF, LINKED_REF)
_AS_THEY_ARE = tuple(name for name in REPORT_COLUMNS[:-2] if name not in {CATEGORY, TIME_FROM})
_REFERENCES = ("source_ref", "linked_ref", "police_log_ref", "uprn")


@dataclass(frozen=True, eq=False)
class References:
    """References that can be used, "" where there is none, shape (rows,)."""

    own: pa.Array
    linked: pa.Array


def read_references(columns: Columns, ledger: RowLedger) -> References:
    """Return the references of the rows; damaged ones are marked and not used."""
    usable = {}
    for name in _REFERENCES:
        values = columns.values(name)
        damaged = pc.match_substring_regex(values, DAMAGED)
        ledger.mark(
            "C02",
            damaged.to_numpy(zero_copy_only=False),
            "kept",
            f"Excel has damaged the column {columns.heading(name)} ({{n}}). Re-export it as text.",
            column=columns.heading(name),
            values=values,
        )
        usable[name] = pc.if_else(damaged, "", values)
    linked = usable["linked_ref"]
    if columns.has("police_log_ref"):
        linked = pc.if_else(pa.array(is_given(linked)), linked, usable["police_log_ref"])
    itself = pc.equal(linked, usable["source_ref"])
    return References(usable["source_ref"], pc.if_else(itself, "", linked))


def mark_repeated(
    columns: Columns, references: References, when: When, ledger: RowLedger
) -> NDArray[np.bool_]:
    """Return which rows another row with the same reference supersedes: the newest counts."""
    counted = ~ledger.rows_that_are("held", "dropped", "refused") & is_given(references.own)
    table = pd.DataFrame({"ref": references.own.to_pandas(), "at": when.start})[counted]
    newest = (
        table.sort_values("at", kind="stable", na_position="first").groupby("ref").tail(1).index
    )
    superseded = counted.copy()
    superseded[np.asarray(newest, dtype=np.int64)] = False
    ledger.mark(
        "D01",
        superseded,
        "fixed",
        "{n} repeat a reference that comes again; the newest counts, these are kept aside.",
        column=columns.heading("source_ref"),
        values=references.own,
    )
    return superseded


def mark_links(columns: Columns, references: References, ledger: RowLedger) -> NDArray[np.object_]:
    """Mark rows that name another report of the incident, and return "linked_by_source" there."""
    waiting = ledger.rows_that_are("held", "dropped", "refused")
    linked = is_given(references.linked) & ~waiting
    to_police = linked & is_given(columns.values("police_log_ref"))
    ledger.mark(
        "D04",
        to_police,
        "kept",
        "{n} name the police log of the same event: linked, and counted once in demand.",
        column=columns.heading("police_log_ref"),
    )
    ledger.mark(
        "D02",
        linked & ~to_police,
        "kept",
        "{n} are linked by the source to another report of the same incident.",
        column=columns.heading("linked_ref"),
    )
    return np.where(linked, LINKED, "").astype(object)


def mark_likely(
    table: pa.Table, links: NDArray[np.object_], ledger: RowLedger
) -> NDArray[np.object_]:
    """Return how each row belongs to an earlier one: by the source, likely, or "" for not at all.

    Parameters
    ----------
    table
        The rows as incidents, shape (rows,).
    links
        As `mark_links` returns it.
    """
    counted = ledger.rows_that_are("kept", "fixed") & pc.equal(table[STATUS], "").to_numpy()
    rows = table.select(list(_LOOKED_AT)).filter(pa.array(counted))
    if not rows.num_rows:
        return links
    x_m, y_m = grid_metres(rows[LON].to_numpy(), rows[LAT].to_numpy())
    kinds = pc.binary_join_element_wise(rows[CATEGORY], rows[SUBTYPE], "|")
    times = rows[TIME_FROM].to_numpy()
    named = {name: rows[name].to_pandas() for name in _AS_THEY_ARE}
    groups = group_reports(
        {**named, CATEGORY: _numbered(kinds), TIME_FROM: times, X_M: x_m, Y_M: y_m},
        linked=_pairs(rows[SOURCE_REF], rows[LINKED_REF]),
    )
    likely = np.zeros(len(counted), dtype=np.bool_)
    likely[counted] = (groups.confidence == LIKELY) & ~groups.master
    likely |= (links == "") & _after_linked(groups, counted)
    reports = f"{rows.num_rows:,} reports look like {groups.n_incidents:,} separate incidents"
    ledger.mark("D02", likely, "kept", f"{reports}; {{n}} by time and place.")
    return np.where(likely & (links == ""), LIKELY, links)


def _numbered(kinds: pa.ChunkedArray) -> NDArray[np.str_]:
    """Return a short text that stands for each different one."""
    encoded = kinds.combine_chunks().dictionary_encode()
    words = np.arange(len(encoded.dictionary)).astype(str)
    numbered: NDArray[np.str_] = words[encoded.indices.to_numpy()]
    return numbered


def _pairs(own: pa.ChunkedArray, linked: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return the pairs of rows that the source links, looking only at those it names."""
    named = pc.unique(linked.filter(pc.not_equal(linked, "")))
    meant = pc.or_(pc.is_in(own, value_set=named), pc.not_equal(linked, ""))
    at = np.flatnonzero(meant.to_numpy())
    pairs = linked_pairs(own.filter(meant).to_pylist(), linked.filter(meant).to_pylist())
    return at[pairs]


def _after_linked(groups: ReportGroups, counted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return rows that joined, by time and place, a group which the source had linked."""
    found = np.zeros(len(counted), dtype=np.bool_)
    sizes = np.bincount(groups.group)
    found[counted] = (sizes[groups.group] > 1) & ~groups.master
    return found
