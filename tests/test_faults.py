"""Is the old or the new version there, whole, whatever happens to an import?"""

from __future__ import annotations

import errno
import os
import resource
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Event, Thread

import numpy as np
import pytest

from benchmarks import kill_import
from data import ingest
from data.cli import main
from data.contents import contents_of
from data.errors import DataError
from data.jobs.doctor import examine
from data.jobs.imports import import_files
from data.lake import Lake, RawFile
from data.readers.opening import Member
from data.store.migrations import StoreError
from tests.places import ANALYST, add_town, workspace
from tests.tables import LOG, NOW
from tests.test_lake import MAY, reports, store

KILLS = 6


def logs(rows: int, code: str = "Robbery", first: int = 0) -> bytes:
    lines = [
        f"L-{number},{number % 28 + 1:02}/0{number % 6 + 3}/2026 {number % 24:02}:15,{code},"
        f"{331_000 + number % 900},{436_000 + number % 700},"
        for number in range(first, first + rows)
    ]
    return "\n".join([LOG, *lines, ""]).encode()


@pytest.fixture
def town(tmp_path):
    ws = workspace(tmp_path / "home", NOW)
    add_town(ws, tmp_path / "files")
    import_files(ws, ANALYST, [("first.csv", logs(50))], "quaytown")
    yield ws
    ws.close()


def is_sound(ws) -> bool:
    return all(check.ok for check in examine(ws))


def load(ws, rows: int = 60, **options):
    return import_files(ws, ANALYST, [("next.csv", logs(rows, "Burglary"))], "quaytown", **options)


@contextmanager
def largest_file(size: int):
    """Let the system refuse to write any file beyond a size, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("at", [1, 4, 7, 10])
def test_a_full_disk_is_told_and_changes_nothing_whenever_it_is_met(town, monkeypatch, at):
    version, calls, whole = town.lake.version, [], os.fsync

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == at:
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match="The disk is full: the data stay as they were") as caught:
        load(town)
    assert caught.value.hint == "Make space on the disk of the home folder."
    monkeypatch.undo()
    assert town.lake.version == version
    assert is_sound(town)
    assert not list(town.lake.root.rglob("*.part"))
    assert load(town).rows_read == 60
    assert town.lake.version != version


@pytest.mark.slow
def test_what_was_written_before_the_disk_was_full_takes_no_space(town):
    held = {path.name for path in (town.lake.root / "parts").iterdir()}
    with largest_file(10_000), pytest.raises(DataError, match="disk is full"):
        load(town, 5_000)
    assert {path.name for path in (town.lake.root / "parts").iterdir()} == held
    assert is_sound(town)
    assert load(town, 5_000).rows_read == 5_000


@pytest.mark.slow
def test_the_command_ends_with_2_and_words_when_the_disk_is_full(town, tmp_path, capsys):
    path = tmp_path / "next.csv"
    path.write_bytes(logs(5_000))
    with largest_file(10_000):
        code = main(["--home", str(town.settings.home), "import", str(path), "--json"])
    said = capsys.readouterr().err
    assert code == 2
    assert said.startswith("hexbeat: The disk is full: the data stay as they were.")
    assert "What to do: Make space on the disk of the home folder." in said
    assert "Traceback" not in said


def test_a_full_disk_under_the_records_is_told(town):
    whole = "x" * 100_000
    with largest_file(50_000), pytest.raises(StoreError, match="could not be written"):
        town.store.record(ANALYST, "export", "quaytown", {"what": whole}, NOW)
    town.store.record(ANALYST, "export", "quaytown", {"what": "less"}, NOW)
    assert is_sound(town)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(DataError, match="The home folder cannot be written"):
        store(Lake(tmp_path / "home" / "lake"), reports("Noise"))


def test_a_second_import_waits_for_the_first_and_says_so(town):
    begun, may_end, said = Event(), Event(), []

    def first():
        with Lake(town.lake.root).writing(NOW) as writer:
            begun.set()
            may_end.wait(10)
            writer.put(MAY, contents_of(reports("Noise")), RawFile("may.csv", "0" * 64))
            writer.commit()

    def progress(sentence, _done, _of):
        said.append(sentence)
        may_end.set()

    thread = Thread(target=first)
    thread.start()
    begun.wait(10)
    report = load(town, progress=progress)
    thread.join()
    assert said[0] == "Another import is at work: waiting"
    assert report.rows_read == 60
    assert MAY in town.lake.manifest().partitions
    assert is_sound(town)


def test_each_step_of_a_long_file_is_told(monkeypatch):
    monkeypatch.setattr(ingest, "_TELL_S", 0.001)
    member, other, coming, said = Member("b.csv", bytes), Member("a.csv", bytes), Future(), []

    def say(*step):
        said.append(step)
        if len(said) == 2:
            coming.set_result("the file")
        steps.begin(member, "finding places")

    steps = ingest.Steps([other, member], say)
    steps.begin(member, "reading times")
    assert steps.told(member, coming) == "the file"
    assert said == [
        ("b.csv: reading times", 7, 12),
        ("b.csv: finding places", 9, 12),
        ("b.csv: storing", 11, 12),
    ]


def test_rows_that_change_hands_are_written_beside_the_former_file(town):
    before = town.lake.manifest()
    again = logs(50).replace(b"Log No", b"Log Number")
    import_files(town, ANALYST, [("again.csv", again)], "quaytown")
    after = town.lake.manifest()
    assert after.version == before.version
    assert not after.files() & before.files()


@pytest.mark.slow
def test_an_import_killed_at_any_moment_leaves_the_old_or_the_new_version(town, tmp_path):
    path = tmp_path / "next.csv"
    path.write_bytes(logs(3_000, "Burglary"))
    act = kill_import.Act.of("load", town.settings.home, "import", str(path), "--area", "quaytown")
    moments = np.random.default_rng(20260303).uniform(0.5, 1.0, KILLS)

    def again(home, arguments):
        assert main(["--home", str(home), *arguments, "--json"]) == 0

    results = [kill_import.struck(act, share, again) for share in moments]
    assert [wrong for _, wrong in results] == [[]] * KILLS
    assert any(killed for killed, _ in results)
