"""Where does a property or a postcode lie, by lists that are too long for the records?

Lists of reference points (UPRN, postcodes) are kept as Parquet files sorted by key, one for each
kind; a new list takes the place of the former one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from data.errors import FileRefusedError
from data.readers.coordinates import as_numbers, to_lon_lat
from data.registers.catalogue import POSTCODE_POINTS, UPRN_POINTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from data.readers.text import TextTable
    from data.registers.fields import RegisterKind

KEY, LON, LAT = "key", "lon", "lat"
"""Columns of a list of points; degrees are WGS 84."""
LEFT_OUT: Final = b"rows_left_out"
"""Rows without a usable key or point, in the metadata of a table that was read."""
FOLDER: Final = "points"
"""Name of the folder inside the home folder."""

_KINDS: Final = (UPRN_POINTS, POSTCODE_POINTS)
_PAIRS: Final = ((LON, LAT), ("easting", "northing"))
_GRID: Final = "EPSG:27700"
_DECIMALS: Final = 7
_UPRN: Final = r"^[0-9]{1,12}$"
_POSTCODE: Final = r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$"
_ROWS_A_GROUP: Final = 200_000


def plain_keys(keys: pa.Array) -> pa.Array:
    """Return UPRNs as digits without leading zeros, postcodes in capitals without spaces.

    Examples
    --------
    >>> plain_keys(pa.array(["000123", "fy1 4bj", "123.0"])).to_pylist()
    ['123', 'FY14BJ', '123']
    """
    capitals = pc.replace_substring_regex(pc.utf8_upper(keys), r"\s+", "")
    whole = pc.replace_substring_regex(capitals, r"^([0-9]+)\.0+$", r"\1")
    return pc.utf8_ltrim(whole, "0")


def points_kind(text: TextTable) -> RegisterKind | None:
    """Return which list of points a file is; None where it is none."""
    found = [kind for kind in _KINDS if kind.score(text.columns)]
    return found[0] if found else None


def read_points(text: TextTable) -> pa.Table:
    """Return a list of reference points: key, and longitude and latitude in WGS 84 degrees.

    Rows without a usable key or point are left out, and counted in the metadata under ``LEFT_OUT``.
    Of rows with the same key the first is taken.

    Raises
    ------
    FileRefusedError
        Where the file has no column of UPRNs or postcodes, or none of coordinates.
    """
    kind = points_kind(text)
    columns = kind.columns_of(text.columns) if kind else {}
    if kind is None or not any(set(pair) <= columns.keys() for pair in _PAIRS):
        message = "This is no list of reference points: it needs UPRN or postcode, and coordinates."
        raise FileRefusedError(message, "Load OS Open UPRN, or a list of postcodes with points.")
    keys = plain_keys(text.column(columns[KEY]))
    lon, lat = _degrees(text, columns)
    shape = _UPRN if kind is UPRN_POINTS else _POSTCODE
    usable = pc.match_substring_regex(keys, shape).to_numpy(zero_copy_only=False)
    usable &= np.isfinite(lon) & np.isfinite(lat)
    table = pa.table({KEY: keys, LON: lon, LAT: lat}).filter(pa.array(usable))
    table = _first_of_each(table.sort_by(KEY))
    left_out = str(len(keys) - table.num_rows)
    return table.replace_schema_metadata({LEFT_OUT: left_out, b"kind": kind.key})


def write_points(folder: Path, kind: RegisterKind, table: pa.Table) -> None:
    """Keep a list of points in place of the former one, in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, kind)
    part = path.with_suffix(".part")
    with part.open("wb") as stream:
        pq.write_table(table, stream, row_group_size=_ROWS_A_GROUP, compression="zstd")
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


@dataclass(frozen=True)
class PointIndex:
    """Finds points by UPRN or postcode; one that is not listed has none."""

    paths: tuple[Path, ...]

    @classmethod
    def open(cls, folder: Path) -> PointIndex:
        """Return the index of a folder, which may be empty or absent."""
        return cls(tuple(path for kind in _KINDS if (path := _path(folder, kind)).is_file()))

    def __bool__(self) -> bool:
        """Whether any list is there."""
        return bool(self.paths)

    def locate(self, keys: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return longitudes and latitudes in WGS 84 degrees, NaN where a key is not listed.

        Parameters
        ----------
        keys
            UPRNs or postcodes as text, in any writing, shape (rows,).
        """
        wanted = plain_keys(keys)
        lon, lat = (np.full(len(wanted), np.nan) for _ in range(2))
        distinct = pc.unique(wanted)
        for path in self.paths:
            found = ds.dataset(path).to_table(filter=ds.field(KEY).isin(distinct))
            at = pc.index_in(wanted, value_set=found[KEY].combine_chunks())
            rows = np.flatnonzero(at.is_valid().to_numpy(zero_copy_only=False))
            places = at.drop_null().to_numpy()
            lon[rows] = found[LON].to_numpy()[places]
            lat[rows] = found[LAT].to_numpy()[places]
        return lon, lat


def _path(folder: Path, kind: RegisterKind) -> Path:
    return folder / f"{kind.key}.parquet"


def _degrees(
    text: TextTable, columns: Mapping[str, str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the points in degrees, NaN where there is none."""
    names = next(pair for pair in _PAIRS if set(pair) <= columns.keys())
    x, y = (as_numbers(text.column(columns[name])) for name in names)
    x[(x == 0) & (y == 0)] = np.nan
    lon, lat = (x, y) if names == _PAIRS[0] else to_lon_lat(x, y, _GRID)
    return np.round(lon, _DECIMALS), np.round(lat, _DECIMALS)


def _first_of_each(table: pa.Table) -> pa.Table:
    """Return the first row of each key of a table that is sorted by key."""
    if table.num_rows < 2:  # noqa: PLR2004 - nothing can repeat
        return table
    keys = table[KEY].combine_chunks()
    new = pc.not_equal(keys.slice(1), keys.slice(0, len(keys) - 1)).to_numpy(zero_copy_only=False)
    return table.filter(pa.array(np.concatenate([[True], new])))
