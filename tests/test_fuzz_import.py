"""Does every file, however damaged, end in words, with its rows accounted for?"""

from __future__ import annotations

import time

import pytest

from data.errors import NothingLoadedError
from data.jobs.doctor import examine
from data.jobs.imports import import_files
from tests.fuzzing import STREET, fuzzed, planted_in, unaccounted
from tests.places import ANALYST, add_town, workspace
from tests.tables import NOW

FILES, TOGETHER = 150, 10


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    ws = workspace(folder / "home", NOW)
    add_town(ws, folder / "files")
    yield ws
    ws.close()


@pytest.mark.parametrize("first", range(0, FILES, TOGETHER))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_fuzzed_files_end_in_words_with_their_rows_accounted_for(town, first):
    files = [fuzzed(seed) for seed in range(first, first + TOGETHER)]
    start = time.process_time()
    try:
        report = import_files(town, ANALYST, [(one.name, one.content) for one in files], "quaytown")
    except NothingLoadedError as error:
        report = error.report
    assert time.process_time() - start < 30
    assert unaccounted(report) == []
    assert {file.status for file in report.files} <= {"loaded", "unchanged", "skipped", "refused"}
    assert all(file.message for file in report.files)


def test_a_home_is_sound_after_fuzzed_files(town):
    assert [check.found for check in examine(town) if not check.ok] == []
    assert town.lake.manifest().batches
    assert planted_in(town.settings.home) == []


def test_fuzzed_files_are_the_same_for_the_same_seed():
    assert fuzzed(7) == fuzzed(7) != fuzzed(8)


def test_a_heading_row_with_half_a_line_break_is_refused_in_words(town):
    content = "\n".join(STREET).replace(",Context", ",Context\r,Context\r").encode()
    with pytest.raises(NothingLoadedError, match="Row 1 cannot be read as values between ','"):
        import_files(town, ANALYST, [("street.csv", content)], "quaytown")
