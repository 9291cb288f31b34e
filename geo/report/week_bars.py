"""When in the week is demand watched, as one drawing for paper?

A light area for what is recorded, a dark one for what is watched, and a strip of demand below: the
mismatch between strip and dark area is the finding. Readable in grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.errors import SchemaError
from geo.report.pictures import WIDTH_PX, framed, words_svg
from geo.viz.tokens import LIGHT, MAP_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

HOURS: Final = 168
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LEFT, _RIGHT, _TOP, _HIGH = 46.0, 8.0, 34.0, 130.0
_STRIP_TOP, _STRIP_HIGH = _TOP + _HIGH + 8, 22.0
_TOPS: Final = (0.1, 0.2, 0.5, 1.0)
"""Tops of the axis; the lowest that holds all."""
_LIGHT: Final = "#9dbfdc"
_DARK: Final = "#12436d"


def week_bars(
    recorded: Sequence[float | None],
    watched: Sequence[float | None],
    demand: Sequence[float] = (),
) -> str:
    """Return the hours of the week as SVG.

    Parameters
    ----------
    recorded, watched
        Share of demand in each of 168 hours, Monday 00:00 first; None where there is no demand.
    demand
        Reports in each hour, for the strip; empty where hours may not be told.

    Raises
    ------
    SchemaError
        When there are not 168 hours.
    """
    for found in (recorded, watched, *([demand] if demand else [])):
        if len(found) != HOURS:
            message = f"A week has {HOURS} hours; found {len(found)}."
            raise SchemaError(message, "Give one share for each hour, Monday 00:00 first.")
    most = max(share or 0.0 for share in (*recorded, *watched))
    top = next(top for top in _TOPS if top >= min(most, 1.0))
    parts = [
        *_key(bool(demand)),
        *_lines(top),
        _area([(share or 0.0) / top for share in recorded], _LIGHT),
        _area([(share or 0.0) / top for share in watched], _DARK),
        *(_strip(demand) if demand else ()),
        *_days(bool(demand)),
    ]
    bottom = _STRIP_TOP + (_STRIP_HIGH if demand else -8) + 26
    return framed("".join(parts), WIDTH_PX, bottom)


def _x(hour: float) -> float:
    return _LEFT + hour * (WIDTH_PX - _LEFT - _RIGHT) / HOURS


def _y(height: float) -> float:
    """Return where a height between 0 and 1 lies."""
    return _TOP + _HIGH * (1 - height)


def _key(demand: bool) -> list[str]:  # noqa: FBT001 - one of two keys
    said = [(_LIGHT, "recorded"), (_DARK, "watched live")]
    parts, x = [], _LEFT
    for colour, words in said:
        parts.append(f'<rect x="{x:g}" y="6" width="26" height="15" fill="{colour}"/>')
        parts.append(words_svg(x + 32, 19, words))
        x += 150
    if demand:
        for k, colour in enumerate(MAP_CLASSES):
            shape = f'x="{x + 14 * k:g}" y="6" width="14" height="15"'
            parts.append(f'<rect {shape} fill="{colour}" stroke="#87929b" stroke-width=".5"/>')
        parts.append(words_svg(x + 78, 19, "reports, few to many"))
    return parts


def _lines(top: float) -> list[str]:
    parts = []
    for height in (0.0, 0.5, 1.0):
        y, end = _y(height), WIDTH_PX - _RIGHT
        parts.append(f'<path d="M{_LEFT:g},{y:g}H{end:g}" stroke="{LIGHT.grid}" fill="none"/>')
        parts.append(words_svg(_LEFT - 6, y + 5, f"{height * top:.0%}", anchor="end"))
    return parts


def _area(heights: Sequence[float], colour: str) -> str:
    """Return the steps of one share, down to the base line where there is none."""
    steps = "".join(
        f"L{_x(hour):.1f},{_y(height):.1f}H{_x(hour + 1):.1f}"
        for hour, height in enumerate(heights)
    )
    return f'<path d="M{_LEFT:g},{_y(0):g}{steps}V{_y(0):g}Z" fill="{colour}"/>'


def _strip(demand: Sequence[float]) -> list[str]:
    most = max(*demand, 1e-9)
    last = len(MAP_CLASSES) - 1
    parts = []
    for hour, n in enumerate(demand):
        colour = MAP_CLASSES[min(last, int(len(MAP_CLASSES) * n / most))]
        width = _x(1) - _x(0) + 0.2
        place = f'x="{_x(hour):.1f}" y="{_STRIP_TOP:g}" width="{width:.1f}"'
        parts.append(f'<rect {place} height="{_STRIP_HIGH:g}" fill="{colour}"/>')
    frame = f'x="{_LEFT:g}" y="{_STRIP_TOP:g}" width="{_x(HOURS) - _LEFT:.1f}"'
    parts.append(f'<rect {frame} height="{_STRIP_HIGH:g}" fill="none" stroke="#87929b"/>')
    return parts


def _days(demand: bool) -> list[str]:  # noqa: FBT001 - as above
    bottom = _STRIP_TOP + (_STRIP_HIGH if demand else -8)
    parts = []
    for day, name in enumerate(DAYS):
        parts.append(words_svg(_x(24 * day + 12), bottom + 18, name, size=14, anchor="middle"))
        if day:
            x = _x(24 * day)
            parts.append(
                f'<path d="M{x:.1f},{_TOP:g}V{bottom:g}" stroke="#505a5f" stroke-dasharray="2 3"'
                ' fill="none"/>'
            )
    return parts
