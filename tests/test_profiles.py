"""Are files known by their headings, codes by their lists, and personal columns by their names?"""

from __future__ import annotations

import csv

import pyarrow as pa
import pytest

from data.batches import profile_as_json, profile_from_json
from data.profiles.coding import coded, is_exploitation, offence_code, origin_of, sensitive_class
from data.profiles.known import KNOWN, recognised
from data.profiles.model import plain
from data.profiles.personal import is_personal, personal_references, personal_values, without_words


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.key)
def test_every_heading_of_a_kind_leads_to_one_field(known):
    fields = {}
    for field, headings in known.headings.items():
        for heading in headings:
            assert fields.setdefault(plain(heading), field) == field, heading
    assert known.names == fields


SAME = {
    "offence_label": "category", "loc_text": "place", "ward_source": "ward",
    "outcome_std": "outcome", "initiated_by": "origin", "category_std": "category",
}  # fmt: skip
NOT_READ = {"beat", "lsoa_source"}
KINDS = {"cctv": "cctv_log"}


def test_synonyms_of_the_partnership_lead_to_their_fields(shared):
    kinds = {known.key: known for known in KNOWN}
    checked = 0
    with (shared / "tables" / "column_synonyms.csv").open() as stream:
        for row in csv.DictReader(stream):
            key = KINDS.get(row["source_profile"], row["source_profile"])
            names = (kinds.get(key) or KNOWN[0]).names
            field = SAME.get(row["canonical"], row["canonical"])
            if field in NOT_READ or (key not in kinds and key != "*"):
                continue
            for heading in row["synonyms_pipe_separated"].split("|"):
                if field == "drop_personal":
                    assert is_personal(heading), heading
                    continue
                assert names.get(plain(heading)) == field, (key, heading)
                checked += 1
    assert checked > 150


def test_a_profile_is_the_same_after_it_was_written_down():
    found = recognised(["Log No", "Date Time Created", "NSIR Closing", "Easting", "Northing"])
    assert profile_from_json(profile_as_json(found)) == found


@pytest.mark.parametrize(
    ("headings", "key"),
    [
        ("Log No,Created,Closing Code", "police_cad"),
        ("log_no,DATE-TIME CREATED,nsir closing", "police_cad"),
        ("Crime Number,Date From,HO Code,Easting,Northing", "police_rms"),
        ("Case Ref,Received,Request Type,Postcode", "council"),
        ("Date,Time,Camera,Incident Type,Police Log", "cctv_log"),
        ("When,Where,What", None),
        ("Date,Type", None),
    ],
)
def test_recognised_finds_the_kind_by_its_headings(headings: str, key: str | None):
    found = recognised(headings.split(","))
    assert (found.key if found else None) == key


@pytest.mark.parametrize(
    ("coding", "text", "category"),
    [
        ("nsir", "ASB - Rowdy or inconsiderate", "Anti-social behaviour"),
        ("nsir", "ASB Personal", None),
        ("nsir", "ASB - Personal", "Anti-social behaviour"),
        ("nsir", "ASB-99", None),
        ("offence", "28E", "Burglary"),
        ("offence", "8N", "Violence and sexual offences"),
        ("offence", "Theft from shop", "Shoplifting"),
        ("council", "Fly-tipping - black bags", "Fly-tipping"),
        ("cctv", "Drunk and disorderly", "Public order"),
        ("collision", "2", "Road casualty"),
        ("free", "Anything", "Anything"),
        ("nsir", "", None),
    ],
)
def test_coded_understands_a_code_by_its_list(coding, text: str, category: str | None):
    found = coded(coding, text)
    assert (found.category if found else None) == category


def test_offence_code_has_one_spelling():
    assert [offence_code(text) for text in ("028/05", "28", "008N", "8/n")] == [
        "28", "28", "8N", "8N",
    ]  # fmt: skip


def test_markers_say_what_is_sensitive_and_who_reported():
    assert sensitive_class("Domestic incident") == "domestic"
    assert sensitive_class("Noise - domestic", council=True) == ""
    assert sensitive_class("Domestic abuse", council=True) == "domestic"
    assert is_exploitation("Child sexual exploitation")
    assert not is_exploitation("ASB - Noise")
    assert [origin_of(word) for word in ("999", "PCSO", "CCTV", "BID radio", "xyz")] == [
        "public", "police", "cctv", "partner", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "heading",
    [
        "Caller Name", "DOB", "D.O.B.", "Tel No", "E-mail", "Complainant's telephone", "Victim DOB",
        "Officer", "Collar No", "Free text", "NARRATIVE", "Suspect ethnicity", "NHS Number",
        "Home address", "Reporting_Officer", "customer name",
    ],
)  # fmt: skip
def test_is_personal_when_a_heading_is_about_a_person(heading: str):
    assert is_personal(heading)


@pytest.mark.parametrize(
    "heading",
    ["Call Source", "Street Name", "Location Text", "Easting", "Log No", "Ward Name", "Cam No",
     "Incident Type", "Police Attended", "Time Created", "Camera Name"],
)  # fmt: skip
def test_is_personal_is_false_when_a_heading_is_about_a_place_or_thing(heading: str):
    assert not is_personal(heading)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("TALBOT SQUARE JCN CLIFTON ST", ()),
        ("ST JOHNS SQ, FY1 1AA", ()),
        ("MISS PLUM, 2 QUAY ST", ("names",)),
        ("ring 01253 000000 after 6", ("telephone numbers",)),
        ("+44 7700 900123", ("telephone numbers",)),
        ("ada@example.org", ("e-mail addresses",)),
        ("born on 3 July 1961", ("dates of birth",)),
        ("x" * 201, ("free text",)),
    ],
)
def test_personal_values_finds_what_is_about_a_person(text: str, kinds):
    found, said = personal_values(pa.array([text, "QUAY"]))
    assert (found.tolist(), said) == ([bool(kinds), False], kinds)


def test_personal_references_takes_long_numbers_for_references():
    texts = ["01253000000123", "LC-20260314-0007", "Ada Plum", "MRS PLUM 2", "AB 12", ""]
    found, kinds = personal_references(pa.array(texts))
    assert found.tolist() == [False, False, True, True, False, False]
    assert kinds == ("names",)


@pytest.mark.parametrize(
    "text",
    ["14/03/2026 21:14", "14 March 2026", "14-Mar-26 9:05 pm", "2026-07-01T12:00:00Z", "45352.9",
     "-3.0555", "1,234", "SD306360", "SD 306 360", "1.2E+05", "", "2026-07-01T12:00+02:00",
     "Sat 14 Mar 2026", "Saturday, 14 March 2026", "3rd May 2026", "14032026 2130"],
)  # fmt: skip
def test_without_words_leaves_dates_and_numbers(text: str):
    assert without_words(pa.array([text])).to_pylist() == [text]


@pytest.mark.parametrize(
    "text", ["Ada Plum", "DOB 03/07/1961", "07700 900123", "+44 7700 900123", "2 Quay St", "May"]
)
def test_without_words_puts_a_mark_for_anything_else(text: str):
    assert without_words(pa.array([text, "1"])).to_pylist() == ["?", "1"]
