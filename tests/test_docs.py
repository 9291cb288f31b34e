"""Do the documents say what the program does?"""

from __future__ import annotations

import re
from pathlib import Path

from data.rules import RULES

DOCS = Path(__file__).parents[1] / "docs"


def test_every_rule_stands_in_the_document_on_loading():
    text = (DOCS / "loading.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z]\d\d) \| (.*?) \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    expected = [(one.code, one.family, one.problem, one.does) for one in RULES.values()]
    assert rows == expected
    assert len(rows) == 48


def test_links_between_documents_lead_somewhere():
    for document in [*DOCS.glob("*.md"), DOCS.parent / "README.md"]:
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), (document.name, link)
