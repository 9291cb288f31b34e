"""How long does it take to load a large incident log, and how much memory?

``python -m benchmarks.import_speed`` writes a seeded log of a million rows (CSV) and of a hundred
thousand (Excel) into a temporary folder, loads each with ``hexbeat import`` in a process of its own
and does the same with what an analyst's notebook would hold. It prints the figures and adds them
to ``benchmarks/results/import_speed.csv``. The log is invented, save for the outline of the town
in ``../shared/data``, or where ``--boundary`` says.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
BOUNDARY = ROOT.parent / "shared" / "data" / "boundaries" / "lancashire_districts.geojson"
RESULTS = ROOT / "benchmarks" / "results" / "import_speed.csv"
ROWS, EXCEL_ROWS = 1_000_000, 100_000
SEED = 20260301
FIRST_MONTH, MONTHS = "2023-10", 36
NOW = "2026-11-01T09:00:00+00:00"

_CODES = (
    ("ASB - Rowdy or inconsiderate", 24), ("ASB - Street drinking", 8), ("ASB - Noise", 6),
    ("ASB - Vehicle nuisance", 6), ("ASB - Begging or vagrancy", 5), ("Violence", 12),
    ("Criminal damage", 7), ("Shoplifting", 8), ("Burglary - dwelling", 4), ("Robbery", 1),
    ("Concern for safety", 10), ("Road traffic collision", 4), ("Domestic incident", 4),
    ("Directed patrol", 2),
)  # fmt: skip
_SOURCES = (
    ("101", 40),
    ("999", 35),
    ("Web", 12),
    ("Officer", 8),
    ("Operator", 3),
    ("BID radio", 2),
)
_DETAILS = (
    "Group of youths outside the shop, moved on by the patrol that attended",
    "Caller reports shouting and glass breaking, left the scene before arrival",
    "Noise from premises, advice given, see previous logs for the address",
)


def incident_log(rows: int, seed: int = SEED, months: int = MONTHS) -> pd.DataFrame:
    """Return an invented log as a control room exports it: 15 columns, a few per cent messy."""
    rng = np.random.default_rng(seed)
    start = np.datetime64(FIRST_MONTH, "m")
    span = (np.datetime64(FIRST_MONTH, "M") + months).astype("datetime64[m]") - start
    at = np.sort(start + (rng.random(rows) ** 0.97 * span.astype(np.int64)).astype(np.int64))
    streets = np.array([f"{name} {kind}" for name in _names(rng, 300) for kind in _KINDS])
    spots = rng.normal([331_000, 436_000], [1_200, 3_000], (40_000, 2)).round().astype(np.int64)
    spot = np.minimum(rng.pareto(1.2, rows) * 400, len(spots) - 1).astype(np.int64)
    codes = _drawn(rng, _CODES, rows)
    log = pd.DataFrame(
        {
            "Log No": _references(at),
            "Date Time Created": pd.DatetimeIndex(at).strftime("%d/%m/%Y %H:%M"),
            "Opening Code": np.where(rng.random(rows) < 0.9, codes, _drawn(rng, _CODES, rows)),
            "NSIR Closing": codes,
            "ASB Qualifier": rng.choice(["Nuisance", "Personal", "Environmental", ""], rows),
            "Resp Level": rng.integers(1, 6, rows).astype(str),
            "Location Text": _numbered(rng, streets[spot % len(streets)]),
            "Easting": spots[spot, 0].astype(str),
            "Northing": spots[spot, 1].astype(str),
            "Postcode": np.char.add("FY1 ", (spot % 900 + 100).astype(str)),
            "Call Source": _drawn(rng, _SOURCES, rows),
            "Linked Log": "",
            "DA Flag": np.where(codes == "Domestic incident", "Y", "N"),
            "Status": rng.choice(["Closed", "Closed", "Closed", "Open", "Cancelled"], rows),
            "Incident Details": rng.choice(_DETAILS, rows),
        },
        dtype="str",
    )
    return _made_messy(log, rng)


_KINDS = ("STREET", "ROAD", "AVENUE", "PROMENADE", "SQUARE", "LANE")


def _names(rng: np.random.Generator, number: int) -> list[str]:
    starts, ends = ("TAL", "CLIF", "CEN", "HORN", "WAT", "BEA", "LY"), ("BOT", "TON", "BY", "HAM")
    return [
        f"{rng.choice(starts)}{rng.choice(ends)}{rng.choice(('', 'LEY', 'FORD'))}"
        for _ in range(number)
    ]


def _numbered(rng: np.random.Generator, streets: np.ndarray) -> np.ndarray:
    house = rng.integers(1, 240, len(streets)).astype(str)
    return np.char.add(np.char.add(house, " "), streets)


def _drawn(rng: np.random.Generator, weighted: tuple, rows: int) -> np.ndarray:
    words, weights = zip(*weighted, strict=True)
    return rng.choice(words, rows, p=np.array(weights) / sum(weights))


def _references(at: np.ndarray) -> np.ndarray:
    """Return log numbers that start anew every day."""
    days = at.astype("datetime64[D]")
    first = np.maximum.accumulate(
        np.where(np.r_[True, days[1:] != days[:-1]], np.arange(len(at)), 0)
    )
    numbers = np.char.zfill((np.arange(len(at)) - first + 1).astype(str), 5)
    stamps = np.char.replace(days.astype(str), "-", "")
    return np.char.add(np.char.add("LC-", stamps), np.char.add("-", numbers))


def _made_messy(log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the log with what real exports hold: blanks, serials, swaps, links, late copies."""
    columns = {name: log[name].to_numpy(dtype=object) for name in log}

    def some(share: float) -> np.ndarray:
        return np.flatnonzero(rng.random(len(log)) < share)

    at = some(0.006)
    stamps = pd.to_datetime(log["Date Time Created"].iloc[at], format="%d/%m/%Y %H:%M")
    serials = (stamps - pd.Timestamp(1899, 12, 30)) / pd.Timedelta(days=1)
    columns["Date Time Created"][at] = [f"{serial:.4f}" for serial in serials]
    at = some(0.004)
    columns["Easting"][at], columns["Northing"][at] = (
        columns["Northing"][at],
        columns["Easting"][at],
    )
    for name in ("Easting", "Northing"):
        columns[name][some(0.015)] = ""
    columns["Linked Log"][at] = columns["Log No"][np.maximum(at - 1, 0)]
    columns["NSIR Closing"][some(0.003)] = "99999"
    columns["Date Time Created"][some(0.001)] = "01/01/1900 00:00"
    columns["Location Text"][some(0.002)] = "=POLICE STATION"
    columns["Location Text"][some(0.001)] = "CALLER MRS TEST 01253 000000"
    messy = pd.DataFrame(columns, dtype="str")
    return pd.concat([messy, messy.iloc[some(0.002)]], ignore_index=True)


def write_csv(log: pd.DataFrame, path: Path) -> None:
    """Write a log as exports look: banner above, total below."""
    banner = ["OFFICIAL-SENSITIVE - invented test data", "Report: logs", ""]
    with path.open("w", encoding="utf-8", newline="") as out:
        out.writelines(line + "," * (log.shape[1] - 1) + "\n" for line in banner)
        log.to_csv(out, index=False, lineterminator="\n")
        out.write(f"Total,{len(log)}" + "," * (log.shape[1] - 2) + "\n")


def write_excel(log: pd.DataFrame, path: Path) -> None:
    """Write a log as a workbook whose dates and coordinates are numbers."""
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Logs")
    sheet.append(["OFFICIAL-SENSITIVE - invented test data"])
    sheet.append(list(log))
    moments = pd.to_datetime(log["Date Time Created"], format="%d/%m/%Y %H:%M", errors="coerce")
    for row, moment in zip(log.itertuples(index=False), moments, strict=True):
        cells = [int(cell) if cell.isdecimal() and cell[0] != "0" else cell for cell in row]
        cells[1] = moment.to_pydatetime() if not pd.isna(moment) else row[1]
        sheet.append(cells)
    sheet.append(["Total", len(log)])
    book.save(path)


def write_months(log: pd.DataFrame, folder: Path, months: int = 24) -> list[Path]:
    """Write the first months of a log as a file each, and return these."""
    folder.mkdir()
    month = log["Log No"].str.slice(3, 9)
    paths = []
    for name in sorted(month.unique())[:months]:
        paths.append(folder / f"logs_{name}.csv")
        write_csv(log[month == name], paths[-1])
    return paths


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measured(command: list[str]) -> tuple[Cost, str]:
    """Run a program, and return what it took and what it printed."""
    environment = {**os.environ, "HEXBEAT_NOW": NOW}
    start = time.perf_counter()
    child = subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    printed = child.stdout.read() if child.stdout else b""
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}.")
    wall = time.perf_counter() - start
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024), printed.decode()


def hexbeat(home: Path, *arguments: str) -> list[str]:
    """Return the command of one of the product's own commands."""
    return [sys.executable, "-m", "data.cli", "--home", str(home), *arguments]


def new_home(folder: Path, boundary: Path, where: str) -> Path:
    """Make a home that knows the town, and return it."""
    add = ("area", "add", "town", "--boundary", str(boundary), "--where", where)
    measured(hexbeat(folder, *add))
    return folder


def own_cost(home: Path, files: list[Path]) -> tuple[Cost, int]:
    """Load files with ``hexbeat import``; return what it took, and the rows read."""
    names = [str(path) for path in files]
    cost, printed = measured(hexbeat(home, "import", *names, "--area", "town", "--json"))
    report = json.loads(printed)
    results = ("kept", "fixed", "held", "dropped", "refused")
    if report["rows_read"] != sum(report[f"rows_{name}"] for name in results):
        raise SystemExit(f"Rows are not accounted for: {printed[:2000]}")
    return cost, report["rows_read"]


def notebook(path: Path, out: Path) -> None:
    """Do what an analyst's notebook does with a log: read, parse, convert, drop copies, store."""
    from pyproj import Transformer  # noqa: PLC0415

    top = pd.read_excel if path.suffix == ".xlsx" else pd.read_csv
    rows = top(path, header=1, dtype=str) if path.suffix == ".xlsx" else top(path, skiprows=3)
    rows["at"] = pd.to_datetime(rows["Date Time Created"], dayfirst=True, errors="coerce")
    metres = [pd.to_numeric(rows[name], errors="coerce") for name in ("Easting", "Northing")]
    transformer = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    rows["lon"], rows["lat"] = transformer.transform(*(part.to_numpy() for part in metres))
    rows = rows.drop_duplicates("Log No", keep="last").astype({"Easting": str, "Northing": str})
    rows.to_parquet(out)


def peers_cost(path: Path, out: Path) -> Cost:
    """Return what the notebook's way takes in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.import_speed", "--notebook", str(path), str(out)]
    return measured(command)[0]


def compare(folder: Path, boundary: Path, where: str, rows: int) -> list[tuple]:
    """Return rows of (what, rows, Hexbeat, notebook or None) for every file."""
    log = incident_log(rows)
    write_csv(log, folder / "logs.csv")
    write_excel(incident_log(rows // 10), folder / "logs.xlsx")
    months = write_months(log, folder / "months")
    del log
    found = []
    for number, (what, files) in enumerate(
        [("CSV", [folder / "logs.csv"]), ("Excel", [folder / "logs.xlsx"]), ("24 files", months)]
    ):
        home = new_home(folder / f"home{number}", boundary, where)
        own, read = own_cost(home, files)
        peer = peers_cost(files[0], folder / "out.parquet") if len(files) == 1 else None
        found.append((what, read, own, peer))
    return found


def main() -> None:
    """Measure, print, and write the figures down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boundary", type=Path, default=BOUNDARY)
    parser.add_argument("--where", default="objectid=E06000009")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--notebook", nargs=2, type=Path)
    options = parser.parse_args()
    if options.notebook:
        notebook(*options.notebook)
        return
    with tempfile.TemporaryDirectory() as folder:
        found = compare(Path(folder), options.boundary, options.where, options.rows)
    write(found)


HEADINGS = (
    "measured", "what", "rows", "wall_s", "cpu_s", "peak_mb", "us_cpu_per_row",
    "notebook_wall_s", "notebook_cpu_s", "notebook_peak_mb", "cpu_ratio",
)  # fmt: skip


def write(found: list[tuple]) -> None:
    """Print the figures, and add them to the results."""
    new = not RESULTS.exists()
    with RESULTS.open("a", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        if new:
            writer.writerow(HEADINGS)
        for what, rows, own, peer in found:
            line = [date.today().isoformat(), what, rows, *_figures(own)]  # noqa: DTZ011
            line.append(f"{own.cpu_s / rows * 1e6:.1f}")
            line += [*_figures(peer), f"{peer.cpu_s / own.cpu_s:.2f}"] if peer else [""] * 4
            print("  ".join(map(str, line)))
            writer.writerow(line)


def _figures(cost: Cost) -> list[str]:
    return [f"{cost.wall_s:.1f}", f"{cost.cpu_s:.1f}", f"{cost.peak_mb:.0f}"]


if __name__ == "__main__":
    main()
