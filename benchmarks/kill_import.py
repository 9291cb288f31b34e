"""Is the old or the new version there, whole, wherever an import is killed?

``python -m benchmarks.kill_import`` kills ``hexbeat import`` and ``hexbeat loads answer`` (SIGKILL)
at 50 seeded moments spread over their run time: a first load, a second extract of the same log, an
answer to rows that wait. After each, the data set must be the former or the next one, no stored
file damaged, the audit chain unbroken, and the same command must work when it is given again. One
line is added to ``benchmarks/results/kill_import.csv``.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import import_speed as logs
from data.clock import FixedClock
from data.jobs.doctor import examine
from data.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "kill_import.csv"
KILLS = 50
SEED = 20260302
NOW = "2026-11-01T09:00:00+00:00"


@dataclass(frozen=True)
class Act:
    """A command that changes the data: from which home, and what it leads to."""

    what: str
    home: Path
    arguments: tuple[str, ...]
    before: str
    after: str
    seconds: float

    @classmethod
    def of(cls, what: str, home: Path, *arguments: str) -> Act:
        """Return the act, once it was carried out on a copy of its home."""
        copy = copied(home)
        start = time.perf_counter()
        run(copy, arguments)
        seconds = time.perf_counter() - start
        found = cls(what, home, arguments, version(home), version(copy), seconds)
        if found.before == found.after:
            raise SystemExit(f"{what} changes nothing: no moment of it would tell anything.")
        return found


def copied(home: Path) -> Path:
    """Return a copy of a home, beside it."""
    copy = Path(tempfile.mkdtemp(dir=home.parent)) / "home"
    shutil.copytree(home, copy)
    return copy


def command(home: Path, arguments: tuple[str, ...]) -> list[str]:
    """Return the words of one of the product's own commands."""
    return [sys.executable, "-m", "data.cli", "--home", str(home), *arguments, "--json"]


def run(home: Path, arguments: tuple[str, ...], kill_after_s: float | None = None) -> bool:
    """Run a command; return whether it was killed before it ended."""
    environment = {**os.environ, "HEXBEAT_NOW": NOW}
    with subprocess.Popen(  # noqa: S603
        command(home, arguments),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as child:
        try:
            _, said = child.communicate(timeout=kill_after_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return True
    if child.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {child.returncode}: {said.decode()}")
    return False


def workspace(home: Path) -> Workspace:
    """Open a home whose clock stands still."""
    return Workspace.open(home, clock=FixedClock(datetime(2026, 11, 1, 9, tzinfo=UTC)))


def version(home: Path) -> str:
    """Return the version of the data in a home."""
    ws = workspace(home)
    try:
        return ws.lake.version
    finally:
        ws.close()


def broken(home: Path, allowed: tuple[str, ...]) -> list[str]:
    """Return what is wrong with a home: an unexpected version, or a check that fails."""
    ws = workspace(home)
    try:
        found = [f"{one.what}: {one.found}" for one in examine(ws) if not one.ok]
        if ws.lake.version not in allowed:
            found.append(f"version {ws.lake.version} is none of {allowed}")
    finally:
        ws.close()
    return found


def struck(
    act: Act, share: float, again: Callable[[Path, tuple[str, ...]], object] = run
) -> tuple[bool, list[str]]:
    """Kill an act after a share of its time; return whether it was, and what was wrong then.

    ``again`` carries the act out once more.
    """
    home = copied(act.home)
    killed = run(home, act.arguments, act.seconds * share)
    wrong = broken(home, (act.before, act.after))
    again(home, act.arguments)
    wrong += broken(home, (act.after,))
    shutil.rmtree(home.parent)
    return killed, wrong


def acts(folder: Path, rows: int, boundary: Path, where: str) -> list[Act]:
    """Return the three acts on a log of so many rows."""
    log = logs.incident_log(rows, seed=SEED, months=6)
    first, second = folder / "first.csv", folder / "second.csv"
    logs.write_csv(log, first)
    later = log.copy()
    later.loc[later.index % 7 == 0, "NSIR Closing"] = "Robbery"
    logs.write_csv(later.iloc[rows // 10 :], second)
    new = logs.new_home(folder / "new" / "home", boundary, where)
    loaded = copied(new)
    load = ("import", str(first), "--area", "town")
    run(loaded, load)
    ws = workspace(loaded)
    (batch,) = ws.lake.manifest().batches
    ws.close()
    return [
        Act.of("first load", new, *load),
        Act.of("second extract", loaded, "import", str(second), "--area", "town"),
        Act.of("answer", loaded, "loads", "answer", batch, "G02", "accept"),
    ]


def main() -> None:
    """Strike, print what was wrong, and write the sum down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boundary", type=Path, default=logs.BOUNDARY)
    parser.add_argument("--where", default="objectid=E06000009")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--rows", type=int, default=60_000)
    options = parser.parse_args()
    rng = np.random.default_rng(SEED)
    killed, faults = 0, []
    with tempfile.TemporaryDirectory() as folder:
        todo = acts(Path(folder), options.rows, options.boundary, options.where)
        for number in range(options.kills):
            act, share = todo[number % len(todo)], rng.uniform(0.1, 1.0)
            was_killed, wrong = struck(act, share)
            killed += was_killed
            faults += [f"{number} ({act.what}, {share:.3f}): {one}" for one in wrong]
            print(number, act.what, f"{share:.3f}", was_killed, wrong, flush=True)
    new = not RESULTS.exists()
    with RESULTS.open("a", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        if new:
            writer.writerow(["measured", "seed", "rows", "moments", "killed_in_time", "faults"])
        today = date.today().isoformat()  # noqa: DTZ011
        writer.writerow([today, SEED, options.rows, options.kills, killed, len(faults)])
    if faults:
        raise SystemExit("\n".join(faults))


if __name__ == "__main__":
    main()
