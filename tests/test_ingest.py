"""Do files get into the lake whole, once, and with every row accounted for?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from data.desk import Desk
from data.engines.embedded import EmbeddedEngine
from data.errors import DataError, NothingLoadedError
from data.ingest import append_incidents, load_files
from data.lake import Lake
from data.ledger import missing_months
from data.readers.table import TableMapping
from geo.area import StudyArea
from tests.street_files import (
    FORCE,
    NOW,
    SEARCH_COLUMNS,
    as_csv,
    as_gzip,
    as_zip,
    asb_row,
    assert_conserved,
    crimes,
    street_row,
)

NO_SHAPES = gpd.GeoDataFrame({"name": [], "geometry": []})
BOROUGH = StudyArea(
    "borough", "Borough", box(-3.1, 53.7, -3.0, 53.9), NO_SHAPES, NO_SHAPES, "", "EPSG:27700",
    "Europe/London", "1",
)  # fmt: skip


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


def load(lake: Lake, *files, area=None, mapping=None, **options):
    desk = Desk(NOW, area, mapping=mapping)
    return load_files(lake, EmbeddedEngine(lake), files, desk, **options)


def street(name: str, rows) -> tuple[str, bytes]:
    return name, as_csv(rows)


def statuses(report):
    return [file.status for file in report.files]


def test_load_files_counts_what_became_of_every_row(lake):
    rows = [
        *crimes(3),
        *crimes(1),
        street_row(Crime_ID=f"{1:064x}", Location="On or near Elsewhere"),
        asb_row(),
        asb_row(),
        asb_row(Longitude="", Latitude="", Location="No Location"),
        asb_row(Longitude="-1.5"),
        asb_row(Longitude="53.8", Latitude="-3.05"),
        asb_row(Month="2031-01"),
    ]
    report = load(lake, street("may.csv", rows), area=BOROUGH)
    assert_conserved(report)
    assert (report.rows_read, report.rows_kept) == (11, 8)
    assert (report.rows_dropped, report.rows_refused) == (1, 1)
    assert (report.rows_no_location, report.rows_outside_area, report.rows_in_area) == (1, 1, 7)
    assert (report.rows_repeated_id, report.rows_restated_id, report.rows_fixed) == (1, 0, 1)
    assert (report.area_id, report.months, report.changed) == ("borough", ("2022-05",), True)
    assert report.refused[0].row == 12
    assert report.notes == ("1 row had longitude and latitude swapped: put right.",)
    assert "1 row refused; the first is row 12 (Month: '2031-01')" in report.files[0].message


def test_load_files_changes_nothing_when_the_same_rows_come_again(lake):
    rows = [*crimes(4), *crimes(2, start=9)]
    first = load(lake, street("may.csv", rows), area=BOROUGH)
    before = sorted((path, path.stat().st_mtime_ns) for path in lake.root.rglob("*.*"))
    again = load(lake, ("again.csv.gz", as_gzip(as_csv(rows[::-1]))), area=BOROUGH)
    after = sorted((path, path.stat().st_mtime_ns) for path in lake.root.rglob("*.*"))
    assert [path for path, _ in before] == [path for path, _ in after]
    assert [stamp for path, stamp in before if path.is_file() and path.suffix != ""] == [
        stamp for path, stamp in after if path.is_file() and path.suffix != ""
    ]
    assert (again.changed, statuses(again)) == (False, ["unchanged"])
    assert again.dataset_version == first.dataset_version
    assert (again.rows_kept, again.rows_in_area) == (first.rows_kept, first.rows_in_area)
    assert "Held already" in again.files[0].message


def test_load_files_replaces_a_month_that_comes_again_and_says_so(lake):
    load(lake, street("old.csv", crimes(9)), street("april.csv", crimes(3, month="2022-04")))
    report = load(lake, street("new.csv", crimes(10)))
    assert (report.months_replaced, report.changed) == (("2022-05",), True)
    assert report.notes == (
        f"May 2022, {FORCE}, was supplied again: 9 rows before (old.csv), 10 now (new.csv).",
    )
    assert EmbeddedEngine(lake).coverage()["rows"].tolist() == [3, 10]
    part = load(lake, street("part.csv", crimes(4)))
    assert "less than half" in part.notes[0]


def test_load_files_takes_the_later_file_when_two_hold_the_same_month(lake):
    report = load(lake, street("a.csv", crimes(5)), street("b.csv", crimes(2)))
    assert_conserved(report)
    assert [(f.status, f.rows_kept, f.rows_dropped) for f in report.files] == [
        ("skipped", 0, 5),
        ("loaded", 2, 0),
    ]
    assert "a later file of this import holds the same month" in report.files[0].message


def test_load_files_counts_restated_crime_ids_whichever_month_comes_first(tmp_path):
    months = {m: street(m, crimes(3, month=m, start=s)) for m, s in
              [("2022-04", 0), ("2022-05", 1), ("2022-06", 2)]}  # fmt: skip
    together = load(Lake(tmp_path / "a"), *months.values())
    assert together.rows_restated_id == 3 * 3 - 5
    for order in (["2022-04", "2022-05", "2022-06"], ["2022-06", "2022-04", "2022-05"]):
        lake = Lake(tmp_path / order[0])
        assert sum(load(lake, months[month]).rows_restated_id for month in order) == 4
        assert load(lake, *months.values()).rows_restated_id == 4


def test_load_files_reports_missing_months_of_main_providers(lake):
    months = [street(m, crimes(40, month=m)) for m in ("2022-01", "2022-02", "2022-05")]
    small = street("btp", [asb_row(Month="2022-03", Reported_by="British Transport Police")])
    report = load(lake, *months, small, area=BOROUGH)
    assert report.months == ("2022-01", "2022-02", "2022-03", "2022-05")
    assert report.months_missing == ("2022-03", "2022-04")
    assert missing_months(lake.manifest()) == ("2022-03", "2022-04")
    assert missing_months(Lake(lake.root / "none").manifest()) == ()


def test_load_files_reads_an_archive_as_downloaded(lake):
    search = as_csv([dict.fromkeys(SEARCH_COLUMNS, "SECRET")], SEARCH_COLUMNS)
    archive = as_zip(
        [
            ("2022-05/2022-05-x-street.csv", as_csv(crimes(3))),
            ("2022-05/2022-05-x-outcomes.csv", b"Crime ID,Month,Outcome type\n"),
            ("2022-05/2022-05-x-stop-and-search.csv", search),
            ("2022-05/2022-05-y-street.csv", search),
            ("../2022-05-z-street.csv", as_csv(crimes(3, month="2022-04"))),
        ]
    )
    report = load(lake, ("a.zip", archive))
    assert statuses(report) == ["loaded", "skipped", "refused", "refused", "refused"]
    assert (report.rows_kept, report.months) == (3, ("2022-05",))
    assert "SECRET" not in repr(report)
    stored = b"".join(path.read_bytes() for path in lake.root.rglob("*") if path.is_file())
    assert b"SECRET" not in stored


BAD_FILES = {
    "empty.csv": (b"", "The file is empty"),
    "headings.csv": (as_csv([]), "column headings and no rows"),
    "page.csv": (b"<!DOCTYPE html>\n<html>", "web page saved as CSV: row 1"),
    "wrong.csv": (b"Name,Town\nx,y\n", "Nobody has said yet what the 2 columns"),
    "cut.csv.gz": (as_gzip(as_csv(crimes(500)))[:-900], "cut short"),
    "outside.zip": (as_zip([("../x.csv", as_csv(crimes(3)))]), "outside its folder"),
    "bomb.zip": (as_zip([("x.csv", b"0" * 3_000_000)]), "a hundredfold"),
    "broken.zip": (b"PK\x03\x04 nothing", "damaged"),
    "book.xlsx": (as_zip([("xl/workbook.xml", b"x")]), "damaged, or not Excel"),
    "quote.csv": (as_csv(crimes(2)) + b'"open,2022-05\r\n' + b"x\r\n" * 5, "quotation mark"),
    "future.csv": (as_csv(crimes(3, month="2031-01")), "3 rows refused; the first is row 2"),
    "2022-05-x-stop-and-search.csv": (as_csv(crimes(3)), "never loads them"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_load_files_loads_what_is_good_beside_a_bad_file(lake, name: str):
    content, words = BAD_FILES[name]
    report = load(lake, (name, content), street("may.csv", crimes(3)))
    assert_conserved(report)
    assert statuses(report) == ["refused", "loaded"]
    assert words in report.files[0].message
    assert report.rows_kept == 3


@pytest.mark.parametrize("name", BAD_FILES)
def test_load_files_changes_nothing_when_every_file_is_bad(lake, name: str):
    load(lake, street("may.csv", crimes(3)))
    version = lake.version
    content, words = BAD_FILES[name]
    with pytest.raises(NothingLoadedError, match="was not loaded") as refused:
        load(lake, (name, content))
    assert words in refused.value.message
    assert refused.value.hint
    assert refused.value.report.changed is False
    assert lake.version == version


def test_load_files_names_the_first_fault_when_several_files_are_bad(lake):
    with pytest.raises(NothingLoadedError, match=r"None of the 2 files was loaded\. a\.csv: The"):
        load(lake, ("a.csv", b""), ("b.csv", b""))


def test_load_files_is_no_fault_when_files_are_only_skipped(lake):
    report = load(lake, ("2022-05-x-outcomes.csv", b"x"))
    assert (statuses(report), report.rows_read) == (["skipped"], 0)


def test_load_files_refuses_when_no_file_is_given(lake):
    with pytest.raises(DataError, match="No file"):
        load(lake)


def test_load_files_lists_refused_rows_and_says_how_many_there_are(lake, monkeypatch):
    monkeypatch.setattr("data.ledger.MOST_LISTED", 5)
    monkeypatch.setattr("data.readers.rows.MOST_LISTED", 5)
    report = load(lake, street("a.csv", [*crimes(8, month="2031-01"), *crimes(1)]))
    assert [row.row for row in report.refused] == [2, 3, 4, 5, 6]
    assert report.rows_refused == 8
    assert report.notes == ("8 rows were refused; the first 5 are listed.",)


def test_load_files_tells_its_progress(lake):
    said = []
    load(lake, street("a.csv", crimes(1)), progress=lambda *words: said.append(words))
    assert said[0] == ("Reading a.csv", 0, 1)
    assert [done for _, done, _ in said] == [0, 1, 1]


def test_load_files_loads_other_tables_by_their_columns(lake):
    named = TableMapping(date="When", category="Type", lon="X", lat="Y", provider="Council")
    words = b"When,Type,X,Y\n14/03/2026 21:14,Noise,-3.05,53.81\nsoon,Noise,-3.05,53.81\n"
    report = load(lake, ("log.csv", words), street("may.csv", crimes(2)), mapping=named.profile)
    assert_conserved(report)
    assert (report.rows_kept, report.rows_held, report.rows_refused) == (3, 1, 0)
    (held,) = report.held
    assert (held.row, held.code, held.column, held.value) == (3, "T01", "When", "?")
    assert list(lake.manifest().partitions) == [
        ("partner", "Council", "2026-03"),
        ("police_uk", FORCE, "2022-05"),
    ]


def test_append_incidents_stores_a_frame(lake):
    frame = pd.DataFrame(
        {"month": ["2026-01", "2026-01", "2026-03"], "category": "Noise", "lon": -3.05, "lat": 53.8}
    )
    frame.loc[1, ["lon", "lat"]] = np.nan
    names = {"source": "sample", "provider": "Sample", "file_name": "sample town", "now": NOW}
    report = append_incidents(lake, frame, **names)
    assert_conserved(report)
    assert (report.rows_kept, report.rows_no_location, report.rows_in_area) == (3, 1, None)
    assert (report.months, report.months_missing) == (("2026-01", "2026-03"), ("2026-02",))
    assert append_incidents(lake, frame[::-1], **names).changed is False
    with pytest.raises(DataError, match="holds no incidents"):
        append_incidents(lake, frame[:0], **names)


row_strategy = st.builds(
    lambda id_, place, lon, asb: (asb_row if asb else street_row)(
        **({} if asb else {"Crime_ID": f"{id_:064x}"}), Location=place, Longitude=lon
    ),
    st.integers(0, 6),
    st.sampled_from(["On or near Queen Street", "On or near Pier", "No Location"]),
    st.sampled_from(["-3.05", "-2.5", "", "x", "53.8"]),
    st.booleans(),
)
months_strategy = st.dictionaries(
    st.sampled_from(["2022-01", "2022-02", "2022-04", "2022-05"]),
    st.lists(row_strategy, min_size=1, max_size=8),
    min_size=1,
)


def outcome(lake: Lake, files):
    try:
        return load(lake, *files, area=BOROUGH)
    except NothingLoadedError as error:
        return error.report


@settings(max_examples=12, deadline=None)
@given(months_strategy, st.randoms(use_true_random=False))
def test_load_files_gives_one_version_in_any_order_and_conserves_rows(
    tmp_path_factory, months, random
):
    files = [street(f"{m}.csv", [r | {"Month": m} for r in rows]) for m, rows in months.items()]
    folder = tmp_path_factory.mktemp("orders")
    first = outcome(Lake(folder / "a"), files)
    assert_conserved(first)
    counted = first.rows_kept + first.rows_fixed
    assert counted == first.rows_no_location + first.rows_outside_area + first.rows_in_area
    random.shuffle(files)
    shuffled = Lake(folder / "b")
    for file in files:
        outcome(shuffled, [file])
    assert shuffled.version == first.dataset_version
    again = outcome(shuffled, files)
    assert again.changed is False
    for count in ("rows_kept", "rows_dropped", "rows_repeated_id", "rows_restated_id"):
        assert getattr(again, count) == getattr(first, count)


KILLED = """
import os, signal, sys
from pathlib import Path
from data.desk import Desk
from data.engines.embedded import EmbeddedEngine
from data.ingest import load_files
from data.lake import Lake
from tests.street_files import NOW, as_csv, crimes

lake, moment = Lake(Path(sys.argv[1])), sys.argv[2]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if moment == "before swap":
    import data.lake; data.lake.sync_folder = die
elif moment == "after swap":
    import data.lake; data.lake.Manifest.files = die
def progress(sentence, done, of):
    if sentence == moment:
        die()
files = [("may.csv", as_csv(crimes(5))), ("june.csv", as_csv(crimes(6, month="2022-06")))]
load_files(lake, EmbeddedEngine(lake), files, Desk(NOW), progress=progress)
"""


@pytest.mark.parametrize(
    ("moment", "rows"),
    [
        ("Reading june.csv", [9]),
        ("Storing what was read", [9]),
        ("before swap", [9]),
        ("after swap", [5, 6]),
    ],
)
def test_load_files_leaves_a_whole_version_when_killed(lake, moment: str, rows: list[int]):
    load(lake, street("may.csv", crimes(9)))
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(lake.root), moment],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    fresh = Lake(lake.root)
    assert EmbeddedEngine(fresh).coverage()["rows"].tolist() == rows
    assert fresh.damaged_files() == ()
    load(fresh, street("may.csv", crimes(5)), street("june.csv", crimes(6, month="2022-06")))
    assert EmbeddedEngine(fresh).coverage()["rows"].tolist() == [5, 6]
    assert {p.name for p in (fresh.root / "parts").iterdir()} == fresh.manifest().files()


@pytest.mark.slow
def test_load_files_agrees_with_an_independent_count_of_the_real_files(lake, shared: Path):
    paths = sorted((shared / "data" / "police_uk").glob("*.csv.gz"))
    districts = gpd.read_file(shared / "data" / "boundaries" / "lancashire_districts.geojson")
    outline = districts.to_crs(4326).query("objectid == 'E06000009'").geometry.union_all()
    area = StudyArea(
        "blackpool", "Blackpool", outline, NO_SHAPES, NO_SHAPES, "", "EPSG:27700",
        "Europe/London", "1",
    )  # fmt: skip
    report = load(lake, *paths, area=area)
    assert_conserved(report)
    assert (report.rows_read, report.rows_kept) == (498_151, 495_312)
    assert (report.rows_dropped, report.rows_refused) == (2_839, 0)
    assert (report.rows_no_location, report.rows_in_area) == (32_680, 75_933)
    assert (report.rows_repeated_id, report.rows_restated_id) == (1_290, 2_622)
    assert report.months_missing == ("2020-06", "2020-08", "2020-09")
    assert len(report.months) == 28
    raw = pd.concat([pd.read_csv(path, dtype="str", keep_default_na=False) for path in paths])
    double = raw.duplicated() & (raw["Crime ID"] != "")
    assert len(raw) - int(double.sum()) == report.rows_kept
    nowhere = raw["Longitude"] == ""
    assert (int(nowhere.sum()), int((nowhere & ~double).sum())) == (33_027, 32_680)
