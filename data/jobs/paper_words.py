"""What does the paper on a change of cameras say, heading by heading?

The fifteen headings of the council's report format. Filled are those for which there are figures;
the others ask the officer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.cctv_impact_views import IMPACT_TITLES
from data.jobs.paper_background import (
    DETECTION,
    Told,
    background,
    evidence_known,
    finding,
    moved,
)
from data.jobs.wording import lower_first
from geo.report.paper import Block, Bullets, Prompt, Section, paragraph, strong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.cctv_impact_views import CctvImpactView

HEADINGS: Final = (
    "Purpose",
    "Recommendation(s)",
    "Reasons for recommendation(s)",
    "Other alternative options",
    "Council priority",
    "Background information",
    "Priorities",
    "List of Appendices",
    "Financial",
    "Legal",
    "Risk management",
    "Equalities",
    "Sustainability, climate change and environmental",
    "Internal/external consultation undertaken",
    "Background papers",
)
EXEMPT: Final = "Does the information submitted include any exempt information? Yes/No"
_UNCERTAIN: Final = "Figures can only be consistent with a cause. They do not prove one."


def title_of(impact: CctvImpactView) -> str:
    """Return the title of the paper."""
    return f"The impact of CCTV in {impact.area_name}: {lower_first(impact.change_words)}"


def sections(told: Told, pictures: dict[str, Block]) -> tuple[Section, ...]:
    """Return the fifteen sections.

    Parameters
    ----------
    pictures
        By the key of their place: "months", "map", "week"; any may be absent.
    """
    filled: dict[str, Sequence[Block]] = {
        "Purpose": _purpose(told),
        "Reasons for recommendation(s)": _reasons(told),
        "Background information": background(told, pictures),
        "Priorities": _priorities(told),
        "Risk management": _risks(told),
        "Equalities": _equalities(),
        "Background papers": _papers(told),
    }
    return tuple(
        Section(number, heading, tuple(filled.get(heading) or _asked(heading)))
        for number, heading in enumerate(HEADINGS, start=1)
    )


def _purpose(told: Told) -> list[Block]:
    impact = told.impact
    return [
        paragraph(
            f"To give members, in writing, the figures on {lower_first(impact.change_words)} in"
            f" {impact.area_name}: what was reported before and after, what cameras can see, what"
            " the control room did, and what these figures cannot say."
        ),
        paragraph(
            f"It compares {impact.compared_words}. Data to {told.data_to}. Counts of 1 to"
            f" {(told.rule.threshold or 1) - 1} are hidden, and others rounded to"
            f" {told.rule.round_to or 1}, so that nobody can be recognised."
        ),
    ]


def _reasons(told: Told) -> list[Block]:
    impact = told.impact
    if impact.no_data is not None:
        return [paragraph(impact.no_data), _plan_prompt()]
    return [
        paragraph(strong(f"{IMPACT_TITLES[impact.verdict]}. "), _UNCERTAIN),
        finding(impact.reported, told.reported),
        finding(impact.found_by_cctv, told.found),
        paragraph(DETECTION),
        *([paragraph(told.coverage.sentence)] if told.coverage is not None else []),
        _plan_prompt(),
    ]


def _plan_prompt() -> Prompt:
    return Prompt(
        "say whether the recommendation is contrary to a plan or strategy adopted by the council,"
        " and whether it is in accordance with the approved budget"
    )


def _priorities(told: Told) -> list[Block]:
    blocks: list[Block] = []
    if told.priorities:
        blocks += [
            paragraph("The partnership's priorities are:"),
            Bullets(told.priorities),
        ]
    return [
        *blocks,
        Prompt(
            "say which priorities these figures bear on, and strike out Yes or No below: the"
            " figures follow the rule for members, what is added by hand may not"
        ),
        paragraph(strong(EXEMPT)),
    ]


def _risks(told: Told) -> list[Block]:
    risks = [
        f"Reading more found as more crime. {DETECTION}",
        f"Reading chance as effect. {_UNCERTAIN}",
        f"Missing what moved. {moved(told.impact)}",
        f"Judging by old figures. Data to {told.data_to}.",
    ]
    if told.coverage is not None and told.coverage.gaps:
        risks.append("Places with many reports and little in view stay as they are; see section 6.")
    if not evidence_known(told.impact):
        risks.append("Use of footage as evidence is not known, so value cannot be told in full.")
    return [Bullets(tuple(risks)), Prompt("add risks of the council and how each is managed")]


def _equalities() -> list[Block]:
    return [
        paragraph(
            "The figures are about places, never people. No protected characteristic is loaded."
            " What CCTV or police work found does not count as demand, so that more watching of a"
            " place cannot by itself bring more watching to it."
        ),
        Prompt(
            "say how the change affects people with protected characteristics, as section 149 of"
            ' the Equality Act 2010 asks; "None" is no answer'
        ),
    ]


def _papers(told: Told) -> list[Block]:
    papers = [
        *told.sources,
        "Surveillance Camera Code of Practice, amended November 2021",
        f"Figures and method: {told.version}",
    ]
    return [Bullets(tuple(papers)), Prompt("add earlier reports and minutes on this matter")]


_ASKS: Final = {
    "Recommendation(s)": (
        "what members are asked to do: for example to note the figures, and to ask for those that"
        " were not supplied"
    ),
    "Other alternative options": (
        "which other ways were considered: lighting, patrols, moving a camera, doing nothing"
    ),
    "Council priority": "which council priority this serves",
    "List of Appendices": "list the appendices, or say that there is none",
    "Financial": "what the change cost, what it costs a year to run, and who pays",
    "Legal": (
        "legal considerations: Protection of Freedoms Act 2012 section 33, Data Protection Act"
        " 2018, the data protection impact assessment and its date"
    ),
    "Sustainability, climate change and environmental": (
        "effects on energy, waste and climate targets"
    ),
    "Internal/external consultation undertaken": (
        "who was consulted: police, ward members, residents, the business improvement district"
    ),
}


def _asked(heading: str) -> list[Block]:
    return [Prompt(_ASKS[heading])]
