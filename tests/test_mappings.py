"""Is a file of unknown kind asked about once, and remembered?"""

from __future__ import annotations

import pytest

from data.errors import DataError
from data.jobs.imports import import_files
from data.jobs.mappings import made_profile, propose, save_mapping, saved_mappings
from tests.places import ANALYST, workspace

HEADINGS = ("Ref No", "Opened on", "Kind of case", "Grid_East", "OS North", "Where")
COLUMNS = {
    "t_reported": "Opened on",
    "category": "Kind of case",
    "easting": "Grid_East",
    "northing": "OS North",
    "source_ref": "Ref No",
}
CSV = (
    b"Ref No,Opened on,Kind of case,Grid_East,OS North,Where\n"
    b"H1,03/04/2024,Fly tipping,330700,436300,Queen Street\n"
)


@pytest.fixture
def ws(tmp_path):
    ws = workspace(tmp_path / "home")
    yield ws
    ws.close()


def test_propose_is_sure_of_known_headings_and_offers_close_ones():
    found = propose(HEADINGS)
    assert (found["northing"].heading, found["northing"].confidence) == ("OS North", "sure")
    assert (found["easting"].heading, found["easting"].confidence) == ("Grid_East", "likely")


def test_save_mapping_is_asked_once_and_keeps_versions(ws):
    first = save_mapping(ws, ANALYST, made_profile("Housing cases", COLUMNS))
    again = save_mapping(ws, ANALYST, made_profile("Housing cases", COLUMNS))
    changed = save_mapping(ws, ANALYST, made_profile("Housing cases", COLUMNS | {"place": "Where"}))
    assert [first.version, again.version, changed.version] == [1, 1, 2]
    (saved,) = saved_mappings(ws, ANALYST)
    assert (saved.name, saved.version) == ("Housing cases", 2)
    report = import_files(ws, ANALYST, [("cases.csv", CSV)], None)
    assert (report.rows_read, report.rows_kept) == (1, 1)
    assert report.files[0].profile == "Housing cases"


@pytest.mark.parametrize(
    ("name", "columns", "words"),
    [
        ("Cases", {"category": "Kind of case"}, "which column holds"),
        ("Cases", {"t_reported": "Opened on", "category": "Kind of case"}, "the place"),
        ("Cases", COLUMNS | {"place": "Caller Name"}, "personal data"),
        ("123", COLUMNS, "a name that starts with a letter"),
    ],
)
def test_made_profile_says_what_is_missing(name, columns, words):
    with pytest.raises(DataError, match=words):
        made_profile(name, columns)
