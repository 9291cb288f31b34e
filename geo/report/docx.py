"""How does a paper become a Word file that an officer can go on writing?

Headings, numbers, captions and lists are real styles, so that a paragraph that is added by hand
numbers itself. The same paper gives the same bytes: every date inside the file is the paper's own.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from geo.report._docx_styles import (
    CAPTION,
    FACT,
    MARKING,
    NOTE,
    NUMBERED,
    PICTURE,
    PROMPT,
    TABLE_TEXT,
    add_styles,
)
from geo.report.paper import (
    Bullets,
    Paragraph,
    Picture,
    Prompt,
    Subheading,
    Table,
    printable,
)

if TYPE_CHECKING:
    from geo.report.paper import Block, Front, Paper

TEXT_MM: Final = 170
"""Between the margins of A4."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_SIDE_MM: Final = 20
_HEAD_FILL: Final = "E8EBEE"


def paper_docx(paper: Paper) -> bytes:
    """Return the paper as a Word file; the same paper gives the same bytes.

    Notes
    -----
    A4, British English, headings of levels 1 and 2, head rows marked, alternative text at every
    picture, marking and page numbers in header and footer.
    """
    document = Document()
    add_styles(document)
    _set_facts(document, paper)
    _set_page(document, paper.front)
    _add_front(document, paper.front)
    for section in paper.sections:
        document.add_heading(printable(section.heading), level=1)
        for block in section.blocks:
            _add_block(document, block)
    written = io.BytesIO()
    document.save(written)
    return _same_every_time(written.getvalue())


def _set_facts(document: Any, paper: Paper) -> None:  # noqa: ANN401 - a document of python-docx
    facts, made = document.core_properties, paper.made.replace(tzinfo=None, microsecond=0)
    facts.title = printable(paper.front.title)[:255]
    facts.author = facts.last_modified_by = printable(paper.author)[:255]
    facts.subject = printable(paper.front.marking)
    facts.comments = printable(paper.front.version)[:255]
    facts.keywords = ""
    facts.language = "en-GB"
    facts.created = facts.modified = made
    facts.revision = 1


def _set_page(document: Any, front: Front) -> None:  # noqa: ANN401 - as above
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(_SIDE_MM)
    page.top_margin, page.bottom_margin = Mm(22), Mm(20)
    page.header_distance = page.footer_distance = Mm(9)
    head = page.header.paragraphs[0]
    head.style = MARKING
    head.add_run(printable(front.marking)).bold = True
    if front.handling:
        head.add_run(f" · {printable(front.handling)}")
    foot = page.footer.paragraphs[0]
    foot.style = MARKING
    foot.add_run(printable(front.marking)).bold = True
    foot.add_run(" · page ")
    _add_field(foot, "PAGE")
    foot.add_run(" of ")
    _add_field(foot, "NUMPAGES")
    version = page.footer.add_paragraph(printable(front.version), style=NOTE)
    version.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _add_field(paragraph: Any, code: str) -> None:  # noqa: ANN401 - as above
    """Add a number that Word counts by itself."""
    field = parse_xml(
        f'<w:fldSimple {nsdecls("w")} w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    )
    paragraph._p.append(field)  # noqa: SLF001 - the only way to add a field


def _add_front(document: Any, front: Front) -> None:  # noqa: ANN401 - as above
    for label, said in front.facts:
        line = document.add_paragraph(style=FACT)
        line.add_run(f"{printable(label)}:\t").bold = True
        line.add_run(printable(said))
    document.add_paragraph(printable(front.title), style="Title")


def _add_block(document: Any, block: Block) -> None:  # noqa: ANN401 - as above
    match block:
        case Paragraph(runs):
            line = document.add_paragraph(style=NUMBERED)
            for run in runs:
                line.add_run(printable(run.text)).bold = run.bold or None
        case Prompt():
            document.add_paragraph(printable(block.text), style=PROMPT)
        case Subheading(text):
            document.add_heading(printable(text), level=2)
        case Bullets(items):
            for item in items:
                document.add_paragraph(printable(item), style="List Bullet")
        case Table():
            _add_table(document, block)
        case Picture():
            _add_picture(document, block)


def _add_table(document: Any, told: Table) -> None:  # noqa: ANN401 - as above
    document.add_paragraph(printable(told.caption), style=CAPTION)
    table = document.add_table(rows=0, cols=len(told.head), style="Table Grid")
    table.autofit = False
    widths = told.widths or (1.0,) * len(told.head)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(TEXT_MM * width / sum(widths))
    for place, row in enumerate((told.head, *told.rows)):
        added = table.add_row()
        for cell, said, width in zip(added.cells, row, widths, strict=True):
            cell.width = Mm(TEXT_MM * width / sum(widths))
            line = cell.paragraphs[0]
            line.style = TABLE_TEXT
            line.add_run(printable(said)).bold = place == 0 or None
            if place == 0:
                shade = (
                    f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{_HEAD_FILL}"/>'
                )
                cell._tc.get_or_add_tcPr().append(parse_xml(shade))  # noqa: SLF001 - no other way
        _keep_whole(added, head=place == 0)
    _tell_table(table, told)
    document.add_paragraph(printable(told.note), style=NOTE)


def _keep_whole(row: Any, *, head: bool) -> None:  # noqa: ANN401 - as above
    """Keep a row on one page; the head row is repeated on each page, and read as such."""
    facts = row._tr.get_or_add_trPr()  # noqa: SLF001 - no other way
    facts.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    if head:
        facts.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _tell_table(table: Any, told: Table) -> None:  # noqa: ANN401 - as above
    """Give the table its words, for those who hear it, and say that its first row is the head."""
    facts = table._tbl.tblPr  # noqa: SLF001 - no other way
    facts.find(qn("w:tblLook")).set(qn("w:firstColumn"), "0")
    caption = parse_xml(f'<w:tblCaption {nsdecls("w")} w:val=""/>')
    caption.set(qn("w:val"), printable(told.caption))
    facts.append(caption)


def _add_picture(document: Any, told: Picture) -> None:  # noqa: ANN401 - as above
    document.add_paragraph(printable(told.caption), style=CAPTION)
    line = document.add_paragraph(style=PICTURE)
    shown = line.add_run().add_picture(io.BytesIO(told.png), width=Mm(TEXT_MM * told.width))
    inline = shown._inline  # noqa: SLF001 - no other way
    for side in ("distT", "distB", "distL", "distR"):
        inline.set(side, "0")
    facts = inline.docPr
    facts.set("descr", printable(told.alt))
    facts.set("name", f"Picture {facts.get('id')}")
    document.add_paragraph(printable(told.note), style=NOTE)


def _same_every_time(written: bytes) -> bytes:
    """Return the file with the same date at each of its parts."""
    fixed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written)) as source,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return fixed.getvalue()
