"""What came before a change and what after, kind by kind on one scale, for paper?

One panel a kind: columns for months or quarters, a rule where the change began, and the average of
each side as a line. Panels share a scale, unless one would be too low to read. Kinds never share a
panel, so that reports found by cameras cannot pass for reports of the public. What may not be told,
or was not supplied, is hatched and no column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from geo.errors import NotEnoughDataError, SchemaError
from geo.report.pictures import WIDTH_PX, framed, words_svg
from geo.viz.tokens import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

Look = Literal["plain", "striped"]

_LEFT, _RIGHT = 48.0, 70.0
_NAME_PX, _HIGH, _GAP = 24.0, 104.0, 14.0
_FOOT: Final = 26.0
_EVENT_PX: Final = 20.0
_HEADROOM: Final = 1.2
_LEGIBLE: Final = 1 / 3
"""A panel that is lower than this share of the highest one gets a scale of its own."""
_APART: Final = "Each panel has its own scale."
_STEPS: Final = (5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000)
_PATTERNS: Final = (
    '<defs><pattern id="striped" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff7e6"/>'
    '<rect width="2.6" height="6" fill="#993404"/></pattern>'
    '<pattern id="hidden" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(-45)"><rect width="5" height="5" fill="#ffffff"/>'
    '<rect width="1" height="5" fill="#7d878f"/></pattern></defs>'
)
_FILLS: Final[dict[Look, str]] = {"plain": "#9dbfdc", "striped": "url(#striped)"}
_EDGES: Final[dict[Look, str]] = {"plain": "#12436d", "striped": "#662506"}


class Event(NamedTuple):
    """A mark under the columns, by first and last column; its words stand in the text."""

    first: int
    last: int
    letter: str


@dataclass(frozen=True)
class Panel:
    """One kind of report.

    Attributes
    ----------
    name
        Written above its columns.
    counts
        One for each column; None where it is not shown or was not supplied.
    before, after
        Averages of the sides, and None where they are not told.
    look
        How its columns are filled.
    """

    name: str
    counts: tuple[int | None, ...]
    before: float | None = None
    after: float | None = None
    look: Look = "plain"


def month_panels(
    panels: Sequence[Panel],
    labels: Sequence[str],
    start: int,
    *,
    start_words: str,
    events: Sequence[Event] = (),
) -> str:
    """Return the panels below one another, as SVG.

    Parameters
    ----------
    labels
        A name for each column; empty ones are not written.
    start
        First column after the change; a rule stands before it.
    start_words
        Beside the rule in the first panel.

    Raises
    ------
    SchemaError
        When a panel has not one count for each label.
    NotEnoughDataError
        When no panel has a count to show.
    """
    for panel in panels:
        if len(panel.counts) != len(labels):
            message = f"{panel.name} has {len(panel.counts)} counts for {len(labels)} columns."
            raise SchemaError(message, "Give each column a count, or None.")
    known = [n for panel in panels for n in panel.counts if n is not None]
    if not known:
        message = "No panel has a count to show."
        raise NotEnoughDataError(message, "Leave the picture out and say why.")
    frames = _frames(panels, len(labels))
    frame = frames[0]
    apart = len({one.top for one in frames}) > 1
    said = f"{start_words} {_APART}" if apart else start_words
    parts, y = [_PATTERNS, words_svg(_LEFT, 16, said, size=14)], 24.0
    for panel, own in zip(panels, frames, strict=True):
        parts += _panel(panel, own, y, start)
        y += _NAME_PX + _HIGH + _GAP
    y -= _GAP
    parts += [
        words_svg(frame.x(at + 0.5), y + 18, label, size=14, anchor="middle")
        for at, label in enumerate(labels)
        if label
    ]
    parts += _events(events, frame, y + _FOOT)
    return framed("".join(parts), WIDTH_PX, y + _FOOT + (_EVENT_PX if events else 0))


@dataclass(frozen=True)
class _Frame:
    columns: int
    top: float

    def x(self, column: float) -> float:
        return _LEFT + column * (WIDTH_PX - _LEFT - _RIGHT) / self.columns

    def tall(self, n: float) -> float:
        return _HIGH * n / self.top

    @property
    def ticks(self) -> tuple[int, ...]:
        """Two round values at most, and zero."""
        step = next((step for step in _STEPS if self.top / step < 3), _STEPS[-1])  # noqa: PLR2004
        return tuple(range(0, int(self.top) + 1, step))


def _frames(panels: Sequence[Panel], columns: int) -> list[_Frame]:
    """Return the scale of each panel: one for all, or its own where one would be too low."""
    tops = [max(*(n or 0 for n in panel.counts), 1) * _HEADROOM for panel in panels]
    shared = max(tops)
    apart = min(tops) < shared * _LEGIBLE
    return [_Frame(columns, top if apart else shared) for top in tops]


def _panel(panel: Panel, frame: _Frame, y: float, start: int) -> list[str]:
    base = y + _NAME_PX + _HIGH
    parts = [words_svg(_LEFT, y + 16, panel.name, size=15, bold=True)]
    for tick in frame.ticks:
        at = base - frame.tall(tick)
        end = WIDTH_PX - _RIGHT
        parts.append(f'<path d="M{_LEFT:g},{at:.1f}H{end:g}" stroke="{LIGHT.grid}"/>')
        parts.append(words_svg(_LEFT - 6, at + 5, f"{tick:,}", size=14, anchor="end"))
    parts += [_column(frame, at, n, base, panel.look) for at, n in enumerate(panel.counts)]
    parts += _rule(frame, start, base)
    for first, last, mean in ((0, start, panel.before), (start, frame.columns, panel.after)):
        if mean is not None and first < last:
            parts += _average(frame, (first, last), mean, base)
            at, ends = base - frame.tall(mean), last == frame.columns
            x, y_px = (frame.x(last) + 6, at + 5) if ends else (frame.x(first) + 3, at - 7)
            parts.append(words_svg(x, y_px, f"{mean:,.0f}", bold=True, halo=True))
    return parts


def _column(frame: _Frame, at: int, n: int | None, base: float, look: Look) -> str:
    wide = frame.x(1) - frame.x(0)
    x, width = frame.x(at) + 0.12 * wide, 0.76 * wide
    if n is None:
        shape = f'x="{x:.1f}" y="{base - 10:.1f}" width="{width:.1f}" height="10"'
        return f'<rect {shape} fill="url(#hidden)" stroke="#7d878f" stroke-width=".5"/>'
    tall = frame.tall(n)
    shape = f'x="{x:.1f}" y="{base - tall:.1f}" width="{width:.1f}" height="{tall:.1f}"'
    return f'<rect {shape} fill="{_FILLS[look]}" stroke="{_EDGES[look]}" stroke-width=".8"/>'


def _average(frame: _Frame, side: tuple[int, int], mean: float, base: float) -> list[str]:
    at = base - frame.tall(mean)
    line = f"M{frame.x(side[0]) + 2:.1f},{at:.1f}H{frame.x(side[1]) - 2:.1f}"
    return [
        f'<path d="{line}" stroke="#ffffff" stroke-width="3.8" fill="none"/>',
        f'<path d="{line}" stroke="#0b0c0c" stroke-width="2.4" fill="none"/>',
    ]


def _rule(frame: _Frame, start: int, base: float) -> list[str]:
    if not 0 < start <= frame.columns:
        return []
    line = f"M{frame.x(start):.1f},{base - _HIGH:.1f}V{base:.1f}"
    look = 'stroke="#0b0c0c" stroke-width="2" stroke-dasharray="7 4" fill="none"'
    return [f'<path d="{line}" {look}/>']


def _events(events: Sequence[Event], frame: _Frame, y: float) -> list[str]:
    parts = []
    for event in events:
        x, end = frame.x(event.first), frame.x(event.last + 1)
        parts.append(
            f'<rect x="{x:.1f}" y="{y + 2:.1f}" width="{end - x:.1f}" height="6" fill="#59626a"/>'
        )
        parts.append(words_svg((x + end) / 2, y + 20, event.letter, size=13, anchor="middle"))
    return parts
