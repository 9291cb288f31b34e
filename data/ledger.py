"""What became of every file and row of one import?

Counts are conserved: rows read = rows kept + rows dropped + rows refused, for each file and for
all of them. A file that could not be read at all counts no rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from data.month_guard import LEAST_SHARE, KeptMonth
from data.readers.rows import MOST_LISTED, BadRows, FileRows
from data.views import FileOutcome, ImportReport, RefusedRow
from geo.periods import month_range, month_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.lake import Key, Manifest, Partition
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


@dataclass(frozen=True)
class AreaCount:
    """Rows of this import inside an area, and rows held for it by source and provider."""

    area_id: str
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

    def refuse(self, name: str, error: GeoError) -> None:
        """Record a file that was not loaded."""
        self._entries.append(_Entry(name, FileOutcome(name, "refused", str(error))))

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
        )
        self._entries.append(entry)
        self._winner.update(dict.fromkeys(landed, entry))

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
        kept = sum(part.rows for part in partitions.values())
        located = sum(part.located for part in partitions.values())
        held = area.held_by_provider if area else {}
        replaced = [key for key, part in partitions.items() if self._replaces(part)]
        return ImportReport(
            area_id=area.area_id if area else None,
            rows_read=sum(file.rows_read for file in files),
            rows_kept=kept,
            rows_dropped=sum(file.rows_dropped for file in files),
            rows_refused=sum(file.rows_refused for file in files),
            rows_no_location=kept - located,
            rows_outside_area=located - area.rows_inside if area else None,
            rows_in_area=area.rows_inside if area else None,
            rows_repeated_id=sum(part.repeated for part in partitions.values()),
            rows_restated_id=restated,
            rows_fixed=self._fixed(),
            months=tuple(sorted({month for _, _, month in partitions})),
            months_missing=missing_months(after, held),
            months_replaced=tuple(sorted({month for _, _, month in replaced})),
            dataset_version=after.version,
            changed=after.version != self._before.version,
            files=files,
            refused=self._refused(),
            notes=self._notes(replaced),
        )

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
        won = [entry.landed[key].partition for key in entry.landed if self._winner[key] is entry]
        kept = sum(part.rows for part in won)
        superseded = sum(item.partition.rows for item in entry.landed.values()) - kept
        return FileOutcome(
            entry.name,
            self._status(entry, won),
            " ".join(self._sentences(entry, won, superseded)),
            rows_read=entry.rows_read,
            rows_kept=kept,
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
