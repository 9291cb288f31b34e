"""Is the committee paper written from the command line?"""

from __future__ import annotations

import json

import pytest

from data import cli
from data.jobs import committee_paper
from geo.errors import GridError
from tests.paper_views import coverage_view, impact_view
from tests.places import add_town, workspace


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Return a function that runs the command on hand-made views, and what it asked for."""
    monkeypatch.setenv("HEXBEAT_NOW", "2024-08-15T09:00:00Z")
    ws = workspace(tmp_path / "home")
    add_town(ws, tmp_path / "files")
    ws.close()
    asked = []

    def impact(_ws, principal, area_id, options):
        asked.append((principal.role, area_id, options))
        return impact_view()

    monkeypatch.setattr(committee_paper, "cctv_impact", impact)
    monkeypatch.setattr(committee_paper, "coverage", lambda *_: coverage_view())

    def call(*arguments: str):
        code = cli.main(["--home", str(tmp_path / "home"), *arguments])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in arguments and out else out, err

    call.asked = asked
    return call


def test_both_files_are_written_under_their_marking(run, tmp_path):
    out = tmp_path / "new" / "papers"
    code, made, _ = run("paper", "--area", "quaytown", "--from", "2023-08", "--to", "2024-06",
                        "--camera", "Q1", "--out", str(out), "--json")  # fmt: skip
    assert code == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "OFFICIAL_cctv-impact_Quaytown_2024-07.docx",
        "OFFICIAL_cctv-impact_Quaytown_2024-07.pdf",
    ]
    assert made["pdf"] == str(out / "OFFICIAL_cctv-impact_Quaytown_2024-07.pdf")
    assert made["marking"] == "OFFICIAL"
    assert any(one.startswith("12 Equalities:") for one in made["to_complete"])
    ((role, area_id, options),) = run.asked
    assert (role, area_id) == ("analyst", "quaytown")
    assert (options.start, options.end, options.camera_ids) == ("2023-08", "2024-06", ("Q1",))


def test_words_say_where_the_files_lie_and_what_is_open(run, tmp_path):
    code, words, _ = run("paper", "--area", "quaytown", "--out", str(tmp_path), "--officer", "Head")
    assert code == 0
    assert f"Written: {tmp_path}" in words
    assert "8 List of Appendices" in words


def test_role_that_may_not_write_is_told_who_may(run, tmp_path):
    code, _, err = run("--role", "member", "paper", "--area", "quaytown", "--out", str(tmp_path))
    assert code == 2
    assert "cannot write papers for a committee" in err
    assert list(tmp_path.glob("*.pdf")) == []


def test_paper_comes_when_coverage_cannot_be_told(run, tmp_path, monkeypatch):
    def refuse(*_):
        message = "No camera is registered."
        raise GridError(message)

    monkeypatch.setattr(committee_paper, "coverage", refuse)
    code, _, _ = run("paper", "--area", "quaytown", "--out", str(tmp_path))
    assert code == 0
    assert len(list(tmp_path.glob("*.pdf"))) == 1


def test_folder_that_cannot_be_made_is_a_sentence(run, tmp_path):
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    code, _, err = run("paper", "--area", "quaytown", "--out", str(tmp_path / "taken"))
    assert code == 2
    assert "What to do:" in err
