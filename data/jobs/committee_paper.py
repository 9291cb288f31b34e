"""What is a committee given in writing about a change of cameras, as Word and as PDF?

Whoever may write papers gets the same one: the figures are worked out in full, and then hidden and
rounded by the rule for elected members, which is stricter than that of anybody who may write.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from data.access import Permission, Principal, Role, authorise, small_number_rule
from data.cctv_impact_views import ImpactOptions
from data.cctv_views import CoverageParams
from data.errors import DataError
from data.exports import file_name
from data.fonts import paper_fonts
from data.jobs.cctv_impact import cctv_impact
from data.jobs.counts import area_reports, last_observed
from data.jobs.coverage_cctv import coverage
from data.jobs.interventions import BRITISH_TIME, day_words
from data.jobs.paper_background import LETTERS, Told
from data.jobs.paper_figures import told_series
from data.jobs.paper_pictures import paper_pictures
from data.jobs.paper_words import sections, title_of
from data.jobs.sources import sources
from data.jobs.wording import lower_first
from data.settings import MARKINGS
from geo.errors import GeoError, NotEnoughDataError
from geo.periods import last_day_words, span_words
from geo.report.docx import paper_docx
from geo.report.paper import PROMPT_START, Front, Paper, prompts
from geo.report.paper_pdf import paper_pdf

if TYPE_CHECKING:
    from datetime import date

    from data.cctv_impact_views import CctvImpactView
    from data.cctv_views import CoverageView
    from data.settings import Marking
    from data.workspace import Workspace
    from geo.area import ContextEvent, StudyArea

HANDLING: Final = "For members of the committee. Small numbers are hidden."
LONGEST_TEXT: Final = 200


@dataclass(frozen=True)
class PaperOptions:
    """What the paper is about, and to whom it goes.

    Attributes
    ----------
    impact
        Which change of cameras, and which months.
    on
        Day of whose cameras coverage is told; None is today.
    report_to, officer
        The committee, and the officer by post, never by name; empty asks for it.
    meeting
        Day of the meeting; None asks for it.
    promised
        What members were promised last time, a sentence each.
    marking
        None takes that of the settings; it can be raised, never lowered.

    Raises
    ------
    DataError
        When a text is too long for a front page.
    """

    impact: ImpactOptions = field(default_factory=ImpactOptions)
    on: date | None = None
    report_to: str = ""
    officer: str = ""
    meeting: date | None = None
    promised: tuple[str, ...] = ()
    marking: Marking | None = None

    def __post_init__(self) -> None:
        for name in ("report_to", "officer"):
            if len(getattr(self, name)) > LONGEST_TEXT:
                message = f"The text of {name} is longer than {LONGEST_TEXT} characters."
                raise DataError(message, "Shorten it; more can be written in the Word file.")


@dataclass(frozen=True)
class PaperFiles:
    """The paper as two files.

    Attributes
    ----------
    docx, pdf
        Their bytes; the same inputs give the same bytes.
    docx_name, pdf_name
        Marking, subject, area and month: "OFFICIAL_cctv-impact_Sandport_2026-08.docx".
    prompts
        What the officer has still to write, as "2 Recommendation(s): ...".
    """

    docx: bytes
    pdf: bytes
    title: str
    marking: Marking
    docx_name: str
    pdf_name: str
    prompts: tuple[str, ...]


def committee_paper(
    ws: Workspace, principal: Principal, area_id: str, options: PaperOptions
) -> PaperFiles:
    """Return the paper on a change of cameras in an area; an audit entry says who made it.

    Raises
    ------
    AccessError
        When the role may not write papers.
    GeoError
        When the change cannot be looked at: no start, no camera, nothing in view.

    Notes
    -----
    Where coverage cannot be told, the paper says why and comes all the same.
    """
    authorise(principal, Permission.WRITE_PAPERS)
    impact = cctv_impact(ws, full_reader(principal), area_id, options.impact)
    seen = _coverage(ws, principal, area_id, options)
    return paper_files(ws, principal, impact, seen, options)


def _coverage(
    ws: Workspace, principal: Principal, area_id: str, options: PaperOptions
) -> CoverageView | str:
    """Return coverage on the day, over the week; else why there is none."""
    today = ws.clock.now().astimezone(BRITISH_TIME).date()
    try:
        view = coverage(ws, full_reader(principal), area_id, CoverageParams(on=options.on or today))
    except GeoError as error:
        return f"What cameras see could not be worked out: {lower_first(error.message)}"
    return view if view.no_data is None else view.no_data


def paper_files(
    ws: Workspace,
    principal: Principal,
    impact: CctvImpactView,
    coverage: CoverageView | str,
    options: PaperOptions,
) -> PaperFiles:
    """Return the paper on figures that are there already; an audit entry says who made it.

    Parameters
    ----------
    impact, coverage
        In full, as the analyst sees them; for coverage a sentence where it could not be told.

    Raises
    ------
    AccessError
        When the role may not write papers.
    """
    authorise(principal, Permission.WRITE_PAPERS)
    area, now = ws.area(impact.area_id), ws.clock.now()
    told = _told(ws, principal, impact, coverage, options)
    marking = _marking(ws, options.marking)
    fonts = paper_fonts(ws.settings.home)
    paper = Paper(
        Front(title_of(impact), _facts(options), marking, HANDLING, told.version),
        sections(told, paper_pictures(told, area, fonts)),
        now,
        f"Community safety partnership, {area.name}",
    )
    docx, pdf = paper_docx(paper), paper_pdf(paper, fonts)
    stem = ("cctv-impact", impact.area_name, _last_month(impact))
    title = paper.front.title
    detail = {
        "title": title,
        "marking": marking,
        "fingerprint": impact.provenance.fingerprint,
        "docx": hashlib.sha256(docx).hexdigest(),
        "pdf": hashlib.sha256(pdf).hexdigest(),
    }
    ws.store.record(principal, "write_paper", impact.area_id, detail, now)
    return PaperFiles(
        docx=docx,
        pdf=pdf,
        title=title,
        marking=marking,
        docx_name=file_name(stem, "docx", marking=marking),
        pdf_name=file_name(stem, "pdf", marking=marking),
        prompts=prompts(paper),
    )


def full_reader(principal: Principal) -> Principal:
    """Return the principal as reading in full; what is read so leaves only by the members' rule."""
    return replace(principal, role=Role.ANALYST)


def _data_to(ws: Workspace, impact: CctvImpactView) -> str:
    """Return the last month that the area has data for."""
    try:
        return last_observed(area_reports(ws, impact.area_id))
    except NotEnoughDataError:
        return _last_month(impact)


def _last_month(impact: CctvImpactView) -> str:
    """Return the last month of the figures."""
    return (impact.after_months or impact.before_months or (impact.start,))[-1]


def _told(
    ws: Workspace,
    principal: Principal,
    impact: CctvImpactView,
    coverage: CoverageView | str,
    options: PaperOptions,
) -> Told:
    area = ws.area(impact.area_id)
    settings = ws.settings
    rule = small_number_rule(
        Role.MEMBER, partner=settings.small_number_partner, public=settings.small_number_public
    )
    made = ws.clock.now().astimezone(BRITISH_TIME).date()
    origin = impact.provenance
    return Told(
        impact=impact,
        coverage=None if isinstance(coverage, str) else coverage,
        coverage_reason=coverage if isinstance(coverage, str) else "",
        reported=told_series(impact.reported.months, rule),
        found=told_series(impact.found_by_cctv.months, rule),
        rule=rule,
        priorities=area.priorities,
        events=_events(area, impact),
        sources=_source_lines(ws, principal),
        promised=options.promised,
        data_to=last_day_words(_data_to(ws, impact)),
        version=(
            f"Data {origin.dataset_version}, area {origin.area_version}, method"
            f" {origin.method_version}, figures {origin.fingerprint}, made {day_words(made)}"
        ),
    )


def _events(area: StudyArea, impact: CctvImpactView) -> tuple[ContextEvent, ...]:
    """Return the area's dated events that touch the compared months."""
    months = (*impact.before_months, *impact.after_months)
    if not months:
        return ()
    first, last = min(months), max(months)
    inside = [e for e in area.events if e.start <= last and (e.end or e.start) >= first]
    return tuple(inside[: len(LETTERS)])


def _source_lines(ws: Workspace, principal: Principal) -> tuple[str, ...]:
    return tuple(
        f"Records of {one.provider}, {span_words(one.first, one.last)}"
        for one in sources(ws, full_reader(principal))
    )


def _marking(ws: Workspace, asked: Marking | None) -> Marking:
    usual = ws.settings.marking
    if asked is None:
        return usual
    if MARKINGS.index(asked) < MARKINGS.index(usual):
        message = f"The marking {usual} cannot be lowered to {asked}."
        raise DataError(message, f"Leave it at {usual}, or change the setting.")
    return asked


def _facts(options: PaperOptions) -> tuple[tuple[str, str], ...]:
    return (
        ("Report to", options.report_to or f"{PROMPT_START}which committee]"),
        ("Relevant officer", options.officer or f"{PROMPT_START}post, not name]"),
        (
            "Date of meeting",
            day_words(options.meeting) if options.meeting else f"{PROMPT_START}day of the meeting]",
        ),
    )
