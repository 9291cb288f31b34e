"""How does a paper look as PDF: A4, marked on every page, readable with a screen reader?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geo.report.paper import (
    Bullets,
    Paragraph,
    Picture,
    Prompt,
    Subheading,
    Table,
    numbered,
    printable,
)
from geo.report.pdf import FONT, compile_pdf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.report.paper import Block, Paper

TEMPLATE: Final = r"""
#set document(title: model.title, author: model.author, date: none)
#set text(font: (model.font, "DejaVu Sans Mono"), size: 10pt, lang: "en", region: "GB",
  fill: rgb("#0b0c0c"))
#let quiet = rgb("#505a5f")
#let blue = rgb("#12436d")
#set smartquote(enabled: false)
#set page(paper: "a4", margin: (x: 20mm, top: 22mm, bottom: 20mm),
  header: align(center, text(9pt)[#text(weight: "bold", tracking: .03em, model.marking)
    #if model.handling != "" [ · #model.handling]]),
  footer: context [#set text(8.5pt)
    #grid(columns: (1fr, auto, 1fr), column-gutter: 4mm, align: (left, center, right),
      [], text(weight: "bold", model.marking),
      [page #counter(page).display() of #counter(page).final().first()])
    #align(center, text(7.5pt, fill: quiet, model.version))])
#set par(leading: .58em, spacing: .85em)
#show heading.where(level: 1): it => block(above: 4mm, below: 3mm,
  text(18pt, weight: "bold", it.body))
#show heading.where(level: 2): it => block(above: 6mm, below: 2.6mm, sticky: true,
  text(12pt, weight: "bold", fill: blue, it.body))
#show heading.where(level: 3): it => block(above: 4.5mm, below: 2.2mm, sticky: true,
  text(10.5pt, weight: "bold", it.body))
#set figure.caption(position: top)
#set figure(numbering: none, supplement: none, gap: 1.6mm)
#show figure: set block(above: 4mm, below: 4mm)
#show figure.where(kind: table): set block(breakable: true)
#show figure.caption: it => block(width: 100%, sticky: true,
  align(left, text(10pt, weight: "bold", it.body)))
#let small(words) = if words != "" {
  block(above: 1.4mm, width: 100%, align(left, text(8.5pt, fill: quiet, words)))
}
#let spoken(runs) = for run in runs {
  if run.bold { text(weight: "bold", run.text) } else { run.text }
}
#let counted(number, body, down: 0mm) = block(width: 100%,
  grid(columns: (11mm, 1fr), pad(top: down, text(fill: quiet, number)), body))
#let asked(words) = block(width: 100%, fill: rgb("#fff1c2"), stroke: .6pt + rgb("#5c4300"),
  inset: (x: 2mm, y: 1.6mm), words)
#let tabled(one) = {
  figure(kind: table, caption: one.caption, {
    set text(9pt)
    set par(leading: .5em)
    table(columns: one.widths.map(w => w * 1fr), align: left + top,
      inset: (x: 1.6mm, y: 1.5mm),
      stroke: (x, y) => (bottom: .5pt + quiet),
      fill: (x, y) => if y == 0 { rgb("#e8ebee") },
      table.header(..one.head.map(name => text(weight: "bold", name))),
      ..one.rows.flatten().map(said => [#said]))
  })
  small(one.note)
}
#let pictured(one) = block(breakable: false, {
  figure(kind: image, caption: one.caption,
    picture(one.name, width: one.width * 100%, alt: one.alt))
  small(one.note)
})

#for (label, said) in model.facts [
  #let open = said.starts-with("[")
  #block(spacing: 2.2mm, grid(columns: (38mm, 1fr),
    pad(top: if open { 1.6mm } else { 0mm }, text(weight: "bold", label)),
    if open { asked(said) } else { said }))
]
#line(length: 100%, stroke: 2pt + blue)
= #model.title
#for section in model.sections {
  heading(level: 2, [#section.number#h(3mm)#section.heading])
  for one in section.blocks {
    if one.kind == "paragraph" { counted(one.number, spoken(one.runs)) }
    else if one.kind == "prompt" { counted(one.number, asked(one.text), down: 1.6mm) }
    else if one.kind == "subheading" { heading(level: 3, one.text) }
    else if one.kind == "bullets" { pad(left: 11mm, list(tight: false, spacing: .75em,
      ..one.items.map(said => [#said]))) }
    else if one.kind == "table" { tabled(one) }
    else { pictured(one) }
  }
}
"""


def paper_pdf(paper: Paper, fonts: Sequence[Path]) -> bytes:
    """Return the paper as PDF; the same paper gives the same bytes.

    Parameters
    ----------
    paper
        Its text needs no escaping: see `geo.report.pdf`.
    fonts
        Files of the family `geo.report.pdf.FONT`.

    Raises
    ------
    PaperError
        When a picture cannot be drawn.
    """
    pictures: dict[str, bytes] = {}
    sections = [
        {
            "number": str(section.number),
            "heading": printable(section.heading),
            "blocks": [
                _block(block, number, pictures)
                for number, block in numbered(section.blocks, section.number)
            ],
        }
        for section in paper.sections
    ]
    front = paper.front
    inputs = {
        "font": FONT,
        "title": printable(front.title),
        "author": printable(paper.author),
        "facts": [[printable(label), printable(said)] for label, said in front.facts],
        "marking": printable(front.marking),
        "handling": printable(front.handling),
        "version": printable(front.version),
        "sections": sections,
    }
    return compile_pdf(TEMPLATE, inputs, pictures, fonts)


def _block(block: Block, number: str, pictures: dict[str, bytes]) -> dict[str, Any]:
    match block:
        case Paragraph(runs):
            said = [{"text": printable(run.text), "bold": run.bold} for run in runs]
            return {"kind": "paragraph", "number": number, "runs": said}
        case Prompt():
            return {"kind": "prompt", "number": number, "text": printable(block.text)}
        case Subheading(text):
            return {"kind": "subheading", "text": printable(text)}
        case Bullets(items):
            return {"kind": "bullets", "items": [printable(item) for item in items]}
        case Table():
            return _table(block)
        case Picture():
            name = f"picture {len(pictures) + 1}"
            pictures[name] = block.svg or block.png
            return {
                "kind": "picture",
                "name": name,
                "width": block.width,
                "alt": printable(block.alt),
                "caption": printable(block.caption),
                "note": printable(block.note),
            }


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": printable(table.caption),
        "head": [printable(name) for name in table.head],
        "rows": [[printable(said) for said in row] for row in table.rows],
        "widths": list(table.widths or (1.0,) * len(table.head)),
        "note": printable(table.note),
    }
