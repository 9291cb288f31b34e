"""Tests of setting a document as PDF."""

from __future__ import annotations

import pytest

from geo.report.pdf import PaperError, compile_pdf
from tests.pdf_words import alternatives, catalogue, pages_of

PAGE = """
#set document(title: model.title, date: none)
#set text(lang: "en", region: "GB")
#set smartquote(enabled: false)
= #model.title
#model.text
"""
SHAPE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    b'<rect width="9" height="9"/></svg>'
)
HOSTILE = (
    "#evil() $x^2$ *b* _i_ @ref <label> `raw` \\ \\u{41} // kept /* kept */ = head - item + item"
    " ~ http://example.org/a?b=1&c=2 <script>alert(1)</script> #let x = 1 ]] [[ \"quote\" 's'"
)


def test_hostile_text_stands_as_it_is_when_set():
    pdf = compile_pdf(PAGE, {"title": HOSTILE, "text": HOSTILE}, {}, ())
    shown = "".join(pages_of(pdf)).replace(" ", "")
    assert shown.count(HOSTILE.replace(" ", "")) == 2


def test_words_of_a_picture_stand_as_they_are_when_drawn():
    asked = {"title": "One", "text": "two", "alt": "#panic()"}
    pdf = compile_pdf(PAGE + '#picture("a", alt: model.alt)', asked, {"a": SHAPE}, ())
    assert b"/Alt(#panic())" in pdf


def test_same_bytes_when_made_twice():
    inputs = {"title": "One", "text": "two"}
    assert compile_pdf(PAGE, inputs, {}, ()) == compile_pdf(PAGE, inputs, {}, ())


def test_language_and_tags_stand_in_the_file_when_made():
    facts = catalogue(compile_pdf(PAGE, {"title": "One", "text": "two"}, {}, ()))
    assert b"/Lang(en-GB)" in facts
    assert b"/MarkInfo<</Marked true" in facts


def test_picture_needs_its_words_when_drawn():
    inputs = {"title": "One", "text": "two"}
    with pytest.raises(PaperError, match="alt"):
        compile_pdf(PAGE + '#picture("a")', inputs, {"a": SHAPE}, ())
    told = PAGE + '#picture("a", alt: "a square")'
    assert alternatives(compile_pdf(told, inputs, {"a": SHAPE}, ())) == 1


def test_template_that_asks_for_what_is_missing_is_refused():
    with pytest.raises(PaperError, match=r"The paper cannot be set: .*absent"):
        compile_pdf(PAGE + "#model.absent", {"title": "One", "text": "two"}, {}, ())


def test_letter_without_a_font_shows_a_box_when_set():
    pdf = compile_pdf(PAGE, {"title": "Quay \N{GRINNING FACE} Street", "text": "two"}, {}, ())
    assert "Street" in "".join(pages_of(pdf))
    assert b"/MarkInfo<</Marked true" in catalogue(pdf)
