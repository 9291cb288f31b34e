"""Where did it happen, and which coordinates only look right?

Whether a place is likely is asked of the area: what lies outside it, and inside once swapped or
given its sign back, is proposed to a person, never changed unasked. Without an area the box around
the United Kingdom serves, and swapped metres cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from data.interpretation.addresses import located_by_address
from data.interpretation.datum import convert_datum
from data.interpretation.gridrefs import grid_references
from data.profiles.personal import NO_VALUE
from data.readers.coordinates import as_numbers, in_united_kingdom, is_swapped, to_lon_lat
from data.readers.findings import MOST_HELD_LISTED
from geo.projection import geometry_to_degrees, geometry_to_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from data.interpretation.context import Columns, Context
    from data.profiles.model import Profile
    from data.readers.findings import RowLedger

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

TOLERANCE_M: Final = 200.0
WHOLE_COLUMN: Final = 0.95
_NOWHERE: Final = frozenset({0.0, 1.0, -1.0, 999999.0, 99999.0, 9999999.0, 999.0})
_DEGREES: Final = "EPSG:4326"
_MERCATOR: Final = "EPSG:3857"
_LARGEST_DEGREE: Final = 180.0
_LEAST_METRE: Final = 1000.0
LONGEST_NUMBER: Final = 24


@dataclass(frozen=True, eq=False)
class Where:
    """Where the rows are: WGS 84 degrees (NaN: not known) and how exactly, shape (rows,)."""

    lon: Floats
    lat: Floats
    precision: NDArray[np.object_]


class Outline:
    """Tells which points lie in the area or within 200 m; without one, in the United Kingdom."""

    def __init__(self, context: Context) -> None:
        self._shape: BaseGeometry | None = None
        self._exact: BaseGeometry | None = None
        if context.area is not None:
            crs = context.area.crs_m
            wide = shapely.buffer(geometry_to_metres(context.area.boundary, crs), TOLERANCE_M)
            self._shape = geometry_to_degrees(wide, crs)
            self._exact = context.area.boundary
            shapely.prepare(self._shape)
            shapely.prepare(self._exact)

    @property
    def known(self) -> bool:
        """Whether there is an area."""
        return self._shape is not None

    def inside(self, lon: Floats, lat: Floats) -> Mask:
        """Return which points lie inside the outline; without an area, all that are possible."""
        if self._exact is None:
            return in_united_kingdom(lon, lat)
        found: Mask = shapely.intersects_xy(self._exact, lon, lat)
        return found

    def near(self, lon: Floats, lat: Floats) -> Mask:
        """Return which points lie inside or up to 200 m outside."""
        if self._shape is None:
            return in_united_kingdom(lon, lat)
        found: Mask = shapely.intersects_xy(self._shape, lon, lat)
        return found


def read_where(columns: Columns, profile: Profile, ledger: RowLedger, context: Context) -> Where:
    """Return where the rows are; those whose place only looks right are held in the ledger."""
    rows = len(columns)
    place = Where(np.full(rows, np.nan), np.full(rows, np.nan), np.full(rows, "none", dtype=object))
    outline = Outline(context)
    if columns.has("lon") and columns.has("lat"):
        _add_degrees(columns, place, ledger, context, outline)
    if columns.has("easting") and columns.has("northing"):
        _add_metres(columns, profile, place, ledger, context, outline)
    _add_grid_references(columns, place, ledger)
    waiting = ledger.rows_that_are("held")
    located_by_address(columns, place, ledger, context, ~waiting & np.isnan(place.lon))
    _mark_nowhere(columns, place, ledger)
    _mark_outside(columns, place, ledger, outline)
    return place


def _shown(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.less_equal(pc.utf8_length(values), LONGEST_NUMBER), values, NO_VALUE)


def _pair(columns: Columns, first: str, second: str) -> tuple[pa.Array, Floats, Floats]:
    """Return the texts of a pair of columns side by side, and both as numbers."""
    texts = columns.values(first), columns.values(second)
    shown = pc.binary_join_element_wise(_shown(texts[0]), _shown(texts[1]), ", ")
    plain = [
        pc.replace_substring_regex(text, r"^([0-9]{1,3}),([0-9]{3})(,([0-9]{3}))?$", r"\1\2\4")
        for text in texts
    ]
    x, y = as_numbers(plain[0]), as_numbers(plain[1])
    return shown, x, y


def _blank(x: Floats, y: Floats) -> Mask:
    """Return where a pair says nowhere: one missing, or both a stand-in such as 0."""
    stand_ins = np.array(sorted(_NOWHERE))
    nowhere: Mask = ~(np.isfinite(x) & np.isfinite(y)) | (
        np.isin(x, stand_ins) & np.isin(y, stand_ins)
    )
    return nowhere


def _settle(place: Where, rows: Mask, lon: Floats, lat: Floats, precision: str = "exact") -> None:
    place.lon[rows], place.lat[rows] = lon[rows], lat[rows]
    place.precision[rows] = precision


def _not_numbers(
    columns: Columns,
    names: tuple[str, str],
    x: Floats,
    y: Floats,
    ledger: RowLedger,
    context: Context,
) -> None:
    """Hold rows whose coordinates are no numbers and no grid reference."""
    for name, numbers in zip(names, (x, y), strict=True):
        values = columns.values(name)
        odd = ~np.isfinite(numbers) & columns.given(name)
        odd &= ~context.decided("G07", "reject", ledger.numbers)
        odd &= ~pc.match_substring_regex(values, r"^[A-Za-z]{2} ?[0-9]").to_numpy(
            zero_copy_only=False
        )
        ledger.mark(
            "G07",
            odd,
            "held",
            "{n} with a coordinate that is no number ({value}).",
            column=columns.heading(name),
            values=_shown(values),
            reason="A coordinate must be a number.",
        )


def _add_degrees(
    columns: Columns, place: Where, ledger: RowLedger, context: Context, outline: Outline
) -> None:
    shown, lon, lat = _pair(columns, "lon", "lat")
    heading = columns.heading("lon")
    _not_numbers(columns, ("lon", "lat"), lon, lat, ledger, context)
    known = ~_blank(lon, lat)
    metres = known & (np.abs(lon) >= _LEAST_METRE) & (np.abs(lat) >= _LEAST_METRE)
    if metres.any():
        _reread(place, metres, lon, lat, "EPSG:27700")
        _mark_reread(
            ledger, metres & np.isfinite(place.lon), heading, shown, "metres in columns of degrees"
        )
        known &= ~metres
    swapped = known & is_swapped(lon, lat)
    ledger.mark(
        "G01",
        swapped,
        "fixed",
        "{n} had latitude and longitude swapped. We swapped them.",
        column=heading,
        values=shown,
    )
    lon, lat = np.where(swapped, lat, lon), np.where(swapped, lon, lat)
    lost = known & ~outline.near(lon, lat) & outline.near(-lon, lat)
    both = known & ~lost & ~outline.near(lon, lat) & outline.near(-lat, lon)
    proposed = [(lost, -lon, lat), (both, -lat, lon)]
    for rows, x, y in proposed:
        _propose(
            "G03",
            rows,
            (x, y),
            place,
            ledger,
            context,
            message="{n} with a longitude that lost its minus sign ({value}).",
            question="Longitudes look positive; the area lies west of Greenwich. Restore it?",
            heading=heading,
            shown=shown,
        )
    rest = known & ~lost & ~both
    rest |= (lost | both) & context.decided("G03", "reject", ledger.numbers)
    impossible = rest & ((np.abs(lon) > _LARGEST_DEGREE) | (np.abs(lat) > _LARGEST_DEGREE / 2))
    _mark_impossible(ledger, context, impossible, heading, shown)
    _settle(place, rest & ~impossible, lon, lat)
    convert_datum(columns, place, ledger, context, rest & ~impossible)


def _add_metres(
    columns: Columns,
    profile: Profile,
    place: Where,
    ledger: RowLedger,
    context: Context,
    outline: Outline,
) -> None:
    shown, x, y = _pair(columns, "easting", "northing")
    heading = columns.heading("easting")
    _not_numbers(columns, ("easting", "northing"), x, y, ledger, context)
    known = ~_blank(x, y) & np.isnan(place.lon)
    degrees = known & (in_united_kingdom(x, y) | in_united_kingdom(y, x))
    _settle(
        place,
        degrees,
        np.where(in_united_kingdom(x, y), x, y),
        np.where(in_united_kingdom(x, y), y, x),
    )
    _mark_reread(ledger, degrees, heading, shown, "degrees in columns of metres")
    mercator = known & ~degrees & (np.abs(x) < 1.3e6) & (y > 6.0e6) & (y < 9.0e6)  # noqa: PLR2004
    _reread(place, mercator, x, y, _MERCATOR)
    ledger.mark(
        "G08",
        mercator & np.isfinite(place.lon),
        "fixed",
        "{n} in Web Mercator metres: converted.",
        column=heading,
        values=shown,
    )
    known &= ~degrees & ~mercator
    lon, lat = _converted(known, x, y, profile.crs)
    outside = known & ~outline.near(lon, lat)
    swapped = outside & outline.known & outline.near(*_converted(known, y, x, profile.crs))
    _propose(
        "G02",
        swapped,
        _converted(known, y, x, profile.crs),
        place,
        ledger,
        context,
        message="{n} look like swapped eastings and northings ({value}).",
        question=_swap_question(swapped, context),
        heading=heading,
        shown=shown,
        words_of=(y, x),
    )
    short = outside & ~swapped & _cut_short(x, y, known, outline, outside)
    _mark_short(short, x, y, profile.crs, place, ledger, context, outline, heading, shown)
    rest = known & ~swapped & ~short
    rest |= swapped & context.decided("G02", "reject", ledger.numbers)
    impossible = rest & ~np.isfinite(lon)
    _mark_impossible(ledger, context, impossible, heading, shown)
    _settle(place, rest & ~impossible, lon, lat)
    if (rest & ~impossible).any():
        ledger.note(
            "G08",
            "British National Grid converted with an accuracy of about 5 metres.",
            column=heading,
        )


def _swap_question(swapped: Mask, context: Context) -> str:
    where = context.area.name if context.area is not None else "the area"
    rows = int(swapped.sum())
    verb = "falls" if rows == 1 else "fall"
    return (
        f"These look like swapped eastings and northings: swapped, {rows:,} of {rows:,} {verb} in"
        f" {where}. Swap them?"
    )


def _converted(rows: Mask, x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    lon, lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
    lon[rows], lat[rows] = to_lon_lat(x[rows], y[rows], crs)
    return lon, lat


def _reread(place: Where, rows: Mask, x: Floats, y: Floats, crs: str) -> None:
    lon, lat = _converted(rows, x, y, crs)
    _settle(place, rows & np.isfinite(lon), lon, lat)


def _mark_reread(ledger: RowLedger, rows: Mask, heading: str, shown: pa.Array, what: str) -> None:
    ledger.mark(
        "G05",
        rows,
        "fixed",
        f"{{n}} held {what} ({{value}}), and were read by their size.",
        column=heading,
        values=shown,
    )


def _mark_impossible(
    ledger: RowLedger, context: Context, rows: Mask, heading: str, shown: pa.Array
) -> None:
    ledger.mark(
        "G07",
        rows & ~context.decided("G07", "reject", ledger.numbers),
        "held",
        "{n} with coordinates that cannot be ({value}).",
        column=heading,
        values=shown,
        reason="The point lies where these coordinates cannot.",
    )


def _propose(  # noqa: PLR0913
    code: str,
    rows: Mask,
    better: tuple[Floats, Floats],
    place: Where,
    ledger: RowLedger,
    context: Context,
    *,
    message: str,
    question: str,
    heading: str,
    shown: pa.Array,
    words_of: tuple[Floats, Floats] | None = None,
) -> None:
    """Hold rows with a proposal, or take it where a person has; ``words_of`` as it is shown."""
    accepted = rows & context.decided(code, "accept", ledger.numbers)
    open_ = rows & ~accepted & ~context.decided(code, "reject", ledger.numbers)
    _settle(place, accepted, *better)
    words = np.full(len(rows), "", dtype=object)
    shown_as = better if words_of is None else words_of
    digits = 5 if words_of is None else 0
    for at in np.flatnonzero(open_)[:MOST_HELD_LISTED]:
        words[at] = f"{shown_as[0][at]:.{digits}f}, {shown_as[1][at]:.{digits}f}"
    ledger.mark(
        code, open_, "held", message, column=heading, values=shown,
        reason=question, suggestions=pa.array(words, pa.string()), question=question,
    )  # fmt: skip
    ledger.mark(
        code,
        accepted,
        "fixed",
        message + " Put right, as was agreed.",
        column=heading,
        values=shown,
    )


def _digits(values: Floats) -> NDArray[np.int64]:
    """Return how many digits stand before the point, 0 where there is no number."""
    size = np.where(np.isfinite(values), np.abs(values), 0.0)
    found: NDArray[np.int64] = np.floor(np.log10(np.maximum(size, 0.1))).astype(np.int64) + 1
    return np.maximum(found, 0)


def _cut_short(x: Floats, y: Floats, known: Mask, outline: Outline, outside: Mask) -> Mask:
    """Return where a coordinate has fewer digits than those of the area, or of most rows."""
    sound = known & ~outside if outline.known and (known & ~outside).any() else known
    short = np.zeros(len(x), dtype=np.bool_)
    for values in (x, y):
        digits = _digits(values)
        if sound.any():
            short |= digits < int(np.median(digits[sound]))
    if outline.known and not (known & ~outside).any():
        short |= (_digits(x) < 6) | (_digits(y) < 6)  # noqa: PLR2004 - metres of the British grid
    return short


def _mark_short(  # noqa: PLR0913, PLR0917
    short: Mask,
    x: Floats,
    y: Floats,
    crs: str,
    place: Where,
    ledger: RowLedger,
    context: Context,
    outline: Outline,
    heading: str,
    shown: pa.Array,
) -> None:
    """Hold cut coordinates; where the whole column agrees, propose to lengthen them."""
    if not short.any():
        return
    for factor in (10.0, 100.0, 1000.0):
        lon, lat = _converted(short, x * factor, y * factor, crs)
        fits = short & outline.near(lon, lat) & outline.known
        if short.mean() >= WHOLE_COLUMN and fits.sum() >= WHOLE_COLUMN * short.sum():
            _propose(
                "G07", fits, (lon, lat), place, ledger, context,
                message=f"{{n}} were cut to {factor:.0f} metres ({{value}}).",
                question=f"The whole column is cut to {factor:.0f} metres. Lengthen it?",
                heading=heading, shown=shown,
            )  # fmt: skip
            place.precision[fits & np.isfinite(place.lon)] = "grid_100m"
            short = short & ~fits
            break
    rejected = short & context.decided("G07", "reject", ledger.numbers)
    ledger.mark(
        "G07",
        short & ~rejected,
        "held",
        "{n} with coordinates that are cut short ({value}).",
        column=heading,
        values=shown,
        reason="The coordinates have too few digits.",
    )


def _add_grid_references(columns: Columns, place: Where, ledger: RowLedger) -> None:
    for name in ("grid_ref", "easting"):
        if not columns.has(name):
            continue
        values = columns.values(name)
        lon, lat, coarse = grid_references(values)
        rows = np.isfinite(lon) & np.isnan(place.lon)
        _settle(place, rows, lon, lat)
        place.precision[rows & coarse] = "grid_100m"
        ledger.mark(
            "G06",
            rows,
            "fixed",
            "{n} had grid references as text ({value})."
            + (" References are to the nearest 100 m." if (rows & coarse).any() else ""),
            column=columns.heading(name),
            values=values,
        )


def _mark_nowhere(columns: Columns, place: Where, ledger: RowLedger) -> None:
    nowhere = np.isnan(place.lon) & ~ledger.rows_that_are("held", "refused", "dropped")
    share = nowhere.mean() if len(nowhere) else 0.0
    ledger.mark(
        "G04",
        nowhere,
        "kept",
        f"{{n}} have no location ({share:.1%}). They are in the totals, not on the map.",
        column=columns.heading("easting") or columns.heading("lon"),
    )


def _mark_outside(columns: Columns, place: Where, ledger: RowLedger, outline: Outline) -> None:
    if not outline.known:
        return
    outside = np.isfinite(place.lon) & ~outline.near(place.lon, place.lat)
    outside &= ~ledger.rows_that_are("held", "refused", "dropped")
    _note_close_by(place, ledger, outline, outside)
    ledger.mark(
        "G09",
        outside,
        "kept",
        "{n} fall outside the area: kept, and counted nowhere in it.",
        column=columns.heading("place") or columns.heading("easting") or columns.heading("lon"),
    )


def _note_close_by(place: Where, ledger: RowLedger, outline: Outline, outside: Mask) -> None:
    """Say how many rows lie beyond the outline by less than the tolerance, as on a sea front."""
    close = np.isfinite(place.lon) & ~outside & ~outline.inside(place.lon, place.lat)
    close &= ~ledger.rows_that_are("held", "refused", "dropped")
    rows = int(close.sum())
    if rows:
        verb = "lies" if rows == 1 else "lie"
        ledger.note(
            "G09",
            f"{rows:,} more {verb} less than 200 metres beyond the outline: kept, not marked, and"
            " not counted in the area.",
        )
