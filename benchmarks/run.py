"""How fast is Hexbeat beside the usual libraries, in the same run on the same machine?

``python -m benchmarks.run`` prints ratios and writes them to ``benchmarks/results/speed.csv``. The
police files are looked for in ``../shared/data`` beside the checkout, or where ``--files`` and
``--boundary`` say. Imports have benchmarks of their own: ``benchmarks.import_speed``,
``benchmarks.fuzz_import`` and ``benchmarks.kill_import``.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
RESULTS = ROOT / "benchmarks" / "results" / "speed.csv"
RUNS = 5


def own_job(files: list[Path], boundary: Path, where: str, home: Path) -> np.ndarray:
    """Do the whole job with Hexbeat in ``home``; return counts of cells x observed months."""
    from data.access import Principal, Role  # noqa: PLC0415
    from data.areas import AreaSpec  # noqa: PLC0415
    from data.jobs import areas, counts, hotspots, imports  # noqa: PLC0415
    from data.views import HotspotParams  # noqa: PLC0415
    from data.workspace import Workspace  # noqa: PLC0415

    ws = Workspace.open(home)
    analyst = Principal("benchmark", Role.ANALYST, demo=False)
    areas.add_area(ws, analyst, AreaSpec(area_id="town", boundary=boundary, where=where))
    imports.import_files(ws, analyst, files, None)
    to = hotspots.latest_month(ws, analyst, "town")
    hotspots.find_hotspots(ws, analyst, "town", HotspotParams(to=to))
    cube = counts.area_counts(ws, "town", 9).cube
    return cube.panel()[:, cube.observed]


def peers_job(files: list[Path], boundary: Path, where: str) -> np.ndarray:
    """Do the whole job with the peers; return counts of cells x observed months."""
    from benchmarks import peers  # noqa: PLC0415

    field, value = where.split("=")
    outline = gpd.read_file(boundary)
    return peers.hotspot_table(files, outline[outline[field] == value]).counts.to_numpy()


def median_seconds(job: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median duration of ``runs`` runs after one that is not counted."""
    job()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def whole_process(who: str, arguments: list[str]) -> tuple[float, float]:
    """Return wall seconds and peak memory in MB of the job in a new process."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.run", "--only", who, *arguments]
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, capture_output=True, check=True, text=True
    )
    return time.perf_counter() - start, json.loads(done.stdout)["peak_mb"]


def whole_job(files: list[Path], boundary: Path, where: str) -> list[tuple[str, float, float, str]]:
    """Return rows of (what, Hexbeat, peers, unit) for the whole job."""

    def own() -> np.ndarray:
        with tempfile.TemporaryDirectory() as home:
            return own_job(files, boundary, where, Path(home))

    if not np.array_equal(own(), peers_job(files, boundary, where)):
        raise SystemExit("The counts of Hexbeat and of the peers differ: nothing is compared.")
    warm = (median_seconds(own), median_seconds(lambda: peers_job(files, boundary, where)))
    folder = [f"--files={files[0].parent}", f"--boundary={boundary}", f"--where={where}"]
    cold = [(whole_process("own", folder), whole_process("peers", folder)) for _ in range(3)]
    return [
        ("whole job, warm", *warm, "s"),
        ("whole job, new process", *_medians([(o[0], p[0]) for o, p in cold]), "s"),
        ("whole job, peak memory", *_medians([(o[1], p[1]) for o, p in cold]), "MB"),
    ]


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def statistics_rows() -> list[tuple[str, float, float, str]]:
    """Return rows for Gi* and Mann-Kendall at 5,000 cells x 36 months."""
    from benchmarks import redraw, single  # noqa: PLC0415

    return [
        single.gi_star_row(),
        single.mann_kendall_row(),
        single.map_build_row(),
        redraw.redraw_row(),
    ]


def main() -> None:
    """Measure everything, print the ratios and write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=Path, default=SHARED / "police_uk")
    parser.add_argument(
        "--boundary", type=Path, default=SHARED / "boundaries" / "lancashire_districts.geojson"
    )
    parser.add_argument("--where", default="objectid=E06000009")
    parser.add_argument("--only", choices=["own", "peers"])
    options = parser.parse_args()
    files = sorted(options.files.glob("*-street.csv*"))
    if not files:
        raise SystemExit(f"There are no street files in {options.files}; name a folder: --files.")
    if options.only:
        _one(options.only, files, options.boundary, options.where)
        return
    _write([*whole_job(files, options.boundary, options.where), *statistics_rows()])


def _one(who: str, files: list[Path], boundary: Path, where: str) -> None:
    """Do the job once and print the peak memory of this process as JSON."""
    if who == "own":
        with tempfile.TemporaryDirectory() as home:
            own_job(files, boundary, where, Path(home))
    else:
        peers_job(files, boundary, where)
    print(json.dumps({"peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    """Return the peak memory of this program; getrusage would include that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if "VmHWM" in line).split()[1]) / 1024


def _write(rows: list[tuple[str, float, float, str]]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["measured", "what", "hexbeat", "peers", "unit", "ratio"])
        for what, own, peer, unit in rows:
            ratio = peer / own
            print(f"{what:<28} {own:>10.4g} {peer:>10.4g} {unit:<3} {ratio:>8.1f} times")
            writer.writerow(
                [date.today().isoformat(), what, f"{own:.4g}", f"{peer:.4g}", unit, f"{ratio:.1f}"]  # noqa: DTZ011
            )


if __name__ == "__main__":
    main()
