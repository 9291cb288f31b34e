"""Where does each entry of a register stand, in WGS 84 degrees, and which points are doubtful?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import shapely

from data.readers.coordinates import as_numbers, is_swapped, to_lon_lat
from data.registers.repair import is_mangled, repaired
from data.registers.troubles import Trouble
from geo.errors import CrsError
from geo.projection import geometry_to_degrees, geometry_to_metres

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from data.registers.troubles import Fate
    from geo.area import StudyArea

    Numbers = NDArray[np.float64]
    Mask = NDArray[np.bool_]

GRID: Final = "EPSG:27700"
OUTSIDE_M: Final = 200
"""A point so near to the boundary is not outside."""
DECIMALS: Final = 7

_NO_PLACE: Final = ("0", "1", "999999")
_LON_MOST, _LAT_MOST = 180.0, 90.0
_NOWHERE: Final = {"lon": None, "lat": None}


@dataclass(frozen=True, eq=False)
class Positions:
    """Points of rows in WGS 84 degrees, NaN without one, shape (rows,); and what is doubtful."""

    lon: Numbers
    lat: Numbers
    troubles: tuple[Trouble, ...]


class Places:
    """Reads the points of a register's rows.

    Parameters
    ----------
    cells
        Texts by field: lon and lat, or easting and northing; blank where nothing was entered.
    columns
        Heading of each field.
    area
        The area that the register is for; evidence for what is swapped or has lost its sign.
    rows
        Number of rows.
    """

    def __init__(
        self,
        cells: Mapping[str, Sequence[str]],
        columns: Mapping[str, str],
        area: StudyArea | None,
        rows: int,
    ) -> None:
        self.area = area
        self.lon, self.lat = np.full(rows, np.nan), np.full(rows, np.nan)
        self.troubles: list[Trouble] = []
        self._near = _near(area)
        self._mended = np.zeros(rows, dtype=np.bool_)
        names = ("lon", "lat") if {"lon", "lat"} <= set(cells) else ("easting", "northing")
        self._metres = names[0] == "easting"
        self._shown_order = (0, 1) if self._metres else (1, 0)
        headings = [columns.get(name, "") for name in names]
        self._heading = ", ".join(filter(None, (headings[one] for one in self._shown_order)))
        self._texts = [_without_sentinels(cells, name, names) for name in names]

    def read(self, *, placed: bool) -> Positions:
        """Return the points; ``placed`` points out rows without one."""
        x_texts, y_texts = self._texts
        if self._metres:
            self._read_metres(x_texts, y_texts)
        elif is_mangled(x_texts) or is_mangled(y_texts):
            self._repair(x_texts, y_texts)
        else:
            self._read_degrees(x_texts, y_texts)
        self._lost_sign()
        if placed:
            self._without_place(x_texts, y_texts)
        return Positions(self.lon, self.lat, tuple(self.troubles))

    def _read_degrees(self, x_texts: Sequence[str], y_texts: Sequence[str]) -> None:
        x, y = as_numbers(_text(x_texts)), as_numbers(_text(y_texts))
        large = (np.abs(x) > _LON_MOST) & (np.abs(y) > _LAT_MOST)
        if large.any():
            self._by_size(x, y, large, to_degrees=True)
        swapped = ~large & self._is_swapped(x, y)
        x[swapped], y[swapped] = y[swapped], x[swapped]
        self._say(swapped, "G01", "latitude and longitude were swapped; they were swapped back")
        wrong = ~large & ((np.abs(x) > _LON_MOST) | (np.abs(y) > _LAT_MOST))
        x[wrong] = y[wrong] = np.nan
        self._take(x, y)
        self._unreadable(x_texts, y_texts, "no longitude and latitude")

    def _read_metres(self, x_texts: Sequence[str], y_texts: Sequence[str]) -> None:
        x, y = as_numbers(_text(x_texts)), as_numbers(_text(y_texts))
        degrees = (np.abs(x) <= _LON_MOST) & (np.abs(y) <= _LAT_MOST)
        if degrees.any():
            turned = degrees & is_swapped(x, y)
            x[turned], y[turned] = y[turned], x[turned]
            self._by_size(x, y, degrees, to_degrees=False)
        lon, lat = to_lon_lat(x, y, GRID)
        lon[degrees], lat[degrees] = x[degrees], y[degrees]
        self._swapped_metres(x, y, lon, lat)
        self._short_metres(x, y, lon, lat)
        self._take(lon, lat)
        self._unreadable(x_texts, y_texts, "no easting and northing of the British grid")

    def _by_size(self, x: Numbers, y: Numbers, where: Mask, *, to_degrees: bool) -> None:
        """Read metres in columns of degrees, or the reverse."""
        if to_degrees:
            x[where], y[where] = to_lon_lat(x[where], y[where], GRID)
            words = "eastings and northings in columns of degrees; they were read as such"
        else:
            words = "degrees in columns of metres; they were read as such"
        self._say(where, "G05", words)

    def _is_swapped(self, x: Numbers, y: Numbers) -> Mask:
        """Return which points are swapped: British ones, or those inside the area the other way."""
        swapped = is_swapped(x, y)
        if self._near is not None:
            swapped |= ~self._inside(x, y) & self._inside(y, x)
        return swapped

    def _swapped_metres(self, x: Numbers, y: Numbers, lon: Numbers, lat: Numbers) -> None:
        if self._near is None:
            return
        other_lon, other_lat = to_lon_lat(y, x, GRID)
        swapped = ~self._inside(lon, lat) & self._inside(other_lon, other_lat)
        for at in np.flatnonzero(swapped):
            words = f"{y[at]:.0f}, {x[at]:.0f}"
            point = _point(other_lon[at], other_lat[at])
            self._propose(int(at), "G02", self._reason_swapped, words, point, lon, lat)

    @property
    def _reason_swapped(self) -> str:
        return "they look like swapped eastings and northings: swapped, they fall in the area"

    def _short_metres(self, x: Numbers, y: Numbers, lon: Numbers, lat: Numbers) -> None:
        """Hold eastings and northings that have fewer digits than the others and lie outside."""
        whole = np.isfinite(x) & np.isfinite(y)
        if self._near is None or not whole.any():
            return
        digits = np.stack([_digits(x), _digits(y)])
        usual = np.median(digits[:, whole], axis=1, keepdims=True)
        short = (digits < usual).any(axis=0) & whole & ~self._inside(lon, lat)
        for at in np.flatnonzero(short & ~self._mended):
            reason = "a digit is missing from the easting or northing"
            self._hold(int(at), "G07", reason, "", None, _NOWHERE)
            lon[at] = lat[at] = np.nan

    def _repair(self, x_texts: Sequence[str], y_texts: Sequence[str]) -> None:
        """Propose coordinates for columns that have lost their decimal points."""
        lon, lat = repaired(x_texts, y_texts, None if self._near is None else self._inside)
        inside = int(self._inside(lon, lat).sum()) if self._near is not None else 0
        reason = "a spreadsheet has taken the decimal point for a thousands separator"
        if self.area is not None:
            reason += f"; repaired, {inside:,} of them fall in {self.area.name}"
        for at in np.flatnonzero(_any_text(x_texts, y_texts)):
            if np.isfinite(lon[at]):
                words = f"{round(lat[at], DECIMALS)}, {round(lon[at], DECIMALS)}"
                self._hold(int(at), "G07", reason, words, _point(lon[at], lat[at]), _NOWHERE)
            else:
                beyond = "the decimal point is lost, and no repair agrees with the other rows"
                self._hold(int(at), "G07", beyond, "", None, _NOWHERE)

    def _lost_sign(self) -> None:
        if self.area is None:
            return
        outside = np.isfinite(self.lon) & ~self._inside(self.lon, self.lat)
        flipped = outside & self._inside(-self.lon, self.lat)
        for at in np.flatnonzero(flipped & ~self._mended):
            reason = f"the longitude has lost its minus sign: with it, it falls in {self.area.name}"
            point = _point(-self.lon[at], self.lat[at])
            words = f"{point['lat']}, {point['lon']}"
            self._propose(int(at), "G03", reason, words, point, self.lon, self.lat)

    def outside(self, lon: Numbers, lat: Numbers) -> tuple[Trouble, ...]:
        """Return which points lie outside the area; none where no area is known."""
        if self.area is None:
            return ()
        beyond = np.isfinite(lon) & np.isfinite(lat) & ~self._inside(lon, lat)
        reason = f"outside {self.area.name}"
        return tuple(
            Trouble(int(at), "G09", self._heading, reason, self._shown(int(at)), fate="kept")
            for at in np.flatnonzero(beyond)
        )

    def _without_place(self, x_texts: Sequence[str], y_texts: Sequence[str]) -> None:
        blank = np.isnan(self.lon) & ~self._mended & ~_any_text(x_texts, y_texts)
        reason = "no location; in the register, not on the map"
        self._say(blank, "G04", reason, fate="kept")

    def _unreadable(self, x_texts: Sequence[str], y_texts: Sequence[str], reason: str) -> None:
        lost = np.isnan(self.lon) & _any_text(x_texts, y_texts) & ~self._mended
        for at in np.flatnonzero(lost):
            self._hold(int(at), "G07", reason, "", _NOWHERE, _NOWHERE)

    def _inside(self, lon: Numbers, lat: Numbers) -> Mask:
        """Return which points lie in the area, or within 200 m of it."""
        finite = np.isfinite(lon) & np.isfinite(lat)
        found: Mask = shapely.contains_xy(
            self._near, np.where(finite, lon, 0.0), np.where(finite, lat, 0.0)
        )
        return found & finite

    def _take(self, lon: Numbers, lat: Numbers) -> None:
        known = np.isfinite(lon) & np.isfinite(lat)
        self.lon[known] = np.round(lon[known], DECIMALS)
        self.lat[known] = np.round(lat[known], DECIMALS)

    def _shown(self, at: int) -> str:
        pair = [self._texts[one][at] for one in self._shown_order]
        return ", ".join(text for text in pair if text)

    def _say(self, where: Mask, code: str, reason: str, *, fate: Fate = "fixed") -> None:
        for at in np.flatnonzero(where):
            row = int(at)
            self.troubles.append(
                Trouble(row, code, self._heading, reason, self._shown(row), fate=fate)
            )

    def _propose(  # noqa: PLR0913, PLR0917 - what is proposed, and what stands without it
        self,
        at: int,
        code: str,
        reason: str,
        words: str,
        point: Mapping[str, float],
        lon: Numbers,
        lat: Numbers,
    ) -> None:
        """Hold a row whose point can be put right, or stay as it came."""
        as_given = _point(lon[at], lat[at]) if np.isfinite(lon[at]) else _NOWHERE
        self._hold(at, code, reason, words, point, as_given)

    def _hold(
        self,
        at: int,
        code: str,
        reason: str,
        words: str,
        accepted: Mapping[str, float | None] | None,
        rejected: Mapping[str, float | None],
    ) -> None:
        self._mended[at] = True
        self.troubles.append(
            Trouble(at, code, self._heading, reason, self._shown(at), words, accepted, rejected)
        )


def _near(area: StudyArea | None) -> shapely.Geometry | None:
    """Return the area with 200 m around it, WGS 84 degrees."""
    if area is None:
        return None
    try:
        around = geometry_to_metres(area.boundary, area.crs_m).buffer(OUTSIDE_M)
        near = geometry_to_degrees(around, area.crs_m)
    except CrsError:
        near = area.boundary
    shapely.prepare(near)
    return near


def _without_sentinels(
    cells: Mapping[str, Sequence[str]], name: str, names: tuple[str, str]
) -> list[str]:
    """Return one axis, blank where both axes hold 0, 1 or 999999, or one of them nothing."""
    first, second = (cells.get(one, ()) for one in names)
    kept = cells.get(name, ())
    return [
        "" if _is_nowhere(x, y) else text for text, x, y in zip(kept, first, second, strict=True)
    ]


def _is_nowhere(x: str, y: str) -> bool:
    if not x or not y:
        return True
    plain = [text.rstrip("0").rstrip(".") if "." in text else text for text in (x, y)]
    return plain[0] in _NO_PLACE and plain[1] in _NO_PLACE


def _any_text(x_texts: Sequence[str], y_texts: Sequence[str]) -> Mask:
    return np.array([bool(x or y) for x, y in zip(x_texts, y_texts, strict=True)], dtype=np.bool_)


def _text(texts: Sequence[str]) -> pa.Array:
    return pa.array(texts, pa.string())


def _digits(numbers: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.isfinite(numbers), np.floor(np.log10(np.abs(numbers))) + 1, 0)


def _point(lon: float, lat: float) -> dict[str, float]:
    return {"lon": round(float(lon), DECIMALS), "lat": round(float(lat), DECIMALS)}
