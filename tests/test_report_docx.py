"""Tests of papers as Word files."""

from __future__ import annotations

import io
import zipfile

from docx import Document
from docx.oxml.ns import qn

from geo.report.docx import paper_docx
from tests.papers import HOSTILE, small_paper


def opened(paper):
    return Document(io.BytesIO(paper_docx(paper)))


def test_headings_are_styles_that_number_themselves():
    document = opened(small_paper())
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["Purpose", "Recommendation(s)"]
    for name, level in (("Heading 1", "0"), ("Numbered paragraph", "1")):
        numbers = document.styles[name].element.pPr.numPr
        assert numbers.ilvl.get(qn("w:val")) == level
        assert numbers.numId.get(qn("w:val")) == "90"
    assert document.styles["Officer to complete"].base_style.name == "Numbered paragraph"


def test_prompts_stand_in_their_own_style():
    asked = [
        p.text for p in opened(small_paper()).paragraphs if p.style.name == "Officer to complete"
    ]
    assert asked == [
        "[Officer to complete: say who was consulted]",
        "[Officer to complete: recommend]",
    ]


def test_bold_runs_stay_bold():
    document = opened(small_paper())
    (line,) = (p for p in document.paragraphs if p.text.startswith("In short"))
    assert [(run.text, run.bold) for run in line.runs] == [
        ("In short: ", None),
        ("There were 172 reports.", True),
    ]


def test_head_row_is_marked_and_the_table_has_its_words():
    document = opened(small_paper())
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["Place", "Reports"]
    rows = list(document.element.iter(qn("w:tr")))
    assert [one.find(f".//{qn('w:tblHeader')}") is not None for one in rows] == [True, False, False]
    (caption,) = document.element.iter(qn("w:tblCaption"))
    assert caption.get(qn("w:val")) == "Most were found by CCTV"


def test_picture_has_its_words():
    document = opened(small_paper())
    (facts,) = document.element.iter(qn("wp:docPr"))
    assert facts.get("descr") == "One bar."
    assert facts.getparent().get("distL") == "0"


def test_page_is_a4_and_marked_at_top_and_bottom():
    document = opened(small_paper())
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert page.header.paragraphs[0].text == "OFFICIAL · For members of the committee."
    foot = page.footer.paragraphs[0]
    assert foot.text.startswith("OFFICIAL · page")
    fields = page.footer.part.element.iter(qn("w:fldSimple"))
    assert [one.get(qn("w:instr")).strip() for one in fields] == ["PAGE", "NUMPAGES"]


def test_language_is_british():
    document = opened(small_paper())
    (spoken,) = document.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))
    assert spoken.get(qn("w:val")) == "en-GB"
    assert document.core_properties.language == "en-GB"


def test_facts_of_the_file_are_those_of_the_paper():
    facts = opened(small_paper()).core_properties
    assert facts.title == "Impact of the change in Saltmere"
    assert facts.author == "Saltmere Community Safety Partnership"
    assert facts.created.isoformat() == "2026-11-21T09:30:00+00:00"
    assert facts.comments == "Data version abc, method 1"


def test_same_bytes_when_made_twice():
    made = paper_docx(small_paper())
    assert made == paper_docx(small_paper())
    assert {one.date_time for one in zipfile.ZipFile(io.BytesIO(made)).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }


def test_hostile_text_stands_as_it_is():
    document = opened(small_paper(HOSTILE + "\x00\x0b"))
    said = [p.text for p in document.paragraphs] + [
        c.text for c in document.tables[0].columns[0].cells
    ]
    assert sum(HOSTILE in text for text in said) == 3
