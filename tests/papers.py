"""Papers made by hand, for tests of the files they become."""

from __future__ import annotations

from datetime import UTC, datetime

from geo.report.paper import (
    Bullets,
    Front,
    Paper,
    Picture,
    Prompt,
    Section,
    Subheading,
    Table,
    paragraph,
    strong,
)

MADE = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20" width="60" height="20">'
    b'<rect width="50" height="10"/></svg>'
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
HOSTILE = 'Quay #evil() $x$ *b* <b>&amp;</b> _i_ @ref `r` \\ // http://example.org/?a=1&b=2 ]]> "q"'


def small_paper(words: str = "There were 172 reports.") -> Paper:
    """Return a paper with one block of each kind."""
    blocks = (
        paragraph("In short: ", strong(words)),
        Subheading("Where"),
        Bullets(("Quay Street", words)),
        Table("Most were found by CCTV", ("Place", "Reports"), (("Quay", "12"), (words, "5"))),
        Picture(PNG, "One bar.", "One bar is long", SVG, "Reports a month"),
        Prompt("say who was consulted"),
    )
    front = Front(
        title="Impact of the change in Saltmere",
        facts=(("Report to", "[Officer to complete: which committee]"), ("Relevant officer", "")),
        marking="OFFICIAL",
        handling="For members of the committee.",
        version="Data version abc, method 1",
    )
    sections = (
        Section(1, "Purpose", blocks),
        Section(2, "Recommendation(s)", (Prompt("recommend"),)),
    )
    return Paper(front, sections, MADE, "Saltmere Community Safety Partnership")
