"""Does anything about a person stay behind: stored, logged, said, or left in a temporary file?

Unmistakable values are planted in every place where a file can hold them. After imports that
succeed and fail, and answers, the whole home folder, what was said, and the temporary files are
searched for them.
"""

from __future__ import annotations

import io
import json
import logging
import sqlite3
from typing import TYPE_CHECKING

import openpyxl
import pyarrow.parquet as pq
import pytest

from data import cli
from data.errors import NothingLoadedError
from data.interpretation.context import Answer
from data.jobs import answers as job
from data.jobs.imports import import_files, refused_csv
from data.workspace import Workspace
from tests.places import ANALYST, EAST, NORTH, SOUTH, WEST
from tests.tables import LOG, NOW

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = (
    "Zebedee Quilter", "QUILTERSON", "07700 900473", "zq473@example.org", "03/07/1961",
    "AB473473C", "Grudgewick", "Wobblethorpe", "Snickerdale",
)  # fmt: skip
"""A name, a surname, a telephone number, an address, a date of birth, an insurance number, a word
of a narrative, the name of a sheet, and the place of an exploitation report."""

STORY = "The Grudgewick family were seen arguing by the pier, and " + "then more of the same, " * 9
WHEN, POINT = "14/03/2026 21:14", "-3.05,53.81"
HEAD = f"{LOG},Opening Code,Caller Name,Tel,DOB,Narrative,Shoe"


def log(ref: str, code: str = "ASB - Noise", place: str = "QUAY", *, year: str = "2026") -> str:
    said = f'"{place}",Noise,Zebedee Quilter,07700 900473,03/07/1961,"{STORY}",zq473@example.org'
    return f"{ref},14/03/{year} 21:14,{code},330690,436330,{said}"


LOGS = "\n".join(
    [
        HEAD,
        log("L1"),
        log("L2", place="MRS QUILTERSON 2 QUAY ST"),
        log("L3", place="RING 07700 900473"),
        log("L4", place="MAIL zq473@example.org"),
        log("L5", place="BORN 03/07/1961"),
        log("L6", place="NI AB473473C"),
        log("L7", place=STORY),
        log("L8", year="2062"),
        log("L9", code="ASB-99"),
        log("L10", code="CSE - exploitation", place="Snickerdale"),
        log("MR QUILTERSON"),
        log("L11", code="MISS QUILTERSON"),
        log("L12").replace("330690", "MR QUILTERSON"),
        log("L13").replace("14/03/2026", "DOB 03/07/1961"),
        log("L16").replace("14/03/2026 21:14", "Zebedee Quilter"),
        log("L17").replace("14/03/2026 21:14", "07700 900473"),
        log("L18").replace("330690", "Zebedee Quilter"),
        log("L19").replace("330690", "07700 900473"),
        log("Zebedee Quilter"),
        log("L14") + ",Zebedee Quilter",
        "L15,Zebedee Quilter",
        *[log(f"M{n}") for n in range(40)],
    ]
)
HEADLESS = "Zebedee Quilter,14/03/2026,Noise\nMR QUILTERSON,15/03/2026,Noise\n"
UNKNOWN = f"Alpha,Caller Name,Gamma\n1,Zebedee Quilter,{STORY}\n2,MRS QUILTERSON,07700 900473\n"
HEADED = "Alpha,Mr QUILTERSON,07700 900473\n1,2,3\n"
BROKEN = f'{HEAD}\nL1,{WHEN},"Zebedee Quilter\n' + "x,y\n" * 9
CAMERAS = (
    "Camera ID,Camera Name,Latitude,Longitude,Operator\n"
    "C1,Pier,53.0,-5.02,Zebedee Quilter\nC2,MRS QUILTERSON,53.0,-5.02,Zebedee Quilter\n"
)
STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context,Caller Name\n"
    f"{'a' * 64},2026-07,Coast Police,Coast Police,-5.02,53.0,On or near Quay,,,Burglary,,,"
    "Zebedee Quilter\n"
    f"{'b' * 64},Zebedee Quilter,Coast Police,Coast Police,-5.02,53.0,On or near Quay,,,Burglary,"
    ",,MR QUILTERSON\n"
)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Wobblethorpe"
    for line in (HEAD, log("W1"), log("W2", place="MRS QUILTERSON 2 QUAY ST", year="2062")):
        book.active.append([cell.strip('"') for cell in line.split(",")])
    book.create_sheet("Zebedee Quilter").append(["QUILTERSON", "07700 900473"])
    book["Zebedee Quilter"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FILES = {
    "logs.csv": LOGS.encode(),
    "headless.csv": HEADLESS.encode(),
    "unknown.csv": UNKNOWN.encode(),
    "headed.csv": HEADED.encode(),
    "broken.csv": BROKEN.encode(),
    "cameras.csv": CAMERAS.encode(),
    "street.csv": STREET.encode(),
    "logs.xlsx": workbook(),
}


@pytest.fixture
def home(tmp_path, monkeypatch, capfd):
    """Return a home folder with an area; temporary files go to a folder beside it."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setenv("HEXBEAT_NOW", NOW.isoformat())
    ring = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    shape = {"type": "Feature", "properties": {"name": "Quay"}, "geometry": outline}
    path = tmp_path / "edges.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}))
    home = tmp_path / "home"
    assert cli.main(["--home", str(home), "area", "add", "quay", "--boundary", str(path)]) == 0
    capfd.readouterr()
    return home


def planted_in(text: str) -> list[str]:
    low = text.casefold()
    return [value for value in PLANTED if value.casefold() in low]


def texts_under(folder: Path):
    """Give every file of a folder as text: as bytes, and what Parquet and SQLite hold inside."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield path.name, path.read_bytes().decode("latin-1")
        yield path.name, path.read_bytes().decode("utf-16-le", errors="ignore")
        if path.read_bytes()[:4] == b"PAR1":
            table = pq.read_table(path, partitioning=None)
            yield path.name, repr(table.to_pylist()) + repr(table.schema.metadata)
        if path.read_bytes()[:6] == b"SQLite":
            with sqlite3.connect(path) as records:
                yield path.name, "\n".join(records.iterdump())


def assert_clean(home: Path, *said: str) -> None:
    """Check that no planted value is in the home folder, temporary files, or what was said."""
    for words in said:
        assert planted_in(words) == [], words[:2000]
    for folder in (home, home.parent / "temporary"):
        for name, text in texts_under(folder):
            assert planted_in(text) == [], name


def test_the_search_finds_a_value_wherever_it_is_stored(home):
    ws = Workspace.open(home)
    lines = f"{LOG}\nL1,{WHEN},ASB - Noise,330690,436330,QUAY SNICKERDALE\n"
    import_files(ws, ANALYST, [("log.csv", lines.encode())], "quay")
    ws.close()
    found = {name for name, text in texts_under(home) if planted_in(text)}
    assert len(found) == 2
    assert all(name.endswith(".parquet") for name in found)


@pytest.mark.parametrize("name", FILES)
def test_nothing_personal_stays_when_a_file_is_imported(home, name, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    path = home.parent / name
    path.write_bytes(FILES[name])
    refused = home.parent / "refused.csv"
    base = ["--home", str(home), "import", str(path), "--area", "quay"]
    cli.main([*base, "--json"])
    cli.main([*base, "--refused", str(refused)])
    cli.main(["--home", str(home), "loads", "list", "--json"])
    out, err = capfd.readouterr()
    left = refused.read_text() if refused.exists() else ""
    assert_clean(home, out, err, caplog.text, left)


def imported(ws: Workspace, name: str):
    try:
        return import_files(ws, ANALYST, [(name, FILES[name])], "quay"), ""
    except NothingLoadedError as error:
        return error.report, f"{error} {error.hint}"


@pytest.mark.parametrize("name", FILES)
def test_nothing_personal_stays_when_a_file_is_uploaded(home, name, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    ws = Workspace.open(home)
    report, words = imported(ws, name)
    said = words + repr(report) + refused_csv(report).decode() + repr(job.batches(ws, ANALYST))
    ws.close()
    out, err = capfd.readouterr()
    assert_clean(home, said, out, err, caplog.text)


def test_nothing_personal_stays_when_rows_are_answered_and_taken_back(home, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    ws = Workspace.open(home)
    batch = import_files(ws, ANALYST, [("logs.csv", LOGS.encode())], "quay").files[0].batch_id
    said = [
        Answer("T03", "accept"), Answer("G02", "reject"), Answer("G07", "drop"),
        Answer("K01", "reject"), Answer("T01", "drop"),
    ]  # fmt: skip
    views = [job.answer(ws, ANALYST, batch, [one]) for one in said]
    views.append(job.undo(ws, ANALYST, batch, 0))
    ws.close()
    out, err = capfd.readouterr()
    assert_clean(home, repr(views), out, err, caplog.text)


def test_the_rows_beside_personal_values_are_kept_and_counted(home):
    ws = Workspace.open(home)
    report = import_files(ws, ANALYST, [("logs.csv", LOGS.encode())], "quay")
    assert report.rows_read == 61
    assert report.rows_refused == 3
    rows = ws.engine.read_rows(["source_ref", "place"]).set_index("source_ref")["place"]
    ws.close()
    assert rows["L1"] == "QUAY"
    assert set(rows[["L2", "L3", "L4", "L5", "L6", "L7"]]) == {""}
