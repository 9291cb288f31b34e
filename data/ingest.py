"""How do files, or a frame of incidents, get into the lake, and what became of every row?

Files are read one at a time. What they bring is put beside the data in use, and takes effect in
one step at the end: an import that stops earlier has changed nothing.

References (Crime IDs)
----------------------
*Repeated* rows follow another row with the same reference in the same source, provider and month,
and differ from it. *Restated*: the first row of a reference in its month, where the reference is
held for another month of that provider too; a reference held for k months is restated k - 1
times, whichever month was loaded first. All of these rows are kept and counted as reports.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from data.errors import DataError, FileRefusedError, FileSkippedError, NothingLoadedError
from data.incidents import as_incidents, content_hash
from data.lake import Key, Lake, LakeWriter, Manifest, Partition, RawFile
from data.ledger import AreaCount, Ledger
from data.readers.kinds import check_name, is_street_file
from data.readers.opening import Member, SourceFile, opened
from data.readers.police_uk import read_street_file
from data.readers.rows import FileRows, split_by_month
from data.readers.spreadsheet import read_workbook
from data.readers.table import TableMapping, read_table
from data.readers.text import TextTable, read_text
from geo.schema import COUNT, LAT, LON, MONTH, PROVIDER, SOURCE

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd
    from numpy.typing import NDArray

    from data.engines.protocol import Engine
    from data.views import ImportReport
    from geo.area import StudyArea

Progress = Callable[[str, int, int], None]
"""Called with a sentence, how much is done, and of how much."""

_HEADINGS_SHOWN: Final = 6
_NAME_COLUMNS: Final = (
    "Load street-level files of data.police.uk, or name the columns of this table."
)


def load_files(  # noqa: PLR0913 - where rows rest, what counts them, and the import itself
    lake: Lake,
    engine: Engine,
    files: Sequence[SourceFile],
    area: StudyArea | None,
    *,
    now: datetime,
    progress: Progress | None = None,
    mapping: TableMapping | None = None,
) -> ImportReport:
    """Load files into the lake, and return what became of every file and row.

    Parameters
    ----------
    lake, engine
        Where rows rest, and what counts them there.
    files
        Paths, or uploads as name and content: CSV, gzip, ZIP archives, Excel workbooks.
    area
        The area whose counts are stated; rows are stored alike for every area.
    now
        The present, with its time zone; later months are refused.
    progress
        Told what is being done.
    mapping
        Which columns hold what, in files other than those of data.police.uk.

    Raises
    ------
    NothingLoadedError
        Where every file was refused. Files that are skipped (outcomes), or held already, are no
        fault. The error carries the report.
    DataError
        Where no file was given, another import is at work, or the lake is damaged.
    """
    if not files:
        message = "No file was given."
        raise DataError(message, "Choose at least one file.")
    say = progress or _say_nothing
    with lake.writing(now) as writer, opened(files) as members:
        ledger = Ledger(writer.before)
        for done, member in enumerate(members):
            say(f"Reading {member.name}", done, len(members))
            _load(member, writer, ledger, mapping, now)
        say("Storing what was read", len(members), len(members))
        restated = restated_references(lake, writer.before, ledger.partitions)
        after = writer.commit()
        say("Counting reports in the area", len(members), len(members))
        inside = count_in_area(engine, area, set(ledger.partitions)) if area else None
    report = ledger.report(after, restated=restated, area=inside)
    if ledger.nothing_loaded:
        raise _nothing_loaded(report)
    return report


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
        _put(FileRows(len(frame), batches), raw, writer, ledger)
        restated = restated_references(lake, writer.before, ledger.partitions)
        return ledger.report(writer.commit(), restated=restated)


def _say_nothing(sentence: str, done: int, of: int) -> None:
    """Tell nobody."""


def _load(
    member: Member,
    writer: LakeWriter,
    ledger: Ledger,
    mapping: TableMapping | None,
    now: datetime,
) -> None:
    """Read one file, put its rows, and record what became of it."""
    try:
        check_name(member.name)
        content = member.read()
        found = _rows(content, mapping, now)
    except FileRefusedError as error:
        ledger.refuse(member.name, error)
    except FileSkippedError as error:
        ledger.skip(member.name, error)
    else:
        raw = RawFile(member.name, hashlib.sha256(content).hexdigest())
        _put(found, raw, writer, ledger)


def _put(found: FileRows, raw: RawFile, writer: LakeWriter, ledger: Ledger) -> None:
    partitions = [
        writer.put((batch.source, batch.provider, batch.month), batch.table, raw)
        for batch in found.batches
    ]
    ledger.add(raw.name, found, partitions)


def _rows(content: bytes, mapping: TableMapping | None, now: datetime) -> FileRows:
    """Return the incidents of a file by the reader that fits its headings."""
    text = _text(content, mapping)
    street = is_street_file(text.columns)
    if not text.rows_read:
        message = "The file holds column headings and no rows."
        raise FileRefusedError(message, "Its month counts as no data. Download it again.")
    if street:
        return read_street_file(text, now=now)
    if mapping is not None:
        return read_table(text, mapping, now=now)
    shown = ", ".join(repr(name[:30]) for name in text.columns[:_HEADINGS_SHOWN])
    message = f"The columns are not those of a street-level file: row 1 holds {shown}."
    raise FileRefusedError(message, _NAME_COLUMNS)


def _text(content: bytes, mapping: TableMapping | None) -> TextTable:
    def is_heading(cells: Sequence[str]) -> bool:
        return is_street_file(cells) or (mapping is not None and mapping.is_heading(cells))

    if not content.startswith(b"PK\x03\x04"):
        return read_text(content, is_heading)
    if mapping is None:
        message = "This is an Excel workbook."
        raise FileRefusedError(message, _NAME_COLUMNS)
    return read_workbook(content, is_heading, mapping.sheet)


def _nothing_loaded(report: ImportReport) -> NothingLoadedError:
    first = report.files[0]
    if len(report.files) == 1:
        message = f"{first.file} was not loaded. {first.message}"
    else:
        message = f"None of the {len(report.files)} files was loaded. {first.file}: {first.message}"
    return NothingLoadedError(message, "Nothing was changed.", report)


def restated_references(lake: Lake, before: Manifest, partitions: Mapping[Key, Partition]) -> int:
    """Return how many first rows of a reference have it in another month too.

    Parameters
    ----------
    before
        What was held before the import.
    partitions
        What the import leaves behind; months held before count as other months unless they are
        among these.
    """
    restated = 0
    for pair in sorted({key[:2] for key in partitions}):
        imported = [lake.references(part) for key, part in partitions.items() if key[:2] == pair]
        held = [
            lake.references(part)
            for key, part in sorted(before.partitions.items())
            if key[:2] == pair and key not in partitions
        ]
        others = _distinct(held)
        restated += sum(map(len, imported)) + len(others) - len(_distinct([*imported, others]))
    return restated


def _distinct(parts: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Return the distinct values of all parts, sorted; by sorting, which is lean on memory."""
    values = np.sort(np.concatenate([np.zeros(0, dtype=np.uint64), *parts]))
    first = np.ones(len(values), dtype=np.bool_)
    first[1:] = values[1:] != values[:-1]
    return values[first]


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
        area.area_id,
        sum(int(n) for key, n in by_key.items() if key in imported),
        {
            (str(source), str(provider)): int(n)
            for source, provider, n in by_provider.itertuples(index=False)
        },
    )
