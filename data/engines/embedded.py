"""How are incidents counted inside this process? By DuckDB, over the Parquet files of the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb
import pandas as pd

from data.engines.protocol import COVERAGE_COLUMNS, PARTIAL, POINT_COLUMNS, SINK, Bounds
from data.errors import DataError
from data.incidents import INCIDENT_SCHEMA, LATER_COLUMNS
from geo.errors import GeoError
from geo.periods import is_partial_month
from geo.schema import COUNT, INCIDENT_COLUMNS, LAT, LON, SINK_FLAG

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from data.lake import Lake, Partition

MEMORY_MB: Final = 512
THREADS: Final = 2
_COVERAGE_NUMBERS: Final = {"rows": "int64", "located": "int64", PARTIAL: "bool"}

_BLANKS: Final = ", ".join(f"NULL::VARCHAR AS {name}" for name in LATER_COLUMNS)
_LIVE: Final = f"""
    FROM (
        SELECT * FROM read_parquet($files, union_by_name = true)
        UNION ALL BY NAME SELECT {_BLANKS} WHERE false
    )
    WHERE coalesce(sensitive_class, '') = '' AND coalesce(status, '') = ''
"""  # noqa: S608  (column names of our own, and bound parameters)
_INSIDE: Final = (
    " AND isfinite(lon) AND isfinite(lat)"  # the bounds of a row group say nothing of NaN
    " AND lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north"
)
_COUNT_POINTS: Final = f"""
    SELECT lon, lat, place, provider, source, month, category, origin,
        coalesce(setting, '') AS setting,
        contains(coalesce(quality_flags, ''), '{SINK_FLAG}') AS sink,
        count(*) AS n
    {_LIVE} {_INSIDE}
    GROUP BY ALL
    ORDER BY ALL
"""


class EmbeddedEngine:
    """An `Engine` on DuckDB, with bounded memory and threads; it opens files for reading only.

    Parameters
    ----------
    lake
        What to count.
    memory_mb, threads
        Most that one count may use; what does not fit is spilled into the lake's folder.
    """

    def __init__(self, lake: Lake, *, memory_mb: int = MEMORY_MB, threads: int = THREADS) -> None:
        self._lake = lake
        self._settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory_mb}MB",
            "threads": str(threads),
            "temp_directory": str(lake.root / "spill"),
            "autoinstall_known_extensions": "false",
            "preserve_insertion_order": "false",
        }

    def count_points(
        self, bounds: Bounds, *, sources: Collection[str] | None = None
    ) -> pd.DataFrame:
        """Return the located incidents inside a box; see `Engine.count_points`.

        Raises
        ------
        GeoError
            Where the bounds are not west, south, east, north.
        DataError
            Where stored rows are missing or damaged.
        """
        west, south, east, north = (float(edge) for edge in bounds)
        if not (west <= east and south <= north):
            message = f"Bounds must be west, south, east, north; found {tuple(bounds)}."
            raise GeoError(message, "Take them from the outline of the area.")
        box = {"west": west, "south": south, "east": east, "north": north}
        return self._read(lambda: self._counted(box, sources))

    def _read(self, query: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return what a query finds; it is asked again where an import replaced files meanwhile."""
        version = self._lake.version
        try:
            return query()
        except duckdb.IOException as error:
            if self._lake.version != version:
                return query()
            message = "Stored rows are missing or damaged."
            hint = "Run `hexbeat doctor` to see which, and load those months again."
            raise DataError(message, hint) from error

    def _counted(self, box: dict[str, float], sources: Collection[str] | None) -> pd.DataFrame:
        files = self._files(sources)
        if not files:
            return _no_points()
        with duckdb.connect(":memory:", config=self._settings) as connection:
            rows = connection.sql(_COUNT_POINTS, params={"files": files, **box})
            counted: pd.DataFrame = rows.to_arrow_table().to_pandas()
        return counted if len(counted) else _no_points()

    def read_rows(
        self,
        columns: Collection[str],
        bounds: Bounds | None = None,
        *,
        sources: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """Return the live, unrestricted incidents themselves; see `Engine.read_rows`.

        Raises
        ------
        GeoError
            Where a column is unknown.
        DataError
            Where stored rows are missing or damaged.
        """
        unknown = [name for name in columns if name not in INCIDENT_COLUMNS]
        if unknown:
            message = f"Incidents have no column {unknown[0]!r}."
            raise GeoError(message, "Use the names of geo.schema.INCIDENT_COLUMNS.")
        return self._read(lambda: self._rows(columns, bounds, sources))

    def _rows(
        self, columns: Collection[str], bounds: Bounds | None, sources: Collection[str] | None
    ) -> pd.DataFrame:
        files = self._files(sources)
        wanted = ", ".join(
            f"coalesce({name}, '') AS {name}" if name in LATER_COLUMNS else name for name in columns
        )
        edges = zip(("west", "south", "east", "north"), map(float, bounds or ()), strict=False)
        query = (
            f"SELECT {wanted} {_LIVE} {_INSIDE if bounds else ''}"
            " ORDER BY source, provider, month, source_row"
        )
        if not files:
            empty: pd.DataFrame = INCIDENT_SCHEMA.empty_table().select(list(columns)).to_pandas()
            return empty
        with duckdb.connect(":memory:", config=self._settings) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            found = connection.sql(query, params={"files": files, **dict(edges)})
            rows: pd.DataFrame = found.to_arrow_table().to_pandas()
        return rows

    def _files(self, sources: Collection[str] | None) -> list[str]:
        partitions = self._lake.manifest().partitions
        return [
            str(self._lake.path(partitions[key]))
            for key in sorted(partitions)
            if sources is None or key[0] in sources
        ]

    def coverage(self) -> pd.DataFrame:
        """Return which months are held; see `Engine.coverage`."""
        partitions = self._lake.manifest().partitions
        held = [
            (*key, one.rows, one.located, _is_partial(one), one.area)
            for key, one in sorted(partitions.items())
        ]
        frame = pd.DataFrame(held, columns=list(COVERAGE_COLUMNS))
        return frame.astype(dict.fromkeys(COVERAGE_COLUMNS, "str") | _COVERAGE_NUMBERS)


def _is_partial(partition: Partition) -> bool:
    return bool(partition.first_day) and is_partial_month(
        partition.month, partition.rows, partition.first_day, partition.last_day
    )


def _no_points() -> pd.DataFrame:
    numbers = {LON: "float64", LAT: "float64", COUNT: "int64", SINK: "bool"}
    kinds = dict.fromkeys(POINT_COLUMNS, "str") | numbers
    return pd.DataFrame({name: pd.Series([], dtype=kinds[name]) for name in POINT_COLUMNS})
