"""Which rules can a row or a file break, and what becomes of it then?

The rules and their codes are those of the partnership's importer specification: F files, C columns,
T times, G places, D repeats, K coding, M coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

RowResult = Literal["kept", "fixed", "held", "dropped", "refused"]
"""What became of a row; each row has exactly one of these.

``kept`` rows count as they came (some are flagged), ``fixed`` rows count after a change that can be
undone, ``held`` rows wait for a person and are not counted, ``dropped`` rows are no reports
(totals, blank rows, exact repeats), ``refused`` rows are never stored.
"""

ROW_RESULTS: Final[tuple[RowResult, ...]] = ("kept", "fixed", "held", "dropped", "refused")


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    code
        Such as "G02".
    problem
        What is wrong, in plain English.
    does
        What the importer does about it.
    """

    code: str
    problem: str
    does: str

    @property
    def family(self) -> str:
        """What the rule is about."""
        return _FAMILIES[self.code[0]]


_FAMILIES: Final = {
    "F": "File",
    "C": "Columns",
    "T": "Time",
    "G": "Place",
    "D": "Repeats",
    "K": "Coding",
    "M": "Coverage",
}

_RULES: Final = (
    Rule("F01", "Text that is not UTF-8", "Reads it as Windows-1252 and says so."),
    Rule("F02", "Title rows above the headings", "Finds the headings and skips what is above."),
    Rule("F03", "Merged cells", "Fills only the cells that were merged."),
    Rule("F04", "Total, footer or blank rows", "Leaves them out and counts them."),
    Rule(
        "F05", "Several sheets, hidden sheets", "Reads the best visible sheet, never a hidden one."
    ),
    Rule("F06", "The same rows loaded again", "Holds each row once; the newest extract wins."),
    Rule("F07", "Text that looks like a formula", "Stores it as text; no export runs it."),
    Rule("F08", "Files too large, packed bombs, other kinds", "Refuses the file."),
    Rule("F09", "Personal data", "Never loads the column; no value of it is stored."),
    Rule("C01", "Headings that are not known", "Asks once which column is what, and remembers it."),
    Rule("C02", "References that a spreadsheet damaged", "Does not use them to link or to locate."),
    Rule("C03", "Words that mean nothing was entered", "Treats them as missing."),
    Rule("T01", "Day and month in either order", "Reads a whole column by one rule."),
    Rule("T02", "Dates stored as spreadsheet numbers", "Turns them into dates."),
    Rule("T03", "A year that cannot be right", "Holds the row and suggests the nearest year."),
    Rule("T04", "A date in the future", "Holds the row."),
    Rule(
        "T05",
        "An end before the start, or a span over seven days",
        "Turns it round, or leaves the time open.",
    ),
    Rule(
        "T06",
        "00:00 entered where the time is not known",
        "Leaves the row out of hour charts only.",
    ),
    Rule("T07", "The hour of a clock change", "Takes summer time, or moves on by an hour."),
    Rule("T08", "A recorder on GMT all year", "Asks once, then moves summer times by an hour."),
    Rule("T09", "Only the month is known", "Shows no time of day."),
    Rule("G01", "Latitude and longitude swapped", "Swaps them back."),
    Rule("G02", "Easting and northing swapped", "Proposes to swap them; a person decides."),
    Rule("G03", "A lost minus sign", "Proposes to restore it; a person decides."),
    Rule("G04", "No location", "Counts the report, and does not map it."),
    Rule("G05", "Degrees in columns of metres, or the reverse", "Reads them by their size."),
    Rule("G06", "A grid reference as text", "Turns it into coordinates, with its precision."),
    Rule("G07", "Coordinates cut short", "Holds the row."),
    Rule("G08", "Another coordinate system", "Converts, and says how exactly."),
    Rule("G09", "Outside the area", "Keeps the row, and counts it nowhere here."),
    Rule(
        "G10",
        "A default location, such as a police station",
        "Keeps it out of hotspots until a person decides.",
    ),
    Rule("G11", "Anonymised map points", "Says on or near, and draws no finer than they are."),
    Rule("G12", "Map points redrawn in July 2022", "Compares no hexagon across that month."),
    Rule("G13", "Wards of another year", "Ignores the ward of the file; finds it from the point."),
    Rule(
        "G14",
        "An address without coordinates",
        "Locates it by UPRN or postcode, else holds the row.",
    ),
    Rule("D01", "The same reference twice", "The newest counts; the others are kept aside."),
    Rule("D02", "Several reports of one incident", "Groups them; deletes none."),
    Rule(
        "D03", "Identical rows of open data", "Keeps those without a Crime ID; drops exact repeats."
    ),
    Rule("D04", "The same event in police and CCTV logs", "Links them; counted once in demand."),
    Rule("D05", "Cancelled or reclassified since", "Takes the newest, and says what changed."),
    Rule("K01", "A code that is not known", "Holds the row until a person says what it is."),
    Rule("K02", "Opening and closing code differ", "Counts by the closing code."),
    Rule(
        "K03", "Domestic and other sensitive reports", "Never maps them; exploitation is refused."
    ),
    Rule("K04", "Generated by police work", "Marks the origin: out of demand."),
    Rule("M01", "Part of a month", "Counts that month as not seen."),
    Rule("M02", "A month or force without data", "Shows no data, never zero."),
    Rule("M03", "Old data", "Says how old they are."),
    Rule("M04", "A change of system or recording", "Marks it on every trend."),
)
RULES: Final = MappingProxyType({rule.code: rule for rule in _RULES})
"""Every rule by its code."""
