"""Which priorities, dated events and default locations does a partnership know of?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from data.area_sources import names_of, read_layer
from geo.area import ContextEvent, SinkLocation
from geo.errors import SchemaError

if TYPE_CHECKING:
    from pathlib import Path

_DAY: Final = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_LON: Final = ("lon", "longitude", "lng", "long", "x")
_LAT: Final = ("lat", "latitude", "y")


def read_priorities(path: Path) -> tuple[str, ...]:
    """Return the partnership's priorities from the column ``priority`` of a CSV file.

    Raises
    ------
    SchemaError
        When the file or the column is absent.
    """
    table = _read_table(path)
    _require(table, path, "priority")
    words = [" ".join(text.split()) for text in table["priority"]]
    return tuple(dict.fromkeys(word for word in words if word))


def read_events(path: Path) -> tuple[tuple[ContextEvent, ...], tuple[str, ...]]:
    """Return dated events of a CSV file in order, with a note on each row without a usable date.

    Parameters
    ----------
    path
        Columns ``date_from``, ``kind``, ``title``; where known ``date_to``, ``affects``,
        ``effect_on_figures``, ``source``. A date is a year, a month or a day:
        2022, 2022-07, 2022-07-31.

    Raises
    ------
    SchemaError
        When the file or a needed column is absent.
    """
    table = _read_table(path)
    _require(table, path, "date_from", "kind", "title")
    events, notes = [], []
    for number, row in enumerate(table.to_dict("records"), start=2):
        event, note = _event({str(key): str(text).strip() for key, text in row.items()})
        if event is not None:
            events.append(event)
        if note:
            notes.append(f"{path.name}, row {number}: {note}")
    events.sort(key=lambda event: (event.start, event.title))
    return tuple(events), tuple(notes)


def read_sinks(
    path: Path, *, crs: str | None = None
) -> tuple[tuple[SinkLocation, ...], tuple[str, ...]]:
    """Return known default locations in order of name, with notes on rows left out.

    Parameters
    ----------
    path
        A CSV file with ``name``, ``lon``, ``lat`` (WGS 84) and where known ``radius_m``; or any
        map layer with names, of which a point inside each shape is taken.
    crs
        Coordinate system of a map layer that names none.

    Raises
    ------
    SchemaError
        When the file or a needed column is absent.
    """
    if path.suffix.casefold() != ".csv":
        layer = read_layer(path, crs=crs)
        points = layer.shapes.representative_point()
        named = zip(names_of(layer), points.x, points.y, strict=True)
        sinks = [SinkLocation(name, float(lon), float(lat)) for name, lon, lat in named]
        return _in_order(sinks), layer.notes
    table = _read_table(path)
    _require(table, path, "name")
    lon, lat = (_numbers(table, path, usual) for usual in (_LON, _LAT))
    usable = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # noqa: PLR2004
    radius = _radii(table)
    sinks = [
        SinkLocation(table["name"].iloc[k].strip(), float(lon[k]), float(lat[k]), float(radius[k]))
        for k in np.flatnonzero(usable)
    ]
    bad = np.flatnonzero(~usable) + 2
    notes = tuple(f"{path.name}, row {row}: no usable lon and lat; left out." for row in bad)
    return _in_order(sinks), notes


def _event(row: dict[str, str]) -> tuple[ContextEvent | None, str]:
    start = _month(row["date_from"], last=False)
    if start is None:
        return None, f"the date {row['date_from']!r} is not a year, month or day; left out."
    until = row.get("date_to", "")
    end = _month(until or row["date_from"], last=True)
    note = ""
    if end is None or end < start:
        note, end = f"the end {until!r} is not a date after the start; taken as open.", None
    event = ContextEvent(
        start=start,
        end=None if end == start and not until else end,
        kind=row["kind"],
        title=row["title"],
        affects=row.get("affects", ""),
        effect=row.get("effect_on_figures", row.get("effect", "")),
        source=row.get("source", ""),
    )
    return event, note


def _month(text: str, *, last: bool) -> str | None:
    """Return the month of a date; of a bare year its last or its first."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    return f"{found[1]}-{found[2] or ('12' if last else '01')}"


def _read_table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        message = f"There is no file {path}."
        raise SchemaError(message, "Check the path and the spelling.")
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        message = f"The file {path.name} cannot be read as CSV: {error}."
        raise SchemaError(
            message, "Save it as CSV UTF-8, with one heading for each column."
        ) from error
    table.columns = pd.Index([str(name).strip().casefold() for name in table.columns])
    return table


def _require(table: pd.DataFrame, path: Path, *columns: str) -> None:
    absent = [name for name in columns if name not in table.columns]
    if absent:
        message = f"The file {path.name} has no column {absent[0]!r}."
        raise SchemaError(message, f"Its columns are: {', '.join(table.columns)}.")


def _numbers(table: pd.DataFrame, path: Path, usual: tuple[str, ...]) -> np.ndarray:
    column = next((name for name in usual if name in table.columns), usual[0])
    _require(table, path, column)
    return pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=np.float64)


def _radii(table: pd.DataFrame) -> np.ndarray:
    usual = SinkLocation("", 0, 0).radius_m
    if "radius_m" not in table.columns:
        return np.full(len(table), usual)
    radii = pd.to_numeric(table["radius_m"], errors="coerce").to_numpy(dtype=np.float64)
    return np.where(radii > 0, radii, usual)


def _in_order(sinks: list[SinkLocation]) -> tuple[SinkLocation, ...]:
    return tuple(sorted(sinks, key=lambda sink: (sink.name, sink.lon, sink.lat)))
