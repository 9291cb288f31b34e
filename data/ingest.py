"""How do files, or a frame of incidents, get into the lake, and what became of every row?

What files bring is put beside the data in use, and takes effect in one step at the end: an import
that stops earlier has changed nothing. While one file is stored, the next ones are read by threads
of their own; what comes of it does not depend on which is quicker.

Months of open data
-------------------
A month of data.police.uk that comes again replaces the former one of its provider. But where a
file holds rows of several months, a month that is not the file's largest, is held already, and
would come to less than half of the rows held, is not replaced: its rows are refused. See
`data.month_guard`. Rows of other sources are merged by their references; see `data.merging`.

References (Crime IDs)
----------------------
*Repeated* rows follow another row with the same reference in the same source, provider and month,
and differ from it. *Restated*: the first row of a reference in its month, where the reference is
held for another month of that provider too; a reference held for k months is restated k - 1
times, whichever month was loaded first. All of these rows are kept and counted as reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from data.contents import content_hash
from data.desk import Desk
from data.errors import (
    DataError,
    FileRefusedError,
    FileSkippedError,
    NothingLoadedError,
    UnknownColumnsError,
)
from data.hashing import distinct
from data.incidents import as_incidents
from data.interpretation.context import STEPS
from data.lake import Key, Lake, LakeWriter, Partition, RawFile
from data.ledger import AreaCount, Ledger
from data.loads import batch_of, register_batch_of, rows_by_pair
from data.merging import merge
from data.month_guard import without_strays
from data.readers.opening import Member, SourceFile, opened
from data.readers.rows import FileRows, split_by_month
from data.reading import (
    READERS,
    AnyRead,
    ReadFile,
    ReadRegister,
    lean_memory,
    prepared,
    read_ahead,
    read_file,
)
from data.retired import without_retired
from geo.schema import COUNT, LAT, LON, MONTH, PROVIDER, SOURCE

if TYPE_CHECKING:
    from concurrent.futures import Future
    from datetime import datetime

    import pandas as pd
    from numpy.typing import NDArray

    from data.engines.protocol import Engine
    from data.import_views import ImportReport
    from data.registers.reading import RegisterRows
    from geo.area import StudyArea

_TELL_S: Final = 0.2
Progress = Callable[[str, int, int], None]
"""Called with a sentence, how much is done, and of how much."""

Registered = Callable[[ReadRegister], "tuple[RegisterRows, str]"]
"""Puts the entries of a register among the records; what became of its rows, and in words."""


def load_files(
    lake: Lake,
    engine: Engine,
    files: Sequence[SourceFile],
    desk: Desk,
    *,
    progress: Progress | None = None,
    register: Registered | None = None,
) -> ImportReport:
    """Load files into the lake, and return what became of every file and row.

    Parameters
    ----------
    lake, engine
        Where rows rest, and what counts them there.
    files
        Paths, or uploads as name and content: CSV, gzip, ZIP archives, Excel workbooks, GeoJSON,
        GeoPackage.
    desk
        What is known besides: the present, the area whose counts are stated, agreements, answers.
    progress
        Told what is being done.
    register
        Takes the entries of registers; None refuses such files.

    Raises
    ------
    NothingLoadedError
        Where every file was refused. Files that are skipped (outcomes), or held already, are no
        fault. The error carries the report.
    DataError
        Where no file was given, another import does not end, the disk is full, or the lake is
        damaged.
    """
    if not files:
        message = "No file was given."
        raise DataError(message, "Choose at least one file.")
    say = progress or _say_nothing
    registers: list[ReadRegister] = []

    def waiting() -> None:
        say("Another import is at work: waiting", 0, 0)

    with lake.writing(desk.now, waiting=waiting) as writer, opened(files) as members:
        ledger = Ledger(writer.before)
        storing = _Storing(writer, ledger, desk, registers)
        _load(members, storing, _with_answers(desk, writer), say)
        say("Storing what was read", len(members), len(members))
        restated = restated_references(writer, ledger.partitions)
        after = writer.commit()
    for found in registers:
        if register is not None:
            ledger.add_register(found, *register(found))
    say("Counting reports in the area", len(members), len(members))
    inside = count_in_area(engine, desk.area, set(ledger.partitions)) if desk.area else None
    report = ledger.report(after, restated=restated, area=inside)
    if ledger.nothing_loaded:
        raise _nothing_loaded(report)
    return report


def _with_answers(desk: Desk, writer: LakeWriter) -> Desk:
    """Return the desk with what people decided about batches that are held."""
    answers = {name: batch.answers for name, batch in writer.batches.items()}
    return desk.with_answers(answers)


def append_incidents(
    lake: Lake,
    frame: pd.DataFrame,
    *,
    source: str,
    provider: str,
    file_name: str,
    now: datetime,
) -> ImportReport:
    """Store a frame of canonical incidents, and return what became of it.

    Parameters
    ----------
    frame
        Columns of ``geo.schema.INCIDENT_COLUMNS``; see `data.incidents.as_incidents`. Each month
        in it replaces what was held of that source and provider.
    source, provider
        Set for every row.
    file_name
        Where the rows come from, as people say it.
    now
        The present, with its time zone.

    Raises
    ------
    DataError
        Where the frame is empty, another import is at work, or the lake is damaged.
    SchemaError
        Where the frame does not hold canonical incidents.
    """
    if frame.empty:
        message = f"{file_name} holds no incidents."
        raise DataError(message, "Give at least one.")
    table = as_incidents(frame, source=source, provider=provider)
    batches = split_by_month(table, np.zeros(len(frame), dtype=np.bool_))
    raw = RawFile(file_name, content_hash(table))
    with lake.writing(now) as writer:
        ledger = Ledger(writer.before)
        storing = _Storing(writer, ledger, Desk(now), [])
        storing.whole_months(prepared(raw, FileRows(len(frame), batches)), guarded=False)
        restated = restated_references(writer, ledger.partitions)
        return ledger.report(writer.commit(), restated=restated)


def _say_nothing(sentence: str, done: int, of: int) -> None:
    """Tell nobody."""


def _load(
    members: Sequence[Member],
    storing: _Storing,
    desk: Desk,
    say: Progress,
) -> None:
    """Read files, put their rows in order, and record what became of each."""
    ledger, steps = storing.ledger, Steps(members, say)
    read = partial(_read, desk=desk, steps=steps)
    with lean_memory(), ThreadPoolExecutor(READERS) as pool:
        for done, (member, coming) in enumerate(read_ahead(pool, members, read)):
            say(f"Reading {member.name}", done, len(members))
            try:
                file = steps.told(member, coming)
            except UnknownColumnsError as error:
                ledger.refuse(member.name, error, error.headings, error.personal)
            except FileRefusedError as error:
                ledger.refuse(member.name, error)
            except FileSkippedError as error:
                ledger.skip(member.name, error)
            else:
                storing.store(file)


def _read(member: Member, desk: Desk, steps: Steps) -> AnyRead:
    return read_file(member, desk, partial(steps.begin, member))


class Steps:
    """What is being done with each file: noted by the thread that reads, told by the caller's."""

    def __init__(self, members: Sequence[Member], say: Progress) -> None:
        self._members = list(members)
        self._say = say
        self._begun: dict[str, str] = {}

    def begin(self, member: Member, step: str) -> None:
        """Note that a step of a file begins."""
        self._begun[member.name] = step

    def told(self, member: Member, coming: Future[AnyRead]) -> AnyRead:
        """Return a file once it is read, telling each step until then and that it is stored."""
        last = ""
        while not wait([coming], timeout=_TELL_S).done:
            step = self._begun.get(member.name, "")
            if step != last:
                self._tell(member, step)
            last = step
        file = coming.result()
        if last:
            self._tell(member, STEPS[-1])
        return file

    def _tell(self, member: Member, step: str) -> None:
        before = self._members.index(member) * len(STEPS)
        done, of = before + STEPS.index(step), len(self._members) * len(STEPS)
        self._say(f"{member.name}: {step}", done, of)


class _Storing:
    """Puts what was read into the lake, and records it."""

    def __init__(
        self, writer: LakeWriter, ledger: Ledger, desk: Desk, registers: list[ReadRegister]
    ) -> None:
        self.writer = writer
        self.ledger = ledger
        self._desk = desk
        self._registers = registers

    def store(self, file: AnyRead) -> None:
        """Put the rows of a file beside those in use."""
        if isinstance(file, ReadRegister):
            self._registers.append(file)
            if file.rows is not None:
                self.writer.put_batch(*register_batch_of(file, file.rows, self._desk))
            return
        allowed = replace(file, found=without_retired(file.found, self._desk.retired))
        if file.batch_id:
            self.merged(allowed)
        else:
            self.whole_months(allowed, guarded=True)

    def merged(self, file: ReadFile) -> None:
        """Put the rows of a file among those held of the same source, by their references."""
        known = file.batch_id in self.writer.batches
        compared = [
            merge(self.writer, pair, rows, file.raw, batch_id=file.batch_id)
            for pair, rows in rows_by_pair(file.found)
        ]
        if not known or any(one.new or one.changed for one in compared):
            batch, staged = batch_of(file, self._desk)
            self.writer.put_batch(batch, None if batch.answers else staged)
        self.ledger.add_merged(file, compared, again=known)

    def whole_months(self, file: ReadFile, *, guarded: bool) -> None:
        """Put the rows of a file in place of the months that they are of."""
        found, kept_months = (
            without_strays(file.found, self.writer.rows_held) if guarded else (file.found, ())
        )
        raw = replace(file.raw, area=self._desk.cut_to)
        partitions = [
            self.writer.put(batch.key, file.contents[batch.key], raw) for batch in found.batches
        ]
        self.ledger.add(file.raw.name, found, partitions, kept_months)


def _nothing_loaded(report: ImportReport) -> NothingLoadedError:
    first = report.files[0]
    if len(report.files) == 1:
        message = f"{first.file} was not loaded. {first.message}"
    else:
        message = f"None of the {len(report.files)} files was loaded. {first.file}: {first.message}"
    return NothingLoadedError(message, "Nothing was changed.", report)


def restated_references(writer: LakeWriter, partitions: Mapping[Key, Partition]) -> int:
    """Return how many first rows of a reference have it in another month too.

    Parameters
    ----------
    writer
        Where the import is written to.
    partitions
        What the import leaves behind; months held before count as other months unless they are
        among these.
    """
    before = writer.before.partitions
    restated = 0
    for pair in sorted({key[:2] for key in partitions}):
        imported = [writer.references(part) for key, part in partitions.items() if key[:2] == pair]
        held = [
            writer.references(part)
            for key, part in sorted(before.items())
            if key[:2] == pair and key not in partitions
        ]
        others = _all_distinct(held)
        together = _all_distinct([*imported, others])
        restated += sum(map(len, imported)) + len(others) - len(together)
    return restated


def _all_distinct(parts: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    return distinct(np.concatenate([np.zeros(0, dtype=np.uint64), *parts]))


def count_in_area(engine: Engine, area: StudyArea, imported: set[Key]) -> AreaCount:
    """Return how many located rows lie inside the outline of an area.

    Parameters
    ----------
    imported
        Keys whose rows count as ``rows_inside``; ``held_by_provider`` counts all rows held.
    """
    points = engine.count_points(area.boundary.bounds)
    places = points[[LON, LAT]].drop_duplicates()
    shapely.prepare(area.boundary)
    inside = shapely.intersects_xy(area.boundary, places[LON].to_numpy(), places[LAT].to_numpy())
    mine = points.merge(places[inside], on=[LON, LAT])
    by_key = mine.groupby([SOURCE, PROVIDER, MONTH], sort=True)[COUNT].sum()
    by_provider = mine.groupby([SOURCE, PROVIDER], as_index=False)[COUNT].sum()
    return AreaCount(
        area,
        sum(int(n) for key, n in by_key.items() if key in imported),
        {
            (str(source), str(provider)): int(n)
            for source, provider, n in by_provider.itertuples(index=False)
        },
    )
