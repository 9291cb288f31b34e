"""How does a drawing get onto paper: lines for PDF, dots for Word, the same letters in both?

A drawing is SVG. Charts of `geo.viz` become SVG here, and every SVG becomes dots in the fonts of
the paper, without a browser and without the network.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from geo.report.paper import printable
from geo.report.pdf import FONT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import altair as alt

WIDTH_PX: Final = 680
"""Width of a drawing that is as wide as the text of A4; 18 px are then 12 points."""

_VEGA_LITE: Final = "6.4"
_DOTS_A_PX: Final = 2.2
"""About 200 dots an inch when printed as wide as the text."""


class Drawing(NamedTuple):
    """One drawing, as lines and as dots."""

    svg: bytes
    png: bytes


def drawing(svg: str, fonts: Sequence[Path]) -> Drawing:
    """Return the drawing with its dots.

    Parameters
    ----------
    fonts
        Files of the family of papers.
    """
    import vl_convert  # noqa: PLC0415 - a large library, needed for papers only

    _know(fonts)
    return Drawing(svg.encode(), vl_convert.svg_to_png(svg, scale=_DOTS_A_PX))


def chart_svg(chart: alt.LayerChart, fonts: Sequence[Path], *, width_px: int = 620) -> str:
    """Return a chart as SVG in the letters of papers.

    Parameters
    ----------
    chart
        A chart of `geo.viz`, whose width is still open.
    width_px
        Of the part inside the axes.
    """
    import vl_convert  # noqa: PLC0415 - as above

    _know(fonts)
    spec: dict[str, Any] = chart.properties(width=width_px).to_dict()
    spec["config"] = {**spec.get("config", {}), "font": FONT, "background": "white"}
    spec.pop("usermeta", None)
    return str(vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE))


def _know(fonts: Sequence[Path]) -> None:
    """Let the drawing library know the folders of the fonts."""
    for folder in sorted({font.parent for font in fonts}):
        _know_folder(str(folder))


@lru_cache(maxsize=64)
def _know_folder(folder: str) -> None:
    """Register a folder once in a process: the library keeps all that it is told."""
    import vl_convert  # noqa: PLC0415 - as above

    vl_convert.register_font_directory(folder)


def framed(content: str, width: float, height: float) -> str:
    """Return SVG elements as a drawing on white of this many pixels."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>{content}</svg>'
    )


def words_svg(  # noqa: PLR0913 - where, what and how
    x: float,
    y: float,
    words: str,
    *,
    size: float = 15,
    anchor: str = "start",
    bold: bool = False,
    colour: str = "#0b0c0c",
    halo: bool = False,
) -> str:
    """Return words as an SVG element; no text of it is read as markup.

    Examples
    --------
    >>> words_svg(0, 9, "<b>&", size=9).count("&lt;b&gt;&amp;")
    1
    """
    look = (
        f'x="{x:.1f}" y="{y:.1f}" font-family={quoteattr(FONT)} font-size="{size:g}"'
        f' text-anchor="{anchor}" font-weight="{700 if bold else 400}"'
    )
    said = escape(printable(words))
    under = f'<text {look} fill="none" stroke="#ffffff" stroke-width="4">{said}</text>'
    return f'{under if halo else ""}<text {look} fill="{colour}">{said}</text>'
