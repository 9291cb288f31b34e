"""What does the paper say as background: before and after, in view, control room, and limits?

Reports of the public and what cameras found never share a sentence that could be read as one total.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from data.cctv_impact_views import STRAND_WORDS, ZONE_WORDS
from data.jobs.cctv_impact_words import NOT_FELL, range_words, ratio_words
from data.jobs.interventions import day_words
from data.jobs.paper_figures import (
    about,
    effect_told,
    output_words,
    zone_row,
)
from data.jobs.wording import list_words, lower_first, percent, sentence_case
from geo.periods import span_words
from geo.report.paper import (
    Block,
    Bullets,
    Paragraph,
    Prompt,
    Subheading,
    Table,
    paragraph,
    strong,
)

if TYPE_CHECKING:
    from data.access import SmallNumberRule
    from data.cctv_impact_views import CctvImpactView, Direction, SeriesEffect, StrandView
    from data.cctv_views import CoverageView
    from data.jobs.paper_figures import ToldSeries
    from geo.area import ContextEvent
    from geo.verdict import PlaceKey

DETECTION: Final = (
    "More and better watched cameras find more. A rise in what CCTV finds is not a rise in crime."
)
MOST_GAPS: Final = 6
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
"""Of dated events, in the picture and below it."""
_EVIDENCE: Final = "evidence_used"
_DEMAND: Final = (
    "Reports of a year in public places, by the public and partners; not domestic, not found by"
    " CCTV."
)
DIRECTIONS: Final[dict[Direction, str]] = {
    "fell": "almost certainly fell",
    "rose": "almost certainly rose",
    "no_clear_change": "show no clear change",
    "cannot_tell": "are too few, or seen for too short a time, to tell",
}
PLACES: Final[dict[PlaceKey, str]] = {
    "moved_nearby": "Some of it probably moved to the streets around.",
    "nearby_improved": "The streets around probably improved too.",
    "no_sign": "There is no sign that it moved to the streets around.",
    "cannot_tell": "Whether anything moved to the streets around cannot be told yet.",
}


@dataclass(frozen=True)
class Told:
    """Everything that the paper is written from.

    Attributes
    ----------
    impact, coverage
        Full figures; counts pass `data.jobs.paper_figures` before they are printed. Coverage is
        None where it could not be worked out, and ``coverage_reason`` says why.
    reported, found
        Columns in view of the cameras; None where there are none.
    rule
        Which counts members may not see.
    priorities, events, sources
        Of the area: its priorities, dated events of the compared months, and where the records
        come from.
    promised
        What members were promised last time, as sentences.
    data_to
        Last day of the data, in words.
    version
        Data, method and fingerprint in one line.
    """

    impact: CctvImpactView
    coverage: CoverageView | None
    coverage_reason: str
    reported: ToldSeries | None
    found: ToldSeries | None
    rule: SmallNumberRule
    priorities: tuple[str, ...]
    events: tuple[ContextEvent, ...]
    sources: tuple[str, ...]
    promised: tuple[str, ...]
    data_to: str
    version: str


def finding(strand: StrandView, series: ToldSeries | None) -> Paragraph:
    """Return what became of one kind of report, with counts and certainty as far as told."""
    said = f"{_subject(strand)} {DIRECTIONS[strand.direction]} in view of the cameras"
    if series is None or series.empty:
        return paragraph(strong(f"{said}."), f" {strand.effect.reason}".rstrip())
    counts = f": {series.before} in the months before, {series.after} after."
    if not effect_told(strand, series) or strand.effect.ratio is None:
        hidden = "" if series.told else " The counts are too small to say more to members."
        return paragraph(strong(f"{said}{counts}"), hidden)
    likely = range_words(strand.effect)
    return paragraph(
        strong(f"{said}{counts}"),
        f" That is {ratio_words(strand.effect.ratio)} {_set_against(strand)}.",
        f" The likely range is {likely}." if likely else "",
    )


def _subject(strand: StrandView) -> str:
    if strand.key == "cctv":
        return "Incidents found by CCTV"
    return "Reports by the public and partners"


def moved(impact: CctvImpactView) -> str:
    """Return whether anything moved; only asked where reports fell."""
    return PLACES[impact.displacement_verdict] if impact.reported.direction == "fell" else NOT_FELL


def evidence_known(impact: CctvImpactView) -> bool:
    """Return whether somebody supplied what became of the evidence."""
    return any(row.key == _EVIDENCE and row.after is not None for row in impact.outputs.rows)


def _set_against(strand: StrandView) -> str:
    """Return with what an effect is compared, to follow "13% fewer" or "as many"."""
    joined = "as" if ratio_words(strand.effect.ratio or 1.0).endswith("many") else "than"
    if strand.effect.against == "before":
        return (
            f"{joined} in the same places before; other places have too few finds to compare with"
        )
    return f"{joined} comparison places lead us to expect"


def background(told: Told, pictures: dict[str, Block]) -> list[Block]:
    """Return the sixth section: the figures, with their pictures, limits and origin."""
    return [
        *_change(told),
        *(_before_and_after(told, pictures) if told.impact.no_data is None else ()),
        *_in_view(told, pictures),
        *_control_room(told),
        *_last_time(told),
        *_limits(told),
    ]


def _change(told: Told) -> list[Block]:
    impact = told.impact
    seen = f"The cameras see {impact.place_words}." if impact.place_words else ""
    return [
        Subheading("What changed"),
        paragraph(f"{sentence_case(impact.change_words)}. {impact.scope_words}. {seen}".strip()),
        *([paragraph(impact.outage_words)] if impact.outage_words else []),
    ]


def _before_and_after(told: Told, pictures: dict[str, Block]) -> list[Block]:
    impact = told.impact
    blocks: list[Block] = [
        Subheading("What was reported, and what CCTV found"),
        finding(impact.reported, told.reported),
        finding(impact.found_by_cctv, told.found),
        paragraph(DETECTION),
        *([pictures["months"]] if "months" in pictures else []),
        _zones(told),
        *_events(told.events),
        Subheading("Whether anything moved nearby"),
        paragraph(moved(impact)),
    ]
    if impact.reported.smallest_change is not None:
        blocks.append(
            paragraph(
                f"A fall of {percent(impact.reported.smallest_change)} or more would have been"
                " found four times in five. A smaller one may have been missed."
            )
        )
    return blocks + (_whole_town(impact.series) if impact.series is not None else [])


def _whole_town(series: SeriesEffect) -> list[Block]:
    """Return the step of the whole town's level, where there is one to tell."""
    step = series.difference
    if step.ratio is None or step.low is None or step.high is None:
        return []
    return [
        paragraph(
            "Season and trend allowed for, and set against places that no camera sees, the level of"
            f" reports by the public and partners stepped to {step.ratio:.0%} of what it was. The"
            f" likely range runs from {step.low:.0%} to {step.high:.0%}."
        )
    ]


def _zones(told: Told) -> Table:
    impact = told.impact
    strands = [(impact.reported, told.reported), (impact.found_by_cctv, told.found)]
    if impact.other is not None:
        strands.append((impact.other, None))
    rows = [
        (STRAND_WORDS[strand.key], ZONE_WORDS[row.zone], *zone_row(row, series, told.rule))
        for strand, series in strands
        for row in strand.counts
    ]
    return Table(
        "Before and after, by who reported it and where",
        ("Who reported", "Where", "Before", "After"),
        tuple(rows),
        f"{sentence_case(impact.compared_words)}. Source: {impact.source_words}",
        (3, 3, 2, 2),
    )


def _in_view(told: Told, pictures: dict[str, Block]) -> list[Block]:
    view = told.coverage
    blocks: list[Block] = [Subheading("What cameras see, and when somebody watches")]
    if view is None:
        return [*blocks, paragraph(told.coverage_reason)]
    said = (view.sentence, _working(view), view.best_move_words, view.hotspots_words)
    blocks += [paragraph(words) for words in said if words]
    blocks += [pictures[key] for key in ("week", "map") if key in pictures]
    if view.gaps:
        rows = [
            (str(number), gap.place, about(gap.reports, told.rule), gap.seen_words)
            for number, gap in enumerate(view.gaps[:MOST_GAPS], start=1)
        ]
        blocks.append(
            Table(
                "Places with many reports and little in view",
                ("No.", "Place", "Reports a year", "In view"),
                tuple(rows),
                f"{_DEMAND} {view.realm_words}",
                (1, 5, 2, 2),
            )
        )
    if view.little_demand:
        n = len(view.little_demand)
        blocks.append(
            paragraph(
                f"{n} {'camera sees' if n == 1 else 'cameras see'} little demand. Each must be"
                " questioned at its yearly review: keep, move or remove."
            )
        )
    return blocks


def _working(view: CoverageView) -> str:
    """Return how many cameras work; which ones is for the control room."""
    still = sum(camera.state == "not_working" for camera in view.cameras)
    if not still:
        return ""
    return f"On {day_words(view.params.on)}, {still} of {len(view.cameras)} cameras did not work."


def _control_room(told: Told) -> list[Block]:
    outputs = told.impact.outputs
    rows = [(row.label, *output_words(row, told.rule)) for row in outputs.rows]
    blocks: list[Block] = [Subheading("What the control room did")]
    if rows:
        blocks.append(
            Table(
                "Figures of the control room",
                ("Figure", "Before", "After"),
                tuple(rows),
                sentence_case(told.impact.compared_words) + ".",
                (5, 2, 2),
            )
        )
    if outputs.not_supplied:
        asked = list_words([lower_first(label) for label in outputs.not_supplied])
        blocks.append(paragraph(strong("Not supplied: "), f"{asked}."))
    if not evidence_known(told.impact):
        blocks.append(paragraph("Whether footage was used as evidence is for the police to say."))
    return blocks


def _last_time(told: Told) -> list[Block]:
    blocks: list[Block] = [Subheading("What was promised last time")]
    if told.promised:
        return [*blocks, Bullets(told.promised), Prompt("say what came of each of these")]
    ask = "say what members were promised last time and what came of it, or that nothing was"
    return [*blocks, Prompt(ask)]


def _events(events: tuple[ContextEvent, ...]) -> list[Block]:
    """Return the dated events, each with the letter that it has in the picture."""
    lines = tuple(
        f"({letter}) {span_words(event.start, event.end or event.start)}: {event.title}."
        + (f" Effect on figures: {event.effect}." if event.effect else "")
        for letter, event in zip(LETTERS, events, strict=False)
    )
    return [Subheading("What else happened"), Bullets(lines)] if lines else []


def _limits(told: Told) -> list[Block]:
    impact = told.impact
    cannot = [
        *impact.cannot_say,
        f"A hidden count ({about(1, told.rule)}) is not zero.",
        "Reports are not separate incidents, and not everything is reported.",
    ]
    return [
        Subheading("What cannot be said"),
        Bullets(tuple(dict.fromkeys(cannot))),
        Subheading("How the figures were made"),
        *([paragraph(impact.match_words)] if impact.match_words else []),
        Table(
            "Method",
            ("What", "How"),
            tuple(impact.methods),
            told.version,
            (2, 5),
        ),
    ]
