"""What is known of one load, so that its rows can be traced, answered for, and interpreted again?

A batch stands in the lake's manifest. Beside it, while the retention limit lasts, rest the columns
that were read, as text: nothing personal, no refused row. From these and the answers that people
gave, its rows can be made anew at any time.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import DataError
from data.interpretation.context import Answer
from data.interpretation.interpret import MARKS
from data.profiles.model import Profile
from data.readers.findings import Finding, HeldRow
from data.readers.text import TextTable
from data.readers.tidying import Sheet
from data.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

ROW: Final = "row"


@dataclass(frozen=True)
class Batch:
    """One load of one file.

    Attributes
    ----------
    batch_id
        From the content of the file and how it is read: the same file is the same batch.
    file_name, sha256
        The file, without folders, and SHA-256 of its content.
    profile
        How it was read.
    area_id
        The area against whose outline places were judged.
    imported_at
        When, UTC.
    agreement_ref
        Sharing agreement of the source at that time; "" where none was given.
    counts
        Rows read, kept, fixed, held, dropped, refused.
    gone
        Rows that were dropped or refused before staging, by result.
    standing
        Findings about the file that hold whatever is answered.
    findings, held
        What each rule found, and the rows that wait.
    answers
        What people decided, in order.
    excel_epoch
        Day 0 of serial numbers.
    """

    batch_id: str
    file_name: str
    sha256: str
    profile: Profile
    area_id: str | None
    imported_at: str
    agreement_ref: str
    counts: Mapping[str, int]
    gone: Mapping[str, int]
    standing: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    held: tuple[HeldRow, ...]
    answers: tuple[Answer, ...] = ()
    excel_epoch: str = "1899-12-30"

    @property
    def waiting(self) -> int:
        """Rows that are held."""
        return self.counts["held"]


def batch_as_json(batch: Batch) -> dict[str, Any]:
    """Return a batch as JSON can hold it."""
    written: dict[str, Any] = {}
    for name in Batch.__dataclass_fields__:
        value = getattr(batch, name)
        if name == "profile":
            written[name] = profile_as_json(value)
        elif name in {"standing", "findings", "held", "answers"}:
            written[name] = [asdict(one) for one in value]
        else:
            written[name] = dict(value) if name in {"counts", "gone"} else value
    return written


def batch_from_json(written: Mapping[str, Any]) -> Batch:
    """Return the batch that was written; the reverse of `batch_as_json`."""
    parts = dict(written)
    parts["profile"] = profile_from_json(parts["profile"])
    for name, kind in (("standing", Finding), ("findings", Finding), ("held", HeldRow)):
        parts[name] = tuple(kind(**one) for one in parts[name])
    parts["answers"] = tuple(
        Answer(**{**one, "rows": tuple(one["rows"])}) for one in parts["answers"]
    )
    return Batch(**parts)


def profile_as_json(profile: Profile) -> dict[str, Any]:
    """Return a profile as JSON can hold it."""
    return {
        name: dict(value) if name == "columns" else value
        for name, value in ((n, getattr(profile, n)) for n in Profile.__dataclass_fields__)
    }


def profile_from_json(written: Mapping[str, Any]) -> Profile:
    """Return the profile that was written; the reverse of `profile_as_json`."""
    return Profile(**written)


def write_staged(path: Path, staged: pa.Table) -> None:
    """Write the columns of a batch under their final name once they are whole and on disk."""
    write_whole(
        path, lambda out: pq.write_table(staged, out, compression="zstd", store_schema=False)
    )


def no_columns(batch: Batch) -> DataError:
    """Return the fault of a load whose columns were deleted."""
    message = f"The columns of {batch.file_name} are no longer kept: what was decided stands."
    return DataError(message, "Load the file again to decide anew.")


def staged_sheet(path: Path, batch: Batch) -> tuple[Sheet, dict[str, NDArray[np.bool_]]]:
    """Return a batch's columns as a table of text, and which rows had been changed by which rule.

    Raises
    ------
    DataError
        Where the columns are no longer kept, or are damaged.
    """
    try:
        table = pq.read_table(path, partitioning=None)
    except FileNotFoundError as error:
        raise no_columns(batch) from error
    except (OSError, pa.ArrowException) as error:
        message = f"The columns kept of {batch.file_name} cannot be read."
        raise DataError(message, "Load the file again.") from error
    names = [name for name in table.column_names if name not in {ROW, MARKS}]
    headings = tuple(batch.profile.columns[name] for name in names)
    columns = {str(at): table[name] for at, name in enumerate(names)}
    numbers = table[ROW].to_numpy().astype(np.int64)
    text = TextTable(headings, pa.table(columns), numbers)
    marked = _marked(table[MARKS].combine_chunks()) if MARKS in table.column_names else {}
    return Sheet(text, findings=batch.standing), marked


def _marked(marks: pa.Array) -> dict[str, NDArray[np.bool_]]:
    """Return which rows each code stands beside."""
    encoded = marks.dictionary_encode()
    met = [mark.split() for mark in encoded.dictionary.to_pylist()]
    rows = encoded.indices.to_numpy()
    return {
        code: np.array([code in codes for codes in met], dtype=np.bool_)[rows]
        for code in sorted({code for codes in met for code in codes})
    }
