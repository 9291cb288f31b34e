"""Does every file, however damaged, end in words, with its rows accounted for?

``python -m benchmarks.fuzz_import`` loads 10,000 seeded files (``tests/fuzzing.py``), 100 into
each home, in two processes. For each: no error but those that are told in words, rows read = kept +
fixed + held + dropped + refused, at most 30 seconds of work; for each home afterwards: nothing
stored is damaged, the audit log is whole, and no planted personal value is found. Failures are
printed with their seed; ``--seed N`` loads that file alone. One line is added to
``benchmarks/results/fuzz_import.csv``.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

from data.access import Principal, Role
from data.clock import FixedClock
from data.errors import NothingLoadedError
from data.jobs.doctor import examine
from data.jobs.imports import import_files
from data.workspace import Workspace
from geo.errors import GeoError
from tests.fuzzing import Fuzzed, fuzzed, planted_in, unaccounted
from tests.places import add_town

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT.parent / "shared" / "fixtures"
RESULTS = ROOT / "benchmarks" / "results" / "fuzz_import.csv"
FILES, A_HOME, TOGETHER, PROCESSES = 10_000, 100, 10, 2
LONGEST_S = 30.0
ANALYST = Principal("benchmark", Role.ANALYST, demo=False)
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


def loaded(ws: Workspace, files: list[Fuzzed]) -> tuple[Counter, str]:
    """Load files; return files by outcome, and what went wrong ("" for nothing)."""
    start = time.process_time()
    try:
        report = import_files(ws, ANALYST, [(one.name, one.content) for one in files], "quaytown")
    except NothingLoadedError as error:
        report = error.report
    except GeoError as error:
        return Counter(told=len(files)), "" if error.message else "an error without words"
    except BaseException:  # noqa: BLE001 - whatever else escapes is what is looked for
        return Counter(escaped=len(files)), traceback.format_exc(limit=-6)
    seconds = time.process_time() - start
    wrong = [f"rows of {name} do not add up" for name in unaccounted(report)]
    wrong += [f"took {seconds:.0f} s"] if seconds > LONGEST_S else []
    return Counter(file.status for file in report.files), "; ".join(wrong)


def together(ws: Workspace, files: list[Fuzzed]) -> tuple[Counter, list[str]]:
    """Load files at once; where something is wrong, one by one, to see which file it is."""
    outcomes, wrong = loaded(ws, files)
    if not wrong or len(files) == 1:
        words = [f"seed {file.seed} ({file.name}: {file.how}): {wrong}" for file in files]
        return outcomes, words if wrong else []
    found = [together(ws, [file]) for file in files]
    failures = [line for _, lines in found for line in lines]
    return sum((one for one, _ in found), Counter()), failures or [f"{files[0].seed}..: {wrong}"]


def one_home(seeds: range, fixtures: Path | None) -> tuple[Counter, list[str]]:
    """Load the files of some seeds into a new home; return outcomes and failures."""
    outcomes: Counter = Counter()
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        ws = Workspace.open(Path(folder) / "home", clock=FixedClock(NOW))
        add_town(ws, Path(folder) / "files")
        for some in (seeds[at : at + TOGETHER] for at in range(0, len(seeds), TOGETHER)):
            found, wrong = together(ws, [fuzzed(seed, fixtures) for seed in some])
            outcomes += found
            failures += wrong
        failures += [f"seeds {seeds}: {one.what}: {one.found}" for one in examine(ws) if not one.ok]
        ws.close()
        failures += [
            f"seeds {seeds}: planted in {name}" for name in planted_in(Path(folder) / "home")
        ]
    return outcomes, failures


def main() -> None:
    """Load, print failures, and write the sum down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--fixtures", type=Path, default=FIXTURES)
    options = parser.parse_args()
    fixtures = options.fixtures if options.fixtures.is_dir() else None
    if options.seed is not None:
        print(*one_home(range(options.seed, options.seed + 1), fixtures), sep="\n")
        return
    start = time.perf_counter()
    end = options.first + options.files
    homes = [range(at, min(at + A_HOME, end)) for at in range(options.first, end, A_HOME)]
    outcomes: Counter = Counter()
    failures: list[str] = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for found, wrong in pool.map(one_home, homes, [fixtures] * len(homes)):
            outcomes += found
            failures += wrong
            for line in wrong:
                print(line, flush=True)
    print(dict(outcomes), f"{len(failures)} failures")
    new = not RESULTS.exists()
    with RESULTS.open("a", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        if new:
            writer.writerow(
                ["measured", "first_seed", "files", "loaded", "refused", "failures", "seconds"]
            )
        today = date.today().isoformat()  # noqa: DTZ011
        seconds = round(time.perf_counter() - start)
        read = outcomes["loaded"] + outcomes["unchanged"]
        counts = (options.files, read, outcomes["refused"], len(failures), seconds)
        writer.writerow([today, options.first, *counts])
    if failures:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
