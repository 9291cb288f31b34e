"""Are files and archives opened safely?"""

from __future__ import annotations

import gzip
import struct
from typing import TYPE_CHECKING

import pytest

from data.errors import FileRefusedError, FileSkippedError
from data.readers import opening
from data.readers.opening import leads_outside, opened, unpacked
from tests.street_files import as_csv, as_gzip, as_zip, crimes

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = as_csv(crimes(3))


def read_all(*files):
    with opened(files) as members:
        return {member.name: outcome(member) for member in members}


def outcome(member):
    try:
        return member.read()
    except FileRefusedError as error:
        return f"refused: {error}"
    except FileSkippedError as error:
        return f"skipped: {error}"


def test_opened_gives_same_content_when_plain_or_packed(tmp_path: Path):
    plain, packed = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    plain.write_bytes(CONTENT)
    packed.write_bytes(as_gzip(CONTENT))
    archive = as_zip([("2022-05/", b""), ("2022-05/2022-05-x-street.csv", CONTENT)])
    found = read_all(plain, packed, ("up.zip", archive), ("up.csv", CONTENT))
    assert found == {
        "a.csv": CONTENT,
        "b.csv.gz": CONTENT,
        "up.zip/2022-05/2022-05-x-street.csv": CONTENT,
        "up.csv": CONTENT,
    }


def test_opened_reads_gzip_inside_zip():
    assert read_all(("a.zip", as_zip([("x.csv.gz", as_gzip(CONTENT))]))) == {
        "a.zip/x.csv.gz": CONTENT
    }


def test_unpacked_joins_gzip_members_and_ignores_padding():
    assert unpacked(as_gzip(b"Month\n") + as_gzip(b"2022-05\n") + b"\0" * 9) == b"Month\n2022-05\n"


def test_unpacked_refuses_when_gzip_is_cut_short():
    whole = as_gzip(as_csv(crimes(2000)))
    with pytest.raises(FileRefusedError, match=r"cut short: it stops after [\d,]+ bytes"):
        unpacked(whole[: len(whole) // 2])


def test_unpacked_refuses_when_gzip_is_damaged():
    broken = bytearray(as_gzip(CONTENT))
    broken[-6] ^= 0xFF
    with pytest.raises(FileRefusedError, match="damaged"):
        unpacked(bytes(broken))


def test_unpacked_refuses_when_gzip_grows_a_hundredfold():
    with pytest.raises(FileRefusedError, match="a hundredfold"):
        unpacked(gzip.compress(b"0" * 5_000_000))


def test_unpacked_keeps_small_file_when_rows_repeat():
    repeated = as_csv([{"Month": "2022-05"}] * 2000)
    assert len(repeated) > 100 * len(as_gzip(repeated))
    assert unpacked(as_gzip(repeated)) == repeated


def test_opened_refuses_entries_that_lead_outside_and_keeps_the_others(tmp_path: Path):
    archive = as_zip([("../evil.csv", CONTENT), ("/etc/x.csv", CONTENT), ("good.csv", CONTENT)])
    found = read_all(("a.zip", archive))
    assert "outside its folder" in found["a.zip/../evil.csv"]
    assert found["a.zip//etc/x.csv"].startswith("refused")
    assert found["a.zip/good.csv"] == CONTENT
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["..\\x.csv", "a/../../x.csv", "\\\\host\\x.csv", "D:x.csv"])
def test_leads_outside_when_path_climbs_or_is_absolute(path: str):
    assert leads_outside(path)


def test_opened_refuses_entry_that_grows_a_hundredfold():
    found = read_all(("a.zip", as_zip([("x.csv", b"a" * 3_000_000), ("good.csv", CONTENT)])))
    assert "a hundredfold" in found["a.zip/x.csv"]
    assert found["a.zip/good.csv"] == CONTENT


def test_opened_refuses_archive_when_its_tables_are_too_large_together(monkeypatch):
    monkeypatch.setattr(opening, "LARGEST_ARCHIVE", 100)
    assert "a hundredfold" in read_all(("a.zip", as_zip([("x.csv", CONTENT)])))["a.zip"]


def test_opened_refuses_locked_entry():
    archive = bytearray(as_zip([("x.csv", CONTENT)]))
    at = archive.index(b"PK\x01\x02") + 8
    flags = struct.unpack_from("<H", archive, at)[0]
    struct.pack_into("<H", archive, at, flags | 1)
    assert "password" in read_all(("a.zip", bytes(archive)))["a.zip/x.csv"]


def test_opened_refuses_damaged_entry_and_damaged_archive():
    archive = bytearray(as_zip([("x.csv", CONTENT)]))
    archive[60] ^= 0xFF
    found = read_all(("a.zip", bytes(archive)), ("b.zip", bytes(archive[:80])))
    assert "damaged" in found["a.zip/x.csv"]
    assert "its list of files cannot be read" in found["b.zip"]


def test_opened_skips_what_is_no_table():
    archive = as_zip([("README.txt.md", b"hello"), ("__MACOSX/x.csv", b"x")])
    assert set(read_all(("a.zip", archive)).values()) == {"skipped: Not a table: nothing to load."}


def test_opened_refuses_empty_archive():
    assert read_all(("a.zip", as_zip([])))["a.zip"].startswith("refused: The archive is empty.")


def test_opened_refuses_missing_file_and_folder(tmp_path: Path):
    found = read_all(tmp_path / "absent.csv", tmp_path)
    assert found["absent.csv"].startswith("refused: There is no such file.")
    assert found[tmp_path.name].startswith("refused: This is a folder")


def test_opened_refuses_file_above_the_limit(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(opening, "LARGEST_FILE", 10)
    path = tmp_path / "a.csv"
    path.write_bytes(CONTENT)
    found = read_all(path, ("b.csv", CONTENT), ("c.zip", as_zip([("x.csv", CONTENT)])))
    assert all("the limit is" in words for words in found.values())


def test_opened_gives_workbook_whole_and_refuses_macros():
    plain = as_zip([("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")])
    macros = as_zip([("xl/workbook.xml", b"x"), ("xl/vbaProject.bin", b"x")])
    grown = as_zip([("xl/workbook.xml", b"0" * 3_000_000)])
    found = read_all(("a.xlsx", plain), ("b.xlsm", macros), ("c.xlsx", grown))
    assert found["a.xlsx"] == plain
    assert "macros" in found["b.xlsm"]
    assert "a hundredfold" in found["c.xlsx"]


@pytest.mark.parametrize("name", ["x.geojson", "x.json", "x.gpkg", "x.ods", "x.xlsb", "x.xlsm"])
def test_opened_reads_every_kind_of_table_inside_archives(name: str):
    assert read_all(("a.zip", as_zip([(name, CONTENT)]))) == {f"a.zip/{name}": CONTENT}


@pytest.mark.parametrize("part", ["content.xml", "xl/workbook.bin"])
def test_opened_gives_other_workbooks_whole(part: str):
    whole = as_zip([(part, b"x")])
    assert read_all(("a.ods", whole)) == {"a.ods": whole}


def test_opened_refuses_binary_workbook_with_macros():
    macros = as_zip([("xl/workbook.bin", b"x"), ("xl/VBAProject.bin", b"x")])
    assert "macros" in read_all(("a.xlsb", macros))["a.xlsb"]
