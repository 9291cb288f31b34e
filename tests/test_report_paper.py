"""Tests of papers, before they are files, and as PDF."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.errors import SchemaError
from geo.report.paper import (
    Paragraph,
    Picture,
    Run,
    Subheading,
    Table,
    numbered,
    paragraph,
    prompts,
    strong,
)
from geo.report.paper_pdf import paper_pdf
from tests.papers import HOSTILE, PNG, small_paper
from tests.pdf_words import alternatives, catalogue, pages_of


def test_paragraphs_and_prompts_count_and_nothing_else():
    blocks = numbered(small_paper().sections[0].blocks, 6)
    assert [number for number, _ in blocks] == ["6.1", "", "", "", "", "6.2"]


def test_paragraph_keeps_weights_and_leaves_out_empty_runs():
    made = paragraph("Plain ", "", strong("bold"))
    assert made == Paragraph((Run("Plain "), Run("bold", bold=True)))
    assert made.text == "Plain bold"


def test_prompts_are_listed_with_their_sections():
    assert prompts(small_paper()) == (
        "1 Purpose: say who was consulted",
        "2 Recommendation(s): recommend",
    )


def test_table_whose_row_does_not_fit_its_head_is_refused():
    with pytest.raises(SchemaError, match="has 2 columns"):
        Table("Reports", ("Place", "Reports"), (("Quay",),))
    with pytest.raises(SchemaError, match="has 2 columns"):
        Table("Reports", ("Place", "Reports"), (), widths=(1.0,))


def test_picture_without_words_is_refused():
    with pytest.raises(SchemaError, match="no words"):
        Picture(PNG, " ", "A map")
    with pytest.raises(SchemaError, match="width"):
        Picture(PNG, "A map.", "A map", width=1.5)


def test_sections_out_of_order_are_refused():
    paper = small_paper()
    with pytest.raises(SchemaError, match="without a gap"):
        replace(paper, sections=paper.sections[::-1])


def test_everything_stands_in_the_pdf_when_set():
    pdf = paper_pdf(small_paper(), ())
    (page,) = pages_of(pdf)
    for words in (
        "OFFICIAL", "For members of the committee.", "Impact of the change in Saltmere",
        "[Officer to complete: which committee]", "1.1", "There were 172 reports.", "Quay Street",
        "Most were found by CCTV", "One bar is long", "Reports a month",
        "[Officer to complete: say who was consulted]", "1.2", "2.1", "page 1 of 1",
        "Data version abc, method 1",
    ):  # fmt: skip
        assert words.replace(" ", "") in page.replace(" ", ""), words
    assert page.count("OFFICIAL") == 2
    assert alternatives(pdf) == 1
    assert b"/Lang(en-GB)" in catalogue(pdf)
    assert b"/S/TH" in pdf


def test_hostile_text_stands_in_the_pdf_as_it_is():
    shown = "".join(pages_of(paper_pdf(small_paper(HOSTILE), ()))).replace(" ", "")
    assert shown.count(HOSTILE.replace(" ", "")) == 3


def test_same_bytes_when_the_pdf_is_made_twice():
    assert paper_pdf(small_paper(), ()) == paper_pdf(small_paper(), ())


def test_long_paper_breaks_with_its_marking_on_each_page():
    paper = small_paper()
    rows = tuple((f"Place {k}", str(k)) for k in range(120))
    long = replace(paper.sections[1], blocks=(Table("Long", ("Place", "n"), rows), Subheading("x")))
    pages = pages_of(paper_pdf(replace(paper, sections=(paper.sections[0], long)), ()))
    assert len(pages) >= 3
    assert all(page.count("OFFICIAL") == 2 for page in pages)
    assert f"page 2 of {len(pages)}".replace(" ", "") in pages[1].replace(" ", "")
