"""Can it be asked from the command line what a change of cameras achieved?"""

from __future__ import annotations

import json

import pytest

from data import cli
from data.jobs.cctv_impact_words import DETECTION
from tests.watched_town import AREA, START, VIEW, watched_town


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    watched_town(folder).close()
    return folder / "home"


@pytest.fixture
def run(home, capsys, monkeypatch, tmp_path):
    """Return a function that asks about the hexagons in view."""
    monkeypatch.setenv("HEXBEAT_NOW", "2024-08-15T09:00:00Z")
    cells = tmp_path / "cells.txt"
    cells.write_text("\n".join(VIEW))

    def call(*arguments: str):
        place = ("--cells", str(cells)) if "--camera" not in arguments else ()
        code = cli.main(["--home", str(home), "cctv-impact", "--area", AREA, *place, *arguments])
        return code, *capsys.readouterr()

    return call


def test_figures_are_printed_as_json(run):
    code, out, _ = run("--from", START, "--json")
    found = json.loads(out)
    assert (code, found["verdict"]) == (0, "detection")
    assert found["found_by_cctv"]["counts"]["treated"] == {"before": 252, "after": 504}
    assert found["reported"]["rate_ratio"]["ratio"] == pytest.approx(1)
    assert found["outputs"]["evidence_days"] == {"before": 12, "after": 12}
    assert found["outputs"]["uptime"] == {"before": None, "after": None}
    assert found["treated_cells"] == list(VIEW)
    assert len(found["reported"]["events"]) == 24
    assert found["series"] is None


def test_answer_is_read_in_a_terminal(run):
    code, out, _ = run("--from", START, "--to", "2024-06", "--title", "New control centre")
    assert code == 0
    assert DETECTION in out
    assert "New control centre, from August 2023" in out
    assert "Found by CCTV, in view of the cameras: from 231 to 462" in out
    assert "Odds ratio of reports, for familiarity: 1.00" in out
    assert "Not supplied: cameras in working order." in out


def test_wrong_questions_say_what_to_do(run):
    code, _, err = run("--from", "2023-13")
    assert code == 2
    assert "What to do: Write the month as 2023-03." in err
    code, _, err = run("--camera", "C9", "--from", START)
    assert code == 2
    assert "holds no camera" in err
