"""The wheel holds every module and every file that the app needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_holds_every_module_and_every_file_beside_it(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("hexbeat-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for room in ("geo", "data", "pages")
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".css", ".svg", ".png"}
    }
    assert len(wanted) > 100
    assert wanted - held == set()
    assert "app.py" in held
    assert not any(name.startswith(("tests/", "benchmarks/", "var/")) for name in held)
