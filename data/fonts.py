"""Which letters do papers and pictures use?

The Source Sans that Streamlit ships is one variable font; typst and the drawing of charts want one
file a weight. They are made once, for the letters that British papers need, and kept in the home
folder. The licence reserves the name "Source", so the made files have another.

References
----------
SIL Open Font License 1.1, conditions 1 to 3: copyright notice and licence stay in each file.
"""

from __future__ import annotations

import io
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from data.errors import DataError
from data.whole_files import write_whole
from geo.report.pdf import FONT

if TYPE_CHECKING:
    from collections.abc import Mapping

WEIGHTS: Final = (("Regular", 400), ("SemiBold", 600), ("Bold", 700))

_FOLDER: Final = "fonts"
_SHIPPED: Final = "static/static/media"
_PATTERN: Final = "SourceSansVF-Upright*.woff2"
_LETTERS: Final = (
    (0x20, 0x17F),
    (0x1E00, 0x1EFF),
    (0x2010, 0x203A),
    (0x20A0, 0x20BF),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2264, 0x2265),
    (0x25A0, 0x25FF),
)
"""Latin with the letters of Welsh and of names from abroad, dashes, quotes, arrows, true minus."""
_FEATURES: Final = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
_KEPT_NAMES: Final = (0, 7, 13, 14)
"""Copyright, trademark, licence and its address."""


def paper_fonts(home: Path) -> tuple[Path, ...]:
    """Return the font files of papers, regular first; they are made at the first call.

    Parameters
    ----------
    home
        The home folder; the files rest in its folder ``fonts``.

    Raises
    ------
    DataError
        When the font that Streamlit ships is not where it was.
    """
    folder = home / _FOLDER
    files = tuple(folder / f"HexbeatSans-{style}.ttf" for style, _ in WEIGHTS)
    if not all(file.is_file() for file in files):
        folder.mkdir(parents=True, exist_ok=True)
        common = _common_letters(_shipped_font())
        for file, (style, weight) in zip(files, WEIGHTS, strict=True):
            made = _one_weight(common, style, weight)
            write_whole(file, partial(_write, made))
    return files


def _write(made: bytes, stream: IO[bytes]) -> int:
    return stream.write(made)


def _shipped_font() -> bytes:
    """Return the variable font, found without importing Streamlit."""
    spec = find_spec("streamlit")
    folder = Path(spec.origin).parent / _SHIPPED if spec and spec.origin else Path(_SHIPPED)
    found = sorted(folder.glob(_PATTERN))
    if not found:
        message = f"There is no font {_PATTERN} in the installed Streamlit."
        raise DataError(message, "Install the locked version again; papers are set in it.")
    return found[0].read_bytes()


def _common_letters(shipped: bytes) -> bytes:
    """Return the variable font with the letters that are needed: a tenth of the time a weight."""
    from fontTools import subset  # noqa: PLC0415 - slow to import, needed once
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = subset.Options()
    options.layout_features = list(_FEATURES)
    options.name_IDs = ["*"]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[k for first, last in _LETTERS for k in range(first, last + 1)])
    with TTFont(io.BytesIO(shipped), recalcTimestamp=False) as font:
        cutter.subset(font)
        return _saved(font)


def _one_weight(common: bytes, style: str, weight: int) -> bytes:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - as above
    from fontTools.varLib import instancer  # noqa: PLC0415

    with TTFont(io.BytesIO(common), recalcTimestamp=False) as font:
        instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
        _rename(font["name"], _names(style))
        return _saved(font)


def _names(style: str) -> Mapping[int, str]:
    """Return the names of one weight; a family of four styles at most, as old programs expect."""
    plain = style in {"Regular", "Bold"}
    names = {
        1: FONT if plain else f"{FONT} {style}",
        2: style if plain else "Regular",
        3: f"{FONT} {style}",
        4: f"{FONT} {style}",
        6: f"{FONT.replace(' ', '')}-{style}",
    }
    return names if plain else {**names, 16: FONT, 17: style}


def _rename(table: Any, names: Mapping[int, str]) -> None:  # noqa: ANN401 - a table of fontTools
    table.names = [one for one in table.names if one.nameID in _KEPT_NAMES]
    for number, words in names.items():
        table.setName(words, number, 3, 1, 0x409)


def _saved(font: Any) -> bytes:  # noqa: ANN401 - a font of fontTools
    font.flavor = None
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()
