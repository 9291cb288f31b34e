"""Seeded files that no one would send on purpose: small valid ones, and what damage makes of them.

``fuzzed(seed)`` gives the same file for the same seed, on every machine; used by
``tests/test_fuzz_import.py`` and ``benchmarks/fuzz_import.py``.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
from shapely.geometry import Point

from data.registers.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from data.import_views import ImportReport

PLANTED = ("ZYGMUNT-PLANTED", "planted.person@example.org", "07700 900123")
"""Values under personal headings, and in places: never to be stored."""

LOGS = (
    (
        "Log No,Date Time Created,Opening Code,NSIR Closing,Easting,Northing,Location Text,"
        "Call Source,Linked Log,DA Flag,Caller Name"
    ),
    "L-1,14/03/2026 21:14,Disturbance,ASB - Noise,330690,436330,TALBOT SQ,101,,N,ZYGMUNT-PLANTED",
    "L-2,14/03/2026 21:20,Disturbance,Robbery,330720,436310,HIGH ST,999,L-1,N,",
    "L-3,46082.8958,Domestic incident,Domestic incident,436000,331000,DWELLING,Web,,Y,",
    "L-4,01/01/1900 00:00,Noise,99,,,CALL 07700 900123,Officer,,N,",
    "Total,4,,,,,,,,,",
)
CRIMES = (
    "Crime No,Committed From,Committed To,Date Reported,HO Code,Offence,Easting,Northing,Victim",
    "C-1,01/03/2026 20:00,02/03/2026 08:00,02/03/2026,28E,Burglary,331000,436000,ZYGMUNT-PLANTED",
    "C-2,02/03/2026 20:00,01/03/2026 19:00,02/03/2026,,Robbery,331.0,436.0,",
)
CASES = (
    "Service Request Ref,Date Received,SR Type,UPRN,Grid Ref,Latitude,Longitude,Complainant",
    "0012345,03/04/2026,Noise - domestic,100012345678,,53.82,-3.04,ZYGMUNT-PLANTED",
    "0012346,04/05/2026,Fly-tipping,1.00E+11,SD306360,53.82,3.04,planted.person@example.org",
)
CCTV = (
    "CCTV Inc No,Date,Time,Cam No,Incident Type,Initiated By,Police Log,Arrest,Evidence,Operator",
    "1,14/03/2026,21:16,C14,Disorder,Operator,L-1,1,Requested,ZYGMUNT-PLANTED",
    "2,01/07/2026,2205,C14;C15,Street drinking,BID radio,,0,,",
)
COLLISIONS = (
    "accident_reference,date,time,accident_severity,location_easting_osgr,location_northing_osgr",
    "A1,14/03/2026,21:16,Slight,331000,436000",
    "A2,15/03/2026,07:00,Serious,332000,437000",
)
STREET = (
    (
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
        "Crime type,Last outcome category,Context"
    ),
    ",2026-03,Force,Force,-3.05,53.81,On or near High Street,E01,Name,Anti-social behaviour,,",
    f"{'a' * 64},2026-03,Force,Force,-3.06,53.82,On or near Low Street,E01,Name,Burglary,,",
)

HOSTILE = (
    "=cmd|'/c calc'!A1", "<script>alert(1)</script>", 'Name"; DROP TABLE audit; --', "x" * 10_000,
    "", "\0", "\u202eecnedive\u202c", "Date\u200bTime", "\U0001f600", "e\u0301\u0302\u0303" * 50,
    "NaN", "inf", "-inf", "1e999", "9" * 400, "00/00/0000", "01/01/0000 00:00", "31/12/9999 23:59",
    "-1", "2147483648", "99999999999.5", "12345.6", "80001", "\u0663\u0661/\u0660\u0663/2026",
    "14/03/2026 25:61", "2026-03-14T21:14:00+99:99", "{}", "[[", "\ud7ff", "a\u2028b", "a\x85b",
    "=1+1", "+44", "@SUM(A1)", "{n}", "%s%n", "$(reboot)", "../../etc/passwd", "\ufeffLog No",
    "NULL", "#REF!", "Total", "7700 900123", "MRS ZYGMUNT PLANTED", "1,234,567", "1.2.3", "- 3",
    "SD 306 360", "SD", "5E+400", "0x1F", "\u221e", "TRUE", "29/02/2025", "0", "\t", "\u00a0",
)  # fmt: skip


@dataclass(frozen=True)
class Fuzzed:
    """A file by its seed: its name, its content, and what was done to it."""

    seed: int
    name: str
    content: bytes
    how: str


def fuzzed(seed: int, folder: Path | None = None) -> Fuzzed:
    """Return the file of a seed, from our own small files and those of a folder of fixtures."""
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    if rng.random() < 0.04:
        size = rng.choice((0, 1, 3, 100, 5_000))
        name = f"random{rng.choice(_ENDINGS)}"
        return Fuzzed(seed, name, rng.choice(_STARTS) + rng.randbytes(size), "random bytes")
    kind, content = rng.choice(_seeds(folder))
    done = [kind]
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        change = rng.choice(_TABLE_CHANGES if _is_text(content) else _BYTE_CHANGES)
        content = change(content, rng)
        done.append(change.__name__.strip("_"))
    ending = rng.choice(_ENDINGS) if rng.random() < 0.1 else ""
    return Fuzzed(seed, f"{seed}-{kind}{ending}", content, ", ".join(done))


_ENDINGS = (".csv", ".txt", ".xlsx", ".gpkg", ".geojson", ".json", ".csv.gz", ".zip", ".exe", "")
_STARTS = (
    b"",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"SQLite format 3\0",
    b"\xff\xfe",
    b"{",
    b"\xef\xbb\xbf",
)


@lru_cache(maxsize=4)
def _seeds(folder: Path | None) -> tuple[tuple[str, bytes], ...]:
    """Return the names and contents of valid files, as many of tables of text as of others."""
    tables = [LOGS, CRIMES, CASES, CCTV, COLLISIONS, STREET]
    texts = [(f"table{at}.csv", _text(lines)) for at, lines in enumerate(tables)]
    texts += [(f"{kind.key}.csv", _register(kind)) for kind in KINDS]
    if folder is not None:
        texts += [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.csv"))]
    others = [(f"book{at}.xlsx", _workbook(lines)) for at, lines in enumerate(tables)]
    others += [("points.geojson", _geojson()), ("points.gpkg", _geopackage())]
    others += [("logs.csv.gz", gzip.compress(_text(LOGS), mtime=0)), ("logs.zip", _zip())]
    return (*texts, *texts, *others)


def _text(lines: tuple[str, ...]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def _register(kind: object) -> bytes:
    names = [one.names[0] for one in kind.fields]
    values = [
        ("C1", "14/03/2026", "53.81", "-3.05", "09:00", "Yes", "12")[at % 7] for at in range(40)
    ]
    rows = [",".join(values[at : at + len(names)]) for at in range(3)]
    return _text((",".join(names), *rows))


def _workbook(lines: tuple[str, ...]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in line.split(",")])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _points() -> gpd.GeoDataFrame:
    names, *rows = (line.split(",") for line in LOGS[:4])
    columns = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    return gpd.GeoDataFrame(columns, geometry=[Point(-3.05, 53.8 + at / 100) for at in range(3)])


def _geojson() -> bytes:
    return _points().to_json().encode()


def _geopackage() -> bytes:
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "points.gpkg"
        _points().set_crs(4326).to_file(path, layer="points", driver="GPKG")
        return path.read_bytes()


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a/logs.csv"), _text(LOGS))
        archive.writestr(zipfile.ZipInfo("../crimes.csv"), _text(CRIMES))
    return stream.getvalue()


def _is_text(content: bytes) -> bool:
    return not content.startswith((b"PK", b"\x1f\x8b", b"SQLite", b"{", b"\xff\xfe"))


def _cells(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8", "surrogateescape")
    return [line.split(",") for line in text.split("\n")]


def _joined(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogateescape")


def _flipped(content: bytes, rng: random.Random) -> bytes:
    found = bytearray(content)
    for _ in range(rng.choice((1, 3, 30))):
        if found:
            found[rng.randrange(len(found))] = rng.randrange(256)
    return bytes(found)


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _spliced(content: bytes, rng: random.Random) -> bytes:
    at, to = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:at] + rng.choice((content[at:to] * 2, b"", rng.randbytes(20))) + content[to:]


def _shuffled_columns(content: bytes, rng: random.Random) -> bytes:
    rows = _cells(content)
    order = list(range(max(map(len, rows))))
    rng.shuffle(order)
    return _joined([[row[at] for at in order if at < len(row)] for row in rows])


def _doubled_column(content: bytes, rng: random.Random) -> bytes:
    rows = _cells(content)
    at = rng.randrange(len(rows[0]))
    return _joined([[*row, *row[at : at + 1]] for row in rows])


def _lost_column(content: bytes, rng: random.Random) -> bytes:
    rows = _cells(content)
    at = rng.randrange(len(rows[0]))
    return _joined([row[:at] + row[at + 1 :] for row in rows])


def _hostile_heading(content: bytes, rng: random.Random) -> bytes:
    rows = _cells(content)
    rows[0][rng.randrange(len(rows[0]))] = rng.choice(HOSTILE)
    return _joined(rows)


def _hostile_cells(content: bytes, rng: random.Random) -> bytes:
    rows = _cells(content)
    for _ in range(rng.choice((1, 4, 12))):
        row = rng.choice(rows)
        row[rng.randrange(len(row))] = rng.choice(HOSTILE)
    return _joined(rows)


def _hostile_column(content: bytes, rng: random.Random) -> bytes:
    rows = _cells(content)
    at, value = rng.randrange(len(rows[0])), rng.choice(HOSTILE)
    for row in rows[1:]:
        row[at : at + 1] = [value]
    return _joined(rows)


def _huge_cell(content: bytes, rng: random.Random) -> bytes:
    rows = _cells(content)
    row = rng.choice(rows)
    row[rng.randrange(len(row))] = rng.choice("x 9<=é") * 1_000_000
    return _joined(rows)


def _mixed_newlines(content: bytes, rng: random.Random) -> bytes:
    ends = (b"\n", b"\r\n", b"\r", b"\n\n", b"\x0b")
    return b"".join(line + rng.choice(ends) for line in content.split(b"\n"))


def _mixed_encodings(content: bytes, rng: random.Random) -> bytes:
    odd = ("Café £", "Ł\u0142", "\u201cq\u201d", "\U0001f600")
    ways = ("cp1252", "utf-8", "utf-16-le", "latin-1", "utf-7")
    lines = content.split(b"\n")
    for _ in range(3):
        at = rng.randrange(len(lines))
        lines[at] += rng.choice(odd).encode(rng.choice(ways), "replace")
    return b"\n".join(lines)


def _other_encoding(content: bytes, rng: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(
        rng.choice(("utf-16", "utf-8-sig", "utf-32", "cp1252", "utf-16-be")), "replace"
    )


def _open_quote(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice((b'"', b'""', b'"\n', b"'", b'","')) + content[at:]


def _other_delimiter(content: bytes, rng: random.Random) -> bytes:
    return content.replace(b",", rng.choice((b";", b"\t", b"|", b" ", b",,", b"\x1f")))


def _repeated_rows(content: bytes, rng: random.Random) -> bytes:
    head, *rows = content.split(b"\n")
    return b"\n".join(
        [head, *(rng.choice(rows or [head]) for _ in range(rng.choice((2, 50, 400))))]
    )


def _ragged(content: bytes, rng: random.Random) -> bytes:
    rows = _cells(content)
    for row in rng.sample(rows, min(3, len(rows))):
        row[:] = rng.choice((row[:2], [*row, "extra"], row * 3, [""]))
    return _joined(rows)


def _banner(content: bytes, rng: random.Random) -> bytes:
    return b"\n".join(rng.choice((b"OFFICIAL", b",,,", b"", b"=1", b"Log No")) for _ in range(
        rng.choice((1, 5, 40)))) + b"\n" + content  # fmt: skip


def _zipped(content: bytes, rng: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(rng.choice(("a.csv", "C:/x.csv", "a.txt"))), content)
        if rng.random() < 0.3:
            archive.writestr(zipfile.ZipInfo("bomb.csv"), b"a,b\n" * 2_000_000)
    return stream.getvalue()


def _gzipped(content: bytes, rng: random.Random) -> bytes:
    return gzip.compress(content * rng.choice((1, 1, 3_000)), mtime=0)


def _as_workbook(content: bytes, rng: random.Random) -> bytes:
    book = openpyxl.Workbook()
    for line in content.decode("utf-8", "replace").split("\n")[:50]:
        cells = [_storable(cell) for cell in line.split(",")[:40]]
        book.active.append(cells)
    if rng.random() < 0.3:
        book.active.merge_cells(f"A2:B{rng.randrange(3, 9)}")
    if rng.random() < 0.2:
        book.create_sheet("Other").append(["Log No", "=1+1", float("nan")])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _storable(cell: str) -> object:
    text = "".join(char for char in cell if char.isprintable())[:30_000]
    try:
        return float(text) if text[:1].isdecimal() and text[:1].isascii() else text
    except ValueError:
        return text


def _as_json(content: bytes, rng: random.Random) -> bytes:
    depth = rng.choice((1, 50, 5_000))
    nested = "[" * depth + "]" * depth
    features = [
        {"type": "Feature", "properties": {"a": rng.choice(HOSTILE)},
         "geometry": {"type": "Point", "coordinates": rng.choice(([1, 2], [], [None], ["x", 2]))}}
    ]  # fmt: skip
    made = json.dumps({"type": "FeatureCollection", "features": features})
    ending = content[:20].decode("utf-8", "replace")
    return rng.choice((nested, made, made[:-3], '{"type":"FeatureCollection"}' + ending)).encode()


_BYTE_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flipped, _cut, _spliced)
_TABLE_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *_BYTE_CHANGES, _shuffled_columns, _doubled_column, _lost_column, _hostile_heading,
    _hostile_cells, _hostile_cells, _hostile_column, _hostile_column, _huge_cell, _mixed_newlines,
    _mixed_encodings, _other_encoding, _open_quote, _other_delimiter, _repeated_rows, _ragged,
    _banner, _zipped, _gzipped, _as_workbook, _as_json,
)  # fmt: skip


def unaccounted(report: ImportReport) -> list[str]:
    """Return the files of an import whose rows do not add up, and "all" if the sum does not."""
    results = ("kept", "fixed", "held", "dropped", "refused")

    def adds_up(one: object) -> bool:
        return one.rows_read == sum(getattr(one, f"rows_{name}") for name in results)

    wrong = [file.file for file in report.files if not adds_up(file)]
    read = sum(file.rows_read for file in report.files)
    return wrong if adds_up(report) and read == report.rows_read else [*wrong, "all"]


def planted_in(home: Path) -> list[str]:
    """Return the files of a home that hold a planted value."""
    needles = [word.encode() for word in PLANTED]
    return [
        path.name
        for path in sorted(home.rglob("*"))
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]
