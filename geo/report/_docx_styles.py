"""Which styles does a paper in Word have: fonts, sizes, numbers of headings and paragraphs?"""

from __future__ import annotations

from typing import Any, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from geo.viz.tokens import LIGHT

BODY: Final = "Normal"
NUMBERED: Final = "Numbered paragraph"
PROMPT: Final = "Officer to complete"
CAPTION: Final = "Caption"
NOTE: Final = "Small print"
FACT: Final = "Front fact"
TABLE_TEXT: Final = "Table text"
PICTURE: Final = "Picture line"
MARKING: Final = "Marking"

_FACE: Final = "Arial"
"""On every council computer; the paper is edited there."""
_NUMBERING: Final = 90
"""Number of our list in the file; the template has some of its own below."""
_FIRST_LINE_MM: Final = 11
_ASKED_FILL: Final = "FFF1C2"
_THEME_FACES: Final = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
_TWIPS_PER_MM: Final = 56.7
_AFTER_SHADE: Final = (
    "w:tabs",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:outlineLvl",
)
"""What must stand after a shade, of what these styles hold; Word refuses another order."""


def add_styles(document: Any) -> None:  # noqa: ANN401 - a document of python-docx
    """Give the document the styles of a paper, and British English."""
    _speak_english(document)
    styles = document.styles
    _set_face(styles[BODY], 10.5, after=6)
    _set_face(styles["Title"], 18, bold=True, before=8, after=8)
    _set_face(styles["Heading 1"], 12.5, bold=True, colour=LIGHT.primary, before=14, after=4)
    _set_face(styles["Heading 2"], 11, bold=True, before=10, after=3)
    _set_face(styles["List Bullet"], 10.5, after=4)
    _set_face(styles[CAPTION], 10.5, bold=True, before=8, after=3)
    styles[CAPTION].paragraph_format.keep_with_next = True
    _drop_border(styles["Title"])
    for name, size, after in (
        (NUMBERED, 10.5, 6),
        (PROMPT, 10.5, 6),
        (NOTE, 8.5, 8),
        (FACT, 10.5, 2),
        (TABLE_TEXT, 9.5, 2),
        (PICTURE, 10.5, 2),
        (MARKING, 9, 0),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles[BODY]
        style.quick_style = True
        _set_face(style, size, after=after)
    styles[PROMPT].base_style = styles[NUMBERED]
    styles[NOTE].paragraph_format.space_before = Pt(3)
    styles[TABLE_TEXT].paragraph_format.space_before = Pt(2)
    styles[NOTE].font.color.rgb = _colour(LIGHT.soft)
    styles[MARKING].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles[PICTURE].paragraph_format.keep_with_next = True
    styles[FACT].paragraph_format.tab_stops.add_tab_stop(Mm(40))
    _shade(styles[PROMPT])
    _number(document)


def _speak_english(document: Any) -> None:  # noqa: ANN401 - as above
    usual = document.styles.element.find(
        f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"
    )
    for spoken in usual.findall(qn("w:lang")):
        usual.remove(spoken)
    usual.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-GB" w:eastAsia="en-GB"/>'))


def _set_face(
    style: Any,  # noqa: ANN401 - a style of python-docx
    size: float,
    *,
    bold: bool = False,
    colour: str = LIGHT.ink,
    before: float = 0,
    after: float = 0,
) -> None:
    style.font.name, style.font.size = _FACE, Pt(size)
    style.font.bold, style.font.italic = bold, False
    style.font.color.rgb = _colour(colour)
    faces = style.element.rPr.rFonts
    for theme in _THEME_FACES:
        faces.attrib.pop(qn(f"w:{theme}"), None)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _colour(value: str) -> RGBColor:
    return RGBColor.from_string(value.removeprefix("#").upper())


def _drop_border(style: Any) -> None:  # noqa: ANN401 - as above
    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _shade(style: Any) -> None:  # noqa: ANN401 - as above
    """Give a style the ground of what has still to be written."""
    shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{_ASKED_FILL}"/>'
    style.element.get_or_add_pPr().insert_element_before(parse_xml(shade), *_AFTER_SHADE)


def _number(document: Any) -> None:  # noqa: ANN401 - as above
    """Let headings of level 1 count 1, 2, 3, and paragraphs and prompts below them 1.1, 1.2."""
    numbering = document.part.numbering_part.element
    indent = round(_FIRST_LINE_MM * _TWIPS_PER_MM)
    level = (
        '<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:pStyle w:val="{style}"/>'
        '<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:tabs>'
        f'<w:tab w:val="num" w:pos="{indent}"/></w:tabs>'
        f'<w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr></w:lvl>'
    )
    counted = [document.styles[name].style_id for name in ("Heading 1", NUMBERED)]
    levels = "".join(
        level.format(at=at, style=style, text=text)
        for at, (style, text) in enumerate(zip(counted, ("%1", "%1.%2"), strict=True))
    )
    list_of_levels = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{_NUMBERING}">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    first = numbering.find(qn("w:num"))
    first.addprevious(list_of_levels)
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{_NUMBERING}">'
            f'<w:abstractNumId w:val="{_NUMBERING}"/></w:num>'
        )
    )
    for at, name in enumerate(("Heading 1", NUMBERED)):
        facts = document.styles[name].element.get_or_add_pPr().get_or_add_numPr()
        facts.get_or_add_ilvl().val = at
        facts.get_or_add_numId().val = _NUMBERING
