"""Which reports are probably of the same incident?

Three neighbours who ring about the same noise are three reports and one incident. Reports are
grouped, never deleted, so that both can be counted; which of the two is meant must be said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.errors import SchemaError
from geo.schema import (
    CATEGORY,
    LOCATION_PRECISION,
    RECORD_KIND,
    SOURCE,
    SOURCE_ROW,
    TIME_FROM,
    TIME_PRECISION,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

X_M: Final = "x_m"
Y_M: Final = "y_m"
REPORT_COLUMNS: Final = (
    SOURCE, SOURCE_ROW, CATEGORY, RECORD_KIND, TIME_FROM, TIME_PRECISION, LOCATION_PRECISION,
    X_M, Y_M,
)  # fmt: skip
"""What grouping needs to know of a report: columns of `geo.schema`, and its place in metres (NaN
where unknown). ``time_from`` is UTC ``datetime64``."""

POLICE_KINDS: Final = ("crime", "asb_incident", "psw_incident", "transport")
"""Kinds of record that a camera's observation may be of."""
CCTV_KIND: Final = "cctv_observation"

NONE: Final = "none"
LIKELY: Final = "likely"
LINKED: Final = "linked_by_source"
_MINUTES_AN_HOUR: Final = 60
_REACH: Final = 1.0 + 1e-9
_SLACK_M: Final = 1e-6


class Reports(Protocol):
    """Named columns, such as a frame or a mapping of arrays."""

    def __getitem__(self, name: str, /) -> ArrayLike:
        """Return a column."""
        ...


@dataclass(frozen=True)
class RepeatRule:
    """When two reports are probably of the same incident; all limits are included.

    Attributes
    ----------
    metres, minutes
        Reports of one type that are at most so far apart.
    cctv_minutes
        A camera's observation and a police report, of any type, within ``metres``.
    span_hours
        Most time between the first and the last report of a group.

    Raises
    ------
    SchemaError
        Where a limit is negative, or a group could not even hold two reports.
    """

    metres: float = 100.0
    minutes: int = 60
    span_hours: float = 3.0
    cctv_minutes: int = 10

    def __post_init__(self) -> None:
        if min(self.metres, self.minutes, self.cctv_minutes) < 0:
            message = f"Limits for repeat reports must be at least 0; found {self}."
            raise SchemaError(message, "Give metres and minutes of at least 0.")
        if self.span_min < max(self.minutes, self.cctv_minutes):
            message = f"A group spans {self.span_hours:g} hours, less than {self.minutes} minutes."
            raise SchemaError(message, "Let a group span at least as long as two of its reports.")

    @property
    def span_min(self) -> float:
        """Most minutes between the first and the last report of a group."""
        return self.span_hours * _MINUTES_AN_HOUR


@dataclass(frozen=True, eq=False)
class ReportGroups:
    """Which reports belong together; arrays of shape (n,), in the order of the rows.

    Attributes
    ----------
    group
        Number of the group: 0 for the group with the earliest record, and so on.
    confidence
        "linked_by_source" where the source says so, "likely" where the rule does, "none" where a
        report stands alone.
    master
        Whether this is the first record of its group.
    """

    group: Whole
    confidence: NDArray[np.str_]
    master: Flags

    @property
    def n_incidents(self) -> int:
        """Estimated separate incidents."""
        return int(np.count_nonzero(self.master))


def linked_pairs(source_ref: Sequence[str], linked_ref: Sequence[str]) -> Whole:
    """Return the pairs of rows that the sources link, shape (m, 2).

    Parameters
    ----------
    source_ref, linked_ref
        Each row's own reference and that of another report of the same incident, of any source;
        "" where there is none, shape (n,).

    Notes
    -----
    Where several rows carry the reference that is named, all of them are linked. A reference that
    nobody carries links nothing.

    Examples
    --------
    >>> linked_pairs(["P1", "C7", "P2"], ["", "P1", ""]).tolist()
    [[1, 0]]
    """
    own, other = np.asarray(source_ref, dtype=str), np.asarray(linked_ref, dtype=str)
    order = np.argsort(own, kind="stable")
    naming = np.flatnonzero(other != "")
    low = np.searchsorted(own, other[naming], side="left", sorter=order)
    high = np.searchsorted(own, other[naming], side="right", sorter=order)
    found = high - low
    begins = np.repeat(low - np.concatenate([[0], np.cumsum(found)[:-1]])[: len(low)], found)
    named = order[begins + np.arange(int(found.sum()))]
    pairs = np.column_stack([np.repeat(naming, found), named])
    apart: Whole = pairs[pairs[:, 0] != pairs[:, 1]]
    return apart


def group_reports(
    reports: Reports,
    *,
    rule: RepeatRule | None = None,
    linked: ArrayLike | None = None,
    ungrouped: ArrayLike | None = None,
) -> ReportGroups:
    """Return which reports are probably of the same incident.

    Parameters
    ----------
    reports
        Columns of ``REPORT_COLUMNS``, n rows in any order.
    rule
        Default: 100 m, 60 minutes, 3 hours.
    linked
        Pairs of row positions that a source links (`linked_pairs`), shape (m, 2).
    ungrouped
        Rows that a person took out of their group, shape (n,), boolean. They stand alone.

    Raises
    ------
    SchemaError
        Where the columns are not equally long.

    Notes
    -----
    Links come first and hold whatever the type, the distance and the time. By the rule, two
    reports belong together if they are of one type, at most 100 m and 60 minutes apart; a camera's
    observation also belongs to a police report of any type within 100 m and 10 minutes. Only
    reports timed to the minute take part; reports at a map point, which stands for many addresses,
    only if they are at the same one. Groups are closed: if A belongs to B and B to C, so does A to
    C.

    On a busy spot such a chain can run for hours, so a group is cut: going through its reports in
    the order of their times, the first report more than 3 hours after the first one of the group
    starts a new group, and so on. Reports that a source links are never cut apart: they go
    together as one, at the time of the earliest. Hence the result does not depend on the order of
    the rows, and grouping the first records of all groups again groups nothing.
    """
    chosen = rule or RepeatRule()
    rows = _Rows.of(reports)
    free = np.ones(len(rows), bool) if ungrouped is None else ~np.asarray(ungrouped, dtype=bool)
    links = np.asarray(linked if linked is not None else (), dtype=np.int64).reshape(-1, 2)
    links = links[free[links].all(axis=1)]
    near = _near_rows(rows, np.flatnonzero(free & rows.placed), chosen)
    unit = _closed(links, len(rows))
    chain = _closed(np.vstack([links, near]), len(rows))
    order = rows.order()
    group = _numbered(_cut(unit, chain, rows, order, chosen.span_min), order)
    size, links_of = np.bincount(group), np.bincount(unit)
    confidence = np.where(size[group] > 1, LIKELY, NONE)
    confidence = np.where(links_of[unit] > 1, LINKED, confidence)
    master = np.zeros(len(rows), dtype=np.bool_)
    master[order[np.unique(group[order], return_index=True)[1]]] = True
    return ReportGroups(group, confidence, master)


@dataclass(frozen=True, eq=False)
class _Rows:
    """What grouping reads of the reports; arrays of shape (n,)."""

    source: NDArray[np.str_]
    source_row: Whole
    kind: Whole
    """Number of the type."""
    x_m: Floats
    y_m: Floats
    minute: Floats
    """Minutes since 1970 UTC; infinite unless known to the minute."""
    snapped: Flags
    police: Flags
    cctv: Flags

    @classmethod
    def of(cls, reports: Reports) -> _Rows:
        """Return the rows of some reports."""
        record = np.asarray(reports[RECORD_KIND], dtype=str)
        at = np.asarray(reports[TIME_FROM]).astype("datetime64[s]")
        timed = (np.asarray(reports[TIME_PRECISION], dtype=str) == "minute") & ~np.isnat(at)
        rows = cls(
            np.asarray(reports[SOURCE], dtype=str),
            np.asarray(reports[SOURCE_ROW], dtype=np.int64),
            np.unique(np.asarray(reports[CATEGORY], dtype=str), return_inverse=True)[1],
            np.asarray(reports[X_M], dtype=np.float64),
            np.asarray(reports[Y_M], dtype=np.float64),
            np.where(timed, at.astype(np.int64) / 60, np.inf),
            np.asarray(reports[LOCATION_PRECISION], dtype=str) == "snap_point",
            np.isin(record, POLICE_KINDS),
            record == CCTV_KIND,
        )
        lengths = {len(column) for column in vars(rows).values()}
        if len(lengths) > 1:
            message = f"The columns of the reports are not equally long: {sorted(lengths)}."
            raise SchemaError(message, "Take all of them from the same rows.")
        return rows

    def __len__(self) -> int:
        return len(self.minute)

    @property
    def placed(self) -> Flags:
        """Whether a row has a minute and a place."""
        return np.isfinite(self.minute + self.x_m + self.y_m)

    def order(self) -> Whole:
        """Return the rows from the earliest on, those without a minute last."""
        return np.lexsort((self.source_row, self.source, self.minute))

    def spots(self, at: Whole) -> tuple[NDArray[np.generic], ...]:
        """Return what says where and when some rows are."""
        return self.snapped[at], self.minute[at], self.y_m[at], self.x_m[at]

    def scaled(self, at: Whole, metres: float, minutes: float) -> Floats:
        """Return points whose coordinates differ by at most 1 if they are near, shape (m, 3)."""
        reach, pause = max(metres, 1.0), max(minutes, 1.0)
        return np.column_stack(
            [self.x_m[at] / reach, self.y_m[at] / reach, self.minute[at] / pause]
        )

    def near(self, pairs: Whole, metres: float, minutes: float) -> Whole:
        """Return those pairs that are near, the limits included."""
        one, other = pairs[:, 0], pairs[:, 1]
        apart = np.hypot(self.x_m[one] - self.x_m[other], self.y_m[one] - self.y_m[other])
        pause = np.abs(self.minute[one] - self.minute[other])
        reach = np.where(self.snapped[one] | self.snapped[other], 0.0, metres)
        kept: Whole = pairs[(apart <= reach + _SLACK_M) & (pause <= minutes)]
        return kept


def _near_rows(rows: _Rows, at: Whole, rule: RepeatRule) -> Whole:
    """Return pairs of rows that belong together by the rule, shape (m, 2).

    Of rows with the same type, place and minute one stands for all: many rows at one default place
    and time would otherwise each be near each.
    """
    alike = at[_first_alike(rows.kind[at], *rows.spots(at))]
    found = [np.column_stack([at, alike]), _camera_pairs(rows, at, rule)]
    alone = np.unique(alike)
    alone = alone[np.argsort(rows.kind[alone], kind="stable")]
    for same in np.split(alone, np.flatnonzero(np.diff(rows.kind[alone])) + 1):
        tree = _tree(rows.scaled(same, rule.metres, rule.minutes))
        pairs = same[tree.query_pairs(_REACH, p=np.inf, output_type="ndarray")]
        found.append(rows.near(pairs.reshape(-1, 2), rule.metres, rule.minutes))
    return np.vstack(found)


def _first_alike(*keys: NDArray[np.generic]) -> Whole:
    """Return for each position the one that stands for all with the same keys."""
    order = np.lexsort(keys)
    same = [key[order[1:]] == key[order[:-1]] for key in keys]
    begins = np.concatenate([[True], ~np.logical_and.reduce(same)])[: len(order)]
    alike = np.empty(len(order), dtype=np.int64)
    alike[order] = order[np.flatnonzero(begins)[np.cumsum(begins) - 1]]
    return alike


def _camera_pairs(rows: _Rows, at: Whole, rule: RepeatRule) -> Whole:
    """Return pairs of a camera's observation and a police report close to it."""
    cctv, police = at[rows.cctv[at]], at[rows.police[at]]
    if not len(cctv) or not len(police):
        return np.empty((0, 2), dtype=np.int64)
    limits = rule.metres, rule.cctv_minutes
    seen, told = (of[_first_alike(*rows.spots(of))] for of in (cctv, police))
    spots, others = np.unique(seen), np.unique(told)
    lists = _tree(rows.scaled(spots, *limits)).query_ball_tree(
        _tree(rows.scaled(others, *limits)), _REACH, p=np.inf
    )
    found = np.array([len(one) for one in lists], dtype=np.int64)
    matched = np.fromiter((other for one in lists for other in one), np.int64, int(found.sum()))
    near = rows.near(np.column_stack([np.repeat(spots, found), others[matched]]), *limits)
    alike = np.column_stack([np.concatenate([cctv, police]), np.concatenate([seen, told])])
    return np.vstack([near, alike[np.isin(alike[:, 1], near)]])


def _tree(points: Floats) -> cKDTree:
    return cKDTree(points, balanced_tree=False, compact_nodes=False)


def _closed(pairs: Whole, size: int) -> Whole:
    """Return the number of the connected group of each of ``size`` rows."""
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    label: Whole = connected_components(graph, directed=False)[1].astype(np.int64)
    return label


def _cut(unit: Whole, chain: Whole, rows: _Rows, order: Whole, span_min: float) -> Whole:
    """Return a number for each row's group: chains cut where they would span too long."""
    start = np.full(len(rows), np.inf)
    np.minimum.at(start, unit, rows.minute)
    begins = np.where(np.isfinite(start[unit]), start[unit], 0.0)
    first, last = np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
    np.minimum.at(first, chain, begins)
    np.maximum.at(last, chain, begins)
    too_long = order[(last - first > span_min)[chain[order]]]
    too_long = too_long[np.lexsort((begins[too_long], chain[too_long]))]
    piece = np.zeros(len(rows), dtype=np.int64)
    now, opened, number = -1, 0.0, 0
    for row, of_chain, at in zip(too_long, chain[too_long], begins[too_long], strict=True):
        if of_chain != now:
            now, opened, number = of_chain, at, 0
        elif at - opened > span_min:
            opened, number = at, number + 1
        piece[row] = number
    return chain * (int(piece.max(initial=0)) + 1) + piece


def _numbered(group: Whole, order: Whole) -> Whole:
    """Return the groups numbered from 0 in the order of their first record."""
    _, first, label = np.unique(group[order], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    numbered = np.empty(len(order), dtype=np.int64)
    numbered[order] = rank[label]
    return numbered
