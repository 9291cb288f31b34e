"""What did the control room do: entries, arrests assisted, evidence given, cameras in order?

What nobody supplied stays None and is named, so that it can be asked for; it is never 0.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from data.cctv_impact_views import NOT_SUPPLIED, OutputRow, OutputsView
from data.engines.protocol import PARTIAL, without_cut
from data.jobs.camera_estate import estate
from data.jobs.cctv_change import out_share
from data.jobs.wording import list_words, percent, plural
from data.profiles.known import CCTV_LOG
from geo.schema import DETAILS, LAT, LINKED_REF, LON, MONTH, ORIGIN, PROVIDER, SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

    from data.workspace import Workspace
    from geo.area import StudyArea

Value = float | None

LABELS: Final[dict[str, str]] = {
    "log_entries": "Entries in the control room's log",
    "incidents": "Entries that name a police log",
    "police_attended": "Entries to which police came",
    "arrests": "Arrests assisted",
    "evidence_requested": "Evidence requested",
    "evidence_provided": "Evidence provided",
    "evidence_used": "Evidence used in a case",
    "evidence_days": "Days until evidence was provided, median",
    "evidence_overwritten": "Requests that came after the recording was overwritten",
    "uptime": "Cameras in working order",
}
STARTED_BY: Final[dict[str, str]] = {
    "cctv": "Started by an operator",
    "police": "Started by the police",
    "partner": "Started by a partner or a shop radio",
    "public": "Started by the public",
    "unknown": "Nobody says who started it",
}
NOTES: Final[dict[str, str]] = {
    "arrests": "Assisted, not caused.",
    "evidence_used": "What became of evidence is for the police to say.",
    "uptime": "Share of the time in which cameras stood.",
}
_COLUMNS: Final = (SOURCE, PROVIDER, MONTH, LON, LAT, ORIGIN, LINKED_REF, DETAILS)
_DAY: Final = r"(\d{1,2})/(\d{1,2})/(\d{4})"
_ASKED_ON: Final = re.compile(rf"request\w*\D{{0,8}}{_DAY}", re.IGNORECASE)
_GIVEN_ON: Final = re.compile(rf"(?:provid|suppl|given|released)\w*\D{{0,8}}{_DAY}", re.IGNORECASE)
_USED: Final = re.compile(r"(?<!not )\bused\b|charge|caution|formal action", re.IGNORECASE)
_GIVEN: Final = re.compile(r"provid|suppl|given|released", re.IGNORECASE)
_LOST: Final = re.compile(r"overwrit", re.IGNORECASE)
_NOTHING: Final = frozenset({"", "none", "no", "n", "n/a", "nil", "0", "-"})
_YES: Final = frozenset({"y", "yes", "true", "1", "attended"})


@dataclass(frozen=True)
class Entry:
    """One entry of the log, without anything that names a person or a place."""

    month: str
    origin: str
    police_log: str
    arrests: int | None
    attended: bool | None
    evidence: str | None
    """As written; None where the log has no such column."""


def outputs(
    ws: Workspace, area_id: str, before: Sequence[str], after: Sequence[str], least: int | None
) -> OutputsView:
    """Return what the control room did in the months before and after.

    Parameters
    ----------
    before, after
        Compared months.
    least
        Counts from 1 to below it are not shown; None shows all.
    """
    log, supplied = log_entries(ws, ws.area(area_id), ws.lake.version)
    sides = [figures(log, months, supplied) for months in (before, after)]
    for side, months in zip(sides, (before, after), strict=True):
        side["uptime"] = _uptime(ws, area_id, months)
    rows = tuple(_row(key, label, sides, least) for key, label in LABELS.items())
    missing = tuple(row.label for row in rows if row.before is None and row.after is None
                    and row.after_words == NOT_SUPPLIED)  # fmt: skip
    started = _started(log, (before, after), supplied, least)
    return OutputsView(rows, started, missing, _sentence(rows, missing))


@lru_cache(maxsize=4)
def log_entries(
    ws: Workspace, area: StudyArea, dataset_version: str
) -> tuple[tuple[Entry, ...], frozenset[str]]:
    """Return the entries of the control room's log, and the months that were supplied whole."""
    del dataset_version
    held = ws.engine.coverage()
    rows = without_cut(ws.engine.read_rows(_COLUMNS, sources=(CCTV_LOG.key,)), held, area.area_id)
    rows = rows[_inside(rows, area, alone=len(ws.area_ids()) == 1)]
    supplied = held[(held[SOURCE] == CCTV_LOG.key) & ~held[PARTIAL]]
    columns = (rows[name].astype(str) for name in (MONTH, ORIGIN, LINKED_REF, DETAILS))
    entries = tuple(_entry(*row) for row in zip(*columns, strict=True))
    return entries, frozenset(supplied[MONTH].astype(str))


def figures(
    log: Iterable[Entry], months: Sequence[str], supplied: frozenset[str]
) -> dict[str, Value]:
    """Return the figures of some months; None where a month or a column was not supplied."""
    wanted = set(months)
    if not wanted or not wanted <= supplied:
        return dict.fromkeys(LABELS)
    rows = [entry for entry in log if entry.month in wanted]
    evidence = [e.evidence for e in rows if e.evidence is not None]
    asked = [text for text in evidence if text.casefold().strip() not in _NOTHING]
    days = [d for text in asked if (d := days_between(text)) is not None]
    used = [text for text in asked if _USED.search(text)]
    logs = {entry.police_log for entry in rows if entry.police_log}
    return {
        "log_entries": len(rows),
        "incidents": len(logs) if logs else None,
        "police_attended": _total(rows, lambda e: e.attended),
        "arrests": _total(rows, lambda e: e.arrests),
        "evidence_requested": len(asked) if evidence else None,
        "evidence_provided": _matching(asked, _GIVEN) if evidence else None,
        "evidence_used": len(used) if used else None,
        "evidence_days": float(median(days)) if days else None,
        "evidence_overwritten": _matching(asked, _LOST) if evidence else None,
        "uptime": None,
    }


def days_between(text: str) -> int | None:
    """Return the days from request to provision; None where either is not dated.

    Examples
    --------
    >>> days_between("Requested 03/02/2025; provided 15/02/2025; used")
    12
    """
    asked, given = _ASKED_ON.search(text), _GIVEN_ON.search(text)
    if asked is None or given is None:
        return None
    try:
        first, last = (date(*(int(p) for p in found.groups()[::-1])) for found in (asked, given))
    except ValueError:
        return None
    return (last - first).days if last >= first else None


def _inside(rows: pd.DataFrame, area: StudyArea, *, alone: bool) -> np.ndarray:
    """Return which entries are the area's; those without a place only where it is the only one."""
    lon, lat = rows[LON].to_numpy(), rows[LAT].to_numpy()
    nowhere = np.isnan(lon) | np.isnan(lat)
    return np.asarray(shapely.intersects_xy(area.boundary, lon, lat) | (nowhere & alone))


def _entry(month: str, origin: str, police_log: str, details: str) -> Entry:
    facts: Mapping[str, object] = json.loads(details) if details else {}
    arrests = str(facts.get("arrests", "")).strip()
    attended = str(facts.get("police_attended", "")).strip().casefold()
    evidence = facts.get("evidence")
    return Entry(
        month,
        origin,
        police_log,
        int(arrests) if arrests.isdecimal() else 1 if arrests.casefold() in _YES else None,
        (attended in _YES) if attended else None,
        None if evidence is None else str(evidence),
    )


def _total(rows: Sequence[Entry], of: Callable[[Entry], int | None]) -> Value:
    """Return the sum over entries that say so; None where none says."""
    known = [value for entry in rows if (value := of(entry)) is not None]
    return sum(known) if known else None


def _matching(texts: Sequence[str], pattern: re.Pattern[str]) -> int:
    return sum(pattern.search(text) is not None for text in texts)


def _uptime(ws: Workspace, area_id: str, months: Sequence[str]) -> Value:
    """Return the share of the time in which cameras that stood worked; None without a log."""
    held, area = estate(ws, area_id), ws.area(area_id)
    cameras = [one for one in held.cameras if one.counts and not one.always_out]
    if not held.has_log or not cameras:
        return None
    out = [
        out_share(cameras, month, area.timezone, ws.clock.now()) for month in sorted(set(months))
    ]
    known = [share for share in out if share is not None]
    return 1 - sum(known) / len(known) if known else None


def _started(
    log: Sequence[Entry],
    sides: tuple[Sequence[str], Sequence[str]],
    supplied: frozenset[str],
    least: int | None,
) -> tuple[OutputRow, ...]:
    counted: list[dict[str, Value]] = []
    for months in sides:
        known = bool(months) and set(months) <= supplied
        rows = [entry.origin for entry in log if entry.month in set(months)] if known else []
        counted.append({key: rows.count(key) if known else None for key in STARTED_BY})
    said = [k for k in STARTED_BY if any(side[k] for side in counted)]
    if not said or said == ["unknown"]:
        return ()
    return tuple(_row(key, STARTED_BY[key], counted, least) for key in said)


def _row(
    key: str, label: str, sides: Sequence[Mapping[str, Value]], least: int | None
) -> OutputRow:
    shown = [_shown(key, side[key], least) for side in sides]
    return OutputRow(
        key,
        label,
        shown[0][0],
        shown[1][0],
        shown[0][1],
        shown[1][1],
        NOTES.get(key, ""),
    )


def _shown(key: str, value: Value, least: int | None) -> tuple[Value, str]:
    """Return a figure with its words, small counts hidden."""
    if value is None:
        return None, NOT_SUPPLIED
    if key == "uptime":
        return round(value, 4), percent(value)
    if key == "evidence_days":
        return value, plural(round(value), "day")
    if least is not None and 0 < value < least:
        return None, f"fewer than {least}"
    return value, f"{value:,.0f}"


def _sentence(rows: Sequence[OutputRow], missing: Sequence[str]) -> str:
    named = {row.key: row for row in rows}
    entries, given = named["log_entries"], named["evidence_provided"]
    if entries.after is None:
        start = "The control room's log was not supplied for the compared months."
    else:
        start = f"The control room made {entries.after_words} log entries"
        start += f", against {entries.before_words} before" if entries.before is not None else ""
        start += f", and provided evidence {given.after_words} times." if given.after else "."
    asked = [label[:1].lower() + label[1:] for label in missing]
    return f"{start} Not supplied: {list_words(asked)}." if asked else start
