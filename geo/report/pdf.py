"""How does a document become PDF, with no text of it ever read as markup?

Templates are fixed typst source. Everything that varies goes in as JSON: typst sees it as strings
and numbers, so nothing has to be escaped, and no report, name or note can run as markup.

References
----------
Typst documentation, "Sys.inputs", "Image" and "PDF".
ISO 14289-1 (PDF/UA-1): tagged, titled, with a language and alternative text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FONT: Final = "Hexbeat Sans"
"""The family that the caller's font files must hold; `data.fonts` makes them."""

_PNG: Final = b"\x89PNG"
_LETTER_MISSING: Final = "could not be displayed with font"
_PRELUDE: Final = """\
#let model = json(bytes(sys.inputs.model))
#let _pictures = json(bytes(sys.inputs.pictures))
#let picture(name, ..size) = {
  let one = _pictures.at(name)
  image(bytes(one.content), format: one.format, ..size)
}
"""


class PaperError(GeoError):
    """A document cannot be made from what it was given."""


def compile_pdf(
    template: str,
    inputs: Mapping[str, Any],
    pictures: Mapping[str, bytes],
    fonts: Sequence[Path],
) -> bytes:
    r"""Return the PDF that a template makes of the inputs: tagged, the same bytes every time.

    Parameters
    ----------
    template
        Typst source. It finds the inputs in ``model`` and draws a picture with
        ``#picture("name", width: 100%, alt: model.alt)``. It must set a title and a language, and
        give every picture its ``alt``.
    inputs
        Anything that JSON can hold. Strings stay strings: ``#model.title`` shows ``#`` and ``$`` as
        they are.
    pictures
        SVG or PNG by name. Text of an SVG is set in the same fonts.
    fonts
        Files or folders of fonts; no font of the machine is used.

    Raises
    ------
    PaperError
        When typst refuses the template, an input is missing, or a picture has no alternative text.

    Notes
    -----
    The result keeps PDF/UA-1, which typst checks while it writes. Where a letter is in none of the
    fonts, such as a picture sign in a name, it is tagged all the same, and shows a box instead.

    Examples
    --------
    >>> page = '#set document(title: model.title)\n#set text(lang: "en")\n= #model.title'
    >>> compile_pdf(page, {"title": "#1 of $5"}, {}, ())[:5]
    b'%PDF-'
    """
    given = {
        "model": json.dumps(inputs, ensure_ascii=False),
        "pictures": json.dumps({name: _picture(pictures[name]) for name in sorted(pictures)}),
    }
    source = (_PRELUDE + template).encode()
    try:
        return _compiled(source, given, fonts, ("ua-1",))
    except _LetterMissingError:
        return _compiled(source, given, fonts, ())


class _LetterMissingError(PaperError):
    """A letter is in none of the fonts."""


def _compiled(
    source: bytes, given: dict[str, str], fonts: Sequence[Path], standards: Sequence[Any]
) -> bytes:
    import typst  # noqa: PLC0415 - a large library, needed for papers only

    known = typst.Fonts(
        include_system_fonts=False, font_paths=[str(path) for path in _folders(fonts)]
    )
    try:
        written: bytes = typst.compile(
            source,
            font_paths=known,
            format="pdf",
            sys_inputs=given,
            pdf_standards=list(standards),
        )
    except typst.TypstError as error:
        message = f"The paper cannot be set: {error.message}."
        kind = _LetterMissingError if _LETTER_MISSING in error.message else PaperError
        raise kind(message, " ".join(error.hints) or "Check its template.") from error
    return written


def _folders(fonts: Sequence[Path]) -> list[Path]:
    return sorted({path.parent if path.suffix else path for path in fonts})


def _picture(content: bytes) -> dict[str, Any]:
    """Return a picture as JSON holds it: SVG as its text, PNG as its bytes."""
    if content.startswith(_PNG):
        return {"format": "png", "content": list(content)}
    return {"format": "svg", "content": content.decode()}
