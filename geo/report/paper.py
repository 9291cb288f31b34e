"""What does a paper say, whatever file it becomes?

A paper is a front, numbered sections and blocks of text, tables and pictures. It knows nothing of
Word or PDF, and holds only text that is finished: every figure in it has been worded, and hidden
where it must be, before it comes here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from geo.errors import SchemaError

if TYPE_CHECKING:
    from datetime import datetime

PROMPT_START: Final = "[Officer to complete: "
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES: Final = re.compile(r"\s+")


class Run(NamedTuple):
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Text, numbered 6.1, 6.2 in its section."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words without their weight."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Subheading:
    """A heading inside a section, without a number."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list whose order does not matter."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows under one short head; all columns stand left, so that each is read with its name.

    Attributes
    ----------
    caption
        The finding; stands above.
    head
        A name for each column.
    rows
        As many texts each as the head has.
    note
        Small print below; may be empty.
    widths
        Relative widths of the columns; empty makes them alike.

    Raises
    ------
    SchemaError
        When a row or the widths do not fit the head.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    widths: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.widths] if self.widths else [])):
            if len(row) != len(self.head):
                message = f"The table {self.caption!r} has {len(self.head)} columns; found {row}."
                raise SchemaError(message, "Give each row a text for each column.")


@dataclass(frozen=True)
class Picture:
    """A drawing, with the words for those who cannot see it.

    Attributes
    ----------
    svg, png
        The same drawing: lines for PDF, dots for Word. Without ``svg``, PDF takes the dots.
    alt
        What it shows, as sentences.
    caption
        The finding; stands above.
    note
        Units, period and source in small print below.
    width
        Share of the text's width, above 0 and at most 1.

    Raises
    ------
    SchemaError
        When there are no words, or the width is not a share.
    """

    png: bytes
    alt: str
    caption: str
    svg: bytes | None = None
    note: str = ""
    width: float = 1.0

    def __post_init__(self) -> None:
        if not self.alt.strip():
            message = f"The picture {self.caption!r} has no words for those who cannot see it."
            raise SchemaError(message, "Say what it shows.")
        if not 0 < self.width <= 1:
            message = f"A picture's width is a share of the text's; found {self.width}."
            raise SchemaError(message, "Use 1 for the whole width.")


@dataclass(frozen=True)
class Prompt:
    """What an officer has to write; it is marked so that nobody overlooks it."""

    ask: str

    @property
    def text(self) -> str:
        """The words in brackets, as they are printed."""
        return f"{PROMPT_START}{self.ask}]"


Block = Paragraph | Subheading | Bullets | Table | Picture | Prompt


@dataclass(frozen=True)
class Section:
    """A numbered part of a paper."""

    number: int
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Front:
    """What stands above the first section.

    Attributes
    ----------
    facts
        Pairs of label and text, in order: "Report to", "Relevant officer", "Date of meeting". A
        text may be a prompt.
    marking, handling
        Protective marking and its sentence; both stand on every page.
    version
        Data, method and time of making in one line; stands at the foot of every page.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    marking: str
    handling: str
    version: str


@dataclass(frozen=True)
class Paper:
    """A front and its sections, numbered from 1 without a gap.

    Raises
    ------
    SchemaError
        When the numbers are not 1, 2, 3 ...
    """

    front: Front
    sections: tuple[Section, ...]
    made: datetime
    author: str

    def __post_init__(self) -> None:
        numbers = [section.number for section in self.sections]
        if numbers != list(range(1, len(numbers) + 1)):
            message = f"Sections are numbered from 1 without a gap; found {numbers}."
            raise SchemaError(message, "Number them in their order.")


def paragraph(*parts: str | Run) -> Paragraph:
    """Return a paragraph of plain texts and runs.

    Examples
    --------
    >>> paragraph("There were ", strong("172"), " reports.").text
    'There were 172 reports.'
    """
    runs = (part if isinstance(part, Run) else Run(part) for part in parts)
    return Paragraph(tuple(run for run in runs if run.text))


def strong(text: str) -> Run:
    """Return a run in bold."""
    return Run(text, bold=True)


def printable(text: str) -> str:
    r"""Return the text without what no file of text can hold, its white space as single spaces.

    Examples
    --------
    >>> printable("Quay\x00\tStreet")
    'Quay Street'
    """
    return _SPACES.sub(" ", _CONTROL.sub(" ", text))


def numbered(blocks: tuple[Block, ...], section: int) -> tuple[tuple[str, Block], ...]:
    """Return each block with its number: "6.1" for paragraphs and prompts, "" for the others."""
    given, found = 0, []
    for block in blocks:
        counts = isinstance(block, Paragraph | Prompt)
        given += counts
        found.append((f"{section}.{given}" if counts else "", block))
    return tuple(found)


def prompts(paper: Paper) -> tuple[str, ...]:
    """Return what an officer has still to write, in order, with the section's heading."""
    return tuple(
        f"{section.number} {section.heading}: {block.ask}"
        for section in paper.sections
        for block in section.blocks
        if isinstance(block, Prompt)
    )
