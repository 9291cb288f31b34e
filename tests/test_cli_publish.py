"""Can figures be published, opened again, and deleted by two persons, from the command line?"""

from __future__ import annotations

import json

import pytest

from data import cli
from geo.periods import month_range
from tests.places import MIDDLE, add_town, steady, store, workspace


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Return a function that runs a command on a town of 2022 and returns code, output, errors."""
    monkeypatch.setenv("HEXBEAT_NOW", "2025-02-15T09:00:00Z")
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    store(ws, steady(month_range("2022-01", "2023-01"), hot=(MIDDLE,)))
    ws.close()

    def call(*arguments: str):
        code = cli.main(["--home", str(tmp_path / "home"), *arguments])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in arguments and out else out, err

    return call


def test_snapshot_is_published_listed_and_shown(run):
    code, made, _ = run("publish", "--area", "quaytown", "--to", "2022-12", "--json")
    assert (code, made["title"]) == (0, "Tactical assessment, December 2022")
    _, listed, _ = run("snapshot", "list", "--area", "quaytown", "--json")
    assert listed == {"snapshots": [made]}
    _, shown, _ = run("snapshot", "show", made["snapshot_id"], "--json")
    assert shown["figures"]["to"] == "2022-12"
    assert shown["made"]["Data version"] == made["dataset_version"]
    _, words, _ = run("snapshot", "show", made["snapshot_id"])
    assert words.startswith("Tactical assessment, December 2022 (July to December 2022)")


def test_snapshot_that_is_not_there_is_said(run):
    assert run("snapshot", "list", "--area", "quaytown")[1] == "Nothing is published yet.\n"
    code, _, err = run("snapshot", "show", "nothing")
    assert (code, "There is no such snapshot" in err) == (2, True)


def test_two_persons_delete_what_is_past_its_limit(run):
    _, plan, _ = run("retention", "plan", "--json")
    assert [one["counts"][1] for one in plan["due"]] == [["months", 1]]
    assert "Asked for deletion 1: Coast Police" in run("retention", "ask", "--name", "Ada")[1]
    approve = ("--role", "ig_auditor", "retention", "approve", "1", "--name")
    code, _, err = run(*approve, "Ada")
    assert (code, "A second person must approve it" in err) == (2, True)
    assert "waits for a second person" in run("retention", "run")[1]
    code, out, _ = run(*approve, "Ida")
    assert (code, out.startswith("Deleted: Coast Police")) == (0, True)
    assert run("retention", "run")[1] == "Nothing is past its limit.\n"
