"""Tests of the paper that a committee is given on a change of cameras."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from docx import Document
from sqlalchemy import select

from data.access import AccessError, Principal, Role, SmallNumberRule
from data.cctv_impact_views import EffectView, MonthPoint
from data.errors import DataError
from data.jobs.committee_paper import PaperOptions, committee_paper, paper_files
from data.jobs.demo import load_sample
from data.jobs.paper_figures import told_series
from data.jobs.paper_words import EXEMPT, HEADINGS
from data.samples.town import AREA_ID
from data.store.models import AuditEntry
from tests.paper_views import coverage_view, impact_view, months, strand
from tests.pdf_words import alternatives, pages_of
from tests.places import ANALYST, add_town, workspace

MEMBERS = SmallNumberRule(10, 5)


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    opened = workspace(folder / "home")
    add_town(opened, folder / "files")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def files(ws):
    return paper_files(ws, ANALYST, impact_view(), coverage_view(), PaperOptions())


def said_in(files) -> str:
    """Return everything that the Word file says, tables and pictures' words too."""
    document = Document(io.BytesIO(files.docx))
    said = [p.text for p in document.paragraphs]
    said += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    said += [one.get("descr", "") for one in document.element.iter() if one.tag.endswith("docPr")]
    return "\n".join(said)


def test_fifteen_headings_in_order_when_written(files):
    document = Document(io.BytesIO(files.docx))
    found = tuple(p.text for p in document.paragraphs if p.style.name == "Heading 1")
    assert found == HEADINGS
    assert len(HEADINGS) == 15
    text = "".join(pages_of(files.pdf)).replace(" ", "")
    places = [text.find(f"{n}{name}".replace(" ", "")) for n, name in enumerate(HEADINGS, 1)]
    assert places == sorted(places)
    assert places[0] > 0


def test_what_the_app_cannot_know_is_asked_and_never_none(files):
    asked = {one.split(":")[0] for one in files.prompts}
    assert {f"{n} {name}" for n, name in enumerate(HEADINGS, 1)} - asked == {"1 Purpose"}
    assert "None\n" not in said_in(files)
    assert "12 Equalities" in asked


def test_priorities_end_with_the_question_of_exempt_information(files):
    lines = [p.text for p in Document(io.BytesIO(files.docx)).paragraphs]
    assert lines[lines.index("List of Appendices") - 1] == EXEMPT


def test_detection_is_told_apart_from_reports_of_the_public(files):
    said = said_in(files)
    assert (
        "Reports by the public and partners show no clear change in view of the cameras: about 485"
        " in the months before, about 470 after. That is 2% fewer than comparison places lead us to"
        " expect. The likely range is 10% fewer to 6% more." in said
    )
    assert (
        "Incidents found by CCTV almost certainly rose in view of the cameras: about 135 in the"
        " months before, about 280 after. That is about twice as many as in the same places before;"
        " other places have too few finds to compare with." in said
    )
    assert "A rise in what CCTV finds is not a rise in crime." in said
    assert "More was found, not more reported." in said


def test_no_exact_or_small_count_leaves_by_any_way(files):
    said = said_in(files) + "".join(pages_of(files.pdf))
    for raw in ("484", "472", "136", "280 in", "243", "722", "5,312", "87", "Raw", "raw words"):
        assert raw not in said, raw
    assert "fewer than 10" in said
    assert "Secret Mast" not in said


def test_figures_of_the_control_room_stand_with_what_was_not_supplied(files):
    rows = [
        [cell.text for cell in row.cells]
        for table in Document(io.BytesIO(files.docx)).tables
        for row in table.rows
    ]
    assert ["Log entries", "4,215", "8,930"] in rows
    assert ["Arrests assisted", "fewer than 10", "30"] in rows
    assert ["Cameras working", "91.2%", "98.4%"] in rows
    assert ["Evidence used", "not supplied", "not supplied"] in rows
    assert "Not supplied: evidence used." in said_in(files)
    assert "Whether footage was used as evidence is for the police to say." in said_in(files)


def test_three_pictures_with_words_and_the_table_of_the_map(files):
    assert alternatives(files.pdf) == 3
    said = said_in(files)
    assert "1 place is numbered, the busiest first: 1 Quay Street." in said
    assert "about 85" in said
    assert "On 15 August 2024, 1 of 2 cameras did not work." in said


def test_same_bytes_when_written_twice(ws, files):
    again = paper_files(ws, ANALYST, impact_view(), coverage_view(), PaperOptions())
    assert (again.docx, again.pdf) == (files.docx, files.pdf)


def test_same_paper_for_everybody_who_may_write(ws, files):
    manager = Principal("Kim", Role.COUNCIL_MANAGER)
    told = paper_files(ws, manager, impact_view(), coverage_view(), PaperOptions())
    assert told.pdf == files.pdf


@pytest.mark.parametrize("role", [Role.MEMBER, Role.BID, Role.NPT, Role.COUNCIL_CST, Role.ADMIN])
def test_others_may_not_write(ws, role):
    with pytest.raises(AccessError, match="write papers"):
        paper_files(ws, Principal("x", role), impact_view(), coverage_view(), PaperOptions())


def test_files_are_named_by_marking_area_and_month_and_the_audit_knows(ws, files):
    assert files.docx_name == "OFFICIAL_cctv-impact_Quaytown_2024-07.docx"
    assert files.pdf_name == "OFFICIAL_cctv-impact_Quaytown_2024-07.pdf"
    asked = select(AuditEntry).where(AuditEntry.action == "write_paper")
    with ws.store.read() as session:
        entry = session.scalars(asked.order_by(AuditEntry.entry_id)).first()
    assert (entry.action, entry.subject) == ("write_paper", "quaytown")
    assert json.loads(entry.detail)["marking"] == "OFFICIAL"


def test_marking_can_be_raised_and_never_lowered(ws):
    raised = PaperOptions(marking="OFFICIAL-SENSITIVE")
    files = paper_files(ws, ANALYST, impact_view(), coverage_view(), raised)
    assert files.pdf_name.startswith("OFFICIAL-SENSITIVE_")
    strict = replace(ws, settings=replace(ws.settings, marking="OFFICIAL-SENSITIVE"))
    with pytest.raises(DataError, match="cannot be lowered"):
        paper_files(
            strict, ANALYST, impact_view(), coverage_view(), PaperOptions(marking="OFFICIAL")
        )


def test_front_and_promises_stand_as_given(ws):
    options = PaperOptions(
        report_to="Scrutiny Committee",
        officer="Head of Public Protection",
        meeting=date(2026, 12, 9),
        promised=("Response times by March #1 <b>",),
    )
    said = said_in(paper_files(ws, ANALYST, impact_view(), coverage_view(), options))
    assert "Report to:\tScrutiny Committee" in said
    assert "Date of meeting:\t9 December 2026" in said
    assert "Response times by March #1 <b>" in said
    assert "[Officer to complete: say what came of each of these]" in said


def test_paper_comes_without_coverage_and_says_why(ws):
    files = paper_files(ws, ANALYST, impact_view(), "No camera is registered.", PaperOptions())
    assert "No camera is registered." in said_in(files)
    assert alternatives(files.pdf) == 1


def test_paper_comes_when_nothing_can_be_compared(ws):
    nothing = impact_view(
        no_data="There is no month before the start.",
        before_months=(),
        after_months=(),
        reported=replace(impact_view().reported, months=()),
        found_by_cctv=replace(impact_view().found_by_cctv, months=()),
    )
    files = paper_files(ws, ANALYST, nothing, "No camera is registered.", PaperOptions())
    assert "There is no month before the start." in said_in(files)
    assert alternatives(files.pdf) == 0


def test_small_months_are_told_by_the_quarter():
    series = told_series(months(4, 8), MEMBERS)
    assert (series.step, series.start, len(series.counts)) == (3, 4, 8)
    assert (series.before, series.after) == ("about 50", "about 100")
    assert series.counts == (15, 15, 15, 15, 25, 25, 25, 25)
    assert series.hidden == 0


def test_totals_that_would_give_a_small_month_away_are_not_told():
    points = [MonthPoint("2023-01", 4, 0, 0, "before"), MonthPoint("2023-02", 40, 0, 0, "after")]
    series = told_series(points, MEMBERS)
    assert series.before == "fewer than 10"
    assert series.after == "about 40"
    assert not series.told


def test_months_that_were_not_supplied_are_gaps():
    points = [
        replace(point, treated=None) if point.month == "2023-01" else point
        for point in months(40, 39)
    ]
    series = told_series(points, MEMBERS)
    assert (series.step, series.missing, series.hidden) == (1, 1, 0)
    assert series.counts[5] is None


def test_no_percentage_where_a_count_is_too_small(ws):
    few = strand("cctv", "cannot_tell", (0, 1), EffectView(2.06, 1.7, 2.5))
    view = impact_view(found_by_cctv=few)
    said = said_in(paper_files(ws, ANALYST, view, coverage_view(), PaperOptions()))
    assert "twice" not in said
    assert "fewer than 10 in the months before" in said


@pytest.mark.slow
def test_sample_town_is_told_as_more_found_and_not_more_reported(tmp_path):
    town = workspace(tmp_path, datetime(2026, 11, 25, 9, tzinfo=UTC))
    load_sample(town, ANALYST)
    files = committee_paper(town, Principal("Kim", Role.COUNCIL_MANAGER), AREA_ID, PaperOptions())
    said = said_in(files)
    assert "More was found, not more reported." in said
    assert "Reports by the public and partners show no clear change" in said
    assert "Incidents found by CCTV almost certainly rose" in said
    assert "twice as many" in said
    assert alternatives(files.pdf) == 3
    town.close()
