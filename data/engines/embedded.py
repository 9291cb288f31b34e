"""How are incidents counted inside this process? By DuckDB, over the Parquet files of the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb
import pandas as pd

from data.engines.protocol import COVERAGE_COLUMNS, POINT_COLUMNS, Bounds
from data.errors import DataError
from geo.errors import GeoError
from geo.schema import COUNT, LAT, LON

if TYPE_CHECKING:
    from collections.abc import Collection

    from data.lake import Lake

MEMORY_MB: Final = 512
THREADS: Final = 2
_COVERAGE_NUMBERS: Final = {"rows": "int64", "located": "int64"}

_COUNT_POINTS: Final = """
    SELECT lon, lat, place, provider, source, month, category, count(*) AS n
    FROM read_parquet($files)
    WHERE lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north
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
        version = self._lake.version
        try:
            return self._counted(box, sources)
        except duckdb.IOException as error:
            if self._lake.version != version:  # an import has replaced files meanwhile
                return self._counted(box, sources)
            message = "Stored rows are missing or damaged."
            hint = "Run `hexbeat doctor` to see which, and load those months again."
            raise DataError(message, hint) from error

    def _counted(self, box: dict[str, float], sources: Collection[str] | None) -> pd.DataFrame:
        partitions = self._lake.manifest().partitions
        files = [
            str(self._lake.path(partitions[key]))
            for key in sorted(partitions)
            if sources is None or key[0] in sources
        ]
        if not files:
            return _no_points()
        with duckdb.connect(":memory:", config=self._settings) as connection:
            rows = connection.sql(_COUNT_POINTS, params={"files": files, **box})
            counted: pd.DataFrame = rows.to_arrow_table().to_pandas()
        return counted if len(counted) else _no_points()

    def coverage(self) -> pd.DataFrame:
        """Return which months are held; see `Engine.coverage`."""
        partitions = self._lake.manifest().partitions
        held = [(*key, partitions[key].rows, partitions[key].located) for key in sorted(partitions)]
        frame = pd.DataFrame(held, columns=list(COVERAGE_COLUMNS))
        return frame.astype(dict.fromkeys(COVERAGE_COLUMNS, "str") | _COVERAGE_NUMBERS)


def _no_points() -> pd.DataFrame:
    kinds = dict.fromkeys(POINT_COLUMNS, "str") | {LON: "float64", LAT: "float64", COUNT: "int64"}
    return pd.DataFrame({name: pd.Series([], dtype=kinds[name]) for name in POINT_COLUMNS})
