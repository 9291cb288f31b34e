"""What became of every file and row of one import?

Counts are conserved: rows read = kept + fixed + held + dropped + refused, for each file and for all
of them. A file that could not be read at all counts no rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypedDict

import numpy as np
import shapely

from data.import_views import (
    Compared,
    FileOutcome,
    ImportReport,
    RefusedRow,
    RuleOutcome,
)
from data.loads import counts_of, located_rows
from data.month_guard import LEAST_SHARE, KeptMonth
from data.readers.rows import MOST_LISTED, BadRows, FileRows
from data.rules import ROW_RESULTS, RULES
from geo.periods import is_partial_month, month_range, month_words
from geo.viz.months import months_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from data.lake import Key, Manifest, Partition
    from data.profiles.model import Profile
    from data.readers.findings import Finding, HeldRow, MarkedRow
    from data.reading import ReadFile, ReadRegister
    from data.registers.reading import RegisterRows
    from geo.area import StudyArea
    from geo.errors import GeoError

MAIN_PROVIDER_SHARE: Final = 0.05
"""Providers with a smaller share do not make a month count as missing."""


@dataclass(frozen=True)
class _Landed:
    """Rows of one file that were put under one key, and the partition that they make."""

    partition: Partition
    fixed: int


@dataclass(frozen=True)
class _Entry:
    """One file: what it brought, without the rows themselves; or the verdict on it."""

    name: str
    verdict: FileOutcome | None = None
    rows_read: int = 0
    rows_dropped: int = 0
    bad: BadRows = field(default_factory=BadRows)
    notes: tuple[str, ...] = ()
    landed: Mapping[Key, _Landed] = field(default_factory=dict)
    kept_months: tuple[KeptMonth, ...] = ()
    findings: tuple[Finding, ...] = ()
    held: tuple[HeldRow, ...] = ()
    marked: tuple[MarkedRow, ...] = ()
    merged: _Merged | None = None
    profile: Profile | None = None


@dataclass(frozen=True)
class _Merged:
    """A file whose rows were merged with those held, or a register's: its outcome is known."""

    outcome: FileOutcome
    compared: Compared = field(default_factory=Compared)
    months: tuple[str, ...] = ()
    lon: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    lat: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class AreaCount:
    """Rows of this import inside an area, and rows held for it by source and provider."""

    area: StudyArea
    rows_inside: int
    held_by_provider: Mapping[tuple[str, str], int]


class Ledger:
    """Collects what becomes of the files of one import, in the order in which they come.

    Of two files for the same source, provider and month the later one counts; the rows of the
    former are dropped.
    """

    def __init__(self, before: Manifest) -> None:
        self._before = before
        self._entries: list[_Entry] = []
        self._winner: dict[Key, _Entry] = {}

    def refuse(
        self,
        name: str,
        error: GeoError,
        headings: tuple[str, ...] = (),
        personal: tuple[str, ...] = (),
    ) -> None:
        """Record a file that was not loaded; with its headings where nobody knows their sense."""
        outcome = FileOutcome(name, "refused", str(error), headings=headings, personal=personal)
        self._entries.append(_Entry(name, outcome))

    def skip(self, name: str, error: GeoError) -> None:
        """Record a file that holds nothing to load."""
        self._entries.append(_Entry(name, FileOutcome(name, "skipped", str(error))))

    def add(
        self,
        name: str,
        found: FileRows,
        partitions: Sequence[Partition],
        kept_months: tuple[KeptMonth, ...] = (),
    ) -> None:
        """Record a file that was read, and the partitions that its batches became.

        Months of which it held only stray rows (among its refused rows) are ``kept_months``.
        """
        landed = {
            partition.key: _Landed(partition, batch.fixed)
            for batch, partition in zip(found.batches, partitions, strict=True)
        }
        entry = _Entry(
            name,
            rows_read=found.rows_read,
            rows_dropped=found.rows_dropped,
            bad=found.bad,
            notes=found.notes,
            landed=landed,
            kept_months=kept_months,
            findings=found.findings,
        )
        self._entries.append(entry)
        self._winner.update(dict.fromkeys(landed, entry))

    def add_merged(self, file: ReadFile, compared: Sequence[Compared], *, again: bool) -> None:
        """Record a file whose rows were merged with those held of its source."""
        found = file.found
        together = _together(compared)
        counts = counts_of(found)
        changed = together.new + together.changed
        outcome = FileOutcome(
            file.raw.name,
            "unchanged" if again and not changed else "loaded",
            " ".join(_merged_sentences(counts, together, again=again and not changed)),
            batch_id=file.batch_id,
            profile=found.profile.title if found.profile else "",
            **_rows(counts),
        )
        lon, lat = located_rows(found)
        months = tuple(sorted({batch.month for batch in found.batches}))
        self._entries.append(
            _Entry(
                file.raw.name,
                bad=found.bad,
                notes=found.notes,
                findings=found.findings,
                held=found.held,
                marked=found.marked,
                merged=_Merged(outcome, together, months, lon, lat),
                profile=found.profile,
            )
        )

    def add_register(self, file: ReadRegister, rows: RegisterRows, message: str) -> None:
        """Record a file of a register."""
        dropped = len(file.sheet.dropped)
        counts = {str(name): rows.counts.get(name, 0) for name in ROW_RESULTS}
        counts["dropped"] += dropped
        outcome = FileOutcome(
            file.raw.name,
            "loaded",
            message,
            batch_id=file.batch_id,
            profile=rows.kind.title,
            **_rows({**counts, "read": rows.rows_read + dropped}),
        )
        findings = (*file.sheet.findings, *rows.findings)
        entry = _Entry(file.raw.name, findings=findings, held=rows.held, merged=_Merged(outcome))
        self._entries.append(entry)

    @property
    def partitions(self) -> dict[Key, Partition]:
        """The partitions that this import leaves behind, those that were held already included."""
        return {key: self._winner[key].landed[key].partition for key in sorted(self._winner)}

    @property
    def nothing_loaded(self) -> bool:
        """Whether every file was refused."""
        outcomes = [self._outcome(entry) for entry in self._entries]
        return all(outcome.status == "refused" for outcome in outcomes)

    def report(
        self, after: Manifest, *, restated: int, area: AreaCount | None = None
    ) -> ImportReport:
        """Return what became of every file and row.

        Parameters
        ----------
        after
            What is held after the import.
        restated
            Rows whose reference is held for another month too.
        area
            Counts for the area that the import was for; None where there is none.
        """
        files = tuple(self._outcome(entry) for entry in self._entries)
        partitions = self.partitions
        merged = [entry.merged for entry in self._entries if entry.merged is not None]
        counted = sum(part.rows for part in partitions.values())
        located = sum(part.located for part in partitions.values())
        located_street = located
        nowhere = counted - located + sum(int(np.isnan(one.lon).sum()) for one in merged)
        inside = area.rows_inside + _inside(merged, area.area) if area else 0
        located += sum(int(np.isfinite(one.lon).sum()) for one in merged)
        held = area.held_by_provider if area else {}
        replaced = [key for key, part in partitions.items() if self._replaces(part)]
        missing = missing_months(after, held)
        compared = _together([one.compared for one in merged])
        months = {month for _, _, month in partitions}
        months.update(month for one in merged for month in one.months)
        return ImportReport(
            area_id=area.area.area_id if area else None,
            rows_read=sum(file.rows_read for file in files),
            rows_kept=sum(file.rows_kept for file in files),
            rows_dropped=sum(file.rows_dropped for file in files),
            rows_refused=sum(file.rows_refused for file in files),
            rows_no_location=nowhere,
            rows_outside_area=located - inside if area else None,
            rows_in_area=inside if area else None,
            rows_repeated_id=sum(part.repeated for part in partitions.values()),
            rows_restated_id=restated,
            rows_fixed=sum(file.rows_fixed for file in files),
            months=tuple(sorted(months)),
            months_missing=missing,
            months_replaced=tuple(sorted({m for _, _, m in replaced} | set(compared.restated))),
            dataset_version=after.version,
            changed=after != self._before,
            files=files,
            refused=self._refused(),
            notes=self._notes(replaced),
            rows_held=sum(file.rows_held for file in files),
            rules=(
                *self._rules(),
                *_of_the_whole(located_street, area, missing),
                *_changed_since(compared),
                *_part_months(after, self._touched(months)),
            ),
            held=tuple(row for entry in self._entries for row in entry.held)[:MOST_LISTED],
            marked=tuple(row for entry in self._entries for row in entry.marked)[:MOST_LISTED],
            compared=compared,
        )

    def _touched(self, months: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Return the months of this import whose rows were merged with those held, by source."""
        sources = {one.profile.source for one in self._entries if one.profile is not None}
        return tuple(sorted({(source, month) for source in sources for month in months}))

    def _rules(self) -> tuple[RuleOutcome, ...]:
        """Return what each rule found, rule by rule, file by file."""
        order = {code: at for at, code in enumerate(RULES)}
        found = [(entry, one) for entry in self._entries for one in entry.findings]
        return tuple(
            RuleOutcome(
                one.code, RULES[one.code].problem, RULES[one.code].does, one.rows, one.result,
                one.message, entry.name, one.row, one.column, one.value, one.question,
            )
            for entry, one in sorted(found, key=lambda pair: order[pair[1].code])
        )  # fmt: skip

    def _fixed(self) -> int:
        return sum(entry.landed[key].fixed for key, entry in self._winner.items())

    def _replaces(self, partition: Partition) -> bool:
        before = self._before.partitions.get(partition.key)
        return before is not None and before.content != partition.content

    def _is_new(self, partition: Partition) -> bool:
        before = self._before.partitions.get(partition.key)
        return before is None or before.content != partition.content

    def _outcome(self, entry: _Entry) -> FileOutcome:
        if entry.verdict is not None:
            return entry.verdict
        if entry.merged is not None:
            return entry.merged.outcome
        won = [entry.landed[key].partition for key in entry.landed if self._winner[key] is entry]
        counted = sum(part.rows for part in won)
        fixed = sum(entry.landed[part.key].fixed for part in won)
        superseded = sum(item.partition.rows for item in entry.landed.values()) - counted
        return FileOutcome(
            entry.name,
            self._status(entry, won),
            " ".join(self._sentences(entry, won, superseded)),
            rows_read=entry.rows_read,
            rows_kept=counted - fixed,
            rows_fixed=fixed,
            rows_dropped=entry.rows_dropped + superseded,
            rows_refused=entry.bad.total,
        )

    def _status(
        self, entry: _Entry, won: Sequence[Partition]
    ) -> Literal["loaded", "unchanged", "skipped", "refused"]:
        if not entry.landed:
            return "refused"
        if not won:
            return "skipped"
        return "loaded" if any(self._is_new(part) for part in won) else "unchanged"

    def _sentences(
        self, entry: _Entry, won: Sequence[Partition], superseded: int
    ) -> tuple[str, ...]:
        sentences = []
        if won:
            rows = sum(part.rows for part in won)
            nowhere = rows - sum(part.located for part in won)
            sentences.append(
                f"{_count(rows, 'report')} kept, {nowhere:,} of them without location."
            )
            if not any(self._is_new(part) for part in won):
                sentences.append("Held already: nothing changed.")
        if entry.rows_dropped:
            sentences.append(f"{_count(entry.rows_dropped, 'identical row')} dropped.")
        if superseded:
            sentences.append(
                f"{_count(superseded, 'row')} dropped: a later file of this import holds the same"
                " month and provider."
            )
        if entry.bad.total:
            first = entry.bad.listed[0]
            where = f" ({first.column}: {first.value!r})" if first.column else ""
            sentences.append(
                f"{_count(entry.bad.total, 'row')} refused; the first is row {first.row}{where}:"
                f" {first.reason}"
            )
        wrong = entry.bad.total - sum(month.strays for month in entry.kept_months)
        if wrong:
            sentences.append(
                f"Correct {'it' if wrong == 1 else 'them'} in the source, and load the file again."
            )
        return (*sentences, *entry.notes)

    def _refused(self) -> tuple[RefusedRow, ...]:
        rows = [
            RefusedRow(entry.name, bad.row, bad.column, bad.value, bad.reason)
            for entry in self._entries
            for bad in entry.bad.listed
        ]
        return tuple(rows[:MOST_LISTED])

    def _notes(self, replaced: Sequence[Key]) -> tuple[str, ...]:
        notes = []
        for key in replaced:
            before, now = self._before.partitions[key], self.partitions[key]
            note = (
                f"{month_words(key[2])}, {key[1]}, was supplied again: {before.rows:,} rows before"
                f" ({before.raw_name}), {now.rows:,} now ({now.raw_name})."
            )
            if now.rows < LEAST_SHARE * before.rows:
                note += " That is less than half: if the file is not whole, load the whole one."
            notes.append(note)
        notes += [
            _kept(entry.name, month) for entry in self._entries for month in entry.kept_months
        ]
        if self._fixed():
            notes.append(
                f"{_count(self._fixed(), 'row')} had longitude and latitude swapped: put right."
            )
        total = sum(entry.bad.total for entry in self._entries)
        if total > len(self._refused()):
            notes.append(
                f"{total:,} rows were refused; the first {len(self._refused()):,} are listed."
            )
        return tuple(notes)


def _of_the_whole(
    located: int, area: AreaCount | None, missing: tuple[str, ...]
) -> tuple[RuleOutcome, ...]:
    """Return what is found only of all files together: rows outside the area, missing months."""
    found = []
    outside = located - area.rows_inside if area else 0
    if area and outside:
        verb = "falls" if outside == 1 else "fall"
        words = (
            f"{_count(outside, 'row')} of open data {verb} outside {area.area.name}: kept for other"
            " areas, and counted nowhere in it."
        )
        found.append(_outcome("G09", outside, words))
    if missing:
        words = f"No data for {months_words(missing)}: never zero."
        found.append(_outcome("M02", 0, words))
    return tuple(found)


def _changed_since(compared: Compared) -> tuple[RuleOutcome, ...]:
    """Return what is said of rows that were held otherwise."""
    if not compared.changed:
        return ()
    parts = [
        f"{n:,} {word}"
        for n, word in ((compared.reclassified, "reclassified"), (compared.cancelled, "cancelled"))
        if n
    ]
    how = f" ({', '.join(parts)})" if parts else ""
    words = f"Since the last load {_count(compared.changed, 'past record')} changed{how}."
    return (_outcome("D05", compared.changed, words),)


def _part_months(after: Manifest, touched: tuple[tuple[str, str], ...]) -> tuple[RuleOutcome, ...]:
    """Return what is said of months of which only a part was supplied."""
    return tuple(
        _outcome(
            "M01",
            part.rows,
            f"{month_words(part.month)} of {part.provider} looks incomplete (days"
            f" {part.first_day} to {part.last_day}): it counts as not seen.",
        )
        for key, part in sorted(after.partitions.items())
        if (key[0], key[2]) in touched
        and part.first_day
        and is_partial_month(part.month, part.rows, part.first_day, part.last_day)
    )


def _outcome(code: str, rows: int, words: str) -> RuleOutcome:
    rule = RULES[code]
    return RuleOutcome(code, rule.problem, rule.does, rows, "kept", words, "", 0, "", "", "")


class _Rows(TypedDict):
    rows_read: int
    rows_kept: int
    rows_fixed: int
    rows_held: int
    rows_dropped: int
    rows_refused: int


def _rows(counts: Mapping[str, int]) -> _Rows:
    """Return counts under the names that an outcome has for them."""
    return _Rows(
        rows_read=counts["read"],
        rows_kept=counts["kept"],
        rows_fixed=counts["fixed"],
        rows_held=counts["held"],
        rows_dropped=counts["dropped"],
        rows_refused=counts["refused"],
    )


def _inside(merged: Sequence[_Merged], area: StudyArea) -> int:
    """Return how many rows of merged files lie inside the area."""
    return sum(int(shapely.intersects_xy(area.boundary, one.lon, one.lat).sum()) for one in merged)


def _together(compared: Sequence[Compared]) -> Compared:
    """Return what several merges changed, added up."""
    return Compared(
        sum(one.new for one in compared),
        sum(one.changed for one in compared),
        sum(one.same for one in compared),
        sum(one.older for one in compared),
        tuple(sorted({month for one in compared for month in one.restated})),
        sum(one.reclassified for one in compared),
        sum(one.cancelled for one in compared),
    )


def _merged_sentences(counts: Mapping[str, int], compared: Compared, *, again: bool) -> list[str]:
    counted = counts["kept"] + counts["fixed"]
    sentences = [f"{_count(counted, 'row')} counted."]
    if counts["held"]:
        verb = "waits" if counts["held"] == 1 else "wait"
        sentences.append(f"{_count(counts['held'], 'row')} {verb} for an answer.")
    if again:
        sentences.append("Held already: nothing changed.")
    elif compared.same or compared.changed:
        sentences.append(
            f"{compared.same:,} held already; {compared.changed:,} changed; {compared.new:,} new."
        )
    if compared.older:
        sentences.append(f"{compared.older:,} are older than what a later load holds: left out.")
    return sentences


def _kept(name: str, month: KeptMonth) -> str:
    _, provider, when = month.key
    return (
        f"{month_words(when)}, {provider}, was not replaced: {name} holds"
        f" {_count(month.strays, 'row')} of it, {month.held:,} are held. Supply that month's whole"
        " file."
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def missing_months(
    manifest: Manifest, held_in_area: Mapping[tuple[str, str], int] | None = None
) -> tuple[str, ...]:
    """Return the calendar months between the first and the last that a main provider lacks.

    Parameters
    ----------
    manifest
        What is held.
    held_in_area
        Reports inside an area by (source, provider); main providers are then those with 5 % of
        them. Without any, main providers are those with at least 5 % of the rows of the largest.
    """
    counts = dict(held_in_area or {})
    least = MAIN_PROVIDER_SHARE * sum(counts.values())
    if not counts:
        for part in manifest.partitions.values():
            pair = (part.source, part.provider)
            counts[pair] = counts.get(pair, 0) + part.rows
        least = MAIN_PROVIDER_SHARE * max(counts.values(), default=0)
    main = {pair for pair, rows in counts.items() if rows >= least}
    held = [key for key in manifest.partitions if key[:2] in main]
    if not held:
        return ()
    months = [month for _, _, month in held]
    return tuple(
        month
        for month in month_range(min(months), max(months))
        if any((*pair, month) not in manifest.partitions for pair in main)
    )
